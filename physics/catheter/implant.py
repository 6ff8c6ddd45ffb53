"""Purse-string, anchor, and how firmly tissue, scar and stitches hold every node."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.lumen import pinch
from physics.catheter.pieces import arcs_from_tip as arcs_from_tip
from physics.catheter.rod import node_lengths
from physics.catheter.spec import (
    ANCHOR_FAT_LOOSENING,
    ANCHOR_FAT_LOOSENING_S,
    ANCHOR_LOOSENING,
    ANCHOR_LOOSENING_S,
    ANCHOR_STIFFNESS_N_PER_M,
    ANCHOR_WINDOW_M,
    FASCIAL_BITE,
    FAT_SCAR_SHARE,
    FIBROSIS_N,
    FIBROSIS_S,
    GRIP_FIBROSIS_N_PER_M,
    GRIP_POCKET_N_PER_M,
    GRIP_STIFFNESS_PA,
    GRIP_TRACK_N_PER_M,
    GRIP_TUNNEL_N_PER_M,
    GRIP_WOUND_N_PER_M,
    PURSE_GRIP_PER_N,
    SCAR_GIVE_M,
    TRACK_GIVE_M,
    anchor_capacity_n,
)
from physics.catheter.state import CatheterState
from physics.errors import check_range

FloatArray = NDArray[np.float64]

SAC, TRACK, WOUND, TUNNEL, POCKET = 0, 1, 2, 3, 4
SECONDS_PER_DAY = 86400.0
MOST_TIE_N = 60.0  # a hand pulls a suture no harder [A]
FARTHEST_ANCHOR_M = 0.3  # further from the fascia than the wound is anywhere on the body
HOUR_HOLD = 1.0 - 0.08 * float(np.log10(3600.0))  # a posture held for an hour creeps, catheter_mechanics_2 5 [A]
NEAR_M = 8e-3  # numerical: less than half a turn of the tightest loop, more than slips in one step


def tie_purse_string(state: CatheterState, tension_n: float) -> CatheterState:
    """Return the catheter with a purse-string of a tension round it at the fascia [N].

    It holds a little, closes the hole in the tissue, and pinches the lumen from 3 N (shut at 6 N).
    """
    check_range("tie_purse_string", "tension_n", tension_n, 0.0, MOST_TIE_N, "N")
    return replace(state, purse_tension_n=float(tension_n))


def place_anchor(
    state: CatheterState, distance_m: float, n_sutures: int, substrate: str, tie_force_n: float = 2.0
) -> CatheterState:
    """Return the catheter with an anchor `distance_m` from the fascial exit.

    The anchor takes hold when the catheter is laid out. Ties above 3 N pinch the lumen like a
    purse-string.
    """
    anchor_capacity_n(substrate, n_sutures)  # refuses an unknown substrate
    check_range("place_anchor", "distance_m", distance_m, 0.0, FARTHEST_ANCHOR_M, "m outside the fascia")
    check_range("place_anchor", "n_sutures", n_sutures, 0, 12)
    check_range("place_anchor", "tie_force_n", tie_force_n, 0.0, MOST_TIE_N, "N")
    return replace(
        state, anchor_distance_m=float(distance_m), anchor_sutures=int(n_sutures), anchor_substrate=substrate,
        anchor_pinch=1.0 - pinch(tie_force_n) if n_sutures > 0 else 0.0, anchor_slip_m=0.0,
    )  # fmt: skip


def scar_share(days: float) -> float:
    """Return how far scar has formed, 0 fresh to 1: (1 - exp(-t/30 d))^2, slow in the first week [A]."""
    return float((1.0 - np.exp(-days * SECONDS_PER_DAY / FIBROSIS_S)) ** 2)


def anchor_strength_n(state: CatheterState) -> float:
    """Return the slip force of the anchor today [N]: stitches loosen, scar takes over.

    Source: catheter_mechanics_2 section 5 [A]; without an anchor there is no strength.
    """
    fresh = anchor_capacity_n(state.anchor_substrate, state.anchor_sutures)
    if fresh <= 0.0:
        return 0.0
    seconds = state.days * SECONDS_PER_DAY
    on_fat = state.anchor_substrate == "fat"
    share, time_s = (ANCHOR_LOOSENING, ANCHOR_LOOSENING_S)
    if on_fat:
        share, time_s = (ANCHOR_FAT_LOOSENING, ANCHOR_FAT_LOOSENING_S)
    loose = 1.0 - share * (1.0 - np.exp(-seconds / time_s))
    scar = FIBROSIS_N * scar_share(state.days) * (FAT_SCAR_SHARE if on_fat else 1.0)
    return float(fresh * loose + scar)


def material_at(state: CatheterState, point_m: FloatArray, near_m: float | None = None) -> float:
    """Return the arc from the tip of the material nearest to a point [m], between nodes too.

    With `near_m` only material within `NEAR_M` of that arc counts: another turn of the tube may lie
    nearer to the point than the one that belongs there.
    """
    edge = np.diff(state.x, axis=0)
    u = ((point_m - state.x[:-1]) * edge).sum(axis=1) / (edge * edge).sum(axis=1)
    arcs = arcs_from_tip(state)
    low, high = np.zeros(len(edge)), np.ones(len(edge))
    if near_m is not None:  # the part of every edge that lies within reach
        near_m = min(max(near_m, 0.0), float(arcs[0]))
        low = np.maximum(0.0, (arcs[:-1] - near_m - NEAR_M) / state.rest_length)
        high = np.minimum(1.0, (arcs[:-1] - near_m + NEAR_M) / state.rest_length)
    u = np.clip(u, low, np.maximum(high, low))
    gap = np.linalg.norm(state.x[:-1] + u[:, None] * edge - point_m, axis=1)
    gap[low >= high] = np.inf
    k = int(gap.argmin())
    return float(arcs[k] - u[k] * state.rest_length[k])


def anchor_material(state: CatheterState) -> float:
    """Return the arc from the tip of the material that is in the anchor now [m]."""
    return material_at(state, state.anchor_point_m, state.anchor_arc_m - state.anchor_slip_m)


def exit_material(state: CatheterState) -> float:
    """Return the arc from the tip of the material at the fascial exit now [m]."""
    deep = np.flatnonzero((state.zone == TRACK) | (state.zone == SAC))
    return material_at(state, state.exit_m, float(arcs_from_tip(state)[deep[0]]) if len(deep) else None)


def with_slip(state: CatheterState) -> CatheterState:
    """Return the state with what has slipped through the anchor so far."""
    if state.anchor_arc_m < 0.0:
        return state
    return replace(state, anchor_slip_m=state.anchor_arc_m - anchor_material(state))


def anchor_weights(state: CatheterState) -> FloatArray:
    """Return how near each node lies to the anchor, 1 at its middle, 0 beyond its window, (n+1,)."""
    if state.anchor_arc_m < 0.0:
        return np.zeros(len(state.x))
    gap = np.abs(arcs_from_tip(state) - anchor_material(state))
    hat = np.maximum(0.0, 1.0 - gap / ANCHOR_WINDOW_M)
    return np.where((state.zone == WOUND) | (state.zone == TRACK), hat, 0.0)


def anchor_load_n(state: CatheterState) -> float:
    """Return the force that the nodes in the anchor are held with now [N]."""
    hat = anchor_weights(state) > 0.0
    force = state.hold_stiffness[hat, None] * state.hold_memory[hat]
    return float(np.linalg.norm(force.sum(axis=0)))


def set_holds(state: CatheterState, flexing: float = 0.0, anchor_share: float = 1.0) -> CatheterState:
    """Return the state with the grip of tissue, purse-string and anchor written per node.

    `anchor_share` of the anchor's strength is left when a posture is held (`HOUR_HOLD`).
    `flexing` is +1 while the trunk flexes (taut fascia bites near the exit), -1 while it extends (the
    deep end holds better), 0 at rest.
    """
    scar = scar_share(state.days)
    fresh = np.array([0.0, GRIP_TRACK_N_PER_M, GRIP_WOUND_N_PER_M, GRIP_TUNNEL_N_PER_M, GRIP_POCKET_N_PER_M])
    healed = np.array([0.0, 0.1, 0.2, 1.0, 0.2]) * GRIP_FIBROSIS_N_PER_M
    share = node_lengths(state.rest_length)
    grip = fresh[state.zone]
    if len(state.track_m) and flexing != 0.0:
        depth = np.linalg.norm(state.x - state.exit_m, axis=1)
        depth = np.clip(depth / max(float(np.linalg.norm(state.track_m[-1] - state.exit_m)), 1e-3), 0.0, 1.0)
        bite = 1.0 + FASCIAL_BITE * flexing * (1.0 - 2.0 * depth)
        grip = np.where(state.zone == TRACK, grip * bite, grip)
    per_length = grip + scar * healed[state.zone]
    capacity = per_length * share
    give = TRACK_GIVE_M + scar * SCAR_GIVE_M
    shear = np.where(state.zone == TRACK, per_length / give, GRIP_STIFFNESS_PA)
    stiffness = np.where(per_length > 0.0, shear * share, 0.0)
    arcs = arcs_from_tip(state)
    if state.purse_tension_n > 0.0:
        at = np.abs(arcs - exit_material(state))
        k = int(at.argmin())
        capacity[k] += PURSE_GRIP_PER_N * state.purse_tension_n
        stiffness[k] += 100.0 * state.purse_tension_n  # tuned: 0.1 mm of give
    strength = anchor_share * anchor_strength_n(state)
    if strength > 0.0 and state.anchor_arc_m >= 0.0:
        hat = anchor_weights(state)
        if hat.sum() > 0.0:
            hat = hat / hat.sum()
            capacity += strength * hat
            stiffness += ANCHOR_STIFFNESS_N_PER_M * hat
    return replace(state, hold_capacity=capacity, hold_stiffness=stiffness)
