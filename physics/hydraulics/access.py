"""A syringe on the line: at the access port, or on the catheter's open end.

The syringe is one more space with a given pressure; the same network gives what comes, from where, and
how long it takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.errors import check_above, check_range
from physics.hydraulics.elements import VISCOSITY_22_PA_S, poiseuille_resistance
from physics.hydraulics.network import PORT_NODE, Network, Opening, Space, Tube
from physics.hydraulics.solver import PumpSource, solve

FloatArray = NDArray[np.float64]

ASPIRATION_SUCTION_PA = 80e3  # hand suction on a syringe [A]; makes g < ~2e-4 fail as in catheter_mechanics
ASPIRATION_LEAST_M3_PER_S = 1e-6 / 60.0  # 1 mL/min counts as "draws freely" [catheter_mechanics]
ASPIRATION_CSF_SHARE = 0.5  # [A] less CSF than this in the draw is not a positive test
PORT_NEEDLE_BORE_M = 0.311e-3  # 24 G regular wall [UGK-M]
PORT_NEEDLE_LENGTH_M = 0.0381  # 1.5 inch [UGK-M]
CANNULA_BORE_M = 0.413e-3  # blunt 22 G in the open catheter [A]
CANNULA_LENGTH_M = 0.02  # [A]
NOTHING_M3 = 0.05e-6  # [A] less than this in the barrel counts as nothing
LONGEST_DRAW_S = 300.0
STEADY_S = 60.0  # numerical: walls have settled
SHORTEST_S, LONGEST_S = 1.0 / 64.0, 1.0  # numerical: steps of a draw


@dataclass(frozen=True, slots=True)
class Draw:
    """What a syringe did.

    Attributes
    ----------
    volume_m3 : float
        Out of the line into the syringe; < 0 injected.
    time_s : float
    from_m3 : tuple of (space, volume)
        What entered the line from each space; < 0 left the line into it.
    brings : str
        What is in the barrel's last drop: "nothing", "line" (only what the catheter held), "csf", "air"
        or "fluid"; "injected" after a push.
    pressures_pa : (m,) array
        At the end.
    """

    volume_m3: float
    time_s: float
    from_m3: tuple[tuple[str, float], ...]
    brings: str
    pressures_pa: FloatArray


def port_conductance(is_open_end: bool = False) -> float:
    """Return the conductance of the 24 G port needle, or of a blunt cannula in an open catheter end."""
    bore, length = (CANNULA_BORE_M, CANNULA_LENGTH_M) if is_open_end else (PORT_NEEDLE_BORE_M, PORT_NEEDLE_LENGTH_M)
    return 1.0 / poiseuille_resistance(length, bore, VISCOSITY_22_PA_S)


def with_syringe(network: Network, pressure_pa: float, is_open_end: bool = False) -> Network:
    """Return the network with a syringe at a pressure on the port, or on the catheter's open end."""
    check_range("syringe", "pressure_pa", pressure_pa, -101e3, 1e6, "Pa")
    barrel = Opening(PORT_NODE, "syringe", port_conductance(is_open_end))
    openings, conductances = network.openings, network.conductances
    if is_open_end:  # the connector is off: neither pump nor leak there
        openings = tuple(o for o in openings if o.is_tip or o.node != PORT_NODE)
        conductances = conductances.copy()
        conductances[0] = 0.0
    return replace(
        network, conductances=conductances, openings=(barrel, *openings),
        spaces=(*network.spaces, Space("syringe", pressure_pa)),
    )  # fmt: skip


def use_syringe(
    network: Network, tube: Tube, pressure_pa: float, volume_m3: float, pressures_pa: FloatArray | None = None,
    is_open_end: bool = False, longest_s: float = LONGEST_DRAW_S,
) -> Draw:  # fmt: skip
    """Draw (pressure < 0) or inject (> 0) a volume, or give up after `longest_s`.

    Parameters
    ----------
    network, tube : Network, Tube
        The line; the pump stands still meanwhile (a minute of basal flow is a drop in a thousand).
    pressure_pa : float
        In the barrel, over ambient: a hand draws at about -80 kPa [A].
    volume_m3 : float
        At which the hand stops, > 0.
    pressures_pa : (m,) array or None
        Of the line at the start.
    is_open_end : bool
        Syringe on the catheter itself instead of the port.
    """
    check_above("syringe", "volume_m3", volume_m3, unit="m3")
    check_above("syringe", "longest_s", longest_s, unit="s")
    whole = with_syringe(network, pressure_pa, is_open_end)
    moved, time_s, step = 0.0, 0.0, SHORTEST_S
    into = np.zeros(len(whole.openings))
    pressures = pressures_pa
    spaces = whole.spaces
    while time_s < longest_s - 1e-9 and abs(moved) < volume_m3 * (1.0 - 1e-6):
        flows = solve(replace(whole, spaces=spaces), PumpSource(0.0), min(step, longest_s - time_s), pressures)
        pressures = flows.pressures_pa
        spaces = tuple(replace(s, pressure_pa=float(q)) for s, q in zip(spaces, flows.spaces_pa, strict=True))
        into += flows.opening_m3
        time_s += min(step, longest_s - time_s)
        moved = float(into[0])
        rate = abs(float(flows.opening_m3_per_s[0]))
        step = min(2.0 * step, LONGEST_S, max(SHORTEST_S / 16.0, (volume_m3 - abs(moved)) / max(rate, 1e-15)))
    names = [opening.space for opening in whole.openings]
    by_space = tuple(
        (space.name, -sum(float(v) for v, name in zip(into, names, strict=True) if name == space.name))
        for space in network.spaces
    )
    assert pressures is not None
    return Draw(moved, time_s, by_space, _brings(whole, tube, into, moved), pressures)


def _brings(network: Network, tube: Tube, into: FloatArray, drawn_m3: float) -> str:
    """Return what the syringe shows in the end."""
    if drawn_m3 < 0.0:
        return "injected"
    if drawn_m3 < NOTHING_M3:
        return "nothing"
    area = 0.25 * math.pi * tube.inner_diameter_m**2
    apart = np.flatnonzero(network.conductances[PORT_NODE:] == 0.0)
    last = PORT_NODE + int(apart[0]) if apart.size else network.compliances.size  # what lies beyond a break feeds nothing
    fed = [(float(-v), o) for v, o in zip(into[1:], network.openings[1:], strict=True) if o.node <= last]
    if not fed or max(fed, key=lambda pair: pair[0])[0] <= 0.0:
        return "line"
    totals = {name: sum(v for v, o in fed if o.space == name) for name in {o.space: None for _, o in fed}}
    source = max(totals, key=lambda name: totals[name])
    nearest = min(o.arc_m for v, o in fed if o.space == source and v > 0.0)
    if drawn_m3 <= area * nearest:
        return "line"
    return source if source in ("csf", "air") else "fluid"


def aspiration_flow(network: Network, suction_pa: float = ASPIRATION_SUCTION_PA) -> tuple[float, float]:
    """Return (flow into a syringe at the port, part of it that is CSF from the tip) [m3/s], once steady.

    Notes
    -----
    A slit that the suction closes lets through at most its conductance times a quarter of its closing
    suction: flow limitation as in any collapsible tube.
    """
    whole = with_syringe(network, -suction_pa)
    flows = solve(whole, PumpSource(0.0), STEADY_S)
    csf = sum(
        -float(rate)
        for rate, opening in zip(flows.opening_m3_per_s, whole.openings, strict=True)
        if opening.space == "csf"
    )
    return float(flows.opening_m3_per_s[0]), csf


def is_aspirable(network: Network) -> bool:
    """Return whether CSF can be drawn back through the line at the access port.

    Notes
    -----
    80 kPa of suction must draw 1 mL/min, at least half of it CSF: fails when a kink leaves a
    conductance share under ~2e-4 [catheter_mechanics "Hydraulics"], when a flap or fibrin closes the
    holes, at a large leak, or off CSF.
    """
    drawn, csf = aspiration_flow(network)
    return csf >= ASPIRATION_LEAST_M3_PER_S and csf >= ASPIRATION_CSF_SHARE * drawn
