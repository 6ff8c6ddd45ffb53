"""Medicines by vein and mouth: how much of each is where it acts, and what that does.

One law for all: a dose arrives with its half-time, one share of it leaves fast (redistribution), the rest with the
elimination half-life; linear, so a step of any length is exact. The effect of a group is
x^n / (1 + x^n), x = what is present over the dose of half effect, per 70 kg, summed over the group.

Sources: [PH1 5.3] reference/pharmacology.md; [JCM] J Clin Med 2021;10:1754 table 2 (onset, action and half-lives of
benzodiazepines); UGK elsewhere. Doses of half effect of a benzodiazepine are [A]: 10 mg diazepam = 2 mg lorazepam =
5 mg midazolam.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.clock import SECONDS_PER_HOUR
from physics.errors import PhysicsError
from physics.patient.acting import Acting

MG = 1e-6  # kg
MINUTE_S = 60.0
HOUR_S = SECONDS_PER_HOUR
STANDARD_KG = 70.0
FORGOTTEN = 1e-4  # numerical: a dose below this share of its half-effect dose is dropped


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine by one route.

    Attributes
    ----------
    group : str
        Whose effect it adds to.
    half_dose : float
        Present amount with half of the largest effect, per 70 kg [kg; m3 for fluid].
    onset_s : float
        Half-time of arrival [s].
    fast_share, fast_s, slow_s : float
        Share that leaves fast; half-lives of that share and of the rest [s].
    """

    group: str
    half_dose: float
    onset_s: float
    fast_share: float
    fast_s: float
    slow_s: float


MEDICINES: dict[str, Medicine] = {
    # [JCM] onset 1-3 min, action 15-30 min, half-life 33-45 h
    "diazepam_iv": Medicine("benzodiazepine", 15 * MG, 1.5 * MINUTE_S, 0.6, 0.4 * HOUR_S, 40 * HOUR_S),
    # UGK-H peak 1-1.5 h
    "diazepam_oral": Medicine("benzodiazepine", 15 * MG, 20 * MINUTE_S, 0.6, 1.0 * HOUR_S, 40 * HOUR_S),
    # [JCM] onset 1.6 min, action 4-6 h, half-life 12 h; UGK-M full effect only after 10 min
    "lorazepam_iv": Medicine("benzodiazepine", 3 * MG, 3 * MINUTE_S, 0.3, 0.5 * HOUR_S, 12 * HOUR_S),
    # [JCM] onset 1.5-2.5 min, action 30-80 min, half-life 3-4 h
    "midazolam_iv": Medicine("benzodiazepine", 7.5 * MG, 1.0 * MINUTE_S, 0.6, 0.25 * HOUR_S, 3.5 * HOUR_S),
    # half-life 8.6 h UGK-M; 4-8 mg every 6-8 h is the full effect [PH1 5.3, MEY03]
    "cyproheptadine_oral": Medicine("cyproheptadine", 5 * MG, 45 * MINUTE_S, 0.0, HOUR_S, 8.6 * HOUR_S),
    # [PH1 5.3] 0.5-2 mg, lasts 30-60 min
    "physostigmine_iv": Medicine("physostigmine", 0.6 * MG, 1.6 * MINUTE_S, 0.0, HOUR_S, 20 * MINUTE_S),
    "atropine_iv": Medicine("atropine", 0.7 * MG, 0.7 * MINUTE_S, 0.0, HOUR_S, 40 * MINUTE_S),  # UGK-M
    "ephedrine_iv": Medicine("vasopressor", 10 * MG, 0.8 * MINUTE_S, 0.0, HOUR_S, 25 * MINUTE_S),  # UGK-M
    "nifedipine_oral": Medicine("vasodilator", 10 * MG, 12 * MINUTE_S, 0.0, HOUR_S, 2.5 * HOUR_S),  # UGK-M
    "paracetamol": Medicine("antipyretic", 500 * MG, 30 * MINUTE_S, 0.0, HOUR_S, 2.5 * HOUR_S),  # UGK-M
    # crystalloid [m3]: most of it leaves the vessels within the hour UGK-M
    "fluids_iv": Medicine("fluid", 1e-3, 5 * MINUTE_S, 0.7, 20 * MINUTE_S, 4 * HOUR_S),
}
STEEPNESS = {"benzodiazepine": 1.5, "cyproheptadine": 2.0, "physostigmine": 2.0, "antipyretic": 2.0}  # [A]; others 1

BENZODIAZEPINE_SEDATION = 0.35  # A: GCS 10.8 at full effect alone
BENZODIAZEPINE_BREATHING = 0.25  # A: rate down a quarter at full effect alone
BENZODIAZEPINE_SEIZURE = 0.70  # A: share of the hazard of a seizure it takes away
PHYSOSTIGMINE_GCS = 2.2  # [PH1 5.3] +2 for 30-60 min, reached at 2 mg
PHYSOSTIGMINE_HEART_PER_MIN = -16.0  # [PH1 5.3] -15 at 2 mg
PHYSOSTIGMINE_SEIZURE = 3.0  # [PH1 5.3] at full effect
ATROPINE_HEART_PER_MIN = 45.0  # UGK-M: about +25 after 1 mg
VASOPRESSOR_MMHG, VASOPRESSOR_HEART_PER_MIN = 40.0, 20.0  # UGK-L: +20 and +10 after 10 mg ephedrine
VASODILATOR_MMHG = -50.0  # UGK-L: -25 after 10 mg nifedipine
FLUID_MMHG = 40.0  # A: +15 after a litre run in
ANTIPYRETIC_SHARE = 0.6  # A: of a fever of infection; none of the fever of withdrawal


@dataclass(frozen=True, slots=True)
class Dose:
    """What is left of one medicine [kg; m3 for fluid]: on its way, and present in both shares."""

    name: str
    arriving: float
    fast: float = 0.0
    slow: float = 0.0


def given(doses: tuple[Dose, ...], name: str, amount: float) -> tuple[Dose, ...]:
    """Return the medicines on board after one more dose [kg; m3 for fluid].

    Raises
    ------
    PhysicsError
        If no such medicine is known, or the amount is no finite number >= 0.
    """
    if name not in MEDICINES:
        raise PhysicsError(f"patient.given: name = {name!r}; expected one of {', '.join(MEDICINES)}")
    if not 0.0 <= amount < math.inf:
        raise PhysicsError(f"patient.given: amount = {amount!r} of {name}; expected a finite number >= 0")
    held = {dose.name: dose for dose in doses}
    before = held.get(name, Dose(name, 0.0))
    held[name] = Dose(name, before.arriving + amount, before.fast, before.slow)
    return tuple(held[key] for key in MEDICINES if key in held)


def later(doses: tuple[Dose, ...], dt_s: float) -> tuple[Dose, ...]:
    """Return the medicines on board a time later (closed form); what no longer counts is dropped."""
    out = []
    for dose in doses:
        kind = MEDICINES[dose.name]
        coming = math.log(2.0) / kind.onset_s
        left = math.exp(-coming * dt_s)
        fast, slow = (
            _passed(present, dose.arriving * share, coming, left, math.log(2.0) / half_life_s, dt_s)
            for present, share, half_life_s in (
                (dose.fast, kind.fast_share, kind.fast_s), (dose.slow, 1.0 - kind.fast_share, kind.slow_s),
            )
        )  # fmt: skip
        if dose.arriving * left + fast + slow > FORGOTTEN * kind.half_dose:
            out.append(Dose(dose.name, dose.arriving * left, fast, slow))
    return tuple(out)


def _passed(present: float, arriving: float, coming: float, left: float, leaving: float, dt_s: float) -> float:
    """Bateman's function: a store that fills at one rate and empties at another."""
    remains = math.exp(-leaving * dt_s)
    return present * remains + arriving * coming / (coming - leaving) * (remains - left)


def effects(doses: tuple[Dose, ...], mass_kg: float) -> dict[str, float]:
    """Return the effect 0..1 of each group on board."""
    loads: dict[str, float] = {}
    for dose in doses:
        kind = MEDICINES[dose.name]
        load = (dose.fast + dose.slow) / kind.half_dose * STANDARD_KG / mass_kg
        loads[kind.group] = loads.get(kind.group, 0.0) + load
    powers = {group: load ** STEEPNESS.get(group, 1.0) for group, load in loads.items()}
    return {group: power / (1.0 + power) for group, power in powers.items()}


def acting(doses: tuple[Dose, ...], mass_kg: float, fever_c: float = 0.0) -> Acting:
    """Return what the medicines on board do; `fever_c` of an infection is what an antipyretic lowers."""
    effect = effects(doses, mass_kg)
    calm, wake = effect.get("benzodiazepine", 0.0), effect.get("physostigmine", 0.0)
    squeeze = effect.get("vasopressor", 0.0)
    return Acting(
        benzodiazepine=calm, cyproheptadine=effect.get("cyproheptadine", 0.0),
        sedation=BENZODIAZEPINE_SEDATION * calm, breathing=BENZODIAZEPINE_BREATHING * calm,
        wake_points=PHYSOSTIGMINE_GCS * wake,
        fever_c=fever_c * (1.0 - ANTIPYRETIC_SHARE * effect.get("antipyretic", 0.0)),
        hazard_factor=(1.0 - BENZODIAZEPINE_SEIZURE * calm) * (1.0 + (PHYSOSTIGMINE_SEIZURE - 1.0) * wake),
        heart_per_min=PHYSOSTIGMINE_HEART_PER_MIN * wake + ATROPINE_HEART_PER_MIN * effect.get("atropine", 0.0)
        + VASOPRESSOR_HEART_PER_MIN * squeeze,
        systolic_mmhg=VASOPRESSOR_MMHG * squeeze + FLUID_MMHG * effect.get("fluid", 0.0)
        + VASODILATOR_MMHG * effect.get("vasodilator", 0.0),
    )  # fmt: skip
