"""Exact intervals against published vectors and against the binomial sum itself."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, factorial

import pytest

from game.population.intervals import clopper_pearson, poisson_rate, same_chance

# Newcombe, Stat. Med. 17 (1998) 857, table I, method 5 (Clopper-Pearson): events, trials, low, high
NEWCOMBE = ((81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776))


@pytest.mark.parametrize(("events", "trials", "low", "high"), NEWCOMBE)
def test_the_interval_is_the_published_one(events, trials, low, high):
    assert clopper_pearson(events, trials) == pytest.approx((low, high), abs=5e-5)


def at_most(events: int, trials: int, share: Fraction) -> Fraction:
    return sum((comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(events + 1)), Fraction(0))


def solved(is_below, steps: int = 30) -> float:
    low, high = Fraction(0), Fraction(1)
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return float(low)


@pytest.mark.parametrize(("events", "trials"), [(1, 126), (7, 126), (5, 126)])
def test_the_interval_solves_the_binomial_sum(events, trials):
    tail = Fraction(1, 40)
    high = solved(lambda p: at_most(events, trials, p) > tail)
    low = solved(lambda p: 1 - at_most(events - 1, trials, p) < tail)
    assert clopper_pearson(events, trials) == pytest.approx((low, high), abs=1e-8)


def test_no_event_in_126_leaves_up_to_three_percent():
    low, high = clopper_pearson(0, 126)
    assert low == 0.0
    assert high == pytest.approx(1.0 - 0.025 ** (1.0 / 126.0), rel=1e-12)


def test_the_rate_interval_solves_the_poisson_sum():
    low, high = poisson_rate(9, 451.5)  # assessment PT01: .0091-.0378
    assert (low, high) == pytest.approx((0.0091, 0.0378), abs=5e-5)
    mean = high * 451.5
    assert sum(exp(-mean) * mean**k / factorial(k) for k in range(10)) == pytest.approx(0.025, rel=1e-9)


def test_fisher_gives_the_lady_tasting_tea():
    assert same_chance(3, 4, 1, 4) == pytest.approx(34.0 / 70.0)  # Fisher 1935: 0.486 two-sided


@pytest.mark.parametrize(("events", "trials"), [(-1, 10), (11, 10), (0, 0)])
def test_impossible_counts_are_refused(events, trials):
    with pytest.raises(ValueError, match="expected"):
        clopper_pearson(events, trials)
