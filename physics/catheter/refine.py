"""Split edges of a rod where it is about to bend more tightly than its mesh can follow."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.catheter.rod import parallel_directors, voronoi_lengths
from physics.catheter.self_contact import find_pairs, segments
from physics.catheter.state import CatheterState
from physics.kernels import ALLOCATING

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Arrays that are no property of nodes or edges, whatever their length happens to be.
APART = ("track_m", "exit_m", "exit_normal", "needle_line_m", "anchor_point_m", "pump_disc")
EMPTIED = ("touch_pairs", "touch_memory", "rim_edge", "rim_load", "rim_memory")
OF_VERTICES = ("rest_curvature", "hinge_angle", "hinge_direction", "is_hinge")  # zero at new vertices
OF_FRAMES = ("x", "theta", "tangent", "director", "turn", "rest_length")


def smooth_points(x: FloatArray, parts: IntArray) -> FloatArray:
    """Return the corners of a polyline with edge j split in `parts[j]`, new ones on a smooth curve.

    Cubic Hermite curve with the tangent of the circle through three neighbours at each old corner; the
    first edge stays straight (it is a clamp).
    """
    edge = np.diff(x, axis=0)
    length = np.linalg.norm(edge, axis=1)
    unit = edge / length[:, None]
    tangent = np.vstack([unit[:1], unit[:-1] * length[1:, None] + unit[1:] * length[:-1, None], unit[-1:]])
    tangent[1] = unit[0] if parts[0] > 1 else tangent[1]
    tangent /= np.linalg.norm(tangent, axis=1)[:, None]
    out = []
    for j, n in enumerate(parts):
        s = (np.arange(n) / n)[:, None]
        a = (1.0 + 2.0 * s) * (1.0 - s) ** 2 * x[j] + s * s * (3.0 - 2.0 * s) * x[j + 1]
        b = s * (1.0 - s) ** 2 * tangent[j] - s * s * (1.0 - s) * tangent[j + 1]
        out.append(a + length[j] * b)
    return np.vstack([*out, x[-1:]])


def refined(state: CatheterState, parts: IntArray) -> CatheterState:
    """Return the rod with edge j split in `parts[j]` >= 1 edges of equal rest length.

    Notes
    -----
    Rest length, twist (linear in arc between the old edges), hinges and every property of edges and nodes
    are kept; friction memory of the split part starts anew. Let it relax before looking for new kinks.
    """
    n_old = state.n_edges
    parent = np.repeat(np.arange(n_old), parts)
    first = np.concatenate([[0], np.cumsum(parts)])  # new index of each old node
    changes: dict[str, Any] = {name: np.zeros_like(getattr(state, name))[:0] for name in EMPTIED}
    node = np.concatenate([parent, [n_old]])
    for f in fields(state):
        old = getattr(state, f.name)
        if f.name in (*APART, *EMPTIED, *OF_FRAMES) or not isinstance(old, np.ndarray) or old.ndim == 0:
            continue
        if f.name in OF_VERTICES:
            new = np.zeros((len(parent), *old.shape[1:]), dtype=old.dtype)
            new[first[:-1]] = old
            changes[f.name] = new
        elif old.shape[0] == n_old:
            changes[f.name] = old[parent].copy()
        elif old.shape[0] == n_old + 1:
            changes[f.name] = old[node].copy()
    is_new = np.ones(len(node), dtype=np.bool_)
    is_new[first] = False
    for name in ("v", "omega"):
        changes[name][:] = 0.0
    for name in ("memory", "hold_memory", "load"):
        changes[name][is_new] = 0.0
    rest = (state.rest_length / parts)[parent]
    changes |= {"rest_length": rest, "bending": _bending(state, parent, changes, rest)}
    return reframed(state, smooth_points(state.x, parts), changes)


def reframed(state: CatheterState, x: FloatArray, changes: dict[str, Any]) -> CatheterState:
    """Return the rod drawn along new nodes, with its first frame and its twist, and other changes."""
    rest = changes.get("rest_length", state.rest_length)
    edge = np.diff(x, axis=0)
    tangent = edge / np.linalg.norm(edge, axis=1)[:, None]
    director = parallel_directors(tangent)
    frame = {"x": x, "tangent": tangent, "director": director, "turn": np.zeros(len(tangent))}
    return replace(state, **(changes | frame | {"theta": _angles(state, tangent, director, rest)}))


def _angles(state: CatheterState, tangent: FloatArray, director: FloatArray, rest: FloatArray) -> FloatArray:
    """Return the frame angles of the new edges: the old first frame, and the old twist spread along the arc."""
    twist = np.concatenate([[0.0], np.cumsum(np.diff(state.theta) + state.turn[1:])])
    old_middle = np.cumsum(state.rest_length) - 0.5 * state.rest_length
    middle = np.cumsum(rest) - 0.5 * rest
    start = np.cos(state.theta[0]) * state.director[0]
    start = start + np.sin(state.theta[0]) * np.cross(state.tangent[0], state.director[0])
    begin = np.arctan2(np.cross(tangent[0], director[0]) @ start, director[0] @ start)
    return np.asarray(begin + np.interp(middle, old_middle, twist))


def _bending(state: CatheterState, parent: IntArray, changes: dict[str, Any], rest: FloatArray) -> FloatArray:
    """Return bending stiffness: the tube's own, and at old hinges what gives the same compliance of the fold."""
    own = state.virgin_bending[parent].astype(np.float64)
    length, old_length = voronoi_lengths(rest), voronoi_lengths(state.rest_length)
    for q in np.flatnonzero(changes["is_hinge"]):
        j = parent[q]
        fold = old_length[j] / state.bending[j] - old_length[j] / state.virgin_bending[j]
        own[q] = length[q] / (length[q] / own[q] + fold)
    return np.asarray(own)


UNTANGLE_ROUNDS = 200
APART_SHARE = 1.05  # distance of strands over the tube's diameter that is enough
SPREAD = 4  # edges to either side over which a strand is lifted


@njit(**ALLOCATING)
def _lift(x: FloatArray, middle: FloatArray, longest: float, enough: float, lift: FloatArray) -> float:
    """Write by how much nodes must rise (+ nearer the pump, - nearer the tip) to part strands; return the least distance."""
    pairs = np.empty((x.shape[0] * 40, 2), np.int64)
    count = find_pairs(x, middle, longest, enough + longest, pairs)
    where, normal = np.empty(2), np.empty(3)
    least = 1.0
    lift[:] = 0.0
    for k in range(count):
        i, j = pairs[k, 0], pairs[k, 1]
        d = segments(x[i], x[i + 1], x[j], x[j + 1], where, normal)
        least = min(least, d)
        miss = 0.25 * (enough - d)
        if miss > 0.0:
            for a in range(-SPREAD, SPREAD + 2):
                share = miss * (1.0 - abs(a - 0.5) / (SPREAD + 1.5))
                if 0 <= i + a < lift.shape[0]:
                    lift[i + a] = max(lift[i + a], share) if lift[i + a] >= 0.0 else lift[i + a] + share
                if 0 <= j + a < lift.shape[0]:
                    lift[j + a] = min(lift[j + a], -share) if lift[j + a] <= 0.0 else lift[j + a] - share
    return least


def untangled(x: FloatArray, rest_length: FloatArray, apart: FloatArray, radius_m: float) -> FloatArray:
    """Return nodes of a drawn catheter with strands that were drawn through each other laid one on another.

    Parameters
    ----------
    x : (n+1, 3) array
    rest_length : (n,) array
    apart : (n+1, 3) array
        Unit direction in which the strand nearer the pump is lifted off the other; zero keeps a node.
    radius_m : float
        Of the tube.
    """
    x = x.copy()
    middle = np.cumsum(rest_length) - 0.5 * rest_length
    lift = np.zeros(len(x))
    enough = 2.0 * radius_m * APART_SHARE
    for _ in range(UNTANGLE_ROUNDS):
        least = _lift(x, middle, float(rest_length.max()), enough, lift)
        if least >= 2.0 * radius_m:
            break
        x += lift[:, None] * apart
    return x
