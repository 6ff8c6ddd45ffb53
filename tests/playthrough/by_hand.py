"""A scripted player's plan done at the window: each command and each judged act through what a hand would press.

`WAYS` says for a command which act does it and which settings it needs first; `SAYS` the same for judged acts. A new
step of a procedure is a new row. `MouseAndKeys` and `PadAlone` press, set, push and type with their own devices, by
posted events only; the pad never touches mouse or keys.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pygame

from at_patient import AtPatient
from game.driver import Driver, DriverError
from game.input import bindings, gamepad
from game.input.field_acts import DRY_WAIT_S
from game.input.tuning import gain
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS
from game.players.step import Plan
from physics import commands as c
from physics.clock import TICK_S
from scenarios.actions import Action

Wanted = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Way:
    """The act that does a command, the settings before it, for how long it is held, in which step (any, if "")."""

    act: str
    settings: Callable[[Any], Wanted] = field(default=lambda k: {})
    hold_s: float = 0.0
    step: str = ""


def _site(k: Any) -> Wanted:
    """Return where a cut at the belly is set to lie; at the back it goes where the needle went in."""
    return {"pocket.u": k.u_m * 1e3, "pocket.v": k.v_m * 1e3} if k.wound == "pocket" else {}


def _deg(radians: float) -> float:
    return math.degrees(radians)


WAYS: dict[type, Way] = {
    c.FillOnTable: Way("table.fill", lambda k: {
        "table.volume": k.volume_m3 * 1e6, "table.conc": f"{k.concentration_kg_per_m3 * 1e3:.0f}"}),
    c.PlaceNeedle: Way("or.choose_entry", lambda k: {
        "entry.x": k.u_m * 1e3, "entry.z": k.v_m * 1e3, "needle.aim.head": _deg(k.elevation_rad),
        "needle.aim.mid": _deg(k.medial_rad), "needle.length": f"{k.length_m * 1e3:.0f}"}),
    c.OpenCatheter: Way("thread.open", lambda k: {"catheter.model": k.model}),
    c.InciseLumbar: Way("incise.lumbar", lambda k: {"incise.depth": k.depth_m * 1e3}),
    c.TiePurseString: Way("anchor.purse", lambda k: {"purse.tension": k.tension_n}),
    c.RemoveNeedle: Way("needle.remove", lambda k: {"needle.hold": "held" if k.is_catheter_held else "free"}, 1.2),
    c.PlaceAnchor: Way("anchor.place", lambda k: {
        "anchor.distance": k.distance_m * 1e3, "anchor.stitches": float(k.n_sutures), "anchor.substrate": k.substrate}),
    c.PullCatheter: Way("anchor.tug"),
    c.LayLoop: Way("loop.lay", lambda k: {"loop.radius": k.radius_m * 1e3}),
    c.DissectPocket: Way("pocket.open", lambda k: {
        "pocket.u": k.u_m * 1e3, "pocket.v": k.v_m * 1e3, "pocket.radius": k.radius_m * 1e3, "pocket.cover": k.cover_m * 1e3,
        "pocket.plane": k.plane}),
    c.PlacePump: Way("pump.place", lambda k: {"pump.outlet": _deg(k.outlet_angle_rad)}),
    c.TunnelCatheter: Way("tunnel.pass"),
    c.TrimCatheter: Way("connect.trim", lambda k: {"cut.length": k.length_m * 1e3}),
    c.CoilSlack: Way("coil.seat", lambda k: {"coil.radius": k.radius_m * 1e3}),
    c.ConnectCatheter: Way("connect.seat", lambda k: {"connect.force": k.force_n}),
    c.TugConnector: Way("connect.tug"),
    c.UsePort: Way("connect.draw"),
    c.StitchCatheter: Way("catheter.stitch", lambda k: {"catheter.at": k.from_tip_m * 1e3, "purse.tension": k.tension_n}),
    c.CloseWounds: Way("close.wounds", hold_s=1.7),
}  # fmt: skip
LATER: dict[type, Way] = {  # pump exchange, catheter revision, explant
    c.OpenPocket: Way("later.open_pocket", lambda k: {
        "scar.length": k.length_m * 1e3, "scar.tool": "diathermy" if k.is_diathermy else "knife"}),
    c.OpenLumbar: Way("later.open_back", lambda k: {
        "entry.x": k.u_m * 1e3, "entry.z": k.v_m * 1e3, "scar.back": k.length_m * 1e3, "scar.blade": k.depth_m * 1e3}),
    c.DisconnectCatheter: Way("later.disconnect"),
    c.TakeOutPump: Way("later.take_out"),
    c.UnpackPump: Way("later.unpack", lambda k: {"pump.model": k.model}),
    c.LaySegment: Way("later.lay_segment", lambda k: {"segment.length": k.length_m * 100.0}),
    c.PlaceNewPump: Way("later.lay_new", lambda k: {"pump.outlet": _deg(k.outlet_angle_rad)}),
    c.ReleaseAnchor: Way("later.release"),
    c.JoinSegments: Way("later.join", lambda k: {"join.force": k.force_n}),
}  # fmt: skip
FIELD: dict[str, Way] = {  # the operating field, by name of the command: rows whose act the game has are used
    "TurnPatient": Way("patient.turn", lambda k: {"patient.position": k.position}),
    "MarkSkin": Way("palpate.mark", lambda k: {"palpate.u": k.u_m * 1e3, "palpate.v": k.v_m * 1e3, "mark.kind": k.kind}),
    "GiveTreatment": Way("prophylaxis.give", lambda k: {"prophylaxis.dose": k.amount * 1e3}), "Drape": Way("or.drape"),
    "WarmPump": Way("table.warm", lambda k: {"table.bath": k.bath_c}),
    "EmptyPump": Way("table.empty"), "PurgeTubing": Way("table.prime"), "TestPump": Way("pocket.trial"),
    "CutSkin": Way("cut.pass", lambda k: _site(k) | {"incise.length": k.length_m * 1e3, "cut.press": k.depth_m * 1e3}),
    "SetRetractor": Way("wound.retract", lambda k: {"retractor.spread": k.spread_m * 1e3}),
    "Dab": Way("bleed.dab"), "Cauterise": Way("bleed.seal", lambda k: {"cautery.mode": k.mode}),
    "Irrigate": Way("wound.irrigate", lambda k: {"close.wound": k.wound}), "PackSwab": Way("wound.pack"), "RemoveSwabs": Way("wound.unpack"),
    "CountTray": Way("close.count"),
    "SutureLayer": Way("close.stitch", lambda k: {"close.wound": k.wound, "close.layer": k.layer}),
    "ApplyBinder": Way("close.binder"), "ClampCatheter": Way("connect.clamp"), "UnclampCatheter": Way("connect.clamp"),
}  # fmt: skip
WOUND_STEPS = {"lumbar": ("needle", "thread", "anchor", "open", "close"), "pocket": ("pocket", "segment", "connect", "pump", "close")}
GIVEN = {  # treatments that have an act of their own, beside the prophylaxis
    "antibiotic": Way("treat.antibiotic"), "lumbar_baclofen": Way("treat.lumbar", lambda k: {"bridge.dose": k.amount * 1e9}),
}  # fmt: skip
IN_ONE = ("PrepStroke", "SweepPocket", "SutureLayer", "Dab")  # one act does a whole run of these
CLEAR_MM = 5.0  # a pocket is made so much wider than the pump all round
PULSE_TICKS = 20
MOST_WAIT_S = 600.0  # a clinical wait of the plan no longer than this is waited in steps of minutes
SAYS: dict[str, Way] = {
    "confirm.csf": Way("or.confirm.csf"),
    "record.length": Way("or.write", lambda a: {"record.length": a.number * 100.0}),
    "calc.line_volume": Way("calc.line_say", lambda a: {"calc.line": a.number * 1e6}),
    "calc.alarm_date": Way("calc.alarm_say", lambda a: {"calc.alarm_days": a.number}),
    "time.monitor": Way("monitor.order", lambda a: {"monitor.hours": a.number}),
    "interrogate": Way("interrogate"),
    "decide": Way("later.cause", lambda a: {"cause": a.value}),
}
TRAVEL = {c.AdvanceNeedle: "needle", c.FeedCatheter: "thread", c.AdvanceRefillNeedle: "refill"}
DONE_WITH_OTHERS = (c.TakeSyringe, c.InterrogatePump)  # the act that follows, or the tablet, does it too
SAID_WITH_OTHERS = ("beam.time", "beam.off_true", "beam.dose", "beam.open", "tug.test", "programmer.review", "programmer.confirm", "tool.take", "view")
TABLET = {"conc": "drug", "length": "catheter", "dose": "dose", "prime": "bridge", "reservoir": "reservoir", "alarm": "reservoir"}


class MouseAndKeys:
    """Clicks, keys and the wheel."""

    name = "mouse"

    def __init__(self, d: Driver) -> None:
        self.d = d

    def press(self, address: str, seconds: float = 0.0) -> None:
        """Press a control, or hold it."""
        if seconds:
            self.d.hold(address, seconds)
        else:
            self.d.click(address)

    def act(self, address: str, seconds: float = 0.0) -> None:
        """Do an act of the step: by its button, else by its key."""
        if address in self.d.gui.rects:
            self.press(address, seconds)
        else:
            self.d.key(bindings.default_key(address), seconds)

    def number(self, key: str, value: float) -> None:
        """Set a number by typing it."""
        self.d.enter(key, round(value, 4))

    def travel(self, tool: str, travel_m: float) -> None:
        """Move the tool along its axis by one turn of the wheel, in one tick."""
        notches = travel_m * 1e3 / gain(f"notch.{tool}")
        centre = self.d.centre("view")
        if self.d.at != centre:
            self.d._move(centre)
        self.d._post(pygame.MOUSEWHEEL, x=0, y=0, precise_x=0.0, precise_y=notches, flipped=False, touch=False)
        self.d.pass_tick()

    def rest(self) -> None:
        """Let go of the tool."""

    def beam(self) -> None:
        """Make one pulse."""
        self.d.key("Space")

    def look(self, address: str) -> None:
        """Rest on a line of the review."""
        self.d.look(address, 0.75)

    def scroll(self, address: str) -> None:
        """Bring a line of the checklist into sight."""
        self.find(address, "item.")

    def find(self, address: str, of: str = "scenarios.card.") -> None:
        """Scroll a list until an address of it is in sight."""
        for _ in range(12):
            lines = [a for a in self.d.gui.rects if a.startswith(of)]
            if address in lines or not lines:
                return
            self.d.wheel(lines[-1], -2)
            self.d.frames(2)


class PadAlone:
    """D-pad, A, sticks, triggers and the tool wheel."""

    name = "pad"

    def __init__(self, d: Driver) -> None:
        self.d = d
        self._axis = ("", 0.0)
        d.plug()

    def press(self, address: str, seconds: float = 0.0) -> None:
        """Walk to a control and press A, or hold it."""
        self.d.pad_press(address, seconds)

    def act(self, address: str, seconds: float = 0.0) -> None:
        """Take an act in hand with the wheel and do it with A."""
        self.d.do_act(address, seconds)

    def number(self, key: str, value: float) -> None:
        """Step a number with its [-] and [+]: A coarse, then X fine."""
        setting = SETTINGS[key]
        for size, is_fine in ((setting.step, False), (setting.fine, True)):
            steps = (value - number_at(self.d, key)) / size
            whole = math.trunc(steps) if not is_fine else round(steps)
            if not whole:
                continue
            self.d.walk(f"{key}.{'more' if whole > 0 else 'less'}")
            if abs(whole) > 8 and not is_fine:  # held, it goes on by itself; what is left is pressed
                self.d.button("A", gain("key.repeat_after") + gain("key.repeat_every") * (abs(whole) - 3))
                self.d.frames(2)
                whole = math.trunc((value - number_at(self.d, key)) / size)
                self.d.walk(f"{key}.{'more' if whole > 0 else 'less'}")
            for _ in range(abs(whole)):
                self.d.button("X" if is_fine else "A")

    def travel(self, tool: str, travel_m: float) -> None:
        """Hold the trigger for one tick as far as this travel needs; it stays there until another is asked for."""
        wish = min(abs(travel_m) * 1e3 / TICK_S / gain(f"trigger.{tool}"), 1.0) ** (1.0 / gain("trigger.exponent"))
        dead = gain("trigger.dead_zone")
        axis, value = ("rt" if travel_m > 0 else "lt"), (dead + wish * (1.0 - dead) if travel_m else 0.0)
        if self._axis != (axis, value):
            self.rest()
            self._axis = (axis, value)
            number = gamepad.AXES.index(axis)
            self.d._post(pygame.CONTROLLERAXISMOTION, instance_id=99, axis=number, value=round(value * gamepad.FULL))
        self.d.pass_tick()

    def rest(self) -> None:
        """Let the trigger go."""
        if self._axis[0] and self._axis[1]:
            number = gamepad.AXES.index(self._axis[0])
            self.d._post(pygame.CONTROLLERAXISMOTION, instance_id=99, axis=number, value=0)
        self._axis = ("", 0.0)

    def beam(self) -> None:
        """Make one pulse."""
        self.d.button("B")

    def look(self, address: str) -> None:
        """Rest the focus on a line of the review."""
        self.d.walk(address)
        self.d.pass_frames(round(0.75 / TICK_S))

    def scroll(self, address: str) -> None:
        """The D-pad scrolls by itself."""

    find = scroll


def number_at(d: Driver, address: str) -> float:
    """Return the first number in the words at an address."""
    found = re.search(r"-?\d+(\.\d+)?", d.text(address))
    return float(found.group()) if found else 0.0


class ByHand:
    """Plays a plan at the window with one of the hands; `tell` hears what is done."""

    def __init__(self, app: Any, d: Driver, hands: MouseAndKeys | PadAlone, tell: Callable[[str], None] = print) -> None:
        self.app, self.d, self.hands, self.tell = app, d, hands, tell
        self.run: tuple[str, str, str] = ("", "", "")
        self.pocket: Wanted = {}  # as it was marked
        self.patient = AtPatient(self, app, d) if hands.name == "mouse" else None
        self.on_step: Callable[[str], None] = lambda step: None  # told of a step before it is left

    def play(self, plan: Plan) -> None:
        """Play a plan to its end; the player is shown what the window's case shows."""
        try:
            given = next(plan)
            while True:
                self._tick(given)
                given = plan.send(self.app.host.observation)
        except StopIteration:
            self.hands.rest()

    def _tick(self, given: Any) -> None:
        is_done = False
        for command in given.commands:
            is_done = True
            tool = TRAVEL.get(type(command))
            if tool:
                self.run = ("", "", "")
                if command.travel_m or self.hands.name == "pad":
                    self._ready(f"{tool}.advance" if tool != "thread" else "thread.stroke")
                    self.hands.travel(tool, command.travel_m)
                continue
            self.hands.rest()
            self._command(command)
        for action in given.actions:
            self.hands.rest()
            self._say(action)
            is_done = True
        if not is_done:
            self.hands.rest()
            self.d.pass_tick()

    # --- commands -----------------------------------------------------------------------------------

    def _command(self, command: Any) -> None:
        name = type(command).__name__
        run = (name, getattr(command, "wound", ""), getattr(command, "layer", ""))
        if isinstance(command, DONE_WITH_OTHERS) or (name in IN_ONE and run == self.run):
            return
        self.run = run
        self.tell(type(command).__name__)
        if name == "MarkSkin" and command.kind == "pocket":
            self.pocket = {"pocket.u": command.u_m * 1e3, "pocket.v": command.v_m * 1e3, "pocket.radius": command.radius_m * 1e3}
        if self.patient is not None and self.patient.does(command):
            self.run = ("", "", "")
            return
        if self._field(command):
            return
        needle = self.app.host.observation.needle
        if isinstance(command, c.RotateNeedle):
            self._roll(_deg(command.angle_rad))
        elif isinstance(command, c.SetNeedleStylet):
            if needle.is_stylet_in != command.is_in:
                self._do("needle.stylet")
        elif isinstance(command, c.BraceHand):
            if needle.is_braced != command.is_braced:
                self._do("needle.brace")
        elif isinstance(command, c.SetCatheterStylet):
            if command.behind_tip_m is None:
                self._do("thread.stylet_out")
            else:
                self._do("thread.stylet_set", {"catheter.stylet": command.behind_tip_m * 1e3})
        elif isinstance(command, c.SuturePump):
            self._do(f"pump.stitch.{command.loop + 1}")
        elif isinstance(command, c.TunnelCatheter):
            self._do("tunnel.route")
            self._do("tunnel.pass")
        elif isinstance(command, c.ProgramPump):
            self._programme(command)
        elif isinstance(command, c.AdvanceClinicalTime) and command.duration_s <= MOST_WAIT_S:
            for _ in range(math.ceil(command.duration_s / DRY_WAIT_S)):
                self._do("time.dry")
        elif isinstance(command, c.AdvanceClinicalTime):
            for _ in range(round(command.duration_s / 3600.0)):
                self._do("time.hour")
        elif isinstance(command, c.RemoveCatheter):
            wishes = {"remove.force": command.force_n, "remove.from": command.pulled_from}
            self._do(f"later.remove_{command.part}", wishes, 1.2)
        elif isinstance(command, c.GiveTreatment) and command.treatment in GIVEN:
            way = GIVEN[command.treatment]
            self._do(way.act, way.settings(command))
        elif (way := WAYS.get(type(command)) or LATER.get(type(command)) or FIELD.get(name)) is not None and way.act in ACTS:
            wound = getattr(command, "wound", "")
            steps = [s.key for s in PROCEDURES[self.app.hands.procedure] if s.key in WOUND_STEPS.get(wound, ()) and way.act in s.acts]
            if wound and self.app.hands.step not in steps:
                self._go(steps[0])
            self._do(way.act, way.settings(command), way.hold_s)
        else:
            raise DriverError(f"no way on the screen for {command}; add a row to WAYS")

    def _field(self, command: Any) -> bool:
        """Do what one key does for many commands on the field, and say whether it was such a one."""
        name = type(command).__name__
        if name == "MarkSkin" and command.kind == "pocket":
            self._ready("pocket.sweep")
            for key in ("pocket.u", "pocket.v"):
                self._set(key, self.pocket[key])
            self._do("mark.pocket", {"pocket.radius": self.pocket["pocket.radius"]})
        elif name == "PrepStroke":
            for _ in range(2):  # belly and back
                self._do("prep.paint", {"prep.agent": command.agent})
                self.d.pass_frames(16)
                self._do("site.swap")
        elif name == "SweepPocket":
            drawn = self.pocket.get("pocket.radius", self.app.hands.values["pocket.radius"] + CLEAR_MM)  # none is drawn round an old one
            wide = float(drawn) + CLEAR_MM
            self._do("pocket.sweep", self.pocket | {"pocket.radius": wide, "sweep.depth": command.depth_m * 1e3})
            self.d.pass_frames(40)
        else:
            return False
        return True

    def _roll(self, goal_deg: float) -> None:
        if self.patient is not None:
            self._go("needle")
            self.patient.roll(goal_deg - self.app.hands.bevel_deg)
            return
        turns = round((goal_deg - self.app.hands.bevel_deg) / 15.0)
        for _ in range(abs(turns)):
            self._do("needle.roll_right" if turns > 0 else "needle.roll_left")

    def _do(self, act: str, settings: Wanted | None = None, hold_s: float = 0.0) -> None:
        self._ready(act)
        for key, value in (settings or {}).items():
            self._set(key, value)
        self._ready(act)
        self.hands.act(act, hold_s)
        self.d.frames(2)

    def _ready(self, act: str) -> None:
        """Go to a step that has the act: the one in work, the next after it that has, else one before."""
        steps = PROCEDURES[self.app.hands.procedure]
        at = [s.key for s in steps].index(self.app.hands.step)
        for step in (*steps[at:], *reversed(steps[:at])):
            if act in step.acts:
                self._go(step.key)
                return
        raise DriverError(f"no step of {self.app.hands.procedure} has {act}")

    def _go(self, step: str) -> None:
        if self.app.hands.step != step:
            self.on_step(self.app.hands.step)
            self.hands.press(f"rail.{step}")
            self.d.frames(2)

    def show(self, address: str) -> None:
        """Bring a control of the step into sight: the acts, or on small windows the page of its settings."""
        for page in ("panel.act", "panel.set", "panel.act.here", "panel.act", "panel.set"):
            if address in self.d.gui.rects or address in self.d.gui.texts:
                return
            if page in self.d.gui.rects:
                self.hands.press(page)
                self.d.frames(2)

    def _panel(self, key: str) -> None:
        if self.d.gui.states.get(f"panel.{key}") != "on":
            self.hands.press(f"panel.{key}")
            self.d.frames(1)

    def _set(self, key: str, value: float | str) -> None:
        if key == "mark.kind":
            while self.app.hands.choices[key] != value:
                self._do("palpate.name")
            return
        if isinstance(value, str):
            address = f"{key}.{value}"
            self.show(address)
            if address in self.d.gui.rects:  # a step shows no choice where there is only one
                self.hands.press(address)
            elif f"{key}.more" in self.d.gui.rects:  # many options are gone through one by one
                for _ in SETTINGS[key].options:
                    if self.app.hands.choices[key] != value:
                        self.hands.press(f"{key}.more")
                        self.d.frames(1)
            return
        setting = SETTINGS[key]
        value = min(max(value, setting.low), setting.high)
        self.show(key)
        if key not in self.d.gui.texts:
            raise DriverError(f"{key} is not on the screen in step {self.app.hands.step}; there are {sorted(self.d.gui.texts)}")
        if abs(number_at(self.d, key) - value) > 0.6 * setting.fine:
            self.hands.number(key, value)

    # --- judged acts ----------------------------------------------------------------------------------

    def _say(self, action: Action) -> None:
        if action.name in SAID_WITH_OTHERS:
            return
        self.tell(f"{action.name} {action.value}".strip())
        if action.name.startswith("item."):
            self._item(action)
        elif action.name == "beam.pulse":
            self._panel("xray")
            self.hands.press(f"carm.{action.value}")
            self.d.pass_frames(PULSE_TICKS)  # no pulse comes sooner after the last one
            self.hands.beam()
            self.d.frames(2)
        elif action.name == "beam.keep":
            self.hands.press("carm.keep")
        elif action.name in SAYS:
            if action.name == "confirm.csf" and action.value == "pump-end":
                self._go("connect")  # where the end lies that the pump will feed
            way = SAYS[action.name]
            self._do(way.act, way.settings(action), way.hold_s)
        else:
            raise DriverError(f"no way on the screen for {action}; add a row to SAYS")

    def _item(self, action: Action) -> None:
        key = action.name.removeprefix("item.")
        line = next((x for x in self.app.host.checklist if x.id == key), None)
        if line is None:
            return
        self._go(line.step)
        self._panel("list")
        address = f"item.{key}.{action.value.replace(' ', '_')}" if line.choices else f"item.{key}"
        self.hands.scroll(address)
        self.hands.press(address)

    # --- tablet ---------------------------------------------------------------------------------------

    def _programme(self, command: Any) -> None:
        d, press = self.d, self.hands.press
        entries = {
            "conc": f"{command.concentration_kg_per_m3 * 1e3:.0f}", "length": f"{command.recorded_length_m * 100.0:.1f}",
            "dose": f"{command.dose_kg_per_s * 1e9 * 86400.0:.0f}", "prime": f"{command.prime_volume_m3 * 1e6:.3f}",
            "reservoir": f"{command.reservoir_volume_m3 * 1e6:.0f}", "alarm": f"{command.alarm_volume_m3 * 1e6:.0f}",
        }  # fmt: skip
        self._ready("programmer.open")
        self.hands.act("programmer.open")
        d.wait_address("tab.page.read")
        press("tab.read")
        for entry, words in entries.items():
            press(f"tab.page.{TABLET[entry]}")
            press(f"tab.field.{entry}")
            press("tab.key.clear")
            for char in words:
                press(f"tab.key.{'point' if char == '.' else char}")
        press("tab.page.dose")
        press("tab.mode.continuous")
        press("tab.page.review")
        while warned := [a for a in d.gui.rects if a.startswith("tab.confirm.")]:
            press(warned[0])
        for address in [a for a in d.gui.rects if a.startswith("tab.row.")]:
            self.hands.look(address)
        press("tab.second")
        press("tab.send", 1.8)
        d.pass_frames(64 * 2)
        press("tab.read_again")
        d.frames(2)
        press("tab.back")
        d.frames(2)


__all__ = ["SAYS", "WAYS", "ByHand", "MouseAndKeys", "PadAlone", "Way", "number_at"]
assert all(way.act in ACTS for way in (*WAYS.values(), *SAYS.values()))
