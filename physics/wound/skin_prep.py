"""Skin antisepsis: which skin was painted, what is still wet, and how asepsis is broken.

A stroke wets every cell whose middle lies within half a sponge of its line; a cell is dry some time after the
last stroke over it. The window that must be painted reaches from the back wound to the pocket.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.wound.state import CELL_M, PREP_U_M, PREP_V_M, Break, FieldState, FloatArray, Prep, unpainted

SPONGE_M = 0.05  # [A] width of a sponge on a stick
DRYING_S = {"chlorhexidine": 180.0, "iodine": 180.0, "alcohol": 60.0}  # 3 min [device_and_procedure I05, UGK-M]; alcohol [A]
MARGIN_M = 0.08  # [A] painted skin round a wound
USUAL_POCKET_M = (0.28, 0.05)  # [A] beside the midline of the back, and up, where nobody has marked
WHOLE = 0.98  # share of the window that must be painted [game_design 2.4]
WET = 0.02  # [A] share of the window that may still be wet when the drapes go on

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.sponge", SPONGE_M, "m", "A", "assumption: sponge on a stick"),
    ("wound.drying_chlorhexidine", DRYING_S["chlorhexidine"], "s", "UGK-M", "device_and_procedure 3 I05"),
    ("wound.drying_iodine", DRYING_S["iodine"], "s", "UGK-M", "device_and_procedure 3 I05"),
    ("wound.drying_alcohol", DRYING_S["alcohol"], "s", "A", "assumption"),
    ("wound.prep_margin", MARGIN_M, "m", "A", "assumption"),
    ("wound.prep_pocket_u", USUAL_POCKET_M[0], "m", "A", "assumption: anterior axillary line of an adult"),
    ("wound.prep_pocket_v", USUAL_POCKET_M[1], "m", "A", "assumption: half way between rib and crest"),
    ("wound.prep_whole", WHOLE, "1", "D", "game_design 2.4"),
    ("wound.prep_wet", WET, "1", "A", "assumption"),
)


def cell_middles() -> tuple[FloatArray, FloatArray]:
    """Return (u, v) of the middles of the prep map's columns and rows [m]."""
    n_u = round((PREP_U_M[1] - PREP_U_M[0]) / CELL_M)
    n_v = round((PREP_V_M[1] - PREP_V_M[0]) / CELL_M)
    return np.asarray(PREP_U_M[0] + (np.arange(n_u) + 0.5) * CELL_M), np.asarray(PREP_V_M[0] + (np.arange(n_v) + 0.5) * CELL_M)


_U_M, _V_M = cell_middles()
_DRY: NDArray[np.float16] = np.zeros((len(_V_M), len(_U_M)), dtype=np.float16)


def distance_to_segment(
    u_m: FloatArray, v_m: FloatArray, start: tuple[float, float], end: tuple[float, float]
) -> FloatArray:
    """Return how far points of the unrolled skin lie from a line between two points [m]."""
    du, dv = end[0] - start[0], end[1] - start[1]
    long2 = max(du * du + dv * dv, 1e-18)
    share = np.clip(((u_m - start[0]) * du + (v_m - start[1]) * dv) / long2, 0.0, 1.0)
    return np.asarray(np.hypot(u_m - start[0] - share * du, v_m - start[1] - share * dv))


def stroked(prep: Prep, start: tuple[float, float], end: tuple[float, float], agent: str, now_s: float) -> Prep:
    """Return the skin after one stroke: every cell within half a sponge of it is wet from now on."""
    reach = 0.5 * SPONGE_M
    near = distance_to_segment(_U_M[None, :], _V_M[:, None], start, end) <= reach
    dry_at = np.where(near, now_s + DRYING_S[agent], prep.dry_at_s)
    agents = prep.agents if agent in prep.agents else (*prep.agents, agent)
    return replace(prep, dry_at_s=dry_at, is_painted=prep.is_painted | near, agents=agents)


def window_m(field: FieldState) -> tuple[float, float, float, float]:
    """Return the skin that must be painted: u from, to, v from, to [m].

    Notes
    -----
    From beyond the midline of the back to beyond the pocket's outline, on the marked side; the side that lies up
    and the usual place of a pocket where nothing was marked.
    """
    sign = 1.0 if field.side_up == "left" else -1.0
    u, v, radius = sign * USUAL_POCKET_M[0], USUAL_POCKET_M[1], 0.05
    low = high = 0.0
    for mark in field.marks:
        if mark.kind == "pocket":
            u, v, radius = mark.u_m, mark.v_m, max(mark.radius_m, radius)
        elif mark.kind in ("entry", "midline"):
            low, high = min(low, mark.v_m), max(high, mark.v_m)
    sign = 1.0 if u >= 0.0 else -1.0
    far = u + sign * (radius + 0.5 * MARGIN_M)
    near = -sign * MARGIN_M
    bottom, top = min(low, v - radius) - 0.5 * MARGIN_M, max(high, v + radius) + 0.5 * MARGIN_M
    return (
        max(min(near, far), PREP_U_M[0]), min(max(near, far), PREP_U_M[1]),
        max(bottom, PREP_V_M[0]), min(top, PREP_V_M[1]),
    )  # fmt: skip


def window_shares(prep: Prep, window: tuple[float, float, float, float], now_s: float) -> tuple[float, float, float]:
    """Return (share of the window painted, share still wet, time until all of it is dry [s])."""
    if not prep.agents:
        return 0.0, 0.0, 0.0
    inside = prep.dry_at_s[np.ix_((_V_M >= window[2]) & (_V_M <= window[3]), (_U_M >= window[0]) & (_U_M <= window[1]))]
    if inside.size == 0:
        return 0.0, 0.0, 0.0
    painted, wet = float(np.mean(inside > 0.0)), float(np.mean(inside > now_s))
    return painted, wet, max(0.0, float(inside.max()) - now_s)


def draped(field: FieldState, now_s: float) -> FieldState:
    """Return the field with drapes on; wet or bare skin in the window is a break of asepsis."""
    window = window_m(field)
    cover, wet, _ = window_shares(field.prep, window, now_s)
    breaks = field.breaks
    if wet > WET:
        breaks = (*breaks, Break("wet drape", now_s))
    if cover < WHOLE:
        breaks = (*breaks, Break("bare skin", now_s))
    prep = replace(field.prep, draped_at_s=now_s, draped_cover=cover, draped_wet=wet, window_m=window)
    return replace(field, prep=prep, breaks=breaks)


def undraped(field: FieldState) -> FieldState:
    """Return the field after the operation: drapes and paint off, its breaks of asepsis past."""
    if field.prep.draped_at_s < 0.0 and not field.prep.agents and not field.breaks:
        return field
    return replace(field, prep=unpainted(), breaks=(), depots=())


def broken(field: FieldState, what: str, now_s: float) -> FieldState:
    """Return the field with a break of asepsis noted."""
    return replace(field, breaks=(*field.breaks, Break(what, now_s)))


def repaired(field: FieldState, what: str) -> FieldState:
    """Return the field with every break by a glove or tool put right."""
    return replace(
        field, breaks=tuple(replace(b, is_repaired=True) if b.what == what else b for b in field.breaks)
    )


def wetness(prep: Prep, now_s: float) -> NDArray[np.float16]:
    """Return how wet each cell is, 0 dry or never painted .. 1 just painted; one and the same map once all is dry.

    Half precision: an attempt keeps thousands of them.
    """
    if float(prep.dry_at_s.max()) <= now_s:
        return _DRY
    longest = max((DRYING_S[agent] for agent in prep.agents), default=1.0)
    return np.clip((prep.dry_at_s - now_s) / longest, 0.0, 1.0).astype(np.float16)
