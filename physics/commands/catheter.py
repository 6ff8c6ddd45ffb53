"""The catheter from its pack to the pump: thread, tie, anchor, pull, tunnel, trim, connect, coil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from physics.commands.command import Command, waypoints

TUG_TEST_N = 2.0  # for a second, at anchor and connector alike [game_design 7]


@dataclass(frozen=True, slots=True)
class OpenCatheter(Command):
    """Take a catheter of a model (a name in `physics.catheter.CATHETERS`) from its pack, its tip in the needle hub."""

    model: str
    is_stylet_in: bool = True


@dataclass(frozen=True, slots=True)
class FeedCatheter(Command):
    """Move the fingers on the catheter along the needle; negative pulls back."""

    travel_m: float
    ranges: ClassVar = {"travel_m": (-0.002, 0.002)}


@dataclass(frozen=True, slots=True)
class RotateCatheter(Command):
    """Turn the catheter between the fingers."""

    angle_rad: float
    ranges: ClassVar = {"angle_rad": (-0.5, 0.5)}


@dataclass(frozen=True, slots=True)
class SetCatheterStylet(Command):
    """Set how far the catheter's stylet reaches: distance it ends behind the tip (< 0 beyond it); out = None."""

    behind_tip_m: float | None
    ranges: ClassVar = {"behind_tip_m": (-0.02, 1.2)}
    optional: ClassVar = ("behind_tip_m",)


@dataclass(frozen=True, slots=True)
class TiePurseString(Command):
    """Tie the purse-string round needle or catheter at the fascia with a tension."""

    tension_n: float
    ranges: ClassVar = {"tension_n": (0.0, 12.0)}


@dataclass(frozen=True, slots=True)
class PlaceAnchor(Command):
    """Slide the anchor to a distance from the fascial exit and stitch it down.

    `kind` "kit" is the one that comes with the catheter, `n_sutures` None what that kind asks for; stitches lie in
    balance on both wings or all in one.
    """

    distance_m: float
    n_sutures: int | None
    substrate: str  # "fascia" or "fat"
    tie_force_n: float = 2.0
    kind: str = "kit"
    wings: str = "both"
    ranges: ClassVar = {"distance_m": (0.0, 0.08), "n_sutures": (0, 6), "tie_force_n": (0.0, 6.0)}
    words: ClassVar = {
        "substrate": ("fascia", "fat"), "kind": ("kit", "biwing", "v_wing", "butterfly", "right_angle"), "wings": ("both", "one"),
    }  # fmt: skip
    optional: ClassVar = ("n_sutures",)


@dataclass(frozen=True, slots=True)
class LayLoop(Command):
    """Lay the strain-relief loop between anchor and tunnel."""

    radius_m: float
    ranges: ClassVar = {"radius_m": (0.0, 0.04)}


@dataclass(frozen=True, slots=True)
class TunnelCatheter(Command):
    """Pass the tunneller through way points (u_m, v_m, depth_m) from the back to the pocket.

    Without its sheath the catheter is dragged through bare tissue.
    """

    waypoints_m: tuple[tuple[float, float, float], ...]
    is_sheathed: bool = True

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        waypoints("TunnelCatheter", self.waypoints_m)


@dataclass(frozen=True, slots=True)
class TrimCatheter(Command):
    """Cut a length off the pump end."""

    length_m: float
    ranges: ClassVar = {"length_m": (0.0, 1.2)}


@dataclass(frozen=True, slots=True)
class ConnectCatheter(Command):
    """Push the connector on to the pump outlet with a force."""

    force_n: float
    ranges: ClassVar = {"force_n": (0.0, 40.0)}


@dataclass(frozen=True, slots=True)
class CoilSlack(Command):
    """Lay the remaining slack in coils of a radius, behind or in front of the pump."""

    radius_m: float
    is_behind_pump: bool = True
    ranges: ClassVar = {"radius_m": (0.002, 0.06)}


@dataclass(frozen=True, slots=True)
class PullCatheter(Command):
    """Pull at the free end of the catheter in the back wound: the tug test of the anchor."""

    force_n: float
    ranges: ClassVar = {"force_n": (0.0, 10.0)}
