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

FloatArray = NDArray[np.float64]

SAC, TRACK, WOUND, TUNNEL, POCKET = 0, 1, 2, 3, 4
SECONDS_PER_DAY = 86400.0


def tie_purse_string(state: CatheterState, tension_n: float) -> CatheterState:
    """Return the catheter with a purse-string of a tension round it at the fascia [N].

    It holds a little, closes the hole in the tissue, and pinches the lumen from 3 N (shut at 6 N).
    """
    return replace(state, purse_tension_n=float(tension_n))


def place_anchor(
    state: CatheterState, distance_m: float, n_sutures: int, substrate: str, tie_force_n: float = 2.0
) -> CatheterState:
    """Return the catheter with an anchor `distance_m` from the fascial exit.

    The anchor takes hold when the catheter is laid out. Ties above 3 N pinch the lumen like a
    purse-string.
    """
    anchor_capacity_n(substrate, n_sutures)  # refuses an unknown substrate
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


def material_at(state: CatheterState, point_m: FloatArray) -> float:
    """Return the arc from the tip of the material nearest to a point [m], between nodes too."""
    edge = np.diff(state.x, axis=0)
    u = ((point_m - state.x[:-1]) * edge).sum(axis=1) / (edge * edge).sum(axis=1)
    u = np.clip(u, 0.0, 1.0)
    gap = np.linalg.norm(state.x[:-1] + u[:, None] * edge - point_m, axis=1)
    k = int(gap.argmin())
    return float(arcs_from_tip(state)[k] - u[k] * state.rest_length[k])


def anchor_weights(state: CatheterState) -> FloatArray:
    """Return how near each node lies to the anchor, 1 at its middle, 0 beyond its window, (n+1,)."""
    if state.anchor_arc_m < 0.0:
        return np.zeros(len(state.x))
    gap = np.abs(arcs_from_tip(state) - material_at(state, state.anchor_point_m))
    hat = np.maximum(0.0, 1.0 - gap / ANCHOR_WINDOW_M)
    return np.where((state.zone == WOUND) | (state.zone == TRACK), hat, 0.0)


def set_holds(state: CatheterState, flexing: float = 0.0) -> CatheterState:
    """Return the state with the grip of tissue, purse-string and anchor written per node.

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
        at = np.abs(arcs - material_at(state, state.exit_m))
        k = int(at.argmin())
        capacity[k] += PURSE_GRIP_PER_N * state.purse_tension_n
        stiffness[k] += 100.0 * state.purse_tension_n  # tuned: 0.1 mm of give
    strength = anchor_strength_n(state)
    if strength > 0.0 and state.anchor_arc_m >= 0.0:
        hat = anchor_weights(state)
        if hat.sum() > 0.0:
            hat = hat / hat.sum()
            capacity += strength * hat
            stiffness += ANCHOR_STIFFNESS_N_PER_M * hat
    return replace(state, hold_capacity=capacity, hold_stiffness=stiffness)
