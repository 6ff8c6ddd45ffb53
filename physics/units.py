"""Conversions between clinical units (at the edges) and SI (inside).

Every function takes and returns plain floats or numpy arrays; the direction is in the name.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, "NDArray[np.float64]")

PA_PER_MMHG = 133.322387415
PA_PER_CMH2O = 98.0665
M3_PER_ML = 1e-6
KG_PER_UG = 1e-9
SECONDS_PER_DAY = 86400.0
SECONDS_PER_HOUR = 3600.0
SECONDS_PER_MONTH = 365.25 / 12 * SECONDS_PER_DAY


def m3_from_ml(volume_ml: Number) -> Number:
    """Return a volume in cubic metres."""
    return volume_ml * M3_PER_ML


def ml_from_m3(volume_m3: Number) -> Number:
    """Return a volume in millilitres."""
    return volume_m3 / M3_PER_ML


def kg_from_ug(mass_ug: Number) -> Number:
    """Return a mass in kilograms."""
    return mass_ug * KG_PER_UG


def ug_from_kg(mass_kg: Number) -> Number:
    """Return a mass in micrograms."""
    return mass_kg / KG_PER_UG


def kg_per_m3_from_ug_per_ml(concentration_ug_per_ml: Number) -> Number:
    """Return a concentration in kilograms per cubic metre (1000 ug/mL = 1 kg/m3)."""
    return concentration_ug_per_ml * (KG_PER_UG / M3_PER_ML)


def ug_per_ml_from_kg_per_m3(concentration_kg_per_m3: Number) -> Number:
    """Return a concentration in micrograms per millilitre."""
    return concentration_kg_per_m3 / (KG_PER_UG / M3_PER_ML)


def m3_per_s_from_ml_per_day(flow_ml_per_day: Number) -> Number:
    """Return a flow in cubic metres per second."""
    return flow_ml_per_day * (M3_PER_ML / SECONDS_PER_DAY)


def ml_per_day_from_m3_per_s(flow_m3_per_s: Number) -> Number:
    """Return a flow in millilitres per day."""
    return flow_m3_per_s / (M3_PER_ML / SECONDS_PER_DAY)


def kg_per_s_from_ug_per_day(dose_ug_per_day: Number) -> Number:
    """Return a mass flow in kilograms per second."""
    return dose_ug_per_day * (KG_PER_UG / SECONDS_PER_DAY)


def ug_per_day_from_kg_per_s(dose_kg_per_s: Number) -> Number:
    """Return a mass flow in micrograms per day."""
    return dose_kg_per_s / (KG_PER_UG / SECONDS_PER_DAY)


def pa_from_mmhg(pressure_mmhg: Number) -> Number:
    """Return a pressure in pascals."""
    return pressure_mmhg * PA_PER_MMHG


def mmhg_from_pa(pressure_pa: Number) -> Number:
    """Return a pressure in millimetres of mercury."""
    return pressure_pa / PA_PER_MMHG


def pa_from_cmh2o(pressure_cmh2o: Number) -> Number:
    """Return a pressure in pascals."""
    return pressure_cmh2o * PA_PER_CMH2O


def cmh2o_from_pa(pressure_pa: Number) -> Number:
    """Return a pressure in centimetres of water."""
    return pressure_pa / PA_PER_CMH2O
