"""Open, feed through the needle, draw back over the bevel, and draw the needle out."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from physics.catheter.bodies import EMPTY_RIMS, rim, stack_rims
from physics.catheter.canal import sac_coordinates
from physics.catheter.contact import CANAL, CONDUIT, FREE
from physics.catheter.kink import fold_changes, update_hinges, yielded
from physics.catheter.pieces import cut_out, prepend, without_tip
from physics.catheter.rod import (
    Drive,
    Stage,
    advance,
    axial_force,
    clamp,
    law_table,
    node_lengths,
    pack_canal,
    pack_conduit,
    pack_cord,
    rod_from_line,
)
from physics.catheter.spec import (
    GRIP_TRACK_N_PER_M,
    SHEAR_WORK_J,
    SUBDURAL_WINDOW_M,
    TRACK_GIVE_M,
    CatheterSpec,
)
from physics.catheter.state import CatheterState, HappeningList, Report, Surroundings
from physics.catheter.stylet import move_stylet, with_stylet
from physics.errors import check_above, check_finite, check_range
from physics.randomness import draw

FloatArray = NDArray[np.float64]

EDGE_M = 2e-3  # catheter_mechanics_2 section 3: push force within a few % of the 0.8 mm mesh
LARGEST_TRAVEL_M = 0.5e-3  # tuned: travel solved in one step
STILL_M_PER_S = 2e-5  # tuned: slower than this a rod without command sleeps
LOOK_BACK_M = 10e-3  # numerical: beyond the subdural window nothing depends on how far
EPIDURAL_F = 1.7  # elliptic coordinate up to which a tip outside the dura slides along it [A]
EPIDURAL_GAP_M = 3e-3  # depth of the posterior epidural space [A]
TISSUE_STIFFNESS_N_PER_M = 800.0  # tuned: a tip in muscle does not advance
TISSUE_LIMIT_N = 3.0
HUB_DRAG_N = 0.06  # hub, fingers and drape drag a tail that nobody holds along with the needle [A]
BEVEL_NOTICE_M = 3e-3  # tuned: pulled back further than this counts as drawn over the bevel
MOST_TRAVEL_M = 0.05  # in one tick: no hand is faster than 3 m/s
FORCED_PUSH_N = 1.0  # a push above this is an event, catheter_mechanics_2 section 3
FINGER_GRIP_N = 3.0  # gloved fingers slip on a wet tube above this [A]
FOLD_REPEATS = 3  # solves repeated while a fold opens, catheter_mechanics_2 section 6: at most 6


def closed_catheter(spec: CatheterSpec) -> CatheterState:
    """Return the catheter still in its pack."""
    line = np.zeros((4, 3))
    line[:, 2] = np.arange(4) * EDGE_M
    return replace(rod_from_line(line, spec, "closed"), is_asleep=True)


def open_catheter(
    spec: CatheterSpec, needle_line_m: FloatArray, seed: int, edge_m: float = EDGE_M
) -> CatheterState:
    """Return an opened catheter with its tip just inside the needle hub, in edges of `edge_m`."""
    check_finite("open_catheter", "needle_line_m", needle_line_m)
    direction = needle_line_m[1] - needle_line_m[0]
    direction = direction / np.linalg.norm(direction)
    arcs = np.arange(5) * edge_m - 3 * edge_m
    points = needle_line_m[0] + arcs[:, None] * direction
    points[2:] += draw(seed, "catheter", 0).normal(size=(3, 3)) * 1e-6  # no perfect symmetry
    state = rod_from_line(points, spec, "threading", seed)
    return replace(
        state, rest_length=np.full(4, edge_m), hub_arc_m=-3 * edge_m, status=np.full(5, CONDUIT, dtype=np.int64),
        needle_line_m=needle_line_m,
    )  # fmt: skip


def fed_length(state: CatheterState) -> float:
    """Return the length past the needle hub [m]."""
    return state.length_m + state.hub_arc_m


def _needle_exit(needle_line_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    tip = needle_line_m[-1]
    direction = tip - needle_line_m[-2]
    return tip, direction / np.linalg.norm(direction)


def past_dura_m(around: Surroundings) -> float:
    """Return how far the needle's tip lies past the dura, along its shaft [m]; 0 outside, at most `LOOK_BACK_M`."""
    line = around.needle_line_m
    shaft = line[1] - line[0]
    back = np.linspace(0.0, LOOK_BACK_M, 101)
    points = line[-1] - back[:, None] * (shaft / np.linalg.norm(shaft))
    outside = np.flatnonzero(sac_coordinates(points, around)[:, 1] >= 1.0)
    return float(back[outside[0]]) if len(outside) else LOOK_BACK_M


def _update_status(state: CatheterState, around: Surroundings, travel_m: float) -> CatheterState:
    """Move nodes between needle and canal; the status is then frozen for the step."""
    tip, direction = _needle_exit(around.needle_line_m)
    ahead = (state.x - tip) @ direction
    near = np.linalg.norm(state.x - tip, axis=1) < 8e-3
    status = state.status.copy()
    leaves = (status == CONDUIT) & (ahead > 0.0) & near
    inside = np.flatnonzero(status == CONDUIT)
    returns = np.zeros_like(leaves)
    if travel_m < 0.0 and len(inside) and inside[-1] + 1 < len(status):
        k = int(inside[-1]) + 1
        returns[k] = ahead[k] < -0.1e-3 and bool(near[k])
    if not (leaves.any() or returns.any()):
        return state
    memory = state.memory.copy()
    hint = state.hint.copy()
    status[leaves] = CANAL
    status[returns] = CONDUIT
    memory[leaves | returns] = 0.0
    if leaves.any():
        piece = sac_coordinates(state.x[leaves], around)[:, 2].astype(np.int64)
        hint[leaves, 0] = piece
        hint[leaves, 2] = nearest_piece(state.x[leaves], around.cord_points_m)
    return replace(state, status=status, memory=memory, hint=hint)


def nearest_piece(points_m: FloatArray, line_m: FloatArray) -> NDArray[np.int64]:
    """Return for each point the nearest inner control point of a line (1 .. m-2)."""
    if len(line_m) < 3:
        return np.ones(len(points_m), dtype=np.int64)
    d = np.linalg.norm(points_m[:, None, :] - line_m[None, :, :], axis=2)
    return np.asarray(np.clip(d.argmin(axis=1), 1, len(line_m) - 2), dtype=np.int64)


def threading_stage(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, has_rim: bool = True
) -> Stage:
    """Return the packed contact geometry while the catheter runs in needle and canal (or epidural)."""
    conduit = pack_conduit(around.needle_line_m, around.needle_bore_m)
    rims = EMPTY_RIMS
    if has_rim:
        tip, direction = _needle_exit(around.needle_line_m)
        rims = stack_rims([rim(tip, direction, around.needle_bore_m, friction=spec.friction_needle)])
    if not state.is_epidural:
        return Stage(conduit, pack_canal(around), pack_cord(around), law_table(spec), rims=rims)
    dura = np.column_stack([around.canal_points_m, around.sac_semi_axes_m.min(axis=1), np.ones(len(around.canal_points_m))])
    canal = pack_canal(around, EPIDURAL_GAP_M)
    return Stage(conduit, canal, np.ascontiguousarray(dura), law_table(spec), rims=rims)


def _tip_space(state: CatheterState, around: Surroundings) -> str:
    if fed_length(state) <= 2 * EDGE_M:
        return "hub"
    if state.status[-1] != CANAL:
        return "needle"
    if state.is_epidural or state.is_subdural:
        return "epidural" if state.is_epidural else "subdural"
    return "intrathecal" if sac_coordinates(state.x[-1:], around)[0, 1] < 1.15 else "tissue"


def _blocked(state: CatheterState, around: Surroundings, travel_m: float) -> bool:
    """Return whether the tip would leave the needle into solid tissue."""
    if travel_m <= 0.0 or (state.status == CANAL).any():
        return False
    tip, direction = _needle_exit(around.needle_line_m)
    if (state.x[-1] - tip) @ direction < -0.6e-3 or np.linalg.norm(state.x[-1] - tip) > 8e-3:
        return False
    return bool(sac_coordinates(tip[None], around)[0, 1] >= EPIDURAL_F)


def _one_step(
    state: CatheterState, spec: CatheterSpec, stage: Stage, travel_m: float, rotate_rad: float, dt_s: float,
    happenings: HappeningList,
) -> tuple[CatheterState, FloatArray, float]:  # fmt: skip
    """Return the state one step later, solver figures, and how far the tube slid over the rim [m].

    The step is solved again from its start while a fold opens; the stylet takes its set once, at the end.
    """
    edge = float(state.rest_length[0])
    if state.hub_arc_m + travel_m > -edge:
        state = with_stylet(prepend(state), spec)
    v = state.v.copy()
    v[:2] = state.tangent[0] * (travel_m / dt_s)
    omega = state.omega.copy()
    omega[0] = rotate_rad / dt_s
    has_stylet = state.stylet_behind_tip_m is not None
    drive = Drive(dt_s=dt_s, tolerance_n=3e-4 if has_stylet else 3e-5)
    start = replace(state, v=v, omega=omega)
    for _ in range(1 + FOLD_REPEATS):
        state, stats = advance(start, spec, stage, drive, clamp(start.n_edges, (0, 1), (0,)))
        folded, change, made = update_hinges(state, spec)
        happenings += [(name, size, _place(state, int(at))) for name, size, at in made]
        if change < 1e-3:
            break
        start = replace(
            start, is_hinge=folded.is_hinge, hinge_angle=folded.hinge_angle, bending=folded.bending,
            hinge_direction=folded.hinge_direction, rest_curvature=folded.rest_curvature,
        )  # fmt: skip
    slid = _slid_over_rim(start, folded, stage)
    state = replace(yielded(folded, spec), hub_arc_m=folded.hub_arc_m + travel_m)
    if state.hub_arc_m < -4 * edge and state.n_edges > 4:
        state = replace(cut_out(state, 1, state.n_edges), hub_arc_m=state.hub_arc_m + edge)
    return state, stats, slid


def _slid_over_rim(before: CatheterState, after: CatheterState, stage: Stage) -> float:
    """Return how far the tube moved out of the needle at its rim [m], negative = drawn back."""
    edge = int(after.rim_edge[0]) if len(after.rim_edge) else -1
    if edge < 0:
        return 0.0
    moved = 0.5 * (after.x[edge : edge + 2] - before.x[edge : edge + 2]).sum(axis=0)
    return float(moved @ stage.rims[0, 3:6])


def _place(state: CatheterState, vertex: int) -> str:
    """Return where a vertex lies while threading, in words."""
    if state.status[vertex] == CANAL:
        return "epidural space" if state.is_epidural else "subdural space" if state.is_subdural else "canal"
    return "needle"


def _bevel(
    state: CatheterState, spec: CatheterSpec, travel_m: float, slid_m: float, happenings: HappeningList
) -> CatheterState:
    """Account for pulling back over the bevel; cut the tube where the rim has done enough work.

    Notes
    -----
    Work of the rim = its load on the edge that crosses it, times how far that edge slides back over it.
    """
    if travel_m >= 0.0 or not (state.status == CANAL).any():
        return replace(state, pulled_m=0.0) if travel_m > 0.0 and state.pulled_m > 0.0 else state
    load = float(state.rim_load[0]) if len(state.rim_load) else 0.0
    pulled = state.pulled_m - travel_m
    if pulled >= BEVEL_NOTICE_M > state.pulled_m:
        happenings.append(("CatheterPulledOverBevel", load, "needle tip"))
    work = state.cut_work_j + load * max(0.0, -slid_m)
    state = replace(state, pulled_m=pulled, cut_work_j=work)
    if work < SHEAR_WORK_J:
        return state
    inside = np.flatnonzero(state.status == CONDUIT)
    k = max(4, int(inside[-1]) if len(inside) else 4)
    fragment = float(state.rest_length[k:].sum())
    if fragment <= 0.0:
        return state
    happenings.append(("CatheterSheared", fragment, "needle tip"))
    return replace(without_tip(state, k), cut_work_j=0.0, pulled_m=0.0)


def feed(
    state: CatheterState,
    spec: CatheterSpec,
    around: Surroundings,
    travel_m: float,
    rotate_rad: float,
    stylet_behind_tip_m: float | None,
    dt_s: float,
) -> tuple[CatheterState, Report]:
    """Move the fingers by `travel_m` and turn them by `rotate_rad` within one tick.

    Parameters
    ----------
    state : CatheterState
        Phase "threading".
    around : Surroundings
        With the needle in place.
    travel_m : float
        Along the needle, negative pulls back [m].
    rotate_rad : float
        About the needle's axis [rad].
    stylet_behind_tip_m : float or None
        Where the stylet ends; None = out.
    dt_s : float
        Tick [s].

    Returns
    -------
    CatheterState, Report
        `hand_force_n` is positive when the hand pushes. A resting catheter is returned as it is.

    Notes
    -----
    Source: catheter_mechanics_2 section 3. The part behind the hub is not modelled: edges are added at
    the hub as the catheter is fed. Checked: tests/physics/catheter/test_threading.py.
    """
    check_finite("feed", "needle_line_m", around.needle_line_m)
    check_range("feed", "travel_m", travel_m, -MOST_TRAVEL_M, MOST_TRAVEL_M, "m")
    check_finite("feed", "rotate_rad", rotate_rad)
    check_above("feed", "dt_s", dt_s, 0.0, "s")
    check_above("feed", "needle_bore_m", around.needle_bore_m, spec.radius_m, "m (the catheter's radius)")
    happenings: HappeningList = []
    state, made = move_stylet(state, spec, stylet_behind_tip_m)
    happenings += made
    moved = not np.array_equal(around.needle_line_m, state.needle_line_m)
    if state.is_asleep and travel_m == 0.0 and rotate_rad == 0.0 and not moved:
        return state, Report(state.hand_force_n, state.max_push_n, _tip_space(state, around))
    state = replace(state, needle_line_m=around.needle_line_m, is_asleep=False)
    if _blocked(state, around, travel_m):
        force = min(TISSUE_LIMIT_N, max(0.0, state.hand_force_n) + TISSUE_STIFFNESS_N_PER_M * travel_m)
        state, made = _pushed(state, force)
        return state, Report(force, state.max_push_n, "needle", happenings=(*happenings, *made))
    if state.hand_force_n * travel_m > FINGER_GRIP_N * abs(travel_m):
        happenings.append(("FingersSlipped", state.hand_force_n, "catheter"))
        travel_m = 0.0
    was_out = bool((state.status == CANAL).any())
    state, iterations, residual = _moved(state, spec, around, travel_m, rotate_rad, dt_s, happenings)
    is_out = bool((state.status == CANAL).any())
    if is_out != was_out and not (state.is_epidural or state.is_subdural) and not any(h[0] == "CatheterSheared" for h in happenings):
        happenings.insert(0, ("CatheterEnteredSac" if is_out else "CatheterLeftSac", fed_length(state), "needle tip"))
    state, opened = fold_changes(state, spec)
    happenings += [(name, size, _place(state, int(at))) for name, size, at in opened]
    state, made = _pushed(state, -float(axial_force(state, spec)[1:6].mean()))
    happenings += made
    asleep = bool(travel_m == 0.0 and rotate_rad == 0.0) and float(np.abs(state.v).max()) < STILL_M_PER_S
    state = replace(state, is_asleep=asleep, v=np.zeros_like(state.v) if asleep else state.v)
    report = Report(
        state.hand_force_n, state.max_push_n, _tip_space(state, around), iterations, residual, tuple(happenings)
    )
    return state, report


def _moved(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, travel_m: float, rotate_rad: float, dt_s: float,
    happenings: HappeningList,
) -> tuple[CatheterState, int, float]:  # fmt: skip
    """Return the state after the fingers' travel, in steps that contact can follow, Newton's iterations and worst residual [N]."""
    n_sub = max(1, ceil(abs(travel_m) / LARGEST_TRAVEL_M - 1e-9))
    iterations, residual = 0.0, 0.0
    for _ in range(n_sub):
        if not (state.status == CANAL).any() and travel_m > 0.0:
            past = past_dura_m(around)
            state = replace(state, is_epidural=past <= 0.0, is_subdural=0.0 < past < SUBDURAL_WINDOW_M)
        state = _update_status(state, around, travel_m)
        stage = threading_stage(state, spec, around)
        state, stats, slid = _one_step(
            state, spec, stage, travel_m / n_sub, rotate_rad / n_sub, dt_s / n_sub, happenings
        )
        iterations += stats[0]
        residual = max(residual, stats[3])
        state = _bevel(state, spec, travel_m / n_sub, slid, happenings)
    return state, int(iterations), residual


def _pushed(state: CatheterState, force_n: float) -> tuple[CatheterState, HappeningList]:
    """Return the state with the force at the fingers; the first push above 1 N is told."""
    told: HappeningList = []
    if force_n > FORCED_PUSH_N >= state.max_push_n:
        told.append(("CatheterForced", force_n, "fingers"))
    return replace(state, hand_force_n=force_n, max_push_n=max(force_n, state.max_push_n)), told


def _track(needle_line_m: FloatArray, around: Surroundings) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the hole left by the needle (fascia -> dura), the fascial exit and its outward normal."""
    f = sac_coordinates(needle_line_m, around)[:, 1]
    step = np.linalg.norm(np.diff(needle_line_m, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(step)])
    inside = np.flatnonzero(f < 1.0)
    dura_arc = float(arc[inside[0]]) if len(inside) else float(arc[-1])
    exit_arc = 0.0
    normal = needle_line_m[0] - needle_line_m[1]
    normal = normal / np.linalg.norm(normal)
    if len(around.fascia_points_m):
        fine = np.linspace(0.0, dura_arc, 200)
        points = np.column_stack([np.interp(fine, arc, needle_line_m[:, a]) for a in range(3)])
        k = np.linalg.norm(points[:, None] - around.fascia_points_m[None], axis=2).argmin(axis=1)
        height = ((points - around.fascia_points_m[k]) * around.fascia_normals[k]).sum(axis=1)
        below = np.flatnonzero(height <= 0.0)
        first = int(below[0]) if len(below) else 0
        exit_arc = float(fine[first])
        normal = around.fascia_normals[k[first]]
    fine = np.linspace(exit_arc, dura_arc, max(4, int((dura_arc - exit_arc) / 4e-3) + 2))
    line = np.column_stack([np.interp(fine, arc, needle_line_m[:, a]) for a in range(3)])
    return line, line[0].copy(), normal


def _drag_tail(state: CatheterState) -> CatheterState:
    """Return the state with its hand end gripped by whatever moves with the needle."""
    capacity, stiffness = state.hold_capacity.copy(), state.hold_stiffness.copy()
    capacity[:2], stiffness[:2] = 0.5 * HUB_DRAG_N, 500.0  # tuned: 0.06 mm of give
    return replace(state, hold_capacity=capacity, hold_stiffness=stiffness)


def withdraw_needle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, is_held: bool, n_steps: int = 24
) -> tuple[CatheterState, Report]:
    """Draw the needle out over the catheter; friction moves a catheter that is not held.

    Parameters
    ----------
    around : Surroundings
        As before; a needle line in it is ignored (the state remembers where the needle was).
    is_held : bool
        Fingers hold the catheter behind the needle.

    Returns
    -------
    CatheterState, Report
        Phase "free". `CatheterDisplaced` carries how far the tip moved if > 1 mm.
    """
    needle = state.needle_line_m
    direction = needle[1] - needle[0]
    length = float(np.linalg.norm(np.diff(needle, axis=0), axis=1).sum())
    direction = direction / np.linalg.norm(direction)
    tip0 = state.x[-1].copy()
    share = node_lengths(state.rest_length)
    fixed = clamp(state.n_edges, (0, 1) if is_held else (), (0,))
    line, exit_m, normal = _track(needle, around)
    bed = replace(around, needle_line_m=needle)  # the hole it leaves lies where the needle lay
    stage = threading_stage(state, spec, bed, has_rim=False)
    for k in range(n_steps):
        tip, heading = _needle_exit(needle - direction * length * (k + 1) / n_steps)
        state = _update_status(state, bed, -1.0)
        bare = (state.status == CONDUIT) & ((state.x - tip) @ heading > 0.0)
        held = bare.astype(np.float64) * share
        state = replace(
            state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega),
            hold_stiffness=GRIP_TRACK_N_PER_M / TRACK_GIVE_M * held, hold_capacity=GRIP_TRACK_N_PER_M * held,
        )  # fmt: skip
        wall = np.zeros_like(state.x)
        wall[(state.status == CONDUIT) & ~bare] = -direction * length / n_steps
        if not is_held:
            state = _drag_tail(state)
            wall[:2] = -direction * length / n_steps
        state, _ = advance(state, spec, stage, Drive(dt_s=0.05, tolerance_n=3e-5, cap=20), fixed, wall)
    moved_m = float(np.linalg.norm(state.x[-1] - tip0))
    happenings: HappeningList = [("NeedleRemoved", length, "over the catheter")]
    if moved_m > 1e-3:
        happenings.append(("CatheterDisplaced", moved_m, "needle withdrawal"))
    where = sac_coordinates(state.x, around)
    if not (state.is_epidural or state.is_subdural) and where[-1, 1] > 1.1:
        happenings.append(("CatheterLeftSac", moved_m, "needle withdrawal"))
    depth = ((state.x - exit_m) * normal).sum(axis=1)
    zone = np.where(state.status == CANAL, 0, np.where(depth < 0.0, 1, 2)).astype(np.int64)
    status = np.where(zone == 0, CANAL, np.where(zone == 1, CONDUIT, FREE)).astype(np.int64)
    state = replace(
        state, phase="free", status=status, zone=zone, track_m=line, exit_m=exit_m, exit_normal=normal,
        needle_line_m=np.zeros((0, 3)), is_asleep=True, v=np.zeros_like(state.v), hand_force_n=0.0,
    )  # fmt: skip
    return state, Report(0.0, state.max_push_n, "intrathecal", 0, 0.0, tuple(happenings))
