"""Where a point lies in the sac: arc length, elliptic coordinate, status of nodes."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.contact import canal_gap, nearest
from physics.catheter.rod import pack_canal, pack_cord
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, Surroundings
from physics.kernels import ALLOCATING

FloatArray = NDArray[np.float64]


@njit(**ALLOCATING)
def _sac(points: FloatArray, canal: FloatArray, arcs: FloatArray, result: FloatArray) -> None:
    out, blend = np.empty(9), np.empty(5)
    everywhere = canal.shape[0]
    for i in range(points.shape[0]):
        k = nearest(points[i], canal, everywhere // 2, everywhere, out)
        low, high = 0.5 * (1.0 - out[3]) ** 2, 0.5 * out[3] ** 2
        for a in range(5):  # posterior normal and semi-axes
            blend[a] = low * canal[k - 1, 3 + a] + (1.0 - low - high) * canal[k, 3 + a] + high * canal[k + 1, 3 + a]
        b = blend[0] * out[0] + blend[1] * out[1] + blend[2] * out[2]
        side = max(out[4] ** 2 - b * b, 0.0) / blend[3] ** 2
        result[i, 0] = low * arcs[k - 1] + (1.0 - low - high) * arcs[k] + high * arcs[k + 1]
        result[i, 1] = np.sqrt(side + (b / blend[4]) ** 2)
        result[i, 2] = k


def sac_coordinates(points_m: FloatArray, around: Surroundings) -> FloatArray:
    """Return (arc from the caudal end [m], elliptic coordinate f, spline piece) per point, (n, 3).

    f < 1 inside the sac.
    """
    canal = pack_canal(around)
    step = np.linalg.norm(np.diff(canal[:, :3], axis=0), axis=1)
    arcs = np.concatenate([[0.0], np.cumsum(step)])
    result = np.zeros((len(points_m), 3))
    _sac(np.ascontiguousarray(points_m), canal, arcs, result)
    return result


SAC_WALL_F = 1.05  # elliptic coordinate of the dura: the tube may press it outward a little


def inserted_length(state: CatheterState, around: Surroundings) -> float:
    """Return the length of catheter inside the sac [m], measured back from the tip."""
    if state.is_epidural or len(state.x) < 2:
        return 0.0
    f = sac_coordinates(state.x, around)[:, 1]
    if f[-1] >= SAC_WALL_F:
        return 0.0
    outside = np.flatnonzero(f >= SAC_WALL_F)
    if len(outside) == 0:
        return float(state.rest_length.sum())
    k = int(outside[-1])
    crossing = (f[k] - SAC_WALL_F) / (f[k] - f[k + 1])
    return float(state.rest_length[k + 1 :].sum() + (1.0 - crossing) * state.rest_length[k])


def tip_point(state: CatheterState) -> FloatArray:
    """Return the tip [m], (3,)."""
    return np.array(state.x[-1])


@njit(**ALLOCATING)
def _gaps(points: FloatArray, canal: FloatArray, cord: FloatArray, radius: float, result: FloatArray) -> None:
    out = np.empty(9)
    normal = np.empty(3)
    everywhere = canal.shape[0] + cord.shape[0]
    for i in range(points.shape[0]):
        k = nearest(points[i], canal, everywhere // 2, everywhere, out)
        result[i] = canal_gap(canal, k, radius, out, normal)
        if cord.shape[0] > 2:
            k = nearest(points[i], cord, everywhere // 2, everywhere, out)
            low, high = 0.5 * (1.0 - out[3]) ** 2, 0.5 * out[3] ** 2
            wide = low * cord[k - 1, 3] + (1.0 - low - high) * cord[k, 3] + high * cord[k + 1, 3]
            result[i] = min(result[i], out[4] - wide - radius)


def contact_share(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, length_m: float, gap_m: float
) -> float:
    """Return the share of the last `length_m` that lies within `gap_m` of the sac's wall or the cord, 0..1."""
    arcs = np.concatenate(([0.0], np.cumsum(state.rest_length[::-1])))
    places = np.linspace(0.0, min(length_m, arcs[-1]), 13)
    points = np.stack([np.interp(places, arcs, state.x[::-1, a]) for a in range(3)], axis=1)
    gaps = np.zeros(len(points))
    _gaps(np.ascontiguousarray(points), pack_canal(around), pack_cord(around), spec.radius_m, gaps)
    return float(np.mean(gaps <= gap_m))
