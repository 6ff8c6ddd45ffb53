"""The shape of content: frozen models in clinical units, every number with its range.

A number's allowed range is part of its type; an unknown key is an error; nothing is coerced
(a string is never a number). Ranges are plausibility limits of the model, not clinical advice.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

FORMAT = 1
LEVEL_NAMES: tuple[str, ...] = (
    *(f"T{i}" for i in range(1, 13)), *(f"L{i}" for i in range(1, 6)), "S1",
)  # fmt: skip

OVER_LEAST_PERCENT, OVER_FROM_DAY = 14.5, 152  # [device_and_procedure 1.2, H]: above the label, from five months on
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,47}$")]
Text = Annotated[str, Field(min_length=1, max_length=600)]
LesionName = Annotated[str, Field(pattern=r"^(C[1-8]|T([1-9]|1[0-2])|L[1-5])$")]
LevelName = Annotated[str, Field(pattern=r"^(C[2-7]|T([1-9]|1[0-2])|L[1-5]|S1)$")]
Ashworth = Annotated[float, Field(ge=1, le=5)]
DoseUgPerDay = Annotated[float, Field(ge=0, le=3000)]
ConcentrationUgPerMl = Annotated[float, Field(ge=10, le=4000)]
ReservoirMl = Annotated[float, Field(ge=0, le=40)]
Days = Annotated[float, Field(ge=0, le=3650)]


class Model(BaseModel):
    """Settings common to all content models."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def level_number(name: str) -> float:
    """Return a vertebra's level as physics counts: T1 = 1 .. S1 = 18, C7 = 0 .. C2 = -5."""
    return float(name[1:]) - 7.0 if name.startswith("C") else float(LEVEL_NAMES.index(name) + 1)


LEAST_SOFT_MM = 12.0  # [A] least muscle and ligament between fascia and dura
DEPTH_OFF_ADULT_MM, DEPTH_OFF_CHILD_MM = 25.0, 12.0  # [A] about two standard deviations round the formulas
BMI_ADULT, BMI_CHILD = (11.0, 50.0), (10.0, 35.0)  # [A] what the trunk tables can describe
FAT_MOST_TIMES = 3.0  # [A] over the formula: far outside any series
SHUNT_RADIUS_MM = 4.0  # [A] tubing and its sheath


class Site(Model):
    """A stoma, tubing or device that was there before; on the unrolled skin, u to the patient's left."""

    kind: Literal["gastrostomy", "ostomy", "shunt", "device"]
    side: Literal["left", "right"]
    u_cm: Annotated[float, Field(ge=4, le=60)]
    v_cm: Annotated[float, Field(ge=-20, le=45)]
    radius_mm: Annotated[float, Field(ge=1, le=80)] = 15.0
    enters_v_cm: Annotated[float, Field(ge=-10, le=45)] | None = None  # shunt: where the tubing comes from the chest

    @model_validator(mode="after")
    def _tubing_has_a_course(self) -> Site:
        if (self.kind == "shunt") != (self.enters_v_cm is not None):
            raise ValueError(f"enters_v_cm = {self.enters_v_cm}; expected a height exactly for kind 'shunt'")
        if self.enters_v_cm is not None and self.enters_v_cm <= self.v_cm:
            raise ValueError(f"enters_v_cm = {self.enters_v_cm:g}; expected > v_cm = {self.v_cm:g}")
        return self


class Patient(Model):
    """A body, a disease and how this person answers the drug. All patients are invented."""

    format: Literal[1]
    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    sex: Literal["f", "m"]
    age_years: Annotated[float, Field(ge=3, le=90)]
    mass_kg: Annotated[float, Field(ge=12, le=160)]
    height_cm: Annotated[float, Field(ge=90, le=210)]
    diagnosis: Literal["SCI", "MS", "CP", "TBI", "STROKE"]
    diagnosis_text: Text
    abdominal_fat_mm: Annotated[float, Field(ge=3, le=80)]
    back_fat_mm: Annotated[float, Field(ge=2, le=80)]
    dura_depth_mm: Annotated[float, Field(ge=15, le=110)]
    conus_level: Annotated[float, Field(ge=11.5, le=15.5)] = 13.4
    csf_scale: Annotated[float, Field(ge=0.4, le=1.6)] = 1.0
    canal_scale: Annotated[float, Field(ge=0.6, le=1.2)] = 1.0
    cobb_deg: Annotated[float, Field(ge=-75, le=75)] = 0.0  # positive: convex to the patient's right
    curve_upper: LevelName = "T8"
    curve_apex: LevelName = "L1"
    curve_lower: LevelName = "L5"
    kyphosis_deg: Annotated[float, Field(ge=8, le=45)] | None = None  # T4 to T12
    lordosis_deg: Annotated[float, Field(ge=12, le=55)] | None = None  # L1 to S1
    fused: Annotated[tuple[tuple[LevelName, LevelName], ...], Field(max_length=4)] = ()
    fusion_has_metal: bool = False
    scar: Annotated[tuple[tuple[LevelName, LevelName], ...], Field(max_length=4)] = ()
    sites: Annotated[tuple[Site, ...], Field(max_length=6)] = ()
    ashworth_legs: Ashworth
    ashworth_arms: Ashworth
    penn: Annotated[float, Field(ge=0, le=4)]
    ec50_factor: Annotated[float, Field(ge=0.2, le=5)] = 1.0
    withdrawal_factor: Annotated[float, Field(ge=0.2, le=2)] = 0.8
    lesion_level: LesionName | None = None  # of a cord lesion; at T6 and above it brings dysreflexia
    csf_pressure_cmh2o: Annotated[float, Field(ge=3, le=35)] = 15.0
    flexions_per_day: Annotated[float, Field(ge=0, le=2000)] = 100.0
    adherence: Annotated[float, Field(ge=0, le=1)] = 0.7  # share of what is forbidden after surgery that is not done [A]
    twiddle_turns_per_day: Annotated[float, Field(ge=0, le=50)] = 0.2
    twiddle_bias: Annotated[float, Field(ge=-1, le=1)] = 0.0
    history: tuple[Text, ...] = ()
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]

    @property
    def bmi_kg_per_m2(self) -> float:
        """Body mass index [kg/m2]."""
        return self.mass_kg / (self.height_cm / 100.0) ** 2

    @property
    def usual_fat_mm(self) -> float:
        """Fat of the abdominal wall by formula: 8.4 + 0.4 (BMI - 22) mm, 5.1 more in women [A26]."""
        return 8.4 + 0.4 * (self.bmi_kg_per_m2 - 22.0) + (5.1 if self.sex == "f" else 0.0)

    @property
    def usual_dura_depth_mm(self) -> float:
        """Skin to dura at L3-4 by formula: children 0.4 W + 20 [A22], adults 0.077 BMI + 0.88 in [A21], less 7 mm."""
        if self.age_years < 14.0:
            return 0.4 * self.mass_kg + 20.0 - 7.0
        return 25.4 * (0.077 * self.bmi_kg_per_m2 + 0.88) - 7.0

    @model_validator(mode="after")
    def _body_agrees(self) -> Patient:
        low, high = BMI_CHILD if self.age_years < 14.0 else BMI_ADULT
        if not low <= self.bmi_kg_per_m2 <= high:
            at = (self.height_cm / 100.0) ** 2
            raise ValueError(f"mass_kg = {self.mass_kg:g}; expected {low * at:.0f} .. {high * at:.0f} at {self.height_cm:g} cm")
        usual = self.usual_dura_depth_mm
        off = DEPTH_OFF_CHILD_MM if self.age_years < 14.0 else DEPTH_OFF_ADULT_MM
        if abs(self.dura_depth_mm - usual) > off:
            raise ValueError(
                f"dura_depth_mm = {self.dura_depth_mm:g}; expected {max(usual - off, 15.0):.0f} .. {usual + off:.0f} for this build"
            )
        most = FAT_MOST_TIMES * max(self.usual_fat_mm, 4.0)
        if self.abdominal_fat_mm > most:
            raise ValueError(f"abdominal_fat_mm = {self.abdominal_fat_mm:g}; expected <= {most:.0f} at a BMI of {self.bmi_kg_per_m2:.0f}")
        if self.back_fat_mm > self.dura_depth_mm - LEAST_SOFT_MM:
            raise ValueError(f"back_fat_mm = {self.back_fat_mm:g}; expected <= {self.dura_depth_mm - LEAST_SOFT_MM:g}")
        return self

    @model_validator(mode="after")
    def _levels_are_ordered(self) -> Patient:
        upper, apex, lower = (level_number(n) for n in (self.curve_upper, self.curve_apex, self.curve_lower))
        if not upper < apex < lower:
            raise ValueError(f"curve_apex = '{self.curve_apex}'; expected between {self.curve_upper} and {self.curve_lower}")
        for key, blocks in (("fused", self.fused), ("scar", self.scar)):
            for first, last in blocks:
                if level_number(first) > level_number(last) or (key == "fused" and first == last):
                    raise ValueError(f"{key} = ['{first}', '{last}']; expected the upper vertebra first")
        spans = sorted((level_number(first), level_number(last)) for first, last in self.fused)
        if any(lower[0] <= upper[1] for upper, lower in pairwise(spans)):
            told = ", ".join(f"{first}-{last}" for first, last in self.fused)
            raise ValueError(f"fused = {told}; expected blocks that share no vertebra (write them as one)")
        if self.fusion_has_metal and not self.fused:
            raise ValueError("fusion_has_metal = true; expected false without `fused`")
        return self


class Order(Model):
    """What was written for this case: the targets that measures compare with."""

    dose_ug_per_day: DoseUgPerDay
    dose_min_ug_per_day: DoseUgPerDay | None = None
    dose_max_ug_per_day: DoseUgPerDay | None = None
    concentration_ug_per_ml: ConcentrationUgPerMl
    volume_ml: ReservoirMl
    alarm_volume_ml: Annotated[float, Field(ge=0, le=10)] = 2.0
    target_level: LevelName
    side: Literal["left", "right"]
    plane: Literal["subcutaneous", "subfascial"] = "subcutaneous"
    cover_min_mm: Annotated[float, Field(ge=3, le=25)] = 15.0
    cover_max_mm: Annotated[float, Field(ge=5, le=25)] = 20.0
    monitor_hours: Annotated[float, Field(ge=0, le=96)] = 24.0
    needle_angle_min_deg: Annotated[float, Field(ge=15, le=90)] = 30.0
    needle_angle_max_deg: Annotated[float, Field(ge=15, le=90)] = 60.0

    @model_validator(mode="after")
    def _bands_are_ordered(self) -> Order:
        pairs = (
            ("cover_min_mm", self.cover_min_mm, self.cover_max_mm),
            ("needle_angle_min_deg", self.needle_angle_min_deg, self.needle_angle_max_deg),
            ("dose_min_ug_per_day", self.dose_low_ug_per_day, self.dose_high_ug_per_day),
        )
        for key, low, high in pairs:
            if low > high:
                raise ValueError(f"{key} = {low}; expected <= {high}")
        return self

    @property
    def dose_low_ug_per_day(self) -> float:
        """Lower end of the allowed dose."""
        return self.dose_ug_per_day if self.dose_min_ug_per_day is None else self.dose_min_ug_per_day

    @property
    def dose_high_ug_per_day(self) -> float:
        """Upper end of the allowed dose."""
        return self.dose_ug_per_day if self.dose_max_ug_per_day is None else self.dose_max_ug_per_day

    @property
    def target(self) -> float:
        """Target as a level number, T1 = 1."""
        return level_number(self.target_level)


class PumpFault(Model):
    """A fault of the pump that begins on a day after implant; the earliest over-infusion is of five months."""

    kind: Literal["over-infusion", "low battery reset", "memory error", "minor memory error"]
    day: Days
    rise_percent: Annotated[float, Field(ge=0, le=100)] = 0.0

    @model_validator(mode="after")
    def _rise_fits(self) -> PumpFault:
        is_over = self.kind == "over-infusion"
        if is_over and self.rise_percent < OVER_LEAST_PERCENT:
            raise ValueError(f"rise_percent = {self.rise_percent:g}; expected {OVER_LEAST_PERCENT} .. 100 (less is within the label)")
        if is_over and self.day < OVER_FROM_DAY:
            raise ValueError(f"day = {self.day:g}; expected >= {OVER_FROM_DAY} (no pump over-infused earlier)")
        if not is_over and self.rise_percent != 0.0:
            raise ValueError(f"rise_percent = {self.rise_percent:g}; expected 0 for kind '{self.kind}'")
        return self


class Equipment(Model):
    """What lies on the table."""

    catheter: Literal["ascenda_8780", "ascenda_8781", "silicone_8709", "silicone_8731"] = "ascenda_8780"
    catheter_length_cm: Annotated[float, Field(ge=30, le=150)] = 114.0
    catheter_ml_per_cm: Annotated[float, Field(ge=0.0005, le=0.01)] = 0.0022
    tubing_ml: Annotated[float, Field(ge=0.0, le=0.5)] = 0.140
    pump_ml: Annotated[float, Field(ge=20, le=40)] = 20.0
    needle_mm: Annotated[float, Field(ge=50, le=160)] = 89.0
    pump_bias_percent: Annotated[float, Field(ge=-14.5, le=60)] = 0.0
    pump_faults: Annotated[tuple[PumpFault, ...], Field(max_length=4)] = ()


class Implanted(Model):
    """An implant that is already in."""

    days_since_implant: Days
    days_since_fill: Days
    days_on_therapy: Days
    tip_level: LevelName
    implanted_cm: Annotated[float, Field(ge=20, le=150)]
    recorded_cm: Annotated[float, Field(ge=20, le=150)]
    cover_mm: Annotated[float, Field(ge=2, le=60)]
    tilt_deg: Annotated[float, Field(ge=0, le=60)]
    pocket_u_cm: Annotated[float, Field(ge=-60, le=60)]
    pocket_v_cm: Annotated[float, Field(ge=-20, le=40)]
    clearance_mm: Annotated[float, Field(ge=0, le=40)]
    plane: Literal["subcutaneous", "subfascial"]
    n_pump_sutures: Annotated[int, Field(ge=0, le=4)]
    outlet_angle_deg: Annotated[float, Field(ge=-180, le=180)]
    n_anchor_sutures: Annotated[int, Field(ge=0, le=6)]
    anchor_substrate: Literal["fascia", "fat", "none"]
    loop_radius_mm: Annotated[float, Field(ge=0, le=40)]
    coil_radius_mm: Annotated[float, Field(ge=2, le=60)]
    true_reservoir_ml: ReservoirMl
    stored_reservoir_ml: ReservoirMl
    true_concentration_ug_per_ml: ConcentrationUgPerMl
    stored_concentration_ug_per_ml: ConcentrationUgPerMl
    dose_ug_per_day: DoseUgPerDay
    alarm_volume_ml: Annotated[float, Field(ge=0, le=10)] = 2.0
    reservoir_air_ml: Annotated[float, Field(ge=0, le=10)] = 0.0
    telemetry_locked: bool = False
    lived_days: Days = 0.0  # of the first days, lived by catheter and pump; the rest is scar and clock
    drug_days: Annotated[float, Field(ge=0, le=60)] = 0.0  # of the last days, lived by the drug in the line as it lies
    infection: Literal["none", "pocket", "meninges"] = "none"
    infection_day: Days = 0.0  # after the start of the case, on which it shows


class Start(Model):
    """Fresh table, or a pump that is in; a played case may replace the latter."""

    kind: Literal["fresh", "implanted"]
    may_inherit_from: Identifier | None = None
    implanted: Implanted | None = None

    @model_validator(mode="after")
    def _implanted_is_told(self) -> Start:
        if (self.kind == "implanted") != (self.implanted is not None):
            raise ValueError(f"kind = '{self.kind}'; expected [start.implanted] exactly for kind 'implanted'")
        return self


class Trigger(Model):
    """A planned treatment by staff: when something was seen, do one thing, once."""

    id: Identifier
    text: Text
    when_event: Annotated[str, Field(max_length=40)] | None = None
    when_day: Days | None = None
    give: Literal["ventilation", "benzodiazepine", "cyproheptadine"]
    amount: Annotated[float, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _has_one_cause(self) -> Trigger:
        if (self.when_event is None) == (self.when_day is None):
            raise ValueError("when_event, when_day; expected exactly one of the two")
        return self


class RubricLine(Model):
    """Weight x measure, linear between `zero` and `full`, with the source of its threshold."""

    id: Annotated[str, Field(pattern=r"^L\d\d$")]
    text: Text
    measure: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+|:[A-Z]{2}\d\d(-[A-Z]{2}\d\d)?)$")]
    unit: Annotated[str, Field(max_length=12)]
    full: Annotated[float, Field(ge=-1e4, le=1e4)]
    zero: Annotated[float, Field(ge=-1e4, le=1e4)]
    weight: Annotated[float, Field(gt=0, le=40)]
    source: Annotated[str, Field(min_length=2, max_length=160)]
    confidence: Literal["H", "M", "L", "UGK", "A"]

    @model_validator(mode="after")
    def _full_is_not_zero(self) -> RubricLine:
        if self.full == self.zero:
            raise ValueError(f"full = {self.full}; expected a value other than zero = {self.zero}")
        return self


class Hidden(Model):
    """A truth that is not shown, and what reveals it."""

    fact: Text
    revealed_by: Text


class Debrief(Model):
    """What the case is about, for the talk afterwards."""

    notes: Annotated[tuple[Text, ...], Field(min_length=1, max_length=12)]
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]


class Scenario(Model):
    """One case: what is asked and how it is judged."""

    format: Literal[1]
    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    role: Literal["resident", "nurse", "clinic"]
    level: Literal["foundation", "core", "advanced", "examination"]
    minutes: Annotated[float, Field(ge=1, le=240)]
    objectives: Annotated[tuple[Text, ...], Field(min_length=3, max_length=5)]
    brief: Text
    pass_percent: Annotated[float, Field(ge=50, le=100)] = 80.0
    fixed_seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    followup_days: Annotated[float, Field(ge=0, le=730)]
    patient: Patient
    order: Order
    equipment: Equipment
    start: Start
    critical: Annotated[tuple[str, ...], Field(min_length=1)]
    causes: Annotated[tuple[Text, ...], Field(max_length=4)] = ()  # what `decide` should name
    items: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    hidden: tuple[Hidden, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rubric: Annotated[tuple[RubricLine, ...], Field(min_length=8, max_length=45)]
    debrief: Debrief

    @model_validator(mode="after")
    def _weights_are_a_hundred(self) -> Scenario:
        total = sum(line.weight for line in self.rubric)
        if abs(total - 100.0) > 1e-9:
            raise ValueError(f"rubric.weight sums to {total:g}; expected 100")
        ids = [line.id for line in self.rubric]
        if len(set(ids)) != len(ids):
            raise ValueError("rubric.id is repeated; expected each id once")
        return self
