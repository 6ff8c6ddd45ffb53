"""A syringe at the access port and on the open catheter, told through commands."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import physics
import pytest
from physics import commands, csf, hydraulics, operation
from physics.anatomy import PatientBuild
from physics.errors import CommandError
from physics.fixed import fixed
from physics.hydraulics import access, elements
from physics.params import Params, StartState
from physics.pump import line
from physics.theatre import Hands
from physics.units import kg_per_s_from_ug_per_day

START = StartState(
    days_since_implant=120.0, tip_level=10.0, cover_m=0.016, tilt_rad=0.0, pocket_u_m=-0.30, pocket_v_m=0.04,
    pocket_radius_m=0.051, plane="subcutaneous", n_sutures=4, outlet_angle_rad=0.5, anchor_sutures=3,
    anchor_substrate="fascia", loop_radius_m=0.02, coil_radius_m=0.025, recorded_length_m=0.80, reservoir_m3=15e-6,
    stored_reservoir_m3=15e-6, concentration_kg_per_m3=0.5, stored_concentration_kg_per_m3=0.5,
    dose_kg_per_s=kg_per_s_from_ug_per_day(300.0), alarm_volume_m3=2e-6, days_on_therapy=110.0,
)  # fmt: skip
PARAMS = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062), start=START)
CASE = fixed(PARAMS)
EMPTY, SALINE = commands.TakeSyringe("empty", 10e-6), commands.TakeSyringe("saline", 2e-6)
DRAW, PUSH = commands.UsePort(-20.0, 2e-6, 120.0), commands.UsePort(15.0, 1e-6)


def run(world, *given):
    told = []
    for command in given:
        world, events = physics.step(PARAMS, world, (command,))
        told += [(event.name, event.where) for event in events]
    return world, told


def hands(world):
    return Hands(world.theatre, world.therapy, world.seed)


@pytest.fixture(scope="module")
def implanted():
    return physics.initial(PARAMS, 5)


def test_a_sound_line_gives_csf_at_the_rate_its_resistance_allows(implanted):
    world, told = run(implanted, EMPTY, DRAW)
    seen = physics.observe(PARAMS, world).port
    assert seen.brings == "csf" and ("PortUsed", "csf") in told
    assert seen.volume_m3 == pytest.approx(2e-6, rel=1e-3)
    bore = hydraulics.bore_for(10e-6)
    suction = max((-20.0 + bore.friction_n) / bore.area_m2, hydraulics.syringe.LEAST_PRESSURE_PA)
    rest = csf.csf_pressure(CASE.therapy.pressure, implanted.therapy.csf_pressure)
    tube = 128.0 * elements.VISCOSITY_37_PA_S * implanted.theatre.catheter.length_m / (math.pi * CASE.catheter.inner_diameter_m**4)
    needle = 128.0 * elements.VISCOSITY_22_PA_S * access.PORT_NEEDLE_LENGTH_M / (math.pi * access.PORT_NEEDLE_BORE_M**4)
    assert seen.volume_m3 / seen.time_s == pytest.approx((rest - suction) / (tube + needle), rel=0.05)
    assert physics.observe(PARAMS, world).refill.syringe_volume_m3 == pytest.approx(seen.volume_m3)


def test_the_time_of_a_draw_passes_and_its_csf_is_gone(implanted):
    world, _ = run(implanted, EMPTY, DRAW)
    use = world.theatre.port
    assert world.clinical_time_s - implanted.clinical_time_s == pytest.approx(2 * physics.clock.TICK_S + use.time_s)
    still, _ = run(implanted, EMPTY, commands.AdvanceClinicalTime(use.time_s))
    lost = world.therapy.csf_pressure.lost_m3 - still.therapy.csf_pressure.lost_m3
    assert lost == pytest.approx(2e-6, rel=0.25)  # less what the fluid made meanwhile and the leak no longer takes


def test_a_clamped_line_gives_nothing_but_what_the_catheter_held(implanted):
    shut, _ = run(implanted, commands.ClampCatheter(0.4, 5.0, True))
    world, _ = run(shut, EMPTY, DRAW)
    seen = physics.observe(PARAMS, world).port
    assert seen.brings in ("nothing", "line")
    assert seen.volume_m3 < 0.05e-6
    assert seen.time_s == pytest.approx(120.0)


def test_a_hand_too_weak_for_the_stopper_moves_nothing(implanted):
    world, _ = run(implanted, EMPTY, commands.UsePort(-1.0, 2e-6, 5.0))
    assert physics.observe(PARAMS, world).port.brings == "nothing"
    assert world.theatre.syringe.volume_m3 == 0.0


@pytest.mark.parametrize("force_n", [-20.0, 15.0], ids=["draws", "pushes"])
def test_drug_is_neither_made_nor_lost_at_the_port(implanted, force_n):
    start = operation.apply(CASE, hands(implanted), commands.TakeSyringe("drug", 1e-6, 2.0))
    start = replace(start, theatre=replace(start.theatre, syringe=replace(start.theatre.syringe, capacity_m3=5e-6)))
    after = operation.apply(CASE, start, commands.UsePort(force_n, 0.7e-6))

    def held(now):
        taken = now.intake
        given = taken.flush_kg + taken.pocket_kg + taken.tissue_kg + taken.epidural_kg
        return now.theatre.syringe.drug_kg + line.content_kg(now.therapy.line) + given

    assert after.theatre.port.volume_m3 != 0.0
    assert held(after) == pytest.approx(held(start), rel=1e-12)


def test_injected_drug_arrives_in_the_fluid_and_an_injection_before_a_draw_is_a_bolus(implanted):
    pushed, told = run(implanted, SALINE, PUSH)
    assert ("PortUsed", "injected") in told
    seen = physics.observe(PARAMS, pushed).port
    held = 0.22e-6 * START.recorded_length_m * START.concentration_kg_per_m3  # 0.0022 mL/cm [device_and_procedure 2]
    assert seen.into_csf_kg == pytest.approx(held, rel=0.05)
    idle, _ = run(implanted, SALINE, commands.AdvanceClinicalTime(seen.time_s))
    more = csf.csf_drug_kg(CASE.therapy.drug, pushed.therapy.csf) - csf.csf_drug_kg(CASE.therapy.drug, idle.therapy.csf)
    assert more == pytest.approx(held, rel=0.15)  # some has gone into the cord by then
    drawn, _ = run(implanted, EMPTY, DRAW, SALINE, PUSH)
    # 1 mL is five volumes of the catheter: laminar flow without mixing leaves 1 / (4 x 5) of the drug in it
    assert physics.observe(PARAMS, drawn).port.into_csf_kg < 0.05 * held


def test_the_open_end_of_a_laid_catheter_gives_csf_too(implanted):
    theatre = replace(implanted.theatre, is_connected=False, pocket=replace(implanted.theatre.pocket, is_closed=False))
    start = replace(hands(implanted), theatre=theatre)
    start = operation.apply(CASE, start, EMPTY)
    assert operation.apply(CASE, start, DRAW).theatre.port is None  # no pump on it: no port
    after = operation.apply(CASE, start, commands.UsePort(-20.0, 1e-6, 60.0, True))
    assert after.theatre.port.brings == "csf"
    assert operation.apply(CASE, replace(start, theatre=implanted.theatre), commands.UsePort(-20.0, 1e-6, 60.0, True)).theatre.port is None


def test_without_syringe_or_port_nothing_happens(implanted):
    assert operation.apply(CASE, hands(implanted), DRAW).theatre.port is None
    full = operation.apply(CASE, hands(implanted), EMPTY)
    assert operation.apply(CASE, full, PUSH).theatre.port is None  # nothing in the barrel to push
    flipped = replace(full, theatre=replace(full.theatre, pocket=replace(full.theatre.pocket, is_flipped=True)))
    assert operation.apply(CASE, flipped, DRAW).theatre.port is None


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ((-61.0, 1e-6), "force_n"), ((math.nan, 1e-6), "force_n"), ((-20.0, 0.0), "volume_m3"), ((-20.0, 1.0), "volume_m3"),
        ((-20.0, 1e-6, 0.0), "longest_s"), ((-20.0, 1e-6, 10.0, 1), "is_open_end"), (("hard", 1e-6), "force_n"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_error(values, name):
    with pytest.raises(CommandError, match=f"(?s)UsePort.*{name}"):
        commands.UsePort(*values)


def test_the_command_and_its_word_in_the_log_are_the_same():
    data = commands.command_to_dict(DRAW)
    assert data["name"] == "UsePort" and commands.command_from_dict(data) == DRAW


@pytest.mark.parametrize("volume", np.linspace(0.1e-6, 3e-6, 4))
def test_no_more_is_pushed_than_the_barrel_holds(implanted, volume):
    start = operation.apply(CASE, hands(implanted), commands.TakeSyringe("saline", volume))
    after = operation.apply(CASE, start, commands.UsePort(15.0, 1e-6))
    assert -after.theatre.port.volume_m3 == pytest.approx(min(volume, 1e-6), rel=0.01)
    assert after.theatre.syringe.volume_m3 == pytest.approx(max(0.0, volume - 1e-6), abs=0.01e-6)
