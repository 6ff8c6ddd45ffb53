"""The named players: who they are, where they can play, what they do wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from game.players import habits
from game.players.chart import Chart
from game.players.errors import ERRORS
from game.players.habits import Habits
from game.players.implant import implant
from game.players.later import LATER
from game.players.refill import refill
from game.players.step import Plan

IMPLANTS = (
    "implant_adult_t10", "implant_child_diplegia", "implant_child_diplegia_8y", "implant_ms_bmi34", "implant_scoliosis_t2",
    "implant_fusion_l3_l5", "implant_dystonia_c4", "implant_thin_subfascial", "implant_gastrostomy_shunt",
)  # fmt: skip
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
    **{name: Entry(error.habits, IMPLANTS, error.text) for name, error in ERRORS.items()},
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
