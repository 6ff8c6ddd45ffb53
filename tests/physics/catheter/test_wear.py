"""What wears: the tube by Miner's rule, the connector by its pull, the tip by the cited rate of fibrin."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from physics.catheter import CATHETERS, Living
from physics.catheter.activity import largest, quantile, BEND
from physics.catheter.growth import growth_per_year
from physics.catheter.implant import material_at
from physics.catheter.rod import rod_from_line
from physics.catheter.wear import DAYS_PER_YEAR, OCCLUSIONS_PER_YEAR, fibrin_day, worn
from physics.errors import OutOfRange

SPEC = CATHETERS["ascenda_8780"]


def straight(n=20):
    line = np.column_stack([np.zeros(n + 1), np.zeros(n + 1), np.linspace(0.0, 0.1, n + 1)])
    return replace(rod_from_line(line, SPEC, "implanted"), fatigue_rate=np.zeros((4, n)), days=1.0)


def test_a_tube_breaks_where_its_miner_sum_reaches_one():
    state = straight()
    state.fatigue_rate[0, 7] = 0.01
    early, quiet = worn(state, SPEC, 5.0, 0.0, 10.0, 100.0, 3)
    late, happened = worn(state, SPEC, 2000.0, 0.0, 10.0, 100.0, 3)
    assert not early.is_fractured and quiet == []
    assert late.is_fractured and late.fracture_gap == 1.0
    assert late.fracture_arc_m == pytest.approx(0.1 * 13 / 20)
    assert [h[0] for h in happened] == ["CatheterFractured"]


def test_a_connector_lets_go_at_its_hold_and_wears_long_before():
    state = straight()
    assert worn(state, SPEC, 1.0, 0.9, 1.0, 0.0, 3)[1] == []
    assert worn(state, SPEC, 1.0, 1.1, 1.0, 0.0, 3)[1][0][0] == "CatheterDisconnected"
    assert worn(state, SPEC, 100.0, 0.9, 1.0, 100.0, 3)[0].is_disconnected
    assert not worn(state, SPEC, 1300.0, 0.1, 10.0, 100.0, 3)[0].is_disconnected


def test_fibrin_begins_at_the_rate_of_the_cited_series():
    years = 43.0 / 12.0
    share = np.mean([fibrin_day(seed) < years * DAYS_PER_YEAR for seed in range(4000)])
    expected = 1.0 - exp(-OCCLUSIONS_PER_YEAR * years)
    assert abs(share - expected) < 3.0 * np.sqrt(expected * (1.0 - expected) / 4000)


def test_another_turn_that_lies_nearer_is_not_the_material_in_the_anchor():
    angle = np.linspace(0.0, 4.0 * np.pi, 81)
    turns = np.column_stack([0.006 * np.cos(angle), 0.006 * np.sin(angle), 1e-4 * angle])
    state = rod_from_line(turns, SPEC, "implanted")
    point = np.array([0.006, 0.0, 1e-4 * 2.0 * np.pi - 4e-4])  # nearer to the first turn than to the second
    second = 0.5 * state.length_m
    assert abs(material_at(state, point) - second) > 0.02
    assert material_at(state, point, second) == pytest.approx(second, abs=2e-3)


def test_largest_of_many_is_the_quantile_of_its_median_chance():
    assert largest(BEND, 0.5, 100.0) == pytest.approx(quantile(BEND, 0.5 ** 0.01))
    assert largest(BEND, 0.5, 1e4) > largest(BEND, 0.5, 10.0)


def test_children_grow_and_adults_do_not():
    assert growth_per_year(8.0, False) == pytest.approx(0.045)
    assert growth_per_year(30.0, True) == 0.0


def test_habits_out_of_range_are_refused():
    with pytest.raises(OutOfRange):
        Living(mobility="flying")
    with pytest.raises(OutOfRange):
        Living(flexions_per_day=float("nan"))
