"""The stylet: stiffness, yield and set, drag in bends, and what its end does to the wall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics import catheter
from physics.catheter import CATHETERS
from physics.catheter.kink import composed, update_hinges, vertex_moment, yielded
from physics.catheter.rod import rod_from_line, voronoi_lengths
from physics.catheter.stylet import with_stylet

SPEC = CATHETERS["ascenda_8780"]


def arc_of(radius_m, length_m=0.06, n=60):
    angle = np.linspace(0.0, length_m / radius_m, n + 1)
    line = np.column_stack([np.sin(angle), 1.0 - np.cos(angle), 0.0 * angle]) * radius_m
    return rod_from_line(line, SPEC, "threading")


def wired(state):
    """The same shape with a straight wire all along (it was in before the tube was bent)."""
    return with_stylet(replace(state, stylet_behind_tip_m=0.0), SPEC)


def moment_of(state):
    return np.linalg.norm(vertex_moment(state)[1:], axis=1)


def test_a_wire_bent_within_its_yield_springs_back_whole():
    state, _ = catheter.move_stylet(arc_of(0.030), SPEC, 0.0)
    assert not yielded(state, SPEC).stylet_set.any()
    assert moment_of(state)[5:-5] == pytest.approx((SPEC.stylet_bending_stiffness + SPEC.bending_stiffness) / 0.030, rel=0.01)


@pytest.mark.parametrize("radius_m", [0.020, 0.010, 0.006])
def test_a_wire_bent_further_carries_its_yield_moment_and_keeps_the_rest(radius_m):
    state = wired(arc_of(radius_m))
    state = yielded(state, SPEC)
    kept = np.linalg.norm(state.stylet_set, axis=1)[5:-5]
    assert kept == pytest.approx(1.0 / radius_m - SPEC.stylet_yield_curvature, rel=0.01)
    expected = SPEC.stylet_yield_moment + SPEC.bending_stiffness / radius_m
    assert moment_of(state)[5:-5] == pytest.approx(expected, rel=0.01)
    assert yielded(state, SPEC) is state  # the same bend again gives no more


def test_a_wire_with_a_set_rests_where_tube_and_wire_balance():
    state, _ = catheter.move_stylet(arc_of(0.010), SPEC, 0.0)
    state = yielded(state, SPEC)
    rest = np.linalg.norm(state.rest_curvature, axis=1)[5:-5] / voronoi_lengths(state.rest_length)[5:-5]
    share = SPEC.stylet_bending_stiffness / (SPEC.stylet_bending_stiffness + SPEC.bending_stiffness)
    assert rest == pytest.approx(share * (100.0 - SPEC.stylet_yield_curvature), rel=0.01)
    out, _ = catheter.move_stylet(state, SPEC, None)
    assert not out.rest_curvature.any()
    assert np.array_equal(out.bending, np.full(out.n_edges, SPEC.bending_stiffness))
    again, _ = catheter.move_stylet(out, SPEC, 0.0)  # it was laid on the table, bent as it is
    assert np.allclose(again.stylet_set[5:-5], state.stylet_set[5:-5])


def test_the_set_moves_along_with_the_wire():
    line = np.column_stack([np.linspace(0.0, 0.06, 61), np.zeros(61), np.zeros(61)])
    state, _ = catheter.move_stylet(rod_from_line(line, SPEC, "threading"), SPEC, 0.0)
    bump = np.zeros((60, 2))
    bump[30] = [50.0, 0.0]
    state = composed(replace(state, stylet_set=bump), SPEC)
    drawn, _ = catheter.move_stylet(state, SPEC, 0.010)
    assert int(np.linalg.norm(drawn.stylet_set, axis=1).argmax()) == 20  # ten edges of a millimetre to the hand


def test_a_straight_wire_does_not_drag_and_a_tighter_bend_drags_more():
    def bend(radius_m):
        turn = np.clip(np.linspace(-0.02, 0.04, 61) / radius_m, 0.0, 1.2)
        edge = 1e-3 * np.column_stack([np.cos(turn), np.sin(turn), 0.0 * turn])
        line = np.vstack([np.zeros(3), np.cumsum(edge, axis=0)])
        return catheter.move_stylet(rod_from_line(line, SPEC, "threading"), SPEC, 0.0)[0]

    line = np.column_stack([np.linspace(0.0, 0.06, 61), np.zeros(61), np.zeros(61)])
    straight, _ = catheter.move_stylet(rod_from_line(line, SPEC, "threading"), SPEC, 0.0)
    assert catheter.stylet_drag_n(straight, SPEC) < 1e-9
    assert 0.0 < catheter.stylet_drag_n(bend(0.06), SPEC) < catheter.stylet_drag_n(bend(0.03), SPEC)


def test_a_wire_drawn_back_past_a_sharp_bend_takes_the_tip_along():
    corner = np.vstack([np.column_stack([np.linspace(-0.03, 0, 31), np.zeros(31), np.zeros(31)]),
                        np.column_stack([np.zeros(30), np.linspace(0.001, 0.03, 30), np.zeros(30)])])  # fmt: skip
    state, _ = catheter.move_stylet(rod_from_line(corner, SPEC, "threading"), SPEC, 0.0)
    after, told = catheter.move_stylet(state, SPEC, None)
    assert after.is_tip_damaged and told[0][0] == "CatheterTipDamaged"
    gentle, _ = catheter.move_stylet(arc_of(0.035), SPEC, 0.0)
    assert not catheter.move_stylet(gentle, SPEC, None)[0].is_tip_damaged


def test_a_wire_pushed_into_a_sharp_bend_goes_through_the_wall_there():
    turn = np.where(np.arange(60) == 30, 0.5, 0.0).cumsum()
    edge = 1e-3 * np.column_stack([np.cos(turn), np.sin(turn), 0.0 * turn])
    state = rod_from_line(np.vstack([np.zeros(3), np.cumsum(edge, axis=0)]), SPEC, "threading")
    state, _ = catheter.move_stylet(state, SPEC, 0.05)
    after, told = catheter.move_stylet(state, SPEC, 0.0)
    assert told == [("StyletPerforated", pytest.approx(0.030), "bend")]
    assert after.stylet_behind_tip_m == pytest.approx(0.030)
    assert after.wall_defects[0][:2] == pytest.approx((0.030, SPEC.stylet_diameter_m))


def test_a_wire_beyond_the_tip_has_pierced_it():
    state, told = catheter.move_stylet(arc_of(0.05), SPEC, -0.004)
    assert told == [("StyletPerforated", 0.0, "tip")]
    assert state.wall_defects == ((0.0, SPEC.stylet_diameter_m, 0.0),)


def test_a_stylet_keeps_the_tube_from_folding_only_while_it_bears_the_bend():
    """The wall folds at its own curvature: the wire shares the moment, not the strain."""
    tight = arc_of(0.0025)
    for state in (tight, wired(tight)):
        assert any(name == "CatheterKinked" for name, _, _ in update_hinges(state, SPEC)[2])
    wide = arc_of(0.0035)
    assert not update_hinges(wired(wide), SPEC)[2]
