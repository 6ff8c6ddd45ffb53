"""Concentration at the effect sites and the drives made of them.

A drive is what a sigmoid (in `physics.patient`) turns into an effect: the weighted sum of a fast
and a slow site for tone and spasm, a single site otherwise [PH1 2.5]. Unit kg/m3 (CSF-equivalent).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from physics.csf.drugs import DrugParams
from physics.csf.transport import SITE_VOLUME_M3, SITES

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Drives at sample times over one interval; every array has the length of `times_s`."""

    times_s: FloatArray  # from the start of the interval, first 0, last dt
    legs: FloatArray
    arms: FloatArray
    trunk: FloatArray
    segment: FloatArray  # lumbosacral cord: strength
    reflex: FloatArray  # lumbosacral cord, fast: H reflex
    sedation: FloatArray
    breathing: FloatArray


def exposure_from_sites(params: DrugParams, times_s: FloatArray, sites: FloatArray) -> Exposure:
    """Return the drives [kg/m3] from effect-site amounts (10, k), rows in the order of `SITES`."""
    return Exposure(times_s, *(_weights(params.slow_weight) @ sites))


@lru_cache(maxsize=64)
def _weights(slow: float) -> FloatArray:
    """Return what each drive, in the order of `Exposure`, takes of each site, (7, 10) [1/m3]."""
    weights = np.zeros((7, len(SITES)))
    for row, name in enumerate(("legs", "arms", "trunk", "segment", "reflex", "sedation", "breathing")):
        is_mixed = f"{name}_slow" in SITES
        weights[row, SITES.index(name)] = 1.0 - slow if is_mixed else 1.0
        if is_mixed:
            weights[row, SITES.index(f"{name}_slow")] = slow
    return weights / SITE_VOLUME_M3
