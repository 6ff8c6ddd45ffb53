"""Replay of a real case is the same bit for bit, and a changed one is caught."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from game.players.performance import Performance, played
from game.players.registry import player_for
from game.replay.player import replay, until
from game.replay.reader import read_log
from game.replay.verify import verify
from game.replay.whatif import ChangeError, change_from
from physics.commands import LayLoop, PlaceAnchor
from scenarios.load import load


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    scenario = load("implant_child_diplegia")
    asked = Performance(scenario, player_for("attending", scenario.id), "attending", folder=folder, days=1.0)
    return played(asked), read_log(folder / "case.thecal")


def test_every_recorded_hash_comes_again(recorded):
    _, log = recorded
    verdict = verify(log)
    assert verdict.is_equal
    assert verdict.n_hashes == len(log.hashes) > 20


def test_a_replay_ends_in_the_same_state_and_score(recorded):
    from game.outcome import result, sheet_of

    session, log = recorded
    again = replay(log)
    assert again.state_hash() == session.state_hash()
    assert result(again, sheet_of(again), "attending") == result(session, sheet_of(session), "attending")


def test_one_changed_number_is_found_at_the_first_hash_after_it(recorded):
    _, log = recorded
    at = next(i for i in log.inputs if any(isinstance(c, LayLoop) for c in i.commands))
    changed = tuple(replace(i, commands=(LayLoop(0.0149),)) if i is at else i for i in log.inputs)
    verdict = verify(replace(log, inputs=changed))
    assert not verdict.is_equal
    assert verdict.last_equal_tick < at.tick <= verdict.first_differing_tick < at.tick + 64 * 2


def test_what_if_leaves_one_act_out_and_nothing_else(recorded):
    _, log = recorded
    change = change_from(["-PlaceAnchor"], 0)
    kept = [c for i in map(change, log.inputs) for c in i.commands]
    before = [c for i in log.inputs for c in i.commands]
    assert kept == [c for c in before if not isinstance(c, PlaceAnchor)] != before


def test_a_log_can_be_cut_after_a_tick(recorded):
    _, log = recorded
    cut = until(log, 100)
    assert cut.last_tick == 100
    assert all(i.tick <= 100 for i in cut.inputs)


@pytest.mark.parametrize("text", ["-Nothing", "LayLoop.size=1", "LayLoop", ""])
def test_a_change_that_names_nothing_is_refused(text):
    with pytest.raises(ChangeError):
        change_from([text], 0)


TWO_DAYS = """
from game.session import Session
from physics.commands import AdvanceClinicalTime
from scenarios.load import load
from scenarios.setup import setup
case = load("refill_routine_adult")
session = Session(case, setup(case, 0), 0)
for _ in range(2):
    session.advance((AdvanceClinicalTime(86400.0),))
print(session.state_hash())
"""


def test_a_machine_with_more_processors_computes_the_same_world():
    hashes = set()
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", TWO_DAYS], capture_output=True, text=True, check=True,
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
        )  # fmt: skip
        hashes.add(done.stdout)
    assert len(hashes) == 1
