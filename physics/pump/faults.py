"""What can go wrong inside a pump, and what a scanner does to it: drawn from the seed, or set by a case."""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.clock import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from physics.randomness import draw

OVER_INFUSION = "over-infusion"
RESET_FAULT, MEMORY_FAULT, MINOR_FAULT = "low battery reset", "memory error", "minor memory error"
KINDS = (OVER_INFUSION, RESET_FAULT, MEMORY_FAULT, MINOR_FAULT)
MONTH_S = 365.25 / 12.0 * SECONDS_PER_DAY

OVER_SHARE = 0.0016  # of pumps that come to over-infuse, told as "less than" [S02, S04] H
OVER_FROM_S = 5.0 * MONTH_S  # never earlier after implant [S02, S04] H
OVER_UNTIL_S = 84.0 * MONTH_S  # any time after, to the end of service [S02, S18]
OVER_LEAST = 0.145  # less is within the label [S02] H
OVER_MOST = 0.60  # [A] a case of the reference runs 55 % fast (N-A2)
RESET_SHARE = 0.0013  # of pumps by 72 months, most years of building [S07] H
RESET_UNTIL_S = 72.0 * MONTH_S  # [S07] H; evenly before it [A]

RECOVERY_MEDIAN_S = 10.0 * SECONDS_PER_MINUTE  # after the field [device 1.6]
RECOVERY_LOG_SD = 0.54  # [A] nine in ten within the usual 20 min (UGK-M)
EXTENDED_SHARE = 0.01  # [device 1.6, rule]
EXTENDED_S = (2.0 * SECONDS_PER_HOUR, 24.0 * SECONDS_PER_HOUR)  # reported [S10] H
LOCK_SHARE = 0.005  # stays in telemetry until it is read [share: device 1.6, rule; S09 H]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that begins at an age.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    age_s : float
        Age of the pump at which it begins, at once [S02: may rise abruptly].
    rise : float
        Of an over-infusing pump: share by which flow exceeds what it was.
    """

    kind: str
    age_s: float
    rise: float = 0.0


def drawn(seed: int) -> tuple[Fault, ...]:
    """Return the faults that a pump is born with, in order of age (stream "pump.faults"); mostly none."""
    chances = draw(seed, "pump.faults", 0).random(5)
    found = []
    if chances[0] < OVER_SHARE:
        age = OVER_FROM_S + (OVER_UNTIL_S - OVER_FROM_S) * float(chances[1])
        found.append(Fault(OVER_INFUSION, age, OVER_LEAST + (OVER_MOST - OVER_LEAST) * float(chances[2])))
    if chances[3] < RESET_SHARE:
        found.append(Fault(RESET_FAULT, RESET_UNTIL_S * float(chances[4])))
    return tuple(sorted(found, key=lambda fault: fault.age_s))


def recovery_s(seed: int, tick: int) -> float:
    """Return how long a rotor stands after it has left a scanner's field [s]; infinite if only reading it helps.

    Notes
    -----
    Lognormal with a median of 10 min; 1 in 100 takes 2-24 h; 1 in 200 is locked in telemetry [device 1.6].
    """
    chance = draw(seed, "pump.mri", tick)
    kind, share, normal = float(chance.random()), float(chance.random()), float(chance.standard_normal())
    if kind < LOCK_SHARE:
        return math.inf
    if kind < LOCK_SHARE + EXTENDED_SHARE:
        return EXTENDED_S[0] + (EXTENDED_S[1] - EXTENDED_S[0]) * share
    return RECOVERY_MEDIAN_S * math.exp(RECOVERY_LOG_SD * normal)
