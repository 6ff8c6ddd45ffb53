"""The refill needle over a pump in its pocket: layers, feel, and where the fluid goes.

The needle is a straight line from a skin point; the pump face is a tilted plane under a cover of
tissue. What the tip meets decides force and word; what the bevel overlaps decides where the fluid
goes. Volumes and drug move between syringe, reservoir, pocket and tissue and are never lost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from physics.pump.needle_path import (
    BEVEL_M,
    GLANCE_M,
    SEPTUM_M,
    NeedlePath,
    RefillSite,
    feel_of,
    hand_moves,
    needle_path,
    place_of,
)
from physics.pump.spec import PumpSpec, reservoir_pressure
from physics.randomness import draw

EventNote = tuple[str, float, str]
POCKET_REST_PA = 2e3  # [game_design section 3 item 10]
POCKET_PA_PER_M3 = 13e3 / 10e-6  # 2 -> 15 kPa over 10 mL [game_design, volume A]
COMPLAINT_FROM_M3 = 3e-6  # words from 3-6 mL [game_design section 3 item 10]
COMPLAINT_TO_M3 = 6e-6
SILENT_SHARE = 0.20  # seeded silent 20 % [game_design]
LIFT_PER_M3 = 1e-3 / 3e-6  # skin lifts 1 mm per 3 mL [game_design]
STRAW_LEAST_M3 = 0.2e-6  # straw fluid in a pocket 0.2-1 mL [game_design]
STRAW_MOST_M3 = 1.0e-6
OPEN_OVER_NEEDLE = 20.0  # [A] an opening is wide beside the needle
SEPTUM_TRACK_SHARE = 0.10  # [A] bevel in the septum: leak along the track into the pocket
TISSUE_SHARE = 0.02  # [A] fat and scar take fluid slowly
TISSUE_PA = 3e3  # [A]
RECHECK_M3 = 0.2e-6  # [A] an aspiration this large counts as a re-check
FILL_NOTED_M3 = 1e-6  # [A] less is a placement test, not a fill
RATE_WINDOW_S = 6.0  # fastest over 6 s (observation)
RATE_BINS = 24
CREEP_M_PER_S = 0.2e-3  # needle let go creeps out of the septum [game_design]
CREEP_AFTER_S = 2.0  # hand force released > 2 s [game_design 2.5]
CREEP_FORCE_N = 1.0  # [A] a hand that presses less than this has let go
STOP_FORCE_N = 8.0  # [A] felt as the needle stop


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that holds fluid: volumes [m3] and baclofen [kg].

    `pocket_m3` counts free fluid around the pump (the straw fluid that was there too). Air is counted apart.
    """

    syringe_m3: float
    syringe_kg: float
    syringe_capacity_m3: float
    syringe_contents: str
    reservoir_m3: float
    reservoir_kg: float
    pocket_m3: float
    pocket_kg: float
    tissue_m3: float = 0.0
    tissue_kg: float = 0.0
    syringe_air_m3: float = 0.0
    reservoir_air_m3: float = 0.0


@dataclass(frozen=True, slots=True)
class RefillState:
    """Needle and running totals; fields as in `RefillObservation`."""

    is_placed: bool = False
    u_m: float = 0.0
    v_m: float = 0.0
    tilt_u_rad: float = 0.0
    tilt_v_rad: float = 0.0
    slip_u_m: float = 0.0
    slip_v_m: float = 0.0
    depth_m: float = 0.0
    deepest_m: float = 0.0
    set_m: float = 0.0
    idle_s: float = 0.0
    force_n: float = 0.0
    feel: str = "free"
    place: str = "skin"
    offset_m: float = 0.0
    off_axis_rad: float = 0.0
    plunger_pressure_pa: float = 0.0
    plunger_flow_m3_per_s: float = 0.0
    aspirate: str = "none"
    drawn_m3: float = 0.0
    injected_m3: float = 0.0
    into_reservoir_m3: float = 0.0
    into_pocket_m3: float = 0.0
    since_recheck_m3: float = 0.0
    aspirating_m3: float = 0.0
    max_rate_m3_per_s: float = 0.0
    rate_bins_m3: tuple[float, ...] = ()
    bin_age_s: float = 0.0
    skin_lift_m: float = 0.0
    complaint: str = ""
    complaint_at_m3: float = math.inf
    straw_m3: float = 0.0
    n_passes: int = 0
    n_off_port: int = 0
    has_felt_stop: bool = False
    was_in_septum: bool = False
    is_off_port_counted: bool = False


def pocket_pressure(pocket_m3: float, straw_m3: float) -> float:
    """Return the pressure in the pocket [Pa]: 2 kPa at its own fluid, 15 kPa with 10 mL more."""
    return POCKET_REST_PA + POCKET_PA_PER_M3 * max(0.0, pocket_m3 - straw_m3)


def straw_volume(seed: int) -> float:
    """Return the serous fluid that lies around a pump [m3], 0.2-1 mL, drawn once per case."""
    return STRAW_LEAST_M3 + (STRAW_MOST_M3 - STRAW_LEAST_M3) * float(draw(seed, "refill", 0).random())


def place(
    state: RefillState, u_m: float, v_m: float, tilt_u_rad: float, tilt_v_rad: float, seed: int,
    resting_fluid_m3: float | None = None,
) -> RefillState:  # fmt: skip
    """Return the state with the needle resting on the skin: a new pass.

    Parameters
    ----------
    resting_fluid_m3 : float or None
        Fluid that the pocket holds without tension (serous fluid, seroma); None = `straw_volume`.
    """
    generator = draw(seed, "refill", 1)
    is_silent = float(generator.random()) < SILENT_SHARE
    words_at = COMPLAINT_FROM_M3 + (COMPLAINT_TO_M3 - COMPLAINT_FROM_M3) * float(generator.random())
    return replace(
        state, is_placed=True, u_m=u_m, v_m=v_m, tilt_u_rad=tilt_u_rad, tilt_v_rad=tilt_v_rad, depth_m=0.0,
        deepest_m=0.0, set_m=0.0, idle_s=0.0, force_n=0.0, feel="free", place="skin",
        n_passes=state.n_passes + 1, complaint_at_m3=math.inf if is_silent else words_at,
        straw_m3=straw_volume(seed) if resting_fluid_m3 is None else resting_fluid_m3,
        slip_u_m=0.0, slip_v_m=0.0, has_felt_stop=False, was_in_septum=False, is_off_port_counted=False,
    )  # fmt: skip


def advance_set_point(state: RefillState, travel_m: float) -> RefillState:
    """Return the state with the hand's set point moved along the needle."""
    return replace(state, set_m=state.set_m + travel_m, idle_s=0.0)


def lift(state: RefillState, distance_m: float) -> RefillState:
    """Return the state with the needle jerked outward (a spasm)."""
    depth = max(0.0, state.depth_m - distance_m)
    return replace(state, depth_m=depth, set_m=min(state.set_m, depth))


def withdraw(state: RefillState) -> tuple[RefillState, tuple[EventNote, ...]]:
    """Return the state with the needle out of the skin."""
    out = replace(state, is_placed=False, depth_m=0.0, set_m=0.0, deepest_m=0.0, force_n=0.0, feel="free",
                  place="skin", plunger_flow_m3_per_s=0.0)  # fmt: skip
    events: tuple[EventNote, ...] = (("RefillNeedleWithdrawn", state.depth_m, state.place),)
    if state.into_reservoir_m3 > FILL_NOTED_M3:
        events = (("ReservoirFilled", state.into_reservoir_m3, "syringe"), *events)
    return out, events


def path_of(state: RefillState, site: RefillSite) -> NeedlePath:
    """Return what lies along the needle, where it has slipped to."""
    return needle_path(
        site, state.u_m + state.slip_u_m, state.v_m + state.slip_v_m, state.tilt_u_rad, state.tilt_v_rad
    )


def _glanced(state: RefillState, site: RefillSite) -> RefillState:
    """Return the state with the tip slipped outward off the rim."""
    du = state.u_m + state.slip_u_m - site.pump_u_m
    dv = state.v_m + state.slip_v_m - site.pump_v_m
    away = math.hypot(du, dv)
    if away == 0.0:
        return state
    return replace(
        state, slip_u_m=state.slip_u_m + GLANCE_M * du / away, slip_v_m=state.slip_v_m + GLANCE_M * dv / away
    )


def move_needle(
    state: RefillState, site: RefillSite, dt_s: float
) -> tuple[RefillState, tuple[EventNote, ...]]:
    """Return the needle after one step of the hand's spring against the tissue."""
    if not state.is_placed:
        return state, ()
    path = path_of(state, site)
    depth, set_m, force = hand_moves(path, state.depth_m, state.deepest_m, state.set_m, dt_s)
    deepest = max(state.deepest_m, depth)
    where = place_of(path, depth)
    idle = state.idle_s + dt_s
    if where in ("septum", "reservoir") and idle > CREEP_AFTER_S and force < CREEP_FORCE_N:
        depth = max(0.0, depth - CREEP_M_PER_S * dt_s)
        set_m = min(set_m, depth)
    moved = replace(
        state, depth_m=depth, deepest_m=deepest, set_m=set_m, idle_s=idle, force_n=force,
        feel=feel_of(path, depth, force), place=where, offset_m=path.offset_m,
        off_axis_rad=path.off_axis_rad,
    )  # fmt: skip
    if path.target == "rim" and moved.feel == "glances off":
        moved = _glanced(moved, site)
    if set_m < -0.001 and depth <= 0.0:
        out, notes = withdraw(moved)
        return out, notes
    return _needle_events(state, moved, path)


def _needle_events(
    before: RefillState, after: RefillState, path: NeedlePath
) -> tuple[RefillState, tuple[EventNote, ...]]:
    events: list[EventNote] = []
    if not before.was_in_septum and path.target == "septum" and after.depth_m >= path.face_m + 0.4 * SEPTUM_M:
        events.append(("SeptumEntered", after.depth_m, "septum"))
        after = replace(after, was_in_septum=True)
    if not before.has_felt_stop and after.feel == "hard stop" and after.force_n >= STOP_FORCE_N:
        events.append(("NeedleStopFelt", after.force_n, after.place))
        after = replace(after, has_felt_stop=True)
    is_off = path.target != "septum" and after.depth_m >= path.face_m
    if is_off and not before.is_off_port_counted:
        after = replace(after, n_off_port=after.n_off_port + 1, is_off_port_counted=True)
    return after, tuple(events)


def bevel_shares(state: RefillState, site: RefillSite) -> dict[str, float]:
    """Return the share of the bevel in "reservoir", "septum", "pocket" and "tissue" (sum 1)."""
    path = path_of(state, site)
    low, high = state.depth_m - BEVEL_M, state.depth_m
    shares = {"reservoir": 0.0, "septum": 0.0, "pocket": 0.0, "tissue": 0.0}
    for name, start, end in path.spaces:
        overlap = max(0.0, min(high, end) - max(low, start)) / BEVEL_M
        shares[name] += overlap
    return shares


def _conductances(
    state: RefillState, site: RefillSite, stores: Stores, spec: PumpSpec, needle: float, is_pull: bool
) -> dict[str, float]:
    shares = bevel_shares(state, site)
    reservoir = OPEN_OVER_NEEDLE * needle * shares["reservoir"]
    if is_pull and stores.reservoir_m3 <= spec.undrawable_m3 and stores.reservoir_air_m3 <= 0.0:
        reservoir = 0.0
    if not is_pull and reservoir_pressure(spec, stores.reservoir_m3 + stores.reservoir_air_m3) >= spec.valve_close_pa:
        reservoir = 0.0  # the inlet valve shuts on over-pressure [device 1.8]
    pocket = OPEN_OVER_NEEDLE * needle * shares["pocket"] + SEPTUM_TRACK_SHARE * needle * shares["septum"]
    if is_pull and stores.pocket_m3 <= 0.0:
        pocket = 0.0
    tissue = 0.0 if is_pull else TISSUE_SHARE * needle * shares["tissue"]
    return {"reservoir": reservoir, "pocket": pocket, "tissue": tissue}


def outside_pressure(state: RefillState, site: RefillSite, stores: Stores, spec: PumpSpec) -> float:
    """Return the pressure that a plunger at rest would feel through the needle [Pa]."""
    links = _conductances(state, site, stores, spec, 1.0, False)
    total = sum(links.values())
    if not state.is_placed or total <= 0.0:
        return 0.0
    pressures = _pressures(state, stores, spec)
    return sum(links[name] * pressures[name] for name in links) / total


def _pressures(state: RefillState, stores: Stores, spec: PumpSpec) -> dict[str, float]:
    return {
        "reservoir": reservoir_pressure(spec, stores.reservoir_m3 + stores.reservoir_air_m3),
        "pocket": pocket_pressure(stores.pocket_m3, state.straw_m3), "tissue": TISSUE_PA,
    }  # fmt: skip


def move_plunger(
    state: RefillState, site: RefillSite, stores: Stores, spec: PumpSpec,
    plunger_pa: float, needle_conductance: float, dt_s: float,
) -> tuple[RefillState, Stores, tuple[EventNote, ...]]:  # fmt: skip
    """Return (state, stores, events) after the plunger stood at a pressure for `dt_s`.

    Parameters
    ----------
    plunger_pa : float
        Fluid pressure under the plunger, from `hydraulics.plunger_pressure` with
        `outside_pressure` of this module [Pa].
    needle_conductance : float
        Needle, extension and filter, from `hydraulics.needle_conductance` [m3/(s Pa)].

    Notes
    -----
    One node at the bevel: needle on one side, the spaces that the bevel overlaps on the other, each at
    its pressure; every share is limited by what its source holds and its target can take, so volume and
    drug are conserved exactly. Air in the extension goes in before the fluid; air in the reservoir takes up room, and
    comes out after the last fluid (needle up).
    """
    if not state.is_placed:
        return replace(state, plunger_flow_m3_per_s=0.0, plunger_pressure_pa=0.0), stores, ()
    rest = outside_pressure(state, site, stores, spec)
    if abs(plunger_pa - rest) <= 1e-9 * max(1.0, abs(rest)):
        # The plunger is held by friction; fluid may still pass from space to space, which is neglected.
        still = replace(state, plunger_pressure_pa=plunger_pa, plunger_flow_m3_per_s=0.0, aspirate="none")
        return _counted(still, {}, dt_s, stores), stores, ()
    is_pull = plunger_pa < rest
    links = _conductances(state, site, stores, spec, needle_conductance, is_pull)
    pressures = _pressures(state, stores, spec)
    total = needle_conductance + sum(links.values())
    node = (needle_conductance * plunger_pa + sum(links[k] * pressures[k] for k in links)) / total
    asked = {k: links[k] * (node - pressures[k]) * dt_s for k in links}
    asked = {k: (min(q, 0.0) if is_pull else max(q, 0.0)) for k, q in asked.items()}
    moved, after = _transfer(stores, asked, spec)
    flow = sum(moved.values()) / dt_s
    shown = replace(
        state, plunger_pressure_pa=plunger_pa, plunger_flow_m3_per_s=flow,
        aspirate=_aspirate_word(moved, stores, spec, is_pull and plunger_pa < 0.0, bevel_shares(state, site)),
    )  # fmt: skip
    counted = _counted(shown, moved, dt_s, after)
    return counted, after, _fluid_events(state, counted, stores, after, spec)


def _transfer(stores: Stores, asked: dict[str, float], spec: PumpSpec) -> tuple[dict[str, float], Stores]:
    """Return (volumes moved into each space, stores after); negative = into the syringe."""
    push = sum(q for q in asked.values() if q > 0.0)
    pull = -sum(q for q in asked.values() if q < 0.0)
    air_in = min(push, stores.syringe_air_m3)  # of the extension: first
    push_scale = min(1.0 - air_in / push, stores.syringe_m3 / push) if push > 0.0 else 0.0
    air = stores.reservoir_air_m3 + (air_in * max(0.0, asked["reservoir"]) / push if push > 0.0 else 0.0)
    if stores.reservoir_m3 <= spec.undrawable_m3:  # drawn after the last fluid, and driven out of the syringe [A]
        air = max(0.0, air + min(0.0, asked["reservoir"]))
    room = stores.syringe_capacity_m3 - stores.syringe_m3
    pull_scale = min(1.0, room / pull) if pull > 0.0 else 0.0
    drawable_m3 = max(0.0, stores.reservoir_m3 - spec.undrawable_m3)
    held = {
        "reservoir": (drawable_m3, stores.reservoir_m3, stores.reservoir_kg),
        "pocket": (stores.pocket_m3, stores.pocket_m3, stores.pocket_kg),
        "tissue": (0.0, stores.tissue_m3, stores.tissue_kg),
    }  # fmt: skip
    syringe_c = stores.syringe_kg / stores.syringe_m3 if stores.syringe_m3 > 0.0 else 0.0
    moved: dict[str, float] = {}
    mass: dict[str, float] = {}
    for name, wish in asked.items():
        drawable, volume, kg = held[name]
        if wish > 0.0:
            moved[name] = wish * push_scale
            mass[name] = moved[name] * syringe_c
        else:
            moved[name] = -min(-wish * pull_scale, drawable)
            mass[name] = moved[name] * (kg / volume) if volume > 0.0 else 0.0
    return moved, replace(
        stores,
        syringe_m3=max(0.0, stores.syringe_m3 - sum(moved.values())),
        syringe_kg=max(0.0, stores.syringe_kg - sum(mass.values())),
        reservoir_m3=stores.reservoir_m3 + moved["reservoir"],
        reservoir_kg=stores.reservoir_kg + mass["reservoir"],
        pocket_m3=stores.pocket_m3 + moved["pocket"], pocket_kg=stores.pocket_kg + mass["pocket"],
        tissue_m3=stores.tissue_m3 + moved["tissue"], tissue_kg=stores.tissue_kg + mass["tissue"],
        syringe_air_m3=stores.syringe_air_m3 - air_in, reservoir_air_m3=air,
    )  # fmt: skip


def _aspirate_word(
    moved: dict[str, float], before: Stores, spec: PumpSpec, is_pull: bool, shares: dict[str, float]
) -> str:
    drawn = -sum(moved.values())
    if drawn <= 1e-13:
        if not is_pull:
            return "none"
        is_drained = before.reservoir_m3 <= 1.01 * spec.undrawable_m3
        return "bubbles" if is_drained and shares["reservoir"] > 0.5 else "none"
    return "clear" if moved["reservoir"] <= moved["pocket"] else "straw"


def _counted(state: RefillState, moved: dict[str, float], dt_s: float, stores: Stores) -> RefillState:
    """Return the state with its running totals brought up to date."""
    injected = sum(q for q in moved.values() if q > 0.0)
    drawn = -sum(q for q in moved.values() if q < 0.0)
    aspirating = state.aspirating_m3 + drawn if injected <= 0.0 else 0.0
    since = 0.0 if aspirating >= RECHECK_M3 else state.since_recheck_m3 + injected
    bins, age, fastest = _rate(state, injected, dt_s)
    extra = max(0.0, stores.pocket_m3 - state.straw_m3)
    reservoir = moved.get("reservoir", 0.0)
    is_from_reservoir = reservoir < 0.0 and stores.syringe_contents == "empty"
    return replace(
        state, injected_m3=state.injected_m3 + injected, since_recheck_m3=since, aspirating_m3=aspirating,
        drawn_m3=state.drawn_m3 + (drawn if is_from_reservoir else 0.0),
        into_reservoir_m3=state.into_reservoir_m3 + (0.0 if is_from_reservoir else reservoir),
        # Net of what was drawn back; the serous fluid that comes with it is not counted below zero.
        into_pocket_m3=max(0.0, state.into_pocket_m3 + moved.get("pocket", 0.0) + moved.get("tissue", 0.0)),
        rate_bins_m3=bins, bin_age_s=age, max_rate_m3_per_s=fastest, skin_lift_m=extra * LIFT_PER_M3,
        complaint=_complaint(extra, state.complaint_at_m3),
    )  # fmt: skip


def _rate(state: RefillState, injected: float, dt_s: float) -> tuple[tuple[float, ...], float, float]:
    """Return (bins, age of the newest bin, fastest rate over 6 s so far)."""
    bins = state.rate_bins_m3 or (0.0,) * RATE_BINS
    width = RATE_WINDOW_S / RATE_BINS
    bins = (*bins[:-1], bins[-1] + injected)
    age = state.bin_age_s + dt_s
    fastest = max(state.max_rate_m3_per_s, sum(bins) / RATE_WINDOW_S)
    while age >= width:
        bins = (*bins[1:], 0.0)
        age -= width
        if age > RATE_WINDOW_S:
            return (0.0,) * RATE_BINS, 0.0, fastest
    return bins, age, fastest


def _complaint(extra_m3: float, at_m3: float) -> str:
    if extra_m3 >= at_m3:
        return "tight, it burns"
    return "it feels tight" if extra_m3 >= 0.7 * at_m3 else ""


def _fluid_events(
    before: RefillState, after: RefillState, old: Stores, new: Stores, spec: PumpSpec
) -> tuple[EventNote, ...]:
    events: list[EventNote] = []
    step_m3 = 0.5e-6  # one note for each half millilitre that went astray
    if int(after.into_pocket_m3 / step_m3) > int(max(before.into_pocket_m3, 0.0) / step_m3):
        events.append(("PocketInjected", after.into_pocket_m3, after.place))
    if old.reservoir_m3 > spec.undrawable_m3 >= new.reservoir_m3:
        events.append(("ReservoirEmptied", new.reservoir_m3, "syringe"))
    limit = spec.capacity_m3 * 1.02
    if old.reservoir_m3 <= limit < new.reservoir_m3:
        events.append(("ReservoirOverfilled", new.reservoir_m3, "syringe"))
    return tuple(events)
