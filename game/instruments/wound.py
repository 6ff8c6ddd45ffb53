"""Where swab and finger go in a wound: the same places whoever works there, by hand [mm] or by plan [m]."""

from __future__ import annotations

import math
from collections.abc import Iterable

from physics.wound import Incision

FINGER_M = 0.011  # half of what a finger parts [A]
DAB_SHARES = (-0.7, 0.0, 0.7)  # where a wound is dabbed, of its half length [A]
DAB_DOWN_M, DAB_ACROSS_M = (0.035, 0.07), (-0.035, 0.0, 0.035)  # and the floor of a pocket below its cut [A]
INSIDE = 0.999  # numerical: the outermost rows keep a length


def along(cut: Incision, shares: Iterable[float], per_m: float = 1.0) -> list[tuple[float, float]]:
    """Return places (u, v) of a cut at shares -1..1 of its half length, in a unit that goes `per_m` times into a metre."""
    half = 0.5 * (per_m * cut.length_m)
    du, dv = half * math.cos(cut.angle_rad), half * math.sin(cut.angle_rad)
    return [(per_m * cut.u_m + f * du, per_m * cut.v_m + f * dv) for f in shares]


def swabs(cut: Incision, per_m: float = 1.0) -> list[tuple[float, float]]:
    """Return where a wound is dabbed: along it and, in the abdomen, over the floor of the pocket below it."""
    (middle,) = along(cut, (0.0,), per_m)
    floor = [] if cut.wound == "lumbar" else [(du, dv) for dv in DAB_DOWN_M for du in DAB_ACROSS_M]
    return along(cut, DAB_SHARES, per_m) + [(middle[0] + per_m * du, middle[1] - per_m * dv) for du, dv in floor]


def rows(reach: float, spacing: float) -> list[tuple[float, float]]:
    """Return the rows of a finger that cover a disc, from its head end: (place, half length), in the unit given."""
    n = math.ceil(2.0 * reach / spacing) + 1
    places = [reach * (1.0 - 2.0 * k / (n - 1)) * INSIDE for k in range(n)]
    return [(dv, math.sqrt(reach**2 - dv**2)) for dv in places]
