"""What commands do to a pump in a patient: scanners, readings, boluses on request, flights, fever."""

from __future__ import annotations

from dataclasses import replace

import physics
import pytest
from physics import commands
from physics.anatomy import PatientBuild
from physics.errors import CommandError
from physics.params import Params, StartState
from physics.pump import faults
from physics.pump.state import RECOVERED
from physics.units import kg_per_s_from_ug_per_day

ML, UG, DAY, HOUR = 1e-6, 1e-9, 86400.0, 3600.0
START = StartState(
    days_since_implant=300.0, tip_level=10.0, cover_m=0.016, tilt_rad=0.0, pocket_u_m=-0.30, pocket_v_m=0.04,
    pocket_radius_m=0.051, plane="subcutaneous", n_sutures=4, outlet_angle_rad=0.5, anchor_sutures=3,
    anchor_substrate="fascia", loop_radius_m=0.02, coil_radius_m=0.025, recorded_length_m=0.80, reservoir_m3=15e-6,
    stored_reservoir_m3=15e-6, concentration_kg_per_m3=0.5, stored_concentration_kg_per_m3=0.5,
    dose_kg_per_s=kg_per_s_from_ug_per_day(300.0), alarm_volume_m3=2e-6, days_on_therapy=290.0,
)  # fmt: skip
PARAMS = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062), start=START)


def run(world, *given, params=PARAMS):
    told = []
    for command in given:
        world, events = physics.step(params, world, (command,))
        told += [(event.name, event.where) for event in events]
    return world, told


def seen(world, params=PARAMS):
    return physics.observe(params, world).pump


@pytest.fixture(scope="module")
def implanted():
    return physics.initial(PARAMS, 5)


def test_a_scan_takes_its_time_stalls_the_rotor_and_shows_its_end_at_the_second_reading(implanted):
    world, told = run(implanted, commands.EnterMri(1800.0))
    assert world.clinical_time_s - implanted.clinical_time_s == pytest.approx(1800.0, abs=0.1)
    assert ("MriEntered", "scanner") in told and ("PumpStalled", "motor") in told
    pump = seen(world)
    assert (pump.state, pump.alarms, pump.tone) == ("stalled", ("motor stall",), "two-tone")
    assert world.therapy.pump.reservoir_m3 == implanted.therapy.pump.reservoir_m3
    world, _ = run(world, commands.AdvanceClinicalTime(DAY))
    assert seen(world).state == "running"
    for shows in (False, True):
        world, _ = run(world, commands.InterrogatePump())
        assert any(line.endswith(RECOVERED) for line in seen(world).event_log) == shows


def test_a_scan_is_the_same_for_a_seed_and_a_tick(implanted):
    once, again = (run(implanted, commands.EnterMri(1800.0))[0] for _ in range(2))
    assert once.therapy.pump.motor_stall_s == again.therapy.pump.motor_stall_s > 0.0
    assert once.therapy.pump.motor_stall_s == pytest.approx(faults.recovery_s(5, implanted.tick), abs=0.1)


def test_a_locked_pump_withholds_the_drug_until_it_is_read():
    params = replace(PARAMS, start=replace(START, is_telemetry_locked=True))
    world, _ = run(physics.initial(params, 5), commands.AdvanceClinicalTime(DAY), params=params)
    assert seen(world, params).flow_m3_per_s == 0.0
    assert world.therapy.patient.adaptation.withdrawal > 0.1
    world, told = run(world, commands.InterrogatePump(), commands.AdvanceClinicalTime(HOUR), params=params)
    assert ("PumpRecovered", "telemetry") in told
    assert seen(world, params).flow_m3_per_s > 0.0


def test_a_fever_of_withdrawal_makes_the_pump_run_faster(implanted):
    hot = replace(
        implanted.therapy.patient, vitals=replace(implanted.therapy.patient.vitals, temperature_c=39.9),
        adaptation=replace(implanted.therapy.patient.adaptation, temperature_c=39.9),
    )  # fmt: skip
    feverish = replace(implanted, therapy=replace(implanted.therapy, patient=hot))
    usual, _ = run(implanted, commands.AdvanceClinicalTime(60.0))
    faster, _ = run(feverish, commands.AdvanceClinicalTime(60.0))
    assert seen(faster).flow_m3_per_s / seen(usual).flow_m3_per_s == pytest.approx(1.03, abs=1e-3)


def test_a_flight_and_a_dive(implanted):
    usual, _ = run(implanted, commands.AdvanceClinicalTime(6 * HOUR))
    cabin, _ = run(implanted, commands.ChangeAmbientPressure(75.3e3), commands.AdvanceClinicalTime(6 * HOUR))
    dive, _ = run(implanted, commands.ChangeAmbientPressure(202.65e3), commands.AdvanceClinicalTime(6 * HOUR))
    flow = seen(usual).flow_m3_per_s
    assert seen(cabin).flow_m3_per_s / flow == pytest.approx(1.036, abs=1e-3)
    assert seen(dive).flow_m3_per_s / flow == pytest.approx(0.86, abs=1e-3)
    landed, _ = run(cabin, commands.ChangeAmbientPressure(101325.0), commands.AdvanceClinicalTime(6 * HOUR))
    assert seen(landed).flow_m3_per_s / flow == pytest.approx(1.0, abs=1e-3)


def test_a_patient_gets_a_bolus_and_then_has_to_wait(implanted):
    order = commands.ProgramPump(
        "continuous", kg_per_s_from_ug_per_day(300.0), 0.5, 15 * ML, 2 * ML, recorded_length_m=0.8, patient_bolus_kg=20 * UG,
        patient_bolus_duration_s=900.0, patient_lockout_s=6 * HOUR, patient_most_per_day=2,
    )  # fmt: skip
    ready, _ = run(implanted, order, commands.AdvanceClinicalTime(60.0))
    plain, _ = run(ready, commands.AdvanceClinicalTime(HOUR))
    world, told = run(ready, commands.RequestBolus(), commands.AdvanceClinicalTime(HOUR), commands.RequestBolus())
    assert [entry for entry in told if entry[0].startswith("Bolus")] == [
        ("BolusStarted", "patient"), ("BolusFinished", "patient"), ("BolusRefused", "lock-out"),
    ]  # fmt: skip
    drug = plain.therapy.pump.drug_kg - world.therapy.pump.drug_kg
    assert drug == pytest.approx(20 * UG, rel=0.02)  # two ticks later
    assert seen(world).bolus_refusal == "lock-out"
    assert seen(world).bolus_wait_s == pytest.approx(5 * HOUR, abs=2.0)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: commands.EnterMri(0.0), "EnterMri.duration_s = 0.0"),
        (lambda: commands.EnterMri(float("nan")), "duration_s = nan"),
        (lambda: commands.ChangeAmbientPressure(0.0), "pressure_pa = 0.0"),
        (lambda: commands.TakeSyringe("drug", 20 * ML, 0.5, temperature_c=80.0), "temperature_c = 80.0"),
        (lambda: commands.TakeSyringe("drug", 20 * ML, 0.5, air_m3=-1e-6), "air_m3 = -1e-06"),
        (lambda: commands.FillOnTable(20 * ML, 0.5, True, float("inf")), "temperature_c = inf"),
    ],
)
def test_nonsense_is_refused_with_key_value_and_range(made, says):
    with pytest.raises(CommandError) as refused:
        made()
    assert says in str(refused.value) and ".." in str(refused.value)


def test_every_new_command_survives_plain_data():
    for command in (
        commands.EnterMri(1800.0), commands.ChangeAmbientPressure(75.3e3), commands.InterrogatePump(), commands.RequestBolus(),
        commands.TakeSyringe("drug", 20 * ML, 0.5, 22.0, 1e-6),
    ):  # fmt: skip
        assert commands.command_from_dict(commands.command_to_dict(command)) == command
