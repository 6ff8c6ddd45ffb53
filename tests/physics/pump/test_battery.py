"""The battery: the years of the table, notice ninety days ahead, then nothing turns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.pump import alarms, device
from physics.pump.battery import LIFE_YEARS, NOTICE_S, drain_per_s
from physics.pump.program import Prescription
from physics.pump.spec import ML_PER_DAY, PUMPS, YEAR_S

SPEC = PUMPS["8637-40"]
DAY_S, UG, ML = 86400.0, 1e-9, 1e-6


def _order(ml_per_day, mode="continuous"):
    return Prescription(mode, ml_per_day * 500.0 * UG / DAY_S, 0.5, 40 * ML, 0.0)


def _pump(ml_per_day, age_s=0.0, spec=SPEC):
    """Return a full pump of some age; dry or not, the battery drains as the rotor is set to turn."""
    return device.established(spec, _order(ml_per_day), 40 * ML, 0.5, unit_error=0.0, has_fall_off=False, age_s=age_s)


def _alarm_day(state, spec, alarm):
    """Return the age at which an alarm sounds, to the day; the pump is within half a year of it."""
    for _ in range(200):
        if alarm in state.alarms:
            return state.age_s / DAY_S
        state, _, _ = device.step(state, spec, DAY_S)
    return None


@pytest.mark.parametrize(("flow", "years"), LIFE_YEARS)
def test_the_years_of_the_table(flow, years):
    assert 1.0 / drain_per_s(SPEC, flow * ML_PER_DAY) / YEAR_S == pytest.approx(years)


def test_more_flow_never_lasts_longer_and_none_lasts_beyond_the_longest_service():
    drains = [drain_per_s(SPEC, 0.05 * k * ML_PER_DAY) for k in range(500)]
    assert drains == sorted(drains)
    assert 1.0 / drains[0] / YEAR_S == pytest.approx(7.0)


@pytest.mark.parametrize(("model", "flow", "years"), [("8637-40", 1.5, 5.1), ("8637-40", 4.0, 3.4), ("8667-40", 1.5, 5.1 * 10 / 7)])
def test_notice_comes_ninety_days_before_the_end_and_the_end_with_the_years(model, flow, years):
    spec = PUMPS[model]
    old = _pump(flow, (years - 0.4) * YEAR_S, spec)
    notice, end = _alarm_day(old, spec, alarms.NOTICE_ALARM), _alarm_day(old, spec, alarms.END_ALARM)
    assert end == pytest.approx(365.25 * years, abs=1.1)
    assert end - notice == pytest.approx(90.0, abs=1.1)


def test_a_pump_that_hardly_turns_ends_with_its_longest_service():
    state = _pump(0.01, age_s=7.0 * YEAR_S - 10 * DAY_S)
    state, _, _ = device.step(state, SPEC, 9.9 * DAY_S)
    assert alarms.NOTICE_ALARM in state.alarms
    assert alarms.END_ALARM not in state.alarms
    state, _, _ = device.step(state, SPEC, 0.2 * DAY_S)
    assert alarms.END_ALARM in state.alarms


def test_at_the_end_nothing_turns_and_no_programme_changes_that():
    state = _pump(2.0, age_s=4.59 * YEAR_S)
    state, _, _ = device.step(state, SPEC, 30 * DAY_S)
    assert state.phase == "ended"
    left = state.drug_kg
    state, _ = device.program(state, SPEC, _order(1.0))
    assert device.time_to_change_s(state, SPEC) == SPEC.update_s  # not a crawl of moments
    state, flow, _ = device.step(state, SPEC, 30 * DAY_S)
    assert flow == 0.0
    assert state.drug_kg == left
    assert device.shown_state(state) == "ended"
    assert alarms.END_ALARM in state.alarms


def test_flow_before_the_end_is_whole_to_the_minute():
    years = 4.6
    state = _pump(2.0, age_s=years * YEAR_S - 1.25 * DAY_S)
    state, flow, _ = device.step(state, SPEC, 5 * DAY_S)
    assert flow * 5 * DAY_S / ML == pytest.approx(2.0 * 1.25, abs=0.005)


def test_a_prime_late_in_life_does_not_tell_replacement_early():
    state = _pump(0.5, age_s=5.5 * YEAR_S)
    state, _ = device.program(state, SPEC, Prescription("continuous", 250 * UG / DAY_S, 0.5, 40 * ML, 0.0, prime_volume_m3=0.34 * ML))
    state, _, _ = device.step(state, SPEC, DAY_S)
    assert alarms.NOTICE_ALARM not in state.alarms


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(0.05, 6.0), st.floats(0.0, 7.5), st.floats(1.0, 100.0), st.floats(0.02, 0.98))
def test_two_steps_are_one_step_at_every_age(flow, years, days, share):
    start = _pump(flow, age_s=years * YEAR_S)
    whole, _, _ = device.step(start, SPEC, days * DAY_S)
    half, _, _ = device.step(start, SPEC, share * days * DAY_S)
    both, _, _ = device.step(half, SPEC, (1.0 - share) * days * DAY_S)
    assert both.alarms == whole.alarms
    assert both.battery_used == pytest.approx(whole.battery_used, abs=1e-9)
    assert both.drug_kg == pytest.approx(whole.drug_kg, abs=1e-12)
    assert whole.notice_s + NOTICE_S == pytest.approx(both.notice_s + NOTICE_S, abs=5.0)
