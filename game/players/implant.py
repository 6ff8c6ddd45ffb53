"""A whole implant as a plan of steps; trainees differ only in their `Habits`."""

from __future__ import annotations

import math

from game.players.chart import Chart, aimed
from game.players.habits import TUNNEL_DEPTH_M, Habits
from game.players.needle import enter, thread
from game.players.preparation import bind, clamp, close_layers, incise_back, open_pocket, prepare, unclamp
from game.players.programme import program_start
from game.players.step import Plan, do, film, say, wait
from physics.commands import (
    TUG_TEST_N,
    CloseWounds,
    CoilSlack,
    ConnectCatheter,
    LayLoop,
    PlaceAnchor,
    PlacePump,
    PullCatheter,
    RemoveNeedle,
    SetCatheterStylet,
    StitchCatheter,
    SuturePump,
    TakeSyringe,
    TiePurseString,
    TrimCatheter,
    TugConnector,
    TunnelCatheter,
    UsePort,
)
from physics.observation import Observation
from scenarios.actions import Action

SYRINGE_M3, DRAW_M3, DRAW_N, DRAW_S = 5e-6, 1e-6, -8.0, 60.0  # gentle aspiration, 1-2 mL [I18]; hand force [A]
TAIL_M = 0.10  # tuned: on the tail, clear of anchor and loop
STITCH_N = 1.0  # tuned: a closing stitch that catches the tube, not a tie round it
SLACK_M = 0.13  # tuned: one turn behind the pump
SKIN_M = 0.002  # adult trunk skin, part of the cover


def free_needle(habits: Habits) -> Plan:
    """Purse-string round the needle, needle out over the held catheter, stylet out, CSF seen."""
    if habits.purse_n > 0.0:
        yield from do(TiePurseString(habits.purse_n))
    yield from do(RemoveNeedle(habits.holds_catheter))
    seen = yield from do(SetCatheterStylet(None))
    seen = yield from wait(0.25)
    if seen.catheter.is_csf_at_end:
        yield from say(Action("confirm.csf", "after-needle"))
    return seen


def check_catheter() -> Plan:
    """Draw the stylet back a little while the needle is in and look for CSF at the free end."""
    yield from do(SetCatheterStylet(None))
    seen = yield from wait(0.25)
    if seen.catheter.is_csf_at_end:
        yield from say(Action("confirm.csf", "catheter"))
    return (yield from do(SetCatheterStylet(0.0)))


def fix(habits: Habits) -> Plan:
    """Anchor on the fascia, tug, and lay the loop."""
    if habits.anchor_sutures > 0:
        yield from do(
            PlaceAnchor(habits.anchor_distance_m, habits.anchor_sutures, habits.anchor_substrate, habits.anchor_tie_n)
        )
        yield from do(PullCatheter(TUG_TEST_N))
        yield from say(Action("tug.test", "anchor"))
    return (yield from do(LayLoop(habits.loop_radius_m)))


def make_pocket(chart: Chart, habits: Habits) -> Plan:
    """Open the pocket in the ordered plane and lay the pump in, port to the skin."""
    order, (u_m, _) = chart.scenario.order, chart.pocket_uv_m
    fat_m = chart.setup.params.build.abdominal_fat_m
    cover_m = fat_m + SKIN_M
    if order.plane == "subfascial" or not order.cover_min_mm <= 1e3 * cover_m <= order.cover_max_mm:
        cover_m = 0.5e-3 * (order.cover_min_mm + order.cover_max_mm)
    cover_m = cover_m if habits.cover_m is None else habits.cover_m
    yield from open_pocket(chart, cover_m, habits.clearance_m)
    toward_midline = 1.0 if u_m < 0.0 else -1.0
    return (yield from do(PlacePump(-toward_midline * math.pi / 6.0, habits.is_septum_outward)))


def waypoints(chart: Chart, depth_m: float = TUNNEL_DEPTH_M) -> tuple[tuple[float, float, float], ...]:
    """Return the tunneller's path: from the wound round the flank between rib and crest to the pocket."""
    u_in, v_in, _, _ = chart.approach
    u_out, v_out = chart.pocket_uv_m
    side = math.copysign(1.0, u_out)
    start = (u_in + side * 0.035, v_in)
    end = (u_out - side * 0.035, v_out + 0.02)
    return tuple(
        (start[0] + f * (end[0] - start[0]), start[1] + (3 * f * f - 2 * f**3) * (end[1] - start[1]), depth_m)
        for f in (0.0, 0.25, 0.5, 0.75, 1.0)
    )


def needed_length_m(chart: Chart, fed_m: float, habits: Habits) -> float:
    """Return the catheter length from tip to pump: what lies inside, loop, tunnel, one turn of slack [m]."""
    inside_m = fed_m - chart.setup.needle_length_m + chart.approach[3]
    way = waypoints(chart, habits.tunnel_depth_m)
    tunnel_m = sum(math.dist(a, b) for a, b in zip(way, way[1:], strict=False))
    return inside_m + tunnel_m + 0.05 + 2.0 * math.pi * habits.loop_radius_m + SLACK_M + habits.more_slack_m


def join(chart: Chart, habits: Habits, fed_m: float) -> Plan:
    """Tunnel, trim and record, see CSF at the pump end, connect, coil the slack."""
    seen = yield from do(TunnelCatheter(waypoints(chart, habits.tunnel_depth_m), habits.has_sheath))
    spare_m = chart.setup.catheter_length_m - needed_length_m(chart, fed_m, habits)
    seen = yield from do(TrimCatheter(round(min(max(spare_m, 0.0), 0.6), 3)))
    length_m = known_length_m(chart, habits, seen)
    volume_m3 = chart.setup.tubing_m3 + chart.setup.catheter_m3_per_m * length_m
    if habits.records_length:
        yield from say(Action("record.length", "", length_m))
    yield from say(Action("calc.line_volume", "", volume_m3))
    if habits.checks_pump_end:
        yield from check_pump_end()
    yield from do(CoilSlack(habits.coil_radius_m, habits.is_coil_behind))
    seen = yield from do(ConnectCatheter(habits.connect_n))
    if habits.tugs_connector:
        yield from do(TugConnector(TUG_TEST_N))
        seen = yield from say(Action("tug.test", "connector"))
    return seen


def check_pump_end() -> Plan:
    """Wait for drops at the pump end, draw gently if none come, and say what was seen."""
    seen = yield from wait(0.25)
    if not seen.catheter.is_csf_at_end:  # drops, or what a gentle draw brings [I31]
        yield from do(TakeSyringe("empty", SYRINGE_M3))
        seen = yield from do(UsePort(DRAW_N, DRAW_M3, DRAW_S, True))
    if seen.catheter.is_csf_at_end or seen.port.brings == "csf":
        seen = yield from say(Action("confirm.csf", "pump-end"))
    return seen


def known_length_m(chart: Chart, habits: Habits, seen: Observation) -> float:
    """Return the implanted length that a trainee reckons with [m]: what was cut off is measured, or forgotten."""
    return chart.setup.catheter_length_m - (seen.catheter.removed_m if habits.records_length else 0.0)


def close(chart: Chart, habits: Habits, fed_m: float) -> Plan:
    """Tie all loops, close, and take the final film."""
    seen = yield from say()
    for loop in range(habits.pump_loops):
        seen = yield from do(SuturePump(loop))
    if habits.stitches_catheter:
        seen = yield from do(StitchCatheter(fed_m + TAIL_M, STITCH_N, True))
    yield from close_layers(seen)
    yield from do(CloseWounds())
    seen = yield from bind()
    if habits.takes_final_film:
        yield from film("ap", chart, is_kept=True)
        seen = (yield from film("lateral", chart, is_kept=True)).seen
    return seen


def implant(chart: Chart, habits: Habits) -> Plan:
    """Play a whole implant, from the checks to the running pump."""
    chart = aimed(chart, habits)
    yield from prepare(chart)
    yield from enter(chart, habits)
    seen = yield from thread(chart, habits)
    fed_m = seen.catheter.fed_m
    yield from check_catheter()
    yield from incise_back(chart)
    yield from free_needle(habits)
    yield from fix(habits)
    yield from clamp(habits, fed_m)
    yield from make_pocket(chart, habits)
    yield from unclamp(habits)
    seen = yield from join(chart, habits, fed_m)
    length_m = known_length_m(chart, habits, seen)
    yield from close(chart, habits, fed_m)
    return (yield from program_start(chart, habits, length_m))
