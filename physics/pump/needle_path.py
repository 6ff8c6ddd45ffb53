"""What lies along a straight refill needle over the pump, and how it feels."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

SKIN_M = 2e-3  # abdominal skin [device 8.2, M]
CAPSULE_M = 1e-3  # scar capsule round an old pump [A]
# [A] rubber: force rises over 2 mm, then steady [game_design section 3]; 4 mm of lift free the bevel [N-C4]
SEPTUM_M = 3e-3
CHAMBER_M = 2.5e-3  # [A] free depth under the septum: off the stop by 1 mm the bevel is partly in rubber
BEVEL_M = 2e-3  # 22 G noncoring opening [A]
SEPTUM_RISE_M = 2e-3  # [game_design]
SEPTUM_FORCE_N = 3.5  # rubbery 3-4 N [game_design]
SKIN_FORCE_N = 0.8  # [game_design]
SKIN_GIVE_M = 1e-3  # [game_design]
FAT_FORCE_N = 0.25  # [A] free to soft
CAPSULE_FORCE_N = 1.2  # gritty scar [game_design; force A]
POCKET_FORCE_N = 0.3  # [A] pocket: no stop
FLOOR_FORCE_N = 2.5  # [A] fascia under the pocket: firm but gives [N-C1]
SHAFT_N_PER_M = 8.0  # [A] friction of tissue on the shaft
STOP_N_PER_M = 12.0 / 0.3e-3  # > 12 N within 0.3 mm [game_design]
GLANCE_FORCE_N = 4.0  # [A] the tip slips off the rim above this
RIM_M = 6e-3  # rounded rim of the can [A]
GLANCE_M = 3e-3  # the tip slips 2-4 mm sideways [game_design section 3 item 10]
CAP_RADIUS_M = 4e-3  # access port screen [A]
CAP_FROM_CENTRE_M = 35e-3  # near the rim, beside the outlet [S78]; distance A
OFF_AXIS_LIMIT_RAD = math.radians(35.0)  # [A] steeper needles skid in the port's funnel
HAND_N_PER_M = 1500.0  # free hand 1.5 N/mm [game_design section 3]
HAND_LIMIT_N = 15.0  # [game_design section 3]
HAND_SETTLE_S = 0.06  # c = 0.06 s * k [game_design section 3]
GRIP_SHARE = 0.3  # [A] rubber round the shaft against rubber being cut
PROBE_M = 1e-9
SCAN_M = 0.05e-3  # finer than any force step of the table


@dataclass(frozen=True, slots=True)
class RefillSite:
    """The pump under the skin, in the unrolled plane (u, v) with depth inward.

    Attributes
    ----------
    pump_u_m, pump_v_m : float
        Centre of the pump.
    cover_m : float
        Skin to septum, along the skin normal at the centre.
    tilt_rad, tilt_direction_rad : float
        The face's outward normal leans this far toward the direction (0 = +u, pi/2 = +v).
    outlet_angle_rad : float
        From the head direction to the left.
    is_septum_outward : bool
        False: the pump lies on its face or has flipped.
    pump_radius_m, pump_thickness_m, septum_radius_m : float
        Pump.
    pocket_radius_m : float
        Dissected outline.
    """

    pump_u_m: float
    pump_v_m: float
    cover_m: float
    tilt_rad: float = 0.0
    tilt_direction_rad: float = -math.pi / 2.0
    outlet_angle_rad: float = 0.0
    is_septum_outward: bool = True
    pump_radius_m: float = 43.75e-3
    pump_thickness_m: float = 19.5e-3
    septum_radius_m: float = 4e-3
    pocket_radius_m: float = 51e-3


@dataclass(frozen=True, slots=True)
class NeedlePath:
    """Depths along the needle [m].

    Attributes
    ----------
    face_m : float
        Where the line meets the pump face (or its depth, if beside the pump).
    target : str
        "septum", "funnel" (port met too obliquely), "cap", "shell", "rim" or "beside".
    offset_m : float
        Distance of that point from the septum centre, in the face.
    off_axis_rad : float
        Angle between needle and pump axis.
    stop_m : float
        Depth of the hard stop; infinite if there is none.
    spaces : tuple
        (name, from, to) of what a bevel can open into.
    """

    face_m: float
    target: str
    offset_m: float
    off_axis_rad: float
    stop_m: float
    floor_m: float
    spaces: tuple[tuple[str, float, float], ...]


def needle_path(site: RefillSite, u_m: float, v_m: float, tilt_u_rad: float, tilt_v_rad: float) -> NeedlePath:
    """Return what the needle meets from a skin point.

    Notes
    -----
    Plane geometry in (u, v, depth): with cover 27 mm and tilt 25 deg a pump-normal needle from the skin
    over the centre lands 27 sin 25 = 11.4 mm off the septum; the right skin point lies 27 tan 25 =
    12.6 mm up-tilt [N-C1]. Skin curvature over the pump is neglected.
    """
    a, b = math.tan(tilt_u_rad), math.tan(tilt_v_rad)
    scale = 1.0 / math.sqrt(1.0 + a * a + b * b)
    direction = (a * scale, b * scale, scale)
    lean = math.sin(site.tilt_rad)
    normal = (
        lean * math.cos(site.tilt_direction_rad), lean * math.sin(site.tilt_direction_rad),
        -math.cos(site.tilt_rad),
    )  # fmt: skip
    entry = (u_m - site.pump_u_m, v_m - site.pump_v_m, -site.cover_m)
    along = sum(d * n for d, n in zip(direction, normal, strict=True))
    off_axis = math.acos(min(1.0, abs(along)))
    if abs(along) < 0.05:
        return _beside(site, site.cover_m / scale, math.inf, off_axis, scale)
    face = -sum(e * n for e, n in zip(entry, normal, strict=True)) / along
    hit = tuple(e + face * d for e, d in zip(entry, direction, strict=True))
    offset = math.sqrt(sum(h * h for h in hit))
    if offset > site.pump_radius_m or face < 0.0:
        return _beside(site, max(face, site.cover_m / scale), offset, off_axis, scale)
    target = _target(site, hit, offset, off_axis)
    pocket = face - CAPSULE_M
    if target != "septum":
        spaces = (("tissue", -BEVEL_M, pocket), ("pocket", pocket, math.inf))
        return NeedlePath(face, target, offset, off_axis, face, math.inf, spaces)
    scale_in = 1.0 / abs(along)
    bottom = face + SEPTUM_M * scale_in
    spaces4 = (
        ("tissue", -BEVEL_M, pocket), ("pocket", pocket, face), ("septum", face, bottom),
        ("reservoir", bottom, math.inf),
    )  # fmt: skip
    return NeedlePath(face, target, offset, off_axis, bottom + CHAMBER_M * scale_in, math.inf, spaces4)


def _target(site: RefillSite, hit: tuple[float, ...], offset: float, off_axis: float) -> str:
    if site.is_septum_outward and offset <= site.septum_radius_m:
        return "septum" if off_axis <= OFF_AXIS_LIMIT_RAD else "funnel"
    port = (
        CAP_FROM_CENTRE_M * math.sin(site.outlet_angle_rad),
        CAP_FROM_CENTRE_M * math.cos(site.outlet_angle_rad),
    )
    if site.is_septum_outward and math.hypot(hit[0] - port[0], hit[1] - port[1]) <= CAP_RADIUS_M:
        return "cap"
    return "rim" if offset > site.pump_radius_m - RIM_M else "shell"


def _beside(site: RefillSite, face: float, offset: float, off_axis: float, scale: float) -> NeedlePath:
    """Return the path of a needle that misses the pump: through the pocket (if within) to its floor."""
    floor = face + site.pump_thickness_m / scale
    name = "pocket" if offset <= site.pocket_radius_m else "tissue"
    spaces = (("tissue", -BEVEL_M, face), (name, face, floor), ("tissue", floor, math.inf))
    return NeedlePath(face, "beside", offset, off_axis, math.inf, floor, spaces)


def cutting_force(path: NeedlePath, depth_m: float) -> float:
    """Return the force to advance a tip at a depth through fresh tissue [N], shaft friction left out."""
    if depth_m <= 0.0:
        return 0.0
    if depth_m <= SKIN_M:
        return SKIN_FORCE_N * min(depth_m / SKIN_GIVE_M, 1.0)
    if depth_m <= path.face_m - CAPSULE_M:
        return FAT_FORCE_N
    if depth_m <= path.face_m:
        return CAPSULE_FORCE_N
    if path.target == "septum":
        rubber = SEPTUM_FORCE_N * min((depth_m - path.face_m) / SEPTUM_RISE_M, 1.0)
        return rubber + _stop_force(path, depth_m)
    if path.target == "beside":
        return POCKET_FORCE_N if depth_m <= path.floor_m else FLOOR_FORCE_N
    return CAPSULE_FORCE_N + _stop_force(path, depth_m)


def _stop_force(path: NeedlePath, depth_m: float) -> float:
    return STOP_N_PER_M * max(0.0, depth_m - path.stop_m)


def resistance(path: NeedlePath, depth_m: float, deepest_m: float) -> float:
    """Return the force against a tip that moves inward [N].

    Fresh tissue is cut; in its own track the needle meets friction, the grip of the rubber and the
    spring of a stop that it presses.
    """
    shaft = SHAFT_N_PER_M * max(depth_m, 0.0)
    if depth_m > deepest_m:
        return cutting_force(path, depth_m) + shaft
    return shaft + _grip(path, depth_m) + _stop_force(path, depth_m)


def _grip(path: NeedlePath, depth_m: float) -> float:
    return GRIP_SHARE * SEPTUM_FORCE_N if path.target == "septum" and depth_m > path.face_m else 0.0


def hand_moves(
    path: NeedlePath, depth_m: float, deepest_m: float, set_m: float, dt_s: float
) -> tuple[float, float, float]:
    """Return (depth, set point, force felt) after one implicit step of the hand's damped spring.

    Notes
    -----
    c dx/dt = clip(k (x_set - x), +-F_max) - F(x), c = 0.06 s * k [game_design section 3], solved for the
    first root ahead of the tip so that a give is passed only when the stored push carries it. Over-push
    beyond F_max is not stored. Friction also holds a needle that is not pushed hard enough to slide;
    the force felt is what the tissue gives back, negative when it holds the needle in.
    """
    drag = HAND_SETTLE_S * HAND_N_PER_M / dt_s

    def push(x: float) -> float:
        return min(max(HAND_N_PER_M * (set_m - x), -HAND_LIMIT_N), HAND_LIMIT_N)

    def inward(x: float) -> float:
        return push(x) - resistance(path, x, deepest_m) - drag * (x - depth_m)

    def outward(x: float) -> float:
        hold = SHAFT_N_PER_M * max(x, 0.0) + _grip(path, x)
        return -push(x) + _stop_force(path, x) - hold - drag * (depth_m - x)

    depth = depth_m
    if set_m > depth_m and inward(depth_m + PROBE_M) > 0.0:
        depth = _root(inward, depth_m, set_m, SCAN_M)
    elif outward(depth_m - PROBE_M) > 0.0:
        depth = _root(outward, depth_m, min(set_m, 0.0) - SCAN_M, -SCAN_M)
    force = push(depth) - drag * (depth - depth_m)
    return depth, min(set_m, depth + HAND_LIMIT_N / HAND_N_PER_M), force


def _root(excess: Callable[[float], float], start_m: float, end_m: float, step_m: float) -> float:
    """Return the first sign change of `excess` from positive, scanning from start to end."""
    low = start_m
    x = start_m
    while (end_m - x) * step_m > 0.0:
        x = x + step_m if abs(end_m - x) > abs(step_m) else end_m
        if excess(x) <= 0.0:
            high = x
            for _ in range(30):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if excess(middle) > 0.0 else (low, middle)
            return low
        low = x
    return end_m


def place_of(path: NeedlePath, depth_m: float) -> str:
    """Return where the tip is: "skin", "fat", "capsule", "pocket", "septum", "reservoir", "shell"."""
    if depth_m <= SKIN_M:
        return "skin"
    if depth_m < path.face_m - CAPSULE_M:
        return "fat"
    if path.target == "septum":
        if depth_m < path.face_m:
            return "capsule"
        bottom = path.spaces[-1][1]
        return "septum" if depth_m < bottom else "reservoir"
    if path.target == "beside":
        if depth_m < path.face_m:
            return "capsule"
        return "pocket" if depth_m <= path.floor_m else "fat"
    return "capsule" if depth_m < path.face_m else "shell"


def feel_of(path: NeedlePath, depth_m: float, force_n: float) -> str:
    """Return the word for what the fingers feel, from force and place [game_design section 3]."""
    if path.target in ("rim", "funnel") and depth_m >= path.face_m and force_n >= GLANCE_FORCE_N:
        return "glances off"
    if _stop_force(path, depth_m) > 2.0:
        return "hard stop"
    if abs(force_n) < 0.5:
        return "free"
    return "soft" if abs(force_n) < 2.0 else "rubbery"
