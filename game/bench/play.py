"""Ticks of a played case, the months after it, therapy, frames and memory against the design's budgets."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from game.bench.rows import Row, row, share
from game.bench.window import full_cpu_ms, start_s, window_timings
from game.players.chart import chart_for
from game.players.habits import ATTENDING
from game.players.implant import implant
from game.session import Session
from physics.commands import AdvanceClinicalTime
from physics.pump.program import Prescription
from physics.units import SECONDS_PER_DAY, kg_per_s_from_ug_per_day
from scenarios.load import load
from scenarios.setup import setup

CASE = "implant_adult_t10"
DAYS, MONTHS = 182, 6
Tell = Callable[[float, str], None]


def opened(case_id: str = CASE) -> Session:
    """Return a session of a case at its first tick."""
    case = load(case_id)
    return Session(case, setup(case, 0), 0)


def _phase(session: Session) -> str:
    seen = session.observation
    if seen.pocket.is_closed:
        return "closed"
    if seen.needle.is_placed and seen.catheter.is_open:
        return "threading"
    return "needle" if seen.needle.is_placed else "table"


def played(session: Session, until: Callable[[Session], bool] = lambda session: False) -> dict[str, list[float]]:
    """Play the attending's implant to its end, or until a moment, timing the physics of every tick by phase [ms]."""
    times: dict[str, list[float]] = {}
    plan = implant(chart_for(session.scenario, session.setup), ATTENDING)
    given = next(plan)
    try:
        while not until(session):
            phase, began = _phase(session), time.process_time()
            session.advance(given.commands, given.actions)
            times.setdefault(phase, []).append(1e3 * (time.process_time() - began))
            given = plan.send(session.observation)
    except StopIteration:
        pass
    return times


def _lived(session: Session, days: int) -> float:
    began = time.perf_counter()
    for _ in range(days):
        session.advance((AdvanceClinicalTime(SECONDS_PER_DAY),))
    return time.perf_counter() - began


def _therapy_alone(session: Session, days: int, is_flexible: bool = False) -> float:
    """Return the time for pump, line, CSF and patient over some days, the implant held still [s].

    Flexible: 13 steps a day, 50 ug by puncture each third day, a refill each 30 days.
    """
    from physics import therapy, theatre
    from physics.fixed import fixed
    from physics.pump import device, reservoir

    case, world = fixed(session.setup.params), session.world
    line, hole = theatre.plumbing(case, world.theatre), theatre.dural_hole(world.theatre)
    course, given = world.therapy, therapy.Intake()
    if is_flexible:
        course = replace(course, pump=device.program(course.pump, case.pump, _flexible(course.pump.prescription))[0])
    began = time.perf_counter()
    for day in range(days):
        if is_flexible:
            given = therapy.Intake(lumbar_kg=5e-8 if day % 3 == 0 else 0.0)
            if day % 30 == 29:
                full = reservoir.with_reservoir(course.pump, case.pump, 18e-6, 18e-6 * course.pump.concentration_kg_per_m3)
                course = replace(course, pump=full)
        course, _ = therapy.advance(case.therapy, course, line, hole, given, SECONDS_PER_DAY)
    return time.perf_counter() - began


def _flexible(usual: Prescription) -> Prescription:
    """Return 13 steps a day about 250 ug."""
    hour = SECONDS_PER_DAY / 24.0
    steps = tuple((60.0 * round(k * 24.0 * hour / 13.0 / 60.0), kg_per_s_from_ug_per_day(200.0 + 25.0 * (k % 5))) for k in range(13))
    return replace(usual, mode="flex", steps=steps, period_s=SECONDS_PER_DAY, clock_s=0.0, bolus_kg=0.0)


def _rod_alone(session: Session, days: int) -> float:
    """Return the time for the life of catheter and pocket, without therapy [s]."""
    from physics import aftercare
    from physics.fixed import fixed

    began = time.perf_counter()
    aftercare.live(fixed(session.setup.params), session.world.theatre, float(days), 0, session.tick)
    return time.perf_counter() - began


def tick_rows(session: Session) -> list[Row]:
    """Return the rows of the ticks of a played implant; the session is played to its end."""
    rows = []
    for phase, values in played(session).items():
        median, p99 = (4.0, 8.0) if phase == "threading" else (None, None)
        rows.append(row(f"tick.{phase}.median", statistics.median(values), "ms", median))
        rows.append(row(f"tick.{phase}.p99", share(values, 0.99), "ms", p99))
    return rows


def follow_up_rows(session: Session, quick: bool) -> list[Row]:
    """Return the rows of the months after an implant that has been played."""
    rows = []
    if not quick:
        spent = _rod_alone(session, DAYS)
        rows.append(row("followup.6_months_rod", spent, "s", 1.5))
        rows.append(row("followup.months_per_s", MONTHS / spent, "1/s"))
    first = _lived(session, 90)
    rows.append(row("followup.90_days", first, "s"))
    if not quick:
        rows.append(row("followup.6_months", first + _lived(session, DAYS - 90), "s", 2.0))
    implanted = opened("refill_routine_adult")
    rows.append(row("followup.90_days_established", _lived(implanted, 90), "s"))
    rows.append(row("therapy.90_days", _therapy_alone(implanted, 90), "s", 0.3))
    if not quick:
        rows.append(row("therapy.1_year", _therapy_alone(implanted, 365), "s", 1.0))
    rows.append(row("therapy.90_days_flexible", _therapy_alone(implanted, 90, True), "s", 0.3))
    if not quick:
        rows.append(row("therapy.1_year_flexible", _therapy_alone(implanted, 365, True), "s", 1.0))
    return rows


def _memory_mb() -> float:
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def frame_rows(n: int) -> list[Row]:
    """Return the rows of the window in play and of memory; only the latter where there is no OpenGL."""
    memory: dict[str, Any] = row("memory.peak", _memory_mb(), "MB", 700.0)
    found = window_timings(CASE, n)
    if found is None:
        return [memory]
    rows = [
        row("frame.software", statistics.median(found.frames_ms), "ms", 1000.0 / 24.0),
        row("frame.software_with_ticks", statistics.median(found.with_ticks_ms), "ms"),
        row("frame.pulse", statistics.median(found.pulses_ms), "ms", 25.0),
        row("frame.pulse_new_pose", statistics.median(found.new_poses_ms), "ms"),
    ]
    handed_over = full_cpu_ms(CASE, n)
    if handed_over is not None:
        rows.append(row("frame.full_cpu", statistics.median(handed_over), "ms", 4.0))
    began = start_s()
    return [*rows, memory] if began is None else [*rows, row("start.menu", began, "s", 3.0), memory]
