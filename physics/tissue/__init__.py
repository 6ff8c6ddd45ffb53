"""The Tuohy needle: how tissue resists it, what the hand feels, when CSF drips."""

from __future__ import annotations

from physics.tissue.layers import EVIDENCE as LAYER_EVIDENCE
from physics.tissue.layers import LAYERS, Layer
from physics.tissue.needle import (
    NeedleState, aim, bevel_share, brace, csf_flow, initial, is_free, place, remove, rotate, set_stylet, step, tip_of,
)
from physics.tissue.needle_way import NeedlePath, NeedleSpec, needle_centre_line, needle_path, needle_pose
from physics.tissue.resistance import poiseuille_flow

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *LAYER_EVIDENCE,
    ("hand stiffness, free", 1500.0, "N/m", "A", "game_design 3"),
    ("hand force limit, free", 15.0, "N", "A", "game_design 3"),
    ("hand stiffness, braced", 6000.0, "N/m", "A", "game_design 3"),
    ("hand force limit, braced", 8.0, "N", "A", "game_design 3"),
    ("hand settling time", 0.060, "s", "A", "game_design 3"),
    ("side load per degree", 0.35, "N/deg", "A", "game_design 3"),
    ("needle bore radius", 0.00075, "m", "UGK-M", "15 gauge thin wall"),
    ("needle length", 0.089, "m", "UGK-M", "device_and_procedure 2"),
    ("CSF viscosity", 0.0007, "Pa s", "UGK", "water-like at 37 C"),
    ("CSF drop volume", 5e-8, "m3", "UGK", "20 drops per mL"),
    ("bevel resistance", 2.6e10, "Pa s/m3", "A", "tuned: a drop each 0.8-2.5 s, game_design 3.5"),
)

__all__ = [
    "EVIDENCE", "LAYERS", "Layer", "NeedlePath", "NeedleSpec", "NeedleState", "aim", "bevel_share", "brace",
    "csf_flow", "initial", "is_free", "needle_centre_line", "needle_path", "needle_pose", "place",
    "poiseuille_flow", "remove", "rotate", "set_stylet", "step", "tip_of",
]  # fmt: skip
