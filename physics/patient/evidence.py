"""The cited constants of this subsystem as one ledger."""

from __future__ import annotations

import physics.patient.background as background
import physics.patient.complaints as complaints
import physics.patient.course as course
import physics.patient.dysreflexia as dysreflexia
import physics.patient.function as function
import physics.patient.infection as infection
import physics.patient.joints as joints
import physics.patient.medicines as medicines
import physics.patient.march as march
import physics.patient.vitals as vitals
from physics.patient.response import PatientParams

_P = PatientParams()
_TWO = "docs/models/drug_fit.md"
_ONE = "pharmacology 2.5-2.7"
_GRADES = "pharmacology 5.1: grades of overdose"
_ASSUMED = "assumed; no published number found"
_CASE = "scenarios_content I-A3"
_BENZODIAZEPINES = "J Clin Med 2021;10:1754 table 2"
_LABEL_COLUMN = "label frequencies at screening, pharmacology 5.4"
# medicine -> (confidence, source) of its times; doses of half effect are assumed
_TIMES = {
    "diazepam_iv": ("M", _BENZODIAZEPINES), "diazepam_oral": ("UGK-M", "peak 1 to 1.5 h by mouth; half-life as by vein"),
    "lorazepam_iv": ("M", _BENZODIAZEPINES), "midazolam_iv": ("M", _BENZODIAZEPINES),
    "cyproheptadine_oral": ("UGK-M", "half-life 8.6 h"), "physostigmine_iv": ("L", "pharmacology 5.3: lasts 30-60 min"),
    "atropine_iv": ("UGK-M", "heart rate raised for half an hour to an hour"),
    "ephedrine_iv": ("UGK-M", "pressure raised for a quarter to one hour"),
    "nifedipine_oral": ("UGK-M", "onset 10-20 min, half-life 2-3 h"),
    "paracetamol": ("UGK-M", "half-life 2-3 h"), "fluids_iv": ("UGK-M", "most of a crystalloid leaves within the hour"),
}


def _of_medicines() -> tuple[tuple[str, float, str, str, str], ...]:
    out: list[tuple[str, float, str, str, str]] = []
    for name, kind in medicines.MEDICINES.items():
        confidence, source = _TIMES[name]
        out.append((f"{name}_half_dose", kind.half_dose, "m3" if name == "fluids_iv" else "kg", "A-L", _ASSUMED))
        out.append((f"{name}_onset_s", kind.onset_s, "s", confidence, source))
        out.append((f"{name}_slow_s", kind.slow_s, "s", confidence, source))
        if kind.fast_share > 0.0:
            out.append((f"{name}_fast_share", kind.fast_share, "1", "A-L", _ASSUMED))
            out.append((f"{name}_fast_s", kind.fast_s, "s", confidence, source))
    return tuple(out)


def _of_function() -> tuple[tuple[str, float, str, str, str], ...]:
    return tuple(
        (f"function_{way}_{name}", getattr(need, name), "1", "A-L", _ASSUMED)
        for way, need in function.NEEDS.items()
        for name in ("own", "needed", "stiffness_cost", "spasm_cost")
    )


def _of_joints() -> tuple[tuple[str, float, str, str, str], ...]:
    return tuple(
        (f"pattern_{preset}_{joint.replace(' ', '_')}", offset, "1", "A-L", _ASSUMED)
        for preset, pattern in background.JOINT_PATTERNS.items()
        for joint, offset in zip(joints.JOINTS, pattern, strict=True)
    )


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
    ("brain_steepness", _P.brain_steepness, "1", "F-L", f"{_TWO}; O2, O5 and somnolence"),
    ("tolerance_gain", _P.tolerance_gain, "1", "F-M", f"{_TWO}; T1-T3"),
    ("tolerance_s", _P.tolerance_s, "s", "F-M", f"{_TWO}; T1-T3"),
    ("brain_tolerance", _P.brain_tolerance, "1", "F-L", f"{_TWO}; O6"),
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
    ("fever_c", march.FEVER_C, "C", "F-L", "pharmacology 2.5; W3, W5"),
    ("fever_half", march.FEVER_HALF, "1", "F-L", "pharmacology 2.5"),
    ("cooling_c", march.COOLING_C, "C", "F-L", f"tuned to the grades, {_GRADES}"),
    ("active_cooling_share", march.ACTIVE_COOLING_SHARE, "1", "UGK-L", "1 C per hour at first from 40.5 C"),
    ("ck_decay_per_s", march.CK_DECAY_PER_S, "1/s", "UGK-M", "pharmacology 2.6: half-life 35 h"),
    ("benzodiazepine_share", march.BENZODIAZEPINE_SHARE, "1", "F-L", "pharmacology 2.6"),
    ("cyproheptadine_fever", march.CYPROHEPTADINE_FEVER, "1", "F-L", "pharmacology 2.6 (MEY03)"),
    ("co2_exponent", march.CO2_EXPONENT, "1", "F-L", "tuned to the overdose grades, pharmacology 5.1"),
    ("co2_lag_s", march.CO2_LAG_S, "s", "UGK-M", "apnoea: 3 to 6 mmHg per minute"),
    ("shallow_mmhg", march.SHALLOW_MMHG, "mmHg", "F-L", "tuned to the overdose grades, pharmacology 5.1"),
    ("shallow_exponent", march.SHALLOW_EXPONENT, "1", "F-L", "tuned to the overdose grades, pharmacology 5.1"),
    ("o2_lag_s", march.O2_LAG_S, "s", "UGK-M", "apnoea on air: SpO2 90 % in one to two minutes"),
    ("heart_depression", vitals.HEART_DEPRESSION, "1", "F-L", f"tuned, {_GRADES}"),
    ("pressure_depression", vitals.PRESSURE_DEPRESSION, "1", "F-L", f"tuned, {_GRADES}"),
    ("heart_hypoxia", vitals.HEART_HYPOXIA, "1", "F-L", f"tuned, {_GRADES}"),
    ("pressure_hypoxia", vitals.PRESSURE_HYPOXIA, "1", "F-L", f"tuned, {_GRADES}"),
    ("hypoxic_percent", vitals.HYPOXIC_PERCENT, "%", "L", _GRADES),
    ("hypoxic_span_percent", vitals.HYPOXIC_SPAN_PERCENT, "%", "A-L", _ASSUMED),
    ("withdrawal_pressure", vitals.WITHDRAWAL_PRESSURE, "1", "F-L", "tuned, pharmacology 5.2: 140-160, 150-190 mmHg"),
    ("by_mask", march.BY_MASK, "1", "UGK-M", "inspired share of oxygen by mask at full flow"),
    ("diastolic_share", vitals.DIASTOLIC_SHARE, "1", "UGK-M", "122/78"),
    ("anaesthesia_circulation", vitals.ANAESTHESIA_CIRCULATION, "1", "UGK-L", "balanced anaesthesia"),
    ("dizzy_sedation", complaints.DIZZY_SEDATION, "1", "F-L", _LABEL_COLUMN),
    ("nausea_sedation", complaints.NAUSEA_SEDATION, "1", "F-L", _LABEL_COLUMN),
    ("somnolent_sedation", complaints.SOMNOLENT_SEDATION, "1", "F-L", "pharmacology 2.5"),
    ("vomiting_sedation", complaints.VOMITING_SEDATION, "1", "L", f"{_GRADES}, moderate"),
    ("faint_mmhg", complaints.FAINT_MMHG, "mmHg", "UGK-M", "light-headed below"),
    ("faint_span_mmhg", complaints.FAINT_SPAN_MMHG, "mmHg", "A-L", _ASSUMED),
    ("sick_headache", complaints.SICK_HEADACHE, "1", "A-L", _ASSUMED),
    ("failing_mmhg", course.FAILING_MMHG[0], "mmHg", "L", f"{_GRADES}, arrest"),
    ("dysreflexia_mmhg", course.DYSREFLEXIA_MMHG[0], "mmHg", "UGK-H", "definition: systolic rise over 20 mmHg"),
    ("dysreflexia_full_level", dysreflexia.FULL_STRENGTH_LEVEL, "level", "UGK-H", "lesions at T6 and above"),
    ("dysreflexia_no_level", dysreflexia.NO_STRENGTH_LEVEL, "level", "UGK-M", "rare below T8"),
    ("dysreflexia_rise_mmhg", dysreflexia.RISE_MMHG, "mmHg", "UGK-M", "110 to 200 mmHg; scenarios_content N-A6: 190"),
    ("dysreflexia_slowing_per_min", dysreflexia.SLOWING_PER_MIN, "1/min", "A-L", _ASSUMED),
    ("dysreflexia_cord_share", dysreflexia.CORD_SHARE, "1", "F-L", "J Spinal Cord Med 2018;41:102: 25 of 34, then 2"),
    ("bladder_felt_m3", dysreflexia.BLADDER_FELT_M3, "m3", "UGK-M", "first urge"),
    ("bladder_full_m3", dysreflexia.BLADDER_FULL_M3, "m3", "UGK-M", "strong distension"),
    ("urine_m3_per_s", dysreflexia.URINE_M3_PER_S, "m3/s", "UGK-H", "1 mL/min"),
    ("spasm_share", dysreflexia.SPASM_SHARE, "1", "A-L", _ASSUMED),
    ("headache_rise", dysreflexia.HEADACHE_RISE, "1", "A-L", _ASSUMED),
    ("infection_growth_per_day", infection.GROWTH_PER_DAY, "1/day", "A-L", _ASSUMED),
    ("infection_kill_per_day", infection.KILL_PER_DAY, "1/day", "D-L", _CASE),
    ("infection_floor_load", infection.FLOOR_LOAD, "1", "D-L", _CASE),
    ("infection_shown_load", infection.SHOWN_LOAD, "1", "A-L", _ASSUMED),
    ("infection_skin_plateau_load", infection.SKIN_PLATEAU_LOAD, "1", "A-L", _ASSUMED),
    ("infection_plateau_load", infection.PLATEAU_LOAD, "1", "A-L", _ASSUMED),
    ("infection_fever_c", infection.FEVER_C_PER_DECADE, "C", "D-L", f"{_CASE}: 38.4 C at load 6.5"),
    ("infection_crp", infection.CRP_PER_DECADE, "mg/L", "D-L", f"{_CASE}: 140 mg/L at load 6.5"),
    ("fever_heart_per_min_per_c", infection.HEART_PER_MIN_PER_C, "1/min/C", "UGK-H", "Liebermeister: 8-10 beats per degree"),
    ("septic_mmhg", infection.SEPTIC_MMHG, "mmHg", "A-L", _ASSUMED),
    ("confusion", infection.CONFUSION, "1", "A-L", _ASSUMED),
    ("jerk_per_ashworth", joints.JERK_PER_ASHWORTH, "1", "A-L", _ASSUMED),
    ("tone_support", function.TONE_SUPPORT, "1", "A-L", _ASSUMED),
    ("awake_gcs", function.AWAKE_GCS, "1", "A-L", _ASSUMED),
    ("asleep_gcs", function.ASLEEP_GCS, "1", "A-L", _ASSUMED),
    ("benzodiazepine_sedation", medicines.BENZODIAZEPINE_SEDATION, "1", "A-L", _ASSUMED),
    ("benzodiazepine_breathing", medicines.BENZODIAZEPINE_BREATHING, "1", "A-L", _ASSUMED),
    ("benzodiazepine_seizure", medicines.BENZODIAZEPINE_SEIZURE, "1", "A-L", _ASSUMED),
    ("physostigmine_gcs", medicines.PHYSOSTIGMINE_GCS, "1", "L", "pharmacology 5.3: +2 at 2 mg"),
    ("physostigmine_heart_per_min", medicines.PHYSOSTIGMINE_HEART_PER_MIN, "1/min", "L", "pharmacology 5.3: -15 at 2 mg"),
    ("physostigmine_seizure", medicines.PHYSOSTIGMINE_SEIZURE, "1", "L", "pharmacology 5.3: threefold"),
    ("atropine_heart_per_min", medicines.ATROPINE_HEART_PER_MIN, "1/min", "UGK-M", "about +25 after 1 mg"),
    ("vasopressor_mmhg", medicines.VASOPRESSOR_MMHG, "mmHg", "UGK-L", "about +20 after 10 mg ephedrine"),
    ("vasopressor_heart_per_min", medicines.VASOPRESSOR_HEART_PER_MIN, "1/min", "UGK-L", "about +10 after 10 mg ephedrine"),
    ("vasodilator_mmhg", medicines.VASODILATOR_MMHG, "mmHg", "UGK-L", "about -25 after 10 mg nifedipine"),
    ("fluid_mmhg", medicines.FLUID_MMHG, "mmHg", "A-L", _ASSUMED),
    ("antipyretic_share", medicines.ANTIPYRETIC_SHARE, "1", "A-L", _ASSUMED),
    *_of_medicines(),
    *_of_function(),
    *_of_joints(),
)
