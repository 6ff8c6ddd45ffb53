"""Findings of an author's file: what stops it loading, and what breaks a content rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from physics.events import EVENT_NAMES
from scenarios.checklist import ITEMS, items_of
from scenarios.critical import CRITICAL
from scenarios.errors import ContentError, Problem
from scenarios.load import list_patient_ids, load, load_patient, parse, patient_from, read
from scenarios.measures import unit_of
from scenarios.schema import Patient, Scenario, level_number
from scenarios.wording import line_of

MIN_LINES, MAX_LINES = 8, 45
CURVE_FROM_DEG = 10.0  # less is no scoliosis [UGK-M]
Finding = tuple[tuple[int | str, ...], str, str]


def _rubric(scenario: Scenario) -> list[Finding]:
    found: list[Finding] = []
    for i, line in enumerate(scenario.rubric):
        unit = unit_of(line.measure)
        is_group = line.measure.startswith(("item:", "items:"))
        if unit is None or (is_group and not items_of(line.measure)):
            found.append(
                (("rubric", i, "measure"), "error", f"= {line.measure!r}; expected a known measure or item")
            )
        elif unit != line.unit:
            found.append(
                (("rubric", i, "unit"), "error", f"= {line.unit!r}; expected {unit!r}, the measure's unit")
            )
        if line.source.strip().lower() in ("own", "todo", "?"):
            found.append(
                (("rubric", i, "source"), "warning", f"= {line.source!r}; expected a source key and reason")
            )
    return found


def _references(scenario: Scenario) -> list[Finding]:
    found: list[Finding] = []
    for i, key in enumerate(scenario.critical):
        if key not in CRITICAL:
            found.append(
                (("critical",), "error", f"[{i}] = {key!r}; expected one of {', '.join(sorted(CRITICAL))}")
            )
    for key in scenario.items:
        if key not in ITEMS or not ITEMS[key].is_said:
            found.append((("items", key), "error", "is not an item that is said; expected one such as IM05"))
    for i, trigger in enumerate(scenario.triggers):
        if trigger.when_event is not None and trigger.when_event not in EVENT_NAMES:
            found.append(
                (("triggers", i, "when_event"), "error", f"= {trigger.when_event!r}; expected an event name")
            )
    return found


def _body(patient: Patient) -> list[Finding]:
    """Return what a surgeon would call back about: a curve through a fused block, metal or scar at the access."""
    found: list[Finding] = []
    curve = level_number(patient.curve_upper), level_number(patient.curve_lower)
    for first, last in patient.fused:
        is_within = level_number(first) < curve[1] and level_number(last) > curve[0]
        if abs(patient.cobb_deg) >= CURVE_FROM_DEG and is_within:
            text = f"= ['{first}', '{last}']; the curve {patient.curve_upper}-{patient.curve_lower} of"
            text += f" {patient.cobb_deg:g} degrees runs through this fused block; expected a curve outside it"
            found.append((("fused",), "warning", text))
        if level_number(first) <= 14.0 and level_number(last) >= 16.0:
            found.append((("fused",), "warning", f"= ['{first}', '{last}']; closes L2-3 and L3-4; expected one open space"))
    return found


def findings(scenario: Scenario, text: str, name: str) -> tuple[Problem, ...]:
    """Return what breaks a content rule in a scenario that loads."""
    body = [(("patient", *location), severity, message) for location, severity, message in _body(scenario.patient)]
    return _problems(_rubric(scenario) + _references(scenario) + body, text, name)


def _problems(rows: list[Finding], text: str, name: str) -> tuple[Problem, ...]:
    problems = []
    for location, severity, message in rows:
        key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".")
        problems.append(Problem(name, line_of(text, location), key, severity, message))
    return tuple(problems)


def lint(path_or_id: str | Path) -> tuple[Problem, ...]:
    """Return every problem of a scenario or patient file, () if it is clean; never raises ContentError."""
    try:
        if isinstance(path_or_id, str) and path_or_id in list_patient_ids():
            return _problems(_body(load_patient(path_or_id)), "", f"patients/{path_or_id}.toml")
        raw, name, _ = read(path_or_id)
        data, text = parse(raw, name)
        if "diagnosis" in data and "rubric" not in data:
            return _problems(_body(patient_from(raw, name)), text, name)
        return findings(load(path_or_id), text, name)
    except ContentError as error:
        return error.problems


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a whole scenario file (`patient` may also be an id; what `extends` leaves out is not in it)."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    table = schema["properties"]["patient"]
    schema["properties"]["patient"] = {
        "anyOf": [table, {"type": "string", "pattern": "^[a-z][a-z0-9_]{2,47}$"}]
    }
    return schema
