"""What lies in and round the lumbar wound and on the skin: retractor, purse-string, anchor, stitches, CSF, blood, ink."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

import game.view.anchors as anchors
import game.view.devices as devices
import game.view.materials as materials
from game.view.field import FieldState, SewnWound, dashes, skin_line, skin_patch, stitches_of
from game.view.frame import FloatArray, Item
from game.view.geometry import Mesh, frame_along, join, pose, unit
from game.view.openings import is_spread, lumbar_opening, opening_m, pocket_opening
from game.view.site_items import back_scars, clothes_of, scar_mesh
from game.view.views import entry_site, side_up, surface_axes
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import CatheterObservation, NeedleObservation, Observation

DROP_M3 = 50e-9  # as physics.tissue.needle counts them
FULL_DROP_M = 2.3e-3  # radius of a drop of 50 uL that is about to fall
FALL_SHARE = 0.22  # tuned: share of a drop's time in which the one before is still seen falling
FALL_S = 0.18  # of the free fall that is seen: 16 cm
RATE_STEP = 1.1  # numerical: a rhythm is kept until the flow has changed by so much, or drops would jump with every change
SWAB_M = (0.034, 0.026, 0.0045)  # a folded gauze swab, drawn small, tuned


def retractor_item(observation: Observation, anatomy: Anatomy) -> Item:
    """Return the self-retaining retractor whose prongs hook both lips, its hinge toward the head."""
    found = lumbar_opening(observation)
    assert found is not None, "a retractor lies in an open wound"
    centre, axes = surface_axes(anatomy, found.u_m, found.v_m)
    return _spreader(anatomy, "retractor", centre, axes, 0.5 * found.width_m)


def _spreader(anatomy: Anatomy, name: str, centre: FloatArray, axes: FloatArray, half_m: float) -> Item:
    lips = centre + np.array([[-half_m - 0.003, 0.0, 0.0], [half_m + 0.003, 0.0, 0.0]]) @ axes.T
    lifts = np.clip(-1e3 * np.asarray(body.skin_distance(anatomy.trunk, lips)), -4.0, 12.0)
    mesh = anchors.spreader(round(1e3 * half_m, 1), (round(float(lifts[0]), 1), round(float(lifts[1]), 1)))
    return Item(name, mesh, materials.INSTRUMENT, pose(axes, centre), is_static=True)


def back_items(observation: Observation, anatomy: Anatomy, field: FieldState) -> list[Item]:
    """Return everything in the open lumbar wound but needle and catheter."""
    items: list[Item] = []
    catheter = observation.catheter
    is_open = lumbar_opening(observation) is not None
    if is_open and field.is_retracted:
        items.append(retractor_item(observation, anatomy))
    exit_index = fascial_exit(observation, anatomy)
    if exit_index is not None and (catheter.purse_tension_n > 0 or field.is_purse_laid):
        items.append(_purse_item(catheter.nodes_m, exit_index, anatomy))
    if exit_index is not None and (catheter.n_anchor_sutures > 0 or catheter.anchor_distance_m > 0):
        items += _anchor_items(catheter, laid_nodes(observation, anatomy), exit_index, anatomy)
    if is_open:
        items += _blood_items(observation, anatomy, field)
    if catheter.is_open and catheter.is_csf_at_end and catheter.end_flow_m3_per_s > 0.0 and not catheter.is_connected:
        items += _end_drop(catheter, observation, anatomy)
    return items


def fascial_exit(observation: Observation, anatomy: Anatomy) -> int | None:
    """Return the node where the catheter comes out of the fascia, counted from the pump end; None if inside."""
    catheter = observation.catheter
    if not catheter.is_open or len(catheter.nodes_m) < 2:
        return None
    u, v = entry_site(observation, anatomy)
    fat = float(body.fascia_depth(anatomy.trunk, u, v))
    depth = -np.asarray(body.skin_distance(anatomy.trunk, catheter.nodes_m))
    near = np.linalg.norm(catheter.nodes_m - surface_axes(anatomy, u, v)[0], axis=1) < 0.12
    shallow = np.flatnonzero((depth < fat + 0.003) & near)
    return int(shallow[-1]) if len(shallow) else None


def laid_nodes(observation: Observation, anatomy: Anatomy) -> FloatArray:
    """Return the catheter's nodes as they are drawn in the open wound: what lies on the fascia is not sunk in it.

    Physics lays the loop in the plane of its exit; the fascia bends with the skin by a few millimetres.
    """
    nodes = np.asarray(observation.catheter.nodes_m, float)
    exit_index = fascial_exit(observation, anatomy)
    if not observation.is_lumbar_open or exit_index is None or observation.needle.is_placed or exit_index < 3:
        return nodes
    u, v = entry_site(observation, anatomy)
    centre, axes = surface_axes(anatomy, u, v)
    half = 0.5 * max(observation.lumbar_length_m, 0.04)
    local = (nodes[: exit_index + 1] - centre) @ axes
    near = np.clip(2.2 - np.linalg.norm(local[:, :2] / half, axis=1), 0.0, 1.0)
    floor = min(observation.lumbar_depth_m, float(body.fascia_depth(anatomy.trunk, u, v)) + 0.003)
    depth = -np.asarray(body.skin_distance(anatomy.trunk, nodes[: exit_index + 1]))
    arc = np.r_[np.cumsum(np.linalg.norm(np.diff(nodes[: exit_index + 1], axis=0), axis=1)[::-1])[::-1], 0.0]
    lift = np.clip(depth - floor, 0.0, 0.008) * near * np.clip(arc / 0.012, 0.0, 1.0)
    out = nodes.copy()
    out[: exit_index + 1] += lift[:, None] * axes[:, 2]
    return out


def outward_at(anatomy: Anatomy, point: FloatArray) -> FloatArray:
    """Return the outward direction of the skin field at a point."""
    steps = 1e-3 * np.eye(3)
    return unit(
        np.asarray(body.skin_distance(anatomy.trunk, point + steps))
        - np.asarray(body.skin_distance(anatomy.trunk, point - steps))
    )


def _purse_item(nodes: FloatArray, i: int, anatomy: Anatomy) -> Item:
    out = outward_at(anatomy, nodes[i])
    basis = frame_along(out, (0, 0, -1))
    return Item("purse string", anchors.purse_string(), materials.THREAD, pose(basis, nodes[i] + out * 4e-4))


def _along(line: FloatArray, at_m: FloatArray) -> FloatArray:
    arc = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    at = np.clip(at_m, 0.0, arc[-1])
    return np.stack([np.interp(at, arc, line[:, k]) for k in range(3)], axis=1)


@lru_cache(maxsize=4)
def _anchor_meshes(line: bytes, out: bytes, kind: str, n_sutures: int) -> tuple[Mesh, Mesh | None, FloatArray]:
    """Return anchor, ties and pose in the wound; kept, because a laid anchor seldom moves."""
    points, up = np.frombuffer(line).reshape(-1, 3), np.frombuffer(out)
    middle = points[len(points) // 2]
    tangent = unit(points[len(points) // 2 + 1] - points[len(points) // 2 - 1])
    side = unit(np.cross(up, tangent))
    basis = np.stack([side, np.cross(tangent, side), tangent], axis=1)
    place = pose(basis, middle)
    tube_m = anchors.SHAPES.get(kind, anchors.SHAPES["sleeve"]).belly_mm * 1e-3
    ties = []
    for x, z in anchors.holes(kind, n_sutures):
        if x == 0.0:
            a, b, height = (-0.0031, 0.0, z * 1e-3), (0.0031, 0.0, z * 1e-3), tube_m + 0.0018
        else:
            reach = np.sign(x)
            a, b, height = (x * 1e-3, 0.0, z * 1e-3), (x * 1e-3 + reach * 0.0042, 0.0, z * 1e-3), 0.0012
        low = np.array([0.0, -0.0016, 0.0])
        ties.append(anchors.stitch(middle + basis @ (a + low), middle + basis @ (b + low), basis[:, 1], height))
    return anchors.sleeve(points, kind), join(*ties) if ties else None, place


def _anchor_items(
    catheter: CatheterObservation, nodes: FloatArray, exit_index: int, anatomy: Anatomy
) -> list[Item]:
    kind = catheter.anchor_kind if catheter.anchor_kind in anchors.SHAPES else "sleeve"
    back = nodes[: exit_index + 1][::-1]
    half = anchors.SHAPES[kind].half_mm * 1e-3
    middle = max(catheter.anchor_distance_m, half + 0.002)
    line = np.ascontiguousarray(_along(back, np.linspace(middle - half, middle + half, 25)))
    out = np.ascontiguousarray(outward_at(anatomy, line[12]))
    mesh, ties, place = _anchor_meshes(line.tobytes(), out.tobytes(), kind, catheter.n_anchor_sutures)
    items = [Item("anchor", mesh, materials.SILICONE)]
    flaps = anchors.wings(kind)
    if flaps is not None:
        items.append(Item("anchor wings", flaps, materials.SILICONE, place))
    if ties is not None:
        items.append(Item("anchor ties", ties, materials.THREAD))
    return items


def pocket_items(observation: Observation, anatomy: Anatomy, field: FieldState) -> list[Item]:
    """Return what lies in the open pocket: the retractor while it is empty, cut vessels, pooled blood."""
    found = pocket_opening(observation)
    if found is None:
        return []
    items: list[Item] = []
    centre, axes = surface_axes(anatomy, found.u_m, found.v_m)
    if not observation.pocket.is_pump_in and is_spread(observation, "pocket"):
        lateral = -np.sign(centre[0]) or 1.0
        turned = np.stack([-lateral * axes[:, 1], lateral * axes[:, 0], axes[:, 2]], axis=1)
        items.append(_spreader(anatomy, "pocket retractor", centre, turned, 0.5 * found.width_m))
    low = float(-np.sign(side_up(observation, anatomy)[0]))
    return items + bleeding_items(anatomy, field, "pocket", low, (found.u_m, found.v_m), (0.0, 0.42 * found.width_m))


# --- CSF --------------------------------------------------------------------------------------


def drop_items(name: str, at_m: FloatArray, down: FloatArray, volume_m3: float, fall_share: float = FALL_SHARE) -> list[Item]:
    """Return the drop that hangs at a point, as large as what has gathered, and the one before, still falling."""
    share = (volume_m3 / DROP_M3) % 1.0
    basis = frame_along(-down)
    size = FULL_DROP_M * max(share, 0.03) ** (1 / 3) / 1.75e-3
    hang = Item(name, devices.drop(), materials.DROP, pose(basis * size, at_m + down * 2.1e-3 * size))
    if share < fall_share and volume_m3 > DROP_M3:
        way = 0.004 + 0.5 * 9.81 * (FALL_S * share / fall_share) ** 2
        falling = pose(basis * (FULL_DROP_M / 1.75e-3), at_m + down * way)
        return [hang, Item(f"{name} falling", devices.drop(), materials.DROP, falling)]
    return [hang]


def hub_drop(needle: NeedleObservation, down: FloatArray) -> list[Item]:
    """Return the CSF at the needle's hub."""
    axis = -unit(needle.direction)
    rim = np.asarray(needle.tip_m) + axis * (needle.length_m + 0.0195) + down * 0.0022
    return drop_items("csf drop", rim, down, max(needle.csf_lost_m3, 0.6 * DROP_M3 if needle.csf_drops else 0.0))


def drop_period_s(flow_m3_per_s: float) -> float:
    """Return how long a drop takes to gather, in steps of `RATE_STEP`."""
    return float(RATE_STEP ** round(np.log(DROP_M3 / flow_m3_per_s) / np.log(RATE_STEP)))


def _end_drop(catheter: CatheterObservation, observation: Observation, anatomy: Anatomy) -> list[Item]:
    """Return the drop at the open end of the catheter, in the rhythm of what flows there."""
    period_s = drop_period_s(catheter.end_flow_m3_per_s)
    gathered = DROP_M3 * (1.0 + observation.time_s / period_s % 1.0)
    down = -side_up(observation, anatomy)
    return drop_items("catheter drop", np.asarray(catheter.nodes_m[0], float), down, gathered, min(FALL_SHARE, FALL_S / period_s))


def puddle_items(observation: Observation, anatomy: Anatomy) -> list[Item]:
    """Return the wet patch that lost CSF leaves on the skin below the wound; grows with what was lost."""
    lost = observation.needle.csf_lost_m3
    if lost < 2 * DROP_M3:
        return []
    u, v = entry_site(observation, anatomy)
    low = -np.sign(side_up(observation, anatomy)[0]) * 0.046
    size = round(float(np.clip((lost / 1e-6) ** (1 / 3) * 0.016, 0.005, 0.022)), 3)
    mesh = skin_patch(anatomy, u + low, v - 0.006, (0.62 * size, size), -0.0002, 0.0009, True)
    return [Item("csf pool", mesh, materials.WET, is_static=True)]


# --- blood, swab, ink, stitches ---------------------------------------------------------------


def _blood_items(observation: Observation, anatomy: Anatomy, field: FieldState) -> list[Item]:
    items: list[Item] = []
    u, v = entry_site(observation, anatomy)
    fat = float(body.fascia_depth(anatomy.trunk, u, v))
    low = -np.sign(side_up(observation, anatomy)[0])
    if field.blood_pool_m3 > 0:
        width = opening_m(observation)
        size = round(float(np.clip((field.blood_pool_m3 / 4e-6) ** (1 / 3), 0.2, 1.0)), 2)
        half = (0.34 * width * size, 0.40 * observation.lumbar_length_m * size)
        mesh = skin_patch(anatomy, u + low * 0.18 * width, v, half, fat + 0.0002, 0.0018 * size, True)
        items.append(Item("blood pool", mesh, materials.BLOOD_POOL, is_static=True))
    half = 0.42 * opening_m(observation)
    items += bleeding_items(anatomy, field, "lumbar", float(low), (u, v), (half, 0.0))
    if field.is_swab_laid:
        items.append(swab_item(anatomy, u + low * 0.034, v + 0.030))
    return items


def bleeding_items(
    anatomy: Anatomy, field: FieldState, wound: str, low: float, middle: tuple[float, float], wall: tuple[float, float]
) -> list[Item]:
    """Return cut vessels with what trickles from them, and spots that were sealed, on the walls of an open wound.

    A vessel lies on the line of the cut; once the cut stands open it is on one of its walls, `wall` (u, v) away.
    """
    items: list[Item] = []
    points = [p for p in field.bleeding if p.wound == wound]
    for k, point in enumerate(points):
        side = 1.0 if k % 2 else -1.0
        off = np.array([point.u_m - middle[0], point.v_m - middle[1]])
        moved = abs(float(off @ np.array(wall))) < 0.25 * float(np.array(wall) @ np.array(wall))
        u = point.u_m + (side * wall[0] if moved else 0.0)
        v = point.v_m + (side * wall[1] if moved else 0.0)
        u, v = round(float(u), 4), round(float(v), 4)
        at, normal = body.roll(anatomy.trunk, u, v, point.depth_m)
        if point.is_sealed:
            mesh = skin_patch(anatomy, u, v, (0.0010, 0.0012), round(point.depth_m - 0.0003, 4), 0.0003)
            items.append(Item(f"{wound} sealed {k}", mesh, materials.CHAR, is_static=True))
            continue
        place = pose(frame_along(normal) * 0.0013, at + 0.0002 * normal)
        items.append(Item(f"{wound} bleeding {k}", devices.ball(), materials.BLOOD, place))
        mesh = skin_patch(anatomy, u + low * 0.004, v, (0.0045, 0.0016), round(point.depth_m - 0.0004, 4), 0.0007)
        items.append(Item(f"{wound} trickle {k}", mesh, materials.BLOOD, is_static=True))
    return items


def swab_item(anatomy: Anatomy, u_m: float, v_m: float) -> Item:
    """Return a folded gauze swab lying on the skin."""
    centre, axes = surface_axes(anatomy, u_m, v_m)
    c, s = np.cos(0.4), np.sin(0.4)
    turned = axes @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    return Item("swab", devices.swab(), materials.GAUZE, pose(turned, centre + 0.0022 * axes[:, 2]), is_static=True)


def back_scar_items(observation: Observation, anatomy: Anatomy, is_clothed: bool) -> list[Item]:
    """Return healed cuts of earlier operations on the spine; none is left where the skin is open or clothed."""
    hidden = _holes_uv(observation)
    if is_clothed:
        hem, low, high, _ = clothes_of(anatomy)
        hidden += [(0.0, hem - 1.11, 9.0, 1.0), (0.0, 0.5 * (low + high), 9.0, 0.5 * (high - low) / 1.12 or 1e-3)]
    runs = [run for line in back_scars(anatomy) for run in _uncut(line, hidden)]
    return [
        Item(f"back scar {k}", scar_mesh(anatomy, run), materials.OLD_SCAR, is_static=True) for k, run in enumerate(runs)
    ]


def ink_items(observation: Observation, anatomy: Anatomy, field: FieldState) -> list[Item]:
    """Return the marks on the skin, one mesh; none is left where the skin is open."""
    meshes, holes = [], _holes_uv(observation)
    for mark in field.marks:
        lines = dashes(mark.line_uv_m) if mark.is_dashed else [mark.line_uv_m]
        is_used = observation.needle.is_placed or bool(field.sewn)
        if (mark.name == "entry" and is_used) or (mark.name == "pocket incision" and observation.pocket.is_dissected):
            continue
        kept = [run for line in lines for run in _uncut(line, holes)]
        meshes += [skin_line(anatomy, run, 0.0006, -0.0002) for run in kept]
    return [Item("ink", _joined(tuple(meshes)), materials.SKIN_INK, is_static=True, has_bulge=True)] if meshes else []


def _holes_uv(observation: Observation) -> list[tuple[float, float, float, float]]:
    """Return where the skin stands open: middle (u, v) and half axes along u and v [m]."""
    holes = []
    for found in (lumbar_opening(observation), pocket_opening(observation)):
        if found is not None:
            holes.append(_hole(found, found.width_m))
    seen = getattr(observation, "field", None)
    for cut in seen.incisions if seen is not None else ():
        if not cut.is_closed:
            holes.append(_hole(cut, max(cut.spread_m, 0.006)))  # tuned: a cut that nobody spreads
    return holes


def _hole(line: Any, width_m: float) -> tuple[float, float, float, float]:
    """Return the box round an opening or a cut of a width: middle (u, v) and half axes along u and v [m]."""
    along, across = 0.5 * line.length_m, 0.5 * width_m
    u = max(abs(along * np.cos(line.angle_rad)), across)
    v = max(abs(along * np.sin(line.angle_rad)), across)
    return line.u_m, line.v_m, float(u), float(v)


def _uncut(line: tuple[tuple[float, float], ...], holes: list[tuple[float, float, float, float]]) -> list:
    """Return the runs of a line that lie on whole skin."""
    uv = np.array(line, float)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(uv, axis=0), axis=1))]
    at = np.linspace(0, along[-1], max(int(along[-1] / 0.002), 2) + 1)
    fine = np.stack([np.interp(at, along, uv[:, k]) for k in (0, 1)], axis=1)
    whole = np.ones(len(fine), bool)
    for u, v, half_u, half_v in holes:
        whole &= np.hypot((fine[:, 0] - u) / half_u, (fine[:, 1] - v) / half_v) > 1.12
    if whole.all():
        return [line]
    edges = np.flatnonzero(np.diff(np.r_[False, whole, False].astype(int)))
    runs = [fine[i:j] for i, j in zip(edges[::2], edges[1::2], strict=True) if j - i > 2]
    return [tuple((round(float(u), 4), round(float(v), 4)) for u, v in run) for run in runs]


@lru_cache(maxsize=4)
def _joined(meshes: tuple[Mesh, ...]) -> Mesh:
    return join(*meshes)


@lru_cache(maxsize=8)
def _sewn(anatomy: Anatomy, sewn: tuple[SewnWound, ...]) -> tuple[Mesh, Mesh | None]:
    lines, threads = [], []
    for wound in sewn:
        line, found = stitches_of(anatomy, wound)
        lines.append(skin_line(anatomy, tuple((float(a), float(b)) for a, b in line), 0.0008, -0.0002))
        threads += [anchors.stitch(a, b, n, 0.0014) for a, b, n in found]
    return join(*lines), join(*threads) if threads else None


def sewn_items(anatomy: Anatomy, field: FieldState) -> list[Item]:
    """Return closed incisions: fresh ones with their stitches, healed ones as pale scars."""
    items = []
    for name, look, sewn in (
        ("scar", materials.SCAR, tuple(w for w in field.sewn if not w.is_old)),
        ("old scar", materials.OLD_SCAR, tuple(w for w in field.sewn if w.is_old)),
    ):
        if sewn:
            line, threads = _sewn(anatomy, sewn)
            items.append(Item(name, line, look, is_static=True, has_bulge=True))
            if threads is not None:
                items.append(Item("skin stitches", threads, materials.THREAD, is_static=True, has_bulge=True))
    return items
