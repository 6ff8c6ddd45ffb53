"""What a needle meets: tissue layers along a straight line, and where a sound approach would go."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.tables as tables
import physics.anatomy.trunk as trunk
from physics.anatomy.skeleton import bones_distance
from physics.anatomy.spec import Anatomy, PatientBuild
from physics.anatomy.spine import arc_at_level, levels_at
from physics.kernels import array_kernel

FloatArray = NDArray[np.float64]

LAYER_NAMES: tuple[str, ...] = (
    "air", "skin", "fat", "fascia", "muscle", "interspinous", "ligamentum_flavum", "epidural", "sac",
    "anterior_wall", "bone", "scar",
)  # fmt: skip
AIR, SKIN, FAT, FASCIA, MUSCLE, INTERSPINOUS, FLAVUM, EPIDURAL, SAC, ANTERIOR, BONE, SCAR = range(12)
STEP_M = 0.0002
PLEXUS_M = 0.003  # veins and longitudinal ligament between sac and body [UGK-M]
INTERSPINOUS_HALF_MM = 2.5  # half thickness of the interspinous ligament [UGK]
WIDE_ENOUGH_M = 0.0015  # clearance beyond which other wishes count [A]
SCAR_HALF_M, SCAR_EPIDURAL_HALF_M = 0.018, 0.008  # to the side of a healed midline cut; of the epidural scar [A]
SCAR_OPEN_EDGE = 0.5  # levels beyond the operated vertebrae [A]
MEDIAL_RAD = 0.21  # 10-15 degrees [device_and_procedure I13, UGK-M]
NEEDLE_RADIUS_M = 0.0009  # 15 gauge Tuohy, outer [device_and_procedure 2, UGK-M]
L3_4 = 15.5  # the usual space, as the level of its disc


@array_kernel
def canal_coordinates(
    points: FloatArray, line: FloatArray, normals: FloatArray, axes: FloatArray
) -> FloatArray:
    """Return (n, 4): lateral distance, posterior distance, elliptic coordinate f, inside canal range."""
    out = np.zeros((points.shape[0], 4))
    for i in range(points.shape[0]):
        best, index, share = 1e18, 0, 0.0
        for j in range(line.shape[0] - 1):
            ax, ay, az = points[i, 0] - line[j, 0], points[i, 1] - line[j, 1], points[i, 2] - line[j, 2]
            dx, dy, dz = (line[j + 1, 0] - line[j, 0], line[j + 1, 1] - line[j, 1], line[j + 1, 2] - line[j, 2])
            h = min(max((ax * dx + ay * dy + az * dz) / (dx * dx + dy * dy + dz * dz), 0.0), 1.0)
            gap = (ax - h * dx) ** 2 + (ay - h * dy) ** 2 + (az - h * dz) ** 2
            if gap < best:
                best, index, share = gap, j, h
        q = 0.0
        for c in range(3):
            centre = line[index, c] * (1.0 - share) + line[index + 1, c] * share
            back = normals[index, c] * (1.0 - share) + normals[index + 1, c] * share
            q += (points[i, c] - centre) * back
        side = math.sqrt(max(best - q * q, 0.0))
        width = axes[index, 0] * (1.0 - share) + axes[index + 1, 0] * share
        depth = axes[index, 1] * (1.0 - share) + axes[index + 1, 1] * share
        out[i, 0], out[i, 1] = side, q
        out[i, 2] = math.sqrt((side / width) ** 2 + (q / depth) ** 2)
        out[i, 3] = 1.0 if 0 < index < line.shape[0] - 2 else 0.0
    return out


@array_kernel
def classify(
    skin: FloatArray, fascia: FloatArray, bone: FloatArray, canal: FloatArray, limits: tuple[float, float, float],
    scale: float,
) -> NDArray[np.int64]:  # fmt: skip
    """Return the layer code of each sample.

    `skin` = depth below the skin, `fascia` = where the deep fascia begins, `limits` = depth of an open wound and
    thickness of skin and fascia [m].
    """
    out = np.empty(skin.shape[0], np.int64)
    mm = 1e-3 * scale
    for i in range(skin.shape[0]):
        side, q, f = canal[i, 0], canal[i, 1], canal[i, 2]
        reach = math.sqrt(side * side + q * q)
        gap = reach * (1.0 - 1.0 / max(f, 1e-6))
        lateral = min(side / (10.0 * mm), 1.0)
        epidural = (4.0 + (1.5 - 4.0) * lateral) * mm
        if f < 1.0 and canal[i, 3] > 0.5:
            code = SAC
        elif canal[i, 3] > 0.5 and q < 0.0 and side < 10.0 * mm and gap < PLEXUS_M:
            code = ANTERIOR  # veins and ligament are struck before bone or disc
        elif bone[i] < 0.0:
            code = BONE
        elif canal[i, 3] > 0.5 and q < 0.0 and side < 10.0 * mm:
            code = ANTERIOR
        elif canal[i, 3] > 0.5 and gap < epidural and side < 12.0 * mm:
            code = EPIDURAL
        elif canal[i, 3] > 0.5 and gap < epidural + 4.0 * mm and side < 12.0 * mm:
            code = FLAVUM
        elif skin[i] < limits[0]:
            code = AIR
        elif skin[i] < limits[1]:
            code = SKIN
        elif skin[i] < fascia[i]:
            code = FAT
        elif skin[i] < fascia[i] + limits[2]:
            code = FASCIA
        elif side < 2.5 * mm and q > 0.0:
            code = INTERSPINOUS
        else:
            code = MUSCLE
        out[i] = code
    return out


def layers_along(
    anatomy: Anatomy, entry_m: FloatArray, direction: FloatArray, length_m: float, wound_depth_m: float = 0.0
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the tissues that a straight needle meets.

    Parameters
    ----------
    anatomy : Anatomy
        The patient.
    entry_m, direction : (3,) arrays
        Point where the path begins (on the skin, or in the wound) and unit direction.
    length_m : float
        How far to look [m].
    wound_depth_m : float
        Depth below the skin that is already open around the path [m]; met as "air".

    Returns
    -------
    depths_m : (k + 1,) array
        Borders of the layers along the path, from 0.
    layers : tuple of k str
        Names out of `LAYER_NAMES`.

    Notes
    -----
    Sampled every 0.2 mm. Depth below the skin is the field's value divided by its slope at the entry.
    Epidural depth 4 mm in the midline, 1.5 at the side, flavum 4 mm, both x spine scale [UGK].
    """
    n = max(int(math.ceil(length_m / STEP_M)), 2)
    at = (np.arange(n) + 0.5) * (length_m / n)
    d = np.asarray(direction, dtype=float)
    points = np.asarray(entry_m, dtype=float) + at[:, None] * (d / np.linalg.norm(d))
    spine = anatomy.spine
    u, v, _ = trunk.unroll(anatomy.trunk, points[0])
    codes = classify(
        _skin_depth(anatomy, points), np.full(n, trunk.fascia_depth(anatomy.trunk, u, v)), bones_distance(spine, points),
        canal_coordinates(points, spine.canal_points_m, spine.canal_normals, spine.sac_semi_axes_m),
        (wound_depth_m, tables.SKIN_MM * 1e-3, tables.FASCIA_MM * 1e-3), spine.scale,
    )  # fmt: skip
    codes = scarred(anatomy, points, codes)
    change = np.flatnonzero(np.diff(codes)) + 1
    depths = np.concatenate([[0.0], change * (length_m / n), [length_m]])
    first = np.concatenate([[0], change])
    return depths, tuple(LAYER_NAMES[int(c)] for c in codes[first])


def scarred(anatomy: Anatomy, points: FloatArray, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the codes with fat, fascia, muscle and epidural fat turned to scar where one has operated before."""
    if not anatomy.build.scar_levels:
        return codes
    spine = anatomy.spine
    arc = np.interp(points[:, 2], spine.canal_points_m[:, 2], spine.canal_arcs_m)
    level = levels_at(arc, spine.level_arcs_m)
    off = np.abs(points[:, 0] - np.interp(points[:, 2], spine.canal_points_m[:, 2], spine.canal_points_m[:, 0]))
    out = codes.copy()
    for first, last in anatomy.build.scar_levels:
        is_near = (level > first - SCAR_OPEN_EDGE) & (level < last + SCAR_OPEN_EDGE)
        soft = np.isin(codes, (FAT, FASCIA, MUSCLE, INTERSPINOUS)) & (off < SCAR_HALF_M)
        out[is_near & (soft | ((codes == EPIDURAL) & (off < SCAR_EPIDURAL_HALF_M)))] = SCAR
    return out


def _skin_depth(anatomy: Anatomy, points: FloatArray) -> FloatArray:
    steps = 0.002 * np.vstack([np.eye(3), -np.eye(3)])
    probe = trunk.skin_distance(anatomy.trunk, points[0] + steps)
    slope = float(np.linalg.norm((probe[:3] - probe[3:]) / 0.004))
    return -trunk.skin_distance(anatomy.trunk, points) / max(slope, 0.5)


def aim(entry_m: FloatArray, normal: FloatArray, elevation_rad: float, medial_rad: float) -> FloatArray:
    """Return the unit needle direction (hub to tip) for an elevation and a medial turn.

    Elevation pi/2 = perpendicular to the skin, smaller = tip toward the head; medial > 0 turns the tip
    toward the midline from the side of the entry. The same law as `physics.tissue.needle_pose`.
    """
    n = normal / np.linalg.norm(normal)
    head = np.array([0.0, 0.0, 1.0]) - n[2] * n
    head /= np.linalg.norm(head)
    to_left = np.cross(n, head)
    to_midline = -to_left if entry_m[0] >= 0.0 else to_left
    inward = -math.cos(medial_rad) * n + math.sin(medial_rad) * to_midline
    direction: FloatArray = math.sin(elevation_rad) * inward + math.cos(elevation_rad) * head
    return direction


def angles_of(entry_m: FloatArray, normal: FloatArray, direction: FloatArray) -> tuple[float, float]:
    """Return (elevation, medial) of a unit direction: the inverse of `aim`."""
    n = normal / np.linalg.norm(normal)
    head = np.array([0.0, 0.0, 1.0]) - n[2] * n
    head /= np.linalg.norm(head)
    to_left = np.cross(n, head)
    to_midline = -to_left if entry_m[0] >= 0.0 else to_left
    elevation = math.acos(float(np.clip(direction @ head, -1.0, 1.0)))
    return elevation, math.atan2(float(direction @ to_midline), float(-(direction @ n)))


def reference_approach(
    anatomy: Anatomy, elevation_rad: float, side: float = -1.0, wound_depth_m: float = 0.0, disc_level: float = L3_4
) -> tuple[float, float, float, float]:
    """Return a paramedian approach to the sac at L3-4, or another space, that meets no bone.

    Parameters
    ----------
    anatomy : Anatomy
        The patient.
    elevation_rad : float
        Angle to the skin in the sagittal plane, 0.35 .. 1.35 rad.
    side : float
        1 enters left of the midline, -1 right.
    wound_depth_m : float
        Depth of an open wound: the needle starts on its floor, under (u, v) [m].
    disc_level : float
        The space, as the level of its disc: 15.5 = L3-4, 14.5 = L2-3.

    Returns
    -------
    u_m, v_m : float
        Entry, 10-20 mm off the midline (children: in proportion).
    medial_rad : float
        Turn toward the midline.
    depth_to_dura_m : float
        Start to dura along the needle [m].

    Notes
    -----
    Best of entries 10-20 mm off the midline and targets on the posterior dura at the window: bone
    clearance first (up to 1.5 mm beyond the shaft), then near 12 degrees medial and 15 mm off the
    midline (device_and_procedure I13, UGK-M). Grid search, deterministic.

    Raises
    ------
    ValueError
        If elevation or disc lies outside its range, or no straight line of that slope exists.
    """
    if not 0.35 <= elevation_rad <= 1.35:
        raise ValueError(f"elevation_rad = {elevation_rad}; expected 0.35 .. 1.35")
    if not 12.5 <= disc_level <= 16.5:
        raise ValueError(f"disc_level = {disc_level}; expected 12.5 .. 16.5")
    sign = 1.0 if side > 0.0 else -1.0
    return _approach(anatomy.build, round(elevation_rad, 4), sign, round(wound_depth_m, 4), disc_level)


def reference_space(anatomy: Anatomy, elevation_rad: float, wound_depth_m: float = 0.0) -> tuple[float, float]:
    """Return the space to enter and its side: (disc level, side as for `reference_approach`).

    L3-4 before L2-3 [8.6 A34, device_and_procedure I12], the right before the left; a fused space is left out, so is
    one that no straight line of this slope reaches without bone.

    Raises
    ------
    ValueError
        If neither space has such a line.
    """
    for space in (L3_4, L3_4 - 1.0):
        if any(first < space < last for first, last in anatomy.build.fused_levels):
            continue
        for side in (-1.0, 1.0):
            try:
                u, v, medial, depth = reference_approach(anatomy, elevation_rad, side, wound_depth_m, space)
            except ValueError:
                continue
            entry, normal = trunk.roll(anatomy.trunk, u, v, wound_depth_m)
            line = aim(entry, normal, elevation_rad, medial)
            if "bone" not in layers_along(anatomy, entry, line, depth + 0.002, wound_depth_m)[1]:
                return space, side
    raise ValueError(f"elevation_rad = {elevation_rad}: neither L3-4 nor L2-3 is open to a line of this slope")


@lru_cache(maxsize=64)
def _approach(
    build: PatientBuild, elevation_rad: float, side: float, wound_m: float, disc_level: float
) -> tuple[float, float, float, float]:
    from physics.anatomy.build import build_anatomy  # the cache keys on the build, not on arrays

    anatomy = build_anatomy(build)
    best = (-math.inf, 0.0, 0.0, 0.0, 0.0)
    for target in _targets(anatomy, side, disc_level):
        for u in (0.010, 0.0125, 0.015, 0.0175, 0.020):
            u *= anatomy.spine.scale if build.is_child else 1.0
            found = _through(anatomy, target, side * u, elevation_rad, wound_m)
            if found is not None and found[0] > best[0] + 1e-9:
                best = found
    if best[0] == -math.inf:
        raise ValueError(f"elevation_rad = {elevation_rad}: no line of this slope meets the window of {build}")
    return best[1:]


def _targets(anatomy: Anatomy, side: float, disc_level: float) -> list[FloatArray]:
    spine = anatomy.spine
    out = []
    disc_arc = 0.0 if disc_level == L3_4 else arc_at_level(spine, disc_level)
    for arc in np.arange(-0.018, 0.0061, 0.002) * spine.scale + disc_arc:
        point = [float(np.interp(arc, spine.canal_arcs_m, spine.canal_points_m[:, i])) for i in range(3)]
        back = [float(np.interp(arc, spine.canal_arcs_m, spine.canal_normals[:, i])) for i in range(3)]
        depth = float(np.interp(arc, spine.canal_arcs_m, spine.sac_semi_axes_m[:, 1]))
        for shift in (0.0, 0.0025):
            lift = depth * math.sqrt(1.0 - (shift / 0.008) ** 2)
            out.append(np.array(point) + lift * np.array(back) + np.array([side * shift * spine.scale, 0.0, 0.0]))
    return out


def _through(
    anatomy: Anatomy, target: FloatArray, u_m: float, elevation_rad: float, wound_m: float
) -> tuple[float, float, float, float, float] | None:
    """Return (liking, u, v, medial, depth) of the line at an elevation through a target.

    Liking grows with bone clearance up to 1.5 mm, then with nearness to 12 degrees and 15 mm.
    """
    v = float(target[2]) - (anatomy.build.dura_depth_m - wound_m) / math.tan(elevation_rad)
    entry, normal = trunk.roll(anatomy.trunk, u_m, v, wound_m)
    for _ in range(14):
        line = target - entry
        depth = float(np.linalg.norm(line))
        elevation, medial = angles_of(entry, normal, line / depth)
        v += 0.7 * depth * (elevation_rad - elevation) / max(math.sin(elevation_rad), 0.3)
        v = min(max(v, -0.19), 0.3)
        entry, normal = trunk.roll(anatomy.trunk, u_m, v, wound_m)
    line = target - entry
    depth = float(np.linalg.norm(line))
    elevation, medial = angles_of(entry, normal, line / depth)
    if abs(elevation - elevation_rad) > 0.02 or not 0.05 < medial < 0.55:
        return None
    at = np.arange(0.004, depth + 0.003, 0.0006)
    clearance = bones_distance(anatomy.spine, entry + at[:, None] * line / depth, has_ribs=False).min()
    clearance = float(clearance) - NEEDLE_RADIUS_M
    liking = min(clearance, WIDE_ENOUGH_M) * 1e3 - 2.0 * abs(medial - MEDIAL_RAD) - 20.0 * abs(abs(u_m) - 0.015)
    return liking, u_m, v, medial, depth


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("scar beside a healed midline cut", SCAR_HALF_M, "m", "A", "own assumption"),
    ("veins and ligament before the body", PLEXUS_M, "m", "UGK-M", "general knowledge"),
)
