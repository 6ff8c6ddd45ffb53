"""What every screen shares: cards, courses, verdicts, and how numbers, clocks and levels are written.

The words of one subject have a file of their own: `felt` (the hand), `guide` (the step in work), `bedside` (the patient),
`refill_account`, `tablet_words` (the programmer). Nothing in them draws. Hidden fields of the observation are read only
by functions that take `level` and only where that level allows (tutor and assisted), or where a tool honestly shows
them (plunger of a loss-of-resistance syringe, a film).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.observation import Observation

LEVELS: tuple[tuple[str, str], ...] = (
    ("tutor", "Tutor"), ("assisted", "Assisted"), ("free", "Free"), ("examination", "Examination"),
)  # fmt: skip
LEVEL_NOTES: dict[str, str] = {
    "tutor": "One thing at a time, inside view, errors stopped and said.",
    "assisted": "Rail with notes, cut-away on request, errors said at once.",
    "free": "Rail of phases. Errors are found by their signs.",
    "examination": "Own checklist, no hints, two pauses, score withheld.",
}
NO_VALUE = "-"


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case in the browser and the briefing."""

    id: str
    title: str
    role: str
    level: str
    minutes: int
    trains: str
    procedure: str = "implant"
    patient: str = ""
    goal: str = ""
    objectives: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    pass_percent: float = 80.0
    orders: str = ""
    origin: str = "cerebral"  # of the spasticity: "cerebral" or "spinal"


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One line of the paper checklist: ticked by the player, never by the computer."""

    id: str
    words: str
    step: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """Follow-up curves over days, all the same length."""

    days: tuple[float, ...] = ()
    legs: tuple[float, ...] = ()
    arms: tuple[float, ...] = ()
    programmed_ug_per_day: tuple[float, ...] = ()
    delivered_ug_per_day: tuple[float, ...] = ()
    patency_lying: tuple[float, ...] = ()
    patency_sitting: tuple[float, ...] = ()
    tip_level: tuple[float, ...] = ()
    events: tuple[tuple[float, str, str, str], ...] = ()  # day, lane, kind, words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of an attempt, as the debrief shows it."""

    score_percent: float = 0.0
    pass_percent: float = 80.0
    is_passed: bool = False
    critical: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def number(value: float, digits: int = 1) -> str:
    """Return a number with at most 3 significant digits and no trailing zeros."""
    if not math.isfinite(value):
        return NO_VALUE
    if value and abs(value) < 1000:
        digits = max(0, min(digits, 2 - math.floor(math.log10(abs(value)))))
    shown = f"{value:.{digits}f}"
    shown = shown.lstrip("-") if not float(shown) else shown
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def clock_words(seconds: float) -> str:
    """Return a duration as h:mm:ss."""
    s = int(max(seconds, 0))
    return f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}"


def clinical_words(obs: Observation) -> str:
    """Return the case clock: hands-on time, or the day after closure."""
    if obs.days_since_closure >= 0.04:
        return f"day {obs.days_since_closure:.0f}" if obs.days_since_closure >= 1 else f"{obs.days_since_closure * 24:.0f} h"
    if obs.clinical_time_s > obs.time_s + 1800:
        days = obs.clinical_time_s / 86400.0
        return f"day {days:.1f}" if days >= 1 else f"{days * 24:.1f} h"
    return clock_words(obs.time_s)


def level_words(level: float) -> str:
    """Return a vertebral level in words, T1 = 1 .. T12 = 12, L1 = 13 .. S1 = 18."""
    if not math.isfinite(level):
        return NO_VALUE
    index = round(level)
    if index < 1:
        return f"C{7 + index}"
    return f"T{index}" if index <= 12 else (f"L{index - 12}" if index <= 17 else f"S{index - 17}")


def shows_inside(level: str, is_debrief: bool) -> bool:
    """Return whether the *got*, *lumen* and tip curves may be shown."""
    return is_debrief or level == "tutor"


def course_events(course: Course) -> dict[str, list[tuple[float, str, str]]]:
    """Return lane -> [(day, state kind, words)]."""
    lanes: dict[str, list[tuple[float, str, str]]] = {"you": [], "patient": [], "device": [], "body": []}
    for day, lane, kind, words in course.events:
        lanes.setdefault(lane, []).append((day, kind, words))
    return lanes
