"""Plastic kink hinge with memory, as a bending stiffness and a rest curvature per vertex.

Law (catheter_mechanics_2 section 6, all [A]): the wall folds at M_k = EI / R_kink; beyond it
M(th) = M_k (rho + (1 - rho) exp(-th/th1)) of the hinge rotation th; unloading and reloading run on the
secant from the plastic set eta th to (th, M(th)). In series with the arc of the vertex this is a new
stiffness and rest curvature, so the rod's tangent stays exact. The law speaks of the angle phi between two
edges, the rod of 2 tan(phi/2): the stiffness is set anew after every solve so that the moment of the angle
is the law's. One hinge per exclusion length makes the
rotation independent of the mesh. A stylet lies beside the tube: its stiffness adds, and it has a rest
curvature of its own. Checked: tests/validation/test_kink_hinge.py, tests/physics/catheter/test_stylet.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.elastic import cross, dot
from physics.catheter.rod import voronoi_lengths
from physics.catheter.spec import HINGE_ANGLE_RAD, HINGE_RESIDUAL, HINGE_SET, HINGE_SPACING_M, CatheterSpec
from physics.catheter.state import BoolArray, CatheterState, HappeningList
from physics.kernels import ALLOCATING

FloatArray = NDArray[np.float64]

OPENED_SHARE, FOLDED_SHARE = 0.25, 0.75  # of the way from set to record: a fold has opened / has shut again [A]
NOTED_FOLD_RAD = 0.1  # tuned: a fold that never turned this far shuts half the lumen at most and opens unsaid


def material_axes(state: CatheterState) -> tuple[FloatArray, FloatArray]:
    """Return the two material directors of every edge, (n, 3) each: they turn with the wall."""
    d1 = state.director
    d2 = np.cross(state.tangent, d1)
    c, s = np.cos(state.theta)[:, None], np.sin(state.theta)[:, None]
    return c * d1 + s * d2, -s * d1 + c * d2


@njit(**ALLOCATING)
def _curvature(tangent: FloatArray, director: FloatArray, theta: FloatArray, out: FloatArray) -> None:
    kb, d2 = np.empty(3), np.empty(3)
    m1, m2 = np.empty((2, 3)), np.empty((2, 3))
    for j in range(theta.shape[0]):
        new, old = j % 2, (j + 1) % 2
        cross(tangent[j], director[j], d2)
        c, s = np.cos(theta[j]), np.sin(theta[j])
        for a in range(3):
            m1[new, a] = c * director[j, a] + s * d2[a]
            m2[new, a] = -s * director[j, a] + c * d2[a]
        if j == 0:
            continue
        cross(tangent[j - 1], tangent[j], kb)
        scale = 1.0 / max(1.0 + dot(tangent[j - 1], tangent[j]), 1e-8)
        out[j, 0] = scale * (dot(kb, m2[old]) + dot(kb, m2[new]))
        out[j, 1] = -scale * (dot(kb, m1[old]) + dot(kb, m1[new]))


def vertex_curvature(state: CatheterState) -> FloatArray:
    """Return the integrated curvature vector 2 tan(phi/2) in material axes, (n, 2) [-]."""
    out = np.zeros((state.n_edges, 2))
    _curvature(state.tangent, state.director, state.theta, out)
    return out


def vertex_moment(state: CatheterState) -> FloatArray:
    """Return the bending moment at every vertex in material axes [N m], (n, 2): what a lever feels."""
    return _moments(vertex_curvature(state), voronoi_lengths(state.rest_length), state.bending, state.rest_curvature)


def _steepness(kappa: FloatArray) -> FloatArray:
    """Return d kappa / d phi = 1 + kappa^2 / 4 of curvatures kappa = 2 tan(phi/2), (..., 2)."""
    return np.asarray(1.0 + 0.25 * (kappa * kappa).sum(axis=-1))


def _moments(kappa: FloatArray, length: FloatArray, bending: FloatArray, rest: FloatArray) -> FloatArray:
    """Return d/d phi of the energy B (kappa - kappa0)^2 / 2 l of vertices, (n, 2) [N m]."""
    return np.asarray((bending / np.maximum(length, 1e-12) * _steepness(kappa))[:, None] * (kappa - rest))


def _turned(kappa: FloatArray, direction: FloatArray) -> float:
    """Return the part of a vertex's bending angle that lies in a direction [rad]."""
    size = float(np.linalg.norm(kappa))
    share = 2.0 * np.arctan(0.5 * size) / size if size > 1e-9 else 1.0
    return float(share * (kappa @ direction))


def hinge_moment(angle_rad: float, kink_moment: float) -> float:
    """Return the moment that a fold of `angle_rad` still carries [N m]."""
    return float(kink_moment * (HINGE_RESIDUAL + (1.0 - HINGE_RESIDUAL) * np.exp(-angle_rad / HINGE_ANGLE_RAD)))


def _arc(moment: float, length_m: float, spec: CatheterSpec) -> float:
    """Return the angle by which the tube of a vertex bends under a moment, its wall unfolded [rad].

    Notes
    -----
    The rod's own law, M = EI / l (1 + kappa^2 / 4) kappa with kappa = 2 tan(phi/2): a cubic for tan(phi/2).
    """
    half = 0.25 * moment * length_m / spec.bending_stiffness
    root = np.sqrt(half * half + 1.0 / 27.0)
    return float(2.0 * np.arctan(np.cbrt(half + root) + np.cbrt(half - root)))


def _rotation(total: float, start: float, length_m: float, spec: CatheterSpec) -> float:
    """Return the hinge rotation at which arc and hinge together turn by `total` (bisection)."""
    low, high = start, max(total, start)
    for _ in range(50):
        middle = 0.5 * (low + high)
        if _arc(hinge_moment(middle, spec.kink_moment), length_m, spec) + middle < total:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _moment(total: float, angle_rad: float, length_m: float, spec: CatheterSpec) -> float:
    """Return the moment of arc and hinge that together turn by `total`, below the record `angle_rad` [N m]."""
    most = hinge_moment(angle_rad, spec.kink_moment)
    give = angle_rad * (1.0 - HINGE_SET) / most
    beyond = total - HINGE_SET * angle_rad
    low, high = sorted((0.0, beyond / (give + 1e-12)))
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _arc(middle, length_m, spec) + give * middle < beyond:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def wire_stiffness(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the EI that the stylet adds at every vertex [N m2], (n,)."""
    extra = state.virgin_bending - spec.bending_stiffness
    return np.where(extra > 1e-6 * spec.bending_stiffness, extra, 0.0)


def wire_set(state: CatheterState) -> FloatArray:
    """Return the curvature that the stylet keeps at every vertex [1/m], (n, 2)."""
    return state.stylet_set if len(state.stylet_set) == state.n_edges else np.zeros((state.n_edges, 2))


def tube(state: CatheterState, spec: CatheterSpec) -> tuple[FloatArray, FloatArray]:
    """Return bending stiffness [N m2] and integrated rest curvature [-] of the tube alone, (n,), (n, 2)."""
    wire = wire_stiffness(state, spec)
    bending = np.where(wire > 0.0, spec.bending_stiffness, state.bending)
    rest = np.where((wire > 0.0)[:, None], 0.0, state.rest_curvature)
    hinges = np.flatnonzero(state.is_hinge & (state.hinge_angle > 1e-6))
    if len(hinges):
        kappa, length = vertex_curvature(state), voronoi_lengths(state.rest_length)
        for q in hinges:
            bending[q], rest[q] = _hinge(kappa[q], state.hinge_direction[q], float(state.hinge_angle[q]), float(length[q]), spec)
    return bending, rest


def _hinge(
    kappa: FloatArray, direction: FloatArray, angle_rad: float, length_m: float, spec: CatheterSpec
) -> tuple[float, FloatArray]:
    """Return stiffness and rest curvature of a vertex whose wall has once turned by `angle_rad`, bent as it now is."""
    rest = 2.0 * np.tan(0.5 * HINGE_SET * angle_rad)
    along, steep = float(kappa @ direction), float(_steepness(kappa))
    if abs(along - rest) < 1e-6:
        give = length_m / spec.bending_stiffness + angle_rad * (1.0 - HINGE_SET) / hinge_moment(angle_rad, spec.kink_moment)
        return float(length_m / (give * float(_steepness(rest * direction)) ** 2)), rest * direction
    moment = _moment(_turned(kappa, direction), angle_rad, length_m, spec)
    return max(1e-3 * spec.bending_stiffness, length_m * moment / ((along - rest) * steep)), rest * direction


def composed(state: CatheterState, spec: CatheterSpec) -> CatheterState:
    """Return the state with `bending` and `rest_curvature` of tube and stylet together.

    Notes
    -----
    Side by side: B = B_tube + B_wire, and the rest curvature is their mean, weighted by stiffness [T].
    """
    bending, rest = tube(state, spec)
    wire = wire_stiffness(state, spec)
    if wire.any():
        own = wire_set(state) * voronoi_lengths(state.rest_length)[:, None]
        rest = (bending[:, None] * rest + wire[:, None] * own) / (bending + wire)[:, None]
        bending = bending + wire
    return replace(state, bending=bending, rest_curvature=rest)


def yielded(state: CatheterState, spec: CatheterSpec) -> CatheterState:
    """Return the state with the set that the stylet takes where it is bent beyond its yield curvature.

    Notes
    -----
    Elastic, then perfectly plastic at M_y = EI kappa_y of first yield; the round section's reserve up to
    the full plastic moment (16 / 3 pi = 1.70 M_y [T]) and hardening are left out. The return is radial in
    the plane of both curvatures and explicit: one set per step.
    """
    wire = wire_stiffness(state, spec)
    if not wire.any():
        return state
    length = np.maximum(voronoi_lengths(state.rest_length), 1e-12)[:, None]
    old = wire_set(state)
    elastic = vertex_curvature(state) / length - old
    size = np.linalg.norm(elastic, axis=1)
    over = (wire > 0.0) & (size > (1.0 + 1e-9) * spec.stylet_yield_curvature)
    over[0] = False
    if not over.any():
        return state
    share = np.where(over, 1.0 - spec.stylet_yield_curvature / np.maximum(size, 1e-12), 0.0)
    return composed(replace(state, stylet_set=old + share[:, None] * elastic), spec)


def update_hinges(state: CatheterState, spec: CatheterSpec) -> tuple[CatheterState, float, HappeningList]:
    """Return the state with hinges opened and turned, the largest relative change, and kinks made.

    Call after a solve and repeat the solve from its start while the change is large.
    """
    kappa = vertex_curvature(state)
    length = voronoi_lengths(state.rest_length)
    moment = _moments(kappa, length, *tube(state, spec))
    size = np.linalg.norm(moment, axis=1)
    happenings: HappeningList = []
    candidate = (size > spec.kink_moment) & ~state.is_hinge
    candidate[0] = False
    if not candidate.any() and not state.is_hinge.any():
        return state, 0.0, happenings
    is_hinge, direction, angle = state.is_hinge.copy(), state.hinge_direction.copy(), state.hinge_angle.copy()
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
        turning, piece = _turned(kappa[q], direction[q]), float(length[q])
        if turning > _arc(hinge_moment(angle[q], spec.kink_moment), piece, spec) + angle[q] + 1e-9:
            angle[q] = _rotation(turning, float(angle[q]), piece, spec)
    new = composed(replace(state, is_hinge=is_hinge, hinge_direction=direction, hinge_angle=angle), spec)
    turned_q = is_hinge & (angle > 1e-6)
    if turned_q.any():
        change = max(change, float(np.abs(new.bending[turned_q] / state.bending[turned_q] - 1.0).max()))
    return new, change, happenings


def hinge_rotation(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the present rotation of each hinge [rad], (n,): set plus what the moment opens."""
    length = voronoi_lengths(state.rest_length)
    out = np.zeros(state.n_edges)
    if not state.is_hinge.any():
        return out
    kappa = vertex_curvature(state)
    for q in np.flatnonzero(state.is_hinge):
        turning = _turned(kappa[q], state.hinge_direction[q])
        angle, piece = max(float(state.hinge_angle[q]), 1e-6), float(length[q])
        out[q] = max(0.0, turning - _arc(_moment(turning, angle, piece, spec), piece, spec))
    return out


def unfolded_curvature(state: CatheterState, spec: CatheterSpec, rotation_rad: FloatArray) -> FloatArray:
    """Return the curvature of the tube at every vertex without what its folds turned [1/m], (n, 2)."""
    kappa = vertex_curvature(state)
    for q in np.flatnonzero(state.is_hinge):
        across = state.hinge_direction[q]
        kappa[q] += (_turned(kappa[q], across) - rotation_rad[q] - kappa[q] @ across) * across
    return np.asarray(kappa / np.maximum(voronoi_lengths(state.rest_length), 1e-9)[:, None])


def fold_changes(state: CatheterState, spec: CatheterSpec) -> tuple[CatheterState, HappeningList]:
    """Return the state with its folds marked shut or open again, and those that changed as happenings.

    A fold is open when it has come back most of the way to its set ("CatheterUnkinked"), shut again when it
    has gone most of the way to its record ("CatheterKinked": at a lower moment than the first time).
    """
    was: BoolArray = state.is_folded if len(state.is_folded) == state.n_edges else state.is_hinge
    folded = np.where(state.is_hinge, was, True)  # a new fold is shut; an unfolded vertex waits for its first
    happenings: HappeningList = []
    if state.is_hinge.any():
        rotation = hinge_rotation(state, spec)
        length = voronoi_lengths(state.rest_length)
        kappa = np.linalg.norm(vertex_curvature(state), axis=1)
        for q in np.flatnonzero(state.is_hinge & (state.hinge_angle > NOTED_FOLD_RAD)):
            share = (rotation[q] / state.hinge_angle[q] - HINGE_SET) / (1.0 - HINGE_SET)
            is_shut = bool(share > FOLDED_SHARE or (folded[q] and share > OPENED_SHARE))
            if is_shut != folded[q]:
                name = "CatheterKinked" if is_shut else "CatheterUnkinked"
                happenings.append((name, float(kappa[q] / length[q]), str(int(q))))
            folded[q] = is_shut
    return replace(state, is_folded=folded), happenings
