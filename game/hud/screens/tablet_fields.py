"""What every page of the tablet is made of: fields that hold what was typed, what is wrong beside them, the keypad."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from imgui_bundle import imgui, implot

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.plots import dots, line, plot
from game.hud.widgets import ICON, button, caption, draw_text, same, soft, state, text_width
from game.instruments import limits, programme, programmer
from game.instruments.limits import Finding
from game.instruments.programme import FIELDS
from game.instruments.programmer import Form

FIELD_H, LOW_H, BOX_H = 92.0, 58.0, 34.0  # of a field with its old value, with its label, alone


def field(g: Gui, form: Form, key: str, w: float, h: float = FIELD_H, said_w: float = 0.0) -> None:
    """A number to type, what it was, and under it what is refused or warned of."""
    faults = programmer.faults(form, (key,))
    imgui.begin_group()
    shown = form.new.clock if key == "clock" else form.new.entries.get(key, "")
    words, unit = ("Time to set", "") if key == "clock" else (programme.words_of(form.new, key), FIELDS[key].unit)
    old = form.old.entries.get(key, "") if form.old is not None and form.seen is not None and form.seen.state != "off" else ""
    note = f"was {old} {unit}" if old and key not in programme.ONCE else ""
    entry_box(g, key, words, shown, unit, w, h, form.focus == key, faults[0].kind if faults else "", note)
    said(g, faults, max(w, said_w))
    imgui.end_group()


def entry_box(
    g: Gui, key: str, words: str, shown: str, unit: str, w: float, h: float, is_on: bool, kind: str = "", note: str = ""
) -> None:  # fmt: skip
    """The box of a number: a press chooses it for the keypad."""
    where = imgui.get_cursor_pos()
    hit = imgui.invisible_button(f"##tab.field.{key}", (g.px(w), g.px(h)))
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    dl = imgui.get_window_draw_list()
    edge = T.MARK["now"] if is_on else (T.MARK[kind] if kind else T.LINE)
    dl.add_rect_filled(low, high, u32(T.FIELD if is_on else T.CARD), g.px(T.RADIUS))
    dl.add_rect(low, high, u32(edge), g.px(T.RADIUS), g.px(1.5))
    shown = shown or "-"
    g.mark(f"tab.field.{key}", f"{shown} {unit}".strip(), "editing" if is_on else (kind or "ready"), True)
    if words:
        draw_text(g, dl, low.x + g.px(12), low.y + g.px(9 if h > 60 else 6), words, T.INK_SOFT, "small" if h > 60 else "caption")
    size, y = (26.0, 29.0) if h > 60 else (20.0, 26.0) if words else (18.0, h / 2 - 11)
    draw_text(g, dl, low.x + g.px(12), low.y + g.px(y), shown, T.WHITE if is_on else T.INK, size, "bold")
    value_w = text_width(g, shown, size, "bold")
    draw_text(g, dl, low.x + g.px(20 + value_w), low.y + g.px(y + size - 17), unit, T.INK_SOFT, "small")
    if is_on:
        x = low.x + g.px(16 + value_w)
        dl.add_line((x, low.y + g.px(y + 3)), (x, low.y + g.px(y + size + 1)), u32(T.MARK["now"]), g.px(2))
    if note and h > 60:
        draw_text(g, dl, low.x + g.px(12), high.y - g.px(24), note, T.INK_SOFT, "caption")
    if 20 + value_w + text_width(g, unit, "small") > w - 4 and not g.covered:
        g.clipped.add(f"field {key} needs {20 + value_w + text_width(g, unit, 'small'):.0f} has {w:.0f}")
    if hit or g.key_hit(f"tab.field.{key}"):
        g.emit(f"tab.field.{key}")
    imgui.set_cursor_pos(where)
    imgui.dummy((g.px(w), g.px(h)))


def said(g: Gui, found: Sequence[Finding], w: float) -> None:
    """What is refused or warned of, in its own words, wrapped to a width."""
    for finding in found:
        state(g, finding.kind, finding.words, "small", wrap=w, address=f"tab.said.{finding.key}")


def fields(g: Gui, form: Form, keys: Sequence[str], w: float, h: float = FIELD_H) -> None:
    """Fields side by side: three where there is width, else two."""
    columns = 3 if w > 660 else 2
    each = field_width(w)
    for i, key in enumerate(keys):
        if i % columns:
            same(g)
        field(g, form, key, each, h)
    if len(keys) % columns:
        same(g)  # what is worked out stands beside


def field_width(w: float) -> float:
    """Return the width of a field on a page of a width."""
    return (w - 16) / 3 if w > 660 else (w - 8) / 2


def derived(g: Gui, name: str, label: str, value: str, unit: str, note: str, w: float, h: float = FIELD_H) -> None:
    """A number that the tablet works out itself: lines up with a field, and cannot be pressed."""
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    is_high = h > 60
    dl.add_rect(where, (where.x + g.px(w), where.y + g.px(h)), u32(T.LINE), g.px(T.RADIUS), g.px(1.5))
    draw_text(g, dl, where.x + g.px(12), where.y + g.px(9 if is_high else 6), label, T.INK_SOFT, "small" if is_high else "caption")
    size, y = (26.0, 29.0) if is_high else (18.0, 27.0)
    draw_text(g, dl, where.x + g.px(12), where.y + g.px(y), value, T.INK, size, "bold")
    value_w = text_width(g, value, size, "bold")
    draw_text(g, dl, where.x + g.px(20 + value_w), where.y + g.px(y + size - 17), unit, T.INK_SOFT, "small")
    if is_high:
        draw_text(g, dl, where.x + g.px(12), where.y + g.px(h - 24), note, T.INK_SOFT, "caption")
    g.say(f"tab.{name}", f"{value} {unit}".strip())
    widest = max(20 + value_w + text_width(g, unit, "small"), 12 + text_width(g, note, "caption") if is_high else 0.0)
    if widest > w - 2 and not g.covered:
        g.clipped.add(f"{name} needs {widest:.0f} has {w:.0f}")
    imgui.dummy((g.px(w), g.px(h)))


def day_plot(g: Gui, form: Form, w: float, h: float, day: str, has_new: bool = True) -> None:
    """The steps of a day: what runs now, and what would after sending."""
    new = programme.day_curve(form.new, day) if has_new else ()
    old = programme.day_curve(form.old, day) if form.old is not None and form.old.entries else ()
    most = max([rate for _, rate in (*new, *old)], default=1.0) or 1.0
    ticks = [(k, f"{k:02d}:00" if k < 24 else "24") for k in range(0, 25, 6 if w < 460 else 4)]
    g.say("tab.day.curve", " ".join(f"{hour:g}h {rate:g}" for hour, rate in new))
    with plot(g, "tab.daily", w, h, (0, 24), (0, most * 1.25), "", "µg/h", implot.Location_.north_west, ticks, is_row=True) as is_open:
        if is_open:
            for name, corners, colour, weight in (("now", old, T.INK_FAINT, 2.0), ("after sending", new, T.MARK["now"], 3.0)):
                if corners:
                    line(name, np.array([x for x, _ in corners]), np.array([y for _, y in corners]), colour, weight)


def level_plot(g: Gui, curve: tuple[tuple[float, float], ...], setting: programme.Programme, w: float, h: float) -> None:
    """The reservoir day by day down to the alarm, and how long the drug is stable."""
    alarm, end = programme.number(setting, "alarm") or 0.0, max(curve[-1][0], 1.0)
    far = min(end, 2.0 * limits.STABLE_DAYS)
    with plot(g, "tab.level", w, h, (0, far), (0, curve[0][1] * 1.15), "days", "mL", implot.Location_.north_east, is_row=True) as is_open:
        if is_open:
            line("counted", np.array([x for x, _ in curve]), np.array([y for _, y in curve]), T.MARK["now"], 3.0)
            line(f"low alarm, {alarm:g} mL", np.array([0.0, far]), np.array([alarm, alarm]), T.MARK["warn"], 2.0)
            if limits.STABLE_DAYS < far:
                dots("stable to here", np.array([limits.STABLE_DAYS]), np.array([max(curve[0][1] * (1 - limits.STABLE_DAYS / end), 0.0)]), T.MARK["ok"], 6.0)


def keypad(g: Gui, w: float, h: float, label: str, is_time: bool, is_small: bool) -> None:
    """Ten digits, a point (or the colon of a time), erase and clear; four keys in a row where height is scarce."""
    rows = ("789<", "456x", "123.", "0") if is_small else ("789", "456", "123", ".0<", "x")
    columns = len(rows[0])
    if not is_small:
        caption(g, "Keypad")
    each = (w - 6 * (columns - 1)) / columns
    tall = min(54.0, (h + 6) / len(rows) - 6 if is_small else (h - 74) / len(rows) - 6)
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(6), g.px(6)))
    for row in rows:
        for i, char in enumerate(row):
            if i:
                same(g, 6)
            key = {".": "point", "<": "erase", "x": "clear"}.get(char, char)
            is_alone = len(row) == 1
            shown = {"<": ICON["erase"], "x": f"{ICON['cross']}  Clear" if is_alone else ICON["cross"], ".": ":" if is_time else "."}.get(char, char)
            button(g, f"tab.key.{key}", shown, w=w if is_alone else each, h=tall)
            g.texts[f"tab.key.{key}"] = key
    imgui.pop_style_var()
    if not is_small:
        soft(g, label, "small", wrap=w)
