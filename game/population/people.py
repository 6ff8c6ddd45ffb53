"""Who is implanted: adults as in the published series, drawn by (seed, index).

Age, sex and causes follow the series of adults with reinforced catheters [S28]; body sizes follow the
measured tables of the anatomy. What no series reports (activity, curves, asymmetry) is assumed [A].
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from physics.anatomy import PatientBuild
from physics.anatomy.build import build_anatomy
from physics.randomness import draw

AGE_MEAN, AGE_SD, AGE_RANGE = 51.0, 14.0, (18.0, 80.0)  # mean [S28, H]; spread and ends [A]
MALE_SHARE = 0.63  # [S28, H]
STATURE_M = {False: (1.756, 0.069), True: (1.629, 0.064)}  # men, women: ANSUR II [H]
BMI_MEDIAN, BMI_LOG_SD, BMI_RANGE = 25.0, 0.17, (17.5, 37.0)  # [A]; no series reports it
SHORTER_M = 0.02  # spastic trunks stand a little shorter than soldiers [A]
FAT_SCATTER_M = 3e-3  # about the regression of abdominal fat on BMI [A]
BACK_FAT_SHARE = 0.75  # of the abdominal layer [A]
DURA_SCATTER = 0.05  # about the regression of depth on BMI [A]; practice draw 6 % [scenarios_content 0]
CONUS_LEVEL, CONUS_SD = 13.4, 0.4  # lower third of L1 [A15, H]; spread [A18]
CSF_CV = 12.1 / 49.9  # lumbosacral volume [A12, H]
CURVED_SHARE, COBB_SD_RAD, COBB_MOST_RAD = 0.25, math.radians(12.0), math.radians(30.0)  # [A]
LORDOSIS_CV = 0.20  # of the lumbar curve: about 10 in 50 degrees [A]
WHEELCHAIR_SHARE = 0.70  # [A]: most adults on this therapy do not walk
FLEXIONS_PER_DAY = {"ambulatory": 110.0, "wheelchair": 80.0}  # medians [A], about the 100 of the life model
FLEXIONS_LOG_SD = 0.40  # [A]
AMPLITUDE_LOG_SD = 0.15  # how far one patient bends against another [A]
STEADY_SHARE, FAT_SD_M_PER_YEAR = 0.7, 2e-3  # weight kept; change of the layer of fat in the others [A]
TWIDDLES, FIDDLER_SHARE = (0.2, 6.0), 0.015  # turns a day, ordinary and fiddler [scenarios_content I-A5]; share [A]
CAUSES = (("SCI", 0.38), ("TBI", 0.15), ("CP", 0.13), ("MS", 0.11), ("STROKE", 0.10), ("other", 0.13))  # [S28, H]
MOST_DRAWS = 12
ADHERENCE = (0.4, 0.75, 0.95)  # how far orders are followed after surgery: least, mode, most [A]
STREAM, CARE_STREAM = "population.patient", "population.care"


@dataclass(frozen=True, slots=True)
class Person:
    """One adult: body, cause, and how this patient moves."""

    build: PatientBuild
    cause: str
    mobility: str
    flexions_per_day: float
    flexion_scale: float
    fat_m_per_year: float
    twiddle_turns_per_day: float
    adherence: float = 0.7  # share of what is forbidden after surgery that is not done [A]


def _clipped(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))


def dura_depth_m(bmi: float) -> float:
    """Return skin to dura at L3-4 [m]: 0.077 BMI + 0.88 inches to mid-canal [A21, H], less half the canal."""
    return 0.0254 * (0.077 * bmi + 0.88) - 0.007


def abdominal_fat_m(bmi: float, is_female: bool) -> float:
    """Return the subcutaneous layer [m]: 8.4 + 0.4 (BMI - 22) + 5.1 if female, in mm [A26]."""
    return 1e-3 * (8.4 + 0.4 * (bmi - 22.0) + (5.1 if is_female else 0.0))


def _drawn(generator: np.random.Generator, number: int) -> PatientBuild:
    is_female = bool(generator.random() >= MALE_SHARE)
    mean, spread = STATURE_M[is_female]
    height = _clipped(mean - SHORTER_M + spread * generator.standard_normal(), 1.48, 1.95)
    bmi = _clipped(BMI_MEDIAN * math.exp(BMI_LOG_SD * generator.standard_normal()), *BMI_RANGE)
    fat = max(3e-3, abdominal_fat_m(bmi, is_female) + FAT_SCATTER_M * generator.standard_normal())
    depth = dura_depth_m(bmi) * (1.0 + DURA_SCATTER * _clipped(generator.standard_normal(), -2.0, 2.0))
    cobb = COBB_SD_RAD * generator.standard_normal() if generator.random() < CURVED_SHARE else 0.0
    return PatientBuild(
        age_years=_clipped(AGE_MEAN + AGE_SD * generator.standard_normal(), *AGE_RANGE),
        is_female=is_female,
        height_m=height,
        mass_kg=bmi * height**2,
        abdominal_fat_m=fat,
        back_fat_m=_clipped(BACK_FAT_SHARE * fat, 3e-3, 25e-3),
        dura_depth_m=depth,
        conus_level=_clipped(CONUS_LEVEL + CONUS_SD * generator.standard_normal(), 12.0, 15.0),
        csf_scale=_clipped(math.exp(CSF_CV * generator.standard_normal()), 0.6, 1.5),
        cobb_rad=_clipped(cobb, -COBB_MOST_RAD, COBB_MOST_RAD),
        seed=number,
        lordosis_scale=_clipped(1.0 + LORDOSIS_CV * generator.standard_normal(), 0.6, 1.3),
    )


def draw_person(seed: int, index: int) -> Person:
    """Return the patient `index` of the cohort `seed`; nothing but these two numbers decides.

    A body for which the anatomy finds no trunk is drawn again, with a plain spine at last.

    Raises
    ------
    ValueError
        If none of the draws can be built.
    """
    generator = draw(seed, STREAM, index)
    names, shares = zip(*CAUSES, strict=True)
    cause = str(generator.choice(names, p=np.array(shares) / sum(shares)))
    mobility = "wheelchair" if generator.random() < WHEELCHAIR_SHARE else "ambulatory"
    rate = FLEXIONS_PER_DAY[mobility] * math.exp(FLEXIONS_LOG_SD * generator.standard_normal())
    scale = math.exp(AMPLITUDE_LOG_SD * generator.standard_normal())
    change = FAT_SD_M_PER_YEAR * generator.standard_normal()
    gain = 0.0 if generator.random() < STEADY_SHARE else float(change)
    turns = TWIDDLES[1] if generator.random() < FIDDLER_SHARE else TWIDDLES[0]
    problem: ValueError | None = None
    for attempt in range(MOST_DRAWS):
        build = _drawn(generator, index)
        if attempt >= MOST_DRAWS // 2:
            build = replace(build, cobb_rad=0.0, lordosis_scale=1.0)
        try:
            build_anatomy(build)
        except ValueError as error:
            problem = error
            continue
        care = float(draw(seed, CARE_STREAM, index).triangular(*ADHERENCE))
        return Person(build, cause, mobility, float(rate), float(scale), gain, turns, care)
    raise ValueError(f"patient {index} of seed {seed}: {problem}")
