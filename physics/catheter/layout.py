"""Lay the whole catheter: sac, track, anchor, loop, tunnel, coil, connector; then let it settle."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from physics.catheter.anchor import ANCHORS
from physics.catheter.canal import sac_coordinates
from physics.catheter.contact import CANAL, CONDUIT, FREE, SLAB
from physics.catheter.implant import POCKET, SAC, TRACK, TUNNEL, WOUND, arcs_from_tip, set_holds
from physics.catheter.kink import update_hinges, vertex_curvature
from physics.catheter.path import Piece, Pose, dubins, length_of, resample, smooth, trace
from physics.catheter.rod import (
    Drive,
    Stage,
    advance,
    clamp,
    law_table,
    pack_canal,
    pack_conduit,
    pack_cord,
    rod_from_line,
)
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Route, Surroundings
from physics.catheter.thread import nearest_piece
from physics.errors import check_finite

FloatArray = NDArray[np.float64]

FINE_SHARE = 0.4  # edge over kink radius where a kink may form, catheter_mechanics section 3.3 [M]
CANAL_EDGE_M = 5e-3
TRACK_EDGE_M = 3e-3
TUNNEL_EDGE_M = 12e-3
LEAST_EDGE_M = 5e-5  # nodes nearer than this are one: a piece of the way that has no length
LARGEST_EDGE_M = 4.5e-3  # in the loop
POCKET_EDGE_M = 6.5e-3
FINE_TRACK_M = 10e-3  # fine edges this far below the fascial exit
ANCHOR_STRAIGHT_M = 8e-3  # straight catheter behind the anchor point
SLEEVE_OFF_EXIT_M = 2e-3  # a sleeve that bends the tube begins no nearer to the exit than this [A]
LEAD_RADIUS_M = 10e-3  # widest turn from anchor or loop to the tunnel [A]
NO_LOOP_RADIUS_M = 6e-3  # how tightly a catheter without a loop turns to the tunnel [A]
FILLET_M = 6e-3  # the corner at the fascial exit is laid round, mechanics then decides [A]
TRACK_RADIUS_M = 1.0e-3  # hole of a 15 G Tuohy, UGK-M
SLAB_HALF_M = 0.8e-3  # play between fascia and fat: two strands just cross [A]
BESIDE_CAN_M = 1e-3  # between catheter and the flat of the can [A]
TO_WALL_M = 50e-3  # over this length the tunnel comes to the depth of the pocket's floor (or roof) [A]
RAMP_M = 30e-3  # from connector down (or up) to the flat of the can, beside its rim [A]
SETTLE_STEPS = 10


def _uniform(points_m: FloatArray, edge_m: float) -> FloatArray:
    """Return the polyline in equal edges not longer than `edge_m`, ends included."""
    total = length_of(points_m)
    n = max(1, int(np.ceil(total / edge_m - 1e-6)))
    return resample(points_m, np.linspace(0.0, total, n + 1))


def _frame(normal: FloatArray, along: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return two unit vectors of a plane, the first along the projection of `along`."""
    e1 = along - (along @ normal) * normal
    size = float(np.linalg.norm(e1))
    if size < 0.05:
        e1 = np.array([0.0, 0.0, -1.0]) - (-normal[2]) * normal
        size = float(np.linalg.norm(e1))
    e1 = e1 / size
    return e1, np.cross(normal, e1)


def _pose(point_m: FloatArray, heading: FloatArray, origin: FloatArray, e1: FloatArray, e2: FloatArray) -> Pose:
    d = point_m - origin
    return float(d @ e1), float(d @ e2), float(np.arctan2(heading @ e2, heading @ e1))


def _inner(state: CatheterState) -> FloatArray:
    """Return the centre line fascial exit -> tip [m]."""
    below = np.flatnonzero(((state.x - state.exit_m) @ state.exit_normal < -1e-4) | (state.zone == SAC))
    return np.vstack([state.exit_m[None], state.x[below[0] :]])


def _sleeve(state: CatheterState) -> tuple[float, float, float]:
    """Return how far the tube runs straight from the exit, the arc in which its anchor bends it, and the arc's radius [m]."""
    straight = max(state.anchor_distance_m, 4e-3)
    kind = ANCHORS[state.anchor_kind]
    if state.anchor_sutures <= 0 or kind.bend_rad == 0.0:
        return straight, 0.0, 1.0
    arc_m = kind.bend_radius_m * kind.bend_rad
    return max(straight - 0.5 * arc_m, SLEEVE_OFF_EXIT_M), arc_m, kind.bend_radius_m


def _moulded(state: CatheterState, spec: CatheterSpec) -> CatheterState:
    """Return the laid catheter at ease in the bend of its anchor's sleeve; a bend that folds its wall is not moulded."""
    _, arc_m, radius = _sleeve(state)
    if arc_m == 0.0 or radius < spec.kink_radius_m:
        return state
    under = np.abs(arcs_from_tip(state)[:-1] - state.anchor_arc_m) < 0.5 * arc_m
    return replace(state, rest_curvature=np.where(under[:, None], vertex_curvature(state), state.rest_curvature))


def _wound(state: CatheterState, route: Route) -> FloatArray:
    """Return the line fascial exit -> tunnel start: anchor, loop (or a tight turn)."""
    n = state.exit_normal
    outward = state.exit_m - state.track_m[min(2, len(state.track_m) - 1)]
    e1, e2 = _frame(n, outward)
    heading = route.tunnel_m[1] - route.tunnel_m[0]
    end = _pose(route.tunnel_m[0], heading, state.exit_m, e1, e2)
    straight, arc_m, sleeve_radius = _sleeve(state)
    begin: Pose = (straight + arc_m + ANCHOR_STRAIGHT_M, 0.0, 0.0)
    sleeve = np.zeros((0, 2))
    if arc_m > 0.0:  # toward the tunnel
        side = 1 if end[1] > 0.0 else -1
        sleeve = trace((straight, 0.0, 0.0), [(side, arc_m), (0, ANCHOR_STRAIGHT_M)], sleeve_radius, 5e-4)
        begin = (float(sleeve[-1, 0]), float(sleeve[-1, 1]), side * arc_m / sleeve_radius)
    radius = route.loop_radius_m if route.loop_radius_m > 0.0 else NO_LOOP_RADIUS_M
    bend = min(radius, LEAD_RADIUS_M)
    pieces = dubins(begin, end, bend)
    lead = trace(begin, pieces, bend, 1e-3)
    if route.loop_radius_m > 0.0:
        circle = trace(begin, [(pieces[0][0] or 1, 2.0 * pi * radius)], radius, min(0.1 * radius, 2e-3))
        lead = np.vstack([circle, lead[1:]])
    flat = np.vstack([[(0.0, 0.0)], sleeve[:-1], lead])
    height = float((route.tunnel_m[0] - state.exit_m) @ n)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(flat, axis=0), axis=1))])
    rise = np.clip((arc - arc[-1] + 0.03) / 0.03, 0.0, 1.0)
    rise = height * rise * rise * (3 - 2 * rise)
    return np.asarray(state.exit_m + flat[:, :1] * e1 + flat[:, 1:] * e2 + rise[:, None] * n)


def _level_m(route: Route) -> float:
    """Return how high over the middle of the can the slack lies, along the pump's normal [m]."""
    side = -1.0 if route.is_coil_behind else 1.0
    return side * (route.pump_half_thickness_m + BESIDE_CAN_M)


def _to_pocket(route: Route) -> FloatArray:
    """Return the tunnel as far as the wall of the pocket, which it opens on the side of the can where the slack lies.

    A tunneller may be pushed on to the middle of an empty pocket; the pump then takes that place.
    """
    line = smooth(route.tunnel_m)
    from_centre = line - route.pump_centre_m
    height = from_centre @ route.pump_normal
    flat = np.linalg.norm(from_centre - height[:, None] * route.pump_normal, axis=1)
    outside = np.flatnonzero(flat > route.pocket_radius_m)
    if len(outside) and outside[-1] + 1 < len(line):
        k = int(outside[-1])
        share = (flat[k] - route.pocket_radius_m) / (flat[k] - flat[k + 1])
        line = np.vstack([line[: k + 1], line[k] + share * (line[k + 1] - line[k])])
    rise = _level_m(route) - float((line[-1] - route.pump_centre_m) @ route.pump_normal)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    near = np.clip(1.0 - (arc[-1] - arc) / TO_WALL_M, 0.0, 1.0)
    return np.asarray(line + (rise * near * near * (3.0 - 2.0 * near))[:, None] * route.pump_normal)


def _wound_up(start: Pose, pieces: list[Piece], radius_m: float, turns: int) -> list[Piece]:
    """Return the pieces of a way with whole turns put in where it comes nearest to the middle, and toward the middle."""
    places = []
    for k in range(1, len(pieces)):
        x, y = trace(start, pieces[:k], radius_m, 1.0)[-1]
        heading = start[2] + sum(turn * length for turn, length in pieces[:k]) / radius_m
        side = 1 if -x * np.sin(heading) + y * np.cos(heading) < 0.0 else -1
        places.append((float(np.hypot(x, y)), k, side))
    _, at, side = min(places)
    return [*pieces[:at], (side, 2.0 * pi * radius_m * turns), *pieces[at:]]


def _pocket(route: Route, begin_m: FloatArray, heading: FloatArray, radius_m: float, turns: int) -> FloatArray:
    """Return the line tunnel end -> pump outlet with whole turns of slack, clear of the can."""
    n = route.pump_normal
    e1, e2 = _frame(n, heading)
    start = _pose(begin_m, heading, route.pump_centre_m, e1, e2)
    end = _pose(route.outlet_m, -route.outlet_direction, route.pump_centre_m, e1, e2)
    pieces = dubins(start, end, radius_m)
    if turns > 0:
        pieces = _wound_up(start, pieces, radius_m, turns)
    flat = trace(start, pieces, radius_m, 0.1 * radius_m)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(flat, axis=0), axis=1))])
    ramp = min(RAMP_M, 0.3 * float(arc[-1]))
    first = float((begin_m - route.pump_centre_m) @ n)
    last = float((route.outlet_m - route.pump_centre_m) @ n)
    level = _level_m(route)
    height = np.interp(arc, [0.0, ramp, arc[-1] - ramp, arc[-1]], [first, level, level, last])
    return np.asarray(route.pump_centre_m + flat[:, :1] * e1 + flat[:, 1:] * e2 + height[:, None] * n)


def _coil(route: Route, begin_m: FloatArray, heading: FloatArray, wanted_m: float) -> tuple[FloatArray, float]:
    """Return the pocket line whose length is nearest to `wanted_m`, and the coil radius used."""
    plain = length_of(_pocket(route, begin_m, heading, route.coil_radius_m, 0))
    if plain > wanted_m:  # as wide as what is left allows
        lines = [(_pocket(route, begin_m, heading, s * route.coil_radius_m, 0), s) for s in np.linspace(1.0, 0.6, 25)]
        line, scale = next((made for made in lines if length_of(made[0]) <= wanted_m), lines[-1])
        return line, float(scale * route.coil_radius_m)
    turns = max(0, round((wanted_m - plain) / (2.0 * pi * route.coil_radius_m)))
    best = (1e9, route.coil_radius_m)
    if turns > 0:
        for scale in np.linspace(0.7, 1.4, 36):
            radius = float(scale * route.coil_radius_m)
            miss = abs(length_of(_pocket(route, begin_m, heading, radius, turns)) - wanted_m)
            best = min(best, (miss, radius))
    return _pocket(route, begin_m, heading, best[1], turns), best[1]


def _rounded(line: FloatArray, corner: FloatArray) -> FloatArray:
    """Return the polyline with the corner at a point replaced by a parabola."""
    k = int(np.linalg.norm(line - corner, axis=1).argmin())
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    a, c = arc[k] - FILLET_M, arc[k] + FILLET_M
    p, q = resample(line, np.array([a, c]))
    u = np.linspace(0.0, 1.0, 13)[:, None]
    curve = (1 - u) ** 2 * p + 2 * u * (1 - u) * line[k] + u**2 * q
    return np.vstack([line[arc < a - 1e-6], curve, line[arc > c + 1e-6]])


def _mesh(
    state: CatheterState, spec: CatheterSpec, route: Route
) -> tuple[FloatArray, NDArray[np.int64], float, float]:
    """Return nodes pump -> tip, their zones, the coil radius and the slack [m]."""
    inner = _inner(state)
    wound = _wound(state, route)
    tunnel = _to_pocket(route)
    fine = FINE_SHARE * spec.kink_radius_m
    line = _rounded(np.vstack([inner[::-1], wound[1:]]), state.exit_m)  # tip -> tunnel start
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    exit_arc = arc[int(np.linalg.norm(line - state.exit_m, axis=1).argmin())]
    track_length = length_of(state.track_m)
    dura = max(0.0, exit_arc - track_length)
    straight, arc_m, _ = _sleeve(state)
    anchor = exit_arc + straight + arc_m + ANCHOR_STRAIGHT_M
    radius = route.loop_radius_m if route.loop_radius_m > 0.0 else NO_LOOP_RADIUS_M
    loop_edge = float(np.clip(0.2 * radius, fine, LARGEST_EDGE_M))
    lead_edge = float(np.clip(0.25 * min(radius, LEAD_RADIUS_M), fine, LARGEST_EDGE_M))
    end = float(arc[-1])
    loop_end = min(end, anchor + 2.0 * pi * route.loop_radius_m)
    marks = [(0.0, dura, CANAL_EDGE_M), (dura, exit_arc - FINE_TRACK_M, TRACK_EDGE_M),
             (exit_arc - FINE_TRACK_M, anchor, fine), (anchor, loop_end, loop_edge),
             (loop_end, end, lead_edge)]  # fmt: skip
    arcs = [np.zeros(1)]
    for low, high, edge in marks:
        if high > low + 1e-6:
            n = max(1, int(np.ceil((high - low) / edge - 1e-6)))
            arcs.append(np.linspace(low, high, n + 1)[1:])
    s = np.concatenate(arcs)
    first = resample(line, s)
    zone = np.where(s < dura, SAC, np.where(s < exit_arc, TRACK, WOUND))
    middle = _uniform(tunnel, TUNNEL_EDGE_M)
    heading = tunnel[-1] - tunnel[-2]
    wanted = route.length_m - end - length_of(middle)
    coil, coil_radius = _coil(route, tunnel[-1], heading, wanted)
    last = _uniform(coil, min(POCKET_EDGE_M, 0.27 * coil_radius))
    nodes = np.vstack([first, middle[1:], last[1:]])[::-1]
    zones = np.concatenate([zone, np.full(len(middle) - 1, TUNNEL), np.full(len(last) - 1, POCKET)])[::-1]
    apart = np.concatenate([np.linalg.norm(np.diff(nodes, axis=0), axis=1) > LEAST_EDGE_M, [True]])
    return nodes[apart], zones[apart].astype(np.int64), coil_radius, float(wanted - length_of(coil))


def implanted_stage(state: CatheterState, spec: CatheterSpec, around: Surroundings) -> Stage:
    """Return the packed contact geometry of an implanted catheter: track, canal, cord, slab."""
    law = law_table(spec, around.track_stiffness_pa)
    law[0, 1] = spec.friction_tissue
    conduit = pack_conduit(state.track_m, TRACK_RADIUS_M)
    return Stage(conduit, pack_canal(around), pack_cord(around), law, bodies=state.pump_disc)


def refresh_status(state: CatheterState, around: Surroundings) -> CatheterState:
    """Return the state with zones and contact status by place; friction memory of movers is dropped.

    Nodes change between sac, track and wound only, and only past 0.5 mm, so that none chatters.
    """
    zone = state.zone.copy()
    height = (state.x - state.exit_m) @ state.exit_normal
    near = np.linalg.norm(state.x - state.exit_m, axis=1) < 0.02
    zone[(zone == TRACK) & (height > 0.5e-3) & near] = WOUND
    k = np.flatnonzero(zone == TRACK)
    if len(k) and k[0] > 0 and zone[k[0] - 1] == WOUND and height[k[0] - 1] < -1.5e-3:
        zone[k[0] - 1] = TRACK
    mouth = state.track_m[-1]
    heading = mouth - state.track_m[-2]
    ahead = (state.x - mouth) @ (heading / np.linalg.norm(heading))
    close = np.linalg.norm(state.x - mouth, axis=1) < 8e-3
    zone[(zone == TRACK) & (ahead > 0.5e-3) & close] = SAC
    zone[(zone == SAC) & (ahead < -0.5e-3) & close] = TRACK
    status = np.array([CANAL, CONDUIT, SLAB, FREE, SLAB if state.is_wound else FREE], dtype=np.int64)[zone]
    changed = status != state.status
    if not changed.any() and np.array_equal(zone, state.zone):
        return state
    memory, hint, hold, plane = state.memory.copy(), state.hint.copy(), state.hold_memory.copy(), state.plane.copy()
    memory[changed] = 0.0
    hold[zone != state.zone] = 0.0
    hint[changed, 0] = sac_coordinates(state.x[changed], around)[:, 2].astype(np.int64)
    hint[changed, 2] = nearest_piece(state.x[changed], around.cord_points_m)
    offset = float(state.exit_m @ state.exit_normal)
    plane[zone == WOUND] = np.concatenate([state.exit_normal, [offset, SLAB_HALF_M]])
    return replace(state, zone=zone, status=status, memory=memory, hint=hint, hold_memory=hold, plane=plane)


def prescribed(state: CatheterState) -> NDArray[np.bool_]:
    """Return the mask of prescribed unknowns of an implanted catheter: the connector, and its turn in tissue.

    Tissue that grips a tube holds its twist too: 5 N/m over a radius of 0.6 mm are 3 mN m per metre of tunnel,
    a hundred times what a wound catheter needs. It matters once the pump has turned, so it is on then.
    """
    fixed = clamp(state.n_edges, (0, 1), (0,))
    if state.is_wound:
        gripped = (state.zone == TUNNEL) | (state.zone == TRACK)
        fixed[3:-3:4] |= gripped[:-1] & gripped[1:]
    return fixed


def _settling(state: CatheterState) -> Drive:
    """Return the drive of one quasi-static step; strands of a wound catheter touch each other."""
    return Drive(dt_s=0.05, tolerance_n=1e-5, cap=25, drag=0.05, self_contact=state.is_wound)


def settle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, steps: int = SETTLE_STEPS
) -> tuple[CatheterState, tuple[tuple[str, float, str], ...]]:
    """Let the laid catheter relax against tissue, stitches and canal; kinks form where they must."""
    happenings: HappeningList = []
    fixed = prescribed(state)
    for _ in range(steps):
        state = set_holds(refresh_status(state, around))
        state = replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))
        stage = implanted_stage(state, spec, around)
        state, _ = advance(state, spec, stage, _settling(state), fixed)
        state, _, made = update_hinges(state, spec)
        happenings += [(name, size, place_name(state, int(at))) for name, size, at in made]
    return replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega)), tuple(happenings)


def place_name(state: CatheterState, vertex: int) -> str:
    """Return where along an implanted catheter a vertex lies, in words."""
    zone = int(state.zone[vertex])
    if zone in (TRACK, WOUND) and np.linalg.norm(state.x[vertex] - state.exit_m) < 12e-3:
        return "fascia exit"
    return ("sac", "track", "loop" if state.loop_radius_m > 0 else "anchor", "tunnel", "coil")[zone]


def lay_out(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, route: Route
) -> tuple[CatheterState, tuple[tuple[str, float, str], ...]]:
    """Return the whole implanted catheter, laid along a route and settled, and what happened.

    Parameters
    ----------
    state : CatheterState
        Phase "free": needle out, anchor and purse-string as placed.
    route : Route
        Loop, tunnel, coil and pump; `route.length_m` from tip to connector.

    Notes
    -----
    The tube is laid in arcs of the loop and coil radius (shortest such path); edges are <= 0.4 R_kink
    from the fascial exit to the anchor. The sac part keeps its place and its folds.
    """
    nodes, zones, coil_radius, spare = _mesh(state, spec, route)
    laid = rod_from_line(nodes, spec, "implanted", state.seed)
    keep = (
        "track_m", "exit_m", "exit_normal", "max_push_n", "is_sheared", "fragment_m", "purse_tension_n",
        "anchor_distance_m", "anchor_sutures", "anchor_substrate", "anchor_kind", "anchor_stitches", "anchor_tie_n",
        "anchor_pinch", "is_epidural", "is_subdural",
        "wall_defects", "pinches", "clamps", "is_tip_damaged",
    )  # fmt: skip
    laid = replace(laid, **{name: getattr(state, name) for name in keep})
    laid = replace(
        laid, zone=zones, loop_radius_m=route.loop_radius_m, coil_radius_m=coil_radius, status=np.full(len(nodes), -1),
        slack_m=max(0.0, spare), is_asleep=True,
    )  # fmt: skip
    if spare < 0.0:  # too short: pulled taut, at most 3 % of strain
        tail = zones[:-1] == TUNNEL
        total = float(laid.rest_length[tail].sum())
        factor = max(1.0 + spare / total, 0.97)
        laid = replace(laid, rest_length=np.where(tail, laid.rest_length * factor, laid.rest_length))
    k = np.flatnonzero(zones == WOUND)
    arcs = arcs_from_tip(laid)
    outside = arcs[k] - arcs[k[-1]] + np.linalg.norm(nodes[k[-1]] - state.exit_m)  # along the tube, not across a loop
    at = int(k[np.abs(outside - state.anchor_distance_m).argmin()])
    laid = replace(laid, anchor_point_m=nodes[at])
    laid = replace(laid, anchor_arc_m=float(arcs[at]) if state.anchor_sutures > 0 else -1.0)
    laid = _carry_folds(state, _moulded(laid, spec))
    laid, _, made = update_hinges(laid, spec)
    laid = refresh_status(laid, around)
    happenings = [(name, size, place_name(laid, int(at))) for name, size, at in made]
    laid, more = settle(laid, spec, around)
    return laid, tuple(happenings) + more


def _carry_folds(old: CatheterState, new: CatheterState) -> CatheterState:
    """Return `new` with the folds of `old` at the same distance from the tip."""
    if not old.is_hinge.any():
        return new
    arc_old = np.cumsum(old.rest_length[::-1])[::-1]
    arc_new = np.cumsum(new.rest_length[::-1])[::-1]
    is_hinge, angle, direction = new.is_hinge.copy(), new.hinge_angle.copy(), new.hinge_direction.copy()
    for q in np.flatnonzero(old.is_hinge):
        if arc_old[q] <= arc_new[1]:
            k = max(1, int(np.abs(arc_new - arc_old[q]).argmin()))
            is_hinge[k], angle[k], direction[k] = True, old.hinge_angle[q], old.hinge_direction[q]
    return replace(new, is_hinge=is_hinge, hinge_angle=angle, hinge_direction=direction)


def move_pump_end(state: CatheterState, shift_m: FloatArray, turn: FloatArray, pivot_m: FloatArray) -> CatheterState:
    """Return the catheter with its pocket part carried by a rigid motion of the pump.

    `turn` (3, 3) rotates about `pivot_m`, then `shift_m` is added; call `settle` afterwards.
    """
    for name, value in (("shift_m", shift_m), ("turn", turn), ("pivot_m", pivot_m)):
        check_finite("move_pump_end", name, value)
    x = state.x.copy()
    part = state.zone == POCKET
    x[part] = (x[part] - pivot_m) @ turn.T + pivot_m + shift_m
    return replace(state, x=x)
