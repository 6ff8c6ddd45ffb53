"""Skin of the trunk as one signed-distance function, in millimetres.

A loft over z (half breadth, front, back, exponent) with relief added to the section depth, then
smooth unions: shoulder girdle, arms cut square, neck, iliac crest, breasts, pannus, thighs and
buttocks. Adapted from a visual study; curve and position act through `bend`,
the flexed hip by turning the thigh about its joint; gravity sag is left out.

Shape constants are those of the template adult, tuned: by eye on rendered views; every outer
dimension that counts is then set by the fit in `trunk_build`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.anatomy.bend import unbent
from physics.anatomy.fields import (
    Point, bell, capsule, clamp, ellipsoid, flat_capsule, lookup, sigmoid, smooth_cut, smooth_union,
)  # fmt: skip
from physics.kernels import array_kernel, inner_kernel, kernel

FloatArray = NDArray[np.float64]

# rows of the loft table [mm]
BREADTH, FRONT, BACK, EXPONENT, FURROW, PARASPINAL, SPINOUS, RECTUS = range(8)
N_ROWS = 8
Z_LOW, Z_PITCH, Z_COUNT = -420.0, 2.0, 490

# shape numbers [mm unless 1]
SCALE, FAT, IS_FEMALE, ACROMION, Z_ACROMION, MUSCLE, THIGH, THIGH_SIDE, PANNUS, BREAST = range(10)
RIB_RELIEF, GLUTEUS_Y, HIP, NECK, ARM, IS_CHILD, Z_NAVEL, Z_CREST, MARGIN_RISE, SLIM, HIP_FLEXION = range(10, 21)
CREST_RISE = 21
N_SHAPE = 22
NECK_CUT = 196.0  # the body ends above the dens, below the skull [mm of the template over the acromion]


@inner_kernel
def loft(row: FloatArray, z: float) -> float:
    """Return a row of the loft table at z [mm]."""
    return float(lookup(row, z, Z_LOW, Z_PITCH))


@kernel
def costal_margin_mm(shape: FloatArray, ax: float) -> float:
    """Return the height of the costal margin at a distance from the midline [mm].

    From the xiphoid down to the tenth rib at the flank, `MARGIN_RISE` above the iliac crest.
    """
    low = shape[Z_CREST] + shape[MARGIN_RISE]
    high = 158.0 * shape[SCALE]
    w = shape[HIP] / 169.0
    return float(high - (high - low) * min(ax / (112.0 * w), 1.0) ** 1.25)


@inner_kernel
def _back_relief(x: float, z: float, table: FloatArray, shape: FloatArray) -> float:
    ax, s, w = abs(x), shape[SCALE], shape[HIP] / 169.0
    soft = 1.0 / (1.0 + 0.35 * shape[FAT] / 15.0)
    relief = -loft(table[FURROW], z) * bell(x / 15.0)
    relief += loft(table[PARASPINAL], z) * bell((ax - 36.0 * w) / 23.0)
    relief += loft(table[SPINOUS], z) * bell(x / 6.5)
    relief -= 3.8 * soft * bell((ax - 43.0 * w) / 9.0) * bell((z + 40.0 * s) / 10.0)
    z_blade = z - (shape[Z_ACROMION] - 66.0 * s)
    v = z_blade / (76.0 * s)
    u = (ax - (82.0 * w + 0.16 * z_blade)) / ((46.0 - 14.0 * max(-v, 0.0)) * w)
    blade = (5.0 + 3.0 * shape[MUSCLE]) * (0.45 + soft)
    return float(relief + blade * sigmoid((1.0 - math.sqrt(u * u + v * v)) * 5.5))


@inner_kernel
def _front_relief(x: float, z: float, table: FloatArray, shape: FloatArray) -> float:
    ax, s, w = abs(x), shape[SCALE], shape[HIP] / 169.0
    soft = 1.0 / (1.0 + 0.35 * shape[FAT] / 15.0)
    is_child = shape[IS_CHILD] > 0.5
    rectus, ribs = loft(table[RECTUS], z), shape[RIB_RELIEF]
    relief = rectus * (bell((ax - 36.0 * w) / 24.0) - 0.8 * bell(x / 7.0) - 0.9 * bell((ax - 74.0 * w) / 9.0))
    u = z - costal_margin_mm(shape, ax)
    relief += ribs * 2.8 * sigmoid(u / 7.0) * math.exp(-max(u, 0.0) / 70.0) - ribs * 0.9 * bell((u + 12.0) / 15.0)
    if shape[BREAST] < 0.5:
        up = z - (shape[Z_ACROMION] - 104.0 * s) - 0.20 * ax
        q = math.hypot((ax - 66.0 * w) / (70.0 * w), up / ((50.0 if up < 0.0 else 78.0) * s))
        relief += (2.0 + 9.0 * shape[MUSCLE]) * (0.4 + soft) * sigmoid((0.92 - q) * 6.5)
    fat, zn = shape[FAT], z - shape[Z_NAVEL]
    q = math.hypot(x, zn / 1.15)
    depth = (6.5 + 0.30 * fat) * (0.7 if is_child else 1.0)
    width = (5.0 + 0.12 * fat) * (0.75 if is_child else 1.0)
    relief += -depth * bell(q / width) + 2.0 * bell((q - width * 2.1) / (width * 0.9))
    relief -= (5.0 + 0.3 * fat) * bell(x / (26.0 + fat)) * bell((zn - 1.0) / (16.0 + 0.4 * fat)) * 0.7
    if not is_child:
        for k in range(3):
            relief -= 1.1 * ribs * soft * bell((z - (38.0 + k * 36.0) * s) / 6.0) * bell((ax - 32.0 * w) / 26.0)
    return float(relief)


@inner_kernel
def _loft(p: Point, table: FloatArray, shape: FloatArray) -> float:
    x, y, z = p
    a, n = loft(table[BREADTH], z), loft(table[EXPONENT], z)
    if y > 0.0:
        e = loft(table[BACK], z) + _back_relief(x, z, table, shape)
    else:
        e = loft(table[FRONT], z) + _front_relief(x, z, table, shape)
    rho = ((abs(x) / a) ** n + (abs(y) / e) ** n) ** (1.0 / n)
    if rho < 0.05:
        return -min(a, e)
    return float(math.sqrt(x * x + y * y) * (1.0 - 1.0 / rho) * 0.92)


@inner_kernel
def _shoulders(d: float, q: Point, table: FloatArray, shape: FloatArray) -> float:
    """Latissimus, trapezius, girdle, scapular spine, clavicle, sternal notch."""
    s, A, zA, m = shape[SCALE], shape[ACROMION], shape[Z_ACROMION], shape[MUSCLE]
    w = shape[HIP] / 169.0
    breadth = loft(table[BREADTH], q[2])
    lat = flat_capsule(
        q, (A * 0.64 * shape[SLIM], 48 * s, zA - 84 * s), (breadth * 0.76, 40 * s, 150 * s), (26 * s + 4 * m, 12 * s),
        (1.0, 1.25, 1.0),
    )  # fmt: skip
    d = smooth_union(d, lat, 40 * s)
    trapezius = capsule(q, (4.0, 50 * s, zA + 62 * s), (A * 0.84, 32 * s, zA + 6 * s), 24 * s + 4 * m, 20 * s)
    d = smooth_union(d, trapezius, 44 * s)
    d = smooth_union(d, ellipsoid(q, (A * 0.58, 26 * s, zA - 26 * s), (A * 0.50, 50 * s, 44 * s)), 46 * s)
    back = loft(table[BACK], 310 * s) - 4.0
    d = smooth_union(d, capsule(q, (58 * w, back, zA - 42 * s), (A * 0.96, 36 * s, zA - 2 * s), 5 + 2 * m, 8.0), 30 * s)
    front = loft(table[FRONT], 368 * s)
    clavicle = capsule(q, (22.0, -(front - 6.0), zA + 14 * s), (A * 0.88, 2 * s, zA + 20 * s), 5.5, 6.5)
    d = smooth_union(d, clavicle, 22 * s)
    notch = ellipsoid(q, (0.0, -front - 7 * s, zA + 24 * s), (14 * s, 10 * s, 16 * s))
    return float(smooth_cut(d, -notch, 16 * s))


@inner_kernel
def _breasts(d: float, q: Point, table: FloatArray, shape: FloatArray) -> float:
    s, k, c = shape[SCALE], shape[BREAST], shape[SLIM]
    front = loft(table[FRONT], 228 * s)
    low = ellipsoid(
        q, ((60 + 6 * k) * c, 4 - front - 2 * k, (212 - 14 * k) * s), ((54 + 8 * k) * c, 38 + 12 * k, 54 + 7 * k)
    )
    high = ellipsoid(q, ((58 + 6 * k) * c, 14 - front, (250 - 6 * k) * s), ((52 + 6 * k) * c, 30 + 4 * k, 56.0))
    return float(smooth_union(d, smooth_union(low, high, 40.0), 30.0))


@inner_kernel
def _arm_and_neck(d: float, q: Point, shape: FloatArray) -> float:
    s, A, zA, m = shape[SCALE], shape[ACROMION], shape[Z_ACROMION], shape[MUSCLE]
    radius = shape[ARM]
    arm = flat_capsule(
        q, (A, 20 * s, zA - 8 * s), (A + 112 * s, 14 * s, zA - 76 * s), (radius * 1.16, radius * 0.92),
        (1.0, 1.02, 1.0),
    )  # fmt: skip
    deltoid = ellipsoid(q, (A + 12 * s, 20 * s, zA - 14 * s), (46 * s + 5 * m, 48 * s + 3 * m, 56 * s))
    arm = smooth_union(arm, deltoid, 24 * s)
    end = (q[0] - (A + 78 * s)) * 0.855 - (q[2] - (zA - 56 * s)) * 0.519
    d = smooth_union(d, smooth_cut(arm, end, 5.0), 30 * s)
    r = shape[NECK]
    neck = capsule(q, (0.0, 56 * s, zA - 10 * s), (0.0, 16 * s, zA + 150 * s), r * 1.02, r * 0.94)
    muscle = capsule(q, (12.0, -34 * s, zA + 22 * s), (34 * s, 22 * s, zA + 120 * s), 9 * s, 12 * s)
    nape = capsule(q, (0.0, 16 * s, zA + 150 * s), (0.0, 15 * s, zA + 260 * s), r * 0.94, r * 0.98)
    neck = smooth_union(neck, nape, 10 * s)
    d = smooth_union(d, smooth_union(neck, muscle, 14 * s), 34 * s)
    return float(smooth_cut(d, q[2] - (zA + NECK_CUT * s) - 0.10 * (q[1] - 20.0), 5.0))


@inner_kernel
def _belly(d: float, q: Point, table: FloatArray, shape: FloatArray) -> float:
    """Iliac crest, and the folds of a heavy belly."""
    s, w, hip = shape[SCALE], shape[HIP] / 169.0, shape[HIP]
    soft = 1.0 / (1.0 + 0.35 * shape[FAT] / 15.0)
    r = (5.0 * soft + 1.5) * w
    front = loft(table[FRONT], -62 * s)
    side = min(hip * 0.82, loft(table[BREADTH], 4 * s) - r - 14.0 * w)
    rise = shape[CREST_RISE]  # a pelvis tilted back lifts the front of its crest
    spine_z, crest_z = -62 * s + rise, 4 * s + 0.4 * rise
    back_part = capsule(q, (hip * 0.70, -front * 0.76, spine_z), (side, -20.0, crest_z), r, r + 1.0)
    front_part = capsule(q, (side - 1.0, -20.0, crest_z), (62 * w, 58 * s + 10.0, -4 * s), r + 1.0, r)
    d = smooth_union(smooth_union(d, back_part, 46 * s), front_part, 44 * s)
    p = shape[PANNUS]
    if p <= 0.0:
        return d
    wide = min(150 * w * (0.82 + 0.18 * p), 0.92 * loft(table[BREADTH], -24 * s))
    low = ellipsoid(q, (0.0, 62.0 - loft(table[FRONT], -30.0), -24 * s), (wide, 78 + 15 * p, 80 * s + 18 * p))
    high = ellipsoid(q, (0.0, 62.0 - loft(table[FRONT], 80.0), 95.0 * s), (120 * w, 66 + 8 * p, 72 * s))
    d = smooth_union(smooth_union(d, low, 40.0), high, 50.0)
    loin = loft(table[BREADTH], 20.0)
    flank = capsule(q, (loin - 24.0, -10.0, 20 * s), (loin - 46.0, 54.0, 24 * s), 20 + 5 * p, 14 + 4 * p)
    chest = loft(table[BREADTH], 105 * s) - 26.0
    back = loft(table[BACK], 105 * s) - 26.0
    roll = capsule(q, (chest, 40.0, 108 * s), (30.0, back, 112 * s), 12 * p + 7, 8 * p + 5)
    return float(smooth_union(smooth_union(d, flank, 56.0), roll, 56.0))


@inner_kernel
def _legs(d: float, q: Point, shape: FloatArray) -> float:
    """Thighs and buttocks, kept apart by the natal cleft."""
    s, w, r = shape[SCALE], shape[HIP] / 169.0, shape[THIGH]
    hx, hy, hz = shape[THIGH_SIDE], -12.0 * s, -128.0 * s
    t = (q[0] - hx, q[1] - hy, q[2] - hz)
    if shape[HIP_FLEXION] > 0.0:
        c, f = math.cos(shape[HIP_FLEXION]), math.sin(shape[HIP_FLEXION])
        t = (t[0], c * t[1] - f * t[2], f * t[1] + c * t[2])
    leg = flat_capsule(t, (2.0, 6.0, 0.0), (4.0, 0.0, -330 * s), (r * 1.04, r * 0.70), (1.0, 1.06, 1.0))
    leg = smooth_union(leg, ellipsoid(t, (-4.0, -r * 0.42, -70 * s), (r * 0.80, r * 0.66, 120 * s)), 36 * s)
    leg = smooth_cut(leg, -t[2] - 205 * s, 5.0)
    gy = shape[GLUTEUS_Y]
    upper = ellipsoid(q, (66 * w, gy - 62 * s - 2.0, -138 * s), (74 * w, 66 * s + 4.0, 76 * s))
    lower = ellipsoid(q, (92 * w, gy - 88 * s, -92 * s), (62 * w, 52 * s, 66 * s))
    hip = smooth_union(leg, smooth_union(upper, lower, 38 * s), 38 * s)
    hip = smooth_cut(hip, 1.2 - q[0], 9.0)
    if q[2] < -150 * s:
        d = smooth_cut(d, -(q[2] + 212 * s), 26.0)
    back = clamp((q[1] + 20 * s) / (90 * s), 0.0, 1.0)
    return float(smooth_union(d, hip, (42.0 - 16.0 * back * back * (3.0 - 2.0 * back)) * s))


@inner_kernel
def skin_mm(p: Point, table: FloatArray, shape: FloatArray) -> float:
    """Return the signed distance bound to the skin at a point [mm]."""
    s = shape[SCALE]
    q = (abs(p[0]), p[1], p[2])
    d = _loft(p, table, shape)
    if p[2] > 60.0 * s:
        d = _shoulders(d, q, table, shape)
        if shape[BREAST] >= 0.5:
            d = _breasts(d, q, table, shape)
    d = _belly(d, q, table, shape)
    if p[2] < 40.0 * s:
        d = _legs(d, q, shape)
    if p[2] > 60.0 * s:
        d = _arm_and_neck(d, q, shape)
    return d


@array_kernel
def skin_many(points: FloatArray, table: FloatArray, shape: FloatArray, bend: FloatArray) -> FloatArray:
    """Return signed distances of (n, 3) points in metres [m], in the position of the bend table."""
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        q = (points[i, 0] * 1e3, points[i, 1] * 1e3, points[i, 2] * 1e3)
        if bend.shape[1] > 0:
            q = unbent(q, bend)
        out[i] = skin_mm(q, table, shape) * 1e-3
    return out


@kernel
def ray_mm(angle: float, z: float, table: FloatArray, shape: FloatArray) -> float:
    """Return the distance from the section axis to the skin at an angle from posterior [mm].

    Marches inward from outside the loft, so that arms beyond a gap are not met.
    """
    sx, cy = math.sin(angle), math.cos(angle)
    low, high, step = 0.0, 5.0, 5.0
    while high < 520.0 and skin_mm((sx * high, cy * high, z), table, shape) < 0.0:
        low = high
        high += step
    for _ in range(18):
        middle = 0.5 * (low + high)
        if skin_mm((sx * middle, cy * middle, z), table, shape) < 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@array_kernel
def section(z: float, angles: FloatArray, table: FloatArray, shape: FloatArray) -> FloatArray:
    """Return the skin radius of one horizontal section at the angles [mm]."""
    out = np.empty(angles.shape[0])
    for i in range(angles.shape[0]):
        out[i] = ray_mm(angles[i], z, table, shape)
    return out
