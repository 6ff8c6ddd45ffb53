"""Contrast medium in the cerebrospinal fluid: iodine carried by the same flows as the drug, without the cord.

Pulsation mixes a molecule of any size alike, so the dispersion is the drug's. What differs: nothing enters cord or
brain, and less is lost along the spine.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from physics.clock import SECONDS_PER_HOUR
from physics.csf.drugs import LEVEL_TABLE, DrugParams
from physics.csf.kinetics import CsfState
from physics.csf.transport import _EDGES_M, _MIDS_M, layout_for

FloatArray = NDArray[np.float64]

# F, UGK-M: with the flow of CSF this leaves 88 % of iohexol in the urine in 24 h, as its label says
CONTRAST_LOSS_PER_S = 0.06 / SECONDS_PER_HOUR
SHUT_OUT = 1e-6  # numerical: share of the drug's exchange with cord and brain; the decomposition needs some

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("contrast_loss_per_s", CONTRAST_LOSS_PER_S, "1/s", "UGK-M", "iohexol label: 88 % in urine within 24 h"),
)


@lru_cache(maxsize=8)
def contrast_params(drug: DrugParams) -> DrugParams:
    """Return the transport of contrast medium in a patient whose drug is known."""
    return replace(
        drug,
        loss_per_s=CONTRAST_LOSS_PER_S,
        cord_exchange_m2_per_s=SHUT_OUT * drug.cord_exchange_m2_per_s,
        brain_exchange_m3_per_s=SHUT_OUT * drug.brain_exchange_m3_per_s,
    )


def spinal_kg(params: DrugParams, state: CsfState) -> FloatArray:
    """Return the mass in each cell of the spinal CSF [kg], caudal to cranial."""
    return state.amounts_kg[layout_for(params).csf].copy()


@lru_cache(maxsize=8)
def edge_levels(params: DrugParams) -> FloatArray:
    """Return the level of each face between cells, caudal to cranial (n_cells + 1): T1 = 1 .. L5 = 17, C7 = 0."""
    at = np.linspace(0.0, float(_EDGES_M[-1]), params.n_cells + 1)
    numbers = np.array([LEVEL_TABLE[0][1] + 0.5, *(row[1] for row in LEVEL_TABLE), LEVEL_TABLE[-1][1] - 0.5])
    levels = np.interp(at, np.concatenate(([0.0], _MIDS_M, [float(_EDGES_M[-1])])), numbers)
    levels.setflags(write=False)
    return np.asarray(levels, dtype=np.float64)
