"""The rod against the elastica: cantilever, post-buckled column, tightened loop, order of convergence."""

from __future__ import annotations

from math import sqrt

import pytest

from game.validate import catheter as check


def test_cantilever_agrees_with_the_elastica_to_a_thousandth_of_its_length():
    exact, model = check.elastica_tip(), check.cantilever_tip(64)
    assert model == pytest.approx(exact, abs=1e-3)


def test_cantilever_notices_a_bending_stiffness_wrong_by_a_tenth():
    assert abs(check.cantilever_tip(64, ei_factor=1.1)[1] - check.elastica_tip()[1]) > 1e-2


def test_tip_error_falls_with_the_square_of_the_edge():
    assert check.order_of_convergence() == pytest.approx(2.0, abs=0.15)


def test_post_buckled_column_carries_the_elastica_force():
    exact, model = check.elastica_column(0.1), check.column_force(64, 0.1)
    assert model[0] == pytest.approx(exact[0], rel=0.01)
    assert model[1] == pytest.approx(exact[1], abs=2e-3)
    assert abs(check.column_force(64, 0.1, ei_factor=1.1)[0] / exact[0] - 1) > 0.05


def test_a_pulled_loop_has_the_radius_of_its_tension():
    tension = 6.9e-3
    exact = 0.5 * sqrt(check.SPEC.bending_stiffness / tension)
    assert check.loop_radius(tension, 256) == pytest.approx(exact, rel=0.02)
    assert abs(check.loop_radius(1.21 * tension, 256) / exact - 1) > 0.05
