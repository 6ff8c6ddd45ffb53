"""Acts on the operating field: position, marks, prep, scalpel, bleeding, pocket, passer, layers, and care on the ward.

Each is what its button and key do; the same work done with the pointer is in `game.input.touch`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from game.input.hands import ANGLE_RAD, TRAVEL_M, Hands, Tick, quantised, si
from game.input.tuning import gain
from game.instruments import palpation
from game.instruments import wound as places
from game.instruments.procedure import SETTINGS
from game.instruments.treatments import DOSES
from physics import commands as c
from physics.clock import SECONDS_PER_DAY
from physics.wound import Incision

PER_M = 1e3  # millimetres, in which settings are kept
WOUND_EDGE_MM = 35.0  # tuned: where a passer enters, beside the middle of the wound
LEAST_BEND_MM = gain("tunnel.least_radius")
PATH_STEP_MM = 5.0  # tuned: the passer's nose is turned so often
PATH_MOST = 60  # way points that are sent, of 64 allowed
PREP_ROW_MM = 40.0  # next stroke: the sponge's width less what it overlaps [A]
N_DABS = 6  # swabs side by side round a pocket [A]
SWEEP_ROW_MM = 11.0  # between rows of sweeps [A]
LAYER_STITCH_MM = 10.0  # between stitches of a layer [A]
DRY_WAIT_S = 300.0  # skin is dry after three minutes [I05]; five are waited
ADULT_KG = 70.0  # of hands that were told of no patient
SPANS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def _m(value_mm: float) -> float:
    return quantised(value_mm * 1e-3, TRAVEL_M)


def site_of(hands: Hands) -> tuple[float, float]:
    """Return the place (u, v) [mm] that the step works at: the back wound or the pocket."""
    v = hands.values
    at_back = hands.step in ("open", "needle", "thread", "anchor") or (hands.step in ("mark", "prepare", "close") and hands.choices["close.wound"] == "lumbar")
    return (v["entry.x"], v["entry.z"]) if at_back else (v["pocket.u"], v["pocket.v"])


def next_option(hands: Hands, key: str, step: int = 1) -> str:
    """Return the option of a choice that follows the chosen one."""
    keys = [k for k, _ in SETTINGS[key].options]
    return keys[(keys.index(hands.choices[key]) + step) % len(keys)]


# --- patient, finger, marks, prep ---------------------------------------------------------------------


def _turn_patient(tick: Tick) -> None:
    h = tick.hands
    up = "left" if h.choices["pocket.side"] == "left" else "right"
    tick.commands.append(c.TurnPatient(h.choices["patient.position"], up))


def _press_by(step: int) -> Callable[[Tick], None]:
    def change(tick: Tick) -> None:
        steps = palpation.PRESSES_N
        near = min(range(len(steps)), key=lambda i: abs(steps[i] - tick.hands.finger.press_n))
        press(tick, steps[min(max(near + step, 0), len(steps) - 1)])

    return change


def press(tick: Tick, push_n: float) -> None:
    """Press the finger with a push [N]."""
    tick.set(finger=replace(tick.hands.finger, press_n=round(min(max(push_n, palpation.PRESSES_N[0]), palpation.PRESSES_N[-1]), 2)))


def _ink(tick: Tick) -> None:
    v = tick.hands.values
    kind = tick.hands.choices["mark.kind"]
    tick.commands.append(c.MarkSkin(kind if kind != "pocket" else "entry", _m(v["palpate.u"]), _m(v["palpate.v"])))
    tick.say(f"Marked: {dict(SETTINGS['mark.kind'].options)[kind].lower()}.")


def _name(tick: Tick) -> None:
    kind = next_option(tick.hands, "mark.kind")
    tick.set(choices=tick.hands.choices | {"mark.kind": kind})
    tick.say(f"The next mark is called: {dict(SETTINGS['mark.kind'].options)[kind].lower()}.")


def wait(tick: Tick, seconds: float) -> None:
    """Let the clock run, a day at most in a tick; `waited` tells what passed."""
    whole, rest = divmod(seconds, SECONDS_PER_DAY)
    spans = (SECONDS_PER_DAY,) * int(whole) + ((rest,) if rest else ())
    tick.set(due=tick.hands.due + tuple(c.AdvanceClinicalTime(s) for s in spans))
    _note_wait(tick, seconds)


def _note_wait(tick: Tick, seconds: float) -> None:
    tick.set(waits=(tick.obs.clinical_time_s, seconds, float(tick.obs.needle.csf_drops)))


def _wait_dry(tick: Tick) -> None:
    tick.commands.append(c.AdvanceClinicalTime(DRY_WAIT_S))
    _note_wait(tick, DRY_WAIT_S)


def waited(tick: Tick) -> None:
    """Say what a wait brought, once the clock has run: time, vital signs, drops."""
    if tick.hands.waits is None:
        return
    since_s, span_s, drops = tick.hands.waits
    if tick.obs.clinical_time_s - since_s < span_s:
        return
    seen, p = tick.obs, tick.obs.patient
    if seen.needle.is_placed and not seen.needle.is_stylet_in:
        fell = f"{max(seen.needle.csf_drops - drops, 0.0):.0f} drops at the hub"
    elif seen.catheter.is_open and not seen.catheter.is_connected:
        fell = "CSF drops from the catheter's end" if seen.catheter.is_csf_at_end else "the catheter's end is dry"
    else:
        fell = "no drops"
    minutes = seen.clinical_time_s / 60.0
    clock = f"day {minutes / 1440.0:.1f}" if minutes >= 1440.0 else f"{minutes // 60:.0f} h {minutes % 60:02.0f} min"
    span = next(f"{span_s / size:g} {word}" for size, word in SPANS if span_s >= size)
    tick.say(f"{span} passed; {clock} since the case began.\n"
             f"Pulse {p.heart_rate_per_min:.0f}, {p.systolic_mmhg:.0f}/{p.diastolic_mmhg:.0f} mmHg, SpO2 {p.spo2_percent:.0f} %, "
             f"{p.temperature_c:.1f} °C; {fell}.")  # fmt: skip
    tick.set(waits=None)


def _swap_site(tick: Tick) -> None:
    tick.set(choices=tick.hands.choices | {"close.wound": next_option(tick.hands, "close.wound")})


def _outline(tick: Tick) -> None:
    h = tick.hands
    tick.commands.append(c.MarkSkin("pocket", si(h, "pocket.u"), si(h, "pocket.v"), si(h, "pocket.radius")))


def _paint(tick: Tick) -> None:
    """Wipe the whole window, from the back to the pocket, in rows from its foot end, one stroke a tick."""
    left, right, foot, head = (1e3 * edge for edge in tick.obs.field.window_m)
    rows = math.ceil((head - foot) / PREP_ROW_MM) + 1
    agent = tick.hands.choices["prep.agent"]
    strokes = []
    for k in range(rows):
        y = min(foot + k * PREP_ROW_MM, head)
        a, b = (left, right) if k % 2 == 0 else (right, left)
        strokes.append(c.PrepStroke(_m(a), _m(y), _m(b), _m(y), agent))
    tick.set(due=tick.hands.due + tuple(strokes))


# --- scalpel, bleeding, pocket ------------------------------------------------------------------------


def _wound(tick: Tick) -> str:
    if tick.hands.step == "close":
        return tick.hands.choices["close.wound"]
    return "lumbar" if tick.hands.step in ("open", "needle", "thread", "anchor") else "pocket"


def _cut_pass(tick: Tick) -> None:
    """One pass of the blade over the line as set: along the spine at the back, along the belt at the pocket."""
    h, wound = tick.hands, _wound(tick)
    u, v = site_of(h)
    angle = quantised(0.5 * math.pi, ANGLE_RAD) if wound == "lumbar" else 0.0
    length = min(max(si(h, "incise.length"), 0.005), 0.15)
    tick.commands.append(c.CutSkin(wound, _m(u), _m(v), length, angle, si(h, "cut.press")))


def _cut_of(tick: Tick, wound: str) -> Incision | None:
    """Return the cut that a wound was opened by."""
    return next((cut for cut in tick.obs.field.incisions if cut.wound == wound and not cut.is_closed), None)


def _dab(tick: Tick) -> None:
    """Dab the next point that bleeds; where blood hides it, along the whole wound and over the floor of the pocket."""
    cut = _cut_of(tick, _wound(tick))
    if _bleeding(tick) is not None or cut is None:
        _at_bleeder(lambda t, u, v: c.Dab(u, v))(tick)
        return
    tick.set(due=tick.hands.due + tuple(c.Dab(_m(u), _m(v)) for u, v in places.swabs(cut, PER_M)))


def _bleeding(tick: Tick) -> tuple[float, float] | None:
    """Return the next bleeding point that can be seen [m], or None."""
    field = tick.obs.field
    for vessel, is_seen in zip(field.bleeders, field.bleeder_is_seen, strict=True):
        if is_seen and not vessel.sealed_by:
            return vessel.u_m, vessel.v_m
    return None


def _at_bleeder(make: Callable[[Tick, float, float], c.Command]) -> Callable[[Tick], None]:
    def act(tick: Tick) -> None:
        spot = _bleeding(tick)
        if spot is None:
            tick.say("Nothing bleeds that can be seen.")
        else:
            tick.commands.append(make(tick, quantised(spot[0], TRAVEL_M), quantised(spot[1], TRAVEL_M)))

    return act


def _dry(tick: Tick) -> None:
    """Swab the whole pocket, its middle and once round, one dab a tick: takes up blood and shows what bleeds."""
    v = tick.hands.values
    u, z, ring = v["pocket.u"], v["pocket.v"], 0.6 * v["pocket.radius"]
    around = tuple((u + ring * math.sin(a), z + ring * math.cos(a)) for a in (2.0 * math.pi * k / N_DABS for k in range(N_DABS)))
    tick.set(due=tick.hands.due + tuple(c.Dab(_m(a), _m(b)) for a, b in ((u, z), *around)))


def _sweep_rows(tick: Tick) -> None:
    """Part the floor of the pocket row by row from where its cut lies, one sweep a tick."""
    h = tick.hands
    u, v, radius = (h.values[k] for k in ("pocket.u", "pocket.v", "pocket.radius"))
    cut, depth, reach = _cut_of(tick, "pocket"), si(h, "sweep.depth"), radius - PER_M * places.FINGER_M
    rows = places.rows(reach, SWEEP_ROW_MM)
    rows.sort(key=lambda row: abs(v + row[0] - (1e3 * cut.v_m if cut is not None else v)))  # a finger enters through the cut
    ends = [(v + dv, u + sign * half) for dv, half in rows for sign in (-1.0, 1.0)]  # from the middle, which is open already
    tick.set(due=h.due + tuple(c.SweepPocket(_m(u), _m(at), _m(end), _m(at), depth) for at, end in ends))


def _layer_stitches(tick: Tick) -> None:
    """Lay a layer of a wound in stitches along it, one a tick."""
    h, wound = tick.hands, h_wound(tick)
    cut = _cut_of(tick, wound)
    if cut is None:
        tick.say("There is no wound here.")
        return
    n = max(round(1e3 * cut.length_m / LAYER_STITCH_MM), 1)
    spots = places.along(cut, [(2 * k + 1) / n - 1.0 for k in range(n)], PER_M)
    layer = h.choices["close.layer"]
    tick.set(due=h.due + tuple(c.SutureLayer(wound, layer, _m(a), _m(b)) for a, b in spots))
    tick.set(choices=tick.hands.choices | {"close.layer": next_option(tick.hands, "close.layer")})


def h_wound(tick: Tick) -> str:
    """Return the wound that is being closed."""
    return tick.hands.choices["close.wound"]


def _count(tick: Tick) -> None:
    tick.commands.append(c.CountTray())
    tick.do("item.IM62", "whole")


# --- passer -------------------------------------------------------------------------------------------


def route(hands: Hands) -> tuple[tuple[float, float, float], ...]:
    """Return the way points [mm]; a single one is reached from beside the back wound."""
    points = hands.waypoints
    if len(points) != 1:
        return points
    v = hands.values
    return ((v["entry.x"] + math.copysign(WOUND_EDGE_MM, v["pocket.u"]), v["entry.z"], points[0][2]), *points)


def passed(hands: Hands) -> tuple[tuple[float, float, float], ...]:
    """Return the way [mm] that a stiff passer takes along the way points: it turns no tighter than `LEAST_BEND_MM`."""
    points = route(hands)
    if len(points) < 2:
        return ()
    (u, v, depth), heading = points[0], math.atan2(points[1][1] - points[0][1], points[1][0] - points[0][0])
    out = [points[0]]
    most_turn = PATH_STEP_MM / LEAST_BEND_MM
    for _, goal in pairwise(points):
        n_left = int(2.5 * math.dist((u, v), goal[:2]) / PATH_STEP_MM) + 2
        while math.dist((u, v), goal[:2]) > PATH_STEP_MM and n_left:
            wanted = math.atan2(goal[1] - v, goal[0] - u)
            turn = math.remainder(wanted - heading, 2.0 * math.pi)
            if abs(turn) > 0.5 * math.pi and math.dist((u, v), goal[:2]) < LEAST_BEND_MM:
                break  # beside the point already: the passer cannot come back to it
            heading += min(max(turn, -most_turn), most_turn)
            u, v = u + PATH_STEP_MM * math.cos(heading), v + PATH_STEP_MM * math.sin(heading)
            share = min(PATH_STEP_MM / max(math.dist((u, v), goal[:2]) + PATH_STEP_MM, PATH_STEP_MM), 1.0)
            depth += share * (goal[2] - depth)
            out.append((round(u, 2), round(v, 2), round(depth, 2)))
            n_left -= 1
    every = max(-(-len(out) // PATH_MOST), 1)
    return (*out[:-1:every], out[-1])


def passer_tip(hands: Hands) -> tuple[float, float, float] | None:
    """Return where the nose of the passer is now: (u, v, depth) [mm]."""
    path = passed(hands)
    if not path:
        return None
    left = hands.passer_mm
    for a, b in pairwise(path):
        size = math.dist(a[:2], b[:2])
        if left <= size and size > 0.0:
            f = left / size
            return a[0] + f * (b[0] - a[0]), a[1] + f * (b[1] - a[1]), a[2] + f * (b[2] - a[2])
        left -= size
    return path[-1]


def passer_word(depth_mm: float) -> str:
    """Return what a hand on the skin feels of the passer's nose under it."""
    if depth_mm < gain("tunnel.thin"):
        return "The skin blanches over it: thin"
    if depth_mm > gain("tunnel.deep"):
        return "Hardly felt: deep"
    return "Felt well, skin lifts" if depth_mm < 12.0 else "Felt, skin lifts a little"


def _feel_passer(tick: Tick) -> None:
    tip = passer_tip(tick.hands)
    tick.say(f"{passer_word(tip[2])}." if tip else "Nothing under the skin yet.")


# --- catheter that lies, ward ---------------------------------------------------------------------------


def _grip(tick: Tick) -> None:
    h = tick.hands
    tick.commands.append(c.GripCatheter(si(h, "catheter.at"), si(h, "jaws.force"), h.choices["jaws.kind"] == "rubber"))


def _clamp(tick: Tick) -> None:
    h = tick.hands
    tick.commands.append(c.ClampCatheter(si(h, "catheter.at"), si(h, "jaws.force"), h.choices["jaws.kind"] == "rubber"))


def _give_treatment(tick: Tick) -> None:
    dose = DOSES[tick.hands.choices["treat.kind"]].for_mass(tick.hands.values.get("plan.mass", ADULT_KG))
    times = tick.hands.values["treat.times"]
    most, _ = c.TREATMENTS[dose.key]
    amount = min(dose.usual_si * times, most)
    tick.commands.append(c.GiveTreatment(dose.key, float(f"{amount:.6g}")))
    tick.say(f"Given: {dose.words.lower()}, {dose.shown(times)}.")


FIELD_HANDLERS: dict[str, Callable[[Tick], None]] = {
    "site.swap": _swap_site, "patient.turn": _turn_patient, "palpate.harder": _press_by(1), "palpate.softer": _press_by(-1), "palpate.mark": _ink,
    "palpate.name": _name, "mark.pocket": _outline, "prep.paint": _paint, "or.drape": lambda t: t.commands.append(c.Drape()),
    "prophylaxis.give": lambda t: t.commands.append(c.GiveTreatment("antibiotic_prophylaxis", float(f"{t.hands.values['prophylaxis.dose'] * 1e-3:.6g}"))),
    "time.dry": _wait_dry,
    "local.inject": lambda t: t.commands.append(c.InjectLocal(*map(_m, site_of(t.hands)), si(t.hands, "local.volume"))),
    "table.warm": lambda t: t.commands.append(c.WarmPump(t.hands.values["table.bath"])),
    "table.empty": lambda t: t.commands.append(c.EmptyPump()), "table.prime": lambda t: t.commands.append(c.PurgeTubing()),
    "cut.pass": _cut_pass, "wound.retract": lambda t: t.commands.append(c.SetRetractor(_wound(t), si(t.hands, "retractor.spread"))),
    "bleed.dab": _dab,
    "bleed.seal": _at_bleeder(lambda t, u, v: c.Cauterise(u, v, t.hands.choices["cautery.mode"])),
    "wound.irrigate": lambda t: t.commands.append(c.Irrigate(_wound(t), 0.25e-3)),
    "wound.pack": lambda t: t.commands.append(c.PackSwab(_wound(t))),
    "wound.unpack": lambda t: t.commands.append(c.RemoveSwabs(_wound(t))),
    "pocket.sweep": _sweep_rows, "pocket.dry": _dry, "pocket.trial": lambda t: t.commands.append(c.TestPump()),
    "tunnel.palpate": _feel_passer, "close.stitch": _layer_stitches, "close.count": _count,
    "close.binder": lambda t: t.commands.append(c.ApplyBinder()),
    "catheter.grip": _grip, "catheter.clamp": _clamp, "catheter.unclamp": lambda t: t.commands.append(c.UnclampCatheter()),
    "catheter.stitch": lambda t: t.commands.append(c.StitchCatheter(si(t.hands, "catheter.at"), si(t.hands, "purse.tension"))),
    "catheter.cut": lambda t: t.commands.append(c.CutCatheter(si(t.hands, "catheter.at"))),
    "catheter.join": lambda t: t.commands.append(c.JoinCatheter(si(t.hands, "connect.force"))),
    "bolus.request": lambda t: t.commands.append(c.RequestBolus()),
    "mri.enter": lambda t: t.commands.append(c.EnterMri(60.0 * t.hands.values["mri.minutes"])),
    "ambient.change": lambda t: t.commands.append(c.ChangeAmbientPressure(round(1e3 * t.hands.values["ambient.pressure"], 1))),
    "treat.give": _give_treatment,
}  # fmt: skip
