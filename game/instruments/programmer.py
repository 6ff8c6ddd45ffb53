"""The programmer as a form: pages, what is typed, what was read, what is still to confirm, what is sent.

A generic device of our own drawing. The same form serves the tablet in the window, the scripted players and the tests.
It computes flow and date and shows old beside new; bridge and prime are worked out by the player (`worksheet` helps).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from game.instruments import limits, programme, worksheet
from game.instruments.limits import Finding
from game.instruments.programme import EVERY, FIELDS, Programme
from physics.commands import ProgramPump
from physics.commands.fluids import MOST_STEPS_PER_DAY
from physics.observation import PumpObservation
from physics.units import ml_from_m3

LOOK_S = 0.6  # a review line counts as looked at after this long (game design 2.6)
SEND_S = 1.5  # hold to send (game design 2.6)
MOST_CHARS = 8
NEW_ALARM_ML = "2"  # a pump is delivered with this [S23 H]

PAGES: tuple[tuple[str, str], ...] = (
    ("read", "Read pump"), ("drug", "Drug"), ("catheter", "Catheter"), ("dose", "Dose"), ("patient", "Patient bolus"),
    ("bridge", "Bridge, prime"), ("reservoir", "Reservoir"), ("clock", "Pump clock"), ("review", "Review"),
)  # fmt: skip
READINGS: tuple[tuple[str, str], ...] = (("now", "Settings"), ("alarms", "Alarms"), ("log", "Event log"))
SHEET = "sheet"  # the page of the calculator; no step of the way to sending
IDLE = ("off", "stopped", "stalled", "empty", "ended")  # what telemetry says of a pump that gives nothing


@dataclass(frozen=True, slots=True)
class Form:
    """What has been typed so far; `old` and `seen` are what the pump said when it was read."""

    page: str = "read"
    new: Programme = field(default_factory=Programme)
    old: Programme | None = None
    seen: PumpObservation | None = None
    reading: str = "now"
    focus: str = ""  # field, "time.3", "rate.3" of the shown day, "clock", or "sheet.C"
    is_fresh: bool = True  # the next digit starts a new number
    day: str = EVERY  # whose steps are shown
    origin: str = "cerebral"
    looked_s: dict[str, float] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()  # marks of the warnings that were confirmed
    sent_tick: int | None = None
    is_read_after: bool = False
    is_mode_open: bool = False  # the list of modes, where it has no room beside the fields
    sheet: worksheet.Sheet = field(default_factory=worksheet.Sheet)
    back: str = "bridge"  # the page that the calculator was opened from

    @property
    def is_read(self) -> bool:
        """Whether the pump has been read."""
        return self.seen is not None


def _edited(form: Form, new: Programme) -> Form:
    """Return the form with another programme: every line has to be looked at again."""
    return replace(form, new=new, looked_s={})


# --- reading -----------------------------------------------------------------------------------


def read(form: Form, pump: PumpObservation) -> Form:
    """Return the form after telemetry: old settings shown, fields that were empty filled with them.

    A pump that was never programmed holds nothing worth keeping: its fields stay empty.
    """
    shown = programme.from_pump(pump)
    if form.sent_tick is not None:
        return replace(form, old=shown, seen=pump, is_read_after=True, looked_s={})
    start = programme.to_start_from(shown)
    if pump.state == "off":
        kept = {key: text for key, text in start.entries.items() if key not in ("conc", "dose", "length", "reservoir")}
        start = replace(start, mode="continuous", entries=kept | {"alarm": NEW_ALARM_ML})
    before = programme.to_start_from(form.old).entries if form.old is not None else {}
    typed = {key: text for key, text in form.new.entries.items() if text and text != before.get(key)}
    new = replace(form.new, entries=start.entries | typed)
    if not form.is_read and not form.new.steps:
        new = replace(start, entries=new.entries, mode=start.mode if form.new.mode == "continuous" else form.new.mode)
    day = programme.days_of(new)[0]
    return replace(form, old=shown, seen=pump, new=new, day=day, looked_s={})


def has_run(form: Form) -> bool:
    """Return whether the pump was running when it was read: its line is full, as far as it can know."""
    return form.seen is not None and form.seen.state != "off" and form.old is not None and form.old.mode in programme.RUNNING


def case_of(form: Form) -> limits.Case:
    """Return what the limits look at."""
    seen = form.seen
    capacity = round(float(ml_from_m3(seen.capacity_m3)), 1) if seen is not None and seen.capacity_m3 > 0.0 else 40.0
    return limits.Case(form.new, form.old, capacity, has_run(form), seen.alarms if seen is not None else (), form.origin)


# --- typing ------------------------------------------------------------------------------------


def entry(form: Form, key: str) -> str:
    """Return the text of a field, a step ("time.3", "rate.3"), the clock, or a line of the calculator ("sheet.C")."""
    head, _, rest = key.partition(".")
    if head == SHEET:
        return worksheet.entry(form.sheet, rest)
    if head in ("time", "rate"):
        steps = form.new.steps.get(form.day, ())
        return steps[int(rest) - 1][head == "rate"] if 0 < int(rest) <= len(steps) else ""
    return form.new.clock if key == "clock" else form.new.entries.get(key, "")


def write(form: Form, key: str, text: str) -> Form:
    """Return the form with a field's text replaced; nothing is checked here, so nothing is lost."""
    head, _, rest = key.partition(".")
    if head == SHEET:
        return replace(form, sheet=worksheet.write(form.sheet, rest, text))
    new = form.new
    if head in ("time", "rate"):
        steps, index = list(new.steps.get(form.day, ())), int(rest) - 1
        if not 0 <= index < len(steps):
            return form
        steps[index] = (steps[index][0], text) if head == "rate" else (text, steps[index][1])
        return _edited(form, replace(new, steps=new.steps | {form.day: tuple(steps)}))
    if key == "clock":
        return _edited(form, replace(new, clock=text))
    return _edited(form, replace(new, entries=new.entries | {key: text}))


def press_key(form: Form, key: str) -> Form:
    """Return the form after a key of the keypad: a digit, "point", "erase" or "clear"."""
    if not form.focus:
        return form
    is_time = form.focus == "clock" or form.focus.startswith("time.")
    point = ":" if is_time else "."
    now = entry(form, form.focus)
    if key == "erase":
        now = now[:-1]
    elif key == "clear":
        now = ""
    else:
        now = "" if form.is_fresh else now
        if key == "point":
            now = now if point in now else (now or "0") + point
        elif len(now) < MOST_CHARS:
            now = key if now == "0" and not is_time else now + key
    return replace(write(form, form.focus, now), is_fresh=False)


def choose(form: Form, key: str) -> Form:
    """Return the form with a field chosen for typing; the next digit starts a new number."""
    page = FIELDS[key].page if key in FIELDS else form.page
    return replace(form, focus=key, page=page, is_fresh=True)


def open_page(form: Form, page: str) -> Form:
    """Return the form on another page, its first field chosen."""
    if page == SHEET:
        back = form.back if form.page == SHEET else form.page
        return replace(form, page=page, sheet=worksheet.opened(form.sheet), focus=f"{SHEET}.{worksheet.first(form.sheet)}", is_fresh=True, back=back)
    first = "rate.1" if page == "dose" and form.new.mode == "flex" else next(iter(fields_of(form, page)), "")
    return replace(form, page=page, focus=first, is_fresh=True)


def turn_page(form: Form, step: int) -> Form:
    """Return the form one page on or back; from the calculator to where it was opened."""
    if form.page == SHEET:
        return open_page(form, form.back)
    keys = [k for k, _ in PAGES]
    return open_page(form, keys[min(max(keys.index(form.page) + step, 0), len(keys) - 1)])


def fields_of(form: Form, page: str) -> tuple[str, ...]:
    """Return the fields that a page offers in the mode that is set."""
    used = programme.used_fields(form.new)
    order = programme.OF_MODE[form.new.mode] if page == "dose" else tuple(FIELDS)
    return tuple(key for key in order if FIELDS[key].page == page and key in used)


# --- modes and steps ---------------------------------------------------------------------------


def set_mode(form: Form, mode: str) -> Form:
    """Return the form in another mode; what was typed for the others is kept."""
    new = replace(form.new, mode=mode)
    if mode == "flex" and not any(new.steps.values()):  # a flexible day starts from what runs now
        dose = programme.number(form.new, "dose") or 0.0
        new = replace(new, steps={EVERY: (("00:00", programme.trimmed(dose / 24.0, 3)),)})
    form = _edited(form, new)
    day = form.day if form.day in programme.days_of(new) else programme.days_of(new)[0]
    focus = "rate.1" if mode == "flex" else next(iter(fields_of(form, "dose")), "")
    return replace(form, day=day, focus=focus if form.page == "dose" else form.focus, is_fresh=True, is_mode_open=False)


def set_pattern(form: Form, pattern: str) -> Form:
    """Return the form with the same day each day, or by weekday; weekdays that are empty start from the daily steps."""
    steps = form.new.steps
    if pattern == "week" and not any(steps.get(key) for key, _ in programme.DAYS):
        steps = steps | {key: steps.get(EVERY, ()) for key, _ in programme.DAYS}
    if pattern == "day" and not steps.get(EVERY):
        steps = steps | {EVERY: next((steps[key] for key, _ in programme.DAYS if steps.get(key)), ())}
    new = replace(form.new, pattern=pattern, steps=steps)
    return replace(_edited(form, new), day=programme.days_of(new)[0], focus="rate.1", is_fresh=True)


def show_day(form: Form, day: str) -> Form:
    """Return the form with another weekday's steps in work."""
    return replace(form, day=day, focus="rate.1" if form.new.steps.get(day) else "", is_fresh=True)


def add_step(form: Form) -> Form:
    """Return the form with one more step: four hours after the last, at its rate (a day holds thirteen)."""
    steps = form.new.steps.get(form.day, ())
    if len(steps) >= MOST_STEPS_PER_DAY:
        return form
    last = programme.as_minutes(steps[-1][0]) if steps else None
    start = 0 if not steps else min((last or 0) + 240, ((last or 0) + 1440) // 2)
    more = (*steps, (programme.clock_words(start), steps[-1][1] if steps else ""))
    new = replace(form.new, steps=form.new.steps | {form.day: more})
    return replace(_edited(form, new), focus=f"time.{len(more)}", is_fresh=True)


def remove_step(form: Form, index: int) -> Form:
    """Return the form without a step, counted from 1."""
    steps = form.new.steps.get(form.day, ())
    less = tuple(step for k, step in enumerate(steps, 1) if k != index)
    focus = f"rate.{min(index, len(less))}" if less else ""
    return replace(_edited(form, replace(form.new, steps=form.new.steps | {form.day: less})), focus=focus, is_fresh=True)


def sort_steps(form: Form) -> Form:
    """Return the form with the shown day's steps in the order of their times; a step without one goes last."""
    steps = form.new.steps.get(form.day, ())
    late = 24 * 60

    def start(step: programme.Step) -> int:
        minutes = programme.as_minutes(step[0])
        return late if minutes is None else minutes

    ordered = tuple(sorted(steps, key=start))
    return replace(_edited(form, replace(form.new, steps=form.new.steps | {form.day: ordered})), focus="", is_fresh=True)


def copy_day(form: Form) -> Form:
    """Return the form with the shown weekday's steps on every weekday."""
    steps = form.new.steps.get(form.day, ())
    return _edited(form, replace(form.new, steps=form.new.steps | {key: steps for key, _ in programme.DAYS}))


def set_clock_day(form: Form, day: str) -> Form:
    """Return the form with the weekday that the pump's clock is to be set to; "" leaves the clock as it is."""
    new = replace(form.new, clock_day=day, clock=form.new.clock if day else "")
    return replace(_edited(form, new), focus="clock" if day else "", is_fresh=True)


# --- checking and sending ----------------------------------------------------------------------


def findings(form: Form) -> tuple[Finding, ...]:
    """Return what is refused and what is warned of, hard limits first; nothing before the pump was read."""
    return limits.findings(case_of(form)) if form.is_read else ()


def faults(form: Form, fields: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return the findings that belong to some fields: what is refused, or else what is warned of."""
    found = tuple(x for x in findings(form) if x.field in fields)
    return tuple(x for x in found if x.is_hard) or found


def confirm(form: Form, key: str) -> Form:
    """Return the form with the warnings of a limit confirmed at their present values ("all": every warning)."""
    marks = {x.mark for x in findings(form) if not x.is_hard and key in (x.key, "all")}
    return replace(form, confirmed=form.confirmed | marks)


def open_warnings(form: Form) -> tuple[Finding, ...]:
    """Return the warnings that nobody has confirmed yet."""
    return tuple(x for x in findings(form) if not x.is_hard and x.mark not in form.confirmed)


def look(form: Form, key: str, seconds: float) -> Form:
    """Return the form after a review line was under the pointer or focus for a while."""
    return replace(form, looked_s=form.looked_s | {key: form.looked_s.get(key, 0.0) + seconds})


def can_send(form: Form, row_keys: tuple[str, ...]) -> bool:
    """Return whether hold-to-send works: read, every row looked at, nothing refused, every warning confirmed."""
    is_reviewed = all(form.looked_s.get(key, 0.0) >= LOOK_S for key in row_keys)
    return form.is_read and is_reviewed and not any(x.is_hard for x in findings(form)) and not open_warnings(form)


def command(form: Form) -> ProgramPump:
    """Return the command that the form sends.

    Raises
    ------
    ValueError
        If a hard limit is broken; the words name field, value and range.
    """
    for finding in limits.findings(case_of(form)):
        if finding.is_hard:
            raise ValueError(finding.words)
    return programme.command(form.new)


def sent(form: Form, tick: int) -> Form:
    """Return the form after sending: the pump has to be read again."""
    return replace(form, sent_tick=tick, is_read_after=False)
