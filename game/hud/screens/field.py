"""What is drawn over the picture where hands work: contact ring, finger, own marks, lines, loops, stitches, the passer's way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from imgui_bundle import imgui

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.screens.frame import Picture, PlayView
from game.hud.widgets import draw_text
from game.input.field_acts import passed, passer_tip
from game.input.hands import tool_in_hand
from game.instruments.procedure import OPERATIONS

Pixel = tuple[float, float]
FINGER_MM, TIP_MM = 6.0, 1.5  # radii of the contact ring
NORMAL_MM = 10.0
MARK_WORDS = {"midline": "midline", "crest": "crest", "rib": "rib", "entry": "entry", "pocket": "pocket"}


class Field:
    """Places of the patient as pixels of the picture."""

    def __init__(self, g: Gui, picture: Picture, area: tuple[float, float, float, float]) -> None:
        self.g, self.picture, self.area = g, picture, area
        self.draw = imgui.get_window_draw_list()

    def point(self, point_m: Any) -> Pixel | None:
        """Return the pixel of a point of the patient, or None outside the picture."""
        share = self.picture.project(point_m) if self.picture.project is not None else None
        if share is None or not (-0.2 <= share[0] <= 1.2 and -0.2 <= share[1] <= 1.2):
            return None
        x, y, w, h = self.area
        return self.g.px(x + share[0] * w), self.g.px(y + share[1] * h)

    def skin(self, u_mm: float, v_mm: float, lift_mm: float = 0.0, least: float = 0.0) -> Pixel | None:
        """Return the pixel of a place of the skin, lifted off it; None where it faces the eye by no more than a cosine `least`."""
        if self.picture.skin is None:
            return None
        point, normal = self.picture.skin(u_mm, v_mm)
        if self.picture.eye_m is not None:
            away = np.asarray(self.picture.eye_m) - point
            if float(away @ np.asarray(normal)) <= least * float(np.linalg.norm(away)):
                return None
        return self.point(np.asarray(point) + lift_mm * 1e-3 * np.asarray(normal))

    def ring(self, u_mm: float, v_mm: float, radius_mm: float, colour: int, width: float = 1.8) -> None:
        """Draw a circle that lies on the skin."""
        if self.picture.skin is None:
            return
        n = 40 if radius_mm > 20.0 else 20
        if radius_mm > 20.0:  # follows the body
            spots = [self.skin(u_mm + radius_mm * math.sin(a), v_mm + radius_mm * math.cos(a)) for a in np.linspace(0, 2 * math.pi, n)]
        else:
            point, normal = (np.asarray(v) for v in self.picture.skin(u_mm, v_mm))
            side = np.cross(normal, (0.0, 0.0, 1.0))
            side = side / max(float(np.linalg.norm(side)), 1e-9)
            up = np.cross(side, normal)
            r = radius_mm * 1e-3
            spots = [self.point(point + r * (math.cos(a) * side + math.sin(a) * up)) for a in np.linspace(0, 2 * math.pi, n)]
        self.line(spots, colour, width)

    def line(self, spots: Iterable[Pixel | None], colour: int, width: float = 2.0) -> None:
        """Draw a polyline through the pixels that are in sight, broken where they are not."""
        run: list[imgui.ImVec2] = []
        for spot in (*spots, None):
            if spot is not None:
                run.append(imgui.ImVec2(*spot))
                continue
            if len(run) > 1:
                self.draw.add_polyline(run, colour, self.g.px(width), 0)
            run = []

    def label(self, at: Pixel | None, words: str, dx: float = 8.0, dy: float = -20.0, colour: str = T.WHITE) -> None:
        """Write beside a pixel, kept inside the picture."""
        if at is None:
            return
        x, y, w, h = (self.g.px(v) for v in self.area)
        left = min(max(at[0] + self.g.px(dx), x + self.g.px(4)), x + w - self.g.px(9.0 * len(words)))
        top = min(max(at[1] + self.g.px(dy), y + self.g.px(4)), y + h - self.g.px(22))
        draw_text(self.g, self.draw, left + 1, top + 1, words, T.BACKDROP, "small", "bold")
        draw_text(self.g, self.draw, left, top, words, colour, "small", "bold")


def draw_field(g: Gui, view: PlayView, area: tuple[float, float, float, float]) -> None:
    """Draw the overlay of the step in work and publish the named points."""
    picture = view.pictures.get("view")
    if picture is None or picture.project is None:
        return
    field = Field(g, picture, area)
    x, y, w, h = area
    imgui.get_window_draw_list().push_clip_rect((g.px(x), g.px(y)), (g.px(x + w), g.px(y + h)), True)
    _anchors(field, view)
    is_prepared = view.hands.step in ("mark", "prepare")
    is_open = view.obs.is_lumbar_open or not view.obs.pocket.is_closed
    if view.hands.procedure in OPERATIONS and (is_open or is_prepared):
        if tool_in_hand(view.hands) == "sponge" and is_prepared:
            _prep(field, view)
        _own_marks(field, view)
        _by_tool(field, view)
        _stitches(field, view)
    _hover(field, view)
    imgui.get_window_draw_list().pop_clip_rect()


def _anchors(field: Field, view: PlayView) -> None:
    """Publish named points; `at.skin(u,v)`, `at.pocket(u,v)` are asked for through `Gui.spot_of`."""
    g = field.g
    if g.covered:
        return
    for name, point in field.picture.points.items():
        at = field.point(point)
        if at is not None:
            g.anchor(name, *at)
    for i, mark in enumerate(_marks(view), 1):
        at = field.skin(mark[1], mark[2])
        if at is not None:
            g.anchor(f"at.mark.{i}", *at)
    pocket = view.obs.pocket
    middle = (pocket.u_m * 1e3, pocket.v_m * 1e3) if pocket.is_dissected else (view.hands.values["pocket.u"], view.hands.values["pocket.v"])
    g.spots = {
        "at.skin": field.skin, "at.pocket": lambda u, v: field.skin(middle[0] + u, middle[1] + v),
    }  # fmt: skip


def _marks(view: PlayView) -> list[tuple[str, float, float, float]]:
    """Return own ink marks as (kind, u, v, radius) [mm]."""
    return [(m.kind, 1e3 * m.u_m, 1e3 * m.v_m, 1e3 * m.radius_m) for m in view.obs.field.marks]


def _own_marks(field: Field, view: PlayView) -> None:
    """Name own ink; the ink itself is in the picture, and lies under what covers it."""
    for kind, u, v, _ in _marks(view):
        field.label(field.skin(u, v), MARK_WORDS.get(kind, kind), colour=T.INK)


GRAZING = 0.35  # cosine: paint on skin that is seen more from the side would be drawn beyond its edge


def _prep(field: Field, view: PlayView) -> None:
    """Skin that is painted, wet or dry, and the border of what has to be: only while the sponge is in hand."""
    seen = view.obs.field
    u0, u1, v0, v1 = (1e3 * x for x in seen.window_m)
    if u1 > u0:
        edge = [(u0, v) for v in np.linspace(v0, v1, 9)] + [(u, v1) for u in np.linspace(u0, u1, 25)]
        edge += [(u1, v) for v in np.linspace(v1, v0, 9)] + [(u, v0) for u in np.linspace(u1, u0, 25)]
        field.line([field.skin(u, v) for u, v in edge], u32(T.WHITE, 0.5), 1.5)
    painted = np.argwhere(np.asarray(seen.prep_is_painted) > 0.5)
    cell = 1e3 * seen.prep_cell_m
    every = max(len(painted) // 500, 1)
    for iv, iu in painted[::every]:
        u, v = (1e3 * seen.prep_origin_m[i] + (n + 0.5) * cell for i, n in enumerate((iu, iv)))
        at, beside = field.skin(u, v, least=GRAZING), field.skin(u, v + 0.6 * cell)
        if at is not None and beside is not None:
            wet = float(seen.prep_wetness[iv, iu])
            field.draw.add_circle_filled(at, max(math.dist(at, beside), 2.0), u32("d98ab0", 0.10 + 0.22 * wet))


def _hover(field: Field, view: PlayView) -> None:
    """The contact ring under the pointer, with the normal of the skin there."""
    spot = view.hover_mm
    if spot is None or field.g.covered:
        return
    tool = tool_in_hand(view.hands)
    radius = FINGER_MM if tool in ("exam", "finger", "sponge", "swab") else TIP_MM
    field.ring(*spot, radius, u32(T.WHITE, 0.9))
    field.line([field.skin(*spot), field.skin(*spot, NORMAL_MM)], u32(T.WHITE, 0.75), 1.4)


def _by_tool(field: Field, view: PlayView) -> None:
    step, tool, touch = view.hands.step, tool_in_hand(view.hands), view.hands.touch
    values, now = view.hands.values, u32(T.MARK["now"])
    if step in ("mark", "pocket") and not view.obs.pocket.is_dissected:
        field.ring(values["pocket.u"], values["pocket.v"], values["pocket.radius"], u32(T.MARK["now"], 0.8))
    if view.hands.finger.is_down:
        _finger(field, view)
    if step == "needle":
        _rose(field, view)
    if touch.is_down and tool in ("knife", "finger", "sponge", "disc", "marker"):
        size = math.dist(touch.start_mm, touch.at_mm)
        a, b = field.skin(*touch.start_mm), field.skin(*touch.at_mm)
        field.line([a, b], u32(T.MARK["warn"]) if tool == "knife" else now, 2.5)
        if size > 4.0:
            words = {"disc": f"{size:.0f} mm across", "marker": f"radius {size:.0f} mm"}.get(tool, f"{size:.0f} mm")
            field.label(b, words)
    if step == "tunnel":
        _way(field, view)
    if step == "pump" and view.obs.pocket.is_pump_in:
        _pump(field, view)


def _finger(field: Field, view: PlayView) -> None:
    finger = view.hands.finger
    spot = (finger.u_mm, finger.v_mm)
    field.ring(*spot, FINGER_MM, u32(T.WHITE), 2.5)
    high = field.skin(*spot, 8.0 + 3.0 * finger.press_n)
    low = field.skin(*spot)
    field.line([high, low], u32(T.WHITE), 2.5)
    field.label(high, f"{finger.press_n:.3g} N")


def _rose(field: Field, view: PlayView) -> None:
    """The entry and the patient's own directions about it: they do not turn with the camera."""
    needle, values = view.obs.needle, view.hands.values
    spot = (values["entry.x"], values["entry.z"])
    if not needle.is_placed:
        field.ring(*spot, 2.0, u32(T.MARK["now"]), 2.2)
    elif view.level in ("tutor", "assisted"):
        _reach(field, view)
    soft = u32(T.WHITE, 0.55)
    side = 1.0 if spot[0] < 0.0 else -1.0  # toward the midline
    if touch_is_finger(view):
        return
    for du, dv, word in ((0.0, 1.0, "head"), (side, 0.0, "mid")):
        a, b = field.skin(spot[0] + 8 * du, spot[1] + 8 * dv), field.skin(spot[0] + 20 * du, spot[1] + 20 * dv)
        field.line([a, b], soft, 1.5)
        field.label(field.skin(spot[0] + 25 * du, spot[1] + 25 * dv), word, -14.0, -8.0, T.WHITE)


def _reach(field: Field, view: PlayView) -> None:
    """Where the shaft would end at this angle, pushed in to the hub, with a tick each 10 mm still to go."""
    needle = view.obs.needle
    ahead = np.asarray(needle.direction)
    left_mm = 1e3 * (needle.length_m - needle.depth_m)
    if left_mm < 1.0:
        return
    way_mm = [*np.arange(0.0, left_mm, 10.0), left_mm]
    spots = [field.point(np.asarray(needle.tip_m) + 1e-3 * d * ahead) for d in way_mm]
    field.line(spots, u32(T.WHITE, 0.8), 1.6)
    for at in spots[1:]:
        if at is not None:
            field.draw.add_circle_filled(at, field.g.px(2.6), u32(T.MARK["now"]))
    seen = [at for at in spots if at is not None]
    if seen:
        field.label(seen[-1], f"shaft ends {left_mm:.0f} mm on", 4.0, 6.0)


def touch_is_finger(view: PlayView) -> bool:
    """Return whether the finger, not the needle, works now."""
    return tool_in_hand(view.hands) == "exam"


def _way(field: Field, view: PlayView) -> None:
    """Way points as laid, the way that the stiff passer will take, and its nose."""
    hands = view.hands
    for i, (u, v, _) in enumerate(hands.waypoints, 1):
        at = field.skin(u, v)
        if at is not None:
            field.draw.add_circle_filled(at, field.g.px(4), u32(T.MARK["yellow"]))
            field.label(at, str(i), 6.0, -18.0, T.INK)
    path = passed(hands)
    field.line([field.skin(u, v) for u, v, _ in path], u32(T.MARK["yellow"], 0.9), 2.0)
    tip = passer_tip(hands)
    if tip is not None and hands.passer_mm > 0.0:
        field.ring(tip[0], tip[1], 5.0, u32(T.WHITE), 2.5)


def _pump(field: Field, view: PlayView) -> None:
    pocket, values = view.obs.pocket, view.hands.values
    u, v, angle = 1e3 * pocket.pump_u_m, 1e3 * pocket.pump_v_m, math.radians(values["pump.outlet"])
    end = (u + 52.0 * math.sin(angle), v + 52.0 * math.cos(angle))
    field.line([field.skin(u + 30.0 * math.sin(angle), v + 30.0 * math.cos(angle)), field.skin(*end)], u32(T.MARK["now"]), 2.5)
    field.label(field.skin(*end), "outlet", 4.0, -16.0)
    if tool_in_hand(view.hands) == "fingers":
        field.ring(u, v, values["coil.radius"], u32(T.WHITE, 0.8))
        field.label(field.skin(u, v + values["coil.radius"]), f"radius {values['coil.radius']:.0f} mm")


def _stitches(field: Field, view: PlayView) -> None:
    touch = view.hands.touch
    thread = u32("4a8be0")
    for u, v, _ in touch.stitches:
        for sign in (1.0, -1.0):
            field.line([field.skin(u - 2.5, v - 2.5 * sign), field.skin(u + 2.5, v + 2.5 * sign)], thread, 2.2)
    if touch.stitch_in is not None:
        field.ring(*touch.stitch_in, 1.5, thread, 2.5)
        if view.hover_mm is not None:
            field.line([field.skin(*touch.stitch_in), field.skin(*view.hover_mm)], thread, 1.6)
