"""Hands on the catheter, from its pack to the pump: thread, tie, anchor, pull, tunnel, trim, connect, coil."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import physics.catheter as catheter
import physics.commands as commands
import physics.geometry as geometry
from physics.catheter import CatheterState
from physics.clock import TICK_S
from physics.errors import CommandError
from physics.fixed import Fixed, with_catheter
from physics.pump import line
from physics.theatre import Handlers, Hands, Theatre, around, implanted_length, located, needle_line, pump_pose

CONNECTOR_FULL_N = 15.0  # force that seats the sutureless connector [scenarios_content 0.1: seat 1 -> 15 N, D]
LEAST_CATHETER_M = 0.15  # what must stay after trimming


def _open_catheter(fixed: Fixed, hands: Hands, command: commands.OpenCatheter) -> Hands:
    theatre, spec = hands.theatre, with_catheter(fixed, command.model).catheter
    line_m = needle_line(theatre)
    if line_m is None:
        return hands
    state = catheter.open_catheter(spec, line_m, hands.seed)
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
    if state.phase == "implanted":
        whole = catheter.patency(state, fixed.catheter)
        sitting = theatre.patency_sitting
        sitting = np.minimum(whole, sitting) if sitting.shape == whole.shape else whole
        theatre = replace(theatre, patency_lying=whole, patency_sitting=sitting)
    return replace(hands, theatre=theatre, notes=(*hands.notes, ("PurseStringTied", command.tension_n, "fascia")))


def _place_anchor(fixed: Fixed, hands: Hands, command: commands.PlaceAnchor) -> Hands:
    theatre = hands.theatre
    base = theatre.lumbar_catheter if theatre.lumbar_catheter is not None else theatre.catheter
    fitting = ("kit", *catheter.kinds_for(base.model))
    if command.kind not in fitting:
        raise CommandError("PlaceAnchor", "kind", command.kind, f"what fits {base.model}: " + ", ".join(fitting))
    state = catheter.place_anchor(
        base, command.distance_m, command.n_sutures, command.substrate, command.tie_force_n, command.kind, command.wings == "one"
    )
    theatre = replace(theatre, lumbar_catheter=state)
    if theatre.catheter.phase != "implanted":
        theatre = replace(theatre, catheter=state)
    note = ("AnchorPlaced", catheter.anchor_strength_n(state), command.substrate)
    return laid(fixed, replace(hands, theatre=theatre, notes=(*hands.notes, note)))


def _lay_loop(fixed: Fixed, hands: Hands, command: commands.LayLoop) -> Hands:
    radius = command.radius_m if command.radius_m >= catheter.LEAST_RADIUS_M else 0.0  # no tube makes a smaller one
    return laid(fixed, replace(hands, theatre=replace(hands.theatre, loop_radius_m=radius)))


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
    return laid(fixed, hands)


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
    before = len(hands.notes)
    hands = _pulled(fixed, hands, command.force_n)
    base = hands.theatre.lumbar_catheter or hands.theatre.catheter
    if base.phase == "free" and not any(name == "CatheterDisplaced" for name, _, _ in hands.notes[before:]):
        hands = replace(hands, notes=(*hands.notes, ("CatheterHeld", command.force_n, "pull")))
    return laid(fixed, hands) if hands.theatre.catheter.phase == "implanted" else hands


def _trim(fixed: Fixed, hands: Hands, command: commands.TrimCatheter) -> Hands:
    theatre = hands.theatre
    most = fixed.catheter.length_m - theatre.removed_m - LEAST_CATHETER_M
    cut = min(command.length_m, max(0.0, most))
    note = ("CatheterTrimmed", cut, "pump end")
    theatre = replace(theatre, removed_m=theatre.removed_m + cut)
    return laid(fixed, replace(hands, theatre=theatre, notes=(*hands.notes, note)))


def _connect(fixed: Fixed, hands: Hands, command: commands.ConnectCatheter) -> Hands:
    theatre = hands.theatre
    if not theatre.pocket.is_pump_in or theatre.catheter.phase != "implanted" or theatre.way is not None:
        return hands
    seat = min(1.0, command.force_n / CONNECTOR_FULL_N)
    theatre = replace(theatre, connector_seat=seat, is_connected=seat > 0.0)
    tube = hands.therapy.line
    joined = line.fitted(tube, theatre.catheter.length_m, True)  # trimmed at its pump end
    therapy = replace(hands.therapy, line=joined, pressures_pa=None)
    return replace(
        hands, theatre=theatre, therapy=therapy, notes=(*hands.notes, ("CatheterConnected", command.force_n, "pump"))
    )


def _coil(fixed: Fixed, hands: Hands, command: commands.CoilSlack) -> Hands:
    theatre = replace(hands.theatre, coil_radius_m=command.radius_m, is_coil_behind=command.is_behind_pump)
    return laid(fixed, replace(hands, theatre=theatre))


def laid(fixed: Fixed, hands: Hands) -> Hands:
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
        pump_half_thickness_m=0.5 * fixed.pump.thickness_m, pocket_radius_m=theatre.pocket.radius_m,
        loop_radius_m=theatre.loop_radius_m, coil_radius_m=theatre.coil_radius_m,
        is_coil_behind=theatre.is_coil_behind, length_m=length,
    )  # fmt: skip
    state, happened = catheter.lay_out(base, fixed.catheter, around(fixed, theatre), route)
    whole = catheter.patency(state, fixed.catheter)
    theatre = replace(theatre, catheter=state, patency_lying=whole, patency_sitting=whole)
    therapy = hands.therapy
    if theatre.is_connected:
        tube = therapy.line
        therapy = replace(therapy, line=line.joined(tube, state.length_m, line.catheter_concentration(tube)), pressures_pa=None)
    return replace(hands, theatre=located(fixed, theatre), therapy=therapy, notes=hands.notes + happened)


def move_catheter(fixed: Fixed, hands: Hands) -> Hands:
    """Feed and turn the catheter for one tick."""
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


HANDLERS: Handlers = {
    commands.OpenCatheter: _open_catheter,
    commands.SetCatheterStylet: _set_catheter_stylet,
    commands.TiePurseString: _tie_purse_string,
    commands.PlaceAnchor: _place_anchor,
    commands.LayLoop: _lay_loop,
    commands.PullCatheter: _pull,
    commands.TunnelCatheter: _tunnel,
    commands.TrimCatheter: _trim,
    commands.ConnectCatheter: _connect,
    commands.CoilSlack: _coil,
}
