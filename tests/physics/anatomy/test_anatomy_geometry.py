"""Geometry of a built patient: bounds, frames, canal coordinates, layers."""

from __future__ import annotations

import numpy as np
import pytest

from physics import anatomy
from physics.anatomy import PatientBuild

WOMAN = PatientBuild(46, True, 1.66, 66.0, 0.014, 0.016, 0.062)
HEAVY = PatientBuild(50, True, 1.63, 90.4, 0.030, 0.035, 0.090)
BOY = PatientBuild(11, False, 1.30, 27.0, 0.006, 0.006, 0.025)


@pytest.fixture(scope="module")
def woman():
    return anatomy.build_anatomy(WOMAN)


@pytest.mark.parametrize("build", [WOMAN, HEAVY, BOY])
def test_bodies_of_very_different_build_meet_their_dimensions(build):
    body = anatomy.build_anatomy(build)
    assert np.isfinite(body.trunk.table).all() and np.isfinite(body.spine.canal_points_m).all()


def test_the_same_build_gives_the_same_numbers(woman):
    anatomy.build_anatomy.cache_clear()
    again = anatomy.build_anatomy(WOMAN)
    assert np.array_equal(again.trunk.table, woman.trunk.table)
    assert np.array_equal(again.spine.vertebrae, woman.spine.vertebrae)


def test_arrays_cannot_be_written(woman):
    with pytest.raises(ValueError):
        woman.spine.canal_points_m[0, 0] = 1.0


def test_a_build_out_of_range_names_the_field():
    with pytest.raises(ValueError, match="dura_depth_m"):
        PatientBuild(46, True, 1.66, 66.0, 0.014, 0.016, 62.0)


def test_every_bone_lies_inside_its_bounds(woman):
    rng = np.random.default_rng(1)
    for name in anatomy.bone_names(woman.spine):
        low, high = anatomy.bone_bounds(woman.spine, name)
        margin = 0.004
        points = rng.uniform(low - margin, high + margin, (6000, 3))
        is_out = np.any((points < low) | (points > high), axis=1)
        distance = anatomy.bone_distance(woman.spine, name, points)
        assert (distance < 0).any(), name
        assert (distance[is_out] > 0).all(), name


def test_bones_lie_under_the_skin(woman):
    rng = np.random.default_rng(2)
    for name in ("T8", "T12", "L1", "L3", "L5", "S1", "pelvis_left", "rib_9_left", "rib_12_right"):
        low, high = anatomy.bone_bounds(woman.spine, name)
        points = rng.uniform(low, high, (20000, 3))
        inside = points[anatomy.bone_distance(woman.spine, name, points) < 0]
        assert anatomy.skin_distance(woman.trunk, inside).max() < -0.002, name


def test_nearest_bone_is_the_least_of_all_bones(woman):
    rng = np.random.default_rng(3)
    points = rng.uniform([-0.08, 0.0, -0.03], [0.08, 0.1, 0.12], (300, 3))
    each = [anatomy.bone_distance(woman.spine, n, points) for n in anatomy.bone_names(woman.spine) if n != "sternum"]
    least = np.min(each, axis=0)
    near = least < 0.02
    assert near.sum() > 50
    assert np.allclose(anatomy.bones_distance(woman.spine, points)[near], least[near], atol=1e-9)


def test_discs_have_a_body(woman):
    for name in anatomy.disc_names(woman.spine):
        low, high = anatomy.disc_bounds(woman.spine, name)
        middle = (0.5 * (low + high))[None]
        assert anatomy.disc_distance(woman.spine, name, middle)[0] < 0


def test_roll_and_unroll_are_inverse(woman):
    rng = np.random.default_rng(4)
    for _ in range(40):
        u, v, depth = rng.uniform(-0.35, 0.35), rng.uniform(-0.06, 0.14), rng.uniform(0.0, 0.03)
        point, _ = anatomy.roll(woman.trunk, u, v, depth)
        assert np.allclose(anatomy.unroll(woman.trunk, point), (u, v, depth), atol=1.5e-3)


def test_roll_puts_points_on_the_skin_with_outward_normals(woman):
    for u in np.linspace(-0.35, 0.35, 9):
        point, normal = anatomy.roll(woman.trunk, float(u), 0.04)
        assert abs(anatomy.skin_distance(woman.trunk, point[None])[0]) < 2e-5
        assert anatomy.skin_distance(woman.trunk, (point + 0.01 * normal)[None])[0] > 0
        assert np.sign(point[0]) == np.sign(u)


def test_levels_and_arcs_are_inverse(woman):
    for level in (-1.5, 1.0, 5.5, 10.0, 13.4, 15.5, 17.2):
        arc = anatomy.arc_at_level(woman.spine, level)
        assert anatomy.level_at_arc(woman.spine, arc) == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize(("level", "name"), [(1.2, "T1"), (9.6, "T10"), (13.4, "L1"), (16.9, "L5"), (-2.0, "C5"), (19.0, "S2")])
def test_level_names(level, name):
    assert anatomy.level_name(level) == name


def test_canal_coordinate_is_one_on_the_dura(woman):
    spine = woman.spine
    for i in range(10, len(spine.canal_arcs_m) - 10, 15):
        dura = spine.canal_points_m[i] + spine.canal_normals[i] * spine.sac_semi_axes_m[i, 1]
        arc, offset, f = anatomy.nearest_canal(spine, dura)
        assert f == pytest.approx(1.0, abs=0.02)
        assert arc == pytest.approx(spine.canal_arcs_m[i], abs=5e-4)
        assert np.linalg.norm(offset) == pytest.approx(spine.sac_semi_axes_m[i, 1], rel=0.02)


def test_sac_is_free_of_bone(woman):
    spine = woman.spine
    keep = (spine.canal_arcs_m > -0.05) & (spine.canal_arcs_m < 0.3)
    centre, back, axes = spine.canal_points_m[keep], spine.canal_normals[keep], spine.sac_semi_axes_m[keep]
    side = np.array([1.0, 0.0, 0.0])
    for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        ring = centre + 0.9 * (np.cos(angle) * axes[:, :1] * side + np.sin(angle) * axes[:, 1:] * back)
        assert anatomy.bones_distance(spine, ring, False).min() > -2e-4


def test_cord_ends_at_the_conus(woman):
    spine = woman.spine
    conus = anatomy.arc_at_level(spine, WOMAN.conus_level)
    above = spine.cord_stiffness[spine.canal_arcs_m > conus + 0.06]
    below = spine.cord_stiffness[(spine.canal_arcs_m < conus - 0.005) & (spine.canal_arcs_m > -0.06)]
    assert (above == 1.0).all() and (below < 0.1).all()


def test_layers_come_in_anatomical_order_and_fill_the_path(woman):
    u, v, medial, depth = anatomy.reference_approach(woman, np.pi / 4)
    entry, normal = anatomy.roll(woman.trunk, u, v)
    direction = anatomy.aim(entry, normal, np.pi / 4, medial)
    depths, names = anatomy.layers_along(woman, entry, direction, depth + 0.005)
    assert names == ("skin", "fat", "fascia", "muscle", "ligamentum_flavum", "epidural", "sac")
    assert depths[0] == 0.0 and depths[-1] == pytest.approx(depth + 0.005)
    assert depths[-2] == pytest.approx(depth, abs=1e-3)


def test_fat_along_the_path_is_the_fat_of_the_build(woman):
    entry, normal = anatomy.roll(woman.trunk, -0.03, 0.02)
    depths, names = anatomy.layers_along(woman, entry, -normal, 0.03)
    assert names[:2] == ("skin", "fat")
    assert depths[2] == pytest.approx(0.0022 + 0.016, abs=1.2e-3)


def test_an_open_wound_is_met_as_air(woman):
    u, v, medial, _ = anatomy.reference_approach(woman, 0.9, -1.0, 0.0182)
    entry, normal = anatomy.roll(woman.trunk, u, v, 0.0182)
    _, names = anatomy.layers_along(woman, entry, anatomy.aim(entry, normal, 0.9, medial), 0.08, 0.0182)
    assert "skin" not in names and "fat" not in names and "sac" in names


def test_flank_is_narrower_than_the_pump(woman):
    gap = anatomy.costal_margin_v(woman.trunk, 0.21) - anatomy.iliac_crest_v(woman.trunk, 0.21)
    assert gap < 0.0875  # device_and_procedure 8.3, design finding


def test_a_curve_has_its_cobb_angle():
    body = anatomy.build_anatomy(PatientBuild(14, True, 1.55, 45.0, 0.010, 0.010, 0.045, cobb_rad=0.7))
    p = body.spine.canal_points_m
    slope = np.gradient(p[:, 0], p[:, 2])
    assert np.arctan(slope.max()) - np.arctan(slope.min()) == pytest.approx(0.7, abs=0.05)
