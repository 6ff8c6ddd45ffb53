"""Which bodies absorb X-rays, and how much: the fluoroscope's own list of items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

import game.view.devices as devices
from game.view.contrast_items import contrast_items
from game.view.frame import FloatArray, Item, XrayItem
from game.view.geometry import Mesh, frame_along, join, pose, turn, unit, weld
from game.view.instrument_items import pump_pose
from game.view.sweep import aspect_from_patency, refine, tube
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.observation import Observation

# Attenuation [1/m] near 70 kVp after hardening, as difference to the soft tissue a body displaces; tuned in the
# rendering study so that bone edges, pedicle rings and metal sit where a lumbar radiograph has them.
SOFT = 19.5
BONE_CORTEX = 85.0
BONE_CORE = 21.5
BONE_SHELL_M = 1.15e-3  # of the cortex
DISC = 1.5
MUSCLE = 1.2
GAS = -17.5
STEEL = 1600.0
PLASTIC = 30.0
TITANIUM = 480.0  # NIST: 1.21 cm2/g at 50 keV x 4.5 g/cm3, less the soft tissue; fusion rods, clips
CATHETER = 550.0
TIP_MARKER = 2200.0
CAN_WALL = 160.0
CAN_CORE = 30.0


def xray_items(observation: Observation, anatomy: Anatomy) -> tuple[XrayItem, ...]:
    """Return everything between source and detector."""
    return (
        tuple(_patient(anatomy))
        + tuple(_needle(observation))
        + tuple(_catheter(observation))
        + tuple(_pump(observation))
        + tuple(_metal(observation))
        + tuple(contrast_items(observation, anatomy))
    )


def _patient(anatomy: Anatomy) -> list[XrayItem]:
    items = [XrayItem("skin", SOFT, is_static=True)]
    for name in body.bone_names(anatomy.spine):
        items.append(XrayItem(f"bone:{name}", BONE_CORTEX - SOFT, BONE_CORE - SOFT, BONE_SHELL_M, is_static=True))
    for name in body.disc_names(anatomy.spine):
        items.append(XrayItem(f"disc:{name}", DISC, is_static=True))
    items += [XrayItem(mesh, per_m, is_static=True) for mesh, per_m in soft_parts(anatomy)]
    rods = _fusion(_Fused(getattr(anatomy.spine, "metal_names", ()), anatomy.build, anatomy))
    items += [XrayItem(rods, TITANIUM)] if rods is not None else []
    return items


def soft_parts(anatomy: Anatomy) -> tuple[tuple[Mesh, float], ...]:
    """Return muscles and bowel gas, each with its attenuation."""
    muscles, gas = _soft_parts(anatomy.build.seed, float(np.asarray(anatomy.spine.canal_points_m)[0, 1]))
    return (muscles, MUSCLE), (gas, GAS)


@dataclass(frozen=True, slots=True)
class _Fused:
    """The rods and screws of a patient under a key that can be compared."""

    names: tuple[str, ...]
    build: object
    anatomy: Anatomy = field(compare=False)


@lru_cache(maxsize=2)
def _fusion(fused: _Fused) -> Mesh | None:
    """Return the rods and pedicle screws that the needle meets too, as tubes through the anatomy's nodes."""
    if not fused.names:
        return None
    spine: Any = fused.anatomy.spine
    lines = zip(np.asarray(spine.metal_nodes_m, float), np.asarray(spine.metal_radius_m, float), strict=True)
    return join(*(tube(nodes, radius, 12) for nodes, radius in lines))


def ellipsoid(centre_m: FloatArray, radii_m: FloatArray) -> Mesh:
    """Return a closed ellipsoid."""
    ball = devices.ball()
    normals = unit(ball.normals / np.asarray(radii_m))
    return Mesh(
        (ball.points_m * radii_m + centre_m).astype(np.float32), normals.astype(np.float32), ball.faces
    )


@lru_cache(maxsize=4)
def _soft_parts(seed: int, sacral_y: float) -> tuple[Mesh, Mesh]:
    """Return muscles with kidneys, and bowel gas; painted for the eye, nothing is scored on them."""
    rng = np.random.default_rng(seed + 5)
    parts = []
    for s in (1.0, -1.0):
        z = np.linspace(-0.06, 0.15, 30)
        psoas = np.stack(
            [s * (0.036 + 0.14 * (0.15 - z)), np.interp(z, [-0.06, 0.15], [-0.012, 0.002]), z], axis=1
        )
        parts.append(tube(psoas, np.interp(z, [-0.06, 0.02, 0.11, 0.15], [0.022, 0.021, 0.012, 0.004]), 20))
        parts.append(
            ellipsoid(np.array([s * 0.062, 0.006, 0.123 + 0.005 * s]), np.array([0.027, 0.020, 0.054]))
        )
        z = np.linspace(-0.10, 0.30, 30)
        erector = np.stack(
            [0 * z + s * 0.036, np.interp(z, [-0.10, 0.0, 0.30], [0.056, 0.054, 0.070]), z], axis=1
        )
        parts.append(tube(erector, np.full(30, 0.022), 20))
    bubbles = []
    for k in range(24):
        centre = np.array([rng.uniform(-0.095, 0.095), rng.uniform(-0.070, -0.045), rng.uniform(-0.10, 0.14)])
        if abs(centre[0]) < 0.030 and k % 2:
            centre[0] += 0.055 * np.sign(centre[0] + 1e-4)
        bubbles.append(ellipsoid(centre, rng.uniform([0.007, 0.006, 0.006], [0.020, 0.011, 0.016])))
    return join(*parts), join(*bubbles)


def _needle(observation: Observation) -> list[XrayItem]:
    needle = observation.needle
    items = []
    if needle.is_placed:
        parts = devices.tuohy(round(float(needle.length_m), 4))
        place = pose(
            frame_along(-unit(needle.direction)) @ turn("z", -float(needle.rotation_rad)), needle.tip_m
        )
        items.append(XrayItem(parts["shaft"], STEEL, transform=place))
        items.append(XrayItem(parts["hub"], PLASTIC, transform=place))
        if needle.is_stylet_in:
            items.append(XrayItem(parts["wire"], STEEL, transform=place))
    refill = observation.refill
    if refill.is_placed:
        place = pose(frame_along(-unit(refill.direction)), refill.tip_m)
        items.append(XrayItem(devices.refill_needle()["shaft"], STEEL, transform=place))
    return items


@lru_cache(maxsize=4)
def _catheter_bodies(nodes: bytes, patency: bytes, radius_m: float) -> tuple[Mesh, Mesh]:
    points = np.frombuffer(nodes).reshape(-1, 3)
    line = refine(points, 2)
    share = np.frombuffer(patency)
    aspect = np.ones(len(line))
    if len(share):
        aspect = aspect_from_patency(
            np.interp(np.linspace(0, len(share) - 1, len(line)), np.arange(len(share)), share)
        )
    bend = np.gradient(np.gradient(line, axis=0), axis=0)
    wall = tube(line, radius_m, 10, aspect, bend)
    from_tip = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line[::-1], axis=0), axis=1))]
    tip = line[::-1][: max(3, int(np.searchsorted(from_tip, 0.0025)) + 1)]
    return wall, tube(tip, 1.25 * radius_m, 12)


def _catheter(observation: Observation) -> list[XrayItem]:
    catheter = observation.catheter
    if not catheter.is_open or len(catheter.nodes_m) < 2:
        return []
    nodes = np.ascontiguousarray(catheter.nodes_m, float)
    patency = np.ascontiguousarray(catheter.patency, float)
    wall, tip = _catheter_bodies(nodes.tobytes(), patency.tobytes(), float(catheter.radius_m))
    items = [XrayItem(wall, CATHETER), XrayItem(tip, TIP_MARKER)]
    if catheter.is_stylet_in:
        n = max(int(len(nodes) * 0.98), 2)
        items.append(XrayItem(_stylet(nodes[:n].tobytes()), STEEL))
    return items


@lru_cache(maxsize=4)
def _stylet(nodes: bytes) -> Mesh:
    return tube(refine(np.frombuffer(nodes).reshape(-1, 3), 2), 0.00017, 6)


def _pump(observation: Observation) -> list[XrayItem]:
    if not observation.pocket.is_pump_in:
        return []
    place = pump_pose(observation)
    lies = {"transform": place, "is_static": True, "is_device": True}
    height = observation.pocket.pump_height_m
    items = [XrayItem(_welded_shell(height), CAN_WALL, CAN_CORE, 0.7e-3, **lies)]
    dense = {"battery": 420.0, "race": 300.0, "wires": 650.0, "small": 500.0, "board": 100.0}
    inside = devices.pump_internals()
    within = place @ pose(np.eye(3), (0.0, 0.0, devices.raised_m(height)))
    items += [XrayItem(inside[name], mu, **(lies | {"transform": within})) for name, mu in dense.items()]
    turns = (
        observation.clinical_time_s * max(observation.pump.flow_m3_per_s, 0.0) / 7.0e-9
    )  # tuned: 7 uL a turn
    spin = pose(turn("z", float(2 * np.pi * (turns % 1.0)) + 0.6), devices.ROTOR_AXIS_M)
    items.append(XrayItem(inside["rotor"], 900.0, transform=within @ spin))
    return items


METAL_ITEMS = ("retractor", "tunneller", "passer", "clamp", "swab thread")


def metal_of(items: Iterable[Item]) -> tuple[XrayItem, ...]:
    """Return what instruments that lie in the picture add to the beam: retractors, the tunneller, clamps."""
    return tuple(
        XrayItem(i.shape, STEEL, transform=i.transform)
        for i in items
        if i.name.startswith(METAL_ITEMS)
    )


def _metal(observation: Observation) -> list[XrayItem]:
    """Return the pin of a joined connector."""
    catheter, items = observation.catheter, []
    if catheter.is_connected and len(catheter.nodes_m) > 2:
        nodes = np.asarray(catheter.nodes_m, float)
        items.append(XrayItem(_pin(nodes[:3].tobytes()), STEEL))
    return items


@lru_cache(maxsize=4)
def _pin(nodes: bytes) -> Mesh:
    """Return the steel pin of 18 mm that joins catheter and connector."""
    first, second, _ = np.frombuffer(nodes).reshape(-1, 3)
    axis = unit(second - first)
    return tube(np.linspace(first - 0.009 * axis, first + 0.009 * axis, 6), 0.00045, 8)


@lru_cache(maxsize=2)
def _welded_shell(height_m: float) -> Mesh:
    return weld(devices.pump(height_m)["shell"])
