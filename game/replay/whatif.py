"""One thing done otherwise: a change of recorded commands from a tick on."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

from game.replay.format import TickInput
from game.replay.player import Change
from physics.commands import Command, command_from_dict, command_to_dict


class ChangeError(ValueError):
    """A change is not written as `Command.field=value` or `-Command`."""


def _kinds() -> dict[str, type[Command]]:
    return {kind.__name__: kind for kind in Command.__subclasses__()}


def _parsed(text: str) -> tuple[str, str, Any]:
    head, _, value = text.partition("=")
    kind, _, field = head.lstrip("-").partition(".")
    known = _kinds()
    if kind not in known:
        raise ChangeError(f"--change = {text!r}; expected -Command or Command.field=value, Command one of {', '.join(sorted(known))}")
    if text.startswith("-"):
        return kind, "", None
    names = [f.name for f in fields(known[kind])]
    if field not in names or not value:
        raise ChangeError(f"--change = {text!r}; expected {kind}.field=value, field one of {', '.join(names)}")
    try:
        return kind, field, json.loads(value)
    except ValueError:
        return kind, field, value


def change_from(texts: list[str], first_tick: int) -> Change:
    """Return a change of inputs from its words.

    Raises
    ------
    ChangeError
        If a word is not understood.
    """
    rules = [_parsed(text) for text in texts]

    def altered(command: Command) -> Command | None:
        for kind, field, value in rules:
            if type(command).__name__ != kind:
                continue
            if not field:
                return None
            command = command_from_dict(command_to_dict(command) | {field: value})
        return command

    def change(given: TickInput) -> TickInput:
        if given.tick < first_tick:
            return given
        kept = tuple(c for c in map(altered, given.commands) if c is not None)
        return replace(given, commands=kept)

    return change
