"""What an implant came to, as numbers: the consequences that the procedure's errors are known for.

Each reading is a fold over a finished session and may look at what no player sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

import physics
import physics.catheter as catheter
from game.outcome import closing_of
from game.session import Session
from physics.clock import TICK_S
from physics.commands import AdvanceRefillNeedle, Command, PlaceRefillNeedle
from physics.fixed import fixed
from physics.hands_on_laid_catheter import REFILL_NEEDLE_M
from physics.observation import Observation
from physics.pocket.pump_body import dead_space_fluid
from physics.theatre import pump_pose, with_models
from physics.units import SECONDS_PER_DAY
from scenarios.measures import Reader
from scenarios.steps import record_from

REFILL_M_PER_S = 0.010  # tuned: steady, as the refill players go in
REFILL_STOP_N = 9.0  # tuned: the floor of the port answers with more, its septum with 3-4 N [game_design 3.10]
REFILL_REACH_M = 0.038  # length of the refill needle, 1.5 inch [device_and_procedure 4, UGK-M]
FIRST_DAY_S = SECONDS_PER_DAY
SEROMA_DAYS = 10.0  # near its peak; seen from day 2 to 60 [device_and_procedure 7, C-SEROMA]


@dataclass(frozen=True, slots=True)
class Reading:
    """A number of a finished implant."""

    key: str
    text: str
    unit: str
    read: Callable[[Session], float]


def lived(session: Session) -> tuple[Observation, ...]:
    """Return what was seen from the closure of the wounds on."""
    closing = closing_of(session)
    seen = (s.observation for s in session.steps if s.observation is not None)
    return tuple(o for o in seen if closing is not None and o.tick >= closing.tick)


def _measure(key: str) -> Callable[[Session], float]:
    def read(session: Session) -> float:
        result = Reader(session.scenario, record_from(session.steps))(key)
        return result.value if result.is_valid else math.nan

    return read


def _events(*names: str, where: str = "") -> Callable[[Session], float]:
    return lambda session: float(sum(e.name in names and where in e.where for e in session.events))


def _worst(read: Callable[[Observation], float], pick: Callable[[Iterator[float]], float] = max) -> Callable[[Session], float]:
    return lambda session: pick(read(o) for o in lived(session) or (session.observation,))


def _last(read: Callable[[Observation], float]) -> Callable[[Session], float]:
    return lambda session: read(session.observation)


def tip_below_levels(session: Session) -> float:
    """Return how many levels below the written one the tip lies at the end, or lay where it left the sac."""
    return float(session.observation.catheter.tip_level - session.setup.target_level)


def first_day_ug(session: Session) -> float:
    """Return the drug that reached the cerebrospinal fluid within a day of the start of the pump [ug]."""
    seen = lived(session)
    start_s = next((e.clinical_time_s for e in session.events if e.name == "PumpProgrammed"), math.inf)
    total = 0.0
    for before, after in zip(seen, seen[1:], strict=False):
        span_s = min(after.clinical_time_s, start_s + FIRST_DAY_S) - max(before.clinical_time_s, start_s)
        total += max(span_s, 0.0) * after.delivery.delivered_kg_per_s
    return 1e9 * total


def finds_port(session: Session) -> bool:
    """Return whether a refill needle, straight down on the middle of the pump that the hand feels, finds the reservoir."""
    params, world = session.setup.params, session.world

    def give(command: Command) -> Observation:
        nonlocal world
        world, _ = physics.step(params, world, (command,))
        return physics.observe(params, world)

    seen = give(PlaceRefillNeedle(session.observation.pocket.pump_u_m, session.observation.pocket.pump_v_m))
    for _ in range(round(2.0 * REFILL_REACH_M / (REFILL_M_PER_S * TICK_S))):
        if seen.refill.force_n >= REFILL_STOP_N or seen.refill.depth_m >= REFILL_REACH_M:
            break
        seen = give(AdvanceRefillNeedle(min(REFILL_M_PER_S * TICK_S, REFILL_REACH_M - seen.refill.depth_m)))
    return seen.refill.place == "reservoir"


def tracks_through_catheter(session: Session) -> float:
    """Return how many of 122 straight refill tracks, 1 mm apart in a cross over the port, meet the catheter on the face."""
    theatre = session.world.theatre
    case = with_models(fixed(session.setup.params), theatre)
    pose = pump_pose(case, theatre)
    outward = pose.normal if theatre.pocket.is_septum_outward else -pose.normal
    ways = (pose.outlet_direction, np.cross(outward, pose.outlet_direction))
    face = pose.centre_m + 0.5 * case.pump.thickness_m * outward
    hits = 0
    for way, k in product(ways, range(-30, 31)):
        point = face + 1e-3 * k * way
        skin = point + theatre.pocket.cover_m * outward
        hits += bool(catheter.punctured(theatre.catheter, case.catheter, skin, point, REFILL_NEEDLE_M)[1])
    return float(hits)


def seroma_ml(session: Session) -> float:
    """Return the serous fluid that the slack of the pocket held ten days after surgery [mL]."""
    return 1e6 * dead_space_fluid(session.world.theatre.pocket, SEROMA_DAYS)


def _patency(seen: Observation) -> float:
    return min(seen.catheter.min_patency, seen.catheter.min_patency_sitting)


def _turned_deg(session: Session) -> float:
    closing = closing_of(session)
    if closing is None:
        return math.nan
    return abs(math.degrees(session.observation.pocket.outlet_angle_rad - closing.pocket.outlet_angle_rad))


READINGS: dict[str, Reading] = {
    r.key: r
    for r in (
        Reading("nerve", "times the needle touched cord or root", "1", _events("NerveTouched")),
        Reading("bone", "times the needle struck bone", "1", _events("BoneContacted")),
        Reading("csf_lost", "CSF lost", "mL", _worst(lambda o: 1e6 * o.patient.csf_volume_lost_m3)),
        Reading("headache", "worst postural headache of 10", "1", _worst(lambda o: o.patient.headache)),
        Reading("push", "hardest push at the needle hub", "N", _last(lambda o: o.catheter.max_push_n)),
        Reading("fragment", "catheter left in the canal", "mm", _last(lambda o: 1e3 * o.catheter.fragment_m)),
        Reading("tip_below", "levels of the tip below the written one", "levels", tip_below_levels),
        Reading("tip_outside", "tip outside the sac", "1", _last(lambda o: float(o.catheter.tip_space != "intrathecal"))),
        Reading("tip_drift", "length lost from the sac", "mm", _measure("out.tip_drift")),
        Reading("dose_ratio", "dose at the tip over the ordered one", "1", _measure("out.dose_ratio")),
        Reading("first_day", "drug into the CSF on the first day", "ug", first_day_ug),
        Reading("patency", "least open share of the lumen", "1", _worst(_patency, min)),
        Reading("radius", "least bend radius", "mm", _worst(lambda o: 1e3 * o.catheter.min_radius_m, min)),
        Reading("misplaced", "drug beside the CSF at the end", "ug/d", _last(lambda o: 8.64e13 * o.delivery.misplaced_kg_per_s)),
        Reading("disconnected", "times the connector came off", "1", _events("CatheterDisconnected")),
        Reading("tone_drop", "leg Ashworth gained", "1", _measure("out.ashworth_drop")),
        Reading("gcs", "lowest Glasgow coma score", "1", _measure("out.min_gcs")),
        Reading("no_port", "first refill misses the reservoir", "1", lambda s: float(not finds_port(s))),
        Reading("in_the_way", "refill tracks of 122 over the port that meet the catheter", "1", tracks_through_catheter),
        Reading("seroma", "fluid round the pump on day 10", "mL", seroma_ml),
        Reading("tilt", "tilt of the pump", "deg", _last(lambda o: math.degrees(o.pocket.tilt_rad))),
        Reading("turned", "turn of the pump since closure", "deg", _turned_deg),
        Reading("flipped", "pump turned over", "1", _last(lambda o: float(o.pocket.is_flipped))),
        Reading("skin", "least tissue over the tunnel", "mm", _last(lambda o: 1e3 * o.catheter.tunnel_min_depth_m)),
        Reading("films", "films after closure", "1", _measure("xray.final_film")),
    )
}
