"""Advice on doses: each published rule where it holds, where it does not, and at its edge."""

from __future__ import annotations

import math

import pytest

from game.validate.run import is_cited
from scenarios import advice
from scenarios.advice import Chart, TestDose, Visit

SPINAL, CEREBRAL, CHILD = Chart("SCI", 40.0), Chart("STROKE", 60.0), Chart("CP", 9.0)
NEGATIVE = TestDose(50.0, 0.99)


def rules(lines):
    return [line.rule for line in lines]


def warned(lines):
    return {line.rule for line in lines if line.is_warning}


def visit(**known):
    return Visit(**({"dose_ug_per_day": 100.0, "hours_since_start": 500.0, "hours_since_change": 48.0, "is_titration": True} | known))


def test_every_list_begins_with_what_it_is_not_for():
    for lines in (advice.screening(SPINAL, ()), advice.start(SPINAL, TestDose(50.0, 2.0)), advice.titration(SPINAL, visit())):
        assert lines[0].text == advice.EDUCATION_ONLY


def test_test_doses_climb_50_75_100_and_then_end():
    tests, given = (), []
    while (dose := advice.next_test_ug(SPINAL, tests)) is not None:
        given.append(dose)
        tests += (TestDose(dose, 0.5),)
    assert given == [50.0, 75.0, 100.0]
    assert warned(advice.screening(SPINAL, tests)) == {"test.none"}


@pytest.mark.parametrize(("chart", "is_small"), [(CHILD, True), (Chart("STROKE", 61.0, needs_tone=True), False)])
def test_a_small_child_and_one_who_stands_by_tone_begin_at_25(chart, is_small):
    assert advice.next_test_ug(chart, (), is_small) == 25.0
    assert advice.next_test_ug(chart, (TestDose(25.0, 0.2),), is_small) == 50.0


@pytest.mark.parametrize(("test", "is_answer"), [
    (TestDose(50.0, 1.0), True), (TestDose(50.0, 0.999), False), (TestDose(50.0, 0.0, 2.0), True),
    (TestDose(50.0, 0.9, 1.9), False),
])  # fmt: skip
def test_an_answer_is_a_point_of_tone_or_two_of_spasms(test, is_answer):
    assert advice.is_positive(test) is is_answer
    assert (advice.next_test_ug(SPINAL, (test,)) is None) is is_answer


def test_no_larger_dose_follows_an_adverse_reaction_without_an_answer():
    bad = TestDose(50.0, 0.2, is_adverse=True)
    assert advice.next_test_ug(SPINAL, (bad,)) is None
    assert warned(advice.screening(SPINAL, (bad,))) == {"test.adverse"}


@pytest.mark.parametrize(("hours", "is_early"), [(6.0, True), (23.99, True), (24.0, False), (math.inf, False)])
def test_the_next_test_dose_waits_for_a_day(hours, is_early):
    assert ("test.gap" in warned(advice.screening(SPINAL, (NEGATIVE,), hours))) is is_early


def test_nobody_is_tested_during_an_infection_or_in_the_first_year_after_a_brain_injury():
    assert "test.not_now" in warned(advice.screening(SPINAL, (), has_infection=True))
    assert "wait.injury" in warned(advice.screening(Chart("TBI", 30.0, years_since_injury=0.9), ()))
    assert "wait.injury" not in rules(advice.screening(Chart("TBI", 30.0, years_since_injury=1.0), ()))


@pytest.mark.parametrize(("lasted_h", "is_adverse", "dose"), [(6.0, False, 150.0), (8.0, False, 150.0), (8.1, False, 75.0), (6.0, True, 75.0)])
def test_the_first_daily_dose_is_twice_the_test_dose_or_once_after_a_long_or_bad_answer(lasted_h, is_adverse, dose):
    test = TestDose(75.0, 2.0, lasted_h=lasted_h, is_adverse=is_adverse)
    assert advice.first_dose_ug_per_day(test) == dose
    line = advice.start(SPINAL, test)[1]
    assert (line.low, line.high, line.unit) == (dose, dose, "ug/day")


@pytest.mark.parametrize(("chart", "is_titration", "low", "high"), [
    (SPINAL, True, 110.0, 130.0), (Chart("MS", 50.0), True, 110.0, 130.0), (CEREBRAL, True, 105.0, 115.0), (CHILD, True, 105.0, 115.0),
    (Chart("SCI", 17.9), True, 105.0, 115.0), (SPINAL, False, 110.0, 140.0), (CEREBRAL, False, 105.0, 120.0), (CHILD, False, 105.0, 120.0),
])  # fmt: skip
def test_steps_go_by_origin_age_and_phase(chart, is_titration, low, high):
    assert advice.increase(chart, visit(is_titration=is_titration)) == pytest.approx((low, high))


@pytest.mark.parametrize(("known", "rule"), [
    ({"hours_since_start": 23.9, "hours_since_change": 23.9}, "start.wait"), ({"hours_since_change": 23.9}, "step.gap"),
    ({"signs": ("infection",)}, "cause.other"), ({"is_loss_sudden": True}, "line.suspect"),
    ({"gains": (0.4, 0.05, 0.02)}, "line.suspect"), ({"days_without_drug": 2.0}, "gap.restart"),
])  # fmt: skip
def test_nothing_is_raised_where_a_rule_speaks_against_it(known, rule):
    lines = advice.titration(SPINAL, visit(**known))
    assert rule in warned(lines)
    assert advice.increase(SPINAL, visit(**known)) is None


@pytest.mark.parametrize("known", [
    {"hours_since_start": 24.0, "hours_since_change": 24.0}, {"gains": (0.05,)}, {"gains": (0.02, 0.05, 0.1)}, {"days_without_drug": 1.9},
    {"fill_age_days": 400.0}, {"dose_ug_per_day": 1500.0},
])  # fmt: skip
def test_just_inside_the_rules_an_increase_is_allowed(known):
    assert advice.increase(SPINAL, visit(**known)) is not None


def test_too_much_goes_down_ten_to_twenty_per_cent_whatever_the_goal():
    for met in (False, True):
        line = next(x for x in advice.titration(SPINAL, visit(signs=("sedation",), is_goal_met=met)) if x.rule == "step.down")
        assert (line.low, line.high) == pytest.approx((80.0, 90.0))


def test_at_the_goal_the_dose_stays_and_no_line_is_suspected():
    lines = advice.titration(SPINAL, visit(is_goal_met=True, gains=(0.0, 0.0)))
    assert "goal.met" in rules(lines)
    assert warned(lines) == set()
    assert advice.increase(SPINAL, visit(is_goal_met=True)) is None


def test_at_high_doses_steps_end_at_twenty_per_cent_and_above_a_thousand_it_says_so():
    assert advice.increase(SPINAL, visit(dose_ug_per_day=800.0)) == pytest.approx((880.0, 1040.0))
    assert advice.increase(SPINAL, visit(dose_ug_per_day=801.0)) == pytest.approx((881.1, 961.2))
    assert advice.increase(CEREBRAL, visit(dose_ug_per_day=900.0)) == pytest.approx((945.0, 1035.0))
    assert "dose.experience" not in rules(advice.titration(SPINAL, visit(dose_ug_per_day=999.0)))
    assert "dose.experience" in warned(advice.titration(SPINAL, visit(dose_ug_per_day=1000.0)))


@pytest.mark.parametrize(("days", "is_old"), [(180.0, False), (180.1, True)])
def test_a_fill_of_more_than_180_days_is_told(days, is_old):
    assert ("fill.age" in warned(advice.titration(SPINAL, visit(fill_age_days=days)))) is is_old


def test_oral_drugs_go_one_at_a_time_and_baclofen_first():
    chart = Chart("CP", 9.0, oral_drugs=("diazepam", "baclofen"))
    line = next(x for x in advice.start(chart, TestDose(50.0, 1.5)) if x.rule == "oral.wean")
    assert line.text == "Wean baclofen by 25-50 % a step; diazepam only when it is gone."
    assert "oral.wean" not in rules(advice.start(CHILD, TestDose(50.0, 1.5)))


@pytest.mark.parametrize(("build", "said"), [
    (lambda: Chart("CPX", 9.0), "diagnosis = 'CPX'; expected one of SCI"), (lambda: Chart("CP", -1.0), "age_years = -1.0; expected 0 .. 120"),
    (lambda: Chart("CP", math.nan), "age_years = nan"), (lambda: TestDose(0.0, 1.0), "dose_ug = 0.0; expected 1 .. 200"),
    (lambda: TestDose(50.0, 9.0), "legs_gain = 9.0"), (lambda: visit(dose_ug_per_day=-5.0), "dose_ug_per_day = -5.0; expected 0 .. 3000"),
    (lambda: visit(signs=("fever",)), "signs = 'fever'; expected sedation"), (lambda: visit(hours_since_change=math.inf), "hours_since_change = inf"),
])  # fmt: skip
def test_impossible_knowledge_is_refused_by_key_value_and_range(build, said):
    with pytest.raises(ValueError, match="expected") as refused:
        build()
    assert said in str(refused.value)


def test_every_rule_names_its_source_and_confidence():
    assert all(is_cited(value, confidence, source) for _, value, _, confidence, source in advice.EVIDENCE)
    assert {name.rsplit(".", 1)[0] for name, *_ in advice.EVIDENCE} == set(advice.RULES)
    for rule in advice.RULES.values():
        assert rule.low <= rule.high
    for lines in (advice.screening(SPINAL, (NEGATIVE,)), advice.titration(CHILD, visit(signs=("weakness",), fill_age_days=200.0))):
        assert all(line.source and line.confidence for line in lines)
