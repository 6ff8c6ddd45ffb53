"""The real window with a data folder of its own, and the log that play leaves there; skipped where there is no GL."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Return make(scenario, stride) -> (app, driver) of a window as `thecal play` opens it; closed after the test."""
    from game.driver import Driver
    from game.start import build
    from game.window import NoWindow

    monkeypatch.setenv("THECAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("THECAL_CONFIG_DIR", str(tmp_path / "config"))
    made = []

    def make(scenario=None, stride=16):
        try:
            loop, app = build(scenario)
        except NoWindow as error:
            pytest.skip(str(error))
        made.append((loop, app))
        return app, Driver(loop, lambda: app.n_ticks, stride=stride)

    yield make
    for loop, app in made:
        if app.host is not None:
            app.host.close()
        loop.gui.close()
        loop.window.close()


@pytest.fixture
def check_log(tmp_path):
    """Return check(): one attempt was kept, and replays bit for bit."""
    from game.replay.reader import read_log
    from game.replay.verify import verify

    def check():
        (log,) = (tmp_path / "data" / "attempts").glob("*.thecal")
        outcome = verify(read_log(log))
        assert outcome.is_equal, outcome

    return check
