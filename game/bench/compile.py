"""What the first start of a machine costs: every kernel of play compiled, then loaded from the cache."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from game.bench.rows import Row, row

PROBE = "from game.kernels import prepare; prepare(); print('ready')"


def _started(folder: str) -> float:
    """Return the time from the start of Python until all kernels are ready, with a cache in a folder [s]."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=False, env=os.environ | {"NUMBA_CACHE_DIR": folder}
    )
    if "ready" not in done.stdout:
        raise RuntimeError(f"kernels: {done.stderr.strip().splitlines()[-1:]}")
    return time.perf_counter() - began


def start_rows() -> list[Row]:
    """Return the rows of the cold and of the cached start of the numbers (no window)."""
    with tempfile.TemporaryDirectory() as folder:
        cold = _started(folder)
        cached = min(_started(folder) for _ in range(3))
    return [row("start.compile", cold, "s", 15.0), row("start.cached", cached, "s", 2.0)]
