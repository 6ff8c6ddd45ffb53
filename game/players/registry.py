"""The named players: who they are, where they can play, what they do wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from game.players import habits
from game.players.chart import Chart
from game.players.habits import Habits
from game.players.implant import implant
from game.players.later import LATER
from game.players.refill import refill
from game.players.step import Plan

IMPLANTS = ("implant_adult_t10", "implant_child_diplegia")
REFILLS = ("refill_routine_adult",)


class UnknownPlayer(Exception):
    """No player of this name can play this scenario."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A named player."""

    habits: Habits
    scenarios: tuple[str, ...]
    text: str


PLAYERS: dict[str, Entry] = {
    "attending": Entry(habits.ATTENDING, IMPLANTS + REFILLS, "everything as the reference asks"),
    "no-anchor": Entry(habits.NO_ANCHOR, IMPLANTS, "leaves the anchor out"),
    "tight-bend": Entry(habits.TIGHT_BEND, IMPLANTS, "lays the strain-relief loop too tight"),
    "withdraw-through-needle": Entry(habits.WITHDRAW_THROUGH_NEEDLE, IMPLANTS, "pulls the catheter back over the bevel"),
    "tenfold-dose": Entry(habits.TENFOLD_DOSE, IMPLANTS, "enters ten times the ordered dose"),
    "shallow-thread": Entry(habits.SHALLOW_THREAD, IMPLANTS, "stops threading just past the needle"),
    "pocket-fill": Entry(habits.POCKET_FILL, REFILLS, "fills beside the port without proof of placement"),
}


def player_for(name: str, scenario_id: str) -> Callable[[Chart], Plan]:
    """Return the plan of a named player for a scenario.

    Raises
    ------
    UnknownPlayer
        If there is none.
    """
    if scenario_id in LATER and name in LATER[scenario_id]:
        return LATER[scenario_id][name][0]
    fitting = [*LATER.get(scenario_id, ())] or [n for n, e in PLAYERS.items() if scenario_id in e.scenarios]
    known = (*IMPLANTS, *REFILLS, *LATER)
    if scenario_id not in known:
        raise UnknownPlayer(f"scenario = {scenario_id!r}; expected one with scripted players: {', '.join(known)}")
    if name not in fitting:
        raise UnknownPlayer(f"--player = {name!r}; expected one of {', '.join(fitting)} for {scenario_id}")
    entry = PLAYERS[name]
    play = implant if scenario_id in IMPLANTS else refill
    return lambda chart: play(chart, entry.habits)
