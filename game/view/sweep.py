"""Tubes swept along a centre line: catheter, needle, sutures; the lumen may be flattened in the bend."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from game.view.geometry import Mesh, unit
from physics.kernels import kernel

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]


@kernel
def _carried(p: FloatArray, tangents: FloatArray, first: FloatArray) -> None:
    """Fill tangents and rotation-minimising normals of a polyline; the normals by double reflection [Wang 2008].

    Written out number by number: a picture sweeps two or three tubes anew, and arrays of three cost more than the sums.
    """
    n = len(p)
    for i in range(n):
        low, high = max(i - 1, 0), min(i + 1, n - 1)
        x, y, z = p[high, 0] - p[low, 0], p[high, 1] - p[low, 1], p[high, 2] - p[low, 2]
        size = max(math.sqrt(x * x + y * y + z * z), 1e-15)
        tangents[i, 0], tangents[i, 1], tangents[i, 2] = x / size, y / size, z / size
    axis = 0 if abs(tangents[0, 0]) < 0.9 else 1
    along = tangents[0, axis]
    size = math.sqrt(1.0 - along * along)
    for k in range(3):
        first[0, k] = ((1.0 if k == axis else 0.0) - along * tangents[0, k]) / size
    for i in range(n - 1):
        x, y, z = p[i + 1, 0] - p[i, 0], p[i + 1, 1] - p[i, 1], p[i + 1, 2] - p[i, 2]
        squared = max(x * x + y * y + z * z, 1e-18)
        a = 2.0 / squared * (x * first[i, 0] + y * first[i, 1] + z * first[i, 2])
        b = 2.0 / squared * (x * tangents[i, 0] + y * tangents[i, 1] + z * tangents[i, 2])
        r0, r1, r2 = first[i, 0] - a * x, first[i, 1] - a * y, first[i, 2] - a * z
        x = tangents[i + 1, 0] - tangents[i, 0] + b * x
        y = tangents[i + 1, 1] - tangents[i, 1] + b * y
        z = tangents[i + 1, 2] - tangents[i, 2] + b * z
        squared = x * x + y * y + z * z
        c = 2.0 / squared * (x * r0 + y * r1 + z * r2) if squared >= 1e-14 else 0.0
        first[i + 1, 0], first[i + 1, 1], first[i + 1, 2] = r0 - c * x, r1 - c * y, r2 - c * z


@kernel
def _rings(
    p: FloatArray, tangents: FloatArray, first: FloatArray, axes: FloatArray, circle: FloatArray,
    points: Float32Array, normals: Float32Array,
) -> None:  # fmt: skip
    """Fill the rings of a tube: half axes (n, 2) along the first normal and across it, cosine and sine of each corner."""
    n = len(circle)
    for i in range(len(p)):
        fx, fy, fz = first[i, 0], first[i, 1], first[i, 2]
        tx, ty, tz = tangents[i, 0], tangents[i, 1], tangents[i, 2]
        sx, sy, sz = ty * fz - tz * fy, tz * fx - tx * fz, tx * fy - ty * fx
        minor, major = axes[i, 0], axes[i, 1]
        for j in range(n):
            c, s = circle[j, 0], circle[j, 1]
            at, u, v = i * n + j, minor * c, major * s
            points[at, 0] = p[i, 0] + fx * u + sx * v
            points[at, 1] = p[i, 1] + fy * u + sy * v
            points[at, 2] = p[i, 2] + fz * u + sz * v
            u, v = major * c, minor * s
            x, y, z = fx * u + sx * v, fy * u + sy * v, fz * u + sz * v
            size = max(math.sqrt(x * x + y * y + z * z), 1e-15)
            normals[at, 0], normals[at, 1], normals[at, 2] = x / size, y / size, z / size


def frames(points_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return tangents and two rotation-minimising normals of a polyline, (n, 3) each."""
    points = np.ascontiguousarray(points_m, float)
    tangents, first = np.empty_like(points), np.empty_like(points)
    _carried(points, tangents, first)
    return tangents, first, np.cross(tangents, first)


def ellipse_axes(radius_m: ArrayLike, aspect: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return (major, minor) half axes of a ring whose perimeter stays 2 pi r.

    Perimeter by the root-mean-square rule 2 pi sqrt((a^2 + b^2) / 2), within 3 % down to an aspect of 0.5.
    """
    f = np.asarray(aspect, float)
    major = np.asarray(radius_m, float) * np.sqrt(2 / (1 + f**2))
    return major, major * f


def aspect_from_patency(patency: ArrayLike) -> FloatArray:
    """Return minor / major axis of a ring of fixed perimeter that encloses a share of its round area.

    Area share = 2 f / (1 + f^2), solved for f <= 1; 0.12 is kept as the thickness of two walls.
    """
    area = np.clip(np.asarray(patency, float), 1e-3, 1.0)
    return np.maximum((1 - np.sqrt(1 - area**2)) / area, 0.12)


def refine(points_m: FloatArray, n_between: int = 3) -> FloatArray:
    """Return a Catmull-Rom curve through the points with n_between parts per edge."""
    p = np.vstack([2 * points_m[0] - points_m[1], points_m, 2 * points_m[-1] - points_m[-2]])
    t = np.linspace(0, 1, n_between, endpoint=False)[:, None]
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([curve.reshape(-1, 3), points_m[-1]])


def tube(
    points_m: ArrayLike,
    radius_m: ArrayLike,
    n: int = 12,
    aspect: ArrayLike | None = None,
    flat_direction: ArrayLike | None = None,
    is_capped: bool = True,
    is_inside_out: bool = False,
) -> Mesh:
    """Return a swept tube; `aspect` (n,) flattens it along `flat_direction` (n, 3) at constant perimeter.

    Inside out, what is seen of it is its far wall: an outline round whatever stands in it.
    """
    p = np.ascontiguousarray(points_m, float)
    count = len(p)
    tangent, first = np.empty_like(p), np.empty_like(p)
    _carried(p, tangent, first)
    if flat_direction is not None:
        wanted = np.asarray(flat_direction, float)
        wanted = wanted - np.sum(wanted * tangent, axis=1, keepdims=True) * tangent
        long_enough = np.linalg.norm(wanted, axis=1, keepdims=True) > 1e-6
        first = np.where(long_enough, unit(wanted), first)
    axes = np.empty((count, 2))
    axes[:, 1], axes[:, 0] = ellipse_axes(radius_m, 1.0 if aspect is None else aspect)
    n_caps = 2 * (n + 1) if is_capped else 0
    points, normals = np.empty((count * n + n_caps, 3), np.float32), np.empty((count * n + n_caps, 3), np.float32)
    _rings(p, tangent, first, axes, _circle(n), points, normals)
    if is_capped:  # the first and the last ring once more, with the middle of each
        for end, sign, at in ((0, -1.0, count * n), (count - 1, 1.0, count * n + n + 1)):
            points[at : at + n], points[at + n] = points[end * n : (end + 1) * n], p[end]
            normals[at : at + n + 1] = sign * tangent[end]
    if is_inside_out:
        np.negative(normals, out=normals)
    return Mesh(points, normals, _faces(count, n, is_capped, is_inside_out))


@lru_cache(maxsize=16)
def _circle(n: int) -> FloatArray:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@lru_cache(maxsize=32)
def _faces(count: int, n: int, is_capped: bool, is_inside_out: bool) -> NDArray[np.int32]:
    """Return the faces of a tube, outward because first x second normal = tangent; tubes of one size share them."""
    i = np.arange(count - 1)[:, None] * n
    j = np.arange(n)[None]
    k = (j + 1) % n
    lower = np.stack([i + j, i + n + k, i + n + j], axis=-1).reshape(-1, 3)
    upper = np.stack([i + j, i + k, i + n + k], axis=-1).reshape(-1, 3)
    parts = [lower, upper]
    if is_capped:
        j, k = j[0], k[0]
        start, end = count * n, count * n + n + 1
        parts.append(np.stack([np.full(n, start + n), start + k, start + j], axis=1))
        parts.append(np.stack([np.full(n, end + n), end + j, end + k], axis=1))
    faces = np.concatenate(parts).astype(np.int32)
    faces = np.ascontiguousarray(faces[:, ::-1]) if is_inside_out else faces
    faces.flags.writeable = False
    return faces
