"""Going back to a kept state: the world, its chance and its log."""

from __future__ import annotations

import pytest

from game.replay.format import LogError, header_for
from game.replay.player import replay
from game.replay.reader import read_log
from game.replay.recorder import Recorder
from game.replay.verify import verify
from game.session import Session, UndoError
from physics.commands import AdvanceNeedle, InciseLumbar, PlaceNeedle
from scenarios.actions import Action
from scenarios.load import load
from scenarios.setup import setup

PLACE = PlaceNeedle(-0.015, -0.03, 0.8, 0.15, 0.115)


@pytest.fixture(scope="module")
def case():
    scenario = load("implant_adult_t10")
    return scenario, setup(scenario, 0)


def push(session, n):
    for _ in range(n):
        session.advance((AdvanceNeedle(0.0005),))


def test_an_undone_push_leaves_the_needle_where_it_was_and_the_same_push_ends_the_same(case):
    session = Session(*case, 0)
    session.advance((PLACE,))
    push(session, 20)
    session.advance((), (Action("safe.keep", "needle"),))
    kept = session.tick
    depth = session.observation.needle.depth_m
    push(session, 30)
    deep = session.observation.needle.depth_m
    n_steps, n_events = len(session.steps), len(session.events)
    session.advance((), (Action("safe.undo", "try again", kept),))
    assert deep > depth + 0.008
    assert abs(session.observation.needle.depth_m - depth) < 5e-4  # one tick of settling later
    assert len(session.steps) < n_steps and len(session.events) <= n_events
    assert session.steps[-1].actions[0].name == "safe.undo" and session.n_undone == 1
    push(session, 30)
    assert session.observation.needle.depth_m == pytest.approx(deep, abs=5e-4)


def test_an_attempt_with_undos_replays_bit_for_bit(case, tmp_path):
    path = tmp_path / "undone.thecal"
    session = Session(*case, 0, Recorder(path, header_for(case[0], 0)))
    session.advance((InciseLumbar(0.0, 0.0, 0.04, 0.02), PLACE), (Action("safe.keep", "start"),))
    push(session, 70)
    session.advance((), (Action("safe.keep", "deeper"),))
    second = session.tick
    push(session, 10)
    session.advance((), (Action("safe.undo", "no", second),))
    push(session, 60)
    session.advance((), (Action("safe.undo", "all of it", 1),))
    push(session, 70)
    session.finish()
    log = read_log(path)
    assert verify(log).is_equal
    again = replay(log)
    assert again.state_hash() == session.state_hash()
    assert [s.tick for s in again.steps] == [s.tick for s in session.steps]
    assert again.n_undone == 2


def test_going_back_to_nothing_is_refused_by_the_session_and_by_the_reader(case, tmp_path):
    session = Session(*case, 0)
    with pytest.raises(UndoError, match="none is kept"):
        session.advance((), (Action("safe.undo", "", 5.0),))
    recorder = Recorder(tmp_path / "bad.thecal", header_for(case[0], 0))
    recorder.write_input(3, (), (Action("safe.keep", "here"),))
    recorder.write_input(9, (), (Action("safe.undo", "", 4.0),))
    recorder.release()
    with pytest.raises(LogError, match="safe.undo = 4.0; expected the tick of a kept state"):
        read_log(tmp_path / "bad.thecal")
