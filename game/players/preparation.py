"""What the attending does to skin, wound and back table: prepare, cut, stop the bleeding, open the pocket, close."""

from __future__ import annotations

import math
from collections.abc import Iterator

from game.instruments import wound as places
from game.instruments.treatments import prophylaxis_kg
from game.players.chart import PUMP_RADIUS_M, Chart
from game.players.habits import CLEARANCE_M, Habits
from game.players.step import Plan, do, items, numbered, say
from physics.anatomy import fascia_depth
from physics.commands import (
    AdvanceClinicalTime,
    ApplyBinder,
    Cauterise,
    ClampCatheter,
    Command,
    CountTray,
    CutSkin,
    Dab,
    Drape,
    EmptyPump,
    FillOnTable,
    GiveTreatment,
    InterrogatePump,
    Irrigate,
    MarkSkin,
    PrepStroke,
    SetRetractor,
    SutureLayer,
    SweepPocket,
    TestPump,
    TurnPatient,
    UnclampCatheter,
    WarmPump,
)
from physics.hands_on_field import UPPER_MARGIN
from physics.observation import Observation
from physics.wound import Incision
from scenarios.actions import Action
from scenarios.checklist import ITEMS

STROKE_M = 0.045  # next stroke: half a centimetre over the last
BATH_C, WAIT_S = 40.0, 600.0  # 10-20 min of bath; the skin dries meanwhile [I05, I07]
DRY_S = 185.0  # 3 min, and a little [I05]
CUT_M = 0.008  # one pass
LUMBAR_M = 0.040  # 3-5 cm [I11]
POCKET_CUT_M = 0.100  # 9-11 cm [I25]
ROW_M = 0.0115  # tuned: half a finger over the last row, so that the next begins where the floor is open
WASH_M3 = 200e-6
SPACING_M = {"fascia": 0.014, "fat": 0.022, "skin": 0.012}  # of stitches [A]
CLEAR_M = 0.004  # a stitch or a spark keeps this far from the catheter [A]
ROUNDS = 4  # of dabbing and sealing, before the rest is left to clot


def said_of(chart: Chart, first: int, last: int) -> Iterator[Action]:
    """Yield the acts that say those items of a span that are said, not seen."""
    names = [n for n in numbered("IM", first, last) if ITEMS[n].is_said]
    yield from items(names, chart.scenario.items)


def prepare(chart: Chart) -> Plan:
    """Mark the sitting patient, turn, give the antibiotic, paint, drape, and make the pump ready meanwhile."""
    u_m, v_m = chart.pocket_uv_m
    yield from say(*said_of(chart, 1, 12))
    yield from do(TurnPatient("lateral", chart.scenario.order.side) if chart.is_marked_lying else TurnPatient("sitting"))
    yield from do(MarkSkin("pocket", u_m, v_m, PUMP_RADIUS_M))
    yield from do(MarkSkin("entry", chart.approach[0], chart.approach[1]))
    yield from do(InterrogatePump(), WarmPump(BATH_C))
    yield from asepsis(chart, WAIT_S)
    yield from do(EmptyPump())
    yield from say(*said_of(chart, 13, 17))
    yield from do(FillOnTable(chart.setup.ordered_volume_m3, chart.setup.ordered_concentration_kg_per_m3, False))
    return (yield from say(Action("item.IM18", "not primed")))


def asepsis(chart: Chart, wait_s: float = DRY_S) -> Plan:
    """Turn the patient, give the antibiotic, paint, wait until all is dry, drape: every operation begins so."""
    yield from do(TurnPatient("lateral", chart.scenario.order.side))
    mass_kg = chart.setup.params.build.mass_kg
    seen = yield from do(GiveTreatment("antibiotic_prophylaxis", prophylaxis_kg(mass_kg)))
    for stroke in strokes(seen.field.window_m):
        yield from do(stroke)
    yield from do(AdvanceClinicalTime(wait_s))
    return (yield from do(Drape()))


def strokes(window_m: tuple[float, float, float, float]) -> Iterator[PrepStroke]:
    """Yield strokes that paint a window, row by row from its foot end."""
    left, right, foot, head = window_m
    v = foot + 0.02
    while True:
        yield PrepStroke(left, min(v, head), right, min(v, head))
        if v >= head - 0.02:
            return
        v += STROKE_M


def cut_down(wound: str, u_m: float, v_m: float, length_m: float, angle_rad: float, depth_m: float) -> Plan:
    """Cut in even passes to a depth, spread the wound, and stop what bleeds."""
    n = max(1, math.ceil(depth_m / CUT_M))
    for _ in range(n):
        yield from do(CutSkin(wound, u_m, v_m, length_m, angle_rad, depth_m / n))
    yield from do(SetRetractor(wound, min(0.03, length_m)))
    return (yield from dry(wound))


def incise_back(chart: Chart) -> Plan:
    """Open the back along the spine, at the needle, down to the fascia and not through it."""
    u_m, v_m, _, _ = chart.approach
    return (yield from cut_down("lumbar", u_m, v_m, LUMBAR_M, 0.5 * math.pi, fascia_depth(chart.anatomy.trunk, u_m, v_m)))


def dry(wound: str) -> Plan:
    """Dab, and seal each vessel that shows itself, until the field stays dry."""
    seen: Observation | None = None
    for _ in range(ROUNDS):
        cut = next(c for c in (yield from do()).field.incisions if c.wound == wound)
        seen = yield from do(*(Dab(u_m, v_m) for u_m, v_m in places.swabs(cut)))
        showing = [
            b for b, is_seen in zip(seen.field.bleeders, seen.field.bleeder_is_seen, strict=True)
            if is_seen and b.wound == wound
        ]  # fmt: skip
        if not showing:
            break
        for vessel in showing:
            yield from do(Cauterise(vessel.u_m, vessel.v_m, "bipolar"))
    assert seen is not None
    return seen


def clamp(habits: Habits, fed_m: float) -> Plan:
    """Put a clamp on the catheter behind the anchor while the pocket is made."""
    return (yield from do(ClampCatheter(fed_m + 0.05, habits.clamp_n, habits.is_clamp_shod)))


def unclamp(habits: Habits) -> Plan:
    """Take the clamp off before the catheter goes on, if it is not forgotten."""
    return (yield from do(*((UnclampCatheter(),) if habits.takes_clamp_off else ())))


def open_pocket(chart: Chart, cover_m: float, clearance_m: float = CLEARANCE_M) -> Plan:
    """Cut over the upper margin, part the floor with the finger in rows, try the dummy, widen where it jams, dry."""
    u_m, v_m = chart.pocket_uv_m
    radius_m = PUMP_RADIUS_M + clearance_m
    yield from cut_down("pocket", u_m, v_m + UPPER_MARGIN * radius_m, POCKET_CUT_M, 0.0, cover_m)
    reach_m = radius_m - places.FINGER_M
    for dv, half in places.rows(reach_m, ROW_M):
        yield from do(SweepPocket(u_m - half, v_m + dv, u_m + half, v_m + dv, cover_m))
    seen = yield from do(TestPump())
    for gap, (du, dv) in zip(seen.field.rim_gaps_m, ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)), strict=True):
        if gap < 0.005:
            yield from do(SweepPocket(u_m, v_m, u_m + du * (reach_m + 0.003), v_m + dv * (reach_m + 0.003), cover_m))
    return (yield from dry("pocket"))


def stitches(cut: Incision, layer: str) -> Iterator[tuple[float, float]]:
    """Yield where evenly set stitches of a layer lie, (u, v) [m]."""
    n = max(2, math.ceil(cut.length_m / SPACING_M[layer]))
    for k in range(n):
        at = cut.length_m * ((k + 0.5) / n - 0.5)
        yield cut.u_m + at * math.cos(cut.angle_rad), cut.v_m + at * math.sin(cut.angle_rad)


def close_layers(seen: Observation) -> Plan:
    """Wash every open wound, count, and sew it up layer by layer."""
    opened = tuple(cut for cut in seen.field.incisions if not cut.is_closed)
    for cut in opened:
        yield from do(Irrigate(cut.wound, WASH_M3))
    yield from do(CountTray())
    for cut in opened:
        for wound, layer, _ in seen.field.held:
            if wound == cut.wound:
                for u_m, v_m in stitches(cut, layer):
                    seen = yield from do(SutureLayer(wound, layer, u_m, v_m))
    return seen


def bind() -> Plan:
    """Put the binder on."""
    command: Command = ApplyBinder()
    return (yield from do(command))
