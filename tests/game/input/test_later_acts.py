"""The rails of later operations: every act is reachable, and becomes the command that it says."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

import game  # noqa: F401  settles numba
import physics
from game.hud.cases import checklist_of, procedure_of
from game.input.acts import HANDLERS
from game.input.hands import Hands, Tick
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS
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
