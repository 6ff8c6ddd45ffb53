"""Dizziness, nausea and vomiting.

Thresholds on the depth of sedation by baclofen. Somnolence is noted from 0.01 [PH1 2.5]; a rarer complaint begins
higher. With sensitivities spread lognormally (CV 0.80, fitted; log sd 0.70) two complaints with frequencies p, q
begin at odds of sedation apart by exp(0.70 steepness (z_p - z_q)). Screening on the label [PH1 5.4]: somnolence
5.7 %, dizziness 1.7 %, nausea or vomiting 1.6 %; its titration and maintenance columns are kept to test.
"""

from __future__ import annotations

from physics.patient.neuro import Neuro
from physics.patient.vitals import Vitals

SOMNOLENT_SEDATION = 0.01  # [PH1 2.5] F
DIZZY_SEDATION = 0.107  # from the label's screening column
NAUSEA_SEDATION = 0.118  # from the label's screening column
VOMITING_SEDATION = 0.15  # [PH1 5.1]: moderate grade
FAINT_MMHG = 90.0  # UGK-M: light-headed below
FAINT_SPAN_MMHG = 20.0  # A: 10/10 this far below
SICK_HEADACHE = 4.0  # A; nausea and vomiting are common with a leak, device_and_procedure 7, C-CSF
COMA_GCS = 8.0  # [PH1 5.1]: nobody complains in coma


def _graded(sedation: float, threshold: float) -> float:
    """0..10, half way at the sedation that makes one vomit [A]."""
    return 10.0 * sedation / (sedation + VOMITING_SEDATION) if sedation >= threshold else 0.0


def dizziness(signs: Neuro, vitals: Vitals) -> float:
    """Return dizziness 0..10: of the drug, or of a low pressure."""
    if signs.gcs <= COMA_GCS:
        return 0.0
    faint = 10.0 * min(1.0, max(0.0, (FAINT_MMHG - vitals.systolic_mmhg) / FAINT_SPAN_MMHG))
    return max(_graded(signs.sedation, DIZZY_SEDATION), faint)


def nausea(signs: Neuro) -> float:
    """Return nausea 0..10."""
    return 0.0 if signs.gcs <= COMA_GCS else _graded(signs.sedation, NAUSEA_SEDATION)


def headache_nausea(postural_headache: float) -> float:
    """Return the nausea 0..10 that goes with the headache of a CSF leak: none below 4/10, then half of it [A]."""
    return 0.5 * postural_headache if postural_headache >= SICK_HEADACHE else 0.0


def is_vomiting(signs: Neuro) -> bool:
    """Return whether the patient vomits."""
    return signs.sedation >= VOMITING_SEDATION


def aspiration_risk(signs: Neuro, is_intubated: bool) -> float:
    """Return the danger that vomit is breathed in, 0..1: vomiting with reflexes lost and the airway open [A]."""
    if is_intubated or not is_vomiting(signs):
        return 0.0
    return (15.0 - signs.gcs) / 12.0
