"""Critical errors: predicates over a record that fail an attempt beside its points (assessment 3.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from physics.commands import ConnectCatheter, MovePlunger, PlaceNewPump
from scenarios.checklist import ITEMS, judge
from scenarios.measures import Reader
from scenarios.measures_basis import is_reopened
from scenarios.measures_needle import RETREAT_LIMIT_MM, checked_with_flow
from scenarios.measures_pump import RATE_LIMIT_FACTOR

PRIME_LIMIT_UG = 50.0  # 50 ug has caused overdose [S67, H]
DEEP_COVER_M = 0.025  # never deeper [S72, H]
THIN_COVER_M = 0.005  # skin breaks down over less [device_and_procedure I26]
POCKET_LIMIT_ML = 1.0  # unexplained loss of 1 mL is a suspicion of a pocket fill [S41]
BRIDGE_LIMIT_H = 24.0  # full stop: Ashworth 4.3 and itch at 24 h [scenarios_content 0.2 fact 2]
LEFT_LIMIT_MM = 5.0  # [A] less is the cut end of a tip
OVERFILL_LIMIT_ML = 0.5  # CE22 [assessment 3.6]
RESCUE_WORD = "pocket-fill"  # in the value of a "decide" action
ROUTINE_HELP = "second person"  # an independent check, not a call for help


@dataclass(frozen=True, slots=True)
class CriticalFailure:
    """One critical error with its first proof."""

    id: str
    text: str
    tick: int
    value: float
    source: str


Finding = tuple[int, float] | None
Predicate = Callable[[Reader], Finding]


def _above(key: str, limit: float) -> Predicate:
    def find(read: Reader) -> Finding:
        result = read(key)
        if not result.is_valid or result.value <= limit:
            return None
        return (result.evidence_ticks[0] if result.evidence_ticks else read.record.last_tick, result.value)

    return find


def _below(key: str, limit: float) -> Predicate:
    def find(read: Reader) -> Finding:
        result = read(key)
        if not result.is_valid or result.value >= limit:
            return None
        return (result.evidence_ticks[0] if result.evidence_ticks else read.record.last_tick, result.value)

    return find


def _unsaid(*item_ids: str) -> Predicate:
    """Find an item that was said with a wrong choice (left unsaid costs points, not the attempt)."""

    def find(read: Reader) -> Finding:
        for item_id in item_ids:
            said = read.record.acts(f"item.{item_id}")
            if said and judge(ITEMS[item_id], read.scenario, read.record, read) is False:
                return (said[-1][0], 0.0)
        return None

    return find


def _either(*predicates: Predicate) -> Predicate:
    """Find the first of several."""
    return lambda read: next((found for p in predicates if (found := p(read)) is not None), None)


def _sheared(read: Reader) -> Finding:
    cut = read.record.named("CatheterSheared")
    if cut:
        return (cut[0].tick, cut[0].magnitude * 1000.0)
    return _above("cath.needle_retreat", RETREAT_LIMIT_MM)(read)


def _high_entry(read: Reader) -> Finding:
    """Find a dural puncture whose place is named at L1-2 or above."""
    for event in read.record.named("DuraPunctured"):
        if event.where.startswith(("T", "L1")):
            return (event.tick, event.magnitude)
    return None


def _dry_connection(read: Reader) -> Finding:
    joined = read.record.of(ConnectCatheter)
    if read.scenario.start.kind == "implanted":
        return _below("later.flow_proven", 1.0)(read)
    if not joined:
        return None
    checked = checked_with_flow(read.record, "pump-end")
    return None if checked and checked[0] <= joined[-1][0] else (joined[-1][0], 0.0)


def _wrong_prime(read: Reader) -> Finding:
    """Find a prime that the line did not need; of a kept line, by what came out of its tip."""
    key = "later.bolus" if is_reopened(read.record) else "prog.prime_excess"
    return _above(key, PRIME_LIMIT_UG)(read)


def _into_infection(read: Reader) -> Finding:
    """Find an infection overlooked, or a new pump laid where there was one."""
    start, laid = read.scenario.start.implanted, read.record.of(PlaceNewPump)
    if start is not None and start.infection != "none" and laid:
        return (laid[-1][0], 1.0)
    return _unsaid("IM02")(read)


def _pump_too_deep(read: Reader) -> Finding:
    closing = read.record.closing
    if closing is None:
        return None
    is_wrong = closing.pocket.cover_m > DEEP_COVER_M or closing.pocket.cover_m < THIN_COVER_M
    return (
        (closing.tick, closing.pocket.cover_m * 1000.0)
        if is_wrong or not closing.pocket.is_septum_outward
        else None
    )


def _unmonitored(read: Reader) -> Finding:
    result = read("prog.monitor_hours")
    if not result.is_valid or result.value > 0.0:
        return None
    return (read.record.hands_end_tick, result.value)


def _first_astray(read: Reader) -> int:
    """Return the tick at which drug first went outside the reservoir."""
    seen = (o.tick for o in read.record.observations if o.refill.into_pocket_m3 > 0.0)
    return next(seen, read.record.last_tick + 1)


def _ignored_pocket(read: Reader) -> Finding:
    """Find a pocket fill over 1 mL that was never named, or pushed on after a sign."""
    volume = read("refill.pocket_volume")
    if not volume.is_valid or volume.value <= POCKET_LIMIT_ML:
        return None
    tick = volume.evidence_ticks[0]
    named = [
        t
        for t, a in read.record.actions
        if (a.name == "decide" and RESCUE_WORD in a.value)
        or (a.name == "call.help" and a.value != ROUTINE_HELP and t >= _first_astray(read))
    ]
    latency = read("refill.stop_latency")
    pushed_on = latency.is_valid and latency.value > 10.0 and bool(read.record.of(MovePlunger))
    return None if named and not pushed_on else (tick, volume.value)


@dataclass(frozen=True, slots=True)
class CriticalError:
    """A critical error and how it is found."""

    id: str
    text: str
    source: str
    find: Predicate


CRITICAL: dict[str, CriticalError] = {
    e.id: e
    for e in (
        CriticalError("CE01", "Catheter drawn back through the needle", "S-list 1, I16", _sheared),
        CriticalError("CE02", "Needle at or above L2 without open vision", "I12, A15-A17", _high_entry),
        CriticalError("CE03", "Connected without CSF at the pump end", "I31", _dry_connection),
        CriticalError(
            "CE04", "Pump too deep, skin too thin, or septum facing in", "S72, I26", _pump_too_deep
        ),
        CriticalError("CE05", "No anchor on fascia", "I22", _below("anchor.on_fascia", 1.0)),
        CriticalError("CE06", "Pump not sutured", "I35", _below("pump.loops", 1.0)),
        CriticalError(
            "CE07", "Wrong drug or concentration in the reservoir", "I09, R00", _unsaid("IM16", "RF02")
        ),
        CriticalError(
            "CE08",
            "Prime wrong by 50 ug or more, or entered twice",
            "S05, S67",
            _wrong_prime,
        ),
        CriticalError(
            "CE09",
            "Closed with the pump in a state nobody intended",
            "S13",
            _below("prog.closed_running", 1.0),
        ),
        CriticalError("CE10", "Released without observation after start or refill", "S05, S45", _unmonitored),
        CriticalError("CE11", "Break of asepsis left", "S45", _either(_above("prep.breaks_left", 0.0), _unsaid("RF09", "RF10", "RF11"))),
        CriticalError(
            "CE12", "Filled without proof of placement", "S14", _below("refill.placement_test", 1.0)
        ),
        CriticalError("CE13", "Residual not measured", "R08", _below("refill.residual_measured", 1.0)),
        CriticalError(
            "CE16",
            "Dose or concentration sent to the pump off by x2 or more",
            "C-PROG",
            _above("prog.entry_factor", RATE_LIMIT_FACTOR - 1e-6),
        ),
        CriticalError(
            "CE17", "Suspected pocket fill re-injected, or sent home unseen", "S14, S43", _ignored_pocket
        ),
        CriticalError(
            "CE19", "Therapy taken away without another route within a day", "COF, S69", _above("later.bridge_time", BRIDGE_LIMIT_H)
        ),
        CriticalError("CE21", "New hardware into an infected site", "S72", _into_infection),
        CriticalError(
            "CE22", "Filled above label volume", "1.8", _above("refill.overfill", OVERFILL_LIMIT_ML)
        ),
        CriticalError("CE26", "Piece of the catheter left in the body", "S97", _above("later.left_behind", LEFT_LIMIT_MM)),
        CriticalError("CE24", "Wrong patient, side or device", "general", _unsaid("IM06", "IM08")),
        CriticalError(
            "CE25", "Needle advanced after paraesthesia", "I14", _above("needle.paraesthesia_response", 2.0)
        ),
    )
}


def critical_failures(read: Reader) -> tuple[CriticalFailure, ...]:
    """Return the critical errors of a record that its scenario lists, in order of their ids."""
    failures = []
    for key in sorted(read.scenario.critical):
        found = CRITICAL[key].find(read)
        if found is not None:
            failures.append(
                CriticalFailure(key, CRITICAL[key].text, found[0], found[1], CRITICAL[key].source)
            )
    return tuple(failures)
