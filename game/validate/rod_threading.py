"""Rows: a catheter fed through a Tuohy needle into a curved sac with cord and cauda."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from game.validate.rods import SPEC, FloatArray
from game.validate.row import ValidationRow, at_most, within
from physics.catheter.canal import sac_coordinates
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, Surroundings
from physics.catheter.thread import fed_length, feed, open_catheter

MECHANICS_2 = "catheter_mechanics_2 8"
NEEDLE_M, INSIDE_M = 0.060, 3e-3
ENTRY_M = 0.12  # arc from the caudal end of the sac to L3-4
SPEED_M_PER_S, TICK_S = 0.010, 1.0 / 64.0
PITCH_M = 4e-3


def sac() -> Surroundings:
    """Return the sac of catheter_mechanics_2 section 3 [A]: lordosis 220 mm, kyphosis 350 mm, 14 x 16 mm."""
    s = np.arange(-ENTRY_M, 0.3201, PITCH_M)
    bend = np.interp(s, [-0.12, 0.08, 0.13, 0.32], [-1 / 0.22, -1 / 0.22, 1 / 0.35, 1 / 0.35])
    angle = np.concatenate([[0.0], np.cumsum(0.5 * (bend[1:] + bend[:-1]) * PITCH_M)])
    angle -= np.interp(0.0, s, angle)
    middle = 0.5 * (angle[1:] + angle[:-1])
    z = np.concatenate([[0.0], np.cumsum(np.cos(middle) * PITCH_M)])
    y = -np.concatenate([[0.0], np.cumsum(np.sin(middle) * PITCH_M)])
    centre = np.column_stack([0 * s, y - np.interp(0.0, s, y), z - np.interp(0.0, s, z)])
    back = np.column_stack([0 * s, np.cos(angle), np.sin(angle)])
    part = s > -0.10
    at = s[part]
    offset = np.interp(at, [-0.1, 0.06, 0.09, 0.32], [2e-3, 2e-3, -1e-3, -1e-3])
    return Surroundings(
        canal_points_m=centre, canal_normals=back, sac_semi_axes_m=np.tile([8e-3, 7e-3], (len(s), 1)),
        cord_points_m=centre[part] + offset[:, None] * back[part],
        cord_radius_m=np.interp(at, [-0.10, 0.055, 0.08, 0.10, 0.32], [2.5e-3, 3.5e-3, 2.0e-3, 4.2e-3, 4.2e-3]),
        cord_stiffness=np.interp(at, [-0.1, 0.06, 0.08, 0.32], [0.05, 0.05, 1.0, 1.0]),
    )  # fmt: skip


def tuohy(angle_deg: float, is_cephalad: bool) -> FloatArray:
    """Return a needle, hub to tip, at an angle to the skin; its last 4 mm turn 20 degrees with the bevel."""
    al = np.radians(angle_deg)
    axis = np.array([0.0, -np.sin(al), np.cos(al)])
    side = (1.0 if is_cephalad else -1.0) * np.array([0.0, np.cos(al), np.sin(al)])
    turn = np.radians(20.0) * np.linspace(0.0, 1.0, 13)[:, None]
    steps = np.cos(turn) * axis + np.sin(turn) * side
    curved = np.vstack([np.zeros(3), np.cumsum(4e-3 / 12 * 0.5 * (steps[1:] + steps[:-1]), axis=0)])
    curved += np.array([0.0, 7e-3 - INSIDE_M, 0.0]) - curved[-1]
    straight = curved[0] - axis * np.linspace(NEEDLE_M - 4e-3, 0.0, 14, endpoint=False)[:, None]
    return np.vstack([straight, curved])


@dataclass(frozen=True, slots=True)
class Threaded:
    """Where a fed catheter went."""

    state: CatheterState
    tip_m: float  # arc cephalad of the entry
    lowest_m: float  # of any part in the sac
    push_n: float  # mean while the tip runs in the sac (every edge that passes the bevel makes it ripple)


def threaded(
    angle_deg: float, is_cephalad: bool, inside_m: float, edge_m: float = 2e-3, spec: CatheterSpec = SPEC
) -> Threaded:
    """Return the catheter fed `inside_m` past the needle's tip at 10 mm/s (V23)."""
    needle = tuohy(angle_deg, is_cephalad)
    around = replace(sac(), needle_line_m=needle)
    length = float(np.linalg.norm(np.diff(needle, axis=0), axis=1).sum())
    state = open_catheter(spec, needle, 1, edge_m)
    push = []
    while fed_length(state) < length + inside_m:
        state, report = feed(state, spec, around, SPEED_M_PER_S * TICK_S, 0.0, None, TICK_S)
        if fed_length(state) > length:
            push.append(report.hand_force_n)
    arcs = sac_coordinates(state.x[state.status == 2], around)[:, 0] - ENTRY_M
    return Threaded(state, float(arcs[-1]), float(arcs.min()), float(np.mean(push)))


_row = partial(within, "catheter", confidence="M")
_most = partial(at_most, "catheter", confidence="M")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of threading."""
    coarse, middle, fine = (threaded(45.0, True, 0.10, h).push_n for h in (3.2e-3, 1.6e-3, 0.8e-3))
    up, down = threaded(45.0, True, 0.165), threaded(100.0, False, 0.10)
    return [
        _row("thread_mesh_3", "mean push, 3.2 mm edges over 0.8 mm", "1", 1.0, coarse / fine, 0.15,
             f"{MECHANICS_2} V23"),
        _row("thread_mesh_2", "mean push, 1.6 mm edges over 0.8 mm", "1", 1.0, middle / fine, 0.05,
             f"{MECHANICS_2} V23"),
        _row("thread_up", "tip after 165 mm, needle 45 degrees, bevel up", "m", 0.160, up.tip_m, 5e-3,
             f"{MECHANICS_2} V23"),
        _most("thread_down", "tip after 100 mm, needle 100 degrees, bevel down: caudal", "m", -0.03, down.tip_m,
              f"{MECHANICS_2} V23"),
    ]  # fmt: skip
