"""Debrief: what happened, why, what it cost; everything shown links to a tick of the record (`debrief`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.clinical import ChainNode, LaneItem, ScoreRow, causal_chain, score_line, timeline
from game.hud.gui import Gui
from game.hud.models import CaseCard, Verdict
from game.hud.plots import line, plot, words as plot_words
from game.hud.screens.frame import Picture, picture_or_note, title_bar
from game.hud.widgets import (
    button, caption, panel, right, room, same, segmented, soft, space, state, text, text_field, text_width,
)  # fmt: skip
from game.input.intent import Intent

HEADS = ("Your hands", "Tissue and anchor", "Catheter", "Drug", "Patient")
PAGES = (("why", "Why"), ("lines", "Score lines"), ("moment", "Moment"), ("time", "Timeline"))


@dataclass(frozen=True, slots=True)
class DebriefView:
    """What the debrief shows; all texts are ready, every item knows its tick."""

    card: CaseCard
    level: str
    verdict: Verdict
    lines: tuple[ScoreRow, ...]
    nodes: tuple[ChainNode, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    lanes: tuple[tuple[str, tuple[LaneItem, ...]], ...] = ()
    seconds: float = 0.0
    cursor_s: float | None = None
    chosen: str = ""
    line_filter: str = "lost"
    said: str = ""
    is_said: bool = False
    moment_words: str = ""
    picture: Picture | None = None
    course: models.Course = field(default_factory=models.Course)
    page: str = "why"
    first_line: int = 0
    xray: str = ""


def draw(g: Gui, view: DebriefView) -> list[Intent]:
    """Draw the debrief."""
    level = dict(models.LEVELS)[view.level]
    title_bar(g, "Debrief", f"{view.card.title}: {view.card.patient}", level, is_case=False)
    width, height = g.base_size
    top = 48.0 if width < 1200 else T.BAR
    if width < 1200:
        _narrow(g, view, top, width, height)
        return g.taken()
    upper = (height - top) * 0.41
    lines_w = 0.39 * width
    with panel(g, "verdict", (0, top, 300, upper)):
        _verdict(g, view)
    with panel(g, "chain", (300, top, width - 300, upper)):
        _chain(g, view)
    with panel(g, "lines", (0, top + upper, lines_w, height - top - upper)):
        _lines(g, view)
    lower_h = min(184.0, (height - top - upper) * 0.42)
    middle_h = height - top - upper - lower_h
    moment_w = (width - lines_w) * 0.57
    with panel(g, "moment", (lines_w, top + upper, moment_w, middle_h)):
        _moment(g, view)
    with panel(g, "course", (lines_w + moment_w, top + upper, width - lines_w - moment_w, middle_h)):
        _course(g, view)
    with panel(g, "line", (lines_w, height - lower_h, width - lines_w, lower_h)):
        _timeline(g, view)
    return g.taken()


def _narrow(g: Gui, view: DebriefView, top: float, width: float, height: float) -> None:
    with panel(g, "tabs", (0, top, width, 46), pad=10):
        imgui.set_cursor_pos((g.px(10), g.px(6)))
        for i, (key, words) in enumerate(PAGES):
            if i:
                same(g, 6)
            button(g, f"debrief.page.{key}", words, None, "on" if key == view.page else "normal", (width - 38) / 4, 34)
    at_y = top + 46
    body = height - at_y
    if view.page == "why":
        with panel(g, "verdict", (0, at_y, 300, body)):
            _verdict(g, view)
        with panel(g, "chain", (300, at_y, width - 300, body)):
            _chain(g, view)
        return
    with panel(g, "page", (0, at_y, width, body)):
        {"lines": _lines, "moment": _moment, "time": _timeline}[view.page](g, view)


def _verdict(g: Gui, view: DebriefView) -> None:
    v = view.verdict
    caption(g, "Result")
    if view.level == "examination" and not view.is_said:
        text(g, "Withheld", size="title", face="bold", address="debrief.score")
        soft(g, "The educator releases the score.", wrap=0)
    else:
        tall = room(g)[1] > 250
        text(g, f"{v.score_percent:.0f} %", size="display" if tall else "numeral", face="bold", address="debrief.score")
        passed = v.is_passed
        reached = "above" if v.score_percent >= v.pass_percent else "below"
        words = f"passed: {reached} {v.pass_percent:.0f} %" if passed else f"not passed: {reached} {v.pass_percent:.0f} %"
        state(g, "ok" if passed else "warn", words + (", but critical" if v.critical and reached == "above" else ""), "body",
              address="debrief.passed")  # fmt: skip
        if v.critical:
            state(g, "alarm", f"critical: {v.critical[0]}", "small", wrap=0, address="debrief.critical")
            if len(v.critical) > 1:
                soft(g, f"and {len(v.critical) - 1} more critical")
        else:
            state(g, "ok", "no critical error", "body", address="debrief.critical")
    caption(g, "Say first")
    w, left = room(g)
    if view.is_said:
        text(g, view.said or "Skipped.", T.INK_SOFT, "small", wrap=0)
        return
    field_h = min(max(left - 92, 34.0), 90.0)
    if left > 150:
        soft(g, "What went well, what would you do differently?", wrap=0)
        field_h = min(max(room(g)[1] - 46, 34.0), 90.0)
    text_field(g, "debrief.say", view.said, w, field_h, "Two sentences")
    button(g, "debrief.said", "Keep my words", "pen", "primary" if not view.is_said else "normal", (w - 8) * 0.62, 34)
    same(g)
    button(g, "debrief.skip", "Skip", None, "quiet", (w - 8) * 0.38, 34)


def _chain(g: Gui, view: DebriefView) -> None:
    caption(g, "Why it happened")
    note = "Press a box to see that moment. Thick path: what mattered."
    right(g, text_width(g, note, "caption"))
    soft(g, note, "caption")
    w, h = room(g)
    if not view.nodes:
        soft(g, "Nothing in this attempt led to a later complication.", "body")
        for words in view.verdict.notes:
            text(g, f"{T.STATE['info'][0]}  {words}", T.INK_SOFT, "body", wrap=0)
        return
    causal_chain(g, w, h - 4, view.nodes, view.links, HEADS)


def shown_lines(view: DebriefView) -> list[ScoreRow]:
    """Return the score lines that the filter lets through, most lost first under "lost"."""
    if view.line_filter == "all":
        return list(view.lines)
    lost = [r for r in view.lines if r.of - r.points > 0.05]
    return sorted(lost, key=lambda r: r.points - r.of)


def _lines(g: Gui, view: DebriefView) -> None:
    caption(g, "Score lines")
    right(g, 252)
    segmented(g, "lines.filter", (("lost", "Lost points"), ("all", "All")), view.line_filter, 124)
    w, h = room(g)
    rows = shown_lines(view)
    fit = max(int((h - 66) // 54), 1)
    first = min(view.first_line, max(len(rows) - fit, 0))
    for row in rows[first : first + fit]:
        score_line(g, row, w, row.id == view.chosen)
    if not rows:
        state(g, "ok", "No line lost points.", "body")
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(max(room(g)[1] - 58, 0)))
    if len(rows) > fit:
        button(g, "lines.up", "", "up", w=40, enabled=first > 0)
        same(g, 4)
        button(g, "lines.down", "", "down", w=40, enabled=first + fit < len(rows))
        same(g)
        soft(g, f"{first + 1} to {min(first + fit, len(rows))} of {len(rows)}")
        same(g, 14)
    button(g, "lines.print", "Report", "print", w=106)
    same(g)
    button(g, "debrief.leave", "Menu", "home", w=92)
    same(g)
    button(g, "debrief.again", "Same patient", "redo", w=138)
    soft(g, T.DISCLAIMER, "caption")


def _moment(g: Gui, view: DebriefView) -> None:
    row = next((r for r in view.lines if r.id == view.chosen), None)
    node = next((n for n in view.nodes if n.key == view.chosen), None)
    title = f"The moment: {row.when}" if row else (f"The moment: {node.when}" if node else "The moment")
    caption(g, title)
    w, h = room(g)
    tall = max(h - 108, 60.0)
    picture_or_note(g, view.picture, w, tall, "moment.picture", "Press a line or a box")
    if row:
        text(g, f"{row.words}: {row.measured}, wanted {row.wanted}.", wrap=0)
    elif node:
        text(g, f"{node.head}. {node.fact}", wrap=0)
    else:
        soft(g, view.moment_words or "Each line and box opens the tick that proves it.", wrap=0)
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(max(room(g)[1] - 38, 0)))
    button(g, "moment.replay", "Replay from here", "play", "primary", min(168, (w - 8) / 2), 36, enabled=bool(row or node))
    same(g)
    button(g, "moment.retry", "Try again", "redo", w=min(130, (w - 8) / 2), h=36)


def _course(g: Gui, view: DebriefView) -> None:
    caption(g, "Course of this patient")
    w, h = room(g)
    c = view.course
    if len(c.days) < 2:
        soft(g, "No follow-up was played.", wrap=0)
        for words in view.verdict.notes[:4]:
            if room(g)[1] > 44:
                text(g, words, T.INK_SOFT, "small", wrap=0)
        return
    each = (h - 40) / 2
    top = max(*c.programmed_ug_per_day, *c.delivered_ug_per_day, 1.0) * 1.3
    with plot(g, "course.tone", w, each, (c.days[0], c.days[-1]), (0.8, 5.2), "", "Ashworth") as is_open:
        if is_open:
            line("legs", c.days, c.legs, T.MARK["now"], 3.0)
            plot_words(c.days[-1] * 0.85, min(c.legs[-1] + 0.6, 4.8), "legs")
    with plot(g, "course.dose", w, each, (c.days[0], c.days[-1]), (0, top), "day", "µg/day") as is_open:
        if is_open:
            line("programmed", c.days, c.programmed_ug_per_day, T.INK_SOFT, 2.0)
            line("left the tip", c.days, c.delivered_ug_per_day, T.MARK["warn"], 3.0)
            plot_words(c.days[-1] * 0.75, c.programmed_ug_per_day[-1] + top * 0.1, "programmed")
            plot_words(c.days[-1] * 0.3, max(c.delivered_ug_per_day[-1] - top * 0.1, top * 0.06), "left the tip")
    space(g, 0)


def _timeline(g: Gui, view: DebriefView) -> None:
    caption(g, "Timeline")
    if view.xray:
        text(g, view.xray, T.INK_SOFT, "caption", wrap=0, address="debrief.xray")
    w, h = room(g)
    lanes = view.lanes or (("steps", ()),)
    timeline(g, "debrief.timeline", w, min(h, 120.0), lanes, 0.0, max(view.seconds, 60.0), view.cursor_s, models.clock_words, 6, 80)
