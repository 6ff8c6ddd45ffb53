"""Scripted trainees: the attending passes, each error is seen, and no one reads what is hidden."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import game.players
import physics.observation
from game.instruments import programmer
from game.outcome import outcome, sheet_of
from game.players.chart import chart_for
from game.players.performance import Performance, played
from game.players.programme import ordered, review_and_send, typed
from game.players.registry import PLAYERS, UnknownPlayer, player_for
from game.session import Session
from scenarios.load import load
from scenarios.setup import setup


def attempt(player, scenario_id="implant_adult_t10", days=1.0):
    scenario = load(scenario_id)
    session = played(Performance(scenario, player_for(player, scenario_id), player, days=days))
    return session, sheet_of(session)


@pytest.mark.parametrize("scenario_id", ["implant_adult_t10", "implant_child_diplegia", "implant_fusion_l3_l5", "implant_dystonia_c4", "refill_routine_adult"])
def test_the_attending_passes_every_case_without_a_critical_error(scenario_id):
    _, sheet = attempt("attending", scenario_id, days=None)
    assert sheet.critical_failures == ()
    assert sheet.passed
    assert sheet.score_percent >= 90.0  # what the table owes; dystonia with the tip at C4 has least


@pytest.mark.parametrize(
    ("player", "critical"), [("no-anchor", "CE05"), ("withdraw-through-needle", "CE01"), ("tenfold-dose", "CE16")]
)
def test_an_error_fails_the_attempt_with_its_own_critical_error(player, critical):
    _, sheet = attempt(player)
    assert critical in {f.id for f in sheet.critical_failures}
    assert not sheet.passed


def test_a_catheter_without_an_anchor_leaves_the_sac_within_three_months():
    session, sheet = attempt("no-anchor", days=90.0)
    assert outcome(session)["inserted_mm"] < 0.2 * outcome(session)["inserted_mm_at_closing"]
    assert session.observation.patient.ashworth_legs > 3.8  # where it was before the pump: what README's picture shows
    assert sheet.score_percent < 80.0


def test_a_tight_bend_closes_the_lumen():
    session, _ = attempt("tight-bend")
    assert session.observation.catheter.min_patency < 0.3


def test_a_shallow_catheter_lies_levels_below_the_target():
    session, sheet = attempt("shallow-thread", days=None)
    assert session.observation.catheter.tip_level > session.setup.target_level + 2.0
    assert not sheet.passed


def test_a_pocket_fill_puts_drug_beside_the_reservoir_and_fails():
    session, sheet = attempt("pocket-fill", "refill_routine_adult")
    assert session.observation.refill.into_pocket_m3 > 1e-6
    assert not sheet.passed


def test_an_unknown_player_is_refused_with_the_names_that_fit():
    with pytest.raises(UnknownPlayer, match="attending"):
        player_for("nobody", "implant_adult_t10")
    assert "attending" in PLAYERS


def hidden_fields() -> set[str]:
    text = Path(physics.observation.__file__).read_text("utf-8")
    marked = set(re.findall(r"^    (\w+): .*# .*hidden", text, re.MULTILINE))
    return marked - {"tip_m"}  # a film shows it: read in step.film and nowhere else


def test_players_read_no_hidden_field():
    hidden = hidden_fields()
    assert {"tip_level", "past_dura_m", "offset_m"} <= hidden
    for path in sorted(Path(game.players.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in hidden, f"{path.name}:{node.lineno} reads hidden {node.attr}"


def test_only_a_film_shows_where_the_catheter_tip_lies():
    for path in sorted(Path(game.players.__path__[0]).glob("*.py")):
        readers = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Attribute) and n.attr == "tip_m"]
        assert not readers or path.name == "step.py"


def test_players_program_the_pump_through_the_tablet_and_no_other_way():
    folder = Path(game.players.__file__).parent
    assert [path.name for path in sorted(folder.glob("*.py")) if "ProgramPump" in path.read_text("utf-8")] == []


def test_a_ten_fold_dose_is_warned_of_and_confirmed_before_it_is_sent():
    scenario = load("implant_adult_t10")
    case = setup(scenario, 0)
    chart, seen = chart_for(scenario, case), Session(scenario, case, 0).observation
    form = typed(chart, seen, ordered(chart) | {"dose": 10.0 * scenario.order.dose_ug_per_day, "length": 76.0, "prime": 0.307})
    plan = review_and_send(form)
    said = next(plan)
    assert [a.value for a in said.actions if a.name == "programmer.confirm"] == ["dose.first"]
    (command,) = plan.send(seen).commands
    assert command == programmer.command(form)
    with pytest.raises(ValueError, match="Reservoir volume = 25; expected 0 to 20 mL"):
        next(review_and_send(programmer.write(form, "reservoir", "25")))
