"""Measure the window as it is played: frames with all panels, X-ray pulses, and the start to the menu."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from game.players.chart import chart_for
from game.players.habits import ATTENDING
from game.players.implant import implant
from physics.observation import Observation

if TYPE_CHECKING:
    from game.app import App
    from game.hud.gui import Gui
    from game.window import Window

SIZE = (1280, 720)
TICKS_PER_FRAME = 3  # 64 ticks a second at 24 frames a second, rounded up
WARM_UP = 12  # frames: textures, layers at rest, interface
THREADED_M = 0.06  # the catheter lies inside and is being fed
ORBITS_DEG = (0.0, 90.0)
MENU = (
    "from game.start import build; loop, app = build(); loop.frame(0.0); loop.window.ctx.finish(); print('menu')"
)
FULL_CPU = "import json; from game.bench.window import handed_over_ms; print(json.dumps(handed_over_ms({case_id!r}, {n})))"


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds: pictures drawn, pictures with the ticks between them, pulses in a pose seen before, in a new one."""

    frames_ms: list[float]
    with_ticks_ms: list[float]
    pulses_ms: list[float]
    new_poses_ms: list[float]


@contextmanager
def _headless() -> Iterator[None]:
    """Let SDL draw without a screen where there is none."""
    wants = sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if wants and "SDL_VIDEODRIVER" not in os.environ:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        try:
            yield
        finally:
            del os.environ["SDL_VIDEODRIVER"]
    else:
        yield


def _timed(act: Callable[[], object], finish: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    finish()
    return 1e3 * (time.perf_counter() - began)


def window_timings(case_id: str, n: int) -> Timings | None:
    """Return timings of `n` frames and pulses of the software preset in play; None where no window opens.

    The camera rests while the catheter is fed; every panel of the step is drawn, with the view inside.
    """
    from game.window import NoWindow, open_window

    with _headless(), tempfile.TemporaryDirectory() as folder:
        try:
            window = open_window(SIZE)
        except NoWindow:
            return None
        try:
            return _played(window, case_id, n, Path(folder))
        finally:
            window.close()


@contextmanager
def _threading(window: Window, case_id: str, preset: str, folder: Path) -> Iterator[tuple[App, Gui, Callable[[], None]]]:
    """Play a case until the catheter is being fed; yield the app, its interface, and the next tick."""
    from game.app import App
    from game.attempt import Attempt
    from game.hud.gui import Gui
    from game.settings import Settings
    from game.shelf import Shelf

    gui = Gui(window.ctx, SIZE, 1.0)
    app = App(Shelf(window.ctx, preset, log=folder / "bench.thecal"), Settings())
    app.begin(case_id, "tutor", 0)
    host = app.host
    assert isinstance(host, Attempt)
    plan = implant(chart_for(host.session.scenario, host.session.setup), ATTENDING)
    given = next(plan)

    def tick() -> None:
        nonlocal given
        host.tick(given.commands, given.actions)
        given = plan.send(host.session.observation)

    while not _is_threading(host.session.observation):
        tick()
    app.hands = replace(app.hands, step="thread")
    yield app, gui, tick
    app.host = None
    host.close()
    gui.close()


def _played(window: Window, case_id: str, n: int, folder: Path) -> Timings:
    with _threading(window, case_id, "software", folder) as (app, gui, tick):
        return _timings(window, app, gui, tick, n)


def _timings(window: Window, app: App, gui: Gui, tick: Callable[[], None], n: int) -> Timings:
    host = app.host
    assert host is not None
    frames, whole, pulses, first = [], [], [], []
    for _ in range(WARM_UP + n):
        began = time.perf_counter()
        for _ in range(TICKS_PER_FRAME):
            tick()
        frames.append(_timed(lambda: app.draw(gui, 0.0), window.ctx.finish))
        whole.append(1e3 * (time.perf_counter() - began))
    for k in range(2 * n):
        tick()
        arm = replace(app.hands.arm, orbit_deg=ORBITS_DEG[0])
        pulses.append(_timed(lambda: host.pulse(arm), window.ctx.finish))  # noqa: B023
        if k >= n:
            turned = replace(arm, orbit_deg=ORBITS_DEG[1], tilt_deg=0.5 * (k - n))
            first.append(_timed(lambda: host.pulse(turned), window.ctx.finish))  # noqa: B023
            host.pulse(arm)
    return Timings(frames[WARM_UP:], whole[WARM_UP:], pulses[2:n], first)


def full_cpu_ms(case_id: str, n: int) -> list[float] | None:
    """Return what `n` frames of the full preset cost the processor, without the device's own work [ms]; None without a window.

    In a process of its own: Mesa then runs its null driver, which takes every command and draws nothing. Other drivers
    do not know the setting; there the time until all commands are handed over is measured, the device idle before.
    """
    done = subprocess.run(
        [sys.executable, "-c", FULL_CPU.format(case_id=case_id, n=n)], capture_output=True, text=True, check=False,
        env=os.environ | {"GALLIUM_NOOP": "1"},
    )  # fmt: skip
    told = [line for line in done.stdout.splitlines() if line.startswith("[")]
    return list(json.loads(told[-1])) if told else None


def handed_over_ms(case_id: str, n: int) -> list[float]:
    """Return the time until the commands of each of `n` frames of the full preset are handed to the device [ms]."""
    from game.window import open_window

    with _headless(), tempfile.TemporaryDirectory() as folder:
        window = open_window(SIZE)
        times = []
        with _threading(window, case_id, "full", Path(folder)) as (app, gui, tick):
            for _ in range(WARM_UP + n):
                for _ in range(TICKS_PER_FRAME):
                    tick()
                window.ctx.finish()
                times.append(_timed(lambda: app.draw(gui, 0.0), lambda: None))
        window.close()
    return times[WARM_UP:]


def _is_threading(seen: Observation) -> bool:
    return seen.catheter.is_open and seen.needle.is_placed and seen.catheter.inserted_m > THREADED_M


def start_s(n: int = 3) -> float | None:
    """Return the time from the start of the program to its menu, everything cached [s]; None without a window.

    An installed program has its byte code kept, whatever the environment of this process says; the first start,
    which may have to write it, does not count.
    """
    times = []
    with _headless(), tempfile.TemporaryDirectory() as folder:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": folder}
        for _ in range(1 + n):
            began = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", MENU], capture_output=True, text=True, check=False, env=kept)
            if "menu" not in done.stdout:
                return None
            times.append(time.perf_counter() - began)
    return statistics.median(times[1:])
