"""Time that passes, treatment, and where the patient goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command
from physics.errors import CommandError


@dataclass(frozen=True, slots=True)
class AdvanceClinicalTime(Command):
    """Let clinical time pass within this tick, with the patient living a normal day."""

    duration_s: float
    ranges: ClassVar = {"duration_s": (0.0, 86400.0)}


# what may be given -> (most, unit); least is 0. A level holds until it is set again, a dose is given once.
# Largest doses are plausibility limits [A], several times what is usual
TREATMENTS: dict[str, tuple[float, str]] = {
    # levels
    "ventilation": (1.0, "1"), "intubation": (1.0, "1"), "oxygen": (1.0, "1"), "cooling": (1.0, "1"),
    "antibiotic": (1.0, "1"), "procedure": (1.0, "1"),  # a procedure that hurts below a lesion
    "benzodiazepine": (1.0, "1"), "cyproheptadine": (1.0, "1"),  # effect held by whoever titrates
    # doses by mouth and vein
    "oral_baclofen": (1e-2, "kg"), "diazepam_iv": (1e-4, "kg"), "diazepam_oral": (1e-4, "kg"),
    "lorazepam_iv": (2e-5, "kg"), "midazolam_iv": (1e-4, "kg"), "cyproheptadine_oral": (4e-5, "kg"),
    "physostigmine_iv": (4e-6, "kg"), "atropine_iv": (6e-6, "kg"), "ephedrine_iv": (1e-4, "kg"),
    "nifedipine_oral": (6e-5, "kg"), "paracetamol": (4e-3, "kg"), "antibiotic_prophylaxis": (4e-3, "kg"), "fluids_iv": (4e-3, "m3"),
    "lumbar_baclofen": (1e-5, "kg"),  # by puncture with barbotage
    "blood_patch": (4e-5, "m3"),  # epidural
    # drawn off
    "csf_drain": (1.5e-4, "m3"), "bladder_drain": (3e-3, "m3"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GiveTreatment(Command):
    """Give one of `TREATMENTS`.

    Attributes
    ----------
    treatment : str
        Key of `TREATMENTS`.
    amount : float
        Level 0..1, dose [kg], or volume [m3].
    """

    treatment: str
    amount: float
    ranges: ClassVar = {"amount": (0.0, 1.0)}
    words: ClassVar = {"treatment": tuple(TREATMENTS)}

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        most, unit = TREATMENTS[self.treatment]
        if self.amount > most:
            expected = f"0 .. {most:g}" + (f" {unit}" if unit != "1" else "") + f" of {self.treatment}"
            raise CommandError("GiveTreatment", "amount", self.amount, expected)


@dataclass(frozen=True, slots=True)
class EnterMri(Command):
    """Lie in a scanner for a time, which passes: its field stops the pump's rotor, and for a while after."""

    duration_s: float
    ranges: ClassVar = {"duration_s": (60.0, 7200.0)}


@dataclass(frozen=True, slots=True)
class ChangeAmbientPressure(Command):
    """Go where the air, or the water, has another pressure, and stay: 75.3 kPa in a cabin at 8,000 ft, 202.65 kPa at 2 ATA."""

    pressure_pa: float
    ranges: ClassVar = {"pressure_pa": (30e3, 310e3)}  # the summit of Everest .. 3 ATA
