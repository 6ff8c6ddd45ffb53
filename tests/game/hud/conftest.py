"""One headless window and interface for all tests of the screens."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


def _fakes():
    path = Path(__file__).with_name("fakes.py")
    if "hud_fakes" not in sys.modules:
        spec = importlib.util.spec_from_file_location("hud_fakes", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["hud_fakes"] = module
        spec.loader.exec_module(module)
    return sys.modules["hud_fakes"]


@pytest.fixture(scope="session")
def fakes():
    return _fakes()


@pytest.fixture(scope="session")
def window():
    from game.window import NoWindow, open_window

    try:
        return open_window((1600, 900))
    except NoWindow as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def gui(window):
    from game.hud.gui import Gui

    return Gui(window.ctx, window.size, 1.0)


@pytest.fixture
def stage(window, gui, fakes, tmp_path, monkeypatch):
    """Return make(size, scale) -> (app, driver) on a fresh app."""
    from game.app import App
    from game.driver import Driver
    from game.loop import Loop
    from game.settings import Settings, changed

    monkeypatch.setenv("THECAL_CONFIG_DIR", str(tmp_path))

    def make(size=(1600, 900), scale=1.0):
        gui.resize(size, scale)
        gui.focus = None
        app = App(fakes.FakeLibrary(window.ctx), changed(Settings(), "sight.scale", scale))
        return app, Driver(Loop(window, gui, app), lambda: app.n_ticks)

    return make
