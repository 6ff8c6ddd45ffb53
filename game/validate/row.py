"""One line of the validation report: a published number and what the model gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """A target with its tolerance, the model's number and whether it lies inside.

    `passed` is |model - target| <= tolerance, except for a bar (`at_most`, `at_least`), which says so in
    its quantity and has tolerance 0; `confidence` is that of the target; `reason` says why a row that is known
    to fail does.
    """

    id: str
    subsystem: str
    quantity: str
    unit: str
    target: float
    model: float
    tolerance: float
    passed: bool
    source: str
    confidence: str
    reason: str = ""


def within(
    subsystem: str,
    name: str,
    quantity: str,
    unit: str,
    target: float,
    model: float,
    tolerance: float,
    source: str,
    confidence: str,
) -> ValidationRow:
    """Return the row `subsystem.name`, passed when the model lies within the tolerance of the target."""
    passed = bool(abs(model - target) <= tolerance)
    return ValidationRow(
        f"{subsystem}.{name}", subsystem, quantity, unit, target, model, tolerance, passed, source, confidence
    )


def at_most(
    subsystem: str, name: str, quantity: str, unit: str, bar: float, model: float, source: str, confidence: str
) -> ValidationRow:
    """Return the row `subsystem.name`, passed when the model does not exceed the bar."""
    return ValidationRow(
        f"{subsystem}.{name}", subsystem, f"{quantity} (at most)", unit, bar, model, 0.0, bool(model <= bar), source,
        confidence,
    )  # fmt: skip


def at_least(
    subsystem: str, name: str, quantity: str, unit: str, bar: float, model: float, source: str, confidence: str
) -> ValidationRow:
    """Return the row `subsystem.name`, passed when the model reaches the bar."""
    return ValidationRow(
        f"{subsystem}.{name}", subsystem, f"{quantity} (at least)", unit, bar, model, 0.0, bool(model >= bar), source,
        confidence,
    )  # fmt: skip
