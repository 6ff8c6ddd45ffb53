"""Later operations as plans: pump exchange, a new spinal segment, explant with a bridge; and who plays them wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from game.instruments import wound as places
from game.players import habits
from game.players.chart import Chart
from game.players.habits import Habits
from game.players.implant import SYRINGE_M3, check_catheter, fix, free_needle
from game.players.needle import advance, find_csf, place, thread
from game.players.preparation import BATH_C, ROW_M, WAIT_S, asepsis, bind, close_layers, dry, said_of
from game.players.programme import alarm_days, ordered, review_and_send, typed
from game.players.step import Plan, do, film, items, numbered, say, wait, wait_until
from physics.anatomy.layers import reference_approach
from physics.commands import (
    TUG_TEST_N,
    AdvanceClinicalTime,
    ClampCatheter,
    CloseWounds,
    ConnectCatheter,
    DisconnectCatheter,
    EmptyPump,
    FillOnTable,
    GiveTreatment,
    JoinSegments,
    OpenLumbar,
    OpenPocket,
    PlaceNewPump,
    ReleaseAnchor,
    RemoveCatheter,
    SetRetractor,
    SuturePump,
    SweepPocket,
    TakeOutPump,
    TakeSyringe,
    TestPump,
    TiePurseString,
    TrimCatheter,
    TugConnector,
    UnclampCatheter,
    UnpackPump,
    UsePort,
    WarmPump,
)
from physics.observation import Observation
from physics.units import SECONDS_PER_HOUR, kg_per_s_from_ug_per_day, ml_from_m3
from scenarios.actions import Action

SCAR_ABOVE_M = 0.030  # the old scar lies over the upper margin of the pump [I25]
SCAR_M, LONG_SCAR_M = 0.095, 0.150  # as the first incision [I25]; the careless one runs over the tunnel
LOW_CUT_M, TO_BACK_M = 0.033, 0.070  # tuned: below the pump's middle and toward the back, where the tunnel is as shallow as the pump
WOUND_M, BLADE_M = 0.045, 0.006  # skin and a little fat; the rest is spread down to anchor and fascia
DRAW_M3, DRAW_N, DRAW_S = 1e-6, -8.0, 60.0  # gentle aspiration, 1-2 mL [I18]
CLAMP_N, CLAMP_BACK_M = 5.0, 0.04  # rubber-shod: shuts and leaves no set
GENTLE_N, HARD_N = 6.0, 30.0  # [A] fingers; a fist
JOIN_N = 15.0
SPREAD_M = 0.03  # of the retractor
SPARE_M = 0.05  # tuned: from the loop to the connector of the two segments in the wound
LEAST_ROOM_M, WIDER_M = 0.003, 0.010  # tuned: round the dummy; by how much a pocket is swept wider
BRIDGE_HOURS, BRIDGE_DAYS = 6.0, 6  # mean wean 6.2 days [E30]
BRIDGE_SHARE, WEAN_PER_DAY = 1.0, 0.8  # of the daily dose; 20 % a day down [scenarios_content I-A3]


def _checks(chart: Chart, has_new_pump: bool = False) -> Plan:
    """Time-out to drapes; read the pump; two films before anything is cut; a new pump warms meanwhile."""
    yield from say(*said_of(chart, 8, 12))
    yield from say(Action("interrogate", "before"))
    yield from film("ap", chart)
    yield from film("lateral", chart)
    if not has_new_pump:
        return (yield from asepsis(chart))
    yield from do(WarmPump(BATH_C))
    return (yield from asepsis(chart, WAIT_S))


def _open_pocket(seen: Observation) -> Plan:
    body = seen.pocket
    yield from do(OpenPocket(body.pump_u_m, body.pump_v_m + SCAR_ABOVE_M, SCAR_M))
    yield from do(SetRetractor("pocket", SPREAD_M))
    return (yield from dry("pocket"))


def _open_back(chart: Chart) -> Plan:
    u_m, v_m, _, _ = chart.approach
    yield from do(OpenLumbar(u_m, v_m, WOUND_M, BLADE_M))
    yield from do(SetRetractor("lumbar", SPREAD_M))
    return (yield from dry("lumbar"))


def _prove(seen: Observation) -> Plan:
    """Wait for drops at the open end, draw where none come, and say so."""
    seen = yield from wait_until(lambda o: o.catheter.is_csf_at_end, 1.0)
    if not seen.catheter.is_csf_at_end:
        yield from do(TakeSyringe("empty", SYRINGE_M3))
        seen = yield from do(UsePort(DRAW_N, DRAW_M3, DRAW_S, True))
    if seen.catheter.is_csf_at_end or seen.port.brings == "csf":
        yield from say(Action("confirm.csf", "pump-end"))
    return seen


def _program(chart: Chart, length_m: float, prime_m3: float, dose_factor: float = 1.0) -> Plan:
    """Program the pump with its length and the prime that was chosen; read it back; order monitoring."""
    order = chart.scenario.order
    seen = yield from wait(0.25)
    values = ordered(chart) | {"length": length_m * 100.0, "prime": float(ml_from_m3(prime_m3))}
    values["dose"] *= dose_factor
    yield from review_and_send(typed(chart, seen, values))
    yield from wait_until(lambda o: o.pump.state in ("priming", "running"), 3.0)
    seen = yield from say(Action("interrogate", "after"))
    days = alarm_days(seen.pump.shown_reservoir_m3, seen.pump.alarm_volume_m3, seen.pump.programmed_flow_m3_per_s)
    yield from say(Action("calc.alarm_date", "", days), Action("time.monitor", "", order.monitor_hours))
    return (yield from say(*items(("IM67", *numbered("IM", 70, 72)), chart.scenario.items)))


def _close(chart: Chart) -> Plan:
    """Wash, count, sew up layer by layer, bind, film."""
    yield from close_layers((yield from do()))
    yield from do(CloseWounds())
    yield from bind()
    yield from film("ap", chart, is_kept=True)
    return (yield from film("lateral", chart, is_kept=True)).seen


def exchange(chart: Chart, proves: bool = True, purges: bool = True, prime: str = "none", model: str | None = None) -> Plan:
    """Exchange the pump on the kept catheter.

    Parameters
    ----------
    proves : bool
        CSF is looked for at the catheter's open end. Either way it is clamped at once, so it stays full.
    purges : bool
        The new tubing is run to a drop of drug on the table.
    prime : str
        "none" for a full line, "line" for tubing and catheter, as the programmer offers.
    model : str or None
        Of the new pump where it is another one; a higher one needs a wider pocket.
    """
    setup = chart.setup
    seen = yield from _checks(chart, True)
    outlet_rad, length_m = seen.pocket.outlet_angle_rad, seen.pump.recorded_length_m
    yield from _open_pocket(seen)
    seen = yield from do(DisconnectCatheter())
    if proves:
        seen = yield from _prove(seen)
    yield from do(ClampCatheter(length_m - CLAMP_BACK_M, CLAMP_N))
    seen = yield from do(TakeOutPump())
    if model is not None:
        yield from _another_pump(seen, model)
    yield from say(*said_of(chart, 16, 16))
    yield from do(EmptyPump())
    yield from do(FillOnTable(setup.ordered_volume_m3, setup.ordered_concentration_kg_per_m3, purges))
    yield from say(Action("item.IM18", "primed" if purges else "not primed"))
    yield from do(PlaceNewPump(math.remainder(outlet_rad, 2.0 * math.pi)))
    yield from do(UnclampCatheter(), ConnectCatheter(habits.ATTENDING.connect_n))
    yield from do(TugConnector(TUG_TEST_N))
    yield from say(Action("tug.test", "connector"))
    for loop in range(4):
        yield from do(SuturePump(loop))
    yield from _close(chart)
    line_m3 = setup.tubing_m3 + setup.catheter_m3_per_m * length_m
    yield from say(Action("record.length", "", length_m), Action("calc.line_volume", "", line_m3))
    return (yield from _program(chart, length_m, line_m3 if prime == "line" else 0.0))


def _another_pump(seen: Observation, model: str) -> Plan:
    """Unpack a pump of another model and warm it; sweep the old pocket wider where the dummy jams."""
    body = seen.pocket
    yield from do(UnpackPump(model), WarmPump(BATH_C))
    yield from do(AdvanceClinicalTime(WAIT_S))
    seen = yield from do(TestPump())
    if min(seen.field.rim_gaps_m) < LEAST_ROOM_M:
        for dv, half in places.rows(body.radius_m + WIDER_M - places.FINGER_M, ROW_M):
            yield from do(SweepPocket(body.u_m - half, body.v_m + dv, body.u_m + half, body.v_m + dv, body.cover_m))
        seen = yield from do(TestPump())
        seen = yield from dry("pocket")
    return seen


@dataclass(frozen=True, slots=True)
class WoundChart(Chart):
    """The chart of a needle that starts on the fascia of an open wound."""

    @property
    def approach(self) -> tuple[float, float, float, float]:
        """The needle's line from the skin, met at the bottom of the wound: entry, medial turn, depth that is left."""
        u_m, v_m, medial_rad, depth_m = reference_approach(self.anatomy, self.elevation_rad)
        along_m = self.wound_m / math.tan(self.elevation_rad)
        u_m -= math.copysign(along_m * math.sin(medial_rad), u_m)
        return u_m, v_m + along_m * math.cos(medial_rad), medial_rad, depth_m - self.wound_m / math.sin(self.elevation_rad)

    @property
    def wound_m(self) -> float:
        """Depth of the wound: skin and fat down to the fascia, as measured in it [m]."""
        return self.setup.params.build.back_fat_m + 0.002


def revise(chart: Chart, habit: Habits = habits.ATTENDING) -> Plan:
    """Replace the spinal segment: old one out, new one threaded, anchored, looped, joined to the pump's."""
    setup = chart.setup
    seen = yield from _checks(chart)
    yield from say(Action("decide", "catheter migration"))
    old_m = seen.pump.recorded_length_m
    yield from _open_back(chart)
    yield from do(ReleaseAnchor())
    seen = yield from do(RemoveCatheter("spinal", GENTLE_N))
    kept_m = -seen.catheter.removed_m  # what is left of the old length, measured on the piece that came out
    inside = WoundChart(chart.scenario, setup, chart.anatomy, chart.elevation_rad)
    yield from place(inside)
    yield from advance(inside)
    yield from find_csf(habit)
    seen = yield from thread(inside, habit)
    fed_m = seen.catheter.fed_m
    yield from check_catheter()
    yield from free_needle(habits.ATTENDING)
    spinal_m = fed_m - setup.needle_length_m + inside.approach[3] + 2.0 * math.pi * habit.loop_radius_m + SPARE_M
    yield from do(TrimCatheter(round(setup.catheter_length_m - spinal_m, 3)))
    yield from fix(habit)
    seen = yield from wait(0.1)
    yield from _prove(seen)
    seen = yield from do(JoinSegments(JOIN_N))
    length_m = setup.catheter_length_m - seen.catheter.removed_m
    assert kept_m < old_m
    yield from _close(chart)
    new_m3 = setup.catheter_m3_per_m * (length_m - kept_m)
    line_m3 = setup.tubing_m3 + setup.catheter_m3_per_m * length_m
    yield from say(Action("record.length", "", length_m), Action("calc.line_volume", "", line_m3))
    return (yield from _program(chart, length_m, new_m3))


def step_the_dose(chart: Chart) -> Plan:
    """Leave the fault where it is and raise the dose once more."""
    yield from say(Action("interrogate", "before"))
    seen = yield from say(Action("decide", "raise the dose"))
    return (yield from _program(chart, seen.pump.recorded_length_m, 0.0, 3.0))


def explant(chart: Chart, bridges: bool = True, is_forced: bool = False) -> Plan:
    """Take the whole infected system out and keep the drug going by another route.

    Parameters
    ----------
    bridges : bool
        Baclofen by a clean lumbar catheter every six hours, weaned by a fifth a day.
    is_forced : bool
        A long cut with diathermy, the back left closed, and one hard pull from the pocket.
    """
    yield from do(GiveTreatment("antibiotic", 1.0))
    seen = yield from _checks(chart)
    yield from say(Action("decide", "pocket infection"))
    if is_forced:
        body = seen.pocket
        to_back = -math.copysign(TO_BACK_M, body.pump_u_m)
        yield from do(OpenPocket(body.pump_u_m + to_back, body.pump_v_m - LOW_CUT_M, LONG_SCAR_M, True))
        yield from do(DisconnectCatheter())
        yield from do(TakeOutPump())
        yield from do(RemoveCatheter("whole", HARD_N, "pocket"))
    else:
        yield from _open_pocket(seen)
        yield from do(DisconnectCatheter())
        yield from do(TakeOutPump())
        yield from _open_back(chart)
        yield from do(ReleaseAnchor())
        yield from do(RemoveCatheter("whole", GENTLE_N))
        yield from do(TiePurseString(habits.ATTENDING.purse_n))
    yield from _close(chart)
    yield from say(*items(numbered("IM", 71, 72), chart.scenario.items))
    daily_kg = kg_per_s_from_ug_per_day(chart.scenario.order.dose_ug_per_day) * 86400.0
    return (yield from _ward(float(daily_kg) if bridges else 0.0))


def _ward(daily_kg: float) -> Plan:
    """Live the days after the explant: a dose every six hours, less every day."""
    seen = yield from say(Action("time.monitor", "", 24.0))
    for day in range(BRIDGE_DAYS):
        dose_kg = BRIDGE_SHARE * daily_kg * WEAN_PER_DAY**day * BRIDGE_HOURS / 24.0
        for _ in range(round(24.0 / BRIDGE_HOURS)):
            if dose_kg > 0.0:
                yield from do(GiveTreatment("lumbar_baclofen", dose_kg))
            for _ in range(round(BRIDGE_HOURS / 2.0)):
                seen = yield from do(AdvanceClinicalTime(2.0 * SECONDS_PER_HOUR))
    return seen


Play = Callable[[Chart], Plan]

LATER: dict[str, dict[str, tuple[Play, str]]] = {
    "replace_pump_eri": {
        "attending": (exchange, "everything as the reference asks"),
        "larger-pump": (partial(exchange, model="8637-40"), "unpacks a 40 mL pump and sweeps the old pocket wider for it"),
        "default-prime": (partial(exchange, prime="line"), "primes tubing and catheter before a full line"),
        "no-flow-test": (partial(exchange, proves=False), "joins the old catheter without looking for CSF"),
        "water-tubing": (partial(exchange, purges=False), "leaves water in the new tubing"),
    },
    "revise_catheter_migration": {
        "attending": (revise, "everything as the reference asks"),
        "fat-again": (partial(revise, habit=Habits(anchor_sutures=1, anchor_substrate="fat")), "ties the new anchor to fat"),
        "dose-step": (step_the_dose, "raises the dose and leaves the fault"),
    },
    "explant_infection": {
        "attending": (explant, "everything as the reference asks"),
        "pull-all": (partial(explant, bridges=False), "takes everything out and gives nothing instead"),
        "forced-pull": (partial(explant, is_forced=True), "cuts over the catheter and pulls it out from the front"),
    },
}  # fmt: skip
