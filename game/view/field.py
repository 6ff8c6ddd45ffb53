"""The operative field as a picture needs it: prep, marks, drapes, bleeding, wounds sewn, bandage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.view.geometry import FloatArray, Mesh, smooth_normals, unit
from game.view.openings import held_runs, is_spread, skin_stitches_m
from game.view.paint_map import PaintMap
from game.view.sweep import tube
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import Observation
from physics.wound.closure import HELD_M

PAINTED_SHARE = 0.99  # tuned: drapes round a field painted this well leave painted skin free only
STITCHES_OUT_DAYS = 14.0  # [A] skin stitches of trunk are out after about two weeks


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
    wound: str = "lumbar"


@dataclass(frozen=True, slots=True)
class SewnWound:
    """A closed incision: middle, length, angle of its long axis from the head direction to the left [rad]."""

    u_m: float
    v_m: float
    length_m: float
    angle_rad: float
    n_stitches: int
    at_m: tuple[float, ...] = ()  # where the stitches lie along it from its middle; () = evenly
    is_old: bool = False  # healed: a pale line without stitches


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
    is_purse_laid: bool = False
    sewn: tuple[SewnWound, ...] = ()
    is_bandaged: bool = False
    is_retracted: bool = True
    painted: PaintMap | None = None  # None: evenly, as `antiseptic` and `wet` say


@lru_cache(maxsize=64)
def skin_line(
    anatomy: Anatomy, line_uv_m: tuple[tuple[float, float], ...], radius_m: float, depth_m: float, taper_m: float = 0.0
) -> Mesh:
    """Return a flat thread along a line of the unrolled skin, at a depth (negative = above the skin); its ends may taper."""
    uv = np.array(line_uv_m, float)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(uv, axis=0), axis=1))]
    at = np.linspace(0, along[-1], max(int(along[-1] / 0.0025), 2) + 1)
    fine = np.stack([np.interp(at, along, uv[:, k]) for k in (0, 1)], axis=1)
    rolled = [body.roll(anatomy.trunk, float(u), float(v), depth_m) for u, v in fine]
    points = np.array([p for p, _ in rolled])
    normals = np.array([n for _, n in rolled])
    thin = np.clip(np.minimum(at, along[-1] - at) / max(taper_m, 1e-9), 0.12, 1.0)
    return tube(points, radius_m * thin if taper_m > 0 else radius_m, 6, 0.25, normals)


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
    anatomy: Anatomy, u_m: float, v_m: float, half_m: tuple[float, float], depth_m: float, dome_m: float = 0.0,
    is_film: bool = False,
) -> Mesh:  # fmt: skip
    """Return an oval lying on the skin, or at a depth under it, raised in the middle by `dome_m`: a puddle.

    A film of fluid thins out toward its edge; it needs a translucent material.
    """
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
    if not is_film:
        return Mesh(p.astype(np.float32), normals.astype(np.float32), f)
    attributes = np.zeros((len(p), 4), np.float32)
    attributes[:, 0] = np.repeat(1.0 + 4.0 * np.linspace(0, 1, rings + 1) ** 4, spokes)  # 5: the ghost shader shows nothing
    attributes[:, 2] = -1.0
    return Mesh(p.astype(np.float32), normals.astype(np.float32), f, attributes)


@lru_cache(maxsize=8)
def skin_sheet(anatomy: Anatomy, u_m: float, v_m: float, half_m: tuple[float, float], step_m: float = 0.008) -> Mesh:
    """Return a thin sheet lying on the skin, a little wavy at its border: a drape for one place."""
    us, vs = (np.linspace(-h, h, max(int(2 * h / step_m), 4) + 1) for h in half_m)
    rows = []
    for a in us:
        for b in vs:
            rim = max(abs(a) / half_m[0], abs(b) / half_m[1])
            wave = 0.0022 * rim**2 * (np.sin(38 * a + 1.1) + np.sin(45 * b + 0.4)) * (rim > 0.5)
            rows.append(body.roll(anatomy.trunk, u_m + float(a), v_m + float(b), -0.0022 - abs(wave) * 1.5)[0])
    points = np.array(rows)
    i, j = np.meshgrid(np.arange(len(us) - 1), np.arange(len(vs) - 1), indexing="ij")
    k = (i * len(vs) + j).ravel()
    n = len(vs)
    faces = np.concatenate([np.stack([k, k + n, k + n + 1], axis=1), np.stack([k, k + n + 1, k + 1], axis=1)]).astype(np.int32)
    normals = smooth_normals(points, faces)
    if float(normals[len(normals) // 2] @ body.roll(anatomy.trunk, u_m, v_m, 0.0)[1]) < 0:
        faces, normals = np.ascontiguousarray(faces[:, ::-1]), -normals
    return Mesh(points.astype(np.float32), normals.astype(np.float32), faces)


def usual_marks(anatomy: Anatomy, entry_uv_m: tuple[float, float], pocket_uv_m: tuple[float, float]) -> tuple[InkMark, ...]:
    """Return what a surgeon draws: midline, crest, rib margin, lumbar incision, pocket with its incision."""
    side = 1.0 if pocket_uv_m[0] > 0 else -1.0
    v0 = entry_uv_m[1]
    around = np.linspace(0, 2 * np.pi, 37)
    u_p, v_p = pocket_uv_m
    us = np.linspace(0.120, abs(u_p) + 0.03, 12) * side  # nearer the midline the bone's rim lies deep
    crest = tuple((float(u), float(body.iliac_crest_v(anatomy.trunk, float(u)))) for u in us)
    rib = tuple((float(u), float(body.costal_margin_v(anatomy.trunk, float(u)))) for u in us[2:])
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
    evenly = np.linspace(-0.44, 0.44, max(wound.n_stitches, 1)) * wound.length_m
    for at in wound.at_m[: wound.n_stitches] or evenly[: wound.n_stitches]:
        u, v = wound.u_m + s * at, wound.v_m + c * at
        a, n = body.roll(anatomy.trunk, float(u - 0.0042 * c), float(v + 0.0042 * s), 0.0)
        b, _ = body.roll(anatomy.trunk, float(u + 0.0042 * c), float(v - 0.0042 * s), 0.0)
        found.append((np.asarray(a), np.asarray(b), np.asarray(n)))
    return line, found


def field_of(observation: Observation) -> FieldState:
    """Return what an observation says of the field; without one, a field ready for the knife."""
    seen = getattr(observation, "field", None)
    if seen is None:
        return FieldState()
    is_begun = observation.is_lumbar_open or observation.needle.is_placed or observation.pocket.is_dissected
    cells = np.asarray(seen.prep_is_painted, float)
    has_map = cells.ndim == 2 and cells.size > 4
    is_even = seen.is_draped and seen.draped_cover > PAINTED_SHARE
    levels = dict(seen.blood_level)
    blood = max(levels.values(), default=0.0)
    pool = sum(cut.blood_m3 for cut in seen.incisions if cut.wound == "lumbar")
    shown = seen.bleeder_is_seen or (False,) * len(seen.bleeders)
    return FieldState(
        is_draped=seen.is_draped or is_begun,
        antiseptic=1.0 if has_map or is_begun else 0.0,
        wet=float(seen.prep_wet),
        marks=tuple(_mark(m) for m in seen.marks),
        bleeding=tuple(
            BleedingPoint(b.u_m, b.v_m, b.depth_m, bool(b.sealed_by), b.wound)
            for b, is_shown in zip(seen.bleeders, shown, strict=False) if is_shown or b.sealed_by
        ),
        blood_film=float(np.clip(0.15 + 0.6 * blood, 0.0, 0.8)) if seen.bled_m3 > 0 else 0.0,
        blood_pool_m3=float(pool),
        is_swab_laid=any(cut.n_swabs > 0 for cut in seen.incisions),
        sewn=_sewn(seen, float(getattr(observation, "days_since_closure", -1.0))),
        is_bandaged=bool(seen.has_binder),
        is_retracted=is_spread(observation, "lumbar"),
        painted=_paint_map(seen, cells) if has_map and not is_even else None,
    )  # fmt: skip


def _paint_map(seen: Any, painted: NDArray[np.float64]) -> PaintMap:
    wet = np.asarray(seen.prep_wetness, float)
    wet = wet if wet.shape == painted.shape else np.zeros_like(painted)
    cells = np.round(255 * np.clip(np.stack([painted, wet], axis=2), 0, 1)).astype(np.uint8)
    return PaintMap(cells, tuple(seen.prep_origin_m), float(seen.prep_cell_m))


def _mark(mark: Any) -> InkMark:
    u, v = float(mark.u_m), float(mark.v_m)
    if mark.radius_m > 0:
        around = np.linspace(0, 2 * np.pi, 37)
        return InkMark(mark.kind, tuple((u + mark.radius_m * float(np.sin(a)), v + mark.radius_m * float(np.cos(a))) for a in around))
    along = {"midline": (0.0, 0.022), "crest": (0.022, 0.0), "rib": (0.022, 0.006), "entry": (0.005, 0.005)}
    du, dv = along.get(mark.kind, (0.008, 0.0))
    if mark.kind == "entry":  # a small cross, drawn in one line
        return InkMark(mark.kind, ((u - du, v - dv), (u + du, v + dv), (u, v), (u - du, v + dv), (u + du, v - dv)))
    return InkMark(mark.kind, ((u - du, v - dv), (u + du, v + dv)))


def _sewn(seen: Any, days: float) -> tuple[SewnWound, ...]:
    """Return what of each cut is closed: with its stitches, those of a macro evenly set, or healed to a scar."""
    found = []
    for cut in seen.incisions:
        at = skin_stitches_m(seen, cut)
        is_old = cut.is_closed and (cut.at_s < 0.0 or days > STITCHES_OUT_DAYS)
        if not at and cut.is_closed:
            n = max(int(round(cut.length_m / (2 * HELD_M["skin"]))), 2)
            at = tuple(float(a) for a in np.linspace(-0.44, 0.44, n) * cut.length_m)
        angle = np.pi / 2 - float(cut.angle_rad)  # theirs runs from left to head
        for a, b in held_runs(cut, at):
            u, v = cut.u_m + 0.5 * (a + b) * np.cos(cut.angle_rad), cut.v_m + 0.5 * (a + b) * np.sin(cut.angle_rad)
            within = tuple(round(x - 0.5 * (a + b), 4) for x in at if a <= x <= b)
            found.append(SewnWound(float(u), float(v), b - a, angle, 0 if is_old else len(within), within, is_old))
    return tuple(found)
