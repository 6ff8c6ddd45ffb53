"""The `.thecal` file: one header line, then one JSON line per tick that has something to say.

    {"thecal": "log", "format": 1, "physics": "2", "content": "1.0.0", "scenario": {...}, "seed": 0, ...}
    {"t": 12, "c": [{"name": "PlaceNeedle", ...}], "a": [{"name": "item.IM05", ...}]}    input of tick 12
    {"t": 64, "h": "9f...", "s": "03..."}                                           world after tick 64
    {"t": 7040, "h": "41...", "s": "7a...", "end": "finished"}                       nothing follows
    {"t": 7041, "s": "7a...", "end": "tick 7041: ..."}                              instead: tick 7041 broke
"h" is the hash of the world, "s" the seal: a digest of every byte of the log before this line. The world does not
feel an action, the seal does: an edited log is noticed whatever was edited.
A finished log is the same text, gzip-compressed. A last line without its newline is what a killed
program leaves behind: it is dropped. Everything else that is wrong is refused with one `LogError`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from physics.clock import TICK_HZ
from physics.commands import Command, command_to_dict
from physics.params import StartState
from scenarios.actions import Action, action_to_dict
from scenarios.schema import Scenario

FORMAT = 1
PHYSICS_VERSION = "6"  # raised with every "Physics-affecting" entry of the changelog
MAX_BYTES = 64 * 1024 * 1024  # of text, compressed or not: about 8 h of hands without a pause
MAX_LINE_BYTES = 1024 * 1024
MAX_DEPTH = 24
MAX_TICK = 64 * 3600 * 24
GZIP_MAGIC = b"\x1f\x8b"

HEADER_KEYS = (
    "thecal", "format", "physics", "content", "scenario", "seed", "tick_hz", "numpy", "numba", "player",
    "help_level", "inherited",
)  # fmt: skip
SCENARIO_KEYS = ("id", "version", "sha256", "text")
LINE_KEYS = ("t", "c", "a", "h", "s", "end")
MAX_SEED = 2**31 - 1
MAX_WORD = 200
MOST_SAFE_POINTS = 48  # states that a session keeps to come back to
HEARTBEAT = 64  # ticks; a log that is silent for longer was not recorded


class LogError(Exception):
    """A log cannot be used: names file, line, key, value and what is allowed."""

    def __init__(self, file: str, line: int, key: str, value: object, expected: str) -> None:
        self.file, self.line, self.key = file, line, key
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {key} = {shown}; expected {expected}")


@dataclass(frozen=True, slots=True)
class Header:
    """What a log must say to be replayed alone."""

    scenario_id: str
    scenario_version: str
    scenario_sha256: str
    scenario_text: str
    seed: int
    numpy: str
    numba: str
    player: str = "human"
    help_level: str = "free"
    inherited: StartState | None = None
    physics: str = PHYSICS_VERSION
    tick_hz: int = TICK_HZ


@dataclass(frozen=True, slots=True)
class TickInput:
    """What was asked in one tick."""

    tick: int
    commands: tuple[Command, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """A log as read: header, inputs, hashes, and whether it was ended properly."""

    header: Header
    inputs: tuple[TickInput, ...]
    hashes: tuple[tuple[int, str], ...]
    last_tick: int
    end: str | None
    is_truncated: bool
    edited_between: tuple[int, int] | None = None  # ticks between which the text was changed after recording


def header_for(
    scenario: Scenario, seed: int, player: str = "human", help_level: str = "free", inherited: StartState | None = None
) -> Header:
    """Return the header of a new log: the scenario goes in whole, its patient inlined."""
    import numba
    import numpy

    text = scenario.model_dump_json()
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Header(
        scenario.id, scenario.version, digest, text, seed, numpy.__version__, numba.__version__, player, help_level,
        inherited,
    )  # fmt: skip


def header_line(header: Header) -> str:
    """Return the first line of a log."""
    document = {
        "thecal": "log", "format": FORMAT, "physics": header.physics, "content": header.scenario_version,
        "scenario": {
            "id": header.scenario_id, "version": header.scenario_version, "sha256": header.scenario_sha256,
            "text": header.scenario_text,
        },
        "seed": header.seed, "tick_hz": header.tick_hz, "numpy": header.numpy, "numba": header.numba,
        "player": header.player, "help_level": header.help_level,
        "inherited": None if header.inherited is None else asdict(header.inherited),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def input_line(tick: int, commands: tuple[Command, ...], actions: tuple[Action, ...]) -> str:
    """Return the line that holds the input of a tick."""
    line: dict[str, Any] = {"t": tick}
    if commands:
        line["c"] = [command_to_dict(c) for c in commands]
    if actions:
        line["a"] = [action_to_dict(a) for a in actions]
    return json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"


def hash_line(tick: int, state_hash: str, seal: str, end: str | None = None) -> str:
    """Return the line that holds the hash of the world after a tick; `end` closes the log."""
    line: dict[str, Any] = {"t": tick}
    if state_hash:
        line["h"] = state_hash
    line["s"] = seal
    if end is not None:
        line["end"] = end
    return json.dumps(line, ensure_ascii=False) + "\n"


class Seal:
    """Running digest of the text of a log."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def feed(self, line: bytes) -> None:
        """Take a line, its newline included."""
        self._digest.update(line)

    def word(self) -> str:
        """Return the seal of everything fed so far."""
        return self._digest.hexdigest()[:32]
