"""Names of the views, how the patient lies in each, and where the camera stands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from game.view.camera import Camera
from game.view.frame import FloatArray, Window
from game.view.geometry import cross, unit
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import Observation

PLAN = "plan"
BACK = "back"
INSIDE = "inside"
POCKET = "pocket"
IMPLANT = "implant"
REFILL = "refill"
AXIAL = "axial"
CORNER = "corner"
THEATRE = "theatre"
PATIENT = "patient"
FRONT = "front"
VIEWS = (PLAN, BACK, INSIDE, POCKET, IMPLANT, REFILL, AXIAL, CORNER, THEATRE, PATIENT, FRONT)
CUTS = {INSIDE: "sagittal", AXIAL: "axial", CORNER: "corner"}
SEE_THROUGH = (PLAN, IMPLANT, *CUTS)  # shown only where the level of help allows

WINDOW_STEP_M = 0.06  # tuned: the drape's window jumps by this much, so that it is rarely baked anew


_AROUND_M = ((-0.035, 0.0), (-0.018, 0.0), (0.018, 0.0), (0.035, 0.0), (0.0, -0.03), (0.0, 0.03))


@lru_cache(maxsize=64)
def surface_axes(anatomy: Anatomy, u_m: float, v_m: float) -> tuple[FloatArray, FloatArray]:
    """Return a point of the skin and its axes: side, head, outward."""
    point, _ = body.roll(anatomy.trunk, u_m, v_m, 0.0)
    around = [body.roll(anatomy.trunk, u_m + du, v_m + dv, 0.0)[1] for du, dv in _AROUND_M]
    outward = unit(np.sum(around, axis=0))  # over the breadth of a hand: furrows and bumps must not tilt it
    head = np.array([0.0, 0.0, 1.0])
    head = unit(head - (head @ outward) * outward)
    return np.asarray(point, float), np.stack([cross(head, outward), head, outward], axis=1)


def usual_entry(anatomy: Anatomy) -> tuple[float, float]:
    """Return (u, v) of the usual entry: midline, a little below L4, for a shallow way to L3-4."""
    return 0.0, float(anatomy.spine.level_centres_m[15][2]) - 0.024 * body_scale(anatomy)


def entry_site(observation: Observation, anatomy: Anatomy) -> tuple[float, float]:
    """Return (u, v) of the lumbar wound, else of the needle, else where one was cut, else the usual place."""
    if observation.is_lumbar_open or observation.lumbar_length_m > 0:
        return observation.lumbar_u_m, observation.lumbar_v_m
    if observation.needle.is_placed:
        x, y, z = observation.needle.entry_m
        return _unrolled(anatomy, float(x), float(y), float(z))
    seen = getattr(observation, "field", None)  # closed: the drapes stay where they were
    made = [c for c in (seen.incisions if seen is not None else ()) if c.wound == "lumbar" and c.at_s >= 0.0]
    return (float(made[-1].u_m), float(made[-1].v_m)) if made else usual_entry(anatomy)


@lru_cache(maxsize=64)
def _unrolled(anatomy: Anatomy, x_m: float, y_m: float, z_m: float) -> tuple[float, float]:
    u, v, _ = body.unroll(anatomy.trunk, np.array([x_m, y_m, z_m]))
    return float(u), float(v)


def field_site(observation: Observation, anatomy: Anatomy) -> tuple[float, float]:
    """Return (u, v) of the middle of the lumbar field: the usual place, moved in steps if the entry is far off."""
    u0, v0 = usual_entry(anatomy)
    u, v = entry_site(observation, anatomy)
    du, dv = (WINDOW_STEP_M * round(d / WINDOW_STEP_M) for d in (u - u0, v - v0))
    return u0 + du, v0 + dv


def usual_pocket(anatomy: Anatomy) -> tuple[float, float]:
    """Return (u, v) of the usual pocket: right lower quadrant, a hand beside the umbilicus."""
    u, v = anatomy.trunk.umbilicus_uv_m
    return -0.76 * abs(u), v + 0.016  # tuned: between costal margin and crest, clear of the midline


def body_scale(anatomy: Anatomy) -> float:
    """Return the stature over that of a typical man; windows and camera distances follow it."""
    return min(max(float(anatomy.build.height_m) / 1.756, 0.6), 1.15)


def pocket_site(observation: Observation, anatomy: Anatomy) -> tuple[float, float]:
    """Return (u, v) of the pump or pocket, or the usual place before there is one."""
    pocket = observation.pocket
    if pocket.is_pump_in:
        return pocket.pump_u_m, pocket.pump_v_m
    if pocket.is_dissected:
        return pocket.u_m, pocket.v_m
    seen = getattr(observation, "field", None)
    drawn = [m for m in (seen.marks if seen is not None else ()) if m.kind == "pocket"]
    return (float(drawn[-1].u_m), float(drawn[-1].v_m)) if drawn else usual_pocket(anatomy)


def side_up(observation: Observation, anatomy: Anatomy) -> FloatArray:
    """Return the patient direction that points to the ceiling in lateral decubitus: as turned, else the pump's side."""
    seen = getattr(observation, "field", None)
    if seen is not None and seen.position == "lateral":
        return np.array([1.0 if seen.side_up == "left" else -1.0, 0.0, 0.0])
    return np.array([1.0 if pocket_site(observation, anatomy)[0] > 0 else -1.0, 0.0, 0.0])


def room_of(view: str, observation: Observation, anatomy: Anatomy) -> FloatArray:
    """Return the rotation from the patient frame to the room (z = ceiling)."""
    head = np.array([0.0, 0.0, 1.0])
    if view in (BACK, POCKET, THEATRE):
        up = side_up(observation, anatomy)
        return np.stack([head, cross(up, head), up])
    if view == REFILL:
        up = np.array([0.0, -1.0, 0.0])
        return np.stack([cross(head, up), head, up])
    return np.eye(3)


def window_of(view: str, observation: Observation, anatomy: Anatomy) -> Window | None:
    """Return the opening of the drape in a view."""
    s = body_scale(anatomy)
    if view == BACK:
        centre, axes = surface_axes(anatomy, *field_site(observation, anatomy))
        return Window(centre + axes @ [0.0, 0.010, 0.0], axes, (0.060 * s, 0.082 * s))
    if view in (POCKET, REFILL):
        centre, axes = surface_axes(anatomy, *pocket_site(observation, anatomy))
        return Window(centre, axes, (0.078 * s, 0.076 * s))
    return None


def windows_of(view: str, observation: Observation, anatomy: Anatomy) -> tuple[Window, ...]:
    """Return every opening of the drape in a view: the whole room shows back and pocket."""
    names = (BACK, POCKET) if view == THEATRE else (view,)
    found = [window_of(name, observation, anatomy) for name in names]
    return tuple(w for w in found if w is not None)


def _camera(eye: FloatArray, target: FloatArray, up: FloatArray, fov_degrees: float) -> Camera:
    def three(v: FloatArray) -> tuple[float, float, float]:
        return float(v[0]), float(v[1]), float(v[2])

    return Camera(three(eye), three(target), three(up), float(np.radians(fov_degrees)))


def camera_for(view: str, observation: Observation, anatomy: Anatomy) -> Camera:
    """Return the usual camera of a view; the hand may orbit it."""
    head = np.array([0.0, 0.0, 1.0])
    s = body_scale(anatomy)
    if view == BACK:
        point, _ = surface_axes(anatomy, *field_site(observation, anatomy))
        up = side_up(observation, anatomy)
        if observation.is_lumbar_open and not observation.needle.is_placed and observation.catheter.is_open:
            point, _ = surface_axes(anatomy, *entry_site(observation, anatomy))
            eye = point + 0.36 * np.array([0.0, 1.0, 0.0]) + 0.145 * up - 0.02 * head
            return _camera(eye, point + 0.006 * head, up, 9.5)
        eye = point + s * (0.255 * np.array([0.0, 1.0, 0.0]) + 0.310 * up + 0.035 * head)
        return _camera(eye, point + np.array([0, 0.022, -0.002]) - 0.004 * up, up, 19.0)
    if view == INSIDE:
        side = cut_side(observation)
        entry, _ = surface_axes(anatomy, *entry_site(observation, anatomy))
        sac_z = float(np.mean(np.asarray(anatomy.spine.level_centres_m)[14:16, 2]))
        target = np.array([0.0, entry[1] - 0.014, 0.45 * entry[2] + 0.55 * sac_z + 0.006])
        eye = target + s * np.array([side * 0.60, 0.090, 0.030])
        return _camera(eye, target, head, 20.0)
    if view in (AXIAL, CORNER):
        return _cut_camera(view, observation, anatomy)
    if view == POCKET:
        point, axes = surface_axes(anatomy, *pocket_site(observation, anatomy))
        up = side_up(observation, anatomy)
        eye = point + s * (0.40 * axes[:, 2] + 0.23 * up - 0.16 * head)
        return _camera(eye, point + 0.004 * up, up, 21.0)
    if view == REFILL:
        point, axes = surface_axes(anatomy, *pocket_site(observation, anatomy))
        up = np.array([0.0, -1.0, 0.0])
        side = -1.0 if point[0] < 0 else 1.0
        out = np.array([side, 0.0, 0.0])  # from beside the patient, over flank and thigh
        eye = point + s * (0.40 * unit(0.8 * up + axes[:, 2]) + 0.36 * out - 0.05 * head)
        return _camera(eye, point - 0.004 * up - s * 0.014 * head - s * 0.012 * out, up, 27.0)
    if view == THEATRE:
        up = side_up(observation, anatomy)
        eye = 2.55 * np.array([0.0, 1.0, 0.0]) + 1.22 * up - 0.80 * head
        return _camera(eye, 0.03 * up - 0.13 * head - np.array([0.0, 0.05, 0.0]), up, 40.0)
    if view in (PATIENT, FRONT):
        back = 1.0 if view == PATIENT else -1.0
        return _camera(s * np.array([-0.55, 1.50 * back, 0.30]), s * np.array([0.0, 0.0, 0.058]), head, 30.0)
    if view == PLAN:
        return _camera(s * np.array([-0.66, 1.22, 0.30]), s * np.array([0.0, 0.01, 0.085]), head, 28.0)
    side = -1.0 if pocket_site(observation, anatomy)[0] < 0 else 1.0
    return _camera(
        s * np.array([side * 0.80, 0.72, 0.22]), s * np.array([side * 0.030, 0.005, 0.085]), head, 23.0
    )


def cut_level_m(observation: Observation, anatomy: Anatomy) -> float:
    """Return the height of the level cut: the needle's tip, else the usual space L3-4 [m]."""
    if observation.needle.is_placed:
        return float(observation.needle.tip_m[2])
    centres = np.asarray(anatomy.spine.level_centres_m, float)
    return float(0.5 * (centres[14, 2] + centres[15, 2]))


def cut_side(observation: Observation) -> float:
    """Return which half is taken away: the one from which the needle comes, so that its way is seen."""
    return 1.0 if observation.needle.is_placed and observation.needle.entry_m[0] > 1e-3 else -1.0


def _cut_camera(view: str, observation: Observation, anatomy: Anatomy) -> Camera:
    head, s = np.array([0.0, 0.0, 1.0]), body_scale(anatomy)
    at = np.array([0.0, 0.0, cut_level_m(observation, anatomy)])
    if view == AXIAL:
        return _camera(at + s * np.array([0.0, 0.33, 0.54]), at + s * np.array([0.0, 0.012, -0.036]), head, 26.0)
    side = cut_side(observation)
    return _camera(
        at + s * np.array([0.52 * side, 0.50, 0.27]), at + s * np.array([0.012 * side, 0.014, 0.020]), head, 25.0
    )
