"""Exact propagation of the linear system: one cached decomposition per set of parameters.

The core (CSF, cord, cranial) is a tree whose every edge carries exchange in both directions, so a
positive diagonal scaling makes it symmetric, bulk flow included: (s_j / s_i)**2 = M_ij / M_ji.
`eigh` then serves. Depots feed the core, the core feeds blood, effect sites and accumulators, one
way only, so the rest of the eigenvectors follows from closed formulas [PH2 5.1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from physics.csf.drugs import DrugParams
from physics.csf.transport import Layout, Network, network

FloatArray = NDArray[np.float64]
COINCIDENCE = 1e-7  # numerical: relative gap below which two rates count as equal
NUDGE = 1e-6  # numerical: relative shift of a rate that coincides with another block's


@dataclass(frozen=True, slots=True)
class Modes:
    """Eigenvalues and vectors of a `Network`: matrix = vectors @ diag(rates) @ inverse."""

    network: Network
    rates_per_s: FloatArray
    vectors: FloatArray
    inverse: FloatArray
    site_rows: FloatArray  # rows of `vectors` that read the effect sites


def _core_modes(core: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return rates, vectors and inverse of the symmetrisable core."""
    size = core.shape[0]
    log_scale = np.full(size, np.nan)
    log_scale[0] = 0.0
    stack = [0]
    while stack:
        i = stack.pop()
        for j in np.flatnonzero(core[:, i]).tolist():
            if math.isnan(log_scale[j]):
                log_scale[j] = log_scale[i] + 0.5 * math.log(core[i, j] / core[j, i])
                stack.append(j)
    scale = np.exp(log_scale - 0.5 * (log_scale.max() + log_scale.min()))
    symmetric = scale[:, None] * core / scale[None, :]
    rates, q = np.linalg.eigh(0.5 * (symmetric + symmetric.T))
    return rates, q / scale[:, None], q.T * scale[None, :]


def _blood_modes(block: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return rates, vectors and inverse of the 2 x 2 plasma block."""
    scale = np.array([1.0, math.sqrt(block[1, 0] / block[0, 1])])
    symmetric = block * scale[None, :] / scale[:, None]
    rates, q = np.linalg.eigh(0.5 * (symmetric + symmetric.T))
    return rates, scale[:, None] * q, q.T / scale[None, :]


def _separate(matrix: FloatArray, lay: Layout, taken: FloatArray) -> FloatArray:
    """Return a copy in which no depot or effect-site rate coincides with a core or plasma rate."""
    matrix = matrix.copy()
    for i in list(range(lay.depots.stop)) + list(range(lay.sites.start, lay.sites.stop)):
        others = taken if i < lay.depots.stop else np.concatenate([taken, np.diag(matrix)[lay.depots]])
        while np.min(np.abs(others - matrix[i, i])) < COINCIDENCE * -matrix[i, i]:
            # a depot column (what leaves it) or a site row (how it follows) is scaled as a whole
            if i < lay.depots.stop:
                matrix[:, i] *= 1.0 + NUDGE
            else:
                matrix[i, :] *= 1.0 + NUDGE
    return matrix


@lru_cache(maxsize=48)
def modes(params: DrugParams, drain_m3_per_s: float = 0.0, has_cord: bool = True) -> Modes:
    """Return the cached decomposition for one patient and one drain rate [m3/s]; about 4 ms."""
    net = network(params, drain_m3_per_s, has_cord)
    lay = net.layout
    core, blood = lay.core, slice(lay.plasma, lay.periphery + 1)
    core_rates, core_vectors, core_inverse = _core_modes(net.matrix[core, core])
    blood_rates, blood_vectors, blood_inverse = _blood_modes(net.matrix[blood, blood])
    matrix = _separate(net.matrix, lay, np.concatenate([core_rates, blood_rates]))
    up = slice(0, lay.sites.start)
    rates = np.zeros(lay.size)
    rates[lay.depots] = np.diag(matrix)[lay.depots]
    rates[core], rates[blood] = core_rates, blood_rates
    rates[lay.sites] = np.diag(matrix)[lay.sites]
    vectors = np.zeros((lay.size, lay.size))
    vectors[lay.depots, lay.depots] = np.eye(lay.depots.stop)
    vectors[core, core] = core_vectors
    fed = core_inverse @ matrix[core, lay.depots]
    vectors[core, lay.depots] = core_vectors @ (fed / (rates[lay.depots][None, :] - core_rates[:, None]))
    vectors[blood, blood] = blood_vectors
    above = slice(0, lay.plasma)
    fed = blood_inverse @ (matrix[blood, above] @ vectors[above, above])
    vectors[blood, above] = blood_vectors @ (fed / (rates[above][None, :] - blood_rates[:, None]))
    site_rates = rates[lay.sites]
    vectors[lay.sites, up] = (matrix[lay.sites, up] @ vectors[up, up]) / (
        rates[up][None, :] - site_rates[:, None]
    )
    vectors[lay.sites, lay.sites] = np.eye(site_rates.size)
    tail = slice(lay.eliminated, lay.size)
    vectors[tail, up] = (matrix[tail, up] @ vectors[up, up]) / rates[up][None, :]
    vectors[tail, tail] = np.eye(2)
    inverse = np.linalg.inv(vectors)
    inverse = inverse @ (2.0 * np.eye(lay.size) - vectors @ inverse)  # one Newton step
    site_rows = vectors[lay.sites].copy()
    for array in (rates, vectors, inverse, site_rows):
        array.setflags(write=False)
    return Modes(net, rates, vectors, inverse, site_rows)


@lru_cache(maxsize=64)
def time_tables(
    params: DrugParams, drain_m3_per_s: float, has_cord: bool, step_s: float, n_steps: int
) -> tuple[FloatArray, FloatArray]:
    """Return exp(rate t) and (exp(rate t) - 1) / rate at t = step .. n steps, each (n, n_steps)."""
    rates = modes(params, drain_m3_per_s, has_cord).rates_per_s
    times = step_s * np.arange(1, n_steps + 1)
    exponent = rates[:, None] * times[None, :]
    still = rates == 0.0
    grown = np.expm1(exponent) / np.where(still, 1.0, rates)[:, None]
    grown[still] = times
    decay = np.exp(exponent)
    decay.setflags(write=False)
    grown.setflags(write=False)
    return decay, grown
