"""Measures of what was closed in: tip, bends, anchor, tunnel, pocket, pump body.

Read at closure, where not said otherwise; definitions follow assessment 2.3.
"""

from __future__ import annotations

from physics.commands import ConnectCatheter, JoinSegments, LayLoop, PlaceAnchor, TiePurseString, TunnelCatheter
from physics.observation import Observation
from scenarios.measures_basis import CM, MM, Measure, Reading, at_closing, no, outside, smallest, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

SETTLED_DAYS = 3.0  # tuned: posture cycles of the first days count as "at closure and over 3 cycles"
PURSE_BAND_N = (0.5, 4.0)  # snug, lumen open [scenarios_content 5 C-OCC, D]
BONE_GAP_OPEN = 1.0  # tuned: a gap that is not finite counts as far from bone [m]


def _tip_error(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: abs(o.catheter.tip_level - scenario.order.target))


def _inserted(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: o.catheter.inserted_m * MM)


def _settled(scenario: Scenario, record: Record) -> tuple[Observation, ...]:
    closing = record.closing
    if closing is None:
        return ()
    return tuple(
        o for o in record.between(closing.tick, record.last_tick) if o.days_since_closure <= SETTLED_DAYS
    )


def _min_radius(scenario: Scenario, record: Record) -> Reading:
    seen = ((o.catheter.min_radius_m * MM, o.tick) for o in _settled(scenario, record))
    return smallest(((min(r, 1000.0), t) for r, t in seen), "wounds never closed")


def _min_patency(scenario: Scenario, record: Record) -> Reading:
    closing = record.closing
    seen = record.between(closing.tick, record.last_tick) if closing is not None else ()
    return smallest(((min(o.catheter.min_patency, o.catheter.min_patency_sitting), o.tick) for o in seen),
                    "wounds never closed")  # fmt: skip


def _purse_error(scenario: Scenario, record: Record) -> Reading:
    if not record.of(TiePurseString):
        return no("no purse-string tied")
    return at_closing(scenario, record, lambda o: outside(o.catheter.purse_tension_n, *PURSE_BAND_N))


def _anchor_on_fascia(scenario: Scenario, record: Record) -> Reading:
    def is_on(o: Observation) -> float:
        return 1.0 if o.catheter.n_anchor_sutures >= 1 and o.catheter.anchor_substrate == "fascia" else 0.0

    reading = at_closing(scenario, record, is_on)
    ticks = tuple(t for t, _ in record.of(PlaceAnchor))
    return reading if reading.why_invalid else Reading(reading.value, ticks or reading.ticks)


def _slip_force(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: o.catheter.anchor_capacity_n)


def _anchor_sutures(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: float(o.catheter.n_anchor_sutures))


def _exit_anchor(scenario: Scenario, record: Record) -> Reading:
    if not record.of(PlaceAnchor):
        return no("no anchor placed")
    return at_closing(scenario, record, lambda o: o.catheter.anchor_distance_m * MM)


def _loop_radius(scenario: Scenario, record: Record) -> Reading:
    if record.closing is not None and not record.of(LayLoop):
        return Reading(0.0, (record.closing.tick,))
    return at_closing(scenario, record, lambda o: o.catheter.loop_radius_m * MM)


def _length_record_error(scenario: Scenario, record: Record) -> Reading:
    written = record.acts("record.length")
    seen = record.closing or record.hands_end
    if seen is None or not (bool(record.of(ConnectCatheter)) or bool(record.of(JoinSegments))):
        return no("catheter never connected")
    told = written[-1][1].number if written else scenario.equipment.catheter_length_cm / CM
    ticks = (written[-1][0],) if written else (seen.tick,)
    return Reading(abs(told - seen.catheter.implanted_m) * CM, ticks)


def _cover(scenario: Scenario, record: Record) -> Reading:
    order = scenario.order
    return at_closing(
        scenario, record, lambda o: outside(o.pocket.cover_m * MM, order.cover_min_mm, order.cover_max_mm)
    )


def _clearance(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: outside(o.pocket.clearance_m * MM, 5.0, 10.0))


def _bone_gap(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: min(o.pocket.bone_gap_m, BONE_GAP_OPEN) * MM)


def _loops(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: float(o.pocket.n_holding))


def _septum_out(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: 1.0 if o.pocket.is_septum_outward else 0.0)


def _coil_behind(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: 1.0 if o.catheter.is_coil_behind else 0.0)


def _connector_seat(scenario: Scenario, record: Record) -> Reading:
    return at_closing(scenario, record, lambda o: o.catheter.connector_seat)


def _tunnel_depth(scenario: Scenario, record: Record) -> Reading:
    if not record.of(TunnelCatheter):
        return no("not tunnelled")
    return at_closing(scenario, record, lambda o: o.catheter.tunnel_min_depth_m * MM)


def _tug(scenario: Scenario, record: Record) -> Reading:
    if not record.of(ConnectCatheter):
        return no("catheter never connected")
    ticks = [t for t, a in record.acts("tug.test") if a.value == "connector"]
    return yes_no(bool(ticks), *ticks[:1])


MEASURES: tuple[Measure, ...] = (
    Measure(
        "cath.tip_error", "levels", "tip level minus written target at closure, absolute", "I17", _tip_error
    ),
    Measure(
        "cath.inserted",
        "mm",
        "arc length inside the sac at closure: the reserve against a slip",
        "own; catheter_mechanics 5",
        _inserted,
    ),
    Measure(
        "cath.min_radius",
        "mm",
        "least bend radius from closure over the first 3 days",
        "assessment 2.3",
        _min_radius,
    ),
    Measure(
        "cath.min_patency",
        "1",
        "least lumen patency from closure to the end, lying and sitting",
        "catheter_mechanics 5",
        _min_patency,
    ),
    Measure(
        "purse.tension_error",
        "N",
        "distance of its tension at closure from 0.5-4 N",
        "scenarios_content 5 C-OCC",
        _purse_error,
    ),
    Measure("anchor.on_fascia", "1", "anchor stitched to fascia at closure", "I22 CE05", _anchor_on_fascia),
    Measure("anchor.sutures", "count", "anchor sutures at closure", "I22", _anchor_sutures),
    Measure(
        "cath.anchor_slip_force",
        "N",
        "force that first slips the catheter in its anchor",
        "IM41",
        _slip_force,
    ),
    Measure("cath.exit_anchor", "mm", "free length from fascial exit to anchor", "I22", _exit_anchor),
    Measure("cath.loop_radius", "mm", "radius of the strain-relief loop; none = 0", "I23", _loop_radius),
    Measure(
        "cath.length_record_error",
        "cm",
        "written minus true implanted length, absolute; unwritten = as packed",
        "device_and_procedure 2.1",
        _length_record_error,
    ),
    Measure("cath.connector_seat", "1", "seat of the connector at closure", "I32", _connector_seat),
    Measure("cath.coil_behind", "1", "slack lies behind the pump", "I34", _coil_behind),
    Measure("cath.tug_test", "1", "connector tugged", "I32", _tug),
    Measure("tunnel.min_depth", "mm", "least depth of the tunnel under the skin", "I29", _tunnel_depth),
    Measure(
        "pocket.cover", "mm", "distance of tissue over the septum from the ordered band", "S57 S72", _cover
    ),
    Measure(
        "pocket.clearance", "mm", "distance of the clearance round the pump from 5-10 mm", "I27", _clearance
    ),
    Measure("pump.bone_gap", "mm", "least distance from pump to bone, sitting", "S48 S88", _bone_gap),
    Measure("pump.loops", "count", "suture loops that hold more than 5 N", "I35", _loops),
    Measure("pump.septum_out", "1", "septum faces the skin", "I33", _septum_out),
)
