"""How long a pump's battery lasts, and when it says so: the rotor takes most of it."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from physics.pump.spec import ML_PER_DAY, PumpSpec

# Years of service against set flow [mL/day] [device_and_procedure 1.4, UGK-L]; longest service H [S18]
LIFE_YEARS: tuple[tuple[float, float], ...] = ((0.25, 6.8), (0.5, 6.4), (0.95, 5.8), (1.5, 5.1), (2.0, 4.6), (3.0, 3.9), (4.0, 3.4))
LONGEST_YEARS = 7.0  # of the model whose years the table tells [S18] H
_LINES: tuple[tuple[float, float, float], ...] = tuple(  # flow at the end of a piece, 1 / years there, slope
    (q1, 1.0 / y1, (1.0 / y1 - 1.0 / y0) / (q1 - q0)) for (q0, y0), (q1, y1) in pairwise(LIFE_YEARS)
)
NOTICE_S = 90 * 86400.0  # from elective replacement to end of service [S18] H


def drain_per_s(spec: PumpSpec, flow_m3_per_s: float) -> float:
    """Return the share of the battery that a second at a set flow takes [1/s].

    Notes
    -----
    Linear in the flow between the years of `LIFE_YEARS`, on beyond the last two, and down to no less than
    the longest service at no flow.
    """
    return _drain(flow_m3_per_s / ML_PER_DAY, spec.service_s)


@lru_cache(maxsize=64)  # a pump runs at few rates
def _drain(flow: float, service_s: float) -> float:
    for end, at_end, slope in _LINES:
        if flow <= end:
            break
    rate = at_end + slope * (flow - end)
    return max(rate, 1.0 / LONGEST_YEARS) * LONGEST_YEARS / service_s


def notice_share(spec: PumpSpec, flow_m3_per_s: float) -> float:
    """Return the share used at which `NOTICE_S` are left at a set flow."""
    return max(0.0, 1.0 - NOTICE_S * drain_per_s(spec, flow_m3_per_s))


def used_after(spec: PumpSpec, flow_m3_per_s: float, time_s: float) -> float:
    """Return the share that years at one flow have used, at most all of it."""
    return min(1.0, drain_per_s(spec, flow_m3_per_s) * time_s)
