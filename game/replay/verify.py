"""Is the replay the same, bit for bit; and if not, since when."""

from __future__ import annotations

from dataclasses import dataclass

from game.replay.format import Log
from game.replay.player import play, session_for
from game.session import Engine


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a verification; `first_differing_tick` is None when all hashes agree."""

    n_hashes: int
    first_differing_tick: int | None
    last_equal_tick: int
    recorded: str
    replayed: str

    @property
    def is_equal(self) -> bool:
        """Whether every recorded hash came again."""
        return self.first_differing_tick is None


def verify(log: Log, name: str = "log", engine: Engine | None = None) -> Verdict:
    """Replay a log and compare every recorded hash, stopping at the first that differs."""
    wanted = dict(log.hashes)
    session = session_for(log, name, engine)
    n_seen, last_equal = 0, 0
    for current in play(log, session):
        tick = current.tick
        if tick not in wanted:
            continue
        n_seen += 1
        found = current.state_hash()
        if found != wanted[tick]:
            return Verdict(n_seen, tick, last_equal, wanted[tick], found)
        last_equal = tick
    return Verdict(n_seen, None, last_equal, "", "")
