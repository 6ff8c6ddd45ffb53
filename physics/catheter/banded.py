"""Banded LU without pivoting, half bandwidth 10 on both sides (unsymmetric friction tangent)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

HALF = 10  # x(3) + theta(1) per node; a vertex couples 11 consecutive unknowns
WIDTH = 2 * HALF + 1


@njit(cache=True)
def lu_factor(band: NDArray[np.float64], n: int) -> bool:
    """Factor in place; return False at a pivot that is not positive.

    `band[r, HALF + c - r]` holds entry (r, c).
    """
    for k in range(n):
        pivot = band[k, HALF]
        if not (pivot > 1e-14):
            return False
        inverse = 1.0 / pivot
        m = min(n - 1, k + HALF) - k
        for r in range(1, m + 1):
            factor = band[k + r, HALF - r] * inverse
            band[k + r, HALF - r] = factor
            if factor != 0.0:
                for c in range(1, m + 1):
                    band[k + r, HALF - r + c] -= factor * band[k, HALF + c]
    return True


@njit(cache=True)
def lu_solve(band: NDArray[np.float64], rhs: NDArray[np.float64], n: int) -> None:
    """Solve in place with the factors of `lu_factor`."""
    for i in range(n):
        s = rhs[i]
        for k in range(max(0, i - HALF), i):
            s -= band[i, HALF + k - i] * rhs[k]
        rhs[i] = s
    for i in range(n - 1, -1, -1):
        s = rhs[i]
        for k in range(i + 1, min(n, i + HALF + 1)):
            s -= band[i, HALF + k - i] * rhs[k]
        rhs[i] = s / band[i, HALF]
