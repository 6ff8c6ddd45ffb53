"""What stands on the lab's table, as plain draw items: mat, catheter, grips, pins, needle. Pure, no GL."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

import game.view.devices as devices
import game.view.materials as materials
from game.view.camera import Camera
from game.view.frame import FloatArray, Frame, Item, Light, Material, Surface
from game.view.geometry import Mesh, fillet, frame_along, isosurface, join, lathe, place, pose, rounded_box, turn, unit
from game.view.sweep import aspect_from_patency, tube
from physics.lab_reading import HandReading, LabReading

MM = 1e-3
N_RING = 20  # points around the wall
PARTS_PER_EDGE = 2
LEAST_FOLD_RAD = 1e-3
MAT_HALF_M = (0.150, 0.100)
TABLE = "lab"

WALL = Material((0.86, 0.88, 0.90), 0.30, scatter=0.35, scatter_tint=(0.8, 2.2, 3.0), surface=Surface.WALL)
MAT = Material((0.014, 0.052, 0.066), 0.82, surface=Surface.MAT)
LEFT_GRIP = Material((0.055, 0.30, 0.60), 0.38, scatter=0.25, scatter_tint=(0.3, 1.2, 2.0))
RIGHT_GRIP = Material((0.62, 0.27, 0.015), 0.38, scatter=0.25)
COLLET = Material((0.74, 0.75, 0.77), 0.28, 1.0)
POINTER = Material((0.90, 0.92, 0.94), 0.40, scatter=0.3)
GLASS = Material((0.75, 0.90, 0.97), ghost=(2.4, 0.025, 0.35), gloss=0.6, casts_shadow=False)
LIGHT = Light(
    direction=(-0.42, -0.28, 0.86), strength=(3.3, 3.2, 3.05), centre_m=(0.0, 0.0, 0.02), radius_m=0.20,
    backdrop=((0.010, 0.014, 0.018), (0.050, 0.062, 0.072)), exposure=1.05,
)  # fmt: skip


def frame_of(seen: LabReading) -> Frame:
    """Return the frame of the table."""
    items = [Item("mat", _mat(), MAT, is_static=True)]
    items += [_grip(i, hand) for i, hand in enumerate(seen.hands)]
    items += [_collet(i, hand) for i, hand in enumerate(seen.hands)]
    items += [_pointer(i, hand) for i, hand in enumerate(seen.hands)]
    for i, (x, y, radius) in enumerate(seen.pins):
        stretched = np.diag([radius / MM, radius / MM, 1.0])
        items.append(Item(f"pin {i}", _pin(), materials.STEEL, pose(stretched, (x, y, 0.0))))
    if seen.needle_m:
        items += _needle(seen)
    if seen.is_flat:
        items.append(Item("glass", _glass(), GLASS, is_static=True))
    items.append(Item("catheter", catheter_mesh(seen), WALL))
    return Frame(view=TABLE, items=tuple(items), light=LIGHT)


# --- catheter ---------------------------------------------------------------------------------


def shown_nodes(seen: LabReading) -> FloatArray:
    """Return the nodes as drawn: between glass plates one strand lies on the other where they cross."""
    nodes = np.array(seen.nodes_m)
    if not seen.is_flat:
        return nodes
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    r = seen.outer_radius_m
    for over in crossings(nodes[:, :2]):
        nodes[:, 2] = np.maximum(nodes[:, 2], seen.nodes_m[0, 2] + 2.1 * r * np.exp(-(((arc - over * arc[-1]) / (7 * r)) ** 2)))
    return nodes


def crossings(line: FloatArray) -> list[float]:
    """Return where along a plane polyline (0..1) its later strand crosses an earlier one."""
    a, d = line[:-1], np.diff(line, axis=0)
    n = len(d)
    gap = a[None] - a[:, None]
    turned = np.stack([-d[:, 1], d[:, 0]], axis=1)
    det = d[:, None, 0] * d[None, :, 1] - d[:, None, 1] * d[None, :, 0]
    det = np.where(np.abs(det) < 1e-18, np.inf, det)
    along_second = -np.einsum("ijk,ik->ij", gap, turned) / det
    along_first = -np.einsum("ijk,jk->ij", gap, turned) / det
    i, j = np.nonzero((along_first >= 0) & (along_first < 1) & (along_second >= 0) & (along_second < 1))
    return [float((jj + along_second[ii, jj]) / n) for ii, jj in zip(i, j, strict=True) if jj > ii + 2]


def wall_axes(seen: LabReading) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return half axes at every node [m]: lumen across and along the bend's axis, wall across and along.

    The perimeter of the lumen stays; the wall keeps its thickness round it.
    """
    ratio = (1.0 - seen.flattening) / (1.0 + seen.flattening)
    folded = np.ones(len(ratio))
    area = np.where(seen.fold_most_rad > 0.0, np.minimum(seen.patency, np.roll(seen.patency, 1)), 1.0)
    folded[:-1] = aspect_from_patency(area)
    for _ in range(2):  # a fold is two outer diameters long, whatever the mesh
        folded[1:-1] = np.minimum(folded[1:-1], 0.5 * (folded[:-2] + folded[2:]) + 0.15)
    ratio = np.minimum(ratio, folded)
    wide = seen.inner_radius_m * np.sqrt(2.0 / (1.0 + ratio**2))
    wall = seen.outer_radius_m - seen.inner_radius_m
    return wide * ratio, wide, wide * ratio + wall, wide + wall


def catheter_mesh(seen: LabReading) -> Mesh:
    """Return the wall swept along the centre line: flattened in the bend, coloured by it, with its printed line."""
    nodes = shown_nodes(seen)
    n = len(nodes)
    at = np.linspace(0.0, n - 1.0, (n - 1) * PARTS_PER_EDGE + 1)
    line = _smooth(nodes)
    tangent = unit(np.gradient(line, axis=0))
    mark = _at_nodes(seen.marks, at)
    mark = unit(mark - np.sum(mark * tangent, axis=1, keepdims=True) * tangent)
    side = np.cross(tangent, mark)
    inward = np.gradient(np.gradient(nodes, axis=0), axis=0)
    inward = np.stack([np.interp(at, np.arange(n), inward[:, k]) for k in range(3)], axis=1)
    phase = np.arctan2(np.sum(inward * side, axis=1), np.sum(inward * mark, axis=1))[:, None]
    _, _, thin, wide = (np.interp(at, np.arange(n), v)[:, None] for v in wall_axes(seen))
    angle = np.linspace(0.0, 2.0 * np.pi, N_RING, endpoint=False)[None] - phase
    u, v = thin * np.cos(angle), wide * np.sin(angle)
    nu, nv = np.cos(angle) / thin, np.sin(angle) / wide
    e1 = np.cos(phase) * mark + np.sin(phase) * side
    e2 = -np.sin(phase) * mark + np.cos(phase) * side
    points = line[:, None] + u[..., None] * e1[:, None] + v[..., None] * e2[:, None]
    normals = unit(nu[..., None] * e1[:, None] + nv[..., None] * e2[:, None])
    skin = tube(line, seen.outer_radius_m, N_RING)  # faces and caps of the right count
    return _painted(seen, skin, points.reshape(-1, 3), normals.reshape(-1, 3), at)


def _painted(seen: LabReading, skin: Mesh, points: FloatArray, normals: FloatArray, at: FloatArray) -> Mesh:
    all_points, all_normals = skin.points_m.astype(float), skin.normals.astype(float)
    all_points[: len(points)], all_normals[: len(normals)] = points, normals
    bend = np.clip(seen.curvature_per_m * seen.kink_radius_m, 0.0, 1.0)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(seen.nodes_m, axis=0), axis=1))])
    for q in np.flatnonzero(seen.fold_most_rad > LEAST_FOLD_RAD):
        bend[np.abs(arc - arc[q]) <= 2.0 * seen.outer_radius_m] = 1.0  # as long as the fold itself
    paint = np.tile(np.array([1.0, 0.0, 0.0, 0.0], np.float32), (len(all_points), 1))
    paint[: len(points), 1] = np.repeat(np.interp(at, np.arange(len(bend)), bend), N_RING)
    paint[: len(points) : N_RING, 2] = -1.0
    return Mesh(all_points.astype(np.float32), all_normals.astype(np.float32), skin.faces, paint)


def _smooth(nodes: FloatArray) -> FloatArray:
    """Return a line through the nodes with a point between each two, rounder than the polyline."""
    before, after = np.vstack([nodes[:1], nodes[:-2]]), np.vstack([nodes[2:], nodes[-1:]])
    middle = (9.0 * (nodes[:-1] + nodes[1:]) - before - after) / 16.0
    out = np.empty((2 * len(nodes) - 1, 3))
    out[::2], out[1::2] = nodes, middle
    return out


def _at_nodes(per_edge: FloatArray, at: FloatArray) -> FloatArray:
    middle = np.arange(len(per_edge)) + 0.5
    return np.stack([np.interp(at, middle, per_edge[:, k]) for k in range(3)], axis=1)


# --- table, grips, obstacles ------------------------------------------------------------------


@lru_cache(maxsize=1)
def _mat() -> Mesh:
    half = np.array([*MAT_HALF_M, 0.003])
    slab = isosurface(lambda p: rounded_box(p, half, 0.0029), -half - 0.004, half + 0.004, 0.002)
    return place(slab, None, (0.0, 0.0, -0.003))


@lru_cache(maxsize=1)
def _glass() -> Mesh:
    half = np.array([0.092, 0.078, 0.0016])
    slab = isosurface(lambda p: rounded_box(p, half, 0.0013), -half - 0.003, half + 0.003, 0.0008)
    return place(slab, None, (0.0, 0.0, 0.0046))


@lru_cache(maxsize=1)
def _grip_parts() -> tuple[Mesh, Mesh]:
    """Return a pin vise that holds a catheter: knurled barrel and steel collet; +z leads to the catheter."""
    barrel = lathe(fillet([(0, -26), (4.2, -26), (5.0, -22), (5.0, -4), (3.6, 0), (0, 0)], 1.0, 5), 40)
    ribs = []
    for angle in np.linspace(0, 2 * np.pi, 14, endpoint=False):
        c, s = np.cos(angle), np.sin(angle)
        ribs.append(tube(np.array([[4.9 * c, 4.9 * s, -20.0], [4.9 * c, 4.9 * s, -6.0]]), 0.55, 8))
    collet = lathe(fillet([(0, -1), (3.0, -1), (1.5, 5.0), (0.75, 5.0), (0, 5.0)], 0.3, 4), 32)
    return devices.metres(join(barrel, *ribs)), devices.metres(collet)


@lru_cache(maxsize=1)
def _flag() -> Mesh:
    """Return the pointer that shows the roll of a grip."""
    bar = isosurface(
        lambda p: rounded_box(p, np.array([3.4, 0.8, 1.2]), 0.6), (-4.2, -1.6, -2.0), (4.2, 1.6, 2.0), 0.4
    )
    return devices.metres(place(bar, None, (7.6, 0.0, -23.0)))


def _hand_pose(hand: HandReading, lift_m: float = 0.0) -> FloatArray:
    inward = np.array([np.cos(hand.heading_rad), np.sin(hand.heading_rad), 0.0])
    basis = frame_along(inward, (0.0, 0.0, 1.0)) @ turn("z", hand.turn_rad)
    back = 0.0 if hand.is_closed else 0.014
    return pose(basis, hand.at_m - (back + 0.004) * inward + [0.0, 0.0, lift_m])


def _grip(i: int, hand: HandReading) -> Item:
    return Item(f"grip {i}", _grip_parts()[0], LEFT_GRIP if i == 0 else RIGHT_GRIP, _hand_pose(hand))


def _collet(i: int, hand: HandReading) -> Item:
    return Item(f"collet {i}", _grip_parts()[1], COLLET, _hand_pose(hand))


def _pointer(i: int, hand: HandReading) -> Item:
    return Item(f"pointer {i}", _flag(), POINTER, _hand_pose(hand))


@lru_cache(maxsize=1)
def _pin() -> Mesh:
    """Return a pin of 1 mm radius."""
    return devices.metres(lathe(fillet([(0, -1), (1, -1), (1, 9.0), (1.35, 9.4), (1.35, 10.6), (0, 10.6)], 0.3, 4), 32))


def _needle(seen: LabReading) -> list[Item]:
    hub, tip = seen.needle_m
    parts = devices.tuohy(round(tip - hub, 4))
    y, z = float(seen.nodes_m[0, 1]), float(seen.nodes_m[0, 2])
    where = pose(frame_along((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)), (tip, y, z))
    return [
        Item("needle shaft", parts["shaft"], materials.STEEL, where, is_static=True),
        Item("needle marks", parts["marks"], materials.BLACK, where, is_static=True),
        Item("needle hub", parts["hub"], materials.HUB, where, is_static=True),
    ]


# --- cameras ----------------------------------------------------------------------------------


def table_camera(is_flat: bool = True) -> Camera:
    """Return the camera that sees the whole table; in the air hands reach higher and farther."""
    eye, target = ((0.0, -0.225, 0.270), (0.0, -0.004, 0.004)) if is_flat else ((0.0, -0.255, 0.290), (0.0, 0.012, 0.018))
    return Camera(eye, target, fov_rad=0.44, near_m=0.02, far_m=3.0)


def loupe_camera(seen: LabReading, table: Camera) -> Camera:
    """Return a camera close to the tightest bend, from the side of the table's camera."""
    at = shown_nodes(seen)[seen.tightest]
    arm = np.asarray(table.eye_m) - np.asarray(table.target_m)
    eye = at + unit(arm) * 0.055
    return Camera(tuple(map(float, eye)), tuple(map(float, at)), table.up, 0.42, 0.005, 1.0)
