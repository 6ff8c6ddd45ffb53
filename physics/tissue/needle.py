"""The Tuohy needle in a braced or free hand: axial force, give, bone, CSF.

The hand is a damped spring, solved implicitly each tick (game_design section 3)::

    c dx/dt = clip(k (x_set - x), -F_max, F_max) - F_tissue(x)

`F_tissue` = force at the tip (cutting, tenting of a membrane, growth with depth) + friction on the
shaft; tissue that the tip has already cut resists by friction only. Nothing is scripted: the give is
the fall of F_tissue behind the flavum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from physics.tissue.layers import layer

FloatArray = NDArray[np.float64]
Note = tuple[str, float, str]

FREE_HAND = (1500.0, 15.0)  # stiffness [N/m], limit [N]: free hand [game_design section 3, m]
BRACED_HAND = (6000.0, 8.0)  # knuckles on the back [game_design section 3, m]
SETTLE_S = 0.06  # c = 0.06 s * k [game_design section 3]
SIDE_N_PER_RAD = 0.35 * 180.0 / math.pi  # side load past the fascia, 0.35 N/deg [game_design 3.3]
SET_BEND_N = 6.0  # beyond it the needle takes a set [game_design 3.3]
PASS_BACK_M, PASS_AGAIN_M = 10e-3, 5e-3  # a pass: back >= 10 mm, forward >= 5 mm [assessment 2.2, own]
BONE_CONTACT_N = 1.5  # a contact episode [assessment 2.2, own]
BONE_GAP_S = 0.5  # between two episodes [assessment 2.2, own]
FOLLOW_S = 0.25  # window of the hub-follow figure [game_design section 3]
BORE_RADIUS_M = 0.75e-3  # 15T Tuohy, catheter 1.2 mm passes [catheter_mechanics_2 section 3, A]
BEVEL_LENGTH_M = 3.0e-3  # opening along the axis [A]
CURVE_M, CURVE_RAD = 4e-3, math.radians(20.0)  # bent end [catheter_mechanics_2 section 3, A]
VISCOSITY_PA_S = 0.7e-3  # CSF at 37 C, water-like [UGK-H]
ROOTS_PA_S_PER_M3 = 3.6e10  # roots and arachnoid over the bevel; drops every 0.8-2.5 s [game_design 3.5, F]
DROP_M3 = 0.05e-6  # a drop [UGK-M]


@dataclass(frozen=True, slots=True)
class NeedlePath:
    """Layers along the straight axis from the entry point.

    Attributes
    ----------
    depths_m : (k+1,) array
        Boundaries, first 0.
    names : tuple of k str
        Keys of `layers.LAYERS`.
    """

    depths_m: FloatArray
    names: tuple[str, ...]


def _zero() -> FloatArray:
    return np.zeros(3)


@dataclass(frozen=True, slots=True)
class NeedleState:
    """The needle; what a player may read is repeated in `NeedleObservation`."""

    is_placed: bool = False
    is_stylet_in: bool = True
    is_braced: bool = False
    entry_m: FloatArray = field(default_factory=_zero)
    direction: FloatArray = field(default_factory=lambda: np.array([0.0, -1.0, 0.0]))
    bevel_side: FloatArray = field(default_factory=lambda: np.array([0.0, 0.0, 1.0]))
    length_m: float = 0.089
    depth_m: float = 0.0
    set_m: float = 0.0
    deepest_m: float = 0.0
    elevation_rad: float = math.pi / 2
    medial_rad: float = 0.0
    aim_elevation_rad: float = math.pi / 2
    aim_medial_rad: float = 0.0
    rotation_rad: float = 0.0
    force_n: float = 0.0
    max_force_n: float = 0.0
    side_force_n: float = 0.0
    is_bent: bool = False
    asked_m: float = 0.0  # decaying sums for hub follow
    followed_m: float = 0.0
    stiffness_n_per_m: float = 0.0
    roughness: float = 0.0
    layer: str = "air"
    past_dura_m: float = 0.0
    drop_m3: float = 0.0
    csf_drops: int = 0
    csf_lost_m3: float = 0.0
    n_passes: int = 0
    n_bone_contacts: int = 0
    n_dural_punctures: int = 0
    path_length_m: float = 0.0
    turn_m: float = 0.0  # deepest point since the last pass began, then the shallowest on the way back
    is_backing: bool = False
    off_bone_s: float = 1e9
    is_in_sac: bool = False


def place(
    state: NeedleState, entry_m: FloatArray, direction: FloatArray, bevel_side: FloatArray,
    elevation_rad: float, medial_rad: float, length_m: float,
) -> NeedleState:  # fmt: skip
    """Return the needle resting on skin or in the wound, aimed; a new pass begins."""
    return replace(
        state, is_placed=True, is_stylet_in=True, entry_m=entry_m, direction=direction, bevel_side=bevel_side,
        elevation_rad=elevation_rad, medial_rad=medial_rad, aim_elevation_rad=elevation_rad,
        aim_medial_rad=medial_rad, length_m=length_m, depth_m=0.0, set_m=0.0, deepest_m=0.0, force_n=0.0,
        side_force_n=0.0, layer="air", past_dura_m=0.0, n_passes=state.n_passes + 1, turn_m=0.0,
        is_backing=False, is_in_sac=False, csf_drops=0, drop_m3=0.0,
    )  # fmt: skip


def needle_direction(
    normal: FloatArray, toward_head: FloatArray, toward_midline: FloatArray, elevation_rad: float, medial_rad: float
) -> FloatArray:
    """Return the unit direction hub -> tip.

    Parameters
    ----------
    normal, toward_head, toward_midline : (3,) arrays
        Outward skin normal and two unit tangents.
    elevation_rad : float
        Angle to the skin in the plane of normal and head: pi/2 = perpendicular, smaller = tip to the head.
    medial_rad : float
        Turn of the tip toward the midline.
    """
    inward = math.sin(elevation_rad) * math.cos(medial_rad)
    ahead = math.cos(elevation_rad) * math.cos(medial_rad)
    direction = -inward * normal + ahead * toward_head + math.sin(medial_rad) * toward_midline
    unit: FloatArray = direction / np.linalg.norm(direction)
    return unit


def layer_at(path: NeedlePath, depth_m: float) -> str:
    """Return the layer at a depth; "air" outside."""
    if depth_m <= 0.0:
        return "air"
    k = int(np.searchsorted(path.depths_m, depth_m, side="left")) - 1
    return path.names[min(k, len(path.names) - 1)]


def boundary(path: NeedlePath, name: str) -> float:
    """Return the depth at which a layer first begins [m]; infinite if the path does not meet it."""
    for k, found in enumerate(path.names):
        if found == name:
            return float(path.depths_m[k])
    return math.inf


def tissue_force(path: NeedlePath, depth_m: float, deepest_m: float) -> float:
    """Return the axial resistance at a depth [N], tip on its way in.

    Notes
    -----
    Tip: in uncut tissue cutting + rise; the first `tent_m` of a membrane ramps to `tent_n` and gives.
    Shaft: friction per length of every layer crossed. Bone also resists where it was touched before.
    """
    if depth_m <= 0.0:
        return 0.0
    shaft = 0.0
    tip = 0.0
    for k, name in enumerate(path.names):
        low, high = float(path.depths_m[k]), float(path.depths_m[k + 1])
        if depth_m <= low:
            break
        row = layer(name)
        inside = min(depth_m, high) - low
        shaft += row.shaft_n_per_m * inside
        if depth_m <= high or k == len(path.names) - 1:
            is_cut = depth_m < deepest_m - 1e-6
            if name == "bone":
                tip = row.rise_n_per_m * inside
            elif not is_cut:
                tip = row.tent_n * inside / row.tent_m if inside < row.tent_m else row.cutting_n
                tip += row.rise_n_per_m * inside
    return tip + shaft


def _hand_moves(state: NeedleState, path: NeedlePath, dt_s: float) -> float:
    """Return the depth after one implicit step of the hand's spring (bisection)."""
    stiffness, limit = BRACED_HAND if state.is_braced else FREE_HAND
    damping = SETTLE_S * stiffness
    x0 = state.depth_m

    def total(x: float, resistance: float) -> float:
        pull = min(max(stiffness * (state.set_m - x), -limit), limit)
        return pull - damping * (x - x0) / dt_s - resistance

    friction = tissue_force(path, x0, x0 + 1.0) if x0 > 0.0 else 0.0
    if total(x0, 0.0) > 0.0:
        low, high = x0, x0 + 0.03
        if total(x0 + 1e-8, tissue_force(path, x0 + 1e-8, state.deepest_m)) <= 0.0:
            return x0
        for _ in range(48):
            middle = 0.5 * (low + high)
            if total(middle, tissue_force(path, middle, state.deepest_m)) > 0.0:
                low = middle
            else:
                high = middle
        return low
    if total(x0, -friction) >= 0.0:
        return x0  # shaft friction holds
    low, high = x0 - 0.03, x0
    for _ in range(48):
        middle = 0.5 * (low + high)
        if total(middle, -min(friction, tissue_force(path, max(middle, 0.0), middle + 1.0))) > 0.0:
            low = middle
        else:
            high = middle
    return high


def step(
    state: NeedleState, path: NeedlePath, travel_m: float, csf_pressure_pa: float, dt_s: float
) -> tuple[NeedleState, float, tuple[Note, ...]]:
    """Return (needle, CSF lost in the step [m3], events) after one tick.

    Parameters
    ----------
    path : NeedlePath
        Layers along the needle as it lies.
    travel_m : float
        Movement of the hand's set point; negative withdraws.
    csf_pressure_pa : float
        Over ambient, last interval's.
    """
    if not state.is_placed:
        return state, 0.0, ()
    stiffness, limit = BRACED_HAND if state.is_braced else FREE_HAND
    asked = replace(state, set_m=state.set_m + travel_m)
    depth = min(_hand_moves(asked, path, dt_s), state.length_m)
    depth = max(depth, -0.01)
    set_m = min(max(asked.set_m, depth - limit / stiffness), depth + limit / stiffness)
    if travel_m == 0.0 and abs(set_m - depth) < 2e-6:
        set_m = depth
    decay = math.exp(-dt_s / FOLLOW_S)
    moved = replace(
        asked, depth_m=depth, set_m=set_m, deepest_m=max(state.deepest_m, depth),
        force_n=_felt(asked, depth, stiffness, limit, dt_s) if depth > 0.0 else 0.0,
        asked_m=state.asked_m * decay + abs(travel_m), followed_m=state.followed_m * decay + abs(depth - state.depth_m),
        path_length_m=state.path_length_m + (abs(depth - state.depth_m) if depth > 0.0 else 0.0),
        layer=layer_at(path, depth), roughness=layer(layer_at(path, depth)).roughness,
        stiffness_n_per_m=_slope(path, depth, state.deepest_m),
    )  # fmt: skip
    moved = replace(moved, max_force_n=max(moved.max_force_n, moved.force_n))
    moved, notes = _crossings(state, moved, path, dt_s)
    moved = _count_pass(moved)
    moved, lost, drops = _drip(moved, path, csf_pressure_pa, dt_s)
    return moved, lost, (*notes, *drops)


def _felt(state: NeedleState, depth_m: float, stiffness: float, limit: float, dt_s: float) -> float:
    """Return the reaction of the tissue [N]: the hand's pull less its own damping."""
    pull = min(max(stiffness * (state.set_m - depth_m), -limit), limit)
    return abs(pull - SETTLE_S * stiffness * (depth_m - state.depth_m) / dt_s)


def _slope(path: NeedlePath, depth_m: float, deepest_m: float) -> float:
    ahead = tissue_force(path, depth_m + 2e-4, deepest_m)
    return (ahead - tissue_force(path, depth_m, deepest_m)) / 2e-4 if depth_m > 0.0 else 0.0


def _crossings(
    before: NeedleState, after: NeedleState, path: NeedlePath, dt_s: float
) -> tuple[NeedleState, tuple[Note, ...]]:
    notes: list[Note] = []
    old, new = before.deepest_m, after.deepest_m

    def crossed(name: str, extra_m: float = 0.0) -> bool:
        at = boundary(path, name) + extra_m
        return old <= at < new

    if crossed("skin", layer("skin").tent_m):
        notes.append(("SkinPunctured", after.depth_m, "back"))
    if crossed("fascia", layer("fascia").tent_m):
        notes.append(("FasciaPunctured", after.depth_m, "lumbodorsal"))
    if crossed("epidural"):
        notes.append(("LossOfResistance", after.depth_m, "ligamentum flavum"))
    dura = boundary(path, "sac")
    is_in_sac = after.depth_m > dura + layer("sac").tent_m or (after.is_in_sac and after.depth_m > dura)
    if is_in_sac and not before.is_in_sac:
        notes.append(("DuraPunctured", after.depth_m, "dorsal"))
        after = replace(after, n_dural_punctures=after.n_dural_punctures + 1)
    if crossed("anterior_wall"):
        notes.append(("AnteriorWallTouched", after.depth_m - dura, "ventral dura"))
    on_bone = after.layer == "bone" and after.force_n > BONE_CONTACT_N
    if on_bone and before.off_bone_s > BONE_GAP_S:
        notes.append(("BoneContacted", after.force_n, "lamina or spinous process"))
        after = replace(after, n_bone_contacts=after.n_bone_contacts + 1)
    off_bone = 0.0 if on_bone else min(before.off_bone_s + dt_s, 1e9)
    past = max(0.0, after.depth_m - dura) if is_in_sac else 0.0
    past = past * abs(float(after.direction[1]))  # depth beyond the dura across the canal
    return replace(after, is_in_sac=is_in_sac, off_bone_s=off_bone, past_dura_m=max(before.past_dura_m, past)), tuple(notes)


def _count_pass(state: NeedleState) -> NeedleState:
    """Count a pass: back >= 10 mm, then forward >= 5 mm, without leaving the skin."""
    if not state.is_backing:
        turn = max(state.turn_m, state.depth_m)
        if turn - state.depth_m >= PASS_BACK_M and state.depth_m > 0.0:
            return replace(state, is_backing=True, turn_m=state.depth_m)
        return replace(state, turn_m=turn)
    turn = min(state.turn_m, state.depth_m)
    if state.depth_m - turn >= PASS_AGAIN_M:
        return replace(state, is_backing=False, turn_m=state.depth_m, n_passes=state.n_passes + 1)
    return replace(state, turn_m=turn)


def drip_flow(length_m: float, bevel_share: float, csf_pressure_pa: float) -> float:
    """Return the flow of CSF through the open needle [m3/s].

    Notes
    -----
    Poiseuille through the bore in series with the resistance of roots over the bevel, which the open
    share of the bevel divides.
    """
    if bevel_share <= 0.0 or csf_pressure_pa <= 0.0:
        return 0.0
    bore = 8.0 * VISCOSITY_PA_S * length_m / (math.pi * BORE_RADIUS_M**4)
    return csf_pressure_pa / (bore + ROOTS_PA_S_PER_M3 / bevel_share)


def bevel_share(state: NeedleState, path: NeedlePath) -> float:
    """Return the share of the bevel that lies free in CSF, 0..1."""
    if not state.is_in_sac:
        return 0.0
    low, high = boundary(path, "sac"), boundary(path, "anterior_wall")
    tip, back = state.depth_m, state.depth_m - BEVEL_LENGTH_M
    return max(0.0, min(tip, high) - max(back, low)) / BEVEL_LENGTH_M


def _drip(
    state: NeedleState, path: NeedlePath, csf_pressure_pa: float, dt_s: float
) -> tuple[NeedleState, float, tuple[Note, ...]]:
    if state.is_stylet_in:
        return state, 0.0, ()
    lost = drip_flow(state.length_m, bevel_share(state, path), csf_pressure_pa) * dt_s
    if lost <= 0.0:
        return state, 0.0, ()
    grown = state.drop_m3 + lost
    drops = int(grown / DROP_M3)
    notes = (("CsfReturned", state.csf_lost_m3 + lost, "needle"),) if state.csf_drops == 0 and drops > 0 else ()
    return replace(
        state, drop_m3=grown - drops * DROP_M3, csf_drops=state.csf_drops + drops, csf_lost_m3=state.csf_lost_m3 + lost
    ), lost, notes  # fmt: skip


def is_free_to_aim(state: NeedleState, path: NeedlePath) -> bool:
    """Return whether the shaft still turns about the entry (tip short of the fascia)."""
    fascia = boundary(path, "fascia")
    return state.depth_m <= (fascia if math.isfinite(fascia) else 2e-3)


def aim(state: NeedleState, elevation_rad: float, medial_rad: float) -> NeedleState:
    """Return the needle with its hub turned past the fascia: a side load, the shaft stays.

    The tip's path does not change; above 6 N the needle keeps a bend.
    """
    turned = math.hypot(elevation_rad - state.elevation_rad, medial_rad - state.medial_rad)
    side = SIDE_N_PER_RAD * turned
    return replace(
        state, aim_elevation_rad=elevation_rad, aim_medial_rad=medial_rad, side_force_n=side,
        is_bent=state.is_bent or side > SET_BEND_N,
    )  # fmt: skip


def tip_m(state: NeedleState) -> FloatArray:
    """Return the tip (3,)."""
    tip: FloatArray = state.entry_m + state.depth_m * state.direction
    return tip


def bevel_direction(state: NeedleState) -> FloatArray:
    """Return the unit vector across the shaft toward which the bevel opens (3,)."""
    side = state.bevel_side - (state.bevel_side @ state.direction) * state.direction
    side = side / np.linalg.norm(side)
    other = np.cross(state.direction, side)
    return np.asarray(math.cos(state.rotation_rad) * side + math.sin(state.rotation_rad) * other)


def centre_line(state: NeedleState, pitch_m: float = 4e-3) -> FloatArray:
    """Return the bore's centre line hub -> tip (m, 3); the last 4 mm bend 20 degrees to the bevel.

    The curve ends at the tip, so the straight part lies a little beside the axis, as in a real Tuohy.
    """
    side = bevel_direction(state)
    n = 8
    angles = CURVE_RAD * np.linspace(0.0, 1.0, n + 1)
    headings = np.cos(angles)[:, None] * state.direction + np.sin(angles)[:, None] * side
    steps = 0.5 * (headings[1:] + headings[:-1]) * (CURVE_M / n)
    curve = np.vstack([np.zeros(3), np.cumsum(steps, axis=0)])
    curve += tip_m(state) - curve[-1]
    straight = state.length_m - CURVE_M
    back = np.linspace(straight, 0.0, int(straight / pitch_m) + 1, endpoint=False)
    line: FloatArray = np.vstack([curve[0] - back[:, None] * state.direction, curve])
    return line
