"""The tick: the only clock of the simulation."""

from __future__ import annotations

TICK_HZ = 64
TICK_S = 1.0 / TICK_HZ  # exact in binary, so time = tick * TICK_S never drifts

SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3600.0
SECONDS_PER_DAY = 86400.0
SECONDS_PER_WEEK = 7 * SECONDS_PER_DAY


def substep_s(n_substeps: int) -> float:
    """Return the length of one of ``n_substeps`` equal parts of a tick [s].

    Raises
    ------
    ValueError
        If the tick cannot be divided exactly (only powers of two can).
    """
    if n_substeps < 1 or n_substeps & (n_substeps - 1):
        raise ValueError(f"n_substeps = {n_substeps}; expected a power of two >= 1")
    return TICK_S / n_substeps


def period_mean(steps: tuple[tuple[float, float], ...], period_s: float) -> float:
    """Return the mean over a period of (start [s], value) steps; the last goes on until the first comes again."""
    ends = [start for start, _ in steps[1:]] + [steps[0][0] + period_s]
    return sum(value * (end - start) for (start, value), end in zip(steps, ends, strict=True)) / period_s
