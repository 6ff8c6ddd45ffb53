"""What every packaged scenario owes: citations, weights, reachable items, survival of nonsense."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from physics.commands import AdvanceClinicalTime, Command, command_from_dict
from physics.errors import CommandError
from physics.events import EVENT_NAMES, Event
from scenarios import MEASURES, Step, causal_chain, lint, list_ids, load, score
from scenarios.actions import ACTION_NAMES, Action
from scenarios.checklist import items_of
from scenarios.critical import CRITICAL
from scenarios.load import list_patient_ids, load_patient

SOURCE = re.compile(
    r"[ISREAP]\d\d|IM\d\d|P:[A-Z]+|sec\. ?\d|CM|assessment \d|scenarios_content|device_and_procedure|"
    r"catheter_mechanics|pharmacology|\b4\.1\b|\b8\.1\b|case time|[RI]\d\d-[RI]\d\d"
)


@pytest.mark.parametrize("name", list_ids())
def test_every_line_is_citable_and_known(name):
    scenario = load(name)
    for line in scenario.rubric:
        assert SOURCE.search(line.source), f"{line.id}: {line.source}"
        assert line.measure in MEASURES or items_of(line.measure), line.measure
    assert sum(line.weight for line in scenario.rubric) == pytest.approx(100.0)
    assert set(scenario.critical) <= set(CRITICAL)
    assert lint(name) == ()


@pytest.mark.parametrize("name", list_ids())
def test_outcomes_weigh_at_most_twenty(name):
    assert sum(x.weight for x in load(name).rubric if x.measure.startswith("out.")) <= 20.0


@pytest.mark.parametrize("name", list_ids())
def test_the_numbers_of_an_order_fit_together(name):
    scenario = load(name)
    order, equipment = scenario.order, scenario.equipment
    assert order.volume_ml <= equipment.pump_ml
    assert order.dose_low_ug_per_day <= order.dose_ug_per_day <= order.dose_high_ug_per_day
    flow_ml_per_day = order.dose_ug_per_day / order.concentration_ug_per_ml
    assert 0.048 <= flow_ml_per_day <= 24.0


@pytest.mark.parametrize("name", list_patient_ids())
def test_every_patient_loads_and_is_cited(name):
    patient = load_patient(name)
    assert patient.id == name and patient.sources


def _kinds(root: type[Command]) -> list[type[Command]]:
    return sorted(root.__subclasses__(), key=lambda c: c.__name__)


def _random_command(generator: np.random.Generator) -> Command | None:
    kind = _kinds(Command)[int(generator.integers(len(_kinds(Command))))]
    data: dict[str, object] = {"name": kind.__name__}
    for field in dataclasses.fields(kind):
        low, high = kind.ranges.get(field.name, (0.0, 0.0))
        word = str(field.type)
        if word == "bool":
            data[field.name] = bool(generator.integers(2))
        elif word == "int":
            data[field.name] = int(generator.integers(int(low), int(high) + 1))
        elif word == "str":
            data[field.name] = str(
                generator.choice(["fascia", "fat", "continuous", "stopped", "drug", "ventilation"])
            )
        elif word.startswith("tuple"):
            data[field.name] = [[0.0, 0.0, 0.01], [-0.3, 0.0, 0.02]]
        else:
            data[field.name] = float(generator.uniform(low, high))
    try:
        return command_from_dict(data)
    except CommandError:
        return None


def _nonsense(seed: int, n: int) -> list[Step]:
    generator = np.random.Generator(np.random.PCG64(seed))
    names, acts = sorted(EVENT_NAMES), sorted(ACTION_NAMES)
    steps = []
    for tick in range(1, n):
        command = _random_command(generator)
        if isinstance(command, AdvanceClinicalTime) and tick < n // 2:
            command = None
        name = acts[int(generator.integers(len(acts)))]
        action = Action(f"item.IM{int(generator.integers(1, 73)):02d}" if name == "item" else name,
                        str(generator.choice(["needle", "ap", "before", "after", "right"])), float(generator.normal()))  # fmt: skip
        event = Event(
            tick, tick / 64, names[int(generator.integers(len(names)))], float(generator.normal()), "L3-4"
        )
        steps.append(Step(tick, (command,) if command is not None else (), (action,), None, (event,)))
    return steps


@pytest.mark.parametrize("name", list_ids())
def test_ten_seconds_of_nonsense_score_low_and_never_fail(name):
    scenario = load(name)
    for seed in range(3):
        steps = _nonsense(seed, 640)
        sheet = score(scenario, steps)
        assert 0.0 <= sheet.score_percent <= 100.0 and not sheet.passed
        assert all(0.0 <= line.points <= line.of + 1e-9 for line in sheet.lines)
        causal_chain(scenario, steps, sheet)
