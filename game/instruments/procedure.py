"""The steps of a procedure as data: what can be set, what can be done, with which key.

Every `Act` has one address; its on-screen button, its key and the automated driver all use it, so each
control is reachable by mouse alone and by keyboard alone. Values are in clinical units here (mm, degrees,
newtons, mL); `game.input.intent` turns them into SI commands.
"""

from __future__ import annotations

from dataclasses import dataclass

from game.input.tuning import gain
from game.instruments import procedure_later
from game.instruments.treatments import DOSES

TIE_S = 0.6  # tuned: a knot pulled down
CUT_S = 0.6  # tuned: what cannot be undone is held


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that is set before or while acting: a number with steps, or one of a few options."""

    key: str
    words: str
    unit: str
    low: float
    high: float
    step: float
    fine: float
    start: float
    options: tuple[tuple[str, str], ...] = ()
    chosen: str = ""

    @property
    def is_choice(self) -> bool:
        """Whether one of `options` is chosen instead of a number set."""
        return bool(self.options)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done. `is_held`: goes on while held; `confirm_s`: must be held so long to happen."""

    key: str
    words: str
    icon: str
    hotkey: str = ""
    is_held: bool = False
    confirm_s: float = 0.0
    kind: str = "normal"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the rail."""

    key: str
    words: str
    short: str
    hint: str
    settings: tuple[str, ...]
    acts: tuple[str, ...]
    tools: tuple[str, ...] = ()
    wheel: tuple[str, str] = ("", "")  # acts that one notch away / toward the player do
    drag: tuple[str, str] = ("", "")  # settings that a drag sideways / upward turns
    arrows: tuple[str, str] = ("", "")  # settings that left-right / up-down arrows change
    panel: str = "act"  # side panel shown first: "act", "xray", "map", "list"
    pictures: tuple[str, ...] = ()


def _number(key: str, words: str, unit: str, span: tuple[float, float], steps: tuple[float, float], start: float) -> Setting:
    return Setting(key, words, unit, *span, *steps, start)


def _choice(key: str, words: str, chosen: str, *options: tuple[str, str]) -> Setting:
    return Setting(key, words, "", 0, 0, 0, 0, 0, options, chosen)


_FASCIA = (("fascia", "Fascia"), ("fat", "Fat"))
_AREA = {"u": (-600.0, 600.0), "v": (-300.0, 500.0)}  # mm of the unrolled trunk that a hand reaches

SETTINGS: dict[str, Setting] = {s.key: s for s in (
    # marking and back table
    _choice("patient.position", "Patient", "sitting", ("sitting", "Sits"), ("lateral", "On side"), ("supine", "Supine"), ("prone", "Prone")),
    _number("palpate.u", "Finger across, left +", "mm", _AREA["u"], (2, 0.2), 0),
    _number("palpate.v", "Finger up from L4", "mm", _AREA["v"], (2, 0.2), 0),
    _choice("mark.kind", "Next mark is", "midline", ("midline", "Midline"), ("crest", "Crest"), ("rib", "Rib"), ("entry", "Entry")),
    _choice("prep.agent", "Prep with", "chlorhexidine", ("chlorhexidine", "Chlorhex."), ("iodine", "Iodine"), ("alcohol", "Alcohol")),
    _number("prophylaxis.dose", "Cefazolin", "g", (0, 4), (0.5, 0.05), 2),
    _number("local.volume", "Local anaesthetic", "mL", (0, 20), (1, 0.5), 10),
    _number("table.bath", "Warm bath", "°C", (2, 60), (1, 0.5), 40),
    _number("cut.press", "Each pass goes", "mm", (2, 20), (2, 0.5), 8),
    _number("retractor.spread", "Retractor open", "mm", (0, 100), (5, 1), 40),
    _choice("cautery.mode", "Diathermy", "bipolar", ("bipolar", "Bipolar"), ("monopolar", "Monopolar")),
    _number("sweep.depth", "Finger goes at", "mm", (2, 60), (1, 0.5), 18),
    _choice("close.wound", "Work at", "pocket", ("pocket", "Abdomen"), ("lumbar", "Back")),
    _choice("close.layer", "Layer", "fascia", ("fascia", "Fascia"), ("fat", "Fat"), ("skin", "Skin")),
    _number("catheter.at", "Mark, from the tip", "mm", (0, 1600), (10, 1), 300),
    _choice("jaws.kind", "Jaws", "rubber", ("rubber", "Rubber"), ("toothed", "Toothed")),
    _number("jaws.force", "Squeeze", "N", (0, 60), (1, 0.5), 5),
    _number("mri.minutes", "In the scanner", "min", (1, 120), (5, 1), 20),
    _number("ambient.pressure", "Air pressure there", "kPa", (30, 310), (5, 0.1), 75.3),
    Setting("treat.kind", "Treatment", "", 0, 0, 0, 0, 0, tuple((k, d.words) for k, d in DOSES.items()), "oxygen"),
    _number("treat.times", "Times the usual", "x", (0, 5), (0.5, 0.1), 1),
    _choice("pocket.side", "Pump side", "right", ("right", "Right"), ("left", "Left")),
    _choice("pump.size", "Reservoir", "20", ("20", "20 mL"), ("40", "40 mL")),
    _number("table.volume", "Fill volume", "mL", (0, 45), (1, 0.5), 20),
    _choice("table.conc", "Drug strength", "500", ("500", "500"), ("1000", "1000"), ("2000", "2000")),
    _choice("table.purge", "Tubing", "no", ("no", "Not purged"), ("yes", "Run to a drop")),
    # needle
    _number("incise.length", "Incision", "mm", (0, 100), (5, 1), 50),
    _number("incise.depth", "Cut depth", "mm", (0, 60), (2, 1), 20),
    _number("entry.x", "Off midline, left +", "mm", (-60, 60), (1, 0.2), 0),
    _number("entry.z", "Toward head from L4", "mm", (-80, 240), (1, 0.2), 0),
    _number("needle.aim.head", "To the skin", "deg", (15, 120), (1, 0.2), 45),
    _number("needle.aim.mid", "Toward midline", "deg", (-45, 45), (1, 0.2), 0),
    _choice("needle.length", "Needle", "89", ("89", "89 mm"), ("115", "115 mm")),
    # catheter
    _choice("catheter.model", "Catheter", "ascenda_8780",
            ("ascenda_8780", "8780 two-piece"), ("ascenda_8781", "8781 one-piece"), ("silicone_8709", "8709 silicone")),
    _number("catheter.stylet", "Stylet ends behind tip", "mm", (0, 200), (10, 5), 0),
    _number("purse.tension", "Purse-string pull", "N", (0, 8), (0.5, 0.1), 1.5),
    _choice("needle.hold", "Other hand", "held", ("held", "Holds it"), ("free", "Lets go")),
    _number("anchor.distance", "Anchor from exit", "mm", (0, 60), (1, 0.2), 10),
    _choice("anchor.substrate", "Stitched to", "fascia", *_FASCIA, ("one_wing", "One wing")),
    _choice("anchor.kind", "Anchor", "kit", ("kit", "Of the kit"), ("butterfly", "Butterfly"), ("right_angle", "Right angle")),
    _number("anchor.stitches", "Anchor stitches", "", (0, 4), (1, 1), 3),
    _number("anchor.tie", "Tie force", "N", (0, 6), (0.5, 0.1), 2),
    _number("loop.radius", "Loop radius", "mm", (0, 35), (1, 0.5), 15),
    # pocket and tunnel
    _number("pocket.u", "Across, left +", "mm", (-600, 600), (5, 1), -330),
    _number("pocket.v", "Toward head from L4", "mm", (-180, 360), (5, 1), 20),
    _number("pocket.radius", "Pocket radius", "mm", (35, 85), (1, 0.5), 50),
    _choice("pocket.plane", "Plane", "subcutaneous", ("subcutaneous", "Under skin"), ("subfascial", "Under fascia")),
    _number("pocket.cover", "Tissue cover", "mm", (2, 55), (1, 0.5), 18),
    _number("tunnel.u", "Way point across", "mm", (-600, 600), (10, 2), -120),
    _number("tunnel.v", "Way point up", "mm", (-180, 360), (10, 2), 20),
    _number("tunnel.depth", "Passer depth", "mm", (2, 40), (1, 0.5), 12),
    # connect and pump
    _number("cut.length", "Cut off pump end", "mm", (0, 900), (10, 1), 0),
    _number("record.length", "Length to write", "cm", (0, 160), (1, 0.1), 0),
    _number("connect.force", "Push on connector", "N", (0, 35), (1, 0.5), 18),
    _number("pump.outlet", "Outlet from head, left +", "deg", (-180, 180), (15, 1), 0),
    _choice("pump.face", "Septum", "out", ("out", "To the skin"), ("in", "To the muscle")),
    _number("coil.radius", "Coil radius", "mm", (4, 45), (1, 0.5), 20),
    _choice("coil.side", "Coils lie", "behind", ("behind", "Behind pump"), ("front", "In front")),
    _choice("stitch.substrate", "Pump stitched to", "fascia", *_FASCIA),
    # refill
    _number("calc.expected", "Expected residual", "mL", (0, 45), (0.5, 0.01), 0),
    _number("template.u", "Needle across, left +", "mm", (-600, 600), (1, 0.2), -330),
    _number("template.v", "Needle up from L4", "mm", (-180, 360), (1, 0.2), 20),
    _number("refill.tilt_u", "Tilt across", "deg", (-40, 40), (2, 0.5), 0),
    _number("refill.tilt_v", "Tilt up", "deg", (-40, 40), (2, 0.5), 0),
    _number("syringe.force", "Hand on plunger", "N", (0, 60), (1, 0.1), 8),
    _choice("syringe.conc", "Vial", "500", ("500", "500"), ("1000", "1000"), ("2000", "2000")),
    _number("record.residual", "Measured residual", "mL", (0, 45), (0.5, 0.1), 0),
    _number("calc.line", "Line volume", "mL", (0, 0.8), (0.01, 0.001), 0.2),
    _number("calc.alarm_days", "Alarm in", "days", (0, 250), (1, 1), 60),
    # x-ray and ward
    _number("carm.orbit", "C-arm orbit", "deg", (-90, 90), (5, 1), 0),
    _number("carm.tilt", "Cranial tilt", "deg", (-40, 40), (5, 1), 0),
    _number("carm.height", "Centre, from L4", "mm", (-100, 420), (20, 5), 60),
    _number("carm.shift", "Centre, left +", "mm", (-200, 200), (10, 2), 0),
    _number("carm.iris", "Round iris open", "%", (30, 100), (10, 1), 100),
    _number("carm.across", "Blades across", "%", (20, 100), (10, 1), 100),
    _number("carm.along", "Blades along", "%", (20, 100), (10, 1), 100),
    _number("carm.blades", "Blades turned", "deg", (-45, 45), (5, 1), 0),
    _number("carm.turn", "Picture turned", "deg", (-180, 180), (15, 1), 0),
    _choice("carm.size", "Field", "22", ("22", "22 cm"), ("16", "16 cm"), ("11", "11 cm")),
    _choice("carm.rate", "Pulses a second", "4", ("1", "1"), ("2", "2"), ("4", "4"), ("8", "8")),
    _number("monitor.hours", "Monitored for", "h", (0, 72), (4, 0.5), 24),
    _number("treat.amount", "Treatment strength", "", (0, 1), (0.1, 0.05), 1),
)}  # fmt: skip

ACTS: dict[str, Act] = {a.key: a for a in (
    Act("site.swap", "Back or belly", "redo", "Y"),
    Act("patient.turn", "Turn the patient", "redo", "T"),
    Act("palpate.press", "Finger down", "hand", "F", is_held=True, kind="primary"),
    Act("palpate.softer", "Press less", "up", "Z"),
    Act("palpate.harder", "Press more", "down", "X"),
    Act("palpate.mark", "Ink mark", "pen", "M"),
    Act("palpate.name", "Name the next", "list", "N"),
    Act("mark.pocket", "Draw the outline", "circle", "O"),
    Act("prep.paint", "Prep the field", "tint", "B"),
    Act("or.drape", "Lay the drapes", "bed", "L"),
    Act("prophylaxis.give", "Antibiotic now", "pill", "A"),
    Act("time.dry", "Wait 5 minutes", "clock", "W"),
    Act("glove.change", "Fresh gloves, tools", "hand", ""),
    Act("local.inject", "Inject local", "syringe", "J"),
    Act("table.warm", "Into the warm bath", "tint", "N"),
    Act("table.empty", "Draw the water out", "back", "R"),
    Act("table.prime", "Run to a drop", "dot", "D"),
    Act("cut.pass", "One pass of the blade", "knife", "V"),
    Act("wound.retract", "Set the retractor", "hand", "R"),
    Act("bleed.dab", "Dab what bleeds", "tint", "Z"),
    Act("bleed.seal", "Seal what bleeds", "bolt", "X"),
    Act("wound.irrigate", "Irrigate", "tint", "I"),
    Act("wound.pack", "Pack a swab", "plus", ""),
    Act("wound.unpack", "Swabs out", "minus", ""),
    Act("pocket.sweep", "Sweep all round", "hand", "E"),
    Act("pocket.trial", "Try the steel dummy", "circle", "T"),
    Act("tunnel.advance", "Passer on", "next", "W", is_held=True, kind="primary"),
    Act("tunnel.withdraw", "Passer back", "back", "S", is_held=True),
    Act("tunnel.palpate", "Feel its nose", "hand", "X"),
    Act("stitch.tie", "Hold: tie", "pen", "F", confirm_s=TIE_S),
    Act("close.stitch", "Stitch this layer", "pen", "N"),
    Act("close.binder", "Binder on", "bed", "B"),
    Act("catheter.grip", "Grip for a moment", "hand", "G"),
    Act("catheter.clamp", "Clamp here", "link", "B"),
    Act("catheter.unclamp", "Clamps off", "link", "U"),
    Act("catheter.stitch", "Stitch round it", "pen", "N"),
    Act("catheter.cut", "Hold: cut through", "knife", "X", confirm_s=CUT_S, kind="danger"),
    Act("catheter.join", "Join the ends", "plus", "J"),
    Act("bolus.request", "Patient asks a bolus", "plus", "Q"),
    Act("mri.enter", "Into the scanner", "xray", "R"),
    Act("ambient.change", "Go there and stay", "up", "E"),
    Act("treat.give", "Give", "pill", "G", kind="primary"),
    Act("table.fill", "Fill on the table", "syringe", "F"),
    Act("incise.lumbar", "Cut down to fascia", "knife", "I"),
    Act("or.choose_entry", "Rest needle here", "next", "Return"),
    Act("needle.advance", "Advance", "down", "W", is_held=True, kind="primary"),
    Act("needle.withdraw", "Withdraw", "up", "S", is_held=True),
    Act("needle.roll_left", "Bevel -15", "turn_left", "Q"),
    Act("needle.roll_right", "Bevel +15", "turn_right", "E"),
    Act("needle.brace", "Brace hand", "hand", "B"),
    Act("needle.stylet", "Stylet out / in", "dot", "F"),
    Act("needle.contrast", "Contrast 2 mL", "xray", ""),
    Act("lor.press", "Press LOR plunger", "vial", "L", is_held=True),
    Act("or.confirm.csf", "Confirm CSF", "tint", "C"),
    Act("thread.open", "Open catheter", "link", "O"),
    Act("thread.stroke", "Feed", "down", "W", is_held=True, kind="primary"),
    Act("thread.pull", "Pull back", "up", "S", is_held=True),
    Act("thread.roll_left", "Turn -10", "turn_left", "Q"),
    Act("thread.roll_right", "Turn +10", "turn_right", "E"),
    Act("thread.stylet_set", "Set stylet", "dot", "F"),
    Act("thread.stylet_out", "Stylet out", "up", "X"),
    Act("anchor.purse", "Tie purse-string", "circle", "Y"),
    Act("needle.remove", "Hold: needle out", "up", "K", confirm_s=1.0),
    Act("anchor.place", "Place and stitch", "pen", "N", kind="primary"),
    Act("anchor.tug", "Tug test", "hand", "T"),
    Act("loop.lay", "Lay loop", "circle", "O"),
    Act("pocket.open", "Open pocket", "knife", "N", kind="primary"),
    Act("pocket.dry", "Dry the field", "tint", "D"),
    Act("tunnel.point", "Add way point", "plus", "N"),
    Act("tunnel.route", "Route round the flank", "redo", "R"),
    Act("tunnel.undo", "Take last back", "redo", "U"),
    Act("tunnel.pass", "Pass it at once", "next", "K"),
    Act("connect.clamp", "Soft clamp on / off", "link", "B"),
    Act("connect.trim", "Cut", "knife", "X"),
    Act("connect.measure", "Measure the piece", "ruler", "M"),
    Act("or.write", "Write length down", "pen", "L"),
    Act("connect.draw", "Draw at the open end", "back", "R"),
    Act("connect.seat", "Push connector on", "link", "N", kind="primary"),
    Act("connect.tug", "Tug test", "hand", "T"),
    Act("pump.place", "Lay pump in", "down", "I"),
    Act("pump.turn_left", "Outlet -15", "turn_left", "Q"),
    Act("pump.turn_right", "Outlet +15", "turn_right", "E"),
    Act("coil.seat", "Lay coils", "circle", "O"),
    Act("pump.lift", "Hold: lift to look", "up", "W", confirm_s=gain("hold.lift")),
    Act("pump.seat", "Hold: seat it", "down", "K", confirm_s=gain("hold.seat")),
    Act("coil.sweep", "Finger round the rim", "hand", "S"),
    Act("pocket.pinch", "Pinch the cover", "hand", "Y"),
    Act("pump.stitch.1", "Loop 1", "pen", "1"),
    Act("pump.stitch.2", "Loop 2", "pen", "2"),
    Act("pump.stitch.3", "Loop 3", "pen", "3"),
    Act("pump.stitch.4", "Loop 4", "pen", "4"),
    Act("close.count", "Count the tray", "list", "T"),
    Act("close.wounds", "Hold: close wounds", "pen", "K", confirm_s=1.5, kind="primary"),
    Act("carm.beam", "One pulse", "xray", "Space"),
    Act("carm.spot", "Spot film", "camera", ""),
    Act("carm.keep", "Keep as baseline", "check", ""),
    Act("programmer.open", "Open programmer", "tablet", "O", kind="primary"),
    Act("interrogate", "Read the pump", "tablet", "I"),
    Act("monitor.order", "Order monitoring", "wave", "M"),
    Act("calc.expected_say", "Say expected", "scale", "E"),
    Act("calc.line_say", "Say line volume", "scale", "L"),
    Act("calc.alarm_say", "Tell alarm date", "calendar", "D"),
    Act("template.feel", "Feel the rim, lay template", "hand", "T"),
    Act("refill.place", "Rest needle here", "next", "Return", kind="primary"),
    Act("refill.advance", "Advance", "down", "W", is_held=True, kind="primary"),
    Act("refill.withdraw", "Withdraw", "up", "S", is_held=True),
    Act("syringe.empty", "Empty 20 mL", "vial", "Z"),
    Act("syringe.drug", "Drug 20 mL", "syringe", "X"),
    Act("syringe.saline", "Saline 5 mL", "tint", "V"),
    Act("syringe.contrast", "Contrast 5 mL", "xray", ""),
    Act("syringe.push", "Hold to push", "syringe", "F", is_held=True, kind="primary"),
    Act("syringe.pull", "Draw back", "back", "R", is_held=True),
    Act("refill.backflow", "Confirm it came back", "check", "C"),
    Act("port.draw", "Draw 2 mL at the port", "back", "R", kind="primary"),
    Act("port.push", "Push 1 mL at the port", "syringe", "F"),
    Act("record.residual_write", "Write residual", "pen", "M"),
    Act("account.write", "Write difference", "pen", "N", kind="primary"),
    Act("refill.stop", "Stop: suspect pocket fill", "cross", "J", kind="danger"),
    Act("time.hour", "1 hour", "clock", "1"),
    Act("time.day", "1 day", "clock", "2"),
    Act("time.week", "1 week", "clock", "3"),
    Act("time.month", "4 weeks", "clock", "4"),
    Act("treat.ventilation", "Support breathing", "lung", "5"),
    Act("treat.benzodiazepine", "Benzodiazepine", "pill", "6"),
    Act("treat.cyproheptadine", "Cyproheptadine", "pill", "7"),
    Act("treat.oral_baclofen", "Oral baclofen 10 mg", "pill", "8"),
    Act("treat.csf_drain", "Draw CSF 30 mL", "tint", "9"),
    Act("decide.dose", "Raise dose", "up", ""),
    Act("decide.xray", "X-ray both postures", "bone", ""),
    Act("decide.pump", "Test pump and catheter", "tablet", ""),
    Act("decide.revise", "Revise catheter", "knife", ""),
    Act("decide.wait", "Wait a week", "clock", ""),
    Act("call.help", "Call for help", "phone", "H"),
    Act("case.follow", "End of this visit", "flag", "U"),
)}  # fmt: skip

TOOLS: dict[str, tuple[str, str]] = {
    "marker": ("Marker", "pen"), "vial": ("Vial", "vial"), "table_syringe": ("Syringe", "syringe"),
    "needle": ("Tuohy", "syringe"), "stylet": ("Stylet", "dot"), "lor": ("LOR", "vial"), "knife": ("Blade 15", "knife"),
    "catheter": ("Catheter", "link"), "forceps": ("Forceps", "hand"), "suture": ("Prolene", "pen"), "anchor": ("Anchor", "flag"),
    "disc": ("20 mm disc", "circle"), "ruler": ("Ruler", "ruler"), "retractor": ("Retractor", "hand"),
    "diathermy": ("Cautery", "bolt"), "passer": ("Passer", "next"), "clamp": ("Soft clamp", "link"),
    "pump": ("Pump", "circle"), "fingers": ("Two fingers", "hand"), "silk": ("Silk 2-0", "pen"), "tablet": ("Programmer", "tablet"),
    "sponge": ("Sponge", "tint"), "swab": ("Swab", "tint"), "finger": ("Finger", "hand"), "dummy": ("Dummy", "circle"),
    "toothed": ("Toothed", "bolt"), "scissors": ("Scissors", "knife"), "drape": ("Drapes", "bed"),
    "template": ("Template", "circle"), "huber": ("22 G needle", "syringe"), "waste": ("20 mL waste", "vial"),
    "fill": ("20 mL drug", "syringe"), "pad": ("Pad", "bed"), "exam": ("Hands", "palm"), "monitor": ("Monitor", "wave"),
}  # fmt: skip

_XRAY = ("carm.orbit", "carm.tilt", "carm.height")
_ENTRY = ("entry.x", "entry.z")
_AIM = ("needle.aim.mid", "needle.aim.head")

IMPLANT: tuple[Step, ...] = (
    Step("mark", "Mark and prepare", "mark", "Mark sitting. Say side and size. Tick what you did.",
         ("pocket.side", "pump.size", "patient.position", "prep.agent", "palpate.u", "palpate.v", "pocket.radius", "prophylaxis.dose"),
         ("site.swap", "patient.turn", "palpate.press", "palpate.softer", "palpate.harder", "palpate.mark", "palpate.name", "mark.pocket",
          "prophylaxis.give", "prep.paint", "time.dry", "or.drape", "glove.change"),
         ("exam", "marker", "sponge", "ruler"), ("palpate.harder", "palpate.softer"), ("", ""), ("palpate.u", "palpate.v"),
         panel="list", pictures=("view", "map")),
    Step("table", "Fill on the back table", "table", "Right vial, right volume. Say if the tubing is primed.",
         ("table.volume", "table.conc", "table.purge", "table.bath"),
         ("table.warm", "table.empty", "table.fill", "table.prime", "glove.change"), ("vial", "table_syringe", "pump")),
    Step("needle", "Needle to free CSF", "needle", "Advance 1 mm at a time. Feel before you look.",
         ("entry.x", "entry.z", "needle.aim.head", "needle.aim.mid", "needle.length", "incise.length", "incise.depth", "cut.press",
          "retractor.spread"),
         ("incise.lumbar", "cut.pass", "wound.retract", "bleed.dab", "bleed.seal", "or.choose_entry", "needle.advance", "needle.withdraw",
          "needle.roll_left", "needle.roll_right", "needle.brace", "needle.stylet", "lor.press", "or.confirm.csf"),
         ("needle", "exam", "knife", "swab", "diathermy", "stylet", "lor"), ("needle.advance", "needle.withdraw"), _AIM, _ENTRY),
    Step("thread", "Thread the catheter", "thread", "Short strokes. Stop at any resistance and image.",
         ("catheter.model", "catheter.stylet"),
         ("thread.open", "thread.stroke", "thread.pull", "thread.roll_left", "thread.roll_right", "thread.stylet_set",
          "thread.stylet_out", "needle.contrast", "or.confirm.csf"),
         ("catheter", "forceps", "ruler", "stylet"), ("thread.stroke", "thread.pull"), ("", ""), ("", "catheter.stylet")),
    Step("anchor", "Purse-string, anchor, loop", "anchor", "Cut down beside the needle, string, needle out, anchor on fascia.",
         ("incise.depth", "purse.tension", "needle.hold", "anchor.kind", "anchor.distance", "anchor.substrate", "anchor.stitches",
          "anchor.tie", "loop.radius"),
         ("incise.lumbar", "anchor.purse", "needle.remove", "thread.stylet_out", "or.confirm.csf", "anchor.place", "stitch.tie",
          "anchor.tug", "loop.lay"),
         ("anchor", "suture", "knife", "ruler", "disc", "exam"), arrows=("loop.radius", "anchor.distance")),
    Step("pocket", "Open the pocket", "pocket", "Clear of rib and crest. Cover decides refills.",
         ("pocket.u", "pocket.v", "pocket.radius", "pocket.cover", "pocket.plane", "incise.length", "cut.press", "retractor.spread",
          "sweep.depth", "cautery.mode"),
         ("pocket.open", "cut.pass", "pocket.sweep", "bleed.dab", "bleed.seal", "wound.retract", "wound.irrigate", "wound.pack",
          "wound.unpack", "pocket.trial", "pocket.pinch", "local.inject", "pocket.dry", "glove.change"),
         ("knife", "finger", "swab", "diathermy", "exam", "retractor", "dummy"), arrows=("pocket.u", "pocket.v"), panel="map"),
    Step("tunnel", "Tunnel to the pocket", "tunnel", "Plan way points, pass once, stay in fat.",
         ("tunnel.u", "tunnel.v", "tunnel.depth"),
         ("tunnel.route", "tunnel.point", "tunnel.undo", "tunnel.advance", "tunnel.withdraw", "tunnel.palpate", "tunnel.pass"),
         ("passer", "exam", "ruler"), ("tunnel.advance", "tunnel.withdraw"), ("", ""), ("tunnel.u", "tunnel.v"), panel="map"),
    Step("connect", "Trim, write, connect", "connect", "Cut, see CSF, write the length, pump in, then join.",
         ("cut.length", "record.length", "pump.outlet", "connect.force"),
         ("or.confirm.csf", "connect.draw", "connect.clamp", "connect.trim", "connect.measure", "or.write", "pump.place", "connect.seat", "connect.tug"),
         ("clamp", "ruler", "toothed", "scissors", "suture"), arrows=("record.length", "cut.length")),
    Step("pump", "Seat and stitch the pump", "pump", "Septum to skin, coils flat behind, 2 to 4 stitches.",
         ("pump.outlet", "pump.face", "coil.radius", "coil.side", "stitch.substrate"),
         ("pump.place", "pump.turn_left", "pump.turn_right", "pump.lift", "coil.seat", "pump.seat", "coil.sweep", "pump.stitch.1", "pump.stitch.2", "pump.stitch.3",
          "pump.stitch.4", "stitch.tie", "glove.change"),
         ("pump", "fingers", "silk", "disc", "swab", "diathermy"), arrows=("pump.outlet", "coil.radius")),
    Step("close", "Count, film, close", "close", "Count, two films, then close in layers.",
         ("close.wound", "close.layer"),
         ("site.swap", "close.count", "wound.unpack", "carm.beam", "wound.irrigate", "close.stitch", "stitch.tie", "close.wounds", "close.binder",
          "glove.change"),
         ("suture", "swab", "diathermy", "monitor"), panel="xray"),
    Step("programme", "Programme and hand over", "program", "Concentration, length, prime, dose. Read again after.",
         ("calc.line", "calc.alarm_days", "monitor.hours"),
         ("interrogate", "programmer.open", "calc.line_say", "calc.alarm_say", "monitor.order", "case.follow"),
         ("tablet",), panel="act"),
    Step("ward", "Watch on the ward", "ward", "Lie, watch breathing, walk, go home. Each choice has its price.",
         ("monitor.hours", "treat.kind", "treat.times", "mri.minutes", "ambient.pressure"),
         ("treat.give", "monitor.order", "bolus.request", "mri.enter", "ambient.change", "time.hour", "time.day", "case.follow"),
         ("monitor", "exam"), panel="act"),
    Step("mend", "Grip, stitch, cut, join", "mend", "What a catheter that lies can suffer, and how it is mended.",
         ("catheter.at", "jaws.force", "jaws.kind", "purse.tension", "connect.force"),
         ("catheter.grip", "catheter.clamp", "catheter.unclamp", "catheter.stitch", "catheter.cut", "catheter.join", "connect.tug"),
         ("clamp", "toothed", "scissors", "ruler", "suture"), arrows=("", "catheter.at")),
)  # fmt: skip

REFILL: tuple[Step, ...] = (
    Step("identity", "Identity, drug, second person", "who", "Two identifiers. Vial, order and label must agree.",
         (), (), ("vial",), panel="list"),
    Step("read", "Read the pump, expect", "read", "Read first. Say what should be left.",
         ("calc.expected",), ("interrogate", "calc.expected_say"), ("tablet",), panel="act"),
    Step("examine", "Ask, look, feel", "exam", "Tone, spasms, drowsiness, skin over the pocket.", (), (), ("exam",), panel="list"),
    Step("template", "Kit, prep, template", "place", "Feel the rim in three places. Then the template.",
         ("template.u", "template.v"), ("template.feel",), ("template", "pad"), arrows=("template.u", "template.v"), panel="act"),
    Step("needle", "Needle to the stop", "needle", "Straight in. Rubber, then metal.",
         ("template.u", "template.v", "refill.tilt_u", "refill.tilt_v"), ("refill.place", "refill.advance", "refill.withdraw"),
         ("huber", "template"), ("refill.advance", "refill.withdraw"), ("refill.tilt_u", "refill.tilt_v"),
         ("template.u", "template.v")),
    Step("empty", "Empty slowly", "empty", "Let it come. Look at colour and bubbles.",
         ("syringe.force",), ("syringe.empty", "syringe.pull", "syringe.push", "refill.backflow"), ("waste", "huber"),
         arrows=("", "syringe.force")),
    Step("compare", "Measure and compare", "compare", "Read the scale, write it, name the difference.",
         ("record.residual",), ("record.residual_write", "account.write"), ("ruler",), arrows=("", "record.residual")),
    Step("fill", "Test, fill, re-aspirate", "fill", "2 mL in, 2 mL back, clear. Then no faster than 1 mL in 3 s.",
         ("syringe.conc", "syringe.force"), ("syringe.drug", "syringe.push", "syringe.pull", "refill.backflow", "refill.stop"),
         ("fill", "huber"), arrows=("", "syringe.force")),
    Step("withdraw", "Last check, withdraw", "out", "Draw back once more, then straight out.",
         ("syringe.force",), ("syringe.pull", "refill.backflow", "refill.withdraw"), ("huber", "pad"),
         ("refill.advance", "refill.withdraw")),
    Step("account", "Account and programme", "account", "Every mL has a place. Then the tablet.",
         ("calc.line", "calc.alarm_days"), ("account.write", "interrogate", "programmer.open", "calc.line_say", "calc.alarm_say"),
         ("tablet",)),
    Step("observe", "Observe and hand over", "watch", "Watch, teach back, give the date.",
         ("monitor.hours",), ("monitor.order", "time.hour", "case.follow"), ("monitor",), panel="list"),
)  # fmt: skip

CLINIC: tuple[Step, ...] = (
    Step("look", "Look, ask, examine", "look", "Breathing first. Then tone, skin, pocket.", (), ("call.help",), ("exam", "monitor"), panel="list"),
    Step("read", "Read the pump", "read", "State, dose, concentration, log.", ("calc.expected",),
         ("interrogate", "calc.expected_say", "programmer.open"), ("tablet",)),
    Step("image", "Image the line", "film", "Tip level, course, bends, both postures.", (), ("carm.beam", "decide.xray"), panel="xray"),
    Step("port", "Draw at the access port", "port", "Draw first: what is pushed first is a bolus.", ("syringe.force",),
         ("syringe.empty", "syringe.saline", "syringe.contrast", "port.draw", "port.push"), ("huber",)),
    Step("treat", "Support and treat", "treat", "Support first, then the cause.", ("treat.amount", "treat.kind", "treat.times"),
         ("treat.give", "bolus.request", "treat.ventilation", "treat.benzodiazepine", "treat.cyproheptadine", "treat.oral_baclofen", "treat.csf_drain",
          "programmer.open"), ("monitor",)),
    Step("decide", "Decide and watch", "decide", "Commit to a cause, then watch the response.", ("monitor.hours",),
         ("decide.dose", "decide.xray", "decide.pump", "decide.revise", "decide.wait", "monitor.order", "time.hour", "time.day",
          "time.week", "time.month", "case.follow"), ("tablet",)),
)  # fmt: skip

PROCEDURES: dict[str, tuple[Step, ...]] = {"implant": IMPLANT, "refill": REFILL, "clinic": CLINIC} | procedure_later.rails(Step, IMPLANT)
OPERATIONS = ("implant", "exchange", "revise", "explant")  # rails with an operating field: tools of the tray work in the picture
SETTINGS |= procedure_later.settings(Setting)
ACTS |= procedure_later.acts(Act)

TIME_SPANS_S: dict[str, float] = {"time.hour": 3600.0, "time.day": 86400.0, "time.week": 604800.0, "time.month": 2419200.0}


def step_of(procedure: str, key: str) -> Step:
    """Return a step of a procedure by key.

    Raises
    ------
    KeyError
        If the procedure has no such step.
    """
    for step in PROCEDURES[procedure]:
        if step.key == key:
            return step
    raise KeyError(f"{procedure} has no step {key!r}; expected one of {', '.join(s.key for s in PROCEDURES[procedure])}")
