"""How a patient lives with the pump: postures, belly motion, fingers.

Each class of act has a direction of gravity in the plane of the trunk, a shear of the belly wall and a
count per day. Forces of the belly grow with the fat that moves; a pump under the fascia feels less of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SIT_FORCE_N = 1.8  # [A] shear of the belly fold on sitting up, typical, toward the feet
FOLD_SIGMA = 0.30  # [A] lognormal spread; the largest of N is exp(sigma sqrt(2 ln N)) times it
TWIST_FORCE_N = 1.2  # [A] turning in bed, toward the left or right
BEND_FORCE_N = 0.9  # [A] bending forward pushes the pump toward the head
FAT_TYPICAL_M = 20e-3  # [A] fat in which those forces were set
FAT_RANGE = (0.4, 2.5)  # [A] thin child .. obese: the extreme of 90 days at 37 mm is 12 N [scenarios_content I-C2]
SUBFASCIAL_SHARE = 0.5  # [A] share of the fold's shear that reaches a pump under the fascia
GRAVITY_M_PER_S2 = 9.80665

FIDDLE_TORQUE_NM = 0.35  # [A] two fingers at the rim, ~4 N each
FIDDLE_TURN_RAD = 2.2  # [A] a deliberate turn of a free pump, about a third of a revolution
RUB_TORQUE_NM = 0.05  # [A] a palm over the skin, unaware
RUB_TURN_RAD = 0.10  # [A]
TWIDDLE_TURNS_PER_DAY = 0.2  # [A] an ordinary patient; 6 = a fiddler [scenarios_content I-A5]
RUBS_PER_DAY = 2.0  # [A]


@dataclass(frozen=True, slots=True)
class Posture:
    """One class of act.

    Attributes
    ----------
    name : str
    down_u, down_v : float
        Share of the pump's weight along u (left) and v (head).
    fold_u_n, fold_v_n : float
        Typical shear of the belly wall on the pump in 20 mm of fat [N].
    share : float
        Count over the patient's flexions per day.
    is_sided : bool
        Whether it goes to either side (the u components take a sign).
    """

    name: str
    down_u: float
    down_v: float
    fold_u_n: float
    fold_v_n: float
    share: float
    is_sided: bool = False


# Counts and forces [A]; gravity by geometry: a belly wall is upright in standing, 25 degrees back in sitting,
# 65 degrees forward in bending, level on lying.
POSTURES: tuple[Posture, ...] = (
    Posture("lie on the side", 1.0, 0.0, 0.0, 0.0, 0.1, True),
    Posture("stand", 0.0, -1.0, 0.0, 0.0, 0.2),
    Posture("sit", 0.0, -0.9, 0.0, -SIT_FORCE_N, 1.0),
    Posture("bend", 0.0, -0.4, 0.0, BEND_FORCE_N, 0.3),
    Posture("twist", 0.0, 0.0, TWIST_FORCE_N, 0.0, 0.2, True),
    Posture("transfer", 0.0, -0.9, 0.5 * TWIST_FORCE_N, -SIT_FORCE_N, 0.08, True),
)


@dataclass(frozen=True, slots=True)
class Life:
    """How a patient lives with the pump.

    Attributes
    ----------
    flexions_per_day : float
        Sitting up and bending.
    twiddle_turns_per_day : float
        Deliberate fiddling with the pump: each a third of a turn if the pump is free.
    twiddle_bias : float
        0: turns go either way; 1: always the same way (head toward left); -1: always the other.
    rubs_per_day : float
        Unaware rubbing: small turns either way.
    catheter_tension_n, catheter_direction_rad : float
        Pull of the catheter at the outlet and where to (0 = +u, pi/2 = +v).
    catheter_torque_nm : float
        What the catheter's clamp adds to that, head toward left positive [N m].
    """

    flexions_per_day: float = 100.0
    twiddle_turns_per_day: float = TWIDDLE_TURNS_PER_DAY
    twiddle_bias: float = 0.0
    rubs_per_day: float = RUBS_PER_DAY
    catheter_tension_n: float = 0.0
    catheter_direction_rad: float = 0.0
    catheter_torque_nm: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """One representative act: force in the plane [N], torque [N m], both held for a moment.

    The torque turns the way of `turn_rad` (head toward left positive) and lets go after that angle.
    """

    name: str
    force_u_n: float
    force_v_n: float
    torque_nm: float = 0.0
    turn_rad: float = 0.0


def fold_factor(fat_m: float, plane: str) -> float:
    """Return by what the belly's shear on the pump exceeds that in 20 mm of fat [-] [A]."""
    low, high = FAT_RANGE
    share = min(high, max(low, fat_m / FAT_TYPICAL_M))
    return share * (SUBFASCIAL_SHARE if plane == "subfascial" else 1.0)


def hardest(n_acts: float) -> float:
    """Return the largest of n lognormal acts over the typical one [-]: exp(sigma sqrt(2 ln n))."""
    return math.exp(FOLD_SIGMA * math.sqrt(2.0 * math.log(max(n_acts, 1.0))))


def posture_load(posture: Posture, weight_n: float, fold: float, side: float) -> Load:
    """Return the load of a posture on a pump of a weight, with the belly's shear times `fold`."""
    sign = side if posture.is_sided else 1.0
    return Load(
        posture.name, sign * (posture.down_u * weight_n + posture.fold_u_n * fold),
        posture.down_v * weight_n + posture.fold_v_n * fold,
    )  # fmt: skip


def net_turns(n_acts: float, bias: float, way: float) -> float:
    """Return the net number of like turns after n acts (way = +1 or -1).

    Notes
    -----
    Mean n b and standard deviation sqrt(n (1 - b^2)) of n steps of +-1 with mean b: a fiddler without a
    favourite way walks as sqrt(n), one with a favourite way winds up.
    """
    n = max(n_acts, 1.0)
    return bias * n + way * math.sqrt(n * max(0.0, 1.0 - bias * bias))


EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("pocket.sit_force", SIT_FORCE_N, "N", "A", "assumption"),
    ("pocket.twist_force", TWIST_FORCE_N, "N", "A", "assumption"),
    ("pocket.bend_force", BEND_FORCE_N, "N", "A", "assumption"),
    ("pocket.fold_sigma", FOLD_SIGMA, "1", "A", "assumption"),
    ("pocket.fat_typical", FAT_TYPICAL_M, "m", "A", "scenarios_content I-C2: 12 N at the hardest in an obese adult"),
    ("pocket.subfascial_share", SUBFASCIAL_SHARE, "1", "A", "assumption"),
    ("pocket.fiddle_torque", FIDDLE_TORQUE_NM, "N m", "A", "assumption"),
    ("pocket.fiddle_turn", FIDDLE_TURN_RAD, "rad", "A", "assumption"),
    ("pocket.rub_torque", RUB_TORQUE_NM, "N m", "A", "assumption"),
    ("pocket.rub_turn", RUB_TURN_RAD, "rad", "A", "assumption"),
    ("pocket.rubs", RUBS_PER_DAY, "1/d", "A", "assumption"),
    ("pocket.twiddle_turns", TWIDDLE_TURNS_PER_DAY, "1/d", "A", "scenarios_content I-A5: a fiddler turns it 6 times"),
)
