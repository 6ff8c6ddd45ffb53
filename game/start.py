"""Open the window and run it: settings, screens, library and loop put together."""

from __future__ import annotations

from pathlib import Path

from game import settings as stored
from game.app import App
from game.hud.gui import Gui
from game.loop import Loop
from game.shelf import Shelf
from game.window import open_window
from scenarios import load


def build(scenario: str | None = None, seed: int = 0, log: Path | None = None) -> tuple[Loop, App]:
    """Return the loop and the app of an open window; with a scenario the case has begun.

    Raises
    ------
    NoWindow, SettingsError, ContentError
        If there is no OpenGL, the settings file is bad, or the scenario cannot be read.
    """
    chosen = stored.load()
    case = None if scenario is None else load(scenario)
    window = open_window((chosen.picture.width, chosen.picture.height), chosen.picture.is_fullscreen)
    gui = Gui(window.ctx, window.size, chosen.sight.scale)
    shelf = Shelf(window.ctx, chosen.picture.preset, log=log)
    if case is not None:
        shelf.add(case)
    app = App(shelf, chosen, window.notes)
    if case is not None:
        app.begin(case.id, chosen.case.level, seed)
    return Loop(window, gui, app), app


def run(scenario: str | None = None, seed: int = 0, log: Path | None = None) -> None:
    """Run the window until it is closed; the attempt in hand is kept."""
    loop, app = build(scenario, seed, log)
    try:
        loop.run()
    finally:
        if app.host is not None:
            app.host.close()
        loop.window.close()
