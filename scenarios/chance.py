"""What chance did and what the trainee did about it: biological complications as links of the causal chain.

Physics keeps each chance with its published base rate and the factors of this operation. A debrief must never
sell luck as skill: a complication that came is told with both numbers, and so is a raised one that stayed away.
"""

from __future__ import annotations

from physics.wound import Chance
from scenarios.steps import Record

RAISED = 1.4  # tuned: a chance raised less is not told unless it came
PERCENT = 100.0
Row = tuple[str, str, str, float, str, int, float]  # stage, text, quantity, value, unit, tick, day


def chance_rows(record: Record) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return (chain key, rows) of every biological chance that came true or that this operation had raised."""
    last = record.observations[-1] if record.observations else None
    closing = record.closing
    if last is None or closing is None:
        return ()
    shown = {e.name: (e.tick, e.magnitude) for e in record.named("InfectionShown", "WoundDehisced", "PumpEroded")}
    out = []
    for chance in last.field.chances:
        has_come = _has_come(chance, last.days_since_closure)
        if has_come or chance.probability >= RAISED * chance.base:
            tick = shown.get(_EVENTS[chance.name], (closing.tick, 0.0))[0] if has_come else closing.tick
            out.append((f"chance-{chance.name}", _rows(chance, has_come, closing.tick, tick)))
    return tuple(out)


_EVENTS = {"infection": "InfectionShown", "dehiscence": "WoundDehisced", "erosion": "PumpEroded"}


def _has_come(chance: Chance, days: float) -> bool:
    return chance.has_come and (chance.is_shown or days >= chance.day)


def _rows(chance: Chance, has_come: bool, closed_tick: int, tick: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    worse = [(word, factor) for word, factor in chance.factors if factor > 1.0]
    if worse:
        text = "What raised it: " + ", ".join(f"{word} (x{factor:.2g})" for word, factor in worse) + "."
        rows.append(("act", text, f"risk of {chance.name}", chance.probability / chance.base, "x", closed_tick, 0.0))
    head = f"Drawn by chance: base {PERCENT * chance.base:.2g} %, yours {PERCENT * chance.probability:.2g} %"
    because = f" because of {worse[0][0]}" if worse else ""
    kind = f" ({chance.kind})" if chance.kind else ""
    end = f"{chance.name}{kind} came on day {chance.day:.0f}." if has_come else f"{chance.name} did not come this time."
    text = f"{head}{because}: {end}"
    day = chance.day if has_come else 0.0
    rows.append(("tissue", text, f"chance of {chance.name}", PERCENT * chance.probability, "%", tick, day))
    return tuple(rows)

