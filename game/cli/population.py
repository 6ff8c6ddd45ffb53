"""Commands about many: implants (population and its sensitivity) and patients on the drug."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Annotated, Any

import typer

from game.cli import console
from game.cli.errors import CaseFailed, UsageProblem, refuse_existing

MOST_WORKERS, MOST_SEED = 256, 2**31 - 1
ALL_CORES = max(1, min(MOST_WORKERS, os.cpu_count() or 1))
Workers = Annotated[int, typer.Option(help="Processes, 1 to 256; the answer does not depend on it.")]
Seed = Annotated[int, typer.Option(help="Seed, 0 to 2147483647.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="JSON file to write (must not exist); a stopped run goes on from FILE.part.")]


def within(name: str, value: float, low: float, high: float) -> None:
    """Refuse an option outside its range by name, value and range."""
    if not low <= value <= high:  # NaN is in no range
        raise UsageProblem(f"{name} = {value}; expected {low:.10g} .. {high:.10g}")


def _runs_within(workers: int, seed: int) -> None:
    """Refuse a number of processes or a seed outside its range."""
    within("--workers", workers, 1, MOST_WORKERS)
    within("--seed", seed, 0, MOST_SEED)


Figure = Annotated[Path | None, typer.Option("--figure", help="PNG to draw (must not exist).")]


def _new_picture(path: Path | None) -> None:
    """Refuse a picture that exists, has nowhere to go, or is no PNG."""
    if path is None:
        return
    if path.suffix.lower() != ".png":
        raise UsageProblem(f"--figure = {path}; expected a name that ends in .png")
    refuse_existing(path)


def _model(name: str) -> str:
    from game.population.published import SERIES_FOR

    if name not in SERIES_FOR:
        raise UsageProblem(f"--model = {name}; expected one of {', '.join(sorted(SERIES_FOR))}")
    return name


def _part(json_file: Path | None) -> Path | None:
    """Return where an unfinished run is kept; refuse a JSON file that exists or has nowhere to go."""
    from game.population.cohort import part_file

    return None if json_file is None else part_file(refuse_existing(json_file))


def _worked(run: Callable[[], Any], part: Path | None) -> Any:
    """Return what a run gives; say in one line what ended it."""
    from game.population.cohort import PartFileError

    try:
        return run()
    except PartFileError as error:
        raise UsageProblem(str(error)) from error
    except BrokenProcessPool as error:
        raise CaseFailed("a worker ended by itself (memory?); run again with fewer --workers: nothing done is lost") from error
    except KeyboardInterrupt:
        if part is not None and part.exists():
            console.tell(f"stopped; the same command goes on from {part}")
        raise


def _write(json_file: Path, data: Any) -> None:
    from game.population.cohort import part_file

    json_file.write_text(json.dumps(data, allow_nan=False, indent=1) + "\n", "utf-8")
    part_file(json_file).unlink(missing_ok=True)
    console.tell(f"written  {json_file}")


def population(
    implants: Annotated[int, typer.Option(help="Implants to follow, 1 to 100000.")] = 500,
    months: Annotated[float, typer.Option(help="Months of follow-up, 0.1 to 120.")] = 43.0,
    model: Annotated[str, typer.Option(help="Catheter: ascenda_8780, ascenda_8781, silicone_8709, silicone_8731.")] = "ascenda_8780",
    kink_radius: Annotated[float | None, typer.Option(help="Radius [mm] at which the wall folds, 0.5 to 20, instead of the model's.")] = None,
    workers: Workers = ALL_CORES,
    seed: Seed = 0,
    json_file: JsonFile = None,
    figure: Figure = None,
) -> None:
    """Follow many competent implants and compare their catheter events with published series."""
    from game.population.cohort import Cohort, run_cohort
    from game.population.figure import draw_population
    from game.population.table import report

    within("--implants", implants, 1, 100_000)
    within("--months", months, 0.1, 120.0)
    _runs_within(workers, seed)
    _new_picture(figure)
    if kink_radius is not None:
        within("--kink-radius", kink_radius, 0.5, 20.0)
    cohort = Cohort(implants, months, _model(model), seed, None if kink_radius is None else 1e-3 * kink_radius)
    part = _part(json_file)
    with console.simulating(f"{implants} implants, {months:g} months, {model}", implants) as advance:
        rows = _worked(lambda: run_cohort(cohort, workers, part, advance), part)
    try:
        told = report(cohort, rows)
    except ValueError as error:
        raise CaseFailed(str(error)) from error
    if json_file is not None:
        _write(json_file, told)
    if figure is not None:
        draw_population([told], figure)
    _print(told)


def _range(share: float, ends: list[float]) -> str:
    return f"{100.0 * share:.1f} ({100.0 * ends[0]:.1f}-{100.0 * ends[1]:.1f})"


def _print(told: dict[str, Any]) -> None:
    from rich.table import Table

    n = told["states"]["followed"]
    radius = "" if told["kink_radius_m"] is None else f", kink radius {1e3 * told['kink_radius_m']:g} mm"
    console.say(f"{told['model']}{radius}: {n} of {told['implants']} implants followed for {told['months']:g} months, seed {told['seed']}")
    for reason, count in told["reasons"].items():
        console.say(f"  {count} not followed: {reason}")
    rate = told["events_per_year"]
    middle = "" if told["median_month"] is None else f", half of them by month {told['median_month']:.1f}"
    console.say(f"{told['n_events']} events, {rate[0]:.4f} ({rate[1]:.4f}-{rate[2]:.4f}) per patient-year{middle}")
    for series in told["against"]:
        console.say(f"\nagainst [{series['key']}] {series['text']} ({series['mark']})")
        table = Table()
        for name in ("event", "model", "% (95 %)", "published", "% (95 %)", "p", ""):
            table.add_column(name, no_wrap=True)
        for line in series["lines"]:
            table.add_row(
                line["kind"], f"{line['model']}/{line['of']}", _range(line["share"], line["interval"]),
                f"{line['published']}/{line['published_of']}", _range(line["published_share"], line["published_interval"]),
                f"{line['p']:.2g}", "" if line["compatible"] else "apart",
            )  # fmt: skip
        console.answers.print(table)
        for line in series["lines"]:
            if line["note"]:
                console.say(f"  {line['kind']}: {line['note']}")
    told_silent = [f"{kind} {int(v[0])}" for kind, v in told["silent"].items() if v[0]]
    console.say("\nwithout loss of therapy: " + (", ".join(told_silent) or "nothing"))
    shift = told["tip_shift_mm"]
    console.say(f"tip, caudal: median {shift['median']:.1f} mm, 5-95 % {shift['p5']:.1f} to {shift['p95']:.1f}, most {shift['most']:.1f}")
    console.say("what the model cannot produce:")
    for line in told["cannot"]:
        console.say(f"  - {line}")


def sensitivity(
    trajectories: Annotated[int, typer.Option(help="Morris walks per implant, 2 to 100.")] = 8,
    workers: Workers = ALL_CORES,
    seed: Seed = 0,
    json_file: JsonFile = None,
    figure: Figure = None,
) -> None:
    """Rank what decides lumen and tip at six months, for a good and a marginal implant."""
    from game.population.figure import draw_sensitivity
    from game.population.sensitivity import run_sensitivity, summary, tasks_for

    within("--trajectories", trajectories, 2, 100)
    _runs_within(workers, seed)
    _new_picture(figure)
    part = _part(json_file)
    runs = len(tasks_for(seed, trajectories))
    with console.simulating(f"{runs} implants, 6 months", runs) as advance:
        rows = _worked(lambda: run_sensitivity(seed, trajectories, workers, part, advance), part)
    told = summary(seed, trajectories, rows)
    if json_file is not None:
        _write(json_file, told)
    if figure is not None:
        draw_sensitivity(told, figure)
    _print_sensitivity(told)


def patients(
    patients: Annotated[int, typer.Option(help="Patients to draw, 1 to 100000.")] = 300,
    days: Annotated[int, typer.Option(help="Days of therapy, 1 to 3650.")] = 540,
    group: Annotated[str, typer.Option(help="adults, spinal, cerebral or children.")] = "spinal",
    workers: Workers = ALL_CORES,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Test, start and titrate drawn patients by the published rules; doses and signs beside published ones."""
    from game.population.clinic import GROUPS, DrugCohort
    from game.population.doses import report, run_patients

    within("--patients", patients, 1, 100_000)
    within("--days", days, 1, 3650)
    _runs_within(workers, seed)
    if group not in GROUPS:
        raise UsageProblem(f"--group = {group}; expected one of {', '.join(GROUPS)}")
    cohort = DrugCohort(patients, days, group, seed)
    part = _part(json_file)
    with console.progress(f"{patients} patients, {days} days, {group}", patients) as advance:
        rows = _worked(lambda: run_patients(cohort, workers, part, advance), part)
    try:
        told = report(cohort, rows)
    except ValueError as error:
        raise CaseFailed(str(error)) from error
    if json_file is not None:
        _write(json_file, told)
    _print_patients(told)


def _percent(share: dict[str, float]) -> str:
    return f"{100.0 * share['share']:.1f} % ({100.0 * share['low']:.1f}-{100.0 * share['high']:.1f})"


def _print_patients(told: dict[str, Any]) -> None:
    from rich.table import Table

    console.say(f"{told['group']}: {told['patients']} patients, {told['days']} days, seed {told['seed']}; for education only")
    table = Table("time", "mean (SE)", "SD", "5-95 %", "range", "legs", "published", title="dose, ug/day", title_justify="left")
    for name, dose in told["doses"].items():
        beside = "; ".join(_series(line) for line in told["published"] if line["mark"] == name)
        table.add_row(
            name, f"{dose['mean']:.0f} ({dose['se']:.0f})", f"{dose['sd']:.0f}", f"{dose['p5']:.0f}-{dose['p95']:.0f}",
            f"{dose['least']:.0f}-{dose['most']:.0f}", f"{told['legs'][name]['mean']:.2f}", beside,
        )  # fmt: skip
    console.answers.print(table)
    console.say(f"leg Ashworth before: {told['legs_before']['mean']:.2f}")
    for probe in told["probes"]:
        console.say(f"{probe['dose']:.0f} ug alone: answered {_percent(probe['answered'])}, somnolent {_percent(probe['somnolent'])}")
    names = {
        "answered": "answered a test", "somnolent_tests": "somnolent in the tests", "somnolent_titration": "somnolent, titration",
        "somnolent_maintenance": "somnolent, maintenance", "severe": "severe withdrawal after a stop",
    }  # fmt: skip
    for key, text in names.items():
        if key in told:
            console.say(f"{text}: {_percent(told[key])}; published {told['signs'][key]}")
    for key, text in (("lumbar_cisternal", "lumbar : cisternal"), ("stop_temperature_c", "peak after a stop [C]")):
        if key in told:
            beside = f"; published {told['signs'][key]}" if key in told["signs"] else ""
            console.say(f"{text}: 5-50-95 % {told[key]['p5']:.1f}, {told[key]['median']:.1f}, {told[key]['p95']:.1f}{beside}")
    console.say("what the model cannot show:")
    for line in told["cannot"]:
        console.say(f"  - {line}")


def _series(line: dict[str, Any]) -> str:
    mean = "" if line["mean"] is None else f" {line['mean']:g}" + ("" if line["sd"] is None else f" (SD {line['sd']:g})")
    ends = "" if line["least"] is None else f" {line['least']:g}-{line['most']:g}"
    return f"{line['key']}{mean}{ends}"


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _print_sensitivity(told: dict[str, Any]) -> None:
    from rich.table import Table

    from game.population.sensitivity import OUTCOMES

    for name, part in told["implants"].items():
        for outcome, text in OUTCOMES.items():
            digits, data = (3, part[outcome]) if outcome == "patency" else (1, part[outcome])
            title = f"{name} implant, {told['months']:g} months: {text}; as it stands {_figure(data['as_it_stands'], digits)}"
            table = Table(title=title, title_justify="left")
            for column in ("factor", "low", "high", "unit", "at low", "at high", "mean effect", "spread", "rank"):
                table.add_column(column)
            ranked = sorted(data["factors"], key=lambda k: -data["factors"][k]["mean_effect"])
            for factor in told["factors"]:
                line = data["factors"][factor["name"]]
                table.add_row(
                    factor["text"], f"{factor['low']:g}", f"{factor['high']:g}", factor["unit"], _figure(line["low"], digits),
                    _figure(line["high"], digits), _figure(line["mean_effect"], digits), _figure(line["spread"], digits),
                    str(1 + ranked.index(factor["name"])),
                )  # fmt: skip
            console.answers.print(table)
    if told["failed"]:
        console.say(f"{len(told['failed'])} runs failed, first: {told['failed'][0]['reason']}")
    console.say("mean effect: mean of |change of outcome| over the whole range of a factor (Morris); spread: its standard deviation")
