"""Replay a log with no drawing and print ms per tick: `python benchmarks/bench_tick.py case.thecal`."""

from __future__ import annotations

import statistics
import sys
import time

from game.replay.player import play, session_for
from game.replay.reader import read_log


def main(path: str) -> None:
    """Print median, 99th percentile and share of real time."""
    log = read_log(path)
    session = session_for(log)
    times, began = [], time.perf_counter()
    for _ in play(log, session):
        now = time.perf_counter()
        times.append(1e3 * (now - began))
        began = now
    times.sort()
    median, p99 = statistics.median(times), times[int(0.99 * (len(times) - 1))]
    print(f"{len(times)} ticks: median {median:.2f} ms, p99 {p99:.2f} ms, {sum(times) / (len(times) * 15.625):.2f} of real time")


if __name__ == "__main__":
    main(sys.argv[1])
