"""Signs of the nervous system: tone, spasm, strength and wakefulness; what it has become used to.

Laws [PH1 2.5, 2.6]: sigmoid Emax with half concentrations that tolerance multiplies; dependence
follows the occupancy over days; what is missing of the accustomed occupancy drives withdrawal. The course
of adaptation is in `march`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.patient.acting import QUIET, Acting, together
from physics.patient.march import CK_REST_U_PER_L, SEVERITY_LIMIT, law_of, rebound_points, saturation
from physics.patient.response import PatientParams

ITCH_HALF = 0.30  # [PH1 2.6] F


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
    half = params.half_legs_kg_per_m3 * tolerance_factor(params, tolerance)
    return float(saturation(drive, half, params.steepness))


def occupancy(params: PatientParams, drive: float) -> float:
    """Return the receptor occupancy that dependence follows, 0..1."""
    return float(saturation(drive, params.half_dependence_kg_per_m3, 1.0))


def severity(params: PatientParams, adaptation: Adaptation) -> float:
    """Return the severity of withdrawal 0..1.3."""
    return min(SEVERITY_LIMIT, params.susceptibility * adaptation.withdrawal)


def sedation_effect(params: PatientParams, drive: float, tolerance: float) -> float:
    """Return the depth of sedation 0..1."""
    half = params.half_sedation_kg_per_m3 * (1.0 + params.brain_tolerance * params.tolerance_gain * tolerance)
    return float(saturation(drive, half, params.brain_steepness))


def breathing_effect(params: PatientParams, drive: float, tolerance: float) -> float:
    """Return the depression of breathing 0..1."""
    half = params.half_breathing_kg_per_m3 * (
        1.0 + params.brain_tolerance * params.tolerance_gain * tolerance
    )
    return float(saturation(drive, half, params.brain_steepness))


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


def rebound(params: PatientParams, adaptation: Adaptation, legs_drive: float) -> float:
    """Return Ashworth points added above baseline by withdrawal; 0 once the drug is enough again."""
    occupied = occupancy(params, legs_drive)
    return float(rebound_points(law_of(params), adaptation.dependence, adaptation.withdrawal, occupied))


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
    above = rebound(params, adaptation, drives.legs)
    in_arms = params.rebound_arms * above * min(1.0, params.ashworth_arms - 1.0)
    in_trunk = above * min(1.0, params.ashworth_trunk - 1.0)
    s = severity(params, adaptation)
    asleep = sedation_effect(params, drives.sedation, adaptation.tolerance)
    return Neuro(
        ashworth_legs=_tone(params.ashworth_legs, params.reversible_legs, legs, above),
        ashworth_arms=_tone(params.ashworth_arms, params.reversible_arms, arms, in_arms),
        ashworth_trunk=_tone(params.ashworth_trunk, params.reversible_legs, trunk, in_trunk),
        spasm_score=min(4.0, params.spasm_score * (1.0 - params.reversible_spasm * spasm) + above),
        reflex=1.0
        - saturation(drives.reflex, params.half_reflex_kg_per_m3 * factor, params.reflex_steepness),
        weakness=saturation(drives.segment, half * params.weakness_ratio, params.weakness_steepness),
        gcs=coma_score(asleep, acting),
        itch=10.0 * s / (s + ITCH_HALF),
        sedation=asleep,
        breathing_depression=breathing_effect(params, drives.breathing, adaptation.tolerance),
    )
