"""The fold of the wall notices a wrong kink radius and keeps a memory."""

from __future__ import annotations

import pytest

from game.validate import rod_kink as check


def test_a_kink_radius_wrong_by_a_tenth_is_noticed():
    assert abs(check.fold(40, kink_factor=1.1, reload=False).onset_radius_m / 6e-3 - 1) > 0.05


def test_the_second_fold_needs_half_the_moment_of_the_first():
    fold = check.fold(40)
    assert fold.reload_peak == pytest.approx(0.46 * fold.first_peak, abs=0.01)
    assert fold.hinge_rad > 1.0 and fold.residual_rad > 0.2
