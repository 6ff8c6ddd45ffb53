"""Life after surgery: days of bending, sitting and fiddling move the same rod and the same pump.

Pump and rod are looked at on fixed days that lie closer while the tissue is fresh; between them the
lumen is what it was on the last of them. The order of a look: the pump lives under the catheter's last
pull; where it went the catheter's end follows; the catheter lives; what gave way is told; lumen, tip and
side holes are read, lying and sitting.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

import physics.catheter as catheter
import physics.pocket as pocket
from physics.fixed import Fixed
from physics.pump_coupling import follow_pump, under_pull
from physics.theatre import Theatre, around, holes_inside, located
from physics.therapy import Note

LIFE_DAYS = (0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0, 45.0, 60.0, 75.0, 90.0)
LATER_DAYS = 30.0  # then every month
HALF_OUT = 0.5  # a tip with half its holes outside counts as out of the sac
DAYS_PER_YEAR = 365.25


def next_look_day(days: float) -> float:
    """Return the first day after `days` on which the implant is looked at."""
    for day in LIFE_DAYS:
        if day > days + 1e-9:
            return day
    return LIFE_DAYS[-1] + LATER_DAYS * (math.floor((days - LIFE_DAYS[-1]) / LATER_DAYS + 1e-9) + 1)


def live(case: Fixed, theatre: Theatre, days: float, seed: int, tick: int) -> tuple[Theatre, tuple[Note, ...]]:
    """Return the theatre after the implant has lived until `days` after closure, and what happened."""
    state = theatre.catheter
    is_open = not theatre.pocket.is_closed or theatre.lumbar is not None
    if state.phase != "implanted" or not theatre.pocket.is_pump_in or is_open:
        return theatre, ()
    notes: list[Note] = []
    lived = theatre.lived_days
    while next_look_day(lived) <= days + 1e-9:
        until = next_look_day(lived)
        theatre, happened = _live_until(case, theatre, until - lived, until, seed, tick)
        notes += happened
        lived = until
    return theatre, tuple(notes)


def _live_until(
    case: Fixed, theatre: Theatre, days: float, until: float, seed: int, tick: int
) -> tuple[Theatre, list[Note]]:
    near = around(case, theatre)
    before = theatre.pocket
    params, living = case.params, _living(case, theatre)
    flexions = living.flexions_on(theatre.catheter.days)
    life = pocket.Life(flexions, params.twiddle_turns_per_day, params.twiddle_bias)
    body, notes = pocket.live(before, under_pull(case, theatre, life), days, seed, tick)
    state, body, more = follow_pump(case, theatre, body, near, living.connector_hold_n)
    notes += more
    state, happened, _ = catheter.age(state, case.catheter, near, days, seed, living)
    gained = case.params.fat_m_per_year * days / DAYS_PER_YEAR
    if gained != 0.0:
        body = replace(body, cover_m=body.cover_m + gained, fat_m=body.fat_m + gained)
    before_space, before_share = theatre.tip_space, theatre.share_sitting
    is_still = theatre.lived_days > 0.0 and np.array_equal(state.x, theatre.catheter.x)
    seat = 0.0 if state.is_disconnected else theatre.connector_seat
    theatre = replace(theatre, pocket=body, catheter=state, lived_days=until, connector_seat=seat)
    if not is_still:
        theatre = _looked_at(case, theatre, near)
    out = [note for note in (*notes, *happened) if note[0] != "CatheterLeftSac"]
    if before_space == "intrathecal" and theatre.tip_space != "intrathecal":
        out.append(("CatheterLeftSac", theatre.tip_level, "lying and sitting"))
    elif before_share >= HALF_OUT > theatre.share_sitting:
        out.append(("CatheterLeftSac", theatre.tip_level, "sitting"))
    return theatre, out


def _living(case: Fixed, theatre: Theatre) -> catheter.Living:
    """Return how this patient moves and changes, and what the connector stands as it is seated."""
    params, build = case.params, case.params.build
    return catheter.Living(
        mobility=params.mobility, flexions_per_day=params.flexions_per_day, flexion_scale=params.flexion_scale,
        growth_per_year=catheter.growth_per_year(build.age_years, build.is_female),
        fat_m_per_year=params.fat_m_per_year, connector_hold_n=catheter.connector_hold_n(theatre.connector_seat),
        adherence=params.adherence,
    )  # fmt: skip


def _looked_at(case: Fixed, theatre: Theatre, near: catheter.Surroundings) -> Theatre:
    """Return the theatre with lumen and side holes looked at again, lying and sitting."""
    state = theatre.catheter
    seated = catheter.sitting(state, case.catheter, near)
    theatre = located(case, replace(
        theatre, patency_lying=catheter.patency(state, case.catheter),
        patency_sitting=catheter.patency(seated, case.catheter),
    ))  # fmt: skip
    share = holes_inside(seated, case.catheter, catheter.bent_surroundings(near, catheter.SITTING_RAD))
    return replace(theatre, share_sitting=min(share, theatre.share_lying))
