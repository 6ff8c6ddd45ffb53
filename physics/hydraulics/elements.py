"""Laws of one hydraulic element: tube, flattened tube, slit, hole, film, wall, bubble, porous tissue."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics.errors import OutOfRange, check_above, check_range

FloatArray = NDArray[np.float64]

VISCOSITY_37_PA_S = 0.70e-3  # water at 37 C 0.69e-3 [physical table, H]; CSF 0.7..1.0e-3 [UGK-M]
VISCOSITY_22_PA_S = 0.95e-3  # water at 22 C [physical table, H]
ATMOSPHERE_PA = 101.325e3  # standard atmosphere [H]
FLATTENING_AT_KINK = 2.0 / 9.0  # Brazier limit [catheter_mechanics "Kink model", T]
AREA_AT_KINK = 1.0 - FLATTENING_AT_KINK**2
SHUT_SHARE = 1e-12  # [A]: far under the 6e-8 that already counts as shut [catheter_mechanics "Hydraulics"]
KINK_LENGTH_DIAMETERS = 2.0  # l_k = 2 OD, fixed, not the edge length [catheter_mechanics "Hydraulics", A]
WALL_POISSON = 0.5  # rubber-like walls keep their volume [T]
WALL_MODULUS_PA = 10.2e6  # EI 1e-6 over I of a 1.2/0.53 mm tube [catheter_mechanics section 2, A]


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
    OutOfRange
        If the diameter is not positive.

    Notes
    -----
    Hagen-Poiseuille, R = 128 mu L / (pi d^4). Entrance losses dropped: Re < 1 in the catheter,
    < 1200 in the refill needle. Checked: tests/validation/test_hydraulics_laws.py.
    """
    check_above("poiseuille_resistance", "inner_diameter_m", inner_diameter_m, unit="m")
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
    OutOfRange
        If a fraction lies outside 0..1 or is not finite; names the first.

    Notes
    -----
    Up to the kink (A >= 1 - (2/9)^2) the lumen is an ellipse: A = 1 - z^2, so g = A^3/(2 - A).
    Beyond it the lumen is a slit and g falls as A^3 [catheter_mechanics; exponent A], joined
    without a step at the kink. A thin ellipse as wide as the flattened bore has (8/pi^2) A^3.
    """
    area = np.asarray(patency, dtype=np.float64)
    bad = ~((area >= 0.0) & (area <= 1.0 + 1e-12))
    if bad.any():
        at = int(np.argmax(bad))
        raise OutOfRange("lumen", f"patency[{at}]", float(area.flat[at]), "0 .. 1")
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


def closing_suction(patency: FloatArray, wall_modulus_pa: float = WALL_MODULUS_PA) -> FloatArray:
    """Return the suction at which a lumen of an open area fraction is sucked shut [Pa].

    Notes
    -----
    The folded lumen is a slit as wide as the flattened bore, 2c = pi d / 2, with the half gap
    b = A d / pi. A slit in an elastic body closes evenly at p = E' b / (2 c) = 2 E' A / pi^2,
    E' = E / (1 - nu^2) (line crack under pressure [H4]), and its area falls in
    proportion to the suction. The thin wall of a fold gives more than an endless body does,
    its braid less [A]. Under pressure from inside a fold is taken as stiff [A].
    """
    plane = wall_modulus_pa / (1.0 - WALL_POISSON**2)
    suction: FloatArray = np.maximum(2.0 * plane * np.asarray(patency) / math.pi**2, 1.0)
    return suction


def wall_compliance(inner_diameter_m: float, outer_diameter_m: float, wall_modulus_pa: float) -> float:
    """Return how much a thick-walled tube swells per metre [m3/(Pa m)].

    Notes
    -----
    Lame's thick cylinder in plane strain: dA/dp = 2 pi a^2 (1 + nu) ((1 - 2 nu) a^2 + b^2) /
    (E (b^2 - a^2)), a and b the inner and outer radius. Exact for small strains.
    """
    a, b = 0.5 * inner_diameter_m, 0.5 * outer_diameter_m
    check_above("wall_compliance", "outer_diameter_m", outer_diameter_m, inner_diameter_m, "m (the bore)")
    check_above("wall_compliance", "wall_modulus_pa", wall_modulus_pa, unit="Pa")
    shape = (1.0 + WALL_POISSON) * ((1.0 - 2.0 * WALL_POISSON) * a**2 + b**2) / (b**2 - a**2)
    return 2.0 * math.pi * a**2 * shape / wall_modulus_pa


def bubble_compliance(volume_m3: float, pressure_pa: float = 0.0) -> float:
    """Return the compliance of trapped air [m3/Pa]: V0 p0 / (p0 + p)^2.

    Parameters
    ----------
    volume_m3 : float
        Volume at ambient pressure.
    pressure_pa : float
        Over ambient.

    Notes
    -----
    Boyle's law; over minutes a microlitre in plastic stays at body temperature.
    """
    return volume_m3 * ATMOSPHERE_PA / (ATMOSPHERE_PA + pressure_pa) ** 2


def hole_conductance(diameter_m: float, wall_m: float, viscosity_pa_s: float = VISCOSITY_37_PA_S) -> float:
    """Return the conductance of a round hole in a wall [m3/(s Pa)]; 0 for no hole.

    Notes
    -----
    Sampson orifice in series with Poiseuille through the wall [H5]: 1/G = 24 mu/d^3 +
    128 mu t/(pi d^4). Creeping flow.
    """
    check_range("hole_conductance", "diameter_m", diameter_m, 0.0, math.inf, "m")
    if diameter_m == 0.0:
        return 0.0
    sampson = 24.0 * viscosity_pa_s / diameter_m**3
    return 1.0 / (sampson + poiseuille_resistance(wall_m, diameter_m, viscosity_pa_s))


def film_resistance(inner_radius_m: float, outer_radius_m: float, gap_m: float, viscosity_pa_s: float) -> float:
    """Return the resistance of the film between two plates from one radius to another [Pa s/m3].

    Notes
    -----
    Hele-Shaw flow out of a hole that lies against a surface: R = 6 mu ln(r2/r1) / (pi h^3), exact for
    a film much thinner than it is wide.
    """
    return 6.0 * viscosity_pa_s * math.log(outer_radius_m / inner_radius_m) / (math.pi * gap_m**3)


def tissue_resistance(radius_m: float, permeability_m2: float, viscosity_pa_s: float) -> float:
    """Return the resistance of endless porous tissue round a sphere [Pa s/m3].

    Notes
    -----
    Darcy flow from a spherical source: R = mu / (4 pi k r), exact.
    """
    return viscosity_pa_s / (4.0 * math.pi * permeability_m2 * radius_m)
