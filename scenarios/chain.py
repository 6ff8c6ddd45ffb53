"""The causal chain of an attempt: act -> what moved -> drug -> patient, read from the record.

The rules are tables (`scenarios.chain_rules`): `ACTS` finds what the trainee did or left out, `MECHANICS` and `SIGNS` say
which physical quantities such an act can move and how to tell that one did. A link is made only
where the record shows the number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from physics.observation import Observation
from physics.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, kg_per_s_from_ug_per_day
from scenarios.chain_rules import ACTS, IMPLIED_BY, MECHANICS, PLASMA, SIGNS, Act, Quantity
from scenarios.chance import chance_rows
from scenarios.measures import Reader
from scenarios.measures_basis import deliveries
from scenarios.schema import LEVEL_NAMES, Scenario
from scenarios.scoring import ScoreSheet
from scenarios.steps import Record, Step, record_from

MEAN_OVER_S = 6.0 * SECONDS_PER_HOUR  # tuned: in a tick among days the tube only settles
IMPLANT_MEASURES = ("anchor.", "cath.", "purse.", "pump.")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain.

    Attributes
    ----------
    chain : str
        Key of the act that began it.
    stage : str
        "act", "tissue" (drawn by chance), "mechanics", "drug" or "patient".
    text : str
        What the record shows, in a sentence.
    quantity : str
        Name of the number.
    value : float
        The number, in `unit`.
    unit : str
        Its unit.
    tick : int
        Proof: tick at which the number was read.
    day : float
        Days since the wounds were closed (or since the case began, where they were closed before).
    """

    chain: str
    stage: str
    text: str
    quantity: str
    value: float
    unit: str
    tick: int
    day: float


def _day(seen: Observation | None) -> float:
    if seen is None:
        return 0.0
    return seen.days_since_closure if seen.days_since_closure >= 0.0 else 0.0


def _crosses(value: float, op: str, limit: float) -> bool:
    return value > limit if op == ">" else value < limit


def _extreme(quantity: Quantity, seen: Iterable[Observation]) -> tuple[Observation, Observation] | None:
    """Return (first observation beyond the limit, the worst one), None if none is beyond."""
    beyond = [o for o in seen if _crosses(quantity.read(o), quantity.op, quantity.limit)]
    if not beyond:
        return None
    worst = max(beyond, key=quantity.read) if quantity.op == ">" else min(beyond, key=quantity.read)
    return beyond[0], worst


def _level(seen: Observation) -> str:
    number = min(max(round(seen.catheter.tip_level), -6), len(LEVEL_NAMES))
    return f"C{number + 7}" if number < 1 else LEVEL_NAMES[number - 1]


def _link(chain: str, stage: str, quantity: Quantity, first: Observation, worst: Observation) -> Link:
    value = float(quantity.read(worst))
    text = quantity.text.format(value=value, level=_level(first))
    return Link(
        chain,
        stage,
        text[0].upper() + text[1:] + ".",
        quantity.name,
        value,
        quantity.unit,
        first.tick,
        _day(first),
    )


def _after(record: Record) -> tuple[Observation, ...]:
    """Return observations from closure on: what an act could still be moving."""
    closing = record.closing
    first = closing.tick if closing is not None else record.first_tick
    return record.between(first, record.last_tick)


def _mean_doses(lived: tuple[Observation, ...], start_s: float) -> list[tuple[float, Observation]]:
    """Return the dose that left at the tip [kg/s] in each stretch of `MEAN_OVER_S` or more, with its last observation."""
    means, mass, span = [], 0.0, 0.0
    for span_s, drug_kg, seen in deliveries(lived, start_s):
        mass, span = mass + drug_kg, span + span_s
        if span >= MEAN_OVER_S:
            means.append((mass / span, seen))
            mass = span = 0.0
    return means


def _drug_link(chain: str, scenario: Scenario, record: Record) -> Link | None:
    """Return the day on which the delivered dose was furthest from the order, if beyond 25 %."""
    ordered = float(kg_per_s_from_ug_per_day(scenario.order.dose_ug_per_day))
    lived = record.followup
    start = (record.hands_end or lived[0]).clinical_time_s if lived else 0.0
    settled = _mean_doses(lived, start + 3.0 * SECONDS_PER_DAY)  # the prime is over
    ratios = [(dose / ordered, o) for dose, o in settled] if ordered > 0.0 else []
    off = [(r, o) for r, o in ratios if abs(r - 1.0) > 0.25]
    if not off:
        return None
    worst = max(off, key=lambda pair: abs(pair[0] - 1.0))[0]
    text = f"The tip delivers {100.0 * worst:.0f} % of the ordered dose."
    return Link(
        chain, "drug", text, "delivered over ordered dose", worst, "1", off[0][1].tick, _day(off[0][1])
    )


def _absorbed_link(chain: str, record: Record) -> Link | None:
    """Return how much drug the blood took up from where it was spilt, if more than therapy explains."""
    found = _extreme(PLASMA, _after(record))
    return _link(chain, "drug", PLASMA, *found) if found is not None else None


def _act_links(act: Act, read: Reader) -> tuple[Link, ...]:
    if read.scenario.start.kind == "implanted" and act.measure.startswith(IMPLANT_MEASURES):
        return ()  # another hand's work, in before this case began
    result = read(act.measure)
    if not result.is_valid or not _crosses(result.value, act.op, act.limit):
        return ()
    tick = result.evidence_ticks[0] if result.evidence_ticks else read.record.hands_end_tick
    head = Link(
        act.key, "act", act.text, act.measure, result.value, result.unit, tick, _day(read.record.at(tick))
    )
    links = [head]
    for quantity in MECHANICS:
        seen = read.record.followup if quantity.is_lived else _after(read.record)
        found = _extreme(quantity, seen) if quantity.key in act.moves else None
        if found is not None:
            links.append(_link(act.key, "mechanics", quantity, *found))
    return tuple(links)


def _patient_links(chain: str, record: Record) -> tuple[Link, ...]:
    """Return the signs, once the pump has had three days to act (tone was high before)."""
    lived = record.followup
    start = (record.hands_end or lived[0]).clinical_time_s if lived else 0.0
    links = []
    for quantity in SIGNS:
        is_tone = quantity.key == "tone"
        seen = [o for o in lived if not is_tone or o.clinical_time_s - start > 3.0 * SECONDS_PER_DAY]
        found = _extreme(quantity, seen)
        if found is not None:
            links.append(_link(chain, "patient", quantity, *found))
    return tuple(sorted(links, key=lambda link: link.tick))


def causal_chain(
    scenario: Scenario, steps: Iterable[Step], sheet: ScoreSheet | None = None
) -> tuple[Link, ...]:
    """Return the links from faulty acts to the patient, in causal order; () for a clean attempt.

    Parameters
    ----------
    scenario : Scenario
        The case.
    steps : iterable of Step
        The attempt.
    sheet : ScoreSheet, optional
        Its score; with it, acts behind a critical failure come first.

    Notes
    -----
    Drug and patient links hang on the chain whose mechanics can explain them, the first in the
    table; when no act was found they are told with an empty chain key (a fault nobody looked for).
    """
    record = record_from(steps)
    read = Reader(scenario, record)
    found = [links for act in ACTS if (links := _act_links(act, read))]
    keys = {links[0].chain for links in found}
    chains = [links for links in found if IMPLIED_BY.get(links[0].chain) not in keys]
    if sheet is not None and sheet.critical_failures:
        proofs = {f.tick for f in sheet.critical_failures}
        chains.sort(key=lambda links: links[0].tick not in proofs)
    chains.sort(key=lambda links: len(links) == 1)
    owner = chains[0][0].chain if chains else ""
    drug = _drug_link(owner, scenario, record)
    absorbed = _absorbed_link(owner, record)
    tail = tuple(link for link in (absorbed, drug) if link is not None) + _patient_links(owner, record)
    luck = tuple(Link(key, *row) for key, rows in chance_rows(record) for row in rows)
    if not chains:
        return tail + luck
    return chains[0] + tail + tuple(link for links in chains[1:] for link in links) + luck
