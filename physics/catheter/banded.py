"""Banded LU without pivoting, half bandwidth 10 on both sides (unsymmetric friction tangent).

Arrays are padded by `HALF` empty rows, so that every inner loop has a fixed length.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.kernels import INNER, KERNEL

HALF = 10  # x(3) + theta(1) per node; a vertex couples 11 consecutive unknowns
WIDTH = 2 * HALF + 1


@njit(**KERNEL)
def lu_factor(band: NDArray[np.float64], n: int) -> bool:
    """Factor in place; return False at a pivot that is not positive.

    `band[r, HALF + c - r]` holds entry (r, c); shape (n + HALF, WIDTH), rows from n on are zero.
    """
    for k in range(n):
        pivot = band[k, HALF]
        if not (pivot > 1e-14):
            return False
        inverse = 1.0 / pivot
        for r in range(1, HALF + 1):
            factor = band[k + r, HALF - r] * inverse
            band[k + r, HALF - r] = factor
            for c in range(1, HALF + 1):
                band[k + r, HALF - r + c] -= factor * band[k, HALF + c]
    return True


@njit(**INNER)
def lu_solve(band: NDArray[np.float64], rhs: NDArray[np.float64], n: int) -> None:
    """Solve in place with the factors of `lu_factor`; `rhs` (n + HALF,) is zero from n on."""
    for i in range(n):
        known = rhs[i]
        for r in range(1, HALF + 1):
            rhs[i + r] -= band[i + r, HALF - r] * known
    for i in range(n - 1, -1, -1):
        even, odd = rhs[i], 0.0
        for c in range(1, HALF + 1, 2):
            even -= band[i, HALF + c] * rhs[i + c]
            odd -= band[i, HALF + c + 1] * rhs[i + c + 1]
        rhs[i] = (even + odd) / band[i, HALF]
