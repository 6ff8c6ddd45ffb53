"""Pressure and volume of the cerebrospinal fluid, leak through the dural hole, postural headache.

Small laws [UGK: textbook relations], one small state::

    dV/dt = Q_p - (P - P_v) / R_out - leak - withdrawal        balance of volume
    P = P_rest exp((V - V_rest) / (0.434 PVI))                 Marmarou's pressure-volume curve
    leak = g A (P_lumbar - P_track), > 0 only                  hole of area A through tissue

The venous pressure P_v follows from rest: Q_p R_out below the resting pressure. Integrated
implicitly in steps of at most 120 s (900 s in
intervals over an hour); the curve relaxes in about 12 min.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from physics.clock import SECONDS_PER_DAY, SECONDS_PER_HOUR
from physics.csf.drugs import ML_M3, ML_PER_HOUR
from physics.errors import PhysicsError
from physics.units import PA_PER_CMH2O, PA_PER_MMHG

STEP_S = 120.0  # numerical: longest implicit step; a sixth of the relaxation time (about 12 min)
PATCH_CLOSES = 0.83  # device_and_procedure 7, C-CSF [S36]: 79-87.5 % settle after the first blood patch
PATCH_M3 = 20e-6  # UGK-M: usual volume
LONG_STEP_S = 900.0  # numerical: in intervals over an hour, where only slow leaks matter


@dataclass(frozen=True, slots=True)
class PressureParams:
    """CSF mechanics of one patient, SI; sources in `physics.csf.evidence`."""

    resting_pa: float = 15.0 * PA_PER_CMH2O
    upright_lumbar_pa: float = 40.0 * PA_PER_CMH2O
    production_m3_per_s: float = 21.0 * ML_PER_HOUR
    pressure_volume_m3: float = 25.0 * ML_M3
    outflow_resistance_pa_s_per_m3: float = 8.0 * PA_PER_MMHG * 60.0 / ML_M3
    # an open puncture of a 14 G needle round its catheter (1.4 mm2) leaks 4 mL/h upright
    leak_conductance_m3_per_s_pa_m2: float = 4.0 * ML_PER_HOUR / (31.2 * PA_PER_CMH2O) / 1.4e-6
    track_threshold_pa: float = 8.75 * PA_PER_CMH2O
    healing_s: float = 6.0 * SECONDS_PER_DAY
    purse_string_full_n: float = 2.0
    headache_leak_m3_per_s: float = 2.0 * ML_PER_HOUR
    headache_volume_m3: float = 20.0 * ML_M3
    headache_lag_s: float = 1.0 * SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class DuralHole:
    """The puncture as the world sees it now.

    Attributes
    ----------
    area_m2 : float
        Open area of the track in use: needle bore or annulus round the catheter.
    purse_tension_n : float
        Tension of the purse-string; closes the hole in proportion up to `purse_string_full_n`.
    is_upright : bool
        The patient sits or stands (a normal day counts as upright).
    is_wet : bool
        False while instruments seal the hole (needle with stylet, closed catheter).
    beside_m2 : float
        Open area of earlier punctures, which the purse-string of the last track does not reach.
    """

    area_m2: float = 0.0
    purse_tension_n: float = 0.0
    is_upright: bool = False
    is_wet: bool = True
    beside_m2: float = 0.0


@dataclass(frozen=True, slots=True)
class PressureState:
    """CSF volume balance; pressure is lumbar, lying."""

    deficit_m3: float  # volume below rest (negative = above)
    lost_m3: float  # leaked and withdrawn, in all
    leaked_m3: float  # of that, through the hole into tissue
    healed: float  # 0..1 share of the hole that tissue has closed
    headache_index: float  # slow response to a leak
    is_leaking: bool  # remembers the last event


def initial_pressure() -> PressureState:
    """Return CSF at rest."""
    return PressureState(0.0, 0.0, 0.0, 0.0, 0.0, False)


def csf_pressure(params: PressureParams, state: PressureState) -> float:
    """Return the lumbar CSF pressure lying [Pa] over ambient."""
    return params.resting_pa * math.exp(-state.deficit_m3 * math.log(10.0) / params.pressure_volume_m3)


def _lumbar_pressure(params: PressureParams, state: PressureState, is_upright: bool) -> float:
    """Sitting adds the column, the same whatever the volume [A]."""
    column = params.upright_lumbar_pa - params.resting_pa if is_upright else 0.0
    return csf_pressure(params, state) + column


def leak_rate(params: PressureParams, state: PressureState, hole: DuralHole) -> float:
    """Return the leak through the dural hole [m3/s].

    Notes
    -----
    Linear in the open area and in the pressure over what tissue of the track holds back. The
    purse-string and healing close the area.
    """
    if not hole.is_wet or hole.area_m2 <= 0.0:
        return 0.0
    purse = 1.0 - min(1.0, hole.purse_tension_n / params.purse_string_full_n)
    area = (hole.area_m2 * purse + hole.beside_m2) * (1.0 - state.healed)
    head = _lumbar_pressure(params, state, hole.is_upright) - params.track_threshold_pa
    return params.leak_conductance_m3_per_s_pa_m2 * area * max(0.0, head)


def headache(params: PressureParams, state: PressureState, is_upright: bool) -> float:
    """Return the headache, 0..10: strong upright, a fifth of it lying [A].

    Notes
    -----
    Two causes: volume taken off at once (Kunkle: about a tenth of all CSF hurts upright) and a
    lasting leak, which hurts after a day. The index of the leak is taken relative to a reference
    leak because the volume balance alone explains no headache at a few mL/h.
    """
    load = max(0.0, state.deficit_m3) / params.headache_volume_m3 + state.headache_index
    strength = 10.0 * load * load / (1.0 + load * load)
    return strength * (1.0 if is_upright else 0.2)


def patched(state: PressureState, volume_m3: float) -> PressureState:
    """Return the state after an epidural blood patch [m3] has closed its share of what was still open.

    Notes
    -----
    Published is the share of patients whom the first patch helps; here it is the share of the hole [A]. Less than
    `PATCH_M3` closes in proportion.
    """
    share = PATCH_CLOSES * min(1.0, volume_m3 / PATCH_M3)
    return replace(state, healed=state.healed + (1.0 - state.healed) * share)


def advance_pressure(
    params: PressureParams, state: PressureState, hole: DuralHole, withdrawal_m3_per_s: float, dt_s: float
) -> tuple[PressureState, tuple[tuple[str, float, str], ...]]:
    """Return the state after an interval and events ("CsfLeaked", volume so far [m3], "dural hole").

    Parameters
    ----------
    withdrawal_m3_per_s : float
        CSF that leaves through a needle, catheter or drain [m3/s], >= 0.
    dt_s : float
        Interval [s], up to one day.

    Notes
    -----
    The event is raised once when the leak passes 0.5 mL/h and again only after it fell below 0.2.
    """
    if not 0.0 < dt_s <= SECONDS_PER_DAY or withdrawal_m3_per_s < 0.0:
        raise PhysicsError(f"csf.advance_pressure: dt_s = {dt_s}, withdrawal = {withdrawal_m3_per_s}")
    if withdrawal_m3_per_s == 0.0 and hole.area_m2 <= 0.0 and _is_at_rest(state):
        return state, ()
    n_steps = max(1, math.ceil(dt_s / (STEP_S if dt_s <= SECONDS_PER_HOUR else LONG_STEP_S)))
    step = dt_s / n_steps
    leak = 0.0
    for _ in range(n_steps):
        leak = leak_rate(params, state, hole)
        state = _step(params, state, hole, leak, withdrawal_m3_per_s, step)
    events: tuple[tuple[str, float, str], ...] = ()
    is_leaking = leak > (0.2 if state.is_leaking else 0.5) * ML_PER_HOUR
    if is_leaking and not state.is_leaking:
        events = (("CsfLeaked", state.leaked_m3, "dural hole"),)
    if is_leaking != state.is_leaking:
        state = PressureState(
            state.deficit_m3, state.lost_m3, state.leaked_m3, state.healed, state.headache_index, is_leaking
        )
    return state, events


def _is_at_rest(state: PressureState) -> bool:
    return abs(state.deficit_m3) < 1e-12 and state.headache_index < 1e-6 and not state.is_leaking


def _step(
    params: PressureParams,
    state: PressureState,
    hole: DuralHole,
    leak: float,
    withdrawal: float,
    step_s: float,
) -> PressureState:
    """One linearly implicit step of volume, exact ones of healing and headache."""
    pressure = csf_pressure(params, state)
    venous = params.resting_pa - params.production_m3_per_s * params.outflow_resistance_pa_s_per_m3
    absorbed = max(0.0, pressure - venous) / params.outflow_resistance_pa_s_per_m3
    net_loss = absorbed + leak + withdrawal - params.production_m3_per_s
    stiffness = pressure * math.log(10.0) / params.pressure_volume_m3  # -dP/d(deficit)
    slope = stiffness / params.outflow_resistance_pa_s_per_m3 if pressure > venous else 0.0
    deficit = state.deficit_m3 + step_s * net_loss / (1.0 + step_s * slope)
    healing = -math.expm1(-step_s / params.healing_s) if hole.area_m2 > 0.0 else 0.0
    target = leak / params.headache_leak_m3_per_s
    response = -math.expm1(-step_s / params.headache_lag_s)
    return PressureState(
        deficit,
        state.lost_m3 + (leak + withdrawal) * step_s,
        state.leaked_m3 + leak * step_s,
        state.healed + (1.0 - state.healed) * healing,
        state.headache_index + (target - state.headache_index) * response,
        state.is_leaking,
    )
