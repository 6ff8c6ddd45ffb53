"""A drawn patient as a file: it loads beside a scenario, keeps what was drawn, and is the same again."""

from __future__ import annotations

import pytest

from game.__main__ import main
from physics.anatomy.build import build_anatomy
from physics.virtual_patient import KINDS, draw_patient
from scenarios.drawn import patient_text
from scenarios.lint import lint
from scenarios.load import load, load_patient, read
from scenarios.setup import setup


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_child", [False, True])
def test_a_drawn_file_loads_and_tells_the_drawn_patient(tmp_path, kind, is_child):
    (tmp_path / "patients").mkdir()
    for number in range(25):
        identifier = f"drawn_{kind.lower()}_3_{number}"
        (tmp_path / "patients" / f"{identifier}.toml").write_text(patient_text(kind, 3, number, is_child=is_child), "utf-8")
        loaded, who = load_patient(identifier, tmp_path), draw_patient(3, number, kind, is_child=is_child)
        assert loaded.diagnosis == kind
        assert loaded.age_years == pytest.approx(who.age_years, abs=0.06)
        assert loaded.ashworth_legs == pytest.approx(who.answer.ashworth_legs, abs=0.006)
        assert loaded.ec50_factor == pytest.approx(who.ec50_factor, rel=0.01)
        assert loaded.title.split(",")[0] in (("Girl", "Boy") if is_child else ("Woman", "Man"))


def test_a_case_with_a_drawn_patient_lints_and_has_an_anatomy(tmp_path):
    (tmp_path / "patients").mkdir()
    (tmp_path / "patients" / "drawn_sci_3_1.toml").write_text(patient_text("SCI", 3, 1), "utf-8")
    text = read("implant_adult_t10")[0].decode("utf-8").replace('patient = "adult_sci_t6"', 'patient = "drawn_sci_3_1"')
    assert "drawn_sci_3_1" in text
    path = tmp_path / "own_case.toml"
    path.write_text(text, "utf-8")
    assert [p for p in lint(path) if p.severity == "error"] == []
    build_anatomy(setup(load(path), 0).params.build)


def test_the_command_prints_the_same_file_again(capsys):
    printed = []
    for _ in range(2):
        assert main(["scenarios", "new-patient", "--kind", "CP", "--age", "9", "--seed", "3"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] == patient_text("CP", 3, 0, 9.0)


@pytest.mark.parametrize(("arguments", "said"), [
    (("--kind", "CPX"), "--kind = 'CPX'; expected one of SCI"), (("--kind", "CP", "--age", "2"), "--age = 2.0; expected 4 .. 90"),
])  # fmt: skip
def test_an_impossible_patient_is_refused_in_one_line(capsys, arguments, said):
    assert main(["scenarios", "new-patient", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.strip().splitlines())) == ("", 1)
    assert said in err
