"""What every command is: its ranges, and how it becomes plain data and comes back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from physics.errors import CommandError


@dataclass(frozen=True, slots=True)
class Command:
    """Base of all commands; `ranges` maps a field to its allowed closed interval, `words` to its words.

    A field in `optional` may be None as well.
    """

    ranges: ClassVar[dict[str, tuple[float, float]]] = {}
    words: ClassVar[dict[str, tuple[str, ...]]] = {}
    optional: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for item in fields(self):
            value, wanted = getattr(self, item.name), _TYPES.get(str(item.type))
            if wanted is not None and not isinstance(value, wanted[0]):
                raise CommandError(type(self).__name__, item.name, value, wanted[1])
        for name, (low, high) in self.ranges.items():
            value = getattr(self, name)
            if value is None and name in self.optional:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:  # NaN is in no interval
                raise CommandError(type(self).__name__, name, value, f"a finite number {low} .. {high}")
        for name, allowed in self.words.items():
            if getattr(self, name) is None and name in self.optional:
                continue
            if getattr(self, name) not in allowed:
                raise CommandError(type(self).__name__, name, getattr(self, name), "one of " + ", ".join(allowed))


_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a word"), "bool": ((bool,), "true or false"), "int": ((int,), "a whole number"),
    "int | None": ((int, type(None)), "a whole number or none"),
}  # fmt: skip
MOST_WAYPOINTS = 64
WAYPOINT_RANGE_M = (-1.0, 1.0)
DEPTH_RANGE_M = (0.0, 0.1)  # outside the skin there is no tunnel


def _subclasses(root: type[Command]) -> dict[str, type[Command]]:
    return {c.__name__: c for c in sorted(root.__subclasses__(), key=lambda c: c.__name__)}


def command_to_dict(command: Command) -> dict[str, Any]:
    """Return a command as plain data: its name under "name", its fields beside it."""
    return {"name": type(command).__name__} | asdict(command)


def waypoints(name: str, points: Any) -> tuple[tuple[float, ...], ...]:
    """Return way points read from plain data as tuples of three lengths."""
    low, high = WAYPOINT_RANGE_M
    expected = f"at most {MOST_WAYPOINTS} points of 3 numbers {low} .. {high}"
    if not isinstance(points, (list, tuple)) or len(points) > MOST_WAYPOINTS:
        raise CommandError(name, "waypoints_m", points, expected)
    for point in points:
        if not isinstance(point, (list, tuple)) or len(point) != 3:
            raise CommandError(name, "waypoints_m", point, expected)
        for length in point:
            if isinstance(length, bool) or not isinstance(length, (int, float)) or not low <= length <= high:
                raise CommandError(name, "waypoints_m", length, expected)
        if not DEPTH_RANGE_M[0] <= point[2] <= DEPTH_RANGE_M[1]:
            raise CommandError(name, "waypoints_m", point, "a depth of {} .. {} under the skin".format(*DEPTH_RANGE_M))
    return tuple(tuple(float(length) for length in point) for point in points)


def command_from_dict(data: dict[str, Any]) -> Command:
    """Return the command that `command_to_dict` wrote.

    Raises
    ------
    CommandError
        If the name is unknown, a field is missing or unknown, or a value is out of range.
    """
    known = _subclasses(Command)
    name = data.get("name")
    if not isinstance(name, str) or name not in known:
        raise CommandError("command", "name", name, "one of " + ", ".join(known))
    kind = known[name]
    given = {k: v for k, v in data.items() if k != "name"}
    allowed = {f.name for f in fields(kind)}
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise CommandError(name, unknown[0], given[unknown[0]], "one of " + ", ".join(sorted(allowed)))
    if "waypoints_m" in given:
        given["waypoints_m"] = waypoints(name, given["waypoints_m"])
    try:
        return kind(**given)
    except TypeError as error:
        raise CommandError(name, "fields", sorted(given), f"exactly {sorted(allowed)}") from error
