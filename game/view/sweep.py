"""Tubes swept along a centre line: catheter, needle, sutures; the lumen may be flattened in the bend."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from game.view.geometry import Mesh, unit

FloatArray = NDArray[np.float64]


@njit(cache=True)
def _transport(points: FloatArray, tangents: FloatArray, start: FloatArray) -> FloatArray:
    """Rotation-minimising normals by double reflection [Wang 2008]."""
    n = len(points)
    out = np.empty((n, 3))
    out[0] = start
    for i in range(n - 1):
        chord = points[i + 1] - points[i]
        c1 = max(np.dot(chord, chord), 1e-18)
        r_left = out[i] - 2.0 / c1 * np.dot(chord, out[i]) * chord
        t_left = tangents[i] - 2.0 / c1 * np.dot(chord, tangents[i]) * chord
        step = tangents[i + 1] - t_left
        c2 = np.dot(step, step)
        if c2 < 1e-14:
            out[i + 1] = r_left
        else:
            out[i + 1] = r_left - 2.0 / c2 * np.dot(step, r_left) * step
    return out


def frames(points_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return tangents and two rotation-minimising normals of a polyline."""
    tangents = np.ascontiguousarray(unit(np.gradient(points_m, axis=0)))
    hint = np.array([1.0, 0, 0]) if abs(tangents[0, 0]) < 0.9 else np.array([0, 1.0, 0])
    start = unit(hint - (hint @ tangents[0]) * tangents[0])
    first = _transport(np.ascontiguousarray(points_m), tangents, start)
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
) -> Mesh:
    """Return a swept tube; `aspect` (n,) flattens it along `flat_direction` (n, 3) at constant perimeter."""
    p = np.asarray(points_m, float)
    count = len(p)
    tangent, first, _ = frames(p)
    if flat_direction is not None:
        wanted = np.asarray(flat_direction, float)
        wanted = wanted - np.sum(wanted * tangent, axis=1, keepdims=True) * tangent
        long_enough = np.linalg.norm(wanted, axis=1, keepdims=True) > 1e-6
        first = np.where(long_enough, unit(wanted), first)
    second = np.cross(tangent, first)
    shape = np.ones(count) if aspect is None else np.broadcast_to(np.asarray(aspect, float), (count,))
    major, minor = ellipse_axes(np.broadcast_to(np.asarray(radius_m, float), (count,)), shape)
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    along_minor, along_major = (minor[:, None] * c)[..., None], (major[:, None] * s)[..., None]
    points = p[:, None] + first[:, None] * along_minor + second[:, None] * along_major
    normals = (
        first[:, None] * (major[:, None] * c)[..., None] + second[:, None] * (minor[:, None] * s)[..., None]
    )
    points, normals = points.reshape(-1, 3), unit(normals.reshape(-1, 3))
    faces = _side_faces(count, n)
    if is_capped:
        points, normals, faces = _with_caps(points, normals, faces, p, tangent, n)
    return Mesh(points.astype(np.float32), normals.astype(np.float32), faces.astype(np.int32))


@lru_cache(maxsize=32)
def _side_faces(count: int, n: int) -> NDArray[np.int64]:
    """Return the faces between rings: outward, because first x second normal = tangent."""
    i = np.arange(count - 1)[:, None] * n
    j = np.arange(n)[None]
    k = (j + 1) % n
    lower = np.stack([i + j, i + n + k, i + n + j], axis=-1).reshape(-1, 3)
    upper = np.stack([i + j, i + k, i + n + k], axis=-1).reshape(-1, 3)
    return np.concatenate([lower, upper])


def _with_caps(
    points: FloatArray,
    normals: FloatArray,
    faces: NDArray[np.int64],
    centre: FloatArray,
    tangent: FloatArray,
    n: int,
) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    j = np.arange(n)
    k = (j + 1) % n
    ends, across, fans = [points], [normals], [faces]
    for i, (end, sign) in enumerate(((0, -1.0), (len(centre) - 1, 1.0))):
        first = len(points) + i * (n + 1)
        ends += [points[end * n : (end + 1) * n], centre[end : end + 1]]
        across.append(np.repeat(sign * tangent[end][None], n + 1, axis=0))
        hub = np.full(n, first + n)
        fan = [hub, first + j, first + k] if sign > 0 else [hub, first + k, first + j]
        fans.append(np.stack(fan, axis=1))
    return np.concatenate(ends), np.concatenate(across), np.concatenate(fans)
