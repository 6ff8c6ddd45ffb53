"""The stylet: a steel wire in the lumen that stiffens the tube, drags in its bends and can pierce its wall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.kink import composed, material_axes, vertex_curvature, wire_set, wire_stiffness
from physics.catheter.pieces import arcs_from_tip
from physics.catheter.rod import voronoi_lengths
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList

FloatArray = NDArray[np.float64]

WIRE_FRICTION = 0.2  # steel in wet polyurethane [A]
PIERCE_RADIUS_M = 6e-3  # a wire end pushed into a bend tighter than this goes through its wall [A]
TIP_HOLD_N = 1.5  # drag of a withdrawn wire that pulls the plug of the tip loose; the 2006 recall names no force [A]
WIRE_SLACK_M = 1e-4  # tuned: below this a stylet has not moved

EVIDENCE = (
    ("stylet.friction", WIRE_FRICTION, "1", "A", "tuned: steel in wet polyurethane"),
    ("stylet.pierce_radius", PIERCE_RADIUS_M, "m", "A", "tuned: twice the kink radius of the braided tube"),
    ("stylet.tip_hold", TIP_HOLD_N, "N", "A", "tuned: device_and_procedure 2 (S17) reports 22 dislodged tips, no force"),
)


def stylet_stiffness(state: CatheterState, spec: CatheterSpec, behind_tip_m: float | None) -> FloatArray:
    """Return EI per vertex with the stylet ending `behind_tip_m` short of the tip (None = out)."""
    ei = np.full(state.n_edges, spec.bending_stiffness)
    if behind_tip_m is None:
        return ei
    ei[arcs_from_tip(state)[:-1] >= behind_tip_m] += spec.stylet_bending_stiffness
    return ei


def _shifted(state: CatheterState, by_m: float) -> FloatArray:
    """Return the wire's set after it has moved `by_m` toward the hand through the tube."""
    own = wire_set(state)
    if by_m == 0.0 or not own.any():
        return own
    arc = arcs_from_tip(state)[:-1]
    source = arc - by_m
    columns = [np.interp(source, arc[::-1], own[::-1, a], left=0.0, right=0.0) for a in range(2)]
    return np.column_stack(columns)


def stylet_drag_n(state: CatheterState, spec: CatheterSpec) -> float:
    """Return the force with which the wire rubs along the lumen when it is moved [N].

    Notes
    -----
    The tube holds the wire in its bends by the jumps of the wire's shear force; friction acts on their
    sum [T]. A wire with the shape of the tube does not rub.
    """
    wire = wire_stiffness(state, spec)
    if not wire.any() or state.n_edges < 4:
        return 0.0
    length = np.maximum(voronoi_lengths(state.rest_length), 1e-12)[:, None]
    size = wire[:, None] * (vertex_curvature(state) / length - wire_set(state))
    m1, m2 = material_axes(state)
    moment = np.zeros((state.n_edges, 3))
    moment[1:] = 0.5 * (size[1:, :1] * (m2[:-1] + m2[1:]) - size[1:, 1:] * (m1[:-1] + m1[1:]))
    shear = np.diff(moment[1:], axis=0) / state.rest_length[1:-1, None]
    return float(WIRE_FRICTION * np.linalg.norm(np.diff(shear, axis=0), axis=1).sum())


def move_stylet(
    state: CatheterState, spec: CatheterSpec, behind_tip_m: float | None
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter with its stylet drawn back, pushed on, taken out (None) or put in, and what that did.

    Notes
    -----
    Negative `behind_tip_m` is a wire beyond the tip: it has gone through the plug. A wire pushed into a bend
    tighter than `PIERCE_RADIUS_M` stops there, in the wall. Drawn back against too much drag it takes the
    plug of the tip along. The wire keeps its set, also while it lies on the table.
    """
    old = state.stylet_behind_tip_m
    if behind_tip_m == old:
        return state, []
    happenings: HappeningList = []
    end = behind_tip_m if behind_tip_m is not None else state.length_m
    begin = old if old is not None else state.length_m
    defects, is_damaged = state.wall_defects, state.is_tip_damaged
    if end > begin + WIRE_SLACK_M:
        drag = stylet_drag_n(state, spec)
        if drag > TIP_HOLD_N and not is_damaged:
            is_damaged = True
            happenings.append(("CatheterTipDamaged", drag, "stylet withdrawn"))
    elif end < begin - WIRE_SLACK_M:
        wall = _pierced_at(state, end, begin)
        if wall is not None:
            end, behind_tip_m = wall, wall
        if wall is not None or end < 0.0:
            defects = (*defects, (max(end, 0.0), spec.stylet_diameter_m, 0.0))
            happenings.append(("StyletPerforated", max(end, 0.0), "bend" if wall is not None else "tip"))
    kept = _shifted(state, (0.0 if behind_tip_m is None else end) - (0.0 if old is None else old))
    state = replace(
        state, stylet_behind_tip_m=behind_tip_m, stylet_set=kept, wall_defects=defects, is_tip_damaged=is_damaged,
        is_asleep=False,
    )  # fmt: skip
    return with_stylet(state, spec), happenings


def with_stylet(state: CatheterState, spec: CatheterSpec) -> CatheterState:
    """Return the state with the stiffness of its stylet where the stylet now lies."""
    wanted = stylet_stiffness(state, spec, state.stylet_behind_tip_m)
    if np.array_equal(wanted, state.virgin_bending):
        return state
    had = wire_stiffness(state, spec) > 0.0
    bending = np.where(had, spec.bending_stiffness, state.bending)
    rest = np.where(had[:, None], 0.0, state.rest_curvature)
    return composed(replace(state, virgin_bending=wanted, bending=bending, rest_curvature=rest), spec)


def _pierced_at(state: CatheterState, end_m: float, begin_m: float) -> float | None:
    """Return the arc of the first bend on the way that the end of the wire does not get round."""
    arc = arcs_from_tip(state)[:-1]
    length = np.maximum(voronoi_lengths(state.rest_length), 1e-12)
    kappa = np.linalg.norm(vertex_curvature(state), axis=1) / length
    tight = np.flatnonzero((kappa > 1.0 / PIERCE_RADIUS_M) & (arc > end_m) & (arc < begin_m))
    return float(arc[tight[0]]) if len(tight) else None
