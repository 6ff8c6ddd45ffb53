"""Neck vertebrae C2 .. C7 as signed distances, in millimetres of the template adult.

Same local frame and the same shape row as `bones`: origin in the middle of the body, y posterior, z head.
Bodies carry uncinate lips, the articular masses stand like tilted pillars beside the canal, the transverse
processes are pierced, C3-C6 end in two spinous points, C7 in one, C2 carries the dens.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.anatomy.fields import Point, bell, capsule, clamp, flat_capsule, smooth_cut, smooth_union
from physics.kernels import inner_kernel

FloatArray = NDArray[np.float64]

WIDTH, DEPTH, HEIGHT, CANAL_X, CANAL_Y, SP_LENGTH, SP_HEIGHT, TP_REACH, SP_TILT = range(9)
WEDGE, TP_RISE, PHASE, JITTER = 10, 11, 14, 15  # columns as in `bones`
IS_AXIS, IS_BIFID = 12, 13  # sweep and radius of a lumbar process are not used in the neck


@inner_kernel
def _body(p: Point, row: FloatArray) -> float:
    x, y, z = p
    w, depth, half = row[WIDTH] * 0.5, row[DEPTH] * 0.5, row[HEIGHT] * 0.5
    rr = ((abs(x) / w) ** 2.4 + (abs(y) / depth) ** 2.4) ** (1 / 2.4)
    lip = 3.2 * bell((abs(x) - w * 0.92) / 3.4) * clamp((y + 0.4 * depth) / depth, 0.0, 1.0) if z > 0.0 else 0.0
    droop = 1.6 * clamp(-y / depth, 0.0, 1.0) if z < 0.0 else 0.0
    waist = 1.0 - 0.06 * clamp(1.0 - (z / half) ** 2, 0.0, 1.0)
    return smooth_cut((rr / waist - 1.0) * depth * 0.8, abs(z) - half - lip - droop, 2.0)


@inner_kernel
def _arch(p: Point, row: FloatArray, cy: float) -> float:
    """Pedicles, articular pillars and laminae of both sides."""
    q = (abs(p[0]), p[1], p[2])
    cx, half = row[CANAL_X], row[HEIGHT] * 0.5
    pedicle = capsule(q, (row[WIDTH] * 0.40, row[DEPTH] * 0.30, 1.0), (cx + 4.0, cy - 2.0, 1.0), 3.0, 3.2)
    rise = half + 2.5 if row[IS_AXIS] < 0.5 else 1.5  # the axis bears the atlas beside its dens
    low, high = (cx + 5.0, cy + 6.5, -half - 3.0), (cx + 4.6, cy + 0.5, rise)
    pillar = flat_capsule(q, low, high, (5.2, 5.2), (1.0, 0.82, 1.0))
    back = cy + row[CANAL_Y] + 2.6
    plate = capsule((q[0], q[1] + 0.32 * q[2], q[2] * 0.42), (cx + 3.0, cy + 4.5, -0.4), (0.0, back, -0.6), 2.4, 2.8)
    d = smooth_union(smooth_union(pedicle, pillar, 2.5), plate, 3.0)
    if row[IS_AXIS] < 0.5:
        return d
    shoulder = flat_capsule(q, (7.0, cy - 9.0, half - 3.0), (cx + 4.0, cy - 6.0, half - 4.0), (5.5, 5.0), (1.0, 1.0, 0.8))
    return smooth_union(d, shoulder, 3.0)


@inner_kernel
def _spinous(p: Point, row: FloatArray, cy: float) -> float:
    x, y, z = p
    y0, length, size = cy + row[CANAL_Y] + 1.0, row[SP_LENGTH], row[SP_HEIGHT]
    end = y0 + length
    drop = row[SP_TILT] * length
    root, tip = (0.0, y0, -1.5), (0.4 * row[JITTER], end - 3.0, -1.5 - drop)
    blade = flat_capsule((x, y, z), root, tip, (size * 0.40, size * 0.34), (0.62, 1.0, 1.0))
    if row[IS_BIFID] > 0.5:
        q = (abs(x), y, z)
        horn = capsule(q, (0.8, end - 5.5, -1.5 - 0.8 * drop), (4.2, end - 1.5, -3.5 - drop), 2.6, 1.9)
        return smooth_union(blade, horn, 2.2)
    knob = capsule((x, y, z), (0.0, end - 5.0, -1.5 - 0.9 * drop), (0.0, end - 3.6, -2.2 - drop), 3.4, 3.8)
    return smooth_union(blade, knob, 3.0)


@inner_kernel
def _transverse(p: Point, row: FloatArray, cy: float) -> float:
    """Two bars round the vessel's hole."""
    q = (abs(p[0]), p[1], p[2])
    w, reach = row[WIDTH] * 0.5, row[TP_REACH]
    y_hole = cy - row[CANAL_Y] - 0.5
    front = capsule(q, (w * 0.9, y_hole - 3.5, 1.5), (reach - 2.0, y_hole - 1.5, row[TP_RISE] - 1.5), 2.3, 2.6)
    rear = capsule(q, (w + 3.5, y_hole + 3.6, 1.5), (reach, y_hole + 3.2, row[TP_RISE] - 2.5), 2.3, 2.7)
    d = smooth_union(front, rear, 2.5)
    hole = math.sqrt((q[0] - w - 3.6) ** 2 + (p[1] - y_hole) ** 2) - 2.6
    return smooth_cut(d, -hole, 1.0)


@inner_kernel
def neck_vertebra(p: Point, row: FloatArray, cy: float) -> float:
    """Return the signed distance to one neck vertebra [mm].

    Parameters
    ----------
    p : tuple of 3 floats
        Point in the vertebra's own frame [mm of the template].
    row : (N_COLUMNS,) array
        Shape row.
    cy : float
        Local y of the canal centre.
    """
    x, y, z = p
    d = smooth_union(_body(p, row), _arch(p, row, cy), 2.0)
    d = smooth_union(d, _spinous(p, row, cy), 3.0)
    d = smooth_union(d, _transverse(p, row, cy), 2.0)
    if row[IS_AXIS] > 0.5:
        half = row[HEIGHT] * 0.5
        dens = capsule(p, (0.0, 0.5, half - 2.0), (0.0, 1.5, half + 13.0), 5.6, 4.6)
        d = smooth_union(d, dens, 3.0)
    phase = row[PHASE]
    d += 0.22 * math.sin(x * 0.52 + phase) * math.sin(y * 0.47 + phase * 2.0) * math.sin(z * 0.55)
    ky = y - cy
    half_width = row[CANAL_X] * clamp(1.05 - 0.25 * (ky / row[CANAL_Y]), 0.7, 1.3)
    canal = (math.sqrt((x / half_width) ** 2 + (ky / row[CANAL_Y]) ** 2) - 1.0) * row[CANAL_Y] * 0.9
    return smooth_cut(d, -canal, 1.2)
