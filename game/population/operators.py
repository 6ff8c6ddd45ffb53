"""How competent hands differ: one operation's choices, drawn by (seed, index).

Every range is what the procedure reference calls correct (steps I12-I35); the shape of the scatter
inside it is assumed [A], for nobody has measured it. No draw is an error: each would pass the checklist.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from physics.randomness import draw

UPPER_SPACE_SHARE = 0.3  # L2-3 instead of L3-4; both are correct [I12], share [A]
L2_3, L3_4 = 14.5, 15.5  # discs as levels
ELEVATION_RAD = (math.radians(44.0), math.radians(6.5), math.radians(30.0), math.radians(60.0))  # ends [I13], rest [A]
THORACIC_SHARE = 0.75  # tips for legs, T8-T11 [S24, S25]; the rest T2-T6 for arms as well; share [A]
LOW_TIPS, HIGH_TIPS = (8.0, 11.5), (2.0, 6.0)
TIP_MISS_SD_M = 5e-3  # of a tip read off a film [A]; correct within one vertebra [I17]
PURSE_N = (2.0, 0.30, 0.8, 3.3)  # median, log spread, ends: snug is 0.5-4 N [scenarios_content 5]
ANCHOR_DISTANCE_M = (4e-3, 9e-3, 15e-3)  # <= 10-15 mm [I22]
ANCHOR_SUTURES = ((2, 0.20), (3, 0.50), (4, 0.30))  # 2-4 on fascia [I22], shares [A]
ANCHOR_KINDS = (("kit", 0.5), ("butterfly", 0.25), ("right_angle", 0.25))  # silicone has three [device_and_procedure 2], shares [A]
TIE_N = (2.0, 0.45, 0.8, 3.3)  # mean, spread, ends [A]: above 3 N a tie begins to pinch
LOOP_RADIUS_M = (9e-3, 13e-3, 18e-3)  # loop of 2-3 cm, radius >= 1 cm [I23]; a little less happens [A]
SLACK_M = (0.05, 0.12, 0.22)  # left for the coil behind the pump [A]
COIL_RADIUS_M = (10e-3, 18e-3, 28e-3)  # >= 1 cm [I34]
COIL_BEHIND_SHARE = 0.97  # behind the pump [I34]; share [A]
TUNNEL_DEPTH_M = (8e-3, 18e-3)  # 1-2 cm [I29]
TUNNEL_BOW_SD_M = 10e-3  # how far the tunneller bows up or down in the flank [A]
POCKET_SHIFT_SD_M = 8e-3  # of the pocket off the middle between rib and crest [A]
CLEARANCE_M = (5e-3, 10e-3)  # pump + 5-10 mm all round [I27]
OUTLET_RAD = (math.radians(30.0), math.radians(20.0))  # toward the midline and the head [I33]; spread [A]
PUMP_SUTURES = ((2, 0.15), (3, 0.25), (4, 0.60))  # >= 2, target 4 [I35], shares [A]
CONNECTOR_N = (19.0, 2.0, 15.0)  # mean, spread [A]; a tug test sends back what has not seated at 15 N [I32]
COVER_M = (15e-3, 20e-3)  # tissue over the pump [I26]
DEEPEST_COVER_M = 23e-3  # never over 25 mm [I26, S72]
SKIN_M = 2e-3
STREAM = "population.operator"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operator chose. Lengths [m], angles [rad], forces [N], levels T1 = 1."""

    elevation_rad: float
    space_level: float
    tip_level: float
    tip_miss_m: float
    purse_n: float
    anchor_distance_m: float
    anchor_sutures: int
    anchor_substrate: str
    tie_n: float
    loop_radius_m: float
    slack_m: float
    coil_radius_m: float
    is_coil_behind: bool
    tunnel_depth_m: float
    tunnel_bow_m: float
    pocket_shift_u_m: float
    pocket_shift_v_m: float
    clearance_m: float
    plane: str
    cover_m: float
    outlet_rad: float
    pump_sutures: int
    pump_substrate: str
    connector_n: float
    anchor_kind: str = "kit"  # taken where it fits the catheter


def _choice(generator: np.random.Generator, table: tuple[tuple[int, float], ...]) -> int:
    return int(generator.choice([n for n, _ in table], p=[share for _, share in table]))


def _between(generator: np.random.Generator, ends: tuple[float, float]) -> float:
    return float(generator.uniform(*ends))


def _triangle(generator: np.random.Generator, corners: tuple[float, float, float]) -> float:
    return float(generator.triangular(*corners))


def _normal(generator: np.random.Generator, law: tuple[float, float, float, float]) -> float:
    mean, spread, low, high = law
    return float(np.clip(mean + spread * generator.standard_normal(), low, high))


def pocket_for(abdominal_fat_m: float) -> tuple[str, float]:
    """Return plane and cover of a pump under a layer of fat: on the fascia, within the fat, or below fascia [I26]."""
    on_fascia = abdominal_fat_m + SKIN_M
    if on_fascia < COVER_M[0]:
        return "subfascial", 0.5 * (COVER_M[0] + COVER_M[1])
    return "subcutaneous", min(on_fascia, DEEPEST_COVER_M)


def draw_operation(seed: int, index: int, abdominal_fat_m: float) -> Operation:
    """Return what operator `index` does in a patient with this layer of fat over the belly."""
    g = draw(seed, STREAM, index)
    plane, cover = pocket_for(abdominal_fat_m)
    is_in_fat = plane == "subcutaneous" and cover < abdominal_fat_m + SKIN_M
    median, spread, low, high = PURSE_N
    return Operation(
        elevation_rad=_normal(g, ELEVATION_RAD),
        space_level=L2_3 if g.random() < UPPER_SPACE_SHARE else L3_4,
        tip_level=_between(g, LOW_TIPS if g.random() < THORACIC_SHARE else HIGH_TIPS),
        tip_miss_m=TIP_MISS_SD_M * float(g.standard_normal()),
        purse_n=float(np.clip(median * math.exp(spread * g.standard_normal()), low, high)),
        anchor_distance_m=_triangle(g, ANCHOR_DISTANCE_M),
        anchor_sutures=_choice(g, ANCHOR_SUTURES),
        anchor_substrate="fascia",
        tie_n=_normal(g, TIE_N),
        loop_radius_m=_triangle(g, LOOP_RADIUS_M),
        slack_m=_triangle(g, SLACK_M),
        coil_radius_m=_triangle(g, COIL_RADIUS_M),
        is_coil_behind=bool(g.random() < COIL_BEHIND_SHARE),
        tunnel_depth_m=_between(g, TUNNEL_DEPTH_M),
        tunnel_bow_m=TUNNEL_BOW_SD_M * float(g.standard_normal()),
        pocket_shift_u_m=POCKET_SHIFT_SD_M * float(g.standard_normal()),
        pocket_shift_v_m=POCKET_SHIFT_SD_M * float(g.standard_normal()),
        clearance_m=_between(g, CLEARANCE_M),
        plane=plane,
        cover_m=cover,
        outlet_rad=OUTLET_RAD[0] + OUTLET_RAD[1] * float(g.standard_normal()),
        pump_sutures=_choice(g, PUMP_SUTURES),
        pump_substrate="fat" if is_in_fat else "fascia",
        connector_n=max(CONNECTOR_N[2], CONNECTOR_N[0] + CONNECTOR_N[1] * float(g.standard_normal())),
        anchor_kind=str(g.choice([kind for kind, _ in ANCHOR_KINDS], p=[share for _, share in ANCHOR_KINDS])),
    )
