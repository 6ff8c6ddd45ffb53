"""Drug and pressure in the cerebrospinal fluid: the linear half of pharmacology.

State in, state out; nothing here knows a patient's signs. The world passes the `Exposure` that
`advance` returns to `physics.patient`.

Typical use::

    params = DrugParams.for_patient(height_m=1.70, mass_kg=70.0)
    state = initial(params)  # or equilibrated(params, dose_kg_per_s, tip_level)
    state, exposure = advance(params, state, Sources(tip_level=10.0, intrathecal_kg_per_s=q), dt_s)
    pressure = initial_pressure()
    pressure, events = advance_pressure(pressure_params, pressure, hole, 0.0, dt_s)

Reads: `level_profiles` (at `LEVEL_NAMES`, S2 .. C1), `csf_concentration`, `tip_concentration`, `cistern_concentration`,
`plasma_concentration`, `body_mass_kg`, `eliminated_kg`, `withdrawn_kg`, `depot_kg`, `mass_error`.
Levels are floats: T1 = 1 .. T12 = 12, L1 = 13 .. L5 = 17, S1 = 18, C7 = 0 .. C1 = -6.
"""

from __future__ import annotations

from physics.csf.contrast import contrast_params, edge_levels, spinal_kg
from physics.csf.drugs import DrugParams
from physics.csf.effect import Exposure
from physics.csf.evidence import EVIDENCE
from physics.csf.kinetics import (
    CsfState,
    Sources,
    advance,
    body_mass_kg,
    cistern_concentration,
    csf_concentration,
    csf_drug_kg,
    depot_kg,
    eliminated_kg,
    equilibrated,
    initial,
    level_profiles,
    mass_error,
    plasma_concentration,
    present_exposure,
    tip_concentration,
    withdrawn_kg,
)
from physics.csf.pressure import (
    DuralHole,
    PressureParams,
    PressureState,
    advance_pressure,
    csf_pressure,
    headache,
    initial_pressure,
    leak_rate,
    patched,
)
from physics.csf.transport import LEVEL_NAMES

__all__ = [
    "EVIDENCE",
    "LEVEL_NAMES",
    "CsfState",
    "DrugParams",
    "DuralHole",
    "Exposure",
    "PressureParams",
    "PressureState",
    "Sources",
    "advance",
    "advance_pressure",
    "body_mass_kg",
    "contrast_params",
    "cistern_concentration",
    "csf_concentration",
    "csf_drug_kg",
    "csf_pressure",
    "depot_kg",
    "edge_levels",
    "eliminated_kg",
    "equilibrated",
    "headache",
    "initial",
    "initial_pressure",
    "leak_rate",
    "level_profiles",
    "mass_error",
    "patched",
    "plasma_concentration",
    "present_exposure",
    "spinal_kg",
    "tip_concentration",
    "withdrawn_kg",
]
