"""Therapy without hands: a case whose implant is in, or laid in as ordered, lived for some days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from game.outcome import events_of, series
from game.players.chart import chart_for
from game.players.habits import ATTENDING
from game.players.implant import implant
from game.players.performance import run_plan
from game.session import Session
from physics.commands import AdvanceClinicalTime
from physics.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from scenarios.schema import Scenario
from scenarios.setup import setup

UNITS = {
    "time_days": "d", "programmed_ug_per_day": "ug/d", "delivered_ug_per_day": "ug/d", "misplaced_ug_per_day": "ug/d",
    "flow_ml_per_day": "mL/d", "reservoir_ml": "mL", "csf_peak_ng_per_ml": "ng/mL", "patency_lying": "1",
    "patency_sitting": "1", "tip_level": "T1 = 1 .. L5 = 17", "ashworth_legs": "1..5", "ashworth_arms": "1..5",
    "spasm_score": "0..4", "gcs": "3..15", "respiratory_rate_per_min": "1/min", "withdrawal_severity": "0..1.3",
    "temperature_c": "C",
}  # fmt: skip


def therapy_course(
    scenario: Scenario, seed: int, days: float, step_hours: float, advance: Callable[[float, str], None] | None = None
) -> dict[str, Any]:
    """Return arrays over clinical time with their units, and the events.

    A case that starts on a fresh table is first implanted by the attending; time counts from there.
    """
    case = setup(scenario, seed)
    session = Session(scenario, case, seed)
    if case.params.start is None:
        run_plan(session, implant(chart_for(scenario, case), ATTENDING))
    start_s, first_event = session.observation.clinical_time_s, len(session.events)
    left_s = days * SECONDS_PER_DAY
    session.advance((AdvanceClinicalTime(0.0),))
    while left_s > 1e-6:
        step_s = min(step_hours * SECONDS_PER_HOUR, left_s)
        session.advance((AdvanceClinicalTime(step_s),))
        left_s -= step_s
        if advance is not None:
            advance(days - left_s / SECONDS_PER_DAY, "")
    course = series(session, start_s)
    course["time_days"] = [day - start_s / SECONDS_PER_DAY for day in course.pop("day")]
    return {
        "scenario": scenario.id, "seed": seed, "days": days, "units": UNITS, **course,
        "events": events_of(session)[first_event:],
    }  # fmt: skip
