"""The pocket, the pump in it, and the closed wound."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command


@dataclass(frozen=True, slots=True)
class DissectPocket(Command):
    """Open a pocket of a radius at (u, v), in a plane, with a tissue cover over the pump."""

    u_m: float
    v_m: float
    radius_m: float
    plane: str  # "subcutaneous" or "subfascial"
    cover_m: float
    ranges: ClassVar = {"u_m": (-0.6, 0.6), "v_m": (-0.2, 0.4), "radius_m": (0.03, 0.09), "cover_m": (0, 0.06)}
    words: ClassVar = {"plane": ("subcutaneous", "subfascial")}


@dataclass(frozen=True, slots=True)
class PlacePump(Command):
    """Lay the pump in the pocket; outlet angle measured from the head direction to the left."""

    outlet_angle_rad: float
    is_septum_outward: bool = True
    ranges: ClassVar = {"outlet_angle_rad": (-math.pi, math.pi)}


@dataclass(frozen=True, slots=True)
class SuturePump(Command):
    """Tie one suture loop of the pump (0..3) to fascia or fat."""

    loop: int
    substrate: str = "fascia"
    ranges: ClassVar = {"loop": (0, 3)}
    words: ClassVar = {"substrate": ("fascia", "fat")}


@dataclass(frozen=True, slots=True)
class CloseWounds(Command):
    """Close fascia, fat and skin; from here on the implant is inside."""
