"""Hands on the patient as a whole: breathing, medicines by mouth, vein and puncture, drains."""

from __future__ import annotations

from dataclasses import replace

import physics.commands as commands
import physics.csf as csf
import physics.patient as patient
from physics.fixed import Fixed
from physics.theatre import Handlers, Hands

LEVELS = ("ventilation", "oxygen", "cooling", "antibiotic", "procedure", "benzodiazepine", "cyproheptadine")
INTUBATED = 0.5  # a level of intubation from here on is a tube that is in


def treat(fixed: Fixed, hands: Hands, command: commands.GiveTreatment) -> Hands:
    """Give a treatment: set a level, give a dose, draw off fluid."""
    course, intake = hands.therapy, hands.intake
    name, amount = command.treatment, command.amount
    if name in LEVELS:
        return replace(hands, therapy=replace(course, care=course.care.with_level(name, amount)))
    if name == "intubation":
        care = replace(course.care, is_intubated=amount >= INTUBATED)
        return replace(hands, therapy=replace(course, care=care))
    if name == "oral_baclofen":
        return replace(hands, intake=replace(intake, oral_kg=intake.oral_kg + amount))
    if name == "lumbar_baclofen":
        return replace(hands, intake=replace(intake, lumbar_kg=intake.lumbar_kg + amount))
    if name == "csf_drain":
        return replace(hands, intake=replace(intake, csf_removed_m3=intake.csf_removed_m3 + amount))
    if name == "blood_patch":
        return replace(hands, therapy=replace(course, csf_pressure=csf.patched(course.csf_pressure, amount)))
    person = course.patient
    person = patient.drained(person, amount) if name == "bladder_drain" else patient.given(person, name, amount)
    return replace(hands, therapy=replace(course, patient=person))


HANDLERS: Handlers = {commands.GiveTreatment: treat}
