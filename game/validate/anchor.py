"""Rows: an anchor's stitches share a pull as a group of rivets does, fail as a bundle does; a tube leaves a turned sleeve."""

from __future__ import annotations

from functools import partial
from math import hypot

import numpy as np

from game.validate.rods import EI, STIFF, held, settled, straight
from game.validate.row import ValidationRow, at_most, within
from physics.catheter.anchor import BITE_M, Stitches, group_hold, levers, load_shares
from physics.catheter.kink import vertex_curvature
from physics.catheter.rod import voronoi_lengths
from physics.catheter.wear import mouth_curvature

WING_M, HOLE_M = 6e-3, 4e-3
PULL_N, ASKEW_RAD = 0.05, 0.5


def paired_share() -> tuple[float, float]:
    """Return the load of each of two stitches in one wing over the pull (lever law, model).

    Half the pull along the sleeve; its moment, pull times the wing, is a couple of the two across it and, by the
    width b of their bites, a little of their own: w a / (2 a2 + b2 / 6) [T].
    """
    couple = WING_M * HOLE_M / (2.0 * HOLE_M**2 + BITE_M**2 / 6.0)
    pair: Stitches = ((HOLE_M, WING_M, 0.0), (-HOLE_M, WING_M, 0.0))
    return hypot(0.5, couple), hypot(*load_shares(pair)[0])


def imbalance(n_groups: int = 200) -> float:
    """Return the largest force and moment that random groups leave over, as a share of the pull and of pull times wing."""
    g = np.random.default_rng(3)
    worst = 0.0
    for _ in range(n_groups):
        places = g.uniform(-8e-3, 8e-3, (int(g.integers(1, 7)), 2))
        stitches: Stitches = tuple((float(x), float(y), 0.0) for x, y in places)
        loads = np.array(load_shares(stitches))
        beside, inertia = levers(stitches)
        bites = len(stitches) * BITE_M**2 / 12.0 * beside / inertia  # the moment that the widths of the bites take
        moment = float((places[:, 0] * loads[:, 1] - places[:, 1] * loads[:, 0]).sum()) + bites
        worst = max(worst, float(np.abs(loads.sum(axis=0) - [1.0, 0.0]).max()), abs(moment) / WING_M)
    return worst


def bundle(n_groups: int = 100) -> float:
    """Return the largest difference between a row of stitches in line with the pull and a bundle, max k p(k) [-].

    Daniels, Proc R Soc A 1945;183:405: equal shares, the weakest first.
    """
    g = np.random.default_rng(5)
    worst = 0.0
    for _ in range(n_groups):
        left = g.lognormal(0.0, 0.5, int(g.integers(1, 7)))
        n = len(left)
        stitches: Stitches = tuple((float(x), 0.0, 0.0) for x in g.uniform(-8e-3, 8e-3, n))
        law = max((n - k) * p for k, p in enumerate(np.sort(left))) / n
        worst = max(worst, abs(group_hold(stitches, tuple(left.tolist()), n) - law))
    return worst


def leaving_curvature(n_edges: int = 250) -> tuple[float, float]:
    """Return the curvature of a taut tube at a sleeve that stands askew to its pull [1/m] (model's law, rod)."""
    state = straight(n_edges, STIFF, "clamped free", 0.05)
    load = np.zeros((n_edges + 1, 3))
    load[-1, :2] = PULL_N * np.cos(ASKEW_RAD), PULL_N * np.sin(ASKEW_RAD)
    state = settled(state, STIFF, held(n_edges), load)
    bend = np.linalg.norm(vertex_curvature(state)[1:3], axis=1) / voronoi_lengths(state.rest_length)[1:3]
    return mouth_curvature(ASKEW_RAD, PULL_N, STIFF), float(1.5 * bend[0] - 0.5 * bend[1])


_row = partial(within, "catheter", confidence="H")
_most = partial(at_most, "catheter", confidence="H")


def rows() -> list[ValidationRow]:
    """Return the rows of the anchor."""
    law, share = paired_share()
    askew, rod = leaving_curvature()
    return [
        _row("anchor_pair", "two stitches in one wing: load of each over the pull", "1", law, share, 1e-12, "lever law of a rivet group"),
        _most("anchor_balance", "force and moment that shares of random stitches leave over", "1", 1e-12, imbalance(), "equilibrium"),
        _most("anchor_bundle", "strength of stitches in line with the pull against max k p(k)", "1", 1e-12, bundle(), "Daniels 1945"),
        _row("anchor_mouth", f"curvature where a tube with sqrt(T/EI) = {(PULL_N / EI) ** 0.5:.0f}/m leaves a sleeve askew", "1/m",
             askew, rod, 0.005 * askew, "half an elastica under tension"),
    ]  # fmt: skip
