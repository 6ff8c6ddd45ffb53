"""The programmer computes what it should, leaves the rest to the player, and stops only at device limits."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from game.instruments import fluoroscope, monitor, programmer, syringe, tray
from game.instruments.procedure import IMPLANT

_path = Path(__file__).parents[1] / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])
observation = sys.modules["hud_fakes"].observation


def _running(dose_ug=180.0, conc=500.0, length_cm=92.0):
    return observation(pump={
        "state": "running", "mode": "continuous", "programmed_dose_kg_per_s": dose_ug * 1e-9 / 86400,
        "programmed_concentration_kg_per_m3": conc * 1e-3, "shown_reservoir_m3": 6.1e-6, "alarm_volume_m3": 2e-6,
        "recorded_length_m": length_cm / 100}).pump  # fmt: skip


def _typed(form, key, words):
    form = programmer.press_key(programmer.choose(form, key), "clear")
    for char in words:
        form = programmer.press_key(form, "point" if char == "." else char)
    return form


def test_line_volume_of_92_cm_is_0_342_ml():
    assert programmer.line_volume_ml(92.0) == pytest.approx(0.3424, abs=1e-4)


def test_bridge_of_the_order_sheet_takes_22_8_hours():
    form = programmer.read(programmer.Form(), _running())
    form = _typed(_typed(_typed(form, "conc", "2000"), "dose", "210"), "bridge", "0.342")
    assert programmer.is_bridge_needed(form)
    assert programmer.bridge_words(form) == "171 µg over 22.8 h"
    assert programmer.flow_ml_per_day(form) == pytest.approx(0.105)


def test_a_missing_bridge_warns_but_does_not_stop():
    form = _typed(programmer.read(programmer.Form(), _running()), "conc", "2000")
    kinds = dict((words, kind) for kind, words in programmer.warnings(form))
    assert kinds["The strength changed and no bridge is entered"] == "warn"


def test_a_ten_fold_dose_passes_with_a_warning():
    form = _typed(programmer.read(programmer.Form(), _running(dose_ug=100.0)), "dose", "1000")
    assert all(kind == "warn" for kind, _ in programmer.warnings(form))


def test_a_flow_beyond_the_device_does_not_pass():
    form = _typed(programmer.read(programmer.Form(), _running()), "conc", "5")
    assert ("alarm" in [kind for kind, _ in programmer.warnings(form)]) and not programmer.can_send(form)


def test_sending_needs_every_line_looked_at():
    form = programmer.read(programmer.Form(), _running())
    assert not programmer.can_send(form)
    for row in programmer.rows(form):
        form = programmer.look(form, row.key, programmer.LOOK_S)
    assert programmer.can_send(form)
    assert not programmer.can_send(programmer.press_key(form, "1"))


def test_the_command_holds_what_was_typed_in_si():
    form = _typed(programmer.read(programmer.Form(), _running()), "dose", "210")
    sent = programmer.command(form)
    assert sent.dose_kg_per_s == pytest.approx(210e-9 / 86400)
    assert sent.concentration_kg_per_m3 == pytest.approx(0.5)
    assert sent.recorded_length_m == pytest.approx(0.92)


def test_waveforms_repeat_and_stay_inside():
    for wave in (monitor.ecg(7.3, 72.0), monitor.pleth(7.3, 72.0, 98.0), monitor.respiration(7.3, 12.0), monitor.capnogram(7.3, 12.0, 37.0)):
        assert 0 <= wave[0].min() and wave[0].max() <= 1.05
    assert np.array_equal(monitor.ecg(7.3, 72.0)[0], monitor.ecg(7.3, 72.0)[0])
    assert np.ptp(monitor.respiration(3.0, 0.0)[0]) == 0


def test_low_saturation_is_an_alarm_in_words():
    assert monitor.limit_state("spo2", 86.0)[0] == "warn" and monitor.limit_state("spo2", 70.0)[0] == "alarm"
    assert "low" in monitor.limit_state("spo2", 86.0)[1]


def test_pulses_are_counted_with_their_age():
    arm = fluoroscope.pulse(fluoroscope.pulse(fluoroscope.CArm(), 0), 640)
    assert arm.shots == 2 and fluoroscope.age_words(arm, "ap", 640 + 64 * 20) == "20 s old"
    assert fluoroscope.view_name(90.0) == "lateral"


def test_changing_tools_takes_its_time():
    first = tray.take(tray.Tray(), "needle", 0)
    second = tray.take(first, "lor", 100)
    assert second.held == "lor" and second.used == ("needle",) and second.ready_at_tick == 151
    states = {key: how for key, _, _, how in tray.rows(second, IMPLANT[2])}
    assert states["lor"] == "held" and states["needle"] == "used"


def test_plunger_words_follow_pressure_and_flow():
    assert syringe.push_words(22e3, 0.2e-6) == "Light, even push"
    assert syringe.push_words(-30e3, 0.0) == "Sucks, nothing comes"
    assert syringe.push_words(60e3, 0.0) == "Hard, nothing moves"
