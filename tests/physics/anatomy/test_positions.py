"""Curves and positions: what is carried, and that nothing is lost on the way."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from physics import anatomy
from physics.anatomy import COMPARTMENTS, PatientBuild
from physics.anatomy.bend import bent_points, unbent_points

WOMAN = PatientBuild(46, True, 1.66, 66.0, 0.014, 0.012, 0.062)
CURVED = PatientBuild(13, True, 1.46, 33.0, 0.006, 0.005, 0.027, cobb_rad=math.radians(50.0), curve_levels=(7.0, 12.0, 16.0))
FUSED = PatientBuild(58, False, 1.78, 84.0, 0.012, 0.017, 0.067, fused_levels=((15.0, 17.0),), has_fusion_metal=True)
BODIES = {"woman": WOMAN, "curved": CURVED, "fused": FUSED}


@pytest.fixture(scope="module", params=[(n, p) for n in BODIES for p in anatomy.POSITIONS], ids=lambda q: "-".join(q))
def body(request):
    name, position = request.param
    return anatomy.build_anatomy(replace(BODIES[name], position=position))


def test_bones_lie_under_the_skin(body):
    rng = np.random.default_rng(2)
    for name in anatomy.bone_names(body.spine):
        low, high = anatomy.bone_bounds(body.spine, name)
        points = rng.uniform(low, high, (5000, 3))
        inside = points[anatomy.bone_distance(body.spine, name, points) < 0]
        assert len(inside), name
        assert anatomy.skin_distance(body.trunk, inside).max() < -0.001, name


def test_the_map_of_the_skin_is_exact_both_ways(body):
    rng = np.random.default_rng(3)
    points = rng.uniform([-0.15, -0.12, -0.25], [0.15, 0.12, 0.40], (500, 3))
    assert np.allclose(unbent_points(body.trunk.bend, bent_points(body.trunk.bend, points)), points, atol=2e-4)


def test_marks_stay_on_the_skin_when_the_body_moves(body):
    marks = np.array([anatomy.roll(body.trunk, u, v)[0] for u in (-0.22, -0.06, 0.02, 0.18) for v in (-0.02, 0.05, 0.10)])
    for position in anatomy.POSITIONS:
        other = anatomy.in_position(body, position)
        there = anatomy.carry(body, other, marks)
        assert np.abs(anatomy.skin_distance(other.trunk, there)).max() < 5e-4
        assert np.abs(anatomy.carry(other, body, there) - marks).max() < 3e-3


@pytest.mark.parametrize(("side_up", "sign"), [("left", 1.0), ("right", -1.0)])
def test_a_mark_drawn_lying_lies_further_back_sitting(side_up, sign):
    body = anatomy.build_anatomy(WOMAN)
    lying, sitting = anatomy.in_position(body, "lateral", side_up), anatomy.in_position(body, "sitting")
    level = replace(lying, trunk=replace(lying.trunk, slide_m=0.0))
    place = anatomy.roll(level.trunk, sign * 0.31, 0.05)[0]
    u, v, depth = anatomy.unroll(sitting.trunk, anatomy.carry(lying, sitting, place[None])[0])
    assert abs(depth) < 1e-3 and abs(v - 0.05) < 5e-3
    assert anatomy.hanging_m(WOMAN) == pytest.approx(0.024)
    assert 0.015 < sign * (sign * 0.31 - u) < 0.026


@pytest.mark.parametrize("side_up", ["left", "right"])
def test_the_belly_hangs_and_the_back_stays(side_up):
    lying = anatomy.in_position(anatomy.build_anatomy(WOMAN), "lateral", side_up).trunk
    level = replace(lying, slide_m=0.0)
    assert np.array_equal(anatomy.roll(lying, 0.03, 0.02)[0], anatomy.roll(level, 0.03, 0.02)[0])
    girth, v = lying.umbilicus_uv_m
    navel = anatomy.roll(lying, girth, v)[0]
    assert (navel[0] < -0.015) == (side_up == "left") and (navel[0] > 0.015) == (side_up == "right")
    for u in (-0.3, 0.1, 0.3):
        moved = anatomy.place_u(level, u, 0.05, lying.slide_m)
        assert anatomy.skin_u(level, moved, 0.05, lying.slide_m) == pytest.approx(u, abs=1e-6)
        assert anatomy.costal_margin_v(lying, u) == pytest.approx(anatomy.costal_margin_v(level, anatomy.place_u(
            level, u, v, lying.slide_m)))


def test_sac_is_free_of_bone(body):
    spine = body.spine
    keep = (spine.canal_arcs_m > -0.05 * spine.scale) & (spine.canal_arcs_m < 0.45 * spine.scale)
    centre, back, axes = spine.canal_points_m[keep], spine.canal_normals[keep], spine.sac_semi_axes_m[keep]
    along = np.gradient(spine.canal_points_m, axis=0)[keep]
    side = np.cross(back, along / np.linalg.norm(along, axis=1, keepdims=True))
    for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        ring = centre + 0.85 * (np.cos(angle) * axes[:, :1] * side + np.sin(angle) * axes[:, 1:] * back)
        assert anatomy.bones_distance(spine, ring, False).min() > -8e-4


def test_canal_arcs_are_the_same_in_every_position():
    standing = anatomy.build_anatomy(WOMAN).spine
    for position in ("sitting", "lateral"):
        posed = anatomy.build_anatomy(replace(WOMAN, position=position)).spine
        assert np.array_equal(posed.canal_arcs_m, standing.canal_arcs_m)
        assert np.allclose(np.linalg.norm(np.diff(posed.canal_points_m, axis=0), axis=1),
                           np.linalg.norm(np.diff(standing.canal_points_m, axis=0), axis=1))  # fmt: skip


def test_sitting_brings_the_crest_nearer_to_the_ribs():
    gaps = []
    for position in ("standing", "sitting"):
        trunk = anatomy.build_anatomy(replace(WOMAN, position=position)).trunk
        gaps.append(anatomy.costal_margin_v(trunk, 0.21) - anatomy.iliac_crest_v(trunk, 0.21))
    assert 0.004 < gaps[0] - gaps[1] < 0.020


def test_a_curve_turns_the_apex_and_lifts_the_ribs_of_its_convex_side():
    spine = anatomy.build_anatomy(CURVED).spine
    apex = spine.level_centres_m[11] - 0.5 * (spine.level_centres_m[6] + spine.level_centres_m[15])
    assert apex[0] < -0.015  # convex to the right
    assert spine.level_rotations[11][0, 1] > 0.2  # spinous process into the hollow, to the left
    right, left = spine.rib_nodes_m[2 * 8 + 1], spine.rib_nodes_m[2 * 8]
    assert right[:, 1].max() > left[:, 1].max() + 0.008


def test_curve_and_position_are_named_when_wrong():
    with pytest.raises(ValueError, match="position = 'prone'"):
        replace(WOMAN, position="prone")
    with pytest.raises(ValueError, match="curve_levels"):
        replace(WOMAN, curve_levels=(12.0, 8.0, 16.0))
    with pytest.raises(ValueError, match="fused_levels"):
        replace(WOMAN, fused_levels=((17.0, 15.0),))


def test_compartments_along_a_needle_are_its_layers():
    body = anatomy.build_anatomy(replace(WOMAN, position="lateral"))
    u, v, medial, depth = anatomy.reference_approach(body, math.radians(45.0))
    entry, normal = anatomy.roll(body.trunk, u, v)
    line = anatomy.aim(entry, normal, math.radians(45.0), medial)
    borders, names = anatomy.layers_along(body, entry, line, depth + 0.004)
    at = np.arange(0.0005, depth + 0.004, 0.001)
    codes = anatomy.compartment(body, entry + at[:, None] * line)
    muscle = {COMPARTMENTS.index(n) for n in ("muscle", "multifidus", "erector", "deep_fat")}
    same = 0
    for a, code in zip(at, codes, strict=True):
        layer = names[int(np.searchsorted(borders, a, side="right")) - 1]
        fits = code in muscle if layer == "muscle" else COMPARTMENTS[code] in (layer, "cord", "nerve_root")
        same += bool(fits)
    assert same >= 0.95 * len(at)


def test_a_section_has_every_part_of_the_trunk():
    body = anatomy.build_anatomy(WOMAN)
    z = float(body.spine.level_centres_m[14, 2])
    x, y = np.meshgrid(np.arange(-0.15, 0.15, 0.0015), np.arange(-0.12, 0.12, 0.0015))
    codes = anatomy.compartment(body, np.column_stack([x.ravel(), y.ravel(), np.full(x.size, z)]))
    seen = {COMPARTMENTS[c] for c in np.unique(codes)}
    assert seen >= {"skin", "fat", "fascia", "erector", "multifidus", "quadratus", "psoas", "rectus", "external_oblique",
                    "transversus", "peritoneum", "belly", "bone", "sac", "nerve_root", "air"}  # fmt: skip


def test_scar_replaces_fat_and_muscle_where_one_has_operated():
    scarred = replace(WOMAN, scar_levels=((15.0, 17.0),))
    names = []
    for build in (WOMAN, scarred):
        body = anatomy.build_anatomy(build)
        entry, normal = anatomy.roll(body.trunk, -0.01, float(body.spine.level_centres_m[15, 2]))
        names.append(anatomy.layers_along(body, entry, -normal, 0.05)[1])
    assert "scar" not in names[0] and "scar" in names[1] and "fat" not in names[1]


def test_a_narrow_canal_narrows_bone_and_sac_alike():
    wide, narrow = (anatomy.build_anatomy(replace(WOMAN, canal_scale=k)).spine for k in (1.0, 0.8))
    assert np.allclose(narrow.sac_semi_axes_m, 0.8 * wide.sac_semi_axes_m)


def test_a_fused_block_closes_its_discs_and_has_its_metal():
    spine = anatomy.build_anatomy(FUSED).spine
    assert "fusion_L3_L5" in anatomy.bone_names(spine)
    assert not {"L3-4", "L4-5"} & set(anatomy.disc_names(spine)) and "L5-S1" in anatomy.disc_names(spine)
    assert len(spine.metal_names) == 8
    for name in spine.metal_names:
        low, high = anatomy.metal_bounds(spine, name)
        assert anatomy.metal_distance(spine, name, 0.5 * (low + high)[None])[0] < 0.006
