"""What holds for the pump whatever is sent to it, however long it runs and however the time is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.pump import device, faults, flow, patient_bolus, reservoir
from physics.pump.program import Prescription
from physics.pump.spec import PUMPS

SPEC = PUMPS["8637-20"]
DAY_S = 86400.0
UG, ML = 1e-9, 1e-6
FASTEST = 1.05 * (1.0 + 0.14) * 1.02  # fever, vacuum and the last hour of a reservoir over its label, at most

prescriptions = st.builds(
    Prescription,
    mode=st.sampled_from(["continuous", "bolus", "minimum", "stopped"]),
    dose_kg_per_s=st.floats(0.0, 20000.0).map(lambda x: x * UG / DAY_S),
    concentration_kg_per_m3=st.floats(0.05, 4.0),
    reservoir_volume_m3=st.floats(0.0, 20.0).map(lambda x: x * ML),
    alarm_volume_m3=st.floats(0.0, 5.0).map(lambda x: x * ML),
    prime_volume_m3=st.floats(0.0, 0.5).map(lambda x: x * ML),
    bridge_volume_m3=st.floats(0.0, 0.5).map(lambda x: x * ML),
    bolus_kg=st.floats(0.0, 200.0).map(lambda x: x * UG),
    bolus_duration_s=st.floats(60.0, DAY_S),
)
own_boluses = st.tuples(prescriptions, st.floats(1.0, 50.0), st.floats(60.0, 3600.0), st.floats(3600.0, DAY_S), st.integers(1, 10)).map(
    lambda row: replace(
        row[0], patient_bolus_kg=row[1] * UG, patient_bolus_duration_s=row[2], patient_lockout_s=row[3], patient_most_per_day=row[4]
    )
)
surroundings = st.one_of(
    st.floats(-3.0, 5.0).map(lambda c: lambda state: flow.with_fever(state, c)),
    st.floats(30e3, 310e3).map(lambda pa: lambda state: flow.with_ambient(state, pa)),
    st.floats(60.0, DAY_S).map(lambda s: lambda state: device.stall_motor(state, s)[0]),
    st.just(lambda state: patient_bolus.request(state)[0]),
    st.just(lambda state: device.interrogate(state)[0]),
)
told_faults = st.lists(
    st.builds(faults.Fault, st.sampled_from(faults.KINDS), st.floats(0.0, 100 * DAY_S), st.floats(0.145, 0.6)), max_size=2
).map(tuple)
acts = st.lists(
    st.one_of(
        prescriptions,
        own_boluses,
        surroundings,
        st.floats(0.0, 30 * DAY_S),
        st.tuples(st.floats(0.0, 20.0), st.floats(0.05, 4.0)),  # a fill [mL, kg/m3]
    ),
    max_size=12,
)


def _pump(volume_ml=18.0, error=0.0, has_fall_off=False, told=()):
    first = Prescription("continuous", 100 * UG / DAY_S, 0.5, volume_ml * ML, 2 * ML)
    return device.established(SPEC, first, volume_ml * ML, 0.5, unit_error=error, has_fall_off=has_fall_off, told_faults=told)


def _acted(state, act):
    """Return (state, volume out, drug out, volume in, drug in, mean flow) after one act."""
    if isinstance(act, Prescription):
        return device.program(state, SPEC, act)[0], 0.0, 0.0, 0.0, 0.0, 0.0
    if callable(act):
        return act(state), 0.0, 0.0, 0.0, 0.0, 0.0
    if isinstance(act, tuple):
        volume, drug = act[0] * ML, act[0] * ML * act[1]
        return reservoir.with_reservoir(state, SPEC, volume, drug), 0.0, 0.0, volume - state.reservoir_m3, drug - state.drug_kg, 0.0
    after, mean, _ = device.step(state, SPEC, act)
    return after, mean * act, state.drug_kg - after.drug_kg, 0.0, 0.0, mean


@settings(max_examples=150, deadline=None, derandomize=True)
@given(acts, st.floats(-0.145, 0.145), st.booleans(), told_faults)
def test_nothing_is_created_and_nothing_runs_below_empty_or_above_the_fastest_rate(deeds, error, has_fall_off, told):
    state = _pump(error=error, has_fall_off=has_fall_off, told=told)
    volume, drug = state.reservoir_m3, state.drug_kg
    for act in deeds:
        state, out, drug_out, filled, drug_in, mean = _acted(state, act)
        volume, drug = volume + filled - out, drug + drug_in - drug_out
        assert state.reservoir_m3 >= 0.0
        assert state.drug_kg >= 0.0
        assert state.shown_reservoir_m3 >= 0.0
        assert drug_out >= -1e-20
        assert device.set_rate(state, SPEC) <= SPEC.flow_max_m3_per_s * (1.0 + 1e-9)
        assert 0.0 <= mean <= SPEC.flow_max_m3_per_s * (1.0 + error) * (1.0 + state.over_infusion) * FASTEST
        assert state.reservoir_m3 == pytest.approx(volume, abs=1e-15)
        assert state.drug_kg == pytest.approx(drug, abs=1e-18)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.one_of(prescriptions, own_boluses), st.floats(1.0, 40 * DAY_S), st.floats(0.01, 0.99), st.floats(-0.1, 0.1), told_faults, surroundings)
def test_two_steps_are_one_step(given_to_it, time_s, share, error, told, around):
    state, _ = device.program(_pump(error=error, has_fall_off=False, told=told), SPEC, given_to_it)
    state = around(device.step(state, SPEC, SPEC.update_s)[0])
    whole, flow, _ = device.step(state, SPEC, time_s)
    half, first, _ = device.step(state, SPEC, share * time_s)
    both, second, _ = device.step(half, SPEC, (1.0 - share) * time_s)
    passed = (first * share + second * (1.0 - share)) * time_s  # differences of a whole reservoir: to its last digit
    assert passed == pytest.approx(flow * time_s, rel=1e-9, abs=1e-19)
    assert both.reservoir_m3 == pytest.approx(whole.reservoir_m3, rel=1e-9)
    assert both.shown_reservoir_m3 == pytest.approx(whole.shown_reservoir_m3, rel=1e-9, abs=1e-15)
    assert (both.phase, both.alarms, both.over_infusion) == (whole.phase, whole.alarms, whole.over_infusion)
    assert both.patient_boluses.left_m3 == pytest.approx(whole.patient_boluses.left_m3, abs=1e-17)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.floats(5.0, 20.0), st.floats(1.4, 4.0), st.floats(-0.145, 0.145), st.floats(30.0, 1000.0))
def test_the_alarm_comes_before_dry_exactly_where_the_margin_exceeds_the_error(volume_ml, alarm_ml, error, dose_ug):
    start = _pump(volume_ml, error)
    sent = replace(start.prescription, dose_kg_per_s=dose_ug * UG / DAY_S, alarm_volume_m3=alarm_ml * ML)
    state, _ = device.program(start, SPEC, sent)
    rate = dose_ug / 500.0  # mL a day, as counted
    days_to_alarm = (volume_ml - alarm_ml) / rate
    days_to_dry = (volume_ml * ML - SPEC.residual_m3) / ML / (rate * (1.0 + error))
    if abs(days_to_alarm - days_to_dry) < 0.01:
        return  # a tie
    _, _, notes = device.step(state, SPEC, 1.5 * max(days_to_alarm, days_to_dry) * DAY_S)
    names = [name for name, _, _ in notes if name in ("LowReservoirAlarm", "ReservoirEmptied")]
    assert names == (["LowReservoirAlarm", "ReservoirEmptied"] if days_to_alarm < days_to_dry else ["ReservoirEmptied", "LowReservoirAlarm"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(own_boluses, told_faults, surroundings, st.lists(st.floats(0.0, 5 * DAY_S), min_size=1, max_size=5))
def test_reading_the_pump_never_changes_what_it_delivers(given_to_it, told, around, spans):
    start, _ = device.program(_pump(told=told), SPEC, given_to_it)
    start, _, _ = device.step(start, SPEC, SPEC.update_s)
    plain = read = around(start)
    for span in spans:
        plain, mean, notes = device.step(plain, SPEC, span)
        read, same, told_too = device.step(device.interrogate(read)[0], SPEC, span)
        assert (same, told_too) == (mean, notes)
    assert replace(read, readings=plain.readings) == plain


@settings(max_examples=50, deadline=None, derandomize=True)
@given(prescriptions, st.floats(0.0, 3 * DAY_S))
def test_asking_changes_nothing(given_to_it, time_s):
    state, _ = device.program(_pump(), SPEC, given_to_it)
    state, _, _ = device.step(state, SPEC, time_s)
    before = repr(state)
    device.shown_state(state)
    device.set_rate(state, SPEC)
    device.demanded_flow(state, SPEC)
    device.time_to_change_s(state, SPEC)
    assert repr(state) == before
    assert repr(device.step(state, SPEC, 0.0)[0]) == before
