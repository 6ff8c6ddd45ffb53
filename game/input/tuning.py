"""The gains of the hands, read from `tuning.toml` beside this file.

    from game.input.tuning import gain

    NOTCH_M = {"needle": gain("notch.needle") * 1e-3}     # the file speaks mm, N, mL, degrees; SI begins here
    gain("stick.dead_zone")                                # 0.12

`gain(key)` returns the value in the unit that stands in the file (`unit(key)` names it). Read it once, at import,
where it is used often. To add a gain, add a line with value, unit, range and source to the file; nothing else.
The law of the hand (a spring) is physics and stays in `physics.tissue.needle_way.NeedleSpec`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("tuning.toml")
FIELDS = {"value": (int, float), "unit": str, "low": (int, float), "high": (int, float), "source": str}


class TuningError(Exception):
    """The tuning file cannot be used; the message names file, key, value and range."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One line of the file."""

    value: float
    unit: str
    low: float
    high: float
    source: str


def _line(name: str, key: str, line: object) -> Gain:
    if not isinstance(line, Mapping) or set(line) != set(FIELDS):
        raise TuningError(f"{name}: {key} = {line!r}; expected a table with {', '.join(FIELDS)}")
    for field, kind in FIELDS.items():
        if not isinstance(line[field], kind) or isinstance(line[field], bool):
            raise TuningError(f"{name}: {key}.{field} = {line[field]!r}; expected {'a text' if kind is str else 'a number'}")
    if not line["low"] <= line["value"] <= line["high"]:
        raise TuningError(f"{name}: {key} = {line['value']!r}; expected {line['low']} to {line['high']} {line['unit']}".rstrip())
    if not line["source"].strip():
        raise TuningError(f"{name}: {key}.source is empty; expected where the value comes from")
    return Gain(float(line["value"]), line["unit"], float(line["low"]), float(line["high"]), line["source"])


def parse(text: str, name: str = FILE.name) -> dict[str, Gain]:
    """Return the gains of a text by "group.name".

    Raises
    ------
    TuningError
        If the text is no TOML, a line lacks a field, or a value is outside its range.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TuningError(f"{name}: {error}") from error
    out = {}
    for group, lines in data.items():
        if not isinstance(lines, Mapping):
            raise TuningError(f"{name}: {group} = {lines!r}; expected a group of gains")
        out |= {f"{group}.{key}": _line(name, f"{group}.{key}", line) for key, line in lines.items()}
    return out


@cache
def gains() -> dict[str, Gain]:
    """Return all gains of the shipped file.

    Raises
    ------
    TuningError
        If the file cannot be used.
    """
    return parse(FILE.read_text(encoding="utf-8"), str(FILE.name))


def _gain(key: str) -> Gain:
    found = gains().get(key)
    if found is None:
        near = sorted(k for k in gains() if k.split(".")[0] == key.split(".")[0]) or sorted({k.split(".")[0] for k in gains()})
        raise KeyError(f"{key} is not in {FILE.name}; there are {', '.join(near)}")
    return found


def gain(key: str) -> float:
    """Return a gain ("notch.needle") in its unit.

    Raises
    ------
    KeyError
        If there is no such gain; names those of the group.
    """
    return _gain(key).value


def unit(key: str) -> str:
    """Return the unit of a gain ("" for a plain number)."""
    return _gain(key).unit
