"""What every pass of one picture shares: matrices in room millimetres and the common uniforms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.view.camera import Camera, look_at, orthographic, perspective
from game.view.frame import N_SHEET, SHEET_HIGH_M, SHEET_LOW_M, Frame, Item, Light, SkinLook, Surface, Window
from game.view.geometry import unit
from game.view.gpu import Device, gl_matrix, set_uniforms
from game.view.library import Library

MM_PER_M = 1000.0
WINDOW_SLOTS = 2
Pixels = tuple[int, int, int, int]  # left, bottom, width, height
_OPENING = (("centre", (WINDOW_SLOTS, 4)), ("axes", (WINDOW_SLOTS, 3, 4)), ("half", (WINDOW_SLOTS, 4)))
PICTURE = np.dtype([  # the block of assets/shaders/picture.glsl, std140: columns of a mat3 and places of an array take four floats
    ("shadow_matrix", "f4", (4, 4)), ("room", "f4", (3, 4)), ("eye", "f4", 3), ("exposure", "f4"), ("light_dir", "f4", 3),
    ("fat", "f4"), ("light_colour", "f4", 3), ("blood", "f4"), ("cut_sheet", "f4", N_SHEET), ("cut_range", "f4", 2),
    ("cut_side", "f4"), ("cut_height", "f4"), *((f"{kind}_{name}", "f4", shape) for kind in ("window", "hole") for name, shape in _OPENING),
    ("clothes", "f4", 4), ("prep_axes", "f4", (3, 4)), ("prep_centre", "f4", 3), ("_gap", "f4"), ("prep", "f4", 2),
    ("prep_half", "f4", 2), ("prep_site", "f4", 2), ("prep_origin", "f4", 2), ("prep_size", "f4", 2), ("_end", "f4", 2),
])  # fmt: skip


@dataclass(slots=True)
class Stage:
    """One picture in the making."""

    device: Device
    library: Library
    frame: Frame
    camera: Camera
    size: tuple[int, int]
    view: NDArray[np.float64]
    projection: NDArray[np.float64]
    view_projection: NDArray[np.float64]  # room millimetres to clip space
    eye: NDArray[np.float64]
    shadow: NDArray[np.float64]
    light: NDArray[np.float64]

    @staticmethod
    def of(device: Device, library: Library, frame: Frame, camera: Camera, size: tuple[int, int]) -> Stage:
        """Return the stage of a frame seen by a camera."""
        seen = _seen(frame.room.tobytes(), camera, size)
        return Stage(device, library, frame, camera, size, *seen, *_lit(frame.room.tobytes(), frame.light))

    def ready(self, program: Any, has_shadow: bool = True, view_projection: NDArray[np.float64] | None = None) -> None:
        """Write what a program needs once in a pass: the way to clip space (the camera's unless told), and whether to look up shadows."""
        to_clip = self.view_projection if view_projection is None else view_projection
        set_uniforms(program, view_projection=gl_matrix(to_clip), has_shadow=int(has_shadow))

    def share(self) -> None:
        """Hand all programs what does not change from item to item; once for each picture, before its passes."""
        frame = self.frame
        values = np.zeros((), PICTURE)
        values["shadow_matrix"], values["room"][:, :3] = self.shadow.T, frame.room.T
        values["eye"], values["exposure"] = self.eye, frame.light.exposure
        values["light_dir"], values["light_colour"] = self.light, frame.light.strength
        values["fat"] = frame.fat_m * MM_PER_M
        _dress(values, frame.look)
        _openings(values, "window", frame.windows)
        _openings(values, "hole", [w.patch for w in frame.wounds])
        if frame.section is not None:
            values["cut_side"], values["cut_height"] = frame.section.side, frame.section.height_m * MM_PER_M
            values["cut_sheet"] = np.asarray(frame.section.sheet_m) * MM_PER_M
            values["cut_range"] = SHEET_LOW_M * MM_PER_M, SHEET_HIGH_M * MM_PER_M
        self.device.share(values.tobytes())
        if frame.look.map is not None:
            self.device.small_texture(frame.look.map.cells).use(5)

    def place(self, program: Any, item: Item) -> None:
        """Write the uniforms of one item: pose, cut, openings, bulge."""
        frame = self.frame
        model = np.array(item.transform, float)
        model[:3] *= MM_PER_M
        bulge = frame.bulge if item.has_bulge else None
        set_uniforms(
            program,
            model=gl_matrix(model),
            n_windows=len(frame.windows) if item.has_windows or item.is_under_drape else 0,
            n_holes=len(frame.wounds) if item.has_holes else 0,
        )
        if bulge is not None:
            set_uniforms(
                program,
                bulge_height=bulge.height_m * MM_PER_M,
                bulge_centre=np.asarray(bulge.centre_m) * MM_PER_M,
                bulge_normal=np.asarray(bulge.normal, float),
                bulge_radius=bulge.radius_m * MM_PER_M,
            )

    def paint(self, program: Any, item: Item) -> None:
        """Write the material of one item."""
        m = item.material
        set_uniforms(
            program,
            base=tuple(m.colour),
            finish=(m.roughness, m.metal, m.bump, m.scatter),
            tint=tuple(m.scatter_tint),
            ghost=tuple(m.ghost or (2.0, 0.1, 0.8)),
            gloss=m.gloss,
        )

    def corners_mm(self, items: Iterable[Item]) -> NDArray[np.float64]:
        """Return the corners of the boxes round items, (8 n, 3), in the room."""
        found = []
        for item in items:
            low, high = self.device.box(self.library.mesh(item.shape, self.frame))
            lift = self.frame.bulge.height_m if item.has_bulge and self.frame.bulge is not None else 0.0
            corners = np.array(list(product(*zip(low - lift, high + lift, strict=True))), float)
            found.append(corners @ item.transform[:3, :3].T + item.transform[:3, 3])
        return np.concatenate(found) @ self.frame.room.T * MM_PER_M

    def pixels_round(self, points_mm: NDArray[np.float64]) -> Pixels:
        """Return the rectangle of the picture that holds points of the room; all of it if one lies behind the eye."""
        clip = np.column_stack([points_mm, np.ones(len(points_mm))]) @ self.view_projection.T
        size = np.array(self.size)
        if clip[:, 3].min() <= 0.0:
            return (0, 0, *self.size)
        at = (clip[:, :2] / clip[:, 3:] * 0.5 + 0.5) * size
        low = np.clip(np.floor(at.min(axis=0)) - 1, 0, size).astype(int)
        high = np.clip(np.ceil(at.max(axis=0)) + 1, 0, size).astype(int)
        return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])

    def is_open_surface(self, item: Item) -> bool:
        """Tell whether the inside of an item may be seen."""
        return item.is_cut or item.material.is_two_sided or item.material.surface == Surface.WOUND


@lru_cache(maxsize=8)
def _seen(room: bytes, camera: Camera, size: tuple[int, int]) -> tuple[NDArray[np.float64], ...]:
    """Return view, projection, both together, and the eye, in room millimetres; kept while the camera rests."""
    turned = np.frombuffer(room).reshape(3, 3)
    eye, target = (turned @ np.asarray(v) * MM_PER_M for v in (camera.eye_m, camera.target_m))
    view = look_at(eye, target, turned @ np.asarray(camera.up))
    projection = perspective(camera.fov_rad, size[0] / size[1], camera.near_m * MM_PER_M, camera.far_m * MM_PER_M)
    return view, projection, projection @ view, eye


@lru_cache(maxsize=8)
def _lit(room: bytes, lamp: Light) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the map from room millimetres to the shadow map, and the direction to the light."""
    turned = np.frombuffer(room).reshape(3, 3)
    light = unit(turned @ np.asarray(lamp.direction))
    centre = turned @ np.asarray(lamp.centre_m) * MM_PER_M
    radius = lamp.radius_m * MM_PER_M
    up = (0, 0, 1) if abs(light[2]) < 0.95 else (0, 1, 0)
    return orthographic(radius, 1.0, radius * 4) @ look_at(centre + light * radius * 2, centre, up), light


def _dress(values: NDArray[np.void], look: SkinLook) -> None:
    """Fill in what was done to the skin."""
    values["blood"], values["prep"] = look.blood, (look.antiseptic, look.wet)
    if look.painted is not None:
        values["prep_centre"] = np.asarray(look.painted.centre_m) * MM_PER_M
        values["prep_axes"][:, :3] = np.asarray(look.painted.axes).T
        values["prep_half"] = np.asarray(look.painted.half_m) * MM_PER_M
    if look.map is not None:
        n_v, n_u = look.map.cells.shape[:2]
        values["prep_site"] = np.asarray(look.map_site_uv_m) * MM_PER_M
        values["prep_origin"] = np.asarray(look.map.origin_uv_m) * MM_PER_M
        values["prep_size"] = np.array([n_u, n_v]) * look.map.cell_m * MM_PER_M
    if look.clothes_m is not None:
        values["clothes"] = np.asarray(look.clothes_m) * MM_PER_M


def _openings(values: NDArray[np.void], name: str, windows: Sequence[Window]) -> None:
    """Fill in the first openings of a kind; empty slots are zero."""
    for i, window in enumerate(windows[:WINDOW_SLOTS]):
        values[f"{name}_centre"][i, :3] = np.asarray(window.centre_m) * MM_PER_M
        values[f"{name}_axes"][i, :, :3] = np.asarray(window.axes).T
        values[f"{name}_half"][i, :2] = np.asarray(window.half_m) * MM_PER_M
