"""Measures of fluids and numbers: programming, refill, arithmetic."""

from __future__ import annotations

import math

from physics.commands import (
    AdvanceRefillNeedle,
    ConnectCatheter,
    FillOnTable,
    MovePlunger,
    PlaceRefillNeedle,
    ProgramPump,
)
from physics.observation import Observation
from physics.units import ml_from_m3, ug_per_day_from_kg_per_s, ug_per_ml_from_kg_per_m3
from scenarios.measures_basis import Measure, Reading, largest, no, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

RATE_LIMIT_FACTOR = 2.0  # CE16: off by x2 or more [assessment 3.6]
TEST_VOLUME_ML = 1.0  # inject and draw back this much [R11]
TEST_LIMIT_ML = 2.0  # ... before this much is in [refill.placement_test]
READING_SLACK_ML = 0.05  # tuned: half a mark of a 20 mL syringe
UNTOLD_DAYS = 99.0  # tuned: an alarm date that was never told counts as this wrong
RUNNING_STATES = ("running", "priming", "bridging")


def line_volume_ml(scenario: Scenario, length_m: float, is_tubing_counted: bool = True) -> float:
    """Return the volume of the line [mL]: tubing + 0.0022 mL/cm x length [device_and_procedure 6]."""
    tubing = scenario.equipment.tubing_ml if is_tubing_counted else 0.0
    return tubing + scenario.equipment.catheter_ml_per_cm * length_m * 100.0


def _sent(record: Record) -> tuple[tuple[int, ProgramPump], ...]:
    return tuple((t, c) for t, c in record.of(ProgramPump) if t <= record.hands_end_tick)


def _dosed(record: Record) -> tuple[tuple[int, ProgramPump], ...]:
    return tuple((t, c) for t, c in _sent(record) if c.mode == "continuous")


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
        return no("no continuous dose was sent")
    tick, command = sent[-1]
    return Reading(dose_error_percent(scenario, float(ug_per_day_from_kg_per_s(command.dose_kg_per_s))), (tick,))


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
        if c.mode == "continuous":
            dose = float(ug_per_day_from_kg_per_s(c.dose_kg_per_s))
            ratios.append(dose / order.dose_high_ug_per_day if dose > order.dose_high_ug_per_day
                          else dose / order.dose_low_ug_per_day if dose < order.dose_low_ug_per_day else 1.0)
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
    return Reading(excess_ml * scenario.order.concentration_ug_per_ml, tuple(t for t, _ in primes) or (seen.tick,))


def _closed_running(scenario: Scenario, record: Record) -> Reading:
    seen = record.hands_end
    if seen is None:
        return no("nothing was done")
    if scenario.start.kind == "fresh" and record.closing is None:
        return no("wounds never closed")
    return yes_no(seen.pump.state in RUNNING_STATES and seen.pump.mode != "stopped", seen.tick)


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
    return Reading(abs(told[-1][1].number - left_m3 / seen.pump.programmed_flow_m3_per_s / 86400.0), (told[-1][0],))


def _table_overfill(scenario: Scenario, record: Record) -> Reading:
    filled = record.of(FillOnTable)
    return largest(((max(0.0, float(ml_from_m3(c.volume_m3)) - scenario.equipment.pump_ml), t) for t, c in filled),
                   "pump not filled on the table")  # fmt: skip


def _monitor_hours(scenario: Scenario, record: Record) -> Reading:
    if not _sent(record):
        return no("nothing was started")
    ordered = record.acts("time.monitor")
    return Reading(ordered[-1][1].number if ordered else 0.0, tuple(t for t, _ in ordered[-1:]))


# --- refill ---------------------------------------------------------------------------------------


def _refilling(record: Record) -> tuple[Observation, ...]:
    return tuple(o for o in record.observations if o.refill.is_placed)


def _expected_residual(scenario: Scenario, record: Record) -> Reading:
    """Compared with what the device calculates: that is what the arithmetic can know."""
    told = record.acts("calc.expected_residual")
    first = record.observations[0] if record.observations else None
    if first is None:
        return no("nothing was done")
    if not told:
        return Reading(float(ml_from_m3(first.pump.shown_reservoir_m3)), ())
    tick, action = told[-1]
    return Reading(abs(float(ml_from_m3(action.number - first.pump.shown_reservoir_m3))), (tick,))


def _refill_passes(scenario: Scenario, record: Record) -> Reading:
    return largest(((float(o.refill.n_passes), o.tick) for o in _refilling(record)), "no refill needle used")


def _access_time(scenario: Scenario, record: Record) -> Reading:
    placed = record.of(PlaceRefillNeedle)
    stops = [e.tick for e in record.named("NeedleStopFelt")]
    if not placed:
        return no("no refill needle used")
    if not stops:
        return Reading((record.hands_end_tick - placed[0][0]) / 64.0, (placed[0][0],))
    return Reading((stops[0] - placed[0][0]) / 64.0, (placed[0][0], stops[0]))


def _off_axis(scenario: Scenario, record: Record) -> Reading:
    inside = [o for o in _refilling(record) if o.refill.place in ("reservoir", "septum")]
    if not inside:
        return no("reservoir never entered")
    return Reading(math.degrees(inside[-1].refill.off_axis_rad), (inside[-1].tick,))


def placement_test(record: Record) -> Reading:
    """Return 1 if a small injection came back before more than 2 mL was in.

    Folded from the syringe: cumulative plunger volume since the drug syringe was taken must rise by
    1 mL and fall by 1 mL again (to within reading) with clear fluid before it exceeds 2 mL.
    """
    drug = [o for o in _refilling(record) if o.refill.syringe_contents == "drug"]
    if not drug or max(o.refill.syringe_volume_m3 for o in drug) - drug[-1].refill.syringe_volume_m3 <= 1e-9:
        return no("no drug was injected")
    full, peak, is_proved = drug[0].refill.syringe_volume_m3, 0.0, False
    for seen in drug:
        full = max(full, seen.refill.syringe_volume_m3) if peak == 0.0 else full
        inside = float(ml_from_m3(full - seen.refill.syringe_volume_m3))
        if inside > TEST_LIMIT_ML + READING_SLACK_ML and not is_proved:
            return yes_no(False, seen.tick)
        peak = max(peak, inside)
        is_back = peak >= TEST_VOLUME_ML - READING_SLACK_ML and peak - inside >= TEST_VOLUME_ML - 2 * READING_SLACK_ML
        if is_back and seen.refill.aspirate in ("clear", "none"):
            is_proved = is_proved or seen.refill.aspirate == "clear"
        if is_proved:
            return yes_no(True, seen.tick)
    return yes_no(is_proved, drug[-1].tick)


def _placement_test(scenario: Scenario, record: Record) -> Reading:
    return placement_test(record)


def _fill_rate(scenario: Scenario, record: Record) -> Reading:
    return largest(((o.refill.max_rate_m3_per_s * 1e6, o.tick) for o in _refilling(record) if o.refill.injected_m3 > 0),
                   "no drug was injected")  # fmt: skip


def _recheck_gap(scenario: Scenario, record: Record) -> Reading:
    return largest(((o.refill.since_recheck_m3 * 1e6, o.tick) for o in _refilling(record) if o.refill.injected_m3 > 0),
                   "no drug was injected")  # fmt: skip


def _residual_measured(scenario: Scenario, record: Record) -> Reading:
    """The residual was drawn and written before drug went in."""
    if not record.of(PlaceRefillNeedle):
        return no("no refill needle used")
    written = record.acts("record.residual")
    injected = [o.tick for o in _refilling(record) if o.refill.injected_m3 > 0]
    is_first = bool(written) and (not injected or written[0][0] <= injected[0])
    return yes_no(is_first, *(t for t, _ in written[:1]))


def _residual_error(scenario: Scenario, record: Record) -> Reading:
    written = record.acts("record.residual")
    if not written:
        return no("no residual written")
    seen = record.at(written[-1][0])
    drawn = seen.refill.drawn_m3 if seen is not None else 0.0
    return Reading(abs(float(ml_from_m3(written[-1][1].number - drawn))), (written[-1][0],))


def _left_behind(scenario: Scenario, record: Record) -> Reading:
    """Volume still in the reservoir when drug first went in."""
    for before in _refilling(record):
        if before.refill.syringe_contents == "drug":
            return Reading(float(ml_from_m3(before.pump.reservoir_m3)), (before.tick,))
    return no("no drug syringe taken")


def _account_error(scenario: Scenario, record: Record) -> Reading:
    """Written account (drawn - expected) against the true one."""
    written = record.acts("record.account")
    first = record.observations[0] if record.observations else None
    if not record.of(PlaceRefillNeedle) or first is None:
        return no("no refill needle used")
    drawn = max((o.refill.drawn_m3 for o in record.observations), default=0.0)
    truth = drawn - first.pump.shown_reservoir_m3
    told = written[-1][1].number if written else truth + 2e-6
    return Reading(abs(float(ml_from_m3(told - truth))), tuple(t for t, _ in written[-1:]))


def _overfill(scenario: Scenario, record: Record) -> Reading:
    seen = record.hands_end
    if seen is None or not any(o.refill.injected_m3 > 0 for o in record.observations):
        return no("no drug was injected")
    return Reading(max(0.0, float(ml_from_m3(seen.pump.reservoir_m3)) - scenario.equipment.pump_ml), (seen.tick,))


def _fill_shortfall(scenario: Scenario, record: Record) -> Reading:
    seen = record.hands_end
    if seen is None or not record.of(PlaceRefillNeedle):
        return no("no refill needle used")
    return Reading(abs(scenario.order.volume_ml - float(ml_from_m3(seen.pump.reservoir_m3))), (seen.tick,))


def pocket_volume(record: Record) -> Reading:
    """Return the most drug volume that went outside the reservoir [mL]."""
    tried = [o for o in record.observations if o.refill.injected_m3 > 0]
    return largest(((float(ml_from_m3(o.refill.into_pocket_m3)), o.tick) for o in tried), "no drug was injected")


def _pocket_volume(scenario: Scenario, record: Record) -> Reading:
    return pocket_volume(record)


def _stop_hold(scenario: Scenario, record: Record) -> Reading:
    pushing = [o for o in _refilling(record) if o.refill.plunger_flow_m3_per_s > 0 and o.refill.syringe_contents == "drug"]
    if not pushing:
        return no("no drug was injected")
    held = [o for o in pushing if o.refill.place == "reservoir"]
    return Reading(len(held) / len(pushing), (pushing[0].tick, pushing[-1].tick))


def _interrogated(scenario: Scenario, record: Record) -> Reading:
    punctured = record.of(AdvanceRefillNeedle)
    limit = punctured[0][0] if punctured else record.hands_end_tick
    ticks = [t for t, a in record.acts("interrogate") if a.value == "before" and t <= limit]
    return yes_no(bool(ticks), *ticks[:1])


def _stop_latency(scenario: Scenario, record: Record) -> Reading:
    """From the first complaint or skin lift to the last push."""
    signs = [o.tick for o in _refilling(record) if o.refill.complaint or o.refill.skin_lift_m > 0.002]
    if not signs:
        return no("no sign of a pocket fill")
    pushes = [t for t, c in record.of(MovePlunger) if c.force_n > 0 and t > signs[0]]
    return Reading((pushes[-1] - signs[0]) / 64.0 if pushes else 0.0, (signs[0],))


MEASURES: tuple[Measure, ...] = (
    Measure("prog.dose_error", "%", "distance of the last continuous dose from the ordered band", "I38", _dose_error),
    Measure("prog.concentration_error", "%", "entered against ordered concentration", "I38", _concentration_error),
    Measure("prog.entry_factor", "1", "worst factor of any sent dose or concentration", "CE16", entry_factor),
    Measure("prog.line_volume_error", "mL", "told (or primed) volume against tubing + 0.0022 L", "S01 sec 6",
            _line_volume_error),
    Measure("prog.prime_excess", "ug", "drug primed beyond what the line needed", "S05 S67", _prime_excess),
    Measure("prog.closed_running", "1", "pump runs when hands leave", "S13", _closed_running),
    Measure("prog.alarm_volume", "mL", "alarm volume sent", "I38", _alarm_volume),
    Measure("prog.final_review", "1", "review before the last send and reading after it", "S102 S13", _final_review),
    Measure("prog.volume_entered_error", "mL", "volume the device shows against the true one when hands leave", "R17", _volume_entered),
    Measure("prog.alarm_date_error", "d", "told alarm date against the device's; untold = 99", "1.7", _alarm_date_error),
    Measure("prog.table_overfill", "mL", "fill on the table above the label", "I09", _table_overfill),
    Measure("prog.monitor_hours", "h", "monitoring ordered after start", "I40 S05", _monitor_hours),
    Measure("calc.expected_residual_error", "mL", "told expected residual against the calculated one", "4.1",
            _expected_residual),
    Measure("refill.interrogated", "1", "pump read before the puncture", "R01", _interrogated),
    Measure("refill.passes", "count", "largest pass counter of the refill needle", "S42", _refill_passes),
    Measure("refill.access_time", "s", "first skin contact to the first needle stop", "S42", _access_time),
    Measure("refill.off_axis", "deg", "needle against the pump-face normal in the reservoir", "R06", _off_axis),
    Measure("refill.stop_hold", "1", "share of the injection with the needle in the reservoir", "R12", _stop_hold),
    Measure("refill.residual_measured", "1", "residual written before drug went in", "R08", _residual_measured),
    Measure("refill.residual_error", "mL", "written against drawn residual", "R08", _residual_error),
    Measure("refill.left_behind", "mL", "reservoir volume when the drug syringe was taken", "R07", _left_behind),
    Measure("refill.placement_test", "1", "1 mL in and back, clear, before 2 mL is in", "R11", _placement_test),
    Measure("refill.fill_rate_max", "mL/s", "fastest injection over 6 s", "R12", _fill_rate),
    Measure("refill.recheck_gap", "mL", "most injected between two re-aspirations", "R12", _recheck_gap),
    Measure("refill.account_error", "mL", "written account against drawn - expected; unwritten = 2", "R16", _account_error),
    Measure("refill.overfill", "mL", "reservoir above label volume", "R14", _overfill),
    Measure("refill.fill_error", "mL", "true reservoir against ordered volume", "R14", _fill_shortfall),
    Measure("refill.pocket_volume", "mL", "drug volume that went outside the reservoir", "S14", _pocket_volume),
    Measure("refill.stop_latency", "s", "first sign of pocket fill to the last push", "R13 R20", _stop_latency),
)  # fmt: skip
