"""Dizziness, nausea, vomiting; dysreflexia; infection."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from physics import csf, patient
from physics.patient import complaints, dysreflexia, infection
from physics.patient.neuro import Drives, fresh, neuro_signs
from physics.units import PA_PER_MMHG
from physics.virtual_patient import HALF_CV

PARAMS = patient.PatientParams.for_patient("SCI")
SIGNS = neuro_signs(PARAMS, fresh(PARAMS), Drives())
DAY = 86400.0


def tetraplegic(**more):
    return patient.PatientParams.for_patient("SCI", background=patient.Background(lesion_level=4.0, **more))


def flat(hours, trunk=0.0, sedation=0.0):
    times = np.linspace(0.0, hours * 3600.0, max(2, round(4 * hours) + 1))
    none = np.zeros_like(times)
    return csf.Exposure(times, none + trunk, none, none + trunk, none, none, none + sedation, none)


# --- complaints


@pytest.mark.parametrize("threshold, percent", [(complaints.DIZZY_SEDATION, 1.7), (complaints.NAUSEA_SEDATION, 1.6)])
def test_thresholds_follow_from_the_frequencies_of_the_label_at_screening(threshold, percent):
    normal, log_sd = NormalDist(), math.sqrt(math.log1p(HALF_CV["half_sedation_kg_per_m3"] ** 2))
    apart = normal.inv_cdf(1 - percent / 100) - normal.inv_cdf(1 - 0.057)
    odds = 0.01 / 0.99 * math.exp(apart * log_sd * PARAMS.brain_steepness)
    assert threshold == pytest.approx(odds / (1 + odds), rel=0.01)


def test_complaints_begin_in_the_order_of_the_label_and_vomiting_with_the_moderate_grade():
    shown = patient.initial(PARAMS).vitals
    felt = [
        (complaints.dizziness(s, shown) > 0, complaints.nausea(s) > 0, complaints.is_vomiting(s))
        for s in (replace(SIGNS, sedation=g) for g in (0.05, 0.11, 0.13, 0.16))
    ]
    assert felt == [(False, False, False), (True, False, False), (True, True, False), (True, True, True)]


def test_nobody_complains_in_coma_but_may_choke():
    coma = replace(SIGNS, sedation=0.75, gcs=6.0)
    assert complaints.nausea(coma) == 0.0 and complaints.dizziness(coma, patient.initial(PARAMS).vitals) == 0.0
    assert complaints.aspiration_risk(coma, False) == pytest.approx(0.75) and complaints.aspiration_risk(coma, True) == 0.0


def test_a_low_pressure_makes_dizzy():
    low = replace(patient.initial(PARAMS).vitals, systolic_mmhg=80.0)
    assert complaints.dizziness(SIGNS, low) == pytest.approx(5.0)


def test_complaints_are_told_once_and_again_only_after_they_passed():
    half = PARAMS.half_sedation_kg_per_m3
    state, told = patient.initial(PARAMS), []
    for share in (0.12, 0.20, 0.15, 0.20, 0.001, 0.20):
        drive = half * (share / (1 - share)) ** (1 / PARAMS.brain_steepness)
        state, events = patient.advance(PARAMS, state, flat(0.5, sedation=drive))
        told.append([name for name, _, _ in events if name in ("DizzinessBegan", "VomitingBegan")])
    assert told == [["DizzinessBegan"], ["VomitingBegan"], [], [], [], ["DizzinessBegan", "VomitingBegan"]]


def test_complaints_of_a_dose_that_is_old_are_no_news():
    """A drive at the brain that makes dizzy, not sick, for months before the case begins."""
    half = (0.13 / 0.87) ** (1.0 / PARAMS.brain_steepness) * PARAMS.half_sedation_kg_per_m3
    chronic = flat(6.0, sedation=half)
    state = patient.adapted(PARAMS, chronic, 540.0)
    assert state.neuro.sedation > complaints.DIZZY_SEDATION
    _, events = patient.advance(PARAMS, state, chronic)
    assert [name for name, _, _ in events] == []
    _, events = patient.advance(PARAMS, patient.initial(PARAMS), chronic)
    assert [name for name, _, _ in events] == ["DizzinessBegan"]


def test_a_leak_that_hurts_makes_sick():
    assert patient.headache_nausea(3.9) == 0.0 and patient.headache_nausea(8.0) == 4.0


def test_arrest_fails_the_circulation_and_a_ventilator_in_time_keeps_it():
    deep = flat(4.0, sedation=1e-2)
    deep = replace(deep, breathing=deep.sedation)
    state, events = patient.advance(PARAMS, patient.initial(PARAMS), deep)
    size = next(magnitude for name, magnitude, _ in events if name == "CirculationFailing")
    assert size == pytest.approx(state.vitals.systolic_mmhg * PA_PER_MMHG) and size < 70.0 * PA_PER_MMHG
    kept, events = patient.advance(PARAMS, patient.initial(PARAMS), deep, patient.Care(is_intubated=True))
    assert kept.vitals.systolic_mmhg > 70.0 and all(name != "CirculationFailing" for name, _, _ in events)
    assert kept.vitals.respiratory_rate_per_min == 12.0


# --- dysreflexia


def test_a_full_bladder_raises_the_pressure_slows_the_heart_and_draining_it_ends_that():
    params = tetraplegic(bladder_m3=600e-6)
    state, events = patient.advance(params, patient.initial(params), flat(0.5))
    name, size, _ = events[0]
    strain = (630e-6 - 300e-6) / 400e-6
    assert name == "DysreflexiaBegan" and size == pytest.approx(90.0 * strain * PA_PER_MMHG)
    assert state.vitals.systolic_mmhg == pytest.approx(122.0 + 90.0 * strain)
    assert state.vitals.heart_rate_per_min == pytest.approx(75.0 - 25.0 * strain)
    found = patient.bedside(params, state, patient.Care())
    assert found.flushing == pytest.approx(strain) and found.pounding_headache == 10.0
    assert state.vitals.temperature_c == pytest.approx(36.9) and state.neuro.itch == 0.0  # against withdrawal
    calm, events = patient.advance(params, patient.drained(state, 1e-3), flat(1.0))
    assert [name for name, _, _ in events] == ["DysreflexiaEnded"]
    assert calm.vitals.systolic_mmhg == pytest.approx(122.0) and calm.besides.bladder_m3 == 0.0


@pytest.mark.parametrize("level, share", [(-3.0, 1.0), (6.0, 1.0), (7.5, 0.5), (9.0, 0.0), (12.0, 0.0)])
def test_the_lesion_decides_how_strong_the_reflex_is(level, share):
    params = patient.PatientParams.for_patient("SCI", background=patient.Background(lesion_level=level))
    assert dysreflexia.rise_mmhg(params, fresh(params), Drives(), 1.0) == pytest.approx(90.0 * share)
    assert dysreflexia.rise_mmhg(PARAMS, fresh(PARAMS), Drives(), 1.0) == 0.0


def test_baclofen_at_the_cord_weakens_the_reflex_by_the_published_shares():
    """25 of 34 had it before, 2 of 34 on therapy; log sd of the rises 0.6 [A], effect 85 %."""
    params = tetraplegic()
    drive = params.half_legs_kg_per_m3 * (0.85 / 0.15) ** (1 / params.steepness)
    left = dysreflexia.rise_mmhg(params, fresh(params), Drives(legs=drive, trunk=drive), 1.0) / 90.0
    normal = NormalDist()
    apart = normal.inv_cdf(25 / 34) - normal.inv_cdf(2 / 34)
    assert left == pytest.approx(math.exp(-0.6 * apart), rel=0.03)


def test_spasms_of_withdrawal_and_a_procedure_are_stimuli_too_and_the_sum_has_an_end():
    ill = replace(fresh(PARAMS), withdrawal=0.5 / PARAMS.susceptibility)
    assert dysreflexia.stimulus(PARAMS, ill, 0.0, 0.0) == pytest.approx(0.2)
    assert dysreflexia.stimulus(PARAMS, fresh(PARAMS), 200e-6, 0.3) == pytest.approx(0.3)
    assert dysreflexia.stimulus(PARAMS, ill, 900e-6, 1.0) == 1.0


def test_anaesthesia_hides_the_reflex():
    params = tetraplegic(bladder_m3=600e-6)
    state, events = patient.advance(params, patient.initial(params), flat(0.5), patient.Care(is_anaesthetised=True))
    assert state.vitals.systolic_mmhg < 122.0 and events == ()


def test_a_bladder_that_drains_stays_empty():
    state, _ = patient.advance(PARAMS, patient.initial(PARAMS), flat(48.0))
    assert state.besides.bladder_m3 == 0.0


# --- infection


def test_an_infection_waits_then_grows_and_an_antibiotic_holds_it_at_the_floor_while_hardware_is_in():
    start = infection.seeded("pocket", 14.0)
    assert infection.fever_c(infection.later(start, 0.0, 13.9 * DAY)) == 0.0
    shown = infection.later(start, 0.0, 17.0 * DAY)
    assert shown.load == pytest.approx(6.5)
    assert infection.fever_c(shown) == pytest.approx(1.5) and infection.crp_mg_per_l(shown) == pytest.approx(140.0)
    treated = infection.later(shown, 1.0, 30.0 * DAY)
    assert treated.load == infection.FLOOR_LOAD and infection.local_signs(treated) == 0.0
    assert infection.fever_c(infection.later(treated, 0.0, 9.0 * DAY)) > 2.0  # stopped: back
    assert infection.later(shown, 0.0, 100.0 * DAY).load == infection.PLATEAU_LOAD


def test_infection_in_parts_is_infection_at_once():
    start = infection.seeded("pocket", 1.0)
    parts = start
    for _ in range(16):
        parts = infection.later(parts, 0.0, 0.25 * DAY)
    assert parts.load == pytest.approx(infection.later(start, 0.0, 4.0 * DAY).load)


def lived(place, days, care=None):
    params = patient.PatientParams.for_patient("SCI", background=patient.Background(infection_place=place))
    state, diary = patient.initial(params), []
    for _ in range(4 * days):
        state, events = patient.advance(params, state, flat(6.0), care or patient.Care())
        diary += events
    return params, state, diary


def test_a_red_pocket_brings_fever_pulse_and_redness_but_no_itch_and_no_ck():
    params, state, diary = lived("pocket", 3)
    found = patient.bedside(params, state, patient.Care())
    assert state.vitals.temperature_c == pytest.approx(36.9 + 1.5, abs=0.1)
    assert state.vitals.heart_rate_per_min == pytest.approx(75.0 + 15.0)
    assert found.pocket_redness == 10.0 and found.neck_stiffness == 0.0 and found.crp_mg_per_l == pytest.approx(140.0)
    assert state.neuro.itch == 0.0 and state.adaptation.ck_u_per_l == pytest.approx(120.0)
    assert [name for name, _, _ in diary] == ["InfectionShown"]


def test_meningitis_stiffens_the_neck_and_clouds_the_mind():
    params, state, diary = lived("meninges", 5)
    found = patient.bedside(params, state, patient.Care())
    assert found.neck_stiffness == 10.0 and found.pocket_redness == 0.0
    assert state.neuro.gcs == pytest.approx(15.0 - 12.0 * 0.15 * 1.5) and diary[0][2] == "meninges"


def test_active_cooling_takes_its_share_of_a_fever_and_leaves_the_rest_temperature():
    _, hot, _ = lived("pocket", 3)
    _, cooled, _ = lived("pocket", 3, patient.Care(cooling=1.0))
    assert cooled.vitals.temperature_c - 36.9 == pytest.approx(0.4 * (hot.vitals.temperature_c - 36.9), rel=1e-6)
    well, _ = patient.advance(PARAMS, patient.initial(PARAMS), flat(12.0), patient.Care(cooling=1.0))
    assert well.vitals.temperature_c == 36.9
