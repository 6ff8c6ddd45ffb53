"""Measures x rubric -> score sheet; pure, so that an old log can be scored again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from scenarios.critical import CriticalFailure, critical_failures
from scenarios.measures import Reader
from scenarios.schema import RubricLine, Scenario
from scenarios.steps import MeasureResult, Record, Step, record_from

MAX_DROPPED_SHARE = 0.25  # more weight without opportunity = not scorable [assessment 1]


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One rubric line as scored; `of` is the weight after redistribution, 0 where it was dropped."""

    id: str
    text: str
    points: float
    of: float
    measure: str
    value: float
    unit: str
    threshold: str
    tick: int
    ticks: tuple[int, ...]
    source: str
    is_valid: bool
    why_invalid: str


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What an attempt is worth, and why."""

    scenario: str
    scenario_version: str
    score_percent: float
    pass_percent: float
    passed: bool
    is_scorable: bool
    critical_failures: tuple[CriticalFailure, ...]
    lines: tuple[ScoreLine, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def line_share(value: float, full: float, zero: float) -> float:
    """Return the share of a line's weight: clip((value - zero) / (full - zero), 0, 1) [assessment 1]."""
    return min(1.0, max(0.0, (value - zero) / (full - zero)))


def _line(line: RubricLine, result: MeasureResult, factor: float) -> ScoreLine:
    of = line.weight * factor if result.is_valid else 0.0
    points = of * line_share(result.value, line.full, line.zero) if result.is_valid else 0.0
    tick = result.evidence_ticks[-1] if result.evidence_ticks else -1
    return ScoreLine(
        line.id, line.text, points, of, line.measure, result.value, line.unit,
        f"full {line.full:g}, zero {line.zero:g} {line.unit}", tick, result.evidence_ticks, line.source,
        result.is_valid, result.why_invalid,
    )  # fmt: skip


def score_record(scenario: Scenario, record: Record) -> ScoreSheet:
    """Return the score sheet of a record.

    Notes
    -----
    A line without opportunity is dropped and its weight shared out in proportion; more than 25 %
    dropped is not scorable and never a pass. A critical error leaves the points and fails the attempt.
    """
    read = Reader(scenario, record)
    results = [read(line.measure) for line in scenario.rubric]
    kept = sum(line.weight for line, r in zip(scenario.rubric, results, strict=True) if r.is_valid)
    total = sum(line.weight for line in scenario.rubric)
    factor = total / kept if kept > 0.0 else 0.0
    lines = tuple(_line(line, r, factor) for line, r in zip(scenario.rubric, results, strict=True))
    is_scorable = total - kept <= MAX_DROPPED_SHARE * total + 1e-9
    failures = critical_failures(read)
    percent = 100.0 * sum(line.points for line in lines) / total
    return ScoreSheet(
        scenario.id, scenario.version, percent, scenario.pass_percent,
        is_scorable and not failures and percent >= scenario.pass_percent - 1e-9,
        is_scorable, failures, lines,
    )  # fmt: skip


def score(scenario: Scenario, steps: Iterable[Step]) -> ScoreSheet:
    """Return the score sheet of an attempt.

    Parameters
    ----------
    scenario : Scenario
        The case that was played.
    steps : iterable of Step
        The attempt, in tick order.
    """
    return score_record(scenario, record_from(steps))
