"""Move the patient through an interval and say what happened.

`advance` consumes the drives that `physics.csf.advance` sampled, integrates adaptation and gases
at those samples and raises an event when a sign crosses its threshold; a second, gentler
threshold must be crossed back before the event can come again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from physics.errors import PhysicsError
import physics.patient.neuro as neuro
import physics.patient.vitals as vitals
from physics.patient.neuro import Adaptation, Drives, Neuro
from physics.patient.response import PatientParams
from physics.patient.vitals import Gases, Vitals

FloatArray = NDArray[np.float64]

# thresholds (raise, clear); [PH1 5.1, 5.2] grade tables unless marked
SEDATION_GCS = (13.0, 14.0)  # moderate overdose begins at 13
COMA_GCS = (8.0, 9.0)
BREATHING_SHARE = (12.0 / 15.0, 13.0 / 15.0)  # moderate grade: 12 per minute at a resting rate of 15
APNOEA_PER_MIN = (3.0, 5.0)  # [PH1 2.5]
WITHDRAWAL_SEVERITY = (0.075, 0.04)  # itch 2/10, the first sign noticed (row W2)
SEVERE_SEVERITY = (0.60, 0.50)
TONE_POINTS = (1.0, 0.5)  # responder criterion [PH1 4.1]; half of it lost = tone is back (onset rule D1)
CONDITIONS = {
    "sedation": SEDATION_GCS, "coma": COMA_GCS, "breathing": BREATHING_SHARE, "apnoea": APNOEA_PER_MIN,
    "withdrawal": WITHDRAWAL_SEVERITY, "severe": SEVERE_SEVERITY, "tone": TONE_POINTS,
}  # fmt: skip


class ExposureLike(Protocol):
    """Drives [kg/m3] at sample times [s]; arrays of one length."""

    @property
    def times_s(self) -> FloatArray: ...
    @property
    def legs(self) -> FloatArray: ...
    @property
    def arms(self) -> FloatArray: ...
    @property
    def trunk(self) -> FloatArray: ...
    @property
    def segment(self) -> FloatArray: ...
    @property
    def reflex(self) -> FloatArray: ...
    @property
    def sedation(self) -> FloatArray: ...
    @property
    def breathing(self) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class Care:
    """What is being done for the patient; shares 0..1."""

    ventilation: float = 0.0
    benzodiazepine: float = 0.0
    cyproheptadine: float = 0.0
    is_anaesthetised: bool = False  # implies full ventilation; hides GCS


@dataclass(frozen=True, slots=True)
class PatientState:
    """Adaptation, gases, the signs at this moment and which conditions have been told."""

    adaptation: Adaptation
    gases: Gases
    drives: Drives
    neuro: Neuro
    vitals: Vitals
    told: tuple[str, ...]  # in the order of `CONDITIONS`


PatientEvent = tuple[str, float, str]


def _state(
    params: PatientParams,
    adaptation: Adaptation,
    gases: Gases,
    drives: Drives,
    told: tuple[str, ...],
    care: Care,
) -> PatientState:
    signs = neuro.neuro_signs(params, adaptation, drives)
    shown = vitals.vital_signs(
        params, adaptation, signs, gases, care.ventilation, care.cyproheptadine, care.is_anaesthetised
    )
    if care.is_anaesthetised:
        signs = replace(signs, gcs=3.0)
    return PatientState(adaptation, gases, drives, signs, shown, told)


def initial(params: PatientParams) -> PatientState:
    """Return a patient who never had the drug, awake."""
    return _state(params, neuro.fresh(params), Gases(), Drives(), (), Care())


def adapted(params: PatientParams, exposure: ExposureLike, days: float) -> PatientState:
    """Return a patient after `days` on the steady drives at the end of an exposure."""
    drives = _drives_at(_columns(exposure), -1)
    adaptation = neuro.adapted(params, drives.legs, days)
    gain = params.ashworth_legs - neuro.neuro_signs(params, adaptation, drives).ashworth_legs
    # the effect was larger before tolerance: what still counts as effect was told long ago
    told: tuple[str, ...] = ("tone",) if gain >= TONE_POINTS[1] else ()
    return _state(params, adaptation, Gases(), drives, told, Care())


def _columns(exposure: ExposureLike) -> tuple[list[float], ...]:
    return (
        exposure.legs.tolist(), exposure.arms.tolist(), exposure.trunk.tolist(), exposure.segment.tolist(),
        exposure.reflex.tolist(), exposure.sedation.tolist(), exposure.breathing.tolist(),
    )  # fmt: skip


def _drives_at(columns: tuple[list[float], ...], k: int) -> Drives:
    return Drives(*(column[k] for column in columns))


def advance(
    params: PatientParams, state: PatientState, exposure: ExposureLike, care: Care | None = None
) -> tuple[PatientState, tuple[PatientEvent, ...]]:
    """Return the patient after an interval and the events in it, in order.

    Parameters
    ----------
    params, state : PatientParams, PatientState
        The patient.
    exposure : ExposureLike
        Drives at samples that span the interval (what `physics.csf.advance` returns).
    care : Care, optional
        Treatments, constant over the interval.

    Returns
    -------
    tuple of PatientState and events
        Events are (name of `physics.events.EVENT_NAMES`, magnitude, where).

    Notes
    -----
    Midpoint exponential steps between samples: 5e-3 at 15 min spacing, 1.6e-6 at 15 s [PH2 5.2].
    Restarting a patient from an exposure whose first sample differs from the last drives (a bolus
    in between) is right: effect sites are continuous, only their sources jump.
    """
    care = care or Care()
    times = exposure.times_s.tolist()
    columns = _columns(exposure)
    if len(times) < 2 or any(len(column) != len(times) for column in columns):
        raise PhysicsError("patient.advance: expected an exposure of at least two samples of one length")
    legs, sedation, breathing = columns[0], columns[5], columns[6]
    adaptation, gases, told = state.adaptation, state.gases, state.told
    ventilation = 1.0 if care.is_anaesthetised else care.ventilation
    events: list[PatientEvent] = []
    for k in range(1, len(times)):
        step = times[k] - times[k - 1]
        adaptation = neuro.adapt(
            params, adaptation, 0.5 * (legs[k - 1] + legs[k]), 0.5 * (sedation[k - 1] + sedation[k]), step,
            care.benzodiazepine, care.cyproheptadine,
        )  # fmt: skip
        depression = neuro.breathing_effect(params, breathing[k], adaptation.tolerance)
        rate = vitals.own_breathing_per_min(params, depression, neuro.severity(params, adaptation))
        gases = vitals.breathe(params, gases, rate, ventilation, step)
        told, news = _tell(params, adaptation, told, legs[k], sedation[k], rate)
        events.extend(news)
    return _state(params, adaptation, gases, _drives_at(columns, -1), told, care), tuple(events)


@lru_cache(maxsize=128)
def _limits(told: tuple[str, ...]) -> tuple[float, ...]:
    """Return the limit that each condition is held against: the gentler one once it has been told."""
    return tuple(clear if name in told else begins for name, (begins, clear) in CONDITIONS.items())


def _tell(
    params: PatientParams,
    adaptation: Adaptation,
    told: tuple[str, ...],
    legs: float,
    sedation: float,
    rate: float,
) -> tuple[tuple[str, ...], tuple[PatientEvent, ...]]:
    """Return which conditions hold now and the events of those that changed."""
    effect = neuro.legs_effect(params, legs, adaptation.tolerance)
    gain = (params.ashworth_legs - 1.0) * params.reversible_legs * effect
    gain -= neuro.rebound_points(params, adaptation, legs)
    gcs = 15.0 - 12.0 * neuro.sedation_effect(params, sedation, adaptation.tolerance)
    s = neuro.severity(params, adaptation)
    share = rate / params.respiratory_rate_per_min
    drowsy, coma, shallow, apnoea, ill, severe, eased = _limits(told)
    holds = (gcs <= drowsy, gcs <= coma, share <= shallow, rate <= apnoea, s >= ill, s >= severe, gain >= eased)
    now = tuple(compress(CONDITIONS, holds))
    if now == told:
        return told, ()
    return now, _news(told, now, gcs, rate, s, gain)


def _news(
    told: tuple[str, ...], now: tuple[str, ...], gcs: float, rate: float, s: float, gain: float
) -> tuple[PatientEvent, ...]:
    """Return the events for the change from `told` to `now`."""
    raised: dict[str, PatientEvent] = {
        "sedation": ("SedationBegan", gcs, "brain"),
        "coma": ("ComaBegan", gcs, "brain"),
        "breathing": ("RespiratoryDepression", rate / 60.0, "breathing"),
        "apnoea": ("Apnoea", rate / 60.0, "breathing"),
        "withdrawal": ("WithdrawalBegan", s, "itch"),
        "severe": ("SevereWithdrawal", s, "whole body"),
        "tone": ("ToneImproved", gain, "legs"),
    }
    events = [raised[name] for name in CONDITIONS if name in now and name not in told]
    if "tone" in told and "tone" not in now:
        events.append(("ToneReturned", gain, "legs"))
    ill = ("sedation", "coma", "breathing", "apnoea", "withdrawal", "severe")
    if any(name in told for name in ill) and not any(name in now for name in ill):
        events.append(("PatientRecovered", 1.0, "whole body"))
    return tuple(events)
