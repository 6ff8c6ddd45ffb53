"""Hands on fluids: the back table, the programmer, the syringe, the refill needle."""

from __future__ import annotations

from dataclasses import replace

import physics.commands as commands
import physics.geometry as geometry
import physics.csf as csf
import physics.hydraulics as hydraulics
import physics.contrast as contrast
from physics.clock import TICK_S
from physics.fixed import Fixed
from physics.pump import device, faults, line, patient_bolus, refill, reservoir
from physics.pump.flow import with_ambient
from physics.pump.needle_path import RefillSite
from physics.pump.program import Prescription
from physics.plumbing import SPACES, Plumbing
from physics.port import PortUse, use_port
from physics.theatre import Handlers, Hands, Syringe, Theatre, implanted_length, needle_tip, open_line, plumbing, refill_site
from physics.therapy import Intake

LEAST_SYRINGE_M3 = 3e-6
LEAST_MOVED_M3 = 1e-10  # numerical: a full or empty barrel moves nothing


def fill_on_table(fixed: Fixed, hands: Hands, command: commands.FillOnTable) -> Hands:
    """Fill the new pump on the back table; a purge fills its tubing with drug."""
    therapy = hands.therapy
    filled, purged, purged_kg, notes = reservoir.fill_on_table(
        therapy.pump, fixed.pump, command.volume_m3, command.concentration_kg_per_m3, command.is_purged,
        command.temperature_c,
    )  # fmt: skip
    full = therapy.line if purged <= 0.0 else line.with_tubing(therapy.line, purged_kg / purged)
    return replace(hands, therapy=replace(therapy, pump=filled, line=full), notes=hands.notes + notes)


def program(fixed: Fixed, hands: Hands, command: commands.ProgramPump) -> Hands:
    """Send a prescription to the pump."""
    order = Prescription(
        command.mode, command.dose_kg_per_s, command.concentration_kg_per_m3, command.reservoir_volume_m3,
        command.alarm_volume_m3, command.prime_volume_m3, command.bridge_volume_m3, command.bolus_kg,
        command.bolus_duration_s, command.recorded_length_m, command.steps, command.period_s, command.clock_s,
        command.patient_bolus_kg, command.patient_bolus_duration_s, command.patient_lockout_s, command.patient_most_per_day,
    )  # fmt: skip
    updated, notes = device.program(hands.therapy.pump, fixed.pump, order)
    return replace(hands, therapy=replace(hands.therapy, pump=updated), notes=hands.notes + notes)


def interrogate(fixed: Fixed, hands: Hands, command: commands.InterrogatePump) -> Hands:
    """Read the pump with the programmer."""
    read, notes = device.interrogate(hands.therapy.pump)
    return replace(hands, therapy=replace(hands.therapy, pump=read), notes=hands.notes + notes)


def request_bolus(fixed: Fixed, hands: Hands, command: commands.RequestBolus) -> Hands:
    """Let the patient ask the pump for a bolus."""
    asked, notes = patient_bolus.request(hands.therapy.pump)
    return replace(hands, therapy=replace(hands.therapy, pump=asked), notes=hands.notes + notes)


def enter_mri(fixed: Fixed, hands: Hands, command: commands.EnterMri) -> Hands:
    """Stop the rotor for the scan, whose time passes, and for what it takes to turn again."""
    if not hands.theatre.pocket.is_pump_in:
        return replace(hands, skip_s=hands.skip_s + command.duration_s)
    standing_s = command.duration_s + faults.recovery_s(hands.seed, hands.tick)
    stalled, notes = device.stall_motor(hands.therapy.pump, standing_s)
    return replace(
        hands, therapy=replace(hands.therapy, pump=stalled), skip_s=hands.skip_s + command.duration_s,
        notes=(*hands.notes, ("MriEntered", command.duration_s, "scanner"), *notes),
    )  # fmt: skip


def change_ambient(fixed: Fixed, hands: Hands, command: commands.ChangeAmbientPressure) -> Hands:
    """Take the patient, and the pump, to another pressure."""
    moved = with_ambient(hands.therapy.pump, command.pressure_pa)
    note = ("AmbientPressureChanged", command.pressure_pa, "air")
    return replace(hands, therapy=replace(hands.therapy, pump=moved), notes=(*hands.notes, note))


def take_syringe(fixed: Fixed, hands: Hands, command: commands.TakeSyringe) -> Hands:
    """Take a syringe in the hand; an empty one holds nothing yet."""
    is_empty = command.contents == "empty"
    volume = 0.0 if is_empty else command.volume_m3
    capacity = max(command.volume_m3, LEAST_SYRINGE_M3)
    syringe = Syringe(command.contents, capacity, volume, volume * command.concentration_kg_per_m3, command.temperature_c, command.air_m3,
                      volume * command.iodine_kg_per_m3)  # fmt: skip
    return replace(hands, theatre=replace(hands.theatre, syringe=syringe))


def place_refill(fixed: Fixed, hands: Hands, command: commands.PlaceRefillNeedle) -> Hands:
    """Rest the refill needle on the skin over the pump: a new pass."""
    state = refill.place(
        hands.theatre.refill, command.u_m, command.v_m, command.tilt_u_rad, command.tilt_v_rad, hands.seed,
        max(0.0, hands.theatre.pocket_fluid_m3 - max(0.0, hands.theatre.refill.into_pocket_m3)),
    )
    return replace(hands, theatre=replace(hands.theatre, refill=state))


def move_refill(fixed: Fixed, hands: Hands) -> Hands:
    """Move the refill needle and the plunger for one tick."""
    theatre = hands.theatre
    if not theatre.refill.is_placed:
        return hands
    site = refill_site(fixed, theatre)
    state = theatre.refill
    if hands.refill_m != 0.0:
        state = refill.advance_set_point(state, hands.refill_m)
    elif hands.plunger_n is not None:
        state = refill.advance_set_point(state, 0.0)  # a hand that works the plunger holds the needle
    state, notes = refill.move_needle(state, site, TICK_S)
    hands = replace(hands, theatre=replace(theatre, refill=state), notes=hands.notes + notes)
    return _move_plunger(fixed, hands, site)


def _move_plunger(fixed: Fixed, hands: Hands, site: RefillSite) -> Hands:
    theatre, machine = hands.theatre, hands.therapy.pump
    syringe, state = theatre.syringe, theatre.refill
    if syringe.capacity_m3 <= 0.0 or not state.is_placed:
        return hands
    stores = refill.Stores(
        syringe.volume_m3, syringe.drug_kg, syringe.capacity_m3, syringe.contents, machine.reservoir_m3,
        machine.drug_kg, theatre.pocket_fluid_m3, theatre.pocket_fluid_kg, theatre.tissue_fluid_m3, 0.0,
        syringe.air_m3, machine.air_m3,
    )  # fmt: skip
    outside = refill.outside_pressure(state, site, stores, fixed.pump)
    force = hands.plunger_n or 0.0
    pressure = hydraulics.plunger_pressure(hydraulics.bore_for(syringe.capacity_m3), force, outside)
    state, after, notes = refill.move_plunger(
        state, site, stores, fixed.pump, pressure, hydraulics.needle_conductance(), TICK_S
    )
    gained = after.pocket_kg - stores.pocket_kg
    intake = replace(
        hands.intake, pocket_kg=hands.intake.pocket_kg + max(0.0, gained),
        pocket_removed_kg=hands.intake.pocket_removed_kg + max(0.0, -gained),
        tissue_kg=hands.intake.tissue_kg + after.tissue_kg,
    )  # fmt: skip
    theatre = replace(
        theatre, refill=state, pocket_fluid_m3=after.pocket_m3, pocket_fluid_kg=after.pocket_kg,
        tissue_fluid_m3=after.tissue_m3,
        syringe=replace(syringe, volume_m3=after.syringe_m3, drug_kg=after.syringe_kg, air_m3=after.syringe_air_m3),
    )  # fmt: skip
    changed = reservoir.with_reservoir(
        machine, fixed.pump, after.reservoir_m3, after.reservoir_kg, syringe.temperature_c, after.reservoir_air_m3
    )
    therapy = replace(hands.therapy, pump=changed)
    return replace(hands, theatre=theatre, therapy=therapy, intake=intake, notes=hands.notes + notes)


def _plunger(fixed: Fixed, hands: Hands, command: commands.MovePlunger) -> Hands:
    return replace(hands, plunger_n=command.force_n)


def _line_at(fixed: Fixed, theatre: Theatre, is_open_end: bool) -> Plumbing | None:
    """Return the line that a syringe at the port, or at the open end, is on; None where there is none."""
    if is_open_end:
        is_open = theatre.catheter.phase == "implanted" and not theatre.is_connected and not theatre.pocket.is_closed
        return open_line(fixed, theatre) if is_open and theatre.catheter.stylet_behind_tip_m is None else None
    is_reached = theatre.pocket.is_pump_in and theatre.pocket.is_septum_outward != theatre.pocket.is_flipped
    return plumbing(fixed, theatre) if is_reached else None  # a pump that lies on its face hides its port


def use_syringe_at_port(fixed: Fixed, hands: Hands, command: commands.UsePort) -> Hands:
    """Draw or inject with the syringe in the hand at the access port, or at the catheter's open end."""
    theatre, course = hands.theatre, hands.therapy
    syringe = theatre.syringe
    pipes = _line_at(fixed, theatre, command.is_open_end)
    room = syringe.volume_m3 if command.force_n > 0.0 else syringe.capacity_m3 - syringe.volume_m3
    volume = min(command.volume_m3, room)
    if pipes is None or volume < LEAST_MOVED_M3:
        return hands
    if course.line.n_tubing == course.line.volumes_m3.size:  # a catheter that no pump was on yet
        course = replace(course, line=line.joined(course.line, implanted_length(fixed, theatre)))
    rest = csf.csf_pressure(fixed.therapy.pressure, course.csf_pressure)
    pressure = hydraulics.plunger_pressure(hydraulics.bore_for(syringe.capacity_m3), command.force_n, rest)
    strength = syringe.drug_kg / syringe.volume_m3 if syringe.volume_m3 > 0.0 else 0.0
    iodine = syringe.iodine_kg / syringe.volume_m3 if syringe.volume_m3 > 0.0 else 0.0
    if pressure == rest:  # too weak to move the stopper
        use = PortUse(0.0, command.longest_s, "nothing", 0.0, (0.0,) * len(SPACES))
        taken = Intake()
    else:
        course, taken, use = use_port(
            fixed.therapy, course, pipes, pressure, volume, strength, command.is_open_end, command.longest_s,
            iodine,
        )
    drug = syringe.drug_kg + (use.drug_kg if use.volume_m3 > 0.0 else strength * use.volume_m3)
    dyed = syringe.iodine_kg + (use.iodine_kg if use.volume_m3 > 0.0 else iodine * use.volume_m3)
    after = replace(
        syringe, volume_m3=max(0.0, syringe.volume_m3 + use.volume_m3), drug_kg=max(0.0, drug), iodine_kg=max(0.0, dyed)
    )
    intake = replace(
        hands.intake, pocket_kg=hands.intake.pocket_kg + taken.pocket_kg, tissue_kg=hands.intake.tissue_kg + taken.tissue_kg,
        flush_kg=hands.intake.flush_kg + taken.flush_kg, epidural_kg=hands.intake.epidural_kg + taken.epidural_kg,
        csf_removed_m3=hands.intake.csf_removed_m3 + taken.csf_removed_m3,
    )  # fmt: skip
    note = ("PortUsed", use.volume_m3, use.brings)
    return replace(
        hands, theatre=replace(theatre, syringe=after, port=use), therapy=course, intake=intake,
        skip_s=hands.skip_s + use.time_s, notes=(*hands.notes, note),
    )  # fmt: skip


def inject_through_needle(fixed: Fixed, hands: Hands, command: commands.InjectThroughNeedle) -> Hands:
    """Inject what the hand holds where the needle's tip lies; nothing moves with the stylet in."""
    theatre, syringe, needle = hands.theatre, hands.theatre.syringe, hands.theatre.needle
    volume = min(command.volume_m3, syringe.volume_m3)
    if not needle.is_placed or needle.is_stylet_in or volume < LEAST_MOVED_M3:
        return hands
    share = volume / syringe.volume_m3
    drug, iodine = share * syringe.drug_kg, share * syringe.iodine_kg
    space = contrast.NEEDLE_SPACES.get(needle.layer, "tissue")
    intake, course = hands.intake, hands.therapy
    if space == "csf":
        intake = replace(intake, lumbar_kg=intake.lumbar_kg + drug)
    elif space == "epidural":
        intake = replace(intake, epidural_kg=intake.epidural_kg + drug)
    else:
        intake = replace(intake, tissue_kg=intake.tissue_kg + drug)
    if iodine > 0.0:
        _, level, _ = geometry.place_in_canal(fixed.body, needle_tip(theatre))
        started = contrast.given(fixed.therapy.drug, course.contrast, course.line, syringe.iodine_kg / syringe.volume_m3)
        course = replace(course, contrast=contrast.put(started, space, iodine, level))
    left = replace(
        syringe, volume_m3=syringe.volume_m3 - volume, drug_kg=syringe.drug_kg - drug, iodine_kg=syringe.iodine_kg - iodine
    )
    return replace(
        hands, theatre=replace(theatre, syringe=left), therapy=course, intake=intake,
        skip_s=hands.skip_s + volume / contrast.NEEDLE_M3_PER_S,
        notes=(*hands.notes, ("InjectedThroughNeedle", volume, space)),
    )  # fmt: skip


HANDLERS: Handlers = {
    commands.FillOnTable: fill_on_table,
    commands.ProgramPump: program,
    commands.TakeSyringe: take_syringe,
    commands.PlaceRefillNeedle: place_refill,
    commands.MovePlunger: _plunger,
    commands.InterrogatePump: interrogate,
    commands.RequestBolus: request_bolus,
    commands.EnterMri: enter_mri,
    commands.ChangeAmbientPressure: change_ambient,
    commands.UsePort: use_syringe_at_port,
    commands.InjectThroughNeedle: inject_through_needle,
}
