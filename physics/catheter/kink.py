"""Plastic kink hinge with memory, as a bending stiffness and a rest curvature per vertex.

Law (catheter_mechanics_2 section 6, all [A]): the wall folds at M_k = EI / R_kink; beyond it
M(th) = M_k (rho + (1 - rho) exp(-th/th1)) of the hinge rotation th; unloading and reloading run on the
secant from the plastic set eta th to (th, M(th)). In series with the arc of the vertex this is a new
stiffness and rest curvature, so the rod's tangent stays exact. One hinge per exclusion length makes the
rotation independent of the mesh. Checked: tests/validation/test_kink_hinge.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.rod import voronoi_lengths
from physics.catheter.spec import HINGE_ANGLE_RAD, HINGE_RESIDUAL, HINGE_SET, HINGE_SPACING_M, CatheterSpec
from physics.catheter.state import CatheterState, HappeningList

FloatArray = NDArray[np.float64]


def vertex_curvature(state: CatheterState) -> FloatArray:
    """Return the integrated curvature vector 2 tan(phi/2) in material axes, (n, 2) [-]."""
    t, d1 = state.tangent, state.director
    d2 = np.cross(t, d1)
    c, s = np.cos(state.theta)[:, None], np.sin(state.theta)[:, None]
    m1, m2 = c * d1 + s * d2, -s * d1 + c * d2
    chi = 1.0 + (t[:-1] * t[1:]).sum(axis=1)
    kb = 2.0 * np.cross(t[:-1], t[1:]) / np.maximum(chi, 1e-8)[:, None]
    out = np.zeros((len(t), 2))
    out[1:, 0] = 0.5 * (kb * (m2[:-1] + m2[1:])).sum(axis=1)
    out[1:, 1] = -0.5 * (kb * (m1[:-1] + m1[1:])).sum(axis=1)
    return out


def hinge_moment(angle_rad: float, kink_moment: float) -> float:
    """Return the moment that a fold of `angle_rad` still carries [N m]."""
    return float(kink_moment * (HINGE_RESIDUAL + (1.0 - HINGE_RESIDUAL) * np.exp(-angle_rad / HINGE_ANGLE_RAD)))


def _rotation(total: float, start: float, compliance: float, kink_moment: float) -> float:
    """Return the hinge rotation at which arc and hinge together turn by `total` (bisection)."""
    low, high = start, max(total, start)
    for _ in range(50):
        middle = 0.5 * (low + high)
        if compliance * hinge_moment(middle, kink_moment) + middle < total:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def update_hinges(state: CatheterState, spec: CatheterSpec) -> tuple[CatheterState, float, HappeningList]:
    """Return the state with hinges opened and turned, the largest relative change, and kinks made.

    Call after a solve and repeat the solve from its start while the change is large.
    """
    kappa = vertex_curvature(state)
    length = voronoi_lengths(state.rest_length)
    safe = np.maximum(length, 1e-12)
    moment = state.bending[:, None] / safe[:, None] * (kappa - state.rest_curvature)
    size = np.linalg.norm(moment, axis=1)
    happenings: HappeningList = []
    candidate = (size > spec.kink_moment) & ~state.is_hinge & (state.virgin_bending <= spec.bending_stiffness)
    candidate[0] = False
    if not candidate.any() and not state.is_hinge.any():
        return state, 0.0, happenings
    is_hinge, direction = state.is_hinge.copy(), state.hinge_direction.copy()
    angle, bending, rest = state.hinge_angle.copy(), state.bending.copy(), state.rest_curvature.copy()
    arc = np.concatenate([[0.0], np.cumsum(state.rest_length)[:-1]])
    change = 0.0
    for q in sorted(np.flatnonzero(candidate), key=lambda j: (-size[j], j)):
        if not is_hinge.any() or np.abs(arc[is_hinge] - arc[q]).min() > HINGE_SPACING_M:
            is_hinge[q] = True
            direction[q] = moment[q] / size[q]
            change = 1.0
            turned = np.linalg.norm(kappa[q])
            happenings.append(("CatheterKinked", float(turned / length[q]), str(int(q))))
    for q in np.flatnonzero(is_hinge):
        compliance = float(length[q] / spec.bending_stiffness)
        turning = float(kappa[q] @ direction[q])
        if turning > compliance * hinge_moment(angle[q], spec.kink_moment) + angle[q] + 1e-9:
            angle[q] = _rotation(turning, float(angle[q]), compliance, spec.kink_moment)
        if angle[q] > 1e-6:
            stiffness = hinge_moment(angle[q], spec.kink_moment) / (angle[q] * (1.0 - HINGE_SET))
            effective = length[q] / (compliance + 1.0 / stiffness)
            change = max(change, abs(effective / bending[q] - 1.0))
            bending[q] = effective
            rest[q] = HINGE_SET * angle[q] * direction[q]
    new = replace(
        state, is_hinge=is_hinge, hinge_direction=direction, hinge_angle=angle, bending=bending, rest_curvature=rest
    )
    return new, change, happenings


def hinge_rotation(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the present rotation of each hinge [rad], (n,): set plus what the moment opens."""
    length = voronoi_lengths(state.rest_length)
    out = np.zeros(state.n_edges)
    for q in np.flatnonzero(state.is_hinge):
        turning = float(vertex_curvature(state)[q] @ state.hinge_direction[q])
        set_angle = HINGE_SET * state.hinge_angle[q]
        moment = state.bending[q] / length[q] * (turning - set_angle)
        out[q] = max(0.0, turning - moment * length[q] / spec.bending_stiffness)
    return out
