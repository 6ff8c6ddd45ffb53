"""Tone, spasm, strength and wakefulness; tolerance, dependence and withdrawal.

Laws [PH1 2.5, 2.6]: sigmoid Emax with half concentrations that tolerance multiplies; dependence
follows the occupancy over days; what is missing of the accustomed occupancy drives withdrawal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.clock import SECONDS_PER_HOUR
from physics.patient.acting import QUIET, Acting, together
from physics.patient.response import PatientParams

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
ITCH_HALF = 0.30  # [PH1 2.6] F


def saturation(drive: float, half: float, steepness: float) -> float:
    """Return the sigmoid effect 0..1 of a drive; 0 without drug."""
    if drive <= 0.0:
        return 0.0
    ratio = half / drive
    return 1.0 / (1.0 + ratio**steepness) if ratio < 1e30 else 0.0


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What the nervous system has become used to, and what that does now."""

    tolerance: float  # 0..1: mean past effect
    dependence: float  # 0..1: accustomed occupancy
    withdrawal: float  # lagged drive
    temperature_c: float
    ck_u_per_l: float
    seizure_hazard: float  # cumulated, 1 - exp(-hazard) is the probability


def fresh(params: PatientParams) -> Adaptation:
    """Return a patient who never had the drug."""
    return Adaptation(0.0, 0.0, 0.0, params.temperature_c, CK_REST_U_PER_L, 0.0)


def adapted(params: PatientParams, legs_drive: float, days: float) -> Adaptation:
    """Return a patient after `days` on a steady drive [kg/m3]: tolerance and dependence aged.

    Notes
    -----
    Tolerance solves S = f(S) (1 - exp(-t / tau)) as in the calibration of [PH2]; dependence
    follows the occupancy with its own time.
    """
    share = -math.expm1(-days * 86400.0 / params.tolerance_s)
    tolerance = 0.0
    for _ in range(200):
        tolerance += 0.2 * (legs_effect(params, legs_drive, tolerance) * share - tolerance)
    dependence = occupancy(params, legs_drive) * -math.expm1(-days * 86400.0 / params.dependence_on_s)
    plain = fresh(params)
    return Adaptation(tolerance, dependence, 0.0, plain.temperature_c, plain.ck_u_per_l, 0.0)


def tolerance_factor(params: PatientParams, tolerance: float) -> float:
    """Return by how much tolerance multiplies the half concentrations."""
    return 1.0 + params.tolerance_gain * tolerance


def legs_effect(params: PatientParams, drive: float, tolerance: float) -> float:
    """Return the saturation of leg tone 0..1."""
    return saturation(
        drive, params.half_legs_kg_per_m3 * tolerance_factor(params, tolerance), params.steepness
    )


def occupancy(params: PatientParams, drive: float) -> float:
    """Return the receptor occupancy that dependence follows, 0..1."""
    return saturation(drive, params.half_dependence_kg_per_m3, 1.0)


def severity(params: PatientParams, adaptation: Adaptation) -> float:
    """Return the severity of withdrawal 0..1.3."""
    return min(SEVERITY_LIMIT, params.susceptibility * adaptation.withdrawal)


def sedation_effect(params: PatientParams, drive: float, tolerance: float) -> float:
    """Return the depth of sedation 0..1."""
    half = params.half_sedation_kg_per_m3 * (1.0 + params.brain_tolerance * params.tolerance_gain * tolerance)
    return saturation(drive, half, params.brain_steepness)


def breathing_effect(params: PatientParams, drive: float, tolerance: float) -> float:
    """Return the depression of breathing 0..1."""
    half = params.half_breathing_kg_per_m3 * (
        1.0 + params.brain_tolerance * params.tolerance_gain * tolerance
    )
    return saturation(drive, half, params.brain_steepness)


def adapt(
    params: PatientParams,
    past: Adaptation,
    legs_drive: float,
    sedation_drive: float,
    step_s: float,
    acting: Acting = QUIET,
) -> Adaptation:
    """Return the adaptation one step later; drives are means over the step (midpoint rule)."""
    effect = legs_effect(params, legs_drive, past.tolerance)
    tolerance = past.tolerance + (effect - past.tolerance) * -math.expm1(-step_s / params.tolerance_s)
    occupied = occupancy(params, legs_drive)
    time = params.dependence_on_s if occupied > past.dependence else params.dependence_off_s
    dependence = past.dependence + (occupied - past.dependence) * -math.expm1(-step_s / time)
    missing = max(0.0, 0.5 * (dependence + past.dependence) - occupied)
    missing *= 1.0 - BENZODIAZEPINE_SHARE * acting.benzodiazepine
    lag = params.withdrawal_lag_s * (1.0 if missing > past.withdrawal else FALLING_LAG)
    withdrawal = past.withdrawal + (missing - past.withdrawal) * -math.expm1(-step_s / lag)
    s = min(SEVERITY_LIMIT, params.susceptibility * 0.5 * (withdrawal + past.withdrawal))
    asleep = sedation_effect(params, sedation_drive, tolerance)
    fever = FEVER_C * s**3 / (s**3 + FEVER_HALF**3) * (1.0 - CYPROHEPTADINE_FEVER * acting.cyproheptadine)
    target = params.temperature_c + fever + acting.fever_c - COOLING_C * asleep
    if acting.cooling > 0.0:
        target -= ACTIVE_COOLING_SHARE * acting.cooling * max(0.0, target - params.temperature_c)
    temperature = past.temperature_c + (target - past.temperature_c) * -math.expm1(
        -step_s / TEMPERATURE_LAG_S
    )
    ck_target = CK_REST_U_PER_L + CK_GAIN * max(0.0, s - CK_THRESHOLD) ** 2 / CK_DECAY_PER_S
    ck = past.ck_u_per_l + (ck_target - past.ck_u_per_l) * -math.expm1(-CK_DECAY_PER_S * step_s)
    # [PH1 2.6] F: seizures per hour in severe withdrawal and in deep sedation
    hazard = (0.012 * max(0.0, s - 0.40) / 0.6 + 0.008 * asleep) * step_s / SECONDS_PER_HOUR * acting.hazard_factor
    return Adaptation(tolerance, dependence, withdrawal, temperature, ck, past.seizure_hazard + hazard)


@dataclass(frozen=True, slots=True)
class Neuro:
    """Signs of the nervous system now."""

    ashworth_legs: float
    ashworth_arms: float
    ashworth_trunk: float
    spasm_score: float
    reflex: float  # H/M relative to baseline, 1 = unchanged
    weakness: float  # 0..1, legs
    gcs: float
    itch: float
    sedation: float  # 0..1, by baclofen
    breathing_depression: float  # 0..1, by baclofen


@dataclass(frozen=True, slots=True)
class Drives:
    """Drives at one moment [kg/m3]."""

    legs: float = 0.0
    arms: float = 0.0
    trunk: float = 0.0
    segment: float = 0.0
    reflex: float = 0.0
    sedation: float = 0.0
    breathing: float = 0.0


def rebound_points(params: PatientParams, adaptation: Adaptation, legs_drive: float) -> float:
    """Return Ashworth points added above baseline by withdrawal; 0 once the drug is enough again."""
    if adaptation.dependence <= occupancy(params, legs_drive):
        return 0.0
    return params.rebound * params.susceptibility * adaptation.withdrawal


def _tone(baseline: float, reversible: float, effect: float, rebound: float) -> float:
    return min(5.0, 1.0 + (baseline - 1.0) * (1.0 - reversible * effect) + rebound)


def coma_score(sedation: float, acting: Acting) -> float:
    """Return the GCS, 3..15, of sleep by baclofen with whatever else acts."""
    return min(15.0, 3.0 + 12.0 * (1.0 - together(sedation, acting.sedation)) + acting.wake_points)


def neuro_signs(params: PatientParams, adaptation: Adaptation, drives: Drives, acting: Acting = QUIET) -> Neuro:
    """Return the signs that the drives and the adaptation give.

    Notes
    -----
    [PH1 2.5] with one departure: a limb without tone before therapy (Ashworth 1) does not rebound,
    and one with little rebounds in proportion up to Ashworth 2. The trunk uses the leg's half
    concentration and reversible share on its own (T4-T10) drive [A].
    """
    factor = tolerance_factor(params, adaptation.tolerance)
    half, steep = params.half_legs_kg_per_m3 * factor, params.steepness
    legs = saturation(drives.legs, half, steep)
    arms = saturation(drives.arms, params.half_arms_kg_per_m3 * factor, steep)
    trunk = saturation(drives.trunk, half, steep)
    spasm = saturation(drives.legs, half * params.spasm_ratio, steep)
    rebound = rebound_points(params, adaptation, drives.legs)
    in_arms = params.rebound_arms * rebound * min(1.0, params.ashworth_arms - 1.0)
    in_trunk = rebound * min(1.0, params.ashworth_trunk - 1.0)
    s = severity(params, adaptation)
    asleep = sedation_effect(params, drives.sedation, adaptation.tolerance)
    return Neuro(
        ashworth_legs=_tone(params.ashworth_legs, params.reversible_legs, legs, rebound),
        ashworth_arms=_tone(params.ashworth_arms, params.reversible_arms, arms, in_arms),
        ashworth_trunk=_tone(params.ashworth_trunk, params.reversible_legs, trunk, in_trunk),
        spasm_score=min(4.0, params.spasm_score * (1.0 - params.reversible_spasm * spasm) + rebound),
        reflex=1.0
        - saturation(drives.reflex, params.half_reflex_kg_per_m3 * factor, params.reflex_steepness),
        weakness=saturation(drives.segment, half * params.weakness_ratio, params.weakness_steepness),
        gcs=coma_score(asleep, acting),
        itch=10.0 * s / (s + ITCH_HALF) if s > 0.02 else 0.0,
        sedation=asleep,
        breathing_depression=breathing_effect(params, drives.breathing, adaptation.tolerance),
    )
