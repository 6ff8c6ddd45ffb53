"""Furniture of the operating room and the instruments of its table, drawn in millimetres by eye, tuned; out in metres.

Instruments lie on z = 0 along x. Furniture stands with its own origin where `theatre_items` puts it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from game.view.devices import metres
from game.view.geometry import FloatArray, Mesh, fillet, isosurface, join, lathe, place, rod, rounded_box, smooth_path, turn
from game.view.sweep import tube

MM = 1e-3


_SIDE = np.array([-1.0, -0.5, -0.01, 0.01, 0.5, 1.0])  # a cube's side: directions of the rounded edges and of the flat between


def block(hx: float, hy: float, hz: float, radius: float = 4.0) -> Mesh:
    """Return a rounded box [mm]: a sphere of the radius, its octants pulled apart."""
    half = np.array([hx, hy, hz])
    round_mm = min(radius, 0.95 * float(half.min()))
    n = len(_SIDE)
    s, t = np.meshgrid(_SIDE, _SIDE, indexing="ij")
    points, faces = [], []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            cube = np.zeros((n, n, 3))
            cube[..., axis], cube[..., (axis + 1) % 3], cube[..., (axis + 2) % 3] = sign, s, t
            i, j = np.meshgrid(np.arange(n - 1), np.arange(n - 1), indexing="ij")
            a = (i * n + j).ravel() + len(points) * n * n
            b, c, d = a + n, a + n + 1, a + 1
            quad = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
            faces.append(quad if sign > 0 else quad[:, ::-1])
            points.append(cube.reshape(-1, 3))
    ways = np.concatenate(points)
    ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    at = np.sign(ways) * (half - round_mm) + round_mm * ways
    return Mesh(at.astype(np.float32), ways.astype(np.float32), np.ascontiguousarray(np.concatenate(faces), np.int32))


def bar(points: FloatArray | list, radius: object, n: int = 12, flat: float = 1.0, count: int = 40) -> Mesh:
    """Return a smooth bar through points [mm]; `flat` < 1 presses it along z."""
    line = smooth_path(np.array(points, float), count)
    width = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(np.atleast_1d(radius))), np.atleast_1d(radius))
    if flat == 1.0:
        return tube(line, width, n)
    return tube(line, width, n, flat, np.tile([0.0, 0.0, 1.0], (count, 1)))


def _ring(x: float, y: float, radius: float, thick: float) -> Mesh:
    a = np.linspace(0, 2 * np.pi, 33)
    return tube(np.stack([x + radius * np.cos(a), y + 1.15 * radius * np.sin(a), np.full(33, thick)], axis=1), thick, 8)


@lru_cache(maxsize=1)
def scalpel() -> dict[str, Mesh]:
    """Return a scalpel: handle and blade."""
    blade = bar([[62, 0, 2.2], [78, 1.2, 2.2], [92, 3.4, 2.2], [100, 6.6, 2.2]], [3.6, 3.8, 2.6, 0.3], 10, 0.16)
    return {"steel": metres(join(bar([[-70, 0, 2.2], [0, 0, 2.2], [64, 0, 2.2]], [2.6, 3.4, 2.4], 10, 0.5), blade))}


@lru_cache(maxsize=1)
def forceps() -> dict[str, Mesh]:
    """Return a dissecting forceps."""
    legs = [bar([[-70, 0, 3], [-20, s * 5.5, 3], [40, s * 4.5, 3], [74, s * 0.9, 3]], [2.6, 4.2, 3.0, 0.9], 10, 0.4) for s in (-1, 1)]
    return {"steel": metres(join(*legs))}


@lru_cache(maxsize=2)
def clamp(is_curved: bool = False) -> dict[str, Mesh]:
    """Return a ring-handled clamp or needle holder."""
    bend = 9.0 if is_curved else 0.0
    parts = []
    for s in (-1, 1):
        shank = [[-62, s * 14, 3], [-30, s * 8, 3], [24, -s * 1.0, 3], [48, -s * 1.0 + 0.3 * bend, 3], [70, -s * 0.6 + bend, 3]]
        parts += [bar(shank, [1.8, 2.4, 2.8, 2.0, 0.9], 10, 0.7), _ring(-72, s * 17, 10, 2.0)]
    parts.append(place(rod(3.0, 0, 6, 20), None, (24, 0, 0)))
    return {"steel": metres(join(*parts))}


@lru_cache(maxsize=1)
def cautery() -> dict[str, Mesh]:
    """Return monopolar pencil and bipolar forceps with their cords."""
    pencil = bar([[-60, 0, 5], [40, 0, 5], [62, 0, 5]], [4.6, 5.2, 2.6])
    tip = bar([[60, 0, 5], [84, 0, 5]], [0.9, 0.7], 8)
    cord = bar([[-58, 0, 5], [-110, 12, 3], [-150, -30, 3], [-215, -10, 3]], [2.0, 1.8])
    button = place(block(6, 2.2, 1.4, 1.0), None, (22, 0, 10))
    legs = [bar([[-60, 46, 4], [0, 46 + s * 6, 4], [62, 46 + s * 1.0, 4]], [2.4, 3.6, 0.8], 10, 0.45) for s in (-1, 1)]
    second = bar([[-60, 46, 4], [-110, 58, 3], [-160, 30, 3], [-215, 12, 3]], [2.0, 1.8])
    return {"blue": metres(join(pencil, *legs)), "steel": metres(tip), "dark": metres(join(cord, second)), "yellow": metres(button)}


@lru_cache(maxsize=1)
def tunneller() -> dict[str, Mesh]:
    """Return the tunnelling rod in its sheath, with its handle."""
    steel = bar([[-210, 0, 5], [-60, 0, 5], [120, 0, 9], [230, 0, 20]], [2.2, 2.2, 2.2, 0.7])
    sheath = bar([[-150, 0, 5], [-40, 0, 5], [120, 0, 9], [196, 0, 16]], [3.4, 3.4])
    handle = place(lathe(fillet([(0, -45), (9, -45), (11, 0), (8, 40), (0, 45)], 5), 24), turn("y", np.pi / 2), (-250, 0, 10))
    return {"steel": metres(steel), "clear": metres(sheath), "blue": metres(handle)}


@lru_cache(maxsize=1)
def small_things() -> dict[str, Mesh]:
    """Return connector, suture packets, ruler, marker pen and template lying beside each other."""
    connector = join(bar([[0, 0, 2], [26, 0, 2]], [1.6, 1.9, 1.6]), place(rod(2.8, -4, 4, 20), turn("y", np.pi / 2), (13, 0, 2.4)))
    packets = join(*(place(block(27, 17, 0.9, 0.8), turn("z", 0.08 * k), (80 + 6 * k, 8 * k - 6, 1 + 2 * k)) for k in range(3)))
    ruler = place(block(76, 12, 0.7, 0.5), None, (30, -62, 0.8))
    ticks = join(*(place(block(0.4, 4.5 if k % 5 == 0 else 2.6, 0.15, 0.1), None, (-40 + 10 * k, -54, 1.6)) for k in range(15)))
    pen = place(lathe(fillet([(0, -66), (4.6, -66), (4.6, 40), (2.2, 58), (0.6, 66), (0, 66)], 1.2), 24), turn("y", np.pi / 2), (150, -40, 5))
    return {"steel": metres(connector), "white": metres(join(packets, ruler)), "dark": metres(ticks), "violet": metres(pen)}


@lru_cache(maxsize=1)
def swabs() -> dict[str, Mesh]:
    """Return a stack of folded swabs."""
    return {"white": metres(join(*(place(block(38, 38, 3.2, 2.4), turn("z", 0.05 * k), (0, 0, 4 + 6.2 * k)) for k in range(4))))}


@lru_cache(maxsize=1)
def couch() -> Mesh:
    """Return the mattress of a couch, along x."""
    return metres(block(1000, 340, 60, 28))


@lru_cache(maxsize=1)
def tray() -> dict[str, Mesh]:
    """Return a shallow steel tray, 240 x 170 mm, its floor at z = 3 mm, and a bowl beside it."""
    def shape(p: FloatArray) -> FloatArray:
        outer = rounded_box(p - [0, 0, 14.0], np.array([120.0, 85.0, 15.0]), 10.0)
        inner = rounded_box(p - [0, 0, 23.0], np.array([116.0, 81.0, 20.0]), 8.0)
        return np.maximum(outer, -inner)

    bowl = lathe(fillet([(0, 0), (34, 0), (60, 34), (66, 44), (63, 44), (56, 34), (32, 4), (0, 4)], 4), 48)
    return {"steel": metres(join(isosurface(shape, (-124, -89, -3), (124, 89, 32), 2.6), place(bowl, None, (-30, 190, 0))))}


@lru_cache(maxsize=1)
def instrument_table() -> dict[str, Mesh]:
    """Return the draped instrument table, 1.0 x 0.55 m, its top at z = 0."""
    def cloth(p: FloatArray) -> FloatArray:
        hang = np.clip(-p[:, 2] / 330.0, 0, 1)
        wave = 9.0 * hang * np.sin(p[:, 0] / 31.0 + 1.3 * np.sin(p[:, 1] / 60.0)) + 8.0 * hang * np.sin(p[:, 1] / 27.0)
        q = p.copy()
        q[:, 2] += 165.0
        return rounded_box(q, np.array([505.0, 280.0, 165.0]), 14.0) - wave - 6.0 * hang

    legs = [rod(14, -860, -300, 16) for _ in range(4)]
    placed = [place(leg, None, (sx * 430, sy * 220, 0)) for leg, (sx, sy) in zip(legs, ((-1, -1), (1, -1), (1, 1), (-1, 1)), strict=True)]
    feet = [place(block(20, 250, 14, 8), None, (sx * 430, 0, -850)) for sx in (-1, 1)]
    return {"cloth": metres(isosurface(cloth, (-550, -330, -345), (550, 330, 12), 12.0)), "steel": metres(join(*placed, *feet))}


@lru_cache(maxsize=1)
def table_base() -> dict[str, Mesh]:
    """Return the operating table under the drapes: top at z = 0, along x; the column stands toward the foot."""
    top = join(place(block(1000, 265, 30, 20), None, (-150, 0, -62)), place(block(980, 255, 26, 24), None, (-150, 0, -24)))
    rails = [place(block(560, 6, 15, 4), None, (-200, s * 284, -60)) for s in (-1, 1)]
    column = join(place(block(150, 130, 300, 30), None, (-420, 0, -380)), place(block(190, 160, 60, 30), None, (-420, 0, -130)))
    foot = place(block(430, 270, 55, 40), None, (-330, 0, -850))
    return {"dark": metres(top), "steel": metres(join(*rails)), "white": metres(join(column, foot))}


@lru_cache(maxsize=1)
def lamp() -> dict[str, Mesh]:
    """Return the head of the overhead light: shines along -z from its origin, arm up and along +x."""
    shell = lathe(fillet([(0, 70), (150, 62), (300, 20), (318, -8), (300, -24), (0, -24)], 14), 64)
    cells = [(0, 0)] + [(118, k * np.pi / 3) for k in range(6)] + [(222, k * np.pi / 6 + 0.26) for k in range(12)]
    glow = [place(rod(44, -30, -23, 28, 2), None, (r * np.cos(a), r * np.sin(a), 0)) for r, a in cells]
    grip = rod(17, -130, -20, 24, 6)
    arm = join(bar([[0, 0, 62], [40, 0, 130], [330, 0, 170], [360, 0, 260]], [26, 24]), bar([[360, 0, 240], [360, 0, 620]], [30, 30]))
    yoke = bar([[-300, 0, 40], [-200, 0, 150], [0, 0, 180], [200, 0, 150], [300, 0, 40]], [15, 15])
    return {"white": metres(join(shell, arm, yoke)), "glow": metres(join(*glow)), "dark": metres(grip)}


@lru_cache(maxsize=1)
def c_arm_head() -> dict[str, Mesh]:
    """Return C, tube housing and detector about the isocentre: beam along z from the source at -z, C through +x."""
    angle = np.linspace(-0.60 * np.pi, 0.60 * np.pi, 60)
    line = np.stack([690 * np.cos(angle), 0 * angle, 690 * np.sin(angle)], axis=1)
    arc = tube(line, 62, 16, 0.55, line)
    detector = lathe(fillet([(0, 330), (150, 330), (168, 350), (168, 520), (150, 545), (110, 640), (0, 660)], 16), 64)
    plate = lathe(fillet([(0, 322), (150, 322), (152, 331), (0, 331)], 3), 64)
    source = place(block(110, 120, 150, 34), None, (0, 0, -730))
    collimator = lathe(fillet([(0, -600), (78, -600), (88, -560), (70, -530), (0, -530)], 8), 40)
    links = [bar([[s0 * 10, 0, z0], [200, 0, z1]], [60, 50], count=10) for s0, z0, z1 in ((1, 600, 655), (1, -735, -655))]
    return {"white": metres(join(arc, detector, source, *links)), "dark": metres(join(plate, collimator))}


@lru_cache(maxsize=1)
def c_arm_stand() -> dict[str, Mesh]:
    """Return the C-arm's trolley: the C runs through its holder at the origin, the trolley stands at +x, floor below."""
    holder = place(block(90, 95, 120, 30), None, (40, 0, 0))
    beam = bar([[90, 0, 0], [420, 0, 0]], [62, 62], count=8)
    column = place(block(110, 120, 420, 40), None, (470, 0, -340))
    cart = place(block(260, 190, 260, 50), None, (560, 0, -640))
    panel = place(block(18, 120, 80, 10), turn("y", -0.5), (640, 0, -330))
    wheels = [place(rod(60, -18, 18, 28, 6), turn("x", np.pi / 2), (x, y, -900)) for x in (360, 760) for y in (-170, 170)]
    legs = [place(block(330, 26, 26, 16), None, (420, s * 170, -850)) for s in (-1, 1)]
    return {"white": metres(join(holder, beam, column, cart)), "dark": metres(join(panel, *wheels, *legs))}


@lru_cache(maxsize=1)
def screen_stand() -> dict[str, Mesh]:
    """Return two screens on a boom from the ceiling, glass toward -y, their middle at the origin."""
    frames = [place(block(250, 22, 155, 10), None, (s * 262, 0, 0)) for s in (-1, 1)]
    glass = [place(block(240, 3, 145, 2), None, (s * 262, -24, 0)) for s in (-1, 1)]
    boom = bar([[0, 60, 40], [0, 90, 300], [0, 90, 900]], [34, 34])
    link = place(block(200, 14, 24, 10), None, (0, 40, 0))
    return {"dark": metres(join(*frames, link)), "white": metres(boom), "glass": metres(join(*glass))}


@lru_cache(maxsize=1)
def anaesthesia() -> dict[str, Mesh]:
    """Return the anaesthesia machine, standing on z = 0, front toward -y, and a drip stand."""
    body = join(place(block(300, 260, 330, 30), None, (0, 0, 420)), place(block(300, 200, 240, 24), None, (0, 60, 1000)))
    drawers = [place(block(270, 6, 85, 6), None, (0, -262, 200 + 195 * k)) for k in range(3)]
    gas = [place(rod(42, 0, 150, 28, 10), None, (-180 + 110 * k, -170, 790)) for k in range(3)]
    glass = place(block(190, 5, 120, 4), None, (40, -145, 1060))
    hose = bar([[260, -200, 800], [420, -420, 760], [330, -760, 820], [150, -960, 900]], [17, 17])
    pole = join(place(rod(12, 0, 2000, 16), None, (-420, 330, 0)), place(rod(170, 0, 40, 28, 10), None, (-420, 330, 0)))
    bag = place(block(70, 26, 110, 22), None, (-360, 330, 1830))
    return {"white": metres(body), "pale": metres(join(*drawers)), "dark": metres(join(*gas, hose)), "glass": metres(glass),
            "steel": metres(pole), "clear": metres(bag)}  # fmt: skip


@lru_cache(maxsize=1)
def room_shell() -> dict[str, Mesh]:
    """Return floor at z = 0 and two walls: the far one at +y, one at the head (+x); with skirting, doors and cupboards."""
    floor = place(block(3600, 3000, 40, 2), None, (0, 0, -40))
    far = place(block(3600, 40, 1500, 2), None, (0, 2540, 1500))
    side = join(*(place(block(40, 3000, 1500, 2), None, (s * 3240, 0, 1500)) for s in (-1, 1)))
    skirting = join(place(block(3200, 12, 60, 8), None, (0, 2495, 60)), place(block(12, 2500, 60, 8), None, (3195, 0, 60)))
    cupboards = [place(block(330, 160, 520, 10), None, (-2300 + 690 * k, 2340, 900)) for k in range(3)]
    handles = [place(block(8, 12, 90, 6), None, (-2060 + 690 * k, 2168, 900)) for k in range(3)]
    doors = [place(block(400, 16, 1040, 6), None, (x, 2488, 1040)) for x in (900, 1720)]
    panes = [place(block(110, 6, 190, 4), None, (x, 2468, 1520)) for x in (900, 1720)]
    rail = place(block(3200, 18, 40, 8), None, (0, 2490, 1000))
    clock = place(lathe(fillet([(0, 0), (150, 0), (150, 20), (140, 26), (0, 26)], 4), 48), turn("x", np.pi / 2), (-300, 2490, 2150))
    hands = join(place(block(4, 3, 45, 2), None, (-300, 2458, 2190)), place(block(60, 3, 4, 2), None, (-250, 2458, 2150)))
    return {
        "floor": metres(floor), "wall": metres(join(far, side)), "pale": metres(join(*cupboards, skirting, clock)),
        "steel": metres(join(*handles)), "door": metres(join(*doors, rail)), "glass": metres(join(*panes)), "dark": metres(hands),
    }  # fmt: skip
