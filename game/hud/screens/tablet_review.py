"""The review: old beside new, line by line; what was warned of, each to be confirmed; hold to send."""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.screens.frame import PlayView
from game.hud.widgets import ICON, at, button, draw_text, right, same, soft, space, state, text, text_width
from game.input.intent import HOLD_S
from game.instruments import programmer, review
from game.instruments.review import ReviewRow
from physics.clock import TICK_S

ROW_H = (28.0, 37.0)  # least and most


def body(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Draw the review into the room above the foot: two columns where there is width for them."""
    form = view.hands.form
    rows = review.rows(form)
    text(g, "Review: old beside new" if w > 420 else "Review", size="heading" if h > 330 else "lead", face="bold")
    looked = sum(r.is_looked_at for r in rows)
    words = f"{looked} of {len(rows)} lines looked at"
    right(g, text_width(g, words, "small"))
    soft(g, words)
    top = imgui.get_cursor_pos_y() / g.scale
    left_x = imgui.get_cursor_pos_x() / g.scale
    room_h = h - top - 62
    if w >= 900:
        side = 330.0
        _list(g, view, rows, w - side - 20, room_h, False)
        at(g, left_x + w - side, top)
        _open_list(g, "warned", side, room_h)
        _said(g, view, side - 16)
        _close_list(g)
    else:
        _list(g, view, rows, w, room_h, True)


def _open_list(g: Gui, name: str, w: float, h: float) -> None:
    imgui.push_style_color(imgui.Col_.child_bg, imgui.ImVec4(0, 0, 0, 0))
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(4)))
    imgui.begin_child(f"##{name}", (g.px(w), g.px(h)), 0, imgui.WindowFlags_.no_nav_inputs)
    g.in_list = True


def _close_list(g: Gui) -> None:
    g.in_list = False
    imgui.dummy((0, 0))
    imgui.end_child()
    imgui.pop_style_var()
    imgui.pop_style_color()


def _list(g: Gui, view: PlayView, rows: tuple[ReviewRow, ...], w: float, h: float, has_words: bool) -> None:
    _open_list(g, "review_rows", w, h)
    start = imgui.get_cursor_pos_y()
    if has_words:
        _said(g, view, w - 14)
    used = (imgui.get_cursor_pos_y() - start) / g.scale
    pitch = min(max((h - used - 24) / len(rows), ROW_H[0]), ROW_H[1])
    _rows(g, rows, w - (12 if used + 24 + pitch * len(rows) > h + 1 else 0), pitch)
    _close_list(g)


def _rows(g: Gui, rows: tuple[ReviewRow, ...], wide: float, pitch: float) -> None:
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    is_wide = wide > 520
    columns = (14.0, wide * 0.21, wide * 0.50, wide - 34) if is_wide else (8.0, wide * 0.27, wide * 0.58, wide - 30)
    for c, name in zip(columns, ("", "In the pump now", "After sending", "Change" if is_wide else ""), strict=True):
        draw_text(g, dl, where.x + g.px(c), where.y, name, T.INK_SOFT, "caption", align=1.0 if name == "Change" else 0.0)
    for i, row in enumerate(rows):
        imgui.set_cursor_screen_pos((where.x, where.y + g.px(20 + i * pitch)))
        _row(g, row, wide, pitch - 4, columns, is_wide)
    imgui.set_cursor_screen_pos(where)
    imgui.dummy((g.px(wide), g.px(20 + len(rows) * pitch)))


def _row(g: Gui, row: ReviewRow, wide: float, high: float, columns: tuple[float, ...], is_wide: bool) -> None:
    at_px, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    x, y = at_px.x, at_px.y
    imgui.invisible_button(f"##tab.row.{row.key}", (g.px(wide), g.px(high)))
    address = f"tab.row.{row.key}"
    under = imgui.is_item_hovered() or g.focus == address
    dl.add_rect_filled((x, y), (x + g.px(wide), y + g.px(high)), u32(T.CHOSEN if under else T.CARD), g.px(4))
    if row.is_changed:
        dl.add_rect_filled((x, y), (x + g.px(4), y + g.px(high)), u32(T.MARK["warn"]), g.px(2))
    if under:
        dl.add_rect((x, y), (x + g.px(wide), y + g.px(high)), u32(T.MARK["now"]), g.px(4), g.px(1.5))
        if not row.is_looked_at:
            g.emit(address, "look", imgui.get_io().delta_time)
    g.mark(address, f"{row.words}: {row.new}", "seen" if row.is_looked_at else "not seen", True)
    size = "body" if high > 28 and is_wide else "small"
    text_y = y + g.px(high / 2 - T.SIZE[size] / 2 - 1)
    gap = columns[2] - columns[1] - 30
    draw_text(g, dl, x + g.px(columns[0]), text_y, row.words, T.INK_SOFT, size)
    draw_text(g, dl, x + g.px(columns[1]), text_y, row.old, T.INK_SOFT, _fitting(g, row.old, size, gap))
    if row.is_changed:
        draw_text(g, dl, x + g.px(columns[2] - 22), text_y, ICON["next"], T.MARK["warn"], "small")
    change_w = text_width(g, row.change, "small") + 12 if is_wide and row.change else 0.0
    face = "bold" if row.is_changed else "body"
    new_room = columns[3] - columns[2] - change_w
    draw_text(g, dl, x + g.px(columns[2]), text_y, row.new, T.WHITE if row.is_changed else T.INK, _fitting(g, row.new, size, new_room, face), face)
    if is_wide:
        draw_text(g, dl, x + g.px(columns[3]), text_y + g.px(1), row.change, T.TEXT["warn" if row.is_changed else "none"], "small", align=1.0)
    seen = row.is_looked_at
    draw_text(g, dl, x + g.px(wide - 8), text_y, ICON["check"] if seen else ICON["eye"], T.MARK["ok"] if seen else T.MARK["now"], size,
              "body", 1.0)  # fmt: skip


def _fitting(g: Gui, words: str, size: str, w: float, face: str = "body") -> str:
    """Return the first of the sizes in which words fit a width; where none does the audit is told."""
    for smaller in (size, "small", "caption"):
        if text_width(g, words, smaller, face) <= w + 1:
            return smaller
    if not g.covered:
        g.clipped.add(f'review "{words}" needs {text_width(g, words, "caption", face):.0f} has {w:.0f}')
    return "caption"


def _said(g: Gui, view: PlayView, w: float) -> None:
    """What keeps the programme from being sent, and what has to be confirmed."""
    form = view.hands.form
    if form.sent_tick is not None:
        _said_after(g, form, w)
    found = programmer.findings(form)
    waiting = {x.key for x in programmer.open_warnings(form)}
    for finding in found:
        if finding.is_hard:
            state(g, "alarm", f"Refused. {finding.words}", "small", wrap=w, address=f"tab.warned.{finding.key}")
        elif finding.key in waiting:
            _to_confirm(g, finding, w)
        else:
            state(g, "ok", f"Confirmed. {finding.words}", "small", wrap=w, address=f"tab.warned.{finding.key}")
    if not found and form.sent_tick is None:
        words = "No limit is broken. The pump stops while it is written: read it again after sending."
        state(g, "info", words if form.is_read else "Nothing is known until the pump has been read.", "small", wrap=w)
    space(g, 2)


def _to_confirm(g: Gui, finding: programmer.Finding, w: float) -> None:
    address = f"tab.confirm.{finding.key}"
    button_w = 104.0
    words_w = w - button_w - 14
    where = imgui.get_cursor_pos()
    with g.font("small", "bold"):
        high = imgui.calc_text_size(f"{T.STATE['warn'][0]}  {finding.words}", False, g.px(words_w)).y / g.scale
    tall = max(high, 32.0)
    imgui.begin_group()
    imgui.set_cursor_pos_y(where.y + g.px((tall - high) / 2))
    state(g, "warn", finding.words, "small", wrap=words_w, address=f"tab.warned.{finding.key}")
    imgui.end_group()
    imgui.set_cursor_pos((where.x + g.px(w - button_w), where.y + g.px((tall - 32) / 2)))
    button(g, address, "Confirm", "check", w=button_w, h=32)
    imgui.set_cursor_pos((where.x, where.y + g.px(tall + 6)))


def _said_after(g: Gui, form: programmer.Form, w: float) -> None:
    words, kind = "Sent. Read the pump again before you leave.", "warn"
    if form.is_read_after:
        is_as_sent = review.agrees(form)
        words = "Sent. Pump read again: settings agree." if is_as_sent else "The pump does not show what you entered."
        kind = "ok" if is_as_sent else "warn"
    state(g, kind, words, "body", wrap=w, address="tab.after")


def foot(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Back, read, second person, and hold to send."""
    form = view.hands.form
    has_room = w > 560
    at(g, 12, h - 52)
    button(g, "tab.back", "Back" if has_room else "", "back", w=90 if has_room else 44, h=42)
    same(g)
    button(g, "tab.read_again", "Read pump" if has_room else "Read", "tablet", w=126 if has_room else 90, h=42)
    same(g)
    button(g, "tab.second", "Second person" if has_room else "Second", "user", w=158 if has_room else 110, h=42)
    at(g, w - 184, h - 52)
    button(g, "tab.send", "Hold to send", "tablet", "go", 172, 42, hold=True, enabled=review.can_send(form))
    ticks = view.hands.hold_ticks.get("tab.send", 0)
    if ticks:
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        share = min(ticks * TICK_S / HOLD_S["tab.send"], 1.0)
        imgui.get_window_draw_list().add_rect_filled((low.x, high.y - g.px(6)), (low.x + (high.x - low.x) * share, high.y), u32(T.WHITE))
