"""The last page before sending: every setting of the pump now beside what it will be, changes marked."""

from __future__ import annotations

from dataclasses import dataclass

from game.instruments import programme as p
from game.instruments import programmer
from game.instruments.programme import FIELDS, Programme
from game.instruments.programmer import Form

LASTING = ("conc", "mode", "length", "own", "alarm", "dose", "bolus", "bolus_min", "every", "day", "rate", "state")  # the pump shows these again


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One line of the review: old beside new."""

    key: str
    words: str
    old: str
    new: str
    change: str
    is_changed: bool
    is_looked_at: bool


def rows(form: Form) -> tuple[ReviewRow, ...]:
    """Return the review: every line, old beside new."""
    now, new = form.old or Programme(), form.new
    table = [
        *_drug_rows(now, new), ("mode", "Mode", _mode(form, now), _mode_words(new), ""), *_dose_rows(now, new),
        *_step_rows(now, new), *_line_rows(now, new), *_reservoir_rows(form, now, new),
    ]  # fmt: skip
    return tuple(ReviewRow(*row, row[2] != row[3], form.looked_s.get(row[0], 0.0) >= programmer.LOOK_S) for row in table)


def row_keys(form: Form) -> tuple[str, ...]:
    """Return the keys of the lines of the review."""
    return tuple(row.key for row in rows(form))


def can_send(form: Form) -> bool:
    """Return whether hold-to-send works."""
    return programmer.can_send(form, row_keys(form))


def looked_through(form: Form) -> Form:
    """Return the form after every line was looked at for long enough."""
    for key in row_keys(form):
        form = programmer.look(form, key, programmer.LOOK_S)
    return form


def agrees(form: Form) -> bool:
    """Return whether the pump, read again, shows what was sent, and runs if it should."""
    kept = (row for row in rows(form) if row.key in LASTING or row.key.startswith("step."))
    return all(not row.is_changed for row in kept)


# --- the lines ---------------------------------------------------------------------------------

Line = tuple[str, str, str, str, str]  # key, words, old, new, change


def _shown(programme: Programme, key: str) -> str:
    value = p.number(programme, key)
    return "?" if value is None else f"{p.trimmed(value, FIELDS[key].decimals)} {FIELDS[key].unit}"


def _amount(value: float | None, decimals: int, unit: str) -> str:
    return "?" if value is None else f"{p.trimmed(value, decimals)} {unit}"


def _change(old: float | None, new: float | None, is_factor: bool = False) -> str:
    if not old or new is None or abs(new / old - 1.0) < 1e-6:
        return ""
    return f"x {new / old:.3g}" if is_factor else f"{(new / old - 1.0) * 100.0:+.1f} %"


def _line(old: Programme, new: Programme, key: str, words: str = "") -> Line:
    change = _change(p.number(old, key), p.number(new, key), key == "conc")
    return key, words or FIELDS[key].words, _shown(old, key) if old.entries else "none", _shown(new, key), change


def _mode(form: Form, now: Programme) -> str:
    return "not set up" if form.seen is not None and form.seen.state == "off" else _mode_words(now)


def _mode_words(programme: Programme) -> str:
    by_week = programme.mode == "flex" and programme.pattern == "week"
    return dict(p.MODES)[programme.mode] + (", by weekday" if by_week else "")


def _drug_rows(now: Programme, new: Programme) -> list[Line]:
    return [_line(now, new, "conc")]


def _dose_rows(now: Programme, new: Programme) -> list[Line]:
    out: list[Line] = []
    for key in ("bolus", "bolus_min", "every", "dose"):
        in_old, in_new = key in p.OF_MODE[now.mode], key in p.OF_MODE[new.mode]
        if key == "dose" and not {now.mode, new.mode} & {"periodic", "bolus"}:
            continue  # the dose in 24 h says it
        if in_old or in_new:
            words = p.words_of(new if in_new else now, key)
            old = _shown(now, key) if in_old else "none"
            out.append((key, words, old, _shown(new, key) if in_new else "none", ""))
    day = (p.day_dose_ug(now) if now.entries else 0.0, p.day_dose_ug(new))
    flow = (p.flow_ml_per_day(now) if now.entries else 0.0, p.flow_ml_per_day(new))
    out.append(("day", "Dose in 24 h", *(_amount(x, 2, "µg") for x in day), _change(*day)))
    out.append(("rate", "Mean flow", *(_amount(x, 4, "mL/day") for x in flow), ""))
    return out


def _step_words(step: p.Step | None) -> str:
    if step is None:
        return "none"
    minutes, rate = p.as_minutes(step[0]), p.as_number(step[1])
    return f"{'?' if minutes is None else p.clock_words(minutes)}   {'?' if rate is None else p.trimmed(rate, 3)} µg/h"


def _day_words(programme: Programme, day: str) -> str:
    if programme.mode != "flex":
        return "none"
    steps = programme.steps.get(p.EVERY if programme.pattern == "day" else day, ())
    corners = p.day_curve(programme, day)
    total = sum(rate * (b - a) for (a, rate), (b, _) in zip(corners[::2], corners[1::2], strict=True))
    return f"{len(steps)} step{'s' if len(steps) != 1 else ''}, {p.trimmed(total, 1)} µg" if corners else "?"


def _step_rows(now: Programme, new: Programme) -> list[Line]:
    """Return the steps one by one, or by weekday where either programme differs by weekday."""
    flexible = [x for x in (now, new) if x.mode == "flex"]
    if not flexible:
        return []
    if all(x.pattern == "day" for x in flexible):
        each = [x.steps.get(p.EVERY, ()) if x.mode == "flex" else () for x in (now, new)]
        count = max(map(len, each))
        pairs = [[steps[k] if k < len(steps) else None for steps in each] for k in range(count)]
        return [(f"step.{k}", f"Step {k}", _step_words(a), _step_words(b), _rate_change(a, b)) for k, (a, b) in enumerate(pairs, 1)]
    out: list[Line] = []
    for key, name in p.DAYS:
        words = [_day_words(x, key) for x in (now, new)]
        if words[0] == words[1] and p.day_curve(now, key) != p.day_curve(new, key):
            words[1] += ", other times"
        out.append((f"step.{key}", name, words[0], words[1], ""))
    return out


def _rate_change(old: p.Step | None, new: p.Step | None) -> str:
    return _change(p.as_number(old[1]), p.as_number(new[1])) if old and new else ""


def own_words(programme: Programme) -> str:
    """Return the patient's own bolus in words."""
    if not p.is_own_on(programme):
        return "off"
    each, minutes, lockout, most = (p.number(programme, key) for key in p.OWN)
    if None in (each, minutes, lockout, most):
        return "?"
    return f"{each:g} µg/{minutes:g} min, {lockout:g} h, {most:g}/day"


def _line_rows(now: Programme, new: Programme) -> list[Line]:
    out = [("own", "Patient bolus", own_words(now), own_words(new), ""), _line(now, new, "length", "Catheter")]
    length = [p.number(x, "length") for x in (now, new)]
    line = [None if x is None else p.line_volume_ml(x) for x in length]
    out.append(("line", "Line volume", "none" if not now.entries else _amount(line[0], 3, "mL"), _amount(line[1], 3, "mL"),
                "" if length[1] is None else f"{p.TUBING_ML:.3f} + {p.CATHETER_ML_PER_CM * length[1]:.3f}"))  # fmt: skip
    prime, conc = p.number(new, "prime") or 0.0, p.number(new, "conc") or 0.0
    out.append(("bridge", "Bridge", "none", bridge_words(now, new), "old dose" if p.number(new, "bridge") else ""))
    out.append(("prime", "Prime", "none", f"{prime:g} mL" if prime else "none", f"{prime * conc:.0f} µg" if prime else ""))
    return out


def bridge_words(now: Programme, new: Programme) -> str:
    """Return what the entered bridge does: drug of the old strength, at the old dose."""
    volume, conc, dose = p.number(new, "bridge") or 0.0, p.number(now, "conc") or 0.0, p.day_dose_ug(now) or 0.0
    if volume <= 0.0:
        return "none"
    return f"{volume * conc:.0f} µg in {volume * conc / dose * 24:.1f} h" if dose > 0.0 else f"{volume:g} mL, nothing runs now"


def _clock_words(new: Programme) -> str:
    minutes = p.as_minutes(new.clock)
    return f"{dict(p.DAYS).get(new.clock_day, '?')} {'?' if minutes is None else p.clock_words(minutes)}"


def _reservoir_rows(form: Form, now: Programme, new: Programme) -> list[Line]:
    volume = [p.number(x, "reservoir") or 0.0 for x in (now, new)]
    filled = f"{volume[1] - volume[0]:+.1f} mL" if abs(volume[1] - volume[0]) > 0.05 else ""
    out = [(*_line(now, new, "reservoir", "Reservoir")[:4], filled), _line(now, new, "alarm")]
    days = [p.alarm_days(x) if x.entries else None for x in (now, new)]
    out.append(("date", "Low alarm in", *("never" if x is None else f"{x:.0f} days" for x in days), ""))
    if new.clock_day or new.clock:
        old = "?" if form.seen is None else p.week_words(form.seen.clock_s)
        out.append(("clock", "Pump clock", old, _clock_words(new), ""))
    was = "not read" if form.seen is None else form.seen.state
    is_idle = was in programmer.IDLE
    running = was if not is_idle and form.sent_tick is not None else "running"
    out.append(("state", "Pump state", was, "stopped" if new.mode == "stopped" else running, ""))
    return out
