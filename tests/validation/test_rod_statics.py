"""A rod at rest: wrong laws are noticed (that the right ones pass is in test_rod_rows)."""

from __future__ import annotations

from math import pi, sqrt

import pytest

from game.validate import closed_forms as exact
from game.validate import rod_statics as check
from game.validate.rods import EI, least_order


def test_known_values_of_the_closed_forms():
    assert exact.elastica_tip(2.0) == pytest.approx((0.83936, 0.49346), abs=1e-5)  # Bisshopp and Drucker 1945
    assert exact.clamped_column(0.01)[0] == pytest.approx(4 * pi**2 * 1.005, rel=1e-4)  # beyond Euler by half of it
    assert exact.pinned_column(0.01)[0] == pytest.approx(pi**2 * 1.005, rel=1e-4)
    assert exact.heavy_elastica_tip(0.01)[1] == pytest.approx(0.01 / 8, rel=1e-3)
    assert exact.catenary_sag(0.99) == pytest.approx(sqrt(3 * 0.99 * 0.01 / 8), rel=0.01)
    assert exact.clothoid_tip(0.01)[1] == pytest.approx(0.01 / 3, rel=1e-3)


def test_a_bending_stiffness_wrong_by_a_tenth_is_noticed():
    assert abs(check.cantilever_tip(64, ei_factor=1.1)[1] - exact.elastica_tip()[1]) > 1e-2
    assert check.heavy_error(32, ei_factor=1.1) > 1e-2
    assert abs(check.column_force(64, 0.1, ei_factor=1.1)[0] / exact.clamped_column(0.1)[0] - 1) > 0.05


def test_a_clamp_at_a_node_instead_of_mid_edge_would_lose_the_order():
    assert least_order(lambda n: check.cantilever_tip(n)[1] - exact.elastica_tip()[1] * (1 + 1 / n), (8, 16, 32)) < 1.5


def test_a_loop_of_another_tension_has_another_radius():
    assert abs(check.loop_radius(1.21 * 6.9e-3, 256) / (0.5 * sqrt(EI / 6.9e-3)) - 1) > 0.05


def test_a_rest_curvature_wrong_by_a_hundredth_is_noticed():
    assert check.clothoid_error(64, factor=1.01) > 5e-3


def test_a_twisting_stiffness_wrong_by_a_tenth_changes_the_spring():
    target, model = check.spring_force(128, gj_factor=1.1)
    assert abs(model / target - 1) > 0.05
