"""Settings and accessibility: every change acts at once and is seen in the preview (`settings`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.clinical import meter
from game.hud.gui import Gui, u32
from game.hud.screens import controls
from game.hud.screens.frame import title_bar
from game.hud.widgets import (
    button, caption, card, draw_text, panel, room, same, segmented, slider, soft, space, state, switch, text,
)  # fmt: skip
from game.input.intent import Intent

GROUPS: tuple[tuple[str, str, str], ...] = (
    ("sight", "Sight", "eye"), ("sound", "Hearing", "ear"), ("hands", "Hands and controls", "hand"),
    ("keys", "Keys and buttons", "key"), ("picture", "Picture quality", "camera"), ("case", "Role and records", "lock"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OptionsView:
    """The settings as they are (a `game.settings.Settings`)."""

    settings: Any
    group: str = "sight"
    error: str = ""
    folder: str = ""
    key_page: str = "everywhere"
    notice: str = ""  # what pictures have to do without on this machine
    capture: tuple[str, str] = ("", "")  # address whose key or pad button is being chosen, "key" or "pad"


def draw(g: Gui, view: OptionsView) -> list[Intent]:
    """Draw the settings."""
    title_bar(g, "Settings and accessibility", "saved at once", is_case=False)
    width, height = g.base_size
    top = 48.0 if width < 1200 else T.BAR
    nav_w = 236.0 if width >= 1000 else 190.0
    preview_w = 0.0 if width < 1200 or view.group == "keys" else min(width * 0.34, 520.0)
    tall = min(44.0, (height - top - 24 - 8 * (len(GROUPS) + 2)) / (len(GROUPS) + 2))
    with panel(g, "nav", (0, top, nav_w, height - top)):
        for key, words, icon in GROUPS:
            kind = "on" if key == view.group else "quiet"
            button(g, f"settings.{key}", words, icon if width >= 1000 else None, kind, nav_w - 32, tall, align=0.06)
        if tall >= 44.0:
            space(g, 8)
        button(g, "settings.defaults", "Defaults", "redo", "quiet", nav_w - 32, min(tall, 36.0), align=0.06)
        button(g, "nav.back", "Back", "back", "normal", nav_w - 32, min(tall, 40.0), key="Esc")
    with panel(g, "options", (nav_w, top, width - nav_w - preview_w, height - top)):
        if view.error:
            state(g, "alarm", view.error, "body", wrap=0, address="settings.error")
        if height < 560.0 and view.group != "keys":
            with card(g, "page", *room(g), colour=T.PANEL, edge=T.PANEL, pad=2, scrolls=True):
                _GROUP[view.group](g, view)
        else:
            _GROUP[view.group](g, view)
    if preview_w:
        with panel(g, "preview", (width - preview_w, top, preview_w, height - top), colour=T.CARD):
            _preview(g, view, preview_w - 32)
    return g.taken()


def _tracks(g: Gui) -> tuple[float, float]:
    w, _ = room(g)
    return max(min(w - 190 - 120, 300.0), 120.0), 190.0


def _sight(g: Gui, view: OptionsView) -> None:
    s = view.settings.sight
    text(g, "Sight", size="heading", face="bold")
    imgui.align_text_to_frame_padding()
    text(g, "Size of everything")
    sizes = [("0.8", "80"), ("1.0", "100"), ("1.25", "125"), ("1.5", "150"), ("2.0", "200 %")]
    near = min(sizes, key=lambda p: abs(float(p[0]) - s.scale))[0]
    segmented(g, "sight.scale", sizes, near, min((room(g)[0] - 8) / 5, 96.0))
    soft(g, "Layouts change with size; text is never shrunk to fit.", wrap=0)
    space(g, 2)
    switch(g, "sight.is_high_contrast", "High contrast", s.is_high_contrast, "White on black, stronger lines.")
    switch(g, "sight.has_patterns", "Patterns as well as colour", s.has_patterns, "Plots get markers; states keep icon and word.")
    switch(g, "sight.has_less_motion", "Less movement", s.has_less_motion, "No camera moves; time-lapse in steps.")
    switch(g, "sight.has_captions", "Captions", s.has_captions, "Every sound as words: [where, strength] what.")


def _sound(g: Gui, view: OptionsView) -> None:
    s = view.settings.sound
    text(g, "Hearing", size="heading", face="bold")
    w, offset = _tracks(g)
    for key, words, value in (("master", "All sound", s.master), ("tissue", "Tissue and instruments", s.tissue),
                              ("monitor", "Patient monitor", s.monitor), ("alarms", "Pump alarms", s.alarms)):  # fmt: skip
        slider(g, f"sound.{key}", words, value, 0.0, 1.0, f"{value * 100:.0f} %", w, offset, 0.05)
    soft(g, "Nothing is told by sound alone; captions say the same.", wrap=0)


def _hands(g: Gui, view: OptionsView) -> None:
    s = view.settings.hands
    text(g, "Hands and controls", size="heading", face="bold")
    w, offset = _tracks(g)
    slider(g, "hands.aim_deg_per_px", "Aim", s.aim_deg_per_px, 0.03, 0.30, f"{s.aim_deg_per_px:.2f}° a pixel", w - 40, offset, 0.01)
    slider(g, "hands.steady_ms", "Steady hand", s.steady_ms, 0.0, 120.0, f"{s.steady_ms:.0f} ms" if s.steady_ms else "off", w - 40, offset, 10.0)
    slider(g, "hands.rumble", "Rumble of the gamepad", s.rumble, 0.0, 1.0, f"{s.rumble * 100:.0f} %", w - 40, offset, 0.1)
    switch(g, "hands.is_one_handed", "Mouse only", s.is_one_handed, "Press once instead of hold; a button for fine steps on the picture.")
    switch(g, "hands.is_toggle", "Press once instead of hold", s.is_toggle, "Syringe and needle go on until pressed again.")
    switch(g, "hands.is_slow", "Slow time in procedures", s.is_slow, "Half speed. Noted in the record; never lowers a score.")
    space(g, 2)
    caption(g, "Where things are")
    soft(g, "Every key has a button; one mouse alone is enough. Tab and Enter reach every button, arrows move a slider.", wrap=0)
    soft(g, "Steady hand evens out a tremor in wheel and drags. It is noted in the record and lowers no score.", wrap=0)


def _picture(g: Gui, view: OptionsView) -> None:
    s = view.settings.picture
    text(g, "Picture quality", size="heading", face="bold")
    segmented(g, "picture.preset", (("auto", "Choose for me"), ("full", "Full"), ("software", "Light")), s.preset, min(150.0, room(g)[0] / 3 - 4))
    soft(g, "Light draws without a graphics card. Text is always sharp.", wrap=0)
    if view.notice:
        state(g, "info", view.notice, wrap=0, address="picture.notice")
    switch(g, "picture.is_fullscreen", "Full screen", s.is_fullscreen, f"Window {s.width} x {s.height}.")


def _case(g: Gui, view: OptionsView) -> None:
    s = view.settings.case
    text(g, "Role and records", size="heading", face="bold")
    caption(g, "Help level for new cases")
    w, _ = room(g)
    with g.font("small"):
        segmented(g, "case.level", models.LEVELS, s.level, min((w - 6) / 4, 140.0))
    soft(g, models.LEVEL_NOTES[s.level], "body", wrap=0)
    caption(g, "Records")
    soft(g, "Records stay on this machine. Learners are codes, not names.", "body", wrap=0)
    soft(g, f"Settings file: {view.folder}", wrap=0)


_GROUP = {"sight": _sight, "sound": _sound, "hands": _hands, "keys": controls.draw, "picture": _picture, "case": _case}


def _preview(g: Gui, view: OptionsView, w: float) -> None:
    caption(g, "How it looks")
    text(g, "Firm, springy", size="heading", face="bold")
    meter(g, "preview.meter", 6.8, 0, 12, w, 16, limit=11)
    soft(g, "Push along needle 6.8 N. Could be flavum.")
    space(g, 2)
    for kind in ("ok", "now", "warn", "alarm", "info", "todo"):
        state(g, kind, {"ok": "done: 2 drops seen", "now": "now: advance to the dura", "warn": "check: 64° to the skin",
                        "alarm": "danger: SpO2 low 86 %", "info": "note: image is 2 min old", "todo": "to do: purse-string"}[kind], "body")  # fmt: skip
    space(g, 2)
    with card(g, "preview_card", w, 92):
        soft(g, "Dose per day")
        text(g, "210", size=26.0, face="bold")
        same(g, 6)
        soft(g, "µg/day")
        soft(g, "was 180", "caption")
    space(g, 2)
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    for i, colour in enumerate(T.SERIES[:5]):
        y = where.y + g.px(10 + 16 * i)
        dl.add_line((where.x, y), (where.x + g.px(w - 90), y), u32(colour), g.px(3))
        if view.settings.sight.has_patterns:
            for k in range(6):
                dl.add_circle_filled((where.x + g.px(20 + k * (w - 120) / 6 + 4 * i), y), g.px(4 + i % 2), u32(colour))
        draw_text(g, dl, where.x + g.px(w - 84), y - g.px(8), f"curve {i + 1}", T.INK, "caption")
    imgui.dummy((g.px(w), g.px(96)))
