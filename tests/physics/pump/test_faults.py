"""Faults that begin at an age, scanners, and what reading the pump shows of them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from physics.pump import alarms, device, faults, spec
from physics.pump.faults import MEMORY_FAULT, MINOR_FAULT, OVER_INFUSION, RESET_FAULT, Fault
from physics.pump.program import Prescription
from physics.pump.state import RECOVERED, shown_log

ML, UG, DAY, HOUR = 1e-6, 1e-9, 86400.0, 3600.0
PUMP = spec.PUMPS["8637-20"]


def order(mode="continuous", dose=100.0, **more):
    return Prescription(mode, dose * UG / DAY, 0.5, 20 * ML, 2 * ML, **more)


def running(*told, age_days=0.0, mode="continuous", dose=100.0):
    return device.established(PUMP, order(mode, dose), 20 * ML, 0.5, 0.0, 0, False, age_s=age_days * DAY, told_faults=told)


def test_an_over_infusing_pump_rises_at_once_at_its_age_and_tells_nobody():
    state = running(Fault(OVER_INFUSION, 200.5 * DAY, 0.55), age_days=200.0)
    assert device.time_to_change_s(state, PUMP) == pytest.approx(0.5 * DAY)
    state, flow, notes = device.step(state, PUMP, DAY)
    assert flow == pytest.approx(0.2 * ML / DAY * (0.5 + 0.5 * 1.55))
    assert ("PumpFaulted", 0.55, OVER_INFUSION) in notes
    assert state.event_log == state.alarms == ()
    state, _, notes = device.step(state, PUMP, 70 * DAY)
    assert "ReservoirEmptied" in [name for name, _, _ in notes]
    assert state.alarms == ()
    assert state.shown_reservoir_m3 == pytest.approx(20 * ML - 71 * 0.2 * ML)


def test_a_fault_older_than_the_case_has_begun():
    assert running(Fault(OVER_INFUSION, 160 * DAY, 0.3), age_days=300.0).over_infusion == 0.3


@pytest.mark.parametrize("kind", [RESET_FAULT, MEMORY_FAULT])
def test_a_reset_drops_the_pump_to_its_minimum_rate_with_a_two_tone_alarm(kind):
    state, _, _ = device.step(running(Fault(kind, DAY)), PUMP, 2 * DAY)
    assert device.set_rate(state, PUMP) == PUMP.flow_minimum_m3_per_s
    assert state.alarms == (kind,)
    assert alarms.tone(state.alarms) == "two-tone"
    assert state.prescription.mode == "minimum"
    again, _ = device.program(state, PUMP, order())
    again, _, _ = device.step(again, PUMP, 10.0)
    assert again.alarms == ()
    assert device.demanded_flow(again, PUMP) == pytest.approx(0.2 * ML / DAY)


def test_a_minor_memory_error_beeps_and_runs_on():
    state, flow, _ = device.step(running(Fault(MINOR_FAULT, DAY)), PUMP, 2 * DAY)
    assert flow == pytest.approx(0.2 * ML / DAY)
    assert alarms.tone(state.alarms) == "single"


def test_drawn_faults_are_rare_late_and_the_same_for_a_seed():
    seeds = range(20000)
    found = [fault for seed in seeds for fault in faults.drawn(seed)]
    over = [fault for fault in found if fault.kind == OVER_INFUSION]
    assert len(over) / len(seeds) == pytest.approx(0.0016, abs=3 * math.sqrt(0.0016 / len(seeds)))
    assert min(fault.age_s for fault in over) >= 5 * faults.MONTH_S
    assert min(fault.rise for fault in over) > 0.145
    seed = next(seed for seed in seeds if faults.drawn(seed))
    assert faults.drawn(seed) == faults.drawn(seed) == device.initial(PUMP, seed=seed).faults
    assert device.initial(PUMP, 0.0, seed).faults == ()  # a case that tells the unit tells its faults


def test_recovery_from_a_scanner_has_the_median_and_the_tails():
    times = sorted(faults.recovery_s(7, tick) for tick in range(8000))
    assert times[4000] == pytest.approx(600.0, rel=0.03)
    assert sum(t == math.inf for t in times) / 8000 == pytest.approx(0.005, abs=0.0025)
    assert sum(2 * HOUR <= t <= 24 * HOUR for t in times) / 8000 == pytest.approx(0.01, abs=0.0035)
    assert sum(t <= 1200.0 for t in times) / 8000 == pytest.approx(0.9 * 0.985, abs=0.02)
    assert faults.recovery_s(7, 3) == faults.recovery_s(7, 3) != faults.recovery_s(8, 3)


def read(state):
    return device.interrogate(state)[0]


def test_a_recovery_shows_only_at_the_second_reading():
    state, _ = device.stall_motor(running(), HOUR)
    assert "alarm: motor stall" in shown_log(state)[-1]  # at once
    state, _, _ = device.step(state, PUMP, 2 * HOUR)
    assert state.alarms == ()
    assert not any(line.endswith(RECOVERED) for line in shown_log(state))
    first = read(state)
    assert not any(line.endswith(RECOVERED) for line in shown_log(first))
    assert shown_log(read(first))[-1].endswith(RECOVERED)


def test_a_later_recovery_hides_itself_and_not_the_first():
    state = running()
    for _ in range(2):
        state, _ = device.stall_motor(state, HOUR)
        state, _, _ = device.step(state, PUMP, 2 * HOUR)
        seen = sum(line.endswith(RECOVERED) for line in shown_log(state))
        state = read(read(state))
    assert seen == 1
    assert sum(line.endswith(RECOVERED) for line in shown_log(state)) == 2
    twice, _ = device.stall_motor(running(), HOUR)
    twice, _, _ = device.step(twice, PUMP, 2 * HOUR)
    twice, _ = device.stall_motor(twice, HOUR)
    twice, _, _ = device.step(twice, PUMP, 2 * HOUR)
    assert not any(line.endswith(RECOVERED) for line in shown_log(read(twice)))
    assert sum(line.endswith(RECOVERED) for line in shown_log(read(read(twice)))) == 2


def test_a_pump_stopped_before_the_scan_tells_of_its_stall_late_or_never():
    stopped = running(mode="stopped")
    state, _ = device.stall_motor(stopped, HOUR)
    state, _, _ = device.step(state, PUMP, 0.5 * HOUR)
    assert state.alarms == state.event_log == ()
    late, _ = device.program(state, PUMP, order())
    late, _, _ = device.step(late, PUMP, 60.0)
    assert alarms.STALL_ALARM in late.alarms
    never, _, notes = device.step(state, PUMP, HOUR)
    assert never.event_log == ()
    assert "PumpRecovered" in [name for name, _, _ in notes]


def test_a_pump_locked_in_telemetry_stands_until_it_is_read():
    state, _ = device.stall_motor(running(), math.inf)
    state, flow, _ = device.step(state, PUMP, 20 * DAY)
    assert (flow, device.shown_state(state), state.alarms) == (0.0, "stalled", (alarms.STALL_ALARM,))
    state, notes = device.interrogate(state)
    assert notes == (("PumpRecovered", 0.0, "telemetry"),)
    _, flow, _ = device.step(state, PUMP, DAY)
    assert flow == pytest.approx(0.2 * ML / DAY)


def test_reading_changes_nothing_but_how_often_it_was_read():
    state, _, _ = device.step(running(), PUMP, 3 * DAY)
    after, notes = device.interrogate(state)
    assert notes == ()
    assert replace(after, readings=state.readings) == state


@pytest.mark.parametrize(
    ("told", "tone"),
    [((), "none"), ((alarms.LOW_ALARM,), "single"), ((alarms.NOTICE_ALARM, MINOR_FAULT), "single"), ((alarms.EMPTY_ALARM,), "two-tone"),
     ((alarms.LOW_ALARM, alarms.STALL_ALARM), "two-tone"), ((alarms.END_ALARM,), "two-tone"), ((alarms.STOPPED_ALARM,), "two-tone")],
)  # fmt: skip
def test_the_tone_is_that_of_the_gravest_alarm(told, tone):
    assert alarms.tone(told) == tone


def test_tones_last_and_come_as_published():
    def heard(told, seconds):
        return [t for t in range(seconds) if alarms.is_sounding(told, float(t))]

    assert heard((alarms.LOW_ALARM,), 7200) == [0, 3600]  # 1 s, hourly
    assert heard((alarms.STALL_ALARM,), 1800) == [0, 1, 2, 600, 601, 602, 1200, 1201, 1202]  # 3 s, every 10 min
    assert heard((), 3600) == []
