"""From a build to the whole anatomy."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache

import numpy as np

import physics.anatomy.spine as spine_module
import physics.anatomy.trunk as trunk_module
from physics.anatomy.spec import Anatomy, PatientBuild, Spine, Trunk


@lru_cache(maxsize=8)
def build_anatomy(build: PatientBuild) -> Anatomy:
    """Return one patient's geometry; deterministic, kept for the last eight builds.

    The canal comes first, the skin is set `dura_depth_m` behind it, the ribs follow the skin.

    Raises
    ------
    ValueError
        If no trunk meets the cited dimensions of the build.
    """
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
    trunk = trunk_module.with_crest(trunk, spine)
    _freeze(spine)
    _freeze(trunk)
    return Anatomy(build, spine, trunk)


def _freeze(part: Spine | Trunk) -> None:
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
