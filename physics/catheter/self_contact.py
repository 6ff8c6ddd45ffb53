"""Contact of the rod with itself: coil, loop, knot.

Edges whose arc distance exceeds a few millimetres may touch. Normal load: the C1 penalty on the gap of
two segments, spread over their four nodes; friction: a stick spring per pair, with memory. The tangent
keeps the two diagonal blocks, doubled: 2 diag(w w^T) >= w w^T, so it majorises the exact one, fits the
band, and every Newton direction still descends (catheter_mechanics_2 section 4).

No strand passes through another: a pair cannot come closer, in one Newton step, than the largest
relative motion of its nodes, so the step is shortened until that is less than the present distance.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF
from physics.catheter.contact import _penalty, _rub

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SKIP_M = 6e-3  # arc between the middles of edges that may touch, catheter_mechanics_2 section 4 [M]
MARGIN_M = 2e-3  # pairs this far from touching are listed too
CLOSING_SHARE = 0.8  # of the present distance that one Newton step may use up
STRAND_STIFFNESS_N_PER_M = 200.0  # catheter_mechanics_2 section 7 [M]
STRAND_STICK_N_PER_M = 100.0  # half of it, so that a sliding pair stays a soft one [A]


@njit(cache=True, error_model="numpy")
def segments(
    p: FloatArray, q: FloatArray, r: FloatArray, s: FloatArray, where: FloatArray, normal: FloatArray
) -> float:
    """Return the distance of segments pq and rs; `where` the parameters, `normal` from rs to pq (unit)."""
    a, e, f, c, b = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(3):
        d1, d2, w = q[k] - p[k], s[k] - r[k], p[k] - r[k]
        a += d1 * d1
        e += d2 * d2
        f += d2 * w
        c += d1 * w
        b += d1 * d2
    den = a * e - b * b
    first = 0.5
    if den > 1e-9 * a * e:
        first = min(1.0, max(0.0, (b * f - c * e) / den))
    second = (b * first + f) / e
    if second < 0.0:
        second = 0.0
        first = min(1.0, max(0.0, -c / a))
    elif second > 1.0:
        second = 1.0
        first = min(1.0, max(0.0, (b - c) / a))
    where[0] = first
    where[1] = second
    d = 0.0
    for k in range(3):
        normal[k] = p[k] + first * (q[k] - p[k]) - r[k] - second * (s[k] - r[k])
        d += normal[k] ** 2
    d = np.sqrt(d)
    for k in range(3):
        normal[k] /= max(d, 1e-12)
    return float(d)


@njit(cache=True, error_model="numpy")
def find_pairs(x: FloatArray, middle: FloatArray, longest: float, reach: float, pairs: IntArray) -> int:
    """List the pairs of edges (i < j) whose middles are nearer than `reach`; return how many.

    `middle` (n,) are the arcs of the edges' middles [m], `longest` the longest edge.
    """
    count = 0
    n = middle.shape[0]
    for i in range(n):
        j = i + 2  # neighbours share a node, however long they are
        while j < n and middle[j] - middle[i] <= SKIP_M:
            j += 1
        while j < n:
            d = 0.0
            for a in range(3):
                d += (0.5 * (x[i, a] + x[i + 1, a] - x[j, a] - x[j + 1, a])) ** 2
            d = np.sqrt(d)
            if d < reach:
                if count < pairs.shape[0]:
                    pairs[count, 0] = i
                    pairs[count, 1] = j
                    count += 1
                j += 1
            else:
                j += max(1, int((d - reach) / (1.2 * longest)))
    return count


@njit(cache=True, error_model="numpy")
def carry_memory(
    old_pairs: IntArray, old: FloatArray, pairs: IntArray, count: int, new: FloatArray, new_load: FloatArray
) -> None:
    """Copy memory and load of pairs that are in both lists (both sorted by i, then j); `old` (p, 4)."""
    k = 0
    for c in range(count):
        for a in range(3):
            new[c, a] = 0.0
        new_load[c] = 0.0
        while k < old_pairs.shape[0] and (
            old_pairs[k, 0] < pairs[c, 0] or (old_pairs[k, 0] == pairs[c, 0] and old_pairs[k, 1] < pairs[c, 1])
        ):
            k += 1
        if k < old_pairs.shape[0] and old_pairs[k, 0] == pairs[c, 0] and old_pairs[k, 1] == pairs[c, 1]:
            for a in range(3):
                new[c, a] = old[k, a]
            new_load[c] = old[k, 3]


@njit(cache=True, error_model="numpy")
def touch(
    x: FloatArray, x0: FloatArray, pairs: IntArray, count: int, radius: float, layer: float, friction: float,
    memory: FloatArray, memory1: FloatArray, load: FloatArray, load1: FloatArray, distance: FloatArray,
    mode: IntArray, grad: FloatArray, band: FloatArray,
) -> tuple[float, float]:
    """Add the contact of strands; return the potentials (held loads, own loads) [J]; distances per pair."""  # fmt: skip
    want, frozen = mode[0] > 0, mode[2] > 0
    held, own = 0.0, 0.0
    where, normal, u, weight = np.empty(2), np.empty(3), np.empty(3), np.empty(4)
    for k in range(count):
        i, j = pairs[k, 0], pairs[k, 1]
        d = segments(x[i], x[i + 1], x[j], x[j + 1], where, normal)
        distance[k] = d
        gap = d - 2.0 * radius
        push, slope, stored = _penalty(layer - gap, STRAND_STIFFNESS_N_PER_M, layer)
        held += stored
        own += stored
        load1[k] = load[k] if frozen else push
        if push <= 0.0 and load1[k] <= 0.0 and load[k] <= 0.0:
            for a in range(3):
                memory1[k, a] = 0.0
            continue
        weight[0], weight[1] = 1.0 - where[0], where[0]
        weight[2], weight[3] = where[1] - 1.0, -where[1]
        wn = 0.0
        for a in range(3):
            u[a] = memory[k, a] + weight[0] * (x[i, a] - x0[i, a]) + weight[1] * (x[i + 1, a] - x0[i + 1, a])
            u[a] += weight[2] * (x[j, a] - x0[j, a]) + weight[3] * (x[j + 1, a] - x0[j + 1, a])
            wn += u[a] * normal[a]
        y = 0.0
        for a in range(3):
            u[a] -= wn * normal[a]
            y += u[a] * u[a]
        y = np.sqrt(y)
        cap = friction * load1[k]
        secant, rubbed = _rub(y, cap, STRAND_STICK_N_PER_M)
        own += rubbed
        held += rubbed if frozen else _rub(y, friction * load[k], STRAND_STICK_N_PER_M)[1]
        slips = STRAND_STICK_N_PER_M * y > cap
        for a in range(3):
            memory1[k, a] = secant / STRAND_STICK_N_PER_M * u[a]
        for p in range(4):
            row = 4 * (i + p if p < 2 else j + p - 2)
            for a in range(3):
                grad[row + a] += weight[p] * (secant * u[a] - push * normal[a])
        if not want:
            continue
        for p in range(4):
            row = 4 * (i + p if p < 2 else j + p - 2)
            first = 0 if p < 2 else 2
            for q in range(first, first + 2):
                ww = 2.0 * weight[p] * weight[q]
                for a in range(3):
                    for c in range(3):
                        nn = normal[a] * normal[c]
                        h = slope * nn + secant * ((1.0 if a == c else 0.0) - nn)
                        if slips:
                            h -= secant * u[a] * u[c] / (y * y)
                        band[row + a, HALF + 4 * (q - p) + c - a] += ww * h
    return held, own


@njit(cache=True, error_model="numpy")
def largest_share(dx: FloatArray, pairs: IntArray, count: int, distance: FloatArray) -> float:
    """Return how much of the step `dx` may be taken so that no pair of strands can pass through."""
    share = 1.0
    for k in range(count):
        relative = 0.0
        for p in range(2):
            for q in range(2):
                d = 0.0
                for a in range(3):
                    d += (dx[4 * (pairs[k, 0] + p) + a] - dx[4 * (pairs[k, 1] + q) + a]) ** 2
                relative = max(relative, d)
        relative = np.sqrt(relative)
        if share * relative > CLOSING_SHARE * distance[k]:
            share = CLOSING_SHARE * distance[k] / relative
    return share
