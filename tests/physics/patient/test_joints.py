"""Tone by joint, the knee jerk, and what the patient can do with the tone there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics import patient
from physics.patient.background import JOINT_PATTERNS
from physics.patient.function import NEEDS, function_score
from physics.patient.joints import JOINTS, joint_score, joint_scores, knee_jerk
from physics.patient.neuro import Drives, fresh, neuro_signs

SIGNS = neuro_signs(patient.PatientParams(), fresh(patient.PatientParams()), Drives())


@pytest.mark.parametrize("preset", sorted(JOINT_PATTERNS))
@pytest.mark.parametrize("legs, arms", [(1.0, 1.0), (1.3, 4.9), (3.0, 2.0), (4.7, 5.0), (5.0, 3.3)])
def test_joints_have_the_mean_of_their_limb_and_stay_on_the_scale(preset, legs, arms):
    params = patient.PatientParams.for_patient(preset)
    scores = joint_scores(params, replace(SIGNS, ashworth_legs=legs, ashworth_arms=arms))
    assert len(scores) == len(JOINTS) and all(1.0 <= s <= 5.0 for s in scores)
    assert np.mean(scores[:4]) == pytest.approx(legs, abs=1e-12) and np.mean(scores[4:]) == pytest.approx(arms, abs=1e-12)


def test_the_largest_offset_moves_a_middling_joint_one_point_and_none_at_the_ends():
    assert joint_score(3.0, 1.0) == 4.0
    assert joint_score(1.0, 1.0) == 1.0 and joint_score(5.0, -1.0) == 5.0
    dense = np.linspace(1.0, 5.0, 401)
    for offset in (-1.0, 1.0):
        assert all(1.0 <= joint_score(a, offset) <= 5.0 for a in dense)


def test_stiff_ankles_lead_in_stroke_and_adductors_in_palsy():
    stroke, palsy = (joint_scores(patient.PatientParams.for_patient(p), SIGNS) for p in ("STROKE", "CP"))
    assert JOINTS[int(np.argmax(stroke[:4]))] == "ankle plantarflexors"
    assert palsy[0] == max(palsy[:4])


def test_a_pattern_that_would_move_the_mean_is_refused():
    with pytest.raises(ValueError, match="joint_pattern"):
        patient.Background(joint_pattern=(0.1, 0.0, 0.0, 0.0, 0.0, 0.0))


def test_the_knee_jerk_goes_from_clonus_to_nothing_and_back():
    params = patient.PatientParams.for_patient("SCI")
    assert knee_jerk(params, SIGNS, 0.0) == 4.0
    assert knee_jerk(params, replace(SIGNS, reflex=0.25), 0.0) == 1.0
    assert knee_jerk(params, replace(SIGNS, reflex=0.5, weakness=1.0), 0.0) == 0.0  # flaccid, areflexic
    assert knee_jerk(params, replace(SIGNS, reflex=0.9), 1.0) == 4.0
    soft = patient.PatientParams.for_patient("SCI", ashworth_legs=1.0)
    assert knee_jerk(soft, SIGNS, 0.0) == 2.0


def at(mobility, legs, **changes):
    return function_score(mobility, replace(SIGNS, ashworth_legs=legs, spasm_score=0.0, **changes))


@pytest.mark.parametrize("mobility, best", [("ambulatory", 1.75), ("wheelchair", 2.25)])
def test_too_much_tone_and_too_little_cost_function(mobility, best):
    legs = np.linspace(1.0, 5.0, 401)
    scores = np.array([at(mobility, a) for a in legs])
    assert legs[scores.argmax()] == pytest.approx(best, abs=0.011)
    assert at(mobility, 1.0) < 0.85 * scores.max() and at(mobility, 4.5) < 0.6 * scores.max()


def test_care_in_bed_only_gets_easier_with_less_tone():
    scores = [at("bed", a, gcs=3.0) for a in (1.0, 2.0, 3.0, 4.0, 5.0)]
    assert scores == sorted(scores, reverse=True) and scores[0] == 1.0 and scores[-1] == pytest.approx(0.1)


def test_weakness_sleep_and_spasms_cost_function():
    for way in ("ambulatory", "wheelchair"):
        full = at(way, 2.0)
        assert at(way, 2.0, weakness=0.8) < full and at(way, 2.0, gcs=11.0) == pytest.approx(0.5 * full)
        assert function_score(way, replace(SIGNS, ashworth_legs=2.0, spasm_score=4.0)) == pytest.approx(
            full * (1.0 - NEEDS[way].spasm_cost)
        )


@pytest.mark.parametrize("wrong", [{"mobility": "fly"}, {"lesion_level": 20.0}, {"bladder_m3": -1.0}, {"infection_place": "toe"}])
def test_impossible_backgrounds_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        patient.Background(**wrong)
