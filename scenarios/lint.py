"""Findings of an author's file: what stops it loading, and what breaks a content rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from physics.events import EVENT_NAMES
from scenarios.checklist import ITEMS, items_of
from scenarios.critical import CRITICAL
from scenarios.errors import ContentError, Problem
from scenarios.load import load, parse, read
from scenarios.measures import unit_of
from scenarios.schema import Scenario
from scenarios.wording import line_of

MIN_LINES, MAX_LINES = 8, 45


def _rubric(scenario: Scenario) -> list[tuple[tuple[int | str, ...], str, str]]:
    found: list[tuple[tuple[int | str, ...], str, str]] = []
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


def _references(scenario: Scenario) -> list[tuple[tuple[int | str, ...], str, str]]:
    found: list[tuple[tuple[int | str, ...], str, str]] = []
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


def _body(scenario: Scenario) -> list[tuple[tuple[int | str, ...], str, str]]:
    patient = scenario.patient
    bmi = patient.mass_kg / (patient.height_cm / 100.0) ** 2
    if not 11.0 <= bmi <= 50.0:
        return [(("patient",), "warning", f"body mass index {bmi:.1f}; expected 11 .. 50")]
    return []


def findings(scenario: Scenario, text: str, name: str) -> tuple[Problem, ...]:
    """Return what breaks a content rule in a scenario that loads."""
    rows = _rubric(scenario) + _references(scenario) + _body(scenario)
    problems = []
    for location, severity, message in rows:
        key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".")
        problems.append(Problem(name, line_of(text, location), key, severity, message))
    return tuple(problems)


def lint(path_or_id: str | Path) -> tuple[Problem, ...]:
    """Return every problem of a scenario file, () if it is clean; never raises ContentError."""
    try:
        raw, name, _ = read(path_or_id)
        _, text = parse(raw, name)
        return findings(load(path_or_id), text, name)
    except ContentError as error:
        return error.problems


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file (`patient` may also be a patient's id)."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    table = schema["properties"]["patient"]
    schema["properties"]["patient"] = {
        "anyOf": [table, {"type": "string", "pattern": "^[a-z][a-z0-9_]{2,47}$"}]
    }
    return schema
