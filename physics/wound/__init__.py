"""The operating field as matter: skin prep, incisions, bleeding, the swept pocket, the back table, closure, biology.

skin_prep    stroked, window_m, window_shares, draped, broken, repaired
bleeding     vessels, followed, dabbed, cauterised, washed
sweeping     plane_at, is_in_reach, swept_once, outline, rim_gaps_m
table        warmed, emptied, temperature_c
closure      held_share, closed_share, needed_stitches
biology      Closing, drawn -> Chance            base rate x factors, drawn at closure
collections  haematoma, seroma, CSF under the back

All are pure functions over `FieldState` and its parts.
"""

from __future__ import annotations

from physics.wound import biology, bleeding, closure, collections, skin_prep, sweeping, table
from physics.wound.state import (
    NEVER_S,
    Bleeder,
    Break,
    Chance,
    Collections,
    Depot,
    FieldState,
    Incision,
    Mark,
    Prep,
    Stitch,
    Swept,
    Table,
)

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *skin_prep.EVIDENCE, *bleeding.EVIDENCE, *sweeping.EVIDENCE, *closure.EVIDENCE, *table.EVIDENCE,
    *biology.EVIDENCE, *collections.EVIDENCE,
)  # fmt: skip

__all__ = [
    "EVIDENCE", "NEVER_S", "Bleeder", "Break", "Chance", "Collections", "Depot", "FieldState", "Incision", "Mark",
    "Prep", "Stitch", "Swept", "Table", "biology", "bleeding", "closure", "collections", "skin_prep", "sweeping", "table",
]  # fmt: skip
