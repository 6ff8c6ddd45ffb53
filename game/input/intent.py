"""From what a hand asked on the screen to physical commands and judged actions: pure, one tick at a time.

Mouse, keyboard and driver all produce `Intent`s with the same addresses; `translate` turns them, with the
state of the hands, into commands. Every amount is quantised first (travel 0.02 mm, angle 0.01 deg, force
0.05 N, volume 0.005 mL) and the quantised value is what is sent, so replay and live are the same.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from game.input.acts import HANDLERS, HOLD_S, beam, count_dose, roll
from game.input.field_acts import press, waited
from game.input.hands import FORCE_N, TRAVEL_M, Hands, Intent, Outcome, Tick, Touch, current_step, quantised, si, tool_in_hand
from game.input.pocket_acts import lowered, reached_for
from game.input.tablet import tablet
from game.input.touch import advance_passer, take_touch
from game.input.tuning import gain
from game.instruments import fluoroscope, palpation, tray
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS
from physics import commands as c
from physics.clock import TICK_S
from physics.observation import Observation

RAMP_M_PER_S: dict[str, float] = {
    f"{tool}.{way}": sign * gain(f"ramp.{tool}") * 1e-3
    for tool, ways in (("needle", ("advance", "withdraw")), ("refill", ("advance", "withdraw")), ("thread", ("stroke", "pull")))
    for way, sign in zip(ways, (1.0, -1.0), strict=True)
}
NOTCH_M = {tool: gain(f"notch.{tool}") * 1e-3 for tool in ("needle", "refill", "thread")}
FINE = gain("notch.fine")
DRAG_DEG_PER_PX = gain("drag.aim")


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
    _finger(tick, active)
    _plunger(tick, active)
    if "carm.beam" in active and fluoroscope.is_due(tick.hands.arm, tick.obs.tick):
        beam(tick)
    _confirmed_holds(tick, active)
    _send_travel(tick)
    lowered(tick)
    waited(tick)
    return Outcome(tick.hands, tuple(tick.commands), tuple(tick.actions), tuple(tick.asks))


def _take(tick: Tick, intent: Intent) -> None:
    head, _, tail = intent.address.partition(".")
    if intent.address in SETTINGS and intent.kind in ("step", "set"):
        _change_setting(tick, intent)
    elif intent.kind == "wheel" and intent.address == "view":
        _wheel(tick, intent)
    elif intent.kind == "drag" and intent.address == "view":
        _drag(tick, intent)
    elif head == "touch":
        take_touch(tick, intent)
    elif intent.kind == "arrow":
        _arrow(tick, intent)
    elif head == "rail":
        _go_to_step(tick, tail)
    elif head == "tray":
        tick.set(tray=tray.take(tick.hands.tray, tail, tick.obs.tick), touch=Touch())
        tick.do("tool.take", tail)
        reached_for(tick, tail)
    elif head == "item":
        tick.set(ticked=tick.hands.ticked | {tail: intent.text or "done"})
        tick.do(f"item.{tail}", intent.text or "done", intent.amount)
    elif head == "told":
        tick.do(tail, intent.text)
    elif head == "carm" and intent.kind == "dose":
        count_dose(tick, intent)
    elif head == "carm" and (arm := fluoroscope.switched(tick.hands.arm, tail)) is not None:
        tick.set(arm=arm, values=tick.hands.values | fluoroscope.values_of(arm))
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
        keys = [key for key, _ in setting.options]
        if intent.kind == "step":
            intent = replace(intent, text=keys[(keys.index(tick.hands.choices[setting.key]) + round(intent.amount)) % len(keys)])
        if intent.text in keys:
            tick.set(choices=tick.hands.choices | {setting.key: intent.text})
            if setting.key in fluoroscope.CHOICES:
                tick.set(arm=replace(tick.hands.arm, **{fluoroscope.CHOICES[setting.key]: float(intent.text)}))
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
    if key in fluoroscope.FIELDS:
        tick.set(arm=replace(tick.hands.arm, **{fluoroscope.FIELDS[key]: goal}))
    elif key in ("needle.aim.head", "needle.aim.mid") and tick.obs.needle.is_placed:
        tick.commands[:] = [k for k in tick.commands if not isinstance(k, c.AimNeedle)]
        tick.commands.append(c.AimNeedle(si(tick.hands, "needle.aim.head"), si(tick.hands, "needle.aim.mid")))


def _wheel(tick: Tick, intent: Intent) -> None:
    forward = current_step(tick.hands).wheel[0]
    if tool_in_hand(tick.hands) == "exam":
        press(tick, tick.hands.finger.press_n + intent.amount * gain("notch.palpate") * (FINE if intent.is_fine else 1.0))
        return
    if forward == "tunnel.advance":
        advance_passer(tick, intent.amount * gain("notch.tunnel") * (FINE if intent.is_fine else 1.0))
        return
    if not forward or forward.split(".")[0] not in NOTCH_M:
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
        if address in ("tunnel.advance", "tunnel.withdraw"):
            sign = 1.0 if address == "tunnel.advance" else -1.0
            advance_passer(tick, sign * gain("ramp.tunnel") * slow * TICK_S)
        if address in RAMP_M_PER_S:
            _add_travel(tick, address.split(".")[0], RAMP_M_PER_S[address] * slow * TICK_S)


def _send_travel(tick: Tick) -> None:
    """Send whole grains of the travel asked for, within what one tick may carry; keep the rest."""
    limits = {"needle": (gain("most.needle") * 1e-3, c.AdvanceNeedle), "thread": (gain("most.thread") * 1e-3, c.FeedCatheter), "refill": (gain("most.refill") * 1e-3, c.AdvanceRefillNeedle)}
    for tool, (most, command) in limits.items():
        rest = tick.hands.rest_m.get(tool, 0.0)
        grains = math.trunc(min(max(rest, -most), most) / TRAVEL_M + math.copysign(1e-6, rest))
        if grains:
            travel = round(grains * TRAVEL_M, 8)
            tick.commands.append(command(travel))
            tick.set(rest_m=tick.hands.rest_m | {tool: rest - travel})


TOLD_MM = 10.0  # tuned: the log is told of a finger that slid so far


def _finger(tick: Tick, held: Sequence[str]) -> None:
    """Put the finger down, slide it, lift it; the log is told where it pressed and how hard."""
    h, finger = tick.hands, tick.hands.finger
    is_down = "palpate.press" in held or (h.touch.is_down and tool_in_hand(h) == "exam")
    if not is_down:
        if finger.is_down:
            tick.set(finger=replace(finger, is_down=False, stay_ticks=0, speed_mm_per_s=0.0))
        return
    goal = (h.values["palpate.u"], h.values["palpate.v"])
    if not finger.is_down:
        finger = replace(finger, is_down=True, u_mm=goal[0], v_mm=goal[1], stay_ticks=0, slid_mm=0.0, strip=(), told_mm=(1e9, 1e9))
    away = math.dist(goal, (finger.u_mm, finger.v_mm))
    step = min(away, palpation.FASTEST_MM_PER_S * TICK_S)
    f = step / away if away > 0.0 else 0.0
    u, v = finger.u_mm + f * (goal[0] - finger.u_mm), finger.v_mm + f * (goal[1] - finger.v_mm)
    stays = 0 if step > 0.3 else finger.stay_ticks + 1
    finger = replace(finger, u_mm=u, v_mm=v, speed_mm_per_s=step / TICK_S, stay_ticks=stays, slid_mm=finger.slid_mm + step)
    if math.dist(finger.told_mm, (u, v)) >= TOLD_MM:
        tick.do("palpate", f"{u:.1f},{v:.1f}", round(finger.press_n / FORCE_N) * FORCE_N)
        finger = replace(finger, told_mm=(u, v))
    tick.set(finger=finger)


def _plunger(tick: Tick, held: Sequence[str]) -> None:
    sign = ("syringe.push" in held) - ("syringe.pull" in held)
    if sign and tick.obs.refill.syringe_contents:
        tick.commands.append(c.MovePlunger(round(sign * max(si(tick.hands, "syringe.force"), FORCE_N), 4)))


REPEAT_AFTER, REPEAT_EVERY = round(gain("key.repeat_after") / TICK_S), round(gain("key.repeat_every") / TICK_S)


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
