"""The cited constants of this subsystem as one ledger."""

from __future__ import annotations

import physics.patient.course as course
import physics.patient.neuro as neuro
import physics.patient.vitals as vitals
from physics.patient.response import PatientParams

_P = PatientParams()
_TWO = "pharmacology_2 4.1"
_ONE = "pharmacology 2.5-2.7"

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("reversible_legs", _P.reversible_legs, "1", "F-M", f"{_ONE}; D18-D20"),
    ("reversible_arms", _P.reversible_arms, "1", "F-L", _ONE),
    ("reversible_spasm", _P.reversible_spasm, "1", "F-M", f"{_ONE}; D19, D21"),
    ("half_legs_kg_per_m3", _P.half_legs_kg_per_m3, "kg/m3", "F-M", f"{_TWO}; D7-D22"),
    ("half_arms_kg_per_m3", _P.half_arms_kg_per_m3, "kg/m3", "F-L", f"{_TWO}; D8, D11, D23-D28"),
    ("steepness", _P.steepness, "1", "F-M", _TWO),
    ("spasm_ratio", _P.spasm_ratio, "1", "F-M", _TWO),
    ("weakness_ratio", _P.weakness_ratio, "1", "UGK-L", _ONE),
    ("half_reflex_kg_per_m3", _P.half_reflex_kg_per_m3, "kg/m3", "F-H", f"{_TWO}; STO06, STO12"),
    ("reflex_steepness", _P.reflex_steepness, "1", "F-M", _TWO),
    ("rebound", _P.rebound, "1", "F-L", _ONE),
    ("rebound_arms", _P.rebound_arms, "1", "F-L", _ONE),
    ("half_sedation_kg_per_m3", _P.half_sedation_kg_per_m3, "kg/m3", "F-L", f"{_TWO}; O2-O5"),
    ("half_breathing_kg_per_m3", _P.half_breathing_kg_per_m3, "kg/m3", "F-L", f"{_TWO}; O1-O4"),
    ("brain_steepness", _P.brain_steepness, "1", "F-L", _ONE),
    ("tolerance_gain", _P.tolerance_gain, "1", "F-M", f"{_TWO}; T1-T3"),
    ("tolerance_s", _P.tolerance_s, "s", "F-M", f"{_TWO}; T1-T3"),
    ("brain_tolerance", _P.brain_tolerance, "1", "F-L", _ONE),
    ("half_dependence_kg_per_m3", _P.half_dependence_kg_per_m3, "kg/m3", "F-L", f"{_TWO}; W1-W12"),
    ("dependence_on_s", _P.dependence_on_s, "s", "F-L", f"{_ONE}; KRO93b"),
    ("dependence_off_s", _P.dependence_off_s, "s", "F-L", _ONE),
    ("withdrawal_lag_s", _P.withdrawal_lag_s, "s", "F-L", f"{_TWO}; W1-W12"),
    ("susceptibility", _P.susceptibility, "1", "F-L", f"{_ONE}; CV 0.45"),
    ("weakness_steepness", _P.weakness_steepness, "1", "F-L", _ONE),
    ("sedation_gcs", course.SEDATION_GCS[0], "1", "L", "pharmacology 5.1: moderate grade"),
    ("coma_gcs", course.COMA_GCS[0], "1", "M", "pharmacology 5.1: severe grade"),
    ("breathing_share", course.BREATHING_SHARE[0], "1", "L", "pharmacology 5.1: moderate grade, 12 of 15"),
    ("apnoea_per_min", course.APNOEA_PER_MIN[0], "1/min", "L", "pharmacology 2.5"),
    ("withdrawal_severity", course.WITHDRAWAL_SEVERITY[0], "1", "L", "itch 2/10; pharmacology 4.2 W2"),
    ("severe_severity", course.SEVERE_SEVERITY[0], "1", "L", "pharmacology 5.2"),
    ("tone_points", course.TONE_POINTS[0], "1", "H", "responder criterion, pharmacology 4.1 (AHC, GIL)"),
    ("fever_c", neuro.FEVER_C, "C", "F-L", "pharmacology 2.5; W3, W5"),
    ("fever_half", neuro.FEVER_HALF, "1", "F-L", "pharmacology 2.5"),
    ("cooling_c", neuro.COOLING_C, "C", "F-L", "pharmacology 2.5, 5.1"),
    ("ck_decay_per_s", neuro.CK_DECAY_PER_S, "1/s", "UGK-M", "pharmacology 2.6: half-life 35 h"),
    ("benzodiazepine_share", neuro.BENZODIAZEPINE_SHARE, "1", "F-L", "pharmacology 2.6"),
    ("cyproheptadine_fever", neuro.CYPROHEPTADINE_FEVER, "1", "F-L", "pharmacology 2.6 (MEY03)"),
    ("co2_exponent", vitals.CO2_EXPONENT, "1", "F-L", "tuned to the overdose grades, pharmacology 5.1"),
    ("co2_lag_s", vitals.CO2_LAG_S, "s", "UGK-M", "apnoea: 3 to 6 mmHg per minute"),
    ("shallow_mmhg", vitals.SHALLOW_MMHG, "mmHg", "F-L", "tuned to the overdose grades, pharmacology 5.1"),
    ("o2_lag_s", vitals.O2_LAG_S, "s", "UGK-M", "apnoea on air: SpO2 90 % in one to two minutes"),
    ("diastolic_share", vitals.DIASTOLIC_SHARE, "1", "UGK-M", "122/78"),
    ("anaesthesia_circulation", vitals.ANAESTHESIA_CIRCULATION, "1", "UGK-L", "balanced anaesthesia"),
)
