"""Link is conserved by a rod that cannot pass through itself, and only by such a rod."""

from __future__ import annotations

import numpy as np
import pytest

from game.validate import rod_coil as check
from physics.catheter.coil import writhe


def helix(turns, climb):
    """A helix with straight ends along its axis."""
    angle = np.linspace(0.0, 2 * np.pi * turns, 40 * turns + 1)
    line = np.column_stack([np.tan(climb) * angle, np.cos(angle), np.sin(angle)])
    far, axis = np.array([1e3, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    return np.vstack([line[0] * axis - far, line[0] * axis, line, line[-1] * axis, line[-1] * axis + far])


@pytest.mark.parametrize("climb", [0.15, 0.4])
def test_each_turn_of_a_helix_adds_one_less_the_sine_of_its_climb_to_the_writhe(climb):
    more = writhe(helix(16, climb)) - writhe(helix(8, climb))
    assert abs(more) == pytest.approx(8 * (1 - np.sin(climb)), rel=0.01)
    assert writhe(helix(8, climb) * [1, 1, -1]) == pytest.approx(-writhe(helix(8, climb)), rel=1e-9)


def test_without_self_contact_strands_pass_through_and_two_turns_are_lost_each_time():
    coil = check.wind(128, turns=5.0, self_contact=False)
    lost = coil.turns[-1] - coil.link[-1]
    assert lost > 1.9 and lost == pytest.approx(2 * round(lost / 2), abs=0.02)


def test_five_turns_of_a_slack_rod_make_a_coil():
    coil = check.wind(96, turns=5.0)
    assert coil.link[-1] == pytest.approx(5.0, abs=0.02)
    assert coil.writhe[-1] > 3.0  # catheter_mechanics_2 section 4: 3.7
    assert coil.radius_m < 10e-3
