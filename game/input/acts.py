"""What each act does: one short function per address, from the hands and the observation to commands and actions."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from game.input.acts_later import LATER_HANDLERS
from game.input.field_acts import FIELD_HANDLERS, WOUND_EDGE_MM, passed, route, wait
from game.input.hands import ANGLE_RAD, TRAVEL_M, VOLUME_M3, Intent, Tick, quantised, si
from game.input.pocket_acts import POCKET_HANDLERS
from game.input.tablet import interrogate, send
from game.instruments import fluoroscope, programmer
from game.instruments.procedure import ACTS, SETTINGS, TIME_SPANS_S
from physics import commands as c
from physics.catheter import kinds_for
from physics.observation import Observation

POCKET_EDGE_MM = 20.0  # tuned: where a passer leaves
SLACK_MM = 180.0  # tuned: 50 mm through fascia and to the outlet, 130 mm for one turn behind the pump
CLAMP_N, CLAMP_FROM_END_M = 5.0, 0.05  # tuned: shuts, and leaves no set in a rubber-shod clamp; a hand's breadth is free
SPARE_MM = 50.0  # tuned: from the loop to the joint of two segments in the back wound
MOST_TRIM_MM = 600.0  # tuned: a piece of this length is never left over
PACK_MM = {"ascenda_8780": 1140.0, "ascenda_8781": 1397.0, "silicone_8709": 890.0, "silicone_8731": 1040.0}  # as packed, device_and_procedure 2.1


def _place_needle(tick: Tick) -> None:
    h = tick.hands
    length = float(h.choices["needle.length"]) * 1e-3
    tick.commands.append(c.PlaceNeedle(si(h, "entry.x"), si(h, "entry.z"), si(h, "needle.aim.head"), si(h, "needle.aim.mid"), length))
    tick.set(bevel_deg=0.0, rest_m=h.rest_m | {"needle": 0.0})


def _incise(tick: Tick) -> None:
    h = tick.hands
    tick.commands.append(c.InciseLumbar(si(h, "entry.x"), si(h, "entry.z"), si(h, "incise.length"), si(h, "incise.depth")))


def roll(tick: Tick, degrees: float) -> None:
    bevel = (tick.hands.bevel_deg + degrees + 180.0) % 360.0 - 180.0
    tick.set(bevel_deg=bevel)
    tick.commands.append(c.RotateNeedle(quantised(math.radians(bevel), ANGLE_RAD)))


def _stylet(tick: Tick) -> None:
    tick.commands.append(c.SetNeedleStylet(not tick.obs.needle.is_stylet_in))


def _confirm_csf(tick: Tick) -> None:
    cath = tick.obs.catheter
    if not cath.is_open:
        where = "needle"
    elif tick.obs.needle.is_placed:
        where = "catheter"
    else:
        is_new = tick.hands.procedure == "revise" and tick.hands.step == "anchor"  # the tunnel is the old segment's
        where = "pump-end" if cath.is_tunnelled and not is_new else "after-needle"
    tick.do("confirm.csf", where, float(tick.obs.needle.csf_drops))


def _open_catheter(tick: Tick) -> None:
    tick.commands.append(c.OpenCatheter(tick.hands.choices["catheter.model"], True))
    tick.do("tool.take", "catheter")


def _set_stylet(tick: Tick) -> None:
    tick.commands.append(c.SetCatheterStylet(si(tick.hands, "catheter.stylet")))


def _purse(tick: Tick) -> None:
    tick.commands.append(c.TiePurseString(si(tick.hands, "purse.tension")))


def _remove_needle(tick: Tick) -> None:
    needle, fed_m = tick.obs.needle, tick.obs.catheter.fed_m
    if needle.is_placed:  # what stays inside, counted on the marks: needed to cut to length later
        inside_m = max(fed_m - needle.length_m + needle.depth_m, 0.0)
        v = tick.hands.values | {"measured.inside": round(1e3 * inside_m, 1)}
        if tick.hands.procedure == "revise":  # inside, loop, and a little to join in the wound: the rest is cut off
            needed_mm = v["measured.inside"] + 2.0 * math.pi * v["loop.radius"] + SPARE_MM
            v["cut.length"] = float(round(max(v.get("plan.pack", 0.0) - needed_mm, 0.0)))
        tick.set(values=v)
    tick.commands.append(c.RemoveNeedle(tick.hands.choices["needle.hold"] == "held"))


def _anchor(tick: Tick) -> None:
    h = tick.hands
    n = int(h.values["anchor.stitches"])
    kind = h.choices["anchor.kind"] if h.choices["anchor.kind"] in anchors_at_hand(tick.obs) else "kit"
    stitched_to = h.choices["anchor.substrate"]
    substrate, wings = ("fascia", "one") if stitched_to == "one_wing" else (stitched_to, "both")
    tick.commands.append(c.PlaceAnchor(si(h, "anchor.distance"), n, substrate, si(h, "anchor.tie"), kind, wings))


def anchors_at_hand(obs: Observation) -> tuple[str, ...]:
    """Return the anchors that fit the catheter in use, as `PlaceAnchor` names them; the kit's own first."""
    return ("kit", *kinds_for(obs.catheter.model)[1:])


def _tug_anchor(tick: Tick) -> None:
    tick.commands.append(c.PullCatheter(c.TUG_TEST_N))
    tick.do("tug.test", "anchor")


def _tug_connector(tick: Tick) -> None:
    tick.commands.append(c.TugConnector(c.TUG_TEST_N))
    tick.do("tug.test", "connector")


def _open_pocket(tick: Tick) -> None:
    h = tick.hands
    tick.commands.append(c.DissectPocket(
        si(h, "pocket.u"), si(h, "pocket.v"), si(h, "pocket.radius"), h.choices["pocket.plane"], si(h, "pocket.cover")))  # fmt: skip
    tick.set(values=h.values | {"template.u": h.values["pocket.u"], "template.v": h.values["pocket.v"]})


def _tunnel_point(tick: Tick) -> None:
    v = tick.hands.values
    if len(tick.hands.waypoints) < 12:
        tick.set(waypoints=tick.hands.waypoints + ((v["tunnel.u"], v["tunnel.v"], v["tunnel.depth"]),))


def _tunnel_route(tick: Tick) -> None:
    """Lay way points round the flank, from beside the back wound to above the pocket."""
    v = tick.hands.values
    side = math.copysign(1.0, v["pocket.u"])
    start = (v["entry.x"] + side * WOUND_EDGE_MM, v["entry.z"])
    end = (v["pocket.u"] - side * WOUND_EDGE_MM, v["pocket.v"] + POCKET_EDGE_MM)
    points = []
    for f in (0.0, 0.25, 0.5, 0.75, 1.0):
        bend = 3 * f * f - 2 * f**3
        u, z = start[0] + f * (end[0] - start[0]), start[1] + bend * (end[1] - start[1])
        points.append((round(u, 1), round(z, 1), v["tunnel.depth"]))
    tick.set(waypoints=tuple(points))


def _tunnel_pass(tick: Tick) -> None:
    v, way = tick.hands.values, passed(tick.hands) if tick.hands.passer_mm > 0.0 else route(tick.hands)
    if not way:
        return
    tick.commands.append(c.TunnelCatheter(tuple((u * 1e-3, z * 1e-3, d * 1e-3) for u, z, d in way)))
    way_mm = sum(math.dist(a[:2], b[:2]) for a, b in pairwise(way))
    loop_mm = 2.0 * math.pi * v["loop.radius"]
    needed_mm = v.get("measured.inside", 0.0) + way_mm + loop_mm + SLACK_MM
    pack_mm = v.get("plan.pack", PACK_MM[tick.hands.choices["catheter.model"]])
    tick.set(values=v | {"cut.length": float(round(min(max(pack_mm - needed_mm, 0.0), MOST_TRIM_MM)))})


def _fill_on_table(tick: Tick) -> None:
    h = tick.hands
    conc = float(h.choices["table.conc"]) * 1e-3
    tick.commands.append(c.FillOnTable(si(h, "table.volume"), conc, h.choices["table.purge"] == "yes"))


def _pump_in(tick: Tick) -> None:
    tick.commands.append(c.PlacePump(si(tick.hands, "pump.outlet"), tick.hands.choices["pump.face"] == "out"))


def _turn_pump(degrees: float) -> Callable[[Tick], None]:
    def turn(tick: Tick) -> None:
        angle = math.remainder(tick.hands.values["pump.outlet"] + degrees, 360.0)
        tick.set(values=tick.hands.values | {"pump.outlet": min(max(angle, SETTINGS["pump.outlet"].low), SETTINGS["pump.outlet"].high)})
        if tick.obs.pocket.is_pump_in:
            _pump_in(tick)

    return turn


def _stitch(loop: int) -> Callable[[Tick], None]:
    def sew(tick: Tick) -> None:
        tick.commands.append(c.SuturePump(loop, tick.hands.choices["stitch.substrate"]))

    return sew


def _tip_on_film(tick: Tick) -> float | None:
    """Return the vertebral level beside the catheter tip, as anyone can count it on the film."""
    seen = tick.obs.catheter
    return seen.tip_level if seen.is_open and seen.tip_space in ("epidural", "subdural", "intrathecal", "tissue") else None


def beam(tick: Tick, is_spot: bool = False) -> None:
    """Make one X-ray pulse; its picture brings the dose, which is counted when it is there."""
    arm = tick.hands.arm
    if not is_spot and not fluoroscope.is_due(arm, tick.obs.tick):
        return  # the button that is let go of has made its pulse already
    for said in fluoroscope.told(arm, is_spot):
        tick.do(*said)
    tick.asks.append(Intent("carm.beam", "pulse", arm.orbit_deg))
    tick.set(arm=fluoroscope.pulse(arm, tick.obs.tick, tip_level=_tip_on_film(tick), is_spot=is_spot))


def count_dose(tick: Tick, intent: Intent) -> None:
    """Write down what the automatic exposure needed: `amount` [Gy cm2] through `other` of the field's area."""
    action, name, dose_gy_m2 = fluoroscope.dose_told(tick.hands.arm, intent.amount)
    tick.do(action, name, dose_gy_m2)
    tick.do("beam.open", name, round(intent.other, 2))
    tick.set(arm=fluoroscope.exposed(tick.hands.arm, fluoroscope.metered(intent.amount)))


def _keep_film(tick: Tick) -> None:
    arm = fluoroscope.keep(tick.hands.arm)
    if arm is not tick.hands.arm:
        tick.set(arm=arm)
        tick.do("beam.keep", fluoroscope.view_name(arm.orbit_deg))
        tick.asks.append(Intent("carm.keep", "keep", text=fluoroscope.view_name(arm.orbit_deg)))


CONTRAST_SYRINGE_ML, CONTRAST_SHOT_M3 = 5.0, 2e-6  # tuned: enough to see where it runs, twice to a syringe
CONTRAST_KG_PER_M3 = 240.0  # iohexol 240 mg/mL of iodine, as used round the cord [UGK-H]


def _take_syringe(contents: str, volume_ml: float) -> Callable[[Tick], None]:
    def take(tick: Tick) -> None:
        conc = float(tick.hands.choices["syringe.conc"]) * 1e-3 if contents == "drug" else 0.0
        iodine = CONTRAST_KG_PER_M3 if contents == "contrast" else 0.0
        tick.commands.append(c.TakeSyringe(contents, volume_ml * 1e-6, conc, iodine_kg_per_m3=iodine))
        tick.do("tool.take", f"syringe {contents}")

    return take


def _dye_through_needle(tick: Tick) -> None:
    """Inject contrast through the needle, its stylet out: on the film it shows which space the bevel is in."""
    if tick.obs.needle.is_stylet_in:
        tick.say("Stylet out first.")
        return
    if tick.obs.refill.syringe_contents != "contrast":
        _take_syringe("contrast", CONTRAST_SYRINGE_ML)(tick)
    tick.commands.append(c.InjectThroughNeedle(CONTRAST_SHOT_M3))


def _feel_template(tick: Tick) -> None:
    """Lay the template on the pump as its rim is felt, to the nearest 2 mm."""
    pocket = tick.obs.pocket
    if pocket.is_pump_in:
        spot = {"template.u": 2.0 * round(pocket.pump_u_m * 500.0), "template.v": 2.0 * round(pocket.pump_v_m * 500.0)}
        tick.set(values=tick.hands.values | spot)
        tick.do("tool.take", "template")


def _port(sign: float, volume_m3: float) -> Callable[[Tick], None]:
    def use(tick: Tick) -> None:
        tick.commands.append(c.UsePort(sign * si(tick.hands, "syringe.force"), volume_m3))

    return use


def _draw_at_end(tick: Tick) -> None:
    """Draw 1 mL with an empty syringe on the pump end of the catheter, for at most a minute."""
    tick.commands.append(c.TakeSyringe("empty", 5e-6))
    tick.commands.append(c.UsePort(-si(tick.hands, "syringe.force"), 1e-6, 60.0, True))


def _soft_clamp(tick: Tick) -> None:
    """Put a rubber-shod clamp near the pump end of the catheter, or take it off [I24]."""
    seen = tick.obs.catheter
    near_end = max(0.0, quantised(seen.implanted_m, TRAVEL_M) - CLAMP_FROM_END_M)
    tick.commands.append(c.UnclampCatheter() if seen.is_clamped else c.ClampCatheter(near_end, CLAMP_N, True))
    tick.do("tool.take", "clamp")


def _place_refill(tick: Tick) -> None:
    h = tick.hands
    tick.commands.append(c.PlaceRefillNeedle(si(h, "template.u"), si(h, "template.v"), si(h, "refill.tilt_u"), si(h, "refill.tilt_v")))
    tick.set(rest_m=h.rest_m | {"refill": 0.0})


def _account(tick: Tick) -> None:
    h = tick.hands
    measured = h.values["record.residual"] or tick.obs.refill.drawn_m3 * 1e6
    tick.do("record.account", "", quantised((measured - h.values["calc.expected"]) * 1e-6, VOLUME_M3))


def _time(seconds: float) -> Callable[[Tick], None]:
    return lambda tick: wait(tick, seconds)


def _treat(kind: str, scale: float) -> Callable[[Tick], None]:
    def give(tick: Tick) -> None:
        amount = tick.hands.values["treat.amount"] if kind in ("ventilation", "benzodiazepine", "cyproheptadine") else scale
        tick.commands.append(c.GiveTreatment(kind, amount))

    return give


def _say(name: str, key: str, scale: float) -> Callable[[Tick], None]:
    return lambda tick: tick.do(name, "", round(tick.hands.values[key] * scale, 10))


def _said(name: str, value: str = "", number: float = 0.0) -> Callable[[Tick], None]:
    return lambda tick: tick.do(name, value, number)


def _ask(tick: Tick, address: str) -> None:
    tick.asks.append(Intent(address))


HANDLERS: dict[str, Callable[[Tick], None]] = {
    "table.fill": _fill_on_table, "incise.lumbar": _incise, "or.choose_entry": _place_needle,
    "needle.roll_left": lambda t: roll(t, -15.0), "needle.roll_right": lambda t: roll(t, 15.0),
    "needle.brace": lambda t: t.commands.append(c.BraceHand(not t.obs.needle.is_braced)),
    "needle.stylet": _stylet, "needle.contrast": _dye_through_needle, "or.confirm.csf": _confirm_csf, "thread.open": _open_catheter,
    "thread.roll_left": lambda t: t.commands.append(c.RotateCatheter(quantised(-math.radians(10), ANGLE_RAD))),
    "thread.roll_right": lambda t: t.commands.append(c.RotateCatheter(quantised(math.radians(10), ANGLE_RAD))),
    "thread.stylet_set": _set_stylet, "thread.stylet_out": lambda t: t.commands.append(c.SetCatheterStylet(None)),
    "anchor.purse": _purse, "needle.remove": _remove_needle, "anchor.place": _anchor, "anchor.tug": _tug_anchor,
    "loop.lay": lambda t: t.commands.append(c.LayLoop(si(t.hands, "loop.radius"))),
    "pocket.open": _open_pocket,
    "tunnel.route": _tunnel_route, "tunnel.point": _tunnel_point, "tunnel.undo": lambda t: t.set(waypoints=t.hands.waypoints[:-1]), "tunnel.pass": _tunnel_pass,
    "connect.trim": lambda t: t.commands.append(c.TrimCatheter(si(t.hands, "cut.length"))),
    "connect.measure": lambda t: t.do("tool.take", "ruler", t.obs.catheter.removed_m),
    "or.write": _say("record.length", "record.length", 1e-2),
    "connect.seat": lambda t: t.commands.append(c.ConnectCatheter(si(t.hands, "connect.force"))),
    "connect.draw": _draw_at_end, "connect.clamp": _soft_clamp, "connect.tug": _tug_connector, "pump.place": _pump_in,
    "coil.seat": lambda t: t.commands.append(c.CoilSlack(si(t.hands, "coil.radius"), t.hands.choices["coil.side"] == "behind")),
    "pump.stitch.1": _stitch(0), "pump.stitch.2": _stitch(1), "pump.stitch.3": _stitch(2), "pump.stitch.4": _stitch(3),
    "pump.turn_left": _turn_pump(-15.0), "pump.turn_right": _turn_pump(15.0), "close.wounds": lambda t: t.commands.append(c.CloseWounds()),
    "carm.beam": beam, "carm.spot": lambda t: beam(t, True), "carm.keep": _keep_film, "programmer.open": lambda t: _ask(t, "programmer.open"), "interrogate": interrogate,
    "monitor.order": _say("time.monitor", "monitor.hours", 1.0),
    "calc.expected_say": _say("calc.expected_residual", "calc.expected", 1e-6),
    "calc.line_say": _say("calc.line_volume", "calc.line", 1e-6), "calc.alarm_say": _say("calc.alarm_date", "calc.alarm_days", 1.0),
    "template.feel": _feel_template, "refill.place": _place_refill, "syringe.empty": _take_syringe("empty", 20.0), "syringe.drug": _take_syringe("drug", 20.0),
    "syringe.saline": _take_syringe("saline", 5.0), "syringe.contrast": _take_syringe("contrast", 5.0), "refill.backflow": _said("confirm.backflow"),
    "port.draw": _port(-1.0, 2e-6), "port.push": _port(1.0, 1e-6),
    "record.residual_write": _say("record.residual", "record.residual", 1e-6), "account.write": _account,
    "refill.stop": _said("decide", "stop-pocket-fill"),
    "treat.ventilation": _treat("ventilation", 1.0), "treat.benzodiazepine": _treat("benzodiazepine", 1.0),
    "treat.cyproheptadine": _treat("cyproheptadine", 1.0), "treat.oral_baclofen": _treat("oral_baclofen", 1e-5),
    "treat.csf_drain": _treat("csf_drain", 30e-6), "decide.dose": _said("decide", "raise-dose"),
    "decide.xray": _said("decide", "xray-both-postures"), "decide.pump": _said("decide", "test-pump-catheter"),
    "decide.revise": _said("decide", "revise-catheter"), "decide.wait": _said("decide", "wait"),
    "call.help": _said("call.help", "senior"), "case.follow": lambda t: _ask(t, "case.follow"),
    "tab.send": send,
} | {key: _time(seconds) for key, seconds in TIME_SPANS_S.items()} | FIELD_HANDLERS | POCKET_HANDLERS | LATER_HANDLERS  # fmt: skip

for _held in ("needle.advance", "needle.withdraw", "refill.advance", "refill.withdraw", "thread.stroke", "thread.pull",
              "lor.press", "syringe.push", "syringe.pull", "palpate.press", "tunnel.advance", "tunnel.withdraw"):  # fmt: skip
    HANDLERS[_held] = lambda tick: None
HOLD_S: dict[str, float] = {a.key: a.confirm_s for a in ACTS.values() if a.confirm_s} | {"tab.send": programmer.SEND_S}
