"""Rows that check a drawn population: who responds, who becomes drowsy, how far doses and gradients spread.

Means of a typical patient say nothing about the shares of patients that trials count. Each drawn patient has
lognormal deviations [PH1 2.7]; half concentrations share one factor (correlation 0.6). The response to a bolus and
the steady state are linear in the dose, so one run serves all doses.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy.stats import norm, qmc

from game.validate.drug_course import Change, FloatArray, Line, Subject, band_row, chronic, course, preset, unchanged
from game.validate.row import ValidationRow
from physics import csf
from physics.patient.march import saturation
from physics.virtual_patient import ANSWER_CV, DRUG_CV, HALF_CORRELATION, HALF_CV
from physics.units import kg_from_ug, kg_per_s_from_ug_per_day

PATIENTS = 512  # numerical: other draws move shares by 1 % of patients, means by 1 %, the far tails by 5 %
SEED = 1
SCREENING_UG = (50.0, 75.0, 100.0)  # [PH1 4.1] each given only where the one before did nothing
RESPONSE_POINTS = 1.0  # [PH1 4.1] leg Ashworth
SOMNOLENCE = 0.010  # [PH1 2.8] F: depth of sedation at which somnolence is noted
HELD_EFFECT = 0.80  # [PH1 2.8] of leg tone, at 18 months
CHRONIC_DAYS = 540.0
SEVERE = 0.8  # [PH1 2.8] severity of withdrawal counted as severe


@lru_cache(maxsize=4)
def _normals(n: int) -> FloatArray:
    """Return standard normal deviates, one row per patient, spread evenly over the space."""
    width = len(DRUG_CV) + len(HALF_CV) + len(ANSWER_CV) + 1
    return np.asarray(norm.ppf(qmc.Sobol(width, seed=SEED).random(n)))


def drawn(typical: Subject, n: int = PATIENTS) -> list[Subject]:
    """Return patients around a typical one."""
    names = (*DRUG_CV, *HALF_CV, *ANSWER_CV)
    spreads = [math.sqrt(math.log1p(cv * cv)) for cv in (*DRUG_CV.values(), *HALF_CV.values(), *ANSWER_CV.values())]
    people = []
    for row in _normals(n):
        drug, answer = {}, {}
        for name, spread, own in zip(names, spreads, row, strict=False):
            deviate = math.sqrt(HALF_CORRELATION) * row[-1] + math.sqrt(1.0 - HALF_CORRELATION) * own if name in HALF_CV else own
            side, values = (typical.drug, drug) if name in DRUG_CV else (typical.answer, answer)
            values[name] = getattr(side, name) * math.exp(spread * deviate)
        # pulsation does not fall toward the head
        sac = drug["dispersion_sac_m2_per_s"]
        drug["dispersion_cervical_m2_per_s"] = max(sac, drug["dispersion_cervical_m2_per_s"])
        people.append(Subject(replace(typical.drug, **drug), replace(typical.answer, **answer)))
    return people


def screened(one: Subject) -> tuple[list[float], list[float]]:
    """Return leg points lost and depth of sedation after each screening dose in a naive patient."""
    dose = kg_from_ug(SCREENING_UG[0])
    _, exposure = csf.advance(one.drug, csf.initial(one.drug), csf.Sources(lumbar_kg=dose), 8 * 3600.0)
    legs, asleep = float(exposure.legs.max()), float(exposure.sedation.max())
    reversible = (one.answer.ashworth_legs - 1.0) * one.answer.reversible_legs
    points, depths = [], []
    for amount in SCREENING_UG:
        scale = amount / SCREENING_UG[0]
        points.append(reversible * saturation(scale * legs, one.answer.half_legs_kg_per_m3, one.answer.steepness))
        depths.append(saturation(scale * asleep, one.answer.half_sedation_kg_per_m3, one.answer.brain_steepness))
    return points, depths


def cistern_ratio(one: Subject) -> float:
    """Return lumbar over cisternal concentration on lumbar infusion."""
    state = csf.equilibrated(one.drug, 1e-12, 14.0)
    return csf.csf_concentration(one.drug, state, 16.0) / csf.cistern_concentration(one.drug, state)


def held_dose(one: Subject) -> float:
    """Return the dose [ug/day] at T11 that holds 80 % effect on the legs at 18 months, in closed form."""
    unit = csf.present_exposure(one.drug, csf.equilibrated(one.drug, kg_per_s_from_ug_per_day(1.0), 11.0))
    answer = one.answer
    tolerance = HELD_EFFECT * -math.expm1(-CHRONIC_DAYS * 86400.0 / answer.tolerance_s)
    half = answer.half_legs_kg_per_m3 * (1.0 + answer.tolerance_gain * tolerance)
    return half * (HELD_EFFECT / (1.0 - HELD_EFFECT)) ** (1.0 / answer.steepness) / float(unit.legs[0])


def worst_severity(one: Subject, dose_ug_per_day: float) -> float:
    """Return the severity of withdrawal [0..1.3] within 72 h of a sudden stop, untreated."""
    trace, _ = course(one, chronic(one, dose_ug_per_day, 10.0, CHRONIC_DAYS), 72.0, ("severity",), minutes=360.0)
    return float(trace["severity"].max())


@lru_cache(maxsize=4)
def measured(typical: Subject, n: int = PATIENTS) -> dict[str, float]:
    """Return what the rows compare, over `n` drawn patients."""
    found = []
    for one in drawn(typical, n):  # patient by patient: one decomposition each
        points, depths = screened(one)
        dose = held_dose(one)
        found.append((*points, *depths, cistern_ratio(one), dose, worst_severity(one, dose)))
    table = np.array(found)
    acts, drowsy = table[:, 0:3] >= RESPONSE_POINTS, table[:, 3:6] >= SOMNOLENCE
    ratios, doses, severe = table[:, 6], table[:, 7], table[:, 8] > SEVERE
    # the sequence stops with the first dose that acts
    given = np.column_stack([np.ones(n, dtype=bool), np.cumsum(acts[:, :-1], axis=1) == 0])
    shares = {f"responders_{dose:.0f}": acts[:, k] for k, dose in enumerate(SCREENING_UG)}
    shares |= {f"somnolent_{dose:.0f}": drowsy[:, k] for k, dose in enumerate(SCREENING_UG)}
    shares |= {"somnolent_sequence": (drowsy & given).any(axis=1), "somnolent_pooled": drowsy, "severe": severe}
    means = shares | {"ratio_mean": ratios, "dose_mean": doses}
    result = {name: float(np.mean(values)) for name, values in means.items()}
    for name, values in (("ratio", ratios), ("dose", doses)):
        result |= {f"{name}_{q}": float(np.percentile(values, q)) for q in (5, 50, 95)}
    return result


def rows(change: Change = unchanged) -> list[ValidationRow]:
    """Return all rows; `change` may make the typical patient wrong on purpose."""
    m = measured(change(preset("SCI")))
    trials, monograph = "screening trials (pharmacology 2.8)", "Canadian monograph: 13 of 244, exact 95 % interval"
    label = "Lioresal label 12.3 (recalled)"
    series = "published series (pharmacology 4.3)"
    lines: list[Line] = [
        (("pop.responders", "responders by 100 ug", "%"), 86.0, 95.0, 100 * m["responders_100"], trials, "M"),
        (("pop.somnolence", "somnolent in the screening sequence", "%"), 2.9, 8.9, 100 * m["somnolent_sequence"], monograph, "M"),
        (("pop.somnolence_pooled", "somnolent, 50, 75 and 100 ug given to all", "%"), 2.9, 8.9, 100 * m["somnolent_pooled"], monograph, "L"),
        (("pop.ratio_mean", "lumbar : cisternal ratio, mean", "1"), 3.0, 5.0, m["ratio_mean"], label, "M"),
        (("pop.ratio_low", "lumbar : cisternal ratio, 5 % of patients below", "1"), 1.8, 4.0, m["ratio_5"], label, "M"),
        (("pop.ratio_high", "lumbar : cisternal ratio, 5 % of patients above", "1"), 4.0, 8.7, m["ratio_95"], label, "M"),
        (("pop.dose_mean", "dose holding 80 % effect at 18 months, mean", "ug/day"), 270.0, 463.0, m["dose_mean"], series, "M"),
        (("pop.dose_low", "dose holding 80 % effect, 5 % of patients below", "ug/day"), 25.0, 270.0, m["dose_5"], series, "M"),
        (("pop.dose_high", "dose holding 80 % effect, 5 % of patients above", "ug/day"), 463.0, 2003.0, m["dose_95"], series, "M"),
        (("pop.severe", "severe withdrawal after a sudden stop", "%"), 3.0, 5.0, 100 * m["severe"], "neurosurgerywiki", "L"),
    ]
    return [band_row("population", *line) for line in lines]
