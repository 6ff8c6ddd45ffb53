"""The words that plans are made of: one input per tick, waiting, saying, looking at a film."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

from game.instruments import fluoroscope
from game.players.chart import Chart
from game.view.exposure import beam_of, dose_area_gy_cm2
from game.view.passes.dose import open_share
from physics.clock import TICK_HZ
from physics.commands import Command, InterrogatePump
from physics.observation import FloatArray, Observation
from scenarios.actions import Action


@dataclass(frozen=True, slots=True)
class PlayerInput:
    """What a player does in one tick."""

    commands: tuple[Command, ...] = ()
    actions: tuple[Action, ...] = ()


Plan = Generator[PlayerInput, Observation, Observation]
"""Yields the input of a tick, is sent the observation after it, returns the last observation."""


def do(*commands: Command) -> Plan:
    """Give commands in one tick."""
    return (yield PlayerInput(tuple(commands)))


def say(*actions: Action) -> Plan:
    """Do judged acts in one tick; who reads the pump holds the programmer over it."""
    is_read = any(action.name == "interrogate" for action in actions)
    return (yield PlayerInput((InterrogatePump(),) if is_read else (), tuple(actions)))


def wait(seconds: float) -> Plan:
    """Keep still."""
    seen: Observation | None = None
    for _ in range(max(1, round(seconds * TICK_HZ))):
        seen = yield PlayerInput()
    assert seen is not None
    return seen


def wait_until(is_so: Callable[[Observation], bool], seconds: float) -> Plan:
    """Keep still until something is seen, at most for a time."""
    seen = yield PlayerInput()
    for _ in range(round(seconds * TICK_HZ)):
        if is_so(seen):
            break
        seen = yield PlayerInput()
    return seen


def repeat(command: Command, seconds: float) -> Plan:
    """Give one command in every tick for a time."""
    seen = yield PlayerInput((command,))
    for _ in range(round(seconds * TICK_HZ) - 1):
        seen = yield PlayerInput((command,))
    return seen


def items(names: Iterable[str], allowed: dict[str, tuple[str, ...]]) -> tuple[Action, ...]:
    """Return the acts that say checklist items, each with the value that the case asks for."""
    return tuple(Action(f"item.{n}", allowed.get(n, ("",))[0]) for n in names)


def numbered(prefix: str, first: int, last: int) -> tuple[str, ...]:
    """Return checklist ids such as IM01 .. IM09."""
    return tuple(f"{prefix}{n:02d}" for n in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Film:
    """What one X-ray pulse shows."""

    seen: Observation
    catheter_tip_m: FloatArray
    needle_tip_m: FloatArray


BLADES_PERCENT = 60.0  # tuned: the spine and a hand's breadth of the 22 cm field across; its whole length is counted on


def arm_for(view: str, roll_deg: float, is_trued: bool) -> fluoroscope.CArm:
    """Return the C-arm as a trainee stands it: straight, or turned with the patient until the view is true."""
    off = float(round(roll_deg)) if is_trued else 0.0  # as read off the spinous processes, to a degree
    orbit = min(fluoroscope.VIEWS[view] + off, 90.0)
    return fluoroscope.CArm(orbit_deg=orbit, across_percent=BLADES_PERCENT if is_trued else 100.0, roll_deg=roll_deg)


def film(
    view: str, chart: Chart, is_trued: bool = True, is_kept: bool = False
) -> Generator[PlayerInput, Observation, Film]:
    """Take one pulse and read the tips off it: the only way a player learns where a tip lies.

    Parameters
    ----------
    view : str
        "ap" or "lateral".
    chart : Chart
        Whose patient it is: he lies rolled to a side, which a film shows, and his thickness sets the dose.
    is_trued : bool
        Whether the arm is turned to this patient's true view and the blades are closed on the spine.
    is_kept : bool
        Whether the picture is kept as baseline.
    """
    arm = arm_for(view, chart.roll_deg, is_trued)
    told = [Action(*said) for said in fluoroscope.told(arm)]
    told.append(Action(*fluoroscope.dose_told(arm, dose_area_gy_cm2(chart.anatomy, arm))))
    told.append(Action("beam.open", view, round(open_share(beam_of(arm, 0)), 2)))
    if is_kept:
        told.append(Action("beam.keep", view))
    seen = yield PlayerInput((), tuple(told))
    return Film(seen, seen.catheter.tip_m, seen.needle.tip_m)
