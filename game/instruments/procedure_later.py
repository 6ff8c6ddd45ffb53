"""The rails of later operations: pump exchange, catheter revision, explant; steps, acts and settings as data.

`procedure` hands its own classes in, so that the data stand beside the first operation's without a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.instruments.procedure import Act, Setting, Step

CAUSES = (
    ("catheter migration", "Tip has left"), ("catheter kink", "Kink or block"), ("pocket infection", "Pocket infected"),
    ("meningitis", "Meninges infected"), ("superficial infection", "Skin only"), ("battery", "Battery at its end"),
)  # fmt: skip


MODELS = (("8637-20", "20 mL, 19.5 mm"), ("8637-40", "40 mL, 26 mm"))  # [device_and_procedure 1.1]


def settings(setting: type[Setting]) -> dict[str, Setting]:
    """Return what is set only in later operations, by key."""
    rows = (
        setting("scar.length", "Cut along the scar", "mm", 30, 160, 5, 1, 95),
        setting("scar.back", "Cut on the back", "mm", 10, 120, 5, 1, 45),
        setting("scar.blade", "Blade down to", "mm", 0, 60, 1, 0.5, 6),
        setting("scar.offset", "Above the pump's middle", "mm", -50, 50, 5, 1, 30),
        setting("scar.tool", "Cut with", "", 0, 0, 0, 0, 0, (("knife", "Blade"), ("diathermy", "Diathermy")), "knife"),
        setting("remove.force", "Pull", "N", 0, 40, 1, 0.5, 5),
        setting("remove.from", "Pulled from", "", 0, 0, 0, 0, 0, (("back", "Back wound"), ("pocket", "Pocket")), "back"),
        setting("segment.length", "New pump's segment", "cm", 10, 120, 1, 0.1, 50),
        setting("join.force", "Push on joint", "N", 0, 35, 1, 0.5, 15),
        setting("cause", "Cause", "", 0, 0, 0, 0, 0, CAUSES, "catheter migration"),
        setting("pump.model", "New pump", "", 0, 0, 0, 0, 0, MODELS, MODELS[0][0]),
        setting("bridge.dose", "Lumbar dose", "µg", 0, 400, 10, 5, 50),
    )
    return {row.key: row for row in rows}


def acts(act: type[Act]) -> dict[str, Act]:
    """Return what is done only in later operations, by address."""
    rows = (
        act("later.cause", "Say the cause", "check", "C", kind="primary"),
        act("later.open_pocket", "Open the old pocket", "knife", "O", kind="primary"),
        act("later.open_back", "Open the old back scar", "knife", "B"),
        act("later.disconnect", "Take connector off", "link", "D", kind="primary"),
        act("later.take_out", "Lift the pump out", "up", "P"),
        act("later.unpack", "Unpack this pump", "plus", "U"),
        act("later.lay_new", "Lay new pump in", "down", "I", kind="primary"),
        act("later.release", "Cut anchor and string loose", "knife", "A"),
        act("later.remove_spinal", "Hold: draw spinal part", "up", "W", confirm_s=1.0, kind="primary"),
        act("later.remove_whole", "Hold: draw it out", "up", "W", confirm_s=1.0, kind="primary"),
        act("later.remove_pump", "Hold: draw pump's part", "up", "W", confirm_s=1.0),
        act("later.lay_segment", "Draw new one through", "next", "L"),
        act("later.join", "Join the segments", "link", "J", kind="primary"),
        act("treat.antibiotic", "Antibiotic", "pill", "A"),
        act("treat.lumbar", "Baclofen by lumbar route", "syringe", "L", kind="primary"),
    )
    return {row.key: row for row in rows}


_CUT = ("scar.length", "scar.offset", "scar.tool")
_BACK = ("entry.x", "entry.z", "scar.back", "scar.blade", "scar.tool")
_XRAY = ("later.cause", "carm.beam")
_DRY = ("retractor.spread", "cautery.mode")
_DRYING = ("wound.retract", "bleed.dab", "bleed.seal")
_STITCHES = ("pump.stitch.1", "pump.stitch.2", "pump.stitch.3", "pump.stitch.4")


def _mark(step: type[Step], words: str, has_new_pump: bool = False) -> Step:
    bath, warm = (("table.bath",), ("table.warm",)) if has_new_pump else ((), ())
    return step("mark", "Read, film, decide", "decide", words, ("cause", *bath), ("interrogate", *_XRAY, *warm), ("tablet", "monitor"), panel="xray")


def _prepare(step: type[Step]) -> Step:
    return step("prepare", "Turn, antibiotic, paint, drape", "prep", "Antibiotic within the hour. Wait until the skin is dry, then drape.",
                ("patient.position", "prep.agent", "prophylaxis.dose"),
                ("site.swap", "patient.turn", "prophylaxis.give", "prep.paint", "time.dry", "or.drape", "glove.change"),
                ("exam", "sponge", "drape"), pictures=("view", "map"))  # fmt: skip


def _close(step: type[Step], words: str) -> Step:
    return step("close", "Wash, count, close, film", "close", words, ("close.wound", "close.layer"),
                ("site.swap", "wound.irrigate", "wound.unpack", "close.count", "close.stitch", "stitch.tie", "close.wounds", "close.binder",
                 "carm.beam"),
                ("suture", "swab", "diathermy", "monitor"))  # fmt: skip


def _end(step: type[Step]) -> tuple[Step, Step]:
    return (
        _close(step, "Wash, count, close layer by layer, two films."),
        step("programme", "Programme and hand over", "program", "What lies before the prime is pushed out by it.",
             ("calc.line", "calc.alarm_days", "monitor.hours"),
             ("interrogate", "programmer.open", "calc.line_say", "calc.alarm_say", "monitor.order", "case.follow"),
             ("tablet",)),
    )  # fmt: skip


def _exchange(step: type[Step]) -> tuple[Step, ...]:
    return (
        _mark(step, "Read the log: when was replacement told? Two films. New pump in the bath.", True),
        _prepare(step),
        step("pocket", "Open the old pocket", "open", "Along the scar. The catheter lies beside and behind the pump.",
             (*_CUT, *_DRY), ("later.open_pocket", *_DRYING), ("knife", "swab", "diathermy", "retractor")),
        step("connect", "Prove the old catheter", "prove", "Connector off. Drops, or a gentle draw. Clamp to keep it full.",
             ("syringe.force",), ("later.disconnect", "or.confirm.csf", "connect.draw", "connect.clamp"), ("clamp",)),
        step("table", "Old pump out, new one filled", "table", "Right vial, right volume. Say what the tubing holds.",
             ("pump.model", "table.volume", "table.conc", "table.purge", "table.bath"),
             ("later.take_out", "later.unpack", "table.warm", "time.dry", "table.empty", "table.fill", "table.prime"),
             ("vial", "table_syringe", "pump")),
        step("widen", "Does the new pump fit?", "fit", "The capsule is as high as its old pump. For a higher one sweep wider.",
             ("pocket.radius", "sweep.depth", "cautery.mode"), ("pocket.sweep", "pocket.trial", "bleed.dab", "bleed.seal"),
             ("finger", "dummy", "swab", "diathermy", "exam")),
        step("pump", "Lay in, join, stitch", "pump", "Septum to skin, clamp off, join, tug, stitches.",
             ("pump.outlet", "pump.face", "connect.force", "stitch.substrate", "record.length"),
             ("later.lay_new", "connect.clamp", "connect.seat", "connect.tug", *_STITCHES, "stitch.tie", "or.write"), ("pump", "silk"),
             arrows=("pump.outlet", "connect.force")),
        *_end(step),
    )  # fmt: skip


def _revise(step: type[Step], first: dict[str, Step]) -> tuple[Step, ...]:
    return (
        _mark(step, "No dose step before two films. Where is the tip, and why?"),
        _prepare(step),
        step("open", "Old catheter out", "open", "Blade through skin only, spread down. Cut loose, draw, measure.",
             (*_BACK, *_DRY, "remove.force"), ("later.open_back", *_DRYING, "later.release", "later.remove_spinal"),
             ("knife", "swab", "diathermy", "forceps", "ruler")),
        step("segment", "Or: a new pump's segment", "segment", "Only where the fault lies there. Both wounds open; the spinal part stays.",
             (*_CUT, "retractor.spread", "remove.force", "segment.length", "join.force", "connect.force"),
             ("later.open_pocket", *_DRYING, "later.disconnect", "later.remove_pump", "later.lay_segment", "or.confirm.csf", "later.join",
              "connect.seat", "connect.tug"), ("knife", "swab", "diathermy", "retractor", "ruler")),
        first["needle"], first["thread"],
        step("anchor", "String, needle out, anchor, loop", "anchor", "Anchor on fascia, a loop beside it.",
             ("purse.tension", "needle.hold", "anchor.distance", "anchor.substrate", "anchor.stitches", "anchor.tie", "loop.radius"),
             ("anchor.purse", "needle.remove", "thread.stylet_out", "or.confirm.csf", "anchor.place", "stitch.tie", "anchor.tug",
              "loop.lay"),
             ("anchor", "suture", "knife", "ruler", "disc", "exam"), arrows=("loop.radius", "anchor.distance")),
        step("connect", "Cut, see CSF, join, write", "join", "CSF at the cut end, then the connector of the two segments.",
             ("cut.length", "syringe.force", "join.force", "record.length"),
             ("connect.trim", "connect.measure", "or.confirm.csf", "connect.draw", "connect.clamp", "later.join", "or.write"),
             ("ruler", "clamp"),
             arrows=("record.length", "cut.length")),
        *_end(step),
    )  # fmt: skip


def _explant(step: type[Step]) -> tuple[Step, ...]:
    return (
        step("mark", "Look, decide, cover", "decide", "How deep is it? Cultures, then antibiotic.", ("cause",),
             ("interrogate", *_XRAY, "treat.antibiotic"), ("exam", "tablet"), panel="xray"),
        _prepare(step),
        step("pocket", "Pump out", "pump", "Along the scar, connector off, sutures cut.", (*_CUT, *_DRY),
             ("later.open_pocket", *_DRYING, "later.disconnect", "later.take_out"), ("knife", "swab", "diathermy", "retractor")),
        step("open", "Catheter out", "catheter", "Open the back, cut loose what holds, draw gently, tie over the hole.",
             (*_BACK, *_DRY, "remove.from", "remove.force", "purse.tension"),
             ("later.open_back", *_DRYING, "later.release", "later.remove_whole", "anchor.purse"),
             ("knife", "swab", "diathermy", "forceps", "suture")),
        _close(step, "Is the tip whole? Is anything left on the film?"),
        step("programme", "Bridge and ward", "ward", "A route to the cord first; tablets alone do little.",
             ("bridge.dose", "monitor.hours", "treat.amount"),
             ("treat.lumbar", "treat.oral_baclofen", "treat.benzodiazepine", "treat.antibiotic", "monitor.order", "time.hour",
              "time.day", "case.follow"), ("monitor",)),
    )  # fmt: skip


def rails(step: type[Step], implant: tuple[Step, ...]) -> dict[str, tuple[Step, ...]]:
    """Return the steps of the three later operations; needle and threading are those of the first."""
    first = {one.key: one for one in implant}
    return {"exchange": _exchange(step), "revise": _revise(step, first), "explant": _explant(step)}


def rail_of(measures: Iterable[str]) -> str | None:
    """Return the rail of a case that is judged by these measures, None for any other case."""
    asked = set(measures)
    if not any(name.startswith("later.") for name in asked):
        return None
    if "later.hardware_out" in asked:
        return "explant"
    return "revise" if "anchor.on_fascia" in asked else "exchange"
