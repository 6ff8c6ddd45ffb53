"""Two small drawings of the kink lab: the cut through the catheter where it is bent most, and the drip into its cup."""

from __future__ import annotations

import math

from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.widgets import draw_text
from game.kink_lab.scene import wall_axes
from physics.lab_reading import LabReading

DROP_M3 = 50e-9  # a drop of water, 20 to the millilitre
CUP_M3 = 2e-6
N = 48


def _ring(cx: float, cy: float, thin: float, wide: float) -> list[tuple[float, float]]:
    return [(cx + wide * math.cos(2 * math.pi * i / N), cy + thin * math.sin(2 * math.pi * i / N)) for i in range(N)]


def draw_section(g: Gui, seen: LabReading, w: float, h: float) -> None:
    """Draw wall and lumen to scale, with dots where the wall is when straight."""
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    right, low = where.x + g.px(w), where.y + g.px(h)
    dl.add_rect_filled(where, (right, low), u32(T.BACKDROP), g.px(4))
    dl.add_rect(where, (right, low), u32(T.LINE), g.px(4))
    lumen_thin, lumen_wide, thin, wide = (float(v[seen.tightest]) for v in wall_axes(seen))
    scale = g.px(min(w * 0.37, (h - 26) * 0.42)) / seen.outer_radius_m
    cx, cy = where.x + g.px(w / 2), where.y + g.px((h - 24) / 2 + 2)
    share = min(seen.kink_radius_m / seen.least_radius_m, 1.0)
    edge = T.MARK["alarm"] if seen.fold_rad_now > 0.02 else (T.MARK["warn"] if share > 0.6 else T.INK_SOFT)
    outline = _ring(cx, cy, thin * scale, wide * scale)
    dl.add_convex_poly_filled(outline, u32("c9d3d9"))
    dl.add_polyline([*outline, outline[0]], u32(edge), g.px(2.5), 0)
    dl.add_convex_poly_filled(_ring(cx, cy, max(lumen_thin * scale, g.px(0.6)), lumen_wide * scale), u32("0c4f78"))
    for x, y in _ring(cx, cy, seen.outer_radius_m * scale, seen.outer_radius_m * scale)[::2]:
        dl.add_circle_filled((x, y), g.px(1.1), u32(T.INK_FAINT))
    words = f"lumen {seen.least_patency * 100:.0f} % open" if seen.least_patency > 0.005 else "lumen shut"
    ink = T.TEXT["alarm"] if seen.least_patency < 0.3 else T.INK
    draw_text(g, dl, cx, low - g.px(24), words, ink, "small", "body", 0.5)
    imgui.dummy((g.px(w), g.px(h)))
    g.place("lab.section", where.x, where.y, g.px(w), g.px(h), words)


def draw_drip(g: Gui, seen: LabReading, w: float, h: float) -> None:
    """Draw drops that fall into a cup at the rate of the flow; a pump's drops are those of its hurried clock."""
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    cx, top = where.x + g.px(w / 2), where.y
    dl.add_rect_filled((cx - g.px(3), top), (cx + g.px(3), top + g.px(10)), u32("c9d3d9"))
    drops = seen.delivered_m3 / DROP_M3
    cup_top, cup_low = top + g.px(h - 34), top + g.px(h)
    fall = g.px(h - 44)
    rest = drops % 1.0
    if seen.delivered_m3 > 0.0:
        grown = min(rest / 0.6, 1.0)
        radius = g.px(1.5 + 3.0 * grown)
        if rest < 0.6:
            dl.add_circle_filled((cx, top + g.px(10) + radius), radius, u32(T.MARK["now"]))
        else:
            down = ((rest - 0.6) / 0.4) ** 2
            dl.add_circle_filled((cx, top + g.px(12) + down * fall), g.px(4.2), u32(T.MARK["now"]))
    level = min((seen.delivered_m3 % CUP_M3) / CUP_M3, 1.0)
    low, half = cup_low - g.px(2), g.px(w / 2 - 12)
    dl.add_rect_filled((cx - half, low - level * g.px(28)), (cx + half, low), u32(T.MARK["deep"], 0.8), g.px(2))
    for sign in (-1, 1):
        dl.add_line((cx + sign * half, cup_top), (cx + sign * half, cup_low), u32(T.INK_SOFT), g.px(1.5))
    dl.add_line((cx - half, cup_low), (cx + half, cup_low), u32(T.INK_SOFT), g.px(1.5))
    g.say("lab.read.volume", f"{seen.delivered_m3 * 1e9:.0f} uL")
    imgui.dummy((g.px(w), g.px(h)))
