"""What instruments, stitches and needles do to the tube, and what a connector holds.

Damage is kept where it is, as an arc from the tip: `wall_defects` (holes and gaps, which leak), `pinches`
(a lumen left narrower), `clamps` (shut as long as they are on). Every force here is a design value: no
published crush, puncture or pull-off force of an intrathecal catheter was found.
"""

from __future__ import annotations

from dataclasses import replace
from math import log10

import numpy as np
from numpy.typing import NDArray

from physics.catheter.lumen import CLAMP_SHUT_N, PINCHED, PRESS_LENGTH_OD, pinch
from physics.catheter.pieces import arcs_from_tip
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList
from physics.errors import check_finite, check_range

FloatArray = NDArray[np.float64]

MOST_FORCE_N = 60.0  # a strong hand on a needle holder [A]
BARE_CRUSH_N = (2.0, 12.0)  # steel jaws: the wall takes a set from here, shut for good there [A]
SHOD_CRUSH_N = (10.0, 40.0)  # rubber spreads the same force over three times the length [A]
BARE_HOLE_N = 5.0  # teeth go through the wall above this [A]
TOOTH_HOLE_M = 0.2e-3  # [A]
CREEP_PER_DECADE = (0.15, 0.05)  # bare, shod: set per decade of time over ten minutes [A]
CREEP_FROM_S = 600.0
STITCH_HOLE_M = 0.3e-3  # round-bodied needle of a 2-0 suture, less the thread [A]
SAME_PLACE_M = 1e-3  # tuned: a second hit this near adds nothing
CONNECTOR_FULL_HOLD_N = 15.0  # scenarios_content 0.1: seat 1 -> 15 N, 0.4 -> 1.2 N [D]
CONNECTOR_POWER = 2.76  # through both points: log(15 / 1.2) / log(1 / 0.4)
SLIP_SHARE = 0.8  # of its hold at which a connector begins to come off [A]
SLIP_SEAT = 0.9  # seat left after such a tug [A]

EVIDENCE = (
    ("jaws.bare_set", BARE_CRUSH_N[0], "N", "A", "tuned: no published crush force"),
    ("jaws.bare_shut", BARE_CRUSH_N[1], "N", "A", "tuned: no published crush force"),
    ("jaws.shod_set", SHOD_CRUSH_N[0], "N", "A", "tuned: no published crush force"),
    ("jaws.shod_shut", SHOD_CRUSH_N[1], "N", "A", "tuned: no published crush force"),
    ("jaws.hole", BARE_HOLE_N, "N", "A", "tuned: device_and_procedure I24, toothed clamp leaks"),
    ("jaws.tooth_hole", TOOTH_HOLE_M, "m", "A", "tuned: tip of a tooth"),
    ("jaws.creep_bare", CREEP_PER_DECADE[0], "1", "A", "tuned: set of a polymer grows with the logarithm of time"),
    ("jaws.creep_shod", CREEP_PER_DECADE[1], "1", "A", "tuned: set of a polymer grows with the logarithm of time"),
    ("jaws.shut", CLAMP_SHUT_N, "N", "A", "tuned: any usual clamp shuts a soft tube"),
    ("press.length", PRESS_LENGTH_OD, "OD", "A", "tuned: an edge dents a thick tube over about two diameters"),
    ("press.pinched", PINCHED, "1", "A", "tuned: below half the area a pinch is told; 8 times the resistance over 3 mm is not felt"),
    ("stitch.hole", STITCH_HOLE_M, "m", "A", "tuned: suture needle less its thread"),
    ("connector.hold", CONNECTOR_FULL_HOLD_N, "N", "D", "scenarios_content 0.1"),
    ("connector.power", CONNECTOR_POWER, "1", "D", "scenarios_content 0.1: seat 0.4 holds 1.2 N"),
    ("connector.slip_share", SLIP_SHARE, "1", "A", "tuned: a tug test that nearly fails loosens"),
)


def crushed_share(force_n: float, is_shod: bool, held_s: float) -> float:
    """Return the open share of the lumen that jaws leave behind when they let go [-].

    Notes
    -----
    Straight from no set at the lower to a shut lumen at the upper force of the jaws, plus the creep of
    whatever was held shut longer than ten minutes.
    """
    low, high = SHOD_CRUSH_N if is_shod else BARE_CRUSH_N
    now = min(1.0, max(0.0, (force_n - low) / (high - low)))
    later = CREEP_PER_DECADE[int(is_shod)] * log10(1.0 + held_s / CREEP_FROM_S) if force_n >= CLAMP_SHUT_N else 0.0
    return max(0.0, 1.0 - now - later)


def clamp_on(state: CatheterState, arc_m: float, force_n: float, is_shod: bool, now_s: float) -> CatheterState:
    """Return the catheter with a clamp at an arc from the tip: shut there until it comes off."""
    check_range("clamp_on", "force_n", force_n, 0.0, MOST_FORCE_N, "N")
    check_range("clamp_on", "arc_m", arc_m, 0.0, 2.0, "m")
    check_finite("clamp_on", "now_s", now_s)
    return replace(state, clamps=(*state.clamps, (float(arc_m), float(force_n), bool(is_shod), float(now_s))))


def clamps_off(state: CatheterState, now_s: float) -> tuple[CatheterState, HappeningList]:
    """Return the catheter with every clamp taken off, and what they have left."""
    happenings: HappeningList = []
    clamps, state = state.clamps, replace(state, clamps=())
    for arc, force, is_shod, since in clamps:
        happenings.append(("CatheterUnclamped", force, "rubber-shod" if is_shod else "bare"))
        state, made = gripped(state, arc, force, is_shod, max(0.0, now_s - since))
        happenings += made
    return state, happenings


def gripped(
    state: CatheterState, arc_m: float, force_n: float, is_shod: bool, held_s: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after jaws have held it with a force for a time, and the damage done."""
    check_range("gripped", "force_n", force_n, 0.0, MOST_FORCE_N, "N")
    check_range("gripped", "held_s", held_s, 0.0, np.inf, "s")
    jaws = "rubber-shod" if is_shod else "bare"
    happenings: HappeningList = []
    open_share = crushed_share(force_n, is_shod, held_s)
    if open_share < 1.0:
        state = pinched(state, arc_m, open_share)
        if open_share < 0.95:
            happenings.append(("CatheterCrushed", open_share, jaws))
    if not is_shod and force_n > BARE_HOLE_N:
        state = holed(state, arc_m, TOOTH_HOLE_M)
        happenings.append(("CatheterHoled", arc_m, jaws))
    return state, happenings


def pinched(state: CatheterState, arc_m: float, open_share: float) -> CatheterState:
    """Return the catheter with a lumen that is left with an open share at an arc from the tip."""
    check_range("pinched", "open_share", open_share, 0.0, 1.0)
    rows = [row for row in state.pinches if abs(row[0] - arc_m) > SAME_PLACE_M]
    worst = min([open_share, *(row[1] for row in state.pinches if abs(row[0] - arc_m) <= SAME_PLACE_M)])
    return replace(state, pinches=(*rows, (float(arc_m), float(worst))))


def holed(state: CatheterState, arc_m: float, diameter_m: float, gap: float = 0.0) -> CatheterState:
    """Return the catheter with a hole in its wall (gap 0) or cut through (gap 1) at an arc from the tip."""
    check_range("holed", "diameter_m", diameter_m, 0.0, 5e-3, "m")
    check_range("holed", "gap", gap, 0.0, 1.0)
    rows = [row for row in state.wall_defects if abs(row[0] - arc_m) > SAME_PLACE_M]
    near = [row for row in state.wall_defects if abs(row[0] - arc_m) <= SAME_PLACE_M]
    worst = (float(arc_m), max([diameter_m, *(row[1] for row in near)]), max([gap, *(row[2] for row in near)]))
    return replace(state, wall_defects=(*rows, worst))


def mended(state: CatheterState) -> CatheterState:
    """Return the catheter with its cut ends joined by connectors: nothing is left open there."""
    return replace(state, wall_defects=tuple(row for row in state.wall_defects if row[2] < 1.0))


def stitched(
    state: CatheterState, arc_m: float, tension_n: float, is_through: bool
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter with a stitch tied right over it, or through it, at an arc from the tip.

    A tie without a sleeve pinches like a purse-string: from 3 N, shut at 6 N.
    """
    check_range("stitched", "tension_n", tension_n, 0.0, MOST_FORCE_N, "N")
    happenings: HappeningList = [("CatheterStitched", tension_n, "through" if is_through else "over")]
    if pinch(tension_n) < 1.0:
        state = pinched(state, arc_m, pinch(tension_n))
    if is_through:
        state = holed(state, arc_m, STITCH_HOLE_M)
        happenings.append(("CatheterHoled", arc_m, "stitch"))
    return state, happenings


def _nearest_on_edges(state: CatheterState, a_m: FloatArray, b_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return per edge the least distance to a segment [m], and the shares along segment and edge there.

    Source: closest points of two segments, Ericson, Real-Time Collision Detection (2005) 5.1.9.
    """
    p, d = state.x[:-1], np.diff(state.x, axis=0)
    along = b_m - a_m
    r = a_m - p
    aa, ee = float(along @ along), (d * d).sum(axis=1)
    f, c, b = (d * r).sum(axis=1), r @ along, d @ along
    lean = np.maximum(aa * ee - b * b, 1e-30)
    s = np.clip(np.where(aa * ee - b * b > 1e-12 * aa * ee, (b * f - c * ee) / lean, 0.0), 0.0, 1.0)
    t = (b * s + f) / ee
    t = np.clip(t, 0.0, 1.0)
    s = np.clip((b * t - c) / max(aa, 1e-30), 0.0, 1.0)
    gap = np.linalg.norm(r + s[:, None] * along - t[:, None] * d, axis=1)
    return gap, s, t


def nearest_to(state: CatheterState, from_m: FloatArray, to_m: FloatArray) -> tuple[float, float]:
    """Return (distance [m], arc from the tip [m]) of the place on the tube that lies nearest to a segment.

    A catheter still in its pack lies nowhere: infinite.
    """
    if state.phase == "closed" or len(state.x) < 2:
        return float(np.inf), 0.0
    gap, _, along = _nearest_on_edges(state, np.asarray(from_m), np.asarray(to_m))
    edge = int(gap.argmin())
    return float(gap[edge]), float(arcs_from_tip(state)[edge] - along[edge] * state.rest_length[edge])


def punctured(
    state: CatheterState, spec: CatheterSpec, from_m: FloatArray, to_m: FloatArray, needle_diameter_m: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after a needle tip has gone from one point to another, and what it hit.

    Notes
    -----
    The needle goes through the wall when its axis meets the tube within its radius; further out the tube
    rolls aside. The hole is as wide as the needle (a noncoring tip leaves a flap: an upper bound).
    """
    check_finite("punctured", "from_m", from_m)
    check_finite("punctured", "to_m", to_m)
    if state.phase != "implanted" or float(np.abs(to_m - from_m).max()) <= 0.0:
        return state, []
    gap, share, along = _nearest_on_edges(state, np.asarray(from_m), np.asarray(to_m))
    hit = np.flatnonzero(gap < spec.radius_m)
    if len(hit) == 0:
        return state, []
    edge = int(hit[share[hit].argmin()])
    arc = float(arcs_from_tip(state)[edge] - along[edge] * state.rest_length[edge])
    if any(abs(row[0] - arc) <= SAME_PLACE_M for row in state.wall_defects):
        return state, []
    return holed(state, arc, needle_diameter_m), [("CatheterPunctured", arc, "needle")]


def connector_hold_n(seat: float) -> float:
    """Return the pull that a connector of a seat 0..1 holds [N]: 15 N when home, 1.2 N at 0.4 [D]."""
    check_range("connector_hold_n", "seat", seat, 0.0, 1.0)
    return float(CONNECTOR_FULL_HOLD_N * seat**CONNECTOR_POWER)


def tugged(seat: float, force_n: float) -> tuple[float, HappeningList]:
    """Return the seat of a connector after a tug, and whether it held, slipped or came off."""
    check_range("tugged", "force_n", force_n, 0.0, MOST_FORCE_N, "N")
    hold = connector_hold_n(seat)
    if force_n >= hold:
        return 0.0, [("CatheterDisconnected", force_n, "tug test")]
    if force_n > SLIP_SHARE * hold:
        return SLIP_SEAT * seat, [("ConnectorSlipped", force_n, "tug test")]
    return seat, [("ConnectorHeld", force_n, "tug test")]
