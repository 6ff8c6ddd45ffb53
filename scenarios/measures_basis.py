"""The form of a measure and the few folds that several measures share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from physics.commands import OpenLumbar, OpenPocket
from physics.observation import Observation
from physics.units import SECONDS_PER_DAY
from scenarios.schema import Scenario
from scenarios.steps import MeasureResult, Record

MM = 1000.0
CM = 100.0
DAY_S = SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Reading:
    """What a fold returns: a value with its evidence, or why there is none."""

    value: float = 0.0
    ticks: tuple[int, ...] = ()
    why_invalid: str = ""


Fold = Callable[[Scenario, Record], Reading]


@dataclass(frozen=True, slots=True)
class Measure:
    """A named number that can be folded from a record.

    Attributes
    ----------
    key : str
        Dotted name, as rubrics write it.
    unit : str
        Unit of the value.
    definition : str
        Exact definition in words.
    source : str
        Where the definition comes from.
    fold : callable
        (scenario, record) -> Reading.
    version : int
        Raised when the definition changes.
    """

    key: str
    unit: str
    definition: str
    source: str
    fold: Fold
    version: int = 1

    def of(self, scenario: Scenario, record: Record) -> MeasureResult:
        """Return this measure of a record; a non-finite value is invalid, never zero."""
        reading = self.fold(scenario, record)
        why = reading.why_invalid
        if not why and not math.isfinite(reading.value):
            why = "value is not finite"
        value = float(reading.value) if not why else 0.0
        return MeasureResult(self.key, value, self.unit, self.version, reading.ticks, not why, why)


def no(why: str) -> Reading:
    """Return a reading without opportunity."""
    return Reading(why_invalid=why)


def yes_no(is_so: bool, *ticks: int) -> Reading:
    """Return 1 or 0 with its evidence."""
    return Reading(1.0 if is_so else 0.0, ticks)


def largest(pairs: Iterable[tuple[float, int]], why: str) -> Reading:
    """Return the largest value with its first tick, or `why` if there is none."""
    best: tuple[float, int] | None = None
    for value, tick in pairs:
        if best is None or value > best[0]:
            best = (value, tick)
    return no(why) if best is None else Reading(best[0], (best[1],))


def smallest(pairs: Iterable[tuple[float, int]], why: str) -> Reading:
    """Return the smallest value with its first tick, or `why` if there is none."""
    reading = largest(((-value, tick) for value, tick in pairs), why)
    return reading if reading.why_invalid else Reading(-reading.value, reading.ticks)


def outside(value: float, low: float, high: float) -> float:
    """Return the distance of a value from a band, 0 inside."""
    return max(low - value, value - high, 0.0)


def at_closing(scenario: Scenario, record: Record, read: Callable[[Observation], float]) -> Reading:
    """Return a number of the implant as it was closed; as it was found where it was in already."""
    seen = implant(scenario, record)
    return no("wounds never closed") if seen is None else Reading(read(seen), (seen.tick,))


def is_reopened(record: Record) -> bool:
    """Return whether an old wound was opened in this attempt."""
    return any(record.of(kind) for kind in (OpenPocket, OpenLumbar)) or bool(record.named("PocketOpened", "LumbarOpened"))


def implant(scenario: Scenario, record: Record) -> Observation | None:
    """Return the observation at closure, or the first one where the implant was in at the start and stayed closed."""
    if scenario.start.kind == "implanted" and not is_reopened(record):
        return record.observations[0] if record.observations else None
    return record.closing


def deliveries(lived: Iterable[Observation], start_s: float) -> Iterator[tuple[float, float, Observation]]:
    """Yield (time [s], drug that left at the tip [kg], observation at its end) of every interval after a moment.

    What an observation tells of delivery is the mean over the interval that it ends.
    """
    for before, seen in pairwise(lived):
        span_s = seen.clinical_time_s - max(start_s, before.clinical_time_s)
        if span_s > 0.0:
            yield span_s, span_s * seen.delivery.delivered_kg_per_s, seen
