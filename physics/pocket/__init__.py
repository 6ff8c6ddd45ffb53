"""The pocket and the pump's body in it.

dissect(u_m, v_m, radius_m, plane, cover_m) -> PocketState
place_pump(state, outlet_angle_rad, is_septum_outward) -> PocketState
suture(state, loop, substrate, seed) -> PocketState
close(state) -> PocketState
established(fresh, tilt_rad, n_loops, outlet_angle_rad, days, seed) -> PocketState
live(state, life: Life, days, seed, tick) -> (PocketState, ((name, magnitude, where), ...))
bear(state, load: Load, life) -> (PocketState, peak force by loop, events)   one act
barrier_j(state) -> float                                                    work to flip
PocketState also has .clearance_m, .n_sutures, .n_holding, .faces_out.
"""

from __future__ import annotations

from physics.pocket import fixation, pump_body
from physics.pocket.fixation import Suture
from physics.pocket.pump_body import (
    Life,
    Load,
    PocketState,
    barrier_j,
    bear,
    close,
    dissect,
    established,
    live,
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
    ("pocket.suture_stiffness", pump_body.SUTURE_N_PER_M, "N/m", "A", "assumption"),
    ("pocket.floor_friction", pump_body.FLOOR_FRICTION_N, "N", "A", "assumption"),
    ("pocket.fibrosis_time", pump_body.FIBROSIS_DAYS, "d", "A", "assumption"),
    ("pocket.fibrosis_friction", pump_body.FIBROSIS_FRICTION, "1", "A", "scenarios_content I-A5"),
    ("pocket.capsule_closes", pump_body.CAPSULE_CLOSES, "1", "A", "assumption"),
    ("pocket.sit_force", pump_body.SIT_FORCE_N, "N", "A", "assumption"),
    ("pocket.sit_force_sigma", pump_body.SIT_FORCE_SIGMA, "1", "A", "assumption"),
    ("pocket.fiddle_torque", pump_body.FIDDLE_TORQUE_NM, "N m", "A", "assumption"),
    ("pocket.twiddle_turns", pump_body.TWIDDLE_TURNS_PER_DAY, "1/d", "A", "assumption"),
    ("pocket.flip_work_tight", fixation.FLIP_TIGHT_J, "J", "A", "scenarios_content 5 C-FLIP"),
    ("pocket.flip_clearance", fixation.FLIP_CLEARANCE_M, "m", "A", "scenarios_content 5 C-FLIP"),
    ("pocket.flip_work_per_loop", fixation.FLIP_LOOP_J, "J/N", "A", "scenarios_content 5 C-FLIP"),
    ("pocket.handling_median", fixation.HANDLING_MEDIAN_J, "J", "A", "assumption"),
    ("pocket.handling_sigma", fixation.HANDLING_SIGMA, "1", "A", "assumption"),
)

__all__ = [
    "EVIDENCE", "Life", "Load", "PocketState", "Suture", "barrier_j", "bear", "close", "dissect",
    "established", "live", "place_pump", "suture",
]  # fmt: skip
