"""Lumbar puncture and threading, as a plan: place, advance to loss of resistance, prove CSF, feed by the marks."""

from __future__ import annotations

import math

from game.players.chart import Chart
from game.players.habits import Habits
from game.players.step import Plan, do, film, repeat, say, wait, wait_until
from physics.clock import TICK_S
from physics.commands import (
    AdvanceNeedle,
    BraceHand,
    FeedCatheter,
    OpenCatheter,
    PlaceNeedle,
    RotateNeedle,
    SetNeedleStylet,
)
from scenarios.actions import Action

FAST_M_PER_S = 0.012  # tuned: through fat and muscle, far from the dura
SLOW_M_PER_S = 0.003  # tuned: braced, near the flavum (1-2 mm overshoot, game_design 3)
FEED_M_PER_S = 0.015  # stroke speed [game_design 3.6]
STROKE_M = 0.060  # film every 50-80 mm
FILM_BEFORE_DURA_M = 0.010  # film within the last centimetre [IM23]
STUCK_TICKS = 64  # tuned: a second without progress is bone
STALL_TICKS = 32  # tuned: half a second at the limit of the braced hand
SCAR_STOP_M = 0.004  # tuned: from here by half millimetres with the stylet out
SEARCH_TICKS = 1280  # tuned: 20 s for the last centimetre
LEAST_GIVE_N = 3.0  # tuned: flavum peaks at 4-8 N; a fall from less is muscle
GIVE_SHARE = 0.5  # the force falls by half or more within 0.6 mm [game_design 3.4]
STEP_M = 0.0005  # tuned: beyond the give, half a millimetre at a time with the stylet out
MOST_STEPS = 24
LOOK_S = 2.0  # tuned: a needle that has gone too far is looked at before it comes back
BESIDE_M = -0.002  # tuned: a needle put in again goes caudad of its last track, away from the lamina above, and back
DROPS = 2  # counts as seen [game_design 3.5]


def place(chart: Chart, puncture: int = 0) -> Plan:
    """Set the needle on the skin beside the space, bevel along the fibres, and take both views."""
    u_m, v_m, medial_rad, _ = chart.approach
    yield from do(
        PlaceNeedle(u_m, v_m + puncture % 2 * BESIDE_M, chart.elevation_rad, medial_rad, chart.setup.needle_length_m),
        RotateNeedle(0.5 * math.pi), SetNeedleStylet(True),
    )  # fmt: skip
    if not puncture:
        yield from film("ap", chart, is_trued=False)  # shows how far he has rolled [I04]
    yield from film("ap", chart)
    yield from film("lateral", chart)
    return (yield from say(Action("item.IM20")))


def advance(chart: Chart) -> Plan:
    """Go to the flavum on the measured depth, then feel for the give."""
    depth_m = chart.approach[3]
    seen, stuck = (yield from do(BraceHand(False))), 0
    while seen.needle.depth_m < depth_m - 0.9 * FILM_BEFORE_DURA_M and stuck < STUCK_TICKS:
        before_m = seen.needle.depth_m
        seen = yield from do(AdvanceNeedle(FAST_M_PER_S * TICK_S))
        stuck = stuck + 1 if seen.needle.depth_m <= before_m + 1e-5 else 0
    yield from do(BraceHand(True))
    seen = (yield from film("lateral", chart)).seen
    peak_n, ticks, stuck = 0.0, 0, 0
    while seen.needle.depth_m < depth_m + 0.004 and ticks < SEARCH_TICKS:
        before_m = seen.needle.depth_m
        seen = yield from do(AdvanceNeedle(SLOW_M_PER_S * TICK_S))
        ticks, stuck = ticks + 1, stuck + 1 if seen.needle.depth_m <= before_m + 1e-6 else 0
        peak_n = max(peak_n, seen.needle.force_n)
        if peak_n > LEAST_GIVE_N and seen.needle.force_n < (1.0 - GIVE_SHARE) * peak_n:
            break
        if stuck >= STALL_TICKS and seen.needle.is_braced:  # scar grips the shaft: the whole arm, and no give to feel
            yield from do(BraceHand(False))
            seen = (yield from film("lateral", chart)).seen
        if not seen.needle.is_braced and seen.needle.depth_m > depth_m - SCAR_STOP_M:
            break
    return seen


def travel(length_m: float, m_per_s: float) -> Plan:
    """Move the needle by a length at a speed; negative withdraws."""
    step_m = math.copysign(m_per_s * TICK_S, length_m)
    return (yield from repeat(AdvanceNeedle(step_m), abs(length_m) / m_per_s))


def find_csf(habits: Habits) -> Plan:
    """Advance by half millimetres with the stylet out until drops fall; say so; stylet back."""
    seen = yield from do(SetNeedleStylet(False))
    for _ in range(MOST_STEPS):
        seen = yield from wait_until(lambda o: o.needle.csf_drops > 0, 1.2)
        if seen.needle.csf_drops > 0:
            break
        for _ in range(4):
            seen = yield from do(AdvanceNeedle(0.25 * STEP_M))
    # the whole bevel must lie inside before a catheter can turn up the canal
    for _ in range(16):
        seen = yield from do(AdvanceNeedle(0.25 * STEP_M))
    if habits.overshoot_m > 0.0:
        yield from travel(habits.overshoot_m, SLOW_M_PER_S)
        yield from wait(LOOK_S)
        yield from travel(-habits.overshoot_m, SLOW_M_PER_S)
    seen = yield from wait_until(lambda o: o.needle.csf_drops >= DROPS, 4.0)
    if seen.needle.csf_drops > 0:
        yield from say(Action("confirm.csf", "needle"))
    if habits.csf_open_s > 0.0:
        yield from wait(habits.csf_open_s)
    return (yield from do(SetNeedleStylet(True), RotateNeedle(0.0)))


def enter(chart: Chart, habits: Habits) -> Plan:
    """Bring the needle into the sac, or as far as a trainee takes it."""
    for puncture in range(habits.punctures):
        yield from place(chart, puncture)
        seen = yield from advance(chart)
        if habits.stops_at_give:
            return (yield from do(RotateNeedle(0.0)))
        last = puncture == habits.punctures - 1
        seen = yield from find_csf(habits)
        if not last:
            seen = yield from travel(-seen.needle.depth_m, FAST_M_PER_S)
    return seen


def push(length_m: float, most_n: float) -> Plan:
    """Feed a length, easing off while the fingers feel too much force."""
    seen = yield from do(FeedCatheter(0.0))
    goal_m, patience = seen.catheter.fed_m + length_m, 640
    while seen.catheter.fed_m < goal_m - 1e-4 and patience > 0:
        if seen.catheter.hand_force_n > most_n:
            seen, patience = (yield from wait(4 * TICK_S)), patience - 4
            if patience % 64 == 0:
                seen = yield from do(FeedCatheter(0.5 * FEED_M_PER_S * TICK_S))
            continue
        travel_m = min(FEED_M_PER_S * TICK_S, goal_m - seen.catheter.fed_m)
        before_m = seen.catheter.fed_m
        seen = yield from do(FeedCatheter(travel_m))
        patience -= seen.catheter.fed_m <= before_m
    return seen


def thread(chart: Chart, habits: Habits) -> Plan:
    """Feed to the wanted length by the marks, with a film at the end of each stroke."""
    needle_m = chart.setup.needle_length_m
    yield from do(OpenCatheter(chart.scenario.equipment.catheter))
    most_n = habits.feed_force_n
    seen = yield from push(needle_m, most_n)
    if habits.threaded_beyond_needle_m is not None:
        seen = yield from push(needle_m + habits.threaded_beyond_needle_m - seen.catheter.fed_m, most_n)
        yield from film("ap", chart)
        return (yield from film("lateral", chart)).seen
    seen = yield from push(0.5 * STROKE_M, most_n)
    for _ in range(14):
        picture = yield from film("ap", chart)
        seen = picture.seen
        short_m = chart.short_of_target_m(picture.catheter_tip_m)
        if short_m < 0.004:
            break
        seen = yield from push(min(STROKE_M, short_m), most_n)
    if habits.withdraws_through_needle_m > 0.0:
        # what is cut off stays at the level and shows on the film: the trainee sees nothing wrong
        yield from repeat(FeedCatheter(-FEED_M_PER_S * TICK_S), habits.withdraws_through_needle_m / FEED_M_PER_S)
    return (yield from film("lateral", chart)).seen
