"""What hands do to matter: each command turned into a change of needle, catheter, pocket or device.

`apply` takes one command; slow movements (advancing, feeding, pressing) are gathered in `Moves` and
carried out once per tick by `move`, in the order needle -> catheter -> refill needle -> plunger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics import anatomy, catheter, commands, csf, geometry, hydraulics, pocket, tissue
from physics.catheter import CatheterState
from physics.clock import TICK_S
from physics.errors import CommandError
from physics.fixed import Fixed
from physics.pocket import PocketState
from physics.pump import device, line, needle_path, refill
from physics.pump.program import Prescription
from physics.pump.refill import RefillState
from physics.therapy import Intake, Plumbing, Therapy
from physics.tissue import NeedlePath, NeedleSpec, NeedleState

FloatArray = NDArray[np.float64]
Note = tuple[str, float, str]

CONNECTOR_FULL_N = 15.0  # force that seats the sutureless connector [scenarios_content 0.1: seat 1 -> 15 N, D]
COIL_RADIUS_M = 0.025  # coil laid when nobody says otherwise [I34: radius >= 10 mm]
LEAST_CATHETER_M = 0.15  # what must stay after trimming
MAX_NEEDLE_M = 0.16
WOUND_HALF_WIDTH_M = 0.02  # retracted skin edges
LEAST_SYRINGE_M3 = 3e-6
TREATMENTS = ("ventilation", "benzodiazepine", "cyproheptadine", "oral_baclofen", "csf_drain")
HOLE_AREA_M2 = 1.4e-6  # annulus of a 14 G puncture round its catheter [csf.pressure]


@dataclass(frozen=True, slots=True)
class LumbarWound:
    """The opened back: skin and fat retracted down to `depth_m`."""

    u_m: float
    v_m: float
    length_m: float
    depth_m: float


@dataclass(frozen=True, slots=True)
class Syringe:
    """A syringe in the hand."""

    contents: str = "none"
    capacity_m3: float = 0.0
    volume_m3: float = 0.0
    drug_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class Theatre:
    """Everything that hands touch.

    Attributes
    ----------
    path : tissue.NeedlePath or None
        Layers along the needle as it is aimed now.
    lumbar_catheter : CatheterState or None
        The catheter as it came out of the back, before it was laid: a new route starts from it.
    removed_m, trimmed : float
        Catheter cut off at the pump end.
    tunnel_m : tuple of (u, v, depth)
        Way points of the tunneller.
    patency_lying, patency_sitting : (n,) arrays
        Open share of the lumen per edge after the last day of life.
    exit_u_m, exit_v_m : float
        Where the needle went in, on the unrolled trunk.
    """

    needle: NeedleState
    needle_spec: NeedleSpec
    path: NeedlePath | None
    lumbar: LumbarWound | None
    catheter: CatheterState
    lumbar_catheter: CatheterState | None
    patency_lying: FloatArray
    patency_sitting: FloatArray
    exit_u_m: float
    exit_v_m: float
    aim_elevation_rad: float
    aim_medial_rad: float
    removed_m: float
    tunnel_m: tuple[tuple[float, float, float], ...]
    connector_seat: float
    is_connected: bool
    is_coil_behind: bool
    coil_radius_m: float
    loop_radius_m: float
    n_holes: int
    pocket: PocketState
    refill: RefillState
    syringe: Syringe
    pocket_fluid_m3: float
    pocket_fluid_kg: float
    tissue_fluid_m3: float
    tip_arc_m: float
    tip_level: float
    tip_space: str
    lived_days: float  # how far the life of the implant has been followed



@dataclass(frozen=True, slots=True)
class Hands:
    """Theatre, device and the slow movements asked for in this tick."""

    theatre: Theatre
    therapy: Therapy
    seed: int
    needle_m: float = 0.0
    feed_m: float = 0.0
    rotate_rad: float = 0.0
    refill_m: float = 0.0
    plunger_n: float | None = None
    skip_s: float = 0.0
    intake: Intake = field(default_factory=Intake)
    notes: tuple[Note, ...] = ()


def fresh_theatre(fixed: Fixed) -> Theatre:
    """Return a theatre before the first cut."""
    closed = catheter.closed_catheter(fixed.catheter)
    whole = np.ones(closed.n_edges)
    return Theatre(
        needle=tissue.initial(), needle_spec=NeedleSpec(), path=None, lumbar=None, catheter=closed, lumbar_catheter=None, patency_lying=whole,
        patency_sitting=whole, exit_u_m=0.0, exit_v_m=0.0, aim_elevation_rad=np.pi / 2, aim_medial_rad=0.0, removed_m=0.0, tunnel_m=(), connector_seat=0.0,
        is_connected=False, is_coil_behind=True, coil_radius_m=COIL_RADIUS_M, loop_radius_m=0.0, n_holes=0,
        pocket=PocketState(), refill=RefillState(), syringe=Syringe(), pocket_fluid_m3=0.0, pocket_fluid_kg=0.0,
        tissue_fluid_m3=0.0, tip_arc_m=0.0, tip_level=15.5, tip_space="air",
        lived_days=0.0,
    )  # fmt: skip


# --- needle -----------------------------------------------------------------------------------


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


def needle_tip(theatre: Theatre) -> FloatArray:
    """Return the tip of the needle (3,); zeros before it was ever placed."""
    return tissue.tip_of(theatre.needle, theatre.path) if theatre.path is not None else np.zeros(3)


def needle_line(theatre: Theatre) -> FloatArray | None:
    """Return the bore's centre line hub -> tip, or None without a needle."""
    if not theatre.needle.is_placed or theatre.path is None:
        return None
    return tissue.needle_centre_line(
        needle_tip(theatre), theatre.path.direction, theatre.needle.rotation_rad, theatre.needle_spec
    )


def around(fixed: Fixed, theatre: Theatre) -> catheter.Surroundings:
    """Return what the catheter touches now."""
    return geometry.surroundings(
        fixed.body, needle_line(theatre), theatre.needle_spec.bore_radius_m, theatre.exit_u_m, theatre.exit_v_m
    )


def _remove_needle(fixed: Fixed, hands: Hands, command: commands.RemoveNeedle) -> Hands:
    theatre = hands.theatre
    if not theatre.needle.is_placed:
        return hands
    holes = theatre.needle.n_dural_punctures
    needle, notes = tissue.remove(theatre.needle)
    if theatre.catheter.phase == "threading":
        state, report = catheter.withdraw_needle(
            theatre.catheter, fixed.catheter, around(fixed, theatre), command.is_catheter_held
        )
        notes = report.happenings
        theatre = replace(theatre, catheter=state, lumbar_catheter=state)
    theatre = replace(theatre, needle=needle, n_holes=max(theatre.n_holes, holes))
    return replace(hands, theatre=_located(fixed, theatre), notes=hands.notes + notes)


# --- catheter ---------------------------------------------------------------------------------


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
            hands, theatre=_located(fixed, replace(theatre, catheter=state)), notes=hands.notes + report.happenings
        )
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
    return _laid(fixed, replace(hands, theatre=replace(hands.theatre, loop_radius_m=command.radius_m)))


def _tunnel(fixed: Fixed, hands: Hands, command: commands.TunnelCatheter) -> Hands:
    if len(command.waypoints_m) < 2:
        raise CommandError("TunnelCatheter", "waypoints_m", command.waypoints_m, "at least 2 way points")
    points = geometry.tunnel_points(fixed.body, command.waypoints_m)
    length = float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
    theatre = replace(hands.theatre, tunnel_m=command.waypoints_m)
    note = ("CatheterTunnelled", length, "flank")
    return _laid(fixed, replace(hands, theatre=theatre, notes=(*hands.notes, note)))


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


def pump_pose(fixed: Fixed, theatre: Theatre) -> geometry.PumpPose:
    """Return where the pump (or the pocket that waits for it) lies."""
    state = theatre.pocket
    tilt = state.tilt_rad + (np.pi if state.is_flipped or not state.is_septum_outward else 0.0)
    return geometry.pump_pose(
        fixed.body, state.pump_u_m, state.pump_v_m, state.cover_m, state.outlet_angle_rad, tilt,
        fixed.pump.thickness_m, 0.5 * fixed.pump.diameter_m,
    )  # fmt: skip


def implanted_length(fixed: Fixed, theatre: Theatre) -> float:
    """Return the true length from tip to pump end [m]: as packed, less what was cut or sheared off."""
    return fixed.catheter.length_m - theatre.removed_m - theatre.catheter.fragment_m


def _laid(fixed: Fixed, hands: Hands) -> Hands:
    """Return hands with the catheter laid along its route again, once back and pocket are joined."""
    theatre = hands.theatre
    base = theatre.lumbar_catheter
    if base is None or base.phase != "free" or len(theatre.tunnel_m) < 2 or not theatre.pocket.is_dissected:
        return hands
    pose = pump_pose(fixed, theatre)
    route = catheter.Route(
        tunnel_m=geometry.tunnel_points(fixed.body, theatre.tunnel_m), outlet_m=pose.outlet_m,
        outlet_direction=pose.outlet_direction, pump_centre_m=pose.centre_m, pump_normal=pose.normal,
        pump_half_thickness_m=0.5 * fixed.pump.thickness_m, loop_radius_m=theatre.loop_radius_m,
        coil_radius_m=theatre.coil_radius_m, is_coil_behind=theatre.is_coil_behind,
        length_m=implanted_length(fixed, replace(theatre, catheter=base)),
    )  # fmt: skip
    state, happened = catheter.lay_out(base, fixed.catheter, around(fixed, theatre), route)
    whole = catheter.patency(state, fixed.catheter)
    theatre = replace(theatre, catheter=state, patency_lying=whole, patency_sitting=whole)
    therapy = hands.therapy
    if theatre.is_connected:
        therapy = replace(therapy, line=line.joined(therapy.line, state.length_m), pressures_pa=None)
    return replace(hands, theatre=_located(fixed, theatre), therapy=therapy, notes=hands.notes + happened)


def _located(fixed: Fixed, theatre: Theatre) -> Theatre:
    """Return the theatre with the place of the catheter's tip brought up to date."""
    state = theatre.catheter
    if state.phase == "closed":
        return theatre
    arc, level, space = geometry.place_in_canal(fixed.body, catheter.tip_point(state))
    if state.phase == "threading" and catheter.fed_length(state) < theatre.needle_spec.length_m:
        space = "needle" if catheter.fed_length(state) > 2e-3 else "hub"
    elif state.is_epidural and space == "intrathecal":
        space = "epidural"
    return replace(theatre, tip_arc_m=arc, tip_level=level, tip_space=space)


# --- pocket and pump --------------------------------------------------------------------------


def _dissect(fixed: Fixed, hands: Hands, command: commands.DissectPocket) -> Hands:
    state = pocket.dissect(command.u_m, command.v_m, command.radius_m, command.plane, command.cover_m)
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


# --- fluids and device ------------------------------------------------------------------------


def _fill_on_table(fixed: Fixed, hands: Hands, command: commands.FillOnTable) -> Hands:
    therapy = hands.therapy
    filled, purged, purged_kg, notes = device.fill_on_table(
        therapy.pump, fixed.pump, command.volume_m3, command.concentration_kg_per_m3, command.is_purged
    )
    full = therapy.line if purged <= 0.0 else line.with_tubing(therapy.line, purged_kg / purged)
    return replace(hands, therapy=replace(therapy, pump=filled, line=full), notes=hands.notes + notes)


def _program(fixed: Fixed, hands: Hands, command: commands.ProgramPump) -> Hands:
    order = Prescription(
        command.mode, command.dose_kg_per_s, command.concentration_kg_per_m3, command.reservoir_volume_m3,
        command.alarm_volume_m3, command.prime_volume_m3, command.bridge_volume_m3, command.bolus_kg,
        command.bolus_duration_s, command.recorded_length_m,
    )  # fmt: skip
    updated, notes = device.program(hands.therapy.pump, fixed.pump, order)
    return replace(hands, therapy=replace(hands.therapy, pump=updated), notes=hands.notes + notes)


def _take_syringe(fixed: Fixed, hands: Hands, command: commands.TakeSyringe) -> Hands:
    is_empty = command.contents == "empty"
    volume = 0.0 if is_empty else command.volume_m3
    capacity = max(command.volume_m3, LEAST_SYRINGE_M3)
    syringe = Syringe(command.contents, capacity, volume, volume * command.concentration_kg_per_m3)
    return replace(hands, theatre=replace(hands.theatre, syringe=syringe))


def refill_site(fixed: Fixed, theatre: Theatre) -> needle_path.RefillSite:
    """Return the pump as the refill needle meets it."""
    state = theatre.pocket
    return needle_path.RefillSite(
        pump_u_m=state.pump_u_m, pump_v_m=state.pump_v_m, cover_m=state.cover_m, tilt_rad=state.tilt_rad,
        tilt_direction_rad=state.tilt_direction_rad, outlet_angle_rad=state.outlet_angle_rad,
        is_septum_outward=state.is_septum_outward and not state.is_flipped,
        pump_radius_m=0.5 * fixed.pump.diameter_m, pump_thickness_m=fixed.pump.thickness_m,
        septum_radius_m=fixed.pump.septum_radius_m, pocket_radius_m=state.radius_m,
    )  # fmt: skip


def _place_refill(fixed: Fixed, hands: Hands, command: commands.PlaceRefillNeedle) -> Hands:
    state = refill.place(
        hands.theatre.refill, command.u_m, command.v_m, command.tilt_u_rad, command.tilt_v_rad, hands.seed
    )
    return replace(hands, theatre=replace(hands.theatre, refill=state))


def _treat(fixed: Fixed, hands: Hands, command: commands.GiveTreatment) -> Hands:
    care = hands.therapy.care
    name, amount = command.treatment, command.amount
    if name in ("ventilation", "benzodiazepine", "cyproheptadine"):
        return replace(hands, therapy=replace(hands.therapy, care=replace(care, **{name: amount})))
    if name == "oral_baclofen":
        return replace(hands, intake=replace(hands.intake, oral_kg=hands.intake.oral_kg + amount))
    if name == "csf_drain":
        return replace(hands, intake=replace(hands.intake, csf_removed_m3=hands.intake.csf_removed_m3 + amount))
    raise CommandError("GiveTreatment", "treatment", name, f"one of {', '.join(TREATMENTS)}")


def _add(name: str, source: str) -> Callable[[Fixed, Hands, Any], Hands]:
    """Return a handler that adds a command's travel to the tick's movement."""

    def handler(fixed: Fixed, hands: Hands, command: Any) -> Hands:
        return replace(hands, **{name: getattr(hands, name) + getattr(command, source)})

    return handler


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
    commands.TunnelCatheter: _tunnel, commands.TrimCatheter: _trim, commands.ConnectCatheter: _connect,
    commands.CoilSlack: _coil, commands.DissectPocket: _dissect, commands.PlacePump: _place_pump,
    commands.SuturePump: _suture_pump, commands.CloseWounds: _close, commands.FillOnTable: _fill_on_table,
    commands.ProgramPump: _program, commands.TakeSyringe: _take_syringe, commands.PlaceRefillNeedle: _place_refill,
    commands.AdvanceRefillNeedle: _add("refill_m", "travel_m"), commands.MovePlunger: _plunger,
    commands.AdvanceClinicalTime: _add("skip_s", "duration_s"), commands.GiveTreatment: _treat,
}  # fmt: skip


def apply(fixed: Fixed, hands: Hands, command: commands.Command) -> Hands:
    """Return hands after one command; a command that makes no sense now changes nothing."""
    return HANDLERS[type(command)](fixed, hands, command)


# --- the slow movements of a tick -------------------------------------------------------------


def move(fixed: Fixed, hands: Hands, csf_pressure_pa: float) -> Hands:
    """Carry out the tick's movements: needle, catheter, refill needle, plunger."""
    hands = _move_needle(fixed, hands, csf_pressure_pa)
    hands = _move_catheter(fixed, hands)
    return _move_refill(fixed, hands)


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
        theatre = _located(fixed, theatre)
    return replace(hands, theatre=theatre, notes=hands.notes + report.happenings)


def _move_refill(fixed: Fixed, hands: Hands) -> Hands:
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


def _move_plunger(fixed: Fixed, hands: Hands, site: needle_path.RefillSite) -> Hands:
    theatre, machine = hands.theatre, hands.therapy.pump
    syringe, state = theatre.syringe, theatre.refill
    if syringe.capacity_m3 <= 0.0 or not state.is_placed:
        return hands
    stores = refill.Stores(
        syringe.volume_m3, syringe.drug_kg, syringe.capacity_m3, syringe.contents, machine.reservoir_m3,
        machine.drug_kg, theatre.pocket_fluid_m3, theatre.pocket_fluid_kg, theatre.tissue_fluid_m3, 0.0,
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
        syringe=Syringe(syringe.contents, syringe.capacity_m3, after.syringe_m3, after.syringe_kg),
    )  # fmt: skip
    changed = device.with_reservoir(machine, fixed.pump, after.reservoir_m3, after.reservoir_kg)
    therapy = replace(hands.therapy, pump=changed)
    return replace(hands, theatre=theatre, therapy=therapy, intake=intake, notes=hands.notes + notes)


# --- what therapy needs to know ---------------------------------------------------------------


def plumbing(fixed: Fixed, theatre: Theatre) -> Plumbing | None:
    """Return the implanted line as fluid meets it; None while nothing is connected."""
    if not theatre.is_connected or theatre.catheter.phase != "implanted":
        return None
    return Plumbing(
        theatre.catheter.rest_length, theatre.patency_lying, theatre.patency_sitting,
        fixed.catheter.inner_diameter_m, fixed.catheter.outer_diameter_m, theatre.connector_seat,
        theatre.tip_space, theatre.tip_level,
    )  # fmt: skip


def dural_hole(theatre: Theatre) -> csf.DuralHole:
    """Return the punctures of the dura as they are now."""
    n = max(theatre.n_holes, theatre.needle.n_dural_punctures)
    is_plugged = theatre.needle.is_placed
    return csf.DuralHole(n * HOLE_AREA_M2, theatre.catheter.purse_tension_n, False, not is_plugged)
