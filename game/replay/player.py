"""Play a log again from tick 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from game.replay.format import Log, TickInput
from game.replay.reader import scenario_of
from game.session import Engine, Session
from scenarios.setup import setup

Change = Callable[[TickInput], TickInput]


def session_for(log: Log, name: str = "log", engine: Engine | None = None) -> Session:
    """Return a session at tick 0 of a log: same scenario, seed and inheritance, no recorder."""
    scenario = scenario_of(log, name)
    case = setup(scenario, log.header.seed, log.header.inherited)
    return Session(scenario, case, log.header.seed, engine=engine)


def play(log: Log, session: Session, change: Change | None = None) -> Iterator[Session]:
    """Advance a session through every tick of a log, yielding it after each tick."""
    pending = iter(log.inputs)
    following = next(pending, None)
    for tick in range(1, log.last_tick + 1):
        given = TickInput(tick, (), ())
        if following is not None and following.tick == tick:
            given, following = following, next(pending, None)
        if change is not None:
            given = change(given)
        session.advance(given.commands, given.actions)
        yield session


def replay(log: Log, name: str = "log", engine: Engine | None = None, change: Change | None = None) -> Session:
    """Return the session at the end of a log."""
    session = session_for(log, name, engine)
    for _ in play(log, session, change):
        pass
    return session


def until(log: Log, last_tick: int) -> Log:
    """Return the log cut after a tick."""
    return replace(
        log, inputs=tuple(i for i in log.inputs if i.tick <= last_tick),
        hashes=tuple(h for h in log.hashes if h[0] <= last_tick), last_tick=min(last_tick, log.last_tick),
    )  # fmt: skip
