"""The table of named measures: `MEASURES[key].of(scenario, record)`; all are pure folds.

A measure reads commands, actions, observations and events, never a `World`.
"""

from __future__ import annotations

import scenarios.measures_field as measures_field
import scenarios.measures_implant as measures_implant
import scenarios.measures_later as measures_later
import scenarios.measures_needle as measures_needle
import scenarios.measures_outcome as measures_outcome
import scenarios.measures_pump as measures_pump
import scenarios.measures_refill as measures_refill
from scenarios.checklist import share
from scenarios.measures_basis import Measure
from scenarios.schema import Scenario
from scenarios.steps import MeasureResult, Record

MEASURES: dict[str, Measure] = {
    m.key: m
    for module in (
        measures_needle, measures_field, measures_implant, measures_pump, measures_refill, measures_outcome, measures_later,
    )
    for m in module.MEASURES
}

ITEMS_VERSION = 2


class Reader:
    """Measures of one record, each folded once.

    Parameters
    ----------
    scenario : Scenario
        The case.
    record : Record
        What was done in it.
    """

    def __init__(self, scenario: Scenario, record: Record) -> None:
        self.scenario = scenario
        self.record = record
        self._known: dict[str, MeasureResult] = {}

    def __call__(self, key: str) -> MeasureResult:
        """Return the result of a measure or an item group.

        Raises
        ------
        KeyError
            If no measure has this key.
        """
        if key not in self._known:
            self._known[key] = self._fold(key)
        return self._known[key]

    def _fold(self, key: str) -> MeasureResult:
        if not key.startswith(("item:", "items:")):
            return MEASURES[key].of(self.scenario, self.record)
        reading = share(key, self.scenario, self.record, self)
        return MeasureResult(
            key,
            reading.value,
            "1",
            ITEMS_VERSION,
            reading.ticks,
            not reading.why_invalid,
            reading.why_invalid,
        )


def unit_of(key: str) -> str | None:
    """Return the unit of a measure or item group, None if there is no such measure."""
    if key.startswith(("item:", "items:")):
        return "1"
    return MEASURES[key].unit if key in MEASURES else None
