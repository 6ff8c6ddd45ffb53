"""Closed triangle meshes and the solids they are made from: tubes, lathes, isosurfaces.

Lengths are metres. Faces turn counter-clockwise seen from outside; the fluoroscopy pass relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from skimage.measure import marching_cubes

FloatArray = NDArray[np.float64]
Field = Callable[[FloatArray], NDArray[np.floating]]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """A triangle mesh.

    `attributes` columns: ambient occlusion 0..1, unused, cut flag (> 0 on a museum cut), depth below the
    intact skin [m] (negative inside the body, 0 elsewhere).
    """

    points_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    faces: NDArray[np.int32]
    attributes: NDArray[np.float32] | None = None

    @property
    def n_faces(self) -> int:
        """Number of triangles."""
        return len(self.faces)


def volume(mesh: Mesh) -> float:
    """Return the signed volume [m3]; positive when faces point outward."""
    corners = mesh.points_m[mesh.faces].astype(float)
    return float(np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6)


def weld(mesh: Mesh, tolerance_m: float = 5e-6) -> Mesh:
    """Merge coincident points and drop degenerate faces; normals become smooth."""
    keys = np.round(mesh.points_m / tolerance_m).astype(np.int64)
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    faces = inverse.reshape(-1)[mesh.faces].astype(np.int32)
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (a != c)]
    points = mesh.points_m[first]
    attributes = None if mesh.attributes is None else mesh.attributes[first]
    return Mesh(points, smooth_normals(points, faces), faces, attributes)


def is_closed(mesh: Mesh) -> bool:
    """Tell whether every directed edge of the welded mesh is met once by its opposite."""
    faces = weld(mesh).faces.astype(np.int64)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    size = int(faces.max()) + 1
    forward, backward = edges @ [size, 1], edges @ [1, size]
    return bool(np.array_equal(np.sort(forward), np.sort(backward)))


def smooth_normals(points: NDArray[np.floating], faces: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return area-weighted unit normals per point."""
    corners = points[faces].astype(float)
    per_face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat = faces.T.reshape(-1)
    normals = np.stack(
        [np.bincount(flat, np.tile(per_face[:, k], 3), minlength=len(points)) for k in range(3)], axis=1
    )
    return unit(normals).astype(np.float32)


def unit(vectors: ArrayLike) -> FloatArray:
    """Return vectors of length one along the last axis; zero stays zero."""
    v = np.asarray(vectors, float)
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-15)


def cross(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """Return the cross product of two vectors: what `np.cross` returns for such, ten times sooner."""
    (x, y, z), (u, v, w) = a, b  # type: ignore[misc]
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


def join(*meshes: Mesh) -> Mesh:
    """Return one mesh holding all triangles of several."""
    offsets = np.cumsum([0] + [len(m.points_m) for m in meshes[:-1]])
    parts = [m.faces + np.int32(o) for m, o in zip(meshes, offsets, strict=True)]
    attributes = None
    if any(m.attributes is not None for m in meshes):
        attributes = np.concatenate([plain_attributes(m) for m in meshes])
    return Mesh(
        np.concatenate([m.points_m for m in meshes]),
        np.concatenate([m.normals for m in meshes]),
        np.concatenate(parts).astype(np.int32),
        attributes,
    )


def plain_attributes(mesh: Mesh) -> NDArray[np.float32]:
    """Return the attributes of a mesh, or the neutral ones."""
    if mesh.attributes is not None:
        return mesh.attributes
    return np.tile(np.array([1, 0, -1, 0], np.float32), (len(mesh.points_m), 1))


def place(mesh: Mesh, rotation: ArrayLike | None = None, offset_m: ArrayLike = (0, 0, 0)) -> Mesh:
    """Return the mesh rotated, then moved."""
    r = np.eye(3) if rotation is None else np.asarray(rotation, float)
    points = (mesh.points_m @ r.T + np.asarray(offset_m, float)).astype(np.float32)
    return replace(mesh, points_m=points, normals=(mesh.normals @ r.T).astype(np.float32))


def scaled(mesh: Mesh, factor: ArrayLike) -> Mesh:
    """Return the mesh stretched along the axes (used to read drawings in millimetres)."""
    f = np.broadcast_to(np.asarray(factor, float), (3,))
    return replace(
        mesh,
        points_m=(mesh.points_m * f).astype(np.float32),
        normals=unit(mesh.normals / f).astype(np.float32),
    )


def turn(axis: str, angle_rad: float) -> FloatArray:
    """Return the rotation about "x", "y" or "z"."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    r = np.eye(3)
    r[i, i], r[j, j], r[i, j], r[j, i] = c, c, -s, s
    return r


def frame_along(direction: ArrayLike, side: ArrayLike = (0, 0, 1)) -> FloatArray:
    """Return a right-handed frame, columns (x, y, z), with z along the direction and x nearest to side."""
    z = unit(direction)
    for hint in (np.asarray(side, float), np.array([1.0, 0, 0]), np.array([0, 1.0, 0])):
        x = hint - (hint @ z) * z
        if np.linalg.norm(x) > 1e-3:
            break
    x = unit(x)
    return np.stack([x, cross(z, x), z], axis=1)


def pose(rotation: ArrayLike, offset_m: ArrayLike) -> FloatArray:
    """Return the 4x4 matrix of a rotation followed by a move."""
    m = np.eye(4)
    m[:3, :3] = rotation
    m[:3, 3] = offset_m
    return m


def smooth_path(points_m: ArrayLike, n: int = 200) -> FloatArray:
    """Return n points evenly spaced on a natural spline through the points."""
    from scipy.interpolate import CubicSpline

    p = np.asarray(points_m, float)
    knots = np.r_[0, np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1) ** 0.5)]
    dense = CubicSpline(knots, p, bc_type="natural")(np.linspace(0, knots[-1], n * 4))
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))]
    at = np.linspace(0, length[-1], n)
    return np.stack([np.interp(at, length, dense[:, k]) for k in range(3)], axis=1)


def fillet(profile: Sequence[tuple[float, float]], radius: float, n: int = 5) -> list[tuple[float, float]]:
    """Return the profile with every inner corner rounded."""
    corners = [np.array(p, float) for p in profile]
    out = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        u, w = before - corner, after - corner
        lu, lw = np.linalg.norm(u), np.linalg.norm(w)
        reach = min(radius, 0.45 * lu, 0.45 * lw)
        for s in np.linspace(0, 1, n):
            out.append(
                (1 - s) ** 2 * (corner + u / lu * reach)
                + 2 * s * (1 - s) * corner
                + s**2 * (corner + w / lw * reach)
            )
    out.append(corners[-1])
    return [(float(p[0]), float(p[1])) for p in out]


def lathe(profile: Sequence[tuple[float, float]], n: int = 48, crease_rad: float = 0.6) -> Mesh:
    """Return the solid swept by a profile (radius, height), axis to axis, about z."""
    p = np.asarray(profile, float)
    steps = np.diff(p, axis=0)
    heading = np.arctan2(steps[:, 1], steps[:, 0])
    across = unit(np.stack([steps[:, 1], -steps[:, 0]], axis=1))
    angle = np.linspace(0, 2 * np.pi, n + 1)
    c, s = np.cos(angle), np.sin(angle)
    points, normals, faces = [], [], []
    ring = np.arange(n)
    for i in range(len(steps)):
        for end, neighbour in ((0, i - 1), (1, i + 1)):
            normal = across[i]
            if 0 <= neighbour < len(steps):
                bend = abs((heading[neighbour] - heading[i] + np.pi) % (2 * np.pi) - np.pi)
                if bend < crease_rad:
                    normal = unit(across[i] + across[neighbour])
            radius, height = p[i + end]
            points.append(np.stack([radius * c, radius * s, np.full(n + 1, height)], axis=1))
            normals.append(np.stack([normal[0] * c, normal[0] * s, np.full(n + 1, normal[1])], axis=1))
        a = 2 * (n + 1) * i + ring
        b = a + n + 1
        faces += [np.stack([a, a + 1, b + 1], axis=1), np.stack([a, b + 1, b], axis=1)]
    mesh = Mesh(
        np.concatenate(points).astype(np.float32),
        np.concatenate(normals).astype(np.float32),
        np.concatenate(faces).astype(np.int32),
    )
    return outward(mesh)


def outward(mesh: Mesh) -> Mesh:
    """Return the mesh with faces outward and normals on the same side as the faces."""
    faces = mesh.faces if volume(mesh) >= 0 else np.ascontiguousarray(mesh.faces[:, ::-1])
    corners = mesh.points_m[faces].astype(float)
    per_face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    agree = np.einsum("ij,ij->", per_face, mesh.normals[faces[:, 0]].astype(float))
    return replace(mesh, faces=faces, normals=mesh.normals if agree >= 0 else -mesh.normals)


def rod(radius: float, low: float, high: float, n: int = 32, edge: float = 0.5) -> Mesh:
    """Return a cylinder along z with rounded edges."""
    return lathe(fillet([(0, low), (radius, low), (radius, high), (0, high)], edge, 4), n)


def isosurface(field: Field, low: ArrayLike, high: ArrayLike, step: float) -> Mesh:
    """Return the zero surface of a signed distance field inside a box.

    The field is forced positive on the box border, so the mesh is closed even where the solid leaves the box.
    """
    axes = [np.arange(a, b + step, step) for a, b in zip(np.asarray(low), np.asarray(high), strict=True)]
    shape = tuple(len(a) for a in axes)
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    values = np.asarray(field(grid), float).reshape(shape)
    return surface_of_grid(values, np.array([a[0] for a in axes]), step)


def surface_of_grid(values: NDArray[np.floating], low: ArrayLike, step: float) -> Mesh:
    """Return the zero surface of a sampled distance field, closed at the border of the grid."""
    v = np.pad(np.asarray(values, np.float32), 1, constant_values=step)
    if v.min() >= 0:
        raise ValueError("the distance field has no inside within its box")
    points, faces, _, _ = marching_cubes(v, 0.0, spacing=(step,) * 3, gradient_direction="ascent")
    points = points + np.asarray(low, float) - step
    mesh = Mesh(points.astype(np.float32), np.zeros_like(points, np.float32), faces.astype(np.int32))
    if volume(mesh) < 0:
        mesh = replace(mesh, faces=np.ascontiguousarray(mesh.faces[:, ::-1]))
    return replace(mesh, normals=smooth_normals(mesh.points_m, mesh.faces))


def rounded_box(points: FloatArray, half: ArrayLike, radius: float) -> FloatArray:
    """Return the signed distance of points (n, 3) to a rounded box about the origin."""
    q = np.abs(points) - (np.asarray(half, float) - radius)
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(axis=1), 0) - radius


def smoothed(mesh: Mesh, rounds: int = 4) -> Mesh:
    """Return the mesh with voxel steps ironed out; shrinking and swelling alternate, so volume stays [Taubin 1995]."""
    edges = np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]])
    n = len(mesh.points_m)
    points = mesh.points_m.astype(float)
    count = np.maximum(np.bincount(edges[:, 0], minlength=n), 1)[:, None]
    for _ in range(rounds):
        for share in (0.5, -0.53):
            total = np.stack(
                [np.bincount(edges[:, 0], points[edges[:, 1], k], minlength=n) for k in range(3)], axis=1
            )
            points = points + share * (total / count - points)
    faces = mesh.faces
    return replace(mesh, points_m=points.astype(np.float32), normals=smooth_normals(points, faces))
