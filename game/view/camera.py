"""Camera of a view, in the patient frame, and where things fall on the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from game.view.geometry import cross

FloatArray = NDArray[np.float64]


def perspective(fov_rad: float, aspect: float, near_m: float, far_m: float) -> FloatArray:
    """Return the GL projection of a vertical field of view."""
    t = 1 / np.tan(fov_rad / 2)
    m = np.zeros((4, 4))
    m[0, 0], m[1, 1] = t / aspect, t
    m[2, 2] = (far_m + near_m) / (near_m - far_m)
    m[2, 3] = 2 * far_m * near_m / (near_m - far_m)
    m[3, 2] = -1
    return m


def orthographic(half_m: float, near_m: float, far_m: float) -> FloatArray:
    """Return the GL projection of a square box."""
    m = np.diag([1 / half_m, 1 / half_m, -2 / (far_m - near_m), 1.0])
    m[2, 3] = -(far_m + near_m) / (far_m - near_m)
    return m


def look_at(eye_m: ArrayLike, target_m: ArrayLike, up: ArrayLike) -> FloatArray:
    """Return the rigid map to eye coordinates: x right, y up, z toward the viewer."""
    eye, target, hint = (np.asarray(v, float) for v in (eye_m, target_m, up))
    z = (eye - target) / np.linalg.norm(eye - target)
    x = cross(hint, z)
    if np.linalg.norm(x) < 1e-6:
        x = cross([0.3, 0.5, 0.8], z)
    x = x / np.linalg.norm(x)
    m = np.eye(4)
    m[0, :3], m[1, :3], m[2, :3] = x, cross(z, x), z
    m[:3, 3] = -m[:3, :3] @ eye
    return m


@dataclass(frozen=True, slots=True)
class Camera:
    """Eye, target and up in the patient frame [m]; vertical field of view [rad]."""

    eye_m: tuple[float, float, float]
    target_m: tuple[float, float, float]
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    fov_rad: float = 0.5
    near_m: float = 0.02
    far_m: float = 6.0

    def view(self) -> FloatArray:
        """Return the map from the patient frame to eye coordinates."""
        return look_at(self.eye_m, self.target_m, self.up)

    def projection(self, size: tuple[int, int]) -> FloatArray:
        """Return the projection for a picture of (width, height) pixels."""
        return perspective(self.fov_rad, size[0] / size[1], self.near_m, self.far_m)

    def project(self, points_m: ArrayLike, size: tuple[int, int]) -> FloatArray:
        """Return pixels (n, 2) of points (n, 3), x right, y down; NaN behind the eye."""
        p = np.atleast_2d(np.asarray(points_m, float))
        clip = np.column_stack([p, np.ones(len(p))]) @ _to_clip(self, size).T
        w = np.where(clip[:, 3] > 1e-9, clip[:, 3], np.nan)
        x, y = clip[:, 0] / w, clip[:, 1] / w
        return np.stack([(x * 0.5 + 0.5) * size[0], (0.5 - y * 0.5) * size[1]], axis=1)

    def share(self, point_m: ArrayLike, size: tuple[int, int]) -> tuple[float, float] | None:
        """Return where a point (3,) lies in the picture as shares of its width and height from its upper left; None behind the eye."""
        to_clip = _to_clip(self, size)
        x, y, _, w = (to_clip[:, :3] @ np.asarray(point_m, float) + to_clip[:, 3]).tolist()
        return (0.5 + 0.5 * x / w, 0.5 - 0.5 * y / w) if w > 1e-9 else None

    def ray(self, pixel: tuple[float, float], size: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
        """Return origin and unit direction, in the patient frame, of the line of sight through a pixel."""
        x, y = pixel[0] / size[0] * 2 - 1, 1 - pixel[1] / size[1] * 2
        t = np.tan(self.fov_rad / 2)
        d = np.array([x * t * size[0] / size[1], y * t, -1.0])
        rotation = self.view()[:3, :3]
        d = rotation.T @ (d / np.linalg.norm(d))
        return np.asarray(self.eye_m, float), d

    def orbited(self, yaw_rad: float, pitch_rad: float, zoom: float = 1.0) -> Camera:
        """Return the camera turned about its target: yaw about up, pitch about the right hand, then zoomed."""
        target, up = np.asarray(self.target_m, float), np.asarray(self.up, float)
        up = up / np.linalg.norm(up)
        arm = _about(up, yaw_rad) @ (np.asarray(self.eye_m, float) - target)
        right = cross(up, arm)
        right = right / max(float(np.linalg.norm(right)), 1e-9)
        elevation = np.arcsin(np.clip(arm @ up / np.linalg.norm(arm), -1, 1))
        pitch = float(np.clip(elevation + pitch_rad, -1.5, 1.5) - elevation)
        arm = _about(right, -pitch) @ arm / max(zoom, 0.05)
        eye = target + arm
        return replace(self, eye_m=(float(eye[0]), float(eye[1]), float(eye[2])))


@lru_cache(maxsize=16)
def _to_clip(camera: Camera, size: tuple[int, int]) -> FloatArray:
    """Return the map from the patient frame to clip space; an interface asks for many points of one picture."""
    matrix = camera.projection(size) @ camera.view()
    matrix.flags.writeable = False
    return matrix


def _about(axis: FloatArray, angle_rad: float) -> FloatArray:
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(angle_rad) * k + (1 - np.cos(angle_rad)) * k @ k
