"""Tools on the patient in the picture: where the pointer goes down, moves and comes up, by the tool in hand.

An `Intent` "touch" carries a place of the unrolled trunk in mm (`amount` = u, `other` = v), the kind "down", "drag", "up"
or "click", and the surface met ("skin", "fascia", "pump") as text. "touch.catheter" carries marks on the catheter instead:
mm from its tip and mm outside the fascia. Every act ends in the same commands as its button and key.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from game.input.acts import HANDLERS
from game.input.field_acts import passed
from game.input.hands import ANGLE_RAD, TRAVEL_M, Intent, Tick, Touch, quantised, si, tool_in_hand
from game.input.pocket_acts import feel_rim, touched
from game.input.tuning import gain
from game.instruments.procedure import SETTINGS
from physics import commands as c
from physics.clock import TICK_HZ

STROKE_MM = 12.0  # tuned: a sponge or a finger sends a stroke each so far
SHORTEST_CUT_MM, LONGEST_CUT_MM = 5.0, 150.0  # limits of CutSkin
SHORTEST_MM = 1.0  # a drag shorter than this is a click
NEAR_LOOP_MM = 30.0  # tuned: a stitch nearer than this to a loop of the pump takes it
PUMP_RADIUS_MM = 43.75  # [device_and_procedure 1.1]
LOOP_ANGLES_DEG = (45.0, 135.0, -135.0, -45.0)  # of the suture loops from the outlet [A]
MISSED_MM = 15.0  # tuned: within this the passer comes out where it was meant to
TRAVEL_MM = TRAVEL_M * 1e3
BITE_MM = (gain("stitch.bite_least"), gain("stitch.bite_most"))
BITE_S = (gain("stitch.hold_least"), gain("stitch.hold_most"))

Handler = Callable[[Tick, Intent], None]


def take_touch(tick: Tick, intent: Intent) -> None:
    """Do what the tool in hand does at a place of the picture."""
    tool = tool_in_hand(tick.hands)
    if tick.obs.tick < tick.hands.tray.ready_at_tick:
        if intent.kind in ("down", "click"):
            tick.say("Changing the tool.")
        return
    if intent.address == "touch.catheter":
        handler = ON_CATHETER.get(tool)
        if handler is not None:
            handler(tick, intent)
        return
    spot = (_mm(intent.amount), _mm(intent.other))
    touch = tick.hands.touch
    if intent.kind == "down":
        tick.set(touch=replace(touch, is_down=True, start_mm=spot, at_mm=spot, since_tick=tick.obs.tick, surface=intent.text or "skin"))
    else:
        tick.set(touch=replace(touch, is_down=intent.kind == "drag", at_mm=spot, surface=intent.text or touch.surface))
    if intent.kind in ("down", "click", "drag") and tick.hands.touch.surface == "skin":
        touched(tick, tool, *spot)
    handler = ON_SKIN.get(tool)
    if handler is not None:
        handler(tick, intent)


def _mm(value: float) -> float:
    return round(round(value / TRAVEL_MM) * TRAVEL_MM, 4)


def _m(value_mm: float) -> float:
    return quantised(value_mm * 1e-3, TRAVEL_M)


def put(tick: Tick, **values: float) -> None:
    """Set numbers of the step, within their ranges; dots of the key are written as `__`."""
    out = dict(tick.hands.values)
    for name, value in values.items():
        key = name.replace("__", ".")
        setting = SETTINGS[key]
        out[key] = round(min(max(value, setting.low), setting.high), 4)
    tick.set(values=out)


def _span(touch: Touch) -> tuple[float, float, float]:
    du, dv = touch.at_mm[0] - touch.start_mm[0], touch.at_mm[1] - touch.start_mm[1]
    return du, dv, math.hypot(du, dv)


# --- fingers, pen, sponge -------------------------------------------------------------------------


def _palpate(tick: Tick, intent: Intent) -> None:
    u, v = tick.hands.touch.at_mm
    put(tick, palpate__u=u, palpate__v=v)


def _mark(tick: Tick, intent: Intent) -> None:
    """A click leaves a point, a drag draws the outline of the pocket about its start."""
    touch = tick.hands.touch
    _, _, size = _span(touch)
    if intent.kind == "click":
        put(tick, palpate__u=touch.at_mm[0], palpate__v=touch.at_mm[1])
        HANDLERS["palpate.mark"](tick)
    elif size > 10.0:
        put(tick, pocket__u=touch.start_mm[0], pocket__v=touch.start_mm[1], pocket__radius=size)
        if intent.kind == "up":
            HANDLERS["mark.pocket"](tick)


def _stroke(send: Callable[[Tick, tuple[float, float], tuple[float, float]], None]) -> Handler:
    """A tool that is drawn over the tissue: a command each `STROKE_MM`."""

    def drawn(tick: Tick, intent: Intent) -> None:
        touch = tick.hands.touch
        _, _, size = _span(touch)
        if size >= STROKE_MM or (intent.kind == "up" and size >= SHORTEST_MM):
            send(tick, touch.start_mm, touch.at_mm)
            tick.set(touch=replace(touch, start_mm=touch.at_mm))

    return drawn


def _prep(tick: Tick, a: tuple[float, float], b: tuple[float, float]) -> None:
    tick.commands.append(c.PrepStroke(_m(a[0]), _m(a[1]), _m(b[0]), _m(b[1]), tick.hands.choices["prep.agent"]))


def _sweep(tick: Tick, a: tuple[float, float], b: tuple[float, float]) -> None:
    tick.commands.append(c.SweepPocket(_m(a[0]), _m(a[1]), _m(b[0]), _m(b[1]), si(tick.hands, "sweep.depth"), "finger"))


def wound_of(tick: Tick) -> str:
    """Return the wound that the step works in: "lumbar" or "pocket"."""
    if tick.hands.step == "close":
        return tick.hands.choices["close.wound"]
    return "lumbar" if tick.hands.step in ("mark", "open", "needle", "thread", "anchor") else "pocket"


def _cut(tick: Tick, intent: Intent) -> None:
    """A line drawn is one pass along it; a click only says where the next is planned."""
    touch = tick.hands.touch
    du, dv, size = _span(touch)
    if intent.kind == "click":
        if wound_of(tick) == "pocket":
            put(tick, pocket__u=touch.at_mm[0], pocket__v=touch.at_mm[1])
        else:
            put(tick, entry__x=touch.at_mm[0], entry__z=touch.at_mm[1])
    if intent.kind != "up" or size < SHORTEST_CUT_MM:
        return
    middle = (0.5 * (touch.start_mm[0] + touch.at_mm[0]), 0.5 * (touch.start_mm[1] + touch.at_mm[1]))
    if dv < 0.0:
        du, dv = -du, -dv
    tick.commands.append(c.CutSkin(
        wound_of(tick), _m(middle[0]), _m(middle[1]), _m(min(size, LONGEST_CUT_MM)),
        quantised(math.atan2(dv, du), ANGLE_RAD), si(tick.hands, "cut.press")))  # fmt: skip


def _dab(tick: Tick, intent: Intent) -> None:
    if intent.kind == "click":
        u, v = tick.hands.touch.at_mm
        tick.commands.append(c.Dab(_m(u), _m(v)))


def _cauterise(tick: Tick, intent: Intent) -> None:
    if intent.kind == "click":
        u, v = tick.hands.touch.at_mm
        tick.commands.append(c.Cauterise(_m(u), _m(v), tick.hands.choices["cautery.mode"]))


# --- needle, catheter, anchor ----------------------------------------------------------------------


def _entry(tick: Tick, intent: Intent) -> None:
    """The tip rests where the pointer puts it; once it is in the skin the drag aims (pixels, not places)."""
    if tick.obs.needle.is_placed and tick.obs.needle.depth_m > 1e-3:
        return
    u, v = tick.hands.touch.at_mm
    put(tick, entry__x=u, entry__z=v)


def _slide_anchor(tick: Tick, intent: Intent) -> None:
    if intent.kind in ("down", "drag"):
        put(tick, anchor__distance=_mm(intent.other))


def _read_ruler(tick: Tick, intent: Intent) -> None:
    tick.say(f"{intent.other:.0f} mm outside the fascia, {intent.amount / 10.0:.1f} cm from the tip.")


def _grip(is_soft: bool) -> Handler:
    def grip(tick: Tick, intent: Intent) -> None:
        if intent.kind != "click":
            return
        put(tick, catheter__at=intent.amount)
        tick.set(choices=tick.hands.choices | {"jaws.kind": "rubber" if is_soft else "toothed"})
        HANDLERS["connect.clamp" if is_soft else "catheter.grip"](tick)

    return grip


def _cut_catheter(tick: Tick, intent: Intent) -> None:
    if intent.kind == "click":
        put(tick, catheter__at=intent.amount)
        HANDLERS["catheter.cut"](tick)


def _loop(tick: Tick, intent: Intent) -> None:
    """Two points of a drag are the width of the loop."""
    _, _, size = _span(tick.hands.touch)
    if size > 2.0:
        put(tick, loop__radius=0.5 * size)
        if intent.kind == "up":
            HANDLERS["loop.lay"](tick)


# --- stitches --------------------------------------------------------------------------------------


def _stitch(tick: Tick, intent: Intent) -> None:
    """Needle in at one press, out at the next; how long each is held sets the bite."""
    if intent.kind not in ("click", "up"):
        return
    touch = tick.hands.touch
    if touch.stitch_in is None:
        tick.set(touch=replace(touch, stitch_in=touch.at_mm))
        tick.say("In. Now where the needle comes out.")
        return
    middle = (0.5 * (touch.stitch_in[0] + touch.at_mm[0]), 0.5 * (touch.stitch_in[1] + touch.at_mm[1]))
    held_s = (tick.obs.tick - touch.since_tick) / TICK_HZ
    is_deep = touch.surface == "fascia" or bite_mm(held_s) >= 0.5 * sum(BITE_MM)
    substrate = "fascia" if is_deep else "fat"  # a shallow bite through fat holds nothing but fat
    tick.set(touch=replace(touch, stitch_in=None, stitches=(*touch.stitches, (*middle, substrate))))
    tick.say(f"Bite of {bite_mm(held_s):.0f} mm. Hold F to tie.")


def bite_mm(held_s: float) -> float:
    """Return the bite of a needle that was held in the tissue for a time [mm]."""
    share = min(max((held_s - BITE_S[0]) / (BITE_S[1] - BITE_S[0]), 0.0), 1.0)
    return BITE_MM[0] + share * (BITE_MM[1] - BITE_MM[0])


def tie(tick: Tick) -> None:
    """Tie what is laid: stitches of the anchor, a loop of the pump, or a layer of the wound, by the step."""
    touch, step = tick.hands.touch, tick.hands.step
    if not touch.stitches:
        tick.say("No stitch is laid: needle in, then out, then tie.")
        return
    if step == "anchor":
        substrate = "fascia" if all(s[2] == "fascia" for s in touch.stitches) else "fat"
        put(tick, anchor__stitches=float(len(touch.stitches)))
        choice = tick.hands.choices["anchor.substrate"]
        tick.set(choices=tick.hands.choices | {"anchor.substrate": choice if choice == "one_wing" else substrate})
        HANDLERS["anchor.place"](tick)
        return  # they stay: one more stitch ties the anchor with all of them
    for u, v, substrate in touch.stitches:
        if step == "pump":
            loop = nearest_loop(tick, u, v)
            if loop is None:
                tick.say("No loop of the pump is there.")
            else:
                tick.commands.append(c.SuturePump(loop, substrate))
        elif step == "close":
            tick.commands.append(c.SutureLayer(wound_of(tick), tick.hands.choices["close.layer"], _m(u), _m(v)))
        elif step == "connect":
            tick.commands.append(c.StitchCatheter(si(tick.hands, "catheter.at"), si(tick.hands, "purse.tension")))
    tick.set(touch=replace(tick.hands.touch, stitches=()))


def nearest_loop(tick: Tick, u_mm: float, v_mm: float) -> int | None:
    """Return which suture loop of the pump is near a place, or None."""
    pocket = tick.obs.pocket
    if not pocket.is_pump_in:
        return None
    best = None
    for k, degrees in enumerate(LOOP_ANGLES_DEG):
        angle = pocket.outlet_angle_rad + math.radians(degrees)
        u = pocket.pump_u_m * 1e3 + PUMP_RADIUS_MM * math.sin(angle)
        v = pocket.pump_v_m * 1e3 + PUMP_RADIUS_MM * math.cos(angle)
        away = math.hypot(u - u_mm, v - v_mm)
        if away < NEAR_LOOP_MM and (best is None or away < best[0]):
            best = (away, k)
    return None if best is None else best[1]


# --- pocket, tunnel, pump -----------------------------------------------------------------------------


def _way_point(tick: Tick, intent: Intent) -> None:
    """A press lays a way point; the wheel sends the passer along them."""
    if intent.kind == "click":
        u, v = tick.hands.touch.at_mm
        put(tick, tunnel__u=u, tunnel__v=v)
        HANDLERS["tunnel.point"](tick)
    elif intent.kind == "drag" and tick.hands.waypoints:
        u, v = tick.hands.touch.at_mm
        u0, v0, depth = tick.hands.waypoints[-1]
        if math.hypot(tick.hands.touch.start_mm[0] - u0, tick.hands.touch.start_mm[1] - v0) < 25.0 and tick.hands.passer_mm == 0.0:
            tick.set(waypoints=(*tick.hands.waypoints[:-1], (u, v, depth)), touch=replace(tick.hands.touch, start_mm=(u, v)))


def _pump(tick: Tick, intent: Intent) -> None:
    """A click lays the pump in; a drag about it turns its outlet to the pointer."""
    pocket = tick.obs.pocket
    centre = (pocket.pump_u_m * 1e3, pocket.pump_v_m * 1e3) if pocket.is_pump_in else (pocket.u_m * 1e3, pocket.v_m * 1e3)
    _, _, size = _span(tick.hands.touch)
    lay = HANDLERS["later.lay_new" if tick.hands.procedure == "exchange" else "pump.place"]
    if intent.kind == "click":
        lay(tick)
    elif size > 3.0:
        u, v = tick.hands.touch.at_mm
        put(tick, pump__outlet=round(math.degrees(math.atan2(u - centre[0], v - centre[1]))))
        if intent.kind == "up":
            lay(tick)


def _coil(tick: Tick, intent: Intent) -> None:
    """Two fingers draw the coil out: its radius is how far from the middle of the pump they are; a click feels the rim."""
    pocket = tick.obs.pocket
    u, v = tick.hands.touch.at_mm
    if not pocket.is_pump_in:
        return
    is_behind = tick.hands.choices["coil.side"] == "behind"
    if intent.kind == "click" and not tick.hands.is_pump_lifted:
        feel_rim(tick, math.atan2(u - pocket.pump_u_m * 1e3, v - pocket.pump_v_m * 1e3) - pocket.outlet_angle_rad)
        return
    if intent.kind in ("drag", "up") and is_behind and not tick.hands.is_pump_lifted:
        tick.say("It lies behind the pump: lift the pump first.")
        return
    if intent.kind in ("drag", "up"):
        put(tick, coil__radius=math.hypot(u - pocket.pump_u_m * 1e3, v - pocket.pump_v_m * 1e3))
        if intent.kind == "up":
            HANDLERS["coil.seat"](tick)


def advance_passer(tick: Tick, travel_mm: float) -> None:
    """Send the passer on along its way; at the end the tunnel is passed."""
    path = passed(tick.hands)
    if not path:
        tick.say("Lay way points first.")
        return
    length = sum(math.dist(a[:2], b[:2]) for a, b in zip(path, path[1:], strict=False))
    there = min(max(tick.hands.passer_mm + travel_mm, 0.0), length)
    tick.set(passer_mm=round(there, 2))
    missed = math.dist(path[-1][:2], tick.hands.waypoints[-1][:2])
    if travel_mm > 0.0 and there >= length and missed > MISSED_MM:
        tick.say(f"It comes out {missed:.0f} mm off: the bends are too tight for the passer.")
    elif travel_mm > 0.0 and there >= length:
        HANDLERS["tunnel.pass"](tick)
        tick.set(passer_mm=0.0)


ON_SKIN: dict[str, Handler] = {
    "exam": _palpate, "marker": _mark, "sponge": _stroke(_prep), "knife": _cut, "swab": _dab, "diathermy": _cauterise,
    "needle": _entry, "stylet": _entry, "lor": _entry, "disc": _loop, "suture": _stitch, "silk": _stitch, "finger": _stroke(_sweep),
    "passer": _way_point, "pump": _pump, "fingers": _coil,
}  # fmt: skip
ON_CATHETER: dict[str, Handler] = {
    "anchor": _slide_anchor, "ruler": _read_ruler, "clamp": _grip(True), "toothed": _grip(False), "scissors": _cut_catheter,
    "knife": _cut_catheter,
}  # fmt: skip
HANDLERS["stitch.tie"] = tie
