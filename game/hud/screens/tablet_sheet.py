"""The calculator on the tablet: what goes in, the working line by line, one's own answer and where it went wrong."""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui
from game.hud.screens.frame import PlayView
from game.hud.screens.tablet_fields import BOX_H, entry_box
from game.hud.widgets import ICON, button, caption, same, segmented, soft, space, state, text, text_width
from game.instruments import programmer, worksheet
from game.instruments.worksheet import Sheet


def body(g: Gui, view: PlayView, w: float) -> None:
    """Draw the sheet into a width; in an examination it computes and does not explain."""
    sheet = view.hands.form.sheet
    columns = 8 if w > 780 else 4
    segmented(g, "tab.calc", worksheet.NAMES, sheet.name, min((w - 2 * (columns - 1)) / columns, 120.0), columns=columns)
    _inputs(g, view, sheet, w)
    space(g, 2)
    if view.level != "examination":
        _answer(g, view, sheet, w)
    if sheet.fault:
        state(g, "info", sheet.fault, "small", wrap=w, address="tab.sheet_fault")
    elif sheet.is_shown or view.level == "examination":
        _working(g, "The working", sheet.written, w, "tab.written")


def _inputs(g: Gui, view: PlayView, sheet: Sheet, w: float) -> None:
    focus = view.hands.form.focus
    columns = 2 if w > 440 else 1
    each = (w - 8 * (columns - 1)) / columns
    box_w, high = (156.0, BOX_H + 2) if w > 620 or columns == 1 else (126.0, 50.0)
    for i, item in enumerate(worksheet.inputs(sheet)):
        key = f"{programmer.SHEET}.{item.symbol}"
        if i % columns:
            same(g)
        imgui.begin_group()
        x, y = imgui.get_cursor_pos_x(), imgui.get_cursor_pos_y()
        entry_box(g, key, "", worksheet.entry(sheet, item.symbol), worksheet.unit_words(item.unit), box_w, BOX_H, focus == key)
        imgui.set_cursor_pos((x + g.px(box_w + 10), y + g.px(1)))
        imgui.begin_group()
        imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(6), 0))
        text(g, item.symbol, T.INK, "caption", "bold")
        soft(g, item.text.split(" (")[0], "caption", wrap=each - box_w - 12)
        imgui.pop_style_var()
        imgui.end_group()
        imgui.set_cursor_pos((x, y))
        imgui.dummy((g.px(each), g.px(high)))
        imgui.end_group()
    button(g, "tab.takeover", "Copy from pump and pages" if w > 500 else "Copy from pump", "tablet", w=250 if w > 500 else 170)
    same(g)
    button(g, "tab.working", "Hide the working" if sheet.is_shown else "Show the working", "eye", w=190)


def _answer(g: Gui, view: PlayView, sheet: Sheet, w: float) -> None:
    key = f"{programmer.SHEET}.{worksheet.ANSWER}"
    lines = worksheet.lines(sheet)
    line = next(x for x in lines if x.symbol == sheet.symbol) if sheet.symbol else lines[-1]
    caption(g, f"Your own answer: {line.text}")
    symbols = [(x.symbol, x.symbol) for x in lines]
    each = max(text_width(g, f"{ICON['check']}  {x.symbol}") for x in lines) + 12
    is_one_row = w > 270 + (each + 2) * len(symbols)
    segmented(g, "tab.line", symbols, sheet.symbol, each, BOX_H, columns=9 if is_one_row else max(int(w // (each + 2)), 3))
    if is_one_row:
        same(g, 14)
    entry_box(g, key, "", worksheet.entry(sheet, worksheet.ANSWER), worksheet.unit_words(line.unit), 138, BOX_H, view.hands.form.focus == key)
    same(g)
    button(g, "tab.check", "Check", "check", "primary", 100, BOX_H)
    if sheet.verdict:
        kind = {True: "ok", False: "warn", None: "info"}[sheet.is_right]
        state(g, kind, sheet.verdict[0], "body", wrap=w, address="tab.verdict")
        if len(sheet.verdict) > 1:
            _working(g, "", sheet.verdict[1:], w, "tab.wrong")


def _working(g: Gui, title: str, written: tuple[str, ...], w: float, address: str) -> None:
    if title:
        caption(g, title)
    for i, words in enumerate(written):
        head, _, rest = words.partition(": ")
        text(g, f"{head}:  {worksheet.printed(rest)}", T.INK if title else T.TEXT["warn"], "small", wrap=w, address=f"{address}.{i}")


