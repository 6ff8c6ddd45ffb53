"""The pump as a machine: it runs a volume rate, counts what it thinks it gave, and sounds alarms.

The device never senses level, concentration or catheter. What it shows is calculated from what was
entered; what is true (`reservoir_m3`, `concentration_kg_per_m3`) lives beside it.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import NamedTuple

from physics.clock import SECONDS_PER_HOUR, SECONDS_PER_WEEK, period_mean
import physics.pump.alarms as alarms
import physics.pump.faults as faults
from physics.pump.battery import drain_per_s, used_after
from physics.pump.flow import factor, time_to_warm_s, warmed
from physics.pump.program import Prescription, timetable, volume_rate
from physics.pump.spec import PumpSpec, reservoir_share
from physics.pump.state import EventNote, PatientBoluses, PumpState, initial, is_over_filled, logged, recovered

__all__ = [
    "EventNote", "Outlook", "PumpState", "demanded_flow", "established", "initial", "interrogate", "outlook", "program", "set_rate", "shown_state",
    "stall_motor", "step", "time_to_change_s",
]  # fmt: skip
WEAKENING_SPAN_S = 3600.0  # numerical: flow follows the volume in steps
SAME_TIME_S = 1e-4  # numerical: clocks of years end their spans within less
CLOCK_TOLD_S = 60.0  # [A] the programmer's clock shows minutes


def established(
    spec: PumpSpec, prescription: Prescription, reservoir_m3: float, concentration_kg_per_m3: float,
    unit_error: float | None = None, seed: int = 0, has_fall_off: bool | None = None, age_s: float = 0.0,
    told_faults: tuple[faults.Fault, ...] = (),
) -> PumpState:  # fmt: skip
    """Return a pump that has been running a prescription for its whole age (true contents and faults given apart)."""
    state = initial(spec, unit_error, seed, has_fall_off)
    state = replace(
        state, reservoir_m3=reservoir_m3, drug_kg=reservoir_m3 * concentration_kg_per_m3,
        is_tubing_purged=True, is_dry=reservoir_m3 <= spec.residual_m3,
        faults=tuple(sorted((*state.faults, *told_faults), key=lambda fault: fault.age_s)),
    )  # fmt: skip
    state, _ = program(state, spec, replace(prescription, prime_volume_m3=0.0, bridge_volume_m3=0.0))
    used = used_after(spec, state.rate_m3_per_s, age_s)
    state = replace(state, phase=state.after_update, update_left_s=0.0, event_log=(), age_s=age_s, battery_used=used)
    return _with_due_faults(state, spec)[0]


def program(
    state: PumpState, spec: PumpSpec, prescription: Prescription
) -> tuple[PumpState, tuple[EventNote, ...]]:
    """Return the state after a prescription was sent.

    Notes
    -----
    The pump stands still until the update is complete [S13 H]; the stored rate is dose entered over
    concentration entered, whatever is in the reservoir [device 1.3]. A bridge runs the old rate, the mean
    of an old timetable [A]. Steps go by the pump's clock; the first periodic bolus comes with the update. What
    the patient may ask for starts anew, but for the boluses of the last day.
    """
    old_rate = state.rate_m3_per_s
    entered = prescription.concentration_kg_per_m3
    rate = 0.0
    if prescription.mode == "minimum":
        rate = spec.flow_minimum_m3_per_s
    elif prescription.mode != "stopped":
        rate = min(volume_rate(prescription.dose_kg_per_s, entered), spec.flow_max_m3_per_s)
    runs = prescription.mode != "stopped"
    bolus = prescription.bolus_kg / entered if prescription.mode == "bolus" else 0.0
    bolus_rate = min(bolus / prescription.bolus_duration_s, spec.flow_max_m3_per_s)
    bridge = prescription.bridge_volume_m3 if runs and old_rate > 0.0 else 0.0
    table = timetable(prescription, spec.flow_max_m3_per_s)
    rate = period_mean(table, prescription.period_s) if table else rate
    week = state.week_start_s if prescription.clock_s is None else state.clock_s - prescription.clock_s % SECONDS_PER_WEEK
    updated = replace(
        state, prescription=prescription, rate_m3_per_s=rate, bridge_rate_m3_per_s=old_rate,
        bolus_rate_m3_per_s=bolus_rate, prime_left_m3=prescription.prime_volume_m3 if runs else 0.0,
        bridge_left_m3=bridge, bolus_left_m3=bolus, update_left_s=spec.update_s, phase="updating",
        shown_reservoir_m3=prescription.reservoir_volume_m3, stopped_s=0.0, timetable=table,
        period_s=prescription.period_s, week_start_s=week,
        period_start_s=week if prescription.mode == "flex" else state.clock_s + spec.update_s,
        alarms=tuple(a for a in state.alarms if a in alarms.OUTLAST_AN_UPDATE),
        patient_boluses=PatientBoluses(0.0, state.patient_boluses.started_s),
    )  # fmt: skip
    updated = replace(updated, after_update=_next_phase(updated))
    if abs(week_shift_s(state.week_start_s, week)) >= CLOCK_TOLD_S:
        updated = logged(updated, f"clock set on by {week_shift_s(state.week_start_s, week) / SECONDS_PER_HOUR:+.2f} h")
    return logged(updated, f"programmed: {prescription.mode}"), (
        ("PumpProgrammed", prescription.dose_kg_per_s, prescription.mode),
    )


def _next_phase(state: PumpState) -> str:
    """Return the phase that is due: prime, bridge, bolus, then the mode; none at the end of service."""
    if alarms.END_ALARM in state.alarms:
        return "ended"
    if state.prime_left_m3 > 0.0:
        return "priming"
    if state.bridge_left_m3 > 0.0:
        return "bridging"
    if state.bolus_left_m3 > 0.0:
        return "bolus"
    return "running" if state.prescription.mode != "stopped" else "stopped"


def week_shift_s(old_start_s: float, new_start_s: float) -> float:
    """Return by how much the week of the new start is ahead of the old one [s], at most half a week either way."""
    half = 0.5 * SECONDS_PER_WEEK
    return (old_start_s - new_start_s + half) % SECONDS_PER_WEEK - half


def set_rate(state: PumpState, spec: PumpSpec) -> float:
    """Return the rate at which the rotor is set to turn now [m3/s] (what the device counts)."""
    if state.motor_stall_s > 0.0:
        return 0.0
    if state.phase == "running":
        rate = _running_rate(state)
        return rate if state.patient_boluses.left_m3 <= 0.0 else rate + _patient_rate(state, spec, rate)
    if state.phase == "priming":
        return spec.flow_max_m3_per_s
    if state.phase == "bridging":
        return state.bridge_rate_m3_per_s
    return state.bolus_rate_m3_per_s if state.phase == "bolus" else 0.0


def _patient_rate(state: PumpState, spec: PumpSpec, running_m3_per_s: float) -> float:
    """Return what a bolus that the patient asked for adds to the programmed rate [m3/s]."""
    given = state.prescription
    asked = given.patient_bolus_kg / given.concentration_kg_per_m3 / given.patient_bolus_duration_s
    return min(asked, spec.flow_max_m3_per_s - running_m3_per_s)


def _in_period(state: PumpState) -> float:
    """Return the time since the period of the timetable began [s]; a start within `SAME_TIME_S` has come."""
    return (state.clock_s - state.period_start_s + SAME_TIME_S) % state.period_s


def _running_rate(state: PumpState) -> float:
    """Return the rate of the programmed mode now [m3/s]."""
    if not state.timetable:
        return state.rate_m3_per_s
    now = _in_period(state)
    return next(rate for start, rate in reversed(state.timetable) if start <= now)


def _time_to_step_s(state: PumpState) -> float:
    """Return the time until the timetable goes on to its next step [s]."""
    now = _in_period(state)
    return min([start for start, _ in state.timetable if start > now], default=state.period_s) - now + SAME_TIME_S


def demanded_flow(state: PumpState, spec: PumpSpec) -> float:
    """Return the flow that the rotor asks of the line [m3/s].

    Notes
    -----
    set * (1 + unit error) * f_res * `flow.factor` [device 1.2].
    """
    return _true_flow(state, spec, set_rate(state, spec))


def _true_flow(state: PumpState, spec: PumpSpec, rate_m3_per_s: float) -> float:
    share = reservoir_share(spec, state.reservoir_m3, state.has_fall_off)
    return rate_m3_per_s * (1.0 + state.unit_error) * share * factor(state, spec)


class Outlook(NamedTuple):
    """What a pump does now: the rate it is set to and the flow it asks of the line [m3/s], until that changes by itself [s]."""

    set_m3_per_s: float
    flow_m3_per_s: float
    change_s: float


def outlook(state: PumpState, spec: PumpSpec) -> Outlook:
    """Return `set_rate`, `demanded_flow` and `time_to_change_s`, which follow from each other, at once."""
    rate = set_rate(state, spec)
    flow = _true_flow(state, spec, rate)
    return Outlook(rate, flow, _change_in_s(state, spec, rate, flow))


def time_to_change_s(state: PumpState, spec: PumpSpec) -> float:
    """Return the time until the flow changes by itself [s]; infinite if it does not."""
    return outlook(state, spec).change_s


def _change_in_s(state: PumpState, spec: PumpSpec, rate: float, flow: float) -> float:
    times = [alarms.time_to_battery_word_s(state, spec, rate)]
    if state.phase == "updating":
        times.append(state.update_left_s)
    if state.faults:
        times.append(max(0.0, state.faults[0].age_s - state.age_s))
    if state.surroundings.chill_c != 0.0:
        times.append(time_to_warm_s(state))
    if state.motor_stall_s > 0.0:
        return min([*times, state.motor_stall_s])
    if rate > 0.0:
        times += [left / at for left, at in _turning(state, spec, rate)]
    if state.timetable and state.phase == "running":
        times.append(_time_to_step_s(state))
    if flow > 0.0:
        times.append((state.reservoir_m3 - spec.residual_m3) / flow)
        if state.reservoir_m3 > spec.fall_off_start_m3 and state.has_fall_off:
            times.append((state.reservoir_m3 - spec.fall_off_start_m3) / flow)
        if is_over_filled(state, spec):
            times.append((state.reservoir_m3 + state.air_m3 - spec.capacity_m3) / flow)
    return min(times)


def _turning(state: PumpState, spec: PumpSpec, rate_m3_per_s: float) -> list[tuple[float, float]]:
    """Return (volume still to turn through, its rate) of what is given beside the programmed mode."""
    if state.phase == "running":
        left = state.patient_boluses.left_m3
        extra = _patient_rate(state, spec, _running_rate(state)) if left > 0.0 else 0.0
        return [(left, extra)] if extra > 0.0 else []
    left = {"priming": state.prime_left_m3, "bridging": state.bridge_left_m3, "bolus": state.bolus_left_m3}[state.phase]
    return [(left, rate_m3_per_s)]


def step(
    state: PumpState, spec: PumpSpec, dt_s: float, pumped_m3: float | None = None,
    is_at_pressure_limit: bool = False, pressure_pa: float = 0.0, now: Outlook | None = None,
) -> tuple[PumpState, float, tuple[EventNote, ...]]:  # fmt: skip
    """Return (state, mean flow out of the pump [m3/s], events) after `dt_s`.

    Parameters
    ----------
    dt_s : float
        Any; a step across a phase change is split inside. For exact timing downstream let
        dt <= `time_to_change_s`.
    pumped_m3 : float or None
        Volume that the line really took (from the hydraulic network); None = all that is asked.
    is_at_pressure_limit, pressure_pa : bool, float
        The network's `is_stalled` and the pressure at the pump outlet.
    now : Outlook or None
        Of the state, where the caller has asked for it.

    Notes
    -----
    The device counts turns of the rotor, so the shown reservoir falls as set even when the line is
    shut and the roller slips [N-C3: rotor moves, log shows no stall]. PumpStalled and PumpRecovered
    tell that truth to the record; they sound no alarm [A].
    """
    if dt_s < 0.0:
        raise ValueError(f"dt_s = {dt_s}; expected >= 0")
    events: list[EventNote] = []
    start = state.reservoir_m3
    left = dt_s
    while left > 0.0:
        rate, flow, change_s = now or outlook(state, spec)
        now = None
        span = min(left, max(min(change_s, _time_to_alarm_s(state, spec, rate)), 1e-6))
        asked = min(flow * span, max(0.0, state.reservoir_m3 - spec.residual_m3))
        share = pumped_m3 * (span / dt_s) if pumped_m3 is not None else asked
        state, notes = _turn(state, spec, span, rate, min(share, state.reservoir_m3))
        events += notes
        left = left - span if left - span > 1e-9 * dt_s else 0.0
    if is_at_pressure_limit != state.is_at_pressure_limit:
        name = "PumpStalled" if is_at_pressure_limit else "PumpRecovered"
        events.append((name, pressure_pa, "pressure limit"))
        state = replace(state, is_at_pressure_limit=is_at_pressure_limit)
    flow = (start - state.reservoir_m3) / dt_s if dt_s > 0.0 else 0.0
    return state, flow, tuple(events)


def _time_to_alarm_s(state: PumpState, spec: PumpSpec, rate_m3_per_s: float) -> float:
    """Return the time until the count, or a rotor that stands, raises the next alarm [s]; short while flow follows volume."""
    if state.phase == "off":
        return inf
    is_changing = is_over_filled(state, spec) or (state.has_fall_off and state.reservoir_m3 < spec.fall_off_start_m3)
    times = [WEAKENING_SPAN_S if is_changing else inf]
    if rate_m3_per_s > 0.0:
        shown = state.shown_reservoir_m3
        times += [left / rate_m3_per_s for left in (shown - state.prescription.alarm_volume_m3, shown) if left > 0.0]
    if state.stopped_s < spec.stopped_alarm_s:
        times.append(spec.stopped_alarm_s - state.stopped_s)
    return min(times)


def _turn(
    state: PumpState, spec: PumpSpec, span_s: float, rate: float, drawn_m3: float
) -> tuple[PumpState, list[EventNote]]:
    """Return the state after a span without a change of phase in it, then make the change due."""
    counted = rate * span_s
    mass = state.concentration_kg_per_m3 * drawn_m3
    volume = state.reservoir_m3 - drawn_m3
    is_running = state.phase not in ("off", "stopped", "updating", "ended")
    turned = replace(
        state, reservoir_m3=volume, drug_kg=state.drug_kg - mass, clock_s=state.clock_s + span_s,
        battery_used=min(1.0, state.battery_used + (drain_per_s(spec, rate) * span_s if state.phase != "off" else 0.0)),
        age_s=state.age_s + span_s,
        shown_reservoir_m3=max(0.0, state.shown_reservoir_m3 - counted),
        motor_stall_s=max(0.0, state.motor_stall_s - span_s),
        stopped_s=0.0 if is_running else state.stopped_s + span_s,
        prime_left_m3=_less(state.prime_left_m3, counted if state.phase == "priming" else 0.0),
        bridge_left_m3=_less(state.bridge_left_m3, counted if state.phase == "bridging" else 0.0),
        bolus_left_m3=_less(state.bolus_left_m3, counted if state.phase == "bolus" else 0.0),
        update_left_s=max(0.0, state.update_left_s - span_s) if state.phase == "updating" else 0.0,
    )  # fmt: skip
    turned, events = _change_phase(turned)
    if state.patient_boluses.left_m3 > 0.0 and rate > 0.0:
        turned, notes = _bolus_given(turned, _patient_rate(state, spec, _running_rate(state)) * span_s)
        events += notes
    if state.surroundings.chill_c != 0.0:
        turned = warmed(turned, span_s)
    if state.faults:
        turned, notes = _with_due_faults(turned, spec)
        events += notes
    turned, sounded = alarms.check(turned, spec)
    if state.motor_stall_s > 0.0 and turned.motor_stall_s == 0.0:
        turned = _turning_again(turned)
        events.append(("PumpRecovered", 0.0, "motor"))
    return turned, events + sounded


def _bolus_given(state: PumpState, counted_m3: float) -> tuple[PumpState, list[EventNote]]:
    """Return the state with a part of the patient's bolus given."""
    left = _less(state.patient_boluses.left_m3, counted_m3)
    state = replace(state, patient_boluses=replace(state.patient_boluses, left_m3=left))
    if left > 0.0:
        return state, []
    return logged(state, "patient bolus finished"), [("BolusFinished", state.prescription.patient_bolus_kg, "patient")]


def _with_due_faults(state: PumpState, spec: PumpSpec) -> tuple[PumpState, list[EventNote]]:
    """Return the state with the faults of its age begun.

    Notes
    -----
    A pump that over-infuses does not know it. A reset by a low battery, or a lost programme, drops the pump to its
    minimum rate: its safe state [device 1.4, S07 H; of a memory error A].
    """
    notes: list[EventNote] = []
    while state.faults and state.age_s >= state.faults[0].age_s - SAME_TIME_S:
        fault, *rest = state.faults
        state = replace(state, faults=tuple(rest))
        notes.append(("PumpFaulted", fault.rise, fault.kind))
        if fault.kind == faults.OVER_INFUSION:
            state = replace(state, over_infusion=fault.rise)
        elif state.phase not in ("off", "ended"):
            state = alarms.alarmed(state, fault.kind)
            state = state if fault.kind == faults.MINOR_FAULT else _in_safe_state(state, spec)
    return state, notes


def _in_safe_state(state: PumpState, spec: PumpSpec) -> PumpState:
    return replace(
        state, phase="running", after_update="running", prescription=replace(state.prescription, mode="minimum"), timetable=(),
        rate_m3_per_s=spec.flow_minimum_m3_per_s, prime_left_m3=0.0, bridge_left_m3=0.0, bolus_left_m3=0.0, update_left_s=0.0,
        patient_boluses=replace(state.patient_boluses, left_m3=0.0),
    )  # fmt: skip


def _turning_again(state: PumpState) -> PumpState:
    """Return the state after a stall; one that was never sensed is not told either."""
    if alarms.STALL_ALARM not in state.alarms:
        return state
    return recovered(replace(state, alarms=tuple(a for a in state.alarms if a != alarms.STALL_ALARM)))


def _less(left_m3: float, counted_m3: float) -> float:
    rest = left_m3 - counted_m3
    return rest if rest > 1e-18 else 0.0


def _change_phase(state: PumpState) -> tuple[PumpState, list[EventNote]]:
    given = state.prescription
    if state.phase == "updating" and state.update_left_s <= 0.0:
        running = replace(state, phase=state.after_update)
        if running.phase == "stopped":
            return logged(running, "pump stopped"), [("PumpStopped", 1.0, "programmed")]
        return logged(running, f"pump {running.phase}"), [
            ("PumpStarted", state.rate_m3_per_s, running.phase)
        ]
    if state.phase == "priming" and state.prime_left_m3 <= 0.0:
        note: EventNote = ("PrimeFinished", given.prime_volume_m3, "line")
    elif state.phase == "bridging" and state.bridge_left_m3 <= 0.0:
        note = ("BridgeFinished", given.bridge_volume_m3, "line")
    elif state.phase == "bolus" and state.bolus_left_m3 <= 0.0:
        note = ("BolusFinished", given.bolus_kg, "line")
    else:
        return state, []
    return logged(replace(state, phase=_next_phase(state)), f"{state.phase} finished"), [note]


def stall_motor(state: PumpState, duration_s: float) -> tuple[PumpState, tuple[EventNote, ...]]:
    """Return the state with its rotor held for a time (magnetic field) [S10 H]; an infinite one ends when the pump is read.

    Notes
    -----
    A rotor that is set to turn is missed at once; one that stands anyway is missed when it should turn again, so that
    a pump stopped before the scan tells of the stall late, or never [S10 H].
    """
    stalled = replace(state, motor_stall_s=max(duration_s, state.motor_stall_s))
    return alarms.with_stall(stalled), (("PumpStalled", 0.0, "motor"),)


def interrogate(state: PumpState) -> tuple[PumpState, tuple[EventNote, ...]]:
    """Return the state after the programmer has read it: counted, and freed from telemetry [S09 H]; nothing else changes."""
    read = replace(state, readings=replace(state.readings, count=state.readings.count + 1))
    if state.motor_stall_s != inf:
        return read, ()
    return _turning_again(replace(read, motor_stall_s=0.0)), (("PumpRecovered", 0.0, "telemetry"),)


def shown_state(state: PumpState) -> str:
    """Return the state word that telemetry shows."""
    if state.motor_stall_s > 0.0:
        return "stalled"
    if state.phase == "updating":
        return "stopped"
    if state.patient_boluses.left_m3 > 0.0:
        return "bolus"
    if alarms.EMPTY_ALARM in state.alarms and state.phase != "stopped":
        return "empty"
    return state.phase
