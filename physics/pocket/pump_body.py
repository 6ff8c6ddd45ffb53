"""The pump in its pocket: slide, turn, sutures, tilt and flip. The only importer of pymunk.

The unrolled trunk is a plane (u, v); the pump is a disc inside a round outline, held by up to four
suture loops. A Space is built from the frozen `PocketState` for every call and thrown away. Weeks
pass as representative days: one day of loads is run, its slip and wear are read, and the day is
repeated by arithmetic until something could change. Tilt and flip are one bistable angle of the
transverse slice, beside the plane.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pymunk

from physics.pocket.fixation import (
    Suture,
    flip_barrier_j,
    hardest_handling_j,
    n_holding,
    seat_tilt_rad,
    suture_strength_n,
    tilt_of,
    worn_by,
)
from physics.randomness import draw

EventNote = tuple[str, float, str]
PUMP_RADIUS_M = 43.75e-3  # [S73] H
PUMP_MASS_KG = 0.185  # filled 20 mL pump [device 1.1, UGK-M]
PUMP_HEIGHT_M = 19.5e-3  # [device 1.1, UGK-M]
LOOP_RADIUS_M = 40e-3  # [A] loops on the rim
SUTURE_N_PER_M = 1000.0  # [A] thread and tissue bite together, ~8 mm under 8 N
FLOOR_FRICTION_N = 0.6  # [A] wet pocket, light pump
FIBROSIS_DAYS = 21.0  # [A] capsule matures in weeks
# [A] a mature capsule adds 20 times the fresh friction and just outgrips a fiddle ("then stuck", I-A5)
FIBROSIS_FRICTION = 20.0
CAPSULE_CLOSES = 0.5  # [A] share of the clearance that a capsule takes up
SIT_FORCE_N = 1.8  # [A] shear of the belly fold on sitting up, typical, toward the feet
SIT_FORCE_SIGMA = 0.30  # [A] lognormal spread; the largest of N is exp(sigma sqrt(2 ln N)) times it
TWIST_FORCE_N = 1.2  # [A] turning in bed, toward the left or right
FIDDLE_TORQUE_NM = 0.35  # [A] two fingers at the rim, ~4 N each
FIDDLE_TURN_RAD = 2.2  # [A] a fiddle turns a free pump by about a third of a turn
TWIDDLE_TURNS_PER_DAY = 0.2  # [A] an ordinary patient; 6 = a fiddler [scenarios_content I-A5]
TILT_DAYS = 14.0  # [A] a tilt settles in two weeks
TURN_NOTED_RAD = math.radians(30.0)  # [A] a smaller turn is not worth an event
DEAD_SPACE_SHARE = 0.15  # [A] share of the slack volume that fills with serous fluid
SUBSTEP_S = 1.0 / 512.0  # forces enter explicitly: stable while (omega dt)^2 < damping per step (0.14 < 0.24)
LOAD_STEPS = 160
RAMP_STEPS = 100  # loads come on slowly against 1/138 s, so that nothing overshoots
REST_STEPS = 24
DAMPING = 1e-60  # share of velocity left after 1 s: tissue damps at 138 /s, no ringing [A]
BLOCK_DAYS = (0.5, 0.5, 1.0, 2.0, 4.0, 7.0, 15.0)  # then blocks of 30 days


@dataclass(frozen=True, slots=True)
class PocketState:
    """Pocket and pump. Lengths [m], angles [rad], volume [m3].

    Attributes
    ----------
    outlet_angle_rad : float
        Pump outlet from the head direction to the left; unwound: a twiddled pump counts turns.
    tilt_rad, tilt_direction_rad : float
        Lean of the face's outward normal and where to (0 = +u left, pi/2 = +v head).
    sutures : tuple of Suture
        Loops tied.
    fibrosis : float
        0 fresh .. 1 mature capsule.
    """

    is_dissected: bool = False
    is_pump_in: bool = False
    u_m: float = 0.0
    v_m: float = 0.0
    radius_m: float = 0.0
    plane: str = "subcutaneous"
    cover_m: float = 0.0
    pump_u_m: float = 0.0
    pump_v_m: float = 0.0
    outlet_angle_rad: float = 0.0
    tilt_rad: float = 0.0
    tilt_direction_rad: float = -math.pi / 2.0
    is_septum_outward: bool = True
    is_flipped: bool = False
    sutures: tuple[Suture, ...] = ()
    fluid_m3: float = 0.0
    fibrosis: float = 0.0
    is_closed: bool = False
    days: float = 0.0

    @property
    def faces_out(self) -> bool:
        """Whether the septum looks at the skin now."""
        return self.is_septum_outward != self.is_flipped

    @property
    def clearance_m(self) -> float:
        """Dissected radius minus pump radius."""
        return self.radius_m - PUMP_RADIUS_M if self.is_dissected else 0.0

    @property
    def n_sutures(self) -> int:
        """Loops tied, holding or not."""
        return len(self.sutures)

    @property
    def n_holding(self) -> int:
        """Loops that hold more than 5 N."""
        return n_holding(self.sutures)


@dataclass(frozen=True, slots=True)
class Life:
    """How a patient lives with the pump.

    Attributes
    ----------
    flexions_per_day : float
        Sitting up and bending.
    twiddle_turns_per_day : float
        Fiddling with the pump.
    catheter_tension_n, catheter_direction_rad : float
        Pull of the catheter at the outlet and where to (0 = +u, pi/2 = +v).
    """

    flexions_per_day: float = 100.0
    twiddle_turns_per_day: float = TWIDDLE_TURNS_PER_DAY
    catheter_tension_n: float = 0.0
    catheter_direction_rad: float = 0.0


def dissect(u_m: float, v_m: float, radius_m: float, plane: str, cover_m: float) -> PocketState:
    """Return a fresh pocket without a pump."""
    return PocketState(
        is_dissected=True, u_m=u_m, v_m=v_m, radius_m=radius_m, plane=plane, cover_m=cover_m,
        pump_u_m=u_m, pump_v_m=v_m,
    )  # fmt: skip


def place_pump(state: PocketState, outlet_angle_rad: float, is_septum_outward: bool = True) -> PocketState:
    """Return the pocket with the pump laid in its middle, flat."""
    return replace(
        state, is_pump_in=True, pump_u_m=state.u_m, pump_v_m=state.v_m, outlet_angle_rad=outlet_angle_rad,
        is_septum_outward=is_septum_outward, is_flipped=False, tilt_rad=0.0, sutures=(),
    )  # fmt: skip


def _loop_point(state: PocketState, loop: int) -> tuple[float, float]:
    """Return where a loop of the pump lies in the plane (u, v)."""
    angle = state.outlet_angle_rad + math.pi / 4.0 + loop * math.pi / 2.0
    return (
        state.pump_u_m + LOOP_RADIUS_M * math.sin(angle),
        state.pump_v_m + LOOP_RADIUS_M * math.cos(angle),
    )


def suture(state: PocketState, loop: int, substrate: str, seed: int) -> PocketState:
    """Return the pocket with one more loop tied (a second tie of the same loop replaces it).

    Parameters
    ----------
    loop : int
        0..3, at 45, 135, 225 and 315 degrees from the outlet.
    substrate : str
        "fascia" (8-10 N) or "fat" (1.5-2 N) [game_design section 3 item 7].
    seed : int
        For the strength (stream "pocket").
    """
    others = tuple(s for s in state.sutures if s.loop != loop)
    u, v = _loop_point(state, loop)
    tied = Suture(loop, substrate, u, v, suture_strength_n(substrate, loop, seed), 0.0, True)
    return replace(state, sutures=(*others, tied))


def close(state: PocketState) -> PocketState:
    """Return the pocket with its wound closed."""
    return replace(state, is_closed=True)


def established(
    fresh: PocketState, tilt_rad: float, n_loops: int, outlet_angle_rad: float, days: float, seed: int
) -> PocketState:
    """Return a pocket that healed as told: pump in, loops on fascia, capsule of that age."""
    state = place_pump(fresh, outlet_angle_rad)
    for loop in range(n_loops):
        state = suture(state, loop, "fascia", seed)
    return replace(
        state, tilt_rad=tilt_rad, fibrosis=1.0 - math.exp(-days / FIBROSIS_DAYS), is_closed=True, days=days,
        fluid_m3=dead_space_fluid(state, days),
    )  # fmt: skip


def _space(state: PocketState) -> tuple[pymunk.Space, pymunk.Body]:
    """Return a Space with the pump at rest in its outline, in millimetres, newtons, kilograms."""
    space = pymunk.Space()
    space.iterations = 20
    clearance = 1e3 * max(0.2e-3, state.clearance_m * (1.0 - CAPSULE_CLOSES * state.fibrosis))
    body = pymunk.Body(PUMP_MASS_KG, pymunk.moment_for_circle(PUMP_MASS_KG, 0.0, 1e3 * PUMP_RADIUS_M))
    body.position = (1e3 * (state.pump_u_m - state.u_m), 1e3 * (state.pump_v_m - state.v_m))
    body.angle = -state.outlet_angle_rad
    space.add(body, pymunk.Circle(body, 1e3 * PUMP_RADIUS_M))
    wall = 1e3 * PUMP_RADIUS_M + clearance
    away = max(wall, body.position.length + 1e3 * PUMP_RADIUS_M)
    n = 32
    corners = [
        (away / math.cos(math.pi / n) * math.cos(2.0 * math.pi * k / n),
         away / math.cos(math.pi / n) * math.sin(2.0 * math.pi * k / n)) for k in range(n)
    ]  # fmt: skip
    for k in range(n):
        segment = pymunk.Segment(space.static_body, corners[k], corners[(k + 1) % n], 0.5)
        segment.friction = 0.3
        space.add(segment)
    grip = FLOOR_FRICTION_N * (1.0 + FIBROSIS_FRICTION * state.fibrosis)
    slide = pymunk.PivotJoint(space.static_body, body, body.position)
    turn = pymunk.GearJoint(space.static_body, body, body.angle, 1.0)
    # Dry friction of a disc on its floor: joints without bias that give at a force and at 2/3 r times it.
    for joint, limit in ((slide, 1e3 * grip), (turn, 1e3 * grip * 1e3 * PUMP_RADIUS_M * 2.0 / 3.0)):
        joint.max_force = limit
        joint.max_bias = 0.0
        space.add(joint)
    space.damping = DAMPING
    return space, body


@dataclass(frozen=True, slots=True)
class Load:
    """One representative act: force in the plane [N], torque [N m], both held for a moment."""

    name: str
    force_u_n: float
    force_v_n: float
    torque_nm: float = 0.0
    turn_rad: float = 0.0


def _loop_in_body(loop: int) -> tuple[float, float]:
    """Return a loop in the pump's own frame [mm]; the outlet is +y, clockwise angles."""
    angle = math.pi / 4.0 + loop * math.pi / 2.0
    return 1e3 * LOOP_RADIUS_M * math.sin(angle), 1e3 * LOOP_RADIUS_M * math.cos(angle)


def _tied(state: PocketState) -> dict[int, tuple[float, float, float, float, float, str]]:
    """Return by holding loop: place in the pump's frame, place tied to [mm], strength [N], substrate."""
    return {
        tie.loop: (
            *_loop_in_body(tie.loop), 1e3 * (tie.u_m - state.u_m), 1e3 * (tie.v_m - state.v_m), tie.hold_n,
            tie.substrate,
        )
        for tie in state.sutures if tie.is_intact
    }  # fmt: skip


def _step(
    space: pymunk.Space, body: pymunk.Body, ties: dict[int, tuple[float, float, float, float, float, str]],
    push: tuple[float, float, float], pull: tuple[float, float], peak: dict[int, float],
) -> list[EventNote]:
    """Advance by one substep under loads [mN, mN mm] and loops' springs; drop the loops that break."""  # fmt: skip
    x, y = body.position
    c, s = math.cos(body.angle), math.sin(body.angle)
    force_u, force_v, torque = push
    events: list[EventNote] = []
    for loop, (local_x, local_y, u, v, hold, kind) in list(ties.items()):
        arm_u, arm_v = c * local_x - s * local_y, s * local_x + c * local_y
        du, dv = u - x - arm_u, v - y - arm_v
        force = SUTURE_N_PER_M * 1e-3 * math.hypot(du, dv)
        if force > hold:
            events.append(("PumpSutureBroke", force, f"loop {loop} {kind}"))
            del ties[loop]
            continue
        peak[loop] = max(peak.get(loop, 0.0), force)
        # du, dv in mm and forces in mN: the two factors of a thousand cancel.
        force_u += SUTURE_N_PER_M * du
        force_v += SUTURE_N_PER_M * dv
        torque += SUTURE_N_PER_M * (arm_u * dv - arm_v * du)
    outlet_u, outlet_v = -s * 1e3 * PUMP_RADIUS_M, c * 1e3 * PUMP_RADIUS_M
    body.force = (force_u + pull[0], force_v + pull[1])
    body.torque = torque + outlet_u * pull[1] - outlet_v * pull[0]
    space.step(SUBSTEP_S)
    return events


def bear(
    state: PocketState, load: Load, life: Life
) -> tuple[PocketState, dict[int, float], tuple[EventNote, ...]]:
    """Return (state, greatest force by loop [N], events) after one act and the rest that follows."""
    space, body = _space(state)
    peak: dict[int, float] = {}
    ties = _tied(state)
    events: list[EventNote] = []
    pull = (
        1e3 * life.catheter_tension_n * math.cos(life.catheter_direction_rad),
        1e3 * life.catheter_tension_n * math.sin(life.catheter_direction_rad),
    )
    for step in range(LOAD_STEPS + REST_STEPS):
        ramp = min(1.0, step / RAMP_STEPS) if step < LOAD_STEPS else 0.0
        turned = -body.angle - state.outlet_angle_rad
        is_turning = abs(turned) < abs(load.turn_rad)
        torque = -1e6 * ramp * math.copysign(load.torque_nm, load.turn_rad) if is_turning else 0.0
        push = (1e3 * ramp * load.force_u_n, 1e3 * ramp * load.force_v_n, torque)
        events += _step(space, body, ties, push, pull, peak)
    broken = {tie.loop for tie in state.sutures if tie.is_intact} - ties.keys()
    sutures = tuple(replace(s, is_intact=s.is_intact and s.loop not in broken) for s in state.sutures)
    moved = replace(
        state, pump_u_m=state.u_m + 1e-3 * float(body.position.x),
        pump_v_m=state.v_m + 1e-3 * float(body.position.y),
        outlet_angle_rad=-float(body.angle), sutures=sutures,
    )  # fmt: skip
    return moved, peak, tuple(events)


def _blocks(days: float, age_days: float) -> list[float]:
    """Return how a stretch of life is cut: fine while the wound is fresh, 30 days later."""
    edges = 0.0
    blocks: list[float] = []
    left = days
    for length in (*BLOCK_DAYS, *(30.0,) * 400):
        edges += length
        if left <= 1e-12:
            break
        if edges <= age_days:
            continue
        span = min(left, edges - max(age_days, edges - length))
        blocks.append(span)
        left -= span
    return blocks


def live(
    state: PocketState, life: Life, days: float, seed: int, tick: int
) -> tuple[PocketState, tuple[EventNote, ...]]:
    """Return (state, events) after `days` of life with the pump.

    Parameters
    ----------
    life : Life
        Habits and the catheter's pull.
    days : float
        >= 0; blocks of half a day at first, 30 days later, each with its hardest sitting-up, a turn in
        bed and a fiddle run in full; the rest of the block is counted.
    seed, tick : int
        For the draws (stream "pocket.life").
    """
    if not state.is_pump_in or days <= 0.0:
        return state, ()
    start_angle = state.outlet_angle_rad
    # The age is part of the stream: several stretches of life may fall into one tick.
    generator = draw(seed, f"pocket.life {state.days:.4f}", tick)
    events: list[EventNote] = []
    for span in _blocks(days, state.days):
        chances = [float(x) for x in generator.random(3)]
        state, notes = _live_block(state, life, span, chances)
        events += notes
    turned = state.outlet_angle_rad - start_angle
    if abs(turned) > TURN_NOTED_RAD:
        events.append(("PumpRotated", turned, "pocket"))
    return state, tuple(events)


def _live_block(
    state: PocketState, life: Life, days: float, chances: list[float]
) -> tuple[PocketState, list[EventNote]]:
    n_sits = life.flexions_per_day * days
    extreme = math.exp(SIT_FORCE_SIGMA * math.sqrt(2.0 * math.log(max(n_sits, 1.0))))
    side = 1.0 if chances[0] < 0.5 else -1.0
    loads = [
        Load("sit", 0.0, -SIT_FORCE_N * extreme), Load("twist", side * TWIST_FORCE_N, 0.0),
    ]  # fmt: skip
    n_fiddles = life.twiddle_turns_per_day * days
    if n_fiddles > 0.05:
        way = 1.0 if chances[1] < 0.5 else -1.0
        loads.append(Load("fiddle", 0.0, 0.0, FIDDLE_TORQUE_NM, way * FIDDLE_TURN_RAD))
    events: list[EventNote] = []
    for load in loads:
        before = state.outlet_angle_rad
        state, peak, notes = bear(state, load, life)
        events += notes
        if load.name == "sit":
            typical = {k: f / extreme for k, f in peak.items()}
            state = replace(state, sutures=worn_by(state.sutures, typical, n_sits))
        if load.name == "fiddle":
            # Fiddles go either way: N of them walk sqrt(N) of the turn that this one made.
            # A pump on its loops springs back instead.
            is_free = not any(s.is_intact for s in state.sutures)
            n_steps = max(n_fiddles, 1.0) if is_free else 1.0
            turned = (state.outlet_angle_rad - before) * math.sqrt(n_steps)
            state = replace(state, outlet_angle_rad=before + turned)
    flipped, notes_flip = _maybe_flip(state, n_fiddles, chances[2])
    return _aged(flipped, days), events + notes_flip


def _capsule_clearance(state: PocketState) -> float:
    return max(0.0, state.clearance_m) * (1.0 - CAPSULE_CLOSES * state.fibrosis)


def barrier_j(state: PocketState) -> float:
    """Return the work that turns this pump over now [J]."""
    return flip_barrier_j(_capsule_clearance(state), state.sutures, state.fibrosis)


def _maybe_flip(state: PocketState, n_fiddles: float, chance: float) -> tuple[PocketState, list[EventNote]]:
    hardest = hardest_handling_j(n_fiddles, chance)
    # A flipped pump stays: its catheter is wound under it and no edge can be grasped [I-A5 "then stuck", A].
    if state.is_flipped or hardest <= barrier_j(state):
        return state, []
    return replace(state, is_flipped=True), [("PumpFlipped", math.pi, "pocket")]


def dead_space_fluid(state: PocketState, days: float) -> float:
    """Return the serous fluid in the slack of a pocket of an age [m3] [A].

    Notes
    -----
    15 % of the slack fills over 4 days and is taken up over 25: a seroma of ~1 mL at 7 mm clearance
    is silent, 10 mL at 18 mm is seen.
    """
    slack = math.pi * (max(state.radius_m, PUMP_RADIUS_M) ** 2 - (PUMP_RADIUS_M + 6e-3) ** 2) * PUMP_HEIGHT_M
    return max(0.0, slack) * DEAD_SPACE_SHARE * (1.0 - math.exp(-days / 4.0)) * math.exp(-days / 25.0)


def _aged(state: PocketState, days: float) -> PocketState:
    # The capsule forms round the pump as it has tilted, so the slack that was dissected counts.
    seat = seat_tilt_rad(max(0.0, state.clearance_m), PUMP_RADIUS_M, state.n_holding)
    # A mature capsule keeps the pump where it is.
    share = days * (1.0 - 0.9 * state.fibrosis)
    age = state.days + days
    return replace(
        state, days=age, fibrosis=1.0 - (1.0 - state.fibrosis) * math.exp(-days / FIBROSIS_DAYS),
        tilt_rad=tilt_of(state.tilt_rad, seat, share, TILT_DAYS), fluid_m3=dead_space_fluid(state, age),
    )  # fmt: skip
