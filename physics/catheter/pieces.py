"""Make the rod longer, shorter, finer, two, or one: every array of the state at once.

Whatever is told as an arc from the tip (anchor, defects, clamps) moves with the material.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.catheter.contact import CONDUIT
from physics.catheter.kink import composed
from physics.catheter.rod import clamp, voronoi_lengths
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import BoolArray, CatheterState
from physics.errors import OutOfRange, check_above, check_range

FloatArray = NDArray[np.float64]

NODE_FIELDS = (
    "x", "v", "status", "hint", "memory", "load", "hold_stiffness", "hold_capacity", "hold_memory", "plane", "zone",
)  # fmt: skip
EDGE_FIELDS = (
    "theta", "omega", "tangent", "director", "turn", "rest_length", "rest_curvature", "virgin_bending", "bending",
    "hinge_angle", "hinge_direction", "is_hinge",
)  # fmt: skip
LATE_FIELDS = ("stylet_set", "is_folded", "fatigue")  # per edge once there are any
LEAST_EDGE_M = 2e-4  # tuned: a cut this near to a node takes the node


def late_fields(state: CatheterState) -> tuple[str, ...]:
    """Return the per-edge fields of `LATE_FIELDS` that this state has filled."""
    return tuple(name for name in LATE_FIELDS if len(getattr(state, name, ())) == state.n_edges)


def arcs_from_tip(state: CatheterState) -> FloatArray:
    """Return the rest length from the tip to every node [m], (n+1,)."""
    out = np.zeros(len(state.x))
    out[:-1] = np.cumsum(state.rest_length[::-1])[::-1]
    return out


def prepend(state: CatheterState) -> CatheterState:
    """Return the state with one edge more at the hand end, a straight continuation."""

    def first(a: FloatArray, row: FloatArray | float) -> FloatArray:
        return np.concatenate([np.broadcast_to(np.asarray(row, dtype=a.dtype), (1, *a.shape[1:])), a])

    edge = state.rest_length[0]
    direction = state.tangent[0]
    zeros = 0.0
    late: dict[str, Any] = {name: first(getattr(state, name), zeros) for name in late_fields(state)}
    if "is_folded" in late:
        late["is_folded"][0] = True
    return replace(
        state, x=first(state.x, state.x[0] - edge * direction), v=first(state.v, state.v[0]),
        theta=first(state.theta, state.theta[0]), omega=first(state.omega, state.omega[0]),
        tangent=first(state.tangent, direction), director=first(state.director, state.director[0]),
        turn=np.concatenate([[0.0, 0.0], state.turn[1:]]), rest_length=first(state.rest_length, edge),
        rest_curvature=first(state.rest_curvature, zeros), bending=first(state.bending, state.virgin_bending[0]),
        virgin_bending=first(state.virgin_bending, state.virgin_bending[0]),
        hinge_angle=first(state.hinge_angle, zeros), hinge_direction=first(state.hinge_direction, zeros),
        is_hinge=np.concatenate([[False], state.is_hinge]), status=np.concatenate([[CONDUIT], state.status]),
        hint=np.concatenate([state.hint[:1], state.hint]), memory=first(state.memory, zeros),
        load=first(state.load, zeros), hold_stiffness=first(state.hold_stiffness, zeros),
        hold_capacity=first(state.hold_capacity, zeros), hold_memory=first(state.hold_memory, zeros),
        plane=first(state.plane, zeros), zone=np.concatenate([[0], state.zone]), hub_arc_m=state.hub_arc_m - edge,
        touch_pairs=state.touch_pairs + 1, **late,
    )  # fmt: skip


def cut_out(state: CatheterState, first: int, last: int) -> CatheterState:
    """Return the piece from node `first` to node `last` (inclusive); arcs from the tip are kept as they are."""
    nodes = {name: getattr(state, name)[first : last + 1].copy() for name in NODE_FIELDS}
    edges = {name: getattr(state, name)[first:last].copy() for name in EDGE_FIELDS + late_fields(state)}
    if first > 0:  # what was an inner vertex is an end now: it carries no bend and no fold
        for name in ("turn", "rest_curvature", "hinge_angle", "hinge_direction", "is_hinge"):
            edges[name][0] = 0
        edges["bending"][0] = edges["virgin_bending"][0]
    pairs = state.touch_pairs - first
    inside = ((pairs >= 0) & (pairs < last - first)).all(axis=1)
    touch: dict[str, Any] = {"touch_pairs": pairs[inside], "touch_memory": state.touch_memory[inside]}
    return replace(state, **nodes, **edges, **touch)


def split_edge(state: CatheterState, spec: CatheterSpec, edge: int, share: float) -> CatheterState:
    """Return the same rod with a node put into an edge at `share` of its length from the hand end.

    Notes
    -----
    The shape stays; the rate of twist of both neighbours is kept, folds stay at their vertex. Friction of
    the new node starts afresh, grips are shared out again by `set_holds`.
    """
    check_range("split_edge", "edge", edge, 0, state.n_edges - 1)
    check_above("split_edge", "share", share)
    check_above("split_edge", "1 - share", 1.0 - share)
    j = int(edge)
    nearer = j if share < 0.5 else j + 1
    nodes: dict[str, Any] = {name: np.insert(getattr(state, name), j + 1, getattr(state, name)[nearer], axis=0) for name in NODE_FIELDS}
    for name in ("x", "v"):
        a = getattr(state, name)
        nodes[name][j + 1] = (1.0 - share) * a[j] + share * a[j + 1]
    for name in ("memory", "load", "hold_memory", "hold_stiffness", "hold_capacity"):
        nodes[name][j + 1] = 0.0
    edges: dict[str, Any] = {
        name: np.insert(getattr(state, name), j + 1, getattr(state, name)[j], axis=0)
        for name in EDGE_FIELDS + late_fields(state)
    }
    for name in ("turn", "rest_curvature", "hinge_angle", "hinge_direction", "is_hinge", "stylet_set"):
        if name in edges:
            edges[name][j + 1] = 0
    edges["bending"][j + 1] = edges["virgin_bending"][j + 1] = state.virgin_bending[j]
    length = float(state.rest_length[j])
    edges["rest_length"][j], edges["rest_length"][j + 1] = share * length, (1.0 - share) * length
    twist = np.zeros(state.n_edges + 1)
    twist[1:-1] = np.diff(state.theta) + state.turn[1:]
    rate = twist[:-1] / np.maximum(voronoi_lengths(state.rest_length), 1e-12)
    ahead = rate[j + 1] if j + 1 < state.n_edges else 0.0
    edges["theta"][j] -= (rate[j] if j > 0 else 0.0) * 0.5 * (1.0 - share) * length
    edges["theta"][j + 1] += ahead * 0.5 * share * length
    empty: dict[str, Any] = {"touch_pairs": np.zeros((0, 2), dtype=np.int64), "touch_memory": np.zeros((0, 3))}
    return composed(replace(state, **nodes, **edges, **empty), spec)


def _with_node_at(state: CatheterState, spec: CatheterSpec, arc_m: float) -> tuple[CatheterState, int]:
    """Return the rod with a node at an arc from the tip, and that node."""
    arcs = arcs_from_tip(state)
    near = int(np.abs(arcs - arc_m).argmin())
    if abs(arcs[near] - arc_m) < LEAST_EDGE_M:
        return state, near
    edge = int(np.searchsorted(-arcs, -arc_m)) - 1
    share = (arcs[edge] - arc_m) / (arcs[edge] - arcs[edge + 1])
    return split_edge(state, spec, edge, float(share)), edge + 1


def _arcs_moved(state: CatheterState, by_m: float, low_m: float, high_m: float) -> CatheterState:
    """Return the state with what lies between two arcs, its arcs moved by `by_m`; the rest is dropped."""

    def moved(rows: tuple[Any, ...]) -> Any:
        return tuple((row[0] + by_m, *row[1:]) for row in rows if low_m <= row[0] <= high_m)

    anchor = state.anchor_arc_m
    anchor = anchor + by_m if anchor >= 0.0 and low_m <= anchor <= high_m else -1.0
    return replace(
        state, anchor_arc_m=anchor, wall_defects=moved(state.wall_defects), pinches=moved(state.pinches),
        clamps=moved(state.clamps),
    )  # fmt: skip


def cut(state: CatheterState, spec: CatheterSpec, arc_m: float) -> tuple[CatheterState, CatheterState]:
    """Return the two pieces of a catheter cut through at an arc from the tip: hand side, tip side.

    Parameters
    ----------
    arc_m : float
        Between the ends, at least one edge from each [m].

    Notes
    -----
    Shape, twist, folds and rest curvature of both pieces are those of the whole; the vertex at the cut is
    gone. The hand side is marked as cut, with what it has lost as fragment.
    """
    length = state.length_m
    if not LEAST_EDGE_M < arc_m < length - LEAST_EDGE_M:
        raise OutOfRange("cut", "arc_m", arc_m, f"{LEAST_EDGE_M:g} .. {length - LEAST_EDGE_M:g} m, within the catheter")
    whole, node = _with_node_at(state, spec, arc_m)
    if node < 2 or node > whole.n_edges - 2:
        raise OutOfRange("cut", "arc_m", arc_m, "at least two edges from either end")
    lost = float(whole.rest_length[node:].sum())
    tip = _arcs_moved(cut_out(whole, node, whole.n_edges), 0.0, 0.0, lost)
    return without_tip(whole, node), replace(tip, is_asleep=False)


def without_tip(state: CatheterState, node: int) -> CatheterState:
    """Return the hand side of a catheter cut or sheared through at a node; the rest counts as fragment."""
    lost = float(state.rest_length[node:].sum())
    hand = _arcs_moved(cut_out(state, 0, node), -lost, lost, np.inf)
    behind = state.stylet_behind_tip_m
    return replace(
        hand, is_sheared=True, fragment_m=state.fragment_m + lost, is_asleep=False,
        stylet_behind_tip_m=None if behind is None else max(0.0, behind - lost),
    )  # fmt: skip


def _frame(state: CatheterState, edge: int) -> FloatArray:
    """Return tangent and material directors of an edge as columns, (3, 3)."""
    t, d = state.tangent[edge], state.director[edge]
    m1 = np.cos(state.theta[edge]) * d + np.sin(state.theta[edge]) * np.cross(t, d)
    return np.column_stack([t, m1, np.cross(t, m1)])


def join(hand: CatheterState, tip: CatheterState, spec: CatheterSpec) -> CatheterState:
    """Return one catheter of two pieces, connected end to end without strain.

    Notes
    -----
    The hand piece is carried to the tip piece as a rigid body, so that tangent and material axes meet: no
    bend and no twist is built in. What is inside the body (track, anchor, purse-string) is the tip piece's.
    The stiffness of the connector pin is left out.
    """
    turn = _frame(tip, 0) @ _frame(hand, -1).T
    x = (hand.x - hand.x[-1]) @ turn.T + tip.x[0]
    moved = replace(
        hand, x=x, tangent=hand.tangent @ turn.T, director=hand.director @ turn.T, v=np.zeros_like(hand.v),
        memory=np.zeros_like(hand.memory), hold_memory=np.zeros_like(hand.hold_memory),
    )  # fmt: skip
    nodes: dict[str, Any] = {name: np.concatenate([getattr(moved, name)[:-1], getattr(tip, name)]) for name in NODE_FIELDS}
    late = tuple(name for name in late_fields(moved) if name in late_fields(tip))
    edges: dict[str, Any] = {name: np.concatenate([getattr(moved, name), getattr(tip, name)]) for name in EDGE_FIELDS + late}
    k = hand.n_edges
    edges["turn"][k] = edges["theta"][k - 1] - edges["theta"][k]
    for name in ("rest_curvature", "hinge_angle", "hinge_direction", "is_hinge"):
        edges[name][k] = 0
    edges["bending"][k] = edges["virgin_bending"][k]
    far = tip.length_m
    shifted = _arcs_moved(hand, far, 0.0, np.inf)
    return replace(
        tip, **nodes, **edges, hub_arc_m=hand.hub_arc_m, wall_defects=tip.wall_defects + shifted.wall_defects,
        pinches=tip.pinches + shifted.pinches, clamps=tip.clamps + shifted.clamps, is_asleep=False,
        touch_pairs=np.zeros((0, 2), dtype=np.int64), touch_memory=np.zeros((0, 3)),
    )  # fmt: skip


def grip_mask(state: CatheterState, arc_m: float) -> tuple[BoolArray, int]:
    """Return the unknowns that jaws hold at an arc from the tip, and the edge they hold.

    A clamp at the middle of the nearest edge: both its nodes and its angle are prescribed and move with
    `v` and `omega` (a whole edge held at an end would be a first-order clamp).
    """
    check_range("grip_mask", "arc_m", arc_m, 0.0, state.length_m, "m")
    arcs = arcs_from_tip(state)
    edge = int(np.abs(0.5 * (arcs[:-1] + arcs[1:]) - arc_m).argmin())
    return clamp(state.n_edges, (edge, edge + 1), (edge,)), edge
