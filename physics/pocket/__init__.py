"""The pocket and the pump's body in it.

dissect(u_m, v_m, radius_m, plane, cover_m, elongation, incision_rad, fat_m) -> PocketState
place_pump(state, outlet_angle_rad, is_septum_outward) -> PocketState
suture(state, loop, substrate, seed) -> PocketState
close(state) -> PocketState
established(fresh, tilt_rad, n_loops, outlet_angle_rad, days, seed) -> PocketState
live(state, life: Life, days, seed, tick) -> (PocketState, ((name, magnitude, where), ...))
bear(state, load: Load, life) -> (PocketState, peak force by loop, events)   one act
dead_space_m3(state), dead_space_fluid(state, days) -> float                  slack, and serum in it [m3]
barrier_j(state) -> float                                                    work to flip
PocketState also has .clearance_m, .n_sutures, .n_holding, .faces_out.
"""

from __future__ import annotations

from physics.pocket import course, fixation, habits, outline, pump_body
from physics.pocket.course import live
from physics.pocket.fixation import Suture
from physics.pocket.habits import FIDDLE_TORQUE_NM, Life, Load
from physics.pocket.outline import ELONGATION
from physics.pocket.pump_body import (
    PocketState,
    barrier_j,
    bear,
    close,
    dead_space_fluid,
    dead_space_m3,
    dissect,
    established,
    place_pump,
    suture,
)

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("pocket.pump_radius", pump_body.PUMP_RADIUS_M, "m", "H", "S73"),
    ("pocket.pump_height", pump_body.PUMP_HEIGHT_M, "m", "UGK-M", "device_and_procedure 1.1"),
    ("pocket.pump_mass", pump_body.PUMP_MASS_KG, "kg", "UGK-M", "device_and_procedure 1.1"),
    ("pocket.fascia_hold_low", fixation.STRENGTH_N["fascia"][0], "N", "A", "game_design 3.7"),
    ("pocket.fascia_hold_high", fixation.STRENGTH_N["fascia"][1], "N", "A", "game_design 3.7"),
    ("pocket.fat_hold_low", fixation.STRENGTH_N["fat"][0], "N", "A", "game_design 3.7"),
    ("pocket.fat_hold_high", fixation.STRENGTH_N["fat"][1], "N", "A", "game_design 3.7"),
    ("pocket.holding", fixation.HOLDING_N, "N", "L", "assessment 2.3"),
    ("pocket.suture_stiffness", fixation.SUTURE_N_PER_M, "N/m", "A", "assumption"),
    ("pocket.creep_fascia", fixation.CREEP_M["fascia"], "m", "A", "assumption: per decade of time at full load"),
    ("pocket.creep_fat", fixation.CREEP_M["fat"], "m", "A", "assumption: per decade of time at full load"),
    ("pocket.floor_friction", pump_body.FLOOR_FRICTION_N, "N", "A", "assumption"),
    ("pocket.wet_share", pump_body.WET_SHARE, "1", "A", "assumption"),
    ("pocket.fibrosis_time", pump_body.FIBROSIS_DAYS, "d", "A", "assumption"),
    ("pocket.fibrosis_friction", pump_body.FIBROSIS_FRICTION, "1", "A", "scenarios_content I-A5"),
    ("pocket.capsule_closes", pump_body.CAPSULE_CLOSES, "1", "A", "assumption"),
    ("pocket.tilt_time", course.TILT_DAYS, "d", "A", "assumption"),
    ("pocket.flip_work_tight", fixation.FLIP_TIGHT_J, "J", "A", "scenarios_content 5 C-FLIP"),
    ("pocket.flip_clearance", fixation.FLIP_CLEARANCE_M, "m", "A", "scenarios_content 5 C-FLIP"),
    ("pocket.flip_work_per_loop", fixation.FLIP_LOOP_J, "J/N", "A", "scenarios_content 5 C-FLIP"),
    ("pocket.handling_median", fixation.HANDLING_MEDIAN_J, "J", "A", "assumption"),
    ("pocket.handling_sigma", fixation.HANDLING_SIGMA, "1", "A", "assumption"),
    *habits.EVIDENCE,
    *outline.EVIDENCE,
)

__all__ = [
    "ELONGATION", "EVIDENCE", "FIDDLE_TORQUE_NM", "Life", "Load", "PocketState", "Suture", "barrier_j", "bear", "close", "dead_space_fluid", "dead_space_m3", "dissect",
    "established", "live", "place_pump", "suture",
]  # fmt: skip
