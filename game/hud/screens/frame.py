"""What working screens share: the model of a case in play, title bar, pictures, side panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from imgui_bundle import imgui

from game.hud import bedside, felt, models
from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.layout import Layout
from game.hud.models import CaseCard, ChecklistLine
from game.hud.widgets import (
    ICON, at, button, caption, chip, draw_text, panel, right, same, soft, state, text, text_width,
)  # fmt: skip
from game.input.intent import Hands
from game.instruments.lessons import Verb
from physics.observation import Observation


@dataclass(frozen=True, slots=True)
class Word:
    """A name on a cut-away: where it stands and what it points at, as shares of the picture."""

    text: str
    anchor: tuple[float, float]
    point: tuple[float, float]
    is_left: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A texture with what the overlay needs of it."""

    texture: Any
    is_flipped: bool = True  # row 0 at the bottom, as GL draws
    project: Callable[[Any], tuple[float, float] | None] | None = None  # world point -> share of the picture
    skin: Callable[[float, float], tuple[Any, Any]] | None = None  # (u, v) [mm] -> point and normal of the skin
    points: Mapping[str, Any] = field(default_factory=dict)  # named points: "at.hub", "at.pump.loop.2"
    eye_m: tuple[float, float, float] | None = None  # where the camera stands
    labels: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayView:
    """Everything a working screen shows; plain data and textures."""

    card: CaseCard
    hands: Hands
    obs: Observation
    level: str = "assisted"
    checklist: tuple[ChecklistLine, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # "view", "cutaway", "ap", "lateral", "oblique"
    trace: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())  # depth [mm], force [N]
    trace_marks: tuple[tuple[float, str], ...] = ()
    said: str = ""  # one line that somebody in the room just said
    panel: str = ""  # side panel chosen by the player; "" = the step's own
    is_paused: bool = False
    map_marks: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)  # polygons (u, v) [mm]
    units: str = "clinical"
    heard: str = ""  # caption of the sound that is heard now
    hover_mm: tuple[float, float] | None = None  # place of the trunk under the pointer
    verb: Verb | None = None  # what the tutor asks for now
    is_tutorial: bool = False
    can_undo: bool = False


def title_bar(
    g: Gui, title: str, place: str, level: str = "", clock: str = "", chips: tuple[tuple[str, str], ...] = (), is_case: bool = True
) -> None:
    """Where I am, at what level, and the buttons that are always there (help and pause in a case only)."""
    width = g.base_size[0]
    is_narrow = width < 1200
    h = 48.0 if is_narrow else T.BAR
    buttons_w = (318.0 if is_narrow else 504.0) if is_case else (114.0 if is_narrow else 234.0)
    with panel(g, "top", (0, 0, width, h)):
        x, limit = T.PAD, width - buttons_w - 20
        at(g, x, h / 2 - 15)
        text(g, title, size="heading", face="bold")
        x += text_width(g, title, "heading", "bold") + 14
        labels = [(f"{ICON['user']}  {level}", "info")] if level else []
        labels += [(f"{ICON['clock']}  {clock}", "none")] if clock else []
        labels += list(chips)
        chips_w = sum(text_width(g, words, "small") + 24 for words, _ in labels)
        place_w = text_width(g, place)
        if place and x + place_w + chips_w + 16 < limit:
            at(g, x, h / 2 - 10)
            soft(g, place, "body")
            x += place_w + 16
        for words, kind in labels:
            w = text_width(g, words, "small") + 16
            if x + w < limit:
                at(g, x, h / 2 - 13)
                chip(g, words, kind, f"bar.{words.split()[-1].lower()}")
                x += w + 8
        at(g, width - buttons_w, h / 2 - 16)
        if is_narrow:
            icons = [("bar.help", "help"), ("bar.settings", "gear")]
            if is_case:
                button(g, "call.help", "Call", "phone", w=84, key=None)
                same(g, 6)
                icons = [("bar.pause", "pause"), *icons, ("bar.list", "list")]
            for i, (name, icon) in enumerate(icons):
                if i:
                    same(g, 6)
                button(g, name, "", icon, w=46)
                g.texts[name] = name.split(".")[1]
        else:
            if is_case:
                button(g, "call.help", "Call for help", "phone", w=150, key="H")
                same(g)
                button(g, "bar.pause", "Pause", "pause", w=104, key="P")
                same(g)
            button(g, "bar.help", "Help", "help", w=104, key="F1")
            same(g)
            button(g, "bar.settings", "Settings", "gear", w=106)
    draw = imgui.get_foreground_draw_list() if not g.covered else imgui.get_background_draw_list()
    draw.add_line((0, g.px(h)), (g.size[0], g.px(h)), u32(T.LINE))


def play_bar(g: Gui, view: PlayView, title: str) -> None:
    """The title bar of a case in play."""
    level = dict(models.LEVELS)[view.level]
    title_bar(g, title, f"{view.card.title}: {view.card.patient}", level, models.clinical_words(view.obs))


def focus_tabs(g: Gui, layout: Layout, tabs: list[tuple[str, str, str]], chosen: str) -> None:
    """The tab row of the focus layout: [(key, words, function key)]."""
    with panel(g, "tabs", layout.tabs, pad=10):
        w = min((layout.width - 20 - 6 * (len(tabs) - 1)) / len(tabs), 170.0)
        at(g, 10, 6)
        for i, (key, words, hotkey) in enumerate(tabs):
            if i:
                same(g, 6)
            fits = text_width(g, words) + 50 < w
            button(g, f"panel.{key}", words, None, "on" if key == chosen else "normal", w, 34, key=hotkey if fits else None)


def side_tabs(g: Gui, tabs: list[tuple[str, str]], chosen: str, w: float) -> None:
    """The tab row of a side panel."""
    each = (w - 4 * (len(tabs) - 1)) / len(tabs)
    for i, (key, words) in enumerate(tabs):
        if i:
            same(g, 4)
        button(g, f"panel.{key}", words, None, "on" if key == chosen else "normal", each, 32)


def picture_or_note(g: Gui, picture: Picture | None, w: float, h: float, address: str, note: str) -> None:
    """A picture, or the words that say why there is none."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    if picture is None:
        draw.add_rect_filled(where, (where.x + g.px(w), where.y + g.px(h)), u32(T.SCREEN_BLACK), g.px(4))
        draw_text(g, draw, where.x + g.px(w / 2), where.y + g.px(h / 2 - 9), note, T.INK_SOFT, "small", "body", 0.5)
        imgui.dummy((g.px(w), g.px(h)))
    else:
        top, bottom = ((0, 1), (1, 0)) if picture.is_flipped else ((0, 0), (1, 1))
        imgui.image(imgui.ImTextureRef(picture.texture.glo), (g.px(w), g.px(h)), top, bottom)
    g.place(address, where.x, where.y, g.px(w), g.px(h), note if picture is None else "picture")


def vital_line(g: Gui, view: PlayView, layout: Layout) -> None:
    """The one-line vital strip of the focus layout."""
    rows = bedside.signs(view.obs)
    kind, words = bedside.worst(rows)
    with panel(g, "vitals", layout.vitals, pad=10, colour=T.CARD):
        at(g, 10, 12)
        said = view.said or view.heard or felt.feel(view.obs, view.hands).caption
        numbers = rows[:3]
        need = sum(text_width(g, f"{r.name} {r.value}{' %' if r.key == 'spo2' else ''}", face="bold") + 16 for r in numbers)
        need += text_width(g, f"X  {words}") + 40
        if said and text_width(g, f"X  {said}", face="bold") + need + 30 < layout.width:
            text(g, f"{ICON['cc']}  {said}", face="bold", address="caption.bar")
            right(g, need)
        for row in numbers:
            text(g, f"{row.name} {row.value}{' %' if row.key == 'spo2' else ''}", T.VITAL.get(row.key, T.INK), face="bold",
                 address=f"vitals.{row.key}")  # fmt: skip
            same(g, 14)
        state(g, kind, words, "body", address="vitals.state")


def checklist_panel(g: Gui, view: PlayView, w: float, h: float) -> None:
    """The paper checklist of the step: you tick what you did; nothing here is measured."""
    lines = [c for c in view.checklist if c.step == view.hands.step]
    done = sum(1 for c in view.checklist if c.id in view.hands.ticked)
    caption(g, "Your checklist")
    if w > 300:
        right(g, text_width(g, f"{done} of {len(view.checklist)} ticked", "small"))
        soft(g, f"{done} of {len(view.checklist)} ticked")
    if not lines:
        soft(g, "Nothing to tick in this step. What you do is measured.", wrap=0)
        return
    imgui.push_style_color(imgui.Col_.child_bg, imgui.ImVec4(0, 0, 0, 0))
    imgui.begin_child("##checklist", (g.px(w), max(g.px(h - 30), 1)), 0, imgui.WindowFlags_.no_nav_inputs)
    inner = w - 14
    g.in_list = True
    for line in lines:
        _checklist_line(g, view, line, inner)
    g.in_list = False
    imgui.end_child()
    imgui.pop_style_color()


def _checklist_line(g: Gui, view: PlayView, line: ChecklistLine, w: float) -> None:
    chosen = view.hands.ticked.get(line.id, "")
    where = imgui.get_cursor_pos()
    icon = ICON["box_on"] if chosen else ICON["box"]
    if not line.choices:
        hit = imgui.invisible_button(f"##item.{line.id}", (g.px(w), g.px(44)))
        g.mark(f"item.{line.id}", line.words, "done" if chosen else "to do", True)
        low = imgui.get_item_rect_min()
        draw = imgui.get_window_draw_list()
        hovered = imgui.is_item_hovered()
        draw.add_rect_filled(low, (low.x + g.px(w), low.y + g.px(44)), u32(T.CHOSEN if hovered else T.CARD), g.px(4))
        draw_text(g, draw, low.x + g.px(10), low.y + g.px(12), icon, T.TEXT["ok"] if chosen else T.INK_FAINT, "lead")
        two = text_width(g, line.words, "small") > w - 46
        draw_text(g, draw, low.x + g.px(38), low.y + g.px(5 if two else 13), line.words, T.INK if not chosen else T.INK_SOFT,
                  "small", wrap=g.px(w - 46))  # fmt: skip
        if hit or g.key_hit(f"item.{line.id}"):
            g.emit(f"item.{line.id}")
        return
    imgui.set_cursor_pos((where.x + g.px(10), where.y))
    text(g, line.words, size="small", wrap=w - 16)
    each = (w - 4 * (len(line.choices) - 1)) / len(line.choices)
    for i, (key, words) in enumerate(line.choices):
        if i:
            same(g, 4)
        size = "small" if text_width(g, words) + 20 > each else "body"
        with g.font(size):
            before = len(g._out)
            hit = button(g, f"item.{line.id}.{key.replace(' ', '_')}", words, None, "on" if chosen == key else "normal", each, 32)
            del g._out[before:]
        if hit:
            g.emit(f"item.{line.id}", "press", 0.0, key)
    imgui.dummy((0, g.px(2)))


def clock_phase(view: PlayView) -> float:
    """Return the time that drives waveforms [s]: the simulation's, so pictures repeat exactly."""
    return view.obs.time_s


def as_array(values: tuple[float, ...]) -> Any:
    """Return a tuple as an array for plotting."""
    return np.asarray(values, dtype="f8")
