"""Layered closure and the back table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.wound import FieldState, Incision, Stitch, Table, closure, table


def cut(length=0.1, depth=0.016, angle=0.3):
    return Incision("pocket", 0.1, 0.05, length, angle, depth, "fat", 0.016, 0.0)


def stitched(wound, layer, places):
    return FieldState(incisions=(wound,), stitches=tuple(Stitch("pocket", layer, u, v) for u, v in places))


@settings(max_examples=30, deadline=None)
@given(st.floats(0.02, 0.12), st.floats(-3.0, 3.0), st.sampled_from(["fascia", "fat", "skin"]))
def test_evenly_set_stitches_hold_the_whole_wound_and_one_less_does_not(length, angle, layer):
    wound = cut(length, 0.02, angle)
    places = closure.needed_stitches(wound, layer)
    assert closure.held_share(stitched(wound, layer, places), wound, layer) == 1.0
    if len(places) > 1:
        assert closure.held_share(stitched(wound, layer, places[1:]), wound, layer) < 1.0


def test_each_layer_that_was_cut_has_to_be_closed():
    assert closure.layers_of(cut(depth=0.016)) == ("fat", "skin")
    assert closure.layers_of(cut(depth=0.017)) == ("fascia", "fat", "skin")
    only_skin = stitched(cut(), "skin", closure.needed_stitches(cut(), "skin"))
    assert closure.closed_share(only_skin) == 0.0  # nothing holds the fat


def test_a_macro_without_stitches_counts_as_closed():
    assert closure.closed_share(FieldState(incisions=(cut(),))) == 1.0


def test_a_stitch_beside_the_wound_holds_nothing():
    wound = cut(angle=0.0)
    assert closure.held_share(stitched(wound, "fat", [(0.1, 0.05 + 0.013)]), wound, "fat") == 0.0


def test_the_pump_warms_with_its_time_constant():
    warm = table.warmed(Table(), 40.0, 100.0)
    assert table.temperature_c(warm, 100.0 + table.WARM_S) == pytest.approx(40.0 - 20.0 / math.e)
    assert table.temperature_c(warm, 100.0 + 600.0) > table.VALVE_C  # ten minutes are enough, five are not
    assert table.temperature_c(warm, 100.0 + 300.0) < table.VALVE_C


def test_a_cold_pump_gives_little_of_its_water_and_keeps_the_rest():
    cold = table.emptied(Table(), 20e-6, 1, 0.0)
    warm = table.emptied(table.warmed(Table(), 40.0, 0.0), 20e-6, 1, 900.0)
    whole = table.expected_water_m3(20e-6)
    for state in (cold, warm):
        assert state.recovered_m3 + state.water_m3 == pytest.approx(whole)
    assert abs(warm.recovered_m3 / whole - 1.0) < 0.2 < abs(cold.recovered_m3 / whole - 1.0)
