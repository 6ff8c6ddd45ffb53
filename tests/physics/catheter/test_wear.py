"""What wears: the tube by Miner's rule, the connector by its pull, the tip by the cited rate of fibrin."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from physics.catheter import CATHETERS, Living
from physics.catheter.activity import BEND, TWIST, largest, quantile
from physics.catheter.growth import growth_per_year
from physics.catheter.implant import material_at
from physics.catheter.kink import unfolded_curvature, vertex_curvature
from physics.catheter.posture import Strain
from physics.catheter.rod import rod_from_line
from physics.catheter.spec import PATENCY_ANGLE_RAD
from physics.catheter.wear import (
    DAYS_PER_YEAR,
    OCCLUSIONS_PER_YEAR,
    crease_strain,
    ear_strain,
    fibrin_day,
    strain_amplitude,
    wear_share,
    worn,
)
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


def test_a_tip_is_told_occluded_once_a_month_after_fibrin_began():
    state, begins = straight(), fibrin_day(3)
    film, told = worn(replace(state, days=begins + 15.0), SPEC, 1.0, 0.0, 1.0, 0.0, 3)
    assert told == [] and film.tip_occlusion == pytest.approx(0.5)
    shut, told = worn(replace(film, days=begins + 40.0), SPEC, 1.0, 0.0, 1.0, 0.0, 3)
    assert told == [("TipOccluded", 1.0, "fibrin")] and worn(shut, SPEC, 1.0, 0.0, 1.0, 0.0, 3)[1] == []


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


def test_orders_after_surgery_forbid_first_everything_and_then_bends_and_twists():
    told, free = Living("wheelchair", adherence=1.0), Living("wheelchair")
    assert told.flexions_on(1.0) == 0.0 and free.flexions_on(1.0) == pytest.approx(100.0)
    assert 0.0 < max(m.largest_rad for m, _ in told.moves("twist", 1.0)) < TWIST.largest_rad
    later = dict((m.name, n) for m, n in told.moves("flexion", 10.0))
    assert "bend" not in later and later["careful bend"] == 74.0 and later["sit"] == 6.0
    assert told.moves("transfer", 10.0) == free.moves("transfer")  # he is helped, but he is moved
    assert told.moves("flexion", 60.0) == free.moves("flexion")
    assert (told.next_change(0.0), told.next_change(2.0), free.next_change(0.0)) == (2.0, 49.0, float("inf"))


@pytest.mark.parametrize("day", [1.0, 10.0])
def test_who_minds_half_of_it_sits_up_in_bed_and_bends_half_as_often_later(day):
    half = dict((m.name, n) for m, n in Living(adherence=0.5).moves("flexion", day))
    assert half.get("bend", 0.0) == (0.0 if day < 2.0 else 32.0)
    assert half["sit"] == (18.0 if day < 2.0 else 36.0)


def test_careful_movements_tire_by_the_power_of_their_amplitude():
    spec = CATHETERS["silicone_8709"]
    careful = wear_share(spec, Living(adherence=1.0), "side", 10.0)
    assert careful == pytest.approx(0.5**spec.fatigue_exponent, rel=1e-6)
    assert wear_share(spec, Living(adherence=1.0), "side", 1.0) == 0.0
    assert wear_share(spec, Living(), "side", 1.0) == 1.0


def test_habits_out_of_range_are_refused():
    with pytest.raises(OutOfRange):
        Living(mobility="flying")
    with pytest.raises(OutOfRange):
        Living(flexions_per_day=float("nan"))
    with pytest.raises(OutOfRange):
        Living(adherence=1.1)


@pytest.mark.parametrize("spec", [SPEC, CATHETERS["silicone_8709"]], ids=["braided", "silicone"])
def test_a_lumen_pressed_shut_strains_its_ears_as_a_ring_bent_about_half_its_wall(spec):
    wall = 0.5 * (spec.outer_diameter_m - spec.inner_diameter_m)
    mean = 0.25 * (spec.outer_diameter_m + spec.inner_diameter_m)
    shut = ear_strain(np.array([50.0]), spec)[0]
    assert shut == pytest.approx(0.5 * wall * (2.0 / wall - 1.0 / mean), rel=1e-9)
    # an inextensible oval of semi-axes r (1 +- z): its lumen has the area that the strain was read from
    rotation = np.linspace(0.01, 1.0, 9)
    z = ear_strain(rotation, spec)
    inner = 0.5 * spec.inner_diameter_m
    share = (inner + mean * z) * (inner - mean * z) / inner**2
    np.testing.assert_allclose(share, np.exp(-rotation / PATENCY_ANGLE_RAD), atol=1e-12)


@pytest.mark.parametrize("spec", [SPEC, CATHETERS["silicone_8709"]], ids=["braided", "silicone"])
def test_a_shut_fold_is_strained_as_a_bent_strip_of_two_walls(spec):
    wall = 0.5 * (spec.outer_diameter_m - spec.inner_diameter_m)
    low, high = np.array([1.5]), np.array([2.5])  # shut all along: the ears rest
    curvature = 1.0 / (2.0 * spec.outer_diameter_m)  # one radian over the fold
    assert crease_strain(low, high, spec)[0] == pytest.approx(0.5 * wall * curvature, rel=1e-6)
    # folded back on itself it lies on the inner walls: the outer fibre stretches by half, not more
    back = 2.0 * crease_strain(np.array([0.0]), np.array([np.pi]), spec)[0]
    assert back <= max(1.0, ear_strain(np.array([np.pi]), spec)[0])


def test_only_the_change_of_a_fold_tires_it():
    spec = CATHETERS["silicone_8709"]
    still = crease_strain(np.array([1.0]), np.array([1.0]), spec)[0]
    little = crease_strain(np.array([1.0]), np.array([1.05]), spec)[0]
    opened = crease_strain(np.array([0.0]), np.array([1.0]), spec)[0]
    assert still == 0.0 and little < 0.05 * opened


def test_the_wear_of_a_fold_does_not_know_the_mesh():
    spec, rate = CATHETERS["silicone_8709"], []
    for n in (20, 40):
        line = np.column_stack([np.zeros(n + 1), np.zeros(n + 1), np.linspace(0.0, 0.08, n + 1)])
        corner = line.copy()
        turn, k = 1.2, n // 2
        corner[k:, 0] += np.sin(turn) * (line[k:, 2] - line[k, 2])
        corner[k:, 2] = line[k, 2] + np.cos(turn) * (line[k:, 2] - line[k, 2])
        state = replace(rod_from_line(corner, spec, "implanted"), exit_m=np.array([0.0, 0.0, 1.0]))
        kappa = vertex_curvature(state)[k]
        hinge = np.arange(n) == k
        state = replace(
            state, is_hinge=hinge, hinge_direction=np.outer(hinge, kappa / np.linalg.norm(kappa)), hinge_angle=turn * hinge
        )
        bare = unfolded_curvature(state, spec, turn * hinge)
        np.testing.assert_allclose(bare, 0.0, atol=1e-6)  # the fold turned it all
        half = unfolded_curvature(state, spec, (turn - 20.0 * 0.08 / n) * hinge)
        strain = Strain(np.linalg.norm(half, axis=1), np.array([0.2 * hinge, 0.8 * hinge]), 0.0, 0.0)
        rate.append(strain_amplitude(state, spec, strain)[k])
    assert rate[0] == pytest.approx(rate[1], rel=1e-6)
    assert rate[0] == pytest.approx(20.0 * spec.radius_m + crease_strain(np.array([0.2]), np.array([0.8]), spec)[0])
