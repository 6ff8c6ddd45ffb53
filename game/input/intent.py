"""From what a hand asked on the screen to physical commands and judged actions: pure, one tick at a time.

Mouse, keyboard and driver all produce `Intent`s with the same addresses; `translate` turns them, with the
state of the hands, into commands. Every amount is quantised first (travel 0.02 mm, angle 0.01 deg, force
0.05 N, volume 0.005 mL) and the quantised value is what is sent, so replay and live are the same.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from game.input.acts import HANDLERS, HOLD_S, roll
from game.input.hands import FORCE_N, TRAVEL_M, Hands, Intent, Outcome, Tick, current_step, quantised, si
from game.input.tablet import tablet
from game.instruments import fluoroscope, tray
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS
from physics import commands as c
from physics.clock import TICK_S
from physics.observation import Observation

RAMP_M_PER_S: dict[str, float] = {  # game design section 3, items 4, 6, 10
    "needle.advance": 6e-3, "needle.withdraw": -6e-3, "refill.advance": 6e-3, "refill.withdraw": -6e-3,
    "thread.stroke": 15e-3, "thread.pull": -15e-3,
}  # fmt: skip
NOTCH_M = {"needle": 1e-3, "refill": 1e-3, "thread": 2e-3}
FINE = 0.2
DRAG_DEG_PER_PX = 0.10


def translate(hands: Hands, intents: Sequence[Intent], held: Collection[str], obs: Observation) -> Outcome:
    """Return hands, commands and actions after one tick.

    Parameters
    ----------
    hands : Hands
        State before the tick.
    intents : sequence of Intent
        What was pressed, set, dragged since the last tick.
    held : collection of str
        Addresses held down now (mouse or key).
    obs : Observation
        What can be read from the world now.
    """
    tick = Tick(hands, obs)
    if tick.hands.due:
        tick.commands.append(tick.hands.due[0])
        tick.set(due=tick.hands.due[1:])
    for intent in intents:
        _take(tick, intent)
    active = sorted(set(held) | set(tick.hands.latched))
    tick.set(is_lor_pressed="lor.press" in active)
    _ramps(tick, active)
    _plunger(tick, active)
    _confirmed_holds(tick, active)
    _send_travel(tick)
    return Outcome(tick.hands, tuple(tick.commands), tuple(tick.actions), tuple(tick.asks))


def _take(tick: Tick, intent: Intent) -> None:
    head, _, tail = intent.address.partition(".")
    if intent.address in SETTINGS and intent.kind in ("step", "set"):
        _change_setting(tick, intent)
    elif intent.kind == "wheel" and intent.address == "view":
        _wheel(tick, intent)
    elif intent.kind == "drag" and intent.address == "view":
        _drag(tick, intent)
    elif intent.kind == "arrow":
        _arrow(tick, intent)
    elif head == "rail":
        _go_to_step(tick, tail)
    elif head == "tray":
        tick.set(tray=tray.take(tick.hands.tray, tail, tick.obs.tick))
        tick.do("tool.take", tail)
    elif head == "item":
        tick.set(ticked=tick.hands.ticked | {tail: intent.text or "done"})
        tick.do(f"item.{tail}", intent.text or "done", intent.amount)
    elif head == "carm" and tail in fluoroscope.VIEWS:
        arm = fluoroscope.turn(tick.hands.arm, tail)
        tick.set(arm=arm, values=tick.hands.values | {"carm.orbit": arm.orbit_deg})
    elif head == "tab":
        tablet(tick, tail, intent)
    elif intent.address in HANDLERS and intent.kind == "press":
        _act(tick, intent)
    else:
        tick.asks.append(intent)


def _act(tick: Tick, intent: Intent) -> None:
    act = ACTS[intent.address]
    if act.is_held:
        if tick.hands.is_toggle:
            on = intent.address in tick.hands.latched
            latched = tuple(a for a in tick.hands.latched if a != intent.address)
            tick.set(latched=latched if on else latched + (intent.address,))
        return
    if act.confirm_s:
        return
    HANDLERS[intent.address](tick)


def _change_setting(tick: Tick, intent: Intent) -> None:
    setting = SETTINGS[intent.address]
    if setting.is_choice:
        if intent.text in dict(setting.options):
            tick.set(choices=tick.hands.choices | {setting.key: intent.text})
            if setting.key == "pocket.side":
                _mirror_side(tick, intent.text)
        return
    size = setting.fine if intent.is_fine else setting.step
    now = tick.hands.values[setting.key]
    goal = now + intent.amount * size if intent.kind == "step" else intent.amount
    goal = round(min(max(goal, setting.low), setting.high) / setting.fine) * setting.fine
    _set_value(tick, setting.key, goal)


def _mirror_side(tick: Tick, side: str) -> None:
    sign = -1.0 if side == "right" else 1.0
    flipped = {k: sign * abs(tick.hands.values[k]) for k in ("pocket.u", "template.u", "tunnel.u")}
    tick.set(values=tick.hands.values | flipped)


def _set_value(tick: Tick, key: str, goal: float) -> None:
    tick.set(values=tick.hands.values | {key: round(goal, 4)})
    if key == "carm.orbit":
        tick.set(arm=replace(tick.hands.arm, orbit_deg=goal))
    elif key == "carm.tilt":
        tick.set(arm=replace(tick.hands.arm, tilt_deg=goal))
    elif key == "carm.height":
        tick.set(arm=replace(tick.hands.arm, height_mm=goal))
    elif key in ("needle.aim.head", "needle.aim.mid") and tick.obs.needle.is_placed:
        tick.commands[:] = [k for k in tick.commands if not isinstance(k, c.AimNeedle)]
        tick.commands.append(c.AimNeedle(si(tick.hands, "needle.aim.head"), si(tick.hands, "needle.aim.mid")))


def _wheel(tick: Tick, intent: Intent) -> None:
    forward = current_step(tick.hands).wheel[0]
    if not forward:
        return
    tool = forward.split(".")[0]
    size = NOTCH_M[tool] * (FINE if intent.is_fine else 1.0)
    _add_travel(tick, tool, intent.amount * size)


def _drag(tick: Tick, intent: Intent) -> None:
    scale = DRAG_DEG_PER_PX * (FINE if intent.is_fine else 1.0)
    if intent.text == "right":
        if hands_have_needle(tick):
            roll(tick, quantised(intent.amount * 0.5, 0.01))
        return
    for key, pixels in zip(current_step(tick.hands).drag, (intent.amount, -intent.other), strict=True):
        if key and pixels:
            setting = SETTINGS[key]
            goal = tick.hands.values[key] + pixels * scale
            _set_value(tick, key, quantised(min(max(goal, setting.low), setting.high), 0.01))


def hands_have_needle(tick: Tick) -> bool:
    """Return whether a Tuohy needle stands in the patient."""
    return tick.obs.needle.is_placed


def _arrow(tick: Tick, intent: Intent) -> None:
    for key, amount in zip(current_step(tick.hands).arrows, (intent.amount, intent.other), strict=True):
        if key and amount:
            _change_setting(tick, Intent(key, "step", amount, is_fine=intent.is_fine))


def _go_to_step(tick: Tick, key: str) -> None:
    keys = [s.key for s in PROCEDURES[tick.hands.procedure]]
    at = keys.index(tick.hands.step)
    key = {"next": keys[min(at + 1, len(keys) - 1)], "previous": keys[max(at - 1, 0)]}.get(key, key)
    if key in keys and key != tick.hands.step:
        visited = tick.hands.visited + (() if tick.hands.step in tick.hands.visited else (tick.hands.step,))
        tick.set(step=key, latched=(), hold_ticks={}, visited=visited)
        tick.do("view", key)


# --- travel ----------------------------------------------------------------------------------


def _add_travel(tick: Tick, tool: str, travel_m: float) -> None:
    rest = tick.hands.rest_m.get(tool, 0.0) + travel_m
    tick.set(rest_m=tick.hands.rest_m | {tool: rest})


def _ramps(tick: Tick, held: Sequence[str]) -> None:
    slow = FINE if "hand.fine" in held else 1.0
    for address in held:
        if address in RAMP_M_PER_S:
            _add_travel(tick, address.split(".")[0], RAMP_M_PER_S[address] * slow * TICK_S)


def _send_travel(tick: Tick) -> None:
    """Send whole grains of the travel asked for, within what one tick may carry; keep the rest."""
    limits = {"needle": (5e-3, c.AdvanceNeedle), "thread": (2e-3, c.FeedCatheter), "refill": (5e-3, c.AdvanceRefillNeedle)}
    for tool, (most, command) in limits.items():
        rest = tick.hands.rest_m.get(tool, 0.0)
        grains = math.trunc(min(max(rest, -most), most) / TRAVEL_M + math.copysign(1e-6, rest))
        if grains:
            travel = round(grains * TRAVEL_M, 8)
            tick.commands.append(command(travel))
            tick.set(rest_m=tick.hands.rest_m | {tool: rest - travel})


def _plunger(tick: Tick, held: Sequence[str]) -> None:
    sign = ("syringe.push" in held) - ("syringe.pull" in held)
    if sign and tick.obs.refill.syringe_contents:
        tick.commands.append(c.MovePlunger(round(sign * max(si(tick.hands, "syringe.force"), FORCE_N), 4)))


REPEAT_AFTER, REPEAT_EVERY = 26, 4  # tuned: ticks before a held [+] repeats, and between repeats


def _repeats(tick: Tick, address: str, counts: dict[str, int]) -> None:
    """Step a setting again while its [-] or [+] stays held."""
    key, _, part = address.rpartition(".")
    if part not in ("less", "more") or key not in SETTINGS:
        return
    now = tick.hands.hold_ticks.get(address, 0) + 1
    counts[address] = now
    if now > REPEAT_AFTER and now % REPEAT_EVERY == 0:
        _change_setting(tick, Intent(key, "step", 1.0 if part == "more" else -1.0))


def _confirmed_holds(tick: Tick, held: Sequence[str]) -> None:
    """Count how long acts are held that need it, and do them once when the time is full."""
    counts: dict[str, int] = {}
    for address in held:
        need = HOLD_S.get(address)
        if need is None:
            _repeats(tick, address, counts)
            continue
        now = tick.hands.hold_ticks.get(address, 0) + 1
        counts[address] = now
        if now == round(need / TICK_S):
            HANDLERS[address](tick)
    tick.set(hold_ticks=counts)


__all__ = ["HANDLERS", "HOLD_S", "Hands", "Intent", "Outcome", "current_step", "quantised", "si", "translate"]
