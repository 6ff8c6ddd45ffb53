"""Pressures and flows of the whole fluid path over a step: implicit in time, one tridiagonal factor per stage.

C dp/dt = -G p + b on a chain of nodes. Spaces outside that fill hang on the chain as a few extra unknowns
and are eliminated by a Schur complement on the same factors. What depends on the sign or size of a
pressure (flaps, slits under suction, air, the pump's limit) is iterated with secants, so that every
solve is a linear network of positive conductances: volumes balance and no pressure leaves the range
of its sources, however far the iteration went.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from physics.errors import OutOfRange, check_above, check_finite, check_range
from physics.hydraulics.elements import ATMOSPHERE_PA
from physics.hydraulics.marching import LEAST_ABSOLUTE_PA, march, pump_flow, scratch
from physics.hydraulics.network import Network, Opening

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

PUMP_SOFT_LIMIT_PA = 80e3  # [A] roller begins to slip back; no public figure
PUMP_STALL_LIMIT_PA = 100e3  # [A] no forward flow; the 100 kPa of catheter_mechanics "Hydraulics"
STALLED_SHARE = 0.05  # [A] a pump held back more than this counts as stalled
LONGEST_STEP_S = 86400.0
SETTLED_TIMES = 100.0  # numerical: of the slowest time constant; what is left then is exp(-100) of the change


@dataclass(frozen=True, slots=True)
class PumpSource:
    """What the pump asks for: flow [m3/s] and the pressures at which it slips and gives up [Pa]."""

    demand_m3_per_s: float
    soft_limit_pa: float = PUMP_SOFT_LIMIT_PA
    stall_limit_pa: float = PUMP_STALL_LIMIT_PA

    def __post_init__(self) -> None:
        check_range("pump", "demand_m3_per_s", self.demand_m3_per_s, 0.0, 1e-3, "m3/s")
        check_range("pump", "soft_limit_pa", self.soft_limit_pa, 0.0, 1e9, "Pa")
        check_above("pump", "stall_limit_pa", self.stall_limit_pa, self.soft_limit_pa, "Pa (the soft limit)")


@dataclass(frozen=True, slots=True)
class Flows:
    """Result of a step; volumes are integrals over it and balance.

    Attributes
    ----------
    pressures_pa, spaces_pa : (m,), (s,) arrays
        Of nodes and spaces at the end, over ambient.
    pump_m3, tip_m3, leak_m3, stored_m3 : float
        pump = tip + leak + stored. Tip < 0: fluid runs back into the catheter.
    opening_m3, opening_m3_per_s : (k,) arrays
        Out of each opening, and its rate at the end; < 0 draws in.
    absorbed_m3 : (s,) array
        Taken up by tissue out of each space.
    pump_flow_m3_per_s, tip_flow_m3_per_s, leak_flow_m3_per_s : float
        Rates at the end of the step.
    resistance_pa_s_per_m3 : float
        Pump to tip, leaks ignored.
    is_stalled : bool
        The pressure limit holds back more than 95 % of the demand [A].
    """

    pressures_pa: FloatArray
    spaces_pa: FloatArray
    pump_m3: float
    tip_m3: float
    leak_m3: float
    stored_m3: float
    opening_m3: FloatArray
    opening_m3_per_s: FloatArray
    absorbed_m3: FloatArray
    pump_flow_m3_per_s: float
    tip_flow_m3_per_s: float
    leak_flow_m3_per_s: float
    resistance_pa_s_per_m3: float
    is_stalled: bool


def solve(
    network: Network, source: PumpSource, dt_s: float, pressures_pa: FloatArray | None = None
) -> Flows:
    """Return pressures and volumes after `dt_s`.

    Parameters
    ----------
    network : Network
        Of m nodes.
    source : PumpSource
        Demand, constant over the step.
    dt_s : float
        1/64 s .. 1 day.
    pressures_pa : (m,) array or None
        At the start; None = at rest with the space beyond the last tip opening.

    Raises
    ------
    OutOfRange
        If dt lies outside its range, or the pressures have another length than the network or are NaN.

    Notes
    -----
    Volumes use the stage weights of the pressures, so pump = tip + leak + stored to rounding. Pump
    law [A]: full demand below 80 kPa, none at 100 kPa, linear between, never backward (the roller
    holds): `is_stalled` follows from this pressure limit only; the rotor itself keeps turning.
    Checked: tests/validation/test_hydraulics_laws.py, tests/physics/hydraulics/test_balance.py.
    """
    check_range("hydraulics.solve", "dt_s", dt_s, 1e-9, LONGEST_STEP_S, "s")
    m, spaces, openings = network.compliances.size, network.spaces, network.openings
    start = None if pressures_pa is None else np.asarray(pressures_pa, dtype=np.float64)
    if start is not None and start.shape != (m,):
        raise OutOfRange("hydraulics.solve", "pressures_pa", f"shape {start.shape}", f"shape {(m,)}")
    if start is not None:
        check_finite("hydraulics.solve", "pressures_pa", start)
        settled = _settled(network, source, dt_s, start)
        if settled is not None:
            return settled
    at, node, conductance, inward, is_tip = _ways_out(openings, tuple([space.name for space in spaces]))
    around = np.array([space.pressure_pa for space in spaces])
    # Pressures relative to the tip: otherwise the small drop along the line drowns in rounding.
    ref = float(around[at[-1]]) if at.size else 0.0
    start = np.full(m, ref) if start is None else start
    outside = np.array([
        [0.0 if space.is_endless else 1.0 / space.stiffness_pa_per_m3 for space in spaces],
        [space.absorption for space in spaces],
        [(space.pressure_pa if space.is_endless else space.rest_pa) - ref for space in spaces],
        np.ones(len(spaces)),
    ])  # fmt: skip
    demand, soft, stall = source.demand_m3_per_s, source.soft_limit_pa, source.stall_limit_pa
    paths = (
        np.array((network.conductances, network.closing_pa)), np.array((network.compliances, network.air_m3)),
        node, at, conductance, inward, outside, np.array([demand, soft - ref, stall - ref]),
    )  # fmt: skip
    relative, filled = start - ref, around - ref
    totals = volume, rate, absorbed = np.zeros(at.size), np.zeros(at.size), np.zeros(len(spaces))
    room = scratch(m, len(spaces), at.size)
    pumped = march(relative, filled, paths, totals, ref, float(dt_s), room)
    p = relative + ref
    now = float(pump_flow(float(p[0]), demand, soft, stall))
    return Flows(
        pressures_pa=p, spaces_pa=filled + ref, pump_m3=float(pumped), tip_m3=float(volume[is_tip].sum()),
        leak_m3=float(volume[~is_tip].sum()), stored_m3=_taken_up(network, start, p, relative - (start - ref)),
        opening_m3=volume, opening_m3_per_s=rate, absorbed_m3=absorbed,
        pump_flow_m3_per_s=now, tip_flow_m3_per_s=float(rate[is_tip].sum()),
        leak_flow_m3_per_s=float(rate[~is_tip].sum()), resistance_pa_s_per_m3=network.resistance_pa_s_per_m3,
        is_stalled=demand > 0.0 and now < STALLED_SHARE * demand,
    )  # fmt: skip


def _settled(network: Network, source: PumpSource, dt_s: float, start: FloatArray) -> Flows | None:
    """Return the flows of a step in which the line only settles, in closed form; None where it does more than that.

    Pressures are linear in the flow then, and what the walls take up leaves the openings in their shares of the flow.
    """
    steady, demand = network.steady, source.demand_m3_per_s
    if steady is None or dt_s < SETTLED_TIMES * steady.slowest_s:
        return None
    p = steady.outside_pa + demand * steady.rise_pa_s_per_m3
    if p[0] > source.soft_limit_pa:
        return None
    stored = float(network.compliances @ (p - start))
    out = demand * dt_s - stored
    at_tip = steady.at_tip
    return Flows(
        pressures_pa=p, spaces_pa=steady.around_pa, pump_m3=demand * dt_s, tip_m3=at_tip * out, leak_m3=(1.0 - at_tip) * out,
        stored_m3=stored, opening_m3=out * steady.shares, opening_m3_per_s=demand * steady.shares,
        absorbed_m3=np.zeros(steady.around_pa.size), pump_flow_m3_per_s=demand, tip_flow_m3_per_s=at_tip * demand,
        leak_flow_m3_per_s=(1.0 - at_tip) * demand, resistance_pa_s_per_m3=network.resistance_pa_s_per_m3,
        is_stalled=False,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _ways_out(
    openings: tuple[Opening, ...], names: tuple[str, ...]
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, BoolArray]:
    """Return of every opening its space, node, conductance, inward share and whether it is at the tip; the same for days."""
    return (
        np.array([names.index(o.space) for o in openings], dtype=np.int64),
        np.array([o.node for o in openings], dtype=np.int64),
        np.array([o.conductance for o in openings], dtype=np.float64),
        np.array([o.inward_share for o in openings], dtype=np.float64),
        np.array([o.is_tip for o in openings], dtype=np.bool_),
    )


def _taken_up(network: Network, before: FloatArray, after: FloatArray, risen: FloatArray) -> float:
    """Return what the walls and the trapped air have taken up [m3]."""
    wall = float(network.compliances @ risen)
    if not network.air_m3.any():
        return wall
    low = np.maximum(ATMOSPHERE_PA + before, LEAST_ABSOLUTE_PA)
    high = np.maximum(ATMOSPHERE_PA + after, LEAST_ABSOLUTE_PA)
    return wall + float(network.air_m3 @ (ATMOSPHERE_PA * risen / (low * high)))
