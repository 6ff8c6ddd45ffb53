"""Rows that check the fluid path against closed forms, dense algebra and published facts."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.optimize import brentq

from game.validate.row import ValidationRow, within
from physics import hydraulics
from physics.hydraulics import Network, Opening, PumpSource, Space, Tip, Tube
from physics.hydraulics.access import ASPIRATION_SUCTION_PA, port_conductance
from physics.hydraulics.elements import ATMOSPHERE_PA, FLATTENING_AT_KINK, VISCOSITY_37_PA_S, WALL_MODULUS_PA
from physics.hydraulics.network import TUBING_COMPLIANCE, TUBING_LENGTH_M
from physics.hydraulics.solver import PUMP_STALL_LIMIT_PA

FloatArray = NDArray[np.float64]

INNER_M, OUTER_M, LENGTH_M, N = 0.53e-3, 1.2e-3, 0.9, 90  # catheter_mechanics section 2
CSF_PA = 1471.0
ML_PER_DAY = 1e-6 / 86400.0
MECHANICS = "catheter_mechanics, Hydraulics"
KINK_AT = 45

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


def flow_of_slit(area: float) -> float:
    """Return flow through an elliptic slit as wide as the flattened bore, over that of the round bore."""
    a, b = 0.5 * math.pi, 2.0 * area / math.pi  # half axes over the radius; area a b = A
    return 2.0 * a**3 * b**3 / (a**2 + b**2)


def swelling_of_wall(poisson: float = 0.4999999) -> float:
    """Return how a thick tube swells per metre, from the boundary conditions of u = A r + B / r."""
    a, b, e = 0.5 * INNER_M, 0.5 * OUTER_M, WALL_MODULUS_PA
    factor = e / ((1.0 + poisson) * (1.0 - 2.0 * poisson))
    stress = np.array([[factor, -factor * (1.0 - 2.0 * poisson) / r**2] for r in (a, b)])
    first, second = np.linalg.solve(stress, np.array([-1.0, 0.0]))
    return float(2.0 * math.pi * a * (first * a + second / a))


def line(
    patency: FloatArray | None = None, leak_at: int = -1, leak: float = 0.0, csf_pa: float = 0.0, air_m3: float = 0.0
) -> tuple[Network, Tube]:
    """Return a 0.9 m catheter with one open end on its pump, with one leak into an endless space if asked."""
    tube = Tube(np.full(N, LENGTH_M / N), np.ones(N) if patency is None else patency, INNER_M, OUTER_M)
    openings = hydraulics.tip_openings(tube, Tip(is_cut=True))
    if leak_at >= 0:
        openings = (Opening(leak_at, "air", leak), *openings)
    spaces = (Space("csf", csf_pa), Space("air"))
    return hydraulics.build_network(tube, openings, spaces, air_m3), tube


def kinked(area: float, at: int = KINK_AT) -> FloatArray:
    """Return open areas of a line with one kink."""
    patency = np.ones(N)
    patency[at] = area
    return patency


def area_of(share: float) -> float:
    """Return the open area of a kink of a conductance share."""
    return float((share * (1.0 + FLATTENING_AT_KINK**2)) ** (1.0 / 3.0))


def split_by_leak() -> tuple[float, float]:
    """Return the leaked share (closed form, network) of a line with a leak in its middle."""
    leak = 3.0e-12
    network, _ = line(leak_at=46, leak=leak)
    beyond = float((1.0 / network.conductances[46:]).sum()) + 1.0 / network.openings[-1].conductance
    flows = hydraulics.solve(network, PumpSource(ML_PER_DAY), 3600.0)
    return leak / (leak + 1.0 / beyond), flows.leak_flow_m3_per_s / ML_PER_DAY


def charge_of_capacitor(n_tau: float) -> tuple[float, float]:
    """Return the pressure share left after n time constants (closed form, network)."""
    g, c = 1e-15, 1e-13
    network = Network(
        np.array([1e-11]), np.array([c, 0.0]), (Opening(1, "csf", g, is_tip=True),), (Space("csf"),)
    )
    flows = hydraulics.solve(network, PumpSource(0.0), n_tau * c / g, np.array([5e4, 5e4]))
    return math.exp(-n_tau), float(flows.pressures_pa[0]) / 5e4


def charge_of_bubble() -> tuple[float, float]:
    """Return the pressure of a shut end with a bubble after pumping into it (Boyle, network)."""
    air, c, volume = 2e-9, 1e-14, 6e-10
    network = Network(np.array([1e-9]), np.array([c, 0.0]), (), (Space("csf"),), air_m3=np.array([air, 0.0]))
    wanted = brentq(lambda p: c * p + air * p / (ATMOSPHERE_PA + p) - volume, 0.0, 9e4, xtol=1e-6)
    pump = PumpSource(volume / 600.0, 90e3)
    return float(wanted), float(hydraulics.solve(network, pump, 600.0, np.zeros(2)).pressures_pa[0])


def ladder() -> tuple[Network, FloatArray, FloatArray]:
    """Return an uneven ladder with three leaks, its dense matrix, and its sources."""
    shares = 0.3 + 0.7 * np.abs(np.sin(np.arange(N)))
    network, _ = line(kinked(0.05) * shares, 20, 2e-12, CSF_PA)
    openings = (Opening(70, "air", 5e-12), Opening(5, "csf", 1e-13), *network.openings)
    network = replace(network, openings=openings)
    m = network.compliances.size
    dense, source = np.zeros((m, m)), np.zeros(m)
    for i, g in enumerate(network.conductances):
        dense[i : i + 2, i : i + 2] += g * np.array([[1.0, -1.0], [-1.0, 1.0]])
    for opening in openings:
        dense[opening.node, opening.node] += opening.conductance
        source[opening.node] += opening.conductance * (CSF_PA if opening.space == "csf" else 0.0)
    source[0] += ML_PER_DAY
    return network, dense, source


def ladder_steady() -> float:
    """Return the largest difference between the ladder after ten minutes and a dense solve [Pa]."""
    network, dense, source = ladder()
    flows = hydraulics.solve(network, PumpSource(ML_PER_DAY), 600.0)
    return float(np.abs(flows.pressures_pa - np.linalg.solve(dense, source)).max())


def ladder_charging(dt_s: float = 0.05) -> float:
    """Return the largest difference between the ladder on its way and the matrix exponential, over the fall."""
    network, dense, source = ladder()
    start = np.linspace(2e4, 0.0, source.size)
    rate = dense / network.compliances[:, None]
    settled = np.linalg.solve(dense, source)
    exact = settled + expm(-rate * dt_s) @ (start - settled)
    pressures = start
    for _ in range(64):
        pressures = hydraulics.solve(network, PumpSource(ML_PER_DAY), dt_s / 64.0, pressures).pressures_pa
    return float(np.abs(pressures - exact).max() / np.abs(start - exact).max())


def bolus() -> tuple[float, float]:
    """Return what a line gives back when a kink at its tip opens (closed form, network) [m3]."""
    shut, _ = line(kinked(0.0, N - 1), csf_pa=CSF_PA)
    filled = hydraulics.solve(shut, PumpSource(0.5 * ML_PER_DAY), 86400.0)
    opened = hydraulics.solve(line(csf_pa=CSF_PA)[0], PumpSource(0.0), 60.0, filled.pressures_pa)
    before_kink = TUBING_COMPLIANCE + swelling_of_wall() * (LENGTH_M - 0.5 * LENGTH_M / N)
    return before_kink * (PUMP_STALL_LIMIT_PA - CSF_PA), opened.tip_m3


def drawn(area: float | None, is_soft: bool) -> tuple[float, float]:
    """Return the flow into a syringe at the port (closed form, network) [m3/s], with a kink if asked."""
    network, _ = line(None if area is None else kinked(area), csf_pa=CSF_PA)
    if not is_soft:
        network = replace(network, closing_pa=np.full(network.closing_pa.size, np.inf))
    resistances = 1.0 / network.conductances[1:]
    needle, end = 1.0 / port_conductance(), 1.0 / network.openings[-1].conductance
    flow = (CSF_PA + ASPIRATION_SUCTION_PA) / (float(resistances.sum()) + needle + end)
    if area is not None and is_soft:
        closing = 2.0 * WALL_MODULUS_PA / 0.75 * area / math.pi**2
        pump_side = float(resistances[:KINK_AT].sum()) + needle
        tip_side = float(resistances[KINK_AT + 1 :].sum()) + end
        pushed = partial(_pushed, closing=closing)

        def excess(q: float) -> float:
            one, two = CSF_PA - q * tip_side, -ASPIRATION_SUCTION_PA + q * pump_side
            return q * float(resistances[KINK_AT]) - (pushed(one) - pushed(two))

        flow = float(brentq(excess, 0.0, 2.0 * flow, xtol=1e-18))
    return flow, hydraulics.aspiration_flow(network)[0]


def _pushed(pressure: float, closing: float) -> float:
    """Return the integral of (1 + p / closing)^3 below 0, of 1 above it."""
    if pressure >= 0.0:
        return pressure
    return 0.25 * closing * (max(0.0, 1.0 + pressure / closing) ** 4 - 1.0)


def least_aspirable_share(is_soft: bool) -> float:
    """Return the conductance share of one kink at which aspiration just fails."""
    low, high = 1e-6, 1e-2
    for _ in range(30):
        share = math.sqrt(low * high)
        network, _ = line(kinked(area_of(share)), csf_pa=CSF_PA)
        if not is_soft:
            network = replace(network, closing_pa=np.full(network.closing_pa.size, np.inf))
        low, high = (low, share) if hydraulics.is_aspirable(network) else (share, high)
    return math.sqrt(low * high)


def shut_line() -> tuple[float, float, float]:
    """Return (closed form, time to 80 kPa [s], flow left after two hours over demand) of a line shut at its tip."""
    network, _ = line(kinked(0.0, N - 1))
    pressures, time_s, demand = None, 0.0, PumpSource(0.5 * ML_PER_DAY)
    while time_s < 7200.0:
        flows = hydraulics.solve(network, demand, 10.0, pressures)
        if flows.pressures_pa[0] >= 80e3:
            break
        pressures, time_s = flows.pressures_pa, time_s + 10.0
    late = hydraulics.solve(network, demand, 7200.0)
    fill_s = (TUBING_COMPLIANCE + swelling_of_wall() * LENGTH_M) * 80e3 / (0.5 * ML_PER_DAY)
    return fill_s, time_s, late.pump_flow_m3_per_s / (0.5 * ML_PER_DAY)


def worst_balance() -> float:
    """Return the largest |pump - tip - leak - stored| over pumped volume for steps of a tick to a day."""
    network, _ = line(leak_at=20, leak=1e-13, csf_pa=CSF_PA, air_m3=1e-9)
    worst = 0.0
    for dt in (1.0 / 64.0, 1.0, 600.0, 86400.0):
        f = hydraulics.solve(network, PumpSource(0.2 * ML_PER_DAY), dt)
        off = abs(f.pump_m3 - f.tip_m3 - f.leak_m3 - f.stored_m3)
        worst = max(worst, off / max(f.pump_m3, abs(f.leak_m3)))
    return worst


def _laws() -> list[ValidationRow]:
    metre = 1.0 / hydraulics.poiseuille_resistance(1.0, INNER_M, VISCOSITY_37_PA_S)
    ellipse = float(hydraulics.ellipse_share(np.array([FLATTENING_AT_KINK]))[0])
    thin, thinner = hydraulics.conductance_share(np.array([0.02, 0.01]))
    wall = hydraulics.wall_compliance(INNER_M, OUTER_M, WALL_MODULUS_PA)
    boyle, bubble = charge_of_bubble()
    return [
        _row("poiseuille", "flow per gradient, 0.53 mm tube", "m4 s-1 Pa-1", flow_of_profile(INNER_M), metre, 1e-6 * metre, "parabolic profile integrated"),
        _row("ellipse", "conductance of the lumen at the kink limit", "1", flow_of_ellipse(FLATTENING_AT_KINK), ellipse, 1e-9, "elliptic tube, exact"),
        _row("ellipse_loss", "loss before the kink", "1", 0.18, 1.0 - ellipse, 0.01, MECHANICS, confidence="M"),
        _row("slit_cubic", "conductance of a slit at half the gap", "1", flow_of_slit(0.01) / flow_of_slit(0.02), float(thinner / thin), 2e-4, "elliptic slit, exact"),
        _row("slit_size", "conductance share of a slit of 2 % area", "1", flow_of_slit(0.02), float(thin), 0.2 * flow_of_slit(0.02), "elliptic slit of the bore's width", confidence="A"),
        _row("wall", "swelling of the wall per metre", "m3 Pa-1 m-1", swelling_of_wall(), wall, 1e-5 * wall, "thick cylinder, boundary conditions solved"),
        _row("line_compliance", "whole line, 0.9 m", "m3 Pa-1", 1e-13, TUBING_COMPLIANCE + LENGTH_M * wall, 0.1e-13, MECHANICS, confidence="A"),
        _row("bubble", "pressure of a shut end with 2 uL of air after 0.6 uL", "Pa", boyle, bubble, 1e-3 * boyle, "Boyle's law"),
    ]  # fmt: skip


def _flows() -> list[ValidationRow]:
    basal = hydraulics.solve(line()[0], PumpSource(0.5 * ML_PER_DAY), 3600.0)
    drop = float(basal.pressures_pa[1] - basal.pressures_pa[-1])
    aspirate = 1e-6 / 60.0 * hydraulics.poiseuille_resistance(LENGTH_M, INNER_M, VISCOSITY_37_PA_S)
    tubing = hydraulics.poiseuille_resistance(TUBING_LENGTH_M, 0.8e-3, VISCOSITY_37_PA_S)
    catheter = hydraulics.poiseuille_resistance(LENGTH_M, INNER_M, VISCOSITY_37_PA_S)
    series = 0.5 * ML_PER_DAY * (tubing + catheter + 24.0 * VISCOSITY_37_PA_S / INNER_M**3)
    leak_target, leak_model = split_by_leak()
    open_target, open_model = drawn(None, False)
    slit_target, slit_model = drawn(0.06, True)
    _, dense, source = ladder()
    return [
        _row("basal_drop", "pressure for 0.5 mL/day through 0.9 m", "Pa", 2.0, drop, 0.3, MECHANICS, confidence="M"),
        _row("aspirate_drop", "pressure for 1 mL/min through 0.9 m", "Pa", 6e3, aspirate, 1e3, MECHANICS, confidence="M"),
        _row("series", "pump pressure against sum of resistors", "Pa", series, float(basal.pressures_pa[0]), 1e-6 * series, "series resistors"),
        _row("leak_split", "share lost at a leak in mid line", "1", leak_target, leak_model, 1e-6 * leak_target, "parallel resistors"),
        _row("ladder", "uneven ladder with leaks against a dense solve", "Pa", 0.0, ladder_steady(), 1e-6 * float(np.linalg.solve(dense, source).max()), "dense linear algebra"),
        _row("aspiration", "80 kPa at the port of an open line", "m3 s-1", open_target, open_model, 1e-6 * open_target, "series resistors"),
        _row("flow_limit", "80 kPa on a kink of 6 % area that gives way", "m3 s-1", slit_target, slit_model, 1e-3 * slit_target, "closing slit in series with resistors"),
        _row("aspirable", "conductance share of a stiff kink at which aspiration fails", "1", 2e-4, least_aspirable_share(False), 1e-4, MECHANICS, confidence="M"),
    ]  # fmt: skip


def _courses() -> list[ValidationRow]:
    charge_target, charge_model = charge_of_capacitor(2.0)
    fill_s, shut_s, shut_flow = shut_line()
    bolus_target, bolus_model = bolus()
    return [
        _row("balance", "pump - tip - leak - stored, over pumped", "1", 0.0, worst_balance(), 1e-11, "conservation of volume"),
        _row("charging", "pressure left after 2 RC", "1", charge_target, charge_model, 1e-3, "exp(-t/RC)"),
        _row("ladder_charging", "uneven ladder on its way against the matrix exponential", "1", 0.0, ladder_charging(), 1e-3, "expm(-t G/C)"),
        _row("shut_time", "time to 80 kPa at 0.5 mL/day, line shut at the tip", "s", fill_s, shut_s, 20.0, "C p / Q"),
        _row("shut_half_hour", "the same against the reference", "s", 1800.0, shut_s, 600.0, MECHANICS + ": about half an hour", confidence="A"),
        _row("shut_flow", "flow left after 2 h over demand, line shut", "1", 0.0, shut_flow, 0.01, f"pressure limit {PUMP_STALL_LIMIT_PA / 1e3:.0f} kPa", confidence="A"),
        _row("bolus", "what the line gives back when the kink opens", "m3", bolus_target, bolus_model, 0.01 * bolus_target, "C dp, conservation of volume"),
    ]  # fmt: skip


def rows() -> list[ValidationRow]:
    """Return the rows of this subsystem."""
    return [*_laws(), *_flows(), *_courses()]
