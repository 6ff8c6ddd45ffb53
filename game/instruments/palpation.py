"""What a finger feels through the skin: how hard it is there, from the depth of bone, the fat over it and the push.

A pad of soft tissue of thickness h lies on bone. Pressed with F it thins by d, and resists as F = EA d / (h - d): the
thinner, the stiffer. Its slope at F is (EA + F)^2 / (EA h). The finger pad averages over its width; the more fat lies
above, the wider it averages. Only geometry decides: the words name no tissue.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from game.input.tuning import gain
from physics import anatomy
from physics.anatomy import Anatomy
from physics.geometry import surface_frame

FloatArray = NDArray[np.float64]

PAD_M = gain("palpate.pad_width") * 1e-3
SOFT_PA = 15e3  # stiffness of skin, fat and muscle together, pressed slowly: tens of kPa [A]
FAT_BLUR = 0.35  # width added to the pad for each length of fat above [A]
MOST_COVER_M = 0.08  # tuned: deeper bone is felt as none
LEAST_NOTICED = 0.22  # share by which stiffness must differ to be told apart by hand [Jones and Hunter 1990, UGK-M]
LEAST_COVER_M = 1.5e-3  # skin over bone is never thinner [device_and_procedure 8, M]
PASSER_M = 3e-3  # radius of a tunneller's nose [A]
FOREIGN_COVER_M = {"gastrostomy": 0.002, "ostomy": 0.012, "shunt": 0.006, "device": 0.006}  # as hard as bone so deep [A]
FOREIGN_HALF_M = {"gastrostomy": 0.011, "ostomy": 0.014, "shunt": 0.004, "device": 0.022}  # felt so far off its middle [A]
_RING = np.array([(0.0, 0.0), *((0.5 * math.cos(a), 0.5 * math.sin(a)) for a in np.arange(6) * math.pi / 3.0),
                  *((0.9 * math.cos(a), 0.9 * math.sin(a)) for a in np.arange(12) * math.pi / 6.0)])  # fmt: skip

PRESSES_N = (gain("palpate.light"), gain("palpate.medium"), gain("palpate.firm"))
PRESS_WORDS = ("light", "medium", "firm")
FASTEST_MM_PER_S = gain("palpate.fastest")
STAY_TICKS = round(gain("palpate.stay") * 0.064)
STRIP_MM = gain("palpate.strip")

# felt slope, brought to the medium push -> word; by the law above these are covers of about 55, 30 and 15 mm [A]
WORDS: tuple[tuple[float, str], ...] = ((0.65, "Soft"), (1.2, "Springy"), (2.4, "Firm"), (math.inf, "Hard, near the skin"))


def cover_m(body: Anatomy, u_m: float, v_m: float, width_m: float = PAD_M) -> FloatArray:
    """Return the depths of bone under 19 points of a pad about (u, v) [m]; `MOST_COVER_M` where there is none."""
    point, normal, along_u, along_v = surface_frame(body, u_m, v_m, 0.0)
    starts = point + 0.5 * width_m * (_RING[:, :1] * along_u + _RING[:, 1:] * along_v)
    depth = np.full(len(starts), LEAST_COVER_M)
    for _ in range(14):
        gap = anatomy.bones_distance(body.spine, starts - depth[:, None] * normal)
        depth = np.minimum(depth + np.maximum(gap, 0.0), MOST_COVER_M)
    return np.minimum(depth, _foreign_m(body, u_m + 0.5 * width_m * _RING[:, 0], v_m + 0.5 * width_m * _RING[:, 1]))


def _foreign_m(body: Anatomy, u_m: FloatArray, v_m: FloatArray) -> FloatArray:
    """Return how deep a button, a stoma or tubing of the patient lies under places of the skin [m]."""
    depth = np.full(len(u_m), MOST_COVER_M)
    for site in body.build.sites:
        path = np.array(site.path_uv_m)
        ends = path[1:] if len(path) > 1 else path
        for (u0, v0), (u1, v1) in zip(path, ends, strict=False):
            along = np.array([u1 - u0, v1 - v0])
            share = np.clip(((u_m - u0) * along[0] + (v_m - v0) * along[1]) / max(float(along @ along), 1e-12), 0.0, 1.0)
            off = np.hypot(u_m - u0 - share * along[0], v_m - v0 - share * along[1])
            depth[off < FOREIGN_HALF_M[site.kind]] = FOREIGN_COVER_M[site.kind]
    return depth


def hardness_n_per_mm(body: Anatomy, u_m: float, v_m: float, press_n: float) -> float:
    """Return the slope of push against sinking that a finger feels at (u, v) [N/mm].

    Parameters
    ----------
    body : Anatomy
        The patient.
    u_m, v_m : float
        Middle of the finger pad on the unrolled trunk.
    press_n : float
        Push of the finger.
    """
    fat = max(anatomy.fascia_depth(body.trunk, u_m, v_m), 0.0)
    cover = cover_m(body, u_m, v_m, PAD_M + FAT_BLUR * fat)
    ea = SOFT_PA * math.pi * (0.5 * PAD_M) ** 2
    slopes = (ea + press_n) ** 2 / (ea * cover) * 1e-3
    return float(np.mean(slopes))


def is_on_bone(body: Anatomy, u_m: float, v_m: float, depth_m: float) -> bool:
    """Return whether the nose of a passer at a depth under the skin touches rib, crest or spine."""
    point, *_ = surface_frame(body, u_m, v_m, depth_m)
    return bool(anatomy.bones_distance(body.spine, point[None, :])[0] < PASSER_M)


def word(hardness: float, press_n: float) -> str:
    """Return the word for a felt slope [N/mm] at a push [N]."""
    ea = SOFT_PA * math.pi * (0.5 * PAD_M) ** 2
    at_medium = hardness * ((ea + PRESSES_N[1]) / (ea + press_n)) ** 2
    return next(words for most, words in WORDS if at_medium < most)


def tone_hz(hardness: float) -> float:
    """Return the tone of a felt slope: 0.5 to 8 N/mm sound from low to high, evenly in octaves."""
    low, high = gain("palpate.tone_low"), gain("palpate.tone_high")
    share = min(max(math.log(max(hardness, 1e-3) / 0.5) / math.log(16.0), 0.0), 1.0)
    return float(low * (high / low) ** share)
