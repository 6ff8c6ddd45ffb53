"""Rows that check the rod, its friction and its fold against closed forms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import asin, exp, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ellipe, ellipeinc, ellipk, ellipkinc

from game.validate.row import ValidationRow, within
from physics.catheter.contact import CANAL
from physics.catheter.kink import hinge_moment, update_hinges, vertex_curvature
from physics.catheter.rod import (
    Drive,
    Stage,
    advance,
    axial_force,
    clamp,
    curvature,
    law_table,
    rod_from_line,
    voronoi_lengths,
)
from physics.catheter.spec import CATHETERS, HINGE_SPACING_M, CatheterSpec
from physics.catheter.state import CatheterState

FloatArray = NDArray[np.float64]
SPEC = CATHETERS["ascenda_8780"]
STIFF = replace(SPEC, stretching_stiffness=9e3)  # closed forms have no stretch
BARE = Stage(np.zeros((0, 4)), np.zeros((0, 8)), np.zeros((0, 5)), law_table(SPEC))


def _quiet(state: CatheterState, v: FloatArray | None = None) -> CatheterState:
    return replace(state, v=np.zeros_like(state.v) if v is None else v, omega=np.zeros_like(state.omega))


def cantilever_tip(n_edges: int, ei_factor: float = 1.0) -> tuple[float, float]:
    """Return the tip (x, drop) over L of a cantilever with P L^2 / EI = 2, clamped at mid-edge."""
    length = 0.1
    edge = length / (n_edges - 0.5)
    line = np.zeros((n_edges + 1, 3))
    line[:, 0] = np.arange(n_edges + 1) * edge - 0.5 * edge
    spec = replace(STIFF, bending_stiffness=SPEC.bending_stiffness * ei_factor)
    state = rod_from_line(line, spec, "free")
    load = np.zeros((n_edges + 1, 3))
    for k in range(20):
        load[-1, 2] = -2.0 * SPEC.bending_stiffness / length**2 * min(1.0, (k + 1) / 6)
        drive = Drive(dt_s=0.5, tolerance_n=1e-10, cap=40, drag=0.0)
        state, _ = advance(state, spec, BARE, drive, clamp(n_edges, (0, 1), (0,)), dead_load=load)
        state = _quiet(state)
    return float(state.x[-1, 0] / length), float(-state.x[-1, 2] / length)


def elastica_tip() -> tuple[float, float]:
    """Return the exact tip of Bickley's elastica for P L^2 / EI = 2."""
    alpha = sqrt(2.0)
    p = brentq(lambda q: ellipk(q * q) - ellipkinc(asin(1 / (q * sqrt(2))), q * q) - alpha, 0.7072, 0.99999)
    phi = asin(1 / (p * sqrt(2)))
    return sqrt(2) / alpha * sqrt(2 * p * p - 1), 1 - 2 / alpha * (ellipe(p * p) - ellipeinc(phi, p * p))


def column_force(n_edges: int, shortening: float, ei_factor: float = 1.0) -> tuple[float, float]:
    """Return (end force L^2/EI, mid-deflection/L) of a column, both ends clamped at mid-edge, shortened."""
    length = 0.1
    edge = length / (n_edges - 1)
    s = np.arange(n_edges + 1) * edge - 0.5 * edge
    line = np.column_stack([s, np.zeros_like(s), 1e-4 * np.sin(pi * s / length) ** 2])
    line[[0, 1, -2, -1], 2] = 0.0
    spec = replace(STIFF, bending_stiffness=SPEC.bending_stiffness * ei_factor)
    state = replace(rod_from_line(line, spec, "free"), rest_length=np.full(n_edges, edge))
    fixed = clamp(n_edges, (0, 1, n_edges - 1, n_edges), (0, n_edges - 1))
    fixed[1::4] = True
    steps = 60
    for k in range(steps + 20):
        v = np.zeros_like(state.x)
        if k < steps:
            v[-2:, 0] = -shortening * length / steps / 0.2
        drive = Drive(dt_s=0.2, tolerance_n=1e-9, cap=40, drag=0.0)
        state, _ = advance(_quiet(state, v), spec, BARE, drive, fixed)
    force = -float(axial_force(state, spec)[1:3].mean() * length**2 / SPEC.bending_stiffness)  # level at the clamp
    return force, float(np.abs(state.x[:, 2]).max() / length)


def elastica_column(shortening: float) -> tuple[float, float]:
    """Return the exact (force L^2/EI, mid-deflection/L) of the clamped post-buckled column."""
    p = brentq(lambda q: 2 * (1 - ellipe(q * q) / ellipk(q * q)) - shortening, 1e-3, 0.95)
    k = ellipk(p * p)
    return 16 * k * k, p / k


def conduit_ratio(mu: float, theta_rad: float = 1.5 * pi, dt_s: float = 1.0 / 64.0) -> tuple[float, float]:
    """Return (tension ratio, own turning angle) of a pre-curved rod pulled through a circular conduit."""
    radius, clearance, n = 0.05, 1e-4, 160
    edge = 2.5e-3
    spec = replace(SPEC, friction_canal=mu)
    arc = (np.arange(n + 1) - n) * edge + theta_rad * radius + 0.06
    inside = np.clip(arc, 0.0, theta_rad * radius)
    angle = inside / radius
    before, after = np.minimum(arc, 0.0), np.maximum(arc - theta_rad * radius, 0.0)

    def place(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
        x = radius * np.sin(a) + b + c * np.cos(theta_rad)
        y = radius * (1 - np.cos(a)) + c * np.sin(theta_rad)
        return np.column_stack([x, y, np.zeros_like(a)])

    state = rod_from_line(place(angle, before, after), spec, "free")
    s = np.arange(-0.45, theta_rad * radius + 0.2, 2e-3)
    a = np.clip(s, 0, theta_rad * radius) / radius
    centre = place(a, np.minimum(s, 0), np.maximum(s - theta_rad * radius, 0))
    half = spec.radius_m + clearance
    canal = np.column_stack([centre, np.tile([0.0, 0, 1], (len(s), 1)), np.full((len(s), 2), half)])
    rest = vertex_curvature(state)
    status = np.full(n + 1, CANAL, dtype=np.int64)
    hint = np.ones((n + 1, 3), dtype=np.int64)
    hint[:, 0] = np.clip(np.linalg.norm(state.x[:, None] - centre[None], axis=2).argmin(axis=1), 1, len(s) - 2)
    state = replace(state, rest_curvature=rest, status=status, hint=hint)
    table = law_table(spec)
    stage = Stage(np.zeros((0, 4)), np.ascontiguousarray(canal), np.zeros((0, 5)), table)
    load = np.zeros((n + 1, 3))
    load[0, 0] = -0.05  # back tension [N]
    end = np.array([np.cos(theta_rad), np.sin(theta_rad), 0.0])
    ratios, turns = [], []
    first, last = int(np.flatnonzero(arc < -0.035)[-1]), n - 6
    steps = round(2.5 / dt_s)
    for k in range(steps):
        v = np.zeros_like(state.x)
        v[-1] = end * 0.005
        start = replace(state, v=v if k == 0 else np.vstack([state.v[:-1], v[-1:]]))
        drive = Drive(dt_s=dt_s, tolerance_n=1e-6, cap=30, drag=0.0)
        state, _ = advance(start, spec, stage, drive, clamp(n, (n,)), dead_load=load)
        if k >= 0.75 * steps:
            force = axial_force(state, spec)
            ratios.append(force[last] / force[first])
            t = np.diff(state.x, axis=0)
            t /= np.linalg.norm(t, axis=1)[:, None]
            turn = np.arccos(np.clip((t[1:] * t[:-1]).sum(axis=1), -1, 1))
            turns.append(turn[first:last].sum())
    return float(np.mean(ratios)), float(np.mean(turns))


@dataclass(frozen=True, slots=True)
class FoldedColumn:
    """A pinned column pushed beyond the fold of its wall."""

    first_peak: float  # largest moment over M_k
    hinge_rad: float
    onset_radius_m: float
    moment_at_hinge: float  # over M_k
    law_at_hinge: float  # the law's value at the same rotation


def fold_column(n_edges: int, kink_factor: float = 1.0) -> FoldedColumn:
    """Return how a 30 mm pinned column with a 6 mm kink radius folds when shortened by 19 mm."""
    length = 0.03
    spec = replace(SPEC, kink_radius_m=6e-3 / kink_factor, stretching_stiffness=50.0)
    edge = length / n_edges
    s = np.arange(n_edges + 1) * edge
    state = rod_from_line(np.column_stack([s, 0 * s, 2e-4 * np.sin(pi * s / length)]), spec, "free")
    fixed = np.zeros(4 * n_edges + 3, dtype=np.bool_)
    fixed[1::4] = True
    fixed[3::4] = True
    for i in (0, n_edges):
        fixed[4 * i] = fixed[4 * i + 2] = True
    length_v = voronoi_lengths(state.rest_length)
    peak, onset, steps = 0.0, 0.0, 120
    for _ in range(steps):
        v = np.zeros_like(state.x)
        v[-1, 0] = -0.019 / steps / 0.05
        start = _quiet(state, v)
        for _repeat in range(6):
            drive = Drive(dt_s=0.05, tolerance_n=1e-8, cap=40, drag=0.5)
            state, _ = advance(start, spec, BARE, drive, fixed)
            moment = np.linalg.norm(
                state.bending[1:, None] / length_v[1:, None] * (vertex_curvature(state) - state.rest_curvature)[1:],
                axis=1,
            )
            if not state.is_hinge.any():
                peak = max(peak, float(moment.max()))
                onset = 1.0 / float(curvature(state).max())
            state, change, _ = update_hinges(state, spec)
            start = replace(
                start, is_hinge=state.is_hinge, hinge_direction=state.hinge_direction, hinge_angle=state.hinge_angle,
                bending=state.bending, rest_curvature=state.rest_curvature,
            )  # fmt: skip
            if change < 1e-3:
                break
    q = int(state.hinge_angle.argmax())
    at = state.bending[q] / length_v[q] * np.linalg.norm(vertex_curvature(state)[q] - state.rest_curvature[q])
    law = hinge_moment(float(state.hinge_angle[q]), spec.kink_moment) / spec.kink_moment
    return FoldedColumn(
        peak / spec.kink_moment, float(state.hinge_angle[q]), onset, float(at / spec.kink_moment), law
    )


def loop_radius(tension_n: float, n_edges: int = 128) -> float:
    """Return the least radius of a planar loop pulled tight by a tension [m]."""
    length, edge = 0.30, 0.30 / n_edges
    scale = sqrt(SPEC.bending_stiffness / tension_n)
    s = np.arange(n_edges + 1) * edge - 0.5 * length
    angle = 4 * np.arctan(np.exp(s / scale))  # the exact loop as the start: only its settling is tested
    mid = 0.5 * (angle[1:] + angle[:-1])
    x = np.concatenate([[0.0], np.cumsum(np.cos(mid) * edge)])
    y = np.concatenate([[0.0], np.cumsum(np.sin(mid) * edge)])
    state = replace(
        rod_from_line(np.column_stack([x, y, 0 * x]), STIFF, "free"), rest_length=np.full(n_edges, edge)
    )
    fixed = clamp(n_edges, (0, 1), (0,))
    fixed[2::4] = True
    fixed[3::4] = True
    fixed[4 * n_edges + 1] = True
    load = np.zeros((n_edges + 1, 3))
    load[-1, 0] = tension_n
    for _ in range(30):
        drive = Drive(dt_s=0.2, tolerance_n=1e-8, cap=40, drag=0.1)
        state, _ = advance(_quiet(state), STIFF, BARE, drive, fixed, dead_load=load)
    return 1.0 / float(curvature(state).max())


def order_of_convergence() -> float:
    """Return the order in edge length of the cantilever's tip error, 8 to 32 edges."""
    exact = elastica_tip()[1]
    errors = [abs(cantilever_tip(n)[1] - exact) for n in (8, 32)]
    return float(np.log2(errors[0] / errors[1]) / 2)


_row = partial(within, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the validation rows of the catheter."""
    exact, model = elastica_tip(), cantilever_tip(64)
    force, deflection = column_force(64, 0.1)
    force0, deflection0 = elastica_column(0.1)
    ratio, turn = conduit_ratio(0.3)
    fold = fold_column(40)
    fine = fold_column(80)
    target_radius = 0.5 * sqrt(spec.bending_stiffness / 6.9e-3)
    source = "catheter_mechanics 6"
    return [
        _row("cantilever_drop", "tip drop of the elastica over L", "1", exact[1], model[1], 1e-3, f"{source} V1"),
        _row("cantilever_x", "tip abscissa of the elastica over L", "1", exact[0], model[0], 1e-3, f"{source} V1"),
        _row("order", "order of convergence in edge length", "1", 2.0, order_of_convergence(), 0.15, source),
        _row("column_force", "post-buckled force L2/EI at 10 %", "1", force0, force, 0.01 * force0, f"{source} V3"),
        _row("column_deflection", "mid-deflection over L", "1", deflection0, deflection, 2e-3, f"{source} V3"),
        _row("capstan", "tension ratio in a conduit, mu 0.3", "1", exp(0.3 * turn), ratio, 0.01 * ratio, f"{source} V9"),
        _row("kink_moment", "moment at the fold over M_k", "1", 1.0, fold.first_peak, 0.02, "mechanics_2 6"),
        _row("kink_radius", "radius at the fold", "m", 6e-3, fold.onset_radius_m, 2e-4, "mechanics_2 6"),
        _row("hinge_mesh", "hinge rotation, 0.375 against 0.75 mm", "rad", fine.hinge_rad, fold.hinge_rad,
             0.03 * fine.hinge_rad, f"mechanics_2 6, spacing {HINGE_SPACING_M}"),
        _row("loop", "least radius of a loop at 6.9 mN", "m", target_radius, loop_radius(6.9e-3, 256),
             0.02 * target_radius, f"{source} V10"),
    ]  # fmt: skip
