"""Compile every kernel of play once per machine: with progress, and in two processes at a time.

numba keeps what it compiled on disk, so only the first start waits. The rod's solver is half of the work and
is compiled here; the other half is left to `python -m game.kernels`, whose results are then read from the disk.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from game.one_block import in_one_block

Tell = Callable[[str, float], None]

ROD_KERNELS = 79  # compiled on the way to one step of the rod
CASE_TICKS = 128  # two seconds: what runs once a second has run too
TELL_EVERY_S = 0.1
NOTICE = "the solver: compiled once on this machine"


def is_cold() -> bool:
    """Return whether kernels still have to be compiled; asks with the smallest, which is ready afterwards."""
    from physics.catheter.banded import HALF, WIDTH, lu_factor

    lu_factor(np.zeros((1 + HALF, WIDTH)), 1)
    return bool(sum(lu_factor.stats.cache_misses.values()))


def prepare(tell: Tell | None = None) -> None:
    """Make the kernels ready; on a new machine that takes a while and `tell` hears (what, share 0..1)."""
    from numba import config
    from numba.core import event

    nothing_kept = not Path(config.CACHE_DIR).exists()  # the folder is named after the sources
    other = _other_half() if nothing_kept or is_cold() else None

    from physics import catheter  # takes half a second, in which the other half has begun

    told = _throttled(tell) if tell is not None else lambda share: None

    class Count(event.Listener):  # type: ignore[misc]
        """Counts kernels as they are compiled; what is read from the disk is none."""

        done = 0

        def on_start(self, happening: Any) -> None:
            """Nothing yet."""

        def on_end(self, happening: Any) -> None:
            """Tell how far it is."""
            self.done += 1
            told(min(0.95, self.done / ROD_KERNELS))

    count = Count()
    with event.install_listener("numba:compile", count), _sooner():
        in_one_block(catheter.warm_up)
    if other is None and count.done > 0:  # an earlier start was stopped on the way
        other = _other_half()
    while other is not None and other.poll() is None:
        told(0.97)
        time.sleep(0.05)


def _other_half() -> subprocess.Popen[bytes]:
    """Start the process that compiles what the rod's solver does not need."""
    paths = {"PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "game.kernels"], env=os.environ | paths, **quiet)


@contextmanager
def _sooner() -> Iterator[None]:
    """Compile without the garbage collector, which finds next to nothing and takes a tenth, and with what is known."""
    from physics.kernels import remembered_types

    gc.disable()
    try:
        with remembered_types():
            yield
    finally:
        gc.enable()


def _throttled(tell: Tell) -> Callable[[float], None]:
    last = -1.0

    def told(share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_S:
            tell(NOTICE, share)
            last = time.monotonic()

    return told


def _body() -> None:
    """The patient's body and the needle: the first seconds of a case, in which it is set and goes in."""
    from game.players.chart import chart_for
    from game.players.habits import ATTENDING
    from game.players.implant import implant
    from game.session import Session
    from scenarios.load import load
    from scenarios.setup import setup

    case = load("implant_adult_t10")
    session = Session(case, setup(case, 0), 0)
    plan = implant(chart_for(session.scenario, session.setup), ATTENDING)
    given = next(plan)
    for _ in range(CASE_TICKS):
        session.advance(given.commands, given.actions)
        given = plan.send(session.observation)


def _fluids() -> None:
    """What flows in the line, and the trunk that bends."""
    from physics import catheter, hydraulics
    from physics.pump import line

    tube = hydraulics.Tube(np.full(60, 0.9 / 60), np.ones(60), 0.53e-3, 1.2e-3)
    openings = hydraulics.connector_openings(1.0) + hydraulics.tip_openings(tube, hydraulics.Tip())
    network = hydraulics.build_network(tube, openings, hydraulics.surroundings(1471.0, (0.0,) * 4), 0.0)
    hydraulics.solve(network, hydraulics.PumpSource(1e-12), 60.0, None)
    line.advance(line.new_line(1e-7, 0.9, 0.5, 0.0), 1e-9, 0.5, 1e-9)
    catheter.warm_up_trunk()


if __name__ == "__main__":
    with _sooner():
        in_one_block(_body)
        in_one_block(_fluids)
