"""Ticks of the whole catheter: threaded past the cord, living with a moving trunk and pump, twisted to a coil."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from game.bench.play import opened, played
from game.bench.rows import Row, tick_rows
from game.validate.rod_coil import FIRM, TURNS_PER_S, arch
from game.validate.rods import BARE, held
from physics.catheter import CatheterSpec, CatheterState, Surroundings, feed, move_pump_end
from physics.catheter.posture import SIT, _pose
from physics.catheter.refine import refined
from physics.catheter.rod import Drive, advance

FloatArray = NDArray[np.float64]
Tell = Callable[[float, str], None]

TICK_S = 1.0 / 64.0
TICK_MS = 1e3 * TICK_S
N_TICKS = 128
FEED_M_PER_S = 0.01
FLEXION_RAD, FLEXION_PERIOD_S = 0.45, 2.0  # to sitting and back
PUMP_SWING_M = 2e-3
WARM_UP = 4  # ticks for a new mesh to come to rest

TWIST_TURNS = 6.0  # the loop closes and snaps to a coil between 3 and 4
REST_TICKS = 96  # before the turning begins


def with_edges(state: CatheterState, n_edges: int) -> CatheterState:
    """Return the catheter with `n_edges` edges, its longest ones split; as it is where it has that many."""
    parts = np.ones(state.n_edges, dtype=np.int64)
    while parts.sum() < n_edges:
        parts[int((state.rest_length / parts)[1:].argmax()) + 1] += 1
    return refined(state, parts) if parts.max() > 1 else state


def _timed(state: CatheterState, act: Callable[[CatheterState, int], CatheterState]) -> list[float]:
    """Return the processor time of each of `N_TICKS` ticks [ms], after a few for warming up."""
    times = []
    for k in range(WARM_UP + N_TICKS):
        began = time.process_time()
        state = act(state, k)
        times.append(1e3 * (time.process_time() - began))
    return times[WARM_UP:]


def _fed(spec: CatheterSpec, around: Surroundings, state: CatheterState, k: int) -> CatheterState:
    return feed(state, spec, around, FEED_M_PER_S * TICK_S, 0.0, state.stylet_behind_tip_m, TICK_S)[0]


def _lived(
    spec: CatheterSpec, around: Surroundings, rest: CatheterState, state: CatheterState, k: int
) -> CatheterState:
    """Return the catheter a tick later while the trunk bends and the pump swings to and fro."""
    phase = 2.0 * np.pi * TICK_S / FLEXION_PERIOD_S * np.array([k, k + 1])
    old, new = 0.5 * FLEXION_RAD * (1.0 - np.cos(phase))
    shift = np.array([PUMP_SWING_M * float(np.sin(phase[1]) - np.sin(phase[0])), 0.0, 0.0])
    state = move_pump_end(state, shift, np.eye(3), state.x[0])
    return _pose(state, spec, around, rest, SIT, float(old), float(new))[0]


def state_rows(tell: Tell) -> list[Row]:
    """Return the rows of threading with 128 and 256 edges, and of life with the edges as laid and 256."""
    from physics import theatre
    from physics.fixed import fixed

    tell(0.0, "threading and living")
    session, rows = opened(), []
    case = fixed(session.setup.params)
    played(session, lambda s: s.world.theatre.catheter.phase == "threading" and s.world.theatre.catheter.n_edges >= 110)
    scene = session.world.theatre
    for n, median, p95 in ((128, 4.0, 8.0), (256, None, 0.6 * TICK_MS)):
        act = partial(_fed, case.catheter, theatre.around(case, scene))
        rows += tick_rows(f"catheter.threading_{n}", _timed(with_edges(scene.catheter, n), act), median, p95)
    played(session)
    scene = session.world.theatre
    for name, n, median, p95 in (("living", 128, 4.0, 8.0), ("living_256", 256, None, 0.6 * TICK_MS)):
        lying = with_edges(scene.catheter, n)  # laid in more than 128 edges already
        act = partial(_lived, case.catheter, theatre.around(case, scene), lying)
        rows += tick_rows(f"catheter.{name}", _timed(lying, act), median, p95)
    return rows


def twisted(n_edges: int = 128, turns: float = TWIST_TURNS) -> list[float]:
    """Return the ticks of a slack catheter whose one end is turned until it coils on itself (V22) [ms]."""
    state, fixed = arch(n_edges), held(n_edges, "clamped clamped")
    drive = Drive(dt_s=TICK_S / 2, steps=2, tolerance_n=1e-8, cap=12, drag=0.03, self_contact=True)
    times = []
    for k in range(-REST_TICKS, round(turns / TURNS_PER_S / TICK_S)):
        v, omega = state.v.copy(), state.omega.copy()
        v[[0, 1, -2, -1]], omega[0] = 0.0, 0.0
        omega[-1] = 2.0 * np.pi * TURNS_PER_S if k >= 0 else 0.0
        began = time.process_time()
        state, _ = advance(replace(state, v=v, omega=omega), FIRM, BARE, drive, fixed)
        times.append(1e3 * (time.process_time() - began))
    return times[REST_TICKS:]


def twist_rows(tell: Tell) -> list[Row]:
    """Return the rows of the twiddler's coil: no tick so long that the picture stops, the snap included."""
    tell(0.0, "twisting")
    twisted(16, 0.1)  # compiles
    return tick_rows("catheter.twist", twisted(), largest=16.0)
