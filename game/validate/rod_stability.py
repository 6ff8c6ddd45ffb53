"""Rows: loads at which a straight, twisted or ring-shaped rod gives way (its tangent loses an eigenvalue)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import pi

import numpy as np
from scipy.optimize import brentq

from game.validate import closed_forms as exact
from game.validate.rods import EI, LENGTH_M, SPEC, STIFF, elastic, held, least_order, low_eigenvalue, straight
from game.validate.row import ValidationRow, at_least, within
from physics.catheter.rod import clamp, rod_from_line
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS = "catheter_mechanics 6"
EULER = {"clamped clamped": 4 * pi**2, "clamped free": pi**2 / 4, "pinned sliding": pi**2}


def strained(state: CatheterState, load: float) -> CatheterState:
    """Return a straight rod under a thrust P L^2/EI (negative: tension), its shape kept."""
    strain = -load * EI / LENGTH_M**2 / STIFF.stretching_stiffness
    return replace(state, rest_length=state.rest_length / (1 + strain))


def euler_error(n_edges: int, ends: str, ei_factor: float = 1.0) -> float:
    """Return the relative error of Euler's load (V2)."""
    spec = replace(STIFF, bending_stiffness=EI * ei_factor)
    state = straight(n_edges, spec, ends)
    lateral = np.zeros(4 * n_edges + 3, dtype=np.bool_)
    lateral[1::4] = True
    free = lateral & ~held(n_edges, ends)

    def least(load: float) -> float:
        return low_eigenvalue(elastic(strained(state, load), spec)[2], free)

    return float(brentq(least, 0.9 * EULER[ends], 1.1 * EULER[ends])) / EULER[ends] - 1


def greenhill_torque(n_edges: int, tension: float = 0.0, gj_factor: float = 1.0) -> float:
    """Return the critical torque M L/EI of a clamped rod under tension T L^2/EI (V4 without tension)."""
    spec = replace(STIFF, twisting_stiffness=SPEC.twisting_stiffness * gj_factor)
    straight_rod = strained(straight(n_edges, spec, "clamped clamped"), -tension)
    free = ~held(n_edges, "clamped clamped")
    free[0::4] = False
    edge = straight_rod.rest_length[0]

    def least(torque: float) -> float:
        twist = torque * EI / LENGTH_M / SPEC.twisting_stiffness * edge
        state = replace(straight_rod, theta=twist * np.arange(n_edges))
        return low_eigenvalue(elastic(state, spec)[2], free)

    target = exact.greenhill(tension)
    return float(brentq(least, 0.85 * target, 1.1 * target, xtol=1e-4))


def ring_twist(n_edges: int, gj_factor: float = 1.0) -> float:
    """Return the twist [rad] at which a ring, closed from a straight rod, leaves its plane.

    The first and last edge coincide and are held: one cross section of the closed ring is kept in
    place, which takes away rigid motions and nothing else. Rolling all cross sections alike costs
    nothing (the least eigenvalue, zero); the two modes of Michell cross zero next to it.
    """
    spec = replace(STIFF, twisting_stiffness=SPEC.twisting_stiffness * gj_factor)
    around = n_edges - 1
    angle = 2 * pi * np.arange(n_edges + 1) / around
    line = 0.02 * np.column_stack([np.sin(angle), 1 - np.cos(angle), np.zeros(n_edges + 1)])
    ring = rod_from_line(line, spec, "free")
    free = ~clamp(n_edges, (0, 1, n_edges - 1, n_edges), (0, n_edges - 1))

    def least(twist: float) -> float:
        state = replace(ring, theta=twist / around * np.arange(n_edges))
        return low_eigenvalue(elastic(state, spec)[2], free, 1)

    target = exact.michell_twist(EI / SPEC.twisting_stiffness)
    return float(brentq(least, 0.85 * target, 1.1 * target, xtol=1e-3))


_row = partial(within, "catheter", confidence="H")
_least = partial(at_least, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of buckling."""
    out = []
    for ends, short in (("clamped clamped", "cc"), ("clamped free", "cf"), ("pinned sliding", "pp")):
        out += [
            _row(f"euler_{short}", f"Euler load over the exact one, {ends}, 64 edges", "1", 1.0,
                 1 + euler_error(64, ends), 1.5e-3, f"{MECHANICS} V2"),
            _least(f"euler_{short}_order", f"order in edge length, {ends}, 16 to 64 edges", "1", 1.9,
                   least_order(lambda n: euler_error(n, ends), (16, 32, 64)), f"{MECHANICS} V2"),
        ]  # fmt: skip
    free, taut = exact.greenhill(0.0), exact.greenhill(20.0)
    ring = exact.michell_twist(spec.bending_stiffness / spec.twisting_stiffness)
    return out + [
        _row("greenhill", "critical torque M L/EI, clamped, 128 edges", "1", free, greenhill_torque(128), 5e-3 * free,
             f"{MECHANICS} V4"),
        _row("greenhill_taut", "the same under tension T L2/EI = 20", "1", taut, greenhill_torque(128, 20.0),
             5e-3 * taut, "Greenhill 1883"),
        _row("michell", "twist at which a ring of straight rod leaves its plane, 80 edges", "rad", ring,
             ring_twist(80), 5e-3 * ring, "Michell 1889, Zajac 1962"),
    ]  # fmt: skip
