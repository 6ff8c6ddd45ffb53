"""Real time: the only reader of the wall clock. Whole ticks, capped catch-up, drawing on demand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import moderngl
import pygame

from game.hud.gui import Gui
from game.input import gamepad
from game.input.devices import RawInput, fold, next_frame
from game.window import NoWindow, Window, reopen
from physics.clock import TICK_S

MAX_TICKS = 5  # catch-up cap: a slow frame slows the game, it never spirals
IDLE_SLEEP_S = 1 / 30
MAX_FRAME_S = 1 / 60
RENEW_EVERY = 10  # frames: a picture lost sooner again is not worth another try


@dataclass(frozen=True, slots=True)
class Accumulator:
    """Time not yet turned into ticks."""

    rest_s: float = 0.0

    def advance(self, elapsed_s: float, speed: float = 1.0) -> tuple[Accumulator, int, float]:
        """Return (accumulator, whole ticks to run, blend 0..1 between the last two worlds)."""
        rest = self.rest_s + max(elapsed_s, 0.0) * speed
        ticks = int(rest / TICK_S)
        rest -= ticks * TICK_S
        return Accumulator(rest), min(ticks, MAX_TICKS), rest / TICK_S


class Screenful(Protocol):
    """What the loop drives (`game.app.App`)."""

    is_over: bool
    is_running: bool  # simulation time passes

    def run_ticks(self, n_ticks: int) -> None:
        """Run whole ticks with the input gathered so far."""

    def take(self, raw: RawInput, gui: Gui) -> None:
        """Take raw input of this frame."""

    def draw(self, gui: Gui, blend: float) -> None:
        """Draw one frame."""

    def needs_frame(self) -> bool:
        """Return whether something that is shown changed."""

    def speed(self) -> float:
        """Return simulated seconds a second."""

    def renew(self, ctx: moderngl.Context) -> None:
        """Draw with a new GL context from now on."""


class Loop:
    """Pumps events, ticks and frames of one window."""

    def __init__(self, window: Window, gui: Gui, screen: Screenful) -> None:
        self.window, self.gui, self.screen = window, gui, screen
        self.raw = RawInput()
        self.clock = Accumulator()
        self.blend = 0.0
        self.n_drawn = 0
        self.port = gamepad.Port()
        self._unshown_s = 0.0  # since the last picture, so that looks and holds last as long as they do
        self.n_renewed, self._renewed_at = 0, 0
        self._settle = 3  # frames to draw after input, so that hover and layout come to rest

    def frame(self, elapsed_s: float, is_shown: bool = True) -> bool:
        """Run one frame after `elapsed_s` of real time; return whether it was drawn.

        With `is_shown` False time passes and input is taken, but nothing is drawn.
        """
        raw = next_frame(self.raw)
        busy = False
        for event in pygame.event.get():
            if event.type in gamepad.EVENTS and not self.port.accepts(event):
                continue
            busy = True
            self.gui.event(event)
            raw = fold(raw, event)
        self.raw = raw
        if raw.is_quit:
            self.screen.is_over = True
        if raw.resized and min(raw.resized) > 0 and raw.resized != self.gui.size:
            self.window.size = raw.resized
            self.gui.resize(raw.resized, self.gui.scale)
            self.raw = replace(raw, resized=None)
        if "picture" in raw.lost:
            self.renew()
        self.screen.take(raw, self.gui)
        if self.screen.is_running:
            self.clock, ticks, self.blend = self.clock.advance(elapsed_s, self.screen.speed())
            if ticks:
                self.screen.run_ticks(ticks)
        self._settle = 3 if busy or raw.held or raw.drag_button or raw.pad.is_moved else max(self._settle - 1, 0)
        self._unshown_s += elapsed_s
        if not is_shown or raw.is_hidden or not (self._settle or self.screen.needs_frame()):
            return False
        self.gui.dt_s, self._unshown_s = self._unshown_s, 0.0
        try:
            self._draw()
        except (moderngl.Error, pygame.error) as error:  # the graphics device went: once more with a new context
            self.renew(error)
            self._draw()
        self.n_drawn += 1
        return True

    def _draw(self) -> None:
        self.screen.draw(self.gui, self.blend)
        self.window.flip()

    def renew(self, error: Exception | None = None) -> None:
        """Make window, context and interface anew after the graphics device was lost; the case goes on where it was.

        Raises
        ------
        NoWindow
            If no picture can be had any more, or it is lost again at once; whoever runs the loop keeps the record.
        """
        if error is not None and self.n_drawn - self._renewed_at < RENEW_EVERY and self.n_renewed:
            raise NoWindow(f"The graphics device is lost again and again ({error}). The attempt is kept.") from error
        scale, self._renewed_at, self.n_renewed = self.gui.scale, self.n_drawn, self.n_renewed + 1
        self.gui.forget()
        reopen(self.window)
        self.gui = Gui(self.window.ctx, self.window.size, scale)
        self.screen.renew(self.window.ctx)
        self._settle = 3

    def run(self, now: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep) -> None:
        """Run until the screen is over."""
        last = now()
        while not self.screen.is_over:
            start = now()
            drawn = self.frame(start - last)
            last = start
            spent = now() - start
            rest = (MAX_FRAME_S if drawn or self.screen.is_running else IDLE_SLEEP_S) - spent
            if rest > 0:
                sleep(rest)
