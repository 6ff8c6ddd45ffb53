"""The written courses: doses against closed forms, and what is refused."""

from __future__ import annotations

import pytest

from game.cli.errors import UsageProblem
from game.courses.bedside import UNITS, Bedside
from game.courses.figure import draw_course
from game.courses.plans import COURSES
from game.courses.run import check_course, written_course
from game.session import Session
from scenarios.load import load
from scenarios.setup import setup


@pytest.fixture(scope="module")
def bridges():
    return written_course(load("refill_routine_adult"), "missed-bridge")["runs"]


def held(run, key, begin, end):
    """Values of an array between two days."""
    return [v for t, v in zip(run["time_days"], run[key], strict=True) if begin < t <= end]


def line_ml():
    bed = Bedside(Session(load("refill_routine_adult"), setup(load("refill_routine_adult"), 0), 0))
    return 1e6 * float(bed.course.line.volumes_m3.sum())


def test_a_missed_bridge_gives_the_old_strength_at_the_new_flow_for_the_volume_of_the_line(bridges):
    missed = bridges[0]
    up, down = (mark["day"] for mark in missed["marks"])
    running = held(missed, "delivered_ug_per_day", 0.1, up)[-1]  # the unit error is in it
    for begin, ratio, flow_ml_per_day in ((up, 500.0 / 2000.0, 300.0 / 2000.0), (down, 2000.0 / 500.0, 300.0 / 500.0)):
        lasts = line_ml() / flow_ml_per_day * running / 300.0
        old_line = held(missed, "delivered_ug_per_day", begin + 0.1, begin + 0.7 * lasts)
        assert old_line == pytest.approx([ratio * running] * len(old_line), rel=0.02)
        changed = [abs(dose - running) for dose in held(missed, "delivered_ug_per_day", begin, begin + 5.0)]
        half = next(k for k, gap in enumerate(changed) if k > 2 and gap < 0.5 * abs(ratio - 1.0) * running) / 48.0
        assert half == pytest.approx(lasts, rel=0.06)


def test_a_bridge_loses_and_adds_nothing(bridges):
    bridged = bridges[1]
    for mark in bridged["marks"]:
        doses = held(bridged, "delivered_ug_per_day", mark["day"], mark["day"] + 4.5)
        assert sum(doses) / len(doses) == pytest.approx(doses[-1], rel=0.03)


def test_the_weekend_brings_back_tone_and_then_the_drug_brings_it_down():
    rescued, alone = written_course(load("refill_routine_adult"), "weekend-stall")["runs"]
    monday = rescued["marks"][1]["day"]
    at_dawn = held(rescued, "ashworth_legs", 0.0, monday)[-1]
    six_hours = [held(run, "ashworth_legs", monday, monday + 0.25)[-1] for run in (rescued, alone)]
    assert six_hours[0] < six_hours[1] - 1.0
    assert at_dawn > 4.0


def test_drawing_back_what_lies_in_the_pocket_spares_the_patient():
    unseen, drawn = written_course(load("refill_routine_adult"), "pocket-fill")["runs"]
    assert min(unseen["gcs"]) < min(drawn["gcs"]) - 2.0


def test_a_course_writes_its_picture_and_equal_arrays(bridges, tmp_path):
    told = {"title": "t", "runs": bridges}
    draw_course(told, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 20_000
    assert {len(bridges[0][key]) for key in UNITS} == {len(bridges[0]["time_days"])}


@pytest.mark.parametrize(("scenario", "course", "word"), [
    ("refill_routine_adult", "screening", "fresh table"), ("implant_adult_t10", "missed-bridge", "with an implant"),
    ("implant_adult_t10", "nonsense", "screening"),
])  # fmt: skip
def test_a_course_that_does_not_fit_is_refused(scenario, course, word):
    with pytest.raises(UsageProblem, match=word):
        check_course(load(scenario), course)


def test_every_course_names_what_it_needs():
    assert {course.needs for course in COURSES.values()} <= {"naive", "implanted", "established"}
