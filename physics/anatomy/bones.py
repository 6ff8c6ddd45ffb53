"""Shapes of single bones as signed distances, in millimetres of the template adult.

Adapted from a visual study: bodies are super-ellipses with a waist, laminae slope like roof tiles,
spinous processes are hatchet blades. The local origin of a vertebra is the middle of its body,
y posterior, z toward the head.

Departures: the canal is carved by the cited canal widths; the laminae are lower and tilted, so that
the interlaminar window has its real height (10-13 mm at L3-4, device_and_procedure 8.6, UGK-L).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.anatomy.fields import (
    Point, bell, capsule, clamp, flat_capsule, ramp, smooth_cut, smooth_union, sphere,
)  # fmt: skip
from physics.anatomy.bones_neck import neck_vertebra
from physics.kernels import inner_kernel, kernel

FloatArray = NDArray[np.float64]

# columns of a vertebra row [mm]
WIDTH, DEPTH, HEIGHT, CANAL_X, CANAL_Y, SP_LENGTH, SP_HEIGHT, TP_REACH, SP_TILT = range(9)
THORACIC, WEDGE, TP_RISE, TP_BACK, TP_RADIUS, PHASE, JITTER = 9, 10, 11, 12, 13, 14, 15
N_COLUMNS = JITTER + 12
SI_CLOSES = 7.0  # the blade comes in to the sacrum's ear-shaped joint [mm], tuned: by eye
BODY_FRONT = 1.20  # bodies bulge forward: built end plates reach the depths of 8.4 (checked: validate)


@kernel
def canal_y(row: FloatArray) -> float:
    """Return the local y of the canal centre."""
    return float(row[DEPTH] * 0.5 + row[CANAL_Y] - 1.5)


@inner_kernel
def _body(p: Point, row: FloatArray) -> float:
    ax = abs(p[0])
    y, z = p[1], p[2]
    w, depth, height = row[WIDTH], row[DEPTH], row[HEIGHT]
    waist = 1.0 - 0.10 * clamp(1.0 - (z / (height * 0.5)) ** 2, 0.0, 1.0)
    hollow = 0.06 * depth * bell(p[0] / (w * 0.22)) if y > 0.0 else 0.0
    reach = 0.5 * waist * (BODY_FRONT if y < 0.0 else 1.0)
    rr = ((ax / (w * 0.5 * waist)) ** 2.3 + (abs(y + hollow) / (depth * reach)) ** 2.3) ** (1 / 2.3)
    rc = min(rr, 1.0)
    half = height * 0.5 * (1.0 - row[WEDGE] * (y / depth)) - 1.9 * max(1.0 - rc**2.2, 0.0)
    half += 0.9 * bell((rr - 0.93) / 0.12)
    rim = 0.7 * bell((abs(z) - height * 0.5 + 1.5) / 3.0)
    return smooth_cut((rr - 1.0) * depth * 0.42 - rim, abs(z) - half, 2.6)


@inner_kernel
def _pedicle(p: Point, row: FloatArray) -> float:
    a = (row[WIDTH] * 0.27, row[DEPTH] * 0.30, row[HEIGHT] * 0.18)
    b = (row[CANAL_X] + 4.5, canal_y(row) + 1.5, row[HEIGHT] * 0.16)
    return flat_capsule((abs(p[0]), p[1], p[2]), a, b, (5.2, 5.0), (0.85, 1.0, 1.35))


@inner_kernel
def _lamina(p: Point, row: FloatArray) -> float:
    """Plate from the pedicle to the midline; its lower edge lies further back (roof tile)."""
    ax, cy = abs(p[0]), canal_y(row)
    is_thoracic = row[THORACIC] > 0.5
    slope = 0.16 if is_thoracic else 0.30
    z_mid = -7.0 if not is_thoracic else -5.5
    y = p[1] + slope * (p[2] - z_mid)
    ay0, by0 = cy + 1.5, cy + row[CANAL_Y] + 5.0
    ax0 = row[CANAL_X] + 4.0
    dx, dy = -ax0, by0 - ay0
    along = clamp(((ax - ax0) * dx + (y - ay0) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    plate = math.sqrt((ax - ax0 - along * dx) ** 2 + (y - ay0 - along * dy) ** 2) - (3.0 + 0.4 * along)
    centre = z_mid + 1.6 - 2.7 * along if not is_thoracic else z_mid + 1.0 - 2.5 * along
    half = row[HEIGHT] * (0.315 if not is_thoracic else 0.46) - 2.0 * bell((along - 0.55) / 0.25)
    return smooth_cut(plate, abs(p[2] - centre) - half, 3.2)


@inner_kernel
def _spinous(p: Point, row: FloatArray) -> float:
    """Hatchet blade (lumbar) or long slope with a bulb (thoracic)."""
    x, y, z = p
    length, size = row[SP_LENGTH], row[SP_HEIGHT]
    is_thoracic = row[THORACIC] > 0.5
    y0 = canal_y(row) + row[CANAL_Y] + 2.5
    t = clamp((y - y0) / length, 0.0, 1.15)
    drop = (row[SP_TILT] + (0.9 if is_thoracic else 0.0)) * (y - y0)
    side = row[JITTER] * 1.3
    if is_thoracic:
        centre, half = -7.0 - drop, size * 0.5 * (1.05 - 0.45 * t)
    else:
        centre, half = -8.0 - drop - 0.18 * t * t * size, size * 0.5 * (0.80 + 0.22 * t)
    u = (y - (y0 + length * 0.5 - 4.0)) / (length * 0.5 + 4.0)
    v = (z - centre) / half
    shell = (abs(u) ** 3.2 + abs(v) ** 2.6 + 1e-9) ** (1 / 2.8)
    thick = 1.9 + 2.6 * ramp(0.62, 0.98, t) * (0.7 if is_thoracic else 1.0)
    thick += 1.5 * ramp(0.2, -0.9, v) * t + 1.2 * ramp(0.25, 0.0, t)
    blade = smooth_cut(abs(x - side * t * t) - thick, (shell - 1.0) * half * 0.75, 4.0)
    if is_thoracic:
        tip = (side, y0 + length - 2.0, -7.0 - (row[SP_TILT] + 0.9) * (length - 2.0))
        blade = smooth_union(blade, sphere(p, tip, 3.6), 3.0)
    return blade


@inner_kernel
def _transverse(p: Point, row: FloatArray, side: float) -> float:
    """One transverse process: its own length, rise and sweep, waisted, without a knob."""
    cy, radius = canal_y(row) - 0.5, row[TP_RADIUS]
    x = p[0] * side
    if x < 0.0:
        return 1e3
    q = (x, p[1], p[2])
    k = 0 if side > 0.0 else 1
    reach = row[TP_REACH] * (1.0 + 0.06 * row[JITTER + 2 + k])
    root = row[CANAL_X] + 4.0
    tip = (
        reach, cy + row[TP_BACK] * (1.0 + 0.25 * row[JITTER + 4 + k]),
        3.0 + row[TP_RISE] + 2.2 * row[JITTER + 6 + k],
    )  # fmt: skip
    bend = (
        0.55 * root + 0.45 * reach, cy + row[TP_BACK] * 0.45 + 1.2 * row[JITTER + 8 + k],
        2.0 + row[TP_RISE] * 0.3 + 1.3 * row[JITTER + 10 + k],
    )  # fmt: skip
    taper = 0.60 if row[THORACIC] < 0.5 else 0.78
    inner = flat_capsule(q, (root, cy, 2.5), bend, (radius + 1.0, radius * 0.92), (1.0, 0.74, 1.2))
    outer = flat_capsule(q, bend, tip, (radius * 0.92, radius * taper), (1.0, 0.70, 1.3))
    return smooth_union(inner, outer, 3.0)


@inner_kernel
def _articular(p: Point, row: FloatArray) -> float:
    """Upper and lower articular processes with the mammillary bump."""
    q = (abs(p[0]), p[1], p[2])
    cx, cy, half = row[CANAL_X], canal_y(row) - 0.5, row[HEIGHT] * 0.5
    upper = flat_capsule(q, (cx + 5.5, cy + 4.0, 5.0), (cx + 7.0, cy + 6.0, half + 6.0), (4.6, 3.8), (0.9, 0.8, 1.0))
    if row[THORACIC] < 0.5:
        upper = smooth_union(upper, sphere(q, (cx + 9.5, cy + 9.0, half + 1.5), 2.9), 3.0)
    inner = cx + 0.5 if row[THORACIC] < 0.5 else cx - 2.0
    lower = flat_capsule(
        q, (inner, cy + 11.0, -8.0), (inner + 1.5, cy + 11.5, -half - 8.0), (4.2, 3.6), (1.0, 0.75, 1.0)
    )
    return smooth_union(upper, lower, 2.0)


@inner_kernel
def vertebra(p: Point, row: FloatArray) -> float:
    """Return the signed distance to one vertebra.

    Parameters
    ----------
    p : tuple of 3 floats
        Point in the vertebra's own frame [mm of the template].
    row : (N_COLUMNS,) array
        Shape row.
    """
    x, y, z = p
    if row[THORACIC] < -0.5:
        return neck_vertebra(p, row, canal_y(row))
    arch = smooth_union(_lamina(p, row), _spinous(p, row), 5.0)
    d = smooth_union(smooth_union(_body(p, row), _pedicle(p, row), 3.5), arch, 3.5)
    d = smooth_union(d, min(_transverse(p, row, 1.0), _transverse(p, row, -1.0)), 4.0)
    d = smooth_union(d, _articular(p, row), 3.0)
    phase = row[PHASE]
    d += 0.35 * math.sin(x * 0.41 + phase) * math.sin(y * 0.37 + phase * 2.0) * math.sin(z * 0.45)
    ky = y - canal_y(row)
    half_width = row[CANAL_X] * clamp(1.12 - 0.18 * (ky / row[CANAL_Y]), 0.7, 1.3)
    canal = (math.sqrt((x / half_width) ** 2 + (ky / row[CANAL_Y]) ** 2) - 1.0) * row[CANAL_Y] * 0.9
    return smooth_cut(d, -canal, 1.4)


@inner_kernel
def disc(p: Point, width: float, depth: float, height: float) -> float:
    """Return the signed distance to an intervertebral disc about its own centre [mm]."""
    hollow = 0.06 * depth * bell(p[0] / (width * 0.22)) if p[1] > 0.0 else 0.0
    reach = 0.485 * (BODY_FRONT if p[1] < 0.0 else 1.0)
    rr = ((abs(p[0]) / (width * 0.485)) ** 2.3 + (abs(p[1] + hollow) / (depth * reach)) ** 2.3) ** (1 / 2.3)
    return smooth_cut((rr - 1.0) * depth * 0.42, abs(p[2]) - height * 0.5, 2.0)


@inner_kernel
def _sacral_column(p: Point, length: float) -> float:
    t = clamp(-p[2] / length, 0.0, 1.0)
    yc = 34.0 * math.sin(t * math.pi * 0.78) - t
    w = 25.0 * (1.0 - t) ** 0.55 + 7.0
    thick = 15.5 * (1.0 - t) ** 0.8 + 5.5
    rr = ((abs(p[0]) / w) ** 2.3 + (abs(p[1] - yc) / thick) ** 2.3) ** (1 / 2.3)
    return smooth_cut((rr - 1.0) * thick * 0.8, max(p[2], -length - p[2]), 4.0)


@inner_kernel
def sacrum(p: Point) -> float:
    """Return the signed distance to the sacrum; origin at its upper end plate [mm]."""
    length = 98.0
    q = (abs(p[0]), p[1], p[2])
    t = clamp(-p[2] / length, 0.0, 1.0)
    yc = 34.0 * math.sin(t * math.pi * 0.78) - t
    thick = 15.5 * (1.0 - t) ** 0.8 + 5.5
    ala = flat_capsule(q, (20.0, 4.0, -13.0), (45.0, 13.0, -20.0), (12.5, 11.0), (1.0, 0.85, 1.0))
    side = flat_capsule(q, (44.0, 14.0, -22.0), (33.0, 29.0, -58.0), (12.0, 6.0), (0.9, 0.8, 1.1))
    lower = flat_capsule(q, (33.0, 29.0, -58.0), (14.0, 32.0, -84.0), (7.0, 4.0), (1.0, 0.8, 1.0))
    d = smooth_union(smooth_union(_sacral_column(p, length), smooth_union(ala, side, 8.0), 9.0), lower, 6.0)
    crest = smooth_union(
        capsule(q, (0.0, 25.0, -16.0), (0.0, 40.0, -52.0), 4.5, 3.5),
        capsule(q, (0.0, 40.0, -52.0), (0.0, 40.0, -78.0), 3.5, 2.5), 3.0,
    )  # fmt: skip
    plate = flat_capsule(q, (17.0, 20.0, -16.0), (6.0, 38.0, -48.0), (5.0, 3.5), (1.0, 1.0, 1.2))
    facet = flat_capsule(q, (19.0, 18.0, -8.0), (21.0, 21.0, 9.0), (6.0, 4.5), (0.9, 0.75, 1.0))
    d = smooth_union(smooth_union(d, smooth_union(crest, plate, 5.0), 5.0), facet, 4.0)
    for i in range(4):
        z_hole = -24.0 - 17.2 * i
        y_hole = 34.0 * math.sin(-z_hole / length * math.pi * 0.78)
        hole = math.sqrt((q[0] - (21.0 - 3.2 * i)) ** 2 + ((p[2] - z_hole) / 1.1) ** 2) - (5.0 - 0.7 * i)
        d = smooth_cut(d, -max(hole, abs(p[1] - y_hole) - 60.0), 1.8)
    kx, ky = 11.0 * (1.0 - t) + 2.5, 6.0 * (1.0 - t) + 1.8
    canal = math.sqrt((p[0] / kx) ** 2 + ((p[1] - yc - thick * 0.62 - 2.5) / ky) ** 2) - 1.0
    return smooth_cut(d, -canal * 4.0, 1.4)


@inner_kernel
def _iliac_wing(q: Point) -> float:
    x, y, z = q
    back = 1.0 - math.exp(-(max(34.0 - y, 0.0) / 62.0))
    x_mid = 58.0 + 52.0 * back * clamp(0.50 + 0.60 * (z + 20.0) / 95.0, 0.0, 1.15)
    x_mid += 10.0 * clamp(z / 95.0, 0.0, 1.0) - 7.0 * bell((y + 62.0) / 26.0) * clamp(z / 60.0, 0.0, 1.0)
    x_mid -= SI_CLOSES * ramp(0.0, 32.0, y)
    edge = z - (80.0 - 0.0078 * (y + 14.0) ** 2)
    thick = 2.8 + 4.8 * bell(max(-edge, 0.0) / 8.0) + 1.6 * bell((y + 38.0) / 12.0)
    thick += 6.5 * math.exp(-(((y - 40.0) / 16.0) ** 2 + ((z - 22.0) / 34.0) ** 2))
    outline = smooth_cut(edge, y - (60.0 - 0.006 * (z - 30.0) ** 2), 18.0)
    front = smooth_cut(-y - (74.0 - 0.34 * max(34.0 - z, 0.0)), -z - 42.0, 16.0)
    return smooth_cut((abs(x - x_mid) - thick) * 0.72, smooth_cut(outline, front, 16.0), 7.0)


@inner_kernel
def hip_bone(p: Point, side: float) -> float:
    """Return the signed distance to one hip bone (side 1 left, -1 right) [mm]."""
    q = (p[0] * side, p[1], p[2])
    joint = flat_capsule(q, (58.0, 30.0, -14.0), (60.0, 46.0, 18.0), (10.0, 8.0), (0.8, 1.0, 1.2))
    neck = flat_capsule(q, (72.0, -12.0, -38.0), (84.0, -14.0, -62.0), (17.0, 21.0), (0.8, 1.0, 1.0))
    d = smooth_union(smooth_union(_iliac_wing(q), joint, 8.0), neck, 14.0)
    d = smooth_union(d, sphere(q, (87.0, -17.0, -70.0), 30.0), 10.0)
    pubis = smooth_union(
        flat_capsule(q, (76.0, -34.0, -66.0), (40.0, -60.0, -74.0), (9.0, 7.0), (1.0, 0.9, 0.9)),
        flat_capsule(q, (40.0, -60.0, -74.0), (9.0, -66.0, -84.0), (7.0, 10.0), (0.9, 0.8, 1.3)), 5.0,
    )  # fmt: skip
    ischium = smooth_union(
        flat_capsule(q, (82.0, 12.0, -88.0), (66.0, 14.0, -128.0), (14.0, 13.0), (0.85, 1.0, 1.0)),
        flat_capsule(q, (62.0, 8.0, -134.0), (13.0, -60.0, -94.0), (8.0, 6.5), (0.8, 1.0, 0.9)), 8.0,
    )  # fmt: skip
    spine = capsule(q, (79.0, 15.0, -76.0), (57.0, 31.0, -76.0), 7.0, 2.5)
    d = smooth_union(smooth_union(d, pubis, 8.0), smooth_union(ischium, spine, 5.0), 9.0)
    rim = (q[0] - 98.0) * 0.80 - (q[1] + 20.0) * 0.42 - (q[2] + 73.0) * 0.43
    cup = (96.0, -18.0, -71.0)
    shell = smooth_cut(sphere(q, cup, 29.5), rim - 4.0, 4.0)
    d = smooth_union(smooth_cut(d, -sphere(q, cup, 27.0), 4.0), shell, 5.0)
    socket = smooth_union(
        sphere(q, (97.0, -18.5, -71.5), 24.3),
        capsule(q, (97.0, -18.5, -71.5), (150.0, -46.0, -100.0), 24.3, 26.0), 2.0,
    )  # fmt: skip
    return smooth_cut(d, -socket, 5.5)


@inner_kernel
def flat_tube(p: Point, nodes: FloatArray, radius: FloatArray, flat: float) -> float:
    """Return the distance to a tube through nodes, thinner by `flat` in the horizontal plane.

    The section is an upright ellipse: half height `radius`, half width `flat * radius`, measured
    in the direction of the nearest point. Bound is exact on the surface to first order.
    """
    best = 1e9
    for i in range(nodes.shape[0] - 1):
        dx, dy, dz = (nodes[i + 1, 0] - nodes[i, 0], nodes[i + 1, 1] - nodes[i, 1], nodes[i + 1, 2] - nodes[i, 2])
        qx, qy, qz = p[0] - nodes[i, 0], p[1] - nodes[i, 1], p[2] - nodes[i, 2]
        h = clamp((qx * dx + qy * dy + qz * dz) / (dx * dx + dy * dy + dz * dz), 0.0, 1.0)
        rx, ry, rz = qx - h * dx, qy - h * dy, qz - h * dz
        size = math.sqrt(rx * rx + ry * ry + rz * rz)
        half = radius[i] + (radius[i + 1] - radius[i]) * h
        side = (rx * rx + ry * ry) / max(size * size, 1e-12)
        best = min(best, size - half / math.sqrt(side / (flat * flat) + (1.0 - side)))
    return best
