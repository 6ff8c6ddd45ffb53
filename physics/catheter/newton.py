"""One implicit step: backward Euler, Newton with exact tangent, guarded friction, line search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF, WIDTH, lu_factor, lu_solve
from physics.catheter.contact import add_blocks, contact, slider
from physics.catheter.elastic import bend_twist, frames, stretch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Arrays = tuple[FloatArray, ...]

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
def _potential(
    x: FloatArray, theta: FloatArray, frame: Arrays, rod: Arrays, old: Arrays, body: Arrays,
    surface: Any, grip: Arrays, scalars: FloatArray, flags: tuple[bool, bool, bool],
    grad: FloatArray, band: FloatArray, block: FloatArray,
) -> float:
    """Return the potential of the step [J]; with flags[0] also add its gradient and tangent.

    frame: tangent, m1, m2, turn. rod: rest length, Voronoi length, bending, rest curvature, node share.
    old: x0, theta0, x hat, theta hat, wall. body: mass, spin, drag, dead load. surface: status, hint,
    conduit, canal, cord, plane, law. grip: memory, new memory, load, hold stiffness, hold capacity,
    hold memory, new hold memory. flags: want derivatives, Gauss-Newton, friction load held.
    """  # fmt: skip
    want, gauss_newton, frozen = flags
    energy = stretch(x, frame[0], rod[0], scalars[1], want, gauss_newton, grad, band)
    energy += bend_twist(x, theta, frame[0], frame[1], frame[2], frame[3], rod[1], rod[2], scalars[2], rod[3],
                         want, gauss_newton, grad, band)  # fmt: skip
    energy += contact(x, old[0], rod[4], surface[0], surface[1], old[4], surface[2], surface[3], surface[4],
                      surface[5], surface[6], scalars[3], scalars[4], grip[0], grip[1], grip[2], frozen, want,
                      gauss_newton, grad, block)  # fmt: skip
    energy += slider(x, old[0], old[4], grip[3], grip[4], grip[5], grip[6], want, grad, block)
    energy += _inertia(x, old[0], old[2], theta, old[1], old[3], body[0], body[1], body[2], body[3], scalars[0],
                       want, grad, band)  # fmt: skip
    return float(energy)


@njit(cache=True)
def _direction(
    x: FloatArray, theta: FloatArray, frame: Arrays, rod: Arrays, old: Arrays, body: Arrays, surface: Any,
    grip: Arrays, scalars: FloatArray, frozen: bool, fixed: BoolArray, work: Arrays, stats: FloatArray,
) -> tuple[float, float, float]:
    """Assemble and solve for the Newton direction; return energy, residual [N] and slope (0 = none).

    Falls back to the Gauss-Newton tangent when a pivot or the slope has the wrong sign.
    """  # fmt: skip
    grad, dx, band, block = work
    energy, residual, slope = 0.0, 0.0, 0.0
    for attempt in range(2):
        grad[:] = 0.0
        band[:] = 0.0
        block[:] = 0.0
        energy = _potential(x, theta, frame, rod, old, body, surface, grip, scalars, (True, attempt == 1, frozen),
                            grad, band, block)  # fmt: skip
        add_blocks(block, band)
        residual = _fix(fixed, grad, band)
        slope = 0.0
        if residual < scalars[5]:
            break
        if lu_factor(band, len(grad)):
            for q in range(len(grad)):
                dx[q] = -grad[q]
            lu_solve(band, dx, len(grad))
            for q in range(len(grad)):
                slope += grad[q] * dx[q]
            if slope < 0.0:
                break
        stats[2] += 1.0
    return energy, residual, slope


@njit(cache=True)
def implicit_step(
    x: FloatArray, v: FloatArray, theta: FloatArray, omega: FloatArray, tangent: FloatArray, director: FloatArray,
    turn: FloatArray, rod: Arrays, body: Arrays, surface: Any, hold: Arrays, memory: FloatArray, load: FloatArray,
    wall: FloatArray, fixed: BoolArray, scalars: FloatArray, stats: FloatArray,
) -> None:
    """Advance all arrays in place by one step (callers pass copies).

    rod, body, surface: see `_potential`. hold: stiffness, capacity, memory. scalars: dt, EA, GJ, outer
    radius, contact layer, tolerance [N], iteration cap. stats: iterations, backtracks, fallbacks,
    residual [N]. The loop is kept whole: it is the algorithm of catheter_mechanics_2 section 2.2.
    """  # fmt: skip
    dt, tol = scalars[0], scalars[5]
    n = theta.shape[0]
    grad, dx, spare = np.zeros(4 * n + 3), np.zeros(4 * n + 3), np.zeros(4 * n + 3)
    band, block = np.zeros((4 * n + 3, WIDTH)), np.zeros((n + 1, 3, 3))
    memory1, hold1 = np.zeros_like(memory), np.zeros_like(hold[2])
    old = (x.copy(), theta.copy(), x + v * dt, theta + omega * dt, wall)
    new_director = director.copy()
    frame = (tangent.copy(), np.zeros_like(tangent), np.zeros_like(tangent), turn.copy())
    grip = (memory, memory1, load, hold[0], hold[1], hold[2], hold1)
    for i in range(n + 1):
        for a in range(3):
            if fixed[4 * i + a]:
                x[i, a] = old[2][i, a]
    for j in range(n):
        if fixed[4 * j + 3]:
            theta[j] = old[3][j]
    frames(x, theta, tangent, director, turn, frame[0], new_director, frame[1], frame[2], frame[3])
    frozen, unfrozen, residual = False, 0, 0.0
    for it in range(int(scalars[6])):
        stats[0] += 1.0
        energy, residual, slope = _direction(x, theta, frame, rod, old, body, surface, grip, scalars, frozen, fixed,
                                             (grad, dx, band, block), stats)  # fmt: skip
        if residual < tol and frozen and unfrozen < 6:
            frozen = False
            unfrozen += 1
            continue
        if residual < tol or slope >= 0.0:
            break
        frozen = it + 1 >= GUARD and (it + 1) % GUARD != 0
        largest = 0.0
        for q in range(4 * n + 3):
            if q % 4 != 3 and abs(dx[q]) > largest:
                largest = abs(dx[q])
        scale = 1.0 if largest <= STEP_CAP_M else STEP_CAP_M / largest
        for search in range(10):
            _move(x, theta, dx, scale)
            frames(x, theta, tangent, director, turn, frame[0], new_director, frame[1], frame[2], frame[3])
            trial = _potential(x, theta, frame, rod, old, body, surface, grip, scalars, (False, False, True), spare,
                               band, block)  # fmt: skip
            if trial <= energy + 1e-4 * scale * slope + 1e-11 * abs(energy) + 1e-16:
                break
            _move(x, theta, dx, -scale)
            scale *= 0.5
            stats[1] += 1.0
            if search == 9:
                frames(x, theta, tangent, director, turn, frame[0], new_director, frame[1], frame[2], frame[3])
    _potential(x, theta, frame, rod, old, body, surface, grip, scalars, (False, False, False), spare, band, block)
    memory[:] = memory1
    hold[2][:] = hold1
    v[:] = (x - old[0]) / dt
    omega[:] = (theta - old[1]) / dt
    tangent[:] = frame[0]
    director[:] = new_director
    turn[:] = frame[3]
    stats[3] = residual
