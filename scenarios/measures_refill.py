"""Measures of a refill: needle, syringe, volumes and their account."""

from __future__ import annotations

import math

from physics.clock import TICK_S
from physics.commands import AdvanceRefillNeedle, MovePlunger, PlaceRefillNeedle
from physics.observation import Observation
from physics.units import ml_from_m3
from scenarios.measures_basis import Measure, Reading, largest, no, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

TEST_VOLUME_ML = 1.0  # inject and draw back this much [R11]
TEST_LIMIT_ML = 2.0  # ... before this much is in [refill.placement_test]
READING_SLACK_ML = 0.05  # tuned: half a mark of a 20 mL syringe
STOP_PLACES = ("reservoir", "septum", "")  # a stop felt elsewhere is bone, shell or floor


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
    """The stop is felt at full force (event), or as a hard stop with the tip in the reservoir."""
    placed = record.of(PlaceRefillNeedle)
    if not placed:
        return no("no refill needle used")
    stops = [e.tick for e in record.named("NeedleStopFelt") if e.where in STOP_PLACES]
    stops += [
        o.tick for o in _refilling(record) if o.refill.place == "reservoir" and o.refill.feel == "hard stop"
    ][:1]
    if not stops:
        return Reading((record.hands_end_tick - placed[0][0]) * TICK_S, (placed[0][0],))
    return Reading((min(stops) - placed[0][0]) * TICK_S, (placed[0][0], min(stops)))


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
        is_back = (
            peak >= TEST_VOLUME_ML - READING_SLACK_ML
            and peak - inside >= TEST_VOLUME_ML - 2 * READING_SLACK_ML
        )
        if is_back and seen.refill.aspirate in ("clear", "none"):
            is_proved = is_proved or seen.refill.aspirate == "clear"
        if is_proved:
            return yes_no(True, seen.tick)
    return yes_no(is_proved, drug[-1].tick)


def _placement_test(scenario: Scenario, record: Record) -> Reading:
    return placement_test(record)


def _fill_rate(scenario: Scenario, record: Record) -> Reading:
    seen = (o for o in _refilling(record) if o.refill.injected_m3 > 0)
    return largest(((o.refill.max_rate_m3_per_s * 1e6, o.tick) for o in seen), "no drug was injected")


def _recheck_gap(scenario: Scenario, record: Record) -> Reading:
    seen = (o for o in _refilling(record) if o.refill.injected_m3 > 0)
    return largest(((o.refill.since_recheck_m3 * 1e6, o.tick) for o in seen), "no drug was injected")


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
    return Reading(
        max(0.0, float(ml_from_m3(seen.pump.reservoir_m3)) - scenario.equipment.pump_ml), (seen.tick,)
    )


def _fill_shortfall(scenario: Scenario, record: Record) -> Reading:
    seen = record.hands_end
    if seen is None or not record.of(PlaceRefillNeedle):
        return no("no refill needle used")
    return Reading(abs(scenario.order.volume_ml - float(ml_from_m3(seen.pump.reservoir_m3))), (seen.tick,))


def pocket_volume(record: Record) -> Reading:
    """Return the most drug volume that went outside the reservoir [mL]."""
    tried = [o for o in record.observations if o.refill.injected_m3 > 0]
    return largest(
        ((float(ml_from_m3(o.refill.into_pocket_m3)), o.tick) for o in tried), "no drug was injected"
    )


def _pocket_volume(scenario: Scenario, record: Record) -> Reading:
    return pocket_volume(record)


def _stop_hold(scenario: Scenario, record: Record) -> Reading:
    pushing = [
        o
        for o in _refilling(record)
        if o.refill.plunger_flow_m3_per_s > 0 and o.refill.syringe_contents == "drug"
    ]
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
    return Reading((pushes[-1] - signs[0]) * TICK_S if pushes else 0.0, (signs[0],))


MEASURES: tuple[Measure, ...] = (
    Measure(
        "calc.expected_residual_error",
        "mL",
        "told expected residual against the calculated one",
        "4.1",
        _expected_residual,
    ),
    Measure("refill.interrogated", "1", "pump read before the puncture", "R01", _interrogated),
    Measure("refill.passes", "count", "largest pass counter of the refill needle", "S42", _refill_passes),
    Measure(
        "refill.access_time",
        "s",
        "first skin contact to the first needle stop inside the port",
        "S42",
        _access_time,
    ),
    Measure(
        "refill.off_axis", "deg", "needle against the pump-face normal in the reservoir", "R06", _off_axis
    ),
    Measure(
        "refill.stop_hold", "1", "share of the injection with the needle in the reservoir", "R12", _stop_hold
    ),
    Measure(
        "refill.residual_measured", "1", "residual written before drug went in", "R08", _residual_measured
    ),
    Measure("refill.residual_error", "mL", "written against drawn residual", "R08", _residual_error),
    Measure(
        "refill.left_behind", "mL", "reservoir volume when the drug syringe was taken", "R07", _left_behind
    ),
    Measure(
        "refill.placement_test", "1", "1 mL in and back, clear, before 2 mL is in", "R11", _placement_test
    ),
    Measure("refill.fill_rate_max", "mL/s", "fastest injection over 6 s", "R12", _fill_rate),
    Measure("refill.recheck_gap", "mL", "most injected between two re-aspirations", "R12", _recheck_gap),
    Measure(
        "refill.account_error",
        "mL",
        "written account against drawn - expected; unwritten = 2",
        "R16",
        _account_error,
    ),
    Measure("refill.overfill", "mL", "reservoir above label volume", "R14", _overfill),
    Measure("refill.fill_error", "mL", "true reservoir against ordered volume", "R14", _fill_shortfall),
    Measure(
        "refill.pocket_volume", "mL", "drug volume that went outside the reservoir", "S14", _pocket_volume
    ),
    Measure(
        "refill.stop_latency", "s", "first sign of pocket fill to the last push", "R13 R20", _stop_latency
    ),
)
