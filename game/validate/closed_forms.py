"""Exact solutions of rods that the rows compare with, all without units (lengths over L, forces L^2/EI)."""

from __future__ import annotations

from math import asin, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import ellipe, ellipeinc, ellipk, ellipkinc, fresnel

FloatArray = NDArray[np.float64]

CANTILEVER_ROOTS = (1.875104068711961, 4.694091132974175)  # cos b cosh b = -1
GREENHILL_CLAMPED = 2.0 * 4.493409457909064  # tan(m/2) = m/2


def elastica_tip(load: float = 2.0) -> tuple[float, float]:
    """Return the tip (x, drop) of Bickley's cantilever for a load P L^2/EI (Bickley 1934)."""

    def miss(p: float) -> float:
        return float(ellipk(p * p) - ellipkinc(asin(1 / (p * sqrt(2))), p * p) - sqrt(load))

    p = brentq(miss, 0.70711, 0.99999)
    phi = asin(1 / (p * sqrt(2)))
    root = sqrt(load)
    return sqrt(2) / root * sqrt(2 * p * p - 1), 1 - 2 / root * float(ellipe(p * p) - ellipeinc(phi, p * p))


def clamped_column(shortening: float) -> tuple[float, float]:
    """Return (force, mid-deflection) of a clamped column beyond Euler's load (Love, section 263)."""
    p = brentq(lambda q: 2 * (1 - ellipe(q * q) / ellipk(q * q)) - shortening, 1e-3, 0.95)
    k = float(ellipk(p * p))
    return 16 * k * k, p / k


def pinned_column(shortening: float) -> tuple[float, float]:
    """Return (force, mid-deflection) of a pinned column beyond Euler's load: 2 E(p)/K(p) - 1 = span/L."""
    p = brentq(lambda q: 2 * ellipe(q * q) / ellipk(q * q) - 2 + shortening, 1e-3, 0.99)
    k = float(ellipk(p * p))
    return 4 * k * k, p / k


def heavy_elastica_tip(weight: float) -> tuple[float, float]:
    """Return the tip (x, drop) of a cantilever under its own weight w L^3/EI: th'' = -W (1-s) cos th."""

    def solved(moment: float) -> FloatArray:
        def right(s: float, u: FloatArray) -> list[float]:
            return [u[1], -weight * (1 - s) * np.cos(u[0]), np.cos(u[0]), np.sin(u[0])]

        return np.asarray(solve_ivp(right, (0, 1), [0, moment, 0, 0], rtol=1e-10, atol=1e-12).y[:, -1])

    moment = brentq(lambda m: solved(m)[1], 0.0, 0.5 * weight + 1e-6)
    end = solved(moment)
    return float(end[2]), float(end[3])


def catenary_sag(span: float) -> float:
    """Return the sag of a chain of unit length between supports `span` apart at equal height."""
    a = brentq(lambda q: 2 * q * np.sinh(span / 2 / q) - 1.0, 0.05, 5.0)
    return float(a * (np.cosh(span / 2 / a) - 1))


def greenhill(tension: float) -> float:
    """Return the critical torque M L/EI of a clamped rod under tension T L^2/EI.

    y + iz obeys u'''' - i m u''' - T u'' = 0 with u = u' = 0 at both ends (Greenhill 1883); without
    tension tan(m/2) = m/2.
    """
    if tension == 0.0:
        return GREENHILL_CLAMPED

    def singular(m: float) -> float:
        root = np.sqrt(m * m - 4 * tension)
        a, b = 0.5 * (m + root), 0.5 * (m - root)
        rows = [[1, 0, 1, 1], [0, 1, 1j * a, 1j * b]]
        ea, eb = np.exp(1j * a), np.exp(1j * b)
        rows += [[1, 1, ea, eb], [0, 1, 1j * a * ea, 1j * b * eb]]
        return float((np.linalg.det(np.array(rows)) * np.exp(-0.5j * m)).imag)

    grid = np.linspace(2 * sqrt(tension) + 0.5, 2 * sqrt(tension) + 12.0, 400)
    values = np.array([singular(float(m)) for m in grid])
    k = int(np.flatnonzero(values[1:] * values[:-1] < 0)[0])
    return float(brentq(singular, grid[k], grid[k + 1]))


def michell_twist(bending_over_twisting: float) -> float:
    """Return the twist [rad] at which a ring closed from a straight rod leaves its plane (Michell 1889)."""
    return 2 * sqrt(3) * pi * bending_over_twisting


def clothoid_tip(turn: float) -> tuple[float, float]:
    """Return the tip (x, y) of a curve of unit length whose curvature grows linearly to 2 `turn`."""
    scale = sqrt(2 * turn / pi)
    s, c = fresnel(scale)
    return float(c / scale), float(s / scale)


def coil_force(turn: float, pitch_angle: float, rest_curvature: float, twisting_over_bending: float) -> float:
    """Return the axial force of a helical spring whose rest shape is a flat ring (Love, section 271).

    The rod of unit length winds by `turn` [rad] about the axis at a pitch angle; its ends may not turn:
    F = dU/dz at constant turn, U = EI (k - k0)^2/2 + GJ t^2/2, k = turn cos a, t = turn sin a, z = sin a.
    """
    k, t = turn * np.cos(pitch_angle), turn * np.sin(pitch_angle)
    return float(turn * (twisting_over_bending * t - (k - rest_curvature) * np.tan(pitch_angle)))


def helix_force(radius: float, pitch: float, bending: float) -> float:
    """Return the axial force of a helix pressed against a tube [N]: 2 EI k^2 sqrt(1 - r^2 k^2), SI units.

    k = 2 pi/sqrt(p^2 + 4 pi^2 r^2); becomes Lubinski's 8 pi^2 EI/p^2 at small slope (catheter_mechanics V8).
    """
    k = 2 * pi / sqrt(pitch**2 + (2 * pi * radius) ** 2)
    return 2 * bending * k * k * sqrt(1 - (radius * k) ** 2)


def brazier_flattening() -> float:
    """Return the flattening at which a bent thin tube carries its largest moment, by maximising Brazier's
    moment M ~ k (1 - 3 z/2) along z = k^2: 2/9."""
    z = np.linspace(0.0, 0.6, 600001)
    return float(z[int(np.argmax(np.sqrt(z) * (1 - 1.5 * z)))])


def lift_off_force(weight: float, height: float) -> float:
    """Return the force that lifts one end of a heavy beam off a rigid floor by a height: half the weight
    of the length (24 h/w)^(1/4) that hangs free."""
    return float(0.5 * weight * (24 * height / weight) ** 0.25)


def incline_speed(tangent: float, friction: float, gravity: float, time: float) -> float:
    """Return the speed of a body that slides down an incline."""
    angle = np.arctan(tangent)
    return float(gravity * (sin(angle) - friction * np.cos(angle)) * time)
