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

from physics.catheter.banded import HALF, lu_solve
from physics.catheter.contact import _penalty, _rub, _sideways
from physics.kernels import INNER, INNER_ALLOCATING, KERNEL

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SKIP_M = 6e-3  # arc between the middles of edges that may touch, catheter_mechanics_2 section 4 [M]
MARGIN_M = 2e-3  # pairs this far from touching are listed too
KRYLOV_STEPS = 16  # of the coupling of strands; each costs one banded solve
KRYLOV_RESIDUAL = 1e-3  # stiff pairs that move together show only weakly in the residual
CLOSING_SHARE = 0.8  # of the present distance that one Newton step may use up
STRAND_STIFFNESS_N_PER_M = 200.0  # catheter_mechanics_2 section 7 [M]
STRAND_STICK_N_PER_M = 100.0  # half of it, so that a sliding pair stays a soft one [A]


@njit(**INNER)
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


@njit(**KERNEL)
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


@njit(**INNER)
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


@njit(**INNER_ALLOCATING)
def touch(
    x: FloatArray, x0: FloatArray, pairs: IntArray, count: int, radius: float, layer: float, friction: float,
    memory: FloatArray, memory1: FloatArray, load: FloatArray, load1: FloatArray, distance: FloatArray,
    link: FloatArray, mode: IntArray, grad: FloatArray, band: FloatArray,
) -> tuple[float, float]:
    """Add the contact of strands; return the potentials (held loads, own loads) [J]; distances per pair.

    link (p, 12) receives what `couple` needs: weights (4), normal (3), slope, secant, slip direction (3).
    """  # fmt: skip
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
            link[k, 7], link[k, 8] = 0.0, 0.0
            continue
        weight[0], weight[1] = 1.0 - where[0], where[0]
        weight[2], weight[3] = where[1] - 1.0, -where[1]
        for a in range(3):
            u[a] = memory[k, a] + weight[0] * (x[i, a] - x0[i, a]) + weight[1] * (x[i + 1, a] - x0[i + 1, a])
            u[a] += weight[2] * (x[j, a] - x0[j, a]) + weight[3] * (x[j + 1, a] - x0[j + 1, a])
        y = _sideways(u, normal, 1.0)
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
            link[k, p] = weight[p]
        link[k, 7], link[k, 8] = slope, secant
        for a in range(3):
            link[k, 4 + a] = normal[a]
            link[k, 9 + a] = u[a] / y if slips else 0.0
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


@njit(**INNER)
def distances(
    x: FloatArray, pairs: IntArray, count: int, link: FloatArray, memory1: FloatArray, out: FloatArray
) -> None:  # fmt: skip
    """Write the distance of every pair [m], over the link and new memory of the last point."""
    for k in range(count):
        i, j = pairs[k, 0], pairs[k, 1]
        out[k] = segments(x[i], x[i + 1], x[j], x[j + 1], link[k], memory1[k])


@njit(**INNER)
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


@njit(**INNER_ALLOCATING)
def _couple(v: FloatArray, pairs: IntArray, count: int, link: FloatArray, out: FloatArray) -> None:
    """Write what the exact tangent of the strands adds to the doubled diagonal blocks, times v."""
    side = np.empty((2, 3))
    for q in range(out.shape[0]):
        out[q] = 0.0
    for k in range(count):
        if link[k, 7] == 0.0 and link[k, 8] == 0.0:
            continue
        for strand in range(2):
            node = 4 * pairs[k, strand]
            for a in range(3):
                side[strand, a] = link[k, 2 * strand] * v[node + a] + link[k, 2 * strand + 1] * v[node + 4 + a]
        across, along = 0.0, 0.0
        for a in range(3):
            across += link[k, 4 + a] * (side[1, a] - side[0, a])
            along += link[k, 9 + a] * (side[1, a] - side[0, a])
        for a in range(3):
            force = (link[k, 7] - link[k, 8]) * across * link[k, 4 + a]
            force += link[k, 8] * (side[1, a] - side[0, a] - along * link[k, 9 + a])
            for p in range(2):
                out[4 * pairs[k, 0] + 4 * p + a] += link[k, p] * force
                out[4 * pairs[k, 1] + 4 * p + a] -= link[k, 2 + p] * force


@njit(**INNER_ALLOCATING)
def couple(
    dx: FloatArray, band: FloatArray, fixed: BoolArray, pairs: IntArray, count: int, link: FloatArray,
    basis: FloatArray,
) -> None:
    """Turn the direction of the doubled blocks into that of the exact tangent, by a few steps of GMRES.

    The doubled blocks hold back strands that move together; they are the preconditioner here. `band`
    holds their factors, basis (m + 2, size) is scratch; the last row keeps the direction as it came.
    """  # fmt: skip
    most, size = basis.shape[0] - 2, dx.shape[0]
    h, rhs = np.zeros((most + 1, most)), np.zeros(most + 1)
    cosine, sine, y = np.zeros(most), np.zeros(most), np.zeros(most)
    for q in range(size):
        rhs[0] += dx[q] * dx[q]
        basis[most + 1, q] = dx[q]
    rhs[0] = np.sqrt(rhs[0])
    first = rhs[0]
    if first <= 0.0:
        return
    for q in range(size):
        basis[0, q] = dx[q] / first
    m = 0
    while m < most and abs(rhs[m]) > KRYLOV_RESIDUAL * first:
        v = basis[m + 1]
        _couple(basis[m], pairs, count, link, v)
        for q in range(fixed.shape[0]):
            if fixed[q]:
                v[q] = 0.0
        lu_solve(band, v, fixed.shape[0])
        for q in range(fixed.shape[0], size):
            v[q] = 0.0
        for q in range(size):
            v[q] += basis[m, q]
        length = 0.0
        for k in range(m + 1):
            for q in range(size):
                h[k, m] += v[q] * basis[k, q]
            for q in range(size):
                v[q] -= h[k, m] * basis[k, q]
        for q in range(size):
            length += v[q] * v[q]
        length = np.sqrt(length)
        for k in range(m):
            above = cosine[k] * h[k, m] + sine[k] * h[k + 1, m]
            h[k + 1, m] = cosine[k] * h[k + 1, m] - sine[k] * h[k, m]
            h[k, m] = above
        whole = np.sqrt(h[m, m] ** 2 + length**2)
        if whole <= 1e-30:
            break
        cosine[m], sine[m] = h[m, m] / whole, length / whole
        h[m, m] = whole
        rhs[m + 1] = -sine[m] * rhs[m]
        rhs[m] *= cosine[m]
        m += 1
        if length <= 1e-12 * whole or m == most:
            break
        for q in range(size):
            v[q] /= length
    for k in range(m - 1, -1, -1):
        y[k] = rhs[k]
        for c in range(k + 1, m):
            y[k] -= h[k, c] * y[c]
        y[k] /= h[k, k]
    for q in range(size):
        dx[q] = 0.0
        for k in range(m):
            dx[q] += y[k] * basis[k, q]
