"""Cited tables of the spine: sizes by level, canal, sac and cord, path lengths.

Marks: H verified source, M medium, UGK unverified general knowledge, [A] own assumption.
Section numbers are those of the project's reference `device_and_procedure`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics.anatomy.spec import LEVEL_NAMES, PatientBuild

FloatArray = NDArray[np.float64]

TEMPLATE_STATURE_M = 1.756  # ANSUR II men, mean stature [8.3, H]
TABLE_STATURE_M = 1.70  # stature of the path length table [8.6, M]
CHILD_PATH_FACTOR = 0.79  # 8-12 years [8.6, M]
CHILD_PATH_STATURE_M = 1.28  # stature at 8 years, below which the factor shrinks [A]

# Path from the L3-4 disc along the canal, adult 170 cm [mm], T1 .. S1 [8.6, M; T5, L3 between
# neighbours; L4, L5, S1 from vertebra and disc heights of 8.4, UGK]
PATH_MM: FloatArray = np.array(
    [370, 351, 331, 310, 288.5, 266, 244, 221, 197, 172, 146, 118, 87, 52, 17.3, -17.8, -53.5, -88.0]
)
PATH_C7_MM, PATH_C5_MM = 388.0, 421.0  # [8.6, M]
NECK_PITCH_MM = (PATH_C5_MM - 370.0) / 3.0  # 17 mm a level: C7 387, C3 455 as in the table [8.6, M]
PATH_TOP_MM = PATH_C5_MM + 3.65 * NECK_PITCH_MM  # upper edge of the dens [A]
NECK_NAMES: tuple[str, ...] = ("C2", "C3", "C4", "C5", "C6", "C7")

# Template: body centre z and y of the column [mm], T1 .. L5; tuned: reads as a normal standing spine
BODY_Z_MM: FloatArray = np.array(
    [423, 404, 384, 363, 341, 318, 294, 269, 243, 215, 186, 155, 122, 87, 51, 14, -22], dtype=float
)
BODY_Y_MM: FloatArray = np.array(
    [19, 27, 34, 39, 42, 43, 42, 39, 34, 28, 21, 13, 5, 1, 1, 4, 14], dtype=float
)

# Vertebra rows [mm]: width, depth, height, canal half width, canal half depth, spinous length and
# height, transverse reach, spinous tilt, thoracic flag, wedge, transverse rise, back sweep, radius.
# Widths, depths, heights follow 8.4 (UGK-M) within 3 mm, canal half widths 8.4 SCW / SCD within 1 mm;
# process sizes tuned: by eye against plates.
VERTEBRA_MM: FloatArray = np.array(
    [
        # w     dep   ht    cx    cy   spl  sph tp  tilt  th wedge up  back r
        [27.0, 19.5, 16.0, 10.9, 7.8, 26, 13, 36, -0.50, 1, 0.04, 4, 14, 4.8],  # T1
        [26.0, 20.5, 16.2, 9.4, 7.8, 25, 12, 34, -0.25, 1, 0.04, 4, 14, 4.8],
        [25.5, 22.0, 16.6, 8.9, 7.8, 26, 11, 32, 0.00, 1, 0.04, 4, 14, 4.8],
        [25.5, 23.5, 17.2, 8.7, 7.8, 28, 11, 32, 0.15, 1, 0.04, 4, 14, 4.8],
        [26.5, 25.0, 18.0, 8.7, 7.8, 30, 11, 32, 0.35, 1, 0.04, 4, 14, 4.8],
        [27.5, 26.0, 18.7, 8.7, 7.8, 31, 11, 32, 0.45, 1, 0.04, 4, 14, 4.8],
        [29.0, 27.0, 19.4, 8.8, 7.7, 31, 11, 32, 0.45, 1, 0.04, 4, 14, 4.8],
        [30.5, 27.5, 20.2, 8.9, 7.7, 30, 11, 32, 0.35, 1, 0.04, 4, 14, 4.8],
        [31.5, 28.0, 21.0, 9.0, 7.6, 28, 12, 31, 0.15, 1, 0.04, 4, 14, 4.8],  # T9
        [33.5, 29.0, 22.0, 9.1, 7.6, 26, 13, 30, 0.10, 1, 0.04, 3, 14, 5.0],
        [36.5, 30.0, 23.0, 9.7, 7.8, 25, 15, 27, 0.50, 0, 0.04, 2, 13, 5.0],
        [40.0, 31.0, 25.0, 11.1, 8.6, 24, 18, 25, 0.30, 0, 0.04, 2, 12, 5.0],  # T12
        [43.0, 32.0, 26.0, 11.6, 9.0, 28, 21, 37, 0.12, 0, 0.04, 1, 10, 4.6],
        [45.0, 33.0, 26.5, 11.7, 8.8, 30, 22, 43, 0.12, 0, 0.04, 0, 9, 4.6],
        [47.0, 34.0, 26.4, 11.9, 8.6, 31, 22, 49, 0.12, 0, 0.04, 1, 9, 4.6],  # L3
        [49.0, 35.0, 27.0, 12.4, 8.8, 28, 20, 43, 0.12, 0, 0.10, 5, 9, 4.4],
        [51.0, 35.0, 27.0, 13.4, 8.6, 15, 16, 44, 0.12, 0, 0.22, 5, 6, 6.6],
    ]
)

# Neck rows [mm], columns as above: bodies and canals after Panjabi 1991 (recalled, UGK-M), canal depth held to
# the true sagittal diameters of 8.4 A10 (C5 13.1, C7 13.6 without magnification, H); processes tuned: by eye.
# Two columns mean something else in the neck: is it the axis, has it two spinous points.
NECK_MM: FloatArray = np.array(
    [
        # w     dep   ht    cx    cy   spl  sph tp  tilt  th  wedge up axis bifid
        [18.0, 15.6, 19.0, 11.9, 8.6, 17, 15, 26, 0.30, -1, 0.0, -2, 1, 1],  # C2
        [16.5, 15.0, 11.6, 11.5, 7.4, 13, 9, 25, 0.30, -1, 0.0, 1, 0, 1],
        [17.2, 15.3, 11.4, 11.6, 7.3, 13, 9, 26, 0.30, -1, 0.0, 1, 0, 1],
        [18.0, 15.5, 11.4, 11.8, 7.2, 14, 9, 27, 0.35, -1, 0.0, 1, 0, 1],
        [20.0, 16.4, 10.9, 11.9, 7.3, 18, 9, 28, 0.40, -1, 0.0, 1, 0, 1],
        [22.5, 17.5, 12.8, 11.5, 7.4, 27, 10, 31, 0.40, -1, 0.0, 2, 0, 0],  # C7
    ]
)

# Dural sac [mm] against level: half width, half depth. T1-T6 from canal (CSF) segmentations
# [8.5 PAM50, H]; L1 and L4 dural depth 15.1 and 12.8 [8.4 A8, H]; L3-4 14 x 17 [8.4, UGK];
# sac end at S2 [A15 context, UGK]
SAC_LEVELS: FloatArray = np.array([-5.0, -3.0, -2.0, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 13.0, 14.0, 15.5, 16.0, 17.0, 18.0, 19.0])
SAC_HALF_WIDTH_MM: FloatArray = np.array(
    [10.4, 10.1, 10.0, 9.0, 8.05, 7.2, 7.4, 7.6, 8.2, 8.5, 8.6, 8.5, 8.3, 7.4, 5.6, 2.6]
)
SAC_HALF_DEPTH_MM: FloatArray = np.array(
    [7.2, 6.4, 6.4, 6.45, 6.35, 6.3, 6.75, 6.9, 7.4, 7.55, 7.4, 7.0, 6.6, 6.0, 4.8, 2.3]
)

# Cord [mm] against vertebral level: depth and width [8.5 PAM50, H]; above T1 rows C2, C4, C5, C7
CORD_LEVELS: FloatArray = np.array([-5.0, -3.0, -2.0, 0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 9.0, 10.0, 11.0, 12.0])
CORD_DEPTH_MM: FloatArray = np.array([7.76, 7.43, 7.28, 6.41, 6.25, 6.14, 5.68, 5.66, 6.05, 6.28, 6.52, 7.00, 6.73])
CORD_WIDTH_MM: FloatArray = np.array([11.55, 12.73, 12.64, 10.60, 9.25, 8.66, 8.00, 7.71, 7.78, 7.87, 8.18, 8.70, 8.24])
CORD_CHILD_FACTOR = 0.95  # 8-12 years [8.5, H computed]
CAUDA_RADIUS_MM = 3.0  # bundle of roots lying posterior [catheter_mechanics_2 section 3, A]
CAUDA_STIFFNESS = 0.05  # over the cord [catheter_mechanics_2 section 3, A]
CONUS_TAPER_LEVELS = 1.4  # length over which the conus thins [A]

EPIDURAL_MIDLINE_MM, EPIDURAL_LATERAL_MM = 4.0, 1.5  # posterior epidural fat at L3-4 [UGK]
FLAVUM_MM = 4.0  # ligamentum flavum thickness, 3-5 mm [UGK]
SKIN_MM = 2.2  # dermis and epidermis [8.2 A26, H]
FASCIA_MM = 1.5  # lumbodorsal fascia [UGK]


def path_scale(build: PatientBuild) -> float:
    """Return the length of this patient's canal over the 170 cm table.

    Source: 8.6: stature scaling for adults, x0.79 at 8-12 years (M). Between 12 and 16 years we
    blend, below 8 years the child factor shrinks with stature [A].
    """
    adult = build.height_m / TABLE_STATURE_M
    child = CHILD_PATH_FACTOR
    if build.age_years < 8.0:
        child *= min(build.height_m / CHILD_PATH_STATURE_M, 1.0)
    share = float(np.clip((build.age_years - 12.0) / 4.0, 0.0, 1.0))
    return child * (1.0 - share) + adult * share


def template_scale(build: PatientBuild) -> float:
    """Return this patient's spine size over the template adult of 1.756 m."""
    return path_scale(build) * TABLE_STATURE_M / TEMPLATE_STATURE_M


def level_paths_m(build: PatientBuild) -> FloatArray:
    """Return the canal arc of T1 .. S1 from the L3-4 disc [m]."""
    return PATH_MM * 1e-3 * path_scale(build)


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *(
        (f"canal path from L3-4 to {name}", float(path) * 1e-3, "m", "M", "device_and_procedure 8.6")
        for name, path in zip(LEVEL_NAMES, PATH_MM, strict=True)
    ),
    ("child path factor 8-12 years", CHILD_PATH_FACTOR, "1", "M", "device_and_procedure 8.6"),
    ("sac depth at L3-4", 0.014, "m", "UGK", "device_and_procedure 8.4"),
    ("sac width at L3-4", 0.017, "m", "UGK", "device_and_procedure 8.4"),
    ("dural depth at L1", 0.0151, "m", "H", "device_and_procedure 8.4 [A8]"),
    ("cord depth at T10", 0.00652, "m", "H", "device_and_procedure 8.5 PAM50"),
    ("cord width at T10", 0.00818, "m", "H", "device_and_procedure 8.5 PAM50"),
    ("conus level", 13.4, "level", "H", "device_and_procedure 8.5 [A15-A18]"),
    ("skin thickness", SKIN_MM * 1e-3, "m", "H", "device_and_procedure 8.2 [A26]"),
    ("ligamentum flavum thickness", FLAVUM_MM * 1e-3, "m", "UGK", "3-5 mm, general knowledge"),
    ("posterior epidural depth L3-4", EPIDURAL_MIDLINE_MM * 1e-3, "m", "UGK", "4-6 mm, general knowledge"),
    ("fascia thickness", FASCIA_MM * 1e-3, "m", "UGK", "general knowledge"),
    ("interlaminar window height L3-4", 0.0115, "m", "UGK-L", "device_and_procedure 8.6"),
)
