"""How the trunk bends: one map of material points, forward and back.

Plane sections of the lumbar trunk turn about a line just in front of the canal (the discs), so the
canal lengthens a little and the skin of the back a lot; the abdominal wall stays with the pelvis.
A flexion is a table of the neutral line, (5, m): z and y at rest, angle, y and z in the flexion.
"""

from __future__ import annotations

from math import cos, hypot, sin

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.state import Surroundings

FloatArray = NDArray[np.float64]

LUMBAR_LOW_M = -0.07  # z of S1 and of L1-T12 with z = 0 at L4 [A]
LUMBAR_HIGH_M = 0.11
DISC_OFFSET_M = 6e-3  # neutral line in front of the canal centre, catheter_mechanics_2 section 5 [A]
WALL_START_M = 0.03  # tissue this far in front of the discs begins to stay with the pelvis [A]
WALL_END_M = 0.11
INVERSE_STEPS = 10  # tuned: 1e-6 m at full flexion
INVERSE_DONE_M = 1e-12  # numerical: the correction no longer matters
GRID_LOW_M, GRID_HIGH_M, GRID_M = -0.40, 0.701, 5e-3


def flexed_line(flexion_rad: float, around: Surroundings) -> FloatArray:
    """Return the neutral line in a flexion, (5, m): z, y at rest; angle; y, z in the flexion."""
    z = np.arange(GRID_LOW_M, GRID_HIGH_M, GRID_M)
    canal = around.canal_points_m
    order = np.argsort(canal[:, 2], kind="stable")
    y0 = np.interp(z, canal[order, 2], canal[order, 1]) - DISC_OFFSET_M
    share = np.clip((z - LUMBAR_LOW_M) / (LUMBAR_HIGH_M - LUMBAR_LOW_M), 0.0, 1.0)
    angle = flexion_rad * 0.5 * (share + share * share * (3.0 - 2.0 * share))
    mid = 0.5 * (angle[1:] + angle[:-1])
    dy, dz = np.diff(y0), np.diff(z)
    ny = np.concatenate([[0.0], np.cumsum(np.cos(mid) * dy - np.sin(mid) * dz)]) + y0[0]
    nz = np.concatenate([[0.0], np.cumsum(np.sin(mid) * dy + np.cos(mid) * dz)]) + z[0]
    return np.vstack([z, y0, angle, ny, nz])


@njit(cache=True)
def _forward(p: FloatArray, line: FloatArray, out: FloatArray) -> float:
    """Write where one material point goes; return the turn of its surroundings [rad]."""
    last = line.shape[1] - 1
    place = (p[2] - line[0, 0]) / (line[0, 1] - line[0, 0])
    place = min(max(place, 0.0), float(last))
    k = min(int(place), last - 1)
    w = place - k
    lever = p[1] - ((1.0 - w) * line[1, k] + w * line[1, k + 1])
    turn = (1.0 - w) * line[2, k] + w * line[2, k + 1]
    y = (1.0 - w) * line[3, k] + w * line[3, k + 1] + cos(turn) * lever
    z = (1.0 - w) * line[4, k] + w * line[4, k + 1] + sin(turn) * lever
    stay = min(1.0, max(0.0, (-lever - WALL_START_M) / (WALL_END_M - WALL_START_M)))
    stay = 1.0 - stay * stay * (3.0 - 2.0 * stay)
    out[0] = p[0]
    out[1] = p[1] + stay * (y - p[1])
    out[2] = p[2] + stay * (z - p[2])
    return float(stay * turn)


@njit(cache=True)
def bend(points: FloatArray, line: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where material points (n, 3) go, and by how much their surroundings turn (n,) [rad].

    The turn is about the x axis, positive when the head goes forward (z toward -y).
    """
    out = np.empty_like(points)
    turn = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        turn[i] = _forward(points[i], line, out[i])
    return out, turn


@njit(cache=True)
def unbend(points: FloatArray, line: FloatArray) -> FloatArray:
    """Return the rest places of points (n, 3) seen in a flexion (projection, then quasi-Newton)."""
    rest = points.copy()
    seen = np.empty(3)
    for i in range(points.shape[0]):
        p, q = points[i], rest[i]
        best, k = 1e30, 0
        for j in range(line.shape[1]):
            dy, dz = p[1] - line[3, j], p[2] - line[4, j]
            near = abs(cos(line[2, j]) * dz - sin(line[2, j]) * dy) + 1e-3 * hypot(dy, dz)
            if near < best:
                best, k = near, j
        q[1] = line[1, k] + cos(line[2, k]) * (p[1] - line[3, k]) + sin(line[2, k]) * (p[2] - line[4, k])
        q[2] = line[0, k]
        for _ in range(INVERSE_STEPS):
            turn = _forward(q, line, seen)
            dy, dz = p[1] - seen[1], p[2] - seen[2]
            q[1] += cos(turn) * dy + sin(turn) * dz
            q[2] += cos(turn) * dz - sin(turn) * dy
            if abs(dy) + abs(dz) < INVERSE_DONE_M:
                break
    return rest
