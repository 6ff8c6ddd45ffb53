"""Shape of the pocket, loops as springs, postures and fingers, against statics."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from physics import pocket
from physics.pocket import fixation, habits, outline, pump_body

R = pump_body.PUMP_RADIUS_M
STILL = pocket.Life(flexions_per_day=0.0, twiddle_turns_per_day=0.0, rubs_per_day=0.0)


def pump_in(clearance_m=20e-3, loops=(), elongation=0.0, **more):
    state = pocket.dissect(-0.15, 0.02, R + clearance_m, "subcutaneous", 16e-3, elongation, **more)
    state = pocket.place_pump(state, 0.0)
    for loop in loops:
        state = pocket.suture(state, loop, "fascia", 3)
    return pocket.close(state)


def test_mean_radius_of_the_outline_does_not_depend_on_its_shape():
    angles = np.arange(360) * math.pi / 180.0
    radii = [outline.reach_m(0.05, 0.2, 0.4, a) for a in angles]
    assert np.mean(radii) == pytest.approx(0.05, abs=1e-12)
    assert outline.reach_m(0.05, 0.2, 0.4, 0.4) == pytest.approx(0.06)


@pytest.mark.parametrize("angle", [0.0, 0.5 * math.pi, math.pi, 1.5 * math.pi])
def test_loose_pump_slides_exactly_to_the_wall_of_its_outline(angle):
    state = pump_in(10e-3, elongation=0.1)
    push = pocket.Load("push", 4.0 * math.cos(angle), 4.0 * math.sin(angle))
    for _ in range(3):
        state, _, _ = pocket.bear(state, push, STILL)
    reach = outline.reach_m(state.radius_m, 0.1, 0.0, angle) - R
    slid = (state.pump_u_m - state.u_m) * math.cos(angle) + (state.pump_v_m - state.v_m) * math.sin(angle)
    assert slid == pytest.approx(reach, abs=0.1e-3)


@pytest.mark.parametrize("slack", [0.0, 2e-3])
def test_one_loop_is_a_spring_behind_its_slack(slack):
    state = pump_in(30e-3, loops=(0,))
    state = replace(state, sutures=(replace(state.sutures[0], slack_m=slack),))
    toward = -math.sqrt(0.5)  # away from loop 0, through the centre: nothing turns
    load = pocket.Load("pull", 5.0 * toward, 5.0 * toward)
    _, peak, events = pocket.bear(state, load, STILL)
    assert not events
    assert peak[0] == pytest.approx(5.0 - pump_body.grip_n(state), abs=0.05)
    drawn = slack + peak[0] / fixation.SUTURE_N_PER_M
    assert fixation.suture_pull_n(drawn, slack) == pytest.approx(peak[0])


def test_torque_turns_a_fixed_pump_until_loops_and_floor_balance_it():
    state = pump_in(30e-3, loops=(0, 1, 2, 3))
    torque = 0.10
    held = replace(STILL, catheter_torque_nm=torque)
    turned, _, _ = pocket.bear(state, pocket.Load("rest", 0.0, 0.0), held)
    floor = pump_body.grip_n(state) * R * 2.0 / 3.0
    stiffness = 4.0 * fixation.SUTURE_N_PER_M * pump_body.LOOP_RADIUS_M**2
    assert turned.outlet_angle_rad == pytest.approx((torque - floor) / stiffness, rel=0.03)


def test_pull_at_the_outlet_turns_the_outlet_toward_it():
    state = pump_in(30e-3)  # outlet toward the head
    turned, _, _ = pocket.bear(
        state, pocket.Load("rest", 0.0, 0.0), replace(STILL, catheter_tension_n=3.0, catheter_direction_rad=0.0)
    )
    assert 0.2 < turned.outlet_angle_rad < math.pi


def test_torque_below_floor_friction_turns_nothing():
    state = pump_in(30e-3)
    floor = pump_body.grip_n(state) * R * 2.0 / 3.0
    held, _, _ = pocket.bear(state, pocket.Load("rest", 0.0, 0.0), replace(STILL, catheter_torque_nm=0.9 * floor))
    turned, _, _ = pocket.bear(state, pocket.Load("rest", 0.0, 0.0), replace(STILL, catheter_torque_nm=1.2 * floor))
    assert abs(held.outlet_angle_rad) < 1e-6
    assert turned.outlet_angle_rad > 1e-3


def test_creep_does_not_depend_on_how_time_is_cut():
    tied = pump_in(loops=(0, 1)).sutures
    force = {0: 2.0, 1: 0.5}
    whole = fixation.crept(tied, force, 0.0, 90.0)
    cut = fixation.crept(fixation.crept(tied, force, 0.0, 3.0), force, 3.0, 87.0)
    assert [s.slack_m for s in cut] == pytest.approx([s.slack_m for s in whole], rel=1e-12)
    assert whole[0].slack_m > whole[1].slack_m > 0.0


def test_upright_posture_carries_a_loose_pump_to_the_foot_of_its_pocket():
    state, _ = pocket.live(pump_in(15e-3), replace(STILL, flexions_per_day=100.0), 3.0, 1, 0)
    assert state.v_m - state.pump_v_m > 10e-3


def test_fat_moves_the_pump_more_and_fascia_covers_it():
    thin, typical, obese = (habits.fold_factor(f, "subcutaneous") for f in (6e-3, 20e-3, 45e-3))
    assert thin < typical == 1.0 < obese
    assert habits.fold_factor(20e-3, "subfascial") == 0.5


def test_obese_belly_breaks_a_loop_that_holds_in_a_thin_one():
    life = pocket.Life(twiddle_turns_per_day=0.0)
    thin, _ = pocket.live(pump_in(25e-3, (0,), fat_m=8e-3), life, 90.0, 4, 0)
    obese, events = pocket.live(pump_in(25e-3, (0,), fat_m=50e-3), life, 90.0, 4, 0)
    assert thin.n_holding == 1
    assert obese.n_holding == 0
    assert any(name == "PumpSutureBroke" for name, _, _ in events)


def test_hardest_fold_in_an_obese_adult_is_twelve_newtons():
    force = habits.SIT_FORCE_N * habits.fold_factor(37e-3, "subcutaneous") * habits.hardest(100.0 * 90.0)
    assert force == pytest.approx(12.0, abs=0.7)  # scenarios_content I-C2


def test_turns_of_a_favourite_way_add_up_and_others_walk():
    assert habits.net_turns(100.0, 1.0, 1.0) == pytest.approx(100.0)
    assert habits.net_turns(100.0, 0.0, -1.0) == pytest.approx(-10.0)
    life = replace(STILL, twiddle_turns_per_day=2.0, twiddle_bias=1.0)
    state, events = pocket.live(pump_in(22e-3), life, 10.0, 1, 0)
    assert state.outlet_angle_rad == pytest.approx(20.0 * habits.FIDDLE_TURN_RAD, rel=0.1)
    assert any(name == "PumpRotated" and turn > 6.0 * math.pi for name, turn, _ in events)


def test_push_leans_the_pump_to_where_its_work_equals_the_barrier():
    lean = fixation.pushed_over(0.3, 0.5)
    assert 0.5 * math.sin(lean) ** 2 == pytest.approx(0.3)
    assert fixation.pushed_over(0.51, 0.5) == math.pi


def test_fluid_follows_its_balance_of_filling_and_uptake():
    slack, day, h = 5e-5, 6.0, 1e-4
    rate = (outline.serous_fluid_m3(slack, day + h) - outline.serous_fluid_m3(slack, day - h)) / (2.0 * h)
    fill = outline.FLUID_SHARE * slack / outline.FLUID_RISES_DAYS
    fill *= math.exp(-day * (1.0 / outline.FLUID_RISES_DAYS + 1.0 / outline.FLUID_DRIES_DAYS))
    assert rate == pytest.approx(fill - outline.serous_fluid_m3(slack, day) / outline.FLUID_DRIES_DAYS, rel=1e-6)


def test_fluid_makes_a_loose_fresh_pump_slide_more_easily():
    dry, wet = pump_in(20e-3), replace(pump_in(20e-3), days=8.0)
    assert pump_body.grip_n(wet) < 0.7 * pump_body.grip_n(dry)


def test_act_that_friction_holds_gives_what_the_plane_gives():
    state, _ = pocket.live(pump_in(10e-3, (0, 1, 2, 3)), pocket.Life(), 60.0, 2, 0)
    load = pocket.Load("sit", 0.4, -2.0, 0.01, 1.0)
    assert pump_body._is_held(state, load, pump_body._pulls(state, STILL))
    quick, force, _ = pocket.bear(state, load, STILL)
    run, peak, _ = pump_body._run(state, load, STILL)
    assert run.pump_u_m == pytest.approx(quick.pump_u_m, abs=2e-5)
    assert run.pump_v_m == pytest.approx(quick.pump_v_m, abs=2e-5)
    assert run.outlet_angle_rad == pytest.approx(quick.outlet_angle_rad, abs=1e-4)
    assert [peak[k] for k in sorted(peak)] == pytest.approx([force[k] for k in sorted(force)], abs=0.02)
