"""The fluid path as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from physics import hydraulics
from physics.hydraulics.elements import AREA_AT_KINK

ML_PER_DAY = 1e-6 / 86400.0
N = 60


def line(patency=None, leaks=None, surroundings=None):
    open_ = np.ones(N) if patency is None else patency
    return hydraulics.build_network(np.full(N, 0.9 / N), open_, 0.53e-3, 1.2e-3, leaks, surroundings)


def solved(network, flow=0.2 * ML_PER_DAY, tip=1471.0, dt=3600.0, pressures=None):
    return hydraulics.solve(network, hydraulics.PumpSource(flow), tip, dt, pressures)


def test_open_line_delivers_all_at_the_tip():
    flows = solved(line())
    assert flows.tip_flow_m3_per_s == pytest.approx(0.2 * ML_PER_DAY, rel=1e-9)
    assert not flows.is_stalled


def test_resistance_doubles_when_length_doubles():
    short = hydraulics.poiseuille_resistance(0.4, 0.53e-3, 0.7e-3)
    assert hydraulics.poiseuille_resistance(0.8, 0.53e-3, 0.7e-3) == pytest.approx(2 * short)


def test_partial_kink_is_silent_at_basal_rate_but_not_aspirable():
    patency = np.ones(N)
    patency[30] = 0.02
    flows = solved(line(patency))
    assert flows.tip_flow_m3_per_s == pytest.approx(0.2 * ML_PER_DAY, rel=1e-3)
    assert not hydraulics.is_aspirable(line(patency), 1471.0, True)
    assert hydraulics.is_aspirable(line(), 1471.0, True)


def test_tip_outside_csf_is_not_aspirable():
    assert not hydraulics.is_aspirable(line(), 1471.0, False)


def test_shut_line_stalls_only_at_the_pressure_limit():
    patency = np.ones(N)
    patency[30] = 0.0
    network, pressures = line(patency), None
    early = solved(network, 0.5 * ML_PER_DAY, dt=300.0)
    assert not early.is_stalled
    assert early.pump_flow_m3_per_s == pytest.approx(0.5 * ML_PER_DAY)
    for _ in range(12):
        flows = solved(network, 0.5 * ML_PER_DAY, dt=600.0, pressures=pressures)
        pressures = flows.pressures_pa
    assert flows.is_stalled
    assert 80e3 < flows.pressures_pa[0] <= 100e3
    assert flows.tip_flow_m3_per_s < 1e-3 * ML_PER_DAY


def test_reopened_line_recovers_and_returns_what_it_stored():
    patency = np.ones(N)
    patency[30] = 0.0
    flows = solved(line(patency), 0.5 * ML_PER_DAY, dt=7200.0)
    again = solved(line(), 0.5 * ML_PER_DAY, dt=600.0, pressures=flows.pressures_pa)
    assert not again.is_stalled
    assert again.tip_m3 > again.pump_m3
    assert again.stored_m3 < 0.0


def test_disconnected_pump_loses_everything_and_csf_runs_back():
    leaks = np.zeros(N + 1)
    leaks[0] = hydraulics.connector_leak(0.0)
    flows = solved(line(leaks=leaks))
    assert flows.leak_m3 > flows.pump_m3
    assert flows.tip_flow_m3_per_s < 0.0


def test_pocket_fills_to_csf_pressure_and_then_takes_only_what_it_absorbs():
    leaks = np.zeros(N + 1)
    leaks[0] = hydraulics.connector_leak(0.0)
    flow, pressure, outside, lost = 0.2 * ML_PER_DAY, None, 0.0, []
    for _ in range(96):
        network = line(leaks=leaks, surroundings=hydraulics.Surroundings(pressure_pa=outside))
        flows = solved(network, flow, dt=3600.0, pressures=pressure)
        pressure, outside = flows.pressures_pa, flows.outside_pa
        lost.append(-flows.tip_m3)
    assert outside == pytest.approx(1471.0, rel=0.05)
    assert 5e-6 < sum(lost) < 60e-6
    assert flows.leak_m3 > 0.95 * flows.pump_m3  # the drug stays in the pocket
    assert 0.0 < lost[-1] * 24 < 8e-6


def test_one_long_step_fills_the_pocket_like_many_short_ones():
    leaks = np.zeros(N + 1)
    leaks[0] = hydraulics.connector_leak(0.0)
    once = solved(line(leaks=leaks), dt=4 * 3600.0)
    pressure, outside = None, 0.0
    for _ in range(48):
        network = line(leaks=leaks, surroundings=hydraulics.Surroundings(pressure_pa=outside))
        flows = solved(network, dt=300.0, pressures=pressure)
        pressure, outside = flows.pressures_pa, flows.outside_pa
    assert once.outside_pa == pytest.approx(outside, rel=2e-3)


def test_half_seated_connector_still_seals():
    assert hydraulics.connector_leak(1.0) == 0.0
    assert hydraulics.connector_leak(0.5) == 0.0
    assert 0.0 < hydraulics.connector_leak(0.4) < hydraulics.connector_leak(0.1)


@pytest.mark.parametrize("dt", [1 / 64, 1.0, 60.0, 86400.0])
def test_volumes_balance(dt):
    leaks = np.zeros(N + 1)
    leaks[20] = 1e-13
    flows = solved(line(leaks=leaks), dt=dt)
    through = max(flows.pump_m3, abs(flows.leak_m3), abs(flows.tip_m3))
    assert flows.pump_m3 == pytest.approx(flows.tip_m3 + flows.leak_m3 + flows.stored_m3, abs=1e-12 * through)


def test_step_is_repeatable_bit_for_bit():
    first, second = solved(line()), solved(line())
    assert np.array_equal(first.pressures_pa, second.pressures_pa)


def test_patency_does_not_jump_at_the_kink():
    low, high = hydraulics.conductance_share(np.array([AREA_AT_KINK - 1e-9, AREA_AT_KINK + 1e-9]))
    assert low == pytest.approx(high, rel=1e-6)


def test_bad_inputs_are_refused():
    with pytest.raises(ValueError, match="patency"):
        hydraulics.conductance_share(np.array([1.2]))
    with pytest.raises(ValueError, match="dt_s"):
        solved(line(), dt=0.0)
    with pytest.raises(ValueError, match="pressures_pa"):
        solved(line(), pressures=np.zeros(3))
