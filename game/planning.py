"""What hands start with: the order and the tray for everybody, the planned approach where help is given."""

from __future__ import annotations

import math

from game.host import Planned
from game.players.chart import Chart, chart_for
from game.players.habits import CLEARANCE_M
from game.players.implant import SKIN_M, waypoints
from game.players.later import WoundChart
from game.instruments.procedure import SETTINGS
from game.instruments.procedure_later import rail_of
from game.instruments.treatments import prophylaxis_kg
from physics.observation import Observation
from physics.units import ml_from_m3, ug_per_ml_from_kg_per_m3
from scenarios.schema import Scenario
from scenarios.setup import CaseSetup

HELPED_LEVELS = ("tutor", "assisted")
OUTLET_DEG = 30.0  # outlet toward the head and the midline


def planned(scenario: Scenario, setup: CaseSetup, seen: Observation, level: str) -> Planned:
    """Return starting settings for a case at a level of help."""
    values, choices = _ordered(scenario, setup)
    rail = rail_of(line.measure for line in scenario.rubric)
    if rail is not None:
        values |= {"pump.outlet": round(math.degrees(math.remainder(seen.pocket.outlet_angle_rad, 2.0 * math.pi)))}
        body = seen.pocket  # the pump is felt, and so is what lies over it
        values |= {"pocket.u": float(round(1e3 * body.u_m)), "pocket.v": float(round(1e3 * body.v_m)),
                   "sweep.depth": float(round(1e3 * body.cover_m)), "pocket.radius": float(round(1e3 * body.radius_m))}  # fmt: skip
        choices |= {"close.wound": "pocket" if rail != "revise" else "lumbar"}
        if level in HELPED_LEVELS:  # the old scar, and the needle's line met at the bottom of the open wound
            chart = chart_for(scenario, setup)
            values |= _approach(WoundChart(scenario, setup, chart.anatomy, chart.elevation_rad))
    if seen.pocket.is_pump_in:
        values |= {"template.u": round(seen.pocket.u_m * 1e3, -1), "template.v": round(seen.pocket.v_m * 1e3, -1)}
    elif level in HELPED_LEVELS:
        chart = chart_for(scenario, setup)
        values |= _approach(chart) | _pocket(chart)
        choices |= {"pocket.plane": scenario.order.plane, "pocket.side": scenario.order.side}
    return Planned(values, choices)


def _ordered(scenario: Scenario, setup: CaseSetup) -> tuple[dict[str, float], dict[str, str]]:
    """Return what lies on the tray and stands in the order."""
    sizes = [int(k) for k, _ in SETTINGS["needle.length"].options]
    needle = min(sizes, key=lambda mm: abs(mm - 1e3 * setup.needle_length_m))
    strength = f"{float(ug_per_ml_from_kg_per_m3(setup.ordered_concentration_kg_per_m3)):.0f}"
    values = {
        "table.volume": round(float(ml_from_m3(setup.ordered_volume_m3)), 1),
        "monitor.hours": scenario.order.monitor_hours,
        "plan.mass": setup.params.build.mass_kg,
        "prophylaxis.dose": round(1e3 * prophylaxis_kg(setup.params.build.mass_kg), 2),
        "plan.pack": round(1e3 * setup.catheter_length_m, 1),
    }
    choices = {"needle.length": str(needle), "catheter.model": scenario.equipment.catheter}
    for key in ("table.conc", "syringe.conc"):
        if strength in dict(SETTINGS[key].options):
            choices[key] = strength
    return values, choices


def _approach(chart: Chart) -> dict[str, float]:
    """Return entry, angles and depth as measured on films."""
    u_m, v_m, medial_rad, depth_m = chart.approach
    return {
        "entry.x": _fine(1e3 * u_m), "entry.z": _fine(1e3 * v_m),
        "needle.aim.head": _fine(math.degrees(chart.elevation_rad)), "needle.aim.mid": _fine(math.degrees(medial_rad)),
        "plan.depth": round(1e3 * depth_m), "incise.depth": SETTINGS["incise.depth"].high,
        "carm.height": round(1e3 * v_m, -1) + 60.0,
    }  # fmt: skip


def _pocket(chart: Chart) -> dict[str, float]:
    """Return the place of the pocket, its cover, and the first way point of the tunnel."""
    order, (u_m, v_m) = chart.scenario.order, chart.pocket_uv_m
    cover_mm = 1e3 * (chart.setup.params.build.abdominal_fat_m + SKIN_M)
    if order.plane == "subfascial" or not order.cover_min_mm <= cover_mm <= order.cover_max_mm:
        cover_mm = 0.5 * (order.cover_min_mm + order.cover_max_mm)
    start = waypoints(chart)[0]
    return {
        "pocket.u": float(round(1e3 * u_m)), "pocket.v": float(round(1e3 * v_m)),
        "pocket.radius": round(0.5 * 87.5 + 1e3 * CLEARANCE_M), "pocket.cover": round(2.0 * cover_mm) / 2.0,
        "pump.outlet": math.copysign(OUTLET_DEG, u_m), "tunnel.u": float(round(1e3 * start[0])), "tunnel.v": float(round(1e3 * start[1])),
    }  # fmt: skip


def _fine(value: float) -> float:
    """Return a value on the fine grid of the screen (0.2)."""
    return round(round(value / 0.2) * 0.2, 1)
