"""One implant, put in by the physics of the hands without the hours of a played operation.

Every act is a command that a trainee could give, carried out by `physics.operation`; only the film, the
feel of the needle and the waiting are left out. Nothing about the outcome is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

import physics.anatomy as anatomy
import physics.catheter as catheter
import physics.commands as commands
import physics.operation as operation
from game.players.chart import PUMP_RADIUS_M, Chart, chart_for
from game.population.operators import Operation
from game.population.people import Person
from physics.catheter.implant import POCKET, TRACK, TUNNEL, WOUND
from physics.established import on_therapy
from physics.fixed import Fixed, fixed
from physics.params import Params, StartState
from physics.theatre import Hands, Note, Theatre
from physics.therapy import Therapy
from physics.world import initial
from scenarios.load import load
from scenarios.setup import setup

WRITTEN_CASE = "implant_adult_t10"  # its order and rules; patient and hands are drawn
FEED_M = 2e-3  # one stroke of the fingers
PAST_DURA_M = 4e-3  # the whole bevel lies inside [A]
NEEDLE_M, NEEDLE_REACH_M = 0.16, 0.112  # longest that the command takes; 11.4 cm are used as far as they reach [I13]
STEEPER_RAD = math.radians(5.0)
STEEPEST_RAD = math.radians(75.0)  # a deep back is entered more steeply, for the needle is no longer [8.1]
LONGEST_FEED_M = 0.75
STALL_M = 0.10  # fed without gain: the tip does not go up
FREE_M = 0.05  # length over the direct way that a hand allows [as the attending's]
TRIM_LEAST_M, TRIM_MOST_M = 0.0, 0.75
OPEN = 0.9  # a lumen that is narrower is laid again [assessment IM43]
IN_SIGHT_M = 20e-3  # of a tube under the retracted edge of a wound [A]; the half width of `physics.operation`
AT_EXIT_M = 5e-3  # a tube that buckles just under the fascia bulges out of it [A]
MOST_LOOKS = 3  # tries to lay it again [A]
WIDER, WIDEST_LOOP_M, WIDEST_COIL_M = 1.25, 20e-3, 30e-3  # loop of 2-3 cm [I23], a little more at need [A]
FURTHER_M, FARTHEST_ANCHOR_M = 3e-3, 15e-3  # the anchor goes with it, within I22 [A]
MID_SHARES = (0.0, 0.5, 1.0, 0.5, 0.0)  # where the tunneller bows
DOSE_KG_PER_S = 300e-9 / 86400.0  # 300 ug/day, the median of an adult series [E22]
CONCENTRATION_KG_PER_M3 = 2.0
RESERVOIR_M3, ALARM_M3 = 15e-6, 2e-6


class CannotImplant(Exception):
    """This drawn operation cannot be done in this drawn patient; says why."""


@dataclass(frozen=True, slots=True)
class Implant:
    """A closed implant: case and theatre on the day of surgery, and what happened in it."""

    case: Fixed
    theatre: Theatre
    notes: tuple[Note, ...]


@lru_cache(maxsize=1)
def _written() -> Chart:
    scenario = load(WRITTEN_CASE)
    return chart_for(scenario, setup(scenario, 0))


def chart_of(person: Person, elevation_rad: float) -> Chart:
    """Return the chart of a drawn patient under the written order."""
    written = _written()
    params = replace(written.setup.params, build=person.build)
    body = anatomy.build_anatomy(person.build)
    return replace(written, setup=replace(written.setup, params=params), anatomy=body, elevation_rad=elevation_rad)


def case_for(person: Person, model: str) -> Fixed:
    """Return anatomy and devices for a patient and a catheter model."""
    return fixed(params_for(person, model))


def params_for(person: Person, model: str) -> Params:
    """Return what a patient and a catheter model mean to the physics."""
    return Params(
        build=person.build, catheter_model=model, flexions_per_day=person.flexions_per_day,
        flexion_scale=person.flexion_scale, mobility=person.mobility, fat_m_per_year=person.fat_m_per_year,
        twiddle_turns_per_day=person.twiddle_turns_per_day, adherence=person.adherence,
    )  # fmt: skip


def approach(case: Fixed, plan: Operation) -> tuple[float, float, float, float, float]:
    """Return (elevation, u, v, medial, depth) of the needle: steeper than wished where it would not reach.

    Raises
    ------
    CannotImplant
        If no slope reaches the sac.
    """
    elevation = plan.elevation_rad
    while elevation <= STEEPEST_RAD + 1e-9:
        try:
            u, v, medial, depth = anatomy.reference_approach(case.body, elevation, -1.0, 0.0, plan.space_level)
        except ValueError:
            depth = math.inf
        if depth + PAST_DURA_M <= NEEDLE_REACH_M:
            return elevation, u, v, medial, depth
        elevation += STEEPER_RAD
    raise CannotImplant("no needle of 11.4 cm reaches the sac through intact skin")


def _puncture(case: Fixed, hands: Hands, plan: Operation) -> tuple[Hands, float]:
    """Return hands with the needle's bevel in the sac, and the slope it took."""
    elevation, u, v, medial, depth = approach(case, plan)
    hands = operation.apply(case, hands, commands.PlaceNeedle(u, v, elevation, medial, NEEDLE_M))
    depth += PAST_DURA_M
    needle = replace(
        hands.theatre.needle, depth_m=depth, set_point_m=depth, reach_m=depth, is_in_sac=True, is_through_skin=True,
        n_dural_punctures=1, is_stylet_in=False,
    )  # fmt: skip
    return replace(hands, theatre=replace(hands.theatre, needle=needle)), elevation


def _thread(case: Fixed, hands: Hands, goal_m: float) -> Hands:
    """Feed until the tip is seen at the goal, as arc along the canal.

    Raises
    ------
    CannotImplant
        If the catheter does not go up.
    """
    fed, best, best_fed = 0.0, -math.inf, 0.0
    while fed < LONGEST_FEED_M:
        hands = operation.move(case, replace(hands, feed_m=FEED_M), 0.0)
        fed += FEED_M
        seen = hands.theatre
        if seen.tip_space != "intrathecal":
            continue
        if seen.tip_arc_m >= goal_m:
            return replace(hands, feed_m=0.0)
        if seen.tip_arc_m > best + 1e-3:
            best, best_fed = seen.tip_arc_m, fed
        elif fed - best_fed > STALL_M:
            break
    raise CannotImplant("the catheter does not go up to the wanted level")


def _tunnel(chart: Chart, entry: tuple[float, float], pocket: tuple[float, float], plan: Operation) -> commands.TunnelCatheter:
    """Return the tunneller's path from the wound round the flank to the pocket, with this hand's depth and bow."""
    (u_in, v_in), (u_out, v_out) = entry, pocket
    side = math.copysign(1.0, u_out)
    start, end = (u_in + side * 0.035, v_in), (u_out - side * 0.035, v_out + 0.02)
    points = []
    for f, mid in zip((0.0, 0.25, 0.5, 0.75, 1.0), MID_SHARES, strict=True):
        rise = (3 * f * f - 2 * f**3) * (end[1] - start[1])
        points.append((start[0] + f * (end[0] - start[0]), start[1] + rise + mid * plan.tunnel_bow_m, plan.tunnel_depth_m))
    return commands.TunnelCatheter(tuple(points))


def _needed_m(hands: Hands, tunnel: commands.TunnelCatheter, plan: Operation, depth_m: float) -> float:
    """Return the length from tip to pump that this operator leaves [m]."""
    inside = catheter.fed_length(hands.theatre.catheter) - NEEDLE_M + depth_m
    way = tunnel.waypoints_m
    along = sum(math.dist(a, b) for a, b in zip(way, way[1:], strict=False))
    return inside + along + FREE_M + 2.0 * math.pi * plan.loop_radius_m + plan.slack_m


def _anchor(case: Fixed, plan: Operation, distance_m: float) -> commands.PlaceAnchor:
    """Return the anchor that this hand takes, that of the kit where another does not fit the catheter."""
    kind = plan.anchor_kind if plan.anchor_kind in catheter.kinds_for(case.catheter.name) else "kit"
    return commands.PlaceAnchor(distance_m, plan.anchor_sutures, plan.anchor_substrate, plan.tie_n, kind)


def _close(case: Fixed, hands: Hands, plan: Operation, chart: Chart) -> Hands:
    """Return hands after needle, anchor, loop, pocket, tunnel, connector and pump."""
    theatre = hands.theatre
    entry, depth = (theatre.exit_u_m, theatre.exit_v_m), theatre.needle.depth_m
    middle = chart.pocket_uv_m
    pocket = (middle[0] + plan.pocket_shift_u_m, middle[1] + plan.pocket_shift_v_m)
    tunnel = _tunnel(chart, entry, pocket, plan)
    length = _needed_m(hands, tunnel, plan, depth - PAST_DURA_M)
    spare = min(max(case.catheter.length_m - length, TRIM_LEAST_M), TRIM_MOST_M)
    toward_midline = 1.0 if pocket[0] < 0.0 else -1.0
    outlet = math.remainder(-toward_midline * plan.outlet_rad, 2.0 * math.pi)
    acts: tuple[commands.Command, ...] = (
        commands.TiePurseString(plan.purse_n),
        commands.RemoveNeedle(True),
        _anchor(case, plan, plan.anchor_distance_m),
        commands.LayLoop(plan.loop_radius_m),
        commands.DissectPocket(*pocket, PUMP_RADIUS_M + plan.clearance_m, plan.plane, plan.cover_m),
        commands.PlacePump(outlet),
        commands.CoilSlack(plan.coil_radius_m, plan.is_coil_behind),
        commands.TrimCatheter(spare),
        tunnel,
    )
    for act in acts:
        hands = operation.apply(case, hands, act)
    hands = _looked_over(case, hands, plan)
    acts = (
        commands.ConnectCatheter(plan.connector_n),
        *(commands.SuturePump(loop, plan.pump_substrate) for loop in range(plan.pump_sutures)),
        commands.CloseWounds(),
    )
    for act in acts:
        hands = operation.apply(case, hands, act)
    return hands


def buckled(case: Fixed, theatre: Theatre) -> tuple[bool, bool]:
    """Return whether the tube lies folded where the open wound of the back, of the belly, shows it.

    In sight are loop and anchor, the last bit of the track, the coil, and what the wounds' edges bare of the tunnel.
    """
    state = theatre.catheter
    shut = catheter.patency(state, case.catheter) < OPEN
    at = 0.5 * (state.x[1:] + state.x[:-1])
    zone, tunnel = state.zone[1:], np.flatnonzero(state.zone == TUNNEL)
    if len(tunnel) < 2:
        return False, False
    belly_mouth, back_mouth = state.x[tunnel[0]], state.x[tunnel[-1]]
    near_belly, near_back = (np.linalg.norm(at - mouth, axis=1) < IN_SIGHT_M for mouth in (belly_mouth, back_mouth))
    near_exit = np.linalg.norm(at - state.exit_m, axis=1) < AT_EXIT_M
    in_tunnel = zone == TUNNEL
    back = (zone == WOUND) | (in_tunnel & near_back) | ((zone == TRACK) & near_exit)
    belly = (zone == POCKET) | (in_tunnel & near_belly)
    return bool((shut & back).any()), bool((shut & belly).any())


def _looked_over(case: Fixed, hands: Hands, plan: Operation) -> Hands:
    """Return hands after the surgeon has looked for a folded tube and laid again, wider, what had folded.

    Before the connector, as I31 asks when no fluid drops. Bounded tries; what is still folded then stays.
    """
    loop, coil, distance = plan.loop_radius_m, plan.coil_radius_m, plan.anchor_distance_m
    for _ in range(MOST_LOOKS):
        is_back, is_belly = buckled(case, hands.theatre)
        if not (is_back or is_belly):
            break
        if is_back:
            loop, distance = min(loop * WIDER, WIDEST_LOOP_M), min(distance + FURTHER_M, FARTHEST_ANCHOR_M)
            for act in (_anchor(case, plan, distance), commands.LayLoop(loop)):
                hands = operation.apply(case, hands, act)
        if is_belly:
            coil = min(coil * WIDER, WIDEST_COIL_M)
            hands = operation.apply(case, hands, commands.CoilSlack(coil, plan.is_coil_behind))
    if hands.theatre.catheter.is_hinge.any():
        return hands
    return replace(hands, notes=tuple(note for note in hands.notes if note[0] != "CatheterKinked"))


def put_in(case: Fixed, person: Person, plan: Operation, seed: int) -> Implant:
    """Return the closed implant of a person by an operation.

    Raises
    ------
    CannotImplant
        If needle or catheter cannot get where they are wanted.
    """
    world = initial(case.params, seed)
    hands = Hands(world.theatre, world.therapy, seed)
    hands, elevation = _puncture(case, hands, plan)
    hands = operation.apply(case, hands, commands.OpenCatheter(case.catheter.name, False))
    goal = anatomy.arc_at_level(case.body.spine, plan.tip_level) + plan.tip_miss_m
    hands = _thread(case, hands, goal)
    hands = _close(case, hands, plan, chart_of(person, elevation))
    if hands.theatre.catheter.phase != "implanted" or not hands.theatre.is_connected:
        raise CannotImplant("the catheter does not reach from back to pump")
    return Implant(case, hands.theatre, hands.notes)


def running(case: Fixed, theatre: Theatre, seed: int) -> Therapy:
    """Return pump, line and patient of an implant that delivers an ordinary dose."""
    where = theatre.pocket
    start = StartState(
        days_since_implant=0.0, tip_level=theatre.tip_level, cover_m=where.cover_m, tilt_rad=where.tilt_rad,
        pocket_u_m=where.u_m, pocket_v_m=where.v_m, pocket_radius_m=where.radius_m, plane=where.plane,
        n_sutures=where.n_sutures, outlet_angle_rad=where.outlet_angle_rad, anchor_sutures=theatre.catheter.anchor_sutures,
        anchor_substrate=theatre.catheter.anchor_substrate, loop_radius_m=theatre.loop_radius_m,
        coil_radius_m=theatre.coil_radius_m, recorded_length_m=theatre.catheter.length_m, reservoir_m3=RESERVOIR_M3,
        stored_reservoir_m3=RESERVOIR_M3, concentration_kg_per_m3=CONCENTRATION_KG_PER_M3,
        stored_concentration_kg_per_m3=CONCENTRATION_KG_PER_M3, dose_kg_per_s=DOSE_KG_PER_S, alarm_volume_m3=ALARM_M3,
        days_on_therapy=90.0,
    )  # fmt: skip
    return on_therapy(case, theatre, start, seed)
