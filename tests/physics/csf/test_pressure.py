"""CSF pressure and volume, leak and headache."""

from __future__ import annotations

import math

import pytest

from physics import csf
from physics.units import PA_PER_MMHG

PARAMS = csf.PressureParams()
HOUR_S = 3600.0
ML_PER_HOUR = 1e-6 / HOUR_S
OPEN = 1.4e-6  # annulus of a 14 G needle hole round its catheter [m2]


def after(hole, hours, withdrawal=0.0, state=None, step_s=HOUR_S):
    state, told = state or csf.initial_pressure(), []
    for _ in range(round(hours * HOUR_S / step_s)):
        state, events = csf.advance_pressure(PARAMS, state, hole, withdrawal, step_s)
        told += events
    return state, told


def test_rest_stays_at_rest():
    state, told = after(csf.DuralHole(), 24)
    assert csf.csf_pressure(PARAMS, state) == pytest.approx(PARAMS.resting_pa, rel=1e-9)
    assert told == [] and state.lost_m3 == 0.0


def test_pressure_falls_tenfold_per_pressure_volume_index():
    state, _ = after(csf.DuralHole(), 25 / 3600, 1e-6, step_s=1.0)  # 25 mL in 25 s
    assert csf.csf_pressure(PARAMS, state) == pytest.approx(0.1 * PARAMS.resting_pa, rel=0.03)


def test_lasting_withdrawal_lowers_pressure_by_flow_times_outflow_resistance():
    rate = 4.0 * ML_PER_HOUR
    state, _ = after(csf.DuralHole(), 48, rate)
    fall = PARAMS.resting_pa - csf.csf_pressure(PARAMS, state)
    assert fall == pytest.approx(rate * PARAMS.outflow_resistance_pa_s_per_m3, rel=1e-3)
    assert fall == pytest.approx(0.533 * PA_PER_MMHG, rel=0.01)  # 4 mL/h x 8 mmHg/(mL/min)


def test_volume_taken_off_comes_back_at_the_rate_of_production():
    state, _ = after(csf.DuralHole(), 0.5, 40e-6 / 1800.0, step_s=60.0)
    later, _ = after(csf.DuralHole(), 1.0, state=state, step_s=60.0)
    assert state.lost_m3 == pytest.approx(40e-6)
    assert state.deficit_m3 - later.deficit_m3 == pytest.approx(PARAMS.production_m3_per_s * HOUR_S, rel=0.02)


def test_fresh_open_hole_leaks_as_the_reference_case():
    rest = csf.initial_pressure()
    upright = csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN, is_upright=True))
    lying = csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN))
    assert upright == pytest.approx(4.0 * ML_PER_HOUR, rel=0.05)
    assert lying == pytest.approx(0.8 * ML_PER_HOUR, rel=0.05)


def test_leak_is_linear_in_area_and_stops_with_the_purse_string():
    rest = csf.initial_pressure()
    one = csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN))
    assert csf.leak_rate(PARAMS, rest, csf.DuralHole(2 * OPEN)) == pytest.approx(2 * one)
    assert csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN, purse_tension_n=1.0)) == pytest.approx(0.5 * one)
    assert csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN, purse_tension_n=3.0)) == 0.0
    assert csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN, is_wet=False)) == 0.0


def test_a_purse_string_leaves_the_holes_beside_its_track_open():
    rest = csf.initial_pressure()
    one = csf.leak_rate(PARAMS, rest, csf.DuralHole(OPEN))
    beside = csf.DuralHole(OPEN, purse_tension_n=3.0, beside_m2=2 * OPEN)
    assert csf.leak_rate(PARAMS, rest, beside) == pytest.approx(2 * one)


def test_hole_heals_exponentially():
    state, _ = after(csf.DuralHole(OPEN), 24 * 6)
    assert state.healed == pytest.approx(1 - math.exp(-1), rel=1e-6)


def test_open_hole_hurts_upright_on_day_two_and_less_lying():
    state, told = after(csf.DuralHole(OPEN, is_upright=True), 48)
    assert csf.headache(PARAMS, state, True) > 5.0
    assert csf.headache(PARAMS, state, False) == pytest.approx(0.2 * csf.headache(PARAMS, state, True))
    assert [event[0] for event in told] == ["CsfLeaked"]


def test_closed_hole_does_not_hurt():
    state, told = after(csf.DuralHole(OPEN, purse_tension_n=2.5, is_upright=True), 48)
    assert csf.headache(PARAMS, state, True) < 0.1 and told == []


def test_headache_is_gone_two_weeks_later_in_most():
    state, _ = after(csf.DuralHole(OPEN, is_upright=True), 24 * 21)
    assert csf.headache(PARAMS, state, True) < 1.0


def test_a_tenth_of_all_csf_taken_off_hurts_upright():
    state, _ = after(csf.DuralHole(), 0.1, 20e-6 / 360.0, step_s=60.0)
    assert 3.0 < csf.headache(PARAMS, state, True) < 6.0


@pytest.mark.parametrize("step_s", [30.0, 120.0, 3600.0, 21600.0])
def test_result_hardly_depends_on_the_step(step_s):
    fine, _ = after(csf.DuralHole(OPEN, is_upright=True), 6, step_s=15.0)
    coarse, _ = after(csf.DuralHole(OPEN, is_upright=True), 6, step_s=step_s)
    assert coarse.lost_m3 == pytest.approx(fine.lost_m3, rel=2e-3)
