"""The Tuohy needle in the hand: place, aim, advance, feel, and watch for CSF.

Pure functions on a frozen state. The path (layers along the straight axis) is given by the caller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

import physics.tissue.layers as layers
import physics.tissue.resistance as resistance
from physics.tissue.needle_way import FloatArray, NeedlePath, NeedleSpec, needle_pose

Event = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class NeedleState:
    """The needle and what has happened to it. Lengths [m], forces [N], angles [rad].

    `depth_m` is the tip past the entry along the axis; `set_point_m` where the hand wants it;
    `reach_m` the track already cut. Counters outlive a new placing.
    """

    is_placed: bool = False
    is_stylet_in: bool = True
    is_braced: bool = False
    elevation_rad: float = 1.0
    medial_rad: float = 0.0
    rotation_rad: float = 0.0
    depth_m: float = 0.0
    set_point_m: float = 0.0
    reach_m: float = 0.0
    force_n: float = 0.0
    side_force_n: float = 0.0
    bend_rad: float = 0.0
    hub_follow: float = 1.0
    set_travel_m: float = 0.0
    hub_travel_m: float = 0.0
    roughness: float = 0.0
    stiffness_n_per_m: float = 0.0
    layer: str = "air"
    is_through_skin: bool = False
    is_in_sac: bool = False
    past_dura_m: float = 0.0
    max_past_dura_m: float = 0.0
    lumen_m3: float = 0.0
    csf_drops: int = 0
    csf_out_m3: float = 0.0
    csf_lost_m3: float = 0.0
    csf_flow_m3_per_s: float = 0.0
    n_passes: int = 0
    n_bone_contacts: int = 0
    n_dural_punctures: int = 0
    bone_quiet_s: float = 1.0
    max_force_n: float = 0.0
    path_length_m: float = 0.0
    pass_peak_m: float = 0.0
    pass_trough_m: float = 0.0
    is_withdrawn: bool = False


def initial() -> NeedleState:
    """Return a needle on the table: not placed, stylet in."""
    return NeedleState()


def place(state: NeedleState, elevation_rad: float, medial_rad: float) -> NeedleState:
    """Return the needle resting at a new entry, aimed but not advanced; counters are kept."""
    return replace(
        state, is_placed=True, elevation_rad=elevation_rad, medial_rad=medial_rad, depth_m=0.0, set_point_m=0.0,
        reach_m=0.0, force_n=0.0, side_force_n=0.0, bend_rad=0.0, layer="air", is_through_skin=False,
        is_in_sac=False, past_dura_m=0.0, lumen_m3=0.0, csf_flow_m3_per_s=0.0, pass_peak_m=0.0,
        pass_trough_m=0.0, is_withdrawn=False, hub_follow=1.0, set_travel_m=0.0, hub_travel_m=0.0,
    )  # fmt: skip


def remove(state: NeedleState) -> tuple[NeedleState, tuple[Event, ...]]:
    """Return the needle drawn out, and the event; counters are kept."""
    out = replace(
        place(state, state.elevation_rad, state.medial_rad), is_placed=False, is_stylet_in=True, layer="air"
    )
    return out, (("NeedleRemoved", state.depth_m, ""),)


def set_stylet(state: NeedleState, is_in: bool) -> NeedleState:
    """Return the needle with its stylet in or out; drops are counted from the last time it came out."""
    if is_in == state.is_stylet_in:
        return state
    if is_in:
        return replace(state, is_stylet_in=True, lumen_m3=0.0, csf_flow_m3_per_s=0.0)
    return replace(state, is_stylet_in=False, csf_drops=0, csf_out_m3=0.0, lumen_m3=0.0)


def rotate(state: NeedleState, angle_rad: float) -> NeedleState:
    """Return the needle with its bevel turned to an angle (0 = toward the head)."""
    return replace(state, rotation_rad=math.remainder(angle_rad, 2.0 * math.pi))


def is_free(state: NeedleState, path: NeedlePath) -> bool:
    """Return whether the shaft still turns freely: the tip has not entered the fascia."""
    return state.depth_m <= path.free_m + 1e-6


def aim(state: NeedleState, spec: NeedleSpec, path: NeedlePath, elevation_rad: float, medial_rad: float) -> NeedleState:
    """Return the needle after the hub is turned.

    Free before the fascia: the angles change and the caller must supply the new path (the tip sweeps
    through fat, counted in `path_length_m`). Past it the track holds: the same turn becomes a side load
    of 0.35 N per degree, and beyond 6 N a lasting bend.
    """
    was = needle_pose(path.entry_m, path.normal, state.elevation_rad, state.medial_rad)
    now = needle_pose(path.entry_m, path.normal, elevation_rad, medial_rad)
    turn = math.acos(float(np.clip(was @ now, -1.0, 1.0)))
    if is_free(state, path):
        return replace(
            state, elevation_rad=elevation_rad, medial_rad=medial_rad, reach_m=state.depth_m, side_force_n=0.0,
            path_length_m=state.path_length_m + state.depth_m * turn,
        )  # fmt: skip
    load = spec.side_n_per_rad * turn
    excess = max(load - spec.bend_n, 0.0) / spec.side_n_per_rad
    return replace(state, side_force_n=load, bend_rad=max(state.bend_rad, excess))


def brace(state: NeedleState, is_braced: bool) -> NeedleState:
    """Return the needle with the hand rested on the back or lifted; the stored push is kept in newtons."""
    return replace(state, is_braced=is_braced)


def hand_of(state: NeedleState, spec: NeedleSpec) -> tuple[float, float, float]:
    """Return stiffness [N/m], force limit [N] and damping [N s/m] of the hand as it rests."""
    k = spec.braced_n_per_m if state.is_braced else spec.free_n_per_m
    limit = spec.braced_limit_n if state.is_braced else spec.free_limit_n
    return k, limit, spec.settle_s * k


def step(
    state: NeedleState, spec: NeedleSpec, path: NeedlePath, travel_m: float, csf_pressure_pa: float, dt_s: float
) -> tuple[NeedleState, tuple[Event, ...]]:
    """Return the needle one tick later, and what happened.

    Parameters
    ----------
    state : NeedleState
        Placed needle.
    spec : NeedleSpec
        Design and hand.
    path : NeedlePath
        Layers along the axis.
    travel_m : float
        How far the hand's set point moves along the needle; negative withdraws [m].
    csf_pressure_pa : float
        Pressure in the sac over the hub [Pa].
    dt_s : float
        Tick [s].

    Returns
    -------
    NeedleState
        After the tick.
    tuple of (name, magnitude, where)
        SkinPunctured, FasciaPunctured, LossOfResistance, DuraPunctured, AnteriorWallTouched [m],
        BoneContacted [N], CsfReturned [m3].

    Notes
    -----
    Law: game_design section 3; see `resistance.move`. Over-pushing is not stored: the set point never
    leads by more than limit / stiffness.
    """
    if not state.is_placed:
        return state, ()
    table = layers.layer_table()
    k, limit, damping = hand_of(state, spec)
    x = state.depth_m
    wanted = min(max(state.set_point_m + travel_m, x - limit / k), x + limit / k)
    hand = (wanted, k, limit, damping, dt_s)
    deepest = min(spec.length_m, float(path.borders_m[-1]) - 1e-6)
    y = float(resistance.move(x, hand, state.reach_m, deepest, path.borders_m, path.codes, table))
    held = min(max(wanted, y - limit / k), y + limit / k)
    force = abs(float(resistance.hand_force(wanted, y, k, limit)) - damping * (y - x) / dt_s)  # the tissue's share
    moved = replace(
        state, depth_m=y, set_point_m=held, reach_m=max(state.reach_m, y), force_n=force,
        max_force_n=max(state.max_force_n, force), path_length_m=state.path_length_m + abs(y - x),
        layer=path.layers[resistance.layer_at(y, path.borders_m)] if y > 0.0 else "air",
    )  # fmt: skip
    felt = _feel(moved, path, table, y - x, held - state.set_point_m, dt_s)
    counted, crossings = _crossings(felt, path, state)
    touched, contacts = _contacts(counted, spec, path, state, dt_s)
    dripped, drops = _drip(touched, spec, path, csf_pressure_pa, dt_s)
    return dripped, crossings + contacts + drops


def _feel(
    state: NeedleState, path: NeedlePath, table: FloatArray, moved_m: float, asked_m: float, dt_s: float
) -> NeedleState:
    """Hub lag over 250 ms, local stiffness over 0.3 mm, and grain while moving."""
    keep = math.exp(-dt_s / 0.25)
    asked = state.set_travel_m * keep + asked_m
    done = state.hub_travel_m * keep + moved_m
    follow = 1.0 if abs(asked) < 2e-5 else min(max(done / asked, 0.0), 1.5)
    ahead = state.depth_m + 3e-4
    borders, codes = path.borders_m, path.codes
    here = resistance.resistance(state.depth_m + 1e-7, 0.0, borders, codes, table)
    there = resistance.resistance(ahead, 0.0, borders, codes, table)
    grain = layers.LAYERS[state.layer].roughness if abs(moved_m) > 1e-6 else 0.0
    is_new = state.depth_m >= state.reach_m - 1e-9
    slope = max(float(there - here) / 3e-4, 0.0) if is_new or state.layer == "bone" else 0.0
    return replace(
        state, set_travel_m=asked, hub_travel_m=done, hub_follow=follow, roughness=grain,
        stiffness_n_per_m=slope,
    )  # fmt: skip


_GIVES = (
    ("skin", "SkinPunctured", "skin"), ("fascia", "FasciaPunctured", "fascia"),
    ("ligamentum_flavum", "LossOfResistance", "ligamentum flavum"),
)  # fmt: skip


def _crossings(state: NeedleState, path: NeedlePath, before: NeedleState) -> tuple[NeedleState, tuple[Event, ...]]:
    """Notice borders cut by the tip for the first time on this track, dural punctures and skin entries."""
    events: list[Event] = []
    y, cut = state.depth_m, before.reach_m
    for name, event, where in _GIVES:
        ends = [float(path.borders_m[i + 1]) for i, n in enumerate(path.layers) if n == name]
        if ends and cut < ends[-1] <= y:
            events.append((event, y, where))
    is_under = _is_under_skin(path, y)
    n_passes = state.n_passes + (1 if is_under and not state.is_through_skin else 0)
    n_dural, in_sac, past = state.n_dural_punctures, False, 0.0
    if math.isfinite(path.dura_m):
        through = path.dura_m + layers.DURA_TENT_M
        if cut < through <= y:
            n_dural += 1
            events.append(("DuraPunctured", y, "dura"))
        in_sac = y >= through or (state.is_in_sac and y > path.dura_m)
        past = max(y - path.dura_m, 0.0) if in_sac else 0.0
    out = replace(
        state, is_through_skin=is_under, n_passes=n_passes, n_dural_punctures=n_dural, is_in_sac=in_sac,
        past_dura_m=past, max_past_dura_m=max(state.max_past_dura_m, past),
    )  # fmt: skip
    return _count_pass(out), tuple(events)


def _is_under_skin(path: NeedlePath, depth_m: float) -> bool:
    """Return whether the tip lies past the skin (in a wound: past the wound's floor)."""
    for i, name in enumerate(path.layers):
        if name not in ("air", "skin"):
            return depth_m > float(path.borders_m[i]) + 1e-9
    return False


def _count_pass(state: NeedleState) -> NeedleState:
    """Count a pass when the tip comes back >= 10 mm and goes in again >= 5 mm (assessment 2.2)."""
    y = state.depth_m
    if not state.is_through_skin:
        return replace(state, pass_peak_m=0.0, pass_trough_m=0.0, is_withdrawn=False)
    if not state.is_withdrawn:
        peak = max(state.pass_peak_m, y)
        if peak - y >= 0.010:
            return replace(state, pass_peak_m=peak, pass_trough_m=y, is_withdrawn=True)
        return replace(state, pass_peak_m=peak)
    trough = min(state.pass_trough_m, y)
    if y - trough >= 0.005:
        return replace(state, pass_peak_m=y, pass_trough_m=y, is_withdrawn=False, n_passes=state.n_passes + 1)
    return replace(state, pass_trough_m=trough)


def _contacts(
    state: NeedleState, spec: NeedleSpec, path: NeedlePath, before: NeedleState, dt_s: float
) -> tuple[NeedleState, tuple[Event, ...]]:
    """Bone contact episodes (> 1.5 N, 0.5 s apart, assessment 2.2) and the opposite wall."""
    events: list[Event] = []
    is_bone = state.layer == "bone" and state.force_n > 1.5
    n_bone = state.n_bone_contacts
    quiet = state.bone_quiet_s + dt_s
    if is_bone:
        if quiet > 0.5:
            n_bone += 1
            events.append(("BoneContacted", state.force_n, "needle"))
        quiet = 0.0
    if before.reach_m < path.anterior_m <= state.depth_m:
        events.append(("AnteriorWallTouched", state.past_dura_m, "opposite wall"))
    return replace(state, n_bone_contacts=n_bone, bone_quiet_s=min(quiet, 10.0)), tuple(events)


def bevel_share(state: NeedleState, spec: NeedleSpec, path: NeedlePath) -> float:
    """Return the share of the bevel's opening that faces free CSF, 0..1.

    Grows as the opening passes the dura; the opposite wall covers 70 % of it [A].
    """
    if not math.isfinite(path.dura_m):
        return 0.0
    inside = min(max(state.past_dura_m / spec.bevel_m, 0.0), 1.0)
    if state.depth_m >= path.anterior_m:
        return inside * 0.3
    return inside


def csf_flow(share: float, spec: NeedleSpec, pressure_pa: float) -> float:
    """Return the flow of CSF through the needle [m3/s].

    Poiseuille resistance of the bore in series with the opening among roots and arachnoid, which
    scales with 1 / share. With a free opening (`bevel_resistance` 0) it is Poiseuille's law.
    """
    if share <= 0.0 or pressure_pa <= 0.0:
        return 0.0
    bore = 1.0 / resistance.poiseuille_flow(1.0, spec.bore_radius_m, spec.length_m, spec.viscosity_pa_s)
    return pressure_pa / (bore + spec.bevel_resistance_pa_s_per_m3 / share)


def _drip(
    state: NeedleState, spec: NeedleSpec, path: NeedlePath, pressure_pa: float, dt_s: float
) -> tuple[NeedleState, tuple[Event, ...]]:
    """CSF fills the bore, then leaves it drop by drop."""
    if state.is_stylet_in:
        return replace(state, csf_flow_m3_per_s=0.0, lumen_m3=0.0), ()
    flow = csf_flow(bevel_share(state, spec, path), spec, pressure_pa)
    bore = math.pi * spec.bore_radius_m**2 * spec.length_m
    lumen = state.lumen_m3 + flow * dt_s
    out = max(lumen - bore, 0.0)
    total = state.csf_out_m3 + out
    drops = int(total / spec.drop_m3 + 1e-9)
    events: tuple[Event, ...] = (("CsfReturned", total, "hub"),) if drops > 0 and state.csf_drops == 0 else ()
    return replace(
        state, lumen_m3=min(lumen, bore), csf_out_m3=total, csf_drops=drops,
        csf_lost_m3=state.csf_lost_m3 + out, csf_flow_m3_per_s=flow,
    ), events  # fmt: skip


def tip_of(state: NeedleState, path: NeedlePath) -> FloatArray:
    """Return the tip's position [m]."""
    tip: FloatArray = path.entry_m + state.depth_m * path.direction
    return tip
