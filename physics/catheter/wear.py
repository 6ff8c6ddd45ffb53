"""Wear: fatigue of the tube, the hold of the connector, fibrin at the tip.

Fatigue is a Miner sum over the cycles of every movement with a power law of strain amplitude, the form
that reviews of rubber fatigue use for crack nucleation (Mars and Fatemi, Int J Fatigue 2002;24:949) and
that thermoplastic polyurethane follows above its limit (Polymers 2023;15:899); strains and exponents
per catheter model are [A], and lives scatter. Fibrin is biology: one draw of the day on which it begins,
at the rate of the cited series.
"""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
from numpy.typing import NDArray

from physics.catheter.activity import Living, Movement, mean_over
from physics.catheter.anchor import turn_rad
from physics.catheter.implant import anchor_material, arcs_from_tip, exit_material, half_sleeve_m
from physics.catheter.layout import place_name
from physics.catheter.posture import Strain
from physics.catheter.spec import PATENCY_ANGLE_RAD, CatheterSpec
from physics.catheter.state import CatheterState, HappeningList
from physics.randomness import draw

FloatArray = NDArray[np.float64]

FOLD_LENGTH_OD = 2.0  # a fold is so many outer diameters long: l_k of catheter_mechanics "Hydraulics", as in the line [A]
EDGE_FACTOR = 2.0  # strain at the edge of the fascia, an anchor or a connector over that of a smooth tube [A]
EDGE_M = 3e-3  # so near to an edge it counts as there
LIFE_SCATTER = 0.8  # standard deviation of the logarithm of fatigue life [A]; rubber scatters by 2-3
CONNECTOR_EXPONENT = 8.0  # life of a seated connector against pull over hold [A]
OCCLUSIONS_PER_YEAR = 5.0 / (126.0 * 43.0 / 12.0)  # 5 occlusions in 126 adults, mean 43 months [S28, H]
FIBRIN_DAYS = 30.0  # from the first film to a shut tip [A]
SHUT_TIP = 0.9  # share of the tip's holes shut that counts as occluded [A]
DAYS_PER_YEAR = 365.25

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wear.fold_length", FOLD_LENGTH_OD, "OD", "A", "catheter_mechanics Hydraulics: l_k = 2 OD"),
    ("wear.edge_factor", EDGE_FACTOR, "1", "A", "assumption"),
    ("wear.life_scatter", LIFE_SCATTER, "1", "A", "assumption: rubber lives scatter by a factor 2-3"),
    ("wear.connector_exponent", CONNECTOR_EXPONENT, "1", "A", "assumption"),
    ("tip.occlusions_per_year", OCCLUSIONS_PER_YEAR, "1/yr", "H", "S28: 5 in 126 adults over 43 months"),
    ("tip.fibrin_days", FIBRIN_DAYS, "d", "A", "assumption"),
)


def ear_strain(rotation_rad: FloatArray, spec: CatheterSpec) -> FloatArray:
    """Return the hoop strain at the two edges ("ears") of a section that a fold has flattened [-].

    Notes
    -----
    A wall of thickness t on the mean radius r that is pressed flat until the lumen is shut turns at its ears
    about t/2 instead of r: strain (t/2)(2/t - 1/r) = 1 - t/(2 r) = 2 ID / (OD + ID), 0.55 in silicone. An
    inextensible ring ovalised by z (axes r (1 +- z)) has a lumen of the axes r_i +- r z, so z = (r_i/r)
    sqrt(1 - open area), which is the same number when it shuts: the strain is taken as z between [T; the
    open area of a rotation is that of `lumen`, A].
    """
    shut = 2.0 * spec.inner_diameter_m / (spec.outer_diameter_m + spec.inner_diameter_m)
    return np.asarray(shut * np.sqrt(-np.expm1(-np.maximum(rotation_rad, 0.0) / PATENCY_ANGLE_RAD)))


def crease_strain(low_rad: FloatArray, high_rad: FloatArray, spec: CatheterSpec) -> FloatArray:
    """Return the alternating strain in the wall of folds that turn from one rotation to another and back [-].

    Notes
    -----
    Only the change loads in fatigue. Along the tube: in a fold the section is flat, two walls on each other,
    so the outer fibre is one wall t off the axis and strains by t / (2 OD) per radian over the length of the
    fold. Round the tube: the ears open and shut (`ear_strain`). The two lie in different places: the larger
    counts. Checked: tests/physics/catheter/test_wear.py.
    """
    wall = 0.5 * (spec.outer_diameter_m - spec.inner_diameter_m)
    along = 0.5 * wall * (high_rad - low_rad) / (FOLD_LENGTH_OD * spec.outer_diameter_m)
    ears = 0.5 * (ear_strain(high_rad, spec) - ear_strain(low_rad, spec))
    return np.asarray(np.maximum(along, ears))


def mouth_curvature(turn_rad: float, pull_n: float, spec: CatheterSpec) -> float:
    """Return the curvature of a taut tube where it leaves a sleeve that stands askew to its pull [1/m].

    Notes
    -----
    Half an elastica under tension T that leaves a clamp at an angle phi: kappa = 2 sin(phi / 2) sqrt(T / EI) [T],
    at most the curvature at which the wall folds. Checked: tests/validation/test_anchor.py.
    """
    taut = 2.0 * np.sin(0.5 * turn_rad) * np.sqrt(max(pull_n, 0.0) / spec.bending_stiffness)
    return float(min(taut, 1.0 / spec.kink_radius_m))


def strain_amplitude(state: CatheterState, spec: CatheterSpec, strain: Strain) -> FloatArray:
    """Return the largest alternating strain in the wall at every vertex [-], (n,).

    Notes
    -----
    Smooth bending: r times half the range of curvature, without what a fold turned; twice that where an edge
    bears on the tube. A fold adds its own (`crease_strain`); no edge doubles that, for the fold is the
    concentration itself. A sleeve that the pull turns bends the tube at its two mouths, see `mouth_curvature`.
    """
    out = spec.radius_m * strain.bending
    out[:2] = np.maximum(out[:2], out[2]) * EDGE_FACTOR  # the connector clamps the first edge
    arcs = arcs_from_tip(state)[:-1]
    near = np.abs(arcs - exit_material(state)) < EDGE_M
    if state.anchor_arc_m >= 0.0:
        mouth = np.abs(np.abs(arcs - anchor_material(state)) - half_sleeve_m(state)) < EDGE_M  # along the tube, not a loop beside it
        near |= mouth
        turned = mouth_curvature(turn_rad(state.anchor_stitches, strain.anchor_n), strain.anchor_n, spec)
        out[mouth] += 0.5 * spec.radius_m * turned
    out[near] *= EDGE_FACTOR
    return np.asarray(out + np.where(state.is_hinge, crease_strain(strain.folds[0], strain.folds[1], spec), 0.0))


def damage_per_day(
    amplitude: FloatArray, spec: CatheterSpec, probe_rad: float, moves: tuple[tuple[Movement, float], ...],
    scale: float,
) -> FloatArray:  # fmt: skip
    """Return the share of the fatigue life used per day at every vertex [1/d], (n,).

    `amplitude` was measured at `probe_rad`; strain grows in proportion to a movement's amplitude [A].
    """
    power = spec.fatigue_exponent
    cycles = sum(n * mean_over(move, power, scale) for move, n in moves) / probe_rad**power
    return np.asarray(cycles * (amplitude / spec.fatigue_strain) ** power)


def wear_share(spec: CatheterSpec, living: Living, way: str, day: float) -> float:
    """Return what the movements of one way tire on a day after surgery, over what they do in ordinary life [-]."""
    power, scale = spec.fatigue_exponent, living.flexion_scale
    now, usual = (
        sum(n * mean_over(move, power, scale) for move, n in moves)
        for moves in (living.moves(way, day), living.moves(way))
    )
    return float(now / usual) if usual > 0.0 else 0.0


def _resistance(seed: int) -> float:
    """Return the fatigue life of this very catheter over the typical one."""
    return float(np.exp(LIFE_SCATTER * draw(seed, "catheter.wear", 0).normal()))


def fibrin_day(seed: int) -> float:
    """Return the day on which fibrin begins to close the tip: constant hazard from the implant on."""
    u = float(draw(seed, "catheter.fibrin", 0).random())
    return -log(max(1.0 - u, 1e-12)) / OCCLUSIONS_PER_YEAR * DAYS_PER_YEAR


def worn(
    state: CatheterState, spec: CatheterSpec, days: float, pull_n: float, hold_n: float, pulls_per_day: float, seed: int,
    shares: FloatArray | None = None,
) -> tuple[CatheterState, HappeningList]:  # fmt: skip
    """Return the catheter after the wear of some days, and what gave way.

    `shares` (4,) is what each way of moving tires on these days over what it does in ordinary life.
    """
    happenings: HappeningList = []
    fatigue = state.fatigue if state.fatigue.shape == (state.n_edges,) else np.zeros(state.n_edges)
    if state.fatigue_rate.shape[1:] == (state.n_edges,):
        rate = state.fatigue_rate if shares is None else shares[:, None] * state.fatigue_rate
        fatigue = fatigue + days * rate.sum(axis=0) / _resistance(seed)
    state = replace(state, fatigue=fatigue)
    k = int(fatigue.argmax())
    if fatigue[k] >= 1.0 and not state.is_fractured:
        arc = float(arcs_from_tip(state)[k])
        state = replace(state, is_fractured=True, fracture_arc_m=arc, fracture_gap=1.0)
        happenings.append(("CatheterFractured", arc, place_name(state, k)))
    occlusion = min(1.0, max(state.tip_occlusion, (state.days - fibrin_day(seed)) / FIBRIN_DAYS, 0.0))
    if occlusion >= SHUT_TIP > state.tip_occlusion:
        happenings.append(("TipOccluded", occlusion, "fibrin"))
    wear = state.connector_wear + days * pulls_per_day * (max(pull_n, 0.0) / max(hold_n, 1e-9)) ** CONNECTOR_EXPONENT
    state = replace(state, tip_occlusion=occlusion, connector_wear=wear)
    if (pull_n > hold_n or wear >= 1.0) and not state.is_disconnected:
        state = replace(state, is_disconnected=True)
        happenings.append(("CatheterDisconnected", pull_n, "pump"))
    return state, happenings
