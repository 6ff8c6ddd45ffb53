"""One implicit step: backward Euler, Newton with exact tangent, guarded friction, line search.

The arrays of a step travel in tuples, in this order:

moving: x, v, theta, omega, tangent, director, turn (the last three as the step began)
rod: rest length, Voronoi length, bending, rest curvature, node share
body: mass, spin, drag, dead load, wall displacement
surface: status, hint, conduit, canal, cord, plane, bodies, law
hold: stiffness, capacity, memory, new memory
grip: memory (n+1, 9), new memory, load, new load
rim: rims, edges, memory, new memory, load, new load
strand: pairs, memory, new memory, load, new load, distance, count (1,), link, basis
work: gradient, direction, band, x0, theta0, x hat, theta hat, tangent, director, m1, m2, turn
scalars: dt, EA, GJ, outer radius, contact layer, tolerance [N], iteration cap, self-contact (0 or 1), its
    friction, stick stiffness of rims
mode: want derivatives, Gauss-Newton, friction loads held, window of `contact.nearest`
stats: iterations, backtracks, fallbacks, largest residual [N], least gap of strands [m]

numba compiles a kernel anew for every constant it is called with, and slice assignments slowly: hence
the mode array and the copying loops.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.banded import HALF, WIDTH, lu_factor, lu_solve
from physics.catheter.bodies import crossing_edges
from physics.catheter.contact import contact, note_bodies, rim_contact, slider
from physics.catheter.elastic import bend_twist, frames, stretch
from physics.catheter.self_contact import (
    MARGIN_M, carry_memory, couple, distances, find_pairs, largest_share, touch,
)  # fmt: skip
from physics.kernels import INNER, INNER_ALLOCATING, KERNEL

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Arrays = tuple[FloatArray, ...]

GUARD = 6  # iterations after which the friction load is held and refreshed every 6th
STEP_CAP_M = 0.02
FOLLOW_M = 0.5e-3  # a rod that moves less per step is first guessed to go on as it went
FOLLOW_SELF_M = 0.2e-3  # with strands that must not pass through each other
TWIST_CAP_RAD = 1.0  # one Newton step turns no edge by more
SEARCHES = 9  # halvings of a step
REFRESHES = 6  # of held friction loads, in a step that is else done
RENEW, TRIAL = 0, 1  # what an evaluation is for: the point as it stands, or a step to it


@njit(**INNER)
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


@njit(**INNER)
def _move(moving: Arrays, work: Arrays, scale: float) -> None:
    """Move positions and angles along the direction, and the frames with them."""
    x, theta, dx = moving[0], moving[2], work[1]
    for i in range(x.shape[0]):
        for a in range(3):
            x[i, a] += scale * dx[4 * i + a]
    for j in range(theta.shape[0]):
        theta[j] += scale * dx[4 * j + 3]
    frames(x, theta, moving[4], moving[5], moving[6], work[7], work[8], work[9], work[10], work[11])


@njit(**INNER)
def _copy(target: FloatArray, source: FloatArray) -> None:
    for i in range(source.shape[0]):
        for k in range(source.shape[1]):
            target[i, k] = source[i, k]


@njit(**INNER)
def _clear(grad: FloatArray, band: FloatArray) -> None:
    for q in range(grad.shape[0]):
        grad[q] = 0.0
    for q in range(band.shape[0]):
        for c in range(WIDTH):
            band[q, c] = 0.0


@njit(**INNER)
def _evaluate(
    moving: Arrays, rod: Arrays, body: Arrays, surface: Any, hold: Arrays, grip: Arrays, rim: Any, strand: Any,
    work: Arrays, scalars: FloatArray, mode: IntArray,
) -> tuple[float, float]:
    """Return the potentials of the step [J], with held and with own friction loads; mode[0] sets derivatives."""  # fmt: skip
    x, theta, tangent, grad, band, x0 = moving[0], moving[2], work[7], work[0], work[2], work[3]
    want, gauss_newton = mode[0] > 0, mode[1] > 0
    if want:
        _clear(grad, band)
    both = stretch(x, tangent, rod[0], scalars[1], want, gauss_newton, grad, band)
    both += bend_twist(x, theta, tangent, work[9], work[10], work[11], rod[1], rod[2], scalars[2], rod[3], want,
                       gauss_newton, grad, band)  # fmt: skip
    both += slider(x, x0, body[4], hold[0], hold[1], hold[2], hold[3], want, grad, band)
    both += _inertia(x, x0, work[5], theta, work[4], work[6], body[0], body[1], body[2], body[3], scalars[0], want,
                     grad, band)  # fmt: skip
    held, own = contact(x, x0, rod[4], surface[0], surface[1], body[4], surface[2], surface[3], surface[4],
                        surface[5], surface[6], surface[7], scalars[3], scalars[4], grip[0], grip[1], grip[2],
                        grip[3], mode, grad, band)  # fmt: skip
    if rim[0].shape[0] > 0:
        more = rim_contact(x, x0, rim[0], rim[1], scalars[3], scalars[4], scalars[9], rim[2], rim[3], rim[4], rim[5],
                           mode, grad, band)  # fmt: skip
        held += more[0]
        own += more[1]
    if strand[6][0] > 0:
        more = touch(x, x0, strand[0], strand[6][0], scalars[3], scalars[4], scalars[8], strand[1], strand[2],
                     strand[3], strand[4], strand[5], strand[7], mode, grad, band)  # fmt: skip
        held += more[0]
        own += more[1]
    mode[3] = 0
    return both + held, both + own


@njit(**INNER)
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


@njit(**INNER)
def _slope(work: Arrays, fixed: BoolArray, strand: Any, is_coupled: bool) -> float:
    """Solve for the Newton direction; return its slope, 0 when the tangent has no positive pivots.

    Strands that touch are coupled exactly, unless that direction does not descend.
    """
    grad, dx, band = work[0], work[1], work[2]
    n = grad.shape[0]
    if not lu_factor(band, n):
        return 0.0
    for q in range(n):
        dx[q] = -grad[q]
    for q in range(n, n + HALF):
        dx[q] = 0.0
    lu_solve(band, dx, n)
    slope = float(_along(grad, dx))
    if is_coupled and strand[6][0] > 0 and slope < 0.0:
        couple(dx, band, fixed, strand[0], strand[6][0], strand[7], strand[8])
        exact = float(_along(grad, dx))
        if exact < 0.0:
            return exact
        for q in range(dx.shape[0]):
            dx[q] = strand[8][strand[8].shape[0] - 1, q]
    return slope


@njit(**INNER)
def _along(grad: FloatArray, dx: FloatArray) -> float:
    slope = 0.0
    for q in range(grad.shape[0]):
        slope += grad[q] * dx[q]
    return slope


@njit(**INNER)
def _first_share(dx: FloatArray) -> tuple[float, float]:
    """Return how much of a direction may be tried at once, and its largest displacement [m]."""
    largest, turn = 0.0, 0.0
    for q in range(dx.shape[0]):
        if q % 4 != 3:
            largest = max(largest, abs(dx[q]))
        else:
            turn = max(turn, abs(dx[q]))
    share = 1.0 if largest <= STEP_CAP_M else STEP_CAP_M / largest
    if share * turn > TWIST_CAP_RAD:
        share = TWIST_CAP_RAD / turn
    return share, largest


@njit(**INNER)
def _keep(grip: Arrays, rim: Any, strand: Any) -> None:
    """Make the friction loads of this point the held ones."""
    _copy(grip[2], grip[3])
    for k in range(rim[4].shape[0]):
        rim[4][k] = rim[5][k]
    for k in range(strand[6][0]):
        strand[3][k] = strand[4][k]


@njit(**INNER_ALLOCATING)
def _list_pairs(x: FloatArray, rest_length: FloatArray, radius: float, margin: float, strand: Any) -> None:
    """Find the strands near each other anew; what they remember stays."""
    n, count = rest_length.shape[0], strand[6][0]
    middle, longest, arc = np.empty(n), 0.0, 0.0
    for j in range(n):
        middle[j] = arc + 0.5 * rest_length[j]
        arc += rest_length[j]
        longest = max(longest, rest_length[j])
    pairs, kept = np.empty((count, 2), np.int64), np.empty((count, 4))
    for k in range(count):
        pairs[k, 0], pairs[k, 1], kept[k, 3] = strand[0][k, 0], strand[0][k, 1], strand[3][k]
        for a in range(3):
            kept[k, a] = strand[1][k, a]
    strand[6][0] = find_pairs(x, middle, longest, 2.0 * radius + longest + margin, strand[0])
    carry_memory(pairs, kept, strand[0], strand[6][0], strand[1], strand[3])


@njit(**INNER)
def _keep_apart(moving: Arrays, rod: Arrays, strand: Any, work: Arrays, scalars: FloatArray,
                scale: float, largest: float, margin: float) -> tuple[float, float]:
    """Return how much of a direction keeps strands from passing through each other, and the margin left.

    The list of pairs is made anew where the direction reaches beyond its margin.
    """  # fmt: skip
    if 2.0 * scale * largest > margin:
        margin = max(MARGIN_M, 4.0 * scale * largest)
        _list_pairs(moving[0], rod[0], scalars[3], margin, strand)
        distances(moving[0], strand[0], strand[6][0], strand[7], strand[2], strand[5])
    scale = min(scale, largest_share(work[1], strand[0], strand[6][0], strand[5]))
    return scale, margin - 2.0 * scale * largest


@njit(**INNER)
def _begin(moving: Arrays, work: Arrays, fixed: BoolArray, dt: float, follow: float) -> bool:
    """Note where the step starts and first guess where it ends; return whether that is a mere guess.

    A rod that is driven slowly is guessed to go on as it went; prescribed unknowns always do. One that
    nobody drives is guessed to rest, so that it comes to rest within the tolerance.
    """
    x, theta = moving[0], moving[2]
    fastest, driven = 0.0, False
    for i in range(x.shape[0]):
        for a in range(3):
            work[3][i, a] = x[i, a]
            work[5][i, a] = x[i, a] + moving[1][i, a] * dt
            fastest = max(fastest, abs(moving[1][i, a] * dt))
            driven = driven or (fixed[4 * i + a] and moving[1][i, a] != 0.0)
    for j in range(theta.shape[0]):
        driven = driven or (fixed[4 * j + 3] and moving[3][j] != 0.0)
    is_guess = driven and fastest < follow
    for i in range(x.shape[0]):
        for a in range(3):
            if fixed[4 * i + a] or is_guess:
                x[i, a] = work[5][i, a]
    for j in range(theta.shape[0]):
        work[4][j] = theta[j]
        work[6][j] = theta[j] + moving[3][j] * dt
        if fixed[4 * j + 3] or is_guess:
            theta[j] = work[6][j]
    frames(x, theta, moving[4], moving[5], moving[6], work[7], work[8], work[9], work[10], work[11])
    return is_guess


@njit(**INNER)
def _finish(
    moving: Arrays, hold: Arrays, grip: Arrays, rim: Any, strand: Any, work: Arrays, scalars: FloatArray, stats: FloatArray
) -> None:
    """Write velocities, frames, what friction remembers, and the least gap of strands."""
    dt = scalars[0]
    for i in range(moving[0].shape[0]):
        for a in range(3):
            moving[1][i, a] = (moving[0][i, a] - work[3][i, a]) / dt
    for j in range(moving[2].shape[0]):
        moving[3][j] = (moving[2][j] - work[4][j]) / dt
        moving[6][j] = work[11][j]
    _copy(moving[4], work[7])
    _copy(moving[5], work[8])
    _copy(hold[2], hold[3])
    _copy(grip[0], grip[1])
    _copy(rim[2], rim[3])
    for k in range(strand[6][0]):
        for a in range(3):
            strand[1][k, a] = strand[2][k, a]
        stats[4] = min(stats[4], strand[5][k] - 2.0 * scalars[3])


@njit(**KERNEL)
def implicit_step(
    moving: Arrays, rod: Arrays, body: Arrays, surface: Any, hold: Arrays, grip: Arrays, rim: Any, strand: Any,
    work: Arrays, fixed: BoolArray, scalars: FloatArray, mode: IntArray, stats: FloatArray,
) -> None:
    """Advance all arrays in place by one step (callers pass copies).

    The loop is that of catheter_mechanics_2 section 2.2, with the derivatives taken at the trial point
    at once, as it is mostly accepted.
    """  # fmt: skip
    tol, most, is_self = scalars[5], int(scalars[6]), scalars[7] > 0.0
    guessed = _begin(moving, work, fixed, scalars[0], FOLLOW_SELF_M if is_self else FOLLOW_M)
    crossing_edges(moving[0], rim[0], rim[1])
    margin = MARGIN_M
    if is_self:
        _list_pairs(moving[0], rod[0], scalars[3], margin, strand)
    mode[0], mode[1], mode[2], mode[3] = 1, 0, 0, 1000
    it, refreshed, tries, held, task = 0, 0, 0, 0, RENEW
    residual, energy, slope, scale, shift, is_coupled = 0.0, 0.0, 0.0, 0.0, 0.0, is_self
    while True:  # around one call of every kernel: each call with all arrays takes its time to compile
        if shift != 0.0:
            _move(moving, work, shift)
        trial, own = _evaluate(moving, rod, body, surface, hold, grip, rim, strand, work, scalars, mode)
        if task == TRIAL:
            fails = not (trial <= energy + 1e-4 * scale * slope + 1e-11 * abs(energy) + 1e-16)
            is_coupled = is_coupled and not (fails and tries > 0)  # strands part and meet: next the majorising one
            if fails and tries < SEARCHES:
                mode[0], mode[2] = 0, 1
                scale *= 0.5
                shift = -scale
                tries += 1
                stats[1] += 1.0
                continue
            it += 1
            if tries > 0:  # found without derivatives
                mode[0], mode[2], task, shift = 1, held, RENEW, 0.0
                continue
        energy = own
        _keep(grip, rim, strand)
        shift, is_done = 0.0, it >= most
        if not is_done:
            residual = _fix(fixed, work[0], work[2])
            if residual < tol and mode[2] == 1 and refreshed < REFRESHES:
                refreshed += 1
                mode[2], task = 0, RENEW
                continue
            is_done = residual < tol and not (guessed and it == 0)  # a guess within tolerance would drift for ever
        if not is_done:
            slope = _slope(work, fixed, strand, is_coupled)
            if slope >= 0.0 and mode[1] == 0:
                stats[2] += 1.0
                mode[1], task = 1, RENEW
                continue
            is_done = slope >= 0.0
            mode[1] = 0
        if is_done:
            break
        scale, largest = _first_share(work[1])
        if is_self:
            scale, margin = _keep_apart(moving, rod, strand, work, scalars, scale, largest, margin)
        is_coupled = is_self
        held = 1 if it + 1 >= GUARD and (it + 1) % GUARD != 0 else 0
        mode[0], mode[2], task, shift, tries = 1, held, TRIAL, scale, 0
    stats[0] += min(it + 1, most)
    if mode[2] == 1:
        mode[0], mode[2] = 0, 0
        _evaluate(moving, rod, body, surface, hold, grip, rim, strand, work, scalars, mode)
        _keep(grip, rim, strand)
    note_bodies(moving[0], surface[6], scalars[3], surface[1])
    _finish(moving, hold, grip, rim, strand, work, scalars, stats)
    stats[3] = max(stats[3], residual)
