"""The shipped patients' bodies against the tables: outer dimensions, dura, curve, windows, and what a needle reaches."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import numpy as np

from game.validate.anatomy import breadth, skin_to_dura
from game.validate.row import ValidationRow, at_most, within
from physics import anatomy
from physics.anatomy import Anatomy, trunk_build
from scenarios.load import list_patient_ids, load_patient
from scenarios.schema import Patient
from scenarios.setup import body_of

_row = partial(within, "anatomy")
NEEDLES_M = (0.089, 0.115)  # [device_and_procedure 8.1, L]
ANGLES_DEG = {True: (45, 40, 35, 30), False: (45, 50, 40, 55, 60, 35, 30)}  # child, adult; as ordered in 8.1
SPACES = {"L3-4": 15.5, "L2-3": 14.5}
WIDENING = {"L2-3": (14.5, 0.07, 0.03), "L3-4": (15.5, 0.11, 0.03), "L4-5": (16.5, 0.21, 0.06)}  # [8.6 A32, H]


@lru_cache(maxsize=32)
def body(name: str, position: str = "standing") -> Anatomy:
    """Return a shipped patient's body in a position."""
    return anatomy.in_position(anatomy.build_anatomy(body_of(load_patient(name))), position)


def cobb_rad(spine: anatomy.Spine) -> float:
    """Return the Cobb angle between the end plates of the most tilted vertebrae, T1 to L5 [rad]."""
    up = spine.level_rotations[:17, :, 2]
    tilt = np.arctan2(up[:, 0], up[:, 2])
    return float(tilt.max() - tilt.min())


def interlaminar_m(built: Anatomy, disc_level: float) -> float:
    """Return the bone-free height of an interlaminar space in the midline at the depth of the ligamentum flavum [m]."""
    spine = built.spine
    middle = 0.0 if disc_level == 15.5 else anatomy.arc_at_level(spine, disc_level)
    arcs = middle + np.arange(-0.022, 0.022, 0.0001) * spine.scale
    centre = np.column_stack([np.interp(arcs, spine.canal_arcs_m, spine.canal_points_m[:, i]) for i in range(3)])
    back = np.column_stack([np.interp(arcs, spine.canal_arcs_m, spine.canal_normals[:, i]) for i in range(3)])
    depth = np.interp(arcs, spine.canal_arcs_m, spine.sac_semi_axes_m[:, 1]) + 0.0045 * spine.scale
    line = np.ascontiguousarray(centre + back * depth[:, None])
    step = np.linalg.norm(np.gradient(line, axis=0), axis=1)
    best = run = 0.0
    for is_free, length in zip(anatomy.bones_distance(spine, line, False) > 0.0, step, strict=True):
        run = run + float(length) if is_free else 0.0
        best = max(best, run)
    return best


def reach(name: str, space: str) -> tuple[float, float, float] | None:
    """Return (angle [deg], side, depth to dura [m]) of a bone-free paramedian oblique line, the shortest needle first.

    In the operating position, through intact skin. None if neither needle reaches.
    """
    built = body(name, "lateral")
    for needle in NEEDLES_M:
        for degrees in ANGLES_DEG[built.build.is_child]:
            for side in (-1.0, 1.0):
                angle = math.radians(degrees)
                try:
                    u, v, medial, depth = anatomy.reference_approach(built, angle, side, 0.0, SPACES[space])
                except ValueError:
                    continue
                entry, normal = anatomy.roll(built.trunk, u, v)
                _, met = anatomy.layers_along(built, entry, anatomy.aim(entry, normal, angle, medial), depth + 0.003)
                if depth <= needle and "bone" not in met and met[-1] == "sac":
                    return float(degrees), side, depth
    return None


def is_expected(patient: Patient, space: str) -> bool:
    """Return whether the reference says that a needle reaches: the space is not fused, the steepest path short enough."""
    level = SPACES[space]
    if any(first < level < last for first, last in body_of(patient).fused_levels):
        return False
    steepest = 45.0 if patient.age_years < 14.0 else 60.0
    return patient.dura_depth_mm / math.sin(math.radians(steepest)) <= NEEDLES_M[-1] * 1e3


def _outside(name: str) -> list[ValidationRow]:
    patient, built = load_patient(name), body(name)
    straight = anatomy.build_anatomy(body_of(patient.model_copy(update={"cobb_deg": 0.0, "kyphosis_deg": None})))
    outline, source = trunk_build.outline(built.build), "device_and_procedure 8.3"
    mark = "UGK-L" if built.build.is_child else "H"
    out = [
        _row(f"{name}.dura_formula", f"skin to dura at L3-4 by formula, {name}", "mm", patient.usual_dura_depth_mm,
             skin_to_dura(built) * 1e3, 5.0, "device_and_procedure 8.1 A21, A22", "H"),
    ]  # fmt: skip
    scale = straight.spine.scale
    for part, z in (("waist", 0.0), ("chest", 0.225 * scale)):
        target = getattr(outline, f"{part}_breadth")
        out.append(_row(f"{name}.{part}", f"{part} breadth, {name}", "mm", target, breadth(straight, z) * 1e3, 3.0, source, mark))
    measured = trunk_build.measured(straight.trunk.table, straight.trunk.shape, scale)
    for part in ("hip_breadth", "waist_depth"):
        out.append(_row(f"{name}.{part}", f"{part.replace('_', ' ')}, {name}", "mm", getattr(outline, part), measured[part],
                        3.0, source, mark))  # fmt: skip
    return out


def _fat(name: str) -> list[ValidationRow]:
    built = body(name)
    out = []
    navel_u, navel_v = built.trunk.umbilicus_uv_m
    for word, u, v, fat in (
        ("back", 0.03, 0.02, built.build.back_fat_m), ("belly", 0.80 * navel_u, navel_v + 0.05, built.build.abdominal_fat_m),
    ):  # fmt: skip
        entry, normal = anatomy.roll(built.trunk, u, v)
        depths, names = anatomy.layers_along(built, entry, -normal, fat + 0.02)
        k = names.index("fat") if "fat" in names else names.index("scar")
        out.append(_row(f"{name}.fat_{word}", f"fat of the {word} along a needle, {name}", "mm", fat * 1e3,
                        float(depths[k + 1] - depths[k]) * 1e3, 1.5 + 0.1 * fat * 1e3, "case input; device_and_procedure 8.2", "M"))  # fmt: skip
    return out


def _column(name: str) -> list[ValidationRow]:
    patient, out = load_patient(name), []
    wanted = abs(patient.cobb_deg)
    for position in ("standing", "lateral") if wanted else ():
        out.append(_row(f"{name}.cobb_{position}", f"Cobb angle between end plates {position}, {name}", "deg", wanted,
                        math.degrees(cobb_rad(body(name, position).spine)), 2.0, "case input", "H"))  # fmt: skip
    if patient.fused:
        return out
    for space, (level, target, tolerance) in WIDENING.items():
        was, now = interlaminar_m(body(name), level), interlaminar_m(body(name, "lateral"), level)
        out.append(_row(f"{name}.opens_{space}", f"interlaminar height gained by hip flexion at {space}, {name}", "1", target,
                        now / was - 1.0, tolerance, "device_and_procedure 8.6 A32 (interspinous)", "H"))  # fmt: skip
    return out


def _needle(name: str) -> list[ValidationRow]:
    patient, out = load_patient(name), []
    for space in SPACES:
        found = reach(name, space)
        if is_expected(patient, space):
            out.append(at_most("anatomy", f"{name}.needle_{space}", f"shortest bone-free paramedian path at {space}, {name}", "mm",
                               NEEDLES_M[-1] * 1e3, math.inf if found is None else found[2] * 1e3, "device_and_procedure 8.1", "M"))  # fmt: skip
    return out


@lru_cache(maxsize=1)
def rows() -> tuple[ValidationRow, ...]:
    """Return the rows of every shipped patient."""
    out: list[ValidationRow] = []
    for name in list_patient_ids():
        out += _outside(name) + _fat(name) + _column(name) + _needle(name)
    return tuple(out)
