"""One geometry for contact, needle layers, X-ray and picture.

Metres in the patient frame (x left, y posterior, z head; z = 0 near the umbilicus / L4).
Every distance function takes (n, 3) points and returns (n,) signed distances, negative inside.

build_anatomy(build) -> Anatomy                       deterministic, cached per build
in_position(body, position, side_up) -> Anatomy, carry(source, target, points) -> points      standing, sitting, lateral
place_u(trunk, u, v, slide), skin_u(trunk, place, v, slide), hanging_m(build)      skin that hangs over the bones, lying
bone_names(spine), bone_distance(spine, name, p), bones_distance(spine, p), bone_bounds(spine, name)
disc_names(spine), disc_distance(spine, name, p), disc_bounds(spine, name)
spine.metal_names, metal_distance(spine, name, p), metal_bounds(spine, name)      rods and screws of a fusion
level_at_arc, arc_at_level, level_name, nearest_canal(spine, point) -> (arc_m, offset_m, f)
skin_distance(trunk, p), trunk_bounds(trunk), roll, unroll, fascia_depth, muscle_depth,
costal_margin_v, iliac_crest_v
compartment(anatomy, points) -> indices of COMPARTMENTS; root_lines(spine)      the same tissues for a section
layers_along(anatomy, entry_m, direction, length_m, wound_depth_m) -> (depths_m, layer_names)
reference_approach(anatomy, elevation_rad) -> (u_m, v_m, medial_rad, depth_to_dura_m)
reference_space(anatomy, elevation_rad) -> (disc level, side) that is open to such a line
"""

from __future__ import annotations

import physics.anatomy.bend as bend
import physics.anatomy.canal_line as canal_line
import physics.anatomy.compartments as compartments
import physics.anatomy.fusion as fusion
import physics.anatomy.layers as layers
import physics.anatomy.tables as tables
import physics.anatomy.trunk as trunk
import physics.anatomy.trunk_build as trunk_build
from physics.anatomy.build import build_anatomy, carry, in_position
from physics.anatomy.canal_line import kyphosis_scale, lordosis_scale
from physics.anatomy.compartments import COMPARTMENTS, compartment, root_lines
from physics.anatomy.layers import LAYER_NAMES, aim, layers_along, reference_approach, reference_space
from physics.anatomy.skeleton import (
    bone_bounds, bone_distance, bone_names, bones_distance, disc_bounds, disc_distance, disc_names, metal_bounds,
    metal_distance,
)  # fmt: skip
from physics.anatomy.spec import LEVEL_NAMES, POSITIONS, Anatomy, BodySite, PatientBuild, Spine, Trunk
from physics.anatomy.spine import arc_at_level, level_at_arc, level_name, nearest_canal
from physics.anatomy.trunk import (
    costal_margin_v, fascia_depth, hanging_m, iliac_crest_v, muscle_depth, place_u, roll, skin_distance, skin_u,
    trunk_bounds, unroll,
)  # fmt: skip

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *tables.EVIDENCE, *trunk_build.EVIDENCE, *canal_line.EVIDENCE, *bend.EVIDENCE, *fusion.EVIDENCE, *layers.EVIDENCE,
    *compartments.EVIDENCE, *trunk.EVIDENCE,
)  # fmt: skip

__all__ = [
    "COMPARTMENTS", "EVIDENCE", "LAYER_NAMES", "LEVEL_NAMES", "POSITIONS", "Anatomy", "BodySite", "PatientBuild", "Spine", "Trunk", "aim",
    "arc_at_level", "bone_bounds", "bone_distance", "bone_names", "bones_distance", "build_anatomy", "carry", "compartment",
    "costal_margin_v", "disc_bounds", "disc_distance", "disc_names", "fascia_depth", "hanging_m", "iliac_crest_v", "in_position",
    "kyphosis_scale", "layers_along", "level_at_arc", "level_name", "lordosis_scale", "metal_bounds", "metal_distance",
    "muscle_depth", "nearest_canal", "place_u", "reference_approach",
    "reference_space", "roll", "root_lines", "skin_distance", "skin_u", "trunk_bounds", "unroll",
]  # fmt: skip
