"""Read a log back, strictly: anything that a recorder would not have written is a `LogError`."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zlib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from game.replay.format import (
    FORMAT, GZIP_MAGIC, HEADER_KEYS, HEARTBEAT, LINE_KEYS, MAX_BYTES, MAX_DEPTH, MAX_LINE_BYTES, MAX_SEED, MAX_TICK,
    MAX_WORD, MOST_SAFE_POINTS, PHYSICS_VERSION, SCENARIO_KEYS, Header, Log, LogError, Seal, TickInput,
)  # fmt: skip
from physics.clock import TICK_HZ
from physics.commands import command_from_dict
from physics.errors import CommandError
from physics.params import StartState
from scenarios.actions import SAFE_KEEP, SAFE_UNDO, action_from_dict
from scenarios.schema import Scenario

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)  # closed or not, so that the scan is linear
_HASH = re.compile(r"^[0-9a-f]{8,128}$")


def _text_of(path: Path, name: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise LogError(name, 0, "file", "not a regular file", "a readable .thecal file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if raw.startswith(GZIP_MAGIC):
            with gzip.open(path, "rb") as packed:
                raw = packed.read(MAX_BYTES + 1)
    except EOFError as error:
        raise LogError(name, 0, "file", "compressed data ends early", "a whole .thecal file") from error
    except (OSError, zlib.error, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LogError(name, 0, "file", reason, "a readable .thecal file") from error
    if len(raw) > MAX_BYTES:
        raise LogError(name, 0, "size", f"> {MAX_BYTES} bytes", f"<= {MAX_BYTES} bytes")
    return raw


def _refuse_depth(text: str, name: str, number: int) -> None:
    depth = 0
    for character in _STRING.sub("", text):
        depth += (character in "[{") - (character in "]}")
        if depth > MAX_DEPTH:
            raise LogError(name, number, "nesting", f"> {MAX_DEPTH}", f"<= {MAX_DEPTH}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands twice")
    return table


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _object(raw: bytes, name: str, number: int, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON object on one line, with no key but the allowed ones."""
    if len(raw) > MAX_LINE_BYTES:
        raise LogError(name, number, "line", f"{len(raw)} bytes", f"<= {MAX_LINE_BYTES} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LogError(name, number, f"byte {error.start}", hex(raw[error.start]), "UTF-8 text") from error
    _refuse_depth(text, name, number)
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise LogError(name, number, "line", text[:40], f"a JSON object ({error})") from error
    if not isinstance(data, dict):
        raise LogError(name, number, "line", text[:40], "a JSON object")
    _refuse_unknown(data, allowed, name, number)
    return data


def _refuse_unknown(data: dict[str, Any], allowed: tuple[str, ...], name: str, number: int) -> None:
    for key in data:
        if key not in allowed:
            raise LogError(name, number, key, data[key], "one of " + ", ".join(allowed))


def _whole(data: dict[str, Any], key: str, name: str, number: int, top: int) -> int:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= top:
        raise LogError(name, number, key, value, f"a whole number 0 .. {top}")
    return value


def _word(data: dict[str, Any], key: str, name: str, number: int = 1, most: int = MAX_WORD) -> str:
    value = data.get(key)
    if not isinstance(value, str) or len(value) > most:
        raise LogError(name, number, key, value, f"text of at most {most} characters")
    return value


def _inherited(data: Any, name: str) -> StartState | None:
    if data is None:
        return None
    wanted = {f.name: f.type for f in fields(StartState)}
    if not isinstance(data, dict) or set(data) != set(wanted):
        raise LogError(name, 1, "inherited", data, "null or exactly " + ", ".join(sorted(wanted)))
    for key, kind in wanted.items():
        value, types = data[key], {"str": (str,), "int": (int,)}.get(str(kind), (int, float))
        if isinstance(value, bool) or not isinstance(value, types):
            raise LogError(name, 1, f"inherited.{key}", value, str(kind))
    return StartState(**data)


def _header(raw: bytes, name: str) -> Header:
    data = _object(raw, name, 1, HEADER_KEYS)
    if data.get("thecal") != "log":
        raise LogError(name, 1, "thecal", data.get("thecal"), "'log' (is this a .thecal file?)")
    for key, wanted in (("format", FORMAT), ("physics", PHYSICS_VERSION), ("tick_hz", TICK_HZ)):
        if data.get(key) != wanted or isinstance(data.get(key), bool):
            raise LogError(
                name, 1, key, data.get(key), f"{wanted!r}: the log was written by another version of Thecal, which replays it"
            )
    scenario = data.get("scenario")
    if not isinstance(scenario, dict):
        raise LogError(name, 1, "scenario", scenario, "an object")
    _refuse_unknown(scenario, SCENARIO_KEYS, name, 1)
    text = _word(scenario, "text", name, most=MAX_LINE_BYTES)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    if scenario.get("sha256") != digest:
        raise LogError(name, 1, "scenario.sha256", scenario.get("sha256"), f"{digest}: the text was changed")
    return Header(
        _word(scenario, "id", name), _word(scenario, "version", name), digest, text,
        _whole(data, "seed", name, 1, MAX_SEED), _word(data, "numpy", name), _word(data, "numba", name),
        _word(data, "player", name), _word(data, "help_level", name), _inherited(data.get("inherited"), name),
    )  # fmt: skip


def _listed(data: dict[str, Any], key: str, name: str, number: int) -> list[dict[str, Any]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise LogError(name, number, key, value, "a list of objects")
    return value


def _input(data: dict[str, Any], tick: int, name: str, number: int) -> TickInput:
    try:
        commands = tuple(command_from_dict(c) for c in _listed(data, "c", name, number))
        actions = tuple(action_from_dict(a) for a in _listed(data, "a", name, number))
    except (CommandError, ValueError, TypeError) as error:
        raise LogError(name, number, "input", data, str(error)) from error
    return TickInput(tick, commands, actions)


def read_log(path: str | Path) -> Log:
    """Return a log from its file, plain or compressed.

    Raises
    ------
    LogError
        At the first thing that is wrong: file, line, key, value, allowed range.
    """
    path, name = Path(path), Path(path).name
    raw = _text_of(path, name)
    if b"\n" not in raw:
        raise LogError(name, 1, "header", raw[:40], "a whole first line")
    stream, seal = io.BytesIO(raw), Seal()
    first = stream.readline()
    header = _header(first[:-1], name)
    seal.feed(first)
    body = _Body()
    for number, line in enumerate(stream, start=2):
        if not line.endswith(b"\n"):
            break
        _take(body, line[:-1], name, number, seal.word())
        seal.feed(line)
    last = body.last_tick - (1 if body.has_broken else 0)  # the tick that broke has input but no world after it
    return Log(header, tuple(body.inputs), tuple(body.hashes), last, body.end, not raw.endswith(b"\n"), body.edited_between)


@dataclass(slots=True)
class _Body:
    """What the lines after the header have said so far."""

    inputs: list[TickInput] = field(default_factory=list)
    hashes: list[tuple[int, str]] = field(default_factory=list)
    last_tick: int = 0
    last_input: int = 0
    last_sealed: int = 0
    kept: tuple[int, ...] = ()  # ticks whose state was kept to come back to
    end: str | None = None
    has_broken: bool = False
    edited_between: tuple[int, int] | None = None


def _take(body: _Body, line: bytes, name: str, number: int, seal: str) -> None:
    """Read one line into the body, strictly."""
    if body.end is not None:
        raise LogError(name, number, "line", line[:40], "nothing after the end line")
    data = _object(line, name, number, LINE_KEYS)
    tick, is_input = _whole(data, "t", name, number, MAX_TICK), "c" in data or "a" in data
    if tick < body.last_tick or is_input and tick <= body.last_input:
        raise LogError(name, number, "t", tick, f"> {body.last_tick}: ticks must rise")
    if tick > body.last_sealed + HEARTBEAT:
        raise LogError(name, number, "t", tick, f"<= {body.last_sealed + HEARTBEAT}: a hash stands every {HEARTBEAT} ticks")
    body.last_tick = tick
    if is_input:
        body.inputs.append(_input(data, tick, name, number))
        body.last_input = tick
        body.kept = _kept_after(body.kept, body.inputs[-1], name, number)
    if "h" in data:
        if not _HASH.match(_word(data, "h", name, number)):
            raise LogError(name, number, "h", data["h"], "8 to 128 hexadecimal digits")
        body.hashes.append((tick, data["h"]))
    if "h" in data or "end" in data:
        if _word(data, "s", name, number) != seal and body.edited_between is None:
            body.edited_between = (body.last_sealed, tick)
        body.last_sealed = tick
    if "end" in data:
        body.end, body.has_broken = _word(data, "end", name, number), "h" not in data and tick > 0


def _kept_after(kept: tuple[int, ...], given: TickInput, name: str, number: int) -> tuple[int, ...]:
    """Return the ticks that can be gone back to after an input; an undo to any other is refused."""
    for action in given.actions:
        if action.name == SAFE_UNDO:
            if round(action.number) not in kept:
                raise LogError(name, number, SAFE_UNDO, action.number, f"the tick of a kept state ({', '.join(map(str, kept)) or 'none'})")
            kept = tuple(t for t in kept if t <= round(action.number))
    if any(action.name == SAFE_KEEP for action in given.actions):
        kept = (*kept, given.tick)
    return kept[-MOST_SAFE_POINTS:]


def scenario_of(log: Log, name: str = "log") -> Scenario:
    """Return the scenario that a log carries in its header.

    Raises
    ------
    LogError
        If the carried scenario does not fit the schema.
    """
    try:
        scenario = Scenario.model_validate_json(log.header.scenario_text)
    except ValidationError as error:
        first = error.errors()[0]
        key = "scenario.text." + ".".join(str(p) for p in first["loc"])
        raise LogError(name, 1, key, first.get("input"), first["msg"]) from error
    if scenario.id != log.header.scenario_id:
        raise LogError(name, 1, "scenario.id", log.header.scenario_id, repr(scenario.id))
    return scenario
