"""Rows: rods that rest on, slide along and are drawn through walls, against Coulomb and Euler's capstan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import exp, pi

import numpy as np

from game.validate import closed_forms as exact
from game.validate.rods import EI, LENGTH_M, SPEC, STIFF, FloatArray, quiet, straight
from game.validate.row import ValidationRow, at_most, within
from physics.catheter.bodies import capsule, stack_bodies
from physics.catheter.contact import CONDUIT, SLAB
from physics.catheter.kink import vertex_curvature
from physics.catheter.rod import Drive, Stage, advance, axial_force, clamp, law_table, pack_conduit, rod_from_line
from physics.catheter.spec import WALL_STIFFNESS_PA, CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS, MECHANICS_2 = "catheter_mechanics 6", "catheter_mechanics_2 8"
NO_CANAL, NO_CORD = np.zeros((0, 8)), np.zeros((0, 5))
GRAVITY = 9.81
FLOOR_HALF_M = 0.05  # the upper face is far away


def on_floor(state: CatheterState) -> CatheterState:
    """Return a rod whose nodes rest on a floor at z = 0 (the lower face of a slab)."""
    plane = np.tile([0.0, 0.0, 1.0, FLOOR_HALF_M, FLOOR_HALF_M], (len(state.x), 1))
    return replace(state, plane=plane, status=np.full(len(state.x), SLAB, dtype=np.int64))


def floor_stage(friction: float, hardness: float = 1.0) -> Stage:
    """Return a stage that has only the floor, so many times as hard as the sac."""
    law = law_table(SPEC)
    law[3, :2] = hardness * WALL_STIFFNESS_PA, friction
    return Stage(np.zeros((0, 4)), NO_CANAL, NO_CORD, law)


def incline(tangent: float, friction: float = 0.2, dt_s: float = 1.0 / 64.0, time_s: float = 2.0) -> tuple[float, float]:
    """Return (drift [m], speed [m/s]) of a rod on an incline after two seconds (V17)."""
    n_edges = 20
    state = on_floor(straight(n_edges, SPEC, "free free"))
    weight = GRAVITY * SPEC.mass_per_length * np.diff(state.x[:, 0], append=LENGTH_M * (1 + 1 / n_edges))
    weight[[0, -1]] *= 0.5
    angle = np.arctan(tangent)
    load = np.zeros_like(state.x)
    load[:, 2] = -weight * np.cos(angle)
    stage, free = floor_stage(friction), clamp(n_edges, ())
    drive = Drive(dt_s=dt_s, tolerance_n=1e-11, cap=40, drag=0.0)
    for _ in range(64):  # settle on the floor before the incline pulls
        state, _ = advance(quiet(state), SPEC, stage, drive, free, dead_load=load)
    state = quiet(state)
    start = float(state.x[:, 0].mean())
    load[:, 0] = weight * np.sin(angle)
    for _ in range(round(time_s / dt_s)):
        state, _ = advance(state, SPEC, stage, drive, free, dead_load=load)
    return float(state.x[:, 0].mean()) - start, float(state.v[:, 0].mean())


def lifting_force(n_edges: int = 80, weight_factor: float = 1.0) -> float:
    """Return the force L^2/EI that lifts one end of a heavy rod off a floor.

    w L^3/EI = 100, lifted by L/50. The floor is a hundred times as hard as
    the sac, so that the rod does not sink in noticeably.
    """
    state = on_floor(straight(n_edges, STIFF, "free free"))
    load = np.zeros_like(state.x)
    load[:, 2] = -100.0 * weight_factor * EI / LENGTH_M**3 * state.rest_length[0]
    load[[0, -1], 2] *= 0.5
    fixed = clamp(n_edges, ())
    fixed[0] = fixed[4 * n_edges + 2] = True
    drive = Drive(dt_s=0.5, tolerance_n=1e-9, cap=60, drag=1e-3)
    stage = floor_stage(0.0, 100.0)
    free = fixed.copy()
    free[4 * n_edges + 2] = False
    for k in range(80):
        v = np.zeros_like(state.x)
        if 20 <= k < 40:
            v[-1, 2] = LENGTH_M / 50 / 20 / drive.dt_s
        state, _ = advance(quiet(state, v), STIFF, stage, drive, free if k < 20 else fixed, dead_load=load)
    return float(-load[:, 2].sum() - state.load[:, 0].sum()) * LENGTH_M**2 / EI


def bent_path(turns: tuple[float, ...], radius_m: float, lead_m: float, gap_m: float, step_m: float = 2e-3) -> FloatArray:
    """Return a planar line: straight lead, arcs of the given signed angles with gaps between, straight end."""
    pieces = [(lead_m, 0.0)]
    for turn in turns:
        pieces += [(abs(turn) * radius_m, float(np.sign(turn)) / radius_m), (gap_m, 0.0)]
    pieces[-1] = (lead_m, 0.0)
    points, heading = [np.zeros(3)], 0.0
    for length, bend in pieces:
        m = max(2, round(length / step_m))
        for _ in range(m):
            middle = heading + 0.5 * bend * length / m
            points.append(points[-1] + length / m * np.array([np.cos(middle), np.sin(middle), 0.0]))
            heading += bend * length / m
    return np.array(points)


def own_turning(state: CatheterState, first: int, last: int) -> float:
    """Return the rod's own summed turning angle between two edges [rad]."""
    t = np.diff(state.x, axis=0)
    t /= np.linalg.norm(t, axis=1)[:, None]
    turn = np.arccos(np.clip((t[1:] * t[:-1]).sum(axis=1), -1.0, 1.0))
    return float(turn[first:last].sum())


def pull_through(
    turns: tuple[float, ...], friction: float, dt_s: float = 1.0 / 64.0, n_edges: int = 200, tension_n: float = 0.02
) -> tuple[float, float]:
    """Return (tension ratio, own turning) of a limp rod drawn through a bent conduit (V9, V19).

    EI is 1 % of a catheter's, to isolate friction.
    """
    radius, clearance = 0.05, 0.3e-3
    line = bent_path(turns, radius, 0.10, 0.01)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    s = np.linspace(0.04, arc[-1] - 0.04, n_edges + 1)
    spec = replace(
        SPEC, friction_needle=friction, bending_stiffness=0.01 * EI, twisting_stiffness=0.01 * SPEC.twisting_stiffness,
        stretching_stiffness=50.0,
    )  # fmt: skip
    state = rod_from_line(np.column_stack([np.interp(s, arc, line[:, a]) for a in range(3)]), spec, "free")
    state = in_conduit(state, line, spec)
    stage = Stage(pack_conduit(line, spec.radius_m + clearance), NO_CANAL, NO_CORD, law_table(spec, WALL_STIFFNESS_PA))
    end = state.tangent[-1].copy()
    load, ratios, angles = np.zeros_like(state.x), [], []
    steps = round(2.0 / dt_s)
    for k in range(steps):
        t = (k + 1) * dt_s
        load[-1] = tension_n * min(1.0, t / 0.3) * end
        v = state.v.copy()
        v[0] = [-0.005 if t > 0.3 else 0.0, 0.0, 0.0]
        drive = Drive(dt_s=dt_s, tolerance_n=1e-6, cap=30, drag=0.0)
        state, _ = advance(replace(state, v=v), spec, stage, drive, clamp(n_edges, (0,)), dead_load=load)
        if k >= 0.75 * steps:
            force = axial_force(state, spec)
            ratios.append(force[1:5].mean() / force[-5:-1].mean())
            angles.append(own_turning(state, 2, n_edges - 3))
    return float(np.mean(ratios)), float(np.mean(angles))


def in_conduit(state: CatheterState, line: FloatArray, spec: CatheterSpec) -> CatheterState:
    """Return the rod with every node inside a conduit along a line."""
    status = np.full(len(state.x), CONDUIT, dtype=np.int64)
    hint = np.ones((len(state.x), 3), dtype=np.int64)
    nearest = np.linalg.norm(state.x[:, None] - line[None], axis=2).argmin(axis=1)
    hint[:, 1] = np.clip(nearest, 1, len(line) - 2)
    return replace(state, status=status, hint=hint)


def bar_ratio(friction: float, n_edges: int = 160) -> tuple[float, float]:
    """Return (tension ratio, own turning) of a limp rod drawn half a turn round a bar (Euler's capstan itself)."""
    radius, lead = 0.02, 0.05
    spec = replace(
        SPEC, bending_stiffness=0.01 * EI, twisting_stiffness=0.01 * SPEC.twisting_stiffness, stretching_stiffness=50.0
    )
    line = bent_path((pi,), radius + spec.radius_m, lead, 0.0, 1e-4)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    s = np.linspace(0.0, arc[-1], n_edges + 1)
    state = rod_from_line(np.column_stack([np.interp(s, arc, line[:, a]) for a in range(3)]), spec, "free")
    middle = np.array([lead, radius + spec.radius_m, 0.0])
    bar = capsule(middle - [0, 0, 0.05], middle + [0, 0, 0.05], radius, friction=friction)
    stage = Stage(np.zeros((0, 4)), NO_CANAL, NO_CORD, law_table(spec), bodies=stack_bodies([bar]))
    load, ratios, angles = np.zeros_like(state.x), [], []
    for k in range(128):
        load[-1, 0] = -0.02 * min(1.0, k / 20)
        v = state.v.copy()
        v[0] = [-0.005 if k > 20 else 0.0, 0.0, 0.0]
        drive = Drive(tolerance_n=1e-6, cap=30, drag=1e-3)
        state, _ = advance(replace(state, v=v), spec, stage, drive, clamp(n_edges, (0,)), dead_load=load)
        if k >= 96:
            force = axial_force(state, spec)
            ratios.append(force[2:6].mean() / force[-6:-2].mean())
            angles.append(own_turning(state, 3, n_edges - 4))
    return float(np.mean(ratios)), float(np.mean(angles))


def ring_ratio(
    friction: float, sign: float = -1.0, dt_s: float = 1.0 / 64.0, angle_rad: float = 1.5 * pi, force_n: float = 0.1
) -> tuple[float, float]:
    """Return (force ratio, own turning) of a rod with a conduit's own curvature pushed (1) or pulled (-1) along it.

    A rod curved like its conduit adds no bending to the capstan (V18).
    """
    radius, n = 0.05, 120
    a = np.linspace(-0.3, angle_rad + 0.6, 400)
    line = radius * np.column_stack([np.cos(a), np.sin(a), 0 * a])
    place = np.linspace(0.0, angle_rad, n + 1)
    spec = replace(SPEC, friction_needle=friction)
    state = rod_from_line(radius * np.column_stack([np.cos(place), np.sin(place), 0 * place]), spec, "free")
    state = in_conduit(replace(state, rest_curvature=vertex_curvature(state)), line, spec)
    stage = Stage(pack_conduit(line, spec.radius_m + 1e-4), NO_CANAL, NO_CORD, law_table(spec, WALL_STIFFNESS_PA))
    load, ratios, angles, at = np.zeros_like(state.x), [], [], 0.0
    steps = round(1.5 / dt_s)
    for k in range(steps):
        t = (k + 1) * dt_s
        there = at + (sign * 0.005 * dt_s / radius if t > 0.3 else 0.0)
        v = state.v.copy()
        v[0] = radius * np.array([np.cos(there) - np.cos(at), np.sin(there) - np.sin(at), 0.0]) / dt_s
        at = there
        along = state.x[-1] - state.x[-2]
        load[-1] = -sign * force_n * min(1.0, t / 0.3) * along / np.linalg.norm(along)
        drive = Drive(dt_s=dt_s, tolerance_n=1e-6, cap=30, drag=0.0)
        state, _ = advance(replace(state, v=v), spec, stage, drive, clamp(n, (0,)), dead_load=load)
        if k >= 0.85 * steps:
            force = axial_force(state, spec)
            ratios.append(force[2:5].mean() / force[-5:-2].mean())
            angles.append(own_turning(state, 3, n - 4))
    return float(np.mean(ratios)), float(np.mean(angles))


_row = partial(within, "catheter", confidence="H")
_most = partial(at_most, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of contact and friction."""
    drift = abs(incline(0.19)[0])
    slide = incline(0.25)[1]
    speed = exact.incline_speed(0.25, 0.2, GRAVITY, 2.0)
    force = exact.lift_off_force(100.0, 0.02)
    out = [
        _most("incline_stick", "drift in 2 s on an incline of 0.95 mu", "m", 1e-5, drift, f"{MECHANICS_2} V17"),
        _row("incline_slip", "speed after 2 s on an incline of 1.25 mu", "m/s", speed, slide, 1e-5, f"{MECHANICS_2} V17"),
        _row("lift_force", "force that lifts one end of a heavy rod off the floor, L2/EI", "1", force,
             lifting_force(), 0.01 * force, "beam on a rigid floor"),
    ]  # fmt: skip
    for mu in (0.1, 0.3):
        ratio, turn = pull_through((pi,), mu, n_edges=160)
        out.append(
            _row(f"capstan_{10 * mu:.0f}", f"tension ratio over half a turn, mu {mu}", "1", exp(mu * turn), ratio,
                 0.01 * ratio, f"{MECHANICS} V9")
        )  # fmt: skip
    ratio, turn = bar_ratio(0.3)
    out.append(
        _row("capstan_bar", "tension ratio over half a turn round a bar, mu 0.3", "1", exp(0.3 * turn), ratio,
             0.01 * ratio, "Euler 1769")
    )  # fmt: skip
    for name, sign in (("push", 1.0), ("pull", -1.0)):
        ratios = []
        for dt in (64, 256):
            ratio, turn = ring_ratio(0.2, sign, 1.0 / dt)
            ratios.append(ratio / exp(0.2 * turn))
        out += [
            _row(f"ring_{name}", f"{name} along 270 degrees over exp(mu theta), mu 0.2", "1", 1.0, ratios[0], 5e-3,
                 f"{MECHANICS_2} V18"),
            _row(f"ring_{name}_step", "the same at dt 1/64 over dt 1/256", "1", 1.0, ratios[0] / ratios[1], 1e-3,
                 f"{MECHANICS_2} V18"),
        ]  # fmt: skip
    ratio, turn = pull_through((pi / 2, -pi / 2, -pi / 2, pi / 2), 0.2)
    return out + [
        _row("s_conduit", "tension ratio through four bends of 90 degrees, mu 0.2", "1", exp(0.2 * turn), ratio,
             5e-3 * ratio, f"{MECHANICS_2} V19")
    ]  # fmt: skip
