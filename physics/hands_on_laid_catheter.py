"""Hands on a catheter that lies already: grip, clamp, stitch, cut, join, tug, and a needle that hits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import physics.catheter as catheter
import physics.commands as commands
import physics.geometry as geometry
from physics.catheter import CatheterState
from physics.fixed import Fixed
from physics.hands_on_catheter import CONNECTOR_FULL_N
from physics.theatre import Handlers, Hands, Note, Theatre, implanted_length

REFILL_NEEDLE_M = 0.72e-3  # 22 G
LEAST_JOINT_N = 1.0  # a connector that holds less falls apart in the hand [A]
MOST_CLAMPS = 8  # on the tray


def damaged(
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
    return damaged(fixed, hands, command.from_tip_m, lambda state: catheter.gripped(
        state, command.from_tip_m, command.force_n, command.is_rubber_shod, 0.0))  # fmt: skip


def _clamp(fixed: Fixed, hands: Hands, command: commands.ClampCatheter) -> Hands:
    def put_on(state: CatheterState) -> tuple[CatheterState, list[Note]]:
        at, force, is_shod = command.from_tip_m, command.force_n, command.is_rubber_shod
        note = ("CatheterClamped", force, "rubber-shod" if is_shod else "bare")
        return catheter.clamp_on(state, at, force, is_shod, hands.now_s), [note]

    if len(hands.theatre.catheter.clamps) >= MOST_CLAMPS:
        return hands
    return damaged(fixed, hands, command.from_tip_m, put_on)


def _unclamp(fixed: Fixed, hands: Hands, command: commands.UnclampCatheter) -> Hands:
    return damaged(fixed, hands, 0.0, lambda state: catheter.clamps_off(state, hands.now_s))


def _stitch(fixed: Fixed, hands: Hands, command: commands.StitchCatheter) -> Hands:
    return damaged(fixed, hands, command.from_tip_m, lambda state: catheter.stitched(
        state, command.from_tip_m, command.tension_n, command.is_through))  # fmt: skip


def _cut(fixed: Fixed, hands: Hands, command: commands.CutCatheter) -> Hands:
    at, lumen = command.from_tip_m, fixed.catheter.inner_diameter_m
    if hands.theatre.catheter.phase not in ("free", "implanted"):
        return hands
    return damaged(fixed, hands, at, lambda state: (
        catheter.holed(state, at, lumen, 1.0), [("CatheterCut", at, "scissors")]))  # fmt: skip


def _join(fixed: Fixed, hands: Hands, command: commands.JoinCatheter) -> Hands:
    state = hands.theatre.catheter
    is_home = catheter.connector_hold_n(min(1.0, command.force_n / CONNECTOR_FULL_N)) > LEAST_JOINT_N
    if not is_home or not any(row[2] >= 1.0 for row in state.wall_defects):
        return hands
    return damaged(fixed, hands, 0.0, lambda state: (
        catheter.mended(state), [("CatheterJoined", command.force_n, "connector")]))  # fmt: skip


def _tug(fixed: Fixed, hands: Hands, command: commands.TugConnector) -> Hands:
    theatre = hands.theatre
    if not theatre.is_connected:
        return hands
    seat, notes = catheter.tugged(theatre.connector_seat, command.force_n)
    theatre = replace(theatre, connector_seat=seat, is_connected=seat > 0.0)
    return replace(hands, theatre=theatre, notes=(*hands.notes, *notes))


def refill_tip(fixed: Fixed, theatre: Theatre) -> NDArray[np.float64] | None:
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


def puncture(fixed: Fixed, hands: Hands, before_m: NDArray[np.float64] | None) -> Hands:
    """Let the tip of the refill needle go through whatever strand of the catheter lies in its way."""
    after_m = refill_tip(fixed, hands.theatre)
    if before_m is None or after_m is None or np.array_equal(before_m, after_m):
        return hands
    return damaged(fixed, hands, 0.0, lambda state: catheter.punctured(
        state, fixed.catheter, before_m, after_m, REFILL_NEEDLE_M))  # fmt: skip


HANDLERS: Handlers = {
    commands.GripCatheter: _grip,
    commands.ClampCatheter: _clamp,
    commands.UnclampCatheter: _unclamp,
    commands.StitchCatheter: _stitch,
    commands.CutCatheter: _cut,
    commands.JoinCatheter: _join,
    commands.TugConnector: _tug,
}
