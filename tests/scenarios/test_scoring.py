"""The line formula, redistribution, critical errors and whole attempts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios import load, score
from scenarios.scoring import line_share


@pytest.mark.parametrize(
    ("value", "full", "zero", "share"),
    [
        (62, 60, 180, 0.98333),
        (120, 60, 180, 0.5),
        (200, 60, 180, 0.0),
        (17, 10, 20, 0.3),
        (1, 1, 0, 1),
        (0, 1, 0, 0),
    ],
)
def test_line_share_follows_the_published_vectors(value, full, zero, share):
    assert line_share(value, full, zero) == pytest.approx(share, rel=1e-4)


def test_weight_of_a_line_without_opportunity_is_shared_out(implant, finish):
    steps = finish(implant()).steps
    scenario = load("implant_adult_t10")
    unlived = steps[:-90]
    sheet = score(scenario, unlived)
    assert sum(line.of for line in sheet.lines) == pytest.approx(100.0)
    dropped = [line for line in sheet.lines if not line.is_valid]
    assert {line.measure for line in dropped} >= {"out.dose_error", "out.ashworth_drop"}
    assert all(line.of == 0.0 and line.why_invalid for line in dropped)
    kept = next(line for line in sheet.lines if line.measure == "cath.tip_error")
    weights = {line.id: line.weight for line in scenario.rubric}
    lost = sum(weights[line.id] for line in dropped)
    assert lost >= 12.0
    assert kept.of == pytest.approx(weights[kept.id] / (1.0 - lost / 100.0))


@pytest.mark.parametrize("name", ["implant_adult_t10", "implant_child_diplegia", "refill_routine_adult"])
def test_doing_nothing_is_worth_little_and_cannot_pass(name, attempt):
    idle = attempt()
    for _ in range(5):
        idle()
    sheet = score(load(name), idle.steps)
    assert not sheet.passed and not sheet.is_scorable
    assert sum(line.points for line in sheet.lines) <= 25.0


def test_an_attempt_without_any_step_is_not_scorable():
    sheet = score(load("implant_adult_t10"), [])
    assert not sheet.passed and not sheet.is_scorable and sheet.score_percent <= 25.0


def test_clean_implant_passes_above_ninety(implant, finish):
    sheet = score(load("implant_adult_t10"), finish(implant()).steps)
    assert sheet.critical_failures == ()
    assert sheet.score_percent >= 97.0, [
        (x.id, x.measure, x.points, x.of, x.value) for x in sheet.lines if x.points < x.of
    ]
    assert sheet.passed


def test_clean_refill_passes_above_ninety(refill):
    sheet = score(load("refill_routine_adult"), refill().live(7).steps)
    assert sheet.critical_failures == ()
    assert sheet.score_percent >= 97.0, [
        (x.id, x.measure, x.points, x.of, x.value) for x in sheet.lines if x.points < x.of
    ]
    assert sheet.passed


def _ids(sheet):
    return {f.id for f in sheet.critical_failures}


def test_no_anchor_fails(implant, finish):
    steps = finish(
        implant(omit=("anchor",)), delivery={"delivered_kg_per_s": 0.0}, patient={"ashworth_legs": 4.0}
    ).steps
    sheet = score(load("implant_adult_t10"), steps)
    assert "CE05" in _ids(sheet) and not sheet.passed and sheet.score_percent < 90


def test_tight_bend_falls_below_the_pass_mark_even_if_the_dose_still_arrives(implant, finish):
    a = finish(implant(catheter={"loop_radius_m": 0.004, "min_radius_m": 0.003, "min_patency": 0.05}))
    sheet = score(load("implant_adult_t10"), a.steps)
    assert _ids(sheet) == set() and sheet.score_percent < 80 and not sheet.passed


def test_shallow_thread_falls_below_the_pass_mark_even_if_the_effect_stays(implant, finish):
    a = finish(implant(catheter={"tip_level": 14.2, "inserted_m": 0.05}))
    sheet = score(load("implant_adult_t10"), a.steps)
    assert sheet.score_percent < 80 and not sheet.passed


def test_tenfold_dose_fails_critically(implant, finish, prescription):
    sheet = score(
        load("implant_adult_t10"), finish(implant(), prescription(1000.0), patient={"gcs": 8.0}).steps
    )
    assert "CE16" in _ids(sheet) and not sheet.passed


def test_drawing_back_through_the_needle_fails_critically(implant, finish, see):
    a = finish(implant())
    i = next(i for i, s in enumerate(a.steps) if s.observation.catheter.fed_m > 0.25)
    back = see(a.steps[i].tick, a.steps[i].observation, catheter={"fed_m": 0.2})
    a.steps[i] = replace(a.steps[i], observation=back)
    sheet = score(load("implant_adult_t10"), a.steps)
    assert "CE01" in _ids(sheet) and not sheet.passed


def test_a_needle_and_catheter_drawn_out_together_are_no_retreat(implant, finish, see):
    a = finish(implant())
    i = next(i for i, s in enumerate(a.steps) if s.observation.catheter.fed_m > 0.25)
    out = see(a.steps[i].tick, a.steps[i].observation, needle={"is_placed": False}, catheter={"fed_m": 0.0})
    a.steps[i] = replace(a.steps[i], observation=out)
    assert "CE01" not in _ids(score(load("implant_adult_t10"), a.steps))


def test_pocket_fill_fails(refill):
    a = refill(pocket_ml=19.0, is_tested=False).live(7, patient={"gcs": 9.0, "ashworth_legs": 4.0})
    sheet = score(load("refill_routine_adult"), a.steps)
    assert {"CE12", "CE17"} <= _ids(sheet) and sheet.score_percent < 80 and not sheet.passed


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"pocket": {"n_holding": 0}}, "CE06"),
        ({"pocket": {"cover_m": 0.03}}, "CE04"),
        ({"pocket": {"is_septum_outward": False}}, "CE04"),
    ],
)
def test_a_pump_badly_laid_fails_critically(implant, finish, change, failure):
    assert failure in _ids(score(load("implant_adult_t10"), finish(implant(**change)).steps))


def test_a_double_prime_fails_critically(implant, finish, prescription):
    a = implant()
    a(prescription())
    assert "CE08" in _ids(score(load("implant_adult_t10"), finish(a).steps))


def test_a_stopped_pump_at_the_end_fails_critically(implant, finish, prescription):
    a = finish(implant(), prescription(mode="stopped"))
    assert "CE09" in _ids(score(load("implant_adult_t10"), a.steps))


def test_a_critical_failure_leaves_the_points(implant, finish):
    clean = score(load("implant_adult_t10"), finish(implant()).steps)
    flat = score(load("implant_adult_t10"), finish(implant(pocket={"cover_m": 0.026})).steps)
    assert clean.score_percent - flat.score_percent < 5.0 and not flat.passed


def test_a_second_scoring_gives_the_same_sheet(implant, finish):
    steps = finish(implant()).steps
    assert score(load("implant_adult_t10"), steps) == score(load("implant_adult_t10"), steps)


def test_steps_out_of_order_are_refused(implant):
    steps = implant().steps
    with pytest.raises(ValueError, match="step.tick"):
        score(load("implant_adult_t10"), [steps[1], steps[0]])
