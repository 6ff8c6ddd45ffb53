"""A gamepad, folded into named buttons and axes, however it is built; plugging in and out; rumble.

Buttons are called A B X Y LB RB LT RT LS RS Back Start and Up Down Left Right (the D-pad), axes lx ly rx ry lt rt.
Mapped controllers (CONTROLLER* events) and plain joysticks (JOY* events) give the same names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pygame

from game.input.tuning import gain

try:
    from pygame._sdl2 import controller as sdl_controller
except ImportError:  # a build of pygame without it still reads pads as plain joysticks
    sdl_controller = None  # type: ignore[assignment]

AXES = ("lx", "ly", "rx", "ry", "lt", "rt")  # order of SDL's mapped controllers
BUTTONS = ("A", "B", "X", "Y", "Back", "Guide", "Start", "LS", "RS", "LB", "RB", "Up", "Down", "Left", "Right")
JOY_AXES = ("lx", "ly", "lt", "rx", "ry", "rt")  # plain joystick: the order of XInput pads under Linux
JOY_BUTTONS = ("A", "B", "X", "Y", "LB", "RB", "Back", "Start", "Guide", "LS", "RS")
TRIGGERS = {"lt": "LT", "rt": "RT"}
BINDABLE = ("A", "B", "X", "Y", "LB", "RB", "LT", "RT", "LS", "RS", "Back", "Start")  # the D-pad always moves the focus
DPAD = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, 1), "Down": (0, -1)}
FULL = 32767.0

_CONTROLLER = (pygame.CONTROLLERAXISMOTION, pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP)
_JOYSTICK = (pygame.JOYAXISMOTION, pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYHATMOTION)
_ADDED = (pygame.CONTROLLERDEVICEADDED, pygame.JOYDEVICEADDED)
_REMOVED = (pygame.CONTROLLERDEVICEREMOVED, pygame.JOYDEVICEREMOVED)
EVENTS = (*_CONTROLLER, *_JOYSTICK, *_ADDED, *_REMOVED)


@dataclass(frozen=True, slots=True)
class Pad:
    """State of the pads together: `axes` and `held` last, the rest is of this frame."""

    axes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(AXES, 0.0))
    held: tuple[str, ...] = ()
    pressed: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    n_plugged: int = 0
    is_lost: bool = False  # the last pad went in this frame
    is_found: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether anything is pressed or out of its rest."""
        return bool(self.held) or any(abs(v) > gain("trigger.dead_zone") for v in self.axes.values())


def next_frame(pad: Pad) -> Pad:
    """Return the state with everything momentary cleared."""
    return replace(pad, pressed=(), released=(), is_lost=False, is_found=False)


def at_rest(pad: Pad) -> Pad:
    """Return the pad with everything let go, as when the window lost the focus."""
    return replace(pad, axes=dict.fromkeys(AXES, 0.0), held=(), pressed=())


def fold(pad: Pad, event: pygame.event.Event) -> Pad:
    """Return the state after one pygame event; what is no pad's changes nothing."""
    kind = event.type
    if kind in _ADDED:
        return replace(pad, n_plugged=pad.n_plugged + 1, is_found=True)
    if kind in _REMOVED:
        left = max(pad.n_plugged - 1, 0)
        return replace(at_rest(pad), n_plugged=left, is_lost=left == 0)
    if kind in EVENTS and not pad.n_plugged:
        pad = replace(pad, n_plugged=1)
    if kind == pygame.CONTROLLERAXISMOTION and 0 <= event.axis < len(AXES):
        return _axis(pad, AXES[event.axis], event.value / FULL)
    if kind == pygame.JOYAXISMOTION and 0 <= event.axis < len(JOY_AXES):
        name = JOY_AXES[event.axis]
        return _axis(pad, name, (event.value + 1.0) / 2.0 if name in TRIGGERS else event.value)
    if kind in (pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP) and 0 <= event.button < len(BUTTONS):
        return _button(pad, BUTTONS[event.button], kind == pygame.CONTROLLERBUTTONDOWN)
    if kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP) and 0 <= event.button < len(JOY_BUTTONS):
        return _button(pad, JOY_BUTTONS[event.button], kind == pygame.JOYBUTTONDOWN)
    if kind == pygame.JOYHATMOTION:
        for name, (dx, dy) in DPAD.items():
            pad = _button(pad, name, (dx != 0 and event.value[0] == dx) or (dy != 0 and event.value[1] == dy))
    return pad


def _button(pad: Pad, name: str, is_down: bool) -> Pad:
    if is_down == (name in pad.held):
        return pad
    if is_down:
        return replace(pad, held=(*pad.held, name), pressed=(*pad.pressed, name))
    return replace(pad, held=tuple(n for n in pad.held if n != name), released=(*pad.released, name))


def _axis(pad: Pad, name: str, value: float) -> Pad:
    low = 0.0 if name in TRIGGERS else -1.0
    value = min(max(float(value), low), 1.0) if math.isfinite(value) else 0.0
    pad = replace(pad, axes=pad.axes | {name: value})
    return _button(pad, TRIGGERS[name], value >= gain("trigger.pressed")) if name in TRIGGERS else pad


def stick(x: float, y: float) -> tuple[float, float]:
    """Return a stick's wish, each -1..1: round dead zone, then cubic, so that small tilts are fine [GD3.3]."""
    size = math.hypot(x, y)
    dead = gain("stick.dead_zone")
    if size <= dead:
        return 0.0, 0.0
    wish = min((size - dead) / (1.0 - dead), 1.0) ** gain("stick.exponent")
    return x / size * wish, y / size * wish


def trigger(value: float) -> float:
    """Return a trigger's wish 0..1."""
    dead = gain("trigger.dead_zone")
    return max((value - dead) / (1.0 - dead), 0.0) ** gain("trigger.exponent")


def rumble_levels(force_n: float, roughness: float, is_given: bool, strength: float) -> tuple[float, float, int]:
    """Return (low motor, high motor, milliseconds) for what the tool feels.

    Parameters
    ----------
    force_n : float
        Force along the tool [N].
    roughness : float
        0..1.
    is_given : bool
        A give was felt just now.
    strength : float
        The learner's setting, 0 (off) to 1.
    """
    if is_given:
        level = gain("rumble.give") * strength
        return level, level, round(gain("rumble.give_time"))
    low = min(abs(force_n) / gain("rumble.full"), 1.0) ** gain("rumble.exponent")
    return low * strength, min(max(roughness, 0.0), 1.0) * strength, round(1.5 * gain("rumble.refresh"))


def gives(depths_mm: Sequence[float], forces_n: Sequence[float]) -> bool:
    """Return whether the newest point of a force trace is a give: for sound and rumble only [GD3]."""
    if len(depths_mm) < 2:
        return False
    near = [f for d, f in zip(depths_mm, forces_n, strict=True) if abs(depths_mm[-1] - d) <= gain("give.within")]
    peak = max(near)
    return peak > gain("word.soft") and forces_n[-1] < (1.0 - gain("give.fall")) * peak


class Port:
    """The pads of this machine: opens them as they come, tells which events count, makes them rumble."""

    def __init__(self) -> None:
        self._open: dict[int, Any] = {}
        self._mapped: set[int] = set()
        try:
            pygame.joystick.init()
            if sdl_controller is not None:
                sdl_controller.init()
        except pygame.error:  # no pads on this system: mouse and keys go on
            pass

    def accepts(self, event: pygame.event.Event) -> bool:
        """Return whether an event counts; a mapped controller also reports as a joystick, which is left out."""
        kind = event.type
        if kind in _ADDED:
            return self._opened(event.device_index, kind == pygame.CONTROLLERDEVICEADDED)
        if kind in _REMOVED:
            is_mapped = event.instance_id in self._mapped
            if is_mapped and kind == pygame.JOYDEVICEREMOVED:
                return False
            self._open.pop(event.instance_id, None)
            self._mapped.discard(event.instance_id)
            return True
        return kind not in _JOYSTICK or getattr(event, "instance_id", -1) not in self._mapped

    def _opened(self, index: int, is_controller: bool) -> bool:
        try:
            if not is_controller and sdl_controller is not None and sdl_controller.is_controller(index):
                return False
            device = sdl_controller.Controller(index) if is_controller and sdl_controller else pygame.joystick.Joystick(index)
            number = (device.as_joystick() if is_controller else device).get_instance_id()
            self._open[number] = device
            if is_controller:
                self._mapped.add(number)
        except (pygame.error, AttributeError):  # posted by a test or gone again: its events are folded all the same
            pass
        return True

    def rumble(self, low: float, high: float, milliseconds: int) -> None:
        """Make every pad that can rumble do so."""
        for device in self._open.values():
            try:
                device.rumble(low, high, milliseconds)
            except pygame.error:
                continue
