"""How one patient answers a drive: baselines, sensitivities, adaptation. One cited table.

Sources: [PH1] reference/pharmacology.md sections 2.5-2.7; [FIT] docs/models/drug_fit.md, the fit to
all published rows. Concentrations are CSF-equivalents [kg/m3]; 1 ug/mL = 1e-3 kg/m3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property

from physics.clock import SECONDS_PER_DAY, SECONDS_PER_HOUR
from physics.patient.background import JOINT_PATTERNS, Background

UG_PER_ML = 1e-3  # kg/m3
HOUR_S = SECONDS_PER_HOUR

# preset -> Ashworth legs, arms, Penn, reversible share of legs, arms, spasm
# [PH1 2.7 baselines V; FIT shares F]
PRESETS: dict[str, tuple[float, float, float, float, float, float]] = {
    "SCI": (4.0, 2.5, 3.3, 0.95, 0.85, 0.95),
    "MS": (4.0, 2.5, 3.3, 0.95, 0.85, 0.95),
    "TBI": (4.2, 3.3, 3.1, 0.9, 0.9, 0.80),
    "STROKE": (3.3, 2.8, 1.2, 0.93, 0.745, 0.95),
    "CP": (3.64, 3.0, 1.5, 0.723, 0.857, 0.80),
}
MS_EC50_FACTOR = 0.8  # [PH1 2.7, RID] F: MS patients may need less
# age [years], heart rate, systolic pressure, respiratory rate at rest; UGK-M charts, adult [PH1 2.7]
AGE_TABLE = (
    (4.0, 100.0, 95.0, 24.0),
    (8.0, 90.0, 102.0, 20.0),
    (12.0, 82.0, 110.0, 18.0),
    (18.0, 75.0, 122.0, 15.0),
)


@dataclass(frozen=True)
class PatientParams:
    """Everything nonlinear about one patient; defaults = typical adult with spinal injury."""

    # baselines
    ashworth_legs: float = 4.0
    ashworth_arms: float = 2.5
    ashworth_trunk: float = 3.0
    spasm_score: float = 3.3
    heart_rate_per_min: float = 75.0  # [PH1 2.7]
    systolic_mmhg: float = 122.0  # [PH1 2.7]
    respiratory_rate_per_min: float = 15.0  # [PH1 2.7]
    temperature_c: float = 36.9  # [PH1 2.7]
    # tone and spasm
    reversible_legs: float = 0.95
    reversible_arms: float = 0.85
    reversible_spasm: float = 0.95
    half_legs_kg_per_m3: float = 0.0514 * UG_PER_ML  # [FIT] F, M
    half_arms_kg_per_m3: float = 0.0347 * UG_PER_ML  # [FIT] F, L
    steepness: float = 4.75  # [FIT] F, M
    spasm_ratio: float = 1.0  # [FIT] F: half concentration of spasm over legs
    weakness_ratio: float = 5.0  # [PH1 2.7] UGK-L
    weakness_steepness: float = 3.0  # [PH1] F
    half_reflex_kg_per_m3: float = 0.0714 * UG_PER_ML  # [FIT] F, H: STO06, STO12
    reflex_steepness: float = 1.8  # [FIT] F
    rebound: float = 1.2  # [PH1 2.5] F: Ashworth points per unit of withdrawal
    rebound_arms: float = 0.7  # [PH1 2.5] F: share of it in the arms
    # brain
    half_sedation_kg_per_m3: float = 0.321 * UG_PER_ML  # [FIT] F, L
    half_breathing_kg_per_m3: float = 0.45 * UG_PER_ML  # [FIT] F, L
    brain_steepness: float = 6.52  # [FIT] F, L
    # adaptation
    tolerance_gain: float = 3.58  # [FIT] F: rise of half concentrations at full effect
    tolerance_s: float = 2620.0 * HOUR_S  # [FIT] F
    brain_tolerance: float = 0.7  # [FIT] F, L: share of tolerance that the brain takes part in
    half_dependence_kg_per_m3: float = 0.167 * UG_PER_ML  # [FIT] F
    dependence_on_s: float = 10.0 * SECONDS_PER_DAY  # [PH1 2.7] F; receptor data KRO93b: days
    dependence_off_s: float = 6.0 * SECONDS_PER_DAY  # [PH1 2.7] F
    withdrawal_lag_s: float = 5.47 * HOUR_S  # [FIT] F
    susceptibility: float = 0.80  # [PH1 2.7] F, s_w; population CV 0.45
    background: Background = field(default_factory=Background)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("ashworth_legs", 1.0, 5.0), ("ashworth_arms", 1.0, 5.0), ("ashworth_trunk", 1.0, 5.0),
            ("spasm_score", 0.0, 4.0), ("susceptibility", 0.0, 5.0), ("half_legs_kg_per_m3", 1e-9, 1.0),
            ("respiratory_rate_per_min", 5.0, 60.0), ("heart_rate_per_min", 30.0, 200.0),
        ):  # fmt: skip
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"PatientParams.{name} = {getattr(self, name)!r}; expected {low} .. {high}")

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, item.name) for item in fields(self)))

    def __hash__(self) -> int:
        """Return a hash of all values, taken once: many tables are kept by it."""
        return self._hash

    @classmethod
    def for_patient(
        cls,
        preset: str = "SCI",
        *,
        ashworth_legs: float | None = None,
        ashworth_arms: float | None = None,
        ashworth_trunk: float | None = None,
        spasm_score: float | None = None,
        ec50_factor: float = 1.0,
        susceptibility: float = 0.80,
        age_years: float = 40.0,
        background: Background | None = None,
    ) -> PatientParams:
        """Return the parameters of one patient.

        Parameters
        ----------
        preset : str
            "SCI", "MS", "CP", "TBI" or "STROKE": reversible shares and default baselines.
        ashworth_legs, ashworth_arms, ashworth_trunk, spasm_score : float, optional
            Scores before therapy; Ashworth 1..5, Penn 0..4.
        ec50_factor : float
            Half concentrations (tone, reflex, sedation, breathing) over the typical ones.
        susceptibility : float
            s_w: how hard withdrawal hits.
        age_years : float
            Sets resting heart rate, pressure and breathing.
        background : Background, optional
            Body, mobility, lesion; its pattern of tone is the preset's.

        Raises
        ------
        ValueError
            If the preset is unknown or a score is out of range.
        """
        if preset not in PRESETS:
            raise ValueError(f"preset = {preset!r}; expected one of {', '.join(PRESETS)}")
        legs, arms, spasm, share_legs, share_arms, share_spasm = PRESETS[preset]
        factor = ec50_factor * (MS_EC50_FACTOR if preset == "MS" else 1.0)
        plain = cls()
        legs = legs if ashworth_legs is None else ashworth_legs
        arms = arms if ashworth_arms is None else ashworth_arms
        rest = [_at_age(age_years, column) for column in (1, 2, 3)]
        return cls(
            ashworth_legs=legs,
            ashworth_arms=arms,
            ashworth_trunk=0.5 * (legs + arms) if ashworth_trunk is None else ashworth_trunk,
            spasm_score=spasm if spasm_score is None else spasm_score,
            heart_rate_per_min=rest[0],
            systolic_mmhg=rest[1],
            respiratory_rate_per_min=rest[2],
            reversible_legs=share_legs,
            reversible_arms=share_arms,
            reversible_spasm=share_spasm,
            half_legs_kg_per_m3=plain.half_legs_kg_per_m3 * factor,
            half_arms_kg_per_m3=plain.half_arms_kg_per_m3 * factor,
            half_reflex_kg_per_m3=plain.half_reflex_kg_per_m3 * factor,
            half_sedation_kg_per_m3=plain.half_sedation_kg_per_m3 * factor,
            half_breathing_kg_per_m3=plain.half_breathing_kg_per_m3 * factor,
            susceptibility=susceptibility,
            background=replace(background or Background(), joint_pattern=JOINT_PATTERNS[preset]),
        )


def _at_age(age_years: float, column: int) -> float:
    """Interpolate `AGE_TABLE`, flat outside."""
    rows = AGE_TABLE
    if age_years <= rows[0][0]:
        return rows[0][column]
    for low, high in zip(rows, rows[1:], strict=False):
        if age_years <= high[0]:
            share = (age_years - low[0]) / (high[0] - low[0])
            return low[column] + share * (high[column] - low[column])
    return rows[-1][column]
