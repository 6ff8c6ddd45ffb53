"""The whole loop: drug in, signs and events out."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from physics import csf, patient
from physics.errors import PhysicsError
from physics.events import EVENT_NAMES
from physics.units import kg_per_s_from_ug_per_day

DRUG = csf.DrugParams.for_patient(1.75, 72.0)
SPINAL = patient.PatientParams.for_patient(
    "SCI", ashworth_legs=4.0, ashworth_trunk=3.0, ashworth_arms=1.0, spasm_score=3.0
)
CHILD_DRUG = csf.DrugParams.for_patient(1.34, 27.0, 0.62)
CHILD = patient.PatientParams.for_patient("CP", ashworth_legs=3.6, ashworth_arms=1.8, age_years=9.0)
AWAKE = patient.Care()


class Loop:
    """A patient with time and a diary of events."""

    def __init__(self, drug, answer, start=None):
        self.drug, self.answer, self.hour, self.diary = drug, answer, 0.0, []
        self.csf, self.patient = start or (csf.initial(drug), patient.initial(answer))

    def live(self, hours, care=AWAKE, step_h=1.0, **sources):
        for _ in range(round(hours / step_h)):
            self.csf, exposure = csf.advance(self.drug, self.csf, csf.Sources(**sources), step_h * 3600.0)
            self.patient, events = patient.advance(self.answer, self.patient, exposure, care)
            self.hour += step_h
            self.diary += [(self.hour, *event) for event in events]
        return self.patient.neuro

    def infuse(self, hours, ug_per_day, **more):
        return self.live(hours, intrathecal_kg_per_s=kg_per_s_from_ug_per_day(ug_per_day), **more)

    def when(self, name):
        return next((entry[0] for entry in self.diary if entry[1] == name), None)


def on_therapy(days=86.0, ug_per_day=80.0):
    state = csf.equilibrated(DRUG, kg_per_s_from_ug_per_day(ug_per_day), 10.0)
    return Loop(DRUG, SPINAL, (state, patient.adapted(SPINAL, csf.present_exposure(DRUG, state), days)))


def test_hundred_micrograms_a_day_relax_the_legs_in_two_days_and_until_day_ninety():
    loop = Loop(DRUG, SPINAL)
    assert loop.infuse(4, 100.0).ashworth_legs > 3.7  # onset is not instant
    assert loop.infuse(20, 100.0).ashworth_legs <= 3.0
    assert loop.infuse(24, 100.0).ashworth_legs <= 3.0
    assert loop.infuse(88 * 24, 100.0).ashworth_legs <= 3.0
    assert loop.patient.adaptation.tolerance > 0.1
    assert loop.when("ToneImproved") < 24
    assert [entry[1] for entry in loop.diary] == ["ToneImproved"]


def test_child_answers_and_stays_awake():
    loop = Loop(CHILD_DRUG, CHILD)
    signs = loop.infuse(48, 100.0, tip_level=2.0)
    assert 3.6 - signs.ashworth_legs >= 1.0
    assert signs.gcs > 14.0
    assert loop.when("SedationBegan") is None


def test_tenfold_dose_sedates_in_the_first_night_and_then_threatens_breathing():
    loop = Loop(DRUG, SPINAL)
    loop.infuse(48, 1000.0, step_h=0.25)
    assert 6 < loop.when("SedationBegan") < 12
    assert 12 < loop.when("ComaBegan") < 30
    assert loop.when("RespiratoryDepression") > loop.when("SedationBegan")
    assert loop.patient.vitals.spo2_percent < 96.0


def test_stop_of_flow_brings_tone_itch_and_withdrawal_back():
    loop = on_therapy()
    before = loop.patient.neuro.ashworth_legs
    loop.live(72)
    assert before <= 3.1
    assert loop.when("ToneReturned") < 24
    assert 6 < loop.when("WithdrawalBegan") < 48
    assert loop.patient.neuro.ashworth_legs > 4.0
    assert loop.patient.neuro.itch >= 2.0
    assert loop.when("SevereWithdrawal") is None


def test_short_treatment_leaves_no_dependence():
    loop = Loop(DRUG, SPINAL)
    loop.infuse(24, 100.0)
    loop.live(72)
    assert loop.when("WithdrawalBegan") is None


def test_equilibrated_patient_stays_where_he_is():
    loop = on_therapy()
    before = loop.patient.neuro
    after = loop.infuse(24, 80.0)
    assert after.ashworth_legs == pytest.approx(before.ashworth_legs, abs=0.03)
    assert loop.diary == []


def test_drug_outside_the_dura_does_little():
    for name in ("epidural_kg_per_s", "tissue_kg_per_s", "pocket_kg_per_s"):
        loop = Loop(DRUG, SPINAL)
        signs = loop.live(72, **{name: kg_per_s_from_ug_per_day(100.0)})
        assert 4.0 - signs.ashworth_legs < 0.1


def test_rescue_dose_ends_withdrawal_with_a_recovery():
    loop = on_therapy(540.0, 400.0)
    loop.live(36)
    assert loop.when("WithdrawalBegan") is not None
    loop.infuse(72, 400.0)
    assert loop.when("PatientRecovered") is not None


def test_events_come_once_and_carry_known_names():
    loop = Loop(DRUG, SPINAL)
    loop.infuse(96, 1000.0)
    names = [entry[1] for entry in loop.diary]
    assert len(names) == len(set(names))
    assert set(names) <= set(EVENT_NAMES)


def test_a_sign_resting_on_its_threshold_raises_one_event():
    state = patient.initial(SPINAL)
    half = SPINAL.half_sedation_kg_per_m3
    edge = half * (2.0 / 10.0) ** (1 / SPINAL.brain_steepness)  # GCS 13
    raised = 0
    for k in range(40):
        level = edge * (1.0 + 0.01 * (-1) ** k)
        state, events = patient.advance(SPINAL, state, flat(level, 60.0))
        raised += sum(event[0] == "SedationBegan" for event in events)
    assert raised == 1


def flat(sedation, dt_s):
    zero = np.zeros(2)
    return csf.Exposure(np.array([0.0, dt_s]), zero, zero, zero, zero, zero, zero + sedation, zero)


def test_anaesthesia_hides_the_coma_score_but_raises_no_event():
    loop = Loop(DRUG, SPINAL)
    loop.live(1, patient.Care(is_anaesthetised=True))
    assert loop.patient.neuro.gcs == 3.0 and loop.diary == []
    loop.live(1)
    assert loop.patient.neuro.gcs == 15.0


def test_ventilated_coma_keeps_its_oxygen():
    loop = Loop(DRUG, SPINAL)
    loop.live(6, patient.Care(ventilation=1.0), lumbar_kg=2e-6)
    assert loop.patient.neuro.gcs < 6.0 and loop.patient.vitals.spo2_percent > 97.0


def test_tiny_steps_agree_with_one_long_step():
    whole, parts = Loop(DRUG, SPINAL), Loop(DRUG, SPINAL)
    whole.live(1.0, lumbar_kg=2e-7)
    parts.live(1 / 3600, step_h=1 / 3600, lumbar_kg=2e-7)
    parts.live(3599 / 3600, step_h=1 / 3600)
    assert parts.patient.neuro.ashworth_legs == pytest.approx(whole.patient.neuro.ashworth_legs, abs=2e-3)
    assert parts.patient.adaptation.temperature_c == pytest.approx(
        whole.patient.adaptation.temperature_c, abs=2e-3
    )


def test_same_call_gives_the_same_state():
    one, two = Loop(DRUG, SPINAL), Loop(DRUG, SPINAL)
    one.infuse(24, 300.0)
    two.infuse(24, 300.0)
    assert one.patient == two.patient


def test_mismatched_exposure_is_refused():
    bad = replace(flat(0.0, 60.0), legs=np.zeros(3))
    with pytest.raises(PhysicsError, match="exposure"):
        patient.advance(SPINAL, patient.initial(SPINAL), bad)


def test_ninety_days_of_both_halves_cost_little():
    """Generous: measured 0.08 s; catches a lost cache, not a slow machine."""
    loop = Loop(DRUG, SPINAL)
    loop.infuse(6, 100.0, step_h=6.0)
    begin = time.process_time()
    loop.infuse(90 * 24, 100.0, step_h=6.0)
    assert time.process_time() - begin < 0.6
    assert abs(csf.mass_error(DRUG, loop.csf)) < 1e-9
