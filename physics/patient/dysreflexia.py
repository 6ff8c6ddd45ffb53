"""Autonomic dysreflexia: a painful stimulus below a high cord lesion raises the pressure, the heart slows.

The splanchnic outflow (T6 down) is cut off from the brain by a lesion at T6 or above; a full bladder, a procedure
or the spasms of withdrawal then drive it unopposed. Baclofen in the cord between lesion and bladder weakens the
reflex. Against withdrawal: a slow pulse, no fever, no itch, and it ends when the bladder is drained.
"""

from __future__ import annotations

from physics.patient.neuro import Adaptation, Drives, legs_effect, severity
from physics.patient.response import PatientParams

FULL_STRENGTH_LEVEL = 6.0  # UGK-H: at T6 and above
NO_STRENGTH_LEVEL = 9.0  # UGK-M: rare below T8; linear between
RISE_MMHG = 90.0  # UGK-M: 110 to 200 at the strongest stimulus; reports reach 300
SLOWING_PER_MIN = 25.0  # A: reflex bradycardia at that rise
# F-L to J Spinal Cord Med 2018;41:102: symptomatic in 25 of 34 before intrathecal baclofen, in 2 after. With rises
# spread lognormally (log sd 0.6 [A]) these are 2.2 sd apart: a factor of 0.27 at the 85 % effect of long treatment
CORD_SHARE = 0.86
BLADDER_FELT_M3, BLADDER_FULL_M3 = 300e-6, 700e-6  # UGK-M: first urge and strong distension
URINE_M3_PER_S = 1e-6 / 60.0  # UGK-H: 1 mL/min
SPASM_SHARE = 0.4  # A: stimulus of the spasms of withdrawal at severity 1
HEADACHE_RISE = 0.6  # A: share of the largest rise at which the headache is 10/10


def stimulus(params: PatientParams, adaptation: Adaptation, bladder_m3: float, procedure: float) -> float:
    """Return how strongly the cord below the lesion is stimulated, 0..1."""
    bladder = min(1.0, max(0.0, (bladder_m3 - BLADDER_FELT_M3) / (BLADDER_FULL_M3 - BLADDER_FELT_M3)))
    return min(1.0, bladder + procedure + SPASM_SHARE * min(1.0, severity(params, adaptation)))


def strength(params: PatientParams) -> float:
    """Return how much of the outflow the lesion cuts off, 0..1; 0 without a lesion."""
    level = params.background.lesion_level
    if level is None:
        return 0.0
    return min(1.0, max(0.0, (NO_STRENGTH_LEVEL - level) / (NO_STRENGTH_LEVEL - FULL_STRENGTH_LEVEL)))


def rise_mmhg(params: PatientParams, adaptation: Adaptation, drives: Drives, strain: float) -> float:
    """Return the rise of systolic pressure for a stimulus `strain` 0..1.

    Notes
    -----
    The outflow T6-L2 lies under both the trunk's and the legs' region: the mean of their drives, with the half
    concentration of leg tone [A].
    """
    cut_off = strength(params)
    if cut_off <= 0.0 or strain <= 0.0:
        return 0.0
    drug = legs_effect(params, 0.5 * (drives.trunk + drives.legs), adaptation.tolerance)
    return RISE_MMHG * cut_off * strain * (1.0 - CORD_SHARE * drug)


def slowing_per_min(rise: float) -> float:
    """Return the change of heart rate by the baroreflex, <= 0 [1/min]."""
    return -SLOWING_PER_MIN * rise / RISE_MMHG


def flushing(rise: float) -> float:
    """Return flushing and sweating above the lesion, 0..1."""
    return min(1.0, rise / RISE_MMHG)


def pounding_headache(rise: float) -> float:
    """Return the headache 0..10."""
    return 10.0 * min(1.0, rise / RISE_MMHG / HEADACHE_RISE)
