"""Rows: a slack rod turned at one end winds into a coil and never passes through itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import pi

import numpy as np
from scipy.optimize import brentq

from game.validate.rods import BARE, SPEC, FloatArray, held
from game.validate.row import ValidationRow, at_most
from physics.catheter.coil import writhe
from physics.catheter.rod import Drive, advance, curvature, rod_from_line
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS_2 = "catheter_mechanics_2 8"
LENGTH_M, SLACK = 0.30, 0.45
TURNS_PER_S, TICK_S = 0.5, 1.0 / 64.0
FIRM = replace(SPEC, stretching_stiffness=30.0, mass_per_length=1e-3)


@dataclass(frozen=True, slots=True)
class Coil:
    """A slack rod while one end is turned."""

    state: CatheterState
    turns: FloatArray  # applied, at every sample
    link: FloatArray  # twist plus writhe, ends drawn out straight
    writhe: FloatArray
    radius_m: float  # least at the end


def link(state: CatheterState) -> tuple[float, float]:
    """Return (link, writhe) of the rod with its ends drawn out straight."""
    twist = float((np.diff(state.theta) + state.turn[1:]).sum()) / (2 * pi)
    far = np.array([3.0, 0.0, 0.0])
    wound = writhe(np.vstack([state.x[0] - far, state.x, state.x[-1] + far]))
    return twist + wound, wound


def arch(n_edges: int) -> CatheterState:
    """Return the slack rod as a nearly flat arch between two clamps."""
    edge = LENGTH_M / n_edges
    wave = np.sin(2 * pi * (np.arange(n_edges) + 0.5) / n_edges)
    swing = brentq(lambda a: np.cos(a * wave).mean() - (1 - SLACK), 1e-3, 2.4)
    line = np.zeros((n_edges + 1, 3))
    line[1:, 0] = np.cumsum(np.cos(swing * wave) * edge)
    line[1:, 2] = np.cumsum(np.sin(swing * wave) * edge)
    line[:, 1] = 2e-4 * np.sin(3 * pi * np.arange(n_edges + 1) / n_edges)
    line[[0, 1, -2, -1], 1] = 0.0
    line[1] = line[0] + [edge, 0.0, 0.0]
    line[-2] = line[-1] - [edge, 0.0, 0.0]
    return replace(rod_from_line(line, FIRM, "free"), rest_length=np.full(n_edges, edge))


def wind(n_edges: int, turns: float = 8.0, self_contact: bool = True, substeps: int = 2) -> Coil:
    """Return what happens while the right end is turned at half a turn a second, ends held in place (V22)."""
    state = arch(n_edges)
    fixed = held(n_edges, "clamped clamped")
    drive = Drive(
        dt_s=TICK_S / substeps, tolerance_n=1e-8, cap=12, drag=0.03, self_contact=self_contact, self_friction=0.0
    )
    for _ in range(96 * substeps):
        state, _ = advance(_clamped(state, 0.0), FIRM, BARE, drive, fixed)
    start = link(state)[0]
    applied, links, writhes = [], [], []
    ticks = round((turns / TURNS_PER_S + 1.0) / TICK_S)
    for tick in range(ticks):
        rate = 2 * pi * TURNS_PER_S if tick * TICK_S < turns / TURNS_PER_S else 0.0
        for _ in range(substeps):
            state, _ = advance(_clamped(state, rate), FIRM, BARE, drive, fixed)
        if tick % 32 == 31 or tick == ticks - 1:
            both = link(state)
            applied.append(min((tick + 1) * TICK_S * TURNS_PER_S, turns))
            links.append(both[0] - start)
            writhes.append(both[1])
    least = 1.0 / float(curvature(state).max())
    return Coil(state, np.array(applied), np.array(links), np.array(writhes), least)


def _clamped(state: CatheterState, rate: float) -> CatheterState:
    v, omega = state.v.copy(), state.omega.copy()
    v[[0, 1, -2, -1]] = 0.0
    omega[0], omega[-1] = 0.0, rate
    return replace(state, v=v, omega=omega)


_most = partial(at_most, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of the coil."""
    out = []
    for n in (96, 128, 192):
        coil = wind(n)
        out.append(
            _most(f"coil_link_{n}", f"link against applied turns through 8 turns, {n} edges", "turn", 0.02,
                  float(np.abs(coil.link - coil.turns).max()), f"{MECHANICS_2} V22")
        )  # fmt: skip
    return out
