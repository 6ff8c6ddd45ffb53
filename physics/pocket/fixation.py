"""What holds the pump down: suture loops, and the barrier against turning over."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

from physics.randomness import draw

STRENGTH_N: dict[str, tuple[float, float]] = {
    "fascia": (8.0, 10.0),  # [game_design section 3 item 7]
    "fat": (1.5, 2.0),  # [game_design section 3 item 7]
}
HOLDING_N = 5.0  # "suture loops holding > 5 N" [assessment 2.3]
FLIP_TIGHT_J = 2.0  # [A] work to stand the disc on edge in a pocket of no clearance
FLIP_CLEARANCE_M = 7e-3  # [A] clearance that divides that work by e
FLIP_LOOP_J = 0.04  # [A] work per newton of a holding loop (a loop lifts ~40 mm before it parts)
FLIP_FIBROSIS = 2.0  # [A] a mature capsule adds twice the fresh barrier
HANDLING_MEDIAN_J = 0.12  # [A] a handful of belly pushed over 30 mm at 4 N
HANDLING_SIGMA = 0.35  # [A] lognormal
WEAR_N = 2e-4  # [A] strength lost per act at full load; a fat bite loses ~0.03 N in 90 days
TILT_LOOP_SHARE = 0.11  # [A] each holding loop takes this share of the slack tilt
SUTURE_N_PER_M = 1000.0  # [A] thread and tissue bite together, ~8 mm under 8 N
CREEP_M: dict[str, float] = {"fascia": 0.5e-3, "fat": 2.0e-3}  # [A] a loop at full load, per decade of time
CREEP_START_DAYS = 1.0 / 24.0  # [A] creep counts from an hour


@dataclass(frozen=True, slots=True)
class Suture:
    """One tied loop.

    Attributes
    ----------
    loop : int
        0..3, at 45, 135, 225 and 315 degrees from the outlet.
    substrate : str
        "fascia" or "fat".
    u_m, v_m : float
        Where it is tied on the unrolled trunk.
    strength_n, worn_n : float
        What the bite held when tied, and what acts have worn off.
    is_intact : bool
    slack_m : float
        Length that the loop has crept: it pulls only beyond it.
    """

    loop: int
    substrate: str
    u_m: float
    v_m: float
    strength_n: float
    worn_n: float
    is_intact: bool
    slack_m: float = 0.0

    @property
    def hold_n(self) -> float:
        """Force at which it gives way now."""
        return max(0.0, self.strength_n - self.worn_n) if self.is_intact else 0.0


def suture_strength_n(substrate: str, loop: int, seed: int) -> float:
    """Return the strength of one bite [N], uniform over the range of its tissue.

    Raises
    ------
    ValueError
        If the substrate is unknown.
    """
    if substrate not in STRENGTH_N:
        raise ValueError(f"substrate = {substrate!r}; expected one of {sorted(STRENGTH_N)}")
    low, high = STRENGTH_N[substrate]
    return low + (high - low) * float(draw(seed, "pocket", loop).random())


def n_holding(sutures: tuple[Suture, ...]) -> int:
    """Return the number of loops that hold more than 5 N."""
    return sum(1 for s in sutures if s.hold_n > HOLDING_N)


def flip_barrier_j(clearance_m: float, sutures: tuple[Suture, ...], fibrosis: float) -> float:
    """Return the work needed to turn the pump over [J].

    Notes
    -----
    U(psi) = barrier sin^2 psi: two wells (face out, face in). [A] throughout, set so that no loop and
    22 mm of clearance flip in days under a fiddler's hands, and two fascial loops or a clearance of
    10 mm do not [scenarios_content section 5, C-FLIP].
    """
    tight = FLIP_TIGHT_J * math.exp(-max(0.0, clearance_m) / FLIP_CLEARANCE_M)
    return tight * (1.0 + FLIP_FIBROSIS * fibrosis) + FLIP_LOOP_J * sum(s.hold_n for s in sutures)


def seat_tilt_rad(clearance_m: float, pump_radius_m: float, n_loops: int) -> float:
    """Return the tilt at which a pump settles in its pocket [rad].

    Notes
    -----
    The lower edge sinks by the slack that the loops leave: atan(c/r) of it without loops [A]: 7 mm and
    four loops give 5 deg, 18 mm and none 22 deg [scenarios_content 0.1, I-C2].
    """
    slack = max(0.0, 1.0 - TILT_LOOP_SHARE * n_loops)
    return math.atan(max(0.0, clearance_m) * slack / pump_radius_m)


def tilt_of(tilt_rad: float, seat_rad: float, days: float, settle_days: float) -> float:
    """Return the tilt after relaxing toward its seat for some days [rad]."""
    return seat_rad + (tilt_rad - seat_rad) * math.exp(-days / settle_days)


def hardest_handling_j(n_handlings: float, chance: float) -> float:
    """Return the hardest of n handlings [J] at a quantile `chance` in (0, 1) of its distribution."""
    if n_handlings <= 0.0:
        return 0.0
    quantile = min(max(chance ** (1.0 / n_handlings), 1e-12), 1.0 - 1e-12)
    return HANDLING_MEDIAN_J * math.exp(HANDLING_SIGMA * NormalDist().inv_cdf(quantile))


def worn_by(sutures: tuple[Suture, ...], force_n: dict[int, float], n_acts: float) -> tuple[Suture, ...]:
    """Return the loops after n acts with those forces: strength creeps away as (F/hold)^3 [A]."""
    return tuple(
        replace(s, worn_n=s.worn_n + WEAR_N * n_acts * (force_n.get(s.loop, 0.0) / s.hold_n) ** 3)
        if s.hold_n > 0.0
        else s
        for s in sutures
    )


def suture_pull_n(distance_m: float, slack_m: float) -> float:
    """Return the pull of a loop drawn out by a distance [N]: nothing within its slack, then 1 N/mm."""
    return SUTURE_N_PER_M * max(0.0, distance_m - slack_m)


def crept(sutures: tuple[Suture, ...], force_n: dict[int, float], age_days: float, days: float) -> tuple[Suture, ...]:
    """Return the loops after `days` more under steady forces: length creeps with the log of time.

    Notes
    -----
    d(slack) = c F/hold log10((t1 + 1 h)/(t0 + 1 h)), c = 0.5 mm on fascia, 2 mm in fat [A]. Because each
    interval adds the difference of two logarithms, the result does not depend on how time is cut.
    """
    decades = math.log10((age_days + days + CREEP_START_DAYS) / (age_days + CREEP_START_DAYS))
    return tuple(
        replace(s, slack_m=s.slack_m + CREEP_M[s.substrate] * decades * min(1.0, force_n.get(s.loop, 0.0) / s.hold_n))
        if s.hold_n > 0.0
        else s
        for s in sutures
    )


def pushed_over(work_j: float, barrier_j: float) -> float:
    """Return how far a push of a work leans the pump [rad], 0..pi; pi is turned over.

    Notes
    -----
    The pump in its transverse slice has one angle psi and two wells, U = barrier sin^2 psi. A slow hand
    that does the work W reaches sin^2 psi = W/barrier and, let go, the pump falls back; with W > barrier
    it passes the edge and falls into the other well.
    """
    if work_j > barrier_j:
        return math.pi
    return math.asin(math.sqrt(max(0.0, work_j) / barrier_j)) if barrier_j > 0.0 else 0.0
