"""Words on a cut-away: what they point at in the patient, and where they stand in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from game.view.axial_painting import colon_x, level_at, muscles
from game.view.camera import Camera
from game.view.frame import FloatArray, Label, Section
from game.view.painting import RETROPERITONEUM_M, VESSELS_M, sheet_x
from physics import anatomy as body
from physics.anatomy import Anatomy

LINE_SHARE = 0.052  # tuned: least distance of two words, of the picture's height
MARGIN_SHARE = 0.025
LETTER_SHARE = 0.0076  # tuned: mean breadth of a letter, of the picture's width
NEAR_PX, NEAR_WORD_PX = 7.0, 15.0  # tuned: a line this near another's point, or its word, is taken for its own


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A word in the picture [px, x right, y down]: where its text begins or ends, and the point it names."""

    text: str
    anchor: tuple[float, float]
    point: tuple[float, float]
    is_left: bool


def placed(labels: tuple[Label, ...], camera: Camera, size: tuple[int, int]) -> list[PlacedLabel]:
    """Return the words in two columns beside the picture, sorted by height so that no lines cross."""
    if not labels:
        return []
    points = camera.project(np.array([label.point_m for label in labels]), size)
    seen = [(label, p) for label, p in zip(labels, points, strict=True)
            if np.isfinite(p).all() and 0 <= p[0] <= size[0] and 0 <= p[1] <= size[1]]  # fmt: skip
    if not seen:
        return []
    seen.sort(key=lambda one: one[1][0])
    half = (len(seen) + 1) // 2
    out = []
    for is_left, column in ((True, seen[:half]), (False, seen[half:])):
        column = sorted(column, key=lambda one: float(one[1][1]))
        heights = _spread([float(p[1]) for _, p in column], LINE_SHARE * size[1], size[1])
        x = MARGIN_SHARE * size[0] if is_left else (1 - MARGIN_SHARE) * size[0]
        into = size[0] * LETTER_SHARE * (1 if is_left else -1)
        ends = tuple((round(x + into * len(label.text)), round(float(p[0])), round(float(p[1]))) for label, p in column)
        dots = tuple((round(float(p[0])), round(float(p[1]))) for _, p in seen)
        order = _untangled(ends, tuple(round(y) for y in heights), dots)
        heights = [heights[k] for k in order]
        out += [
            PlacedLabel(label.text, (x, y), (float(p[0]), float(p[1])), is_left)
            for (label, p), y in zip(column, heights, strict=True)
        ]
    return out


@lru_cache(maxsize=16)
def _untangled(
    ends: tuple[tuple[int, int, int], ...], heights: tuple[int, ...], dots: tuple[tuple[int, int], ...]
) -> tuple[int, ...]:
    """Return which height each word takes, so that few lines cross each other, another's point or another's word.

    `ends` holds where a word's line begins (x) and the point (x, y) it goes to; words are swapped by pairs while that helps.
    """
    begin, to = np.array(ends, float)[:, 0], np.array(ends, float)[:, 1:]
    spots, n = np.array(dots, float), len(ends)

    def price(order: list[int]) -> float:
        at = np.stack([begin, np.array(heights, float)[order]], axis=1)
        way = to - at
        length = np.maximum(np.linalg.norm(way, axis=1), 1.0)
        share = np.einsum("id,ijd->ij", way, spots[None] - at[:, None]) / length[:, None] ** 2
        off = np.linalg.norm(at[:, None] + np.clip(share, 0, 1)[..., None] * way[:, None] - spots[None], axis=2)
        hits = float(((off < NEAR_PX) & (np.linalg.norm(spots[None] - to[:, None], axis=2) > 1.0)).sum())
        for i in range(n):
            side = np.sign(way[i, 0] * (at[:, 1] - at[i, 1]) - way[i, 1] * (at[:, 0] - at[i, 0]))
            other = np.sign(way[i, 0] * (to[:, 1] - at[i, 1]) - way[i, 1] * (to[:, 0] - at[i, 0]))
            back = np.sign(way[:, 0] * (at[i, 1] - at[:, 1]) - way[:, 1] * (at[i, 0] - at[:, 0]))
            front = np.sign(way[:, 0] * (to[i, 1] - at[:, 1]) - way[:, 1] * (to[i, 0] - at[:, 0]))
            hits += 0.5 * float(((side * other < 0) & (back * front < 0)).sum())
            past = (begin - begin[i]) * np.sign(way[i, 0])  # words that reach beyond the beginning of this line
            level = at[i, 1] + way[i, 1] * np.clip(past / max(abs(way[i, 0]), 1.0), 0, 1)
            off_word = np.maximum(np.minimum(level, at[i, 1]) - at[:, 1], at[:, 1] - np.maximum(level, at[i, 1]))
            hits += float(((past > 0) & (off_word < NEAR_WORD_PX)).sum())
        return hits + 1e-4 * float(np.abs(way[:, 1]).sum())

    order = list(range(n))
    best, is_better = price(order), True
    while is_better:
        is_better = False
        for i in range(n):
            for j in range(i + 1, n):
                tried = order.copy()
                tried[i], tried[j] = tried[j], tried[i]
                if (cost := price(tried)) < best - 1e-9:
                    order, best, is_better = tried, cost, True
    return tuple(order)


def _spread(wanted: list[float], gap: float, height: int) -> list[float]:
    """Return heights near the wanted ones, at least a gap apart, all within the picture."""
    top, bottom = 0.6 * gap, height - 0.6 * gap
    gap = min(gap, (bottom - top) / max(len(wanted) - 1, 1))
    out: list[float] = []
    for y in wanted:
        out.append(max(y, out[-1] + gap if out else top))
    over = out[-1] - bottom if out else 0.0
    for i in range(len(out) - 1, -1, -1):
        limit = bottom if i == len(out) - 1 else out[i + 1] - gap
        out[i] = min(out[i], limit) if over > 0 else out[i]
    return out


def section_labels(anatomy: Anatomy, section: Section) -> tuple[Label, ...]:
    """Return the words of a section."""
    if section.kind == "sagittal":
        return tuple(_sagittal(anatomy))
    if section.kind == "axial":
        return tuple(_axial(anatomy, section.height_m))
    z = section.height_m
    middle = float(sheet_x(anatomy, np.array([z]))[0])
    across = [label for label in _axial(anatomy, z, section.side) if (label.point_m[0] - middle) * section.side > 0.004]
    named = {label.text for label in across}
    above = [label for label in _sagittal(anatomy) if label.point_m[2] > z + 0.004 and label.text not in named]
    return tuple(across + above)


def _axial(anatomy: Anatomy, z: float, side: float = -1.0) -> list[Label]:
    level = level_at(anatomy, z)
    s, (cx, cy) = level.scale, level.canal
    found = muscles(level)
    flank = 0.45 * float(body.unroll(anatomy.trunk, np.array([1e-4, -0.3, z]))[0])

    def under(u: float, depth: float) -> FloatArray:
        return np.asarray(body.roll(anatomy.trunk, u, z, depth)[0])

    def fat(u: float) -> float:
        return float(body.fascia_depth(anatomy.trunk, u, z))

    def at(x: float, y: float) -> FloatArray:
        return np.array([cx + x, y, z])

    def muscle(name: str, sign: float) -> FloatArray:
        (x, y), _ = found[name]
        return at(sign * x, y)

    canal = "spinal cord" if level.cord_radius_m > 6e-4 else "cauda equina"
    back = 0.075 * s
    names = {
        "skin": under(-side * flank, 0.0008),
        "subcutaneous fat": under(side * back, 0.5 * fat(back)),
        "thoracolumbar fascia": under(side * 0.045 * s, fat(0.045 * s) + 0.0030),
        "erector spinae": muscle("erector spinae", side),
        "multifidus": muscle("multifidus", side),
        "interspinous ligament": at(0.0, 0.35 * (cy + level.sac[1]) + 0.65 * level.back_y[0]),
        "ligamentum flavum": at(-side * 0.005 * s, cy + level.sac[1] + 0.0048),
        "epidural fat": at(-side * 0.001, cy + level.sac[1] + 0.0020),
        f"dura, CSF, {canal}": at(-side * 0.4 * level.sac[0], cy),
        "disc" if _is_disc(anatomy, at(0.0, cy - 0.030 * s)) else "vertebral body": at(0.0, cy - 0.030 * s),
        "psoas": muscle("psoas", -side),
        "quadratus lumborum": muscle("quadratus lumborum", -side),
        "abdominal wall: 3 layers": under(-side * flank, fat(flank) + 0.0075),
        "linea alba": at(0.0, _front_fascia(anatomy, z)),
        "peritoneum, bowel": at(side * 0.045 * s, cy - 0.082 * s),
        "colon": at(-side * colon_x(level), cy - 0.050 * s),
        "aorta": at(0.007 * s, cy - 0.0475 * s),
        "vena cava": at(-0.016 * s, cy - 0.0455 * s),
    }
    return [Label(text, point) for text, point in names.items()]


def _front_fascia(anatomy: Anatomy, z: float) -> float:
    u = float(body.unroll(anatomy.trunk, np.array([1e-4, -0.3, z]))[0])
    return float(body.roll(anatomy.trunk, u, z, float(body.fascia_depth(anatomy.trunk, u, z)) + 0.006)[0][1])


def _is_disc(anatomy: Anatomy, point: FloatArray) -> bool:
    return any(float(body.disc_distance(anatomy.spine, n, point[None])[0]) < 0 for n in body.disc_names(anatomy.spine))


def _sagittal(anatomy: Anatomy) -> list[Label]:
    centres = np.asarray(anatomy.spine.level_centres_m, float)
    canal = np.asarray(anatomy.spine.canal_points_m, float)
    canal = canal[np.argsort(canal[:, 2])]
    semi = np.asarray(anatomy.spine.sac_semi_axes_m, float)
    depth = float(np.median(semi[:, 1]))
    l2, l3, l4 = centres[13], centres[14], centres[15]

    def canal_y(z: float) -> float:
        return float(np.interp(z, canal[:, 2], canal[:, 1]))

    def at(y: float, z: float) -> FloatArray:
        return np.array([float(sheet_x(anatomy, np.array([z]))[0]), y, z])

    def back(z: float, depth_m: float) -> FloatArray:
        point, _ = body.roll(anatomy.trunk, 0.0, z, depth_m)
        return at(float(point[1]), z)

    z34, z45, z23 = (0.5 * (a[2] + b[2]) for a, b in ((l3, l4), (l4, centres[16]), (l2, l3)))
    fascia = float(body.fascia_depth(anatomy.trunk, 0.0, z23))
    reach = canal_y(z34) + depth
    cord_z = float(centres[12][2]) + 0.010
    names = {
        "skin": back(z45, 0.0008),
        "subcutaneous fat": back(z34 - 0.012, 0.5 * fascia),
        "thoracolumbar fascia": back(z23 - 0.004, fascia + 0.0034),
        "interspinous ligament": at(0.5 * (reach + float(back(z34, fascia)[1])) + 0.004, z34 - 0.008),
        "ligamentum flavum": at(reach + 0.0052, z34),
        "epidural fat": at(canal_y(z34 + 0.010) + depth + 0.0022, z34 + 0.010),
        "dura, CSF, cauda equina": at(canal_y(l3[2]), float(l3[2]) + 0.010),
        "spinal cord": at(canal_y(cord_z + 0.02), cord_z + 0.02),
        "disc": at(float(0.5 * (l4[1] + l3[1])), z34),
        "vertebral body": at(float(l3[1]) - 0.002, float(l3[2])),
        "aorta": at(canal_y(float(l2[2])) - VESSELS_M, float(l2[2])),
        "left common iliac vein": at(canal_y(-0.026) - VESSELS_M + 0.001, -0.026),
        "peritoneum, bowel": at(canal_y(z34) - RETROPERITONEUM_M - 0.018, z34 - 0.008),
    }
    return [Label(text, point) for text, point in names.items()]
