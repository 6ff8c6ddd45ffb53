"""A routine refill as a plan: read, foretell, puncture, empty, prove, fill, account, program."""

from __future__ import annotations

from game.players.chart import Chart
from game.players.habits import Habits
from game.players.programme import alarm_days, ordered, review_and_send, typed
from game.players.step import Plan, do, items, numbered, say, wait, wait_until
from physics.clock import TICK_S
from physics.commands import AdvanceRefillNeedle, MovePlunger, PlaceRefillNeedle, TakeSyringe
from scenarios.actions import Action

NEEDLE_M_PER_S = 0.010  # tuned: steady
HARD_STOP_N = 9.0  # tuned: the floor answers with > 12 N, the septum with 3-4 N [game_design 3.10]
DEEPEST_M = 0.045  # tuned: no stop by here means beside the port
PULL_N = -8.0  # tuned: about a minute for 6 mL
PUSH_N = 6.0  # tuned: start; regulated to stay under 1 mL in 3 s
FILL_M3_PER_S = 0.30e-6  # under the 1 mL in 3 s of R12
TEST_M3 = 1.3e-6  # 1-2 mL in and out [R11]
RECHECK_M3 = 4.0e-6  # every 3-5 mL [R12]
SYRINGE_M3 = 20e-6


def read_pump(chart: Chart) -> Plan:
    """Checks, history, interrogation, and the expected residual by arithmetic."""
    wanted = chart.scenario.items
    yield from say(*items(numbered("RF", 1, 5), wanted))
    seen = yield from say(Action("interrogate", "before"))
    yield from say(Action("calc.expected_residual", "", seen.pump.shown_reservoir_m3))
    return (yield from say(*items(numbered("RF", 8, 11), wanted)))


def puncture(habits: Habits) -> Plan:
    """Enter over the palpated centre of the port and go down to the stop."""
    seen = yield from wait(0.5)
    u_m, v_m = seen.pocket.pump_u_m + habits.refill_offset_m, seen.pocket.pump_v_m
    seen = yield from do(PlaceRefillNeedle(u_m, v_m))
    while seen.refill.force_n < HARD_STOP_N and seen.refill.depth_m < DEEPEST_M:
        seen = yield from do(AdvanceRefillNeedle(NEEDLE_M_PER_S * TICK_S))
    return (yield from wait(0.25))


def empty() -> Plan:
    """Draw until no more returns, and write the residual down."""
    seen = yield from do(TakeSyringe("empty", SYRINGE_M3))
    still, before_m3 = 0, 0.0
    while still < 96:
        seen = yield from do(MovePlunger(PULL_N))
        still = still + 1 if seen.refill.drawn_m3 - before_m3 < 2e-10 else 0
        before_m3 = seen.refill.drawn_m3
    yield from do(MovePlunger(0.0))
    return seen


def inject(volume_m3: float) -> Plan:
    """Push a volume in at a steady rate, the thumb regulated by the syringe's marks."""
    seen = yield from do(MovePlunger(0.0))
    goal_m3, force_n, patience = seen.refill.syringe_volume_m3 - volume_m3, PUSH_N, 64 * 20
    while seen.refill.syringe_volume_m3 > goal_m3 + 1e-9 and patience > 0:
        before_m3 = seen.refill.syringe_volume_m3
        seen = yield from do(MovePlunger(force_n))
        rate = (before_m3 - seen.refill.syringe_volume_m3) / TICK_S
        force_n = min(max(force_n + 1.5e6 * (FILL_M3_PER_S - rate), 0.5), 40.0)
        patience -= rate < 1e-9
    return (yield from do(MovePlunger(0.0)))


def draw_back(volume_m3: float) -> Plan:
    """Pull a volume back into the syringe, as far as it comes."""
    seen = yield from do(MovePlunger(0.0))
    goal_m3, patience = seen.refill.syringe_volume_m3 + volume_m3, 64 * 8
    while seen.refill.syringe_volume_m3 < goal_m3 and patience > 0:
        seen, patience = (yield from do(MovePlunger(PULL_N))), patience - 1
    return (yield from do(MovePlunger(0.0)))


def fill(chart: Chart, habits: Habits) -> Plan:
    """Take the drug, prove placement, fill with rechecks, stop for complaints unless that is the habit."""
    setup = chart.setup
    seen = yield from do(TakeSyringe("drug", setup.ordered_volume_m3, setup.ordered_concentration_kg_per_m3))
    yield from say(Action("item.RF19"))
    if habits.proves_placement:
        yield from inject(TEST_M3)
        seen = yield from draw_back(TEST_M3)
        if seen.refill.aspirate == "clear":
            yield from say(Action("confirm.backflow"))
    yield from say(Action("item.RF23"))
    seen = yield from wait_until(lambda o: True, 0.1)
    while seen.refill.syringe_volume_m3 > 1e-8:
        before_m3 = seen.refill.syringe_volume_m3
        seen = yield from inject(min(RECHECK_M3, before_m3))
        if seen.refill.syringe_volume_m3 > before_m3 - 1e-8:
            break
        if habits.proves_placement and seen.refill.syringe_volume_m3 > 1e-6:
            yield from draw_back(0.5e-6)
            seen = yield from inject(0.5e-6)
    return seen


def account(chart: Chart, expected_m3: float, drawn_m3: float) -> Plan:
    """Write the account, enter the new volume, read the pump back, give date and advice."""
    order = chart.scenario.order
    seen = yield from say(Action("item.RF25"), Action("record.account", "", drawn_m3 - expected_m3))
    yield from review_and_send(typed(chart, seen, ordered(chart)))
    seen = yield from say(Action("interrogate", "after"))
    days = alarm_days(seen.pump.shown_reservoir_m3, seen.pump.alarm_volume_m3, seen.pump.programmed_flow_m3_per_s)
    yield from say(Action("calc.alarm_date", "", days), Action("time.monitor", "", order.monitor_hours))
    return (yield from say(Action("item.RF31")))


def refill(chart: Chart, habits: Habits) -> Plan:
    """Play a whole refill."""
    seen = yield from read_pump(chart)
    expected_m3 = seen.pump.shown_reservoir_m3
    yield from puncture(habits)
    seen = yield from empty()
    drawn_m3 = seen.refill.drawn_m3
    yield from say(
        Action("record.residual", "", drawn_m3), *items(("RF16", "RF18"), chart.scenario.items)
    )
    yield from fill(chart, habits)
    yield from do(AdvanceRefillNeedle(-0.005), AdvanceRefillNeedle(-0.005))
    return (yield from account(chart, expected_m3, drawn_m3))
