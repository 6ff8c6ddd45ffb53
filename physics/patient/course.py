"""Move the patient through an interval and say what happened.

`advance` consumes the drives that `physics.csf.advance` sampled, integrates adaptation and gases
at those samples and raises an event when a sign crosses its threshold; a second, gentler
threshold must be crossed back before the event can come again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import compress
from operator import attrgetter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from physics.errors import PhysicsError
import physics.patient.dysreflexia as dysreflexia
import physics.patient.infection as infected
import physics.patient.medicines as medicines
import physics.patient.neuro as neuro
import physics.patient.vitals as vitals
from physics.patient.acting import QUIET, Acting, together
from physics.patient.complaints import DIZZY_SEDATION, SOMNOLENT_SEDATION, VOMITING_SEDATION
from physics.patient.infection import Infection
from physics.patient.march import CO2, beside, law_of, march
from physics.patient.medicines import Dose
from physics.patient.neuro import Adaptation, Drives, Neuro
from physics.patient.response import PatientParams
from physics.patient.vitals import Gases, Vitals
from physics.units import PA_PER_MMHG

FloatArray = NDArray[np.float64]

# thresholds (raise, clear); [PH1 5.1, 5.2] grade tables unless marked
SEDATION_GCS = (13.0, 14.0)  # moderate overdose begins at 13
COMA_GCS = (8.0, 9.0)
BREATHING_SHARE = (12.0 / 15.0, 13.0 / 15.0)  # moderate grade: 12 per minute at a resting rate of 15
APNOEA_PER_MIN = (3.0, 5.0)  # [PH1 2.5]
WITHDRAWAL_SEVERITY = (0.075, 0.04)  # itch 2/10, the first sign noticed (row W2)
SEVERE_SEVERITY = (0.60, 0.50)
TONE_POINTS = (1.0, 0.5)  # responder criterion [PH1 4.1]; half of it lost = tone is back (onset rule D1)
# condition -> row of what the kernel sees (negative: counts downward), raise, clear
CONDITIONS = {
    "sedation": (-1, *SEDATION_GCS), "coma": (-1, *COMA_GCS), "breathing": (-2, *BREATHING_SHARE), "apnoea": (-3, *APNOEA_PER_MIN),
    "withdrawal": (4, *WITHDRAWAL_SEVERITY), "severe": (4, *SEVERE_SEVERITY), "tone": (5, *TONE_POINTS),
}  # fmt: skip
LIMITS = tuple(np.array(column, dtype=np.float64) for column in zip(*CONDITIONS.values(), strict=True))
# the same for what changes slowly enough to be looked at once an interval
DIZZY = (DIZZY_SEDATION, SOMNOLENT_SEDATION)
VOMITING = (VOMITING_SEDATION, 0.10)  # [PH1 5.1]: moderate grade; clears A
FAILING_MMHG = (70.0, 75.0)  # [PH1 5.1]: arrest grade, held as a fall of pressure
DYSREFLEXIA_MMHG = (20.0, 10.0)  # UGK-H: rise of systolic pressure that defines it
INFECTED_LOAD = (infected.SHOWN_LOAD, infected.CLEARED_LOAD)
TOLD = {
    "dizzy": ("DizzinessBegan", "brain"), "vomiting": ("VomitingBegan", "stomach"),
    "failing": ("CirculationFailing", "heart"), "dysreflexia": ("DysreflexiaBegan", "below the lesion"),
    "infected": ("InfectionShown", ""),  # where it is
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
    """What is being done for the patient; shares 0..1.

    Attributes
    ----------
    ventilation, oxygen, cooling, antibiotic : float
        Breaths taken over, flow by mask, active cooling, how well an infection is treated.
    benzodiazepine, cyproheptadine : float
        Effects on withdrawal held by whoever titrates them, without the doses in between;
        the larger of this and what doses give counts.
    procedure : float
        How much something done below a cord lesion would hurt.
    is_anaesthetised : bool
        Implies full ventilation; hides GCS.
    is_intubated : bool
        Airway secured: full ventilation, nothing is aspirated.
    """

    ventilation: float = 0.0
    benzodiazepine: float = 0.0
    cyproheptadine: float = 0.0
    is_anaesthetised: bool = False
    is_intubated: bool = False
    oxygen: float = 0.0
    cooling: float = 0.0
    antibiotic: float = 0.0
    procedure: float = 0.0

    def with_level(self, name: str, level: float) -> Care:
        """Return the care with one level set."""
        return replace(self, **{name: level})  # type: ignore[arg-type]

    @property
    def supported(self) -> float:
        """Share of breathing that is taken over."""
        return 1.0 if self.is_anaesthetised or self.is_intubated else self.ventilation


@dataclass(frozen=True, slots=True)
class Besides:
    """What is given and what is wrong beside baclofen.

    Attributes
    ----------
    doses : tuple of Dose
        Medicines on board.
    infection : Infection or None
        None = never.
    bladder_m3 : float
        Urine behind a blocked catheter; 0 = it drains.
    """

    doses: tuple[Dose, ...] = ()
    infection: Infection | None = None
    bladder_m3: float = 0.0


NOTHING = Besides()


@dataclass(frozen=True, slots=True)
class PatientState:
    """Adaptation, gases, the signs at this moment, which conditions have been told, and what else is going on."""

    adaptation: Adaptation
    gases: Gases
    drives: Drives
    neuro: Neuro
    vitals: Vitals
    told: tuple[str, ...]  # in the order of `CONDITIONS`
    noticed: tuple[str, ...] = ()  # slow conditions that hold
    besides: Besides = NOTHING


PatientEvent = tuple[str, float, str]


def _signs(
    params: PatientParams, adaptation: Adaptation, gases: Gases, drives: Drives, besides: Besides, care: Care
) -> tuple[Neuro, Vitals]:
    """Return the signs that belong to the rest of the state."""
    acting = _acting(params, besides, care)
    signs = neuro.neuro_signs(params, adaptation, drives, acting)
    if care.is_anaesthetised:
        signs = replace(signs, gcs=3.0)
    elif params.background.lesion_level is not None:
        acting = _with_reflex(acting, _rise_mmhg(params, adaptation, drives, besides, care))
    shown = vitals.vital_signs(params, adaptation, signs, gases, care.supported, acting, care.is_anaesthetised)
    return signs, shown


def _rise_mmhg(params: PatientParams, adaptation: Adaptation, drives: Drives, besides: Besides, care: Care) -> float:
    """Return the rise of pressure by dysreflexia now."""
    strain = dysreflexia.stimulus(params, adaptation, besides.bladder_m3, care.procedure)
    return dysreflexia.rise_mmhg(params, adaptation, drives, strain)


def _with_reflex(acting: Acting, rise: float) -> Acting:
    if rise <= 0.0:
        return acting
    slowing = dysreflexia.slowing_per_min(rise)
    return replace(acting, systolic_mmhg=acting.systolic_mmhg + rise, heart_per_min=acting.heart_per_min + slowing)


def _acting(params: PatientParams, besides: Besides, care: Care) -> Acting:
    """Return what acts beside baclofen: medicines, infection and what staff hold."""
    fever = 0.0 if besides.infection is None else infected.fever_c(besides.infection)
    if not besides.doses and fever == 0.0 and care.benzodiazepine == care.cyproheptadine == care.cooling == 0.0:
        return QUIET
    acting = medicines.acting(besides.doses, params.background.mass_kg, fever)
    confused, septic = 0.0, infected.SEPTIC_MMHG * infected.excess(besides.infection, infected.SEPTIC_LOAD)
    if besides.infection is not None and besides.infection.place == "meninges":
        confused = infected.CONFUSION * infected.excess(besides.infection, infected.CONFUSED_LOAD)
    return replace(
        acting, benzodiazepine=max(care.benzodiazepine, acting.benzodiazepine),
        cyproheptadine=max(care.cyproheptadine, acting.cyproheptadine), cooling=care.cooling,
        sedation=together(acting.sedation, confused), systolic_mmhg=acting.systolic_mmhg + septic,
        heart_per_min=acting.heart_per_min + infected.HEART_PER_MIN_PER_C * acting.fever_c,
    )  # fmt: skip


def _fresh(params: PatientParams, adaptation: Adaptation, drives: Drives, told: tuple[str, ...]) -> PatientState:
    side, gases, care = params.background, Gases(), Care()
    besides = Besides(
        infection=infected.seeded(side.infection_place, side.infection_day), bladder_m3=side.bladder_m3
    )
    signs, shown = _signs(params, adaptation, gases, drives, besides, care)
    return PatientState(adaptation, gases, drives, signs, shown, told, besides=besides)


def initial(params: PatientParams) -> PatientState:
    """Return a patient who never had the drug, awake."""
    return _fresh(params, neuro.fresh(params), Drives(), ())


def with_hardware(state: PatientState, has_hardware: bool) -> PatientState:
    """Return the patient whose infection, if there is one, has pump or catheter to live on, or nothing."""
    sick = state.besides.infection
    if sick is None or sick.has_hardware == has_hardware:
        return state
    return replace(state, besides=replace(state.besides, infection=replace(sick, has_hardware=has_hardware)))


def adapted(params: PatientParams, exposure: ExposureLike, days: float) -> PatientState:
    """Return a patient after `days` on the steady drives at the end of an exposure."""
    drives = _drives_at(_columns(exposure), -1)
    adaptation = neuro.adapted(params, drives.legs, days)
    gain = params.ashworth_legs - neuro.neuro_signs(params, adaptation, drives).ashworth_legs
    # the effect was larger before tolerance: what still counts as effect was told long ago
    told: tuple[str, ...] = ("tone",) if gain >= TONE_POINTS[1] else ()
    state = _fresh(params, adaptation, drives, told)
    known, _ = _notice(params, state, Care())
    return replace(state, noticed=tuple(name for name in known if name in ("dizzy", "vomiting")))


def given(state: PatientState, name: str, amount: float) -> PatientState:
    """Return the patient after one dose of a medicine [kg; m3 for fluid] of `physics.patient.medicines`."""
    doses = medicines.given(state.besides.doses, name, amount)
    return replace(state, besides=replace(state.besides, doses=doses))


def caught(state: PatientState, place: str, day: float) -> PatientState:
    """Return the patient with an infection that shows itself in some days; an earlier one goes on alone."""
    if state.besides.infection is not None:
        return state
    return replace(state, besides=replace(state.besides, infection=infected.seeded(place, day)))


def drained(state: PatientState, volume_m3: float) -> PatientState:
    """Return the patient with urine drawn off; an emptied bladder drains freely from then on."""
    left = max(0.0, state.besides.bladder_m3 - volume_m3)
    return replace(state, besides=replace(state.besides, bladder_m3=left))


def _columns(exposure: ExposureLike) -> tuple[FloatArray, ...]:
    return (
        exposure.legs, exposure.arms, exposure.trunk, exposure.segment, exposure.reflex, exposure.sedation,
        exposure.breathing,
    )  # fmt: skip


def _drives_at(columns: tuple[FloatArray, ...], k: int) -> Drives:
    return Drives(*[float(column[k]) for column in columns])


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
    times, columns = exposure.times_s, _columns(exposure)
    if times.size < 2 or any(column.size != times.size for column in columns):
        raise PhysicsError("patient.advance: expected an exposure of at least two samples of one length")
    besides = _later(state.besides, care, float(times[-1] - times[0]))
    adaptation, gases, told, doses, events = _through(params, state, exposure, besides, care)
    if doses != besides.doses:
        besides = replace(besides, doses=doses)
    drives = _drives_at(columns, -1)
    signs, shown = _signs(params, adaptation, gases, drives, besides, care)
    after = PatientState(adaptation, gases, drives, signs, shown, told, state.noticed, besides)
    noticed, seen = _notice(params, after, care)
    if noticed != after.noticed:
        after = replace(after, noticed=noticed)
    return after, (*events, *seen)


def _later(besides: Besides, care: Care, dt_s: float) -> Besides:
    """Return infection and bladder an interval later; medicines are moved sample by sample."""
    if besides.infection is None and besides.bladder_m3 == 0.0:
        return besides
    infection, bladder = besides.infection, besides.bladder_m3
    if infection is not None:
        infection = infected.later(infection, care.antibiotic, dt_s)
    if bladder > 0.0:
        bladder += dysreflexia.URINE_M3_PER_S * dt_s
    return Besides(besides.doses, infection, bladder)


_of_adaptation = attrgetter(*(item.name for item in fields(Adaptation)))
_of_gases = attrgetter(*(item.name for item in fields(Gases)))


def _through(
    params: PatientParams, state: PatientState, exposure: ExposureLike, besides: Besides, care: Care
) -> tuple[Adaptation, Gases, tuple[str, ...], tuple[Dose, ...], list[PatientEvent]]:
    """Return adaptation, gases, what has been told, medicines and events after the samples."""
    times, doses, told = exposure.times_s, besides.doses, state.told
    drives = np.array((exposure.legs, exposure.sedation, exposure.breathing))
    now = np.array((*_of_adaptation(state.adaptation), *_of_gases(state.gases)))
    holds, seen = np.array([name in told for name in CONDITIONS]), np.empty(5)
    law, acting = law_of(params), _acting(params, besides, care)
    at_end = midway = beside(acting, care.supported, care.oxygen)
    events: list[PatientEvent] = []
    k, last = 0, times.size - 1
    while k < last:
        until = k + 2 if doses else last + 1  # medicines wear off from sample to sample
        if doses:
            step = float(times[k + 1] - times[k])
            half = _acting(params, replace(besides, doses=medicines.later(doses, 0.5 * step)), care)
            doses = medicines.later(doses, step)
            acting = _acting(params, replace(besides, doses=doses), care)
            midway = beside(half, care.supported, care.oxygen)
            at_end = beside(acting, care.supported, care.oxygen)
        k = march(k, times[:until], drives, law, (midway, at_end), now, LIMITS, holds, seen)
        holding = tuple(compress(CONDITIONS, holds))
        if holding != told:
            events.extend(_news(told, holding, *seen.tolist()))
            told = holding
    return Adaptation(*now[:CO2].tolist()), Gases(*now[CO2:].tolist()), told, doses, events


def _news(
    told: tuple[str, ...], now: tuple[str, ...], gcs: float, share: float, rate: float, s: float, gain: float
) -> tuple[PatientEvent, ...]:
    """Return the events for the change from `told` to `now`; what the kernel saw goes with them."""
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


def _notice(
    params: PatientParams, state: PatientState, care: Care
) -> tuple[tuple[str, ...], tuple[PatientEvent, ...]]:
    """Return the slow conditions that hold now, and the events of those that began or ended."""
    pressure, before, besides = state.vitals.systolic_mmhg, state.noticed, state.besides
    has_lesion, infection = params.background.lesion_level is not None, besides.infection
    if not (before or has_lesion or infection) and state.neuro.sedation < DIZZY[0] and pressure > FAILING_MMHG[0]:
        return before, ()
    sizes = {
        "dizzy": (state.neuro.sedation, DIZZY), "vomiting": (state.neuro.sedation, VOMITING),
        "failing": (-pressure, (-FAILING_MMHG[0], -FAILING_MMHG[1])),
    }  # fmt: skip
    if has_lesion and not care.is_anaesthetised:
        rise = _rise_mmhg(params, state.adaptation, state.drives, besides, care)
        sizes["dysreflexia"] = (rise, DYSREFLEXIA_MMHG)
    if infection is not None and infection.shows_in_s <= 0.0:
        sizes["infected"] = (infection.load, INFECTED_LOAD)
    now = tuple(
        name for name, (size, (begins, clears)) in sizes.items() if size >= (clears if name in before else begins)
    )
    unit = {"failing": -PA_PER_MMHG, "dysreflexia": PA_PER_MMHG}
    infection_place = "none" if infection is None else infection.place
    events = []
    for name in now:
        if name not in before:
            word, place = TOLD[name]
            events.append((word, sizes[name][0] * unit.get(name, 1.0), place or infection_place))
    if "dysreflexia" in before and "dysreflexia" not in now:
        events.append(("DysreflexiaEnded", 0.0, "below the lesion"))
    return now, tuple(events)
