"""The cited constants of this subsystem as one ledger; `drug_fit` is docs/models/drug_fit.md."""

from __future__ import annotations

import re
from dataclasses import fields

from physics.csf.contrast import EVIDENCE as CONTRAST_EVIDENCE
from physics.csf.drugs import DrugParams
from physics.csf.pressure import PATCH_CLOSES, PATCH_M3, PressureParams

# suffix of a field name -> unit
_UNITS = (
    ("_m2_per_s", "m2/s"), ("_m3_per_s", "m3/s"), ("_per_s", "1/s"),
    ("_pa", "Pa"),    ("_m2", "m2"), ("_m3", "m3"), ("_m", "m"), ("_s", "s"), ("_level", "level"),
)  # fmt: skip

# field -> (confidence, source); what a field means stands beside it in its class
_SOURCES: dict[str, tuple[str, str]] = {
    "dispersion_sac_m2_per_s": ("F-M", "drug_fit; fitted to P1-P7"),
    "dispersion_cervical_m2_per_s": ("F-M", "drug_fit; fitted to P4, P7"),
    "loss_per_s": ("F-M", "drug_fit; fitted to clearance 30 mL/h"),
    "production_m3_per_s": ("H", "pharmacology 1.5 (SPL, CLN): 0.35 mL/min"),
    "spinal_absorption": ("UGK-M", "pharmacology 2.7: 20-40 % of absorption is spinal"),
    "cord_capacity_m2": ("F-L", "drug_fit; fitted to P1, D4"),
    "cord_exchange_m2_per_s": ("F-L", "drug_fit; fitted to P1, D4"),
    "cistern_m3": ("F-L", "pharmacology 2.7"),
    "cranial_m3": ("F-L", "pharmacology 2.7"),
    "brain_m3": ("F-L", "pharmacology 2.7"),
    "cistern_mixing_m3_per_s": ("F-L", "drug_fit: all rows"),
    "cranial_loss_m3_per_s": ("F-L", "pharmacology 2.7"),
    "brain_exchange_m3_per_s": ("F-L", "pharmacology 2.7"),
    "spread_infusion_m": ("F-L", "pharmacology 2.7"),
    "spread_flush_m": ("F-L", "pharmacology 2.7"),
    "spread_lumbar_m": ("F-L", "drug_fit: all rows"),
    "shift_lumbar_m": ("F-L", "drug_fit; not separable from the spread"),
    "spread_epidural_m": ("A", "pharmacology 2.4"),
    "plasma_m3": ("H", "pharmacology 1.3 (CPT85) 28.8 L x 0.74"),
    "clearance_m3_per_s": ("H", "pharmacology 1.3 (CPT85) 180 mL/min x 0.74"),
    "to_periphery_per_s": ("H", "pharmacology 2.7 (CPT85)"),
    "from_periphery_per_s": ("H", "pharmacology 2.7 (CPT85)"),
    "pocket_uptake_per_s": ("F-L", "pharmacology 2.7"),
    "tissue_uptake_per_s": ("A", "taken as the pocket"),
    "epidural_uptake_per_s": ("F-L", "pharmacology 2.7"),
    "dura_share": ("UGK-L", "pharmacology 2.7"),
    "oral_uptake_per_s": ("UGK-M", "pharmacology 2.7"),
    "oral_availability": ("H", "pharmacology 1.3 (AGA)"),
    "track_share": ("F-L", "scenarios_content 0.2 fact 10 (TRU)"),
    "blood_to_brain": ("F-L", "pharmacology 2.7; fitted to the oral 200 mg coma threshold (LEU)"),
    "blood_to_cord": ("L", "pharmacology 2.7 (SAL03)"),
    "fast_site_per_s": ("F-M", "drug_fit; fitted to D1-D3"),
    "slow_site_per_s": ("F-M", "drug_fit; fitted to D12, D13"),
    "slow_weight": ("F-M", "drug_fit: all rows"),
    "reflex_site_per_s": ("F-M", "drug_fit; fitted to STO06, STO12"),
    "sedation_site_per_s": ("F-L", "drug_fit; fitted to O2-O5"),
    "breathing_site_per_s": ("F-L", "drug_fit; fitted to O1-O4"),
    "descending_weight": ("F-L", "drug_fit; fitted to D25, D26 and the cervical series"),
    "descending_top_level": ("A", "C2: descending pathways run through the whole cord"),
    "transverse_mixing_m2_per_s": ("F-L", "pharmacology 1.2 (ALB07): 4.64 ug/mL at 607 ug/day"),
    "resting_pa": ("UGK-H", "scenarios_content I-F1: 15 cmH2O lying; usual 10-20"),
    "upright_lumbar_pa": ("UGK-M", "lumbar pressure sitting, about 40 cmH2O"),
    "pressure_volume_m3": ("UGK-H", "Marmarou 1978: pressure-volume index 25 mL"),
    "outflow_resistance_pa_s_per_m3": ("UGK-M", "infusion tests: 8 mmHg/(mL/min), normal < 12"),
    "leak_conductance_m3_per_s_pa_m2": (
        "F-L",
        "scenarios_content I-A4: 4 mL/h upright through an open puncture",
    ),
    "track_threshold_pa": ("F-L", "scenarios_content I-A4: 4 mL/h upright against 0.8 lying"),
    "healing_s": ("UGK-L", "most punctures close within one to two weeks"),
    "purse_string_full_n": ("A", "device_and_procedure I19: snug; tight from 2 N"),
    "headache_leak_m3_per_s": ("F-L", "scenarios_content I-A4: marked headache at 4 mL/h"),
    "headache_volume_m3": ("UGK-M", "Kunkle 1943: about 20 mL (10 % of CSF) taken off"),
    "headache_lag_s": ("UGK-M", "onset one to two days after puncture"),
}


def _unit(name: str) -> str:
    if re.search("resistance", name):
        return "Pa s/m3"
    if name.startswith("leak_conductance"):
        return "m3/(s Pa m2)"
    if name.endswith("_n"):
        return "N"
    return next((unit for suffix, unit in _UNITS if name.endswith(suffix)), "1")


def _ledger() -> tuple[tuple[str, float, str, str, str], ...]:
    rows: list[tuple[str, float, str, str, str]] = []
    for kind in (DrugParams, PressureParams):
        for item in fields(kind):
            if any(item.name == row[0] for row in rows):
                continue  # both halves know the production of CSF
            if item.name in _SOURCES and isinstance(item.default, (int, float)):
                confidence, source = _SOURCES[item.name]
                rows.append((item.name, float(item.default), _unit(item.name), confidence, source))
    return tuple(rows)


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *_ledger(),
    *CONTRAST_EVIDENCE,
    ("patch_closes", PATCH_CLOSES, "1", "M", "device_and_procedure 7, C-CSF: 79-87.5 % settle after the first patch"),
    ("patch_m3", PATCH_M3, "m3", "UGK-M", "usual volume of a blood patch"),
)
