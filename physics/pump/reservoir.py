"""What is put into the reservoir and taken out of it: on the back table, and through the needle."""

from __future__ import annotations

from dataclasses import replace

from physics.pump.flow import VALVE_CHILL_C, WARM_C, mixed_chill
from physics.pump.spec import PumpSpec
from physics.pump.state import EventNote, PumpState, logged

OVER_FILL = 1.02  # [A] told as over-filled


def fill_on_table(
    state: PumpState, spec: PumpSpec, volume_m3: float, concentration_kg_per_m3: float, is_purged: bool, temperature_c: float = WARM_C
) -> tuple[PumpState, float, float, tuple[EventNote, ...]]:
    """Return (state, volume, mass, events): pump emptied of water and filled on the back table.

    Parameters
    ----------
    temperature_c : float
        Of the pump and of the drug. Emptied below 35 C, its valve shuts until it is warm [S58a M, older pumps].

    Notes
    -----
    The returned volume and mass went through the tubing when it was purged to a drop (0 if not);
    the caller sets the tubing of the line to that drug. Through a shut valve nothing comes.
    """
    before = spec.undrawable_m3 if state.is_dry and state.drug_kg == 0.0 else state.reservoir_m3
    left = min(before, spec.undrawable_m3)
    left_kg = state.concentration_kg_per_m3 * left
    chill = WARM_C - temperature_c
    is_shut = chill > VALVE_CHILL_C
    total = left + volume_m3
    mass = left_kg + volume_m3 * concentration_kg_per_m3
    purge = min(spec.tubing_m3, total) if is_purged and not is_shut else 0.0
    purge_kg = mass * purge / total if total > 0.0 else 0.0
    filled = replace(
        state, reservoir_m3=total - purge, drug_kg=mass - purge_kg, is_dry=False,
        is_tubing_purged=purge > 0.0 or state.is_tubing_purged, is_valve_shut=is_shut, air_m3=0.0,
        surroundings=replace(state.surroundings, chill_c=chill),
    )  # fmt: skip
    events: list[EventNote] = [("ReservoirFilled", volume_m3, "back table")]
    if total > spec.capacity_m3 * OVER_FILL:
        events.append(("ReservoirOverfilled", total - spec.capacity_m3, "back table"))
    return logged(filled, "reservoir filled on the table"), purge, purge_kg, tuple(events)


def purged(state: PumpState, spec: PumpSpec) -> tuple[PumpState, float, float]:
    """Return (state, volume, mass): the filled pump run on the table until a drop stands at its outlet.

    Nothing comes through a shut valve or out of an empty pump, and nothing more out of one that was purged.
    """
    if state.is_tubing_purged or state.is_valve_shut or state.drug_kg <= 0.0:
        return state, 0.0, 0.0
    volume = min(spec.tubing_m3, state.reservoir_m3)
    mass = state.concentration_kg_per_m3 * volume
    left = replace(state, reservoir_m3=state.reservoir_m3 - volume, drug_kg=state.drug_kg - mass, is_tubing_purged=True)
    return logged(left, "tubing purged on the table"), volume, mass


def with_reservoir(
    state: PumpState, spec: PumpSpec, volume_m3: float, drug_kg: float, temperature_c: float = WARM_C, air_m3: float | None = None
) -> PumpState:
    """Return the state with its true reservoir contents changed (a refill); the device knows nothing.

    Parameters
    ----------
    temperature_c : float
        Of what comes in. Drawing on a reservoir below 35 C shuts its valve until it is warm.
    air_m3 : float or None
        Air that it holds then; None leaves it.
    """
    added = volume_m3 - state.reservoir_m3
    air = state.air_m3 if air_m3 is None else air_m3
    changed = replace(state, reservoir_m3=volume_m3, drug_kg=drug_kg, is_dry=volume_m3 <= spec.residual_m3, air_m3=air)
    if added > 0.0 and (temperature_c != WARM_C or state.surroundings.chill_c != 0.0):
        chill = mixed_chill(state, added, temperature_c)
        return replace(changed, surroundings=replace(state.surroundings, chill_c=chill))
    if added < 0.0 and state.surroundings.chill_c > VALVE_CHILL_C:
        return replace(changed, is_valve_shut=True)
    return changed
