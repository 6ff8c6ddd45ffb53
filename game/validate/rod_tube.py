"""Rows: a long rod pushed into a wider tube: the helix it forms, its friction, and how the step matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import pi

import numpy as np

from game.validate import closed_forms as exact
from game.validate.rod_friction import NO_CANAL, NO_CORD, in_conduit
from game.validate.rods import EI, SPEC, FloatArray, quiet
from game.validate.row import ValidationRow, at_most, within
from physics.catheter.rod import Drive, Stage, advance, axial_force, clamp, law_table, pack_conduit, rod_from_line
from physics.catheter.spec import SLAB_STIFFNESS_PA, CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS, MECHANICS_2 = "catheter_mechanics 6", "catheter_mechanics_2 8"
N_EDGES = 128
TUBE_RADIUS_M = 7.5e-3
PLAY_M = TUBE_RADIUS_M - SPEC.radius_m
PUSH_S, PUSH_M_PER_S = 2.5, 0.02
TICK_S = 1.0 / 64.0
PUSH_STEP_S = 1.0 / 512.0  # meets V21; at 1/256 one shape of six takes another winding: trace 5.4 %


def in_tube(line: FloatArray, spec: CatheterSpec) -> tuple[CatheterState, Stage]:
    """Return a 1 m rod along a line inside a straight tube along x."""
    axis = np.zeros((45, 3))
    axis[:, 0] = np.linspace(-0.4, 1.4, 45)
    n = len(line) - 1
    state = replace(rod_from_line(line, spec, "free"), rest_length=np.full(n, 1.0 / n))
    stage = Stage(pack_conduit(axis, TUBE_RADIUS_M), NO_CANAL, NO_CORD, law_table(spec, SLAB_STIFFNESS_PA))
    return in_conduit(state, axis, spec), stage


def crooked_line(seed: int, n_edges: int = N_EDGES) -> FloatArray:
    """Return a line of 1 m that is 0.3 mm off straight, in random waves."""
    s = np.linspace(0.0, 1.0, n_edges + 1)
    line = np.column_stack([s, 0 * s, 0 * s])
    rng = np.random.default_rng(seed)
    for k in range(1, 13):
        a, b = rng.normal(size=2) * 3e-4 / k
        line[:, 1] += a * np.sin(k * pi * s)
        line[:, 2] += b * np.sin(k * pi * s)
    line[[0, 1, -2, -1], 1:] = 0.0
    return line


def wound_line(n_edges: int) -> FloatArray:
    """Return a line of 1 m wound by four turns of one hand, 0.3 mm off the axis."""
    s = np.linspace(0.0, 1.0, n_edges + 1)
    off = 3e-4 * np.sin(pi * s)
    line = np.column_stack([s, off * np.cos(8 * pi * s), off * np.sin(8 * pi * s)])
    line[[0, 1, -2, -1], 1:] = 0.0
    return line


@dataclass(frozen=True, slots=True)
class Push:
    """What happened to a rod pushed 5 cm into a tube."""

    state: CatheterState
    force_n: FloatArray  # at the pushed end, once per tick
    penetration_m: float


def push(
    line: FloatArray, friction: float, dt_s: float, hold_s: float = 0.0, tolerance_n: float = 1e-5, cap: int = 10,
) -> Push:  # fmt: skip
    """Return what pushing does; the far end is clamped."""
    spec = replace(SPEC, friction_needle=friction, mass_per_length=1e-3)
    state, stage = in_tube(line, spec)
    n_edges = state.n_edges
    fixed = clamp(n_edges, (0, 1, n_edges - 1, n_edges), (0,))
    force, deepest = [], 0.0
    drive = Drive(dt_s=dt_s, tolerance_n=tolerance_n, cap=cap, drag=0.02, steps=round(TICK_S / dt_s))
    for tick in range(round((PUSH_S + hold_s) / TICK_S)):
        v = state.v.copy()
        v[[0, 1, -2, -1]] = 0.0
        v[:2, 0] = PUSH_M_PER_S if tick * TICK_S < PUSH_S else 0.0
        state, _ = advance(replace(state, v=v), spec, stage, drive, fixed)
        force.append(-float(axial_force(state, spec)[1:9].mean()))
        deepest = max(deepest, float(np.hypot(state.x[:, 1], state.x[:, 2]).max()) - PLAY_M)
    return Push(state, np.array(force), deepest)


def helix_ratio(n_edges: int = N_EDGES, ei_factor: float = 1.0) -> float:
    """Return the axial force of the frictionless helix over that of its own pitch and radius (V8)."""
    state = push(wound_line(n_edges), 0.0, TICK_S, hold_s=1.0, tolerance_n=1e-8, cap=40).state
    a, b = int(0.2 * (n_edges + 1)), int(0.8 * (n_edges + 1))
    y, z = state.x[a:b, 1], state.x[a:b, 2]
    turns = np.abs(np.diff(np.unwrap(np.arctan2(z, y)))).sum() / (2 * pi)
    pitch = float(state.x[b - 1, 0] - state.x[a, 0]) / float(turns)
    force = -float(np.median(axial_force(state, SPEC)))
    return force / exact.helix_force(float(np.hypot(y, z).mean()), pitch, EI * ei_factor)


def step_change(seeds: tuple[int, ...] = (1, 2, 3, 4, 5, 6)) -> tuple[float, float, float]:
    """Return (change of mean push force, change of its trace, penetration [m]) when the step is halved (V21).

    Means over shapes; the force is averaged from 0.6 s on, once the rod has buckled.
    """
    mean, trace, deepest = [], [], 0.0
    for seed in seeds:
        coarse, fine = (push(crooked_line(seed), 0.2, step) for step in (PUSH_STEP_S, 0.5 * PUSH_STEP_S))
        a, b = coarse.force_n, fine.force_n
        mean.append(abs(a[40:].mean() / b[40:].mean() - 1))
        trace.append(np.abs(a - b).mean() / b.mean())
        deepest = max(deepest, coarse.penetration_m, fine.penetration_m)
    return float(np.mean(mean)), float(np.mean(trace)), deepest


def slid_helix(dt_s: float, friction: float = 0.05, charged: float | None = None) -> tuple[float, float]:
    """Return (force drop over friction times wall load, force drop [N]) of a helix slid as a whole (V20).

    The helix forms without friction under a dead end load of 4 mN; stations at 15 and 85 % of the rod.
    """
    n = N_EDGES
    spec = replace(SPEC, friction_needle=0.0, mass_per_length=1e-3)
    state, stage = in_tube(crooked_line(1), spec)
    fixed = clamp(n, (0, 1), (0,))
    for i in (n - 1, n):
        fixed[4 * i + 1] = fixed[4 * i + 2] = True
    load = np.zeros_like(state.x)
    for k in range(192):
        load[-1, 0] = -4e-3 * min(1.0, k / 64)
        drive = Drive(tolerance_n=1e-7, cap=30)
        held_ends = state.v.copy()
        held_ends[:2] = held_ends[-2:, 1:] = 0.0
        state, _ = advance(replace(state, v=held_ends), spec, stage, drive, fixed, dead_load=load)
    state = quiet(state)
    law = stage.law.copy()
    law[0, 1] = friction
    stage = replace(stage, law=law)
    drops, walls = [], []
    first, last = int(0.15 * n), int(0.85 * n)
    steps = round(2.0 / dt_s)
    for k in range(steps):
        v = state.v.copy()
        v[:2] = [0.01, 0.0, 0.0]
        v[-2:, 1:] = 0.0
        drive = Drive(dt_s=dt_s, tolerance_n=1e-6, cap=30, drag=0.0)
        state, _ = advance(replace(state, v=v), spec, stage, drive, fixed, dead_load=load)
        if k >= steps // 2:
            force = -axial_force(state, spec)
            drops.append(force[first] - force[last])
            walls.append(state.load[first + 1 : last + 1, 0].sum())
    drop = float(np.mean(drops))
    return drop / ((friction if charged is None else charged) * float(np.mean(walls))), drop


_row = partial(within, "catheter", confidence="H")
_most = partial(at_most, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of the pushed rod."""
    balance, coarse = slid_helix(TICK_S)
    _, fine = slid_helix(TICK_S / 4)
    mean, trace, deepest = step_change()
    return [
        _row("helix", "force of a helix in a tube over 2 EI k2 sqrt(1 - r2k2), 128 edges", "1", 1.0, helix_ratio(),
             0.01, f"{MECHANICS} V8"),
        _row("helix_slide", "force drop along a sliding helix over friction times wall load", "1", 1.0, balance, 0.03,
             f"{MECHANICS_2} V20"),
        _row("helix_slide_step", "force drop at dt 1/64 over dt 1/256", "1", 1.0, coarse / fine, 5e-3,
             f"{MECHANICS_2} V20"),
        _most("push_mean", "change of the mean push force, dt 1/512 to 1/1024, six shapes", "1", 0.05, mean,
              f"{MECHANICS_2} V21"),
        _most("push_trace", "mean change of its trace over the mean force", "1", 0.05, trace, f"{MECHANICS_2} V21"),
        _most("push_depth", "deepest penetration of the wall", "m", 1e-4, deepest, f"{MECHANICS_2} V21"),
    ]  # fmt: skip
