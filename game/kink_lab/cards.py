"""The deck: puzzles, each a question, a hint, and what to take away once the catheter has answered it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from game.kink_lab import theory
from physics.catheter.spec import CATHETERS
from physics.lab_reading import LabReading


@dataclass(frozen=True, slots=True)
class Notes:
    """What the deck remembers of the play since the last reset."""

    peak_n: float = 0.0  # largest pull before the first fold
    folded_at_n: float = 0.0  # pull at the first fold
    folded_radius_m: float = 0.0
    least_stop_rad: float = 0.0  # smallest fold that stopped the flow
    reopened: bool = False  # flow came back after it had stopped
    refold_n: float = 0.0  # largest pull since it came back


@dataclass(frozen=True, slots=True)
class Card:
    """One puzzle."""

    key: str
    title: str
    ask: str
    hint: str
    is_done: Callable[[LabReading, Notes], bool]
    answer: Callable[[LabReading, Notes], str]


def _fold_answer(seen: LabReading, notes: Notes) -> str:
    expected = theory.kink_tension(CATHETERS[seen.model])
    return (
        f"It folded at a pull of {notes.folded_at_n * 1e3:.1f} mN; theory says {expected * 1e3:.1f}. "
        "A loop closes long before an anchor slips."
    )


def _stop_answer(seen: LabReading, notes: Notes) -> str:
    return (
        f"A fold of {notes.least_stop_rad * 57.2958:.0f} deg was enough. At a basal rate a pump would still push through "
        "much of this: a kink is silent until it is nearly shut."
    )


def _memory_answer(seen: LabReading, notes: Notes) -> str:
    share = notes.refold_n / max(notes.folded_at_n, 1e-9)
    return f"The second time it shut at {share * 100:.0f} % of the first pull. The wall remembers its fold; only a new piece forgets."


def _wear_answer(seen: LabReading, notes: Notes) -> str:
    if seen.is_torn:
        return f"Torn after {seen.cycles_done:,} bends: a fold works the wall to and fro where it is creased.".replace(",", " ")
    return (
        f"{seen.cycles_done:,} bends and {seen.life_used * 100:.1g} % of the wall's life used. "
        "A gentle bend lasts; now try it with a fold."
    ).replace(",", " ")


DECK: tuple[Card, ...] = (
    Card(
        "fold", "How hard may you pull?", "Pull the loop tight until the wall folds. Guess the pull first.",
        "Drag the hands apart slowly and watch the dots climb along the curve.",
        lambda seen, notes: seen.setup == "loop" and notes.folded_at_n > 0.0, _fold_answer,
    ),
    Card(
        "stop", "Stop the flow with the least bend", "Bring the flow below 1 %. How small a fold is enough?",
        "Two hands close together bend it gently; a loop under pull snaps shut. Try the pins, too.",
        lambda seen, notes: notes.least_stop_rad > 0.0, _stop_answer,
    ),
    Card(
        "memory", "Does it heal?", "Open the fold until the flow is back, then pull it shut again.",
        "Push the hands together, or let go with one hand. Then pull as before.",
        lambda seen, notes: notes.reopened and notes.refold_n > 0.0, _memory_answer,
    ),
    Card(
        "wear", "40 000 bends, about a year", "Which piece lasts: a sound one, or one with a fold? Bend both.",
        "Choose 40 000, then Bend it. Keep as A, fold the wall, and bend again.",
        lambda seen, notes: seen.is_torn or seen.cycles_done >= 40_000, _wear_answer,
    ),
)  # fmt: skip


def noted(notes: Notes, seen: LabReading) -> Notes:
    """Return the notes after one more reading."""
    pull = max(hand.pull_n for hand in seen.hands)
    if not seen.n_folds:
        return replace(notes, peak_n=max(notes.peak_n, pull), folded_radius_m=seen.least_radius_m)
    if not notes.folded_at_n:
        notes = replace(notes, folded_at_n=max(notes.peak_n, 1e-9))
    if seen.is_occluded:
        least = min(notes.least_stop_rad or 9.0, seen.fold_rad_now)
        notes = replace(notes, least_stop_rad=least)
        if notes.reopened and not notes.refold_n:
            notes = replace(notes, refold_n=max(pull, 1e-9))
    elif notes.least_stop_rad and seen.flow_m3_per_s > 0.5 * seen.open_flow_m3_per_s:
        notes = replace(notes, reopened=True)
    return notes
