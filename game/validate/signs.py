"""Rows that hold the model's signs against the grade tables of overdose and withdrawal.

A grade is held for days at the middle of its range of drives (or severity) in a patient of otherwise no drug, and
every sign is read then; numbers a monitor shows whole are held against the band as shown, half a unit either side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from game.validate.drug_course import Subject, band_row, chronic
from game.validate.row import ValidationRow
from physics import csf, patient
from physics.clock import SECONDS_PER_HOUR
from physics.patient import complaints, dysreflexia, medicines
from physics.patient.march import CK_DECAY_PER_S, CK_GAIN, CK_REST_U_PER_L, CK_THRESHOLD
from physics.patient.neuro import coma_score
from physics.virtual_patient import HALF_CV

Band = tuple[float, float]
OVERDOSE_TABLE, WITHDRAWAL_TABLE = "pharmacology 5.1 (synthesis of cases)", "pharmacology 5.2 (synthesis of cases)"
HELD_HOURS = 24.0
ADULT = patient.PatientParams.for_patient("SCI")
DAYS_ON_WITHDRAWAL = 2.0


@dataclass(frozen=True, slots=True)
class Grade:
    """One column of a grade table: the share of full effect, then the bands of the signs."""

    name: str
    sedation: float
    breathing: float
    bands: dict[str, Band]


# sedation and breathing at the middle of the table's "model g_sed / g_resp"; the ends 0 and 1 where it gives one side
GRADES = (
    Grade("mild", 0.08, 0.05, {
        "GCS": (13, 15), "respiratory rate": (12, 16), "SpO2": (95, 100), "heart rate": (60, 75), "systolic": (105, 120),
        "temperature": (36.5, 37.0)}),
    Grade("moderate", 0.325, 0.275, {
        "GCS": (9, 13), "respiratory rate": (8, 12), "SpO2": (90, 94), "heart rate": (50, 60), "systolic": (90, 105),
        "temperature": (35.8, 36.5)}),
    Grade("severe", 0.75, 0.625, {
        "GCS": (3, 8), "respiratory rate": (4, 8), "SpO2": (75, 89), "heart rate": (40, 50), "systolic": (75, 90),
        "temperature": (34.5, 35.8)}),
    Grade("arrest", 0.99, 0.90, {
        "GCS": (3, 3), "respiratory rate": (0, 3), "SpO2": (0, 75), "heart rate": (30, 40), "systolic": (0, 70),
        "temperature": (0, 34.5)}),
)  # fmt: skip
UNITS = {"GCS": "1", "respiratory rate": "1/min", "SpO2": "%", "heart rate": "1/min", "systolic": "mmHg", "temperature": "C"}
SHOWN_WHOLE = {"GCS", "respiratory rate", "SpO2", "heart rate", "systolic"}


def drive_for(share: float, half_kg_per_m3: float, steepness: float) -> float:
    """Return the drive [kg/m3] with a share of full effect: the sigmoid turned round."""
    return half_kg_per_m3 * (share / (1.0 - share)) ** (1.0 / steepness)


def held(sedation: float, breathing: float, hours: float = HELD_HOURS) -> patient.PatientState:
    """Return a patient who breathes air, after hours at constant shares of sedation and depressed breathing."""
    brain = drive_for(sedation, ADULT.half_sedation_kg_per_m3, ADULT.brain_steepness)
    lungs = drive_for(breathing, ADULT.half_breathing_kg_per_m3, ADULT.brain_steepness)
    times = np.linspace(0.0, hours * SECONDS_PER_HOUR, round(4 * hours) + 1)
    none = np.zeros_like(times)
    exposure = csf.Exposure(times, none, none, none, none, none, none + brain, none + lungs)
    return patient.advance(ADULT, patient.initial(ADULT), exposure)[0]


def vitals_of(state: patient.PatientState) -> dict[str, float]:
    """Return the signs of the tables by their names."""
    v = state.vitals
    return {
        "GCS": state.neuro.gcs, "respiratory rate": v.respiratory_rate_per_min, "SpO2": v.spo2_percent,
        "heart rate": v.heart_rate_per_min, "systolic": v.systolic_mmhg, "temperature": v.temperature_c,
    }  # fmt: skip


def overdose_rows() -> list[ValidationRow]:
    """Return each sign of each grade of overdose."""
    out = []
    for grade in GRADES:
        found = vitals_of(held(grade.sedation, grade.breathing))
        for sign, (low, high) in grade.bands.items():
            edge = 0.5 if sign in SHOWN_WHOLE else 0.05
            name = (f"signs.overdose.{grade.name}.{sign.replace(' ', '_')}", f"{grade.name} overdose, held: {sign}", UNITS[sign])
            out.append(band_row("signs", name, low - edge, high + edge, found[sign], OVERDOSE_TABLE, "L"))
    return out


def at_severity(severity: float) -> patient.PatientState:
    """Return a patient held at a severity of withdrawal, without drug, until vital signs are steady."""
    want = severity / ADULT.susceptibility
    drives = np.zeros(2)
    start = patient.initial(ADULT)
    for _ in range(round(HELD_HOURS)):
        kept = replace(start.adaptation, dependence=want, withdrawal=want)
        start = replace(start, adaptation=kept)
        exposure = csf.Exposure(np.array([0.0, 1e-3 + 3600.0]), *(drives,) * 7)
        start, _ = patient.advance(ADULT, start, exposure)
    kept = replace(start.adaptation, dependence=want, withdrawal=want)
    exposure = csf.Exposure(np.array([0.0, 1e-3]), *(drives,) * 7)
    return patient.advance(ADULT, replace(start, adaptation=kept), exposure)[0]


WITHDRAWAL: tuple[tuple[str, float, dict[str, Band]], ...] = (
    ("mild", 0.21, {"temperature": (36.8, 37.5), "heart rate": (80, 95), "respiratory rate": (16, 18), "Penn": (3, 4)}),
    ("moderate", 0.475, {
        "temperature": (37.8, 39.0), "heart rate": (95, 120), "systolic": (140, 160), "respiratory rate": (18, 22), "CK": (200, 1500)}),
    ("severe", 0.8, {
        "temperature": (39.5, 42.1), "heart rate": (120, 160), "systolic": (150, 190), "respiratory rate": (22, 35),
        "CK": (2500, 15200), "leg Ashworth": (4.75, 5), "seizure by 48 h": (20, 40)}),
)  # fmt: skip
WITHDRAWAL_UNITS = UNITS | {"CK": "U/L", "leg Ashworth": "1", "Penn": "1", "seizure by 48 h": "%"}


def withdrawal_rows() -> list[ValidationRow]:
    """Return each sign of each grade of withdrawal; the middle severities, 0.8 where the table says over 0.6."""
    out = []
    for grade, severity, bands in WITHDRAWAL:
        state = at_severity(severity)
        days = DAYS_ON_WITHDRAWAL * 86400.0
        above = max(0.0, severity - CK_THRESHOLD)
        ck = CK_REST_U_PER_L - CK_GAIN * above**2 / CK_DECAY_PER_S * math.expm1(-CK_DECAY_PER_S * days)
        hazard = state.adaptation.seizure_hazard / HELD_HOURS * 48.0
        found = vitals_of(state) | {
            "CK": ck, "leg Ashworth": state.neuro.ashworth_legs, "Penn": state.neuro.spasm_score,
            "seizure by 48 h": -100.0 * math.expm1(-hazard),
        }  # fmt: skip
        for sign, (low, high) in bands.items():
            edge = 0.5 if sign in SHOWN_WHOLE else 0.0
            name = (
                f"signs.withdrawal.{grade}.{sign.replace(' ', '_')}", f"{grade} withdrawal, held: {sign}",
                WITHDRAWAL_UNITS[sign],
            )  # fmt: skip
            out.append(band_row("signs", name, low - edge, high + edge, found[sign], WITHDRAWAL_TABLE, "L"))
    return out


# label, spinal: somnolence, dizziness, nausea or vomiting [%] at titration and in maintenance; screening was fitted
LABEL_COLUMNS = (("titration", 5.9, 1.9, 2.3), ("maintenance", 20.9, 7.9, 5.6))
LOG_SD = math.sqrt(math.log1p(HALF_CV["half_sedation_kg_per_m3"] ** 2))  # of sensitivity to sedation


def expected_percent(somnolent_percent: float, threshold: float) -> float:
    """Return how many complain [%] where so many are somnolent: the same spread of sensitivities, another threshold."""
    normal = NormalDist()

    def log_odds(share: float) -> float:
        return math.log(share / (1.0 - share))

    apart = log_odds(threshold) - log_odds(complaints.SOMNOLENT_SEDATION)
    z = normal.inv_cdf(1.0 - somnolent_percent / 100.0) + apart / ADULT.brain_steepness / LOG_SD
    return 100.0 * (1.0 - normal.cdf(z))


def complaint_rows() -> list[ValidationRow]:
    """Return the label's columns that the thresholds were not fitted to; half to twice the frequency."""
    out = []
    for column, sleepy, dizzy, sick in LABEL_COLUMNS:
        for word, threshold, published in (
            ("dizziness", complaints.DIZZY_SEDATION, dizzy), ("nausea", complaints.NAUSEA_SEDATION, sick),
        ):  # fmt: skip
            name = (f"signs.{word}.{column}", f"{word} where {sleepy} % are somnolent, {column} (hold-out)", "%")
            model = expected_percent(sleepy, threshold)
            out.append(band_row("signs", name, 0.5 * published, 2.0 * published, model, "label, pharmacology 5.4", "M"))
    return out


def dysreflexia_rows() -> list[ValidationRow]:
    """Return the rise of pressure of a tetraplegic without drug and the case of the ward."""
    high = patient.PatientParams.for_patient("SCI", background=patient.Background(lesion_level=4.0))
    plain = patient.initial(high).adaptation
    full = dysreflexia.rise_mmhg(high, plain, patient.Drives(), 1.0)
    ill = replace(plain, withdrawal=0.5 / high.susceptibility)
    strain = dysreflexia.stimulus(high, ill, 450e-6, 0.0)
    peak = 138.0 + dysreflexia.rise_mmhg(high, ill, patient.Drives(), strain)
    return [
        band_row("signs", ("signs.dysreflexia.full", "T4 lesion, strongest stimulus: rise of systolic", "mmHg"), 40.0, 150.0,
                 full, "textbook: 40 to over 100 mmHg", "M"),
        band_row("signs", ("signs.dysreflexia.ward", "T4, bladder 450 mL, in withdrawal at 138 mmHg: systolic", "mmHg"),
                 180.0, 200.0, peak, "scenarios_content N-A6: spikes to 190", "L"),
    ]  # fmt: skip


MG = 1e-6  # kg
TREATED_AT_H, READ_AT_H = 36, 60  # hours after the stop; a day of treatment
REGIMEN = (("cyproheptadine_oral", 8 * MG, 6), ("diazepam_oral", 10 * MG, 4))  # every so many hours


def abrupt_stop(regimen: tuple[tuple[str, float, int], ...]) -> patient.PatientState:
    """Return a susceptible patient 60 h after a stop of 620 ug/day, treated from hour 36."""
    subject = Subject(csf.DrugParams(), replace(ADULT, susceptibility=1.2))
    moment = chronic(subject, 620.0, 10.0, 540.0)
    drug, answer = moment.drug, moment.answer
    for hour in range(READ_AT_H):
        for name, amount, every in regimen:
            if hour >= TREATED_AT_H and (hour - TREATED_AT_H) % every == 0:
                answer = patient.given(answer, name, amount)
        drug, exposure = csf.advance(subject.drug, drug, csf.Sources(), SECONDS_PER_HOUR)
        answer, _ = patient.advance(subject.answer, answer, exposure)
    return answer


def treatment_rows() -> list[ValidationRow]:
    """Return withdrawal under medicines, and physostigmine in sedation."""
    plain, treated = abrupt_stop(()), abrupt_stop(REGIMEN)
    cooler = treated.vitals.temperature_c - plain.vitals.temperature_c
    asleep = held(0.5, 0.1, 6.0)
    doses = medicines.given((), "physostigmine_iv", 2.0 * MG)
    course = [medicines.acting(medicines.later(doses, 60.0 * minute), 70.0) for minute in range(121)]
    awake = sum(1 for moment in course if moment.wake_points >= 1.0)
    best = max(coma_score(asleep.neuro.sedation, moment) for moment in course) - asleep.neuro.gcs
    slowest = min(moment.heart_per_min for moment in course)
    given = "cyproheptadine 8 mg/6 h, diazepam 10 mg/4 h"
    case, note = "Meythaler 2003: under 100 from 120-140, 1.5 C less", "pharmacology 5.3"
    return [
        band_row("signs", ("signs.treated.heart", f"{given}: heart rate a day later", "1/min"), 80.0, 100.0,
                 treated.vitals.heart_rate_per_min, case, "M"),
        band_row("signs", ("signs.treated.fever", f"{given}: change of fever", "C"), -2.0, -1.0, cooler, case, "M"),
        band_row("signs", ("signs.physostigmine.gcs", "physostigmine 2 mg at GCS 9: gain", "1"), 1.5, 2.5, best, note, "L"),
        band_row("signs", ("signs.physostigmine.lasts", "physostigmine 2 mg: a point or more for", "min"), 30.0, 60.0,
                 float(awake), note, "L"),
        band_row("signs", ("signs.physostigmine.heart", "physostigmine 2 mg: heart rate", "1/min"), -18.0, -12.0, slowest,
                 note, "L"),
    ]  # fmt: skip


def rows() -> list[ValidationRow]:
    """Return all rows of the signs."""
    parts = (overdose_rows, withdrawal_rows, complaint_rows, dysreflexia_rows, treatment_rows)
    return [row for part in parts for row in part()]
