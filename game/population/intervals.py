"""Exact intervals for counts: what a published number of events can mean."""

from __future__ import annotations

from scipy.stats import beta, chi2, fisher_exact

LEVEL = 0.95


def clopper_pearson(events: int, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of a proportion, (low, high).

    Parameters
    ----------
    events, trials : int
        0 <= events <= trials, trials >= 1.
    level : float
        Coverage, 0 .. 1.

    Raises
    ------
    ValueError
        If a count lies outside its range.

    Notes
    -----
    Clopper, Pearson, Biometrika 26 (1934) 404, by the beta quantiles. Checked against Newcombe,
    Stat. Med. 17 (1998) 857, in tests/game/population/test_intervals.py.
    """
    if trials < 1:
        raise ValueError(f"trials = {trials}; expected >= 1")
    if not 0 <= events <= trials:
        raise ValueError(f"events = {events}; expected 0 .. {trials}")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level = {level}; expected 0 .. 1, ends excluded")
    tail = 0.5 * (1.0 - level)
    low = 0.0 if events == 0 else float(beta.ppf(tail, events, trials - events + 1))
    high = 1.0 if events == trials else float(beta.ppf(1.0 - tail, events + 1, trials - events))
    return low, high


def poisson_rate(events: int, exposure: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of a rate, (low, high) per unit of exposure.

    Notes
    -----
    Garwood, Biometrika 28 (1936) 437, by the chi-square quantiles.
    """
    if events < 0:
        raise ValueError(f"events = {events}; expected >= 0")
    if not exposure > 0.0:
        raise ValueError(f"exposure = {exposure}; expected > 0")
    tail = 0.5 * (1.0 - level)
    low = 0.0 if events == 0 else float(chi2.ppf(tail, 2 * events)) / 2.0
    return low / exposure, float(chi2.ppf(1.0 - tail, 2 * events + 2)) / 2.0 / exposure


def same_chance(events_a: int, trials_a: int, events_b: int, trials_b: int) -> float:
    """Return the two-sided p value of Fisher's exact test that two proportions are one."""
    table = [[events_a, trials_a - events_a], [events_b, trials_b - events_b]]
    return float(fisher_exact(table).pvalue)
