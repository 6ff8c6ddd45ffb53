"""Contrast medium for the fluoroscope: closed bodies that hold the transport's iodine to the microgram.

Each body's attenuation is iodine / its own volume x the mass attenuation of iodine, so that its path integral over
the picture gives the mass back, whatever the shape. The shape says where it lies: a column round the cord, a thread
in the catheter, lobes in epidural fat, tram lines under the dura, a pool.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

import game.view.devices as devices
from game.view.frame import FloatArray, XrayItem
from game.view.geometry import Mesh, frame_along, join, unit, volume
from game.view.sweep import tube
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import Observation

# NIST XAAMDI, iodine at 50 keV: 12.32 cm2/g; 50 keV is where bone and steel of `xray_scene` have their values. H
IODINE_M2_PER_KG = 1.232
LEAST_PER_M = 0.05  # numerical: nobody sees less
CATHETER_CELLS = 6  # cells of the line in one piece of thread
LUMEN_SHARE = 0.45  # of the catheter's outer radius
N_ROUND, N_ALONG = 20, 4


def contrast_items(observation: Observation, anatomy: Anatomy) -> list[XrayItem]:
    """Return everything that holds contrast; nothing before any was given."""
    seen = observation.contrast
    if not seen.csf_kg and not seen.line_kg:
        return []
    items = _column(observation, anatomy) + _thread(observation)
    strength = max(seen.strength_kg_per_m3, 1.0)
    arc = _tip_arc(observation, anatomy)
    for mass, shape in ((seen.epidural_kg, _lobes), (seen.subdural_kg, _tram_lines)):
        if mass > 0.0:
            items += _filled(shape(_Body(anatomy.build, anatomy), round(arc, 3), _rounded(mass / strength)), mass)
    if seen.tissue_kg > 0.0:
        items += _filled(_pool(_outside_m(observation), mass_m3=seen.tissue_kg / strength, flat=0.6), seen.tissue_kg)
    if seen.pocket_kg > 0.0:
        pose_of = (tuple(map(float, observation.pocket.pump_centre_m)), tuple(map(float, observation.pocket.pump_normal)))
        items += _filled(_round_the_can(*pose_of, _rounded(seen.pocket_kg / strength)), seen.pocket_kg)
    return items


def _filled(mesh: Mesh, mass_kg: float) -> list[XrayItem]:
    per_m = mass_kg * IODINE_M2_PER_KG / max(volume(mesh), 1e-12)
    return [XrayItem(mesh, per_m)] if per_m > LEAST_PER_M else []


def _rounded(volume_m3: float) -> float:
    """Return a volume to two digits: shapes are kept by it, the mass in them stays exact."""
    return float(f"{max(volume_m3, 1e-9):.1e}")


@dataclass(frozen=True, slots=True)
class _Body:
    """A patient under a key that can be compared."""

    build: object
    anatomy: Anatomy = field(compare=False)


# --- round the cord -----------------------------------------------------------------------------


def _column(observation: Observation, anatomy: Anatomy) -> list[XrayItem]:
    seen = observation.contrast
    slabs = _slabs(_Body(anatomy.build, anatomy), seen.csf_edge_levels)
    out: list[XrayItem] = []
    for mass, slab in zip(seen.csf_kg, slabs, strict=True):
        if slab is not None and mass > 0.0:
            out += _filled(slab, mass)
    return out


@lru_cache(maxsize=2)
def _slabs(patient: _Body, edges: tuple[float, ...]) -> tuple[Mesh | None, ...]:
    """Return the ring between dura and cord of each cell; None where the canal is not drawn."""
    spine = patient.anatomy.spine
    arcs = [body.arc_at_level(spine, level) for level in edges]
    known = np.asarray(spine.canal_arcs_m)
    return tuple(
        _ring(patient.anatomy, low, high) if known[0] <= low and high <= known[-1] else None
        for low, high in zip(arcs[:-1], arcs[1:], strict=True)
    )


def _stations(anatomy: Anatomy, at: FloatArray) -> tuple[FloatArray, ...]:
    """Return canal points, left and back directions, sac half axes, cord points and radii at arcs."""
    spine = anatomy.spine
    arcs = np.asarray(spine.canal_arcs_m)

    def along(values: FloatArray) -> FloatArray:
        return np.stack([np.interp(at, arcs, column) for column in np.atleast_2d(np.asarray(values, float).T)], axis=-1)

    points, back = along(spine.canal_points_m), unit(along(spine.canal_normals))
    tangent = unit(along(np.gradient(np.asarray(spine.canal_points_m), arcs, axis=0)))
    left = unit(np.cross(back, tangent))
    cord, radius = along(spine.cord_points_m), along(np.asarray(spine.cord_radius_m)[:, None])[:, 0]
    return points, left, back, along(spine.sac_semi_axes_m), cord, radius


def _ring(anatomy: Anatomy, low_m: float, high_m: float) -> Mesh:
    points, left, back, semi, cord, radius = _stations(anatomy, np.linspace(low_m, high_m, N_ALONG))
    angle = np.linspace(0, 2 * np.pi, N_ROUND, endpoint=False)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    outer = [p + semi[k, 0] * cos * left[k] + semi[k, 1] * sin * back[k] for k, p in enumerate(points)]
    inner = [cord[k] + radius[k] * (cos * left[k] + sin * back[k]) for k in range(len(points))]
    rows = np.concatenate([*outer, *inner]).astype(np.float32)
    faces: list[tuple[int, int, int]] = []
    n = N_ROUND

    def quad(a: int, b: int, c: int, d: int) -> None:
        faces.extend(((a, b, c), (a, c, d)))

    top, inside = N_ALONG - 1, N_ALONG * n
    for j in range(n):
        i = (j + 1) % n
        for k in range(top):
            quad(k * n + j, k * n + i, (k + 1) * n + i, (k + 1) * n + j)
            quad(inside + k * n + i, inside + k * n + j, inside + (k + 1) * n + j, inside + (k + 1) * n + i)
        quad(i, j, inside + j, inside + i)
        quad(top * n + j, top * n + i, inside + top * n + i, inside + top * n + j)
    found = np.array(faces, np.int32)
    mesh = Mesh(rows, np.zeros_like(rows), found)
    return mesh if volume(mesh) > 0 else Mesh(rows, np.zeros_like(rows), found[:, ::-1].copy())


# --- in the catheter ----------------------------------------------------------------------------


def _thread(observation: Observation) -> list[XrayItem]:
    cells = np.asarray(observation.contrast.line_kg)
    nodes = np.ascontiguousarray(observation.catheter.nodes_m, float)
    if not len(cells) or not cells.any() or len(nodes) < 2:
        return []
    pieces = _pieces(nodes.tobytes(), len(cells), float(observation.catheter.radius_m))
    out: list[XrayItem] = []
    for k, piece in enumerate(pieces):
        out += _filled(piece, float(cells[k * CATHETER_CELLS : (k + 1) * CATHETER_CELLS].sum()))
    return out


@lru_cache(maxsize=2)
def _pieces(nodes: bytes, n_cells: int, radius_m: float) -> tuple[Mesh, ...]:
    points = np.frombuffer(nodes).reshape(-1, 3)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
    edges = [*range(0, n_cells, CATHETER_CELLS), n_cells]
    out = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        at = np.linspace(low, high, 8) / n_cells * along[-1]
        line = np.stack([np.interp(at, along, points[:, k]) for k in range(3)], axis=1)
        out.append(tube(line, LUMEN_SHARE * radius_m, 8))
    return tuple(out)


# --- where it should not be ---------------------------------------------------------------------


def _tip_arc(observation: Observation, anatomy: Anatomy) -> float:
    """Return the canal arc beside the tip of what injected: the catheter once it is open, else the needle."""
    catheter, needle = observation.catheter, observation.needle
    if needle.is_placed and not catheter.is_open:
        return float(body.nearest_canal(anatomy.spine, np.asarray(needle.tip_m, float))[0])
    return float(body.arc_at_level(anatomy.spine, catheter.tip_level))


def _outside_m(observation: Observation) -> tuple[float, ...]:
    """Return where a pool in soft tissue lies: at the needle, at a tip outside the canal, else at the connector."""
    catheter, needle = observation.catheter, observation.needle
    if needle.is_placed and not catheter.is_open:
        return tuple(float(v) for v in needle.tip_m)
    at = catheter.tip_m if catheter.tip_space == "tissue" or not len(catheter.nodes_m) else catheter.nodes_m[0]
    return tuple(float(v) for v in at)


@lru_cache(maxsize=4)
def _pool(centre_m: tuple[float, ...], mass_m3: float, flat: float) -> Mesh:
    radius = (max(mass_m3, 1e-9) * 3 / (4 * np.pi) / flat) ** (1 / 3)
    ball = devices.ball()
    points = ball.points_m * np.array([radius, radius * flat, radius]) + np.asarray(centre_m)
    return Mesh(points.astype(np.float32), ball.normals, ball.faces)


@lru_cache(maxsize=4)
def _round_the_can(centre_m: tuple[float, ...], normal: tuple[float, ...], volume_m3: float) -> Mesh:
    """Return fluid in a pocket: it stands round the lower side of the can."""
    axes = frame_along(np.asarray(normal), (0.0, 0.0, -1.0))
    angle = np.deg2rad(np.linspace(-110, 110, 60))
    bent = np.cos(angle[:, None]) * axes[:, 0] + np.sin(angle[:, None]) * axes[:, 1]
    arc_m = 0.048 * np.ptp(angle)  # just outside the can, 87.5 mm across
    thick = np.sqrt(volume_m3 / arc_m / 1.9) * np.sqrt(np.maximum(np.cos(angle * 0.8), 0.02))
    return tube(np.asarray(centre_m) + 0.048 * bent, thick, 12)


@lru_cache(maxsize=4)
def _lobes(patient: _Body, arc_m: float, volume_m3: float) -> Mesh:
    """Return lobes in the fat behind and beside the sac, up and down from the tip."""
    n = 22
    rng = np.random.default_rng(4)
    reach = float(np.clip(volume_m3 / 1.0e-4, 0.012, 0.09))  # tuned: about 1 cm2 of fat takes it up
    points, left, back, semi, _, _ = _stations(patient.anatomy, arc_m + reach * rng.uniform(-1.0, 1.3, n))
    angle = np.deg2rad(rng.choice([20.0, 60.0, 90.0, 120.0, 160.0], n) + rng.uniform(-8, 8, n))
    place_m = (semi[:, :1] + 0.0022) * np.cos(angle)[:, None] * left + (semi[:, 1:] + 0.0028) * np.sin(angle)[:, None] * back
    size = rng.uniform(0.6, 1.4, n)
    size *= (volume_m3 * 3 / (4 * np.pi) / 1.6 / np.sum(size**3)) ** (1 / 3)
    ball = devices.ball()
    lobes = [
        Mesh((ball.points_m * (size[k] * np.array([1.0, 0.8, 2.0])) + points[k] + place_m[k]).astype(np.float32),
             ball.normals, ball.faces)
        for k in range(n)
    ]  # fmt: skip
    return join(*lobes)


@lru_cache(maxsize=4)
def _tram_lines(patient: _Body, arc_m: float, volume_m3: float) -> Mesh:
    """Return two thin layers along the sides of the sac: a subdural injection runs far."""
    reach = float(np.clip(volume_m3 / (4 * np.pi * 0.0014**2), 0.02, 0.16))
    known = np.asarray(patient.anatomy.spine.canal_arcs_m)
    at = np.linspace(max(arc_m - reach, known[0]), min(arc_m + reach, known[-1]), 40)
    points, left, _, semi, _, _ = _stations(patient.anatomy, at)
    inside = semi[:, :1] - 0.0010
    return join(*(tube(points + s * inside * left, 0.0010, 8) for s in (1.0, -1.0)))


