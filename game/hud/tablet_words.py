"""The programmer in words: what telemetry says, the alarms with their tones, the date of the refill."""

from __future__ import annotations

from dataclasses import dataclass

from game.hud.models import number
from game.instruments import limits, programme, review
from game.instruments.programme import Programme
from game.instruments.programmer import Form
from physics.observation import PumpObservation
from physics.units import SECONDS_PER_MONTH

TONES = {True: "two tones, 3 s, every 10 min", False: "one tone, 1 s, every hour"}  # [device 1.5: S18, S19 H; 10 min UGK-M]
ALARMS: dict[str, tuple[bool, str]] = {  # as the pump names it: critical or not, and what it means [device 1.5]
    "low reservoir": (False, "the count has come down to the alarm volume"), "elective replacement": (False, "replace within 90 days"),
    "empty reservoir": (True, "the count has come down to nothing"), "motor stall": (True, "the rotor stands still"),
    "stopped over 48 h": (True, "stopped for two days: the tubing may keep its set"),
    "end of service": (True, "the battery is at its end, nothing is given"),
    "low battery reset": (True, "the pump has gone back to a very low rate"), "memory error": (True, "what is stored cannot be trusted"),
    "minor memory error": (False, "a cell of the memory does not hold"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm as the tablet lists it."""

    name: str
    kind: str  # state kind
    tone: str
    since: str
    means: str


def day_words(setting: Programme) -> tuple[str, str]:
    """Return (dose in 24 h, mean flow) of a programme with their units; "?" where it is not known."""
    dose, flow = programme.day_dose_ug(setting), programme.flow_ml_per_day(setting)
    own = programme.own_day_ug(setting)
    dosed = "?" if dose is None else f"{programme.trimmed(dose, 1)}{f' to {programme.trimmed(dose + own, 1)}' if own else ''} µg"
    return dosed, "?" if flow is None else f"{programme.trimmed(flow, 4)} mL"


def telemetry(pump: PumpObservation) -> list[tuple[str, str, str]]:
    """Return (label, value, unit) as the pump tells it."""
    shown = programme.from_pump(pump)
    dose, flow = day_words(shown)
    has_programme = pump.state != "off"
    return [
        ("State", pump.state, ""), ("Mode", dict(programme.MODES).get(pump.mode, pump.mode) if has_programme else "none", ""),
        ("Dose in 24 h", *_split(dose)), ("Concentration", shown.entries["conc"] if has_programme else "-", "µg/mL"),
        ("Mean flow", *_split(flow, "/day")),
        ("Reservoir, calculated", shown.entries["reservoir"], "mL"), ("Low alarm at", shown.entries["alarm"], "mL"),
        ("Recorded length", shown.entries["length"], "cm"), ("Patient bolus", review.own_words(shown), ""),
        ("Pump clock", programme.week_words(pump.clock_s), ""), ("Replace in", number(pump.replace_in_s / SECONDS_PER_MONTH, 0), "months"),
        ("Alarms", ", ".join(pump.alarms) or "none", ""),
    ]  # fmt: skip


def level_curve(setting: Programme) -> tuple[tuple[float, float], ...]:
    """Return (day, mL) corners of what the pump will count, to empty; nothing where nothing runs."""
    flow, volume = programme.flow_ml_per_day(setting), programme.number(setting, "reservoir")
    return ((0.0, volume), (volume / flow, 0.0)) if flow and volume else ()


def bridge(form: Form) -> str:
    """Return what the bridge in work does at the rate that the pump runs now."""
    return review.bridge_words(form.old, form.new) if form.old is not None else "?"


def _split(words: str, per: str = "") -> tuple[str, str]:
    value, _, unit = words.rpartition(" ")
    return (value, unit + per) if value else (words, "")


def alarms(pump: PumpObservation) -> list[AlarmRow]:
    """Return the alarms that sound, critical ones first, each with its tone and since when."""
    rows = []
    for name in pump.alarms:
        is_critical, means = ALARMS.get(name, (True, "not known to this tablet"))
        told = [line for line in pump.event_log if line.endswith(f"alarm: {name}")]
        since = told[-1].split(":")[0] if told else "-"
        rows.append(AlarmRow(name, "alarm" if is_critical else "warn", TONES[is_critical], since, means))
    return sorted(rows, key=lambda row: row.kind)


def date_words(setting: Programme) -> tuple[str, str]:
    """Return (days to the low alarm, what that means for the next visit)."""
    days = programme.alarm_days(setting)
    if days is None:
        return "never", "nothing is given" if setting.mode == "stopped" else "not known yet"
    visit = min(days - limits.VISIT_DAYS, limits.STABLE_DAYS)
    if visit <= 0.0:
        return f"{days:.1f} days", f"no visit {limits.VISIT_DAYS:.0f} days before it is possible"
    why = f"drug is stable for {limits.STABLE_DAYS:.0f} days" if days - limits.VISIT_DAYS > limits.STABLE_DAYS else f"{limits.VISIT_DAYS:.0f} days before the alarm"
    return f"{days:.0f} days", f"refill by day {visit:.0f}: {why}"
