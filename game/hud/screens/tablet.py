"""The programmer: generic, of our own drawing, always marked as a simulated device (`tab`)."""

from __future__ import annotations

import numpy as np
from imgui_bundle import imgui, implot

from game.hud import models
from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.plots import line, plot
from game.hud.screens.frame import PlayView, play_bar, title_bar
from game.hud.widgets import (
    ICON, at, button, caption, card, draw_text, pair, panel, right, room, same, segmented, soft, space, state, text, text_width,
)  # fmt: skip
from game.input.intent import HOLD_S, Intent
from game.instruments import programmer
from physics.clock import TICK_S

SIMULATED = f"{T.STATE['info'][0]}  simulated device"
REVIEW_W = 640.0


def draw(g: Gui, view: PlayView) -> list[Intent]:
    """Draw the tablet: the page in work, and the review beside it where there is room."""
    width, height = g.base_size
    level = dict(models.LEVELS)[view.level]
    title_bar(g, "Programmer", view.card.patient, level, models.clinical_words(view.obs), ((SIMULATED, "warn"),))
    top = 48.0 if width < 1200 else T.BAR
    side_by_side = width >= 1500
    form = view.hands.form
    body_h = height - top - 24
    if side_by_side:
        work_w = width - REVIEW_W - 76
        work_h = min(body_h - 150, 640.0)
        _tablet_page(g, view, (28, top + 26, work_w, work_h))
        _tablet_review(g, view, (work_w + 74, top + 26, REVIEW_W - 28, min(body_h - 28, 740.0)))
        _desk(g, view, (16, top + work_h + 60, work_w + 24, height - top - work_h - 64))
    elif form.page == "review":
        _tablet_review(g, view, (28, top + 16, min(width - 56, 1000.0), body_h - 20))
    else:
        _tablet_page(g, view, (28, top + 16, width - 56, body_h - 20))
    return g.taken()


def _bezel(area: tuple[float, float, float, float], g: Gui) -> None:
    x, y, w, h = area
    dl = imgui.get_background_draw_list()
    low, high = (g.px(x - 14), g.px(y - 14)), (g.px(x + w + 14), g.px(y + h + 14))
    dl.add_rect_filled(low, high, u32(T.TABLET_FRAME), g.px(22))
    dl.add_rect(low, high, u32(T.TABLET_EDGE), g.px(22), g.px(2))


def _action_bar(g: Gui, view: PlayView, name: str, w: float) -> None:
    where, dl = imgui.get_window_pos(), imgui.get_window_draw_list()
    dl.add_rect_filled(where, (where.x + g.px(w), where.y + g.px(50)), u32(T.TABLET_BAR))
    form = view.hands.form
    at(g, 12, 7)
    button(g, f"tab.{name}.home", "", "home", w=44, h=36)
    g.texts[f"tab.{name}.home"] = "leave the tablet"
    at(g, 68, 14)
    text(g, view.card.id[:28], size="lead", face="bold")
    words = "pump read" if form.is_read else "pump not read"
    alerts = len(view.obs.pump.alarms)
    need = text_width(g, f"X  {words}", "small", "bold") + (90 if alerts else 0) + 24
    imgui.same_line(0, 0)
    at(g, w - need, 16)
    state(g, "ok" if form.is_read else "todo", words)
    if alerts:
        same(g, 14)
        state(g, "warn", f"{alerts} alert{'s' if alerts > 1 else ''}")


def _tablet_page(g: Gui, view: PlayView, area: tuple[float, float, float, float]) -> None:
    _bezel(area, g)
    form = view.hands.form
    x, y, w, h = area
    with panel(g, "tab_page", area, pad=12, colour=T.TABLET_FACE):
        _action_bar(g, view, "page", w)
        at(g, 12, 62)
        imgui.begin_group()
        nav_h = min(40.0, (h - 62 - 66) / len(programmer.PAGES) - 6)
        imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(6)))
        for key, words in programmer.PAGES:
            now = key == form.page
            kind = "now" if now else ("ok" if form.is_read and _is_filled(form, key) else "todo")
            button(g, f"tab.page.{key}", f"{T.STATE[kind][0]}  {words}", kind="on" if now else "quiet", w=150, h=nav_h, align=0.08)
            g.texts[f"tab.page.{key}"] = words
        imgui.pop_style_var()
        imgui.end_group()
        pad_w = 210.0
        body_w = w - 150 - pad_w - 60
        at(g, 176, 62)
        imgui.begin_group()
        _page_body(g, view, body_w, h - 62 - 70)
        imgui.end_group()
        if programmer.FIELDS.get(form.focus, ("",))[0] == form.page:
            at(g, w - pad_w - 4, 62)
            imgui.begin_group()
            _keypad(g, view, pad_w - 8, h - 62 - 70)
            imgui.end_group()
        at(g, 12, h - 52)
        button(g, "tab.previous", "Previous", "back", w=132, h=42)
        keys = [k for k, _ in programmer.PAGES]
        later = keys[min(keys.index(form.page) + 1, len(keys) - 1)]
        label = f"Next: {dict(programmer.PAGES)[later].lower()}"
        next_w = text_width(g, label) + 60
        at(g, w - next_w - 12, h - 52)
        button(g, "tab.next", label, "next", "primary" if form.page != "review" else "normal", next_w, 42)


def _is_filled(form: programmer.Form, page: str) -> bool:
    keys = [k for k, v in programmer.FIELDS.items() if v[0] == page]
    return all(form.entries.get(k) for k in keys) if keys else form.is_read and page != "review"


def _page_body(g: Gui, view: PlayView, w: float, h: float) -> None:
    form = view.hands.form
    text(g, dict(programmer.PAGES)[form.page], size="heading", face="bold")
    if form.page == "read":
        _read_page(g, view, w, h)
        return
    if form.page == "review":
        soft(g, "Look at every line of the review, then hold to send.", "body", wrap=w)
        return
    if form.page == "dose":
        same(g, 14)
        each = min((w - 90) / 4, 108.0)
        segmented(g, "tab.mode", programmer.MODES, form.mode, each)
    fields = [k for k, v in programmer.FIELDS.items() if v[0] == form.page]
    if form.page == "dose" and form.mode != "bolus":
        fields = ["dose"]
    each = min((w - 8) / 2, 250.0)
    for i, key in enumerate(fields):
        if i % 2:
            same(g)
        _field(g, form, key, each)
    if form.page == "dose":
        same(g)
        _derived(g, form, each)
    imgui.push_text_wrap_pos(imgui.get_cursor_pos_x() + g.px(w))
    for kind, words in programmer.warnings(form)[:3]:
        state(g, kind, words)
    imgui.pop_text_wrap_pos()
    _page_note(g, view, w, h)


def _field(g: Gui, form: programmer.Form, key: str, w: float) -> None:
    _, words, unit = programmer.FIELDS[key]
    is_on = form.focus == key
    where = imgui.get_cursor_pos()
    hit = imgui.invisible_button(f"##tab.field.{key}", (g.px(w), g.px(92)))
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    dl = imgui.get_window_draw_list()
    dl.add_rect_filled(low, high, u32(T.FIELD if is_on else T.CARD), g.px(T.RADIUS))
    dl.add_rect(low, high, u32(T.MARK["now"] if is_on else T.LINE), g.px(T.RADIUS), g.px(1.5))
    shown = form.entries.get(key, "") or "-"
    g.mark(f"tab.field.{key}", f"{shown} {unit}", "editing" if is_on else "ready", True)
    draw_text(g, dl, low.x + g.px(12), low.y + g.px(9), words, T.INK_SOFT, "small")
    draw_text(g, dl, low.x + g.px(12), low.y + g.px(29), shown, T.WHITE if is_on else T.INK, 26.0, "bold")
    value_w = text_width(g, shown, 26.0, "bold")
    draw_text(g, dl, low.x + g.px(20 + value_w), low.y + g.px(38), unit, T.INK_SOFT, "small")
    if is_on:
        x = low.x + g.px(30 + value_w + text_width(g, unit, "small"))
        dl.add_line((x, low.y + g.px(34)), (x, low.y + g.px(58)), u32(T.MARK["now"]), g.px(2))
    old = form.old.get(key)
    if form.is_read and old is not None:
        draw_text(g, dl, low.x + g.px(12), high.y - g.px(24), f"was {models.number(old, 3)} {unit}", T.INK_SOFT, "caption")
    if hit or g.key_hit(f"tab.field.{key}"):
        g.emit(f"tab.field.{key}")
    imgui.set_cursor_pos(where)
    imgui.dummy((g.px(w), g.px(92)))


def _derived(g: Gui, form: programmer.Form, w: float) -> None:
    flow = programmer.flow_ml_per_day(form)
    with card(g, "derived", w, 92):
        soft(g, "Pump will run")
        y = imgui.get_cursor_pos_y()
        imgui.set_cursor_pos_y(y - g.px(7))
        text(g, "?" if flow is None else models.number(flow, 3), size=26.0, face="bold", address="tab.flow")
        same(g, 6)
        imgui.set_cursor_pos_y(y + g.px(2))
        soft(g, "mL/day")
        imgui.set_cursor_pos_y(y + g.px(27))
        soft(g, f"{form.entries.get('dose', '?') or '?'} / {form.entries.get('conc', '?') or '?'}", "caption")


def _page_note(g: Gui, view: PlayView, w: float, h: float) -> None:
    form = view.hands.form
    used = room(g)[1]
    if form.page == "dose" and used > 250:
        caption(g, "A day of this programme")
        flow, conc = programmer.flow_ml_per_day(form), programmer.number(form, "conc")
        rate = (flow or 0.0) * (conc or 0.0) / 24
        old = form.old.get("dose", 0.0) / 24
        top = max(rate, old, 1.0) * 1.5
        hours = np.linspace(0, 24, 49)
        ticks = [(k, f"{k:02d}:00") for k in range(0, 25, 6)]
        with plot(g, "tab.day", min(w, 520), 150, (0, 24), (0, top), "", "µg/h", implot.Location_.south_east, ticks) as is_open:
            if is_open:
                line("now", hours, hours * 0 + old, T.INK_FAINT, 2.0)
                line("after sending", hours, hours * 0 + (0.0 if form.mode == "stopped" else rate), T.MARK["now"], 3.0)
    elif form.page == "catheter":
        length = programmer.number(form, "length") or 0.0
        pair(g, "Pump tubing", f"{programmer.TUBING_ML:.3f}", "mL", offset=150)
        pair(g, "Catheter", f"{programmer.CATHETER_ML_PER_CM * length:.3f}", "mL", offset=150)
        pair(g, "Line together", f"{programmer.line_volume_ml(length):.3f}", "mL", offset=150, address="tab.line")
    elif form.page == "bridge":
        soft(g, "A bridge runs the old rate until the old drug has left the line. Volume is yours to work out.", "body", wrap=w)
        pair(g, "Bridge entered", programmer.bridge_words(form), offset=150)
        soft(g, "A prime fills the line at full rate. Only for what is empty.", "body", wrap=w)
    elif form.page == "reservoir":
        days = programmer.alarm_days(form)
        pair(g, "Low alarm in", "never" if days is None else f"{days:.0f}", "" if days is None else "days", offset=150, address="tab.alarm")


def _read_page(g: Gui, view: PlayView, w: float, h: float) -> None:
    form = view.hands.form
    button(g, "tab.read", "Hold antenna, read pump", "tablet", "primary" if not form.is_read else "normal", 250, 42, "I")
    if not form.is_read:
        soft(g, "Nothing is known until the pump has been read.", "body", wrap=w)
        return
    space(g, 2)
    for label, value, unit in models.telemetry(view.obs):
        pair(g, label, value, unit, offset=190, address=f"tab.{label.split(',')[0].lower().replace(' ', '_')}")
    if view.obs.pump.event_log and room(g)[1] > 60:
        caption(g, "Event log")
        for entry in view.obs.pump.event_log[-int(max((room(g)[1] - 20) // 24, 1)):]:
            text(g, entry, T.INK_SOFT, "small", "mono")


def _keypad(g: Gui, view: PlayView, w: float, h: float) -> None:
    caption(g, "Keypad")
    each, tall = (w - 12) / 3, min(54.0, (h - 96) / 5)
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(6), g.px(6)))
    for row in ("789", "456", "123", ".0<"):
        for i, char in enumerate(row):
            if i:
                same(g, 6)
            key = {".": "point", "<": "erase"}.get(char, char)
            button(g, f"tab.key.{key}", ICON["erase"] if char == "<" else char, w=each, h=tall)
            g.texts[f"tab.key.{key}"] = key
    button(g, "tab.key.clear", "Clear", "cross", w=w, h=min(tall, 40.0))
    imgui.pop_style_var()
    page, words, unit = programmer.FIELDS[view.hands.form.focus]
    soft(g, f"typing: {words.lower()}", "small", wrap=w)


def _tablet_review(g: Gui, view: PlayView, area: tuple[float, float, float, float]) -> None:
    _bezel(area, g)
    form = view.hands.form
    x, y, w, h = area
    rows = programmer.rows(form)
    with panel(g, "tab_review", area, pad=12, colour=T.TABLET_FACE):
        _action_bar(g, view, "review", w)
        at(g, 12, 58)
        text(g, "Review: old beside new", size="heading", face="bold")
        looked = sum(r.is_looked_at for r in rows)
        words = f"{looked} of {len(rows)} lines looked at"
        right(g, text_width(g, words, "small"))
        soft(g, words)
        foot = 126.0 if h > 560 else 62.0
        columns = 1 if (h - 88 - foot) / (len(rows) + 0.6) >= 28 else 2
        per = -(-len(rows) // columns)
        pitch = min((h - 88 - foot) / (per + 0.6), 37.0)
        top = imgui.get_cursor_pos_y() / g.scale
        each = (w - 24 - 8 * (columns - 1)) / columns
        for i in range(columns):
            at(g, 12 + i * (each + 8), top)
            _review_rows(g, view, rows[i * per : (i + 1) * per], each, pitch)
        _review_foot(g, view, w, h, foot > 100)


def _review_rows(g: Gui, view: PlayView, rows: list[programmer.ReviewRow], wide: float, pitch: float) -> None:
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    columns = (14.0, wide * 0.27, wide * 0.52, wide - 34) if wide > 520 else (10.0, 132.0, 236.0, wide - 34)
    size, big = ("body", "lead") if pitch > 31 and wide > 520 else ("small", "small")
    for c, name in zip(columns, ("", "In the pump now", "After sending", "Change" if wide > 520 else ""), strict=True):
        draw_text(g, dl, where.x + g.px(c), where.y, name, T.INK_SOFT, "caption", align=1.0 if name == "Change" else 0.0)
    for i, row in enumerate(rows):
        y = where.y + g.px(20 + i * pitch)
        high = pitch - 4
        imgui.set_cursor_screen_pos((where.x, y))
        imgui.invisible_button(f"##tab.row.{row.key}", (g.px(wide), g.px(high)))
        under = imgui.is_item_hovered() or g.focus == f"tab.row.{row.key}"
        dl.add_rect_filled((where.x, y), (where.x + g.px(wide), y + g.px(high)), u32(T.CHOSEN if under else T.CARD), g.px(4))
        if under:
            dl.add_rect((where.x, y), (where.x + g.px(wide), y + g.px(high)), u32(T.MARK["now"]), g.px(4), g.px(1.5))
            if not row.is_looked_at:
                g.emit(f"tab.row.{row.key}", "look", imgui.get_io().delta_time)
        g.mark(f"tab.row.{row.key}", f"{row.words}: {row.new}", "seen" if row.is_looked_at else "not seen", True)
        text_y = y + g.px(high / 2 - 10)
        draw_text(g, dl, where.x + g.px(columns[0]), text_y, row.words, T.INK_SOFT, size)
        draw_text(g, dl, where.x + g.px(columns[1]), text_y, row.old, T.INK_SOFT, size)
        if row.is_changed:
            draw_text(g, dl, where.x + g.px(columns[2] - (24 if wide > 520 else 15)), text_y, ICON["next"], T.MARK["warn"], "small")
        draw_text(g, dl, where.x + g.px(columns[2]), text_y - g.px(1), row.new, T.WHITE if row.is_changed else T.INK,
                  big if row.is_changed else size, "bold" if row.is_changed else "body")  # fmt: skip
        if wide > 520:
            draw_text(g, dl, where.x + g.px(columns[3]), text_y + g.px(1), row.change, T.TEXT["warn"], "small", align=1.0)
        seen = row.is_looked_at
        draw_text(g, dl, where.x + g.px(wide - 8), text_y, ICON["check"] if seen else ICON["eye"],
                  T.MARK["ok"] if seen else T.MARK["now"], size, "body", 1.0)  # fmt: skip
    imgui.set_cursor_screen_pos(where)
    imgui.dummy((g.px(wide), g.px(20 + len(rows) * pitch)))


def _review_foot(g: Gui, view: PlayView, w: float, h: float, has_words: bool) -> None:
    form = view.hands.form
    if has_words:
        at(g, 12, h - 112)
        _review_words(g, form)
    _review_buttons(g, view, w, h)


def _review_words(g: Gui, form: programmer.Form) -> None:
    warned = programmer.warnings(form)
    if form.sent_tick is not None:
        words = "Sent. Read the pump again before you leave."
        if form.is_read_after:
            words = "Sent. Pump read again: settings agree." if programmer.agrees(form) else "The pump does not show what you entered."
        state(g, "ok" if form.is_read_after and programmer.agrees(form) else "warn", words)
    elif warned:
        state(g, *warned[0])
    else:
        state(g, "info", "The pump stops while it is being written.")
    if form.sent_tick is None:
        state(g, "info", "Read again after sending.")


def _review_buttons(g: Gui, view: PlayView, w: float, h: float) -> None:
    form = view.hands.form
    at(g, 12, h - 52)
    button(g, "tab.back", "Back", "back", w=90, h=42)
    same(g)
    button(g, "tab.read_again", "Read pump", "tablet", w=126, h=42)
    same(g)
    button(g, "tab.second", "Second person", "user", w=158, h=42)
    ready = programmer.can_send(form)
    at(g, w - 184, h - 52)
    button(g, "tab.send", "Hold to send", "tablet", "go", 172, 42, hold=True, enabled=ready)
    ticks = view.hands.hold_ticks.get("tab.send", 0)
    if ticks:
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        share = min(ticks * TICK_S / HOLD_S["tab.send"], 1.0)
        imgui.get_window_draw_list().add_rect_filled((low.x, high.y - g.px(6)), (low.x + (high.x - low.x) * share, high.y), u32(T.WHITE))


def _desk(g: Gui, view: PlayView, area: tuple[float, float, float, float]) -> None:
    with panel(g, "desk", area, alpha=0.0):
        caption(g, "Beside the tablet")
        soft(g, f"Order sheet, signed: baclofen {view.card.orders}.", "body", wrap=0)
        removed = view.obs.catheter.removed_m * 100
        if removed > 0 and view.hands.procedure == "implant":
            soft(g, f"On the table: a piece of {removed:.1f} cm.", "body", wrap=0)
        soft(g, f"Line volume = {programmer.TUBING_ML:.3f} mL tubing + {programmer.CATHETER_ML_PER_CM:.4f} mL a cm.", "body", wrap=0)


__all__ = ["draw", "play_bar"]
