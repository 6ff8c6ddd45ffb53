"""The pump as a machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from physics.pump import alarms, device, reservoir, spec
from physics.pump.program import Prescription

ML, DAY, HOUR = 1e-6, 86400.0, 3600.0
PUMP = spec.PUMPS["8637-20"]


def order(dose=100.0, entered=500.0, mode="continuous", **more):
    return Prescription(mode, dose * 1e-9 / DAY, entered * 1e-3, 20 * ML, 2 * ML, **more)


def running(dose=100.0, entered=500.0, true=None, volume=20 * ML, error=0.0, fall_off=False):
    filled = (true or entered) * 1e-3
    return device.established(PUMP, order(dose, entered), volume, filled, error, 0, fall_off)


def live(state, seconds, dt=HOUR):
    events = []
    for _ in range(round(seconds / dt)):
        state, _, notes = device.step(state, PUMP, dt)
        events += notes
    return state, [name for name, _, _ in events]


def test_pump_runs_dose_entered_over_concentration_entered():
    state = running(300.0, 2000.0, true=500.0)
    assert device.demanded_flow(state, PUMP) == pytest.approx(0.15 * ML / DAY)
    after, _ = live(state, DAY)
    assert state.drug_kg - after.drug_kg == pytest.approx(75e-9)  # a quarter of the dose arrives


def test_update_stops_the_pump_until_complete():
    state, events = device.program(running(), PUMP, order(200.0))
    assert [e[0] for e in events] == ["PumpProgrammed"]
    assert device.demanded_flow(state, PUMP) == 0.0
    assert device.shown_state(state) == "stopped"
    state, _, notes = device.step(state, PUMP, PUMP.update_s)
    assert notes[0][0] == "PumpStarted"
    assert device.demanded_flow(state, PUMP) == pytest.approx(0.4 * ML / DAY)


def test_prime_runs_at_full_rate_then_the_dose():
    state, _ = device.program(running(), PUMP, order(prime_volume_m3=0.342 * ML))
    state, _, _ = device.step(state, PUMP, PUMP.update_s)
    assert state.phase == "priming"
    assert device.demanded_flow(state, PUMP) == pytest.approx(ML / HOUR)
    span = device.time_to_change_s(state, PUMP)
    assert span == pytest.approx(0.342 * HOUR)
    before = state.reservoir_m3
    state, _, notes = device.step(state, PUMP, span)
    assert ("PrimeFinished", 0.342 * ML, "line") in notes
    assert before - state.reservoir_m3 == pytest.approx(0.342 * ML)
    assert state.phase == "running"


def test_bridge_runs_the_old_rate_first():
    state, _ = device.program(running(300.0, 500.0), PUMP, order(300.0, 2000.0, bridge_volume_m3=0.342 * ML))
    state, _, _ = device.step(state, PUMP, PUMP.update_s)
    assert state.phase == "bridging"
    assert device.demanded_flow(state, PUMP) == pytest.approx(0.6 * ML / DAY)
    state, events = live(state, 14 * HOUR)
    assert "BridgeFinished" in events
    assert device.demanded_flow(state, PUMP) == pytest.approx(0.15 * ML / DAY)


def test_bolus_gives_its_dose_and_returns_to_the_programme():
    given = order(mode="bolus", bolus_kg=50e-9, bolus_duration_s=3600.0)
    state, _ = device.program(running(), PUMP, given)
    before = state.drug_kg
    state, events = live(state, 2 * HOUR + 60, 30.0)
    assert "BolusFinished" in events
    assert before - state.drug_kg == pytest.approx(50e-9 + 100e-9 / 24.0, rel=0.02)
    assert state.phase == "running"


def test_minimum_mode_keeps_turning_without_a_therapeutic_dose():
    state, _ = device.program(running(), PUMP, order(mode="minimum"))
    state, _, _ = device.step(state, PUMP, 10.0)
    assert device.demanded_flow(state, PUMP) == pytest.approx(0.006 * ML / DAY)


def test_stopped_pump_alarms_after_48_hours():
    state, _ = device.program(running(), PUMP, order(mode="stopped"))
    state, _ = live(state, 47 * HOUR)
    assert alarms.STOPPED_ALARM not in state.alarms
    state, _ = live(state, 2 * HOUR)
    assert alarms.STOPPED_ALARM in state.alarms
    assert device.shown_state(state) == "stopped"


def test_alarm_follows_the_count_not_the_truth():
    state = running(error=0.145)
    state, events = live(state, 85 * DAY)
    assert state.reservoir_m3 < 2 * ML
    assert "LowReservoirAlarm" not in events
    _, events = live(state, 6 * DAY)
    assert "LowReservoirAlarm" in events


def test_overinfusing_pump_empties_in_silence():
    state = running(dose=400.0, error=0.55)
    state, events = live(state, 20 * DAY)
    assert "ReservoirEmptied" in events
    assert state.alarms == ()
    assert device.demanded_flow(state, PUMP) == 0.0


def test_forgetting_to_enter_the_new_volume_gives_a_false_alarm():
    state, _ = live(running(), 86 * DAY)
    state = reservoir.with_reservoir(state, PUMP, 20 * ML, 20 * ML * 0.5)
    _, events = live(state, 5 * DAY)
    assert "LowReservoirAlarm" in events


def test_early_fall_off_phenotype_weakens_before_the_alarm():
    state = running(volume=3.0 * ML, fall_off=True)
    assert device.demanded_flow(state, PUMP) == pytest.approx(0.75 * 0.2 * ML / DAY)
    assert device.demanded_flow(running(volume=3.0 * ML), PUMP) == pytest.approx(0.2 * ML / DAY)


def test_shut_line_leaves_drug_in_the_reservoir_while_the_count_goes_on():
    state = running(600.0, 2000.0)
    start = state.reservoir_m3
    for day in range(40):
        state, flow, notes = device.step(state, PUMP, DAY, pumped_m3=0.0, is_at_pressure_limit=True)
        assert [n[0] for n in notes] == (["PumpStalled"] if day == 0 else [])
    assert state.reservoir_m3 == start
    assert state.shown_reservoir_m3 == pytest.approx(8.0 * ML)  # case N-C3
    assert state.alarms == ()
    _, _, notes = device.step(state, PUMP, 1.0)
    assert notes[0][0] == "PumpRecovered"


def test_motor_stall_is_sensed_and_recovers():
    state, notes = device.stall_motor(running(), 1800.0)
    assert notes[0][0] == "PumpStalled"
    assert device.shown_state(state) == "stalled"
    assert device.demanded_flow(state, PUMP) == 0.0
    state, events = live(state, HOUR, 600.0)
    assert "PumpRecovered" in events
    assert state.alarms == ()


def test_steps_may_cross_a_change_of_phase():
    fine, _ = device.program(running(), PUMP, order(prime_volume_m3=0.342 * ML))
    coarse = fine
    fine, _ = live(fine, DAY, 10.0)
    coarse, flow, _ = device.step(coarse, PUMP, DAY)
    assert coarse.reservoir_m3 == pytest.approx(fine.reservoir_m3, rel=1e-9)
    assert coarse.shown_reservoir_m3 == pytest.approx(fine.shown_reservoir_m3, rel=1e-9)


def test_table_fill_mixes_with_what_water_is_left_and_purging_uses_drug():
    new = device.initial(PUMP, 0.0, 0, False)
    full, purge, purge_kg, events = reservoir.fill_on_table(new, PUMP, 20 * ML, 0.5, True)
    assert purge == PUMP.tubing_m3
    assert full.reservoir_m3 + purge == pytest.approx(20.1 * ML)
    assert full.drug_kg + purge_kg == pytest.approx(20 * ML * 0.5)
    assert full.concentration_kg_per_m3 == pytest.approx(0.4975, abs=1e-4)
    assert events[0][0] == "ReservoirFilled"


def test_unit_errors_have_the_published_spread_and_limit():
    errors = [device.initial(PUMP, seed=s).unit_error for s in range(400)]
    assert sum(errors) / 400 == pytest.approx(0.01, abs=0.006)
    assert max(map(abs, errors)) <= 0.145
    share = sum(device.initial(PUMP, seed=s).has_fall_off for s in range(400)) / 400
    assert share == pytest.approx(0.24, abs=0.06)


def test_states_are_never_written_into():
    state = running()
    copy = replace(state)
    live(state, DAY)
    assert state == copy
