"""Instruments and implants of a view as draw items: needle, catheter, anchor, pump, refill set, marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

import game.view.devices as devices
import game.view.materials as materials
from game.view.frame import Bulge, CArm, FloatArray, Item, Material
from game.view.field import FieldState, field_of
from game.view.site_items import site_items
from game.view.geometry import Mesh, cross, frame_along, pose, smooth_path, turn, unit
from game.view.sweep import aspect_from_patency, refine, tube
from game.view.views import (
    BACK,
    CUTS,
    FRONT,
    IMPLANT,
    PATIENT,
    PLAN,
    POCKET,
    REFILL,
    SEE_THROUGH,
    THEATRE,
    camera_for,
    entry_site,
    pocket_site,
    side_up,
    surface_axes,
)
from game.view.wound_items import (
    back_items,
    back_scar_items,
    fascial_exit,
    hub_drop,
    ink_items,
    laid_nodes,
    pocket_items,
    puddle_items,
    sewn_items,
)
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import CatheterObservation, NeedleObservation, Observation


STEM_M, FREE_M = 0.016, 0.045  # tuned: straight in stem and boot; from here on as the rod lies
IN_HUB_M = 0.015  # tuned: depth in the hub at which the drawn tail begins
LIFT_M, LIFT_BY_COVER = 0.016, 0.35  # tuned: the skin over the can as drawn, and what each metre of cover takes off
LIFT_RANGE_M = 0.004, 0.022  # tuned
FIELD_M = 0.125  # tuned: beyond the corners of a drape's window, toward whose edge what shines through fades


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """What a view may show beyond the truth of the moment."""

    skin_tone: str = "light"
    is_see_through: bool = False  # assistance: skin over the pump as glass
    planned_tip_level: float | None = None
    planned_pocket_m: tuple[float, float] | None = None
    is_catheter_revealed: bool = True  # inside views: may the hidden catheter be seen
    may_see_inside: bool = True  # help level: translucent bodies and cut-aways
    has_labels: bool = False  # cut-aways: name the parts
    c_arm: CArm | None = None  # the whole room: where it stands; None = pulled back
    has_xray: bool = True  # list what absorbs the beam too; a picture that is only looked at needs none of it
    field: FieldState | None = None  # prep, marks, bleeding; None = what the observation says


def bulge_of(observation: Observation, anatomy: Anatomy) -> Bulge | None:
    """Return how the skin lifts over an implanted pump, by the same share of any can's height."""
    pocket = observation.pocket
    if not pocket.is_pump_in:
        return None
    centre, axes = surface_axes(anatomy, pocket.pump_u_m, pocket.pump_v_m)
    higher, (least, most) = pocket.pump_height_m / devices.DRAWN_HEIGHT_M, LIFT_RANGE_M
    lift = LIFT_M * higher - LIFT_BY_COVER * pocket.cover_m + observation.refill.skin_lift_m
    height = float(np.clip(lift, least, most * higher))
    return Bulge(centre, axes[:, 2], devices.PUMP_RADIUS_M, height)


def instrument_items(
    view: str, observation: Observation, anatomy: Anatomy, options: SceneOptions
) -> list[Item]:
    """Return every instrument and implant part of a view."""
    items: list[Item] = []
    field = options.field or field_of(observation)
    catheter = observation.catheter
    inside = view in SEE_THROUGH
    if view in (BACK, THEATRE, *CUTS) and observation.needle.is_placed:
        items += needle_items(observation.needle, through=0.9 if view in CUTS else 0.0)
        needle = observation.needle
        if not needle.is_stylet_in and needle.csf_drops > 0 and not catheter.is_open:
            down = -side_up(observation, anatomy)
            items += hub_drop(needle, down)
    if catheter.is_open and view not in (PATIENT, FRONT) and (not inside or options.is_catheter_revealed) and len(catheter.nodes_m) > 1:
        items += catheter_items(observation, anatomy, view, options.may_see_inside)
    if view in (BACK, THEATRE):
        items += back_items(observation, anatomy, field) + puddle_items(observation, anatomy)
    if view in (POCKET, THEATRE):
        items += pocket_items(observation, anatomy, field)
    if view in (BACK, POCKET, THEATRE, PATIENT, FRONT):
        items += ink_items(observation, anatomy, field) + sewn_items(anatomy, field)
    if view in (BACK, THEATRE, PATIENT):
        items += back_scar_items(observation, anatomy, view == PATIENT)
    if view == REFILL:
        items += [i for i in sewn_items(anatomy, field) if i.name == "old scar"]
    if view in (PATIENT, FRONT) or (view in (BACK, POCKET, THEATRE) and not field.is_draped):
        items += site_items(anatomy)
    if view in (POCKET, IMPLANT, REFILL) and observation.pocket.is_pump_in:
        is_seen = view == IMPLANT or options.is_see_through
        if is_seen or view == POCKET:
            items += pump_items(observation, through=0.24 if not is_seen and options.may_see_inside else 0.0)
    if view == REFILL:
        items += refill_items(observation, anatomy)
    if view == IMPLANT:
        items += highlight_items(observation, _sight(IMPLANT, observation, anatomy))
    if view == PLAN:
        items += plan_items(observation, anatomy, options)
    return items


def needle_items(needle: NeedleObservation, through: float = 0.0) -> list[Item]:
    """Return the Tuohy needle at its pose, with its stylet or the drop at its hub."""
    parts = devices.tuohy(round(float(needle.length_m), 4))
    axis = -unit(needle.direction)  # tip to hub
    basis = frame_along(axis, (0, 0, 1)) @ turn("z", -float(needle.rotation_rad))
    place = pose(basis, needle.tip_m)
    items = [
        Item("needle shaft", parts["shaft"], materials.STEEL, place, is_through=through),
        Item("needle marks", parts["marks"], materials.BLACK, place),
        Item("needle hub", parts["hub"], materials.HUB, place),
        Item("needle notch", parts["notch"], materials.NOTCH, place),
    ]
    if needle.is_stylet_in:
        items.append(Item("needle stylet", parts["stylet"], materials.SILICONE, place))
    return items


@lru_cache(maxsize=6)
def _swept(nodes: bytes, patency: bytes, radius_m: float, is_inside_out: bool = False) -> Mesh:
    points = np.frombuffer(nodes).reshape(-1, 3)
    open_share = np.frombuffer(patency)
    n_between = 3 if len(points) < 220 else 2
    line = refine(points, n_between)
    if len(open_share) == 0 or float(open_share.min()) > 0.97:
        return with_arcs(tube(line, radius_m, 12, is_inside_out=is_inside_out), line, 12)
    at = np.linspace(0, len(open_share) - 1, len(line))
    aspect = aspect_from_patency(np.interp(at, np.arange(len(open_share)), open_share))
    bend = np.gradient(np.gradient(line, axis=0), axis=0)
    return with_arcs(tube(line, radius_m, 14, aspect, bend, is_inside_out=is_inside_out), line, 14)


@lru_cache(maxsize=4)
def _tail(route: bytes, radius_m: float) -> tuple[Mesh, FloatArray]:
    line = smooth_path(np.frombuffer(route).reshape(-1, 3), 70)
    return tube(line, radius_m, 10), line


def _tail_items(observation: Observation, anatomy: Anatomy) -> list[Item]:
    """Return what of the catheter is not yet fed: out of the hub, over the skin, away over the drape's lower rim.

    Physics holds only what is in the hub and beyond; hands hold the rest.
    """
    needle, catheter = observation.needle, observation.catheter
    out = -unit(needle.direction)
    hub = np.asarray(needle.tip_m, float) + out * (needle.length_m + 0.017)
    nodes = np.asarray(catheter.nodes_m, float)
    first = nodes[0]
    inside = float((hub - first) @ out)
    if np.linalg.norm(first - hub) > 0.045:
        return []  # the nodes themselves come from outside
    if 0.0 < inside < 2.0 * IN_HUB_M:  # out of sight: the tail keeps its shape while it is fed
        first = hub - IN_HUB_M * out
    _, axes = surface_axes(anatomy, *entry_site(observation, anatomy))
    down, head = -side_up(observation, anatomy), axes[:, 1]
    lies = _over_skin(anatomy, *entry_site(observation, anatomy), float(np.sign(down[0])))
    route = [first, hub, hub + out * 0.020, hub + out * 0.026 + down * 0.018 + head * 0.020, *lies]
    points = np.round(np.array(route), 4)
    length = float(np.linalg.norm(np.diff(nodes, axis=0), axis=1).sum() + (first - nodes[0]) @ out)
    mesh, line = _tail(np.ascontiguousarray(points).tobytes(), float(catheter.radius_m))
    return [Item("catheter tail", with_arcs(mesh, line, 10, length), materials.CATHETER)]


@lru_cache(maxsize=8)
def _over_skin(anatomy: Anatomy, u_m: float, v_m: float, low: float) -> tuple[FloatArray, ...]:
    """Return the points where the catheter's tail lies on the skin, toward the lower side."""
    lies = ((0.034, 0.040, 0.006), (0.050, 0.052, 0.003), (0.066, 0.046, 0.005), (0.100, 0.030, 0.008), (0.135, 0.030, 0.010))
    return tuple(np.asarray(body.roll(anatomy.trunk, u_m + low * a, v_m + b, -c)[0]) for a, b, c in lies)


def with_arcs(mesh: Mesh, line: FloatArray, n: int, from_first_m: float | None = None) -> Mesh:
    """Return a swept tube whose second attribute is the arc [m] from the catheter's tip: where the marks are printed.

    The tip is the line's last point, or lies `from_first_m` beyond its first one on the other side.
    """
    arc = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    attributes = np.zeros((len(mesh.points_m), 4), np.float32)
    attributes[:, 0], attributes[:, 2] = 1.0, -1.0
    attributes[: n * len(line), 1] = np.repeat(arc[-1] - arc if from_first_m is None else from_first_m + arc, n)
    attributes[n * len(line) :, 1] = -1.0
    return replace(mesh, attributes=attributes)


def catheter_mesh(catheter: CatheterObservation, radius_m: float | None = None, is_inside_out: bool = False) -> Mesh:
    """Return the catheter swept along its nodes, flattened where its lumen is closing."""
    nodes = np.ascontiguousarray(catheter.nodes_m, float)
    patency = np.ascontiguousarray(catheter.patency, float)
    return _swept(nodes.tobytes(), patency.tobytes(), float(radius_m or catheter.radius_m), is_inside_out)


def catheter_items(observation: Observation, anatomy: Anatomy, view: str, may_see_inside: bool = True) -> list[Item]:
    """Return the catheter; where it matters more than its bore, it is drawn thicker than it is."""
    catheter = observation.catheter
    if view in (IMPLANT, PLAN):
        return _outlined(catheter, 2.0, 0.6)
    if view in CUTS:
        return _outlined(catheter, 1.3, 1.0)
    through = 0.55 if view == POCKET and catheter.is_tunnelled and may_see_inside else 0.0
    is_laid = view == BACK and observation.is_lumbar_open and not observation.needle.is_placed
    shown = replace(catheter, nodes_m=laid_nodes(observation, anatomy)) if is_laid else catheter
    items = [Item("catheter", catheter_mesh(shown), materials.CATHETER)]
    if view == BACK and observation.needle.is_placed:
        items += _tail_items(observation, anatomy)
    exit_index = fascial_exit(observation, anatomy) if is_laid and may_see_inside else None
    if exit_index is not None and exit_index > 4:  # the loop under the lips, for the levels that may
        outside = np.ascontiguousarray(shown.nodes_m[: exit_index + 1], float)
        near = np.linalg.norm(outside - outside[-1], axis=1) < FIELD_M
        outside = np.ascontiguousarray(outside[int(np.flatnonzero(~near)[-1]) + 1 if (~near).any() else 0 :])
        if len(outside) > 3:
            loop = _swept(outside.tobytes(), b"", float(catheter.radius_m))
            items.append(Item("catheter under the lips", loop, materials.CATHETER, is_through=0.22, is_only_through=True))
    if through > 0:
        near = _near_pump(catheter.nodes_m, observation.pocket.pump_centre_m)
        wide = _swept(near.tobytes(), b"", 1.4 * catheter.radius_m)
        items.append(Item("tunnel", wide, materials.TUNNEL, is_through=through, is_only_through=True))
    return items


def _near_pump(nodes_m: FloatArray, pump_m: FloatArray) -> FloatArray:
    """Return the pump end of the catheter as far as the field shows it: beyond the drape nothing shines through."""
    nodes = np.ascontiguousarray(nodes_m, float)
    far = np.flatnonzero(np.linalg.norm(nodes - np.asarray(pump_m, float), axis=1) > FIELD_M)
    return np.ascontiguousarray(nodes[: max(int(far[0]), 4)]) if len(far) else nodes


def _outlined(catheter: CatheterObservation, thickness: float, through: float) -> list[Item]:
    """Return the catheter with a dark outline (an inside-out, thicker copy), readable on any ground."""
    bright = catheter_mesh(catheter, thickness * catheter.radius_m)
    outline = catheter_mesh(catheter, (thickness + 0.75) * catheter.radius_m, is_inside_out=True)
    return [
        Item("catheter outline", outline, materials.OUTLINE, is_through=0.6 * through),
        Item("catheter", bright, materials.YELLOW, is_through=through),
    ]


def pump_pose(observation: Observation) -> FloatArray:
    """Return the 4x4 pose of the pump: +z out of the septum, +x along the outlet."""
    pocket, catheter = observation.pocket, observation.catheter
    normal = unit(pocket.pump_normal)
    centre = np.asarray(pocket.pump_centre_m, float)
    head = np.array([0.0, 0.0, 1.0])
    head = unit(head - (head @ normal) * normal)
    along_u = cross(normal, head) if pocket.is_septum_outward else cross(head, normal)
    outlet = np.cos(pocket.outlet_angle_rad) * head + np.sin(pocket.outlet_angle_rad) * along_u
    if catheter.is_connected and len(catheter.nodes_m) > 1:
        toward = np.asarray(catheter.nodes_m[0], float) - centre
        toward = toward - (toward @ normal) * normal
        if np.linalg.norm(toward) > 0.02:
            outlet = unit(toward)
    return pose(frame_along(normal, outlet), centre)


def leaving_stem(observation: Observation) -> Observation:
    """Return the observation with the catheter straight along the pump's stem and boot, for drawing.

    The rod is clamped at the can's rim; the stem, which it cannot bend, reaches 12 mm further.
    """
    catheter = observation.catheter
    if not (catheter.is_connected and observation.pocket.is_pump_in and len(catheter.nodes_m) > 2):
        return observation
    nodes = np.asarray(catheter.nodes_m, float)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    outlet = pump_pose(observation)[:3, 0]
    share = np.clip((arc - STEM_M) / (FREE_M - STEM_M), 0.0, 1.0)
    is_stiff = 1.0 - share * share * (3.0 - 2.0 * share)
    straight = nodes[0] + arc[:, None] * outlet
    drawn = nodes + is_stiff[:, None] * (straight - nodes)
    return replace(observation, catheter=replace(catheter, nodes_m=drawn))


PUMP_LOOK: dict[str, Material] = {
    "shell": materials.TITANIUM, "septum": materials.SEPTUM, "ring": materials.DARK_METAL, "boot": materials.SILICONE,
}  # fmt: skip


def pump_items(observation: Observation, through: float) -> list[Item]:
    """Return the pump in the body."""
    place = pump_pose(observation)
    items = []
    for name, mesh in devices.pump(observation.pocket.pump_height_m).items():
        if name == "boot" and not observation.catheter.is_connected:
            continue
        items.append(Item(f"pump {name}", mesh, PUMP_LOOK[name], place, is_through=through))
    return items


def refill_items(observation: Observation, anatomy: Anatomy) -> list[Item]:
    """Return template, refill needle, tubing, filter and syringe."""
    refill = observation.refill
    centre, axes = surface_axes(anatomy, *pocket_site(observation, anatomy))
    lift = np.zeros(3)
    bulge = bulge_of(observation, anatomy)
    if bulge is not None:
        lift = bulge.normal * bulge.height_m
    items: list[Item] = []
    place = pose(axes, centre + lift + axes[:, 2] * 0.0015)
    parts = devices.template()
    items += [
        Item("template", parts["plate"], materials.TEMPLATE, place),
        Item("template ink", parts["ink"], materials.INK, place),
    ]
    if not refill.is_placed:
        return items
    axis = -unit(refill.direction)
    tip = np.asarray(refill.tip_m, float)
    place = pose(frame_along(axis, axes[:, 0]), tip)
    needle = devices.refill_needle()
    items += [
        Item("refill needle", needle["shaft"], materials.STEEL, place),
        Item("refill hub", needle["hub"], materials.WINGS, place),
    ]
    items += _syringe_items(
        observation, anatomy, tip + axis * (devices.REFILL_LENGTH_M + 0.014), axis, axes, centre + lift
    )
    return items


def _syringe_items(
    observation: Observation, anatomy: Anatomy, top: FloatArray, axis: FloatArray, axes: FloatArray, surface: FloatArray
) -> list[Item]:
    refill = observation.refill
    foot, out = -axes[:, 1], axes[:, 2]
    u0, v0 = pocket_site(observation, anatomy)
    toward = 1.0 if surface[0] < 0 else -1.0  # to the midline: u shrinks to the right, as seen from the back

    def lies(across_m: float, down_m: float, lift_m: float) -> FloatArray:
        return np.asarray(body.roll(anatomy.trunk, u0 - toward * across_m, v0 - down_m, -lift_m)[0])

    heading = unit(lies(0.105, 0.118, 0.0) - lies(0.035, 0.106, 0.0))
    rest = lies(0.062, 0.112, 0.0135) - heading * 0.052
    route = [top, top + axis * 0.012, top + axis * 0.008 + foot * 0.022, 0.5 * (top + rest) + out * 0.018 - heading * 0.02,
             rest - heading * 0.030 + out * 0.004, rest - heading * 0.010, rest]  # fmt: skip
    path = smooth_path(route, 160)
    frame = frame_along(heading, out)
    end = path[-1]
    fill = float(refill.syringe_volume_m3) / 20e-6
    fluid = {"drug": (0.62, 0.80, 0.90), "saline": (0.72, 0.84, 0.88), "contrast": (0.80, 0.80, 0.70)}
    tint = fluid.get(refill.syringe_contents, (0.70, 0.80, 0.84))
    if refill.aspirate == "straw":
        tint = (0.86, 0.74, 0.34)
    parts = devices.syringe(round(min(fill, 1.0), 2))
    at = pose(frame, end + heading * 0.009)
    filling = Material(tint, 0.2, scatter=0.6)
    return [
        Item("tubing", tube(path, 0.00125, 12), materials.TUBING),
        Item("tubing fluid", tube(path, 0.0007, 8), filling),
        Item("filter", devices.filter_disc(), materials.SILICONE, pose(frame, end - heading * 0.004)),
        Item("syringe fluid", parts["fluid"], filling, at),
        Item("syringe piston", parts["piston"], materials.PISTON, at),
        Item("syringe lines", parts["lines"], materials.INK, at),
        Item("syringe barrel", parts["barrel"], materials.CLEAR, at),
    ]


def _ring(name: str, point: FloatArray, axis: FloatArray, radius_m: float, look: Material) -> Item:
    return Item(name, devices.marker_ring(), look, pose(frame_along(axis) * radius_m, point), is_through=0.85)


def _sight(view: str, observation: Observation, anatomy: Anatomy) -> FloatArray:
    """Return the direction from the scene to the usual camera; rings face it."""
    camera = camera_for(view, observation, anatomy)
    return unit(np.asarray(camera.eye_m) - np.asarray(camera.target_m))


def highlight_items(observation: Observation, sight: FloatArray) -> list[Item]:
    """Return rings at the tip and at the tightest spot of the lumen of an implanted catheter."""
    catheter = observation.catheter
    if not catheter.is_open or len(catheter.nodes_m) < 2:
        return []
    nodes = np.asarray(catheter.nodes_m, float)
    is_good = catheter.tip_space == "intrathecal"
    items = [_ring("tip ring", nodes[-1], sight, 0.0105, materials.GREEN if is_good else materials.VERMILION)]
    if len(catheter.patency) and float(np.min(catheter.patency)) < 0.6:
        i = int(np.argmin(catheter.patency))
        items.append(
            _ring(
                "kink ring",
                0.5 * (nodes[i] + nodes[min(i + 1, len(nodes) - 1)]),
                sight,
                0.0130,
                materials.VERMILION,
            )
        )
    return items


def plan_items(observation: Observation, anatomy: Anatomy, options: SceneOptions) -> list[Item]:
    """Return the planned tip level and the planned pump."""
    items = []
    if options.planned_tip_level is not None:
        point, _ = canal_point(anatomy, options.planned_tip_level)
        items.append(_ring("planned tip", point, _sight(PLAN, observation, anatomy), 0.022, materials.BLUE))
    site = options.planned_pocket_m or pocket_site(observation, anatomy)
    centre, axes = surface_axes(anatomy, *site)
    height = observation.pocket.pump_height_m
    place = pose(axes, centre - axes[:, 2] * (0.020 + devices.raised_m(height)))
    items += [
        Item(f"planned pump {n}", m, PUMP_LOOK[n], place) for n, m in devices.pump(height).items() if n != "boot"
    ]
    items.append(_ring("planned pocket", centre - axes[:, 2] * 0.008, axes[:, 2], 0.052, materials.BLUE))
    return items


def canal_point(anatomy: Anatomy, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the canal's middle and direction at a vertebral level."""
    spine = anatomy.spine
    arc = body.arc_at_level(spine, level)
    points = np.asarray(spine.canal_points_m, float)
    arcs = np.asarray(spine.canal_arcs_m, float)
    point = np.array([np.interp(arc, arcs, points[:, k]) for k in range(3)])
    ahead = np.array([np.interp(arc + 0.01, arcs, points[:, k]) for k in range(3)])
    return point, unit(ahead - point)
