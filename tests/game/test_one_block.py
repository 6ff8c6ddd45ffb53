"""Calls inside `in_one_block` map no memory, however deep the stack lies."""

from __future__ import annotations

import pytest

from game.one_block import in_one_block

resource = pytest.importorskip("resource")  # not on Windows
CALLS = 2000


def _leaf():
    return 1


def _faults_at(depth):
    """Return the pages touched anew by many calls from this far down."""
    if depth > 0:
        return _faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        _leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_no_depth_of_the_stack_makes_calls_dear():
    assert in_one_block(lambda: max(_faults_at(depth) for depth in range(300))) < CALLS / 10


def test_what_a_function_returns_or_raises_passes_through():
    assert in_one_block(lambda: 7) == 7
    with pytest.raises(KeyError):
        in_one_block(lambda: {}[0])
