"""Kinds of anchor, how their stitches are laid and give way, and what the sleeve does to the tube."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics import catheter, commands
from physics.catheter import CATHETERS, anchor, implant
from physics.catheter.posture import Strain
from physics.catheter.wear import strain_amplitude
from physics.errors import CommandError, OutOfRange

ASCENDA, SILICONE = CATHETERS["ascenda_8780"], CATHETERS["silicone_8709"]


def closed(spec=ASCENDA, **how):
    """Return a catheter in its pack with an anchor on it: strength does not ask where it lies."""
    given = {"distance_m": 0.010, "n_sutures": 3, "substrate": "fascia"} | how
    return catheter.place_anchor(catheter.closed_catheter(spec), **given)


def test_every_catheter_has_anchors_of_its_own_family():
    for name in CATHETERS:
        fitting = catheter.kinds_for(name)
        assert fitting and all(name.startswith(anchor.ANCHORS[kind].tubes) for kind in fitting)
    assert {kind for name in CATHETERS for kind in catheter.kinds_for(name)} == set(catheter.ANCHORS)
    assert commands.PlaceAnchor.words["kind"] == (anchor.KIT, *catheter.ANCHORS)


def test_what_does_not_fit_is_refused_by_name():
    with pytest.raises(OutOfRange, match="place_anchor.kind = 'butterfly'; expected what fits ascenda_8780: kit, biwing"):
        closed(kind="butterfly")
    with pytest.raises(OutOfRange, match="n_sutures = 13"):
        closed(n_sutures=13)
    for bad in ({"kind": "glue"}, {"wings": "three"}, {"n_sutures": 2.5}, {"n_sutures": 7}, {"tie_force_n": float("nan")}):
        with pytest.raises(CommandError, match=next(iter(bad))):
            commands.PlaceAnchor(**({"distance_m": 0.01, "n_sutures": 3, "substrate": "fascia"} | bad))


def test_no_number_of_stitches_means_what_the_kind_asks_for():
    for kind in catheter.kinds_for("silicone_8709"):
        assert closed(SILICONE, kind=kind, n_sutures=None).anchor_sutures == anchor.ANCHORS[kind].n_sutures
    data = commands.command_to_dict(commands.PlaceAnchor(0.01, None, "fascia"))
    assert commands.command_from_dict(data) == commands.PlaceAnchor(0.01, None, "fascia")


@pytest.mark.parametrize("spec", [ASCENDA, SILICONE], ids=["ascenda", "silicone"])
@pytest.mark.parametrize(("substrate", "n", "force_n"), [("fascia", 1, 0.9), ("fascia", 2, 1.7), ("fascia", 3, 2.5), ("fat", 1, 0.25), ("fat", 3, 0.25)])
def test_the_kit_tied_as_usual_slips_at_the_design_forces(spec, substrate, n, force_n):
    assert catheter.anchor_strength_n(closed(spec, substrate=substrate, n_sutures=n)) == pytest.approx(force_n, rel=1e-12)


def test_balanced_stitches_have_no_lever_and_equal_shares():
    for kind in anchor.ANCHORS:
        for n in range(1, 7):
            assert set(anchor.crowding(anchor.stitches_of(kind, n, False), n)) == {1.0}


def test_the_tie_decides_the_grip_of_a_bare_sleeve_and_less_that_of_an_injected_one():
    bare = [catheter.anchor_strength_n(closed(SILICONE, tie_force_n=tie)) for tie in (0.0, 1.0, 2.0, 4.0)]
    assert bare == pytest.approx([0.0, 1.25, 2.5, 5.0])
    injected = [catheter.anchor_strength_n(closed(tie_force_n=tie)) for tie in (0.0, 1.0, 2.0, 4.0)]
    assert injected == pytest.approx([1.5, 2.0, 2.5, 3.5])


def test_a_sleeve_that_bends_the_tube_holds_it_like_a_rope_round_a_post():
    straight = catheter.anchor_strength_n(closed(SILICONE))
    bent = catheter.anchor_strength_n(closed(SILICONE, kind="right_angle"))
    assert bent / straight == pytest.approx(np.exp(0.2 * 0.5 * np.pi))


def test_stitches_in_one_wing_hold_less_of_the_tissue_and_let_the_sleeve_turn():
    both, one = (closed(n_sutures=2, substrate="fat", is_one_sided=side) for side in (False, True))
    assert catheter.anchor_strength_n(one) < 0.6 * catheter.anchor_strength_n(both)
    assert anchor.turn_rad(both.anchor_stitches, 0.15) == 0.0 < anchor.turn_rad(one.anchor_stitches, 0.15)
    single = anchor.stitches_of("biwing", 1, True)
    assert anchor.turn_rad(single, 0.15) > 5.0 * anchor.turn_rad(one.anchor_stitches, 0.15)
    stiff, soft = implant.anchor_stiffness_n_per_m(both), implant.anchor_stiffness_n_per_m(one)
    assert stiff == 4000.0 and soft < 0.5 * stiff
    assert 1.0 / anchor.stiffness_n_per_m(single, 0.9) <= 1.0 / 4000.0 + 5.5e-3 / 0.9 + 1e-9  # no further than its lever


def test_stitches_give_one_after_the_other_until_the_rest_holds():
    weak = replace(closed(n_sutures=4), anchor_stitches=tuple(
        (x, y, extra) for (x, y, _), extra in zip(anchor.stitches_of("biwing", 4, False), (200.0, 0.0, 0.0, 0.0), strict=True)))  # fmt: skip
    left = implant.stitches_left(weak)
    assert left[0] == pytest.approx(0.7) and left[1:] == (1.0, 1.0, 1.0)
    first = 9.0 * 4 * 0.7
    held, gave = implant.loaded_stitches(weak, first * 0.99)
    assert gave == [] and held == weak
    last = 9.0 * 4 * anchor.group_hold(weak.anchor_stitches, left, 4)
    assert last == pytest.approx(first)  # three that stand askew hold less than the four did: one takes all with it
    torn, gave = implant.loaded_stitches(weak, first * 1.01)
    assert torn.anchor_stitches == () and gave == [("AnchorStitchGave", 0.0, "fascia")]
    assert catheter.anchor_strength_n(torn) == 0.0


def test_one_weak_stitch_in_line_goes_alone():
    row = ((-8e-3, 0.0, 200.0), (0.0, 0.0, 0.0), (8e-3, 0.0, 0.0), (4e-3, 0.0, 0.0))
    state = replace(closed(n_sutures=4), anchor_stitches=row)
    stands = 9.0 * 4 * anchor.group_hold(row, implant.stitches_left(state), 4)
    assert stands == pytest.approx(27.0)  # max(4 * 0.7, 3 * 1.0) of 9 N
    left, gave = implant.loaded_stitches(state, 26.0)
    assert len(left.anchor_stitches) == 3 and gave == [("AnchorStitchGave", 3.0, "fascia")]


def test_stitches_in_one_wing_cut_through_fat_sooner():
    days = {}
    for side in (False, True):
        state, gave = closed(substrate="fat", n_sutures=2, is_one_sided=side), []
        while not gave:
            state, gave = implant.aged_stitches(replace(state, days=state.days + 0.25), 0.25)
        days[side] = state.days
        assert gave == [("AnchorStitchGave", 0.0, "fat")]
    assert days[False] == pytest.approx(4.0 * np.log(0.95 / 0.05), abs=0.25)  # 1 - 0.95 (1 - exp(-t / 4 d)) = 0.1
    assert days[True] < 0.65 * days[False]


def test_on_fascia_no_ordinary_life_tears_a_stitch_out():
    state, gave = implant.aged_stitches(replace(closed(), days=2000.0), 2000.0)
    assert gave == [] and len(state.anchor_stitches) == 3
    assert implant.loaded_stitches(state, 5.0)[1] == []


def test_a_right_angle_lies_in_its_bend_at_ease_and_open(synthetic, freed):
    state, around = freed
    bend = replace(anchor.ANCHORS["right_angle"], tubes=("ascenda",))
    spec = ASCENDA
    tied = catheter.place_anchor(catheter.tie_purse_string(state, 2.0), 0.010, 3, "fascia")
    laid = {}
    for kind in ("biwing", "right_angle"):
        laid[kind], happened = catheter.lay_out(replace(tied, anchor_kind=kind), spec, around, synthetic.route(loop_radius_m=0.0))
        assert "CatheterKinked" not in [h[0] for h in happened]
    arcs = implant.arcs_from_tip(laid["right_angle"])
    under = np.abs(arcs - laid["right_angle"].anchor_arc_m) < 4e-3
    radius = 1.0 / catheter.curvature(laid["right_angle"])[under]
    assert 0.7 * bend.bend_radius_m < radius.min() < 1.3 * bend.bend_radius_m
    assert catheter.patency(laid["right_angle"], spec).min() > 0.98
    turn = {}
    for kind, it in laid.items():
        arc = implant.arcs_from_tip(it) - it.anchor_arc_m
        before, after = int(np.abs(arc + 9e-3).argmin()), int(np.abs(arc - 9e-3).argmin())
        turn[kind] = float(np.arccos(np.clip(it.tangent[before] @ it.tangent[after], -1.0, 1.0)))
    assert turn["right_angle"] > 1.3 and turn["biwing"] < 0.6


def test_a_bend_sharper_than_the_wall_stands_folds_the_tube(synthetic, freed):
    state, around = freed
    spec = replace(ASCENDA, kink_radius_m=12e-3)
    tied = replace(catheter.place_anchor(state, 0.010, 3, "fascia"), anchor_kind="right_angle")
    _, happened = catheter.lay_out(tied, spec, around, synthetic.route(loop_radius_m=0.020, coil_radius_m=0.025))
    assert "CatheterKinked" in [h[0] for h in happened]


def test_a_sleeve_that_turns_tires_the_tube_at_its_mouths(synthetic, freed):
    state, around = freed
    laid, _ = synthetic.implant(state, around)
    strain = Strain(np.zeros(laid.n_edges), np.zeros((2, laid.n_edges)), 0.0, 0.15)
    assert strain_amplitude(laid, ASCENDA, strain).max() == 0.0
    askew = replace(laid, anchor_stitches=anchor.stitches_of("biwing", 1, True))
    amplitude = strain_amplitude(askew, ASCENDA, strain)
    mouths = implant.arcs_from_tip(askew)[:-1][amplitude > 0.0] - askew.anchor_arc_m
    assert amplitude.max() > 0.01 and np.abs(np.abs(mouths) - 10e-3).max() < 4e-3


def test_a_hard_pull_tears_an_anchor_off_fat_and_not_off_fascia(synthetic, freed):
    state, around = freed
    for substrate, n_left in (("fat", 0), ("fascia", 3)):
        tied = catheter.place_anchor(catheter.tie_purse_string(state, 2.0), 0.010, 3, substrate)
        pulled, _, happened = catheter.pull_tail(tied, ASCENDA, around, 2.0)
        assert len(pulled.anchor_stitches) == n_left
        assert ("AnchorStitchGave" in [h[0] for h in happened]) == (n_left == 0)


def test_an_anchor_stitched_to_fat_by_one_wing_lets_the_catheter_out_sooner(synthetic, freed):
    state, around = freed
    holding, shift = {}, {}
    for one_sided in (False, True):
        tied = catheter.place_anchor(catheter.tie_purse_string(state, 2.0), 0.010, 2, "fat", is_one_sided=one_sided)
        laid, _ = catheter.lay_out(tied, ASCENDA, around, synthetic.route(loop_radius_m=0.0))
        aged, told, samples = catheter.age(laid, ASCENDA, around, 10.0, 3)
        holding[one_sided], shift[one_sided] = len(aged.anchor_stitches), samples[-1].tip_shift_m
    assert holding == {False: 2, True: 0}  # within ten days those in one wing have cut through
    assert shift[True] > 2.0 * shift[False]
