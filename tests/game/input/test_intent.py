"""Intents become quantised commands; every act is handled and every key is free of conflict."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from game.input import bindings
from game.input.intent import HANDLERS, Hands, Intent, translate
from game.instruments import syringe
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS
from physics import commands as c
from scenarios.actions import ACTION_NAMES

_path = Path(__file__).parents[1] / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])
observation = sys.modules["hud_fakes"].observation


def test_every_act_has_a_handler_and_every_step_names_known_things():
    for procedure in PROCEDURES.values():
        for step in procedure:
            assert all(a in ACTS for a in step.acts)
            assert all(s in SETTINGS for s in step.settings)
    assert all(key in HANDLERS for key in ACTS)


def test_no_two_acts_of_a_step_share_a_key():
    found = [line for p in PROCEDURES.values() for s in p for line in bindings.conflicts(s, bindings.Bindings())]
    assert not found


def test_travel_is_sent_in_whole_grains_and_nothing_is_lost():
    hands, obs = Hands(step="needle"), observation(needle={"is_placed": True})
    sent = 0.0
    for _ in range(64):
        out = translate(hands, (), {"needle.advance"}, obs)
        hands = out.hands
        for command in out.commands:
            assert round(command.travel_m / 0.02e-3) == pytest.approx(command.travel_m / 0.02e-3, abs=1e-6)
            sent += command.travel_m
    assert sent + hands.rest_m["needle"] == pytest.approx(6e-3, rel=1e-9)


def test_shift_makes_the_ramp_slow():
    hands, obs = Hands(step="needle"), observation(needle={"is_placed": True})
    for _ in range(64):
        hands = translate(hands, (), {"needle.advance", "hand.fine"}, obs).hands
    total = hands.rest_m["needle"]
    assert total < 0.02e-3


def test_a_wheel_notch_is_a_millimetre_and_a_fine_one_a_fifth():
    obs = observation(needle={"is_placed": True})
    coarse = translate(Hands(step="needle"), (Intent("view", "wheel", 1.0),), (), obs)
    fine = translate(Hands(step="needle"), (Intent("view", "wheel", 1.0, is_fine=True),), (), obs)
    assert [k.travel_m for k in coarse.commands] == [pytest.approx(1e-3)]
    assert [k.travel_m for k in fine.commands] == [pytest.approx(0.2e-3)]


def test_all_commands_of_all_acts_are_in_range():
    obs = observation(needle={"is_placed": True}, catheter={"is_open": True}, refill={"syringe_contents": "drug", "is_placed": True})
    for name in ACTS:
        out = translate(Hands(step="needle"), (Intent(name),), {name}, obs)
        for action in out.actions:
            head = ".".join(action.name.split(".")[:2])
            assert head in ACTION_NAMES or action.name.split(".")[0] in ACTION_NAMES, action


def test_a_month_passes_one_day_a_tick():
    out = translate(Hands(step="decide", procedure="clinic"), (Intent("time.month"),), (), observation())
    assert len(out.hands.due) == 28
    after = translate(out.hands, (), (), observation())
    assert after.commands == (c.AdvanceClinicalTime(86400.0),)


def test_removal_of_the_needle_needs_a_full_hold():
    hands, obs = Hands(step="anchor"), observation(needle={"is_placed": True})
    seen = []
    for _ in range(63):
        out = translate(hands, (), {"needle.remove"}, obs)
        hands = out.hands
        seen += out.commands
    assert not seen
    assert translate(hands, (), {"needle.remove"}, obs).commands == (c.RemoveNeedle(True),)


def test_where_csf_was_seen_follows_the_state():
    step = Hands(step="needle")

    def said(**parts):
        return translate(step, (Intent("or.confirm.csf"),), (), observation(**parts)).actions[0].value

    assert said() == "needle"
    assert said(catheter={"is_open": True}, needle={"is_placed": True}) == "catheter"
    assert said(catheter={"is_open": True}) == "after-needle"
    assert said(catheter={"is_open": True, "is_tunnelled": True}) == "pump-end"


def test_toggle_keeps_a_hold_until_pressed_again():
    hands, obs = Hands(step="needle", is_toggle=True), observation(needle={"is_placed": True})
    hands = translate(hands, (Intent("needle.advance"),), (), obs).hands
    assert hands.latched == ("needle.advance",)
    assert translate(hands, (Intent("needle.advance"),), (), obs).hands.latched == ()


def test_the_syringe_at_the_port_pulls_and_pushes_and_says_what_came():
    hands, obs = Hands(step="port", procedure="clinic"), observation()
    drawn = translate(hands, (Intent("port.draw"),), (), obs).commands
    pushed = translate(hands, (Intent("port.push"),), (), obs).commands
    assert drawn == (c.UsePort(-8.0, 2e-6),) and pushed == (c.UsePort(8.0, 1e-6),)
    assert syringe.port_words("csf", 2e-6, 41.2) == "Clear fluid comes: 2.0 mL in 41 s"


def test_only_anchors_that_fit_the_catheter_are_placed_and_a_tug_pulls():
    hands = Hands(step="anchor", choices=Hands().choices | {"anchor.kind": "butterfly", "anchor.substrate": "one_wing"})
    for model, kind in (("ascenda_8780", "kit"), ("silicone_8709", "butterfly")):
        obs = observation(catheter={"is_open": True, "model": model})
        placed = translate(hands, (Intent("anchor.place"),), (), obs).commands[0]
        assert (placed.kind, placed.substrate, placed.wings) == (kind, "fascia", "one")
        tugged = translate(hands, (Intent("anchor.tug"),), (), obs)
        assert tugged.commands == (c.PullCatheter(2.0),) and tugged.actions[0].value == "anchor"
        assert translate(replace(hands, step="connect"), (Intent("connect.tug"),), (), obs).commands == (c.TugConnector(2.0),)
