"""What a pump is: its state, fresh out of the box, and its log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from physics.clock import SECONDS_PER_DAY
from physics.pump.faults import Fault, drawn
from physics.pump.program import Prescription
from physics.pump.spec import PumpSpec
from physics.randomness import draw

EventNote = tuple[str, float, str]
UNIT_ERROR_MEAN = 0.01  # [S22] H: 1 % more than programmed
UNIT_ERROR_SIGMA = 0.04  # L [device 1.2]
ATMOSPHERE_PA = 101325.0  # standard atmosphere, by definition
RECOVERED = "motor stall recovery"  # its words in the log
SECOND_READING = 2  # the log may show a recovery only then [S10] H
_NOTHING = Prescription("stopped", 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies round the pump: body, air, and the warmth of its fluid.

    Attributes
    ----------
    fever_c : float
        Body temperature over this patient's usual one [C].
    ambient_pa : float
        Pressure of the air, or water, round the patient.
    chill_c : float
        By how much the reservoir is colder than the body [C].
    """

    fever_c: float = 0.0
    ambient_pa: float = ATMOSPHERE_PA
    chill_c: float = 0.0

    @property
    def is_usual(self) -> bool:
        """Whether nothing here changes the flow."""
        return self.fever_c == 0.0 and self.chill_c == 0.0 and self.ambient_pa == ATMOSPHERE_PA


@dataclass(frozen=True, slots=True)
class PatientBoluses:
    """Boluses that the patient asked for: what is still to come of the last, and the clock at the start of each of a day."""

    left_m3: float = 0.0
    started_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Readings:
    """How often the pump was read, and what of its log waits for another reading.

    Attributes
    ----------
    count : int
        Readings so far.
    hidden_from : int
        Place in the log of the first recovery that waits.
    since : int
        `count` at the last recovery.
    """

    count: int = 0
    hidden_from: int = 0
    since: int = -SECOND_READING


@dataclass(frozen=True, slots=True)
class PumpState:
    """Device and reservoir. Volumes [m3], flows [m3/s], times [s].

    Attributes
    ----------
    phase : str
        "off" (never programmed), "updating", "priming", "bridging", "bolus", "running", "stopped", "ended".
    after_update : str
        Phase that follows the update.
    prescription : Prescription
        As entered.
    rate_m3_per_s : float
        Stored volume rate of the programmed mode; its mean where a timetable runs.
    timetable : tuple of (start [s], rate [m3/s])
        Of one period; empty where one rate holds.
    period_s, period_start_s : float
        Its length, and the device clock at which the first period began.
    week_start_s : float
        Device clock at some midnight before a Monday.
    battery_used : float
        Share of the battery that is gone.
    age_s : float
        Time in service.
    notice_s : float
        Device clock at which elective replacement was told; infinite before.
    bridge_rate_m3_per_s, bolus_rate_m3_per_s : float
        Rates of those phases.
    prime_left_m3, bridge_left_m3, bolus_left_m3 : float
        Set volume still to turn through.
    update_left_s, stopped_s, motor_stall_s : float
        Time left of the update; time spent stopped; time left of a motor stall.
    reservoir_m3, drug_kg : float
        True contents.
    shown_reservoir_m3 : float
        Calculated contents.
    unit_error : float
        Share by which this unit runs fast (+) or slow (-).
    has_fall_off : bool
        Early fall-off near empty.
    is_at_pressure_limit : bool
        The roller slips against a shut line (not sensed).
    clock_s : float
        Device clock for the log.
    over_infusion : float
        Share by which a faulty pump runs faster still.
    faults : tuple of Fault
        Still to come, in order of age.
    air_m3 : float
        Air in the reservoir.
    is_valve_shut : bool
        The reservoir's valve was shut by emptying it cold.
    """

    phase: str
    after_update: str
    prescription: Prescription
    rate_m3_per_s: float
    bridge_rate_m3_per_s: float
    bolus_rate_m3_per_s: float
    prime_left_m3: float
    bridge_left_m3: float
    bolus_left_m3: float
    update_left_s: float
    stopped_s: float
    motor_stall_s: float
    reservoir_m3: float
    drug_kg: float
    shown_reservoir_m3: float
    unit_error: float
    has_fall_off: bool
    is_at_pressure_limit: bool
    is_dry: bool
    is_tubing_purged: bool
    alarms: tuple[str, ...]
    event_log: tuple[str, ...]
    clock_s: float
    timetable: tuple[tuple[float, float], ...] = ()
    period_s: float = SECONDS_PER_DAY
    period_start_s: float = 0.0
    week_start_s: float = 0.0
    battery_used: float = 0.0
    age_s: float = 0.0
    notice_s: float = inf
    over_infusion: float = 0.0
    faults: tuple[Fault, ...] = ()
    air_m3: float = 0.0
    is_valve_shut: bool = False
    surroundings: Surroundings = Surroundings()
    patient_boluses: PatientBoluses = PatientBoluses()
    readings: Readings = Readings()

    @property
    def concentration_kg_per_m3(self) -> float:
        """True concentration in the reservoir."""
        return self.drug_kg / self.reservoir_m3 if self.reservoir_m3 > 0.0 else 0.0


def initial(
    spec: PumpSpec, unit_error: float | None = None, seed: int = 0, has_fall_off: bool | None = None
) -> PumpState:
    """Return a new pump out of its box, water in the tubing, residual water in the reservoir.

    Parameters
    ----------
    unit_error : float or None
        None draws N(+1 %, 4 %) clipped at the label limit [S22; sigma L], and the faults of such a pump.
    seed : int
        For the draws (streams "pump" and "pump.faults").
    has_fall_off : bool or None
        None draws the 24 % phenotype [S23].
    """
    generator = draw(seed, "pump", 0)
    normal, uniform = float(generator.standard_normal()), float(generator.random())
    error = UNIT_ERROR_MEAN + UNIT_ERROR_SIGMA * normal if unit_error is None else unit_error
    if unit_error is None:
        error = min(max(error, -spec.accuracy_limit), spec.accuracy_limit)
    fall_off = uniform < spec.fall_off_phenotype if has_fall_off is None else has_fall_off
    return PumpState(
        phase="off", after_update="off", prescription=_NOTHING, rate_m3_per_s=0.0, bridge_rate_m3_per_s=0.0,
        bolus_rate_m3_per_s=0.0, prime_left_m3=0.0, bridge_left_m3=0.0, bolus_left_m3=0.0,
        update_left_s=0.0, stopped_s=0.0, motor_stall_s=0.0, reservoir_m3=0.0, drug_kg=0.0,
        shown_reservoir_m3=0.0, unit_error=error, has_fall_off=fall_off, is_at_pressure_limit=False,
        is_dry=True, is_tubing_purged=False, alarms=(), event_log=(), clock_s=0.0,
        faults=drawn(seed) if unit_error is None else (),
    )  # fmt: skip


def logged(state: PumpState, text: str) -> PumpState:
    """Return the state with a line in its event log."""
    days = state.clock_s / SECONDS_PER_DAY
    return replace(state, event_log=(*state.event_log, f"day {days:.2f}: {text}"))


def recovered(state: PumpState) -> PumpState:
    """Return the state with the end of a stall in its log, where two readings must pass before it shows."""
    said, place = state.readings, len(state.event_log)
    is_waiting = said.count < said.since + SECOND_READING
    readings = Readings(said.count, said.hidden_from if is_waiting else place, said.count)
    return logged(replace(state, readings=readings), RECOVERED)


def shown_log(state: PumpState) -> tuple[str, ...]:
    """Return the event log as the programmer shows it now."""
    said = state.readings
    if said.count >= said.since + SECOND_READING:
        return state.event_log
    return tuple(
        line for place, line in enumerate(state.event_log) if place < said.hidden_from or not line.endswith(RECOVERED)
    )


def is_over_filled(state: PumpState, spec: PumpSpec) -> bool:
    """Return whether fluid and air stretch the reservoir beyond its label."""
    return state.reservoir_m3 + state.air_m3 > spec.capacity_m3 * (1.0 + 1e-9)
