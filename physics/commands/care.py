"""Time that passes, and treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command


@dataclass(frozen=True, slots=True)
class AdvanceClinicalTime(Command):
    """Let clinical time pass within this tick, with the patient living a normal day."""

    duration_s: float
    ranges: ClassVar = {"duration_s": (0.0, 86400.0)}


@dataclass(frozen=True, slots=True)
class GiveTreatment(Command):
    """Give a treatment: "ventilation", "benzodiazepine", "cyproheptadine", "oral_baclofen", "csf_drain"."""

    treatment: str
    amount: float  # 0..1 share for ventilation, benzodiazepine, cyproheptadine; kg for drugs; m3 for a drain
    ranges: ClassVar = {"amount": (0.0, 1.0)}
