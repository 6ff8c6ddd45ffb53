"""A whole implant as a plan of steps; trainees differ only in their `Habits`."""

from __future__ import annotations

import math

from game.players.chart import Chart
from game.players.habits import Habits
from game.players.needle import advance, find_csf, place, thread
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
    SuturePump,
    TakeSyringe,
    TiePurseString,
    TrimCatheter,
    TugConnector,
    TunnelCatheter,
    UsePort,
)
from scenarios.actions import Action

PURSE_N = 2.0  # snug: between 0.5 and 4 N [scenarios_content 5]
CONNECT_N = 18.0  # above the 15 N that seats it [scenarios_content 0.1]
TUNNEL_DEPTH_M = 0.012  # 1-2 cm [I29]
SYRINGE_M3, DRAW_M3, DRAW_N, DRAW_S = 5e-6, 1e-6, -8.0, 60.0  # gentle aspiration, 1-2 mL [I18]; hand force [A]
SLACK_M = 0.13  # tuned: one turn behind the pump
SKIN_M = 0.002  # adult trunk skin, part of the cover


def free_needle() -> Plan:
    """Purse-string round the needle, needle out over the held catheter, stylet out, CSF seen."""
    yield from do(TiePurseString(PURSE_N))
    yield from do(RemoveNeedle(True))
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
        yield from do(PlaceAnchor(habits.anchor_distance_m, habits.anchor_sutures, habits.anchor_substrate))
        yield from do(PullCatheter(TUG_TEST_N))
        yield from say(Action("tug.test", "anchor"))
    return (yield from do(LayLoop(habits.loop_radius_m)))


def make_pocket(chart: Chart) -> Plan:
    """Open the pocket in the ordered plane and lay the pump in, port to the skin."""
    order, (u_m, _) = chart.scenario.order, chart.pocket_uv_m
    fat_m = chart.setup.params.build.abdominal_fat_m
    cover_m = fat_m + SKIN_M
    if order.plane == "subfascial" or not order.cover_min_mm <= 1e3 * cover_m <= order.cover_max_mm:
        cover_m = 0.5e-3 * (order.cover_min_mm + order.cover_max_mm)
    yield from open_pocket(chart, cover_m)
    toward_midline = 1.0 if u_m < 0.0 else -1.0
    return (yield from do(PlacePump(-toward_midline * math.pi / 6.0)))


def waypoints(chart: Chart) -> tuple[tuple[float, float, float], ...]:
    """Return the tunneller's path: from the wound round the flank between rib and crest to the pocket."""
    u_in, v_in, _, _ = chart.approach
    u_out, v_out = chart.pocket_uv_m
    side = math.copysign(1.0, u_out)
    start = (u_in + side * 0.035, v_in)
    end = (u_out - side * 0.035, v_out + 0.02)
    return tuple(
        (start[0] + f * (end[0] - start[0]), start[1] + (3 * f * f - 2 * f**3) * (end[1] - start[1]), TUNNEL_DEPTH_M)
        for f in (0.0, 0.25, 0.5, 0.75, 1.0)
    )


def needed_length_m(chart: Chart, fed_m: float, habits: Habits) -> float:
    """Return the catheter length from tip to pump: what lies inside, loop, tunnel, one turn of slack [m]."""
    inside_m = fed_m - chart.setup.needle_length_m + chart.approach[3]
    way = waypoints(chart)
    tunnel_m = sum(math.dist(a, b) for a, b in zip(way, way[1:], strict=False))
    return inside_m + tunnel_m + 0.05 + 2.0 * math.pi * habits.loop_radius_m + SLACK_M


def join(chart: Chart, habits: Habits, fed_m: float) -> Plan:
    """Tunnel, trim and record, see CSF at the pump end, connect, coil the slack."""
    seen = yield from do(TunnelCatheter(waypoints(chart)))
    spare_m = chart.setup.catheter_length_m - needed_length_m(chart, fed_m, habits)
    seen = yield from do(TrimCatheter(round(min(max(spare_m, 0.0), 0.6), 3)))
    length_m = chart.setup.catheter_length_m - seen.catheter.removed_m
    volume_m3 = chart.setup.tubing_m3 + chart.setup.catheter_m3_per_m * length_m
    yield from say(Action("record.length", "", length_m), Action("calc.line_volume", "", volume_m3))
    seen = yield from wait(0.25)
    if not seen.catheter.is_csf_at_end:  # drops, or what a gentle draw brings [I31]
        yield from do(TakeSyringe("empty", SYRINGE_M3))
        seen = yield from do(UsePort(DRAW_N, DRAW_M3, DRAW_S, True))
    if seen.catheter.is_csf_at_end or seen.port.brings == "csf":
        yield from say(Action("confirm.csf", "pump-end"))
    yield from do(CoilSlack(habits.coil_radius_m))
    yield from do(ConnectCatheter(CONNECT_N))
    yield from do(TugConnector(TUG_TEST_N))
    return (yield from say(Action("tug.test", "connector")))


def close(chart: Chart) -> Plan:
    """Tie all loops, close, and take the final film."""
    for loop in range(4):
        seen = yield from do(SuturePump(loop))
    yield from close_layers(seen)
    yield from do(CloseWounds())
    yield from bind()
    yield from film("ap")
    return (yield from film("lateral")).seen


def implant(chart: Chart, habits: Habits) -> Plan:
    """Play a whole implant, from the checks to the running pump."""
    yield from prepare(chart)
    yield from place(chart)
    yield from advance(chart)
    yield from find_csf()
    seen = yield from thread(chart, habits)
    fed_m = seen.catheter.fed_m
    yield from check_catheter()
    yield from incise_back(chart)
    yield from free_needle()
    yield from fix(habits)
    yield from clamp(fed_m)
    yield from make_pocket(chart)
    yield from unclamp()
    yield from join(chart, habits, fed_m)
    yield from close(chart)
    return (yield from program_start(chart, habits))
