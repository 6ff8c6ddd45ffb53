"""The painted sections: one textured sheet in each cutting plane."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import moderngl
import numpy as np

from game.view.axial_painting import axial
from game.view.canvas import FloatArray, Painting
from game.view.frame import Section
from game.view.geometry import Mesh
from game.view.gpu import Device, gl_matrix, set_uniforms
from game.view.painting import midline, sheet_x
from game.view.passes.state import Stage
from physics.anatomy import Anatomy

MM_PER_M = 1000.0
KEPT = 8  # sheets on the device: the level cut follows the needle


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A painting on the device, the mesh that carries it, and which way it looks."""

    texture: moderngl.Texture
    mesh: Mesh
    origin_m: FloatArray
    u_per_m: FloatArray
    v_per_m: FloatArray
    normal: FloatArray


class Paintings:
    """Keeps the section textures; painting happens when a frame first asks for it."""

    def __init__(self, device: Device, anatomy: Anatomy | None, preset: str) -> None:
        self.device, self.anatomy, self.preset = device, anatomy, preset
        self._sheets: OrderedDict[object, _Sheet] = OrderedDict()

    def prepare(self) -> None:
        """Paint the midline section and upload it."""
        assert self.anatomy is not None, "a section needs a patient"
        self._along(Section(-1.0, ()), -1.0)

    def draw(self, stage: Stage, shadow: moderngl.Texture | None) -> None:
        """Draw the sections of the stage's frame, if it has any, into the target in use."""
        section = stage.frame.section
        if section is None:
            return
        assert self.anatomy is not None, "a section needs a patient"
        sheets = []
        if section.kind in ("sagittal", "corner"):
            sheets.append(self._along(section, -1.0 if section.kind == "sagittal" else section.height_m))
        if section.kind in ("axial", "corner"):
            sheets.append(self._across(section))
        program = self.device.program("mesh.vert.glsl", "section.frag.glsl")
        stage.ready(program, has_shadow=shadow is not None)
        if shadow is not None:
            shadow.use(0)
        self.device.noise.use(2)
        self.device.ctx.enable_only(moderngl.DEPTH_TEST)
        for sheet in sheets:
            self._draw_sheet(stage, program, sheet)

    def _draw_sheet(self, stage: Stage, program: moderngl.Program, sheet: _Sheet) -> None:
        model = np.eye(4)
        model[:3] *= MM_PER_M
        set_uniforms(
            program,
            model=gl_matrix(model),
            paint_origin=sheet.origin_m * MM_PER_M,
            paint_u=sheet.u_per_m / MM_PER_M,
            paint_v=sheet.v_per_m / MM_PER_M,
            cut_normal=np.asarray(stage.frame.room @ sheet.normal),
        )
        sheet.texture.use(4)
        self.device.vertices(program, sheet.mesh).render()

    def _kept(self, key: object, build: object) -> _Sheet:
        if key not in self._sheets:
            self._sheets[key] = build()  # type: ignore[operator]
            while len(self._sheets) > KEPT:
                _, old = self._sheets.popitem(last=False)
                old.texture.release()
        self._sheets.move_to_end(key)
        return self._sheets[key]

    def _along(self, section: Section, from_m: float) -> _Sheet:
        """Return the midline sheet above a height; it follows the canal."""

        def build() -> _Sheet:
            painting = midline(self.anatomy, self.preset)
            (y0, z0), (y1, z1) = painting.low_m, painting.high_m
            heights = np.linspace(max(z0, from_m), z1, 64)
            x = sheet_x(self.anatomy, heights)
            strip = [[[a, y0, z], [a, y1, z]] for a, z in zip(x, heights, strict=True)]
            return _Sheet(
                self._texture(painting), _strip(np.array(strip, np.float32)), np.array([0.0, y0, z0]),
                np.array([0.0, 1 / (y1 - y0), 0.0]), np.array([0.0, 0.0, 1 / (z1 - z0)]),
                np.array([section.side, 0.0, 0.0]),
            )  # fmt: skip

        return self._kept(("along", round(from_m, 4), section.side), build)

    def _across(self, section: Section) -> _Sheet:
        """Return the level sheet at the section's height; of a corner only the half that is bared."""

        def build() -> _Sheet:
            z = section.height_m
            painting = axial(self.anatomy, self.preset, z)
            (x0, y0), (x1, y1) = painting.low_m, painting.high_m
            left, right = x0, x1
            if section.kind == "corner":
                middle = float(sheet_x(self.anatomy, np.array([z]))[0])
                left, right = (middle, x1) if section.side > 0 else (x0, middle)
            strip = np.array([[[left, y, z], [right, y, z]] for y in np.linspace(y0, y1, 24)], np.float32)
            return _Sheet(
                self._texture(painting), _strip(strip), np.array([x0, y0, z]), np.array([1 / (x1 - x0), 0.0, 0.0]),
                np.array([0.0, 1 / (y1 - y0), 0.0]), np.array([0.0, 0.0, 1.0]),
            )  # fmt: skip

        return self._kept(("across", section.kind, round(section.height_m, 4), section.side), build)

    def _texture(self, painting: Painting) -> moderngl.Texture:
        height, width = painting.pixels.shape[:2]
        texture = self.device.ctx.texture((width, height), 4, np.ascontiguousarray(painting.pixels).tobytes())
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        texture.anisotropy = 4.0
        texture.repeat_x = texture.repeat_y = False
        return texture


def _strip(rows: FloatArray) -> Mesh:
    """Return a ribbon through (n, 2, 3) points."""
    points = rows.reshape(-1, 3).astype(np.float32)
    i = 2 * np.arange(len(rows) - 1)
    faces = np.concatenate([np.stack([i, i + 1, i + 3], axis=1), np.stack([i, i + 3, i + 2], axis=1)])
    return Mesh(points, np.tile(np.array([1, 0, 0], np.float32), (len(points), 1)), faces.astype(np.int32))
