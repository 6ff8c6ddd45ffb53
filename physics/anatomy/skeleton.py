"""Bones and discs of one patient by name: distances, bounds, and the nearest bone of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.bones as bones
import physics.anatomy.fusion as fusion
import physics.anatomy.tables as tables
from physics.anatomy.fields import smooth_union
from physics.anatomy.spec import LEVEL_NAMES, Spine
from physics.kernels import array_kernel, inner_kernel

FloatArray = NDArray[np.float64]

COLUMN: tuple[str, ...] = (*tables.NECK_NAMES, *LEVEL_NAMES[:17])  # order of `Spine.column_*`
ALL_DISCS: tuple[str, ...] = tuple(
    f"{a}-{b[1:]}" if a[0] == b[0] else f"{a}-{b}" for a, b in zip(COLUMN, (*COLUMN[1:], "S1"), strict=True)
)
REACH_MM = 105.0  # no vertebra reaches further from its body centre
RIB_FLAT = 0.55  # width of a rib over its height
STERNUM_FLAT = 0.35


def bone_names(spine: Spine) -> tuple[str, ...]:
    """Return all bone names: C2 .. L5, S1 (the sacrum), pelvis and ribs by side, sternum, fused blocks."""
    ribs = tuple(f"rib_{i}_{side}" for i in range(1, 13) for side in ("left", "right"))
    return (*COLUMN, "S1", "pelvis_left", "pelvis_right", *ribs, "sternum", *_blocks(spine))


def _blocks(spine: Spine) -> tuple[str, ...]:
    return tuple(fusion.block_name(*block) for block in spine.build.fused_levels)


def disc_names(spine: Spine) -> tuple[str, ...]:
    """Return the discs by their two vertebrae, "C2-3" .. "L5-S1", those of fused blocks left out."""
    fused = {i for block in spine.build.fused_levels for i in fusion.members(*block)[:-1]}
    return tuple(name for i, name in enumerate(ALL_DISCS) if i not in fused)


@inner_kernel
def _local(points: FloatArray, i: int, centre: FloatArray, turn: FloatArray, scale: float) -> tuple[float, float, float]:
    dx, dy, dz = points[i, 0] - centre[0], points[i, 1] - centre[1], points[i, 2] - centre[2]
    k = 1e3 / scale
    return (
        (turn[0, 0] * dx + turn[1, 0] * dy + turn[2, 0] * dz) * k,
        (turn[0, 1] * dx + turn[1, 1] * dy + turn[2, 1] * dz) * k,
        (turn[0, 2] * dx + turn[1, 2] * dy + turn[2, 2] * dz) * k,
    )


@array_kernel
def _vertebra_many(points: FloatArray, centre: FloatArray, turn: FloatArray, scale: float, row: FloatArray) -> FloatArray:
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        out[i] = bones.vertebra(_local(points, i, centre, turn, scale), row) * scale * 1e-3
    return out


@array_kernel
def _sacrum_many(points: FloatArray, centre: FloatArray, turn: FloatArray, scale: float) -> FloatArray:
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        out[i] = bones.sacrum(_local(points, i, centre, turn, scale)) * scale * 1e-3
    return out


@array_kernel
def _hip_many(points: FloatArray, centre: FloatArray, turn: FloatArray, scale: float, side: float) -> FloatArray:
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        out[i] = bones.hip_bone(_local(points, i, centre, turn, scale), side) * scale * 1e-3
    return out


@array_kernel
def _tube_many(points: FloatArray, nodes: FloatArray, radius: FloatArray, flat: float) -> FloatArray:
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        out[i] = bones.flat_tube((points[i, 0], points[i, 1], points[i, 2]), nodes, radius, flat)
    return out


@array_kernel
def _tubes_many(points: FloatArray, tubes: FloatArray, radii: FloatArray) -> FloatArray:
    """Return the distance to several round tubes grown together."""
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        p = (points[i, 0], points[i, 1], points[i, 2])
        d = 1.0
        for k in range(tubes.shape[0]):
            d = smooth_union(d, bones.flat_tube(p, tubes[k], radii[k], 1.0), 0.004)
        out[i] = d
    return out


@array_kernel
def _disc_many(points: FloatArray, centre: FloatArray, turn: FloatArray, scale: float, size: FloatArray) -> FloatArray:
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        out[i] = bones.disc(_local(points, i, centre, turn, scale), size[0], size[1], size[2]) * scale * 1e-3
    return out


def bone_distance(spine: Spine, name: str, points: FloatArray) -> FloatArray:
    """Return the signed distance of (n, 3) points to one bone [m]; negative inside.

    Raises
    ------
    ValueError
        If no bone has that name.
    """
    p = np.ascontiguousarray(points, dtype=np.float64)
    if name == "S1":
        return _sacrum_many(p, spine.sacrum_centre_m, spine.sacrum_rotation, spine.scale)
    if name in COLUMN:
        i = COLUMN.index(name)
        turn = np.ascontiguousarray(spine.column_rotations[i])
        return _vertebra_many(p, spine.column_centres_m[i], turn, spine.scale, spine.column_rows[i])
    if name.startswith("pelvis_"):
        return _hip_many(p, spine.pelvis_origin_m, spine.pelvis_rotation, spine.scale, 1.0 if name.endswith("left") else -1.0)
    if name == "sternum":
        return _tube_many(p, spine.sternum_nodes_m, spine.sternum_radius_m, STERNUM_FLAT)
    if name.startswith("rib_"):
        k = _rib_index(name)
        return _tube_many(p, np.ascontiguousarray(spine.rib_nodes_m[k]), spine.rib_radius_m[k], RIB_FLAT)
    if name in _blocks(spine):
        nodes, radius = _block_tubes(spine, name)
        return _tubes_many(p, nodes, radius)
    raise ValueError(f"bone {name!r}; expected one of {', '.join(bone_names(spine))}")


def _block_tubes(spine: Spine, name: str) -> tuple[FloatArray, FloatArray]:
    own = spine.fusion_block == _blocks(spine).index(name)
    return frozen(spine.fusion_nodes_m[own]), frozen(spine.fusion_radius_m[own])


def frozen(array: FloatArray) -> FloatArray:
    """Return the array as it is compiled for: contiguous and read-only."""
    kept = np.ascontiguousarray(array)
    kept.setflags(write=False)
    return kept


def metal_distance(spine: Spine, name: str, points: FloatArray) -> FloatArray:
    """Return the signed distance of (n, 3) points to one rod or screw out of `spine.metal_names` [m]."""
    k = spine.metal_names.index(name)
    p = np.ascontiguousarray(points, dtype=np.float64)
    return _tube_many(p, frozen(spine.metal_nodes_m[k]), frozen(spine.metal_radius_m[k]), 1.0)


def metal_bounds(spine: Spine, name: str) -> tuple[FloatArray, FloatArray]:
    """Return low and high corners of a box that holds one rod or screw [m]."""
    k = spine.metal_names.index(name)
    nodes, margin = spine.metal_nodes_m[k], float(spine.metal_radius_m[k].max()) + 0.001
    return nodes.min(axis=0) - margin, nodes.max(axis=0) + margin


def _rib_index(name: str) -> int:
    _, number, side = name.split("_")
    return 2 * (int(number) - 1) + (0 if side == "left" else 1)


def bone_bounds(spine: Spine, name: str) -> tuple[FloatArray, FloatArray]:
    """Return low and high corners of a box that holds one bone [m]."""
    k = spine.scale * 1e-3
    if name == "S1":
        box = np.array([[-62.0, -24.0, -104.0], [62.0, 64.0, 16.0]]) * k
        return _turned_box(box, spine.sacrum_centre_m, spine.sacrum_rotation)
    if name in COLUMN:
        i = COLUMN.index(name)
        row = spine.column_rows[i]
        side = max(row[bones.TP_REACH] * 1.07, row[bones.WIDTH] * 0.5) + 9.0
        slope = row[bones.SP_TILT] + (0.9 if row[bones.THORACIC] > 0.5 else 0.0)
        half = row[bones.HEIGHT] * 0.5
        low = [-side, -row[bones.DEPTH] * 0.5 * bones.BODY_FRONT - 4.0, -half - 22.0 - max(slope, 0.0) * row[bones.SP_LENGTH]]
        back = row[bones.DEPTH] * 0.5 + 2.0 * row[bones.CANAL_Y] + row[bones.SP_LENGTH] + 12.0
        box = np.array([low, [side, max(back, 62.0), half + 16.0]]) * k
        return _turned_box(box, spine.column_centres_m[i], spine.column_rotations[i])
    if name.startswith("pelvis_"):
        inner, outer = (-4.0, 142.0) if name.endswith("left") else (-142.0, 4.0)
        box = np.array([[inner, -98.0, -156.0], [outer, 72.0, 98.0]]) * k
        return _turned_box(box, spine.pelvis_origin_m, spine.pelvis_rotation)
    if name == "sternum":
        nodes, margin = spine.sternum_nodes_m, float(spine.sternum_radius_m.max())
    elif name in _blocks(spine):
        tubes, radii = _block_tubes(spine, name)
        nodes, margin = tubes.reshape(-1, 3), float(radii.max())
    else:
        rib = _rib_index(name)
        nodes, margin = spine.rib_nodes_m[rib], float(spine.rib_radius_m[rib].max())
    return nodes.min(axis=0) - margin - 0.002, nodes.max(axis=0) + margin + 0.002


def _turned_box(box: FloatArray, centre: FloatArray, turn: FloatArray) -> tuple[FloatArray, FloatArray]:
    corners = np.array([[box[i, 0], box[j, 1], box[m, 2]] for i in (0, 1) for j in (0, 1) for m in (0, 1)])
    placed = corners @ turn.T + centre
    return placed.min(axis=0), placed.max(axis=0)


def _disc_pose(spine: Spine, name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    names = disc_names(spine)
    if name not in names:
        raise ValueError(f"disc {name!r}; expected one of {', '.join(names)}")
    i = ALL_DISCS.index(name)
    row = spine.column_rows[i]
    size = np.array([row[bones.WIDTH] * 0.98, row[bones.DEPTH] * 0.98, 0.0])
    upper_end = spine.column_centres_m[i] - spine.column_rotations[i][:, 2] * row[bones.HEIGHT] * 0.5e-3 * spine.scale
    if i == len(COLUMN) - 1:
        lower_end, turn = spine.sacrum_centre_m, spine.sacrum_rotation
    else:
        below = spine.column_rows[i + 1]
        lift = spine.column_rotations[i + 1][:, 2] * below[bones.HEIGHT] * 0.5e-3 * spine.scale
        lower_end, turn = spine.column_centres_m[i + 1] + lift, spine.column_rotations[i + 1]
    gap = float(np.linalg.norm(upper_end - lower_end)) * 1e3 / spine.scale
    size[2] = max(gap + 1.5, 2.5)
    return 0.5 * (upper_end + lower_end), np.ascontiguousarray(turn), size


def disc_distance(spine: Spine, name: str, points: FloatArray) -> FloatArray:
    """Return the signed distance of (n, 3) points to one intervertebral disc [m]."""
    centre, turn, size = _disc_pose(spine, name)
    return _disc_many(np.ascontiguousarray(points, dtype=np.float64), centre, turn, spine.scale, size)


def disc_bounds(spine: Spine, name: str) -> tuple[FloatArray, FloatArray]:
    """Return low and high corners of a box that holds one disc [m]."""
    centre, turn, size = _disc_pose(spine, name)
    half = np.array([size[0] * 0.55 + 2.0, size[1] * 0.50 * bones.BODY_FRONT + 2.0, size[2] * 0.5 + 1.0]) * spine.scale * 1e-3
    return _turned_box(np.array([-half, half]), centre, turn)


@array_kernel
def _nearest_bone(
    points: FloatArray, centres: FloatArray, turns: FloatArray, rows: FloatArray, scale: float,
    sacrum: tuple[FloatArray, FloatArray], pelvis: FloatArray, upright: FloatArray,
) -> FloatArray:  # fmt: skip
    out = np.empty(points.shape[0])
    reach = REACH_MM * scale * 1e-3
    for i in range(points.shape[0]):
        best = 1.0
        for j in range(rows.shape[0]):
            dx, dy, dz = (points[i, 0] - centres[j, 0], points[i, 1] - centres[j, 1], points[i, 2] - centres[j, 2])
            if dx * dx + dy * dy + dz * dz > (reach + min(best, 0.05)) ** 2:
                continue
            best = min(best, bones.vertebra(_local(points, i, centres[j], turns[j], scale), rows[j]) * scale * 1e-3)
        dz = points[i, 2] - sacrum[0][2]
        if dz < 0.03:
            q = _local(points, i, sacrum[0], sacrum[1], scale)
            best = min(best, bones.sacrum(q) * scale * 1e-3)
        if dz < 0.14 * scale:
            q = _local(points, i, pelvis, upright, scale)
            best = min(best, bones.hip_bone(q, 1.0 if q[0] > 0.0 else -1.0) * scale * 1e-3)
        out[i] = best
    return out


@array_kernel
def _nearest_tube(points: FloatArray, tubes: FloatArray, radii: FloatArray, flat: float, out: FloatArray) -> FloatArray:
    result = out.copy()
    for k in range(tubes.shape[0]):
        low, high = 1e9, -1e9
        for j in range(tubes.shape[1]):
            low, high = min(low, tubes[k, j, 2]), max(high, tubes[k, j, 2])
        for i in range(points.shape[0]):
            if points[i, 2] < low - 0.03 or points[i, 2] > high + 0.03:
                continue
            p = (points[i, 0], points[i, 1], points[i, 2])
            result[i] = min(result[i], bones.flat_tube(p, tubes[k], radii[k], flat))
    return result


def bones_distance(spine: Spine, points: FloatArray, has_ribs: bool = True) -> FloatArray:
    """Return the signed distance of (n, 3) points to the nearest bone, or metal in it [m].

    Far from any bone (> 50 mm) the value is only a lower bound cut at 1 m.
    """
    p = np.ascontiguousarray(points, dtype=np.float64)
    out = _nearest_bone(
        p, spine.column_centres_m, spine.column_rotations, spine.column_rows,
        spine.scale, (spine.sacrum_centre_m, np.ascontiguousarray(spine.sacrum_rotation)), spine.pelvis_origin_m,
        spine.pelvis_rotation,
    )  # fmt: skip
    if len(spine.fusion_nodes_m):
        out = np.minimum(out, _tubes_many(p, spine.fusion_nodes_m, spine.fusion_radius_m))
    if len(spine.metal_nodes_m):
        out = np.minimum(out, _nearest_tube(p, spine.metal_nodes_m, spine.metal_radius_m, 1.0, out))
    if not has_ribs:
        return out
    return _nearest_tube(p, spine.rib_nodes_m, spine.rib_radius_m, RIB_FLAT, out)
