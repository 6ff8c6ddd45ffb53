"""A flexible programme lived by a patient: each step arrives by the clock, and the day's dose is whole."""

from __future__ import annotations

import pytest

from game.session import Session
from physics.commands import AdvanceClinicalTime, ProgramPump
from scenarios.load import load
from scenarios.setup import setup

HOUR_S, DAY_S, UG = 3600.0, 86400.0, 1e-9
STEPS = ((6 * HOUR_S, 600 * UG / DAY_S), (9 * HOUR_S, 150 * UG / DAY_S), (21 * HOUR_S, 300 * UG / DAY_S))
MEAN = (600 * 3 + 150 * 12 + 300 * 9) / 24


@pytest.fixture(scope="module")
def lived():
    """Return (hour, programmed, delivered, legs) hour by hour over the third day of a flexible programme."""
    case = load("refill_routine_adult")
    session = Session(case, setup(case, 0), 0)
    pump = session.observation.pump
    order = ProgramPump(
        "flex", 0.0, pump.programmed_concentration_kg_per_m3, pump.shown_reservoir_m3, 2e-6,
        recorded_length_m=pump.recorded_length_m, steps=STEPS, clock_s=0.0,
    )  # fmt: skip
    session.advance((order,))
    for _ in range(2):
        session.advance((AdvanceClinicalTime(DAY_S),))
    rows = []
    for hour in range(24):
        session.advance((AdvanceClinicalTime(HOUR_S),))
        seen = session.observation
        rows.append((hour, seen.pump.programmed_dose_kg_per_s * DAY_S / UG, seen.delivery.delivered_kg_per_s * DAY_S / UG, seen))
    return rows


def test_telemetry_shows_the_mean_of_the_day(lived):
    assert lived[0][1] == pytest.approx(MEAN)


def test_every_step_arrives_by_the_clock(lived):
    error = lived[12][2] / 150.0  # the unit's own, the same at every rate
    assert 0.85 < error < 1.15
    for hour, dose in ((2, 300), (7, 600), (8, 600), (10, 150), (20, 150), (22, 300)):
        assert lived[hour][2] == pytest.approx(error * dose, rel=0.02), hour


def test_the_day_is_whole(lived):
    error = lived[12][2] / 150.0
    assert sum(row[2] for row in lived) / 24 == pytest.approx(error * MEAN, rel=0.01)


def test_nothing_is_told_as_a_loss_of_flow(lived):
    assert not any("FlowImpaired" in entry for row in lived for entry in row[3].pump.event_log)
    ratios = [row[3].delivery.dose_ratio for row in lived]
    assert max(ratios) - min(ratios) < 0.03
    assert 0.85 < ratios[0] < 1.15
