"""Projection: where points fall, and the way back from a pixel."""

from __future__ import annotations

import numpy as np

from game.view.camera import Camera

SIZE = (800, 600)
CAMERA = Camera((0.0, 0.5, 0.0), (0.0, 0.0, 0.0), fov_rad=0.6)


def test_target_falls_on_the_middle():
    assert np.allclose(CAMERA.project([0, 0, 0], SIZE), [[400, 300]])


def test_seen_from_behind_the_left_of_the_patient_is_on_the_left():
    left, up = CAMERA.project([[0.05, 0, 0], [0, 0, 0.05]], SIZE)
    assert left[0] < 400
    assert up[1] < 300


def test_size_on_the_picture_follows_the_field_of_view():
    half = 0.5 * np.tan(0.3)
    top = CAMERA.project([0, 0, half], SIZE)[0]
    assert np.isclose(top[1], 0, atol=1e-9)


def test_ray_through_a_projected_point_meets_it():
    point = np.array([0.03, 0.04, -0.05])
    origin, direction = CAMERA.ray(tuple(CAMERA.project(point, SIZE)[0]), SIZE)
    miss = np.cross(direction, point - origin)
    assert np.linalg.norm(miss) < 1e-12


def test_point_behind_the_eye_has_no_pixel():
    assert np.isnan(CAMERA.project([0, 1.0, 0], SIZE)).all()


def test_orbit_keeps_the_distance_and_zoom_divides_it():
    moved = CAMERA.orbited(0.4, 0.2)
    assert np.isclose(np.linalg.norm(moved.eye_m), 0.5)
    assert np.isclose(np.linalg.norm(CAMERA.orbited(0.0, 0.0, 2.0).eye_m), 0.25)


def test_orbit_never_tips_over_the_pole():
    high = CAMERA
    for _ in range(50):
        high = high.orbited(0.0, 0.2)
    assert high.eye_m[2] < 0.5
    assert np.isfinite(high.view()).all()
