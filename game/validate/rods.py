"""Rods to check: straight with mid-edge clamps, settled step by step, and their tangent as a matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigvals_banded

from physics.catheter import elastic as energies
from physics.catheter.banded import HALF, WIDTH
from physics.catheter.elastic import bend_twist, stretch
from physics.catheter.rod import (
    Drive,
    Stage,
    advance,
    clamp,
    law_table,
    node_lengths,
    rod_from_line,
    voronoi_lengths,
)
from physics.catheter.spec import CATHETERS, CatheterSpec
from physics.catheter.state import CatheterState
from physics.kernels import outer

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SPEC = CATHETERS["ascenda_8780"]
STIFF = replace(SPEC, stretching_stiffness=9e3)  # closed forms have no stretch
BARE = Stage(np.zeros((0, 4)), np.zeros((0, 8)), np.zeros((0, 5)), law_table(SPEC))
LENGTH_M = 0.1
EI = SPEC.bending_stiffness
frames = outer(energies.frames)


def straight(n_edges: int, spec: CatheterSpec, ends: str = "clamped free", length_m: float = LENGTH_M) -> CatheterState:
    """Return a straight rod along x; a clamped end lies at the middle of its first or last edge."""
    first, last = ends.split()
    before = 0.5 if first == "clamped" else 0.0
    edge = length_m / (n_edges - before - (0.5 if last == "clamped" else 0.0))
    line = np.zeros((n_edges + 1, 3))
    line[:, 0] = (np.arange(n_edges + 1) - before) * edge
    return rod_from_line(line, spec, "free")


def held(n_edges: int, ends: str = "clamped free") -> BoolArray:
    """Return the prescribed unknowns of `straight`; pinned ends keep their place, sliding ones their height."""
    first, last = ends.split()
    nodes: tuple[int, ...] = {"clamped": (0, 1), "pinned": (0,), "free": ()}[first]
    edges: tuple[int, ...] = () if first == "free" else (0,)
    if last == "clamped":
        nodes, edges = (*nodes, n_edges - 1, n_edges), (*edges, n_edges - 1)
    fixed = clamp(n_edges, nodes, edges)
    if last in ("pinned", "sliding"):
        fixed[4 * n_edges + (0 if last == "pinned" else 1) : 4 * n_edges + 3] = True
    return fixed


def planar(fixed: BoolArray, axis: int) -> BoolArray:
    """Return the mask with motion along an axis and all twist prescribed too."""
    out = fixed.copy()
    out[axis::4] = True
    out[3::4] = True
    return out


def quiet(state: CatheterState, v: FloatArray | None = None) -> CatheterState:
    """Return the state at rest, or moving with `v` (n+1, 3)."""
    return replace(state, v=np.zeros_like(state.v) if v is None else v, omega=np.zeros_like(state.omega))


def settled(
    state: CatheterState, spec: CatheterSpec, fixed: BoolArray, load: FloatArray | None = None, steps: int = 40,
    drive: Drive = Drive(dt_s=10.0, tolerance_n=1e-11, cap=40, drag=1e-4), stage: Stage = BARE,
) -> CatheterState:
    """Return the rod at rest under a dead load that grows over the first quarter of the steps."""  # fmt: skip
    for k in range(steps):
        share = None if load is None else load * min(1.0, (k + 1) / max(1, steps // 4))
        before = state.x
        state, _ = advance(quiet(state), spec, stage, drive, fixed, dead_load=share)
        if k >= steps // 4 and float(np.abs(state.x - before).max()) < 1e-11:
            break
    return quiet(state)


def elastic(state: CatheterState, spec: CatheterSpec) -> tuple[float, FloatArray, FloatArray]:
    """Return the elastic energy [J], its gradient (4n+3,) and the tangent as a full matrix."""
    n = state.n_edges
    tangent, director, m1, m2 = (np.zeros((n, 3)) for _ in range(4))
    turn = np.zeros(n)
    frames(state.x, state.theta, state.tangent, state.director, state.turn, tangent, director, m1, m2, turn)
    grad, band = np.zeros(4 * n + 3), np.zeros((4 * n + 3 + HALF, WIDTH))
    energy = stretch(state.x, tangent, state.rest_length, spec.stretching_stiffness, True, False, grad, band)
    energy += bend_twist(
        state.x, state.theta, tangent, m1, m2, turn, voronoi_lengths(state.rest_length), state.bending,
        spec.twisting_stiffness, state.rest_curvature, True, False, grad, band,
    )  # fmt: skip
    full = np.zeros((4 * n + 3, 4 * n + 3))
    for r in range(4 * n + 3):
        low, high = max(0, r - HALF), min(4 * n + 3, r + HALF + 1)
        full[r, low:high] = band[r, HALF + low - r : HALF + high - r]
    return float(energy), grad, full


def low_eigenvalue(tangent: FloatArray, free: BoolArray, index: int = 0) -> float:
    """Return the least eigenvalue (or the next ones by index) of the free part of a tangent."""
    part = tangent[np.ix_(free, free)]
    band = np.zeros((HALF + 1, len(part)))
    for k in range(HALF + 1):
        band[HALF - k, k:] = np.diagonal(part, k)
    return float(eigvals_banded(band, select="i", select_range=(index, index))[0])


def inertia(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the mass [kg] or polar inertia [kg m2] of every unknown, (4n+3,)."""
    out = np.repeat(spec.mass_per_length * node_lengths(state.rest_length), 4)[:-1]
    out[3::4] = 0.5 * spec.mass_per_length * state.rest_length * spec.radius_m**2
    return out


def kinetic(state: CatheterState, spec: CatheterSpec) -> float:
    """Return the kinetic energy, spin included [J]."""
    m = inertia(state, spec)
    share = m[0::4]
    return float(0.5 * (share[:, None] * state.v**2).sum() + 0.5 * (m[3::4] * state.omega**2).sum())


def least_order(error: Callable[[int], float], meshes: tuple[int, ...]) -> float:
    """Return the least order of convergence between successive meshes, each twice as fine."""
    errors = [abs(error(n)) for n in meshes]
    return min(log2(a / b) for a, b in zip(errors, errors[1:]))
