"""A pocket that is opened by sweeps: which floor is parted, in what plane, and how a pump fits into it.

The map is a grid of small cells about the first sweep. A sweep parts every cell within half its width of its
line, but only from where the pocket, or the incision, is open already. The outline that `physics.pocket`
lives on is read off the map: mean reach R from its middle and the second harmonic of the reach.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from physics.wound.skin_prep import distance_to_segment
from physics.wound.state import SWEEP_CELL_M, SWEEP_HALF_M, BoolArray, FloatArray, Incision, Swept

WIDTH_M = {"finger": 0.022, "cautery": 0.012}  # [A] index finger, blade
REACH_M = 0.015  # [A] a sweep begins within this of what is open
BORDER_M = 0.002  # [A] within this of the fascia the finger slides on the sheet
N_RAYS = 48
RIM = ("head", "left", "foot", "right")

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.sweep_finger", WIDTH_M["finger"], "m", "A", "assumption: index finger and what it pushes aside"),
    ("wound.sweep_cautery", WIDTH_M["cautery"], "m", "A", "assumption"),
    ("wound.sweep_reach", REACH_M, "m", "A", "assumption"),
    ("wound.sweep_border", BORDER_M, "m", "A", "assumption"),
)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a pocket's floor amounts to: middle, mean reach, elongation and its direction; reach by ray."""

    u_m: float
    v_m: float
    radius_m: float
    elongation: float
    long_axis_rad: float
    reach_m: FloatArray

    def wall_m(self) -> FloatArray:
        """Return the wall as (n, 2) points (u, v) [m]."""
        angles = 2.0 * np.pi * np.arange(N_RAYS) / N_RAYS
        return np.column_stack([self.u_m + self.reach_m * np.cos(angles), self.v_m + self.reach_m * np.sin(angles)])


def _axes(swept: Swept) -> tuple[FloatArray, FloatArray]:
    n = swept.open_map.shape[0]
    at = (np.arange(n) + 0.5 - 0.5 * n) * SWEEP_CELL_M
    return swept.u_m + at[None, :], swept.v_m + at[:, None]


def untouched(u_m: float, v_m: float, depth_m: float, plane: str) -> Swept:
    """Return a floor of which nothing is parted yet."""
    n = round(2.0 * SWEEP_HALF_M / SWEEP_CELL_M)
    return Swept(u_m, v_m, depth_m, plane, np.zeros((n, n), dtype=np.bool_))


def plane_at(depth_m: float, fascia_m: float, muscle_m: float) -> tuple[str, str]:
    """Return (plane, what the finger feels) of a depth: muscle ends at `muscle_m`."""
    if depth_m < fascia_m - BORDER_M:
        return "subcutaneous", "fat soft"
    if depth_m <= fascia_m:
        return "subcutaneous", "sheet slides"
    if depth_m <= muscle_m:
        return "subfascial", "muscle twitches"
    return "subfascial", "gives way"


def is_in_reach(swept: Swept | None, cut: Incision, u_m: float, v_m: float) -> bool:
    """Return whether a sweep can begin at (u, v): in the incision, or where the floor is open."""
    ends = incision_ends(cut)
    near = float(distance_to_segment(np.array([u_m]), np.array([v_m]), *ends)[0])
    if near <= REACH_M:
        return True
    if swept is None or not swept.open_map.any():
        return False
    u, v = _axes(swept)
    return bool((np.hypot(u - u_m, v - v_m)[swept.open_map] <= REACH_M).any())


def incision_ends(cut: Incision) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return both ends of an incision on the unrolled skin [m]."""
    half_u, half_v = 0.5 * cut.length_m * math.cos(cut.angle_rad), 0.5 * cut.length_m * math.sin(cut.angle_rad)
    return (cut.u_m - half_u, cut.v_m - half_v), (cut.u_m + half_u, cut.v_m + half_v)


def swept_once(
    swept: Swept, start: tuple[float, float], end: tuple[float, float], tool: str, feel: str
) -> tuple[Swept, float]:
    """Return the floor after one sweep, and the area that it newly parted [m2]."""
    u, v = _axes(swept)
    near = distance_to_segment(u, v, start, end) <= 0.5 * WIDTH_M[tool]
    opened = swept.open_map | near
    area = float(np.count_nonzero(opened) - np.count_nonzero(swept.open_map)) * SWEEP_CELL_M**2
    after = replace(swept, open_map=opened, feel=feel, n_sweeps=swept.n_sweeps + 1, rim_gaps_m=())
    return _walled(after), area


def _walled(swept: Swept) -> Swept:
    """Return the floor with its wall brought up to date."""
    found = outline(swept)
    return swept if found is None else replace(swept, wall_m=found.wall_m())


def disc(u_m: float, v_m: float, radius_m: float, depth_m: float, plane: str) -> Swept:
    """Return a floor parted as a disc: what the macro leaves."""
    swept = untouched(u_m, v_m, depth_m, plane)
    u, v = _axes(swept)
    return _walled(replace(swept, open_map=np.hypot(u - u_m, v - v_m) <= radius_m))


def area_m2(open_map: BoolArray) -> float:
    """Return the area of the parted floor [m2]."""
    return float(np.count_nonzero(open_map)) * SWEEP_CELL_M**2


def outline(swept: Swept) -> Outline | None:
    """Return the outline of the parted floor, or None where there is none.

    Notes
    -----
    r(phi) = R (1 + e cos 2(phi - phi_0)) as in `physics.pocket.outline`: R and e are its mean and second
    Fourier coefficient. A ray ends at the first wall, so what lies behind a bridge of tissue does not count.
    """
    if not swept.open_map.any():
        return None
    u, v = _axes(swept)
    middle_u = float(np.mean(np.broadcast_to(u, swept.open_map.shape)[swept.open_map]))
    middle_v = float(np.mean(np.broadcast_to(v, swept.open_map.shape)[swept.open_map]))
    angles = 2.0 * np.pi * np.arange(N_RAYS) / N_RAYS
    reach = _rays(swept, middle_u, middle_v, angles)
    mean = float(reach.mean())
    second = complex(np.mean(reach * np.exp(2j * angles)))
    elongation = 2.0 * abs(second) / mean if mean > 0.0 else 0.0
    return Outline(middle_u, middle_v, mean, elongation, 0.5 * math.atan2(second.imag, second.real), reach)


def _rays(swept: Swept, u_m: float, v_m: float, angles: FloatArray) -> FloatArray:
    """Return the distance from a point to the first wall in each direction [m]."""
    n = swept.open_map.shape[0]
    at = np.arange(0.0, SWEEP_HALF_M * 1.5, 0.25 * SWEEP_CELL_M)[None, :]
    column = np.floor((u_m + at * np.cos(angles)[:, None] - swept.u_m) / SWEEP_CELL_M + 0.5 * n).astype(int)
    row = np.floor((v_m + at * np.sin(angles)[:, None] - swept.v_m) / SWEEP_CELL_M + 0.5 * n).astype(int)
    is_in = (column >= 0) & (column < n) & (row >= 0) & (row < n)
    is_shut = ~(is_in & swept.open_map[np.clip(row, 0, n - 1), np.clip(column, 0, n - 1)])
    is_shut[:, -1] = True
    return np.asarray(at[0, is_shut.argmax(axis=1)])


def rim_gaps_m(found: Outline, pump_radius_m: float) -> tuple[float, float, float, float]:
    """Return the gap between the rim of a pump in the middle and the wall: head, left, foot, right; < 0 = it jams [m]."""
    quarter = N_RAYS // 4
    reach = found.reach_m
    return tuple(float(reach[k]) - pump_radius_m for k in (quarter, 0, 3 * quarter, 2 * quarter))  # type: ignore[return-value]
