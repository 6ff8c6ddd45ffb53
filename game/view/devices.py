"""Instruments and implants as closed meshes, drawn in millimetres and handed out in metres.

Dimensions follow reference device_and_procedure.md where it gives them (pump 87.5 mm across, as high as its model,
septum, 16 G Tuohy 1.65 mm, catheter 1.2 mm, 22 G refill needle 0.72 mm); shapes beyond that are drawn by eye and marked tuned.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from game.view.geometry import (
    Mesh,
    fillet,
    isosurface,
    join,
    lathe,
    outward,
    place,
    rod,
    rounded_box,
    scaled,
    turn,
    weld,
)
from game.view.sweep import tube

MM = 1e-3
PUMP_RADIUS_M = 43.75 * MM  # [device reference: 87.5 mm] H
DRAWN_HEIGHT_M = 19.5 * MM  # [device reference: 20 mL model] H; what is tuned to a can is tuned to this one
SEPTUM_RADIUS_M = 6.8 * MM  # tuned: drawn a little wider than the 4 mm target inside it
OUTLET_M = (PUMP_RADIUS_M + 12 * MM, 0.0, -1.0 * MM)  # catheter connector in the pump frame
TUOHY_OD_M = 1.65 * MM  # 16 G [device reference] H
REFILL_OD_M = 0.72 * MM  # 22 G H


def metres(mesh: Mesh) -> Mesh:
    """Return a mesh drawn in millimetres in metres."""
    return scaled(mesh, MM)


def _box(hx: float, hy: float, hz: float, radius: float, step: float) -> Mesh:
    pad = 1.5 * step
    half = np.array([hx, hy, hz])
    return isosurface(lambda p: rounded_box(p, half, radius), -half - pad, half + pad, step)


def _disc(radius: float, half: float, edge: float = 0.7, n: int = 32) -> Mesh:
    return rod(radius, -half, half, n, edge)


def _washer(inner: float, outer: float, low: float, high: float, n: int = 72) -> Mesh:
    return lathe([(inner, low), (outer, low), (outer, high), (inner, high), (inner, low)], n)


@lru_cache(maxsize=4)
def pump(height_m: float) -> dict[str, Mesh]:
    """Return the parts of a pump of a height; frame: middle of the can, +z out of the septum, +x along the outlet.

    Stem, port and loops stand about the middle, where physics lets the catheter leave; the face moves with the height.
    """
    r, top = PUMP_RADIUS_M / MM, 0.5 * height_m / MM
    profile = [
        (0, -top), (r - 2, -top), (r, -top + 3), (r, top - 5.5), (r - 5, top - 1.2), (30.5, top - 0.9),
        (30, top - 1.5), (28.5, top - 1.5), (28, top - 0.9), (14, top - 0.6), (12.5, top + 0.7), (7.6, top + 0.7),
        (7.0, top - 0.6), (0, top - 0.6),
    ]  # fmt: skip
    shell = lathe(fillet(profile, 1.3), 96)
    port_turn = turn("z", 0.62)
    port = place(lathe(fillet([(0, -5), (6.2, -5), (6.2, 3.4), (4.4, 4.6), (0, 4.6)], 1.2), 40), port_turn,
                 port_turn @ [r + 1.0, 0, 1.0])  # fmt: skip
    stem = tube(np.array([(r - 3, 0, -1.0), (r + 4, 0, -1.0), (r + 8, 0, -1.0), (r + 12, 0, -1.0)]),
                [2.6, 2.4, 1.7, 1.3], 20)  # fmt: skip
    loops = []
    for angle in (1.35, 2.75, 3.95, 5.15):
        bend = np.linspace(-1.65, 1.65, 17)
        ring = np.stack([r * np.cos(angle) + 5.2 * np.cos(angle + bend), r * np.sin(angle) + 5.2 * np.sin(angle + bend),
                         np.full(17, -3.5)], axis=1)  # fmt: skip
        loops.append(tube(ring, 0.95, 10))
    septum = lathe(
        fillet([(0, top - 1.5), (6.8, top - 1.5), (6.8, top - 0.2), (5, top + 0.45), (0, top + 0.6)], 0.8), 48
    )
    port_septum = place(lathe(fillet([(0, 4.0), (3, 4.0), (3, 4.9), (0, 5.1)], 0.3), 32), port_turn,
                        port_turn @ [r + 1.0, 0, 1.0])  # fmt: skip
    boot = tube(np.array([(r + 7, 0, -1.0), (r + 12, 0, -1.0), (r + 17, 0, -1.0), (r + 21, 0, -1.0)]),
                [2.3, 2.3, 1.9, 0.95], 18)  # fmt: skip
    text_ring = _washer(20.0, 20.7, top - 0.8, top - 0.45)
    parts = {
        "shell": join(shell, port, stem, *loops), "septum": join(septum, port_septum),
        "ring": text_ring, "boot": boot,
    }  # fmt: skip
    return {name: metres(m) for name, m in parts.items()}


@lru_cache(maxsize=1)
def pump_internals() -> dict[str, Mesh]:
    """Return the dense parts inside the pump for fluoroscopy; "rotor" turns about ROTOR_AXIS_M.

    They lie under the face: in a higher can `raised_m` further out, over a deeper reservoir [A].
    """

    def part(radius: float, height: float, x: float, y: float, z: float) -> Mesh:
        return place(rod(radius, -height / 2, height / 2, 36), None, (x, y, z))

    angle = np.linspace(0.1, 2 * np.pi - 0.1, 90)
    antenna = tube(np.stack([37 * np.cos(angle), 37 * np.sin(angle), np.full(90, 5.0)], axis=1), 0.8, 8)
    septum_ring = tube(np.stack([8.6 * np.cos(angle), 8.6 * np.sin(angle), np.full(90, 8.6)], axis=1), 0.7, 8)
    race_angle = np.linspace(-2.2, 2.2, 60)
    inner_tube = tube(
        np.stack([9 * np.cos(race_angle) + 17, 9 * np.sin(race_angle) + 17, np.full(60, 3.0)], axis=1), 0.7, 8
    )
    small = [part(*a) for a in ((3.2, 5, -2, 22, 2), (2.2, 5, 6, 26, 2), (4.2, 3, 22, -4, 2), (3, 3, -24, -8, 2),
                                (5, 2.5, 2, -26, 2))]  # fmt: skip
    rollers = [
        place(rod(2.0, -2.2, 2.2, 20), None, (5.6 * np.cos(a), 5.6 * np.sin(a), 0))
        for a in np.arange(3) * 2 * np.pi / 3
    ]
    bars = [
        tube(np.array([[0, 0, 0], [5.6 * np.cos(a), 5.6 * np.sin(a), 0]]), 0.8, 8)
        for a in np.arange(3) * 2.0944
    ]
    parts = {
        "battery": part(12, 5, -18, 14, 2), "race": part(9.5, 1.2, 17, 17, 1.2), "board": part(24, 0.8, 0, 0, -6),
        "wires": join(antenna, septum_ring, inner_tube), "small": join(*small), "rotor": join(*rollers, *bars),
    }  # fmt: skip
    return {name: weld(metres(m)) for name, m in parts.items()}


ROTOR_AXIS_M = (17 * MM, 17 * MM, 3 * MM)


def raised_m(height_m: float) -> float:
    """Return how much further out than drawn the face of a can of a height lies."""
    return 0.5 * (height_m - DRAWN_HEIGHT_M)


@lru_cache(maxsize=4)
def tuohy(length_m: float = 0.089) -> dict[str, Mesh]:
    """Return a Tuohy needle: tip at the origin, hub toward +z, the bevel opens toward +x."""
    length = length_m / MM
    outer_radius, inner_radius = TUOHY_OD_M / MM / 2, 0.58
    z = np.concatenate([np.linspace(0, 6, 24), np.linspace(6.5, length, 40)])
    curve = 1.15 * np.clip(1 - z / 5.0, 0, 1) ** 2
    line = np.stack([curve, np.zeros_like(z), z], axis=1)[::-1]

    def beveled(radius: float) -> Mesh:
        m = tube(line, radius, 20, is_capped=False)
        points = m.points_m.copy()
        share = np.clip(1 - points[:, 2] / 3.2, 0, 1)
        points[:, 2] += share * (points[:, 0] - curve[0]) * 1.9
        return Mesh(points, m.normals, m.faces)

    outer, inner = beveled(outer_radius), beveled(inner_radius)
    n_outer, n_ring = len(outer.points_m), 20
    lining = Mesh(inner.points_m, -inner.normals, inner.faces[:, ::-1])
    wall = join(outer, lining)
    j = np.arange(n_ring)
    k = (j + 1) % n_ring
    a, b = n_outer - n_ring, 2 * n_outer - n_ring
    rims = [
        np.stack([a + j, a + k, b + k], axis=1), np.stack([a + j, b + k, b + j], axis=1),
        np.stack([j, n_outer + k, k], axis=1), np.stack([j, n_outer + j, n_outer + k], axis=1),
    ]  # fmt: skip
    shaft = outward(Mesh(wall.points_m, wall.normals, np.vstack([wall.faces, *rims]).astype(np.int32)))
    hub_profile = [
        (0, -2), (1.4, -2), (2.2, 4), (3.4, 6), (3.4, 16), (4.2, 17), (4.2, 19), (2.1, 19), (2.0, 12), (0, 12),
    ]  # fmt: skip
    hub = place(lathe(fillet(hub_profile, 0.5, 4), 40), None, (0, 0, length))
    wing = place(scaled(_disc(8.5, 0.8), (1, 0.62, 1)), turn("z", np.pi / 2) @ turn("x", np.pi / 2))
    wings = [place(wing, None, (0, s * 9.5, length + 9)) for s in (-1, 1)]
    marks = [
        _washer(outer_radius - 0.05, outer_radius + 0.03, q - 0.25, q + 0.25, 20)
        for q in np.arange(10, length, 10)
    ]
    stylet = join(
        rod(inner_radius * 0.98, 1.2, length + 12, 14, 0.2),
        place(lathe(fillet([(0, 12), (2.0, 12), (2.0, 19.2), (4.6, 19.2), (4.6, 25), (3.8, 26), (0, 26)], 0.5, 4), 36),
              None, (0, 0, length)),
    )  # fmt: skip
    notch = join(
        place(_box(1.0, 1.15, 3.6, 0.4, 0.3), None, (3.7, 0, length + 11)),
        place(lathe([(0, 0), (1.7, 0), (0, 3.4)], 20), None, (3.4, 0, length + 3.2)),
    )
    parts = {
        "notch": notch, "shaft": shaft, "hub": join(hub, *wings), "marks": join(*marks), "stylet": stylet,
        "wire": rod(inner_radius * 0.98, 1.2, length + 12, 14, 0.2),
    }  # fmt: skip
    return {name: metres(m) for name, m in parts.items()}


@lru_cache(maxsize=1)
def refill_needle() -> dict[str, Mesh]:
    """Return a Huber needle: tip at the origin, hub toward +z, with wings."""
    hub = lathe(fillet([(0, -3), (2, -3), (3.2, 1), (3.2, 12), (2.6, 15), (0, 15)], 0.7, 4), 32)
    wing = place(_disc(9, 0.9), turn("x", np.pi / 2))
    length = 38.0
    tip = tube(
        np.array([(0.30, 0, 0), (0.12, 0, 0.9), (0, 0, 2.2), (0, 0, length)]), REFILL_OD_M / MM / 2, 12
    )
    wings = [place(wing, None, (s * 9, 0, 6)) for s in (-1, 1)]
    return {
        "shaft": metres(tip),
        "hub": metres(place(join(hub, *wings), None, (0, 0, length))),
    }


REFILL_LENGTH_M = 38 * MM


@lru_cache(maxsize=1)
def template() -> dict[str, Mesh]:
    """Return the clear refill template with printed rings; +z away from the skin."""
    plate = lathe(fillet([(4.2, 0), (35, 0), (35, 1.4), (4.2, 1.4), (4.2, 0)], 0.3, 3), 96)
    ink = [_washer(r, r + 0.7, 1.5, 1.85) for r in (7.2, 13.0, 33.0)]
    bar = _box(0.4, 9, 0.2, 0.15, 0.25)
    ink += [place(bar, turn("z", a), turn("z", a) @ [0, 23.0, 1.65]) for a in np.arange(4) * np.pi / 2]
    return {"plate": metres(plate), "ink": metres(join(*ink))}


@lru_cache(maxsize=8)
def syringe(fill: float, length_mm: float = 64.0, radius_mm: float = 8.8) -> dict[str, Mesh]:
    """Return a syringe filled to a share 0..1: nozzle at the origin, barrel toward +z."""
    n, r, top = 32, radius_mm, 10 + length_mm
    level = 10 + length_mm * float(np.clip(fill, 0.02, 1.0))
    barrel = lathe(
        fillet(
            [(0, 0), (1.6, 0), (1.6, 8), (r, 10), (r, top), (r * 1.9, top), (r * 1.9, top + 2), (0, top + 2)],
            0.8,
            3,
        ),
        n,
    )
    piston = lathe(fillet([(0, level), (r * 0.86, level), (r * 0.86, level + 6), (r * 0.34, level + 7),
                           (r * 0.34, level + length_mm), (r * 1.5, level + length_mm + 1),
                           (r * 1.5, level + length_mm + 3), (0, level + length_mm + 3)], 0.6, 3), n)  # fmt: skip
    fluid = lathe([(0, 10.4), (r * 0.86, 10.8), (r * 0.86, level), (0, level)], n)
    lines = [_washer(r - 0.05, r + 0.06, q - 0.18, q + 0.18, 40) for q in np.linspace(14, top - 3, 11)]
    parts = {"barrel": barrel, "piston": piston, "fluid": fluid, "lines": join(*lines)}
    return {name: metres(m) for name, m in parts.items()}


@lru_cache(maxsize=1)
def filter_disc() -> Mesh:
    """Return the 0.22 um in-line filter along z."""
    profile = [(0, -2), (2, -2), (2, 2), (13, 3), (13, 8), (2, 9), (2, 13), (0, 13)]
    return metres(lathe(fillet(profile, 0.6, 4), 40))


@lru_cache(maxsize=1)
def swab() -> Mesh:
    """Return a folded gauze swab."""
    return metres(join(_box(17, 13, 1.9, 1.6, 0.9), place(_box(16, 12, 1.2, 1.0, 0.9), turn("z", 0.06), (0.8, -0.6, 2.2))))


@lru_cache(maxsize=1)
def drop() -> Mesh:
    """Return a hanging drop of CSF, about 20 microlitres, along z."""
    return metres(lathe(fillet([(0, -2.6), (1.4, -1.8), (1.75, -0.2), (0.9, 1.9), (0, 2.9)], 1.1, 6), 24))


@lru_cache(maxsize=1)
def marker_ring() -> Mesh:
    """Return a thin flat ring of 1 m radius about z, to be scaled: a target or a highlight."""
    angle = np.linspace(0, 2 * np.pi, 65)
    return weld(tube(np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1), 0.085, 12))


@lru_cache(maxsize=1)
def ball() -> Mesh:
    """Return a sphere of 1 m radius, to be scaled."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 25)
    return weld(lathe([(max(np.cos(a), 0.0), float(np.sin(a))) for a in angle], 40))
