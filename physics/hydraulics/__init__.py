"""The fluid path from the pump to the tip, and the hand on a syringe.

build_network(lengths_m (n,), patency (n,), inner_diameter_m, outer_diameter_m,
              leak_conductances (n+1,)|None, surroundings: Surroundings|None,
              tip_conductance|None) -> Network of n + 2 nodes
solve(network, PumpSource(demand), tip_pressure_pa, dt_s, pressures_pa|None) -> Flows
aspiration_flow(network, tip_pressure_pa, suction_pa) -> (drawn, from the tip)
is_aspirable(network, tip_pressure_pa, is_tip_in_csf) -> bool
connector_leak(seat) -> conductance; hole_conductance(diameter_m, wall_m) -> conductance
bore_for(syringe_volume_m3) -> SyringeBore; needle_conductance() -> m3/(s Pa)
plunger_pressure(bore, force_n, outside_pa) -> Pa
"""

from __future__ import annotations

from physics.hydraulics import elements, network, syringe
from physics.hydraulics.elements import (
    conductance_share,
    edge_resistances,
    ellipse_share,
    hole_conductance,
    poiseuille_resistance,
)
from physics.hydraulics.network import (
    Flows,
    Network,
    PumpSource,
    Surroundings,
    aspiration_flow,
    build_network,
    connector_leak,
    is_aspirable,
    open_tip_conductance,
    solve,
)
from physics.hydraulics.syringe import SyringeBore, bore_for, needle_conductance, plunger_pressure

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("hydraulics.viscosity_37", elements.VISCOSITY_37_PA_S, "Pa s", "H", "physical tables, water at 37 C"),
    ("hydraulics.viscosity_22", elements.VISCOSITY_22_PA_S, "Pa s", "H", "physical tables, water at 22 C"),
    ("hydraulics.flattening_at_kink", elements.FLATTENING_AT_KINK, "1", "H", "catheter_mechanics, Brazier"),
    ("hydraulics.kink_length", elements.KINK_LENGTH_DIAMETERS, "OD", "A", "catheter_mechanics Hydraulics"),
    ("hydraulics.line_compliance", network.LINE_COMPLIANCE_M3_PER_PA, "m3/Pa", "A", "catheter_mechanics"),
    ("hydraulics.pump_soft_limit", network.PUMP_SOFT_LIMIT_PA, "Pa", "A", "assumption"),
    ("hydraulics.pump_stall_limit", network.PUMP_STALL_LIMIT_PA, "Pa", "A", "catheter_mechanics Hydraulics"),
    ("hydraulics.aspiration_suction", network.ASPIRATION_SUCTION_PA, "Pa", "A", "catheter_mechanics"),
    ("hydraulics.aspiration_least", network.ASPIRATION_LEAST_M3_PER_S, "m3/s", "L", "catheter_mechanics"),
    ("hydraulics.spill_stiffness", network.SPILL_STIFFNESS_PA_PER_M3, "Pa/m3", "A", "assumption"),
    ("hydraulics.spill_absorption", network.SPILL_ABSORPTION, "m3/(s Pa)", "A", "assumption"),
    ("hydraulics.tubing_bore", network.TUBING_DIAMETER_M, "m", "A", "assumption"),
    ("hydraulics.needle_bore", syringe.NEEDLE_22G_BORE_M, "m", "UGK-M", "22 G regular wall"),
    ("hydraulics.needle_length", syringe.NEEDLE_22G_LENGTH_M, "m", "UGK-M", "1.5 inch"),
    (
        "hydraulics.extension_resistance",
        syringe.EXTENSION_RESISTANCE_PA_S_PER_M3,
        "Pa s/m3",
        "A",
        "assumption",
    ),
    ("hydraulics.plunger_friction", syringe.PLUNGER_FRICTION_N, "N", "A", "assumption"),
)

__all__ = [
    "EVIDENCE", "Flows", "Network", "PumpSource", "Surroundings", "SyringeBore", "aspiration_flow",
    "bore_for", "build_network", "conductance_share", "connector_leak", "edge_resistances", "ellipse_share",
    "hole_conductance", "is_aspirable", "needle_conductance", "open_tip_conductance", "plunger_pressure",
    "poiseuille_resistance", "solve",
]  # fmt: skip
