"""Commands about the program itself: validate, bench, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from game.cli import console
from game.cli.errors import CaseFailed

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]


def validate(as_json: AsJson = False) -> None:
    """Check every law against its closed form, conserved quantity or published datum."""
    from rich.table import Table

    from game.validate.run import as_data, collect

    with console.simulating("checking the laws"):
        rows = collect()
    failed = [r for r in rows if not r.passed]
    if as_json:
        console.document(as_data(rows))
    else:
        table = Table("", "id", "quantity", "target", "model", "tolerance", "unit", "source")
        for r in rows:
            mark = "[green]ok[/]" if r.passed else "[red]FAIL[/]"
            table.add_row(mark, r.id, r.quantity, f"{r.target:.4g}", f"{r.model:.4g}", f"{r.tolerance:.2g}", r.unit, r.source)
        console.answers.print(table)
        for r in failed:
            console.answers.print(f"[red]FAIL[/] {r.id}: {r.reason or 'no reason is known'}", soft_wrap=True)
        console.say(f"{len(rows) - len(failed)} of {len(rows)} pass")
    if failed:
        raise CaseFailed(f"{len(failed)} of {len(rows)} rows fail: {', '.join(r.id for r in failed[:6])}")


def bench(
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option(help="Fewer repetitions.")] = False,
    patients: Annotated[bool, typer.Option("--patients", help="Only the thousand patients: a minute of two cores.")] = False,
) -> None:
    """Measure rod, ticks, therapy, follow-up, frames and memory against their budgets and peers."""
    from rich.table import Column, Table

    from game.bench import measure
    from game.bench.patients import PATIENTS, patient_rows

    if patients:  # nothing there is compiled
        with console.progress("a thousand patients", PATIENTS) as advance:
            rows = patient_rows(advance)
    else:
        with console.simulating("measuring") as advance:
            rows = measure(quick, advance)
    if as_json:
        console.document(rows)
        return
    table = Table("", Column("id", no_wrap=True), "value", "budget", "unit", "of budget", "peer")
    marks = {True: "[green]ok[/]", False: "[red]over[/]", None: "-"}
    for r in rows:
        value, budget, ratio = ("" if r[k] is None else f"{r[k]:.3g}" for k in ("value", "budget", "ratio"))
        mark = "" if r["budget"] is None else marks[r["passed"]]
        table.add_row(mark, r["id"], value, budget, r["unit"], ratio, r["peer"] or "")
    console.answers.print(table)


def doctor(as_json: AsJson = False) -> None:
    """Say what works here, with the cure for what does not."""
    from game.doctor import examine

    findings = examine()
    if as_json:
        console.document(findings)
    for f in findings if not as_json else ():
        console.say(f"{'ok  ' if f['works'] else 'no  '} {f['part']:<10} {f['found']}")
        if not f["works"]:
            console.say(f"     cure: {f['cure']}")
    if any(not f["works"] and f["needed"] for f in findings):
        raise CaseFailed("")


def gallery(
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Where the pictures go.")] = "docs/gallery",
    preset: Annotated[str, typer.Option(help="full or software.")] = "full",
) -> None:
    """Draw the picture book: each step of a played case, cut-aways, and every patient."""
    from pathlib import Path

    from game.cli.errors import UsageProblem

    if preset not in ("full", "software"):
        raise UsageProblem(f"--preset = {preset}; expected full or software")
    from game.gallery import write_gallery

    n = write_gallery(Path(out), console.say, preset)
    console.say(f"{n} pictures in {out}")
