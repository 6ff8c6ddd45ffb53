"""Buckling loads of a straight, twisted and ring-shaped rod notice wrong constants."""

from __future__ import annotations

from math import pi, sqrt

import pytest

from game.validate import closed_forms as exact
from game.validate import rod_stability as check


def test_greenhill_without_tension_is_the_limit_of_little_tension():
    assert exact.greenhill(0.01) == pytest.approx(exact.GREENHILL_CLAMPED, rel=1e-3)
    long = sqrt(4 * 400.0 + (4 * pi) ** 2)  # a long rod: M^2 = 4 EI T, and the clamps beat once over its length
    assert exact.greenhill(400.0) == pytest.approx(long, rel=1e-3)


def test_euler_load_notices_a_stiffness_wrong_by_a_hundredth():
    assert check.euler_error(64, "clamped clamped", ei_factor=1.01) > 5e-3


def test_critical_torque_is_that_of_bending_not_of_twist():
    # the twist is held: a rod stiffer in torsion carries the critical torque at less twist
    assert check.greenhill_torque(64, gj_factor=1.1) == pytest.approx(check.greenhill_torque(64) / 1.1, rel=2e-3)


def test_twist_of_the_ring_goes_with_bending_over_twisting_stiffness():
    assert check.ring_twist(48, gj_factor=1.1) == pytest.approx(check.ring_twist(48) / 1.1, rel=5e-3)
