"""Lumbar approach: wound, Tuohy needle and the hand that holds it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command


@dataclass(frozen=True, slots=True)
class InciseLumbar(Command):
    """Open skin and fat over the entry down to the lumbodorsal fascia."""

    u_m: float
    v_m: float
    length_m: float
    depth_m: float
    ranges: ClassVar = {"u_m": (-0.2, 0.2), "v_m": (-0.2, 0.5), "length_m": (0, 0.12), "depth_m": (0, 0.08)}


@dataclass(frozen=True, slots=True)
class PlaceNeedle(Command):
    """Rest the Tuohy tip on the skin (or in the wound) at (u, v), aimed but not advanced.

    `elevation_rad` is the angle to the skin in the sagittal plane (pi/2 = perpendicular, smaller =
    tip pointing to the head); `medial_rad` turns the tip toward the midline.
    """

    u_m: float
    v_m: float
    elevation_rad: float
    medial_rad: float
    length_m: float = 0.089
    ranges: ClassVar = {
        "u_m": (-0.2, 0.2), "v_m": (-0.2, 0.5), "elevation_rad": (0.17, 2.6),
        "medial_rad": (-1.0, 1.0), "length_m": (0.05, 0.16),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AimNeedle(Command):
    """Turn the hub: free before the fascia, a side load after it."""

    elevation_rad: float
    medial_rad: float
    ranges: ClassVar = {"elevation_rad": (0.17, 2.6), "medial_rad": (-1.0, 1.0)}


@dataclass(frozen=True, slots=True)
class AdvanceNeedle(Command):
    """Move the hand's set point along the needle; negative withdraws."""

    travel_m: float
    ranges: ClassVar = {"travel_m": (-0.005, 0.005)}


@dataclass(frozen=True, slots=True)
class RotateNeedle(Command):
    """Turn the bevel; 0 = opening toward the head."""

    angle_rad: float
    ranges: ClassVar = {"angle_rad": (-math.pi, math.pi)}


@dataclass(frozen=True, slots=True)
class BraceHand(Command):
    """Rest the knuckles on the back (stiffer, slower hand) or lift them."""

    is_braced: bool


@dataclass(frozen=True, slots=True)
class SetNeedleStylet(Command):
    """Put the needle's stylet in or take it out."""

    is_in: bool


@dataclass(frozen=True, slots=True)
class RemoveNeedle(Command):
    """Draw the needle out over the catheter, which is held or not."""

    is_catheter_held: bool
