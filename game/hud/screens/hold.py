"""What lies over the picture for those who hold other devices: the pad's tool wheel, the act in hand, fine steps by mouse."""

from __future__ import annotations

import math
from dataclasses import dataclass

from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.layout import layout_for
from game.hud.widgets import ICON, button, draw_text, panel, text_width
from game.instruments.procedure import ACTS

ROW = 36.0


@dataclass(frozen=True, slots=True)
class HoldView:
    """The act that A does ("" without a pad), the acts on the open wheel, the one pointed at, single-handed help."""

    act_in_hand: str = ""
    wheel: tuple[str, ...] = ()
    pointed: str = ""
    is_one_handed: bool = False
    is_fine: bool = False


def draw(g: Gui, view: HoldView) -> None:
    """Draw what applies over the picture of the working screen."""
    area = layout_for(*g.base_size).view
    if area[2] <= 0 or area[3] <= 0:
        return
    is_picture_shown = "view" in g.rects
    if view.is_one_handed and is_picture_shown:
        _fine(g, area, view.is_fine)
    if view.act_in_hand and is_picture_shown and not view.wheel:
        _in_hand(g, area, view.act_in_hand)
    if view.wheel:
        _wheel(g, area, view)


def _fine(g: Gui, area: tuple[float, float, float, float], is_fine: bool) -> None:
    w, h = 132.0, 40.0
    x, y = area[0] + area[2] - w - 12, area[1] + area[3] - h - 56
    with panel(g, "fine", (x, y, w, h), pad=0, alpha=0.0):
        button(g, "view.fine", "Fine steps", "check" if is_fine else "dot", "on" if is_fine else "normal", w, 34)


def _in_hand(g: Gui, area: tuple[float, float, float, float], address: str) -> None:
    words = ACTS[address].words
    if g.covered:
        return
    draw = imgui.get_foreground_draw_list()
    w = text_width(g, words, "body", "bold") + 48
    x, y = g.px(area[0] + area[2] - w - 12), g.px(area[1] + 12)
    draw.add_rect_filled((x, y), (x + g.px(w), y + g.px(32)), u32(T.BACKDROP, 0.88), g.px(6))
    draw.add_circle_filled((x + g.px(18), y + g.px(16)), g.px(11), u32(T.MARK["ok"]))
    draw_text(g, draw, x + g.px(18), y + g.px(7), "A", T.BACKDROP, "body", "bold", 0.5)
    draw_text(g, draw, x + g.px(36), y + g.px(7), words, T.INK, "body", "bold")
    g.say("view.in_hand", words, address)


def _wheel(g: Gui, area: tuple[float, float, float, float], view: HoldView) -> None:
    """Draw the acts round the middle of the picture, the first at the top, clockwise."""
    draw = imgui.get_foreground_draw_list()
    x0, y0, w, h = area
    middle = (x0 + w / 2, y0 + h / 2)
    rx, ry = min(w / 2 - 90, 300.0), min(h / 2 - 30, 190.0)
    draw.add_rect_filled((g.px(x0), g.px(y0)), (g.px(x0 + w), g.px(y0 + h)), u32(T.BACKDROP, 0.62))
    for i, address in enumerate(view.wheel):
        turn = 2.0 * math.pi * i / len(view.wheel)
        act, is_on = ACTS[address], address == view.pointed
        words = f"{ICON[act.icon]}  {act.words}"
        wide = text_width(g, words, "body", "bold") + 28
        x, y = middle[0] + rx * math.sin(turn) - wide / 2, middle[1] - ry * math.cos(turn) - ROW / 2
        x = min(max(x, x0 + 4), x0 + w - wide - 4)
        low, high = (g.px(x), g.px(y)), (g.px(x + wide), g.px(y + ROW))
        draw.add_rect_filled(low, high, u32(T.BUTTON["on" if is_on else "normal"][0]), g.px(6))
        if is_on:
            draw.add_rect(low, high, u32(T.MARK["warn"]), g.px(6), g.px(2))
        draw_text(g, draw, g.px(x + 14), g.px(y + 9), words, T.INK, "body", "bold")
        g.place(f"view.wheel.{address}", low[0], low[1], high[0] - low[0], high[1] - low[1], act.words, "on" if is_on else "ready")
    shown = ACTS[view.pointed].words if view.pointed else "Point with the left stick"
    draw_text(g, draw, g.px(middle[0]), g.px(middle[1] - 10), shown, T.WHITE, "body", "bold", 0.5)
    draw_text(g, draw, g.px(middle[0]), g.px(middle[1] + 14), "let Y go: A does it. LB, RB: step", T.INK_SOFT, "small", "body", 0.5)
    g.place("view.wheel", g.px(middle[0] - 30), g.px(middle[1] - 12), g.px(60), g.px(24), "tool wheel", "open")
