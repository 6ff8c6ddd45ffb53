"""True flow against set flow: fever, flights and dives, what is in the reservoir and how cold it is."""

from __future__ import annotations

import math

import pytest

from physics.pump import device, flow, reservoir, spec
from physics.pump.program import Prescription
from physics.pump.state import ATMOSPHERE_PA

ML, UG, DAY, HOUR = 1e-6, 1e-9, 86400.0, 3600.0
PUMP = spec.PUMPS["8637-20"]
SET = 0.2 * ML / DAY


def running(volume_ml=18.0, **more):
    order = Prescription("continuous", 100 * UG / DAY, 0.5, 18 * ML, 2 * ML)
    return device.established(PUMP, order, volume_ml * ML, 0.5, unit_error=0.0, has_fall_off=False, **more)


def ratio(state):
    return device.demanded_flow(state, PUMP) / SET


@pytest.mark.parametrize(("fever", "expected"), [(0.0, 1.0), (0.04, 1.0), (2.0, 1.02), (4.0, 1.04), (9.0, 1.05), (-3.0, 0.97), (-9.0, 0.95)])
def test_flow_rises_a_percent_a_degree_and_five_at_most(fever, expected):
    assert ratio(flow.with_fever(running(), fever)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("atmospheres", "expected"), [(1.0, 1.0), (2.0, 0.86), (1.5, 0.93), (0.743, 1.036)])
def test_flow_falls_under_pressure_and_rises_a_little_in_a_cabin(atmospheres, expected):
    assert ratio(flow.with_ambient(running(), atmospheres * ATMOSPHERE_PA)) == pytest.approx(expected, abs=1e-4)


def test_usual_surroundings_leave_every_bit_as_it_was():
    home = running()
    assert flow.factor(home, PUMP) == 1.0
    back = flow.with_ambient(flow.with_fever(flow.with_ambient(home, 75e3), 1.5), ATMOSPHERE_PA)
    assert flow.with_fever(back, 0.0) == home


def test_a_feverish_week_gives_more_drug_and_the_count_knows_nothing():
    usual, _, _ = device.step(running(), PUMP, 7 * DAY)
    hot, _, _ = device.step(flow.with_fever(running(), 3.0), PUMP, 7 * DAY)
    given, more = 18 * ML - usual.reservoir_m3, 18 * ML - hot.reservoir_m3
    assert more / given == pytest.approx(1.03)
    assert hot.shown_reservoir_m3 == usual.shown_reservoir_m3


def test_an_over_filled_reservoir_pushes_until_it_is_down_to_the_label():
    state = running(21.0)
    held = spec.reservoir_pressure(PUMP, 21 * ML)
    assert ratio(state) == pytest.approx(1.0 + 0.14 * (held - PUMP.gas_full_pa) / ATMOSPHERE_PA)
    assert 1.04 < ratio(state) < 1.07
    state, _, _ = device.step(state, PUMP, 6 * DAY)
    assert state.reservoir_m3 < 20 * ML
    assert ratio(state) == pytest.approx(1.0, rel=1e-12)


def test_over_filling_empties_by_the_exponential_it_is():
    slope = 0.14 * PUMP.overfill_pa_per_m3 / ATMOSPHERE_PA  # of flow, per volume over the label
    day, _, _ = device.step(running(21.0), PUMP, DAY)
    over = (ML + 1.0 / slope) * math.exp(-SET * DAY * slope) - 1.0 / slope
    assert day.reservoir_m3 - 20 * ML == pytest.approx(over, rel=1e-4)  # hourly steps


def test_a_valve_shut_by_too_much_stops_the_infusion_in_silence_until_some_is_drawn():
    state = running(22.0)
    assert ratio(state) == 0.0
    later, mean, notes = device.step(state, PUMP, 5 * DAY)
    assert (mean, later.reservoir_m3, later.alarms, notes) == (0.0, 22 * ML, (), ())
    assert later.shown_reservoir_m3 == pytest.approx(17 * ML)
    drawn = reservoir.with_reservoir(later, PUMP, 20 * ML, 20 * ML * 0.5)
    assert ratio(drawn) == pytest.approx(1.0, rel=1e-12)


def test_air_takes_up_room_and_raises_the_pressure():
    full = reservoir.with_reservoir(running(19.5), PUMP, 19.5 * ML, 19.5 * ML * 0.5, air_m3=1.5 * ML)
    assert ratio(full) == pytest.approx(ratio(running(21.0)))
    assert ratio(reservoir.with_reservoir(running(), PUMP, 18 * ML, 18 * ML * 0.5, air_m3=1.5 * ML)) == pytest.approx(1.0, rel=1e-12)


def test_a_cold_fill_runs_slower_until_it_is_warm():
    half = reservoir.with_reservoir(running(9.0), PUMP, 18 * ML, 18 * ML * 0.5, temperature_c=31.0)
    assert half.surroundings.chill_c == pytest.approx(3.0)
    assert ratio(half) == pytest.approx(0.97)
    later, _, _ = device.step(half, PUMP, flow.WARMING_S)
    assert later.surroundings.chill_c == pytest.approx(3.0 / math.e)
    warm, _, _ = device.step(half, PUMP, 3 * HOUR)
    assert warm.surroundings.chill_c == 0.0
    assert ratio(warm) == pytest.approx(1.0, rel=1e-12)


def test_a_pump_emptied_cold_shuts_its_valve_until_it_is_warm():
    new = device.initial(PUMP, 0.0, 0, False)
    cold, purge, purge_kg, _ = reservoir.fill_on_table(new, PUMP, 20 * ML, 0.5, True, 22.0)
    assert (purge, purge_kg, cold.is_tubing_purged) == (0.0, 0.0, False)
    state, _ = device.program(cold, PUMP, Prescription("continuous", 100 * UG / DAY, 0.5, 20 * ML, 2 * ML))
    state, _, _ = device.step(state, PUMP, 10.0)
    assert ratio(state) == 0.0
    opens = flow.WARMING_S * math.log(15.0 / flow.VALVE_CHILL_C)
    before, _, _ = device.step(state, PUMP, opens - 60.0)
    assert before.is_valve_shut
    after, _, _ = device.step(before, PUMP, 120.0)
    assert not after.is_valve_shut
    assert ratio(after) > 0.97
    warm, _, _, _ = reservoir.fill_on_table(new, PUMP, 20 * ML, 0.5, True)
    assert not warm.is_valve_shut


def test_drawing_on_a_cold_reservoir_shuts_its_valve():
    cold = reservoir.with_reservoir(running(4.0), PUMP, 18 * ML, 18 * ML * 0.5, temperature_c=20.0)
    assert not cold.is_valve_shut
    drawn = reservoir.with_reservoir(cold, PUMP, 17 * ML, 17 * ML * 0.5)
    assert drawn.is_valve_shut
    assert ratio(drawn) == 0.0
