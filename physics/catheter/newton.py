"""One implicit step: backward Euler, Newton with exact tangent, guarded friction, line search."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF, WIDTH, lu_factor, lu_solve
from physics.catheter.contact import add_blocks, contact, slider
from physics.catheter.elastic import bend_twist, frames, stretch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

GUARD = 6  # iterations after which the friction load is held and refreshed every 6th
STEP_CAP_M = 0.02


@njit(cache=True)
def _inertia(
    x: FloatArray, x0: FloatArray, hat: FloatArray, theta: FloatArray, theta0: FloatArray, theta_hat: FloatArray,
    mass: FloatArray, spin: FloatArray, drag: FloatArray, load: FloatArray, dt: float, want: bool,
    grad: FloatArray, band: FloatArray,
) -> float:
    """Add inertia, drag (columns 0 translation, 1 twist) and dead loads; return their potential [J]."""  # fmt: skip
    energy = 0.0
    idt2 = 1.0 / (dt * dt)
    for i in range(x.shape[0]):
        m = mass[i] * idt2
        c = drag[i, 0] / dt
        for a in range(3):
            d = x[i, a] - hat[i, a]
            e = x[i, a] - x0[i, a]
            energy += 0.5 * m * d * d + 0.5 * c * e * e - load[i, a] * e
            if want:
                grad[4 * i + a] += m * d + c * e - load[i, a]
                band[4 * i + a, HALF] += m + c
    for j in range(theta.shape[0]):
        m = spin[j] * idt2
        c = drag[j, 1] / dt
        d = theta[j] - theta_hat[j]
        e = theta[j] - theta0[j]
        energy += 0.5 * m * d * d + 0.5 * c * e * e
        if want:
            grad[4 * j + 3] += m * d + c * e
            band[4 * j + 3, HALF] += m + c
    return energy


@njit(cache=True)
def _fix(fixed: BoolArray, grad: FloatArray, band: FloatArray) -> float:
    """Remove prescribed unknowns; return the largest remaining nodal force [N]."""
    n = grad.shape[0]
    largest = 0.0
    for q in range(n):
        if fixed[q]:
            grad[q] = 0.0
            for c in range(WIDTH):
                band[q, c] = 0.0
            for r in range(max(0, q - HALF), min(n, q + HALF + 1)):
                band[r, HALF + q - r] = 0.0
            band[q, HALF] = 1.0
        elif q % 4 != 3 and abs(grad[q]) > largest:
            largest = abs(grad[q])
    return largest


@njit(cache=True)
def _move(x: FloatArray, theta: FloatArray, dx: FloatArray, scale: float) -> None:
    for i in range(x.shape[0]):
        for a in range(3):
            x[i, a] += scale * dx[4 * i + a]
    for j in range(theta.shape[0]):
        theta[j] += scale * dx[4 * j + 3]


@njit(cache=True)
def implicit_step(
    x: FloatArray, v: FloatArray, theta: FloatArray, omega: FloatArray, tangent: FloatArray, director: FloatArray,
    turn: FloatArray, rest_length: FloatArray, voronoi: FloatArray, mass: FloatArray, spin: FloatArray,
    drag: FloatArray, dead_load: FloatArray, bending: FloatArray, rest_curvature: FloatArray, fixed: BoolArray,
    wall: FloatArray, status: IntArray, hint: IntArray, conduit: FloatArray, canal: FloatArray, cord: FloatArray,
    plane: FloatArray, law: FloatArray, scalars: FloatArray, memory: FloatArray, load: FloatArray,
    hold_stiffness: FloatArray, hold_capacity: FloatArray, hold_memory: FloatArray, m1: FloatArray, m2: FloatArray,
    stats: FloatArray,
) -> None:
    """Advance all arrays in place by one step (callers pass copies).

    scalars: dt, EA, GJ, outer radius, contact layer, tolerance [N], iteration cap.
    stats: iterations, backtracks, fallbacks, residual [N].
    """  # fmt: skip
    dt, ea, gj, radius, layer, tol = scalars[0], scalars[1], scalars[2], scalars[3], scalars[4], scalars[5]
    cap = int(scalars[6])
    n = theta.shape[0]
    nd = 4 * n + 3
    grad = np.zeros(nd)
    spare = np.zeros(nd)
    dx = np.zeros(nd)
    band = np.zeros((nd, WIDTH))
    block = np.zeros((n + 1, 3, 3))
    memory1 = np.zeros_like(memory)
    hold1 = np.zeros_like(hold_memory)
    share = np.zeros(n + 1)
    for j in range(n):
        share[j] += 0.5 * rest_length[j]
        share[j + 1] += 0.5 * rest_length[j]
    x0 = x.copy()
    theta0 = theta.copy()
    hat = x + v * dt
    theta_hat = theta + omega * dt
    new_tangent = tangent.copy()
    new_director = director.copy()
    new_turn = turn.copy()
    for i in range(n + 1):
        for a in range(3):
            if fixed[4 * i + a]:
                x[i, a] = hat[i, a]
    for j in range(n):
        if fixed[4 * j + 3]:
            theta[j] = theta_hat[j]
    frames(x, theta, tangent, director, turn, new_tangent, new_director, m1, m2, new_turn)
    frozen = False
    unfrozen = 0
    residual = 0.0
    slope = 0.0
    energy = 0.0
    for it in range(cap):
        stats[0] += 1.0
        for attempt in range(2):
            gauss_newton = attempt == 1
            grad[:] = 0.0
            band[:] = 0.0
            block[:] = 0.0
            energy = stretch(x, new_tangent, rest_length, ea, True, gauss_newton, grad, band)
            energy += bend_twist(x, theta, new_tangent, m1, m2, new_turn, voronoi, bending, gj, rest_curvature,
                                 True, gauss_newton, grad, band)  # fmt: skip
            energy += contact(x, x0, share, status, hint, wall, conduit, canal,
                              cord, plane, law, radius, layer, memory, memory1, load, frozen, True, gauss_newton,
                              grad, block)  # fmt: skip
            energy += slider(x, x0, wall, hold_stiffness, hold_capacity, hold_memory, hold1, True, grad, block)
            energy += _inertia(x, x0, hat, theta, theta0, theta_hat, mass, spin, drag, dead_load, dt, True, grad, band)
            add_blocks(block, band)
            residual = _fix(fixed, grad, band)
            if residual < tol:
                break
            slope = 0.0
            if lu_factor(band, nd):
                for q in range(nd):
                    dx[q] = -grad[q]
                lu_solve(band, dx, nd)
                for q in range(nd):
                    slope += grad[q] * dx[q]
                if slope < 0.0:
                    break
            stats[2] += 1.0
        if residual < tol:
            if frozen and unfrozen < 6:
                frozen = False
                unfrozen += 1
                continue
            break
        if slope >= 0.0:
            break
        frozen = it + 1 >= GUARD and (it + 1) % GUARD != 0
        largest = 0.0
        for q in range(nd):
            if q % 4 != 3 and abs(dx[q]) > largest:
                largest = abs(dx[q])
        scale = 1.0 if largest <= STEP_CAP_M else STEP_CAP_M / largest
        for search in range(10):
            _move(x, theta, dx, scale)
            frames(x, theta, tangent, director, turn, new_tangent, new_director, m1, m2, new_turn)
            trial = stretch(x, new_tangent, rest_length, ea, False, False, spare, band)
            trial += bend_twist(x, theta, new_tangent, m1, m2, new_turn, voronoi, bending, gj, rest_curvature,
                                False, False, spare, band)  # fmt: skip
            trial += contact(x, x0, share, status, hint, wall, conduit, canal,
                             cord, plane, law, radius, layer, memory, memory1, load, True, False, False, spare,
                             block)  # fmt: skip
            trial += slider(x, x0, wall, hold_stiffness, hold_capacity, hold_memory, hold1, False, spare, block)
            trial += _inertia(x, x0, hat, theta, theta0, theta_hat, mass, spin, drag, dead_load, dt, False, spare, band)
            if trial <= energy + 1e-4 * scale * slope + 1e-11 * abs(energy) + 1e-16:
                break
            _move(x, theta, dx, -scale)
            scale *= 0.5
            stats[1] += 1.0
            if search == 9:
                frames(x, theta, tangent, director, turn, new_tangent, new_director, m1, m2, new_turn)
    contact(x, x0, share, status, hint, wall, conduit, canal, cord, plane, law,
            radius, layer, memory, memory1, load, False, False, False, spare, block)  # fmt: skip
    slider(x, x0, wall, hold_stiffness, hold_capacity, hold_memory, hold1, False, spare, block)
    memory[:] = memory1
    hold_memory[:] = hold1
    for i in range(n + 1):
        for a in range(3):
            v[i, a] = (x[i, a] - x0[i, a]) / dt
    for j in range(n):
        omega[j] = (theta[j] - theta0[j]) / dt
    tangent[:] = new_tangent
    director[:] = new_director
    turn[:] = new_turn
    stats[3] = residual


