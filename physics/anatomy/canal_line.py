"""The line of the canal: the template's sagittal curves, a patient's own, a coronal curve, and a position.

All curves act on one polygon; its arc lengths are the material coordinate that vertebrae, sac and cord hang on.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.bones as bones
import physics.anatomy.tables as tables
from physics.anatomy.fields import smoothed
from physics.anatomy.spec import PatientBuild

FloatArray = NDArray[np.float64]

GRID_MM: FloatArray = np.arange(-110.0, 560.0, 1.0)
PITCH_M = 0.004
LORDOSIS_MM = (-60.0, 230.0)  # S2 to T11: where the template's line bends forward
KYPHOSIS_MM = (95.0, 450.0)  # L2 to C7: where it bends backward
CURVE_BLEND_MM = 60.0  # tuned: no corner at either end
SACRUM_BELOW_MM: FloatArray = np.array([-130.0, -89.0, -71.0, -44.0, -30.0])
SACRUM_CANAL_BACK_MM: FloatArray = np.array([42.0, 30.0, 20.0, 5.0, 0.0])
COUNTER_SHARE = 0.22  # counter curve beyond either end of a scoliosis [rendering_2 section 2]
COBB_ROUNDS = 6
AXIAL_SHARE = 0.42  # axial turn of the apex over the Cobb angle [rendering_2 section 2, A]
END_TILT_M = 0.012  # half length over which a vertebra's own direction is read

# Flexion of single discs [deg] by position. Lateral: hips flexed, each angle opens the interlaminar height by what
# is cited, L2-3 +7 %, L3-4 +11 %, L4-5 +21 % [8.6 A32, H; tuned to it, L4-5 held to the 15 deg a disc has]. Sitting: half the lordosis goes [A].
FLEXION_DEG: dict[str, dict[float, float]] = {
    "standing": {},
    "lateral": {13.5: 1.0, 14.5: 4.8, 15.5: 8.0, 16.5: 15.0},
    "sitting": {13.5: 2.0, 14.5: 3.0, 15.5: 4.0, 16.5: 6.0, 17.5: 4.0},
}
DISC_HALF_M = 0.006  # a disc's flexion is spread over its height [A]


def _template_canal_mm() -> tuple[FloatArray, FloatArray]:
    """Return z and y of the template's canal centre line."""
    rows = tables.VERTEBRA_MM
    offset = rows[:, bones.DEPTH] * 0.5 + rows[:, bones.CANAL_Y] - 1.5
    z, y = tables.BODY_Z_MM[::-1], (tables.BODY_Y_MM + offset)[::-1]
    low = float(y[0])
    z = np.concatenate([SACRUM_BELOW_MM[:-1], z, [455.0, 485.0, 530.0]])
    y = np.concatenate([low + 4.0 + SACRUM_CANAL_BACK_MM[:-1], y, [25.0, 19.0, 15.0]])
    return GRID_MM, smoothed(z, y, GRID_MM, 11.0)


def canal(build: PatientBuild) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return canal points (m, 3), arcs (m,) and posterior normals (m, 3), S2 to C1, in the build's position."""
    k = tables.template_scale(build) * 1e-3
    z, y = _template_canal_mm()
    y = _sagittal_mm(z, y, build.lordosis_scale, LORDOSIS_MM)
    y = _sagittal_mm(z, y, build.kyphosis_scale, KYPHOSIS_MM)
    if build.cobb_rad == 0.0:
        points, arcs = _resampled(build, np.column_stack([np.zeros_like(z), y * k, z * k]), k)
        turn = None
    else:
        bow = _bow(z, build)
        points, arcs = _with_cobb(build, z, y, bow, k)
        turn = AXIAL_SHARE * build.cobb_rad * np.interp(points[:, 2], z * k, np.clip(bow, 0.0, None))
    if FLEXION_DEG[build.position]:
        points = _flexed(build, points, arcs)
    tangent = np.gradient(points, arcs, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    back = np.array([0.0, 1.0, 0.0]) - tangent[:, 1:2] * tangent
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    if turn is not None:
        back = np.cos(turn)[:, None] * back + np.sin(turn)[:, None] * np.cross(back, tangent)
    return points, arcs, back


@lru_cache(maxsize=2)
def _angles(is_kyphosis: bool) -> tuple[FloatArray, FloatArray]:
    """Return scales and the angles [rad] they give the template adult: T4 to T12, or L1 to S1."""
    adult = PatientBuild(40.0, False, tables.TEMPLATE_STATURE_M, 75.0, 0.01, 0.01, 0.055)
    at = tables.level_paths_m(adult)[[3, 11] if is_kyphosis else [12, 17]]
    scales = np.linspace(0.2, 3.2 if is_kyphosis else 1.8, 21)
    angles = []
    for scale in scales:
        build = replace(adult, kyphosis_scale=float(scale)) if is_kyphosis else replace(adult, lordosis_scale=float(scale))
        up = frames(*canal(build), at)[1][:, :, 2]
        tilt = np.arctan2(up[:, 1], up[:, 2])
        angles.append(float(tilt[1] - tilt[0] if is_kyphosis else tilt[0] - tilt[1]))
    return scales, np.array(angles)


def kyphosis_scale(kyphosis_rad: float) -> float:
    """Return the depth of the thoracic curve over the template's that has this angle T4 to T12 [rad]."""
    scales, angles = _angles(True)
    return float(np.interp(kyphosis_rad, angles, scales))


def lordosis_scale(lordosis_rad: float) -> float:
    """Return the depth of the lumbar curve over the template's that has this angle L1 to S1 [rad]."""
    scales, angles = _angles(False)
    return float(np.interp(lordosis_rad, angles, scales))


def _resampled(build: PatientBuild, line: FloatArray, k: float) -> tuple[FloatArray, FloatArray]:
    """Return the line at even arcs from the L3-4 disc."""
    step = np.linalg.norm(np.diff(line, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(step)])
    z_disc = 0.5 * (tables.BODY_Z_MM[14] + tables.BODY_Z_MM[15]) * k
    arc -= np.interp(z_disc, line[:, 2], arc)
    top = tables.PATH_TOP_MM * 1e-3 * tables.path_scale(build)
    bottom = float(np.interp(-80.0 * k, line[:, 2], arc))
    n_low, n_high = int(-bottom / PITCH_M), int(top / PITCH_M)
    arcs: FloatArray = np.arange(-n_low, n_high + 1, dtype=np.float64) * PITCH_M
    return np.column_stack([np.interp(arcs, arc, line[:, i]) for i in range(3)]), arcs


def _sagittal_mm(z: FloatArray, y: FloatArray, scale: float, between: tuple[float, float]) -> FloatArray:
    """Return the line with one of its curves deepened or flattened; ends and slopes there stay."""
    if scale == 1.0:
        return y
    low, high = between
    chord = np.interp(z, (low, high), np.interp((low, high), z, y))
    inside = np.clip(np.minimum(z - low, high - z) / CURVE_BLEND_MM, 0.0, 1.0)
    return y + (scale - 1.0) * inside * inside * (3.0 - 2.0 * inside) * (y - chord)


def _bow(z: FloatArray, build: PatientBuild) -> FloatArray:
    """Return the coronal curve's shape: 1 at the apex, most tilted at its end vertebrae, a small counter curve."""
    levels = np.concatenate([np.arange(-5.0, 1.0), np.arange(1.0, 19.0)])
    heights = np.concatenate([tables.BODY_Z_MM[0] + 17.0 * np.arange(6, 0, -1), tables.BODY_Z_MM, [-58.0]])
    upper, apex, lower = (float(np.interp(v, levels, heights)) for v in build.curve_levels)
    u = np.where(z > apex, (z - apex) / (upper - apex), (apex - z) / (apex - lower))
    beyond = -COUNTER_SHARE * np.sin(np.pi * (np.clip(u, 1.0, 2.0) - 1.0))
    return smoothed(z, np.where(u < 1.0, np.cos(0.5 * np.pi * np.minimum(u, 1.0)), beyond), z, 14.0)


def _with_cobb(
    build: PatientBuild, z: FloatArray, y: FloatArray, bow: FloatArray, k: float
) -> tuple[FloatArray, FloatArray]:
    """Return points and arcs of a line whose end vertebrae differ in tilt by the Cobb angle."""
    slope = np.gradient(bow, z)
    factor = 2.0 * math.tan(abs(build.cobb_rad) / 2.0) / float(slope.max() - slope.min())
    at = tables.level_paths_m(build)[:17]
    sign = -math.copysign(1.0, build.cobb_rad)
    for _ in range(COBB_ROUNDS):
        x = sign * factor * bow
        points, arcs = _resampled(build, np.column_stack([x * k, y * k, z * k]), k)
        up = [np.interp(at + END_TILT_M, arcs, points[:, i]) - np.interp(at - END_TILT_M, arcs, points[:, i]) for i in (0, 2)]
        tilt = np.arctan2(up[0], up[1])
        factor *= math.tan(abs(build.cobb_rad) / 2.0) / math.tan(float(tilt.max() - tilt.min()) / 2.0)
    points[:, 0] -= np.interp(0.0, arcs, points[:, 0])  # the midline at L3-4 stays the middle of the frame
    return points, arcs


def _flexed(build: PatientBuild, points: FloatArray, arcs: FloatArray) -> FloatArray:
    """Return the line with its discs flexed; the L3-4 disc stays where it is, half its angle to either side."""
    middle = 0.5 * (arcs[1:] + arcs[:-1])
    angle = np.zeros_like(middle)
    paths = tables.level_paths_m(build)
    for level, degrees in FLEXION_DEG[build.position].items():
        if any(first <= level <= last for first, last in build.fused_levels):
            continue
        arc = 0.0 if level == 15.5 else float(np.interp(level, np.arange(1.0, 19.0), paths))
        share = np.clip((middle - arc + DISC_HALF_M) / (2.0 * DISC_HALF_M), 0.0, 1.0)
        at_zero = float(np.clip((DISC_HALF_M - arc) / (2.0 * DISC_HALF_M), 0.0, 1.0))
        angle += math.radians(degrees) * (share - at_zero)
    edge = np.diff(points, axis=0)
    c, s = np.cos(angle), np.sin(angle)
    turned = np.column_stack([edge[:, 0], c * edge[:, 1] - s * edge[:, 2], s * edge[:, 1] + c * edge[:, 2]])
    line = np.vstack([np.zeros(3), np.cumsum(turned, axis=0)])
    zero = int(np.argmin(np.abs(arcs)))
    placed: FloatArray = line - line[zero] + points[zero]
    return placed


def frames(points: FloatArray, arcs: FloatArray, normals: FloatArray, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return canal points (k, 3) and rotations (k, 3, 3) (columns: left, posterior, head) at arcs."""
    p = np.column_stack([np.interp(at, arcs, points[:, i]) for i in range(3)])
    back = np.column_stack([np.interp(at, arcs, normals[:, i]) for i in range(3)])
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    at = np.clip(at, arcs[0] + END_TILT_M, arcs[-1] - END_TILT_M)
    ahead = np.column_stack([np.interp(at + END_TILT_M, arcs, points[:, i]) for i in range(3)])
    behind = np.column_stack([np.interp(at - END_TILT_M, arcs, points[:, i]) for i in range(3)])
    up = ahead - behind
    up -= np.sum(up * back, axis=1, keepdims=True) * back
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    left = np.cross(back, up)
    return p, np.stack([left, back, up], axis=2)


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *(
        (f"flexion of disc {level} {position}", math.radians(degrees), "rad", "A", "tuned to device_and_procedure 8.6 A32")
        for position, discs in FLEXION_DEG.items() for level, degrees in discs.items()
    ),
    ("axial turn of the apex over the Cobb angle", AXIAL_SHARE, "1", "A", "rendering_2 section 2"),
    ("counter curve of a scoliosis", COUNTER_SHARE, "1", "A", "rendering_2 section 2"),
)
