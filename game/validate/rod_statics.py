"""Rows: shapes and forces of a rod at rest against the elastica, the catenary and helical springs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import hypot, pi, sqrt

import numpy as np

from game.validate import closed_forms as exact
from game.validate.rods import (
    BARE,
    EI,
    LENGTH_M,
    SPEC,
    STIFF,
    FloatArray,
    held,
    least_order,
    planar,
    quiet,
    settled,
    straight,
)
from game.validate.row import ValidationRow, at_least, at_most, within
from physics.catheter.kink import vertex_curvature
from physics.catheter.rod import Drive, advance, axial_force, clamp, curvature, rod_from_line
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS = "catheter_mechanics 6"


def cantilever_tip(n_edges: int, ei_factor: float = 1.0) -> tuple[float, float]:
    """Return the tip (x, drop) over L of a cantilever with P L^2/EI = 2, clamped at mid-edge."""
    spec = replace(STIFF, bending_stiffness=EI * ei_factor)
    load = np.zeros((n_edges + 1, 3))
    load[-1, 2] = -2.0 * EI / LENGTH_M**2
    state = settled(straight(n_edges, spec), spec, held(n_edges), load)
    return float(state.x[-1, 0] / LENGTH_M), float(-state.x[-1, 2] / LENGTH_M)


def cantilever_error(n_edges: int) -> float:
    """Return the distance of the cantilever's tip from Bickley's, over L (V1)."""
    x, drop = cantilever_tip(n_edges)
    x0, drop0 = exact.elastica_tip()
    return hypot(x - x0, drop - drop0)


def heavy_error(n_edges: int, ei_factor: float = 1.0) -> float:
    """Return the distance of a heavy cantilever's tip from the exact one, over L; w L^3/EI = 10 (V6)."""
    spec = replace(STIFF, bending_stiffness=EI * ei_factor)
    state = straight(n_edges, spec)
    load = np.zeros((n_edges + 1, 3))
    load[1:, 2] = -10.0 * EI / LENGTH_M**3 * state.rest_length[0]
    load[-1, 2] *= 0.5
    state = settled(state, spec, held(n_edges), load)
    x0, drop0 = exact.heavy_elastica_tip(10.0)
    return hypot(float(state.x[-1, 0]) / LENGTH_M - x0, float(-state.x[-1, 2]) / LENGTH_M - drop0)


def column(n_edges: int, shortening: float, ei_factor: float = 1.0, ends: str = "clamped") -> CatheterState:
    """Return a column whose right end has been brought nearer by `shortening` L and that has settled."""
    spec = replace(STIFF, bending_stiffness=EI * ei_factor)
    flat = straight(n_edges, spec, f"{ends} {ends}")
    line = flat.x.copy()
    wave = np.sin(pi * line[:, 0] / LENGTH_M) ** (2 if ends == "clamped" else 1)
    line[1:-1, 2] = 1e-3 * LENGTH_M * wave[1:-1]
    if ends == "clamped":
        line[[1, -2], 2] = 0.0
    state = replace(rod_from_line(line, spec, "free"), rest_length=flat.rest_length)
    fixed = planar(held(n_edges, f"{ends} {ends}"), 1)
    steps = 60
    for _ in range(steps):
        v = np.zeros_like(state.x)
        v[-2 if ends == "clamped" else -1 :, 0] = -shortening * LENGTH_M / steps / 0.2
        drive = Drive(dt_s=0.2, tolerance_n=1e-9, cap=40, drag=0.0)
        state, _ = advance(quiet(state, v), spec, BARE, drive, fixed)
    return settled(state, spec, fixed)


def column_force(n_edges: int, shortening: float, ei_factor: float = 1.0) -> tuple[float, float]:
    """Return (end force L^2/EI, mid-deflection/L) of the clamped column (V3)."""
    state = column(n_edges, shortening, ei_factor)
    return end_force(state, 1), float(np.abs(state.x[:, 2]).max() / LENGTH_M)


def end_force(state: CatheterState, edge: int) -> float:
    """Return the thrust L^2/EI along x from the axial force of an edge; no other force acts."""
    along = state.x[edge + 1] - state.x[edge]
    thrust = -float(axial_force(state, STIFF)[edge]) / float(along[0] / np.linalg.norm(along))
    return thrust * LENGTH_M**2 / EI


def lobe(n_edges: int, shortening: float = 0.9) -> tuple[float, float]:
    """Return (force L^2/EI, width/L) of a pinned rod whose ends have been brought nearly together."""
    state = column(n_edges, shortening, ends="pinned")
    return end_force(state, 0), float(np.abs(state.x[:, 2]).max() / LENGTH_M)


def chain_sag(n_edges: int) -> float:
    """Return the sag over L of a 1 m rod with next to no stiffness, span 0.7 (V7)."""
    spec = replace(SPEC, bending_stiffness=1e-9, twisting_stiffness=1e-9, stretching_stiffness=500.0)
    s = np.linspace(0.0, 1.0, n_edges + 1)
    line = np.column_stack([0.7 * s, 0 * s, -0.3 * np.sin(pi * s)])
    state = replace(rod_from_line(line, spec, "free"), rest_length=np.full(n_edges, 1.0 / n_edges))
    load = np.zeros((n_edges + 1, 3))
    load[:, 2] = -0.1 / n_edges
    drive = Drive(dt_s=1.0, tolerance_n=1e-10, cap=50, drag=0.1)
    state = settled(state, spec, planar(held(n_edges, "pinned pinned"), 1), load, 100, drive)
    return float(-state.x[:, 2].min())


def loop_radius(tension_n: float, n_edges: int = 128) -> float:
    """Return the least radius of a planar loop pulled tight by a tension [m] (V10)."""
    length, edge = 0.30, 0.30 / n_edges
    scale = sqrt(EI / tension_n)
    s = np.arange(n_edges + 1) * edge - 0.5 * length
    angle = 4 * np.arctan(np.exp(s / scale))  # the exact loop as the start: only its settling is tested
    mid = 0.5 * (angle[1:] + angle[:-1])
    x = np.concatenate([[0.0], np.cumsum(np.cos(mid) * edge)])
    y = np.concatenate([[0.0], np.cumsum(np.sin(mid) * edge)])
    state = replace(rod_from_line(np.column_stack([x, y, 0 * x]), STIFF, "free"), rest_length=np.full(n_edges, edge))
    fixed = planar(clamp(n_edges, (0, 1), (0,)), 2)
    fixed[4 * n_edges + 1] = True
    load = np.zeros((n_edges + 1, 3))
    load[-1, 0] = tension_n
    drive = Drive(dt_s=0.2, tolerance_n=1e-8, cap=40, drag=0.1)
    for _ in range(30):
        state, _ = advance(quiet(state), STIFF, BARE, drive, fixed, dead_load=load)
    return 1.0 / float(curvature(state).max())


def clothoid_error(n_edges: int, turn: float = 3.0, factor: float = 1.0) -> float:
    """Return the distance over L of the tip from Euler's spiral: a rod whose rest curvature grows linearly."""
    state = straight(n_edges, STIFF)
    edge = state.rest_length[0]
    rest = np.zeros((n_edges, 2))
    phi = factor * 2.0 * turn * (edge / LENGTH_M) ** 2 * np.arange(n_edges)  # vertex j lies at (j - 1/2) edges
    rest[:, 0] = 2.0 * np.tan(0.5 * (phi - 0.5 * phi[1]))
    rest[0] = 0.0
    state = settled(replace(state, rest_curvature=rest), STIFF, held(n_edges), steps=80)
    x, y = exact.clothoid_tip(turn)
    off = state.x[-1] / LENGTH_M
    return hypot(float(off[0]) - x, float(np.hypot(off[1], off[2])) - y)


def hanging_stretch(n_edges: int) -> float:
    """Return the lengthening of a rod hung by one end over w L^2/(2 EA)."""
    state = straight(n_edges, SPEC, "pinned free")
    weight = 1e-3 * SPEC.stretching_stiffness / LENGTH_M  # a strain of a thousandth at the top
    load = np.zeros((n_edges + 1, 3))
    load[:, 0] = weight * LENGTH_M / n_edges
    load[-1, 0] *= 0.5
    state = settled(state, SPEC, held(n_edges, "pinned free"), load)
    return float(state.x[-1, 0] - LENGTH_M) / (0.5e-3 * LENGTH_M)


def spring_force(n_edges: int, pitch_angle: float = 0.35, gj_factor: float = 1.0) -> tuple[float, float]:
    """Return the axial force L^2/EI (exact, model) of two turns of a flat coil pulled out into a helix."""
    turn, rest = 4.0 * pi, 4.0 * pi  # the ends do not turn, so the number of turns stays
    spec = replace(STIFF, twisting_stiffness=SPEC.twisting_stiffness * gj_factor)
    edge = LENGTH_M / (n_edges - 1)
    angle = (np.arange(n_edges + 1) - 0.5) * edge / LENGTH_M * turn
    radius = LENGTH_M * np.cos(pitch_angle) / turn
    rise = LENGTH_M * np.sin(pitch_angle) / turn
    line = np.column_stack([rise * angle, radius * np.cos(angle), radius * np.sin(angle)])
    state = rod_from_line(line, spec, "free")
    state = replace(state, theta=_frenet_angles(state))
    bend = vertex_curvature(state)
    unit = bend[1:] / np.linalg.norm(bend[1:], axis=1)[:, None]
    state = replace(state, rest_curvature=np.vstack([[[0.0, 0.0]], unit * rest * edge / LENGTH_M]))
    state = settled(state, spec, held(n_edges, "clamped clamped"), steps=12)
    tension = axial_force(state, spec)[n_edges // 3 : -n_edges // 3].mean()
    target = exact.coil_force(turn, pitch_angle, rest, SPEC.twisting_stiffness / EI)
    return target, float(tension) / np.sin(pitch_angle) * LENGTH_M**2 / EI


def _frenet_angles(state: CatheterState) -> FloatArray:
    """Return the twist angles that turn every edge's frame with the helix, the first one's taken as zero."""
    t, d1 = state.tangent, state.director
    axis = np.array([1.0, 0.0, 0.0])
    binormal = axis - (t @ axis)[:, None] * t  # the tangent keeps its angle to the axis: this turns with Frenet
    binormal /= np.linalg.norm(binormal, axis=1)[:, None]
    raw = np.arctan2((np.cross(d1, binormal) * t).sum(axis=1), (d1 * binormal).sum(axis=1))
    return np.asarray(np.unwrap(raw - raw[0]))


_row = partial(within, "catheter", confidence="H")
_least = partial(at_least, "catheter", confidence="H")
_most = partial(at_most, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of rods at rest."""
    tip, model = exact.elastica_tip(), cantilever_tip(64)
    force, deflection = column_force(64, 0.1)
    force0, deflection0 = exact.clamped_column(0.1)
    push, width = lobe(128)
    push0, width0 = exact.pinned_column(0.9)
    sag = exact.catenary_sag(0.7)
    radius = 0.5 * sqrt(spec.bending_stiffness / 6.9e-3)
    loops = [loop_radius(6.9e-3, n) / radius - 1 for n in (128, 256)]
    coil, coil_model = spring_force(128)
    return [
        _row("cantilever_drop", "tip drop of the elastica over L", "1", tip[1], model[1], 1e-4, f"{MECHANICS} V1"),
        _row("cantilever_x", "tip abscissa of the elastica over L", "1", tip[0], model[0], 1e-4, f"{MECHANICS} V1"),
        _least("cantilever_order", "order in edge length, 8 to 32 edges", "1", 1.9,
               least_order(cantilever_error, (8, 16, 32)), f"{MECHANICS} V1"),
        _row("column_force", "post-buckled force L2/EI at 10 %", "1", force0, force, 1e-3 * force0, f"{MECHANICS} V3"),
        _row("column_deflection", "mid-deflection over L", "1", deflection0, deflection, 1e-3 * deflection0,
             f"{MECHANICS} V3"),
        _row("heavy_tip", "heavy elastica, tip off the exact one over L, 128 edges", "1", 0.0, heavy_error(128), 2e-4,
             f"{MECHANICS} V6"),
        _least("heavy_order", "order in edge length, 16 to 64 edges", "1", 1.9, least_order(heavy_error, (16, 32, 64)),
               f"{MECHANICS} V6"),
        _row("catenary", "sag of a chain over L, span 0.7", "1", sag, chain_sag(64), 1e-3 * sag, f"{MECHANICS} V7"),
        _most("loop_128", "least radius of a loop at 6.9 mN, error with 128 edges", "1", 0.025, abs(loops[0]),
              f"{MECHANICS} V10"),
        _most("loop_256", "the same with 256 edges", "1", 0.007, abs(loops[1]), f"{MECHANICS} V10"),
        _row("lobe_force", "pinned elastica shortened 90 %: force L2/EI", "1", push0, push, 5e-3 * push0, "Euler 1744, plate IV"),
        _row("lobe_width", "the same: width over L", "1", width0, width, 2e-3 * width0, "Euler 1744, plate IV"),
        _row("clothoid", "rest curvature growing to 6/L: tip off Euler's spiral over L, 64 edges", "1", 0.0,
             clothoid_error(64), 1e-3, "Fresnel integrals"),
        _least("clothoid_order", "order in edge length, 16 to 64 edges", "1", 1.9,
               least_order(clothoid_error, (16, 32, 64)), "Fresnel integrals"),
        _row("spring", "flat coil drawn out to 20 degrees: axial force L2/EI", "1", coil, coil_model, 5e-3 * coil,
             "Love 1927, section 271"),
        _row("hanging", "stretch under its own weight over w L2/(2 EA)", "1", 1.0, hanging_stretch(32), 1e-3,
             "Hooke"),
    ]  # fmt: skip
