"""Hands that close: stitches layer by layer, the binder, the last knot, and what gathers in a closed wound."""

from __future__ import annotations

import math
from dataclasses import replace

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.commands as commands
import physics.hands_on_pocket as hands_on_pocket
import physics.patient as patient
import physics.pocket as pocket
import physics.wound as wound
from physics.clock import SECONDS_PER_DAY
from physics.fixed import Fixed
from physics.hands_on_field import now, with_field
from physics.hands_on_laid_catheter import damaged
from physics.theatre import Handlers, Hands, Theatre
from physics.wound import FieldState, Incision, biology, closure, collections, skin_prep

STITCH_N = 1.0  # [A] snug
LIVE_S = 600.0  # what gathers is followed every ten minutes
INFECTION_PLACES = {"superficial": "skin", "deep": "pocket", "meningitis": "meninges"}
ERODED_SHOWS_DAYS = 5.0  # [A] a pump in the open is infected within days
STOMA_NEAR_M = 0.08  # [A] a stoma or tube this near the pocket's rim is on its side

def _suture(fixed: Fixed, hands: Hands, command: commands.SutureLayer) -> Hands:
    """Set one stitch; the needle goes through a catheter that lies in its way."""
    field = now(fixed, hands)
    cut = field.incision(command.wound)
    if cut is None or cut.is_closed:
        return hands
    gap, arc = _stitch_gap(fixed, hands.theatre, cut, command)
    has_pierced = gap <= closure.PIERCE_M
    stitch = wound.Stitch(command.wound, command.layer, command.u_m, command.v_m, has_pierced)
    field = replace(field, stitches=(*field.stitches, stitch)[-400:])
    hands = with_field(hands, field, ("StitchPlaced", 1.0, f"{command.wound} {command.layer}"))
    if not has_pierced:
        return hands
    return damaged(fixed, hands, arc, lambda state: catheter.stitched(state, arc, STITCH_N, True))


def _stitch_gap(fixed: Fixed, theatre: Theatre, cut: Incision, command: commands.SutureLayer) -> tuple[float, float]:
    """Return (distance [m], arc [m]) of the catheter from the needle's way across the wound."""
    depth = closure.depth_m(cut, command.layer)
    du, dv = -math.sin(cut.angle_rad) * closure.BITE_M, math.cos(cut.angle_rad) * closure.BITE_M
    trunk = fixed.body.trunk
    start, _ = anatomy.roll(trunk, command.u_m - du, command.v_m - dv, depth)
    end, _ = anatomy.roll(trunk, command.u_m + du, command.v_m + dv, depth)
    return catheter.nearest_to(theatre.catheter, start, end)


def _binder(fixed: Fixed, hands: Hands, command: commands.ApplyBinder) -> Hands:
    return with_field(hands, replace(now(fixed, hands), has_binder=True), ("BinderApplied", 1.0, "abdomen"))


def _close(fixed: Fixed, hands: Hands, command: commands.CloseWounds) -> Hands:
    """Close, and let biology draw what it will make of this operation."""
    hands = hands_on_pocket.HANDLERS[commands.CloseWounds](fixed, hands, command)
    field = now(fixed, hands)
    at = _left_behind(fixed, hands, field)
    chances = biology.drawn(at, hands.seed, hands.tick)
    cuts = tuple(replace(cut, is_closed=True, spread_m=0.0) for cut in field.incisions)
    person = hands.therapy.patient
    for chance in chances:
        if chance.has_come and chance.kind:
            person = patient.caught(person, INFECTION_PLACES[chance.kind], chance.day)
    gathered = wound.Collections(at_s=hands.now_s, csf_leaked_m3=hands.therapy.csf_pressure.leaked_m3)
    field = replace(
        field, incisions=cuts, closed_at_s=hands.now_s, chances=chances, collections=gathered, n_closures=field.n_closures + 1
    )
    return with_field(replace(hands, therapy=replace(hands.therapy, patient=person)), field)


def _left_behind(fixed: Fixed, hands: Hands, field: FieldState) -> biology.Closing:
    """Return what this operation leaves for biology to work on."""
    body, washed = hands.theatre.pocket, {c.wound: c.washed_m3 for c in field.incisions if c.at_s >= field.first_cut_at_s}
    given, first = field.antibiotic_at_s, field.first_cut_at_s
    return biology.Closing(
        is_child=fixed.params.build.is_child,
        antibiotic_before_s=None if given < 0.0 else (hands.now_s if first < 0.0 else first) - given,
        agents=field.prep.agents, breaks=field.breaks,
        haematoma_m3=_blood_to_come_m3(hands.theatre, field, hands.now_s),
        is_stoma_side=_has_stoma_near(fixed, body.u_m, body.v_m, body.radius_m), is_subfascial=body.plane == "subfascial",
        clearance_m=body.clearance_m, cover_m=body.cover_m, is_filtered=field.table.is_filtered,
        n_swabs_left=sum(c.n_swabs for c in field.incisions), washed_m3=washed.get("pocket", washed.get("lumbar", 0.0)),
        held=closure.closed_share(field), is_over_pump=off_pump_m(field, hands.theatre, 0.5 * fixed.pump.diameter_m) < 0.0,
        is_again=fixed.params.start is not None or field.n_closures > 0, has_csf_leak=hands.therapy.csf_pressure.is_leaking,
    )  # fmt: skip


def _blood_to_come_m3(theatre: Theatre, field: FieldState, closed_at_s: float) -> float:
    """Return the blood that will stand in the closed pocket: what is left in it and what will still come [m3]."""
    cut = field.incision("pocket")
    come = collections.haematoma_to_come_m3(field.bleeders, field.depots, closed_at_s, pocket.dead_space_m3(theatre.pocket))
    return come + (0.0 if cut is None else cut.blood_m3)


def _has_stoma_near(fixed: Fixed, u_m: float, v_m: float, radius_m: float) -> bool:
    """Return whether a stoma or a tube comes near the pocket."""
    for site in getattr(fixed.params.build, "sites", ()):
        if site.kind in ("gastrostomy", "ostomy"):
            for u, v in site.path_uv_m:
                if math.copysign(1.0, u) == math.copysign(1.0, u_m) or math.hypot(u - u_m, v - v_m) < radius_m + STOMA_NEAR_M:
                    return True
    return False


def off_pump_m(field: FieldState, theatre: Theatre, pump_radius_m: float) -> float:
    """Return how far the abdominal incision lies outside the middle half of the pump, where its ports are [m]; < 0 over it."""
    cut = field.incision("pocket")
    if cut is None or not theatre.pocket.is_dissected:
        return math.inf
    body = theatre.pocket
    along, across = closure.along_and_across(cut, body.pump_u_m, body.pump_v_m)
    beyond = max(0.0, abs(along) - 0.5 * cut.length_m)
    return math.hypot(beyond, across) - 0.5 * pump_radius_m


HANDLERS: Handlers = {
    commands.SutureLayer: _suture, commands.ApplyBinder: _binder, commands.CloseWounds: _close,
}  # fmt: skip


def live(fixed: Fixed, hands: Hands) -> Hands:
    """Follow a closed wound: what gathers in it, and the days on which chance shows itself."""
    field = hands.theatre.field
    if field.closed_at_s < 0.0 or hands.now_s - field.collections.at_s < LIVE_S:
        return hands
    days = (hands.now_s - field.closed_at_s) / SECONDS_PER_DAY
    gathered, notes = _gathered(hands, field, days)
    person = hands.therapy.patient
    chances = []
    for chance in field.chances:
        if chance.has_come and not chance.is_shown and days >= chance.day:
            chance = replace(chance, is_shown=True)
            if chance.name == "dehiscence":
                notes.append(("WoundDehisced", chance.day, "abdomen"))
            elif chance.name == "erosion":
                notes.append(("PumpEroded", chance.day, "skin over the pump"))
                person = patient.caught(person, "pocket", ERODED_SHOWS_DAYS)
        chances.append(chance)
    if field.collections.at_s <= field.closed_at_s:  # drapes and paint go once; later ones are another operation's
        field = skin_prep.undraped(field)
    field = replace(field, chances=tuple(chances), collections=gathered)
    theatre = replace(hands.theatre, field=field)
    return replace(
        hands, theatre=theatre, therapy=replace(hands.therapy, patient=person), notes=(*hands.notes, *notes)
    )


def _gathered(hands: Hands, field: FieldState, days: float) -> tuple[wound.Collections, list[tuple[str, float, str]]]:
    """Return what stands in the wounds now, and which swelling is new."""
    theatre, before = hands.theatre, field.collections
    cut = field.incision("pocket")
    held_fat = 1.0 if cut is None else closure.held_share(field, cut, "fat")
    leaked = hands.therapy.csf_pressure.leaked_m3
    come = _blood_to_come_m3(theatre, field, field.closed_at_s)
    now_there = wound.Collections(
        haematoma_m3=collections.haematoma_m3(come, 0.0, days),
        seroma_m3=collections.seroma_m3(pocket.dead_space_fluid(theatre.pocket, days), held_fat, field.has_binder),
        csf_m3=collections.csf_m3(before.csf_m3, max(0.0, leaked - before.csf_leaked_m3), (hands.now_s - before.at_s) / SECONDS_PER_DAY),
        at_s=hands.now_s, csf_leaked_m3=leaked, told=before.told,
    )  # fmt: skip
    notes, told = [], list(before.told)
    for name, size, where in (
        ("HaematomaFormed", now_there.haematoma_m3, "pocket"), ("SeromaFormed", now_there.seroma_m3, "pocket"),
        ("PseudomeningoceleFormed", now_there.csf_m3, "back"),
    ):  # fmt: skip
        if size >= collections.TOLD_M3[name] and name not in told:
            told.append(name)
            notes.append((name, size, where))
    return replace(now_there, told=tuple(told)), notes
