"""Hands in later operations: old scars opened, pump exchanged, catheter taken out or given a new segment.

What was implanted stays what life has made of it: nothing is laid again unless a new catheter is. The line
keeps its drug cell by cell, so what a prime pushes out is what was in front of it. An old scar that is opened
is an incision of the field like any other: it bleeds, is washed and is sewn up, and the old capsule is its floor.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.commands as commands
import physics.csf as csf
import physics.hands_on_field as hands_on_field
import physics.patient as patient
import physics.pocket as pocket
import physics.tissue as tissue
from physics.fixed import Fixed, with_pump
from physics.hands_on_catheter import CONNECTOR_FULL_N
from physics.hands_on_laid_catheter import LEAST_JOINT_N, damaged
from physics.plumbing import open_end_flow
from physics.pump import device, line
from physics.pump.spec import PUMPS
from physics.pump.state import UNIT_ERROR_MEAN
from physics.pump_coupling import carried
from physics.therapy import Intake, Therapy
from physics.theatre import Handlers, Hands, LumbarWound, Theatre, around, located, open_line
from physics.wound import Incision, Table, bleeding, sweeping

FloatArray = NDArray[np.float64]

CAPSULE_M = 1e-3  # wall of an old pocket [A]
CUT_STEPS = 33  # numerical: an incision of 10 cm in steps of 3 mm
SEROMA_M3 = 1e-6  # less is called dry [A]
WOUND_ZONE, POCKET_ZONE = 2, 4


def _arcs(state: catheter.CatheterState) -> FloatArray:
    """Return the arc from the tip of every node [m]."""
    return np.concatenate(([0.0], np.cumsum(state.rest_length[::-1])))[::-1]


def _cut_into(fixed: Fixed, hands: Hands, line_uv: FloatArray, deepest_m: float, is_diathermy: bool) -> Hands:
    """Melt or slit the catheter where the sheet of the cut, skin to `deepest_m`, passes too near to it."""
    state = hands.theatre.catheter
    if state.phase != "implanted":
        return hands
    depths = np.linspace(0.0, deepest_m, 1 + int(np.ceil(deepest_m / 1e-3)))
    sheet = []
    for u, v in line_uv:
        point, normal = anatomy.roll(fixed.body.trunk, float(u), float(v), 0.0)
        sheet.append(point - depths[:, None] * normal)
    gap = np.linalg.norm(state.x[:, None, :] - np.concatenate(sheet)[None], axis=2).min(axis=1)
    reach = fixed.catheter.radius_m + (catheter.DIATHERMY_REACH_M if is_diathermy else 0.0)
    k = int(gap.argmin())
    if gap[k] > reach:
        return hands
    arc, width = float(_arcs(state)[k]), catheter.BURN_M if is_diathermy else catheter.SLIT_M
    name = "CatheterBurnt" if is_diathermy else "CatheterHoled"
    return damaged(fixed, hands, arc, lambda was: (catheter.holed(was, arc, width), [(name, arc, "incision")]))


def _asleep(course: Therapy) -> Therapy:
    return replace(course, care=replace(course.care, is_anaesthetised=True))


def _is_at_pocket(theatre: Theatre, line_uv: FloatArray) -> bool:
    """Return whether a cut lies over an old pocket that is closed."""
    body = theatre.pocket
    far = np.hypot(line_uv[:, 0] - body.u_m, line_uv[:, 1] - body.v_m).min()
    return body.is_dissected and body.is_closed and bool(far <= body.radius_m)


def _capsule_opened(fixed: Fixed, hands: Hands) -> Hands:
    """Let out what stands in the old pocket; its floor lies open as it was parted once."""
    theatre, body = hands.theatre, hands.theatre.pocket
    fluid, drug = theatre.pocket_fluid_m3, theatre.pocket_fluid_kg
    look = "dry" if fluid < SEROMA_M3 else "serous"
    if hands.therapy.patient.besides.infection is not None and fixed.params.disease.infection_place == "pocket":
        look = "pus"
    field = theatre.field
    swept = field.swept or sweeping.disc(body.u_m, body.v_m, body.radius_m, body.cover_m, body.plane)
    fresh = Table() if field.table.is_filled else field.table  # the next pump is another one
    opened = replace(
        theatre, pocket=replace(body, is_closed=False), lumbar_catheter=None, pocket_fluid_m3=0.0, pocket_fluid_kg=0.0,
        field=replace(field, swept=swept, table=fresh),
    )  # fmt: skip
    intake = replace(hands.intake, pocket_removed_kg=hands.intake.pocket_removed_kg + drug)
    return replace(
        hands, theatre=opened, therapy=_asleep(hands.therapy), intake=intake,
        notes=(*hands.notes, ("PocketOpened", fluid, look)),
    )  # fmt: skip


def _open_pocket(fixed: Fixed, hands: Hands, command: commands.OpenPocket) -> Hands:
    body = hands.theatre.pocket
    if not (body.is_dissected and body.is_closed):
        return hands
    along = command.u_m + command.length_m * np.linspace(-0.5, 0.5, CUT_STEPS)
    edge = np.column_stack((along, np.full(CUT_STEPS, command.v_m)))
    share = bleeding.CAUTERY_SHARE if command.is_diathermy else 1.0
    at = command.u_m, command.v_m
    hands = hands_on_field.cut_at_once(fixed, hands, "pocket", at, command.length_m, 0.0, body.cover_m, share)
    return _cut_into(fixed, _capsule_opened(fixed, hands), edge, body.cover_m + CAPSULE_M, command.is_diathermy)


def _open_lumbar(fixed: Fixed, hands: Hands, command: commands.OpenLumbar) -> Hands:
    depth = float(anatomy.fascia_depth(fixed.body.trunk, command.u_m, command.v_m))
    wound = LumbarWound(command.u_m, command.v_m, command.length_m, depth)
    along = command.v_m + command.length_m * np.linspace(-0.5, 0.5, CUT_STEPS)
    edge = np.column_stack((np.full(CUT_STEPS, command.u_m), along))
    blade_m = min(command.depth_m, depth)
    share = (blade_m / depth if depth > 0.0 else 1.0) * (bleeding.CAUTERY_SHARE if command.is_diathermy else 1.0)
    at = command.u_m, command.v_m
    hands = hands_on_field.cut_at_once(fixed, hands, "lumbar", at, command.length_m, 0.5 * np.pi, depth, share)
    hands = replace(
        hands, theatre=replace(hands.theatre, lumbar=wound, lumbar_catheter=None), therapy=_asleep(hands.therapy),
        notes=(*hands.notes, ("LumbarOpened", depth, "old scar")),
    )  # fmt: skip
    return _cut_into(fixed, hands, edge, blade_m, command.is_diathermy)


def _cut(fixed: Fixed, hands: Hands, command: commands.CutSkin) -> Hands:
    """Follow a scalpel on a body that carries an implant: on the belly it opens the old capsule once it is so deep."""
    is_in = hands.theatre.pocket.is_dissected and hands.theatre.pocket.is_closed
    first = hands.theatre.lumbar is None
    hands = hands_on_field.HANDLERS[commands.CutSkin](fixed, hands, command)
    cut = hands.theatre.field.incision(command.wound)
    if not is_in or cut is None:
        return hands
    hands = replace(hands, theatre=replace(hands.theatre, lumbar_catheter=None), therapy=_asleep(hands.therapy))
    if command.wound == "lumbar":
        note = ("LumbarOpened", cut.depth_m, "old scar")
        return replace(hands, notes=(*hands.notes, note)) if first else hands
    is_deep = cut.depth_m >= hands.theatre.pocket.cover_m - 1e-9
    return _capsule_opened(fixed, hands) if is_deep and _is_at_pocket(hands.theatre, _edge(cut)) else hands


def _edge(cut: Incision) -> FloatArray:
    """Return points along an incision, (n, 2) u, v [m]."""
    return np.linspace(*sweeping.incision_ends(cut), CUT_STEPS)


def _disconnect(fixed: Fixed, hands: Hands, command: commands.DisconnectCatheter) -> Hands:
    theatre, course = hands.theatre, hands.therapy
    if theatre.pocket.is_closed or theatre.connector_seat <= 0.0:
        return hands
    tube = line.taken_apart(course.line) if theatre.catheter.phase == "implanted" else line.fitted(course.line, 0.0, False)
    state = replace(theatre.catheter, is_disconnected=False, connector_wear=0.0)  # no longer what life does to it
    theatre = replace(theatre, catheter=state, is_connected=False, connector_seat=0.0)
    return replace(
        hands, theatre=theatre, therapy=replace(course, line=tube, pressures_pa=None),
        notes=(*hands.notes, ("CatheterDisconnected", 0.0, "released")),
    )  # fmt: skip


def _take_out(fixed: Fixed, hands: Hands, command: commands.TakeOutPump) -> Hands:
    theatre, course = hands.theatre, hands.therapy
    body = theatre.pocket
    if not body.is_pump_in or body.is_closed:
        return hands
    if theatre.connector_seat > 0.0:
        return replace(hands, notes=(*hands.notes, ("PumpHeld", 1.0, "catheter")))
    tubing_kg = float(course.line.drug_kg[: course.line.n_tubing].sum())
    note = ("PumpTakenOut", course.pump.drug_kg + tubing_kg, "with its drug")
    fresh = device.initial(fixed.pump, UNIT_ERROR_MEAN, hands.seed, False)
    course = replace(course, pump=fresh, line=line.with_tubing(course.line, 0.0), pressures_pa=None)
    theatre = replace(theatre, pocket=replace(body, is_pump_in=False, sutures=()))
    return _told_hardware(replace(hands, theatre=theatre, therapy=course, notes=(*hands.notes, note)))


def _unpack(fixed: Fixed, hands: Hands, command: commands.UnpackPump) -> Hands:
    """Take a pump of another model to the back table; the old capsule stays as high as its pump was."""
    theatre, course, body = hands.theatre, hands.therapy, hands.theatre.pocket
    if body.is_pump_in or body.is_closed or not body.is_dissected or command.model == fixed.pump.model:
        return hands
    wasted_kg = course.pump.drug_kg + float(course.line.drug_kg[: course.line.n_tubing].sum())
    fresh = device.initial(PUMPS[command.model], UNIT_ERROR_MEAN, hands.seed, False)
    course = replace(course, pump=fresh, line=line.with_tubing(course.line, 0.0), pressures_pa=None)
    high_m = body.capsule_height_m or (fixed.pump.thickness_m if body.fibrosis > 0.0 else 0.0)
    theatre = replace(
        theatre, pump_model=command.model, pocket=replace(body, capsule_height_m=high_m), field=replace(theatre.field, table=Table())
    )
    return replace(hands, theatre=theatre, therapy=course, notes=(*hands.notes, ("PumpUnpacked", wasted_kg, command.model)))


def _place_new(fixed: Fixed, hands: Hands, command: commands.PlaceNewPump) -> Hands:
    body = hands.theatre.pocket
    if not body.is_dissected or body.is_pump_in or body.is_closed:
        return hands
    if command.model is not None:
        hands = _unpack(fixed, hands, commands.UnpackPump(command.model))
    fixed, theatre = with_pump(fixed, hands.theatre.pump_model), hands.theatre
    body = theatre.pocket
    was = replace(fixed, pump=replace(fixed.pump, thickness_m=body.capsule_height_m or fixed.pump.thickness_m))
    after = replace(theatre, pocket=pocket.place_pump(
        body, command.outlet_angle_rad, command.is_septum_outward, fixed.pump.thickness_m, fixed.pump.mass_full_kg))  # fmt: skip
    notes = (*hands.notes, ("PumpPlaced", command.outlet_angle_rad, body.plane))
    if theatre.catheter.phase == "implanted":
        state, happened = carried(fixed, theatre, after, around(fixed, theatre), was)
        whole = catheter.patency(state, fixed.catheter)
        after = replace(after, catheter=state, patency_lying=whole, patency_sitting=whole)
        notes = (*notes, *happened)
    return _told_hardware(replace(hands, theatre=located(fixed, after), notes=notes))


def _release(fixed: Fixed, hands: Hands, command: commands.ReleaseAnchor) -> Hands:
    theatre = hands.theatre
    if theatre.lumbar is None or theatre.catheter.phase != "implanted":
        return hands
    note = ("AnchorReleased", catheter.anchor_strength_n(theatre.catheter), theatre.catheter.anchor_substrate)
    state = catheter.released(theatre.catheter)
    return replace(hands, theatre=replace(theatre, catheter=state), notes=(*hands.notes, note))


def _wound_arc(state: catheter.CatheterState) -> float:
    """Return the arc from the tip of the last of the tube that lies in the back wound [m]."""
    inside = np.flatnonzero(state.zone <= WOUND_ZONE)
    return float(_arcs(state)[inside[0]]) if len(inside) else 0.0


def _remove(fixed: Fixed, hands: Hands, command: commands.RemoveCatheter) -> Hands:
    theatre = hands.theatre
    if command.part == "pump":
        return _remove_pumps(fixed, hands, command)
    state, from_back = theatre.catheter, command.pulled_from == "back"
    is_reached = theatre.lumbar is not None if from_back else not theatre.pocket.is_closed
    is_loose = command.part == "spinal" or theatre.connector_seat <= 0.0
    if state.phase != "implanted" or not is_reached or not is_loose:
        return hands
    whole_m, wound_m = float(state.length_m), _wound_arc(state)
    hand_m = wound_m if from_back else whole_m
    pull = catheter.draw_out(state, fixed.catheter, command.force_n, hand_m)
    is_whole_from_back = command.part == "whole" and from_back  # the tunnel's part is drawn back through the same wound
    is_stuck = is_whole_from_back and command.force_n < catheter.held_beyond_n(state, wound_m)
    if is_stuck or (not pull.is_out and pull.left_m <= 0.0):
        return replace(hands, notes=(*hands.notes, ("CatheterHeld", command.force_n, command.pulled_from)))
    kept_m = whole_m - wound_m if command.part == "spinal" else 0.0
    name, size = ("CatheterTorn", pull.left_m) if pull.left_m > 0.0 else ("CatheterRemoved", whole_m - kept_m)
    return _without(fixed, hands, kept_m, pull.left_m, (name, size, command.part))


def _remove_pumps(fixed: Fixed, hands: Hands, command: commands.RemoveCatheter) -> Hands:
    """Cut the catheter through in the back wound and draw the pump's segment out of its tunnel; both wounds are open."""
    theatre, course = hands.theatre, hands.therapy
    state = theatre.catheter
    is_open = theatre.lumbar is not None and not theatre.pocket.is_closed
    if state.phase != "implanted" or theatre.way is not None or theatre.connector_seat > 0.0 or not is_open:
        return hands
    if command.force_n < catheter.held_beyond_n(state, _wound_arc(state)):
        return replace(hands, notes=(*hands.notes, ("CatheterHeld", command.force_n, command.pulled_from)))
    kept = catheter.spinal_part(state)
    whole = catheter.patency(kept, fixed.catheter)
    theatre = replace(
        theatre, catheter=kept, way=state, removed_m=fixed.catheter.length_m - kept.length_m - kept.fragment_m,
        patency_lying=whole, patency_sitting=whole,
    )  # fmt: skip
    tube = line.taken_apart(line.fitted(course.line, kept.length_m, True))
    note = ("CatheterRemoved", state.length_m - kept.length_m, "pump")
    return replace(hands, theatre=theatre, therapy=replace(course, line=tube, pressures_pa=None), notes=(*hands.notes, note))


def _lay_segment(fixed: Fixed, hands: Hands, command: commands.LaySegment) -> Hands:
    theatre = hands.theatre
    if theatre.way is None or theatre.lumbar is None or theatre.pocket.is_closed:
        return hands
    low, high = catheter.segment_range_m(theatre.way, theatre.catheter)
    if not low <= command.length_m <= high:
        note = ("SegmentMisfit", command.length_m - (low if command.length_m < low else high), "pump")
        return replace(hands, notes=(*hands.notes, note))
    note = ("SegmentLaid", command.length_m, "tunnel")
    return replace(hands, theatre=replace(theatre, segment_m=command.length_m), notes=(*hands.notes, note))


def _join_pumps(fixed: Fixed, hands: Hands) -> Hands:
    """Join a new pump's segment to the spinal one that stayed: it holds none of the drug yet."""
    theatre, course = hands.theatre, hands.therapy
    if theatre.way is None or theatre.segment_m <= 0.0 or theatre.lumbar is None:
        return hands
    whole = catheter.with_segment(theatre.catheter, theatre.way, theatre.segment_m)
    state, happened = catheter.settle(whole, fixed.catheter, around(fixed, theatre))
    length, lumen = float(state.length_m), catheter.patency(state, fixed.catheter)
    theatre = replace(
        theatre, catheter=state, way=None, segment_m=0.0, removed_m=fixed.catheter.length_m - length - state.fragment_m,
        patency_lying=lumen, patency_sitting=lumen,
    )  # fmt: skip
    tube = line.taken_apart(line.fitted(course.line, length, True))
    course = replace(course, line=tube, pressures_pa=None)
    notes = (*hands.notes, *happened, ("SegmentsJoined", length, "back wound"))
    return replace(hands, theatre=located(fixed, theatre), therapy=course, notes=notes)


def _without(fixed: Fixed, hands: Hands, kept_m: float, left_m: float, note: tuple[str, float, str]) -> Hands:
    """Return hands with the catheter drawn out but for the pump's segment and what a tear has left.

    The segment counts as length that the next catheter has more: `removed_m` below nothing.
    """
    theatre, course = hands.theatre, hands.therapy
    bare = replace(catheter.closed_catheter(fixed.catheter), fragment_m=left_m, is_sheared=left_m > 0.0)
    whole = np.ones(bare.n_edges)
    theatre = replace(
        theatre, catheter=bare, lumbar_catheter=None, removed_m=-kept_m, n_holes=max(1, theatre.n_holes),
        is_connected=False, tip_space="air", patency_lying=whole, patency_sitting=whole, share_lying=0.0, share_sitting=0.0,
        needle=tissue.initial(), path=None, tunnel_m=theatre.tunnel_m if kept_m > 0.0 else (),
    )  # fmt: skip
    course = replace(course, line=line.fitted(course.line, kept_m, False), pressures_pa=None)
    return _told_hardware(replace(hands, theatre=theatre, therapy=course, notes=(*hands.notes, note)))


def _join_segments(fixed: Fixed, hands: Hands, command: commands.JoinSegments) -> Hands:
    theatre, course = hands.theatre, hands.therapy
    is_home = catheter.connector_hold_n(min(1.0, command.force_n / CONNECTOR_FULL_N)) > LEAST_JOINT_N
    if theatre.way is not None:
        return _join_pumps(fixed, hands) if is_home else hands
    has_segment = theatre.connector_seat > 0.0 and not theatre.is_connected and course.line.n_tubing < course.line.volumes_m3.size
    if theatre.catheter.phase != "implanted" or theatre.lumbar is None or not (is_home and has_segment):
        return hands
    length = theatre.catheter.length_m
    course = replace(course, line=line.fitted(course.line, length, False), pressures_pa=None)
    note = ("SegmentsJoined", length, "back wound")
    return replace(hands, theatre=replace(theatre, is_connected=True), therapy=course, notes=(*hands.notes, note))


def _told_hardware(hands: Hands) -> Hands:
    """Return hands with the infection knowing whether anything foreign is left for it to live on."""
    theatre, person = hands.theatre, hands.therapy.patient
    has = theatre.pocket.is_pump_in or theatre.catheter.phase != "closed" or theatre.catheter.fragment_m > 0.0
    has = has or theatre.connector_seat > 0.0
    return replace(hands, therapy=replace(hands.therapy, patient=patient.with_hardware(person, has)))


def drip(fixed: Fixed, theatre: Theatre, course: Therapy, intake: Intake, dt_s: float) -> tuple[Therapy, Intake]:
    """Let CSF run back through a catheter whose pump end lies open in the pocket, and wash its drug out.

    Parameters
    ----------
    dt_s : float
        Interval [s].

    Returns
    -------
    tuple of Therapy and Intake
        The line, and CSF lost added to what hands have moved.
    """
    is_open = course.line.is_apart and theatre.catheter.phase == "implanted" and not theatre.pocket.is_closed
    if not is_open or theatre.tip_space != "intrathecal" or theatre.catheter.stylet_behind_tip_m is not None:
        return course, intake
    flow = open_end_flow(open_line(fixed, theatre), csf.csf_pressure(fixed.therapy.pressure, course.csf_pressure))
    if flow <= 0.0:
        return course, intake
    tube, _ = line.dripped(course.line, flow * dt_s)
    return replace(course, line=tube), replace(intake, csf_removed_m3=intake.csf_removed_m3 + flow * dt_s)


HANDLERS: Handlers = {
    commands.CutSkin: _cut,
    commands.OpenPocket: _open_pocket,
    commands.OpenLumbar: _open_lumbar,
    commands.DisconnectCatheter: _disconnect,
    commands.TakeOutPump: _take_out,
    commands.UnpackPump: _unpack,
    commands.PlaceNewPump: _place_new,
    commands.ReleaseAnchor: _release,
    commands.RemoveCatheter: _remove,
    commands.LaySegment: _lay_segment,
    commands.JoinSegments: _join_segments,
}
