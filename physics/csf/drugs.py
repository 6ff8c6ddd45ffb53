"""What baclofen does in and around the cerebrospinal fluid: one cited table of parameters.

Sources: [PH1] reference/pharmacology.md sections 1 and 2.7; [PH2] reference/pharmacology_2.md;
[FIT] docs/models/drug_fit.md, the fit to all published rows. Marks: V read in a paper or label, R recalled label text, F fitted to group means,
A assumed. Education only, never for dosing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

from physics.clock import SECONDS_PER_HOUR

CM_M = 1e-2
CM2_M2 = 1e-4
ML_M3 = 1e-6
PER_HOUR = 1.0 / SECONDS_PER_HOUR
CM2_PER_HOUR = CM2_M2 / SECONDS_PER_HOUR
ML_PER_HOUR = ML_M3 / SECONDS_PER_HOUR
ML_PER_HOUR_CM = ML_PER_HOUR / CM_M

ADULT_HEIGHT_M = 1.70  # [PH1 2.7] height for which the level table is given
CHILD_CLEARANCE_M3_PER_S_KG = 0.273 * 0.74 * 1e-3 / SECONDS_PER_HOUR  # [PH1 1.3 HE14] V x [AGA] V, per kg
CHILD_CENTRAL_M3_PER_KG = 0.35e-3  # [PH1 2.7] F

# (name, level number, height [cm], CSF area without cord and roots [cm2]); [PH1 2.7] heights UGK-M,
# areas F to 96 mL in all and 42 mL below T11/12 (SAS, HOG, SUL: V)
LEVEL_TABLE: tuple[tuple[str, float, float, float], ...] = (
    ("S2", 19, 2.2, 0.45), ("S1", 18, 2.6, 0.95), ("L5", 17, 3.4, 1.60), ("L4", 16, 3.5, 1.95),
    ("L3", 15, 3.5, 2.10), ("L2", 14, 3.5, 2.10), ("L1", 13, 3.4, 1.95), ("T12", 12, 3.0, 1.65),
    ("T11", 11, 2.8, 1.45), ("T10", 10, 2.6, 1.30), ("T9", 9, 2.5, 1.20), ("T8", 8, 2.4, 1.15),
    ("T7", 7, 2.3, 1.15), ("T6", 6, 2.3, 1.15), ("T5", 5, 2.2, 1.20), ("T4", 4, 2.1, 1.25),
    ("T3", 3, 2.0, 1.30), ("T2", 2, 1.9, 1.40), ("T1", 1, 1.9, 1.50), ("C7", 0, 1.7, 1.60),
    ("C6", -1, 1.6, 1.65), ("C5", -2, 1.6, 1.65), ("C4", -3, 1.6, 1.70), ("C3", -4, 1.6, 1.80),
    ("C2", -5, 2.2, 2.10), ("C1", -6, 1.6, 2.40),
)  # fmt: skip


@dataclass(frozen=True)
class DrugParams:
    """Everything linear about the drug in one patient; SI units, defaults = typical adult.

    Notes
    -----
    Concentrations in cord and brain are CSF-equivalents. The defaults are the all-rows fit of
    [FIT]; loss, cord volume and dispersion are not separately identifiable [PH1 6].
    """

    n_cells: int = 60  # tuned: 60 against 120 cells moves leg tone by 0.01 [PH1 2.4]
    length_scale: float = 1.0  # canal length relative to 62 cm
    csf_scale: float = 1.0  # spinal CSF volume relative to 96 mL
    # spinal CSF
    dispersion_sac_m2_per_s: float = 258.0 * CM2_PER_HOUR  # [FIT] F, M
    dispersion_cervical_m2_per_s: float = 768.0 * CM2_PER_HOUR  # [FIT] F, M
    loss_per_s: float = 0.341 * PER_HOUR  # [FIT] F, M: CSF -> blood along the spine
    production_m3_per_s: float = 21.0 * ML_PER_HOUR  # [PH1 1.5] V, H: 0.35 mL/min
    spinal_absorption: float = 0.25  # [PH1 2.7] UGK-M: share of production absorbed along the spine
    drain_level: float = 15.5  # L3-4, the usual puncture
    transverse_mixing_m2_per_s: float = 1.28 * CM2_PER_HOUR  # [PH1 1.2 ALB07] F, L: across the canal, at the tip
    # cord
    cord_capacity_m2: float = 0.427 * ML_M3 / CM_M  # [FIT] F, L: CSF-equivalent volume per length
    cord_exchange_m2_per_s: float = 1.65 * ML_PER_HOUR_CM  # [FIT] F, L
    # cranial
    cistern_m3: float = 15.0 * ML_M3  # [PH1 2.7] F
    cranial_m3: float = 80.0 * ML_M3  # [PH1 2.7] F
    brain_m3: float = 60.0 * ML_M3  # [PH1 2.7] F
    cistern_mixing_m3_per_s: float = 79.7 * ML_PER_HOUR  # [FIT] F, L
    cranial_loss_m3_per_s: float = 5.0 * ML_PER_HOUR  # [PH1 2.7] F
    brain_exchange_m3_per_s: float = 8.0 * ML_PER_HOUR  # [PH1 2.7] F
    # where a source spreads
    spread_infusion_m: float = 1.0 * CM_M  # [PH1 2.7] F
    spread_flush_m: float = 2.0 * CM_M  # [PH1 2.7] F: bolus through the catheter
    spread_lumbar_m: float = 7.18 * CM_M  # [FIT] F: 1-2 mL by needle with barbotage
    shift_lumbar_m: float = 7.97 * CM_M  # [FIT] F, L: centre of that bolus, toward the head
    spread_epidural_m: float = 4.0 * CM_M  # [PH1 2.4] A
    epidural_level: float = 14.0  # [PH1 2.4] A: where epidural drug crosses the dura (L2)
    # blood and depots
    plasma_m3: float = 21.3e-3  # [PH1 1.3 CPT85] V, H: 28.8 L x 0.74
    clearance_m3_per_s: float = 8.0e-3 * PER_HOUR  # [PH1 1.3 CPT85] V, H: 180 mL/min x 0.74
    to_periphery_per_s: float = 0.449 * PER_HOUR  # [PH1 2.7 CPT85] V, H
    from_periphery_per_s: float = 0.657 * PER_HOUR  # [PH1 2.7 CPT85] V, H
    pocket_uptake_per_s: float = 0.25 * PER_HOUR  # [PH1 2.7] F
    tissue_uptake_per_s: float = 0.25 * PER_HOUR  # A: as the pocket
    epidural_uptake_per_s: float = 0.5 * PER_HOUR  # [PH1 2.7] F
    dura_share: float = 0.03  # [PH1 2.7] UGK-L: share of epidural drug that crosses the dura
    oral_uptake_per_s: float = 1.0 * PER_HOUR  # [PH1 2.7] UGK-M
    oral_availability: float = 0.74  # [PH1 1.3 AGA] V, H
    track_share: float = 0.05  # [SC 0.2 fact 10] F, L: share of the pocket that follows the catheter
    track_level: float = 10.0  # [SC 0.2 fact 10] F: where it enters CSF (tip of the reference runs)
    # effect sites
    blood_to_brain: float = 0.30  # [PH1 2.7] F
    blood_to_cord: float = 0.10  # [PH1 2.7] V-L
    fast_site_per_s: float = 0.276 * PER_HOUR  # [FIT] F
    slow_site_per_s: float = 0.0618 * PER_HOUR  # [FIT] F
    slow_weight: float = 0.637  # [FIT] F
    reflex_site_per_s: float = 0.599 * PER_HOUR  # [FIT] F
    sedation_site_per_s: float = 0.264 * PER_HOUR  # [FIT] F
    breathing_site_per_s: float = 0.51 * PER_HOUR  # [FIT] F
    descending_weight: float = 0.5  # [FIT] F, L: cord above in the tone of legs and trunk; 0 below a complete lesion
    descending_top_level: float = -5.0  # A: C2, how far up that cord counts

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not item.name.endswith("_level") and not value >= 0:
                raise ValueError(f"DrugParams.{item.name} = {value!r}; expected >= 0")
        for name in (
            "spinal_absorption",
            "dura_share",
            "oral_availability",
            "slow_weight",
            "descending_weight",
        ):
            if getattr(self, name) > 1:
                raise ValueError(f"DrugParams.{name} = {getattr(self, name)!r}; expected 0 .. 1")
        if not self.track_share < 1:
            raise ValueError(f"DrugParams.track_share = {self.track_share!r}; expected 0 .. < 1")
        if self.n_cells < 20 or self.csf_scale <= 0 or self.length_scale <= 0:
            raise ValueError("DrugParams: expected n_cells >= 20, csf_scale > 0 and length_scale > 0")

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, item.name) for item in fields(self)))

    def __hash__(self) -> int:
        """Return a hash of all values, taken once: many tables are kept by it."""
        return self._hash

    @classmethod
    def for_patient(
        cls,
        height_m: float = ADULT_HEIGHT_M,
        mass_kg: float = 70.0,
        csf_scale: float | None = None,
        *,
        is_lesion_complete: bool = False,
        clearance_scale: float = 1.0,
        track_share: float | None = None,
    ) -> DrugParams:
        """Return the parameters of one patient.

        Parameters
        ----------
        height_m, mass_kg : float
            Body height [m] and mass [kg].
        csf_scale : float, optional
            Spinal CSF volume relative to 96 mL; by default it follows the height.
        is_lesion_complete : bool
            Complete cord lesion below the tip: the cord above then has no part in leg tone.
        clearance_scale : float
            Renal clearance relative to normal.
        track_share : float, optional
            Share of drug in the pocket that finds its way along the catheter into CSF.

        Notes
        -----
        Lengths scale with height, areas with height**0.7 [PH1 2.7, F], so volume with
        height**1.7; CSF production is kept (right from age 4). Plasma: the child's per-kilogram
        clearance holds until it reaches the adult's (40 kg), the central volume likewise
        (61 kg). Published spinal dose does not depend on age (ALB03), so no effect parameter does.
        """
        if not 0.5 <= height_m <= 2.3 or not 5.0 <= mass_kg <= 300.0:
            raise ValueError(
                f"height_m = {height_m}, mass_kg = {mass_kg}; expected 0.5 .. 2.3 m, 5 .. 300 kg"
            )
        length_scale = height_m / ADULT_HEIGHT_M
        return cls(
            length_scale=length_scale,
            csf_scale=length_scale**1.7 if csf_scale is None else csf_scale,
            spread_lumbar_m=cls().spread_lumbar_m * length_scale,
            shift_lumbar_m=cls().shift_lumbar_m * length_scale,
            clearance_m3_per_s=clearance_scale
            * min(8.0e-3 * PER_HOUR, CHILD_CLEARANCE_M3_PER_S_KG * mass_kg),
            plasma_m3=min(21.3e-3, CHILD_CENTRAL_M3_PER_KG * mass_kg),
            descending_weight=0.0 if is_lesion_complete else cls().descending_weight,
            track_share=0.05 if track_share is None else track_share,
        )
