"""Fill and programme of the pump, the syringe and the refill needle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from physics.clock import SECONDS_PER_DAY, SECONDS_PER_WEEK, period_mean
from physics.commands.command import Command
from physics.errors import CommandError

MOST_STEPS_PER_DAY = 13  # of a flexible programme [device_and_procedure 1.3, UGK-L]
LEAST_STEP_S = 60.0  # the programmer's clock shows minutes [A]
BODY_C = 37.0
TEMPERATURE_RANGE_C = (2.0, 45.0)  # of a drug that is neither frozen nor cooked [A]
FARTHEST = 1e9  # s or kg/s: nothing beyond is worth telling apart
MOST_DOSE_KG_PER_S = 1e-10  # 8.6 mg a day, beyond any label
MOST_BOLUSES_PER_DAY = 48  # of a patient's own [A]


@dataclass(frozen=True, slots=True)
class FillOnTable(Command):
    """Empty the new pump's water and fill it on the back table; purge = run to a drop."""

    volume_m3: float
    concentration_kg_per_m3: float
    is_purged: bool
    temperature_c: float = BODY_C  # of pump and drug; to be warmed first
    is_filtered: bool = True
    air_m3: float = 0.0  # not expelled from the syringe
    ranges: ClassVar = {
        "volume_m3": (0, 45e-6), "concentration_kg_per_m3": (0, 4.0), "temperature_c": TEMPERATURE_RANGE_C, "air_m3": (0, 5e-6),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProgramPump(Command):
    """Send a whole prescription; the pump runs the volume rate the programmer computed.

    `dose_kg_per_s` and `concentration_kg_per_m3` are what was *entered*. A bridge runs the old
    rate for `bridge_volume_m3` first; a prime delivers `prime_volume_m3` at full rate. `steps` are those of a
    flexible programme: (start [s] from midnight, or from Monday's where `period_s` is a week; dose [kg/s]).
    """

    mode: str  # "continuous", "flex", "periodic", "bolus", "minimum", "stopped"
    dose_kg_per_s: float
    concentration_kg_per_m3: float
    reservoir_volume_m3: float
    alarm_volume_m3: float
    prime_volume_m3: float = 0.0
    bridge_volume_m3: float = 0.0
    bolus_kg: float = 0.0
    bolus_duration_s: float = 600.0
    recorded_length_m: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()
    period_s: float = SECONDS_PER_DAY
    clock_s: float | None = None  # time of the week that the programmer gives the pump
    patient_bolus_kg: float = 0.0  # what a press of the patient's own device gives; all four 0 = off
    patient_bolus_duration_s: float = 0.0
    patient_lockout_s: float = 0.0  # from one bolus to the next
    patient_most_per_day: int = 0
    optional: ClassVar = ("clock_s",)
    ranges: ClassVar = {
        "period_s": (1800, SECONDS_PER_WEEK), "clock_s": (0, SECONDS_PER_WEEK), "patient_bolus_kg": (0, 1e-5),
        "patient_bolus_duration_s": (0, SECONDS_PER_DAY), "patient_lockout_s": (0, SECONDS_PER_DAY),
        "patient_most_per_day": (0, MOST_BOLUSES_PER_DAY),
        "dose_kg_per_s": (0, MOST_DOSE_KG_PER_S), "concentration_kg_per_m3": (1e-6, 4.0), "reservoir_volume_m3": (0, 45e-6),
        "alarm_volume_m3": (0, 10e-6), "prime_volume_m3": (0, 1e-6), "bridge_volume_m3": (0, 1e-6),
        "bolus_kg": (0, 1e-5), "bolus_duration_s": (1, 86400), "recorded_length_m": (0, 1.6),
    }  # fmt: skip
    words: ClassVar = {"mode": ("continuous", "flex", "periodic", "bolus", "minimum", "stopped")}

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        object.__setattr__(self, "steps", _pairs(self.steps))
        fault = _step_fault(self.steps, self.period_s) if self.mode == "flex" else self._other_fault()
        fault = fault or self._patient_fault()
        if fault is not None:
            raise CommandError("ProgramPump", *fault)

    @property
    def mean_dose_kg_per_s(self) -> float:
        """What a day (or whole period) of the mode gives, over its length; 0 where no dose runs."""
        if self.mode == "flex":
            return period_mean(self.steps, self.period_s)
        if self.mode == "periodic":
            bolus = self.bolus_kg / self.bolus_duration_s
            return period_mean(((0.0, bolus), (self.bolus_duration_s, self.dose_kg_per_s)), self.period_s)
        return self.dose_kg_per_s if self.mode in ("continuous", "bolus") else 0.0

    def _other_fault(self) -> tuple[str, object, str] | None:
        """Return what contradicts a mode without steps."""
        if self.steps:
            return "steps", len(self.steps), f"none in mode {self.mode}"
        if self.mode == "periodic" and not self.bolus_duration_s < self.period_s:
            return "bolus_duration_s", self.bolus_duration_s, f"less than period_s = {self.period_s:g}"
        return None


    def _patient_fault(self) -> tuple[str, object, str] | None:
        """Return what contradicts in a patient's own bolus."""
        names = ("patient_bolus_kg", "patient_bolus_duration_s", "patient_lockout_s", "patient_most_per_day")
        zero = [name for name in names if getattr(self, name) == 0]
        if zero and len(zero) < len(names):
            return zero[0], 0, f"above 0, or all of {', '.join(names)} = 0 (no bolus by the patient)"
        if self.patient_bolus_duration_s > self.patient_lockout_s:
            return "patient_lockout_s", self.patient_lockout_s, f"at least patient_bolus_duration_s = {self.patient_bolus_duration_s:g}"
        return None


def _step_fault(steps: tuple[tuple[float, float], ...], period_s: float) -> tuple[str, object, str] | None:
    """Return (field, value, what is expected) of the first thing that no pump can run; None if there is none."""
    if period_s not in (SECONDS_PER_DAY, SECONDS_PER_WEEK):
        return "period_s", period_s, f"{SECONDS_PER_DAY:g} (a day) or {SECONDS_PER_WEEK:g} (a week)"
    if not steps:
        return "steps", steps, "at least one step"
    for day in range(round(period_s / SECONDS_PER_DAY)):
        count = sum(day * SECONDS_PER_DAY <= start < (day + 1) * SECONDS_PER_DAY for start, _ in steps)
        if count > MOST_STEPS_PER_DAY:
            return "steps", count, f"at most {MOST_STEPS_PER_DAY} steps in a day"
    for start, dose in steps:
        if not 0.0 <= start < period_s:
            return "steps", start, f"a start from 0 to under {period_s:g} s"
        if not 0.0 <= dose <= MOST_DOSE_KG_PER_S:
            return "steps", dose, f"a dose of 0 .. {MOST_DOSE_KG_PER_S:g} kg/s"
    for (before, _), (after, _) in pairwise(steps):
        if after - before < LEAST_STEP_S:
            return "steps", (before, after), f"starts in order, at least {LEAST_STEP_S:g} s apart"
    return None


def _pairs(steps: Any) -> tuple[tuple[float, float], ...]:
    """Return steps as pairs of numbers, from plain data too."""
    expected = "pairs of a start [s] and a dose [kg/s]"
    if not isinstance(steps, (list, tuple)):
        raise CommandError("ProgramPump", "steps", steps, expected)
    for step in steps:
        is_pair = isinstance(step, (list, tuple)) and len(step) == 2
        if not is_pair or any(isinstance(x, bool) or not isinstance(x, (int, float)) for x in step):
            raise CommandError("ProgramPump", "steps", step, expected)
        if not all(abs(x) <= FARTHEST for x in step):  # a whole number may be too long for a float
            raise CommandError("ProgramPump", "steps", step, "finite numbers")
    return tuple((float(start), float(dose)) for start, dose in steps)


@dataclass(frozen=True, slots=True)
class InterrogatePump(Command):
    """Read the pump with the programmer. It goes on as it was; only a pump locked in telemetry is freed."""


@dataclass(frozen=True, slots=True)
class RequestBolus(Command):
    """The patient asks for a bolus; the pump gives it or refuses it, and logs which."""


@dataclass(frozen=True, slots=True)
class TakeSyringe(Command):
    """Take a syringe: contents "drug", "empty", "saline" or "contrast"; `air_m3` is what was not purged.

    The strength of contrast is its iodine: 180 to 300 mg/mL are used round the cord.
    """

    contents: str
    volume_m3: float
    concentration_kg_per_m3: float = 0.0
    temperature_c: float = BODY_C
    air_m3: float = 0.0
    iodine_kg_per_m3: float = 0.0
    ranges: ClassVar = {
        "volume_m3": (0, 50e-6), "concentration_kg_per_m3": (0, 4.0), "temperature_c": TEMPERATURE_RANGE_C, "air_m3": (0, 10e-6),
        "iodine_kg_per_m3": (0, 400),
    }  # fmt: skip
    words: ClassVar = {"contents": ("drug", "empty", "saline", "contrast")}


@dataclass(frozen=True, slots=True)
class PlaceRefillNeedle(Command):
    """Rest the 22 G refill needle on the skin at (u, v) with a tilt from the skin normal."""

    u_m: float
    v_m: float
    tilt_u_rad: float = 0.0
    tilt_v_rad: float = 0.0
    ranges: ClassVar = {"u_m": (-0.6, 0.6), "v_m": (-0.2, 0.4), "tilt_u_rad": (-0.8, 0.8), "tilt_v_rad": (-0.8, 0.8)}


@dataclass(frozen=True, slots=True)
class AdvanceRefillNeedle(Command):
    """Move the hand's set point along the refill needle; negative withdraws."""

    travel_m: float
    ranges: ClassVar = {"travel_m": (-0.005, 0.005)}


@dataclass(frozen=True, slots=True)
class MovePlunger(Command):
    """Push (positive) or pull (negative) the plunger for one tick at a force."""

    force_n: float
    ranges: ClassVar = {"force_n": (-60.0, 60.0)}


@dataclass(frozen=True, slots=True)
class UsePort(Command):
    """Push (positive) or pull the syringe in the hand at the catheter access port, or at the open catheter end.

    The hand keeps its force until `volume_m3` has moved or `longest_s` is over; that time passes. The
    needle is taken to sit in the port; an open end is the pump end of a laid catheter, connector off.
    """

    force_n: float
    volume_m3: float
    longest_s: float = 60.0
    is_open_end: bool = False
    ranges: ClassVar = {"force_n": (-60.0, 60.0), "volume_m3": (1e-9, 10e-6), "longest_s": (0.1, 300.0)}


@dataclass(frozen=True, slots=True)
class InjectThroughNeedle(Command):
    """Inject the syringe in the hand through the Tuohy needle, its stylet out; the time it takes passes."""

    volume_m3: float
    ranges: ClassVar = {"volume_m3": (1e-9, 20e-6)}
