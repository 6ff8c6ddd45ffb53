"""The body moves and the catheter with it: one cycle of a movement, increment by increment.

The map of the trunk is in `bending`, the movements of a day in `activity`; here the catheter follows.
The size of the motion of canal against catheter follows the 4-9 mm of catheter_mechanics_2 section 5
(checked: game/validate/posture_motion.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.activity import BEND, SIT, Movement
from physics.catheter.bending import Bend, TrunkBend, trunk_bend, turned_trunk
from physics.catheter.canal import sac_coordinates
from physics.catheter.implant import POCKET, TUNNEL, WOUND, anchor_load_n, anchor_weights, scar_share, set_holds, with_slip
from physics.catheter.kink import hinge_rotation, unfolded_curvature, update_hinges
from physics.catheter.layout import implanted_stage, place_name, prescribed, refresh_status
from physics.catheter.lumen import PINCHED, pressed
from physics.catheter.rod import Drive, advance, axial_force
from physics.catheter.spec import FAT_SLIDE_M_PER_RAD, CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings

FloatArray = NDArray[np.float64]

SLIDE_RAMP_M = 20e-3  # the slide of the fat sets in over this distance [A]
SITTING_RAD = SIT.median_rad


@dataclass(frozen=True, slots=True)
class Strain:
    """What one cycle of a movement did to the tube.

    Attributes
    ----------
    bending : (n,) array
        Half the range of curvature at every vertex, without what a fold turned [1/m].
    folds : (2, n) array
        Least and largest rotation of every fold [rad].
    pull_n, anchor_n : float
        Largest pull at the connector; largest force that the anchor took.
    """

    bending: FloatArray
    folds: FloatArray
    pull_n: float
    anchor_n: float


def bent_surroundings(around: Surroundings, bend_rad: Bend) -> Surroundings:
    """Return canal and cord in a bend: (flexion, side, twist) [rad], or a flexion alone."""
    return _bent_surroundings(around, trunk_bend(bend_rad, around))


def _bent_surroundings(around: Surroundings, trunk: TrunkBend) -> Surroundings:
    points, turn = trunk.bend(around.canal_points_m)
    cord, _ = trunk.bend(around.cord_points_m)
    normals = trunk.turned(around.canal_normals, turn)
    return replace(around, canal_points_m=points, canal_normals=normals, cord_points_m=cord)


def _fat_slide(rest: CatheterState) -> FloatArray:
    """Return how far the fat carries each node away from the wound per flexion [m/rad], (n+1, 3).

    Nothing at the anchor, full at the tunnel's mouth, nothing at the pocket; less as the fat heals on
    to the fascia.
    """
    out = np.zeros_like(rest.x)
    tunnel = np.flatnonzero(rest.zone == TUNNEL)
    wound = np.flatnonzero(rest.zone == WOUND)
    if len(tunnel) < 2:
        return out
    away = rest.x[tunnel[-2]] - rest.x[tunnel[-1]]
    away = FAT_SLIDE_M_PER_RAD * (1.0 - scar_share(rest.days)) * away / np.linalg.norm(away)
    out[tunnel] = np.linspace(0.0, 1.0, len(tunnel))[:, None] * away
    if len(wound):
        gap = np.linalg.norm(rest.x[wound] - rest.x[tunnel[-1]], axis=1)
        out[wound] = np.clip(1.0 - gap / SLIDE_RAMP_M, 0.0, 1.0)[:, None] * away
    out[anchor_weights(rest) > 0.0] = 0.0
    return out


def _carry(
    state: CatheterState, rest: CatheterState, slide_m: FloatArray, before: TrunkBend, after: TrunkBend
) -> CatheterState:
    """Return the catheter carried by the tissue from one bend to another.

    `rest` gives track, exit and anchor with the trunk straight, which are mapped afresh (no drift);
    `slide_m` (2, n+1, 3) is where the fat had slid to before and slides to now.
    """
    x_rest = before.unbend(state.x - slide_m[0])
    x, turn_new = after.bend(x_rest)
    x = x + slide_m[1]
    sleeve = anchor_weights(state) > 0.0
    turn = turn_new - before.bend(x_rest)[1]
    pump = rest.zone == POCKET
    x[pump] = state.x[pump]
    turn[pump] = 0.0
    track, _ = after.bend(rest.track_m)
    frame, frame_turn = after.bend(np.vstack([rest.exit_m, rest.anchor_point_m]))
    if sleeve.any():  # the anchor is a stiff sleeve: it goes with its stitch and does not stretch
        change = float(frame_turn[1] - before.bend(rest.anchor_point_m[None])[1][0])
        lever = after.turned(state.x[sleeve] - state.anchor_point_m, np.full(int(sleeve.sum()), change))
        x[sleeve], turn[sleeve] = frame[1] + lever, change
    normal = after.turned(rest.exit_normal[None], frame_turn[:1])[0]
    plane = state.plane.copy()
    wound = state.zone == WOUND
    height = (state.plane[:, :3] * state.x).sum(axis=1) - state.plane[:, 3]
    plane[:, :3] = after.turned(plane[:, :3], turn)
    plane[wound, 3] = (plane[wound, :3] * x[wound]).sum(axis=1) - height[wound]
    return replace(
        state, x=x, track_m=track, exit_m=frame[0], anchor_point_m=frame[1], exit_normal=normal, plane=plane,
        memory=after.turned(state.memory, turn), hold_memory=after.turned(state.hold_memory, turn),
        v=np.zeros_like(state.v), omega=np.zeros_like(state.omega),
    )  # fmt: skip


def _pose(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, rest: CatheterState, move: Movement,
    old_rad: float, new_rad: float, anchor_share: float = 1.0,
) -> tuple[CatheterState, HappeningList]:  # fmt: skip
    """Return the catheter after a movement goes from one amplitude to another in one increment."""
    taut = float(np.sign(abs(new_rad) - abs(old_rad)))
    before, after = (turned_trunk(move.direction, rad, around) for rad in (old_rad, new_rad))
    slide = np.array([abs(old_rad), abs(new_rad)])[:, None, None] * move.slide * _fat_slide(rest)
    state = _carry(state, rest, slide, before, after)
    here = _bent_surroundings(around, after)
    state = set_holds(refresh_status(state, here), taut, anchor_share)
    stage = implanted_stage(state, spec, here)
    fixed = prescribed(state)
    drive = Drive(dt_s=0.05, tolerance_n=3e-5, cap=15, drag=0.05, self_contact=state.is_wound)
    state, _ = advance(state, spec, stage, drive, fixed)
    state, _, made = update_hinges(with_slip(state), spec)
    return state, [(name, size, place_name(state, int(at))) for name, size, at in made]


def movement_cycle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, move: Movement, amplitude_rad: float,
    increments: int = 24, anchor_share: float = 1.0,
) -> tuple[CatheterState, HappeningList, Strain]:  # fmt: skip
    """Return the catheter after a movement to an amplitude and back, new kinks, and what it strained.

    A two-sided movement goes to both sides. `anchor_share` of the anchor's strength is left when the
    posture is held.

    Notes
    -----
    24 increments: slip per cycle within 0.1 % of 96 (catheter_mechanics_2 section 5 [M]).
    """
    rest = state
    happenings: HappeningList = []
    folds = hinge_rotation(state, spec)
    start = unfolded_curvature(state, spec, folds)
    bending, low, high, pull, anchor = np.zeros(state.n_edges), folds, folds, 0.0, 0.0
    old, least, where = 0.0, PINCHED, -1
    for k in range(increments):
        phase = 2.0 * np.pi * (k + 1) / increments
        new = amplitude_rad * float(np.sin(phase) if move.is_two_sided else 0.5 * (1.0 - np.cos(phase)))
        new = 0.0 if k == increments - 1 else new
        state, made = _pose(state, spec, around, rest, move, old, new, anchor_share)
        happenings += made
        old = new
        folds = hinge_rotation(state, spec)
        low, high = np.minimum(low, folds), np.maximum(high, folds)
        bending = np.maximum(bending, np.linalg.norm(unfolded_curvature(state, spec, folds) - start, axis=1))
        pull = max(pull, float(axial_force(state, spec)[1]))
        anchor = max(anchor, anchor_load_n(state))
        share = pressed(state, spec)
        if share.min() < least:
            least, where = float(share.min()), int(share[:-1].argmin())
    if where >= 0:
        happenings.append(("CatheterPinched", least, place_name(state, where)))
    state = replace(
        state, track_m=rest.track_m, exit_m=rest.exit_m, exit_normal=rest.exit_normal, anchor_point_m=rest.anchor_point_m
    )
    return with_slip(state), happenings, Strain(0.5 * bending, np.array([low, high]), pull, anchor)


def posture_cycle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, amplitude_rad: float, increments: int = 24
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the trunk flexes by `amplitude_rad` and comes back, and new kinks."""
    state, happenings, _ = movement_cycle(state, spec, around, BEND, amplitude_rad, increments)
    return state, happenings


def held(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, move: Movement, amplitude_rad: float,
    increments: int = 4,
) -> CatheterState:  # fmt: skip
    """Return the catheter with a movement held at an amplitude (compare its patency with lying)."""
    rest, old = state, 0.0
    for k in range(increments):
        new = amplitude_rad * (k + 1) / increments
        state, _ = _pose(state, spec, around, rest, move, old, new)
        old = new
    return state


def sitting(state: CatheterState, spec: CatheterSpec, around: Surroundings, increments: int = 4) -> CatheterState:
    """Return the catheter with the trunk flexed as in sitting."""
    return held(state, spec, around, SIT, SITTING_RAD, increments)


def tip_arc(state: CatheterState, around: Surroundings) -> float:
    """Return the arc of the tip along the sac [m] (from the caudal end, at rest posture)."""
    return float(sac_coordinates(state.x[-1:], around)[0, 0])
