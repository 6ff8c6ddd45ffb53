"""Boluses that the patient asks for: given, or refused with the reason."""

from __future__ import annotations

from dataclasses import replace

from physics.clock import SECONDS_PER_DAY
from physics.pump.state import EventNote, PatientBoluses, PumpState, logged

NOT_SET, NOT_RUNNING, RUNNING, LOCKED_OUT, DAY_FULL = (
    "not programmed", "pump not running its programme", "one is running", "lock-out", "most per day reached",
)  # fmt: skip
SAME_TIME_S = 1e-4  # numerical: clocks of years


def refusal(state: PumpState) -> tuple[str, float]:
    """Return (why a bolus would be refused now, time until that has passed [s]); ("", 0) where it would be given.

    Notes
    -----
    Lock-out and day run from the start of a bolus; a day is any 24 hours [A]. By the device's own count of seconds, so
    that setting the clock gives no bolus away.
    """
    given, now, boluses = state.prescription, state.clock_s, state.patient_boluses
    if given.patient_bolus_kg <= 0.0:
        return NOT_SET, 0.0
    if state.phase != "running" or given.mode in ("minimum", "stopped") or state.motor_stall_s > 0.0:
        return NOT_RUNNING, 0.0
    if boluses.left_m3 > 0.0:
        return RUNNING, 0.0
    past = boluses.started_s
    locked_s = past[-1] + given.patient_lockout_s - now if past else 0.0
    if locked_s > SAME_TIME_S:
        return LOCKED_OUT, locked_s
    recent = [start for start in past if now - start < SECONDS_PER_DAY - SAME_TIME_S]
    if len(recent) >= given.patient_most_per_day:
        return DAY_FULL, recent[-given.patient_most_per_day] + SECONDS_PER_DAY - now
    return "", 0.0


def request(state: PumpState) -> tuple[PumpState, tuple[EventNote, ...]]:
    """Return the state after the patient has asked: the bolus comes on top of the programme, or is refused; both logged."""
    reason, wait_s = refusal(state)
    if reason:
        return logged(state, f"patient bolus refused: {reason}"), (("BolusRefused", wait_s, reason),)
    given, now = state.prescription, state.clock_s
    kept = tuple(start for start in state.patient_boluses.started_s if now - start < SECONDS_PER_DAY)
    started = PatientBoluses(given.patient_bolus_kg / given.concentration_kg_per_m3, (*kept, now))
    return logged(replace(state, patient_boluses=started), "patient bolus"), (("BolusStarted", given.patient_bolus_kg, "patient"),)
