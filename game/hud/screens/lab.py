"""The kink lab: table, loupe, section, plots against theory, deck of puzzles (`lab`). No score, no patient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from imgui_bundle import imgui

from game.hud import models
from game.hud import theme as T
from game.hud.clinical import clip
from game.hud.gui import Gui, u32
from game.hud.lab_plots import draw_plots
from game.hud.lab_section import draw_drip, draw_section
from game.hud.screens.frame import Picture, title_bar
from game.hud.widgets import (
    ICON, at, button, caption, card, draw_text, key_bar, note_box, panel, right, room, same, segmented, slider, soft, space,
    state, text, text_width,
)  # fmt: skip
from game.input.intent import Intent
from game.kink_lab.bench import CYCLE_COUNTS, Trace, Wishes
from game.kink_lab.cards import DECK, Notes
from physics.catheter.spec import CATHETERS
from physics.lab_reading import LabReading

SETUP_WORDS: tuple[tuple[str, str, str], ...] = (
    ("loop", "Pull a loop", "under glass"), ("arch", "Push together", "under glass"), ("twist", "Turn a hand", "in the air"),
    ("pins", "Round the pins", "under glass"), ("needle", "Needle tip", "in the air"),
)  # fmt: skip
KEYS_FLAT = (("Drag", "a grip"), ("Right drag", "swing it"), ("Wheel", "roll it"), ("Arrows", "1 mm"), ("R", "new piece"), ("C", "bend"))
KEYS_FREE = (("Drag", "a grip"), ("Shift drag", "lift"), ("Right drag", "swing it"), ("Wheel", "roll it"), ("R", "new piece"))

RAMP = (("dfe4e8", "easy"), ("f0a63c", "tight"), ("d5401c", "folds"))
RAMP_W = 190.0


@dataclass(frozen=True, slots=True)
class LabView:
    """Everything the lab's screen shows."""

    seen: LabReading
    trace: Trace
    kept: Trace | None
    wishes: Wishes
    notes: Notes
    is_card_done: bool = False
    said: str = ""
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # "table", "loupe"
    handles: tuple[tuple[str, float, float, str], ...] = ()  # address, place as share of the picture, words
    tab: str = "set"


@dataclass(frozen=True, slots=True)
class Areas:
    """Where things go, in base pixels."""

    left: tuple[float, float, float, float]
    view: tuple[float, float, float, float]
    side: tuple[float, float, float, float]
    strip: tuple[float, float, float, float]
    turn: tuple[float, float, float, float]
    is_narrow: bool


def areas(width: float, height: float) -> Areas:
    """Return the areas for a window of a size in base pixels; a narrow one shows one panel at a time."""
    if width < 1200:
        top, foot = 48.0, max(height * 0.46, 300.0)
        body = (0.0, height - foot + 46, width, foot - 46)
        return Areas(body, (0.0, top, width, height - top - foot), body, body, body, True)
    is_wide = width >= 1500
    left_w, side_w, strip_h = (290.0, 412.0, 258.0) if is_wide else (236.0, 332.0, 214.0)
    body = height - T.BAR - strip_h
    return Areas(
        (0.0, T.BAR, left_w, height - T.BAR), (left_w, T.BAR, width - left_w - side_w, body),
        (width - side_w, T.BAR, side_w, body), (left_w, T.BAR + body, width - left_w - side_w, strip_h),
        (width - side_w, T.BAR + body, side_w, strip_h), False,
    )  # fmt: skip


def draw(g: Gui, view: LabView) -> list[Intent]:
    """Draw the lab."""
    spec = CATHETERS[view.seen.model]
    title_bar(g, "Kink lab", f"{model_words(spec.name)}, folds below a radius of {spec.kink_radius_m * 1e3:.0f} mm", is_case=False,
              chips=((f"{ICON['hand']}  no patient, no score", "info"),))  # fmt: skip
    places = areas(*g.base_size)
    _table(g, view, places)
    if places.is_narrow:
        _narrow(g, view, places)
        return g.taken()
    with panel(g, "lab_left", places.left):
        _left(g, view)
    with panel(g, "lab_side", places.side):
        _readings(g, view)
    with panel(g, "lab_strip", places.strip):
        draw_plots(g, view.seen, view.trace, view.kept, view.wishes.plot)
    with panel(g, "lab_turn", places.turn):
        _cycles(g, view)
    return g.taken()


def _narrow(g: Gui, view: LabView, places: Areas) -> None:
    """One panel at a time under the table."""
    x, y, w, h = places.left
    tabs = (("set", "Set up"), ("read", "Readings"), ("plot", "Plot"), ("bend", "Bend it"))
    with panel(g, "lab_tabs", (x, y - 46, w, 46), pad=8):
        for i, (key, words) in enumerate(tabs):
            if i:
                same(g, 6)
            button(g, f"lab.tab.{key}", words, None, "on" if key == view.tab else "normal", (w - 16 - 18) / 4, 32)
    with panel(g, "lab_body", (x, y, w, h)):
        if view.tab == "plot":
            draw_plots(g, view.seen, view.trace, view.kept, view.wishes.plot)
        else:
            with card(g, "lab_scroll", w - 32, h - 26, colour=T.PANEL, pad=0, scrolls=True):
                {"set": _left, "read": _readings, "bend": _cycles}[view.tab](g, view)


def worn_words(share: float) -> str:
    """Return a share of a wall's life in per cent."""
    return "< 0.1 %" if share < 1e-3 else f"{models.number(share * 100, 1)} %"


def model_words(name: str) -> str:
    """Return a model's name for people."""
    return name.replace("_", " ").capitalize()


def distinct_models() -> list[str]:
    """Return one model of each kind that behaves alike."""
    kinds: dict[tuple[float, ...], str] = {}
    for name, spec in CATHETERS.items():
        kinds.setdefault((spec.outer_diameter_m, spec.bending_stiffness, spec.kink_radius_m), name)
    return list(kinds.values())


# --- the table --------------------------------------------------------------------------------


def _table(g: Gui, view: LabView, places: Areas) -> None:
    x, y, w, h = places.view
    with panel(g, "lab_view", places.view, pad=0, colour=T.BACKDROP):
        where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
        picture = view.pictures.get("table")
        if picture is None:
            draw_text(g, dl, where.x + g.px(w / 2), where.y + g.px(h / 2), "no picture", T.INK_SOFT, align=0.5)
            imgui.dummy((g.px(w), g.px(h)))
        else:
            top, bottom = ((0, 1), (1, 0)) if picture.is_flipped else ((0, 0), (1, 1))
            imgui.image(imgui.ImTextureRef(picture.texture.glo), (g.px(w), g.px(h)), top, bottom)
        g.place("lab", where.x, where.y, g.px(w), g.px(h), "table")
        _handles(g, view, dl, where, w, h)
        _message(g, view, dl, where, w)
        _ramp(g, dl, where.x + g.px(w - 14), where.y + g.px(h - 44))
        if h > 260:
            keys = KEYS_FLAT if view.seen.is_flat else KEYS_FREE
            key_bar(g, dl, where.x + g.px(12), where.y + g.px(h - 44), w - 24 - RAMP_W, keys)


def _ramp(g: Gui, dl: Any, right_px: float, y: float) -> None:
    """What the colours of the wall mean, in words."""
    dl.add_rect_filled((right_px - g.px(RAMP_W), y), (right_px, y + g.px(32)), u32(T.BACKDROP, 0.86), g.px(6))
    x = right_px - g.px(RAMP_W - 10)
    for colour, words in RAMP:
        dl.add_rect_filled((x, y + g.px(11)), (x + g.px(18), y + g.px(21)), u32(colour), g.px(2))
        draw_text(g, dl, x + g.px(23), y + g.px(8), words, T.INK_SOFT, "small")
        x += g.px(23 + text_width(g, words, "small") + 12)


def _handles(g: Gui, view: LabView, dl: Any, where: Any, w: float, h: float) -> None:
    """Rings on what can be grabbed; the one that keys move has a solid ring."""
    size = 36.0
    for address, sx, sy, words in view.handles:
        if not (0.0 <= sx <= 1.0 and 0.0 <= sy <= 1.0):
            continue
        cx = where.x + g.px(min(max(sx * w, size / 2), w - size / 2))
        cy = where.y + g.px(min(max(sy * h, size / 2), h - size / 2))
        is_hand = words in ("left hand", "right hand")
        is_chosen = address == f"lab.grab.{view.wishes.hand + 1}"
        ink = T.MARK["now"] if address.endswith(".1") else (T.MARK["warn"] if address.endswith(".2") else T.WHITE)
        dl.add_circle((cx, cy), g.px(17), u32(ink, 0.95 if is_chosen else 0.55), 32, g.px(2.5 if is_chosen else 1.5))
        if is_hand:
            hand = view.seen.hands[0 if address.endswith(".1") else 1]
            said = words if hand.is_closed else f"{words}, open"
            tw = text_width(g, said, "small")
            left = min(max(cx - g.px(tw / 2), where.x + g.px(4)), where.x + g.px(w - tw - 4))
            dl.add_rect_filled((left - g.px(5), cy + g.px(22)), (left + g.px(tw + 5), cy + g.px(41)), u32(T.BACKDROP, 0.72), g.px(4))
            draw_text(g, dl, left, cy + g.px(23), said, ink)
        g.place(address, cx - g.px(size / 2), cy - g.px(size / 2), g.px(size), g.px(size), words, "ready", True)


def _message(g: Gui, view: LabView, dl: Any, where: Any, w: float) -> None:
    seen = view.seen
    if seen.is_torn:
        first, kind = "Torn: what is fed runs out here.", "alarm"
    elif seen.n_folds and seen.is_occluded:
        first, kind = "Shut: the wall is folded and the lumen closed.", "alarm"
    elif seen.n_folds and seen.fold_rad_now > 0.02:
        first, kind = "Folded: the wall has given way here.", "warn"
    elif seen.n_folds:
        first, kind = "Open again, but the fold stays as a mark.", "warn"
    elif seen.moment_share > 0.8:
        first, kind = "Near its limit: the wall is about to fold.", "warn"
    else:
        first, kind = "Springy: it opens again when you let it.", "now"
    width = min(w - 24, 470.0)
    g.say("lab.state", first, kind)
    note_box(g, dl, where.x + g.px(12), where.y + g.px(12), width, first, clip(g, view.said, width - 40, "body"), kind)


# --- left: puzzle, set-up, model ---------------------------------------------------------------


def _left(g: Gui, view: LabView) -> None:
    w, h = room(g)
    is_tall = h > 720
    _puzzle(g, view, w, 232.0 if is_tall else 200.0)
    space(g, 2)
    caption(g, "On the table")
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(6 if is_tall else 4)))
    for key, words, how in SETUP_WORDS:
        is_on = key == view.seen.setup
        where = imgui.get_cursor_screen_pos()
        button(g, f"lab.setup.{key}", "", None, "on" if is_on else "normal", w, 34 if is_tall else 30)
        g.texts[f"lab.setup.{key}"] = words
        dl, middle = imgui.get_window_draw_list(), 17 if is_tall else 15
        draw_text(g, dl, where.x + g.px(12), where.y + g.px(middle - 10), words, T.WHITE if is_on else T.INK, "body")
        draw_text(g, dl, where.x + g.px(w - 10), where.y + g.px(middle - 8), how, T.INK_SOFT, "caption", align=1.0)
    imgui.pop_style_var()
    space(g, 2)
    caption(g, "Catheter")
    names = distinct_models()
    segmented(g, "lab.model", [(n, model_words(n).split()[0]) for n in names], view.seen.model, (w - 2 * (len(names) - 1)) / len(names))
    spec = CATHETERS[view.seen.model]
    soft(g, f"{spec.outer_diameter_m * 1e3:.1f} mm outside, {spec.inner_diameter_m * 1e3:.2f} mm bore", "caption")
    soft(g, f"EI {spec.bending_stiffness * 1e6:.1f} N mm², folds at {spec.kink_radius_m * 1e3:.0f} mm (assumed)", "caption")
    if view.seen.pins:
        radius = view.seen.pins[0][2] * 1e3
        slider(g, "lab.slider.pins", "Pins", radius, 0.5, 6.0, f"{radius:.1f} mm", w - 150, 52, 0.1)
    bottom = room(g)[1]
    if bottom > 44:
        imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(bottom - 40))
    button(g, "lab.reset", "New piece", "redo", w=(w - 8) * 0.6, h=34, key="R" if w > 240 else None)
    same(g)
    button(g, "nav.back", "Back", "back", "quiet", (w - 8) * 0.4, 34)


def _puzzle(g: Gui, view: LabView, w: float, h: float) -> None:
    now = DECK[view.wishes.card]
    with card(g, "lab_card", w, h, edge=T.MARK["ok"] if view.is_card_done else T.MARK["now"]):
        caption(g, f"Puzzle {view.wishes.card + 1} of {len(DECK)}")
        text(g, now.title, size="lead", face="bold", wrap=0, address="lab.card")
        soft(g, now.ask, wrap=0)
        if view.is_card_done:
            state(g, "ok", now.answer(view.seen, view.notes), wrap=w - 28, address="lab.card.answer")
        else:
            state(g, "info", now.hint, wrap=w - 28, address="lab.card.answer")
        at(g, 12, h - 42)
        button(g, "lab.card.previous", "", "back", w=44, h=30, enabled=view.wishes.card > 0)
        g.texts["lab.card.previous"] = "puzzle before"
        same(g, 6)
        kind = "primary" if view.is_card_done else "normal"
        button(g, "lab.card.next", "Next puzzle", "next", kind, w - 24 - 50, 30, enabled=view.wishes.card + 1 < len(DECK))


# --- right: what instruments read ---------------------------------------------------------------


def _readings(g: Gui, view: LabView) -> None:
    w, h = room(g)
    w, is_tall = min(w, 560.0), h > 470
    cut_w, size = (150.0, 226.0) if is_tall else (124.0, 148.0)
    top = imgui.get_cursor_pos_y() / g.scale
    left = imgui.get_cursor_pos_x() / g.scale
    caption(g, "Loupe on the tightest bend")
    at(g, left + w - cut_w, top)
    caption(g, "Cut through it")
    at(g, left, top + 22)
    _loupe(g, view, w - cut_w - 10, size)
    at(g, left + w - cut_w, top + 22)
    draw_section(g, view.seen, cut_w, size)
    at(g, left, top + 22 + size + 8)
    _numbers(g, view, w, is_tall)
    _fluid(g, view, w)


def _loupe(g: Gui, view: LabView, w: float, h: float) -> None:
    where, dl = imgui.get_cursor_screen_pos(), imgui.get_window_draw_list()
    picture = view.pictures.get("loupe")
    if picture is not None:
        imgui.image(imgui.ImTextureRef(picture.texture.glo), (g.px(w), g.px(h)), *_middle(w, h, picture.is_flipped))
    dl.add_rect(where, (where.x + g.px(w), where.y + g.px(h)), u32(T.LINE), g.px(4))
    g.place("lab.loupe", where.x, where.y, g.px(w), g.px(h), "loupe")


def _middle(w: float, h: float, is_flipped: bool) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return texture corners of the middle of a square picture in a box of another shape."""
    cut = 0.5 * (1.0 - min(w / h, 1.0)), 0.5 * (1.0 - min(h / w, 1.0))
    low, high = (cut[0], cut[1]), (1.0 - cut[0], 1.0 - cut[1])
    return ((low[0], high[1]), (high[0], low[1])) if is_flipped else (low, high)


def _numbers(g: Gui, view: LabView, w: float, is_tall: bool) -> None:
    seen, kept = view.seen, view.kept
    rows = reading_rows(seen)
    line_h = 25.0 if is_tall else 21.0
    column = w - (76 if kept else 0)
    x0, y = imgui.get_cursor_pos_x() / g.scale, imgui.get_cursor_pos_y() / g.scale
    if kept:
        at(g, x0 + column, y - 4)
        text(g, "A, worst", T.TEXT["special"], "caption", "bold")
    olds = trace_rows(kept) if kept else {}
    y += 12 if kept else 0
    for key, label, value, unit, kind in rows:
        at(g, x0, y)
        soft(g, label)
        words = f"{value} {unit}".strip()
        at(g, x0 + column - text_width(g, words, "body", "bold") - (0 if not kept else 10), y - 1)
        text(g, words, T.TEXT[kind] if kind != "none" else T.INK, "body", "bold", address=f"lab.read.{key}")
        if kept and key in olds:
            at(g, x0 + column, y)
            text(g, olds[key], T.TEXT["special"], "small")
        y += line_h
    at(g, x0, y)


def reading_rows(seen: LabReading) -> list[tuple[str, str, str, str, str]]:
    """Return (key, label, value, unit, state) of the instruments."""
    kink = seen.kink_radius_m
    bend = "alarm" if seen.n_folds else ("warn" if seen.least_radius_m < 1.5 * kink else "none")
    shape = (
        ("fold", "Fold, now (most)", f"{math.degrees(seen.fold_rad_now):.0f} ({math.degrees(seen.fold_rad_most):.0f})", "deg", bend)
        if seen.n_folds
        else ("radius", "Tightest bend, radius", radius_words(seen.least_radius_m), "mm", bend)
    )  # fmt: skip
    flat = float(seen.flattening[seen.tightest]) * 100.0
    wall = float(seen.strain[seen.tightest]) * 100.0
    left, right_ = seen.hands
    return [
        shape,
        ("moment", "Bending moment, of fold", f"{seen.moment_share * 100:.0f}", "%", "none"),
        ("oval", "Out of round; wall strain", f"{flat:.0f}; {wall:.0f}", "%", "none"),
        ("open", "Lumen open", f"{seen.least_patency * 100:.0f}", "%", "alarm" if seen.least_patency < 0.3 else "none"),
        ("pull", "Pull, left and right", f"{left.pull_n * 1e3:.1f}  {right_.pull_n * 1e3:.1f}", "mN", "none"),
        ("torque", "Torque", f"{abs(right_.torque) * 1e6:.1f}", "µN m", "none"),
    ]


def trace_rows(trace: Trace) -> dict[str, str]:
    """Return what a kept trace had at its worst, by the keys of `reading_rows`."""
    return {
        "radius": f"{radius_words(trace.least_radius_m)} mm", "fold": f"{math.degrees(trace.most_fold_rad):.0f} deg",
        "open": f"{trace.least_patency * 100:.0f} %", "pull": f"{trace.peak_n * 1e3:.1f} mN",
        "flow": f"{trace.flow_share * 100:.0f} %",
    }  # fmt: skip


def radius_words(radius_m: float) -> str:
    """Return a radius in mm; beyond a metre it is straight."""
    return "straight" if radius_m > 0.9 else models.number(radius_m * 1e3)


def _fluid(g: Gui, view: LabView, w: float) -> None:
    seen = view.seen
    x0, y = imgui.get_cursor_pos_x() / g.scale, imgui.get_cursor_pos_y() / g.scale + 2
    at(g, x0, y)
    caption(g, "Through the lumen")
    share = seen.flow_m3_per_s / seen.open_flow_m3_per_s if seen.open_flow_m3_per_s > 0.0 else 1.0
    words = f"{share * 100:.0f} % of open" if share > 0.0095 or not share else "under 1 % of open"
    at(g, x0 + w - text_width(g, words, "body", "bold"), y - 2)
    text(g, words, T.TEXT["alarm" if seen.is_occluded else ("warn" if share < 0.7 else "ok")], "body", "bold", address="lab.read.flow")
    at(g, x0, y + 24)
    drip_w = 74.0
    with g.font("small"):
        segmented(g, "lab.source", [("drip", "Drip"), ("pump", "Pump")], seen.source, (w - drip_w - 14) / 2, 30)
    at(g, x0, y + 60)
    if seen.source == "drip":
        head = seen.head_m * 100
        slider(g, "lab.slider.head", "Column", head, 2, 100, f"{head:.0f} cm", w - drip_w - 150, 80, 1)
        at(g, x0, y + 92)
        soft(g, f"{seen.flow_m3_per_s * 6e10:.0f} µL a minute")
    else:
        rate = seen.open_flow_m3_per_s * 86400e6
        slider(g, "lab.slider.rate", "Rate", rate, 0.1, 2.0, f"{rate:.1f} mL/d", w - drip_w - 150, 60, 0.1)
        at(g, x0, y + 92)
        soft(g, clip(g, pump_words(seen), w - drip_w - 14, "small"))
    at(g, x0 + w - drip_w, y + 24)
    draw_drip(g, seen, drip_w, 86.0)


def pump_words(seen: LabReading) -> str:
    """Return what the pump does, on its own hurried clock."""
    hours = seen.pump_time_s / 3600.0
    if seen.stalled_since_s >= 0.0:
        return f"stalled at {seen.pressure_pa / 1e3:.0f} kPa for {(seen.pump_time_s - seen.stalled_since_s) / 3600:.1f} h"
    if seen.impaired_since_s >= 0.0:
        return f"held up {(seen.pump_time_s - seen.impaired_since_s) / 60:.0f} min, {seen.pressure_pa / 1e3:.0f} kPa"
    shown = f"{seen.pressure_pa:.1f} Pa" if seen.pressure_pa < 1e3 else f"{seen.pressure_pa / 1e3:.0f} kPa"
    return f"delivers at {shown}, {hours:.1f} h"


# --- below right: cycles and comparing ------------------------------------------------------------


def _cycles(g: Gui, view: LabView) -> None:
    w, h = room(g)
    seen, wishes = view.seen, view.wishes
    low = 28.0 if h < 220 else 33.0
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(5 if h < 220 else 7)))
    caption(g, "Bend it again")
    done = f"{seen.cycles_done:,} done".replace(",", " ")
    if seen.cycles_done:
        done += ", torn" if seen.is_torn else f", {worn_words(seen.life_used)} worn"
    right(g, text_width(g, done, "small"))
    soft(g, done)
    g.say("lab.read.cycles", done)
    each = (w - 2 * (len(CYCLE_COUNTS) - 1)) / len(CYCLE_COUNTS)
    with g.font("small"):
        segmented(g, "lab.cycles", [(str(n), f"{n:,}".replace(",", " ")) for n in CYCLE_COUNTS], str(wishes.cycles), each, low)
    amplitude = wishes.amplitude_m * 1e3
    slider(g, "lab.slider.amplitude", "By", amplitude, 2, 60, f"{amplitude:.0f} mm", w - 130, 40, 1)
    words = f"Stop, {seen.cycles_left:,} left".replace(",", " ") if seen.cycles_left else "Bend it"
    button(g, "lab.cycle", words, "stop" if seen.cycles_left else "redo", "primary" if not seen.cycles_left else "danger", w, low, key="C")
    half = (w - 8) / 2
    for i, side in enumerate(("left", "right")):
        if i:
            same(g)
        is_closed = seen.hands[i].is_closed
        button(g, f"lab.grip.{i + 1}", f"{'Let go' if is_closed else 'Hold'}, {side}", None, "normal" if is_closed else "on", half, low)
    kind = "normal" if view.kept is None else "on"
    button(g, "lab.compare", "Keep as A, compare" if view.kept is None else "Forget A", "branch", kind, w, low, key="K")
    imgui.pop_style_var()


__all__ = ["LabView", "areas", "distinct_models", "draw", "reading_rows"]
