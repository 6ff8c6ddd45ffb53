"""A drawn patient as a patient file: what `thecal scenarios new-patient` prints.

The file keeps what the schema has a place for: body, scores, one factor for all half concentrations (the
legs'), susceptibility, volume of CSF. The other drawn parameters stay at their typical values.
"""

from __future__ import annotations

import math
from typing import Any

from physics.virtual_patient import VirtualPatient, draw_patient
from scenarios.load import parse
from scenarios.schema import Patient

CAUSES = {
    "SCI": "spinal cord injury", "MS": "multiple sclerosis", "CP": "cerebral palsy", "TBI": "brain injury",
    "STROKE": "stroke",
}  # fmt: skip
CHILD_DEPTH_YEARS = 14.0  # below, the children's line of depth [device_and_procedure 8.1]
HALF_CANAL_MM = 7.0  # dura = mid-canal - 7 mm [device_and_procedure 8.1]
BACK_SHARE = 0.75  # fat over the back over that of the belly [A]
# key -> decimals, least, most, as the schema has them
RANGES = {
    "age_years": (1, 3.0, 90.0), "mass_kg": (1, 12.0, 160.0), "height_cm": (1, 90.0, 210.0),
    "abdominal_fat_mm": (1, 3.0, 80.0), "back_fat_mm": (1, 2.0, 80.0), "dura_depth_mm": (1, 15.0, 110.0),
    "csf_scale": (3, 0.4, 1.6), "ashworth_legs": (2, 1.0, 5.0), "ashworth_arms": (2, 1.0, 5.0), "penn": (2, 0.0, 4.0),
    "ec50_factor": (3, 0.2, 5.0), "withdrawal_factor": (3, 0.2, 2.0),
}  # fmt: skip


def dura_depth_mm(age_years: float, height_m: float, mass_kg: float) -> float:
    """Return skin to dura at L3-4: 0.4 kg + 20 mm in a child, 0.077 BMI + 0.88 inch in an adult, less half the canal.

    Notes
    -----
    Bailie 2013 [A22, H] under 14 years, AJNR 2016;37:572 [A21, H] above.
    """
    if age_years < CHILD_DEPTH_YEARS:
        return 0.4 * mass_kg + 20.0 - HALF_CANAL_MM
    return 25.4 * (0.077 * mass_kg / height_m**2 + 0.88) - HALF_CANAL_MM


def abdominal_fat_mm(age_years: float, is_female: bool, height_m: float, mass_kg: float) -> float:
    """Return the fat over the belly: 8.4 + 0.4 (BMI - 22) + 5.1 if a woman [A26, slopes H]; a lean child 4 [UGK-L]."""
    if age_years < CHILD_DEPTH_YEARS:
        return 4.0
    return 8.4 + 0.4 * (mass_kg / height_m**2 - 22.0) + (5.1 if is_female else 0.0)


def _numbers(who: VirtualPatient) -> dict[str, float]:
    fat = max(4.0, abdominal_fat_mm(who.age_years, who.is_female, who.height_m, who.mass_kg))
    numbers = {
        "age_years": who.age_years, "mass_kg": who.mass_kg, "height_cm": 100.0 * who.height_m, "abdominal_fat_mm": fat,
        "back_fat_mm": BACK_SHARE * fat, "dura_depth_mm": dura_depth_mm(who.age_years, who.height_m, who.mass_kg),
        "csf_scale": who.drug.csf_scale, "ashworth_legs": who.answer.ashworth_legs,
        "ashworth_arms": who.answer.ashworth_arms, "penn": who.answer.spasm_score, "ec50_factor": who.ec50_factor,
        "withdrawal_factor": who.answer.susceptibility,
    }  # fmt: skip
    return {key: min(max(round(v, RANGES[key][0]), RANGES[key][1]), RANGES[key][2]) for key, v in numbers.items()}


def patient_text(kind: str, seed: int, number: int = 0, age_years: float | None = None, is_child: bool = False) -> str:
    """Return a patient file (TOML) of a drawn patient; it loads and lints.

    Parameters
    ----------
    kind : str
        "SCI", "MS", "CP", "TBI" or "STROKE".
    seed, number : int
        Key of the draw.
    age_years : float, optional
        This age instead of a drawn one.
    is_child : bool
        Draw a child's age.

    Raises
    ------
    ValueError
        If kind or age lies outside its range.
    """
    who = draw_patient(seed, number, kind, is_child=is_child, age_years=age_years)
    numbers = _numbers(who)
    noun = ("Girl" if who.is_female else "Boy") if who.is_child else "Woman" if who.is_female else "Man"
    whole = math.floor(numbers["age_years"])
    text: dict[str, Any] = {
        "format": 1, "id": f"drawn_{kind.lower()}_{seed}_{number}", "version": "0.1.0",
        "title": f"{noun}, {whole} years, {CAUSES[kind]}", "sex": "f" if who.is_female else "m", **numbers,
    }  # fmt: skip
    text["diagnosis"] = kind
    text["diagnosis_text"] = f"{CAUSES[kind].capitalize()} (drawn: seed {seed}, number {number})"
    lines = [f"{key} = {_toml(value)}" for key, value in text.items()]
    sources = ("docs/models/virtual_patients.md", "pharmacology 2.7", "device_and_procedure 8.1 8.2 8.3")
    lines += ["history = []", "sources = [" + ", ".join(f'"{source}"' for source in sources) + "]"]
    written = "\n".join(lines) + "\n"
    Patient.model_validate(parse(written.encode("utf-8"), "patient")[0] | {"history": (), "sources": (CAUSES[kind],)})
    return written


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
