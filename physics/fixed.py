"""What a case fixes once: anatomy and the specifications of everything on the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.csf as csf
import physics.patient as patient
import physics.therapy as therapy
from physics.errors import CommandError
from physics.params import Params
from physics.pump import spec


@dataclass(frozen=True, slots=True)
class Fixed:
    """Derived from `Params`; catheter and pump change during a case, when another model is taken from its pack."""

    params: Params
    body: anatomy.Anatomy
    catheter: catheter.CatheterSpec
    pump: spec.PumpSpec
    therapy: therapy.TherapyParams


@lru_cache(maxsize=4)
def fixed(params: Params) -> Fixed:
    """Return anatomy and specifications of a case (pure; kept for the last four cases)."""
    build, disease = params.build, params.disease
    device = spec.pump_for(params.pump_capacity_m3)
    drug = csf.DrugParams.for_patient(
        build.height_m, build.mass_kg, None if build.csf_scale == 1.0 and not build.is_child else build.csf_scale
    )
    person = patient.PatientParams.for_patient(
        disease.preset, ashworth_legs=disease.ashworth_legs, ashworth_arms=disease.ashworth_arms,
        spasm_score=disease.spasm_score, ec50_factor=disease.ec50_factor,
        susceptibility=disease.withdrawal_susceptibility, age_years=build.age_years,
        background=patient.Background(
            mass_kg=build.mass_kg, mobility=params.mobility, lesion_level=disease.lesion_level,
            infection_place=disease.infection_place, infection_day=disease.infection_day, bladder_m3=disease.bladder_m3,
        ),
    )  # fmt: skip
    pressure = csf.PressureParams(resting_pa=disease.csf_pressure_pa)
    return Fixed(
        params, anatomy.build_anatomy(build), catheter.CATHETERS[params.catheter_model], device,
        therapy.TherapyParams(device, drug, pressure, person),
    )  # fmt: skip


def with_catheter(case: Fixed, model: str) -> Fixed:
    """Return the case with the catheter that was taken from the table.

    Raises
    ------
    CommandError
        If no such model lies there.
    """
    if model == case.catheter.name:
        return case
    if model not in catheter.CATHETERS:
        raise CommandError("OpenCatheter", "model", model, "one of " + ", ".join(catheter.CATHETERS))
    return replace(case, catheter=catheter.CATHETERS[model])


def with_pump(case: Fixed, model: str) -> Fixed:
    """Return the case with the pump that was unpacked; "" is the case's own."""
    if model in ("", case.pump.model):
        return case
    return replace(case, pump=spec.PUMPS[model], therapy=replace(case.therapy, pump=spec.PUMPS[model]))
