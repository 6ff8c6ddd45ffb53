"""What becomes of an implanted catheter in 90 days: outcomes come from how it was laid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics import catheter
from physics.catheter import CATHETERS
from physics.catheter.activity import BEND
from physics.catheter.growth import fatten
from physics.catheter.implant import POCKET, arcs_from_tip
from physics.catheter.posture import movement_cycle

SPEC = CATHETERS["ascenda_8780"]


def lived(synthetic, freed, days=90.0, living=None, **how):
    state, around = freed
    laid, happened = synthetic.implant(state, around, **how)
    aged, more, samples = catheter.age(laid, SPEC, around, days, 3, living)
    return laid, aged, around, [h[0] for h in happened], list(more), samples


@pytest.fixture(scope="module")
def attending(synthetic, freed):
    return lived(synthetic, freed, loop_radius_m=0.020, coil_radius_m=0.025)


def test_a_well_laid_catheter_stays_open_and_in_place(attending):
    laid, aged, around, kinks, happened, samples = attending
    assert kinks == [] and happened == []
    assert abs(aged.anchor_slip_m) < 5e-4
    assert samples[-1].tip_shift_m < 2e-3
    assert catheter.patency(aged, SPEC).min() > 0.98
    assert catheter.patency(catheter.sitting(aged, SPEC, around), SPEC).min() > 0.98
    assert 1.0 / catheter.curvature(aged).max() > 7.5e-3


def test_edges_are_fine_where_a_kink_may_form_and_few_in_all(attending):
    laid = attending[0]
    exit_node = int(np.flatnonzero(laid.zone == 1)[0])
    assert laid.rest_length[exit_node - 10 : exit_node + 6].max() <= 0.4 * SPEC.kink_radius_m * 1.05
    assert laid.n_edges < 220


def test_without_anchor_and_loop_it_walks_out_by_centimetres(synthetic, freed):
    _, _, _, _, happened, samples = lived(synthetic, freed, sutures=0, loop_radius_m=0.0)
    assert samples[-1].tip_shift_m > 0.02
    assert "CatheterDisplaced" in [h[0] for h in happened]
    month = [s for s in samples if s.day <= 30.0][-1]
    assert samples[-1].tip_shift_m - month.tip_shift_m < 0.01  # scar has stopped it


def test_a_patient_kept_in_bed_draws_an_unheld_catheter_out_less_than_one_told_nothing(synthetic, freed):
    shifts = []
    for adherence in (1.0, 0.0):
        living = catheter.Living(adherence=adherence)
        _, _, _, _, _, samples = lived(synthetic, freed, 3.0, living, sutures=0, loop_radius_m=0.0)
        shifts.append({s.day: s.tip_shift_m for s in samples})
    bed, free = shifts
    assert bed[2.0] < 1e-3  # flat and rolled like a log
    assert bed[3.0] > bed[2.0] + 1e-3  # on the third day he sits
    assert bed[3.0] < 0.6 * free[3.0]


def test_a_shallow_catheter_anchored_in_fat_leaves_the_sac(synthetic, freed_shallow):
    _, aged, around, _, happened, _ = lived(
        synthetic, freed_shallow, sutures=1, substrate="fat", loop_radius_m=0.0
    )
    names = [h[0] for h in happened]
    assert "AnchorSlipped" in names and "CatheterLeftSac" in names
    assert catheter.inserted_length(aged, around) < 3e-3


def test_a_shallow_catheter_anchored_on_fascia_stays(synthetic, freed_shallow):
    _, aged, around, _, happened, _ = lived(synthetic, freed_shallow, sutures=3)
    assert catheter.inserted_length(aged, around) > 0.02
    assert "CatheterLeftSac" not in [h[0] for h in happened]


def test_a_tight_loop_folds_at_once_and_shuts_with_flexion(synthetic, freed):
    laid, aged, around, kinks, happened, samples = lived(synthetic, freed, loop_radius_m=0.003)
    assert "CatheterKinked" in kinks
    assert catheter.patency(laid, SPEC).min() > 0.4
    assert min(s.min_patency for s in samples) < 0.12
    assert "LumenOccluded" in [h[0] for h in happened]


def test_a_steep_track_along_bone_folds_at_the_exit_and_more_so_sitting(synthetic):
    threaded, around, _ = synthetic.thread(angle_deg=80.0)
    freed, _ = catheter.withdraw_needle(threaded, SPEC, around, True)
    hard = replace(around, track_stiffness_pa=catheter.BONE_EDGE_STIFFNESS_PA)
    for bed, folds in ((hard, True), (around, False)):
        laid, _ = synthetic.implant(freed, bed, loop_radius_m=0.0)
        aged, happened, samples = catheter.age(laid, SPEC, bed, 10.0, 3)
        assert ("CatheterKinked" in [h[0] for h in happened]) == folds
        if folds:
            assert samples[-1].min_patency_sitting < samples[-1].min_patency < 0.4


def test_bone_pinches_a_thin_wall_in_a_bend_and_not_a_thick_one(synthetic):
    threaded, around, _ = synthetic.thread(angle_deg=80.0)
    freed, _ = catheter.withdraw_needle(threaded, SPEC, around, True)
    hard = replace(around, track_stiffness_pa=catheter.BONE_EDGE_STIFFNESS_PA)
    laid, _ = synthetic.implant(freed, hard, loop_radius_m=0.0)
    names = []
    for spec in (replace(SPEC, inner_diameter_m=1.1e-3), SPEC):
        _, happened, _ = movement_cycle(laid, spec, hard, BEND, 0.6, 12)
        names.append([h[0] for h in happened])
    assert "CatheterPinched" in names[0] and "CatheterPinched" not in names[1]


def test_life_in_pieces_is_life_at_once_for_a_well_laid_catheter(synthetic, freed):
    state, around = freed
    laid, _ = synthetic.implant(state, around)
    for days in (3.0, 4.0):
        laid, _, _ = catheter.age(laid, SPEC, around, days, 3)
    assert laid.days == 7.0
    assert abs(laid.anchor_slip_m) < 5e-4


@pytest.mark.parametrize("gained_m", [6e-3, -6e-3])
def test_gained_fat_carries_pump_and_tunnel_outward_and_lost_fat_inward(attending, gained_m):
    laid, _, around, _, _, _ = attending
    fat, happened = fatten(laid, SPEC, around, gained_m)
    move, away = fat.x[0] - laid.x[0], laid.x[laid.zone == POCKET].mean(axis=0) - laid.exit_m
    assert np.linalg.norm(move) == pytest.approx(abs(gained_m), rel=0.02)  # the connector goes with the pump
    assert np.sign(move @ away) == np.sign(gained_m)
    assert fat.fat_gained_m == gained_m and happened == []
    sleeve = np.abs(arcs_from_tip(laid) - laid.anchor_arc_m) < 3e-3
    assert np.abs(fat.x[sleeve] - laid.x[sleeve]).max() < 1e-3  # the anchor stays on the fascia
    again, _ = fatten(fat, SPEC, around, gained_m)
    assert np.array_equal(again.x, fat.x)


def test_same_seed_same_bits(synthetic, freed):
    state, around = freed
    laid, _ = synthetic.implant(state, around)
    first, _, _ = catheter.age(laid, SPEC, around, 2.0, 5)
    second, _, _ = catheter.age(laid, SPEC, around, 2.0, 5)
    assert first.x.tobytes() == second.x.tobytes()


def test_a_tight_purse_string_shuts_the_lumen_and_a_snug_one_does_not(freed):
    state, _ = freed
    assert catheter.patency(catheter.tie_purse_string(state, 2.0), SPEC).min() > 0.95
    assert catheter.patency(catheter.tie_purse_string(state, 8.0), SPEC).min() == 0.0


def test_anchor_strength_follows_stitches_and_substrate():
    assert catheter.anchor_capacity_n("fascia", 3) == 2.5
    assert catheter.anchor_capacity_n("fascia", 1) == 0.9
    assert catheter.anchor_capacity_n("fat", 3) == 0.25
    assert catheter.anchor_capacity_n("fascia", 0) == 0.0
    with pytest.raises(ValueError):
        catheter.anchor_capacity_n("muscle", 2)
