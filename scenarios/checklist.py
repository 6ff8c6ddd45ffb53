"""Checklist items: text, step, and what the engine must see (assessment 3.1, 3.2).

An item is *said* (the action item.IDnn, with one of the scenario's allowed values where it lists
them), *measured* (every condition on a measure holds), or left to a human rater (dropped here).
A measured item without opportunity is dropped too, never counted as wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.measures_basis import Reading, no
from scenarios.schema import Scenario
from scenarios.steps import MeasureResult, Record

MeasureOf = Callable[[str], MeasureResult]


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure compared with a limit: op is "<=" or ">="."""

    measure: str
    op: str
    limit: float

    def holds(self, value: float) -> bool:
        """Return whether a value satisfies the condition."""
        return value <= self.limit + 1e-9 if self.op == "<=" else value >= self.limit - 1e-9


@dataclass(frozen=True, slots=True)
class Item:
    """One binary checklist item."""

    id: str
    text: str
    step: str
    is_said: bool
    conditions: tuple[Condition, ...] = ()
    critical: str = ""


def _said(id_: str, text: str, step: str, critical: str = "") -> Item:
    return Item(id_, text, step, True, (), critical)


def _seen(id_: str, text: str, step: str, rule: str, critical: str = "") -> Item:
    """Build a measured item from a rule like "csf.loss <= 2; csf.check_needle >= 1"."""
    parts = [p.split() for p in rule.split(";")]
    conditions = tuple(Condition(key, op, float(limit)) for key, op, limit in parts)
    return Item(id_, text, step, False, conditions, critical)


def _human(id_: str, text: str, step: str, critical: str = "") -> Item:
    return Item(id_, text, step, False, (), critical)


IMPLANT: tuple[Item, ...] = (
    _said("IM01", "Indication, goal and target level written; positive test on file", "I00"),
    _said("IM02", "Excludes infection (skin, urine, chest, fever) on the day", "I00", "CE21"),
    _said("IM03", "Checks body size, cover thickness, devices (tube, shunt, stoma), spine history", "I00"),
    _said(
        "IM04",
        "Consent covers infection, leak, catheter fault, withdrawal, overdose, lifelong refills, replacement",
        "I00",
    ),
    _said("IM05", "Chooses reservoir by dose, flow and size", "I01"),
    _said("IM06", "Chooses side away from tube, shunt, stoma", "I01", "CE24"),
    _seen("IM07", "Marks pocket seated: clear of rib, crest, groin, belt", "I02", "mark.seated >= 1; mark.bone_gap >= 0"),
    _said("IM08", "Time-out: identity, side, drug, concentration, antibiotic", "I03", "CE24"),
    _seen("IM09", "Antibiotic within 60 min before incision", "I03", "field.antibiotic >= 1"),
    _seen("IM10", "Lateral position, pump side up, hips flexed, pressure points", "I04", "field.lateral >= 1"),
    _said("IM11", "True AP and lateral; levels counted twice", "I04"),
    _seen("IM12", "Preps back, flank and abdomen; dry; drape", "I05", "prep.cover >= 98; prep.wet <= 2", "CE11"),
    _seen("IM13", "Interrogates the packed pump: model, date, constant", "I06", "table.package_read >= 1"),
    _seen("IM14", "Warms pump to 35-40 C", "I07", "table.temperature_error <= 0"),
    _seen("IM15", "Empties factory water; volume within 20 %", "I08", "table.recovery_error <= 20"),
    _said("IM16", "Double-checks drug and concentration", "I09", "CE07"),
    _seen(
        "IM17",
        "Fills through filter, <= label, no air",
        "I09",
        "prog.table_overfill <= 0.5; table.filter >= 1; table.air <= 0.1",
        "CE22",
    ),
    _said("IM18", "Primes or not on the table and says so to the record", "I10", "CE08"),
    _seen("IM19", "Lumbar incision exposes lumbodorsal fascia", "I11", "wound.length >= 25"),
    _said("IM20", "Entry L2-3 or L3-4 confirmed by image", "I12", "CE02"),
    _seen("IM21", "Skin or fascia entry paramedian", "I13", "needle.entry_error <= 5"),
    _seen("IM22", "Angle within the reach band", "I13", "needle.angle_error <= 1"),
    _seen("IM23", "Advances with image control, bevel along fibres", "I14", "needle.guided >= 1"),
    _seen("IM24", "Stops for paraesthesia", "I14", "needle.paraesthesia_response <= 2", "CE25"),
    _seen(
        "IM25", "<= 3 passes, <= 1 dural puncture", "I14", "needle.passes <= 3; needle.dural_punctures <= 1"
    ),
    _seen("IM26", "CSF check 1, clear, stylet back <= 5 s", "I15", "csf.check_needle >= 1; csf.loss <= 2"),
    _seen("IM27", "Turns bevel cephalad before threading", "I14", "needle.bevel_error <= 30"),
    _seen("IM28", "Threads without force", "I16", "cath.push_force_max <= 0.6"),
    _seen(
        "IM29",
        "Images every <= 100 mm and at the end in two planes",
        "I16",
        "cath.blind_advance <= 100; xray.views >= 2",
    ),
    _seen("IM30", "Never draws catheter back through the needle", "I16", "cath.needle_retreat <= 2", "CE01"),
    _human("IM31", "Obstruction: withdraws needle and catheter together or changes approach", "I16", "CE01"),
    _seen("IM32", "Tip within +-1 level of target", "I17", "cath.tip_error <= 1"),
    _human("IM33", "Tip dorsal, no loop", "I17"),
    _seen("IM34", "CSF check 2 through catheter", "I18", "csf.check_catheter >= 1"),
    _seen("IM35", "Places purse-string around needle", "I19", "purse.before_removal >= 1"),
    _seen("IM36", "Ties snug, lumen open", "I19", "purse.tension_error <= 0"),
    _seen(
        "IM37", "Removes needle holding the catheter; tip moves <= 10 mm", "I20", "cath.removal_shift <= 10"
    ),
    _seen("IM38", "Removes stylet straight after needle, no kink", "I20", "cath.stylet_out >= 1"),
    _seen("IM39", "CSF check 3", "I21", "csf.check_after_needle >= 1"),
    _seen("IM40", "Anchor on fascia", "I22", "anchor.on_fascia >= 1", "CE05"),
    _seen(
        "IM41",
        ">= 2 non-absorbable sutures; slip force >= 1.5 N",
        "I22",
        "anchor.sutures >= 2; cath.anchor_slip_force >= 1.5",
    ),
    _seen("IM42", "Exit-to-anchor <= 15 mm, off bone", "I22", "cath.exit_anchor <= 15"),
    _human("IM43", "Anchor not squeezing lumen", "I22"),
    _seen("IM44", "Strain loop 2-3 cm, radius >= 10 mm", "I23", "cath.loop_radius >= 10"),
    _seen("IM45", "Soft clamp only, and off before connection", "I24", "clamp.soft_and_off >= 1"),
    _seen("IM46", "Abdominal incision off the septum", "I25", "pocket.incision_off >= 0"),
    _seen("IM47", "Plane and cover by size: 15-20 mm, never > 25", "I26", "pocket.cover <= 0.5", "CE04"),
    _seen("IM48", "Pocket clearance 5-10 mm, flat floor", "I27", "pocket.clearance <= 0.5"),
    _seen("IM49", "Haemostasis before pump goes in", "I28", "pocket.oozing <= 1"),
    _seen("IM50", "Tunnel in one pass inside its corridor", "I29", "tunnel.min_depth >= 5"),
    _seen("IM51", "Keeps the tip still while passing", "I30", "cath.tunnel_shift <= 5"),
    _human("IM52", "Trims only the allowed end", "I30"),
    _seen(
        "IM53",
        "Measures and records removed length within 0.5 cm",
        "I30",
        "cath.length_record_error <= 0.5",
        "CE08",
    ),
    _human("IM54", "Seats the joining pin fully, ties, no air", "I30"),
    _seen("IM55", "CSF check 4 at pump end", "I31", "csf.check_pump_end >= 1", "CE03"),
    _seen(
        "IM56", "Connector aligned, home, tug test", "I32", "cath.connector_seat >= 0.9; cath.tug_test >= 1"
    ),
    _seen("IM57", "Septum to skin", "I33", "pump.septum_out >= 1", "CE04"),
    _seen("IM58", "Outlet away from rib and crest", "I33", "pump.bone_gap >= 10"),
    _seen("IM59", "Slack behind the pump, none over septum", "I34", "cath.coil_behind >= 1"),
    _seen("IM60", ">= 2, best 4 loops sutured to fascia", "I35", "pump.loops >= 2", "CE06"),
    _seen(
        "IM61",
        "Irrigates, closes in layers, no stitch through catheter",
        "I36",
        "close.washed >= 100; close.held >= 0.95; close.pierced <= 0",
    ),
    _seen("IM62", "Sponges, needles, instruments counted", "I36", "close.counted >= 1"),
    _seen(
        "IM63", "Final film: tip, course, connector, loops; stored as baseline", "I37", "xray.final_film >= 1; xray.baseline >= 2"
    ),
    _seen(
        "IM64",
        "Concentration, length and model entered true",
        "I38",
        "prog.concentration_error <= 1; cath.length_record_error <= 0.5",
        "CE16",
    ),
    _seen("IM65", "Prime volume right for what is already full", "I38", "prog.prime_excess <= 20", "CE08"),
    _seen(
        "IM66",
        "Dose and mode as ordered; alarm volume set",
        "I38",
        "prog.dose_error <= 1; prog.alarm_volume >= 1",
        "CE16",
    ),
    _said("IM67", "Second person reads the final screen", "I39"),
    _seen("IM68", "Pump running at close", "I39", "prog.closed_running >= 1", "CE09"),
    _seen(
        "IM69",
        "Monitoring ordered for the first 24 h with calls for drowsiness, RR < 10, flaccid legs",
        "I40",
        "prog.monitor_hours >= 24",
        "CE10",
    ),
    _said("IM70", "Flat rest and no twisting advice", "I41"),
    _said("IM71", "Wound, leak and headache review days 2-3 and 10-14", "I42"),
    _said("IM72", "Hand-over states line contents, length, concentration, next alarm, who to call", "I39"),
)

REFILL: tuple[Item, ...] = (
    _said("RF01", "Confirms identity with two identifiers and allergies", "R00"),
    _said(
        "RF02",
        "Matches order, label and syringe for drug, concentration, preservative-free, expiry",
        "R00",
        "CE07",
    ),
    _said("RF03", "Has a second person repeat RF02 independently", "R00"),
    _said(
        "RF04", "Asks about tone, spasms, itch, drowsiness, alarms, fever, recent MRI or other care", "R02"
    ),
    _said("RF05", "Examines tone and the pocket: skin, swelling, rotation, depth", "R02"),
    _seen(
        "RF06",
        "Interrogates the pump and reads dose, concentration, volume, alarms, battery, log",
        "R01",
        "refill.interrogated >= 1",
    ),
    _seen(
        "RF07", "States the expected residual before puncture", "R01", "calc.expected_residual_error <= 0.5"
    ),
    _said(
        "RF08",
        "Lays out the right kit: 22 G non-coring needle, clamp line, empty syringe, filter, template",
        "R03",
    ),
    _said("RF09", "Hand hygiene, mask, sterile gloves", "R04", "CE11"),
    _said("RF10", "Prepares skin and waits until dry", "R04", "CE11"),
    _said("RF11", "Keeps the field sterile or repairs a break", "R04", "CE11"),
    _seen("RF12", "Finds edges and centre; aligns template", "R05", "refill.passes <= 2"),
    _seen("RF13", "Inserts at a right angle to the pump face", "R06", "refill.off_axis <= 10"),
    _seen("RF14", "Reaches the firm stop and keeps contact", "R06", "refill.stop_hold >= 0.9"),
    _seen(
        "RF15", "Opens the clamp and empties slowly until no more returns", "R07", "refill.left_behind <= 1.6"
    ),
    _said("RF16", "Looks at colour and clarity", "R07"),
    _seen(
        "RF17",
        "Measures and writes the residual",
        "R08",
        "refill.residual_measured >= 1; refill.residual_error <= 0.5",
        "CE13",
    ),
    _said("RF18", "Computes measured minus expected and acts on it by the case limit", "R08"),
    _said("RF19", "Changes syringe with the clamp closed, filter on, air out", "R10"),
    _seen(
        "RF20",
        "Proves placement by small injection and return before filling",
        "R11",
        "refill.placement_test >= 1",
        "CE12",
    ),
    _seen("RF21", "Fills no faster than 1 mL in 3 s", "R12", "refill.fill_rate_max <= 0.36"),
    _seen("RF22", "Re-aspirates at least every 5 mL", "R12", "refill.recheck_gap <= 5.1"),
    _said("RF23", "Watches and asks for burning, swelling, rising resistance during the fill", "R13", "CE17"),
    _seen("RF24", "Stops at label volume", "R14", "refill.overfill <= 0.2", "CE22"),
    _said("RF25", "Final return test, clamps, withdraws straight, dresses", "R15"),
    _seen("RF26", "Accounts for all volumes within 0.5 mL", "R16", "refill.account_error <= 0.5"),
    _seen(
        "RF27",
        "Enters new reservoir volume; concentration, dose and bridge as needed",
        "R17",
        "prog.volume_entered_error <= 0.5; prog.dose_error <= 1; prog.concentration_error <= 1",
        "CE16",
    ),
    _seen(
        "RF28",
        "Compares old and new settings before sending; interrogates after; pump runs as intended",
        "R18",
        "prog.final_review >= 1; prog.closed_running >= 1",
        "CE09",
    ),
    _seen(
        "RF29",
        "Gives alarm date, next visit with margin, card and warning signs, and has them said back",
        "R18",
        "prog.alarm_date_error <= 2",
    ),
    _seen(
        "RF30",
        "Observes for the required time and records vitals",
        "R19",
        "prog.monitor_hours >= 0.5",
        "CE10",
    ),
    _said("RF31", "Records lot, expiry, volumes, delta, settings, site condition, plan", "R16"),
)

ITEMS: dict[str, Item] = {item.id: item for item in IMPLANT + REFILL}

_GROUP = re.compile(r"^items?:([A-Z]{2})(\d\d)(?:-([A-Z]{2})(\d\d))?$")


def items_of(key: str) -> tuple[Item, ...]:
    """Return the items that a key names: `item:IM05` or `items:IM01-IM12`; () if it names none."""
    found = _GROUP.match(key)
    if not found or (found.group(3) or found.group(1)) != found.group(1):
        return ()
    first, last = int(found.group(2)), int(found.group(4) or found.group(2))
    names = [f"{found.group(1)}{n:02d}" for n in range(first, last + 1)]
    return tuple(ITEMS[n] for n in names) if names and all(n in ITEMS for n in names) else ()


def judge(item: Item, scenario: Scenario, record: Record, measure: MeasureOf) -> bool | None:
    """Return whether an item was done right, None where there was no opportunity to see it."""
    if item.is_said:
        allowed = scenario.items.get(item.id, ())
        said = record.acts(f"item.{item.id}")
        return bool(said) and (not allowed or said[-1][1].value in allowed)
    results = [(c, measure(c.measure)) for c in item.conditions]
    valid = [(c, r) for c, r in results if r.is_valid]
    if not valid:
        return None
    return len(valid) == len(results) and all(c.holds(r.value) for c, r in valid)


def share(key: str, scenario: Scenario, record: Record, measure: MeasureOf) -> Reading:
    """Return the share of a group's items that were done right, of those that could be seen.

    No opportunity unless at least one of its items was done: a group nobody entered is dropped.
    """
    items = items_of(key)
    verdicts = [(item, judge(item, scenario, record, measure)) for item in items]
    seen = [v for _, v in verdicts if v is not None]
    if not seen:
        return no("none of these items could be seen")
    ticks = [t for item, v in verdicts if v and item.is_said for t, _ in record.acts(f"item.{item.id}")[-1:]]
    return Reading(sum(seen) / len(seen), tuple(ticks))
