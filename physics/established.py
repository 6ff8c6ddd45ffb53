"""The start of a case: a fresh table, or an implant that an earlier case handed over.

A handed-over implant is not drawn: it is operated, by the same laws, with the numbers it was handed over
with, and then aged: as a healed one, or by living its days (`StartState.lived_days`).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

import physics.anatomy as anatomy
import physics.commands as commands
import physics.csf as csf
import physics.operation as operation
import physics.patient as patient
import physics.pocket as pocket
import physics.tissue as tissue
from physics.aftercare import live
from physics.clock import SECONDS_PER_DAY
from physics.fixed import Fixed
from physics.hands_on_catheter import CONNECTOR_FULL_N
from physics.theatre import Hands, Theatre, dural_hole, fresh_theatre, plumbing
from physics.params import StartState
from physics.pump import device, line, refill
from physics.pump.program import Prescription
from physics.plumbing import NO_SPILLS
from physics.therapy import Delivery, Intake, Therapy, advance
from physics.wound import NEVER_S, FieldState

ELEVATION_RAD = math.radians(45.0)  # approach of an implant nobody saw [I13]
FEED_M = 2e-3
LONGEST_FEED_M = 0.75
PAST_DURA_M = 4e-3
STYLET_BACK_M = 0.03


def start_case(case: Fixed, seed: int) -> tuple[Theatre, Therapy, float | None]:
    """Return (theatre, therapy, clinical time of closure) at the start of a case."""
    theatre = fresh_theatre(case)
    machine = replace(device.initial(case.pump, case.params.pump_unit_error, seed, False), faults=case.params.pump_faults)
    tube = line.new_line(case.pump.tubing_m3, 0.0)
    course = Therapy(
        pump=machine, line=tube, pressures_pa=None, spills_pa=NO_SPILLS, csf=csf.initial(case.therapy.drug),
        csf_pressure=csf.initial_pressure(), patient=patient.initial(case.therapy.patient),
        care=patient.Care(is_anaesthetised=True), delivery=Delivery(),
    )  # fmt: skip
    start = case.params.start
    if start is None:
        return theatre, course, None
    hands = _operate(case, Hands(theatre, course, seed), start)
    if start.lived_days > 0.0:
        theatre = _lived(case, hands.theatre, start, seed)
    else:
        theatre = replace(_healed(case, hands.theatre, start, seed), lived_days=start.days_since_implant)
    theatre = replace(theatre, field=_scarred(theatre.field))
    return theatre, _recent(case, theatre, start, seed), -start.days_since_implant * 86400.0


def _scarred(field: FieldState) -> FieldState:
    """Return the field of a body that was operated on once: scars, and the capsule, of wounds healed without trouble."""
    scars = tuple(replace(cut, at_s=NEVER_S, blood_m3=0.0, is_closed=True) for cut in field.incisions)
    return FieldState(incisions=scars, swept=field.swept, n_closures=1)


def _operate(case: Fixed, hands: Hands, start: StartState) -> Hands:
    """Put the catheter in: needle, threading to the level, lock, tunnel, pump."""
    u, v, medial, depth = anatomy.reference_approach(case.body, ELEVATION_RAD)
    place = commands.PlaceNeedle(u, v, ELEVATION_RAD, medial, 0.12)
    hands = operation.apply(case, hands, place)
    depth += PAST_DURA_M
    needle = replace(
        hands.theatre.needle, depth_m=depth, set_point_m=depth, reach_m=depth, is_in_sac=True, is_through_skin=True,
        n_dural_punctures=1, is_stylet_in=False,
    )  # fmt: skip
    hands = replace(hands, theatre=replace(hands.theatre, needle=needle))
    hands = operation.apply(case, hands, commands.OpenCatheter(case.catheter.name, False))
    hands = _thread(case, hands, start.tip_level)
    for command in (
        commands.TiePurseString(2.0),
        commands.RemoveNeedle(True),
        commands.PlaceAnchor(
            0.010, start.anchor_sutures if start.anchor_substrate != "none" else 0,
            start.anchor_substrate if start.anchor_substrate != "none" else "fat",
        ),
        commands.LayLoop(start.loop_radius_m),
        commands.DissectPocket(
            start.pocket_u_m, start.pocket_v_m, start.pocket_radius_m, start.plane, start.cover_m
        ),
        commands.PlacePump(_wrapped(start.outlet_angle_rad)),
        commands.CoilSlack(start.coil_radius_m),
        commands.TunnelCatheter(tunnel_between(u, v, start.pocket_u_m, start.pocket_v_m, start.pocket_radius_m)),
        commands.TrimCatheter(max(0.0, case.catheter.length_m - start.recorded_length_m)),
        commands.ConnectCatheter(CONNECTOR_FULL_N),
        commands.CloseWounds(),
    ):  # fmt: skip
        hands = operation.apply(case, hands, command)
    return hands


def _wrapped(angle_rad: float) -> float:
    return math.remainder(angle_rad, 2.0 * math.pi)


def tunnel_between(
    u_m: float, v_m: float, pocket_u_m: float, pocket_v_m: float, pocket_radius_m: float, depth_m: float = 0.014
) -> tuple[tuple[float, float, float], ...]:
    """Return five way points (u, v, depth) straight from the back to the edge of the pocket."""
    to = np.array([pocket_u_m, pocket_v_m])
    start = np.array([u_m, v_m])
    span = to - start
    end = to - span / np.linalg.norm(span) * 0.8 * pocket_radius_m
    first = start + span / np.linalg.norm(span) * 0.04
    return tuple(
        (float(p[0]), float(p[1]), depth_m) for p in (first + (end - first) * k / 4.0 for k in range(5))
    )


def _thread(case: Fixed, hands: Hands, level: float) -> Hands:
    """Feed until the tip reaches a level."""
    goal = anatomy.arc_at_level(case.body.spine, level)
    fed = 0.0
    while fed < LONGEST_FEED_M:
        hands = operation.move(case, replace(hands, feed_m=FEED_M), 0.0)
        fed += FEED_M
        if hands.theatre.tip_space == "intrathecal" and hands.theatre.tip_arc_m >= goal:
            break
    return replace(hands, feed_m=0.0, notes=())


def _healed(case: Fixed, theatre: Theatre, start: StartState, seed: int) -> Theatre:
    """Return the theatre with tissue grown in: no needle, healed pocket, scarred catheter."""
    fresh = pocket.dissect(
        start.pocket_u_m, start.pocket_v_m, start.pocket_radius_m, start.plane, start.cover_m,
        elongation=pocket.ELONGATION,
        fat_m=anatomy.fascia_depth(case.body.trunk, start.pocket_u_m, start.pocket_v_m),
    )  # fmt: skip
    fresh = replace(fresh, pump_height_m=case.pump.thickness_m, pump_mass_kg=case.pump.mass_full_kg)
    body = pocket.established(
        fresh, start.tilt_rad, start.n_sutures, start.outlet_angle_rad, start.days_since_implant, seed
    )
    state = replace(theatre.catheter, days=start.days_since_implant)
    return replace(
        theatre, pocket=body, catheter=state, n_holes=0, needle=tissue.initial(), path=None,
        pocket_fluid_m3=body.fluid_m3 + refill.straw_volume(seed),
    )  # fmt: skip


def _lived(case: Fixed, theatre: Theatre, start: StartState, seed: int) -> Theatre:
    """Return the theatre after catheter and pump have lived their first days, with scar of the whole time."""
    for loop in range(start.n_sutures):
        theatre = replace(theatre, pocket=pocket.suture(theatre.pocket, loop, "fascia", seed))
    theatre = replace(theatre, pocket=pocket.close(theatre.pocket), needle=tissue.initial(), path=None, n_holes=0)
    theatre, _ = live(case, theatre, min(start.lived_days, start.days_since_implant), seed, 0)
    age = max(theatre.catheter.days, start.days_since_implant)
    body = theatre.pocket
    told = pocket.established(body, body.tilt_rad, 0, body.outlet_angle_rad, start.days_since_implant, seed)
    body = replace(body, fibrosis=told.fibrosis, days=start.days_since_implant, fluid_m3=told.fluid_m3)
    return replace(
        theatre, catheter=replace(theatre.catheter, days=age), pocket=body, lived_days=start.days_since_implant,
        pocket_fluid_m3=body.fluid_m3 + refill.straw_volume(seed),
    )  # fmt: skip


def _recent(case: Fixed, theatre: Theatre, start: StartState, seed: int) -> Therapy:
    """Return pump, line, CSF and patient after the last days' drug has gone where the line let it go."""
    course = on_therapy(case, theatre, start, seed)
    if start.drug_days <= 0.0:
        return course
    at_start = course.pump
    used_m3 = device.demanded_flow(at_start, case.pump) * start.drug_days * SECONDS_PER_DAY
    full = min(start.reservoir_m3 + used_m3, case.pump.capacity_m3)
    course = replace(course, pump=replace(at_start, reservoir_m3=full, drug_kg=full * start.concentration_kg_per_m3))
    pipes, hole, left = plumbing(case, theatre), dural_hole(theatre), start.drug_days
    while left > 1e-9:
        days = min(1.0, left)
        course, _ = advance(case.therapy, course, pipes, hole, Intake(), days * SECONDS_PER_DAY)
        left -= days
    machine = replace(
        at_start, reservoir_m3=start.reservoir_m3, drug_kg=start.reservoir_m3 * start.concentration_kg_per_m3,
        is_at_pressure_limit=course.pump.is_at_pressure_limit,
    )
    return replace(course, pump=machine, delivery=course.delivery)


def on_therapy(case: Fixed, theatre: Theatre, start: StartState, seed: int) -> Therapy:
    """Return pump, line, CSF and patient after `days_on_therapy` of the dose."""
    order = Prescription(
        "continuous", start.dose_kg_per_s, start.stored_concentration_kg_per_m3, start.stored_reservoir_m3,
        start.alarm_volume_m3, recorded_length_m=start.recorded_length_m,
    )  # fmt: skip
    machine = device.established(
        case.pump, order, start.reservoir_m3, start.concentration_kg_per_m3, case.params.pump_unit_error, seed, False,
        age_s=start.days_since_implant * SECONDS_PER_DAY, told_faults=case.params.pump_faults,
    )
    machine = replace(machine, shown_reservoir_m3=start.stored_reservoir_m3, air_m3=start.reservoir_air_m3)
    tube = line.new_line(
        case.pump.tubing_m3, theatre.catheter.length_m, start.concentration_kg_per_m3, start.concentration_kg_per_m3
    )
    dose = device.demanded_flow(machine, case.pump) * start.concentration_kg_per_m3
    if start.is_telemetry_locked:
        machine, _ = device.stall_motor(machine, math.inf)
    drug = case.therapy.drug
    fluid = csf.equilibrated(drug, dose, theatre.tip_level)
    person = patient.adapted(case.therapy.patient, csf.present_exposure(drug, fluid), start.days_on_therapy)
    return Therapy(
        pump=machine, line=tube, pressures_pa=None, spills_pa=NO_SPILLS, csf=fluid, csf_pressure=csf.initial_pressure(), patient=person,
        care=patient.Care(), delivery=Delivery(),
    )  # fmt: skip
