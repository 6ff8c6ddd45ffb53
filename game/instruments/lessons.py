"""What the tutor asks for, one verb at a time, what it stops before harm, and the lesson of the controls.

A `Verb` says what to do now, which commands it is about and when it is done. Inside a step the commands of later verbs
are held back until it is done or skipped; what came before may be repeated. The tutor may use what is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from physics import commands as c
from physics.observation import Observation

Done = Callable[[Observation], bool]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do."""

    key: str
    step: str
    words: str
    how: str
    show: str  # address that is pointed out
    commands: tuple[type[c.Command], ...]
    done: Done
    action: str = ""  # judged act that ends it instead


TUTOR: tuple[Verb, ...] = (
    Verb("turn", "mark", "Sit the patient up.", "Folds and belt line show only sitting. T turns the patient.", "patient.turn", (c.TurnPatient,),
         lambda o: o.field.position == "sitting"),
    Verb("outline", "mark", "Draw the pocket.", "Marker: drag from its middle, clear of rib and crest.", "tray.marker", (c.MarkSkin,),
         lambda o: any(m.kind == "pocket" for m in o.field.marks)),
    Verb("prep", "mark", "Paint the field.", "Sponge: drag until all of it is wet. B paints it in rows.", "tray.sponge", (c.PrepStroke,),
         lambda o: o.field.prep_cover > 0.9),
    Verb("drape", "mark", "Wait until dry, then drape.", "Wet drapes carry germs through. L lays them.", "or.drape", (c.Drape,), lambda o: o.field.is_draped),
    Verb("warm", "table", "Warm the pump.", "A cold pump meters too little. B puts it into the bath.", "table.warm", (c.WarmPump,),
         lambda o: o.field.is_pump_in_bath or o.field.is_table_filled),
    Verb("empty", "table", "Draw the factory water out.", "What comes out tells whether it was whole. R draws.", "table.empty", (c.EmptyPump,),
         lambda o: o.field.water_recovered_m3 >= 0.0 or o.field.is_table_filled),
    Verb("fill", "table", "Fill it.", "Vial and order must agree. F fills.", "table.fill", (c.FillOnTable,), lambda o: o.field.is_table_filled),
    Verb("entry", "needle", "Choose the entry.", "Click the skin beside the spine, Enter rests the needle there.", "or.choose_entry", (c.PlaceNeedle,),
         lambda o: o.needle.is_placed),
    Verb("push", "needle", "Advance to the give.", "Wheel 1 mm, or hold W. Springy, then it falls: that is the give.", "needle.advance", (c.AdvanceNeedle,),
         lambda o: o.needle.past_dura_m > 0.5e-3),
    Verb("csf", "needle", "Look for fluid.", "F takes the stylet out. Drops come within seconds.", "needle.stylet", (c.SetNeedleStylet,),
         lambda o: o.needle.csf_drops >= 1),
    Verb("open", "thread", "Open the catheter.", "O opens it, its tip in the hub.", "thread.open", (c.OpenCatheter,), lambda o: o.catheter.is_open),
    Verb("feed", "thread", "Feed to the level.", "Wheel 2 mm or W. Film each 5 to 10 cm.", "thread.stroke", (c.FeedCatheter,), lambda o: o.catheter.fed_m > 0.25),
    Verb("purse", "anchor", "Tie the purse-string.", "Round the needle at the fascia. Y ties.", "anchor.purse", (c.TiePurseString,),
         lambda o: o.catheter.purse_tension_n > 0.0),
    Verb("out", "anchor", "Take the needle out.", "The other hand holds the catheter. Hold K.", "needle.remove", (c.RemoveNeedle,),
         lambda o: o.catheter.is_open and not o.needle.is_placed),
    Verb("anchor", "anchor", "Anchor it on the fascia.", "Within 15 mm of the exit. Drag the anchor; N stitches it.", "anchor.place", (c.PlaceAnchor,),
         lambda o: o.catheter.n_anchor_sutures > 0),
    Verb("loop", "anchor", "Lay the strain loop.", "Disc: drag across. 10 mm radius or more.", "loop.lay", (c.LayLoop,), lambda o: o.catheter.loop_radius_m > 0.0),
    Verb("pocket", "pocket", "Open the pocket.", "Blade along the line, then sweep with the finger in one plane.", "pocket.open",
         (c.DissectPocket, c.SweepPocket), lambda o: o.pocket.is_dissected),
    Verb("tunnel", "tunnel", "Pass the tunneller.", "Click way points in gentle bends, then the wheel.", "tunnel.advance", (c.TunnelCatheter,),
         lambda o: o.catheter.is_tunnelled),
    Verb("trim", "connect", "Cut to length.", "Leave slack for one turn behind the pump. X cuts.", "connect.trim", (c.TrimCatheter,), lambda o: o.catheter.removed_m > 0.0),
    Verb("place", "connect", "Lay the pump in.", "Septum to the skin, outlet clear of rib.", "pump.place", (c.PlacePump,), lambda o: o.pocket.is_pump_in),
    Verb("seat", "connect", "Push the connector on.", "Until it clicks, then tug. N pushes, T tugs.", "connect.seat", (c.ConnectCatheter,),
         lambda o: o.catheter.is_connected),
    Verb("coil", "pump", "Lay the coils behind.", "Two fingers: drag out, no bend under 10 mm.", "coil.seat", (c.CoilSlack,), lambda o: o.catheter.is_coil_behind),
    Verb("sew", "pump", "Stitch the pump.", "Silk: in, out, hold F. Two loops at least.", "stitch.tie", (c.SuturePump,), lambda o: o.pocket.n_sutures >= 2),
    Verb("count", "close", "Count the tray.", "It must be whole before you close.", "close.count", (c.CountTray,), lambda o: o.field.counted == 1),
    Verb("close", "close", "Close in layers.", "Fascia, fat, skin. Or hold K.", "close.wounds", (c.CloseWounds, c.SutureLayer), lambda o: o.pocket.is_closed),
)  # fmt: skip

TUTORIAL: tuple[Verb, ...] = (
    Verb("t.entry", "needle", "1 of 6. Rest the needle on the skin.", "Click the skin where the ring is, then press Enter.", "or.choose_entry",
         (c.PlaceNeedle,), lambda o: o.needle.is_placed),
    Verb("t.push", "needle", "2 of 6. Push through five layers until it gives.", "Turn the wheel over the picture, or hold W. Watch the trace fall.",
         "needle.advance", (c.AdvanceNeedle,), lambda o: o.needle.past_dura_m > 0.5e-3),
    Verb("t.look", "needle", "3 of 6. Look with the C-arm.", "Space makes one pulse. Each one is counted.", "panel.xray", (), lambda o: False, "beam.pulse"),
    Verb("t.csf", "needle", "4 of 6. See the fluid.", "F takes the stylet out. Wait for a drop.", "needle.stylet", (c.SetNeedleStylet,),
         lambda o: o.needle.csf_drops >= 1),
    Verb("t.feed", "thread", "5 of 6. Feed the catheter 5 cm.", "O opens it. Then the wheel, or hold W.", "thread.stroke",
         (c.OpenCatheter, c.FeedCatheter), lambda o: o.catheter.fed_m >= 0.05),
    Verb("t.stitch", "anchor", "6 of 6. Place a stitch.", "Y ties a purse-string round needle and catheter.", "anchor.purse",
         (c.TiePurseString,), lambda o: o.catheter.purse_tension_n > 0.0),
)  # fmt: skip

LESSONS: dict[str, tuple[Verb, ...]] = {"tutor": TUTOR, "tutorial": TUTORIAL}
ALWAYS = (c.BraceHand, c.RotateNeedle)  # in the tutorial
FAR_M = 6e-3  # tuned: so far past the dura the tutor stops the needle; the sac is about twice as deep
BACK_M = 2e-3  # tuned: a catheter that is out of the bevel is not pulled back

HARM: dict[str, str] = {  # events that the tutor takes back
    "AnteriorWallTouched": "The needle met the far wall of the sac.", "CatheterSheared": "The bevel cut the catheter.",
    "CatheterHoled": "The wall of the catheter is holed.", "CatheterTipDamaged": "The tip was pulled loose.",
    "StyletPerforated": "The stylet went through the wall.", "CutTooDeep": "That cut went too deep.",
    "CatheterCut": "The catheter is cut through.", "CatheterBurnt": "The diathermy burnt the catheter.",
}  # fmt: skip


HELPED = ("implant",)  # procedures whose steps have verbs


def next_open(step: str, obs: Observation) -> Verb | None:
    """Return the first verb of a step that shows no result yet."""
    return next((v for v in TUTOR if v.step == step and not v.done(obs)), None)


def current(lesson: str, step: str, done: Sequence[str]) -> Verb | None:
    """Return the verb to do now: the first of the step not yet done, in the tutorial the first of all."""
    verbs = LESSONS.get(lesson, ())
    left = (v for v in verbs if v.key not in done and (lesson == "tutorial" or v.step == step))
    return next(left, None)


def held_back(lesson: str, step: str, done: Sequence[str], commands: Sequence[c.Command]) -> str:
    """Return why commands must wait, "" if they need not: they belong to a verb that comes later in the step."""
    verb = current(lesson, step, done)
    if verb is None:
        return ""
    verbs = LESSONS[lesson]
    if lesson == "tutorial":  # nothing but what has been asked for
        known = tuple(k for v in verbs[: verbs.index(verb) + 1] for k in v.commands)
        return "" if all(isinstance(k, (*known, *ALWAYS)) for k in commands) else verb.words
    later = [v for v in verbs[verbs.index(verb) + 1 :] if v.step == step]
    for command in commands:
        if not isinstance(command, verb.commands) and any(isinstance(command, v.commands) for v in later):
            return f"First: {verb.words[0].lower()}{verb.words[1:]}"
    return ""


def harm_ahead(obs: Observation, commands: Sequence[c.Command]) -> str:
    """Return what a tutor says who stops a hand before it does harm, "" if nothing is about to happen."""
    needle, catheter = obs.needle, obs.catheter
    for command in commands:
        if isinstance(command, c.AdvanceNeedle) and command.travel_m > 0.0 and needle.past_dura_m > FAR_M:
            return "Stop. The tip is in the sac; the far wall comes next."
        if isinstance(command, c.FeedCatheter) and command.travel_m < 0.0 and needle.is_placed and catheter.fed_m > needle.length_m + BACK_M:
            return "Stop. Pulled back through the needle it can be cut: take both out."
        if isinstance(command, c.RemoveNeedle) and not command.is_catheter_held and catheter.is_open:
            return "Stop. Hold the catheter with the other hand first."
        if isinstance(command, c.GripCatheter | c.ClampCatheter) and not command.is_rubber_shod:
            return "Stop. Toothed jaws hole the catheter: take the rubber-shod clamp."
        if isinstance(command, c.CloseWounds) and obs.field.counted != 1:
            return "Stop. Count the tray before you close."
    return ""
