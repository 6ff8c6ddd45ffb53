"""How each tissue resists a Tuohy needle: one cited table.

Marks: [GD3] game_design section 3 (design numbers tried on the hand law); UGK unverified general
knowledge; [A] own assumption. No published force trace for a 15 gauge Tuohy was at hand, so single
layers are [A] inside the ranges of [GD3].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layer:
    """Resistance of one tissue.

    Attributes
    ----------
    enter_n, leave_n : float
        Force on the tip at the near and at the far border while cutting new tissue; linear between,
        so that a membrane or ligament is springy and gives at its far border [N].
    friction_n_per_m : float
        Drag on the shaft per length lying in the tissue [N/m].
    stiffness_n_per_m : float
        Elastic stop that is never cut (bone, opposite wall); 0 otherwise [N/m].
    roughness : float
        Grain of the cut, 0..1.
    source, confidence : str
        Where the numbers come from.
    """

    enter_n: float
    leave_n: float
    friction_n_per_m: float
    stiffness_n_per_m: float
    roughness: float
    source: str
    confidence: str


LAYERS: dict[str, Layer] = {
    "air": Layer(0.0, 0.0, 0.0, 0.0, 0.0, "open wound", "A"),
    "skin": Layer(0.2, 4.0, 30.0, 0.0, 0.15, "dent 1 mm at 0.8 N [GD3], give at 4 N", "A"),
    "fat": Layer(0.3, 0.3, 6.0, 0.0, 0.05, "soft, 0.5-2 N with friction [GD3]", "A"),
    "fascia": Layer(0.8, 2.2, 30.0, 0.0, 0.20, "false loss of 20-40 % when left [GD3]", "A"),
    "muscle": Layer(1.2, 1.2, 15.0, 0.0, 0.25, "soft to firm [GD3]", "A"),
    "interspinous": Layer(1.5, 1.8, 35.0, 0.0, 0.45, "gritty [GD3]", "A"),
    "ligamentum_flavum": Layer(1.3, 5.2, 60.0, 0.0, 0.40, "4-8 N in all, > 0.4 N/mm, then > 50 % loss [GD3]", "UGK"),
    "epidural": Layer(0.2, 0.2, 6.0, 0.0, 0.02, "free [GD3]", "A"),
    "sac": Layer(0.05, 0.05, 0.0, 0.0, 0.0, "fluid", "A"),
    "anterior_wall": Layer(0.0, 0.0, 20.0, 4000.0, 0.30, "opposite wall 4 N/mm [hand law study]", "A"),
    "bone": Layer(0.0, 0.0, 0.0, 60000.0, 0.0, "hard stop, > 8 N/mm [GD3]", "UGK"),
    "scar": Layer(1.6, 2.4, 45.0, 0.0, 0.40, "between fascia and flavum, gives no clear loss; epidural scar mu 0.5 [scenarios_content I-A1]", "A"),
}

CODES: dict[str, int] = {name: i for i, name in enumerate(LAYERS)}
NAMES: tuple[str, ...] = tuple(LAYERS)

DURA_PEAK_N = 1.3  # extra tip force as the dura tents [UGK]
DURA_TENT_M = 0.001  # tenting before the dura gives [UGK, 1-2 mm]


def layer_table() -> FloatArray:
    """Return (layers, 4): enter, leave, friction, stiffness, in the order of `NAMES`."""
    return np.array(
        [[q.enter_n, q.leave_n, q.friction_n_per_m, q.stiffness_n_per_m] for q in LAYERS.values()]
    )


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *((f"tip force leaving {n}", q.leave_n, "N", q.confidence, q.source) for n, q in LAYERS.items()),
    *((f"shaft friction in {n}", q.friction_n_per_m, "N/m", q.confidence, q.source) for n, q in LAYERS.items()),
    ("bone stop stiffness", 60000.0, "N/m", "UGK", "> 8 N/mm [game_design 3]"),
    ("dura tenting force", DURA_PEAK_N, "N", "UGK", "general knowledge"),
    ("dura tenting travel", DURA_TENT_M, "m", "UGK", "1-2 mm, general knowledge"),
)
