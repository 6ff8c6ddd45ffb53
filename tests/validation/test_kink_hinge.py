"""The fold of the wall: onset at the kink radius, hinge independent of the mesh, memory of the law."""

from __future__ import annotations

import pytest

from game.validate import catheter as check


def test_wall_folds_at_the_kink_radius_and_moment():
    fold = check.fold_column(40)
    assert fold.first_peak == pytest.approx(1.0, abs=0.02)
    assert fold.onset_radius_m == pytest.approx(6e-3, rel=0.03)


def test_hinge_rotation_does_not_depend_on_the_mesh():
    coarse, fine = check.fold_column(40), check.fold_column(80)
    assert coarse.hinge_rad == pytest.approx(fine.hinge_rad, rel=0.03)
    assert fine.hinge_rad > 1.0


def test_moment_after_the_fold_lies_on_the_law():
    fold = check.fold_column(40)
    assert fold.moment_at_hinge == pytest.approx(fold.law_at_hinge, rel=0.01)


def test_a_kink_radius_wrong_by_a_tenth_is_noticed():
    assert abs(check.fold_column(40, kink_factor=1.1).onset_radius_m / 6e-3 - 1) > 0.05
