"""Model against published series: counts, exact intervals, and whether the two can be one."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from statistics import median
from typing import Any

from game.population.cohort import Cohort, Row
from game.population.follow import DAYS_PER_MONTH, KINDS, SILENT
from game.population.intervals import clopper_pearson, poisson_rate, same_chance
from game.population.published import SERIES_FOR, Series

APART_P = 0.05  # two-sided, each line by itself; below it the two are called apart

CANNOT: tuple[str, ...] = (
    "Occlusion of the tip by fibrin: its rate is an input from the adult series, so that line tests arithmetic, not physics.",
    "Infection, erosion and dehiscence: drawn by chance at closure in play, not counted here; seroma and CSF leak neither.",
    "Faults of manufacture, ageing of the polymer and damage by instruments that nobody saw: every catheter is as its table says.",
    "Errors of hands: every drawn operation is a correct one. Series count all that happened in a centre, the bad days too.",
    "Revisions: nothing is repaired, so each kind counts once per implant, and no event follows a revision.",
    "Falls, seizures, dystonic storms, transport: the largest posture comes from one smooth distribution.",
    "Diagnosis: a published event was noticed and operated on; a model event is a day on which under half of the dose arrives.",
)


def followed(rows: list[Row]) -> list[Row]:
    """Return the rows of implants that were followed to the end."""
    return [row for row in rows if row["state"] == "followed"]


def with_kind(rows: list[Row], kind: str) -> int:
    """Return in how many followed implants a kind of event, or any, happened."""
    def has(row: Row) -> bool:
        kinds = {e["kind"] for e in row["history"]["events"]}
        if kind == "mechanical":
            return bool(kinds - {"occlusion"})
        return bool(kinds) if kind == "any" else kind in kinds

    return sum(has(row) for row in followed(rows))


def _interval(events: int, trials: int) -> list[float]:
    return [float(f"{end:.4g}") for end in clopper_pearson(events, trials)]


def _lines(rows: list[Row], series: Series) -> list[dict[str, Any]]:
    n, out = len(followed(rows)), []
    for count in series.counts:
        events = with_kind(rows, count.kind)
        p = same_chance(events, n, count.patients, count.of)
        out.append({
            "kind": count.kind, "model": events, "of": n, "share": events / n, "interval": _interval(events, n),
            "published": count.patients, "published_of": count.of, "published_share": count.patients / count.of,
            "published_interval": _interval(count.patients, count.of), "p": float(f"{p:.3g}"), "compatible": p >= APART_P,
            "note": count.note,
        })  # fmt: skip
    return out


def _silent(rows: list[Row]) -> dict[str, list[float]]:
    n = len(followed(rows))
    counts = Counter(s["kind"] for row in followed(rows) for s in row["history"]["silent"])
    return {kind: [counts[kind], n, *_interval(counts[kind], n)] for kind in SILENT}


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "median": median(ordered), "p5": ordered[round(0.05 * last)], "p95": ordered[round(0.95 * last)],
        "least": ordered[0], "most": ordered[-1],
    }  # fmt: skip


def report(cohort: Cohort, rows: list[Row]) -> dict[str, Any]:
    """Return everything the command prints and writes.

    Raises
    ------
    ValueError
        If no implant was followed.
    """
    kept = followed(rows)
    if not kept:
        reasons = "; ".join(sorted({row["reason"] for row in rows}))
        raise ValueError(f"no implant of {len(rows)} could be followed ({reasons})")
    years = len(kept) * cohort.months / 12.0
    events = [e for row in kept for e in row["history"]["events"]]
    days = [e["day"] for e in events]
    return {
        **asdict(cohort),
        "states": dict(Counter(row["state"] for row in rows)),
        "reasons": dict(Counter(row["reason"] for row in rows if "reason" in row)),
        "patient_years": years, "n_events": len(events),
        "events_per_year": [len(events) / years, *(float(f"{x:.4g}") for x in poisson_rate(len(events), years))],
        "median_month": None if not days else median(days) / DAYS_PER_MONTH,
        "kinds": {kind: [with_kind(rows, kind), *_interval(with_kind(rows, kind), len(kept))] for kind in ("any", "mechanical", *KINDS)},
        "silent": _silent(rows),
        "against": [
            {"key": s.key, "text": s.text, "mark": s.mark, "lines": _lines(rows, s)} for s in SERIES_FOR[cohort.model]
        ],
        "tip_shift_mm": _spread([1e3 * row["history"]["tip_shift_m"] for row in kept]),
        "anchor_slip_mm": _spread([1e3 * row["history"]["anchor_slip_m"] for row in kept]),
        "cannot": list(CANNOT),
        "rows": rows,
    }  # fmt: skip
