"""What physics raises when the program or its content is wrong (a mishap is an event)."""

from __future__ import annotations

import math

import numpy as np


class PhysicsError(Exception):
    """Root of every error raised by physics."""


class SimulationDiverged(PhysicsError):
    """A non-finite number appeared; the log up to here is still good."""

    def __init__(self, tick: int, subsystem: str, quantity: str) -> None:
        self.tick = tick
        self.subsystem = subsystem
        self.quantity = quantity
        super().__init__(f"tick {tick}: {subsystem}: {quantity} is not finite")


class OutOfRange(PhysicsError, ValueError):
    """A value outside its physical range: who was given what, and what is allowed."""

    def __init__(self, where: str, name: str, value: object, expected: str) -> None:
        self.where = where
        self.name = name
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        super().__init__(f"{where}.{name} = {shown}; expected {expected}")


class CommandError(OutOfRange):
    """A command carries a value outside its physical range."""

    def __init__(self, command: str, name: str, value: object, expected: str) -> None:
        self.command = command
        super().__init__(command, name, value, expected)


def check_range(where: str, name: str, value: float, low: float, high: float, unit: str = "") -> None:
    """Refuse a value outside the closed interval low .. high; NaN is in no interval."""
    if not low <= value <= high:
        bound = f"{low:g} .. {high:g}" if math.isfinite(high) else f"at least {low:g}"
        raise OutOfRange(where, name, value, f"{bound} {unit}".rstrip())


def check_above(where: str, name: str, value: float, bound: float = 0.0, unit: str = "") -> None:
    """Refuse a value that is not finite or not greater than `bound`."""
    if not bound < value < math.inf:
        raise OutOfRange(where, name, value, f"a finite number above {bound:g} {unit}".rstrip())


def check_finite(where: str, name: str, values: object) -> None:
    """Refuse arrays with a number that is not finite, naming the first."""
    array = np.asarray(values, dtype=np.float64)
    bad = ~np.isfinite(array)
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise OutOfRange(where, name, f"{float(array[bad][0])} at {at}", "finite numbers only")
