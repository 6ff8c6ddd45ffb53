"""The body bends and the catheter with it: one map of the trunk, one cycle of flexion.

The map of the trunk is in `bending`; here the catheter follows it increment by increment.
All amplitudes are [A]; the size of the motion of canal against catheter follows the 4-9 mm of
catheter_mechanics_2 section 5.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.bending import bend, flexed_line, unbend
from physics.catheter.canal import sac_coordinates
from physics.catheter.implant import POCKET, TUNNEL, WOUND, anchor_weights, material_at, scar_share, set_holds
from physics.catheter.kink import update_hinges
from physics.catheter.layout import implanted_stage, place_name, refresh_status
from physics.catheter.rod import Drive, advance, clamp
from physics.catheter.spec import FAT_SLIDE_M_PER_RAD, CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings

FloatArray = NDArray[np.float64]

FULL_FLEXION_RAD = 0.9  # about 50 degrees of lumbar flexion [T]
SLIDE_RAMP_M = 20e-3  # the slide of the fat sets in over this distance [A]
SITTING_RAD = 0.45  # lumbar flexion of relaxed sitting, half of full [A]


def bend_trunk(points_m: FloatArray, flexion_rad: float, around: Surroundings) -> tuple[FloatArray, FloatArray]:
    """Return where material points go in a flexion, and by how much their surroundings turn [rad].

    The turn is about the x axis, positive when the head goes forward (z toward -y).
    """
    return bend(np.ascontiguousarray(points_m), flexed_line(flexion_rad, around))


def _rotate(vectors: FloatArray, turn: FloatArray) -> FloatArray:
    """Return vectors (..., 3) turned about x by `turn` (head forward positive)."""
    c, s = np.cos(turn), np.sin(turn)
    while c.ndim < vectors.ndim - 1:
        c, s = c[:, None], s[:, None]
    out = vectors.copy()
    out[..., 1] = c * vectors[..., 1] - s * vectors[..., 2]
    out[..., 2] = s * vectors[..., 1] + c * vectors[..., 2]
    return out


def unbend_trunk(points_m: FloatArray, flexion_rad: float, around: Surroundings) -> FloatArray:
    """Return the rest places of points seen in a flexion."""
    return unbend(np.ascontiguousarray(points_m), flexed_line(flexion_rad, around))


def bent_surroundings(around: Surroundings, flexion_rad: float) -> Surroundings:
    """Return canal and cord in a flexion."""
    return _bent_surroundings(around, flexed_line(flexion_rad, around))


def _bent_surroundings(around: Surroundings, line: FloatArray) -> Surroundings:
    points, turn = bend(np.ascontiguousarray(around.canal_points_m), line)
    cord, _ = bend(np.ascontiguousarray(around.cord_points_m), line)
    return replace(
        around, canal_points_m=points, canal_normals=_rotate(around.canal_normals, turn), cord_points_m=cord
    )


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
    state: CatheterState, rest: CatheterState, old: float, new: float, before: FloatArray, after: FloatArray
) -> CatheterState:
    """Return the catheter carried by the tissue from one flexion to another.

    `rest` gives track, exit and anchor at zero flexion, which are mapped afresh (no drift); `before`
    and `after` are the neutral lines of the two flexions.
    """
    slide = _fat_slide(rest)
    x_rest = unbend(state.x - old * slide, before) if old != 0.0 else state.x
    x, turn_new = bend(x_rest, after)
    x = x + new * slide
    sleeve = anchor_weights(state) > 0.0
    turn = turn_new - bend(x_rest, before)[1]
    pump = rest.zone == POCKET
    x[pump] = state.x[pump]
    turn[pump] = 0.0
    track, _ = bend(np.ascontiguousarray(rest.track_m), after)
    frame, frame_turn = bend(np.vstack([rest.exit_m, rest.anchor_point_m]), after)
    if sleeve.any():  # the anchor is a stiff sleeve: it goes with its stitch and does not stretch
        change = frame_turn[1] - bend(rest.anchor_point_m[None].copy(), before)[1][0]
        lever = _rotate(state.x[sleeve] - state.anchor_point_m, np.full(int(sleeve.sum()), change))
        x[sleeve], turn[sleeve] = frame[1] + lever, change
    normal = _rotate(rest.exit_normal[None], frame_turn[:1])[0]
    plane = state.plane.copy()
    wound = state.zone == WOUND
    height = (state.plane[:, :3] * state.x).sum(axis=1) - state.plane[:, 3]
    plane[:, :3] = _rotate(plane[:, :3], turn)
    plane[wound, 3] = (plane[wound, :3] * x[wound]).sum(axis=1) - height[wound]
    return replace(
        state, x=x, track_m=track, exit_m=frame[0], anchor_point_m=frame[1], exit_normal=normal, plane=plane,
        memory=_rotate(state.memory, turn), hold_memory=_rotate(state.hold_memory, turn),
        v=np.zeros_like(state.v), omega=np.zeros_like(state.omega),
    )  # fmt: skip


def pose(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, rest: CatheterState, old: float, new: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the trunk goes from flexion `old` to `new` [rad] in one increment."""
    flexing = 1.0 if new > old else (-1.0 if new < old else 0.0)
    after = flexed_line(new, around)
    state = _carry(state, rest, old, new, flexed_line(old, around), after)
    here = _bent_surroundings(around, after)
    state = set_holds(refresh_status(state, here), flexing)
    stage = implanted_stage(state, spec, here)
    fixed = clamp(state.n_edges, (0, 1), (0,))
    state, _ = advance(state, spec, stage, Drive(dt_s=0.05, tolerance_n=3e-5, cap=15, drag=0.05), fixed)
    state, _, made = update_hinges(state, spec)
    return state, [(name, size, place_name(state, int(at))) for name, size, at in made]


def posture_cycle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, amplitude_rad: float, increments: int = 24
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the trunk flexes by `amplitude_rad` and comes back, and new kinks.

    Notes
    -----
    24 increments: slip per cycle within 0.1 % of 96 (catheter_mechanics_2 section 5 [M]).
    """
    rest = state
    happenings: HappeningList = []
    old = 0.0
    for k in range(increments):
        new = 0.5 * amplitude_rad * (1.0 - float(np.cos(2.0 * np.pi * (k + 1) / increments)))
        new = 0.0 if k == increments - 1 else new
        state, made = pose(state, spec, around, rest, old, new)
        happenings += made
        old = new
    state = replace(
        state, track_m=rest.track_m, exit_m=rest.exit_m, exit_normal=rest.exit_normal,
        anchor_point_m=rest.anchor_point_m, record_flexion=max(state.record_flexion, amplitude_rad),
    )  # fmt: skip
    if state.anchor_arc_m >= 0.0:
        slip = state.anchor_arc_m - material_at(state, state.anchor_point_m)
        state = replace(state, anchor_slip_m=slip)
    return state, happenings


def sitting(state: CatheterState, spec: CatheterSpec, around: Surroundings, increments: int = 4) -> CatheterState:
    """Return the catheter with the trunk flexed as in sitting (compare its patency with lying)."""
    rest, old = state, 0.0
    for k in range(increments):
        new = SITTING_RAD * (k + 1) / increments
        state, _ = pose(state, spec, around, rest, old, new)
        old = new
    return state


def tip_arc(state: CatheterState, around: Surroundings) -> float:
    """Return the arc of the tip along the sac [m] (from the caudal end, at rest posture)."""
    return float(sac_coordinates(state.x[-1:], around)[0, 0])

