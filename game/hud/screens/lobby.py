"""Screens around the cases: boot, main menu, case browser, briefing, pause, help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.clinical import clip
from game.hud.gui import Gui, u32
from game.hud.models import CaseCard
from game.hud.screens.frame import Picture, title_bar
from game.hud.widgets import (
    BEHIND, ICON, at, button, caption, card, chip, draw_text, pair, panel, right, room, same, segmented, soft, space, state,
    text, text_width,
)  # fmt: skip
from game.input.intent import Intent

ROLE_ICON = {"resident": "doctor", "nurse": "nurse", "clinic": "bed"}
SLOW_KEYS = "Tab: next    Enter: choose    Esc: back    F1: help"


@dataclass(frozen=True, slots=True)
class BootView:
    """Progress of the first start."""

    share: float = 0.0
    words: str = "starting"
    notes: tuple[str, ...] = ()  # what is missing, with its cure


@dataclass(frozen=True, slots=True)
class MenuView:
    """The main menu."""

    picture: Picture | None = None
    continues: CaseCard | None = None
    continue_words: str = ""
    n_cases: int = 0
    n_replays: int = 0
    who: str = "Learner, records kept here only"


@dataclass(frozen=True, slots=True)
class BrowserView:
    """The case browser."""

    cards: Sequence[CaseCard]
    role: str = "all"
    chosen: str = ""
    level: str = "assisted"


@dataclass(frozen=True, slots=True)
class BriefView:
    """The briefing of one case."""

    card: CaseCard
    level: str
    seed: int
    timeout_done: tuple[str, ...] = ()
    picture: Picture | None = None


TIMEOUT: tuple[tuple[str, str], ...] = (
    ("identity", "Patient, consent and site said aloud"), ("drug", "Drug and strength read from the label"),
    ("antibiotic", "Antibiotic given, time known"), ("equipment", "Implant and spare are in the room"),
)  # fmt: skip


def _fade(g: Gui, width: float, height: float) -> None:
    dl = imgui.get_window_draw_list()
    dark, none = u32(T.BACKDROP, 0.97), u32(T.BACKDROP, 0.0)
    dl.add_rect_filled_multi_color((0, 0), (g.px(width * 0.58), g.px(height)), dark, none, none, dark)
    dl.add_rect_filled_multi_color((0, g.px(height - 140)), (g.px(width), g.px(height)), none, none, dark, dark)


def draw_boot(g: Gui, view: BootView) -> list[Intent]:
    """Name, disclaimer, progress, what is missing and its cure."""
    width, height = g.base_size
    with panel(g, "boot", (0, 0, width, height), pad=0, colour=T.BACKDROP):
        at(g, width * 0.09, height * 0.30)
        text(g, "Thecal", size="name", face="bold")
        at(g, width * 0.09, height * 0.30 + 84)
        soft(g, "Intrathecal baclofen pump trainer", "lead")
        w = min(520.0, width * 0.6)
        at(g, width * 0.09, height * 0.30 + 134)
        where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
        dl.add_rect_filled(where, (where.x + g.px(w), where.y + g.px(10)), u32(T.FIELD), g.px(5))
        dl.add_rect_filled(where, (where.x + g.px(w * min(max(view.share, 0.02), 1.0)), where.y + g.px(10)), u32(T.MARK["now"]), g.px(5))
        at(g, width * 0.09, height * 0.30 + 154)
        soft(g, f"{view.words}   {view.share * 100:.0f} %", "body")
        g.say("boot.progress", view.words)
        at(g, width * 0.09, height * 0.30 + 190)
        imgui.begin_group()
        for note in view.notes:
            state(g, "warn", note, "body")
        imgui.end_group()
        at(g, width * 0.09, height - 70)
        text(g, f"{T.STATE['info'][0]}  {T.DISCLAIMER}", T.TEXT["warn"])
    return g.taken()


def draw_menu(g: Gui, view: MenuView) -> list[Intent]:
    """Continue in one press; everything else one level deep."""
    width, height = g.base_size
    with panel(g, "hero", (0, 0, width, height), pad=0, colour=T.BACKDROP, flags=BEHIND):
        if view.picture is not None:
            top, bottom = ((0, 1), (1, 0)) if view.picture.is_flipped else ((0, 0), (1, 1))
            imgui.image(imgui.ImTextureRef(view.picture.texture.glo), (g.px(width), g.px(height)), top, bottom)
            _fade(g, width, height)
    left = 72.0 if width > 1000 else 28.0
    column = min(520.0, width - 2 * left)
    low, tiny = height < 760, height < 560
    with panel(g, "menu", (left, 20 if low else 56, column, height - (100 if low else 140)), pad=0, alpha=0.0):
        text(g, "Thecal", size=("title" if tiny else 46.0) if low else "name", face="bold")
        soft(g, "Intrathecal baclofen pump trainer", "small" if tiny else "lead")
        if not tiny:
            space(g, 4 if low else 14)
        if view.continues is not None and tiny:
            button(g, "menu.continue", f"Continue: {view.continues.title}", "play", "primary", column, 38, key="C")
        elif view.continues is not None:
            with card(g, "continue", column, 112 if low else 124, edge=T.MARK["now"]):
                caption(g, "Continue")
                text(g, view.continues.title, size="heading", face="bold")
                soft(g, clip(g, view.continue_words or view.continues.trains, column - 170, "small"))
                at(g, column - 146, (112 if low else 124) - 50)
                button(g, "menu.continue", "Continue", "play", "primary", 134, 38, key="C")
            space(g, 2)
        tall = (36.0 if tiny else 44.0 if height > 620 else 40.0) if low else 52.0
        imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(6 if low else 8)))
        for name, icon, words, what, key in _menu_rows(view):
            _menu_row(g, name, icon, words, what, key, column, tall)
        button(g, "menu.quit", "Quit", "door", "quiet", 110)
        imgui.pop_style_var()
    with panel(g, "foot", (left, height - 74, width - 2 * left, 70), pad=0, alpha=0.0):
        text(g, f"{T.STATE['info'][0]}  {T.DISCLAIMER}", T.TEXT["warn"])
        soft(g, SLOW_KEYS)
    if width > 1200:
        with panel(g, "who", (width - 332, 40, 292, 84), pad=14, colour=T.CARD, alpha=0.88):
            caption(g, "Signed in")
            soft(g, view.who)
    return g.taken()


def _menu_rows(view: MenuView) -> list[tuple[str, str, str, str, str]]:
    return [
        ("scenarios", "list", "Cases", f"{view.n_cases} cases by role, step and level", "1"),
        ("replays", "film", "Replays and debriefs", f"{view.n_replays} kept attempts: watch, compare, learn", "2"),
        ("educator", "teach", "Educator", "write cases, run a class, read results (web page)", "3"),
        ("lab", "flask", "Kink lab", "one catheter, two hands: bend, pull, twist, against theory", "5"),
        ("settings", "gear", "Settings and accessibility", "sight, hearing, hands, pace, records", "4"),
    ]


def _menu_row(g: Gui, name: str, icon: str, words: str, what: str, key: str, w: float, h: float) -> None:
    where = imgui.get_cursor_screen_pos()
    button(g, f"menu.{name}", "", None, "normal", w, h, key=key)
    g.texts[f"menu.{name}"] = words
    dl = imgui.get_window_draw_list()
    draw_text(g, dl, where.x + g.px(20), where.y + g.px(h / 2 - 11), ICON[icon], T.TEXT["now"], "lead")
    if h < 40:
        draw_text(g, dl, where.x + g.px(58), where.y + g.px(h / 2 - 11), words, T.INK, "lead", "bold")
        return
    draw_text(g, dl, where.x + g.px(58), where.y + g.px(h / 2 - 20), words, T.INK, "lead", "bold")
    draw_text(g, dl, where.x + g.px(58), where.y + g.px(h / 2 + 2), clip(g, what, w - 110, "small"), T.INK_SOFT)


def draw_browser(g: Gui, view: BrowserView) -> list[Intent]:
    """Cases by role; each card says what it trains, never its twist."""
    title_bar(g, "Cases", "what it trains, never its twist", is_case=False)
    width, height = g.base_size
    top = 48.0 if width < 1200 else T.BAR
    chosen = next((c for c in view.cards if c.id == view.chosen), None)
    side = min(460.0, width * 0.42)
    shown = [c for c in view.cards if view.role in ("all", c.role)]
    with panel(g, "cases", (0, top, width - side, height - top)):
        roles = [("all", "All"), ("resident", "Resident"), ("nurse", "Nurse"), ("clinic", "On call")]
        segmented(g, "scenarios.role", roles, view.role, min(130.0, (width - side - 60) / 4))
        space(g, 4)
        w, h = room(g)
        with card(g, "case_list", w, h - 4, colour=T.PANEL, pad=0, scrolls=True):
            for case in shown:
                _case_row(g, case, w - 14, case.id == view.chosen)
        if not shown:
            soft(g, "No case for this role yet.", "body")
    with panel(g, "case", (width - side, top, side, height - top), colour=T.CARD):
        if chosen is None:
            soft(g, "Choose a case on the left.", "body")
        else:
            _case_detail(g, view, chosen, side - 32)
    return g.taken()


def _case_row(g: Gui, case: CaseCard, w: float, is_chosen: bool) -> None:
    where = imgui.get_cursor_screen_pos()
    h = 74.0
    hit = imgui.invisible_button(f"##scenarios.card.{case.id}", (g.px(w), g.px(h)))
    hovered = imgui.is_item_hovered()
    g.mark(f"scenarios.card.{case.id}", case.title, "chosen" if is_chosen else "ready", True)
    dl = imgui.get_window_draw_list()
    ground = T.CHOSEN if is_chosen else (T.FIELD if hovered else T.CARD)
    dl.add_rect_filled(where, (where.x + g.px(w), where.y + g.px(h)), u32(ground), g.px(T.RADIUS))
    if is_chosen:
        dl.add_rect(where, (where.x + g.px(w), where.y + g.px(h)), u32(T.MARK["now"]), g.px(T.RADIUS), g.px(2))
    draw_text(g, dl, where.x + g.px(16), where.y + g.px(25), ICON[ROLE_ICON.get(case.role, "user")], T.TEXT["now"], "heading")
    draw_text(g, dl, where.x + g.px(52), where.y + g.px(9), case.title, T.INK, "lead", "bold")
    facts = f"{case.level}   {case.minutes} min"
    draw_text(g, dl, where.x + g.px(w - 14), where.y + g.px(11), facts, T.INK_SOFT, "small", "body", 1.0)
    draw_text(g, dl, where.x + g.px(52), where.y + g.px(31), clip(g, case.patient, w - 70, "small"), T.INK_SOFT)
    draw_text(g, dl, where.x + g.px(52), where.y + g.px(50), clip(g, case.trains, w - 70, "small"), T.INK_SOFT)
    if hit or g.key_hit(f"scenarios.card.{case.id}"):
        g.emit(f"scenarios.card.{case.id}")


def _case_detail(g: Gui, view: BrowserView, case: CaseCard, w: float) -> None:
    text(g, case.title, size="title", face="bold")
    soft(g, case.patient, "body", wrap=0)
    text(g, case.trains, wrap=0)
    space(g, 2)
    caption(g, "What you will be able to do")
    for i, words in enumerate(case.objectives):
        if room(g)[1] > 250:
            text(g, f"{i + 1}  {words}", T.INK_SOFT, wrap=0)
    space(g, 2)
    caption(g, "Help")
    columns = 4 if w > 400 else 2
    each = (w - 2 * (columns - 1)) / columns
    with g.font("small"):
        segmented(g, "scenarios.level", models.LEVELS, view.level, each, columns=columns)
    soft(g, models.LEVEL_NOTES[view.level], wrap=0)
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(max(room(g)[1] - 46, 0)))
    button(g, "scenarios.start", "Read the briefing", "next", "primary", w - 118, 42)
    same(g)
    button(g, "nav.back", "Back", "back", "quiet", 110, 42)


def draw_brief(g: Gui, view: BriefView) -> list[Intent]:
    """The case sheet, the order, and the time-out; wrong choices go through."""
    level = dict(models.LEVELS)[view.level]
    title_bar(g, "Briefing", view.card.title, level, is_case=False)
    width, height = g.base_size
    top = 48.0 if width < 1200 else T.BAR
    left_w = width * 0.56
    with panel(g, "sheet", (0, top, left_w, height - top)):
        text(g, view.card.patient, size="heading", face="bold", wrap=0)
        if view.card.goal:
            text(g, f'"{view.card.goal}"', T.TEXT["now"], "lead", wrap=0)
        text(g, view.card.trains, wrap=0)
        space(g, 2)
        caption(g, "Case sheet")
        for label, value in view.card.facts:
            soft(g, label)
            imgui.same_line(g.px(150) + imgui.get_style().window_padding.x - g.px(12))
            text(g, value, wrap=0)
        caption(g, "Objectives")
        for i, words in enumerate(view.card.objectives):
            if room(g)[1] > 50:
                text(g, f"{i + 1}  {words}", T.INK_SOFT, wrap=0)
    with panel(g, "timeout", (left_w, top, width - left_w, height - top), colour=T.CARD):
        w, _ = room(g)
        caption(g, "Time-out, before the first act")
        for key, words in TIMEOUT:
            _timeout_row(g, key, words, key in view.timeout_done, w)
        space(g, 2)
        caption(g, "Your team")
        soft(g, f"Help level {level}: {models.LEVEL_NOTES[view.level]}", "body", wrap=0)
        soft(g, f"Seed {view.seed}. The same seed gives the same patient.", "body", wrap=0)
        pair(g, "Pass mark", f"{view.card.pass_percent:.0f}", "%", offset=120)
        imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(max(room(g)[1] - 70, 0)))
        button(g, "brief.begin", "Begin the case", "play", "primary", w - 118, 42)
        same(g)
        button(g, "nav.back", "Back", "back", "quiet", 110, 42)
        soft(g, T.DISCLAIMER, "caption", wrap=0)
    return g.taken()


def _timeout_row(g: Gui, key: str, words: str, is_done: bool, w: float) -> None:
    where = imgui.get_cursor_screen_pos()
    hit = imgui.invisible_button(f"##brief.timeout.{key}", (g.px(w), g.px(40)))
    g.mark(f"brief.timeout.{key}", words, "done" if is_done else "to do", True)
    dl = imgui.get_window_draw_list()
    dl.add_rect_filled(where, (where.x + g.px(w), where.y + g.px(40)), u32(T.FIELD), g.px(T.RADIUS))
    draw_text(g, dl, where.x + g.px(12), where.y + g.px(11), ICON["box_on"] if is_done else ICON["box"],
              T.TEXT["ok"] if is_done else T.INK_FAINT, "lead")  # fmt: skip
    draw_text(g, dl, where.x + g.px(42), where.y + g.px(10), clip(g, words, w - 56, "body"), T.INK, "body")
    if hit or g.key_hit(f"brief.timeout.{key}"):
        g.emit(f"brief.timeout.{key}")


def draw_pause(g: Gui, title: str, notes: Sequence[str]) -> list[Intent]:
    """The pause overlay: dims the field, never loses work."""
    width, height = g.base_size
    with panel(g, "shade", (0, 0, width, height), pad=0, colour=T.BACKDROP, alpha=0.82):
        pass
    w, h = min(420.0, width - 40), 330.0
    with panel(g, "pause", ((width - w) / 2, (height - h) / 2, w, h), colour=T.CARD):
        text(g, "Paused", size="title", face="bold", address="pause.title")
        soft(g, title, "body", wrap=0)
        for note in notes:
            soft(g, note, wrap=0)
        inner = w - 32
        button(g, "pause.resume", "Go on", "play", "primary", inner, 40, key="P")
        button(g, "bar.settings", "Settings and accessibility", "gear", w=inner, h=40)
        button(g, "pause.restart", "Start this case again", "redo", w=inner, h=40)
        button(g, "pause.leave", "End the case, go to the debrief", "flag", w=inner, h=40)
    return g.taken()


def draw_help(g: Gui, title: str, rows: Sequence[tuple[str, str]], hint: str) -> list[Intent]:
    """What each control does here."""
    width, height = g.base_size
    with panel(g, "shade", (0, 0, width, height), pad=0, colour=T.BACKDROP, alpha=0.82):
        pass
    columns = 2 if len(rows) > 9 and width > 700 else 1
    per = -(-len(rows) // columns)
    w, h = min(360.0 * columns + 60, width - 24), min(190.0 + 27 * per, height - 24)
    with panel(g, "help", ((width - w) / 2, (height - h) / 2, w, h), colour=T.CARD):
        text(g, title, size="heading", face="bold", address="help.title")
        soft(g, hint, "body", wrap=0)
        top = imgui.get_cursor_pos_y() / g.scale
        fit = max(int((h - top - 62) // 27), 1)
        for i, (key, words) in enumerate(rows[: fit * columns]):
            at(g, 16 + (i // min(per, fit)) * (w - 32) / columns, top + 27 * (i % min(per, fit)))
            chip(g, key, "now")
            imgui.same_line(0, g.px(10))
            text(g, words, T.INK, "small")
        at(g, 16, h - 52)
        button(g, "help.close", "Close", "cross", "primary", 130, 38, key="F1")
    return g.taken()


def draw_note(g: Gui, title: str, words: str) -> list[Intent]:
    """A message that needs one press."""
    width, height = g.base_size
    with panel(g, "shade", (0, 0, width, height), pad=0, colour=T.BACKDROP, alpha=0.82):
        pass
    w, h = min(540.0, width - 40), 220.0
    with panel(g, "note", ((width - w) / 2, (height - h) / 2, w, h), colour=T.CARD):
        text(g, title, size="heading", face="bold", address="note.title")
        text(g, words, T.INK_SOFT, wrap=0)
        at(g, 16, h - 56)
        button(g, "note.close", "Close", "check", "primary", 130, 38)
    return g.taken()


__all__ = ["BootView", "BrowserView", "BriefView", "MenuView", "right", "text_width"]
