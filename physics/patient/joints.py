"""Tone joint by joint, and the knee jerk.

The validated quantity is the mean over a limb; a joint differs from it by the patient's own pattern, shrunk toward
both ends of the scale so that no score leaves 1..5 and the mean stays what it was.
"""

from __future__ import annotations

from physics.patient.background import N_LEG_JOINTS
from physics.patient.neuro import Neuro
from physics.patient.response import PatientParams

JOINTS = (
    "hip adductors", "knee flexors", "knee extensors", "ankle plantarflexors", "elbow flexors", "wrist flexors",
)  # fmt: skip
NORMAL_JERK, CLONUS = 2.0, 4.0  # UGK-H: 0 none, 2 normal, 4 clonus
JERK_PER_ASHWORTH = 2.0 / 3.0  # A: clonus from a leg score of 4 before therapy


def joint_score(mean: float, offset: float) -> float:
    """Return the Ashworth score of a joint from its limb's mean and its offset -1..1 in the pattern.

    Notes
    -----
    A + d (A - 1)(5 - A) / 4: offsets that sum to 0 leave the mean exactly; (A - 1)(5 - A) / 4 is at most the
    distance to either end, so |d| <= 1 keeps the score on the scale. Full offset 1 point at A = 3.
    """
    return mean + offset * (mean - 1.0) * (5.0 - mean) / 4.0


def joint_scores(params: PatientParams, signs: Neuro) -> tuple[float, ...]:
    """Return the Ashworth scores of `JOINTS`."""
    return tuple(
        joint_score(signs.ashworth_legs if k < N_LEG_JOINTS else signs.ashworth_arms, offset)
        for k, offset in enumerate(params.background.joint_pattern)
    )


def knee_jerk(params: PatientParams, signs: Neuro, rebound: float) -> float:
    """Return the patellar reflex 0..4 (4 = clonus).

    Notes
    -----
    Before therapy it follows the leg score [A]; the drug takes the share that it takes of the H reflex
    (Stokic 2006, 2012), weakness the rest; rebound adds its points.
    """
    before = min(CLONUS, NORMAL_JERK + JERK_PER_ASHWORTH * (params.ashworth_legs - 1.0))
    return min(CLONUS, before * signs.reflex * (1.0 - signs.weakness) + rebound)
