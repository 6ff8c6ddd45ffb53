"""The record of an attempt: steps as they were logged, and the same sorted for folding."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from physics.commands import AdvanceClinicalTime, CloseWounds, Command
from physics.events import Event
from physics.observation import Observation
from scenarios.actions import Action

SECONDS_PER_DAY = 86400.0
FOLLOWUP_STEP_S = 3600.0  # tuned: a time skip this long, with wounds closed, ends the hands-on phase

CommandKind = TypeVar("CommandKind", bound=Command)


@dataclass(frozen=True, slots=True)
class Step:
    """One tick of an attempt.

    Attributes
    ----------
    tick : int
        Tick number.
    commands : tuple of Command
        What hands asked of matter in this tick.
    actions : tuple of Action
        Judged acts of this tick.
    observation : Observation or None
        State after the tick, where it was read.
    events : tuple of Event
        What happened in the tick.
    """

    tick: int
    commands: tuple[Command, ...] = ()
    actions: tuple[Action, ...] = ()
    observation: Observation | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The steps of an attempt, sorted by kind; every measure is a fold over this.

    `hands_end_tick` is the tick at which follow-up began (or the last tick): the first time skip of
    at least an hour after the wounds are closed.
    """

    commands: tuple[tuple[int, Command], ...]
    actions: tuple[tuple[int, Action], ...]
    events: tuple[Event, ...]
    observations: tuple[Observation, ...]
    observation_ticks: tuple[int, ...]
    first_tick: int
    last_tick: int
    hands_end_tick: int
    has_followup: bool

    def of(self, kind: type[CommandKind]) -> tuple[tuple[int, CommandKind], ...]:
        """Return (tick, command) for every command of a kind, in order."""
        return tuple((t, c) for t, c in self.commands if isinstance(c, kind))

    def acts(self, name: str) -> tuple[tuple[int, Action], ...]:
        """Return (tick, action) for every action of a name, in order."""
        return tuple((t, a) for t, a in self.actions if a.name == name)

    def named(self, *names: str) -> tuple[Event, ...]:
        """Return the events of these names, in order."""
        return tuple(e for e in self.events if e.name in names)

    def at(self, tick: int) -> Observation | None:
        """Return the last observation not later than a tick."""
        i = bisect_right(self.observation_ticks, tick)
        return self.observations[i - 1] if i else None

    def between(self, first_tick: int, last_tick: int) -> tuple[Observation, ...]:
        """Return observations with first_tick <= tick <= last_tick."""
        low = bisect_right(self.observation_ticks, first_tick - 1)
        return self.observations[low : bisect_right(self.observation_ticks, last_tick)]

    @property
    def closing(self) -> Observation | None:
        """The observation right after the wounds were closed (None if they never were)."""
        closed = self.of(CloseWounds)
        if not closed:
            return None
        seen = self.at(closed[-1][0])
        return seen if seen is not None and seen.pocket.is_closed else None

    @property
    def hands_end(self) -> Observation | None:
        """The last observation before follow-up began."""
        return self.at(self.hands_end_tick)

    @property
    def followup(self) -> tuple[Observation, ...]:
        """Observations after follow-up began, in order; empty if there was none."""
        return self.between(self.hands_end_tick + 1, self.last_tick) if self.has_followup else ()


def record_from(steps: Iterable[Step]) -> Record:
    """Return the record of an attempt from its steps, in one pass.

    Parameters
    ----------
    steps : iterable of Step
        In tick order.

    Raises
    ------
    ValueError
        If ticks do not rise.
    """
    commands: list[tuple[int, Command]] = []
    actions: list[tuple[int, Action]] = []
    events: list[Event] = []
    observations: list[Observation] = []
    ticks: list[int] = []
    first, last, followup_tick = 0, -1, -1
    is_closed = False
    for n, step in enumerate(steps):
        if n and step.tick <= last:
            raise ValueError(f"step.tick = {step.tick}; expected > {last}")
        first = step.tick if n == 0 else first
        last = step.tick
        for c in step.commands:
            is_closed = is_closed or isinstance(c, CloseWounds)
            is_skip = isinstance(c, AdvanceClinicalTime) and c.duration_s >= FOLLOWUP_STEP_S
            followup_tick = step.tick if is_skip and is_closed and followup_tick < 0 else followup_tick
            commands.append((step.tick, c))
        actions.extend((step.tick, a) for a in step.actions)
        events.extend(replace(e, tick=step.tick) for e in step.events)
        if step.observation is not None:
            # a world counts the ticks it has lived, a log the tick of the input: evidence names the log's
            observations.append(replace(step.observation, tick=step.tick))
            ticks.append(step.tick)
            is_closed = is_closed or step.observation.pocket.is_closed
    has_followup = followup_tick >= 0
    return Record(
        tuple(commands), tuple(actions), tuple(events), tuple(observations), tuple(ticks),
        first, last, followup_tick - 1 if has_followup else last, has_followup,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measured number with its proof.

    `is_valid` is False where there was no opportunity to do right or wrong: that is not zero.
    """

    key: str
    value: float
    unit: str
    definition_version: int
    evidence_ticks: tuple[int, ...]
    is_valid: bool
    why_invalid: str = ""
