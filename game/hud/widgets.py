"""Containers, text and controls. Each draws one thing, takes plain data and publishes its address.

Pressing a control emits an `Intent` with the control's address; nothing here knows what it means.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui, rgba, u32

FIXED = (
    imgui.WindowFlags_.no_title_bar | imgui.WindowFlags_.no_resize | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_collapse | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_scrollbar
    | imgui.WindowFlags_.no_scroll_with_mouse | imgui.WindowFlags_.no_nav_inputs
)  # fmt: skip
BEHIND = imgui.WindowFlags_.no_bring_to_front_on_focus | imgui.WindowFlags_.no_nav_focus
ICON = T.ICON


# --- containers ------------------------------------------------------------------------------


@contextmanager
def panel(
    g: Gui, name: str, area: tuple[float, float, float, float], pad: float = T.PAD, colour: str = T.PANEL,
    alpha: float = 1.0, flags: int = 0,
) -> Iterator[None]:  # fmt: skip
    """A fixed region of the screen, in base pixels."""
    x, y, w, h = area
    imgui.set_next_window_pos((g.px(x), g.px(y)))
    imgui.set_next_window_size((g.px(w), g.px(h)))
    imgui.push_style_var(imgui.StyleVar_.window_padding, (g.px(pad), g.px(12 if pad else 0)))
    imgui.push_style_color(imgui.Col_.window_bg, rgba(colour, alpha))
    imgui.begin(f"##{name}", None, FIXED | flags)
    try:
        yield
    finally:
        imgui.dummy((0, 0))
        imgui.end()
        imgui.pop_style_color()
        imgui.pop_style_var()


@contextmanager
def card(
    g: Gui, name: str, w: float = 0.0, h: float = 0.0, colour: str = T.CARD, edge: str = T.LINE, pad: float = 12,
    scrolls: bool = False,
) -> Iterator[None]:  # fmt: skip
    """A framed group inside a panel; lists outside procedures may scroll."""
    flags = 0 if scrolls else imgui.WindowFlags_.no_scrollbar | imgui.WindowFlags_.no_scroll_with_mouse
    imgui.push_style_color(imgui.Col_.child_bg, rgba(colour))
    imgui.push_style_color(imgui.Col_.border, rgba(edge))
    imgui.push_style_var(imgui.StyleVar_.window_padding, (g.px(pad), g.px(pad * 0.8)))
    kind = imgui.ChildFlags_.borders | imgui.ChildFlags_.always_use_window_padding
    imgui.begin_child(f"##{name}", (g.px(w), g.px(h)), kind, flags | imgui.WindowFlags_.no_nav_inputs)
    was, g.in_list = g.in_list, scrolls
    try:
        yield
    finally:
        g.in_list = was
        imgui.dummy((0, 0))
        imgui.end_child()
        imgui.pop_style_var()
        imgui.pop_style_color(2)


def same(g: Gui, gap: float = T.GAP) -> None:
    """Continue the line after a gap."""
    imgui.same_line(0, g.px(gap))


def space(g: Gui, height: float = T.GAP) -> None:
    """Leave room below."""
    imgui.dummy((0, g.px(height)))


def right(g: Gui, width: float) -> None:
    """Continue the line so that the next `width` base pixels end at the right edge."""
    imgui.same_line(0, 0)
    imgui.set_cursor_pos_x(imgui.get_window_width() - g.px(width) - imgui.get_style().window_padding.x)


def room(g: Gui) -> tuple[float, float]:
    """Return the width and height left in the panel, in base pixels."""
    left = imgui.get_content_region_avail()
    return left.x / g.scale, left.y / g.scale


def at(g: Gui, x: float, y: float) -> None:
    """Put the next widget at a place inside the panel, in base pixels."""
    imgui.set_cursor_pos((g.px(x), g.px(y)))


# --- text ------------------------------------------------------------------------------------


def text(
    g: Gui, words: str, colour: str = T.INK, size: str | float = "body", face: str = "body", wrap: float | None = None,
    address: str | None = None,
) -> None:  # fmt: skip
    """Words; `wrap` = 0 wraps at the panel's edge, a number wraps after that many base pixels."""
    with g.font(size, face):
        if wrap is not None:
            imgui.push_text_wrap_pos(imgui.get_cursor_pos_x() + g.px(wrap) if wrap else 0.0)
        imgui.text_colored(rgba(colour), words)
        g.fits(words)
        if wrap is not None:
            imgui.pop_text_wrap_pos()
    if address:
        g.say(address, words)


def caption(g: Gui, words: str, colour: str = T.TEXT["now"]) -> None:
    """A section label."""
    text(g, words.upper(), colour, "caption", "bold")


def soft(g: Gui, words: str, size: str = "small", wrap: float | None = None) -> None:
    """Secondary words."""
    text(g, words, T.INK_SOFT, size, wrap=wrap)


def state(g: Gui, kind: str, words: str = "", size: str = "small", wrap: float | None = None, address: str | None = None) -> None:
    """The one way to show a status: icon and word, coloured third."""
    icon, default = T.STATE[kind]
    face = "bold" if kind in ("warn", "alarm") else "body"
    text(g, f"{icon}  {words or default}", T.TEXT[kind], size, face, wrap)
    if address:
        g.say(address, words or default, kind)


def chip(g: Gui, words: str, kind: str = "none", address: str | None = None) -> None:
    """A small label on a filled ground."""
    with g.font("small"):
        size = imgui.calc_text_size(words)
        where = imgui.get_cursor_screen_pos()
        w, h = size.x + g.px(16), size.y + g.px(8)
        draw = imgui.get_window_draw_list()
        draw.add_rect_filled(where, (where.x + w, where.y + h), u32(T.MARK[kind], 0.22), g.px(4))
        draw.add_text((where.x + g.px(8), where.y + g.px(4)), u32(T.TEXT[kind]), words)
        imgui.dummy((w, h))
    if address:
        g.say(address, words, kind)


def pair(
    g: Gui, label: str, value: str, unit: str = "", colour: str = T.INK, offset: float = 150.0, address: str | None = None
) -> None:
    """Label, value and unit on one line."""
    soft(g, label)
    imgui.same_line(g.px(offset) + imgui.get_style().window_padding.x - g.px(12))
    text(g, value, colour, "body", "bold")
    if unit:
        same(g, 4)
        soft(g, unit)
    if address:
        g.say(address, f"{value} {unit}".strip())


def draw_text(
    g: Gui, draw: Any, x: float, y: float, words: str, colour: str | int = T.INK, size: str | float = "small",
    face: str = "body", align: float = 0.0, wrap: float = 0.0,
) -> None:  # fmt: skip
    """Words on a draw list at absolute pixels; align 0 left, 0.5 centre, 1 right."""
    font_px = (T.SIZE[size] if isinstance(size, str) else size) * g.scale
    if align:
        x -= g.extent(words, size, face)[0] * align
    ink = u32(colour) if isinstance(colour, str) else colour
    draw.add_text(g.faces[face], font_px, (x, y), ink, words, wrap)


def text_width(g: Gui, words: str, size: str | float = "body", face: str = "body") -> float:
    """Return the width of words in base pixels."""
    return g.extent(words, size, face)[0] / g.scale


# --- controls --------------------------------------------------------------------------------


def button(
    g: Gui, address: str, label: str, icon: str | None = None, kind: str = "normal", w: float = 0.0,
    h: float = T.TARGET, key: str | None = None, align: float = 0.5, hold: bool = False, amount: float = 0.0,
    enabled: bool = True,
) -> bool:  # fmt: skip
    """A button with a word, optionally an icon and its key; emits `press`, and `hold` while held."""
    ground, ink = T.BUTTON[kind if enabled else "off"]
    given, key = key, (g.shown_key(address, key) if key else None)
    shown = f"{ICON[icon]}  {label}" if icon and label else (ICON[icon] if icon else label)
    words = g.extent(shown)[0]
    pad = imgui.get_style().frame_padding.x
    key_room = 0.0
    if key:
        key_room = g.extent(key, "caption", "bold")[0] + g.px(18)
        if key != given and w and words + key_room + g.px(10) > g.px(w):
            key, key_room = None, 0.0  # a longer name than the one the button was made for
    if key:
        if w and align == 0.5:
            free = max(g.px(w) - 2 * pad - words, 1.0)
            align = min(max(((g.px(w) - key_room - words) / 2 - pad) / free, 0.0), 1.0)
    imgui.push_style_color(imgui.Col_.button, rgba(ground))
    imgui.push_style_color(imgui.Col_.text, rgba(ink))
    imgui.push_style_var(imgui.StyleVar_.button_text_align, (align, 0.5))
    hit = imgui.button(f"{shown}##{address}", (g.px(w), g.px(h))) and enabled
    active = enabled and imgui.is_item_active()
    imgui.pop_style_var()
    imgui.pop_style_color(2)
    g.mark(address, label or address, "off" if not enabled else ("on" if kind == "on" else "ready"), enabled)
    if w and words + key_room + g.px(10) > g.px(w) + 1 and not g.covered:
        g.clipped.add(f"button {address} needs {(words + key_room) / g.scale + 10:.0f} has {w:.0f}")
    if key:
        _key_cap(g, key, ink)
    by_key = enabled and g.key_hit(address)
    if hold:
        if active or (enabled and g.focus == address and g.focus_hold):
            if not g.covered:
                g.held.add(address)
    if hit or by_key:
        g.emit(address, "press", amount)
    return hit or by_key


def _key_cap(g: Gui, key: str, ink: str) -> None:
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    draw = imgui.get_window_draw_list()
    w, h = g.extent(key, "caption", "bold")
    x, y = high.x - w - g.px(12), (low.y + high.y) / 2
    draw.add_rect((x - g.px(4), y - g.px(9)), (high.x - g.px(7), y + g.px(9)), u32(ink, 0.45), g.px(3))
    draw_text(g, draw, x, y - h / 2, key, ink, "caption", "bold")


def segmented(
    g: Gui, address: str, options: Sequence[tuple[str, str]], chosen: str, w: float = 0.0, h: float = T.TARGET, columns: int = 9
) -> str | None:
    """One choice of few, all visible: [(key, words)]; emits `set` with the key as text."""
    picked = None
    for i, (key, words) in enumerate(options):
        if i % columns:
            same(g, 2)
        on = key == chosen
        label = f"{ICON['check']}  {words}" if on else words
        if _quiet_press(g, f"{address}.{key}", label, "on" if on else "normal", w, h):
            g.emit(address, "set", 0.0, key)
            picked = key
    return picked


def _quiet_press(g: Gui, address: str, label: str, kind: str, w: float, h: float) -> bool:
    """A button that does not emit by itself."""
    before = len(g._out)
    hit = button(g, address, label, kind=kind, w=w, h=h)
    del g._out[before:]
    return hit


def switch(g: Gui, address: str, label: str, is_on: bool, note: str = "") -> bool:
    """On or off, with the word beside it; emits `set` with amount 1 or 0."""
    where = imgui.get_cursor_screen_pos()
    draw = imgui.get_window_draw_list()
    w, h = g.px(48), g.px(26)
    draw.add_rect_filled(where, (where.x + w, where.y + h), u32("1c6b96" if is_on else T.FIELD), h / 2)
    knob = where.x + (w - h / 2 if is_on else h / 2)
    draw.add_circle_filled((knob, where.y + h / 2), h / 2 - g.px(4), u32(T.WHITE if is_on else T.INK_SOFT))
    hit = imgui.invisible_button(f"##{address}", (w, h)) or g.key_hit(address)
    g.mark(address, label, "on" if is_on else "off", True)
    same(g, 12)
    imgui.begin_group()
    text(g, label)
    same(g, 8)
    text(g, "on" if is_on else "off", T.TEXT["now"] if is_on else T.INK_SOFT, "small", "bold")
    if note:
        soft(g, note)
    imgui.end_group()
    if hit:
        g.emit(address, "set", 0.0 if is_on else 1.0)
    return hit


def slider(
    g: Gui, address: str, label: str, value: float, low: float, high: float, shown: str, w: float = 260.0, offset: float = 220.0,
    step: float = 0.0,
) -> float | None:  # fmt: skip
    """Label, track, value in words; emits `set` while dragged."""
    imgui.align_text_to_frame_padding()
    text(g, label)
    imgui.same_line(g.px(offset))
    where = imgui.get_cursor_screen_pos()
    draw = imgui.get_window_draw_list()
    h = g.px(28)
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    y = where.y + h / 2
    draw.add_rect_filled((where.x, y - g.px(3)), (where.x + g.px(w), y + g.px(3)), u32(T.FIELD), g.px(3))
    draw.add_rect_filled((where.x, y - g.px(3)), (where.x + g.px(w) * share, y + g.px(3)), u32(T.MARK["now"]), g.px(3))
    draw.add_circle_filled((where.x + g.px(w) * share, y), g.px(9), u32(T.WHITE))
    imgui.invisible_button(f"##{address}", (g.px(w), h))
    g.mark(address, f"{label} {shown}", "ready", True)
    moved = None
    if imgui.is_item_active():
        raw = low + (high - low) * min(max((imgui.get_io().mouse_pos.x - where.x) / g.px(w), 0.0), 1.0)
        moved = round(raw / step) * step if step else raw
    steps = g.nudged(address)
    if steps:
        moved = min(max(value + steps * (step or (high - low) / 20.0), low), high)
    same(g, 14)
    imgui.align_text_to_frame_padding()
    text(g, shown, face="bold")
    if moved is not None and abs(moved - value) > 1e-9:
        g.emit(address, "set", moved)
        return moved
    return None


def stepper(
    g: Gui, address: str, label: str, shown: str, unit: str, w: float, enabled: bool = True, h: float = T.TARGET
) -> None:
    """Label over [-] value [+]: emits `step` with amount -1 or +1 (fine with Shift), `set` for a typed value."""
    where = imgui.get_cursor_pos()
    soft(g, label, "caption")
    imgui.set_cursor_pos((where.x, where.y + g.px(19)))
    low = imgui.get_cursor_screen_pos()
    for part, icon, amount in (("less", "minus", -1.0), ("more", "plus", 1.0)):
        if amount > 0:
            imgui.set_cursor_pos((where.x + g.px(w - 34), where.y + g.px(19)))
        before = len(g._out)
        hit = button(g, f"{address}.{part}", "", icon, w=34, h=h, hold=True, enabled=enabled)
        del g._out[before:]
        g.texts[f"{address}.{part}"] = f"{label} {part}"
        if hit:
            g.emit(address, "step", amount)
    if _typed_value(g, address, shown, (where.x + g.px(36), where.y + g.px(19)), w - 72, h, enabled):
        imgui.set_cursor_pos((where.x, where.y))
        imgui.dummy((g.px(w), g.px(19 + h)))
        return
    draw = imgui.get_window_draw_list()
    value_w, unit_w = text_width(g, shown, "body", "bold"), text_width(g, unit, "small") + 4 if unit else 0.0
    x = low.x + g.px(w / 2 - (value_w + unit_w) / 2)
    ink = T.INK if enabled else T.INK_FAINT
    draw_text(g, draw, x, low.y + g.px(h / 2 - 9), shown, ink, "body", "bold")
    draw_text(g, draw, x + g.px(value_w + 4), low.y + g.px(h / 2 - 7), unit, T.INK_SOFT, "small")
    if value_w + unit_w > w - 76 and not g.covered:
        g.clipped.add(f"stepper {address} needs {value_w + unit_w + 76:.0f} has {w:.0f}")
    g.say(address, f"{shown} {unit}".strip(), "ready" if enabled else "off")
    imgui.set_cursor_pos((where.x, where.y))
    imgui.dummy((g.px(w), g.px(19 + h)))


def _typed_value(g: Gui, address: str, shown: str, at_px: tuple[float, float], w: float, h: float, enabled: bool) -> bool:
    """The value between [-] and [+]; a press opens it for typing. Return whether it is being typed."""
    imgui.set_cursor_pos(at_px)
    if g.editing is None or g.editing[0] != address or g.covered:
        hit = imgui.invisible_button(f"##{address}.value", (g.px(w), g.px(h)))
        g.mark(address, "", "ready" if enabled else "off", enabled)
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        colour = T.CHOSEN if imgui.is_item_hovered() and enabled else T.FIELD
        imgui.get_window_draw_list().add_rect_filled(low, high, u32(colour), g.px(4))
        if enabled and (hit or g.key_hit(address)):
            g.editing, g.edit_is_new = (address, shown), True
        return False
    imgui.set_next_item_width(g.px(w))
    imgui.push_style_var(imgui.StyleVar_.frame_padding, (g.px(6), g.px(h / 2 - 9)))
    if g.edit_is_new:
        imgui.set_keyboard_focus_here()
    flags = imgui.InputTextFlags_.chars_decimal | imgui.InputTextFlags_.auto_select_all | imgui.InputTextFlags_.enter_returns_true
    entered, words = imgui.input_text(f"##{address}.typed", g.editing[1], int(flags))
    imgui.pop_style_var()
    g.mark(address, words, "editing")
    is_left = not g.edit_is_new and imgui.is_item_deactivated()
    g.editing, g.edit_is_new = (address, words), False
    if entered or is_left:
        g.editing = None
        if _is_number(words):
            g.emit(address, "set", float(words.replace(",", ".")))
    return True


def _is_number(words: str) -> bool:
    try:
        return math.isfinite(float(words.replace(",", ".")))
    except ValueError:
        return False


def text_field(g: Gui, address: str, value: str, w: float, h: float = 80.0, hint: str = "") -> str:
    """Free text over several lines; emits `type` with the whole text when it changes."""
    changed, now = imgui.input_text_multiline(f"##{address}", value, (g.px(w), g.px(h)))
    g.mark(address, now or hint, "editing" if imgui.is_item_active() else "ready", True)
    if not now and hint and not imgui.is_item_active():
        low = imgui.get_item_rect_min()
        draw_text(g, imgui.get_window_draw_list(), low.x + g.px(12), low.y + g.px(8), hint, T.INK_FAINT)
    if changed:
        g.emit(address, "type", 0.0, now)
    return str(now)


def image(g: Gui, texture: Any, w: float, h: float, address: str | None = None, flip: bool = True) -> None:
    """A picture; `flip` for textures whose row 0 is at the bottom (everything drawn by GL)."""
    top, bottom = ((0, 1), (1, 0)) if flip else ((0, 0), (1, 1))
    imgui.image(imgui.ImTextureRef(texture.glo), (g.px(w), g.px(h)), top, bottom)
    g.mark(address, "picture")


def note_box(g: Gui, draw: Any, x: float, y: float, w: float, first: str, second: str = "", kind: str = "now") -> float:
    """A two-line message on a picture at absolute pixels; returns its height in base pixels."""
    h = 56.0 if second else 34.0
    draw.add_rect_filled((x, y), (x + g.px(w), y + g.px(h)), u32(T.BACKDROP, 0.9), g.px(6))
    draw.add_rect_filled((x, y), (x + g.px(5), y + g.px(h)), u32(T.MARK[kind]))
    draw_text(g, draw, x + g.px(16), y + g.px(8), first, T.INK, "body", "bold")
    if second:
        draw_text(g, draw, x + g.px(16), y + g.px(31), second, T.INK_SOFT, "body")
    for words, face in ((first, "bold"), (second, "body")):
        if text_width(g, words, "body", face) > w - 24 and not g.covered:
            g.clipped.add(f'note "{words[:40]}" leaves its box')
    return h


def key_bar(g: Gui, draw: Any, x: float, y: float, w: float, pairs: Sequence[tuple[str, str]]) -> None:
    """What each control does now, over a picture; drops what does not fit."""
    cursor, parts = x + g.px(10), []
    for key, what in pairs:
        kw, ww = text_width(g, key, "small", "bold"), text_width(g, what, "small")
        if cursor + g.px(kw + ww + 30) > x + g.px(w):
            break
        parts.append((cursor, kw, key, what))
        cursor += g.px(kw + ww + 34)
    draw.add_rect_filled((x, y), (cursor - g.px(8), y + g.px(32)), u32(T.BACKDROP, 0.86), g.px(6))
    for left, kw, key, what in parts:
        draw.add_rect((left - g.px(5), y + g.px(6)), (left + g.px(kw + 5), y + g.px(26)), u32(T.INK_FAINT), g.px(4))
        draw_text(g, draw, left, y + g.px(8), key, T.INK, "small", "bold")
        draw_text(g, draw, left + g.px(kw + 11), y + g.px(8), what, T.INK_SOFT)
