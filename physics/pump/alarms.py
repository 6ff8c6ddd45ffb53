"""What a pump tells by sound: what it counts, what it senses, and the battery's words."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from physics.clock import SECONDS_PER_HOUR
from physics.pump.battery import NOTICE_S, drain_per_s, notice_share
from physics.pump.faults import MEMORY_FAULT, RESET_FAULT
from physics.pump.spec import PumpSpec
from physics.pump.state import EventNote, PumpState, logged

LOW_ALARM = "low reservoir"
EMPTY_ALARM = "empty reservoir"
STOPPED_ALARM = "stopped over 48 h"
STALL_ALARM = "motor stall"
NOTICE_ALARM = "elective replacement"
END_ALARM = "end of service"
CRITICAL_ALARMS = (EMPTY_ALARM, STOPPED_ALARM, STALL_ALARM, END_ALARM, RESET_FAULT, MEMORY_FAULT)  # two-tone [S18, S19] H
OUTLAST_AN_UPDATE = (STALL_ALARM, NOTICE_ALARM, END_ALARM)
SINGLE, TWO_TONE = "single", "two-tone"
SINGLE_S, SINGLE_EACH_S = 1.0, SECONDS_PER_HOUR  # [S18] H
TWO_TONE_S, TWO_TONE_EACH_S = 3.0, 600.0  # tone [S18] H, interval UGK-M
TURNING = ("running", "priming", "bridging", "bolus")


def tone(alarms: tuple[str, ...]) -> str:
    """Return the tone that alarms have: "none", "single" (not critical) or "two-tone"."""
    if not alarms:
        return "none"
    return TWO_TONE if any(alarm in CRITICAL_ALARMS for alarm in alarms) else SINGLE


def is_sounding(alarms: tuple[str, ...], clock_s: float) -> bool:
    """Return whether the tone is heard now, beside the pump's skin; it comes by the device's clock [A] until its cause is gone."""
    kind = tone(alarms)
    if kind == "none":
        return False
    length, each = (TWO_TONE_S, TWO_TONE_EACH_S) if kind == TWO_TONE else (SINGLE_S, SINGLE_EACH_S)
    return clock_s % each < length


def alarmed(state: PumpState, alarm: str) -> PumpState:
    """Return the state with an alarm raised and logged."""
    return logged(replace(state, alarms=(*state.alarms, alarm)), f"alarm: {alarm}")


def check(state: PumpState, spec: PumpSpec) -> tuple[PumpState, list[EventNote]]:
    """Return the state with the alarms that its own counting raises, and the truth of running dry."""
    events: list[EventNote] = []
    is_programmed = state.phase != "off"
    if state.motor_stall_s > 0.0:
        state = with_stall(state)
    if is_programmed and LOW_ALARM not in state.alarms:
        if state.shown_reservoir_m3 <= state.prescription.alarm_volume_m3:
            state = alarmed(state, LOW_ALARM)
            events.append(("LowReservoirAlarm", state.shown_reservoir_m3, "calculated"))
    if is_programmed and EMPTY_ALARM not in state.alarms and state.shown_reservoir_m3 <= 0.0:
        state = alarmed(state, EMPTY_ALARM)
        events.append(("EmptyReservoirAlarm", 0.0, "calculated"))
    if is_programmed and STOPPED_ALARM not in state.alarms and state.stopped_s >= spec.stopped_alarm_s:
        state = alarmed(state, STOPPED_ALARM)
    state = _check_battery(state, spec) if is_programmed else state
    if not state.is_dry and state.reservoir_m3 <= spec.residual_m3 * (1.0 + 1e-9):
        state = replace(state, is_dry=True)
        events.append(("ReservoirEmptied", state.reservoir_m3, "true contents"))
    return state, events


def with_stall(state: PumpState) -> PumpState:
    """Return the state with its stall told, if the rotor should turn and it has not been told yet."""
    return alarmed(state, STALL_ALARM) if state.phase in TURNING and STALL_ALARM not in state.alarms else state


def _check_battery(state: PumpState, spec: PumpSpec) -> PumpState:
    """Return the state with elective replacement or the end of service told; at the end the rotor stands."""
    tiny = 1e-9
    is_due = state.battery_used >= notice_share(spec, state.rate_m3_per_s) - tiny or state.age_s >= spec.service_s - NOTICE_S - 1.0
    if is_due and NOTICE_ALARM not in state.alarms:
        state = alarmed(replace(state, notice_s=state.clock_s), NOTICE_ALARM)
    is_over = state.battery_used >= 1.0 - tiny or state.age_s >= spec.service_s - 1.0 or state.clock_s >= state.notice_s + NOTICE_S - 1.0
    if is_over and END_ALARM not in state.alarms:
        state = alarmed(replace(state, phase="ended", after_update="ended"), END_ALARM)
    return state


def replace_in_s(state: PumpState, spec: PumpSpec) -> float:
    """Return the time to elective replacement at the programmed rate, as telemetry estimates it [s]; 0 once told."""
    return _notice_in_s(state, spec, drain_per_s(spec, state.rate_m3_per_s))


def time_to_battery_word_s(state: PumpState, spec: PumpSpec, rate_m3_per_s: float) -> float:
    """Return the time until the battery tells replacement or end at a rate [s]; infinite once it has ended."""
    if state.phase == "off" or END_ALARM in state.alarms:  # nothing more to tell, though it may still be sent programmes
        return inf
    drain = drain_per_s(spec, rate_m3_per_s)
    end = min((1.0 - state.battery_used) / drain, spec.service_s - state.age_s, state.notice_s + NOTICE_S - state.clock_s)
    if NOTICE_ALARM in state.alarms:
        return max(0.0, end)
    return max(0.0, min(_notice_in_s(state, spec, drain), end))


def _notice_in_s(state: PumpState, spec: PumpSpec, drain_per_s: float) -> float:
    """Return the time until elective replacement is told [s], the battery draining at a rate; 0 once told."""
    if NOTICE_ALARM in state.alarms:
        return 0.0
    left = (notice_share(spec, state.rate_m3_per_s) - state.battery_used) / drain_per_s
    return max(0.0, min(left, spec.service_s - NOTICE_S - state.age_s))
