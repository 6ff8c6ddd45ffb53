"""Rows: how a rod moves: natural frequencies, the loss of the time step, momentum, drag, derivatives."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import hypot, pi, sqrt

import numpy as np
from scipy.linalg import eigh

from game.validate import closed_forms as exact
from game.validate.rods import (
    BARE,
    EI,
    LENGTH_M,
    SPEC,
    STIFF,
    FloatArray,
    elastic,
    held,
    inertia,
    kinetic,
    least_order,
    straight,
)
from game.validate.row import ValidationRow, at_least, at_most, within
from physics.catheter.rod import Drive, advance, clamp, rod_from_line
from physics.catheter.spec import CatheterSpec

MECHANICS = "catheter_mechanics 6"
AXES = {"along": 0, "lateral": 1, "twist": 3}


def modes(n_edges: int, spec: CatheterSpec, ends: str, axis: str) -> tuple[FloatArray, FloatArray]:
    """Return the natural frequencies [rad/s] and shapes of the motion along one kind of unknown."""
    state = straight(n_edges, spec, ends)
    kind = np.zeros(4 * n_edges + 3, dtype=np.bool_)
    kind[AXES[axis] :: 4] = True
    free = kind & ~held(n_edges, ends)
    m = inertia(state, spec)[free]
    squares, shapes = eigh(elastic(state, spec)[2][np.ix_(free, free)] / np.sqrt(np.outer(m, m)))
    full = np.zeros((4 * n_edges + 3, len(m)))
    full[free] = shapes / np.sqrt(m)[:, None]
    return np.sqrt(squares), full


def cantilever_frequency(n_edges: int, mode: int, ei_factor: float = 1.0) -> float:
    """Return a bending frequency of a cantilever over the exact one (V5)."""
    spec = replace(STIFF, bending_stiffness=EI * ei_factor)
    w = modes(n_edges, spec, "clamped free", "lateral")[0][mode - 1]
    return float(w) / (exact.CANTILEVER_ROOTS[mode - 1] ** 2 * sqrt(EI / SPEC.mass_per_length / LENGTH_M**4))


def axial_frequency(n_edges: int) -> float:
    """Return the first axial frequency of a rod held at one end over (pi/2L) sqrt(EA/rho)."""
    w = modes(n_edges, SPEC, "pinned free", "along")[0][0]
    return float(w) / (0.5 * pi / LENGTH_M * sqrt(SPEC.stretching_stiffness / SPEC.mass_per_length))


def torsional_frequency(n_edges: int) -> float:
    """Return the first torsional frequency of a rod held at one end over (pi/2L) sqrt(GJ/rho J)."""
    w = modes(n_edges, SPEC, "clamped free", "twist")[0][0]
    polar = 0.5 * SPEC.mass_per_length * SPEC.radius_m**2
    return float(w) / (0.5 * pi / LENGTH_M * sqrt(SPEC.twisting_stiffness / polar))


def swing(dt_s: float, periods: float = 1.0, n_edges: int = 32, amplitude: float = 1e-3) -> tuple[float, float]:
    """Return the share of energy that a free cantilever keeps in its first mode (stated, simulated).

    Backward Euler turns each natural oscillation by atan(w dt) a step and shrinks its amplitude by
    1/sqrt(1 + (w dt)^2): that is all the damping a free rod has.
    """
    w, shapes = modes(n_edges, STIFF, "clamped free", "lateral")
    state = straight(n_edges, STIFF)
    shape = shapes[1::4, 0]
    x = state.x.copy()
    x[:, 1] += amplitude * LENGTH_M * shape / np.abs(shape).max()
    state = rod_from_line(x, STIFF, "free")
    drive = Drive(dt_s=dt_s, tolerance_n=1e-13, cap=30, drag=0.0)
    start = elastic(state, STIFF)[0]
    steps = max(1, round(periods * 2 * pi / (float(w[0]) * dt_s)))
    for _ in range(steps):
        state, _ = advance(state, STIFF, BARE, drive, held(n_edges))
    kept = (elastic(state, STIFF)[0] + kinetic(state, STIFF)) / start
    return (1 + (float(w[0]) * dt_s) ** 2) ** -steps, kept


def large_swing(dt_s: float = 1.0 / 1024.0, n_edges: int = 32) -> tuple[float, float]:
    """Return the largest rise of energy in a step and the energy kept (over the start) of a rod let go.

    It starts as an arc of one radian and swings through large angles for a quarter of a second.
    """
    edge = LENGTH_M / (n_edges - 0.5)
    angle = np.maximum(0.0, (np.arange(n_edges)) * edge / LENGTH_M)
    line = np.zeros((n_edges + 1, 3))
    line[1:, 0], line[1:, 1] = np.cumsum(np.cos(angle) * edge), np.cumsum(np.sin(angle) * edge)
    state = rod_from_line(line, STIFF, "free")
    drive = Drive(dt_s=dt_s, tolerance_n=1e-11, cap=30, drag=0.0)
    energy = [elastic(state, STIFF)[0]]
    for _ in range(round(0.25 / dt_s)):
        state, _ = advance(state, STIFF, BARE, drive, held(n_edges))
        energy.append(elastic(state, STIFF)[0] + kinetic(state, STIFF))
    kept = np.array(energy) / energy[0]
    return float(np.diff(kept).max()), float(kept[-1])


def flight_drift(n_edges: int = 24) -> tuple[float, float]:
    """Return the drift of (momentum, fall of the centre of mass) of a rod thrown spinning and bending.

    Momentum over its start; the fall against g dt^2 n (n + 1)/2, which backward Euler gives exactly.
    """
    s = np.linspace(0.0, LENGTH_M, n_edges + 1)
    state = rod_from_line(np.column_stack([s, 0.01 * np.sin(20 * s), 0.005 * np.cos(30 * s)]), SPEC, "free")
    v = np.column_stack([0.1 + 0 * s, 2.0 * (s - 0.03), 0.3 * np.cos(40 * s)])
    m = inertia(state, SPEC)[0::4]
    state = replace(state, v=v)
    load = np.zeros_like(v)
    load[:, 2] = -9.81 * m
    dt, steps = 1.0 / 64.0, 64
    start_p, start_z = m @ v, float(m @ state.x[:, 2]) / m.sum()
    for _ in range(steps):
        drive = Drive(dt_s=dt, tolerance_n=1e-10, cap=60, drag=0.0)
        state, _ = advance(state, SPEC, BARE, drive, clamp(n_edges, ()), dead_load=load)
    momentum = m @ state.v
    fall = start_z + float(start_p[2]) / m.sum() * dt * steps - float(m @ state.x[:, 2]) / m.sum()
    drift = hypot(*(momentum - start_p)[:2]) / float(np.linalg.norm(start_p))
    return drift, fall / (9.81 * dt * dt * steps * (steps + 1) / 2)


def settling_speed(drag: float = 0.02) -> float:
    """Return the speed at which a free rod sinks under its weight over weight / drag."""
    n_edges = 16
    state = straight(n_edges, SPEC, "free free")
    load = np.zeros_like(state.x)
    load[:, 2] = -9.81 * inertia(state, SPEC)[0::4]
    for _ in range(128):
        drive = Drive(tolerance_n=1e-10, drag=drag)
        state, _ = advance(state, SPEC, BARE, drive, clamp(n_edges, ()), dead_load=load)
    return float(-state.v[:, 2].mean()) / (9.81 * SPEC.mass_per_length / drag)


def derivative_errors(seed: int = 3) -> tuple[float, float]:
    """Return the largest relative error of (gradient, tangent) against fourth-order differences (V16)."""
    rng = np.random.default_rng(seed)
    n = 7
    x = np.column_stack([np.linspace(0.0, 0.07, n + 1), np.zeros(n + 1), np.zeros(n + 1)])
    spec = replace(SPEC, bending_stiffness=1.0, twisting_stiffness=0.7, stretching_stiffness=50.0)
    state = rod_from_line(x + rng.normal(size=x.shape) * 2e-3, spec, "free")
    state = replace(
        state, theta=rng.normal(size=n) * 0.3, rest_curvature=rng.normal(size=(n, 2)) * 0.1,
        rest_length=state.rest_length * rng.uniform(0.95, 1.05, n), bending=rng.uniform(0.5, 1.5, n),
    )  # fmt: skip
    _, grad, tangent = elastic(state, spec)

    def at(q: int, step: float) -> tuple[float, FloatArray]:
        y, theta = state.x.copy(), state.theta.copy()
        node, axis = divmod(q, 4)
        if axis < 3:
            y[node, axis] += step
        else:
            theta[node] += step
        return elastic(replace(state, x=y, theta=theta), spec)[:2]

    slope, curve = np.zeros_like(grad), np.zeros_like(tangent)
    for q in range(len(grad)):
        h = 4e-6 if q % 4 < 3 else 4e-4
        values = [at(q, k * h) for k in (-2, -1, 1, 2)]
        slope[q] = sum(w * e for w, (e, _) in zip((1, -8, 8, -1), values)) / (12 * h)
        curve[:, q] = sum(w * g for w, (_, g) in zip((1, -8, 8, -1), values)) / (12 * h)
    curve = 0.5 * (curve + curve.T)  # frames carried in time make the raw derivative slightly unsymmetric
    return (
        float(np.abs(slope - grad).max() / np.abs(grad).max()),
        float(np.abs(curve - tangent).max() / np.abs(tangent).max()),
    )


_row = partial(within, "catheter", confidence="H")
_least = partial(at_least, "catheter", confidence="H")
_most = partial(at_most, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of motion."""
    out = []
    for mode in (1, 2):
        out += [
            _row(f"mode_{mode}", f"bending frequency of mode {mode} over the exact one, 64 edges", "1", 1.0,
                 cantilever_frequency(64, mode), 1e-3, f"{MECHANICS} V5"),
            _least(f"mode_{mode}_order", f"order in edge length, mode {mode}, 16 to 64 edges", "1", 1.9,
                   least_order(lambda n: cantilever_frequency(n, mode) - 1, (16, 32, 64)), f"{MECHANICS} V5"),
        ]  # fmt: skip
    for name, dt in (("64", 1 / 64), ("256", 1 / 256), ("1024", 1 / 1024)):
        stated, kept = swing(dt)
        out.append(
            _row(f"swing_{name}", f"energy kept over a period of mode 1 against (1 + w2 dt2)^-n, dt 1/{name}", "1",
                 stated, kept, 1e-4 * stated, "backward Euler on an oscillator")
        )  # fmt: skip
    rise, _ = large_swing()
    momentum, fall = flight_drift()
    gradient, tangent = derivative_errors()
    return out + [
        _most("swing_rise", "largest rise of energy in a step of a free large swing, over the start", "1", 1e-9, rise,
              "conservation of energy"),
        _row("axial_mode", "first axial frequency over (pi/2L) sqrt(EA/rho), 64 edges", "1", 1.0, axial_frequency(64),
             1e-3, "wave equation"),
        _row("torsion_mode", "first torsional frequency over (pi/2L) sqrt(GJ/rhoJ), 64 edges", "1", 1.0,
             torsional_frequency(64), 1e-3, "wave equation"),
        _row("momentum", "drift of a thrown rod's momentum in a second, over the start", "1", 0.0, momentum, 1e-6,
             "Newton"),
        _row("fall", "fall of its centre of mass over g dt2 n(n+1)/2", "1", 1.0, fall, 1e-6, "Newton"),
        _row("settling", "sinking speed over weight / drag", "1", 1.0, settling_speed(), 1e-4, "force balance"),
        _most("gradient", "gradient against differences of the energy, relative", "1", 1e-10, gradient,
              f"{MECHANICS} V16"),
        _most("tangent", "tangent against differences of the gradient, relative", "1", 1e-10, tangent,
              f"{MECHANICS} V16"),
    ]  # fmt: skip
