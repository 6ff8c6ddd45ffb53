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
    place_anchor(state, distance_m, n_sutures, substrate, tie_force_n, kind, is_one_sided) -> state;  kinds_for(model), ANCHORS
    lay_out(state, spec, around, route) -> (state, happenings), settled
    settle(state, spec, around) -> (state, happenings);  move_pump_end(state, shift_m, turn, pivot_m) -> state
Instruments and damage (arcs are counted from the tip)
    move_stylet(state, spec, behind_tip_m | None) -> (state, happenings);  stylet_drag_n(state, spec)
    pull_tail(state, spec, around, force_n) -> (state, moved_m, happenings);  tunnel_drag_n(points, spec, is_sheathed)
    clamp_on(state, arc, force, is_shod, now_s), clamps_off(state, now_s), gripped(...), stitched(...), holed(...),
    punctured(state, spec, from_m, to_m, needle_diameter_m), mended(state), nearest_to(state, from_m, to_m);  tugged(seat, force_n), connector_hold_n(seat)
    cut(state, spec, arc) -> (hand piece, tip piece);  join(hand, tip, spec);  split_edge(...);  grip_mask(state, arc)
Life
    posture_cycle(state, spec, around, amplitude_rad, increments=24) -> (state, happenings)
    sitting(state, spec, around) -> state flexed as in sitting
    age(state, spec, around, days, seed, Living(...)) -> (state, happenings, samples)
The pump's turns
    turn_pump_end(state, spec, around, PumpSeat, PumpMotion) -> (state, PumpTurn);  coil_turns(state, seat)
    end_wrench(state, spec, pivot_m) -> (force, moment) of the catheter on the pump
Reading
    fed_length(state), inserted_length(state, around), tip_point(state), tip_arc(state, around),
    curvature(state) (n+1,), patency(state, spec) (n,), axial_force(state, spec) (n,), anchor_strength_n(state)
warm_up() compiles the kernels of a step, warm_up_trunk() those of the bending trunk.
"""

from __future__ import annotations

from physics.catheter.activity import EVIDENCE as DAY_EVIDENCE
from physics.catheter.activity import Living
from physics.catheter.anchor import ANCHORS, kinds_for
from physics.catheter.anchor import EVIDENCE as ANCHOR_EVIDENCE
from physics.catheter.bending import EVIDENCE as TRUNK_EVIDENCE
from physics.catheter.canal import contact_share, inserted_length, sac_coordinates, tip_point
from physics.catheter.coil import EVIDENCE as COIL_EVIDENCE
from physics.catheter.coil import PumpMotion, PumpSeat, PumpTurn, coil_turns, end_wrench, turn_pump_end
from physics.catheter.damage import EVIDENCE as DAMAGE_EVIDENCE
from physics.catheter.damage import (
    clamp_on,
    clamps_off,
    connector_hold_n,
    gripped,
    holed,
    mended,
    nearest_to,
    punctured,
    stitched,
    tugged,
)
from physics.catheter.growth import EVIDENCE as GROWTH_EVIDENCE
from physics.catheter.growth import growth_per_year
from physics.catheter.implant import anchor_strength_n, place_anchor, tie_purse_string
from physics.catheter.instruments import EVIDENCE as PULL_EVIDENCE
from physics.catheter.instruments import pull_tail, tunnel_drag_n
from physics.catheter.layout import lay_out, move_pump_end, settle
from physics.catheter.life import EVIDENCE as LIFE_EVIDENCE
from physics.catheter.life import LifeSample, age
from physics.catheter.lumen import patency
from physics.catheter.pieces import cut, grip_mask, join, split_edge
from physics.catheter.posture import SITTING_RAD, bent_surroundings, posture_cycle, sitting, tip_arc
from physics.catheter.removal import EVIDENCE as REMOVAL_EVIDENCE
from physics.catheter.removal import BURN_M, DIATHERMY_REACH_M, SLIT_M, Removal, draw_out, held_beyond_n, released, strength_n
from physics.catheter.segment import segment_range_m, spinal_part, with_segment
from physics.catheter.rod import axial_force, curvature
from physics.catheter.spec import EVIDENCE as ROD_EVIDENCE
from physics.catheter.spec import (
    BONE_EDGE_STIFFNESS_PA,
    CATHETERS,
    TRACK_STIFFNESS_PA,
    CatheterSpec,
    anchor_capacity_n,
    lumen_area_m2,
)
from physics.catheter.state import LEAST_RADIUS_M, CatheterState, Report, Route, Surroundings
from physics.catheter.stylet import EVIDENCE as STYLET_EVIDENCE
from physics.catheter.stylet import move_stylet, stylet_drag_n
from physics.catheter.thread import closed_catheter, fed_length, feed, open_catheter, past_dura_m, withdraw_needle
from physics.catheter.wear import EVIDENCE as WEAR_EVIDENCE

EVIDENCE = (
    *ROD_EVIDENCE, *ANCHOR_EVIDENCE, *COIL_EVIDENCE, *DAMAGE_EVIDENCE, *STYLET_EVIDENCE, *PULL_EVIDENCE,
    *REMOVAL_EVIDENCE, *DAY_EVIDENCE, *TRUNK_EVIDENCE, *GROWTH_EVIDENCE, *LIFE_EVIDENCE, *WEAR_EVIDENCE,
)  # fmt: skip

__all__ = [
    "ANCHORS",
    "BONE_EDGE_STIFFNESS_PA",
    "BURN_M",
    "CATHETERS",
    "CatheterSpec",
    "CatheterState",
    "DIATHERMY_REACH_M",
    "EVIDENCE",
    "LifeSample",
    "Living",
    "PumpMotion",
    "PumpSeat",
    "PumpTurn",
    "Removal",
    "Report",
    "Route",
    "LEAST_RADIUS_M",
    "SITTING_RAD",
    "SLIT_M",
    "Surroundings",
    "TRACK_STIFFNESS_PA",
    "age",
    "anchor_capacity_n",
    "anchor_strength_n",
    "axial_force",
    "bent_surroundings",
    "clamp_on",
    "clamps_off",
    "closed_catheter",
    "coil_turns",
    "connector_hold_n",
    "contact_share",
    "curvature",
    "cut",
    "draw_out",
    "end_wrench",
    "fed_length",
    "feed",
    "grip_mask",
    "gripped",
    "growth_per_year",
    "held_beyond_n",
    "holed",
    "inserted_length",
    "join",
    "kinds_for",
    "lay_out",
    "lumen_area_m2",
    "mended",
    "move_pump_end",
    "move_stylet",
    "open_catheter",
    "past_dura_m",
    "patency",
    "place_anchor",
    "posture_cycle",
    "pull_tail",
    "nearest_to",
    "punctured",
    "released",
    "segment_range_m",
    "spinal_part",
    "with_segment",
    "sac_coordinates",
    "settle",
    "sitting",
    "split_edge",
    "stitched",
    "strength_n",
    "stylet_drag_n",
    "tie_purse_string",
    "tip_arc",
    "tip_point",
    "tugged",
    "tunnel_drag_n",
    "turn_pump_end",
    "warm_up",
    "warm_up_trunk",
    "withdraw_needle",
]


def _sample() -> tuple[CatheterState, Surroundings]:
    """Return a short straight rod in a short straight sac."""
    import numpy as np

    from physics.catheter.rod import rod_from_line

    line = np.column_stack([np.zeros(12), np.zeros(12), np.linspace(0.0, 0.044, 12)])
    around = Surroundings(
        line, np.tile([0.0, 1.0, 0.0], (12, 1)), np.tile([8e-3, 7e-3], (12, 1)), line, np.full(12, 2e-3), np.ones(12)
    )
    return rod_from_line(line, CATHETERS["ascenda_8780"], "free"), around


def warm_up() -> None:
    """Compile the kernels of a step (once per machine; later runs load them from numba's cache)."""
    import numpy as np

    from physics.catheter.kink import vertex_curvature
    from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, pack_canal, pack_cord

    state, around = _sample()
    spec = CATHETERS["ascenda_8780"]
    stage = Stage(np.zeros((0, 4)), pack_canal(around), pack_cord(around), law_table(spec))
    state, _ = advance(state, spec, stage, Drive(), clamp(11, (0, 1), (0,)))
    vertex_curvature(state)
    sac_coordinates(state.x, around)


def warm_up_trunk() -> None:
    """Compile the kernels of the bending trunk, which a step does not need."""
    from physics.catheter.bending import trunk_bend

    state, around = _sample()
    trunk = trunk_bend(0.1, around)
    _, turn = trunk.bend(state.x)
    trunk.unbend(state.x)
    trunk.turned(state.x, turn)
    trunk.turned(state.memory, turn)
