"""Surgical drapes: a closing of body, table and screen, folded where the cloth hangs free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import scipy  # scipy.ndimage is loaded when a patient is draped, not for the menu
from numpy.typing import NDArray

from game.view.baking import grid_axes, grid_points, sparse_grid
from game.view.frame import Window
from game.view.geometry import FloatArray, Mesh, smooth_normals, surface_of_grid, unit
from game.view.gpu import sample_noise
from physics import anatomy as body
from physics.anatomy import Anatomy

SPAN_M = 0.060  # tuned: the cloth bridges hollows narrower than twice this
BED_HALF_M = 0.255  # of the mattress in theatre_shapes
SHEET_STEP_M = 0.018  # tuned
HANG_M = 0.30  # tuned: how far it hangs below the table top


@dataclass(frozen=True, slots=True)
class _Room:
    """Coordinates of the room in the patient frame: side, up, along (to the head)."""

    axes: FloatArray

    @staticmethod
    def lying(up: FloatArray) -> _Room:
        along = np.array([0.0, 0.0, 1.0])
        return _Room(np.stack([np.cross(up, along), up, along], axis=1))


@lru_cache(maxsize=8)
def table_height(anatomy: Anatomy, up: tuple[float, float, float]) -> float:
    """Return the height of the table's top along `up`, under the lying patient [m]."""
    low, high = (np.asarray(b, float) for b in body.trunk_bounds(anatomy.trunk))
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (-0.1, 0.2)])
    return _lowest(anatomy.trunk, _Room.lying(np.asarray(up)), corners) + 0.006


@lru_cache(maxsize=4)
def bed_sheet(anatomy: Anatomy, up: tuple[float, float, float]) -> Mesh:
    """Return the sheet on the mattress, in the patient frame: creased, tucked over the edges, darker close to the patient."""
    axes, top = _Room.lying(np.asarray(up)).axes, table_height(anatomy, up)
    along = np.arange(-1.05, 0.72, SHEET_STEP_M)
    over = np.arange(-BED_HALF_M - 0.18, BED_HALF_M + 0.18 + 1e-9, SHEET_STEP_M)
    bend = np.clip((np.abs(over) - BED_HALF_M) / 0.02, 0.0, 0.5 * np.pi)  # over a rounded edge of 2 cm, then down
    down = np.maximum(np.abs(over) - BED_HALF_M - 0.01 * np.pi, 0.0)
    side = np.sign(over) * (np.minimum(np.abs(over), BED_HALF_M) + 0.02 * np.sin(bend))
    a, b = np.meshgrid(along, np.arange(len(over)), indexing="ij")
    points = np.stack([side[b], top - 0.02 * (1 - np.cos(bend[b])) - down[b] - 0.004, a], axis=-1).reshape(-1, 3)
    away = np.asarray(body.skin_distance(anatomy.trunk, points @ axes.T))
    long, short = (np.abs(sample_noise(points * np.array(f), k)) for f, k in (((0.20, 0.2, 0.55), 5), ((0.75, 0.7, 0.40), 9)))
    lift = 0.0075 * np.clip(1 - long / 0.30, 0, 1) ** 2 + 0.0030 * np.clip(1 - short / 0.25, 0, 1) ** 2
    lift *= np.clip((away - 0.004) / 0.05, 0.0, 1.0)
    points[:, 1] += lift
    n = len(over)
    k = (np.arange(len(along) - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.stack([k, k + n, k + n + 1], axis=1), np.stack([k, k + n + 1, k + 1], axis=1)]).astype(np.int32)
    placed = (points @ axes.T).astype(np.float32)
    normals = smooth_normals(placed, faces)
    if float(normals[len(normals) // 2] @ np.asarray(up)) < 0:
        faces, normals = np.ascontiguousarray(faces[:, ::-1]), -normals
    attributes = np.zeros((len(placed), 4), np.float32)
    attributes[:, 0] = 0.30 + 0.70 * np.clip(away / 0.11, 0.0, 1.0) ** 0.7
    return Mesh(placed, normals, faces, attributes)


def _legs(points: FloatArray, height: FloatArray, table: float, scale: float) -> FloatArray:
    """Return the distance to flexed thighs and shins of a patient lying on the side, in the patient frame.

    The trunk ends at the hips; a long cloth over nothing would fall flat behind it.
    """
    out = np.full(len(points), 1.0)
    for lift in (0.072, 0.215):
        hip, knee, ankle = (np.array(p) * scale for p in ((0.0, 0.0, -0.30), (0.0, -0.19, -0.58), (0.0, 0.03, -0.80)))
        for a, b, ra, rb in ((hip, knee, 0.100, 0.064), (knee, ankle, 0.062, 0.042)):
            pa, ba = points[:, 1:] - a[1:], (b - a)[1:]
            h = np.clip((pa @ ba) / (ba @ ba), 0, 1)
            off = np.hypot(np.linalg.norm(pa - h[:, None] * ba, axis=1), height - table - lift * scale)
            out = np.minimum(out, off - scale * (ra + (rb - ra) * h))
    return out


def drape_mesh(anatomy: Anatomy, up: FloatArray, windows: tuple[Window, ...], step: float, is_whole: bool = False) -> Mesh:
    """Return the cloth over a patient lying with `up` toward the ceiling, pulled on to the skin round windows.

    The whole cloth, legs and all, is for looking at the room; close views need only what they show.
    """
    trunk = anatomy.trunk
    low, high = (np.asarray(b, float) for b in body.trunk_bounds(trunk))
    room = _Room.lying(up)
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (-0.1, 0.2)])
    is_lateral = abs(up[0]) > 0.5
    table = table_height(anatomy, (float(up[0]), float(up[1]), float(up[2])))
    side_low, side_high = ((corners @ room.axes[:, 0]).min() - 0.20, (corners @ room.axes[:, 0]).max() + 0.20)
    top = (corners @ up).max() + (0.14 if is_lateral else 0.06)
    foot = -0.94 if is_whole else -0.46
    if is_whole:
        side_low, side_high = side_low - 0.06, side_high + 0.06
    axes = grid_axes((side_low, table - HANG_M, foot), (side_high, top, 0.36), step)
    shape = tuple(len(a) for a in axes)
    local = grid_points(axes)
    points = local @ room.axes.T
    skin = sparse_grid(lambda p: body.skin_distance(trunk, p @ room.axes.T), axes, margin_m=0.03)
    side, height, along = (local[:, k].reshape(shape) for k in range(3))
    cranial = 0.245 if is_lateral else 0.31
    covered = np.maximum.reduce([skin, along - cranial, -0.40 - along, table - height])
    if is_whole and is_lateral:
        scale = float(np.clip(anatomy.build.height_m / 1.756, 0.6, 1.15))
        covered = np.minimum(covered, _legs(points, local[:, 1], table, scale).reshape(shape).astype(np.float32))
    cloth = _closing(_solid(covered, (side, height, along), (side_low, side_high, table, top, foot), cranial if is_lateral else None), step)
    field = _folded(cloth, skin, covered, points.reshape(*shape, 3), height - table, is_lateral)
    if is_lateral:  # the screen is stretched on a frame: no folds
        on_screen = np.clip((along - cranial + 0.012) / 0.02, 0, 1) * (height > table + 0.03)
        field = (field * (1 - on_screen) + (cloth - 0.0035) * on_screen).astype(np.float32)
    field = _stuck(field, skin, points, windows, shape)
    return _surface(field, np.array([a[0] for a in axes]), step, room, table)


def _solid(
    covered: FloatArray, at: tuple[FloatArray, FloatArray, FloatArray], edges: tuple[float, float, float, float, float], screen: float | None
) -> FloatArray:
    """Return the field of what the cloth lies over: the patient, the bed and, for one on his side, the screen at the head.

    Parameters
    ----------
    covered : array
        Field of the patient's covered part.
    at : three arrays
        Places of the grid: across the table, height, along the body.
    edges : tuple
        Low and high side, height of the table, top of the patient, foot end.
    screen : float or None
        Where along the body the screen stands.
    """
    (side, height, along), (side_low, side_high, table, top, foot) = at, edges
    across = np.abs(side - 0.5 * (side_low + side_high)) - (0.5 * (side_high - side_low) - 0.05)
    length = np.abs(along - 0.5 * (0.33 + foot + 0.05)) - 0.5 * (0.33 - foot - 0.05)
    solid = np.minimum(covered, np.maximum.reduce([across, length, height - table, table - HANG_M - 0.05 - height]))
    if screen is not None:
        cloth = [np.abs(along - screen - 0.014) - 0.016, across, height - top + 0.05, table - height]
        solid = np.minimum(solid, np.maximum.reduce(cloth))
    return np.asarray(solid, np.float32)


def _surface(field: FloatArray, origin: FloatArray, step: float, room: _Room, table: float) -> Mesh:
    """Return the surface of the cloth's field in the patient's axes, without the edge below the table."""
    mesh = surface_of_grid(field, origin, step)
    gradient = [np.gradient(field, axis=k) for k in range(3)]
    at = ((mesh.points_m - origin) / step).T
    normals = unit(np.stack([scipy.ndimage.map_coordinates(g, at, order=1, mode="nearest") for g in gradient], axis=1))
    above = mesh.points_m[:, 1] > table - HANG_M + 2 * step
    faces = mesh.faces[above[mesh.faces].all(axis=1)]
    return replace(
        mesh,
        points_m=(mesh.points_m @ room.axes.T).astype(np.float32),
        normals=(normals @ room.axes.T).astype(np.float32),
        faces=np.ascontiguousarray(faces),
    )


def _lowest(trunk: object, room: _Room, corners: FloatArray) -> float:
    """Return the height of the underside of the trunk."""
    low, high = (corners @ room.axes).min(axis=0), (corners @ room.axes).max(axis=0)
    probe = grid_points(grid_axes(low, high, 0.012))
    inside = np.asarray(body.skin_distance(trunk, probe @ room.axes.T)) < 0
    return float(probe[inside, 1].min())


def _closing(solid: NDArray[np.float32], step: float) -> NDArray[np.float32]:
    """Return the distance to the solid after dilation and erosion by SPAN_M."""
    grown = solid < SPAN_M
    inward = scipy.ndimage.distance_transform_edt(grown) * step
    outward = scipy.ndimage.distance_transform_edt(~grown) * step
    closed = np.where(grown, SPAN_M - inward, SPAN_M + outward)
    return scipy.ndimage.gaussian_filter(closed.astype(np.float32), 1.7)


def _folded(
    cloth: NDArray[np.float32], skin: NDArray[np.float32], covered: NDArray[np.float32], points: FloatArray,
    drop: NDArray[np.float32], is_lateral: bool,
) -> NDArray[np.float32]:  # fmt: skip
    """Return the cloth with folds: large where it hangs free, none where it lies on the body."""
    free = scipy.ndimage.gaussian_filter(np.clip((np.minimum(skin, 0.06) - cloth - 0.010) / 0.045, 0, 1), 3)
    stretch = np.array([0.12, 1, 1]) if is_lateral else np.array([1, 0.12, 1])
    flat = points.reshape(-1, 3)
    coarse = sample_noise(flat * stretch * 110 / 64, 3).reshape(cloth.shape)
    fine = sample_noise(flat * (0.4 * stretch + 0.5) * 45 / 64, 3).reshape(cloth.shape)
    hanging = np.clip((-drop + 0.06) / 0.16, 0, 1)
    fold = (0.006 - 0.026 * np.abs(fine)) * free + 0.009 * coarse * free * hanging + 0.012 * fine * hanging
    return np.minimum(cloth - 0.0035 - scipy.ndimage.gaussian_filter(fold, 1.0), covered - 0.003).astype(np.float32)


def _stuck(
    field: NDArray[np.float32], skin: NDArray[np.float32], points: FloatArray, windows: tuple[Window, ...],
    shape: tuple[int, ...],
) -> NDArray[np.float32]:  # fmt: skip
    """Return the cloth stuck to the skin within 14 mm of a window, fading over 40 mm."""
    for window in windows:
        local = (points - window.centre_m) @ window.axes
        out = np.maximum(np.abs(local[:, 0]) - window.half_m[0], np.abs(local[:, 1]) - window.half_m[1])
        share = np.clip(1 - (out - 0.014) / 0.040, 0, 1) * (local[:, 2] > -0.09)
        share = (share * share * (3 - 2 * share)).reshape(shape) * (np.abs(skin) < 0.07)
        field = (field * (1 - share) + share * (skin - 0.0026)).astype(np.float32)
    return field
