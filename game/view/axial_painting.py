"""A picture of a level cut across the trunk, painted from the anatomy's fields, and where its parts lie.

Skin, fat, bones, discs, sac and cord are the fields that the needle meets. Muscles, vessels and gut are drawn round
them at usual places, for orientation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import game.view.cache as cache
from game.view.baking import fingerprint
from game.view.canvas import (
    AORTA, CORD, CSF, DERMIS, DURA, FASCIA, FLAVUM, LIGAMENT, PERITONEUM, ROOT, SKIN, VEIN, VESSEL_WALL, Canvas,
    FloatArray, Painting, as_pixels, fat_colour, lay_bowel, mix, muscle_colour, ramp,
)  # fmt: skip
from game.view.painting import CORD_STIFFNESS, EPIDURAL_M, FLAVUM_M, SKIN_M
from physics import anatomy as body
from physics.anatomy import Anatomy

AXIAL_VERSION = 6
PIXEL_M = {"full": 0.00045, "software": 0.0010}
HEIGHT_STEP_M = 0.004  # tuned: the cut jumps by this much, so that it is seldom painted anew
COARSE_M = 0.0020  # grid on which the body is asked for its muscles


@dataclass(frozen=True, slots=True)
class Level:
    """Where the parts of one level lie, x left and y back [m], sizes for the adult scaled to the body."""

    z_m: float
    scale: float
    canal: tuple[float, float]
    sac: tuple[float, float]
    cord_radius_m: float
    back_y: tuple[float, float, float]  # fascia of the back, 12, 34 and 60 mm from the midline


def level_at(anatomy: Anatomy, z_m: float) -> Level:
    """Return the level of a height."""
    spine = anatomy.spine
    points = np.asarray(spine.canal_points_m, float)
    order = np.argsort(points[:, 2])

    def along(values: object) -> float:
        return float(np.interp(z_m, points[order, 2], np.asarray(values, float)[order]))

    scale = float(np.clip(anatomy.build.height_m / 1.756, 0.6, 1.15))
    backs = []
    for x in (0.012, 0.034, 0.060):
        u = x * scale
        point, normal = body.roll(anatomy.trunk, u, z_m)
        depth = float(body.fascia_depth(anatomy.trunk, u, z_m))
        backs.append(float(point[1] - depth * max(float(normal[1]), 0.5)))
    semi = np.asarray(spine.sac_semi_axes_m, float)
    return Level(
        z_m, scale, (along(points[:, 0]), along(points[:, 1])), (along(semi[:, 0]), along(semi[:, 1])),
        along(spine.cord_radius_m) if along(spine.cord_stiffness) > CORD_STIFFNESS else 0.0, (backs[0], backs[1], backs[2]),
    )  # fmt: skip


def _oval(x: FloatArray, y: FloatArray, centre: tuple[float, float], half: tuple[float, float]) -> FloatArray:
    return (np.hypot((x - centre[0]) / half[0], (y - centre[1]) / half[1]) - 1) * min(half) * 0.95


def muscles(level: Level) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Return middle (distance from the midline, y) and half axes of the muscles beside the spine [m]."""
    s, (_, y) = level.scale, level.canal
    b12, b34, b60 = level.back_y
    front = y + 0.004 * s
    return {
        "psoas": ((0.041 * s, y - 0.030 * s), (0.020 * s, 0.024 * s)),
        "quadratus lumborum": ((0.074 * s, y - 0.006 * s), (0.023 * s, 0.0115 * s)),
        "erector spinae": ((0.036 * s, 0.5 * (b34 + front)), (0.026 * s, 0.5 * (b34 - front) + 0.001)),
        "longissimus": ((0.062 * s, 0.5 * (b60 + front) + 0.001), (0.023 * s, 0.5 * max(b60 - front, 0.012) + 0.002)),
        "multifidus": ((0.0125 * s, 0.5 * (b12 + front + 0.004)), (0.0115 * s, 0.5 * (b12 - front - 0.004) + 0.001)),
    }


def cut_height(z_m: float) -> float:
    """Return the height at which a wanted cut is painted [m]."""
    return round(z_m / HEIGHT_STEP_M) * HEIGHT_STEP_M


def axial(anatomy: Anatomy, preset: str, z_m: float) -> Painting:
    """Return the painted level cut at a height, from the cache if it is there."""
    key = cache.cache_key("axial", AXIAL_VERSION, preset, round(z_m, 4), fingerprint(anatomy))
    stored = cache.load(key)
    if stored is None:
        painting = _paint(anatomy, PIXEL_M[preset], z_m)
        cache.save(key, {"pixels": painting.pixels, "box": np.array([*painting.low_m, *painting.high_m])})
        return painting
    x0, y0, x1, y1 = (float(v) for v in stored["box"])
    return Painting(stored["pixels"], (x0, y0), (x1, y1))


def _paint(anatomy: Anatomy, pixel_m: float, z_m: float) -> Painting:
    low, high = (np.asarray(b, float) for b in body.trunk_bounds(anatomy.trunk))
    x, y = np.arange(low[0], high[0], pixel_m), np.arange(low[1], high[1], pixel_m)
    rough = np.stack([a.ravel() for a in (*np.meshgrid(x[::12], y[::12]), np.full((len(y[::12]), len(x[::12])), z_m))], axis=1)
    near = rough[np.asarray(body.skin_distance(anatomy.trunk, rough)) < 0.006]
    near = near[np.abs(near[:, 0]) < _arm_free(near)]
    x = x[(x > near[:, 0].min() - 0.004) & (x < near[:, 0].max() + 0.004)]
    y = y[(y > near[:, 1].min() - 0.004) & (y < near[:, 1].max() + 0.004)]
    canvas = Canvas(x, y, pixel_m)
    points = np.stack([canvas.y.ravel(), canvas.z.ravel(), np.full(canvas.y.size, z_m)], axis=1)
    skin = np.asarray(body.skin_distance(anatomy.trunk, points), float).reshape(canvas.shape)
    level = level_at(anatomy, z_m)
    below = -skin - SKIN_M - _fat_depth(anatomy, canvas, level)
    canvas.lay(fat_colour(canvas), skin - 1.0)
    scarpa = np.abs(-skin - SKIN_M - 0.55 * (-skin - SKIN_M - below) - 0.0012 * canvas.noise(0.08))
    canvas.lay((0.92, 0.84, 0.66), scarpa - 0.0004, 0.7)
    _paint_cavity(canvas, level, below)
    _paint_muscles(canvas, anatomy, level, below)
    _paint_spine(canvas, anatomy, points, level, below)
    canvas.lay(DERMIS, -skin - SKIN_M)
    canvas.lay(SKIN, -skin - 0.0007)
    return Painting(as_pixels(canvas, skin < 0), (float(x[0]), float(y[0])), (float(x[-1]), float(y[-1])))


def _arm_free(points: FloatArray) -> float:
    """Return how far out the trunk reaches: hanging arms are left out where there is a gap."""
    side = np.sort(np.unique(np.round(np.abs(points[:, 0]), 3)))
    gaps = np.flatnonzero(np.diff(side) > 0.02)
    return float(side[gaps[0]]) + 0.001 if len(gaps) else float(side[-1]) + 0.001


def _fat_depth(anatomy: Anatomy, canvas: Canvas, level: Level) -> FloatArray:
    """Return the thickness of the fat under the skin that a pixel faces, by its direction from the middle."""
    trunk, z = anatomy.trunk, level.z_m
    girth = 1.3
    us, angles, fats = np.linspace(0.0, girth, 400), [], []
    for u in us:
        point, _ = body.roll(trunk, float(u), z)
        angle = float(np.arctan2(point[0], point[1]))
        if angles and angle < angles[-1] - 0.05:
            break
        angles.append(angle)
        fats.append(float(body.fascia_depth(trunk, float(u), z)) - SKIN_M)
    direction = np.abs(np.arctan2(canvas.y, canvas.z))
    return np.interp(direction, angles, fats) + 0.0008 * canvas.noise(0.10, 5)


def _paint_cavity(canvas: Canvas, level: Level, below: FloatArray) -> None:
    s, (cx, cy) = level.scale, level.canal
    side = np.abs(canvas.y - cx)
    front = ramp(0.0, -0.02, canvas.z - cy + 0.05)
    wall = s * (0.0115 - 0.0035 * ramp(0.07, 0.03, side) * front)
    canvas.lay(muscle_colour(canvas, 19), -below)
    share = below / wall
    rectus = front * ramp(0.066 * s, 0.060 * s, side)
    for at in (0.34, 0.68):
        canvas.lay(FASCIA, (np.abs(share - at) - 0.045) * wall, 1 - rectus)
    canvas.lay(FASCIA, np.maximum(side - 0.0022 * s, -below), front)  # linea alba
    edge = np.maximum(np.abs(side - 0.063 * s) - 0.0009, -below)
    canvas.lay(FASCIA, edge, front)
    canvas.lay(FASCIA, wall - 0.0009 - below)
    inside = wall - below
    grain = 1 + 0.06 * canvas.noise(0.05)[..., None]
    canvas.lay(np.array([0.87, 0.67, 0.32]) * grain, inside)
    peritoneum = np.maximum(inside + 0.0016, canvas.z - (cy - 0.058 * s) + 0.25 * np.clip(0.085 * s - side, 0, 1))
    lay_bowel(canvas, peritoneum, 0.030 * s, 31)
    canvas.lay(PERITONEUM, np.abs(peritoneum) - 0.0006)
    for sign in (-1.0, 1.0):
        _paint_colon(canvas, (cx + sign * colon_x(level), cy - 0.050 * s), s, inside)
    if level.z_m > 0.055 * s:
        _paint_kidneys(canvas, level, inside)
    _paint_vessels(canvas, level)


def colon_x(level: Level) -> float:
    """Return how far from the midline the colon lies [m]: beside the psoas between the iliac bones, wider above."""
    return level.scale * float(0.082 + 0.016 * ramp(0.012, 0.030, np.array(level.z_m)))


def _paint_colon(canvas: Canvas, centre: tuple[float, float], s: float, inside: FloatArray) -> None:
    around = np.arctan2(canvas.z - centre[1], canvas.y - centre[0])
    radius = s * (0.0235 + 0.0016 * np.cos(3 * around + 0.6) + 0.0008 * np.cos(6 * around))
    d = np.maximum(np.hypot(canvas.y - centre[0], canvas.z - centre[1]) - radius, inside + 0.002)
    canvas.lay((0.58, 0.30, 0.25), d)
    canvas.lay((0.78, 0.52, 0.43), d + 0.0010)
    canvas.lay((0.50, 0.29, 0.19), d + 0.0036 + 0.0012 * canvas.noise(0.03, 23))
    canvas.lay((0.20, 0.13, 0.10), np.maximum(d + 0.0050, canvas.z - centre[1] + 0.008 * s))  # gas rises to the front


def _paint_kidneys(canvas: Canvas, level: Level, inside: FloatArray) -> None:
    s, (cx, cy) = level.scale, level.canal
    for sign in (-1.0, 1.0):
        x, y = (canvas.y - cx) * sign - 0.066 * s, canvas.z - cy + 0.022 * s
        c, q = np.cos(0.7), np.sin(0.7)
        d = _oval(c * x + q * y, -q * x + c * y, (0.0, 0.0), (0.021 * s, 0.029 * s))
        d = np.maximum(d, inside + 0.001)
        canvas.lay((0.52, 0.20, 0.15), d)
        canvas.lay((0.62, 0.28, 0.21), d + 0.0065 * s)
        canvas.lay((0.88, 0.74, 0.46), d + 0.0130 * s)


def _paint_vessels(canvas: Canvas, level: Level) -> None:
    """Paint aorta (left of the middle) and vena cava, or their branches below the fork at L4."""
    s, (cx, cy) = level.scale, level.canal
    y = cy - 0.0475 * s
    apart = s * 0.45 * max(0.014 * s - level.z_m, 0.0)
    arteries = [(cx + 0.007 * s + apart, 0.0085 * s)] if apart == 0.0 else [
        (cx + 0.007 * s + apart + 0.004, 0.0058 * s), (cx + 0.005 * s - 1.2 * apart - 0.004, 0.0058 * s)]  # fmt: skip
    veins = [(cx - 0.016 * s, 0.0105 * s)] if apart < 0.012 else [
        (cx - 0.016 * s - apart, 0.0075 * s), (cx + 0.012 * s + apart, 0.0075 * s)]  # fmt: skip
    for x, radius in veins:
        d = _oval(canvas.y, canvas.z, (x, y + 0.002), (1.15 * radius, 0.80 * radius))
        canvas.lay((0.42, 0.44, 0.60), d - 0.0009)
        canvas.lay(VEIN, d)
    for x, radius in arteries:
        d = np.hypot(canvas.y - x, canvas.z - y) - radius
        canvas.lay(VESSEL_WALL, d - 0.0012)
        canvas.lay(AORTA, d)


_BACK_MUSCLES = (("psoas", 1.02), ("quadratus", 0.95), ("erector", 1.06), ("multifidus", 0.92))


def _compartments(anatomy: Anatomy, canvas: Canvas, level: Level) -> dict[str, FloatArray]:
    """Return distances to the muscles that the needle can meet, from the body's own answer on a coarse grid."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates

    x, y = (np.arange(a.min(), a.max() + COARSE_M, COARSE_M) for a in (canvas.y, canvas.z))
    x, y = x[np.abs(x - level.canal[0]) < 0.105 * level.scale], y[y > level.canal[1] - 0.065 * level.scale]
    grid = np.stack([a.ravel() for a in (*np.meshgrid(x, y), np.full((len(y), len(x)), level.z_m))], axis=1)
    codes = np.asarray(body.compartment(anatomy, grid)).reshape(len(y), len(x))
    names = {name: i for i, name in enumerate(body.COMPARTMENTS)}
    at = [(canvas.z - y[0]) / COARSE_M, (canvas.y - x[0]) / COARSE_M]
    found = {}
    for name, _ in _BACK_MUSCLES:
        inside = codes == names[name]
        if name == "erector":  # what is left between it and the fascia is muscle of the back too
            inside |= (codes == names["muscle"]) & (grid[:, 1].reshape(inside.shape) > level.canal[1])
        if not inside.any():
            continue
        signed = (distance_transform_edt(~inside) - distance_transform_edt(inside)) * COARSE_M
        found[name] = map_coordinates(gaussian_filter(signed, 1.0), at, order=1, mode="nearest")
    return found


def _paint_muscles(canvas: Canvas, anatomy: Anatomy, level: Level, below: FloatArray) -> None:
    s, (cx, cy) = level.scale, level.canal
    side = np.abs(canvas.y - cx)
    fat = mix((0.84, 0.62, 0.24), (0.93, 0.76, 0.38), 0.5 + 0.5 * canvas.noise(0.04))
    canvas.lay(fat, np.maximum(-below, cy - 0.036 * s - canvas.z + 3.5 * side**2))
    red = muscle_colour(canvas)
    parts = _compartments(anatomy, canvas, level)
    for name, tone in _BACK_MUSCLES:
        if name in parts:
            shape = np.maximum(parts[name], -below)
            canvas.lay(np.asarray(FASCIA) * 0.95, shape - 0.0004)
            canvas.lay(red * tone, shape + 0.0005)
    behind = ramp(-0.012, 0.006, canvas.z - cy)
    canvas.lay(FASCIA, np.abs(below - 0.0006) - 0.0011, 0.35 + 0.65 * behind)


def _paint_spine(canvas: Canvas, anatomy: Anatomy, points: FloatArray, level: Level, below: FloatArray) -> None:
    s, (cx, cy) = level.scale, level.canal
    x, y = canvas.y - cx, canvas.z - cy
    side = np.abs(x)
    width, depth = level.sac
    bone, disc = (_solid(anatomy, points, kind).reshape(canvas.shape) for kind in ("bone", "disc"))
    ring = 0.5 + 0.5 * np.sin(disc * 2600 + canvas.noise(0.08) * 1.2)
    annulus = mix((0.62, 0.64, 0.62), (0.82, 0.82, 0.78), ring)
    nucleus = mix((0.50, 0.62, 0.68), (0.62, 0.72, 0.76), 0.5 + 0.5 * canvas.noise(0.04))
    canvas.lay(mix(nucleus, annulus, ramp(-0.0095, -0.0065, disc)), disc)
    sac = _oval(x, y, (0.0, 0.0), (width, depth))
    reach = depth + (EPIDURAL_M + FLAVUM_M) * anatomy.spine.scale
    between = np.maximum(side - 0.0022 * s, np.maximum(depth + 0.002 - y, -below))
    canvas.lay(np.asarray(LIGAMENT) * (1 + 0.10 * canvas.noise(0.05)[..., None]), between)
    plate = np.abs(y - reach + 0.52 * side) - 0.5 * FLAVUM_M
    canvas.lay(np.array([0.92, 0.74, 0.36]), np.maximum(sac - 0.0042, np.maximum(side - 0.013 * s, -y - 0.008)))
    canvas.lay(np.asarray(FLAVUM) * (1 + 0.08 * canvas.noise(0.03)[..., None]), np.maximum(plate, side - 0.0125 * s))
    border, _, _ = canvas.cells(0.0017, 21)
    spongy = mix((0.90, 0.80, 0.60), (0.66, 0.36, 0.25), 0.80 * ramp(0.06, 0.34, border))
    canvas.lay((0.70, 0.60, 0.46), bone - 0.00025)
    canvas.lay(mix(spongy, (0.95, 0.90, 0.76), ramp(-0.0024, -0.0012, bone)), bone)
    canvas.lay(DURA, sac - 0.0004)
    canvas.lay(CSF, sac + 0.0004)
    _paint_nerves(canvas, x, y, sac, level)


def _solid(anatomy: Anatomy, points: FloatArray, kind: str) -> FloatArray:
    names, bounds, distance = {
        "bone": (body.bone_names, body.bone_bounds, body.bone_distance),
        "disc": (body.disc_names, body.disc_bounds, body.disc_distance),
    }[kind]
    out = np.full(len(points), 0.05)
    for name in names(anatomy.spine):
        low, high = (np.asarray(b, float) for b in bounds(anatomy.spine, name))
        near = ((points > low - 0.004) & (points < high + 0.004)).all(axis=1)
        if near.any():
            out[near] = np.minimum(out[near], distance(anatomy.spine, name, points[near]))
    return out


def _paint_nerves(canvas: Canvas, x: FloatArray, y: FloatArray, sac: FloatArray, level: Level) -> None:
    width, depth = level.sac
    radius = level.cord_radius_m
    if radius > 6e-4:
        cord = np.hypot(x / 1.15, y + 0.0006) - radius
        canvas.lay(np.asarray(CORD) * 0.85, cord)
        canvas.lay(CORD, cord + 0.0005)
        grey = np.minimum(
            _oval(np.abs(x), y, (0.42 * radius, 0.30 * radius), (0.16 * radius, 0.36 * radius)),
            _oval(np.abs(x), y, (0.36 * radius, -0.34 * radius), (0.24 * radius, 0.34 * radius)),
        )
        canvas.lay((0.70, 0.50, 0.42), np.minimum(grey, _oval(x, y, (0.0, 0.0), (0.42 * radius, 0.12 * radius))))
    n = 26 if radius <= 6e-4 else 12
    rng = np.random.default_rng(4)
    for i in range(n):
        a = i * 2.39996 + 0.4 * rng.random()
        q = np.sqrt((i + 0.5) / n) * (0.80 if radius <= 6e-4 else 0.12) + (0.0 if radius <= 6e-4 else 0.66)
        cx, cy = np.cos(a) * width * q, np.sin(a) * depth * 0.72 * q + 0.18 * depth
        d = np.maximum(np.hypot(x - cx, y - cy) - 0.00068, sac + 0.0007)
        canvas.lay((0.72, 0.62, 0.42), d)
        canvas.lay(ROOT, d + 0.0002)
