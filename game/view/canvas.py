"""A canvas for painted sections: colours laid over each other where signed distances are negative, with textures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.view.gpu import noise_volume

FloatArray = NDArray[np.float64]

SKIN, DERMIS = (0.62, 0.34, 0.26), (0.82, 0.54, 0.46)
FASCIA, MUSCLE = (0.86, 0.80, 0.74), (0.50, 0.12, 0.09)
LIGAMENT, FLAVUM = (0.80, 0.70, 0.52), (0.93, 0.82, 0.40)
DURA, CSF = (0.80, 0.72, 0.66), (0.30, 0.55, 0.72)
CORD, ROOT = (0.90, 0.83, 0.62), (0.95, 0.86, 0.60)
AORTA, VESSEL_WALL = (0.55, 0.03, 0.03), (0.85, 0.55, 0.50)
VEIN, PERITONEUM = (0.20, 0.10, 0.26), (0.90, 0.78, 0.72)


@dataclass(frozen=True, slots=True)
class Painting:
    """RGBA pixels of a cut, rows along its second axis, between limits of both axes [m]."""

    pixels: NDArray[np.uint8]
    low_m: tuple[float, float]
    high_m: tuple[float, float]


class Canvas:
    """Colours of all pixels, and how to lay a colour where a distance is negative."""

    def __init__(self, y: FloatArray, z: FloatArray, pixel_m: float) -> None:
        self.y, self.z = np.meshgrid(y, z)
        self.shape = self.y.shape
        self.edge_m = 0.75 * pixel_m
        self.colour = np.zeros((*self.shape, 3))

    def lay(self, colour: object, distance_m: FloatArray, share: object = 1.0) -> None:
        """Paint a colour (constant or per pixel) inside a signed distance."""
        t = np.clip((distance_m / self.edge_m + 1) / 2, 0, 1)
        cover = (1 - t * t * (3 - 2 * t)) * np.asarray(share)
        self.colour += cover[..., None] * (np.asarray(colour, float) - self.colour)

    def noise(self, period_m: float, seed: int = 7, stretch: tuple[float, float] = (1.0, 1.0)) -> FloatArray:
        """Return smooth noise about -1..1 with features of about a tenth of the period."""
        from scipy.ndimage import map_coordinates

        v = noise_volume(64, seed)[..., 0] * 2 - 1
        at = [
            self.y * stretch[0] / period_m * 64,
            self.z * stretch[1] / period_m * 64,
            np.full(self.shape, 5.0),
        ]
        return map_coordinates(v, [a % 64 for a in at], order=1, mode="grid-wrap")

    def cells(
        self, size_m: float, seed: int, warp: float = 0.25, is_round: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return a random pattern: distance to the cell's border (if round: centre), its number, all centres [m]."""
        from scipy.spatial import cKDTree

        rng = np.random.default_rng(seed)
        n_y, n_z = (int(np.ptp(a) / size_m) + 4 for a in (self.y, self.z))
        gy, gz = np.meshgrid(np.arange(-2, n_y), np.arange(-2, n_z))
        seeds = np.stack([gy, gz], axis=-1).reshape(-1, 2) + rng.uniform(0, 1, (gy.size, 2))
        n = self.noise(size_m * 5, 7) * warp
        at = np.stack([(self.y - self.y.min()) / size_m + n, (self.z - self.z.min()) / size_m - n], axis=-1)
        distance, which = cKDTree(seeds).query(at.reshape(-1, 2), k=2)
        border = (distance[:, 0] if is_round else distance[:, 1] - distance[:, 0]).reshape(self.shape)
        centres = seeds * size_m + [self.y.min(), self.z.min()]
        return border, which[:, 0].reshape(self.shape).astype(float), centres


def ramp(low: float, high: float, x: FloatArray) -> FloatArray:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a: object, b: object, t: FloatArray) -> FloatArray:
    return np.asarray(a, float) * (1 - t[..., None]) + np.asarray(b, float) * t[..., None]


def muscle_colour(canvas: Canvas, seed: int = 13) -> FloatArray:
    """Return red muscle in bundles with fat between some of them."""
    border, which, _ = canvas.cells(0.0030, seed, 0.35)
    tone = 0.5 + 0.5 * np.sin(which * 5.17)
    bundle = mix((0.42, 0.08, 0.06), (0.60, 0.17, 0.13), tone)
    streak = ramp(0.35, 0.7, canvas.noise(0.09, 17, (1.0, 0.4)))
    return mix(mix((0.70, 0.46, 0.30), bundle, ramp(0.02, 0.16, border)), (0.80, 0.58, 0.32), 0.35 * streak)


def fat_colour(canvas: Canvas) -> FloatArray:
    """Return yellow fat in lobules."""
    border, which, _ = canvas.cells(0.0062, 3)
    tone = 0.5 + 0.5 * np.sin(which * 12.9898)
    lobule = mix((0.88, 0.63, 0.22), (0.95, 0.76, 0.36), tone)
    return mix((0.78, 0.55, 0.22), lobule, ramp(0.02, 0.18, border))


def lay_bowel(canvas: Canvas, inside: FloatArray, size_m: float = 0.030, seed: int = 9) -> None:
    """Paint loops of small bowel side by side, each with wall, folds and a soft lumen, within a signed distance."""
    canvas.lay(np.array([0.86, 0.66, 0.34]) * (1 + 0.06 * canvas.noise(0.05)[..., None]), inside)
    border, which, centres = canvas.cells(size_m, seed, 0.30)
    room = inside[_nearest(canvas, centres)] < 0.004
    held = np.where(room[which.astype(int)], inside + 0.0015, 0.02)
    tone = 0.5 + 0.5 * np.sin(which * 7.13)
    loop = size_m * (0.045 - 0.5 * border)
    wall = mix((0.76, 0.47, 0.39), (0.86, 0.61, 0.51), tone) * (1 + 0.06 * canvas.noise(0.03)[..., None])
    canvas.lay((0.58, 0.30, 0.25), np.maximum(held, loop))
    canvas.lay(wall, np.maximum(held, loop + 0.0008) + 0.0002)
    folds = 0.0007 * canvas.noise(0.02, 23) + 0.0006 * np.sin(6.0 * np.arctan2(canvas.z % 0.02 - 0.01, canvas.y % 0.02 - 0.01))
    canvas.lay(mix((0.70, 0.38, 0.30), (0.78, 0.47, 0.36), tone), np.maximum(held + 0.002, loop + 0.0030 + folds))
    content = mix((0.68, 0.50, 0.29), (0.50, 0.32, 0.20), tone)
    canvas.lay(content, np.maximum(held + 0.003, loop + 0.0052 + 1.5 * folds + 0.003 * (tone > 0.6)))


def _nearest(canvas: Canvas, points: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows, columns = canvas.shape
    r = (points[:, 1] - canvas.z.min()) / max(np.ptp(canvas.z), 1e-9) * (rows - 1)
    c = (points[:, 0] - canvas.y.min()) / max(np.ptp(canvas.y), 1e-9) * (columns - 1)
    return np.clip(r, 0, rows - 1).astype(int), np.clip(c, 0, columns - 1).astype(int)


def as_pixels(canvas: Canvas, inside: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return RGBA with a little more colour than was laid."""
    grey = canvas.colour @ [0.3, 0.6, 0.1]
    shown = np.clip(grey[..., None] + 1.15 * (canvas.colour - grey[..., None]), 0, 1)
    return np.dstack([np.round(shown * 255), inside * 255]).astype(np.uint8)
