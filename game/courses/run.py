"""Run a written course and what it is compared with, on the patient of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from game.cli.errors import UsageProblem
from game.courses.bedside import UNITS, Bedside
from game.courses.plans import COURSES, Plan
from game.players.chart import chart_for
from game.players.habits import ATTENDING
from game.players.implant import implant
from game.players.performance import run_plan
from game.session import Session
from scenarios.schema import Scenario
from scenarios.setup import setup

def check_course(scenario: Scenario, name: str) -> None:
    """Refuse a course that does not exist or that the scenario's start does not fit.

    Raises
    ------
    UsageProblem
        With what was expected.
    """
    if name not in COURSES:
        raise UsageProblem(f"--course = {name}; expected one of {', '.join(COURSES)}")
    needs_table = COURSES[name].needs in ("naive", "implanted")
    if needs_table != (scenario.start.kind == "fresh"):
        wanted = "on a fresh table" if needs_table else "with an implant"
        raise UsageProblem(f"scenario = {scenario.id}; expected one that starts {wanted} for the course {name}")


def written_course(
    scenario: Scenario, name: str, seed: int = 0, advance: Callable[[float, str], None] | None = None
) -> dict[str, Any]:
    """Return both runs of a course: units, arrays over time, marks and events.

    Raises
    ------
    UsageProblem
        As `check_course`.
    """
    check_course(scenario, name)
    course = COURSES[name]
    session = Session(scenario, setup(scenario, seed), seed)
    if course.needs == "implanted":
        run_plan(session, implant(chart_for(scenario, session.setup), ATTENDING))
    runs = []
    for k, (label, plan) in enumerate(((course.main_name, course.main), (course.other_name, course.other))):
        runs.append({"name": label, **_lived(session, plan)})
        if advance is not None:
            advance(k + 1.0, "")
    return {"course": name, "title": course.title, "scenario": scenario.id, "seed": seed, "units": UNITS, "runs": runs}


def _lived(session: Session, plan: Plan) -> dict[str, Any]:
    bed = Bedside(session)
    plan(bed)
    arrays = {key: [float(f"{sample[key]:.7g}") for sample in bed.samples] for key in UNITS}
    marks = [{"day": day, "text": text} for day, text in bed.marks]
    return {**arrays, "marks": marks, "events": bed.events}
