"""Random hands, small rods and any command at all: never a number that is none, and the same bits twice."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PLACE = Path(__file__).resolve().parents[3] / "benchmarks" / "fuzz_catheter.py"
FOUND = importlib.util.spec_from_file_location("fuzz_catheter", PLACE)
fuzz = importlib.util.module_from_spec(FOUND)
FOUND.loader.exec_module(fuzz)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 2**31))
def test_rods_of_any_make_in_any_place_stay_finite(seed):
    assert fuzz.rod_ticks(seed, 60) == 60


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 2**31))
def test_threading_and_drawing_back_at_any_pace_stays_finite(seed):
    assert fuzz.feed_ticks(seed, 120) == 120


def test_any_command_at_any_time_leaves_a_world_of_numbers():
    done, failures = fuzz.fuzz(1200, 11, ("world",))
    assert failures == []
    assert done["world"] >= 1200


def test_a_number_that_is_none_is_found():
    state, _, _ = fuzz.random_rod(np.random.default_rng(0))
    broken = state.memory.copy()
    broken[2, 0, 1] = np.nan
    assert fuzz.finite(state)
    assert not fuzz.finite(fuzz.replace(state, memory=broken))


def test_every_command_is_among_those_tried():
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(12_000):
        try:
            seen.add(type(fuzz.random_command(rng)).__name__)
        except fuzz.PhysicsError:
            continue
    assert seen == {kind.__name__ for kind in fuzz.HANDLERS}


@pytest.mark.parametrize("level", ["rod", "feed"])
def test_the_same_seed_runs_the_same_course(level):
    assert fuzz.fuzz(200, 3, (level,)) == fuzz.fuzz(200, 3, (level,))
