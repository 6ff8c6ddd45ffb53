"""How a curve or a position carries the reference body: skin, ribs and marks follow the canal.

The reference body stands straight; its trunk is what the cited tables were fitted to. In another position, or with
a curve, each horizontal section is lifted, shifted and turned about the canal's centre as a whole: a map without
iteration, exact in both directions. So `(u, v)` on the skin are material coordinates.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.anatomy.fields import Point, lookup, smoothed
from physics.anatomy.spec import PatientBuild, Spine
from physics.kernels import inner_kernel

FloatArray = NDArray[np.float64]

Z_REFERENCE, PIVOT, CENTRE_X, CENTRE_Y, COS, SIN = range(6)  # rows of a bend table [mm]
LOW_MM, BEND_PITCH_MM, COUNT = -520.0, 4.0, 320
SKIN_SHARE = 0.80  # of the column's coronal shift that the skin shows [rendering_2 section 2, A]
SKIN_TURN_SHARE = 0.62  # of its axial turn [rendering_2 section 2, A]
SKIN_SIDE_SIGMA_MM, SKIN_BACK_SIGMA_MM = 40.0, 22.0  # the skin follows smoothly [A]
HIP_FLEXION_RAD = {"standing": 0.0, "lateral": math.radians(75.0), "sitting": math.radians(90.0)}  # brief position [UGK-M]
UNBENT: FloatArray = np.zeros((6, 0))
UNBENT.setflags(write=False)


def is_bent(build: PatientBuild) -> bool:
    """Return whether the body differs from the straight, standing reference."""
    return build.cobb_rad != 0.0 or build.kyphosis_scale != 1.0 or build.position != "standing"


def bend_table(reference: Spine, posed: Spine) -> FloatArray:
    """Return the map (6, n) over posed height that carries the reference skin to the posed canal [mm]."""
    grid: FloatArray = LOW_MM + BEND_PITCH_MM * np.arange(COUNT, dtype=np.float64)
    arcs = posed.canal_arcs_m[(posed.canal_arcs_m >= reference.canal_arcs_m[0]) & (posed.canal_arcs_m <= reference.canal_arcs_m[-1])]
    was = np.column_stack([np.interp(arcs, reference.canal_arcs_m, reference.canal_points_m[:, i]) for i in range(3)]) * 1e3
    now = np.column_stack([np.interp(arcs, posed.canal_arcs_m, posed.canal_points_m[:, i]) for i in range(3)]) * 1e3
    turn = np.interp(arcs, posed.canal_arcs_m, np.arctan2(posed.canal_normals[:, 0], posed.canal_normals[:, 1]))
    z = now[:, 2]
    size = posed.scale

    def over(values: FloatArray, sigma: float) -> FloatArray:
        held = np.concatenate([[LOW_MM], z, [float(grid[-1])]])
        return smoothed(held, np.concatenate([values[:1], values, values[-1:]]), grid, sigma * size)

    drop = over(was[:, 2] - z, 12.0)
    side = over(now[:, 0] - was[:, 0], SKIN_SIDE_SIGMA_MM)
    side -= float(np.interp(np.interp(0.0, arcs, z), grid, side))
    angle = SKIN_TURN_SHARE * over(turn, SKIN_SIDE_SIGMA_MM)
    back = over(now[:, 1] - was[:, 1], SKIN_BACK_SIGMA_MM)
    pivot = over(was[:, 1], 12.0)
    table = np.array([grid + drop, pivot, SKIN_SHARE * side, pivot + back, np.cos(angle), np.sin(angle)])
    table.setflags(write=False)
    return table


@inner_kernel
def unbent(p: Point, bend: FloatArray) -> Point:
    """Return the reference point of a posed point [mm]."""
    z = p[2]
    x = p[0] - lookup(bend[CENTRE_X], z, LOW_MM, BEND_PITCH_MM)
    y = p[1] - lookup(bend[CENTRE_Y], z, LOW_MM, BEND_PITCH_MM)
    c, s = lookup(bend[COS], z, LOW_MM, BEND_PITCH_MM), lookup(bend[SIN], z, LOW_MM, BEND_PITCH_MM)
    pivot = lookup(bend[PIVOT], z, LOW_MM, BEND_PITCH_MM)
    return (x * c - y * s, x * s + y * c + pivot, lookup(bend[Z_REFERENCE], z, LOW_MM, BEND_PITCH_MM))


def _rows_at(bend: FloatArray, z_mm: FloatArray) -> list[FloatArray]:
    grid = LOW_MM + BEND_PITCH_MM * np.arange(COUNT)
    return [np.interp(z_mm, grid, row) for row in bend]


def bent_points(bend: FloatArray, points_m: FloatArray) -> FloatArray:
    """Return where reference points (n, 3) lie in the posed body [m]."""
    p = np.atleast_2d(np.asarray(points_m, dtype=float))
    if bend.shape[1] == 0:
        return p
    grid = LOW_MM + BEND_PITCH_MM * np.arange(COUNT)
    z = np.interp(p[:, 2] * 1e3, bend[Z_REFERENCE], grid)
    _, pivot, x0, y0, c, s = _rows_at(bend, z)
    x, y = p[:, 0] * 1e3, p[:, 1] * 1e3 - pivot
    return np.column_stack([x * c + y * s + x0, -x * s + y * c + y0, z]) * 1e-3


def unbent_points(bend: FloatArray, points_m: FloatArray) -> FloatArray:
    """Return the reference points of posed points (n, 3) [m]: the inverse of `bent_points`."""
    p = np.atleast_2d(np.asarray(points_m, dtype=float))
    if bend.shape[1] == 0:
        return p
    z_ref, pivot, x0, y0, c, s = _rows_at(bend, p[:, 2] * 1e3)
    x, y = p[:, 0] * 1e3 - x0, p[:, 1] * 1e3 - y0
    return np.column_stack([x * c - y * s, x * s + y * c + pivot, z_ref]) * 1e-3


def bent_ribs(reference: Spine, posed: Spine, bend: FloatArray) -> FloatArray:
    """Return the rib lines (24, r, 3): with the vertebra at the head, with the skin from a third of the way on [m]."""
    nodes = reference.rib_nodes_m
    n = nodes.shape[1]
    share = np.clip(np.linspace(0.0, 1.0, n) / 0.33, 0.0, 1.0)
    weight = (share * share * (3.0 - 2.0 * share))[:, None]
    out = np.empty_like(nodes)
    for k in range(nodes.shape[0]):
        i = k // 2
        turn = posed.level_rotations[i] @ reference.level_rotations[i].T
        with_bone = (nodes[k] - reference.level_centres_m[i]) @ turn.T + posed.level_centres_m[i]
        out[k] = (1.0 - weight) * with_bone + weight * bent_points(bend, nodes[k])
    return out


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("share of a curve that the skin shows", SKIN_SHARE, "1", "A", "rendering_2 section 2"),
    ("share of the axial turn that the skin shows", SKIN_TURN_SHARE, "1", "A", "rendering_2 section 2"),
    ("hip flexion in decubitus", HIP_FLEXION_RAD["lateral"], "rad", "UGK-M", "device_and_procedure 3, knees to chest"),
)
