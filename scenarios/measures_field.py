"""Measures of the operating field: marks, position, skin, back table, haemostasis, closure, and what biology made of them.

They read the state that hands left (`Observation.field`); definitions follow device_and_procedure 3 and assessment 3.1.
"""

from __future__ import annotations

from collections.abc import Callable

from physics.commands import (
    ClampCatheter,
    ConnectCatheter,
    CutSkin,
    DissectPocket,
    FillOnTable,
    InciseLumbar,
    OpenLumbar,
    OpenPocket,
    PlaceNewPump,
    PlacePump,
    UnclampCatheter,
)
from physics.observation import FieldObservation, Observation
from scenarios.measures_basis import MM, Measure, Reading, at_closing, is_reopened, no, outside, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

PERCENT = 100.0
ML_PER_MIN = 6e7
ANTIBIOTIC_S = 3600.0  # within 60 min before the incision [I03]
PUMP_C = (35.0, 40.0)  # [I07, S58a]
NEVER_DRY = 1.0


def _first_cut(record: Record) -> Observation | None:
    """Return what was seen at the first cut of the skin, None before it."""
    ticks = [t for kind in (CutSkin, InciseLumbar, DissectPocket, OpenPocket, OpenLumbar) for t, _ in record.of(kind)]
    seen = record.at(min(ticks)) if ticks else None
    return seen if seen is not None and seen.field.first_cut_at_s >= 0.0 else None


def _at_end(scenario: Scenario, record: Record, read: Callable[[Observation], float]) -> Reading:
    """Return a number as the wounds were closed, where any was opened."""
    is_operation = scenario.start.kind == "fresh" or is_reopened(record)
    return at_closing(scenario, record, read) if is_operation else no("nothing was opened")


def _mark_seated(scenario: Scenario, record: Record) -> Reading:
    seen = _first_cut(record)
    if seen is None:
        return no("nothing was cut")
    marks = [m for m in seen.field.marks if m.kind == "pocket"]
    return yes_no(bool(marks) and marks[-1].position == "sitting", seen.tick)


def _mark_gap(scenario: Scenario, record: Record) -> Reading:
    seen = _first_cut(record)
    marks = () if seen is None else tuple(m for m in seen.field.marks if m.kind == "pocket")
    return no("no pocket was marked") if seen is None or not marks else Reading(marks[-1].bone_gap_m * MM, (seen.tick,))


def _antibiotic(scenario: Scenario, record: Record) -> Reading:
    seen = _first_cut(record)
    if seen is None:
        return no("nothing was cut")
    field = seen.field
    is_given = field.antibiotic_at_s >= 0.0
    return yes_no(is_given and 0.0 <= field.first_cut_at_s - field.antibiotic_at_s <= ANTIBIOTIC_S, seen.tick)


def _lateral(scenario: Scenario, record: Record) -> Reading:
    seen = _first_cut(record)
    if seen is None:
        return no("nothing was cut")
    field = seen.field
    is_right = field.position == "lateral" and field.side_up == scenario.order.side
    return yes_no(is_right and field.is_hips_flexed and field.is_padded, seen.tick)


def _prep_cover(scenario: Scenario, record: Record) -> Reading:
    seen = _first_cut(record)
    if seen is None:
        return no("nothing was cut")
    field = seen.field
    return Reading(PERCENT * (field.draped_cover if field.is_draped else 0.0), (seen.tick,))


def _drape_wet(scenario: Scenario, record: Record) -> Reading:
    seen = _first_cut(record)
    if seen is None:
        return no("nothing was cut")
    field = seen.field
    return Reading(PERCENT * (field.draped_wet if field.is_draped else NEVER_DRY), (seen.tick,))


def _breaks_left(scenario: Scenario, record: Record) -> Reading:
    def count(o: Observation) -> float:
        return float(sum(b.what in ("glove", "tool") and not b.is_repaired for b in o.field.breaks))

    return _at_end(scenario, record, count)


def _filled(record: Record) -> Observation | None:
    done = record.of(FillOnTable)
    return record.at(done[0][0]) if done else None


def _at_fill(record: Record, value: float, seen: Observation | None) -> Reading:
    return no("not filled on the table") if seen is None else Reading(value, (seen.tick,))


def _package(scenario: Scenario, record: Record) -> Reading:
    seen = _filled(record)
    return _at_fill(record, 0.0 if seen is None else float(seen.field.is_package_read), seen)


def _temperature(scenario: Scenario, record: Record) -> Reading:
    seen = _filled(record)
    return _at_fill(record, 0.0 if seen is None else outside(seen.field.pump_c, *PUMP_C), seen)


def _recovery(scenario: Scenario, record: Record) -> Reading:
    seen = _filled(record)
    if seen is None:
        return no("not filled on the table")
    came = max(0.0, seen.field.water_recovered_m3) / seen.field.water_expected_m3 if seen.field.water_expected_m3 > 0.0 else 0.0
    return Reading(PERCENT * abs(came - 1.0), (seen.tick,))


def _filter(scenario: Scenario, record: Record) -> Reading:
    seen = _filled(record)
    return _at_fill(record, 0.0 if seen is None else float(seen.field.is_filtered), seen)


def _air(scenario: Scenario, record: Record) -> Reading:
    seen = _filled(record)
    return _at_fill(record, 0.0 if seen is None else seen.field.table_air_m3 * 1e6, seen)


def _clamp(scenario: Scenario, record: Record) -> Reading:
    put_on, joined = record.of(ClampCatheter), record.of(ConnectCatheter)
    if not put_on:
        return no("no clamp was used")
    is_soft = all(command.is_rubber_shod for _, command in put_on)
    off = [t for t, _ in record.of(UnclampCatheter) if t >= put_on[-1][0]]
    is_off = bool(off) and (not joined or off[0] <= joined[0][0])
    return yes_no(is_soft and is_off, put_on[-1][0])


def _off_pump(scenario: Scenario, record: Record) -> Reading:
    return _at_end(scenario, record, lambda o: o.field.off_pump_m * MM)


def _oozing(scenario: Scenario, record: Record) -> Reading:
    laid = [t for t, _ in record.of(PlacePump)] or [t for t, _ in record.of(PlaceNewPump)]
    seen = record.at(laid[0]) if laid else None
    if seen is None:
        return no("no pump was laid in")
    return Reading(ML_PER_MIN * pocket_flow(seen.field), (seen.tick,))


def pocket_flow(field: FieldObservation) -> float:
    """Return what the vessels of the pocket lose now [m3/s]."""
    rows = zip(field.bleeders, field.bleeder_flow_m3_per_s, strict=True)
    return sum(flow for vessel, flow in rows if vessel.wound == "pocket")


def _held(scenario: Scenario, record: Record) -> Reading:
    return _at_end(scenario, record, lambda o: min((share for _, _, share in o.field.held), default=1.0))


def _pierced(scenario: Scenario, record: Record) -> Reading:
    """Count stitches of a layer that met the tube, and those that were run through it on its own."""
    own = sum(event.where == "stitch" for event in record.named("CatheterHoled"))
    return _at_end(scenario, record, lambda o: float(max(own, sum(stitch.has_pierced for stitch in o.field.stitches))))


def _washed(scenario: Scenario, record: Record) -> Reading:
    def least(o: Observation) -> float:
        made = (cut for cut in o.field.incisions if cut.at_s >= o.field.first_cut_at_s)  # not scars of earlier operations
        return min((cut.washed_m3 * 1e6 for cut in made), default=0.0)

    return _at_end(scenario, record, least)


def _counted(scenario: Scenario, record: Record) -> Reading:
    return _at_end(scenario, record, lambda o: 1.0 if o.field.counted == 1 else 0.0)


def _infection_probability(scenario: Scenario, record: Record) -> Reading:
    def chance(o: Observation) -> float:
        return PERCENT * next((c.probability for c in o.field.chances if c.name == "infection"), 0.0)

    return _at_end(scenario, record, chance)


MEASURES: tuple[Measure, ...] = (
    Measure("mark.seated", "1", "pocket marked on the sitting patient before the first cut", "I02", _mark_seated),
    Measure("mark.bone_gap", "mm", "least distance from the marked outline to rib or crest, sitting", "I02 S88", _mark_gap),
    Measure("field.antibiotic", "1", "antibiotic given within 60 min before the first cut", "I03", _antibiotic),
    Measure("field.lateral", "1", "lateral, ordered side up, hips flexed, padded at the first cut", "I04", _lateral),
    Measure("prep.cover", "%", "share of the window that was painted when the drapes went on; undraped = 0", "I05", _prep_cover),
    Measure("prep.wet", "%", "share of the window still wet when the drapes went on; undraped = 100", "I05", _drape_wet),
    Measure("prep.breaks_left", "count", "unsterile gloves and tools not changed at closure", "S45", _breaks_left),
    Measure("table.package_read", "1", "pump interrogated before it was filled", "I06", _package),
    Measure("table.temperature_error", "C", "distance of the pump's temperature from 35-40 C when filled", "I07", _temperature),
    Measure("table.recovery_error", "%", "factory water recovered against predicted, absolute", "I08 S58a", _recovery),
    Measure("table.filter", "1", "filled through the filter", "I09", _filter),
    Measure("table.air", "mL", "air pushed in with the fill", "I09", _air),
    Measure("clamp.soft_and_off", "1", "every clamp rubber-shod, and off before connection", "I24", _clamp),
    Measure("pocket.incision_off", "mm", "incision beyond the middle half of the pump at closure", "I25", _off_pump),
    Measure("pocket.oozing", "mL/min", "what the pocket's vessels lose when the pump goes in", "I28", _oozing),
    Measure("close.held", "1", "least share of a wound's length that a needed layer holds", "I36", _held),
    Measure("close.pierced", "count", "stitches through the catheter", "I36", _pierced),
    Measure("close.washed", "mL", "least saline that a wound was washed with", "I36", _washed),
    Measure("close.counted", "1", "swabs, needles and instruments counted whole before closure", "I36", _counted),
    Measure("out.infection_chance", "%", "chance of infection that this operation left", "section 7 C-INF", _infection_probability),
)
