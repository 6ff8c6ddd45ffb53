"""Meshes: closed, outward, of the right volume; lumen ellipse; smoothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game.view import anchors, devices, gallery, openings
from game.view.geometry import fillet, is_closed, isosurface, lathe, rod, smoothed, turn, volume, weld
from game.view.instrument_items import bulge_of, plan_items, pump_items
from game.view.scene import SceneOptions
from game.view.sweep import aspect_from_patency, ellipse_axes, frames, refine, tube
from game.view.theatre_items import instrument_table_items
from physics.anatomy import build_anatomy
from physics.pump.spec import PUMPS

HEIGHTS_M = sorted({spec.thickness_m for spec in PUMPS.values()})
RIDGE_M = 0.7e-3  # round the septum, over the face


def _parts():
    for height in HEIGHTS_M:
        for name, mesh in devices.pump(height).items():
            yield f"pump {1e3 * height:.1f} mm {name}", mesh
    for name, mesh in devices.pump_internals().items():
        yield f"internal {name}", mesh
    for name, mesh in devices.tuohy().items():
        yield f"tuohy {name}", mesh
    for name, mesh in devices.refill_needle().items():
        yield f"refill {name}", mesh
    for name, mesh in devices.syringe(0.5).items():
        yield f"syringe {name}", mesh
    for name, mesh in devices.template().items():
        yield f"template {name}", mesh
    for kind in anchors.SHAPES:
        if anchors.wings(kind) is not None:
            yield f"wings of {kind}", anchors.wings(kind)
    yield "knot", anchors.knot()
    yield "purse-string", anchors.purse_string()
    yield "filter", devices.filter_disc()
    yield "drop", devices.drop()


@pytest.mark.parametrize("name_mesh", list(_parts()), ids=lambda p: p[0])
def test_every_device_is_closed_and_turned_outward(name_mesh):
    _, mesh = name_mesh
    assert is_closed(mesh)
    assert volume(weld(mesh)) > 0


def test_mesh_with_a_missing_face_is_not_closed():
    whole = rod(0.01, 0, 0.02)
    broken = type(whole)(whole.points_m, whole.normals, np.delete(whole.faces, len(whole.faces) // 2, axis=0))
    assert is_closed(whole)
    assert not is_closed(broken)


def test_the_pumps_of_the_table_differ_in_height():
    assert HEIGHTS_M == [19.5e-3, 26e-3]


@pytest.mark.parametrize("height_m", HEIGHTS_M)
def test_pump_has_the_cited_diameter_and_height(height_m):
    shell = devices.pump(height_m)["shell"].points_m
    radius = np.hypot(shell[:, 0], shell[:, 1])
    assert np.isclose(np.median(radius[np.abs(radius - 0.04375) < 2e-4]), 0.04375, atol=2e-4)
    assert shell[:, 2].min() == pytest.approx(-0.5 * height_m, abs=1e-6)
    assert shell[:, 2].max() == pytest.approx(0.5 * height_m + RIDGE_M, abs=0.3e-3)


def _implant(patient, height_m: float):
    o = gallery.with_implant(gallery.start(), patient)
    inward = -0.5 * (height_m - devices.DRAWN_HEIGHT_M) * np.asarray(o.pocket.pump_normal)
    pocket = replace(o.pocket, pump_height_m=height_m, pump_centre_m=o.pocket.pump_centre_m + inward)
    return replace(o, pocket=pocket)


def _extent_m(item) -> tuple[float, float]:
    """Return how far an item's mesh reaches along the z axis of its pose."""
    along = item.shape.points_m[:, 2] * np.linalg.norm(item.transform[:3, 2])
    return float(along.min()), float(along.max())


@pytest.mark.parametrize("height_m", HEIGHTS_M)
def test_the_pump_of_every_picture_is_as_high_as_that_of_physics(height_m):
    patient = build_anatomy(gallery.typical_build())
    o = _implant(patient, height_m)
    waits = replace(o, pocket=replace(o.pocket, is_pump_in=False))
    drawn = {
        "pump shell": pump_items(o, 0.0), "planned pump shell": plan_items(o, patient, SceneOptions()),
        "ready pump shell": instrument_table_items(waits, np.eye(3), (0.0, 0.0, 0.0)),
    }  # fmt: skip
    for name, items in drawn.items():
        low, high = _extent_m(next(i for i in items if i.name == name))
        assert (low, high) == pytest.approx((-0.5 * height_m, 0.5 * height_m + RIDGE_M), abs=0.3e-3), name


def test_a_higher_pump_lies_on_the_tray_and_under_the_same_skin():
    patient = build_anatomy(gallery.typical_build())
    low, high = (_implant(patient, h) for h in HEIGHTS_M)
    difference = HEIGHTS_M[1] - HEIGHTS_M[0]

    def floor(o) -> float:
        waits = replace(o, pocket=replace(o.pocket, is_pump_in=False))
        items = instrument_table_items(waits, np.eye(3), (0.0, 0.0, 0.0))
        shell = next(i for i in items if i.name == "ready pump shell")
        return float(shell.shape.points_m[:, 2].min() + shell.transform[2, 3])

    def face(o) -> float:
        shell = pump_items(o, 0.0)[0]
        return float((shell.transform[:3, 3] @ o.pocket.pump_normal) + shell.shape.points_m[:, 2].max())

    assert floor(high) == pytest.approx(floor(low), abs=1e-6)
    assert face(high) == pytest.approx(face(low), abs=1e-6)
    assert 0.0 < bulge_of(high, patient).height_m - bulge_of(low, patient).height_m < difference
    wounds = [openings.wounds_of("pocket", o, patient)[0] for o in (low, high)]
    assert wounds[1].depth_m - wounds[0].depth_m == pytest.approx(difference, abs=1e-4)
    for o in (low, high):  # the floor is under the can, and no further
        assert 0.0 < openings.wounds_of("pocket", o, patient)[0].depth_m - o.pocket.cover_m - o.pocket.pump_height_m < 1e-3


@pytest.mark.parametrize("height_m", HEIGHTS_M)
def test_stem_and_boot_stand_where_the_catheter_comes(height_m):
    parts = devices.pump(height_m)
    stem = parts["shell"].points_m
    stem = stem[stem[:, 0] > devices.PUMP_RADIUS_M + 7e-3]
    for points in (stem, parts["boot"].points_m):
        assert points[:, 1].mean() == pytest.approx(0.0, abs=1e-4)
        assert points[:, 2].mean() == pytest.approx(devices.OUTLET_M[2], abs=1e-4)


def test_lathe_of_a_rectangle_has_the_volume_of_a_cylinder():
    mesh = lathe([(0, 0), (0.01, 0), (0.01, 0.03), (0, 0.03)], 256)
    assert np.isclose(volume(mesh), np.pi * 0.01**2 * 0.03, rtol=2e-4)


def test_tube_has_the_volume_of_its_cross_section_times_length():
    line = np.stack([np.zeros(60), np.zeros(60), np.linspace(0, 0.05, 60)], axis=1)
    mesh = tube(line, 0.001, 96)
    assert is_closed(mesh)
    assert np.isclose(volume(mesh), np.pi * 1e-6 * 0.05, rtol=2e-3)


@pytest.mark.parametrize("share", [1.0, 0.9, 0.6, 0.3])
def test_flattened_tube_keeps_perimeter_and_encloses_the_open_share(share):
    major, minor = ellipse_axes(1.0, aspect_from_patency(share))
    assert np.isclose(major * minor, share, rtol=1e-9)
    assert np.isclose(np.sqrt((major**2 + minor**2) / 2), 1.0, rtol=1e-9)


def test_frames_of_a_plane_curve_do_not_twist():
    angle = np.linspace(0, np.pi, 200)
    arc = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    tangent, first, second = frames(arc)
    assert np.allclose(np.sum(tangent * first, axis=1), 0, atol=1e-3)
    assert np.ptp(second[:, 2]) < 2e-2 or np.ptp(first[:, 2]) < 2e-2


def test_refined_line_passes_through_its_points():
    points = np.random.default_rng(2).uniform(0, 1, (12, 3))
    assert np.allclose(refine(points, 4)[::4], points)


def test_isosurface_of_a_ball_has_its_volume_even_after_smoothing():
    mesh = isosurface(lambda p: np.linalg.norm(p, axis=1) - 0.02, (-0.025,) * 3, (0.025,) * 3, 0.001)
    exact = 4 / 3 * np.pi * 0.02**3
    assert is_closed(mesh)
    assert np.isclose(volume(mesh), exact, rtol=5e-3)
    assert np.isclose(volume(smoothed(mesh)), exact, rtol=1e-2)


def test_isosurface_stays_closed_where_the_solid_leaves_its_box():
    mesh = isosurface(
        lambda p: np.hypot(p[:, 0], p[:, 1]) - 0.01, (-0.015, -0.015, 0), (0.015, 0.015, 0.02), 0.001
    )
    assert is_closed(mesh)


def test_field_without_inside_is_refused():
    with pytest.raises(ValueError, match="no inside"):
        isosurface(lambda p: np.ones(len(p)), (0, 0, 0), (1, 1, 1), 0.25)


def test_turn_about_z_takes_x_to_y():
    assert np.allclose(turn("z", np.pi / 2) @ [1, 0, 0], [0, 1, 0])


def test_fillet_keeps_the_ends():
    profile = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    rounded = fillet(profile, 0.2)
    assert rounded[0] == profile[0]
    assert rounded[-1] == profile[-1]
