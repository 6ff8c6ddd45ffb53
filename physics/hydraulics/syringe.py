"""A syringe in the hand: force on the plunger -> pressure -> flow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.hydraulics.elements import VISCOSITY_22_PA_S, poiseuille_resistance

SYRINGE_DIAMETERS_M: tuple[tuple[float, float], ...] = (
    (3e-6, 8.7e-3), (5e-6, 12.1e-3), (10e-6, 14.5e-3), (20e-6, 19.1e-3), (50e-6, 26.7e-3),
)  # fmt: skip  # (largest volume, bore) of common plastic syringes [UGK-M]
PLUNGER_FRICTION_N = 1.5  # rubber stopper of a wetted 20 mL syringe 1-3 N [A]
LEAST_PRESSURE_PA = -90e3  # a full vacuum is -101 kPa; the stopper leaks first [A]
NEEDLE_22G_BORE_M = 0.413e-3  # 22 G regular wall [UGK-M]
NEEDLE_22G_LENGTH_M = 0.0381  # 1.5 inch refill needle [UGK-M]
EXTENSION_RESISTANCE_PA_S_PER_M3 = 1.0e10  # 0.2 um filter and tubing, ~3 kPa at 1 mL/3 s [A]


@dataclass(frozen=True, slots=True)
class SyringeBore:
    """Stopper area [m2] and friction [N]."""

    area_m2: float
    friction_n: float = PLUNGER_FRICTION_N


def bore_for(volume_m3: float) -> SyringeBore:
    """Return the bore of the smallest common syringe that holds the volume."""
    for largest, diameter in SYRINGE_DIAMETERS_M:
        if volume_m3 <= largest * (1.0 + 1e-9):
            return SyringeBore(math.pi / 4.0 * diameter**2)
    return SyringeBore(math.pi / 4.0 * SYRINGE_DIAMETERS_M[-1][1] ** 2)


def needle_conductance() -> float:
    """Return the conductance of 22 G refill needle, extension and filter [m3/(s Pa)]."""
    needle = poiseuille_resistance(NEEDLE_22G_LENGTH_M, NEEDLE_22G_BORE_M, VISCOSITY_22_PA_S)
    return 1.0 / (needle + EXTENSION_RESISTANCE_PA_S_PER_M3)


def plunger_pressure(bore: SyringeBore, force_n: float, outside_pa: float) -> float:
    """Return the fluid pressure under the plunger [Pa]; `outside_pa` where it does not move.

    Parameters
    ----------
    force_n : float
        Hand force, positive pushes.
    outside_pa : float
        Pressure that the fluid would have if the plunger stood still.

    Notes
    -----
    Coulomb friction: the stopper moves only when |F/A - p| > friction/A, and then against it. So a
    released plunger (F = 0) is pushed back by a reservoir above ~5 kPa and stays put otherwise.
    """
    pushed = force_n / bore.area_m2
    friction = bore.friction_n / bore.area_m2
    if pushed - outside_pa > friction:
        return pushed - friction
    if outside_pa - pushed > friction:
        return max(pushed + friction, LEAST_PRESSURE_PA)
    return outside_pa
