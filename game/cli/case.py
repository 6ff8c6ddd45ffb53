"""Commands about one case: demo, replay, score, debrief, simulate, whatif."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from game.cli import console
from game.cli.errors import CaseFailed, UsageProblem, claim_folder, refuse_existing

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario id (thecal scenarios list) or a .toml file.")]
LogFile = Annotated[Path, typer.Argument(metavar="LOG", help="A .thecal file.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Practice seed; 0 is the written patient.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]


def demo(
    scenario: ScenarioName,
    player: Annotated[str, typer.Option(help="attending, or a named error (thecal players).")] = "attending",
    out: Annotated[Path, typer.Option(help="Folder for log, pictures, result and debrief.")] = Path("out"),
    seed: Seed = 0,
    days: Annotated[float | None, typer.Option(min=0.0, max=730.0, help="Follow-up days; default: the scenario's.")] = None,
    inherit: Annotated[Path | None, typer.Option(help="Log of an implant case whose patient returns.")] = None,
    pictures: Annotated[bool, typer.Option(help="Render pictures.")] = True,
    video: Annotated[bool, typer.Option("--video", help="Also write case.mp4 (extra: video).")] = False,
) -> None:
    """Let a scripted player play a case headless: log, pictures, score, debrief."""
    from game.players.performance import Performance, perform
    from game.players.registry import player_for
    from scenarios.load import load

    if video:
        raise UsageProblem("--video is not available in this version; expected a demo without it")
    case = load(scenario)
    chosen = player_for(player, case.id)
    inherited = None if inherit is None else _inherited_from(inherit, case, seed)
    folder = claim_folder(out, (case.id, player, seed))
    with console.simulating(f"{case.title}: {player}") as advance:
        done = perform(Performance(case, chosen, player, seed, folder, days, inherited, pictures), advance)
    console.say(f"{case.title} ({case.id}), {player}, seed {seed}")
    console.say(f"score     {done['score_percent']:.1f} %  {'passed' if done['passed'] else 'not passed'}")
    for failure in done["critical_failures"]:
        console.say(f"critical  {failure['id']} {failure['text']}")
    outcome = done["outcome"]
    console.say(
        f"outcome   tip {outcome['tip_level']} ({outcome['tip_space']}), patency {outcome['min_patency']:.2f}, "
        f"legs Ashworth {outcome['ashworth_legs_baseline']:.1f} -> {outcome['ashworth_legs_end']:.1f}"
    )
    for name, what in (("case.thecal", "log"), ("result.json", "result"), ("debrief.html", "debrief")):
        console.say(f"{what:<9} {folder / name}")
    images = sorted(p.name for p in folder.glob("*.png"))
    why = "no OpenGL here (thecal doctor)" if pictures else "not asked for"
    console.say(f"pictures  {folder}/: {', '.join(images)}" if images else f"pictures  none: {why}")


def _inherited_from(path: Path, case: Any, seed: int) -> Any:
    """Return the start state that a case takes over from the log of an implant."""
    from game.replay.player import replay
    from game.replay.reader import read_log
    from scenarios.setup import setup

    log = read_log(path)
    if case.start.kind == "fresh":
        raise UsageProblem(f"--inherit = {path}; expected none: {case.id} starts on a fresh table")
    with console.simulating(f"replaying {path.name}"):
        session = replay(log, path.name)
    if not session.observation.pocket.is_closed:
        raise UsageProblem(f"--inherit = {path}; expected the log of an implant case that was closed")
    return setup(case, seed, session.observation).params.start


def _mention(read: Any, name: str) -> None:
    """Say on stderr what is not as a recorder leaves a finished log."""
    if read.is_truncated:
        console.tell(f"{name}: the last line was cut off and is ignored")
    if read.end not in (None, "finished"):
        console.tell(f"{name}: ended early after tick {read.last_tick} ({read.end})")
    if read.edited_between is not None:
        console.tell(f"{name}: {_edited(read)}; what follows is not what was played")


def _edited(read: Any) -> str:
    before, after = read.edited_between
    return f"the text was changed after recording, between ticks {before} and {after}"


def replay(
    log: LogFile,
    verify: Annotated[bool, typer.Option("--verify", help="Compare every recorded hash of the world.")] = False,
) -> None:
    """Replay a log bit for bit; with --verify, name the first tick that differs."""
    from game.outcome import sheet_of
    from game.replay import player as replayer
    from game.replay import verify as verifier
    from game.replay.reader import read_log

    read = read_log(log)
    _mention(read, log.name)
    with console.simulating(f"replaying {log.name}", read.last_tick + 1) as advance:
        if verify:
            verdict = verifier.verify(read, log.name)
        else:
            session = replayer.session_for(read, log.name)
            for current in replayer.play(read, session):
                if current.tick % 256 == 0:
                    advance(current.tick)
    if not verify:
        sheet = sheet_of(session)
        console.say(f"{log.name}: {session.tick} ticks, score {sheet.score_percent:.1f} %, state {session.state_hash()[:16]}")
        return
    if verdict.is_equal and read.edited_between is not None:
        raise CaseFailed(f"{log.name}: {_edited(read)}")
    if verdict.is_equal:
        console.say(f"{log.name}: equal, {verdict.n_hashes} hashes to tick {read.last_tick}")
        return
    raise CaseFailed(
        f"{log.name}: first differing tick: between {verdict.last_equal_tick + 1} and {verdict.first_differing_tick} "
        f"(recorded {verdict.recorded[:12]}, replayed {verdict.replayed[:12]}; "
        f"recorded with numpy {read.header.numpy}, numba {read.header.numba})"
    )


def _replayed(log: Path) -> tuple[Any, Any]:
    from game.replay import player as replayer
    from game.replay.reader import read_log

    read = read_log(log)
    _mention(read, log.name)
    with console.simulating(f"replaying {log.name}", read.last_tick + 1) as advance:
        session = replayer.session_for(read, log.name)
        for current in replayer.play(read, session):
            if current.tick % 256 == 0:
                advance(current.tick)
    return read, session


def score(log: LogFile, as_json: AsJson = False) -> None:
    """Score a log again, from its inputs."""
    from rich.table import Table

    from game.outcome import result, sheet_of

    read, session = _replayed(log)
    sheet = sheet_of(session)
    if as_json:
        console.document(result(session, sheet, read.header.player))
        return
    table = Table(title=f"{session.scenario.title}: {sheet.score_percent:.1f} % " + ("passed" if sheet.passed else "not passed"))
    for name in ("line", "text", "points", "value", "wanted", "tick", "source"):
        table.add_column(name)
    for line in sheet.lines:
        points = f"{line.points:.1f} / {line.of:.1f}" if line.is_valid else "dropped"
        value = f"{line.value:.3g} {line.unit}" if line.is_valid else line.why_invalid
        table.add_row(line.id, line.text, points, value, line.threshold, str(line.tick), line.source)
    console.answers.print(table)
    for failure in sheet.critical_failures:
        console.say(f"critical {failure.id}: {failure.text} (tick {failure.tick}, {failure.source})")


def debrief(
    log: LogFile,
    output: Annotated[Path, typer.Option("-o", "--output", help="HTML file to write (must not exist).")],
) -> None:
    """Write the printable debrief of a log."""
    from game.educator.debrief import write_debrief
    from game.outcome import sheet_of

    refuse_existing(output)
    read, session = _replayed(log)
    write_debrief(output, session, sheet_of(session), read.header.player, ())
    console.say(f"debrief {output}")


def simulate(
    scenario: ScenarioName,
    days: Annotated[float | None, typer.Option(min=0.01, max=730.0, help="Clinical days; not with --course.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="JSON file to write (must not exist).")] = None,
    course: Annotated[str | None, typer.Option(help="A written course instead of quiet days, such as screening; an unknown name lists them.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Picture of a course to write (.png, must not exist).")] = None,
    seed: Seed = 0,
    step_hours: Annotated[float, typer.Option(min=0.1, max=24.0, help="Hours between samples; not with --course.")] = 6.0,
) -> None:
    """Run therapy without hands: flow, concentrations, effect, vitals, events over time."""
    from scenarios.load import load

    if (days is None) == (course is None):
        raise UsageProblem("--days, --course: expected exactly one of them")
    if json_file is None and (course is None or plot is None):
        raise UsageProblem("--json is missing; expected a file to write, or --plot with --course")
    if plot is not None and (course is None or plot.suffix != ".png"):
        raise UsageProblem(f"--plot = {plot}; expected a .png file, with --course")
    for file in (json_file, plot):
        if file is not None:
            refuse_existing(file)
    case = load(scenario)
    told = _therapy_of_days(case, days, step_hours, seed) if days is not None else _written(case, str(course), seed, plot)
    if json_file is not None:
        json_file.write_text(json.dumps(told, allow_nan=False, indent=1) + "\n", "utf-8")
    for file in (json_file, plot):
        if file is not None:
            console.say(f"written   {file}")


def _therapy_of_days(case: Any, days: float, step_hours: float, seed: int) -> dict[str, Any]:
    from game.simulate import therapy_course

    with console.simulating(f"{case.title}: {days:g} days", days) as advance:
        return therapy_course(case, seed, days, step_hours, advance)


def _written(case: Any, course: str, seed: int, plot: Path | None) -> dict[str, Any]:
    from game.courses.figure import draw_course
    from game.courses.run import check_course, written_course

    check_course(case, course)
    with console.simulating(f"{case.title}: {course}", 2.0) as advance:
        told = written_course(case, course, seed, advance)
    if plot is not None:
        draw_course(told, plot)
    return told


def whatif(
    log: LogFile,
    at: Annotated[int, typer.Option("--at", min=0, help="Tick from which the change holds.")],
    change: Annotated[list[str], typer.Option("--change", help="Command.field=value, or -Command to leave it out.")],
    as_json: AsJson = False,
) -> None:
    """Branch a recorded case: the same hands with one thing changed, both futures side by side."""
    from rich.table import Table

    from game.outcome import outcome, sheet_of
    from game.replay.player import replay as run
    from game.replay.reader import read_log
    from game.replay.whatif import change_from

    read = read_log(log)
    _mention(read, log.name)
    altered = change_from(change, at)
    with console.simulating("two futures"):
        first, second = run(read, log.name), run(read, log.name, change=altered)
    futures = [{"score_percent": sheet_of(s).score_percent, **outcome(s)} for s in (first, second)]
    if as_json:
        console.document({"log": log.name, "at": at, "change": change, "recorded": futures[0], "changed": futures[1]})
        return
    table = Table("quantity", "as recorded", "changed", title=", ".join(change) + f" from tick {at}")
    for key, value in futures[0].items():
        mark = "" if value == futures[1][key] else "  *"
        table.add_row(key, str(value), f"{futures[1][key]}{mark}")
    console.answers.print(table)
