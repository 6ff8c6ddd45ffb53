"""Read a world: the only way that HUD, scoring, scripts and players see physics."""

from __future__ import annotations

import numpy as np

import physics.catheter as catheter
import physics.csf as csf
import physics.geometry as geometry
import physics.patient as patient
from physics.clock import SECONDS_PER_DAY, SECONDS_PER_WEEK, TICK_S
from physics.fixed import Fixed, fixed
from physics.observe_field import field_seen
from physics.observation import (
    CatheterObservation,
    ContrastObservation,
    DeliveryObservation,
    NeedleObservation,
    Observation,
    PatientObservation,
    PocketObservation,
    PortObservation,
    PumpObservation,
    RefillObservation,
)
from physics.params import Params
from physics.plumbing import SPACES, is_aspirable, open_end_flow
from physics.pump import alarms, device, patient_bolus
from physics.pump.state import shown_log
from physics.theatre import Theatre, implanted_length, needle_tip, open_line, plumbing, pump_pose, with_models
from physics.world import World

CSF_DROPS_M3_PER_S = 1e-9  # a drop in 50 s is still seen at the open end
REFILL_FREE_HEIGHT_M = 0.04  # how far the hub stands off the skin in pictures


def observe(params: Params, world: World) -> Observation:
    """Return everything that can be read from a world."""
    theatre = world.theatre
    case, lumbar = with_models(fixed(params), theatre), theatre.lumbar
    days = -1.0
    if world.closed_at_s is not None:
        days = (world.clinical_time_s - world.closed_at_s) / SECONDS_PER_DAY
    return Observation(
        tick=world.tick, time_s=world.tick * TICK_S, clinical_time_s=world.clinical_time_s, days_since_closure=days,
        is_lumbar_open=lumbar is not None, needle=_needle(theatre), catheter=_catheter(case, world),
        pocket=_pocket(case, theatre), pump=_pump(case, world), delivery=_delivery(case, world),
        patient=_patient(case, world), refill=_refill(case, theatre), port=_port(theatre),
        field=field_seen(case, theatre, world.clinical_time_s),
        lumbar_u_m=lumbar.u_m if lumbar else 0.0, lumbar_v_m=lumbar.v_m if lumbar else 0.0,
        lumbar_length_m=lumbar.length_m if lumbar else 0.0, lumbar_depth_m=lumbar.depth_m if lumbar else 0.0,
        contrast=_contrast(case, world),
    )  # fmt: skip


def _needle(theatre: Theatre) -> NeedleObservation:
    n, path = theatre.needle, theatre.path
    return NeedleObservation(
        is_placed=n.is_placed, is_stylet_in=n.is_stylet_in, is_braced=n.is_braced,
        entry_m=path.entry_m if path else np.zeros(3), tip_m=needle_tip(theatre),
        direction=path.direction if path else np.array([0.0, -1.0, 0.0]), length_m=theatre.needle_spec.length_m,
        depth_m=n.depth_m, elevation_rad=theatre.aim_elevation_rad, medial_rad=theatre.aim_medial_rad,
        rotation_rad=n.rotation_rad, force_n=abs(n.force_n), side_force_n=n.side_force_n, hub_follow=n.hub_follow,
        roughness=n.roughness, stiffness_n_per_m=n.stiffness_n_per_m, csf_drops=n.csf_drops,
        csf_lost_m3=n.csf_lost_m3, layer=n.layer, past_dura_m=n.max_past_dura_m, n_passes=n.n_passes,
        n_bone_contacts=n.n_bone_contacts, n_dural_punctures=n.n_dural_punctures, max_force_n=n.max_force_n,
        path_length_m=n.path_length_m,
    )  # fmt: skip


def _end_flow(case: Fixed, world: World) -> float:
    """Return what leaves the open end of the catheter [m3/s]; 0 while a wire or a pump is in it or no CSF is at its tip."""
    theatre = world.theatre
    state = theatre.catheter
    if state.phase == "closed" or theatre.is_connected or state.stylet_behind_tip_m is not None:
        return 0.0
    if theatre.tip_space != "intrathecal":
        return 0.0
    pressure = csf.csf_pressure(case.therapy.pressure, world.therapy.csf_pressure)
    return open_end_flow(open_line(case, theatre), pressure)


def _catheter(case: Fixed, world: World) -> CatheterObservation:
    theatre = world.theatre
    c = theatre.catheter
    is_open = c.phase != "closed"
    bend = catheter.curvature(c) if is_open else np.zeros(len(c.x))
    is_life = world.closed_at_s is not None
    lumen = theatre.patency_lying if is_life and len(theatre.patency_lying) == c.n_edges else _lumen(case, theatre)
    sitting = theatre.patency_sitting if len(theatre.patency_sitting) == c.n_edges else lumen
    around = geometry.canal_only(case.body)
    end_flow = _end_flow(case, world)
    return CatheterObservation(
        is_open=is_open, model=c.model, nodes_m=c.x, radius_m=case.catheter.radius_m, curvature_per_m=bend,
        patency=lumen, min_patency=float(lumen.min()),
        min_radius_m=1.0 / max(float(bend.max()), 1e-3) if is_open else 1.0,
        min_patency_sitting=float(min(lumen.min(), sitting.min())),
        fed_m=catheter.fed_length(c) if c.phase == "threading" else 0.0, hand_force_n=c.hand_force_n,
        max_push_n=c.max_push_n, tip_m=catheter.tip_point(c), tip_level=theatre.tip_level, tip_space=theatre.tip_space,
        inserted_m=catheter.inserted_length(c, around) if is_open else 0.0,
        implanted_m=implanted_length(case, theatre), removed_m=theatre.removed_m,
        is_csf_at_end=end_flow > CSF_DROPS_M3_PER_S, is_held=False,
        is_stylet_in=c.stylet_behind_tip_m is not None, purse_tension_n=c.purse_tension_n,
        anchor_capacity_n=catheter.anchor_strength_n(c), anchor_distance_m=c.anchor_distance_m,
        n_anchor_sutures=c.anchor_sutures, anchor_substrate=c.anchor_substrate, anchor_slip_m=c.anchor_slip_m,
        anchor_kind=c.anchor_kind, n_anchor_holding=len(c.anchor_stitches),
        loop_radius_m=theatre.loop_radius_m, slack_m=c.slack_m, is_tunnelled=len(theatre.tunnel_m) >= 2,
        tunnel_min_depth_m=min((p[2] for p in theatre.tunnel_m), default=0.0), is_connected=theatre.is_connected,
        connector_seat=theatre.connector_seat, is_coil_behind=theatre.is_coil_behind, is_sheared=c.is_sheared,
        fragment_m=c.fragment_m, is_clamped=bool(c.clamps), is_tip_damaged=c.is_tip_damaged, wall_defects=c.wall_defects,
        stylet_set_per_m=float(np.linalg.norm(c.stylet_set, axis=1).max()) if len(c.stylet_set) else 0.0,
        end_flow_m3_per_s=end_flow,
    )  # fmt: skip


def _lumen(case: Fixed, theatre: Theatre) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    c = theatre.catheter
    return catheter.patency(c, case.catheter) if c.phase != "closed" else np.ones(c.n_edges)


def _pocket(case: Fixed, theatre: Theatre) -> PocketObservation:
    p = theatre.pocket
    pose = pump_pose(case, theatre) if p.is_dissected else None
    radius = 0.5 * case.pump.diameter_m
    return PocketObservation(
        is_dissected=p.is_dissected, is_pump_in=p.is_pump_in, u_m=p.u_m, v_m=p.v_m, radius_m=p.radius_m, plane=p.plane,
        cover_m=p.cover_m, clearance_m=p.clearance_m, pump_u_m=p.pump_u_m, pump_v_m=p.pump_v_m,
        outlet_angle_rad=p.outlet_angle_rad, tilt_rad=p.tilt_rad, is_septum_outward=p.is_septum_outward,
        is_flipped=p.is_flipped, n_sutures=p.n_sutures, n_holding=p.n_holding,
        pump_centre_m=pose.centre_m if pose else np.zeros(3),
        pump_normal=pose.normal if pose else np.array([0.0, -1.0, 0.0]), pump_height_m=case.pump.thickness_m,
        bone_gap_m=geometry.bone_gap(case.body, p.pump_u_m, p.pump_v_m, radius) if p.is_dissected else 0.0,
        pocket_fluid_m3=theatre.pocket_fluid_m3, is_closed=p.is_closed,
    )  # fmt: skip


def _pump(case: Fixed, world: World) -> PumpObservation:
    machine = world.therapy.pump
    order = machine.prescription
    reason, wait_s = patient_bolus.refusal(machine)
    return PumpObservation(
        state=device.shown_state(machine), mode=order.mode,
        programmed_dose_kg_per_s=_shown_dose(machine),
        programmed_concentration_kg_per_m3=order.concentration_kg_per_m3,
        programmed_flow_m3_per_s=machine.rate_m3_per_s, shown_reservoir_m3=machine.shown_reservoir_m3,
        alarm_volume_m3=order.alarm_volume_m3, alarms=machine.alarms, recorded_length_m=order.recorded_length_m,
        event_log=shown_log(machine), replace_in_s=alarms.replace_in_s(machine, case.pump), capacity_m3=case.pump.capacity_m3, reservoir_m3=machine.reservoir_m3,
        concentration_kg_per_m3=machine.concentration_kg_per_m3,
        flow_m3_per_s=world.therapy.delivery.pump_flow_m3_per_s, is_tubing_purged=machine.is_tubing_purged,
        tone=alarms.tone(machine.alarms), is_sounding=alarms.is_sounding(machine.alarms, machine.clock_s),
        bolus_refusal=reason, bolus_wait_s=wait_s,
        prescription=order, clock_s=(machine.clock_s - machine.week_start_s) % SECONDS_PER_WEEK,
    )  # fmt: skip


def _shown_dose(machine: device.PumpState) -> float:
    """Return the dose that telemetry shows [kg/s]: of a timetable its mean."""
    order = machine.prescription
    if machine.timetable:
        return machine.rate_m3_per_s * order.concentration_kg_per_m3
    return order.dose_kg_per_s if order.mode != "stopped" else 0.0


def _delivery(case: Fixed, world: World) -> DeliveryObservation:
    d = world.therapy.delivery
    machine = world.therapy.pump
    order = machine.prescription
    asked = 0.0
    if machine.phase == "running" and (machine.timetable or order.patient_bolus_kg > 0.0):
        asked = d.set_flow_m3_per_s * order.concentration_kg_per_m3
    elif machine.phase == "running" and order.mode == "continuous":
        asked = order.dose_kg_per_s
    pipes = plumbing(case, world.theatre)
    aspirable = False
    if pipes is not None:
        pressure = csf.csf_pressure(case.therapy.pressure, world.therapy.csf_pressure)
        aspirable = is_aspirable(pipes, pressure, world.therapy.spills_pa)
    return DeliveryObservation(
        pump_pressure_pa=d.pump_pressure_pa, tip_flow_m3_per_s=d.tip_flow_m3_per_s,
        leak_flow_m3_per_s=d.leak_flow_m3_per_s, aspirable=aspirable, delivered_kg_per_s=d.delivered_kg_per_s,
        misplaced_kg_per_s=d.misplaced_kg_per_s, dose_ratio=d.delivered_kg_per_s / asked if asked > 0.0 else 0.0,
        resistance_pa_s_per_m3=d.resistance_pa_s_per_m3,
    )  # fmt: skip


def _patient(case: Fixed, world: World) -> PatientObservation:
    course = world.therapy
    signs, vitals = course.patient.neuro, course.patient.vitals
    fluid, cord = csf.level_profiles(case.therapy.drug, course.csf)
    disease = case.params.disease
    headache = csf.headache(case.therapy.pressure, course.csf_pressure, True)
    found = patient.bedside(case.therapy.patient, course.patient, course.care)
    return PatientObservation(
        heart_rate_per_min=vitals.heart_rate_per_min, respiratory_rate_per_min=vitals.respiratory_rate_per_min,
        spo2_percent=vitals.spo2_percent, systolic_mmhg=vitals.systolic_mmhg, diastolic_mmhg=vitals.diastolic_mmhg,
        etco2_mmhg=vitals.etco2_mmhg, temperature_c=vitals.temperature_c, gcs=signs.gcs,
        ashworth_legs=signs.ashworth_legs, ashworth_arms=signs.ashworth_arms,
        ashworth_legs_baseline=disease.ashworth_legs, ashworth_arms_baseline=disease.ashworth_arms,
        spasm_score=signs.spasm_score, itch=signs.itch, weakness=signs.weakness,
        is_anaesthetised=course.care.is_anaesthetised,
        withdrawal_severity=course.patient.adaptation.withdrawal * case.therapy.patient.susceptibility,
        ck_u_per_l=course.patient.adaptation.ck_u_per_l, csf_concentration_kg_per_m3=fluid,
        cord_concentration_kg_per_m3=cord, csf_level_names=csf.LEVEL_NAMES,
        plasma_kg_per_m3=csf.plasma_concentration(case.therapy.drug, course.csf),
        csf_volume_lost_m3=course.csf_pressure.lost_m3,
        headache=headache,
        ashworth_trunk=signs.ashworth_trunk, ashworth_joints=tuple(zip(patient.JOINTS, found.joint_scores, strict=True)),
        knee_jerk=found.knee_jerk, function=found.function, dizziness=found.dizziness, nausea=max(found.nausea, patient.headache_nausea(headache)),
        is_vomiting=found.is_vomiting, aspiration_risk=found.aspiration_risk, flushing=found.flushing,
        pounding_headache=found.pounding_headache, pocket_redness=found.pocket_redness,
        neck_stiffness=found.neck_stiffness, crp_mg_per_l=found.crp_mg_per_l, bladder_m3=found.bladder_m3,
        is_intubated=course.care.is_intubated, ventilation=course.care.supported, oxygen=course.care.oxygen,
        medicines=found.medicines, seizure_probability=found.seizure_probability,
    )  # fmt: skip


def _port(theatre: Theatre) -> PortObservation:
    use = theatre.port
    if use is None:
        return PortObservation()
    into = dict(zip(SPACES, use.into_kg, strict=True))
    return PortObservation(
        use.brings, use.volume_m3, use.time_s, use.drug_kg, into["csf"], sum(use.into_kg) - into["csf"],
    )  # fmt: skip


def _contrast(case: Fixed, world: World) -> ContrastObservation:
    now = world.therapy.contrast
    if now is None:
        return ContrastObservation()
    drug = case.therapy.drug
    own = csf.contrast_params(drug)
    in_store = {name: csf.depot_kg(own, now.fluid, name) for name in ("epidural", "tissue", "pocket")}
    return ContrastObservation(
        tuple(csf.spinal_kg(own, now.fluid).tolist()), tuple(csf.edge_levels(own).tolist()),
        tuple(now.line_kg[world.therapy.line.n_tubing :].tolist()), in_store["epidural"], now.subdural_kg,
        in_store["tissue"], in_store["pocket"], now.strength_kg_per_m3,
    )  # fmt: skip


def _refill(case: Fixed, theatre: Theatre) -> RefillObservation:
    r, syringe = theatre.refill, theatre.syringe
    point, normal, along_u, along_v = geometry.surface_frame(case.body, r.u_m, r.v_m, 0.0)
    direction = -normal + np.tan(r.tilt_u_rad) * along_u + np.tan(r.tilt_v_rad) * along_v
    direction = direction / np.linalg.norm(direction)
    return RefillObservation(
        is_placed=r.is_placed, u_m=r.u_m, v_m=r.v_m, depth_m=r.depth_m, tip_m=point + r.depth_m * direction,
        direction=direction, force_n=r.force_n, feel=r.feel, place=r.place, offset_m=r.offset_m,
        syringe_contents=syringe.contents, syringe_volume_m3=syringe.volume_m3,
        plunger_pressure_pa=r.plunger_pressure_pa, plunger_flow_m3_per_s=r.plunger_flow_m3_per_s, aspirate=r.aspirate,
        drawn_m3=r.drawn_m3, injected_m3=r.injected_m3, into_reservoir_m3=r.into_reservoir_m3,
        into_pocket_m3=r.into_pocket_m3, since_recheck_m3=r.since_recheck_m3, max_rate_m3_per_s=r.max_rate_m3_per_s,
        skin_lift_m=r.skin_lift_m, complaint=r.complaint, n_passes=r.n_passes, n_off_port=r.n_off_port,
        off_axis_rad=r.off_axis_rad,
    )  # fmt: skip
