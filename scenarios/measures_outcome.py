"""Measures of what the physics made of it: dose delivered, tone, alertness, breathing."""

from __future__ import annotations

from collections.abc import Callable

from physics.observation import Observation
from physics.units import ug_per_day_from_kg_per_s
from scenarios.measures_basis import DAY_S, Measure, Reading, deliveries, no, smallest
from scenarios.measures_pump import dose_error_percent
from scenarios.schema import Scenario
from scenarios.steps import Record

FILL_DAYS = 3.0  # an unprimed line needs 41-82 h to fill [device_and_procedure 6 P2]
REVIEW_SHARE = 0.9  # tuned: follow-up that reached 90 % of its days counts as complete


def _is_complete(scenario: Scenario, record: Record) -> bool:
    if not record.has_followup or not record.followup:
        return False
    start = record.hands_end or record.followup[0]
    lived_s = record.followup[-1].clinical_time_s - start.clinical_time_s
    return lived_s >= REVIEW_SHARE * scenario.followup_days * DAY_S


def _hours_below(record: Record, read: Callable[[Observation], float], limit: float) -> Reading:
    total = 0.0
    first: tuple[int, ...] = ()
    before: Observation | None = record.hands_end
    for seen in record.followup:
        span = seen.clinical_time_s - before.clinical_time_s if before is not None else 0.0
        if read(seen) < limit:
            total += span
            first = first or (seen.tick,)
        before = seen
    return Reading(total / 3600.0, first)


def _mean_dose(scenario: Scenario, record: Record) -> Reading:
    """Return the mean dose that left at the tip once the line had filled [ug/d]."""
    if not _is_complete(scenario, record):
        return no("follow-up was not lived")
    start = (record.hands_end or record.followup[0]).clinical_time_s
    start += min(FILL_DAYS, 0.5 * scenario.followup_days) * DAY_S
    lived = record.followup if record.hands_end is None else (record.hands_end, *record.followup)
    parts = [(span_s, drug_kg) for span_s, drug_kg, _ in deliveries(lived, start)]
    span, mass = sum(part[0] for part in parts), sum(part[1] for part in parts)
    if span <= 0.0:
        return no("follow-up was not lived")
    return Reading(float(ug_per_day_from_kg_per_s(mass / span)), (record.followup[-1].tick,))


def _dose_ratio(scenario: Scenario, record: Record) -> Reading:
    dose = _mean_dose(scenario, record)
    if dose.why_invalid or scenario.order.dose_ug_per_day <= 0.0:
        return no(dose.why_invalid or "no dose was ordered")
    return Reading(dose.value / scenario.order.dose_ug_per_day, dose.ticks)


def _dose_error(scenario: Scenario, record: Record) -> Reading:
    dose = _mean_dose(scenario, record)
    if dose.why_invalid or scenario.order.dose_low_ug_per_day <= 0.0:
        return no(dose.why_invalid or "no dose was ordered")
    return Reading(dose_error_percent(scenario, dose.value) / 100.0, dose.ticks)


def _ashworth_drop(scenario: Scenario, record: Record) -> Reading:
    if not _is_complete(scenario, record):
        return no("follow-up was not lived")
    last = record.followup[-1]
    return Reading(last.patient.ashworth_legs_baseline - last.patient.ashworth_legs, (last.tick,))


def _gcs13_time(scenario: Scenario, record: Record) -> Reading:
    if not record.has_followup:
        return no("follow-up was not lived")
    return _hours_below(record, lambda o: o.patient.gcs, 13.0)


def _min_gcs(scenario: Scenario, record: Record) -> Reading:
    """Observations may be a day apart: what the patient's own events tell counts too."""
    seen = [(o.patient.gcs, o.tick) for o in record.followup]
    told = [
        (e.magnitude, e.tick)
        for e in record.named("SedationBegan", "ComaBegan")
        if e.tick > record.hands_end_tick
    ]
    return smallest(seen + told if seen else [], "follow-up was not lived")


def _min_rr(scenario: Scenario, record: Record) -> Reading:
    seen = (o for o in record.followup if not o.patient.is_anaesthetised)
    return smallest(((o.patient.respiratory_rate_per_min, o.tick) for o in seen), "follow-up was not lived")


def _tip_drift(scenario: Scenario, record: Record) -> Reading:
    """Length lost from the sac between closure and the end."""
    closing = record.closing
    if closing is None or not _is_complete(scenario, record):
        return no("follow-up was not lived")
    last = record.followup[-1]
    return Reading(max(0.0, closing.catheter.inserted_m - last.catheter.inserted_m) * 1000.0, (last.tick,))


MEASURES: tuple[Measure, ...] = (
    Measure(
        "out.dose_ratio",
        "1",
        "drug leaving at the tip over ordered dose, after 3 days",
        "assessment 2.7",
        _dose_ratio,
    ),
    Measure(
        "out.dose_error",
        "1",
        "distance of the mean delivered dose from the ordered band, relative",
        "assessment 2.7",
        _dose_error,
    ),
    Measure(
        "out.ashworth_drop",
        "1",
        "baseline minus leg Ashworth at the review day",
        "assessment 2.7",
        _ashworth_drop,
    ),
    Measure("out.gcs13_time", "h", "time with GCS below 13", "assessment 2.7", _gcs13_time),
    Measure("out.min_gcs", "1", "lowest GCS in follow-up", "assessment 2.7", _min_gcs),
    Measure("out.min_rr", "1/min", "lowest unsupported respiratory rate", "assessment 2.7", _min_rr),
    Measure("out.tip_drift", "mm", "length lost from the sac since closure", "own; C-MIG", _tip_drift),
)
