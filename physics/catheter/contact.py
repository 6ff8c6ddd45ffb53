"""Contact of nodes with needle or track, canal, cord and tissue slab; friction with memory; sliders.

Normal load: C1 penalty with a layer. Friction: stick spring with radial return (elasto-plastic), so it
does not creep; the normal load enters implicitly, which makes the tangent unsymmetric. Stiffness is
per length of catheter, so that results do not depend on the mesh (catheter_mechanics_2 section 3).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FREE, CONDUIT, CANAL, SLAB = 0, 1, 2, 3
# rows of the law table: conduit, canal, cord, slab; columns: stiffness, friction, stick stiffness
LAW_CONDUIT, LAW_CANAL, LAW_CORD, LAW_SLAB = 0, 1, 2, 3


@njit(cache=True)
def spline(values: FloatArray, col: int, k: int, u: float) -> float:
    """Return column `col` of the uniform quadratic B-spline at piece k, parameter u."""
    low = 0.5 * (1.0 - u) * (1.0 - u) * values[k - 1, col]
    return float(low + (0.5 + u - u * u) * values[k, col] + 0.5 * u * u * values[k + 1, col])


@njit(cache=True)
def nearest(p: FloatArray, line: FloatArray, hint: int, window: int, out: FloatArray) -> int:
    """Find the closest point of a quadratic B-spline; return its piece.

    out: 0-2 p - c without its tangential part, 3 parameter u, 4 distance, 5-7 unit tangent,
    8 curvature component along (p - c)/d.
    """
    m = line.shape[0]
    best = 1e30
    k = 1
    for i in range(max(1, hint - window), min(m - 1, hint + window + 1)):
        d2 = (p[0] - line[i, 0]) ** 2 + (p[1] - line[i, 1]) ** 2 + (p[2] - line[i, 2]) ** 2
        if d2 < best:
            best = d2
            k = i
    u = 0.5
    for _hop in range(6):
        for _it in range(4):
            f = 0.0
            fp = 0.0
            l2 = 0.0
            for a in range(3):
                first = line[k, a] - line[k - 1, a]
                second = line[k + 1, a] - line[k, a]
                c = spline(line, a, k, u) - p[a]
                cp = (1.0 - u) * first + u * second
                f += c * cp
                fp += cp * cp + c * (second - first)
                l2 += cp * cp
            du = -f / max(fp, 0.2 * l2)
            du = min(1.5, max(-1.5, du))
            u += du
            if abs(du) < 1e-9:
                break
        if u > 1.0 and k < m - 2:
            k += 1
            u -= 1.0
        elif u < 0.0 and k > 1:
            k -= 1
            u += 1.0
        else:
            break
        u = min(1.0, max(0.0, u))
    u = min(1.0, max(0.0, u))
    l2 = 0.0
    kd = 0.0
    for a in range(3):
        first = line[k, a] - line[k - 1, a]
        second = line[k + 1, a] - line[k, a]
        out[a] = p[a] - spline(line, a, k, u)
        out[5 + a] = (1.0 - u) * first + u * second
        l2 += out[5 + a] ** 2
        kd += out[a] * (second - first)
    q = 1.0 / np.sqrt(l2)
    along = 0.0
    for a in range(3):
        out[5 + a] *= q
        along += out[a] * out[5 + a]
    d = 0.0
    for a in range(3):
        out[a] -= along * out[5 + a]
        d += out[a] ** 2
    d = np.sqrt(d)
    out[3] = u
    out[4] = d
    out[8] = kd / l2 / max(d, 1e-12)
    return k


@njit(cache=True)
def canal_gap(canal: FloatArray, k: int, radius: float, out: FloatArray, normal: FloatArray) -> float:
    """Return the gap to the elliptic sac wall; `normal` points inward (direction of growing gap)."""
    u = out[3]
    nt = 0.0
    n2 = 0.0
    for a in range(3):
        normal[a] = spline(canal, 3 + a, k, u)
        nt += normal[a] * out[5 + a]
    for a in range(3):
        normal[a] -= nt * out[5 + a]
        n2 += normal[a] ** 2
    n2 = 1.0 / np.sqrt(n2)
    b = 0.0
    for a in range(3):
        normal[a] *= n2
        b += normal[a] * out[a]
    side = spline(canal, 6, k, u) - radius
    depth = spline(canal, 7, k, u) - radius
    lateral2 = max(out[4] ** 2 - b * b, 0.0)
    f = max(np.sqrt(lateral2 / (side * side) + b * b / (depth * depth)), 1e-9)
    length = 0.0
    for a in range(3):
        g = ((out[a] - b * normal[a]) / (side * side) + b * normal[a] / (depth * depth)) / f
        normal[a] = -g
        length += g * g
    length = max(np.sqrt(length), 1e-9)
    for a in range(3):
        normal[a] /= length
    return float((1.0 - f) / length)


@njit(cache=True)
def node_gap(
    i: int, slot: int, x: FloatArray, status: IntArray, hint: IntArray, conduit: FloatArray, canal: FloatArray,
    cord: FloatArray, plane: FloatArray, radius: float, out: FloatArray, normal: FloatArray, shape: FloatArray,
) -> float:
    """Return the gap of node i in a slot (0 wall, 1 cord).

    shape: 0 one over distance to the axis, 1 sign (+1 inside a tube, -1 outside a capsule, 0 flat),
    2 row of the law table, 3 factor on its stiffness.
    """  # fmt: skip
    p = x[i]
    shape[3] = 1.0
    if slot == 1:
        k = nearest(p, cord, hint[i, 2], 4, out)
        hint[i, 2] = k
        d = max(out[4], 1e-12)
        for a in range(3):
            normal[a] = out[a] / d
        shape[0] = 1.0 / max(d, 1e-4)
        shape[1] = -1.0
        shape[2] = LAW_CORD
        shape[3] = spline(cord, 4, k, out[3])
        return float(d - spline(cord, 3, k, out[3]) - radius)
    if status[i] == CONDUIT:
        k = nearest(p, conduit, hint[i, 1], 1000, out)
        hint[i, 1] = k
        d = max(out[4], 1e-12)
        for a in range(3):
            normal[a] = -out[a] / d
        shape[0] = 1.0 / max(d, 1e-5)
        shape[1] = 1.0
        shape[2] = LAW_CONDUIT
        return float(spline(conduit, 3, k, out[3]) - radius - d)
    if status[i] == CANAL:
        k = nearest(p, canal, hint[i, 0], 4, out)
        hint[i, 0] = k
        shape[0] = 1.0 / max(out[4], 1e-4)
        shape[1] = 1.0
        shape[2] = LAW_CANAL
        return canal_gap(canal, k, radius, out, normal)
    height = plane[i, 0] * p[0] + plane[i, 1] * p[1] + plane[i, 2] * p[2] - plane[i, 3]
    sign = -1.0 if height > 0.0 else 1.0
    for a in range(3):
        normal[a] = sign * plane[i, a]
    shape[0] = 0.0
    shape[1] = 0.0
    shape[2] = LAW_SLAB
    out[8] = 0.0
    return float(plane[i, 4] - abs(height))


@njit(cache=True)
def _penalty(s: float, stiff: float, layer: float) -> tuple[float, float, float]:
    """Return load, slope and energy of the C1 penalty at depth s into its layer."""
    if s <= 0.0:
        return 0.0, 0.0, 0.0
    if s < layer:
        return stiff * s * s / (2.0 * layer), stiff * s / layer, stiff * s * s * s / (6.0 * layer)
    deep = s - 0.5 * layer
    return stiff * deep, stiff, stiff * (layer * layer / 6.0 + 0.5 * (deep * deep - 0.25 * layer * layer))


@njit(cache=True)
def _normal_block(
    push: float, slope: float, normal: FloatArray, shape: FloatArray, out: FloatArray, gauss_newton: bool,
    block: FloatArray,
) -> None:
    """Add the tangent of a normal load, with the curvature of the wall, to a node's block."""  # fmt: skip
    inside = shape[1]
    curved = inside != 0.0 and (inside > 0.0 or not gauss_newton)
    along = 0.0
    if curved and shape[0] > 0.0:
        along = -out[8] / max(0.2, 1.0 - out[8] / shape[0])
        if gauss_newton:
            along = inside * max(0.0, inside * along)
    for a in range(3):
        for c in range(3):
            h = slope * normal[a] * normal[c]
            if curved:
                tt = out[5 + a] * out[5 + c]
                flat = (1.0 if a == c else 0.0) - normal[a] * normal[c] - tt
                h += inside * push * (shape[0] * flat + along * tt)
            block[a, c] += h


@njit(cache=True)
def contact(
    x: FloatArray, x0: FloatArray, length: FloatArray, status: IntArray, hint: IntArray, wall: FloatArray,
    conduit: FloatArray, canal: FloatArray, cord: FloatArray, plane: FloatArray, law: FloatArray, radius: float,
    layer: float, memory: FloatArray, memory1: FloatArray, load: FloatArray, frozen: bool, want: bool,
    gauss_newton: bool, grad: FloatArray, block: FloatArray,
) -> float:
    """Add contact and friction of all nodes; return the (load-frozen) potential [J].

    `load` (n+1, 2) keeps the normal loads; with `frozen` friction uses it as it stands.
    """  # fmt: skip
    energy = 0.0
    out = np.empty(9)
    normal = np.empty(3)
    shape = np.empty(4)
    u = np.empty(3)
    for i in range(x.shape[0]):
        for slot in range(2):
            if status[i] == FREE or (slot == 1 and (status[i] != CANAL or cord.shape[0] < 3)):
                for a in range(3):
                    memory1[i, slot, a] = 0.0
                load[i, slot] = 0.0
                continue
            gap = node_gap(i, slot, x, status, hint, conduit, canal, cord, plane, radius, out, normal, shape)
            row = int(shape[2])
            stiff = law[row, 0] * shape[3] * length[i]
            s = layer - gap
            push, slope, stored = _penalty(s, stiff, layer)
            energy += stored
            if push > 0.0:
                for a in range(3):
                    grad[4 * i + a] -= push * normal[a]
                if want:
                    _normal_block(push, slope, normal, shape, out, gauss_newton, block[i])
            if not frozen:
                load[i, slot] = push
            cap = law[row, 1] * load[i, slot]
            if cap <= 0.0:
                for a in range(3):
                    memory1[i, slot, a] = 0.0
                continue
            stick = law[row, 2] * length[i]
            wn = 0.0
            for a in range(3):
                u[a] = memory[i, slot, a] + x[i, a] - x0[i, a] - wall[i, a]
                wn += u[a] * normal[a]
            y = 0.0
            for a in range(3):
                u[a] -= wn * normal[a]
                y += u[a] * u[a]
            y = np.sqrt(y)
            slips = stick * y > cap
            if slips:
                secant = cap / y
                energy += cap * (y - 0.5 * cap / stick)
            else:
                secant = stick
                energy += 0.5 * stick * y * y
            for a in range(3):
                memory1[i, slot, a] = secant / stick * u[a]
                grad[4 * i + a] += secant * u[a]
                if not want:
                    continue
                for c in range(3):
                    h = secant * ((1.0 if a == c else 0.0) - normal[a] * normal[c])
                    if slips:
                        h -= secant * u[a] * u[c] / (y * y)
                        if not gauss_newton and not frozen:
                            h -= law[row, 1] * slope * normal[c] * u[a] / y
                    block[i, a, c] += h
    return energy


@njit(cache=True)
def slider(
    x: FloatArray, x0: FloatArray, wall: FloatArray, stiffness: FloatArray, capacity: FloatArray,
    memory: FloatArray, memory1: FloatArray, want: bool, grad: FloatArray, block: FloatArray,
) -> float:
    """Add elasto-plastic holds (anchor, purse-string, tissue grip) per node; return the energy [J]."""  # fmt: skip
    energy = 0.0
    u = np.empty(3)
    for i in range(x.shape[0]):
        k = stiffness[i]
        if k <= 0.0:
            for a in range(3):
                memory1[i, a] = 0.0
            continue
        y = 0.0
        for a in range(3):
            u[a] = memory[i, a] + x[i, a] - x0[i, a] - wall[i, a]
            y += u[a] * u[a]
        y = np.sqrt(y)
        slips = k * y > capacity[i]
        if slips:
            secant = capacity[i] / y
            energy += capacity[i] * (y - 0.5 * capacity[i] / k)
        else:
            secant = k
            energy += 0.5 * k * y * y
        for a in range(3):
            memory1[i, a] = secant / k * u[a]
            grad[4 * i + a] += secant * u[a]
            if want:
                for c in range(3):
                    h = secant if a == c else 0.0
                    if slips:
                        h -= secant * u[a] * u[c] / (y * y)
                    block[i, a, c] += h
    return energy


@njit(cache=True)
def add_blocks(block: FloatArray, band: FloatArray) -> None:
    """Add the 3x3 node blocks to the band."""
    for i in range(block.shape[0]):
        for a in range(3):
            for c in range(3):
                band[4 * i + a, HALF + c - a] += block[i, a, c]
