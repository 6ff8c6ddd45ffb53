"""What every pass of one picture shares: matrices in room millimetres and the common uniforms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.view.camera import Camera, look_at, orthographic, perspective
from game.view.frame import SHEET_HIGH_M, SHEET_LOW_M, Frame, Item, SkinLook, Surface, Window
from game.view.geometry import unit
from game.view.gpu import Device, gl_matrix, set_uniforms
from game.view.library import Library

MM_PER_M = 1000.0
WINDOW_SLOTS = 2
Pixels = tuple[int, int, int, int]  # left, bottom, width, height


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
    shadow: NDArray[np.float64]
    eye: NDArray[np.float64]
    light: NDArray[np.float64]
    shared: dict[str, Any] = field(default_factory=dict)  # uniforms of every program, made when first asked for

    @staticmethod
    def of(device: Device, library: Library, frame: Frame, camera: Camera, size: tuple[int, int]) -> Stage:
        """Return the stage of a frame seen by a camera."""
        room = frame.room
        eye, target = (room @ np.asarray(v) * MM_PER_M for v in (camera.eye_m, camera.target_m))
        view = look_at(eye, target, room @ np.asarray(camera.up))
        projection = perspective(
            camera.fov_rad, size[0] / size[1], camera.near_m * MM_PER_M, camera.far_m * MM_PER_M
        )
        light = unit(room @ np.asarray(frame.light.direction))
        centre = room @ np.asarray(frame.light.centre_m) * MM_PER_M
        radius = frame.light.radius_m * MM_PER_M
        up = (0, 0, 1) if abs(light[2]) < 0.95 else (0, 1, 0)
        shadow = orthographic(radius, 1.0, radius * 4) @ look_at(centre + light * radius * 2, centre, up)
        return Stage(device, library, frame, camera, size, view, projection, shadow, eye, light)

    @property
    def view_projection(self) -> NDArray[np.float64]:
        """Return room millimetres to clip space."""
        return self.projection @ self.view

    def common(self, program: Any, has_shadow: bool = True) -> None:
        """Write the uniforms that do not change from item to item."""
        if not self.shared:
            self.shared = self._shared()
        set_uniforms(program, **self.shared, has_shadow=int(has_shadow))
        if self.frame.look.map is not None:
            self.device.small_texture(self.frame.look.map.cells).use(5)

    def _shared(self) -> dict[str, Any]:
        frame = self.frame
        holes = [w.patch for w in frame.wounds]
        values = dict(
            view_projection=gl_matrix(self.view_projection),
            room=gl_matrix(frame.room),
            eye=self.eye,
            light_dir=self.light,
            light_colour=tuple(frame.light.strength),
            exposure=float(frame.light.exposure),
            shadow_matrix=gl_matrix(self.shadow),
            shadow_map=0,
            noise_volume=2,
            fat=frame.fat_m * MM_PER_M,
        )
        values |= _dress(frame.look) | _openings("window", frame.windows) | _openings("hole", holes)
        if frame.section is not None:
            sheet = np.asarray(frame.section.sheet_m, np.float32) * MM_PER_M
            values |= dict(
                cut_side=float(frame.section.side),
                cut_sheet=sheet.tobytes(),
                cut_range=(SHEET_LOW_M * MM_PER_M, SHEET_HIGH_M * MM_PER_M),
                cut_height=float(frame.section.height_m) * MM_PER_M,
            )
        return values

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


def _dress(look: SkinLook) -> dict[str, Any]:
    """Return the uniforms of what was done to the skin."""
    values: dict[str, Any] = dict(blood=float(look.blood), prep=(float(look.antiseptic), float(look.wet)))
    if look.painted is not None:
        area = look.painted
        values |= dict(
            prep_centre=np.asarray(area.centre_m) * MM_PER_M,
            prep_axes=np.ascontiguousarray(np.asarray(area.axes, float).T, np.float32).tobytes(),
            prep_half=tuple(np.asarray(area.half_m) * MM_PER_M),
        )
    if look.map is not None:
        n_v, n_u = look.map.cells.shape[:2]
        values |= dict(
            prep_map=5, prep_site=tuple(MM_PER_M * v for v in look.map_site_uv_m),
            prep_origin=tuple(MM_PER_M * v for v in look.map.origin_uv_m),
            prep_size=(n_u * look.map.cell_m * MM_PER_M, n_v * look.map.cell_m * MM_PER_M),
        )  # fmt: skip
    if look.clothes_m is not None:
        values |= dict(clothes=tuple(MM_PER_M * z for z in look.clothes_m))
    return values


def _openings(name: str, windows: Sequence[Window]) -> dict[str, bytes]:
    """Return the uniforms of the first openings of a kind; empty slots are zero."""
    centres, axes, halves = np.zeros((WINDOW_SLOTS, 3)), np.tile(np.eye(3), (WINDOW_SLOTS, 1, 1)), np.zeros((WINDOW_SLOTS, 2))
    for i, window in enumerate(windows[:WINDOW_SLOTS]):
        centres[i] = np.asarray(window.centre_m) * MM_PER_M
        axes[i] = np.asarray(window.axes, float).T
        halves[i] = np.asarray(window.half_m) * MM_PER_M
    values = {f"{name}_centre": centres, f"{name}_axes": axes, f"{name}_half": halves}
    return {key: rows.astype(np.float32).tobytes() for key, rows in values.items()}
