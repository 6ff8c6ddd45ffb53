"""Take a catheter out again: what tissue still holds, and where a weakened tube tears.

The tube is a string in a sheath that grips it along its length. Drawn at one end, tension falls from the
hand inward by what each piece of tissue holds, until nothing is left of it (the rest does not stir) or the
tip is reached (the whole comes). It tears where tension first passes the strength of what is left of the wall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.implant import arcs_from_tip, set_holds
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState
from physics.errors import OutOfRange, check_range

FloatArray = NDArray[np.float64]

MOST_PULL_N = 40.0  # a hand at a slippery tube [A]
DIATHERMY_REACH_M = 2e-3  # tissue whitens so far beside the blade [A]
BURN_M, SLIT_M = 1.0e-3, 0.8e-3  # melted hole, and what a blade that meets the tube leaves [A]

EVIDENCE = (
    ("removal.most_pull", MOST_PULL_N, "N", "A", "tuned: a hand at a slippery tube"),
    ("diathermy.reach", DIATHERMY_REACH_M, "m", "A", "tuned: width of the white seam beside a cut; no published distance to a catheter"),
    ("diathermy.hole", BURN_M, "m", "A", "tuned: most of the tube melts"),
    ("blade.slit", SLIT_M, "m", "A", "tuned: a blade that meets the tube cuts two thirds of it"),
)


@dataclass(frozen=True, slots=True)
class Removal:
    """What came of a pull.

    Attributes
    ----------
    needed_n : float
        Pull that brings the whole part out [N].
    is_out : bool
        Whether everything between hand and tip came.
    left_m : float
        Length that stays in the body past a tear, from the tip; 0 if none.
    """

    needed_n: float
    is_out: bool
    left_m: float


def strength_n(state: CatheterState, spec: CatheterSpec) -> FloatArray:
    """Return the pull that tears the tube at every node [N], (n+1,).

    Notes
    -----
    The break force of the whole wall [A], less the share that a hole takes of its width or a crack of its
    section: a strip with a notch, without the concentration at its root.
    """
    out = np.full(len(state.x), spec.break_force_n)
    rows = [(arc, min(1.0, width / spec.outer_diameter_m), gap) for arc, width, gap in state.wall_defects]
    if state.is_fractured and state.fracture_arc_m >= 0.0:
        rows.append((state.fracture_arc_m, 0.0, state.fracture_gap))
    arcs = arcs_from_tip(state)
    for arc, notch, gap in rows:
        k = int(np.abs(arcs - arc).argmin())
        out[k] = min(out[k], spec.break_force_n * (1.0 - notch) * (1.0 - gap))
    return out


def draw_out(state: CatheterState, spec: CatheterSpec, force_n: float, hand_arc_m: float) -> Removal:
    """Return what a pull brings out of an implanted catheter held at an arc from the tip.

    Parameters
    ----------
    force_n : float
        Of the hand [N].
    hand_arc_m : float
        Where it holds: everything from there to the tip is drawn.

    Notes
    -----
    needed = sum of the holds tipward of the hand. At a node the tension is min(force - holds between, holds
    tipward): what the hand sends, or what the tissue asks. Checked: tests/physics/test_later_operations.py.
    """
    check_range("draw_out", "force_n", force_n, 0.0, MOST_PULL_N, "N")
    if state.phase != "implanted":
        raise OutOfRange("draw_out", "state.phase", state.phase, "'implanted'")
    arcs = arcs_from_tip(state)
    drawn = arcs <= hand_arc_m + 1e-9
    holds = np.where(drawn, set_holds(state).hold_capacity, 0.0)
    tipward = np.cumsum(holds[::-1])[::-1]  # of this node and all nearer to the tip
    needed = float(tipward[0])
    sent = np.maximum(0.0, force_n - (needed - tipward))
    tension = np.minimum(sent, tipward)
    torn = np.flatnonzero(drawn & (tension > strength_n(state, spec)))
    if len(torn):
        return Removal(needed, False, float(arcs[torn[0]]))  # the first from the hand gives; all past it stays
    return Removal(needed, force_n >= needed, 0.0)


def held_beyond_n(state: CatheterState, arc_m: float) -> float:
    """Return what tissue holds of the tube between an arc from the tip and its pump end [N]."""
    beyond = arcs_from_tip(state) > arc_m + 1e-9
    return float(set_holds(state).hold_capacity[beyond].sum())


def released(state: CatheterState) -> CatheterState:
    """Return the catheter with its anchor and purse-string cut loose: only scar and track hold it."""
    return replace(
        state, anchor_sutures=0, anchor_stitches=(), anchor_pinch=0.0, anchor_arc_m=-1.0, purse_tension_n=0.0,
    )  # fmt: skip
