"""The movements of a day: which way the trunk goes, how far, and how often.

Counts and sizes follow wearers of sensors; how a patient with spasticity differs from them is [A].
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import erf, exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from physics.errors import OutOfRange, check_range

FloatArray = NDArray[np.float64]

WAYS = ("flexion", "twist", "side", "transfer")
PROBE_RAD = (0.7, 0.15, 0.35, 0.8)  # amplitudes at which slip and strain of each way are measured
LARGEST_FLEXION_RAD = 0.9  # about 50 degrees of lumbar flexion: joints end there [T]
TYPICAL_FLEXIONS_PER_DAY = 100.0  # the day that the counts below add up to


@dataclass(frozen=True, slots=True)
class Movement:
    """One class of movements, from lying straight to an amplitude and back.

    Attributes
    ----------
    name, way : str
        What it is called; movements of one way (one of `WAYS`) differ in size only.
    axis : (flexion, side, twist)
        Direction of the trunk's bend; need not be of unit length.
    median_rad, spread : float
        Log-normal amplitude: median [rad], standard deviation of its logarithm [-].
    largest_rad : float
        Where the joints end.
    slide : float
        Slide of the fat over the fascia, over that of a flexion of the same size [-].
    """

    name: str
    way: str
    axis: tuple[float, float, float]
    median_rad: float
    spread: float
    largest_rad: float
    slide: float

    @property
    def is_two_sided(self) -> bool:
        """Whether a cycle goes to both sides."""
        return self.way in ("twist", "side")

    @property
    def direction(self) -> FloatArray:
        """Unit axis, (3,)."""
        vector = np.array(self.axis)
        return np.asarray(vector / np.linalg.norm(vector))


# Flexion: a volunteer's lordosis changes 4400 times a day, 66 % by 5-10 degrees, 3 % by 20-25, and
# reaches full flexion 50 times (Eur Spine J 2014;23:2375, n = 208 [H]): some 300 a day beyond 20 degrees.
# A hundred a day with median 18 degrees is a third of that [A: spastic patients move less].
BEND = Movement("bend", "flexion", (1.0, 0.0, 0.0), 0.32, 0.24, LARGEST_FLEXION_RAD, 1.0)
# Relaxed sitting is half of full flexion [A]; 60 +/- 22 a day, 36 +/- 16 in rehabilitation wards
# (Appl Ergon 2010;41:58; Aging Clin Exp Res 2011;23:437 [H]).
SIT = Movement("sit", "flexion", (1.0, 0.0, 0.0), 0.45, 0.08, LARGEST_FLEXION_RAD, 1.0)
# Lumbar rotation to one side ends near 7-10 degrees, side-bending near 20-25 [T].
TWIST = Movement("twist", "twist", (0.0, 0.0, 1.0), 0.08, 0.30, 0.18, 0.5)
SIDE_BEND = Movement("side-bend", "side", (0.0, 1.0, 0.0), 0.15, 0.30, 0.42, 0.5)
# A transfer: forward lean, turn and push on arms and hip, the fat of the flank goes along [A];
# 11.4 level and 8.2 non-level transfers a day (72 wheelchair users, Phase II report on transfers [M]).
TRANSFER = Movement("transfer", "transfer", (0.55, 0.15, 0.10), 0.50, 0.20, 1.0, 1.5)

# Movements a day, by the way a patient gets about; flexions (the first two and transfers) add up to 100.
DAYS: dict[str, tuple[tuple[Movement, float], ...]] = {
    "ambulatory": ((BEND, 64.0), (SIT, 36.0), (TWIST, 200.0), (SIDE_BEND, 60.0)),
    "wheelchair": ((BEND, 74.0), (SIT, 6.0), (TWIST, 150.0), (SIDE_BEND, 60.0), (TRANSFER, 20.0)),
}

# What patients are told after surgery: flat in bed for 24-48 h, no bending or twisting for 6-8 weeks
# (device_and_procedure I41, UGK-M). In bed nobody bends down or to a side: who obeys is rolled like a log, who does
# not sits up and gets out. Later who obeys sits, and is helped to transfer, as the nursing goes on, but bends and
# turns half as far; who does not moves as ever.
REST_DAYS = 2.0
CARE_DAYS = 49.0
CAREFUL_SHARE = 0.5  # of an ordinary amplitude [A]: bending at hips and knees still takes the loin along
LOG_ROLL = Movement("log-roll", "twist", (0.0, 0.0, 1.0), CAREFUL_SHARE * 0.08, 0.30, CAREFUL_SHARE * 0.18, 0.5)
LOG_ROLLS_PER_DAY = 8.0  # every three hours [A]
ADHERENCE = 0.7  # share of movements at which a patient minds what was told [A]
TOLD_NOT_TO = ("bend", "twist", "side-bend")


@dataclass(frozen=True, slots=True)
class Living:
    """How a patient lives with the implant.

    Attributes
    ----------
    mobility : str
        Key of `DAYS`: "ambulatory" or "wheelchair".
    flexions_per_day : float
        Activity: bends, sitting up and transfers; the other movements go along in proportion.
    flexion_scale : float
        Amplitudes over the typical patient's [-].
    growth_per_year : float
        Share by which the trunk lengthens in a year; 0 = grown up.
    fat_m_per_year : float
        Gain of subcutaneous fat in a year, negative = loss [m].
    connector_hold_n : float
        Pull that the connector stands as it is seated [N]; ISO 10555-1 asks 10 N of a joint of this size [T].
    adherence : float
        Share of the movements after surgery that are not made as long as they are forbidden; 0 = nobody has
        forbidden any, as to patients with trial leads.
    """

    mobility: str = "ambulatory"
    flexions_per_day: float = TYPICAL_FLEXIONS_PER_DAY
    flexion_scale: float = 1.0
    growth_per_year: float = 0.0
    fat_m_per_year: float = 0.0
    connector_hold_n: float = 10.0
    adherence: float = 0.0

    def __post_init__(self) -> None:
        if self.mobility not in DAYS:
            raise OutOfRange("Living", "mobility", self.mobility, " or ".join(DAYS))
        check_range("Living", "flexions_per_day", self.flexions_per_day, 0.0, 2000.0, "1/d")
        check_range("Living", "flexion_scale", self.flexion_scale, 0.0, 3.0)
        check_range("Living", "growth_per_year", self.growth_per_year, -0.05, 0.2, "1/yr")
        check_range("Living", "fat_m_per_year", self.fat_m_per_year, -0.1, 0.1, "m/yr")
        check_range("Living", "connector_hold_n", self.connector_hold_n, 0.0, 100.0, "N")
        check_range("Living", "adherence", self.adherence, 0.0, 1.0)

    def moves(self, way: str, day: float = inf) -> tuple[tuple[Movement, float], ...]:
        """Return the movements of one way and how often a day each is made, so many days after surgery."""
        activity = self.flexions_per_day / TYPICAL_FLEXIONS_PER_DAY
        usual = tuple((move, n * activity) for move, n in DAYS[self.mobility] if move.way == way)
        if self.adherence == 0.0 or day >= CARE_DAYS:
            return usual
        minded = self.adherence
        up = tuple((move, n) for move, n in usual if move.name not in TOLD_NOT_TO)
        if day < REST_DAYS:
            rolls = ((LOG_ROLL, LOG_ROLLS_PER_DAY),) if way == LOG_ROLL.way else ()
            return _some(up, 1.0 - minded) + rolls
        told = tuple((move, n) for move, n in usual if move.name in TOLD_NOT_TO)
        return up + _some(told, 1.0 - minded) + tuple((careful(move), n) for move, n in _some(told, minded))

    def flexions_on(self, day: float) -> float:
        """Return how often a day the trunk is bent forward, so many days after surgery [1/d]."""
        return sum(n for way in ("flexion", "transfer") for _, n in self.moves(way, day))

    def is_resting(self, day: float) -> bool:
        """Return whether the patient lies flat by order on a day."""
        return self.adherence > 0.0 and day < REST_DAYS

    def next_change(self, day: float) -> float:
        """Return the day after `day` on which the orders change; infinite when they do not any more."""
        changes = (REST_DAYS, CARE_DAYS) if self.adherence > 0.0 else ()
        return min((d for d in changes if d > day + 1e-9), default=inf)


def _some(moves: tuple[tuple[Movement, float], ...], share: float) -> tuple[tuple[Movement, float], ...]:
    return tuple((move, n * share) for move, n in moves) if share > 0.0 else ()


@lru_cache(maxsize=64)
def careful(move: Movement) -> Movement:
    """Return a movement made by who was told not to make it."""
    return replace(
        move, name=f"careful {move.name}", median_rad=CAREFUL_SHARE * move.median_rad,
        largest_rad=CAREFUL_SHARE * move.largest_rad,
    )  # fmt: skip


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("day.bends", 64.0, "1/d", "A", "a third of a volunteer's beyond 20 degrees, Eur Spine J 2014;23:2375"),
    ("day.sits", 36.0, "1/d", "H", "rehabilitation ward 36 +/- 16, Aging Clin Exp Res 2011;23:437"),
    ("day.transfers", 20.0, "1/d", "M", "11.4 level + 8.2 non-level, 72 wheelchair users"),
    ("bend.median", BEND.median_rad, "rad", "A", "18 degrees of lumbar flexion"),
    ("sit.median", SIT.median_rad, "rad", "A", "half of full flexion"),
    ("twist.median", TWIST.median_rad, "rad", "A", "half of lumbar rotation to one side"),
    ("side-bend.median", SIDE_BEND.median_rad, "rad", "A", "a third of lumbar side-bending"),
    ("transfer.median", TRANSFER.median_rad, "rad", "A", "assumption"),
    ("care.rest", REST_DAYS, "d", "UGK-M", "device_and_procedure I41: flat bed 24-48 h"),
    ("care.time", CARE_DAYS, "d", "UGK-M", "device_and_procedure I41: avoid twist and bend 6-8 weeks"),
    ("care.amplitude", CAREFUL_SHARE, "1", "A", "assumption"),
    ("care.adherence", ADHERENCE, "1", "A", "assumption"),
)


@lru_cache(maxsize=4096)
def quantile(move: Movement, p: float, scale: float = 1.0) -> float:
    """Return the amplitude below which a share p of a movement lies [rad]."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if 0.5 * (1.0 + erf(middle / sqrt(2.0))) < p:
            low = middle
        else:
            high = middle
    return min(move.largest_rad, scale * move.median_rad * exp(move.spread * low))


def largest(move: Movement, u: float, cycles: float, scale: float = 1.0) -> float:
    """Return the largest amplitude of a number of cycles [rad] for a chance u in (0, 1)."""
    return quantile(move, exp(log(max(u, 1e-12)) / max(cycles, 1.0)), scale)


@lru_cache(maxsize=256)
def mean_over(move: Movement, power: float, scale: float = 1.0, beyond_rad: float = 0.0) -> float:
    """Return the mean of (amplitude - beyond)^power over a movement [rad^power]."""
    total = 0.0
    for k in range(50):
        total += max(0.0, quantile(move, (k + 0.5) / 50, scale) - beyond_rad) ** power
    return total / 50


__all__ = [
    "ADHERENCE", "BEND", "CARE_DAYS", "DAYS", "EVIDENCE", "Living", "PROBE_RAD", "REST_DAYS", "SIDE_BEND", "WAYS", "SIT", "TRANSFER", "TWIST", "LARGEST_FLEXION_RAD", "Movement",
    "TYPICAL_FLEXIONS_PER_DAY", "careful", "largest", "mean_over", "quantile",
]  # fmt: skip
