"""One line of the bench report, and how a measured series becomes lines."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def row(
    name: str, value: float, unit: str, budget: float | None = None, is_least: bool = False, peer: str | None = None
) -> Row:
    """Return one row; `is_least` marks budgets that must be reached, not stayed under.

    `peer` says whose figure of the same run the value was set against; `passed` is None where a peer is
    needed and not installed.
    """
    ratio = None if budget is None else (budget / value if is_least and value else value / budget)
    return {
        "id": name, "value": value, "unit": unit, "budget": budget, "ratio": ratio,
        "passed": ratio is None or ratio <= 1.0, "peer": peer,
    }  # fmt: skip


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which a part (0..1) of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def tick_rows(
    name: str, times_ms: Sequence[float], median: float | None = None, p95: float | None = None,
    largest: float | None = None,
) -> list[Row]:
    """Return median, 95th percentile and maximum of a series of ticks [ms], each with its budget or none."""  # fmt: skip
    return [
        row(f"{name}.median", statistics.median(times_ms), "ms", median),
        row(f"{name}.p95", share(times_ms, 0.95), "ms", p95),
        row(f"{name}.max", max(times_ms), "ms", largest),
    ]


def against(
    name: str, ours: float, unit: str, theirs: float | None, peer: str | None, budget: float, is_least: bool = False
) -> Row:
    """Return the ratio of our figure to a peer's (theirs to ours with `is_least`) against its bar.

    The peer's own figure is named in `peer`; without the peer there is no value and no verdict.
    """
    if peer is None or theirs is None:
        return {
            "id": name, "value": None, "unit": "1", "budget": budget, "ratio": None, "passed": None,
            "peer": "not installed",
        }  # fmt: skip
    value = (theirs / ours if is_least else ours / theirs) if ours and theirs else float("inf")
    return row(name, value, "1", budget, is_least, f"{peer}: {theirs:.3g} {unit}")
