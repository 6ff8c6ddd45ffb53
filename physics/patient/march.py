"""The kernel of the patient: adaptation, gases and conditions, sample by sample through an interval.

One implementation of the laws that run at every sample; the signs of a moment are in `neuro` and `vitals`.
Midpoint exponential steps: second order in the spacing of the samples.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.clock import SECONDS_PER_HOUR
from physics.kernels import INNER, KERNEL
from physics.patient.acting import Acting
from physics.patient.response import PatientParams

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FEVER_C = 4.6  # [PH1 2.5] F: rise at full withdrawal
FEVER_HALF = 0.6  # [PH1 2.5] F: severity of half of it
COOLING_C = 2.5  # F-L to the grades of [PH1 5.1]: below 34.5 C in the deepest, where [PH1 2.5] has 2.0
ACTIVE_COOLING_SHARE = 0.6  # UGK-L: of the excess; 1 C/h at first from 40.5 C
TEMPERATURE_LAG_S = 2.0 * SECONDS_PER_HOUR  # [PH1 2.5] F
SEVERITY_LIMIT = 1.3  # [PH1 2.6] F
CK_REST_U_PER_L = 120.0  # [PH1 2.6] UGK-H
CK_DECAY_PER_S = 0.02 / SECONDS_PER_HOUR  # [PH1 2.6]: half-life 35 h
CK_GAIN = 900.0 / SECONDS_PER_HOUR  # [PH1 2.6] F: U/L/s at severity 1 above threshold, squared
CK_THRESHOLD = 0.30  # [PH1 2.6] F
BENZODIAZEPINE_SHARE = 0.35  # [PH1 2.6] F: part of the withdrawal drive it takes away
CYPROHEPTADINE_FEVER = 0.45  # [PH1 2.6] F, MEY03
FALLING_LAG = 0.6  # [PH1 2.6] F: withdrawal fades faster than it builds
REBOUND_FADE = 0.05  # A: of the occupancy; rebound goes as the last of it comes back, not at once
SEIZING_AWAKE_PER_S, SEIZING_FROM, SEIZING_SPAN = 0.012 / SECONDS_PER_HOUR, 0.40, 0.6  # [PH1 2.6] F
SEIZING_ASLEEP_PER_S = 0.008 / SECONDS_PER_HOUR  # [PH1 2.6] F: in deep sedation

CO2_REST_MMHG = 40.0  # UGK-H arterial
# tuned together: at the borders of the overdose grades, 12, 8 and 4 breaths a minute, SpO2 is that of the borders,
# 94.5, 89.5 and 75 % [PH1 5.1]
CO2_EXPONENT = 0.30
SHALLOW_MMHG, SHALLOW_EXPONENT = 29.0, 0.45  # alveolar-arterial gap that shallow breathing adds
CO2_LIMIT_MMHG = 120.0  # A
CO2_LAG_S = 900.0  # UGK-M: 3 to 6 mmHg per minute in apnoea
O2_LAG_S = 90.0  # UGK-M: SpO2 90 % one to two minutes into apnoea on air
BAROMETRIC_MMHG = 713.0  # UGK-H dry air at sea level, after water vapour
RESPIRATORY_QUOTIENT = 0.8  # UGK-H
ALVEOLAR_ARTERIAL_MMHG = 10.0  # UGK-H
AIR, SUPPORTED, BY_MASK = 0.21, 0.50, 0.60  # inspired oxygen: air; ventilated A; full flow by mask UGK-M
APNOEA_PER_MIN = 3.0  # [PH1 2.5]
LEAST_BREATHING = 0.02  # numerical: share of the resting rate that apnoea leaves

# Places in the state array.
TOLERANCE, DEPENDENCE, WITHDRAWAL, TEMPERATURE, CK, HAZARD, CO2, SPO2 = range(8)


class Law(NamedTuple):
    """What the kernel needs of `PatientParams`, under the same names."""

    legs: float  # Ashworth points that drug can take
    respiratory_rate_per_min: float
    temperature_c: float
    half_legs_kg_per_m3: float
    steepness: float
    half_sedation_kg_per_m3: float
    half_breathing_kg_per_m3: float
    brain_steepness: float
    tolerance_gain: float
    brain_tolerance: float
    tolerance_s: float
    half_dependence_kg_per_m3: float
    dependence_on_s: float
    dependence_off_s: float
    withdrawal_lag_s: float
    susceptibility: float
    rebound: float


class Beside(NamedTuple):
    """What the kernel needs of `Acting` and of the care, under the same names."""

    benzodiazepine: float
    cyproheptadine: float
    sedation: float
    breathing: float
    wake_points: float
    fever_c: float
    cooling: float
    hazard_factor: float
    ventilation: float
    oxygen: float


@lru_cache(maxsize=32)
def law_of(params: PatientParams) -> Law:
    """Return the constants of a patient for the kernel."""
    rest = {name: float(getattr(params, name)) for name in Law._fields if name != "legs"}
    return Law(legs=(params.ashworth_legs - 1.0) * params.reversible_legs, **rest)


def beside(acting: Acting, ventilation: float, oxygen: float) -> Beside:
    """Return what acts beside baclofen for the kernel; `ventilation` is the supported share."""
    share = min(1.0, max(0.0, ventilation))
    return Beside(
        acting.benzodiazepine, acting.cyproheptadine, acting.sedation, acting.breathing, acting.wake_points,
        acting.fever_c, acting.cooling, acting.hazard_factor, share, oxygen,
    )  # fmt: skip


def saturation(drive: float, half: float, steepness: float) -> float:
    """Return the sigmoid effect 0..1 of a drive; 0 without drug."""
    if drive <= 0.0:
        return 0.0
    ratio = half / drive
    return 1.0 / (1.0 + ratio**steepness) if ratio < 1e30 else 0.0


def rebound_points(law: Law, dependence: float, withdrawal: float, occupied: float) -> float:
    """Return Ashworth points added above baseline by withdrawal; 0 once the drug is enough again."""
    missing = min(1.0, max(0.0, (dependence - occupied) / REBOUND_FADE))
    return law.rebound * law.susceptibility * withdrawal * missing


def saturation_percent(oxygen_mmhg: float) -> float:
    """Return haemoglobin saturation [%] at an oxygen tension (Severinghaus 1979)."""
    tension = max(oxygen_mmhg, 1.0)
    return 100.0 / (1.0 + 23400.0 / (tension**3 + 150.0 * tension))


def own_breathing_per_min(law: Law, depression: float, withdrawal_severity: float, breathing: float) -> float:
    """Return the patient's own respiratory rate [1/min].

    `depression` is what baclofen takes, `breathing` what anything else takes, both 0..1.
    """
    left = (1.0 - depression) * (1.0 - breathing)  # independent effects
    return law.respiratory_rate_per_min * left * (1.0 + 0.6 * min(1.0, withdrawal_severity))


# the same laws for the kernel
_saturation, _rebound = njit(**INNER)(saturation), njit(**INNER)(rebound_points)
_saturation_percent, _own_breathing = njit(**INNER)(saturation_percent), njit(**INNER)(own_breathing_per_min)


@njit(**INNER)
def _toward(now: float, goal: float, step_s: float, lag_s: float) -> float:
    return now - (goal - now) * math.expm1(-step_s / lag_s)


@njit(**INNER)
def _adapt(state: FloatArray, legs: float, sedation: float, step_s: float, law: Law, acting: Beside) -> None:
    """Carry adaptation on by one step; drives are means over it (midpoint rule) [PH1 2.6]."""
    before, had = state[WITHDRAWAL], state[DEPENDENCE]
    half = law.half_legs_kg_per_m3 * (1.0 + law.tolerance_gain * state[TOLERANCE])
    state[TOLERANCE] = _toward(state[TOLERANCE], _saturation(legs, half, law.steepness), step_s, law.tolerance_s)
    occupied = _saturation(legs, law.half_dependence_kg_per_m3, 1.0)
    lag = law.dependence_on_s if occupied > had else law.dependence_off_s
    state[DEPENDENCE] = _toward(had, occupied, step_s, lag)
    missing = max(0.0, 0.5 * (state[DEPENDENCE] + had) - occupied)
    missing *= 1.0 - BENZODIAZEPINE_SHARE * acting.benzodiazepine
    lag = law.withdrawal_lag_s * (1.0 if missing > before else FALLING_LAG)
    state[WITHDRAWAL] = _toward(before, missing, step_s, lag)
    s = min(SEVERITY_LIMIT, law.susceptibility * 0.5 * (state[WITHDRAWAL] + before))
    half = law.half_sedation_kg_per_m3 * (1.0 + law.brain_tolerance * law.tolerance_gain * state[TOLERANCE])
    asleep = _saturation(sedation, half, law.brain_steepness)
    fever = FEVER_C * s**3 / (s**3 + FEVER_HALF**3) * (1.0 - CYPROHEPTADINE_FEVER * acting.cyproheptadine)
    goal = law.temperature_c + fever + acting.fever_c - COOLING_C * asleep
    goal -= ACTIVE_COOLING_SHARE * acting.cooling * max(0.0, goal - law.temperature_c)
    state[TEMPERATURE] = _toward(state[TEMPERATURE], goal, step_s, TEMPERATURE_LAG_S)
    goal = CK_REST_U_PER_L + CK_GAIN * max(0.0, s - CK_THRESHOLD) ** 2 / CK_DECAY_PER_S
    state[CK] = _toward(state[CK], goal, step_s, 1.0 / CK_DECAY_PER_S)
    hazard = SEIZING_AWAKE_PER_S * max(0.0, s - SEIZING_FROM) / SEIZING_SPAN + SEIZING_ASLEEP_PER_S * asleep
    state[HAZARD] += hazard * step_s * acting.hazard_factor


@njit(**INNER)
def _breathe(state: FloatArray, rate_per_min: float, step_s: float, law: Law, acting: Beside) -> None:
    """Carry the gas stores on by one step.

    Oxygen follows ventilation at once, whatever the slow carbon dioxide store holds; oxygen without breaths lifts
    the saturation and hides that carbon dioxide rises.
    """
    share = acting.ventilation
    own = rate_per_min / law.respiratory_rate_per_min if rate_per_min >= APNOEA_PER_MIN else LEAST_BREATHING
    total = max(own, own * (1.0 - share) + share)
    goal = min(CO2_LIMIT_MMHG, CO2_REST_MMHG / max(total, LEAST_BREATHING) ** CO2_EXPONENT)
    inspired = max(AIR + share * (SUPPORTED - AIR), AIR + acting.oxygen * (BY_MASK - AIR)) * BAROMETRIC_MMHG
    tension = inspired - goal / RESPIRATORY_QUOTIENT - ALVEOLAR_ARTERIAL_MMHG
    if total < 1.0:
        tension -= SHALLOW_MMHG * (1.0 - total) ** SHALLOW_EXPONENT
    state[CO2] = _toward(state[CO2], goal, step_s, CO2_LAG_S)
    state[SPO2] = _toward(state[SPO2], _saturation_percent(tension), step_s, O2_LAG_S)


@njit(**INNER)
def _look(state: FloatArray, drives: tuple[float, float, float], law: Law, acting: Beside, seen: FloatArray) -> float:
    """Write GCS, share of the resting breaths, breaths, severity and Ashworth points gained; return the breaths."""
    legs, sedation, breathing = drives
    factor = 1.0 + law.tolerance_gain * state[TOLERANCE]
    in_brain = 1.0 + law.brain_tolerance * law.tolerance_gain * state[TOLERANCE]
    asleep = _saturation(sedation, law.half_sedation_kg_per_m3 * in_brain, law.brain_steepness)
    depression = _saturation(breathing, law.half_breathing_kg_per_m3 * in_brain, law.brain_steepness)
    severity = min(SEVERITY_LIMIT, law.susceptibility * state[WITHDRAWAL])
    rate: float = _own_breathing(law, depression, severity, acting.breathing)
    occupied = _saturation(legs, law.half_dependence_kg_per_m3, 1.0)
    gain = law.legs * _saturation(legs, law.half_legs_kg_per_m3 * factor, law.steepness)
    seen[0] = min(15.0, 3.0 + 12.0 * (1.0 - asleep) * (1.0 - acting.sedation) + acting.wake_points)
    seen[1] = rate / law.respiratory_rate_per_min
    seen[2] = rate
    seen[3] = severity
    seen[4] = gain - _rebound(law, state[DEPENDENCE], state[WITHDRAWAL], occupied)
    return rate


@njit(**KERNEL)
def march(
    first: int, times_s: FloatArray, drives: FloatArray, law: Law, acting: tuple[Beside, Beside], state: FloatArray,
    limits: tuple[FloatArray, FloatArray, FloatArray], holds: BoolArray, seen: FloatArray,
) -> int:  # fmt: skip
    """Carry `state` on in place until a condition changes or the samples end; return the sample reached.

    Parameters
    ----------
    first : int
        Sample at which `state` is.
    times_s : (n,) array
        Of the samples.
    drives : (3, n) array
        Of legs, sedation and breathing [kg/m3].
    law, acting : Law, pair of Beside
        Constants; what acts beside baclofen midway in a step and at its end.
    state : (8,) array
        In the order `TOLERANCE` .. `SPO2`.
    limits : (c,) arrays
        For each condition its row of `seen`, and the values from which it begins and, once there, holds; a negative
        row counts downward.
    holds : (c,) array of bool
        Conditions that hold; rewritten.
    seen : (5,) array
        Room: GCS, share of the resting breaths, breaths a minute, severity, Ashworth points gained.
    """
    rows, begins, ends = limits
    for k in range(first + 1, times_s.size):
        step = times_s[k] - times_s[k - 1]
        legs = 0.5 * (drives[0, k - 1] + drives[0, k])
        _adapt(state, legs, 0.5 * (drives[1, k - 1] + drives[1, k]), step, law, acting[0])
        rate = _look(state, (drives[0, k], drives[1, k], drives[2, k]), law, acting[1], seen)
        _breathe(state, rate, step, law, acting[1])
        is_changed = False
        for c in range(holds.size):
            sign = -1.0 if rows[c] < 0 else 1.0
            size = sign * seen[int(abs(rows[c])) - 1]
            now = size >= sign * (ends[c] if holds[c] else begins[c])
            is_changed = is_changed or now != holds[c]
            holds[c] = now
        if is_changed:
            return k
    return times_s.size - 1
