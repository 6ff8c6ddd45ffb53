"""Open the window and run it: settings, screens, library and loop put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame

from game import kernels
from game import settings as stored
from game.app import App
from game.hud.gui import Gui
from game.hud.screens import lobby
from game.loop import Loop
from game.shelf import Shelf
from game.sound.speaker import Speaker
from game.window import Window, open_window
from scenarios import load

TUTORIAL, TUTORIAL_CASE = "tutorial", "implant_adult_t10"  # the lesson of the controls, and whose back it is
KINK_LAB = "kink-lab"  # what `thecal play` takes beside scenarios


def build(scenario: str | None = None, seed: int = 0, log: Path | None = None) -> tuple[Loop, App]:
    """Return the loop and the app of an open window; with a scenario (or kink lab, tutorial) play has begun.

    Raises
    ------
    NoWindow, SettingsError, ContentError
        If there is no OpenGL, the settings file is bad, or the scenario cannot be read.
    """
    chosen = stored.load()
    is_lab = scenario == KINK_LAB
    is_lesson = scenario == TUTORIAL
    case = None if scenario is None or is_lab else load(TUTORIAL_CASE if is_lesson else scenario)
    window = open_window((chosen.picture.width, chosen.picture.height), chosen.picture.is_fullscreen)
    gui = Gui(window.ctx, window.size, chosen.sight.scale)
    holder: list[Loop] = []
    tell = _told(window, lambda: holder[0].gui if holder else gui)
    kernels.prepare(tell)
    shelf = Shelf(window.ctx, chosen.picture.preset, tell, log)
    if case is not None:
        shelf.add(case)
    speaker = Speaker()
    app = App(shelf, chosen, (*window.notes, *speaker.notes), speaker)
    if case is not None:
        app.begin(case.id, "tutor" if is_lesson else chosen.case.level, seed)
        if is_lesson:
            app.start_tutorial()
    elif is_lab:
        app.open_lab()
    else:
        shelf.hero(window.size)
    loop = Loop(window, gui, app)
    holder.append(loop)
    app.port = loop.port
    return loop, app


def _told(window: Window, now: Callable[[], Gui]) -> Callable[[str, float], None]:
    """Return what shows a progress line while bodies are prepared, so that the window never looks frozen."""

    def tell(what: str, share: float) -> None:
        gui = now()
        if gui.is_drawing:
            return
        pygame.event.pump()
        gui.frame(lambda g: lobby.draw_boot(g, lobby.BootView(share, f"preparing {what}", window.notes)))
        window.flip()

    return tell


def run(scenario: str | None = None, seed: int = 0, log: Path | None = None) -> None:
    """Run the window until it is closed; the attempt in hand is kept."""
    loop, app = build(scenario, seed, log)
    try:
        loop.run()
    finally:
        if app.host is not None:
            app.host.close()
        loop.window.close()
