"""How far the true flow departs from the set one: the unit, its warmth, pressures, what is left.

flow = set x (1 + unit error) x (1 + over-infusion) x temperature x pressure x reservoir [device 1.2]. The device senses
none of it and counts as set.
"""

from __future__ import annotations

import math
from dataclasses import replace

from physics.clock import SECONDS_PER_MINUTE
from physics.pump.spec import PumpSpec, reservoir_pressure
from physics.pump.state import ATMOSPHERE_PA, PumpState, Surroundings, is_over_filled

FLOW_PER_C = 0.01  # fever and hot tubs raise flow, cold lowers it [device 1.2, UGK-L]
MOST_BY_TEMPERATURE = 0.05  # [device 1.2, UGK-L]
FLOW_PER_ATMOSPHERE = 0.14  # less at 2 ATA; the same line upward at altitude [device 1.2, UGK-L]
WARM_C = 37.0  # what a warmed fill is taken to have
VALVE_CHILL_C = 2.0  # emptied colder than 35 C, the reservoir's valve may shut [S58a] M (older pumps); it does [A]
WARMING_S = 20.0 * SECONDS_PER_MINUTE  # [A] time constant of 20-40 mL in a titanium case under the skin
LEAST_CHILL_C = 0.05  # numerical: colder by less is as warm as the body
CHILLED_SPAN_S = 5.0 * SECONDS_PER_MINUTE  # numerical: flow follows the warming in steps


def factor(state: PumpState, spec: PumpSpec) -> float:
    """Return what fault, warmth, pressure and valve make of the flow [-]: 1 in usual surroundings, 0 where the valve is shut.

    Notes
    -----
    An over-filled reservoir pushes as thin air outside does: by the pressure over that of a full one, on the line
    of ambient pressure [A]. From `valve_close_pa` on its valve is shut [device 1.8].
    """
    around = state.surroundings
    is_full = is_over_filled(state, spec)
    if around.is_usual and not is_full and not state.is_valve_shut:
        return 1.0 + state.over_infusion
    held = reservoir_pressure(spec, state.reservoir_m3 + state.air_m3)
    if state.is_valve_shut or (is_full and held >= spec.valve_close_pa):
        return 0.0
    warmth = FLOW_PER_C * (around.fever_c - around.chill_c)
    against = around.ambient_pa - ATMOSPHERE_PA - (held - spec.gas_full_pa if is_full else 0.0)
    share = 1.0 + min(max(warmth, -MOST_BY_TEMPERATURE), MOST_BY_TEMPERATURE)
    return (1.0 + state.over_infusion) * share * (1.0 - FLOW_PER_ATMOSPHERE * against / ATMOSPHERE_PA)


def with_fever(state: PumpState, above_usual_c: float) -> PumpState:
    """Return the pump in a body so much warmer than it usually is [C], to a tenth as a thermometer reads it."""
    fever = round(above_usual_c, 1)
    if fever == state.surroundings.fever_c:
        return state
    return replace(state, surroundings=replace(state.surroundings, fever_c=fever))


def with_ambient(state: PumpState, pressure_pa: float) -> PumpState:
    """Return the pump under another pressure of the air or water around the patient [Pa]."""
    return replace(state, surroundings=replace(state.surroundings, ambient_pa=pressure_pa))


def mixed_chill(state: PumpState, added_m3: float, added_c: float) -> float:
    """Return how much colder than the body a reservoir is once fluid of a temperature has come to it [C]."""
    total = state.reservoir_m3 + added_m3
    if added_m3 <= 0.0 or total <= 0.0:
        return state.surroundings.chill_c
    return _felt((state.surroundings.chill_c * state.reservoir_m3 + (WARM_C - added_c) * added_m3) / total)


def _felt(chill_c: float) -> float:
    return chill_c if abs(chill_c) >= LEAST_CHILL_C else 0.0


def warmed(state: PumpState, span_s: float) -> PumpState:
    """Return the pump after its reservoir has lain in the body for a time; a warm valve opens again [A]."""
    around = state.surroundings
    chill = _felt(around.chill_c * math.exp(-span_s / WARMING_S))
    return replace(
        state, surroundings=Surroundings(around.fever_c, around.ambient_pa, chill),
        is_valve_shut=state.is_valve_shut and chill > VALVE_CHILL_C,
    )  # fmt: skip


def time_to_warm_s(state: PumpState) -> float:
    """Return for how long the flow of a cold reservoir may be taken as constant [s]; infinite where it is warm."""
    chill = state.surroundings.chill_c
    if chill == 0.0:
        return math.inf
    if state.is_valve_shut and chill > VALVE_CHILL_C:
        return WARMING_S * math.log(chill / VALVE_CHILL_C) + 1e-3
    return CHILLED_SPAN_S
