"""Pictures of the lab: the table, the loupe on the tightest bend, and where grips fall on the screen."""

from __future__ import annotations

import math

import moderngl
import numpy as np
from numpy.typing import NDArray

from game.hud.screens.frame import Picture
from game.kink_lab import scene
from game.view.camera import Camera
from game.view.renderer import Renderer
from physics.lab_reading import LabReading

RADIANS_PER_PIXEL = math.radians(0.30)
ZOOM_PER_NOTCH = 1.1
LOUPE_SIZE = (360, 360)
LOUPE_FRAMES = 3  # tuned: the loupe follows every third picture, which a software renderer can pay


class Pictures:
    """Owns renderer and camera of the lab."""

    def __init__(self, ctx: moderngl.Context, preset: str = "auto") -> None:
        self.renderer = Renderer(ctx, None, preset)
        self.camera: Camera = scene.table_camera()
        self.size = (640, 400)
        self._loupe: moderngl.Texture | None = None
        self._n = 0

    def draw(self, seen: LabReading, size: tuple[int, int]) -> dict[str, Picture]:
        """Return "table" and "loupe"."""
        self.size = (max(size[0], 64), max(size[1], 64))
        frame = scene.frame_of(seen)
        table = self.renderer.draw(frame, self.camera, self.size)
        if self._loupe is None or self._n % LOUPE_FRAMES == 0:
            frame = frame.without("glass")
            self._loupe = self.renderer.draw(frame, scene.loupe_camera(seen, self.camera), LOUPE_SIZE)
        self._n += 1
        return {"table": Picture(table, True), "loupe": Picture(self._loupe, True)}

    def orbit(self, dx_px: float, dy_px: float, notches: float = 0.0) -> None:
        """Turn the camera about the table, or come closer."""
        turned = self.camera.orbited(-dx_px * RADIANS_PER_PIXEL, dy_px * RADIANS_PER_PIXEL, ZOOM_PER_NOTCH**notches)
        eye, target = np.asarray(turned.eye_m), np.asarray(turned.target_m)
        reach = float(np.linalg.norm(eye - target))
        if eye[2] > 0.04 and 0.08 < reach < 0.7:
            self.camera = turned

    def reset(self, is_flat: bool = True) -> None:
        """Put the camera back."""
        self.camera = scene.table_camera(is_flat)

    def shares(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points fall, as shares of the picture, (n, 2)."""
        return self.camera.project(points_m, self.size) / np.array(self.size, float)

    def on_plane(self, x_share: float, y_share: float, height_m: float) -> tuple[float, float] | None:
        """Return the point (x, y) [m] of a level plane under a place of the picture, or None."""
        origin, along = self.camera.ray((x_share * self.size[0], y_share * self.size[1]), self.size)
        if abs(along[2]) < 1e-3:
            return None
        far = (height_m - origin[2]) / along[2]
        return None if far <= 0 else (float(origin[0] + far * along[0]), float(origin[1] + far * along[1]))

    def metres_per_pixel(self) -> float:
        """Return the size of a pixel at the camera's target."""
        reach = float(np.linalg.norm(np.asarray(self.camera.eye_m) - np.asarray(self.camera.target_m)))
        return 2.0 * reach * math.tan(self.camera.fov_rad / 2) / self.size[1]
