"""Fluoroscopy: last image hold with its age beside the kept one, shots, beam time, dose area; C-arm, blades, picture."""

from __future__ import annotations

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.screens.frame import PlayView, picture_or_note
from game.hud.widgets import button, caption, draw_text, right, same, segmented, slider, soft, space, state, text, text_width
from game.instruments import fluoroscope
from game.instruments.fluoroscope import PAGES
from game.instruments.procedure import SETTINGS
from game.view.passes.dose import staff_usv

NAMES = {"ap": "AP", "lateral": "Lateral", "oblique": "Oblique"}
SHORT = {"ap": "AP", "lateral": "Lat.", "oblique": "Obl."}
PAGE_H = 104.0  # points: the choice of controls and two rows of them
# what each page of controls turns: (setting, words); more than two stand two by two
SLIDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "aim": (("carm.orbit", "C-arm orbit"), ("carm.tilt", "Cranial tilt")),
    "move": (("carm.height", "Head"), ("carm.shift", "Left"), ("carm.turn", "Image")),
    "field": (("carm.iris", "Iris"), ("carm.blades", "Turn"), ("carm.across", "Width"), ("carm.along", "Length")),
}  # fmt: skip
UNITS = {"deg": "°", "mm": " mm", "%": " %"}


def xray_panel(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Draw the whole fluoroscopy panel in an area."""
    arm = view.hands.arm
    name = fluoroscope.view_name(arm.orbit_deg)
    is_on = fluoroscope.is_on(arm, view.obs.tick)
    caption(g, "Fluoroscopy")
    note = "beam on" if is_on else ("beam off, last image held" if arm.shots else "beam off, no image yet")
    right(g, text_width(g, f"X  {note}", "small") + 4)
    state(g, "warn" if is_on else "none", note, address="carm.state")
    has_pages = h > 380
    controls_h = 38.0 + 46.0 + (PAGE_H if has_pages else 0.0)
    big = max(min(w - 134, h - controls_h - 30), 110.0)
    start = imgui.get_cursor_pos()
    picture_or_note(g, view.pictures.get(name), big, big, f"fluoro.{name}", "no image")
    _labels(g, view, name, big, is_on)
    imgui.set_cursor_pos((start.x + g.px(big + 8), start.y))
    _side_column(g, view, name, min(w - big - 8, 126.0), big)
    imgui.set_cursor_pos((start.x, start.y + g.px(big + 6)))
    _controls(g, view, w, has_pages)


def _labels(g: Gui, view: PlayView, name: str, size: float, is_on: bool) -> None:
    low, draw = imgui.get_item_rect_min(), imgui.get_window_draw_list()
    arm = view.hands.arm
    if is_on:
        draw.add_rect(low, (low.x + g.px(size), low.y + g.px(size)), u32(T.MARK["warn"]), g.px(4), g.px(4))
    age = fluoroscope.age_words(arm, name, view.obs.tick)
    words = f"{NAMES[name]}{', ' + age if age else ''}"
    _tag(g, draw, low.x, low.y, words, T.TEXT["now"])
    if view.pictures.get(name) is not None and name == "ap" and abs(arm.turn_deg) < 45.0:
        left, other = ("R", "L") if arm.is_mirrored else ("L", "R")
        draw_text(g, draw, low.x + g.px(8), low.y + g.px(size - 26), left, T.WHITE, "body", "bold")
        draw_text(g, draw, low.x + g.px(size - 8), low.y + g.px(size - 26), other, T.WHITE, "body", "bold", 1.0)
    tip = dict(arm.tips).get(name)
    if tip is not None and view.level in ("tutor", "assisted"):
        where = f"tip at {models.level_words(tip)}"
        _tag(g, draw, low.x + g.px(size - text_width(g, where, "small", "bold") - 18), low.y, where, T.TEXT["warn"])
        g.say(f"fluoro.{name}.tip", models.level_words(tip))
    g.say(f"fluoro.{name}.age", age or "none")


def _tag(g: Gui, draw: imgui.ImDrawList, x: float, y: float, words: str, colour: str) -> None:
    width = text_width(g, words, "small", "bold") + 18
    draw.add_rect_filled((x, y), (x + g.px(width), y + g.px(24)), u32(T.BACKDROP, 0.85), g.px(4))
    draw_text(g, draw, x + g.px(8), y + g.px(4), words, colour, "small", "bold")


def _side_column(g: Gui, view: PlayView, name: str, w: float, h: float) -> None:
    """The picture to compare with (kept, else the last of another view), and what the beam has cost."""
    arm, tick = view.hands.arm, view.obs.tick
    imgui.begin_group()
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(3)))
    beside = _beside(arm, name, tick)
    if beside and h > 180:
        key, words = beside
        side = min(w, h - 104.0)
        picture_or_note(g, view.pictures.get(key), side, side, f"fluoro.{key}", "no image")
        low, draw = imgui.get_item_rect_min(), imgui.get_window_draw_list()
        draw.add_rect_filled(low, (low.x + g.px(side), low.y + g.px(20)), u32(T.BACKDROP, 0.85))
        draw_text(g, draw, low.x + g.px(6), low.y + g.px(2), words, T.TEXT["now"], "caption", "bold")
    for label, value, unit, address in (
        ("Shots", str(arm.shots), "", "carm.shots"), ("Beam", f"{arm.beam_s:.1f}", "s", "carm.seconds"),
        ("Dose", models.number(arm.dose_gy_cm2, 3), "Gy·cm²", "carm.dose"),
    ):  # fmt: skip
        soft(g, label, "small")
        imgui.same_line(0, g.px(6))
        text(g, value, face="bold", address=address)
        if unit and w > 100:
            same(g, 4)
            soft(g, unit)
    is_on_side = view.hands.procedure == "implant" and not view.obs.pocket.is_closed
    soft(g, fluoroscope.beam_words(arm, is_on_side), "small")
    if h > 190:
        soft(g, f"Team {models.number(staff_usv(arm.dose_gy_cm2), 2)} µSv", "small")
    imgui.pop_style_var()
    imgui.end_group()


def _beside(arm: fluoroscope.CArm, name: str, tick: int) -> tuple[str, str] | None:
    """Return (picture, words) of the small picture: the kept one of this view, a kept one, another view's last."""
    kept = [n for n, _ in arm.kept]
    for view in sorted(kept, key=lambda n: n != name):
        return f"keep.{view}", f"Kept {SHORT[view]} {fluoroscope.kept_words(arm, view, tick)}"
    for other in NAMES:
        age = fluoroscope.age_words(arm, other, tick)
        if other != name and age:
            return other, f"{SHORT[other]} {age}"
    return None


def _controls(g: Gui, view: PlayView, w: float, has_pages: bool) -> None:
    arm = view.hands.arm
    name = fluoroscope.view_name(arm.orbit_deg)
    each = (w - 14) / 4
    before = len(g._out)
    picked = segmented(g, "carm", [(k, NAMES[k]) for k in ("ap", "lateral", "oblique")], name, each, 32)
    del g._out[before:]
    if picked:
        g.emit(f"carm.{picked}")
    same(g, 6)
    button(g, "carm.keep", "Keep", "check", w=each, h=32, enabled=bool(fluoroscope.age_words(arm, name, view.obs.tick)))
    if has_pages:
        _pages(g, view, w)
    space(g, 0)
    button(g, "carm.beam", "Hold for pulses", "xray", "on" if fluoroscope.is_on(arm, view.obs.tick) else "primary", w - 96, 38,
           "Space", hold=True)  # fmt: skip
    same(g, 6)
    button(g, "carm.spot", "Spot", "camera", w=90, h=38)


def _pages(g: Gui, view: PlayView, w: float) -> None:
    arm = view.hands.arm
    before = len(g._out)
    page = segmented(g, "carm.page", list(PAGES), arm.page, (w - 6) / 4, 28)
    del g._out[before:]
    if page:
        g.emit(f"carm.page.{page}")
    if arm.page == "film":
        _picture_rows(g, view, w)
        return
    sliders = SLIDERS[arm.page]
    is_paired = len(sliders) > 2
    for k, (key, words) in enumerate(sliders):
        if is_paired and k % 2:
            same(g, 8)
        imgui.begin_group()
        _slider(g, view, key, words, (w - 8) / 2 if is_paired else w, 52 if is_paired else 92)
        imgui.end_group()


def _slider(g: Gui, view: PlayView, key: str, words: str, w: float, label_w: float) -> None:
    setting, value = SETTINGS[key], view.hands.values[key]
    shown = f"{value:.0f}{UNITS.get(setting.unit, '')}"
    slider(g, key, words, value, setting.low, setting.high, shown, max(w - label_w - 68, 30.0), label_w, setting.fine)


def _picture_rows(g: Gui, view: PlayView, w: float) -> None:
    """Field [cm] and pulses a second; black or white bone, mirrored."""
    arm, choices = view.hands.arm, view.hands.choices
    for words, key, each, act in (
        ("Field", "carm.size", 56.0, ("carm.invert", "White bone", arm.is_inverted)),
        ("Rate", "carm.rate", 46.0, ("carm.mirror", "Mirror", arm.is_mirrored)),
    ):
        where = imgui.get_cursor_pos()
        imgui.align_text_to_frame_padding()
        soft(g, words)
        imgui.set_cursor_pos((where.x + g.px(40), where.y))
        segmented(g, key, [(k, k) for k, _ in SETTINGS[key].options], choices[key], each, 28)
        same(g, 8)
        button(g, act[0], act[1], w=min(w - 240, 96), h=28, kind="on" if act[2] else "normal")
