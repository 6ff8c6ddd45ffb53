"""The Tuohy needle's design, the way it takes through the layers, and how it points and bends."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import physics.tissue.layers as layers

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NeedleSpec:
    """Design of the needle, and the law of the hand that holds it.

    Attributes
    ----------
    length_m : float
        Usable shaft [m]; 89 mm, long 114 mm [device_and_procedure 2, UGK-M].
    bore_radius_m, outer_radius_m : float
        15 gauge thin wall [UGK-M].
    bevel_m, curve_m, curve_rad : float
        Length of the opening; last 4 mm bent by 20 degrees [catheter_mechanics_2 section 3, A].
    free_n_per_m, free_limit_n, braced_n_per_m, braced_limit_n, settle_s : float
        The hand as a spring [game_design 3].
    side_n_per_rad : float
        Side load per turn past the fascia, 0.35 N per degree [game_design 3].
    bend_n : float
        Side load that bends the needle for good [game_design 3].
    viscosity_pa_s, drop_m3 : float
        CSF near body temperature; one drop from a hub [UGK].
    bevel_resistance_pa_s_per_m3 : float
        Opening among roots and arachnoid; tuned: a drop each 0.8-2.5 s at 15 cmH2O [game_design 3.5].
    """

    length_m: float = 0.089
    bore_radius_m: float = 0.00075
    outer_radius_m: float = 0.0009
    bevel_m: float = 0.0025
    curve_m: float = 0.004
    curve_rad: float = math.radians(20.0)
    free_n_per_m: float = 1500.0
    free_limit_n: float = 15.0
    braced_n_per_m: float = 6000.0
    braced_limit_n: float = 8.0
    settle_s: float = 0.060
    side_n_per_rad: float = 0.35 * 180.0 / math.pi
    bend_n: float = 6.0
    viscosity_pa_s: float = 0.0007
    drop_m3: float = 5e-8
    bevel_resistance_pa_s_per_m3: float = 2.6e10


@dataclass(frozen=True, slots=True, eq=False)
class NeedlePath:
    """What lies along the needle's axis.

    Attributes
    ----------
    entry_m, normal, direction : (3,) arrays
        Start of the path, outward skin normal there, unit axis hub to tip.
    borders_m : (k + 1,) array
        Layer borders along the axis, from 0 [m].
    layers : tuple of k str
        Names of `physics.tissue.LAYERS`.
    codes : (k,) array
        The same as integers.
    free_m : float
        Depth up to which the shaft can still be turned: the near side of the fascia [m].
    flavum_m, dura_m, anterior_m : float
        Depth where the flavum ends, where the sac begins, and the opposite wall; inf if not met [m].
    """

    entry_m: FloatArray
    normal: FloatArray
    direction: FloatArray
    borders_m: FloatArray
    layers: tuple[str, ...]
    codes: IntArray
    free_m: float
    flavum_m: float
    dura_m: float
    anterior_m: float


def needle_path(
    entry_m: FloatArray, normal: FloatArray, direction: FloatArray, depths_m: FloatArray, names: tuple[str, ...]
) -> NeedlePath:
    """Return a path from layer borders (k + 1,) and names (k,).

    Raises
    ------
    ValueError
        If a name is unknown, lengths differ, or borders do not increase from 0.
    """
    borders = np.ascontiguousarray(depths_m, dtype=np.float64)
    unknown = [n for n in names if n not in layers.CODES]
    if unknown:
        raise ValueError(f"layer {unknown[0]!r}; expected one of {', '.join(layers.NAMES)}")
    if borders.shape != (len(names) + 1,) or borders[0] != 0.0 or not np.all(np.diff(borders) > 0.0):
        raise ValueError(f"{len(names)} layers with borders {borders}; expected increasing from 0, one more")
    codes = np.array([layers.CODES[n] for n in names], dtype=np.int64)
    bare = ("air", "skin", "fat")
    free = next((float(borders[i]) for i, n in enumerate(names) if n not in bare), float(borders[-1]))
    flavum = [float(borders[i + 1]) for i, n in enumerate(names) if n == "ligamentum_flavum"]
    dura = next((float(borders[i]) for i, n in enumerate(names) if n == "sac"), math.inf)
    wall = [float(borders[i]) for i, n in enumerate(names) if n == "anterior_wall"]
    return NeedlePath(
        np.asarray(entry_m, dtype=float), np.asarray(normal, dtype=float), np.asarray(direction, dtype=float),
        borders, tuple(names), codes, free, flavum[-1] if flavum else math.inf, dura,
        wall[0] if wall and math.isfinite(dura) else math.inf,
    )  # fmt: skip


def needle_pose(entry_m: FloatArray, normal: FloatArray, elevation_rad: float, medial_rad: float) -> FloatArray:
    """Return the unit direction hub to tip.

    Parameters
    ----------
    entry_m, normal : (3,) arrays
        Entry point (its side decides where the midline is) and outward skin normal.
    elevation_rad : float
        pi/2 = perpendicular to the skin; smaller = tip toward the head.
    medial_rad : float
        Turn of the tip toward the midline.
    """
    n = np.asarray(normal, dtype=float)
    n = n / np.linalg.norm(n)
    head = np.array([0.0, 0.0, 1.0]) - n[2] * n
    head = head / np.linalg.norm(head)
    to_left = np.cross(n, head)
    to_midline = -to_left if entry_m[0] >= 0.0 else to_left
    inward = -math.cos(medial_rad) * n + math.sin(medial_rad) * to_midline
    direction: FloatArray = math.sin(elevation_rad) * inward + math.cos(elevation_rad) * head
    return direction


def needle_centre_line(
    tip_m: FloatArray, direction: FloatArray, rotation_rad: float, spec: NeedleSpec, pitch_m: float = 0.004
) -> FloatArray:
    """Return the bore's centre line (m, 3) from hub to tip [m].

    Straight along the axis, the last 4 mm curved by 20 degrees toward the bevel's opening; rotation 0
    opens toward the head.
    """
    d = np.asarray(direction, dtype=float)
    head = np.array([0.0, 0.0, 1.0]) - d[2] * d
    if np.linalg.norm(head) < 1e-6:
        head = np.array([0.0, 1.0, 0.0]) - d[1] * d
    head = head / np.linalg.norm(head)
    side = math.cos(rotation_rad) * head + math.sin(rotation_rad) * np.cross(d, head)
    n = 12
    angle = spec.curve_rad * np.linspace(0.0, 1.0, n + 1)
    tangents = np.cos(angle)[:, None] * d + np.sin(angle)[:, None] * side
    middle = 0.5 * (tangents[1:] + tangents[:-1])
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    curved = np.vstack([np.zeros(3), np.cumsum(middle * spec.curve_m / n, axis=0)])
    curved += np.asarray(tip_m, dtype=float) - curved[-1]
    straight = spec.length_m - spec.curve_m
    back = np.linspace(straight, 0.0, max(int(round(straight / pitch_m)), 1), endpoint=False)
    line: FloatArray = np.vstack([curved[0] - back[:, None] * d, curved])
    return line
