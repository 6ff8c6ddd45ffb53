"""Pump models: dimensions, volumes, rates; a cited table."""

from __future__ import annotations

from dataclasses import dataclass

ML = 1e-6
ML_PER_DAY = 1e-6 / 86400.0
WATER_KG_PER_M3 = 1000.0
YEAR_S = 365.25 * 86400.0


@dataclass(frozen=True, slots=True)
class PumpSpec:
    """One pump model; sources in `EVIDENCE` of physics.pump.

    Volumes [m3], flows [m3/s], lengths [m], pressures [Pa].
    """

    model: str
    capacity_m3: float
    thickness_m: float
    mass_empty_kg: float
    displacement_m3: float
    diameter_m: float = 87.5e-3  # [S73] H
    tubing_m3: float = 0.140e-6  # [S01] H
    residual_m3: float = 1.4e-6  # flow ends here [device 0.1, UGK-M]
    undrawable_m3: float = 0.1e-6  # [A] a syringe empties further than the roller (N-F1 draws all 6.4 mL)
    flow_max_m3_per_s: float = 24.0 * ML_PER_DAY  # 1 mL/h [UGK-M]
    flow_least_m3_per_s: float = 0.048 * ML_PER_DAY  # least therapeutic [UGK-M]
    flow_minimum_m3_per_s: float = 0.006 * ML_PER_DAY  # minimum-rate mode [UGK-M]
    accuracy_limit: float = 0.145  # [S02] H
    fall_off_start_m3: float = 4.0e-6  # [S23] H, slope L
    fall_off_low_m3: float = 2.0e-6  # [S23]
    fall_off_share: float = 0.5  # L
    fall_off_phenotype: float = 0.24  # 21 of 88 patients [S23] H
    stopped_alarm_s: float = 48 * 3600.0  # [S19] H
    update_s: float = 2.0  # [A] telemetry time during which an updated pump stands still [S13: stopped mode]
    gas_empty_pa: float = 10e3  # [game_design section 3 item 10: 10-30 kPa]
    gas_full_pa: float = 30e3  # same
    overfill_pa_per_m3: float = 40e9  # [A] 40 kPa for each mL above the label
    valve_close_pa: float = 90e3  # [A] inlet valve shuts: ~1.5 mL over the label [device 1.8, UGK-M]
    service_s: float = 7.0 * YEAR_S  # longest service; the battery's years in proportion [S18] H
    septum_radius_m: float = 4e-3  # [A] (centre hole +- 4 mm, step R05)


    @property
    def mass_full_kg(self) -> float:
        """Mass with its reservoir full of water."""
        return self.mass_empty_kg + self.capacity_m3 * WATER_KG_PER_M3


PUMPS: dict[str, PumpSpec] = {
    # thickness, mass UGK-M, displacement UGK-L [device 0.1]
    "8637-20": PumpSpec("8637-20", 20 * ML, 19.5e-3, 0.165, 91 * ML),
    "8637-40": PumpSpec("8637-40", 40 * ML, 26.0e-3, 0.175, 121 * ML),
    # the next generation: the same but for a longer life [device 1.9, UGK-L]
    "8667-20": PumpSpec("8667-20", 20 * ML, 19.5e-3, 0.165, 91 * ML, service_s=10.0 * YEAR_S),
    "8667-40": PumpSpec("8667-40", 40 * ML, 26.0e-3, 0.175, 121 * ML, service_s=10.0 * YEAR_S),
}


def pump_for(capacity_m3: float) -> PumpSpec:
    """Return the smallest model that holds the volume.

    Raises
    ------
    ValueError
        If no model does.
    """
    for spec in PUMPS.values():
        if capacity_m3 <= spec.capacity_m3 * (1.0 + 1e-9):
            return spec
    raise ValueError(f"capacity_m3 = {capacity_m3}; expected <= 40e-6")


def reservoir_pressure(spec: PumpSpec, volume_m3: float) -> float:
    """Return the pressure of the gas-loaded reservoir [Pa].

    Notes
    -----
    10 kPa empty to 30 kPa full, flat between [game_design section 3]; above the label the bellows is
    at its stop and pressure climbs 40 kPa/mL [A].
    """
    share = min(max(volume_m3 / spec.capacity_m3, 0.0), 1.0)
    over = max(0.0, volume_m3 - spec.capacity_m3)
    return spec.gas_empty_pa + share * (spec.gas_full_pa - spec.gas_empty_pa) + over * spec.overfill_pa_per_m3


def reservoir_share(spec: PumpSpec, volume_m3: float, has_fall_off: bool) -> float:
    """Return flow over set flow as the reservoir empties, 0..1 [device 1.2].

    Notes
    -----
    1 down to the residual volume; in the early-fall-off phenotype 1 at 4 mL, 0.5 at 2 mL, linear on
    to the residual. Every pump stops at the residual.
    """
    if volume_m3 <= spec.residual_m3:
        return 0.0
    if not has_fall_off or volume_m3 >= spec.fall_off_start_m3:
        return 1.0
    slope = (1.0 - spec.fall_off_share) / (spec.fall_off_start_m3 - spec.fall_off_low_m3)
    return 1.0 - slope * (spec.fall_off_start_m3 - volume_m3)
