"""What gathers in a closed wound: blood from vessels that were left, serum in dead space, CSF under the back."""

from __future__ import annotations

import math

from physics.wound.bleeding import CLOT_S, flow_m3_per_s
from physics.wound.state import Bleeder, Depot

TAMPONADE_S = 1800.0  # [A] an artery in a closed pocket stops under its own clot
ROOM_M3 = 60e-6  # [A] what a closed pocket yields beside its slack
ABSORBED_DAYS = 14.0  # [A]
CSF_TAKEN_UP_DAYS = 2.0  # [A] CSF in tissue
TOLD_M3 = {"HaematomaFormed": 20e-6, "SeromaFormed": 8e-6, "PseudomeningoceleFormed": 15e-6}  # [A] seen as a swelling
BINDER = 0.7  # [A] share of a seroma under a binder
LOOSE_FAT = 1.0  # [A] more serum over a fat layer that nothing holds

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.tamponade", TAMPONADE_S, "s", "A", "assumption"),
    ("wound.pocket_yields", ROOM_M3, "m3", "A", "assumption"),
    ("wound.haematoma_absorbed", ABSORBED_DAYS, "d", "A", "assumption"),
    ("wound.csf_taken_up", CSF_TAKEN_UP_DAYS, "d", "A", "assumption"),
    ("wound.haematoma_told", TOLD_M3["HaematomaFormed"], "m3", "A", "assumption"),
    ("wound.seroma_told", TOLD_M3["SeromaFormed"], "m3", "A", "assumption"),
    ("wound.csf_told", TOLD_M3["PseudomeningoceleFormed"], "m3", "A", "assumption"),
    ("wound.binder", BINDER, "1", "A", "assumption"),
    ("wound.loose_fat", LOOSE_FAT, "1", "A", "assumption"),
)


def haematoma_to_come_m3(
    bleeders: tuple[Bleeder, ...], depots: tuple[Depot, ...], closed_at_s: float, slack_m3: float
) -> float:
    """Return the blood that vessels left open will lose into the closed pocket [m3].

    Notes
    -----
    Small vessels lose Q T_clot more, arteries Q T_tamponade, together no more than slack and 60 mL.
    """
    lost = sum(
        flow_m3_per_s(b, depots, closed_at_s) * (TAMPONADE_S if b.is_arterial else CLOT_S)
        for b in bleeders if b.wound == "pocket"
    )  # fmt: skip
    return min(lost, slack_m3 + ROOM_M3)


def haematoma_m3(to_come_m3: float, left_m3: float, days: float) -> float:
    """Return the blood in the pocket some days after closure: it comes within the hour and is taken up over weeks."""
    come = to_come_m3 * (1.0 - math.exp(-days * 86400.0 / TAMPONADE_S))
    return (left_m3 + come) * math.exp(-days / ABSORBED_DAYS)


def seroma_m3(serum_m3: float, held_fat: float, has_binder: bool) -> float:
    """Return the serum that stands over the pump, from what its dead space makes."""
    return serum_m3 * (1.0 + LOOSE_FAT * (1.0 - held_fat)) * (BINDER if has_binder else 1.0)


def csf_m3(before_m3: float, leaked_m3: float, days: float) -> float:
    """Return the CSF under the back after an interval in which some leaked [m3].

    Notes
    -----
    dV/dt = leak - V/T, with the leak even over the interval.
    """
    if days <= 0.0:
        return before_m3 + leaked_m3
    decay = math.exp(-days / CSF_TAKEN_UP_DAYS)
    return before_m3 * decay + leaked_m3 * CSF_TAKEN_UP_DAYS / days * (1.0 - decay)
