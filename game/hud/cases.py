"""From a scenario to what the screens show of it: the card, the briefing and the paper checklist."""

from __future__ import annotations

from collections.abc import Sequence

from game.hud.clinical import ChainNode, ScoreRow
from game.hud.models import CaseCard, ChecklistLine, Verdict, clock_words
from physics.clock import TICK_S
from scenarios.chain import Link
from game.instruments.procedure_later import rail_of
from scenarios.checklist import IMPLANT, REFILL, items_of
from scenarios.schema import Scenario
from scenarios.scoring import ScoreSheet

# Distractors offered beside what a scenario allows; the right one is never marked.
_CHOICES: dict[str, tuple[str, ...]] = {
    "IM05": ("20 mL", "40 mL"), "IM06": ("right", "left"),
    "IM16": ("500 ug/mL", "1000 ug/mL", "2000 ug/mL"),
    "IM18": ("not primed", "primed on the table"), "RF02": ("baclofen 500 ug/mL", "baclofen 2000 ug/mL"),
    "RF16": ("clear", "straw", "bloody"), "RF18": ("accept", "aspirate again", "stop and call"),
}  # fmt: skip
# Where on our rail a checklist step (I.., R..) is ticked.
_RAIL: dict[str, str] = {
    **{f"I{n:02d}": "mark" for n in range(0, 6)}, **{f"I{n:02d}": "table" for n in range(6, 11)},
    **{f"I{n:02d}": "needle" for n in range(11, 16)}, **{f"I{n:02d}": "thread" for n in range(16, 19)},
    **{f"I{n:02d}": "anchor" for n in range(19, 25)}, **{f"I{n:02d}": "pocket" for n in range(25, 29)},
    "I29": "tunnel", "I30": "connect", "I31": "connect", "I32": "connect", "I33": "pump", "I34": "pump", "I35": "pump",
    "I36": "close", "I37": "close", **{f"I{n:02d}": "programme" for n in range(38, 43)},
    "R00": "identity", "R01": "read", "R02": "examine", "R03": "template", "R04": "template", "R05": "template",
    "R06": "needle", "R07": "empty", "R08": "compare", "R09": "fill", "R10": "fill", "R11": "fill", "R12": "fill",
    "R13": "fill", "R14": "fill", "R15": "withdraw", "R16": "account", "R17": "account", "R18": "observe", "R19": "observe",
}  # fmt: skip
LEVEL_OF = {"foundation": "assisted", "core": "assisted", "advanced": "free", "examination": "examination"}


def procedure_of(scenario: Scenario) -> str:
    """Return the rail that a case is played on."""
    if scenario.start.kind == "fresh":
        return "implant"
    later = rail_of(line.measure for line in scenario.rubric)
    if later is not None:
        return later
    return "refill" if any(line.measure.startswith(("refill.", "items:RF")) for line in scenario.rubric) else "clinic"


def card_of(scenario: Scenario) -> CaseCard:
    """Return the case as the browser and the briefing show it."""
    p, order = scenario.patient, scenario.order
    facts = (
        ("Age and build", f"{p.age_years:g} years, {p.mass_kg:g} kg, {p.height_cm:g} cm"),
        ("Diagnosis", p.diagnosis_text),
        ("Tone before", f"Ashworth legs {p.ashworth_legs:g}, arms {p.ashworth_arms:g}; Penn {p.penn:g}"),
        ("Order", f"{order.dose_ug_per_day:g} µg/day of {order.concentration_ug_per_ml:g} µg/mL"),
        ("Reservoir", f"{scenario.equipment.pump_ml:g} mL pump, {order.volume_ml:g} mL to fill, alarm at {order.alarm_volume_ml:g} mL"),
        ("Target and side", f"tip {order.target_level}, pump {order.side}, {order.plane}"),
        ("Watch", f"{order.monitor_hours:g} h after start"),
    )
    return CaseCard(
        scenario.id, scenario.title, scenario.role, scenario.level, round(scenario.minutes), scenario.brief,
        procedure_of(scenario), p.title, p.history[0] if p.history else "", scenario.objectives,
        (*facts, *((f"History {i + 1}", h) for i, h in enumerate(p.history[1:]))), scenario.pass_percent,
        f"{order.dose_ug_per_day:g} µg/day, {order.concentration_ug_per_ml:g} µg/mL, {order.volume_ml:g} mL",
        "spinal" if p.diagnosis in ("SCI", "MS") else "cerebral",
    )  # fmt: skip


def checklist_of(scenario: Scenario) -> tuple[ChecklistLine, ...]:
    """Return the lines that are said by the player; measured lines are nobody's to tick."""
    procedure = procedure_of(scenario)
    items = {"refill": REFILL, "clinic": ()}.get(procedure, IMPLANT)
    if procedure not in ("implant", "refill"):  # of the first operation's list, what this case asks for
        asked = {item.id for line in scenario.rubric for item in items_of(line.measure)}
        items = tuple(item for item in items if item.id in asked)
    out = []
    for item in items:
        if not item.is_said:
            continue
        options = tuple(dict.fromkeys((*_CHOICES.get(item.id, ()), *scenario.items.get(item.id, ()))))
        if item.id in _CHOICES or item.id in scenario.items:
            choices = tuple((o, o.replace("ug/mL", "µg/mL")) for o in sorted(options))
        else:
            choices = ()
        out.append(ChecklistLine(item.id, item.text, _RAIL.get(item.step, ""), choices))
    return tuple(out)


# --- what the debrief shows of a judged attempt ----------------------------------------------


def verdict_of(scenario: Scenario, sheet: ScoreSheet) -> Verdict:
    """Return the verdict of a score sheet."""
    critical = tuple(f"{f.id}: {f.text}" for f in sheet.critical_failures)
    return Verdict(sheet.score_percent, sheet.pass_percent, sheet.passed, critical, scenario.debrief.notes)


def rows_of(sheet: ScoreSheet) -> tuple[ScoreRow, ...]:
    """Return the score lines as the debrief shows them; dropped lines say why."""
    out = []
    for line in sheet.lines:
        unit = "" if line.unit == "1" else f" {line.unit}"
        measured = f"{line.value:.3g}{unit}" if line.is_valid else f"not seen ({line.why_invalid})"
        when = clock_words(line.tick * TICK_S) if line.tick >= 0 else ""
        out.append(ScoreRow(line.id, line.text, line.points, line.of, measured, line.threshold.removesuffix(" 1"), when, line.source))
    return tuple(out)


_COLUMN = {"act": 0, "mechanics": 2, "drug": 3, "patient": 4}


def chain_of(links: Sequence[Link]) -> tuple[tuple[ChainNode, ...], tuple[tuple[str, str], ...]]:
    """Return boxes and arrows: each chain is a row from an act to the patient, the ends are shared."""
    nodes: dict[str, ChainNode] = {}
    arrows: list[tuple[str, str]] = []
    rows_used = [0, 0, 0, 0, 0]
    by_chain: dict[str, list[Link]] = {}
    for link in links:
        by_chain.setdefault(link.chain, []).append(link)
    for chain in list(by_chain)[:4]:
        last = ""
        for link in by_chain[chain]:
            column = _COLUMN.get(link.stage, 1)
            shared = f"{link.stage}-{link.quantity}".replace(" ", "_")
            key = f"{chain}-{shared}".replace(" ", "_") if link.stage == "act" else shared
            if key not in nodes and rows_used[column] < 3:
                kind = "alarm" if link.stage in ("drug", "patient") else "warn"
                when = f"day {link.day:.0f}" if link.day >= 1 else clock_words(link.tick * TICK_S)
                head = link.quantity[:1].upper() + link.quantity[1:]
                nodes[key] = ChainNode(key, column, rows_used[column], head, link.text, kind, when)
                rows_used[column] += 1
            if key in nodes:
                if last and last != key and (last, key) not in arrows:
                    arrows.append((last, key))
                last = key
    return tuple(nodes.values()), tuple(arrows)
