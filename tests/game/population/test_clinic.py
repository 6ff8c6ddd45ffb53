"""A clinic by the rules: tests, start, steps, refills; the same for one key; what the table counts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import physics.csf as csf
import physics.virtual_patient as people
from game.__main__ import main
from game.bench.patients import patient_rows
from game.population import clinic
from game.population.clinic import GROUPS, DrugCohort, kind_of, one_patient
from game.population.doses import at_day, report, run_patients, spread, treated
from physics.units import kg_from_ug

SMALL = DrugCohort(6, 91, "adults", 0)


@pytest.fixture(scope="module")
def rows():
    return run_patients(SMALL, 1)


def test_the_rows_are_the_same_for_one_worker_and_two(rows):
    assert run_patients(SMALL, 2) == rows
    assert [row["index"] for row in rows] == list(range(6))


def test_a_patient_of_a_cohort_does_not_depend_on_how_many_there_are(rows):
    assert one_patient(replace(SMALL, patients=1), 3) == rows[3]


def test_kinds_come_in_the_shares_of_their_group():
    n = 2000
    drawn = [kind_of(DrugCohort(n, 1, "adults", 4), k) for k in range(n)]
    kinds, _ = GROUPS["adults"]
    total = sum(weight for _, weight in kinds)
    for name, weight in kinds:
        share = weight / total
        assert drawn.count(name) / n == pytest.approx(share, abs=4.0 * (share * (1.0 - share) / n) ** 0.5)
    assert {kind_of(DrugCohort(n, 1, "children", 4), k) for k in range(50)} == {"CP"}


def test_test_doses_begin_at_50_and_end_with_an_answer_and_the_start_follows_them(rows):
    for row in treated(rows):
        doses = [test["dose_ug"] for test in row["tests"]]
        assert doses == [50.0, 75.0, 100.0][: len(doses)]
        last = row["tests"][-1]
        assert last["legs_gain"] >= 1.0 or last["spasm_gain"] >= 2.0
        assert all(test["legs_gain"] < 1.0 and test["spasm_gain"] < 2.0 for test in row["tests"][:-1])
        factor = 1.0 if last["lasted_h"] > 8.0 or last["is_adverse"] else 2.0
        assert row["start_dose"] == factor * last["dose_ug"]
        assert at_day(row, 1, "dose") == row["start_dose"]


def stiff(ec50_factor):
    """Return a patient who needs so many times the usual concentration."""
    who = people.draw_patient(0, 0, "SCI")
    changed = {name: ec50_factor * getattr(people.patient.PatientParams(), name) for name in people.HALF_CV}
    return replace(who, drug=csf.DrugParams(), answer=replace(people.patient.PatientParams(), **changed))


def screened(who):
    course = clinic._Clinic(who, clinic.advice.Chart(who.kind, who.age_years), people.naive(who))
    return clinic._screened(course), course


@pytest.mark.parametrize(("ec50_factor", "doses"), [(1.0, [50.0]), (8.0, [50.0, 75.0, 100.0])])
def test_one_who_needs_eight_times_as_much_does_not_answer_at_all(ec50_factor, doses):
    tests, _ = screened(stiff(ec50_factor))
    assert [test.dose_ug for test in tests] == doses
    assert clinic.advice.is_positive(tests[-1]) is (ec50_factor == 1.0)


def test_the_written_candidate_answers_at_75_and_not_at_50():
    # scenarios_content L-F1: 2.2 times the usual concentration; 50 ug takes 0.58 points, 75 ug 1.31
    tests, _ = screened(stiff(2.2))
    assert [test.dose_ug for test in tests][:2] == [50.0, 75.0]
    assert tests[0].legs_gain < 1.0 <= tests[1].legs_gain


def test_drug_left_of_one_test_is_still_there_in_the_next():
    who = stiff(3.0)
    tests, course = screened(who)
    alone = csf.advance(who.drug, csf.initial(who.drug), csf.Sources(lumbar_kg=kg_from_ug(75.0), lumbar_level=15.5), 86400.0)[1]
    assert tests[1].legs_gain > float(people.legs_gain(who, 0.0, alone.legs).max())
    given = sum(test.dose_ug for test in tests)
    assert course.moment.drug.given_kg == pytest.approx(kg_from_ug(given), rel=1e-12)
    assert abs(csf.mass_error(who.drug, course.moment.drug)) < 1e-9


def test_doses_change_only_by_what_the_rules_allow(rows):
    for row in treated(rows):
        is_spinal = row["kind"] in people.SPINAL
        days, doses = row["course"]["day"], row["course"]["dose"]
        for (day, dose), (after, next_dose) in zip(zip(days, doses, strict=True), list(zip(days, doses, strict=True))[1:], strict=False):
            visits = sum(day <= v < after for v in (*clinic.VISITS, *range(56, 92, 28))) + 1  # and a refill
            assert next_dose <= dose * (1.25 if is_spinal else 1.125) ** visits * (1 + 1e-12)
            assert next_dose >= dose * 0.85**visits * (1 - 1e-12)


def test_the_pump_is_refilled_before_the_alarm_and_before_the_fill_is_too_old():
    who = people.draw_patient(0, 0, "SCI")
    for dose, most_days in ((400.0, 18 / 0.8), (20.0, 180.0)):
        course = clinic._Clinic(who, clinic.advice.Chart("SCI", 40.0), people.naive(who), dose=dose)
        held, lived = [], 0
        while not course.refills and lived < 400:
            held.append(course.fill_ml)
            clinic._emptied(course)
            lived += 1
        assert lived <= most_days
        assert min(held) > 0.0
        assert course.strength == (2000.0 if dose == 400.0 else 500.0)


def test_responders_and_somnolence_rise_with_the_test_dose(rows):
    told = report(SMALL, rows)
    for key in ("answered", "somnolent"):
        shares = [probe[key]["share"] for probe in told["probes"]]
        assert shares == sorted(shares)
    json.dumps(told, allow_nan=False)


def test_the_table_counts_what_the_rows_say(rows):
    told = report(SMALL, rows)
    assert told["answered"]["n"] == len(treated(rows)) == told["states"]["treated"]
    assert told["doses"]["3 months"]["mean"] == pytest.approx(np.mean([at_day(r, 90, "dose") for r in treated(rows)]))
    assert set(told["doses"]) == {"start", "3 months"}
    with pytest.raises(ValueError, match="none of 0 patients"):
        report(SMALL, [])


def test_the_spread_of_known_numbers_is_known():
    found = spread([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found["n"], found["mean"], found["median"], found["least"], found["most"]) == (5, 3.0, 3.0, 1.0, 5.0)
    assert found["sd"] == pytest.approx(2.5**0.5)
    assert found["se"] == pytest.approx(0.5**0.5)


def test_the_bench_measures_the_cohort_it_was_asked_for():
    rows = {row["id"]: row for row in patient_rows(lambda done, text: None, patients=3, days=3, workers=1)}
    assert set(rows) == {"patients.3_x_3_days", "patients.processor", "patients.memory", "patients.treated"}
    assert rows["patients.3_x_3_days"]["value"] > 0.0
    assert rows["patients.memory"]["budget"] == 1000.0


def test_the_command_prints_its_table_and_writes_its_rows(capsys, tmp_path):
    path = tmp_path / "p.json"
    assert main(["patients", "--patients", "4", "--days", "5", "--group", "children", "--workers", "1", "--json", str(path)]) == 0
    out, _ = capsys.readouterr()
    assert "children: 4 patients, 5 days, seed 0; for education only" in out
    told = json.loads(path.read_text("utf-8"))
    assert len(told["rows"]) == 4


@pytest.mark.parametrize(("arguments", "said"), [
    (("--patients", "0"), "--patients = 0; expected 1 .. 100000"), (("--days", "0"), "--days = 0; expected 1 .. 3650"),
    (("--group", "cats"), "--group = cats; expected one of adults, spinal, cerebral, children"), (("--seed", "-1"), "--seed = -1"),
])  # fmt: skip
def test_a_bad_option_is_refused_in_one_line(capsys, arguments, said):
    assert main(["patients", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1
