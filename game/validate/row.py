"""One line of the validation report: a published number and what the model gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """A target with its tolerance, the model's number and whether it lies inside.

    `passed` is |model - target| <= tolerance; `confidence` is that of the target.
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
