"""The rod pushed into a tube (V8, V21 of the references), timed tick by tick, and readings for any solver."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from game.validate import closed_forms as exact
from game.validate.rod_tube import PLAY_M, PUSH_M_PER_S, PUSH_S, PUSH_STEP_S, TICK_S, crooked_line, in_tube, wound_line
from game.validate.rods import SPEC
from physics.catheter.rod import Drive, advance, axial_force, clamp

FloatArray = NDArray[np.float64]

ROD = replace(SPEC, mass_per_length=1e-3)  # of the references
DRAG = 0.02  # per length [N s/m2]
FRICTION = 0.2
TIMED = Drive(dt_s=PUSH_STEP_S, tolerance_n=1e-5, cap=10, drag=DRAG, steps=round(TICK_S / PUSH_STEP_S))
TO_REST = Drive(dt_s=TICK_S, tolerance_n=1e-8, cap=40, drag=DRAG)
HOLD_S = 0.5
REST_S = 1.0


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a solver does in the push.

    Attributes
    ----------
    times_ms : list of float
        Processor time per 1/64 s.
    penetration_m : float
        Deepest stand of a node in the wall.
    helix_error : float
        Axial force against that of the helix formed, relative (meaningful without friction).
    """

    times_ms: list[float]
    penetration_m: float
    helix_error: float


def line_of(n_edges: int, friction: float) -> FloatArray:
    """Return the nodes at the start: crooked by chance for friction, wound by one hand for the helix."""
    return crooked_line(1, n_edges) if friction > 0.0 else wound_line(n_edges)


def duration_s(friction: float) -> float:
    """Return how long push and rest take [s]."""
    return PUSH_S + (HOLD_S if friction > 0.0 else REST_S)


def speed_at(time_s: float) -> float:
    """Return how fast the near end moves in [m/s]."""
    return PUSH_M_PER_S if time_s < PUSH_S else 0.0


def helix_error(x: FloatArray, force_n: float) -> float:
    """Return the relative difference of an axial force from that of the helix which nodes x (n+1, 3) form (V8)."""
    middle = x[int(0.2 * len(x)) : int(0.8 * len(x))]
    angle = np.unwrap(np.arctan2(middle[:, 2], middle[:, 1]))
    turns = float(np.abs(np.diff(angle)).sum()) / (2.0 * pi)
    pitch = float(middle[-1, 0] - middle[0, 0]) / max(turns, 1e-9)
    radius = float(np.hypot(middle[:, 1], middle[:, 2]).mean())
    return abs(force_n / exact.helix_force(radius, pitch, ROD.bending_stiffness) - 1.0)


def push(n_edges: int = 128, friction: float = FRICTION) -> Pushed:
    """Return how our rod does; both ends are clamped at mid-edge."""
    spec = replace(ROD, friction_needle=friction)
    drive = TIMED if friction > 0.0 else TO_REST
    state, stage = in_tube(line_of(n_edges, friction), spec)
    ends = [0, 1, n_edges - 1, n_edges]
    fixed = clamp(n_edges, tuple(ends), (0,))
    times, deepest = [], 0.0
    for tick in range(round(duration_s(friction) / TICK_S)):
        began = time.process_time()
        v = state.v.copy()
        v[ends] = 0.0
        v[:2, 0] = speed_at(tick * TICK_S)
        state, _ = advance(replace(state, v=v), spec, stage, drive, fixed)
        times.append(1e3 * (time.process_time() - began))
        deepest = max(deepest, float(np.hypot(state.x[:, 1], state.x[:, 2]).max()) - PLAY_M)
    force = -float(np.median(axial_force(state, spec)))
    return Pushed(times, deepest, helix_error(state.x, force))
