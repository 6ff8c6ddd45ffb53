"""Rows that check the needle: hand law, loss of resistance and CSF drip."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import numpy as np

from game.validate.row import ValidationRow, within
from physics import tissue
from physics.clock import TICK_S
from physics.tissue import NeedlePath, NeedleSpec, NeedleState

NORMAL = np.array([0.0, 1.0, 0.0])
ENTRY = np.array([-0.015, 0.09, 0.0])
DEPTHS_MM = [0.0, 3.0, 26.0, 28.5, 66.0, 71.0, 75.0, 92.0, 100.0]
NAMES = ("skin", "fat", "fascia", "muscle", "ligamentum_flavum", "epidural", "sac", "anterior_wall")
LONG = NeedleSpec(length_m=0.114)
PRESSURE_PA = 1471.0  # 15 cmH2O [scenarios_content I-F1]


def path_through(names: tuple[str, ...] = NAMES, depths_mm: list[float] | None = None) -> NeedlePath:
    """Return a path of given layers, at 45 degrees, 12 medial."""
    direction = tissue.needle_pose(ENTRY, NORMAL, math.pi / 4, 0.21)
    depths = np.array(DEPTHS_MM if depths_mm is None else depths_mm) * 1e-3
    return tissue.needle_path(ENTRY, NORMAL, direction, depths, names)


def placed(is_braced: bool, spec_angle: float = math.pi / 4) -> NeedleState:
    """Return a needle resting on the skin."""
    return tissue.brace(tissue.place(tissue.initial(), spec_angle, 0.21), is_braced)


def advance_until(
    event: str, is_braced: bool, speed_m_per_s: float = 0.002, react_s: float = 0.3
) -> tuple[NeedleState, float, list[tuple[float, float]]]:
    """Return the needle after the hand reacts to an event, its depth at the event, and (depth, force)."""
    path, state = path_through(), placed(is_braced)
    trace: list[tuple[float, float]] = []
    at, left = math.nan, None
    for _ in range(64 * 90):
        is_pushing = left is None or left > 0
        travel = speed_m_per_s * TICK_S if is_pushing else min(0.0, state.depth_m - state.set_point_m)
        state, events = tissue.step(state, LONG, path, travel, PRESSURE_PA, TICK_S)
        trace.append((state.depth_m, state.force_n))
        if left is None and any(e[0] == event for e in events):
            at, left = state.depth_m, int(react_s / TICK_S)
        elif left is not None:
            left -= 1
            if left < -64:
                break
    return state, at, trace


def loss_of_force() -> float:
    """Return the share of the axial resistance that is lost within 0.6 mm of the end of the flavum."""
    from physics.tissue import layers, resistance

    path, table = path_through(), layers.layer_table()
    end = path.flavum_m
    force = [
        resistance.resistance(x, x - 1e-6, path.borders_m, path.codes, table) for x in (end - 1e-6, end + 6e-4)
    ]
    return 1.0 - float(force[1]) / float(force[0])


def flavum_peak() -> float:
    """Return the resistance at the end of the flavum [N]."""
    from physics.tissue import layers, resistance

    path = path_through()
    x = path.flavum_m - 1e-6
    return float(resistance.resistance(x, x - 1e-6, path.borders_m, path.codes, layers.layer_table()))


def settling_error() -> float:
    """Return the largest gap between the stepped hand and its closed form in free space [m].

    Implicit Euler of c dx/dt = k (set - x): x_n = set (1 - (1 + dt / tau)^-n), tau = c / k.
    """
    path = path_through(("air", "epidural"), [0.0, 50.0, 60.0])
    state = placed(True)
    goal, gap = 0.0012, 0.0
    for n in range(1, 40):
        state, _ = tissue.step(state, LONG, path, goal if n == 1 else 0.0, 0.0, TICK_S)
        exact = goal * (1.0 - (1.0 + TICK_S / LONG.settle_s) ** -n)
        gap = max(gap, abs(state.depth_m - exact))
    return gap


def resting_force() -> float:
    """Return the hand's force after it settles 0.3 mm into bone with the set point 1 mm ahead [N]."""
    path = path_through(("air", "bone"), [0.0, 1.0, 30.0])
    state = placed(False)
    for n in range(200):
        travel = 0.002 if n == 0 else 0.0
        state, _ = tissue.step(state, LONG, path, travel, 0.0, TICK_S)
    return state.force_n


def in_sac(share: float = 1.0) -> tuple[NeedleState, NeedlePath]:
    """Return a needle whose bevel lies in the sac by a share of its length, stylet out."""
    from dataclasses import replace

    path = path_through()
    depth = path.dura_m + share * LONG.bevel_m
    state = replace(
        placed(True), depth_m=depth, set_point_m=depth, reach_m=depth, is_in_sac=True, is_through_skin=True,
        past_dura_m=depth - path.dura_m,
    )  # fmt: skip
    return tissue.set_stylet(state, False), path


def drops_in(seconds: float) -> tuple[float, float]:
    """Return (first drop [s], later interval [s]) at 15 cmH2O with the bevel fully in."""
    state, path = in_sac()
    times: list[float] = []
    for n in range(int(seconds / TICK_S)):
        before = state.csf_drops
        state, _ = tissue.step(state, LONG, path, 0.0, PRESSURE_PA, TICK_S)
        times.extend([(n + 1) * TICK_S] * (state.csf_drops - before))
    return times[0], (times[-1] - times[0]) / (len(times) - 1)


_row = partial(within, "tissue")


@lru_cache(maxsize=1)
def rows() -> tuple[ValidationRow, ...]:
    """Return the rows of the needle."""
    from dataclasses import replace

    free = replace(LONG, bevel_resistance_pa_s_per_m3=0.0)
    poiseuille = math.pi * free.bore_radius_m**4 * PRESSURE_PA / (8 * free.viscosity_pa_s * free.length_m)
    first, interval = drops_in(30.0)
    braced, at_braced, _ = advance_until("LossOfResistance", True)
    loose, at_loose, _ = advance_until("LossOfResistance", False)
    hand = "game_design 3"
    rest = 1500.0 * 0.001 * 60000.0 / 61500.0  # two springs in series, 1 mm ahead of the bone
    return (
        _row("settle", "hand settling against implicit closed form", "m", 0.0, settling_error(), 2e-6, hand, "H"),
        _row("rest", "force at rest against bone, springs in series", "N", rest, resting_force(), 0.02, hand, "H"),
        _row("flavum", "resistance at the end of the flavum", "N", 6.0, flavum_peak(), 2.0, hand, "UGK"),
        _row("loss", "share of force lost in 0.6 mm (> 0.5)", "1", 0.75, loss_of_force(), 0.25, hand, "UGK"),
        _row("plunge.braced", "past the give, braced, 2 mm/s, 0.3 s", "m", 1.1e-3, braced.depth_m - at_braced, 0.7e-3, hand, "A"),
        _row("plunge.free", "past the give, free hand, 2 mm/s, 0.3 s", "m", 4.3e-3, loose.depth_m - at_loose, 2.0e-3, hand, "A"),
        _row("poiseuille", "flow through a free bore", "m3/s", poiseuille, tissue.csf_flow(1.0, free, PRESSURE_PA), 1e-3 * poiseuille, "Poiseuille", "H"),
        _row("drip.first", "first drop at 15 cmH2O", "s", 3.75, first, 2.25, "game_design 3.5", "A"),
        _row("drip.interval", "drop interval at 15 cmH2O", "s", 1.65, interval, 0.85, "game_design 3.5", "A"),
    )  # fmt: skip
