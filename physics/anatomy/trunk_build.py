"""From a build to the loft table: cited outer dimensions, then a fit so that the field meets them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.tables as tables
import physics.anatomy.trunk_field as tf
from physics.anatomy.fields import smoothed
from physics.anatomy.spec import PatientBuild

FloatArray = NDArray[np.float64]

Z_MM: FloatArray = np.arange(tf.Z_COUNT, dtype=np.float64) * tf.Z_PITCH + tf.Z_LOW
KNOTS_MM: FloatArray = np.array(
    [-420, -300, -215, -150, -80, 0, 60, 130, 225, 300, 352, 395, 440, 520], dtype=float
)
HIP_Z_MM, CHEST_Z_MM = -150.0, 225.0

# ANSUR II breadth and depth by BMI cell middle [mm] [8.3, H]
BMI_CELLS: FloatArray = np.array([18.5, 22.5, 27.5, 33.0])
MEN_MM: FloatArray = np.array([[267, 292, 325, 364], [179, 204, 235, 277], [265, 276, 289, 304], [205, 227, 253, 282.0]])
WOMEN_MM: FloatArray = np.array([[249, 280, 314, 348], [170, 193, 226, 267], [247, 260, 276, 290], [210, 231, 259, 290.0]])
SLOPE_BEYOND: FloatArray = np.array([6.0, 5.0, 2.4, 5.0])  # per BMI unit over 33 [rendering_2 section 2, A]
BREADTH_TOLERANCE_MM = 3.0
DEPTH_TOLERANCE_MM = 2.0


@dataclass(frozen=True, slots=True)
class Outline:
    """Outer dimensions of a trunk [mm]: what the fit must meet."""

    waist_breadth: float
    waist_depth: float
    chest_breadth: float
    chest_depth: float
    hip_breadth: float
    buttock_depth: float
    bideltoid: float


def outline(build: PatientBuild) -> Outline:
    """Return the cited outer dimensions of a build [mm].

    Sources: ANSUR II by BMI cell, waist and chest (device_and_procedure 8.3, H), interpolated; hip
    breadth, buttock depth and bideltoid: ANSUR means with judged slopes per BMI unit [A]. Children:
    8-12 year values scaled by stature over 1.28 m, girth by the root of relative BMI (UGK-L).
    """
    bmi = build.bmi_kg_per_m2
    if build.is_child:
        k = build.height_m / 1.28
        g = k * math.sqrt(max(bmi, 10.0) / 15.0)
        return Outline(205 * g, 150 * g, 212 * g, 150 * g, 228 * g, 160 * g, 300 * g)
    cells = WOMEN_MM if build.is_female else MEN_MM
    beyond = max(bmi - 33.0, 0.0)
    wb, wd, cb, cd = (float(np.interp(bmi, BMI_CELLS, cells[i]) + beyond * SLOPE_BEYOND[i]) for i in range(4))
    if build.is_female:
        d = bmi - 25.5
        return Outline(wb, wd, cb, cd, 354 + 6.0 * d, 233 + 4.6 * d, 450 + 5 * d)
    d = bmi - 27.7
    return Outline(wb, wd, cb, cd, 346 + 5.2 * d, 246 + 4.6 * d, 510 + 6 * d)


def _loft_rows(build: PatientBuild, o: Outline, back_mm: float) -> list[list[float]]:
    """Return the loft rows at the knots [mm]; `back_mm` is the loin's back depth."""
    f = 1.0 if build.is_female else 0.0
    child = build.is_child
    k = 0.66 if child else 1.0
    fat = 0.15 if child else float(np.clip((build.bmi_kg_per_m2 - 19.0) / 16.0, 0.0, 1.2))
    w, c, h = o.waist_breadth / 2, o.chest_breadth / 2, o.hip_breadth / 2
    narrow = w * (0.955 - 0.05 * f * (1.0 - fat))
    shoulder = c * 0.86 if child else (o.bideltoid / 2 - 58.0) * 0.74
    breadth = [
        h * 0.5, h * 0.55, h * 0.86, h * 0.985, max(h * 0.955, w), w, max(narrow, w * 0.93),
        w * 0.45 + c * 0.58, c * 1.03, c * 0.99, shoulder, c * 0.44, c * 0.34, c * 0.34,
    ]  # fmt: skip
    b = back_mm
    shape = (80.0 if not child else 62.0) + (0.0 if child else (build.bmi_kg_per_m2 - 24.0) * 0.9)
    upper = shape + 0.35 * (b - shape)  # the thorax follows a thick or thin loin only in part
    back = [
        55 * k, 60 * k, 70 * k, b + 8 * k, b + 2 * k, b, b + 3 * k, upper + 12 * k, upper + 26 * k,
        upper + 34 * k, upper + 30 * k, upper + 16 * k, upper, upper - 14 * k,
    ]  # fmt: skip
    waist = max(o.waist_depth - b - 6 * k, 40.0)
    chest = max(o.chest_depth - (upper + 26 * k), 40.0)
    front = [
        40 * k, 45 * k, 62 * k + fat * 10, max(o.buttock_depth - b - 44 * k, 60 * k), waist * 0.97, waist,
        waist * 0.97, waist * 0.4 + chest * 0.62, chest, chest * 0.86, chest * 0.56, chest * 0.33,
        chest * 0.2, 10.0,
    ]  # fmt: skip
    exponent = [2.1, 2.1, 2.2, 2.35, 2.45, 2.4, 2.4, 2.4, 2.35, 2.25, 2.15, 2.1, 2.1, 2.1]
    return [breadth, front, back, exponent]


def _relief_rows(build: PatientBuild) -> list[tuple[list[float], float]]:
    """Return furrow, paraspinal, spinous factor and rectus rows at the knots with their smoothing."""
    child = build.is_child
    k = 0.66 if child else 1.0
    fat = 0.15 if child else float(np.clip((build.bmi_kg_per_m2 - 19.0) / 16.0, 0.0, 1.2))
    furrow = [0, 0, 0, 3, 8, 8, 7.5, 7, 6, 5, 4, 3, 3, 3]
    column = [0, 0, 0, 0, 5.5, 6.5, 6.5, 6, 4, 2, 1, 0, 0, 0]
    rectus = [0, 0, 0, 0, 1.6, 2.0, 2.3, 2, 0, 0, 0, 0, 0, 0]
    return [
        ([q * (1.15 - 0.45 * fat) * k for q in furrow], 20.0),
        ([q * (1.1 - 0.5 * fat) * k for q in column], 20.0),
        ([q * (1.1 - 0.95 * min(fat, 1.1)) * k for q in rectus], 20.0),
    ]


def _table(build: PatientBuild, o: Outline, back_mm: float, scale: float) -> FloatArray:
    knots = KNOTS_MM * scale
    table = np.zeros((tf.N_ROWS, tf.Z_COUNT))
    for name, values in zip(
        (tf.BREADTH, tf.FRONT, tf.BACK, tf.EXPONENT), _loft_rows(build, o, back_mm), strict=True
    ):
        table[name] = smoothed(knots, np.array(values, dtype=float), Z_MM, 32.0 * scale)
    for name, (values, sigma) in zip((tf.FURROW, tf.PARASPINAL, tf.RECTUS), _relief_rows(build), strict=True):
        table[name] = smoothed(knots, np.array(values, dtype=float), Z_MM, sigma)
    fat = 0.15 if build.is_child else float(np.clip((build.bmi_kg_per_m2 - 19.0) / 16.0, 0.0, 1.0))
    bump = (1.7 - 1.4 * fat) * (0.9 if build.is_child else 1.0)
    for z in tables.BODY_Z_MM[3:]:
        table[tf.SPINOUS] += bump * np.exp(-(((Z_MM - (z - 12.0) * scale) / (8.0 * scale)) ** 2))
    return table


def _shape(build: PatientBuild, o: Outline, back_mm: float, scale: float) -> FloatArray:
    q = np.zeros(tf.N_SHAPE)
    bmi, child, female = build.bmi_kg_per_m2, build.is_child, build.is_female
    k = 0.66 if child else 1.0
    q[tf.SCALE], q[tf.FAT], q[tf.IS_FEMALE] = scale, build.abdominal_fat_m * 1e3, float(female)
    q[tf.ACROMION] = o.bideltoid / 2 - 58.0 * (0.62 if child else 1.0)
    q[tf.Z_ACROMION] = 352.0 * scale
    q[tf.MUSCLE] = (0.6 if female else 1.0) * (0.42 if child else 1.0)
    q[tf.THIGH] = 50.0 * scale / 0.72 if child else 86.0 + (bmi - 24.0) * 1.7 + 6.0 * female
    q[tf.HIP] = o.hip_breadth / 2
    q[tf.THIGH_SIDE] = 88.0 * q[tf.HIP] / 169.0
    q[tf.PANNUS] = 0.0 if child else float(np.clip((bmi - 27.0) / 8.0, 0.0, 1.3))
    q[tf.BREAST] = float(np.clip(0.25 + 0.07 * (bmi - 22.0), 0.55, 1.5)) if female and not child else 0.0
    q[tf.SLIM] = min(o.chest_breadth / 265.0, 1.0) if female else min(o.chest_breadth / 278.0, 1.0)
    q[tf.SLIM] = 1.0 if child else q[tf.SLIM]
    q[tf.RIB_RELIEF] = 0.8 if child else float(np.clip(1.15 - 0.055 * (bmi - 19.0), 0.0, 1.0))
    front = max(o.buttock_depth - back_mm - 44.0 * k, 60.0 * k)
    q[tf.GLUTEUS_Y] = o.buttock_depth - front - (2.0 if child else 4.0)
    q[tf.NECK] = 40.0 if child else (49.0 if female else 57.0) * scale * (1.0 + 0.01 * (bmi - 24.0))
    q[tf.ARM] = 27.0 if child else (42.0 if female else 47.0) * scale * (1.0 + 0.018 * (bmi - 24.0))
    q[tf.IS_CHILD] = float(child)
    q[tf.Z_CREST] = 25.0 * scale
    # navel below the crest, 10th rib above it: ANSUR II [8.3, H]; children 40-55 mm [UGK-L]
    q[tf.Z_NAVEL] = q[tf.Z_CREST] + (-5.0 if not female or child else -16.0) * scale
    q[tf.MARGIN_RISE] = 47.0 if child else (60.5 if female else 59.0)
    return q


@dataclass(slots=True)
class _Fit:
    breadth: FloatArray  # factors at hip, waist, chest
    front: FloatArray
    thigh: float = 1.0
    back_mm: float = 0.0
    shift_front_mm: float = 0.0


def _extents(z: float, table: FloatArray, shape: FloatArray) -> tuple[float, float, float]:
    """Return the half breadth, front and back extents of a section [mm]."""
    angles = np.linspace(0.0, math.pi, 61)
    r = tf.section(z, angles, table, shape)
    y = r * np.cos(angles)
    return float((r * np.sin(angles)).max()), float(-y.min()), float(y.max())


def _apply(
    build: PatientBuild, o: Outline, fit: _Fit, scale: float, cover_mm: FloatArray
) -> tuple[FloatArray, FloatArray]:
    table = _table(build, o, fit.back_mm, scale)
    shape = _shape(build, o, fit.back_mm, scale)
    at = np.array([HIP_Z_MM, 0.0, CHEST_Z_MM]) * scale
    fade = np.array([-420.0, 520.0]) * scale
    knots = np.concatenate([fade[:1], at, fade[1:]])
    table[tf.BREADTH] *= smoothed(knots, np.concatenate([[1.0], fit.breadth, [1.0]]), Z_MM, 12.0)
    table[tf.FRONT] *= smoothed(knots, np.concatenate([[1.0], fit.front, [1.0]]), Z_MM, 12.0)
    lack = np.maximum(cover_mm + table[tf.FURROW] - table[tf.BACK], 0.0)
    wide = np.array([lack[max(i - 9, 0) : i + 10].max() for i in range(len(lack))])
    table[tf.BACK] += smoothed(Z_MM, wide, Z_MM, 12.0)
    shape[tf.THIGH] *= fit.thigh
    shape[tf.THIGH_SIDE] *= fit.thigh
    for array in (table, shape):
        array.setflags(write=False)  # read-only from the start: numba compiles its kernels for one kind only
    return table, shape


def _shrink(values: FloatArray, index: int, target: float, built: float) -> None:
    values[index] = float(np.clip(values[index] * target / built, 0.4, 1.8))


def fitted(
    build: PatientBuild, dura_y_mm: float, dura_z_mm: float, cover_mm: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return loft table and shape numbers whose skin meets the cited dimensions.

    Parameters
    ----------
    build : PatientBuild
        Whose trunk.
    dura_y_mm, dura_z_mm : float
        Posterior dura in the midline at L3-4: the back is moved until the skin lies `dura_depth_m`
        behind it [mm].
    cover_mm : (k,) array
        Least depth of the back over `Z_MM`, so that sacrum and spinous tips stay covered [mm].

    Raises
    ------
    ValueError
        If breadths or depth miss their targets (3 and 2 mm): the build is outside what the loft
        can describe.
    """
    o, scale = outline(build), tables.template_scale(build)
    depth = build.dura_depth_m * 1e3
    fit = _Fit(np.ones(3), np.ones(3), 1.0, dura_y_mm + depth + 6.0)
    for _ in range(9):
        table, shape = _apply(build, o, fit, scale, cover_mm)
        waist, front, back = _extents(0.0, table, shape)
        chest, chest_front, chest_back = _extents(CHEST_Z_MM * scale, table, shape)
        hip, _, _ = _extents(HIP_Z_MM * scale, table, shape)
        _shrink(fit.breadth, 1, o.waist_breadth / 2, waist)
        _shrink(fit.breadth, 2, o.chest_breadth / 2, chest)
        _shrink(fit.breadth, 0, o.hip_breadth / 2, hip)
        fit.thigh = float(np.clip(fit.thigh * o.hip_breadth / 2 / hip, 0.6, 1.3))
        _shrink(fit.front, 1, max(o.waist_depth - back, 30.0), front)
        _shrink(fit.front, 2, max(o.chest_depth - chest_back, 30.0), chest_front)
        skin = tf.ray_mm(0.0, dura_z_mm, table, shape)
        fit.back_mm += dura_y_mm + depth - skin
    table, shape = _apply(build, o, fit, scale, cover_mm)
    check(o, table, shape, scale, dura_y_mm + depth, dura_z_mm)
    return table, shape


def measured(table: FloatArray, shape: FloatArray, scale: float) -> dict[str, float]:
    """Return the built dimensions [mm]: breadths and depths at waist, chest and hip."""
    waist, front, back = _extents(0.0, table, shape)
    chest, chest_front, chest_back = _extents(CHEST_Z_MM * scale, table, shape)
    hip, _, _ = _extents(HIP_Z_MM * scale, table, shape)
    return {
        "waist_breadth": 2 * waist, "waist_depth": front + back, "chest_breadth": 2 * chest,
        "chest_depth": chest_front + chest_back, "hip_breadth": 2 * hip,
    }  # fmt: skip


def check(o: Outline, table: FloatArray, shape: FloatArray, scale: float, skin_y_mm: float, z_mm: float) -> None:
    """Raise ValueError if the built skin misses breadths by 3 mm or the dura depth by 2 mm."""
    built = measured(table, shape, scale)
    for name in ("waist_breadth", "chest_breadth", "hip_breadth"):
        if abs(built[name] - getattr(o, name)) > BREADTH_TOLERANCE_MM:
            raise ValueError(f"trunk.{name} = {built[name]:.1f} mm; expected {getattr(o, name):.1f} +- 3")
    skin = tf.ray_mm(0.0, z_mm, table, shape)
    if abs(skin - skin_y_mm) > DEPTH_TOLERANCE_MM:
        raise ValueError(f"skin at L3-4 = {skin:.1f} mm; expected {skin_y_mm:.1f} +- 2")


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("waist breadth, men BMI 22.5", 0.292, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("waist breadth, women BMI 22.5", 0.280, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("waist depth, women BMI 22.5", 0.193, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("chest breadth, women BMI 22.5", 0.260, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("hip breadth, women", 0.354, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("costal margin over iliac crest, men", 0.059, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("costal margin over iliac crest, women", 0.0605, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("navel over iliac crest, men", -0.005, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("navel over iliac crest, women", -0.016, "m", "H", "device_and_procedure 8.3 ANSUR II"),
    ("waist breadth, child 8-12 years", 0.205, "m", "UGK-L", "device_and_procedure 8.3"),
)
