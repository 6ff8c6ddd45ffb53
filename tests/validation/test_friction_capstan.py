"""Friction: inclines, conduits and a helix in a tube notice a wrong coefficient."""

from __future__ import annotations

from math import exp, pi

import pytest

from game.validate import closed_forms as exact
from game.validate import rod_friction as check
from game.validate import rod_tube


def test_an_incline_steeper_than_the_friction_lets_go():
    assert abs(check.incline(0.19)[0]) < 1e-5 < check.incline(0.21)[0]


def test_sliding_speed_notices_a_friction_wrong_by_a_hundredth():
    assert abs(check.incline(0.25, friction=0.202)[1] - exact.incline_speed(0.25, 0.2, 9.81, 2.0)) > 0.02


def test_lifting_force_notices_a_weight_wrong_by_a_tenth():
    assert abs(check.lifting_force(weight_factor=1.1) / exact.lift_off_force(100.0, 0.02) - 1) > 0.05


def test_a_conduit_notices_a_friction_wrong_by_a_tenth():
    ratio, turn = check.ring_ratio(0.33)
    assert abs(ratio / exp(0.3 * turn) - 1) > 0.05
    ratio, turn = check.pull_through((pi,), 0.33, n_edges=160)
    assert abs(ratio / exp(0.3 * turn) - 1) > 0.05


def test_without_friction_a_conduit_hands_on_the_whole_force():
    ratio, _ = check.ring_ratio(0.0)
    assert ratio == pytest.approx(1.0, abs=1e-3)


def test_the_helix_notices_a_stiffness_wrong_by_a_twentieth():
    assert abs(rod_tube.helix_ratio(64, ei_factor=1.05) - 1) > 0.03


def test_the_sliding_helix_notices_a_friction_wrong_by_a_tenth():
    assert abs(rod_tube.slid_helix(1 / 64, 0.05, charged=0.045)[0] - 1) > 0.08
