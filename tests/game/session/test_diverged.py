"""A number that is no longer finite: named by tick, part and quantity; the log up to there replays; exit code 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import physics
from game.__main__ import main
from game.replay.reader import read_log
from game.replay.verify import verify
from physics import world as engine

BREAKS_AT = 70


def rod(world):
    catheter = world.theatre.catheter
    return replace(world, theatre=replace(world.theatre, catheter=replace(catheter, x=np.full_like(catheter.x, np.nan))))


def reservoir(world):
    return replace(world, therapy=replace(world.therapy, pump=replace(world.therapy.pump, reservoir_m3=float("inf"))))


@pytest.mark.parametrize(
    ("broken", "words"),
    [(rod, "catheter: node positions is not finite"), (reservoir, "pump: reservoir volume is not finite")],
)
def test_a_broken_number_is_named_and_the_log_replays_up_to_it(capsys, tmp_path, monkeypatch, broken, words):
    check = engine._check_finite
    with monkeypatch.context() as patch:
        patch.setattr(engine, "_check_finite", lambda w: check(broken(w) if w.tick == BREAKS_AT else w))
        code = main(["demo", "implant_child_diplegia", "--out", str(tmp_path / "out"), "--no-pictures"])
    err = capsys.readouterr().err
    assert code == 1
    assert f"tick {BREAKS_AT}: {words}" in err
    assert "Traceback" not in err
    log = read_log(tmp_path / "out" / "case.thecal")
    assert words in log.end
    assert log.last_tick == BREAKS_AT - 1
    verdict = verify(log)
    assert verdict.is_equal
    assert verdict.last_equal_tick == 64
    assert not (tmp_path / "out" / "result.json").exists()


def test_a_part_that_breaks_inside_is_named_with_the_tick_of_the_world(monkeypatch):
    from physics.errors import SimulationDiverged
    from scenarios.load import load
    from scenarios.setup import setup

    def breaks(*_):
        raise SimulationDiverged(0, "catheter", "node position")

    params = setup(load("implant_child_diplegia"), 0).params
    world = replace(physics.initial(params, 0), tick=41)
    monkeypatch.setattr(engine.operation, "move", breaks)
    with pytest.raises(SimulationDiverged, match="tick 42: catheter: node position"):
        physics.step(params, world, ())
