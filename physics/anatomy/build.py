"""From a build to the whole anatomy."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.spine as spine_module
import physics.anatomy.trunk as trunk_module
from physics.anatomy.bend import bent_points, bent_ribs, is_bent
from physics.anatomy.spec import Anatomy, PatientBuild, Spine, Trunk

FloatArray = NDArray[np.float64]


@lru_cache(maxsize=24)
def build_anatomy(build: PatientBuild) -> Anatomy:
    """Return one patient's geometry in the build's position; deterministic, kept for the last builds.

    The canal comes first, the skin is set `dura_depth_m` behind it, the ribs follow the skin. A curved or posed
    body is the straight, standing one carried along its own canal.

    Raises
    ------
    ValueError
        If no trunk meets the cited dimensions of the build.
    """
    if is_bent(build):
        return _posed(build, build_anatomy(replace(build, cobb_rad=0.0, kyphosis_scale=1.0, position="standing")))
    empty = (np.zeros((24, 2, 3)), np.zeros((24, 2)), np.zeros((2, 3)), np.zeros(2))
    bare = spine_module.build_spine(build, empty)
    _freeze(bare)  # before any kernel sees it: numba compiles anew for arrays that may be written
    dura = trunk_module.dura_behind(
        bare.canal_points_m, bare.canal_arcs_m, bare.canal_normals, bare.sac_semi_axes_m
    )
    trunk = trunk_module.build_trunk(build, *dura, trunk_module.bone_cover(bare))
    nodes, radius, sternum, width = trunk_module.ribs_and_sternum(trunk, bare.level_centres_m)
    spine = replace(
        bare, rib_nodes_m=nodes, rib_radius_m=radius, sternum_nodes_m=sternum, sternum_radius_m=width
    )
    return _finished(build, spine, trunk)


def _posed(build: PatientBuild, reference: Anatomy) -> Anatomy:
    straight = reference.spine
    ribs = straight.rib_nodes_m, straight.rib_radius_m, straight.sternum_nodes_m, straight.sternum_radius_m
    spine = spine_module.build_spine(build, ribs, straight)
    trunk = trunk_module.posed_trunk(reference.trunk, build, straight, spine)
    spine = replace(
        spine, rib_nodes_m=bent_ribs(straight, spine, trunk.bend),
        sternum_nodes_m=bent_points(trunk.bend, straight.sternum_nodes_m),
    )  # fmt: skip
    return _finished(build, spine, trunk)


def _finished(build: PatientBuild, spine: Spine, trunk: Trunk) -> Anatomy:
    _freeze(spine)
    trunk = trunk_module.with_crest(trunk, spine)
    _freeze(trunk)
    return Anatomy(build, spine, trunk)


def in_position(body: Anatomy, position: str, side_up: str = "left") -> Anatomy:
    """Return the same patient standing, sitting or lateral (decubitus, hips flexed, one side up).

    Lying on the side, the belly's skin hangs toward the table over ribs and crest, which stay. The body built in the
    lateral position itself, on which an operation runs, has (u, v) of the skin as it lies level.
    """
    if position == "lateral":
        return _lying(body.build, 1.0 if side_up == "left" else -1.0)
    return build_anatomy(replace(body.build, position=position))


@lru_cache(maxsize=24)
def _lying(build: PatientBuild, toward: float) -> Anatomy:
    body = build_anatomy(replace(build, position="lateral"))
    return replace(body, trunk=replace(body.trunk, slide_m=toward * trunk_module.hanging_m(build)))


def carry(source: Anatomy, target: Anatomy, points_m: FloatArray) -> FloatArray:
    """Return where points (n, 3) on or under the skin of one body lie in another position of it [m].

    (u, v, depth) are the material coordinates: a mark made sitting lands where the skin goes.
    """
    out = np.empty((len(points_m), 3))
    for i, point in enumerate(np.asarray(points_m, dtype=float)):
        out[i] = trunk_module.roll(target.trunk, *trunk_module.unroll(source.trunk, point))[0]
    return out


def _freeze(part: Spine | Trunk) -> None:
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
