"""Flexible and periodic programmes: the right rate at every hour, the whole dose in every period, nothing contradictory."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.clock import SECONDS_PER_DAY as DAY_S
from physics.clock import SECONDS_PER_WEEK as WEEK_S
from physics.commands import ProgramPump, command_from_dict, command_to_dict
from physics.errors import CommandError
from physics.pump import device
from physics.pump.program import Prescription
from physics.pump.spec import PUMPS

SPEC = PUMPS["8637-20"]
HOUR_S, UG, ML = 3600.0, 1e-9, 1e-6
PLAN = ((6 * HOUR_S, 300 * UG / DAY_S), (9 * HOUR_S, 100 * UG / DAY_S), (22 * HOUR_S, 200 * UG / DAY_S))


def _running(order, clock_s=0.0):
    """Return a pump with no error that has just finished the update to a programme."""
    first = Prescription("continuous", 50 * UG / DAY_S, 0.5, 20 * ML, 1 * ML)
    state = device.established(SPEC, first, 20 * ML, 0.5, unit_error=0.0, has_fall_off=False)
    state, _, _ = device.step(state, SPEC, clock_s)
    state, _ = device.program(state, SPEC, order)
    return device.step(state, SPEC, SPEC.update_s)[0]


def _flex(steps=PLAN, period_s=DAY_S, clock_s=0.0):
    return Prescription("flex", 0.0, 0.5, 20 * ML, 1 * ML, steps=steps, period_s=period_s, clock_s=clock_s)


def _dose_at(state):
    return device.set_rate(state, SPEC) * 0.5 * DAY_S / UG


@pytest.mark.parametrize(
    ("hour", "dose"), [(0, 200), (5.9, 200), (6, 300), (8.9, 300), (9, 100), (21.9, 100), (22, 200), (23.9, 200), (30, 300), (33, 100)]
)
def test_every_hour_has_its_dose_and_the_last_step_goes_past_midnight(hour, dose):
    state = _running(_flex())
    state, _, _ = device.step(state, SPEC, max(0.0, hour * HOUR_S - SPEC.update_s + 1.0))
    assert _dose_at(state) == pytest.approx(dose)


def test_a_programme_sent_at_noon_goes_by_the_clock_and_not_by_the_update():
    state = _running(_flex(clock_s=12 * HOUR_S), clock_s=3.3 * DAY_S)
    assert _dose_at(state) == pytest.approx(100)
    assert device.time_to_change_s(state, SPEC) == pytest.approx(10 * HOUR_S - SPEC.update_s, abs=0.01)


def test_a_pump_whose_clock_is_not_set_again_keeps_it():
    state = _running(_flex(clock_s=12 * HOUR_S))
    state, _ = device.program(state, SPEC, _flex(clock_s=None))
    state, _, _ = device.step(state, SPEC, SPEC.update_s)
    assert _dose_at(state) == pytest.approx(100)


def test_weekdays_differ_where_the_period_is_a_week():
    saturday = 5 * DAY_S
    state = _running(_flex(((0.0, 100 * UG / DAY_S), (saturday, 250 * UG / DAY_S)), WEEK_S, clock_s=4.5 * DAY_S))
    assert _dose_at(state) == pytest.approx(100)
    state, _, _ = device.step(state, SPEC, DAY_S)
    assert _dose_at(state) == pytest.approx(250)
    state, _, _ = device.step(state, SPEC, 2 * DAY_S)
    assert _dose_at(state) == pytest.approx(100)


def test_the_shown_rate_is_the_mean_of_the_day():
    assert _running(_flex()).rate_m3_per_s * 0.5 * DAY_S / UG == pytest.approx((300 * 3 + 100 * 13 + 200 * 8) / 24)


def test_periodic_boluses_come_with_the_update_and_every_period_after_it():
    order = Prescription(
        "periodic", 48 * UG / DAY_S, 0.5, 20 * ML, 1 * ML, bolus_kg=12 * UG, bolus_duration_s=900.0, period_s=4 * HOUR_S
    )
    state = _running(order)
    for _ in range(3):
        assert _dose_at(state) == pytest.approx(12 * DAY_S / 900.0)
        state, flow, _ = device.step(state, SPEC, 900.0)
        assert flow * 900.0 * 0.5 / UG == pytest.approx(12.0)
        assert _dose_at(state) == pytest.approx(48.0)
        state, _, _ = device.step(state, SPEC, 4 * HOUR_S - 900.0)


steps_of_a_day = st.lists(
    st.tuples(st.integers(0, 1439), st.floats(0.0, 2000.0)), min_size=1, max_size=13, unique_by=lambda step: step[0]
).map(lambda rows: tuple((60.0 * m, d * UG / DAY_S) for m, d in sorted(rows)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps_of_a_day, st.floats(0.0, WEEK_S), st.integers(1, 3), st.lists(st.floats(0.001, 1.0), min_size=1, max_size=6))
def test_whole_days_give_the_dose_of_the_day_however_they_are_cut(steps, clock_s, days, cuts):
    state = _running(_flex(steps, clock_s=clock_s))
    ends = [start for start, _ in steps[1:]] + [steps[0][0] + DAY_S]
    dose = sum(rate * (end - start) for (start, rate), end in zip(steps, ends, strict=True))
    before = state.drug_kg
    for cut in cuts:
        state, _, _ = device.step(state, SPEC, days * DAY_S * cut / sum(cuts))
    assert before - state.drug_kg == pytest.approx(days * dose, rel=1e-6, abs=1e-15)


GOOD = {
    "mode": "flex", "dose_kg_per_s": 0.0, "concentration_kg_per_m3": 0.5, "reservoir_volume_m3": 20 * ML, "alarm_volume_m3": 2 * ML,
    "steps": PLAN,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"steps": ()}, ("steps", "at least one")),
        ({"steps": ((0.0, 1e-12), (0.0, 2e-12))}, ("steps", "at least 60 s apart")),
        ({"steps": ((7200.0, 1e-12), (3600.0, 2e-12))}, ("steps", "in order")),
        ({"steps": ((DAY_S, 1e-12),)}, ("steps = 86400.0", "under 86400 s")),
        ({"steps": ((-1.0, 1e-12),)}, ("steps = -1.0",)),
        ({"steps": ((0.0, -1e-12),)}, ("steps = -1e-12",)),
        ({"steps": ((0.0, float("nan")),)}, ("nan", "finite")),
        ({"steps": ((10**400, 1e-12),)}, ("finite",)),
        ({"steps": tuple((60.0 * k, 1e-12) for k in range(1400))}, ("steps = 1400", "at most 13")),
        ({"steps": ((0.0, 1.0),)}, ("steps = 1.0", "1e-10")),
        ({"steps": tuple((600.0 * k, 1e-12) for k in range(14))}, ("steps = 14", "at most 13")),
        ({"steps": "often"}, ("steps = 'often'", "pairs")),
        ({"steps": ((0.0,),)}, ("steps", "pairs")),
        ({"period_s": 7200.0}, ("period_s = 7200.0", "604800")),
        ({"clock_s": -1.0}, ("clock_s = -1.0",)),
        ({"mode": "continuous"}, ("steps = 3", "none in mode continuous")),
        ({"mode": "periodic", "steps": (), "bolus_duration_s": 7200.0, "period_s": 3600.0}, ("bolus_duration_s = 7200.0", "3600")),
    ],
)
def test_contradictory_programmes_are_refused(change, says):
    with pytest.raises(CommandError) as refused:
        ProgramPump(**(GOOD | change))
    assert all(words in str(refused.value) for words in says), refused.value


def test_a_programme_survives_plain_data():
    sent = ProgramPump(**GOOD)
    assert command_from_dict(command_to_dict(sent)) == sent
    data = command_to_dict(sent) | {"steps": [list(step) for step in sent.steps]}  # as JSON reads it
    assert command_from_dict(data) == sent


def test_the_mean_dose_of_a_mode():
    def mean(**change):
        return ProgramPump(**(GOOD | change)).mean_dose_kg_per_s * DAY_S / UG

    assert mean() == pytest.approx((300 * 3 + 100 * 13 + 200 * 8) / 24)
    one = {"steps": (), "dose_kg_per_s": 100 * UG / DAY_S}
    assert mean(mode="continuous", **one) == mean(mode="bolus", **one) == pytest.approx(100)
    assert mean(mode="stopped", **one) == mean(mode="minimum", **one) == 0.0
    boluses = {"mode": "periodic", "bolus_kg": 10 * UG, "bolus_duration_s": 600.0, "period_s": 6 * HOUR_S}
    assert mean(**one, **boluses) == pytest.approx(4 * 10 + 100 * (1 - 600 / (6 * HOUR_S)))


def test_an_update_may_set_the_clock_and_says_so():
    state = _running(_flex(clock_s=12 * HOUR_S))
    late, _ = device.program(state, SPEC, _flex(clock_s=13 * HOUR_S + SPEC.update_s))  # daylight saving
    assert any(line.endswith("clock set on by +1.00 h") for line in late.event_log)
    state, _ = device.program(state, SPEC, _flex(clock_s=12 * HOUR_S + SPEC.update_s + 20.0))  # the programmer's own seconds
    assert not any("+0.0" in line for line in state.event_log)


def test_a_wrong_clock_gives_the_right_doses_at_the_wrong_hours():
    right, wrong = _running(_flex(clock_s=8 * HOUR_S)), _running(_flex(clock_s=20 * HOUR_S))
    assert (_dose_at(right), _dose_at(wrong)) == (pytest.approx(300), pytest.approx(100))
    given = [start.drug_kg - device.step(start, SPEC, DAY_S)[0].drug_kg for start in (right, wrong)]
    assert given[0] == pytest.approx(given[1])


OWN = {"patient_bolus_kg": 10 * UG, "patient_bolus_duration_s": 300.0, "patient_lockout_s": 6 * HOUR_S, "patient_most_per_day": 4}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"patient_bolus_kg": 1e-8}, ("patient_bolus_duration_s = 0", "above 0, or all of")),
        (OWN | {"patient_lockout_s": 60.0}, ("patient_lockout_s = 60.0", "at least patient_bolus_duration_s = 300")),
        (OWN | {"patient_most_per_day": 49}, ("patient_most_per_day = 49", "48")),
        (OWN | {"patient_most_per_day": 2.5}, ("patient_most_per_day = 2.5", "whole number")),
        (OWN | {"patient_bolus_kg": float("nan")}, ("patient_bolus_kg = nan",)),
        ({"clock_s": float("inf")}, ("clock_s = inf", "0 .. 604800")),
        ({"clock_s": 8 * DAY_S}, ("clock_s = 691200.0",)),
    ],
)
def test_a_bolus_or_a_clock_that_makes_no_sense_is_refused(change, says):
    with pytest.raises(CommandError) as refused:
        ProgramPump(**(GOOD | change))
    assert all(words in str(refused.value) for words in says), refused.value
