"""Sigmoids, tone, tolerance, dependence and withdrawal."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest

from physics import patient
from physics.kernels import outer
from physics.patient import march, neuro
from physics.patient.acting import Acting
from physics.patient.response import PatientParams

PARAMS = PatientParams.for_patient("SCI", ashworth_legs=4.0, ashworth_trunk=3.0, ashworth_arms=1.0)
DAY_S = 86400.0


ADAPT = outer(march._adapt)


def adapt_for(params, state, drive, days, step_s=3600.0, **acting):
    values, law = np.array((*astuple(state), 0.0, 0.0)), march.law_of(params)
    for _ in range(round(days * DAY_S / step_s)):
        ADAPT(values, drive, 0.0, step_s, law, march.beside(Acting(**acting), 0.0, 0.0))
    return neuro.Adaptation(*values[: march.CO2].tolist())


def test_effect_is_half_at_the_half_concentration_and_steep_around_it():
    assert march.saturation(2e-4, 2e-4, 3.0) == pytest.approx(0.5)
    assert march.saturation(4e-4, 2e-4, 3.0) == pytest.approx(8.0 / 9.0)
    assert march.saturation(0.0, 2e-4, 3.0) == 0.0
    assert march.saturation(1e-300, 2e-4, 3.0) == 0.0


def test_without_drug_signs_are_the_baselines():
    signs = neuro.neuro_signs(PARAMS, neuro.fresh(PARAMS), neuro.Drives())
    assert (signs.ashworth_legs, signs.ashworth_trunk, signs.ashworth_arms) == (4.0, 3.0, 1.0)
    assert (signs.gcs, signs.itch, signs.weakness, signs.reflex) == (15.0, 0.0, 0.0, 1.0)


def test_full_effect_takes_away_the_reversible_share():
    drives = neuro.Drives(legs=1.0)
    signs = neuro.neuro_signs(PARAMS, neuro.fresh(PARAMS), drives)
    assert signs.ashworth_legs == pytest.approx(1.0 + 3.0 * 0.05, abs=1e-6)


def test_tolerance_follows_the_effect_with_its_time_constant():
    params = PatientParams(tolerance_gain=0.0)  # without feedback the course is a plain exponential
    state = adapt_for(params, neuro.fresh(params), 1.0, 90)
    assert state.tolerance == pytest.approx(-math.expm1(-90 * DAY_S / params.tolerance_s), rel=1e-3)


def test_aged_tolerance_agrees_with_a_lived_one():
    drive = 1.2e-4
    lived = adapt_for(PARAMS, neuro.fresh(PARAMS), drive, 540)
    aged = neuro.adapted(PARAMS, drive, 540)
    assert aged.tolerance == pytest.approx(lived.tolerance, rel=0.25)
    assert aged.dependence == pytest.approx(lived.dependence, rel=1e-6)


def test_dependence_builds_over_days_and_fades_faster():
    drive = PARAMS.half_dependence_kg_per_m3  # occupancy one half
    on = adapt_for(PARAMS, neuro.fresh(PARAMS), drive, 10)
    assert on.dependence == pytest.approx(0.5 * -math.expm1(-1.0), rel=1e-6)
    off = adapt_for(PARAMS, on, 0.0, 6)
    assert off.dependence == pytest.approx(on.dependence * math.exp(-1.0), rel=1e-6)


def test_no_withdrawal_without_dependence():
    state = adapt_for(PARAMS, neuro.fresh(PARAMS), 0.0, 5)
    assert neuro.severity(PARAMS, state) == 0.0


def test_withdrawal_worsens_with_dependence_and_susceptibility():
    low, high = (adapt_for(PARAMS, neuro.adapted(PARAMS, drive, 540), 0.0, 2) for drive in (5e-5, 5e-4))
    assert neuro.severity(PARAMS, high) > 2 * neuro.severity(PARAMS, low) > 0
    prone = PatientParams(susceptibility=1.45)
    assert neuro.severity(prone, high) == pytest.approx(1.45 / 0.8 * neuro.severity(PARAMS, high))


def test_benzodiazepine_takes_its_share_and_cyproheptadine_the_fever():
    start = neuro.adapted(PARAMS, 5e-4, 540)
    plain = adapt_for(PARAMS, start, 0.0, 2)
    calm = adapt_for(PARAMS, start, 0.0, 2, benzodiazepine=1.0)
    cool = adapt_for(PARAMS, start, 0.0, 2, cyproheptadine=1.0)
    assert calm.withdrawal == pytest.approx(0.65 * plain.withdrawal, rel=1e-6)
    assert cool.temperature_c - 36.9 == pytest.approx(0.55 * (plain.temperature_c - 36.9), rel=0.01)


def test_creatine_kinase_decays_with_a_half_life_of_35_hours():
    start = neuro.Adaptation(0.0, 0.0, 0.0, 36.9, 10120.0, 0.0)
    later = adapt_for(PARAMS, start, 0.0, 34.66 / 24, step_s=34.66 * 36)
    assert later.ck_u_per_l == pytest.approx(120.0 + 5000.0, rel=0.01)


def test_limb_without_tone_does_not_rebound():
    state = adapt_for(PARAMS, neuro.adapted(PARAMS, 5e-4, 540), 0.0, 2)
    signs = neuro.neuro_signs(PARAMS, state, neuro.Drives())
    assert signs.ashworth_legs > 4.2 and signs.ashworth_arms == 1.0


def test_adaptation_converges_with_the_step():
    start = neuro.adapted(PARAMS, 5e-4, 540)
    fine = adapt_for(PARAMS, start, 0.0, 1, step_s=15.0)
    errors = [
        abs(adapt_for(PARAMS, start, 0.0, 1, step_s=step).temperature_c - fine.temperature_c)
        for step in (900.0, 450.0)
    ]
    assert errors[0] < 5e-3
    assert errors[1] < 0.6 * errors[0]


@pytest.mark.parametrize("wrong", [{"preset": "OTHER"}, {"ashworth_legs": 6.0}, {"spasm_score": -1.0}])
def test_impossible_patients_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        patient.PatientParams.for_patient(**wrong)


@pytest.mark.parametrize("age, rate", [(2.0, 100.0), (8.0, 90.0), (10.0, 86.0), (60.0, 75.0)])
def test_resting_heart_rate_follows_age(age, rate):
    assert patient.PatientParams.for_patient("CP", age_years=age).heart_rate_per_min == pytest.approx(rate)
