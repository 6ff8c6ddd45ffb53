"""What physics raises when the program or its content is wrong (a mishap is an event)."""

from __future__ import annotations


class PhysicsError(Exception):
    """Root of every error raised by physics."""


class SimulationDiverged(PhysicsError):
    """A non-finite number appeared; the log up to here is still good."""

    def __init__(self, tick: int, subsystem: str, quantity: str) -> None:
        self.tick = tick
        self.subsystem = subsystem
        self.quantity = quantity
        super().__init__(f"tick {tick}: {subsystem}: {quantity} is not finite")


class CommandError(PhysicsError):
    """A command carries a value outside its physical range."""

    def __init__(self, command: str, name: str, value: object, expected: str) -> None:
        self.command = command
        self.name = name
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        super().__init__(f"{command}.{name} = {shown}; expected {expected}")
