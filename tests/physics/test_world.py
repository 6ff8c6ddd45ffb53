"""The whole tick: bit-identical, finite, and pure."""

from __future__ import annotations

import math

import numpy as np
import physics
import pytest
from physics import commands
from physics.anatomy import PatientBuild, build_anatomy, reference_approach
from physics.fixed import fixed
from physics.params import Params
from physics.randomness import draw
from physics.units import kg_per_s_from_ug_per_day

PARAMS = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062))
ELEVATION = math.radians(50.0)


def _run(world, *batches):
    events = []
    for batch in batches:
        world, happened = physics.step(PARAMS, world, tuple(batch))
        events += happened
    return world, events


def _to_the_sac():
    """Return a world with the needle tip in the sac, and the events on the way."""
    u, v, medial, _ = reference_approach(build_anatomy(PARAMS.build), ELEVATION)
    world = physics.initial(PARAMS, 3)
    world, events = _run(
        world, [commands.PlaceNeedle(u, v, ELEVATION, medial, 0.12), commands.BraceHand(True)]
    )
    for _ in range(4000):
        if any(e.name == "DuraPunctured" for e in events):
            return world, events
        world, more = _run(world, [commands.AdvanceNeedle(1.5e-4)])
        events += more
    raise AssertionError("the needle never reached the sac")


@pytest.fixture(scope="module")
def in_sac():
    return _to_the_sac()


def test_the_needle_meets_the_layers_in_their_order(in_sac):
    names = [e.name for e in in_sac[1]]
    order = ["SkinPunctured", "FasciaPunctured", "LossOfResistance", "DuraPunctured"]
    assert [n for n in names if n in order] == order


def test_csf_drips_only_without_the_stylet(in_sac):
    world, _ = in_sac
    world, _ = _run(world, *[[commands.AdvanceNeedle(5e-5)] for _ in range(30)])
    closed, _ = _run(world, *[[] for _ in range(640)])
    opened, _ = _run(world, [commands.SetNeedleStylet(False)], *[[] for _ in range(640)])
    assert physics.observe(PARAMS, closed).needle.csf_drops == 0
    assert physics.observe(PARAMS, opened).needle.csf_drops >= 3


def test_two_runs_are_bit_identical(in_sac):
    again, _ = _to_the_sac()
    assert physics.state_hash(again) == physics.state_hash(in_sac[0])


def test_the_hash_sees_a_single_bit(in_sac):
    world = in_sac[0]
    line = world.therapy.line
    drug = line.drug_kg.copy()
    drug[0] = np.nextafter(drug[0], 1.0)
    changed = physics.world.replace(world, therapy=physics.world.replace(world.therapy, line=type(line)(
        line.volumes_m3, drug, line.n_tubing, line.stored_m3)))  # fmt: skip
    assert physics.state_hash(changed) != physics.state_hash(world)


def test_a_step_leaves_the_received_world_alone(in_sac):
    world = in_sac[0]
    before = physics.state_hash(world)
    _run(world, [commands.AdvanceNeedle(1e-4)], [commands.AdvanceClinicalTime(3600.0)])
    assert physics.state_hash(world) == before


def _random_command(rng):
    kinds = [
        lambda: commands.AdvanceNeedle(float(rng.uniform(-5e-3, 5e-3))),
        lambda: commands.AimNeedle(float(rng.uniform(0.5, 1.5)), float(rng.uniform(-0.5, 0.5))),
        lambda: commands.FeedCatheter(float(rng.uniform(-2e-3, 2e-3))),
        lambda: commands.OpenCatheter("ascenda_8780", bool(rng.integers(2))),
        lambda: commands.SetNeedleStylet(bool(rng.integers(2))),
        lambda: commands.RemoveNeedle(bool(rng.integers(2))),
        lambda: commands.PlaceNeedle(float(rng.uniform(-0.03, 0.03)), float(rng.uniform(-0.06, 0.0)), 0.9, 0.1),
        lambda: commands.TiePurseString(float(rng.uniform(0, 12))),
        lambda: commands.DissectPocket(-0.3, 0.04, 0.05, "subcutaneous", 0.016),
        lambda: commands.PlacePump(float(rng.uniform(-3, 3))),
        lambda: commands.SuturePump(int(rng.integers(4))),
        lambda: commands.TunnelCatheter(((-0.06, -0.02, 0.014), (-0.15, 0.0, 0.014), (-0.25, 0.03, 0.014))),
        lambda: commands.ConnectCatheter(float(rng.uniform(0, 40))),
        lambda: commands.FillOnTable(20e-6, 0.5, False),
        lambda: commands.ProgramPump("continuous", kg_per_s_from_ug_per_day(100.0), 0.5, 20e-6, 2e-6),
        lambda: commands.CloseWounds(),
        lambda: commands.AdvanceClinicalTime(float(rng.uniform(0, 86400))),
        lambda: commands.PlaceRefillNeedle(-0.3, 0.04),
        lambda: commands.AdvanceRefillNeedle(float(rng.uniform(-5e-3, 5e-3))),
        lambda: commands.TakeSyringe("drug", 20e-6, 0.5),
        lambda: commands.MovePlunger(float(rng.uniform(-60, 60))),
    ]
    return kinds[int(rng.integers(len(kinds)))]()


@pytest.mark.parametrize("seed", [1, 2])
def test_random_hands_never_break_the_world(seed):
    rng = draw(seed, "test", 0)
    world = physics.initial(PARAMS, seed)
    for _ in range(640):
        world, events = physics.step(PARAMS, world, (_random_command(rng),) if rng.random() < 0.3 else ())
        assert all(math.isfinite(e.magnitude) for e in events)
    seen = physics.observe(PARAMS, world)
    assert 0.0 <= seen.catheter.min_patency <= 1.0
    assert 1.0 <= seen.patient.ashworth_legs <= 5.0


def test_anatomy_is_shared_by_cases_of_one_patient():
    fixed.cache_clear()  # bodies are kept for eight builds, cases for four: a case may outlive its body's entry
    assert fixed(PARAMS).body is fixed(Params(PARAMS.build, flexions_per_day=10.0)).body
