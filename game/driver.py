"""Drives the game as a player would: posts real pygame events at published addresses, waits on ticks.

Nothing here reaches into the game except through the address tables (`rects`, `texts`, `states`) and the
loop's `frame`; time is counted in frames of one tick, never on the wall.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pygame

from game.hud.gui import Gui, audit, toward
from game.input import gamepad
from game.input.devices import NAMES
from game.loop import Loop
from physics.clock import TICK_S

PAD_INDEX, PAD_ID = 99, 99  # a device that no machine has: only its events come
_CODES: dict[str, int] = {name: code for code, name in reversed(list(NAMES.items()))}


MOST_WAITING = 24  # frames for input that waits its turn: the interface takes one change of a button in each that is drawn


class DriverError(AssertionError):
    """An address is missing or a wait ran out."""


def key_code(name: str) -> int:
    """Return the pygame key of our name of it."""
    return _CODES[name] if name in _CODES else pygame.key.key_code(name.lower())


class Driver:
    """Verbs on addresses."""

    def __init__(self, loop: Loop, tick: Callable[[], int], stride: int = 1) -> None:
        self.loop, self.tick, self.stride = loop, tick, stride
        self.at = (0, 0)
        self._n_passed = 0

    @property
    def gui(self) -> Gui:
        """The interface being driven."""
        return self.loop.gui

    def pass_frames(self, n: int) -> None:
        """Let time pass with input unchanged: only each `stride`-th frame is drawn."""
        for i in range(n):
            self.loop._settle = 3
            self.loop.frame(TICK_S, (i + 1) % self.stride == 0 or i == n - 1)

    def pass_tick(self) -> None:
        """Let one tick pass; only each `stride`-th is drawn."""
        self._n_passed += 1
        self.loop._settle = 3
        self.loop.frame(TICK_S, self._n_passed % self.stride == 0)

    # --- frames and waits ---------------------------------------------------------------------

    def frames(self, n: int = 1) -> None:
        """Run frames of one tick each."""
        for _ in range(n):
            self.loop._settle = 3
            self.loop.frame(TICK_S)

    def wait_tick(self, n: int) -> None:
        """Run until the simulation has made n more ticks."""
        goal = self.tick() + n
        self.wait(lambda: self.tick() >= goal, n * 8 + 60, f"{n} ticks")

    def wait_state(self, address: str, word: str, limit: int = 2000) -> None:
        """Run until an address shows a state word."""
        self.wait(lambda: self.gui.states.get(address) == word, limit, f"{address} = {word}")

    def wait_address(self, address: str, limit: int = 600) -> None:
        """Run until an address is on the screen."""
        self.wait(lambda: address in self.gui.rects or address in self.gui.texts, limit, address)

    def wait(self, until: Callable[[], bool], limit: int, what: str) -> None:
        """Run frames until a condition holds.

        Raises
        ------
        DriverError
            If it does not within `limit` frames.
        """
        for _ in range(limit):
            if until():
                return
            self.frames()
        raise DriverError(f"waited {limit} frames for {what}; on screen: {sorted(self.gui.rects)[:40]}")

    # --- verbs --------------------------------------------------------------------------------

    def centre(self, address: str) -> tuple[int, int]:
        """Return the middle of an address.

        Raises
        ------
        DriverError
            If it is not on the screen.
        """
        spot = self.gui.spot_of(address) if address.startswith("at.") else None
        if spot is not None:
            return round(spot[0]), round(spot[1])
        if address not in self.gui.rects:
            raise DriverError(f"{address} is not on the screen; there are {sorted(self.gui.rects)}")
        x0, y0, x1, y1 = self.gui.rects[address]
        return round((x0 + x1) / 2), round((y0 + y1) / 2)

    def _post(self, kind: int, **fields: object) -> None:
        pygame.event.post(pygame.event.Event(kind, fields))

    def _move(self, to: tuple[int, int]) -> None:
        rel = (to[0] - self.at[0], to[1] - self.at[1])
        self._post(pygame.MOUSEMOTION, pos=to, rel=rel, buttons=(0, 0, 0), touch=False)
        self.at = to
        self.frames()
        for _ in range(MOST_WAITING):
            if self.gui.pointer == to:
                break
            self.frames()

    def _button(self, down: bool, button: int = 1) -> None:
        kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
        self._post(kind, pos=self.at, button=button, touch=False)
        self.frames()

    def click(self, address: str, x_share: float = 0.5, y_share: float = 0.5) -> None:
        """Click an address, by default in its middle."""
        to = self.centre(address)
        if address in self.gui.rects:
            x0, y0, x1, y1 = self.gui.rects[address]
            to = (round(x0 + (x1 - x0) * x_share), round(y0 + (y1 - y0) * y_share))
        self._move(to)
        self.frames()
        self._button(True)
        self._button(False)
        self.frames(2)

    def hold(self, address: str, seconds: float) -> None:
        """Hold the left button on an address for simulated seconds."""
        self._move(self.centre(address))
        self._button(True)
        self.pass_frames(max(round(seconds / TICK_S), 1))
        self._button(False)
        self.frames()

    def drag(self, address: str, dx: int, dy: int, button: int = 1, steps: int = 8) -> None:
        """Drag from the middle of an address by pixels."""
        self._move(self.centre(address))
        self._button(True, button)
        for i in range(1, steps + 1):
            goal = (self.at[0] + round(dx / steps), self.at[1] + round(dy / steps))
            if i == steps:
                goal = (self.centre(address)[0] + dx, self.centre(address)[1] + dy)
            self._move(goal)
        self._button(False, button)

    def stroke(self, start: str, end: str, button: int = 1, steps: int = 8) -> None:
        """Drag from one address to another, both as they lie when the drag begins."""
        a, b = self.centre(start), self.centre(end)
        self._move(a)
        self._button(True, button)
        for i in range(1, steps + 1):
            self._move((round(a[0] + (b[0] - a[0]) * i / steps), round(a[1] + (b[1] - a[1]) * i / steps)))
        self._button(False, button)

    def wheel(self, address: str, notches: int, ctrl: bool = False) -> None:
        """Turn the wheel over an address."""
        self._move(self.centre(address))
        if ctrl:
            self._key(pygame.KEYDOWN, pygame.K_LCTRL, pygame.KMOD_CTRL)
        for _ in range(abs(notches)):
            step = 1 if notches > 0 else -1
            self._post(pygame.MOUSEWHEEL, x=0, y=step, precise_x=0.0, precise_y=float(step), flipped=False, touch=False)
            self.frames()
        if ctrl:
            self._key(pygame.KEYUP, pygame.K_LCTRL, 0)

    def _key(self, kind: int, code: int, mod: int) -> None:
        self._post(kind, key=code, mod=mod, unicode="", scancode=0)
        self.frames()

    def key(self, name: str, seconds: float = 0.0, shift: bool = False, ctrl: bool = False) -> None:
        """Press a key, or hold it for simulated seconds."""
        mod = (pygame.KMOD_SHIFT if shift else 0) | (pygame.KMOD_CTRL if ctrl else 0)
        self._key(pygame.KEYDOWN, key_code(name), mod)
        self.pass_frames(round(seconds / TICK_S))
        self._key(pygame.KEYUP, key_code(name), 0)
        self.frames()

    def hold_key(self, name: str, until: Callable[[], bool], limit_s: float = 60.0, shift: bool = False) -> bool:
        """Hold a key until something shows on the screen; return whether it did in time."""
        self._key(pygame.KEYDOWN, key_code(name), pygame.KMOD_SHIFT if shift else 0)
        came = False
        for _ in range(max(round(limit_s / TICK_S / self.stride), 1)):
            came = until()
            if came:
                break
            self.pass_frames(self.stride)
        self._key(pygame.KEYUP, key_code(name), 0)
        self.frames()
        return came

    def enter(self, address: str, number: float | str) -> None:
        """Click the value of a number field, type a number and press Enter."""
        self.click(address)
        self.type(str(number))
        self.key("Return")
        self.frames(2)

    def type(self, words: str) -> None:
        """Type text into the field that has the keyboard."""
        for char in words:
            self._post(pygame.TEXTINPUT, text=char)
            self.frames()

    def look(self, address: str, seconds: float) -> None:
        """Rest the pointer on an address for simulated seconds."""
        self._move(self.centre(address))
        self.frames(max(round(seconds / TICK_S), 1))

    def focus(self, address: str, limit: int = 200) -> None:
        """Tab until an address has the keyboard focus.

        Raises
        ------
        DriverError
            If Tab never gets there.
        """
        for _ in range(limit):
            if self.gui.focus == address:
                return
            self.key("Tab")
        raise DriverError(f"Tab never reached {address}; order {self.gui.focusable}")

    # --- gamepad: an emulated one, by the same events as a real one ----------------------------

    def plug(self, is_in: bool = True) -> None:
        """Plug a gamepad in, or pull it out."""
        if is_in:
            self._post(pygame.CONTROLLERDEVICEADDED, device_index=PAD_INDEX, guid="")
        else:
            self._post(pygame.CONTROLLERDEVICEREMOVED, instance_id=PAD_ID)
        self.frames(2)

    def _axis(self, axis: str, value: float) -> None:
        number = gamepad.AXES.index(axis)
        self._post(pygame.CONTROLLERAXISMOTION, instance_id=PAD_ID, axis=number, value=round(value * gamepad.FULL))
        self.loop.frame(TICK_S, self.stride == 1)

    def _pad_button(self, name: str, is_down: bool) -> None:
        kind = pygame.CONTROLLERBUTTONDOWN if is_down else pygame.CONTROLLERBUTTONUP
        self._post(kind, instance_id=PAD_ID, button=gamepad.BUTTONS.index(name))
        self.frames()

    def pad(self, axis: str, value: float, seconds: float) -> None:
        """Hold a stick or trigger ("lx", "rt") at -1..1 for simulated seconds, then let it go."""
        self._axis(axis, value)
        self.pass_frames(max(round(seconds / TICK_S), 1))
        self._axis(axis, 0.0)
        self.frames()

    def hold_pad(self, axis: str, value: float, until: Callable[[], bool], limit_s: float = 60.0) -> bool:
        """Hold a stick or trigger until something shows on the screen; return whether it did in time."""
        self._axis(axis, value)
        came = False
        for _ in range(max(round(limit_s / TICK_S / self.stride), 1)):
            came = until()
            if came:
                break
            self.pass_frames(self.stride)
        self._axis(axis, 0.0)
        self.frames()
        return came

    def button(self, name: str, seconds: float = 0.0) -> None:
        """Press a button of the gamepad ("A", "LB", "Up"), or hold it for simulated seconds."""
        self._pad_button(name, True)
        self.pass_frames(round(seconds / TICK_S))
        self._pad_button(name, False)

    def walk(self, address: str) -> None:
        """Bring the focus to an address with the D-pad.

        Raises
        ------
        DriverError
            If no way of the D-pad leads there.
        """
        for _ in range(80):
            if self.gui.focus == address:
                return
            way = self._way(address)
            if not way:
                break
            number = gamepad.BUTTONS.index(way)
            self._post(pygame.CONTROLLERBUTTONDOWN, instance_id=PAD_ID, button=number)
            self._post(pygame.CONTROLLERBUTTONUP, instance_id=PAD_ID, button=number)
            self.loop.frame(TICK_S, False)
            if self.gui.focus not in self.gui.rects:  # in a list, out of sight: drawing scrolls to it
                self.frames(2)
        raise DriverError(f"the D-pad never reached {address} from {self.gui.focus}; there are {self.gui.focusable}")

    def _way(self, goal: str) -> str:
        """Return the first press of the shortest way of the D-pad to an address, "" if there is none."""
        rects, order = self.gui.rects, self.gui.focusable
        start = self.gui.focus if self.gui.focus in rects else None
        seen, line = {start}, deque([(start, "")])
        while line:
            at, first = line.popleft()
            if at == goal:
                return first or "Down"
            for name, (dx, dy) in gamepad.DPAD.items():
                if at in self.gui.sliders and dx:
                    continue
                there = toward(rects, order, at, dx, dy)
                if there is None and at in order:
                    there = order[(order.index(at) + (1 if dx > 0 or dy < 0 else -1)) % len(order)]
                if there is not None and there not in seen:
                    seen.add(there)
                    line.append((there, first or name))
        return ""

    def pad_press(self, address: str, seconds: float = 0.0) -> None:
        """Walk to an address and press A, or hold it."""
        self.walk(address)
        self.button("A", seconds)
        self.frames()

    def choose_act(self, address: str) -> None:
        """Take an act in hand with the tool wheel: hold Y, point, let go.

        Raises
        ------
        DriverError
            If it is not on the wheel.
        """
        self._pad_button("Y", True)
        self.frames(2)
        self.centre(f"view.wheel.{address}")
        acts = [a.removeprefix("view.wheel.") for a in self.gui.rects if a.startswith("view.wheel.")]
        turn = 2.0 * math.pi * acts.index(address) / len(acts)
        self._axis("lx", math.sin(turn))
        self._axis("ly", -math.cos(turn))
        self.frames()
        self._pad_button("Y", False)
        self._axis("lx", 0.0)
        self._axis("ly", 0.0)
        self.frames()

    def do_act(self, address: str, seconds: float = 0.0) -> None:
        """Take an act in hand and do it with A."""
        self.choose_act(address)
        self.button("A", seconds)
        self.frames()

    # --- checks -------------------------------------------------------------------------------

    def text(self, address: str) -> str:
        """Return the words at an address ("" if none)."""
        return self.gui.texts.get(address, "")

    def is_visible(self, address: str) -> bool:
        """Return whether an address is on the screen."""
        return address in self.gui.rects

    def audit(self) -> list[str]:
        """Return the faults of the screen as drawn now."""
        self.frames(3)
        return audit(self.gui)

    def screenshot(self, path: str | Path) -> Path:
        """Save the screen as PNG."""
        self.frames(3)
        pixels = self.gui.picture()
        surface = pygame.surfarray.make_surface(pixels.swapaxes(0, 1))
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        pygame.image.save(surface, str(path))
        return path
