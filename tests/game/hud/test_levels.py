"""Levels of help: one verb at a time, harm stopped, undo and cut-away only where the level allows, pauses counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game import help_flow
from game.app import App
from game.help_flow import independence
from game.input.intent import Intent
from game.instruments import lessons
from game.settings import Settings
from physics import commands as c


@pytest.fixture
def play(fakes, tmp_path, monkeypatch):
    monkeypatch.setenv("THECAL_CONFIG_DIR", str(tmp_path))

    def make(level, step="needle"):
        app = App(fakes.FakeLibrary(), Settings())
        app.begin("implant_adult_t10", level, 11)
        app.hands = replace(app.hands, step=step)
        return app

    return make


def press(app, address, **fields):
    app._intent(Intent(address, **fields))
    app.run_ticks(2)


def kinds(app):
    return [type(k).__name__ for k in app.host.commands]


def named(app, name):
    return [a for a in app.host.actions if a.name == name]


def test_the_tutor_holds_back_what_comes_later_in_the_step_until_the_first_verb_is_done(play):
    app = play("tutor")
    press(app, "needle.stylet")
    assert "SetNeedleStylet" not in kinds(app) and app.said == "First: choose the entry."
    press(app, "or.choose_entry")
    assert "PlaceNeedle" in kinds(app) and app.hands.verbs_done == ("entry",)
    assert [a.value for a in named(app, "lesson")] == ["done entry"]
    app._intent(Intent("lesson.skip"))
    press(app, "needle.stylet")
    assert "SetNeedleStylet" in kinds(app)
    assert "skipped push" in [a.value for a in named(app, "lesson")]


@pytest.mark.parametrize("level", ["assisted", "free", "examination"])
def test_no_other_level_holds_anything_back(play, level):
    app = play(level)
    press(app, "needle.stylet")
    assert "SetNeedleStylet" in kinds(app)


def test_the_tutor_stops_harm_before_it_is_done_and_free_does_not(fakes, play):
    deep = fakes.observation(needle={"is_placed": True, "past_dura_m": 0.008})
    assert "far wall" in lessons.harm_ahead(deep, (c.AdvanceNeedle(0.001),))
    assert lessons.harm_ahead(deep, (c.AdvanceNeedle(-0.001),)) == ""
    for level, is_sent in (("tutor", False), ("free", True)):
        app = play(level)
        app.hands = replace(app.hands, verbs_done=("entry",))
        app.host.observation = deep
        press(app, "view", kind="wheel", amount=2.0)
        assert ("AdvanceNeedle" in kinds(app)) is is_sent


def test_undo_goes_back_to_the_last_safe_point_where_the_level_allows(play):
    app = play("assisted", "anchor")
    press(app, "loop.lay")
    kept = app.host.next_tick()
    press(app, "anchor.purse")
    app.hands = replace(app.hands, values=app.hands.values | {"loop.radius": 31.0})
    press(app, "undo.last")
    (undo,) = named(app, "safe.undo")
    assert undo.number == kept and app.n_undone == 1
    assert app.hands.values["loop.radius"] != 31.0 and app.said.startswith("Back to")
    press(app, "undo.last")  # again: to the point before
    assert [u.number for u in named(app, "safe.undo")][1] < kept
    for level in ("free", "examination"):
        app = play(level, "anchor")
        press(app, "anchor.purse")
        press(app, "undo.last")
        assert not named(app, "safe.undo") and not named(app, "safe.keep") and app.said == "No undo at this level."


def test_the_cut_away_is_shown_by_the_tutor_on_request_when_assisted_and_counted_and_else_never(play):
    from game.camerawork import shows_inside

    assert shows_inside("tutor", play("tutor").hands)
    app = play("assisted")
    assert not shows_inside("assisted", app.hands)
    press(app, "cutaway.toggle")
    assert shows_inside("assisted", app.hands) and [a.value for a in named(app, "cutaway")] == ["on"]
    for level in ("free", "examination"):
        app = play(level)
        press(app, "cutaway.toggle")
        assert not shows_inside(level, app.hands) and not named(app, "cutaway")


def test_an_examination_has_two_pauses_and_its_clock_runs_on_behind_help(play):
    app = play("examination")
    app.screen = "play"
    for _ in range(2):
        app._intent(Intent("bar.pause"))
        assert app.overlay == "pause" and not app.is_running
        app._intent(Intent("pause.resume"))
        app.run_ticks(1)
    app._intent(Intent("bar.pause"))
    assert app.overlay == "" and app.said == "No pause is left."
    app._intent(Intent("bar.help"))
    assert app.overlay == "help" and app.is_running
    assert len(named(app, "pause")) == 2


def test_every_verb_belongs_to_a_step_and_points_at_something_of_it():
    from game.instruments.procedure import ACTS, TOOLS, step_of

    for lesson in lessons.LESSONS.values():
        for verb in lesson:
            step, (head, _, tail) = step_of("implant", verb.step), verb.show.partition(".")
            assert verb.show in step.acts or (head == "tray" and tail in step.tools and tail in TOOLS) or head == "panel", verb.key
            assert verb.show in ACTS or head in ("tray", "panel")
            assert len(verb.words) <= 60 and len(verb.how) <= 72


def test_hints_come_in_three_grades_with_their_cost_and_the_last_ends_independence(play):
    app = play("assisted", "mark")
    said = []
    for _ in range(4):
        press(app, "call.help")
        said.append(app.said)
    assert [s.split(".")[0] for s in said] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert all("Cost:" in s for s in said) and "not independent" in said[2] and "not independent" not in said[0].split("Call again")[0]
    assert len({s.splitlines()[0] for s in said}) == 3
    given = [a for a in app.host.actions if a.name == "help"]
    assert [a.number for a in given] == [1.0, 2.0, 3.0, 3.0]
    assert independence(given, {"mark": "Mark and prepare"}) == ("4 hints taken.", "Not independent: Mark and prepare.")


@pytest.mark.parametrize("level", ["free", "examination"])
def test_without_hints_a_senior_comes_after_a_real_delay_and_the_step_is_marked(play, level, monkeypatch):
    monkeypatch.setattr(help_flow, "SENIOR_S", 0.5)
    app = play(level, "mark")
    press(app, "call.help")
    assert "Called" in app.said and not [a for a in app.host.actions if a.name == "help"]
    app.run_ticks(40)
    assert app.said.startswith("Senior:")
    assert [(a.value, a.number) for a in app.host.actions if a.name == "help"] == [("mark", 4.0)]
