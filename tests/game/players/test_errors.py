"""The error players: one habit each, exactly what it costs, and the consequence. The whole table is `make table`."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from game.players.errors import ERRORS, SCENARIO
from game.players.habits import ATTENDING
from game.validate.players import as_markdown, attending_row, error_row, facts, tasks_for
from game.validate.readings import READINGS
from scenarios.checklist import ITEMS
from scenarios.critical import CRITICAL
from scenarios.load import load

PLAYED = ("withdraw-through-needle", "no-purse-string", "toothed-clamp", "no-record", "septum-in", "tenfold-dose")


@pytest.fixture(scope="module")
def attending():
    return facts(SCENARIO, "attending")


def test_at_least_twenty_steps_have_an_error_player():
    steps = {error.row for error in ERRORS.values()}
    assert len(steps) >= 20
    assert steps <= {f"I{n}" for n in range(12, 39)}


@pytest.mark.parametrize("name", ERRORS)
def test_a_row_names_only_what_exists(name):
    error, scenario = ERRORS[name], load(SCENARIO)
    assert error.habits != ATTENDING
    assert {*error.lines, *error.follows} <= {line.id for line in scenario.rubric}
    assert not set(error.lines) & set(error.follows)
    assert set(error.items) <= set(ITEMS) and list(error.items) == sorted(error.items)
    assert set(error.critical) <= set(CRITICAL) & set(scenario.critical)
    assert error.consequence.reading in READINGS and error.consequence.op in "<>"
    assert re.fullmatch(r"C-[A-Z]+", error.consequence.key)


@pytest.mark.parametrize("name", PLAYED)
def test_an_error_loses_exactly_what_it_should_and_brings_its_consequence(name, attending):
    row = error_row(facts(SCENARIO, name), attending)
    assert (row.lines, row.items, row.critical) == (row.lines_expected, row.items_expected, row.critical_expected)
    assert row.passed, row.found


def test_the_attending_keeps_clear_of_every_consequence(attending):
    for name, error in ERRORS.items():
        played_as = attending | {"player": name}
        assert not error_row(played_as, attending).passed, f"{error.consequence} does not tell {name} from the attending"


def test_a_line_too_many_or_a_consequence_that_stays_away_fails_the_row(attending):
    error = ERRORS["tenfold-dose"]
    lost = dict.fromkeys((*error.lines, *error.follows), 0.0)
    items = attending["items"] | dict.fromkeys(error.items, False)
    mine = attending | {
        "player": "tenfold-dose", "lines": attending["lines"] | lost, "items": items, "critical": list(error.critical),
        "readings": attending["readings"] | {"gcs": 5.0},
    }  # fmt: skip
    assert error_row(mine, attending).passed
    assert not error_row(mine | {"lines": mine["lines"] | {"L01": 0.5}}, attending).passed
    assert not error_row(mine | {"readings": mine["readings"] | {"gcs": 15.0}}, attending).passed
    assert not error_row(mine | {"critical": []}, attending).passed
    assert "**not as expected**" in as_markdown([replace(error_row(mine, attending), passed=False)])


def test_the_attending_fails_by_score_by_level_and_by_another_world(attending):
    assert attending_row(attending, attending).passed
    assert not attending_row(attending | {"score": 89.0}, attending).passed
    assert not attending_row(attending, attending | {"hash": "0"}).passed
    high = attending["end"] | {"tip_level_at_closing": attending["end"]["target_number"] - 1.1}
    assert not attending_row(attending | {"end": high}, attending).passed


def test_everybody_is_played_once_and_the_attending_twice():
    tasks = tasks_for((SCENARIO, "implant_child_diplegia"), ("no-anchor",))
    assert sorted(tasks) == sorted([
        (SCENARIO, "no-anchor", 0), (SCENARIO, "attending", 0), (SCENARIO, "attending", 1),
        ("implant_child_diplegia", "attending", 0), ("implant_child_diplegia", "attending", 1),
    ])  # fmt: skip
    assert ("no-anchor" not in {name for _, name, _ in tasks_for(("implant_child_diplegia",), ("no-anchor",))})
