"""The kernels of the fluid path: one tridiagonal factor per implicit stage, marched over a step.

Everything is relative to the pressure `ref` at the tip. Flaps, slits under suction, air and the pump's
limit follow the last iterate by secants, so that every solve is linear and passive.

The arrays of a march travel in tuples, in this order (n nodes, s spaces, k openings):

network: chain (2, n-1) conductances and closing suctions; swell (2, n) compliance and air; node (k,), space (k,),
    conductance and inward share of the openings; outside (4, s) capacity (0 = endless), uptake, rest, whether
    fluid can be drawn; pump demand, soft, stall
point: pressures of nodes and of spaces, conductances of the openings as they are at these
work: edges, diagonal, right side, pivots, new pressures of the nodes; whole and outer (of the spaces without
    openings), diagonal and new pressures of the spaces; Schur complement (s, s), columns (s, n); openings (s,)

The kernels make no arrays of their own: they write into those of `scratch`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.hydraulics.elements import ATMOSPHERE_PA
from physics.kernels import INNER, KERNEL

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Arrays = tuple[FloatArray, ...]

TURNS = 60  # numerical: most iterations of flaps and slits in a stage
TICK_LIKE_S = 0.1  # numerical: up to here four equal steps
BENT_PA, BENT_SHARE = 0.05, 3e-4  # tuned: exp(-t/RC) within 1e-3 over 2 RC
CLOSING_BAND_PA = 10.0  # numerical: over this a space that is sucked empty closes
LEAST_SHARE = 1e-5  # numerical: shortest step over the whole
LEAST_ABSOLUTE_PA = 1e3  # numerical: air is not stretched beyond this


@njit(**KERNEL)
def pump_flow(pressure: float, demand: float, soft: float, stall: float) -> float:
    """Return what the pump gives against a pressure: full below `soft`, nothing above `stall`."""
    if pressure <= soft:
        return demand
    if pressure >= stall:
        return 0.0
    return demand * (stall - pressure) / (stall - soft)


@njit(**INNER)
def _copy(target: FloatArray, source: FloatArray) -> None:
    for i in range(target.size):
        target[i] = source[i]


@njit(**INNER)
def _thomas(edges: FloatArray, pivot: FloatArray, x: FloatArray) -> None:
    """Solve in place the symmetric tridiagonal system (off-diagonal -edges) from its pivots."""
    n = x.size
    for i in range(1, n):
        x[i] += edges[i - 1] / pivot[i - 1] * x[i - 1]
    x[n - 1] /= pivot[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (x[i] + edges[i] * x[i + 1]) / pivot[i]


@njit(**INNER)
def _small(a: FloatArray, x: FloatArray) -> None:
    """Solve in place a small dense diagonally dominant system by elimination."""
    n = x.size
    for i in range(n):
        for j in range(i + 1, n):
            factor = a[j, i] / a[i, i]
            for k in range(i, n):
                a[j, k] -= factor * a[i, k]
            x[j] -= factor * x[i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            x[i] -= a[i, k] * x[k]
        x[i] /= a[i, i]


@njit(**INNER)
def _linear(network: Any, used: FloatArray, q: FloatArray, work: Any, source: float, slipping: float) -> None:
    """Write the new pressures of nodes and spaces of a linear network with a pump at node 0.

    whole = 0 marks an endless space at pressure q.
    """
    node, space = network[2], network[3]
    edges, pivot, x, whole, d, y, schur, columns, n_open = (
        work[0], work[3], work[4], work[5], work[7], work[8], work[9], work[10], work[11],
    )  # fmt: skip
    n, s = x.size, y.size
    for i in range(n):
        pivot[i], x[i] = work[1][i], work[2][i]
    x[0] += source
    pivot[0] += slipping
    for j in range(s):
        d[j], y[j], n_open[j] = whole[j], work[6][j], 0
    for k in range(used.size):
        j = space[k]
        pivot[node[k]] += used[k]
        if whole[j] > 0.0:
            d[j] += used[k]
            n_open[j] += 1
        else:
            x[node[k]] += used[k] * q[j]
    for i in range(1, n):
        pivot[i] -= edges[i - 1] * edges[i - 1] / pivot[i - 1]
    _thomas(edges, pivot, x)
    for j in range(s):
        for k in range(s):
            schur[k, j] = 0.0
    for j in range(s):
        schur[j, j] += d[j] if whole[j] > 0.0 else 1.0
        if whole[j] <= 0.0:
            y[j] = q[j]
        if n_open[j] == 0:
            continue
        for i in range(n):
            columns[j, i] = 0.0
        for k in range(used.size):
            if space[k] == j:
                columns[j, node[k]] += used[k]
                y[j] += used[k] * x[node[k]]
        _thomas(edges, pivot, columns[j])
        for k in range(used.size):
            if whole[space[k]] > 0.0:
                schur[space[k], j] -= used[k] * columns[j, node[k]]
    _small(schur, y)
    for j in range(s):
        if n_open[j] > 0:
            for i in range(n):
                x[i] += y[j] * columns[j, i]


@njit(**INNER)
def _pressed(pressure: float, closing: float) -> float:
    """Return the integral of a slit's share of its conductance over pressure, from 0; a cube of 1 + p/closing."""
    if pressure >= 0.0 or closing == np.inf:
        return pressure
    left = max(0.0, 1.0 + pressure / closing)
    return 0.25 * closing * (left**4 - 1.0)


@njit(**INNER)
def _stored(pressure: float, compliance: float, air: float) -> float:
    """Return the fluid that a node holds over that at ambient pressure [m3]."""
    return compliance * pressure + air * pressure / max(ATMOSPHERE_PA + pressure, LEAST_ABSOLUTE_PA)


@njit(**INNER)
def _unstored(volume: float, compliance: float, air: float) -> float:
    """Return the pressure at which a node holds a volume: the inverse of `_stored`."""
    b = compliance * ATMOSPHERE_PA + air - volume
    c = -volume * ATMOSPHERE_PA
    return float((-b + np.sqrt(max(b * b - 4.0 * compliance * c, 0.0))) / (2.0 * compliance))


@njit(**INNER)
def _stage(
    start: FloatArray, base: FloatArray, q_base: FloatArray, h: float, network: Any, ref: float, point: Arrays,
    work: Any,
) -> None:  # fmt: skip
    """Write the point after an implicit stage of h. Flaps, slits and air follow the last iterate."""
    chain, swell, node, space, g, inward, outside = network[0], network[1], network[2], network[3], network[4], network[5], network[6]
    demand, soft, stall = network[7][0], network[7][1], network[7][2]
    x, y, used = point[0], point[1], point[2]
    edges, diagonal, right, new, y_new = work[0], work[1], work[2], work[4], work[8]
    n = base.size
    for j in range(q_base.size):
        work[5][j], work[6][j] = 0.0, 0.0
        if outside[0, j] > 0.0:
            work[5][j] = outside[0, j] / h + outside[1, j]
            work[6][j] = outside[0, j] / h * q_base[j] + outside[1, j] * outside[2, j]
    _copy(x, start)
    _copy(y, q_base)
    for _turn in range(TURNS):
        for k in range(g.size):
            used[k] = g[k]
            if x[node[k]] < y[space[k]]:
                used[k] *= inward[k] * (outside[3, space[k]] if outside[0, space[k]] > 0.0 else 1.0)
        for i in range(n):
            diagonal[i] = swell[0, i] / h
            if swell[1, i] > 0.0:
                low = max(ATMOSPHERE_PA + ref + x[i], LEAST_ABSOLUTE_PA)
                diagonal[i] += swell[1, i] * ATMOSPHERE_PA / (low * max(ATMOSPHERE_PA + ref + base[i], LEAST_ABSOLUTE_PA)) / h
            right[i] = diagonal[i] * base[i]
        for i in range(n - 1):
            edges[i] = chain[0, i]
            one, two = ref + x[i], ref + x[i + 1]
            if min(one, two) < 0.0 and chain[1, i] < np.inf and abs(one - two) > 1e-9:
                edges[i] *= (_pressed(one, chain[1, i]) - _pressed(two, chain[1, i])) / (one - two)
            diagonal[i] += edges[i]
            diagonal[i + 1] += edges[i]
        for law in range(3):  # the pump gives all, nothing, or slips: piecewise linear and monotone
            slips = demand / (stall - soft) if law == 2 else 0.0
            _linear(network, used, q_base, work, demand if law == 0 else slips * stall, slips)
            if (law == 0 and (new[0] <= soft or demand <= 0.0)) or (law == 1 and new[0] >= stall):
                break
        change, size = 0.0, 1.0
        for i in range(n):
            change, size = max(change, abs(new[i] - x[i])), max(size, abs(new[i]))
        for j in range(y.size):
            change = max(change, abs(y_new[j] - y[j]))
        _copy(x, new)
        _copy(y, y_new)
        if change <= 1e-9 * size or _is_plain(x, y, ref, network):
            break


@njit(**INNER)
def _is_plain(x: FloatArray, y: FloatArray, ref: float, network: Any) -> bool:
    """Return whether nothing in the network depends on the pressures: no flap, air, suction or empty space."""
    chain, swell, node, space, inward, outside = network[0], network[1], network[2], network[3], network[5], network[6]
    for i in range(x.size):
        if swell[1, i] > 0.0 or (x[i] + ref < 0.0 and chain[1, min(i, x.size - 2)] < np.inf):
            return False
    for k in range(node.size):
        if inward[k] < 1.0 or (outside[0, space[k]] > 0.0 and x[node[k]] < y[space[k]] and outside[3, space[k]] < 1.0):
            return False
    return True


@njit(**INNER)
def _limits(
    p: FloatArray, q: FloatArray, node: IntArray, space: IntArray, outside: FloatArray
) -> tuple[float, float]:
    """Return the range of the pressures in the line and in the spaces it opens into."""
    low, high = p[0], p[0]
    for i in range(p.size):
        low, high = min(low, p[i]), max(high, p[i])
    for k in range(node.size):
        low = min(low, q[space[k]], outside[2, space[k]])
        high = max(high, q[space[k]], outside[2, space[k]])
    return low, high


@njit(**INNER)
def _leaves(x: FloatArray, low: float, high: float) -> bool:
    """Return whether a pressure lies outside a range."""
    slack = 1e-9 * (high - low) + 1e-9
    for i in range(x.size):
        if x[i] < low - slack or x[i] > high + slack:
            return True
    return False


@njit(**INNER)
def _second_base(
    p: FloatArray, q: FloatArray, middle: Arrays, network: Any, ref: float, back: float, base: FloatArray, q_base: FloatArray
) -> None:
    """Write the pressures from which the second stage starts: what is stored goes on, not the pressure."""
    swell, outside, x1, y1 = network[1], network[6], middle[0], middle[1]
    for i in range(p.size):
        base[i] = p[i] + back * (x1[i] - p[i])
        if swell[1, i] > 0.0:
            held = _stored(ref + p[i], swell[0, i], swell[1, i])
            held += back * (_stored(ref + x1[i], swell[0, i], swell[1, i]) - held)
            base[i] = _unstored(held, swell[0, i], swell[1, i]) - ref
    for j in range(q.size):
        q_base[j] = q[j]
        if outside[0, j] > 0.0:
            q_base[j] += back * (y1[j] - q[j])


@njit(**INNER)
def _bent(p: FloatArray, q: FloatArray, middle: Arrays, end: Arrays, gamma: float) -> float:
    """Return how far the middle of a step lies off the straight line between its ends [Pa]."""
    off = 0.0
    for i in range(p.size):
        off = max(off, abs(middle[0][i] - p[i] - gamma * (end[0][i] - p[i])))
    for j in range(q.size):
        off = max(off, abs(middle[1][j] - q[j] - gamma * (end[1][j] - q[j])))
    return off


@njit(**INNER)
def _pass(span: float, point: Arrays, network: Any, totals: Arrays) -> float:
    """Add what goes out of the openings and is absorbed in a span at a point's rates; return what is pumped."""
    node, space, outside, pump = network[2], network[3], network[6], network[7]
    volume, rate, absorbed = totals[0], totals[1], totals[2]
    for k in range(rate.size):
        rate[k] = point[2][k] * (point[0][node[k]] - point[1][space[k]])
        volume[k] += span * rate[k]
    for j in range(absorbed.size):
        absorbed[j] += span * (outside[1, j] * (point[1][j] - outside[2, j]))
    return float(span * pump_flow(point[0][0], pump[0], pump[1], pump[2]))


def scratch(n: int, s: int, m: int) -> Any:
    """Return room for `march` on n nodes, s spaces and m openings: bases, middle point, end point, work."""
    points = [(np.empty(n), np.empty(s), np.empty(m)) for _ in range(2)]
    nodes, spaces = [np.empty(n) for _ in range(5)], [np.empty(s) for _ in range(4)]
    work = (*nodes, *spaces, np.empty((s, s)), np.empty((s, n)), np.empty(s, np.int64))
    return np.empty(n), np.empty(s), points[0], points[1], work


@njit(**KERNEL)
def march(p: FloatArray, q: FloatArray, network: Any, totals: Arrays, ref: float, dt_s: float, room: Any) -> float:
    """March the pressures of nodes and spaces on in place; return the volume pumped.

    Two-stage SDIRK (second order, L-stable). Ticks take four equal steps; longer times take steps whose
    middle stage lies on the straight line between their ends within a tolerance. Such a method may
    overshoot when a step is long; a step that leaves the range of its sources is done again by backward
    Euler, which cannot. `totals` (volumes out of the openings, their last rates, volumes absorbed) come in
    as zeros; the row of `network` that says whether fluid can be drawn is overwritten; `room`: `scratch`.
    """
    gamma = 1.0 - 0.5**0.5
    node, space, outside, pump = network[2], network[3], network[6], network[7]
    base, q_base, middle, end, work = room
    pumped, left, h, is_long = 0.0, dt_s, dt_s / 4.0, dt_s > TICK_LIKE_S
    while left > 0.0:
        h = left if left < 1.000001 * h else h
        low, high = _limits(p, q, node, space, outside)
        bent_pa = BENT_PA + BENT_SHARE * (high - low)
        if pump[0] > 0.0:
            high = max(high, pump[2])
        for j in range(q.size):
            outside[3, j] = min(1.0, max(0.0, (q[j] - outside[2, j]) / CLOSING_BAND_PA))
        off, part = 0.0, 0
        for part in range(3):  # two stages, and backward Euler where they overshoot
            begin, span = p, gamma * h
            if part == 1:
                for a in range(3):
                    _copy(middle[a], end[a])
                begin = middle[0]
                _second_base(p, q, middle, network, ref, (1.0 - gamma) / gamma, base, q_base)
            else:
                _copy(base, p)
                _copy(q_base, q)
                if part == 2:
                    span = h
            _stage(begin, base, q_base, span, network, ref, end, work)
            if part == 1:
                off = _bent(p, q, middle, end, gamma) / bent_pa
                if is_long and off > 1.0 and h > LEAST_SHARE * dt_s or not _leaves(end[0], low, high):
                    break
        if is_long and part == 1 and off > 1.0 and h > LEAST_SHARE * dt_s:
            h *= max(0.1, 0.9 / off**0.5)
            continue
        first = h * (1.0 - gamma) if part == 1 else 0.0
        pumped += _pass(first, middle, network, totals) + _pass(h - first, end, network, totals)
        _copy(p, end[0])
        _copy(q, end[1])
        left -= h
        if left < 1e-12 * dt_s:
            left = 0.0
        if is_long:
            h *= min(4.0, 0.9 / max(off, 1e-3) ** 0.5)
    return pumped
