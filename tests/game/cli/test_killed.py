"""A program killed in the middle of a case leaves a log that replays to its last second."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from game.replay.format import HEARTBEAT
from game.replay.reader import read_log
from game.replay.verify import verify

DEADLINE_S = 90.0  # to the first second of hands: imports and, the first time, compilation
LEAST_TICKS = 3 * HEARTBEAT


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_sigkill_leaves_a_log_that_replays_to_the_last_second(tmp_path):
    folder, log = tmp_path / "out", tmp_path / "out" / "case.thecal"
    words = ("demo", "implant_child_diplegia", "--out", str(folder), "--no-pictures")
    program = subprocess.Popen(
        [sys.executable, "-m", "game", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        limit = time.monotonic() + DEADLINE_S
        while not log.exists() or log.read_bytes().count(b'"h"') < 3:
            assert program.poll() is None, "the demo ended before it could be killed"
            assert time.monotonic() < limit, "no log after a minute and a half"
            time.sleep(0.02)
    finally:
        program.kill()
        program.wait()
    assert program.returncode == -9
    read = read_log(log)
    assert read.end is None
    assert read.edited_between is None
    assert read.last_tick >= LEAST_TICKS
    verdict = verify(read)
    assert verdict.is_equal
    assert read.last_tick - verdict.last_equal_tick <= HEARTBEAT
