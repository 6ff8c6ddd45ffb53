"""The parameters of the second reference: with them the equations must give its printed tables.

The defaults of the product were fitted again (docs/models/drug_fit.md); the tables of [pharmacology_2 4.4] were
computed by other code with the values below [pharmacology_2 4.1], so they check the engine and nothing else.
"""

from __future__ import annotations

from game.validate.drug_course import Subject
from physics.csf.drugs import CM2_PER_HOUR, CM_M, ML_M3, ML_PER_HOUR, ML_PER_HOUR_CM, PER_HOUR
from physics.patient.response import HOUR_S, UG_PER_ML

DRUG = {
    "dispersion_sac_m2_per_s": 234.0 * CM2_PER_HOUR,
    "dispersion_cervical_m2_per_s": 412.0 * CM2_PER_HOUR,
    "loss_per_s": 0.334 * PER_HOUR,
    "cord_capacity_m2": 0.593 * ML_M3 / CM_M,
    "cord_exchange_m2_per_s": 1.24 * ML_PER_HOUR_CM,
    "cistern_mixing_m3_per_s": 49.3 * ML_PER_HOUR,
    "spread_lumbar_m": 6.54 * CM_M,
    "shift_lumbar_m": 12.8 * CM_M,
    "fast_site_per_s": 0.281 * PER_HOUR,
    "slow_site_per_s": 0.0801 * PER_HOUR,
    "slow_weight": 0.522,
    "reflex_site_per_s": 0.615 * PER_HOUR,
    "sedation_site_per_s": 0.204 * PER_HOUR,
    "breathing_site_per_s": 0.397 * PER_HOUR,
    "descending_weight": 0.5,
    "descending_top_level": 4.0,
}
ANSWER = {
    "half_legs_kg_per_m3": 0.0769 * UG_PER_ML,
    "half_arms_kg_per_m3": 0.040 * UG_PER_ML,
    "steepness": 3.87,
    "spasm_ratio": 0.924,
    "half_reflex_kg_per_m3": 0.0936 * UG_PER_ML,
    "reflex_steepness": 2.07,
    "half_sedation_kg_per_m3": 0.257 * UG_PER_ML,
    "half_breathing_kg_per_m3": 0.425 * UG_PER_ML,
    "brain_steepness": 3.5,
    "brain_tolerance": 1.0,
    "tolerance_gain": 3.01,
    "tolerance_s": 3850.0 * HOUR_S,
    "half_dependence_kg_per_m3": 0.198 * UG_PER_ML,
    "withdrawal_lag_s": 7.59 * HOUR_S,
}
# reversible shares of tone, fitted there
SHARES = {
    "CP.legs": 0.722, "CP.arms": 0.856, "TBI.legs": 0.693, "TBI.arms": 0.899, "STROKE.legs": 0.918, "STROKE.arms": 0.809,
}  # fmt: skip


def as_reference(subject: Subject) -> Subject:
    """Return a typical subject with the reference's parameters; right for spinal injury, whose shares were kept."""
    return subject.with_drug(**DRUG).with_answer(**ANSWER)
