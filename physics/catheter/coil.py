"""The pump turns and takes the catheter with it: twist, writhe, coil, pull.

The connector is a clamp that moves with the pump. Its turns reach the catheter as link, and link is twist
plus writhe: a slack catheter holds the first turns as twist, then throws a loop and winds up behind the
pump (a twiddler's coil); one without slack pulls instead. Nothing here says when: the rod does, with
contact of its strands, the pump and the pocket. Source: catheter_mechanics_2 section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, inf, pi

import numpy as np
from numpy.typing import NDArray

from physics.catheter.banded import WIDTH
from physics.catheter.bodies import disc, stack_bodies
from physics.catheter.contact import FREE, SLAB
from physics.catheter.elastic import bend_twist, stretch, transport
from physics.catheter.implant import POCKET, TUNNEL, WOUND, set_holds
from physics.catheter.kink import material_axes, update_hinges
from physics.catheter.layout import implanted_stage, place_name, prescribed, refresh_status
from physics.catheter.refine import refined, reframed, untangled
from physics.catheter.rod import Drive, advance, voronoi_lengths
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings

FloatArray = NDArray[np.float64]

STEP_RAD = 2.0 * pi / 48  # turn of the pump per step: 32 to 128 per turn give the same coil [M]
STEP_M = 1e-3  # shift of the pump per step
STEP_S, DRAG = 0.05, 0.05  # of a quasi-static step [s], [N s/m2], as in `layout.settle`
TOLERANCE_N = 1e-5
FIRST_DRAG, MOST_DRAG = 10.0, 1e6  # while a loop snaps, numerical
LEAST_COSINE = 0.5  # of the turn of an edge in one step
SNAP_STEPS = 80
COIL_EDGE_M = 2e-3  # edges where a coil may form: below th1 R_kink/(1 - rho), catheter_mechanics_2 section 6
FEED_EDGE_M = 4e-3  # edges of the tunnel that the pump may draw in
FEED_M = 0.08  # so much of it
ROOM_M = 4e-3  # room for strands behind and before the pump before tissue pushes back [A]
BESIDE_M = 15e-3  # beside the rim the catheter comes back to the middle of the can over this distance [A]
SLEEVE_M = 20e-3  # strain relief of the connector [A]
LOOSE = 0.1  # share of the pocket's grip on strands behind a pump that turns: wet and stirred [A]
SLEEVE_STIFFENING = 20.0  # of the tube at the connector, falling to none along the sleeve [A]
RELAX_STEPS = 12
COIL_TURNS = 2.0  # turns that the writhe grows by before it is called a twiddler's coil [A]
EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("coil.named_at", COIL_TURNS, "1", "A", "assumption: catheter_mechanics_2 4, a loop closes at three turns"),
    ("coil.pocket_room", ROOM_M, "m", "A", "assumption"),
    ("coil.loose_grip", LOOSE, "1", "A", "assumption: strands behind a pump that turns are wet and stirred"),
    ("coil.strain_relief", SLEEVE_M, "m", "A", "assumption"),
    ("coil.strain_relief_stiffening", SLEEVE_STIFFENING, "1", "A", "assumption"),
)
COPLANAR_M2 = 1e-18  # numerical: area below which two segments lie in one plane
FAR_M = 3.0  # straight lead by which an open rod is closed at infinity; error of the link ~ (size/FAR)^2


def writhe(points_m: FloatArray) -> float:
    """Return the writhe of a polyline [turns].

    Parameters
    ----------
    points_m : (n, 3) array
        Corners; lay straight leads to both ends (`led_out`) to compare it with a link.

    Notes
    -----
    Gauss integral over all pairs of segments, each exact: the solid angle of its four normals (Klenin and
    Langowski 2000, method 1a). A closed curve is closed by repeating its first point.
    """
    x = np.asarray(points_m, dtype=np.float64)
    i, j = np.triu_indices(len(x) - 1, 2)
    corners = (x[j] - x[i], x[j + 1] - x[i], x[j + 1] - x[i + 1], x[j] - x[i + 1])
    normals = [np.cross(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    sizes = [np.linalg.norm(n, axis=1) for n in normals]
    apart = np.min(sizes, axis=0) > COPLANAR_M2  # pairs in one plane add nothing
    units = [n[apart] / size[apart, None] for n, size in zip(normals, sizes, strict=True)]
    angle = np.zeros(int(apart.sum()))
    for a, b in zip(units, units[1:] + units[:1], strict=True):
        angle += np.arcsin(np.clip((a * b).sum(axis=1), -1.0, 1.0))
    edge = np.diff(x, axis=0)
    hand = (np.cross(edge[j], edge[i]) * corners[0]).sum(axis=1)[apart]
    return float((angle * np.sign(hand)).sum() / (2.0 * pi))


def twist_turns(state: CatheterState) -> float:
    """Return the twist of the material frame between the first and the last edge [turns]."""
    return float(state.theta[-1] - state.theta[0] + state.turn[1:].sum()) / (2.0 * pi)


def led_out(points_m: FloatArray, lead_m: FloatArray | None = None) -> FloatArray:
    """Return a polyline with straight leads to far away at both ends.

    `lead_m` (k, 3) are points from far away to the pump end (default: straight on along the first edge).
    """
    first, last = points_m[0] - points_m[1], points_m[-1] - points_m[-2]
    begin = (points_m[0] + FAR_M * first / np.linalg.norm(first))[None] if lead_m is None else lead_m
    end = points_m[-1] + FAR_M * last / np.linalg.norm(last)
    return np.vstack([begin, points_m, end[None]])


def link_turns(state: CatheterState, lead_m: FloatArray | None = None) -> float:
    """Return twist plus writhe [turns]: by Calugareanu's theorem what the ends have been turned by."""
    return twist_turns(state) + writhe(led_out(state.x, lead_m))


def elastic_gradient(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the gradient of the elastic energy by x0 th0 x1 th1 ... xN [N and N m], (4 n + 3,)."""
    n = state.n_edges
    gradient, band = np.zeros(4 * n + 3), np.zeros((4 * n + 11, WIDTH))
    m1, m2 = material_axes(state)
    stretch(state.x, state.tangent, state.rest_length, spec.stretching_stiffness, True, True, gradient, band)
    bend_twist(
        state.x, state.theta, state.tangent, m1, m2, state.turn, voronoi_lengths(state.rest_length), state.bending,
        spec.twisting_stiffness, state.rest_curvature, True, True, gradient, band,
    )  # fmt: skip
    return gradient


def end_wrench(state: CatheterState, spec: CatheterSpec, pivot_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (force [N], moment about the pivot [N m]) of the catheter on the pump, each (3,).

    Notes
    -----
    The elastic forces on the clamped nodes 0 and 1 and the torque on the clamped edge 0 have nothing but
    the clamp to hold them.
    """
    gradient = elastic_gradient(state, spec)
    force = -gradient[0:3] - gradient[4:7]
    moment = -np.cross(state.x[0] - pivot_m, gradient[0:3]) - np.cross(state.x[1] - pivot_m, gradient[4:7])
    return force, moment - gradient[3] * state.tangent[0]


def turned(vectors: FloatArray, axis: FloatArray, angle_rad: float) -> FloatArray:
    """Return vectors (..., 3) turned about a unit axis through the origin (right-handed)."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    along = (vectors @ axis)[..., None] * axis
    return np.asarray(c * vectors + s * np.cross(axis, vectors) + (1.0 - c) * along)


def clamp_motion(
    state: CatheterState, pivot_m: FloatArray, axis: FloatArray, angle_rad: float, shift_m: FloatArray, dt_s: float
) -> CatheterState:
    """Return the state with the velocities that carry its clamp (nodes 0, 1, edge 0) through a small motion.

    The clamp turns about the axis and then shifts, frame and all, so turns add up without end.
    """
    v, omega = np.zeros_like(state.v), np.zeros_like(state.omega)
    ends = turned(state.x[:2] - pivot_m, axis, angle_rad) + pivot_m + shift_m
    v[:2] = (ends - state.x[:2]) / dt_s
    tangent = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    carried = np.empty(3)
    transport(state.director[0], state.tangent[0], tangent, carried)
    aimed = turned(state.director[0], axis, angle_rad)
    omega[0] = np.arctan2(np.cross(tangent, carried) @ aimed, carried @ aimed) / dt_s
    return replace(state, v=v, omega=omega)




@dataclass(frozen=True, slots=True)
class PumpSeat:
    """The pump as its catheter meets it.

    Attributes
    ----------
    centre_m, normal : (3,) arrays
        Middle of the can; unit normal out of the septum.
    outward : (3,) array
        Unit normal of the trunk, out through the skin.
    radius_m, half_m : float
        Of the can; half its thickness.
    pocket_radius_m : float
    is_turning_over : bool
        While the can goes over its edge, tissue gives way: neither can nor pocket confine the strands.
    """

    centre_m: FloatArray
    normal: FloatArray
    outward: FloatArray
    radius_m: float
    half_m: float
    pocket_radius_m: float
    is_turning_over: bool = False


@dataclass(frozen=True, slots=True)
class PumpMotion:
    """A motion of the pump: a turn about its own middle, as many turns as it made, and a shift.

    Attributes
    ----------
    axis : (3,) array
        Unit axis; a positive turn is right-handed about it.
    turn_rad : float
        Unwound: two turns are 4 pi, not 0.
    shift_m : (3,) array
    most_torque_nm : float
        What turns the pump gives up at this reaction of the catheter.
    most_pull_n : float
        Pull at which the connector comes off.
    """

    axis: FloatArray
    turn_rad: float = 0.0
    shift_m: FloatArray = field(default_factory=lambda: np.zeros(3))
    most_torque_nm: float = inf
    most_pull_n: float = inf


@dataclass(frozen=True, slots=True)
class PumpTurn:
    """What came of a motion.

    Attributes
    ----------
    share : float
        Share of the motion that was carried out: below 1 the catheter stopped the pump or came off.
    force_n, moment_nm : (3,) arrays
        Of the catheter on the pump at the end; moment about the pump's middle.
    peak_pull_n : float
        Largest pull along the connector.
    is_disconnected : bool
    coil_turns : float
        Turns of writhe beyond those that were laid.
    happenings : tuple
    """

    share: float
    force_n: FloatArray
    moment_nm: FloatArray
    peak_pull_n: float
    is_disconnected: bool
    coil_turns: float
    happenings: tuple[tuple[str, float, str], ...]


def pocket_writhe(state: CatheterState, seat: PumpSeat) -> float:
    """Return the writhe of the catheter from pump to the far end of the tunnel [turns].

    The pump end is closed by a line from its connector to the middle of the pump and out through the
    skin: turns of the pump in its plane leave that line where it is.
    """
    lead = np.array([seat.centre_m + FAR_M * seat.outward, seat.centre_m])
    part = state.zone >= TUNNEL
    return writhe(led_out(state.x[: int(np.flatnonzero(part)[-1]) + 1], lead))


def coil_turns(state: CatheterState, seat: PumpSeat) -> float:
    """Return by how many turns of writhe the catheter is wound up more than it was laid."""
    return abs(pocket_writhe(state, seat)) - abs(state.laid_writhe)


def _seated(state: CatheterState, spec: CatheterSpec, seat: PumpSeat) -> CatheterState:
    """Return the catheter with its strands laid clear of the can and of each other.

    The pocket's nodes go to the side of the can on which they were laid; beside the rim they come to the
    heights of connector and tunnel.
    """
    r = state.x - seat.centre_m
    height = r @ seat.normal
    flat = np.linalg.norm(r - height[:, None] * seat.normal, axis=1)
    arc = np.concatenate([[0.0], np.cumsum(state.rest_length)])
    pocket = state.zone == POCKET
    side = -1.0 if float(height[pocket].mean()) <= 0.0 else 1.0
    clear = seat.half_m + 2.0 * spec.radius_m
    within = np.clip((seat.radius_m + BESIDE_M - flat) / BESIDE_M, 0.0, 1.0)
    begins = np.clip((arc - BESIDE_M) / BESIDE_M, 0.0, 1.0)  # the connector sticks out of the rim
    share = np.where((state.zone >= TUNNEL) & (side * height < clear), within * begins, 0.0)
    x = state.x + (share * (side * clear - height))[:, None] * seat.normal
    apart = np.where((state.zone == WOUND)[:, None], state.exit_normal, np.zeros(3))
    apart = np.where((state.zone >= TUNNEL)[:, None], -side * seat.normal, apart)
    return reframed(state, untangled(x, state.rest_length, apart, spec.radius_m), {})


def _parts(state: CatheterState) -> NDArray[np.int64]:
    """Return in how many edges each edge must be split before the pump turns."""
    limit = np.full(state.n_edges, inf)
    edge_zone = np.minimum(state.zone[:-1], state.zone[1:])
    limit[edge_zone == POCKET] = COIL_EDGE_M
    tunnel = np.flatnonzero(edge_zone == TUNNEL)
    if len(tunnel):
        arc = np.cumsum(state.rest_length)
        limit[tunnel[arc[tunnel] < arc[tunnel[0]] + FEED_M]] = FEED_EDGE_M
    return np.asarray(np.maximum(1, np.ceil(state.rest_length / limit - 1e-6)), dtype=np.int64)


def _in_pocket(state: CatheterState, seat: PumpSeat) -> CatheterState:
    """Return the state with what lies in the pocket held by the pocket: between its floor and its roof."""
    flat = state.x - seat.centre_m
    flat = flat - (flat @ seat.outward)[:, None] * seat.outward
    zone, status, plane = state.zone.copy(), state.status.copy(), state.plane.copy()
    zone[(zone == TUNNEL) & (np.linalg.norm(flat, axis=1) < seat.pocket_radius_m)] = POCKET
    inside = zone == POCKET
    status[inside] = SLAB
    if seat.is_turning_over:
        status[inside] = FREE
    offset = float(seat.centre_m @ seat.outward)
    plane[inside] = np.concatenate([seat.outward, [offset, seat.half_m + ROOM_M]])
    return replace(state, zone=zone, status=status, plane=plane)


def _step(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, seat: PumpSeat, may_kink: bool = True
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter at rest after one step with the velocities that its clamp has, and new kinks.

    A loop that snaps would pass through half a turn in one step, and a turn of twist be lost on the way
    (frames are carried from step to step). Then the step is repeated in tissue so viscous that no edge
    turns by more than 60 degrees, and the viscosity taken away again bit by bit.
    """
    state = set_holds(_in_pocket(refresh_status(state, around), seat))
    grip = np.where(state.zone == POCKET, LOOSE, 1.0)
    state = replace(state, hold_stiffness=state.hold_stiffness * grip, hold_capacity=state.hold_capacity * grip)
    can = [] if seat.is_turning_over else [disc(seat.centre_m, seat.normal, seat.radius_m, seat.half_m)]
    state = replace(state, pump_disc=stack_bodies(can))
    stage, fixed = implanted_stage(state, spec, around), prescribed(state)
    drag = DRAG
    happenings: HappeningList = []
    for _ in range(SNAP_STEPS):
        drive = Drive(dt_s=STEP_S, tolerance_n=TOLERANCE_N, cap=25, drag=drag, self_contact=True)
        now, _ = advance(state, spec, stage, drive, fixed)
        if float((now.tangent * state.tangent).sum(axis=1).min()) < LEAST_COSINE and drag < MOST_DRAG:
            drag = max(4.0 * drag, FIRST_DRAG)
            continue
        if may_kink:
            now, _, made = update_hinges(now, spec)
            happenings += [(name, size, place_name(now, int(at))) for name, size, at in made]
        state = replace(now, v=np.zeros_like(now.v), omega=np.zeros_like(now.omega))
        if drag <= DRAG:
            break
        drag = DRAG if drag <= FIRST_DRAG else drag / 3.0
    return state, happenings


def _sleeved(state: CatheterState) -> CatheterState:
    """Return the catheter with the strain relief of its connector: stiff there, and it does not fold."""
    arc = np.concatenate([[0.0], np.cumsum(state.rest_length)[:-1]])
    stiff = 1.0 + SLEEVE_STIFFENING * np.maximum(0.0, 1.0 - arc / SLEEVE_M) ** 2
    return replace(state, bending=state.bending * stiff, virgin_bending=state.virgin_bending * stiff)


def _prepared(state: CatheterState, spec: CatheterSpec, around: Surroundings, seat: PumpSeat) -> CatheterState:
    """Return the catheter with edges fine enough for a coil, clear of the pump and at rest."""
    if state.is_wound:
        return state
    state = _sleeved(replace(_seated(refined(state, _parts(state)), spec, seat), is_wound=True))
    for k in range(RELAX_STEPS):
        state, _ = _step(state, spec, around, seat, may_kink=k >= RELAX_STEPS - 2)
    return replace(state, laid_writhe=pocket_writhe(state, seat))


def turn_pump_end(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, seat: PumpSeat, motion: PumpMotion
) -> tuple[CatheterState, PumpTurn]:
    """Return the implanted catheter after its pump has moved, and what came of it.

    Parameters
    ----------
    state : CatheterState
        Phase "implanted".
    seat : PumpSeat
        Where the pump lies before the motion.
    motion : PumpMotion
        Cumulative turn about the pump's middle and shift; both run together.

    Notes
    -----
    The clamp goes in small steps and the rod follows quasi-statically, with contact of strands, can,
    floor and roof of the pocket, and the grip of tissue. Stops where the catheter's torque on the pump
    reaches what turns it, or where its pull undoes the connector.
    """
    state = _prepared(state, spec, around, seat)
    n = max(1, ceil(abs(motion.turn_rad) / STEP_RAD), ceil(float(np.linalg.norm(motion.shift_m)) / STEP_M))
    happenings: HappeningList = []
    done, peak, is_off = 0, 0.0, False
    before = coil_turns(state, seat)
    way = motion.axis * (1.0 if motion.turn_rad >= 0.0 else -1.0)
    for done in range(1, n + 1):
        moved = clamp_motion(state, seat.centre_m, motion.axis, motion.turn_rad / n, motion.shift_m / n, STEP_S)
        seat_now = replace(
            seat, centre_m=seat.centre_m + motion.shift_m / n, normal=turned(seat.normal, motion.axis, motion.turn_rad / n)
        )
        now, made = _step(moved, spec, around, seat_now)
        force, moment = end_wrench(now, spec, seat_now.centre_m)
        if -float(moment @ way) > motion.most_torque_nm:
            done -= 1
            break
        state, seat = now, seat_now
        happenings += made
        peak = max(peak, float(force @ state.tangent[0]))
        if peak > motion.most_pull_n:
            is_off = True
            break
    if seat.is_turning_over:
        seat = replace(seat, is_turning_over=False)
        state = _seated(state, spec, seat)
        for k in range(RELAX_STEPS):
            state, made = _step(state, spec, around, seat, may_kink=k >= RELAX_STEPS - 2)
            happenings += made
    coil = coil_turns(state, seat)
    if coil >= COIL_TURNS > before:
        happenings.append(("TwiddlersCoil", coil, "pocket"))
    force, moment = end_wrench(state, spec, seat.centre_m)
    return state, PumpTurn(done / n, force, moment, peak, is_off, coil, tuple(happenings))


__all__ = [
    "PumpMotion", "PumpSeat", "PumpTurn", "clamp_motion", "coil_turns", "elastic_gradient", "end_wrench", "led_out",
    "link_turns", "pocket_writhe", "turn_pump_end", "turned", "twist_turns", "writhe",
]  # fmt: skip
