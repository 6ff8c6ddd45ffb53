"""The fluid path from the pump to the tip, and the hand on a syringe.

tube = Tube(lengths_m (n,), patency (n,), inner_diameter_m, outer_diameter_m)
openings = tip_openings(tube, Tip(...)) + connector_openings(seat) + defect_openings(tube, defects)[0]
network = build_network(tube, openings, surroundings(csf_pa))       n + 2 nodes
solve(network, PumpSource(demand), dt_s, pressures_pa|None) -> Flows
is_aspirable(network) -> bool; use_syringe(network, tube, pressure_pa, volume_m3) -> Draw
bore_for(syringe_volume_m3) -> SyringeBore; needle_conductance() -> m3/(s Pa)
plunger_pressure(bore, force_n, outside_pa) -> Pa
"""

from __future__ import annotations

from physics.hydraulics import access, elements, network, outlets, solver, syringe
from physics.hydraulics.access import LONGEST_DRAW_S, STEADY_S, Draw, aspiration_flow, is_aspirable, use_syringe, with_syringe
from physics.hydraulics.elements import (
    WALL_MODULUS_PA,
    closing_suction,
    conductance_share,
    edge_resistances,
    ellipse_share,
    hole_conductance,
    poiseuille_resistance,
    wall_compliance,
)
from physics.hydraulics.network import Network, Opening, Space, Tube, build_network
from physics.hydraulics.outlets import (
    HOLES_M,
    PLACES,
    SIDE_HOLE_DIAMETER_M,
    SPILLS,
    Defect,
    Tip,
    connector_leak,
    connector_openings,
    defect_openings,
    open_network,
    surroundings,
    tip_openings,
)
from physics.hydraulics.solver import Flows, PumpSource, solve
from physics.hydraulics.syringe import SyringeBore, bore_for, needle_conductance, plunger_pressure

MECHANICS = "catheter_mechanics Hydraulics"
EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("hydraulics.viscosity_37", elements.VISCOSITY_37_PA_S, "Pa s", "H", "physical tables, water at 37 C"),
    ("hydraulics.viscosity_22", elements.VISCOSITY_22_PA_S, "Pa s", "H", "physical tables, water at 22 C"),
    ("hydraulics.atmosphere", elements.ATMOSPHERE_PA, "Pa", "H", "standard atmosphere"),
    ("hydraulics.flattening_at_kink", elements.FLATTENING_AT_KINK, "1", "H", "catheter_mechanics, Brazier"),
    ("hydraulics.kink_length", elements.KINK_LENGTH_DIAMETERS, "OD", "A", MECHANICS),
    ("hydraulics.wall_modulus", elements.WALL_MODULUS_PA, "Pa", "A", "catheter_mechanics 2: EI 1e-6 over I"),
    ("hydraulics.tubing_compliance", network.TUBING_COMPLIANCE, "m3/Pa", "A", "tuned: 1e-13 m3/Pa in all, " + MECHANICS),
    ("hydraulics.tubing_bore", network.TUBING_DIAMETER_M, "m", "A", "assumption"),
    ("hydraulics.pump_soft_limit", solver.PUMP_SOFT_LIMIT_PA, "Pa", "A", "assumption"),
    ("hydraulics.pump_stall_limit", solver.PUMP_STALL_LIMIT_PA, "Pa", "A", MECHANICS),
    ("hydraulics.aspiration_suction", access.ASPIRATION_SUCTION_PA, "Pa", "A", "catheter_mechanics"),
    ("hydraulics.aspiration_least", access.ASPIRATION_LEAST_M3_PER_S, "m3/s", "L", "catheter_mechanics"),
    ("hydraulics.port_needle_bore", access.PORT_NEEDLE_BORE_M, "m", "UGK-M", "24 G regular wall"),
    ("hydraulics.side_holes", float(outlets.SIDE_HOLES), "1", "UGK-M", "device_and_procedure 2"),
    ("hydraulics.side_hole_bore", outlets.SIDE_HOLE_DIAMETER_M, "m", "A", "assumption"),
    ("hydraulics.holes_spread", outlets.HOLES_SPREAD_M, "m", "UGK-M", "device_and_procedure 2: 1-2 cm"),
    ("hydraulics.film_gap", outlets.FILM_GAP_M, "m", "A", "assumption"),
    ("hydraulics.flap_share", outlets.FLAP_SHARE, "1", "A", "S39, S40: working catheters that do not aspirate"),
    ("hydraulics.epidural_resistance", outlets.EPIDURAL_RESISTANCE, "Pa s/m3", "A", "H1: 8 mmHg; its flow taken as 3 mL/min"),
    ("hydraulics.epidural_below_csf", outlets.EPIDURAL_BELOW_CSF_PA, "Pa", "M", "H2"),
    ("hydraulics.tissue_permeability", outlets.TISSUE_PERMEABILITY_M2, "m2", "M", "H3"),
    ("hydraulics.spill_stiffness", outlets.SPILL_STIFFNESS_PA_PER_M3, "Pa/m3", "A", "assumption"),
    ("hydraulics.spill_absorption", outlets.SPILL_ABSORPTION, "m3/(s Pa)", "A", "assumption"),
    ("hydraulics.subdural_stiffness", outlets.SUBDURAL_STIFFNESS_PA_PER_M3, "Pa/m3", "A", "assumption"),
    ("hydraulics.subdural_absorption", outlets.SUBDURAL_ABSORPTION, "m3/(s Pa)", "A", "scenarios_content N-A4: slow"),
    ("hydraulics.needle_bore", syringe.NEEDLE_22G_BORE_M, "m", "UGK-M", "22 G regular wall"),
    ("hydraulics.needle_length", syringe.NEEDLE_22G_LENGTH_M, "m", "UGK-M", "1.5 inch"),
    ("hydraulics.extension_resistance", syringe.EXTENSION_RESISTANCE_PA_S_PER_M3, "Pa s/m3", "A", "assumption"),
    ("hydraulics.plunger_friction", syringe.PLUNGER_FRICTION_N, "N", "A", "assumption"),
)

__all__ = [
    "EVIDENCE", "HOLES_M", "LONGEST_DRAW_S", "PLACES", "SIDE_HOLE_DIAMETER_M", "SPILLS", "STEADY_S", "WALL_MODULUS_PA", "Defect", "Draw", "Flows", "Network", "Opening", "PumpSource", "Space", "SyringeBore", "Tip",
    "Tube", "aspiration_flow", "bore_for", "build_network", "closing_suction", "conductance_share", "connector_leak",
    "connector_openings", "defect_openings", "edge_resistances", "ellipse_share", "hole_conductance", "is_aspirable",
    "needle_conductance", "open_network", "plunger_pressure", "poiseuille_resistance", "solve", "surroundings", "tip_openings",
    "use_syringe", "wall_compliance", "with_syringe",
]  # fmt: skip
