"""A picture of the midline cut, painted from the anatomy's fields: bone, disc, sac, cord, ligaments, fat, gut.

Bones, discs, skin, sac and cord are the same fields that the needle meets. Muscle, vessels and gut in front of the
spine are painted for orientation only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import game.view.cache as cache
from game.view.baking import fingerprint
from game.view.canvas import (
    AORTA, CORD, CSF, DERMIS, DURA, FASCIA, FLAVUM, LIGAMENT, PERITONEUM, ROOT, SKIN, VEIN, VESSEL_WALL, Canvas,
    Painting, as_pixels, fat_colour, lay_bowel, mix, ramp,
)  # fmt: skip
from game.view.frame import N_SHEET, SHEET_HIGH_M, SHEET_LOW_M
from physics import anatomy as body
from physics.anatomy import Anatomy

FloatArray = NDArray[np.float64]
PAINTING_VERSION = 8
PIXEL_M = {"full": 0.00040, "software": 0.00055}
SPAN_Z_M = (-0.115, 0.265)
RETROPERITONEUM_M = 0.066  # tuned: from the sac's middle forward to the gut
CORD_STIFFNESS = 0.3  # of Spine.cord_stiffness: above it cord, below it the loose roots
SKIN_M = 0.0022  # adult trunk skin, as physics.anatomy.tables has it
EPIDURAL_M, FLAVUM_M = 0.0040, 0.0040  # behind the sac in the midline, adult [layers]
VESSELS_M = 0.0475  # tuned: from the sac's middle forward to the great vessels


@lru_cache(maxsize=4)
def cut_sheet(anatomy: Anatomy) -> tuple[float, ...]:
    """Return x of the cut [m] at the heights of `Section.sheet_m`."""
    return tuple(float(x) for x in _canal_x(anatomy, np.linspace(SHEET_LOW_M, SHEET_HIGH_M, N_SHEET)))


def _canal_x(anatomy: Anatomy, z_m: FloatArray) -> FloatArray:
    centre = np.asarray(anatomy.spine.canal_points_m, float)
    order = np.argsort(centre[:, 2])
    return np.interp(z_m, centre[order, 2], centre[order, 0])


def sheet_x(anatomy: Anatomy, z_m: FloatArray) -> FloatArray:
    """Return x of the cut [m] at heights, exactly as the shader interpolates it."""
    return np.interp(z_m, np.linspace(SHEET_LOW_M, SHEET_HIGH_M, N_SHEET), cut_sheet(anatomy))


def midline(anatomy: Anatomy, preset: str) -> Painting:
    """Return the painted midline section, from the cache if it is there."""
    key = cache.cache_key("midline", PAINTING_VERSION, preset, fingerprint(anatomy))
    stored = cache.load(key)
    if stored is None:
        painting = _paint(anatomy, PIXEL_M[preset])
        cache.save(key, {"pixels": painting.pixels, "box": np.array([*painting.low_m, *painting.high_m])})
        return painting
    y0, z0, y1, z1 = (float(v) for v in stored["box"])
    return Painting(stored["pixels"], (y0, z0), (y1, z1))


@dataclass(frozen=True, slots=True)
class _Fields:
    skin: FloatArray
    bone: FloatArray
    disc: FloatArray
    canal_y: FloatArray  # middle of the sac at the pixel's z
    sac: FloatArray
    cord: FloatArray
    fat: FloatArray
    scale: float  # of the spine, adult 1


def _paint(anatomy: Anatomy, pixel_m: float) -> Painting:
    low, high = (np.asarray(b, float) for b in body.trunk_bounds(anatomy.trunk))
    z0, z1 = max(SPAN_Z_M[0], low[2]), min(SPAN_Z_M[1], high[2])
    y = np.arange(low[1], high[1], pixel_m)
    z = np.arange(z0, z1, pixel_m)
    canvas = Canvas(y, z, pixel_m)
    fields = _fields(anatomy, canvas)
    _paint_fat(canvas, fields)
    _paint_front(canvas, fields)
    _paint_back(canvas, fields)
    _paint_canal(canvas, fields)
    _paint_spine(canvas, fields)
    depth = -fields.skin
    canvas.lay(DERMIS, depth - 0.0022)
    canvas.lay(SKIN, depth - 0.0007)
    pixels = as_pixels(canvas, fields.skin < 0)
    return Painting(pixels, (float(y[0]), float(z[0])), (float(y[-1]), float(z[-1])))


def _sampled(field, points: FloatArray) -> FloatArray:  # noqa: ANN001
    return np.concatenate(
        [np.asarray(field(p), float) for p in np.array_split(points, 1 + len(points) // 200_000)]
    )


def _fields(anatomy: Anatomy, canvas: Canvas) -> _Fields:
    spine, trunk = anatomy.spine, anatomy.trunk
    x = np.repeat(sheet_x(anatomy, canvas.z[:, 0]), canvas.shape[1])
    points = np.stack([x, canvas.y.ravel(), canvas.z.ravel()], axis=1)
    skin = _sampled(lambda p: body.skin_distance(trunk, p), points).reshape(canvas.shape)
    bone = np.full(canvas.y.size, 0.05)
    disc = np.full(canvas.y.size, 0.05)
    for names, bounds, distance, out in (
        (body.bone_names(spine), body.bone_bounds, body.bone_distance, bone),
        (body.disc_names(spine), body.disc_bounds, body.disc_distance, disc),
    ):
        for name in names:
            low, high = (np.asarray(b, float) for b in bounds(spine, name))
            near = ((points > low - 0.004) & (points < high + 0.004)).all(axis=1)
            if near.any():
                out[near] = np.minimum(out[near], distance(spine, name, points[near]))
    centre = np.asarray(spine.canal_points_m, float)
    order = np.argsort(centre[:, 2])

    def along(values: FloatArray) -> FloatArray:
        return np.interp(canvas.z, centre[order, 2], np.asarray(values, float)[order])

    canal_y = along(centre[:, 1])
    half = along(np.asarray(spine.sac_semi_axes_m)[:, 1])
    sac = np.abs(canvas.y - canal_y) - half
    sac = np.where(canvas.z < centre[order[0], 2], 0.02, sac)
    cord = np.abs(canvas.y - along(np.asarray(spine.cord_points_m)[:, 1])) - along(spine.cord_radius_m)
    cord = np.where(along(spine.cord_stiffness) < CORD_STIFFNESS, 0.02, cord)  # below it roots float one by one
    fat = _fat_thickness(anatomy, canvas, skin)
    return _Fields(skin, bone.reshape(canvas.shape), disc.reshape(canvas.shape), canal_y, sac, cord, fat, spine.scale)


def _fat_thickness(anatomy: Anatomy, canvas: Canvas, skin: FloatArray) -> FloatArray:
    trunk = anatomy.trunk
    rows = np.linspace(0, canvas.shape[0] - 1, 24).astype(int)
    back, front = [], []
    for r in rows:
        z = float(canvas.z[r, 0])
        inside = np.flatnonzero(skin[r] < 0)
        front_y = float(canvas.y[r, inside[0]]) if len(inside) else -0.1
        u_front = abs(float(body.unroll(trunk, np.array([1e-4, front_y + 1e-3, z]))[0]))
        back.append(float(body.fascia_depth(trunk, 0.0, z)))
        front.append(float(body.fascia_depth(trunk, u_front, z)))
    z_rows = canvas.z[rows, 0]
    at = canvas.z[:, 0]
    share = ramp(-0.06, 0.04, canvas.y)
    fascia = (1 - share) * np.interp(at, z_rows, front)[:, None] + share * np.interp(at, z_rows, back)[:, None]
    return fascia - SKIN_M


def _paint_fat(canvas: Canvas, f: _Fields) -> None:
    canvas.lay(fat_colour(canvas), f.skin - 1.0)
    scarpa = np.abs(-f.skin - 0.0022 - 0.55 * f.fat - 0.0012 * canvas.noise(0.08))
    canvas.lay((0.92, 0.84, 0.66), scarpa - 0.0004, 0.7 * (canvas.y < -0.02))


def _paint_front(canvas: Canvas, f: _Fields) -> None:
    below_fascia = -f.skin - 0.0022 - f.fat
    wall = 0.0050
    in_front = ramp(0.0, -0.03, canvas.y - f.canal_y + 0.03)
    grain = 1 + 0.05 * canvas.noise(0.05)[..., None]
    canvas.lay(np.array([0.88, 0.70, 0.38]) * grain, wall - below_fascia, in_front)
    behind_gut = canvas.y - (f.canal_y - RETROPERITONEUM_M)
    gut = np.maximum(wall + 0.002 - below_fascia, behind_gut + 0.004 * canvas.noise(0.12, 5))
    lay_bowel(canvas, gut)
    canvas.lay(PERITONEUM, np.abs(gut) - 0.0005, in_front)
    top = canvas.z.max()
    liver = (np.hypot((canvas.y + 0.062) / 0.058, (canvas.z - top - 0.004) / 0.070) - 1) * 0.055
    liver = np.maximum(liver, wall + 0.003 - below_fascia)
    canvas.lay((0.60, 0.30, 0.24), liver - 0.0008)
    canvas.lay((0.40, 0.12, 0.09) * grain, liver)
    _paint_vessels(canvas, f)
    canvas.lay(FASCIA, np.abs(below_fascia - 0.5 * wall) - 0.5 * wall, in_front)


def _paint_vessels(canvas: Canvas, f: _Fields) -> None:
    """Paint the aorta as far as it lies in the midline, and the left common iliac vein that crosses below its fork."""
    fork = 0.020
    share = np.clip((fork - canvas.z) / 0.034, 0, 1)  # it leaves the plane obliquely: the cut runs out in a point
    half = 0.0085 * np.sqrt(np.clip(1 - share**2, 0, 1)) - 0.02 * (share >= 1)
    aorta = np.abs(canvas.y - (f.canal_y - VESSELS_M + 0.003 * share)) - half
    canvas.lay(VESSEL_WALL, aorta - 0.0012 * (half > 0.001))
    canvas.lay(np.asarray(AORTA) * (1 + 0.10 * canvas.noise(0.05, 3, (1.0, 0.3))[..., None]), aorta)
    vein = (np.hypot((canvas.y - f.canal_y + VESSELS_M - 0.001) / 0.0062, (canvas.z + 0.026) / 0.0098) - 1) * 0.006
    canvas.lay((0.42, 0.44, 0.60), vein - 0.0009)
    canvas.lay(VEIN, vein)


def _paint_back(canvas: Canvas, f: _Fields) -> None:
    behind = f.canal_y + 0.004 - canvas.y
    fascia_depth = -f.skin - 0.0022 - f.fat
    fibre = canvas.noise(0.06, 7, (0.35, 2.2))
    tone = np.asarray(LIGAMENT) * (1 + 0.10 * fibre[..., None])
    canvas.lay(tone, np.maximum(behind, -fascia_depth))
    canvas.lay(np.asarray(FASCIA), np.maximum(behind, np.abs(fascia_depth - 0.0012) - 0.0013))


def _paint_canal(canvas: Canvas, f: _Fields) -> None:
    fat = mix((0.90, 0.72, 0.34), (0.97, 0.82, 0.46), 0.5 + 0.5 * canvas.noise(0.03, 11))
    canvas.lay(
        (0.78, 0.66, 0.52), np.maximum(f.sac - 0.0038, canvas.y - f.canal_y)
    )  # posterior longitudinal ligament
    canvas.lay(
        np.asarray(FLAVUM) * (1 + 0.08 * canvas.noise(0.03)[..., None]),
        np.maximum(f.sac - (EPIDURAL_M + FLAVUM_M) * f.scale, f.canal_y - canvas.y),
    )
    canvas.lay(fat, np.maximum(f.sac - EPIDURAL_M * f.scale, f.canal_y - canvas.y))
    canvas.lay(DURA, f.sac - 0.0003)
    canvas.lay(CSF, f.sac + 0.0003)
    below = f.cord > 0.0005
    lines = (
        np.abs((((canvas.y - f.canal_y) / 0.0021 + 0.35 * canvas.noise(0.5, 11)) % 1.0) - 0.5) * 0.0021
        - 0.00032
    )
    dorsal = np.maximum(f.sac + 0.0012, -(canvas.y - f.canal_y) - 0.0022)
    conus_z = float(canvas.z[f.cord < 0].min()) if (f.cord < 0).any() else 0.1
    canvas.lay(ROOT, np.maximum(lines, dorsal), (below & (canvas.z < conus_z + 0.012)).astype(float))
    canvas.lay(np.asarray(CORD) * 0.82, f.cord)
    canvas.lay(CORD, f.cord + 0.0005)
    canvas.lay((0.74, 0.56, 0.46), np.abs(f.cord + 0.0035) - 0.0009)


def _paint_spine(canvas: Canvas, f: _Fields) -> None:
    ring = 0.5 + 0.5 * np.sin(f.disc * 2600 + canvas.noise(0.08) * 1.2)
    annulus = mix((0.62, 0.64, 0.62), (0.82, 0.82, 0.78), ring)
    nucleus = mix((0.50, 0.62, 0.68), (0.62, 0.72, 0.76), 0.5 + 0.5 * canvas.noise(0.04))
    canvas.lay(mix(nucleus, annulus, ramp(-0.0042, -0.0026, f.disc)), f.disc)
    border, _, _ = canvas.cells(0.0017, 21)
    hole = ramp(0.06, 0.34, border)
    spongy = mix((0.90, 0.80, 0.60), (0.66, 0.36, 0.25), 0.80 * hole)
    bone = mix(spongy, (0.95, 0.90, 0.76), ramp(-0.0024, -0.0012, f.bone))
    canvas.lay((0.70, 0.60, 0.46), f.bone - 0.00025)
    canvas.lay(bone, f.bone)
