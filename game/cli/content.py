"""Commands about content: scenarios list, lint, new, schema; players."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from game.cli import console
from game.cli.errors import CaseFailed, UsageProblem, refuse_existing
from game.cli.population import ALL_CORES, MOST_WORKERS, Workers, within

scenarios = typer.Typer(no_args_is_help=True, help="List, check and write scenarios.")


@scenarios.command("list")
def list_scenarios(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the packaged scenarios."""
    from rich.table import Table

    from scenarios.load import list_ids, load

    cases = [load(name) for name in list_ids()]
    if as_json:
        keys = ("id", "version", "title", "role", "level", "minutes", "followup_days")
        console.document([{k: getattr(c, k) for k in keys} for c in cases])
        return
    table = Table("id", "title", "role", "level", "minutes", "follow-up")
    table.columns[0].no_wrap = True
    for c in cases:
        table.add_row(c.id, c.title, c.role, c.level, f"{c.minutes:g}", f"{c.followup_days:g} d")
    console.answers.print(table)


@scenarios.command("lint")
def lint_scenario(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario .toml file or a packaged id.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Check a scenario file: schema, references, weights, measures."""
    from scenarios.lint import lint
    from scenarios.load import list_ids

    if file not in list_ids() and not os.path.isfile(file):
        shown = file if len(file) <= 60 else f"{file[:57]}..."
        raise UsageProblem(f"FILE = {shown}; expected a file or one of {', '.join(list_ids())}")
    found = lint(file)
    errors = [p for p in found if p.severity == "error"]
    if as_json:
        rows = [{"file": p.file, "line": p.line, "key": p.key, "severity": p.severity, "message": p.message} for p in found]
        console.document(rows)
    for problem in found if not as_json else ():
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        console.say(f"{place}: {problem.severity}: {problem.key} {problem.message}")
    if not as_json:
        console.say(f"{file}: {len(errors)} errors, {len(found) - len(errors)} warnings")
    if errors:
        raise CaseFailed("")


@scenarios.command("new")
def new_scenario(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; its name becomes the id.")],
    like: Annotated[str, typer.Option(help="Packaged scenario to start from.")] = "implant_adult_t10",
) -> None:
    """Write a new scenario file that lints clean, to be edited."""
    import re

    from scenarios.load import read

    identifier = file.stem
    if file.suffix != ".toml" or not re.match(r"^[a-z][a-z0-9_]{2,47}$", identifier):
        raise UsageProblem(f"FILE = {file}; expected a name of a-z, 0-9, _ ending in .toml")
    if file.exists():
        raise UsageProblem(f"{file} exists; expected a new file name")
    if not file.absolute().parent.is_dir():
        raise UsageProblem(f"{file.parent} is missing; expected an existing folder")
    text = read(like)[0].decode("utf-8")
    text = re.sub(r'(?m)^id = ".*"$', f'id = "{identifier}"', text, count=1)
    text = re.sub(r'(?m)^version = ".*"$', 'version = "0.1.0"', text, count=1)
    file.write_text(text, "utf-8")
    console.say(f"{file}: a copy of {like}; edit it, then: thecal scenarios lint {file}")


@scenarios.command("new-patient")
def new_patient(
    kind: Annotated[str, typer.Option(help="SCI, MS, CP, TBI or STROKE.")],
    age: Annotated[float | None, typer.Option(help="Years, 4 to 90; default: drawn.")] = None,
    child: Annotated[bool, typer.Option("--child", help="Draw a child's age.")] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the draw.")] = 0,
    number: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Which patient of the seed.")] = 0,
) -> None:
    """Print the file of a drawn patient, for the folder patients beside a scenario."""
    from scenarios.drawn import patient_text

    try:
        text = patient_text(kind, seed, number, age, child)
    except ValueError as error:
        raise UsageProblem(f"--{str(error).replace('age_years', 'age')}") from error
    console.say(text.rstrip("\n"))


@scenarios.command("schema")
def schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from scenarios.lint import json_schema

    console.document(json_schema())


def players(
    table: Annotated[bool, typer.Option("--table", help="Play them and print what each lost and what it brought.")] = False,
    scenario: Annotated[list[str] | None, typer.Option(help="Implant scenarios to play; default: all.")] = None,
    player: Annotated[list[str] | None, typer.Option(help="Error players to play; default: all.")] = None,
    workers: Workers = ALL_CORES,
    json_file: Annotated[Path | None, typer.Option("--json", help="JSON file to write (must not exist).")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Markdown file to write or replace.")] = None,
) -> None:
    """List the scripted players and what each does wrong; with --table, play them and judge what came of it."""
    if table:
        return _players_table(scenario, player, workers, json_file, markdown)
    if scenario or player or json_file or markdown:
        raise UsageProblem("--scenario, --player, --json, --markdown go with --table")
    from rich.table import Table

    from game.players.later import LATER
    from game.players.registry import PLAYERS

    listed = Table("player", "for", "does")
    for name, entry in PLAYERS.items():
        listed.add_row(name, ", ".join(entry.scenarios), entry.text)
    for case_id, plans in LATER.items():
        for name, (_, text) in plans.items():
            listed.add_row(name, case_id, text)
    console.answers.print(listed)


def _among(option: str, asked: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was asked for, or all; refuse what is not known."""
    for name in asked or ():
        if name not in known:
            raise UsageProblem(f"{option} = {name}; expected some of {', '.join(known)}")
    return tuple(asked or known)


def _players_table(
    scenario: list[str] | None, player: list[str] | None, workers: int, json_file: Path | None, markdown: Path | None
) -> None:
    """Play the attending and the error players, print the table, fail if one row does."""
    import json
    from dataclasses import asdict

    from game.players.errors import ERRORS, SCENARIO
    from game.players.registry import IMPLANTS
    from game.validate.players import as_markdown, table, tasks_for

    within("--workers", workers, 1, MOST_WORKERS)
    cases, names = _among("--scenario", scenario, IMPLANTS), _among("--player", player, tuple(ERRORS))
    if player and SCENARIO not in cases:
        raise UsageProblem(f"--player goes with --scenario {SCENARIO}: the error players are told for it")
    if json_file is not None:
        refuse_existing(json_file)
    with console.simulating("players", len(tasks_for(cases, names))) as advance:
        rows = table(cases, names, workers, advance)
    for row in rows:
        console.say(f"{'ok  ' if row.passed else 'FAIL'} {row.step or row.scenario:4} {row.player}  {row.score_percent:.1f} %  {row.found}")
        for what, got, wanted in (
            ("lines", row.lines, row.lines_expected), ("items", row.items, row.items_expected),
            ("critical", row.critical, row.critical_expected),
        ):  # fmt: skip
            told = "" if got == wanted or not row.step else f"   expected {' '.join(wanted) or 'none'}"
            if got or told:
                console.say(f"       {what} lost: {' '.join(got) or 'none'}{told}")
        console.say(f"       {row.consequence}")
    failed = [row.player for row in rows if not row.passed]
    if json_file is not None:
        json_file.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", "utf-8")
    if markdown is not None:
        markdown.write_text(as_markdown(rows), "utf-8")
    console.say(f"{len(rows) - len(failed)} of {len(rows)} rows as expected")
    if failed:
        raise CaseFailed(f"not as expected: {', '.join(failed)}")
