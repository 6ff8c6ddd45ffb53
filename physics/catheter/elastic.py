"""Discrete elastic rod: frames, energy, gradient and exact Hessian of stretch, bend and twist.

Equations: Bergou et al. 2008/2010 (discrete elastic rods), curvature measure 2 tan(phi/2); the
Hessian entries are the standard second derivatives, checked against finite differences in
tests/physics/catheter. Unknowns are ordered x0 th0 x1 th1 ... xN.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF
from physics.kernels import ALLOCATING, INNER, INNER_ALLOCATING, KERNEL

FloatArray = NDArray[np.float64]


@njit(**INNER)
def cross(a: FloatArray, b: FloatArray, out: FloatArray) -> None:
    """Write a x b into `out`."""
    out[0] = a[1] * b[2] - a[2] * b[1]
    out[1] = a[2] * b[0] - a[0] * b[2]
    out[2] = a[0] * b[1] - a[1] * b[0]


@njit(**INNER)
def dot(a: FloatArray, b: FloatArray) -> float:
    """Return a . b."""
    return float(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


@njit(**KERNEL)
def transport(u: FloatArray, t0: FloatArray, t1: FloatArray, out: FloatArray) -> None:
    """Write `u`, carried from unit tangent t0 to t1 without twist, into `out`."""
    bx = t0[1] * t1[2] - t0[2] * t1[1]
    by = t0[2] * t1[0] - t0[0] * t1[2]
    bz = t0[0] * t1[1] - t0[1] * t1[0]
    c = max(dot(t0, t1), -0.999999)
    k = (bx * u[0] + by * u[1] + bz * u[2]) / (1.0 + c)
    out[0] = c * u[0] + (by * u[2] - bz * u[1]) + k * bx
    out[1] = c * u[1] + (bz * u[0] - bx * u[2]) + k * by
    out[2] = c * u[2] + (bx * u[1] - by * u[0]) + k * bz


@njit(**INNER_ALLOCATING)
def frames(
    x: FloatArray, theta: FloatArray, tangent0: FloatArray, director0: FloatArray, turn0: FloatArray,
    tangent: FloatArray, director: FloatArray, m1: FloatArray, m2: FloatArray, turn: FloatArray,
) -> None:
    """Update tangents, reference directors, material frames and reference twist from old ones."""  # fmt: skip
    n = theta.shape[0]
    tmp = np.empty(3)
    d2 = np.empty(3)
    p = np.empty(3)
    for j in range(n):
        length = 0.0
        for a in range(3):
            tangent[j, a] = x[j + 1, a] - x[j, a]
            length += tangent[j, a] ** 2
        length = np.sqrt(length)
        for a in range(3):
            tangent[j, a] /= length
        transport(director0[j], tangent0[j], tangent[j], tmp)
        q = dot(tmp, tangent[j])
        for a in range(3):
            tmp[a] -= q * tangent[j, a]
        q = 1.0 / np.sqrt(dot(tmp, tmp))
        for a in range(3):
            director[j, a] = tmp[a] * q
        cross(tangent[j], director[j], d2)
        c = np.cos(theta[j])
        s = np.sin(theta[j])
        for a in range(3):
            m1[j, a] = c * director[j, a] + s * d2[a]
            m2[j, a] = -s * director[j, a] + c * d2[a]
    for j in range(1, n):
        transport(director[j - 1], tangent[j - 1], tangent[j], p)
        cross(tangent[j], p, tmp)
        c = np.cos(turn0[j])
        s = np.sin(turn0[j])
        for a in range(3):
            p[a] = c * p[a] + s * tmp[a]
        cross(p, director[j], tmp)
        turn[j] = turn0[j] + np.arctan2(dot(tmp, tangent[j]), dot(p, director[j]))


@njit(**KERNEL)
def stretch(
    x: FloatArray, tangent: FloatArray, rest_length: FloatArray, ea: float, want: bool, gauss_newton: bool,
    grad: FloatArray, band: FloatArray,
) -> float:
    """Add stretch terms to gradient and band; return the energy [J]."""  # fmt: skip
    energy = 0.0
    for j in range(rest_length.shape[0]):
        length = 0.0
        for a in range(3):
            length += (x[j + 1, a] - x[j, a]) ** 2
        length = np.sqrt(length)
        strain = length / rest_length[j] - 1.0
        energy += 0.5 * ea * strain * strain * rest_length[j]
        force = ea * strain
        b = 4 * j
        for a in range(3):
            grad[b + a] -= force * tangent[j, a]
            grad[b + 4 + a] += force * tangent[j, a]
        if not want:
            continue
        geometric = force / length
        if gauss_newton and geometric < 0.0:
            geometric = 0.0
        for a in range(3):
            for c in range(3):
                k = (ea / rest_length[j] - geometric) * tangent[j, a] * tangent[j, c]
                if a == c:
                    k += geometric
                band[b + a, HALF + c - a] += k
                band[b + 4 + a, HALF + c - a] += k
                band[b + 4 + a, HALF + c - a - 4] -= k
                band[b + a, HALF + c + 4 - a] -= k
    return energy


@njit(**INNER)
def vertex_second(
    j: int, w: FloatArray, s: FloatArray, v: FloatArray, ab: FloatArray, te: FloatArray, tf: FloatArray,
    m1: FloatArray, m2: FloatArray, k8: FloatArray, r: FloatArray,
) -> None:
    """Add second derivatives (weighted by w) of both curvatures and the twist to the upper half of `k8`.

    s = (ne, nf, chi, kappa1, kappa2); rows of v = kb, tt, D1, D2, c1v, c2v, ce1, ce2;
    ab[0] = kb.m1 on e, f; ab[1] = kb.m2 on e, f; r (6, 3) is scratch. The weights are folded into
    the vectors first, so that every entry of a block is a few products.
    """  # fmt: skip
    ne, nf, chi = s[0], s[1], s[2]
    kb, tt = v[0], v[1]
    w1, w2, w3 = w[0], w[1], w[2]
    both = w1 * s[3] + w2 * s[4]
    flat = both / chi
    ie2, if2, ief = 1.0 / (ne * ne), 1.0 / (nf * nf), 1.0 / (ne * nf)
    for a in range(3):
        r[0, a] = w2 * v[5, a] - w1 * v[4, a] + both * tt[a]
        r[1, a] = w1 * v[6, a] - w2 * v[7, a] + both * tt[a]
        r[2, a] = 0.25 * (w1 * m2[j - 1, a] - w2 * m1[j - 1, a] - w3 * (te[a] + tt[a]))
        r[3, a] = 0.25 * (w1 * m2[j, a] - w2 * m1[j, a] - w3 * (tf[a] + tt[a]))
        r[4, a] = w2 * v[2, a] - w1 * v[3, a] + w3 / chi * te[a]
        r[5, a] = r[0, a] - 0.5 * w3 * kb[a]
    for a in range(3):
        for c in range(a, 3):
            e = r[0, a] * tt[c] + tt[a] * r[0, c] + kb[a] * r[2, c] + r[2, a] * kb[c] + flat * te[a] * te[c]
            f = r[1, a] * tt[c] + tt[a] * r[1, c] + kb[a] * r[3, c] + r[3, a] * kb[c] + flat * tf[a] * tf[c]
            if a == c:
                e -= flat
                f -= flat
            k8[a, c] += ie2 * e
            k8[3 + a, 3 + c] += if2 * f
        for c in range(3):
            k8[a, 3 + c] += ief * (r[5, a] * tt[c] + tt[a] * r[1, c] - flat * te[a] * tf[c])
        k8[a, 3 + a] -= ief * flat
    k8[0, 4] -= ief * r[4, 2]
    k8[1, 3] += ief * r[4, 2]
    k8[1, 5] -= ief * r[4, 0]
    k8[2, 4] += ief * r[4, 0]
    k8[2, 3] -= ief * r[4, 1]
    k8[0, 5] += ief * r[4, 1]
    for q in range(2):
        jj = j - 1 + q
        half = 0.5 * (w1 * ab[0, q] + w2 * ab[1, q])
        for a in range(3):
            r[0, a] = (w1 * m1[jj, a] + w2 * m2[jj, a]) / chi
        cross(tf, r[0], r[1])
        cross(te, r[0], r[2])
        for a in range(3):
            k8[a, 6 + q] += (half * tt[a] - r[1, a]) / ne
            k8[3 + a, 6 + q] += (half * tt[a] + r[2, a]) / nf
    k8[6, 6] += -0.5 * w1 * ab[1, 0] + 0.5 * w2 * ab[0, 0]
    k8[7, 7] += -0.5 * w1 * ab[1, 1] + 0.5 * w2 * ab[0, 1]


@njit(**INNER)
def scatter(b: int, k8: FloatArray, band: FloatArray) -> None:
    """Add the upper half of an (e, f, th, th) block to the band, with e = x1 - x0 and f = x2 - x1."""
    for a in range(3):
        r0, r1, r2 = b + a, b + 4 + a, b + 8 + a
        for c in range(3):
            col = HALF + c - a
            ee = k8[a, c] if a <= c else k8[c, a]
            ff = k8[3 + a, 3 + c] if a <= c else k8[3 + c, 3 + a]
            ef, fe = k8[a, 3 + c], k8[c, 3 + a]
            band[r0, col] += ee
            band[r0, col + 4] += ef - ee
            band[r0, col + 8] -= ef
            band[r1, col - 4] += fe - ee
            band[r1, col] += ee - ef - fe + ff
            band[r1, col + 4] += ef - ff
            band[r2, col - 8] -= fe
            band[r2, col - 4] += fe - ff
            band[r2, col] += ff
        for q in range(2):
            row = b + 3 + 4 * q
            e, f = k8[a, 6 + q], k8[3 + a, 6 + q]
            band[r0, HALF + row - r0] -= e
            band[row, HALF + r0 - row] -= e
            band[r1, HALF + row - r1] += e - f
            band[row, HALF + r1 - row] += e - f
            band[r2, HALF + row - r2] += f
            band[row, HALF + r2 - row] += f
    band[b + 3, HALF] += k8[6, 6]
    band[b + 7, HALF] += k8[7, 7]
    band[b + 3, HALF + 4] += k8[6, 7]
    band[b + 7, HALF - 4] += k8[6, 7]


@njit(**INNER)
def vertex_first(
    j: int, te: FloatArray, tf: FloatArray, m1: FloatArray, m2: FloatArray, ne: float, nf: float, ka: float, kc: float,
    v: FloatArray, g: FloatArray, ab: FloatArray,
) -> None:
    """Write the first derivatives of both curvatures and the twist by (e, f, th, th) into `g`."""  # fmt: skip
    cross(tf, v[3], v[4])
    cross(tf, v[2], v[5])
    cross(te, v[3], v[6])
    cross(te, v[2], v[7])
    for a in range(3):
        g[0, a] = (-ka * v[1, a] + v[4, a]) / ne
        g[0, 3 + a] = (-ka * v[1, a] - v[6, a]) / nf
        g[1, a] = (-kc * v[1, a] - v[5, a]) / ne
        g[1, 3 + a] = (-kc * v[1, a] + v[7, a]) / nf
        g[2, a] = 0.5 * v[0, a] / ne
        g[2, 3 + a] = 0.5 * v[0, a] / nf
    for q in range(2):
        ab[0, q] = dot(v[0], m1[j - 1 + q])
        ab[1, q] = dot(v[0], m2[j - 1 + q])
        g[0, 6 + q] = -0.5 * ab[0, q]
        g[1, 6 + q] = -0.5 * ab[1, q]
    g[2, 6] = -1.0
    g[2, 7] = 1.0


@njit(**ALLOCATING)
def bend_twist(
    x: FloatArray, theta: FloatArray, tangent: FloatArray, m1: FloatArray, m2: FloatArray, turn: FloatArray,
    voronoi: FloatArray, bending: FloatArray, gj: float, rest_curvature: FloatArray, want: bool,
    gauss_newton: bool, grad: FloatArray, band: FloatArray,
) -> float:
    """Add bending and twist terms to gradient and band; return the energy [J]."""  # fmt: skip
    energy = 0.0
    v = np.zeros((8, 3))
    g = np.zeros((3, 8))
    k8 = np.zeros((8, 8))
    s = np.zeros(5)
    w = np.zeros(3)
    ab = np.zeros((2, 2))
    tmp = np.zeros((6, 3))
    for j in range(1, theta.shape[0]):
        te = tangent[j - 1]
        tf = tangent[j]
        ne = 0.0
        nf = 0.0
        for a in range(3):
            ne += (x[j, a] - x[j - 1, a]) ** 2
            nf += (x[j + 1, a] - x[j, a]) ** 2
        ne = np.sqrt(ne)
        nf = np.sqrt(nf)
        chi = max(1.0 + dot(te, tf), 1e-8)
        cross(te, tf, v[0])
        for a in range(3):
            v[0, a] *= 2.0 / chi
            v[1, a] = (te[a] + tf[a]) / chi
            v[2, a] = (m1[j - 1, a] + m1[j, a]) / chi
            v[3, a] = (m2[j - 1, a] + m2[j, a]) / chi
        ka = 0.5 * chi * dot(v[0], v[3])
        kc = -0.5 * chi * dot(v[0], v[2])
        r1 = ka - rest_curvature[j, 0]
        r2 = kc - rest_curvature[j, 1]
        bl = bending[j] / voronoi[j]
        gl = gj / voronoi[j]
        twist = theta[j] - theta[j - 1] + turn[j]
        energy += 0.5 * bl * (r1 * r1 + r2 * r2) + 0.5 * gl * twist * twist
        if not want:
            continue
        vertex_first(j, te, tf, m1, m2, ne, nf, ka, kc, v, g, ab)
        w[0] = bl * r1
        w[1] = bl * r2
        w[2] = gl * twist
        b = 4 * (j - 1)
        for a in range(3):
            fe = w[0] * g[0, a] + w[1] * g[1, a] + w[2] * g[2, a]
            ff = w[0] * g[0, 3 + a] + w[1] * g[1, 3 + a] + w[2] * g[2, 3 + a]
            grad[b + a] -= fe
            grad[b + 4 + a] += fe - ff
            grad[b + 8 + a] += ff
        grad[b + 3] += w[0] * g[0, 6] + w[1] * g[1, 6] + w[2] * g[2, 6]
        grad[b + 7] += w[0] * g[0, 7] + w[1] * g[1, 7] + w[2] * g[2, 7]
        for p in range(8):
            for q in range(p, 8):
                k8[p, q] = bl * (g[0, p] * g[0, q] + g[1, p] * g[1, q]) + gl * g[2, p] * g[2, q]
        if not gauss_newton:
            s[0], s[1], s[2], s[3], s[4] = ne, nf, chi, ka, kc
            vertex_second(j, w, s, v, ab, te, tf, m1, m2, k8, tmp)
        scatter(b, k8, band)
    return energy
