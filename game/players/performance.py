"""A scripted player plays a case headless and leaves log, pictures, result and debrief in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game.educator.debrief import write_debrief
from game.outcome import result, sheet_of
from game.players.chart import Chart, chart_for
from game.players.programme import live
from game.players.step import Plan
from game.replay.format import header_for
from game.replay.recorder import Recorder
from game.session import Engine, Session
from physics.params import StartState
from physics.units import SECONDS_PER_DAY
from scenarios.schema import Scenario
from scenarios.setup import setup

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Performance:
    """What is to be played, and where the result goes (`folder` None: nowhere)."""

    scenario: Scenario
    plan: Callable[[Chart], Plan]
    player: str
    seed: int = 0
    folder: Path | None = None
    days: float | None = None
    inherited: StartState | None = None
    has_pictures: bool = True


def run_plan(session: Session, plan: Plan, tell: Callable[[Session], None] | None = None) -> None:
    """Play a plan to its end, one tick per input; a quiet tick shows the player the last observation read."""
    try:
        given = next(plan)
        while True:
            session.advance(given.commands, given.actions)
            if tell is not None and session.tick % 64 == 0:
                tell(session)
            given = plan.send(session.observation)
    except StopIteration:
        return


def played(asked: Performance, tell: Callable[[Session], None] | None = None, engine: Engine | None = None) -> Session:
    """Return the finished session of a performance: hands on, then follow-up."""
    case = setup(asked.scenario, asked.seed, asked.inherited)
    recorder = None
    if asked.folder is not None:
        header = header_for(asked.scenario, asked.seed, asked.player, "scripted", asked.inherited)
        recorder = Recorder(asked.folder / "case.thecal", header)
    try:
        session = Session(asked.scenario, case, asked.seed, recorder, engine)
        run_plan(session, asked.plan(chart_for(asked.scenario, case)), tell)
        days = case.followup_s / SECONDS_PER_DAY if asked.days is None else asked.days
        if days > 0.0:
            run_plan(session, live(days), tell)
        session.finish()
    finally:
        if recorder is not None:
            recorder.release()
    return session


def perform(asked: Performance, advance: Progress | None = None) -> dict[str, Any]:
    """Play, score, picture and debrief; return the result document."""

    def tell(session: Session) -> None:
        if advance is not None:
            seen = session.observation
            advance(0.0, f"{asked.player}: {seen.time_s:.0f} s of hands, day {seen.clinical_time_s / SECONDS_PER_DAY:.1f}")

    session = played(asked, tell)
    sheet = sheet_of(session)
    document = result(session, sheet, asked.player)
    folder = asked.folder
    if folder is None:
        return document
    pictures: tuple[tuple[Path, str], ...] = ()
    if asked.has_pictures:
        from game.educator.pictures import take_pictures

        tell(session)
        pictures = take_pictures(session, folder)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    (folder / "result.json").write_text(text, "utf-8")
    write_debrief(folder / "debrief.html", session, sheet, asked.player, pictures)
    return document
