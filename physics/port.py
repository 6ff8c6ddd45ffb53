"""A syringe at the access port of an implanted pump, or on its open catheter: fluid and drug move at once.

The pump stands still meanwhile; what the syringe pushes or pulls goes where the network sends it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import physics.csf as csf
import physics.hydraulics as hydraulics
import physics.contrast as dye
from physics.errors import check_range
from physics.plumbing import SPACES, Plumbing, network_of, tube_of
from physics.pump import line
from physics.therapy import Intake, Therapy, TherapyParams

Floats = NDArray[np.float64]
LEAST_S = 1e-3  # numerical: nothing was moved in less


@dataclass(frozen=True, slots=True)
class PortUse:
    """What came of it.

    Attributes
    ----------
    volume_m3, time_s : float
        Into the syringe (< 0 out of it), and how long it took.
    brings : str
        "nothing", "line", "csf", "air", "fluid" or "injected".
    drug_kg : float
        In the syringe from the line.
    into_kg : tuple of float
        Drug pushed into each of `plumbing.SPACES`.
    iodine_kg : float
        In the syringe from the line.
    """

    volume_m3: float
    time_s: float
    brings: str
    drug_kg: float
    into_kg: tuple[float, ...]
    iodine_kg: float = 0.0


def use_port(
    params: TherapyParams, state: Therapy, pipes: Plumbing, pressure_pa: float, volume_m3: float,
    concentration_kg_per_m3: float = 0.0, is_open_end: bool = False, longest_s: float = hydraulics.LONGEST_DRAW_S,
    iodine_kg_per_m3: float = 0.0,
) -> tuple[Therapy, Intake, PortUse]:  # fmt: skip
    """Return therapy, what it must still take in, and what the syringe shows.

    Parameters
    ----------
    pressure_pa : float
        In the barrel, over ambient; < 0 draws.
    volume_m3 : float
        At which the hand stops.
    concentration_kg_per_m3 : float
        Of what is injected.
    is_open_end : bool
        Syringe on the catheter, connector off.
    longest_s : float
        At which the hand gives up.
    iodine_kg_per_m3 : float
        Of what is injected.

    Notes
    -----
    Injecting before aspirating pushes the drug of the line into the CSF as a bolus
    [device_and_procedure 5.1]; `Intake.flush_kg` carries it to the next interval.
    """
    check_range("use_port", "concentration_kg_per_m3", concentration_kg_per_m3, 0.0, 10.0, "kg/m3")
    csf_pa = csf.csf_pressure(params.pressure, state.csf_pressure)
    network = network_of(pipes, csf_pa, spills_pa=state.spills_pa)
    start = state.pressures_pa
    if start is not None and start.shape != network.compliances.shape:
        start = None
    draw = hydraulics.use_syringe(network, tube_of(pipes), pressure_pa, volume_m3, start, is_open_end, longest_s)
    tube = state.line
    n, first = tube.volumes_m3.size, tube.n_tubing
    out, come, brought = np.zeros(n), np.zeros(n), np.zeros(n)
    out[first] += max(0.0, draw.volume_m3)
    come[first] += max(0.0, -draw.volume_m3)
    brought[first] = concentration_kg_per_m3 if draw.volume_m3 < 0.0 else 0.0
    # what leaves into a space leaves at its opening nearest to the pump; the tip is the last cell
    for name, volume in draw.from_m3:
        cell = n - 1 if name == _tip_space(network) else _cell_of(network, tube, name)
        come[cell] += max(0.0, volume)
        out[cell] += max(0.0, -volume)
    filled, left = line.exchange(tube, 0.0, 0.0, out, come, brought, max(draw.time_s, LEAST_S))
    into = dict.fromkeys(SPACES, 0.0)
    for name, volume in draw.from_m3:
        cell = n - 1 if name == _tip_space(network) else _cell_of(network, tube, name)
        if volume < 0.0:
            into[name] += float(left[cell]) * -volume / float(out[cell])
    drug = float(left[first]) * max(0.0, draw.volume_m3) / float(out[first]) if draw.volume_m3 > 0.0 else 0.0
    taken = Intake(
        pocket_kg=into["pocket"], tissue_kg=into["tissue"] + into["subdural"], flush_kg=into["csf"],
        epidural_kg=into["epidural"], csf_removed_m3=max(0.0, dict(draw.from_m3)["csf"]),
    )  # fmt: skip
    after = replace(state, line=filled, pressures_pa=draw.pressures_pa)
    iodine_drawn = 0.0
    if state.contrast is not None or (iodine_kg_per_m3 > 0.0 and draw.volume_m3 < 0.0):
        brought[first] = iodine_kg_per_m3 if draw.volume_m3 < 0.0 else 0.0
        dyed, iodine_drawn = _dyed(params, state, network, draw, (out, come, brought))
        after = replace(after, contrast=dyed)
    into_kg = tuple(into[name] for name in SPACES)
    return after, taken, PortUse(draw.volume_m3, draw.time_s, draw.brings, drug, into_kg, iodine_drawn)


def _dyed(
    params: TherapyParams, state: Therapy, network: hydraulics.Network, draw: hydraulics.Draw, moved: tuple[Floats, ...]
) -> tuple[dye.Contrast, float]:
    """Return the contrast after the line's exchange of (out, come, brought), and iodine in the syringe from it."""
    tube, (out, come, brought) = state.line, moved
    now = dye.given(params.drug, state.contrast, tube, float(brought[tube.n_tubing]))
    filled, left = line.exchange(
        dye.in_line(now, tube), 0.0, 0.0, out, come, brought, dye.line_time(max(draw.time_s, LEAST_S))
    )
    into = dict.fromkeys(SPACES, 0.0)
    for name, volume in draw.from_m3:
        cell = tube.volumes_m3.size - 1 if name == _tip_space(network) else _cell_of(network, tube, name)
        if volume < 0.0:
            into[name] += float(left[cell]) * -volume / float(out[cell])
    first = tube.n_tubing
    drawn = float(left[first]) * draw.volume_m3 / float(out[first]) if draw.volume_m3 > 0.0 else 0.0
    return dye.after_flow(now, filled, tuple(into[name] for name in SPACES)), drawn


def _tip_space(network: hydraulics.Network) -> str:
    tips = [opening.space for opening in network.openings if opening.is_tip]
    return tips[0] if tips else ""


def _cell_of(network: hydraulics.Network, tube: line.LineState, space: str) -> int:
    arcs = [o.arc_m for o in network.openings if o.space == space]
    is_tip = any(o.is_tip for o in network.openings if o.space == space)
    return tube.volumes_m3.size - 1 if is_tip or not arcs else line.leak_cell(tube, min(arcs))
