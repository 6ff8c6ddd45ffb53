"""The operative field as a picture needs it: prep, marks, drapes, bleeding, wounds sewn, bandage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from game.view.geometry import FloatArray, Mesh, smooth_normals, unit
from game.view.sweep import tube
from physics import anatomy as body
from physics.anatomy import Anatomy


@dataclass(frozen=True, slots=True)
class InkMark:
    """A line drawn on the skin, as (u, v) of the unrolled trunk [m]."""

    name: str
    line_uv_m: tuple[tuple[float, float], ...]
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class BleedingPoint:
    """A small vessel cut open: where it lies, how deep, and whether it was sealed."""

    u_m: float
    v_m: float
    depth_m: float
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class SewnWound:
    """A closed incision: middle, length, angle of its long axis from the head direction to the left [rad]."""

    u_m: float
    v_m: float
    length_m: float
    angle_rad: float
    n_stitches: int


@dataclass(frozen=True, slots=True)
class FieldState:
    """What the hands have made of the field; shares 0..1."""

    is_draped: bool = True
    antiseptic: float = 1.0
    wet: float = 0.0
    marks: tuple[InkMark, ...] = ()
    bleeding: tuple[BleedingPoint, ...] = ()
    blood_film: float = 0.0
    blood_pool_m3: float = 0.0
    is_swab_laid: bool = False
    is_csf_pink: bool = False
    is_purse_laid: bool = False
    sewn: tuple[SewnWound, ...] = ()
    is_bandaged: bool = False
    is_retracted: bool = True


@lru_cache(maxsize=64)
def skin_line(anatomy: Anatomy, line_uv_m: tuple[tuple[float, float], ...], radius_m: float, depth_m: float) -> Mesh:
    """Return a flat thread along a line of the unrolled skin, at a depth (negative = above the skin)."""
    uv = np.array(line_uv_m, float)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(uv, axis=0), axis=1))]
    at = np.linspace(0, along[-1], max(int(along[-1] / 0.0025), 2) + 1)
    fine = np.stack([np.interp(at, along, uv[:, k]) for k in (0, 1)], axis=1)
    rolled = [body.roll(anatomy.trunk, float(u), float(v), depth_m) for u, v in fine]
    points = np.array([p for p, _ in rolled])
    normals = np.array([n for _, n in rolled])
    return tube(points, radius_m, 6, 0.25, normals)


def dashes(line_uv_m: tuple[tuple[float, float], ...], dash_m: float = 0.008) -> list[tuple[tuple[float, float], ...]]:
    """Return a line cut into dashes with gaps of the same length."""
    uv = np.array(line_uv_m, float)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(uv, axis=0), axis=1))]
    out = []
    for begin in np.arange(0, along[-1], 2 * dash_m):
        at = np.linspace(begin, min(begin + dash_m, along[-1]), 4)
        out.append(tuple((float(np.interp(a, along, uv[:, 0])), float(np.interp(a, along, uv[:, 1]))) for a in at))
    return out


@lru_cache(maxsize=64)
def skin_patch(
    anatomy: Anatomy, u_m: float, v_m: float, half_m: tuple[float, float], depth_m: float, dome_m: float = 0.0
) -> Mesh:
    """Return an oval lying on the skin, or at a depth under it, raised in the middle by `dome_m`: a puddle."""
    rings, spokes = 6, 28
    points, faces = [], []
    for i in range(rings + 1):
        share = i / rings
        for k in range(spokes):
            a = 2 * np.pi * k / spokes
            wobble = 1 + 0.10 * np.sin(2 * a + 0.7) + 0.07 * np.sin(3 * a + 2.1) + 0.05 * np.sin(5 * a)
            du, dv = half_m[0] * share * wobble * np.cos(a), half_m[1] * share * wobble * np.sin(a)
            lift = dome_m * (1 - share**2) ** 0.5 - 0.0006 * (i == rings)
            points.append(body.roll(anatomy.trunk, u_m + du, v_m + dv, depth_m - lift)[0])
    for i in range(rings):
        for k in range(spokes):
            a, b = i * spokes + k, i * spokes + (k + 1) % spokes
            faces += [(a, a + spokes, b + spokes), (a, b + spokes, b)]
    p, f = np.array(points), np.array(faces, np.int32)
    normals = smooth_normals(p, f)
    normals[:spokes] = unit(normals[spokes : 2 * spokes].sum(axis=0))
    outward = body.roll(anatomy.trunk, u_m, v_m, 0.0)[1]
    if float(normals[len(normals) // 2] @ outward) < 0:
        f, normals = np.ascontiguousarray(f[:, ::-1]), -normals
    return Mesh(p.astype(np.float32), normals.astype(np.float32), f)


def usual_marks(anatomy: Anatomy, entry_uv_m: tuple[float, float], pocket_uv_m: tuple[float, float]) -> tuple[InkMark, ...]:
    """Return what a surgeon draws: midline, crest, rib margin, lumbar incision, pocket with its incision."""
    side = 1.0 if pocket_uv_m[0] > 0 else -1.0
    v0 = entry_uv_m[1]
    around = np.linspace(0, 2 * np.pi, 37)
    u_p, v_p = pocket_uv_m
    us = np.linspace(0.02, abs(u_p) + 0.05, 14) * side
    crest = tuple((float(u), float(body.iliac_crest_v(anatomy.trunk, float(u)))) for u in us)
    rib = tuple((float(u), float(body.costal_margin_v(anatomy.trunk, float(u)))) for u in us[5:])
    return (
        InkMark("midline", ((0.0, v0 - 0.05), (0.0, v0 + 0.09)), True),
        InkMark("crest", crest),
        InkMark("rib", rib, True),
        InkMark("lumbar incision", ((entry_uv_m[0], v0 - 0.02), (entry_uv_m[0], v0 + 0.02))),
        InkMark("pocket", tuple((u_p + 0.048 * float(np.sin(a)), v_p + 0.048 * float(np.cos(a))) for a in around)),
        InkMark("pocket incision", ((u_p - 0.035, v_p + 0.050), (u_p + 0.035, v_p + 0.050))),
    )


def stitches_of(anatomy: Anatomy, wound: SewnWound) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray, FloatArray]]]:
    """Return the line of a closed incision and its stitches: two points and the outward normal of each."""
    c, s = np.cos(wound.angle_rad), np.sin(wound.angle_rad)
    shares = np.linspace(-0.5, 0.5, 24)
    line = np.array([(wound.u_m + s * q * wound.length_m, wound.v_m + c * q * wound.length_m) for q in shares])
    found = []
    for q in np.linspace(-0.44, 0.44, max(wound.n_stitches, 1)):
        u, v = wound.u_m + s * q * wound.length_m, wound.v_m + c * q * wound.length_m
        a, n = body.roll(anatomy.trunk, float(u - 0.0042 * c), float(v + 0.0042 * s), 0.0)
        b, _ = body.roll(anatomy.trunk, float(u + 0.0042 * c), float(v - 0.0042 * s), 0.0)
        found.append((np.asarray(a), np.asarray(b), np.asarray(n)))
    return line, found
