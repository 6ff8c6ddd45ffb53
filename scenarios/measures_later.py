"""Measures of later operations: what was looked at first, what the kept line held, what was left behind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from physics.commands import (
    Command,
    ConnectCatheter,
    CutSkin,
    DisconnectCatheter,
    GiveTreatment,
    JoinSegments,
    OpenLumbar,
    OpenPocket,
    PlaceNewPump,
    ProgramPump,
    RemoveCatheter,
    TakeOutPump,
    TiePurseString,
)
from physics.observation import Observation
from physics.units import SECONDS_PER_HOUR, kg_per_s_from_ug_per_day
from scenarios.measures_basis import MM, Measure, Reading, deliveries, is_reopened, largest, no, yes_no
from scenarios.schema import Scenario
from scenarios.steps import Record

REOPENINGS: tuple[type[Command], ...] = (OpenPocket, OpenLumbar, CutSkin)
BOLUS_HOURS = 6.0  # overdose shows within 15 min to 6 h [device_and_procedure 7, C-OD]
GAP_HOURS, GAP_SHARE = 48.0, 0.2  # withdrawal shows in 12-48 h [I39]; less than a fifth of the dose is a gap [A]
LEAST_STRING_N = 0.5  # snug [scenarios_content 5 C-OCC]
ROUTES = ("lumbar_baclofen", "oral_baclofen")


def _ticks(record: Record, *kinds: type[Command]) -> tuple[int, ...]:
    """Return the ticks of the first of these kinds of command that was given at all."""
    for kind in kinds:
        given = tuple(t for t, _ in record.of(kind))
        if given:
            return given
    return ()


def _first_cut(record: Record) -> int | None:
    ticks = [t for kind in REOPENINGS for t, _ in record.of(kind)]
    return min(ticks, default=None)


def _clock(record: Record, tick: int) -> float:
    """Return the clinical time of a tick [s]."""
    seen = record.at(tick)
    return seen.clinical_time_s if seen is not None else 0.0


def _read_before(scenario: Scenario, record: Record) -> Reading:
    out = _ticks(record, TakeOutPump, DisconnectCatheter)
    if not out:
        return no("the pump was left alone")
    read = [t for t, a in record.acts("interrogate") if t < out[0]]
    return yes_no(bool(read), *read[:1])


def _films_before(scenario: Scenario, record: Record) -> Reading:
    cut = _first_cut(record)
    if cut is None:
        return no("nothing was opened")
    views = {a.value: t for t, a in record.acts("beam.pulse") if t < cut and a.value in ("ap", "lateral")}
    return Reading(len(views) / 2.0, tuple(sorted(views.values())))


def _flow_proven(scenario: Scenario, record: Record) -> Reading:
    """CSF seen to drop, or drawn, at the pump end after it was taken apart and before it was put together."""
    joined = _ticks(record, ConnectCatheter, JoinSegments)
    parted = _ticks(record, DisconnectCatheter, RemoveCatheter)
    if not joined or not parted:
        return no("the line was not opened and closed")
    first, last = parted[0], joined[-1]
    for tick, action in record.acts("confirm.csf"):
        if action.value != "pump-end" or not first < tick <= last:
            continue
        seen = record.between(first + 1, tick)
        if any(o.catheter.is_csf_at_end or o.port.brings == "csf" for o in seen):
            return yes_no(True, tick)
    return yes_no(False, last)


def _started(record: Record) -> tuple[int, ProgramPump] | None:
    sent = [(t, c) for t, c in record.of(ProgramPump) if c.mode not in ("stopped", "minimum")]
    return sent[-1] if sent else None


def _course(record: Record) -> Iterable[tuple[float, float, Observation]]:
    started = _started(record)
    return deliveries(record.observations, _clock(record, started[0])) if started else ()


def _bolus(scenario: Scenario, record: Record) -> Reading:
    """Drug that reached the CSF in the first hours beyond the ordered dose of that time."""
    started = _started(record)
    if started is None or not record.followup:
        return no("no pump was started and watched")
    begin = _clock(record, started[0])
    ordered = float(kg_per_s_from_ug_per_day(scenario.order.dose_ug_per_day))
    given = lived = 0.0
    for span_s, drug_kg, seen in _course(record):
        if seen.clinical_time_s - begin > BOLUS_HOURS * SECONDS_PER_HOUR + 60.0:
            break
        given, lived = given + drug_kg, lived + span_s
    return Reading(max(0.0, given - ordered * lived) * 1e9, (started[0],))


def _gap(scenario: Scenario, record: Record) -> Reading:
    """Hours of the first two days after the pump was taken off with less than a fifth of the ordered dose."""
    parted = _ticks(record, DisconnectCatheter, RemoveCatheter)
    if not parted or not record.followup:
        return no("the line was not opened, or nobody watched")
    begin = _clock(record, parted[0])
    least = GAP_SHARE * float(kg_per_s_from_ug_per_day(scenario.order.dose_ug_per_day))
    total = 0.0
    first: tuple[int, ...] = ()
    for span_s, drug_kg, seen in deliveries(record.observations, begin):
        if seen.clinical_time_s - begin > GAP_HOURS * SECONDS_PER_HOUR:
            break
        if drug_kg < least * span_s:
            total, first = total + span_s, first or (seen.tick,)
    return Reading(total / SECONDS_PER_HOUR, first)


def _left(scenario: Scenario, record: Record) -> Reading:
    pulled, seen = record.of(RemoveCatheter), record.hands_end
    if not pulled or seen is None:
        return no("no catheter was taken out")
    return Reading(seen.catheter.fragment_m * MM, (pulled[-1][0],))


def _hardware_out(scenario: Scenario, record: Record) -> Reading:
    seen = record.closing or record.hands_end
    if seen is None or not is_reopened(record):
        return no("nothing was opened")
    parts = (not seen.pocket.is_pump_in, not seen.catheter.is_open, seen.catheter.fragment_m <= 0.0)
    return Reading(sum(parts) / len(parts), (seen.tick,))


def _released_first(scenario: Scenario, record: Record) -> Reading:
    pulled, let_go = record.named("CatheterRemoved", "CatheterTorn"), record.named("AnchorReleased")
    if not pulled:
        return no("no catheter was taken out")
    return yes_no(bool(let_go) and let_go[0].tick <= pulled[0].tick, pulled[0].tick)


def _untouched(scenario: Scenario, record: Record) -> Reading:
    cut = _first_cut(record)
    if cut is None:
        return no("nothing was opened")
    hit = [e.tick for e in record.named("CatheterBurnt", "CatheterHoled", "CatheterCut", "CatheterCrushed") if e.tick >= cut]
    return yes_no(not hit, *hit[:1] or (cut,))


def _bridge_time(scenario: Scenario, record: Record) -> Reading:
    """Hours from the end of the pump's drug to the next baclofen by another route; until the end where none came."""
    out = _ticks(record, TakeOutPump, DisconnectCatheter)
    if not out or record.of(PlaceNewPump):
        return no("the pump was not taken away")
    begin = _clock(record, out[0])
    given = [t for t, c in record.of(GiveTreatment) if c.treatment in ROUTES and c.amount > 0.0 and t >= out[0]]
    tick = given[0] if given else record.last_tick
    return Reading((_clock(record, tick) - begin) / SECONDS_PER_HOUR, (tick,))


def _severity(scenario: Scenario, record: Record) -> Reading:
    if not record.followup:
        return no("follow-up was not lived")
    lived = record.followup if record.hands_end is None else (record.hands_end, *record.followup)
    total = sum(
        0.5 * (a.patient.withdrawal_severity + b.patient.withdrawal_severity) * (b.clinical_time_s - a.clinical_time_s)
        for a, b in pairwise(lived)
    )
    return Reading(total / SECONDS_PER_HOUR, (record.followup[-1].tick,))


def _peak_severity(scenario: Scenario, record: Record) -> Reading:
    seen = ((o.patient.withdrawal_severity, o.tick) for o in record.followup)
    return largest(seen, "follow-up was not lived")


def _antibiotic(scenario: Scenario, record: Record) -> Reading:
    cut = _first_cut(record)
    if cut is None:
        return no("nothing was opened")
    given = [t for t, c in record.of(GiveTreatment) if c.treatment == "antibiotic" and c.amount > 0.0]
    return yes_no(bool(given), *given[:1] or (cut,))


def _last_crp(scenario: Scenario, record: Record) -> Reading:
    if not record.followup:
        return no("follow-up was not lived")
    last = record.followup[-1]
    return Reading(last.patient.crp_mg_per_l, (last.tick,))


def _cause_named(scenario: Scenario, record: Record) -> Reading:
    wanted = scenario.causes
    said = record.acts("decide")
    if not wanted:
        return no("the case asks for no cause")
    right = [t for t, a in said if a.value in wanted]
    return yes_no(bool(right), *(right or [t for t, _ in said])[:1])


def _hole_closed(scenario: Scenario, record: Record) -> Reading:
    pulled = _ticks(record, RemoveCatheter)
    if not pulled:
        return no("no catheter was taken out")
    tied = [t for t, c in record.of(TiePurseString) if t > pulled[0] and c.tension_n >= LEAST_STRING_N]
    return yes_no(bool(tied), *tied[:1] or pulled[:1])


MEASURES: tuple[Measure, ...] = (
    Measure("later.pump_read", "1", "old pump read before it or its catheter was taken off", "S18 PG03", _read_before),
    Measure("later.films", "1", "share of the two views taken before the first cut", "S38 S92", _films_before),
    Measure("later.flow_proven", "1", "CSF at the open pump end, seen and said, before the line was closed", "I31", _flow_proven),
    Measure("later.bolus", "ug", "drug at the tip in the first 6 h beyond the ordered dose", "S05 S67", _bolus),
    Measure("later.gap", "h", "time in the first 48 h with less than a fifth of the dose", "scenarios_content I-C4", _gap),
    Measure("later.left_behind", "mm", "catheter left in the body by a tear", "S97", _left),
    Measure("later.hardware_out", "1", "share of pump, catheter and pieces that are out at closure", "S98", _hardware_out),
    Measure("later.released_first", "1", "anchor cut loose before the catheter was drawn", "catheter_mechanics 2", _released_first),
    Measure("later.catheter_untouched", "1", "no burn, slit, cut or crush of the catheter since the first cut", "I24 I36", _untouched),
    Measure("later.bridge_time", "h", "from the pump's removal to baclofen by another route", "E30 COF", _bridge_time),
    Measure("later.cause_named", "1", "said the cause that the case asks for", "S38 S98", _cause_named),
    Measure("later.hole_closed", "1", "string tied over the hole after the catheter came out", "S36 I19", _hole_closed),
    Measure("later.antibiotic", "1", "antibiotic given", "S98", _antibiotic),
    Measure("out.severity_hours", "h", "withdrawal severity summed over follow-up", "P:MEY03", _severity),
    Measure("out.peak_severity", "1", "largest withdrawal severity in follow-up", "scenarios_content I-A3", _peak_severity),
    Measure("out.last_crp", "mg/L", "C-reactive protein at the end of follow-up", "scenarios_content I-A3", _last_crp),
)
