"""The flexible day on the tablet: steps by time and rate, the same each day or by weekday, and how they look."""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import tablet_words
from game.hud import theme as T
from game.hud.gui import Gui
from game.hud.screens.frame import PlayView
from game.hud.screens.tablet_fields import BOX_H, day_plot, entry_box, said
from game.hud.widgets import button, caption, pair, same, segmented, soft, state, text, text_width
from game.instruments import limits, programme, programmer
from physics.commands.fluids import MOST_STEPS_PER_DAY

ROW_H = BOX_H + 4.0


def body(g: Gui, view: PlayView, w: float, is_small: bool) -> None:
    """Draw the editor, with the plot beside it where there is width."""
    form = view.hands.form
    if not is_small:
        segmented(g, "tab.pattern", programme.PATTERNS, form.new.pattern, min((w - 2) / 2, 176.0))
    if form.new.pattern == "week":
        is_beside = w > 780
        if is_beside:
            same(g, 12)
        columns = 7 if w > 400 else 4
        each = ((w - 370) if is_beside else w) / columns - 2
        segmented(g, "tab.day", programme.DAYS, form.day, min(each, 64.0), columns=columns)
    has_plot_beside = w > 620
    list_w = min(w - 300, 380.0) if has_plot_beside else w
    imgui.begin_group()
    _steps(g, view, list_w)
    imgui.end_group()
    if has_plot_beside:
        same(g, 16)
    imgui.begin_group()
    _sums(g, view, w - list_w - 20 if has_plot_beside else w, 250.0 if not is_small else 150.0)
    imgui.end_group()


def _steps(g: Gui, view: PlayView, w: float) -> None:
    form = view.hands.form
    steps = form.new.steps.get(form.day, ())
    faults = limits.step_faults(programmer.case_of(form)) if form.is_read else {}
    time_w, rate_w = 92.0, 146.0
    soft(g, "Step", "caption")
    imgui.same_line(g.px(52))
    soft(g, "From", "caption")
    imgui.same_line(g.px(52 + time_w + 8))
    soft(g, "Rate until the next", "caption")
    for k, (start, rate) in enumerate(steps, 1):
        fault = faults.get((form.day, k), "")
        x = imgui.get_cursor_pos_x()
        y = imgui.get_cursor_pos_y()
        imgui.set_cursor_pos((x + g.px(10), y + g.px(7)))
        text(g, str(k), T.TEXT["alarm"] if fault else T.INK_SOFT, "small", "bold")
        imgui.set_cursor_pos((x + g.px(34), y))
        entry_box(g, f"time.{k}", "", _time_words(start, form.focus == f"time.{k}"), "", time_w, BOX_H, form.focus == f"time.{k}",
                  "alarm" if fault else "")  # fmt: skip
        imgui.set_cursor_pos((x + g.px(34 + time_w + 8), y))
        entry_box(g, f"rate.{k}", "", rate, "µg/h", rate_w, BOX_H, form.focus == f"rate.{k}", "alarm" if fault else "")
        imgui.set_cursor_pos((x + g.px(34 + time_w + rate_w + 16), y))
        button(g, f"tab.step.remove.{k}", "", "trash", "quiet", w=38, h=BOX_H)
        g.texts[f"tab.step.remove.{k}"] = f"remove step {k}"
        imgui.set_cursor_pos((x, y + g.px(ROW_H)))
        if fault:
            state(g, "alarm", fault, "small", wrap=w, address=f"tab.said.step.{k}")
    imgui.dummy((0, g.px(2)))
    is_full = len(steps) >= MOST_STEPS_PER_DAY
    button(g, "tab.step.add", "Add step" if not is_full else f"{MOST_STEPS_PER_DAY} is the most", "plus", w=132, enabled=not is_full)
    same(g)
    if any("later than" in fault for fault in faults.values()):
        button(g, "tab.step.sort", "Order by time", "down", w=150)
    elif form.new.pattern == "week":
        button(g, "tab.step.copy", "To every day", "calendar", w=150)
    if not any(day == form.day for day, _ in faults):  # of another weekday, or of all steps together
        said(g, programmer.faults(form, ("steps",)), w)


def _time_words(start: str, is_typed: bool) -> str:
    minutes = programme.as_minutes(start)
    return start if is_typed or minutes is None else programme.clock_words(minutes)


def _sums(g: Gui, view: PlayView, w: float, h: float) -> None:
    form = view.hands.form
    dose, flow = ("?", "?") if any(x.is_hard for x in programmer.faults(form, ("steps",))) else tablet_words.day_words(form.new)
    label = dict(programme.DAYS).get(form.day, "")
    caption(g, f"A day of this programme{f': {label}' if label else ''}")
    day_plot(g, form, w, h, form.day)
    name = "Mean of 24 h" if form.new.pattern == "week" else "In 24 h"
    offset = text_width(g, name, "small") + 24
    pair(g, name, dose, f"of {flow}", offset=offset, address="tab.day")
    said(g, programmer.faults(form, ("dose",)), w)
