"""The needle and the layers it goes through.

NeedleState(); place(...) -> state; step(state, path, travel_m, csf_pressure_pa, dt_s) -> (state, CSF lost, events)
NeedlePath(depths_m, names): layers along the axis, from the anatomy
needle_direction(normal, head, midline, elevation, medial); aim(...); is_free_to_aim(...)
tip_m, centre_line (hub -> tip, for the catheter), bevel_direction, bevel_share, drip_flow
LAYERS: cited table of tissues
"""

from __future__ import annotations

from physics.tissue import layers, needle
from physics.tissue.layers import LAYERS, Layer
from physics.tissue.needle import (
    BORE_RADIUS_M,
    DROP_M3,
    NeedlePath,
    NeedleState,
    aim,
    bevel_direction,
    bevel_share,
    boundary,
    centre_line,
    drip_flow,
    is_free_to_aim,
    layer_at,
    needle_direction,
    place,
    step,
    tip_m,
    tissue_force,
)

_ROWS = tuple(
    (f"tissue.{name}.{key}", float(getattr(row, key)), unit, "A", "game_design 3.4-3.5")
    for name, row in layers.LAYERS.items()
    for key, unit in (("cutting_n", "N"), ("tent_n", "N"), ("rise_n_per_m", "N/m"), ("shaft_n_per_m", "N/m"))
    if getattr(row, key) != 0.0
)
EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *_ROWS,
    ("hand.free_stiffness", needle.FREE_HAND[0], "N/m", "M", "game_design 3"),
    ("hand.free_limit", needle.FREE_HAND[1], "N", "M", "game_design 3"),
    ("hand.braced_stiffness", needle.BRACED_HAND[0], "N/m", "M", "game_design 3"),
    ("hand.braced_limit", needle.BRACED_HAND[1], "N", "M", "game_design 3"),
    ("needle.bore_radius", needle.BORE_RADIUS_M, "m", "A", "catheter_mechanics_2 3"),
    ("needle.side_load", needle.SIDE_N_PER_RAD, "N/rad", "A", "game_design 3.3"),
    ("needle.roots_resistance", needle.ROOTS_PA_S_PER_M3, "Pa s/m3", "A", "game_design 3.5: drops every 0.8-2.5 s"),
    ("csf.viscosity", needle.VISCOSITY_PA_S, "Pa s", "UGK-H", "water at 37 C"),
    ("csf.drop", needle.DROP_M3, "m3", "UGK-M", "20 drops per mL"),
)

__all__ = [
    "BORE_RADIUS_M", "DROP_M3", "EVIDENCE", "LAYERS", "Layer", "NeedlePath", "NeedleState", "aim", "bevel_direction",
    "bevel_share", "boundary", "centre_line", "drip_flow", "is_free_to_aim", "layer_at", "needle_direction", "place",
    "step", "tip_m", "tissue_force",
]  # fmt: skip
