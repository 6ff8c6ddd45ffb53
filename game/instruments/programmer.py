"""The programmer as a form: what is typed, what it computes, what it warns of, what is sent.

A generic device of our own drawing. It computes flow and shows old beside new; bridge and prime are
entered by the player. Soft limits warn, hard limits are those of the device, so that ten-fold slips pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from physics.commands import ProgramPump
from physics.observation import PumpObservation
from physics.units import (
    kg_from_ug, kg_per_m3_from_ug_per_ml, kg_per_s_from_ug_per_day, m3_from_ml, ml_from_m3, ml_per_day_from_m3_per_s,
    ug_per_day_from_kg_per_s, ug_per_ml_from_kg_per_m3,
)  # fmt: skip

TUBING_ML = 0.140  # pump tubing, device_and_procedure.md section 6 (S01)
CATHETER_ML_PER_CM = 0.0022  # catheter bore, device_and_procedure.md section 6 (S01)
LOOK_S = 0.6  # a review line counts as looked at after this long (game design 2.6)
SEND_S = 1.5  # hold to send (game design 2.6)
FLOW_RANGE_ML_PER_DAY = (0.048, 24.0)  # device limits, device_and_procedure.md section 1
STEP_PERCENT = 20.0  # soft warning for one outpatient change (pharmacology.md P:BPD)

PAGES: tuple[tuple[str, str], ...] = (
    ("read", "Read pump"), ("drug", "Drug"), ("catheter", "Catheter"), ("dose", "Dose"), ("bridge", "Bridge, prime"),
    ("reservoir", "Reservoir"), ("review", "Review"),
)  # fmt: skip
FIELDS: dict[str, tuple[str, str, str]] = {  # key: (page, words, unit)
    "conc": ("drug", "Concentration", "µg/mL"),
    "length": ("catheter", "Implanted length", "cm"),
    "dose": ("dose", "Dose per day", "µg/day"),
    "bolus": ("dose", "Single bolus", "µg"),
    "bolus_min": ("dose", "Bolus over", "min"),
    "bridge": ("bridge", "Bridge volume", "mL"),
    "prime": ("bridge", "Prime volume", "mL"),
    "reservoir": ("reservoir", "Reservoir volume", "mL"),
    "alarm": ("reservoir", "Low alarm at", "mL"),
}
MODES: tuple[tuple[str, str], ...] = (
    ("continuous", "Simple"), ("bolus", "Bolus"), ("minimum", "Minimum"), ("stopped", "Stop"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What has been typed so far; `old` is what the pump said when it was read."""

    page: str = "read"
    mode: str = "continuous"
    entries: dict[str, str] = field(default_factory=dict)
    old: dict[str, float] = field(default_factory=dict)
    old_mode: str = ""
    focus: str = "dose"
    looked_s: dict[str, float] = field(default_factory=dict)
    is_read: bool = False
    sent_tick: int | None = None
    is_read_after: bool = False


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One line of the review: old beside new."""

    key: str
    words: str
    old: str
    new: str
    change: str
    is_looked_at: bool

    @property
    def is_changed(self) -> bool:
        """Whether sending would change this line."""
        return self.old != self.new


def _trim(value: float, digits: int) -> str:
    shown = f"{value:.{digits}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def read(form: Form, pump: PumpObservation) -> Form:
    """Return the form after telemetry: old settings shown, entries that were empty filled with them."""
    old = {
        "conc": ug_per_ml_from_kg_per_m3(pump.programmed_concentration_kg_per_m3),
        "length": pump.recorded_length_m * 100.0,
        "dose": ug_per_day_from_kg_per_s(pump.programmed_dose_kg_per_s),
        "reservoir": ml_from_m3(pump.shown_reservoir_m3), "alarm": ml_from_m3(pump.alarm_volume_m3),
        "bridge": 0.0, "prime": 0.0, "bolus": 0.0, "bolus_min": 10.0,
    }  # fmt: skip
    digits = {"conc": 0, "length": 1, "dose": 1, "reservoir": 1, "alarm": 1, "bridge": 3, "prime": 3, "bolus": 0, "bolus_min": 0}
    entries = {k: form.entries.get(k, "") or _trim(v, digits[k]) for k, v in old.items()}
    if form.sent_tick is not None:
        return replace(form, old=old, old_mode=pump.mode, is_read=True, is_read_after=True)
    is_set_up = old["dose"] > 0.0  # a pump fresh from the box stands still; nobody wants to keep that
    mode = pump.mode if pump.mode in dict(MODES) and is_set_up and not form.is_read else form.mode
    return replace(form, old=old, old_mode=pump.mode, mode=mode, entries=entries, is_read=True)


def number(form: Form, key: str) -> float | None:
    """Return an entry as a number; None if it is empty or no number."""
    try:
        return float(form.entries.get(key, ""))
    except ValueError:
        return None


def press_key(form: Form, key: str) -> Form:
    """Return the form after a key of the keypad: a digit, "point", "erase" or "clear"."""
    now = form.entries.get(form.focus, "")
    if key == "erase":
        now = now[:-1]
    elif key == "clear":
        now = ""
    elif key == "point":
        now = now if "." in now else (now or "0") + "."
    elif len(now) < 7:
        now = key if now == "0" else now + key
    return replace(form, entries=form.entries | {form.focus: now}, looked_s={})


def choose(form: Form, key: str) -> Form:
    """Return the form with a field chosen for typing; the next digit starts a new number."""
    return replace(form, focus=key, page=FIELDS[key][0])


def open_page(form: Form, page: str) -> Form:
    """Return the form on another page, its first field chosen."""
    first = next((k for k, v in FIELDS.items() if v[0] == page), form.focus)
    return replace(form, page=page, focus=first)


def set_mode(form: Form, mode: str) -> Form:
    """Return the form in another mode; what was looked at has to be looked at again."""
    return replace(form, mode=mode, looked_s={})


def turn_page(form: Form, step: int) -> Form:
    """Return the form one page on or back."""
    keys = [k for k, _ in PAGES]
    return open_page(form, keys[min(max(keys.index(form.page) + step, 0), len(keys) - 1)])


def line_volume_ml(length_cm: float) -> float:
    """Return the volume of pump tubing and catheter [mL]."""
    return TUBING_ML + CATHETER_ML_PER_CM * length_cm


def flow_ml_per_day(form: Form) -> float | None:
    """Return the flow that the entered dose and concentration ask for [mL/day]."""
    dose, conc = number(form, "dose"), number(form, "conc")
    return dose / conc if dose is not None and conc else None


def is_bridge_needed(form: Form) -> bool:
    """Return whether the line still holds drug of another strength."""
    conc, old = number(form, "conc"), form.old.get("conc", 0.0)
    was_running = form.old_mode not in ("", "off") and form.old.get("dose", 0.0) > 0.0
    return bool(conc and old and abs(conc - old) > 1.0 and was_running)


def bridge_words(form: Form) -> str:
    """Return what the entered bridge does, or that one is missing."""
    volume, old_conc, old_dose = number(form, "bridge") or 0.0, form.old.get("conc", 0.0), form.old.get("dose", 0.0)
    if volume <= 0 or old_dose <= 0:
        return "none entered"
    return f"{volume * old_conc:.0f} µg over {volume * old_conc / old_dose * 24:.1f} h"


def alarm_days(form: Form) -> float | None:
    """Return days from now to the low alarm."""
    flow, volume, alarm = flow_ml_per_day(form), number(form, "reservoir"), number(form, "alarm")
    if not flow or volume is None or alarm is None or form.mode == "stopped":
        return None
    return (volume - alarm) / flow


def warnings(form: Form) -> list[tuple[str, str]]:
    """Return (state kind, words): soft warnings pass, "alarm" ones are device limits that do not."""
    out: list[tuple[str, str]] = []
    for key in ("conc", "dose", "reservoir", "alarm", "length"):
        if number(form, key) is None:
            out.append(("alarm", f"{FIELDS[key][1]} is not a number"))
    flow = flow_ml_per_day(form)
    if flow is not None and form.mode == "continuous":
        low, high = FLOW_RANGE_ML_PER_DAY
        if not low <= flow <= high:
            out.append(("alarm", f"Pump runs {low:g} to {high:g} mL/day; this asks {flow:.3g}"))
    dose, old = number(form, "dose"), form.old.get("dose", 0.0)
    if dose is not None and old > 0 and abs(dose / old - 1) * 100 > STEP_PERCENT:
        out.append(("warn", f"Dose {(dose / old - 1) * 100:+.0f} %: more than {STEP_PERCENT:.0f} % in one step"))
    if is_bridge_needed(form) and not (number(form, "bridge") or 0.0):
        out.append(("warn", "The strength changed and no bridge is entered"))
    if form.mode == "stopped":
        out.append(("warn", "The pump will stand still after sending"))
    return out


def rows(form: Form) -> list[ReviewRow]:
    """Return the review: every line, old beside new."""
    def num(key: str, digits: int) -> tuple[str, str]:
        new = number(form, key)
        return _trim(form.old.get(key, 0.0), digits), "?" if new is None else _trim(new, digits)

    table: list[tuple[str, str, str, str, str]] = []
    for key, digits in (("conc", 0), ("dose", 1), ("length", 1)):
        old, new = num(key, digits)
        unit = FIELDS[key][2]
        table.append((key, FIELDS[key][1], f"{old} {unit}", f"{new} {unit}", _change(form, key)))
    names = dict(MODES)
    table.insert(1, ("mode", "Mode", names.get(form.old_mode, form.old_mode or "off"), names[form.mode], ""))
    flow, old_conc = flow_ml_per_day(form), form.old.get("conc", 0.0)
    old_flow = form.old.get("dose", 0.0) / old_conc if old_conc else 0.0
    table.insert(3, ("rate", "Pump rate", f"{old_flow:.3f} mL/day", f"{flow:.3f} mL/day" if flow is not None else "?", ""))
    length = number(form, "length") or 0.0
    table.append(("line", "Line volume", f"{line_volume_ml(form.old.get('length', 0.0)):.3f} mL", f"{line_volume_ml(length):.3f} mL",
                  f"{TUBING_ML:.3f} + {CATHETER_ML_PER_CM * length:.3f}"))  # fmt: skip
    table.append(("bridge", "Bridge", "none entered", bridge_words(form), "old dose" if number(form, "bridge") else ""))
    prime = number(form, "prime") or 0.0
    conc = number(form, "conc") or 0.0
    table.append(("prime", "Prime", "none", f"{prime:.3f} mL" if prime else "none", f"{prime * conc:.0f} µg" if prime else ""))
    for key in ("reservoir", "alarm"):
        old, new = num(key, 1)
        table.append((key, FIELDS[key][1], f"{old} mL", f"{new} mL", ""))
    days = alarm_days(form)
    table.append(("date", "Alarm in", "", "never" if days is None else f"{days:.0f} days", ""))
    running = form.old.get("dose", 0.0) > 0 and form.old_mode != "stopped"
    table.append(("state", "Pump state", "running" if running else "stopped", "stopped" if form.mode == "stopped" else "running", ""))
    return [ReviewRow(*row, form.looked_s.get(row[0], 0.0) >= LOOK_S) for row in table]


def _change(form: Form, key: str) -> str:
    new, old = number(form, key), form.old.get(key, 0.0)
    if new is None or old <= 0 or abs(new - old) < 1e-9:
        return ""
    return f"x {new / old:.3g}" if key == "conc" else f"{(new / old - 1) * 100:+.1f} %"


def look(form: Form, key: str, seconds: float) -> Form:
    """Return the form after a review line was under the pointer or focus for a while."""
    return replace(form, looked_s=form.looked_s | {key: form.looked_s.get(key, 0.0) + seconds})


def is_reviewed(form: Form) -> bool:
    """Return whether every line of the review was looked at."""
    return all(row.is_looked_at for row in rows(form))


def agrees(form: Form) -> bool:
    """Return whether the pump, read again, shows what was sent."""
    lasting = ("conc", "mode", "length") + (() if form.mode == "stopped" else ("dose", "rate", "state"))
    return all(not row.is_changed for row in rows(form) if row.key in lasting)


def can_send(form: Form) -> bool:
    """Return whether hold-to-send works: read, reviewed, no device limit broken."""
    return form.is_read and is_reviewed(form) and not any(kind == "alarm" for kind, _ in warnings(form))


def command(form: Form) -> ProgramPump:
    """Return the command that the form sends.

    Raises
    ------
    ValueError
        If a field is not a number.
    """
    values = {key: number(form, key) for key in FIELDS}
    missing = [FIELDS[k][1] for k in ("conc", "dose", "reservoir", "alarm", "length") if values[k] is None]
    if missing:
        raise ValueError(f"{missing[0]} is not a number")
    got = {k: v or 0.0 for k, v in values.items()}
    is_bolus = form.mode == "bolus"
    return ProgramPump(
        mode=form.mode,
        dose_kg_per_s=kg_per_s_from_ug_per_day(got["dose"]),
        concentration_kg_per_m3=kg_per_m3_from_ug_per_ml(got["conc"]),
        reservoir_volume_m3=m3_from_ml(got["reservoir"]),
        alarm_volume_m3=m3_from_ml(got["alarm"]),
        prime_volume_m3=m3_from_ml(got["prime"]),
        bridge_volume_m3=m3_from_ml(got["bridge"]),
        bolus_kg=kg_from_ug(got["bolus"]) if is_bolus else 0.0,
        bolus_duration_s=max(got["bolus_min"] * 60.0, 1.0),
        recorded_length_m=got["length"] / 100.0,
    )


def shown_rate(pump: PumpObservation) -> str:
    """Return the running rate in words."""
    return f"{ml_per_day_from_m3_per_s(pump.programmed_flow_m3_per_s):.3f} mL/day"
