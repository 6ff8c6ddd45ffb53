"""Meshes: closed, outward, of the right volume; lumen ellipse; smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from game.view import anchors, devices
from game.view.geometry import fillet, is_closed, isosurface, lathe, rod, smoothed, turn, volume, weld
from game.view.sweep import aspect_from_patency, ellipse_axes, frames, refine, tube


def _parts():
    for name, mesh in devices.pump().items():
        yield f"pump {name}", mesh
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


def test_pump_has_the_cited_diameter_and_height():
    shell = devices.pump()["shell"].points_m
    radius = np.hypot(shell[:, 0], shell[:, 1])
    assert np.isclose(np.median(radius[np.abs(radius - 0.04375) < 2e-4]), 0.04375, atol=2e-4)
    assert np.isclose(np.ptp(shell[radius < 0.040, 2]), devices.PUMP_HEIGHT_M, atol=2e-3)


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
