"""Fused blocks of vertebrae: bone that bridges bodies, facets and laminae, and the rods and screws beside it.

Everything is a tube through points carried by the vertebrae's own frames, so it bends with the column.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import physics.anatomy.bones as bones
from physics.anatomy.spec import LEVEL_NAMES, PatientBuild

FloatArray = NDArray[np.float64]

N_NODES = 12
# Bridges in the frame of a vertebra [mm of the template]: share of the canal's half width to the side, behind the
# canal centre over the canal's half depth plus an offset, height over the body's middle, radius.
# Laminae in the midline and beside it close the interlaminar window (20-24 mm wide [8.6, UGK-L]); the facets and
# the disc are bridged too. tuned: by eye against a solid posterolateral fusion.
BRIDGES: tuple[tuple[float, float, float, float], ...] = (
    (0.0, 7.0, -6.0, 5.0), (0.55, 6.0, -6.0, 5.0), (-0.55, 6.0, -6.0, 5.0), (1.3, 3.5, -4.0, 6.5), (-1.3, 3.5, -4.0, 6.5),
)  # fmt: skip
CAGE_SIDE_MM, CAGE_RADIUS_MM = 10.0, 9.0  # bone through the disc space, either side [A]
ROD_RADIUS_MM, SCREW_RADIUS_MM = 2.75, 3.2  # 5.5 mm rod [scenarios_content I-A1], 6.5 mm screw [UGK-M]
ROD_OUT_MM, ROD_BACK_MM = 13.0, 15.0  # beside and behind the canal's centre [A]


def block_name(first: float, last: float) -> str:
    """Return the name of a fused block as a bone: "fusion_L3_L5"."""
    return f"fusion_{_name(first)}_{_name(last)}"


def _name(level: float) -> str:
    i = round(level)
    return f"C{7 + i}" if i < 1 else LEVEL_NAMES[i - 1]


def members(first: float, last: float) -> list[int]:
    """Return the rows of `Spine.column_*` (C2 = 0 .. L5 = 22, sacrum = 23) of a block."""
    return [i for i in range(24) if first - 0.5 < i - 5 < last + 0.5]


def _resampled(points: FloatArray) -> FloatArray:
    step = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0.0, step[-1], N_NODES)
    return np.column_stack([np.interp(at, step, points[:, k]) for k in range(3)])


def _through(
    rows: list[int], centres: FloatArray, turns: FloatArray, shapes: FloatArray, scale: float, local: tuple[float, float, float]
) -> FloatArray:
    """Return the points (canal half widths to the side, mm behind the canal's rear wall, height) of each vertebra."""
    out = []
    for i in rows:
        row = shapes[min(i, len(shapes) - 1)]
        p = np.array([local[0] * row[bones.CANAL_X], bones.canal_y(row) + row[bones.CANAL_Y] - 3.0 + local[1], local[2]])
        out.append(centres[i] + turns[i] @ p * scale * 1e-3)
    return np.array(out)


def bridges(
    build: PatientBuild, centres: FloatArray, turns: FloatArray, shapes: FloatArray, scale: float
) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """Return tube nodes (k, 12, 3), radii (k, 12) [m] and the block (k,) each belongs to.

    Parameters
    ----------
    build : PatientBuild
        Whose `fused_levels` are bridged.
    centres, turns : (24, 3), (24, 3, 3) arrays
        Body centres and frames of C2 .. L5 and of the upper sacrum.
    shapes : (23, c) array
        Shape rows.
    scale : float
        Size over the template.
    """
    nodes, radii, blocks = [], [], []
    for k, (first, last) in enumerate(build.fused_levels):
        rows = members(first, last)
        for side, back, height, radius in BRIDGES:
            nodes.append(_resampled(_through(rows, centres, turns, shapes, scale, (side, back, height))))
            radii.append(np.full(N_NODES, radius * scale * 1e-3))
            blocks.append(k)
        for side in (CAGE_SIDE_MM, -CAGE_SIDE_MM):
            line = np.array([centres[i] + turns[i][:, 0] * side * scale * 1e-3 for i in rows])
            nodes.append(_resampled(line))
            radii.append(np.full(N_NODES, CAGE_RADIUS_MM * scale * 1e-3))
            blocks.append(k)
    if not nodes:
        return np.zeros((0, N_NODES, 3)), np.zeros((0, N_NODES)), np.zeros(0, np.int64)
    return np.array(nodes), np.array(radii), np.array(blocks)


def metal(
    build: PatientBuild, centres: FloatArray, turns: FloatArray, shapes: FloatArray, scale: float
) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Return rods and pedicle screws as tubes (k, 12, 3), (k, 12) [m] with their names; arguments as `bridges`."""
    nodes, radii, names = [], [], []
    for first, last in build.fused_levels if build.has_fusion_metal else ():
        rows = members(first, last)
        for side, word in ((1.0, "left"), (-1.0, "right")):
            heads = []
            for i in rows:
                row = shapes[min(i, len(shapes) - 1)]
                cy = bones.canal_y(row)
                head = np.array([side * (row[bones.CANAL_X] + ROD_OUT_MM), cy + ROD_BACK_MM, 3.0])
                tip = np.array([side * row[bones.WIDTH] * 0.22, -row[bones.DEPTH] * 0.25, 2.0])
                line = np.array([head, tip]) @ turns[i].T * scale * 1e-3 + centres[i]
                heads.append(line[0])
                nodes.append(_resampled(line))
                radii.append(np.full(N_NODES, SCREW_RADIUS_MM * 1e-3))
                names.append(f"screw_{_name(float(i - 5))}_{word}")
            ends = np.array(heads)
            reach = (ends[0] - ends[-1]) / np.linalg.norm(ends[0] - ends[-1]) * 0.008
            nodes.append(_resampled(np.vstack([ends[0] + reach, ends, ends[-1] - reach])))
            radii.append(np.full(N_NODES, ROD_RADIUS_MM * 1e-3))
            names.append(f"rod_{_name(first)}_{_name(last)}_{word}")
    if not nodes:
        return np.zeros((0, N_NODES, 3)), np.zeros((0, N_NODES)), ()
    return np.array(nodes), np.array(radii), tuple(names)


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("fusion rod radius", ROD_RADIUS_MM * 1e-3, "m", "M", "scenarios_content I-A1"),
    ("pedicle screw radius", SCREW_RADIUS_MM * 1e-3, "m", "UGK-M", "6.5 mm, general knowledge"),
)
