"""Which tissue fills a point of the body: muscles, wall of the belly, ligaments, canal, bone, disc.

One answer for needle, section picture and ultrasound: skin, fat, fascia, ligaments, canal and bone come from the
classifier of `layers`; what that calls muscle or opposite wall is told apart here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.bend as bend
import physics.anatomy.bones as bones
import physics.anatomy.layers as layers
import physics.anatomy.tables as tables
import physics.anatomy.trunk as trunk
import physics.anatomy.trunk_field as tf
from physics.anatomy.skeleton import bones_distance, disc_bounds, disc_distance, disc_names, frozen
from physics.anatomy.spec import Anatomy, Spine
from physics.anatomy.spine import levels_at
from physics.kernels import array_kernel

FloatArray = NDArray[np.float64]

COMPARTMENTS: tuple[str, ...] = (
    *layers.LAYER_NAMES, "disc", "cord", "nerve_root", "multifidus", "erector", "quadratus", "psoas", "rectus",
    "external_oblique", "internal_oblique", "transversus", "chest_wall", "deep_fat", "peritoneum", "belly", "chest",
)  # fmt: skip
"""Names of the codes of `compartment`; the first are the needle's layers, "muscle" is what has no own name."""
_CODE = {name: i for i, name in enumerate(COMPARTMENTS)}

# Muscles in a cross-section: ellipses [mm of the template] as side, behind the canal's centre, radii; behind the
# canal the depth is scaled to the patient's fascia. [rendering_2 section 5, A]
BACK_OF_TEMPLATE_MM = 50.0
MULTIFIDUS = (13.0, 23.0, 13.0, 24.0)
ERECTOR = ((33.0, 26.0, 25.0, 23.0), (58.0, 20.0, 24.0, 18.0))
QUADRATUS = (64.0, -2.0, 20.0, 11.0)
PSOAS = (38.0, -25.0, 17.0, 22.0)
PSOAS_LEVELS, QUADRATUS_LEVELS = (12.7, 18.5), (12.5, 16.8)  # T12-S1; last rib to iliac crest [UGK-M]
WALL_FRONT_MM, WALL_FLANK_MM = 12.0, 18.0  # three flat muscles or the rectus [rendering_2 section 5, A]
WALL_SHARES = (0.36, 0.70)  # where the oblique muscles meet [rendering_2 section 5, A]
RECTUS_MM, LINEA_ALBA_MM = 74.0, 5.0  # outer and inner border from the midline [rendering_2 section 2, A]
PERITONEUM_MM = 1.0  # drawn thicker than it is [A]
BACK_WALL_MM = 34.0  # muscles of the back end so far in front of the canal's centre [rendering_2 section 5]
DIAPHRAGM_MM, DOME_MM = 165.0, 40.0  # height of its rim at the back and of its dome over that [A]
ROOT_RADIUS_MM = 1.8  # a root in its sleeve [UGK-M]


@array_kernel
def _near_line(points: FloatArray, line: FloatArray, radius: FloatArray, stiffness: FloatArray) -> FloatArray:
    """Return (n, 2): distance to a thick polyline, and the stiffness of its nearest edge."""
    out = np.empty((points.shape[0], 2))
    for i in range(points.shape[0]):
        best, soft = 1.0, 0.0
        for j in range(line.shape[0] - 1):
            ax, ay, az = points[i, 0] - line[j, 0], points[i, 1] - line[j, 1], points[i, 2] - line[j, 2]
            if abs(az) > 0.012:
                continue
            dx, dy, dz = line[j + 1, 0] - line[j, 0], line[j + 1, 1] - line[j, 1], line[j + 1, 2] - line[j, 2]
            h = min(max((ax * dx + ay * dy + az * dz) / (dx * dx + dy * dy + dz * dz), 0.0), 1.0)
            gap = math.sqrt((ax - h * dx) ** 2 + (ay - h * dy) ** 2 + (az - h * dz) ** 2) - radius[j]
            if gap < best:
                best, soft = gap, stiffness[j]
        out[i, 0], out[i, 1] = best, soft
    return out


def root_lines(spine: Spine) -> FloatArray:
    """Return the nerve roots C3 .. S1 of both sides from the sac through the foramen, (k, 4, 3) [m].

    A root leaves the sac above, passes under the pedicle of its own vertebra (in the neck above it) and runs
    forward and down [UGK-M].
    """
    lines = []
    scale = spine.scale * 1e-3
    for i in range(1, len(spine.column_rows)):
        row, turn = spine.column_rows[i], spine.column_rotations[i]
        cy, half = bones.canal_y(row), row[bones.HEIGHT] * 0.5
        exit_z = half * 0.4 if i < 6 else -half * 0.55
        drop = 6.0 if i < 6 else 14.0
        for side in (1.0, -1.0):
            path = np.array([
                [side * row[bones.CANAL_X] * 0.5, cy, exit_z + drop],
                [side * (row[bones.CANAL_X] + 3.0), cy - 1.5, exit_z],
                [side * (row[bones.CANAL_X] + 12.0), cy - 7.0, exit_z - 6.0],
                [side * (row[bones.CANAL_X] + 24.0), cy - 14.0, exit_z - 18.0],
            ])  # fmt: skip
            lines.append(spine.column_centres_m[i] + path @ turn.T * scale)
    return np.array(lines)


def _depth_and_fascia(anatomy: Anatomy, points: FloatArray, skin: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return depth below the skin, depth of the deep fascia there, and how far round to the front 0 .. 1."""
    step = 1.0e-3
    slope = np.zeros(len(points))
    for k in range(3):
        ahead = points.copy()
        ahead[:, k] += step
        slope += ((trunk.skin_distance(anatomy.trunk, ahead) - skin) / step) ** 2
    depth = -skin / np.clip(np.sqrt(slope), 0.5, 1.5)
    straight = bend.unbent_points(anatomy.trunk.bend, points)
    front = trunk.front_of(np.arctan2(np.abs(straight[:, 0]), straight[:, 1]))
    return depth, trunk.fascia_at(anatomy.build, front), front


def _inside(ellipse: tuple[float, float, float, float], side: FloatArray, behind: FloatArray) -> NDArray[np.bool_]:
    x, y, a, b = ellipse
    inside: NDArray[np.bool_] = ((side - x) / a) ** 2 + ((behind - y) / b) ** 2 < 1.0
    return inside


def compartment(anatomy: Anatomy, points_m: FloatArray) -> NDArray[np.int64]:
    """Return which tissue fills each point (n, 3), as indices of `COMPARTMENTS`; "air" outside the skin.

    Notes
    -----
    Along a needle's path the first codes are those of `layers_along` (intact skin).
    """
    p = np.ascontiguousarray(points_m, dtype=np.float64)
    out = np.zeros(len(p), np.int64)
    skin = trunk.skin_distance(anatomy.trunk, p)
    held = np.flatnonzero(skin < 0.0)
    if len(held) == 0:
        return out
    p, skin = p[held], skin[held]
    depth, fascia, front = _depth_and_fascia(anatomy, p, skin)
    spine = anatomy.spine
    canal = layers.canal_coordinates(p, spine.canal_points_m, spine.canal_normals, spine.sac_semi_axes_m)
    limits = (0.0, tables.SKIN_MM * 1e-3, tables.FASCIA_MM * 1e-3)
    bone = bones_distance(spine, p)
    codes = layers.classify(depth, fascia, bone, canal, limits, spine.scale)
    codes[(codes == layers.ANTERIOR) & (bone < 0.0)] = layers.BONE
    codes = layers.scarred(anatomy, p, codes)
    open_to = (codes == layers.MUSCLE) | (codes == layers.ANTERIOR)
    rows = np.flatnonzero(open_to)
    codes[rows] = _deep(anatomy, p[rows], canal[rows], depth[rows], fascia[rows], front[rows])
    _in_canal(anatomy, p, codes)
    for name in disc_names(spine):
        low, high = disc_bounds(spine, name)
        near = np.flatnonzero(((p > low) & (p < high)).all(axis=1) & (codes != layers.SAC) & (codes != layers.BONE))
        if len(near):
            codes[near[disc_distance(spine, name, p[near]) < 0.0]] = _CODE["disc"]
    out[held] = codes
    return out


def _in_canal(anatomy: Anatomy, p: FloatArray, codes: NDArray[np.int64]) -> None:
    """Tell cord and roots from the fluid, and the roots outside the sac from what lies round them."""
    spine = anatomy.spine
    rows = np.flatnonzero(codes == layers.SAC)
    if len(rows):
        near = _near_line(p[rows], spine.cord_points_m, spine.cord_radius_m, spine.cord_stiffness)
        is_solid = (near[:, 0] < 0.0) & (near[:, 1] > 0.0)
        codes[rows[is_solid & (near[:, 1] > 0.5)]] = _CODE["cord"]
        codes[rows[is_solid & (near[:, 1] <= 0.5)]] = _CODE["nerve_root"]
    thick, whole = frozen(np.full(4, ROOT_RADIUS_MM * 1e-3 * spine.scale)), frozen(np.ones(4))
    for line in root_lines(spine):
        low, high = line.min(axis=0) - thick[0], line.max(axis=0) + thick[0]
        near_rows = np.flatnonzero(((p > low) & (p < high)).all(axis=1) & (codes != layers.BONE) & (codes != layers.SAC))
        if len(near_rows):
            touching = _near_line(p[near_rows], frozen(line), thick, whole)[:, 0] < 0.0
            codes[near_rows[touching]] = _CODE["nerve_root"]


def _deep(
    anatomy: Anatomy, p: FloatArray, canal: FloatArray, depth: FloatArray, fascia: FloatArray, front: FloatArray
) -> NDArray[np.int64]:
    """Return the codes of points that are neither bone, ligament nor canal."""
    below_fascia = depth - fascia
    spine, build = anatomy.spine, anatomy.build
    mm = 1e-3 * spine.scale
    back_mm = (build.dura_depth_m - build.back_fat_m) / mm - (tables.SKIN_MM + tables.FASCIA_MM) + 7.0
    side, behind = canal[:, 0] / mm, canal[:, 1] / mm
    scaled = np.where(behind > 0.0, behind * BACK_OF_TEMPLATE_MM / back_mm, behind)
    arc = np.interp(p[:, 2], spine.canal_points_m[:, 2], spine.canal_arcs_m)
    level = levels_at(arc, spine.level_arcs_m)
    straight = bend.unbent_points(anatomy.trunk.bend, p) * 1e3
    codes = np.full(len(p), _CODE["belly"])
    codes[_is_chest(anatomy, straight)] = _CODE["chest"]
    below_mm = below_fascia / mm
    _wall(anatomy, codes, straight, below_mm, front)
    is_back = behind > -BACK_WALL_MM + 0.004 * side**2
    codes[is_back & (codes >= _CODE["peritoneum"])] = _CODE["deep_fat"]
    codes[is_back & (front < 0.5) & (behind > -4.0)] = layers.MUSCLE
    for name, ellipse, levels in (
        ("quadratus", QUADRATUS, QUADRATUS_LEVELS), ("psoas", PSOAS, PSOAS_LEVELS), ("erector", ERECTOR[1], (-5.0, 18.5)),
        ("erector", ERECTOR[0], (-5.0, 18.5)), ("multifidus", MULTIFIDUS, (-5.0, 19.0)),
    ):  # fmt: skip
        is_level = (level > levels[0]) & (level < levels[1])
        codes[_inside(ellipse, side, scaled) & is_level & (below_fascia > 0.0)] = _CODE[name]
    codes[below_fascia < tables.FASCIA_MM * 1e-3] = layers.FASCIA
    codes[below_fascia < 0.0] = layers.FAT
    codes[depth < tables.SKIN_MM * 1e-3] = layers.SKIN
    return codes


def _is_chest(anatomy: Anatomy, straight_mm: FloatArray) -> NDArray[np.bool_]:
    scale = float(anatomy.trunk.shape[tf.SCALE])
    breadth = np.interp(straight_mm[:, 2], tf.Z_LOW + tf.Z_PITCH * np.arange(tf.Z_COUNT), anatomy.trunk.table[tf.BREADTH])
    across = np.clip(np.abs(straight_mm[:, 0]) / np.maximum(breadth, 1.0), 0.0, 1.0)
    above: NDArray[np.bool_] = straight_mm[:, 2] > (DIAPHRAGM_MM + DOME_MM * (1.0 - across**2)) * scale
    return above


def _wall(
    anatomy: Anatomy, codes: NDArray[np.int64], straight_mm: FloatArray, below_mm: FloatArray, front: FloatArray
) -> None:
    """Lay the wall of belly and chest: muscles under the fascia, then the peritoneum."""
    ax = np.abs(straight_mm[:, 0])
    wide = float(anatomy.trunk.shape[tf.HIP]) / 169.0
    is_rectus = (front > 0.9) & (ax < RECTUS_MM * wide)
    thick = np.where(is_rectus, WALL_FRONT_MM, WALL_FLANK_MM)
    thick = np.where(is_rectus & (ax < LINEA_ALBA_MM), 4.0, thick)
    z_margin = trunk.margin_mm(anatomy.trunk, ax)
    share = below_mm / thick
    in_wall = (below_mm > 0.0) & (share < 1.0)
    flat = np.where(share < WALL_SHARES[0], _CODE["external_oblique"], _CODE["internal_oblique"])
    flat = np.where(share > WALL_SHARES[1], _CODE["transversus"], flat)
    code = np.where(is_rectus, np.where(ax < LINEA_ALBA_MM, layers.FASCIA, _CODE["rectus"]), flat)
    code = np.where(straight_mm[:, 2] > z_margin, _CODE["chest_wall"], code)
    codes[in_wall] = code[in_wall]
    is_lining = (below_mm >= thick) & (below_mm < thick + PERITONEUM_MM) & (codes == _CODE["belly"])
    codes[is_lining] = _CODE["peritoneum"]


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("muscle wall of the belly, front", WALL_FRONT_MM * 1e-3, "m", "A", "rendering_2 section 5"),
    ("muscle wall of the flank", WALL_FLANK_MM * 1e-3, "m", "A", "rendering_2 section 5"),
    ("radius of a nerve root", ROOT_RADIUS_MM * 1e-3, "m", "UGK-M", "general knowledge"),
)
