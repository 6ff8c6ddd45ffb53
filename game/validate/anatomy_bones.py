"""Vertebrae, canal and cord of the built template adult, measured on the fields, against the cited tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from game.validate.row import ValidationRow, within
from physics import anatomy
from physics.anatomy import Anatomy, PatientBuild, bones
from physics.anatomy.skeleton import COLUMN

FloatArray = np.ndarray
TEMPLATE = PatientBuild(40, False, 1.756, 74.0, 0.010, 0.012, 0.055)
STATURE = 1.756 / 1.70  # the template is taller than the people of the tables: heights and plates go with it

# Panjabi 1991/92 as recalled [8.4, UGK-M]: posterior body height, upper end plate width and depth, canal depth and width [mm]
PANJABI_MM: dict[str, tuple[float, float, float, float, float]] = {
    "T1": (14.1, 24.5, 18.5, 16.4, 21.8), "T4": (16.2, 24.5, 23.3, 16.2, 17.0), "T6": (17.4, 26.2, 26.0, 16.3, 17.3),
    "T8": (18.7, 29.5, 27.9, 15.8, 17.7), "T10": (20.2, 31.9, 30.5, 15.5, 18.2), "T11": (21.3, 34.9, 31.9, 16.0, 19.4),
    "T12": (22.7, 39.0, 32.8, 18.1, 22.2), "L1": (23.8, 41.2, 34.1, 19.0, 23.7), "L2": (24.3, 42.6, 34.6, 18.2, 23.8),
    "L3": (23.8, 44.1, 35.2, 17.5, 24.3), "L4": (24.1, 46.6, 35.5, 18.6, 25.4), "L5": (22.9, 47.3, 34.7, 19.7, 27.1),
}  # fmt: skip
# Standard deviations: those of L5 in Cook & Baker [8.4 A5, H], taken for all levels
SPREAD_MM = (1.9, 3.5, 3.5, 2.1, 3.1)
PARTS = ("posterior height", "end plate width", "end plate depth", "canal depth", "canal width")

# PAM50 [8.5, H]: cord AP, cord RL, canal AP, canal RL, mean and SD [mm]; None where the table is empty
PAM50_MM: dict[str, tuple[tuple[float, float] | None, ...]] = {
    "C2": ((7.76, 0.49), (11.55, 0.80), (14.5, 1.4), (22.2, 2.0)), "C4": ((7.43, 0.56), (12.73, 1.10), (12.8, 1.2), (21.0, 1.5)),
    "C5": ((7.28, 0.54), (12.64, 1.10), (12.8, 1.2), (21.2, 1.5)), "C7": ((6.41, 0.46), (10.60, 0.89), (12.8, 1.2), (19.7, 1.7)),
    "T1": ((6.25, 0.40), (9.25, 0.75), (12.9, 1.2), (18.0, 1.8)), "T2": ((6.14, 0.37), (8.66, 0.57), (12.7, 1.2), (16.1, 1.6)),
    "T4": ((5.68, 0.44), (8.00, 0.59), (12.6, 1.2), (14.4, 1.4)), "T6": ((5.66, 0.42), (7.71, 0.50), (13.5, 1.3), None),
    "T8": ((6.05, 0.41), (7.78, 0.51), None, None), "T9": ((6.28, 0.43), (7.87, 0.56), None, None),
    "T10": ((6.52, 0.48), (8.18, 0.64), None, None), "T11": ((7.00, 0.72), (8.70, 0.81), None, None),
}  # fmt: skip


def _extent(is_inside: Callable[[FloatArray], FloatArray], start: FloatArray, step: FloatArray, most_mm: float) -> float:
    """Return how far one can go from a start along a step before the answer changes [mm]."""
    at = np.arange(0.0, most_mm, 0.05)
    inside = is_inside(start + at[:, None] * step)
    changed = np.flatnonzero(inside != inside[0])
    return float(at[changed[0]]) if len(changed) else most_mm


def vertebra_mm(body: Anatomy, name: str) -> tuple[float, float, float, float, float]:
    """Return posterior height, end plate width and depth, canal depth and width of a built vertebra [mm]."""
    spine = body.spine
    i = COLUMN.index(name)
    row, centre, turn = spine.column_rows[i], spine.column_centres_m[i], spine.column_rotations[i]

    def inside(local_mm: FloatArray) -> FloatArray:
        return anatomy.bone_distance(spine, name, centre + local_mm @ turn.T * 1e-3) < 0.0

    k = spine.scale
    x, y, z = np.eye(3)
    rear = row[bones.DEPTH] * 0.5 * k
    side = row[bones.WIDTH] * 0.30 * k
    high = [_extent(inside, np.array([0.0, rear - 4.5 * k, 0.0]), d, 30.0) for d in (z, -z)]
    top = row[bones.HEIGHT] * 0.5 * k - 3.0 * k
    front = np.array([0.0, -0.3 * rear, top])
    wide = _extent(inside, front, x, 40.0) + _extent(inside, front, -x, 40.0)
    deep = [_extent(inside, np.array([s, 0.0, top]), d, 40.0) for s in (0.22 * side, -0.22 * side) for d in (y, -y)]
    cy = bones.canal_y(row) * k
    at_lamina, at_pedicle = np.array([0.0, cy, (-6.0 if i > 5 else -1.0) * k]), np.array([0.0, cy, 3.0 * k])
    canal_deep = _extent(inside, at_lamina, y, 30.0) + _extent(inside, at_lamina, -y, 30.0)
    canal_wide = _extent(inside, at_pedicle, x, 30.0) + _extent(inside, at_pedicle, -x, 30.0)
    return sum(high), wide, 0.5 * sum(deep), canal_deep, canal_wide


def cord_and_sac_mm(body: Anatomy, name: str) -> tuple[float, float, float]:
    """Return the cord's diameter and depth and width of the sac beside a vertebra [mm]."""
    spine = body.spine
    level = float(COLUMN.index(name) - 5)
    arc = anatomy.arc_at_level(spine, level)
    cord = 2e3 * float(np.interp(arc, spine.canal_arcs_m, spine.cord_radius_m))
    axes = [2e3 * float(np.interp(arc, spine.canal_arcs_m, spine.sac_semi_axes_m[:, j])) for j in (0, 1)]
    return cord, axes[1], axes[0]


def rows() -> tuple[ValidationRow, ...]:
    """Return the rows of vertebrae, cord and sac of the template adult."""
    body = anatomy.build_anatomy(TEMPLATE)
    out = []
    for name, targets in PANJABI_MM.items():
        built = vertebra_mm(body, name)
        for part, target, spread, model in zip(PARTS, targets, SPREAD_MM, built, strict=True):
            size = 1.0 if part.startswith("canal") else STATURE
            out.append(
                within("anatomy", f"bone.{name}.{part.replace(' ', '_')}", f"{part} of {name}", "mm", target * size, model,
                       spread, "device_and_procedure 8.4 (Panjabi; SD of A5)", "UGK-M")
            )  # fmt: skip
    for name, (cord_ap, cord_rl, sac_ap, sac_rl) in PAM50_MM.items():
        cord, deep, wide = cord_and_sac_mm(body, name)
        if cord_ap is not None and cord_rl is not None and not name.startswith("C"):  # a round tube cannot be flat as there
            out.append(
                within("anatomy", f"cord.{name}", f"diameter of the cord at {name}, mean of AP and RL", "mm",
                       0.5 * (cord_ap[0] + cord_rl[0]), cord, 0.5 * (cord_ap[1] + cord_rl[1]), "device_and_procedure 8.5 PAM50", "H")
            )  # fmt: skip
        for word, given, model in (("depth", sac_ap, deep), ("width", sac_rl, wide)):
            if given is not None:
                out.append(
                    within("anatomy", f"sac.{name}.{word}", f"{word} of the sac at {name}", "mm", given[0], model, given[1],
                           "device_and_procedure 8.5 PAM50", "H")
                )  # fmt: skip
    return tuple(out)
