"""The unrolled trunk: entry, pocket, pump and tunnel way points on one map of the skin."""

from __future__ import annotations

from collections.abc import Callable

from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.screens.frame import PlayView
from game.hud.widgets import caption, draw_text, right, soft, text_width

U_SPAN, V_SPAN = (-480.0, 480.0), (-160.0, 340.0)  # mm shown


def map_panel(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Draw the map; a press on it sets the point of the current step."""
    caption(g, "Map of the trunk, unrolled")
    note = "spine in the middle, patient's left to the right"
    if text_width(g, note, "caption") + text_width(g, "MAP OF THE TRUNK, UNROLLED", "caption", "bold") + 20 < w:
        right(g, text_width(g, note, "caption"))
        soft(g, note, "caption")
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    scale = min(w / (U_SPAN[1] - U_SPAN[0]), (h - 64) / (V_SPAN[1] - V_SPAN[0]))
    mw, mh = scale * (U_SPAN[1] - U_SPAN[0]), scale * (V_SPAN[1] - V_SPAN[0])

    def spot(u_mm: float, v_mm: float) -> tuple[float, float]:
        return where.x + g.px((u_mm - U_SPAN[0]) * scale), where.y + g.px((V_SPAN[1] - v_mm) * scale)

    draw.add_rect_filled(where, (where.x + g.px(mw), where.y + g.px(mh)), u32("2a2320"), g.px(4))
    draw.push_clip_rect(where, (where.x + g.px(mw), where.y + g.px(mh)), True)
    _ground(g, view, spot)
    _route(g, view, spot, scale)
    draw.pop_clip_rect()
    imgui.set_cursor_screen_pos(where)
    hit = imgui.invisible_button("##map", (g.px(mw), g.px(mh)))
    g.mark("map.trunk", "map of the trunk", "ready")
    if hit:
        mouse = imgui.get_io().mouse_pos
        u = (mouse.x - where.x) / g.px(1) / scale + U_SPAN[0]
        v = V_SPAN[1] - (mouse.y - where.y) / g.px(1) / scale
        _put(g, view, u, v)
    soft(g, _words(view), wrap=0)


def _put(g: Gui, view: PlayView, u: float, v: float) -> None:
    pairs = {"pocket": ("pocket.u", "pocket.v"), "mark": ("pocket.u", "pocket.v"), "tunnel": ("tunnel.u", "tunnel.v"),
             "needle": ("entry.x", "entry.z"), "template": ("template.u", "template.v")}  # fmt: skip
    if view.hands.procedure == "refill":
        pairs["needle"] = ("template.u", "template.v")
    keys = pairs.get(view.hands.step)
    if keys:
        g.emit(keys[0], "set", u)
        g.emit(keys[1], "set", v)
    if view.hands.step == "tunnel":
        g.emit("tunnel.point")


def _words(view: PlayView) -> str:
    return {
        "tunnel": "Press to lay a way point, arrows move the next one, N lays it.",
        "pocket": "Press where the pocket goes. Ring: pocket as set.",
        "mark": "Press where the pump shall lie; mark it sitting.",
        "needle": "Press where the needle enters.",
    }.get(view.hands.step, "Where things lie under the skin.")


def _ground(g: Gui, view: PlayView, spot: Callable[[float, float], tuple[float, float]]) -> None:
    """Grid each 100 mm, spine, levels; rib and crest zones only where the level shows them."""
    draw = imgui.get_window_draw_list()
    for u in range(-400, 401, 100):
        draw.add_line(spot(u, V_SPAN[0]), spot(u, V_SPAN[1]), u32(T.WHITE, 0.06))
    for v in range(-100, 301, 100):
        draw.add_line(spot(U_SPAN[0], v), spot(U_SPAN[1], v), u32(T.WHITE, 0.06))
    draw.add_line(spot(0, V_SPAN[0]), spot(0, V_SPAN[1]), u32(T.WHITE, 0.35), g.px(2))
    if view.level in ("tutor", "assisted"):
        for name, polygon in view.map_marks.items():
            points = [imgui.ImVec2(*spot(u, v)) for u, v in polygon]
            if len(points) > 2:
                draw.add_concave_poly_filled(points, u32(T.MARK["warn"], 0.20))
                draw.add_polyline(points, u32(T.MARK["warn"], 0.7), g.px(1.5), 0)
                xs = sum(p.x for p in points) / len(points)
                ys = sum(p.y for p in points) / len(points)
                draw_text(g, draw, xs, ys - g.px(7), name, T.TEXT["warn"], "caption", "body", 0.5)
    x, y = spot(0, V_SPAN[1])
    draw_text(g, draw, x + g.px(6), y + g.px(3), "head", T.INK_SOFT, "caption")
    x, y = spot(0, V_SPAN[0])
    draw_text(g, draw, x + g.px(6), y - g.px(18), "feet", T.INK_SOFT, "caption")


def _route(g: Gui, view: PlayView, spot: Callable[[float, float], tuple[float, float]], scale: float) -> None:
    draw, values, pocket = imgui.get_window_draw_list(), view.hands.values, view.obs.pocket
    entry = spot(values["entry.x"], values["entry.z"])
    if pocket.is_dissected:
        centre, radius = spot(pocket.u_m * 1e3, pocket.v_m * 1e3), pocket.radius_m * 1e3
    else:
        centre, radius = spot(values["pocket.u"], values["pocket.v"]), values["pocket.radius"]
    ink = u32(T.MARK["now"] if pocket.is_dissected else T.INK_SOFT)
    draw.add_circle(centre, g.px(radius * scale), ink, 0, g.px(2))
    draw_text(g, draw, centre[0], centre[1] - g.px(8), "pocket", T.INK, "caption", "body", 0.5)
    if pocket.is_pump_in:
        draw.add_circle_filled(spot(pocket.pump_u_m * 1e3, pocket.pump_v_m * 1e3), g.px(43.75 * scale), u32(T.INK_SOFT, 0.5))
    draw.add_circle_filled(entry, g.px(5), u32(T.MARK["now"]))
    draw_text(g, draw, entry[0] + g.px(8), entry[1] - g.px(8), "entry", T.INK, "caption")
    points = [entry, *(spot(u, v) for u, v, _ in view.hands.waypoints)]
    if view.hands.waypoints:
        draw.add_polyline([imgui.ImVec2(*p) for p in [*points, centre]], u32(T.MARK["yellow"], 0.9), g.px(2), 0)
    last = (-1e9, -1e9)
    for i, (u, v, depth) in enumerate(view.hands.waypoints):
        x, y = spot(u, v)
        draw.add_circle_filled((x, y), g.px(5), u32(T.MARK["yellow"]))
        is_clear = abs(x - last[0]) > g.px(66) or abs(y - last[1]) > g.px(16)
        if is_clear and abs(x - entry[0]) > g.px(30):
            draw_text(g, draw, x + g.px(4), y - g.px(22), f"{i + 1}: {depth:.0f} mm", T.INK, "caption")
            last = (x, y)
    if view.hands.step == "tunnel":
        x, y = spot(values["tunnel.u"], values["tunnel.v"])
        for dx, dy in ((9, 0), (0, 9)):
            draw.add_line((x - g.px(dx), y - g.px(dy)), (x + g.px(dx), y + g.px(dy)), u32(T.WHITE), g.px(2))
    if view.hands.procedure == "refill":
        x, y = spot(values["template.u"], values["template.v"])
        draw.add_circle((x, y), g.px(9), u32(T.WHITE), 0, g.px(2))
        draw_text(g, draw, x + g.px(12), y - g.px(8), "needle", T.INK, "caption")
