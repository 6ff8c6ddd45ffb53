"""The catheter: an implicit discrete elastic rod from needle hub to pump outlet.

All functions are pure: they take a frozen `CatheterState` and return a new one. Lengths in metres,
patient frame; arrays run from the hand (pump) end to the tip. Happenings are tuples
(event name, magnitude, where), names as in `physics.events.EVENT_NAMES`.

Data
    CATHETERS[name] -> CatheterSpec;  Surroundings (canal, cord, needle, fascia, track wall);  Route (loop, tunnel, pump)
Operation
    closed_catheter(spec) -> state
    open_catheter(spec, needle_line_m, seed) -> state, tip in the hub
    feed(state, spec, around, travel_m, rotate_rad, stylet_behind_tip_m | None, dt_s) -> (state, Report)
    withdraw_needle(state, spec, around, is_held) -> (state, Report)
    tie_purse_string(state, tension_n) -> state
    place_anchor(state, distance_m, n_sutures, substrate, tie_force_n) -> state
    lay_out(state, spec, around, route) -> (state, happenings), settled
    settle(state, spec, around) -> (state, happenings);  move_pump_end(state, shift_m, turn, pivot_m) -> state
Life
    posture_cycle(state, spec, around, amplitude_rad, increments=24) -> (state, happenings)
    sitting(state, spec, around) -> state flexed as in sitting
    age(state, spec, around, days, seed, Living(...)) -> (state, happenings, samples)
Reading
    fed_length(state), inserted_length(state, around), tip_point(state), tip_arc(state, around),
    curvature(state) (n+1,), patency(state, spec) (n,), axial_force(state, spec) (n,), anchor_strength_n(state)
warm_up() compiles every kernel.
"""

from __future__ import annotations

from physics.catheter.activity import Living
from physics.catheter.canal import inserted_length, sac_coordinates, tip_point
from physics.catheter.growth import growth_per_year
from physics.catheter.implant import anchor_strength_n, place_anchor, tie_purse_string
from physics.catheter.layout import lay_out, move_pump_end, settle
from physics.catheter.life import LifeSample, age
from physics.catheter.lumen import patency
from physics.catheter.posture import SITTING_RAD, bent_surroundings, posture_cycle, sitting, tip_arc
from physics.catheter.rod import axial_force, curvature
from physics.catheter.spec import (
    BONE_EDGE_STIFFNESS_PA,
    CATHETERS,
    EVIDENCE,
    TRACK_STIFFNESS_PA,
    CatheterSpec,
    anchor_capacity_n,
    lumen_area_m2,
)
from physics.catheter.state import CatheterState, Report, Route, Surroundings
from physics.catheter.thread import closed_catheter, fed_length, feed, open_catheter, withdraw_needle

__all__ = [
    "BONE_EDGE_STIFFNESS_PA",
    "CATHETERS",
    "EVIDENCE",
    "SITTING_RAD",
    "CatheterSpec",
    "CatheterState",
    "LifeSample",
    "Living",
    "Report",
    "Route",
    "Surroundings",
    "age",
    "anchor_capacity_n",
    "anchor_strength_n",
    "TRACK_STIFFNESS_PA",
    "axial_force",
    "bent_surroundings",
    "closed_catheter",
    "curvature",
    "fed_length",
    "growth_per_year",
    "feed",
    "inserted_length",
    "lay_out",
    "lumen_area_m2",
    "move_pump_end",
    "open_catheter",
    "patency",
    "place_anchor",
    "posture_cycle",
    "sac_coordinates",
    "settle",
    "sitting",
    "tie_purse_string",
    "tip_arc",
    "tip_point",
    "warm_up",
    "withdraw_needle",
]


def warm_up() -> None:
    """Compile every kernel (once per machine; later runs load them from numba's cache)."""
    import numpy as np

    from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, pack_canal, pack_cord, rod_from_line

    spec = CATHETERS["ascenda_8780"]
    line = np.column_stack([np.zeros(12), np.zeros(12), np.linspace(0.0, 0.044, 12)])
    around = Surroundings(
        line, np.tile([0.0, 1.0, 0.0], (12, 1)), np.tile([8e-3, 7e-3], (12, 1)), line, np.full(12, 2e-3), np.ones(12)
    )
    stage = Stage(np.zeros((0, 4)), pack_canal(around), pack_cord(around), law_table(spec))
    advance(rod_from_line(line, spec, "free"), spec, stage, Drive(), clamp(11, (0, 1), (0,)))
    sac_coordinates(line, around)
