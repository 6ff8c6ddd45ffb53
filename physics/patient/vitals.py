"""Breathing, circulation and temperature as a monitor shows them.

Rates follow [PH1 2.5]. Gas exchange is the alveolar gas equation with carbon dioxide that rises as
ventilation falls; haemoglobin by Severinghaus' curve. Anaesthesia and ventilation change vitals
only, simply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.patient.acting import QUIET, Acting, together
from physics.patient.neuro import Adaptation, Neuro, severity
from physics.patient.response import PatientParams

CO2_REST_MMHG = 40.0  # UGK-H arterial
END_TIDAL_GAP_MMHG = 4.0  # UGK-H arterial minus end-tidal
# tuned together: at the borders of the overdose grades, 12, 8 and 4 breaths a minute, SpO2 is that of the borders,
# 94.5, 89.5 and 75 % [PH1 5.1]
CO2_EXPONENT = 0.30
SHALLOW_MMHG, SHALLOW_EXPONENT = 29.0, 0.45  # alveolar-arterial gap that shallow breathing adds
CO2_LIMIT_MMHG = 120.0  # A
CO2_LAG_S = 900.0  # UGK-M: 3 to 6 mmHg per minute in apnoea
O2_LAG_S = 90.0  # UGK-M: SpO2 90 % one to two minutes into apnoea on air
BAROMETRIC_MMHG = 713.0  # UGK-H dry air at sea level, after water vapour
RESPIRATORY_QUOTIENT = 0.8  # UGK-H
ALVEOLAR_ARTERIAL_MMHG = 10.0  # UGK-H
AIR, SUPPORTED, BY_MASK = 0.21, 0.50, 0.60  # inspired oxygen: air; ventilated A; full flow by mask UGK-M
APNOEA_PER_MIN = 3.0  # [PH1 2.5]
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


def own_breathing_per_min(
    params: PatientParams, depression: float, withdrawal_severity: float, acting: Acting = QUIET
) -> float:
    """Return the patient's own respiratory rate [1/min]; `depression` is what baclofen takes, 0..1."""
    depression = together(depression, acting.breathing)
    return params.respiratory_rate_per_min * (1.0 - depression) * (1.0 + 0.6 * min(1.0, withdrawal_severity))


def saturation_percent(oxygen_mmhg: float) -> float:
    """Return haemoglobin saturation [%] at an oxygen tension (Severinghaus 1979)."""
    tension = max(oxygen_mmhg, 1.0)
    return 100.0 / (1.0 + 23400.0 / (tension**3 + 150.0 * tension))


def breathe(
    params: PatientParams, gases: Gases, rate_per_min: float, ventilation: float, step_s: float, oxygen: float = 0.0
) -> Gases:
    """Return the gas stores one step later; `ventilation` 0..1 is the supported share, `oxygen` 0..1 the mask's flow.

    Oxygen without breaths lifts the saturation and hides that carbon dioxide rises.
    """
    own = rate_per_min / params.respiratory_rate_per_min
    own = own if rate_per_min >= APNOEA_PER_MIN else 0.02
    share = min(1.0, max(0.0, ventilation))
    total = max(own, own * (1.0 - share) + share)
    target = min(CO2_LIMIT_MMHG, CO2_REST_MMHG / max(total, 0.02) ** CO2_EXPONENT)
    inspired = max(AIR + share * (SUPPORTED - AIR), AIR + oxygen * (BY_MASK - AIR)) * BAROMETRIC_MMHG
    # oxygen follows ventilation at once, whatever the slow carbon dioxide store holds
    arterial = inspired - target / RESPIRATORY_QUOTIENT - ALVEOLAR_ARTERIAL_MMHG
    if total < 1.0:
        arterial -= SHALLOW_MMHG * (1.0 - total) ** SHALLOW_EXPONENT
    spo2 = saturation_percent(arterial)
    return Gases(
        gases.co2_mmhg + (target - gases.co2_mmhg) * -math.expm1(-step_s / CO2_LAG_S),
        gases.spo2_percent + (spo2 - gases.spo2_percent) * -math.expm1(-step_s / O2_LAG_S),
    )


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
    own = own_breathing_per_min(params, neuro.breathing_depression, s, acting)
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
