"""Tone, sedation, tolerance and withdrawal: published numbers; the engine against the reference's printed table.

The table was computed by other code with other parameters; with those the product must give its numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from game.validate import patient as answer_rows
from game.validate.drug_course import Subject, chronic, course, first_hour, naive, preset
from game.validate.drug_reference import as_reference

# [pharmacology_2 4.4] 50 ug by puncture: hour -> leg Ashworth, H/M left
BOLUS = {
    0.5: (3.963, 0.455),
    1.0: (3.36, 0.167),
    2.0: (2.042, 0.094),
    4.0: (1.726, 0.154),
    6.0: (2.029, 0.372),
    8.0: (2.642, 0.696),
    12.0: (3.69, 0.972),
    24.0: (3.998, 1.0),
}
REFERENCE = as_reference(preset("SCI"))
START = {4: 3.937, 6: 3.634, 8: 3.152, 12: 2.406, 24: 1.785, 48: 1.64}  # 100 ug/day at T10
# 400 ug/day, 18 months: tip -> leg and arm Ashworth (from 4.0 and 2.5), GCS
STEADY = {
    14.0: (1.58, 1.81, 14.99),
    10.0: (1.45, 1.5, 14.98),
    6.0: (1.58, 1.3, 14.93),
    2.0: (1.91, 1.24, 14.73),
    -2.0: (2.22, 1.23, 14.26),
}
OVERDOSE = {200.0: (14.4, 14.5), 280.0: (13.3, 13.5), 500.0: (8.4, 8.3), 1000.0: (3.8, 1.5)}


@pytest.mark.parametrize("row", answer_rows.rows(), ids=lambda row: row.id)
def test_model_lies_in_the_published_band(row):
    assert row.passed or row.reason, f"{row.quantity}: {row.model:.4g} {row.unit}; expected {row.target} +- {row.tolerance}"


def bolus_numbers(subject: Subject) -> list[float]:
    trace, _ = course(subject, naive(subject), 24.0, ("legs", "reflex"), minutes=5.0, lumbar=50.0)
    return [float(trace[name][round(12 * hour) - 1]) for hour in BOLUS for name in ("legs", "reflex")]


def start_numbers(subject: Subject) -> list[float]:
    trace, _ = course(subject, naive(subject), 48.0, ("legs",), dose_ug_per_day=100.0, minutes=15.0)
    return [float(trace["legs"][4 * hour - 1]) for hour in START]


def steady_numbers(subject: Subject, tip_level: float) -> tuple[float, float, float]:
    signs = chronic(subject, 400.0, tip_level, 540.0).answer.neuro
    return signs.ashworth_legs, signs.ashworth_arms, signs.gcs


def overdose_numbers(subject: Subject) -> list[float]:
    lowest = []
    for dose in OVERDOSE:
        trace, _ = course(subject, naive(subject), 24.0, ("gcs", "breaths"), lumbar=dose)
        lowest += [float(trace["gcs"].min()), float(trace["breaths"].min())]
    return lowest


def test_bolus_course_is_that_of_the_reference_table():
    expected = [number for pair in BOLUS.values() for number in pair]
    assert bolus_numbers(REFERENCE) == pytest.approx(expected, rel=0.02)


def test_start_of_infusion_is_that_of_the_reference_table():
    assert start_numbers(REFERENCE) == pytest.approx(list(START.values()), rel=0.02)


@pytest.mark.parametrize("tip_level", STEADY)
def test_steady_signs_are_those_of_the_reference_table(tip_level):
    assert steady_numbers(REFERENCE, tip_level) == pytest.approx(STEADY[tip_level], rel=0.02)


def test_overdose_depth_is_that_of_the_reference_table():
    expected = [number for pair in OVERDOSE.values() for number in pair]
    assert overdose_numbers(REFERENCE) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("factor", [0.9, 1.1])
@pytest.mark.parametrize(
    "name",
    [
        "half_legs_kg_per_m3",
        "half_arms_kg_per_m3",
        "half_reflex_kg_per_m3",
        "half_sedation_kg_per_m3",
        "half_breathing_kg_per_m3",
        "reversible_legs",
        "steepness",
        "reflex_steepness",
        "tolerance_gain",
    ],
)
def test_a_response_law_wrong_by_ten_percent_leaves_the_reference_table(name, factor):
    right = REFERENCE
    value = getattr(right.answer, name) * factor
    wrong = right.with_answer(**{name: min(1.0, value) if name == "reversible_legs" else value})
    tables = (
        (bolus_numbers(wrong), [number for pair in BOLUS.values() for number in pair], dict(rel=0.02)),
        (start_numbers(wrong), list(START.values()), dict(rel=0.02)),
        (list(steady_numbers(wrong, 10.0)), list(STEADY[10.0]), dict(rel=0.02)),
        (overdose_numbers(wrong), [number for pair in OVERDOSE.values() for number in pair], dict(abs=0.1)),
    )
    assert any(model != pytest.approx(expected, **limit) for model, expected, limit in tables)


@pytest.mark.parametrize("factor", [0.9, 1.1])
@pytest.mark.parametrize(
    "name", ["fast_site_per_s", "slow_site_per_s", "slow_weight", "descending_weight", "cord_exchange_m2_per_s"]
)
def test_an_effect_site_wrong_by_ten_percent_leaves_the_reference_table(name, factor):
    right = REFERENCE
    wrong = right.with_drug(**{name: getattr(right.drug, name) * factor})
    expected = [number for pair in BOLUS.values() for number in pair] + list(START.values())
    assert bolus_numbers(wrong) + start_numbers(wrong) != pytest.approx(expected, rel=0.02)


# [pharmacology_2 4.2] after a stop, by row
WITHDRAWAL = {
    "W1": 12.5,
    "W2": 10.6,
    "W3": 38.1,
    "W4": 103.0,
    "W5": 40.4,
    "W6": 30.7,
    "W7": 9370.0,
    "W10": 7.1,
}


def withdrawal_numbers(change: Callable[[Subject], Subject]) -> dict[str, float]:
    return {line[0][0]: line[3] for line in answer_rows.withdrawal_lines(change)}


def test_withdrawal_is_that_of_the_reference_table():
    model = withdrawal_numbers(as_reference)
    assert {key: model[key] for key in WITHDRAWAL} == pytest.approx(WITHDRAWAL, rel=0.03)


@pytest.mark.parametrize("factor", [0.9, 1.1])
@pytest.mark.parametrize(
    "name", ["half_dependence_kg_per_m3", "withdrawal_lag_s", "susceptibility", "dependence_off_s"]
)
def test_a_withdrawal_law_wrong_by_ten_percent_leaves_the_reference_table(name, factor):
    def change(subject: Subject) -> Subject:
        right = as_reference(subject)
        return right.with_answer(**{name: getattr(right.answer, name) * factor})

    model = withdrawal_numbers(change)
    assert {key: model[key] for key in WITHDRAWAL} != pytest.approx(WITHDRAWAL, rel=0.03)


def test_itch_comes_before_fever_and_fever_before_muscle_breakdown():
    subject = preset("SCI").with_answer(susceptibility=1.45)
    trace, _ = course(
        subject, chronic(subject, 800.0, 10.0, 540.0), 72.0, ("itch", "temperature", "ck"), minutes=15.0
    )
    itch = first_hour(trace, trace["itch"] >= 2.0)
    fever = first_hour(trace, trace["temperature"] >= 38.0)
    breakdown = first_hour(trace, trace["ck"] >= 1000.0)
    assert itch < fever < breakdown
