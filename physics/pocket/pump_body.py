"""The pump in its pocket: slide, turn, sutures, tilt and flip. The only importer of pymunk.

The unrolled trunk is a plane (u, v); the pump is a disc inside the dissected outline, held by up to four
suture loops and pulled by its catheter. A Space is built from the frozen `PocketState` for every call and
thrown away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pymunk

from physics.pocket.fixation import Suture, flip_barrier_j, n_holding, suture_pull_n, suture_strength_n
from physics.pocket.habits import FAT_TYPICAL_M, Life, Load
from physics.pocket.outline import corners_m, rim_grip_n, serous_fluid_m3, slack_m3

EventNote = tuple[str, float, str]
PUMP_RADIUS_M = 43.75e-3  # [S73] H
PUMP_MASS_KG = 0.185  # filled 20 mL pump [device 1.1, UGK-M]
PUMP_HEIGHT_M = 19.5e-3  # [device 1.1, UGK-M]
LOOP_RADIUS_M = 40e-3  # [A] loops on the rim
FLOOR_FRICTION_N = 0.6  # [A] wet pocket, light pump
FIBROSIS_DAYS = 21.0  # [A] capsule matures in weeks
# [A] a mature capsule adds 20 times the fresh friction and just outgrips a fiddle ("then stuck", I-A5)
FIBROSIS_FRICTION = 20.0
CAPSULE_CLOSES = 0.5  # [A] share of the clearance that a capsule takes up
WET_SHARE = 0.5  # [A] share of the grip that a seroma takes from a fresh pocket
FLUID_FLOATS_M3 = 10e-6  # [A] a seroma that is seen
HELD_SHARE = 0.98  # numerical: below this share of the friction the plane need not be run
WALL_HALF_M = 0.5e-3  # half thickness of the wall's segments, numerical
TAUT = 1.005  # least radius of the wall over that of the pump, numerical: 0.2 mm
SUBSTEP_S = 1.0 / 512.0  # forces enter explicitly: stable while (omega dt)^2 < damping per step (0.14 < 0.24)
LOAD_STEPS = 160
RAMP_STEPS = 100  # loads come on slowly against 1/138 s, so that nothing overshoots
REST_STEPS = 24
DAMPING = 1e-60  # share of velocity left after 1 s: tissue damps at 138 /s, no ringing [A]


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
    radius_m, elongation, incision_rad : float
        Mean radius of the outline, its half axis along the incision over that, less one, and the direction
        of the incision from +u toward +v.
    fat_m : float
        Subcutaneous fat at the site.
    laid_angle_rad : float
        Outlet angle as the surgeon left it.
    pump_height_m, pump_mass_kg : float
        Of the pump that lies in it, filled.
    capsule_height_m : float
        Height of the pump round which an old capsule has grown, where another model came after it; 0 = none.
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
    elongation: float = 0.0
    incision_rad: float = 0.0
    fat_m: float = FAT_TYPICAL_M
    laid_angle_rad: float = 0.0
    pump_height_m: float = field(default=PUMP_HEIGHT_M, metadata={"hash": "when set"})
    pump_mass_kg: float = field(default=PUMP_MASS_KG, metadata={"hash": "when set"})
    capsule_height_m: float = field(default=0.0, metadata={"hash": "when set"})

    @property
    def faces_out(self) -> bool:
        """Whether the septum looks at the skin now."""
        return self.is_septum_outward != self.is_flipped

    @property
    def clearance_m(self) -> float:
        """Dissected radius minus pump radius, less what a higher pump draws in."""
        return self.radius_m - self.drawn_in_m - PUMP_RADIUS_M if self.is_dissected else 0.0

    @property
    def drawn_in_m(self) -> float:
        """How far an old wall is drawn in round a higher pump than the one it grew round; < 0 round a flatter one.

        A wall does not stretch: what goes up the higher side, dh, is missing from the floor all round [A], until it
        is swept wider.
        """
        return self.pump_height_m - self.capsule_height_m if self.capsule_height_m > 0.0 and self.is_pump_in else 0.0

    @property
    def n_sutures(self) -> int:
        """Loops tied, holding or not."""
        return len(self.sutures)

    @property
    def n_holding(self) -> int:
        """Loops that hold more than 5 N."""
        return n_holding(self.sutures)


def dissect(
    u_m: float, v_m: float, radius_m: float, plane: str, cover_m: float, elongation: float = 0.0,
    incision_rad: float = 0.0, fat_m: float = FAT_TYPICAL_M,
) -> PocketState:
    """Return a fresh pocket without a pump; see `PocketState` for the parameters."""
    return PocketState(
        is_dissected=True, u_m=u_m, v_m=v_m, radius_m=radius_m, plane=plane, cover_m=cover_m,
        pump_u_m=u_m, pump_v_m=v_m, elongation=elongation, incision_rad=incision_rad, fat_m=fat_m,
    )  # fmt: skip


def place_pump(
    state: PocketState, outlet_angle_rad: float, is_septum_outward: bool = True, height_m: float = PUMP_HEIGHT_M,
    mass_kg: float = PUMP_MASS_KG,
) -> PocketState:
    """Return the pocket with a pump of a height and a mass laid in its middle, flat."""
    return replace(
        state, is_pump_in=True, pump_u_m=state.u_m, pump_v_m=state.v_m, outlet_angle_rad=outlet_angle_rad,
        laid_angle_rad=outlet_angle_rad, is_septum_outward=is_septum_outward, is_flipped=False, tilt_rad=0.0, sutures=(),
        pump_height_m=height_m, pump_mass_kg=mass_kg,
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
    state = place_pump(fresh, outlet_angle_rad, True, fresh.pump_height_m, fresh.pump_mass_kg)
    for loop in range(n_loops):
        state = suture(state, loop, "fascia", seed)
    return replace(
        state, tilt_rad=tilt_rad, fibrosis=1.0 - math.exp(-days / FIBROSIS_DAYS), is_closed=True, days=days,
        fluid_m3=dead_space_fluid(state, days),
    )  # fmt: skip


def grip_n(state: PocketState) -> float:
    """Return the dry friction of floor, wall and capsule on the pump [N].

    Notes
    -----
    A disc on an even floor gives to a force at this, to a torque at 2/3 of it times the radius. Fluid
    in the slack takes up to half of it.
    """
    dry = FLOOR_FRICTION_N * (1.0 + FIBROSIS_FRICTION * state.fibrosis) + rim_grip_n(state.clearance_m)
    wet = min(1.0, dead_space_fluid(state, state.days) / FLUID_FLOATS_M3)
    return dry * (1.0 - WET_SHARE * wet * (1.0 - state.fibrosis))


def _wall(state: PocketState) -> tuple[tuple[float, float], ...]:
    """Return the corners of the wall round the middle of the pocket [mm], as far out as the pump stands."""
    closed = CAPSULE_CLOSES * state.fibrosis
    mean = state.radius_m - state.drawn_in_m - closed * max(0.0, state.clearance_m)
    du, dv = state.pump_u_m - state.u_m, state.pump_v_m - state.v_m
    out = []
    for u, v in corners_m(mean, state.elongation * (1.0 - closed), state.incision_rad):
        reach = math.hypot(u, v)
        # Tissue stretches round the pump, and a capsule never pushes it out of the place where it grew.
        least = max((u * du + v * dv) / reach + PUMP_RADIUS_M, PUMP_RADIUS_M * TAUT)
        scale = 1e3 * (max(1.0, least / reach) + WALL_HALF_M / reach)
        out.append((u * scale, v * scale))
    return tuple(out)


def _space(state: PocketState) -> tuple[pymunk.Space, pymunk.Body]:
    """Return a Space with the pump at rest in its outline, in millimetres, newtons, kilograms."""
    space = pymunk.Space()
    space.iterations = 20
    space.collision_slop = 0.02
    body = pymunk.Body(state.pump_mass_kg, pymunk.moment_for_circle(state.pump_mass_kg, 0.0, 1e3 * PUMP_RADIUS_M))
    body.position = (1e3 * (state.pump_u_m - state.u_m), 1e3 * (state.pump_v_m - state.v_m))
    body.angle = -state.outlet_angle_rad
    space.add(body, pymunk.Circle(body, 1e3 * PUMP_RADIUS_M))
    corners = _wall(state)
    for k in range(len(corners)):
        segment = pymunk.Segment(space.static_body, corners[k], corners[(k + 1) % len(corners)], 1e3 * WALL_HALF_M)
        segment.friction = 0.3
        space.add(segment)
    grip = grip_n(state)
    slide = pymunk.PivotJoint(space.static_body, body, body.position)
    turn = pymunk.GearJoint(space.static_body, body, body.angle, 1.0)
    # Dry friction of a disc on its floor: joints without bias that give at a force and at 2/3 r times it.
    for joint, limit in ((slide, 1e3 * grip), (turn, 1e3 * grip * 1e3 * PUMP_RADIUS_M * 2.0 / 3.0)):
        joint.max_force = limit
        joint.max_bias = 0.0
        space.add(joint)
    space.damping = DAMPING
    return space, body


def _loop_in_body(loop: int) -> tuple[float, float]:
    """Return a loop in the pump's own frame [mm]; the outlet is +y, clockwise angles."""
    angle = math.pi / 4.0 + loop * math.pi / 2.0
    return 1e3 * LOOP_RADIUS_M * math.sin(angle), 1e3 * LOOP_RADIUS_M * math.cos(angle)


Tie = tuple[float, float, float, float, float, float, str]


def _tied(state: PocketState) -> dict[int, Tie]:
    """Return by holding loop: place in the pump's frame, place tied to, slack [mm], strength [N], substrate."""
    return {
        tie.loop: (
            *_loop_in_body(tie.loop), 1e3 * (tie.u_m - state.u_m), 1e3 * (tie.v_m - state.v_m), 1e3 * tie.slack_m,
            tie.hold_n, tie.substrate,
        )
        for tie in state.sutures if tie.is_intact
    }  # fmt: skip


def _step(
    space: pymunk.Space, body: pymunk.Body, ties: dict[int, Tie], push: tuple[float, float, float],
    pull: tuple[float, float], peak: dict[int, float],
) -> list[EventNote]:
    """Advance by one substep under loads [mN, mN mm] and loops' springs; drop the loops that break."""  # fmt: skip
    x, y = body.position
    c, s = math.cos(body.angle), math.sin(body.angle)
    force_u, force_v, torque = push
    events: list[EventNote] = []
    for loop, (local_x, local_y, u, v, slack, hold, kind) in list(ties.items()):
        arm_u, arm_v = c * local_x - s * local_y, s * local_x + c * local_y
        du, dv = u - x - arm_u, v - y - arm_v
        drawn = math.hypot(du, dv)
        force = suture_pull_n(1e-3 * drawn, 1e-3 * slack)
        if force > hold:
            events.append(("PumpSutureBroke", force, f"loop {loop} {kind}"))
            del ties[loop]
            continue
        peak[loop] = max(peak.get(loop, 0.0), force)
        if force > 0.0:
            along = 1e3 * force / drawn  # [mN per mm]
            force_u += along * du
            force_v += along * dv
            torque += along * (arm_u * dv - arm_v * du)
    outlet_u, outlet_v = -s * 1e3 * PUMP_RADIUS_M, c * 1e3 * PUMP_RADIUS_M
    body.force = (force_u + pull[0], force_v + pull[1])
    body.torque = torque + outlet_u * pull[1] - outlet_v * pull[0]
    space.step(SUBSTEP_S)
    return events


def _pulls(state: PocketState, life: Life) -> tuple[dict[int, float], float, float, float]:
    """Return (force by loop [N], sum along u, along v [N], torque from head toward left [N m]) of loops and catheter."""
    force_u = life.catheter_tension_n * math.cos(life.catheter_direction_rad)
    force_v = life.catheter_tension_n * math.sin(life.catheter_direction_rad)
    side, ahead = math.sin(state.outlet_angle_rad), math.cos(state.outlet_angle_rad)
    torque = life.catheter_torque_nm - PUMP_RADIUS_M * (side * force_v - ahead * force_u)
    forces: dict[int, float] = {}
    for tie in state.sutures:
        if tie.is_intact:
            u, v = _loop_point(state, tie.loop)
            du, dv = tie.u_m - u, tie.v_m - v
            drawn = math.hypot(du, dv)
            forces[tie.loop] = suture_pull_n(drawn, tie.slack_m)
            if forces[tie.loop] > 0.0:
                share = forces[tie.loop] / drawn
                force_u += share * du
                force_v += share * dv
                torque -= share * ((u - state.pump_u_m) * dv - (v - state.pump_v_m) * du)
    return forces, force_u, force_v, torque


def _is_held(state: PocketState, load: Load, pulls: tuple[dict[int, float], float, float, float]) -> bool:
    """Return whether friction alone holds the pump through an act, at rest and at its height."""
    grip = grip_n(state) * HELD_SHARE
    _, u, v, torque = pulls
    most = max(abs(torque), abs(torque + math.copysign(load.torque_nm, load.turn_rad)))
    slide = max(math.hypot(u, v), math.hypot(u + load.force_u_n, v + load.force_v_n))
    return slide < grip and most < grip * PUMP_RADIUS_M * 2.0 / 3.0


def bear(
    state: PocketState, load: Load, life: Life
) -> tuple[PocketState, dict[int, float], tuple[EventNote, ...]]:
    """Return (state, greatest force by loop [N], events) after one act and the rest that follows.

    Notes
    -----
    The load comes on slowly and is held; the catheter's pull and torque act all the time. What friction
    keeps after the load has gone stays.
    """
    pulls = _pulls(state, life)
    if _is_held(state, load, pulls):
        return state, pulls[0], ()
    return _run(state, load, life)


def _run(
    state: PocketState, load: Load, life: Life
) -> tuple[PocketState, dict[int, float], tuple[EventNote, ...]]:
    """Return what `bear` returns, from the plane itself."""
    space, body = _space(state)
    peak: dict[int, float] = {}
    ties = _tied(state)
    events: list[EventNote] = []
    pull = (
        1e3 * life.catheter_tension_n * math.cos(life.catheter_direction_rad),
        1e3 * life.catheter_tension_n * math.sin(life.catheter_direction_rad),
    )
    for step in range(LOAD_STEPS + REST_STEPS):
        held = min(1.0, step / RAMP_STEPS)
        ramp = held if step < LOAD_STEPS else 0.0
        turned = -body.angle - state.outlet_angle_rad
        is_turning = turned < load.turn_rad if load.turn_rad > 0.0 else turned > load.turn_rad
        torque = ramp * math.copysign(load.torque_nm, load.turn_rad) if is_turning else 0.0
        turning = -1e6 * (torque + held * life.catheter_torque_nm)
        push = (1e3 * ramp * load.force_u_n, 1e3 * ramp * load.force_v_n, turning)
        events += _step(space, body, ties, push, (held * pull[0], held * pull[1]), peak)
    broken = {tie.loop for tie in state.sutures if tie.is_intact} - ties.keys()
    sutures = tuple(replace(s, is_intact=s.is_intact and s.loop not in broken) for s in state.sutures)
    moved = replace(
        state, pump_u_m=state.u_m + 1e-3 * float(body.position.x),
        pump_v_m=state.v_m + 1e-3 * float(body.position.y),
        outlet_angle_rad=-float(body.angle), sutures=sutures,
    )  # fmt: skip
    return moved, peak, tuple(events)


def _capsule_clearance(state: PocketState) -> float:
    return max(0.0, state.clearance_m) * (1.0 - CAPSULE_CLOSES * state.fibrosis)


def barrier_j(state: PocketState) -> float:
    """Return the work that turns this pump over now [J]."""
    return flip_barrier_j(_capsule_clearance(state), state.sutures, state.fibrosis)


def dead_space_m3(state: PocketState) -> float:
    """Return the dead space beside the pump that tissue does not close by itself [m3]."""
    return slack_m3(state.radius_m - state.drawn_in_m, state.elongation, PUMP_RADIUS_M, state.pump_height_m)


def dead_space_fluid(state: PocketState, days: float) -> float:
    """Return the serous fluid in the slack of a pocket of an age [m3]; see `outline.serous_fluid_m3`."""
    return serous_fluid_m3(dead_space_m3(state), days)
