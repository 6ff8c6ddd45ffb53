"""Breathing, circulation and temperature as a monitor shows them.

Rates follow [PH1 2.5]; the course of the gases is in `march` (alveolar gas equation with carbon dioxide that
rises as ventilation falls, haemoglobin by Severinghaus' curve). Anaesthesia and ventilation change vitals only,
simply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.patient.acting import Acting
from physics.patient.march import CO2_REST_MMHG, law_of, own_breathing_per_min
from physics.patient.neuro import Adaptation, Neuro, severity
from physics.patient.response import PatientParams

END_TIDAL_GAP_MMHG = 4.0  # UGK-H arterial minus end-tidal
DIASTOLIC_SHARE = 0.64  # UGK-M: 122/78
ANAESTHESIA_CIRCULATION = 0.85  # UGK-L: fall of heart rate and pressure under balanced anaesthesia
VENTILATOR_PER_MIN = 12.0  # UGK-H
CYPROHEPTADINE_HEART = 0.5  # [PH1 2.6] F, MEY03
# F-L to the grades of [PH1 5.1], on the square root of the depression of breathing; [PH1 2.5] has 0.35, linear,
# which leaves moderate and severe overdose with the circulation of the grade above
HEART_DEPRESSION, PRESSURE_DEPRESSION = 0.48, 0.40
# F-L: what lack of oxygen takes besides, in full 40 points of saturation below the arrest grade's 75 % [PH1 5.1]
HEART_HYPOXIA, PRESSURE_HYPOXIA = 0.10, 0.15
HYPOXIC_PERCENT, HYPOXIC_SPAN_PERCENT = 75.0, 40.0
WITHDRAWAL_PRESSURE = 0.40  # F-L to 140-160 and 150-190 mmHg of [PH1 5.2], where [PH1 2.5] has 0.25


@dataclass(frozen=True, slots=True)
class Gases:
    """Stores that lag behind ventilation."""

    co2_mmhg: float = CO2_REST_MMHG
    spo2_percent: float = 97.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the monitor shows."""

    heart_rate_per_min: float
    respiratory_rate_per_min: float
    spo2_percent: float
    systolic_mmhg: float
    diastolic_mmhg: float
    etco2_mmhg: float
    temperature_c: float


def vital_signs(
    params: PatientParams,
    adaptation: Adaptation,
    neuro: Neuro,
    gases: Gases,
    ventilation: float,
    acting: Acting,
    is_anaesthetised: bool,
) -> Vitals:
    """Return the monitor's numbers; a ventilator's rate shows where it does the breathing."""
    s = severity(params, adaptation)
    calm = ANAESTHESIA_CIRCULATION if is_anaesthetised else 1.0
    depth = math.sqrt(neuro.breathing_depression)
    hypoxia = min(1.0, max(0.0, (HYPOXIC_PERCENT - gases.spo2_percent) / HYPOXIC_SPAN_PERCENT))
    heart = 1.0 - HEART_DEPRESSION * depth - HEART_HYPOXIA * hypoxia
    pressure = 1.0 - PRESSURE_DEPRESSION * depth - PRESSURE_HYPOXIA * hypoxia
    racing = 1.1 * s * s / (s * s + 0.35) * (1.0 - CYPROHEPTADINE_HEART * acting.cyproheptadine)
    systolic = params.systolic_mmhg * (1.0 + WITHDRAWAL_PRESSURE * min(1.0, s)) * pressure * calm
    systolic = max(0.0, systolic + acting.systolic_mmhg)
    own = own_breathing_per_min(law_of(params), neuro.breathing_depression, s, acting.breathing)
    shown = max(own, VENTILATOR_PER_MIN) if ventilation >= 0.5 and not is_anaesthetised else own
    return Vitals(
        heart_rate_per_min=max(
            0.0, params.heart_rate_per_min * (1.0 + racing) * heart * calm + acting.heart_per_min
        ),
        respiratory_rate_per_min=VENTILATOR_PER_MIN if is_anaesthetised else shown,
        spo2_percent=gases.spo2_percent,
        systolic_mmhg=systolic,
        diastolic_mmhg=DIASTOLIC_SHARE * systolic,
        etco2_mmhg=gases.co2_mmhg - END_TIDAL_GAP_MMHG,
        temperature_c=adaptation.temperature_c,
    )
