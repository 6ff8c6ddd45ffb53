"""What the tablet refuses and what it warns of: one table, each row with its source.

Hard limits are those of hardware, label and arithmetic: the field keeps what was typed, the words beside it name key,
value and range, and nothing is sent. Soft limits are clinical, their numbers the adviser's: they are said, and sending
waits until each has been confirmed. A ten-fold slip is a soft limit, so that it can be made here and seen in the patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from game.instruments import programme as p
from game.instruments.programme import FIELDS, FLOW_LEAST_ML_PER_DAY, FLOW_MOST_ML_PER_DAY, RUNNING, Programme
from physics.commands.fluids import LEAST_STEP_S, MOST_DOSE_KG_PER_S, MOST_STEPS_PER_DAY
from physics.units import ug_per_day_from_kg_per_s
from scenarios.advice import RULES

MOST_DOSE_UG_PER_DAY = float(ug_per_day_from_kg_per_s(MOST_DOSE_KG_PER_S))
LABEL_STRENGTHS = (500.0, 2000.0)  # [pharmacology 4.4, V LIO]
HIGH_DOSE_UG_PER_DAY = RULES["dose.experience"].low
MOST_BOLUS_UG = RULES["test.third"].high  # largest screening dose
MOST_START_UG_PER_DAY = RULES["start.double"].high * MOST_BOLUS_UG
MOST_CHANGE_PERCENT = {"cerebral": RULES["visit.cerebral"].high, "spinal": RULES["step.spinal"].high}
STABLE_DAYS = RULES["fill.age"].low  # drug in the pump
VISIT_DAYS = 7.0  # before the alarm [device 1.7 UGK-M]
LEAST_ALARM_ML = 2.0  # [S23] H: withdrawal began above a residual of 2.7 mL in a quarter
STANDSTILL_H = 48  # [S19] H: critical alarm of a stopped pump


@dataclass(frozen=True, slots=True)
class Case:
    """What a limit may look at: the new programme, what the pump said, and whom it is for."""

    new: Programme
    old: Programme | None = None
    capacity_ml: float = 40.0
    has_run: bool = False  # the line is full, as far as the pump can know
    alarms: tuple[str, ...] = ()
    origin: str = "cerebral"


@dataclass(frozen=True, slots=True)
class Limit:
    """One row: where its words stand, what it says of a case (nothing where it holds), and why."""

    key: str
    field: str
    is_hard: bool
    text: str
    source: str
    check: Callable[[Case], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A limit that a case breaks, in words with its value and range."""

    key: str
    field: str
    is_hard: bool
    words: str
    source: str

    @property
    def kind(self) -> str:
        """State kind for the screen."""
        return "alarm" if self.is_hard else "warn"

    @property
    def mark(self) -> str:
        """What a confirmation is for: this limit at these values."""
        return f"{self.key}: {self.words}"


def _shown(value: float) -> str:
    return p.trimmed(value, 3 if abs(value) < 1 else (2 if abs(value) < 100 else 0))


# --- hard: what a field can hold ---------------------------------------------------------------

RANGES: dict[str, tuple[float, float, str]] = {  # field: least, most, source
    "conc": (1.0, 4000.0, "what the pump stores [A]; labels end at 2000 [pharmacology 4.4]"),
    "length": (0.0, 140.0, "longest catheter, 8781 [device 2, UGK-M]"),
    "reservoir": (0.0, 40.0, "label volume of the pump [S73 H]; never above it [device 1.8]"),
    "alarm": (0.0, 10.0, "what the pump stores [A]"),
    "bridge": (0.0, 1.0, "twice the longest line and more [device 6]"),
    "prime": (0.0, 1.0, "twice the longest line and more [device 6]"),
    "bolus": (0.0, 10000.0, "what the pump stores [A]"),
    "bolus_min": (0.1, 1440.0, "a day [A]"),
    "every": (0.5, 168.0, "half an hour to a week [device 1.3, A]"),
    "dose": (0.0, MOST_DOSE_UG_PER_DAY, "beyond any label [A]"),
    "own": (0.0, 10000.0, "what the pump stores [A]"),
    "own_min": (0.0, 1440.0, "a day [A]"),
    "own_lockout": (0.0, 24.0, "a day [A]"),
    "own_most": (0.0, 48.0, "one each half hour [A]"),
}


def _range(case: Case, key: str) -> str:
    """Return what is wrong with a field by itself: no number, outside its range, or finer than the tablet keeps."""
    kind, typed = FIELDS[key], case.new.entries.get(key, "")
    low, high, _ = RANGES[key]
    high = case.capacity_ml if key == "reservoir" else high
    value = p.as_number(typed)
    said = f"{p.words_of(case.new, key)} = {typed or 'nothing'}; expected {low:g} to {_shown(high)} {kind.unit}"
    if value is None or not low <= value <= high:
        return said
    if len(typed.partition(".")[2].rstrip("0")) > kind.decimals:
        return f"{said}, {'whole' if not kind.decimals else f'at most {kind.decimals} decimals'}"
    return ""


def _rate_range(case: Case, rate_ug_per_day: float, may_be_zero: bool, hours: float = 24.0) -> str:
    """Return the range (µg in so many hours, a day or one) if a rate is beyond what the rotor turns at the entered strength; else nothing."""
    conc = p.number(case.new, "conc")
    if not conc or (may_be_zero and rate_ug_per_day == 0.0):
        return ""
    low, high = FLOW_LEAST_ML_PER_DAY * conc, min(FLOW_MOST_ML_PER_DAY * conc, MOST_DOSE_UG_PER_DAY)
    slack, unit = 1.0 + 1e-9, "µg/day" if hours == 24.0 else "µg/h"
    if low <= rate_ug_per_day * slack and rate_ug_per_day <= high * slack:
        return ""
    return f"{_shown(low * hours / 24.0)} to {_shown(high * hours / 24.0)} {unit} at {conc:g} µg/mL"


def _dose_flow(case: Case) -> str:
    dose = p.number(case.new, "dose")
    if "dose" not in p.used_fields(case.new) or dose is None or _range(case, "dose"):
        return ""
    expected = _rate_range(case, dose, case.new.mode != "continuous")
    return f"{p.words_of(case.new, 'dose')} = {dose:g} µg/day; expected {expected}" if expected else ""


def _bolus_flow(case: Case, dose_key: str, minutes_key: str) -> str:
    dose, minutes, conc = (p.number(case.new, key) for key in (dose_key, minutes_key, "conc"))
    if dose is None or not minutes or not conc:
        return ""
    most = FLOW_MOST_ML_PER_DAY * conc / 1440.0 * minutes
    if dose > most * (1.0 + 1e-9):
        return f"{FIELDS[dose_key].words} = {dose:g} µg; expected at most {_shown(most)} µg in {minutes:g} min at {conc:g} µg/mL"
    return ""


def _bolus(case: Case) -> str:
    mode = case.new.mode
    if mode not in ("bolus", "periodic"):
        return ""
    if not p.number(case.new, "bolus") and not _range(case, "bolus"):
        return "Bolus = 0 µg; expected above 0 in this mode"
    every, minutes = p.number(case.new, "every"), p.number(case.new, "bolus_min")
    if mode == "periodic" and every and minutes and minutes >= every * 60.0:
        return f"Bolus over = {minutes:g} min; expected less than the {every:g} h from bolus to bolus"
    return _bolus_flow(case, "bolus", "bolus_min")


def _own(case: Case) -> str:
    if not p.is_own_on(case.new):
        return ""
    values = {key: p.number(case.new, key) or 0.0 for key in p.OWN}
    zero = [key for key, value in values.items() if not value]
    if zero:
        return f"{FIELDS[zero[0]].words} = 0 {FIELDS[zero[0]].unit}; expected above 0, or all four 0 (off)"
    if values["own_min"] > values["own_lockout"] * 60.0:
        return f"Locked out for = {values['own_lockout']:g} h; expected at least the {values['own_min']:g} min that a bolus takes"
    return _bolus_flow(case, "own", "own_min")


def _steps(case: Case) -> str:
    if case.new.mode != "flex":
        return ""
    days = {day: case.new.steps.get(day, ()) for day in p.days_of(case.new)}
    if not any(days.values()):
        return f"Steps = none; expected 1 to {MOST_STEPS_PER_DAY} in a day"
    for day, steps in days.items():
        if len(steps) > MOST_STEPS_PER_DAY:
            return f"{_day_name(day)}steps = {len(steps)}; expected at most {MOST_STEPS_PER_DAY} in a day"
    return next(iter(step_faults(case).values()), "")


def _day_name(day: str) -> str:
    return "" if day == p.EVERY else f"{dict(p.DAYS)[day]}, "


def step_faults(case: Case) -> dict[tuple[str, int], str]:
    """Return what is wrong with single steps, by day and number from 1: no time, out of order, no rate, beyond the rotor."""
    out: dict[tuple[str, int], str] = {}
    for day in p.days_of(case.new):
        before = None
        for k, step in enumerate(case.new.steps.get(day, ()), 1):
            said = _step_fault(case, step, before)
            if said:
                out[day, k] = f"{_day_name(day)}{'S' if day == p.EVERY else 's'}tep {k} {said}"
            before = p.as_minutes(step[0])
    return out


def _step_fault(case: Case, step: p.Step, before: int | None) -> str:
    start, rate = step
    minutes, value = p.as_minutes(start), p.as_number(rate)
    if minutes is None:
        return f"starts = {start or 'nothing'}; expected 00:00 to 23:59"
    if before is not None and (minutes - before) * 60.0 < LEAST_STEP_S:
        return f"starts = {p.clock_words(minutes)}; expected later than {p.clock_words(before)} of the step before"
    if value is None or len(rate.partition(".")[2].rstrip("0")) > 3:
        return f"= {rate or 'nothing'} µg/h; expected a number with at most 3 decimals"
    expected = _rate_range(case, value * 24.0, True, 1.0)
    return f"= {value:g} µg/h; expected 0, or {expected}" if expected else ""


def _clock(case: Case) -> str:
    has_day, has_time = bool(case.new.clock_day), bool(case.new.clock)
    if has_time and p.as_minutes(case.new.clock) is None:
        return f"Pump clock = {case.new.clock}; expected 00:00 to 23:59"
    if has_day != has_time:
        return f"Pump clock = {case.new.clock or 'no time'}, {case.new.clock_day or 'no day'}; expected both, or neither"
    return ""


# --- soft: what is said and has to be confirmed -------------------------------------------------


def _change(case: Case) -> str:
    if case.old is None or case.new.mode not in RUNNING or case.old.mode not in RUNNING or not case.has_run:
        return ""
    old, new, most = p.day_dose_ug(case.old), p.day_dose_ug(case.new), MOST_CHANGE_PERCENT[case.origin]
    if not old or new is None or abs(new / old - 1.0) * 100.0 <= most + 1e-9:
        return ""
    return f"Dose a day {_shown(old)} to {_shown(new)} µg: {(new / old - 1.0) * 100.0:+.0f} %; usual at most {most:g} % ({case.origin})"


def _high(case: Case) -> str:
    dose = p.day_dose_ug(case.new)
    if dose is None or case.new.mode not in RUNNING:
        return ""
    all_in = dose + p.own_day_ug(case.new)
    if all_in <= HIGH_DOSE_UG_PER_DAY:
        return ""
    more = " with all boluses of the patient" if dose <= HIGH_DOSE_UG_PER_DAY else ""
    return f"Dose a day {_shown(all_in)} µg{more}; experience ends at {HIGH_DOSE_UG_PER_DAY:g}"


def _first(case: Case) -> str:
    dose = p.day_dose_ug(case.new)
    if case.has_run or case.new.mode not in RUNNING or dose is None or dose <= MOST_START_UG_PER_DAY:
        return ""
    return f"First dose a day {_shown(dose)} µg; twice the largest test dose is {MOST_START_UG_PER_DAY:g}"


def _large_bolus(case: Case, key: str) -> str:
    if key not in p.used_fields(case.new):
        return ""
    dose = p.number(case.new, key) or 0.0
    return f"{FIELDS[key].words} {dose:g} µg at once; the largest test dose is {MOST_BOLUS_UG:g}" if dose > MOST_BOLUS_UG else ""


def _has_new_strength(case: Case) -> bool:
    conc, old = p.number(case.new, "conc"), p.number(case.old, "conc") if case.old else None
    return bool(case.has_run and conc and old and abs(conc - old) > 0.05 and case.new.mode != "stopped")


def _no_bridge(case: Case) -> str:
    if not _has_new_strength(case) or p.number(case.new, "bridge"):
        return ""
    assert case.old is not None
    return f"Strength {case.old.entries['conc']} to {case.new.entries['conc']} µg/mL and no bridge: old drug runs at the new rate"


def _full_prime(case: Case) -> str:
    prime = p.number(case.new, "prime") or 0.0
    conc = p.number(case.old or case.new, "conc") or 0.0
    if not (case.has_run and prime) or case.new.mode == "stopped":
        return ""
    return f"Prime {prime:g} mL into a line that is full: {_shown(prime * conc)} µg at once"


def _no_prime(case: Case) -> str:
    flow, length = p.flow_ml_per_day(case.new), p.number(case.new, "length")
    if case.has_run or p.number(case.new, "prime") or case.new.mode not in RUNNING or not flow or length is None:
        return ""
    return f"New pump without a prime: drug is at the tip after {p.line_volume_ml(length) / flow * 24.0:.0f} h"


def _over_line(case: Case) -> str:
    length = p.number(case.new, "length")
    for key in ("prime", "bridge"):
        volume = p.number(case.new, key) or 0.0
        if length and volume > p.line_volume_ml(length) * 1.01:
            return f"{FIELDS[key].words} {volume:g} mL; tubing and {length:g} cm hold {p.line_volume_ml(length):.3f}"
    return ""


def _strength(case: Case) -> str:
    conc = p.number(case.new, "conc")
    low, high = LABEL_STRENGTHS
    return f"{conc:g} µg/mL; labels for the pump are {low:g} to {high:g}" if conc and not low <= conc <= high else ""


def _no_length(case: Case) -> str:
    return "No catheter length: neither prime nor bridge can be worked out" if p.number(case.new, "length") == 0.0 else ""


def _low_alarm(case: Case) -> str:
    alarm, volume = p.number(case.new, "alarm"), p.number(case.new, "reservoir")
    if alarm is not None and alarm < LEAST_ALARM_ML:
        return f"Low alarm at {alarm:g} mL; the pump is delivered with {LEAST_ALARM_ML:g}, and may weaken above that"
    if alarm is not None and volume is not None and volume <= alarm and case.new.mode != "stopped":
        return f"{volume:g} mL in the reservoir: the low alarm at {alarm:g} mL sounds at once"
    return ""


def _date(case: Case) -> str:
    days = p.alarm_days(case.new)
    if days is None:
        return ""
    if days > STABLE_DAYS:
        return f"Low alarm in {days:.0f} days; drug is stable for {STABLE_DAYS:.0f}: refill before"
    return f"Low alarm in {days:.1f} days, sooner than a visit {VISIT_DAYS:.0f} days before it" if 0.0 < days < VISIT_DAYS else ""


def _standstill(case: Case) -> str:
    if case.new.mode == "stopped":
        return f"The pump will stand still; alarm after {STANDSTILL_H} h, withdrawal may come sooner"
    return "Minimum rate only keeps the tubing moving: no dose that treats" if case.new.mode == "minimum" else ""


def _ended(case: Case) -> str:
    return "End of service: the pump stands still whatever is sent" if "end of service" in case.alarms else ""


def _limits() -> Iterator[Limit]:
    for key, (low, high, source) in RANGES.items():
        unit = FIELDS[key].unit
        text = f"{FIELDS[key].words}: {low:g} to {_shown(high)} {unit}"
        yield Limit(f"range.{key}", key, True, text, source, lambda case, k=key: _range(case, k) if k in p.used_fields(case.new) else "")
    rotor = f"a rate of {FLOW_LEAST_ML_PER_DAY:g} to {FLOW_MOST_ML_PER_DAY:g} mL/day"
    device, dosing, filling = "device 0.1, UGK-M", "pharmacology 4.2", "pharmacology 4.4"
    yield Limit("dose.flow", "dose", True, f"Dose: {rotor}", device, _dose_flow)
    yield Limit("bolus.flow", "bolus", True, f"Bolus: above 0, shorter than its period, at most {FLOW_MOST_ML_PER_DAY:g} mL/day", device, _bolus)
    yield Limit("steps", "steps", True, f"Steps: 1 to {MOST_STEPS_PER_DAY} a day in order, each 0 or {rotor}", "device 1.3, UGK-L", _steps)
    yield Limit("own.flow", "own", True, "Patient bolus: all four or none, over before the next", "device 1.3, A", _own)
    yield Limit("clock", "clock", True, "Clock: weekday and time, or neither", "A", _clock)
    yield Limit("dose.change", "dose", False, "Dose a day changed by more than 20 % (cerebral), 30 % (spinal)", f"{dosing}, R label, V BPD", _change)
    yield Limit("dose.high", "dose", False, f"Dose a day above {HIGH_DOSE_UG_PER_DAY:g} µg", f"{dosing}, R", _high)
    yield Limit("dose.first", "dose", False, f"First dose a day above {MOST_START_UG_PER_DAY:g} µg", f"{dosing}, V BPD", _first)
    yield Limit("bolus.large", "bolus", False, f"Bolus above {MOST_BOLUS_UG:g} µg", "pharmacology 4.1, V DRG", lambda case: _large_bolus(case, "bolus"))
    yield Limit("own.large", "own", False, f"Patient bolus above {MOST_BOLUS_UG:g} µg", "pharmacology 4.1, V DRG", lambda case: _large_bolus(case, "own"))
    yield Limit("conc.label", "conc", False, "Concentration outside 500 to 2000 µg/mL", f"{filling}, V LIO", _strength)
    yield Limit("bridge.none", "bridge", False, "Concentration changed without a bridge", f"{filling}, V BPD", _no_bridge)
    yield Limit("prime.full", "prime", False, "Prime into a line that is full", f"{filling}; device 6, S05", _full_prime)
    yield Limit("prime.none", "prime", False, "New pump without a prime", "device 6, P2", _no_prime)
    yield Limit("line.over", "bridge", False, "Prime or bridge larger than the line", "device 6", _over_line)
    yield Limit("length.none", "length", False, "No catheter length recorded", "device 2.1", _no_length)
    yield Limit("alarm.low", "alarm", False, f"Low alarm below {LEAST_ALARM_ML:g} mL, or above what is in the reservoir", "S23 H", _low_alarm)
    yield Limit("date", "reservoir", False, f"Low alarm in more than {STABLE_DAYS:.0f} or less than {VISIT_DAYS:.0f} days", f"{filling}, V STA; device 1.7", _date)
    yield Limit("mode.still", "mode", False, "Pump stopped, or at minimum rate", "device 1.3; S19 H", _standstill)
    yield Limit("service", "mode", False, "Pump at the end of its service", "S18 H", _ended)


LIMITS: tuple[Limit, ...] = tuple(_limits())


def findings(case: Case) -> tuple[Finding, ...]:
    """Return every limit that a case breaks, hard ones first, each in words with its value and range."""
    broken = [Finding(x.key, x.field, x.is_hard, words, x.source) for x in LIMITS if (words := x.check(case))]
    return tuple(sorted(broken, key=lambda finding: not finding.is_hard))
