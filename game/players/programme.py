"""The programmer and the weeks after: start, refill settings, follow-up."""

from __future__ import annotations

from collections.abc import Mapping

from game.instruments import programmer, review
from game.instruments.programme import FIELDS, trimmed
from game.players.chart import Chart
from game.players.habits import Habits
from game.players.step import Plan, do, items, numbered, say, wait_until
from physics.commands import AdvanceClinicalTime, GiveTreatment
from physics.observation import Observation
from physics.units import (
    SECONDS_PER_DAY, SECONDS_PER_HOUR, ml_from_m3, ug_per_day_from_kg_per_s, ug_per_ml_from_kg_per_m3,
)  # fmt: skip
from scenarios.actions import Action

EARLY_DAYS = 3.0  # the first days are lived in short steps: sedation and withdrawal show within hours
EARLY_STEP_S = 2.0 * SECONDS_PER_HOUR
LATE_STEP_S = SECONDS_PER_DAY


def alarm_days(reservoir_m3: float, alarm_m3: float, flow_m3_per_s: float) -> float:
    """Return the days until the low-reservoir alarm."""
    return (reservoir_m3 - alarm_m3) / flow_m3_per_s / SECONDS_PER_DAY if flow_m3_per_s > 0.0 else 0.0


def typed(chart: Chart, seen: Observation, values: Mapping[str, float]) -> programmer.Form:
    """Return the tablet after reading the pump and typing values, by field in the tablet's units."""
    origin = "spinal" if chart.scenario.patient.diagnosis in ("SCI", "MS") else "cerebral"
    form = programmer.set_mode(programmer.read(programmer.Form(origin=origin), seen.pump), "continuous")
    for key, value in values.items():
        form = programmer.write(form, key, trimmed(value, FIELDS[key].decimals))
    return form


def ordered(chart: Chart) -> dict[str, float]:
    """Return what the order asks for, by field of the tablet."""
    setup, order = chart.setup, chart.scenario.order
    return {
        "conc": float(ug_per_ml_from_kg_per_m3(setup.ordered_concentration_kg_per_m3)),
        "dose": float(ug_per_day_from_kg_per_s(setup.ordered_dose_kg_per_s)),
        "reservoir": float(ml_from_m3(setup.ordered_volume_m3)), "alarm": order.alarm_volume_ml,
    }  # fmt: skip


def review_and_send(form: programmer.Form) -> Plan:
    """Look at every line, confirm what the tablet warns of, send.

    Raises
    ------
    ValueError
        If the tablet refuses: the words name field, value and range.
    """
    warned = programmer.open_warnings(form)
    form = programmer.confirm(review.looked_through(form), "all")
    sent = programmer.command(form)
    assert review.can_send(form)  # all lines seen, nothing refused, every warning confirmed
    yield from say(*(Action("programmer.confirm", finding.key) for finding in warned), Action("programmer.review", "all lines"))
    return (yield from do(sent))


def program_start(chart: Chart, habits: Habits, length_m: float) -> Plan:
    """Program a new pump: dose, volume, prime of the empty line; read it back; order monitoring."""
    order, setup = chart.scenario.order, chart.setup
    seen = yield from say(Action("interrogate", "before"))
    values = ordered(chart)
    values["dose"] *= habits.dose_factor
    values["conc"] *= habits.concentration_factor
    values |= {"length": length_m * 100.0, "prime": float(ml_from_m3(setup.tubing_m3 + setup.catheter_m3_per_m * length_m))}
    yield from review_and_send(typed(chart, seen, values))
    yield from wait_until(lambda o: o.pump.state in ("priming", "running"), 3.0)
    seen = yield from say(Action("interrogate", "after"))
    days = alarm_days(
        seen.pump.shown_reservoir_m3, seen.pump.alarm_volume_m3, seen.pump.programmed_flow_m3_per_s
    )
    yield from say(Action("calc.alarm_date", "", days), Action("time.monitor", "", order.monitor_hours))
    return (yield from say(*items(("IM67", *numbered("IM", 70, 72)), chart.scenario.items)))


def live(days: float) -> Plan:
    """Let the follow-up pass: in hours at first, then day by day; a wound that turns red, or a stiff neck, is treated."""
    left_s, lived_s = days * SECONDS_PER_DAY, 0.0
    seen = yield from say()
    is_treated = False
    while left_s > 1e-6:
        step_s = min(EARLY_STEP_S if lived_s < EARLY_DAYS * SECONDS_PER_DAY else LATE_STEP_S, left_s)
        seen = yield from do(AdvanceClinicalTime(step_s))
        left_s, lived_s = left_s - step_s, lived_s + step_s
        if not is_treated and max(seen.patient.pocket_redness, seen.patient.neck_stiffness) > 0.0:
            seen = yield from do(GiveTreatment("antibiotic", 1.0))
            is_treated = True
    return seen
