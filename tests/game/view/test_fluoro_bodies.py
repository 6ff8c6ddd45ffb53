"""Path lengths through real bodies against an independent ray caster, and contrast medium against its mass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numba import njit

import game.view.devices as devices
import physics.csf as csf
from game.view import gallery, views, xray_scene
from game.view.contrast_items import IODINE_M2_PER_KG, contrast_items
from game.view.frame import CArm, Frame, XrayItem
from game.view.geometry import is_closed, weld
from game.view.gpu import Device
from game.view.passes import fluoro
from game.view.scene import frame_from
from physics import anatomy as body
from physics.observation import ContrastObservation
from physics.pump.spec import PUMPS

SIDE = 256
N_RAYS = 40  # across a body
FILM = 1024  # pixels that must be finer than the thinnest body
TYPICAL = gallery.typical_build()


@njit(cache=False)
def _lengths(source, rays, corners):
    """Return the path [m] of each ray inside closed triangles: Moeller-Trumbore, double precision, every triangle."""
    out = np.zeros(len(rays))
    for f in range(len(corners)):
        a = corners[f, 0]
        e1, e2, s = corners[f, 1] - a, corners[f, 2] - a, source - a
        q = np.cross(s, e1)
        for r in range(len(rays)):
            d = rays[r]
            p0 = d[1] * e2[2] - d[2] * e2[1]
            p1 = d[2] * e2[0] - d[0] * e2[2]
            p2 = d[0] * e2[1] - d[1] * e2[0]
            det = e1[0] * p0 + e1[1] * p1 + e1[2] * p2
            if det == 0.0:
                continue
            u = (s[0] * p0 + s[1] * p1 + s[2] * p2) / det
            if u < 0.0 or u > 1.0:
                continue
            v = (d[0] * q[0] + d[1] * q[1] + d[2] * q[2]) / det
            if v < 0.0 or u + v > 1.0:
                continue
            t = (e2[0] * q[0] + e2[1] * q[1] + e2[2] * q[2]) / det
            out[r] += -t if det > 0.0 else t  # det > 0: the ray meets the outside
    return out


def _framing(mesh, orbit_rad: float) -> CArm:
    low, high = mesh.points_m.min(axis=0), mesh.points_m.max(axis=0)
    middle = tuple(float(v) for v in 0.5 * (low + high))
    return CArm(middle, orbit_rad, 0.2, field_m=float(np.linalg.norm(high - low)))


def _compare(gl, mesh, orbit_rad: float) -> tuple[float, float]:
    """Return the rms difference over the longest path, and the largest path beside the body [m]."""
    arm = _framing(mesh, orbit_rad)

    class Library:
        def mesh(self, shape, frame):
            return mesh

    targets = fluoro.FluoroTargets(Device(gl, False), SIDE)
    items = (XrayItem("body", 1000.0),)
    fluoro.take_pulse(targets._device, Library(), targets, Frame("test", (), items), arm)
    total = fluoro.thickness(targets) / 1000.0
    pixels = np.linspace(2, SIDE - 3, N_RAYS).astype(int)
    rows, columns = (a.ravel() for a in np.meshgrid(pixels, pixels))
    inverse = np.linalg.inv(fluoro.beam_matrix(arm))
    at = np.stack([(columns + 0.5) / SIDE * 2 - 1, (rows + 0.5) / SIDE * 2 - 1, 0 * rows + 0.5, 0 * rows + 1.0], axis=-1)
    far = at @ inverse.T
    source = fluoro.source_of(arm)
    rays = far[:, :3] / far[:, 3:] / 1000.0 - source
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    exact = _lengths(source, rays, mesh.points_m[mesh.faces].astype(float))
    seen = total[rows, columns]
    assert (exact > 1e-4).sum() > 20
    return float(np.sqrt(np.mean((seen - exact)[exact > 0] ** 2)) / exact.max()), float(np.abs(seen[exact == 0]).max())


@pytest.mark.parametrize("name", body.bone_names(body.build_anatomy(TYPICAL).spine))
def test_path_through_every_bone_is_that_of_the_ray_caster(gl, renderer, patient, name):
    mesh = renderer.library.mesh(f"bone:{name}", frame_from(gallery.start(), patient, views.BACK))
    error, beside = _compare(gl, mesh, 0.7)
    assert error < 1e-3
    assert beside < 1e-6


HEIGHTS_M = sorted({spec.thickness_m for spec in PUMPS.values()})


@pytest.mark.parametrize("part", [*HEIGHTS_M, "race", "board", "rotor"])
def test_path_through_the_pump_is_that_of_the_ray_caster(gl, part):
    mesh = devices.pump_internals()[part] if isinstance(part, str) else weld(devices.pump(part)["shell"])
    error, beside = _compare(gl, mesh, 1.1)
    assert error < 1e-3
    assert beside < 1e-6


def _through_can(observation) -> tuple[float, float]:
    """Return the path through the can along its axis, at its middle, and how deep under the face its battery lies [m]."""
    bodies = xray_scene._pump(observation)
    shell, battery = bodies[:2]
    middle = observation.pocket.pump_centre_m
    axis, aside = shell.transform[:3, 2], shell.transform[:3, 0] + 0.37 * shell.transform[:3, 1]  # between two edges
    corners = _placed(shell)[shell.shape.faces].astype(float)
    path = _lengths(middle + 0.2 * axis + 1e-3 * aside, -axis[None], corners)[0]
    return float(path), float((_placed(shell) @ axis).max() - (_placed(battery) @ axis).max())


def _placed(item) -> np.ndarray:
    return item.shape.points_m @ item.transform[:3, :3].T + item.transform[:3, 3]


def test_path_through_the_middle_of_the_can_is_its_height(patient):
    implant = gallery.closed(gallery.with_implant(gallery.start(), patient), 1.0)
    low, high = (_through_can(replace(implant, pocket=replace(implant.pocket, pump_height_m=h))) for h in HEIGHTS_M)
    assert (low[0], high[0]) == pytest.approx(HEIGHTS_M, abs=1e-3)  # less the hollow of the septum
    assert high[0] - low[0] == pytest.approx(HEIGHTS_M[1] - HEIGHTS_M[0], abs=1e-5)
    assert high[1] == pytest.approx(low[1], abs=1e-6)  # the battery keeps its place under the face


# --- contrast medium ----------------------------------------------------------------------------


def _after_puncture(patient):
    drug = csf.DrugParams.for_patient(TYPICAL.height_m, TYPICAL.mass_kg)
    own = csf.contrast_params(drug)
    state, _ = csf.advance(own, csf.initial(own), csf.Sources(lumbar_kg=2.4e-3), 300.0)
    return ContrastObservation(
        tuple(csf.spinal_kg(own, state).tolist()), tuple(csf.edge_levels(own).tolist()), strength_kg_per_m3=240.0
    )


def _mass_on_film(gl, patient, observation, arm: CArm) -> float:
    """Return the iodine that a film's log attenuation adds up to [kg]: one ray stands for its pixel's solid angle."""
    targets = fluoro.FluoroTargets(Device(gl, False), FILM)
    items = tuple(contrast_items(observation, patient))

    class Library:
        def mesh(self, shape, frame):
            return shape

    fluoro.take_pulse(targets._device, Library(), targets, Frame("test", (), items), arm)
    total = fluoro.thickness(targets)
    at = ((np.arange(FILM) + 0.5) / FILM - 0.5) * arm.field_m
    x, y = np.meshgrid(at, at)
    cos = arm.source_m / np.sqrt(arm.source_m**2 + x**2 + y**2)
    return float((total * cos).sum() * (arm.field_m / FILM) ** 2 / IODINE_M2_PER_KG)  # r**2 cos**3 / r0**2 = cos in the plane


@pytest.mark.parametrize("orbit_rad", [0.0, np.pi / 2], ids=["ap", "lateral"])
def test_film_of_a_myelogram_holds_the_mass_of_the_transport(gl, patient, orbit_rad):
    seen = _after_puncture(patient)
    observation = replace(gallery.start(), contrast=seen)
    known = patient.spine.canal_arcs_m
    arcs = np.array([body.arc_at_level(patient.spine, level) for level in seen.csf_edge_levels])
    is_drawn = (arcs[:-1] >= known[0]) & (arcs[1:] <= known[-1])
    mass = np.asarray(seen.csf_kg)[is_drawn].sum()
    assert mass > 0.9 * 2.4e-3
    arm = CArm((0.0, 0.03, 0.20), orbit_rad, field_m=0.75, source_m=4.0)
    assert _mass_on_film(gl, patient, observation, arm) == pytest.approx(mass, rel=0.02)


@pytest.mark.parametrize("store", ["epidural_kg", "subdural_kg", "tissue_kg", "pocket_kg"])
def test_film_of_a_store_holds_its_mass(gl, patient, store):
    implant = gallery.closed(gallery.with_implant(gallery.start(), patient), 1.0)
    implant = replace(implant, catheter=replace(implant.catheter, tip_level=12.0, tip_space="tissue"))
    seen = ContrastObservation((0.0,), (15.0, 16.0), strength_kg_per_m3=240.0)
    observation = replace(implant, contrast=replace(seen, **{store: 1e-3}))
    points = np.concatenate([i.shape.points_m for i in contrast_items(observation, patient)])
    middle = tuple(float(v) for v in 0.5 * (points.min(axis=0) + points.max(axis=0)))
    arm = CArm(middle, field_m=1.2 * float(np.linalg.norm(np.ptp(points, axis=0))), source_m=4.0)
    assert _mass_on_film(gl, patient, observation, arm) == pytest.approx(1e-3, rel=0.02)


def test_contrast_bodies_are_closed_and_none_is_there_without_contrast(patient):
    assert contrast_items(gallery.start(), patient) == []
    observation = replace(gallery.start(), contrast=_after_puncture(patient))
    items = contrast_items(observation, patient)
    assert len(items) > 20
    assert all(is_closed(i.shape) for i in items)


def test_catheter_shows_the_iodine_in_its_lumen(patient):
    implant = gallery.with_implant(gallery.start(), patient)
    cells = np.zeros(100)
    cells[40:60] = 1e-7
    seen = ContrastObservation((), (), tuple(cells.tolist()), strength_kg_per_m3=240.0)
    items = contrast_items(replace(implant, contrast=seen), patient)
    from game.view.geometry import volume

    held = sum(i.attenuation_per_m * volume(i.shape) for i in items) / IODINE_M2_PER_KG
    assert held == pytest.approx(cells.sum(), rel=1e-6)


def test_rods_of_a_fusion_are_metal_in_every_pulse(patient):
    """Stands on names and nodes of the spine alone: whoever builds a fusion says where its metal lies."""
    from types import SimpleNamespace

    z = np.linspace(0.0, 0.06, 12)
    nodes = np.stack([np.stack([0 * z + side, 0 * z + 0.05, z], axis=1) for side in (-0.02, 0.02)])
    spine = SimpleNamespace(metal_names=("rod a", "rod b"), metal_nodes_m=nodes, metal_radius_m=np.full((2, 12), 0.00275))
    fused = xray_scene._Fused(spine.metal_names, "build", SimpleNamespace(spine=spine))
    mesh = xray_scene._fusion(fused)
    assert is_closed(mesh)
    from game.view.geometry import volume

    assert volume(mesh) == pytest.approx(2 * np.pi * 0.00275**2 * 0.06, rel=0.06)
    assert xray_scene._fusion(xray_scene._Fused((), "build", patient)) is None
