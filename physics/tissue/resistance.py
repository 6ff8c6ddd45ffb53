"""Force along a needle track, and the implicit hand that pushes against it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.kernels import inner_kernel, kernel

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SAC_CODE, DURA_TENT, DURA_PEAK = 8, 0.001, 1.3  # as in `layers`; tests hold them equal
SCAN_M = 2e-5


@kernel
def layer_at(depth: float, borders: FloatArray) -> int:
    """Return the index of the layer that holds a depth."""
    k = borders.shape[0] - 1
    for i in range(k):
        if depth < borders[i + 1]:
            return int(i)
    return int(k - 1)


@inner_kernel
def shaft_friction(depth: float, borders: FloatArray, codes: IntArray, table: FloatArray) -> float:
    """Return the drag on the part of the shaft that lies in tissue [N]."""
    total = 0.0
    for i in range(codes.shape[0]):
        inside = min(depth, borders[i + 1]) - borders[i]
        if inside <= 0.0:
            break
        total += inside * table[codes[i], 2]
    return total


@inner_kernel
def tip_force(depth: float, reach: float, borders: FloatArray, codes: IntArray, table: FloatArray) -> float:
    """Return the force on the tip at a depth [N]; a track cut before (depth <= reach) is free.

    A layer's force runs linearly from its near to its far border. Dura: tents for 1 mm past the border
    of the sac. Bone and the opposite wall are elastic, whether met before or not.
    """
    if depth <= 0.0:
        return 0.0
    i = layer_at(depth, borders)
    code = codes[i]
    into = depth - borders[i]
    stop = table[code, 3]
    if stop > 0.0:
        return float(stop * into)
    if depth <= reach:
        return 0.0
    if code == SAC_CODE and into < DURA_TENT and i > 0:
        return float(table[code, 0] + DURA_PEAK * into / DURA_TENT)
    share = into / max(borders[i + 1] - borders[i], 1e-6)
    return float(table[code, 0] + (table[code, 1] - table[code, 0]) * min(share, 1.0))


@kernel
def resistance(depth: float, reach: float, borders: FloatArray, codes: IntArray, table: FloatArray) -> float:
    """Return tip force plus shaft friction against advance [N]."""
    return tip_force(depth, reach, borders, codes, table) + shaft_friction(depth, borders, codes, table)


@kernel
def hand_force(set_point: float, depth: float, stiffness: float, limit: float) -> float:
    """Return the spring force of the hand, limited [N]."""
    return min(max(stiffness * (set_point - depth), -limit), limit)


@inner_kernel
def _surplus(
    y: float, x: float, hand: tuple[float, float, float, float, float], reach: float, borders: FloatArray,
    codes: IntArray, table: FloatArray,
) -> float:  # fmt: skip
    set_point, stiffness, limit, damping, dt = hand
    push = hand_force(set_point, y, stiffness, limit) - damping * (y - x) / dt
    if y >= x:
        return push - resistance(y, reach, borders, codes, table)
    return push + shaft_friction(y, borders, codes, table)


@kernel
def move(
    x: float, hand: tuple[float, float, float, float, float], reach: float, deepest: float, borders: FloatArray,
    codes: IntArray, table: FloatArray,
) -> float:  # fmt: skip
    """Return the depth after one implicit step of the massless hand [m].

    Solves c (y - x) / dt = clip(k (set - y), +-limit) - F(y) for the first root beyond x in the
    direction of the push: a scan of 0.02 mm brackets it, bisection finishes. At a give the surplus
    stays positive and the hub runs on by the stored travel. Between the two thresholds friction holds
    and the tool does not creep back by itself.

    Parameters
    ----------
    x : float
        Depth now [m].
    hand : tuple
        Set point [m], stiffness [N/m], force limit [N], damping [N s/m], dt [s].
    reach, deepest : float
        Track cut so far; end of the usable shaft [m].
    borders, codes, table : arrays
        Layers along the track and their resistance.

    Notes
    -----
    Source: game_design section 3. Elastic stops push the tool back only to their surface.
    """
    e = 1e-9
    push = hand_force(hand[0], x, hand[1], hand[2])
    i = layer_at(x, borders)
    stop = tip_force(x, reach, borders, codes, table) if table[codes[i], 3] > 0.0 else 0.0
    direction = 0.0
    if _surplus(x + e, x, hand, reach, borders, codes, table) > 0.0:
        direction = 1.0
    elif push - stop + shaft_friction(x, borders, codes, table) < 0.0:
        direction = -1.0
    if direction == 0.0:
        return x
    low, high = x, x
    for _ in range(4000):
        high = min(max(low + direction * SCAN_M, 0.0), deepest)
        if high == low:
            return high
        surplus = _surplus(high, x, hand, reach, borders, codes, table)
        if direction < 0.0:
            j = layer_at(high, borders)
            if table[codes[j], 3] > 0.0:
                surplus -= tip_force(high, reach, borders, codes, table)
        if surplus * direction <= 0.0:
            break
        low = high
    for _ in range(40):
        middle = 0.5 * (low + high)
        surplus = _surplus(middle, x, hand, reach, borders, codes, table)
        if direction < 0.0:
            j = layer_at(middle, borders)
            if table[codes[j], 3] > 0.0:
                surplus -= tip_force(middle, reach, borders, codes, table)
        if surplus * direction > 0.0:
            low = middle
        else:
            high = middle
    return low


def poiseuille_flow(pressure_pa: float, radius_m: float, length_m: float, viscosity_pa_s: float) -> float:
    """Return the laminar flow through a round tube [m3/s]: pi r^4 dp / (8 mu L)."""
    return math.pi * radius_m**4 * pressure_pa / (8.0 * viscosity_pa_s * length_m)
