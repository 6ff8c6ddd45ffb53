"""Bleeding: volumes balance, flows follow their closed forms, vessels converge to their density."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.wound import Bleeder, Depot, FieldState, Incision, bleeding

CUT = Incision("pocket", 0.0, 0.0, 0.1, 0.0, 0.017, "fat", 0.016, 0.0)


def open_wound(*bleeders):
    return FieldState(incisions=(CUT,), bleeders=tuple(bleeders))


def standing_m3(field):
    return sum(cut.blood_m3 for cut in field.incisions)


def vessel(flow=1e-8, is_arterial=True, u=0.0, cut_at=0.0):
    return Bleeder("pocket", u, 0.0, 0.017, flow, is_arterial, cut_at)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["wait", "dab", "wash", "burn"]), st.floats(0.5, 300.0)), max_size=12), st.integers(0, 99))
def test_blood_is_conserved_whatever_is_done(acts, seed):
    field = bleeding.vessels(open_wound(), "pocket", 6.0, (-0.05, 0.0, 0.01), (0.05, 0.0, 0.01), seed, 0.0)
    now = 0.0
    for act, span in acts:
        now += span
        field = bleeding.followed(field, now)
        if act == "dab":
            field, _ = bleeding.dabbed(field, 0.0, 0.0, now)
        elif act == "wash":
            field = bleeding.washed(field, "pocket", 50e-6)
        elif act == "burn" and field.bleeders:
            field, _ = bleeding.cauterised(field, field.bleeders[0].u_m, field.bleeders[0].v_m, "bipolar")
        assert field.bled_m3 == pytest.approx(standing_m3(field) + field.taken_m3 + field.spilled_m3, abs=1e-15)
        assert standing_m3(field) <= bleeding.room_m3(CUT) + 1e-15


def test_a_small_vessel_clots_and_an_artery_does_not():
    small, artery = vessel(1e-8, False), vessel(1e-8, True)
    assert bleeding.bled_m3(small, (), 0.0, 1e6) == pytest.approx(1e-8 * bleeding.CLOT_S)
    assert bleeding.bled_m3(artery, (), 0.0, 1000.0) == pytest.approx(1e-5)
    halves = bleeding.bled_m3(small, (), 0.0, 70.0) + bleeding.bled_m3(small, (), 70.0, 400.0)
    assert halves == pytest.approx(bleeding.bled_m3(small, (), 0.0, 400.0), rel=1e-12)


def test_a_sealed_vessel_loses_nothing_more():
    field = bleeding.followed(open_wound(vessel()), 60.0)
    field, n = bleeding.cauterised(field, 0.001, 0.0, "bipolar")
    later = bleeding.followed(field, 600.0)
    assert n == 1 and later.bled_m3 == field.bled_m3 == pytest.approx(60.0e-8)


def test_monopolar_seals_nothing_under_blood_until_it_is_dabbed():
    field = bleeding.followed(open_wound(vessel(2e-7)), 30.0)
    assert bleeding.cauterised(field, 0.0, 0.0, "monopolar")[1] == 0
    field, taken = bleeding.dabbed(field, 0.0, 0.0, 30.0)
    assert taken == pytest.approx(6e-6)
    assert bleeding.cauterised(field, 0.0, 0.0, "monopolar")[1] == 1


def test_adrenaline_acts_within_its_reach_and_takes_its_minutes():
    depot = Depot(0.0, 0.0, 8e-6, 0.0)
    assert bleeding.adrenaline_share((depot,), 0.0, 0.015, bleeding.ADRENALINE_S) == pytest.approx(bleeding.ADRENALINE_SHARE)
    assert bleeding.adrenaline_share((depot,), 0.0, 0.017, bleeding.ADRENALINE_S) == 1.0  # 8 mL reach 16 mm
    assert bleeding.adrenaline_share((depot,), 0.0, 0.0, 0.0) == 1.0


def test_the_number_of_vessels_converges_to_its_mean():
    mean, n = 3.0, 400
    found = [len(bleeding.vessels(FieldState(), "pocket", mean, (0, 0, 0), (0, 0, 0), seed, 0.0).bleeders) for seed in range(n)]
    assert abs(np.mean(found) - mean) < 4.0 * math.sqrt(mean / n)


def test_a_pass_counts_the_new_tissue_only():
    whole = bleeding.expected_of_cut(0.1, 0.0, 0.012, 0.016, 0.0022)
    parts = bleeding.expected_of_cut(0.1, 0.0, 0.006, 0.016, 0.0022) + bleeding.expected_of_cut(0.1, 0.006, 0.012, 0.016, 0.0022)
    assert whole == pytest.approx(parts)
    assert bleeding.expected_of_cut(0.1, 0.016, 0.020, 0.016, 0.0022) == pytest.approx(bleeding.PER_M2_MUSCLE * 0.1 * 0.004)


def test_passes_draw_different_vessels_and_the_same_seed_the_same():
    one = bleeding.vessels(FieldState(), "pocket", 20.0, (0, 0, 0), (1, 0, 0), 5, 0.0)
    same = bleeding.vessels(FieldState(), "pocket", 20.0, (0, 0, 0), (1, 0, 0), 5, 0.0)
    other = bleeding.vessels(replace(FieldState(), n_cuts=1), "pocket", 20.0, (0, 0, 0), (1, 0, 0), 5, 0.0)
    assert one.bleeders == same.bleeders != other.bleeders
