"""The room round the patient: table, lamp, C-arm, instrument table, screens, anaesthesia machine, floor and walls.

Everything is placed in theatre axes: z up, y away from the surgeon's side (toward the belly), x along the table.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

import game.view.anchors as anchors
import game.view.devices as devices
import game.view.materials as materials
import game.view.theatre_shapes as shapes
from game.view.drape import bed_sheet, table_height
from game.view.field import FieldState
from game.view.frame import CArm, FloatArray, Item, Material
from game.view.geometry import Mesh, join, pose, turn, unit
from game.view.sweep import tube
from physics.anatomy import Anatomy
from physics.observation import Observation

LOOKS: dict[str, Material] = {
    "steel": materials.INSTRUMENT, "white": materials.PAINT, "dark": materials.DARK_METAL, "blue": materials.HUB,
    "yellow": materials.YELLOW, "clear": materials.CLEAR, "violet": materials.VIOLET, "cloth": materials.TABLE_CLOTH,
    "glow": materials.GLOW, "glass": materials.GLASS, "pale": materials.PALE, "door": materials.DOOR,
    "floor": materials.FLOOR, "wall": materials.ROOM_WALL,
}  # fmt: skip
FLOOR_M = 0.93  # table top over the floor, tuned
PARKED = (0.95, 0.55)  # how far the C-arm is pulled back, and toward the head [m]


def axes_of(up: FloatArray) -> tuple[FloatArray, float]:
    """Return theatre axes as columns in the patient frame, and +1 where x runs to the head, -1 to the foot."""
    sign = 1.0 if up[0] > 0 else -1.0
    return np.stack([sign * np.array([0.0, 0.0, 1.0]), np.array([0.0, -1.0, 0.0]), up], axis=1), sign


def _items(
    name: str, parts: dict[str, Mesh], axes: FloatArray, at: tuple[float, float, float], turned: FloatArray | None = None
) -> list[Item]:
    rotation = axes if turned is None else axes @ turned
    where = pose(rotation, axes @ np.asarray(at, float))
    return [Item(f"{name} {n}", mesh, LOOKS[n], where, is_static=True) for n, mesh in parts.items()]


def theatre_items(
    observation: Observation, anatomy: Anatomy, up: FloatArray, c_arm: CArm | None, field: FieldState
) -> list[Item]:
    """Return the whole room."""
    axes, sign = axes_of(up)
    top = table_height(anatomy, (float(up[0]), float(up[1]), float(up[2])))
    items = []
    if not field.is_draped:
        items.append(Item("sheet", bed_sheet(anatomy, (float(up[0]), float(up[1]), float(up[2]))), materials.SHEET, is_static=True))
    items += _items("room", shapes.room_shell(), axes, (0.0, 0.0, top - FLOOR_M))
    items += _items("table", shapes.table_base(), axes, (0.0, 0.0, top - 0.022), turn("z", 0.0 if sign > 0 else np.pi))
    items += _items("lamp", shapes.lamp(), axes, (0.10 * sign, -0.10, top + 0.98), turn("y", 0.16 * sign) @ turn("x", -0.12))
    where, facing = (-0.55 * sign, 1.25, top + 0.62), turn("z", 0.12 * sign)
    items += _items("screens", shapes.screen_stand(), axes, where, facing)
    items += vital_items(observation, axes, where, facing, sign)
    items += _items("anaesthesia", shapes.anaesthesia(), axes, (1.35 * sign, 0.75, top - FLOOR_M), turn("z", -0.5 * sign))
    items += c_arm_items(axes, top, c_arm, sign)
    aside = 0.0 if c_arm is None else 0.56  # its table makes room for the C-arm [m]
    items += instrument_table_items(observation, axes, (-(0.42 + aside) * sign, -0.80, top - 0.03))
    return items


def mattress_items(anatomy: Anatomy, up: FloatArray, look: Material = materials.MATTRESS) -> list[Item]:
    """Return the couch under a lying patient."""
    top = table_height(anatomy, (float(up[0]), float(up[1]), float(up[2])))
    head = np.array([0.0, 0.0, 1.0])
    axes = np.stack([head, np.cross(up, head), up], axis=1)
    return [Item("couch", shapes.couch(), look, pose(axes, axes @ np.array([-0.10, 0.0, top - 0.062])), is_static=True)]


def c_arm_items(axes: FloatArray, top: float, c_arm: CArm | None, sign: float) -> list[Item]:
    """Return the C-arm at its angles, or pulled back from the table when it is not in use."""
    arm = c_arm or CArm(orbit_rad=np.pi / 2, isocentre_m=(0.0, 0.0, 0.06))
    a, b = arm.orbit_rad, arm.tilt_rad
    direction = np.array([np.sin(a) * np.cos(b), np.cos(a) * np.cos(b), -np.sin(b)])
    middle = unit(np.array([np.cos(a), -np.sin(a), 0.0]))
    away = np.zeros(3) if c_arm is not None else axes @ np.array([PARKED[1] * sign, PARKED[0], 0.0])
    centre = np.asarray(arm.isocentre_m) + away
    basis = np.stack([middle, np.cross(-direction, middle), -direction], axis=1)
    head = [Item(f"c-arm {n}", m, LOOKS[n], pose(basis, centre), is_static=True) for n, m in shapes.c_arm_head().items()]
    stand = axes @ turn("z", np.pi / 2)
    at = centre + axes @ np.array([0.0, 0.69, 0.0])
    return head + [Item(f"c-arm stand {n}", m, LOOKS[n], pose(stand, at), is_static=True) for n, m in shapes.c_arm_stand().items()]


def instrument_table_items(observation: Observation, axes: FloatArray, at: tuple[float, float, float]) -> list[Item]:
    """Return the instrument table with what a tray holds; what is in use is gone from it."""
    items = _items("instruments", shapes.instrument_table(), axes, at)

    def lay(name: str, parts: dict[str, Mesh], x: float, y: float, angle: float = 0.0, z: float = 0.002) -> None:
        items.extend(_items(name, parts, axes, (at[0] + x, at[1] + y, at[2] + 0.002 + z), turn("z", angle)))

    lay("tray", shapes.tray(), -0.32, 0.02)
    if not observation.pocket.is_pump_in:
        height = observation.pocket.pump_height_m
        pump = {n: m for n, m in devices.pump(height).items() if n != "boot"}
        where = pose(axes, axes @ np.array([at[0] - 0.33, at[1] + 0.02, at[2] + 0.017 + devices.raised_m(height)]))
        looks = {"shell": materials.TITANIUM, "septum": materials.SEPTUM, "ring": materials.DARK_METAL}
        items += [Item(f"ready pump {n}", m, looks[n], where, is_static=True) for n, m in pump.items()]
    lay("scalpel", shapes.scalpel(), -0.05, -0.19, 1.45)
    lay("forceps", shapes.forceps(), 0.0, -0.19, 1.52)
    lay("forceps 2", shapes.forceps(), 0.045, -0.19, 1.60)
    for k in range(3):
        lay(f"clamp {k}", shapes.clamp(k > 0), 0.11 + 0.062 * k, -0.18, 1.50 + 0.05 * k)
    if not observation.is_lumbar_open:
        lay("retractor", {"steel": anchors.spreader(12.0, (0.0, 0.0))}, 0.33, -0.16, -0.2, 0.008)
    lay("cautery", shapes.cautery(), 0.10, 0.03, 0.05)
    lay("tunneller", shapes.tunneller(), 0.16, 0.17, 0.03)
    lay("small", shapes.small_things(), 0.26, -0.005, 0.0)
    for k, fill in enumerate((0.05, 0.6)):
        parts = devices.syringe(fill)
        steel = {"clear": parts["barrel"], "white": parts["piston"], "dark": parts["lines"]}
        turned = turn("z", 0.12 * k) @ turn("y", np.pi / 2)
        items += _items(f"syringe {k}", steel, axes, (at[0] + 0.30, at[1] + 0.085 + 0.04 * k, at[2] + 0.012), turned)
    items += _items("filter", {"white": devices.filter_disc()}, axes, (at[0] + 0.24, at[1] + 0.09, at[2] + 0.016), turn("y", np.pi / 2))
    if not observation.needle.is_placed:
        needle = devices.tuohy()
        parts = {"steel": needle["shaft"], "blue": needle["hub"], "white": needle["stylet"]}
        items += _items("spare needle", parts, axes, (at[0] - 0.12, at[1] - 0.06, at[2] + 0.006), turn("z", 1.7) @ turn("y", np.pi / 2))
    items += _items("swabs", shapes.swabs(), axes, (at[0] - 0.40, at[1] - 0.17, at[2]))
    return items


# --- vital signs on the screens ---------------------------------------------------------------

_SEGMENTS = {"0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
             "8": "abcdefg", "9": "abcdfg", "-": "g", "/": "x"}  # fmt: skip
_STROKES = {"a": (0, 1, 0.5, 1), "b": (0.5, 1, 0.5, 0.5), "c": (0.5, 0.5, 0.5, 0), "d": (0, 0, 0.5, 0),
            "e": (0, 0.5, 0, 0), "f": (0, 1, 0, 0.5), "g": (0, 0.5, 0.5, 0.5), "x": (0.05, 0, 0.45, 1)}  # fmt: skip


@lru_cache(maxsize=32)
def digits(text: str, height_m: float) -> Mesh:
    """Return a number in strokes, x right, z up, from its lower left corner."""
    parts = []
    for k, letter in enumerate(text):
        for stroke in _SEGMENTS.get(letter, ""):
            x0, z0, x1, z1 = _STROKES[stroke]
            ends = np.array([[x0 + 0.8 * k, 0, z0], [x1 + 0.8 * k, 0, z1]]) * height_m
            parts.append(tube(ends, 0.055 * height_m, 6))
    return join(*parts) if parts else Mesh(*(np.zeros((0, 3), t) for t in (np.float32, np.float32, np.int32)))


@lru_cache(maxsize=4)
def _trace(kind: str) -> Mesh:
    x = np.linspace(0, 1, 260)
    phase = (x * 4.0) % 1.0
    shapes_of = {
        "ecg": 0.10 * np.exp(-(((phase - 0.25) / 0.035) ** 2)) - 0.15 * np.exp(-(((phase - 0.385) / 0.012) ** 2))
        + np.exp(-(((phase - 0.41) / 0.014) ** 2)) - 0.22 * np.exp(-(((phase - 0.445) / 0.014) ** 2))
        + 0.22 * np.exp(-(((phase - 0.66) / 0.06) ** 2)),
        "pleth": 0.75 * np.exp(-(((phase - 0.35) / 0.12) ** 2)) + 0.32 * np.exp(-(((phase - 0.62) / 0.11) ** 2)),
        "co2": 0.8 / (1 + np.exp(-((x * 2 % 1.0) - 0.25) * 60)) / (1 + np.exp(((x * 2 % 1.0) - 0.70) * 60)),
    }  # fmt: skip
    return tube(np.stack([0.30 * x, 0 * x, 0.055 * shapes_of[kind]], axis=1), 0.0011, 5)


def vital_items(
    observation: Observation, axes: FloatArray, at: tuple[float, float, float], turned: FloatArray, sign: float
) -> list[Item]:
    """Return traces and numbers of the patient on the screen nearer the head."""
    seen = observation.patient
    basis = axes @ turned
    rows = (
        ("ecg", f"{seen.heart_rate_per_min:.0f}", materials.GREEN),
        ("pleth", f"{seen.spo2_percent:.0f}", materials.BLUE),
        ("co2", f"{seen.etco2_mmhg:.0f}", materials.YELLOW),
    )
    items = []
    x0 = 0.262 * sign - 0.225
    for k, (trace, number, look) in enumerate(rows):
        z = 0.075 - 0.078 * k
        for name, mesh, x in ((f"trace {trace}", _trace(trace), x0), (f"value {trace}", digits(number, 0.045), x0 + 0.335)):
            where = axes @ np.asarray(at) + basis @ np.array([x, -0.031, z])
            items.append(Item(name, mesh, look, pose(basis, where)))
    pressure = f"{seen.systolic_mmhg:.0f}/{seen.diastolic_mmhg:.0f}"
    where = axes @ np.asarray(at) + basis @ np.array([x0, -0.031, -0.125])
    items.append(Item("value pressure", digits(pressure, 0.032), materials.ORANGE, pose(basis, where)))
    return items
