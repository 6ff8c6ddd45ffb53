"""What a cross section of the rod carries: bending moment, torque, and the whole force vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics.catheter.kink import material_axes, vertex_moment
from physics.catheter.rod import axial_force, voronoi_lengths
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState

FloatArray = NDArray[np.float64]


def section_moment(state: CatheterState) -> FloatArray:
    """Return the bending moment vector at every vertex [N m], (n, 3); row 0 is zero."""
    m1, m2 = material_axes(state)
    size = vertex_moment(state)
    out = np.zeros((state.n_edges, 3))
    out[1:] = 0.5 * (size[1:, :1] * (m2[:-1] + m2[1:]) - size[1:, 1:] * (m1[:-1] + m1[1:]))
    return out


def torque(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the torque about the axis at every vertex [N m], (n,); entry 0 is zero."""
    out = np.zeros(state.n_edges)
    twist = state.theta[1:] - state.theta[:-1] + state.turn[1:]
    out[1:] = spec.twisting_stiffness * twist / voronoi_lengths(state.rest_length)[1:]
    return out


def section_force(state: CatheterState, spec: CatheterSpec, edge: int) -> FloatArray:
    """Return the force that the tip side pulls the hand side with across an inner edge [N], (3,).

    Notes
    -----
    Along the axis from the stretch; across it from the change of moment over the edge, V = t x dM/ds (balance of an
    edge without load). Checked: tests/physics/lab/test_section.py, against a known end load.
    """
    moment = section_moment(state) + torque(state, spec)[:, None] * _vertex_tangent(state)
    change = moment[edge + 1] - moment[edge]
    t = state.tangent[edge]
    across = np.cross(t, change) / float(np.linalg.norm(state.x[edge + 1] - state.x[edge]))
    return np.asarray(axial_force(state, spec)[edge] * t + across)


def _vertex_tangent(state: CatheterState) -> FloatArray:
    out = state.tangent.copy()
    out[1:] += state.tangent[:-1]
    return np.asarray(out / np.linalg.norm(out, axis=1)[:, None])
