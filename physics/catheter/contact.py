"""Contact of nodes with needle or track, canal, cord, tissue slab and rigid bodies; rims; sliders.

Normal load: C1 penalty with a layer. Friction: stick spring with radial return (elasto-plastic), so it
does not creep; the normal load enters implicitly, which makes the tangent unsymmetric. Stiffness is
per length of catheter, so that results do not depend on the mesh (catheter_mechanics_2 section 3).

Every law returns two potentials: with the friction loads *held* as they came in (what a line search
may compare) and with those of this point (what the next search starts from).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF
from physics.catheter.bodies import body_gap, rim_place
from physics.kernels import INNER, INNER_ALLOCATING

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FREE, CONDUIT, CANAL, SLAB = 0, 1, 2, 3
# rows of the law table: conduit, canal, cord, slab; columns: stiffness, friction, stick stiffness
LAW_CONDUIT, LAW_CANAL, LAW_CORD, LAW_SLAB = 0, 1, 2, 3


@njit(**INNER)
def nearest(p: FloatArray, line: FloatArray, hint: int, window: int, out: FloatArray) -> int:
    """Find the closest point of a quadratic B-spline; return its piece.

    Pieces within `window` of the hint are compared first; with window 0 the search starts at the hint.
    out: 0-2 p - c without its tangential part, 3 parameter u, 4 distance, 5-7 unit tangent,
    8 curvature component along (p - c)/d.
    """
    m = line.shape[0]
    k = min(max(hint, 1), m - 2)
    if window > 0:
        best = 1e30
        for i in range(max(1, hint - window), min(m - 1, hint + window + 1)):
            d2 = (p[0] - line[i, 0]) ** 2 + (p[1] - line[i, 1]) ** 2 + (p[2] - line[i, 2]) ** 2
            if d2 < best:
                best = d2
                k = i
    u, ll, ls, ss, gl, gs = 0.5, 0.0, 0.0, 0.0, 0.0, 0.0
    for _hop in range(6):
        ll, ls, ss, gl, gs = 0.0, 0.0, 0.0, 0.0, 0.0
        for a in range(3):  # c(u) - p = g + u l + u^2 s / 2
            first = line[k, a] - line[k - 1, a]
            second = line[k + 1, a] - line[k, a] - first
            gap = 0.5 * (line[k - 1, a] + line[k, a]) - p[a]
            ll += first * first
            ls += first * second
            ss += second * second
            gl += gap * first
            gs += gap * second
        for _it in range(6):
            f = gl + u * (gs + ll) + 1.5 * u * u * ls + 0.5 * u * u * u * ss
            speed2 = ll + 2.0 * u * ls + u * u * ss
            slope = speed2 + gs + u * ls + 0.5 * u * u * ss
            du = min(1.5, max(-1.5, -f / max(slope, 0.2 * speed2)))
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
    speed2 = ll + 2.0 * u * ls + u * u * ss
    q = 1.0 / np.sqrt(speed2)
    along, kd = 0.0, 0.0
    for a in range(3):
        first = line[k, a] - line[k - 1, a]
        second = line[k + 1, a] - line[k, a] - first
        out[a] = p[a] - 0.5 * (line[k - 1, a] + line[k, a]) - u * first - 0.5 * u * u * second
        out[5 + a] = (first + u * second) * q
        kd += out[a] * second
        along += out[a] * out[5 + a]
    d = 0.0
    for a in range(3):
        out[a] -= along * out[5 + a]
        d += out[a] ** 2
    d = np.sqrt(d)
    out[3] = u
    out[4] = d
    out[8] = kd / speed2 / max(d, 1e-12)
    return int(k)


@njit(**INNER)
def canal_gap(canal: FloatArray, k: int, radius: float, out: FloatArray, normal: FloatArray) -> float:
    """Return the gap to the elliptic sac wall; `normal` points inward (direction of growing gap)."""
    u = out[3]
    low, high = 0.5 * (1.0 - u) * (1.0 - u), 0.5 * u * u
    mid = 1.0 - low - high
    nt = 0.0
    n2 = 0.0
    for a in range(3):
        normal[a] = low * canal[k - 1, 3 + a] + mid * canal[k, 3 + a] + high * canal[k + 1, 3 + a]
        nt += normal[a] * out[5 + a]
    for a in range(3):
        normal[a] -= nt * out[5 + a]
        n2 += normal[a] ** 2
    n2 = 1.0 / np.sqrt(n2)
    b = 0.0
    for a in range(3):
        normal[a] *= n2
        b += normal[a] * out[a]
    side = low * canal[k - 1, 6] + mid * canal[k, 6] + high * canal[k + 1, 6] - radius
    depth = low * canal[k - 1, 7] + mid * canal[k, 7] + high * canal[k + 1, 7] - radius
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


@njit(**INNER)
def node_gap(
    i: int, slot: int, x: FloatArray, status: IntArray, hint: IntArray, conduit: FloatArray, canal: FloatArray,
    cord: FloatArray, plane: FloatArray, law: FloatArray, radius: float, window: int, out: FloatArray,
    normal: FloatArray, shape: FloatArray,
) -> float:
    """Return the gap of node i in a slot (0 wall, 1 cord).

    shape: 0 one over distance to the axis, 1 sign (+1 inside a tube, -1 outside a capsule, 0 flat),
    2 stiffness per length, 3 friction, 4 stick stiffness per length.
    """  # fmt: skip
    p = x[i]
    share = 1.0
    if slot == 1:
        k = nearest(p, cord, hint[i, 2], min(window, 4), out)
        hint[i, 2] = k
        d = max(out[4], 1e-12)
        for a in range(3):
            normal[a] = out[a] / d
        shape[0] = 1.0 / max(d, 1e-4)
        shape[1] = -1.0
        row = LAW_CORD
        low, high = 0.5 * (1.0 - out[3]) * (1.0 - out[3]), 0.5 * out[3] * out[3]
        mid = 1.0 - low - high
        share = low * cord[k - 1, 4] + mid * cord[k, 4] + high * cord[k + 1, 4]
        gap = d - low * cord[k - 1, 3] - mid * cord[k, 3] - high * cord[k + 1, 3] - radius
    elif status[i] == CONDUIT:
        k = nearest(p, conduit, hint[i, 1], window, out)
        hint[i, 1] = k
        d = max(out[4], 1e-12)
        for a in range(3):
            normal[a] = -out[a] / d
        shape[0] = 1.0 / max(d, 1e-5)
        shape[1] = 1.0
        row = LAW_CONDUIT
        low, high = 0.5 * (1.0 - out[3]) * (1.0 - out[3]), 0.5 * out[3] * out[3]
        bore = low * conduit[k - 1, 3] + (1.0 - low - high) * conduit[k, 3] + high * conduit[k + 1, 3]
        gap = bore - radius - d
    elif status[i] == CANAL:
        k = nearest(p, canal, hint[i, 0], min(window, 4), out)
        hint[i, 0] = k
        shape[0] = 1.0 / max(out[4], 1e-4)
        shape[1] = 1.0
        row = LAW_CANAL
        gap = canal_gap(canal, k, radius, out, normal)
    else:
        height = plane[i, 0] * p[0] + plane[i, 1] * p[1] + plane[i, 2] * p[2] - plane[i, 3]
        sign = -1.0 if height > 0.0 else 1.0
        for a in range(3):
            normal[a] = sign * plane[i, a]
        shape[0] = 0.0
        shape[1] = 0.0
        row = LAW_SLAB
        out[8] = 0.0
        gap = plane[i, 4] - abs(height)
    shape[2] = law[row, 0] * share
    shape[3] = law[row, 1]
    shape[4] = law[row, 2]
    return float(gap)


@njit(**INNER)
def _penalty(s: float, stiff: float, layer: float) -> tuple[float, float, float]:
    """Return load, slope and energy of the C1 penalty at depth s into its layer."""
    if s <= 0.0:
        return 0.0, 0.0, 0.0
    if s < layer:
        return stiff * s * s / (2.0 * layer), stiff * s / layer, stiff * s * s * s / (6.0 * layer)
    deep = s - 0.5 * layer
    return stiff * deep, stiff, stiff * (layer * layer / 6.0 + 0.5 * (deep * deep - 0.25 * layer * layer))


@njit(**INNER)
def _rub(y: float, cap: float, stick: float) -> tuple[float, float]:
    """Return the secant stiffness and the energy of a stick spring stretched by y under a capacity."""
    if cap <= 0.0:
        return 0.0, 0.0
    if stick * y > cap:
        return cap / y, cap * (y - 0.5 * cap / stick)
    return stick, 0.5 * stick * y * y


@njit(**INNER)
def _add_normal(
    i: int, push: float, slope: float, normal: FloatArray, shape: FloatArray, out: FloatArray, gauss_newton: bool,
    band: FloatArray,
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
            band[4 * i + a, HALF + c - a] += h


@njit(**INNER)
def _sideways(u: FloatArray, normal: FloatArray, size: float) -> float:
    """Take from u what lies along a normal of squared length `size`; return the length of the rest."""
    along = 0.0
    for a in range(3):
        along += u[a] * normal[a] / size
    rest = 0.0
    for a in range(3):
        u[a] -= along * normal[a]
        rest += u[a] * u[a]
    return float(np.sqrt(rest))


@njit(**INNER)
def _body_slot(
    p: FloatArray, bodies: FloatArray, radius: float, stick: float, out: FloatArray, normal: FloatArray, shape: FloatArray
) -> tuple[int, float]:
    """Return the rigid body nearest to a node and its gap; `shape` as in `node_gap`."""
    found = body_gap(p, bodies, radius, out, normal, shape)
    gap = shape[0]
    shape[0] = 1.0 / max(shape[1], 1e-4)
    shape[1] = 0.0
    shape[2] = bodies[found, 9]
    shape[3] = bodies[found, 10]
    shape[4] = stick
    return found, gap


@njit(**INNER_ALLOCATING)
def contact(
    x: FloatArray, x0: FloatArray, length: FloatArray, status: IntArray, hint: IntArray, wall: FloatArray,
    conduit: FloatArray, canal: FloatArray, cord: FloatArray, plane: FloatArray, bodies: FloatArray, law: FloatArray,
    radius: float, layer: float, memory: FloatArray, memory1: FloatArray, load: FloatArray, load1: FloatArray,
    mode: IntArray, grad: FloatArray, band: FloatArray,
) -> tuple[float, float]:
    """Add contact and friction of all nodes; return the potentials (held loads, own loads) [J].

    Slots of a node: 0 wall, 1 cord, 2 nearest rigid body. `load` (n+1, 3) are the held normal loads,
    `load1` receives those of this point (the held ones when frozen). mode: want derivatives, Gauss-Newton,
    frozen loads, window of `nearest`.
    """  # fmt: skip
    want, gauss_newton, frozen, window = mode[0] > 0, mode[1] > 0, mode[2] > 0, mode[3]
    held, own = 0.0, 0.0
    out, normal, shape, u = np.empty(9), np.empty(3), np.empty(5), np.empty(3)
    for i in range(x.shape[0]):
        for slot in range(3):
            is_touching = (
                status[i] != FREE if slot == 0
                else status[i] == CANAL and cord.shape[0] >= 3 if slot == 1 else bodies.shape[0] > 0
            )  # fmt: skip
            gap, found = 1e9, -1
            if is_touching and slot < 2:
                gap = node_gap(i, slot, x, status, hint, conduit, canal, cord, plane, law, radius, window, out,
                               normal, shape)  # fmt: skip
            elif is_touching:
                found, gap = _body_slot(x[i], bodies, radius, law[0, 2], out, normal, shape)
            push, slope, stored = 0.0, 0.0, 0.0
            if gap < layer:
                push, slope, stored = _penalty(layer - gap, shape[2] * length[i], layer)
                held += stored
                own += stored
                for a in range(3):
                    grad[4 * i + a] -= push * normal[a]
                if want:
                    _add_normal(i, push, slope, normal, shape, out, gauss_newton, band)
            load1[i, slot] = load[i, slot] if frozen else push
            if (load1[i, slot] <= 0.0 and load[i, slot] <= 0.0) or not is_touching:
                for a in range(3):
                    memory1[i, 3 * slot + a] = 0.0
                continue
            is_new = slot == 2 and hint[i, 3] != found
            for a in range(3):
                moved = bodies[found, 11 + a] if slot == 2 else wall[i, a]
                u[a] = x[i, a] - x0[i, a] - moved
                if not is_new:
                    u[a] += memory[i, 3 * slot + a]
            y = _sideways(u, normal, 1.0)
            stick = shape[4] * length[i]
            cap = shape[3] * load1[i, slot]
            secant, rubbed = _rub(y, cap, stick)
            own += rubbed
            held += rubbed if frozen else _rub(y, shape[3] * load[i, slot], stick)[1]
            slips = stick * y > cap
            for a in range(3):
                memory1[i, 3 * slot + a] = secant / stick * u[a]
                grad[4 * i + a] += secant * u[a]
                if not want:
                    continue
                for c in range(3):
                    h = secant * ((1.0 if a == c else 0.0) - normal[a] * normal[c])
                    if slips:
                        h -= secant * u[a] * u[c] / (y * y)
                        if not gauss_newton and not frozen:
                            h -= shape[3] * slope * normal[c] * u[a] / y
                    band[4 * i + a, HALF + c - a] += h
    return held, own


@njit(**INNER_ALLOCATING)
def note_bodies(x: FloatArray, bodies: FloatArray, radius: float, hint: IntArray) -> None:
    """Write the nearest body of every node, to which its friction memory then belongs."""
    out, normal, best = np.empty(3), np.empty(3), np.empty(2)
    for i in range(x.shape[0]):
        hint[i, 3] = body_gap(x[i], bodies, radius, out, normal, best)


@njit(**INNER_ALLOCATING)
def rim_contact(
    x: FloatArray, x0: FloatArray, rims: FloatArray, edges: IntArray, radius: float, layer: float, stick: float,
    memory: FloatArray, memory1: FloatArray, load: FloatArray, load1: FloatArray, mode: IntArray,
    grad: FloatArray, band: FloatArray,
) -> tuple[float, float]:
    """Add the rims of holes, each to the edge that passes through it; return both potentials [J]."""  # fmt: skip
    want, frozen = mode[0] > 0, mode[2] > 0
    held, own = 0.0, 0.0
    radial, push_along, u = np.empty(3), np.empty(3), np.empty(3)
    for k in range(rims.shape[0]):
        i = edges[k]
        if i < 0:
            load1[k] = 0.0
            for a in range(3):
                memory1[k, a] = 0.0
            continue
        s, d = rim_place(x, i, rims[k], radial, push_along)
        push, slope, stored = _penalty(layer - (rims[k, 6] - radius - d), rims[k, 7], layer)
        load1[k] = load[k] if frozen else push
        if push <= 0.0 and load1[k] <= 0.0 and load[k] <= 0.0:
            for a in range(3):
                memory1[k, a] = 0.0
            continue
        held += stored
        own += stored
        size = 1e-12  # of a rod in the very middle, which has no side to lean to
        for a in range(3):
            size += push_along[a] ** 2
        for a in range(3):
            u[a] = memory[k, a] + (1.0 - s) * (x[i, a] - x0[i, a]) + s * (x[i + 1, a] - x0[i + 1, a]) - rims[k, 9 + a]
        y = _sideways(u, push_along, size)
        secant, rubbed = _rub(y, rims[k, 8] * load1[k], stick)
        own += rubbed
        held += _rub(y, rims[k, 8] * load[k], stick)[1]
        slips = stick * y > rims[k, 8] * load1[k]
        for a in range(3):
            memory1[k, a] = secant / stick * u[a]
        for p in range(2):
            wp = 1.0 - s if p == 0 else s
            for a in range(3):
                grad[4 * (i + p) + a] += wp * (push * push_along[a] + secant * u[a])
                if not want:
                    continue
                for q in range(2):
                    ww = wp * (1.0 - s if q == 0 else s)
                    for c in range(3):
                        same = 1.0 if a == c else 0.0
                        round_ = same - rims[k, 3 + a] * rims[k, 3 + c] - radial[a] * radial[c]
                        h = slope * push_along[a] * push_along[c] + push / d * round_
                        h += secant * (same - push_along[a] * push_along[c] / size)
                        if slips:
                            h -= secant * u[a] * u[c] / (y * y)
                        band[4 * (i + p) + a, HALF + 4 * (q - p) + c - a] += ww * h
    return held, own


@njit(**INNER_ALLOCATING)
def slider(
    x: FloatArray, x0: FloatArray, wall: FloatArray, stiffness: FloatArray, capacity: FloatArray,
    memory: FloatArray, memory1: FloatArray, want: bool, grad: FloatArray, band: FloatArray,
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
        secant, stored = _rub(y, capacity[i], k)
        slips = k * y > capacity[i]
        energy += stored
        for a in range(3):
            memory1[i, a] = secant / k * u[a]
            grad[4 * i + a] += secant * u[a]
            if want:
                for c in range(3):
                    h = secant if a == c else 0.0
                    if slips:
                        h -= secant * u[a] * u[c] / (y * y)
                    band[4 * i + a, HALF + c - a] += h
    return energy
