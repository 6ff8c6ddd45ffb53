"""The pump and its catheter in a patient: what goes with it, and what pulls on it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from physics import aftercare, catheter, established, pocket, pump_coupling
from physics.anatomy import PatientBuild
from physics.fixed import fixed
from physics.params import Params, StartState
from physics.theatre import around, pump_pose

START = StartState(
    days_since_implant=0.0, tip_level=9.5, cover_m=0.016, tilt_rad=0.0, pocket_u_m=-0.15, pocket_v_m=0.02,
    pocket_radius_m=0.0637, plane="subcutaneous", n_sutures=0, outlet_angle_rad=0.6, anchor_sutures=3,
    anchor_substrate="fascia", loop_radius_m=0.02, coil_radius_m=0.025, recorded_length_m=0.80, reservoir_m3=20e-6,
    stored_reservoir_m3=20e-6, concentration_kg_per_m3=2.0, stored_concentration_kg_per_m3=2.0,
    dose_kg_per_s=1e-12, alarm_volume_m3=2e-6, days_on_therapy=0.0,
)  # fmt: skip
PARAMS = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062), start=START)


@pytest.fixture(scope="module")
def implant():
    case = fixed(PARAMS)
    theatre, _, _ = established.start_case(case, 3)
    return case, theatre


def test_pull_on_the_pump_is_that_of_the_rod_on_its_clamp(implant):
    case, theatre = implant
    life = pump_coupling.under_pull(case, theatre, pocket.Life())
    pose = pump_pose(case, theatre)
    force, _ = catheter.end_wrench(theatre.catheter, case.catheter, pose.centre_m)
    assert 0.0 < life.catheter_tension_n <= np.linalg.norm(force) + 1e-12


def test_small_turn_is_carried_rigidly_and_a_whole_turn_is_wound(implant):
    case, theatre = implant
    near = around(case, theatre)
    angle = theatre.pocket.outlet_angle_rad
    little, _, _ = pump_coupling.follow_pump(
        case, theatre, replace(theatre.pocket, outlet_angle_rad=angle + 0.2), near, 15.0
    )
    assert not little.is_wound
    body = replace(theatre.pocket, outlet_angle_rad=angle + 2.0 * math.pi)  # the same pose, one turn later
    wound, _, _ = pump_coupling.follow_pump(case, theatre, body, near, 15.0)
    assert wound.is_wound
    assert np.linalg.norm(wound.x[0] - theatre.catheter.x[0]) < 1e-6
    assert not np.allclose(catheter.curvature(wound).max(), catheter.curvature(theatre.catheter).max(), rtol=0.05)


def test_four_turns_of_the_pump_make_a_coil(implant):
    case, theatre = implant
    near = around(case, theatre)
    angle, notes = theatre.pocket.outlet_angle_rad, []
    for turns in range(1, 5):
        body = replace(theatre.pocket, outlet_angle_rad=angle - 2.0 * math.pi * turns)
        rod, reached, made = pump_coupling.follow_pump(case, theatre, body, near, 15.0)
        notes += made
        theatre = replace(theatre, catheter=rod, pocket=replace(body, outlet_angle_rad=reached.outlet_angle_rad))
    assert any(name == "TwiddlersCoil" for name, _, _ in notes)


def test_a_loose_pump_of_a_winder_turns_and_a_sutured_one_does_not(implant):
    case, theatre = implant
    winder = replace(case, params=replace(PARAMS, twiddle_turns_per_day=2.0, twiddle_bias=1.0))
    after, _ = aftercare.live(winder, theatre, 1.0, 3, 0)
    assert after.pocket.outlet_angle_rad - theatre.pocket.outlet_angle_rad > math.pi
    assert after.catheter.is_wound
    body = theatre.pocket
    for loop in range(4):
        body = pocket.suture(body, loop, "fascia", 1)
    held, notes = aftercare.live(winder, replace(theatre, pocket=body), 5.0, 3, 0)
    assert not held.catheter.is_wound
    assert not any(name in ("TwiddlersCoil", "PumpRotated") for name, _, _ in notes)
