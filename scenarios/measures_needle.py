"""Measures of the hands up to the purse-string: needle, threading, CSF checks, X-ray, time.

Definitions follow assessment 2.2-2.4; what differs is said in the definition text.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from physics.clock import TICK_HZ, TICK_S
from physics.commands import (
    CloseWounds,
    FeedCatheter,
    InciseLumbar,
    OpenCatheter,
    PlaceNeedle,
    RemoveNeedle,
    SetCatheterStylet,
    TiePurseString,
    TunnelCatheter,
)
from physics.observation import Observation
from scenarios.measures_basis import MM, Measure, Reading, largest, no, outside, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

RETREAT_LIMIT_MM = 2.0  # assessment 2.3 cath.needle_retreat
AT_FASCIA_M = 0.5e-3  # tuned: a floor this near the fascia shows it
GUIDED_DEPTH_M = 0.010  # image in the last 10 mm before the dura [assessment IM23]
ENTRY_BAND_MM = (10.0, 20.0)  # paramedian entry [device_and_procedure I13, UGK-M]


def _needle_seen(record: Record) -> tuple[Observation, ...]:
    return tuple(o for o in record.observations if o.needle.is_placed)


def _passes(scenario: Scenario, record: Record) -> Reading:
    return largest(((float(o.needle.n_passes), o.tick) for o in _needle_seen(record)), "no needle used")


def _dural_punctures(scenario: Scenario, record: Record) -> Reading:
    if not _needle_seen(record):
        return no("no needle used")
    events = record.named("DuraPunctured")
    counted = max((o.needle.n_dural_punctures for o in record.observations), default=0)
    return Reading(float(max(counted, len(events))), tuple(e.tick for e in events))


def _past_dura(scenario: Scenario, record: Record) -> Reading:
    if not record.named("DuraPunctured"):
        return no("dura never crossed")
    return largest(((o.needle.past_dura_m * MM, o.tick) for o in _needle_seen(record)), "no needle used")


def _angle_error(scenario: Scenario, record: Record) -> Reading:
    """Read at the last dural puncture; the fascia fixes the angle before it."""
    crossed = record.named("DuraPunctured")
    seen = record.at(crossed[-1].tick) if crossed else None
    if seen is None:
        return no("dura never crossed")
    angle = math.degrees(seen.needle.elevation_rad)
    order = scenario.order
    return Reading(outside(angle, order.needle_angle_min_deg, order.needle_angle_max_deg), (seen.tick,))


def _entry_error(scenario: Scenario, record: Record) -> Reading:
    placed = record.of(PlaceNeedle)
    if not placed:
        return no("no needle used")
    tick, command = placed[-1]
    return Reading(outside(abs(command.u_m) * MM, *ENTRY_BAND_MM), (tick,))


def _guided(scenario: Scenario, record: Record) -> Reading:
    crossed = record.named("DuraPunctured")
    seen = record.at(crossed[0].tick) if crossed else None
    if seen is None:
        return no("dura never crossed")
    near = [
        t for t, _ in record.acts("beam.pulse")
        if t <= seen.tick and (o := record.at(t)) is not None and o.needle.is_placed
        and o.needle.depth_m >= seen.needle.depth_m - GUIDED_DEPTH_M
    ]  # fmt: skip
    return yes_no(bool(near), *near[-1:] or (seen.tick,))


def _paraesthesia_response(scenario: Scenario, record: Record) -> Reading:
    touched = record.named("NerveTouched")
    if not touched:
        return no("no paraesthesia occurred")
    worst = 0.0
    for event in touched:
        start = record.at(event.tick)
        later = record.between(event.tick + 1, event.tick + 10 * TICK_HZ)
        if start is None:
            continue
        moving = [o.tick for o in later if o.needle.depth_m > start.needle.depth_m + 0.001]
        worst = max(worst, (max(moving) - event.tick) * TICK_S if moving else 0.0)
    return Reading(worst, tuple(e.tick for e in touched))


def _bevel_error(scenario: Scenario, record: Record) -> Reading:
    fed = record.of(FeedCatheter)
    seen = record.at(fed[0][0]) if fed else None
    if seen is None:
        return no("catheter never fed")
    return Reading(abs(math.degrees(seen.needle.rotation_rad)), (seen.tick,))


def _beyond_bevel(record: Record) -> list[tuple[int, float]]:
    """Return (tick, length of catheter beyond the needle tip [m]) while the needle is in."""
    return [
        (o.tick, max(0.0, o.catheter.fed_m - o.needle.length_m))
        for o in record.observations
        if o.needle.is_placed and o.catheter.is_open and o.catheter.fed_m > 0.0
    ]


def _needle_retreat(scenario: Scenario, record: Record) -> Reading:
    series = _beyond_bevel(record)
    if not series:
        return no("no catheter in a needle")
    worst, tick, furthest = 0.0, series[0][0], 0.0
    for t, length in series:
        furthest = max(furthest, length)
        if furthest - length > worst:
            worst, tick = furthest - length, t
    return Reading(worst * MM, (tick,))


def _blind_advance(scenario: Scenario, record: Record) -> Reading:
    """Sum FeedCatheter travel beyond the bevel since the last pulse."""
    feeds = record.of(FeedCatheter)
    if not feeds:
        return no("catheter never fed")
    length = next((c.length_m for _, c in reversed(record.of(PlaceNeedle))), 0.089)
    opened = {t for t, _ in record.of(OpenCatheter)}
    pulses = [(t, 1, 0.0) for t, _ in record.acts("beam.pulse")]
    travels = [(t, 0, c.travel_m) for t, c in feeds]
    marks = sorted(pulses + travels + [(t, -1, 0.0) for t in opened])
    fed, last_image, worst, tick = 0.0, 0.0, 0.0, feeds[0][0]
    for t, kind, travel in marks:
        beyond = max(0.0, fed - length)
        if kind == 1:
            last_image = beyond
        elif kind == -1:
            fed, last_image = 0.0, 0.0
        else:
            fed += travel
            beyond = max(0.0, fed - length)
            last_image = min(last_image, beyond)
            worst, tick = (beyond - last_image, t) if beyond - last_image > worst else (worst, tick)
    return Reading(worst * MM, (tick,))


def _push_force(scenario: Scenario, record: Record) -> Reading:
    return largest(((o.catheter.max_push_n, o.tick) for o in record.observations if o.catheter.is_open),
                   "no catheter opened")  # fmt: skip


def _shift_over(record: Record, tick: int) -> Reading:
    """Return how far the tip moved over a command's tick and the second after it [mm]."""
    before, after = record.at(tick - 1), record.at(tick + TICK_HZ)
    if before is None or after is None:
        return no("no observation around the act")
    return Reading(float(np.linalg.norm(after.catheter.tip_m - before.catheter.tip_m)) * MM, (tick,))


def _removal_shift(scenario: Scenario, record: Record) -> Reading:
    removed = [
        t for t, _ in record.of(RemoveNeedle) if (o := record.at(t - 1)) is not None and o.catheter.is_open
    ]
    return _shift_over(record, removed[-1]) if removed else no("no needle removed over a catheter")


def _tunnel_shift(scenario: Scenario, record: Record) -> Reading:
    done = record.of(TunnelCatheter)
    return _shift_over(record, done[-1][0]) if done else no("not tunnelled")


def _stylet_out(scenario: Scenario, record: Record) -> Reading:
    """Out once threading is over; it may have come out for a CSF check before the needle did."""
    fed, removed = record.of(FeedCatheter), record.of(RemoveNeedle)
    if not removed or not fed:
        return no("needle never removed over a catheter")
    later = [(t, c) for t, c in record.of(SetCatheterStylet) if t >= fed[-1][0]]
    return yes_no(bool(later) and later[-1][1].behind_tip_m is None, *(t for t, _ in later[-1:]))


FLOW_WINDOWS = ("needle", "catheter", "after-needle", "pump-end")


def checked_with_flow(record: Record, place: str) -> tuple[int, ...]:
    """Return the ticks at which a CSF check was said while flow could be seen there, or drawn at the pump end [I31]."""
    ticks = []
    removed = [t for t, _ in record.of(RemoveNeedle)]
    tunnelled = [t for t, _ in record.of(TunnelCatheter)]
    starts = {
        "needle": 0,
        "catheter": next((t for t, _ in record.of(OpenCatheter)), 0),
        "after-needle": removed[-1] if removed else record.last_tick + 1,
        "pump-end": tunnelled[-1] if tunnelled else record.last_tick + 1,
    }
    for tick, action in record.acts("confirm.csf"):
        if action.value != place:
            continue
        seen = record.between(starts[place], tick)
        flows = (o.needle.csf_drops > 0 if place == "needle" else o.catheter.is_csf_at_end for o in seen)
        if any(flows) or (place == "pump-end" and any(o.port.brings == "csf" for o in seen)):
            ticks.append(tick)
    return tuple(ticks)


def _csf_checks(scenario: Scenario, record: Record) -> Reading:
    if not record.of(PlaceNeedle):
        return no("no needle used")
    found = [checked_with_flow(record, place) for place in FLOW_WINDOWS]
    return Reading(sum(bool(f) for f in found) / len(FLOW_WINDOWS), tuple(f[0] for f in found if f))


def _csf_check(place: str) -> Measure:
    def fold(scenario: Scenario, record: Record) -> Reading:
        if not record.of(PlaceNeedle):
            return no("no needle used")
        found = checked_with_flow(record, place)
        return yes_no(bool(found), *found[:1])

    key = "csf.check_" + place.replace("-", "_")
    return Measure(key, "1", f"CSF check at {place} said while flow could be seen", "I15 I18 I21 I31", fold)


def _csf_loss(scenario: Scenario, record: Record) -> Reading:
    return largest(((o.needle.csf_lost_m3 * 1e6, o.tick) for o in _needle_seen(record)), "no needle used")


def _purse_before(scenario: Scenario, record: Record) -> Reading:
    removed = record.of(RemoveNeedle)
    if not removed:
        return no("needle never removed")
    tied = [t for t, _ in record.of(TiePurseString) if t <= removed[-1][0]]
    return yes_no(bool(tied), *tied[-1:] or (removed[-1][0],))


def _wound_length(scenario: Scenario, record: Record) -> Reading:
    cuts = [(c.length_m * MM, t) for t, c in record.of(InciseLumbar)]
    seen = ((cut, o.tick) for o in record.observations for cut in o.field.incisions if cut.wound == "lumbar")
    to_fascia = [(cut.length_m * MM, t) for cut, t in seen if cut.depth_m >= cut.fascia_m - AT_FASCIA_M]
    return largest([*cuts, *to_fascia], "no lumbar incision")


def _pulses(scenario: Scenario, record: Record) -> Reading:
    ticks = tuple(t for t, _ in record.acts("beam.pulse"))
    return Reading(float(len(ticks)), ticks) if record.of(PlaceNeedle) else no("no needle used")


def _views(scenario: Scenario, record: Record) -> Reading:
    opened = record.of(OpenCatheter)
    if not opened:
        return no("no catheter opened")
    pulses = [(t, a.value) for t, a in record.acts("beam.pulse") if t >= opened[0][0]]
    return Reading(float(len({v for _, v in pulses} & {"ap", "lateral"})), tuple(t for t, _ in pulses[-2:]))


def _beam_sum(name: str, scale: float) -> Callable[[Scenario, Record], Reading]:
    """Return the measure that adds up the numbers of an action."""

    def read(scenario: Scenario, record: Record) -> Reading:
        found = [(t, a.number) for t, a in record.acts(name)]
        return Reading(scale * sum(n for _, n in found), tuple(t for t, _ in found)) if found else no("no beam used")

    return read


def _open_field(scenario: Scenario, record: Record) -> Reading:
    found = [(t, a.number) for t, a in record.acts("beam.open")]
    if not found:
        return no("no beam used")
    wide = tuple(t for t, share in found if share >= 0.9)
    return Reading(sum(share for _, share in found) / len(found), wide)


def _off_true(scenario: Scenario, record: Record) -> Reading:
    found = [(abs(a.number), t) for t, a in record.acts("beam.off_true") if a.value == "ap"]
    if not found:
        return no("no AP picture taken")
    best = min(found)
    return Reading(best[0], (best[1],))


def _baseline(scenario: Scenario, record: Record) -> Reading:
    closed = record.of(CloseWounds)
    if not closed:
        return no("wounds never closed")
    kept = [(t, a.value) for t, a in record.acts("beam.keep") if t >= closed[-1][0]]
    return Reading(float(len({v for _, v in kept} & {"ap", "lateral"})), tuple(t for t, _ in kept[:2]))


def _final_film(scenario: Scenario, record: Record) -> Reading:
    closed = record.of(CloseWounds)
    if not closed:
        return no("wounds never closed")
    ticks = [t for t, _ in record.acts("beam.pulse") if t >= closed[-1][0]]
    return yes_no(bool(ticks), *ticks[:1])


def _elapsed(scenario: Scenario, record: Record) -> Reading:
    if record.hands_end is None:
        return no("nothing was done")
    spent_s = record.hands_end.clinical_time_s - record.observations[0].clinical_time_s
    return Reading(spent_s / 60.0, (record.hands_end_tick,))


MEASURES: tuple[Measure, ...] = (
    Measure("needle.passes", "count", "largest pass counter of the Tuohy needle", "assessment 2.2", _passes),
    Measure(
        "needle.dural_punctures",
        "count",
        "crossings of the dura from outside",
        "assessment 2.2",
        _dural_punctures,
    ),
    Measure(
        "needle.past_dura", "mm", "largest depth of the bevel past the dura", "assessment 2.2", _past_dura
    ),
    Measure(
        "needle.angle_error",
        "deg",
        "distance of the angle to skin from the ordered band at dural puncture",
        "I13, assessment 2.2",
        _angle_error,
    ),
    Measure(
        "needle.entry_error",
        "mm",
        "distance of the last entry from 10-20 mm off the midline",
        "I13",
        _entry_error,
    ),
    Measure("needle.guided", "1", "an image within the last 10 mm before the dura", "IM23", _guided),
    Measure(
        "needle.paraesthesia_response",
        "s",
        "longest time from paraesthesia until the needle stops deepening",
        "assessment 2.2",
        _paraesthesia_response,
    ),
    Measure(
        "needle.bevel_error",
        "deg",
        "turn of the bevel from the head when feeding begins",
        "I14",
        _bevel_error,
    ),
    Measure(
        "cath.needle_retreat",
        "mm",
        "largest outward travel beyond the bevel while the needle is in",
        "I16 CE01",
        _needle_retreat,
    ),
    Measure(
        "cath.blind_advance", "mm", "longest feed beyond the bevel without an image", "I16", _blind_advance
    ),
    Measure("cath.push_force_max", "N", "largest push at the needle hub", "assessment 2.3", _push_force),
    Measure("cath.removal_shift", "mm", "tip movement over needle removal", "I20", _removal_shift),
    Measure("cath.tunnel_shift", "mm", "tip movement over tunnelling", "I30", _tunnel_shift),
    Measure("cath.stylet_out", "1", "catheter stylet out after threading", "I20", _stylet_out),
    Measure(
        "csf.checks",
        "1",
        "share of 4 CSF checks said while flow could be seen",
        "I15 I18 I21 I31",
        _csf_checks,
    ),
    *(_csf_check(place) for place in FLOW_WINDOWS),
    Measure("csf.loss", "mL", "CSF lost through the needle", "I15", _csf_loss),
    Measure("purse.before_removal", "1", "purse-string tied before the needle is out", "I19", _purse_before),
    Measure("wound.length", "mm", "longest lumbar incision", "I11", _wound_length),
    Measure("xray.pulses", "count", "pulses with the beam on", "assessment 2.4", _pulses),
    Measure(
        "xray.views", "count", "different views (AP, lateral) after the catheter was opened", "IM29", _views
    ),
    Measure("xray.dose_area", "Gy cm2", "dose-area product of all pulses", "assessment 2.4", _beam_sum("beam.dose", 1e4)),
    Measure("xray.seconds", "s", "fluoroscopy time, spot films not counted", "assessment 2.4", _beam_sum("beam.time", 1.0)),
    Measure("xray.open_field", "1", "mean open share of the field's area", "assessment 2.4", _open_field),
    Measure("xray.off_true", "deg", "least difference of an AP picture from the true one", "I04", _off_true),
    Measure("xray.baseline", "count", "of AP and lateral, kept as baseline after closure", "I37", _baseline),
    Measure("xray.final_film", "1", "an image after closure", "I37", _final_film),
    Measure("motion.elapsed", "min", "simulated hands-on minutes", "assessment 2.1", _elapsed),
)
