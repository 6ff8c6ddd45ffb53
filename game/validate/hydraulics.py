"""Rows that check the fluid path against closed forms."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from game.validate.row import ValidationRow, within
from physics import hydraulics
from physics.hydraulics.elements import FLATTENING_AT_KINK, VISCOSITY_37_PA_S
from physics.hydraulics.network import LINE_COMPLIANCE_M3_PER_PA, PUMP_STALL_LIMIT_PA, Network

INNER_M, OUTER_M, LENGTH_M = 0.53e-3, 1.2e-3, 0.9  # catheter_mechanics section 2
ML_PER_DAY = 1e-6 / 86400.0
ENDLESS = hydraulics.Surroundings(stiffness_pa_per_m3=0.0, absorption=0.0)
MECHANICS = "catheter_mechanics, Hydraulics"


_row = partial(within, "hydraulics", confidence="H")


def flow_of_profile(diameter_m: float, n: int = 20000) -> float:
    """Return flow through a round tube per unit pressure gradient, by integrating the velocity profile."""
    radius = 0.5 * diameter_m
    edges = np.linspace(0.0, radius, n + 1)
    middle = 0.5 * (edges[1:] + edges[:-1])
    speed = (radius**2 - middle**2) / (4.0 * VISCOSITY_37_PA_S)
    return float(np.sum(2.0 * math.pi * middle * speed * np.diff(edges)))


def flow_of_ellipse(flattening: float) -> float:
    """Return flow through an ellipse over that of its parent circle, from a^3 b^3 / (a^2 + b^2)."""
    a, b = 1.0 + flattening, 1.0 - flattening
    return 2.0 * a**3 * b**3 / (a**2 + b**2)


def catheter(
    patency: NDArray[np.float64] | None = None, n: int = 90, leak_at: int = -1, leak: float = 0.0
) -> Network:
    """Return a 0.9 m catheter on its pump, with one leak at a node if asked."""
    leaks = np.zeros(n + 1)
    if leak_at >= 0:
        leaks[leak_at] = leak
    lengths = np.full(n, LENGTH_M / n)
    open_ = np.ones(n) if patency is None else patency
    return hydraulics.build_network(lengths, open_, INNER_M, OUTER_M, leaks, ENDLESS)


def split_by_leak() -> tuple[float, float]:
    """Return the leaked share (closed form, network) of a line with a leak in its middle."""
    leak = 3.0e-12
    network = catheter(leak_at=45, leak=leak)
    beyond = float((1.0 / network.conductances[46:]).sum()) + 1.0 / network.tip_conductance
    parallel = leak / (leak + 1.0 / beyond)
    flows = hydraulics.solve(network, hydraulics.PumpSource(ML_PER_DAY), 0.0, 3600.0)
    return parallel, flows.leak_flow_m3_per_s / ML_PER_DAY


def charge_of_capacitor(n_tau: float) -> tuple[float, float]:
    """Return the pressure share left after n time constants (closed form, network)."""
    g, c = 1e-15, 1e-13
    network = Network(np.array([1e-11]), np.zeros(2), np.array([c, 0.0]), g)
    start = np.array([5e4, 5e4])
    flows = hydraulics.solve(network, hydraulics.PumpSource(0.0), 0.0, n_tau * c / g, start)
    return math.exp(-n_tau), float(flows.pressures_pa[0]) / 5e4


def least_aspirable_share() -> float:
    """Return the conductance share of one kink at which aspiration just fails."""
    low, high = 1e-6, 1e-2
    for _ in range(40):
        share = math.sqrt(low * high)
        area = (share * (2.0 - (1.0 - FLATTENING_AT_KINK**2))) ** (1.0 / 3.0)
        patency = np.ones(90)
        patency[45] = area
        low, high = (
            (low, share) if hydraulics.is_aspirable(catheter(patency), 1471.0, True) else (share, high)
        )
    return math.sqrt(low * high)


def shut_line() -> tuple[float, float]:
    """Return (time to 80 kPa [s], flow left after two hours over demand) of a line shut at its tip."""
    patency = np.ones(90)
    patency[89] = 0.0
    network = catheter(patency)
    pressures, time_s = None, 0.0
    while time_s < 7200.0:
        flows = hydraulics.solve(network, hydraulics.PumpSource(0.5 * ML_PER_DAY), 0.0, 30.0, pressures)
        if pressures is not None and flows.pressures_pa[0] >= 80e3:
            break
        pressures, time_s = flows.pressures_pa, time_s + 30.0
    late = hydraulics.solve(network, hydraulics.PumpSource(0.5 * ML_PER_DAY), 0.0, 7200.0)
    return time_s, late.pump_flow_m3_per_s / (0.5 * ML_PER_DAY)


def worst_balance() -> float:
    """Return the largest |pump - tip - leak - stored| over pump volume for steps of a tick to a day."""
    network = catheter(leak_at=20, leak=1e-13)
    worst = 0.0
    for dt in (1.0 / 64.0, 1.0, 600.0, 86400.0):
        f = hydraulics.solve(network, hydraulics.PumpSource(0.2 * ML_PER_DAY), 1471.0, dt)
        worst = max(
            worst, abs(f.pump_m3 - f.tip_m3 - f.leak_m3 - f.stored_m3) / max(f.pump_m3, abs(f.leak_m3))
        )
    return worst


def rows() -> list[ValidationRow]:
    """Return the rows of this subsystem."""
    metre = 1.0 / hydraulics.poiseuille_resistance(1.0, INNER_M, VISCOSITY_37_PA_S)
    ellipse = float(hydraulics.ellipse_share(np.array([FLATTENING_AT_KINK]))[0])
    basal = hydraulics.solve(catheter(), hydraulics.PumpSource(0.5 * ML_PER_DAY), 0.0, 3600.0)
    drop = float(basal.pressures_pa[1] - basal.pressures_pa[-1])
    aspirate = 1e-6 / 60.0 * hydraulics.poiseuille_resistance(LENGTH_M, INNER_M, VISCOSITY_37_PA_S)
    series = 0.5 * ML_PER_DAY * basal.resistance_pa_s_per_m3
    leak_target, leak_model = split_by_leak()
    charge_target, charge_model = charge_of_capacitor(2.0)
    shut_s, shut_flow = shut_line()
    fill_s = LINE_COMPLIANCE_M3_PER_PA * 80e3 / (0.5 * ML_PER_DAY)
    return [
        _row(
            "poiseuille",
            "flow per gradient, 0.53 mm tube",
            "m4 s-1 Pa-1",
            flow_of_profile(INNER_M),
            metre,
            1e-6 * metre,
            "parabolic profile integrated",
        ),
        _row(
            "ellipse",
            "conductance of the lumen at the kink limit",
            "1",
            flow_of_ellipse(FLATTENING_AT_KINK),
            ellipse,
            1e-9,
            "elliptic tube, exact",
        ),
        _row("ellipse_loss", "loss before the kink", "1", 0.18, 1.0 - ellipse, 0.01, MECHANICS, confidence="M"),
        _row("basal_drop", "pressure for 0.5 mL/day through 0.9 m", "Pa", 2.0, drop, 0.3, MECHANICS, confidence="M"),
        _row(
            "aspirate_drop", "pressure for 1 mL/min through 0.9 m", "Pa", 6e3, aspirate, 1e3, MECHANICS, confidence="M"
        ),
        _row(
            "series",
            "pump pressure against sum of resistors",
            "Pa",
            series,
            float(basal.pressures_pa[0]),
            1e-6 * series,
            "series resistors",
        ),
        _row(
            "leak_split",
            "share lost at a leak in mid line",
            "1",
            leak_target,
            leak_model,
            1e-6 * leak_target,
            "parallel resistors",
        ),
        _row(
            "balance",
            "pump - tip - leak - stored, over pumped",
            "1",
            0.0,
            worst_balance(),
            1e-12,
            "conservation of volume",
        ),
        _row("charging", "pressure left after 2 RC", "1", charge_target, charge_model, 1e-3, "exp(-t/RC)"),
        _row(
            "shut_time",
            "time to 80 kPa at 0.5 mL/day, line shut at the tip",
            "s",
            fill_s,
            shut_s,
            60.0,
            MECHANICS + ": about half an hour",
            confidence="A",
        ),
        _row(
            "shut_flow",
            "flow left after 2 h over demand, line shut",
            "1",
            0.0,
            shut_flow,
            0.01,
            f"pressure limit {PUMP_STALL_LIMIT_PA / 1e3:.0f} kPa",
            confidence="A",
        ),
        _row(
            "aspirable",
            "conductance share at which aspiration fails",
            "1",
            2e-4,
            least_aspirable_share(),
            1e-4,
            MECHANICS,
            confidence="M",
        ),
    ]
