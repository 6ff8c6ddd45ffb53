"""What published rules advise a clinician who doses intrathecal baclofen: lines with source and confidence, as data.

An adviser takes what a clinician knows (diagnosis, age, doses so far, effect, signs) and nothing else. The
tablet shows the lines, a debrief compares with them, a scripted player may follow them. They are for
education: the rules are those of a training model and never a dose for a real patient.

Sources: keys of reference/pharmacology.md section 4 (BPD best practices dosing 2016, BPS best practices
screening, DRG, AHC, GIL, CHE, FLA25, EPG, FPN, HEE09, AMP, DEL, STA, label = recalled label text).
Confidence: H read in the source, M recalled label text or one source, L weak, A assumed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from physics.patient import PRESETS

EDUCATION_ONLY = "For education only: rules of a training model, never a dose for a real patient."
SPINAL = ("SCI", "MS")
ADULT_YEARS = 18.0
SIGNS = ("sedation", "breathing", "weakness", "hypotonia", "withdrawal", "infection")
TOO_MUCH = ("sedation", "breathing", "weakness", "hypotonia")


@dataclass(frozen=True, slots=True)
class Rule:
    """One published rule: what it says, its numbers, where they come from."""

    text: str
    low: float
    high: float
    unit: str
    source: str
    confidence: str


RULES: dict[str, Rule] = {
    # screening
    "test.first": Rule("first test dose, by barbotage over at least a minute", 50.0, 50.0, "ug", "DRG, BPS", "H"),
    "test.small": Rule(
        "first test dose of a very small child, or where tone serves standing",
        25.0, 25.0, "ug", "FLA25, BPS", "M",
    ),
    "test.second": Rule("second test dose", 75.0, 75.0, "ug", "DRG", "H"),
    "test.third": Rule("third and last test dose", 100.0, 100.0, "ug", "DRG", "H"),
    "test.gap": Rule("least time between two test doses", 24.0, 24.0, "h", "DRG", "H"),
    "test.watch": Rule(
        "observation after a test dose; tone at least twice in 4 h, vital signs often in the first 2 h",
        4.0, 8.0, "h", "BPS", "H",
    ),
    "test.positive": Rule("fall of leg Ashworth that counts as an answer", 1.0, 1.0, "points", "AHC, GIL", "H"),
    "test.spasms": Rule(
        "fall of the Penn score that counts as an answer",
        2.0, 2.0, "points", "BPS: clear fall of spasms; number assumed", "A",
    ),
    "test.none": Rule("no answer to this dose: not a candidate", 100.0, 100.0, "ug", "AHC", "H"),
    # start
    "start.double": Rule("first daily dose over the effective test dose", 2.0, 2.0, "1", "BPD, CHE", "H"),
    "start.single": Rule(
        "first daily dose over the test dose after an effect of more than 8 h or an adverse reaction",
        1.0, 1.0, "1", "BPD, CHE", "H",
    ),
    "start.long": Rule("effect of a test dose that counts as long", 8.0, 8.0, "h", "BPD, CHE", "H"),
    "start.watch": Rule("observation after a start or restart", 8.0, 24.0, "h", "BPD", "H"),
    "start.wait": Rule("no increase after a start until the dose is steady", 24.0, 24.0, "h", "label", "M"),
    # titration
    "step.gap": Rule("least time between two changes", 24.0, 24.0, "h", "BPD", "H"),
    "step.spinal": Rule("titration, adult of spinal origin", 10.0, 30.0, "%", "BPD", "H"),
    "step.cerebral": Rule("titration, adult of cerebral origin", 5.0, 15.0, "%", "BPD", "H"),
    "step.child": Rule("titration, child", 5.0, 15.0, "%", "BPD", "H"),
    "visit.spinal": Rule("maintenance visit, spinal origin", 10.0, 40.0, "%", "label", "M"),
    "visit.cerebral": Rule("maintenance visit, cerebral origin or child", 5.0, 20.0, "%", "label", "M"),
    "step.down": Rule("decrease for side effects", 10.0, 20.0, "%", "label", "M"),
    "step.high": Rule("at high doses a larger step may be excessive", 0.0, 20.0, "%", "BPD", "H"),
    "dose.high": Rule(
        "a high dose: above the usual range",
        800.0, 800.0, "ug/day", "label range 300-800; as a limit assumed", "A",
    ),
    "dose.experience": Rule(
        "experience above this dose is limited, and doses here went with poor response",
        1000.0, 2003.0, "ug/day", "label; AMP", "M",
    ),
    "line.suspect": Rule(
        "changes without effect after which catheter and pump are examined before the next",
        2.0, 2.0, "1", "HEE09; number as CE23", "M",
    ),
    "line.gain": Rule(
        "gain of leg Ashworth under which a step had no effect",
        0.1, 0.1, "points", "scenarios_content L-C2: 0.04 for ten per cent; limit assumed", "A",
    ),
    # the rest of the chart
    "oral.wean": Rule(
        "wean oral drugs after the start, one at a time, baclofen first, in steps of",
        25.0, 50.0, "%", "BPD", "H",
    ),
    "gap.restart": Rule(
        "after a gap this long tolerance may be lost: do not restart at the full dose",
        2.0, 2.0, "days", "DEL: overdose after a holiday; length assumed", "L",
    ),
    "stop.taper": Rule("an elective stop is a taper over", 1.0, 2.0, "weeks", "FPN", "M"),
    "fill.age": Rule("refill at the latest after", 180.0, 180.0, "days", "label; STA: -0.8 % over 54-367 days", "H"),
    "wait.injury": Rule("after a brain injury, no test before", 1.0, 1.0, "years", "EPG", "M"),
}  # fmt: skip

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = tuple(
    (f"{name}.{end}", value, rule.unit, rule.confidence, f"pharmacology 4: {rule.source}")
    for name, rule in RULES.items()
    for end, value in (("low", rule.low), ("high", rule.high))
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of advice.

    Attributes
    ----------
    rule : str
        Key of `RULES`, or "education".
    text : str
        The line as it is shown.
    low, high : float or None
        What the number should lie between, in `unit`; None where the line has no number.
    unit : str
        Of the numbers.
    source, confidence : str
        Of the rule.
    is_warning : bool
        Something is wrong or must not be done now.
    """

    rule: str
    text: str
    low: float | None
    high: float | None
    unit: str
    source: str
    confidence: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Who is treated, as a clinician knows it."""

    diagnosis: str
    age_years: float
    needs_tone: bool = False  # stands or walks by it
    years_since_injury: float | None = None
    oral_drugs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.diagnosis not in PRESETS:
            raise ValueError(f"diagnosis = {self.diagnosis!r}; expected one of {', '.join(PRESETS)}")
        _within("age_years", self.age_years, 0.0, 120.0)
        if self.years_since_injury is not None:
            _within("years_since_injury", self.years_since_injury, 0.0, 120.0)

    @property
    def is_child(self) -> bool:
        """Whether the rules for children hold."""
        return self.age_years < ADULT_YEARS


@dataclass(frozen=True, slots=True)
class TestDose:
    """A test dose and what was seen; gains are the largest falls [points], times in hours."""

    __test__ = False  # no test of pytest
    dose_ug: float
    legs_gain: float
    spasm_gain: float = 0.0
    lasted_h: float = 0.0  # with the legs answering
    is_adverse: bool = False

    def __post_init__(self) -> None:
        _within("dose_ug", self.dose_ug, 1.0, 200.0)
        _within("legs_gain", self.legs_gain, -4.0, 4.0)
        _within("spasm_gain", self.spasm_gain, -4.0, 4.0)
        _within("lasted_h", self.lasted_h, 0.0, 96.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known when a dose is looked at.

    Attributes
    ----------
    dose_ug_per_day : float
        Programmed now.
    hours_since_start, hours_since_change : float
        Of therapy; of the last change of dose.
    is_titration : bool
        First weeks, or maintenance.
    is_goal_met : bool
        The patient's own goal, not zero tone.
    gains : tuple of float
        Further fall of leg Ashworth that each of the last increases brought, latest last.
    signs : tuple of str
        Of `SIGNS`.
    is_loss_sudden : bool
        What worked was lost within days, without a change of dose.
    days_without_drug : float
        Since the drug last arrived; 0 while it runs.
    fill_age_days : float
        Age of what is in the reservoir.
    """

    dose_ug_per_day: float
    hours_since_start: float
    hours_since_change: float
    is_titration: bool
    is_goal_met: bool = False
    gains: tuple[float, ...] = ()
    signs: tuple[str, ...] = ()
    is_loss_sudden: bool = False
    days_without_drug: float = 0.0
    fill_age_days: float = 0.0

    def __post_init__(self) -> None:
        _within("dose_ug_per_day", self.dose_ug_per_day, 0.0, 3000.0)
        for name in ("hours_since_start", "hours_since_change", "days_without_drug", "fill_age_days"):
            _within(name, getattr(self, name), 0.0, 1e6)
        for sign in self.signs:
            if sign not in SIGNS:
                raise ValueError(f"signs = {sign!r}; expected {', '.join(SIGNS)}")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # NaN is in no range
        raise ValueError(f"{name} = {value!r}; expected {low:g} .. {high:g}")


def _line(name: str, text: str, scale: float = 1.0, unit: str | None = None, is_warning: bool = False) -> Advice:
    """Return a line of a rule; its numbers times `scale`."""
    rule = RULES[name]
    shown = rule.unit if unit is None else unit
    return Advice(name, text, rule.low * scale, rule.high * scale, shown, rule.source, rule.confidence, is_warning)


def _education() -> Advice:
    return Advice("education", EDUCATION_ONLY, None, None, "", "this program", "H")


def is_positive(test: TestDose) -> bool:
    """Return whether a test dose was answered: tone or spasms fell clearly."""
    return test.legs_gain >= RULES["test.positive"].low or test.spasm_gain >= RULES["test.spasms"].low


def next_test_ug(chart: Chart, tests: tuple[TestDose, ...], is_small: bool = False) -> float | None:
    """Return the next test dose [ug]; None after an answer or after the last dose.

    `is_small` is for a very small child. After an adverse reaction no larger dose follows.
    """
    ladder = [RULES[f"test.{name}"].low for name in ("first", "second", "third")]
    if is_small or chart.needs_tone:
        ladder.insert(0, RULES["test.small"].low)
    if any(is_positive(test) or test.is_adverse for test in tests):
        return None
    given = max((test.dose_ug for test in tests), default=0.0)
    return next((dose for dose in ladder if dose > given), None)


def screening(
    chart: Chart, tests: tuple[TestDose, ...], hours_since_test: float = math.inf, is_small: bool = False,
    has_infection: bool = False,
) -> tuple[Advice, ...]:  # fmt: skip
    """Return advice on the test doses.

    Parameters
    ----------
    chart : Chart
        The patient.
    tests : tuple of TestDose
        In the order given.
    hours_since_test : float
        Since the last of them.
    is_small : bool
        A very small child.
    has_infection : bool
        Active infection, relapse of MS, urinary infection or an open wound.
    """
    lines = [_education()]
    if has_infection:
        text = "Do not test during an infection, a relapse, or with wounds that do not heal."
        lines.append(Advice("test.not_now", text, None, None, "", "BPS, EPG", "H", is_warning=True))
    years = chart.years_since_injury
    if chart.diagnosis == "TBI" and years is not None and years < RULES["wait.injury"].low:
        lines.append(_line("wait.injury", "Wait: the injury is less than a year old.", is_warning=True))
    dose = next_test_ug(chart, tests, is_small)
    if dose is not None:
        name = next(n for n in ("small", "first", "second", "third") if RULES[f"test.{n}"].low == dose)
        lines.append(_line(f"test.{name}", f"Give {dose:g} ug by puncture over at least a minute."))
        text = "Watch for 4-8 h: tone at least twice in 4 h, vital signs often in the first 2 h."
        lines.append(_line("test.watch", text))
        if hours_since_test < RULES["test.gap"].low:
            left = RULES["test.gap"].low - hours_since_test
            lines.append(_line("test.gap", f"Not yet: {left:.1f} h until a day after the last dose.", is_warning=True))
    elif any(is_positive(test) for test in tests):
        text = "The test is positive: judge the goal with the patient, not the score alone."
        lines.append(_line("test.positive", text))
    elif any(test.is_adverse for test in tests):
        text = "An adverse reaction without an answer: no larger dose; reconsider."
        lines.append(Advice("test.adverse", text, None, None, "", "BPS; assumed", "A", is_warning=True))
    else:
        lines.append(_line("test.none", "No answer to 100 ug: not a candidate.", is_warning=True))
    return tuple(lines)


def first_dose_ug_per_day(test: TestDose) -> float:
    """Return the first daily dose [ug/day] after a positive test dose: twice, or once after a long or bad answer."""
    is_gentle = test.lasted_h > RULES["start.long"].low or test.is_adverse
    return RULES["start.single" if is_gentle else "start.double"].low * test.dose_ug


def start(chart: Chart, test: TestDose) -> tuple[Advice, ...]:
    """Return advice on the first day of therapy after a positive test."""
    dose = first_dose_ug_per_day(test)
    name = "start.double" if dose > test.dose_ug else "start.single"
    borne = " and was not well borne" if test.is_adverse else ""
    why = "" if name == "start.double" else f": the effect lasted {test.lasted_h:.0f} h{borne}"
    lines = [
        _education(),
        _line(name, f"Start at {dose:g} ug/day, {RULES[name].low:g} x the test dose{why}.", test.dose_ug, "ug/day"),
        _line("start.watch", "Watch for at least 8 h; reassess within 24 h."),
        _line("start.wait", "No increase within the first 24 h."),
        *_oral(chart),
    ]
    return tuple(lines)


def step_rule(chart: Chart, is_titration: bool) -> str:
    """Return the key of the rule for an increase: by origin, age and phase."""
    if is_titration:
        return "step.child" if chart.is_child else "step.spinal" if chart.diagnosis in SPINAL else "step.cerebral"
    return "visit.spinal" if chart.diagnosis in SPINAL and not chart.is_child else "visit.cerebral"


def increase(chart: Chart, visit: Visit) -> tuple[float, float] | None:
    """Return the range [ug/day] of an increase that the rules allow now; None where they speak against one."""
    name = step_rule(chart, visit.is_titration)
    line = next((line for line in titration(chart, visit) if line.rule == name), None)
    return None if line is None or line.low is None or line.high is None else (line.low, line.high)


def is_line_suspect(visit: Visit) -> bool:
    """Return whether catheter and pump should be examined before the dose is raised."""
    n = int(RULES["line.suspect"].low)
    last = visit.gains[-n:]
    is_in_vain = len(last) == n and all(gain < RULES["line.gain"].low for gain in last)
    return visit.is_loss_sudden or (is_in_vain and not visit.is_goal_met)


def titration(chart: Chart, visit: Visit) -> tuple[Advice, ...]:
    """Return advice on the dose at a visit: how far, or why not now."""
    lines = [_education(), *_not_now(visit)]
    dose = visit.dose_ug_per_day
    down = [sign for sign in visit.signs if sign in TOO_MUCH]
    if down:
        text = f"Decrease by 10-20 % for {', '.join(down)}."
        rule = RULES["step.down"]
        low, high = dose * (1 - rule.high / 100), dose * (1 - rule.low / 100)
        lines.append(Advice("step.down", text, low, high, "ug/day", rule.source, rule.confidence, True))
    elif visit.is_goal_met:
        text = "The goal is met: leave the dose; the aim is the goal, not zero tone."
        lines.append(Advice("goal.met", text, dose, dose, "ug/day", "BPD; scenarios_content L-C2", "M"))
    elif not any(line.is_warning for line in lines):
        lines.append(_increase(chart, visit))
    return (*lines, *_beside(visit), *_oral(chart))


def _increase(chart: Chart, visit: Visit) -> Advice:
    name, dose = step_rule(chart, visit.is_titration), visit.dose_ug_per_day
    rule, high = RULES[name], RULES[name].high
    text = f"An increase of {rule.low:g}-{high:g} % is within the rule ({rule.text})."
    if dose > RULES["dose.high"].low and high > RULES["step.high"].high:
        high = RULES["step.high"].high
        text = f"An increase of {rule.low:g}-{high:g} %: more may be excessive at a high dose."
    ends = dose * (1 + rule.low / 100), dose * (1 + high / 100)
    return Advice(name, text, *ends, "ug/day", rule.source, rule.confidence)


def _not_now(visit: Visit) -> Iterable[Advice]:
    """Yield what speaks against any increase now."""
    if visit.days_without_drug >= RULES["gap.restart"].low:
        days = f"{visit.days_without_drug:.0f} days without drug"
        text = f"{days}: tolerance may be lost; restart low, watch as at a first start."
        yield _line("gap.restart", text, is_warning=True)
    if visit.hours_since_start < RULES["start.wait"].low:
        yield _line("start.wait", "No increase within the first 24 h.", is_warning=True)
    elif visit.hours_since_change < RULES["step.gap"].low:
        yield _line("step.gap", "One change in 24 h: wait.", is_warning=True)
    if "infection" in visit.signs:
        text = "Spasticity rises with an infection: treat that before the dose."
        yield Advice("cause.other", text, None, None, "", "scenarios_content L-C2", "M", is_warning=True)
    if is_line_suspect(visit):
        text = "Suspect catheter and pump before escalating: after a repair patients needed less."
        yield _line("line.suspect", text, is_warning=True)


def _beside(visit: Visit) -> Iterable[Advice]:
    """Yield what deserves a look but speaks not against a change by itself."""
    if visit.dose_ug_per_day >= RULES["dose.experience"].low:
        text = "Experience above 1000 ug/day is limited; look for another cause."
        yield _line("dose.experience", text, is_warning=True)
    if visit.fill_age_days > RULES["fill.age"].high:
        yield _line("fill.age", f"The fill is {visit.fill_age_days:.0f} days old: refill.", is_warning=True)


def _oral(chart: Chart) -> Iterable[Advice]:
    if not chart.oral_drugs:
        return
    first = "baclofen" if "baclofen" in chart.oral_drugs else chart.oral_drugs[0]
    left = [drug for drug in chart.oral_drugs if drug != first]
    text = f"Wean {first} by 25-50 % a step" + (f"; {', '.join(left)} only when it is gone." if left else ".")
    yield _line("oral.wean", text)
