"""One tick at a time: what is observed, hashed, recorded; and what is left when the world breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from game.replay.format import header_for
from game.replay.reader import read_log
from game.replay.recorder import Recorder
from game.session import Engine, Session
from physics.commands import BraceHand
from physics.errors import SimulationDiverged
from physics.events import Event
from scenarios.actions import Action
from scenarios.load import load
from scenarios.setup import setup


@dataclass(frozen=True)
class Counter:
    """A world that counts ticks and commands: enough to test who calls what, and when."""

    tick: int = 0
    n_commands: int = 0


def counting_engine(breaks_at: int = -1, event_at: int = -1) -> Engine:
    def step(params, world, commands):
        if world.tick + 1 == breaks_at:
            raise SimulationDiverged(world.tick + 1, "csf", "concentration")
        after = replace(world, tick=world.tick + 1, n_commands=world.n_commands + len(commands))
        happened = (Event(after.tick, after.tick / 64, "SkinPunctured", 0.0),) if after.tick == event_at else ()
        return after, happened

    return Engine(lambda params, seed: Counter(), step, lambda p, w: w, lambda w: f"{w.tick:08x}{w.n_commands:08x}")


@pytest.fixture(scope="module")
def case():
    scenario = load("implant_adult_t10")
    return scenario, setup(scenario, 0)


def test_a_quiet_tick_is_observed_only_every_eighth(case):
    session = Session(*case, 0, engine=counting_engine())
    seen = [session.advance() for _ in range(16)]
    assert [i + 1 for i, o in enumerate(seen) if o is not None] == [8, 16]


def test_input_and_events_are_observed_in_their_tick(case):
    session = Session(*case, 0, engine=counting_engine(event_at=3))
    assert session.advance((BraceHand(True),)) is not None
    assert session.advance((), (Action("call.help", "anyone"),)) is not None
    assert session.advance() is not None
    assert session.advance() is None
    assert [s.tick for s in session.steps] == [0, 1, 2, 3]


def test_steps_carry_the_tick_of_the_world_they_left(case):
    session = Session(*case, 0, engine=counting_engine())
    for _ in range(9):
        session.advance((BraceHand(True),))
    assert all(s.tick == s.observation.tick for s in session.steps)


def test_the_world_is_hashed_every_64_ticks(case):
    session = Session(*case, 0, engine=counting_engine())
    for _ in range(130):
        session.advance()
    assert [tick for tick, _ in session.hashes] == [64, 128]


def test_a_broken_world_leaves_a_readable_log_with_the_last_input(case, tmp_path):
    recorder = Recorder(tmp_path / "case.thecal", header_for(case[0], 0))
    session = Session(*case, 0, recorder, counting_engine(breaks_at=5))
    with pytest.raises(SimulationDiverged):
        for _ in range(5):
            session.advance((BraceHand(True),))
    log = read_log(tmp_path / "case.thecal")
    assert [i.tick for i in log.inputs] == [1, 2, 3, 4, 5]
    assert "not finite" in log.end


def test_the_same_inputs_give_the_same_world_bit_for_bit(case):
    from physics.commands import InciseLumbar, PlaceNeedle

    def run():
        session = Session(*case, 0)
        session.advance((InciseLumbar(0.0, 0.0, 0.04, 0.08),))
        session.advance((PlaceNeedle(-0.015, -0.03, 0.8, 0.15, 0.115),))
        for _ in range(70):
            session.advance()
        return session.state_hash()

    assert run() == run()


def test_an_idle_minute_shares_what_did_not_change(case):
    session = Session(*case, 0)
    for _ in range(64):
        session.advance()
    first, second = session.steps[-2].observation, session.steps[-1].observation
    assert first.tick != second.tick
    assert first.catheter is second.catheter
    assert first.needle is second.needle
