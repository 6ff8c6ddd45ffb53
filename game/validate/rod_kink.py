"""Rows: the fold of the wall: where it opens, what it carries, what stays, and that the mesh does not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import pi

import numpy as np

from game.validate import closed_forms as exact
from game.validate.rods import BARE, SPEC, FloatArray, quiet
from game.validate.row import ValidationRow, at_least, within
from physics.catheter.kink import hinge_rotation, update_hinges, vertex_moment
from physics.catheter.lumen import flattening
from physics.catheter.rod import Drive, advance, axial_force, curvature, rod_from_line
from physics.catheter.spec import HINGE_ANGLE_RAD, HINGE_RESIDUAL, HINGE_SET, CatheterSpec
from physics.catheter.state import CatheterState

MECHANICS, MECHANICS_2 = "catheter_mechanics 6", "catheter_mechanics_2 8"
LENGTH_M = 0.03
LOAD_M, RELOAD_M = 0.019, 0.021
STEPS = 120


@dataclass(frozen=True, slots=True)
class Fold:
    """A 30 mm pinned column with a 6 mm kink radius, shortened, released and shortened again."""

    first_peak: float  # largest moment before the fold over M_k
    onset_radius_m: float
    hinge_rad: float  # largest hinge rotation of the first loading
    moment: float  # at the hinge then, over M_k
    lever: float  # end force times the distance of the hinge from its line, over M_k
    residual_rad: float  # hinge rotation once the end force has vanished
    reload_peak: float  # largest moment of the second loading over M_k


def _moments(state: CatheterState) -> FloatArray:
    return np.asarray(np.linalg.norm(vertex_moment(state), axis=1))


def _shortened(state: CatheterState, spec: CatheterSpec, shift_m: float) -> tuple[CatheterState, float]:
    """Return the column with its end moved by `shift_m`, and the largest moment before any fold."""
    fixed = np.zeros(4 * state.n_edges + 3, dtype=np.bool_)
    fixed[1::4] = fixed[3::4] = True
    for i in (0, state.n_edges):
        fixed[4 * i] = fixed[4 * i + 2] = True
    drive = Drive(dt_s=0.05, tolerance_n=1e-9, cap=40, drag=0.5)
    v = np.zeros_like(state.x)
    v[-1, 0] = shift_m / drive.dt_s
    start, peak = quiet(state, v), 0.0
    for _ in range(6):  # a hinge that opens changes the rod: the step is repeated
        state, _ = advance(start, spec, BARE, drive, fixed)
        if not state.is_hinge.any():
            peak = float(_moments(state).max())
        state, change, _ = update_hinges(state, spec)
        start = replace(
            start, is_hinge=state.is_hinge, hinge_direction=state.hinge_direction, hinge_angle=state.hinge_angle,
            bending=state.bending, rest_curvature=state.rest_curvature,
        )  # fmt: skip
        if change < 1e-3:
            break
    return state, peak


def fold(n_edges: int, kink_factor: float = 1.0, reload: bool = True) -> Fold:
    """Return how the column folds (V14, V26)."""
    spec = replace(SPEC, kink_radius_m=6e-3 / kink_factor, stretching_stiffness=50.0)
    s = np.linspace(0.0, LENGTH_M, n_edges + 1)
    state = rod_from_line(np.column_stack([s, 0 * s, 2e-4 * np.sin(pi * s / LENGTH_M)]), spec, "free")
    peak, radius = 0.0, 0.0
    for _ in range(STEPS):
        before = state
        state, high = _shortened(state, spec, -LOAD_M / STEPS)
        peak = max(peak, high)
        if not before.is_hinge.any():
            radius = 1.0 / float(curvature(before if state.is_hinge.any() else state).max())
    q = int(state.hinge_angle.argmax())
    angle, moment = float(state.hinge_angle[q]), float(_moments(state)[q])
    lever = -float(axial_force(state, spec)[q] / state.tangent[q, 0]) * abs(float(state.x[q, 2]))
    residual, again, thrust, turned = 0.0, 0.0, [], []
    if reload:
        for _ in range(STEPS):
            state, _ = _shortened(state, spec, LOAD_M / STEPS)
            thrust.append(-float(axial_force(state, spec)[n_edges // 4]))
            turned.append(float(hinge_rotation(state, spec)[q]))
            if thrust[-1] < 0.0:
                break
        residual = float(np.interp(0.0, thrust[:-3:-1], turned[:-3:-1]))
        back = float(state.x[-1, 0]) - LENGTH_M + RELOAD_M
        for _ in range(STEPS):
            state, _ = _shortened(state, spec, -back / STEPS)
            again = max(again, float(_moments(state)[q]))
    scale = spec.kink_moment
    return Fold(peak / scale, radius, angle, moment / scale, lever / scale, residual, again / scale)


def brazier_radius(spec: CatheterSpec) -> float:
    """Return the radius at which a thin tube of these diameters would give way by flattening alone [m] (V14).

    k = sqrt2/3 t / (r^2 sqrt(1 - nu^2)); beyond its validity here (t/r 0.77), so a lower bound.
    """
    t = 0.5 * (spec.outer_diameter_m - spec.inner_diameter_m)
    r = 0.5 * spec.outer_diameter_m - 0.5 * t
    return float(3 / np.sqrt(2) * r * r * np.sqrt(1 - 0.25) / t)


_row = partial(within, "catheter", confidence="H")
_least = partial(at_least, "catheter", confidence="H")


def rows(spec: CatheterSpec = SPEC) -> list[ValidationRow]:
    """Return the rows of the fold."""
    meshes = {n: fold(n) for n in (20, 40, 80, 160)}
    coarse, middle, fine = meshes[20], meshes[40], meshes[160]
    law = HINGE_RESIDUAL + (1 - HINGE_RESIDUAL) * np.exp(-middle.hinge_rad / HINGE_ANGLE_RAD)
    law_fine = HINGE_RESIDUAL + (1 - HINGE_RESIDUAL) * np.exp(-fine.hinge_rad / HINGE_ANGLE_RAD)
    open_share = float(flattening(np.array([1.0 / spec.kink_radius_m]), spec)[0])
    return [
        _row("brazier_flattening", "flattening at the limit of the lumen law", "1", exact.brazier_flattening(),
             float(np.sqrt(1 - open_share)), 1e-3, f"{MECHANICS} V14, Brazier 1927"),
        _least("brazier_radius", "kink radius against Brazier's lower bound", "m", brazier_radius(spec),
               spec.kink_radius_m, f"{MECHANICS} V14"),
        _row("kink_moment", "moment at the fold over M_k", "1", 1.0, middle.first_peak, 0.02, f"{MECHANICS_2} 6"),
        _row("kink_radius", "radius at the fold", "m", 6e-3, middle.onset_radius_m, 2e-4, f"{MECHANICS_2} 6"),
        _row("hinge_law", "moment of the fold over M_k, on the law", "1", law, middle.moment, 0.01 * law,
             f"{MECHANICS_2} 6"),
        _row("hinge_lever", "end force times lever arm at the fold over M_k, on the law", "1", law_fine, fine.lever,
             0.02 * law_fine, f"{MECHANICS_2} 6, balance of a pinned column"),
        _row("hinge_mesh", "hinge rotation, 0.75 mm edges over 0.19 mm", "1", 1.0, middle.hinge_rad / fine.hinge_rad,
             0.03, f"{MECHANICS} V14"),
        _row("hinge_mesh_8", "hinge rotation, 1.5 mm edges over 0.19 mm", "1", 1.0, coarse.hinge_rad / fine.hinge_rad,
             0.02, f"{MECHANICS_2} V26"),
        _row("reload", "peak moment of the second fold over M_k, on the law, 0.75 mm edges", "1", law,
             middle.reload_peak, 0.01 * law, f"{MECHANICS_2} V26"),
        _row("reload_fine", "peak moment of the second fold over M_k, on the law, 0.19 mm edges", "1", law_fine, fine.reload_peak, 0.01 * law_fine,
             f"{MECHANICS_2} V26"),
        _row("hinge_set", "rotation that stays when the force is gone, over the largest", "1", HINGE_SET,
             middle.residual_rad / middle.hinge_rad, 0.01, f"{MECHANICS_2} 6"),
    ]  # fmt: skip
