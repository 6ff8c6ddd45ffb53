"""Follow-up: weeks in seconds on one shared axis; the clock stops by itself when a decision is yours (`follow`)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from imgui_bundle import implot

from game.hud import bedside, models
from game.hud import theme as T
from game.hud.clinical import LaneItem, timeline
from game.hud.gui import Gui
from game.hud.models import Course
from game.hud.plots import band, dots, line, plot, upright
from game.hud.screens.frame import PlayView, picture_or_note, play_bar
from game.hud.widgets import (
    at, button, caption, card, pair, panel, room, same, segmented, soft, space, state, text, text_width,
)  # fmt: skip
from game.input.intent import Intent

SPEEDS: tuple[tuple[str, str], ...] = (("day", "1 d/s"), ("week", "1 wk/s"), ("month", "1 mo/s"))
DECISIONS: tuple[tuple[str, str, str], ...] = (
    ("dose", "Raise dose", "up"), ("xray", "X-ray both postures", "bone"), ("pump", "Test pump, catheter", "tablet"),
    ("revise", "Revise catheter", "knife"), ("wait", "Wait a week", "clock"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FollowView:
    """What the follow-up shows."""

    play: PlayView
    course: Course
    end_day: float
    is_playing: bool = False
    speed: str = "week"
    question: str = ""  # the card that stopped the clock; "" = none
    is_over: bool = False
    life: tuple[tuple[str, str, str], ...] = field(default=())


def draw(g: Gui, view: FollowView) -> list[Intent]:
    """Draw the time-lapse."""
    play_bar(g, view.play, "Follow-up")
    width, height = g.base_size
    narrow = width < 1200
    top = 48.0 if narrow else T.BAR
    foot = 262.0 if height > 700 else 248.0
    body_w = 0.0 if narrow else min(416.0, width * 0.27)
    if body_w:
        with panel(g, "body", (0, top, body_w, height - top)):
            _body(g, view, body_w - 32)
    with panel(g, "plots", (body_w, top, width - body_w, height - top - foot)):
        _plots(g, view)
    with panel(g, "time", (body_w, height - foot, width - body_w, foot)):
        _time(g, view)
    return g.taken()


def _body(g: Gui, view: FollowView, w: float) -> None:
    obs = view.play.obs
    inside = models.shows_inside(view.play.level, False)
    caption(g, "Inside view" if inside else "Last film")
    picture = view.play.pictures.get("inside" if inside else "ap")
    tall = min(w * 1.1, room(g)[1] - 250)
    picture_or_note(g, picture, w, tall, "body.view", "no film since the operation" if not inside else "being drawn")
    caption(g, "Today")
    for part, words, kind in bedside.examination(obs):
        soft(g, part)
        same(g, 8)
        at_x = 110
        text_x = max(at_x - text_width(g, part, "small") - 8, 0)
        same(g, text_x)
        state(g, kind, words)
    if view.life:
        caption(g, "Catheter life")
        for row in view.life:
            if room(g)[1] > 28:
                pair(g, *row, offset=150)


def _series(view: FollowView) -> list[tuple[str, str, str, list[tuple[str, tuple[float, ...], str, float]]]]:
    c, inside = view.course, models.shows_inside(view.play.level, False)
    rows = [("tone", "Tone in legs and arms", "Ashworth", [("legs", c.legs, T.MARK["now"], 3.0), ("arms", c.arms, T.MARK["special"], 2.0)])]
    dose = [("programmed", c.programmed_ug_per_day, T.INK_SOFT, 2.0)]
    if inside:
        dose.append(("left the tip", c.delivered_ug_per_day, T.MARK["now"], 2.5))
    rows.append(("dose", "Dose", "µg/day", dose))
    if inside:
        rows.append(("patency", "Lumen open", "share", [("lying", c.patency_lying, T.MARK["ok"], 2.0),
                                                       ("sitting", c.patency_sitting, T.MARK["alarm"], 3.0)]))  # fmt: skip
        rows.append(("tip", "Tip level", "vertebra", [("tip", tuple(-v for v in c.tip_level), T.MARK["warn"], 3.0)]))
    return rows


def _plots(g: Gui, view: FollowView) -> None:
    w, h = room(g)
    rows = _series(view)[: max(int(h // 88), 1)]
    each = (h - 24) / len(rows) - 28
    now = view.course.days[-1] if view.course.days else 0.0
    ticks = [(d, f"d {d:.0f}") for d in np.linspace(0, view.end_day, 8)]
    implot.begin_aligned_plots("follow")
    for i, (key, title, unit, series) in enumerate(rows):
        caption(g, title)
        if key == "dose":
            same(g, 12)
            soft(g, "grey: what the programmer shows", "caption")
        limits = {"tone": (0.8, 5.2), "patency": (0.0, 1.08)}.get(key) or _limits(series)
        y_ticks = _level_ticks(limits, 5 if each > 85 else 2) if key == "tip" else _plain_ticks(key, limits)
        last = i == len(rows) - 1
        with plot(g, f"follow.{key}", w, max(each, 50) + (24 if last else 0), (0, view.end_day), limits, "", unit, None,
                  ticks, y_ticks, not last) as is_open:  # fmt: skip
            if is_open:
                _curves(view, key, series, now, limits)
    implot.end_aligned_plots()


def _curves(view: FollowView, key: str, series: list[tuple[str, tuple[float, ...], str, float]], now: float, limits: tuple[float, float]) -> None:
    days = np.asarray(view.course.days)
    if key == "tone":
        band("##goal", [0.0, view.end_day], [1.0, 1.0], [2.0, 2.0], T.MARK["ok"], 0.16)
    upright("##events", [d for d, _, _, _ in view.course.events] or [0.0], T.MARK["warn"], 1.0, 0.5)
    upright("##now", [now], T.WHITE, 2.0)
    for j, (name, values, colour, weight) in enumerate(series):
        if len(values) == len(days) and len(days):
            line(name, days, values, colour, weight)
            step = max(len(days) // 8, 1)
            marker = implot.Marker_.circle if j == 0 else implot.Marker_.diamond
            dots(f"##{name}", days[step // 2 :: step], np.asarray(values)[step // 2 :: step], colour, 4.0, marker)
            late = now > view.end_day * 0.86
            edge = 0.16 * (limits[1] - limits[0])
            shift = edge * (0.6 if j == 0 else -0.6) if len(series) > 1 else 0.0
            y = min(max(float(values[-1]) + shift, limits[0] + edge), limits[1] - edge)
            implot.plot_text(name, now, y, (-46.0 if late else 46.0, 0.0))


def _limits(series: list[tuple[str, tuple[float, ...], str, float]]) -> tuple[float, float]:
    values = [v for _, s, _, _ in series for v in s if np.isfinite(v)]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low >= 0:
        return 0.0, max(high * 1.25, 1.0)
    return low - 1.5, high + 1.5


def _level_ticks(limits: tuple[float, float], most: int) -> list[tuple[float, str]]:
    levels = list(range(int(np.ceil(limits[0])), int(np.floor(limits[1])) + 1))
    step = max(-(-len(levels) // most), 1)
    return [(float(v), models.level_words(-v)) for v in levels[::step]]


def _plain_ticks(key: str, limits: tuple[float, float]) -> list[tuple[float, str]]:
    if key == "tone":
        return [(1.0, "1"), (2.0, "2"), (3.0, "3"), (4.0, "4"), (5.0, "5")][::2]
    if key == "patency":
        return [(0.0, "shut"), (0.5, "0.5"), (1.0, "open")]
    size = max(round(limits[1] / 3 / 10), 1) * 10
    return [(float(v), str(v)) for v in range(0, int(limits[1]) + 1, size)]


def _time(g: Gui, view: FollowView) -> None:
    w, h = room(g)
    now = view.course.days[-1] if view.course.days else 0.0
    names = {"you": "you", "patient": "patient", "device": "device"} | (
        {"body": "body"} if models.shows_inside(view.play.level, False) else {})  # fmt: skip
    lanes = [(words, [LaneItem(d, None, k, s) for d, k, s in models.course_events(view.course).get(key, ())])
             for key, words in names.items()]  # fmt: skip
    timeline(g, "follow.timeline", w, 86 if room(g)[1] > 235 else 72, lanes, 0, view.end_day, now, lambda t: f"d {t:.0f}", 7, 76)
    stopped = bool(view.question)
    button(g, "time.step_day", "1 day", "next", w=90, h=38)
    same(g)
    button(g, "time.step_week", "1 week", "next", w=100, h=38)
    same(g)
    label, icon = ("Stop", "pause") if view.is_playing else ("Play", "play")
    button(g, "time.play", label, icon, "on" if view.is_playing else "normal", 116, 38, "Space", enabled=not view.is_over)
    same(g)
    segmented(g, "time.speed", SPEEDS, view.speed, 92 if w > 800 else 84, 38)
    same(g, 12)
    words = "follow-up is over" if view.is_over else ("a decision is yours" if stopped else f"day {now:.0f} of {view.end_day:.0f}")
    if text_width(g, words) + 40 < room(g)[0] or w > 800:
        state(g, "now" if stopped else "info", words, "body", address="follow.state")
    button_finish = view.is_over
    space(g, 0)
    edge = T.MARK["warn"] if stopped else T.LINE
    with card(g, "decision", w, room(g)[1], edge=edge):
        if button_finish:
            text(g, "Follow-up is over.", face="bold")
            soft(g, "The debrief shows what happened, why, and what would have changed it.")
            at(g, w - 200, 14)
            button(g, "follow.debrief", "To the debrief", "next", "primary", 180, 38, "Enter")
            return
        state(g, "warn" if stopped else "info", view.question or "Nothing waits. Let time pass, or act.", "body")
        _decisions(g, w)


def _decisions(g: Gui, w: float) -> None:
    gap = 6.0
    each = (w - 24 - gap * len(DECISIONS)) / (len(DECISIONS) + 1)
    for i, (key, words, icon) in enumerate(DECISIONS):
        if i:
            same(g, gap)
        show_icon = icon if text_width(g, words) + 56 < each else None
        with g.font("body" if text_width(g, words) + 16 < each else "caption"):
            button(g, f"decide.{key}", words, show_icon, w=each, h=36)
    same(g, gap)
    button(g, "programmer.open", "Programmer", "tablet" if each > 140 else None, w=each, h=36)
