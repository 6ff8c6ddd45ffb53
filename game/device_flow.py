"""How the flow of screens takes devices that come and go, above all a gamepad: the same addresses and intents as mouse and keys, at the rates of `tuning.toml`.

In play the sticks place and aim, triggers move the tool, A does the act in hand, Y held opens the tool wheel. Everywhere
the D-pad walks over what is on the screen and A presses it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from game import settings as stored
from game.host import CaseHost, Library
from game.hud.gui import Gui
from game.input import bindings, gamepad
from game.input.devices import RawInput
from game.input.intent import Hands, Intent, current_step
from game.input.steady import Steady
from game.input.tuning import gain
from game.instruments.procedure import ACTS, SETTINGS, Step
from physics.clock import TICK_HZ, TICK_S
from scenarios.actions import Action

TRIGGER_SETS = {"syringe.push": "syringe.force", "syringe.pull": "syringe.force"}  # the trigger is the force of the thumb
TRAVELLERS = ("needle", "refill", "thread", "tunnel")  # tools that triggers move along their axis
OTHER_STEPS_PER_S = 4.0  # tuned: settings that are neither mm nor degrees under a stick
ORBIT_DEG_PER_PX = 0.35  # the camera's own, `game.camerawork.RADIANS_PER_PIXEL`
LOST_WORDS = "Gamepad unplugged. The case waits; mouse and keys go on."
RUMBLE_TICKS = max(round(gain("rumble.refresh") * 1e-3 * TICK_HZ), 1)


class DeviceFlow:
    """The part of `game.app.App` that hears the gamepad, and the window put away or left."""

    settings: stored.Settings
    hands: Hands
    library: Library
    host: CaseHost | None
    screen: str
    overlay: str
    panel: str
    held: set[str]
    n_ticks: int
    said: str
    said_until: int
    trace: tuple[list[float], list[float]]
    is_running: bool

    def _start_devices(self) -> None:
        self.pad = gamepad.Pad()
        self.port: gamepad.Port | None = None
        self.pad_act = ""  # act in hand, chosen on the wheel
        self.pad_step = ""
        self.is_wheel_open = False
        self.wheel_at = ""
        self.pause_note = ""
        self._steady = Steady()
        self._pad_rest: dict[str, float] = {}
        self._given_at_mm = -1e9
        self._assists: tuple[Action, ...] = ()
        self.is_pad_used = False  # the pad was used last: screens show its buttons
        self.is_fine = False  # fine steps on, by the middle button or the button on the picture

    def _intent(self, intent: Intent) -> None:
        raise NotImplementedError

    def _keys(self) -> dict[str, str]:
        raise NotImplementedError

    @property
    def bindings(self) -> bindings.Bindings:
        """Keys and buttons as the learner has them."""
        return bindings.Bindings(self.settings.hands.keys, self.settings.hands.pads)

    # --- buttons, once a frame --------------------------------------------------------------------

    def _take_pad(self, raw: RawInput, gui: Gui) -> None:
        self.pad = raw.pad
        if raw.pad.pressed or raw.pad.is_moved:
            self.is_pad_used = True
        elif raw.pressed or raw.drag_button or not raw.pad.n_plugged:
            self.is_pad_used = False
        if raw.pad.is_lost:
            self._pad_lost()
        elif raw.pad.is_found and self.pause_note == LOST_WORDS:
            self.pause_note = "Gamepad is back."
        is_working = self.is_running and self.screen == "play"
        if is_working and self.hands.step != self.pad_step:
            self.pad_step, self.pad_act = self.hands.step, ""
        if not is_working or "Y" not in raw.pad.held:
            self._close_wheel()
        for name in raw.pad.pressed:
            if name in gamepad.DPAD:
                dx, dy = gamepad.DPAD[name]
                if not (dx and gui.nudge(dx)):
                    gui.move_focus_toward(dx, dy)
            elif is_working:
                self._pad_button(name, gui)
            else:
                self._pad_button_elsewhere(name, gui)
        if "A" in raw.pad.released:
            gui.press_focus(False)
        if is_working:
            self._hold_pad(raw.pad, gui)

    def _pad_button(self, name: str, gui: Gui) -> None:
        step = current_step(self.hands)
        address = bindings.PAD_RAIL.get(name) if self.is_wheel_open else None
        address = address or bindings.step_pad(step, self.bindings).get(name, "")
        if address == "pad.wheel":
            self.is_wheel_open, gui.focus = True, None
        elif address == "pad.act" and gui.focus:
            gui.press_focus(True)
        elif name == "X" and gui.focus and gui.focus.endswith((".less", ".more")):
            key, _, part = gui.focus.rpartition(".")
            self._intent(Intent(key, "step", 1.0 if part == "more" else -1.0, is_fine=True))
        else:
            address = self.act_in_hand(step) if address == "pad.act" else address
            if address == "panel.next":
                address = self._next_panel()
            act = ACTS.get(address)
            if address and (act is None or not (act.is_held or act.confirm_s) or self.settings.hands.is_toggle):
                self._intent(Intent(address))

    def _pad_button_elsewhere(self, name: str, gui: Gui) -> None:
        keys = {address: key for key, address in self._keys().items()}
        if name == "A":
            gui.press_focus(True)
        elif name == "B" and "Escape" in self._keys():
            self._intent(Intent(self._keys()["Escape"]))
        elif name == "Start":
            known = [a for a in ("pause.resume", "bar.pause") if a in keys]
            if known:
                self._intent(Intent(known[0]))

    def _hold_pad(self, pad: gamepad.Pad, gui: Gui) -> None:
        step = current_step(self.hands)
        if any(gamepad.stick(pad.axes["lx"], pad.axes["ly"])) and not self.is_wheel_open:
            gui.focus = None
        taken = bindings.step_pad(step, self.bindings)
        for name in pad.held:
            address = taken.get(name, "")
            if address == "pad.act":
                address = "" if gui.focus else self.act_in_hand(step)
            is_analogue = name in gamepad.TRIGGERS.values()
            if address in ACTS and (is_analogue or not self.settings.hands.is_toggle):
                self.held.add(address)
        if self.is_wheel_open:
            self._point_wheel(pad, step)

    def act_in_hand(self, step: Step) -> str:
        """Return the address of what A does now."""
        return self.pad_act if self.pad_act in step.acts else bindings.main_act(step)

    def _next_panel(self) -> str:
        order = ("act", "xray", "list", "volumes" if self.hands.procedure == "refill" else "map")
        now = self.panel or current_step(self.hands).panel
        at = order.index(now) if now in order else -1
        return f"panel.{order[(at + 1) % len(order)]}"

    # --- tool wheel ---------------------------------------------------------------------------------

    def _point_wheel(self, pad: gamepad.Pad, step: Step) -> None:
        acts = bindings.wheel_acts(step)
        if acts and math.hypot(pad.axes["lx"], pad.axes["ly"]) > 0.5:
            turn = math.atan2(pad.axes["lx"], -pad.axes["ly"]) / (2.0 * math.pi)
            self.wheel_at = acts[round(turn * len(acts)) % len(acts)]

    def _close_wheel(self) -> None:
        if self.is_wheel_open and self.wheel_at:
            self.pad_act = self.wheel_at
        self.is_wheel_open, self.wheel_at = False, ""

    # --- sticks and triggers, each tick ---------------------------------------------------------------

    def _through_devices(self, intents: Sequence[Intent]) -> list[Intent]:
        """Return what all devices ask for in one tick: drags at the learner's own rate, sticks, a steady hand over all."""
        rate = self.settings.hands.aim_deg_per_px / gain("drag.aim")
        own = [replace(i, amount=i.amount * rate, other=i.other * rate) if _is_aim(i) else i for i in intents]
        return self._steady.smoothed([*own, *self._pad_intents()], self.settings.hands.steady_ms)

    def _pad_intents(self) -> list[Intent]:
        """Return what sticks and triggers ask for in one tick."""
        axes, step, out = self.pad.axes, current_step(self.hands), []
        if not self.is_wheel_open:
            x, y = gamepad.stick(axes["lx"], axes["ly"])
            out += self._stick(step.arrows, x, -y)
        x, y = gamepad.stick(axes["rx"], axes["ry"])
        if any(step.drag):
            out += self._stick(step.drag, x, -y)
        elif (x or y) and self.host is not None:
            pixels = gain("stick.orbit") * TICK_S / ORBIT_DEG_PER_PX
            self.host.orbit(x * pixels, y * pixels, 0.0)
        return out + self._triggers(step)

    def _stick(self, keys: tuple[str, str], x: float, y: float) -> list[Intent]:
        out = []
        for key, wish in zip(keys, (x, y), strict=True):
            if not key or not wish:
                continue
            setting = SETTINGS[key]
            rate = {"mm": gain("stick.place"), "deg": gain("stick.aim")}.get(setting.unit, OTHER_STEPS_PER_S * setting.step)
            rest = self._pad_rest.get(key, 0.0) + wish * rate * TICK_S / setting.fine
            whole = math.trunc(rest)
            self._pad_rest[key] = rest - whole
            if whole:
                out.append(Intent(key, "step", float(whole), is_fine=True))
        return out

    def _triggers(self, step: Step) -> list[Intent]:
        wish = gamepad.trigger(self.pad.axes["rt"]) - gamepad.trigger(self.pad.axes["lt"])
        tool = step.wheel[0].split(".")[0]
        if tool in TRAVELLERS:
            travel_mm = gain(f"trigger.{tool}") * wish * TICK_S
            return [Intent("view", "wheel", travel_mm / gain(f"notch.{tool}"))] if wish else []
        taken = bindings.step_pad(step, self.bindings)
        for axis, button in gamepad.TRIGGERS.items():
            key = TRIGGER_SETS.get(taken.get(button, ""))
            if key and self.pad.axes[axis] >= gain("trigger.pressed"):
                force = gain("trigger.syringe") * self.pad.axes[axis]
                return [Intent(key, "set", round(force / SETTINGS[key].fine) * SETTINGS[key].fine)]
        return []

    # --- what comes back, and what is told ------------------------------------------------------------

    def _rumble(self) -> None:
        """Tell the motors what the tool feels; nothing of it goes back into the physics."""
        if self.port is None or self.host is None or not self.pad.n_plugged or not self.settings.hands.rumble:
            return
        depths, forces = self.trace
        is_given = gamepad.gives(depths[-40:], forces[-40:]) and abs(depths[-1] - self._given_at_mm) > gain("give.within")
        if is_given:
            self._given_at_mm = depths[-1]
        elif self.n_ticks % RUMBLE_TICKS:
            return
        obs = self.host.observation
        if obs.catheter.is_open and self.hands.step == "thread":
            force, rough = gain("rumble.thread") * obs.catheter.hand_force_n, 0.0
        elif self.hands.procedure == "refill":
            force, rough = obs.refill.force_n, 0.0
        else:
            force, rough = obs.needle.force_n, obs.needle.roughness
        self.port.rumble(*gamepad.rumble_levels(force, rough, is_given, self.settings.hands.rumble))

    def _pad_lost(self) -> None:
        self._close_wheel()
        self._pause_with(LOST_WORDS)

    def _pause_with(self, words: str) -> None:
        if self.is_running and self.screen in ("play", "tablet", "follow"):
            self.overlay, self.pause_note = "pause", words

    def _window_left(self, is_hidden: bool) -> None:
        """Let go of everything held or switched on: nothing goes on in the patient unseen."""
        self.held.clear()
        self.hands = replace(self.hands, latched=(), hold_ticks={})
        if is_hidden:
            self._pause_with("The window was put away. The case waits.")

    def _devices_gone(self, lost: Sequence[str]) -> None:
        if "sound" in lost:
            self.said, self.said_until = "Sound device gone. Captions say the same.", self.n_ticks + 6 * TICK_HZ

    def _say_notice(self) -> None:
        """Say once a case what pictures have to do without on this machine."""
        if self.library.notice:
            self.said, self.said_until = self.library.notice, self.n_ticks + 8 * TICK_HZ

    def _on_view(self, tail: str, intent: Intent) -> None:
        self._on_hand(tail, intent)

    def _on_hand(self, tail: str, intent: Intent) -> None:
        if tail == "fine":
            self.is_fine = not self.is_fine
            self.said, self.said_until = f"Fine steps {'on' if self.is_fine else 'off'}", self.n_ticks + 2 * TICK_HZ

    def _assist_actions(self) -> tuple[Action, ...]:
        """Return the assists in use as judged actions, when they changed: they are logged and never lower a score."""
        hands = self.settings.hands
        now = (Action("assist", "slow", float(hands.is_slow)), Action("assist", "steady", hands.steady_ms))
        fresh = tuple(a for a in now if a not in self._assists and (a.number or self._assists))
        self._assists = now
        return fresh


def _is_aim(intent: Intent) -> bool:
    return intent.address == "view" and intent.kind == "drag" and intent.text == "left"
