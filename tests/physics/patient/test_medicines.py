"""Doses by mouth and vein: closed forms of their course, and what they do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from physics import csf, patient
from physics.commands import TREATMENTS
from physics.errors import PhysicsError
from physics.patient import medicines
from physics.patient.acting import QUIET, together
from physics.patient.medicines import MEDICINES, Dose, acting, effects, given, later

HOUR = 3600.0
MG = 1e-6
PARAMS = patient.PatientParams.for_patient("SCI")
LN2 = math.log(2.0)


def after(name, amount, hours, doses=()):
    return later(given(doses, name, amount), hours * HOUR)


def effect(name, amount, hours, mass_kg=70.0):
    return effects(after(name, amount, hours), mass_kg).get(MEDICINES[name].group, 0.0)


def rest(hours, sedation=0.0, n=61):
    """An exposure without drug but for a steady drive of sedation and breathing."""
    times = np.linspace(0.0, hours * HOUR, n)
    none = np.zeros(n)
    return csf.Exposure(times, none, none, none, none, none, none + sedation, none)


@pytest.mark.parametrize("name", sorted(MEDICINES))
def test_a_step_of_any_length_is_exact(name):
    dose = given((), name, MEDICINES[name].half_dose)
    once = later(dose, 5400.0)
    parts = dose
    for _ in range(9):
        parts = later(parts, 600.0)
    for one, other in zip(once, parts, strict=True):
        assert (one.arriving, one.fast, one.slow) == pytest.approx((other.arriving, other.fast, other.slow), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("name", sorted(MEDICINES))
def test_what_is_present_is_the_convolution_of_arrival_and_loss(name):
    kind, now = MEDICINES[name], 1200.0

    def flow(s):
        lost = kind.fast_share * 2 ** (-(now - s) / kind.fast_s) + (1 - kind.fast_share) * 2 ** (-(now - s) / kind.slow_s)
        return LN2 / kind.onset_s * 2 ** (-s / kind.onset_s) * lost

    wanted = quad(flow, 0.0, now, points=[kind.onset_s, 5 * kind.onset_s], limit=200)[0]
    (dose,) = after(name, kind.half_dose, now / HOUR)
    assert (dose.fast + dose.slow) / kind.half_dose == pytest.approx(wanted, rel=1e-6)


def test_no_arrival_rate_equals_a_loss_rate():
    """Bateman's function divides by their difference."""
    for kind in MEDICINES.values():
        assert abs(kind.onset_s / kind.fast_s - 1.0) > 0.05 and abs(kind.onset_s / kind.slow_s - 1.0) > 0.05


def test_diazepam_by_vein_acts_within_minutes_and_fades_by_redistribution():
    early, peak, late = effect("diazepam_iv", 10 * MG, 0.03), effect("diazepam_iv", 10 * MG, 0.15), effect("diazepam_iv", 10 * MG, 3.0)
    assert early > 0.5 * peak and late < 0.55 * peak
    assert effect("diazepam_oral", 10 * MG, 0.15) < 0.3 * effect("diazepam_oral", 10 * MG, 1.25)


def test_half_life_is_seen_once_redistribution_is_over():
    (early,), (late,) = after("midazolam_iv", 5 * MG, 5.0), after("midazolam_iv", 5 * MG, 8.5)
    assert late.slow / early.slow == pytest.approx(0.5, rel=1e-3)


def test_two_benzodiazepines_add_before_the_sigmoid():
    both = given(after("diazepam_iv", 10 * MG, 0.0), "lorazepam_iv", 2 * MG)
    dose = (Dose("diazepam_iv", 0.0, 15 * MG), Dose("lorazepam_iv", 0.0, 3 * MG))
    assert effects(dose, 70.0)["benzodiazepine"] == pytest.approx(2**1.5 / (1 + 2**1.5))
    assert [d.name for d in both] == ["diazepam_iv", "lorazepam_iv"]


def test_a_small_body_needs_less():
    assert effect("diazepam_iv", 5 * MG, 0.2, 35.0) == pytest.approx(effect("diazepam_iv", 10 * MG, 0.2, 70.0))


def test_physostigmine_gives_two_points_for_half_an_hour_or_more_and_slows_the_heart():
    """Reference 5.3: +2 GCS for 30-60 min, heart -15, seizures threefold, at 2 mg."""
    at = {m: acting(after("physostigmine_iv", 2 * MG, m / 60.0), 70.0) for m in (10, 30, 90)}
    assert at[10].wake_points == pytest.approx(2.0, abs=0.25) and at[10].heart_per_min == pytest.approx(-15.0, abs=2.0)
    assert at[10].hazard_factor == pytest.approx(2.8, abs=0.2)
    assert at[30].wake_points > 1.0 > at[90].wake_points


@pytest.mark.parametrize(
    "name, amount, hours, heart, pressure",
    [("atropine_iv", 1 * MG, 0.1, 25.0, 0.0), ("ephedrine_iv", 10 * MG, 0.1, 10.0, 20.0),
     ("nifedipine_oral", 10 * MG, 1.0, 0.0, -22.0), ("fluids_iv", 1e-3, 0.3, 0.0, 15.0)],
)  # fmt: skip
def test_drugs_of_the_circulation_act_and_pass(name, amount, hours, heart, pressure):
    now, later_on = acting(after(name, amount, hours), 70.0), acting(after(name, amount, 24.0), 70.0)
    assert now.heart_per_min == pytest.approx(heart, abs=4.0) and now.systolic_mmhg == pytest.approx(pressure, abs=4.0)
    assert abs(later_on.heart_per_min) < 1.0 and abs(later_on.systolic_mmhg) < 1.5


def test_an_antipyretic_lowers_a_fever_of_infection_only():
    doses = after("paracetamol", 1000 * MG, 1.5)
    assert acting(doses, 70.0, 2.0).fever_c < 1.4
    assert medicines.acting(doses, 70.0).fever_c == 0.0


def test_without_medicines_nothing_acts():
    assert acting((), 70.0) == QUIET
    assert together(0.3, 0.0) == 0.3 and together(0.5, 0.5) == 0.75


def test_medicines_that_no_longer_count_are_dropped():
    assert after("midazolam_iv", 5 * MG, 24 * 7) == ()


def test_a_benzodiazepine_adds_to_the_sleep_and_slow_breathing_of_an_overdose():
    half = PARAMS.half_sedation_kg_per_m3
    alone = patient.advance(PARAMS, patient.initial(PARAMS), rest(0.5, half))[0]
    both = patient.advance(PARAMS, patient.given(patient.initial(PARAMS), "midazolam_iv", 20 * MG), rest(0.5, half))[0]
    assert alone.neuro.gcs == pytest.approx(9.0)
    calm = both.neuro.gcs
    share = acting(both.besides.doses, 70.0).sedation
    assert calm == pytest.approx(3.0 + 12.0 * 0.5 * (1.0 - share)) and share > 0.15
    assert both.vitals.respiratory_rate_per_min < alone.vitals.respiratory_rate_per_min


def test_doses_calm_withdrawal_as_the_level_of_the_same_size_does():
    start = patient.adapted(PARAMS, csf.Exposure(np.array([0.0, 1.0]), *(np.full(2, 5e-4),) * 5, np.zeros(2), np.zeros(2)), 540.0)
    untreated = patient.advance(PARAMS, start, rest(36.0, n=145))[0]
    dosed = start
    for _ in range(6):
        dosed = patient.given(patient.given(dosed, "diazepam_oral", 20 * MG), "cyproheptadine_oral", 8 * MG)
        dosed = patient.advance(PARAMS, dosed, rest(6.0, n=25))[0]
    held = patient.advance(PARAMS, start, rest(36.0, n=145), patient.Care(benzodiazepine=1.0, cyproheptadine=1.0))[0]
    assert held.adaptation.withdrawal < dosed.adaptation.withdrawal < untreated.adaptation.withdrawal
    assert held.vitals.temperature_c < dosed.vitals.temperature_c < untreated.vitals.temperature_c
    assert dosed.vitals.heart_rate_per_min < untreated.vitals.heart_rate_per_min


def test_tiny_steps_agree_with_one_long_step_while_a_medicine_acts():
    start = patient.given(patient.initial(PARAMS), "midazolam_iv", 10 * MG)
    whole = patient.advance(PARAMS, start, rest(2.0, 1e-4, n=9))[0]
    parts = start
    for _ in range(120):
        parts = patient.advance(PARAMS, parts, rest(1 / 60, 1e-4, n=2))[0]
    assert parts.neuro.gcs == pytest.approx(whole.neuro.gcs, abs=1e-6)
    assert parts.adaptation.temperature_c == pytest.approx(whole.adaptation.temperature_c, abs=2e-3)


def test_every_medicine_may_be_asked_for_and_every_dose_is_in_its_unit():
    assert set(MEDICINES) <= set(TREATMENTS)
    for name, kind in MEDICINES.items():
        most, unit = TREATMENTS[name]
        assert unit == ("m3" if name == "fluids_iv" else "kg") and kind.half_dose < most


@pytest.mark.parametrize("name, amount", [("aspirin", 1e-6), ("diazepam_iv", -1e-6), ("diazepam_iv", float("nan"))])
def test_an_unknown_medicine_or_an_impossible_dose_is_refused(name, amount):
    with pytest.raises(PhysicsError, match=name):
        patient.given(patient.initial(PARAMS), name, amount)
