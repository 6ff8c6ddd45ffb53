"""Pull on the catheter: at its free tail in the wound, and by dragging it through a tunnel."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
from numpy.typing import NDArray

from physics.catheter.contact import CANAL, CONDUIT, FREE
from physics.catheter.implant import (
    anchor_stiffness_n_per_m,
    anchor_strength_n,
    half_sleeve_m,
    loaded_stitches,
    material_at,
    set_holds,
)
from physics.catheter.layout import implanted_stage
from physics.catheter.pieces import arcs_from_tip
from physics.catheter.rod import Drive, advance
from physics.catheter.spec import GRIP_TUNNEL_N_PER_M, CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings
from physics.errors import OutOfRange, check_finite, check_range

FloatArray = NDArray[np.float64]

PULL_STEPS = 16  # tuned: at rest to a micrometre under 1 N
MOVED_M = 1e-3  # tuned: less than this is not told
SLIPS = 1.0 + 1e-9  # numerical: a pull at which the anchor slips is no less than what it holds
SHEATH_SHARE = 0.05  # of the drag of bare tissue that is left inside a sheath [A]

EVIDENCE = (("tunnel.sheath_share", SHEATH_SHARE, "1", "A", "tuned: a smooth sheath hardly drags"),)


def pull_tail(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, force_n: float
) -> tuple[CatheterState, float, HappeningList]:
    """Return the catheter after a pull at its free end, how far the tip moved [m], and what happened.

    Parameters
    ----------
    state : CatheterState
        Phase "free": needle out, track and anchor hold it.
    force_n : float
        Along the tail, away from the body [N].

    Notes
    -----
    A dead load on the end node against track, purse-string, anchor and friction in the canal. A pull beyond
    what they hold draws the catheter out as far as the steps let it: the hand stops when it feels it come.
    Stitches that the anchor's part of the pull overloads have let go afterwards.
    """
    check_range("pull_tail", "force_n", force_n, 0.0, spec.break_force_n, "N")
    if state.phase != "free" or force_n == 0.0:
        return state, 0.0, []
    hat = _under_anchor(state, material_at(state, state.exit_m))
    state = _anchored(set_holds(state), hat)
    state = replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))
    stage = implanted_stage(state, spec, around)
    load = np.zeros_like(state.x)
    load[0] = -force_n * state.tangent[0]
    loose = np.zeros(4 * state.n_edges + 3, dtype=np.bool_)
    before, taken = state.x[-1].copy(), 0.0
    for _ in range(PULL_STEPS):
        state, _ = advance(_out_of_track(state), spec, stage, Drive(dt_s=0.05, tolerance_n=3e-5, cap=20, drag=0.5),
                           loose, dead_load=load)  # fmt: skip
        state = replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))
        taken = max(taken, _anchor_pull_n(state, hat))
    moved = float(np.linalg.norm(state.x[-1] - before))
    state, happenings = loaded_stitches(state, taken)
    if moved > MOVED_M:
        happenings.append(("CatheterDisplaced", moved, "pull"))
    return state, moved, happenings


def _under_anchor(state: CatheterState, exit_arc_m: float) -> FloatArray:
    """Return the share of the anchor that grips each node of the free catheter (n+1,): they add up to 1, or all are 0."""
    if anchor_strength_n(state) <= 0.0:
        return np.zeros(len(state.x))
    away = np.abs(arcs_from_tip(state) - exit_arc_m - state.anchor_distance_m)
    hat = np.maximum(0.0, 1.0 - away / half_sleeve_m(state))
    return np.asarray(hat / hat.sum() if hat.sum() > 0.0 else hat)


def _anchored(state: CatheterState, hat: FloatArray) -> CatheterState:
    """Return the free catheter with the grip of its anchor written on the nodes under it."""
    return replace(
        state, hold_capacity=state.hold_capacity + anchor_strength_n(state) * hat,
        hold_stiffness=state.hold_stiffness + anchor_stiffness_n_per_m(state) * hat,
    )  # fmt: skip


def _anchor_pull_n(state: CatheterState, hat: FloatArray) -> float:
    """Return the pull that the anchor takes [N]: its strength where the tube slips, less in proportion where it sticks."""
    used = state.hold_stiffness * np.linalg.norm(state.hold_memory, axis=1) / np.maximum(state.hold_capacity, 1e-12)
    return float((hat * used).sum()) * anchor_strength_n(state) * SLIPS


def _out_of_track(state: CatheterState) -> CatheterState:
    """Return the state with nodes that were drawn out of sac or track told so."""
    mouth, heading = state.track_m[-1], state.track_m[-1] - state.track_m[-2]
    ahead = (state.x - mouth) @ (heading / np.linalg.norm(heading))
    height = (state.x - state.exit_m) @ state.exit_normal
    zone = state.zone.copy()
    zone[(zone == 0) & (ahead < 0.0) & (np.linalg.norm(state.x - mouth, axis=1) < 8e-3)] = 1
    zone[(zone == 1) & (height > 0.0)] = 2
    if np.array_equal(zone, state.zone):
        return state
    memory = state.memory.copy()
    memory[zone != state.zone] = 0.0
    status = np.where(zone == 0, CANAL, np.where(zone == 1, CONDUIT, FREE)).astype(np.int64)
    return replace(state, zone=zone, status=status, memory=memory)


def tunnel_drag_n(waypoints_m: FloatArray, spec: CatheterSpec, is_sheathed: bool) -> float:
    """Return the force that draws the catheter through a tunnel [N].

    Notes
    -----
    Grip of tissue along the way, growing at the bends like a rope round a post, exp(mu theta) [T]; a sheath
    leaves a small share. Scale: 0.91 N to withdraw a spinal catheter, catheter_mechanics 2 [L].
    """
    points = np.asarray(waypoints_m, dtype=np.float64)
    check_finite("tunnel_drag_n", "waypoints_m", points)
    if points.ndim != 2 or points.shape[1] != 3 or len(points) < 2:
        raise OutOfRange("tunnel_drag_n", "waypoints_m", points.shape, "at least 2 points of 3 coordinates")
    way = np.diff(points, axis=0)
    length = np.linalg.norm(way, axis=1)
    way, length = way[length > 0.0], length[length > 0.0]
    force, share = 0.0, SHEATH_SHARE if is_sheathed else 1.0
    for k in range(len(way)):
        if k > 0:
            cosine = float(way[k] @ way[k - 1]) / float(length[k] * length[k - 1])
            force *= exp(share * spec.friction_tissue * float(np.arccos(np.clip(cosine, -1.0, 1.0))))
        force += share * GRIP_TUNNEL_N_PER_M * float(length[k])
    return force
