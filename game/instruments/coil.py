"""The catheter at the pump as eyes and a finger find it: bends of the part behind the lifted pump, what lies at its rim."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from game.input.tuning import gain
from physics.observation import Observation

FloatArray = NDArray[np.float64]

N_SPOTS = 16  # of a finger that goes once round the rim, from the outlet [game_design 3, item 9]
RIM_M = 0.04375  # radius of the pump [device_and_procedure 1.1]
PAD_M = gain("palpate.pad_width") * 1e-3
SPAN = 2  # nodes each side that a bend is read over: the eye does not see shorter ones [A]
TIGHT_MM = 10.0  # a bend tighter than this closes the lumen in time [device_and_procedure 2.3, M]
STRAIGHT_MM = 200.0  # wider bends look straight


def _in_pump_plane(obs: Observation) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return distance from the pump's axis [m], angle from its outlet [rad] and arc length from the pump end [m] of the nodes."""
    nodes = np.asarray(obs.catheter.nodes_m, dtype=float).reshape(-1, 3)
    if len(nodes) < 2 * SPAN + 1:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    normal = np.asarray(obs.pocket.pump_normal, dtype=float)
    off = nodes - np.asarray(obs.pocket.pump_centre_m, dtype=float)
    flat = off - np.outer(off @ normal, normal)
    ahead = flat[0] / max(float(np.linalg.norm(flat[0])), 1e-9)  # the pump end is at the outlet
    angle = np.arctan2(flat @ np.cross(normal, ahead), flat @ ahead)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    return np.linalg.norm(flat, axis=1), angle, arc


def is_at_pump(obs: Observation) -> bool:
    """Return whether a catheter ends at the pump."""
    return obs.pocket.is_pump_in and obs.catheter.is_tunnelled and obs.catheter.is_open


def bends(obs: Observation) -> tuple[FloatArray, FloatArray]:
    """Return length from the connector [mm] and radius of the bend there [mm], along what the lifted pump uncovers."""
    away, _, arc = _in_pump_plane(obs)
    if not len(away) or not is_at_pump(obs):
        return np.zeros(0), np.zeros(0)
    nodes = np.asarray(obs.catheter.nodes_m, dtype=float)
    a, b, c = nodes[: -2 * SPAN], nodes[SPAN:-SPAN], nodes[2 * SPAN :]
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    sides = np.linalg.norm(b - a, axis=1) * np.linalg.norm(c - b, axis=1) * np.linalg.norm(c - a, axis=1)
    radius = np.minimum(1e3 * sides / np.maximum(4.0 * area, 1e-12), STRAIGHT_MM)
    under = np.nonzero(away < RIM_M + PAD_M)[0]
    last = min(int(under[-1]) + 1 if len(under) else 0, len(nodes) - SPAN)
    return 1e3 * arc[SPAN:last], radius[: max(last - SPAN, 0)]


def rim_spots(obs: Observation) -> tuple[bool, ...]:
    """Return for each of `N_SPOTS` round the rim, from the outlet, whether a finger finds something soft: the catheter rides there."""
    away, angle, _ = _in_pump_plane(obs)
    soft = [False] * N_SPOTS
    if is_at_pump(obs):
        for a in angle[np.abs(away - RIM_M) < 0.5 * PAD_M]:
            soft[round(float(a) / (2.0 * np.pi / N_SPOTS)) % N_SPOTS] = True
    return tuple(soft)


def rim_words(spots: tuple[bool, ...]) -> str:
    """Return what a finger says that has gone once round."""
    n = sum(spots)
    if n == 0:
        return "Hard rim all round."
    where = ", ".join(str(k) for k, is_soft in enumerate(spots) if is_soft)
    return f"Soft at {n} of {len(spots)} spots, counted from the outlet: {where}."
