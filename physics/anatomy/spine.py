"""Vertebrae, canal, sac and cord of one patient: building them and asking about them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.bones as bones
import physics.anatomy.fusion as fusion
import physics.anatomy.tables as tables
from physics.anatomy.canal_line import canal, frames
from physics.anatomy.spec import LEVEL_NAMES, PatientBuild, Spine
from physics.kernels import kernel

FloatArray = NDArray[np.float64]

def _vertebra_rows(build: PatientBuild, scale: float) -> FloatArray:
    """Return the shape rows with seeded small irregularities and spinous lengths that fit the back.

    The L3 spinous tip lies 3 mm under the fascia; the others keep their proportion. L5 never grows.
    """
    rows = np.zeros((17, bones.N_COLUMNS))
    rows[:, : tables.VERTEBRA_MM.shape[1]] = tables.VERTEBRA_MM
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((build.seed, 7))))
    rows[:, bones.PHASE] = np.arange(17) + 3.0 + 0.01 * (build.seed % 97)
    rows[:, bones.JITTER :] = generator.uniform(-1.0, 1.0, (17, 12))
    tip_mm = (build.dura_depth_m - build.back_fat_m) * 1e3 - tables.SKIN_MM - tables.FASCIA_MM - 1.5
    wanted = tip_mm / scale + 7.0 - tables.VERTEBRA_MM[14, bones.CANAL_Y] - 2.5
    factor = float(np.clip(wanted / tables.VERTEBRA_MM[14, bones.SP_LENGTH], 0.35, 1.06))
    rows[:, bones.SP_LENGTH] *= factor
    rows[16, bones.SP_LENGTH] = min(rows[16, bones.SP_LENGTH], tables.VERTEBRA_MM[16, bones.SP_LENGTH])
    rows[:, [bones.CANAL_X, bones.CANAL_Y]] *= build.canal_scale
    return rows


def _neck_rows(build: PatientBuild) -> FloatArray:
    """Return the shape rows of C2 .. C7 with their seeded small differences."""
    rows = np.zeros((6, bones.N_COLUMNS))
    rows[:, : tables.NECK_MM.shape[1]] = tables.NECK_MM
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((build.seed, 11))))
    rows[:, bones.PHASE] = np.arange(6) + 23.0 + 0.01 * (build.seed % 97)
    rows[:, bones.JITTER :] = generator.uniform(-1.0, 1.0, (6, 12))
    rows[:, [bones.CANAL_X, bones.CANAL_Y]] *= build.canal_scale
    return rows


def _sac_and_cord(
    build: PatientBuild, levels: FloatArray, points: FloatArray, normals: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return sac semi axes (m, 2), cord points, cord radius, cord stiffness along the canal."""
    scale = min(tables.path_scale(build), 1.0) if build.is_child else 1.0
    narrow = math.sqrt(build.csf_scale) if build.csf_scale < 1.0 else build.csf_scale**0.25
    narrow = max(narrow, 0.86) if build.is_child else narrow
    width = np.interp(levels, tables.SAC_LEVELS, tables.SAC_HALF_WIDTH_MM)
    depth = np.interp(levels, tables.SAC_LEVELS, tables.SAC_HALF_DEPTH_MM)
    sac = np.column_stack([width, depth]) * 1e-3
    sac *= (0.5 + 0.5 * scale) * (0.5 + 0.5 * narrow) * build.canal_scale
    diameter = 0.5 * (
        np.interp(levels, tables.CORD_LEVELS, tables.CORD_DEPTH_MM)
        + np.interp(levels, tables.CORD_LEVELS, tables.CORD_WIDTH_MM)
    )
    cord = 0.5e-3 * diameter * (tables.CORD_CHILD_FACTOR if build.is_child else 1.0)
    taper = np.clip((build.conus_level - levels) / tables.CONUS_TAPER_LEVELS, 0.0, 1.0)
    cauda = tables.CAUDA_RADIUS_MM * 1e-3 * (0.5 + 0.5 * scale) * np.clip((19.0 - levels) / 2.5, 0.15, 1.0)
    radius = np.minimum(np.where(taper > 0.0, np.maximum(cord * taper**0.6, cauda * 0.6), cauda), 0.62 * sac[:, 1])
    stiffness = np.where(taper > 0.0, np.maximum(taper, tables.CAUDA_STIFFNESS), tables.CAUDA_STIFFNESS)
    stiffness = np.where(levels > 18.6, 0.0, stiffness)
    back = np.where(taper > 0.0, 0.0007, 0.0) + np.where(taper > 0.0, 0.0, 0.22 * sac[:, 1])
    return sac, points + normals * back[:, None], radius, stiffness


def build_spine(
    build: PatientBuild, ribs: tuple[FloatArray, FloatArray, FloatArray, FloatArray], straight: Spine | None = None
) -> Spine:
    """Return the spine of a build; rib and sternum lines come from the trunk.

    `straight` is the same patient's reference spine when the build is curved or in another position.
    """
    scale = tables.template_scale(build)
    points, arcs, normals = canal(build)
    level_arcs = tables.level_paths_m(build)
    levels = levels_at(arcs, level_arcs)
    on_canal, rotations = frames(points, arcs, normals, level_arcs)
    rows, neck = _vertebra_rows(build, scale), _neck_rows(build)
    offset = np.array([bones.canal_y(row) for row in rows] + [19.0]) * scale * 1e-3
    centres = on_canal - rotations[:, :, 1] * offset[:, None]
    neck_arcs = level_arcs[0] + tables.NECK_PITCH_MM * 1e-3 * tables.path_scale(build) * np.arange(6, 0, -1)
    on_neck, neck_turns = frames(points, arcs, normals, neck_arcs)
    neck_offset = np.array([bones.canal_y(row) for row in neck]) * scale * 1e-3
    neck_centres = on_neck - neck_turns[:, :, 1] * neck_offset[:, None]
    sac, cord, cord_radius, cord_stiffness = _sac_and_cord(build, levels, points, normals)
    column = np.vstack([neck_centres, centres[:17]]), np.concatenate([neck_turns, rotations[:17]]), np.vstack([neck, rows])
    whole = np.vstack([column[0], centres[17:]]), np.concatenate([column[1], rotations[17:]]), column[2], scale
    bridges, metal = fusion.bridges(build, *whole), fusion.metal(build, *whole)
    tilt = rotations[16] @ _rotation_x(0.14)
    l5_rows = rows[16]
    below = (l5_rows[bones.HEIGHT] * 0.5 + 8.0) * scale * 1e-3
    top = centres[16] - rotations[16][:, 2] * below + rotations[16][:, 1] * (0.003 * scale)
    pelvis = np.array([0.0, 5.0, -55.0]) * 1e-3 * scale
    pelvis[1] += top[1] - 0.024 * scale
    upright = np.eye(3)
    if straight is not None:  # the hip bones go with the sacrum
        upright = tilt @ straight.sacrum_rotation.T
        pelvis = top + upright @ (straight.pelvis_origin_m - straight.sacrum_centre_m)
    return Spine(
        build, LEVEL_NAMES, centres, rotations, scale, points, arcs, normals, sac, cord, cord_radius,
        cord_stiffness, level_arcs, 0.0, rows, top, tilt, pelvis, *ribs,
        *column, *bridges, *metal, upright,
    )  # fmt: skip


def _rotation_x(angle: float) -> FloatArray:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def levels_at(arcs: FloatArray, level_arcs: FloatArray) -> FloatArray:
    """Return float levels at canal arcs, extended above T1 (C7 = 0, C5 = -2) and below S1."""
    known = np.concatenate([[level_arcs[-1] - 0.026], level_arcs[::-1]])
    numbers = np.concatenate([[19.0], np.arange(18, 0, -1, dtype=float)])
    pitch = level_arcs[0] * tables.NECK_PITCH_MM / tables.PATH_MM[0]
    out = np.interp(arcs, known, numbers)
    levels: FloatArray = np.where(arcs > level_arcs[0], 1.0 - (arcs - level_arcs[0]) / pitch, out)
    return levels


def level_at_arc(spine: Spine, arc_m: float) -> float:
    """Return the vertebral level (T1 = 1 .. L5 = 17) at a canal arc [m]."""
    return float(levels_at(np.array([arc_m]), spine.level_arcs_m)[0])


def arc_at_level(spine: Spine, level: float) -> float:
    """Return the canal arc of a level [m], 0 at the L3-4 disc, positive toward the head."""
    numbers = np.arange(1, 19, dtype=float)
    if level < 1.0:
        pitch = spine.level_arcs_m[0] * tables.NECK_PITCH_MM / tables.PATH_MM[0]
        return float(spine.level_arcs_m[0] + (1.0 - level) * pitch)
    if level > 18.0:
        return float(spine.level_arcs_m[-1] - 0.026 * (level - 18.0))
    return float(np.interp(level, numbers, spine.level_arcs_m))


def level_name(level: float) -> str:
    """Return the name of the vertebra nearest to a float level ("T10", "L3", "C6", "S2")."""
    i = int(math.floor(level + 0.5))
    if i < 1:
        return f"C{7 + i}"
    return LEVEL_NAMES[i - 1] if i <= 18 else f"S{i - 17}"


@kernel
def _nearest(points: FloatArray, x: float, y: float, z: float) -> tuple[int, float, float]:
    best, index, share = 1e18, 0, 0.0
    for i in range(points.shape[0] - 1):
        ax, ay, az = points[i, 0], points[i, 1], points[i, 2]
        dx, dy, dz = points[i + 1, 0] - ax, points[i + 1, 1] - ay, points[i + 1, 2] - az
        h = ((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz)
        h = min(max(h, 0.0), 1.0)
        gap = (x - ax - h * dx) ** 2 + (y - ay - h * dy) ** 2 + (z - az - h * dz) ** 2
        if gap < best:
            best, index, share = gap, i, h
    return index, share, best


def nearest_canal(spine: Spine, point: FloatArray) -> tuple[float, FloatArray, float]:
    """Return where a point lies along the canal.

    Parameters
    ----------
    spine : Spine
        The spine.
    point : (3,) array
        Point [m].

    Returns
    -------
    arc_m : float
        Canal arc of the nearest centre line point [m].
    offset_m : (3,) array
        From the centre line to the point [m].
    f : float
        Elliptic coordinate; < 1 inside the sac.
    """
    i, h, _ = _nearest(spine.canal_points_m, float(point[0]), float(point[1]), float(point[2]))
    centre = spine.canal_points_m[i] * (1.0 - h) + spine.canal_points_m[i + 1] * h
    back = spine.canal_normals[i] * (1.0 - h) + spine.canal_normals[i + 1] * h
    axes = spine.sac_semi_axes_m[i] * (1.0 - h) + spine.sac_semi_axes_m[i + 1] * h
    offset = np.asarray(point, dtype=float) - centre
    depth = float(offset @ back)
    side = math.sqrt(max(float(offset @ offset) - depth * depth, 0.0))
    arc = float(spine.canal_arcs_m[i] * (1.0 - h) + spine.canal_arcs_m[i + 1] * h)
    return arc, offset, math.hypot(side / axes[0], depth / axes[1])
