"""Sweeps: the outline that is read off the map against the shape that was parted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from physics.pocket.outline import reach_m
from physics.wound import Incision, sweeping
from physics.wound.state import SWEEP_CELL_M


def test_a_parted_disc_is_read_as_a_disc():
    found = sweeping.outline(sweeping.disc(0.2, 0.05, 0.05, 0.016, "subcutaneous"))
    assert found.radius_m == pytest.approx(0.05, abs=0.5 * SWEEP_CELL_M)
    assert (found.u_m, found.v_m) == (pytest.approx(0.2, abs=1e-3), pytest.approx(0.05, abs=1e-3))
    assert found.elongation < 0.02
    assert sweeping.area_m2(sweeping.disc(0.2, 0.05, 0.05, 0.016, "subcutaneous").open_map) == pytest.approx(math.pi * 0.05**2, rel=0.02)


def test_a_long_pocket_has_its_elongation_and_direction():
    blank = sweeping.untouched(0.0, 0.0, 0.016, "subcutaneous")
    n = blank.open_map.shape[0]
    at = (np.arange(n) + 0.5 - 0.5 * n) * SWEEP_CELL_M
    u, v = np.meshgrid(at, at)
    wall = np.vectorize(lambda angle: reach_m(0.05, 0.15, 0.5, angle))(np.arctan2(v, u))
    found = sweeping.outline(sweeping.Swept(0.0, 0.0, 0.016, "subcutaneous", np.hypot(u, v) <= wall))
    assert found.radius_m == pytest.approx(0.05, abs=0.5 * SWEEP_CELL_M)
    assert found.elongation == pytest.approx(0.15, abs=0.03)
    assert found.long_axis_rad == pytest.approx(0.5, abs=0.1)


def test_one_sweep_parts_the_capsule_of_a_finger():
    swept, area = sweeping.swept_once(sweeping.untouched(0.0, 0.0, 0.016, "subcutaneous"), (-0.03, 0.0), (0.03, 0.0), "finger", "fat soft")
    width = sweeping.WIDTH_M["finger"]
    assert area == pytest.approx(width * 0.06 + 0.25 * math.pi * width**2, rel=0.08)
    again, more = sweeping.swept_once(swept, (-0.03, 0.0), (0.03, 0.0), "finger", "fat soft")
    assert more == 0.0 and np.array_equal(again.open_map, swept.open_map)


def test_a_sweep_starts_only_from_what_is_open():
    cut = Incision("pocket", 0.0, 0.04, 0.1, 0.0, 0.017, "fat", 0.016, 0.0)
    assert sweeping.is_in_reach(None, cut, 0.02, 0.03)
    assert not sweeping.is_in_reach(None, cut, 0.02, 0.0)
    swept, _ = sweeping.swept_once(sweeping.untouched(0.0, 0.03, 0.016, "subcutaneous"), (0.02, 0.03), (0.02, 0.005), "finger", "")
    assert sweeping.is_in_reach(swept, cut, 0.02, 0.0)


def test_the_plane_is_the_depth_at_which_the_finger_goes():
    assert sweeping.plane_at(0.010, 0.016, 0.030) == ("subcutaneous", "fat soft")
    assert sweeping.plane_at(0.0155, 0.016, 0.030) == ("subcutaneous", "sheet slides")
    assert sweeping.plane_at(0.020, 0.016, 0.030) == ("subfascial", "muscle twitches")
    assert sweeping.plane_at(0.035, 0.016, 0.030)[1] == "gives way"


def test_the_dummy_reads_the_gap_at_each_side():
    swept = sweeping.disc(0.0, 0.0, 0.05, 0.016, "subcutaneous")
    wide, _ = sweeping.swept_once(swept, (0.0, 0.0), (0.06, 0.0), "finger", "")
    gaps = sweeping.rim_gaps_m(sweeping.outline(wide), 0.04375)
    assert gaps[1] > gaps[3] + 0.01  # left of the patient is +u
    assert all(g == pytest.approx(0.00625, abs=0.5 * SWEEP_CELL_M) for g in (gaps[0], gaps[2]))
