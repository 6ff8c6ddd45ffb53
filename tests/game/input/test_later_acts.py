"""The rails of later operations: every act is reachable, and becomes the command that it says."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

import game  # noqa: F401  settles numba
import physics
from game import camerawork
from game.hud.cases import checklist_of, procedure_of
from game.hud.guide import message
from game.input.acts import HANDLERS
from game.input.hands import Hands, Tick
from game.input.intent import Intent, translate
from game.input.touch import wound_of
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS
from game.planning import planned
from game.players.chart import chart_for
from game.players.preparation import asepsis
from physics import commands as c
from scenarios.load import load
from scenarios.setup import setup

LATER = {"replace_pump_eri": "exchange", "revise_catheter_migration": "revise", "explant_infection": "explant"}


@lru_cache(maxsize=1)
def seen():
    params = setup(load("replace_pump_eri"), 0).params
    params = replace(params, start=replace(params.start, lived_days=0.0))
    return physics.observe(params, physics.initial(params, 0))


@pytest.mark.parametrize(("scenario", "rail"), LATER.items())
def test_a_case_is_played_on_its_own_rail(scenario, rail):
    case = load(scenario)
    assert procedure_of(case) == rail
    steps = {step.key for step in PROCEDURES[rail]}
    assert all(line.step in steps for line in checklist_of(case))


@pytest.mark.parametrize("rail", LATER.values())
def test_every_act_and_setting_of_a_rail_is_known_and_no_key_does_two_things(rail):
    for step in PROCEDURES[rail]:
        assert all(key in SETTINGS for key in step.settings), step.key
        assert all(key in ACTS and key in HANDLERS for key in step.acts), step.key
        keys = [ACTS[key].hotkey for key in step.acts if ACTS[key].hotkey]
        assert len(keys) == len(set(keys)), step.key


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("later.open_pocket", c.OpenPocket), ("later.open_back", c.OpenLumbar), ("later.disconnect", c.DisconnectCatheter),
        ("later.take_out", c.TakeOutPump), ("later.lay_new", c.PlaceNewPump), ("later.release", c.ReleaseAnchor),
        ("later.unpack", c.UnpackPump), ("later.remove_pump", c.RemoveCatheter), ("later.lay_segment", c.LaySegment),
        ("later.remove_spinal", c.RemoveCatheter), ("later.remove_whole", c.RemoveCatheter), ("later.join", c.JoinSegments),
        ("treat.antibiotic", c.GiveTreatment), ("treat.lumbar", c.GiveTreatment),
    ],
)  # fmt: skip
def test_an_act_sends_its_command(address, kind):
    tick = Tick(Hands(procedure="exchange"), seen())
    HANDLERS[address](tick)
    (command,) = tick.commands
    assert type(command) is kind
    assert c.command_from_dict(c.command_to_dict(command)) == command


def test_the_cause_is_said_in_the_words_that_a_case_asks_for():
    offered = {value for value, _ in SETTINGS["cause"].options}
    for name in LATER:
        assert set(load(name).causes) <= offered


def test_the_pump_of_the_choice_is_unpacked():
    tick = Tick(Hands(procedure="exchange", step="table"), seen())
    assert "pump.model" in next(s for s in PROCEDURES["exchange"] if s.key == "table").settings
    tick.set(choices=tick.hands.choices | {"pump.model": "8637-40"})
    HANDLERS["later.unpack"](tick)
    assert tick.commands == [c.UnpackPump("8637-40")] and "out first" in tick.hands.note  # the old one is in


def test_drops_at_the_new_end_are_the_third_check_and_at_the_cut_end_the_fourth():
    obs = replace(seen(), needle=replace(seen().needle, is_placed=False))
    assert obs.catheter.is_tunnelled  # the old segment's tunnel
    for step, place in (("anchor", "after-needle"), ("connect", "pump-end")):
        assert "or.confirm.csf" in next(s for s in PROCEDURES["revise"] if s.key == step).acts
        tick = Tick(Hands(procedure="revise", step=step), obs)
        HANDLERS["or.confirm.csf"](tick)
        assert tick.actions[0].value == place


@pytest.mark.parametrize("rail", LATER.values())
def test_what_is_sewn_is_tied_and_both_sides_are_painted(rail):
    steps = {step.key: step for step in PROCEDURES[rail]}
    assert "stitch.tie" in steps["close"].acts and "suture" in steps["close"].tools
    assert {"site.swap", "prep.paint", "time.dry"} <= set(steps["prepare"].acts)
    assert set(camerawork.STEP_VIEWS[rail]) <= set(steps) and set(camerawork.SITE_STEPS[rail]) <= set(steps)


def test_a_cut_by_pointer_in_the_open_back_is_one_of_the_back():
    assert wound_of(Tick(Hands(procedure="explant", step="open"), seen())) == "lumbar"
    assert wound_of(Tick(Hands(procedure="explant", step="pocket"), seen())) == "pocket"


@pytest.mark.parametrize(("act", "seconds", "words"), [("time.dry", 300.0, "5 min"), ("time.hour", 3600.0, "1 h")])
def test_a_wait_tells_what_passed(act, seconds, words):
    obs = seen()
    first = translate(Hands(procedure="explant", step="programme"), (Intent(act),), (), obs)
    commands, hands = list(first.commands), first.hands
    while hands.due:
        out = translate(hands, (), (), obs)
        commands, hands = commands + list(out.commands), out.hands
    assert commands == [c.AdvanceClinicalTime(seconds)] and not hands.note  # nothing has passed yet
    later = replace(obs, tick=obs.tick + 2, clinical_time_s=obs.clinical_time_s + seconds + 1.0)
    hands = translate(hands, (), (), later).hands
    first_line, second_line = message(hands, later, "free")
    p = later.patient
    assert first_line.startswith(f"{words} passed") and hands.waits is None
    assert f"Pulse {p.heart_rate_per_min:.0f}, {p.systolic_mmhg:.0f}/{p.diastolic_mmhg:.0f}" in second_line and "drops" in second_line


def test_drops_that_fell_in_a_wait_are_counted():
    needle = replace(seen().needle, is_placed=True, is_stylet_in=False, csf_drops=3)
    obs = replace(seen(), needle=needle)
    hands = translate(Hands(step="mark"), (Intent("time.dry"),), (), obs).hands
    later = replace(obs, tick=2, clinical_time_s=obs.clinical_time_s + 301.0, needle=replace(needle, csf_drops=10))
    assert "7 drops at the hub" in translate(hands, (), (), later).hands.note


@pytest.mark.parametrize("scenario", ["implant_child_diplegia", "implant_adult_t10", "explant_infection"])
def test_the_antibiotic_goes_by_mass_as_the_attending_gives_it(scenario):
    case = load(scenario)
    given = setup(case, 0)
    mass_kg = given.params.build.mass_kg
    start = planned(case, given, seen(), "free")
    hands = Hands(values=Hands().values | start.values, choices=Hands().choices | {"treat.kind": "antibiotic_prophylaxis"})
    wanted = min(2e-3, 30e-6 * mass_kg)  # 30 mg/kg, at most 2 g [UGK-M]
    for act in ("prophylaxis.give", "treat.give"):
        tick = Tick(hands, seen())
        HANDLERS[act](tick)
        (command,) = tick.commands
        assert command.treatment == "antibiotic_prophylaxis" and command.amount == pytest.approx(wanted, abs=6e-6)
    assert (wanted < 1e-3) == (scenario == "implant_child_diplegia")
    plan = asepsis(chart_for(case, given))
    next(plan)
    assert plan.send(seen()).commands == (c.GiveTreatment("antibiotic_prophylaxis", wanted),)
