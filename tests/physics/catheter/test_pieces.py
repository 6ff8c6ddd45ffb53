"""Cut, join, split and mid-edge clamps: shape, twist, folds and sets survive."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics import catheter
from physics.catheter import CATHETERS
from physics.catheter.kink import hinge_rotation, update_hinges, vertex_curvature
from physics.catheter.pieces import arcs_from_tip
from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, rod_from_line, voronoi_lengths
from physics.errors import OutOfRange

SPEC = CATHETERS["ascenda_8780"]
STAGE = Stage(np.zeros((0, 4)), np.zeros((0, 8)), np.zeros((0, 5)), law_table(SPEC))
STILL = Drive(dt_s=0.05, tolerance_n=1e-9, cap=40, drag=0.5)


def twist(state):
    out = np.zeros(state.n_edges)
    out[1:] = np.diff(state.theta) + state.turn[1:]
    return out


def settled(state, fixed, steps=40):
    for _ in range(steps):
        state = replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))
        state, _ = advance(state, SPEC, STAGE, STILL, fixed)
    return state


@pytest.fixture(scope="module")
def bent_and_twisted():
    """A quarter circle of 25 mm radius, one turn in 0.8 of twist, and a fold with memory at two thirds."""
    angle = np.linspace(0.0, 0.5 * np.pi, 33)
    state = rod_from_line(np.column_stack([np.sin(angle), 1.0 - np.cos(angle), 0.0 * angle]) * 0.025, SPEC, "free", 4)
    state = replace(state, theta=np.linspace(0.0, 5.0, state.n_edges))
    hinge = np.zeros(state.n_edges, dtype=bool)
    hinge[21] = True
    kappa = vertex_curvature(state)[21]
    direction = state.hinge_direction.copy()
    direction[21] = kappa / np.linalg.norm(kappa)
    state = replace(state, is_hinge=hinge, hinge_angle=np.where(hinge, 0.6, 0.0), hinge_direction=direction)
    state, _, _ = update_hinges(state, SPEC)
    defects = ((0.004, 3e-4, 0.0), (0.030, 2e-4, 0.0))
    return replace(state, wall_defects=defects, anchor_arc_m=0.008, pinches=((0.02, 0.5),))


def test_a_split_keeps_length_shape_and_total_twist(bent_and_twisted):
    whole = bent_and_twisted
    fine = catheter.split_edge(whole, SPEC, 10, 0.3)
    assert fine.n_edges == whole.n_edges + 1
    assert fine.length_m == pytest.approx(whole.length_m, rel=1e-12)
    assert np.allclose(np.delete(fine.x, 11, axis=0), whole.x)
    assert twist(fine).sum() == pytest.approx(twist(whole).sum(), rel=1e-9)
    rate = twist(fine)[9:14] / voronoi_lengths(fine.rest_length)[9:14]
    assert np.ptp(rate) < 1e-6 * abs(rate.mean())
    assert fine.hinge_angle[22] == whole.hinge_angle[21]


def test_a_split_rod_comes_to_rest_where_the_whole_one_does(bent_and_twisted):
    whole = bent_and_twisted
    fine = catheter.split_edge(whole, SPEC, 21, 0.6)  # right behind the fold
    rest = [settled(state, clamp(state.n_edges, (0, 1), (0,)))for state in (whole, fine)]
    assert np.linalg.norm(rest[0].x[-1] - rest[1].x[-1]) < 1e-4
    assert hinge_rotation(rest[1], SPEC)[21:23].max() == pytest.approx(hinge_rotation(rest[0], SPEC)[21], rel=0.02)


def test_a_cut_gives_two_pieces_with_the_shape_twist_and_folds_of_the_whole(bent_and_twisted):
    whole = bent_and_twisted
    arc = 0.0191
    hand, tip = catheter.cut(whole, SPEC, arc)
    assert tip.length_m == pytest.approx(arc, abs=1e-12)
    assert hand.length_m + tip.length_m == pytest.approx(whole.length_m, rel=1e-12)
    assert np.array_equal(hand.x[-1], tip.x[0])
    assert hand.is_sheared and hand.fragment_m == pytest.approx(arc)
    lost = 0.5 * 5.0 / (whole.n_edges - 1)  # the vertex at the cut, at most two halves of the rate per edge
    assert twist(hand).sum() + twist(tip).sum() == pytest.approx(twist(whole).sum(), abs=4 * lost)
    both = np.concatenate([hand.hinge_angle, tip.hinge_angle])
    assert both.max() == whole.hinge_angle.max() and (both > 0.0).sum() == 1
    assert tip.wall_defects == ((0.004, 3e-4, 0.0),) and tip.anchor_arc_m == 0.008
    assert hand.wall_defects[0][0] == pytest.approx(0.030 - arc) and hand.anchor_arc_m == -1.0
    assert hand.pinches[0] == pytest.approx((0.02 - arc, 0.5))


def test_joining_the_pieces_gives_the_whole_again(bent_and_twisted):
    whole = bent_and_twisted
    hand, tip = catheter.cut(whole, SPEC, float(arcs_from_tip(whole)[14]))
    swung = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    away = replace(
        hand, x=hand.x @ swung.T + [0.1, 0.2, 0.3], tangent=hand.tangent @ swung.T, director=hand.director @ swung.T
    )
    again = catheter.join(away, tip, SPEC)
    assert again.n_edges == whole.n_edges
    assert again.length_m == pytest.approx(whole.length_m, rel=1e-12)
    assert np.allclose(again.rest_length, whole.rest_length)
    assert np.allclose(again.hinge_angle, whole.hinge_angle)
    assert np.allclose([row[0] for row in again.wall_defects], [row[0] for row in whole.wall_defects])
    kappa = np.linalg.norm(vertex_curvature(again), axis=1)
    assert kappa[14] < 1e-7 and twist(again)[14] == 0.0  # no bend and no twist built in at the joint
    inner = [j for j in range(1, whole.n_edges) if j != 14]
    assert np.allclose(kappa[inner], np.linalg.norm(vertex_curvature(whole), axis=1)[inner], atol=1e-9)
    assert np.allclose(twist(again)[inner], twist(whole)[inner], atol=1e-9)
    _, stats = advance(again, SPEC, STAGE, STILL, clamp(again.n_edges, (0, 1), (0,)))
    assert np.isfinite(stats).all()


def test_a_cut_beyond_the_end_is_refused_with_name_value_and_range(bent_and_twisted):
    for arc in (0.0, -0.01, bent_and_twisted.length_m, 3.0, float("nan")):
        with pytest.raises(OutOfRange, match="cut.arc_m"):
            catheter.cut(bent_and_twisted, SPEC, arc)


def test_jaws_hold_one_edge_and_nothing_else_moves_it(bent_and_twisted):
    state = bent_and_twisted
    fixed, edge = catheter.grip_mask(state, 0.012)
    middle = 0.5 * (arcs_from_tip(state)[edge] + arcs_from_tip(state)[edge + 1])
    assert abs(middle - 0.012) <= 0.5 * state.rest_length[edge] + 1e-12
    assert fixed.sum() == 7
    moved = settled(state, fixed)
    assert np.array_equal(moved.x[edge : edge + 2], state.x[edge : edge + 2])
    assert moved.theta[edge] == state.theta[edge]
    assert np.linalg.norm(moved.x[0] - state.x[0]) > 1e-3  # both free ends have straightened
    assert np.abs(twist(moved)).max() < 1e-3  # and the twist has run out of them


def test_a_mid_edge_clamp_is_second_order():
    """A cantilever beyond the jaws under a dead load: w = P L3 / 3 EI, L from the middle of the held edge."""
    errors = []
    for n in (21, 43):
        line = np.column_stack([np.linspace(0.0, 0.06, n + 1), np.zeros(n + 1), np.zeros(n + 1)])
        state = rod_from_line(line, SPEC, "free")
        fixed, edge = catheter.grip_mask(state, 0.03)
        load = np.zeros_like(line)
        load[-1, 1] = 1e-5
        for _ in range(60):
            state = replace(state, v=np.zeros_like(state.v))
            state, _ = advance(state, SPEC, STAGE, replace(STILL, tolerance_n=1e-12), fixed, dead_load=load)
        arm = 0.06 - 0.5 * (line[edge, 0] + line[edge + 1, 0])
        errors.append(abs(state.x[-1, 1] / (1e-5 * arm**3 / 3.0 / SPEC.bending_stiffness) - 1.0))
    assert errors[1] < 2e-3
    assert errors[0] / errors[1] > 3.0


@pytest.mark.parametrize("is_behind", [True, False])
@pytest.mark.parametrize("pushed_m", [0.0, 0.045])  # the tunneller stops short of the pocket's middle, or nearly in it
@pytest.mark.parametrize("length_m", [0.92, 1.06])  # the way alone, and turns of slack
def test_the_catheter_never_lies_in_the_can(synthetic, freed, is_behind, pushed_m, length_m):
    way = synthetic.route()
    to_middle = way.pump_centre_m - way.tunnel_m[-1]
    last = way.tunnel_m[-1] + pushed_m * to_middle / np.linalg.norm(to_middle)
    tunnel = np.vstack([way.tunnel_m, last]) if pushed_m else way.tunnel_m
    can_radius_m = float(np.linalg.norm(way.outlet_m - way.pump_centre_m))
    state, around = freed
    laid, _ = synthetic.implant(state, around, tunnel_m=tunnel, is_coil_behind=is_behind, length_m=length_m)
    from_centre = laid.x - way.pump_centre_m
    height = from_centre @ way.pump_normal
    flat = np.linalg.norm(from_centre - height[:, None] * way.pump_normal, axis=1)
    clear_m = way.pump_half_thickness_m + 0.5 * SPEC.radius_m  # settled on tissue as it is, a wall may dent by half
    is_level_with_can = (flat < can_radius_m - 1e-3) & (np.abs(height) < clear_m)
    assert not is_level_with_can.any()
    over = (flat < can_radius_m - 1e-3) & (laid.zone == 4)
    assert over.any() and (np.sign(height[over]) == (-1.0 if is_behind else 1.0)).all()
