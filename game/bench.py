"""Measure the program against its budgets (design section 6)."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from game.bench_window import start_s, window_timings
from game.players.chart import chart_for
from game.players.habits import ATTENDING
from game.players.implant import implant
from game.session import Session
from physics.commands import AdvanceClinicalTime
from physics.units import SECONDS_PER_DAY
from scenarios.load import load
from scenarios.setup import setup

CASE = "implant_adult_t10"
Advance = Callable[[float, str], None]


def row(name: str, value: float, unit: str, budget: float | None, is_least: bool = False) -> dict[str, Any]:
    """Return one row; `is_least` marks budgets that must be reached, not stayed under."""
    ratio = None if budget is None else (budget / value if is_least and value else value / budget)
    passed = ratio is None or ratio <= 1.0
    return {"id": name, "value": value, "unit": unit, "budget": budget, "ratio": ratio, "passed": passed, "peer": None}


def _phase(session: Session) -> str:
    seen = session.observation
    if seen.pocket.is_closed:
        return "closed"
    if seen.needle.is_placed and seen.catheter.is_open:
        return "threading"
    return "needle" if seen.needle.is_placed else "table"


def _played(session: Session) -> dict[str, list[float]]:
    """Play the attending's implant, timing the physics of every tick by phase [ms]."""
    times: dict[str, list[float]] = {}
    plan = implant(chart_for(session.scenario, session.setup), ATTENDING)
    given = next(plan)
    try:
        while True:
            phase, began = _phase(session), time.perf_counter()
            session.advance(given.commands, given.actions)
            times.setdefault(phase, []).append(1e3 * (time.perf_counter() - began))
            given = plan.send(session.observation)
    except StopIteration:
        return times


def _lived(session: Session, days: int) -> float:
    began = time.perf_counter()
    for _ in range(days):
        session.advance((AdvanceClinicalTime(SECONDS_PER_DAY),))
    return time.perf_counter() - began


def _therapy_alone(session: Session, days: int) -> float:
    """Return the time for pump, line, CSF and patient over some days, the implant held still [s]."""
    from physics import therapy, theatre
    from physics.fixed import fixed

    case, world = fixed(session.setup.params), session.world
    line, hole = theatre.plumbing(case, world.theatre), theatre.dural_hole(world.theatre)
    course, began = world.therapy, time.perf_counter()
    for _ in range(days):
        course, _ = therapy.advance(case.therapy, course, line, hole, therapy.Intake(), SECONDS_PER_DAY)
    return time.perf_counter() - began


def _rod_alone(session: Session, days: int) -> float:
    """Return the time for the life of catheter and pocket, without therapy [s]."""
    from physics import aftercare
    from physics.fixed import fixed

    began = time.perf_counter()
    aftercare.live(fixed(session.setup.params), session.world.theatre, float(days), 0, session.tick)
    return time.perf_counter() - began


def _memory_mb() -> float:
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def _frames(n: int) -> list[dict[str, Any]]:
    """Return the rows of the window in play; none where there is no OpenGL."""
    found = window_timings(CASE, n)
    if found is None:
        return []
    rows = [
        row("frame.software", statistics.median(found.frames_ms), "ms", 1000.0 / 24.0),
        row("frame.software_with_ticks", statistics.median(found.with_ticks_ms), "ms", None),
        row("frame.pulse", statistics.median(found.pulses_ms), "ms", 25.0),
        row("frame.pulse_new_pose", statistics.median(found.new_poses_ms), "ms", None),
    ]
    began = start_s()
    return rows if began is None else [*rows, row("start.menu", began, "s", 3.0)]


def measure(quick: bool = False, advance: Advance | None = None) -> list[dict[str, Any]]:
    """Return all rows: ticks by phase, follow-up, frames, memory."""
    tell = advance or (lambda done, text: None)
    case = load(CASE)
    tell(0.0, "compiling")
    _played(Session(case, setup(case, 0), 0))
    tell(0.0, "ticks")
    session = Session(case, setup(case, 0), 0)
    times = _played(session)
    rows = []
    for phase, values in times.items():
        ordered = sorted(values)
        is_budgeted = phase == "threading"
        rows.append(row(f"tick.{phase}.median", statistics.median(values), "ms", 4.0 if is_budgeted else None))
        rows.append(row(f"tick.{phase}.p99", ordered[int(0.99 * (len(ordered) - 1))], "ms", 8.0 if is_budgeted else None))
    tell(0.0, "follow-up")
    if not quick:
        rows.append(row("followup.6_months_rod", _rod_alone(session, 182), "s", 1.5))
    rows.append(row("followup.90_days", _lived(session, 90), "s", None))
    if not quick:
        rows.append(row("followup.6_months", _lived(session, 92) + rows[-1]["value"], "s", 2.0))
    refill = load("refill_routine_adult")
    implanted = Session(refill, setup(refill, 0), 0)
    rows.append(row("followup.90_days_established", _lived(implanted, 90), "s", None))
    rows.append(row("therapy.90_days", _therapy_alone(implanted, 90), "s", 0.3))
    if not quick:
        rows.append(row("therapy.1_year", _therapy_alone(implanted, 365), "s", 1.0))
    tell(0.0, "frames")
    rows.extend(_frames(8 if quick else 24))
    rows.append(row("memory.peak", _memory_mb(), "MB", 700.0))
    return rows
