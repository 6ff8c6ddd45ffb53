"""Hands on the back and the Tuohy needle: cut, aim, advance, turn, withdraw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.commands as commands
import physics.geometry as geometry
import physics.tissue as tissue
from physics.clock import TICK_S
from physics.fixed import Fixed
from physics.theatre import Handlers, Hands, LumbarWound, Note, Theatre, around, located, needle_line
from physics.tissue import NeedlePath, NeedleSpec, NeedleState

FloatArray = NDArray[np.float64]

MAX_NEEDLE_M = 0.16
GRAZING_M = 2e-3  # a track this near to bone bends over its edge
NEEDLE_RADIUS_M = 0.9e-3  # 15 gauge Tuohy, outer [device_and_procedure 2, UGK-M]
CORD_SHARE = 0.1  # stiffness over the cord's: below it only loose roots run, which slip off a needle [A]
WOUND_HALF_WIDTH_M = 0.02  # retracted skin edges


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


def _in_cord(fixed: Fixed, point_m: FloatArray) -> bool:
    """Return whether the needle's tip meets the cord; the roots below it give way and do not count."""
    spine = fixed.body.spine
    near = np.linalg.norm(spine.cord_points_m - point_m, axis=1)
    touched = near < spine.cord_radius_m + NEEDLE_RADIUS_M
    return bool((touched & (spine.cord_stiffness > CORD_SHARE)).any())


def _nerve_touched(fixed: Fixed, theatre: Theatre, needle: NeedleState, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Return the paraesthesia of this tick: the tip came into the cord, or pinned a root against the opposite wall."""
    path = theatre.path
    if path is None or not needle.is_in_sac:
        return ()
    if any(name == "AnteriorWallTouched" for name, _, _ in notes):
        return (("NerveTouched", needle.force_n, "root"),)
    if needle.depth_m == theatre.needle.depth_m or not _in_cord(fixed, tissue.tip_of(needle, path)):
        return ()
    was_in = theatre.needle.is_in_sac and _in_cord(fixed, tissue.tip_of(theatre.needle, path))
    return () if was_in else (("NerveTouched", needle.force_n, "cord"),)


def move_needle(fixed: Fixed, hands: Hands, csf_pressure_pa: float) -> Hands:
    """Advance or withdraw the needle for one tick."""
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
    notes += _nerve_touched(fixed, theatre, needle, notes)
    if notes:
        where = geometry.interspace(fixed.body, tissue.tip_of(needle, theatre.path))
        notes = tuple((name, size, where if name == "DuraPunctured" else place) for name, size, place in notes)
    return replace(
        hands, theatre=replace(theatre, needle=needle), intake=replace(hands.intake, csf_removed_m3=removed),
        notes=hands.notes + notes,
    )  # fmt: skip


HANDLERS: Handlers = {
    commands.InciseLumbar: _incise,
    commands.PlaceNeedle: _place_needle,
    commands.AimNeedle: _aim_needle,
    commands.RotateNeedle: _rotate_needle,
    commands.BraceHand: _brace,
    commands.SetNeedleStylet: _set_needle_stylet,
    commands.RemoveNeedle: _remove_needle,
}
