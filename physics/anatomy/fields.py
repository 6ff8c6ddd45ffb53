"""Signed-distance primitives, smooth unions and table look-up, for numba kernels.

Points and sizes share one unit; every function returns a distance bound, negative inside.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.kernels import inner_kernel

FloatArray = NDArray[np.float64]
Point = tuple[float, float, float]


@inner_kernel
def smooth_union(a: float, b: float, fillet: float) -> float:
    """Return the union of two distances with a fillet of the given size."""
    h = max(fillet - abs(a - b), 0.0) / fillet
    return min(a, b) - h * h * fillet * 0.25


@inner_kernel
def smooth_cut(a: float, b: float, fillet: float) -> float:
    """Return the intersection of two distances with a rounded edge."""
    h = max(fillet - abs(a - b), 0.0) / fillet
    return max(a, b) + h * h * fillet * 0.25


@inner_kernel
def clamp(value: float, low: float, high: float) -> float:
    """Return the value limited to [low, high]."""
    return min(max(value, low), high)


@inner_kernel
def bell(t: float) -> float:
    """Return exp(-t^2)."""
    return math.exp(-t * t)


@inner_kernel
def sigmoid(t: float) -> float:
    """Return 1 / (1 + exp(-t)), safe for any t."""
    return 1.0 / (1.0 + math.exp(-clamp(t, -30.0, 30.0)))


@inner_kernel
def ramp(low: float, high: float, value: float) -> float:
    """Return the smooth step from 0 at low to 1 at high (low may exceed high)."""
    t = clamp((value - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


@inner_kernel
def sphere(p: Point, centre: Point, radius: float) -> float:
    """Return the distance to a sphere."""
    return math.sqrt((p[0] - centre[0]) ** 2 + (p[1] - centre[1]) ** 2 + (p[2] - centre[2]) ** 2) - radius


@inner_kernel
def ellipsoid(p: Point, centre: Point, axes: Point) -> float:
    """Return the first-order distance bound to an axis-parallel ellipsoid."""
    x, y, z = p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]
    k0 = math.sqrt((x / axes[0]) ** 2 + (y / axes[1]) ** 2 + (z / axes[2]) ** 2)
    if k0 < 1e-4:
        return -min(axes[0], min(axes[1], axes[2]))
    k1 = math.sqrt((x / axes[0] ** 2) ** 2 + (y / axes[1] ** 2) ** 2 + (z / axes[2] ** 2) ** 2)
    return k0 * (k0 - 1.0) / max(k1, 1e-9)


@inner_kernel
def capsule(p: Point, a: Point, b: Point, radius_a: float, radius_b: float) -> float:
    """Return the distance to a round cone between two points."""
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    px, py, pz = p[0] - a[0], p[1] - a[1], p[2] - a[2]
    h = clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz), 0.0, 1.0)
    gap = math.sqrt((px - h * dx) ** 2 + (py - h * dy) ** 2 + (pz - h * dz) ** 2)
    return gap - (radius_a + (radius_b - radius_a) * h)


@inner_kernel
def flat_capsule(p: Point, a: Point, b: Point, radii: tuple[float, float], scale: Point) -> float:
    """Return the distance bound to a round cone squeezed by a scale along each axis."""
    q = (p[0] / scale[0], p[1] / scale[1], p[2] / scale[2])
    c = (a[0] / scale[0], a[1] / scale[1], a[2] / scale[2])
    d = (b[0] / scale[0], b[1] / scale[1], b[2] / scale[2])
    return capsule(q, c, d, radii[0], radii[1]) * min(scale[0], min(scale[1], scale[2]))


@inner_kernel
def lookup(values: FloatArray, z: float, z_low: float, pitch: float) -> float:
    """Return equally spaced values at z by linear interpolation, held at both ends."""
    u = (z - z_low) / pitch
    i = int(math.floor(u))
    if i < 0:
        return float(values[0])
    if i >= values.shape[0] - 1:
        return float(values[values.shape[0] - 1])
    f = u - i
    return float(values[i] * (1.0 - f) + values[i + 1] * f)


def smoothed(knots: FloatArray, values: FloatArray, grid: FloatArray, sigma: float) -> FloatArray:
    """Return values at the grid: linear between knots, then a Gaussian of width sigma.

    The ends are extended by their last slope, so that a straight line stays a straight line.
    """
    pitch = float(grid[1] - grid[0])
    half = max(1, int(math.ceil(4.0 * sigma / pitch)))
    offsets = np.arange(-half, half + 1) * pitch
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights /= weights.sum()
    line = np.interp(grid, knots, values)
    slope_low, slope_high = line[1] - line[0], line[-1] - line[-2]
    low = line[0] + slope_low * np.arange(-half, 0)
    high = line[-1] + slope_high * np.arange(1, half + 1)
    return np.convolve(np.concatenate([low, line, high]), weights, mode="valid")
