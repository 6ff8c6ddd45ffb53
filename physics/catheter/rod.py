"""Build a rod from a centre line and advance it by one implicit step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.catheter.banded import HALF, WIDTH
from physics.catheter.bodies import EMPTY_BODIES, EMPTY_RIMS, move_bodies
from physics.catheter.elastic import transport
from physics.catheter.newton import implicit_step
from physics.catheter.self_contact import KRYLOV_STEPS
from physics.catheter.spec import (
    CONTACT_LAYER_M,
    CORD_STIFFNESS_PA,
    NEEDLE_STIFFNESS_PA,
    SLAB_STIFFNESS_PA,
    STICK_STIFFNESS_PA,
    STRAND_FRICTION,
    WALL_STIFFNESS_PA,
    CatheterSpec,
)
from physics.catheter.state import CatheterState, Surroundings
from physics.errors import SimulationDiverged

FloatArray = NDArray[np.float64]

EMPTY_LINE = np.zeros((0, 4))
LARGEST_FLIGHT_M = 4e-3  # past a pin or strand in one step a node might come out on its far side
MOST_PARTS = 64  # into which a step is split for that
RIM_STICK_N_PER_M = 20.0  # stick of one 1.6 mm edge, as on a wall


@dataclass(frozen=True, slots=True)
class Stage:
    """Contact geometry packed for the kernels.

    conduit (k, 4): point, radius. canal (m, 8): point, posterior normal, semi-axes.
    cord (c, 5): point, radius, stiffness. law (4, 3): stiffness, friction, stick stiffness.
    bodies (m, 14), rims (k, 12): see `physics.catheter.bodies`.
    """

    conduit: FloatArray
    canal: FloatArray
    cord: FloatArray
    law: FloatArray
    bodies: FloatArray = field(default_factory=lambda: EMPTY_BODIES)
    rims: FloatArray = field(default_factory=lambda: EMPTY_RIMS)


@dataclass(frozen=True, slots=True)
class Drive:
    """How a step is driven and solved.

    Attributes
    ----------
    dt_s : float
        Of one step.
    steps : int
        Steps in one call, all driven alike.
    tolerance_n : float
        Largest nodal force left; must fit the forces at play (catheter_mechanics_2, tolerance trap).
    cap : int
        Newton iterations.
    drag : float
        Per length [N s/m2].
    self_contact : bool
        Strands of the rod touch each other and cannot pass through.
    self_friction : float
        Coulomb coefficient between strands.
    """

    dt_s: float = 1.0 / 64.0
    tolerance_n: float = 3e-5
    cap: int = 12
    drag: float = 0.02
    self_contact: bool = False
    self_friction: float = STRAND_FRICTION
    steps: int = 1


def law_table(spec: CatheterSpec, conduit_stiffness: float = NEEDLE_STIFFNESS_PA) -> FloatArray:
    """Return the contact law rows for conduit, canal, cord and slab."""
    return np.array([
        [conduit_stiffness, spec.friction_needle, STICK_STIFFNESS_PA],
        [WALL_STIFFNESS_PA, spec.friction_canal, STICK_STIFFNESS_PA],
        [CORD_STIFFNESS_PA, spec.friction_canal, STICK_STIFFNESS_PA],
        [SLAB_STIFFNESS_PA, 0.0, STICK_STIFFNESS_PA],
    ])  # fmt: skip


def pack_canal(around: Surroundings, widen_m: float = 0.0) -> FloatArray:
    """Return the (m, 8) canal table; `widen_m` adds to the semi-axes."""
    return np.ascontiguousarray(
        np.hstack([around.canal_points_m, around.canal_normals, around.sac_semi_axes_m + widen_m])
    )


def pack_cord(around: Surroundings) -> FloatArray:
    """Return the (c, 5) cord table."""
    if len(around.cord_points_m) < 3:
        return np.zeros((0, 5))
    columns = (around.cord_points_m, around.cord_radius_m[:, None], around.cord_stiffness[:, None])
    return np.ascontiguousarray(np.hstack(columns))


def pack_conduit(line_m: FloatArray, radius_m: float) -> FloatArray:
    """Return the (k, 4) conduit table."""
    if len(line_m) < 3:
        return EMPTY_LINE
    return np.ascontiguousarray(np.hstack([line_m, np.full((len(line_m), 1), radius_m)]))


def voronoi_lengths(rest_length: FloatArray) -> FloatArray:
    """Return the length per interior vertex, index j = vertex j (index 0 unused)."""
    out = np.zeros_like(rest_length)
    out[1:] = 0.5 * (rest_length[1:] + rest_length[:-1])
    return out


def node_lengths(rest_length: FloatArray) -> FloatArray:
    """Return the length that each node stands for."""
    out = np.zeros(len(rest_length) + 1)
    out[:-1] += 0.5 * rest_length
    out[1:] += 0.5 * rest_length
    return out


def parallel_directors(tangent: FloatArray) -> FloatArray:
    """Return twist-free reference directors along the edges."""
    director = np.zeros_like(tangent)
    axis = np.eye(3)[int(np.argmin(np.abs(tangent[0])))]
    u = np.cross(tangent[0], axis)
    director[0] = u / np.linalg.norm(u)
    for j in range(1, len(tangent)):
        transport(director[j - 1], tangent[j - 1], tangent[j], director[j])
    return director


def rod_from_line(points_m: FloatArray, spec: CatheterSpec, phase: str, seed: int = 0) -> CatheterState:
    """Return a stress-free-length, straight-at-rest rod along `points_m` (hand end first)."""
    x = np.ascontiguousarray(points_m, dtype=np.float64).copy()
    n = len(x) - 1
    edge = np.diff(x, axis=0)
    length = np.linalg.norm(edge, axis=1)
    tangent = edge / length[:, None]
    return CatheterState(
        phase=phase, model=spec.name, x=x, v=np.zeros_like(x), theta=np.zeros(n), omega=np.zeros(n), tangent=tangent,
        director=parallel_directors(tangent), turn=np.zeros(n), rest_length=length, rest_curvature=np.zeros((n, 2)),
        virgin_bending=np.full(n, spec.bending_stiffness), bending=np.full(n, spec.bending_stiffness),
        hinge_angle=np.zeros(n), hinge_direction=np.zeros((n, 2)), is_hinge=np.zeros(n, dtype=np.bool_),
        status=np.zeros(n + 1, dtype=np.int64), hint=np.ones((n + 1, 4), dtype=np.int64),
        memory=np.zeros((n + 1, 3, 3)), load=np.zeros((n + 1, 3)), hold_stiffness=np.zeros(n + 1),
        hold_capacity=np.zeros(n + 1), hold_memory=np.zeros((n + 1, 3)), plane=np.zeros((n + 1, 5)),
        zone=np.zeros(n + 1, dtype=np.int64), seed=seed,
    )  # fmt: skip


def clamp(n_edges: int, nodes: tuple[int, ...], edges: tuple[int, ...] = ()) -> NDArray[np.bool_]:
    """Return the mask of prescribed unknowns; nodes (0, 1) + edge 0 is a mid-edge clamp."""
    fixed = np.zeros(4 * n_edges + 3, dtype=np.bool_)
    for i in nodes:
        fixed[4 * i : 4 * i + 3] = True
    for j in edges:
        fixed[4 * j + 3] = True
    return fixed


def advance(
    state: CatheterState, spec: CatheterSpec, stage: Stage, drive: Drive, fixed: NDArray[np.bool_],
    wall: FloatArray | None = None, dead_load: FloatArray | None = None,
) -> tuple[CatheterState, FloatArray]:
    """Return the state after `drive.steps` implicit steps, and (iterations, backtracks, fallbacks, residual).

    Prescribed unknowns move with `state.v`, `state.omega`. `wall` (n+1, 3) is the displacement of
    whatever touches each node during the call (rigid bodies and rims carry their own); `dead_load`
    (n+1, 3) a force on each node [N]. Where strands or bodies might be jumped over (more than 4 mm in a
    step) steps are split. With self-contact a fifth number is the least gap of strands [m].
    """  # fmt: skip
    names = ("x", "v", "theta", "omega", "tangent", "director", "turn", "memory", "load", "hold_memory", "hint")
    new = {name: getattr(state, name).copy() for name in names}
    if new["hint"].shape[1] < 4:
        new["hint"] = np.pad(new["hint"], ((0, 0), (0, 4 - new["hint"].shape[1])), constant_values=-1)
    n, steps = state.n_edges, drive.steps
    if drive.self_contact or len(stage.bodies):
        fastest = float(np.abs(state.v).max()) * drive.dt_s
        steps *= min(MOST_PARTS, max(1, ceil(fastest / LARGEST_FLIGHT_M)))
    dt_s = drive.dt_s * drive.steps / steps
    share = node_lengths(state.rest_length)
    still = np.zeros_like(state.x)
    drag = np.column_stack([drive.drag * share, np.zeros(n + 1)])
    scalars = np.array([
        dt_s, spec.stretching_stiffness, spec.twisting_stiffness, spec.radius_m, CONTACT_LAYER_M,
        drive.tolerance_n, float(drive.cap), float(drive.self_contact), drive.self_friction, RIM_STICK_N_PER_M,
    ])  # fmt: skip
    rod = (state.rest_length, voronoi_lengths(state.rest_length), state.bending, state.rest_curvature, share)
    body = (
        spec.mass_per_length * share, 0.5 * spec.mass_per_length * state.rest_length * spec.radius_m**2, drag,
        still if dead_load is None else dead_load, still if wall is None else wall / steps,
    )  # fmt: skip
    bodies = stage.bodies.copy()
    bodies[:, 11:] /= steps
    surface = (state.status, new["hint"], stage.conduit, stage.canal, stage.cord, state.plane, bodies, stage.law)
    hold = (state.hold_stiffness, state.hold_capacity, new["hold_memory"], np.zeros_like(still))
    memory = new["memory"].reshape(n + 1, 9)
    grip = (memory, np.zeros_like(memory), new["load"], np.zeros_like(new["load"]))
    rim, strand = _rims(state, stage.rims, steps), _strands(state, drive)
    edge, node, unknowns = np.zeros((5, n, 3)), np.zeros((2, n + 1, 3)), 4 * n + 3
    work = (
        np.zeros(unknowns), np.zeros(unknowns + HALF), np.zeros((unknowns + HALF, WIDTH)), node[0], np.zeros(n),
        node[1], np.zeros(n), edge[0], state.director.copy(), edge[1], edge[2], state.turn.copy(),
    )  # fmt: skip
    moving = (new["x"], new["v"], new["theta"], new["omega"], new["tangent"], new["director"], new["turn"])
    stats, mode = np.zeros(5), np.zeros(4, dtype=np.int64)
    stats[4] = 1.0
    for step in range(steps):
        if step > 0:
            move_bodies(bodies)
            rim[0][:, :3] += rim[0][:, 9:]
        implicit_step(moving, rod, body, surface, hold, grip, rim, strand, work, fixed, scalars, mode, stats)
    if not np.isfinite(new["x"]).all():
        raise SimulationDiverged(0, "catheter", "node position")
    count = int(strand[6][0])
    rubs = np.flatnonzero(strand[4][:count] > 0.0)
    touching = {"touch_pairs": strand[0][rubs], "touch_memory": strand[1][rubs]}
    return replace(state, **new, **touching, rim_memory=rim[2], rim_load=rim[4], rim_edge=rim[1]), stats


def _strands(state: CatheterState, drive: Drive) -> tuple[Any, ...]:
    """Return the arrays of strand contact for a step: pairs, memory, new memory, loads, distance, count, link, basis."""
    size = max(state.n_edges**2 // 2, 1) if drive.self_contact else 1
    count = len(state.touch_pairs) if drive.self_contact else 0
    pairs, memory = np.empty((size, 2), dtype=np.int64), np.zeros((size, 3))
    pairs[:count], memory[:count] = state.touch_pairs[:count], state.touch_memory[:count]
    scratch = np.zeros((KRYLOV_STEPS + 2 if drive.self_contact else 2, 4 * state.n_edges + 3 + HALF))
    return (pairs, memory, np.zeros((size, 3)), np.zeros(size), np.zeros(size), np.ones(size), np.array([count]),
            np.empty((size, 12)), scratch)  # fmt: skip


def _rims(state: CatheterState, rims: FloatArray, steps: int) -> tuple[Any, ...]:
    """Return the arrays of the rims for a step: table, edges, memory, new memory, load, new load."""
    k, rims = len(rims), rims.copy()
    rims[:, 9:] /= steps
    known = len(state.rim_load) == k
    memory = state.rim_memory.copy() if known else np.zeros((k, 3))
    load = state.rim_load.copy() if known else np.zeros(k)
    return rims, np.full(k, -1, dtype=np.int64), memory, np.zeros((k, 3)), load, np.zeros(k)


def curvature(state: CatheterState) -> FloatArray:
    """Return the centre-line curvature at every node [1/m] (ends 0), (n+1,)."""
    edge = np.diff(state.x, axis=0)
    t = edge / np.linalg.norm(edge, axis=1)[:, None]
    cosine = np.clip((t[1:] * t[:-1]).sum(axis=1), -1.0, 1.0)
    out = np.zeros(len(state.x))
    out[1:-1] = 2.0 * np.tan(0.5 * np.arccos(cosine)) / voronoi_lengths(state.rest_length)[1:]
    return out


def axial_force(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the axial force per edge [N], tension positive, (n,)."""
    length = np.linalg.norm(np.diff(state.x, axis=0), axis=1)
    return np.asarray(spec.stretching_stiffness * (length / state.rest_length - 1.0))
