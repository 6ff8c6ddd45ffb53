"""Arithmetic of the programme."""

from __future__ import annotations

import pytest

from physics.pump import program, spec

DAY = 86400.0
PUMP = spec.PUMPS["8637-20"]


def test_profile_runs_prime_then_bridge_then_dose():
    order = program.Prescription(
        "continuous", 300e-9 / DAY, 2.0, 20e-6, 2e-6, prime_volume_m3=0.1e-6, bridge_volume_m3=0.3e-6
    )
    old = 0.6e-6 / DAY
    flows = [
        program.flow_profile(order, old, t, PUMP.flow_max_m3_per_s, PUMP.flow_minimum_m3_per_s)
        for t in (60.0, 3600.0, 14 * 3600.0)
    ]
    assert flows == pytest.approx([1e-6 / 3600.0, old, 0.15e-6 / DAY])


def test_stopped_and_minimum_profiles():
    for mode, flow in (("stopped", 0.0), ("minimum", 0.006e-6 / DAY)):
        order = program.Prescription(mode, 300e-9 / DAY, 2.0, 20e-6, 2e-6)
        assert program.flow_profile(order, 0.0, 10.0, PUMP.flow_max_m3_per_s, 0.006e-6 / DAY) == flow


def test_stability_caps_the_refill_interval():
    assert program.time_to_alarm_s(40e-6, 2e-6, 0.15e-6 / DAY) == 180 * DAY


def test_wrong_concentration_is_refused():
    with pytest.raises(ValueError, match="concentration"):
        program.volume_rate(1e-12, 0.0)


def test_pump_for_picks_the_smallest_that_holds_it():
    assert spec.pump_for(20e-6).model == "8637-20"
    assert spec.pump_for(30e-6).model == "8637-40"
    with pytest.raises(ValueError, match="capacity"):
        spec.pump_for(50e-6)
