"""Golden images of devices (decision 7): compared on llvmpipe, only drawn elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from game.view import devices, materials
from game.view.camera import Camera
from game.view.frame import CArm, Frame, Item, Light, XrayItem
from game.view.geometry import pose, turn
from game.view.instrument_items import PUMP_LOOK
from game.view.sweep import aspect_from_patency, tube

FOLDER = Path(__file__).parent / "golden"
SIZE = (320, 240)


def _near(name: str, items: tuple[Item, ...]) -> Frame:
    return Frame(name, items, light=Light((-0.4, 0.5, 0.8), centre_m=(0, 0, 0), radius_m=0.12))


def _pump_face() -> tuple[Frame, Camera]:
    items = tuple(Item(n, m, PUMP_LOOK[n], is_static=True) for n, m in devices.pump(devices.DRAWN_HEIGHT_M).items())
    return _near("pump", items), Camera((0.05, -0.12, 0.17), (0.004, 0, 0), fov_rad=0.55)


def _tuohy_tip() -> tuple[Frame, Camera]:
    parts = devices.tuohy()
    looks = {"shaft": materials.STEEL, "marks": materials.BLACK, "hub": materials.HUB}
    items = tuple(Item(n, parts[n], look) for n, look in looks.items())
    return _near("tuohy", items), Camera(
        (0.03, -0.012, -0.004), (0, 0, 0.004), up=(0, 0, 1), fov_rad=0.5, near_m=0.002
    )


def _kinked_tube() -> tuple[Frame, Camera]:
    angle = np.linspace(0, 1.6 * np.pi, 80)
    line = 0.012 * np.stack([np.cos(angle), np.sin(angle), 0.1 * angle], axis=1)
    share = 1 - 0.9 * np.exp(-(((np.arange(80) - 40) / 5.0) ** 2))
    mesh = tube(line, 0.0018, 20, aspect_from_patency(share), -line * [1, 1, 0])
    return _near("kink", (Item("catheter", mesh, materials.CATHETER),)), Camera(
        (0.01, -0.03, 0.06), (0, 0, 0), fov_rad=0.5
    )


SCENES = {"pump_face": _pump_face, "tuohy_tip": _tuohy_tip, "kinked_tube": _kinked_tube}


def _compare(name: str, picture: np.ndarray, gl, tmp_path: Path) -> None:
    from PIL import Image

    assert picture.std() > 8, f"{name} is empty"
    path = FOLDER / f"{name}.png"
    if os.environ.get("THECAL_UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        Image.fromarray(picture).save(path)
    if "llvmpipe" not in str(gl.info["GL_RENDERER"]):
        pytest.skip("golden images are compared on llvmpipe only")
    golden = np.asarray(Image.open(path).convert("RGB")).astype(int)
    difference = np.abs(picture.astype(int) - golden)
    share = float((difference <= 2).mean())
    if share < 0.995:
        Image.fromarray(np.clip(difference * 8, 0, 255).astype(np.uint8)).save(
            tmp_path / f"{name}_difference.png"
        )
    assert share >= 0.995, f"{name}: {1 - share:.1%} of the channels differ; see {tmp_path}"


@pytest.mark.parametrize("name", sorted(SCENES))
def test_device_looks_as_agreed(name, gl, renderer, tmp_path):
    frame, camera = SCENES[name]()
    _compare(name, renderer.picture(frame, camera, SIZE), gl, tmp_path)


def test_pump_radiograph_shows_rotor_and_battery_as_agreed(gl, renderer, tmp_path):
    parts = devices.pump_internals()
    shell = devices.pump(devices.DRAWN_HEIGHT_M)["ring"]
    items = [
        XrayItem(parts[n], mu)
        for n, mu in (("battery", 420.0), ("wires", 650.0), ("small", 500.0), ("race", 300.0))
    ]
    items.append(XrayItem(parts["rotor"], 900.0, transform=pose(turn("z", 0.6), devices.ROTOR_AXIS_M)))
    items.append(XrayItem(shell, 10.0, is_static=True))
    arm = CArm((0.0, 0.0, 0.0), tilt_rad=-1.3, field_m=0.11, photons=1e6)
    picture, _ = renderer.pulse_picture(Frame("xray", (), tuple(items)), arm, 256)
    _compare("pump_radiograph", picture, gl, tmp_path)
