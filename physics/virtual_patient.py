"""Patients who differ as people do: drawn by (seed, number) and nothing else, with both halves of the model.

A typical patient is what `for_patient` returns; a drawn one multiplies its parameters by log-normal factors,
so that a new fit of the typical one moves all of them. Sources: [PH1] reference/pharmacology.md,
[DP] reference/device_and_procedure.md, [CDC] Kuczmarski et al., 2000 CDC growth charts, Vital Health Stat
11(246), 2002. Education only, never for dosing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

import physics.csf as csf
import physics.patient as patient
from physics.patient.neuro import sedation_effect
from physics.randomness import draw

FloatArray = NDArray[np.float64]
STREAM = "virtual patient"
KINDS = tuple(patient.PRESETS)
SPINAL = ("SCI", "MS")  # the others are of cerebral origin
ADULT_YEARS = 18.0
MOST_SD = 3.0  # tuned: no draw farther from the middle, so that every patient is a possible one

# coefficients of variation of log-normal factors whose median is 1 [PH1 2.7, F-L]
DRUG_CV = {
    "csf_scale": 0.25,  # about the volume that follows from the height; 12.1 of 49.9 mL [DP 8.6 A12, H]
    "dispersion_sac_m2_per_s": 0.50,
    "dispersion_cervical_m2_per_s": 0.40,  # never below the sac's
    "loss_per_s": 0.35,
    "cord_exchange_m2_per_s": 0.30,
    "production_m3_per_s": 0.15,
    "clearance_m3_per_s": 0.30,  # children 0.33 [PH1 1.3 HE14, H]
    "fast_site_per_s": 0.25,
}
HALF_CV = {
    "half_legs_kg_per_m3": 0.50, "half_arms_kg_per_m3": 0.50, "half_reflex_kg_per_m3": 0.50,
    "half_sedation_kg_per_m3": 0.80,  # 0.45 in [PH1 2.7]; fitted to the label's somnolence [FIT, F-L]
    "half_breathing_kg_per_m3": 0.40,
}
HALF_CORRELATION = 0.6  # [PH1 2.7, F-L] of the logarithms, between any two half concentrations
ANSWER_CV = {"tolerance_gain": 0.50, "tolerance_s": 0.30, "susceptibility": 0.45}

# baseline -> standard deviation, least, most; SD 0.8-1.0 [PH1 2.7, V]; legs from 2: who is offered a pump is stiff [A]
BASELINES = {"ashworth_legs": (0.8, 2.0, 5.0), "ashworth_arms": (1.0, 1.0, 5.0), "spasm_score": (1.0, 0.0, 4.0)}

# years -> stature mean [m], its coefficient of variation; mass: power L, median [kg], S of the LMS method [CDC, H]
BOYS = (
    (4.04, 1.0251, 0.0413, -0.915, 16.32, 0.1200), (6.04, 1.1566, 0.0437, -1.087, 20.78, 0.1391),
    (8.04, 1.2812, 0.0451, -1.352, 25.75, 0.1560), (10.04, 1.3882, 0.0476, -1.207, 32.09, 0.1789),
    (12.04, 1.4931, 0.0499, -0.837, 40.67, 0.1966), (14.04, 1.6414, 0.0489, -0.632, 51.23, 0.1908),
    (16.04, 1.7361, 0.0431, -0.802, 61.10, 0.1725), (18.04, 1.7619, 0.0406, -1.066, 67.29, 0.1619),
)  # fmt: skip
GIRLS = (
    (4.04, 1.0103, 0.0433, -1.177, 15.88, 0.1318), (6.04, 1.1501, 0.0450, -1.327, 20.34, 0.1496),
    (8.04, 1.2783, 0.0460, -1.128, 25.76, 0.1721), (10.04, 1.3821, 0.0487, -0.847, 33.06, 0.1970),
    (12.04, 1.5149, 0.0486, -0.808, 41.83, 0.2023), (14.04, 1.6048, 0.0410, -1.112, 49.49, 0.1886),
    (16.04, 1.6257, 0.0398, -1.651, 53.95, 0.1681), (18.04, 1.6313, 0.0397, -1.851, 56.23, 0.1604),
)  # fmt: skip
ADULT_STATURE_M = {False: (1.756, 0.069), True: (1.629, 0.064)}  # [DP 8.3 ANSUR II, H] men, women
SHORTER_M = 0.02  # spastic trunks stand a little shorter than soldiers [A]
BMI_MEDIAN, BMI_LOG_SD = 25.0, 0.17  # [A] no series reports it
PALSY_SD = -1.0  # stature and mass in cerebral palsy: lower [Day et al. 2012, H]; by how much [A]
MASS_WITH_HEIGHT = 0.7  # correlation of a child's two standard scores [A]
MOST_MASS_SD = 2.0  # tuned: the LMS power law has no bound above
MALE_ADULT, MALE_CHILD = 0.63, 0.58  # [S28, H]; Stevenson et al., Pediatrics 2006;118:1010 [H]
ADULT_AGE = (51.0, 14.0, 18.0, 80.0)  # mean [S28, H]; spread and ends [A]
CHILD_AGE = (4.0, 18.0)  # [PH1 6] the model begins at 4; evenly [A]

SOMNOLENT = 0.01  # [PH1 2.5] F: depth of sedation that a ward writes down as somnolence

# what a patient may be like at all: key -> range, for whoever builds one by hand
LIMITS = {
    "age_years": (4.0, 90.0), "height_m": (0.85, 2.15), "mass_kg": (10.0, 220.0), "csf_scale": (0.1, 4.0),
    "half_legs_kg_per_m3": (1e-6, 1e-2), "half_arms_kg_per_m3": (1e-6, 1e-2), "half_reflex_kg_per_m3": (1e-6, 1e-2),
    "half_sedation_kg_per_m3": (1e-6, 1e-1), "half_breathing_kg_per_m3": (1e-6, 1e-1), "tolerance_gain": (0.0, 50.0),
    "tolerance_s": (86400.0, 1e9), "susceptibility": (0.0, 5.0), "dispersion_sac_m2_per_s": (1e-8, 1e-3),
    "dispersion_cervical_m2_per_s": (1e-8, 1e-3), "loss_per_s": (0.0, 1e-2), "fast_site_per_s": (1e-7, 1e-2),
    "clearance_m3_per_s": (1e-9, 1e-3), "production_m3_per_s": (1e-11, 1e-7), "cord_exchange_m2_per_s": (1e-12, 1e-5),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VirtualPatient:
    """One patient in both halves of the model.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    age_years : float
        Years.
    is_female : bool
        Tables of stature and mass.
    height_m, mass_kg : float
        Body.
    drug : physics.csf.DrugParams
        Where the drug goes.
    answer : physics.patient.PatientParams
        What it does there.
    """

    kind: str
    age_years: float
    is_female: bool
    height_m: float
    mass_kg: float
    drug: csf.DrugParams
    answer: patient.PatientParams

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"VirtualPatient.kind = {self.kind!r}; expected one of {', '.join(KINDS)}")
        for name, (low, high) in LIMITS.items():
            owner = next(part for part in (self, self.drug, self.answer) if hasattr(part, name))
            value = float(getattr(owner, name))
            if not low <= value <= high:  # NaN is in no range
                raise ValueError(f"VirtualPatient.{name} = {value!r}; expected {low:g} .. {high:g}")

    @property
    def is_spinal(self) -> bool:
        """Whether the spasticity is of spinal origin."""
        return self.kind in SPINAL

    @property
    def is_child(self) -> bool:
        """Whether the rules for children hold."""
        return self.age_years < ADULT_YEARS

    @property
    def ec50_factor(self) -> float:
        """Half concentration of the legs over the typical one of the same kind."""
        plain = patient.PatientParams.for_patient(self.kind)
        return self.answer.half_legs_kg_per_m3 / plain.half_legs_kg_per_m3


def log_sd(cv: float) -> float:
    """Return the standard deviation of the logarithm of a log-normal with a coefficient of variation."""
    return math.sqrt(math.log1p(cv * cv))


def draw_patient(
    seed: int, number: int, kind: str, *, is_child: bool = False, age_years: float | None = None
) -> VirtualPatient:
    """Return patient `number` of a seed; nothing but the arguments decides.

    Parameters
    ----------
    seed, number : int
        Key of the draw, both >= 0.
    kind : str
        "SCI", "MS", "CP", "TBI" or "STROKE".
    is_child : bool
        Draw an age of 4 to 18 years instead of an adult's.
    age_years : float, optional
        This age instead of a drawn one; decides by itself who is a child.

    Raises
    ------
    ValueError
        If kind, age or the key lies outside its range.

    Notes
    -----
    Every factor takes its number from the same place of the stream whatever the kind and the age, so
    that one number is the same person with another disease or age. The half concentrations share one
    sensitivity: ln h = s (sqrt(0.6) z0 + sqrt(0.4) z). Not drawn: completeness of a lesion, level of
    a cord injury, renal failure, resting vital signs.
    """
    if kind not in KINDS:
        raise ValueError(f"kind = {kind!r}; expected one of {', '.join(KINDS)}")
    low, high = LIMITS["age_years"]
    if age_years is not None and not low <= age_years <= high:
        raise ValueError(f"age_years = {age_years!r}; expected {low:g} .. {high:g}")
    generator = draw(seed, STREAM, number)
    sexed, aged = generator.random(2)
    z = iter(np.clip(generator.standard_normal(40), -MOST_SD, MOST_SD).tolist())
    middle, spread, youngest, oldest = ADULT_AGE
    adult = min(max(middle + spread * next(z), youngest), oldest)
    if age_years is None:
        age_years = CHILD_AGE[0] + float(aged) * (CHILD_AGE[1] - CHILD_AGE[0]) if is_child else adult
    is_female = bool(sexed >= (MALE_CHILD if age_years < ADULT_YEARS else MALE_ADULT))
    height, mass = body(kind, age_years, is_female, next(z), next(z))
    drug = _drawn_drug(height, mass, {name: next(z) for name in DRUG_CV})
    shared = next(z)
    answer = _drawn_answer(
        kind, age_years, {name: next(z) for name in BASELINES}, {name: next(z) for name in ANSWER_CV}
    )
    common, own = math.sqrt(HALF_CORRELATION), math.sqrt(1.0 - HALF_CORRELATION)
    scores = {name: common * shared + own * next(z) for name in HALF_CV}
    halves = {name: getattr(answer, name) * math.exp(log_sd(HALF_CV[name]) * scores[name]) for name in HALF_CV}
    return VirtualPatient(kind, age_years, is_female, height, mass, drug, replace(answer, **halves))


def body(kind: str, age_years: float, is_female: bool, z_height: float, z_mass: float) -> tuple[float, float]:
    """Return height [m] and mass [kg] of a person from two standard scores.

    Children by the LMS method: M (1 + L S z)**(1/L) [CDC]; adults by ANSUR's stature and a body mass
    index. In cerebral palsy both scores are one lower, but none is beyond `MOST_SD`.
    """
    shift = PALSY_SD if kind == "CP" else 0.0
    z_height = max(z_height + shift, -MOST_SD)
    if age_years >= ADULT_YEARS:
        mean, spread = ADULT_STATURE_M[is_female]
        height = mean - SHORTER_M + spread * z_height
        return height, BMI_MEDIAN * math.exp(BMI_LOG_SD * max(z_mass + shift, -MOST_SD)) * height**2
    mean, variation, power, median, scatter = _child_row(age_years, is_female)
    apart = math.sqrt(1.0 - MASS_WITH_HEIGHT**2) * z_mass
    score = min(max(MASS_WITH_HEIGHT * (z_height - shift) + apart + shift, -MOST_SD), MOST_MASS_SD)
    mass = median * (1.0 + power * scatter * score) ** (1.0 / power)
    return mean * (1.0 + variation * z_height), mass


def _child_row(age_years: float, is_female: bool) -> tuple[float, ...]:
    table = np.array(GIRLS if is_female else BOYS)
    return tuple(float(np.interp(age_years, table[:, 0], table[:, column])) for column in range(1, 6))


def _drawn_drug(height_m: float, mass_kg: float, z: dict[str, float]) -> csf.DrugParams:
    typical = csf.DrugParams.for_patient(height_m, mass_kg)
    values = {name: getattr(typical, name) * math.exp(log_sd(cv) * z[name]) for name, cv in DRUG_CV.items()}
    sac = values["dispersion_sac_m2_per_s"]
    values["dispersion_cervical_m2_per_s"] = max(sac, values["dispersion_cervical_m2_per_s"])
    return replace(typical, **values)


def _drawn_answer(
    kind: str, age_years: float, z_baselines: dict[str, float], z: dict[str, float]
) -> patient.PatientParams:
    usual = patient.PatientParams.for_patient(kind)
    scores = {
        name: min(max(getattr(usual, name) + spread * z_baselines[name], low), high)
        for name, (spread, low, high) in BASELINES.items()
    }
    typical = patient.PatientParams.for_patient(kind, age_years=age_years, **scores)
    return replace(typical, **{n: getattr(typical, n) * math.exp(log_sd(cv) * z[n]) for n, cv in ANSWER_CV.items()})


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the drug is and how the patient is, at one moment."""

    drug: csf.CsfState
    answer: patient.PatientState


def naive(who: VirtualPatient) -> Moment:
    """Return a patient who never had the drug."""
    return Moment(csf.initial(who.drug), patient.initial(who.answer))


def live(
    who: VirtualPatient, moment: Moment, sources: csf.Sources, dt_s: float, every: int = 1
) -> tuple[Moment, csf.Exposure, tuple[patient.PatientEvent, ...]]:
    """Return the patient after an interval of at most a day, the drives during it, and the events in it.

    Parameters
    ----------
    who, moment : VirtualPatient, Moment
        The patient and where things stand.
    sources : physics.csf.Sources
        What arrives: pump and line are ideal here. For a real line use `physics.therapy`.
    dt_s : float
        Interval [s], at most a day.
    every : int
        The patient takes every so-manieth sample of the drives (15 min apart): 1 where a bolus acts, 4 under
        an infusion, whose drives move over hours; legs differ by under 1e-3 points then.
    """
    drug, exposure = csf.advance(who.drug, moment.drug, sources, dt_s)
    answer, events = patient.advance(who.answer, moment.answer, _thinned(exposure, every))
    return Moment(drug, answer), exposure, events


def _thinned(exposure: csf.Exposure, every: int) -> csf.Exposure:
    """Return an exposure with every so-manieth sample, the first and the last among them."""
    last = exposure.times_s.size - 1
    if every <= 1:
        return exposure
    if last % every:
        raise ValueError(f"every = {every}; expected a divisor of {last} steps")
    return csf.Exposure(**{item.name: getattr(exposure, item.name)[::every] for item in fields(exposure)})


def legs_gain(who: VirtualPatient, tolerance: float, legs_drive: FloatArray) -> FloatArray:
    """Return by how many Ashworth points the legs are below baseline at drives [kg/m3]; no rebound counted."""
    return (who.answer.ashworth_legs - 1.0) * who.answer.reversible_legs * _share(who, tolerance, legs_drive, 1.0)


def spasm_gain(who: VirtualPatient, tolerance: float, legs_drive: FloatArray) -> FloatArray:
    """Return by how many Penn points spasms are below baseline at drives [kg/m3]; no rebound counted."""
    full = who.answer.spasm_score * who.answer.reversible_spasm
    return full * _share(who, tolerance, legs_drive, who.answer.spasm_ratio)


def _share(who: VirtualPatient, tolerance: float, drive: FloatArray, ratio: float) -> FloatArray:
    half = who.answer.half_legs_kg_per_m3 * ratio * (1.0 + who.answer.tolerance_gain * tolerance)
    steep = np.maximum(drive, 0.0) ** who.answer.steepness
    return np.asarray(steep / (steep + half**who.answer.steepness), dtype=np.float64)


def deepest_sedation(who: VirtualPatient, tolerance: float, exposure: csf.Exposure) -> float:
    """Return the deepest sedation (0..1) during an exposure; from `SOMNOLENT` on a ward writes it down."""
    return sedation_effect(who.answer, float(exposure.sedation.max()), tolerance)


def _ledger() -> tuple[tuple[str, float, str, str, str], ...]:
    spread = "pharmacology 2.7, column CV"
    rows = [(f"cv.{name}", cv, "1", "F-L", spread) for name, cv in (DRUG_CV | HALF_CV | ANSWER_CV).items()]
    rows += [(f"sd.{name}", row[0], "1", "M", "pharmacology 2.7: A0 SD 0.8-1.0") for name, row in BASELINES.items()]
    charts = "Kuczmarski et al., 2000 CDC growth charts, Vital Health Stat 11(246), 2002"
    for sex, table in (("boys", BOYS), ("girls", GIRLS)):
        for years, stature, variation, power, median, scatter in table:
            at = f"{sex}_{years:.0f}y"
            rows += [(f"{at}.stature", stature, "m", "H", charts), (f"{at}.stature_cv", variation, "1", "H", charts)]
            rows += [(f"{at}.mass", median, "kg", "H", charts), (f"{at}.mass_power", power, "1", "H", charts)]
            rows.append((f"{at}.mass_scatter", scatter, "1", "H", charts))
    soldiers = "device_and_procedure 8.3 (ANSUR II)"
    for is_female, name in ((False, "men"), (True, "women")):
        mean, sd = ADULT_STATURE_M[is_female]
        rows += [(f"{name}.stature", mean, "m", "H", soldiers), (f"{name}.stature_sd", sd, "m", "H", soldiers)]
    return (
        *rows,
        ("half_correlation", HALF_CORRELATION, "1", "F-L", "pharmacology 2.7: one shared sensitivity factor"),
        ("legs_least", BASELINES["ashworth_legs"][1], "1", "A", "who is offered a pump is stiff"),
        ("most_sd", MOST_SD, "1", "tuned", "no draw farther from the middle"),
        ("shorter_m", SHORTER_M, "m", "A", "spastic trunks stand a little shorter than soldiers"),
        ("bmi_median", BMI_MEDIAN, "kg/m2", "A", "no series of these patients reports it"),
        ("bmi_log_sd", BMI_LOG_SD, "1", "A", "no series of these patients reports it"),
        ("palsy_sd", PALSY_SD, "1", "A", "lower, often below the 5th centile: Day et al. 2012; by how much assumed"),
        ("mass_with_height", MASS_WITH_HEIGHT, "1", "A", "tall children weigh more"),
        ("most_mass_sd", MOST_MASS_SD, "1", "tuned", "the LMS power law has no bound above"),
        ("male_adult", MALE_ADULT, "1", "H", "bibliography S28"),
        ("male_child", MALE_CHILD, "1", "H", "Stevenson et al., Pediatrics 2006;118:1010"),
        ("adult_age_mean", ADULT_AGE[0], "years", "H", "bibliography S28"),
        ("adult_age_sd", ADULT_AGE[1], "years", "A", "spread of the same adults"),
        ("child_age_least", CHILD_AGE[0], "years", "M", "pharmacology 6: no age below 4"),
        ("somnolent", SOMNOLENT, "1", "F-L", "pharmacology 2.5: logged as somnolence from here on"),
    )  # fmt: skip


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = _ledger()
