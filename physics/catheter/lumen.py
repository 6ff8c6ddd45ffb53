"""How open the lumen is: flattening by curvature, folding at hinges, pinching by ties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics.catheter.kink import hinge_rotation
from physics.catheter.pieces import arcs_from_tip
from physics.catheter.rod import curvature, node_lengths
from physics.catheter.spec import PATENCY_ANGLE_RAD, PURSE_PINCH_SHUT_N, PURSE_PINCH_START_N, CatheterSpec
from physics.catheter.state import CatheterState

FloatArray = NDArray[np.float64]

CLAMP_SHUT_N = 1.0  # any usual clamp shuts a soft tube [A]
PRESS_LENGTH_OD = 2.0  # an edge dents the tube over so many outer diameters, as a fold does [A]
PINCHED = 0.5  # open share under which a wall's pressure is told as a pinch [A]

def flattening(curvature_per_m: FloatArray, spec: CatheterSpec) -> FloatArray:
    """Return the open area fraction of a bent, unfolded tube [-].

    Notes
    -----
    Brazier: ovalisation z = (2/9)(kappa/kappa_k)^2, an ellipse a(1+z), a(1-z), so area 1 - z^2
    (catheter_mechanics section 5 [T]); held at the kink value beyond it, where the hinge takes over.
    """
    z = 2.0 / 9.0 * np.minimum(curvature_per_m * spec.kink_radius_m, 1.0) ** 2
    return np.asarray(1.0 - z**2)


def pinch(tension_n: float) -> float:
    """Return the open area fraction under a purse-string or tie of a tension [-]."""
    share = (tension_n - PURSE_PINCH_START_N) / (PURSE_PINCH_SHUT_N - PURSE_PINCH_START_N)
    return 1.0 - min(1.0, max(0.0, share))


def pressed(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the open area fraction at every node that the walls around the tube leave by pressing on it [-], (n+1,).

    Notes
    -----
    A ring under a line load w that the shear in its wall carries off gives way by (pi/8 - 1/pi) w R3 / (E' t3/12)
    in the direction of the load, half of what it does between two jaws [T: Roark; inextensible, E' = E/(1 - nu2) with
    nu 0.5, E from EI]; the lumen is then an ellipse of the axes ID -+ that. The load of contact is averaged over
    `PRESS_LENGTH_OD`. Checked: tests/physics/catheter/test_damage.py.
    """
    outer, inner = spec.outer_diameter_m, spec.inner_diameter_m
    modulus = spec.bending_stiffness / (np.pi / 64.0 * (outer**4 - inner**4))
    rigidity = modulus / 0.75 * (0.5 * (outer - inner)) ** 3 / 12.0
    give = (np.pi / 8.0 - 1.0 / np.pi) * (0.25 * (outer + inner)) ** 3 / rigidity
    cell = np.concatenate([[0.0], np.cumsum(node_lengths(state.rest_length))])
    total = np.concatenate([[0.0], np.cumsum(state.load[:, 0])])
    at, half = np.concatenate([[0.0], np.cumsum(state.rest_length)]), 0.5 * PRESS_LENGTH_OD * outer
    load = (np.interp(at + half, cell, total) - np.interp(at - half, cell, total)) / (2.0 * half)
    return np.asarray(1.0 - np.minimum(1.0, give * np.maximum(load, 0.0) / inner) ** 2)


def patency(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the open area fraction per edge [-], (n,): 1 open, 0 shut.

    Notes
    -----
    Folded: area exp(-th / th_c) of the present hinge rotation [A]; conductance of a slit goes with its
    cube (hydraulics). Pressed by bone or fascia: `pressed`. Tied: falls from 3 N to nothing at 6 N [D]. Clamped: shut. What jaws and
    stitches have left is in `pinches`.
    """
    nodes = flattening(curvature(state), spec)
    out = np.minimum(nodes[:-1], nodes[1:])
    rotation = hinge_rotation(state, spec)
    for q in np.flatnonzero(state.is_hinge):
        fold = float(np.exp(-rotation[q] / PATENCY_ANGLE_RAD))
        out[q - 1 : q + 1] = np.minimum(out[q - 1 : q + 1], fold)
    if state.phase == "implanted":
        left = pressed(state, spec)
        out *= np.minimum(left[:-1], left[1:])
    if state.phase in ("free", "implanted"):
        k = int(np.argmin(np.linalg.norm(state.x - state.exit_m, axis=1)))
        out[min(k, len(out) - 1)] *= pinch(state.purse_tension_n)
        if state.anchor_arc_m >= 0.0:
            k = int(np.argmin(np.linalg.norm(state.x - state.anchor_point_m, axis=1)))
            out[min(k, len(out) - 1)] *= 1.0 - state.anchor_pinch
    if state.pinches or state.clamps:
        arcs = arcs_from_tip(state)
        shut = tuple((clamp[0], max(0.0, 1.0 - clamp[1] / CLAMP_SHUT_N)) for clamp in state.clamps)
        for arc, share in state.pinches + shut:
            if arc <= arcs[0]:
                k = int(np.searchsorted(-arcs, -arc, side="right")) - 1
                out[min(k, len(out) - 1)] *= share
    return out
