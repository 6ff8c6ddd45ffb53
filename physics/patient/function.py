"""What the patient can do: walk, transfer, be cared for. Too much tone costs, and so does too little.

Stiff legs carry: the extensor tone that spasticity gives replaces strength that is lost. Taken away, a walker
buckles and a transfer fails (label: muscular weakness 16 %, hypotonia 12 %, falls 12 % in SISTERS [PH1 5.4]; 25 ug
test doses for "patients who need tone to move" [PH1 4.1]). The law and all its numbers are [A].
"""

from __future__ import annotations

from dataclasses import dataclass

from physics.patient.neuro import Neuro


@dataclass(frozen=True, slots=True)
class Need:
    """What one way of moving asks for; shares 0..1.

    Attributes
    ----------
    own, needed : float
        Strength without tone, and strength that does the task.
    stiffness_cost, spasm_cost : float
        Share of function lost at Ashworth 5, and at Penn 4.
    """

    own: float
    needed: float
    stiffness_cost: float
    spasm_cost: float


NEEDS = {
    "ambulatory": Need(0.60, 0.75, 0.9, 0.1),  # A: best near leg score 1.75
    "wheelchair": Need(0.25, 0.50, 0.8, 0.4),  # A: best near 2.25: legs that bear the turn
    "bed": Need(1.0, 1.0, 0.9, 0.4),  # A: care only gets easier
}
TONE_SUPPORT = 0.8  # A: strength that the tone of Ashworth 5 stands for
AWAKE_GCS, ASLEEP_GCS = 14.0, 8.0  # A: full and no cooperation


def function_score(mobility: str, signs: Neuro) -> float:
    """Return function 0..1 for a way of moving ("ambulatory", "wheelchair", "bed").

    Notes
    -----
    wakefulness x min(1, (own (1 - weakness) + support x) / needed) x (1 - stiffness x^2) x (1 - spasm Penn / 4),
    x = (Ashworth legs - 1) / 4. In bed neither strength nor wakefulness is asked for.
    """
    need = NEEDS[mobility]
    tone = (signs.ashworth_legs - 1.0) / 4.0
    ease = (1.0 - need.stiffness_cost * tone * tone) * (1.0 - need.spasm_cost * signs.spasm_score / 4.0)
    if mobility == "bed":
        return ease
    carried = min(1.0, (need.own * (1.0 - signs.weakness) + TONE_SUPPORT * tone) / need.needed)
    awake = min(1.0, max(0.0, (signs.gcs - ASLEEP_GCS) / (AWAKE_GCS - ASLEEP_GCS)))
    return awake * carried * ease
