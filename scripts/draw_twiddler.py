"""Draw a pump that winds its catheter up into docs/pictures: `python scripts/draw_twiddler.py`.

The rod is the product's, from `game.validate.pump_rig`; the picture is a small ray caster of its own (no
OpenGL): view from the muscle on to the back of the pump, tissue left out.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from game.validate.pump_rig import HALF_M, PUMP_RADIUS_M, pump_rig
from physics.catheter import PumpMotion, coil, curvature, turn_pump_end
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState

FloatArray = NDArray[np.float64]

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
N_TURNS, PER_TURN = 6, 8
SIZE = (460, 340)  # of a picture [pixels]
FINE = 2  # drawn so much larger
MM = 2.75  # pixels per millimetre
MIDDLE = (0.55 * SIZE[0] * FINE, 0.57 * SIZE[1] * FINE)
LEAN = math.radians(28.0)  # of the view from the pump's axis
LIGHT = np.array([-0.45, 0.62, 0.64]) / np.linalg.norm([-0.45, 0.62, 0.64])
TUBE, FOLD, SHELL, SLEEVE = (238, 224, 186), (214, 72, 52), (150, 157, 166), (92, 104, 122)
GROUND = (46, 40, 42)
SHADOW_STEPS = 26


def axes() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return right, up and toward the eye: from behind the pump (its face looks along +z), leaning."""
    toward = np.array([0.0, -math.sin(LEAN), -math.cos(LEAN)])
    right = np.array([-1.0, 0.0, 0.0])
    return right, np.cross(toward, right), toward


class Canvas:
    """A picture with its depth: heights toward the eye, normals and colours."""

    def __init__(self) -> None:
        w, h = SIZE[0] * FINE, SIZE[1] * FINE
        self.scale = MM * FINE * 1e3
        self.middle = MIDDLE
        self.height = np.full((h, w), -1.0)
        self.normal = np.zeros((h, w, 3))
        self.normal[..., 2] = 1.0
        self.colour = np.empty((h, w, 3))
        self.colour[:] = GROUND

    def place(self, points: FloatArray) -> FloatArray:
        """Return pixels and height [m] of points (n, 3)."""
        right, up, toward = axes()
        x = self.middle[0] + self.scale * (points @ right)
        y = self.middle[1] - self.scale * (points @ up)
        return np.column_stack([x, y, points @ toward])

    def ball(self, at: FloatArray, radius_m: float, colour: tuple[int, int, int]) -> None:
        """Stamp one ball."""
        r = radius_m * self.scale
        x0, y0, reach = round(at[0]), round(at[1]), math.ceil(r)
        h, w = self.height.shape
        low_x, high_x, low_y, high_y = x0 - reach, x0 + reach + 1, y0 - reach, y0 + reach + 1
        if low_x < 0 or low_y < 0 or high_x > w or high_y > h:
            return
        yy, xx = np.mgrid[low_y:high_y, low_x:high_x]
        dx, dy = (xx - at[0]) / r, (yy - at[1]) / r
        inside = dx * dx + dy * dy
        front = np.sqrt(np.maximum(0.0, 1.0 - inside))
        z = at[2] + radius_m * front
        part = (slice(low_y, high_y), slice(low_x, high_x))
        shown = (inside <= 1.0) & (z > self.height[part])
        self.height[part][shown] = z[shown]
        self.normal[part][shown] = np.stack([dx, -dy, front], axis=-1)[shown]
        self.colour[part][shown] = colour

    def disc(self, angle_rad: float) -> None:
        """Draw the can, with marks on its back that turn with it."""
        hit, height, normal, point = _traced_can()
        along = point[..., 0] * math.cos(angle_rad) + point[..., 1] * math.sin(angle_rad)
        across = -point[..., 0] * math.sin(angle_rad) + point[..., 1] * math.cos(angle_rad)
        flat = point[..., 2] < -HALF_M + 1e-4
        mark = flat & (np.abs(across) < 0.9e-3 + 0.06 * np.maximum(0.0, 0.034 - along)) & (along > 0.020) & (along < 0.034)
        ring = flat & (np.abs(np.hypot(along, across) - 0.012) < 0.6e-3)
        self.height[hit], self.normal[hit] = height[hit], normal[hit]
        self.colour[hit] = SHELL
        self.colour[hit & (mark | ring)] = (98, 104, 114)

    def finished(self) -> Image.Image:
        """Return the lit picture at its size."""
        lit = np.clip(self.normal @ LIGHT, 0.0, 1.0)
        half = LIGHT + np.array([0.0, 0.0, 1.0])
        gloss = np.clip(self.normal @ (half / np.linalg.norm(half)), 0.0, 1.0) ** 40
        shade = np.ones_like(lit)
        for k in range(1, SHADOW_STEPS):
            dx, dy = round(LIGHT[0] * k * 1.6), round(-LIGHT[1] * k * 1.6)
            risen = LIGHT[2] * k * 1.6 / self.scale
            over = np.roll(self.height, (-dy, -dx), axis=(0, 1)) > self.height + risen + 2e-4
            shade[over] = np.minimum(shade[over], 0.45 + 0.4 * k / SHADOW_STEPS)
        value = self.colour * (0.34 + 0.74 * lit * shade)[..., None] + 70.0 * (gloss * shade)[..., None]
        background = self.height <= -1.0
        value[background] = np.asarray(GROUND)
        picture = Image.fromarray(np.clip(value, 0, 255).astype(np.uint8))
        return picture.resize(SIZE, Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def _traced_can() -> tuple[NDArray[np.bool_], FloatArray, FloatArray, FloatArray]:
    """Return where the can is seen, its height, normals and points, by sphere tracing."""
    basis, scale = axes(), MM * FINE * 1e3
    yy, xx = np.mgrid[0 : SIZE[1] * FINE, 0 : SIZE[0] * FINE]
    a, b = (xx - MIDDLE[0]) / scale, -(yy - MIDDLE[1]) / scale
    origin = a[..., None] * basis[0] + b[..., None] * basis[1] + 0.08 * basis[2]
    depth, edge = np.zeros(a.shape), 0.999 * HALF_M  # as round as the contact has it
    for _ in range(48):
        depth += _can(origin - depth[..., None] * basis[2], edge)
    point = origin - depth[..., None] * basis[2]
    slopes = [(_can(point + 1e-5 * axis, edge) - _can(point - 1e-5 * axis, edge)) / 2e-5 for axis in basis]
    return depth < 0.16, 0.08 - depth, np.stack(slopes, axis=-1), point


def _can(p: FloatArray, edge_m: float) -> FloatArray:
    """Return the distance from the can, its edge rounded."""
    out = np.hypot(p[..., 0], p[..., 1]) - (PUMP_RADIUS_M - edge_m)
    high = np.abs(p[..., 2]) - (HALF_M - edge_m)
    outside = np.hypot(np.maximum(out, 0.0), np.maximum(high, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(out, high), 0.0) - edge_m)


def curve(x: FloatArray, step_m: float = 2.5e-4) -> tuple[FloatArray, FloatArray]:
    """Return a smooth fine line through nodes, and the node number of each of its points."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(x, axis=0), axis=1))])
    slope = np.gradient(x, arc, axis=0)
    at = np.arange(0.0, arc[-1], step_m)
    j = np.clip(np.searchsorted(arc, at, side="right") - 1, 0, len(arc) - 2)
    h = (arc[j + 1] - arc[j])[:, None]
    s = ((at - arc[j])[:, None]) / h
    line = (1 + 2 * s) * (1 - s) ** 2 * x[j] + s * s * (3 - 2 * s) * x[j + 1]
    return line + h * (s * (1 - s) ** 2 * slope[j] - s * s * (1 - s) * slope[j + 1]), j + s[:, 0]


def picture(state: CatheterState, spec: CatheterSpec, angle_rad: float) -> Image.Image:
    """Return pump and catheter as they lie."""
    canvas = Canvas()
    canvas.disc(angle_rad)
    line, node = curve(state.x)
    folds = np.flatnonzero(state.is_hinge)
    for point, at, arc in zip(canvas.place(line), node, np.arange(len(line)) * 2.5e-4):
        near_fold = len(folds) > 0 and float(np.abs(folds - at).min()) < 1.6
        radius, colour = spec.radius_m, FOLD if near_fold else TUBE
        if arc < 0.016:
            radius, colour = 2.6e-3 - 1.6e-3 * arc / 0.016, SLEEVE
        canvas.ball(point, radius, colour)
    return canvas.finished()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"), size)


def told(drawn: Image.Image, turns: float, state: CatheterState, wound: float) -> Image.Image:
    """Return the picture with its numbers."""
    pen = ImageDraw.Draw(drawn)
    radius = 1e3 / float(curvature(state).max())
    folds = int(state.is_hinge.sum())
    pen.text((12, 8), f"{turns:.1f} turns of the pump", fill=(240, 240, 240), font=_font(17))
    coiled, twist = round(wound, 1) + 0.0, round(-coil.twist_turns(state), 1) + 0.0
    text = f"coil {coiled:.1f} turns   twist {twist:.1f}   tightest {radius:.1f} mm"
    pen.text((12, 32), text + (f"   folds {folds}" if folds else ""), fill=(200, 200, 205), font=_font(12))
    return drawn


def main() -> None:
    """Wind up, draw, write the film and the strip."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    state, spec, around, seat = pump_rig(1)
    state, result = turn_pump_end(state, spec, around, seat, PumpMotion(seat.normal))
    frames = [told(picture(state, spec, 0.0), 0.0, state, 0.0)]
    for k in range(1, N_TURNS * PER_TURN + 1):
        state, result = turn_pump_end(state, spec, around, seat, PumpMotion(seat.normal, -2.0 * math.pi / PER_TURN))
        if result.share < 1.0:
            break
        angle = -2.0 * math.pi * k / PER_TURN
        frames.append(told(picture(state, spec, angle), k / PER_TURN, state, result.coil_turns))
    save_film(frames)
    save_strip([frames[min(k * PER_TURN, len(frames) - 1)] for k in (0, 2, 3, 5)])


def save_film(frames: list[Image.Image]) -> None:
    """Write a looping GIF."""
    small = [f.quantize(40, dither=Image.Dither.NONE) for f in frames]
    times = [110] * (len(small) - 1) + [2200]
    small[0].save(FOLDER / "twiddler.gif", save_all=True, append_images=small[1:], duration=times, loop=0, optimize=True)


def save_strip(frames: list[Image.Image]) -> None:
    """Write four states side by side."""
    strip = Image.new("RGB", (2 * SIZE[0] + 4, 2 * SIZE[1] + 4), (255, 255, 255))
    for k, frame in enumerate(frames):
        strip.paste(frame, ((k % 2) * (SIZE[0] + 4), (k // 2) * (SIZE[1] + 4)))
    strip.quantize(128).save(FOLDER / "twiddler.png", optimize=True)


if __name__ == "__main__":
    main()
