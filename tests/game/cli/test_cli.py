"""The command line: exit codes, one readable line on stderr, documents alone on stdout."""

from __future__ import annotations

import json

import pytest

from game.__main__ import main
from game.cli.errors import UsageProblem, claim_folder


def run(capsys, *arguments):
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo",), ("demo", "nope"), ("demo", "implant_adult_t10", "--player", "nobody"), ("replay", "no.thecal"),
        ("score", "no.thecal", "--json"), ("frobnicate",), ("demo", "implant_adult_t10", "--seed", "x"),
        ("demo", "implant_adult_t10", "--days", "-3"), ("demo", "refill_routine_adult", "--player", "no-anchor"),
        ("scenarios", "lint", "missing.toml"), ("simulate", "implant_adult_t10", "--json", "x.json"),
        ("demo", "implant_adult_t10", "--video"), ("debrief", "no.thecal", "-o", "x.html"), ("play", "nope"),
    ],
)  # fmt: skip
def test_bad_usage_and_input_exit_with_2_and_say_why_without_a_traceback(capsys, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("thecal: ")
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_schema_and_list_print_one_document(capsys):
    code, out, _ = run(capsys, "scenarios", "schema")
    assert code == 0
    assert json.loads(out)["title"] == "Scenario"
    code, out, _ = run(capsys, "scenarios", "list", "--json")
    assert {"implant_adult_t10", "refill_routine_adult"} <= {row["id"] for row in json.loads(out)}


def test_a_new_scenario_lints_clean_and_a_broken_one_exits_with_1(capsys, tmp_path):
    file = tmp_path / "my_case.toml"
    assert run(capsys, "scenarios", "new", str(file))[0] == 0
    code, out, _ = run(capsys, "scenarios", "lint", str(file), "--json")
    assert code == 0
    assert [p for p in json.loads(out) if p["severity"] == "error"] == []
    file.write_text(file.read_text("utf-8").replace("minutes = 60.0", "minutes = -1.0"), "utf-8")
    code, out, _ = run(capsys, "scenarios", "lint", str(file), "--json")
    assert code == 1
    assert set(json.loads(out)[0]) == {"file", "line", "key", "severity", "message"}


def test_a_demo_leaves_log_result_and_debrief_and_its_log_scores_the_same(capsys, tmp_path):
    folder = tmp_path / "out"
    code, _, _ = run(
        capsys, "demo", "implant_child_diplegia", "--out", str(folder), "--days", "1", "--no-pictures"
    )
    assert code == 0
    assert sorted(p.name for p in folder.iterdir()) == ["case.thecal", "debrief.html", "result.json"]
    result = json.loads((folder / "result.json").read_text("utf-8"))
    assert list(result) == ["scenario", "player", "seed", "score_percent", "passed", "critical_failures", "lines",
                            "events", "outcome", "state_hash"]  # fmt: skip
    code, out, _ = run(capsys, "score", str(folder / "case.thecal"), "--json")
    assert code == 0
    assert json.loads(out) == result


def test_a_folder_with_other_things_in_it_is_never_written_to(tmp_path):
    (tmp_path / "thesis.odt").write_text("years of work", "utf-8")
    with pytest.raises(UsageProblem, match="thesis.odt"):
        claim_folder(tmp_path, ("a", "b", 0))


def test_a_folder_of_another_case_is_refused_and_of_the_same_case_taken(tmp_path):
    held = {"scenario": "a", "player": "b", "seed": 0}
    (tmp_path / "result.json").write_text(json.dumps(held), "utf-8")
    assert claim_folder(tmp_path, ("a", "b", 0)) == tmp_path
    with pytest.raises(UsageProblem, match="another case"):
        claim_folder(tmp_path, ("a", "b", 1))
