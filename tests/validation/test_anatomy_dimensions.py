"""Built bodies against the cited tables; every row must pass and a law wrong by 10 % must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game.validate import anatomy as rows_of
from physics import anatomy
from physics.anatomy import tables

ROWS = rows_of.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


def test_a_canal_ten_percent_too_long_fails(monkeypatch):
    monkeypatch.setattr(tables, "PATH_MM", tables.PATH_MM * 1.1)
    body = anatomy.build_anatomy(replace(rows_of.ADULT_170, seed=99))
    row = next(r for r in ROWS if r.id == "anatomy.path.T10")
    assert abs(rows_of.path_to(body, "T10") - row.target) > row.tolerance


def test_a_dura_ten_percent_deeper_fails():
    body = anatomy.build_anatomy(replace(rows_of.WOMAN, dura_depth_m=1.1 * 0.062))
    row = next(r for r in ROWS if r.id == "anatomy.dura.woman")
    assert abs(rows_of.skin_to_dura(body) - row.target) > row.tolerance


@pytest.mark.parametrize("name", ["woman", "man"])
@pytest.mark.parametrize("elevation_deg", [35, 45, 60])
def test_paramedian_oblique_needle_reaches_the_sac_without_bone(name, elevation_deg):
    body = anatomy.build_anatomy(rows_of.CASES[name])
    elevation = np.radians(elevation_deg)
    u, v, medial, depth = anatomy.reference_approach(body, elevation)
    assert 0.010 <= abs(u) <= 0.020 and 5 < np.degrees(medial) < 20
    entry, normal = anatomy.roll(body.trunk, u, v)
    direction = anatomy.aim(entry, normal, elevation, medial)
    _, layers = anatomy.layers_along(body, entry, direction, depth + 0.005)
    assert "bone" not in layers
    assert layers[-3:] == ("ligamentum_flavum", "epidural", "sac")


@pytest.mark.parametrize("elevation_deg", [35, 45])
def test_child_window_is_open_at_child_angles(elevation_deg):
    body = anatomy.build_anatomy(rows_of.GIRL)
    u, v, medial, depth = anatomy.reference_approach(body, np.radians(elevation_deg))
    entry, normal = anatomy.roll(body.trunk, u, v)
    _, layers = anatomy.layers_along(body, entry, anatomy.aim(entry, normal, np.radians(elevation_deg), medial), depth + 0.005)
    assert "bone" not in layers and layers[-1] == "sac"


def test_midline_needle_meets_bone_over_most_of_the_back():
    body = anatomy.build_anatomy(rows_of.WOMAN)
    hits = 0
    heights = np.arange(-0.02, 0.06, 0.004)
    for v in heights:
        entry, normal = anatomy.roll(body.trunk, 0.0, float(v))
        _, layers = anatomy.layers_along(body, entry, -normal, 0.07)
        hits += "bone" in layers
    assert 0.5 * len(heights) <= hits < len(heights)
