"""What an examination at the bedside finds, read from a patient at one moment; it changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import physics.patient.complaints as complaints
import physics.patient.dysreflexia as dysreflexia
import physics.patient.infection as infection
import physics.patient.joints as joints
from physics.patient.course import Care, PatientState
from physics.patient.function import function_score
from physics.patient.neuro import rebound
from physics.patient.response import PatientParams


@dataclass(frozen=True, slots=True)
class Bedside:
    """Findings; scores 0..10 unless told otherwise.

    Attributes
    ----------
    joint_scores : tuple of 6 floats
        Ashworth 1..5 of `physics.patient.joints.JOINTS`.
    knee_jerk : float
        0..4, 4 = clonus.
    function : float
        0..1: walking, transfer or care.
    dizziness, nausea : float
        As the patient says.
    is_vomiting, aspiration_risk : bool, float
        Risk 0..1.
    flushing, pounding_headache : float
        Of dysreflexia; flushing 0..1.
    pocket_redness, neck_stiffness : float
        Of infection.
    crp_mg_per_l : float
        Of infection [mg/L].
    bladder_m3 : float
        Felt over the pubis [m3].
    seizure_probability : float
        That one has happened by now, 0..1.
    medicines : tuple of str
        Still acting.
    """

    joint_scores: tuple[float, ...]
    knee_jerk: float
    function: float
    dizziness: float
    nausea: float
    is_vomiting: bool
    aspiration_risk: float
    flushing: float
    pounding_headache: float
    pocket_redness: float
    neck_stiffness: float
    crp_mg_per_l: float
    bladder_m3: float
    seizure_probability: float
    medicines: tuple[str, ...]


def bedside(params: PatientParams, state: PatientState, care: Care) -> Bedside:
    """Return what an examination finds now."""
    signs, adaptation = state.neuro, state.adaptation
    is_asleep = care.is_anaesthetised
    strain = dysreflexia.stimulus(params, adaptation, state.besides.bladder_m3, care.procedure)
    rise = 0.0 if is_asleep else dysreflexia.rise_mmhg(params, adaptation, state.drives, strain)
    local = infection.local_signs(state.besides.infection)
    place = "none" if state.besides.infection is None else state.besides.infection.place
    return Bedside(
        joint_scores=joints.joint_scores(params, signs),
        knee_jerk=joints.knee_jerk(params, signs, rebound(params, adaptation, state.drives.legs)),
        function=function_score(params.background.mobility, signs),
        dizziness=complaints.dizziness(signs, state.vitals), nausea=complaints.nausea(signs),
        is_vomiting=complaints.is_vomiting(signs),
        aspiration_risk=complaints.aspiration_risk(signs, care.is_intubated or is_asleep),
        flushing=dysreflexia.flushing(rise), pounding_headache=dysreflexia.pounding_headache(rise),
        pocket_redness=local if place in ("pocket", "skin") else 0.0, neck_stiffness=local if place == "meninges" else 0.0,
        crp_mg_per_l=infection.crp_mg_per_l(state.besides.infection), bladder_m3=state.besides.bladder_m3,
        seizure_probability=-math.expm1(-adaptation.seizure_hazard),
        medicines=tuple(dose.name for dose in state.besides.doses),
    )  # fmt: skip
