"""Introduce the pump in its pocket to the catheter's end: where one goes, and how hard the other pulls.

Staggered: the pump lives an interval under the catheter's last pull and torque; then the rod follows the
pump, and where the catheter stopped it, the pump goes back to what was possible. A pump weighs 185 g, the
catheter beside it 0.3 g.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import physics.catheter as catheter
import physics.geometry as geometry
import physics.pocket as pocket
from physics.catheter import CatheterState
from physics.fixed import Fixed
from physics.pocket import PocketState
from physics.theatre import Theatre, pump_pose
from physics.therapy import Note

FloatArray = NDArray[np.float64]

MOVED_M, MOVED_RAD = 1e-3, 0.03  # a pump that moved less leaves the catheter's end where it is
WINDING_RAD = math.radians(30.0)  # turned by more than this since it was laid, the catheter is wound up step by step
LEAST_TURN_RAD = 1e-3


def _surface(case: Fixed, state: PocketState) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the trunk's outward normal, and the tangents left and head, at the pump."""
    depth = state.cover_m + 0.5 * case.pump.thickness_m
    _, normal, along_u, along_v = geometry.surface_frame(case.body, state.pump_u_m, state.pump_v_m, depth)
    return normal, along_u, along_v


def under_pull(case: Fixed, theatre: Theatre, life: pocket.Life) -> pocket.Life:
    """Return the life of a pump with the pull and torque of its catheter as it lies now."""
    state, body = theatre.catheter, theatre.pocket
    if state.phase != "implanted" or state.is_disconnected:
        return life
    pose = pump_pose(case, theatre)
    force, moment = catheter.end_wrench(state, case.catheter, pose.centre_m)
    normal, along_u, along_v = _surface(case, body)
    force_u, force_v = float(force @ along_u), float(force @ along_v)
    lever_u, lever_v = math.sin(body.outlet_angle_rad), math.cos(body.outlet_angle_rad)
    arm = 0.5 * case.pump.diameter_m * (lever_u * force_v - lever_v * force_u)
    return replace(
        life, catheter_tension_n=math.hypot(force_u, force_v), catheter_direction_rad=math.atan2(force_v, force_u),
        catheter_torque_nm=arm - float(moment @ normal),
    )  # fmt: skip


def follow_pump(
    case: Fixed, before: Theatre, body: PocketState, near: catheter.Surroundings, hold_n: float
) -> tuple[CatheterState, PocketState, tuple[Note, ...]]:
    """Return (catheter, pump, what happened) after the pump has gone from `before.pocket` to `body`.

    Parameters
    ----------
    near : catheter.Surroundings
    hold_n : float
        Pull at which the connector comes off.
    """
    state, old = before.catheter, before.pocket
    moved = math.hypot(body.pump_u_m - old.pump_u_m, body.pump_v_m - old.pump_v_m)
    turned = body.outlet_angle_rad - old.outlet_angle_rad
    is_over = body.is_flipped != old.is_flipped
    if state.is_disconnected or not (moved > MOVED_M or abs(turned) > MOVED_RAD or is_over):
        return state, body, ()
    if not state.is_wound and not is_over and abs(body.outlet_angle_rad - body.laid_angle_rad) < WINDING_RAD:
        settled, happened = carried(case, before, replace(before, pocket=body), near)
        return settled, body, happened
    return _wound(case, before, body, near, hold_n)


def _frame(pose: geometry.PumpPose) -> FloatArray:
    return np.column_stack([pose.outlet_direction, np.cross(pose.normal, pose.outlet_direction), pose.normal])


def carried(
    case: Fixed, before: Theatre, after: Theatre, near: catheter.Surroundings, was: Fixed | None = None
) -> tuple[CatheterState, tuple[Note, ...]]:
    """Carry the pocket part of the catheter with a pump that has slid or turned a little; `was`: with another pump before."""
    old, new = pump_pose(was or case, before), pump_pose(case, after)
    turn = _frame(new) @ _frame(old).T
    moved = catheter.move_pump_end(before.catheter, new.centre_m - old.centre_m, turn, old.centre_m)
    return catheter.settle(moved, case.catheter, near)


def _seat(case: Fixed, theatre: Theatre, is_turning_over: bool = False) -> catheter.PumpSeat:
    pose = pump_pose(case, theatre)
    normal, _, _ = _surface(case, theatre.pocket)
    return catheter.PumpSeat(
        pose.centre_m, pose.normal, normal, 0.5 * case.pump.diameter_m, 0.5 * case.pump.thickness_m,
        theatre.pocket.radius_m, is_turning_over,
    )  # fmt: skip


def _rotation(turn: FloatArray) -> tuple[FloatArray, float]:
    """Return axis and angle of a rotation matrix."""
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    size = float(np.linalg.norm(axis))
    angle = math.atan2(size, float(np.trace(turn)) - 1.0)
    return (axis / size, angle) if size > 1e-12 else (np.array([0.0, 0.0, 1.0]), 0.0)


def _wound(
    case: Fixed, before: Theatre, body: PocketState, near: catheter.Surroundings, hold_n: float
) -> tuple[CatheterState, PocketState, tuple[Note, ...]]:
    """Wind the catheter up with its pump: turns in the plane, then over the edge, then the rest and the slide."""
    spec, old = case.catheter, before.pocket
    turned = body.outlet_angle_rad - old.outlet_angle_rad
    notes: list[Note] = []
    state, done = before.catheter, old
    # The outlet goes from the head toward +u: left-handed about the pump's normal, whichever way it faces.
    if abs(turned) > LEAST_TURN_RAD:
        seat = _seat(case, replace(before, pocket=done))
        motion = catheter.PumpMotion(
            seat.normal, -turned, most_torque_nm=pocket.FIDDLE_TORQUE_NM, most_pull_n=hold_n
        )
        state, result = catheter.turn_pump_end(state, spec, near, seat, motion)
        notes += result.happenings
        done = replace(done, outlet_angle_rad=old.outlet_angle_rad + result.share * turned)
        if result.is_disconnected:
            notes.append(("CatheterDisconnected", result.peak_pull_n, "pump connector"))
            return replace(state, is_disconnected=True), replace(body, outlet_angle_rad=done.outlet_angle_rad), tuple(notes)
    if body.is_flipped != done.is_flipped:
        _, _, along_v = _surface(case, done)
        seat = _seat(case, replace(before, pocket=done), is_turning_over=True)
        state, result = catheter.turn_pump_end(state, spec, near, seat, catheter.PumpMotion(along_v, -math.pi))
        notes += result.happenings
        done = replace(done, is_flipped=body.is_flipped)
    # What is left: the slide over the curved trunk and the lean.
    body = replace(body, outlet_angle_rad=done.outlet_angle_rad)
    here, there = pump_pose(case, replace(before, pocket=done)), pump_pose(case, replace(before, pocket=body))
    axis, angle = _rotation(_frame(there) @ _frame(here).T)
    seat = _seat(case, replace(before, pocket=done))
    motion = catheter.PumpMotion(axis, angle, there.centre_m - here.centre_m)
    state, result = catheter.turn_pump_end(state, spec, near, seat, motion)
    return state, body, (*notes, *result.happenings)
