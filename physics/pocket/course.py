"""Weeks in the pocket: representative acts, wear and creep, capsule, tilt and flip.

Weeks pass as blocks: one act of each posture class and of each kind of fiddling is run on the body in the
plane, its slip and wear are read, and the rest of the block is counted. Tilt and flip are one bistable
angle of the transverse slice, beside the plane.
"""

from __future__ import annotations

import math
from dataclasses import replace

from physics.pocket.fixation import crept, hardest_handling_j, pushed_over, seat_tilt_rad, tilt_of, worn_by
from physics.pocket.habits import (
    FIDDLE_TORQUE_NM,
    FIDDLE_TURN_RAD,
    GRAVITY_M_PER_S2,
    POSTURES,
    RUB_TORQUE_NM,
    RUB_TURN_RAD,
    Life,
    Load,
    fold_factor,
    hardest,
    net_turns,
    posture_load,
)
from physics.pocket.pump_body import (
    FIBROSIS_DAYS,
    PUMP_RADIUS_M,
    EventNote,
    PocketState,
    barrier_j,
    bear,
    dead_space_fluid,
)
from physics.randomness import draw

TILT_DAYS = 14.0  # [A] a tilt settles in two weeks
TURN_NOTED_RAD = math.radians(30.0)  # [A] a smaller turn is not worth an event
RARE = 0.05  # acts per block below which none is run
BLOCK_DAYS = (0.5, 0.5, 1.0, 2.0, 4.0, 7.0, 15.0)  # then blocks of 30 days


def _blocks(days: float, age_days: float) -> list[float]:
    """Return how a stretch of life is cut: fine while the wound is fresh, 30 days later."""
    edges = 0.0
    blocks: list[float] = []
    left = days
    for length in (*BLOCK_DAYS, *(30.0,) * 400):
        edges += length
        if left <= 1e-12:
            break
        if edges <= age_days:
            continue
        span = min(left, edges - max(age_days, edges - length))
        blocks.append(span)
        left -= span
    return blocks


def live(
    state: PocketState, life: Life, days: float, seed: int, tick: int
) -> tuple[PocketState, tuple[EventNote, ...]]:
    """Return (state, events) after `days` of life with the pump.

    Parameters
    ----------
    life : Life
        Habits and the catheter's pull.
    days : float
        >= 0; blocks of half a day at first, 30 days later, each with its hardest sitting-up, a turn in
        bed and a fiddle run in full; the rest of the block is counted.
    seed, tick : int
        For the draws (stream "pocket.life").
    """
    if not state.is_pump_in or days <= 0.0:
        return state, ()
    start_angle = state.outlet_angle_rad
    # The age is part of the stream: several stretches of life may fall into one tick.
    generator = draw(seed, f"pocket.life {state.days:.4f}", tick)
    events: list[EventNote] = []
    for span in _blocks(days, state.days):
        chances = [float(x) for x in generator.random(3)]
        state, notes = _live_block(state, life, span, chances)
        events += notes
    turned = state.outlet_angle_rad - start_angle
    if abs(turned) > TURN_NOTED_RAD:
        events.append(("PumpRotated", turned, "pocket"))
    return state, tuple(events)


def _live_block(
    state: PocketState, life: Life, days: float, chances: list[float]
) -> tuple[PocketState, list[EventNote]]:
    """Return (state, events) after one block of days: postures, fiddling, rubbing, handling, ageing."""
    side = 1.0 if chances[0] < 0.5 else -1.0
    way = 1.0 if chances[1] < 0.5 else -1.0
    fold = fold_factor(state.fat_m, state.plane)
    events: list[EventNote] = []
    for posture in POSTURES:
        n_acts = posture.share * life.flexions_per_day * days
        if n_acts > RARE:
            state, notes = _take(state, life, posture.name, n_acts, fold, side, days)
            events += notes
    n_fiddles = life.twiddle_turns_per_day * days
    for name, n_acts, torque, turn, bias in (
        ("fiddle", n_fiddles, FIDDLE_TORQUE_NM, FIDDLE_TURN_RAD, life.twiddle_bias),
        ("rub", life.rubs_per_day * days, RUB_TORQUE_NM, RUB_TURN_RAD, 0.0),
    ):
        if n_acts > RARE:
            state, notes = _turned_by(state, life, Load(name, 0.0, 0.0, torque, turn), net_turns(n_acts, bias, way))
            events += notes
    flipped, notes_flip = _maybe_flip(state, n_fiddles, chances[2])
    return _aged(flipped, days), events + notes_flip


def _take(
    state: PocketState, life: Life, name: str, n_acts: float, fold: float, side: float, days: float
) -> tuple[PocketState, list[EventNote]]:
    """Return (state, events) after the hardest of n acts of a posture, with the wear of all of them."""
    posture = next(p for p in POSTURES if p.name == name)
    extreme = hardest(n_acts)
    load = posture_load(posture, state.pump_mass_kg * GRAVITY_M_PER_S2, fold * extreme, side)
    state, peak, notes = bear(state, load, life)
    usual = {loop: force / extreme for loop, force in peak.items()}
    if name == "sit":
        state = replace(state, sutures=worn_by(state.sutures, usual, n_acts))
    if name == "stand":  # the steady load of the day
        state = replace(state, sutures=crept(state.sutures, peak, state.days, days))
    return state, list(notes)


def _turned_by(
    state: PocketState, life: Life, load: Load, n_net: float
) -> tuple[PocketState, list[EventNote]]:
    """Return (state, events) after turns of which n_net are left: a pump on its loops springs back."""
    before = state.outlet_angle_rad
    one = replace(load, turn_rad=math.copysign(load.turn_rad, n_net))
    state, _, notes = bear(state, one, life)
    is_free = not any(s.is_intact for s in state.sutures)
    turned = (state.outlet_angle_rad - before) * (abs(n_net) if is_free else 1.0)
    return replace(state, outlet_angle_rad=before + turned), list(notes)


def _maybe_flip(state: PocketState, n_fiddles: float, chance: float) -> tuple[PocketState, list[EventNote]]:
    hardest_j = hardest_handling_j(n_fiddles, chance)
    # A flipped pump stays: its catheter is wound under it and no edge can be grasped [I-A5 "then stuck", A].
    if state.is_flipped or pushed_over(hardest_j, barrier_j(state)) < math.pi:
        return state, []
    return replace(state, is_flipped=True), [("PumpFlipped", math.pi, "pocket")]


def _aged(state: PocketState, days: float) -> PocketState:
    # The capsule forms round the pump as it has tilted, so the slack that was dissected counts.
    seat = seat_tilt_rad(max(0.0, state.clearance_m), PUMP_RADIUS_M, state.n_holding)
    # A mature capsule keeps the pump where it is.
    share = days * (1.0 - 0.9 * state.fibrosis)
    age = state.days + days
    return replace(
        state, days=age, fibrosis=1.0 - (1.0 - state.fibrosis) * math.exp(-days / FIBROSIS_DAYS),
        tilt_rad=tilt_of(state.tilt_rad, seat, share, TILT_DAYS), fluid_m3=dead_space_fluid(state, age),
    )  # fmt: skip
