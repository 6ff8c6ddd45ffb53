"""Patient files: what they may say, what is refused, what is reported."""

from __future__ import annotations

from importlib import resources

import pytest

from physics import anatomy
from scenarios.errors import ContentError
from scenarios.lint import lint
from scenarios.load import list_patient_ids, load_patient, patient_from
from scenarios.schema import level_number
from scenarios.setup import body_of

FUSED = (resources.files("scenarios") / "content" / "patients" / "adult_fusion_l3_l5.toml").read_text()
SHUNTED = (resources.files("scenarios") / "content" / "patients" / "adult_gastrostomy_shunt.toml").read_text()


def _message(text):
    with pytest.raises(ContentError) as caught:
        patient_from(text.encode(), "own.toml")
    return str(caught.value)


def test_at_least_eight_patients_are_shipped_and_clean():
    assert len(list_patient_ids()) >= 9
    assert all(lint(name) == () for name in list_patient_ids())


@pytest.mark.parametrize("name", list_patient_ids())
def test_every_patient_builds(name):
    body = anatomy.build_anatomy(body_of(load_patient(name)))
    assert body.build.position == "standing"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mass_kg = 84.0", "mass_kg = -84.0", "mass_kg = -84.0; expected >= 12"),
        ("mass_kg = 84.0", "mass_kg = 160.0", "mass_kg = 160; expected 35 .. 158 at 178 cm"),
        ("dura_depth_mm = 67.0", "dura_depth_mm = 34.0", "dura_depth_mm = 34; expected 42 .. 92"),
        ("back_fat_mm = 17.0", "back_fat_mm = 60.0", "back_fat_mm = 60; expected <= 55"),
        ("canal_scale = 0.93", "canal_scale = 0.2", "canal_scale = 0.2; expected >= 0.6"),
        ('fused = [["L3", "L5"]]', 'fused = [["L5", "L3"]]', "fused = ['L5', 'L3']; expected the upper vertebra first"),
        ('fused = [["L3", "L5"]]', "", "fusion_has_metal = true; expected false without `fused`"),
        ('fused = [["L3", "L5"]]', 'fused = [["L3", "L9"]]', "fused[0][1] = 'L9'"),
        ("lordosis_deg = 30.0", 'curve_apex = "S1"', "curve_apex = 'S1'; expected between T8 and L5"),
        ("lordosis_deg = 30.0", "cobb_deg = 120.0", "cobb_deg = 120.0; expected >= -75 and <= 75"),
        ("lordosis_deg = 30.0", "lordosis_deg = 3.0", "lordosis_deg = 3.0; expected >= 12 and <= 55"),
    ],
)
def test_impossible_anatomy_is_refused_with_key_value_and_range(old, new, words):
    assert FUSED.count(old) == 1
    assert words in _message(FUSED.replace(old, new))


def test_tubing_needs_a_course():
    assert "enters_v_cm = None" in _message(SHUNTED.replace("enters_v_cm = 20.0", ""))
    assert "enters_v_cm = 2; expected > v_cm = 4" in _message(SHUNTED.replace("enters_v_cm = 20.0", "enters_v_cm = 2.0"))


def test_a_curve_through_a_fused_block_is_reported(tmp_path):
    file = tmp_path / "curved.toml"
    file.write_text(FUSED.replace("lordosis_deg = 30.0", "cobb_deg = 40.0"))
    found = lint(file)
    assert [(p.severity, p.key) for p in found] == [("warning", "fused")]
    assert "40 degrees runs through this fused block" in found[0].message
    file.write_text(FUSED.replace("lordosis_deg = 30.0", 'cobb_deg = 40.0\ncurve_upper = "T2"\ncurve_apex = "T7"\ncurve_lower = "L1"'))
    assert lint(file) == ()


def test_levels_count_from_t1_and_down_into_the_neck():
    assert [level_number(n) for n in ("C2", "C7", "T1", "L3", "S1")] == [-5.0, 0.0, 1.0, 15.0, 18.0]
