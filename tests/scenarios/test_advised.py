"""Doses of an attempt beside the published rules: what is compared, with which range, and what is left alone."""

from __future__ import annotations

import pytest

from physics.units import kg_per_s_from_ug_per_day
from scenarios.actions import Action
from scenarios.advised import advised
from scenarios.load import load
from scenarios.steps import record_from

from .conftest import Attempt, program


def dosed(attempt: Attempt, dose: float, **patient: float) -> Attempt:
    """Add one programming and the state after it."""
    pump = {"programmed_dose_kg_per_s": float(kg_per_s_from_ug_per_day(dose)), "state": "running"}
    if patient:
        attempt(patient=patient)
    return attempt(program(dose), pump=pump)


def lines(attempt: Attempt, scenario: str = "implant_adult_t10") -> dict[str, bool | None]:
    """Return rule -> followed of an attempt's last change."""
    told = advised(load(scenario), record_from(attempt.steps))
    return {a.advice.rule: a.is_followed for a in told}


def started(hours: float | None = 24.0) -> Attempt:
    """Return a pump started fresh."""
    a = Attempt()
    a(pump={"state": "off", "programmed_dose_kg_per_s": 0.0})
    if hours is not None:
        a(Action("time.monitor", "", hours))
    return dosed(a, 100.0)


@pytest.mark.parametrize(("hours", "is_followed"), [(24.0, True), (8.0, True), (4.0, False), (None, False)])
def test_a_start_is_compared_with_the_watch_after_it(hours, is_followed):
    assert lines(started(hours)) == {"start.watch": is_followed}


@pytest.mark.parametrize(("dose", "is_followed"), [(120.0, True), (130.0, True), (135.0, False), (1000.0, False)])
def test_an_increase_is_compared_with_the_rule_for_origin_and_phase(dose, is_followed):
    a = dosed(started().live(5), dose)
    assert lines(a)["step.spinal"] is is_followed


def test_a_second_change_within_a_day_is_told():
    a = dosed(started(), 120.0)
    assert lines(a)["start.wait"] is False
    b = dosed(dosed(started().live(5), 120.0), 140.0)
    assert lines(b)["step.gap"] is False


def test_a_drowsy_patient_is_to_get_less():
    a = dosed(started().live(5), 85.0, gcs=12.0)
    assert lines(a)["step.down"] is True
    b = dosed(started().live(5), 120.0, gcs=12.0)
    assert lines(b)["step.down"] is False


def test_a_programming_that_leaves_the_dose_says_nothing():
    assert lines(dosed(started().live(5), 100.0)) == {"start.watch": True}


def test_a_patient_on_therapy_has_a_maintenance_rule():
    a = Attempt()
    a(pump={"state": "running", "programmed_dose_kg_per_s": float(kg_per_s_from_ug_per_day(300.0))})
    assert lines(dosed(a, 360.0))["visit.spinal"] is True
