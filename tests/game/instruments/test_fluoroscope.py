"""The C-arm by its buttons: pulses at a rate, dose into the log, baseline, blades and picture, how true a view is."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from game.view.exposure import beam_of
from game.input.intent import Hands, Intent, translate
from game.instruments import fluoroscope
from game.instruments.fluoroscope import CArm
from game.view.passes.dose import open_share
from scenarios.actions import ACTION_NAMES

_path = Path(__file__).parents[1] / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])
observation = sys.modules["hud_fakes"].observation


def _held(rate: str, seconds: float) -> tuple[Hands, list[str]]:
    hands = translate(Hands(), (Intent("carm.rate", "set", text=rate),), (), observation()).hands
    names: list[str] = []
    for tick in range(round(64 * seconds)):
        out = translate(hands, (), {"carm.beam"}, replace(observation(), tick=tick))
        hands = out.hands
        names += [a.name for a in out.actions]
    return hands, names


@pytest.mark.parametrize("rate", ["1", "2", "4", "8"])
def test_a_held_beam_pulses_at_its_rate_and_counts_its_seconds(rate):
    hands, names = _held(rate, 3.0)
    assert hands.arm.shots == names.count("beam.pulse") == 3 * int(rate)
    assert hands.arm.beam_s == pytest.approx(3.0)


def test_button_let_go_of_makes_no_second_pulse_and_a_later_press_makes_one():
    obs = observation()
    hands = translate(Hands(), (), {"carm.beam"}, replace(obs, tick=10)).hands
    hands = translate(hands, (Intent("carm.beam"),), (), replace(obs, tick=14)).hands
    assert hands.arm.shots == 1
    assert translate(hands, (Intent("carm.beam"),), (), replace(obs, tick=60)).hands.arm.shots == 2


def test_spot_film_counts_no_beam_time():
    out = translate(Hands(), (Intent("carm.spot"),), (), observation())
    assert out.hands.arm.is_spot and out.hands.arm.shots == 1 and out.hands.arm.beam_s == 0.0
    assert beam_of(out.hands.arm, 1).dose_scale == fluoroscope.SPOT_DOSE


def test_dose_of_a_picture_goes_to_the_panel_and_to_the_log():
    out = translate(Hands(), (Intent("carm.dose", "dose", 0.012345, other=0.4567),), (), observation())
    assert out.hands.arm.dose_gy_cm2 == pytest.approx(0.0123)
    written = {a.name: a.number for a in out.actions}
    assert written == {"beam.dose": pytest.approx(0.0123e-4), "beam.open": 0.46}
    assert {"beam.time", "beam.off_true", "beam.dose", "beam.open", "beam.keep"} <= set(ACTION_NAMES)


def test_baseline_is_kept_once_there_is_a_picture():
    obs = observation()
    empty = translate(Hands(), (Intent("carm.keep"),), (), obs)
    assert not empty.actions and not empty.hands.arm.kept
    shot = translate(Hands(), (Intent("carm.beam"),), (), obs).hands
    out = translate(shot, (Intent("carm.keep"),), (), obs)
    assert [a.value for a in out.actions if a.name == "beam.keep"] == ["ap"]
    assert fluoroscope.kept_words(out.hands.arm, "ap", obs.tick + 64 * 30) == "30 s old"
    assert any(ask.kind == "keep" for ask in out.asks)


def test_settings_and_buttons_move_the_arm():
    hands = Hands()
    for key, value in (("carm.iris", 50.0), ("carm.blades", 20.0), ("carm.turn", 45.0), ("carm.shift", -30.0)):
        hands = translate(hands, (Intent(key, "set", value),), (), observation()).hands
    for tail in ("lateral", "invert", "mirror", "page.film"):
        hands = translate(hands, (Intent(f"carm.{tail}"),), (), observation()).hands
    arm = hands.arm
    assert (arm.iris_percent, arm.blades_deg, arm.turn_deg, arm.shift_mm) == (50.0, 20.0, 45.0, -30.0)
    assert arm.is_inverted and arm.is_mirrored and arm.page == "film"
    assert hands.values["carm.orbit"] == arm.orbit_deg == 90.0
    assert open_share(beam_of(arm, 1)) == pytest.approx(0.25, rel=0.02)


def test_a_true_view_follows_the_patients_roll():
    rolled = CArm(roll_deg=6.0)
    assert fluoroscope.off_true_deg(rolled) == -6.0
    assert fluoroscope.off_true_deg(replace(rolled, orbit_deg=6.0)) == 0.0
    assert fluoroscope.off_true_deg(replace(rolled, orbit_deg=-84.0)) == 0.0
    assert fluoroscope.beam_words(CArm(), True) == "beam level"
    assert fluoroscope.beam_words(CArm(orbit_deg=90.0), True) == "beam upright"
