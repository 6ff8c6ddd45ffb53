"""The headless heart: commands and actions in, one tick of physics, a recorded step out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from physics.commands import Command
from physics.errors import PhysicsError
from physics.events import Event
from physics.observation import Observation
from game.replay.recorder import Recorder
from game.sharing import shared
from scenarios.actions import Action
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


class Session:
    """One attempt at one case: scenario + setup + seed + what was done.

    Ticks count from 1: the world after tick t has seen the inputs of ticks 1..t and carries t as its own tick.
    An observation is read after every eighth tick and after every tick with input or events, so a score never
    depends on who watched. Step 0 holds the state before the first tick.
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
        """
        tick, asked, judged = self.tick + 1, tuple(commands), tuple(actions)
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
