"""Prescription -> demanded flow at time t; the arithmetic of prime, bridge, refill date, mixing."""

from __future__ import annotations

from dataclasses import dataclass

from physics.clock import SECONDS_PER_DAY

LINE_M3_PER_M = 0.0022e-4  # 0.0022 mL/cm [device 0.1, UGK-M]
STABILITY_CAP_S = 180 * SECONDS_PER_DAY  # labelled stability of baclofen in the pump [device 1.7, UGK-M]


@dataclass(frozen=True, slots=True)
class Prescription:
    """What was sent to the pump, field by field as in `physics.commands.ProgramPump` (SI).

    Attributes
    ----------
    mode : str
        "continuous", "flex" (`steps` by the clock), "periodic" (a bolus each `period_s`, the dose between),
        "bolus" (one, then the dose), "minimum" or "stopped".
    steps : tuple of (start [s], dose [kg/s])
        From midnight, or from Monday's midnight where `period_s` is a week; the last goes on to the first.
    period_s : float
        Of the steps, or from bolus to bolus.
    clock_s : float or None
        Time of the week that the programmer gives the pump with the update; None leaves its clock.
    patient_bolus_kg, patient_bolus_duration_s, patient_lockout_s, patient_most_per_day : float, float, float, int
        The patient's own bolus: its drug and length, the time from one to the next, how many a day; all 0 = off.
    """

    mode: str
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
    clock_s: float | None = None
    patient_bolus_kg: float = 0.0
    patient_bolus_duration_s: float = 0.0
    patient_lockout_s: float = 0.0
    patient_most_per_day: int = 0


def timetable(prescription: Prescription, flow_max_m3_per_s: float) -> tuple[tuple[float, float], ...]:
    """Return (start [s], rate [m3/s]) over one period, from 0 on; empty where one rate holds.

    Notes
    -----
    A rate is dose entered over concentration entered, at most the fastest. A periodic bolus starts its period.
    """
    c = prescription.concentration_kg_per_m3

    def rate(dose_kg_per_s: float) -> float:
        return min(volume_rate(dose_kg_per_s, c), flow_max_m3_per_s)

    if prescription.mode == "periodic":
        bolus = prescription.bolus_kg / prescription.bolus_duration_s
        return (0.0, rate(bolus)), (prescription.bolus_duration_s, rate(prescription.dose_kg_per_s))
    if prescription.mode != "flex":
        return ()
    steps = tuple((start, rate(dose)) for start, dose in prescription.steps)
    return steps if steps[0][0] == 0.0 else ((0.0, steps[-1][1]), *steps)  # the last step goes on past midnight


def volume_rate(dose_kg_per_s: float, concentration_kg_per_m3: float) -> float:
    """Return the flow that the programmer computes from what was entered [m3/s].

    Raises
    ------
    ValueError
        If the concentration is not positive.
    """
    if concentration_kg_per_m3 <= 0.0:
        raise ValueError(f"concentration_kg_per_m3 = {concentration_kg_per_m3}; expected > 0")
    return dose_kg_per_s / concentration_kg_per_m3


def catheter_volume(length_m: float) -> float:
    """Return the lumen volume of an implanted length [m3]."""
    return length_m * LINE_M3_PER_M


def prime_volume(length_m: float, tubing_m3: float, is_tubing_full: bool) -> float:
    """Return the volume that brings drug to the tip of an empty line [m3] [device section 6]."""
    return catheter_volume(length_m) + (0.0 if is_tubing_full else tubing_m3)


def transit_s(line_m3: float, flow_m3_per_s: float) -> float:
    """Return the time that fluid takes through the line without a prime [s]."""
    return line_m3 / flow_m3_per_s


def bridge_s(line_m3: float, old_flow_m3_per_s: float) -> float:
    """Return how long the drug left in the line lasts at the old flow [s]."""
    return line_m3 / old_flow_m3_per_s


def mixed_concentration(
    filled_m3: float, filled_kg_per_m3: float, residual_m3: float, residual_kg_per_m3: float
) -> float:
    """Return the concentration after a fill on to a residual [kg/m3]; 0 when both are empty."""
    volume = filled_m3 + residual_m3
    if volume <= 0.0:
        return 0.0
    return (filled_m3 * filled_kg_per_m3 + residual_m3 * residual_kg_per_m3) / volume


def time_to_alarm_s(reservoir_m3: float, alarm_m3: float, flow_m3_per_s: float) -> float:
    """Return the time to the low-reservoir alarm, capped by drug stability [s] [device 1.7]."""
    if flow_m3_per_s <= 0.0:
        return STABILITY_CAP_S
    return min(max(0.0, reservoir_m3 - alarm_m3) / flow_m3_per_s, STABILITY_CAP_S)


def flow_profile(
    prescription: Prescription, old_flow_m3_per_s: float, time_s: float,
    flow_max_m3_per_s: float, flow_minimum_m3_per_s: float,
) -> float:  # fmt: skip
    """Return the flow asked for at a time after the update of an ideal pump [m3/s].

    Notes
    -----
    Prime at full rate, then bridge at the old rate, then the mode. A bolus runs its dose over its
    duration and then returns to the programmed dose [device 1.3, newer programmer, UGK-M].
    """
    if prescription.mode == "stopped":
        return 0.0
    left_s = time_s
    if prescription.prime_volume_m3 > 0.0:
        prime_s = prescription.prime_volume_m3 / flow_max_m3_per_s
        if left_s < prime_s:
            return flow_max_m3_per_s
        left_s -= prime_s
    if prescription.bridge_volume_m3 > 0.0 and old_flow_m3_per_s > 0.0:
        span_s = bridge_s(prescription.bridge_volume_m3, old_flow_m3_per_s)
        if left_s < span_s:
            return old_flow_m3_per_s
        left_s -= span_s
    if prescription.mode == "minimum":
        return flow_minimum_m3_per_s
    if prescription.mode == "bolus" and left_s < prescription.bolus_duration_s:
        asked = prescription.bolus_kg / prescription.bolus_duration_s
        return min(volume_rate(asked, prescription.concentration_kg_per_m3), flow_max_m3_per_s)
    rate = volume_rate(prescription.dose_kg_per_s, prescription.concentration_kg_per_m3)
    return min(rate, flow_max_m3_per_s)
