"""What hands may ask of matter: the physical commands.

Every command is a frozen dataclass of numbers, booleans and short strings, so that a log line
can hold it and `command_from_dict` can read it back. Units are SI and stand in the field names.
Frames: patient frame, x to the patient's left, y to the back, z to the head; the trunk surface
is addressed by (u_m, v_m): u = arc length along the skin from the posterior midline, positive to
the patient's left; v = z.
"""

from __future__ import annotations

import math
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
            if getattr(self, name) not in allowed:
                raise CommandError(type(self).__name__, name, getattr(self, name), "one of " + ", ".join(allowed))


_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a word"), "bool": ((bool,), "true or false"), "int": ((int,), "a whole number"),
}  # fmt: skip
MOST_WAYPOINTS = 64
WAYPOINT_RANGE_M = (-1.0, 1.0)
DEPTH_RANGE_M = (0.0, 0.1)  # outside the skin there is no tunnel


# --- lumbar approach and needle --------------------------------------------------------------


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


# --- catheter ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenCatheter(Command):
    """Take a catheter of a model from its pack and put its tip in the needle hub."""

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
    """Slide the anchor to a distance from the fascial exit and stitch it down."""

    distance_m: float
    n_sutures: int
    substrate: str  # "fascia" or "fat"
    tie_force_n: float = 2.0
    ranges: ClassVar = {"distance_m": (0.0, 0.08), "n_sutures": (0, 6), "tie_force_n": (0.0, 6.0)}
    words: ClassVar = {"substrate": ("fascia", "fat")}


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
        _waypoints("TunnelCatheter", self.waypoints_m)


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


# --- pocket and pump --------------------------------------------------------------------------


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


# --- fluids -----------------------------------------------------------------------------------


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
class FillOnTable(Command):
    """Empty the new pump's water and fill it on the back table; purge = run to a drop."""

    volume_m3: float
    concentration_kg_per_m3: float
    is_purged: bool
    ranges: ClassVar = {"volume_m3": (0, 45e-6), "concentration_kg_per_m3": (0, 4.0)}


# --- programmer -------------------------------------------------------------------------------


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


# --- time and treatment -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AdvanceClinicalTime(Command):
    """Let clinical time pass within this tick, with the patient living a normal day."""

    duration_s: float
    ranges: ClassVar = {"duration_s": (0.0, 86400.0)}


@dataclass(frozen=True, slots=True)
class GiveTreatment(Command):
    """Give a treatment: "ventilation", "benzodiazepine", "cyproheptadine", "oral_baclofen", "csf_drain"."""

    treatment: str
    amount: float  # 0..1 share for ventilation, benzodiazepine, cyproheptadine; kg for drugs; m3 for a drain
    ranges: ClassVar = {"amount": (0.0, 1.0)}


def _subclasses(root: type[Command]) -> dict[str, type[Command]]:
    return {c.__name__: c for c in sorted(root.__subclasses__(), key=lambda c: c.__name__)}


def command_to_dict(command: Command) -> dict[str, Any]:
    """Return a command as plain data: its name under "name", its fields beside it."""
    return {"name": type(command).__name__} | asdict(command)


def _waypoints(name: str, points: Any) -> tuple[tuple[float, ...], ...]:
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
        given["waypoints_m"] = _waypoints(name, given["waypoints_m"])
    try:
        return kind(**given)
    except TypeError as error:
        raise CommandError(name, "fields", sorted(given), f"exactly {sorted(allowed)}") from error
