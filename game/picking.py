"""Where a line of sight meets the patient: skin, fascia in an open wound, pump, table; and named points. Pure, no GL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from game.view.camera import Camera
from game.view.openings import Opening, cut_of, lumbar_opening, pocket_opening
from physics import anatomy
from physics.anatomy import Anatomy, Trunk
from physics.geometry import surface_frame
from physics.observation import Observation

FloatArray = NDArray[np.float64]

COARSE_M = 3e-3  # tuned: thinner than any fold of skin that the sampling may jump over
NEAR_M, FAR_M = 0.05, 1.6  # tuned: from before the lens to behind the patient
GRAIN_M = 0.02e-3  # as all travel is quantised [game_design 2.12]
OFF_MAP_M = 2e-3  # tuned: skin farther than this from its place on the trunk is an arm's
PUMP_RADIUS_M = 0.04375  # 87.5 mm across [device_and_procedure 1.1]
LOOP_ANGLES = (45.0, 135.0, 225.0, 315.0)  # of the suture loops, from the outlet [A]
REACH_PX = 18.0  # tuned: so near the pointer must be to a catheter to mean it


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a line of sight meets the patient."""

    u_m: float
    v_m: float
    point_m: FloatArray
    normal: FloatArray
    surface: str = "skin"  # "skin", "fascia", "pump"


def skin_hit(trunk: Trunk, origin_m: FloatArray, direction: FloatArray) -> Hit | None:
    """Return where a line meets the skin first, or None.

    Parameters
    ----------
    trunk : Trunk
        The body.
    origin_m, direction : array
        Of the line, in the patient frame; direction of length 1.
    """
    along = np.arange(NEAR_M, FAR_M, COARSE_M)
    inside = np.flatnonzero(anatomy.skin_distance(trunk, origin_m + along[:, None] * direction) < 0.0)
    if len(inside) == 0 or inside[0] == 0:
        return None
    high = float(along[inside[0]])
    low = high - COARSE_M
    for _ in range(2):
        fine = np.linspace(low, high, 17)
        d = anatomy.skin_distance(trunk, origin_m + fine[:, None] * direction)
        first = int(np.argmax(d < 0.0)) or len(fine) - 1
        low, high = float(fine[first - 1]), float(fine[first])
    return _hit(trunk, origin_m + 0.5 * (low + high) * direction)


def _hit(trunk: Trunk, point_m: FloatArray, surface: str = "skin") -> Hit | None:
    u, v, _ = anatomy.unroll(trunk, point_m)
    u, v = (round(x / GRAIN_M) * GRAIN_M for x in (u, v))
    on_map, normal = anatomy.roll(trunk, u, v)
    if surface == "skin" and np.linalg.norm(on_map - point_m) > OFF_MAP_M:
        return None
    return Hit(u, v, point_m, normal, surface)


def depth_hit(trunk: Trunk, origin_m: FloatArray, direction: FloatArray, depth_m: float) -> Hit | None:
    """Return where a line that has passed the skin comes to a depth under it, or None."""
    skin = skin_hit(trunk, origin_m, direction)
    if skin is None:
        return None
    sinks = float(-direction @ skin.normal)
    if sinks < 0.15:  # grazing: the line leaves the body again
        return None
    along, point = depth_m / sinks, skin.point_m
    for _ in range(4):
        point = skin.point_m + along * direction
        along += (depth_m - anatomy.unroll(trunk, point)[2]) / sinks
    return _hit(trunk, point, "fascia")


def plane_hit(origin_m: FloatArray, direction: FloatArray, point_m: ArrayLike, normal: ArrayLike) -> FloatArray | None:
    """Return where a line meets a plane (a table, the face of a pump) from its front, or None."""
    n = np.asarray(normal, float)
    sinks = float(-direction @ n)
    if sinks < 1e-6:
        return None
    along = float((origin_m - np.asarray(point_m, float)) @ n) / sinks
    return None if along <= 0.0 else np.asarray(origin_m + along * direction)


def hit(body: Anatomy, seen: Observation, origin_m: FloatArray, direction: FloatArray) -> Hit | None:
    """Return what a line of sight meets: pump in its open pocket, fascia in the open back wound, else skin."""
    pocket, skin = seen.pocket, skin_hit(body.trunk, origin_m, direction)
    if pocket.is_pump_in and not pocket.is_closed and not is_under_skin(seen, skin):
        spot = plane_hit(origin_m, direction, pocket.pump_centre_m, pocket.pump_normal)
        if spot is not None and np.linalg.norm(spot - pocket.pump_centre_m) < PUMP_RADIUS_M:
            u, v, _ = anatomy.unroll(body.trunk, spot)
            return Hit(u, v, spot, np.asarray(pocket.pump_normal), "pump")
    if skin is not None and seen.is_lumbar_open and is_in_wound(seen, skin.u_m, skin.v_m):
        return depth_hit(body.trunk, origin_m, direction, seen.lumbar_depth_m) or skin
    return skin


def is_under_skin(seen: Observation, skin: Hit | None) -> bool:
    """Return whether a line that met the skin there comes to it beside the cut of the pocket; a macro leaves no cut."""
    if skin is None or cut_of(seen, "pocket") is None:
        return False
    return not _is_within(pocket_opening(seen), skin.u_m, skin.v_m)


def is_in_wound(seen: Observation, u_m: float, v_m: float) -> bool:
    """Return whether a place of the skin lies in the opening of the back wound."""
    return _is_within(lumbar_opening(seen), u_m, v_m)


def _is_within(found: Opening | None, u_m: float, v_m: float) -> bool:
    """Return whether a place of the skin lies in an opening as it is drawn; None: it is sewn, nothing lies open."""
    if found is None:
        return False
    du, dv = u_m - found.u_m, v_m - found.v_m
    along = du * np.cos(found.angle_rad) + dv * np.sin(found.angle_rad)
    across = dv * np.cos(found.angle_rad) - du * np.sin(found.angle_rad)
    return float(np.hypot(along / (0.5 * found.length_m), across / (0.5 * found.width_m))) < 1.0


def catheter_hit(seen: Observation, body: Anatomy, camera: Camera, pixel: tuple[float, float], size: tuple[int, int]) -> tuple[float, float] | None:
    """Return (distance from the tip, distance from the fascial exit outward) [m] of the catheter under a pixel, or None."""
    nodes = seen.catheter.nodes_m
    if not seen.catheter.is_open or len(nodes) < 2:
        return None
    away = np.linalg.norm(camera.project(nodes, size) - np.asarray(pixel), axis=1)
    away = np.where(np.isfinite(away), away, np.inf)
    near = int(np.argmin(away))
    if away[near] > REACH_PX:
        return None
    from_tip = np.concatenate([np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1)[::-1])[::-1], [0.0]])
    return float(from_tip[near]), float(from_tip[near] - from_tip[exit_node(seen, body)])


def exit_node(seen: Observation, body: Anatomy) -> int:
    """Return the node of the catheter that lies in the fascia: the first from the tip that is less deep than the fascia."""
    nodes = np.asarray(seen.catheter.nodes_m)
    u, v = (seen.lumbar_u_m, seen.lumbar_v_m) if seen.lumbar_length_m > 0.0 else (0.0, float(nodes[-1, 2]))
    shallow = np.flatnonzero(-anatomy.skin_distance(body.trunk, nodes) < anatomy.fascia_depth(body.trunk, u, v))
    return int(shallow[-1]) if len(shallow) else 0


def anchors(seen: Observation, body: Anatomy) -> Mapping[str, FloatArray]:
    """Return the named points of the moment in the patient frame [m], for the driver and the labels."""
    out: dict[str, FloatArray] = {}
    needle, pocket, catheter = seen.needle, seen.pocket, seen.catheter
    if needle.is_placed:
        out["at.hub"] = np.asarray(needle.tip_m - needle.length_m * needle.direction)
        out["at.entry"] = np.asarray(needle.entry_m)
    if catheter.is_open and len(catheter.nodes_m) > 1:
        out["at.fascia_exit"] = np.asarray(catheter.nodes_m[exit_node(seen, body)])
        out["at.catheter.end"] = np.asarray(catheter.nodes_m[0])
    if pocket.is_pump_in:
        centre, normal = np.asarray(pocket.pump_centre_m), np.asarray(pocket.pump_normal)
        out["at.pump.port"] = centre.copy()
        _, _, along_u, along_v = surface_frame(body, pocket.pump_u_m, pocket.pump_v_m, 0.0)
        for k, degrees in enumerate(LOOP_ANGLES):
            angle = pocket.outlet_angle_rad + np.radians(degrees)
            side = np.cos(angle) * along_v + np.sin(angle) * along_u
            out[f"at.pump.loop.{k + 1}"] = centre + PUMP_RADIUS_M * (side - (side @ normal) * normal)
    return out
