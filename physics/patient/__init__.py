"""The patient: what drug and disease do to tone, wakefulness, breathing and circulation.

The nonlinear half of pharmacology. Drives come in as plain arrays (`ExposureLike`, which the
`Exposure` of `physics.csf` satisfies without either side importing the other).

Typical use::

    params = PatientParams.for_patient("SCI", ashworth_legs=4.0, ashworth_trunk=3.0, ashworth_arms=1.0)
    state = initial(params)  # or adapted(params, exposure, days)
    state, events = advance(params, state, exposure, Care())
    state.neuro.ashworth_legs, state.vitals.spo2_percent, state.adaptation.tolerance
    bedside(params, state, Care()).joint_scores  # what an examination finds; computed when asked for

Events are (name, magnitude, where); `state.told` remembers which conditions are on.
"""

from __future__ import annotations

from physics.patient.acting import Acting
from physics.patient.background import Background
from physics.patient.bedside import Bedside, bedside
from physics.patient.complaints import headache_nausea
from physics.patient.course import (
    Besides,
    Care,
    ExposureLike,
    PatientEvent,
    PatientState,
    adapted,
    advance,
    caught,
    drained,
    given,
    initial,
    with_hardware,
)
from physics.patient.evidence import EVIDENCE
from physics.patient.joints import JOINTS
from physics.patient.medicines import MEDICINES
from physics.patient.neuro import Adaptation, Drives, Neuro, severity
from physics.patient.response import PRESETS, PatientParams
from physics.patient.vitals import Gases, Vitals

__all__ = [
    "EVIDENCE",
    "JOINTS",
    "MEDICINES",
    "PRESETS",
    "Acting",
    "Adaptation",
    "Background",
    "Bedside",
    "Besides",
    "Care",
    "Drives",
    "ExposureLike",
    "Gases",
    "Neuro",
    "PatientEvent",
    "PatientParams",
    "PatientState",
    "Vitals",
    "adapted",
    "advance",
    "bedside",
    "caught",
    "drained",
    "given",
    "headache_nausea",
    "initial",
    "severity",
    "with_hardware",
]
