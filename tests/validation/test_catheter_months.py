"""An anchor slips on records only; skipping anything else changes nothing, skipping a record does."""

from __future__ import annotations

import numpy as np
import pytest

from game.validate import catheter_months as check


def test_jumping_over_ordinary_flexions_changes_nothing_measurable():
    every, n_every = check.many_cycles(40, False)
    jumped, n_jumped = check.many_cycles(40, True)
    assert abs(every - jumped) < 1e-5 < every
    assert n_jumped < n_every / 4


def test_leaving_out_the_last_record_is_noticed():
    draws = np.random.default_rng(5).normal(size=120)
    record = int(np.argmax(draws))
    assert check.many_cycles(record, True)[0] < check.many_cycles(120, True)[0] - 1e-4


def test_a_flexion_larger_than_the_last_slips_again_and_a_smaller_one_does_not():
    it = check.cycle(check.chain(0.0, 0.5), 1.0, 0.015)
    before = check.passed(it)
    smaller = check.passed(check.cycle(it, 1.0, 0.012)) - before
    larger = check.passed(check.cycle(it, 1.0, 0.018)) - before
    assert abs(smaller) < 1e-5
    assert larger == pytest.approx(3e-3, abs=3e-4)  # every millimetre beyond the record slips


def test_slack_is_worth_its_length():
    assert check.series_slip(0.020, 0.5, 0.010)[1] == pytest.approx(check.series_slip(0.010, 0.5, 0.0)[1], abs=7e-4)
