"""Rows: an anchored catheter through many flexions: it slips on records only, so the rest may be skipped.

A chain in one plane: pump end - slack arch in the fascia - anchor - catheter in the bending canal
(catheter_mechanics_2 section 5; all loads and amplitudes there are [A], the rows compare the model with
itself solved without a short cut, and with the law of records).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import cos, pi

import numpy as np
from scipy.optimize import brentq

from game.validate.rod_friction import NO_CANAL, NO_CORD, in_conduit
from game.validate.rods import SPEC, FloatArray, quiet
from game.validate.row import ValidationRow, at_most, within
from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, pack_conduit, rod_from_line
from physics.catheter.spec import ANCHOR_STIFFNESS_N_PER_M, ANCHOR_WINDOW_M, SLAB_STIFFNESS_PA, CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS_2 = "catheter_mechanics_2 8"
SPAN_M, INSIDE_M, BEHIND_M = 0.12, 0.20, 0.01  # pump end to anchor, in the canal, from anchor to the slack
FASCIA_EDGES, CANAL_EDGES = 44, 64
FLEXION_RAD, DISC_OFFSET_M = 0.55, 6e-3
INCREMENTS, DRIVE = 24, Drive(dt_s=0.05, tolerance_n=1e-6, cap=20, drag=0.05)
LUMEN_M = 7.5e-3


def canal_line(posture: float) -> tuple[FloatArray, FloatArray]:
    """Return centre line and heading of the canal in a posture (0 upright, 1 flexed); it starts behind the anchor."""
    s = np.linspace(-0.06, 0.36, 72)
    step = s[1] - s[0]
    share = np.clip(s / 0.02, 0.0, 1.0) * np.clip((0.24 - s) / 0.04, 0.0, 1.0)
    bend = FLEXION_RAD * posture * share / (share.sum() * step)
    heading = np.concatenate([[0.0], np.cumsum(0.5 * (bend[1:] + bend[:-1]) * step)])
    stretch = 1.0 + DISC_OFFSET_M * bend
    run = 0.5 * (stretch[1:] + stretch[:-1]) * step
    middle = 0.5 * (heading[1:] + heading[:-1])
    x = np.concatenate([[0.0], np.cumsum(np.cos(middle) * run)]) - 0.06
    z = np.concatenate([[0.0], np.cumsum(np.sin(middle) * run)])
    return np.column_stack([x, 0 * x, z]), heading


@dataclass(frozen=True, slots=True)
class Chain:
    """An anchored catheter in a posture, its pump end drawn back by `drawn_m`."""

    state: CatheterState
    posture: float
    drawn_m: float
    slip_force_n: float


def chain(slack_m: float, slip_force_n: float) -> Chain:
    """Return the catheter as implanted: slack laid in an arch, an anchor at x = 0, 20 cm in the canal."""
    length = SPAN_M + slack_m
    wave = np.sin(2 * pi * (np.arange(FASCIA_EDGES) + 0.5) / FASCIA_EDGES)
    swing = 0.0
    if slack_m > 0.0:
        swing = brentq(lambda a: np.cos(a * wave).mean() - SPAN_M / length, 1e-6, 2.4)
    edge = length / FASCIA_EDGES
    x = np.zeros((FASCIA_EDGES + CANAL_EDGES + 1, 3))
    x[1 : FASCIA_EDGES + 1, 0] = np.cumsum(np.cos(swing * wave) * edge)
    x[1 : FASCIA_EDGES + 1, 1] = np.cumsum(np.sin(swing * wave) * edge)
    x[: FASCIA_EDGES + 1, 0] -= SPAN_M + BEHIND_M
    x[FASCIA_EDGES:, 0] = np.linspace(-BEHIND_M, INSIDE_M, CANAL_EDGES + 1)
    x[FASCIA_EDGES + 1 :, 2] = -4e-3 * np.clip(x[FASCIA_EDGES + 1 :, 0] / 0.02, 0.0, 1.0)
    rest = np.linalg.norm(np.diff(x, axis=0), axis=1)
    rest[:FASCIA_EDGES] = edge
    state = in_conduit(rod_from_line(x, SPEC, "free"), canal_line(0.0)[0], SPEC)
    status = state.status.copy()
    status[: FASCIA_EDGES + 1] = 0
    return Chain(replace(state, status=status, rest_length=rest), 0.0, 0.0, slip_force_n)


def _anchored(state: CatheterState, slip_force_n: float) -> CatheterState:
    weight = np.maximum(0.0, 1.0 - np.abs(state.x[:, 0]) / ANCHOR_WINDOW_M)
    weight[:2] = 0.0
    weight /= weight.sum()
    return replace(state, hold_stiffness=ANCHOR_STIFFNESS_N_PER_M * weight, hold_capacity=slip_force_n * weight)


def _carried(state: CatheterState, old: float, new: float) -> CatheterState:
    """Return the catheter with the part in the canal moved along with the wall, its friction turned with it."""
    (line, heading), (line1, heading1) = canal_line(old), canal_line(new)
    inside = slice(FASCIA_EDGES + 1, None)
    h = np.clip(state.hint[inside, 1], 1, len(line) - 2)
    edge = line[h + 1] - line[h]
    u = ((state.x[inside] - line[h]) * edge).sum(axis=1) / (edge * edge).sum(axis=1)
    off = state.x[inside] - line[h] - u[:, None] * edge
    turn = (heading1 - heading)[h] * (1 - u) + (heading1 - heading)[h + 1] * u

    def turned(a: FloatArray) -> FloatArray:
        c, s = np.cos(turn), np.sin(turn)
        return np.column_stack([c * a[:, 0] - s * a[:, 2], a[:, 1], s * a[:, 0] + c * a[:, 2]])

    x, memory = state.x.copy(), state.memory.copy()
    x[inside] = line1[h] + u[:, None] * (line1[h + 1] - line1[h]) + turned(off)
    memory[inside, 0] = turned(memory[inside, 0])
    return replace(state, x=x, memory=memory)


def posed(it: Chain, posture: float, drawn_m: float, spec: CatheterSpec = SPEC) -> Chain:
    """Return the chain one increment later: canal in a posture, pump end drawn back by `drawn_m` in all."""
    state = _anchored(_carried(it.state, it.posture, posture), it.slip_force_n)
    v = np.zeros_like(state.x)
    v[:2, 0] = -(drawn_m - it.drawn_m) / DRIVE.dt_s
    law = law_table(spec, SLAB_STIFFNESS_PA)
    law[0, 1] = spec.friction_canal
    stage = Stage(pack_conduit(canal_line(posture)[0], LUMEN_M), NO_CANAL, NO_CORD, law)
    state, _ = advance(quiet(state, v), spec, stage, DRIVE, clamp(state.n_edges, (0, 1), (0,)))
    return Chain(state, posture, drawn_m, it.slip_force_n)


def cycle(it: Chain, posture: float, drawn_m: float, increments: int = INCREMENTS) -> Chain:
    """Return the chain after one flexion and back."""
    for k in range(increments):
        share = 0.5 * (1 - cos(2 * pi * (k + 1) / increments))
        it = posed(it, posture * share, drawn_m * share)
    return it


def passed(it: Chain) -> float:
    """Return the arc from the pump end to the material in the anchor [m]: it grows by nothing but slip."""
    x = it.state.x[:, 0]
    k = int(np.flatnonzero((x[:-1] <= 0.0) & (x[1:] > 0.0))[-1])
    return float(it.state.rest_length[:k].sum() - x[k] / (x[k + 1] - x[k]) * it.state.rest_length[k])


def repeated_slip(increments: int = INCREMENTS) -> tuple[float, float]:
    """Return the slip [m] in the first and in a second, equal flexion (V25)."""
    it = chain(0.0, 0.5)
    arcs = [passed(it)]
    for _ in range(2):
        it = cycle(it, 1.0, 0.015, increments)
        arcs.append(passed(it))
    return arcs[1] - arcs[0], arcs[2] - arcs[1]


def many_cycles(n: int, only_records: bool, seed: int = 5) -> tuple[float, int]:
    """Return the slip [m] after n random flexions and how many of them were simulated (V24)."""
    draws = np.random.default_rng(seed).normal(size=n)
    distances = 5e-3 * np.exp(0.35 * draws)
    it = cycle(chain(0.0, 0.3), 0.5, 0.0)
    start, record, simulated = passed(it), 0.0, 0
    for drawn in distances:
        if not only_records or drawn > record:
            it = cycle(it, min(1.0, 0.4 + 30.0 * drawn), float(drawn))
            simulated += 1
        record = max(record, float(drawn))
    return passed(it) - start, simulated


def series_slip(drawn_m: float, slip_force_n: float, slack_m: float) -> tuple[float, float]:
    """Return the slip [m] (springs in series, simulated) for one flexion.

    u = max(0, D - slack - F/k), 1/k = (length from pump to anchor)/EA + 1/k_anchor.
    """
    compliance = (SPAN_M + BEHIND_M + slack_m) / SPEC.stretching_stiffness + 1 / ANCHOR_STIFFNESS_N_PER_M
    it = chain(slack_m, slip_force_n)
    start = passed(it)
    law = max(0.0, drawn_m - slack_m - slip_force_n * compliance)
    return law, passed(cycle(it, 0.6, drawn_m)) - start


_row = partial(within, "catheter", confidence="A")
_most = partial(at_most, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of months of motion."""
    first, second = repeated_slip()
    every, _ = many_cycles(120, False)
    jumped, _ = many_cycles(120, True)
    law, slip = series_slip(0.015, 0.5, 0.0)
    return [
        _most("repeat_slip", "slip in the second of two equal flexions", "m", 1e-5, abs(second), f"{MECHANICS_2} V25"),
        _most("cycle_jump", "slip after 120 flexions, all against records only: difference", "m", 1e-5,
              abs(every - jumped), f"{MECHANICS_2} V24"),
        _row("series_slip", "slip in one flexion against springs in series", "m", law, slip, 7e-4, "mechanics_2 5"),
    ]  # fmt: skip
