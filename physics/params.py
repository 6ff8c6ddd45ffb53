"""What does not change during a case: the patient, the devices on the table, the start."""

from __future__ import annotations

from dataclasses import dataclass, field

from physics.anatomy import PatientBuild
from physics.pump.faults import Fault


@dataclass(frozen=True, slots=True)
class Disease:
    """Spasticity before therapy and how this patient differs from the typical one.

    Attributes
    ----------
    preset : str
        Row of the drug table: "SCI", "MS", "CP", "TBI" or "STROKE".
    ashworth_legs, ashworth_arms : float
        Mean Ashworth score before therapy, 1..5.
    spasm_score : float
        Penn spasm score before therapy, 0..4.
    ec50_factor : float
        Concentration for half effect over the typical one.
    withdrawal_susceptibility : float
        s_w of the withdrawal model.
    csf_pressure_pa : float
        CSF pressure over ambient, lying.
    lesion_level : float or None
        Cord lesion, T1 = 1 .. L5 = 17, C7 = 0 .. C1 = -6; at T6 and above it brings dysreflexia.
    bladder_m3 : float
        Urine behind a blocked catheter at the start; 0 = the bladder drains.
    infection_place, infection_day : str, float
        "pocket" or "meninges" and the day after the start on which it shows itself; "none" for never.
    """

    preset: str = "SCI"
    ashworth_legs: float = 4.0
    ashworth_arms: float = 1.0
    spasm_score: float = 3.0
    ec50_factor: float = 1.0
    withdrawal_susceptibility: float = 0.8
    csf_pressure_pa: float = 1471.0  # 15 cmH2O [scenarios_content I-F1]
    lesion_level: float | None = None
    bladder_m3: float = 0.0
    infection_place: str = "none"
    infection_day: float = 0.0


@dataclass(frozen=True, slots=True)
class StartState:
    """An implant that is already in: what an earlier case handed over.

    Lengths [m], angles [rad], volumes [m3], concentrations [kg/m3], doses [kg/s].

    Attributes
    ----------
    lived_days : float
        How many of `days_since_implant`, the first ones, catheter and pump live day by day after the operation; the
        rest is only scar and clock. 0 = a healed implant as told.
    drug_days : float
        How many days, the last ones, the drug runs through the line as it then lies; before, the dose is taken
        to have reached the tip.
    """

    days_since_implant: float
    tip_level: float
    cover_m: float
    tilt_rad: float
    pocket_u_m: float
    pocket_v_m: float
    pocket_radius_m: float
    plane: str
    n_sutures: int
    outlet_angle_rad: float
    anchor_sutures: int
    anchor_substrate: str
    loop_radius_m: float
    coil_radius_m: float
    recorded_length_m: float
    reservoir_m3: float
    stored_reservoir_m3: float
    concentration_kg_per_m3: float
    stored_concentration_kg_per_m3: float
    dose_kg_per_s: float
    alarm_volume_m3: float
    days_on_therapy: float
    reservoir_air_m3: float = 0.0
    is_telemetry_locked: bool = False  # just come out of a scanner so
    lived_days: float = 0.0
    drug_days: float = 0.0


@dataclass(frozen=True, slots=True)
class Params:
    """A case in SI units: everything `initial` needs beside the seed."""

    build: PatientBuild
    disease: Disease = field(default_factory=Disease)
    pump_capacity_m3: float = 20e-6
    pump_unit_error: float = 0.0
    pump_faults: tuple[Fault, ...] = ()
    catheter_model: str = "ascenda_8780"
    flexions_per_day: float = 100.0
    flexion_scale: float = 1.0  # how far this patient moves over the typical one
    mobility: str = "ambulatory"  # or "wheelchair"
    adherence: float = 0.7  # share of what is forbidden after surgery that is not done [A]
    fat_m_per_year: float = 0.0  # gain of subcutaneous fat, negative = loss
    twiddle_turns_per_day: float = 0.2  # deliberate turns of the pump [A]
    twiddle_bias: float = 0.0  # 0 either way .. 1 always head toward left
    start: StartState | None = None
