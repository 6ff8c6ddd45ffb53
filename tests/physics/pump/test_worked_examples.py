"""The tables of the arithmetic page, reproduced by the pump itself: what it runs, counts and bridges, to the last printed digit."""

from __future__ import annotations

from pathlib import Path

import pytest

from physics.pump import device, program, reservoir, spec
from physics.pump.program import Prescription

PAGE = Path(__file__).resolve().parents[3] / "docs" / "models" / "pump_arithmetic.md"
ML, UG, DAY, HOUR = 1e-6, 1e-9, 86400.0, 3600.0
LINE_M3 = program.prime_volume(0.92, spec.PUMPS["8637-20"].tubing_m3, False)


def _table(title):
    """Return the rows of the table under a heading, as they are printed."""
    part = PAGE.read_text("utf-8").split(f"\n## {title}")[1].split("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")][2:]


def _agrees(value, printed):
    digits = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10.0**-digits * (1.0 + 1e-6)


def _order(dose_ug, ug_per_ml, volume_ml=20.0, **more):
    return Prescription("continuous", dose_ug * UG / DAY, ug_per_ml * 1e-3, volume_ml * ML, 2 * ML, **more)


def _running(dose_ug, ug_per_ml, volume_ml=20.0, true=None, error=0.0, **more):
    pump = spec.pump_for(volume_ml * ML)
    order = _order(dose_ug, ug_per_ml, volume_ml, **more)
    return pump, device.established(pump, order, volume_ml * ML, (true or ug_per_ml) * 1e-3, error, 0, False)


@pytest.mark.parametrize("row", _table("What should be left"), ids=lambda row: row[0])
def test_what_telemetry_expects_and_what_a_pump_at_the_label_limit_leaves(row):
    flow, days, given, expected, act = row
    limit = {}
    for error in (-0.145, 0.0, 0.145):
        pump, state = _running(float(flow) * 500.0, 500.0, error=error)
        state, _, _ = device.step(state, pump, float(days) * DAY)
        assert _agrees(state.shown_reservoir_m3 / ML, expected)
        limit[error] = state.reservoir_m3 / ML
    assert _agrees(20.0 - limit[0.0], given)
    if limit[0.145] > pump.residual_m3 / ML:  # a fast pump may run dry first
        assert _agrees(limit[0.0] - limit[0.145], act)
    assert _agrees(limit[-0.145] - limit[0.0], act)


@pytest.mark.parametrize("row", _table("Refill interval"), ids=lambda row: "-".join(row[:3]))
def test_the_alarm_comes_on_the_day_of_the_table(row):
    volume, dose, c, flow, days, fast = row
    pump, state = _running(float(dose), float(c), float(volume))
    assert _agrees(device.set_rate(state, pump) / ML * DAY, flow)
    state, _, notes = device.step(state, pump, (float(days) - 0.06) * DAY)
    assert notes == ()
    _, _, notes = device.step(state, pump, 0.12 * DAY)
    assert [name for name, _, _ in notes] == ["LowReservoirAlarm"]
    pump, state = _running(float(dose), float(c), float(volume), error=0.145)
    state, _, _ = device.step(state, pump, float(fast) * DAY)
    assert abs(state.reservoir_m3 / ML - 2.0) <= 0.05 * float(flow) * 1.145 * (1.0 + 1e-6)


@pytest.mark.parametrize("row", _table("Bridge"), ids=lambda row: "-".join(row[:2]))
def test_the_pump_bridges_as_the_table_says(row):
    old, new, drug, hours, flow, dose, left_out = row
    pump, state = _running(300.0, float(old))
    assert _agrees(LINE_M3 * float(old) * 1e-3 / UG, drug)
    state, _ = device.program(state, pump, _order(300.0, float(new), bridge_volume_m3=LINE_M3))
    state, _, _ = device.step(state, pump, pump.update_s)
    assert _agrees(device.time_to_change_s(state, pump) / HOUR, hours)
    state, _, _ = device.step(state, pump, device.time_to_change_s(state, pump))
    rate = device.set_rate(state, pump)
    assert _agrees(rate / ML * DAY, flow)
    assert _agrees(rate * float(old) * 1e-3 * DAY / UG, dose)
    assert _agrees(LINE_M3 / rate / HOUR, left_out)


@pytest.mark.parametrize("row", _table("Mixing"), ids=lambda row: row[0])
def test_a_fill_on_a_residual_mixes_as_the_table_says(row):
    for volume, printed in ((20.0, row[1]), (40.0, row[3])):
        pump, state = _running(300.0, 500.0, volume)
        left = float(row[0]) * ML
        state = reservoir.with_reservoir(state, pump, left, left * 0.5)
        filled = volume * ML - left
        state = reservoir.with_reservoir(state, pump, volume * ML, state.drug_kg + filled * 2.0)
        assert _agrees(state.concentration_kg_per_m3 * 1e3, printed)


@pytest.mark.parametrize("row", _table("Ten-fold and strength"), ids=lambda row: "-".join(row[:3]))
def test_slips_give_what_the_table_says(row):
    dose, typed, true, flow, arrives, hourly, lasts = row
    pump, state = _running(float(dose), float(typed), true=float(true))
    assert _agrees(device.demanded_flow(state, pump) / ML * DAY, flow)
    later, _, _ = device.step(state, pump, HOUR)
    assert _agrees((state.drug_kg - later.drug_kg) / UG, hourly)
    assert _agrees((state.drug_kg - device.step(state, pump, DAY)[0].drug_kg) / UG, arrives)
    _, _, notes = device.step(state, pump, float(lasts) * DAY + 60.0)
    assert [name for name, _, _ in notes] == ["LowReservoirAlarm"]
