"""The new pump on the back table: its temperature and its factory water.

A pump warms in its bath with one time constant; a cold one shuts its valve and gives little of its water back.
"""

from __future__ import annotations

import math
from dataclasses import replace

from physics.randomness import draw
from physics.wound.state import Table

ROOM_C = 20.0  # of the theatre and of the pack [UGK-M]
WARM_S = 360.0  # [A] time constant in the bath: 35 C after 8 min at 40 C, as 10-20 min ask [device_and_procedure I07]
COOL_S = 1500.0  # [A] in air
VALVE_C = 35.0  # below it the valve shuts [device_and_procedure I07, S58a M]
BAND_C = (35.0, 40.0)  # [device_and_procedure I07, S58a M]
WATER_SHARE = 0.5  # [A] factory water over the reservoir's volume
RECOVERY_SIGMA = 0.04  # [A]
COLD_RECOVERY = 0.3  # [A] share of the water that comes through a shut valve

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.table_room", ROOM_C, "C", "UGK-M", "operating theatre"),
    ("wound.table_warm", WARM_S, "s", "A", "assumption: 10-20 min of bath, device_and_procedure I07"),
    ("wound.table_cool", COOL_S, "s", "A", "assumption"),
    ("wound.table_valve", VALVE_C, "C", "M", "device_and_procedure 3 I07"),
    ("wound.table_water", WATER_SHARE, "1", "A", "assumption"),
    ("wound.table_recovery_sigma", RECOVERY_SIGMA, "1", "A", "assumption"),
    ("wound.table_cold_recovery", COLD_RECOVERY, "1", "A", "assumption"),
)


def temperature_c(table: Table, now_s: float) -> float:
    """Return the temperature of the pump now [C]: toward its bath, or toward the room."""
    target, time_s = (ROOM_C, COOL_S) if table.bath_c is None else (table.bath_c, WARM_S)
    return target + (table.pump_c - target) * math.exp(-max(0.0, now_s - table.at_s) / time_s)


def followed(table: Table, now_s: float) -> Table:
    """Return the table with the pump's temperature brought up to now."""
    return replace(table, pump_c=temperature_c(table, now_s), at_s=now_s)


def warmed(table: Table, bath_c: float, now_s: float) -> Table:
    """Return the table with the pump laid in a bath."""
    return replace(followed(table, now_s), bath_c=bath_c, is_followed=True)


def emptied(table: Table, capacity_m3: float, seed: int, now_s: float) -> Table:
    """Return the table after the factory water was drawn out: what came, and what stays behind [m3]."""
    table = followed(table, now_s)
    water = WATER_SHARE * capacity_m3
    share = 1.0 + RECOVERY_SIGMA * float(draw(seed, "factory water", 0).standard_normal())
    if table.pump_c < VALVE_C:
        share *= COLD_RECOVERY
    came = min(water, water * share) if table.recovered_m3 < 0.0 else table.water_m3 * min(1.0, share)
    left = water if table.recovered_m3 < 0.0 else table.water_m3
    before = max(0.0, table.recovered_m3)
    return replace(table, recovered_m3=before + came, water_m3=left - came, bath_c=None, is_followed=True)


def expected_water_m3(capacity_m3: float) -> float:
    """Return the water that the label promises [m3]."""
    return WATER_SHARE * capacity_m3
