"""Hands on the pocket and the pump in it."""

from __future__ import annotations

from dataclasses import replace

import physics.anatomy as anatomy
import physics.commands as commands
import physics.pocket as pocket
from physics.fixed import Fixed
from physics.hands_on_catheter import laid
from physics.theatre import Handlers, Hands


def _dissect(fixed: Fixed, hands: Hands, command: commands.DissectPocket) -> Hands:
    state = pocket.dissect(
        command.u_m, command.v_m, command.radius_m, command.plane, command.cover_m,
        elongation=pocket.ELONGATION, fat_m=anatomy.fascia_depth(fixed.body.trunk, command.u_m, command.v_m),
    )  # fmt: skip
    note = ("PocketDissected", command.radius_m, command.plane)
    return laid(fixed, replace(hands, theatre=replace(hands.theatre, pocket=state), notes=(*hands.notes, note)))


def _place_pump(fixed: Fixed, hands: Hands, command: commands.PlacePump) -> Hands:
    if not hands.theatre.pocket.is_dissected:
        return hands
    state = pocket.place_pump(
        hands.theatre.pocket, command.outlet_angle_rad, command.is_septum_outward, fixed.pump.thickness_m, fixed.pump.mass_full_kg
    )
    note = ("PumpPlaced", command.outlet_angle_rad, state.plane)
    return laid(fixed, replace(hands, theatre=replace(hands.theatre, pocket=state), notes=(*hands.notes, note)))


def _suture_pump(fixed: Fixed, hands: Hands, command: commands.SuturePump) -> Hands:
    if not hands.theatre.pocket.is_pump_in:
        return hands
    state = pocket.suture(hands.theatre.pocket, int(command.loop), command.substrate, hands.seed)
    note = ("PumpSutured", float(state.n_sutures), command.substrate)
    return replace(hands, theatre=replace(hands.theatre, pocket=state), notes=(*hands.notes, note))


def _close(fixed: Fixed, hands: Hands, command: commands.CloseWounds) -> Hands:
    theatre = replace(hands.theatre, pocket=pocket.close(hands.theatre.pocket), lumbar=None)
    return replace(hands, theatre=theatre, notes=(*hands.notes, ("WoundsClosed", 1.0, "back and abdomen")))


HANDLERS: Handlers = {
    commands.DissectPocket: _dissect,
    commands.PlacePump: _place_pump,
    commands.SuturePump: _suture_pump,
    commands.CloseWounds: _close,
}
