"""The kink lab: one catheter between two hands over a table, obstacles, and fluid through the lumen; no patient.

`initial(setup, model)` and `step(state, commands)`; set-ups and commands are in `physics.lab_setup`, `observe` in
`physics.lab_reading`. The frame is the table's:
x to the right, y away from the player, z up, table top at z = 0. The catheter lies in warm water, so its weight does
not count and its motion is damped. Hands are springs (game design section 3): a command moves the set point, the hand
follows in about 60 ms and slips when the catheter pulls harder than fingers hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.bodies import capsule, rim, stack_bodies, stack_rims
from physics.catheter.contact import CONDUIT
from physics.catheter.kink import hinge_rotation, material_axes, unfolded_curvature, update_hinges
from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, pack_conduit, rod_from_line, voronoi_lengths
from physics.catheter.section import section_force
from physics.catheter.spec import CATHETERS, CatheterSpec
from physics.catheter.state import CatheterState
from physics.catheter.wear import EDGE_FACTOR, crease_strain
from physics.clock import TICK_S
from physics.commands import Command
from physics.errors import CommandError, SimulationDiverged
from physics.events import Event
from physics.lab_fluid import Lumen, fed, flowing
from physics.lab_setup import (
    NEEDLE_BORE_M,
    PIN_HEIGHT_M,
    PIN_RADIUS_M,
    SETUPS,
    STEEL_STIFFNESS_PA,
    BendCycles,
    FeedLumen,
    GripHand,
    LabSetup,
    MoveHand,
    MovePin,
    SizePins,
)

FloatArray = NDArray[np.float64]

EDGE_PER_KINK_RADIUS = 0.4  # catheter_mechanics 3.3 [M]: 2 % error of a loop's least radius
HAND_TIME_S = 0.06  # game design section 3: a hand settles in 60 ms
HAND_STIFFNESS_N_PER_M = 150.0  # tuned: finger tips; 0.2 mm of give at 30 mN
HAND_GRIP_N = 1.5  # wet gloved finger tips let slip above the 0.91 N of a withdrawal, catheter_mechanics 2 [A]
PIN_SPEED_M_PER_S = 0.10  # tuned: slower than one radius a tick, so that a pin pushes and never jumps over
HAND_TURN_RAD_PER_S = 6.0  # tuned: a quick roll between finger tips
DRAG = 0.05  # N s/m2, tuned: settles within half a second, 0.1 % of the tension at the fold at 20 mm/s
TOLERANCE_N = 1e-7
TOLERANCE_SHARE = 2e-5  # of the pull at play: a residual far below what a hand or a plot shows
HINGE_REPEATS = 4
PACKED_RADIUS_M = 1.0  # bow of a catheter laid out of its tray [A]
SETTLE_TICKS = 48
FOLD_SHUT_RAD = 2.8  # limb lies on limb: a flat loop cannot be pulled farther [A]
CYCLE_TICKS = 48  # one posture cycle in 0.75 s
CYCLE_TURN_RAD = 0.35  # tuned: hands tilt with each cycle by the median flexion of docs/models/catheter.md
SHAKEN_DOWN_RAD = 1e-9  # folds that grow less than this in a cycle will not grow in the next: same path, no rate


@dataclass(frozen=True, slots=True)
class Hand:
    """Set point and pose of one hand; `load` is what the catheter pulls on it with [N]."""

    goal_m: FloatArray
    goal_heading_rad: float
    goal_turn_rad: float
    at_m: FloatArray
    heading_rad: float
    turn_rad: float
    is_closed: bool = True
    load: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """An upright pin: set point, place, how far it moved in the last tick (x, y), radius."""

    goal_m: FloatArray
    at_m: FloatArray
    moved_m: FloatArray
    radius_m: float = PIN_RADIUS_M


@dataclass(frozen=True, slots=True)
class Cycles:
    """Posture cycles asked for: how many are left, done in all, where in the cycle, folds at its start.

    `low`, `high` (n, 3) are the extremes in this cycle of both curvatures [1/m] and of the fold [rad];
    `fatigue` (n,) is the share of the wall's life used so far.
    """

    left: int = 0
    done: int = 0
    jumped: int = 0
    tick: int = 0
    amplitude_m: float = 0.0
    worst_before_rad: float = -1.0
    low: FloatArray | None = None
    high: FloatArray | None = None
    fatigue: FloatArray | None = None
    is_torn: bool = False


@dataclass(frozen=True, slots=True)
class LabState:
    """The whole lab at one tick."""

    setup: str
    model: str
    tick: int
    catheter: CatheterState
    hands: tuple[Hand, Hand]
    pins: tuple[Pin, ...]
    cycles: Cycles
    lumen: Lumen


def initial(setup: str = "loop", model: str = "ascenda_8780") -> LabState:
    """Return the lab with a catheter laid and at rest.

    Raises
    ------
    ValueError
        If set-up or model is unknown; the message lists those there are.
    """
    if setup not in SETUPS:
        raise ValueError(f"setup = {setup!r}; expected one of {', '.join(SETUPS)}")
    if model not in CATHETERS:
        raise ValueError(f"model = {model!r}; expected one of {', '.join(CATHETERS)}")
    plan, spec = SETUPS[setup], CATHETERS[model]
    line = _line(plan, spec)
    rod = rod_from_line(line, spec, "free")
    rod = replace(rod, rest_length=np.full(rod.n_edges, plan.length_m / (rod.n_edges - 1)))
    hands = tuple(
        Hand(np.array(at), heading, 0.0, np.array(at), heading, 0.0)
        for at, heading in zip(plan.hands_m, plan.headings_rad, strict=True)
    )
    rod = replace(rod, rest_curvature=_packing_set(rod))
    pins = tuple(Pin(np.array(at), np.array(at), np.zeros(2)) for at in plan.pins_m)
    state = LabState(setup, model, 0, rod, (hands[0], hands[1]), pins, Cycles(), Lumen())
    for _ in range(SETTLE_TICKS):  # an exact loop between parallel hands is not yet one between clamps
        still = replace(state.catheter, v=np.zeros_like(rod.v), omega=np.zeros_like(rod.omega))
        state = replace(state, catheter=_solved(replace(state, catheter=still), spec, 0.2)[0])
    rod = replace(state.catheter, v=np.zeros_like(rod.v), omega=np.zeros_like(rod.omega))
    return replace(state, catheter=rod, lumen=flowing(state.lumen, rod, spec, 0)[0])


def _packing_set(rod: CatheterState) -> FloatArray:
    """Return the slight bow in which a catheter comes out of its package, level with the table, (n, 2).

    It also decides which way a straight piece buckles.
    """
    m1, m2 = material_axes(rod)
    turned = voronoi_lengths(rod.rest_length) / PACKED_RADIUS_M
    out = np.zeros((rod.n_edges, 2))
    out[1:, 0] = -turned[1:] * 0.5 * (m2[:-1, 2] + m2[1:, 2])
    out[1:, 1] = turned[1:] * 0.5 * (m1[:-1, 2] + m1[1:, 2])
    return out


def _line(plan: LabSetup, spec: CatheterSpec) -> FloatArray:
    """Return the nodes of the start: a straight line or the exact loop of a long elastica under tension.

    Notes
    -----
    Loop: tangent angle 4 atan(exp(s / l)), l = 2 R [catheter_mechanics V10, T].
    """
    n = math.ceil(plan.length_m / (EDGE_PER_KINK_RADIUS * spec.kink_radius_m)) + 1
    edge = plan.length_m / (n - 1)  # the clamps are the middles of the first and the last edge
    s = (np.arange(n + 1) - 0.5 * n) * edge
    if plan.loop_radius_m > 0.0:
        angle = 4.0 * np.arctan(np.exp(s / (2.0 * plan.loop_radius_m)))
        middle = 0.5 * (angle[1:] + angle[:-1])
        x = np.concatenate([[0.0], np.cumsum(np.cos(middle) * edge)])
        y = np.concatenate([[0.0], np.cumsum(np.sin(middle) * edge)])
        x, y = x - 0.5 * (x[0] + x[-1]), y - 0.5 * (y[0] + y[-1])
    else:
        x = s * (plan.hands_m[1][0] - plan.hands_m[0][0]) / plan.length_m
        y = 1e-4 * np.cos(math.pi * s / plan.length_m) ** 2  # which way it buckles: away from the player
    return np.column_stack([x, y + plan.hands_m[0][1], np.full(n + 1, plan.hands_m[0][2])])


# --- one tick ---------------------------------------------------------------------------------


def step(state: LabState, commands: Sequence[Command] = ()) -> tuple[LabState, tuple[Event, ...]]:
    """Return the lab one tick (1/64 s) later and what happened.

    Raises
    ------
    ValueError
        If a command is none of the lab's.
    SimulationDiverged
        If a number is no longer finite.
    """
    for command in commands:
        state = _obeyed(state, command)
    spec = CATHETERS[state.model]
    cycles, torn = _cycled(state, spec)
    state = replace(state, tick=state.tick + 1, hands=_moved(state), pins=_pins(state), cycles=cycles)
    rod, kinks = _solved(state, spec, TICK_S)
    if not np.isfinite(rod.x).all():
        raise SimulationDiverged(state.tick, "lab", "node position")
    hands = tuple(replace(h, load=_load(rod, spec, i)) for i, h in enumerate(state.hands))
    lumen, flow_events = flowing(state.lumen, rod, spec, state.tick, cycles.is_torn)
    state = replace(state, catheter=rod, hands=(hands[0], hands[1]), lumen=lumen)
    at_s = state.tick * TICK_S
    made = tuple(Event(state.tick, at_s, name, size, where) for name, size, where in (*kinks, *torn, *flow_events))
    return state, made


def _obeyed(state: LabState, command: Command) -> LabState:
    if isinstance(command, MoveHand):
        hand = state.hands[command.hand]
        z = SETUPS[state.setup].hands_m[command.hand][2] if SETUPS[state.setup].is_flat else command.z_m
        hand = replace(
            hand, goal_m=np.array([command.x_m, command.y_m, z]), goal_heading_rad=command.heading_rad,
            goal_turn_rad=command.turn_rad,
        )  # fmt: skip
        return _with_hand(state, command.hand, hand)
    if isinstance(command, GripHand):
        return _gripped(state, command)
    if isinstance(command, BendCycles):
        left = 0 if state.cycles.is_torn else state.cycles.left + command.count
        return replace(state, cycles=replace(state.cycles, left=left, amplitude_m=command.amplitude_m))
    if isinstance(command, FeedLumen):
        return replace(state, lumen=fed(state.lumen, command))
    if isinstance(command, SizePins):
        return replace(state, pins=tuple(replace(pin, radius_m=command.radius_m) for pin in state.pins))
    if isinstance(command, MovePin):
        if command.pin >= len(state.pins):
            raise CommandError("MovePin", "pin", command.pin, f"one of the {len(state.pins)} pins of this set-up")
        goal = np.array([command.x_m, command.y_m])
        pins = tuple(replace(p, goal_m=goal) if i == command.pin else p for i, p in enumerate(state.pins))
        return replace(state, pins=pins)
    raise ValueError(f"command = {type(command).__name__}; expected a command of the lab")


def _with_hand(state: LabState, index: int, hand: Hand) -> LabState:
    hands = (hand, state.hands[1]) if index == 0 else (state.hands[0], hand)
    return replace(state, hands=hands)


def _gripped(state: LabState, command: GripHand) -> LabState:
    """Open a hand, or close it round the end where that lies now."""
    hand = state.hands[command.hand]
    if command.is_closed and not hand.is_closed:
        x = state.catheter.x if command.hand == 0 else state.catheter.x[::-1]
        along = x[1] - x[0]
        at, heading = 0.5 * (x[0] + x[1]), math.atan2(along[1], along[0])
        hand = replace(
            hand, at_m=at, goal_m=at, heading_rad=heading, goal_heading_rad=heading, goal_turn_rad=hand.turn_rad
        )
    return _with_hand(state, command.hand, replace(hand, is_closed=command.is_closed))


def _cycle_share(cycles: Cycles) -> float:
    return 0.5 - 0.5 * math.cos(2.0 * math.pi * cycles.tick / CYCLE_TICKS) if cycles.left else 0.0


def _moved(state: LabState) -> tuple[Hand, Hand]:
    """Return the hands one tick on: a damped spring toward the set point, no stronger than fingers hold."""
    share = _cycle_share(state.cycles)
    between = state.hands[1].goal_m - state.hands[0].goal_m
    axis = between / max(float(np.linalg.norm(between)), 1e-9)
    is_shut = SETUPS[state.setup].is_flat and float(state.catheter.hinge_angle.max()) > FOLD_SHUT_RAD
    out = []
    for i, hand in enumerate(state.hands):
        sign = 1.0 if i == 0 else -1.0
        goal = hand.goal_m + sign * 0.5 * share * state.cycles.amplitude_m * axis
        heading = hand.goal_heading_rad + sign * share * CYCLE_TURN_RAD * (state.cycles.left > 0)
        wanted = HAND_STIFFNESS_N_PER_M * (goal - hand.at_m)
        size = float(np.linalg.norm(wanted))
        wanted *= min(1.0, HAND_GRIP_N / max(size, 1e-12))
        pull = np.zeros(3) if hand.load is None or not hand.is_closed else hand.load
        pull = pull * min(1.0, HAND_GRIP_N / max(float(np.linalg.norm(pull)), 1e-12))
        # A goal that stays counts in full after a few HAND_TIME_S: the lag under load is what fingers give.
        move = TICK_S / (HAND_STIFFNESS_N_PER_M * HAND_TIME_S) * (wanted + pull)
        if is_shut:
            move += sign * axis * max(0.0, -sign * float(move @ axis))
        at = hand.at_m + move
        reach = HAND_TURN_RAD_PER_S * TICK_S
        turned = [
            now + min(max((then - now) * TICK_S / HAND_TIME_S, -reach), reach)
            for now, then in ((hand.heading_rad, heading), (hand.turn_rad, hand.goal_turn_rad))
        ]
        if SETUPS[state.setup].is_flat:
            at[2] = hand.at_m[2]
        out.append(replace(hand, at_m=at, heading_rad=turned[0], turn_rad=turned[1]))
    return out[0], out[1]


def _pins(state: LabState) -> tuple[Pin, ...]:
    """Return the pins one tick on."""
    out = []
    for pin in state.pins:
        move = (pin.goal_m - pin.at_m) * min(1.0, TICK_S / HAND_TIME_S)
        move *= min(1.0, PIN_SPEED_M_PER_S * TICK_S / max(float(np.linalg.norm(move)), 1e-12))
        out.append(replace(pin, at_m=pin.at_m + move, moved_m=move))
    return tuple(out)


def _stage(state: LabState, spec: CatheterSpec) -> Stage:
    """Return what the rod may touch: pins, the needle's bore and both its rims."""
    bars = [
        capsule(
            np.array([*pin.at_m, -PIN_HEIGHT_M]), np.array([*pin.at_m, PIN_HEIGHT_M]), pin.radius_m,
            STEEL_STIFFNESS_PA, spec.friction_needle, np.array([*pin.moved_m, 0.0]),
        )
        for pin in state.pins
    ]  # fmt: skip
    plan = SETUPS[state.setup]
    bore, holes = np.zeros((0, 4)), []
    if plan.needle_m:
        y, z = plan.hands_m[0][1], plan.hands_m[0][2]
        x = np.linspace(plan.needle_m[0], plan.needle_m[1], 24)
        bore = pack_conduit(np.column_stack([x, np.full_like(x, y), np.full_like(x, z)]), NEEDLE_BORE_M)
        axis = np.array([1.0, 0.0, 0.0])
        holes = [rim(np.array([at, y, z]), axis, NEEDLE_BORE_M, friction=spec.friction_needle) for at in plan.needle_m]
    return Stage(
        bore, np.zeros((0, 8)), np.zeros((0, 5)), law_table(spec), stack_bodies(bars), stack_rims(holes)
    )  # fmt: skip


def _cycled(state: LabState, spec: CatheterSpec) -> tuple[Cycles, list[tuple[str, float, str]]]:
    """Return the cycle counter one tick on; cycles that no longer change anything are counted at once.

    Notes
    -----
    The fold's law knows only its largest rotation, and hands repeat the same path: when a whole cycle has not turned
    any fold farther, none of the following does (shakedown, catheter_mechanics "Weeks of motion"). Each of them wears
    the wall like the last: a Miner sum, as in `physics.catheter.wear`, of the typical piece.
    """
    c = state.cycles
    if not c.left:
        return c, []
    low, high = _extremes(state)
    if c.tick + 1 < CYCLE_TICKS:
        return replace(c, tick=c.tick + 1, low=low, high=high), []
    worst = float(state.catheter.hinge_angle.sum())
    is_shaken_down = c.worst_before_rad >= 0.0 and worst - c.worst_before_rad < SHAKEN_DOWN_RAD
    used = wear_per_cycle(low, high, spec)
    before = np.zeros_like(used) if c.fatigue is None else c.fatigue
    life = float(np.min((1.0 - before) / np.maximum(used, 1e-300)))
    n = min(c.left, max(1, math.ceil(life))) if is_shaken_down else 1
    fatigue = before + n * used
    is_torn = c.is_torn or bool(fatigue.max() >= 1.0)
    left = 0 if is_torn else c.left - n
    happened = [("CatheterFractured", float(fatigue.argmax()), "fatigue")] if is_torn and not c.is_torn else []
    return replace(
        c, left=left, done=c.done + n, jumped=c.jumped + n - 1, tick=0, worst_before_rad=worst if left else -1.0,
        low=None, high=None, fatigue=fatigue, is_torn=is_torn,
    ), happened  # fmt: skip


def _extremes(state: LabState) -> tuple[FloatArray, FloatArray]:
    """Return the extremes of curvature and fold in this cycle, this tick included, (n, 3) each."""
    rod, spec = state.catheter, CATHETERS[state.model]
    folds = hinge_rotation(rod, spec)
    now = np.hstack([unfolded_curvature(rod, spec, folds), folds[:, None]])
    c = state.cycles
    return (now if c.low is None else np.minimum(c.low, now)), (now if c.high is None else np.maximum(c.high, now))


def wear_per_cycle(low: FloatArray, high: FloatArray, spec: CatheterSpec) -> FloatArray:
    """Return the share of the wall's life that one cycle uses at every vertex [-], (n,).

    Notes
    -----
    (strain amplitude / fatigue strain) ^ exponent [A]: radius times half the range of curvature; at a fold what its
    opening and shutting strains (`physics.catheter.wear`); twice that where a hand clamps the wall.
    """
    half = 0.5 * (high[:, :2] - low[:, :2])
    strain = spec.radius_m * np.hypot(half[:, 0], half[:, 1]) + crease_strain(low[:, 2], high[:, 2], spec)
    strain[:3] *= EDGE_FACTOR
    strain[-2:] *= EDGE_FACTOR
    return np.asarray((strain / spec.fatigue_strain) ** spec.fatigue_exponent)


def _fixed(state: LabState) -> NDArray[np.bool_]:
    n = state.catheter.n_edges
    nodes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    if state.hands[0].is_closed:
        nodes, edges = (0, 1), (0,)
    if state.hands[1].is_closed:
        nodes, edges = (*nodes, n - 1, n), (*edges, n - 1)
    fixed = clamp(n, nodes, edges)
    if SETUPS[state.setup].is_flat:
        fixed[2::4] = True
    return fixed


def _driven(state: LabState, dt_s: float) -> CatheterState:
    """Return the rod with the speeds that carry its held ends to the hands (mid-edge clamps)."""
    rod = state.catheter
    v, omega = rod.v.copy(), rod.omega.copy()
    if SETUPS[state.setup].is_flat:
        v[:, 2] = 0.0
    for i, hand in enumerate(state.hands):
        if not hand.is_closed:
            continue
        inward = np.array([math.cos(hand.heading_rad), math.sin(hand.heading_rad), 0.0])
        outer, inner, edge = (0, 1, 0) if i == 0 else (-1, -2, -1)
        half = 0.5 * rod.rest_length[edge]
        v[outer] = (hand.at_m - half * inward - rod.x[outer]) / dt_s
        v[inner] = (hand.at_m + half * inward - rod.x[inner]) / dt_s
        roll = hand.turn_rad if i == 0 else -hand.turn_rad
        omega[edge] = (roll - rod.theta[edge]) / dt_s
    status = rod.status
    needle = SETUPS[state.setup].needle_m
    if needle:
        status = np.where((rod.x[:, 0] > needle[0]) & (rod.x[:, 0] < needle[1]), CONDUIT, 0)
    return replace(rod, v=v, omega=omega, status=status)


def _solved(state: LabState, spec: CatheterSpec, dt_s: float) -> tuple[CatheterState, list[tuple[str, float, str]]]:
    """Return the rod one step on, repeated from its start until its folds agree with it, and new folds."""
    start = _driven(state, dt_s)
    stage = _stage(state, spec)
    pulls = [float(np.linalg.norm(hand.load)) for hand in state.hands if hand.load is not None]
    tolerance = max(TOLERANCE_N, TOLERANCE_SHARE * min(max(pulls, default=0.0), HAND_GRIP_N))
    drive = Drive(dt_s=dt_s, tolerance_n=tolerance, cap=20, drag=DRAG, self_contact=not SETUPS[state.setup].is_flat)
    fixed = _fixed(state)
    made: list[tuple[str, float, str]] = []
    rod = start
    for _ in range(HINGE_REPEATS):
        rod, _ = advance(start, spec, stage, drive, fixed)
        rod, change, happened = update_hinges(rod, spec)
        made += happened
        if change < 1e-3:
            break
        start = replace(
            start, is_hinge=rod.is_hinge, hinge_direction=rod.hinge_direction, hinge_angle=rod.hinge_angle,
            bending=rod.bending, rest_curvature=rod.rest_curvature,
        )  # fmt: skip
    return rod, made


def _load(rod: CatheterState, spec: CatheterSpec, hand: int) -> FloatArray:
    """Return what the catheter pulls on a hand with [N]."""
    return section_force(rod, spec, 1) if hand == 0 else -section_force(rod, spec, rod.n_edges - 2)
