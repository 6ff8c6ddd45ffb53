"""The painted section: one textured sheet in the cutting plane."""

from __future__ import annotations

import moderngl
import numpy as np

from game.view.gpu import Device, gl_matrix, set_uniforms
from game.view.geometry import Mesh
from game.view.painting import Painting, midline, sheet_x
from game.view.passes.state import Stage
from physics.anatomy import Anatomy

MM_PER_M = 1000.0


class Paintings:
    """Keeps the section texture; painting happens when a frame first asks for it."""

    def __init__(self, device: Device, anatomy: Anatomy | None, preset: str) -> None:
        self.device, self.anatomy, self.preset = device, anatomy, preset
        self._texture: moderngl.Texture | None = None
        self._painting: Painting | None = None
        self._sheet: Mesh | None = None

    def prepare(self) -> None:
        """Paint the midline section and upload it."""
        if self._texture is not None:
            return
        assert self.anatomy is not None, "a section needs a patient"
        painting = midline(self.anatomy, self.preset)
        height, width = painting.pixels.shape[:2]
        texture = self.device.ctx.texture((width, height), 4, np.ascontiguousarray(painting.pixels).tobytes())
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        texture.anisotropy = 4.0
        texture.repeat_x = texture.repeat_y = False
        (y0, z0), (y1, z1) = painting.low_m, painting.high_m
        heights = np.linspace(z0, z1, 64)
        x = sheet_x(self.anatomy, heights)
        strip = np.array(
            [[[a, y0, z], [a, y1, z]] for a, z in zip(x, heights, strict=True)], np.float32
        ).reshape(-1, 3)
        normals = np.tile(np.array([1, 0, 0], np.float32), (len(strip), 1))
        i = 2 * np.arange(len(heights) - 1)
        faces = np.concatenate([np.stack([i, i + 1, i + 3], axis=1), np.stack([i, i + 3, i + 2], axis=1)])
        self._sheet = Mesh(strip, normals, faces.astype(np.int32))
        self._texture, self._painting = texture, painting

    def draw(self, stage: Stage, shadow: moderngl.Texture | None) -> None:
        """Draw the section of the stage's frame, if it has one, into the target in use."""
        section = stage.frame.section
        if section is None:
            return
        self.prepare()
        assert self._texture is not None and self._painting is not None and self._sheet is not None
        program = self.device.program("mesh.vert.glsl", "section.frag.glsl")
        stage.common(program, has_shadow=shadow is not None)
        (y0, z0), (y1, z1) = self._painting.low_m, self._painting.high_m
        model = np.eye(4)
        model[:3] *= MM_PER_M
        set_uniforms(
            program,
            model=gl_matrix(model),
            bulge_height=0.0,
            painting=4,
            paint_origin=(0.0, y0 * MM_PER_M, z0 * MM_PER_M),
            paint_u=(0.0, 1 / ((y1 - y0) * MM_PER_M), 0.0),
            paint_v=(0.0, 0.0, 1 / ((z1 - z0) * MM_PER_M)),
            cut_normal=np.asarray(stage.frame.room @ [section.side, 0.0, 0.0]),
        )
        self._texture.use(4)
        if shadow is not None:
            shadow.use(0)
        self.device.noise.use(2)
        self.device.ctx.enable_only(moderngl.DEPTH_TEST)
        self.device.vertices(program, self._sheet).render()
