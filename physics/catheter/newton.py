"""One implicit step: backward Euler, Newton with exact tangent, guarded friction, line search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF, WIDTH, lu_factor, lu_solve
from physics.catheter.bodies import crossing_edges
from physics.catheter.contact import contact, note_bodies, rim_contact, slider
from physics.catheter.elastic import bend_twist, frames, stretch
from physics.catheter.self_contact import MARGIN_M, carry_memory, find_pairs, largest_share, touch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Arrays = tuple[FloatArray, ...]

GUARD = 6  # iterations after which the friction load is held and refreshed every 6th
STEP_CAP_M = 0.02
TWIST_CAP_RAD = 1.0  # one Newton step turns no edge by more


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
    n = fixed.shape[0]
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
    x: FloatArray, theta: FloatArray, frame: Arrays, rod: Arrays, old: Arrays, body: Arrays, surface: Any,
    grip: Arrays, rim: Any, strand: Any, scalars: FloatArray, flags: tuple[bool, bool, bool], window: int,
    grad: FloatArray, band: FloatArray,
) -> tuple[float, float]:
    """Return the potentials of the step [J], with held and with own friction loads; flags[0] adds derivatives.

    frame: tangent, m1, m2, turn. rod: rest length, Voronoi length, bending, rest curvature, node share.
    old: x0, theta0, x hat, theta hat, wall. body: mass, spin, drag, dead load. surface: status, hint,
    conduit, canal, cord, plane, bodies, law. grip: memory, new memory, load, new load, hold stiffness,
    hold capacity, hold memory, new hold memory. rim: rims, edges, memory, new memory, load, new load.
    strand: pairs, memory, new memory, load, new load, distance, (1,) count.
    flags: want derivatives, Gauss-Newton, friction load held.
    """  # fmt: skip
    want, gauss_newton, frozen = flags
    both = stretch(x, frame[0], rod[0], scalars[1], want, gauss_newton, grad, band)
    both += bend_twist(x, theta, frame[0], frame[1], frame[2], frame[3], rod[1], rod[2], scalars[2], rod[3],
                       want, gauss_newton, grad, band)  # fmt: skip
    both += slider(x, old[0], old[4], grip[4], grip[5], grip[6], grip[7], want, grad, band)
    both += _inertia(x, old[0], old[2], theta, old[1], old[3], body[0], body[1], body[2], body[3], scalars[0],
                     want, grad, band)  # fmt: skip
    held, own = contact(x, old[0], rod[4], surface[0], surface[1], old[4], surface[2], surface[3], surface[4],
                        surface[5], surface[6], surface[7], scalars[3], scalars[4], grip[0], grip[1], grip[2],
                        grip[3], window, frozen, want, gauss_newton, grad, band)  # fmt: skip
    if rim[0].shape[0] > 0:
        more = rim_contact(x, old[0], rim[0], rim[1], scalars[3], scalars[4], scalars[9], rim[2], rim[3], rim[4],
                           rim[5], frozen, want, grad, band)  # fmt: skip
        held += more[0]
        own += more[1]
    if strand[6][0] > 0:
        more = touch(x, old[0], strand[0], strand[6][0], scalars[3], scalars[4], scalars[8], strand[1], strand[2],
                     strand[3], strand[4], strand[5], frozen, want, grad, band)  # fmt: skip
        held += more[0]
        own += more[1]
    return both + held, both + own


@njit(cache=True)
def _slope(grad: FloatArray, dx: FloatArray, band: FloatArray, n: int) -> float:
    """Solve for the Newton direction; return its slope, 0 when the tangent has no positive pivots."""
    if not lu_factor(band, n):
        return 0.0
    for q in range(n):
        dx[q] = -grad[q]
    dx[n:] = 0.0
    lu_solve(band, dx, n)
    slope = 0.0
    for q in range(n):
        slope += grad[q] * dx[q]
    return slope


@njit(cache=True)
def _first_share(dx: FloatArray, n: int) -> tuple[float, float]:
    """Return how much of a direction may be tried at once, and its largest displacement [m]."""
    largest, turn = 0.0, 0.0
    for q in range(n):
        if q % 4 != 3:
            largest = max(largest, abs(dx[q]))
        else:
            turn = max(turn, abs(dx[q]))
    share = 1.0 if largest <= STEP_CAP_M else STEP_CAP_M / largest
    if share * turn > TWIST_CAP_RAD:
        share = TWIST_CAP_RAD / turn
    return share, largest


@njit(cache=True)
def _keep(grip: Arrays, rim: Any, strand: Any) -> None:
    """Make the friction loads of this point the held ones."""
    grip[2][:] = grip[3]
    rim[4][:] = rim[5]
    for k in range(strand[6][0]):
        strand[3][k] = strand[4][k]


@njit(cache=True)
def _list_pairs(x: FloatArray, rest_length: FloatArray, radius: float, margin: float, strand: Any) -> None:
    """Find the strands near each other anew; what they remember stays."""
    middle = np.cumsum(rest_length) - 0.5 * rest_length
    longest = np.max(rest_length)
    count = strand[6][0]
    pairs, memory, load = strand[0][:count].copy(), strand[1][:count].copy(), strand[3][:count].copy()
    strand[6][0] = find_pairs(x, middle, longest, 2.0 * radius + longest + margin, strand[0])
    carry_memory(pairs, memory, load, strand[0], strand[6][0], strand[1], strand[3])


@njit(cache=True)
def implicit_step(
    x: FloatArray, v: FloatArray, theta: FloatArray, omega: FloatArray, tangent: FloatArray, director: FloatArray,
    turn: FloatArray, rod: Arrays, body: Arrays, surface: Any, hold: Arrays, memory: FloatArray, load: FloatArray,
    wall: FloatArray, rim: Any, pairs: IntArray, pair_memory: FloatArray, fixed: BoolArray, scalars: FloatArray,
    stats: FloatArray,
) -> tuple[IntArray, FloatArray]:
    """Advance all arrays in place by one step (callers pass copies); return the strands that rub.

    rod, body, surface, rim: see `_potential`. hold: stiffness, capacity, memory. scalars: dt, EA, GJ,
    outer radius, contact layer, tolerance [N], iteration cap, self-contact (0 or 1), its friction, stick
    stiffness of rims. stats: iterations, backtracks, fallbacks, residual [N], least gap of strands [m].
    The loop is kept whole: it is the algorithm of catheter_mechanics_2 section 2.2, with the derivatives
    taken at the trial point at once, as it is mostly accepted.
    """  # fmt: skip
    dt, tol, radius, is_self = scalars[0], scalars[5], scalars[3], scalars[7] > 0.0
    n = theta.shape[0]
    size = 4 * n + 3
    grad, dx, spare = np.zeros(size), np.zeros(size + HALF), np.zeros(size)
    band = np.zeros((size + HALF, WIDTH))
    capacity = n * n // 2 if is_self else 1
    strand = (np.empty((capacity, 2), np.int64), np.empty((capacity, 3)), np.empty((capacity, 3)),
              np.zeros(capacity), np.zeros(capacity), np.zeros(capacity), np.zeros(1, np.int64))  # fmt: skip
    memory1, hold1, load1 = np.zeros_like(memory), np.zeros_like(hold[2]), np.zeros_like(load)
    old = (x.copy(), theta.copy(), x + v * dt, theta + omega * dt, wall)
    new_director = director.copy()
    frame = (tangent.copy(), np.zeros_like(tangent), np.zeros_like(tangent), turn.copy())
    grip = (memory, memory1, load, load1, hold[0], hold[1], hold[2], hold1)
    for i in range(n + 1):
        for a in range(3):
            if fixed[4 * i + a]:
                x[i, a] = old[2][i, a]
    for j in range(n):
        if fixed[4 * j + 3]:
            theta[j] = old[3][j]
    crossing_edges(x, rim[0], rim[1])
    margin = MARGIN_M
    if is_self:
        strand[6][0] = pairs.shape[0]
        strand[0][: pairs.shape[0]] = pairs
        strand[1][: pairs.shape[0]] = pair_memory
        _list_pairs(x, rod[0], radius, margin, strand)
    frames(x, theta, tangent, director, turn, frame[0], new_director, frame[1], frame[2], frame[3])
    _, energy = _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars,
                           (True, False, False), 1000, grad, band)  # fmt: skip
    _keep(grip, rim, strand)
    frozen, unfrozen, residual, is_whole = False, 0, 0.0, True
    for it in range(int(scalars[6])):
        stats[0] += 1.0
        residual = _fix(fixed, grad, band)
        if residual < tol:
            if not frozen or unfrozen >= 6:
                break
            frozen = False
            unfrozen += 1
            grad[:] = 0.0
            band[:] = 0.0
            _, energy = _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars,
                                   (True, False, False), 0, grad, band)  # fmt: skip
            _keep(grip, rim, strand)
            residual = _fix(fixed, grad, band)
            if residual < tol:
                break
        slope = _slope(grad, dx, band, size)
        if slope >= 0.0:  # Gauss-Newton instead
            stats[2] += 1.0
            grad[:] = 0.0
            band[:] = 0.0
            _, energy = _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars,
                                   (True, True, frozen), 0, grad, band)  # fmt: skip
            _keep(grip, rim, strand)
            residual = _fix(fixed, grad, band)
            slope = _slope(grad, dx, band, size)
            if slope >= 0.0:
                break
        scale, largest = _first_share(dx, size)
        if is_self:
            if 2.0 * scale * largest > margin:
                margin = max(MARGIN_M, 4.0 * scale * largest)
                _list_pairs(x, rod[0], radius, margin, strand)
                touch(x, old[0], strand[0], strand[6][0], radius, scalars[4], scalars[8], strand[1], strand[2],
                      strand[3], strand[4], strand[5], True, False, spare, band)  # fmt: skip
            scale = min(scale, largest_share(dx, strand[0], strand[6][0], strand[5]))
            margin -= 2.0 * scale * largest
        frozen = it + 1 >= GUARD and (it + 1) % GUARD != 0
        grad[:] = 0.0
        band[:] = 0.0
        _move(x, theta, dx, scale)
        frames(x, theta, tangent, director, turn, frame[0], new_director, frame[1], frame[2], frame[3])
        trial, own = _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars,
                                (True, False, frozen), 0, grad, band)  # fmt: skip
        is_whole = not frozen
        if not (trial <= energy + 1e-4 * scale * slope + 1e-11 * abs(energy) + 1e-16):
            for search in range(9):
                _move(x, theta, dx, -0.5 * scale)
                scale *= 0.5
                stats[1] += 1.0
                frames(x, theta, tangent, director, turn, frame[0], new_director, frame[1], frame[2], frame[3])
                trial, _ = _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars,
                                      (False, False, True), 0, spare, band)  # fmt: skip
                if trial <= energy + 1e-4 * scale * slope + 1e-11 * abs(energy) + 1e-16:
                    break
            grad[:] = 0.0
            band[:] = 0.0
            _, own = _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars,
                                (True, False, frozen), 0, grad, band)  # fmt: skip
        energy = own
        _keep(grip, rim, strand)
    if not is_whole:
        spare[:] = 0.0
        _potential(x, theta, frame, rod, old, body, surface, grip, rim, strand, scalars, (False, False, False), 0,
                   spare, band)  # fmt: skip
        _keep(grip, rim, strand)
    memory[:] = memory1
    hold[2][:] = hold1
    rim[2][:] = rim[3]
    note_bodies(x, surface[6], radius, surface[1])
    v[:] = (x - old[0]) / dt
    omega[:] = (theta - old[1]) / dt
    tangent[:] = frame[0]
    director[:] = new_director
    turn[:] = frame[3]
    stats[3] = residual
    return _rubbing(strand, radius, stats)


@njit(cache=True)
def _rubbing(strand: Any, radius: float, stats: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the pairs of strands that remember something, and what; note the least gap."""
    count = 0
    stats[4] = 1.0
    for k in range(strand[6][0]):
        stats[4] = min(stats[4], strand[5][k] - 2.0 * radius)
        if strand[4][k] > 0.0:
            count += 1
    pairs, memory = np.empty((count, 2), np.int64), np.empty((count, 3))
    count = 0
    for k in range(strand[6][0]):
        if strand[4][k] > 0.0:
            pairs[count] = strand[0][k]
            memory[count] = strand[2][k]
            count += 1
    return pairs, memory
