"""Frequencies, the loss of the time step and the derivatives notice wrong laws."""

from __future__ import annotations

import numpy as np
import pytest

from game.validate import rod_vibration as check


def test_frequency_notices_a_stiffness_wrong_by_a_hundredth():
    assert check.cantilever_frequency(64, 1, ei_factor=1.01) == pytest.approx(np.sqrt(1.01), abs=2e-4)


def test_the_loss_of_a_free_swing_is_the_stated_one_and_not_half_of_it():
    stated, kept = check.swing(1 / 256)
    assert kept == pytest.approx(stated, rel=1e-4)
    assert abs(kept - stated**0.5) > 0.05


def test_a_large_free_swing_never_gains_energy_and_loses_less_with_smaller_steps():
    rise, kept = check.large_swing(1 / 1024)
    rise_fine, kept_fine = check.large_swing(1 / 4096)
    assert max(rise, rise_fine) < 1e-9
    assert kept < kept_fine < 1.0


def test_sinking_speed_goes_with_one_over_drag():
    assert check.settling_speed(0.04) == pytest.approx(1.0, abs=1e-4)


def test_derivatives_hold_for_other_shapes():
    for seed in (1, 2, 4):
        gradient, tangent = check.derivative_errors(seed)
        assert gradient < 1e-9 and tangent < 1e-9
