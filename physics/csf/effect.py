"""Concentration at the effect sites and the drives made of them.

A drive is what a sigmoid (in `physics.patient`) turns into an effect: the weighted sum of a fast
and a slow site for tone and spasm, a single site otherwise [PH1 2.5]. Unit kg/m3 (CSF-equivalent).
"""

from __future__ import annotations

from dataclasses import dataclass

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
    concentration = sites / SITE_VOLUME_M3
    fast, slow = 1.0 - params.slow_weight, params.slow_weight
    legs, legs_slow, arms, arms_slow, trunk, trunk_slow, segment, reflex, sedation, breathing = concentration
    return Exposure(
        times_s, fast * legs + slow * legs_slow, fast * arms + slow * arms_slow,
        fast * trunk + slow * trunk_slow, segment, reflex, sedation, breathing,
    )  # fmt: skip


assert len(SITES) == 10
