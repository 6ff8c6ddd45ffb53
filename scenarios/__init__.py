"""What is asked and how it is judged.

Content            `load(path_or_id) -> Scenario`, `list_ids()`, `lint(path_or_id) -> tuple[Problem, ...]`,
                   `json_schema()`, `scenario_digest(path_or_id)`; every failure is one `ContentError`.
Start              `setup(scenario, seed, inherited=None) -> CaseSetup` (`.params` goes to `physics.initial`);
                   seed 0 is the written patient.
Record             `Step(tick, commands, actions, observation, events)`, `record_from(steps) -> Record`.
Judgement          `score(scenario, steps) -> ScoreSheet` (`.to_dict()`),
                   `MEASURES[key].of(scenario, record)`, `Reader(scenario, record)(key)`; checklist texts in
                   `checklist.ITEMS`, critical errors in `critical.CRITICAL`.
Explanation        `causal_chain(scenario, steps, sheet) -> tuple[Link, ...]`.
Staff              `due(scenario, observation, events, done) -> ((trigger id, command), ...)`.

Nothing here looks inside a `World`; all is pure and can be run again on an old log.
"""

from __future__ import annotations

from scenarios.actions import Action
from scenarios.chain import Link, causal_chain
from scenarios.errors import ContentError, Problem
from scenarios.lint import json_schema, lint
from scenarios.load import list_ids, load, scenario_digest
from scenarios.measures import MEASURES, Reader
from scenarios.schema import Scenario
from scenarios.scoring import ScoreSheet, score
from scenarios.script import due
from scenarios.setup import CaseSetup, setup
from scenarios.steps import Record, Step, record_from

__all__ = [
    "MEASURES",
    "Action",
    "CaseSetup",
    "ContentError",
    "Link",
    "Problem",
    "Reader",
    "Record",
    "Scenario",
    "ScoreSheet",
    "Step",
    "causal_chain",
    "due",
    "json_schema",
    "lint",
    "list_ids",
    "load",
    "record_from",
    "scenario_digest",
    "score",
    "setup",
]
