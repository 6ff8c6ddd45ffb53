"""The kernels of the fluid path: one tridiagonal factor per implicit stage, marched over a step.

Everything is relative to the pressure `ref` at the tip. Flaps, slits under suction, air and the pump's
limit follow the last iterate by secants, so that every solve is linear and passive.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.hydraulics.elements import ATMOSPHERE_PA

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

KERNEL: dict[str, Any] = {"cache": True, "error_model": "numpy"}
INNER: dict[str, Any] = KERNEL | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # called from kernels only

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
def _thomas(edges: FloatArray, pivot: FloatArray, right: FloatArray) -> FloatArray:
    """Return x of the symmetric tridiagonal system (off-diagonal -edges) from its pivots."""
    n = pivot.size
    x = np.empty(n)
    x[0] = right[0]
    for i in range(1, n):
        x[i] = right[i] + edges[i - 1] / pivot[i - 1] * x[i - 1]
    x[n - 1] /= pivot[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (x[i] + edges[i] * x[i + 1]) / pivot[i]
    return x


@njit(**INNER)
def _small(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of a small dense diagonally dominant system by elimination."""
    n = right.size
    a = matrix.copy()
    x = right.copy()
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
    return x


@njit(**INNER)
def _linear(
    edges: FloatArray, diagonal: FloatArray, right: FloatArray, node: IntArray, space: IntArray, g: FloatArray,
    whole: FloatArray, outer: FloatArray, q: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Return pressures of nodes and spaces of a linear network.

    `diagonal`, `right`: of the nodes without the openings; `whole`, `outer`: of the spaces without the
    openings, whole = 0 marks an endless space at pressure q.
    """
    n, s = diagonal.size, q.size
    pivot, r = diagonal.copy(), right.copy()
    d, e = whole.copy(), outer.copy()
    n_open = np.zeros(s, dtype=np.int64)
    n_filling = 0
    for k in range(g.size):
        pivot[node[k]] += g[k]
        if whole[space[k]] > 0.0:
            d[space[k]] += g[k]
            n_open[space[k]] += 1
            n_filling += 1
        else:
            r[node[k]] += g[k] * q[space[k]]
    for i in range(1, n):
        pivot[i] -= edges[i - 1] * edges[i - 1] / pivot[i - 1]
    x = _thomas(edges, pivot, r)
    if n_filling == 0:
        y = q.copy()
        for j in range(s):
            if whole[j] > 0.0:
                y[j] = e[j] / whole[j]
        return x, y
    schur, right_y, columns = np.zeros((s, s)), e.copy(), np.zeros((s, n))
    for j in range(s):
        schur[j, j] = d[j] if whole[j] > 0.0 else 1.0
        if whole[j] <= 0.0:
            right_y[j] = q[j]
        if n_open[j] == 0:
            continue
        for k in range(g.size):
            if space[k] == j:
                columns[j, node[k]] += g[k]
                right_y[j] += g[k] * x[node[k]]
        column = _thomas(edges, pivot, columns[j])
        for i in range(n):
            columns[j, i] = column[i]
        for k in range(g.size):
            if whole[space[k]] > 0.0:
                schur[space[k], j] -= g[k] * columns[j, node[k]]
    y = _small(schur, right_y)
    for j in range(s):
        if n_open[j] > 0:
            for i in range(n):
                x[i] += y[j] * columns[j, i]
    return x, y


@njit(**INNER)
def _pumped(
    edges: FloatArray, diagonal: FloatArray, right: FloatArray, node: IntArray, space: IntArray, g: FloatArray,
    whole: FloatArray, outer: FloatArray, q: FloatArray, pump: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Return pressures with the pump's piecewise linear law at node 0 (monotone: <= 3 tries)."""
    demand, soft, stall = pump[0], pump[1], pump[2]
    x, y = right, q
    for law in range(3):  # full demand, none, slipping; one call, so that the kernel is compiled once
        source, slipping = right.copy(), diagonal.copy()
        if law == 0:
            source[0] += demand
        elif law == 2:
            source[0] += demand / (stall - soft) * stall
            slipping[0] += demand / (stall - soft)
        x, y = _linear(edges, slipping, source, node, space, g, whole, outer, q)
        if (law == 0 and (x[0] <= soft or demand <= 0.0)) or (law == 1 and x[0] >= stall):
            break
    return x, y


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
    start: FloatArray, base: FloatArray, q_base: FloatArray, h: float, chain: FloatArray, swell: FloatArray, node: IntArray,
    space: IntArray, g: FloatArray, inward: FloatArray, outside: FloatArray, pump: FloatArray, ref: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:  # fmt: skip
    """Return (pressures of nodes, of spaces, conductances of the openings) after an implicit stage of h.

    `chain` rows: conductances, closing suctions; `swell` rows: compliance, air; `outside` rows: capacity
    (0 = endless), uptake, rest, whether fluid can be drawn. Flaps, slits and air follow the last iterate.
    """
    n = base.size
    edges = chain[0].copy()
    used = g.copy()
    storage = np.empty(n)
    diagonal = np.empty(n)
    whole, outer = np.zeros(q_base.size), np.zeros(q_base.size)
    for j in range(q_base.size):
        if outside[0, j] > 0.0:
            whole[j] = outside[0, j] / h + outside[1, j]
            outer[j] = outside[0, j] / h * q_base[j] + outside[1, j] * outside[2, j]
    x, y, right = start, q_base, np.empty(n)
    for _turn in range(TURNS):
        for k in range(g.size):
            if x[node[k]] < y[space[k]]:
                used[k] = g[k] * inward[k] * (outside[3, space[k]] if outside[0, space[k]] > 0.0 else 1.0)
            else:
                used[k] = g[k]
        for i in range(n):
            storage[i] = swell[0, i] / h
            if swell[1, i] > 0.0:
                low = max(ATMOSPHERE_PA + ref + x[i], LEAST_ABSOLUTE_PA)
                storage[i] += swell[1, i] * ATMOSPHERE_PA / (low * max(ATMOSPHERE_PA + ref + base[i], LEAST_ABSOLUTE_PA)) / h
            diagonal[i] = storage[i]
            right[i] = storage[i] * base[i]
        for i in range(n - 1):
            edges[i] = chain[0, i]
            one, two = ref + x[i], ref + x[i + 1]
            if min(one, two) < 0.0 and chain[1, i] < np.inf and abs(one - two) > 1e-9:
                edges[i] *= (_pressed(one, chain[1, i]) - _pressed(two, chain[1, i])) / (one - two)
            diagonal[i] += edges[i]
            diagonal[i + 1] += edges[i]
        new, y_new = _pumped(edges, diagonal, right, node, space, used, whole, outer, q_base, pump)
        change, size = 0.0, 1.0
        for i in range(n):
            change, size = max(change, abs(new[i] - x[i])), max(size, abs(new[i]))
        for j in range(y.size):
            change = max(change, abs(y_new[j] - y[j]))
        x, y = new, y_new
        if change <= 1e-9 * size or _is_plain(x, y, ref, node, space, inward, outside, chain, swell):
            break
    return x, y, used


@njit(**INNER)
def _is_plain(
    x: FloatArray, y: FloatArray, ref: float, node: IntArray, space: IntArray, inward: FloatArray, outside: FloatArray,
    chain: FloatArray, swell: FloatArray,
) -> bool:  # fmt: skip
    """Return whether nothing in the network depends on the pressures: no flap, air, suction or empty space."""
    for i in range(x.size):
        if swell[1, i] > 0.0 or (x[i] + ref < 0.0 and chain[1, min(i, x.size - 2)] < np.inf):
            return False
    for k in range(node.size):
        if inward[k] < 1.0 or (outside[0, space[k]] > 0.0 and x[node[k]] < y[space[k]] and outside[3, space[k]] < 1.0):
            return False
    return True


@njit(**INNER)
def _add(total: FloatArray, rate: FloatArray, weight: float) -> None:
    for k in range(total.size):
        total[k] += weight * rate[k]


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
def _out(x: FloatArray, y: FloatArray, node: IntArray, space: IntArray, used: FloatArray) -> FloatArray:
    flow = np.empty(used.size)
    for k in range(used.size):
        flow[k] = used[k] * (x[node[k]] - y[space[k]])
    return flow


@njit(**INNER)
def _second_base(p: FloatArray, x1: FloatArray, swell: FloatArray, ref: float, back: float) -> FloatArray:
    """Return the pressures from which the second stage starts: what is stored goes on, not the pressure."""
    base = np.empty(p.size)
    for i in range(p.size):
        base[i] = p[i] + back * (x1[i] - p[i])
        if swell[1, i] > 0.0:
            held = _stored(ref + p[i], swell[0, i], swell[1, i])
            held += back * (_stored(ref + x1[i], swell[0, i], swell[1, i]) - held)
            base[i] = _unstored(held, swell[0, i], swell[1, i]) - ref
    return base


@njit(**INNER)
def _second_space(q: FloatArray, y1: FloatArray, outside: FloatArray, back: float) -> FloatArray:
    """Return the pressures of the spaces from which the second stage starts."""
    base = q.copy()
    for j in range(q.size):
        if outside[0, j] > 0.0:
            base[j] += back * (y1[j] - q[j])
    return base


@njit(**KERNEL)
def march(
    p: FloatArray, q: FloatArray, chain: FloatArray, swell: FloatArray, node: IntArray, space: IntArray, g: FloatArray,
    inward: FloatArray, outside: FloatArray, pump: FloatArray, ref: float, dt_s: float,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, float]:  # fmt: skip
    """Return (pressures of nodes and spaces, volumes out of the openings, their last rates, volumes absorbed, pumped).

    Two-stage SDIRK (second order, L-stable). Ticks take four equal steps; longer times take steps whose
    middle stage lies on the straight line between their ends within a tolerance. Such a method may
    overshoot when a step is long; a step that leaves the range of its sources is done again by backward
    Euler, which cannot.
    """
    gamma = 1.0 - 0.5**0.5
    back = (1.0 - gamma) / gamma
    demand, soft, stall = pump[0], pump[1], pump[2]
    volume, rate, absorbed = np.zeros(g.size), np.zeros(g.size), np.zeros(q.size)
    pumped, left, h, is_long = 0.0, dt_s, dt_s / 4.0, dt_s > TICK_LIKE_S
    while left > 0.0:
        h = left if left < 1.000001 * h else h
        low, high = _limits(p, q, node, space, outside)
        bent_pa = BENT_PA + BENT_SHARE * (high - low)
        if demand > 0.0:
            high = max(high, stall)
        for j in range(q.size):
            outside[3, j] = min(1.0, max(0.0, (q[j] - outside[2, j]) / CLOSING_BAND_PA))
        x1, y1, used1 = p, q, g
        x, y, used, off, part = p, q, g, 0.0, 0
        for part in range(3):  # two stages, and backward Euler where they overshoot
            begin, base, q_base, span = p, p, q, gamma * h
            if part == 1:
                begin, base, q_base = x1, _second_base(p, x1, swell, ref, back), _second_space(q, y1, outside, back)
            elif part == 2:
                span = h
            x, y, used = _stage(begin, base, q_base, span, chain, swell, node, space, g, inward, outside, pump, ref)
            if part == 0:
                x1, y1, used1 = x, y, used
            elif part == 1:
                off = _bent(p, x1, x, q, y1, y, gamma) / bent_pa
                if is_long and off > 1.0 and h > LEAST_SHARE * dt_s or not _leaves(x, low, high):
                    break
        if is_long and part == 1 and off > 1.0 and h > LEAST_SHARE * dt_s:
            h *= max(0.1, 0.9 / off**0.5)
            continue
        first = h * (1.0 - gamma) if part == 1 else 0.0
        rate = _out(x, y, node, space, used)
        _add(volume, _out(x1, y1, node, space, used1), first)
        _add(volume, rate, h - first)
        for j in range(q.size):
            absorbed[j] += outside[1, j] * (first * (y1[j] - outside[2, j]) + (h - first) * (y[j] - outside[2, j]))
        pumped += first * pump_flow(x1[0], demand, soft, stall) + (h - first) * pump_flow(x[0], demand, soft, stall)
        p, q = x, y
        left -= h
        if left < 1e-12 * dt_s:
            left = 0.0
        if is_long:
            h *= min(4.0, 0.9 / max(off, 1e-3) ** 0.5)
    return p, q, volume, rate, absorbed, pumped


@njit(**INNER)
def _bent(
    p: FloatArray, x1: FloatArray, x: FloatArray, q: FloatArray, y1: FloatArray, y: FloatArray, gamma: float
) -> float:
    """Return how far the middle of a step lies off the straight line between its ends [Pa]."""
    off = 0.0
    for i in range(p.size):
        off = max(off, abs(x1[i] - p[i] - gamma * (x[i] - p[i])))
    for j in range(q.size):
        off = max(off, abs(y1[j] - q[j] - gamma * (y[j] - q[j])))
    return off
