"""Planar shortest paths of bounded curvature (Dubins) and smooth polylines: how a hand lays a tube."""

from __future__ import annotations

from math import acos, atan2, cos, hypot, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Pose = tuple[float, float, float]  # u [m], v [m], heading [rad]
Piece = tuple[int, float]  # +1 left, -1 right, 0 straight; length [m]


def _turn(angle: float) -> float:
    return angle % (2.0 * pi)


def _words(d: float, a: float, b: float) -> list[tuple[tuple[int, int, int], tuple[float, float, float]]]:
    """Return the admissible Dubins words in units of the radius."""
    out = []
    sa, sb, ca, cb, cab = sin(a), sin(b), cos(a), cos(b), cos(a - b)
    p2 = 2 + d * d - 2 * cab + 2 * d * (sa - sb)
    if p2 >= 0:
        t = atan2(cb - ca, d + sa - sb)
        out.append(((1, 0, 1), (_turn(t - a), sqrt(p2), _turn(b - t))))
    p2 = 2 + d * d - 2 * cab + 2 * d * (sb - sa)
    if p2 >= 0:
        t = atan2(ca - cb, d - sa + sb)
        out.append(((-1, 0, -1), (_turn(a - t), sqrt(p2), _turn(t - b))))
    p2 = -2 + d * d + 2 * cab + 2 * d * (sa + sb)
    if p2 >= 0:
        p = sqrt(p2)
        t = atan2(-ca - cb, d + sa + sb) - atan2(-2.0, p)
        out.append(((1, 0, -1), (_turn(t - a), p, _turn(t - b))))
    p2 = d * d - 2 + 2 * cab - 2 * d * (sa + sb)
    if p2 >= 0:
        p = sqrt(p2)
        t = atan2(ca + cb, d - sa - sb) - atan2(2.0, p)
        out.append(((-1, 0, 1), (_turn(a - t), p, _turn(b - t))))
    q = (6 - d * d + 2 * cab + 2 * d * (sa - sb)) / 8
    if abs(q) <= 1:
        p = _turn(2 * pi - acos(q))
        t = _turn(a - atan2(ca - cb, d - sa + sb) + p / 2)
        out.append(((-1, 1, -1), (t, p, _turn(a - b - t + p))))
    return out


def dubins(start: Pose, end: Pose, radius_m: float) -> list[Piece]:
    """Return the shortest path of arcs and straights between two poses.

    Notes
    -----
    Dubins, Am. J. Math. 79 (1957) 497; five of the six words (LRL is left out: RLR or a
    straight-bearing word always exists beside it, at most slightly longer).
    """
    du, dv = end[0] - start[0], end[1] - start[1]
    line = atan2(dv, du)
    words = _words(hypot(du, dv) / radius_m, _turn(start[2] - line), _turn(end[2] - line))
    turns, lengths = min(words, key=lambda w: sum(w[1]))
    return [(turn, length * radius_m) for turn, length in zip(turns, lengths, strict=True)]


def trace(start: Pose, pieces: list[Piece], radius_m: float, pitch_m: float) -> FloatArray:
    """Return points along the pieces, including the start, (k, 2)."""
    u, v, heading = start
    points = [(u, v)]
    for turn, length in pieces:
        n = max(1, int(np.ceil(length / pitch_m - 1e-9)))
        if length < 1e-9:
            continue
        for k in range(1, n + 1):
            s = length * k / n
            if turn == 0:
                points.append((u + s * cos(heading), v + s * sin(heading)))
            else:
                h = heading + turn * s / radius_m
                points.append((u + turn * radius_m * (sin(h) - sin(heading)), v - turn * radius_m * (cos(h) - cos(heading))))
        u, v = points[-1]
        if turn != 0:
            heading += turn * length / radius_m
    return np.asarray(points)


def smooth(points_m: FloatArray, rounds: int = 3) -> FloatArray:
    """Return a polyline with its corners cut (Chaikin), ends kept."""
    for _ in range(rounds):
        low = 0.75 * points_m[:-1] + 0.25 * points_m[1:]
        high = 0.25 * points_m[:-1] + 0.75 * points_m[1:]
        inner = np.empty((2 * len(low), points_m.shape[1]))
        inner[0::2], inner[1::2] = low, high
        points_m = np.vstack([points_m[:1], inner[1:-1], points_m[-1:]])
    return points_m


def length_of(points_m: FloatArray) -> float:
    """Return the length of a polyline [m]."""
    return float(np.linalg.norm(np.diff(points_m, axis=0), axis=1).sum())


def resample(points_m: FloatArray, arcs_m: FloatArray) -> FloatArray:
    """Return points of a polyline at arc lengths."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points_m, axis=0), axis=1))])
    return np.column_stack([np.interp(arcs_m, arc, points_m[:, a]) for a in range(3)])
