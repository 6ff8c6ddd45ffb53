"""What is done to a catheter that lies already: grip, clamp, stitch, cut, join, tug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command


@dataclass(frozen=True, slots=True)
class GripCatheter(Command):
    """Hold the catheter with forceps for a moment, at a mark counted from the tip."""

    from_tip_m: float
    force_n: float
    is_rubber_shod: bool = True
    ranges: ClassVar = {"from_tip_m": (0.0, 1.6), "force_n": (0.0, 60.0)}


@dataclass(frozen=True, slots=True)
class ClampCatheter(Command):
    """Clamp the catheter at a mark counted from the tip; it stays shut until `UnclampCatheter`."""

    from_tip_m: float
    force_n: float
    is_rubber_shod: bool = True
    ranges: ClassVar = {"from_tip_m": (0.0, 1.6), "force_n": (0.0, 60.0)}


@dataclass(frozen=True, slots=True)
class UnclampCatheter(Command):
    """Take every clamp off the catheter."""


@dataclass(frozen=True, slots=True)
class StitchCatheter(Command):
    """Tie a stitch over the catheter without a sleeve, or run it through the tube."""

    from_tip_m: float
    tension_n: float
    is_through: bool = False
    ranges: ClassVar = {"from_tip_m": (0.0, 1.6), "tension_n": (0.0, 12.0)}


@dataclass(frozen=True, slots=True)
class CutCatheter(Command):
    """Cut the laid catheter through at a mark counted from the tip; both ends stay where they are."""

    from_tip_m: float
    ranges: ClassVar = {"from_tip_m": (0.0, 1.6)}


@dataclass(frozen=True, slots=True)
class JoinCatheter(Command):
    """Join the cut ends with a connector of the revision kit, pushed home with a force."""

    force_n: float
    ranges: ClassVar = {"force_n": (0.0, 40.0)}


@dataclass(frozen=True, slots=True)
class TugConnector(Command):
    """Pull at the connector of the pump to see that it holds."""

    force_n: float
    ranges: ClassVar = {"force_n": (0.0, 40.0)}
