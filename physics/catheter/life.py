"""Weeks and months of motion in a second: simulate the cycles that matter, jump over the rest.

Two laws carry the catheter on. Records: an anchor slips and a wall folds only when a flexion beats all
before it, so only records are simulated (catheter_mechanics_2 section 5, cycle jump). Ratchet: taut
fascia grips the catheter while the trunk flexes and lets go while it extends; a catheter that nothing
holds at the fascia is drawn out a little in every cycle, the soft wound takes up the length, and only
scar stops it. Slip per cycle is measured on the rod as it lies, multiplied by the number of cycles to
come, and applied to the same rod. All loads and amplitudes are [A].
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import erf, exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from physics.catheter.canal import inserted_length
from physics.catheter.implant import SAC, TRACK, material_at, set_holds
from physics.catheter.kink import update_hinges
from physics.catheter.layout import implanted_stage, refresh_status
from physics.catheter.lumen import patency
from physics.catheter.posture import posture_cycle, sitting, tip_arc
from physics.catheter.rod import Drive, advance, clamp, curvature
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState, HappeningList, Surroundings
from physics.randomness import draw

FloatArray = NDArray[np.float64]

MEDIAN_FLEXION_RAD = 0.32  # ordinary lumbar flexion of the day [A]
SPREAD = 0.24  # log-normal; the largest of 9000 is 2.4 times the median [A]
LARGEST_FLEXION_RAD = 0.9  # joints end there [T]
MILESTONES_DAYS = (1.0, 3.0, 7.0, 14.0, 30.0, 60.0)  # the tissue has changed: look again
QUIET_MILESTONES_DAYS = (3.0, 14.0)  # the same for a catheter that has not walked so far
PROBE_RAD = 0.7  # flexion on which the slip per cycle is measured
PLAY_RAD = 0.25  # smaller flexions only use up the give of the track [A]: measured pairs scatter over 0-0.34
PROBE_INCREMENTS = 16
RECORD_INCREMENTS = 12  # enough where nothing folds; a fold is followed more finely
FOLD_INCREMENTS = 24
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


@dataclass(frozen=True, slots=True)
class LifeSample:
    """The catheter on one day."""

    day: float
    tip_shift_m: float
    inserted_m: float
    anchor_slip_m: float
    min_patency: float
    min_patency_sitting: float
    min_radius_m: float


def _quantile(p: float, scale: float) -> float:
    """Return the flexion below which a share p of all flexions lies [rad] (log-normal)."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if 0.5 * (1.0 + erf(middle / sqrt(2.0))) < p:
            low = middle
        else:
            high = middle
    return min(LARGEST_FLEXION_RAD, scale * MEDIAN_FLEXION_RAD * exp(SPREAD * low))


def _mean_slip(slip_m: float, scale: float) -> float:
    """Return the mean slip per cycle over all flexions [m]: it grows in proportion beyond the play."""
    beyond = sum(max(0.0, _quantile((k + 0.5) / 50, scale) - PLAY_RAD) for k in range(50)) / 50
    return slip_m * beyond / (PROBE_RAD - PLAY_RAD)


def _drawn_out(state: CatheterState, around: Surroundings) -> float:
    """Return a length that grows as the catheter is drawn out for good [m].

    With an anchor that is what has passed it: what piles up before it comes to rest.
    """
    if state.anchor_arc_m >= 0.0:
        return -material_at(state, state.anchor_point_m)
    return -tip_arc(state, around)


def slip_per_cycle(state: CatheterState, spec: CatheterSpec, around: Surroundings) -> float:
    """Return how far the catheter is drawn out by one cycle at the probe flexion [m], once settled.

    The first cycle takes up play; slip that falls fast from one cycle to the next is shakedown, not a
    ratchet, and counts as none. Behind an anchor past which nothing moves there is no play to take up.
    """
    walks = state.slip_m > SILENT_SLIP_M
    drawn, worn = [_drawn_out(state, around)], state
    for _ in range(3):
        worn, _ = posture_cycle(worn, spec, around, PROBE_RAD, PROBE_INCREMENTS)
        drawn.append(_drawn_out(worn, around))
        if state.anchor_arc_m >= 0.0 and abs(drawn[-1] - drawn[-2]) < STILL_SLIP_M:
            return 0.0
    first, second = drawn[2] - drawn[1], drawn[3] - drawn[2]
    if second < SILENT_SLIP_M or (not walks and second < 0.4 * first):
        return 0.0
    return max(second, 0.5 * (first + second))


def walk(state: CatheterState, spec: CatheterSpec, around: Surroundings, slip_m: float) -> CatheterState:
    """Return the catheter after the track's grip has pulled outward through `slip_m`.

    The grip is what it is while flexing, so a catheter that is held better does not move.
    """
    n = max(1, int(np.ceil(slip_m / WALK_STEP_M - 1e-9)))
    fixed = clamp(state.n_edges, (0, 1), (0,))
    for _ in range(n):
        state = set_holds(refresh_status(state, around), flexing=1.0)
        track = state.zone == TRACK
        passed = material_at(state, state.exit_m)
        if not (state.zone == SAC).any():
            return state
        outward = np.zeros_like(state.x)
        outward[1:-1] = state.x[:-2] - state.x[2:]
        outward /= np.maximum(np.linalg.norm(outward, axis=1), 1e-9)[:, None]
        wall = np.where(track[:, None], outward * slip_m / n, 0.0)
        state = replace(
            state, v=np.zeros_like(state.v), omega=np.zeros_like(state.omega)
        )  # fmt: skip
        drive = Drive(dt_s=0.05, tolerance_n=3e-5, cap=20, drag=0.05)
        state, _ = advance(state, spec, implanted_stage(state, spec, around), drive, fixed, wall)
        state, _, _ = update_hinges(state, spec)
        if passed - material_at(state, state.exit_m) < STALL_SHARE * slip_m / n:
            break
    return refresh_status(state, around)


def _sample(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, tip0: float, with_sitting: bool
) -> LifeSample:
    open_lying = float(patency(state, spec).min())
    open_sitting = float(patency(sitting(state, spec, around), spec).min()) if with_sitting else open_lying
    radius = 1.0 / max(float(curvature(state).max()), 1e-6)
    return LifeSample(
        state.days, tip0 - tip_arc(state, around), inserted_length(state, around), state.anchor_slip_m,
        open_lying, open_sitting, radius,
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


def _record(state: CatheterState, seed: int, cycles: float, scale: float) -> float:
    """Return the largest flexion of the coming interval [rad]: one draw from its distribution."""
    u = float(draw(seed, "catheter.life", round(state.days * 64)).random())
    return _quantile(exp(log(max(u, 1e-12)) / max(cycles, 1.0)), scale)


def _record_cycle(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, largest_rad: float
) -> tuple[CatheterState, HappeningList]:
    """Return the catheter after the hardest flexion of an interval, and new kinks."""
    if not state.is_hinge.any():
        bent, made = posture_cycle(state, spec, around, largest_rad, RECORD_INCREMENTS)
        if not made:
            return bent, made
    return posture_cycle(state, spec, around, largest_rad, FOLD_INCREMENTS)


def _look(state: CatheterState, spec: CatheterSpec, around: Surroundings) -> CatheterState:
    """Return the state with its slip per cycle measured again, if enough has changed since."""
    if not (state.zone == SAC).any():
        return state
    passed = [m for m in MILESTONES_DAYS if state.looked_day < m <= state.days]
    ratchets = state.slip_m > SILENT_SLIP_M
    due = bool(passed) if ratchets else any(m in QUIET_MILESTONES_DAYS for m in passed)
    if state.looked_day >= 0.0 and not due and state.walked_m < LARGEST_JUMP_M - LEAST_JUMP_M:
        return state
    slip = slip_per_cycle(state, spec, around)
    return replace(state, looked_day=state.days, slip_m=slip, walked_m=0.0)


def _until(state: CatheterState, end: float, rate_m_per_day: float) -> float:
    """Return the day on which to look again."""
    stop = next((m for m in MILESTONES_DAYS if m > state.days + 1e-9), end)
    if rate_m_per_day > 0.0:
        left = max(LARGEST_JUMP_M - state.walked_m, LEAST_JUMP_M)
        stop = min(stop, state.days + left / rate_m_per_day)
    return min(stop, end)


def age(
    state: CatheterState, spec: CatheterSpec, around: Surroundings, days: float, seed: int,
    flexions_per_day: float = 100.0, flexion_scale: float = 1.0,
) -> tuple[CatheterState, tuple[tuple[str, float, str], ...], tuple[LifeSample, ...]]:
    """Return the implanted catheter `days` later, what happened, and a few days' samples.

    Parameters
    ----------
    state : CatheterState
        Phase "implanted", settled.
    days : float
        Patient days to pass, >= 0.
    seed : int
        Seed of the case; chance enters only through the largest flexion of each interval.
    flexions_per_day, flexion_scale : float
        Activity, and amplitude over the typical patient's [-].

    Notes
    -----
    Source: catheter_mechanics_2 section 5 (records), this module (ratchet). Checked:
    tests/physics/catheter/test_life.py.
    """  # fmt: skip
    if days < 0.0:
        raise ValueError(f"days = {days}; expected >= 0")
    if state.phase != "implanted" or days == 0.0:
        return state, (), ()
    end = state.days + days
    tip0 = tip_arc(state, around)
    samples = [_sample(state, spec, around, tip0, False)]
    happenings: HappeningList = []
    while state.days < end - 1e-9:
        state = _look(state, spec, around)
        rate = 0.0
        if (state.zone == SAC).any() and state.slip_m > SILENT_SLIP_M:
            rate = flexions_per_day * _mean_slip(state.slip_m, flexion_scale)
        until = _until(state, end, rate)
        span = until - state.days
        largest = _record(state, seed, flexions_per_day * span, flexion_scale)
        state = replace(state, days=until)
        if rate * span > 0.0:
            state = walk(replace(state, walked_m=state.walked_m + rate * span), spec, around, rate * span)
        if largest > 1.03 * state.record_flexion:
            state, made = _record_cycle(state, spec, around, largest)
            happenings += made
        if state.anchor_arc_m >= 0.0:
            state = replace(state, anchor_slip_m=state.anchor_arc_m - material_at(state, state.anchor_point_m))
        samples.append(_sample(state, spec, around, tip0, bool(state.is_hinge.any())))
        happenings += _notable(samples[-2], samples[-1])
    return state, tuple(happenings), tuple(samples)


__all__ = ["LifeSample", "age", "slip_per_cycle", "walk"]
