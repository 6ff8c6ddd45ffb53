"""The Do panel: what can be set and done in the current step, by mouse alone; and what is felt in focus layout."""

from __future__ import annotations

from dataclasses import dataclass, replace

from imgui_bundle import imgui

from game.hud import bedside, felt, models, tablet_words
from game.hud import theme as T
from game.hud.clinical import meter
from game.hud.gui import Gui, u32
from game.hud.screens.frame import PlayView
from game.hud.widgets import button, caption, pair, room, same, segmented, soft, space, state, stepper, text, text_width
from game.input.acts import anchors_at_hand
from game.input.intent import HOLD_S, current_step
from game.instruments import tray
from game.instruments.procedure import ACTS, SETTINGS, Act, Setting, Step
from physics.clock import TICK_S

KEY_NAMES = {"Return": "Enter"}


@dataclass(frozen=True, slots=True)
class Pack:
    """How tightly the panel is packed: columns and heights in base pixels."""

    number_columns: int
    act_columns: int
    stepper_h: float
    act_h: float
    gap: float


def _settings(view: PlayView, step: Step) -> list[Setting]:
    """Return the settings of a step with the options there are: an anchor that does not fit the catheter is not on the tray."""
    out = []
    for key in step.settings:
        setting = SETTINGS[key]
        if key == "anchor.kind":
            fit = anchors_at_hand(view.obs)
            setting = replace(setting, options=tuple(option for option in setting.options if option[0] in fit))
        if not SETTINGS[key].is_choice or len(setting.options) > 1:
            out.append(setting)
    return out


def _pack(g: Gui, step: Step, settings: list[Setting], w: float, h: float) -> tuple[Pack, bool]:
    """Return the loosest packing that fits, and whether settings and acts must be shown one at a time."""
    n = sum(not setting.is_choice for setting in settings)
    choices = sum(_choice_height(g, setting, w) for setting in settings if setting.is_choice)
    longest = max((text_width(g, ACTS[a].words) for a in step.acts), default=0.0)
    columns = [2] if w < 560 else [3, 4]
    packs = [Pack(c, max(min(c, int((w + 8) // (longest + 60))), 2), *sizes) for c in columns for sizes in ((32.0, 36.0, 6.0), (28.0, 32.0, 4.0))]
    for pack in packs:
        rows, act_rows = -(-n // pack.number_columns), -(-len(step.acts) // pack.act_columns)
        need = rows * (pack.stepper_h + 23) + choices + act_rows * (pack.act_h + pack.gap) + 12
        if need <= h:
            return pack, False
    return packs[-1], True


def act_panel(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Draw the settings and acts of the step; where both do not fit, one of them with a way to the other."""
    step = current_step(view.hands)
    is_focus = g.base_size[0] < 1200
    settings = _settings(view, step)
    tools_h = _tools_height(g, view, step, w)
    pack, is_split = _pack(g, step, settings, w, h - (52 if is_focus else 0) - tools_h - 40)
    if is_focus and h > 240:
        _feel_line(g, view, w)
    elif not is_focus and _pack(g, step, settings, w, h - 112 - tools_h)[0].act_h > 32 and not is_split:
        text(g, step.words, size="lead", face="bold", address="act.step")
    if not (is_split and view.panel == "set"):
        _tools(g, view, step, w)
    shows_settings = shows_acts = True
    if is_split:
        shows_settings = view.panel == "set"
        shows_acts = not shows_settings
        other = ("act", "Back to acts", "back") if shows_settings else ("set", "Settings of this step", "gear")
        button(g, f"panel.{other[0]}.here" if shows_settings else "panel.set", other[1], other[2], "normal", w, 30)
    numbers = [setting for setting in settings if not setting.is_choice]
    choices = [setting for setting in settings if setting.is_choice]
    if numbers and shows_settings:
        _numbers(g, view, numbers, w, pack)
    for setting in choices if shows_settings else []:
        _choice(g, view, setting, w)
    if step.acts and shows_acts:
        _acts(g, view, [ACTS[k] for k in step.acts], w, pack)
    _extras(g, view, w)
    _step_turn(g, view, w)


TOOL_H = 30.0


def _has_rail_tray(g: Gui, step: Step) -> bool:
    """Return whether the rail of this frame has had room for the instruments."""
    return bool(step.tools) and f"tray.{step.tools[0]}" in g.rects


def _tool_columns(g: Gui, view: PlayView, step: Step, w: float) -> int:
    widest = max((text_width(g, words, "small") + 22 for _, words, _, _ in tray.rows(view.hands.tray, step, view.obs)), default=1.0)
    return max(min(int((w + 4) // (widest + 4)), len(step.tools)), 1)


def _tools_height(g: Gui, view: PlayView, step: Step, w: float) -> float:
    if not step.tools or _has_rail_tray(g, step):
        return 0.0
    return (TOOL_H + 4) * -(-len(step.tools) // _tool_columns(g, view, step, w)) + 6


def _tools(g: Gui, view: PlayView, step: Step, w: float) -> None:
    """The instruments of the step as a row of small buttons, where the rail has no room for the tray."""
    if not step.tools or _has_rail_tray(g, step):
        return
    columns = _tool_columns(g, view, step, w)
    each = (w - 4 * (columns - 1)) / columns
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(4), g.px(4)))
    for i, (key, words, _, how) in enumerate(tray.rows(view.hands.tray, step, view.obs)):
        if i % columns:
            same(g, 4)
        with g.font("small"):
            button(g, f"tray.{key}", words, None, "on" if how == "held" else ("quiet" if how in ("used", "missing") else "normal"), each, TOOL_H)
        g.states[f"tray.{key}"] = how
    imgui.pop_style_var()
    space(g, 1)


def _feel_line(g: Gui, view: PlayView, w: float) -> None:
    feel = felt.feel(view.obs, view.hands)
    text(g, feel.word, size="lead", face="bold", address="feel.word")
    first = feel.rows[0]
    words = f"{first[1]} {first[2]}"
    same(g, 10)
    soft(g, f"{first[0].lower()} {words}")
    meter(g, "feel.force", feel.value, 0, feel.high, w, 12, limit=feel.limit)


def _shown(view: PlayView, setting: Setting) -> str:
    value = view.hands.values[setting.key]
    digits = 3 if setting.fine < 0.01 else (2 if setting.fine < 0.1 else (1 if setting.fine < 1 else 0))
    return models.number(value, digits)


def _numbers(g: Gui, view: PlayView, settings: list[Setting], w: float, pack: Pack) -> None:
    columns = pack.number_columns
    each = (w - 8 * (columns - 1)) / columns
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(4)))
    for i, setting in enumerate(settings):
        if i % columns:
            same(g, 8)
        imgui.begin_group()
        stepper(g, setting.key, setting.words, _shown(view, setting), setting.unit.replace("deg", "°"), each, True, pack.stepper_h)
        imgui.end_group()
    imgui.pop_style_var()


def _widest(g: Gui, setting: Setting) -> float:
    return max(text_width(g, words) for _, words in setting.options) + 46


def _beside(g: Gui, setting: Setting, w: float) -> tuple[float, bool]:
    """Return the width of a choice's name, and whether its options fit beside it."""
    label_w = max(text_width(g, setting.words, "small") + 8, 92.0)
    n = len(setting.options)
    return label_w, _widest(g, setting) <= (w - label_w - 2 * (n - 1)) / n


MOST_BUTTONS = 5  # options that are shown side by side; more are stepped through


def _choice_height(g: Gui, setting: Setting, w: float) -> float:
    if len(setting.options) > MOST_BUTTONS:
        return 55.0
    return 38.0 if _beside(g, setting, w)[1] else 58.0


def _choice(g: Gui, view: PlayView, setting: Setting, w: float) -> None:
    options = list(setting.options)
    chosen = view.hands.choices[setting.key]
    if len(options) > MOST_BUTTONS:
        stepper(g, setting.key, setting.words, dict(options)[chosen], "", w, True, 32.0)
        return
    label_w, fits = _beside(g, setting, w)
    each = (w - label_w - 2 * (len(options) - 1)) / len(options)
    widest = _widest(g, setting)
    imgui.align_text_to_frame_padding()
    soft(g, setting.words)
    if fits:
        imgui.same_line(g.px(label_w) + imgui.get_style().window_padding.x)
    else:
        each = (w - 2 * (len(options) - 1)) / len(options)
        if widest > each:
            with g.font("small"):
                segmented(g, setting.key, options, chosen, each)
            return
    segmented(g, setting.key, options, chosen, each)


def _acts(g: Gui, view: PlayView, acts: list[Act], w: float, pack: Pack) -> None:
    each = (w - 8 * (pack.act_columns - 1)) / pack.act_columns
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (g.px(8), g.px(pack.gap)))
    for i, act in enumerate(acts):
        if i % pack.act_columns:
            same(g, 8)
        _act_button(g, view, act, each, pack.act_h)
    imgui.pop_style_var()


def _act_button(g: Gui, view: PlayView, act: Act, w: float, h: float) -> None:
    is_on = act.key in view.hands.latched or (act.key == "needle.brace" and view.obs.needle.is_braced)
    kind = "on" if is_on else act.kind
    is_hold = act.is_held or act.confirm_s > 0
    key = KEY_NAMES.get(act.hotkey, act.hotkey) or None
    need = text_width(g, act.words) + 56 + (text_width(g, key, "caption", "bold") + 18 if key else 0)
    bare = text_width(g, act.words) + 54
    button(g, act.key, act.words, act.icon if bare <= w else None, kind, w, h, key if need <= w else None, hold=is_hold)
    ticks = view.hands.hold_ticks.get(act.key, 0)
    if ticks and act.confirm_s:
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        share = min(ticks * TICK_S / HOLD_S[act.key], 1.0)
        imgui.get_window_draw_list().add_rect_filled(
            (low.x, high.y - g.px(5)), (low.x + (high.x - low.x) * share, high.y), u32(T.MARK["now"]), g.px(2)
        )


def _extras(g: Gui, view: PlayView, w: float) -> None:
    """Facts the step needs beside its controls, when there is room."""
    step, obs = view.hands.step, view.obs
    rows: list[tuple[str, str, str]] = []
    if step == "connect" and view.hands.procedure == "revise":
        line_m = 1e-3 * view.hands.values.get("plan.pack", 1140.0) - obs.catheter.removed_m
        rows = [("New piece and the kept one", models.number(100.0 * line_m), "cm"),
                ("CSF at the cut end", "drips" if obs.catheter.is_csf_at_end else "dry", "")]  # fmt: skip
    elif step == "connect" and room(g)[1] > 150:
        rows = [("Piece cut off so far", models.number(obs.catheter.removed_m * 100), "cm"),
                ("Length in the pack", models.number(view.hands.values.get("plan.pack", 1140.0) / 10), "cm"),
                ("CSF at the pump end", "drips" if obs.catheter.is_csf_at_end else "dry", "")]  # fmt: skip
    elif step in ("needle", "thread") and "plan.depth" in view.hands.values:
        rows = [("Dura expected at", models.number(view.hands.values["plan.depth"], 0), "mm along the needle")]
    elif step == "programme":
        rows = tablet_words.telemetry(view.hands.form.seen)[:5] if view.hands.form.seen and obs.pocket.is_pump_in else []
    elif step == "read" and view.hands.form.seen:
        rows = tablet_words.telemetry(view.hands.form.seen)
    elif step in ("look", "examine"):
        rows = [(part, words, "") for part, words, _ in bedside.examination(obs)]
    elif step == "tunnel":
        rows = [("Way points laid", str(len(view.hands.waypoints)), "")]
    elif view.card.orders and step in ("table", "identity", "fill"):
        rows = [("Ordered", view.card.orders, "")]
    fit = int((room(g)[1] - 96) // 25)
    if rows and fit > 0:
        space(g, 1)
        caption(g, {"connect": "On the table", "tunnel": "Route"}.get(step, "What you know"))
        for label, value, unit in rows[: max(fit - 1, 1)]:
            pair(g, label, value, unit, offset=170, address=f"fact.{label.lower().replace(' ', '_').replace(',', '')}")
    elif step in ("read", "programme") and not view.hands.form.is_read and room(g)[1] > 90:
        state(g, "todo", "The pump has not been read.")


def _step_turn(g: Gui, view: PlayView, w: float) -> None:
    """Previous and next step at the foot of the panel; between them what the level of help allows."""
    _, left = room(g)
    if left < 34:
        return
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + g.px(left - 34))
    extra = [("lesson.skip", "Skip", "next")] if view.verb is not None else []
    extra += [("undo.last", "Undo", "redo")] if view.can_undo else []
    if view.level == "assisted" and view.hands.step in ("needle", "thread", "anchor") and view.hands.procedure == "implant":
        extra.append(("cutaway.toggle", "Inside", "eye"))
    extra.append(("look.next", "Picture", "eye"))
    is_full = len(extra) > (3 if w > 420 else 2)  # then signs alone, their words on hover and for readers
    small = 40.0 if is_full else (88.0 if w > 340 else 62.0)
    each = (w - (small + 8) * len(extra) - 8) / 2
    has_words = each > 116
    button(g, "rail.previous", "Step before" if has_words else "", "back", "quiet", each, 32, "PgUp" if each > 180 else None)
    for name, words, icon in extra:
        same(g)
        is_on = name == "cutaway.toggle" and view.hands.is_cutaway
        button(g, name, "" if is_full else words, icon if is_full or small > 70 else None, "on" if is_on else "normal", small, 32)
        g.texts[name] = words
    same(g)
    button(g, "rail.next", "Next step" if has_words else "Next", "next", "normal", each, 32, "PgDn" if each > 180 else None)
    if not has_words:
        g.texts["rail.previous"] = "Step before"
