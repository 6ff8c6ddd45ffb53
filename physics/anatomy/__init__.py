"""One geometry for contact, needle layers, X-ray and picture.

Metres in the patient frame (x left, y posterior, z head; z = 0 near the umbilicus / L4).
Every distance function takes (n, 3) points and returns (n,) signed distances, negative inside.

build_anatomy(build) -> Anatomy                       deterministic, cached per build
bone_names(spine), bone_distance(spine, name, p), bones_distance(spine, p), bone_bounds(spine, name)
disc_names(spine), disc_distance(spine, name, p), disc_bounds(spine, name)
level_at_arc, arc_at_level, level_name, nearest_canal(spine, point) -> (arc_m, offset_m, f)
skin_distance(trunk, p), trunk_bounds(trunk), roll, unroll, fascia_depth, muscle_depth,
costal_margin_v, iliac_crest_v
layers_along(anatomy, entry_m, direction, length_m, wound_depth_m) -> (depths_m, layer_names)
reference_approach(anatomy, elevation_rad) -> (u_m, v_m, medial_rad, depth_to_dura_m)
"""

from __future__ import annotations

from physics.anatomy.spec import Anatomy, PatientBuild, Spine, Trunk

__all__ = ["Anatomy", "PatientBuild", "Spine", "Trunk"]
