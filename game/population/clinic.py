"""One drawn patient at a scripted clinic: test doses, start, titration by the adviser, refills, months.

The clinician sees scores, doses and dates, follows `scenarios.advice` and takes the middle of every range;
the drug acts by `physics.csf` and `physics.patient`. Pump and line are ideal: what is programmed arrives
at the tip at once. Tone is read without error. The goal is the patient's own: legs as good as after the
best test dose, within a quarter of a point [A].
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace

import numpy as np

import physics.csf as csf
import physics.virtual_patient as people
from game.population.cohort import Row, plain
from physics.randomness import draw
from physics.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, kg_from_ug, kg_per_s_from_ug_per_day
from scenarios import advice

STREAM = "population.drug"
# group -> kinds with their weights among adults of the series [S28, H], children or not; children: palsy only [A]
GROUPS: dict[str, tuple[tuple[tuple[str, float], ...], bool]] = {
    "adults": ((("SCI", 0.38), ("TBI", 0.15), ("CP", 0.13), ("MS", 0.11), ("STROKE", 0.10)), False),
    "spinal": ((("SCI", 0.38), ("MS", 0.11)), False),
    "cerebral": ((("TBI", 0.15), ("CP", 0.13), ("STROKE", 0.10)), False),
    "children": ((("CP", 1.0),), True),
}
PROBES_UG = (50.0, 75.0, 100.0)
PUNCTURE_LEVEL = 15.5
TIP_LEVEL = {"spinal": 10.0, "cerebral": 10.0}  # T10, the tip of the reference runs [pharmacology 2.9]
HOURLY = 4  # numerical: of the quarter hours, under an infusion
TEST_WATCH_H = 24.0  # how long a test dose is followed for its duration
IMPLANT_DAY = 7.0  # days from the last test to the start of therapy [A]
GOAL_WITHIN = 0.25  # points above the best legs of the test [A]
# days after the start on which the dose is looked at: in hospital, weekly to six weeks [scenarios_content L-C2],
# then monthly [A]
VISITS = (1, 2, 3, 4, 7, 14, 21, 28, 35, 42)
LAST_TITRATION_DAY = 42
JUDGED_DAYS = 2  # an infusion has its full effect after 24-48 h [pharmacology 1.4 CLM, RHO, H]
MONTH_DAYS = 28
KEPT_DAYS = (1, 90, 180, 365, 540)  # of which dose and legs are told, beside every seventh
MOST_UG_PER_DAY = 2003.0  # highest value of the label [pharmacology 4.2]
PUMP_ML, ALARM_ML = 20.0, 2.0
STRENGTHS_UG_PER_ML = (500.0, 2000.0)  # start with 500, go on with 2000 [pharmacology 4.4, BPD]
SHORT_INTERVAL_DAYS = 60.0  # an interval that asks for the stronger one [A]
NOTICE_DAYS = 7.0  # refill so long before the alarm [device_and_procedure 1.7, UGK-M]
STOP_DAYS, STOP_STEP_H = 4.0, 6.0  # abrupt stop at the end of the follow-up, untreated
SEVERE = 0.8  # severity told as severe withdrawal [pharmacology 2.8]


@dataclass(frozen=True, slots=True)
class DrugCohort:
    """What is asked for."""

    patients: int
    days: int
    group: str
    seed: int
    has_stop: bool = True  # also stop the drug at the end and look at the withdrawal


@dataclass(slots=True)
class _Clinic:
    """The state of one course: the patient, and what the clinic wrote down."""

    who: people.VirtualPatient
    chart: advice.Chart
    moment: people.Moment
    dose: float = 0.0  # ug/day
    best_legs: float = 5.0
    legs_at_change: float | None = None  # until the change has been judged
    changed_day: int = 0
    gains: list[float] = field(default_factory=list)
    fill_ml: float = PUMP_ML - ALARM_ML
    fill_age: float = 0.0
    strength: float = STRENGTHS_UG_PER_ML[0]
    refills: int = 0
    examined: int = 0  # catheter and pump looked at, because the adviser suspected them
    somnolent: dict[str, bool] = field(default_factory=lambda: {"titration": False, "maintenance": False})


def kind_of(cohort: DrugCohort, index: int) -> str:
    """Return the diagnosis of a patient of a group."""
    kinds, _ = GROUPS[cohort.group]
    names, weights = zip(*kinds, strict=True)
    share = np.cumsum(weights) / sum(weights)
    return str(names[int(np.searchsorted(share, draw(cohort.seed, STREAM, index).random()))])


def one_patient(cohort: DrugCohort, index: int) -> Row:
    """Return one patient's row: who, test doses, therapy, what happened."""
    who = people.draw_patient(cohort.seed, index, kind_of(cohort, index), is_child=GROUPS[cohort.group][1])
    row: Row = {
        "index": index, "kind": who.kind, "age_years": who.age_years, "height_m": who.height_m, "mass_kg": who.mass_kg,
        "ec50_factor": who.ec50_factor, "legs_before": who.answer.ashworth_legs, "probes": _probes(who),
        "lumbar_cisternal": _lumbar_cisternal(who),
    }  # fmt: skip
    clinic = _Clinic(who, advice.Chart(who.kind, who.age_years), people.naive(who))
    tests = _screened(clinic)
    row["tests"] = [asdict(test) for test in tests]
    if not advice.is_positive(tests[-1]):
        return plain(row | {"state": "no answer"})
    clinic.dose = advice.first_dose_ug_per_day(tests[-1])
    row |= {"state": "treated", "start_dose": clinic.dose, "course": _treated(clinic, cohort.days)}
    row |= {name: getattr(clinic, name) for name in ("refills", "strength", "examined", "somnolent")}
    row["gcs_end"] = clinic.moment.answer.neuro.gcs
    if cohort.has_stop:
        row["stop"] = _stopped(clinic)
    return plain(row)


def _lumbar_cisternal(who: people.VirtualPatient) -> float:
    """Return the ratio of CSF at L4 to the cisterns on lumbar infusion; independent of the dose."""
    state = csf.equilibrated(who.drug, kg_per_s_from_ug_per_day(100.0), 14.0)
    return csf.csf_concentration(who.drug, state, 16.0) / csf.cistern_concentration(who.drug, state)


def _probes(who: people.VirtualPatient) -> list[list[float]]:
    """Return [largest fall of leg Ashworth, deepest sedation] of the naive patient after each of `PROBES_UG`."""
    sources = csf.Sources(lumbar_kg=kg_from_ug(1.0), lumbar_level=PUNCTURE_LEVEL)
    _, unit = csf.advance(who.drug, csf.initial(who.drug), sources, 12.0 * SECONDS_PER_HOUR)
    out = []
    for dose in PROBES_UG:  # the drug is linear in its dose
        gain = float(people.legs_gain(who, 0.0, dose * unit.legs).max())
        depth = people.deepest_sedation(who, 0.0, replace(unit, sedation=dose * unit.sedation))
        out.append([gain, depth])
    return out


def _screened(clinic: _Clinic) -> tuple[advice.TestDose, ...]:
    """Give test doses a day apart by the adviser; the patient keeps what is left of each."""
    tests: tuple[advice.TestDose, ...] = ()
    who = clinic.who
    while (dose := advice.next_test_ug(clinic.chart, tests)) is not None:
        tolerance = clinic.moment.answer.adaptation.tolerance
        sources = csf.Sources(lumbar_kg=kg_from_ug(dose), lumbar_level=PUNCTURE_LEVEL)
        clinic.moment, seen, _ = people.live(who, clinic.moment, sources, TEST_WATCH_H * SECONDS_PER_HOUR)
        legs = people.legs_gain(who, tolerance, seen.legs)
        answered = seen.times_s[legs >= advice.RULES["test.positive"].low]
        spasms = people.spasm_gain(who, tolerance, seen.legs)
        tests += (
            advice.TestDose(
                dose, float(legs.max()), float(spasms.max()),
                float(answered[-1] - answered[0]) / SECONDS_PER_HOUR if answered.size else 0.0,
                people.deepest_sedation(who, tolerance, seen) >= people.SOMNOLENT,
            ),
        )  # fmt: skip
        clinic.best_legs = min(clinic.best_legs, who.answer.ashworth_legs - float(legs.max()))
    return tests


def _treated(clinic: _Clinic, days: int) -> dict[str, list[float]]:
    """Live therapy day by day and return dose and legs at the end of every seventh and of `KEPT_DAYS`."""
    for _ in range(math.ceil(IMPLANT_DAY)):
        clinic.moment, _, _ = people.live(clinic.who, clinic.moment, csf.Sources(), SECONDS_PER_DAY, HOURLY)
    tip = TIP_LEVEL["spinal" if clinic.who.is_spinal else "cerebral"]
    told: dict[str, list[float]] = {"day": [], "dose": [], "legs": []}
    for day in range(1, days + 1):
        sources = csf.Sources(tip_level=tip, intrathecal_kg_per_s=kg_per_s_from_ug_per_day(clinic.dose))
        clinic.moment, exposure, _ = people.live(clinic.who, clinic.moment, sources, SECONDS_PER_DAY, HOURLY)
        phase = "titration" if day <= LAST_TITRATION_DAY else "maintenance"
        depth = people.deepest_sedation(clinic.who, clinic.moment.answer.adaptation.tolerance, exposure)
        clinic.somnolent[phase] |= depth >= people.SOMNOLENT
        if day in KEPT_DAYS or day % 7 == 0 or day == days:
            told["day"].append(day)
            told["dose"].append(clinic.dose)
            told["legs"].append(clinic.moment.answer.neuro.ashworth_legs)
        is_refilled = _emptied(clinic)
        _judge(clinic, day)
        if day in VISITS or (day > LAST_TITRATION_DAY and day % MONTH_DAYS == 0) or is_refilled:
            _looked_at(clinic, day, depth)
    return told


def _emptied(clinic: _Clinic) -> bool:
    """Take a day's volume out of the reservoir; refill where the alarm or the age of the fill is near."""
    flow = clinic.dose / clinic.strength
    clinic.fill_ml -= flow
    clinic.fill_age += 1.0
    is_due = clinic.fill_ml < NOTICE_DAYS * flow or clinic.fill_age > advice.RULES["fill.age"].high - NOTICE_DAYS
    if is_due:
        full = PUMP_ML - ALARM_ML
        if full / flow < SHORT_INTERVAL_DAYS:
            clinic.strength = STRENGTHS_UG_PER_ML[1]
        clinic.fill_ml, clinic.fill_age, clinic.refills = full, 0.0, clinic.refills + 1
    return is_due


def _judge(clinic: _Clinic, day: int, least_days: int = JUDGED_DAYS) -> None:
    """Write down what the last increase brought, once it has had its time to act."""
    if clinic.legs_at_change is None or day - clinic.changed_day < least_days:
        return
    clinic.gains.append(clinic.legs_at_change - clinic.moment.answer.neuro.ashworth_legs)
    clinic.legs_at_change = None


def _looked_at(clinic: _Clinic, day: int, sedation: float) -> None:
    """Change the dose as the adviser allows; where it suspects the line, examine that first, and find it sound."""
    _judge(clinic, day, 1)
    legs = clinic.moment.answer.neuro.ashworth_legs
    visit = advice.Visit(
        clinic.dose, 24.0 * day, 24.0 * (day - clinic.changed_day), day <= LAST_TITRATION_DAY,
        is_goal_met=legs <= clinic.best_legs + GOAL_WITHIN, gains=tuple(clinic.gains),
        signs=("sedation",) if sedation >= people.SOMNOLENT else (), fill_age_days=clinic.fill_age,
    )  # fmt: skip
    lines = {line.rule: line for line in advice.titration(clinic.chart, visit)}
    if "line.suspect" in lines:
        clinic.examined, clinic.gains = clinic.examined + 1, []
        return
    name = "step.down" if "step.down" in lines else advice.step_rule(clinic.chart, visit.is_titration)
    step = lines.get(name)
    if step is None or step.low is None or step.high is None:
        return
    clinic.legs_at_change = legs if name != "step.down" else None
    clinic.dose, clinic.changed_day = min(0.5 * (step.low + step.high), MOST_UG_PER_DAY), day


def _stopped(clinic: _Clinic) -> dict[str, float]:
    """Return the worst of some days after an abrupt stop, untreated."""
    hottest, fastest, worst = 0.0, 0.0, 0.0
    for _ in range(round(STOP_DAYS * 24.0 / STOP_STEP_H)):
        clinic.moment, _, _ = people.live(clinic.who, clinic.moment, csf.Sources(), STOP_STEP_H * SECONDS_PER_HOUR)
        answer = clinic.moment.answer
        hottest = max(hottest, answer.vitals.temperature_c)
        fastest = max(fastest, answer.vitals.heart_rate_per_min)
        worst = max(worst, clinic.who.answer.susceptibility * answer.adaptation.withdrawal)
    return {"temperature_c": hottest, "heart_rate_per_min": fastest, "severity": worst}
