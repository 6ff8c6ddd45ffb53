"""A patient's build and the cited tables that turn it into geometry."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LEVEL_NAMES: tuple[str, ...] = (
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12",
    "L1", "L2", "L3", "L4", "L5", "S1",
)  # fmt: skip
"""Names of the vertebral levels; level i + 1 (float) is the middle of LEVEL_NAMES[i]."""


POSITIONS: tuple[str, ...] = ("standing", "sitting", "lateral")
SITE_KINDS: tuple[str, ...] = ("gastrostomy", "ostomy", "shunt", "device")


@dataclass(frozen=True, slots=True)
class BodySite:
    """Something on or under the skin of the trunk that an implant must keep away from.

    Attributes
    ----------
    kind : str
        One of `SITE_KINDS`.
    path_uv_m : tuple of (u, v)
        One point for an opening or a device, the course of the tubing for a shunt [m].
    radius_m : float
        How far it reaches round its path [m].
    """

    kind: str
    path_uv_m: tuple[tuple[float, float], ...]
    radius_m: float

    def __post_init__(self) -> None:
        if self.kind not in SITE_KINDS:
            raise ValueError(f"BodySite.kind = {self.kind!r}; expected one of {', '.join(SITE_KINDS)}")
        if not self.path_uv_m:
            raise ValueError("BodySite.path_uv_m is empty; expected at least one point")
        if not 0.001 <= self.radius_m <= 0.08:
            raise ValueError(f"BodySite.radius_m = {self.radius_m}; expected 0.001 .. 0.08")


@dataclass(frozen=True, slots=True)
class PatientBuild:
    """What a patient is built like.

    Attributes
    ----------
    age_years : float
        Age [years]; below 14 the child tables are used.
    is_female : bool
        Female trunk tables.
    height_m, mass_kg : float
        Stature [m] and mass [kg].
    abdominal_fat_m, back_fat_m : float
        Subcutaneous fat at the umbilicus and over the lumbar fascia, skin not counted [m].
    dura_depth_m : float
        Skin to dura at L3-4, perpendicular to the skin in the midline [m].
    conus_level : float
        Level of the conus tip; 13.4 = lower third of L1 [device_and_procedure 8.5 A15, H].
    csf_scale : float
        CSF volume over the typical one (widens or narrows the sac).
    cobb_rad : float
        Coronal curve, Cobb angle [rad], convex to the right when positive.
    seed : int
        Small differences between two patients of one build.
    lordosis_scale, kyphosis_scale : float
        Depth of the lumbar and of the thoracic curve over the template's, 0 = straight.
    curve_levels : tuple of 3 floats
        Upper end vertebra, apex and lower end vertebra of the coronal curve, as levels.
    canal_scale : float
        Width and depth of bony canal and sac over the table's; below 1 = narrow canal.
    fused_levels : tuple of (upper, lower)
        Blocks of vertebrae joined by bone: discs, laminae and interlaminar windows closed.
    has_fusion_metal : bool
        Rods and screws along the fused blocks.
    scar_levels : tuple of (upper, lower)
        Levels of an earlier operation from behind: fat, fascia and epidural fat are scar there.
    sites : tuple of BodySite
        Stomas, tubing and devices that were there before.
    position : str
        "standing" (what the tables are about), "sitting" or "lateral" (decubitus, hips flexed).
    """

    age_years: float
    is_female: bool
    height_m: float
    mass_kg: float
    abdominal_fat_m: float
    back_fat_m: float
    dura_depth_m: float
    conus_level: float = 13.4
    csf_scale: float = 1.0
    cobb_rad: float = 0.0
    seed: int = 0
    lordosis_scale: float = 1.0
    kyphosis_scale: float = 1.0
    curve_levels: tuple[float, float, float] = (8.0, 12.5, 17.0)
    canal_scale: float = 1.0
    fused_levels: tuple[tuple[float, float], ...] = ()
    has_fusion_metal: bool = False
    scar_levels: tuple[tuple[float, float], ...] = ()
    sites: tuple[BodySite, ...] = ()
    position: str = "standing"

    def __post_init__(self) -> None:
        ranges = {
            "age_years": (3.0, 100.0), "height_m": (0.85, 2.15), "mass_kg": (10.0, 220.0),
            "abdominal_fat_m": (0.001, 0.12), "back_fat_m": (0.001, 0.10), "dura_depth_m": (0.015, 0.14),
            "conus_level": (11.5, 16.0), "csf_scale": (0.4, 1.8), "cobb_rad": (-1.4, 1.4),
            "lordosis_scale": (0.2, 1.8), "kyphosis_scale": (0.2, 3.2), "canal_scale": (0.6, 1.2),
        }  # fmt: skip
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"PatientBuild.{name} = {value}; expected {low} .. {high}")
        if self.position not in POSITIONS:
            raise ValueError(f"PatientBuild.position = {self.position!r}; expected one of {', '.join(POSITIONS)}")
        upper, apex, lower = self.curve_levels
        if not -5.0 <= upper < apex < lower <= 18.0:
            raise ValueError(f"PatientBuild.curve_levels = {self.curve_levels}; expected -5 <= upper < apex < lower <= 18")
        for name in ("fused_levels", "scar_levels"):
            for first, last in getattr(self, name):
                if not -5.0 <= first <= last <= 18.0:
                    raise ValueError(f"PatientBuild.{name} = {(first, last)}; expected -5 <= upper <= lower <= 18")

    @property
    def bmi_kg_per_m2(self) -> float:
        """Body mass index [kg/m2]."""
        return self.mass_kg / self.height_m**2

    @property
    def is_child(self) -> bool:
        """Whether the child tables apply (age below 14)."""
        return self.age_years < 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Spine:
    """Vertebral column, canal, pelvis and ribs of one patient, as arrays.

    Attributes
    ----------
    build : PatientBuild
        Whose spine it is.
    level_names : tuple of str
        "T1" .. "S1".
    level_centres_m : (18, 3) array
        Body centres (S1: middle of the upper sacral segment).
    level_rotations : (18, 3, 3) array
        Local to patient frame; local z = canal tangent toward the head, local y posterior.
    scale : float
        Size over the template adult of 1.756 m [-].
    canal_points_m : (m, 3) array
        Centre line of the sac from caudal (S2) to cranial (C1), pitch 4 mm.
    canal_arcs_m : (m,) array
        Arc length, 0 at the L3-4 disc, positive toward the head.
    canal_normals : (m, 3) array
        Unit posterior normal.
    sac_semi_axes_m : (m, 2) array
        Half width to the side and half depth of the dural sac.
    cord_points_m, cord_radius_m, cord_stiffness : (m, 3), (m,), (m,) arrays
        Cord, conus, then cauda equina as one soft obstacle; stiffness 1 cord, 0.05 cauda, 0 none.
    level_arcs_m : (18,) array
        Canal arc of each level.
    disc_arc_l34_m : float
        Always 0; kept so that the origin has a name.
    vertebrae : (17, c) array
        Shape rows in millimetres of the template adult, T1 .. L5.
    sacrum_centre_m, sacrum_rotation : (3,), (3, 3) arrays
        Pose of the sacrum; the hip bones share `pelvis_origin_m`.
    rib_nodes_m : (24, r, 3) array
        Rib centre lines, pairs 1..12, left then right.
    rib_radius_m : (24, r) array
        Half height along the rib.
    sternum_nodes_m, sternum_radius_m : arrays
        Sternum as a flattened tube.
    column_centres_m, column_rotations, column_rows : (23, 3), (23, 3, 3), (23, c) arrays
        Body centres, frames and shape rows of C2 .. L5: the neck, then the first 17 of the above.
    fusion_nodes_m, fusion_radius_m, fusion_block : (k, 12, 3), (k, 12), (k,) arrays
        Bone that bridges the fused blocks, as tubes; which block of `build.fused_levels` each belongs to.
    metal_nodes_m, metal_radius_m, metal_names : (k, 12, 3), (k, 12) arrays, tuple of str
        Rods and pedicle screws as tubes.
    pelvis_rotation : (3, 3) array
        Hip bones to patient frame; the identity standing straight.
    """

    build: PatientBuild
    level_names: tuple[str, ...]
    level_centres_m: FloatArray
    level_rotations: FloatArray
    scale: float
    canal_points_m: FloatArray
    canal_arcs_m: FloatArray
    canal_normals: FloatArray
    sac_semi_axes_m: FloatArray
    cord_points_m: FloatArray
    cord_radius_m: FloatArray
    cord_stiffness: FloatArray
    level_arcs_m: FloatArray
    disc_arc_l34_m: float
    vertebrae: FloatArray
    sacrum_centre_m: FloatArray
    sacrum_rotation: FloatArray
    pelvis_origin_m: FloatArray
    rib_nodes_m: FloatArray
    rib_radius_m: FloatArray
    sternum_nodes_m: FloatArray
    sternum_radius_m: FloatArray
    column_centres_m: FloatArray
    column_rotations: FloatArray
    column_rows: FloatArray
    fusion_nodes_m: FloatArray
    fusion_radius_m: FloatArray
    fusion_block: NDArray[np.int64]
    metal_nodes_m: FloatArray
    metal_radius_m: FloatArray
    metal_names: tuple[str, ...]
    pelvis_rotation: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """Skin of one patient: a loft table plus shape numbers, and the unrolled section table.

    Attributes
    ----------
    build : PatientBuild
        Whose trunk it is.
    table : (c, k) array
        Loft rows over z every 2 mm [mm]; see `trunk_field`.
    plain_table : (c, k) array
        The same without furrow, muscles and spinous bumps: gives steady normals.
    shape : (q,) array
        Shape numbers [mm]; see `trunk_field`.
    section_v_m : (n,) array
        Heights of the unrolled sections [m].
    section_angles_rad : (a,) array
        Angles from posterior toward the left, 0 .. pi (the trunk is symmetric).
    section_radius_m, section_arc_m : (n, a) arrays
        Distance from the section axis to the skin, and arc length from the posterior midline.
    umbilicus_uv_m : tuple of float
        Umbilicus on the unrolled trunk (u is half the girth).
    costal_table_m, crest_table_m : (j, 2) arrays
        |u| against v of the costal margin and of the iliac crest.
    targets_m : tuple of (name, target) pairs
        Cited outer dimensions that the fit met.
    bend : (6, n) array
        How curve and position carry the reference skin (`bend`); (6, 0) standing straight. Heights v, sections and
        margins above are those of the reference: material coordinates.
    slide_m : float
        How far the belly's skin hangs toward +u over what lies below it: toward the table, lying on the side; 0 else.
    """

    build: PatientBuild
    table: FloatArray
    plain_table: FloatArray
    shape: FloatArray
    section_v_m: FloatArray
    section_angles_rad: FloatArray
    section_radius_m: FloatArray
    section_arc_m: FloatArray
    umbilicus_uv_m: tuple[float, float]
    costal_table_m: FloatArray
    crest_table_m: FloatArray
    targets_m: tuple[tuple[str, float], ...]
    bend: FloatArray
    slide_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """One patient's geometry: the same for contact, needle, X-ray and picture."""

    build: PatientBuild
    spine: Spine
    trunk: Trunk
