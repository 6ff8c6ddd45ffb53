"""Rows that check the built bodies against the tables they come from."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np

from game.validate.row import ValidationRow, within
from physics import anatomy
from physics.anatomy import Anatomy, PatientBuild, trunk_build

WOMAN = PatientBuild(46, True, 1.66, 66.0, 0.014, 0.016, 0.062)
GIRL = PatientBuild(9, True, 1.24, 23.0, 0.005, 0.005, 0.023)
MAN = PatientBuild(40, False, 1.756, 74.0, 0.010, 0.012, 0.055)
CASES = {"woman": WOMAN, "girl": GIRL, "man": MAN}
ADULT_170 = PatientBuild(40, False, 1.70, 70.0, 0.010, 0.012, 0.055)
PATHS_M = {"L2": 0.052, "L1": 0.087, "T12": 0.118, "T10": 0.172, "T8": 0.221, "T6": 0.266, "T4": 0.310, "T2": 0.351}


_row = partial(within, "anatomy")


def path_to(body: Anatomy, name: str) -> float:
    """Return the length along the canal polygon from the L3-4 disc to beside a vertebral body [m].

    Measured on the built geometry: from the canal point nearest to the disc's field minimum to the one
    nearest to the body's centre, summing the polygon's edges.
    """
    spine = body.spine
    i3, i4 = spine.level_names.index("L3"), spine.level_names.index("L4")
    disc = 0.5 * (spine.level_centres_m[i3] + spine.level_centres_m[i4])
    start = anatomy.nearest_canal(spine, disc)[0]
    end = anatomy.nearest_canal(spine, spine.level_centres_m[spine.level_names.index(name)])[0]
    fine = np.linspace(start, end, 400)
    line = np.column_stack([np.interp(fine, spine.canal_arcs_m, spine.canal_points_m[:, i]) for i in range(3)])
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def skin_to_dura(body: Anatomy) -> float:
    """Return the shortest distance from the posterior dura at L3-4 to the skin in the midline [m]."""
    spine = body.spine
    i = int(np.argmin(np.abs(spine.canal_arcs_m)))
    dura = spine.canal_points_m[i] + spine.canal_normals[i] * spine.sac_semi_axes_m[i, 1]
    heights = dura[2] + np.arange(-0.02, 0.0201, 0.002)
    feet = np.array([anatomy.roll(body.trunk, 0.0, float(v))[0] for v in heights])
    return float(np.linalg.norm(feet - dura, axis=1).min())


def breadth(body: Anatomy, v_m: float) -> float:
    """Return the breadth of the skin at a height by walking the unrolled section [m]."""
    girth = body.trunk.umbilicus_uv_m[0]
    x = [anatomy.roll(body.trunk, float(u), v_m)[0][0] for u in np.linspace(0.0, girth, 90)]
    return 2.0 * float(np.max(x))


@lru_cache(maxsize=1)
def rows() -> tuple[ValidationRow, ...]:
    """Return the rows of the anatomy."""
    out = []
    body = anatomy.build_anatomy(ADULT_170)
    for name, target in PATHS_M.items():
        out.append(
            _row(f"path.{name}", f"canal from L3-4 disc to {name}, 170 cm", "m", target, path_to(body, name),
                 0.03 * target, "device_and_procedure 8.6", "M")
        )  # fmt: skip
    girl = anatomy.build_anatomy(GIRL)
    out.append(
        _row("path.child", "canal from L3-4 disc to T10, 9 years", "m", 0.79 * 0.172, path_to(girl, "T10"),
             0.03 * 0.79 * 0.172, "device_and_procedure 8.6", "M")
    )  # fmt: skip
    for name, build in CASES.items():
        body = anatomy.build_anatomy(build)
        outline = trunk_build.outline(build)
        source = "device_and_procedure 8.3 ANSUR II" if not build.is_child else "device_and_procedure 8.3"
        mark = "H" if not build.is_child else "UGK-L"
        out.append(
            _row(f"dura.{name}", f"skin to dura at L3-4, {name}", "m", build.dura_depth_m, skin_to_dura(body),
                 0.002, "case input; device_and_procedure 8.1", "H")
        )  # fmt: skip
        chest_z = 0.225 * body.spine.scale
        for part, z in (("waist", 0.0), ("chest", chest_z)):
            target = getattr(outline, f"{part}_breadth") * 1e-3
            out.append(
                _row(f"{part}.{name}", f"{part} breadth, {name}", "m", target, breadth(body, z), 0.003, source, mark)
            )
        gap = anatomy.costal_margin_v(body.trunk, 0.21) - anatomy.iliac_crest_v(body.trunk, 0.21)
        if not build.is_child:
            target = 0.0605 if build.is_female else 0.059
            out.append(
                _row(f"flank.{name}", f"costal margin over iliac crest, {name}", "m", target, gap, 0.010,
                     "device_and_procedure 8.3 ANSUR II", "H")
            )  # fmt: skip
    return tuple(out)
