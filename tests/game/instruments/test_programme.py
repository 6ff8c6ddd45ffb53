"""Form, command, pump, telemetry, form: nothing changes on the way round, and what is shown is what runs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game.instruments import limits, programme, programmer, review
from game.instruments.programme import FIELDS, Programme
from physics.units import SECONDS_PER_DAY

UG = 1e-9


def _grid(low, high, decimals):
    scale = 10**decimals
    return st.integers(round(low * scale), round(high * scale)).map(lambda n: programme.trimmed(n / scale, decimals))


RATES = st.one_of(st.just("0"), _grid(4.0, 300.0, 3))  # µg/h, within the rotor at 500 to 2000 µg/mL
STEPS = st.lists(st.tuples(st.integers(0, 1439), RATES), min_size=1, max_size=13, unique_by=lambda step: step[0]).map(
    lambda steps: tuple((programme.clock_words(minutes), rate) for minutes, rate in sorted(steps))
)


@st.composite
def programmes(draw):
    """Draw a programme of any mode that no hard limit refuses."""
    mode = draw(st.sampled_from([key for key, _ in programme.MODES]))
    entries = {
        "conc": draw(_grid(500, 2000, 1)), "length": draw(_grid(0, 140, 1)), "reservoir": draw(_grid(1, 20, 1)), "alarm": draw(_grid(0, 10, 1)),
        "bridge": draw(_grid(0, 1, 3)), "prime": draw(_grid(0, 1, 3)), "dose": draw(_grid(96, 8000, 2)), "bolus": draw(_grid(0.01, 3, 2)),
        "bolus_min": draw(_grid(1, 29.9, 1)), "every": draw(_grid(0.5, 168, 2)),
    }  # fmt: skip
    own = draw(st.sampled_from([("0", "0", "0", "0"), ("10", "30", "6", "4"), ("2.25", "7.5", "0.75", "12")]))
    entries |= dict(zip(programme.OWN, own, strict=True))
    pattern = draw(st.sampled_from(["day", "week"]))
    steps = {"every": draw(STEPS)}
    if pattern == "week":
        steps = {key: draw(st.one_of(st.just(()), STEPS)) for key, _ in programme.DAYS}
        steps["wed"] = draw(STEPS)
    return Programme(mode, entries, pattern if mode == "flex" else "day", steps if mode == "flex" else {})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(programmes())
def test_form_command_pump_telemetry_form_returns_the_same_values(told, new):
    assert not [x for x in limits.findings(limits.Case(new, capacity_ml=20.0)) if x.is_hard]
    sent = programme.command(new)
    back = programme.from_pump(told(sent))
    assert (back.mode, back.pattern, {d: s for d, s in back.steps.items() if s}) == (new.mode, new.pattern, {d: s for d, s in new.steps.items() if s})
    assert {key: back.entries[key] for key in programme.used_fields(new)} == {key: new.entries[key] for key in programme.used_fields(new)}


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(programmes())
def test_the_pump_read_again_agrees_with_what_was_sent(form, told, new):
    form = programmer.sent(programmer._edited(form, new), 100)
    form = programmer.read(form, told(programmer.command(form)))
    assert review.agrees(form)
    key = "conc"
    other = programmer.write(form, key, programme.trimmed(programme.number(new, key) + 1.0, 1))
    assert not review.agrees(other)


@settings(max_examples=150, deadline=None)
@given(programmes())
def test_dose_and_flow_that_are_shown_are_those_that_are_sent(new):
    sent = programme.command(new)
    dose = programme.day_dose_ug(new)
    if new.mode in programme.RUNNING:
        assert dose == pytest.approx(sent.mean_dose_kg_per_s / UG * SECONDS_PER_DAY, rel=1e-9)
        assert programme.flow_ml_per_day(new) == pytest.approx(dose / programme.number(new, "conc"))
    else:
        assert programme.flow_ml_per_day(new) == pytest.approx({"minimum": 0.006, "stopped": 0.0}[new.mode])


@settings(max_examples=100, deadline=None)
@given(programmes())
def test_the_curves_of_the_days_hold_the_dose_that_is_shown(new):
    days = programme.days_of(new) if new.mode == "flex" else ("every",)
    if new.mode == "periodic" and 24.0 % programme.number(new, "every"):
        return  # one drawn day is then no mean day
    areas = []
    for day in days:
        corners = programme.day_curve(new, day)
        assert corners[0][0] == 0.0 and corners[-1][0] == pytest.approx(24.0)
        areas.append(sum(rate * (b - a) for (a, rate), (b, _) in zip(corners[::2], corners[1::2], strict=True)))
    assert sum(areas) / len(areas) == pytest.approx(programme.day_dose_ug(new), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("day", "time", "seconds"), [("mon", "00:00", 0.0), ("thu", "0730", 3 * 86400 + 27000.0), ("sun", "23:59", 604740.0)])
def test_the_clock_of_the_pump_is_set_with_the_programme(told, form, day, time, seconds):
    form = programmer.write(programmer.set_clock_day(form, day), "clock", time)
    sent = programmer.command(form)
    assert sent.clock_s == seconds
    pump = told(sent, before_s=123456.0)
    assert (pump.clock_s - seconds) % 604800.0 == pytest.approx(2.0)  # the update takes two seconds
    assert programme.week_words(pump.clock_s) == f"{day.capitalize()} {programme.clock_words(programme.as_minutes(time))}"
    assert programmer.command(programmer.set_clock_day(form, "")).clock_s is None


@pytest.mark.parametrize(("typed", "minutes"), [
    ("6", 360), ("0630", 390), ("6:30", 390), ("06.30", 390), ("23:59", 1439), ("24:00", None), ("7:60", None), ("", None), ("noon", None), ("1:2:3", None),
])  # fmt: skip
def test_times_are_read_as_they_are_typed(typed, minutes):
    assert programme.as_minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["nan", "inf", "1e9", "-5", "1_0", "0x10", "12,5", "", ".", "1.2.3", "٣"])
def test_only_plain_decimals_are_numbers(typed):
    assert programme.as_number(typed) is None


def test_what_the_patient_may_add_follows_lock_out_and_count():
    def most(lockout, count):
        return programme.own_day_ug(Programme("continuous", {"own": "10", "own_min": "5", "own_lockout": lockout, "own_most": count}))

    assert most("6", "3") == 30.0
    assert most("6", "10") == 40.0  # four fit in a day
    assert most("5", "10") == 50.0  # the fifth begins within it
    assert most("0", "0") == 0.0


def test_every_field_is_used_by_some_mode_and_kept_to_its_decimals():
    used = {key for mode, _ in programme.MODES for key in programme.used_fields(Programme(mode))}
    assert used == set(FIELDS) == set(limits.RANGES)
