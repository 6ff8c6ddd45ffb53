"""From what a hand asked on the screen to physical commands and judged actions: pure, one tick at a time.

Mouse, keyboard and driver all produce `Intent`s with the same addresses; `translate` turns them, with the
state of the hands, into commands. Every amount is quantised first (travel 0.02 mm, angle 0.01 deg, force
0.05 N, volume 0.005 mL) and the quantised value is what is sent, so replay and live are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from game.instruments import fluoroscope, programmer, tray
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS, TIME_SPANS_S, Step, step_of
from physics import commands as c
from physics.clock import TICK_S
from physics.observation import Observation
from scenarios.actions import Action

TRAVEL_M, ANGLE_RAD, FORCE_N, VOLUME_M3 = 0.02e-3, math.radians(0.01), 0.05, 0.005e-6
RAMP_M_PER_S: dict[str, float] = {  # game design section 3, items 4, 6, 10
    "needle.advance": 6e-3, "needle.withdraw": -6e-3, "refill.advance": 6e-3, "refill.withdraw": -6e-3,
    "thread.stroke": 15e-3, "thread.pull": -15e-3,
}  # fmt: skip
NOTCH_M = {"needle": 1e-3, "refill": 1e-3, "thread": 2e-3}
FINE = 0.2
DRAG_DEG_PER_PX = 0.10
FIELD_UNITS = {"mm": 1e-3, "cm": 1e-2, "deg": math.pi / 180.0, "mL": 1e-6, "N": 1.0, "": 1.0}


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing a hand asked for in one frame.

    Attributes
    ----------
    address : str
        Widget or act.
    kind : str
        "press", "set", "step", "type", "wheel", "drag", "point", "look".
    amount, other : float
        Value, notches, pixels (x and y for drags), shares of the picture (points), seconds (looks).
    text : str
        Chosen option or typed words.
    """

    address: str
    kind: str = "press"
    amount: float = 0.0
    text: str = ""
    other: float = 0.0
    is_fine: bool = False


@dataclass(frozen=True, slots=True)
class Hands:
    """What the hands hold and intend; everything here is interface state, never physics."""

    procedure: str = "implant"
    step: str = "mark"
    values: dict[str, float] = field(default_factory=lambda: {k: s.start for k, s in SETTINGS.items() if not s.is_choice})
    choices: dict[str, str] = field(default_factory=lambda: {k: s.chosen for k, s in SETTINGS.items() if s.is_choice})
    rest_m: dict[str, float] = field(default_factory=dict)  # travel asked for and not yet sent
    hold_ticks: dict[str, int] = field(default_factory=dict)
    latched: tuple[str, ...] = ()
    tray: tray.Tray = field(default_factory=tray.Tray)
    arm: fluoroscope.CArm = field(default_factory=fluoroscope.CArm)
    form: programmer.Form = field(default_factory=programmer.Form)
    waypoints: tuple[tuple[float, float, float], ...] = ()  # mm
    bevel_deg: float = 0.0
    due: tuple[c.Command, ...] = ()  # commands that follow in the next ticks, one a tick
    ticked: dict[str, str] = field(default_factory=dict)  # checklist lines done by own hand, with the choice
    is_toggle: bool = False
    is_lor_pressed: bool = False
    visited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tick of hands gives."""

    hands: Hands
    commands: tuple[c.Command, ...] = ()
    actions: tuple[Action, ...] = ()
    asks: tuple[Intent, ...] = ()  # left over: navigation, the app's business


@dataclass(slots=True)
class _Tick:
    """Work sheet of one tick."""

    hands: Hands
    obs: Observation
    commands: list[c.Command] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    asks: list[Intent] = field(default_factory=list)

    def set(self, **changes: object) -> None:
        self.hands = replace(self.hands, **changes)  # type: ignore[arg-type]

    def do(self, name: str, value: str = "", number: float = 0.0) -> None:
        self.actions.append(Action(name, value, number))


def quantised(value: float, grain: float) -> float:
    """Return the nearest whole number of grains."""
    return round(value / grain) * grain


def si(hands: Hands, key: str) -> float:
    """Return a setting in SI, quantised to the grain of its unit."""
    unit = SETTINGS[key].unit
    value = hands.values[key] * FIELD_UNITS.get(unit, 1.0)
    grain = {"mm": TRAVEL_M, "cm": TRAVEL_M, "deg": ANGLE_RAD, "N": FORCE_N, "mL": VOLUME_M3}.get(unit)
    return quantised(value, grain) if grain else value


def current_step(hands: Hands) -> Step:
    """Return the step the hands are at."""
    return step_of(hands.procedure, hands.step)


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
    tick = _Tick(hands, obs)
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


def _take(tick: _Tick, intent: Intent) -> None:
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
        _tablet(tick, tail, intent)
    elif intent.address in HANDLERS and intent.kind == "press":
        _act(tick, intent)
    else:
        tick.asks.append(intent)


def _act(tick: _Tick, intent: Intent) -> None:
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


def _change_setting(tick: _Tick, intent: Intent) -> None:
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


def _mirror_side(tick: _Tick, side: str) -> None:
    sign = -1.0 if side == "right" else 1.0
    flipped = {k: sign * abs(tick.hands.values[k]) for k in ("pocket.u", "template.u", "tunnel.u")}
    tick.set(values=tick.hands.values | flipped)


def _set_value(tick: _Tick, key: str, goal: float) -> None:
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


def _wheel(tick: _Tick, intent: Intent) -> None:
    forward = current_step(tick.hands).wheel[0]
    if not forward:
        return
    tool = forward.split(".")[0]
    size = NOTCH_M[tool] * (FINE if intent.is_fine else 1.0)
    _add_travel(tick, tool, intent.amount * size)


def _drag(tick: _Tick, intent: Intent) -> None:
    scale = DRAG_DEG_PER_PX * (FINE if intent.is_fine else 1.0)
    if intent.text == "right":
        if hands_have_needle(tick):
            _roll(tick, quantised(intent.amount * 0.5, 0.01))
        return
    for key, pixels in zip(current_step(tick.hands).drag, (intent.amount, -intent.other), strict=True):
        if key and pixels:
            setting = SETTINGS[key]
            goal = tick.hands.values[key] + pixels * scale
            _set_value(tick, key, quantised(min(max(goal, setting.low), setting.high), 0.01))


def hands_have_needle(tick: _Tick) -> bool:
    """Return whether a Tuohy needle stands in the patient."""
    return tick.obs.needle.is_placed


def _arrow(tick: _Tick, intent: Intent) -> None:
    for key, amount in zip(current_step(tick.hands).arrows, (intent.amount, intent.other), strict=True):
        if key and amount:
            _change_setting(tick, Intent(key, "step", amount, is_fine=intent.is_fine))


def _go_to_step(tick: _Tick, key: str) -> None:
    keys = [s.key for s in PROCEDURES[tick.hands.procedure]]
    at = keys.index(tick.hands.step)
    key = {"next": keys[min(at + 1, len(keys) - 1)], "previous": keys[max(at - 1, 0)]}.get(key, key)
    if key in keys and key != tick.hands.step:
        visited = tick.hands.visited + (() if tick.hands.step in tick.hands.visited else (tick.hands.step,))
        tick.set(step=key, latched=(), hold_ticks={}, visited=visited)
        tick.do("view", key)


# --- travel ----------------------------------------------------------------------------------


def _add_travel(tick: _Tick, tool: str, travel_m: float) -> None:
    rest = tick.hands.rest_m.get(tool, 0.0) + travel_m
    tick.set(rest_m=tick.hands.rest_m | {tool: rest})


def _ramps(tick: _Tick, held: Sequence[str]) -> None:
    slow = FINE if "hand.fine" in held else 1.0
    for address in held:
        if address in RAMP_M_PER_S:
            _add_travel(tick, address.split(".")[0], RAMP_M_PER_S[address] * slow * TICK_S)


def _send_travel(tick: _Tick) -> None:
    """Send whole grains of the travel asked for, within what one tick may carry; keep the rest."""
    limits = {"needle": (5e-3, c.AdvanceNeedle), "thread": (2e-3, c.FeedCatheter), "refill": (5e-3, c.AdvanceRefillNeedle)}
    for tool, (most, command) in limits.items():
        rest = tick.hands.rest_m.get(tool, 0.0)
        grains = math.trunc(min(max(rest, -most), most) / TRAVEL_M + math.copysign(1e-6, rest))
        if grains:
            travel = round(grains * TRAVEL_M, 8)
            tick.commands.append(command(travel))
            tick.set(rest_m=tick.hands.rest_m | {tool: rest - travel})


def _plunger(tick: _Tick, held: Sequence[str]) -> None:
    sign = ("syringe.push" in held) - ("syringe.pull" in held)
    if sign and tick.obs.refill.syringe_contents:
        tick.commands.append(c.MovePlunger(round(sign * max(si(tick.hands, "syringe.force"), FORCE_N), 4)))


REPEAT_AFTER, REPEAT_EVERY = 26, 4  # tuned: ticks before a held [+] repeats, and between repeats


def _repeats(tick: _Tick, address: str, counts: dict[str, int]) -> None:
    """Step a setting again while its [-] or [+] stays held."""
    key, _, part = address.rpartition(".")
    if part not in ("less", "more") or key not in SETTINGS:
        return
    now = tick.hands.hold_ticks.get(address, 0) + 1
    counts[address] = now
    if now > REPEAT_AFTER and now % REPEAT_EVERY == 0:
        _change_setting(tick, Intent(key, "step", 1.0 if part == "more" else -1.0))


def _confirmed_holds(tick: _Tick, held: Sequence[str]) -> None:
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


# --- acts ------------------------------------------------------------------------------------


def _place_needle(tick: _Tick) -> None:
    h = tick.hands
    length = float(h.choices["needle.length"]) * 1e-3
    tick.commands.append(c.PlaceNeedle(si(h, "entry.x"), si(h, "entry.z"), si(h, "needle.aim.head"), si(h, "needle.aim.mid"), length))
    tick.set(bevel_deg=0.0, rest_m=h.rest_m | {"needle": 0.0})


def _incise(tick: _Tick) -> None:
    h = tick.hands
    tick.commands.append(c.InciseLumbar(si(h, "entry.x"), si(h, "entry.z"), si(h, "incise.length"), si(h, "incise.depth")))


def _roll(tick: _Tick, degrees: float) -> None:
    bevel = (tick.hands.bevel_deg + degrees + 180.0) % 360.0 - 180.0
    tick.set(bevel_deg=bevel)
    tick.commands.append(c.RotateNeedle(quantised(math.radians(bevel), ANGLE_RAD)))


def _stylet(tick: _Tick) -> None:
    tick.commands.append(c.SetNeedleStylet(not tick.obs.needle.is_stylet_in))


def _confirm_csf(tick: _Tick) -> None:
    cath = tick.obs.catheter
    if not cath.is_open:
        where = "needle"
    elif tick.obs.needle.is_placed:
        where = "catheter"
    else:
        where = "pump-end" if cath.is_tunnelled else "after-needle"
    tick.do("confirm.csf", where, float(tick.obs.needle.csf_drops))


def _open_catheter(tick: _Tick) -> None:
    tick.commands.append(c.OpenCatheter(tick.hands.choices["catheter.model"], True))
    tick.do("tool.take", "catheter")


def _set_stylet(tick: _Tick) -> None:
    tick.commands.append(c.SetCatheterStylet(si(tick.hands, "catheter.stylet")))


def _purse(tick: _Tick) -> None:
    tick.commands.append(c.TiePurseString(si(tick.hands, "purse.tension")))


def _remove_needle(tick: _Tick) -> None:
    tick.commands.append(c.RemoveNeedle(tick.hands.choices["needle.hold"] == "held"))


def _anchor(tick: _Tick) -> None:
    h = tick.hands
    n = int(h.values["anchor.stitches"])
    tick.commands.append(c.PlaceAnchor(si(h, "anchor.distance"), n, h.choices["anchor.substrate"], si(h, "anchor.tie")))


def _open_pocket(tick: _Tick) -> None:
    h = tick.hands
    tick.commands.append(c.DissectPocket(
        si(h, "pocket.u"), si(h, "pocket.v"), si(h, "pocket.radius"), h.choices["pocket.plane"], si(h, "pocket.cover")))  # fmt: skip
    tick.set(values=h.values | {"template.u": h.values["pocket.u"], "template.v": h.values["pocket.v"]})


def _tunnel_point(tick: _Tick) -> None:
    v = tick.hands.values
    if len(tick.hands.waypoints) < 12:
        tick.set(waypoints=tick.hands.waypoints + ((v["tunnel.u"], v["tunnel.v"], v["tunnel.depth"]),))


def _tunnel_pass(tick: _Tick) -> None:
    points = tuple((u * 1e-3, v * 1e-3, d * 1e-3) for u, v, d in tick.hands.waypoints)
    if points:
        tick.commands.append(c.TunnelCatheter(points))


def _fill_on_table(tick: _Tick) -> None:
    h = tick.hands
    conc = float(h.choices["table.conc"]) * 1e-3
    tick.commands.append(c.FillOnTable(si(h, "table.volume"), conc, h.choices["table.purge"] == "yes"))


def _pump_in(tick: _Tick) -> None:
    tick.commands.append(c.PlacePump(si(tick.hands, "pump.outlet"), tick.hands.choices["pump.face"] == "out"))


def _stitch(loop: int) -> Callable[[_Tick], None]:
    def sew(tick: _Tick) -> None:
        tick.commands.append(c.SuturePump(loop, tick.hands.choices["stitch.substrate"]))

    return sew


def _beam(tick: _Tick) -> None:
    arm = tick.hands.arm
    tick.do("beam.pulse", fluoroscope.view_name(arm.orbit_deg), round(arm.orbit_deg))
    tick.asks.append(Intent("carm.beam", "pulse", arm.orbit_deg))
    tick.set(arm=fluoroscope.pulse(arm, tick.obs.tick))


def _interrogate(tick: _Tick) -> None:
    tick.do("interrogate", "after" if tick.hands.form.sent_tick is not None else "before")
    tick.set(form=programmer.read(tick.hands.form, tick.obs.pump))


def _take_syringe(contents: str, volume_ml: float) -> Callable[[_Tick], None]:
    def take(tick: _Tick) -> None:
        conc = float(tick.hands.choices["syringe.conc"]) * 1e-3 if contents == "drug" else 0.0
        tick.commands.append(c.TakeSyringe(contents, volume_ml * 1e-6, conc))
        tick.do("tool.take", f"syringe {contents}")

    return take


def _place_refill(tick: _Tick) -> None:
    h = tick.hands
    tick.commands.append(c.PlaceRefillNeedle(si(h, "template.u"), si(h, "template.v"), si(h, "refill.tilt_u"), si(h, "refill.tilt_v")))
    tick.set(rest_m=h.rest_m | {"refill": 0.0})


def _account(tick: _Tick) -> None:
    h = tick.hands
    measured = h.values["record.residual"] or tick.obs.refill.drawn_m3 * 1e6
    tick.do("record.account", "", quantised((measured - h.values["calc.expected"]) * 1e-6, VOLUME_M3))


def _time(seconds: float) -> Callable[[_Tick], None]:
    def go(tick: _Tick) -> None:
        whole, rest = divmod(seconds, 86400.0)
        spans = (86400.0,) * int(whole) + ((rest,) if rest else ())
        tick.set(due=tick.hands.due + tuple(c.AdvanceClinicalTime(s) for s in spans))

    return go


def _treat(kind: str, scale: float) -> Callable[[_Tick], None]:
    def give(tick: _Tick) -> None:
        amount = tick.hands.values["treat.amount"] if kind in ("ventilation", "benzodiazepine", "cyproheptadine") else scale
        tick.commands.append(c.GiveTreatment(kind, amount))

    return give


def _say(name: str, key: str, scale: float) -> Callable[[_Tick], None]:
    return lambda tick: tick.do(name, "", round(tick.hands.values[key] * scale, 10))


def _said(name: str, value: str = "", number: float = 0.0) -> Callable[[_Tick], None]:
    return lambda tick: tick.do(name, value, number)


def _ask(tick: _Tick, address: str) -> None:
    tick.asks.append(Intent(address))


def _send(tick: _Tick) -> None:
    form = tick.hands.form
    if programmer.can_send(form):
        tick.commands.append(programmer.command(form))
        tick.do("programmer.review", "all lines")
        tick.set(form=replace(form, sent_tick=tick.obs.tick, is_read_after=False))


def _tablet(tick: _Tick, tail: str, intent: Intent) -> None:
    """Handle the tablet: pages, fields, keypad, looks."""
    form = tick.hands.form
    head, _, rest = tail.partition(".")
    if intent.kind == "look":
        form = programmer.look(form, rest, intent.amount)
    elif head in ("back", "home") or rest == "home":
        _ask(tick, "tablet.leave")
        return
    elif head == "page":
        form = programmer.open_page(form, rest)
    elif head == "field":
        form = programmer.choose(form, rest)
    elif head == "key":
        form = programmer.press_key(form, rest)
    elif head == "mode":
        form = programmer.set_mode(form, intent.text or rest)
    elif head in ("next", "previous"):
        form = programmer.turn_page(form, 1 if head == "next" else -1)
    elif head in ("read", "read_again"):
        _interrogate(tick)
        return
    elif head == "second":
        tick.do("call.help", "second person")
        if tick.hands.procedure == "implant":
            tick.set(ticked=tick.hands.ticked | {"IM67": "second person"})
            tick.do("item.IM67", "second person")
        return
    else:
        if head != "send":
            tick.asks.append(intent)
        return
    tick.set(form=form)


HANDLERS: dict[str, Callable[[_Tick], None]] = {
    "table.fill": _fill_on_table, "incise.lumbar": _incise, "or.choose_entry": _place_needle,
    "needle.roll_left": lambda t: _roll(t, -15.0), "needle.roll_right": lambda t: _roll(t, 15.0),
    "needle.brace": lambda t: t.commands.append(c.BraceHand(not t.obs.needle.is_braced)),
    "needle.stylet": _stylet, "or.confirm.csf": _confirm_csf, "thread.open": _open_catheter,
    "thread.roll_left": lambda t: t.commands.append(c.RotateCatheter(quantised(-math.radians(10), ANGLE_RAD))),
    "thread.roll_right": lambda t: t.commands.append(c.RotateCatheter(quantised(math.radians(10), ANGLE_RAD))),
    "thread.stylet_set": _set_stylet, "thread.stylet_out": lambda t: t.commands.append(c.SetCatheterStylet(None)),
    "anchor.purse": _purse, "needle.remove": _remove_needle, "anchor.place": _anchor, "anchor.tug": _said("tug.test", "anchor"),
    "loop.lay": lambda t: t.commands.append(c.LayLoop(si(t.hands, "loop.radius"))),
    "pocket.open": _open_pocket, "pocket.dry": _said("item.IM49", "dry"),
    "tunnel.point": _tunnel_point, "tunnel.undo": lambda t: t.set(waypoints=t.hands.waypoints[:-1]), "tunnel.pass": _tunnel_pass,
    "connect.trim": lambda t: t.commands.append(c.TrimCatheter(si(t.hands, "connect.trim"))),
    "connect.measure": lambda t: t.do("tool.take", "ruler", t.obs.catheter.removed_m),
    "or.write": _say("record.length", "record.length", 1e-2),
    "connect.seat": lambda t: t.commands.append(c.ConnectCatheter(si(t.hands, "connect.force"))),
    "connect.tug": _said("tug.test", "connector"), "pump.place": _pump_in,
    "coil.seat": lambda t: t.commands.append(c.CoilSlack(si(t.hands, "coil.radius"), t.hands.choices["coil.side"] == "behind")),
    "pump.stitch.1": _stitch(0), "pump.stitch.2": _stitch(1), "pump.stitch.3": _stitch(2), "pump.stitch.4": _stitch(3),
    "close.count": _said("item.IM62", "whole"), "close.wounds": lambda t: t.commands.append(c.CloseWounds()),
    "carm.beam": _beam, "programmer.open": lambda t: _ask(t, "programmer.open"), "interrogate": _interrogate,
    "monitor.order": _say("time.monitor", "monitor.hours", 1.0),
    "calc.expected_say": _say("calc.expected_residual", "calc.expected", 1e-6),
    "calc.line_say": _say("calc.line_volume", "calc.line", 1e-6), "calc.alarm_say": _say("calc.alarm_date", "calc.alarm_days", 1.0),
    "refill.place": _place_refill, "syringe.empty": _take_syringe("empty", 20.0), "syringe.drug": _take_syringe("drug", 20.0),
    "syringe.saline": _take_syringe("saline", 5.0), "refill.backflow": _said("confirm.backflow"),
    "record.residual_write": _say("record.residual", "record.residual", 1e-6), "account.write": _account,
    "refill.stop": _said("decide", "stop-pocket-fill"),
    "treat.ventilation": _treat("ventilation", 1.0), "treat.benzodiazepine": _treat("benzodiazepine", 1.0),
    "treat.cyproheptadine": _treat("cyproheptadine", 1.0), "treat.oral_baclofen": _treat("oral_baclofen", 1e-5),
    "treat.csf_drain": _treat("csf_drain", 30e-6), "decide.dose": _said("decide", "raise-dose"),
    "decide.xray": _said("decide", "xray-both-postures"), "decide.pump": _said("decide", "test-pump-catheter"),
    "decide.revise": _said("decide", "revise-catheter"), "decide.wait": _said("decide", "wait"),
    "call.help": _said("call.help", "senior"), "case.follow": lambda t: _ask(t, "case.follow"),
    "tab.send": _send,
} | {key: _time(seconds) for key, seconds in TIME_SPANS_S.items()}  # fmt: skip

for _held in ("needle.advance", "needle.withdraw", "refill.advance", "refill.withdraw", "thread.stroke", "thread.pull",
              "lor.press", "syringe.push", "syringe.pull"):  # fmt: skip
    HANDLERS[_held] = lambda tick: None
HOLD_S: dict[str, float] = {a.key: a.confirm_s for a in ACTS.values() if a.confirm_s} | {"tab.send": programmer.SEND_S}
