"""A cohort: the same for any number of workers, goes on after a stop, refuses bad input in one line."""

from __future__ import annotations

import json
import statistics

import pytest

from game.__main__ import main
from game.population.cohort import Cohort, PartFileError, one_implant, part_file, run_cohort, run_tasks
from game.population.operators import draw_operation
from game.population.people import draw_person
from game.population.table import report, with_kind

SMALL = Cohort(3, 1.0, "ascenda_8780", 0)


@pytest.fixture(scope="module")
def rows():
    return run_cohort(SMALL, 1)


def test_the_rows_are_the_same_for_one_worker_and_two(rows):
    assert run_cohort(SMALL, 2) == rows
    assert [row["index"] for row in rows] == [0, 1, 2]
    assert {row["state"] for row in rows} == {"followed"}


def test_implants_differ(rows):
    assert len({row["history"]["tip_level_end"] for row in rows}) == 3
    assert len({row["person"]["build"]["mass_kg"] for row in rows}) == 3


def test_the_tip_starts_where_the_operator_wanted_it(rows):
    for row in rows:
        assert row["history"]["tip_level_start"] == pytest.approx(row["operation"]["tip_level"], abs=1.0)


def test_the_report_counts_what_the_rows_say(rows):
    told = report(SMALL, rows)
    assert told["states"] == {"followed": 3}
    assert told["kinds"]["any"][0] == with_kind(rows, "any")
    line = told["against"][0]["lines"][0]
    assert (line["of"], line["published"], line["published_of"]) == (3, 7, 126)
    assert told["kinds"]["mechanical"][0] <= told["kinds"]["any"][0]
    json.dumps(told, allow_nan=False)


def test_mechanical_is_all_but_occlusion():
    def row(*kinds):
        return {"state": "followed", "history": {"events": [{"kind": kind} for kind in kinds]}}

    some = [row(), row("occlusion"), row("occlusion", "kink"), row("fracture"), {"state": "diverged"}]
    assert [with_kind(some, kind) for kind in ("any", "mechanical", "occlusion", "kink")] == [3, 2, 2, 1]


def test_a_stopped_run_goes_on_where_it_was(tmp_path, rows):
    part = part_file(tmp_path / "all.json")
    asked = {"what": "population", "seed": SMALL.seed}
    done = []

    def stops_after_one(cohort, index):
        if done:
            raise KeyboardInterrupt
        done.append(index)
        return one_implant(cohort, index)

    tasks = {index: (SMALL, index) for index in range(3)}
    with pytest.raises(KeyboardInterrupt):
        run_tasks(stops_after_one, asked, tasks, 1, part)
    with part.open("a", encoding="utf-8") as file:
        file.write('{"index": 1, "state": "foll')  # killed while writing
    counted = []

    def counts(cohort, index):
        counted.append(index)
        return rows[index]

    assert run_tasks(counts, asked, tasks, 1, part) == rows
    assert counted == [1, 2]


def test_the_part_file_of_another_cohort_is_refused(tmp_path):
    part = tmp_path / "all.json.part"
    part.write_text('{"part": 1, "what": "population", "seed": 9}\n', "utf-8")
    with pytest.raises(PartFileError, match="another run"):
        run_cohort(SMALL, 1, part)
    part.write_text("not json\n", "utf-8")
    with pytest.raises(PartFileError, match="cannot be read"):
        run_cohort(SMALL, 1, part)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--implants", "0"), ("--implants", "0", "1 .. 100000")),
        (("--months", "nan"), ("--months", "nan")),
        (("--months", "-1"), ("--months", "-1", "0.1 .. 120")),
        (("--model", "rubber"), ("--model", "rubber", "ascenda_8780")),
        (("--workers", "0"), ("--workers", "0", "1 .. 256")),
        (("--kink-radius", "0"), ("--kink-radius", "0", "0.5 .. 20")),
        (("--seed", "-1"), ("--seed", "-1", "0 .. 2147483647")),
        (("--json", "missing/dir.json"), ("missing", "folder")),
        (("--figure", "picture.gif"), ("--figure", "picture.gif", ".png")),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_in_one_line(capsys, tmp_path, monkeypatch, arguments, says):
    def prepared(tell=None):
        raise AssertionError("the physics was made ready before the arguments were read")

    monkeypatch.setattr("game.kernels.prepare", prepared)
    monkeypatch.chdir(tmp_path)
    assert main(["population", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    for word in says:
        assert word in err
    assert not list(tmp_path.iterdir())


def test_drawn_patients_are_as_the_series_says():
    people = [draw_person(1, index) for index in range(40)]
    assert statistics.mean(p.build.age_years for p in people) == pytest.approx(51.0, abs=3 * 14.0 / 40**0.5)
    assert 0.35 < statistics.mean(not p.build.is_female for p in people) < 0.87


def test_no_drawn_operation_leaves_what_the_reference_calls_correct():
    for index in range(300):
        plan = draw_operation(2, index, 0.012)
        assert 0.52 <= plan.elevation_rad <= 1.05
        assert plan.anchor_sutures >= 2
        assert plan.anchor_distance_m <= 0.015
        assert plan.coil_radius_m >= 0.010
        assert plan.pump_sutures >= 2
        assert plan.connector_n >= 15.0
        assert plan.cover_m <= 0.025
