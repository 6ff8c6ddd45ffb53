"""Fluoroscopy: path lengths against closed forms, cache against a single pass, determinism, dose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game.instruments import fluoroscope
from game.view import gallery, views
from game.view.exposure import beam_of, dose_area_gy_cm2
from game.view.frame import CArm, Frame, XrayItem
from game.view.geometry import Mesh, lathe, weld
from game.view.gpu import Device
from game.view.passes import fluoro
from game.view.scene import frame_from

SIDE = 256
ARM = CArm(isocentre_m=(0.0, 0.0, 0.0), field_m=0.12)


class Shapes:
    """Stands in for the library: shapes are already meshes."""

    def mesh(self, shape: Mesh, frame: Frame) -> Mesh:
        return shape


def _thickness(gl, items: tuple[XrayItem, ...], arm: CArm = ARM) -> np.ndarray:
    device = Device(gl, False)
    targets = fluoro.FluoroTargets(device, SIDE)
    fluoro.take_pulse(device, Shapes(), targets, Frame("test", (), items), arm)
    return fluoro.thickness(targets)


def _rays(arm: CArm) -> tuple[np.ndarray, np.ndarray]:
    """Return the source and unit rays of all pixels, row 0 at the bottom."""
    inverse = np.linalg.inv(fluoro.beam_matrix(arm))
    at = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    x, y = np.meshgrid(at, at)
    clip = np.stack([x, y, np.full_like(x, 0.5), np.ones_like(x)], axis=-1) @ inverse.T
    source = fluoro.source_of(arm)
    direction = clip[..., :3] / clip[..., 3:] / 1000 - source
    return source, direction / np.linalg.norm(direction, axis=-1, keepdims=True)


def _ball(radius: float, n: int = 200) -> Mesh:
    angle = np.linspace(-np.pi / 2, np.pi / 2, n)
    profile = [(max(radius * np.cos(a), 0.0), radius * float(np.sin(a))) for a in angle]
    return weld(lathe(profile, 2 * n))


@pytest.mark.parametrize("arm", [ARM, replace(ARM, orbit_rad=1.1, tilt_rad=0.3)], ids=["ap", "oblique"])
def test_path_through_a_sphere_is_the_chord(gl, arm):
    radius = 0.04
    total = _thickness(gl, (XrayItem(_ball(radius), 100.0),), arm)
    source, rays = _rays(arm)
    nearest2 = np.sum(source**2) - np.sum(rays * source, axis=-1) ** 2
    exact = 100.0 * 2 * np.sqrt(np.maximum(radius**2 - nearest2, 0))
    inside = exact > 0.5
    error = (total - exact)[inside]
    assert np.sqrt(np.mean(error**2)) < 2e-3 * exact.max()
    assert np.abs(total[nearest2 > (radius * 1.03) ** 2]).max() < 1e-4


def test_hollow_sphere_leaves_the_shell(gl):
    outer = XrayItem(_ball(0.04), 100.0)
    cavity = XrayItem(_ball(0.03), -100.0)
    total = _thickness(gl, (outer, cavity))
    assert np.isclose(total[SIDE // 2, SIDE // 2], 100.0 * 0.02, rtol=5e-3)


def test_static_and_moving_parts_add_up_to_one_pass(gl):
    bodies = (XrayItem(_ball(0.03, 60), 80.0), XrayItem(_ball(0.02, 60), 300.0))
    split = (replace(bodies[0], is_static=True), bodies[1])
    assert np.abs(_thickness(gl, bodies) - _thickness(gl, split)).max() < 1e-4


def test_core_of_a_shelled_body_is_less_dense(gl):
    solid = _thickness(gl, (XrayItem(_ball(0.03, 80), 80.0),))
    shelled = _thickness(gl, (XrayItem(_ball(0.03, 80), 80.0, 5.0, 1e-3),))
    middle = SIDE // 2
    assert shelled[middle, middle] < 0.4 * solid[middle, middle]
    assert shelled.max() > 1.2 * shelled[middle, middle]  # the edge is the brightest line


def test_projected_point_is_where_the_beam_draws_it(gl):
    small = _ball(0.003, 40)
    at = np.array([0.02, 0.01, 0.03])
    moved = Mesh((small.points_m + at).astype(np.float32), small.normals, small.faces)
    arm = replace(ARM, orbit_rad=0.7)
    total = _thickness(gl, (XrayItem(moved, 500.0),), arm)
    row, column = np.unravel_index(np.argmax(total), total.shape)
    x, y = fluoro.project(arm, at, SIDE)[0]
    assert abs(column + 0.5 - x) < 2.5
    assert abs(SIDE - (row + 0.5) - y) < 2.5


def test_pulse_is_deterministic_and_its_grain_follows_the_seed(renderer, patient):
    frame = frame_from(gallery.start(), patient, views.BACK)
    arm = CArm(photons=800.0)
    first, _ = renderer.pulse_picture(frame, arm, SIDE)
    again, _ = renderer.pulse_picture(frame, arm, SIDE)
    other, _ = renderer.pulse_picture(frame, replace(arm, seed=5), SIDE)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_dose_grows_with_the_open_field_and_with_the_thicker_projection(renderer, patient):
    frame = frame_from(gallery.start(), patient, views.BACK)
    _, open_field = renderer.pulse(frame, CArm(), SIDE)
    _, narrow = renderer.pulse(frame, CArm(collimation=0.5), SIDE)
    _, lateral = renderer.pulse(frame, CArm(orbit_rad=np.pi / 2), SIDE)
    assert 0.2 * open_field < narrow < 0.4 * open_field  # a quarter of the area, a little more exposure
    assert lateral > open_field


def test_metal_is_black_in_the_positive_picture_and_white_in_the_negative(renderer, patient):
    needle = gallery.with_needle(gallery.start(), patient, is_stylet_in=True)
    frame = frame_from(needle, patient, views.BACK)
    arm = CArm(isocentre_m=tuple(float(v) for v in needle.needle.tip_m - 0.01 * needle.needle.direction))
    point = fluoro.project(arm, needle.needle.tip_m - 0.010 * needle.needle.direction, SIDE)[0].astype(int)
    positive, _ = renderer.pulse_picture(frame, arm, SIDE)
    negative, _ = renderer.pulse_picture(frame, replace(arm, is_positive=False), SIDE)
    assert positive[point[1], point[0]].mean() < 60
    assert negative[point[1], point[0]].mean() > 190


def _exposed(renderer, frame, arm: CArm):
    targets = renderer.fluoro_targets(SIDE)
    return fluoro.take_pulse(renderer.device, renderer.library, targets, frame, arm)


def _grey(renderer, frame, arm: CArm) -> np.ndarray:
    return renderer.pulse_picture(frame, arm, SIDE)[0].mean(axis=2)


def test_collimating_lowers_dose_area_and_scatter_and_sharpens_the_bone(renderer, patient):
    frame = frame_from(gallery.start(), patient, views.BACK)
    whole = CArm((0.0, 0.02, 0.06), photons=1e9)
    narrow = replace(whole, blades=(0.45, 0.6))
    wide_open, collimated = _exposed(renderer, frame, whole), _exposed(renderer, frame, narrow)
    assert collimated.dose_area_mgy_cm2 < 0.5 * wide_open.dose_area_mgy_cm2
    assert collimated.scatter_to_primary < 0.85 * wide_open.scatter_to_primary
    middle = slice(int(0.36 * SIDE), int(0.64 * SIDE))
    contrast = [_grey(renderer, frame, arm)[middle, middle].std() for arm in (whole, narrow)]
    assert contrast[1] > 1.05 * contrast[0]


@pytest.mark.parametrize(("orbit_deg", "across"), [(0.0, 100.0), (5.0, 60.0), (90.0, 60.0)])
def test_dose_without_a_picture_is_that_of_a_drawn_pulse(renderer, patient, orbit_deg, across):
    arm = fluoroscope.CArm(orbit_deg=orbit_deg, across_percent=across)
    drawn = _exposed(renderer, frame_from(gallery.start(), patient, views.BACK), beam_of(arm, 0))
    assert 1e3 * dose_area_gy_cm2(patient, arm) == pytest.approx(drawn.dose_area_mgy_cm2, rel=0.2)


def test_noise_falls_with_the_dose_of_the_pulse(renderer, patient):
    frame = frame_from(gallery.start(), patient, views.BACK)
    arm = CArm((0.0, 0.02, 0.06))
    clean = _grey(renderer, frame, replace(arm, photons=1e9))
    middle = slice(SIDE // 3, 2 * SIDE // 3)
    fluoroscopic, spot = (
        (_grey(renderer, frame, replace(arm, dose_scale=k)) - clean)[middle, middle].std() for k in (1.0, 20.0)
    )
    assert fluoroscopic / spot == pytest.approx(20**0.5, rel=0.25)
    assert _exposed(renderer, frame, replace(arm, dose_scale=20.0)).kerma_mgy == pytest.approx(
        20 * _exposed(renderer, frame, arm).kerma_mgy
    )


def test_a_magnified_field_costs_more_at_the_skin(renderer, patient):
    frame = frame_from(gallery.start(), patient, views.BACK)
    arm = CArm((0.0, 0.02, 0.06), field_m=0.22)
    assert _exposed(renderer, frame, replace(arm, field_m=0.11)).kerma_mgy > 1.5 * _exposed(renderer, frame, arm).kerma_mgy


def test_a_patient_who_rolled_shows_spinous_processes_off_the_pedicles(patient):
    """Rolled by 10 degrees, the spinous tip (60 mm behind the body) leaves the middle; the orbit brings it back."""
    centre = np.asarray(patient.spine.level_centres_m[14])
    turned = np.asarray(patient.spine.level_rotations[14])
    spinous = centre + turned @ np.array([0.0, 0.06, 0.0])
    pedicles = np.mean([centre + turned @ np.array([s * 0.018, 0.022, 0.0]) for s in (1.0, -1.0)], axis=0)
    arm = CArm(tuple(float(v) for v in centre))

    def off(c_arm: CArm) -> float:
        both = fluoro.project(c_arm, np.array([spinous, pedicles]), 512)
        return float((both[0, 0] - both[1, 0]) * c_arm.field_m / 512 * 1e3)

    roll = np.radians(10.0)
    assert abs(off(arm)) < 1.0
    assert abs(off(replace(arm, patient_roll_rad=roll))) == pytest.approx(38.0 * np.sin(roll), rel=0.15)
    assert abs(off(replace(arm, patient_roll_rad=roll, orbit_rad=roll))) < 1.0


def test_turned_and_mirrored_picture_is_where_the_projection_says(gl):
    small = _ball(0.003, 40)
    at = np.array([0.02, 0.01, 0.03])
    arm = replace(ARM, rotation_rad=0.5, is_mirrored=True, photons=1e9)
    moved = Mesh((small.points_m + at).astype(np.float32), small.normals, small.faces)
    device = Device(gl, False)
    targets = fluoro.FluoroTargets(device, SIDE)
    fluoro.take_pulse(device, Shapes(), targets, Frame("test", (), (XrayItem(moved, 500.0),)), arm)
    picture = np.frombuffer(targets.shown.read(), np.uint8).reshape(SIDE, SIDE, 4)[::-1, :, 0].astype(float)
    y, x = np.indices(picture.shape)
    inside = np.hypot(x - SIDE / 2, y - SIDE / 2) < 0.45 * SIDE
    row, column = np.unravel_index(np.argmin(np.where(inside, picture, 255)), picture.shape)
    px, py = fluoro.project(arm, at, SIDE)[0]
    assert abs(column + 0.5 - px) < 8 and abs(row + 0.5 - py) < 8


def test_closed_blades_hide_what_lies_outside_them(renderer, patient):
    frame = frame_from(gallery.start(), patient, views.BACK)
    shown = _grey(renderer, frame, CArm((0.0, 0.02, 0.06), blades=(0.4, 1.0)))
    assert shown[SIDE // 2, : SIDE // 5].max() < 20 and shown[SIDE // 2, SIDE // 2] > 20
