"""The headless heart: commands and actions in, one tick of physics, a recorded step out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from physics.commands import Command
from physics.errors import PhysicsError
from physics.events import Event
from physics.observation import Observation
from game.replay.format import MOST_SAFE_POINTS
from game.replay.recorder import Recorder
from game.sharing import shared
from scenarios.actions import SAFE_KEEP, SAFE_UNDO, Action
from scenarios.schema import Scenario
from scenarios.script import due
from scenarios.setup import CaseSetup
from scenarios.steps import Step

OBSERVE_EVERY = 8  # ticks; measures fold over these (8 a second)
HASH_EVERY = 64  # ticks; one a second of hands-on time


@dataclass(frozen=True, slots=True)
class Engine:
    """The four words of physics that a session speaks."""

    initial: Callable[[Any, int], Any]
    step: Callable[[Any, Any, tuple[Command, ...]], tuple[Any, tuple[Event, ...]]]
    observe: Callable[[Any, Any], Observation]
    state_hash: Callable[[Any], str]


def physics_engine() -> Engine:
    """Return the real physics (imported here, so that light commands start fast)."""
    import physics

    return Engine(physics.initial, physics.step, physics.observe, physics.state_hash)


@dataclass(frozen=True, slots=True)
class SafePoint:
    """The state of a session before a tick, to which an undo returns; worlds are never changed, so keeping one is free."""

    tick: int
    name: str
    world: Any
    observation: Observation
    n_steps: int
    n_events: int
    triggers_done: frozenset[str]
    scripted: tuple[Command, ...]


class UndoError(ValueError):
    """An undo names no kept point; the message lists those there are."""


class Session:
    """One attempt at one case: scenario + setup + seed + what was done.

    Ticks count from 1: the world after tick t has seen the inputs of ticks 1..t and carries t as its own tick.
    An observation is read after every eighth tick and after every tick with input or events, so a score never
    depends on who watched. Step 0 holds the state before the first tick.

    The action `safe.keep` keeps the world as it is before its tick; `safe.undo`, its number the tick of a kept point,
    puts that world back before its own tick is run. What was undone leaves the steps and events (the log keeps it), the undo stays.
    Session ticks go on rising; the world's own tick goes back, so chance falls as it fell before.
    """

    def __init__(
        self,
        scenario: Scenario,
        setup: CaseSetup,
        seed: int,
        recorder: Recorder | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.scenario = scenario
        self.setup = setup
        self.seed = seed
        self.recorder = recorder
        self.tick = 0
        self.steps: list[Step] = []
        self.events: list[Event] = []
        self._triggers_done: frozenset[str] = frozenset()
        self._scripted: tuple[Command, ...] = ()
        self.hashes: list[tuple[int, str]] = []
        self.safe_points: list[SafePoint] = []
        self.n_undone = 0
        self._engine = engine or physics_engine()
        self.world = self._engine.initial(setup.params, setup.seed)
        self.observation = self._engine.observe(setup.params, self.world)
        self.steps.append(Step(0, (), (), self.observation, ()))

    def advance(self, commands: Sequence[Command] = (), actions: Sequence[Action] = ()) -> Observation | None:
        """Run one tick; return its observation, or None on a quiet tick.

        The inputs reach the log before physics sees them, so the tick that breaks is in the log too.

        Raises
        ------
        SimulationDiverged
            A number became non-finite; the log is closed, readable, before this is raised.
        UndoError
            An undo names a tick at which nothing was kept.
        """
        tick, asked, judged = self.tick + 1, tuple(commands), tuple(actions)
        self._go_back(judged)
        self._keep(judged, tick)
        if self.recorder is not None and (asked or judged):
            self.recorder.write_input(tick, asked, judged)
        asked, self._scripted = asked + self._scripted, ()
        try:
            world, events = self._engine.step(self.setup.params, self.world, asked)
        except PhysicsError as error:
            if self.recorder is not None:
                self.recorder.close(tick, reason=str(error))
            raise
        self.world = world
        self.tick = tick
        self.events.extend(events)
        self._hash(tick)
        if not (asked or judged or events or tick % OBSERVE_EVERY == 0):
            return None
        self.observation = shared(self.observation, self._engine.observe(self.setup.params, world))
        self.steps.append(Step(tick, asked, judged, self.observation, tuple(events)))
        self._plan()
        return self.observation

    def _go_back(self, judged: tuple[Action, ...]) -> None:
        """Put a kept world back, if one of the actions asks for it."""
        for action in judged:
            if action.name != SAFE_UNDO:
                continue
            point = next((p for p in self.safe_points if p.tick == round(action.number)), None)
            if point is None:
                known = ", ".join(str(p.tick) for p in self.safe_points) or "none is kept"
                raise UndoError(f"{SAFE_UNDO} = {action.number:g}; expected the tick of a kept point ({known})")
            self.world, self.observation = point.world, point.observation
            self._triggers_done, self._scripted = point.triggers_done, point.scripted
            del self.steps[point.n_steps :], self.events[point.n_events :]
            self.safe_points = [p for p in self.safe_points if p.tick <= point.tick]
            self.n_undone += 1

    def _keep(self, judged: tuple[Action, ...], tick: int) -> None:
        """Keep the world as it is before a tick, if one of its actions asks for it; the oldest kept gives way."""
        for action in judged:
            if action.name == SAFE_KEEP:
                here = SafePoint(tick, action.value, self.world, self.observation, len(self.steps), len(self.events),
                                 self._triggers_done, self._scripted)  # fmt: skip
                self.safe_points = [*self.safe_points, here][-MOST_SAFE_POINTS:]

    def _plan(self) -> None:
        """Have staff act in the next tick; derived from the scenario, so it is not in the log."""
        if not self.scenario.triggers:
            return
        fired = due(self.scenario, self.observation, tuple(self.events), self._triggers_done)
        self._triggers_done |= {name for name, _ in fired}
        self._scripted = tuple(command for _, command in fired)

    def _hash(self, tick: int) -> None:
        if tick % HASH_EVERY:
            return
        state_hash = self.state_hash()
        self.hashes.append((tick, state_hash))
        if self.recorder is not None:
            self.recorder.write_hash(tick, state_hash)

    def look(self) -> Observation:
        """Return what can be seen now, for drawing; nothing is recorded or stored."""
        return self._engine.observe(self.setup.params, self.world)

    def state_hash(self) -> str:
        """Return the hash of the world as it is."""
        return self._engine.state_hash(self.world)

    def finish(self, reason: str = "finished") -> None:
        """Write the last hash and close the log."""
        if self.recorder is not None:
            self.recorder.write_end(self.tick, self.state_hash(), reason)
            self.recorder = None
