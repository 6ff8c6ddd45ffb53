"""Needle over the pump, fluid through it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from physics.pump import needle_path, refill, spec

DT = 1.0 / 64.0
PUMP = spec.PUMPS["8637-20"]
SITE = needle_path.RefillSite(0.0, 0.0, 16e-3)
NEEDLE = 1.6e-11  # m3/(s Pa), 22 G with filter


def pushed(u, v=0.0, site=SITE, tilt_v=0.0, until_n=10.0, until_m=0.028, step_m=2e-4):
    state, events, feels = refill.place(refill.RefillState(), u, v, 0.0, tilt_v, 7), [], []
    for _ in range(600):
        if state.force_n < until_n and state.depth_m < until_m:
            state = refill.advance_set_point(state, step_m)
        state, notes = refill.move_needle(state, site, DT)
        events += [n[0] for n in notes]
        if not feels or feels[-1] != state.feel:
            feels.append(state.feel)
    return state, events, feels


def stores(**more):
    return refill.Stores(
        **({"syringe_m3": 20e-6, "syringe_kg": 4e-5, "syringe_capacity_m3": 20e-6, "syringe_contents": "drug",
            "reservoir_m3": 6e-6, "reservoir_kg": 3e-6, "pocket_m3": 0.6e-6, "pocket_kg": 0.0} | more)
    )  # fmt: skip


def flowed(state, held, pressure, seconds, site=SITE):
    events = []
    for _ in range(round(seconds / DT)):
        state, held, notes = refill.move_plunger(state, site, held, PUMP, pressure, NEEDLE, DT)
        events += [n[0] for n in notes]
    return state, held, events


def test_central_needle_feels_skin_rubber_and_metal():
    state, events, feels = pushed(0.0)
    assert state.place == "reservoir"
    assert feels[-1] == "hard stop"
    assert "rubbery" in feels
    assert events == ["SeptumEntered", "NeedleStopFelt"]
    assert state.n_off_port == 0


def test_floor_stops_hard_within_a_third_of_a_millimetre():
    state, _, _ = pushed(0.0, until_n=12.0)
    path = refill.path_of(state, SITE)
    assert state.force_n >= 12.0
    assert 0.0 < state.depth_m - path.stop_m < 0.3e-3


def test_shell_and_access_port_stop_hard_but_hold_no_drug():
    port = replace(SITE, outlet_angle_rad=0.0)
    for u, v in ((0.02, 0.0), (0.0, 0.035)):
        state, events, feels = pushed(u, v, port)
        assert feels[-1] == "hard stop"
        assert state.place == "shell"
        assert state.n_off_port == 1
        _, held, _ = flowed(state, stores(), -40e3, 5.0, port)
        assert held.reservoir_m3 == 6e-6
    assert refill.path_of(pushed(0.0, 0.035, port)[0], port).target == "cap"


def test_rim_glances_into_the_pocket():
    state, _, feels = pushed(0.041)
    assert "glances off" in feels
    assert state.place == "pocket"
    assert math.hypot(state.slip_u_m, state.slip_v_m) >= 2e-3


def test_beside_the_pump_there_is_no_stop():
    state, events, feels = pushed(0.048)
    assert "NeedleStopFelt" not in events
    assert state.place == "pocket"
    assert state.depth_m > 0.025


def test_septum_facing_in_cannot_be_entered():
    state, _, _ = pushed(0.0, site=replace(SITE, is_septum_outward=False))
    assert state.place == "shell"


def test_reservoir_pushes_a_released_plunger_back():
    state, _, _ = pushed(0.0)
    outside = refill.outside_pressure(state, SITE, stores(), PUMP)
    assert 10e3 < outside < 30e3
    _, held, _ = flowed(state, stores(syringe_m3=0.0, syringe_kg=0.0), 5e3, 5.0)
    assert held.syringe_m3 > 0.3e-6


def test_emptying_ends_in_bubbles_with_what_was_there():
    state, _, _ = pushed(0.0)
    empty = stores(syringe_m3=0.0, syringe_kg=0.0, syringe_contents="empty")
    state, held, _ = flowed(state, empty, -15e3, 60.0)
    assert state.aspirate == "bubbles"
    assert state.drawn_m3 == pytest.approx(5.9e-6, rel=1e-6)
    assert held.reservoir_m3 == pytest.approx(PUMP.undrawable_m3)


def test_two_in_and_two_back_is_clear():
    state, _, _ = pushed(0.0)
    state, held, _ = flowed(state, stores(), 60e3, 5.0)
    assert state.into_pocket_m3 == 0.0
    since = state.since_recheck_m3
    state, held, _ = flowed(state, held, -20e3, 2.0)
    assert since > 1e-6
    assert state.aspirate == "clear"
    assert state.since_recheck_m3 == 0.0


def test_pocket_gives_a_little_straw_fluid_then_nothing():
    state, _, _ = pushed(0.048, until_m=0.026)
    words = []
    held = stores(syringe_m3=0.0, syringe_kg=0.0)
    for _ in range(640):
        state, held, _ = refill.move_plunger(state, SITE, held, PUMP, -30e3, NEEDLE, DT)
        if not words or words[-1] != state.aspirate:
            words.append(state.aspirate)
    assert words == ["straw", "none"]
    assert held.syringe_m3 == pytest.approx(0.6e-6)


def test_pocket_fill_raises_pressure_skin_and_voice():
    state, _, _ = pushed(0.048, until_m=0.026)
    state = replace(state, complaint_at_m3=4e-6)
    quiet, held, _ = flowed(state, stores(), 30e3, 3.0)
    assert quiet.complaint == ""
    loud, held, events = flowed(quiet, held, 30e3, 20.0)
    assert loud.complaint == "tight, it burns"
    assert "PocketInjected" in events
    extra = held.pocket_m3 - state.straw_m3
    assert loud.skin_lift_m == pytest.approx(extra / 3e-6 * 1e-3)
    assert refill.outside_pressure(loud, SITE, held, PUMP) > 5e3


def test_a_fifth_of_patients_say_nothing():
    silent = sum(
        math.isinf(refill.place(refill.RefillState(), 0, 0, 0, 0, s).complaint_at_m3) for s in range(500)
    )
    assert silent / 500 == pytest.approx(0.20, abs=0.05)
    spoken = [refill.place(refill.RefillState(), 0, 0, 0, 0, s).complaint_at_m3 for s in range(100)]
    assert all(3e-6 <= x <= 6e-6 for x in spoken if math.isfinite(x))


def test_pocket_drug_can_be_drawn_back():
    state, _, _ = pushed(0.048, until_m=0.026)
    state, held, _ = flowed(state, stores(), 30e3, 10.0)
    injected = held.pocket_kg
    assert injected > 0.0
    state, held, _ = flowed(state, replace(held, syringe_m3=0.0, syringe_kg=0.0), -40e3, 30.0)
    assert held.pocket_kg == pytest.approx(0.0, abs=1e-12)
    assert held.syringe_kg == pytest.approx(injected)


def test_needle_off_the_stop_fills_the_pocket_in_part():
    state, _, _ = pushed(0.0)
    inside = refill.bevel_shares(state, SITE)
    off = refill.bevel_shares(refill.lift(state, 1.5e-3), SITE)
    assert inside["reservoir"] == pytest.approx(1.0, abs=1e-6)
    assert 0.0 < off["septum"] < 1.0
    _, held, _ = flowed(refill.lift(state, 1.5e-3), stores(), 60e3, 10.0)
    assert held.pocket_m3 > 0.6e-6
    assert held.reservoir_m3 > 6e-6


def test_spasm_that_lifts_the_needle_sends_drug_astray():
    state, _, _ = pushed(0.0)
    jerked = refill.lift(state, 4e-3)  # case N-C4
    _, held, _ = flowed(jerked, stores(), 60e3, 10.0)
    assert held.pocket_m3 > 2.5e-6
    assert held.reservoir_m3 == 6e-6


def test_overfilling_shuts_the_inlet_valve():
    state, _, _ = pushed(0.0)
    _, held, events = flowed(state, stores(reservoir_m3=19e-6), 150e3, 30.0)
    assert "ReservoirOverfilled" in events
    assert held.reservoir_m3 < 22e-6


def test_fastest_rate_is_read_over_six_seconds():
    state, _, _ = pushed(0.0)
    state, held, _ = flowed(state, stores(), 40e3, 12.0)
    assert state.max_rate_m3_per_s == pytest.approx(state.plunger_flow_m3_per_s, rel=0.15)


def test_needle_let_go_creeps_out_of_the_septum():
    state, _, _ = pushed(0.0)
    loose = replace(state, set_m=state.depth_m - 0.4e-3)
    for _ in range(64 * 12):
        loose, _ = refill.move_needle(loose, SITE, DT)
    assert loose.depth_m < state.depth_m - 1e-3
    held = state
    for _ in range(64 * 12):
        held, _ = refill.move_needle(held, SITE, DT)
    assert held.depth_m == pytest.approx(state.depth_m, abs=0.1e-3)


def test_withdrawing_past_the_skin_takes_the_needle_out():
    state, _, _ = pushed(0.0)
    events = []
    for _ in range(400):
        state = refill.advance_set_point(state, -2e-4)
        state, notes = refill.move_needle(state, SITE, DT)
        events += [n[0] for n in notes]
    assert not state.is_placed
    assert "RefillNeedleWithdrawn" in events


def test_withdrawing_after_a_fill_reports_it():
    state, _, _ = pushed(0.0)
    state, held, _ = flowed(state, stores(), 60e3, 20.0)
    assert state.into_reservoir_m3 == pytest.approx(held.reservoir_m3 - 6e-6)
    _, events = refill.withdraw(state)
    assert [e[0] for e in events] == ["ReservoirFilled", "RefillNeedleWithdrawn"]


def test_off_axis_needle_skids_in_the_funnel():
    site = replace(SITE, tilt_rad=math.radians(40))
    path = needle_path.needle_path(site, 0.0, 0.0, 0.0, 0.0)
    assert path.target == "funnel"


def test_air_of_an_unpurged_line_goes_in_first_and_takes_the_room_of_drug():
    state, _, _ = pushed(0.0)
    clean, full, _ = flowed(state, stores(syringe_capacity_m3=30e-6), 60e3, 90.0)
    _, airy, _ = flowed(state, stores(syringe_capacity_m3=30e-6, syringe_air_m3=2e-6), 60e3, 90.0)
    assert airy.syringe_air_m3 == 0.0
    assert airy.reservoir_air_m3 == pytest.approx(2e-6)
    assert full.reservoir_m3 - airy.reservoir_m3 == pytest.approx(2e-6, rel=0.02)  # the same pressure holds against both
    assert airy.reservoir_m3 + airy.syringe_m3 == pytest.approx(26e-6)
    assert airy.reservoir_kg + airy.syringe_kg == pytest.approx(4.3e-5)
    assert clean.into_reservoir_m3 > 14e-6


def test_air_comes_out_after_the_last_fluid():
    state, _, _ = pushed(0.0)
    held = stores(syringe_m3=0.0, syringe_kg=0.0, syringe_contents="empty", reservoir_air_m3=1e-6)
    state, held, _ = flowed(state, held, -40e3, 30.0)
    assert held.reservoir_m3 <= 1.001 * PUMP.undrawable_m3
    assert held.reservoir_air_m3 == 0.0
    assert held.syringe_m3 == pytest.approx(6e-6 - PUMP.undrawable_m3, rel=1e-3)
    assert state.aspirate == "bubbles"
