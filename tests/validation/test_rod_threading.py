"""Where a threaded catheter goes is decided by the needle, and its push by friction."""

from __future__ import annotations

from dataclasses import replace

from game.validate import rod_threading as check
from game.validate.rods import SPEC


def test_the_angle_of_the_needle_decides_the_direction():
    assert check.threaded(45.0, True, 0.06).tip_m > 0.05
    assert check.threaded(100.0, False, 0.06).tip_m < -0.05


def test_push_grows_with_friction():
    slippery = check.threaded(45.0, True, 0.06, spec=replace(SPEC, friction_canal=0.05, friction_needle=0.05))
    rough = check.threaded(45.0, True, 0.06, spec=replace(SPEC, friction_canal=0.30, friction_needle=0.30))
    assert rough.push_n > 2.0 * slippery.push_n  # catheter_mechanics_2 section 3: 14 to 47 mN
