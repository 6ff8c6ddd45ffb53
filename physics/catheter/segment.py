"""Change the pump's segment: cut through in the back wound, drawn out, and the next one lies where the old one lay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.catheter.implant import POCKET, WOUND, arcs_from_tip
from physics.catheter.pieces import EDGE_FIELDS, LATE_FIELDS, NODE_FIELDS
from physics.catheter.state import CatheterState
from physics.errors import OutOfRange

FloatArray = NDArray[np.float64]

COIL_SCALE = (0.7, 1.4)  # how much shorter or longer the coil behind the pump may be laid in the same turns [A]
FRESH = ("v", "memory", "load", "hold_memory", "omega", "rest_curvature", "hinge_angle", "hinge_direction", "is_hinge",
         "stylet_set", "is_folded", "fatigue")  # fmt: skip


def _fields(state: CatheterState) -> tuple[str, ...]:
    """Return the names of what is held per node or edge, as far as there is any."""
    return (*NODE_FIELDS, *EDGE_FIELDS, *(name for name in LATE_FIELDS if len(getattr(state, name))))


def spinal_part(state: CatheterState) -> CatheterState:
    """Return what stays when an implanted catheter is cut where it leaves the back wound: the tip's part, as it lies."""
    k = int(np.flatnonzero(state.zone <= WOUND)[0])
    arc = float(arcs_from_tip(state)[k])
    parts: dict[str, Any] = {name: getattr(state, name)[k:] for name in _fields(state)}
    is_crack_out = state.fracture_arc_m > arc
    return replace(
        state, **parts, fatigue_rate=state.fatigue_rate[:, k:],
        wall_defects=tuple(row for row in state.wall_defects if row[0] < arc),
        pinches=tuple(row for row in state.pinches if row[0] < arc), clamps=tuple(row for row in state.clamps if row[0] < arc),
        is_fractured=state.is_fractured and not is_crack_out, fracture_arc_m=-1.0 if is_crack_out else state.fracture_arc_m,
        fracture_gap=0.0 if is_crack_out else state.fracture_gap, slack_m=0.0, is_disconnected=True, connector_wear=0.0, is_wound=False,
        touch_pairs=state.touch_pairs[:0], touch_memory=state.touch_memory[:0], pump_disc=state.pump_disc[:0],
    )  # fmt: skip


def segment_range_m(way: CatheterState, kept: CatheterState) -> tuple[float, float]:
    """Return the least and the greatest length of a new pump's segment that lies where the old one lay [m]."""
    k = len(way.x) - len(kept.x)
    lengths = way.rest_length[:k]
    coil_m = float(lengths[way.zone[:k] == POCKET].sum())
    rest_m = float(lengths.sum()) - coil_m
    return rest_m + COIL_SCALE[0] * coil_m, rest_m + COIL_SCALE[1] * coil_m


def with_segment(kept: CatheterState, way: CatheterState, length_m: float) -> CatheterState:
    """Return the spinal part joined to a new pump's segment; `settle` it afterwards.

    Parameters
    ----------
    kept : CatheterState
        The spinal part.
    way : CatheterState
        The whole catheter as it lay: the new segment is drawn through the same tunnel, what is longer or shorter
        goes into the coil.
    length_m : float
        Of the new segment [m].

    Raises
    ------
    OutOfRange
        If so much cannot be laid in the coil.
    """
    low, high = segment_range_m(way, kept)
    if not low <= length_m <= high:
        raise OutOfRange("with_segment", "length_m", length_m, f"{low:.3f} .. {high:.3f} m")
    k = len(way.x) - len(kept.x)
    part: dict[str, Any] = {name: getattr(way, name)[:k].copy() for name in _fields(way)}
    for name in FRESH:
        if name in part:
            part[name][...] = 0
    part["bending"] = part["virgin_bending"].copy()
    coil = part["zone"] == POCKET
    coil_m = float(part["rest_length"][coil].sum())
    scale = 1.0 + (length_m - float(part["rest_length"].sum())) / coil_m
    part["rest_length"] = np.where(coil, part["rest_length"] * scale, part["rest_length"])
    whole: dict[str, Any] = {name: np.concatenate((part[name], getattr(kept, name))) for name in _fields(kept)}
    rates = np.concatenate((np.zeros((len(kept.fatigue_rate), k if kept.fatigue_rate.shape[1] else 0)), kept.fatigue_rate), axis=1)
    return replace(kept, **whole, fatigue_rate=rates, is_disconnected=False, coil_radius_m=way.coil_radius_m * scale)
