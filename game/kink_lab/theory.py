"""Closed forms that the lab's plots are drawn against; each takes and returns plain arrays (SI)."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.catheter.kink import hinge_moment
from physics.catheter.spec import HINGE_SET, CatheterSpec

FloatArray = NDArray[np.float64]
GREENHILL = 8.98682  # M L / EI of a twisted rod, both ends clamped, no tension [catheter_mechanics V4, T]


def loop_tension(radius_m: ArrayLike, spec: CatheterSpec) -> FloatArray:
    """Return the pull that tightens a long loop to a least radius [N]: T = EI / (4 R^2) [catheter_mechanics V10, T]."""
    return spec.bending_stiffness / (4.0 * np.square(np.asarray(radius_m, float)))


def kink_tension(spec: CatheterSpec) -> float:
    """Return the pull at which a loop folds [N]."""
    return float(loop_tension(spec.kink_radius_m, spec))


def arch(spec: CatheterSpec, length_m: float, n: int = 80) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (shortening / L, push [N], least radius [m]) of a column clamped at both ends.

    Notes
    -----
    Exact elastica: D/L = 2 (1 - E/K), P = 16 K^2 EI / L^2, largest curvature 8 p K / L with modulus p
    [catheter_mechanics V3, T].
    """
    from scipy.special import ellipe, ellipk  # slow to import, and the menu does not need it

    p = np.linspace(1e-3, 0.86, n)
    k, e = ellipk(p * p), ellipe(p * p)
    return 2.0 * (1.0 - e / k), 16.0 * k * k * spec.bending_stiffness / length_m**2, length_m / (8.0 * p * k)


def torque(turn_rad: ArrayLike, spec: CatheterSpec, length_m: float) -> FloatArray:
    """Return the torque of a straight catheter whose one end is turned [N m]: GJ phi / L."""
    return spec.twisting_stiffness * np.abs(np.asarray(turn_rad, float)) / length_m


def buckling_torque(spec: CatheterSpec, length_m: float) -> float:
    """Return the torque at which a straight clamped catheter without tension leaves its line [N m] [Greenhill]."""
    return GREENHILL * spec.bending_stiffness / length_m


def capstan(wrap_rad: ArrayLike, friction: float) -> FloatArray:
    """Return the largest ratio of the pulls on both sides of what it is wrapped round: exp(mu theta) [Euler]."""
    return np.exp(friction * np.asarray(wrap_rad, float))


def fold(angle_rad: ArrayLike) -> FloatArray:
    """Return the moment that a fold carries over the moment that made it [docs/models/catheter.md, A]."""
    return np.array([hinge_moment(float(a), 1.0) for a in np.atleast_1d(np.asarray(angle_rad, float))])


def unloading(most_rad: float) -> tuple[FloatArray, FloatArray]:
    """Return (rotation, moment share) of the straight way back from a largest rotation to what stays."""
    return np.array([HINGE_SET * most_rad, most_rad]), np.array([0.0, hinge_moment(most_rad, 1.0)])


def flattening(curvature_share: ArrayLike) -> FloatArray:
    """Return Brazier's flattening of a bent tube, curvature over the curvature that folds it [Brazier 1927, T]."""
    return 2.0 / 9.0 * np.square(np.minimum(np.asarray(curvature_share, float), 1.0))


def wrap(nodes_m: FloatArray) -> float:
    """Return how far the direction turns along the line in all [rad]."""
    edge = np.diff(nodes_m, axis=0)
    t = edge / np.linalg.norm(edge, axis=1)[:, None]
    return float(np.arccos(np.clip((t[1:] * t[:-1]).sum(axis=1), -1.0, 1.0)).sum())


def full_turns(turn_rad: float) -> float:
    """Return an angle in turns."""
    return turn_rad / (2.0 * pi)
