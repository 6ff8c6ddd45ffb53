"""The pump's turns on the catheter: link, coil, pull, and what they never lose."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from game.validate.pump_rig import pump_rig
from physics.catheter import coil
from physics.catheter.refine import refined, untangled
from physics.catheter.rod import EMPTY_LINE, Drive, Stage, advance, clamp, curvature, law_table, rod_from_line
from physics.catheter.spec import CATHETERS

SPEC = CATHETERS["ascenda_8780"]
BARE = Stage(EMPTY_LINE, np.zeros((0, 8)), np.zeros((0, 5)), law_table(SPEC))
TURN = 2.0 * math.pi


def straight(n=24, length_m=0.12):
    line = np.zeros((n + 1, 3))
    line[:, 0] = np.linspace(0.0, length_m, n + 1)
    return rod_from_line(line, SPEC, "free")


def both_ends(n):
    return clamp(n, (0, 1, n - 1, n), (0, n - 1))


def turn_about_itself(state, turns, steps_per_turn=24):
    n = state.n_edges
    drive = Drive(dt_s=0.05, tolerance_n=1e-7, cap=20, drag=0.05, self_contact=True)
    for _ in range(round(abs(turns) * steps_per_turn)):
        step = math.copysign(TURN / steps_per_turn, turns)
        moved = coil.clamp_motion(state, state.x[0], np.array([-1.0, 0.0, 0.0]), step, np.zeros(3), 0.05)
        state, _ = advance(moved, SPEC, BARE, drive, both_ends(n))
    return replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))


@pytest.mark.parametrize(("turns", "pitch"), [(3, 0.3), (3, -0.3), (2, 1.0)])
def test_writhe_of_a_helix_is_its_turns_less_the_sine_of_its_pitch(turns, pitch):
    # Fuller: N (1 - cos theta) for N whole turns led out along the axis, theta from axis to tangent; the
    # tangents of the polygon's edges span one corner less.
    angle = np.linspace(0.0, TURN * turns, 120 * turns + 1)
    hand = math.copysign(1.0, pitch)
    rise = 0.01 * abs(pitch)
    points = np.column_stack([0.01 * np.cos(angle), hand * 0.01 * np.sin(angle), rise * angle])
    far = np.array([0.0, 0.0, 50.0])
    closed = np.vstack([points[0] - far, points, points[-1] + far])
    tangent = math.atan2(1.0, abs(pitch))
    assert coil.writhe(closed) == pytest.approx(hand * (turns - 1.0 / 120.0) * (1.0 - math.cos(tangent)), abs=4e-4)


def test_writhe_of_a_plane_curve_is_zero_and_changes_sign_in_a_mirror():
    rng = np.random.default_rng(5)
    points = np.cumsum(rng.normal(size=(30, 3)), axis=0)
    angle = np.linspace(0.0, 6.0, 40)
    spiral = np.column_stack([angle * np.cos(angle), angle * np.sin(angle), 0.0 * angle])
    assert coil.writhe(spiral) == pytest.approx(0.0, abs=1e-12)
    assert coil.writhe(points * [1.0, 1.0, -1.0]) == pytest.approx(-coil.writhe(points), abs=1e-12)


def test_two_turns_of_the_clamp_are_two_turns_of_twist():
    state = turn_about_itself(straight(), 2.0)
    assert coil.twist_turns(state) == pytest.approx(2.0, abs=1e-9)
    back = turn_about_itself(state, -2.0)
    assert coil.twist_turns(back) == pytest.approx(0.0, abs=1e-9)


def test_end_wrench_of_a_twisted_stretched_rod_is_its_torque_and_tension():
    state = straight()
    n = state.n_edges
    long = state.x * [1.002, 1.0, 1.0]
    state = turn_about_itself(replace(state, x=long), 0.5)
    force, moment = coil.end_wrench(state, SPEC, state.x[0])
    assert force == pytest.approx([0.002 * SPEC.stretching_stiffness, 0.0, 0.0], abs=1e-6)
    middle = state.rest_length.sum() - state.rest_length[0]  # between the middles of the two clamped edges
    assert abs(moment[0]) == pytest.approx(SPEC.twisting_stiffness * math.pi / middle, rel=1e-4)
    assert np.abs(moment[1:]).max() < 1e-9
    assert n == 24


def test_force_and_moment_on_the_pump_balance_a_load_at_the_far_end():
    state = straight(32, 0.06)
    load = np.zeros_like(state.x)
    load[-1] = [0.0, 2e-3, -1e-3]
    drive = Drive(dt_s=0.2, tolerance_n=1e-9, cap=40, drag=0.05)
    for _ in range(60):
        rest = replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))
        state, _ = advance(rest, SPEC, BARE, drive, clamp(32, (0, 1), (0,)), dead_load=load)
    force, moment = coil.end_wrench(state, SPEC, state.x[0])
    assert force == pytest.approx(load[-1], abs=1e-7)
    assert moment == pytest.approx(np.cross(state.x[-1] - state.x[0], load[-1]), abs=1e-8)


def test_splitting_edges_keeps_length_twist_and_writhe():
    state = turn_about_itself(straight(), 1.5)
    bent = state.x + 0.004 * np.sin(40.0 * state.x[:, :1]) * [0.0, 1.0, 0.0]
    state = replace(state, x=bent)
    parts = np.where(np.arange(state.n_edges) % 3 == 1, 3, 1)
    finer = refined(state, parts)
    assert finer.n_edges == parts.sum()
    assert finer.length_m == pytest.approx(state.length_m, rel=1e-12)
    assert coil.twist_turns(finer) == pytest.approx(1.5, abs=1e-6)
    assert len(finer.x) == len(finer.zone) == len(finer.hold_memory)


def test_crossing_strands_are_laid_one_on_another():
    angle = np.linspace(0.0, 1.8 * math.pi, 80)
    loop = np.column_stack([0.02 * np.sin(angle), 0.02 * (1.0 - np.cos(angle)), 0.0 * angle])
    line = np.vstack([np.linspace([-0.03, -0.004, 0.0], loop[0], 20)[:-1], loop, loop[-1] + [[0.02, -0.03, 0.0]]])
    x = untangled(line, np.linalg.norm(np.diff(line, axis=0), axis=1), np.tile([0.0, 0.0, 1.0], (len(line), 1)), 6e-4)
    assert np.abs(x[:, 2]).max() > 4e-4
    assert np.allclose(x[:, :2], line[:, :2])


def turned(state, around, seat, turns, **more):
    return coil.turn_pump_end(state, SPEC, around, seat, coil.PumpMotion(seat.normal, turns * TURN, **more))


@pytest.fixture(scope="module")
def wound():
    """The rig with one loop of slack, turned three times the way it was coiled."""
    state, _, around, seat = pump_rig(1)
    results, states = [], [state]
    for _ in range(3):
        state, result = turned(state, around, seat, -1.0)
        states.append(state)
        results.append(result)
    return states, results, around, seat


def test_every_turn_of_the_pump_is_a_turn_of_link(wound):
    states, _, _, seat = wound
    links = [coil.twist_turns(s) + coil.pocket_writhe(s, seat) for s in states[1:]]
    laid = states[1].laid_writhe
    assert links == pytest.approx([laid - 1.0, laid - 2.0, laid - 3.0], abs=0.02)


def test_turns_wind_the_slack_into_a_coil_that_is_named_once(wound):
    states, results, _, seat = wound
    assert [round(r.coil_turns) for r in results] == [1, 2, 3]
    named = [h for r in results for h in r.happenings if h[0] == "TwiddlersCoil"]
    assert len(named) == 1
    assert named[0][1] >= coil.COIL_TURNS
    tightest = [float(curvature(s).max()) for s in states]
    assert tightest[3] > 1.3 * tightest[1]  # ever smaller loops


def test_turning_back_unwinds_the_coil(wound):
    states, results, around, seat = wound
    state, result = turned(states[-1], around, seat, 2.0)
    assert result.coil_turns < results[-1].coil_turns - 1.5


def test_same_turns_give_the_same_coil_bit_for_bit(wound):
    states, _, around, seat = wound
    again, _ = turned(states[0], around, seat, -1.0)
    assert np.array_equal(again.x, states[1].x)
    assert np.array_equal(again.theta, states[1].theta)


def test_without_slack_the_pump_reels_the_catheter_in_and_makes_no_coil():
    state, _, around, seat = pump_rig(0)
    end = state.x[-1].copy()
    state, result = turned(state, around, seat, 0.5)
    drawn = float(state.x[-1, 0] - end[0])
    rim = math.pi * seat.radius_m  # half the circumference goes on to the rim
    assert result.peak_pull_n > 0.1
    assert 0.5 * rim < drawn < 1.3 * rim
    assert not any(name == "TwiddlersCoil" for name, _, _ in result.happenings)


def test_catheter_that_cannot_give_stops_the_pump_or_leaves_its_connector():
    state, _, around, seat = pump_rig(0)
    _, held = turned(state, around, seat, 0.5, most_torque_nm=2e-3)
    assert held.share < 1.0
    assert -held.moment_nm @ seat.normal <= 2e-3
    _, off = turned(state, around, seat, 0.5, most_pull_n=0.05)
    assert off.is_disconnected
    assert off.peak_pull_n > 0.05
