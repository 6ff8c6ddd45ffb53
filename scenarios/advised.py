"""An attempt beside published rules of dosing: what an adviser would have said at each change, and what was done."""

from __future__ import annotations

from dataclasses import dataclass

from physics.commands import ProgramPump
from physics.observation import Observation
from physics.units import ug_per_day_from_kg_per_s
from scenarios import advice
from scenarios.schema import Scenario
from scenarios.steps import SECONDS_PER_DAY, Record

TITRATION_DAYS = 42.0  # six weeks [pharmacology 4, A: where titration ends and maintenance begins]
DROWSY_GCS, FEW_BREATHS_PER_MIN, ITCHING = 14.0, 10.0, 3.0  # what a chart calls a sign [assessment 4, A]
SAME_SHARE = 1e-3  # two doses this near are one


@dataclass(frozen=True, slots=True)
class Advised:
    """One line of advice beside what was done.

    Attributes
    ----------
    tick : int
        When.
    advice : advice.Advice
        The line, with rule, range, source and confidence.
    done : str
        What the attempt did.
    is_followed : bool or None
        None where the line has no number to compare with.
    """

    tick: int
    advice: advice.Advice
    done: str
    is_followed: bool | None


def advised(scenario: Scenario, record: Record) -> tuple[Advised, ...]:
    """Return the advice at every change of dose, in order; () where nothing was programmed.

    The first programming of a fresh pump is a start: its dose follows a test that the case only tells in words, so
    only the watch after it is compared. Later ones are compared with the rule for an increase or decrease.
    """
    chart = advice.Chart(scenario.patient.diagnosis, scenario.patient.age_years)
    out: list[Advised] = []
    started_s, changed_s = _before(record)
    for tick, _ in record.of(ProgramPump):
        was, now = record.at(tick - 1), record.at(tick)
        if was is None or now is None:
            continue
        dose, wanted = _dose(was), _dose(now)
        if started_s is None:
            if wanted > 0.0:
                started_s = changed_s = now.clinical_time_s
                out.append(_watched(record, tick))
            continue
        if abs(wanted - dose) <= SAME_SHARE * max(dose, 1e-9) or dose <= 0.0:
            continue
        visit = advice.Visit(
            dose, (now.clinical_time_s - started_s) / 3600.0, (now.clinical_time_s - (changed_s or started_s)) / 3600.0,
            now.clinical_time_s - started_s <= TITRATION_DAYS * SECONDS_PER_DAY, signs=_signs(was),
        )  # fmt: skip
        out += [_compared(tick, line, dose, wanted) for line in advice.titration(chart, visit) if line.rule != "education"]
        changed_s = now.clinical_time_s
    return tuple(out)


def _before(record: Record) -> tuple[float | None, float | None]:
    """Return when therapy and the present dose began [s]; (None, None) for a pump that never ran.

    An attempt that begins with a running pump had its dose long before: the days are not told, so a year is taken.
    """
    first = record.observations[0] if record.observations else None
    if first is None or _dose(first) <= 0.0 or first.pump.state == "off":
        return None, None
    ago = first.clinical_time_s - 365.0 * SECONDS_PER_DAY
    return ago, ago


def _dose(seen: Observation) -> float:
    return float(ug_per_day_from_kg_per_s(seen.pump.programmed_dose_kg_per_s))


def _signs(seen: Observation) -> tuple[str, ...]:
    patient = seen.patient
    shown = (
        ("sedation", patient.gcs <= DROWSY_GCS and not patient.is_anaesthetised),
        ("breathing", patient.respiratory_rate_per_min <= FEW_BREATHS_PER_MIN and not patient.is_anaesthetised),
        ("withdrawal", patient.itch >= ITCHING),
        ("infection", patient.pocket_redness >= ITCHING or patient.neck_stiffness >= ITCHING),
    )
    return tuple(name for name, is_seen in shown if is_seen)


def _watched(record: Record, tick: int) -> Advised:
    ordered = record.acts("time.monitor")
    hours = float(ordered[-1][1].number) if ordered else 0.0
    rule = advice.RULES["start.watch"]
    line = advice.Advice(
        "start.watch", "Watch for at least 8 h; reassess within 24 h.", rule.low, rule.high, rule.unit, rule.source, rule.confidence
    )
    return Advised(tick, line, f"{hours:g} h ordered" if ordered else "no watch ordered", hours >= rule.low)


def _compared(tick: int, line: advice.Advice, dose: float, wanted: float) -> Advised:
    done = f"{dose:.0f} to {wanted:.0f} ug/day ({100.0 * (wanted / dose - 1.0):+.0f} %)"
    if line.is_warning and line.rule != "step.down":
        return Advised(tick, line, done, wanted <= dose)
    if line.low is None or line.high is None or not line.unit.startswith("ug"):
        return Advised(tick, line, done, None)
    if wanted < dose and line.rule != "step.down":
        return Advised(tick, line, done, None)
    low, high = (line.low, line.high) if line.rule == "step.down" else (dose, line.high)
    slack = SAME_SHARE * dose
    return Advised(tick, line, done, low - slack <= wanted <= high + slack)
