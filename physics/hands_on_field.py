"""Hands on the operating field: position, skin, scalpel, vessels, pocket walls, back table, stitches, closure.

Only here do the wound, the body, the catheter and the patient meet. Macros of other modules that do the same
work (`InciseLumbar`, `DissectPocket`, `FillOnTable`, `CloseWounds`) are followed by what they leave on the field.
"""

from __future__ import annotations

import math
from dataclasses import replace

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.commands as commands
import physics.geometry as geometry
import physics.hands_on_care as hands_on_care
import physics.hands_on_fluids as hands_on_fluids
import physics.hands_on_needle as hands_on_needle
import physics.hands_on_pocket as hands_on_pocket
import physics.pocket as pocket
import physics.wound as wound
from physics.fixed import Fixed
from physics.hands_on_catheter import laid
from physics.hands_on_laid_catheter import damaged
from physics.pump import line, reservoir
from physics.theatre import Handlers, Hands, LumbarWound, Theatre
from physics.wound import FieldState, Incision, bleeding, skin_prep, sweeping
from physics.wound import closure as closing
from physics.wound import table as back_table

SKIN_M, FASCIA_M = 2.2e-3, 1.5e-3  # of the trunk [device_and_procedure 8.2 A26; anatomy tables]
SAME_LINE_M, SAME_LINE_RAD = 0.012, 0.35  # [A] a pass this near an incision follows it
FINGER_DEEPER_M = 0.006  # [A] a finger parts a little deeper than the knife went
SAME_PLANE_M = 0.005  # [A] further off it would be another plane
LEAST_POCKET_M = 0.03  # below this the floor is no pocket yet (range of `DissectPocket`)
BURN_M = {"monopolar": 3e-3, "bipolar": 1.5e-3}  # [A] heat reaches this far
BURN_HOLE_M = 0.4e-3  # [A]
NEAR_PUMP_M = 0.10  # [A] monopolar current within this of an implanted pump is warned of
MACRO_CUT_M = 0.105  # 9-11 cm [device_and_procedure I25]
BLADE_STEPS = 8  # depths at which a pass looks for the catheter, numerical
FOLLOW_S = 1.0  # bleeding is followed once a second
UPPER_MARGIN = 0.85  # [A] a macro's abdominal incision lies this share of the pocket's radius above its middle


def now(fixed: Fixed, hands: Hands) -> FieldState:
    """Return the field as it is at this moment."""
    return bleeding.followed(hands.theatre.field, hands.now_s, _pocket_room_m3(hands.theatre))


def _pocket_room_m3(theatre: Theatre) -> float:
    """Return the open space of the pocket that blood can fill [m3]: its floor, a centimetre high [A]."""
    body = theatre.pocket
    if not body.is_dissected or body.is_pump_in:
        return 0.0
    return math.pi * body.radius_m**2 * 0.01


def with_field(hands: Hands, field: FieldState, *notes: tuple[str, float, str]) -> Hands:
    """Return hands over another field, with what happened."""
    return replace(hands, theatre=replace(hands.theatre, field=field), notes=(*hands.notes, *notes))


# --- position, skin, asepsis


def _turn(fixed: Fixed, hands: Hands, command: commands.TurnPatient) -> Hands:
    field = now(fixed, hands)
    notes = [("PatientTurned", 1.0, command.position)]
    if field.prep.draped_at_s >= 0.0 and field.closed_at_s < 0.0 and (field.position, field.side_up) != (command.position, command.side_up):
        field = skin_prep.broken(field, "turned", hands.now_s)
        notes.append(("AsepsisBroken", 1.0, "turned"))
    field = replace(
        field, position=command.position, side_up=command.side_up, is_hips_flexed=command.is_hips_flexed, is_padded=command.is_padded,
    )  # fmt: skip
    return with_field(hands, field, *notes)


def _mark(fixed: Fixed, hands: Hands, command: commands.MarkSkin) -> Hands:
    field = now(fixed, hands)
    gap = geometry.bone_gap(fixed.body, command.u_m, command.v_m, command.radius_m)
    mark = wound.Mark(command.kind, command.u_m, command.v_m, command.radius_m, field.position, gap)
    single = ("pocket", "entry")  # drawn anew, the old line is wiped off
    kept = tuple(m for m in field.marks if m.kind != command.kind or command.kind not in single)[-63:]
    return with_field(hands, replace(field, marks=(*kept, mark)), ("SkinMarked", command.radius_m, command.kind))


def _paint(fixed: Fixed, hands: Hands, command: commands.PrepStroke) -> Hands:
    field = now(fixed, hands)
    if field.prep.draped_at_s >= 0.0:
        return hands
    start, end = (command.u0_m, command.v0_m), (command.u1_m, command.v1_m)
    prep = skin_prep.stroked(field.prep, start, end, command.agent, hands.now_s)
    area = skin_prep.SPONGE_M * (math.dist(start, end) + 0.25 * math.pi * skin_prep.SPONGE_M)
    return with_field(hands, replace(field, prep=prep), ("SkinPainted", area, command.agent))


def _drape(fixed: Fixed, hands: Hands, command: commands.Drape) -> Hands:
    field = now(fixed, hands)
    if field.prep.draped_at_s >= 0.0:
        return hands
    n = len(field.breaks)
    field = skin_prep.draped(field, hands.now_s)
    notes = [("AsepsisBroken", 1.0, b.what) for b in field.breaks[n:]]
    return with_field(hands, field, ("Draped", field.prep.draped_wet, "wet" if field.prep.draped_wet > skin_prep.WET else "dry"), *notes)


def _touch(fixed: Fixed, hands: Hands, command: commands.TouchUnsterile) -> Hands:
    return with_field(hands, skin_prep.broken(now(fixed, hands), command.what, hands.now_s), ("AsepsisBroken", 1.0, command.what))


def _replace_sterile(fixed: Fixed, hands: Hands, command: commands.ReplaceSterile) -> Hands:
    return with_field(hands, skin_prep.repaired(now(fixed, hands), command.what), ("AsepsisRestored", 1.0, command.what))


def _inject(fixed: Fixed, hands: Hands, command: commands.InjectLocal) -> Hands:
    field = now(fixed, hands)
    depot = wound.Depot(command.u_m, command.v_m, command.volume_m3, hands.now_s)
    return with_field(hands, replace(field, depots=(*field.depots, depot)[-64:]), ("LocalInjected", command.volume_m3, "skin"))


# --- scalpel and vessels


def layer_at(fixed: Fixed, u_m: float, v_m: float, depth_m: float) -> str:
    """Return the tissue at a depth under the skin: "skin", "fat", "fascia", "muscle" or "deep"."""
    fascia = anatomy.fascia_depth(fixed.body.trunk, u_m, v_m)
    muscle = anatomy.muscle_depth(fixed.body.trunk, u_m, v_m)
    borders = (("skin", SKIN_M), ("fat", fascia), ("fascia", fascia + FASCIA_M), ("muscle", muscle))
    return next((name for name, end in borders if depth_m < end - 1e-9), "deep")


def _pass(fixed: Fixed, old: Incision | None, command: commands.CutSkin, now_s: float) -> tuple[Incision, float]:
    """Return the incision after a pass of the scalpel, and how deep the line was before it."""
    fascia = anatomy.fascia_depth(fixed.body.trunk, command.u_m, command.v_m)
    fresh = Incision(
        command.wound, command.u_m, command.v_m, command.length_m, command.angle_rad, command.depth_m,
        layer_at(fixed, command.u_m, command.v_m, command.depth_m), fascia, now_s,
    )  # fmt: skip
    if old is None or old.is_closed:
        return fresh, 0.0
    along, across = closing.along_and_across(old, command.u_m, command.v_m)
    turn = abs(math.remainder(command.angle_rad - old.angle_rad, math.pi))
    if abs(across) > SAME_LINE_M or turn > SAME_LINE_RAD or abs(along) > 0.5 * (old.length_m + command.length_m):
        return replace(fresh, blood_m3=old.blood_m3, n_swabs=old.n_swabs), 0.0
    low = min(-0.5 * old.length_m, along - 0.5 * command.length_m)
    high = max(0.5 * old.length_m, along + 0.5 * command.length_m)
    middle, depth = 0.5 * (low + high), old.depth_m + command.depth_m
    u, v = old.u_m + middle * math.cos(old.angle_rad), old.v_m + middle * math.sin(old.angle_rad)
    layer = layer_at(fixed, u, v, depth)
    return replace(old, u_m=u, v_m=v, length_m=min(high - low, 0.2), depth_m=depth, layer=layer), old.depth_m


def _cut(fixed: Fixed, hands: Hands, command: commands.CutSkin) -> Hands:
    """Draw the scalpel once; a lumbar cut is the wound that the needle starts in."""
    field = now(fixed, hands)
    old = field.incision(command.wound)
    cut, before = _pass(fixed, old, command, hands.now_s)
    if old is not None and old.is_closed:
        field = replace(field, stitches=tuple(s for s in field.stitches if s.wound != command.wound))
    field, notes = _first_cut(field, hands.now_s)
    n = len(field.bleeders)
    mean = bleeding.expected_of_cut(command.length_m, before, cut.depth_m, cut.fascia_m, SKIN_M)
    (u0, v0), (u1, v1) = sweeping.incision_ends(replace(cut, u_m=command.u_m, v_m=command.v_m, length_m=command.length_m))
    field = bleeding.vessels(
        bleeding.with_incision(field, cut), command.wound, mean, (u0, v0, cut.depth_m), (u1, v1, cut.depth_m), hands.seed, hands.now_s
    )
    notes += [("SkinCut", cut.depth_m, f"{command.wound} {cut.layer}")]
    if len(field.bleeders) > n:
        notes.append(("VesselsCut", float(len(field.bleeders) - n), command.wound))
    if cut.layer == "deep":
        notes.append(("CutTooDeep", cut.depth_m, command.wound))
    hands = _through_catheter(fixed, with_field(hands, field, *notes), cut, before)
    if command.wound == "lumbar":
        opened = LumbarWound(cut.u_m, cut.v_m, cut.length_m, min(cut.depth_m, cut.fascia_m))
        hands = replace(hands, theatre=replace(hands.theatre, lumbar=opened))
    return hands


def _through_catheter(fixed: Fixed, hands: Hands, cut: Incision, before_m: float) -> Hands:
    """Return hands after the blade has met whatever strand of the catheter lay in its way."""
    if hands.theatre.catheter.phase not in ("free", "implanted"):
        return hands
    start, end = sweeping.incision_ends(cut)
    trunk, met = fixed.body.trunk, []
    for k in range(BLADE_STEPS + 1):
        depth = before_m + (cut.depth_m - before_m) * k / BLADE_STEPS
        at, to = anatomy.roll(trunk, *start, depth)[0], anatomy.roll(trunk, *end, depth)[0]
        met.append(catheter.nearest_to(hands.theatre.catheter, at, to))
    gap, arc = min(met)
    if gap > fixed.catheter.radius_m:
        return hands
    lumen, note = fixed.catheter.inner_diameter_m, ("CatheterCut", arc, "scalpel")
    return damaged(fixed, hands, arc, lambda state: (catheter.holed(state, arc, lumen, 1.0), [note]))


def _first_cut(field: FieldState, now_s: float) -> tuple[FieldState, list[tuple[str, float, str]]]:
    """Return the field with the time of the first cut, which on undraped skin breaks asepsis."""
    if field.first_cut_at_s >= 0.0 and field.closed_at_s < 0.0:
        return field, []
    if field.closed_at_s >= 0.0:  # another operation begins
        field = replace(field, closed_at_s=wound.NEVER_S, counted=-1, has_binder=False, chances=())
    field = replace(field, first_cut_at_s=now_s)
    if field.prep.draped_at_s >= 0.0 or not field.prep.agents:
        return field, []
    return skin_prep.broken(field, "bare skin", now_s), [("AsepsisBroken", 1.0, "bare skin")]


def _spread(fixed: Fixed, hands: Hands, command: commands.SetRetractor) -> Hands:
    field = now(fixed, hands)
    cut = field.incision(command.wound)
    if cut is None or cut.is_closed:
        return hands
    field = bleeding.with_incision(field, replace(cut, spread_m=min(command.spread_m, cut.length_m)))
    return with_field(hands, field, ("RetractorSet", min(command.spread_m, cut.length_m), command.wound))


def _dab(fixed: Fixed, hands: Hands, command: commands.Dab) -> Hands:
    field, taken = bleeding.dabbed(now(fixed, hands), command.u_m, command.v_m, hands.now_s)
    return with_field(hands, field, ("BloodTaken", taken, "swab"))


def _cauterise(fixed: Fixed, hands: Hands, command: commands.Cauterise) -> Hands:
    """Seal what bleeds at (u, v); heat goes through a catheter that lies near, current to a pump."""
    field, n = bleeding.cauterised(now(fixed, hands), command.u_m, command.v_m, command.mode)
    cut = bleeding.nearest(field, command.u_m, command.v_m)
    hands = with_field(hands, field, ("VesselsSealed", float(n), command.mode))
    if cut is None:
        return hands
    at, _ = anatomy.roll(fixed.body.trunk, command.u_m, command.v_m, cut.depth_m)
    gap, arc = catheter.nearest_to(hands.theatre.catheter, at, at + 1e-6)
    if gap <= BURN_M[command.mode]:
        note = ("CatheterBurnt", arc, command.mode)
        hands = damaged(fixed, hands, arc, lambda state: (catheter.holed(state, arc, BURN_HOLE_M), [note]))
    body = hands.theatre.pocket
    far = math.hypot(command.u_m - body.pump_u_m, command.v_m - body.pump_v_m)
    if command.mode == "monopolar" and body.is_pump_in and far <= NEAR_PUMP_M:
        hands = replace(hands, notes=(*hands.notes, ("MonopolarNearPump", far, "pump")))
    return hands


def _wash(fixed: Fixed, hands: Hands, command: commands.Irrigate) -> Hands:
    field = bleeding.washed(now(fixed, hands), command.wound, command.volume_m3)
    return with_field(hands, field, ("WoundWashed", command.volume_m3, command.wound))


def _pack(fixed: Fixed, hands: Hands, command: commands.PackSwab) -> Hands:
    field = now(fixed, hands)
    cut = field.incision(command.wound)
    if cut is None or cut.is_closed:
        return hands
    return with_field(hands, bleeding.with_incision(field, replace(cut, n_swabs=cut.n_swabs + 1)), ("SwabPacked", 1.0, command.wound))


def _unpack(fixed: Fixed, hands: Hands, command: commands.RemoveSwabs) -> Hands:
    field = now(fixed, hands)
    cut = field.incision(command.wound)
    if cut is None or cut.is_closed:
        return hands
    field = bleeding.with_incision(field, replace(cut, n_swabs=0))
    return with_field(hands, field, ("SwabsTaken", float(cut.n_swabs), command.wound))


def _count(fixed: Fixed, hands: Hands, command: commands.CountTray) -> Hands:
    field = now(fixed, hands)
    is_whole = not any(cut.n_swabs for cut in field.incisions)
    return with_field(hands, replace(field, counted=int(is_whole)), ("TrayCounted", float(is_whole), "whole" if is_whole else "missing"))


# --- pocket


def _sweep(fixed: Fixed, hands: Hands, command: commands.SweepPocket) -> Hands:
    """Part the pocket's floor once; what is open decides where pump and outline lie."""
    field, theatre = now(fixed, hands), hands.theatre
    cut, swept = field.incision("pocket"), field.swept
    if cut is None or cut.is_closed or theatre.pocket.is_pump_in:
        return hands
    u, v = command.u0_m, command.v0_m
    is_far = command.depth_m > cut.depth_m + FINGER_DEEPER_M or not sweeping.is_in_reach(swept, cut, u, v)
    if is_far or (swept is not None and abs(command.depth_m - swept.depth_m) > SAME_PLANE_M):
        if swept is not None:
            field = replace(field, swept=replace(swept, feel="resists"))
        return with_field(hands, field, ("SweepBlocked", command.depth_m, command.tool))
    trunk = fixed.body.trunk
    plane, feel = sweeping.plane_at(command.depth_m, anatomy.fascia_depth(trunk, u, v), anatomy.muscle_depth(trunk, u, v))
    if swept is None:
        side = 0.5 * (command.u0_m + command.u1_m), 0.5 * (command.v0_m + command.v1_m)
        swept = sweeping.untouched(*side, command.depth_m, plane)
    start, end = (u, v), (command.u1_m, command.v1_m)
    swept, area = sweeping.swept_once(swept, start, end, command.tool, feel)
    share = bleeding.CAUTERY_SHARE if command.tool == "cautery" else 1.0
    n = len(field.bleeders)
    field = bleeding.vessels(
        replace(field, swept=swept), "pocket", bleeding.PER_M2_SWEPT[swept.plane] * area * share, (*start, command.depth_m),
        (*end, command.depth_m), hands.seed, hands.now_s,
    )  # fmt: skip
    notes = [("PocketSwept", area, swept.plane)]
    if len(field.bleeders) > n:
        notes.append(("VesselsCut", float(len(field.bleeders) - n), "pocket"))
    if feel == "gives way":
        notes.append(("CutTooDeep", command.depth_m, "pocket"))
    return _opened(fixed, with_field(hands, field, *notes))


def _opened(fixed: Fixed, hands: Hands) -> Hands:
    """Return hands with the pocket that the swept floor amounts to, once it is wide enough to be one."""
    swept = hands.theatre.field.swept
    found = None if swept is None else sweeping.outline(swept)
    if swept is None or found is None or found.radius_m < LEAST_POCKET_M:
        return hands
    state = pocket.dissect(
        found.u_m, found.v_m, found.radius_m, swept.plane, swept.depth_m, elongation=min(0.3, found.elongation),
        incision_rad=found.long_axis_rad, fat_m=anatomy.fascia_depth(fixed.body.trunk, found.u_m, found.v_m),
    )  # fmt: skip
    state = replace(state, capsule_height_m=hands.theatre.pocket.capsule_height_m)
    return laid(fixed, replace(hands, theatre=replace(hands.theatre, pocket=state)))


def _try_pump(fixed: Fixed, hands: Hands, command: commands.TestPump) -> Hands:
    field = now(fixed, hands)
    found = None if field.swept is None else sweeping.outline(field.swept)
    if field.swept is None or found is None or not hands.theatre.pocket.is_dissected:
        return hands
    old_m = hands.theatre.pocket.capsule_height_m  # the dummy is as high as the pump that waits
    drawn_in_m = fixed.pump.thickness_m - old_m if old_m > 0.0 else 0.0
    gaps = sweeping.rim_gaps_m(found, 0.5 * fixed.pump.diameter_m + drawn_in_m)
    return with_field(hands, replace(field, swept=replace(field.swept, rim_gaps_m=gaps)), ("PumpTried", min(gaps), "rim"))


# --- back table


def _warm(fixed: Fixed, hands: Hands, command: commands.WarmPump) -> Hands:
    field = now(fixed, hands)
    if field.table.is_filled:
        return hands
    table = back_table.warmed(field.table, command.bath_c, hands.now_s)
    return with_field(hands, replace(field, table=table), ("PumpWarmed", command.bath_c, "bath"))


def _empty(fixed: Fixed, hands: Hands, command: commands.EmptyPump) -> Hands:
    field = now(fixed, hands)
    if field.table.is_filled:
        return hands
    before = max(0.0, field.table.recovered_m3)
    table = back_table.emptied(field.table, fixed.pump.capacity_m3, hands.seed, hands.now_s)
    return with_field(hands, replace(field, table=table), ("WaterDrawn", table.recovered_m3 - before, "back table"))


def _fill(fixed: Fixed, hands: Hands, command: commands.FillOnTable) -> Hands:
    """Fill on the table: a cold pump's valve shuts, water that was left in thins the drug."""
    table = back_table.followed(hands.theatre.field.table, hands.now_s)
    if table.is_followed:
        command = replace(command, temperature_c=min(command.temperature_c, max(2.0, table.pump_c)))
    hands = hands_on_fluids.HANDLERS[commands.FillOnTable](fixed, hands, command)
    machine = hands.therapy.pump
    machine = replace(machine, reservoir_m3=machine.reservoir_m3 + table.water_m3, air_m3=machine.air_m3 + command.air_m3)
    was_there = table.water_m3
    table = replace(
        table, bath_c=None, is_filled=True, is_filtered=command.is_filtered, air_m3=command.air_m3, water_m3=0.0
    )
    hands = replace(hands, therapy=replace(hands.therapy, pump=machine))
    over, limit = machine.reservoir_m3 + machine.air_m3 - fixed.pump.capacity_m3, (reservoir.OVER_FILL - 1.0) * fixed.pump.capacity_m3
    told = () if was_there <= 0.0 or over <= limit else (("ReservoirOverfilled", over, "back table"),)
    return with_field(hands, replace(now(fixed, hands), table=table), *told)


def _purge(fixed: Fixed, hands: Hands, command: commands.PurgeTubing) -> Hands:
    machine, volume, mass = reservoir.purged(hands.therapy.pump, fixed.pump)
    if volume <= 0.0:
        return hands
    therapy = replace(hands.therapy, pump=machine, line=line.with_tubing(hands.therapy.line, mass / volume))
    return replace(hands, therapy=therapy, notes=(*hands.notes, ("TubingPurged", volume, "back table")))


def _interrogate(fixed: Fixed, hands: Hands, command: commands.InterrogatePump) -> Hands:
    field = now(fixed, hands)
    if not field.table.is_filled:
        field = replace(field, table=replace(field.table, is_package_read=True))
    return hands_on_fluids.HANDLERS[commands.InterrogatePump](fixed, with_field(hands, field), command)


def _treat(fixed: Fixed, hands: Hands, command: commands.GiveTreatment) -> Hands:
    """Give a treatment; of an antibiotic the time counts."""
    if command.treatment in ("antibiotic_prophylaxis", "antibiotic") and command.amount > 0.0:
        field = now(fixed, hands)
        if field.first_cut_at_s < 0.0 or field.antibiotic_at_s < field.closed_at_s or field.antibiotic_at_s < 0.0:
            hands = with_field(hands, replace(field, antibiotic_at_s=hands.now_s))
    if command.treatment == "antibiotic_prophylaxis":
        return hands
    return hands_on_care.treat(fixed, hands, command)


def _incise_lumbar(fixed: Fixed, hands: Hands, command: commands.InciseLumbar) -> Hands:
    """Follow the macro: the same cut along the spine, with the vessels that it opens."""
    hands = hands_on_needle.HANDLERS[commands.InciseLumbar](fixed, hands, command)
    opened = hands.theatre.lumbar
    return hands if opened is None else cut_at_once(
        fixed, hands, "lumbar", (opened.u_m, opened.v_m), opened.length_m, 0.5 * math.pi, opened.depth_m
    )


def _dissect(fixed: Fixed, hands: Hands, command: commands.DissectPocket) -> Hands:
    """Follow the macro: an incision over the upper margin, and the floor parted as a disc."""
    hands = hands_on_pocket.HANDLERS[commands.DissectPocket](fixed, hands, command)
    if hands.theatre.field.incision("pocket") is None:
        at = command.u_m, command.v_m + UPPER_MARGIN * command.radius_m
        hands = cut_at_once(fixed, hands, "pocket", at, MACRO_CUT_M, 0.0, command.cover_m)
    field = now(fixed, hands)
    if field.swept is not None:
        return with_field(hands, replace(field, swept=sweeping.disc(command.u_m, command.v_m, command.radius_m, command.cover_m, command.plane)))
    swept = sweeping.disc(command.u_m, command.v_m, command.radius_m, command.cover_m, command.plane)
    mean = bleeding.PER_M2_SWEPT[command.plane] * sweeping.area_m2(swept.open_map)
    half = 0.6 * command.radius_m
    field = bleeding.vessels(
        replace(field, swept=swept), "pocket", mean, (command.u_m - half, command.v_m, command.cover_m),
        (command.u_m + half, command.v_m, command.cover_m), hands.seed, hands.now_s,
    )  # fmt: skip
    return with_field(hands, field)


def cut_at_once(
    fixed: Fixed, hands: Hands, where: str, at: tuple[float, float], length_m: float, angle_rad: float, depth_m: float,
    share: float = 1.0,
) -> Hands:
    """Return hands after an incision made at one stroke by a macro; `share` of what a knife would open bleeds."""
    field = now(fixed, hands)
    old = field.incision(where)
    if old is not None and old.is_closed:  # what held the old wound is cut with it
        field = replace(field, stitches=tuple(s for s in field.stitches if s.wound != where))
    fascia = anatomy.fascia_depth(fixed.body.trunk, *at)
    cut = Incision(where, *at, length_m, angle_rad, depth_m, layer_at(fixed, *at, depth_m), fascia, hands.now_s, is_by_hand=False)
    field, notes = _first_cut(field, hands.now_s)
    (u0, v0), (u1, v1) = sweeping.incision_ends(cut)
    mean = share * bleeding.expected_of_cut(length_m, 0.0, depth_m, fascia, SKIN_M)
    field = bleeding.vessels(
        bleeding.with_incision(field, cut), where, mean, (u0, v0, depth_m), (u1, v1, depth_m), hands.seed, hands.now_s
    )
    return with_field(hands, field, *notes)


HANDLERS: Handlers = {
    commands.TurnPatient: _turn, commands.MarkSkin: _mark, commands.PrepStroke: _paint, commands.Drape: _drape,
    commands.TouchUnsterile: _touch, commands.ReplaceSterile: _replace_sterile, commands.InjectLocal: _inject,
    commands.CutSkin: _cut, commands.SetRetractor: _spread, commands.Dab: _dab, commands.Cauterise: _cauterise,
    commands.Irrigate: _wash, commands.PackSwab: _pack, commands.RemoveSwabs: _unpack, commands.CountTray: _count,
    commands.SweepPocket: _sweep, commands.TestPump: _try_pump, commands.WarmPump: _warm, commands.EmptyPump: _empty,
    commands.FillOnTable: _fill, commands.PurgeTubing: _purge, commands.InterrogatePump: _interrogate,
    commands.GiveTreatment: _treat, commands.InciseLumbar: _incise_lumbar, commands.DissectPocket: _dissect,
}  # fmt: skip


def bleed(fixed: Fixed, hands: Hands) -> Hands:
    """Let open wounds bleed for the tick."""
    field = hands.theatre.field
    if hands.now_s - field.at_s < FOLLOW_S or all(cut.is_closed for cut in field.incisions):
        return hands
    return replace(hands, theatre=replace(hands.theatre, field=now(fixed, hands)))
