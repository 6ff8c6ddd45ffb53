"""What the fluoroscope's automatic exposure does with a field: scatter, dose and photons of one pulse.

Laws, with the patient's thickness T [cm] of soft tissue and the open field's side F [cm] at the isocentre::

    scatter / primary = GRID x 0.06 T**1.35 (1 - exp(-F / 8.5))
    gain              = nominal signal / (median exp(-attenuation) x (1 + scatter / primary))
    kerma of a pulse  = 0.02 mGy x gain x (whole field / field) x dose_scale

The exposure holds the signal in the field's middle, scatter in it, so a narrow field costs a little more kerma and far
less dose-area product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.view.frame import CArm

BLOCKS = 32  # numerical: the exposure looks at blocks of the picture
KERMA_MGY_PER_PULSE = 0.02  # typical interventional fluoroscopy, 10 mGy/min at 8 pulses/s L [A]
NOMINAL_ATTENUATION = 3.9  # log attenuation of an adult abdomen in this model: where the dose is nominal
GAINS = (0.05, 20.0)  # [A] what tube and generator can do
WHOLE_FIELD_M = 0.22  # [A] across at the isocentre; a smaller one is a magnified one
MEASURED_FIELD = 0.6  # [A] the exposure looks at the middle of the field, as most do; its median leaves air and thin metal out
SOFT_PER_CM = 0.195  # as in `game.view.xray_scene`
# F: scatter over primary of 10, 20 and 30 cm of water is 1.3, 3.1 and 5.3 in a field of 20 cm, 1.5 of it behind 20 cm
# in a field of 5 cm (textbook curves at 70-80 kVp, UGK-M)
SCATTER_PER_CM, SCATTER_EXPONENT, SCATTER_SIDE_CM = 0.06, 1.35, 8.5
GRID = 0.18  # UGK-M: a 10:1 grid passes 0.13 of the scatter and 0.70 of the primary
STAFF_USV_PER_GY_CM2 = 4.0  # UGK-L: beside the table at 1 m, in front of the apron
APRON = 0.05  # UGK-M: what 0.35 mm of lead lets through at 70 kVp


@dataclass(frozen=True, slots=True)
class Exposed:
    """One pulse: dose-area product [mGy cm2], kerma at the isocentre [mGy], and what the detector got."""

    dose_area_mgy_cm2: float
    kerma_mgy: float
    open_cm2: float
    thickness_cm: float  # of soft tissue with the same signal
    scatter_to_primary: float
    open_scatter_to_primary: float  # of the same patient with nothing collimated
    photon_scale: float  # counts per pixel over nominal


def scatter_to_primary(thickness_cm: float, side_cm: float) -> float:
    """Return scattered over primary signal behind the grid."""
    whole = SCATTER_PER_CM * max(thickness_cm, 0.0) ** SCATTER_EXPONENT
    return float(GRID * whole * -np.expm1(-side_cm / SCATTER_SIDE_CM))


def open_mask(c_arm: CArm, side: int = 64) -> NDArray[np.bool_]:
    """Return which of side x side blocks of the field iris and blades leave open."""
    at = (np.arange(side) + 0.5) / side - 0.5
    x, y = np.meshgrid(at, at)
    cos, sin = np.cos(c_arm.blade_angle_rad), np.sin(c_arm.blade_angle_rad)
    across, along = np.abs(cos * x + sin * y), np.abs(-sin * x + cos * y)
    inside = np.hypot(x, y) <= 0.5 * c_arm.collimation
    return np.asarray(inside & (across <= 0.5 * c_arm.blades[0]) & (along <= 0.5 * c_arm.blades[1]))


def open_share(c_arm: CArm) -> float:
    """Return the open area over that of the whole round field."""
    return float(open_mask(c_arm, 128).mean()) / (0.25 * np.pi)


def automatic(log_attenuation: NDArray[np.float32], c_arm: CArm) -> Exposed:
    """Return what a pulse needs.

    Parameters
    ----------
    log_attenuation : (n, n) array
        Of the whole field, coarse.
    c_arm : CArm
        Field, blades and dose of the pulse.
    """
    is_open = open_mask(c_arm, len(log_attenuation))
    at = np.hypot(*np.meshgrid(*2 * [(np.arange(len(is_open)) + 0.5) / len(is_open) - 0.5]))
    looked = is_open & (at <= 0.5 * MEASURED_FIELD)
    looked = looked if looked.any() else is_open
    seen = float(np.median(log_attenuation[looked])) if looked.any() else NOMINAL_ATTENUATION
    primary, thickness_cm = float(np.exp(-max(seen, 0.0))), max(seen, 0.0) / SOFT_PER_CM
    field_cm = c_arm.field_m * 100.0
    open_cm2 = float(open_mask(c_arm, 128).mean()) * field_cm**2
    scatter = scatter_to_primary(thickness_cm, open_cm2**0.5)
    nominal = np.exp(-NOMINAL_ATTENUATION) * (1.0 + scatter_to_primary(NOMINAL_ATTENUATION / SOFT_PER_CM, 20.0))
    gain = float(np.clip(nominal / (primary * (1.0 + scatter)), *GAINS))
    magnified = WHOLE_FIELD_M / c_arm.field_m  # UGK-M: flat detectors raise the dose as the field's side shrinks
    kerma = KERMA_MGY_PER_PULSE * gain * magnified * c_arm.dose_scale
    photon_scale = gain * c_arm.dose_scale / magnified  # a pixel covers less of the patient
    return Exposed(
        kerma * open_cm2, kerma, open_cm2, thickness_cm, scatter,
        scatter_to_primary(thickness_cm, 0.5 * np.sqrt(np.pi) * field_cm), photon_scale,
    )  # fmt: skip


def staff_usv(dose_area_gy_cm2: float) -> float:
    """Return what somebody at the table gets behind the apron [uSv]: a plain ratio."""
    return STAFF_USV_PER_GY_CM2 * APRON * dose_area_gy_cm2
