"""Boluses on the patient's own request: given on top of the programme, or refused with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.pump import device, patient_bolus, spec
from physics.pump.program import Prescription

ML, UG, DAY, HOUR = 1e-6, 1e-9, 86400.0, 3600.0
PUMP = spec.PUMPS["8637-20"]
OWN = {"patient_bolus_kg": 10 * UG, "patient_bolus_duration_s": 600.0, "patient_lockout_s": 4 * HOUR, "patient_most_per_day": 3}


def order(mode="continuous", **more):
    return Prescription(mode, 100 * UG / DAY, 0.5, 20 * ML, 2 * ML, **(OWN | more))


def running(given_to_it=None):
    return device.established(PUMP, given_to_it or order(), 20 * ML, 0.5, 0.0, 0, False)


def test_a_bolus_comes_on_top_of_the_programme_and_is_told():
    state, notes = patient_bolus.request(running())
    assert notes == (("BolusStarted", 10 * UG, "patient"),)
    assert device.shown_state(state) == "bolus"
    assert device.time_to_change_s(state, PUMP) == pytest.approx(600.0)
    before = state.drug_kg
    state, _, notes = device.step(state, PUMP, 2 * HOUR)
    assert before - state.drug_kg == pytest.approx(10 * UG + 100 * UG / 12)
    assert ("BolusFinished", 10 * UG, "patient") in notes
    assert [line.split(": ")[1] for line in state.event_log] == ["patient bolus", "patient bolus finished"]
    assert device.shown_state(state) == "running"


def test_lock_out_and_most_per_day_refuse_with_the_time_to_wait():
    state, _ = patient_bolus.request(running())
    assert patient_bolus.refusal(state) == ("one is running", 0.0)
    state, _, _ = device.step(state, PUMP, HOUR)
    refused, notes = patient_bolus.request(state)
    assert notes == (("BolusRefused", 3 * HOUR, "lock-out"),)
    assert refused.event_log[-1].endswith("patient bolus refused: lock-out")
    assert replace(refused, event_log=state.event_log) == state
    for _ in range(2):
        state, _, _ = device.step(state, PUMP, patient_bolus.refusal(state)[1])
        state, notes = patient_bolus.request(state)
        assert notes[0][0] == "BolusStarted"
        state, _, _ = device.step(state, PUMP, HOUR)
    state, _, _ = device.step(state, PUMP, 5 * HOUR)
    reason, wait_s = patient_bolus.refusal(state)
    assert (reason, wait_s) == ("most per day reached", pytest.approx(DAY - 14 * HOUR))
    state, _, _ = device.step(state, PUMP, wait_s)
    assert patient_bolus.refusal(state) == ("", 0.0)


def test_a_pump_that_runs_no_programme_gives_no_bolus():
    none = running(order(patient_bolus_kg=0.0, patient_bolus_duration_s=0.0, patient_lockout_s=0.0, patient_most_per_day=0))
    assert patient_bolus.refusal(none)[0] == "not programmed"
    not_running = "pump not running its programme"
    assert patient_bolus.refusal(running(order("stopped")))[0] == not_running
    assert patient_bolus.refusal(running(order("minimum")))[0] == not_running
    assert patient_bolus.refusal(device.program(running(), PUMP, order())[0])[0] == not_running  # updating
    assert patient_bolus.refusal(device.stall_motor(running(), HOUR)[0])[0] == not_running


def test_setting_the_clock_or_sending_again_gives_no_bolus_away():
    state, _ = patient_bolus.request(running())
    state, _, _ = device.step(state, PUMP, HOUR)
    state, _ = device.program(state, PUMP, order(clock_s=3 * DAY))
    state, _, _ = device.step(state, PUMP, PUMP.update_s)
    assert patient_bolus.refusal(state)[0] == "lock-out"


def test_a_stall_holds_a_bolus_and_the_update_ends_it():
    state, _ = patient_bolus.request(running())
    state, _ = device.stall_motor(state, HOUR)
    state, flow, _ = device.step(state, PUMP, HOUR)
    assert flow == 0.0
    assert state.patient_boluses.left_m3 == pytest.approx(10 * UG / 0.5)
    assert device.program(state, PUMP, order())[0].patient_boluses.left_m3 == 0.0


presses = st.lists(st.floats(0.0, 8 * HOUR), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(presses, st.integers(1, 6), st.floats(600.0, 6 * HOUR))
def test_no_pressing_gives_more_than_the_day_allows(waits, most, lockout):
    state = running(order(patient_most_per_day=most, patient_lockout_s=lockout))
    given_at = []
    for wait in waits:
        state, _, _ = device.step(state, PUMP, wait)
        state, notes = patient_bolus.request(state)
        if notes[0][0] == "BolusStarted":
            given_at.append(state.clock_s)
    assert all(later - earlier >= lockout - 1e-3 for earlier, later in zip(given_at, given_at[1:], strict=False))
    assert all(sum(0.0 <= t - start < DAY - 1e-3 for t in given_at) <= most for start in given_at)
