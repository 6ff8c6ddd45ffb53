"""Purse-string, anchor, and how firmly tissue, scar and stitches hold every node."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.anchor import (
    ANCHORS,
    GIVEN,
    KIT,
    STITCH_PULL_OUT_N,
    Stitches,
    crowding,
    grip_n,
    group_hold,
    kind_for,
    stiffness_n_per_m,
    still_holding,
    stitches_of,
)
from physics.catheter.lumen import pinch
from physics.catheter.pieces import arcs_from_tip as arcs_from_tip
from physics.catheter.rod import node_lengths
from physics.catheter.spec import (
    ANCHOR_FAT_LOOSENING,
    ANCHOR_FAT_LOOSENING_S,
    ANCHOR_FAT_N,
    ANCHOR_LOOSENING,
    ANCHOR_LOOSENING_S,
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
)
from physics.catheter.state import CatheterState, HappeningList
from physics.errors import OutOfRange, check_range

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
    state: CatheterState, distance_m: float, n_sutures: int | None, substrate: str, tie_force_n: float = 2.0,
    kind: str = KIT, is_one_sided: bool = False,
) -> CatheterState:  # fmt: skip
    """Return the catheter with an anchor `distance_m` from the fascial exit.

    Parameters
    ----------
    n_sutures : int or None
        Stitches; None = what the kind asks for.
    substrate : str
        "fascia" or "fat".
    tie_force_n : float
        Of every tie round the sleeve: the grip on the tube; above 3 N it pinches the lumen like a purse-string.
    kind : str
        Key of `anchor.ANCHORS` that fits the catheter, or "kit" for the one that comes with it.
    is_one_sided : bool
        All stitches in one wing, instead of in balance about the sleeve.

    Notes
    -----
    The anchor takes hold when the catheter is laid out.
    """
    name = kind_for(state.model, kind)
    n = ANCHORS[name].n_sutures if n_sutures is None else int(n_sutures)
    if substrate not in ("fascia", "fat"):
        raise OutOfRange("place_anchor", "substrate", substrate, "'fascia' or 'fat'")
    check_range("place_anchor", "distance_m", distance_m, 0.0, FARTHEST_ANCHOR_M, "m outside the fascia")
    check_range("place_anchor", "tie_force_n", tie_force_n, 0.0, MOST_TIE_N, "N")
    return replace(
        state, anchor_distance_m=float(distance_m), anchor_sutures=n, anchor_substrate=substrate, anchor_kind=name,
        anchor_stitches=stitches_of(name, n, is_one_sided), anchor_tie_n=float(tie_force_n),
        anchor_pinch=1.0 - pinch(tie_force_n) if n > 0 else 0.0, anchor_slip_m=0.0,
    )  # fmt: skip


def scar_share(days: float) -> float:
    """Return how far scar has formed, 0 fresh to 1: (1 - exp(-t/30 d))^2, slow in the first week [A]."""
    return float((1.0 - np.exp(-days * SECONDS_PER_DAY / FIBROSIS_S)) ** 2)


def _loosened(days: float, share: float, time_s: float) -> float:
    """Return what is left of a hold after days of creep toward `1 - share` [-], catheter_mechanics_2 section 5 [A]."""
    return 1.0 - share * (1.0 - float(np.exp(-days * SECONDS_PER_DAY / time_s)))


def stitches_left(state: CatheterState) -> tuple[float, ...]:
    """Return what every stitch of the anchor still holds over what it held when fresh [-]."""
    on_fat = state.anchor_substrate == "fat"
    law = (ANCHOR_FAT_LOOSENING, ANCHOR_FAT_LOOSENING_S) if on_fat else (ANCHOR_LOOSENING, ANCHOR_LOOSENING_S)
    return tuple(_loosened(state.days + stitch[2], *law) for stitch in state.anchor_stitches)


def _stitched_n(state: CatheterState) -> float:
    """Return what the stitches of a fresh, balanced anchor hold on the tissue [N].

    On fascia each for itself; fat tears off as the one lobe that they hold together, however many [D].
    """
    return ANCHOR_FAT_N if state.anchor_substrate == "fat" else STITCH_PULL_OUT_N * state.anchor_sutures


def _anchor_scar_n(state: CatheterState) -> float:
    return FIBROSIS_N * scar_share(state.days) * (FAT_SCAR_SHARE if state.anchor_substrate == "fat" else 1.0)


def anchor_strength_n(state: CatheterState) -> float:
    """Return the slip force of the anchor today [N].

    Notes
    -----
    The tube slips in the sleeve, or the sleeve with its stitches through the tissue, whichever comes first; ties
    and stitches loosen and scar takes over: catheter_mechanics_2 section 5 [A]. Without an anchor there is none.
    """
    if state.anchor_sutures <= 0:
        return 0.0
    grip = grip_n(state.anchor_kind, state.anchor_sutures, state.anchor_tie_n)
    sleeve = grip * _loosened(state.days, ANCHOR_LOOSENING, ANCHOR_LOOSENING_S)
    stands = group_hold(state.anchor_stitches, stitches_left(state), state.anchor_sutures)
    if not state.anchor_stitches and state.anchor_substrate == "fat":  # torn through, they still drag in their bed
        stands = min(GIVEN, _loosened(state.days, ANCHOR_FAT_LOOSENING, ANCHOR_FAT_LOOSENING_S))
    hold = _stitched_n(state) * stands
    return float(min(sleeve, hold) + _anchor_scar_n(state))


def aged_stitches(state: CatheterState, days: float) -> tuple[CatheterState, HappeningList]:
    """Return the anchor after days of creep, and the stitches that have cut through.

    A stitch that bears twice its equal part creeps twice as fast: a wire through a viscous solid [A].
    """
    if not state.anchor_stitches:
        return state, []
    loads = crowding(state.anchor_stitches, state.anchor_sutures)
    rows = tuple((x, y, extra + days * (load - 1.0)) for (x, y, extra), load in zip(state.anchor_stitches, loads, strict=True))
    state = replace(state, anchor_stitches=rows)
    left = tuple(row for row, share in zip(rows, stitches_left(state), strict=True) if share > GIVEN)
    return _with_stitches(state, left)


def loaded_stitches(state: CatheterState, force_n: float) -> tuple[CatheterState, HappeningList]:
    """Return the anchor after a pull on it [N]: the stitches let go one after the other until the rest holds.

    What scar bears of the pull the stitches do not.
    """
    if not state.anchor_stitches or force_n <= 0.0:
        return state, []
    strength = anchor_strength_n(state)
    pull = force_n * (1.0 - _anchor_scar_n(state) / strength) if strength > 0.0 else force_n
    left = still_holding(state.anchor_stitches, stitches_left(state), state.anchor_sutures, pull / _stitched_n(state))
    return _with_stitches(state, left)


def _with_stitches(state: CatheterState, left: Stitches) -> tuple[CatheterState, HappeningList]:
    gave: HappeningList = []
    if len(left) < len(state.anchor_stitches):
        gave.append(("AnchorStitchGave", float(len(left)), state.anchor_substrate))
    return replace(state, anchor_stitches=left), gave


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


def half_sleeve_m(state: CatheterState) -> float:
    """Return how far the sleeve of the anchor reaches to either side of its middle [m]."""
    return 0.5 * ANCHORS[state.anchor_kind].sleeve_m


def anchor_stiffness_n_per_m(state: CatheterState) -> float:
    """Return how stiffly the anchor holds the tube along its sleeve [N/m]."""
    return stiffness_n_per_m(state.anchor_stitches, anchor_strength_n(state))


def anchor_weights(state: CatheterState) -> FloatArray:
    """Return how near each node lies to the anchor, 1 at its middle, 0 beyond its window, (n+1,)."""
    if state.anchor_arc_m < 0.0:
        return np.zeros(len(state.x))
    gap = np.abs(arcs_from_tip(state) - anchor_material(state))
    hat = np.maximum(0.0, 1.0 - gap / half_sleeve_m(state))
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
            stiffness += anchor_stiffness_n_per_m(state) * hat
    return replace(state, hold_capacity=capacity, hold_stiffness=stiffness)
