"""Laws of one hydraulic element: tube, flattened tube, kink, hole."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

VISCOSITY_37_PA_S = 0.70e-3  # water at 37 C 0.69e-3 [physical table, H]; CSF 0.7..1.0e-3 [UGK-M]
VISCOSITY_22_PA_S = 0.95e-3  # water at 22 C [physical table, H]
FLATTENING_AT_KINK = 2.0 / 9.0  # Brazier limit [catheter_mechanics "Kink model", T]
AREA_AT_KINK = 1.0 - FLATTENING_AT_KINK**2
SHUT_SHARE = 1e-12  # [A]: far under the 6e-8 that already counts as shut [catheter_mechanics "Hydraulics"]
KINK_LENGTH_DIAMETERS = 2.0  # l_k = 2 OD, fixed, not the edge length [catheter_mechanics "Hydraulics", A]


def poiseuille_resistance(length_m: float, inner_diameter_m: float, viscosity_pa_s: float) -> float:
    """Return the resistance of a round tube in laminar flow [Pa s/m3].

    Parameters
    ----------
    length_m, inner_diameter_m : float
        Tube, diameter > 0 [m].
    viscosity_pa_s : float
        Dynamic viscosity [Pa s].

    Raises
    ------
    ValueError
        If the diameter is not positive.

    Notes
    -----
    Hagen-Poiseuille, R = 128 mu L / (pi d^4). Entrance losses dropped: Re < 1 in the catheter,
    < 1200 in the refill needle. Checked: tests/validation/test_hydraulics_laws.py.
    """
    if inner_diameter_m <= 0.0:
        raise ValueError(f"inner_diameter_m = {inner_diameter_m}; expected > 0")
    return 128.0 * viscosity_pa_s * length_m / (math.pi * inner_diameter_m**4)


def ellipse_share(flattening: FloatArray) -> FloatArray:
    """Return the conductance of an ellipse r(1+z), r(1-z) over that of the circle r [-].

    Notes
    -----
    Exact for laminar flow: (1 - z^2)^3 / (1 + z^2) [catheter_mechanics "Hydraulics"].
    """
    square = np.square(flattening)
    share: FloatArray = (1.0 - square) ** 3 / (1.0 + square)
    return share


def conductance_share(patency: FloatArray) -> FloatArray:
    """Return conductance over that of the open lumen, from the open area fraction.

    Parameters
    ----------
    patency : (n,) array
        Open area fraction A, 0 shut .. 1 open.

    Returns
    -------
    (n,) array
        Share g in [1e-12, 1].

    Raises
    ------
    ValueError
        If a fraction lies outside 0..1 or is not finite.

    Notes
    -----
    Up to the kink (A >= 1 - (2/9)^2) the lumen is an ellipse: A = 1 - z^2, so g = A^3/(2 - A).
    Beyond it the lumen is a slit and g falls as A^3 [catheter_mechanics; exponent A], joined
    without a step at the kink.
    """
    area = np.asarray(patency, dtype=np.float64)
    if not np.all(np.isfinite(area)) or np.any(area < 0.0) or np.any(area > 1.0 + 1e-12):
        raise ValueError("patency holds a value outside 0 .. 1")
    share: FloatArray = area**3 / (2.0 - np.maximum(area, AREA_AT_KINK))
    return np.maximum(share, SHUT_SHARE)


def edge_resistances(
    lengths_m: FloatArray, patency: FloatArray, inner_diameter_m: float, outer_diameter_m: float,
    viscosity_pa_s: float = VISCOSITY_37_PA_S,
) -> FloatArray:  # fmt: skip
    """Return the resistance of every catheter edge [Pa s/m3].

    Parameters
    ----------
    lengths_m, patency : (n,) arrays
        Edge lengths [m] and open area fractions.
    inner_diameter_m, outer_diameter_m : float
        Catheter [m].

    Notes
    -----
    An ovalised edge loses over its whole length; a kinked one (beyond the Brazier limit) over
    l_k = 2 OD only, whatever the mesh: R = R'(h - l) + R' l / g, l = min(h, l_k)
    [catheter_mechanics "Hydraulics"].
    """
    per_metre = poiseuille_resistance(1.0, inner_diameter_m, viscosity_pa_s)
    share = conductance_share(patency)
    local = np.where(
        np.asarray(patency) < AREA_AT_KINK,
        np.minimum(lengths_m, KINK_LENGTH_DIAMETERS * outer_diameter_m),
        lengths_m,
    )
    resistances: FloatArray = per_metre * ((lengths_m - local) + local / share)
    return resistances


def hole_conductance(diameter_m: float, wall_m: float, viscosity_pa_s: float = VISCOSITY_37_PA_S) -> float:
    """Return the conductance of a round hole in a wall [m3/(s Pa)]; 0 for no hole.

    Notes
    -----
    Sampson orifice in series with Poiseuille through the wall (Dagan 1982): 1/G = 24 mu/d^3 +
    128 mu t/(pi d^4). Creeping flow.
    """
    if diameter_m <= 0.0:
        return 0.0
    sampson = 24.0 * viscosity_pa_s / diameter_m**3
    return 1.0 / (sampson + poiseuille_resistance(wall_m, diameter_m, viscosity_pa_s))
