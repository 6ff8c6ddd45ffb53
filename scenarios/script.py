"""Planned treatment by staff: (scenario, observation, events so far, done) -> commands; pure."""

from __future__ import annotations

from physics.commands import Command, GiveTreatment
from physics.events import Event
from physics.observation import Observation
from physics.units import SECONDS_PER_DAY
from scenarios.schema import Scenario, Trigger


def _is_due(trigger: Trigger, seen: Observation, names: frozenset[str]) -> bool:
    if trigger.when_event is not None:
        return trigger.when_event in names
    return trigger.when_day is not None and seen.clinical_time_s >= trigger.when_day * SECONDS_PER_DAY


def due(
    scenario: Scenario, seen: Observation, events: tuple[Event, ...], done: frozenset[str]
) -> tuple[tuple[str, Command], ...]:
    """Return (trigger id, command) for every trigger that fires now, in file order.

    Parameters
    ----------
    scenario : Scenario
        The case.
    seen : Observation
        Present state.
    events : tuple of Event
        Everything that happened so far.
    done : frozenset of str
        Ids of triggers that have fired; the caller keeps it.
    """
    names = frozenset(e.name for e in events)
    return tuple(
        (t.id, GiveTreatment(t.give, t.amount))
        for t in scenario.triggers
        if t.id not in done and _is_due(t, seen, names)
    )
