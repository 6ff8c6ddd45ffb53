"""The working screen of a procedure: every step shares this frame, the tool and the side panel change.

Rail: what am I doing. Picture: where is it. Side: do it, X-ray, list, map. Bottom: what do I feel, how is
the patient. One set of panels serves the wide, compact and focus layouts.
"""

from __future__ import annotations

from collections.abc import Collection

from imgui_bundle import imgui

from game.hud import bedside, felt, guide
from game.hud import theme as T
from game.hud.clinical import RAIL_ROW, bead_rail, meter, step_grid, step_rail, tool_tray, vital, waveform
from game.hud.gui import Gui, u32
from game.hud.layout import Layout, layout_for
from game.hud.screens import imaging, trunk_map
from game.hud.screens.acts import act_panel
from game.hud.screens.field import draw_field
from game.hud.screens.frame import (
    PlayView, as_array, checklist_panel, clock_phase, focus_tabs, picture_or_note, play_bar, side_tabs, vital_line,
)  # fmt: skip
from game.hud.plots import band, dots, line, plot, upright
from game.hud.screens.refill import account_panel, proof_rows
from game.hud.widgets import (
    BEHIND, ICON, at, caption, draw_text, key_bar, note_box, panel, pair, right, room, same, soft, space, state, text, text_width,
)  # fmt: skip
from game.input.intent import Intent, current_step, tool_in_hand
from game.instruments import coil, monitor, palpation, tray

TITLES = {"implant": "Implant", "refill": "Refill", "clinic": "On call", "exchange": "Pump exchange", "revise": "Revision", "explant": "Explant"}
LEAST_MAP = 190.0  # a lower map cannot be pressed with care
TABS = (("view", "Picture", "F2"), ("act", "Do", "F3"), ("xray", "X-ray", "F4"), ("list", "List", "F5"), ("map", "Map", "F6"),
        ("steps", "Steps", "F7"), ("patient", "Patient", "F8"))  # fmt: skip


def draw(g: Gui, view: PlayView) -> list[Intent]:
    """Draw the working screen and return its intents."""
    layout = layout_for(*g.base_size)
    g.ground = T.PANEL  # so its panels are not filled: a software renderer pays for every pixel twice
    play_bar(g, view, TITLES[view.hands.procedure])
    step = current_step(view.hands)
    if layout.kind == "focus":
        _draw_focus(g, view, layout)
        return g.taken()
    _rail(g, view, layout)
    _picture(g, view, layout)
    chosen = _chosen(view, ("act", "xray", "list", "map", "volumes"), step.panel)
    with panel(g, "side", layout.side, alpha=0.0):
        w, _ = room(g)
        third = ("volumes", "Volumes") if view.hands.procedure == "refill" else ("map", "Map")
        side_tabs(g, [("act", "Do"), ("xray", "X-ray"), ("list", "List"), third], chosen, w)
        space(g, 2)
        _side_content(g, view, chosen)
    _hand(g, view, layout)
    _strip(g, view, layout)
    _vitals(g, view, layout)
    _frame_lines(g, layout)
    return g.taken()


def _chosen(view: PlayView, known: Collection[str], otherwise: str) -> str:
    """Return the side panel to show; "set" is a page of "act"."""
    wanted = "act" if view.panel in ("set", "act.here") else view.panel
    return wanted if wanted in known else otherwise


def _frame_lines(g: Gui, layout: Layout) -> None:
    if g.covered:
        return
    draw, y = imgui.get_background_draw_list(), g.px(layout.hand[1])
    draw.add_line((0, y), (g.size[0], y), u32(T.LINE))


def _side_content(g: Gui, view: PlayView, chosen: str) -> None:
    w, h = room(g)
    if chosen == "xray":
        imaging.xray_panel(g, view, w, h)
    elif chosen == "list":
        checklist_panel(g, view, w, h)
    elif chosen == "map":
        step, whole = current_step(view.hands), w * 0.52 + 64
        need = max(36 * -(-len(step.acts) // 2) + 150, 230)  # acts in two columns, instruments, foot
        tall = min(whole, h - need)
        acts_below = step.panel == "map" and tall > LEAST_MAP
        tall = tall if acts_below else h
        trunk_map.map_panel(g, view, w, tall)
        if acts_below:
            act_panel(g, view, w, room(g)[1] - 8)
    elif chosen == "volumes":
        account_panel(g, view, w, h)
    elif chosen == "steps":
        steps = guide.rail(view.hands, view.obs, view.level)
        (step_rail if len(steps) * RAIL_ROW + 20 < h else step_grid)(g, steps)
    elif chosen == "patient":
        _patient_panel(g, view, w)
    else:
        act_panel(g, view, w, h)


def _draw_focus(g: Gui, view: PlayView, layout: Layout) -> None:
    step = current_step(view.hands)
    keys = [t for t in TABS if layout.width >= 1000 or t[0] != "map"]
    if view.hands.procedure == "refill":
        keys = [("volumes", "Volumes", "F6") if t[0] == "map" else t for t in keys]
    if layout.is_split:
        keys = [t for t in keys if t[0] != "view"]
    known = {t[0] for t in keys}
    chosen = _chosen(view, known, step.panel if step.panel in known else "act")
    focus_tabs(g, layout, keys, chosen)
    if layout.is_split or chosen == "view":
        _picture(g, view, layout)
    if layout.is_split or chosen != "view":
        with panel(g, "side", layout.side, pad=12, alpha=0.0):
            _side_content(g, view, chosen)
    vital_line(g, view, layout)


def _rail(g: Gui, view: PlayView, layout: Layout) -> None:
    steps = guide.rail(view.hands, view.obs, view.level)
    if layout.kind == "compact":
        with panel(g, "rail", layout.rail, pad=0, alpha=0.0):
            bead_rail(g, steps, layout.rail[2], layout.rail[3])
        return
    with panel(g, "rail", layout.rail, alpha=0.0):
        caption(g, TITLES[view.hands.procedure])
        at_step = [s.state for s in steps].index("now") + 1
        words = f"{at_step} of {len(steps)}"
        right(g, text_width(g, words, "small"))
        soft(g, words)
        step_rail(g, steps)
        tools = tray.rows(view.hands.tray, current_step(view.hands), view.obs)
        rows = (len(tools) + 1) // 2
        for tall in (50.0, 34.0):  # with its state in words where there is room
            if tools and room(g)[1] > rows * (tall + 6) + 24:
                space(g, 2)
                caption(g, "Instruments")
                tool_tray(g, tools, 118, tall)
                break


def _picture(g: Gui, view: PlayView, layout: Layout) -> None:
    area = layout.view
    x, y, w, h = area
    with panel(g, "view", area, pad=0, alpha=0.0, flags=BEHIND):  # the picture, or its stand-in, fills it
        picture_or_note(g, view.pictures.get("view"), w, h, "view", "The picture is being prepared")
        imgui.set_cursor_pos((0, 0))
        imgui.invisible_button("##view", (g.px(w), g.px(h)))
        draw = imgui.get_window_draw_list()
        left, top = g.px(x), g.px(y)
        if not view.hands.look:
            draw_field(g, view, area)
        if not (picture := view.pictures.get("view")) or not picture.labels:
            _compass(g, view, draw, left, top, w, h)
        _names(g, view, left, top, w, h)
        rows = guide.readout(view.hands, view.obs, view.level)
        if rows:
            _readout(g, draw, left + g.px(14), top + g.px(12), rows)
        first, second = guide.message(view.hands, view.obs, view.level)
        if view.verb is not None and not view.said:
            is_felt = view.hands.finger.is_down or (view.hands.note and view.hands.note == first)
            first, second = view.verb.words, first if is_felt else view.verb.how
        if view.said:
            said, _, more = view.said.partition("\n")
            first, second = said, more or second or first
        if first or second:
            if not first and layout.kind == "wide":
                first, second = "", ""
            first, second = (first, second) if first else (second, "")
            offset = 266 if rows and w > 620 else 14
            need = max(text_width(g, first, "body", "bold"), text_width(g, second)) + 34
            top_of = 12 if offset > 100 or not rows else 24 + 23 * len(rows) + 12
            if first and need + offset < w:
                note_box(g, draw, left + g.px(offset), top + g.px(top_of), need, first, second)
                g.say("view.message", first)
        _cutaway(g, view, draw, x, y, w, h)
        pairs = guide.keys(current_step(view.hands), tool_in_hand(view.hands), g.bindings, g.is_pad_used)
        if pairs and layout.kind != "focus" and not view.hands.look:
            key_bar(g, draw, left + g.px(14), top + g.px(h - 44), w - 28, pairs)


def _names(g: Gui, view: PlayView, left: float, top: float, w: float, h: float) -> None:
    """Name the parts of a cut-away, each with a line to what it names."""
    picture = view.pictures.get("view")
    if picture is None:
        return
    dl = imgui.get_window_draw_list()
    for word in picture.labels:
        x, y = left + g.px(word.anchor[0] * w), top + g.px(word.anchor[1] * h)
        wide = g.px(text_width(g, word.text, "small"))
        low = (x - g.px(5) if word.is_left else x - wide - g.px(5), y - g.px(10))
        edge = low[0] + wide + g.px(10) if word.is_left else low[0]
        dl.add_line((edge, y), (left + g.px(word.point[0] * w), top + g.px(word.point[1] * h)), u32(T.INK, 0.7), g.px(1))
        dl.add_rect_filled(low, (low[0] + wide + g.px(10), y + g.px(10)), u32(T.BACKDROP, 0.8), g.px(4))
        draw_text(g, dl, low[0] + g.px(5), y - g.px(8), word.text, T.INK, "small")
        g.say(f"label.{word.text.replace(' ', '_').replace(',', '')}", word.text)


def _readout(g: Gui, draw: object, x: float, y: float, rows: list[tuple[str, str, str, str]]) -> None:
    dl = imgui.get_window_draw_list()
    dl.add_rect_filled((x, y), (x + g.px(238), y + g.px(12 + 23 * len(rows))), u32(T.BACKDROP, 0.88), g.px(6))
    for i, (label, value, unit, kind) in enumerate(rows):
        line_y = y + g.px(7 + 23 * i)
        draw_text(g, dl, x + g.px(12), line_y + g.px(1), label, T.INK_SOFT)
        edge = 186.0 if unit else 226.0
        draw_text(g, dl, x + g.px(edge), line_y, value, T.INK, "body", "bold", 1.0)
        draw_text(g, dl, x + g.px(edge + 5), line_y + g.px(1), unit, T.INK_SOFT)
        if kind in ("ok", "warn", "alarm"):
            draw_text(g, dl, x + g.px(212), line_y + g.px(1), T.STATE[kind][0], T.MARK[kind])
        g.say(f"readout.{label.lower().replace(' ', '_')}", f"{value} {unit}".strip(), kind)


def _cutaway(g: Gui, view: PlayView, draw: object, x: float, y: float, w: float, h: float) -> None:
    picture = view.pictures.get("cutaway")
    if picture is None or view.hands.look or w < 700 or h < 480:
        return
    dl = imgui.get_window_draw_list()
    cw, ch = 250.0, 206.0
    px0, py0 = g.px(x + 14), g.px(y + h - ch - 56)
    top, bottom = ((0, 1), (1, 0)) if picture.is_flipped else ((0, 0), (1, 1))
    dl.add_image(imgui.ImTextureRef(picture.texture.glo), (px0, py0), (px0 + g.px(cw), py0 + g.px(ch)), top, bottom)
    dl.add_rect((px0, py0), (px0 + g.px(cw), py0 + g.px(ch)), u32(T.MARK["now"]), g.px(4), g.px(1.5))
    dl.add_rect_filled((px0, py0), (px0 + g.px(cw), py0 + g.px(24)), u32(T.BACKDROP, 0.8))
    draw_text(g, dl, px0 + g.px(8), py0 + g.px(4), f"{ICON['eye']}  Cut-away ({view.level})", T.TEXT["now"], "small", "bold")
    g.place("view.cutaway", px0, py0, g.px(cw), g.px(ch), "cut-away")


def _compass(g: Gui, view: PlayView, draw: object, left: float, top: float, w: float, h: float) -> None:
    """Say where head and feet are, as the camera sees the body now."""
    picture = view.pictures.get("view")
    if picture is None:
        return
    is_upright, is_head_first = True, True
    if picture.project is not None:
        feet, head = picture.project((0.0, 0.05, 0.0)), picture.project((0.0, 0.05, 0.10))
        if feet is None or head is None:
            return
        dx, dy = (head[0] - feet[0]) * w, (head[1] - feet[1]) * h
        is_upright, is_head_first = abs(dy) > abs(dx), (dy < 0.0 if abs(dy) > abs(dx) else dx < 0.0)
    dl = imgui.get_window_draw_list()
    first, last = ("head", "feet") if is_head_first else ("feet", "head")
    if is_upright:
        middle = left + g.px(w / 2)
        draw_text(g, dl, middle, top + g.px(8), first, T.WHITE, "small", "bold", 0.5)
        draw_text(g, dl, middle, top + g.px(h - 74), last, T.WHITE, "small", "bold", 0.5)
        return
    middle = top + g.px(h / 2)
    draw_text(g, dl, left + g.px(14), middle, f"{ICON['back']} {first}", T.WHITE, "small", "bold")
    draw_text(g, dl, left + g.px(w - 14), middle, f"{last} {ICON['next']}", T.WHITE, "small", "bold", 1.0)


def _hand(g: Gui, view: PlayView, layout: Layout) -> None:
    feel = felt.feel(view.obs, view.hands)
    with panel(g, "feel", layout.hand, alpha=0.0):
        w, _ = room(g)
        caption(g, feel.title)
        text(g, feel.word, size="heading", face="bold", address="feel.word")
        meter(g, "feel.force", feel.value, 0, feel.high, w, 15, limit=feel.limit)
        rows = feel.rows if layout.kind == "wide" else feel.rows[:2]
        for label, value, unit in rows:
            pair(g, label, value, unit, offset=150, address=f"feel.{label.split()[0].lower()}")
        if layout.kind == "wide" and (view.heard or feel.caption):
            soft(g, f"{ICON['cc']}  {view.heard or feel.caption}")


def _strip(g: Gui, view: PlayView, layout: Layout) -> None:
    _, _, w, h = layout.strip
    with panel(g, "strip", layout.strip, alpha=0.0):
        if view.hands.procedure == "refill" and view.hands.step not in ("needle", "template"):
            caption(g, "Proof that the needle is in the reservoir")
            proof_rows(g, view, w - 32, 5 if layout.kind == "wide" else 3)
            return
        if view.hands.finger.is_down or (view.hands.finger.strip and tool_in_hand(view.hands) == "exam"):
            _hardness(g, view, w - 32, h - 54)
            return
        if view.hands.is_pump_lifted:
            _bends(g, view, w - 32, h - 54)
            return
        caption(g, "Push against depth")
        if w > 640:
            same(g, 16)
            soft(g, "line: felt   dot: now   thin lines: changes felt", "caption")
        force_trace(g, view, w - 32, h - 54)


def _hardness(g: Gui, view: PlayView, w: float, h: float) -> None:
    """How hard the skin was along the last stretch of the finger; in free and examination only the tone and the word stay."""
    caption(g, "Hardness along the last 60 mm")
    finger = view.hands.finger
    if view.level in ("free", "examination"):
        soft(g, f"{ICON['cc']}  tone {palpation.tone_hz(finger.hardness_n_per_mm):.0f} Hz: higher is harder. The strip is hidden at this level.", wrap=0)
        return
    slid, hard = (as_array(tuple(p[i] for p in finger.strip)) for i in (0, 1))
    last = float(slid.max()) if len(slid) else 0.0
    top = max(float(hard.max()) * 1.2 if len(hard) else 0.0, 1.0)
    with plot(g, "trace.plot", w, h, (max(last - palpation.STRIP_MM, 0.0), max(last, palpation.STRIP_MM)), (0, top), "mm slid", "N/mm") as is_open:
        if is_open and len(slid):
            line("hardness", slid, hard, T.MARK["now"], 2.5)
            dots("##here", slid[-1:], hard[-1:], T.WHITE, 6.0)


def _bends(g: Gui, view: PlayView, w: float, h: float) -> None:
    """How tightly the part that the pump will hide is bent, from the connector on."""
    length, radius = coil.bends(view.obs)
    caption(g, "Bends of the part behind the pump")
    if not len(length):
        soft(g, "No catheter lies there yet.")
        return
    k = int(radius.argmin())
    same(g, 16)
    soft(g, f"tightest: radius {radius[k]:.0f} mm, {length[k]:.0f} mm from the connector", "caption")
    g.say("trace.bend", f"{radius[k]:.1f}", "warn" if radius[k] < coil.TIGHT_MM else "ok")
    top = min(max(60.0, 1.3 * float(radius[k])), coil.STRAIGHT_MM)
    with plot(g, "trace.plot", w, h, (0, max(float(length[-1]), 1.0)), (0, top), "mm from the connector", "radius, mm") as is_open:
        if is_open:
            if view.level in ("tutor", "assisted"):
                band("too tight", [0.0, float(length[-1])], [0.0, 0.0], [coil.TIGHT_MM, coil.TIGHT_MM], T.MARK["warn"], 0.18)
            line("radius", length, radius.clip(0.0, top), T.MARK["now"], 2.5)
            dots("##tightest", length[k : k + 1], radius[k : k + 1], T.WHITE, 6.0)


def force_trace(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Felt force against depth; dot = now."""
    depth, force = (as_array(a) for a in view.trace)
    deepest = max(60.0, float(depth.max()) + 8.0 if len(depth) else 0.0)
    highest = max(10.0, float(force.max()) * 1.15 if len(force) else 0.0)
    with plot(g, "trace.plot", w, h, (0, deepest), (0, highest), "depth past skin (mm)", "N") as is_open:
        if not is_open:
            return
        if view.level == "tutor" or (view.level == "assisted" and view.hands.is_cutaway):
            band("flavum", [0.0, deepest], [4.0, 4.0], [8.0, 8.0], T.INK_SOFT, 0.10)
        if view.trace_marks:
            upright("##changes", [m for m, _ in view.trace_marks], T.INK_FAINT)
        if len(depth):
            line("felt", depth, force, T.MARK["now"], 2.5)
            dots("##now", depth[-1:], force[-1:], T.WHITE, 6.0)


def _vitals(g: Gui, view: PlayView, layout: Layout) -> None:
    rows = bedside.signs(view.obs)
    kind, words = bedside.worst(rows)
    with panel(g, "vitals", layout.vitals, alpha=0.0):
        w, h = room(g)
        caption(g, "Patient")
        right(g, text_width(g, f"X  {words}", "small", "bold") + 6)
        state(g, kind, words, address="vitals.state")
        p = view.obs.patient
        if layout.kind == "wide":
            wave, share = monitor.ecg(clock_phase(view), p.heart_rate_per_min)
            waveform(g, "vitals.ecg", wave, w, 52, T.VITAL["hr"], "II", share)
        per_row = 5 if w > 400 else 3
        size = 24.0 if layout.kind == "wide" else 22.0
        top = imgui.get_cursor_pos_y() / g.scale
        shown = rows[: per_row if layout.kind == "wide" else 6]
        for start in range(0, len(shown), per_row):
            part = shown[start : start + per_row]
            needs = [max(text_width(g, r.value, size, "bold") + text_width(g, r.unit, "small") + 6, 40.0) for r in part]
            gap = max((w - sum(needs)) / max(len(part) - 1, 1), 4.0)
            left = 16.0
            for row, need in zip(part, needs, strict=True):
                at(g, left, top)
                vital(g, f"vitals.{row.key}", row.name, row.value, row.unit, T.VITAL.get(row.key, T.INK), "", "", size)
                g.states[f"vitals.{row.key}"] = row.kind
                left += need + min(gap, 60.0)
            top += 58
        top -= 58
        if layout.kind == "wide":
            at(g, 16, top + 66)
            pose = "Under general anaesthesia." if p.is_anaesthetised else f"Awake. GCS {p.gcs:.0f} of 15."
            soft(g, f"{pose}  Leg tone {p.ashworth_legs:.1f} on the 1 to 5 scale.")


def _patient_panel(g: Gui, view: PlayView, w: float) -> None:
    caption(g, "Patient")
    for row in bedside.signs(view.obs):
        pair(g, row.name, row.value, row.unit, T.VITAL.get(row.key, T.INK), 110, address=f"patient.{row.key}")
        if row.words:
            same(g, 10)
            state(g, row.kind, row.words)
    caption(g, "In the hand")
    feel = felt.feel(view.obs, view.hands)
    text(g, feel.word, face="bold")
    for label, value, unit in feel.rows:
        pair(g, label, value, unit, offset=170)
