"""Friction in a curved conduit against exp(mu theta)."""

from __future__ import annotations

from math import exp

import pytest

from game.validate import catheter as check


def test_pull_through_a_conduit_follows_the_capstan_law():
    ratio, turn = check.conduit_ratio(0.3)
    assert ratio == pytest.approx(exp(0.3 * turn), rel=0.01)


def test_a_friction_wrong_by_a_tenth_is_noticed():
    ratio, turn = check.conduit_ratio(0.33)
    assert abs(ratio / exp(0.3 * turn) - 1) > 0.05


def test_the_ratio_does_not_depend_on_the_step():
    coarse, fine = check.conduit_ratio(0.2), check.conduit_ratio(0.2, dt_s=1 / 256)
    assert coarse[0] == pytest.approx(exp(0.2 * coarse[1]), rel=0.01)
    assert fine[0] == pytest.approx(exp(0.2 * fine[1]), rel=0.01)
