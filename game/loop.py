"""Real time: the only reader of the wall clock. Whole ticks, capped catch-up, drawing on demand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import pygame

from game.hud.gui import Gui
from game.input.devices import RawInput, fold, next_frame
from game.window import Window
from physics.clock import TICK_S

MAX_TICKS = 5  # catch-up cap: a slow frame slows the game, it never spirals
IDLE_SLEEP_S = 1 / 30
MAX_FRAME_S = 1 / 60


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


class Loop:
    """Pumps events, ticks and frames of one window."""

    def __init__(self, window: Window, gui: Gui, screen: Screenful) -> None:
        self.window, self.gui, self.screen = window, gui, screen
        self.raw = RawInput()
        self.clock = Accumulator()
        self.blend = 0.0
        self.n_drawn = 0
        self._settle = 3  # frames to draw after input, so that hover and layout come to rest

    def frame(self, elapsed_s: float, is_shown: bool = True) -> bool:
        """Run one frame after `elapsed_s` of real time; return whether it was drawn.

        With `is_shown` False time passes and input is taken, but nothing is drawn.
        """
        raw = next_frame(self.raw)
        busy = False
        for event in pygame.event.get():
            busy = True
            self.gui.event(event)
            raw = fold(raw, event)
        self.raw = raw
        if raw.is_quit:
            self.screen.is_over = True
        if raw.resized and raw.resized != self.gui.size:
            self.window.size = raw.resized
            self.gui.resize(raw.resized, self.gui.scale)
            self.raw = replace(raw, resized=None)
        self.screen.take(raw, self.gui)
        if self.screen.is_running:
            self.clock, ticks, self.blend = self.clock.advance(elapsed_s, self.screen.speed())
            if ticks:
                self.screen.run_ticks(ticks)
        self._settle = 3 if busy or raw.held or raw.drag_button else max(self._settle - 1, 0)
        if not is_shown or not (self._settle or self.screen.needs_frame()):
            return False
        self.gui.dt_s = elapsed_s
        self.screen.draw(self.gui, self.blend)
        self.window.flip()
        self.n_drawn += 1
        return True

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
