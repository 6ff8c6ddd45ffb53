"""Fill and programme of the pump, the syringe and the refill needle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command


@dataclass(frozen=True, slots=True)
class FillOnTable(Command):
    """Empty the new pump's water and fill it on the back table; purge = run to a drop."""

    volume_m3: float
    concentration_kg_per_m3: float
    is_purged: bool
    ranges: ClassVar = {"volume_m3": (0, 45e-6), "concentration_kg_per_m3": (0, 4.0)}


@dataclass(frozen=True, slots=True)
class ProgramPump(Command):
    """Send a whole prescription; the pump runs the volume rate the programmer computed.

    `dose_kg_per_s` and `concentration_kg_per_m3` are what was *entered*. A bridge runs the old
    rate for `bridge_volume_m3` first; a prime delivers `prime_volume_m3` at full rate.
    """

    mode: str  # "continuous", "bolus", "minimum", "stopped"
    dose_kg_per_s: float
    concentration_kg_per_m3: float
    reservoir_volume_m3: float
    alarm_volume_m3: float
    prime_volume_m3: float = 0.0
    bridge_volume_m3: float = 0.0
    bolus_kg: float = 0.0
    bolus_duration_s: float = 600.0
    recorded_length_m: float = 0.0
    ranges: ClassVar = {
        "dose_kg_per_s": (0, 1e-10), "concentration_kg_per_m3": (1e-6, 4.0), "reservoir_volume_m3": (0, 45e-6),
        "alarm_volume_m3": (0, 10e-6), "prime_volume_m3": (0, 1e-6), "bridge_volume_m3": (0, 1e-6),
        "bolus_kg": (0, 1e-5), "bolus_duration_s": (1, 86400), "recorded_length_m": (0, 1.6),
    }  # fmt: skip
    words: ClassVar = {"mode": ("continuous", "bolus", "minimum", "stopped")}


@dataclass(frozen=True, slots=True)
class TakeSyringe(Command):
    """Take a syringe: contents "drug", "empty", "saline" or "contrast"."""

    contents: str
    volume_m3: float
    concentration_kg_per_m3: float = 0.0
    ranges: ClassVar = {"volume_m3": (0, 50e-6), "concentration_kg_per_m3": (0, 4.0)}
    words: ClassVar = {"contents": ("drug", "empty", "saline", "contrast")}


@dataclass(frozen=True, slots=True)
class PlaceRefillNeedle(Command):
    """Rest the 22 G refill needle on the skin at (u, v) with a tilt from the skin normal."""

    u_m: float
    v_m: float
    tilt_u_rad: float = 0.0
    tilt_v_rad: float = 0.0
    ranges: ClassVar = {"u_m": (-0.6, 0.6), "v_m": (-0.2, 0.4), "tilt_u_rad": (-0.8, 0.8), "tilt_v_rad": (-0.8, 0.8)}


@dataclass(frozen=True, slots=True)
class AdvanceRefillNeedle(Command):
    """Move the hand's set point along the refill needle; negative withdraws."""

    travel_m: float
    ranges: ClassVar = {"travel_m": (-0.005, 0.005)}


@dataclass(frozen=True, slots=True)
class MovePlunger(Command):
    """Push (positive) or pull (negative) the plunger for one tick at a force."""

    force_n: float
    ranges: ClassVar = {"force_n": (-60.0, 60.0)}


@dataclass(frozen=True, slots=True)
class UsePort(Command):
    """Push (positive) or pull the syringe in the hand at the catheter access port, or at the open catheter end.

    The hand keeps its force until `volume_m3` has moved or `longest_s` is over; that time passes. The
    needle is taken to sit in the port; an open end is the pump end of a laid catheter, connector off.
    """

    force_n: float
    volume_m3: float
    longest_s: float = 60.0
    is_open_end: bool = False
    ranges: ClassVar = {"force_n": (-60.0, 60.0), "volume_m3": (1e-9, 10e-6), "longest_s": (0.1, 300.0)}
