"""A programme in the tablet's own units, as text that was typed or read back: what it asks of the pump, both ways.

Nothing is refused here (that is `limits`): a field that holds no number is simply None. The text is kept as it is,
so that nothing typed is ever lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from physics.commands import ProgramPump
from physics.observation import PumpObservation
from physics.pump.spec import PUMPS
from physics.units import (
    SECONDS_PER_DAY, SECONDS_PER_HOUR, kg_from_ug, kg_per_m3_from_ug_per_ml, kg_per_s_from_ug_per_day, m3_from_ml, ml_from_m3,
    ml_per_day_from_m3_per_s, ug_from_kg, ug_per_day_from_kg_per_s, ug_per_ml_from_kg_per_m3,
)  # fmt: skip

DAY_S, WEEK_S = SECONDS_PER_DAY, 7 * SECONDS_PER_DAY
TUBING_ML = 0.140  # pump tubing, device_and_procedure.md section 6 (S01)
CATHETER_ML_PER_CM = 0.0022  # catheter bore, device_and_procedure.md section 6 (S01)
_PUMP = PUMPS["8637-20"]  # its rates hold for every model
FLOW_LEAST_ML_PER_DAY, FLOW_MOST_ML_PER_DAY, FLOW_MINIMUM_ML_PER_DAY = (
    round(float(ml_per_day_from_m3_per_s(flow)), 6)
    for flow in (_PUMP.flow_least_m3_per_s, _PUMP.flow_max_m3_per_s, _PUMP.flow_minimum_m3_per_s)
)
MODES: tuple[tuple[str, str], ...] = (
    ("continuous", "Simple"), ("flex", "Flexible"), ("periodic", "Periodic"), ("bolus", "Single bolus"),
    ("minimum", "Minimum"), ("stopped", "Stop"),
)  # fmt: skip
RUNNING = ("continuous", "flex", "periodic", "bolus")  # modes in which a dose runs
DAYS: tuple[tuple[str, str], ...] = (
    ("mon", "Mon"), ("tue", "Tue"), ("wed", "Wed"), ("thu", "Thu"), ("fri", "Fri"), ("sat", "Sat"), ("sun", "Sun"),
)  # fmt: skip
EVERY = "every"  # the day of a pattern that is the same each day
PATTERNS: tuple[tuple[str, str], ...] = (("day", "Every day the same"), ("week", "By weekday"))


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be typed: its page, words, unit, and the decimals that the tablet keeps."""

    page: str
    words: str
    unit: str
    decimals: int


FIELDS: dict[str, Field] = {
    "conc": Field("drug", "Concentration", "µg/mL", 1),
    "length": Field("catheter", "Implanted length", "cm", 1),
    "dose": Field("dose", "Dose per day", "µg/day", 2),
    "bolus": Field("dose", "Bolus", "µg", 2),
    "bolus_min": Field("dose", "Bolus over", "min", 1),
    "every": Field("dose", "Bolus every", "h", 2),
    "own": Field("patient", "Bolus at a press", "µg", 2),
    "own_min": Field("patient", "Given over", "min", 1),
    "own_lockout": Field("patient", "Locked out for", "h", 2),
    "own_most": Field("patient", "At most a day", "boluses", 0),
    "bridge": Field("bridge", "Bridge volume", "mL", 3),
    "prime": Field("bridge", "Prime volume", "mL", 3),
    "reservoir": Field("reservoir", "Reservoir volume", "mL", 1),
    "alarm": Field("reservoir", "Low alarm at", "mL", 1),
}
OWN = ("own", "own_min", "own_lockout", "own_most")  # the patient's own bolus
ONCE = ("bridge", "prime")  # done once after sending, never kept
ALWAYS = ("conc", "length", "reservoir", "alarm", "bridge", "prime")
OF_MODE: dict[str, tuple[str, ...]] = {
    "continuous": ("dose",), "flex": (), "periodic": ("bolus", "bolus_min", "every", "dose"), "bolus": ("bolus", "bolus_min", "dose"),
    "minimum": (), "stopped": (),
}  # fmt: skip
DOSE_WORDS = {"continuous": "Dose per day", "periodic": "Dose between", "bolus": "Dose after it"}
_STARTS = {"bolus": "0", "bolus_min": "10", "every": "6", "bridge": "0", "prime": "0", "own": "0", "own_min": "0", "own_lockout": "0",
           "own_most": "0"}  # fmt: skip

Step = tuple[str, str]  # start "HH:MM", rate in µg/h


@dataclass(frozen=True, slots=True)
class Programme:
    """Mode, fields, steps of a flexible day (`steps` by day, "every" for the same each day), and the clock to set."""

    mode: str = "continuous"
    entries: dict[str, str] = field(default_factory=dict)
    pattern: str = "day"
    steps: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    clock_day: str = ""  # "" leaves the pump's clock as it is
    clock: str = ""


# --- text and numbers --------------------------------------------------------------------------


def trimmed(value: float, decimals: int) -> str:
    """Return a number with at most so many decimals and no trailing zeros."""
    shown = f"{value:.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def as_number(text: str) -> float | None:
    """Return a typed number; None if it is empty or no plain decimal."""
    return float(text) if re.fullmatch(r"\d{1,12}(\.\d*)?|\.\d+", text, re.ASCII) else None


def number(programme: Programme, key: str) -> float | None:
    """Return a field as a number; None if it is empty or no number."""
    return as_number(programme.entries.get(key, ""))


def as_minutes(text: str) -> int | None:
    """Return a time of day in minutes from "6", "0630", "6:30" or "06.30"; None if it is no time."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.]?(\d{2}))?", text, re.ASCII)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def clock_words(minutes: float) -> str:
    """Return minutes from midnight as HH:MM."""
    whole = round(minutes) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"


def week_words(seconds: float) -> str:
    """Return a time of the week as weekday and HH:MM."""
    day, rest = divmod(seconds % WEEK_S, DAY_S)
    return f"{DAYS[int(day)][1]} {clock_words(rest // 60.0)}"


def words_of(programme: Programme, key: str) -> str:
    """Return the words of a field in the mode that is set."""
    return DOSE_WORDS.get(programme.mode, "Dose per day") if key == "dose" else FIELDS[key].words


# --- what it gives -----------------------------------------------------------------------------


def used_fields(programme: Programme) -> tuple[str, ...]:
    """Return the fields that count in the mode that is set."""
    return (*ALWAYS, *OF_MODE[programme.mode], *(OWN if programme.mode in RUNNING else ()))


def is_own_on(programme: Programme) -> bool:
    """Return whether the patient may give a bolus."""
    return programme.mode in RUNNING and any(programme.entries.get(key, "0").strip("0.") for key in OWN)


def days_of(programme: Programme) -> tuple[str, ...]:
    """Return the days whose steps count: "every", or the seven weekdays."""
    return (EVERY,) if programme.pattern == "day" else tuple(key for key, _ in DAYS)


def timetable(programme: Programme) -> tuple[tuple[float, float], ...] | None:
    """Return (start [s], rate [µg/h]) of a flexible programme over its period; None where a step is no number."""
    out = []
    for index, day in enumerate(days_of(programme)):
        for start, rate in programme.steps.get(day, ()):
            minutes, value = as_minutes(start), as_number(rate)
            if minutes is None or value is None:
                return None
            out.append((index * DAY_S + minutes * 60.0, value))
    return tuple(out) or None


def period_s(programme: Programme) -> float:
    """Return the period of the mode [s]."""
    if programme.mode == "periodic":
        return (number(programme, "every") or 0.0) * SECONDS_PER_HOUR
    return WEEK_S if programme.mode == "flex" and programme.pattern == "week" else DAY_S


def rates(programme: Programme) -> tuple[tuple[float, float], ...] | None:
    """Return (start [s], rate [µg/h]) over the period of the mode, from 0 on; None where something is missing."""
    mode, conc = programme.mode, number(programme, "conc")
    if mode == "stopped":
        return ((0.0, 0.0),)
    if mode == "minimum":
        return None if conc is None else ((0.0, FLOW_MINIMUM_ML_PER_DAY * conc / 24.0),)
    if mode == "flex":
        table = timetable(programme)
        return table and (table if table[0][0] == 0.0 else ((0.0, table[-1][1]), *table))
    dose = number(programme, "dose")
    if dose is None or mode != "periodic":
        return None if dose is None else ((0.0, dose / 24.0),)
    bolus, minutes = number(programme, "bolus"), number(programme, "bolus_min")
    if bolus is None or not minutes or minutes * 60.0 >= period_s(programme):
        return None
    return ((0.0, bolus / minutes * 60.0), (minutes * 60.0, dose / 24.0))


def day_dose_ug(programme: Programme) -> float | None:
    """Return what a mean day gives [µg], the patient's own boluses and a single bolus apart; None if it is not known."""
    table, period = rates(programme), period_s(programme)
    if table is None:
        return None
    ends = [start for start, _ in table[1:]] + [period]
    return sum(rate * (end - start) for (start, rate), end in zip(table, ends, strict=True)) / period * 24.0


def flow_ml_per_day(programme: Programme) -> float | None:
    """Return the mean flow of the mode [mL/day]."""
    dose, conc = day_dose_ug(programme), number(programme, "conc")
    return dose / conc if dose is not None and conc else (0.0 if programme.mode == "stopped" else None)


def own_day_ug(programme: Programme) -> float:
    """Return the most that the patient can add in a day [µg]."""
    each, most, lockout = (number(programme, key) or 0.0 for key in ("own", "own_most", "own_lockout"))
    if programme.mode not in RUNNING or not lockout:
        return 0.0
    return each * min(most, 24.0 // lockout + (24.0 % lockout > 0.0))


def day_curve(programme: Programme, day: str = EVERY) -> tuple[tuple[float, float], ...]:
    """Return (hour, µg/h) corners of the steps of one day, from 0 to 24 h; empty where it is not known."""
    table, period = rates(programme), period_s(programme)
    if table is None or period <= 0.0:
        return ()
    first = [key for key, _ in DAYS].index(day) * DAY_S if programme.pattern == "week" and day != EVERY else 0.0
    marks = sorted({0.0, DAY_S} | {start + k * period - first for start, _ in table for k in range(int(DAY_S / period) + 2)})
    marks = [t for t in marks if 0.0 <= t <= DAY_S]
    corners: list[tuple[float, float]] = []
    for begin, end in zip(marks, marks[1:], strict=False):
        now = (first + begin) % period
        rate = next(r for start, r in reversed(table) if start <= now + 1e-6)
        corners += [(begin / 3600.0, rate), (end / 3600.0, rate)]
    return tuple(corners)


def line_volume_ml(length_cm: float) -> float:
    """Return the volume of pump tubing and catheter [mL]."""
    return TUBING_ML + CATHETER_ML_PER_CM * length_cm


def alarm_days(programme: Programme) -> float | None:
    """Return days from now to the low alarm; None if it never comes or is not known."""
    flow, volume, alarm = flow_ml_per_day(programme), number(programme, "reservoir"), number(programme, "alarm")
    if not flow or volume is None or alarm is None:
        return None
    return max(volume - alarm, 0.0) / flow


# --- to the pump and back ----------------------------------------------------------------------


def command(programme: Programme) -> ProgramPump:
    """Return the command that the programme is.

    Raises
    ------
    ValueError
        If a field of the mode is not a number, or the pump's own command refuses it (`CommandError`).
    """
    got = {key: number(programme, key) for key in used_fields(programme)}
    bare = [words_of(programme, key) for key, value in got.items() if value is None]
    steps = timetable(programme) if programme.mode == "flex" else ()
    if bare or steps is None:
        raise ValueError(f"{(bare or ['A step'])[0]} is not a number")
    has = {key: value or 0.0 for key, value in got.items()}
    mode = programme.mode
    dose = (day_dose_ug(programme) or 0.0) if mode == "flex" else has.get("dose", 0.0)  # a field that the mode does not show is not sent
    return ProgramPump(
        mode=mode, dose_kg_per_s=kg_per_s_from_ug_per_day(dose),
        concentration_kg_per_m3=kg_per_m3_from_ug_per_ml(has["conc"]),
        reservoir_volume_m3=m3_from_ml(has["reservoir"]), alarm_volume_m3=m3_from_ml(has["alarm"]),
        prime_volume_m3=m3_from_ml(has["prime"]), bridge_volume_m3=m3_from_ml(has["bridge"]),
        bolus_kg=kg_from_ug(has.get("bolus", 0.0)), bolus_duration_s=max(has.get("bolus_min", 10.0) * 60.0, 1.0),
        recorded_length_m=has["length"] / 100.0, steps=tuple((start, kg_from_ug(rate) / SECONDS_PER_HOUR) for start, rate in steps),
        period_s=period_s(programme), clock_s=clock_s(programme),
        patient_bolus_kg=kg_from_ug(has.get("own", 0.0)), patient_bolus_duration_s=has.get("own_min", 0.0) * 60.0,
        patient_lockout_s=has.get("own_lockout", 0.0) * SECONDS_PER_HOUR, patient_most_per_day=round(has.get("own_most", 0.0)),
    )  # fmt: skip


def clock_s(programme: Programme) -> float | None:
    """Return the time of the week that is sent with the programme [s]; None leaves the pump's clock."""
    minutes = as_minutes(programme.clock)
    if not programme.clock_day or minutes is None:
        return None
    return [key for key, _ in DAYS].index(programme.clock_day) * DAY_S + minutes * 60.0


def from_pump(pump: PumpObservation) -> Programme:
    """Return the programme that telemetry shows, with the volume that the pump has counted down to."""
    sent = pump.prescription
    day = list(range(round(sent.period_s / DAY_S))) if sent.mode == "flex" else []
    names = (EVERY,) if len(day) == 1 else tuple(key for key, _ in DAYS)
    values = {
        "conc": ug_per_ml_from_kg_per_m3(sent.concentration_kg_per_m3), "length": sent.recorded_length_m * 100.0,
        "dose": ug_per_day_from_kg_per_s(sent.dose_kg_per_s), "reservoir": ml_from_m3(pump.shown_reservoir_m3),
        "alarm": ml_from_m3(sent.alarm_volume_m3), "bridge": ml_from_m3(sent.bridge_volume_m3), "prime": ml_from_m3(sent.prime_volume_m3),
        "own": ug_from_kg(sent.patient_bolus_kg), "own_min": sent.patient_bolus_duration_s / 60.0,
        "own_lockout": sent.patient_lockout_s / SECONDS_PER_HOUR, "own_most": float(sent.patient_most_per_day),
    }  # fmt: skip
    if sent.mode in ("bolus", "periodic"):
        values |= {"bolus": ug_from_kg(sent.bolus_kg), "bolus_min": sent.bolus_duration_s / 60.0}
    if sent.mode == "periodic":
        values |= {"every": sent.period_s / SECONDS_PER_HOUR}
    steps = {
        names[k]: tuple(
            (clock_words((start - k * DAY_S) / 60.0), trimmed(ug_from_kg(rate) * SECONDS_PER_HOUR, 3))
            for start, rate in sent.steps if k * DAY_S <= start < (k + 1) * DAY_S
        ) for k in day
    }  # fmt: skip
    entries = _STARTS | {key: trimmed(max(value, 0.0), FIELDS[key].decimals) for key, value in values.items()}
    return Programme(sent.mode, entries, "week" if len(day) > 1 else "day", steps)


def to_start_from(shown: Programme) -> Programme:
    """Return what a new programme starts from: as shown, without what was done once."""
    mode = "continuous" if shown.mode == "bolus" else shown.mode
    once = {key: "0" for key in ONCE} | ({"bolus": "0"} if shown.mode == "bolus" else {})
    return replace(shown, mode=mode, entries=shown.entries | once)
