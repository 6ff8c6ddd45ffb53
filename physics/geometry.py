"""Introduce the anatomy to the rest: plain points, normals and levels for siblings that never meet.

Pure functions of a patient's `Anatomy`; everything they return is plain arrays and numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import physics.anatomy as anatomy
import physics.catheter as catheter
from physics.anatomy import Anatomy, PatientBuild

FloatArray = NDArray[np.float64]

FASCIA_PATCH_M = 0.05  # half width of the sampled fascia round the lumbar wound
FASCIA_PITCH_M = 0.005
INTRATHECAL_F = 1.15  # elliptic sac coordinate up to which the tip counts as inside (as the rod does)
_T12, _S1 = 11, 17  # rows of the table of levels
EPIDURAL_F = 1.7  # same scale: outside the dura but inside the canal


@dataclass(frozen=True, slots=True)
class PumpPose:
    """The pump in the patient frame.

    Attributes
    ----------
    centre_m, normal : (3,) arrays
        Middle of the can; unit normal out through the skin.
    outlet_m, outlet_direction : (3,) arrays
        Catheter port on the rim; unit direction away from the can.
    """

    centre_m: FloatArray
    normal: FloatArray
    outlet_m: FloatArray
    outlet_direction: FloatArray


def _unit(vector: FloatArray) -> FloatArray:
    length: FloatArray = vector / np.linalg.norm(vector)
    return length


def surface_frame(body: Anatomy, u_m: float, v_m: float, depth_m: float) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return (point, outward normal, tangent toward growing u, tangent toward the head) at a depth."""
    point, normal = anatomy.roll(body.trunk, u_m, v_m, depth_m)
    ahead, _ = anatomy.roll(body.trunk, u_m + 1e-3, v_m, depth_m)
    along_u = ahead - point
    along_u = _unit(along_u - (along_u @ normal) * normal)
    up = np.array([0.0, 0.0, 1.0])
    along_v = _unit(up - (up @ normal) * normal)
    along_u = _unit(along_u - (along_u @ along_v) * along_v)
    return point, normal, along_u, along_v


def fascia_patch(body: Anatomy, u_m: float, v_m: float) -> tuple[FloatArray, FloatArray]:
    """Return points and outward normals of the lumbodorsal fascia round (u, v), each (f, 3)."""
    return _fascia_patch(body.build, round(u_m, 3), round(v_m, 3))


@lru_cache(maxsize=8)
def _fascia_patch(build: PatientBuild, u_m: float, v_m: float) -> tuple[FloatArray, FloatArray]:
    body = anatomy.build_anatomy(build)
    steps = np.arange(-FASCIA_PATCH_M, FASCIA_PATCH_M + 1e-9, FASCIA_PITCH_M)
    points, normals = [], []
    for dv in steps:
        for du in steps:
            u, v = u_m + float(du), v_m + float(dv)
            point, normal = anatomy.roll(body.trunk, u, v, anatomy.fascia_depth(body.trunk, u, v))
            points.append(point)
            normals.append(normal)
    samples = np.array(points), np.array(normals)
    for array in samples:
        array.setflags(write=False)
    return samples


def surroundings(body: Anatomy, needle_line_m: FloatArray | None, bore_m: float, u_m: float, v_m: float) -> catheter.Surroundings:
    """Return what the catheter touches: canal, cord, needle if there is one, fascia round the wound."""
    spine = body.spine
    points, normals = fascia_patch(body, u_m, v_m)
    return catheter.Surroundings(
        canal_points_m=spine.canal_points_m, canal_normals=spine.canal_normals, sac_semi_axes_m=spine.sac_semi_axes_m,
        cord_points_m=spine.cord_points_m, cord_radius_m=spine.cord_radius_m, cord_stiffness=spine.cord_stiffness,
        needle_line_m=np.zeros((0, 3)) if needle_line_m is None else needle_line_m, needle_bore_m=bore_m,
        fascia_points_m=points, fascia_normals=normals, lumbar_low_m=float(spine.level_centres_m[_S1][2]),
        lumbar_high_m=float(spine.level_centres_m[_T12 : _T12 + 2, 2].mean()),
    )  # fmt: skip


def place_in_canal(body: Anatomy, point_m: FloatArray) -> tuple[float, float, str]:
    """Return (canal arc [m], level, space) of a point: "intrathecal", "epidural" or "tissue"."""
    arc, _, f = anatomy.nearest_canal(body.spine, point_m)
    level = anatomy.level_at_arc(body.spine, arc)
    if f <= INTRATHECAL_F:
        return arc, level, "intrathecal"
    return arc, level, "epidural" if f <= EPIDURAL_F else "tissue"


def interspace(body: Anatomy, point_m: FloatArray) -> str:
    """Return the interspace nearest to a point, as clinicians say it: "L3-4"."""
    arc, _, _ = anatomy.nearest_canal(body.spine, point_m)
    level = anatomy.level_at_arc(body.spine, arc)
    upper = anatomy.LEVEL_NAMES[min(max(math.floor(level) - 1, 0), len(anatomy.LEVEL_NAMES) - 2)]
    lower = anatomy.LEVEL_NAMES[anatomy.LEVEL_NAMES.index(upper) + 1]
    return f"{upper}-{lower[1:] if lower[0] == upper[0] else lower}"


def pump_pose(
    body: Anatomy, u_m: float, v_m: float, cover_m: float, outlet_angle_rad: float, tilt_rad: float,
    thickness_m: float, radius_m: float,
) -> PumpPose:  # fmt: skip
    """Return where the pump lies.

    Parameters
    ----------
    u_m, v_m, cover_m : float
        On the unrolled trunk; tissue over the septum.
    outlet_angle_rad : float
        From the head toward growing u.
    tilt_rad : float
        About the long axis of the body; pi = upside down.
    thickness_m, radius_m : float
        Of the can.
    """
    centre, normal, along_u, along_v = surface_frame(body, u_m, v_m, cover_m + 0.5 * thickness_m)
    side = math.cos(tilt_rad) * along_u + math.sin(tilt_rad) * normal
    tilted = math.cos(tilt_rad) * normal - math.sin(tilt_rad) * along_u
    outward = math.cos(outlet_angle_rad) * along_v + math.sin(outlet_angle_rad) * side
    return PumpPose(centre, tilted, centre + radius_m * outward, outward)


def bone_gap(body: Anatomy, u_m: float, v_m: float, radius_m: float) -> float:
    """Return the least distance from the pump's rim to costal margin or iliac crest, sitting [m].

    Notes
    -----
    On the unrolled trunk of the sitting body, at 24 rim points: its pelvis is tilted back, the crest higher.
    """
    trunk = anatomy.in_position(body, "sitting").trunk
    gaps = []
    for k in range(24):
        angle = 2.0 * math.pi * k / 24
        u, v = u_m + radius_m * math.sin(angle), v_m + radius_m * math.cos(angle)
        gaps.append(anatomy.costal_margin_v(trunk, u) - v)
        gaps.append(v - anatomy.iliac_crest_v(trunk, u))
    return min(gaps)


def tunnel_points(body: Anatomy, waypoints_m: tuple[tuple[float, float, float], ...]) -> FloatArray:
    """Return the tunneller's way points (u, v, depth) as (k, 3) points of the patient frame."""
    return np.array([anatomy.roll(body.trunk, u, v, depth)[0] for u, v, depth in waypoints_m])


def canal_only(body: Anatomy) -> catheter.Surroundings:
    """Return surroundings without needle and fascia, for reading lengths inside the sac."""
    spine = body.spine
    return catheter.Surroundings(spine.canal_points_m, spine.canal_normals, spine.sac_semi_axes_m)


def canal_and_cord(body: Anatomy) -> catheter.Surroundings:
    """Return sac and cord without needle and fascia, for what the tip touches."""
    spine = body.spine
    return replace(
        canal_only(body), cord_points_m=spine.cord_points_m, cord_radius_m=spine.cord_radius_m,
        cord_stiffness=spine.cord_stiffness,
    )  # fmt: skip
