"""The table of the scripted players: what each lost, what it should lose, and what its mistake brought."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from game.outcome import outcome, sheet_of
from game.players.errors import ERRORS, SCENARIO, Consequence
from game.players.performance import Performance, played
from game.players.registry import IMPLANTS, player_for
from game.population.cohort import in_parallel
from game.session import Session
from game.validate.readings import READINGS
from scenarios.checklist import IMPLANT, judge
from scenarios.load import load
from scenarios.measures import Reader
from scenarios.scoring import line_share
from scenarios.steps import record_from

LEAST_LOSS = 0.01  # share of a line: less is the scatter of another tip or another tick
LEAST_LESS = 0.05  # numerical, between two players: 0.2 mm of the tightest bend, which another processor's rounding makes as well
LEAST_SCORE, MOST_TIP_LEVELS = 90.0, 1.0  # what the attending owes
HEAD = """# Scripted players

Written by `thecal players --table --markdown docs/models/players.md`; do not edit. The attending plays every implant
scenario twice and must score 90 % with the tip within one vertebra, without a critical error, and end in the same
world both times. Every error player makes one mistake (I31 needs two: a line that is shut, and nobody who looks; I14
chooses besides a steeper way in, which the order allows: at the attending's 45 degrees the needle ends before the far
wall). It must
lose exactly the rubric lines, checklist items and critical errors that its mistake and what follows from it explain, and
bring the consequence that the procedure's table lists for that step; the consequence is read from the simulated implant
and the attending must be free of it. Education only.

What is measured is a cause only, not yet the harm, in two rows: a shallow tunnel (I29: the skin over it, no erosion is
computed) and a missing baseline film (I37: there is nothing with which a later film could be compared).
"""
Facts = dict[str, Any]
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One player in the table; what was expected beside what came."""

    scenario: str
    player: str
    step: str
    text: str
    score_percent: float
    lines: tuple[str, ...]
    lines_expected: tuple[str, ...]
    items: tuple[str, ...]
    items_expected: tuple[str, ...]
    critical: tuple[str, ...]
    critical_expected: tuple[str, ...]
    consequence: str
    found: str
    passed: bool


def facts(scenario_id: str, player: str, run: int = 0) -> Facts:
    """Play a case headless and return what is compared, as plain data; `run` tells repeated plays apart."""
    scenario = load(scenario_id)
    session = played(Performance(scenario, player_for(player, scenario_id), player))
    sheet, read = sheet_of(session), Reader(scenario, record_from(session.steps))
    wanted = [ERRORS[player].consequence.reading] if player in ERRORS else [e.consequence.reading for e in ERRORS.values()]
    verdicts = {i.id: judge(i, scenario, read.record, read) for i in IMPLANT if i.is_said or i.conditions}
    return {
        "scenario": scenario_id, "player": player, "run": run, "score": sheet.score_percent, "passed": sheet.passed,
        "critical": [f.id for f in sheet.critical_failures], "hash": session.state_hash(),
        "lines": {
            line.id: line_share(line.value, rubric.full, rubric.zero) if line.is_valid else None
            for line, rubric in zip(sheet.lines, scenario.rubric, strict=True)
        },
        "items": verdicts,
        "readings": {key: _plain(READINGS[key].read(session)) for key in sorted(set(wanted))},
        "end": _end(session),
    }  # fmt: skip


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _end(session: Session) -> dict[str, Any]:
    told = outcome(session)
    keys = ("tip_level", "tip_level_at_closing", "min_patency", "ashworth_legs_baseline", "ashworth_legs_end", "hands_on_s")
    return {key: told[key] for key in keys} | {"target": session.scenario.order.target_level, "target_number": session.setup.target_level}


def lost_lines(mine: Facts, attending: Facts) -> tuple[str, ...]:
    """Return the rubric lines in which a player has less than the attending, or had no chance where he had."""
    return tuple(
        key for key, share in attending["lines"].items()
        if share is not None and ((got := mine["lines"][key]) is None or got < share - LEAST_LESS)
    )  # fmt: skip


def lost_items(mine: Facts, attending: Facts) -> tuple[str, ...]:
    """Return the checklist items that a player did wrong and the attending did not, or could not show where he could."""
    usual = attending["items"]
    return tuple(
        item for item, verdict in mine["items"].items()
        if (verdict is False and usual[item] is not False) or (verdict is None and usual[item] is True)
    )  # fmt: skip


def _is_beyond(consequence: Consequence, value: float | None) -> bool:
    if value is None:
        return False
    return value > consequence.limit if consequence.op == ">" else value < consequence.limit


def error_row(mine: Facts, attending: Facts) -> Row:
    """Return the row of an error player: passed when exactly the expected was lost and the consequence came."""
    error = ERRORS[mine["player"]]
    expected = tuple(sorted({*error.lines, *error.follows}))
    consequence, reading = error.consequence, READINGS[error.consequence.reading]
    value, usual = mine["readings"][reading.key], attending["readings"][reading.key]
    lines, items, critical = lost_lines(mine, attending), lost_items(mine, attending), tuple(mine["critical"])
    came = _is_beyond(consequence, value) and not _is_beyond(consequence, usual)
    is_exact = lines == expected and items == error.items and critical == error.critical
    unit = "" if reading.unit == "1" else f" {reading.unit}"
    return Row(
        mine["scenario"], mine["player"], error.row, error.text, mine["score"], lines, expected, items, error.items,
        critical, error.critical, f"{consequence.key}: {reading.text} {consequence.op} {consequence.limit:g}{unit}",
        f"{_number(value)}{unit} (attending {_number(usual)})", bool(is_exact and came),
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


def attending_row(first: Facts, second: Facts) -> Row:
    """Return the attending's row: score, tip within a vertebra, no critical error, twice the same world."""
    end = first["end"]
    off = abs(end["tip_level_at_closing"] - end["target_number"])
    is_same = first["hash"] == second["hash"]
    passed = first["score"] >= LEAST_SCORE and off <= MOST_TIP_LEVELS and not first["critical"] and is_same and first["passed"]
    lost = tuple(key for key, share in first["lines"].items() if share is not None and share < 1.0 - LEAST_LOSS)
    found = (
        f"tip {end['tip_level']} for {end['target']}, {off:.2f} levels off; lumen {end['min_patency']:.2f}; "
        f"legs {end['ashworth_legs_baseline']:.1f} to {end['ashworth_legs_end']:.1f}; {'same' if is_same else 'OTHER'} hash twice"
    )
    return Row(
        first["scenario"], "attending", "", "everything as the reference asks", first["score"], lost, (), (), (),
        tuple(first["critical"]), (), f"score >= {LEAST_SCORE:g} %, tip within {MOST_TIP_LEVELS:g} level", found, bool(passed),
    )  # fmt: skip


def tasks_for(scenario_ids: tuple[str, ...], names: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Return what has to be played: the attending twice in every case, the error players in theirs."""
    plays = [(scenario, "attending", run) for scenario in scenario_ids for run in (0, 1)]
    errors = [(SCENARIO, name, 0) for name in names] if SCENARIO in scenario_ids else []
    return errors + plays


def table(
    scenario_ids: tuple[str, ...] = IMPLANTS, names: tuple[str, ...] = tuple(ERRORS), workers: int = 1,
    advance: Progress | None = None,
) -> list[Row]:  # fmt: skip
    """Play everybody and return the rows: the attending case by case, then the errors step by step."""
    tasks = tasks_for(scenario_ids, names)
    found: dict[tuple[str, str, int], Facts] = {}
    for done in _plays(tasks, workers):
        found[done["scenario"], done["player"], done["run"]] = done
        if advance is not None:
            advance(len(found), f"{len(found)} of {len(tasks)} plays")
    rows = [attending_row(found[s, "attending", 0], found[s, "attending", 1]) for s in scenario_ids]
    if SCENARIO in scenario_ids:
        rows += [error_row(found[SCENARIO, name, 0], found[SCENARIO, "attending", 0]) for name in names]
    return rows


def _plays(tasks: list[tuple[str, str, int]], workers: int) -> Iterator[Facts]:
    for done in in_parallel(facts, tasks, workers):
        yield json.loads(json.dumps(done, allow_nan=False))


def as_markdown(rows: list[Row]) -> str:
    """Return the two tables for docs/models/players.md."""
    attending = [row for row in rows if not row.step]
    errors = [row for row in rows if row.step]
    out = [HEAD, "## The attending, patient by patient\n"]
    out += ["| scenario | score | lines below full | what came of it | |", "|---|---|---|---|---|"]
    out += [
        f"| {r.scenario} | {r.score_percent:.1f} % | {' '.join(r.lines) or 'none'} | {r.found} | {_verdict(r)} |" for r in attending
    ]
    out += ["", "## One error each, in `" + SCENARIO + "`\n"]
    out += ["| step | player | does | score | lines lost | items lost | critical | consequence | measured | |"]
    out += ["|---|---|---|---|---|---|---|---|---|---|"]
    out += [
        f"| {r.step} | {r.player} | {r.text} | {r.score_percent:.1f} % | {_beside(r.lines, r.lines_expected)} | "
        f"{_beside(r.items, r.items_expected)} | {_beside(r.critical, r.critical_expected)} | {r.consequence} | {r.found} | {_verdict(r)} |"
        for r in errors
    ]
    return "\n".join(out) + "\n"


def _beside(got: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    told = " ".join(got) or "none"
    return told if got == wanted else f"{told} (expected {' '.join(wanted) or 'none'})"


def _verdict(row: Row) -> str:
    return "as expected" if row.passed else "**not as expected**"
