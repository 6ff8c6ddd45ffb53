"""Jaws, clamps, stitches, needles and connectors: what they leave in the tube, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics import catheter
from physics.catheter import CATHETERS
from physics.catheter.damage import crushed_share
from physics.catheter.kink import fold_changes, hinge_moment, update_hinges, vertex_moment
from physics.catheter.lumen import pressed
from physics.catheter.models import CatheterSpec, TipHoles
from physics.catheter.rod import rod_from_line
from physics.errors import CommandError, OutOfRange

SPEC = CATHETERS["ascenda_8780"]


def straight(length_m=0.2, n=80, phase="implanted"):
    line = np.column_stack([np.linspace(0.0, length_m, n + 1), np.zeros(n + 1), np.zeros(n + 1)])
    return replace(rod_from_line(line, SPEC, phase), exit_m=np.array([1.0, 0.0, 0.0]))


def test_a_clamp_shuts_where_it_is_and_rubber_leaves_nothing_behind():
    state = catheter.clamp_on(straight(), 0.050, 6.0, True, 100.0)
    lumen = catheter.patency(state, SPEC)
    shut = int(lumen.argmin())
    assert lumen[shut] == 0.0 and (lumen < 1.0).sum() == 1
    assert 0.150 - 0.2 / 80 < state.x[shut, 0] < 0.150 + 0.2 / 80
    opened, told = catheter.clamps_off(state, 160.0)
    assert [name for name, _, _ in told] == ["CatheterUnclamped"]
    assert catheter.patency(opened, SPEC).min() > 0.99


def test_bare_toothed_jaws_crush_and_hole_the_tube():
    state = catheter.clamp_on(straight(), 0.050, 8.0, False, 0.0)
    opened, told = catheter.clamps_off(state, 60.0)
    assert [name for name, _, _ in told] == ["CatheterUnclamped", "CatheterCrushed", "CatheterHoled"]
    assert 0.2 < catheter.patency(opened, SPEC).min() < 0.6
    assert opened.wall_defects == ((0.050, 2e-4, 0.0),)


def test_a_clamp_left_on_for_hours_leaves_a_set():
    shares = [crushed_share(6.0, True, hours * 3600.0) for hours in (0.0, 1.0, 24.0)]
    assert shares[0] == 1.0 > shares[1] > shares[2] > 0.7
    assert crushed_share(30.0, False, 0.0) == 0.0


def test_the_worst_of_two_grips_at_one_place_counts_once():
    state = straight()
    for force in (6.0, 4.0, 8.0):
        state, _ = catheter.gripped(state, 0.05, force, False, 0.0)
    assert len(state.pinches) == 1 and len(state.wall_defects) == 1
    assert state.pinches[0][1] == pytest.approx(crushed_share(8.0, False, 0.0))


def test_a_stitch_over_the_tube_pinches_and_one_through_it_leaks():
    over, _ = catheter.stitched(straight(), 0.05, 4.5, False)
    assert catheter.patency(over, SPEC).min() == pytest.approx(0.5, abs=0.01)
    assert not over.wall_defects
    through, told = catheter.stitched(straight(), 0.05, 1.0, True)
    assert ("CatheterHoled", 0.05, "stitch") in told and through.wall_defects[0][1] == 3e-4


def test_a_needle_through_the_tube_holes_it_where_it_crossed_and_beside_it_does_not():
    state = straight()
    for offset, hits in ((0.0, True), (0.5e-3, True), (0.7e-3, False)):
        a, b = np.array([0.13, offset, 0.02]), np.array([0.13, offset, -0.02])
        after, told = catheter.punctured(state, SPEC, a, b, 0.72e-3)
        assert bool(told) == hits
        if hits:
            assert after.wall_defects == ((pytest.approx(0.07), 0.72e-3, 0.0),)
    short, told = catheter.punctured(state, SPEC, np.array([0.13, 0.0, 0.02]), np.array([0.13, 0.0, 0.001]), 7e-4)
    assert short is state and not told


def test_the_first_strand_in_the_way_is_hit():
    line = np.array([[x, 0.0, 0.0] for x in np.linspace(0, 0.05, 26)] + [[0.05 - x, 0.0, 0.004] for x in np.linspace(0.001, 0.05, 25)])
    state = replace(rod_from_line(line, SPEC, "implanted"), exit_m=np.ones(3))
    down, _ = catheter.punctured(state, SPEC, np.array([0.02, 0.0, 0.02]), np.array([0.02, 0.0, -0.02]), 7e-4)
    up, _ = catheter.punctured(state, SPEC, np.array([0.02, 0.0, -0.02]), np.array([0.02, 0.0, 0.02]), 7e-4)
    assert down.wall_defects[0][0] < up.wall_defects[0][0]  # the tip's strand lies above


def test_a_connector_holds_by_its_seat_and_a_tug_finds_out():
    assert catheter.connector_hold_n(1.0) == pytest.approx(15.0)
    assert catheter.connector_hold_n(0.4) == pytest.approx(1.2, rel=0.01)
    assert catheter.tugged(1.0, 5.0) == (1.0, [("ConnectorHeld", 5.0, "tug test")])
    assert catheter.tugged(0.4, 2.0) == (0.0, [("CatheterDisconnected", 2.0, "tug test")])
    seat, told = catheter.tugged(0.5, 0.9 * catheter.connector_hold_n(0.5))
    assert seat == 0.45 and told[0][0] == "ConnectorSlipped"


def bent_at(state, vertex, angle):
    """The same straight rod bent at one vertex."""
    turn = np.where(np.arange(state.n_edges) >= vertex, angle, 0.0)
    edge = state.rest_length[:, None] * np.column_stack([np.cos(turn), np.sin(turn), 0.0 * turn])
    x = np.vstack([np.zeros(3), np.cumsum(edge, axis=0)])
    shaped = rod_from_line(x, SPEC, "implanted")
    names = ("is_hinge", "hinge_angle", "hinge_direction", "bending", "rest_curvature", "is_folded")
    return replace(shaped, **{name: getattr(state, name) for name in names})


def test_a_fold_opens_again_and_folds_a_second_time_at_a_lower_moment():
    state, told = straight(n=160), []
    first = second = 0.0
    for angle in np.concatenate([np.linspace(0, 1.2, 60), np.linspace(1.2, 0, 60), np.linspace(0, 1.2, 60)]):
        state = bent_at(state, 80, float(angle))
        state, _, made = update_hinges(state, SPEC)
        state, opened = fold_changes(state, SPEC)
        told += [name for name, _, _ in made + opened]
        moment = np.linalg.norm(vertex_moment(state)[80])
        if told == ["CatheterKinked"]:
            first = max(first, moment)
        elif len(told) > 1:
            second = max(second, moment)
    assert told == ["CatheterKinked", "CatheterUnkinked", "CatheterKinked"]
    assert second == pytest.approx(hinge_moment(float(state.hinge_angle[80]), SPEC.kink_moment), rel=0.01)
    assert second < 0.6 * first < 0.6 * 1.1 * SPEC.kink_moment


@pytest.mark.parametrize(
    ("name", "value"),
    [("bending_stiffness", 0.0), ("bending_stiffness", -1e-6), ("length_m", 0.0), ("length_m", -1.0),
     ("outer_diameter_m", float("nan")), ("inner_diameter_m", 2e-3), ("kink_radius_m", 1e-4),
     ("twisting_stiffness", float("inf")), ("friction_canal", -0.1), ("spinal_length_m", 3.0)],
)  # fmt: skip
def test_a_tube_that_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(OutOfRange, match=f"CatheterSpec.{name} = "):
        replace(SPEC, **{name: value})


def test_every_model_has_a_mark_for_every_mechanical_number():
    named = {row[0] for row in catheter.EVIDENCE}
    for model in CATHETERS:
        for field in ("outer_diameter_m", "inner_diameter_m", "bending_stiffness", "twisting_stiffness", "kink_radius_m",
                      "stretching_stiffness", "friction_canal", "length_m", "break_force_n"):  # fmt: skip
            assert f"{model}.{field}" in named


def test_tip_holes_lie_between_the_first_and_the_last():
    arcs = CATHETERS["ascenda_8780"].tip.arcs_m()
    assert len(arcs) == 6 and arcs[0] == pytest.approx(2e-3) and arcs[-1] == pytest.approx(12e-3)
    assert TipHoles(is_end_closed=False).arcs_m()[0] == 0.0
    with pytest.raises(OutOfRange):
        TipHoles(n_holes=0)


def test_bad_hands_are_refused(synthetic, threaded):
    state, around, _ = threaded
    for travel in (10.0, float("nan"), -1.0):
        with pytest.raises(OutOfRange, match="feed.travel_m"):
            catheter.feed(state, SPEC, around, travel, 0.0, None, 1 / 64)
    torn = around.needle_line_m.copy()
    torn[3, 1] = np.nan
    with pytest.raises(OutOfRange, match=r"feed.needle_line_m.*\(3, 1\)"):
        catheter.feed(state, SPEC, replace(around, needle_line_m=torn), 0.0, 0.0, None, 1 / 64)
    with pytest.raises(OutOfRange, match="feed.dt_s"):
        catheter.feed(state, SPEC, around, 0.0, 0.0, None, 0.0)
    with pytest.raises(OutOfRange, match="Route.coil_radius_m"):
        synthetic.route(coil_radius_m=5e-4)
    with pytest.raises(OutOfRange, match="Route.length_m"):
        synthetic.route(length_m=-0.7)
    with pytest.raises(OutOfRange, match="place_anchor.distance_m"):
        catheter.place_anchor(state, -0.01, 3, "fascia")
    with pytest.raises(OutOfRange, match="gripped.force_n"):
        catheter.gripped(state, 0.1, float("nan"), True, 0.0)


def test_a_specification_is_a_row_like_any_other():
    assert isinstance(replace(SPEC, kink_radius_m=4e-3), CatheterSpec)
    assert issubclass(CommandError, OutOfRange)


def test_a_pull_within_what_holds_leaves_the_tip_and_one_beyond_draws_it_out(freed):
    state, around = freed
    tied = catheter.place_anchor(catheter.tie_purse_string(state, 2.0), 0.010, 3, "fascia")
    _, held, told = catheter.pull_tail(tied, SPEC, around, 1.0)
    assert held < 1e-3 and not told
    _, moved, told = catheter.pull_tail(state, SPEC, around, 1.0)
    assert moved > 2e-3 and told[0][0] == "CatheterDisplaced"


def test_a_tunnel_without_sheath_drags_with_length_and_bends():
    line = np.array([[0.0, 0.0, 0.0], [0.2, 0.0, 0.0]])
    corner = np.array([[0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [0.1, 0.1, 0.0]])
    bare = catheter.tunnel_drag_n(line, SPEC, False)
    assert bare == pytest.approx(5.0 * 0.2)
    expected = 0.5 * np.exp(SPEC.friction_tissue * np.pi / 2) + 0.5
    assert catheter.tunnel_drag_n(corner, SPEC, False) == pytest.approx(expected)
    assert catheter.tunnel_drag_n(corner, SPEC, True) < 0.1 * bare


def test_way_points_upon_each_other_make_no_edge_without_length(synthetic, freed):
    state, around = freed
    way = synthetic.route().tunnel_m
    laid, _ = catheter.lay_out(state, SPEC, around, synthetic.route(tunnel_m=np.repeat(way, 3, axis=0)))
    assert laid.rest_length.min() > 1e-5 and np.isfinite(laid.x).all()


def test_a_wall_that_presses_leaves_the_oval_of_a_ring_carried_by_shear():
    spec = CATHETERS["silicone_8709"]
    mean = 0.25 * (spec.outer_diameter_m + spec.inner_diameter_m)
    wall = 0.5 * (spec.outer_diameter_m - spec.inner_diameter_m)
    modulus = spec.bending_stiffness * 64.0 / np.pi / (spec.outer_diameter_m**4 - spec.inner_diameter_m**4)
    rigidity = modulus / (1.0 - 0.5**2) * wall**3 / 12.0
    line_load = 900.0
    # inextensible ring, mode by mode: u_n = w R3 / (pi E'I (n2 - 1)2); the shear sin(theta) loads mode 1 alone
    give = sum(2.0 * line_load * mean**3 / (np.pi * rigidity * (n * n - 1.0) ** 2) for n in range(2, 400, 2))
    expected = (spec.inner_diameter_m - give) * (spec.inner_diameter_m + give) / spec.inner_diameter_m**2
    shares = []
    for n in (40, 320):  # the same load on a length of 60 mm, coarse and fine
        state = straight(0.2, n)
        load = np.zeros((n + 1, 3))
        near = np.abs(state.x[:, 0] - 0.1) < 0.03
        load[near, 0] = line_load * 0.2 / n
        state = replace(state, load=load)
        shares.append(pressed(state, spec)[n // 2])
        assert catheter.patency(state, spec).min() == pytest.approx(expected, rel=1e-5)
    assert shares == pytest.approx([expected] * 2, rel=1e-5)


def test_a_point_load_counts_the_same_on_any_mesh():
    shares = []
    for n in (200, 400, 800):
        load = np.zeros((n + 1, 3))
        load[n // 2, 0] = 3.0
        shares.append(pressed(replace(straight(0.2, n), load=load), SPEC)[n // 2])
    assert shares[0] < 0.95
    assert shares == pytest.approx([shares[0]] * 3, rel=1e-9)
