"""Asking about the skin: distance, the unrolled surface, fat, muscle and the bony borders under it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.bend as bend
import physics.anatomy.tables as tables
import physics.anatomy.trunk_build as trunk_build
import physics.anatomy.trunk_field as tf
from physics.anatomy.fields import smoothed
from physics.anatomy.skeleton import bone_bounds, bone_distance
from physics.anatomy.spec import LEVEL_NAMES, PatientBuild, Spine, Trunk

FloatArray = NDArray[np.float64]

SECTION_PITCH_M = 0.004
N_ANGLES = 121
LEAN_HALF_WAIST_M = 0.150  # beyond it soft tissue lies between skin and crest [A]
NO_CREST_M = -0.16  # stands for: no hip bone under this skin
NORMAL_STEP_M = 0.006  # differencing step of normals; tuned: needle aim stays steady
SLIDE_M, SLIDE_PER_FAT = 0.010, 1.0  # lying on the side, the belly's skin hangs toward the table this far: lean, and per fat [A]
SLIDE_MOST_M = 0.045  # [A]
MUSCLE_BACK_MM, MUSCLE_FRONT_MM = 36.0, 11.0  # erector, abdominal wall [rendering_2 section 5, A]


def build_trunk(build: PatientBuild, dura_y_m: float, dura_z_m: float, cover_m: FloatArray) -> Trunk:
    """Return the trunk whose skin lies `dura_depth_m` behind the posterior dura at L3-4."""
    table, shape = trunk_build.fitted(build, dura_y_m * 1e3, dura_z_m * 1e3, cover_m * 1e3)
    plain = table.copy()
    plain[[tf.FURROW, tf.PARASPINAL, tf.SPINOUS, tf.RECTUS]] = 0.0
    scale = float(shape[tf.SCALE])
    heights = np.arange(-0.16 * scale, 0.26 * scale, SECTION_PITCH_M)
    angles = np.linspace(0.0, math.pi, N_ANGLES)
    radius = np.stack([tf.section(v * 1e3, angles, table, shape) for v in heights]) * 1e-3
    radius = np.minimum(radius, 1.35 * np.median(radius, axis=1, keepdims=True))
    xy = np.stack([radius * np.sin(angles), radius * np.cos(angles)], axis=2)
    arc = np.concatenate(
        [np.zeros((len(heights), 1)), np.cumsum(np.linalg.norm(np.diff(xy, axis=1), axis=2), axis=1)], axis=1
    )
    v_navel = float(shape[tf.Z_NAVEL]) * 1e-3
    girth = float(np.interp(v_navel, heights, arc[:, -1]))
    targets = trunk_build.outline(build)
    named = tuple((n, getattr(targets, n) * 1e-3) for n in ("waist_breadth", "chest_breadth", "hip_breadth"))
    margin = _margin(shape, heights, angles, radius, arc)
    crest = np.array([[0.0, NO_CREST_M], [girth, NO_CREST_M]])  # known once the pelvis stands
    return Trunk(
        build, table, plain, shape, heights, angles, radius, arc, (girth, v_navel), margin, crest, named, bend.UNBENT
    )


def posed_trunk(trunk: Trunk, build: PatientBuild, reference: Spine, posed: Spine) -> Trunk:
    """Return the reference trunk carried to a curve and a position."""
    shape = trunk.shape.copy()
    arm_mm = 95.0 * float(shape[tf.SCALE])  # sacral plate to the front of the crest
    shape[tf.CREST_RISE] = max(arm_mm * float(posed.pelvis_rotation[2, 1]) * -1.0, 0.0)
    shape[tf.HIP_FLEXION] = bend.HIP_FLEXION_RAD[build.position]
    return replace(trunk, build=build, shape=shape, bend=bend.bend_table(reference, posed))


def _margin(
    shape: FloatArray, heights: FloatArray, angles: FloatArray, radius: FloatArray, arc: FloatArray
) -> FloatArray:
    """Return (|u|, v) of the costal margin as seen from the skin [m]; level behind the flank."""
    mm = 1e-3
    margin = []
    for i in range(len(angles)):
        v = (float(shape[tf.Z_CREST]) + float(shape[tf.MARGIN_RISE])) * mm
        if angles[i] > 0.5 * math.pi:
            for _ in range(4):
                across = float(np.interp(v, heights, radius[:, i])) * math.sin(float(angles[i]))
                inset = max(across - 0.012 - float(shape[tf.FAT]) * mm * 0.6, 0.0)
                v = tf.costal_margin_mm(shape, inset / mm) * mm
        margin.append((float(np.interp(v, heights, arc[:, i])), v))
    table = np.array(margin)
    return table[np.argsort(table[:, 0])]


def with_crest(trunk: Trunk, spine: Spine) -> Trunk:
    """Return the trunk with its iliac crest read off the hip bones' own field.

    At each angle of the section: the highest point where bone lies within 55 mm of the skin, and within as much
    more as fat and a waist wider than a lean one's lie over it.
    """
    size = float(trunk.shape[tf.SCALE])
    heights = np.arange(0.06, -0.13, -0.004) * size
    wide = max(float(trunk.section_radius_m[np.argmin(np.abs(trunk.section_v_m))].max()) - LEAN_HALF_WAIST_M, 0.0)
    n = 16 + int(wide / 0.004)
    inset = np.linspace(0.004, 0.055 + float(trunk.shape[tf.FAT]) * 1e-3 + wide, n)
    crest = []
    for i, angle in enumerate(trunk.section_angles_rad):
        r = np.interp(heights, trunk.section_v_m, trunk.section_radius_m[:, i])
        depth = np.maximum(r[:, None] - inset[None, :], 0.0)
        points = np.stack([depth * math.sin(angle), depth * math.cos(angle), np.repeat(heights[:, None], n, 1)], axis=2)
        placed = bend.bent_points(trunk.bend, points.reshape(-1, 3))
        inside = bone_distance(spine, "pelvis_left", placed).reshape(len(heights), -1).min(axis=1) < 0.002
        v = float(heights[int(np.argmax(inside))]) if inside.any() else NO_CREST_M * size
        crest.append((float(np.interp(max(v, heights[-1]), trunk.section_v_m, trunk.section_arc_m[:, i])), v))
    table = np.array(crest)
    return replace(trunk, crest_table_m=table[np.argsort(table[:, 0])])


def skin_distance(trunk: Trunk, points: FloatArray) -> FloatArray:
    """Return the signed distance bound of (n, 3) points to the skin [m]; negative inside."""
    return tf.skin_many(np.ascontiguousarray(points, dtype=np.float64), trunk.table, trunk.shape, trunk.bend)


def trunk_bounds(trunk: Trunk) -> tuple[FloatArray, FloatArray]:
    """Return the low and high corners of a box that holds the trunk [m]."""
    q, t = trunk.shape, trunk.table
    s = q[tf.SCALE]
    side = max(q[tf.ACROMION] + 145.0 * s, q[tf.HIP] * 1.25 + 20.0)
    front = max(t[tf.FRONT].max() + 80.0, 150.0 * s)
    back = t[tf.BACK].max() + 75.0
    if q[tf.HIP_FLEXION] > 0.0:
        front = max(front, 255.0 * s)
    reach = 0.0
    if trunk.bend.shape[1]:
        shift = trunk.bend[bend.CENTRE_Y] - trunk.bend[bend.PIVOT]
        side += float(np.abs(trunk.bend[bend.CENTRE_X]).max())
        front, back, reach = front + max(-float(shift.min()), 0.0), back + max(float(shift.max()), 0.0), 20.0
    low = np.array([-side, -front, -345.0 * s - reach])
    return low * 1e-3, np.array([side, back, q[tf.Z_ACROMION] + (tf.NECK_CUT + 16.0) * s + reach]) * 1e-3


def _row(trunk: Trunk, values: FloatArray, v_m: float) -> FloatArray:
    v = min(max(v_m, float(trunk.section_v_m[0])), float(trunk.section_v_m[-1]))
    pitch = float(trunk.section_v_m[1] - trunk.section_v_m[0])
    u = (v - float(trunk.section_v_m[0])) / pitch
    i = min(int(u), len(trunk.section_v_m) - 2)
    row: FloatArray = values[i] * (1.0 - (u - i)) + values[i + 1] * (u - i)
    return row


def _normal(trunk: Trunk, point: FloatArray) -> FloatArray:
    """Return the outward normal of the plane of the back or belly: furrow and muscle relief left out.

    A hand aims against the back as a whole; the furrow would turn the normal by 30 degrees.
    """
    steps = NORMAL_STEP_M * np.vstack([np.eye(3), -np.eye(3)])
    d = tf.skin_many(point + steps, trunk.plain_table, trunk.shape, trunk.bend)
    gradient = d[:3] - d[3:]
    unit: FloatArray = gradient / np.linalg.norm(gradient)
    return unit


def hanging_m(build: PatientBuild) -> float:
    """Return how far the skin of the belly hangs toward the table when the patient lies on the side [m].

    Deep parts stay; what hangs is thicker, and so shifts further, the more fat there is [A]. That it misleads is
    cited: pockets planned lying end too lateral [device_and_procedure 3, M].
    """
    return min(SLIDE_M + SLIDE_PER_FAT * build.abdominal_fat_m, SLIDE_MOST_M)


def place_u(trunk: Trunk, u_m: float, v_m: float, slide_m: float) -> float:
    """Return where skin `u_m` lies when the belly's skin has slid by `slide_m` toward +u [m]; the back stays."""
    return u_m + slide_m * _front_share(trunk, u_m, v_m)


def skin_u(trunk: Trunk, place_m: float, v_m: float, slide_m: float) -> float:
    """Return which skin lies at a place once it has slid: the inverse of `place_u` [m]."""
    u = place_m
    for _ in range(12):
        u = place_m - slide_m * _front_share(trunk, u, v_m)
    return u


def roll(trunk: Trunk, u_m: float, v_m: float, depth_m: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return the point under (u, v) at a depth, and the outward normal of the skin there.

    Parameters
    ----------
    trunk : Trunk
        The trunk.
    u_m, v_m : float
        Arc length along the skin from the posterior midline (positive to the patient's left, wraps
        at half the girth) and height [m].
    depth_m : float
        Below the skin along the normal [m].
    """
    return _surface(trunk, place_u(trunk, u_m, v_m, trunk.slide_m) if trunk.slide_m else u_m, v_m, depth_m)


def _surface(trunk: Trunk, u_m: float, v_m: float, depth_m: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return point and normal as `roll`, u counted along the surface as it lies."""
    arc = _row(trunk, trunk.section_arc_m, v_m)
    girth = float(arc[-1])
    u = math.remainder(u_m, 2.0 * girth)
    angle = float(np.interp(abs(u), arc, trunk.section_angles_rad))
    radius = tf.ray_mm(angle, v_m * 1e3, trunk.table, trunk.shape) * 1e-3
    side = 1.0 if u >= 0.0 else -1.0
    point = np.array([side * radius * math.sin(angle), radius * math.cos(angle), v_m])
    point = bend.bent_points(trunk.bend, point)[0]
    normal = _normal(trunk, point)
    return point - depth_m * normal, normal


def unroll(trunk: Trunk, point: FloatArray) -> tuple[float, float, float]:
    """Return (u, v, depth) [m] of a point: the inverse of `roll`, by five corrections."""
    p = np.asarray(point, dtype=float)
    foot = p.copy()
    u, v, depth = 0.0, float(p[2]), 0.0
    for _ in range(6):
        at = bend.unbent_points(trunk.bend, foot)[0]
        v = float(at[2])
        angle = math.atan2(abs(float(at[0])), float(at[1]))
        arc = _row(trunk, trunk.section_arc_m, v)
        u = math.copysign(float(np.interp(angle, trunk.section_angles_rad, arc)), float(at[0]))
        surface, normal = _surface(trunk, u, v)
        depth = float((surface - p) @ normal)
        foot = p + depth * normal
    return (skin_u(trunk, u, v, trunk.slide_m) if trunk.slide_m else u), v, depth


def _front_share(trunk: Trunk, u_m: float, v_m: float) -> float:
    """Return 0 on the back .. 1 on the front of the trunk."""
    arc = _row(trunk, trunk.section_arc_m, v_m)
    angle = float(np.interp(abs(math.remainder(u_m, 2.0 * float(arc[-1]))), arc, trunk.section_angles_rad))
    return float(front_of(np.array([angle]))[0])


def front_of(angle_rad: FloatArray) -> FloatArray:
    """Return 0 on the back .. 1 on the front at angles from posterior [rad]."""
    t = np.clip((angle_rad - 0.35 * math.pi) / (0.35 * math.pi), 0.0, 1.0)
    share: FloatArray = t * t * (3.0 - 2.0 * t)
    return share


def fascia_at(build: PatientBuild, front: FloatArray) -> FloatArray:
    """Return the depth of the deep fascia, skin plus fat [m], between back (0) and front (1).

    Back and front fat of the build, blended over the flank, where it is a fifth thinner [A].
    """
    fat: FloatArray = (1.0 - front) * build.back_fat_m + front * build.abdominal_fat_m
    depth: FloatArray = tables.SKIN_MM * 1e-3 + fat * (1.0 - 0.8 * front * (1.0 - front))
    return depth


def fascia_depth(trunk: Trunk, u_m: float, v_m: float) -> float:
    """Return the depth of the deep fascia below the skin surface at (u, v) [m]."""
    return float(fascia_at(trunk.build, np.array([_front_share(trunk, u_m, v_m)]))[0])


def margin_mm(trunk: Trunk, across_mm: FloatArray) -> FloatArray:
    """Return the height of the costal margin at distances from the midline, straight body [mm]."""
    return np.array([tf.costal_margin_mm(trunk.shape, float(x)) for x in across_mm])


def muscle_depth(trunk: Trunk, u_m: float, v_m: float) -> float:
    """Return the depth of the far side of the muscle under the fascia [m] [A]."""
    front = _front_share(trunk, u_m, v_m)
    size = float(trunk.shape[tf.SCALE]) * 1e-3
    return fascia_depth(trunk, u_m, v_m) + size * ((1.0 - front) * MUSCLE_BACK_MM + front * MUSCLE_FRONT_MM)


def _bony_u(trunk: Trunk, u_m: float) -> float:
    """Return |u| of the bone that lies under skin u [m]."""
    girth, v_m = trunk.umbilicus_uv_m
    place = place_u(trunk, u_m, v_m, trunk.slide_m) if trunk.slide_m else u_m
    return abs(math.remainder(place, 2.0 * girth))


def costal_margin_v(trunk: Trunk, u_m: float) -> float:
    """Return the height v of the lowest rib border under the skin at u [m].

    59 / 60.5 mm above the iliac crest at the flank (ANSUR II, H), rising to the xiphoid in front.
    """
    return float(np.interp(_bony_u(trunk, u_m), trunk.costal_table_m[:, 0], trunk.costal_table_m[:, 1]))


def iliac_crest_v(trunk: Trunk, u_m: float) -> float:
    """Return the height v of the upper edge of the hip bone under the skin at u [m]; far below = none."""
    return float(np.interp(_bony_u(trunk, u_m), trunk.crest_table_m[:, 0], trunk.crest_table_m[:, 1]))


def ribs_and_sternum(trunk: Trunk, spine_centres_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return rib nodes (24, r, 3), rib radii, sternum nodes, sternum radii [m].

    Ribs run on the trunk's own sections, inset by fat and 9 mm, so that they follow every build; the
    lower ones end at the costal margin.
    """
    q, t = trunk.shape, trunk.table
    s, inset = float(q[tf.SCALE]), float(q[tf.FAT]) * 0.6 + 9.0
    drop = np.array([34, 52, 66, 78, 88, 96, 104, 118, 124, 122, 96, 56]) * s
    end = np.array([2.65, 2.72, 2.72, 2.70, 2.66, 2.60, 2.52, 2.42, 2.34, 2.25, 1.75, 1.05])
    inside = np.array([0.40, 0.62, 0.76, 0.85, 0.92, 0.97, 1, 1, 1, 1, 1, 1])
    lines = []
    for k in range(12):
        lines.append(_rib(t, s, inset, spine_centres_m[k] * 1e3, float(drop[k]), float(end[k]), float(inside[k])))
    left = np.array(lines) * 1e-3
    nodes = np.stack([left, left * np.array([-1.0, 1.0, 1.0])], axis=1).reshape(24, -1, 3)
    along = np.linspace(0.0, 1.0, nodes.shape[1])
    radius = np.interp(along, [0.0, 0.08, 0.25, 0.88, 1.0], [4.2, 3.6, 5.2, 5.4, 4.6]) * 1e-3 * s
    z = np.linspace(158.0, 376.0, 24) * s
    y = -(np.interp(z, trunk_build.Z_MM, t[tf.FRONT]) - inset - 3.0)
    sternum = np.column_stack([0.0 * z, smoothed(z, y, z, 12.0 * s), z]) * 1e-3
    width = np.interp(z / s, [158, 176, 184, 240, 300, 336, 346, 376], [3, 5, 11, 16, 14, 13, 24, 25]) * 0.76e-3 * s
    return nodes, np.tile(radius, (24, 1)), sternum, width


def _rib(
    table: FloatArray, s: float, inset: float, centre_mm: FloatArray, drop: float, end: float, inside: float
) -> FloatArray:
    theta = np.linspace(0.34, end, 44)
    share = (theta - 0.34) / (end - 0.34)
    z = centre_mm[2] + 8.0 * s - drop * (1.0 - (1.0 - share) ** 1.35)
    breadth = (np.interp(z, trunk_build.Z_MM, table[tf.BREADTH]) - inset) * inside
    front = np.interp(z, trunk_build.Z_MM, table[tf.FRONT]) - inset
    back = np.interp(z, trunk_build.Z_MM, table[tf.BACK]) - inset - 14.0 * s
    sin, cos = np.sin(theta), np.cos(theta)
    x = breadth * np.sign(sin) * np.abs(sin) ** 0.86
    y = np.where(cos > 0.0, back * np.abs(cos) ** 0.9, -front * np.abs(cos) ** 0.95)
    head = np.array(
        [
            [17.0 * s, centre_mm[1] + 8.0 * s, centre_mm[2] + 9.0 * s],
            [27.0 * s, centre_mm[1] + 17.0 * s, centre_mm[2] + 9.0 * s],
        ]
    )
    line = np.vstack([head, np.column_stack([x, y, z])[2::3]])
    step = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, step[-1], 28)
    grid = np.linspace(0.0, step[-1], 200)
    smooth = [smoothed(step, line[:, i], grid, 6.0 * s) for i in range(3)]
    return np.column_stack([np.interp(at, grid, c) for c in smooth])


def bone_cover(spine: Spine) -> FloatArray:
    """Return how far back the skin must lie over `trunk_build.Z_MM` to cover sacrum and spinous tips [m].

    4 mm behind the rearmost bone near the midline [A]; 0 in the lumbar part, where the dura depth rules.
    """
    cover = 0.004
    z = trunk_build.Z_MM * 1e-3
    size = spine.scale
    need = np.zeros(len(z))
    y = np.arange(0.0, 0.16, 0.002)
    x = np.array([0.0, 0.006, 0.012, 0.022, 0.032]) * size
    for name in ("S1", *LEVEL_NAMES[2:12]):
        low, high = bone_bounds(spine, name)
        rows = np.flatnonzero((z > low[2]) & (z < min(high[2], -0.015 * size) if name == "S1" else (z > low[2]) & (z < high[2])))
        grid = np.stack(np.meshgrid(x, y, z[rows], indexing="ij"), axis=-1)
        inside = bone_distance(spine, name, grid.reshape(-1, 3)).reshape(grid.shape[:3]) < 0.0
        rear = np.where(inside, grid[..., 1] + cover, 0.0).max(axis=(0, 1))
        need[rows] = np.maximum(need[rows], rear)
    return need


def dura_behind(spine_points_m: FloatArray, arcs_m: FloatArray, normals: FloatArray, axes_m: FloatArray) -> tuple[float, float]:
    """Return y and z of the posterior dura in the midline at the L3-4 disc [m]."""
    i = int(np.argmin(np.abs(arcs_m)))
    point = spine_points_m[i] + normals[i] * axes_m[i, 1]
    return float(point[1]), float(point[2])


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("skin of the belly hangs over bone, on the side", SLIDE_M, "m", "A", "device_and_procedure 3 (marking misleads, M)"),
    ("the same, for each length of fat", SLIDE_PER_FAT, "1", "A", "device_and_procedure 3 (marking misleads, M)"),
    ("the same, at most", SLIDE_MOST_M, "m", "A", "device_and_procedure 3 (marking misleads, M)"),
)

__all__ = [
    "Spine", "build_trunk", "costal_margin_v", "fascia_depth", "iliac_crest_v", "muscle_depth", "roll",
    "skin_distance", "trunk_bounds", "unroll",
]  # fmt: skip
