"""What is sewn in the wound: anchors of every kind, stitches with knots, purse-string, self-retaining retractor.

Dimensions follow physics.catheter.anchor where it has them (sleeve, wings, holes); the rest is drawn by eye, tuned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from game.view.devices import metres
from game.view.geometry import FloatArray, Mesh, join, lathe, place, scaled, smooth_path, turn, unit
from game.view.sweep import tube

MM = 1e-3
THREAD_RADIUS_M = 0.28 * MM  # 2-0 braided, drawn a little stout, tuned


@dataclass(frozen=True, slots=True)
class AnchorShape:
    """Half length of the sleeve, radius of its belly, and the wings: middle (x, z), half axes, holes (x, z); all [mm]."""

    half_mm: float
    belly_mm: float
    wings: tuple[tuple[float, float, float, float, float], ...]  # x, z, half x, half z, turn about y [rad]
    holes: tuple[tuple[float, float], ...]


SHAPES: dict[str, AnchorShape] = {
    "biwing": AnchorShape(
        10.0, 2.1, ((4.6, 0.0, 4.0, 5.2, 0.0),), ((5.5, -3.0), (5.5, 3.0)),
    ),
    "v_wing": AnchorShape(10.0, 2.1, ((4.4, -3.4, 2.2, 5.6, 0.65),), ((6.0, -4.0),)),
    "butterfly": AnchorShape(
        8.0, 2.2, ((4.6, -3.6, 3.4, 2.9, 0.25), (4.6, 3.6, 3.4, 2.9, -0.25)), ((6.0, -4.0), (6.0, 4.0)),
    ),
    "right_angle": AnchorShape(8.0, 2.3, ((4.4, 0.0, 3.4, 4.2, 0.0),), ((5.0, -3.0), (5.0, 3.0))),
    "sleeve": AnchorShape(9.0, 2.0, (), ()),
}  # fmt: skip


def sleeve(line_m: FloatArray, kind: str) -> Mesh:
    """Return the sleeve along a piece of the catheter, so that a bend of the tube is a bend of the sleeve."""
    shape = SHAPES.get(kind, SHAPES["sleeve"])
    share = np.linspace(-1, 1, len(line_m))
    radius = np.interp(np.abs(share), [0.0, 0.55, 0.9, 1.0], [1.0, 1.0, 0.78, 0.55]) * shape.belly_mm * MM
    return tube(line_m, radius, 18)


@lru_cache(maxsize=8)
def wings(kind: str) -> Mesh | None:
    """Return the wings about the middle of the sleeve: sleeve along z, wings along x, tissue toward -y."""
    shape = SHAPES.get(kind, SHAPES["sleeve"])
    parts = []
    for side in (-1.0, 1.0):
        for x, z, half_x, half_z, angle in shape.wings:
            disc = lathe([(0, -0.55), (0.86, -0.55), (1.0, -0.2), (1.0, 0.2), (0.86, 0.55), (0, 0.55)], 28)
            flat = place(scaled(place(disc, turn("x", np.pi / 2)), (half_x, 1.0, half_z)), turn("y", side * angle))
            parts.append(place(flat, None, (side * x, -1.0, z)))
    return metres(join(*parts)) if parts else None


def holes(kind: str, n_sutures: int) -> list[tuple[float, float]]:
    """Return where stitches pass [mm], in the order in which hands set them: side by side, then the next pair."""
    shape = SHAPES.get(kind, SHAPES["sleeve"])
    places = [(side * x, z) for x, z in shape.holes for side in (-1.0, 1.0)]
    places += [(0.0, z) for z in (-0.6 * shape.half_mm, 0.6 * shape.half_mm, 0.0)]  # then round the sleeve
    return places[:n_sutures]


@lru_cache(maxsize=1)
def knot() -> Mesh:
    """Return a tied knot with two cut tails, tissue toward -y."""
    t = np.linspace(0, 2 * np.pi, 72)
    curve = np.stack(
        [np.sin(t) + 2 * np.sin(2 * t), 0.9 * np.sin(3 * t), np.cos(t) - 2 * np.cos(2 * t)], axis=1
    )
    parts = [tube(curve * 0.24, 0.24, 8), tube(curve[:, [2, 1, 0]] * 0.20 + [0, 0.42, 0], 0.24, 8)]
    for side in (-1.0, 1.0):
        tail = smooth_path([[0, 0.2, 0], [side * 1.2, 1.2, 0.7], [side * 2.6, 1.5, 1.9], [side * 3.9, 1.1, 2.6]], 14)
        parts.append(tube(tail, 0.22, 8))
    return metres(join(*parts))


def stitch(a_m: FloatArray, b_m: FloatArray, out: FloatArray, height_m: float) -> Mesh:
    """Return a loop of thread that dives into the tissue at two points and passes over what lies between, tied on top."""
    a, b, up = np.asarray(a_m, float), np.asarray(b_m, float), unit(out)
    middle = 0.5 * (a + b) + up * height_m
    line = smooth_path(
        [a - up * 1.6 * MM, a + up * 0.3 * MM, 0.25 * b + 0.75 * a + 0.8 * up * height_m, middle,
         0.25 * a + 0.75 * b + 0.8 * up * height_m, b + up * 0.3 * MM, b - up * 1.6 * MM], 36,
    )  # fmt: skip
    side = unit(b - a)
    basis = np.stack([side, up, np.cross(side, up)], axis=1)
    return join(tube(line, THREAD_RADIUS_M, 8), place(knot(), basis, middle + up * 0.2 * MM))


@lru_cache(maxsize=1)
def purse_string() -> Mesh:
    """Return a tied purse-string about the origin: in and out of the tissue round the tube, +z off the tissue."""
    radius, n = 4.4, 6
    angle = np.linspace(0.35, 2 * np.pi - 0.35, 150)
    wave = 0.55 * np.cos(n * angle + 2.4) + 0.10
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle), wave], axis=1)
    first, last = ring[0], ring[-1]
    tie = np.array([radius + 2.6, 0.0, 0.9])
    ends = [tube(smooth_path([p, 0.5 * (p + tie) + [0.2, 0, 0.7], tie], 16), 0.28, 8) for p in (first, last)]
    tied = place(scaled(knot(), 1 / MM), turn("x", np.pi / 2), tie)
    return metres(join(tube(ring, 0.28, 8), *ends, tied))


@lru_cache(maxsize=8)
def spreader(half_width_mm: float, lifts_mm: tuple[float, float]) -> Mesh:
    """Return a self-retaining retractor at rest in a wound of that half width, its lips raised by `lifts_mm`.

    Origin in the middle of the wound at the skin, +y along the wound to the hinge, +z off the skin.
    """
    w = half_width_mm
    parts: list[Mesh] = []
    for side, lift in zip((-1.0, 1.0), lifts_mm, strict=True):
        arm = smooth_path(
            [[side * -7.0, 112, 15], [side * -4.5, 84, 13], [0.0, 66, 12], [side * 0.62 * w, 44, 12 + lift],
             [side * (w + 4.5), 21, 9 + lift], [side * (w + 4.2), 12, 5.5 + lift],
             [side * (w + 3.0), 9.5, 4.2 + lift]], 60,
        )  # fmt: skip
        parts.append(tube(arm, np.interp(np.arange(60), [0, 25, 50, 59], [1.3, 1.6, 1.4, 1.1]), 12, 0.62,
                          np.tile([0.0, 0.0, 1.0], (60, 1))))  # fmt: skip
        bar = np.array([[side * (w + 3.0), y, 4.2 + lift - 0.01 * y * y] for y in np.linspace(10.0, -7.0, 12)])
        parts.append(tube(bar, 1.0, 10))
        for y in (-6.0, 0.0, 6.0):
            prong = smooth_path(
                [[side * (w + 3.0), y, 4.0 + lift], [side * (w + 0.6), y, 3.4 + lift], [side * (w - 1.6), y, 0.8 + lift],
                 [side * (w - 1.9), y, -3.2], [side * (w - 0.4), y, -6.4], [side * (w + 1.4), y, -7.6]], 26,
            )  # fmt: skip
            parts.append(tube(prong, np.interp(np.arange(26), [0, 20, 25], [0.85, 0.75, 0.3]), 9))
        angle = np.linspace(0, 2 * np.pi, 40)
        ring = np.stack([side * -15.0 + 8.5 * np.cos(angle), 120 + 9.5 * np.sin(angle), np.full(40, 15.5)], axis=1)
        parts.append(tube(ring, 1.5, 10, is_capped=False))
    parts.append(place(lathe([(0, 9.4), (3.4, 9.4), (3.8, 10.2), (3.8, 14.4), (3.2, 15.2), (0, 15.2)], 28), None, (0, 66, 0)))
    ratchet = np.array([[x, 98 + 0.012 * x * x, 16.5] for x in np.linspace(-10, 9, 14)])
    parts.append(tube(ratchet, 1.1, 8))
    return metres(join(*parts))
