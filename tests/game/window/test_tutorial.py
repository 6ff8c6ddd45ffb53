"""The lesson of the controls, done in the real window by wheel, click and keys, in less than five minutes of play."""

from __future__ import annotations


import pytest

from game.start import TUTORIAL
from physics.clock import TICK_HZ

@pytest.fixture
def lesson(opened):
    return opened(TUTORIAL)


def test_the_tutorial_is_done_verb_by_verb_in_under_five_minutes_and_replays_equal(lesson, check_log):
    app, d = lesson
    done = lambda key: key in app.hands.verbs_done  # noqa: E731
    d.frames(3)
    assert d.text("view.message").startswith("1 of 6")
    d.key("F")  # not yet: one verb at a time
    assert app.host.observation.needle.is_stylet_in
    plan = (app.hands.values["entry.x"], app.hands.values["entry.z"])
    d.click(f"at.skin({plan[0] + 4},{plan[1] - 3})")
    assert (app.hands.values["entry.x"], app.hands.values["entry.z"]) == plan
    d.key("Return")
    assert done("t.entry")
    d.wheel("view", 2)
    d.frames(16)
    assert app.host.observation.needle.depth_m > 0.5e-3
    assert d.hold_key("W", lambda: done("t.push"), 60.0)
    d.key("Space")
    assert done("t.look")
    d.frames(2)
    assert d.text("view.message").startswith("4 of 6")
    d.key("F")
    d.wait(lambda: done("t.csf"), 64 * 20, "a drop at the hub")
    assert app.hands.step == "thread"
    d.key("O")
    assert d.hold_key("W", lambda: done("t.feed"), 30.0)
    assert app.hands.step == "anchor"
    d.key("Y")
    d.wait(lambda: done("t.stitch"), 60, "the stitch")
    assert app.n_ticks < 300 * TICK_HZ
    assert app.host.observation.catheter.purse_tension_n > 0.0 and app.host.observation.catheter.fed_m >= 0.05
    app.host.close()
    check_log()


def test_every_verb_of_the_tutorial_can_be_skipped(lesson):
    app, d = lesson
    d.frames(2)
    for n in range(6):
        assert d.text("view.message").startswith(f"{n + 1} of 6")
        d.click("lesson.skip")
        app.said = ""
        d.frames(2)
    assert not d.is_visible("lesson.skip")
