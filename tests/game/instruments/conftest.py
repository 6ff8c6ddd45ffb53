"""A pump that answers telemetry, and the form that has read it."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from game.instruments import programmer
from physics.pump import device
from physics.pump.program import Prescription
from physics.pump.spec import pump_for

_path = Path(__file__).parents[1] / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])


@pytest.fixture
def pump():
    """Return make(dose, concentration, length, ...) -> telemetry of a pump that runs it."""

    def make(dose_ug=180.0, conc=500.0, length_cm=92.0, reservoir_ml=6.1, **more):
        return sys.modules["hud_fakes"].observation(pump={
            "state": "running", "mode": "continuous", "programmed_dose_kg_per_s": dose_ug * 1e-9 / 86400,
            "programmed_concentration_kg_per_m3": conc * 1e-3, "shown_reservoir_m3": reservoir_ml * 1e-6, "alarm_volume_m3": 2e-6,
            "recorded_length_m": length_cm / 100} | more).pump  # fmt: skip

    return make


@pytest.fixture
def new_pump(pump):
    """Telemetry of a pump out of its box."""
    return pump(0.0, 1000.0, 0.0, 0.0, state="off", alarm_volume_m3=0.0, prescription=Prescription("stopped", 0.0, 1.0, 0.0, 0.0))


@pytest.fixture
def form(pump):
    """The form after reading a pump that runs 180 µg a day of 500 µg/mL."""
    return programmer.read(programmer.Form(), pump())


@pytest.fixture
def told(pump):
    """Return told(command, before_s) -> telemetry of a real device that was sent it after so long, read at once after its update."""

    def make(command, before_s=0.0):
        spec = pump_for(20e-6)
        machine = replace(device.initial(spec, 0.0, 1, False), reservoir_m3=20e-6, drug_kg=1e-5, is_dry=False, clock_s=before_s)
        order = Prescription(**{f.name: getattr(command, f.name) for f in fields(Prescription)})
        machine, _ = device.program(machine, spec, order)
        machine, _, _ = device.step(machine, spec, spec.update_s)
        clock = (machine.clock_s - machine.week_start_s) % 604800.0
        return pump(state=device.shown_state(machine), mode=order.mode, prescription=machine.prescription, clock_s=clock,
                    shown_reservoir_m3=machine.shown_reservoir_m3, alarms=machine.alarms, event_log=machine.event_log)  # fmt: skip

    return make
