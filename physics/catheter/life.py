"""Weeks and months of motion in a second: simulate the cycles that matter, jump over the rest.

Two laws carry the catheter on. Records: an anchor slips and a wall folds only when a movement beats all
before it, so only records are simulated (catheter_mechanics_2 section 5, cycle jump). Ratchet: taut
fascia grips the catheter while the trunk bends and lets go while it straightens; a catheter that
nothing holds at the fascia is drawn out a little in every cycle, the soft wound takes up the length, and
only scar stops it. Slip per cycle is measured on the rod as it lies, for every way in which a trunk
moves, multiplied by the number of cycles to come, and carried out on the same rod. The same measured
cycle gives the strain that wears the tube (`wear`); slow changes of the body are in `growth`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.activity import PROBE_RAD, WAYS, Living, Movement, largest, mean_over
from physics.catheter.canal import inserted_length
from physics.catheter.growth import fatten, grow
from physics.catheter.implant import (
    HOUR_HOLD,
    POCKET,
    SAC,
    TRACK,
    WOUND,
    aged_stitches,
    anchor_material,
    anchor_strength_n,
    exit_material,
    loaded_stitches,
    set_holds,
    with_slip,
)
from physics.catheter.kink import update_hinges
from physics.catheter.layout import implanted_stage, prescribed, refresh_status
from physics.catheter.lumen import patency
from physics.catheter.posture import Strain, held, movement_cycle, sitting, tip_arc
from physics.catheter.rod import Drive, advance, curvature
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings
from physics.catheter.wear import DAYS_PER_YEAR, damage_per_day, strain_amplitude, wear_share, worn
from physics.errors import OutOfRange
from physics.randomness import draw

FloatArray = NDArray[np.float64]

MILESTONES_DAYS = (1.0, 3.0, 7.0, 14.0, 30.0, 60.0)  # the tissue has changed: look again
QUIET_MILESTONES_DAYS = (3.0, 14.0)  # the same for a catheter that has not walked so far
CHANGING_BODY_DAYS = 182.0  # after the milestones a body that changes is looked at twice a year
PLAY_SHARE = 0.25 / 0.7  # of the probe: smaller movements only use up the give of the track [A]
PROBE_INCREMENTS = 16
PROBE_CYCLES, SHAKEDOWN_CYCLES = 12, 4  # under an anchor; of them those that only take up play
FREE_CYCLES = 3  # without an anchor, where slip is steady; the share of cycles that walk is fitted to this
# What is drawn out piles up in the wound and pushes back until the tissue has given way, so a share of the
# cycles moves the catheter on. Tuned so that an unheld catheter leaves the sac within three months, as the
# cases teach; trial leads, 8.7 mm (taped) to 24.5 (SD 11) mm (sutured) in 3 days, are then met.
EFFECTIVE_SHARE = 0.7
WEAK_ANCHOR = 1.5  # an anchor weaker than this times its load is looked at as one that slips
RECORD_INCREMENTS = 12  # enough where nothing folds; a fold is followed more finely
FOLD_INCREMENTS = 24
NEW_RECORD = 1.03  # a movement must beat the record by this to be worth simulating
HELD_SHARE = 0.2  # days on which a posture is held for an hour, catheter_mechanics_2 section 5 [A]
STILL_SLIP_M = 5e-6  # numerical: an anchor past which less moves has not slipped
SILENT_SLIP_M = 5e-5  # a cycle that moves less does not ratchet
LARGEST_JUMP_M = 30e-3  # measure again after this much
LEAST_JUMP_M = 1e-3
WALK_STEP_M = 2.5e-3
STALL_SHARE = 0.3  # a catheter that follows its track less than this does not walk
NOTABLE_SLIP_M = 1e-3
NOTABLE_SHIFT_M = 10e-3
LEFT_SAC_M = 3e-3  # less than this inside: a quarter of the side holes at best [UGK-M: holes over 1-2 cm]
OCCLUDED = 0.1  # open area below which the lumen counts as shut: conductance 0.1 % [A]

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("life.effective_share", EFFECTIVE_SHARE, "1", "tuned", "tuned: an unheld catheter leaves the sac within three months; trial leads of catheter_mechanics_2 5"),
    ("life.play_share", PLAY_SHARE, "1", "A", "assumption"),
    ("life.held_share", HELD_SHARE, "1", "A", "catheter_mechanics_2 5"),
)


@dataclass(frozen=True, slots=True)
class LifeSample:
    """The catheter on one day. Lengths [m]; patency is the least open area on the way, 0..1."""

    day: float
    tip_shift_m: float
    inserted_m: float
    anchor_slip_m: float
    min_patency: float
    min_patency_sitting: float
    min_radius_m: float
    slack_m: float = 0.0
    min_patency_bent: float = 1.0
    fatigue: float = 0.0
    tip_occlusion: float = 0.0


def slack(state: CatheterState) -> float:
    """Return the length in loop and coil that a straight way would not need [m]."""
    spare = 0.0
    for zone in (WOUND, POCKET):
        k = np.flatnonzero(state.zone == zone)
        if len(k) > 1:
            spare += float(state.rest_length[k[:-1]].sum() - np.linalg.norm(state.x[k[-1]] - state.x[k[0]]))
    return max(0.0, spare)


def _mean_slip(slip_m: float, way: int, living: Living, day: float) -> float:
    """Return the slip per day [m], so many days after surgery: it grows in proportion beyond the play."""
    play = PLAY_SHARE * PROBE_RAD[way]
    beyond = sum(n * mean_over(move, 1.0, living.flexion_scale, play) for move, n in living.moves(WAYS[way], day))
    return EFFECTIVE_SHARE * slip_m * beyond / (PROBE_RAD[way] - play)


def _drawn_out(state: CatheterState, around: Surroundings) -> float:
    """Return a length that grows as the catheter is drawn out for good [m].

    With an anchor that is what has passed it: what piles up before it comes to rest.
    """
    if state.anchor_arc_m >= 0.0:
        return -anchor_material(state)
    return -tip_arc(state, around)


def probe(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, move: Movement, size_rad: float
) -> tuple[float, Strain]:
    """Return how far one cycle of a movement draws the catheter out [m], once settled, and its strain.

    The first cycle takes up play. Cycles are run until they show that more of them draw nothing out, or to the end.
    """
    is_anchored = state.anchor_arc_m >= 0.0
    drawn = [_drawn_out(state, around)]  # before the first cycle and after each
    after, _, strain = movement_cycle(state, spec, around, move, size_rad, PROBE_INCREMENTS)
    drawn.append(_drawn_out(after, around))
    while len(drawn) <= (PROBE_CYCLES if is_anchored else FREE_CYCLES):
        if (is_anchored and _is_held(drawn)) or (move.is_two_sided and _is_quiet(drawn)):
            return 0.0, strain  # held, or pulls to both sides: what it draws out one way it lets back the other
        after, _, _ = movement_cycle(after, spec, around, move, size_rad, PROBE_INCREMENTS)
        drawn.append(_drawn_out(after, around))
    walks = float(state.slip_m.max()) > SILENT_SLIP_M
    return (_slip_past_anchor(drawn) if is_anchored else _slip_unheld(drawn, walks)), strain


def _is_quiet(drawn: list[float]) -> bool:
    """Return whether nothing has been drawn out since the first cycle began."""
    return drawn[-1] - drawn[0] < SILENT_SLIP_M


def _is_held(drawn: list[float]) -> bool:
    """Return whether an anchor holds: while play is taken up it lies still in a cycle, or nothing has come at the end."""
    lies_still = abs(drawn[-1] - drawn[-2]) < STILL_SLIP_M
    return (len(drawn) <= SHAKEDOWN_CYCLES and lies_still) or (len(drawn) == SHAKEDOWN_CYCLES and _is_quiet(drawn))


def _slip_past_anchor(drawn: list[float]) -> float:
    """Return the mean slip of a cycle [m] after shakedown: a tube sticks and slips, one jump in six to eight cycles."""
    mean = (drawn[-1] - drawn[SHAKEDOWN_CYCLES]) / (PROBE_CYCLES - SHAKEDOWN_CYCLES)
    return mean if mean > SILENT_SLIP_M else 0.0


def _slip_unheld(drawn: list[float], walks: bool) -> float:
    """Return the slip of a cycle [m] with no anchor: where it falls fast it is shakedown, not a ratchet, and counts as none."""
    first, second = drawn[2] - drawn[1], drawn[3] - drawn[2]
    if second < SILENT_SLIP_M or (not walks and second < 0.4 * first):
        return 0.0
    return max(second, 0.5 * (first + second))


def walk(state: CatheterState, spec: CatheterSpec, around: Surroundings, slip_m: float) -> CatheterState:
    """Return the catheter after the track's grip has pulled outward through `slip_m`.

    The grip is what it is while bending, so a catheter that is held better does not move.
    """
    n = max(1, int(np.ceil(slip_m / WALK_STEP_M - 1e-9)))
    fixed = prescribed(state)
    for _ in range(n):
        state = set_holds(refresh_status(state, around), flexing=1.0)
        track = state.zone == TRACK
        passed = exit_material(state)
        if not (state.zone == SAC).any():
            return state
        outward = np.zeros_like(state.x)
        outward[1:-1] = state.x[:-2] - state.x[2:]
        outward /= np.maximum(np.linalg.norm(outward, axis=1), 1e-9)[:, None]
        wall = np.where(track[:, None], outward * slip_m / n, 0.0)
        state = replace(state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega))
        drive = Drive(dt_s=0.05, tolerance_n=3e-5, cap=20, drag=0.05, self_contact=state.is_wound)
        state, _ = advance(state, spec, implanted_stage(state, spec, around), drive, fixed, wall)
        state, _, _ = update_hinges(with_slip(state), spec)
        if passed - exit_material(state) < STALL_SHARE * slip_m / n:
            break
    return refresh_status(state, around)


def _sample(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, tip0: float, with_postures: bool, bend: Movement
) -> LifeSample:
    lying = float(patency(state, spec).min())
    seated = bent = lying
    if with_postures:
        seated = float(patency(sitting(state, spec, around), spec).min())
        bent = float(patency(held(state, spec, around, bend, PROBE_RAD[0], 6), spec).min())
    radius = 1.0 / max(float(curvature(state).max()), 1e-6)
    return LifeSample(
        state.days, tip0 - tip_arc(state, around), inserted_length(state, around), state.anchor_slip_m, lying, seated,
        radius, slack(state), bent, float(state.fatigue.max(initial=0.0)), state.tip_occlusion,
    )  # fmt: skip


def _notable(before: LifeSample, after: LifeSample) -> HappeningList:
    """Return what a clinician would name between two samples."""
    out: HappeningList = []
    if after.anchor_slip_m - before.anchor_slip_m > NOTABLE_SLIP_M:
        out.append(("AnchorSlipped", after.anchor_slip_m, "anchor"))
    if int(after.tip_shift_m / NOTABLE_SHIFT_M) > int(before.tip_shift_m / NOTABLE_SHIFT_M):
        out.append(("CatheterDisplaced", after.tip_shift_m, "tip"))
    if before.inserted_m > LEFT_SAC_M >= after.inserted_m:
        out.append(("CatheterLeftSac", after.tip_shift_m, "dura"))
    worst_before = min(before.min_patency, before.min_patency_sitting)
    worst_after = min(after.min_patency, after.min_patency_sitting)
    if worst_after < OCCLUDED <= worst_before:
        out.append(("LumenOccluded", worst_after, "kink"))
    return out


def _record_cycle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, move: Movement, size_rad: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the hardest movement of an interval, and new kinks."""
    if not state.is_hinge.any():
        bent, made, strain = movement_cycle(state, spec, around, move, size_rad, RECORD_INCREMENTS)
        if not made:
            return _held_on(bent, strain)
    bent, made, strain = movement_cycle(state, spec, around, move, size_rad, FOLD_INCREMENTS)
    bent, gave = _held_on(bent, strain)
    return bent, made + gave


def _held_on(state: CatheterState, strain: Strain) -> tuple[CatheterState, HappeningList]:
    """Return the anchor after what it took; in fat its stitches plough on where they would tear out of fascia [A]."""
    return loaded_stitches(state, strain.anchor_n) if state.anchor_substrate == "fascia" else (state, [])


def _records(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, living: Living, span: float, seed: int
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the largest movements of an interval, way by way, and new kinks."""
    happenings: HappeningList = []
    chances = draw(seed, "catheter.life", round(state.days * 64)).random(len(WAYS) + 1)
    for k, way in enumerate(WAYS):
        moves = living.moves(way, state.days - span)
        if not moves:
            continue
        sizes = [largest(m, float(chances[k]), n * span, living.flexion_scale) for m, n in moves]
        most = max(sizes)
        move = moves[sizes.index(most)][0]
        if most > NEW_RECORD * state.records[k]:
            state, made = _record_cycle(state, spec, around, move, most)
            happenings += made
            state = replace(state, records=np.where(np.arange(len(WAYS)) == k, most, state.records))
    return state, happenings


def _crept(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, living: Living, span: float, seed: int
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the largest flexion of an interval that was held for an hour, and new kinks.

    A held posture slips at a lower force; an anchor that bears much less than that needs no simulation.
    Nobody sits for an hour who has to lie.
    """
    if living.is_resting(state.days - span) or state.anchor_arc_m < 0.0 or state.anchor_load_n < HOUR_HOLD * anchor_strength_n(state):
        return state, []
    chance = float(draw(seed, "catheter.life.held", round(state.days * 64)).random())
    moves = living.moves("flexion", state.days - span)
    sizes = [largest(m, chance, HELD_SHARE * span, living.flexion_scale) for m, _ in moves]
    most = max(sizes)
    move = moves[sizes.index(most)][0]
    if most <= NEW_RECORD * state.record_held:
        return state, []
    state, made, strain = movement_cycle(state, spec, around, move, most, RECORD_INCREMENTS, HOUR_HOLD)
    state, gave = _held_on(state, strain)
    return replace(state, record_held=most), made + gave


def _look(state: CatheterState, spec: CatheterSpec, around: Surroundings, living: Living) -> CatheterState:
    """Return the state with slip per cycle and wear measured again, if enough has changed since."""
    passed = [m for m in MILESTONES_DAYS if state.looked_day < m <= state.days]
    ratchets = float(state.slip_m.max()) > SILENT_SLIP_M
    is_weak = state.anchor_arc_m >= 0.0 and anchor_strength_n(state) < WEAK_ANCHOR * state.anchor_load_n
    is_due = bool(passed) if ratchets or is_weak else any(m in QUIET_MILESTONES_DAYS for m in passed)
    is_new = state.looked_day < 0.0
    if not is_new and not is_due and state.walked_m < LARGEST_JUMP_M - LEAST_JUMP_M:
        return state
    slips, pull, load = state.slip_m.copy(), 0.0, state.anchor_load_n
    rate = state.fatigue_rate.copy() if state.fatigue_rate.shape[1] == state.n_edges else np.zeros((len(WAYS), state.n_edges))
    for k, way in enumerate(WAYS):
        moves = living.moves(way)
        if not moves or not (is_new or k == 0 or slips[k] > SILENT_SLIP_M):
            continue
        slips[k], strain = probe(state, spec, around, moves[0][0], PROBE_RAD[k])
        amplitude = strain_amplitude(state, spec, strain)
        rate[k] = damage_per_day(amplitude, spec, PROBE_RAD[k], moves, living.flexion_scale)
        pull = max(pull, strain.pull_n)
        load = strain.anchor_n if k == 0 else load
    if not (state.zone == SAC).any():
        slips[:] = 0.0
    return replace(
        state, looked_day=state.days, slip_m=slips, walked_m=0.0, fatigue_rate=rate, anchor_load_n=load,
        connector_pull_n=max(pull, 0.0 if is_new else state.connector_pull_n),
    )  # fmt: skip


def _until(state: CatheterState, living: Living, end: float, rate_m_per_day: float, is_changing: bool) -> float:
    """Return the day on which to look again."""
    stop = next((m for m in MILESTONES_DAYS if m > state.days + 1e-9), end)
    stop = min(stop, living.next_change(state.days))
    if is_changing:
        stop = min(stop, max(state.days, MILESTONES_DAYS[-1]) + CHANGING_BODY_DAYS)
    if rate_m_per_day > 0.0:
        left = max(LARGEST_JUMP_M - state.walked_m, LEAST_JUMP_M)
        stop = min(stop, state.days + left / rate_m_per_day)
    return min(stop, end)


def _changed_body(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, living: Living, span: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter in a body that has grown and gained for some days, and new kinks."""
    happenings: HappeningList = []
    if living.growth_per_year != 0.0:
        scale = state.body_scale * (1.0 + living.growth_per_year * span / DAYS_PER_YEAR)
        state, happenings = grow(state, spec, around, scale)
    if living.fat_m_per_year != 0.0:
        gained = state.fat_gained_m + living.fat_m_per_year * span / DAYS_PER_YEAR
        state, made = fatten(state, spec, around, gained)
        happenings = happenings + made
    return state, happenings


def _interval(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, living: Living, end: float, seed: int
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter at the next look, and what happened until then."""
    rate = 0.0
    if (state.zone == SAC).any():
        rate = sum(_mean_slip(float(slip), k, living, state.days) for k, slip in enumerate(state.slip_m) if slip > SILENT_SLIP_M)
    is_changing = living.growth_per_year != 0.0 or living.fat_m_per_year != 0.0
    until = _until(state, living, end, rate, is_changing)
    span = until - state.days
    state, happenings = aged_stitches(replace(state, days=until), span)
    if is_changing:
        state, made = _changed_body(state, spec, around, living, span)
        happenings = happenings + made
    if rate * span > 0.0:
        state = walk(replace(state, walked_m=state.walked_m + rate * span), spec, around, rate * span)
    for step in (_records, _crept):
        state, made = step(state, spec, around, living, span, seed)
        happenings = happenings + made
    if any(name != "AnchorStitchGave" for name, _, _ in happenings):  # a fresh fold strains the tube where nothing did before: measure again
        state = replace(state, looked_day=min(state.looked_day, QUIET_MILESTONES_DAYS[0] - 1.0))
    since = until - span
    shares = np.array([wear_share(spec, living, way, since) for way in WAYS])
    per_day = living.flexions_on(since)
    state, made = worn(state, spec, span, state.connector_pull_n, living.connector_hold_n, per_day, seed, shares)
    return state, happenings + made


def age(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, days: float, seed: int,
    living: Living | None = None,
) -> tuple[CatheterState, tuple[tuple[str, float, str], ...], tuple[LifeSample, ...]]:
    """Return the implanted catheter `days` later, what happened, and a few days' samples.

    Parameters
    ----------
    state : CatheterState
        Phase "implanted", settled.
    days : float
        Patient days to pass, >= 0.
    seed : int
        Seed of the case; chance enters through the largest movements of each interval, the scatter of
        fatigue lives and the day on which fibrin begins.
    living : Living, optional
        How the patient moves and changes; a typical walking adult by default.

    Notes
    -----
    Source: catheter_mechanics_2 section 5 (records), this module (ratchet). Checked:
    tests/physics/catheter/test_life.py, game/validate/posture_motion.py.
    """  # fmt: skip
    if not 0.0 <= days < np.inf:
        raise OutOfRange("age", "days", days, "a finite number of days, at least 0")
    if state.phase != "implanted" or days == 0.0:
        return state, (), ()
    living = living or Living()
    end = state.days + days
    tip0 = tip_arc(state, around)
    flexion = living.moves("flexion")[0][0]
    samples = [_sample(state, spec, around, tip0, False, flexion)]
    happenings: HappeningList = []
    while state.days < end - 1e-9:
        state = _look(state, spec, around, living)
        state, made = _interval(state, spec, around, living, end, seed)
        happenings += made
        samples.append(_sample(state, spec, around, tip0, bool(state.is_hinge.any()), flexion))
        happenings += _notable(samples[-2], samples[-1])
    return state, tuple(happenings), tuple(samples)


__all__ = ["LifeSample", "age", "probe", "slack", "walk"]
