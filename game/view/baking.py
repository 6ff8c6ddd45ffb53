"""Meshes of one patient from the anatomy's distance fields: skin, bones, discs, sac, cord, drapes, wounds.

The same fields answer contact and needle layers, so picture and physics cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

import game.view.cache as cache
from game.view.geometry import Field, FloatArray, Mesh, is_closed, smoothed, surface_of_grid, unit, weld
from game.view.gpu import sample_noise
from game.view.sweep import tube
from physics import anatomy as body
from physics.anatomy import Anatomy

GEOMETRY_VERSION = 3
OVERLAP_M = 4e-3  # tuned: a patch reaches this far under the skin round it: where the pump lifts both, no gap opens
Progress = Callable[[str, float], None]

FINENESS_M = {  # tuned: finest steps that keep the first bake under 40 s and the software preset fluent
    "full": {"skin": 0.0034, "bone": 0.0014, "wound": 0.0010, "drape": 0.0065},
    "software": {"skin": 0.0060, "bone": 0.0032, "wound": 0.0014, "drape": 0.0120},
}


def grid_axes(low: ArrayLike, high: ArrayLike, step: float) -> list[FloatArray]:
    """Return the three coordinate axes of a grid that covers a box."""
    return [np.arange(a, b + step, step) for a, b in zip(np.asarray(low), np.asarray(high), strict=True)]


def grid_points(axes: list[FloatArray]) -> FloatArray:
    """Return all grid points (n, 3), last axis fastest."""
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def sparse_grid(
    field: Field, axes: list[FloatArray], block: int = 6, margin_m: float = 0.02
) -> NDArray[np.float32]:
    """Sample a distance field finely only near its surface.

    Blocks whose centre is farther from the surface than 1.6 half diagonals + margin get one value. The margin
    covers fields that are only bounds of the distance.
    """
    shape = tuple(len(a) for a in axes)
    step = axes[0][1] - axes[0][0]
    starts = [np.arange(0, n, block) for n in shape]
    centres = [a[0] + (s + 0.5 * (block - 1)) * step for a, s in zip(axes, starts, strict=True)]
    coarse = np.asarray(field(grid_points(centres)), float).reshape([len(c) for c in centres])
    near = np.abs(coarse) < 1.6 * block * step * 0.866 + margin_m
    spread = [np.repeat(np.arange(len(s)), block)[:n] for s, n in zip(starts, shape, strict=True)]
    values = coarse[np.ix_(*spread)].astype(np.float32)
    wanted = np.argwhere(near[np.ix_(*spread)])
    for part in np.array_split(wanted, max(1, len(wanted) // 400_000)):
        points = np.stack([axes[k][part[:, k]] for k in range(3)], axis=1)
        values[part[:, 0], part[:, 1], part[:, 2]] = field(points)
    return values


def field_normals(field: Field, points: NDArray[np.floating], step_m: float = 1.2e-3) -> NDArray[np.float32]:
    """Return unit gradients of a distance field by central differences."""
    p = points.astype(float)
    columns = []
    for k in range(3):
        shift = np.zeros(3)
        shift[k] = step_m
        columns.append(np.asarray(field(p + shift), float) - np.asarray(field(p - shift), float))
    return unit(np.stack(columns, axis=1)).astype(np.float32)


def occlusion(
    values: NDArray[np.float32], low: FloatArray, step: float, points: FloatArray, normals: FloatArray
) -> NDArray[np.float32]:
    """Return ambient occlusion 0.12..1 from how much solid lies within 52 mm above each point."""
    from scipy.ndimage import map_coordinates

    total = np.zeros(len(points))
    for reach_m, weight in ((0.005, 0.9), (0.012, 0.8), (0.026, 0.7), (0.052, 0.55)):
        at = ((points + normals * reach_m - low) / step).T
        d = map_coordinates(values, at, order=1, mode="nearest")
        total += weight * np.clip(0.9 * reach_m - d, 0, None) / reach_m
    return np.clip(1 - 0.62 * total, 0.12, 1).astype(np.float32)


def skin_mesh(anatomy: Anatomy, step: float) -> Mesh:
    """Return the skin with occlusion and flags on the museum cuts."""
    trunk = anatomy.trunk

    def field(p: FloatArray) -> FloatArray:
        return body.skin_distance(trunk, p)

    low, high = (np.asarray(b, float) for b in body.trunk_bounds(trunk))
    axes = grid_axes(low, high, step)
    values = sparse_grid(field, axes, margin_m=0.026)
    origin = np.array([a[0] for a in axes])
    mesh = surface_of_grid(values, origin, step)
    flat_top = mesh.points_m[:, 2] > mesh.points_m[:, 2].max() - 0.004
    normals = field_normals(field, mesh.points_m)
    attributes = np.zeros((len(normals), 4), np.float32)
    attributes[:, 0] = occlusion(values, origin, step, mesh.points_m, normals)
    attributes[:, 2] = np.where(flat_top, 1.0, -1.0)
    return replace(mesh, normals=normals, attributes=attributes)


def bone_mesh(anatomy: Anatomy, name: str, step: float) -> Mesh:
    """Return one bone."""
    low, high = body.bone_bounds(anatomy.spine, name)
    return field_mesh(lambda p: body.bone_distance(anatomy.spine, name, p), low, high, step)


def disc_mesh(anatomy: Anatomy, name: str, step: float) -> Mesh:
    """Return one intervertebral disc; a thin one is sampled finer, or it falls between two grid planes."""
    low, high = body.disc_bounds(anatomy.spine, name)
    step = min(step, float(np.min(np.asarray(high) - np.asarray(low))) / 2.2)
    return field_mesh(lambda p: body.disc_distance(anatomy.spine, name, p), low, high, step)


def field_mesh(field: Field, low: ArrayLike, high: ArrayLike, step: float) -> Mesh:
    """Return the surface of a field in a box widened by two steps, with occlusion from the mesh's own field."""
    low, high = np.asarray(low, float) - 2 * step, np.asarray(high, float) + 2 * step
    axes = grid_axes(low, high, step)
    values = sparse_grid(field, axes, block=5, margin_m=0.006)
    origin = np.array([a[0] for a in axes])
    mesh = surface_of_grid(values, origin, step)
    mesh = smoothed(mesh)
    attributes = np.zeros((len(mesh.points_m), 4), np.float32)
    dark = occlusion(values, origin, step, mesh.points_m, mesh.normals)
    attributes[:, 0] = 0.35 + 0.65 * dark
    attributes[:, 2] = -1
    return replace(mesh, attributes=attributes)


def metal_mesh(anatomy: Anatomy, name: str, step: float) -> Mesh:
    """Return one rod or screw of a fusion."""
    low, high = body.metal_bounds(anatomy.spine, name)
    return field_mesh(lambda p: body.metal_distance(anatomy.spine, name, p), low, high, min(step, 0.0016))


def canal_meshes(anatomy: Anatomy) -> dict[str, Mesh]:
    """Return dural sac and spinal cord as sweeps of the canal arrays."""
    spine = anatomy.spine
    semi = np.asarray(spine.sac_semi_axes_m, float)
    aspect = np.clip(semi[:, 1] / np.maximum(semi[:, 0], 1e-6), 0.2, 1.0)
    radius = np.sqrt((semi[:, 0] ** 2 + semi[:, 1] ** 2) / 2)
    points = np.asarray(spine.canal_points_m, float)
    sac = tube(points, radius, 24, aspect, np.asarray(spine.canal_normals, float))
    cord_radius = np.asarray(spine.cord_radius_m, float)
    solid = cord_radius > 6e-4
    cord = tube(np.asarray(spine.cord_points_m, float)[solid], cord_radius[solid], 18)
    return {"sac": sac, "cord": cord}


def _pack(meshes: dict[str, Mesh]) -> cache.Arrays:
    arrays: cache.Arrays = {}
    for name, mesh in meshes.items():
        arrays[f"{name}/p"], arrays[f"{name}/n"], arrays[f"{name}/f"] = (
            mesh.points_m,
            mesh.normals,
            mesh.faces,
        )
        if mesh.attributes is not None:
            arrays[f"{name}/a"] = mesh.attributes
    return arrays


def _unpack(arrays: cache.Arrays) -> dict[str, Mesh]:
    names = [key[:-2] for key in arrays if key.endswith("/p")]
    return {
        n: Mesh(arrays[f"{n}/p"], arrays[f"{n}/n"], arrays[f"{n}/f"], arrays.get(f"{n}/a")) for n in names
    }


def cached_meshes(key: str, build: Callable[[], dict[str, Mesh]]) -> dict[str, Mesh]:
    """Return meshes from the disk cache, or build and store them."""
    stored = cache.load(key)
    if stored is not None:
        return _unpack(stored)
    meshes = build()
    cache.save(key, _pack(meshes))
    return meshes


@lru_cache(maxsize=4)
def fingerprint(anatomy: Anatomy) -> str:
    """Return a key of the geometry itself, so that a changed anatomy never meets an old picture."""
    low, high = (np.asarray(b, float) for b in body.trunk_bounds(anatomy.trunk))
    points = np.random.default_rng(1).uniform(low, high, (600, 3))
    spine = np.asarray(anatomy.spine.canal_points_m, float)
    near = spine[:: max(1, len(spine) // 40)] + [[0.0, 0.02, 0.0]]
    samples = (
        np.round(np.asarray(body.skin_distance(anatomy.trunk, points), float), 6),
        np.round(np.asarray(body.bones_distance(anatomy.spine, near), float), 6),
        np.round(spine, 6),
    )
    names = (*body.bone_names(anatomy.spine), *body.disc_names(anatomy.spine))
    return cache.cache_key(GEOMETRY_VERSION, anatomy.build, names, *(a.tobytes() for a in samples))


def bake(anatomy: Anatomy, preset: str, progress: Progress | None = None) -> dict[str, Mesh]:
    """Return every lasting mesh of a patient: "skin", "bone:<name>", "disc:<name>", "metal:<name>", "sac", "cord".

    Meshes are asserted closed, because the fluoroscopy pass adds path lengths over closed surfaces.
    """
    fine = FINENESS_M[preset]

    def say(text: str, share: float) -> None:
        if progress is not None:
            progress(text, share)

    def build() -> dict[str, Mesh]:
        say("skin", 0.0)
        meshes = {"skin": skin_mesh(anatomy, fine["skin"])}
        names = [("bone", n) for n in body.bone_names(anatomy.spine)]
        names += [("disc", n) for n in body.disc_names(anatomy.spine)]
        names += [("metal", n) for n in anatomy.spine.metal_names]
        step = fine["bone"] * min(anatomy.spine.scale, 1.0)  # a child's pelvis has thinner walls
        make = {"bone": bone_mesh, "disc": disc_mesh, "metal": metal_mesh}
        for i, (kind, name) in enumerate(names):
            say(name, 0.3 + 0.7 * i / len(names))
            meshes[f"{kind}:{name}"] = make[kind](anatomy, name, step * (1.3 if kind == "disc" else 1.0))
        meshes |= canal_meshes(anatomy)
        for name, mesh in meshes.items():
            assert is_closed(mesh), f"{name}: the baked mesh has a hole"
        return meshes

    meshes = cached_meshes(cache.cache_key("meshes", sorted(fine.items()), fingerprint(anatomy)), build)
    say("the picture", 1.0)
    return meshes


def lens_shape(points: FloatArray, length_m: float, width_m: float) -> FloatArray:
    """Return the lens coordinate of points in a wound's own frame: 0 in the middle, 1 on the edge."""
    return np.hypot(points[:, 1] / (0.5 * length_m), points[:, 0] / (0.5 * width_m))


def wound_mesh(
    anatomy: Anatomy, centre_m: FloatArray, axes: FloatArray, half_m: tuple[float, float],
    shape: tuple[float, float, float], step: float,
) -> Mesh:  # fmt: skip
    """Return a patch of skin with a lens-shaped opening carved into it, long along the second axis.

    `shape` = length, width, depth [m]. The last attribute is the depth below the intact skin.
    """
    length, width, depth = shape
    trunk = anatomy.trunk
    reach = np.array(half_m) + 0.012
    low = -max(0.040, depth + 0.026)  # the skin of a belly falls away from the patch's plane
    local_axes = grid_axes((*-reach, low), (*reach, 0.022), step)
    local = grid_points(local_axes)
    points = centre_m + local @ axes.T
    intact = np.asarray(body.skin_distance(trunk, points), float)
    q = lens_shape(local, length, width)
    grain = sample_noise(points * 14.0, 11)
    opening = (q - 1) * width * 0.31 + 0.0013 * grain * (intact < -0.0022)
    opening = opening - 0.085 * np.clip(-intact - 0.002, 0, 0.014)  # undercut
    floor = -(intact + depth) + 0.0004 * grain
    cavity = _smooth_max(opening, floor, 0.005)
    lip = 0.002 * np.exp(-(((q - 1.10) / 0.22) ** 2))
    carved = (
        _smooth_max(intact - lip, -cavity, 0.0016).reshape([len(a) for a in local_axes]).astype(np.float32)
    )
    origin = np.array([a[0] for a in local_axes])
    mesh = surface_of_grid(carved, origin, step)
    return _dressed_wound(anatomy, mesh, carved, origin, step, centre_m, axes, half_m, shape)


def _dressed_wound(
    anatomy: Anatomy, mesh: Mesh, carved: NDArray[np.float32], origin: FloatArray, step: float,
    centre_m: FloatArray, axes: FloatArray, half_m: tuple[float, float],
    shape: tuple[float, float, float],
) -> Mesh:  # fmt: skip
    from scipy.ndimage import map_coordinates

    local = mesh.points_m.astype(float)
    gradient = [np.gradient(carved, axis=k) for k in range(3)]
    at = ((local - origin) / step).T
    inner = unit(np.stack([map_coordinates(g, at, order=1, mode="nearest") for g in gradient], axis=1))
    points = centre_m + local @ axes.T
    depth = np.asarray(body.skin_distance(anatomy.trunk, points), float)
    q = lens_shape(local, shape[0], shape[1])
    outer = field_normals(lambda p: body.skin_distance(anatomy.trunk, p), points).astype(float)
    share = np.clip((q - 1.25) / 0.3, 0, 1)[:, None]
    normals = unit((1 - share) * (inner @ axes.T) + share * outer)
    attributes = np.zeros((len(points), 4), np.float32)
    total = np.zeros(len(points))
    for reach_m, weight in ((0.003, 0.9), (0.007, 0.8), (0.014, 0.8)):
        d = map_coordinates(carved, at + (inner * reach_m / step).T, order=1, mode="nearest")
        total += weight * np.clip(0.9 * reach_m - d, 0, None) / reach_m
    attributes[:, 0] = share[:, 0] + (1 - share[:, 0]) * np.clip(1 - 0.5 * total, 0.15, 1)
    attributes[:, 2] = -1
    attributes[:, 3] = np.where((q > 1.02) & (depth > -0.001), 0.0, np.minimum(depth, 0.0))
    inside = (np.abs(local[:, :2]) < np.array(half_m) + OVERLAP_M).all(axis=1) & (local[:, 2] > origin[2] + 1.5e-3)
    faces = mesh.faces[inside[mesh.faces].all(axis=1)]
    return Mesh(
        points.astype(np.float32), normals.astype(np.float32), np.ascontiguousarray(faces), attributes
    )


def _smooth_max(a: FloatArray, b: FloatArray, k: float) -> FloatArray:
    return np.maximum(a, b) + np.maximum(k - np.abs(a - b), 0) ** 2 / k * 0.25


def trimmed(mesh: Mesh, keep: NDArray[np.bool_]) -> Mesh:
    """Return the mesh with only the faces whose three points are kept, unused points dropped."""
    faces = mesh.faces[keep[mesh.faces].any(axis=1)]
    used, inverse = np.unique(faces, return_inverse=True)
    return Mesh(
        mesh.points_m[used],
        mesh.normals[used],
        inverse.reshape(-1, 3).astype(np.int32),
        None if mesh.attributes is None else mesh.attributes[used],
    )


__all__ = [
    "bake",
    "cached_meshes",
    "canal_meshes",
    "field_normals",
    "sparse_grid",
    "trimmed",
    "weld",
    "wound_mesh",
]
