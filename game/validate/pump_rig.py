"""A pump, its catheter behind it and a tunnel, without a patient: for checks and pictures of the coupling."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter import CATHETERS, CatheterSpec, CatheterState, PumpSeat, Surroundings
from physics.catheter.implant import POCKET, TUNNEL
from physics.catheter.rod import rod_from_line

FloatArray = NDArray[np.float64]

PUMP_RADIUS_M, HALF_M = 43.75e-3, 9.75e-3
BEND_M = 22e-3
TUNNEL_M = 0.25
EDGE_M = 5e-3


def _trace(pieces: list[tuple[float, float]], start: FloatArray, heading: float) -> FloatArray:
    """Return points along straight (0, length) and curved (signed radius, angle) pieces in the plane."""
    points = [np.asarray(start, dtype=np.float64)]
    for radius, extent in pieces:
        length = extent if radius == 0.0 else abs(radius) * extent
        n = max(1, round(length / 1e-3))
        for _ in range(n):
            turn = 0.0 if radius == 0.0 else math.copysign(extent / n, radius)
            heading += 0.5 * turn
            points.append(points[-1] + length / n * np.array([math.cos(heading), math.sin(heading)]))
            heading += 0.5 * turn
    return np.array(points)


def pump_rig(
    n_loops: int = 1, model: str = "ascenda_8780", edge_m: float = EDGE_M
) -> tuple[CatheterState, CatheterSpec, Surroundings, PumpSeat]:
    """Return (catheter, model, surroundings, pump) with a number of loops of slack behind the pump.

    Parameters
    ----------
    n_loops : int
        0: the outlet looks at the tunnel and the catheter runs straight to it, without slack.

    Notes
    -----
    Pump in the plane z = 0 with its face to +z; the tunnel runs to -x, the outlet looks to +x (to -x
    without loops).
    """
    spec = CATHETERS[model]
    depth = HALF_M + 2.0 * spec.radius_m
    if n_loops == 0:
        flat = _trace([(0.0, PUMP_RADIUS_M + TUNNEL_M)], np.array([-PUMP_RADIUS_M, 0.0]), math.pi)
        height = np.zeros(len(flat))
    else:
        pieces = [(0.0, 8e-3), (BEND_M, math.pi), (0.0, PUMP_RADIUS_M), (BEND_M, 2.0 * math.pi * n_loops),
                  (0.0, PUMP_RADIUS_M + TUNNEL_M)]  # fmt: skip
        flat = _trace(pieces, np.array([PUMP_RADIUS_M, 0.0]), 0.0)
        arc = np.linspace(0.0, 1e-3 * (len(flat) - 1), len(flat))
        share = np.clip((arc - 8e-3) / (math.pi * BEND_M), 0.0, 1.0)
        height = -depth * share**2 * (3.0 - 2.0 * share)
    line = np.column_stack([flat, height])
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, arc[-1], round(arc[-1] / edge_m) + 1)
    nodes = np.column_stack([np.interp(at, arc, line[:, c]) for c in range(3)])
    state = rod_from_line(nodes, spec, "implanted")
    in_tunnel = (nodes[:, 0] < -1.3 * PUMP_RADIUS_M) & (at > arc[-1] - TUNNEL_M)
    away = np.array([-1.0, 0.0, 0.0])
    state = replace(
        state, zone=np.where(in_tunnel, TUNNEL, POCKET).astype(np.int64), coil_radius_m=BEND_M,
        status=np.full(len(nodes), -1), exit_m=away, exit_normal=np.array([0.0, 0.0, 1.0]),
        track_m=away + np.outer(np.arange(4.0), np.array([0.0, 0.0, -0.02])),
    )  # fmt: skip
    up = np.array([0.0, 0.0, 1.0])
    seat = PumpSeat(np.zeros(3), up, up, PUMP_RADIUS_M, HALF_M, PUMP_RADIUS_M + 15e-3)
    return state, spec, _surroundings(), seat


def _surroundings() -> Surroundings:
    """Return a straight sac far away."""
    k = np.arange(6.0)
    points = np.column_stack([np.full(6, -1.0), np.full(6, -0.05), 0.02 * k])
    normals = np.tile([0.0, 1.0, 0.0], (6, 1))
    return Surroundings(points, normals, np.tile([8e-3, 7e-3], (6, 1)))
