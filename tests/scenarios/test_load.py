"""Content loads, and bad content is refused in one readable error."""

from __future__ import annotations

import hashlib
import os
from importlib import resources

import pytest

from scenarios import ContentError, lint, list_ids, load, setup
from scenarios.lint import json_schema
from scenarios.load import MAX_BYTES, scenario_digest

REFILL = (resources.files("scenarios") / "content" / "refill_routine_adult.toml").read_text("utf-8")
ADULT = (resources.files("scenarios") / "content" / "implant_adult_t10.toml").read_text("utf-8")

EXTENDING = """extends = "implant_adult_t10"
format = 1
id = "steeper"
version = "1.0.0"

[order]
needle_angle_min_deg = 45.0

[[rubric]]
id = "L25"
full = 18.0
"""


@pytest.fixture
def write(tmp_path):
    def save(text, name="case.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return save


@pytest.mark.parametrize("name", list_ids())
def test_packaged_scenarios_load_and_lint_clean(name):
    assert load(name).id == name and lint(name) == ()


def test_a_file_loads_like_the_packaged_one(write):
    assert load(write(ADULT)) == load("implant_adult_t10")


def _message(path):
    with pytest.raises(ContentError) as caught:
        load(path)
    return str(caught.value)


def test_a_negative_dose_names_file_key_value_and_range(write):
    message = _message(write(ADULT.replace("dose_ug_per_day = 100.0", "dose_ug_per_day = -5.0")))
    assert message == "case.toml: order.dose_ug_per_day = -5.0; expected >= 0 and <= 3000"


def test_all_errors_come_at_once_one_a_line_with_their_lines(write):
    text = ADULT.replace("minutes = 60.0", 'minutes = "long"').replace(
        "needle_mm = 115.0", "needle_mm = 900.0"
    )
    path = write(text + "\nsurprise = 1\n")
    lines = _message(path).split("\n")
    assert len(lines) == 3
    assert any("minutes = 'long'; expected a number >= 1 and <= 240" in x for x in lines)
    assert any("equipment.needle_mm = 900.0; expected >= 50 and <= 160" in x for x in lines)
    assert any("surprise" in x and "unknown key" in x for x in lines)
    where = {p.key: p.line for p in lint(path)}
    rows = path.read_text().split("\n")
    assert rows[where["minutes"] - 1].startswith("minutes")
    assert rows[where["equipment.needle_mm"] - 1].startswith("needle_mm")


def test_a_rubric_error_names_the_line_of_its_own_table(write):
    broken = ADULT.replace("weight = 12.0", "weight = 99.0")
    problem = next(p for p in lint(write(broken)) if p.key.endswith("weight"))
    assert broken.split("\n")[problem.line - 1] == "weight = 99.0"
    assert problem.key == "rubric[10].weight"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("format = 1", "format = 2", "format = 2; expected 1"),
        ("format = 1", "format = true", "expected 1"),
        ('version = "1.1.0"', 'version = "one"', "version = 'one'"),
        ("weight = 12.0", "weight = 11.0", "sums to 99; expected 100"),
        ('patient = "adult_sci_t6"', 'patient = "nobody"', "adult_sci_t6, child_diplegia"),
        ('patient = "adult_sci_t6"', 'patient = "../../etc/passwd"', "expected a patient id"),
        ("followup_days = 90.0", "followup_days = nan", "followup_days"),
        ("followup_days = 90.0", "followup_days = inf", "followup_days"),
        ("followup_days = 90.0", 'followup_days = "90"', "followup_days = '90'"),
        ("pass_percent = 80.0", "pass_percent = 180.0", "<= 100"),
        ('target_level = "T10"', 'target_level = "T13"', "target_level = 'T13'"),
        ("cover_min_mm = 15.0", "cover_min_mm = 24.0", "cover_min_mm = 24.0; expected <= 20.0"),
        ('kind = "fresh"', 'kind = "implanted"', "start.implanted"),
        ("full = 1.0\nzero = 0.6", "full = 1.0\nzero = 1.0", "expected a value other than zero"),
        ('id = "L02"', 'id = "L01"', "rubric.id is repeated"),
    ],
)
def test_wrong_values_are_refused_in_words(write, old, new, words):
    assert ADULT.count(old) >= 1
    assert words in _message(write(ADULT.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('measure = "cath.tip_error"', 'measure = "cath.tip_luck"', "expected a known measure"),
        ('measure = "items:IM01-IM12"', 'measure = "items:IM01-IM99"', "expected a known measure"),
        ('unit = "levels"', 'unit = "mm"', "expected 'levels'"),
        ('"CE01"', '"CE99"', "expected one of CE01"),
        ('IM05 = ["20 mL"]', 'IM99 = ["20 mL"]', "not an item"),
    ],
)
def test_lint_finds_names_that_do_not_exist(write, old, new, words):
    problems = lint(write(ADULT.replace(old, new, 1)))
    assert any(words in p.message and p.severity == "error" for p in problems)


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe" + b"a = 1\n",
        "format = 1\n[order\n",
        ADULT[: len(ADULT) // 2] + '"""',
        "",
        "a = " + "[" * 100_000,
        "a = " + "[" * 60_000 + "]" * 60_000,
        "a = " + "{b=" * 60_000,
        ".".join("a" * 100_000) + " = 1",
        "[" + ".".join("a" * 100_000) + "]",
        '"' * 200_000,
        "a = 9" + "9" * 200_000,
        "format = 1\nformat = 1\n",
        "\x00",
    ],
    ids=range(13),
)
def test_hostile_text_is_one_content_error(write, text):
    message = _message(write(text))
    assert message.startswith("case.toml") and len(message) < 3000


def test_a_huge_file_is_refused_by_size_without_reading(tmp_path):
    path = tmp_path / "huge.toml"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    assert f"expected <= {MAX_BYTES}" in _message(path)


def test_what_is_not_a_regular_file_is_refused(tmp_path):
    assert "regular file" in _message(tmp_path)
    os.mkfifo(tmp_path / "pipe.toml")
    assert "regular file" in _message(tmp_path / "pipe.toml")
    assert "cannot be read" in _message(tmp_path / "absent.toml")
    assert "cannot be read" in _message("bad\x00name.toml")


def test_an_unknown_id_lists_the_known_ones():
    assert "implant_adult_t10" in _message("implant_moon")


def test_a_patient_beside_the_scenario_wins_and_its_errors_name_its_file(write, tmp_path):
    (tmp_path / "patients").mkdir()
    packaged = (resources.files("scenarios") / "content" / "patients" / "adult_sci_t6.toml").read_text(
        "utf-8"
    )
    own = tmp_path / "patients" / "adult_sci_t6.toml"
    own.write_text(packaged.replace("mass_kg = 66.0", "mass_kg = 70.0"))
    assert load(write(ADULT)).patient.mass_kg == 70.0
    own.write_text(packaged.replace("mass_kg = 66.0", "mass_kg = 7.0"))
    assert _message(write(ADULT)) == "patients/adult_sci_t6.toml: mass_kg = 7.0; expected >= 12 and <= 160"


def test_digest_changes_with_a_threshold(write):
    one = scenario_digest(write(ADULT))
    assert one == scenario_digest("implant_adult_t10")
    assert one != scenario_digest(write(ADULT.replace("zero = 3.5", "zero = 4.0")))


def test_scenarios_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load("implant_adult_t10").title = "other"


def test_json_schema_tells_ranges_and_forbids_unknown_keys():
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["pass_percent"]["maximum"] == 100
    assert {"type": "string", "pattern": "^[a-z][a-z0-9_]{2,47}$"} in schema["properties"]["patient"]["anyOf"]


def test_a_case_may_set_the_faults_of_its_pump(write):
    text = REFILL.replace(
        "pump_bias_percent = -1.2", 'pump_faults = [{ kind = "over-infusion", day = 200.0, rise_percent = 55.0 }, { kind = "memory error", day = 90.0 }]'
    ).replace("clearance_mm = 7.0", "clearance_mm = 7.0\nreservoir_air_ml = 0.5\ntelemetry_locked = true")
    params = setup(load(write(text)), 1).params
    assert [(fault.kind, round(fault.age_s / 86400.0), fault.rise) for fault in params.pump_faults] == [
        ("memory error", 90, 0.0), ("over-infusion", 200, 0.55),
    ]  # fmt: skip
    assert params.start.is_telemetry_locked
    assert params.start.reservoir_air_m3 == pytest.approx(0.5e-6)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ('{ kind = "over-infusion", day = 20.0, rise_percent = 55.0 }', "day = 20; expected >= 152"),
        ('{ kind = "over-infusion", day = 200.0, rise_percent = 5.0 }', "rise_percent = 5; expected 14.5 .. 100"),
        ('{ kind = "memory error", day = 200.0, rise_percent = 20.0 }', "rise_percent = 20; expected 0"),
        ('{ kind = "gremlins", day = 200.0 }', "kind = 'gremlins'"),
        ('{ kind = "memory error", day = -1.0 }', "day = -1.0; expected >= 0"),
    ],
)
def test_a_fault_no_pump_has_is_refused(write, fault, words):
    text = REFILL.replace("pump_bias_percent = -1.2", f"pump_faults = [{fault}]")
    assert words in _message(write(text))


def test_a_scenario_that_extends_takes_over_what_it_does_not_say(write):
    base, own = load("implant_adult_t10"), load(write(EXTENDING))
    assert own.id == "steeper" and own.patient == base.patient and own.debrief == base.debrief
    assert own.order.needle_angle_min_deg == 45.0 and own.order.dose_ug_per_day == base.order.dose_ug_per_day
    changed = [(a, b) for a, b in zip(own.rubric, base.rubric, strict=True) if a != b]
    assert [(a.id, a.full, b.full) for a, b in changed] == [("L25", 18.0, 14.0)]
    assert changed[0][0].measure == changed[0][1].measure


def test_only_a_packaged_scenario_that_stands_alone_can_be_extended(write):
    assert "extends = 'nobody'; expected one of" in _message(write(EXTENDING.replace("implant_adult_t10", "nobody")))
    chained = _message(write(EXTENDING.replace("implant_adult_t10", "implant_ms_bmi34")))
    assert "extends = 'implant_ms_bmi34', which extends another; expected one that stands alone" in chained
    wrong = _message(write(EXTENDING.replace("= 45.0", "= 450.0")))
    assert wrong == "case.toml: order.needle_angle_min_deg = 450.0; expected >= 15 and <= 90"


def test_the_digest_covers_what_is_extended(write):
    path = write(EXTENDING)
    other = write(EXTENDING.replace("implant_adult_t10", "implant_child_diplegia"), "other.toml")
    assert scenario_digest(path) != hashlib.sha256(path.read_bytes()).hexdigest()
    assert scenario_digest(path) != scenario_digest(other)
