"""The pages of the tablet: what the pump says, drug, catheter, dose, patient bolus, bridge, reservoir, clock."""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import tablet_words
from game.hud import theme as T
from game.hud.gui import Gui
from game.hud.screens import tablet_sheet, tablet_steps
from game.hud.screens.frame import PlayView
from game.hud.screens.tablet_fields import FIELD_H, LOW_H, day_plot, derived, field, field_width, fields, level_plot, said
from game.hud.widgets import button, caption, card, pair, right, room, same, segmented, soft, space, state, text, text_width
from game.instruments import programme, programmer

NOTES = {
    "drug": "The strength that is in the reservoir after the fill. The pump itself knows only a volume in a time.",
    "catheter": "As recorded at the operation: total length less what was cut off.",
    "patient": "A bolus at a press, given by the patient. Off while all four are 0.",
    "bridge": "A bridge runs the old rate until the old drug has left the line. A prime fills the line at full rate: only what is empty.",
    "clock": "The steps of a flexible day go by the pump's own clock.",
}


def body(g: Gui, view: PlayView, w: float, h: float, is_small: bool) -> None:
    """Draw the page in work into a width and height."""
    form = view.hands.form
    if form.page == "read":
        _read(g, view, w, is_small)
    elif form.page == "dose":
        _dose(g, view, w, is_small)
    elif form.page == "clock":
        _clock(g, view, w, is_small)
    elif form.page == "review":
        _beside_review(g, view, w)
    elif form.page == programmer.SHEET:
        tablet_sheet.body(g, view, w)
    else:
        if not is_small and form.page in NOTES:
            soft(g, NOTES[form.page], "body", wrap=w)
        fields(g, form, programmer.fields_of(form, form.page), w, LOW_H if is_small else FIELD_H)
        _WORKED_OUT[form.page](g, view, w, is_small)


# --- what the pump says ------------------------------------------------------------------------


def _read(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    form = view.hands.form
    has_room = w > 430
    button(g, "tab.read", "Hold antenna, read pump" if has_room else "Read pump", "tablet", "normal" if form.is_read else "primary",
           250 if has_room else 150, key="I")  # fmt: skip
    if form.seen is None:
        soft(g, "Nothing is known until the pump has been read.", "body", wrap=w)
        return
    if w > 580:
        same(g, 16)
    segmented(g, "tab.reading", programmer.READINGS, form.reading, min((w - 8) / 3, 120.0 if w > 660 else 104.0))
    space(g, 2)
    {"now": _telemetry, "alarms": _alarms, "log": _log}[form.reading](g, view, w)
    if form.reading == "now" and not is_small and room(g)[1] > 170:
        space(g, 2)
        caption(g, "A day as the pump runs it")
        day_plot(g, form, min(w, 816.0), min(room(g)[1] - 8, 230.0), programme.EVERY, has_new=False)


def _telemetry(g: Gui, view: PlayView, w: float) -> None:
    form = view.hands.form
    assert form.seen is not None
    rows = tablet_words.telemetry(form.seen)
    columns = 2 if w > 640 else 1
    per = -(-len(rows) // columns)
    start, x = imgui.get_cursor_pos(), imgui.get_cursor_pos_x()
    for c in range(columns):
        imgui.set_cursor_pos((x + g.px(c * w / 2), start.y))
        imgui.begin_group()
        for label, value, unit in rows[c * per : (c + 1) * per]:
            where = imgui.get_cursor_pos_x()
            soft(g, label)
            imgui.same_line(0, 0)
            imgui.set_cursor_pos_x(where + g.px(160))
            text(g, value, size="body", face="bold", wrap=w / columns - 176, address=f"tab.{label.split(',')[0].lower().replace(' ', '_')}")
            if unit:
                same(g, 4)
                soft(g, unit)
        imgui.end_group()


def _alarms(g: Gui, view: PlayView, w: float) -> None:
    assert view.hands.form.seen is not None
    rows = tablet_words.alarms(view.hands.form.seen)
    if not rows:
        state(g, "ok", "No alarm sounds.", "body", address="tab.no_alarm")
    for i, row in enumerate(rows):
        with card(g, f"alarm_{i}", min(w, 620.0), 84, edge=T.MARK[row.kind]):
            state(g, row.kind, row.name.capitalize(), "body", address=f"tab.alarm_{i}")
            right(g, text_width(g, f"since {row.since}", "small"))
            soft(g, f"since {row.since}")
            soft(g, f"{row.means[:1].upper()}{row.means[1:]}.", "small", wrap=0)
            soft(g, f"Sounds: {row.tone}.", "small", wrap=0)


def _log(g: Gui, view: PlayView, w: float) -> None:
    assert view.hands.form.seen is not None
    for i, entry in enumerate(reversed(view.hands.form.seen.event_log)):
        text(g, entry, T.INK_SOFT, "small", "mono", wrap=w, address=f"tab.log.{i}")
    if not view.hands.form.seen.event_log:
        soft(g, "The log is empty.", "body")


# --- dose --------------------------------------------------------------------------------------


def _dose(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    form = view.hands.form
    _modes(g, view, w, is_small)
    if is_small and form.is_mode_open:
        return
    said(g, programmer.faults(form, ("mode",)), w)
    if form.new.mode == "flex":
        tablet_steps.body(g, view, w, is_small)
        return
    keys, high = programmer.fields_of(form, "dose"), LOW_H if is_small else FIELD_H
    each = field_width(w)
    if len(keys) == 1:  # its words have the width of the page
        where = imgui.get_cursor_pos()
        field(g, form, keys[0], each, high, w)
        below = imgui.get_cursor_pos()
        imgui.set_cursor_pos((where.x + g.px(each + 8), where.y))
        _given(g, view, each, high)
        imgui.set_cursor_pos(below)
    else:
        fields(g, form, keys, w, high)
        _given(g, view, each, high)
    if is_small and room(g)[1] < 40 and len(keys) > 2:
        return
    caption(g, "A day of this programme")
    day_plot(g, form, min(w, 816.0), min(max(room(g)[1] - 8, 130.0), 250.0), programme.EVERY)


def _modes(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    """The modes, all in sight; where height is scarce the one that is set, and the others on a press."""
    form = view.hands.form
    columns = 6 if w > 660 else 3
    each = min((w - 2 * (columns - 1)) / columns, 142.0)
    if is_small:
        words = f"Mode: {dict(programme.MODES)[form.new.mode].lower()}"
        button(g, "tab.modes", words, "up" if form.is_mode_open else "down", "on" if form.is_mode_open else "normal", w=190)
        if not form.is_mode_open:
            if form.new.mode == "flex":
                same(g)
                segmented(g, "tab.pattern", (("day", "Daily"), ("week", "Weekly")), form.new.pattern, min((w - 204) / 2, 110.0))
            return
    segmented(g, "tab.mode", programme.MODES, form.new.mode, each, columns=columns)


def _given(g: Gui, view: PlayView, w: float, h: float) -> None:
    form = view.hands.form
    is_refused = any(x.is_hard for x in programmer.faults(form, (*programmer.fields_of(form, "dose"), "mode")))
    dose, flow = ("?", "?") if is_refused else tablet_words.day_words(form.new)
    value, _, unit = dose.rpartition(" ")
    note = {"bolus": "after the bolus", "stopped": "nothing is given"}.get(form.new.mode, "worked out by the tablet")
    derived(g, "day", "In 24 h", value or dose, f"{unit} of {flow}" if value else "", note, w, h)


# --- the other pages ---------------------------------------------------------------------------


def _strength(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    flow = programme.flow_ml_per_day(view.hands.form.new)
    high = LOW_H if is_small else FIELD_H
    derived(g, "flow", "Flow at this strength", "?" if flow is None else programme.trimmed(flow, 4), "mL/day", "dose over strength", field_width(w), high)


def _line(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    length = programme.number(view.hands.form.new, "length")
    volume = None if length is None else programme.CATHETER_ML_PER_CM * length
    high = LOW_H if is_small else FIELD_H
    note = f"{programme.TUBING_ML:.3f} tubing + {'?' if volume is None else f'{volume:.3f}'} catheter"
    derived(g, "line", "Line together", "?" if length is None else f"{programme.line_volume_ml(length):.3f}", "mL", note, field_width(w), high)


def _patient(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    form = view.hands.form
    if form.new.mode not in programme.RUNNING:
        state(g, "info", "In this mode no bolus is given.", "small", wrap=w)
        return
    dose, own = programme.day_dose_ug(form.new), programme.own_day_ug(form.new)
    most = "?" if dose is None else programme.trimmed(dose + own, 1)
    note = f"{'?' if dose is None else programme.trimmed(dose, 1)} by the programme alone"
    derived(g, "own_day", "With every bolus allowed", most, "µg in 24 h", note, field_width(w), LOW_H if is_small else FIELD_H)


def _bridge(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    if view.hands.form.old is not None:
        words = tablet_words.bridge(view.hands.form)
        value, _, rest = words.partition(" ")
        derived(g, "bridge", "Bridge as entered", value, rest, "old strength at the old dose", field_width(w), LOW_H if is_small else FIELD_H)
    button(g, "tab.calc.bridge", "Work it out on paper", "scale", w=210)


def _reservoir(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    form = view.hands.form
    days, note = tablet_words.date_words(form.new)
    value, _, unit = days.partition(" ")
    derived(g, "alarm", "Low alarm in", value, unit, "from the flow that is entered", field_width(w), LOW_H if is_small else FIELD_H)
    text(g, note[:1].upper() + note[1:] + ".", wrap=w, address="tab.refill_by")
    curve = tablet_words.level_curve(form.new)
    if curve and (not is_small or room(g)[1] > 110):
        caption(g, "What the pump will count")
        level_plot(g, curve, form.new, min(w, 816.0), min(max(room(g)[1] - 8, 110.0), 250.0))


def _clock(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    form = view.hands.form
    if not is_small:
        soft(g, NOTES["clock"], "body", wrap=w)
    now = "not read" if form.seen is None else programme.week_words(form.seen.clock_s)
    pair(g, "Pump's clock when read", now, offset=190, address="tab.clock_now")
    columns = 7 if w > 480 else 4
    segmented(g, "tab.clock_day", programme.DAYS, form.new.clock_day, min((w - 2 * (columns - 1)) / columns, 84.0), columns=columns)
    if not form.new.clock_day:
        state(g, "info", "The clock stays as it is. Choose a weekday to set it.", "small", wrap=w)
        return
    field(g, form, "clock", field_width(w), LOW_H, w)
    button(g, "tab.keep_clock", "Leave the clock as it is", "cross", w=230)


def _beside_review(g: Gui, view: PlayView, w: float) -> None:
    """What stands on the left where the review has a tablet of its own: the same change as pictures."""
    form = view.hands.form
    soft(g, "Look at every line of the review, confirm what it warns of, then hold to send.", "body", wrap=w)
    if not form.is_read:
        return
    caption(g, "A day of this programme")
    high = min(max((room(g)[1] - 46) / 2, 130.0), 230.0)
    day_plot(g, form, min(w, 816.0), high, form.day)
    curve = tablet_words.level_curve(form.new)
    if curve:
        caption(g, "What the pump will count")
        level_plot(g, curve, form.new, min(w, 816.0), high)


_WORKED_OUT = {"drug": _strength, "catheter": _line, "patient": _patient, "bridge": _bridge, "reservoir": _reservoir}
