"""Rows: how far canal, tip and an unheld catheter move in the postures of a day, against cited motions.

One established implant (the patient of the refill case): a catheter on fascia, tip at T10, flexed and
sat up on the same rod that lives through months.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from game.validate.row import ValidationRow, at_most, within
from physics import catheter
from physics.catheter.activity import BEND, SIT, Movement
from physics.catheter.bending import DISC_OFFSET_M, TYPICAL_LUMBAR_M, rotations, trunk_bend
from physics.catheter.growth import grow
from physics.catheter.posture import held
from physics.catheter.wear import damage_per_day
from physics.established import start_case
from physics.fixed import fixed
from physics.theatre import around
from scenarios import load
from scenarios.setup import setup

FloatArray = NDArray[np.float64]

CASE = "refill_routine_adult"
MECHANICS, MECHANICS_2 = "catheter_mechanics 2", "catheter_mechanics_2 5"
BEND_RAD = np.array([0.5, 0.2, 0.1])
GROWN = 1.04
TRIAL_DAYS = 3.0


@lru_cache(maxsize=1)
def implant() -> tuple[catheter.CatheterState, catheter.Surroundings, catheter.CatheterSpec]:
    """Return an anchored catheter as fresh as on the day of surgery, once flexed, with its surroundings."""
    case = fixed(setup(load(CASE), 0).params)
    theatre, _, _ = start_case(case, 0)
    near = around(case, theatre)
    state = replace(theatre.catheter, days=0.0)
    settled, _ = catheter.posture_cycle(state, case.catheter, near, 0.55)
    return settled, near, case.catheter


def tip_drop(move: Movement, amplitude_rad: float, increments: int = 12) -> float:
    """Return how far the tip goes down against the canal in a posture [m]."""
    state, near, spec = implant()
    posed = held(state, spec, near, move, amplitude_rad, increments)
    level = trunk_bend(amplitude_rad * move.direction, near).unbend(posed.x)  # the same place lying straight
    return catheter.tip_arc(state, near) - catheter.tip_arc(replace(posed, x=level), near)


def canal_stretch(flexion_rad: float) -> tuple[float, float]:
    """Return the canal's lengthening in a flexion [m] and offset times angle, the law of a bent beam."""
    _, near, _ = implant()
    z = near.canal_points_m[:, 2]
    lumbar = (z > near.lumbar_low_m) & (z < near.lumbar_high_m)
    line = near.canal_points_m[lumbar]
    bent, turn = trunk_bend(flexion_rad, near).bend(line)
    lengths = [float(np.linalg.norm(np.diff(p, axis=0), axis=1).sum()) for p in (line, bent)]
    offset = DISC_OFFSET_M * (near.lumbar_high_m - near.lumbar_low_m) / TYPICAL_LUMBAR_M
    tilt = np.cos(np.arctan2(np.gradient(line[:, 1]), np.gradient(line[:, 2])))  # sections lie level at rest
    return lengths[1] - lengths[0], float(offset * (np.gradient(turn) * tilt)[:-1].sum())


def inverse_error() -> float:
    """Return the largest error of mapping the whole catheter into a bend to three sides and back [m]."""
    state, near, _ = implant()
    trunk = trunk_bend(BEND_RAD, near)
    return float(np.abs(trunk.unbend(trunk.bend(state.x)[0]) - state.x).max())


def rigid_error() -> float:
    """Return the largest error of a point above the bend against one rotation about the bend's axis [-]."""
    _, near, _ = implant()
    trunk = trunk_bend(BEND_RAD, near)
    base = near.canal_points_m[np.abs(near.canal_points_m[:, 2] - near.lumbar_high_m - 0.05).argmin()]
    points, turn = trunk.bend(np.vstack([base, base + [0.02, 0.03, 0.0]]))
    turned = rotations(trunk.axis, turn[:1])[0] @ np.array([0.02, 0.03, 0.0])
    return float(np.linalg.norm(points[1] - points[0] - turned) / 0.036)


def miner_sum(amplitude: float) -> float:
    """Return the damage after the published form's number of cycles at one amplitude; 1 is failure."""
    spec = implant()[2]
    move = replace(BEND, spread=1e-9)
    cycles = (spec.fatigue_strain / amplitude) ** spec.fatigue_exponent
    rate = damage_per_day(np.array([amplitude]), spec, move.median_rad, ((move, 100.0),), 1.0)
    return float(rate[0] * cycles / 100.0)


def growth_shift() -> tuple[float, float, float]:
    """Return how far the tip falls behind in a body grown by 4 % [m], and 4 % of its way from dura and anchor."""
    state, near, spec = implant()
    grown, _ = grow(state, spec, near, GROWN)
    shift = catheter.tip_arc(state, near) - catheter.tip_arc(grown, near)
    share = 1.0 - 1.0 / GROWN
    return shift, share * catheter.inserted_length(state, near), share * state.anchor_arc_m


def unheld_shift() -> float:
    """Return how far an unanchored catheter is drawn out in three days [m]."""
    state, near, spec = implant()
    free = replace(state, anchor_sutures=0, anchor_arc_m=-1.0)
    _, _, samples = catheter.age(free, spec, near, TRIAL_DAYS, 0)
    return samples[-1].tip_shift_m


def rows() -> list[ValidationRow]:
    """Return the rows of posture motion."""
    part = "posture"
    stretch, law = canal_stretch(0.55)
    shift, low, high = growth_shift()
    return [
        within(part, "canal-stretch", "lumbar canal in a flexion of 0.55 rad: offset x angle", "mm", 1e3 * law, 1e3 * stretch, 0.03 * 1e3 * law, "beam theory", "H"),
        at_most(part, "inverse", "bend to three sides and back", "um", 1.0, 1e6 * inverse_error(), "identity", "H"),
        at_most(part, "rigid", "chest turns as one body: relative error", "1", 1e-9, rigid_error(), "identity", "H"),
        within(part, "sit", "tip against canal, lying to sitting", "mm", 3.05, 1e3 * tip_drop(SIT, SIT.median_rad), 1.5, f"{MECHANICS}: SCS leads, standing to sitting", "L"),
        within(part, "full-flexion", "tip against canal, full flexion", "mm", 6.5, 1e3 * tip_drop(BEND, BEND.largest_rad), 2.5, f"{MECHANICS_2}: 4-9 mm; cord 8.5 +/- 6 mm", "L"),
        within(part, "unheld", "unanchored catheter drawn out in 3 days (the ratchet is fitted: no evidence)", "mm", 16.6, 1e3 * unheld_shift(), 7.9, f"{MECHANICS_2}: trial leads, 8.7 mm taped to 24.5 mm sutured", "F"),
        within(part, "growth", "tip falls behind in a body grown by 4 %: held at the dura .. at the anchor", "mm", 500.0 * (low + high), 1e3 * shift, 500.0 * (high - low), "4 % of the length from hold to tip", "H"),
        within(part, "miner", "Miner sum at the power law's life", "1", 1.0, miner_sum(0.1), 1e-6, "Miner's rule", "H"),
    ]  # fmt: skip
