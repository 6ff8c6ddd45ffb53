"""Measures of the pump's numbers: filling on the table, line volume, prime, prescription, dates."""

from __future__ import annotations

from physics.commands import ConnectCatheter, FillOnTable, ProgramPump
from physics.observation import Observation
from physics.units import ml_from_m3, ug_per_day_from_kg_per_s, ug_per_ml_from_kg_per_m3
from scenarios.measures_basis import Measure, Reading, largest, no, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

RATE_LIMIT_FACTOR = 2.0  # CE16: off by x2 or more [assessment 3.6]
UNTOLD_DAYS = 99.0  # tuned: an alarm date that was never told counts as this wrong
IDLE_STATES = ("off", "stopped", "stalled", "empty")
DOSED_MODES = ("continuous", "flex", "periodic", "bolus")
IDLE_MODES = ("stopped", "minimum")


def line_volume_ml(scenario: Scenario, length_m: float, is_tubing_counted: bool = True) -> float:
    """Return the volume of the line [mL]: tubing + 0.0022 mL/cm x length [device_and_procedure 6]."""
    tubing = scenario.equipment.tubing_ml if is_tubing_counted else 0.0
    return tubing + scenario.equipment.catheter_ml_per_cm * length_m * 100.0


def _sent(record: Record) -> tuple[tuple[int, ProgramPump], ...]:
    return tuple((t, c) for t, c in record.of(ProgramPump) if t <= record.hands_end_tick)


def _dosed(record: Record) -> tuple[tuple[int, ProgramPump], ...]:
    return tuple((t, c) for t, c in _sent(record) if c.mode in DOSED_MODES)


def dose_error_percent(scenario: Scenario, dose_ug_per_day: float) -> float:
    """Return how far a dose lies outside the ordered band [% of the nearer limit]."""
    order = scenario.order
    low, high = order.dose_low_ug_per_day, order.dose_high_ug_per_day
    if dose_ug_per_day < low:
        return 100.0 * (low - dose_ug_per_day) / low
    return 100.0 * max(0.0, dose_ug_per_day - high) / high


def _dose_error(scenario: Scenario, record: Record) -> Reading:
    sent = _dosed(record)
    if not sent:
        return no("no dose was sent")
    tick, command = sent[-1]
    return Reading(
        dose_error_percent(scenario, float(ug_per_day_from_kg_per_s(command.mean_dose_kg_per_s))), (tick,)
    )


def _concentration_error(scenario: Scenario, record: Record) -> Reading:
    sent = _sent(record)
    if not sent:
        return no("nothing was programmed")
    tick, command = sent[-1]
    entered = float(ug_per_ml_from_kg_per_m3(command.concentration_kg_per_m3))
    return Reading(100.0 * abs(entered / scenario.order.concentration_ug_per_ml - 1.0), (tick,))


def entry_factor(scenario: Scenario, record: Record) -> Reading:
    """Return the worst factor by which a sent dose or concentration was off (1 = as ordered)."""
    order = scenario.order
    worst, tick = 1.0, -1
    for t, c in _sent(record):
        ratios = [float(ug_per_ml_from_kg_per_m3(c.concentration_kg_per_m3)) / order.concentration_ug_per_ml]
        if c.mode in DOSED_MODES:
            dose = float(ug_per_day_from_kg_per_s(c.mean_dose_kg_per_s))
            ratios.append(
                dose / order.dose_high_ug_per_day
                if dose > order.dose_high_ug_per_day
                else dose / order.dose_low_ug_per_day
                if dose < order.dose_low_ug_per_day
                else 1.0
            )
        for ratio in ratios:
            factor = 1e3 if ratio <= 1e-3 else max(ratio, 1.0 / ratio)
            worst, tick = (factor, t) if factor > worst else (worst, tick)
    if not _sent(record):
        return no("nothing was programmed")
    return Reading(worst, (tick,) if tick >= 0 else (_sent(record)[-1][0],))  # fmt: skip


def _purged(record: Record) -> bool:
    filled = record.of(FillOnTable)
    return bool(filled) and filled[-1][1].is_purged


def _implanted_m(record: Record) -> Observation | None:
    return record.closing or record.hands_end


def _line_volume_error(scenario: Scenario, record: Record) -> Reading:
    """The volume told counts first, the prime entered second."""
    seen = _implanted_m(record)
    told = record.acts("calc.line_volume")
    primed = [(t, c.prime_volume_m3) for t, c in _sent(record) if c.prime_volume_m3 > 0.0]
    if seen is None or not (told or primed):
        return no("no line volume told or primed")
    tick = told[-1][0] if told else primed[-1][0]
    used = ml_from_m3(told[-1][1].number if told else primed[-1][1])
    is_counted = bool(told) or not _purged(record)
    return Reading(abs(used - line_volume_ml(scenario, seen.catheter.implanted_m, is_counted)), (tick,))


def _prime_excess(scenario: Scenario, record: Record) -> Reading:
    seen = _implanted_m(record)
    if seen is None or not _sent(record):
        return no("nothing was programmed")
    primes = [(t, c.prime_volume_m3) for t, c in _sent(record) if c.prime_volume_m3 > 0.0]
    is_empty = scenario.start.kind == "fresh" and bool(record.of(ConnectCatheter))
    needed = line_volume_ml(scenario, seen.catheter.implanted_m, not _purged(record)) if is_empty else 0.0
    excess_ml = max(0.0, sum(float(ml_from_m3(v)) for _, v in primes) - needed)
    return Reading(
        excess_ml * scenario.order.concentration_ug_per_ml, tuple(t for t, _ in primes) or (seen.tick,)
    )


def _closed_running(scenario: Scenario, record: Record) -> Reading:
    """Read an hour later where follow-up was lived: a pump stands still while its update is sent."""
    left = record.hands_end
    if left is None:
        return no("nothing was done")
    if scenario.start.kind == "fresh" and record.closing is None:
        return no("wounds never closed")
    seen = record.followup[0] if record.followup else left
    return yes_no(seen.pump.state not in IDLE_STATES and seen.pump.mode not in IDLE_MODES, left.tick)


def _alarm_volume(scenario: Scenario, record: Record) -> Reading:
    sent = _sent(record)
    if not sent:
        return no("nothing was programmed")
    return Reading(float(ml_from_m3(sent[-1][1].alarm_volume_m3)), (sent[-1][0],))


def _final_review(scenario: Scenario, record: Record) -> Reading:
    """Review looked at before a send, and the pump read after it."""
    sent = _sent(record)
    if not sent:
        return no("nothing was programmed")
    tick = sent[-1][0]
    looked = [t for t, _ in record.acts("programmer.review") if t <= tick]
    read = [t for t, a in record.acts("interrogate") if t >= tick and a.value == "after"]
    return yes_no(bool(looked) and bool(read), tick)


def _volume_entered(scenario: Scenario, record: Record) -> Reading:
    sent, seen = _sent(record), record.hands_end
    if seen is None:
        return no("nothing was done")
    error_ml = abs(float(ml_from_m3(seen.pump.shown_reservoir_m3 - seen.pump.reservoir_m3)))
    return Reading(error_ml, tuple(t for t, _ in sent[-1:]) or (seen.tick,))


def _alarm_date_error(scenario: Scenario, record: Record) -> Reading:
    told, seen = record.acts("calc.alarm_date"), record.hands_end
    if seen is None or seen.pump.programmed_flow_m3_per_s <= 0.0:
        return no("pump does not run")
    if not told:
        return Reading(UNTOLD_DAYS, (seen.tick,))
    left_m3 = seen.pump.shown_reservoir_m3 - seen.pump.alarm_volume_m3
    return Reading(
        abs(told[-1][1].number - left_m3 / seen.pump.programmed_flow_m3_per_s / 86400.0), (told[-1][0],)
    )


def _table_overfill(scenario: Scenario, record: Record) -> Reading:
    filled = record.of(FillOnTable)
    over = []
    for t, c in filled:
        seen = record.at(t)  # another pump may have been unpacked
        holds_ml = float(ml_from_m3(seen.pump.capacity_m3)) if seen is not None else 0.0
        holds_ml = holds_ml or scenario.equipment.pump_ml
        over.append((max(0.0, float(ml_from_m3(c.volume_m3)) - holds_ml), t))
    told = record.named("ReservoirOverfilled")  # with water that was left in it, too
    over += [(float(ml_from_m3(e.magnitude)), e.tick) for e in told if e.where == "back table"]
    return largest(over, "pump not filled on the table")


def _monitor_hours(scenario: Scenario, record: Record) -> Reading:
    if not _sent(record):
        return no("nothing was started")
    ordered = record.acts("time.monitor")
    return Reading(ordered[-1][1].number if ordered else 0.0, tuple(t for t, _ in ordered[-1:]))


MEASURES: tuple[Measure, ...] = (
    Measure(
        "prog.dose_error",
        "%",
        "distance of the last continuous dose from the ordered band",
        "I38",
        _dose_error,
    ),
    Measure(
        "prog.concentration_error", "%", "entered against ordered concentration", "I38", _concentration_error
    ),
    Measure("prog.entry_factor", "1", "worst factor of any sent dose or concentration", "CE16", entry_factor),
    Measure(
        "prog.line_volume_error",
        "mL",
        "told (or primed) volume against tubing + 0.0022 L",
        "S01 sec 6",
        _line_volume_error,
    ),
    Measure("prog.prime_excess", "ug", "drug primed beyond what the line needed", "S05 S67", _prime_excess),
    Measure(
        "prog.closed_running", "1", "pump runs at the first look after hands leave", "S13", _closed_running
    ),
    Measure("prog.alarm_volume", "mL", "alarm volume sent", "I38", _alarm_volume),
    Measure(
        "prog.final_review",
        "1",
        "review before the last send and reading after it",
        "S102 S13",
        _final_review,
    ),
    Measure(
        "prog.volume_entered_error",
        "mL",
        "volume the device shows against the true one when hands leave",
        "R17",
        _volume_entered,
    ),
    Measure(
        "prog.alarm_date_error",
        "d",
        "told alarm date against the device's; untold = 99",
        "1.7",
        _alarm_date_error,
    ),
    Measure("prog.table_overfill", "mL", "fill on the table above the label", "I09", _table_overfill),
    Measure("prog.monitor_hours", "h", "monitoring ordered after start", "I40 S05", _monitor_hours),
)
