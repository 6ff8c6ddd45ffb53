"""How the trunk bends: one map of material points, forward and back.

Plane sections of the lumbar trunk turn about a line just in front of the canal (the discs), so in a
flexion the canal lengthens a little and the skin of the back a lot; the abdominal wall stays with the
pelvis. A bend is a rotation vector (flexion, side, twist) [rad]: head forward, head to the left, chest
to the left. Every section turns about the same axis by its share, so the map of a section is exact.
A bend is a table of the neutral line, (7 + 9, m): z, x, y at rest; share; place; rotation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.state import Surroundings
from physics.kernels import ALLOCATING, INNER

FloatArray = NDArray[np.float64]
Bend = float | FloatArray  # flexion alone, or (flexion, side, twist) [rad]

TYPICAL_LUMBAR_M = 0.18  # lumbar spine for which the distances below are meant
# Neutral line in front of the canal's centre, catheter_mechanics_2 section 5 [A]; it sets how far the tip goes
# down in a posture (cited: leads 3.05 mm on sitting down, tip 4-9 mm; checked: game/validate/posture_motion.py).
DISC_OFFSET_M = 6e-3
WALL_START_M = 0.03  # tissue this far in front of the discs begins to stay with the pelvis [A]
WALL_END_M = 0.11
INVERSE_STEPS = 60  # tuned: 1e-6 m in the belly wall; the back needs 10
INVERSE_DONE_M = 1e-12  # numerical: the correction no longer matters
GRID_LOW_M, GRID_HIGH_M, GRID_M = -0.40, 0.701, 5e-3

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("trunk.disc_offset", DISC_OFFSET_M, "m", "A", "catheter_mechanics_2 5; tip motion checked against leads"),
    ("trunk.wall_start", WALL_START_M, "m", "A", "assumption"),
    ("trunk.wall_end", WALL_END_M, "m", "A", "assumption"),
)


def bend_vector(bend_rad: Bend) -> FloatArray:
    """Return a bend as a rotation vector (flexion, side, twist) [rad]; a number is a flexion."""
    if isinstance(bend_rad, np.ndarray):
        return bend_rad
    return np.array([float(bend_rad), 0.0, 0.0])


def rotations(axis: FloatArray, angle_rad: FloatArray) -> FloatArray:
    """Return rotation matrices about one unit axis, (n, 3, 3)."""
    cross = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    s, c = np.sin(angle_rad)[:, None, None], np.cos(angle_rad)[:, None, None]
    return np.asarray(np.eye(3) + s * cross + (1.0 - c) * (cross @ cross))


def axis_of(bend_rad: Bend) -> tuple[FloatArray, float]:
    """Return the unit axis and the size of a bend [rad]."""
    vector = bend_vector(bend_rad)
    size = float(np.linalg.norm(vector))
    return (vector / size, size) if size > 0.0 else (np.array([1.0, 0.0, 0.0]), 0.0)


def bent_line(axis: FloatArray, size_rad: float, around: Surroundings) -> FloatArray:
    """Return the neutral line in a bend, (16, m): z, x, y at rest; turn; place (3); rotation (9)."""
    low, high = around.lumbar_low_m, around.lumbar_high_m
    z = np.arange(GRID_LOW_M, GRID_HIGH_M, GRID_M)
    canal = around.canal_points_m
    order = np.argsort(canal[:, 2], kind="stable")
    x0 = np.interp(z, canal[order, 2], canal[order, 0])
    y0 = np.interp(z, canal[order, 2], canal[order, 1]) - (high - low) / TYPICAL_LUMBAR_M * DISC_OFFSET_M
    share = np.clip((z - low) / (high - low), 0.0, 1.0)
    angle = size_rad * 0.5 * (share + share * share * (3.0 - 2.0 * share))
    rest = np.column_stack([x0, y0, z])
    steps = np.einsum("nij,nj->ni", rotations(axis, 0.5 * (angle[1:] + angle[:-1])), np.diff(rest, axis=0))
    place = rest[0] + np.vstack([np.zeros(3), np.cumsum(steps, axis=0)])
    turned = rotations(axis, angle).reshape(-1, 9)
    return np.ascontiguousarray(np.vstack([z, x0, y0, angle, place.T, turned.T]))


@njit(**INNER)
def _forward(p: FloatArray, line: FloatArray, axis: FloatArray, scale: float, out: FloatArray) -> float:
    """Write where one material point goes; return the turn of its surroundings [rad]."""
    last = line.shape[1] - 1
    place = (p[2] - line[0, 0]) / (line[0, 1] - line[0, 0])
    place = min(max(place, 0.0), float(last))
    k = min(int(place), last - 1)
    w = place - k
    a = p[0] - ((1.0 - w) * line[1, k] + w * line[1, k + 1])
    b = p[1] - ((1.0 - w) * line[2, k] + w * line[2, k + 1])
    turn = (1.0 - w) * line[3, k] + w * line[3, k + 1]
    c, s = np.cos(turn), np.sin(turn)
    along = (a * axis[0] + b * axis[1]) * (1.0 - c)
    stay = min(1.0, max(0.0, (-b - scale * WALL_START_M) / (scale * (WALL_END_M - WALL_START_M))))
    stay = 1.0 - stay * stay * (3.0 - 2.0 * stay)
    turned = (
        a * c - s * axis[2] * b + along * axis[0],
        b * c + s * axis[2] * a + along * axis[1],
        s * (axis[0] * b - axis[1] * a) + along * axis[2],
    )
    for j in range(3):
        there = (1.0 - w) * line[4 + j, k] + w * line[4 + j, k + 1] + turned[j]
        out[j] = p[j] + stay * (there - p[j])
    return float(stay * turn)


@njit(**ALLOCATING)
def _bend(points: FloatArray, line: FloatArray, axis: FloatArray, scale: float) -> tuple[FloatArray, FloatArray]:
    out = np.empty_like(points)
    turn = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        turn[i] = _forward(points[i], line, axis, scale, out[i])
    return out, turn


@njit(**ALLOCATING)
def _unbend(points: FloatArray, line: FloatArray, axis: FloatArray, scale: float) -> FloatArray:
    """Return the rest places of points (n, 3) seen in a bend (nearest section, then quasi-Newton)."""
    rest = points.copy()
    seen, d, step = np.empty(3), np.empty(3), np.empty(3)
    for i in range(points.shape[0]):
        p, q = points[i], rest[i]
        best, k = 1e30, 0
        for j in range(line.shape[1]):
            d[0], d[1], d[2] = p[0] - line[4, j], p[1] - line[5, j], p[2] - line[6, j]
            near = abs(line[9, j] * d[0] + line[12, j] * d[1] + line[15, j] * d[2])
            near += 1e-3 * sqrt(d[0] ** 2 + d[1] ** 2 + d[2] ** 2)
            if near < best:
                best, k = near, j
        d[0], d[1], d[2] = p[0] - line[4, k], p[1] - line[5, k], p[2] - line[6, k]
        q[0] = line[1, k] + line[7, k] * d[0] + line[10, k] * d[1] + line[13, k] * d[2]
        q[1] = line[2, k] + line[8, k] * d[0] + line[11, k] * d[1] + line[14, k] * d[2]
        q[2] = line[0, k]
        for _ in range(INVERSE_STEPS):
            turn = _forward(q, line, axis, scale, seen)
            d[0], d[1], d[2] = p[0] - seen[0], p[1] - seen[1], p[2] - seen[2]
            c, s = np.cos(turn), -np.sin(turn)
            along = (axis[0] * d[0] + axis[1] * d[1] + axis[2] * d[2]) * (1.0 - c)
            step[0] = c * d[0] + s * (axis[1] * d[2] - axis[2] * d[1]) + along * axis[0]
            step[1] = c * d[1] + s * (axis[2] * d[0] - axis[0] * d[2]) + along * axis[1]
            step[2] = c * d[2] + s * (axis[0] * d[1] - axis[1] * d[0]) + along * axis[2]
            for j in range(3):
                q[j] += step[j]
            if abs(d[0]) + abs(d[1]) + abs(d[2]) < INVERSE_DONE_M:
                break
    return rest


@njit(**ALLOCATING)
def turned_by(vectors: FloatArray, axis: FloatArray, turn: FloatArray) -> FloatArray:
    """Return vectors (n, 3) turned about a unit axis by `turn` (n,) [rad]."""
    out = np.empty_like(vectors)
    for i in range(vectors.shape[0]):
        c, s = np.cos(turn[i]), np.sin(turn[i])
        v = vectors[i]
        along = (axis[0] * v[0] + axis[1] * v[1] + axis[2] * v[2]) * (1.0 - c)
        out[i, 0] = c * v[0] + s * (axis[1] * v[2] - axis[2] * v[1]) + along * axis[0]
        out[i, 1] = c * v[1] + s * (axis[2] * v[0] - axis[0] * v[2]) + along * axis[1]
        out[i, 2] = c * v[2] + s * (axis[0] * v[1] - axis[1] * v[0]) + along * axis[2]
    return out


@dataclass(frozen=True, slots=True)
class TrunkBend:
    """One bend of one trunk, ready to map points.

    Attributes
    ----------
    line : (16, m) array
        The neutral line, see `bent_line`.
    axis : (3,) array
        Unit axis about which every section turns.
    scale : float
        Size of the lumbar spine over the typical one [-].
    """

    line: FloatArray
    axis: FloatArray
    scale: float

    def bend(self, points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return where material points (n, 3) go, and the turn of their surroundings (n,) [rad]."""
        out: tuple[FloatArray, FloatArray] = _bend(np.ascontiguousarray(points_m), self.line, self.axis, self.scale)
        return out

    def unbend(self, points_m: FloatArray) -> FloatArray:
        """Return the rest places of points (n, 3) seen in this bend."""
        out: FloatArray = _unbend(np.ascontiguousarray(points_m), self.line, self.axis, self.scale)
        return out

    def turned(self, vectors: FloatArray, turn_rad: FloatArray) -> FloatArray:
        """Return vectors (n, ..., 3) turned about this bend's axis by `turn_rad` (n,)."""
        flat = np.ascontiguousarray(vectors).reshape(-1, 3)
        out: FloatArray = turned_by(flat, self.axis, np.repeat(turn_rad, len(flat) // max(len(turn_rad), 1)))
        return out.reshape(vectors.shape)


def trunk_bend(bend_rad: Bend, around: Surroundings) -> TrunkBend:
    """Return the map of a bend: (flexion, side, twist) [rad], or a flexion alone."""
    return turned_trunk(*axis_of(bend_rad), around)


def turned_trunk(axis: FloatArray, size_rad: float, around: Surroundings) -> TrunkBend:
    """Return the map of a bend of a size about a unit axis; the size may be 0 or negative."""
    scale = (around.lumbar_high_m - around.lumbar_low_m) / TYPICAL_LUMBAR_M
    return TrunkBend(bent_line(axis, size_rad, around), axis, scale)
