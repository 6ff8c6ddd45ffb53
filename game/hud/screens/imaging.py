"""Fluoroscopy: last image hold with its age, shots, beam time, dose area; C-arm; one pulse at a time."""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.screens.frame import PlayView, picture_or_note
from game.hud.widgets import button, caption, draw_text, right, room, same, segmented, slider, soft, space, state, text, text_width
from game.instruments import fluoroscope

NAMES = {"ap": "AP", "lateral": "Lateral", "oblique": "Oblique"}


def xray_panel(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Draw the whole fluoroscopy panel in an area."""
    arm = view.hands.arm
    name = fluoroscope.view_name(arm.orbit_deg)
    caption(g, "Fluoroscopy")
    note = "beam off, last image held" if arm.shots else "beam off, no image yet"
    right(g, text_width(g, f"X  {note}", "small") + 4)
    state(g, "none", note)
    controls_h = 164.0 if h > 430 else 92.0
    big = max(min(w - 134, h - controls_h - 30), 110.0)
    start = imgui.get_cursor_pos()
    picture_or_note(g, view.pictures.get(name), big, big, f"fluoro.{name}", "no image")
    _labels(g, view, name, big)
    imgui.set_cursor_pos((start.x + g.px(big + 8), start.y))
    _side_column(g, view, name, min(w - big - 8, 126.0), big)
    imgui.set_cursor_pos((start.x, start.y + g.px(big + 8)))
    _controls(g, view, w, controls_h)


def _labels(g: Gui, view: PlayView, name: str, size: float) -> None:
    low, draw = imgui.get_item_rect_min(), imgui.get_window_draw_list()
    age = fluoroscope.age_words(view.hands.arm, name, view.obs.tick)
    words = f"{NAMES[name]}{', ' + age if age else ''}"
    draw.add_rect_filled((low.x, low.y), (low.x + g.px(text_width(g, words, 'small', 'bold') + 18), low.y + g.px(24)),
                         u32(T.BACKDROP, 0.85), g.px(4))  # fmt: skip
    draw_text(g, draw, low.x + g.px(8), low.y + g.px(4), words, T.TEXT["now"], "small", "bold")
    if view.pictures.get(name) is not None and name == "ap":
        draw_text(g, draw, low.x + g.px(8), low.y + g.px(size - 26), "L", T.WHITE, "body", "bold")
        draw_text(g, draw, low.x + g.px(size - 8), low.y + g.px(size - 26), "R", T.WHITE, "body", "bold", 1.0)
    tip = dict(view.hands.arm.tips).get(name)
    if tip is not None and view.level in ("tutor", "assisted"):
        where = f"tip at {models.level_words(tip)}"
        edge = low.x + g.px(size)
        draw.add_rect_filled((edge - g.px(text_width(g, where, "small", "bold") + 18), low.y), (edge, low.y + g.px(24)),
                             u32(T.BACKDROP, 0.85), g.px(4))  # fmt: skip
        draw_text(g, draw, edge - g.px(8), low.y + g.px(4), where, T.TEXT["warn"], "small", "bold", 1.0)
        g.say(f"fluoro.{name}.tip", models.level_words(tip))
    g.say(f"fluoro.{name}.age", age or "none")


def _side_column(g: Gui, view: PlayView, name: str, w: float, h: float) -> None:
    arm = view.hands.arm
    others = [n for n in ("ap", "lateral", "oblique") if n != name and fluoroscope.age_words(arm, n, view.obs.tick)]
    imgui.begin_group()
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(3)))
    if others and h > 230:
        picture_or_note(g, view.pictures.get(others[0]), w, w, f"fluoro.{others[0]}", "no image")
        low, draw = imgui.get_item_rect_min(), imgui.get_window_draw_list()
        draw.add_rect_filled(low, (low.x + g.px(w), low.y + g.px(20)), u32(T.BACKDROP, 0.85))
        words = f"{NAMES[others[0]]} {fluoroscope.age_words(arm, others[0], view.obs.tick)}"
        draw_text(g, draw, low.x + g.px(6), low.y + g.px(2), words, T.TEXT["now"], "caption", "bold")
    compact = h < 300
    for label, value, unit, address in (
        ("Shots", str(arm.shots), "", "carm.shots"), ("Beam time", f"{arm.beam_s:.1f}", "s", "carm.seconds"),
        ("Dose area", models.number(arm.dose_gy_cm2, 2), "Gy·cm²", "carm.dose"),
    ):  # fmt: skip
        soft(g, label, "small")
        if compact and w > 110:
            imgui.same_line(0, g.px(6))
        text(g, value, size="lead", face="bold", address=address)
        if unit:
            same(g, 4)
            soft(g, unit)
    imgui.pop_style_var()
    imgui.end_group()


def _controls(g: Gui, view: PlayView, w: float, h: float) -> None:
    arm = view.hands.arm
    before = len(g._out)
    each = (w - 4) / 3
    picked = segmented(g, "carm", [(k, NAMES[k]) for k in ("ap", "lateral", "oblique")], fluoroscope.view_name(arm.orbit_deg), each)
    del g._out[before:]
    if picked:
        g.emit(f"carm.{picked}")
    if h > 120:
        track = max(w - 110 - 76, 80.0)
        for key, words, low, high in (("carm.orbit", "C-arm orbit", -90, 90), ("carm.tilt", "Cranial tilt", -40, 40)):
            value = view.hands.values[key]
            slider(g, key, words, value, low, high, f"{value:.0f}°", track, 110, 1.0)
    space(g, 0)
    button(g, "carm.beam", "One pulse (lead apron on)", "xray", "primary", w, 38, "Space")
    _ = room
