"""Collect the rows of every `game/validate/<subsystem>.py` and check that constants are cited."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import game.validate
import physics
from game.validate.row import ValidationRow

FRAME = ("row", "run")
CONFIDENCES = ("H", "M", "L", "UGK", "A", "D", "F", "tuned")


def row_modules() -> tuple[str, ...]:
    """Return the names of the modules here that offer `rows()`, sorted."""
    found = (m.name for m in pkgutil.iter_modules(game.validate.__path__))
    names = (n for n in sorted(found) if n not in FRAME)
    return tuple(n for n in names if hasattr(importlib.import_module(f"game.validate.{n}"), "rows"))


def ledger() -> Iterator[tuple[str, str, float, str, str, str]]:
    """Yield (subsystem, name, value, unit, confidence, source) of every constant in the evidence ledger."""
    modules = [f"physics.{m.name}" for m in pkgutil.iter_modules(physics.__path__) if m.ispkg]
    for found in (*sorted(modules), "physics.virtual_patient", "scenarios.advice"):
        module = importlib.import_module(found)
        for name, value, unit, confidence, source in getattr(module, "EVIDENCE", ()):
            yield found.partition(".")[2], name, value, unit, confidence, source


def is_cited(value: float, confidence: str, source: str) -> bool:
    """Return whether a ledger entry has a finite value, a known confidence and a source."""
    marks = confidence.replace("[", "").replace("]", "").split("-")[0].split("/")[0].split(" ")[0]
    return math.isfinite(value) and marks in CONFIDENCES and bool(source.strip())


def ledger_row() -> ValidationRow:
    """Return the row that fails when any constant of the ledger is uncited."""
    entries = list(ledger())
    bad = [f"{s}.{n}" for s, n, value, _, confidence, source in entries if not is_cited(value, confidence, source)]
    quantity = f"uncited constants of {len(entries)}" + (": " + ", ".join(bad[:5]) if bad else "")
    return ValidationRow(
        "ledger.cited", "ledger", quantity, "1", 0.0, float(len(bad)), 0.0, not bad, "design section 5", "H"
    )  # fmt: skip


def collect() -> list[ValidationRow]:
    """Return all rows: each subsystem's, then the ledger's."""
    rows: list[ValidationRow] = []
    for name in row_modules():
        rows.extend(importlib.import_module(f"game.validate.{name}").rows())
    return [*rows, ledger_row()]


def as_data(rows: list[ValidationRow]) -> list[dict[str, Any]]:
    """Return rows as plain data for JSON."""
    return [
        asdict(r) | {"target": float(r.target), "model": float(r.model), "passed": bool(r.passed)} for r in rows
    ]
