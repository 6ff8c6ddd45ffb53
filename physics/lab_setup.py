"""What lies on the table of the kink lab at the start, and what hands may ask there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from physics.commands import Command

HALF_SPAN_M, DEPTH_M, HEIGHT_M = 0.25, 0.20, 0.15  # reach of the hands over the table


@dataclass(frozen=True, slots=True)
class LabSetup:
    """What lies on the table at the start.

    Attributes
    ----------
    name : str
        Key in `SETUPS`.
    length_m : float
        Catheter between the hands.
    is_flat : bool
        Two glass plates keep it in a plane, as a layer of fascia does.
    hands_m, headings_rad : pairs
        Where the hands hold it (x, y, z) and in which direction it leaves them.
    loop_radius_m : float
        Least radius of a loop laid between the hands; 0 = none.
    pins_m : tuple of (x, y)
        Upright steel pins.
    needle_m : (hub, tip) or ()
        A needle lies along x at the height of the hands, the catheter through it.
    """

    name: str
    length_m: float
    is_flat: bool
    hands_m: tuple[tuple[float, float, float], tuple[float, float, float]]
    headings_rad: tuple[float, float] = (0.0, math.pi)
    loop_radius_m: float = 0.0
    pins_m: tuple[tuple[float, float], ...] = ()
    needle_m: tuple[float, ...] = ()


_LOW = 0.6e-3  # a catheter that lies on the table
SETUPS: dict[str, LabSetup] = {
    "loop": LabSetup("loop", 0.180, True, ((-0.044, -0.02, _LOW), (0.044, -0.02, _LOW)), loop_radius_m=12e-3),
    "arch": LabSetup("arch", 0.150, True, ((-0.075, -0.03, _LOW), (0.075, -0.03, _LOW))),
    "twist": LabSetup("twist", 0.170, False, ((-0.085, 0.0, 0.030), (0.085, 0.0, 0.030))),
    "pins": LabSetup(
        "pins", 0.180, True, ((-0.090, -0.01, _LOW), (0.090, -0.01, _LOW)),
        pins_m=((-0.024, -0.0165), (0.0, -0.0035), (0.024, -0.0165)),
    ),
    "needle": LabSetup("needle", 0.180, False, ((-0.090, 0.0, 0.030), (0.090, 0.0, 0.030)), needle_m=(-0.062, -0.008)),
}  # fmt: skip
PIN_RADIUS_M = 2e-3
PIN_HEIGHT_M = 12e-3
NEEDLE_BORE_M = 0.75e-3  # inner radius, as `Surroundings.needle_bore_m`
STEEL_STIFFNESS_PA = 1e6  # tuned: a quarter millimetre of give at the strongest pull round a 3 mm pin


@dataclass(frozen=True, slots=True)
class MoveHand(Command):
    """Move the set point of a hand: place, direction in which the catheter leaves it, roll about that direction."""

    hand: int
    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    turn_rad: float
    ranges: ClassVar[dict[str, tuple[float, float]]] = {
        "hand": (0, 1), "x_m": (-HALF_SPAN_M, HALF_SPAN_M), "y_m": (-DEPTH_M, DEPTH_M), "z_m": (0.0, HEIGHT_M),
        "heading_rad": (-40 * math.pi, 40 * math.pi), "turn_rad": (-40 * math.pi, 40 * math.pi),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class GripHand(Command):
    """Let the catheter go with one hand, or take it again where it lies."""

    hand: int
    is_closed: bool
    ranges: ClassVar[dict[str, tuple[float, float]]] = {"hand": (0, 1)}


@dataclass(frozen=True, slots=True)
class BendCycles(Command):
    """Bend and straighten: both hands move together by a distance and back, so many times."""

    count: int
    amplitude_m: float
    ranges: ClassVar[dict[str, tuple[float, float]]] = {"count": (1, 1_000_000), "amplitude_m": (0.0, 0.1)}


@dataclass(frozen=True, slots=True)
class MovePin(Command):
    """Move the set point of a pin."""

    pin: int
    x_m: float
    y_m: float
    ranges: ClassVar[dict[str, tuple[float, float]]] = {
        "pin": (0, 31), "x_m": (-HALF_SPAN_M, HALF_SPAN_M), "y_m": (-DEPTH_M, DEPTH_M),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SizePins(Command):
    """Change all pins to a radius."""

    radius_m: float
    ranges: ClassVar[dict[str, tuple[float, float]]] = {"radius_m": (0.5e-3, 10e-3)}


@dataclass(frozen=True, slots=True)
class FeedLumen(Command):
    """Choose what drives fluid through the lumen: a water column [m], or a pump [m3/s]."""

    source: str
    head_m: float = 0.3
    flow_m3_per_s: float = 5.787e-12  # 0.5 mL a day
    words: ClassVar[dict[str, tuple[str, ...]]] = {"source": ("drip", "pump")}
    ranges: ClassVar[dict[str, tuple[float, float]]] = {"head_m": (0.0, 2.0), "flow_m3_per_s": (0.0, 1e-9)}
