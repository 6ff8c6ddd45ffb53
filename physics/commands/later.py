"""Later operations: open the old scars, take the old pump out, lay a new one in, take the catheter out, join a new segment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command


@dataclass(frozen=True, slots=True)
class OpenPocket(Command):
    """Cut along the old scar down to the capsule and open it; `length_m` runs across the trunk, round (u, v).

    Diathermy seals as it cuts, and melts a catheter that lies beside the cut.
    """

    u_m: float
    v_m: float
    length_m: float
    is_diathermy: bool = False
    ranges: ClassVar = {"u_m": (-0.6, 0.6), "v_m": (-0.2, 0.4), "length_m": (0.03, 0.16)}


@dataclass(frozen=True, slots=True)
class OpenLumbar(Command):
    """Cut along the old scar of the back with the blade down to `depth_m`, the rest to the fascia spread bluntly.

    `length_m` runs along the spine. Anchor and loop lie on the fascia: a blade that goes so deep meets them.
    """

    u_m: float
    v_m: float
    length_m: float
    depth_m: float
    is_diathermy: bool = False
    ranges: ClassVar = {"u_m": (-0.1, 0.1), "v_m": (-0.2, 0.4), "length_m": (0.01, 0.12), "depth_m": (0.0, 0.08)}


@dataclass(frozen=True, slots=True)
class DisconnectCatheter(Command):
    """Press the connector open and take it off the pump; CSF may then drop from the catheter's end."""


@dataclass(frozen=True, slots=True)
class TakeOutPump(Command):
    """Cut the pump's sutures and lift it out, with what is in its reservoir and tubing.

    The new pump of the same model lies on the back table from then on: `FillOnTable` fills it, `UnpackPump` takes another.
    """


PUMP_MODELS = ("8637-20", "8637-40", "8667-20", "8667-40")  # 20 mL, 40 mL [device_and_procedure 1.1, 1.9]


@dataclass(frozen=True, slots=True)
class UnpackPump(Command):
    """Take a pump of another model out of its pack, onto the back table: it is filled there, then laid in.

    Its case, with bath, water and fill, is a new one; the pump that lay there before goes with what is in it.
    """

    model: str
    words: ClassVar = {"model": PUMP_MODELS}


@dataclass(frozen=True, slots=True)
class PlaceNewPump(Command):
    """Lay the new pump in the old pocket; outlet angle measured from the head direction to the left.

    `model` None lays in what lies on the back table; another model is laid in straight from its pack, unfilled.
    """

    outlet_angle_rad: float
    is_septum_outward: bool = True
    model: str | None = None
    ranges: ClassVar = {"outlet_angle_rad": (-math.pi, math.pi)}
    words: ClassVar = {"model": PUMP_MODELS}
    optional: ClassVar = ("model",)


@dataclass(frozen=True, slots=True)
class ReleaseAnchor(Command):
    """Cut the stitches and ties of anchor and purse-string in the open back wound."""


@dataclass(frozen=True, slots=True)
class RemoveCatheter(Command):
    """Draw the catheter out with a force, from the back wound or through the tunnel from the pocket.

    `part` "spinal" cuts it through in the back wound first and leaves the pump's segment where it is; "pump" leaves
    the spinal one, with both wounds open and the connector off. The pull takes what scar, track, purse-string and anchor still hold; a weakened tube may tear on the way.
    """

    part: str
    force_n: float
    pulled_from: str = "back"
    ranges: ClassVar = {"force_n": (0.0, 40.0)}
    words: ClassVar = {"part": ("whole", "spinal", "pump"), "pulled_from": ("back", "pocket")}


@dataclass(frozen=True, slots=True)
class LaySegment(Command):
    """Draw a new pump's segment, cut to a length, through the old tunnel in the place of the one that was drawn out."""

    length_m: float
    ranges: ClassVar = {"length_m": (0.1, 1.2)}


@dataclass(frozen=True, slots=True)
class JoinSegments(Command):
    """Join spinal and pump's segment in the back wound, whichever is new; the connector pushed home with a force."""

    force_n: float
    ranges: ClassVar = {"force_n": (0.0, 40.0)}
