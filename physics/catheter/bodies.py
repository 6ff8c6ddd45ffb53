"""Rigid things that the catheter touches: instruments, bone, pins, the pump, holes with a rim.

A body keeps the nodes of the rod outside itself; a rim keeps the one edge that passes through its hole
inside it. Both are rows of plain tables, so that a stage may hold any number of them.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.elastic import dot
from physics.kernels import INNER

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CAPSULE, DISC, HALF_SPACE = 0, 1, 2
BODY_COLUMNS = 14  # kind, a (3), b (3), radius, half thickness, stiffness, friction, displacement (3)
RIM_COLUMNS = 12  # centre (3), axis (3), hole radius, stiffness, friction, displacement (3)
BODY_STIFFNESS_PA = 250e3  # as the wall of the canal, catheter_mechanics_2 section 7 [M]
BODY_FRICTION = 0.2  # metal or titanium on a wet catheter [A]
RIM_STIFFNESS_N_PER_M = 2000.0  # needle wall, 1.25 MPa over one 1.6 mm edge
RIM_CAPTURE_M = 2e-3  # an edge further outside the hole than this does not pass through it

EMPTY_BODIES = np.zeros((0, BODY_COLUMNS))
EMPTY_RIMS = np.zeros((0, RIM_COLUMNS))


def _row(
    kind: int, a: FloatArray, b: FloatArray, radius_m: float, half_m: float, stiffness_pa: float, friction: float,
    displacement_m: FloatArray | None,
) -> FloatArray:  # fmt: skip
    moved = np.zeros(3) if displacement_m is None else np.asarray(displacement_m, dtype=np.float64)
    return np.concatenate([[float(kind)], a, b, [radius_m, half_m, stiffness_pa, friction], moved])


def capsule(
    a_m: FloatArray, b_m: FloatArray, radius_m: float, stiffness_pa: float = BODY_STIFFNESS_PA,
    friction: float = BODY_FRICTION, displacement_m: FloatArray | None = None,
) -> FloatArray:  # fmt: skip
    """Return the row of a round bar from a to b (ends rounded); a = b gives a ball.

    `displacement_m` (3,) is how far the body moves during the step: it drags what it rubs on.
    """
    return _row(CAPSULE, a_m, b_m, radius_m, 0.0, stiffness_pa, friction, displacement_m)


def disc(
    centre_m: FloatArray, normal: FloatArray, radius_m: float, half_m: float, stiffness_pa: float = BODY_STIFFNESS_PA,
    friction: float = BODY_FRICTION, displacement_m: FloatArray | None = None,
) -> FloatArray:  # fmt: skip
    """Return the row of a flat disc whose edge is rounded with its half thickness (a pump)."""
    return _row(DISC, centre_m, normal, radius_m, half_m, stiffness_pa, friction, displacement_m)


def half_space(
    point_m: FloatArray, normal: FloatArray, stiffness_pa: float = BODY_STIFFNESS_PA, friction: float = BODY_FRICTION,
    displacement_m: FloatArray | None = None,
) -> FloatArray:  # fmt: skip
    """Return the row of everything behind a plane; the rod stays on the side of the unit normal."""
    return _row(HALF_SPACE, point_m, normal, 0.0, 0.0, stiffness_pa, friction, displacement_m)


def stack_bodies(rows: list[FloatArray]) -> FloatArray:
    """Return the table of bodies (m, 14)."""
    return np.ascontiguousarray(np.vstack(rows)) if rows else EMPTY_BODIES


def move_bodies(bodies: FloatArray) -> None:
    """Move every body of a table by its displacement, in place."""
    bodies[:, 1:4] += bodies[:, 11:]
    bars = bodies[:, 0] == CAPSULE
    bodies[bars, 4:7] += bodies[bars, 11:]


def rim(
    centre_m: FloatArray, axis: FloatArray, hole_radius_m: float, stiffness_n_per_m: float = RIM_STIFFNESS_N_PER_M,
    friction: float = BODY_FRICTION, displacement_m: FloatArray | None = None,
) -> FloatArray:  # fmt: skip
    """Return the row of a round hole with a sharp rim (needle bevel, hole in dura or fascia)."""
    moved = np.zeros(3) if displacement_m is None else np.asarray(displacement_m, dtype=np.float64)
    return np.concatenate([centre_m, axis, [hole_radius_m, stiffness_n_per_m, friction], moved])


def stack_rims(rows: list[FloatArray]) -> FloatArray:
    """Return the table of rims (k, 12)."""
    return np.ascontiguousarray(np.vstack(rows)) if rows else EMPTY_RIMS


@njit(**INNER)
def _capsule_distance(p: FloatArray, row: FloatArray, normal: FloatArray) -> float:
    """Return the distance from the axis of a capsule; `normal` points away from it."""
    along, size = 0.0, 0.0
    for a in range(3):
        side = row[4 + a] - row[1 + a]
        along += side * (p[a] - row[1 + a])
        size += side * side
    u = min(1.0, max(0.0, along / size)) if size > 0.0 else 0.0
    d = 0.0
    for a in range(3):
        normal[a] = p[a] - row[1 + a] - u * (row[4 + a] - row[1 + a])
        d += normal[a] ** 2
    d = max(np.sqrt(d), 1e-12)
    for a in range(3):
        normal[a] /= d
    return float(d)


@njit(**INNER)
def _disc_distance(p: FloatArray, row: FloatArray, normal: FloatArray) -> float:
    """Return the distance from the middle plate of a disc; `normal` points away from it."""
    height = 0.0
    for a in range(3):
        height += row[4 + a] * (p[a] - row[1 + a])
    out = 0.0
    for a in range(3):
        normal[a] = p[a] - row[1 + a] - height * row[4 + a]
        out += normal[a] ** 2
    out = max(np.sqrt(out), 1e-12)
    beyond = max(0.0, out - max(row[7] - row[8], 0.0))
    d = max(np.sqrt(height * height + beyond * beyond), 1e-12)
    for a in range(3):
        normal[a] = (beyond * normal[a] / out + height * row[4 + a]) / d
    return float(d)


@njit(**INNER)
def body_gap(
    p: FloatArray, bodies: FloatArray, radius: float, out: FloatArray, normal: FloatArray, best: FloatArray
) -> int:
    """Find the nearest body; return its row, with its gap in best[0] and the distance to its core in best[1].

    `normal` points in the direction of growing gap; `out` (3,) is scratch.
    """
    found = -1
    best[0] = 1e9
    for k in range(bodies.shape[0]):
        row = bodies[k]
        kind = int(row[0])
        if kind == CAPSULE:
            d = _capsule_distance(p, row, out)
            gap = d - row[7] - radius
        elif kind == DISC:
            d = _disc_distance(p, row, out)
            gap = d - row[8] - radius
        else:
            d = 1e9
            gap = -radius
            for a in range(3):
                out[a] = row[4 + a]
                gap += row[4 + a] * (p[a] - row[1 + a])
        if gap < best[0]:
            found = k
            best[0] = gap
            best[1] = d
            for a in range(3):
                normal[a] = out[a]
    return found


@njit(**INNER)
def crossing_edges(x: FloatArray, rims: FloatArray, edges: IntArray) -> None:
    """Write which edge passes through each hole (-1 none); the choice then holds for a step."""
    for k in range(rims.shape[0]):
        edges[k] = -1
        nearest = rims[k, 6] + RIM_CAPTURE_M
        for i in range(x.shape[0] - 1):
            before, after = 0.0, 0.0
            for a in range(3):
                before += rims[k, 3 + a] * (x[i, a] - rims[k, a])
                after += rims[k, 3 + a] * (x[i + 1, a] - rims[k, a])
            if (before > 0.0) == (after > 0.0):
                continue
            s = before / (before - after)
            d = 0.0
            for a in range(3):
                d += ((1.0 - s) * x[i, a] + s * x[i + 1, a] - rims[k, a]) ** 2
            d = np.sqrt(d)
            if d < nearest:
                nearest = d
                edges[k] = i


@njit(**INNER)
def rim_place(x: FloatArray, i: int, row: FloatArray, radial: FloatArray, push: FloatArray) -> tuple[float, float]:
    """Return where edge i pierces the plane of a hole (0..1 along the edge) and its distance from the centre.

    `radial` is the unit vector from the centre to that point, `push` the direction along which the
    rim's force acts on the rod: at right angles to the rod, and radial in the plane of the hole.
    """
    before, after, slope, length = 0.0, 0.0, 0.0, 0.0
    for a in range(3):
        before += row[3 + a] * (x[i, a] - row[a])
        after += row[3 + a] * (x[i + 1, a] - row[a])
        length += (x[i + 1, a] - x[i, a]) ** 2
    length = np.sqrt(length)
    slope = after - before
    s = min(1.25, max(-0.25, -before / slope)) if slope != 0.0 else 0.5
    d = 0.0
    for a in range(3):
        radial[a] = (1.0 - s) * x[i, a] + s * x[i + 1, a] - row[a]
    high = dot(radial, row[3:6])
    for a in range(3):
        radial[a] -= high * row[3 + a]
        d += radial[a] ** 2
    d = max(np.sqrt(d), 1e-12)
    lean = 0.0
    for a in range(3):
        radial[a] /= d
        lean += radial[a] * (x[i + 1, a] - x[i, a]) / length
    steep = slope / length
    if abs(steep) < 0.2:
        steep = 0.2 if steep >= 0.0 else -0.2
    for a in range(3):
        push[a] = radial[a] - row[3 + a] * lean / steep
    return float(s), float(d)
