"""Fluid through the lab's catheter: a water column that drips, or a pump on a clock that runs faster than the hands'."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.catheter.lumen import patency
from physics.catheter.spec import CatheterSpec
from physics.catheter.state import CatheterState
from physics.clock import TICK_S
from physics.hydraulics import PumpSource, Tube, edge_resistances, open_network, solve
from physics.hydraulics.elements import VISCOSITY_22_PA_S
from physics.lab_setup import FeedLumen

FloatArray = NDArray[np.float64]

WATER_N_PER_M3 = 9.81 * 997.0  # water at 25 C, physical tables [H]
PUMP_HURRY = 600.0  # the pump's clock runs so much faster than the hands': ten minutes a second
PUMP_TICKS = 4  # pump and line move every so many ticks
OCCLUDED_SHARE = 0.01  # flow below this share of the open catheter's counts as stopped


@dataclass(frozen=True, slots=True)
class Lumen:
    """Fluid path: what drives it, how much flows now, how much has come out since the start."""

    source: str = "drip"
    head_m: float = 0.3
    demand_m3_per_s: float = 5.787e-12
    flow_m3_per_s: float = 0.0
    open_flow_m3_per_s: float = 0.0
    delivered_m3: float = 0.0
    pressures_pa: FloatArray | None = None
    pump_time_s: float = 0.0
    stalled_since_s: float = -1.0
    impaired_since_s: float = -1.0
    is_occluded: bool = False


def fed(lumen: Lumen, command: FeedLumen) -> Lumen:
    """Return the path with another source, or another setting of it, from now on."""
    return replace(
        lumen, source=command.source, head_m=command.head_m, demand_m3_per_s=command.flow_m3_per_s, pressures_pa=None,
        stalled_since_s=-1.0, impaired_since_s=-1.0, pump_time_s=0.0, delivered_m3=0.0,
    )  # fmt: skip


def flowing(
    lumen: Lumen, rod: CatheterState, spec: CatheterSpec, tick: int, is_torn: bool = False
) -> tuple[Lumen, list[tuple[str, float, str]]]:
    """Return the fluid one tick on, and what happened to its flow; at a tear what is fed runs out."""
    if is_torn:
        return replace(lumen, flow_m3_per_s=0.0, is_occluded=True), []
    open_area = patency(rod, spec)
    if lumen.source == "drip":
        tube = (spec.inner_diameter_m, spec.outer_diameter_m, VISCOSITY_22_PA_S)
        both = (open_area, np.ones_like(open_area))
        flows = [WATER_N_PER_M3 * lumen.head_m / float(edge_resistances(rod.rest_length, a, *tube).sum()) for a in both]
        lumen = replace(
            lumen, flow_m3_per_s=flows[0], open_flow_m3_per_s=flows[1],
            delivered_m3=lumen.delivered_m3 + flows[0] * TICK_S,
        )  # fmt: skip
    elif tick % PUMP_TICKS == 0:
        lumen = _pumped(lumen, rod, spec, open_area)
    share = lumen.flow_m3_per_s / max(lumen.open_flow_m3_per_s, 1e-30)
    is_occluded = share < OCCLUDED_SHARE and lumen.open_flow_m3_per_s > 0.0
    if is_occluded == lumen.is_occluded:
        return lumen, []
    return replace(lumen, is_occluded=is_occluded), [("LumenOccluded" if is_occluded else "LumenReopened", share, "lumen")]


def _pumped(lumen: Lumen, rod: CatheterState, spec: CatheterSpec, open_area: FloatArray) -> Lumen:
    """Return the line after the pump has run for PUMP_TICKS of its hurried clock."""
    dt = TICK_S * PUMP_TICKS * PUMP_HURRY
    network = open_network(Tube(rod.rest_length, open_area, spec.inner_diameter_m, spec.outer_diameter_m))
    flows = solve(network, PumpSource(lumen.demand_m3_per_s), dt, lumen.pressures_pa)
    now = lumen.pump_time_s + dt
    is_less = flows.tip_flow_m3_per_s < 0.5 * lumen.demand_m3_per_s
    impaired = -1.0 if not is_less else (lumen.impaired_since_s if lumen.impaired_since_s >= 0.0 else now)
    stalled = -1.0 if not flows.is_stalled else (lumen.stalled_since_s if lumen.stalled_since_s >= 0.0 else now)
    return replace(
        lumen, flow_m3_per_s=flows.tip_flow_m3_per_s, open_flow_m3_per_s=lumen.demand_m3_per_s,
        delivered_m3=lumen.delivered_m3 + flows.tip_m3, pressures_pa=flows.pressures_pa, pump_time_s=now,
        impaired_since_s=impaired, stalled_since_s=stalled,
    )  # fmt: skip
