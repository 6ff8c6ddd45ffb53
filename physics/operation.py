"""What hands do to matter: each command turned into a change of needle, catheter, pocket or device.

`apply` takes one command; slow movements (advancing, feeding, pressing) are gathered in `Hands` and
carried out once per tick by `move`, in the order needle -> catheter -> refill needle -> plunger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.commands as commands
import physics.fluids as fluids
import physics.geometry as geometry
import physics.pocket as pocket
import physics.tissue as tissue
from physics.catheter import CatheterState
from physics.clock import TICK_S
from physics.errors import CommandError
from physics.fixed import Fixed
from physics.pump import line
from physics.theatre import Hands, LumbarWound, Note, Theatre, around, implanted_length, located, needle_line, pump_pose
from physics.tissue import NeedlePath, NeedleSpec

CONNECTOR_FULL_N = 15.0  # force that seats the sutureless connector [scenarios_content 0.1: seat 1 -> 15 N, D]
LEAST_CATHETER_M = 0.15  # what must stay after trimming
MAX_NEEDLE_M = 0.16
GRAZING_M = 2e-3  # a track this near to bone bends over its edge
WOUND_HALF_WIDTH_M = 0.02  # retracted skin edges
REFILL_NEEDLE_M = 0.72e-3  # 22 G
LEAST_JOINT_N = 1.0  # a connector that holds less falls apart in the hand [A]
MOST_CLAMPS = 8  # on the tray


def _incise(fixed: Fixed, hands: Hands, command: commands.InciseLumbar) -> Hands:
    fascia = anatomy.fascia_depth(fixed.body.trunk, command.u_m, command.v_m)
    wound = LumbarWound(command.u_m, command.v_m, command.length_m, min(command.depth_m, fascia))
    return replace(hands, theatre=replace(hands.theatre, lumbar=wound))


def _aimed(fixed: Fixed, theatre: Theatre, u_m: float, v_m: float, elevation: float, medial: float) -> NeedlePath:
    """Return the layers along a needle that starts at (u, v), on the skin or in the wound."""
    wound = theatre.lumbar
    depth = 0.0
    if wound is not None and abs(u_m - wound.u_m) < WOUND_HALF_WIDTH_M and abs(v_m - wound.v_m) <= 0.5 * wound.length_m:
        depth = wound.depth_m
    entry, normal = anatomy.roll(fixed.body.trunk, u_m, v_m, depth)
    direction = tissue.needle_pose(entry, normal, elevation, medial)
    depths, names = anatomy.layers_along(fixed.body, entry, direction, MAX_NEEDLE_M, depth)
    return tissue.needle_path(entry, normal, direction, depths, names)


def _place_needle(fixed: Fixed, hands: Hands, command: commands.PlaceNeedle) -> Hands:
    theatre = hands.theatre
    path = _aimed(fixed, theatre, command.u_m, command.v_m, command.elevation_rad, command.medial_rad)
    needle = tissue.place(theatre.needle, command.elevation_rad, command.medial_rad)
    needle = tissue.set_stylet(needle, True)
    spec = NeedleSpec(length_m=command.length_m)
    theatre = replace(
        theatre, needle=needle, needle_spec=spec, path=path, exit_u_m=command.u_m, exit_v_m=command.v_m,
        aim_elevation_rad=command.elevation_rad, aim_medial_rad=command.medial_rad,
    )  # fmt: skip
    return replace(hands, theatre=theatre)


def _aim_needle(fixed: Fixed, hands: Hands, command: commands.AimNeedle) -> Hands:
    theatre = hands.theatre
    if not theatre.needle.is_placed or theatre.path is None:
        return hands
    needle = tissue.aim(
        theatre.needle, theatre.needle_spec, theatre.path, command.elevation_rad, command.medial_rad
    )
    path = theatre.path
    if tissue.is_free(theatre.needle, theatre.path):
        path = _aimed(
            fixed, theatre, theatre.exit_u_m, theatre.exit_v_m, command.elevation_rad, command.medial_rad
        )
    theatre = replace(
        theatre, needle=needle, path=path, aim_elevation_rad=command.elevation_rad, aim_medial_rad=command.medial_rad
    )
    return replace(hands, theatre=theatre)


def _rotate_needle(fixed: Fixed, hands: Hands, command: commands.RotateNeedle) -> Hands:
    return replace(hands, theatre=replace(hands.theatre, needle=tissue.rotate(hands.theatre.needle, command.angle_rad)))


def _brace(fixed: Fixed, hands: Hands, command: commands.BraceHand) -> Hands:
    return replace(hands, theatre=replace(hands.theatre, needle=tissue.brace(hands.theatre.needle, command.is_braced)))


def _set_needle_stylet(fixed: Fixed, hands: Hands, command: commands.SetNeedleStylet) -> Hands:
    needle = tissue.set_stylet(hands.theatre.needle, command.is_in)
    return replace(hands, theatre=replace(hands.theatre, needle=needle))


def _remove_needle(fixed: Fixed, hands: Hands, command: commands.RemoveNeedle) -> Hands:
    theatre = hands.theatre
    if not theatre.needle.is_placed:
        return hands
    holes = theatre.needle.n_dural_punctures
    needle, notes = tissue.remove(theatre.needle)
    if theatre.catheter.phase == "threading":
        theatre = replace(theatre, track_stiffness_pa=_track_stiffness(fixed, theatre))
        state, report = catheter.withdraw_needle(
            theatre.catheter, fixed.catheter, around(fixed, theatre), command.is_catheter_held
        )
        notes = report.happenings
        theatre = replace(theatre, catheter=state, lumbar_catheter=state)
    theatre = replace(theatre, needle=needle, n_holes=max(theatre.n_holes, holes))
    return replace(hands, theatre=located(fixed, theatre), notes=hands.notes + notes)


def _track_stiffness(fixed: Fixed, theatre: Theatre) -> float:
    """Return the stiffness of what borders the track: bone where it grazes a lamina or process."""
    points = needle_line(theatre)
    if points is None:
        return catheter.TRACK_STIFFNESS_PA
    near = float(anatomy.bones_distance(fixed.body.spine, points[1:-1]).min())
    return catheter.BONE_EDGE_STIFFNESS_PA if near < GRAZING_M else catheter.TRACK_STIFFNESS_PA


def _open_catheter(fixed: Fixed, hands: Hands, command: commands.OpenCatheter) -> Hands:
    theatre = hands.theatre
    line_m = needle_line(theatre)
    if line_m is None:
        return hands
    state = catheter.open_catheter(fixed.catheter, line_m, hands.seed)
    state = replace(state, stylet_behind_tip_m=0.0 if command.is_stylet_in else None)
    needle = replace(theatre.needle, is_stylet_in=False)
    return replace(hands, theatre=replace(theatre, catheter=state, needle=needle, lumbar_catheter=None))


def _set_catheter_stylet(fixed: Fixed, hands: Hands, command: commands.SetCatheterStylet) -> Hands:
    theatre = hands.theatre
    if theatre.catheter.phase == "threading" and theatre.needle.is_placed:
        state, report = catheter.feed(
            theatre.catheter, fixed.catheter, around(fixed, theatre), 0.0, 0.0, command.behind_tip_m, TICK_S
        )
        return replace(
            hands, theatre=located(fixed, replace(theatre, catheter=state)), notes=hands.notes + report.happenings
        )
    if theatre.catheter.phase == "free":
        state, notes = catheter.move_stylet(theatre.catheter, fixed.catheter, command.behind_tip_m)
        return replace(hands, theatre=_with_catheter(theatre, state), notes=(*hands.notes, *notes))
    state = replace(theatre.catheter, stylet_behind_tip_m=command.behind_tip_m)
    return replace(hands, theatre=_with_catheter(theatre, state))


def _with_catheter(theatre: Theatre, state: CatheterState) -> Theatre:
    """Return the theatre with the catheter changed, in the form that a new route starts from too."""
    kept = state if state.phase in ("free", "threading") else theatre.lumbar_catheter
    return replace(theatre, catheter=state, lumbar_catheter=kept)


def _tie_purse_string(fixed: Fixed, hands: Hands, command: commands.TiePurseString) -> Hands:
    theatre = hands.theatre
    state = catheter.tie_purse_string(theatre.catheter, command.tension_n)
    kept = theatre.lumbar_catheter
    if kept is not None:
        kept = catheter.tie_purse_string(kept, command.tension_n)
    theatre = replace(theatre, catheter=state, lumbar_catheter=kept)
    return replace(hands, theatre=theatre, notes=(*hands.notes, ("PurseStringTied", command.tension_n, "fascia")))


def _place_anchor(fixed: Fixed, hands: Hands, command: commands.PlaceAnchor) -> Hands:
    theatre = hands.theatre
    base = theatre.lumbar_catheter if theatre.lumbar_catheter is not None else theatre.catheter
    state = catheter.place_anchor(
        base, command.distance_m, int(command.n_sutures), command.substrate, command.tie_force_n
    )
    theatre = replace(theatre, lumbar_catheter=state)
    if theatre.catheter.phase != "implanted":
        theatre = replace(theatre, catheter=state)
    note = ("AnchorPlaced", catheter.anchor_strength_n(state), command.substrate)
    return _laid(fixed, replace(hands, theatre=theatre, notes=(*hands.notes, note)))


def _lay_loop(fixed: Fixed, hands: Hands, command: commands.LayLoop) -> Hands:
    radius = command.radius_m if command.radius_m >= catheter.LEAST_RADIUS_M else 0.0  # no tube makes a smaller one
    return _laid(fixed, replace(hands, theatre=replace(hands.theatre, loop_radius_m=radius)))


def _tunnel(fixed: Fixed, hands: Hands, command: commands.TunnelCatheter) -> Hands:
    if len(command.waypoints_m) < 2:
        raise CommandError("TunnelCatheter", "waypoints_m", command.waypoints_m, "at least 2 way points")
    points = geometry.tunnel_points(fixed.body, command.waypoints_m)
    length = float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
    theatre = replace(hands.theatre, tunnel_m=command.waypoints_m)
    hands = replace(hands, theatre=theatre, notes=(*hands.notes, ("CatheterTunnelled", length, "flank")))
    if not command.is_sheathed:
        drag = min(catheter.tunnel_drag_n(points, fixed.catheter, False), fixed.catheter.break_force_n)
        hands = _pulled(fixed, replace(hands, notes=(*hands.notes, ("CatheterCaught", drag, "tunnel"))), drag)
    return _laid(fixed, hands)


def _pulled(fixed: Fixed, hands: Hands, force_n: float) -> Hands:
    """Pull at the tail in the back wound with a force; a catheter already laid is laid again from there."""
    theatre = hands.theatre
    base = theatre.lumbar_catheter if theatre.lumbar_catheter is not None else theatre.catheter
    if base.phase != "free":
        return hands
    state, _, notes = catheter.pull_tail(base, fixed.catheter, around(fixed, theatre), force_n)
    theatre = replace(theatre, lumbar_catheter=state)
    if theatre.catheter.phase == "free":
        theatre = located(fixed, replace(theatre, catheter=state))
    return replace(hands, theatre=theatre, notes=(*hands.notes, *notes))


def _pull(fixed: Fixed, hands: Hands, command: commands.PullCatheter) -> Hands:
    hands = _pulled(fixed, hands, command.force_n)
    return _laid(fixed, hands) if hands.theatre.catheter.phase == "implanted" else hands


def _damage(
    fixed: Fixed, hands: Hands, from_tip_m: float, change: Callable[[CatheterState], tuple[CatheterState, list[Note]]]
) -> Hands:
    """Do the same to the catheter as it lies and to the form from which it is laid again."""
    theatre = hands.theatre
    if theatre.catheter.phase == "closed" or from_tip_m > implanted_length(fixed, theatre):
        return hands
    state, notes = change(theatre.catheter)
    kept = theatre.lumbar_catheter
    if kept is not None:
        kept = state if kept is theatre.catheter else change(kept)[0]
    theatre = replace(theatre, catheter=state, lumbar_catheter=kept)
    if state.phase == "implanted" and theatre.pocket.is_closed:
        whole = catheter.patency(state, fixed.catheter)
        theatre = replace(theatre, patency_lying=whole, patency_sitting=np.minimum(whole, theatre.patency_sitting))
    elif state.phase == "implanted":
        whole = catheter.patency(state, fixed.catheter)
        theatre = replace(theatre, patency_lying=whole, patency_sitting=whole)
    return replace(hands, theatre=theatre, notes=(*hands.notes, *notes))


def _grip(fixed: Fixed, hands: Hands, command: commands.GripCatheter) -> Hands:
    return _damage(fixed, hands, command.from_tip_m, lambda state: catheter.gripped(
        state, command.from_tip_m, command.force_n, command.is_rubber_shod, 0.0))  # fmt: skip


def _clamp(fixed: Fixed, hands: Hands, command: commands.ClampCatheter) -> Hands:
    def put_on(state: CatheterState) -> tuple[CatheterState, list[Note]]:
        at, force, is_shod = command.from_tip_m, command.force_n, command.is_rubber_shod
        note = ("CatheterClamped", force, "rubber-shod" if is_shod else "bare")
        return catheter.clamp_on(state, at, force, is_shod, hands.now_s), [note]

    if len(hands.theatre.catheter.clamps) >= MOST_CLAMPS:
        return hands
    return _damage(fixed, hands, command.from_tip_m, put_on)


def _unclamp(fixed: Fixed, hands: Hands, command: commands.UnclampCatheter) -> Hands:
    return _damage(fixed, hands, 0.0, lambda state: catheter.clamps_off(state, hands.now_s))


def _stitch(fixed: Fixed, hands: Hands, command: commands.StitchCatheter) -> Hands:
    return _damage(fixed, hands, command.from_tip_m, lambda state: catheter.stitched(
        state, command.from_tip_m, command.tension_n, command.is_through))  # fmt: skip


def _cut(fixed: Fixed, hands: Hands, command: commands.CutCatheter) -> Hands:
    at, lumen = command.from_tip_m, fixed.catheter.inner_diameter_m
    if hands.theatre.catheter.phase not in ("free", "implanted"):
        return hands
    return _damage(fixed, hands, at, lambda state: (
        catheter.holed(state, at, lumen, 1.0), [("CatheterCut", at, "scissors")]))  # fmt: skip


def _join(fixed: Fixed, hands: Hands, command: commands.JoinCatheter) -> Hands:
    state = hands.theatre.catheter
    is_home = catheter.connector_hold_n(min(1.0, command.force_n / CONNECTOR_FULL_N)) > LEAST_JOINT_N
    if not is_home or not any(row[2] >= 1.0 for row in state.wall_defects):
        return hands
    return _damage(fixed, hands, 0.0, lambda state: (
        catheter.mended(state), [("CatheterJoined", command.force_n, "connector")]))  # fmt: skip


def _tug(fixed: Fixed, hands: Hands, command: commands.TugConnector) -> Hands:
    theatre = hands.theatre
    if not theatre.is_connected:
        return hands
    seat, notes = catheter.tugged(theatre.connector_seat, command.force_n)
    theatre = replace(theatre, connector_seat=seat, is_connected=seat > 0.0)
    return replace(hands, theatre=theatre, notes=(*hands.notes, *notes))


def _trim(fixed: Fixed, hands: Hands, command: commands.TrimCatheter) -> Hands:
    theatre = hands.theatre
    most = fixed.catheter.length_m - theatre.removed_m - LEAST_CATHETER_M
    cut = min(command.length_m, max(0.0, most))
    note = ("CatheterTrimmed", cut, "pump end")
    theatre = replace(theatre, removed_m=theatre.removed_m + cut)
    return _laid(fixed, replace(hands, theatre=theatre, notes=(*hands.notes, note)))


def _connect(fixed: Fixed, hands: Hands, command: commands.ConnectCatheter) -> Hands:
    theatre = hands.theatre
    if not theatre.pocket.is_pump_in or theatre.catheter.phase != "implanted":
        return hands
    seat = min(1.0, command.force_n / CONNECTOR_FULL_N)
    theatre = replace(theatre, connector_seat=seat, is_connected=seat > 0.0)
    joined = line.joined(hands.therapy.line, theatre.catheter.length_m)
    therapy = replace(hands.therapy, line=joined, pressures_pa=None)
    return replace(
        hands, theatre=theatre, therapy=therapy, notes=(*hands.notes, ("CatheterConnected", command.force_n, "pump"))
    )


def _coil(fixed: Fixed, hands: Hands, command: commands.CoilSlack) -> Hands:
    theatre = replace(hands.theatre, coil_radius_m=command.radius_m, is_coil_behind=command.is_behind_pump)
    return _laid(fixed, replace(hands, theatre=theatre))


def _laid(fixed: Fixed, hands: Hands) -> Hands:
    """Return hands with the catheter laid along its route again, once back and pocket are joined."""
    theatre = hands.theatre
    base = theatre.lumbar_catheter
    if base is None or base.phase != "free" or len(theatre.tunnel_m) < 2 or not theatre.pocket.is_dissected:
        return hands
    depth = (base.x - base.exit_m) @ base.exit_normal
    if not ((base.zone == 0) | (depth < -1e-3)).any():
        return hands  # the catheter lies on the skin: there is nothing to lay
    length = implanted_length(fixed, replace(theatre, catheter=base))
    if length < LEAST_CATHETER_M:
        return hands  # so much is cut or sheared off that nothing reaches the pump
    pose = pump_pose(fixed, theatre)
    route = catheter.Route(
        tunnel_m=geometry.tunnel_points(fixed.body, theatre.tunnel_m), outlet_m=pose.outlet_m,
        outlet_direction=pose.outlet_direction, pump_centre_m=pose.centre_m, pump_normal=pose.normal,
        pump_half_thickness_m=0.5 * fixed.pump.thickness_m, loop_radius_m=theatre.loop_radius_m,
        coil_radius_m=theatre.coil_radius_m, is_coil_behind=theatre.is_coil_behind,
        length_m=length,
    )  # fmt: skip
    state, happened = catheter.lay_out(base, fixed.catheter, around(fixed, theatre), route)
    whole = catheter.patency(state, fixed.catheter)
    theatre = replace(theatre, catheter=state, patency_lying=whole, patency_sitting=whole)
    therapy = hands.therapy
    if theatre.is_connected:
        therapy = replace(therapy, line=line.joined(therapy.line, state.length_m), pressures_pa=None)
    return replace(hands, theatre=located(fixed, theatre), therapy=therapy, notes=hands.notes + happened)


def _dissect(fixed: Fixed, hands: Hands, command: commands.DissectPocket) -> Hands:
    state = pocket.dissect(
        command.u_m, command.v_m, command.radius_m, command.plane, command.cover_m,
        elongation=pocket.ELONGATION, fat_m=anatomy.fascia_depth(fixed.body.trunk, command.u_m, command.v_m),
    )  # fmt: skip
    note = ("PocketDissected", command.radius_m, command.plane)
    return _laid(fixed, replace(hands, theatre=replace(hands.theatre, pocket=state), notes=(*hands.notes, note)))


def _place_pump(fixed: Fixed, hands: Hands, command: commands.PlacePump) -> Hands:
    if not hands.theatre.pocket.is_dissected:
        return hands
    state = pocket.place_pump(hands.theatre.pocket, command.outlet_angle_rad, command.is_septum_outward)
    note = ("PumpPlaced", command.outlet_angle_rad, state.plane)
    return _laid(fixed, replace(hands, theatre=replace(hands.theatre, pocket=state), notes=(*hands.notes, note)))


def _suture_pump(fixed: Fixed, hands: Hands, command: commands.SuturePump) -> Hands:
    if not hands.theatre.pocket.is_pump_in:
        return hands
    state = pocket.suture(hands.theatre.pocket, int(command.loop), command.substrate, hands.seed)
    note = ("PumpSutured", float(state.n_sutures), command.substrate)
    return replace(hands, theatre=replace(hands.theatre, pocket=state), notes=(*hands.notes, note))


def _close(fixed: Fixed, hands: Hands, command: commands.CloseWounds) -> Hands:
    theatre = replace(hands.theatre, pocket=pocket.close(hands.theatre.pocket), lumbar=None)
    return replace(hands, theatre=theatre, notes=(*hands.notes, ("WoundsClosed", 1.0, "back and abdomen")))


def _add(name: str, source: str) -> Callable[[Fixed, Hands, Any], Hands]:
    """Return a handler that adds a command's travel to the tick's movement, as far as one hand can move.

    No hand moves further in a tick than one command may ask for: the rest is not carried out, and told.
    """

    def handler(fixed: Fixed, hands: Hands, command: Any) -> Hands:
        wanted = getattr(hands, name) + getattr(command, source)
        low, high = command.ranges[source]
        done = min(max(wanted, low), high)
        if done != wanted:
            hands = replace(hands, notes=(*hands.notes, ("HandOutpaced", wanted - done, type(command).__name__)))
        return replace(hands, **{name: done})

    return handler


def _skip(fixed: Fixed, hands: Hands, command: commands.AdvanceClinicalTime) -> Hands:
    return replace(hands, skip_s=hands.skip_s + command.duration_s)


def _plunger(fixed: Fixed, hands: Hands, command: commands.MovePlunger) -> Hands:
    return replace(hands, plunger_n=command.force_n)


HANDLERS: dict[type[commands.Command], Callable[[Fixed, Hands, Any], Hands]] = {
    commands.InciseLumbar: _incise, commands.PlaceNeedle: _place_needle, commands.AimNeedle: _aim_needle,
    commands.AdvanceNeedle: _add("needle_m", "travel_m"),
    commands.RotateNeedle: _rotate_needle, commands.BraceHand: _brace,
    commands.SetNeedleStylet: _set_needle_stylet, commands.RemoveNeedle: _remove_needle,
    commands.OpenCatheter: _open_catheter, commands.FeedCatheter: _add("feed_m", "travel_m"),
    commands.RotateCatheter: _add("rotate_rad", "angle_rad"), commands.SetCatheterStylet: _set_catheter_stylet,
    commands.TiePurseString: _tie_purse_string, commands.PlaceAnchor: _place_anchor, commands.LayLoop: _lay_loop,
    commands.PullCatheter: _pull, commands.GripCatheter: _grip, commands.ClampCatheter: _clamp,
    commands.UnclampCatheter: _unclamp, commands.StitchCatheter: _stitch, commands.CutCatheter: _cut,
    commands.JoinCatheter: _join, commands.TugConnector: _tug, commands.TunnelCatheter: _tunnel, commands.TrimCatheter: _trim, commands.ConnectCatheter: _connect,
    commands.CoilSlack: _coil, commands.DissectPocket: _dissect, commands.PlacePump: _place_pump,
    commands.SuturePump: _suture_pump, commands.CloseWounds: _close, commands.FillOnTable: fluids.fill_on_table,
    commands.ProgramPump: fluids.program, commands.TakeSyringe: fluids.take_syringe, commands.PlaceRefillNeedle: fluids.place_refill,
    commands.AdvanceRefillNeedle: _add("refill_m", "travel_m"), commands.MovePlunger: _plunger,
    commands.AdvanceClinicalTime: _skip, commands.GiveTreatment: fluids.treat,
}  # fmt: skip


def apply(fixed: Fixed, hands: Hands, command: commands.Command) -> Hands:
    """Return hands after one command; a command that makes no sense now changes nothing."""
    return HANDLERS[type(command)](fixed, hands, command)


def move(fixed: Fixed, hands: Hands, csf_pressure_pa: float) -> Hands:
    """Carry out the tick's movements: needle, catheter, refill needle, plunger."""
    hands = _move_needle(fixed, hands, csf_pressure_pa)
    hands = _move_catheter(fixed, hands)
    return _puncture(fixed, fluids.move_refill(fixed, hands), _refill_tip(fixed, hands.theatre))


def _refill_tip(fixed: Fixed, theatre: Theatre) -> NDArray[np.float64] | None:
    """Return where the tip of the refill needle is (3,), or None without a needle or a laid catheter.

    In the flat frame over the pump, in which the needle's path is told.
    """
    needle, body = theatre.refill, theatre.pocket
    if not needle.is_placed or theatre.catheter.phase != "implanted":
        return None
    point, normal, along_u, along_v = geometry.surface_frame(fixed.body, body.pump_u_m, body.pump_v_m, 0.0)
    point = point + (needle.u_m + needle.slip_u_m - body.pump_u_m) * along_u
    point = point + (needle.v_m + needle.slip_v_m - body.pump_v_m) * along_v
    direction = -normal + np.tan(needle.tilt_u_rad) * along_u + np.tan(needle.tilt_v_rad) * along_v
    return np.asarray(point + needle.depth_m * direction / np.linalg.norm(direction))


def _puncture(fixed: Fixed, hands: Hands, before_m: NDArray[np.float64] | None) -> Hands:
    """Let the tip of the refill needle go through whatever strand of the catheter lies in its way."""
    after_m = _refill_tip(fixed, hands.theatre)
    if before_m is None or after_m is None or np.array_equal(before_m, after_m):
        return hands
    return _damage(fixed, hands, 0.0, lambda state: catheter.punctured(
        state, fixed.catheter, before_m, after_m, REFILL_NEEDLE_M))  # fmt: skip


def _move_needle(fixed: Fixed, hands: Hands, csf_pressure_pa: float) -> Hands:
    theatre = hands.theatre
    if not theatre.needle.is_placed or theatre.path is None:
        return hands
    is_plugged = theatre.needle.is_stylet_in or theatre.catheter.phase == "threading"  # a catheter fills the bore
    before = theatre.needle.csf_lost_m3
    needle, notes = tissue.step(
        replace(theatre.needle, is_stylet_in=is_plugged), theatre.needle_spec, theatre.path, hands.needle_m,
        csf_pressure_pa, TICK_S,
    )  # fmt: skip
    needle = replace(needle, is_stylet_in=theatre.needle.is_stylet_in)
    removed = hands.intake.csf_removed_m3 + needle.csf_lost_m3 - before
    if notes:
        where = geometry.interspace(fixed.body, tissue.tip_of(needle, theatre.path))
        notes = tuple((name, size, where if name == "DuraPunctured" else place) for name, size, place in notes)
    return replace(
        hands, theatre=replace(theatre, needle=needle), intake=replace(hands.intake, csf_removed_m3=removed),
        notes=hands.notes + notes,
    )  # fmt: skip


def _move_catheter(fixed: Fixed, hands: Hands) -> Hands:
    theatre = hands.theatre
    if theatre.catheter.phase != "threading" or not theatre.needle.is_placed:
        return hands
    state, report = catheter.feed(
        theatre.catheter, fixed.catheter, around(fixed, theatre), hands.feed_m, hands.rotate_rad,
        theatre.catheter.stylet_behind_tip_m, TICK_S,
    )  # fmt: skip
    theatre = replace(theatre, catheter=state)
    if hands.feed_m != 0.0 or report.happenings:
        theatre = located(fixed, theatre)
    return replace(hands, theatre=theatre, notes=hands.notes + report.happenings)
