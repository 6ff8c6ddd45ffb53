"""Scenario -> what physics needs, in SI: `setup(scenario, seed, inherited)`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from physics.anatomy import BodySite, PatientBuild, kyphosis_scale, lordosis_scale
from physics.observation import Observation
from physics.params import Disease, Params, StartState
from physics.pump.faults import Fault
from physics.randomness import draw
from physics.units import (
    SECONDS_PER_DAY,
    kg_per_m3_from_ug_per_ml,
    kg_per_s_from_ug_per_day,
    m3_from_ml,
    pa_from_cmh2o,
)
from scenarios.schema import SHUNT_RADIUS_MM, Equipment, Patient, Scenario, Site, level_number

PUMP_RADIUS_M = 0.04375  # 87.5 mm across [device_and_procedure 1.1]
MASS_SPREAD = 0.08  # practice draw +-8 % [scenarios_content 0]
DEPTH_SPREAD = 0.06  # practice draw +-6 % [scenarios_content 0]
EC50_LOG_SD = 0.472  # sqrt(ln(1 + 0.50^2)), CV of EC50 [pharmacology 2.7, F]
WITHDRAWAL_LOG_SD = 0.429  # sqrt(ln(1 + 0.45^2)), CV of s_w [pharmacology 2.7, F]
DRAW_LIMIT = 1.0  # tuned: practice patients stay within one standard deviation
N_BODIES = 8  # tuned: so many bodies per scenario, that their geometry can be kept ready
COIL_RADIUS_M = 0.020  # tuned: coil laid behind the pump when the record does not tell it
OPERATING_POSITION = "lateral"  # a fresh table: decubitus, hips flexed [device_and_procedure 3, M]; see docs/models/anatomy.md
BODY_STREAM, DRUG_STREAM = "scenario.body", "scenario.drug"


@dataclass(frozen=True, slots=True)
class CaseSetup:
    """A case ready to run.

    Attributes
    ----------
    params : physics.params.Params
        Build, disease, devices and start, in SI.
    seed : int
        Seed for `physics.initial`: the scenario's fixed seed, or the one given.
    followup_s : float
        Length of follow-up after hands-on [s].
    ordered_dose_kg_per_s, ordered_concentration_kg_per_m3, ordered_volume_m3 : float
        The written order.
    target_level : float
        Written tip target, T1 = 1.
    tubing_m3, catheter_m3_per_m : float
        Line constants.
    catheter_length_m, needle_length_m : float
        As packed.
    """

    params: Params
    seed: int
    followup_s: float
    ordered_dose_kg_per_s: float
    ordered_concentration_kg_per_m3: float
    ordered_volume_m3: float
    target_level: float
    tubing_m3: float
    catheter_m3_per_m: float
    catheter_length_m: float
    needle_length_m: float


@dataclass(frozen=True, slots=True)
class Draws:
    """How a practice patient differs from the written one (factors)."""

    mass: float = 1.0
    depth: float = 1.0
    ec50: float = 1.0
    withdrawal: float = 1.0


def practice_draws(scenario: Scenario, seed: int) -> Draws:
    """Return the seeded differences; none for a fixed-seed scenario or seed 0.

    Seed 0 is the written patient, so that a class and a scripted player meet the same one.
    """
    if scenario.fixed_seed is not None or seed == 0:
        return Draws()
    body = seed % N_BODIES
    mass, depth = draw(body, BODY_STREAM, 0).uniform(-1.0, 1.0, 2) if body else (0.0, 0.0)
    answer = draw(seed, DRUG_STREAM, 0).standard_normal(2)
    ec50, withdrawal = np.clip(answer, -DRAW_LIMIT, DRAW_LIMIT)
    return Draws(
        1.0 + MASS_SPREAD * float(mass), 1.0 + DEPTH_SPREAD * float(depth),
        math.exp(EC50_LOG_SD * float(ec50)), math.exp(WITHDRAWAL_LOG_SD * float(withdrawal)),
    )  # fmt: skip


def _site(site: Site) -> BodySite:
    """Return a site in SI; a shunt's tubing comes down its side and turns in to where it enters the belly."""
    u, v = site.u_cm / 100.0 * (1.0 if site.side == "left" else -1.0), site.v_cm / 100.0
    if site.enters_v_cm is None:
        return BodySite(site.kind, ((u, v),), site.radius_mm / 1000.0)
    top = site.enters_v_cm / 100.0
    return BodySite(site.kind, ((u, top), (u, 0.5 * (top + v)), (u, v)), SHUNT_RADIUS_MM / 1000.0)


def _blocks(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((level_number(first), level_number(last)) for first, last in pairs)


def body_of(patient: Patient) -> PatientBuild:
    """Return the written patient's build, standing."""
    return _build(patient, Draws(), 0)


def _build(patient: Patient, draws: Draws, seed: int, position: str = "standing") -> PatientBuild:
    curve = (level_number(patient.curve_upper), level_number(patient.curve_apex), level_number(patient.curve_lower))
    return PatientBuild(
        age_years=patient.age_years,
        is_female=patient.sex == "f",
        height_m=patient.height_cm / 100.0,
        mass_kg=patient.mass_kg * draws.mass,
        abdominal_fat_m=patient.abdominal_fat_mm / 1000.0,
        back_fat_m=patient.back_fat_mm / 1000.0,
        dura_depth_m=patient.dura_depth_mm * draws.depth / 1000.0,
        conus_level=patient.conus_level,
        csf_scale=patient.csf_scale,
        cobb_rad=math.radians(patient.cobb_deg),
        seed=seed % N_BODIES,
        lordosis_scale=1.0 if patient.lordosis_deg is None else lordosis_scale(math.radians(patient.lordosis_deg)),
        kyphosis_scale=1.0 if patient.kyphosis_deg is None else kyphosis_scale(math.radians(patient.kyphosis_deg)),
        curve_levels=curve,
        canal_scale=patient.canal_scale,
        fused_levels=_blocks(patient.fused),
        has_fusion_metal=patient.fusion_has_metal,
        scar_levels=_blocks(patient.scar),
        sites=tuple(_site(site) for site in patient.sites),
        position=position,
    )


def _disease(patient: Patient, draws: Draws) -> Disease:
    return Disease(
        preset=patient.diagnosis,
        ashworth_legs=patient.ashworth_legs,
        ashworth_arms=patient.ashworth_arms,
        spasm_score=patient.penn,
        ec50_factor=patient.ec50_factor * draws.ec50,
        withdrawal_susceptibility=patient.withdrawal_factor * draws.withdrawal,
        csf_pressure_pa=float(pa_from_cmh2o(patient.csf_pressure_cmh2o)),
        lesion_level=_lesion(patient.lesion_level),
    )


def _with_infection(scenario: Scenario, disease: Disease) -> Disease:
    start = scenario.start.implanted
    if start is None or start.infection == "none":
        return disease
    return replace(disease, infection_place=start.infection, infection_day=start.infection_day)


def _lesion(name: str | None) -> float | None:
    """Return a lesion's level as physics counts it: T1 = 1, C8 half way to C7 = 0, C1 = -6."""
    if name is None:
        return None
    if name.startswith("C"):
        return 0.5 if name == "C8" else float(name[1:]) - 7.0
    return level_number(name)


def _written_start(scenario: Scenario) -> StartState | None:
    start = scenario.start.implanted
    if start is None:
        return None
    return StartState(
        days_since_implant=start.days_since_implant,
        tip_level=level_number(start.tip_level),
        cover_m=start.cover_mm / 1000.0,
        tilt_rad=math.radians(start.tilt_deg),
        pocket_u_m=start.pocket_u_cm / 100.0,
        pocket_v_m=start.pocket_v_cm / 100.0,
        pocket_radius_m=PUMP_RADIUS_M + start.clearance_mm / 1000.0,
        plane=start.plane,
        n_sutures=start.n_pump_sutures,
        outlet_angle_rad=math.radians(start.outlet_angle_deg),
        anchor_sutures=start.n_anchor_sutures,
        anchor_substrate=start.anchor_substrate,
        loop_radius_m=start.loop_radius_mm / 1000.0,
        coil_radius_m=start.coil_radius_mm / 1000.0,
        recorded_length_m=start.recorded_cm / 100.0,
        reservoir_m3=float(m3_from_ml(start.true_reservoir_ml)),
        stored_reservoir_m3=float(m3_from_ml(start.stored_reservoir_ml)),
        concentration_kg_per_m3=float(kg_per_m3_from_ug_per_ml(start.true_concentration_ug_per_ml)),
        stored_concentration_kg_per_m3=float(kg_per_m3_from_ug_per_ml(start.stored_concentration_ug_per_ml)),
        dose_kg_per_s=float(kg_per_s_from_ug_per_day(start.dose_ug_per_day)),
        alarm_volume_m3=float(m3_from_ml(start.alarm_volume_ml)),
        days_on_therapy=start.days_on_therapy,
        reservoir_air_m3=float(m3_from_ml(start.reservoir_air_ml)),
        is_telemetry_locked=start.telemetry_locked,
        lived_days=start.lived_days,
        drug_days=start.drug_days,
    )


def inherit(closing: Observation, written: StartState) -> StartState:
    """Return the start state that a played implant hands over.

    Parameters
    ----------
    closing : Observation
        Last observation of the implant case, at the end of its follow-up.
    written : StartState
        The bundled start: its reservoir, dose and dates stand (a clinic filled and titrated in
        between), so the nurse's arithmetic is the written one and the body is the played one.
    """
    pocket, catheter = closing.pocket, closing.catheter
    return StartState(
        days_since_implant=max(written.days_since_implant, closing.days_since_closure),
        tip_level=catheter.tip_level,
        cover_m=pocket.cover_m,
        tilt_rad=pocket.tilt_rad,
        pocket_u_m=pocket.u_m,
        pocket_v_m=pocket.v_m,
        pocket_radius_m=pocket.radius_m,
        plane=pocket.plane,
        n_sutures=pocket.n_holding,
        outlet_angle_rad=pocket.outlet_angle_rad,
        anchor_sutures=catheter.n_anchor_sutures,
        anchor_substrate=catheter.anchor_substrate if catheter.n_anchor_sutures else "none",
        loop_radius_m=catheter.loop_radius_m,
        coil_radius_m=COIL_RADIUS_M,
        recorded_length_m=closing.pump.recorded_length_m,
        reservoir_m3=written.reservoir_m3,
        stored_reservoir_m3=written.stored_reservoir_m3,
        concentration_kg_per_m3=written.concentration_kg_per_m3,
        stored_concentration_kg_per_m3=written.stored_concentration_kg_per_m3,
        dose_kg_per_s=written.dose_kg_per_s,
        alarm_volume_m3=written.alarm_volume_m3,
        days_on_therapy=written.days_on_therapy,
        reservoir_air_m3=written.reservoir_air_m3,
        is_telemetry_locked=written.is_telemetry_locked,
        lived_days=written.lived_days,
        drug_days=written.drug_days,
    )


def handed_over(body: StartState, written: StartState) -> StartState:
    """Return the start of a case on the body that an earlier one left: drug, dose, dates and years are the written ones."""
    return replace(
        body, days_since_implant=max(written.days_since_implant, body.days_since_implant), reservoir_m3=written.reservoir_m3,
        stored_reservoir_m3=written.stored_reservoir_m3, concentration_kg_per_m3=written.concentration_kg_per_m3,
        stored_concentration_kg_per_m3=written.stored_concentration_kg_per_m3, dose_kg_per_s=written.dose_kg_per_s,
        alarm_volume_m3=written.alarm_volume_m3, days_on_therapy=written.days_on_therapy,
        reservoir_air_m3=written.reservoir_air_m3, is_telemetry_locked=written.is_telemetry_locked,
        lived_days=written.lived_days, drug_days=written.drug_days,
    )  # fmt: skip


def _pump_faults(equipment: Equipment) -> tuple[Fault, ...]:
    told = (Fault(fault.kind, fault.day * SECONDS_PER_DAY, fault.rise_percent / 100.0) for fault in equipment.pump_faults)
    return tuple(sorted(told, key=lambda fault: fault.age_s))


def setup(scenario: Scenario, seed: int, inherited: Observation | StartState | None = None) -> CaseSetup:
    """Return everything physics needs for a case, in SI.

    Parameters
    ----------
    scenario : Scenario
        The case.
    seed : int
        Practice seed; a scenario's fixed seed wins. 0 = the written patient.
    inherited : Observation or StartState, optional
        End of a played implant that this case takes over.

    Raises
    ------
    ValueError
        If the scenario starts on a fresh table but something is to be inherited.
    """
    start = _written_start(scenario)
    if inherited is not None:
        if start is None:
            raise ValueError(f"inherited = given; expected none: {scenario.id} starts on a fresh table")
        start = inherited if isinstance(inherited, StartState) else inherit(inherited, start)
    used = seed if scenario.fixed_seed is None else scenario.fixed_seed
    draws, equipment, order = practice_draws(scenario, seed), scenario.equipment, scenario.order
    params = Params(
        build=_build(scenario.patient, draws, used, OPERATING_POSITION if start is None else "standing"),
        disease=_with_infection(scenario, _disease(scenario.patient, draws)),
        pump_capacity_m3=float(m3_from_ml(equipment.pump_ml)),
        pump_unit_error=equipment.pump_bias_percent / 100.0,
        pump_faults=_pump_faults(equipment),
        catheter_model=equipment.catheter,
        flexions_per_day=scenario.patient.flexions_per_day,
        adherence=scenario.patient.adherence,
        twiddle_turns_per_day=scenario.patient.twiddle_turns_per_day,
        twiddle_bias=scenario.patient.twiddle_bias,
        start=start,
    )
    return CaseSetup(
        params=params,
        seed=used,
        followup_s=scenario.followup_days * SECONDS_PER_DAY,
        ordered_dose_kg_per_s=float(kg_per_s_from_ug_per_day(order.dose_ug_per_day)),
        ordered_concentration_kg_per_m3=float(kg_per_m3_from_ug_per_ml(order.concentration_ug_per_ml)),
        ordered_volume_m3=float(m3_from_ml(order.volume_ml)),
        target_level=order.target,
        tubing_m3=float(m3_from_ml(equipment.tubing_ml)),
        catheter_m3_per_m=float(m3_from_ml(equipment.catheter_ml_per_cm)) * 100.0,
        catheter_length_m=equipment.catheter_length_cm / 100.0,
        needle_length_m=equipment.needle_mm / 1000.0,
    )
