"""Clinical components: step rail, tray, vital signs, waveform, gauge, volume account, timeline, score, chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from imgui_bundle import imgui
from numpy.typing import NDArray

from game.hud import theme as T
from game.hud.gui import Gui, u32
from game.hud.widgets import ICON, button, draw_text, same, soft, state, text, text_width

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RailStep:
    """One bead of the rail."""

    key: str
    words: str
    state: str
    note: str = ""
    short: str = ""


def step_rail(g: Gui, steps: Sequence[RailStep], name: str = "rail") -> None:
    """The procedure as a spine of beads; the notes say what was measured. A press goes to the step."""
    draw, last = imgui.get_window_draw_list(), None
    for step in steps:
        where = imgui.get_cursor_screen_pos()
        centre = (where.x + g.px(9), where.y + g.px(11))
        if last is not None:
            draw.add_line((centre[0], last + g.px(10)), (centre[0], centre[1] - g.px(10)), u32(T.LINE), g.px(2))
        last = centre[1]
        strong = step.state == "now"
        start = imgui.get_cursor_pos()
        draw_text(g, draw, centre[0], where.y + g.px(2), T.STATE[step.state][0], T.MARK[step.state], "lead", "body", 0.5)
        imgui.set_cursor_pos((start.x + g.px(28), start.y + g.px(2)))
        imgui.begin_group()
        text(g, step.words, T.INK if step.state in ("now", "warn", "alarm") else T.INK_SOFT, "body",
             "bold" if strong else "body", wrap=0)  # fmt: skip
        if step.note:
            text(g, step.note, T.TEXT[step.state] if step.state in ("warn", "alarm") else T.INK_SOFT, "small", wrap=0)
        imgui.end_group()
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        imgui.set_cursor_pos(start)
        h = max(high.y - low.y + g.px(6), g.px(27))
        _row_press(g, f"{name}.{step.key}", imgui.get_content_region_avail().x, h, step.words, step.state)
        imgui.set_cursor_pos((start.x, start.y + h))


RAIL_ROW = 33.0  # tuned: a row of the rail with one note among them


def step_grid(g: Gui, steps: Sequence[RailStep], name: str = "rail") -> None:
    """The rail where there is no height for it: two columns of buttons without notes."""
    w = imgui.get_content_region_avail().x / g.scale
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(6), g.px(5)))
    for i, step in enumerate(steps):
        if i % 2:
            same(g, 6)
        words = clip(g, step.words, (w - 6) / 2 - 54, "body")
        button(g, f"{name}.{step.key}", words, None, "on" if step.state == "now" else "normal", (w - 6) / 2, 30)
        g.texts[f"{name}.{step.key}"] = step.words
        g.states[f"{name}.{step.key}"] = T.STATE[step.state][1]
    imgui.pop_style_var()


def _row_press(g: Gui, address: str, w_px: float, h_px: float, words: str, state_word: str) -> None:
    hit = imgui.invisible_button(f"##{address}", (max(w_px, 1.0), h_px))
    g.mark(address, words, T.STATE[state_word][1] if state_word in T.STATE else state_word, True)
    if hit or g.key_hit(address):
        g.emit(address)


def bead_rail(g: Gui, steps: Sequence[RailStep], w: float, h: float, name: str = "rail") -> None:
    """The rail of the compact layout: beads with one word each."""
    draw, origin = imgui.get_window_draw_list(), imgui.get_window_pos()
    pitch = min((h - 8) / max(len(steps), 1), 50.0)
    for i, step in enumerate(steps):
        y = origin.y + g.px(6 + pitch * (i + 0.5))
        strong = step.state == "now"
        draw_text(g, draw, origin.x + g.px(w / 2), y - g.px(19), T.STATE[step.state][0], T.MARK[step.state], "lead", "body", 0.5)
        draw_text(g, draw, origin.x + g.px(w / 2), y + g.px(1), step.short or step.key, T.INK if strong else T.INK_SOFT,
                  "caption", "bold" if strong else "body", 0.5)  # fmt: skip
        imgui.set_cursor_screen_pos((origin.x, y - g.px(pitch / 2 - 1)))
        _row_press(g, f"{name}.{step.key}", g.px(w), g.px(pitch - 3), step.words, step.state)


def tool_tray(g: Gui, tools: Sequence[tuple[str, str, str, str]], w: float, h: float, columns: int = 2) -> None:
    """[(key, words, icon, state)]; state is "held", "ready", "used" or "missing"."""
    for i, (key, words, icon, how) in enumerate(tools):
        if i % columns:
            same(g, 8)
        kind = "on" if how == "held" else ("quiet" if how in ("used", "missing") else "normal")
        button(g, f"tray.{key}", words, icon, kind, w, h, align=0.12)
        g.states[f"tray.{key}"] = how
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        draw = imgui.get_window_draw_list()
        if how == "held":
            draw.add_rect(low, high, u32(T.MARK["now"]), g.px(T.RADIUS), g.px(2))
        word = {"held": "in hand", "used": "put away", "missing": "not opened", "ready": ""}[how]
        if h >= 48 and word:
            ink = T.TEXT["now"] if how == "held" else T.INK_SOFT
            draw_text(g, draw, high.x - g.px(6), high.y - g.px(17), word, ink, "caption", align=1.0)


def vital(
    g: Gui, address: str, name: str, value: str, unit: str, colour: str, limits: str = "", kind: str = "", size: float = 34.0
) -> None:
    """A number of the monitor with unit and its limit in words."""
    imgui.begin_group()
    text(g, name, T.INK_SOFT, "small")
    text(g, value, colour, size, "bold")
    same(g, 5)
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(size * 0.5))
    soft(g, unit)
    if kind:
        state(g, kind, limits, "caption")
    elif limits:
        soft(g, limits, "caption")
    imgui.end_group()
    g.mark(address, f"{value} {unit}", kind or "ok")


def meter(
    g: Gui, address: str, value: float, low: float, high: float, w: float, h: float = 14.0,
    good: tuple[float, float] | None = None, limit: float | None = None, colour: str = T.MARK["now"],
) -> None:  # fmt: skip
    """A gauge; the acceptable band is a bracket and the hard limit a bar, so it reads without colour."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()

    def x_of(v: float) -> float:
        return where.x + g.px(w) * min(max((v - low) / (high - low), 0.0), 1.0)

    y0, y1 = where.y + g.px(7), where.y + g.px(7 + h)
    draw.add_rect_filled((where.x, y0), (where.x + g.px(w), y1), u32(T.FIELD), g.px(3))
    draw.add_rect_filled((where.x, y0), (x_of(value), y1), u32(colour), g.px(3))
    if good:
        ink = u32(T.MARK["ok"])
        for v, sign in zip(good, (1, -1), strict=True):
            draw.add_line((x_of(v), y0 - g.px(5)), (x_of(v), y1 + g.px(5)), ink, g.px(2))
            for y in (y0 - g.px(5), y1 + g.px(5)):
                draw.add_line((x_of(v), y), (x_of(v) + sign * g.px(6), y), ink, g.px(2))
    if limit is not None:
        draw.add_line((x_of(limit), y0 - g.px(6)), (x_of(limit), y1 + g.px(6)), u32(T.MARK["alarm"]), g.px(3))
    tip = x_of(value)
    draw.add_triangle_filled((tip, y0 + g.px(3)), (tip - g.px(6), y0 - g.px(6)), (tip + g.px(6), y0 - g.px(6)), u32(T.WHITE))
    imgui.dummy((g.px(w), g.px(h + 13)))
    g.place(address, where.x, where.y, g.px(w), g.px(h + 13), f"{value:.3g}")


def waveform(
    g: Gui, address: str, y: FloatArray, w: float, h: float, colour: str, label: str, sweep: float, is_grid: bool = True
) -> None:
    """A monitor trace (0..1) with an erase gap at the sweep position (0..1)."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    x1, y1 = where.x + g.px(w), where.y + g.px(h)
    draw.add_rect_filled(where, (x1, y1), u32(T.SCREEN_BLACK), g.px(3))
    if is_grid:
        for i in range(1, 13):
            x = where.x + g.px(w) * i / 13
            draw.add_line((x, where.y), (x, y1), u32(T.LINE, 0.45))
    n = len(y)
    xs = np.linspace(where.x, x1, n)
    ys = where.y + g.px(h) * (0.90 - 0.78 * y)
    cut = min(max(int(n * sweep), 2), n - 1)
    for start, end in ((0, cut), (min(cut + n // 40 + 2, n - 1), n)):
        points = [imgui.ImVec2(float(a), float(b)) for a, b in zip(xs[start:end], ys[start:end], strict=True)]
        if len(points) > 1:
            draw.add_polyline(points, u32(colour), g.px(2.0), 0)
    draw.add_circle_filled((float(xs[cut - 1]), float(ys[cut - 1])), g.px(3.5), u32(T.WHITE))
    draw_text(g, draw, where.x + g.px(8), where.y + g.px(3), label, colour, "small", "bold")
    imgui.dummy((g.px(w), g.px(h)))
    g.place(address, where.x, where.y, g.px(w), g.px(h), label)


def volume_account(
    g: Gui, bars: Sequence[tuple[str, float | None, str]], allowed_ml: float, capacity_ml: float, w: float, h: float
) -> None:
    """Same-scale columns: expected, drawn, in the pump now; the difference is a bracket with words."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    top, tall = 26.0, h - 58.0
    note_w = 132.0
    bar_w = min((w - 46 - note_w) / 3 - 18, 84.0)

    def y_of(ml: float) -> float:
        return where.y + g.px(top + tall * (1 - ml / capacity_ml))

    step = 5 if capacity_ml <= 25 else 10
    for ml in range(0, int(capacity_ml) + 1, step):
        draw.add_line((where.x + g.px(34), y_of(ml)), (where.x + g.px(w - note_w), y_of(ml)), u32(T.LINE))
        draw_text(g, draw, where.x + g.px(28), y_of(ml) - g.px(8), str(ml), T.INK_SOFT, "caption", "body", 1.0)
    draw_text(g, draw, where.x, where.y, "mL", T.INK_SOFT, "caption")
    for i, (name, value, kind) in enumerate(bars):
        x = where.x + g.px(46 + i * (bar_w + 18))
        draw.add_rect((x, y_of(capacity_ml)), (x + g.px(bar_w), y_of(0)), u32(T.INK_FAINT), g.px(3), g.px(1.5))
        if value is not None:
            draw.add_rect_filled((x + 1, y_of(value)), (x + g.px(bar_w) - 1, y_of(0)), u32(T.MARK[kind], 0.75))
        shown = "?" if value is None else f"{value:.1f}"
        draw_text(g, draw, x + g.px(bar_w / 2), y_of(value or 0.0) - g.px(25), shown, T.WHITE, "lead", "bold", 0.5)
        draw_text(g, draw, x + g.px(bar_w / 2), y_of(0) + g.px(6), name, T.INK_SOFT, "caption", "body", 0.5)
    expected, drawn = bars[0][1], bars[1][1]
    if expected is not None and drawn is not None:
        _account_bracket(g, where.x + g.px(46 + 3 * (bar_w + 18) - 8), y_of, expected, drawn, allowed_ml)
    imgui.dummy((g.px(w), g.px(h)))
    g.place("account.bars", where.x, where.y, g.px(w), g.px(h), "volume account")


def _account_bracket(
    g: Gui, x: float, y_of: Callable[[float], float], expected: float, drawn: float, allowed_ml: float
) -> None:
    draw = imgui.get_window_draw_list()
    delta = drawn - expected
    kind = "ok" if abs(delta) <= allowed_ml else "warn"
    draw.add_line((x, y_of(drawn)), (x, y_of(expected) + (g.px(2) if abs(delta) < 0.1 else 0)), u32(T.MARK[kind]), g.px(3))
    middle = y_of((expected + drawn) / 2)
    draw_text(g, draw, x + g.px(10), middle - g.px(26), f"{delta:+.1f} mL", T.TEXT[kind], "lead", "bold")
    words = ("inside the", "allowed band") if kind == "ok" else (
        ("more left than", "programmed") if delta > 0 else ("less left than", "programmed"))  # fmt: skip
    for i, line in enumerate(words):
        draw_text(g, draw, x + g.px(10), middle - g.px(4 - 15 * i), line, T.INK_SOFT, "caption")


@dataclass(frozen=True, slots=True)
class LaneItem:
    """A span (`end` set) or a moment on a lane."""

    start: float
    end: float | None
    kind: str
    words: str = ""


def timeline(
    g: Gui, address: str, w: float, h: float, lanes: Sequence[tuple[str, Sequence[LaneItem]]], t0: float, t1: float,
    cursor: float | None, fmt: Callable[[float], str], ticks: int = 8, left: float = 96.0,
) -> None:  # fmt: skip
    """Lanes of moments and spans; icon and word carry the meaning. A press emits `set` with the time."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    x0, x1 = where.x + g.px(left), where.x + g.px(w) - g.px(8)
    span = max(t1 - t0, 1e-9)

    def x_of(t: float) -> float:
        return x0 + (x1 - x0) * (t - t0) / span

    lane_h = (g.px(h) - g.px(24)) / max(len(lanes), 1)
    draw.add_rect_filled((x0, where.y), (x1, where.y + g.px(h) - g.px(22)), u32(T.BACKDROP), g.px(4))
    for k in range(ticks + 1):
        t = t0 + span * k / ticks
        draw.add_line((x_of(t), where.y), (x_of(t), where.y + g.px(h) - g.px(20)), u32(T.LINE))
        align = 0.0 if k == 0 else (1.0 if k == ticks else 0.5)
        draw_text(g, draw, x_of(t), where.y + g.px(h) - g.px(18), fmt(t), T.INK_SOFT, "caption", "body", align)
    for j, (name, items) in enumerate(lanes):
        y = where.y + j * lane_h
        draw_text(g, draw, where.x, y + lane_h / 2 - g.px(9), name, T.INK_SOFT, "small")
        if j:
            draw.add_line((x0, y), (x1, y), u32(T.LINE, 0.6))
        _lane_items(g, items, x_of, y, lane_h, x1)
    if cursor is not None and t0 <= cursor <= t1:
        x = x_of(cursor)
        draw.add_line((x, where.y - g.px(4)), (x, where.y + g.px(h) - g.px(20)), u32(T.WHITE), g.px(2))
        draw.add_triangle_filled((x - g.px(7), where.y - g.px(8)), (x + g.px(7), where.y - g.px(8)), (x, where.y + g.px(3)), u32(T.WHITE))
    imgui.set_cursor_screen_pos((x0, where.y))
    if imgui.invisible_button(f"##{address}", (x1 - x0, g.px(h) - g.px(22))):
        share = (imgui.get_io().mouse_pos.x - x0) / max(x1 - x0, 1.0)
        g.emit(address, "set", t0 + span * min(max(share, 0.0), 1.0))
    g.mark(address, "timeline")
    imgui.set_cursor_screen_pos((where.x, where.y))
    imgui.dummy((g.px(w), g.px(h)))


def _lane_items(
    g: Gui, items: Sequence[LaneItem], x_of: Callable[[float], float], y: float, lane_h: float, x1: float
) -> None:
    """Draw one lane; words of a moment are dropped where they would run into the next."""
    draw = imgui.get_window_draw_list()
    free_from = -1e9
    moments = [x_of(item.start) for item in items if item.end is None]
    for item in items:
        x = x_of(item.start)
        width = g.px(text_width(g, item.words, "caption")) if item.words else 0.0
        if item.end is not None:
            x_end = x_of(item.end)
            draw.add_rect_filled((x, y + g.px(4)), (x_end, y + lane_h - g.px(4)), u32(T.MARK[item.kind], 0.45), g.px(3))
            if item.words and width + g.px(10) < x_end - x:
                draw_text(g, draw, x + g.px(6), y + lane_h / 2 - g.px(8), item.words, T.WHITE, "caption")
            continue
        draw_text(g, draw, x, y + lane_h / 2 - g.px(9), T.STATE[item.kind][0], T.MARK[item.kind], "body", "body", 0.5)
        room = min([other - g.px(8) for other in moments if other > x], default=x1 - g.px(3))
        if item.words and x > free_from and x + g.px(11) + width < room:
            draw_text(g, draw, x + g.px(11), y + lane_h / 2 - g.px(8), item.words, T.TEXT[item.kind], "caption")
            free_from = x + g.px(24) + width


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One rubric line with its proof."""

    id: str
    words: str
    points: float
    of: float
    measured: str
    wanted: str
    when: str
    source: str


def score_line(g: Gui, row: ScoreRow, w: float, is_chosen: bool) -> None:
    """One line: words, points, measured, wanted, moment, source; a press opens the moment."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    h = g.px(46)
    kind = "ok" if row.points >= row.of - 1e-9 else ("alarm" if row.points <= 0 else "warn")
    draw.add_rect_filled(where, (where.x + g.px(w), where.y + h), u32(T.CHOSEN if is_chosen else T.CARD), g.px(4))
    if is_chosen:
        draw.add_rect(where, (where.x + g.px(w), where.y + h), u32(T.MARK["now"]), g.px(4), g.px(2))
    draw_text(g, draw, where.x + g.px(10), where.y + g.px(5), T.STATE[kind][0], T.MARK[kind], "body")
    points = f"{row.points:.3g} of {row.of:.3g}"
    words_w = w - 56 - text_width(g, points, "body", "bold")
    draw_text(g, draw, where.x + g.px(36), where.y + g.px(4), clip(g, row.words, words_w, "body", "bold"), T.INK, "body", "bold")
    draw_text(g, draw, where.x + g.px(w - 10), where.y + g.px(4), points, T.TEXT[kind], "body", "bold", 1.0)
    proof = f"{row.when}   {row.source}".strip()
    proof = clip(g, proof, w * 0.4, "small")
    left_w = w - 60 - text_width(g, proof, "small")
    draw_text(g, draw, where.x + g.px(36), where.y + g.px(25),
              clip(g, f"{row.id}   measured {row.measured}   wanted {row.wanted}", left_w, "small"), T.INK_SOFT, "small")  # fmt: skip
    draw_text(g, draw, where.x + g.px(w - 10), where.y + g.px(25), proof, T.INK_SOFT, "small", "body", 1.0)
    _row_press(g, f"score.{row.id}", g.px(w), h, row.words, kind)


def clip(g: Gui, words: str, w: float, size: str, face: str = "body") -> str:
    """Shorten words to a width with an ellipsis (free text of content only; the full text is elsewhere)."""
    if text_width(g, words, size, face) <= w:
        return words
    while words and text_width(g, words + "...", size, face) > w:
        words = words[:-1]
    return words.rstrip() + "..."


@dataclass(frozen=True, slots=True)
class ChainNode:
    """One box of the causal chain."""

    key: str
    column: int
    row: int
    head: str
    fact: str
    kind: str
    when: str


def causal_chain(
    g: Gui, w: float, h: float, nodes: Sequence[ChainNode], links: Sequence[tuple[str, str]], heads: Sequence[str]
) -> None:
    """Hands to outcome, left to right; thick = it mattered; every box opens its moment."""
    where, draw = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    top = g.px(22)
    columns = max(len(heads), 1)
    rows = 1 + max((n.row for n in nodes), default=0)
    cell_w, cell_h = g.px(w) / columns, (g.px(h) - top) / rows
    box_w = cell_w - g.px(40)
    two = any(text_width(g, n.head, "small", "bold") > box_w / g.scale - 42 for n in nodes)
    box_h = min(cell_h - g.px(10), g.px(118 if two else 84))
    by_key: Mapping[str, ChainNode] = {n.key: n for n in nodes}
    box = {n.key: (where.x + n.column * cell_w, where.y + top + n.row * cell_h + (cell_h - box_h) / 2) for n in nodes}
    for i, name in enumerate(heads):
        draw_text(g, draw, where.x + i * cell_w + g.px(2), where.y, name, T.INK_SOFT, "small")
    for a, b in links:
        if a not in box or b not in box:
            continue
        (ax, ay), (bx, by) = box[a], box[b]
        hot = by_key[a].kind in ("warn", "alarm")
        ink = u32(T.MARK["warn"] if hot else T.INK_FAINT)
        start, end = imgui.ImVec2(ax + box_w, ay + box_h / 2), imgui.ImVec2(bx - g.px(7), by + box_h / 2)
        bend = (end.x - start.x) / 2
        draw.add_bezier_cubic(start, (start.x + bend, start.y), (end.x - bend, end.y), end, ink, g.px(2.5 if hot else 1.5))
        draw.add_triangle_filled((end.x + g.px(7), end.y), (end.x - g.px(3), end.y - g.px(5)), (end.x - g.px(3), end.y + g.px(5)), ink)
    for node in nodes:
        _chain_box(g, node, *box[node.key], box_w, box_h)
    imgui.set_cursor_screen_pos(where)
    imgui.dummy((g.px(w), g.px(h)))


def _chain_box(g: Gui, node: ChainNode, x: float, y: float, w: float, h: float) -> None:
    draw = imgui.get_window_draw_list()
    heavy = node.kind in ("warn", "alarm")
    draw.add_rect_filled((x, y), (x + w, y + h), u32(T.CARD), g.px(6))
    draw.add_rect((x, y), (x + w, y + h), u32(T.MARK[node.kind], 0.9), g.px(6), g.px(2.5 if heavy else 1.5))
    draw.add_rect_filled((x, y), (x + g.px(6), y + h), u32(T.MARK[node.kind]), g.px(3))
    draw_text(g, draw, x + g.px(14), y + g.px(6), T.STATE[node.kind][0], T.MARK[node.kind], "small")
    base_w = w / g.scale
    draw.push_clip_rect((x, y), (x + w, y + h - g.px(18 if h > g.px(60) else 0)), True)
    wraps = text_width(g, node.head, "small", "bold") > base_w - 42 and h > g.px(90)
    head = node.head if wraps else clip(g, node.head, base_w - 42, "small", "bold")
    draw_text(g, draw, x + g.px(34), y + g.px(5), head, T.INK, "small", "bold", wrap=w - g.px(40) if wraps else 0.0)
    draw_text(g, draw, x + g.px(14), y + g.px(42 if wraps else 26), node.fact, T.INK_SOFT, "caption", wrap=w - g.px(24))
    draw.pop_clip_rect()
    if h > g.px(60):
        draw_text(g, draw, x + w - g.px(8), y + h - g.px(19), node.when, T.TEXT["now"], "caption", "bold", 1.0)
    imgui.set_cursor_screen_pos((x, y))
    _row_press(g, f"chain.{node.key}", w, h, node.head, node.kind)


def alarm_icon(kind: str) -> str:
    """Return the icon of a state kind."""
    return T.STATE[kind][0]


__all__ = ["ICON", "ChainNode", "LaneItem", "RailStep", "ScoreRow"]
