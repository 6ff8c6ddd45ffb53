"""Vessels that are cut, the blood that comes from them, and how it is stopped.

Every pass of a scalpel and every sweep cuts a number of vessels that is drawn once (Poisson over the new
tissue it parts); each bleeds at its own flow. A small one clots with time, an arterial one does not. Volumes
balance: what left vessels stands in a wound, was taken up, or ran over.
"""

from __future__ import annotations

import math
from dataclasses import replace

from physics.randomness import draw
from physics.wound.state import Bleeder, Depot, FieldState, Incision

PER_M_SKIN = 40.0  # [A] vessels by length of skin cut
PER_M2_FAT = 1500.0  # [A] by area of fat cut: 2 for 10 cm, 15 mm deep
PER_M2_MUSCLE = 6000.0  # [A]
PER_M2_SWEPT = {"subcutaneous": 500.0, "subfascial": 800.0}  # [A] by area parted: 4 in a pocket of 10 cm
CAUTERY_SHARE = 0.4  # [A] of them where the plane is parted with diathermy
FLOW_M3_PER_S = 1e-8  # [A] median of a cut vessel of fat: 0.6 mL/min
FLOW_SIGMA = 0.9  # [A]
ARTERIAL_SHARE = 0.2  # [A]
ARTERIAL_FLOW = 4.0  # [A] over the flow of a small vessel
CLOT_S = 300.0  # bleeding time of a small cut: minutes [UGK-M]
ADRENALINE_SHARE = 0.35  # [A] of the flow under adrenaline
ADRENALINE_S = 420.0  # adrenaline is given 7 minutes [UGK-M]
DEPOT_REACH_M_PER_ML = 0.008  # [A] 10 mL of infiltrate act 17 mm round, growing with the cube root
SWAB_M3 = 8e-6  # [A] one dab of a 10 x 10 cm gauze
DAB_SEEN_S = 15.0  # [A]
DAB_REACH_M = 0.025  # [A] half a folded swab
TIP_REACH_M = {"monopolar": 6e-3, "bipolar": 4e-3}  # [A]
WET_LIMIT_M3 = 4e-6  # [A] blood in which monopolar current spreads and seals nothing
OPEN_WIDTH_M = 0.008  # [A] gape of an incision without a retractor
POOL_SHARE = 0.6  # [A] of an open wound's space that blood fills before it runs over

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.vessels_skin", PER_M_SKIN, "1/m", "A", "assumption"),
    ("wound.vessels_fat", PER_M2_FAT, "1/m2", "A", "assumption"),
    ("wound.vessels_muscle", PER_M2_MUSCLE, "1/m2", "A", "assumption"),
    ("wound.vessels_subcutaneous_plane", PER_M2_SWEPT["subcutaneous"], "1/m2", "A", "assumption"),
    ("wound.vessels_subfascial_plane", PER_M2_SWEPT["subfascial"], "1/m2", "A", "assumption"),
    ("wound.cautery_share", CAUTERY_SHARE, "1", "A", "assumption"),
    ("wound.vessel_flow", FLOW_M3_PER_S, "m3/s", "A", "assumption: 0.6 mL/min"),
    ("wound.vessel_flow_sigma", FLOW_SIGMA, "1", "A", "assumption"),
    ("wound.arterial_share", ARTERIAL_SHARE, "1", "A", "assumption"),
    ("wound.arterial_flow", ARTERIAL_FLOW, "1", "A", "assumption"),
    ("wound.clot_time", CLOT_S, "s", "UGK-M", "bleeding time of a small cut, minutes"),
    ("wound.adrenaline_share", ADRENALINE_SHARE, "1", "A", "assumption"),
    ("wound.adrenaline_time", ADRENALINE_S, "s", "UGK-M", "usual wait after infiltration"),
    ("wound.depot_reach", DEPOT_REACH_M_PER_ML, "m", "A", "assumption: of 1 mL"),
    ("wound.swab", SWAB_M3, "m3", "A", "assumption"),
    ("wound.dab_seen", DAB_SEEN_S, "s", "A", "assumption"),
    ("wound.dab_reach", DAB_REACH_M, "m", "A", "assumption"),
    ("wound.monopolar_reach", TIP_REACH_M["monopolar"], "m", "A", "assumption"),
    ("wound.bipolar_reach", TIP_REACH_M["bipolar"], "m", "A", "assumption"),
    ("wound.wet_limit", WET_LIMIT_M3, "m3", "A", "assumption"),
    ("wound.open_width", OPEN_WIDTH_M, "m", "A", "assumption"),
    ("wound.pool_share", POOL_SHARE, "1", "A", "assumption"),
)

Place = tuple[float, float, float]  # u, v, depth [m]


def expected_of_cut(length_m: float, from_m: float, to_m: float, fascia_m: float, skin_m: float) -> float:
    """Return the mean number of vessels that a pass opens which deepens a line from one depth to another."""
    skin = PER_M_SKIN * length_m if from_m < skin_m <= to_m else 0.0
    fat = PER_M2_FAT * length_m * max(0.0, min(to_m, fascia_m) - max(from_m, skin_m))
    muscle = PER_M2_MUSCLE * length_m * max(0.0, to_m - max(from_m, fascia_m))
    return skin + fat + muscle


def vessels(
    field: FieldState, wound: str, mean: float, start: Place, end: Place, seed: int, now_s: float
) -> FieldState:
    """Return the field after one pass or sweep has cut its vessels, along a line between two places.

    Notes
    -----
    Number: Poisson(mean). Flow: lognormal, a fifth of them arterial. Drawn from (seed, "bleeding", pass).
    """
    generator = draw(seed, "bleeding", field.n_cuts)
    new = []
    for _ in range(int(generator.poisson(max(0.0, mean)))):
        share = float(generator.uniform())
        is_arterial = bool(generator.uniform() < ARTERIAL_SHARE)
        flow = FLOW_M3_PER_S * math.exp(FLOW_SIGMA * float(generator.standard_normal()))
        u, v, depth = (a + share * (b - a) for a, b in zip(start, end, strict=True))
        new.append(Bleeder(wound, u, v, depth, flow * (ARTERIAL_FLOW if is_arterial else 1.0), is_arterial, now_s))
    return replace(field, bleeders=(*field.bleeders, *new), n_cuts=field.n_cuts + 1)


def adrenaline_share(depots: tuple[Depot, ...], u_m: float, v_m: float, at_s: float) -> float:
    """Return what is left of the flow of a vessel cut at a place and time under adrenaline, 0..1."""
    share = 1.0
    for depot in depots:
        reach = DEPOT_REACH_M_PER_ML * (depot.volume_m3 * 1e6) ** (1.0 / 3.0)
        if math.hypot(u_m - depot.u_m, v_m - depot.v_m) <= reach:
            acting = min(1.0, max(0.0, (at_s - depot.at_s) / ADRENALINE_S))
            share = min(share, 1.0 - (1.0 - ADRENALINE_SHARE) * acting)
    return share


def flow_m3_per_s(bleeder: Bleeder, depots: tuple[Depot, ...], now_s: float) -> float:
    """Return what a vessel loses now [m3/s]: a small one clots, a sealed one is shut."""
    if bleeder.sealed_by:
        return 0.0
    clot = 1.0 if bleeder.is_arterial else math.exp(-max(0.0, now_s - bleeder.cut_at_s) / CLOT_S)
    return bleeder.flow_m3_per_s * clot * adrenaline_share(depots, bleeder.u_m, bleeder.v_m, bleeder.cut_at_s)


def bled_m3(bleeder: Bleeder, depots: tuple[Depot, ...], from_s: float, to_s: float) -> float:
    """Return the blood that a vessel loses between two times [m3].

    Notes
    -----
    Closed form: Q (t1 - t0) of an arterial one, Q T (exp(-t0/T) - exp(-t1/T)) of one that clots.
    """
    if bleeder.sealed_by:
        return 0.0
    start, end = max(0.0, from_s - bleeder.cut_at_s), max(0.0, to_s - bleeder.cut_at_s)
    if bleeder.is_arterial:
        span = end - start
    else:
        span = CLOT_S * (math.exp(-start / CLOT_S) - math.exp(-end / CLOT_S))
    share = adrenaline_share(depots, bleeder.u_m, bleeder.v_m, bleeder.cut_at_s)
    return bleeder.flow_m3_per_s * share * span


def room_m3(cut: Incision, pocket_m3: float = 0.0) -> float:
    """Return how much blood stands in an open wound before it runs over [m3]."""
    width = max(OPEN_WIDTH_M, cut.spread_m)
    return POOL_SHARE * cut.length_m * width * cut.depth_m + (pocket_m3 if cut.wound == "pocket" else 0.0)


def followed(field: FieldState, now_s: float, pocket_m3: float = 0.0) -> FieldState:
    """Return the field after its open wounds have bled until now; `pocket_m3` is the open space of the pocket [m3]."""
    if now_s <= field.at_s:
        return field
    if not any(not b.sealed_by for b in field.bleeders):
        return replace(field, at_s=now_s)
    cuts, bled, spilled = [], field.bled_m3, field.spilled_m3
    for cut in field.incisions:
        lost = sum(bled_m3(b, field.depots, field.at_s, now_s) for b in field.bleeders if b.wound == cut.wound)
        if cut.is_closed:
            cuts.append(cut)
            continue
        standing = cut.blood_m3 + lost
        over = max(0.0, standing - room_m3(cut, pocket_m3))
        bled, spilled = bled + lost, spilled + over
        cuts.append(replace(cut, blood_m3=standing - over))
    return replace(field, at_s=now_s, incisions=tuple(cuts), bled_m3=bled, spilled_m3=spilled)


def dabbed(field: FieldState, u_m: float, v_m: float, now_s: float) -> tuple[FieldState, float]:
    """Return the field after a dab at (u, v), and what the swab took up [m3]."""
    cut = nearest(field, u_m, v_m)
    if cut is None:
        return field, 0.0
    taken = min(SWAB_M3, cut.blood_m3)
    shown = tuple(
        replace(b, seen_until_s=now_s + DAB_SEEN_S)
        if b.wound == cut.wound and math.hypot(b.u_m - u_m, b.v_m - v_m) <= DAB_REACH_M else b
        for b in field.bleeders
    )  # fmt: skip
    field = with_incision(field, replace(cut, blood_m3=cut.blood_m3 - taken))
    return replace(field, bleeders=shown, taken_m3=field.taken_m3 + taken), taken


def cauterised(field: FieldState, u_m: float, v_m: float, mode: str) -> tuple[FieldState, int]:
    """Return the field after diathermy at (u, v), and how many vessels it sealed: monopolar none under blood."""
    cut = nearest(field, u_m, v_m)
    if cut is None or (mode == "monopolar" and cut.blood_m3 > WET_LIMIT_M3):
        return field, 0
    reach, n, out = TIP_REACH_M[mode], 0, []
    for b in field.bleeders:
        if not b.sealed_by and b.wound == cut.wound and math.hypot(b.u_m - u_m, b.v_m - v_m) <= reach:
            b, n = replace(b, sealed_by=mode), n + 1
        out.append(b)
    return replace(field, bleeders=tuple(out)), n


def washed(field: FieldState, wound: str, volume_m3: float) -> FieldState:
    """Return the field after a wound was washed: its blood is sucked away with the saline."""
    cut = field.incision(wound)
    if cut is None or cut.is_closed:
        return field
    taken = cut.blood_m3 if volume_m3 > 0.0 else 0.0
    field = with_incision(field, replace(cut, blood_m3=cut.blood_m3 - taken, washed_m3=cut.washed_m3 + volume_m3))
    return replace(field, taken_m3=field.taken_m3 + taken)


def with_incision(field: FieldState, cut: Incision) -> FieldState:
    """Return the field with the cut of a wound put in or replaced."""
    others = tuple(c for c in field.incisions if c.wound != cut.wound)
    return replace(field, incisions=(*others, cut))


def nearest(field: FieldState, u_m: float, v_m: float) -> Incision | None:
    """Return the open incision nearest to (u, v), or None."""
    opened = [cut for cut in field.incisions if not cut.is_closed]
    return min(opened, key=lambda cut: math.hypot(cut.u_m - u_m, cut.v_m - v_m), default=None)


def oozing_m3_per_s(field: FieldState, wound: str, now_s: float) -> float:
    """Return what a wound still loses [m3/s]."""
    return sum(flow_m3_per_s(b, field.depots, now_s) for b in field.bleeders if b.wound == wound)
