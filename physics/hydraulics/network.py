"""Pressures and flows of the whole fluid path: one tridiagonal solve per stage.

Nodes run from the pump outlet (0) through the connector (1) along the catheter to the tip (last).
Every node may leak to its surroundings and swells a little with pressure; the pump is a flow source
that gives up at a pressure limit; the tip opens into CSF or tissue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.hydraulics.elements import (
    VISCOSITY_37_PA_S,
    edge_resistances,
    hole_conductance,
    poiseuille_resistance,
)

FloatArray = NDArray[np.float64]

LINE_COMPLIANCE_M3_PER_PA = 1e-13  # whole line; shut line fills in ~ half an hour [catheter_mechanics, A]
PUMP_SOFT_LIMIT_PA = 80e3  # [A] roller begins to slip back; no public figure
PUMP_STALL_LIMIT_PA = 100e3  # [A] no forward flow; the 100 kPa of catheter_mechanics "Hydraulics"
TUBING_LENGTH_M = 0.28  # [A] with 0.8 mm bore this holds the 0.140 mL of [S01]
TUBING_DIAMETER_M = 0.80e-3  # [A]
ASPIRATION_SUCTION_PA = 80e3  # hand suction on a syringe [A]; makes g < ~2e-4 fail as in catheter_mechanics
ASPIRATION_LEAST_M3_PER_S = 1e-6 / 60.0  # 1 mL/min counts as "draws freely" [catheter_mechanics]
ASPIRATION_CSF_SHARE = 0.5  # [A] less CSF than this in the draw is not a positive test
SIDE_HOLES = 6  # [A] side holes beside the open tip
SIDE_HOLE_DIAMETER_M = 0.30e-3  # [A]
WALL_M = 0.34e-3  # (OD - ID)/2 of a 1.2/0.53 mm catheter [catheter_mechanics section 2]
CONNECTOR_PASSAGE_M = 0.30e-3  # [A] leak passage of a wholly unseated connector
SPILL_STIFFNESS_PA_PER_M3 = 1e8  # [A] slow filling of a pocket: 0.1 kPa/mL, 15 mL at CSF pressure
SPILL_ABSORPTION = 4e-14  # [A] 5 mL/day taken up at 1.4 kPa [m3/(s Pa)]
STEADY_SHARE = 1e-3  # tuned: a line that takes up less than this share of a step's volume is steady
RIGID_COMPLIANCE = 1e6  # stands for surroundings that never fill [m3/Pa]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a leak opens into.

    Attributes
    ----------
    pressure_pa : float
        At the start of the step, over ambient.
    stiffness_pa_per_m3 : float
        Rise with what leaks in; 0 = endless space.
    absorption : float
        Uptake by tissue per pressure over rest [m3/(s Pa)].
    rest_pa : float
        Pressure at which nothing is taken up.
    """

    pressure_pa: float = 0.0
    stiffness_pa_per_m3: float = SPILL_STIFFNESS_PA_PER_M3
    absorption: float = SPILL_ABSORPTION
    rest_pa: float = 0.0


@dataclass(frozen=True, slots=True)
class Network:
    """The path as a chain of m nodes.

    Attributes
    ----------
    conductances : (m-1,) array
        Between neighbours [m3/(s Pa)].
    leak_conductances : (m,) array
        To the surroundings of each node; 0 = tight. Each leak fills a space of its own.
    compliances : (m,) array
        Swelling of each node [m3/Pa].
    tip_conductance : float
        From the last node into CSF or tissue.
    surroundings : Surroundings
        Of the leaks.
    """

    conductances: FloatArray
    leak_conductances: FloatArray
    compliances: FloatArray
    tip_conductance: float
    surroundings: Surroundings = Surroundings()


@dataclass(frozen=True, slots=True)
class PumpSource:
    """What the pump asks for: flow [m3/s] and the pressures at which it slips and gives up [Pa]."""

    demand_m3_per_s: float
    soft_limit_pa: float = PUMP_SOFT_LIMIT_PA
    stall_limit_pa: float = PUMP_STALL_LIMIT_PA


@dataclass(frozen=True, slots=True)
class Flows:
    """Result of a step; volumes are integrals over it and balance exactly.

    Attributes
    ----------
    pressures_pa : (m,) array
        At the end of the step, over ambient.
    pump_m3, tip_m3, leak_m3, stored_m3 : float
        pump = tip + leak + stored. Tip < 0: CSF runs back into the catheter.
    leak_by_node_m3 : (m,) array
        Where it leaked; < 0 draws in.
    outside_pa : float
        Pressure in the space of the largest leak at the end (for the next step's `Surroundings`).
    absorbed_m3 : float
        Taken up by tissue from those spaces.
    pump_flow_m3_per_s, tip_flow_m3_per_s, leak_flow_m3_per_s : float
        Rates at the end of the step.
    resistance_pa_s_per_m3 : float
        Pump to tip, leaks ignored.
    is_stalled : bool
        The pressure limit holds back more than 95 % of the demand [A].
    """

    pressures_pa: FloatArray
    pump_m3: float
    tip_m3: float
    leak_m3: float
    stored_m3: float
    leak_by_node_m3: FloatArray
    outside_pa: float
    absorbed_m3: float
    pump_flow_m3_per_s: float
    tip_flow_m3_per_s: float
    leak_flow_m3_per_s: float
    resistance_pa_s_per_m3: float
    is_stalled: bool


def build_network(
    lengths_m: FloatArray, patency: FloatArray, inner_diameter_m: float, outer_diameter_m: float,
    leak_conductances: FloatArray | None = None, surroundings: Surroundings | None = None,
    tip_conductance: float | None = None,
) -> Network:  # fmt: skip
    """Return the network of pump tubing and catheter.

    Parameters
    ----------
    lengths_m, patency : (n,) arrays
        Catheter edges from the pump end to the tip; n >= 1.
    inner_diameter_m, outer_diameter_m : float
        Catheter [m].
    leak_conductances : (n+1,) array or None
        Leaks at the catheter nodes (0 = connector) [m3/(s Pa)]; None = tight.
    surroundings : Surroundings or None
        Into which the leaks open (pocket or tissue); None = empty at ambient pressure.
    tip_conductance : float or None
        Outlet; None = open tip with side holes.

    Returns
    -------
    Network
        n + 2 nodes: pump outlet, then the n + 1 catheter nodes.
    """
    conductances, compliances = _line(
        np.asarray(lengths_m, dtype=np.float64).tobytes(), np.asarray(patency, dtype=np.float64).tobytes(),
        inner_diameter_m, outer_diameter_m,
    )  # fmt: skip
    leaks = np.zeros(len(lengths_m) + 2)
    if leak_conductances is not None:
        leaks[1:] = leak_conductances
    outlet = open_tip_conductance() if tip_conductance is None else tip_conductance
    return Network(conductances, leaks, compliances, outlet, surroundings or Surroundings())


@lru_cache(maxsize=8)
def _line(
    lengths: bytes, patency: bytes, inner_diameter_m: float, outer_diameter_m: float
) -> tuple[FloatArray, FloatArray]:
    """Return conductances and compliances of tubing and catheter; a lumen stays the same for days."""
    lengths_m = np.frombuffer(lengths)
    tubing = poiseuille_resistance(TUBING_LENGTH_M, TUBING_DIAMETER_M, VISCOSITY_37_PA_S)
    edges = edge_resistances(lengths_m, np.frombuffer(patency), inner_diameter_m, outer_diameter_m)
    share = np.concatenate(([TUBING_LENGTH_M], lengths_m))
    share = share / share.sum()
    compliances = np.zeros(len(lengths_m) + 2)
    compliances[:-1] += 0.5 * share * LINE_COMPLIANCE_M3_PER_PA
    compliances[1:] += 0.5 * share * LINE_COMPLIANCE_M3_PER_PA
    conductances = 1.0 / np.concatenate(([tubing], edges))
    return conductances, compliances


def open_tip_conductance() -> float:
    """Return the outlet conductance of an open catheter tip with side holes [m3/(s Pa)]."""
    return SIDE_HOLES * hole_conductance(SIDE_HOLE_DIAMETER_M, WALL_M)


def connector_leak(seat: float) -> float:
    """Return the leak conductance of a connector [m3/(s Pa)].

    Parameters
    ----------
    seat : float
        1 fully engaged (tight), 0 apart.

    Notes
    -----
    [A] The passage opens in proportion to what is missing below 0.5: a connector on its last half
    still seals [scenarios_content 0.1: 0.4 holds 1.2 N only].
    """
    gap = max(0.0, 1.0 - seat / 0.5)
    return hole_conductance(CONNECTOR_PASSAGE_M * gap, 1e-3) if gap < 1.0 else 1e-9


@njit(cache=True)
def _tridiagonal(lower: FloatArray, diagonal: FloatArray, right: FloatArray) -> FloatArray:
    """Return x of the symmetric tridiagonal system by Thomas elimination."""
    n = diagonal.size
    pivot = np.empty(n)
    x = np.empty(n)
    pivot[0] = diagonal[0]
    x[0] = right[0]
    for i in range(1, n):
        factor = lower[i - 1] / pivot[i - 1]
        pivot[i] = diagonal[i] - factor * lower[i - 1]
        x[i] = right[i] - factor * x[i - 1]
    x[n - 1] /= pivot[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (x[i] - lower[i] * x[i + 1]) / pivot[i]
    return x


@njit(cache=True)
def _pump_flow(pressure: float, demand: float, soft: float, stall: float) -> float:
    if pressure <= soft:
        return demand
    if pressure >= stall:
        return 0.0
    return demand * (stall - pressure) / (stall - soft)


@njit(cache=True)
def _stage(
    diagonal: FloatArray, off: FloatArray, right: FloatArray, demand: float, soft: float, stall: float
) -> FloatArray:
    """Return node pressures with the pump's piecewise linear law at node 0 (monotone: <= 3 tries)."""
    source = right.copy()
    source[0] += demand
    x = _tridiagonal(off, diagonal, source)
    if x[0] <= soft or demand <= 0.0:
        return x
    x = _tridiagonal(off, diagonal, right)
    if x[0] >= stall:
        return x
    slope = demand / (stall - soft)
    slipping = diagonal.copy()
    slipping[0] += slope
    source[0] = right[0] + slope * stall
    return _tridiagonal(off, slipping, source)


@njit(cache=True)
def _advance(
    pressures: FloatArray, off: FloatArray, rows: FloatArray, leaks: FloatArray,
    compliances: FloatArray, steps: FloatArray, pump: FloatArray, outside: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, float]:  # fmt: skip
    """Return (end pressures, end pressures outside, integrals of p and of p - outside, pumped), SDIRK2.

    `pump` is (demand, soft, stall), `outside` (start, compliance, absorption, rest). The space of each leak
    hangs on its node only, so it is eliminated from the node's row and recovered after the solve.
    """
    gamma = 1.0 - 0.5**0.5
    demand, soft, stall = pump[0], pump[1], pump[2]
    space, uptake, rest = outside[1], outside[2], outside[3]
    p = pressures.copy()
    q = np.full(p.size, outside[0])
    integral = np.zeros(p.size)
    across = np.zeros(p.size)
    pumped = 0.0
    for h in steps:
        storage = compliances / (gamma * h)
        held = space / (gamma * h)
        whole = held + leaks + uptake
        diagonal = rows + storage - leaks * leaks / whole
        p_base, q_base = p, q
        for stage in range(2):
            outer = held * q_base + uptake * rest
            x = _stage(diagonal, off, leaks * outer / whole + storage * p_base, demand, soft, stall)
            y = (leaks * x + outer) / whole
            weight = h * (1.0 - gamma) if stage == 0 else h * gamma
            integral += weight * x
            across += weight * (x - y)
            pumped += weight * _pump_flow(x[0], demand, soft, stall)
            p_base = p + (1.0 - gamma) * (x - p) / gamma
            q_base = q + (1.0 - gamma) * (y - q) / gamma
        p, q = x, y
    return p, q, integral, across, pumped


def _rows(network: Network) -> FloatArray:
    rows = network.leak_conductances.copy()
    rows[:-1] += network.conductances
    rows[1:] += network.conductances
    rows[-1] += network.tip_conductance
    return rows


def _is_steady(network: Network, start_pa: FloatArray, rows: FloatArray, pump: FloatArray, dt_s: float) -> bool:
    """Return whether a tight line starts so near its steady state that what it still takes up is nothing.

    Pressures relative to the tip. Then long steps do: the solver is L-stable and keeps the volume.
    """
    if network.leak_conductances.any():
        return False
    settled = _stage(rows, -network.conductances, np.zeros_like(start_pa), pump[0], pump[1], pump[2])
    left_m3 = float(network.compliances @ np.abs(settled - start_pa))
    return left_m3 <= STEADY_SHARE * abs(float(pump[0])) * dt_s


def _substeps(dt_s: float, is_steady: bool) -> FloatArray:
    """Return steps that start at a tick and grow, so that early charging is followed [s]."""
    if dt_s <= 0.1 or is_steady:
        return np.full(4, dt_s / 4.0)
    n, growth = (8, 1.2) if dt_s <= 10.0 else (48, 1.2)  # tuned: exp(-t/RC) within 1e-3 over 2 RC
    weights = growth ** np.arange(n)
    steps: FloatArray = weights * (dt_s / weights.sum())
    return steps


def solve(
    network: Network, source: PumpSource, tip_pressure_pa: float, dt_s: float,
    pressures_pa: FloatArray | None = None,
) -> Flows:  # fmt: skip
    """Return pressures and volumes after `dt_s`.

    Parameters
    ----------
    network : Network
        Of m nodes.
    source : PumpSource
        Demand, constant over the step.
    tip_pressure_pa : float
        CSF or tissue pressure at the tip, over ambient [Pa].
    dt_s : float
        1/64 s .. 1 day.
    pressures_pa : (m,) array or None
        At the start; None = at rest with the tip.

    Raises
    ------
    ValueError
        If dt is not positive or the pressures have another length than the network.

    Notes
    -----
    C dp/dt = -G p + b. Two-stage SDIRK (second order, L-stable); volumes use the same stage weights,
    so pump = tip + leak + stored to rounding. Pump law [A]: full demand below 80 kPa, none at
    100 kPa, linear between, never backward (the roller holds): `is_stalled` follows from this
    pressure limit only; the rotor itself keeps turning. Checked:
    tests/validation/test_hydraulics_network.py.
    """
    m = network.compliances.size
    start = np.full(m, tip_pressure_pa) if pressures_pa is None else pressures_pa
    if dt_s <= 0.0:
        raise ValueError(f"dt_s = {dt_s}; expected > 0")
    if start.shape != (m,):
        raise ValueError(f"pressures_pa has shape {start.shape}; expected ({m},)")
    # Pressures relative to the tip: otherwise the small drop along the line drowns in rounding.
    space = network.surroundings
    stiffness = space.stiffness_pa_per_m3
    outside = np.array([
        space.pressure_pa - tip_pressure_pa, 1.0 / stiffness if stiffness > 0.0 else RIGID_COMPLIANCE,
        space.absorption, space.rest_pa - tip_pressure_pa,
    ])  # fmt: skip
    demand, soft, stall = source.demand_m3_per_s, source.soft_limit_pa, source.stall_limit_pa
    pump = np.array([demand, soft - tip_pressure_pa, stall - tip_pressure_pa])
    leaks, rows = network.leak_conductances, _rows(network)
    steps = _substeps(dt_s, _is_steady(network, start - tip_pressure_pa, rows, pump, dt_s))
    relative, filled, integral, across, pumped = _advance(
        start - tip_pressure_pa, -network.conductances, rows, leaks, network.compliances, steps, pump, outside,
    )  # fmt: skip
    p = relative + tip_pressure_pa
    leak_by_node = leaks * across
    rate = float(_pump_flow(float(p[0]), demand, soft, stall))
    widest = int(np.argmax(leaks))
    risen = float(filled[widest] - outside[0]) if stiffness > 0.0 and leaks[widest] > 0.0 else 0.0
    stayed = risen / stiffness if stiffness > 0.0 else float(leak_by_node[widest])
    return Flows(
        pressures_pa=p,
        pump_m3=float(pumped),
        tip_m3=network.tip_conductance * float(integral[-1]),
        leak_m3=float(leak_by_node.sum()),
        stored_m3=float(network.compliances @ (relative - (start - tip_pressure_pa))),
        leak_by_node_m3=leak_by_node,
        outside_pa=space.pressure_pa + risen,
        absorbed_m3=float(leak_by_node[widest]) - stayed,
        pump_flow_m3_per_s=rate,
        tip_flow_m3_per_s=network.tip_conductance * float(relative[-1]),
        leak_flow_m3_per_s=float((leaks * (relative - filled)).sum()),
        resistance_pa_s_per_m3=float((1.0 / network.conductances).sum() + 1.0 / network.tip_conductance),
        is_stalled=demand > 0.0 and rate < 0.05 * demand,
    )


def aspiration_flow(
    network: Network, tip_pressure_pa: float, suction_pa: float = ASPIRATION_SUCTION_PA
) -> tuple[float, float]:
    """Return (flow drawn at the pump end, part of it that is fluid from the tip) [m3/s].

    Notes
    -----
    Steady solve with node 0 held at -suction; an access port draws on the same node.
    """
    rows = _rows(network)
    right = network.leak_conductances * network.surroundings.pressure_pa
    right[-1] += network.tip_conductance * tip_pressure_pa
    right[1] -= network.conductances[0] * suction_pa
    inner = _tridiagonal(-network.conductances[1:], rows[1:], right[1:])
    drawn = network.conductances[0] * float(inner[0] + suction_pa)
    return drawn, network.tip_conductance * float(tip_pressure_pa - inner[-1])


def is_aspirable(network: Network, tip_pressure_pa: float, is_tip_in_csf: bool) -> bool:
    """Return whether CSF can be drawn back through the line.

    Notes
    -----
    80 kPa of suction must draw 1 mL/min, at least half of it CSF: fails when the kink leaves a
    conductance share under ~2e-4 [catheter_mechanics "Hydraulics"], at a large leak, or off CSF.
    """
    if not is_tip_in_csf:
        return False
    drawn, csf = aspiration_flow(network, tip_pressure_pa)
    return csf >= ASPIRATION_LEAST_M3_PER_S and csf >= ASPIRATION_CSF_SHARE * drawn
