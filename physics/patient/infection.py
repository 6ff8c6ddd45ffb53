"""The course of an infection of the pocket or the meninges, from the day it shows itself.

The load is counted in decades of bacteria. Untreated it grows to a plateau; an antibiotic lowers it, but not below
a floor while hardware is in: stopped, it comes back. Sources: [SC I-A3] scenario content (load 6.5: 38.4 C,
CRP 140 mg/L; antibiotic -0.5 a day; floor 4); [D7] device reference section 7, C-INF: shows after a median of 14 days.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from physics.clock import SECONDS_PER_DAY

SHOWN_LOAD = 5.0  # A: load at which the first signs are seen
CLEARED_LOAD = 4.5  # A
PLATEAU_LOAD = 8.0  # A
SKIN_PLATEAU_LOAD = 6.0  # A: a wound that is red and hot without a septic patient
FLOOR_LOAD = 4.0  # [SC I-A3]
GROWTH_PER_DAY = 0.5  # A: as fast up as the antibiotic brings it down
KILL_PER_DAY = 0.5  # [SC I-A3]
FEVER_C_PER_DECADE = 1.0  # [SC I-A3]: 1.5 C at load 6.5
CRP_REST_MG_PER_L, CRP_PER_DECADE = 5.0, 90.0  # [SC I-A3]: 140 at load 6.5
HEART_PER_MIN_PER_C = 10.0  # UGK-H: Liebermeister's rule, 8-10 beats per degree
SEPTIC_LOAD, SEPTIC_MMHG = 7.0, -25.0  # A: pressure falls by this for every decade above
CONFUSED_LOAD, CONFUSION = 6.0, 0.15  # A: meninges only, sedation for every decade above


@dataclass(frozen=True, slots=True)
class Infection:
    """Decades of bacteria, the time until the first signs [s], where ("skin", "pocket", "meninges"), whether hardware shelters them."""

    load: float = 0.0
    shows_in_s: float = 0.0
    place: str = "pocket"
    has_hardware: bool = field(default=True, metadata={"hash": "when set"})


def seeded(place: str, day: float) -> Infection | None:
    """Return an infection that shows itself in some days, or None."""
    return None if place == "none" else Infection(SHOWN_LOAD, day * SECONDS_PER_DAY, place)


def later(infection: Infection, antibiotic: float, dt_s: float) -> Infection:
    """Return the infection after an interval; `antibiotic` 0..1 is how well it is treated.

    Drained and without anything foreign it grows no more, and has no floor [A].
    """
    waiting = min(infection.shows_in_s, dt_s)
    days = (dt_s - waiting) / SECONDS_PER_DAY
    growth = GROWTH_PER_DAY if infection.has_hardware else 0.0
    rate = growth * (1.0 - antibiotic) - KILL_PER_DAY * antibiotic
    is_skin = infection.place == "skin"  # away from the hardware: stays local, and can be cleared
    floor = FLOOR_LOAD if infection.has_hardware and not is_skin else 0.0
    high = SKIN_PLATEAU_LOAD if is_skin else PLATEAU_LOAD
    load = min(high, max(floor, infection.load + rate * days)) if infection.load > 0.0 else 0.0
    return replace(infection, load=load, shows_in_s=infection.shows_in_s - waiting)


def excess(infection: Infection | None, over: float = SHOWN_LOAD) -> float:
    """Return the decades above a load, 0 before the infection shows itself."""
    if infection is None or infection.shows_in_s > 0.0:
        return 0.0
    return max(0.0, infection.load - over)


def fever_c(infection: Infection | None) -> float:
    """Return the rise of the temperature that the body aims at [C]."""
    return FEVER_C_PER_DECADE * excess(infection)


def local_signs(infection: Infection | None) -> float:
    """Return redness and swelling over the pump, or stiffness of the neck, 0..10."""
    return min(10.0, 5.0 * excess(infection, CLEARED_LOAD))


def crp_mg_per_l(infection: Infection | None) -> float:
    """Return C-reactive protein [mg/L]; withdrawal alone does not raise it [A]."""
    return CRP_REST_MG_PER_L + CRP_PER_DECADE * excess(infection)
