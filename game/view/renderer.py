"""The order of passes. Two presets share one set of shaders; `software` lives on cached layers.

full
    shadow, backdrop, opaque (HDR, 4 samples), section, see-behind, ghosts, occlusion, tone map.
software
    Static items (body, drapes, bones) are drawn once per camera pose into a layer; each picture restores the
    layer, casts the shadow of the moving items on it, draws those, and lays the cached ghost over them. While
    the camera moves the layer is drawn at MOVING_SCALE, once it rests at full size.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from game.view.baking import Progress
from game.view.camera import Camera
from game.view.frame import CArm, Frame, Item
from game.view.gpu import Device
from game.view.library import Library
from game.view.passes import cutaway, fluoro, screen, surfaces
from game.view.passes.state import Pixels, Stage
from physics.anatomy import Anatomy

SOFTWARE_NAMES = ("llvmpipe", "softpipe", "swiftshader", "software", "microsoft basic")
MOVING_SCALE = 0.46  # tuned: keeps 24 frames/s while orbiting on two cores
MAX_SOFTWARE_PIXELS = 620_000  # tuned: larger views are drawn smaller and stretched by the interface
FRAMES_TO_REST = 5  # tuned: pictures without camera movement before the layer is redrawn at full size


def choose_preset(ctx: moderngl.Context, wanted: str = "auto") -> str:
    """Return "full" or "software"; "auto" looks at the name of the GL renderer.

    Raises
    ------
    ValueError
        If the wanted preset is unknown.
    """
    if wanted in ("full", "software"):
        return wanted
    if wanted != "auto":
        raise ValueError(f"preset = {wanted!r}; expected auto, full or software")
    name = str(ctx.info.get("GL_RENDERER", "")).lower()
    return "software" if any(s in name for s in SOFTWARE_NAMES) else "full"


def missing_features(ctx: moderngl.Context) -> tuple[str, ...]:
    """Return what the full preset needs and this driver does not give, in words; () where all is there."""
    missing = []
    if ctx.max_samples < 2:
        missing.append("multisampling")

    def works(build: Callable[[], moderngl.Framebuffer]) -> bool:
        try:
            target = build()
            target.clear(0.5, 0.5, 0.5, 1.0)
            ctx.enable_only(moderngl.BLEND)
            is_good = ctx.error == "GL_NO_ERROR"
            target.release()
            return is_good
        except Exception:  # noqa: BLE001 - drivers raise many kinds
            return False
        finally:
            ctx.enable_only(moderngl.NOTHING)

    size = (16, 16)
    caller = ctx.fbo
    if not works(lambda: ctx.framebuffer([ctx.texture(size, 4, dtype="f2")], ctx.depth_texture(size))):
        missing.append("blending into float pictures")
    samples = min(4, ctx.max_samples)
    if samples >= 2 and not works(
        lambda: ctx.framebuffer([ctx.texture(size, 4, dtype="f2", samples=samples)], ctx.depth_texture(size, samples=samples))
    ):
        missing.append("multisampled float pictures")
    if caller is not None:
        caller.use()
    return tuple(missing)


@dataclass(slots=True)
class _Layer:
    """Colour and depth of the static items, and their ghost, at one size."""

    colour: moderngl.Texture
    depth: moderngl.Texture
    ghost: moderngl.Texture
    fbo: moderngl.Framebuffer
    ghost_fbo: moderngl.Framebuffer
    key: object = None
    ghost_box: Pixels | None = None  # where the ghost is


class _FullTargets:
    def __init__(self, device: Device, size: tuple[int, int]) -> None:
        ctx = device.ctx
        samples = min(4, ctx.max_samples)
        self.multi = ctx.framebuffer([device.texture(size, 4, "f2", samples)], device.depth(size, samples))
        self.radiance, self.depth = device.texture(size, 4, "f2"), device.depth(size)
        self.single = ctx.framebuffer([self.radiance], self.depth)
        self.occlusion = device.texture((max(size[0] // 2, 1), max(size[1] // 2, 1)), 1)
        self.occlusion_fbo = ctx.framebuffer([self.occlusion])
        self.shown = device.texture(size, 4)
        self.shown_fbo = ctx.framebuffer([self.shown])


class _SoftwareTargets:
    def __init__(self, device: Device, size: tuple[int, int]) -> None:
        self.shown, self.depth = device.texture(size, 4), device.depth(size)
        self.fbo = device.ctx.framebuffer([self.shown], self.depth)
        small = (max(int(size[0] * MOVING_SCALE), 8), max(int(size[1] * MOVING_SCALE), 8))
        self.resting, self.moving = _layer(device, size), _layer(device, small)
        self.last_camera: Camera | None = None
        self.n_still = 0


def _layer(device: Device, size: tuple[int, int]) -> _Layer:
    colour, depth, ghost = device.texture(size, 4), device.depth(size), device.texture(size, 4)
    ctx = device.ctx
    return _Layer(
        colour, depth, ghost, ctx.framebuffer([colour], depth), ctx.framebuffer([ghost], device.depth(size))
    )


class Renderer:
    """Draws frames of one patient, or of a table without one.

    Parameters
    ----------
    ctx : moderngl context
        Of the window, or a standalone one.
    anatomy : Anatomy or None
        Whose meshes are baked on first use and kept in the user's cache folder.
    preset : "auto", "full" or "software"
    progress : called with (what, share 0..1) while baking
    """

    def __init__(
        self, ctx: moderngl.Context, anatomy: Anatomy | None, preset: str = "auto", progress: Progress | None = None
    ) -> None:
        self.ctx = ctx
        self.preset = choose_preset(ctx, preset)
        self.notice = ""  # why the picture is simpler than asked for
        missing = missing_features(ctx) if self.preset == "full" else ()
        if missing:
            self.preset = "software"
            self.notice = f"this graphics driver has no {' and no '.join(missing)}: the software preset is used"
            sys.stderr.write(f"{self.notice}\n")
        self.device = Device(ctx, self.preset == "full")
        self.library = Library(anatomy, self.preset, progress)
        side = 3072 if self.preset == "full" else 2048
        self._shadow, self._shadow_fbo = self.device.shadow_map(side)
        self._cast, self._cast_fbo = self.device.shadow_map(1024)
        self._shadow_key: object = None
        self._full: dict[tuple[int, int], _FullTargets] = {}
        self._software: dict[tuple[tuple[int, int], str], _SoftwareTargets] = {}
        self._fluoro: dict[int, fluoro.FluoroTargets] = {}
        self._paintings = cutaway.Paintings(self.device, anatomy, self.preset)

    def draw(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> moderngl.Texture:
        """Return a texture with the frame seen by the camera; row 0 at the bottom.

        The texture may be smaller than `size` in the software preset. It is overwritten by the next draw of
        the same view and size.
        """
        caller = self.ctx.fbo
        width, height = (max(int(s), 8) for s in size)
        if self.preset == "full":
            texture = self._draw_full(frame, camera, (width, height))
        else:
            shrink = min(1.0, (MAX_SOFTWARE_PIXELS / (width * height)) ** 0.5)
            texture = self._draw_software(
                frame, camera, (max(int(width * shrink), 8), max(int(height * shrink), 8))
            )
        self._leave(caller)
        return texture

    def picture(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Return the frame as (h, w, 3) pixels, row 0 at the top, always at rest quality."""
        for targets in self._software.values():
            targets.n_still = FRAMES_TO_REST
            targets.last_camera = camera
        texture = self.draw(frame, camera, size)
        if self.preset == "software":
            for targets in self._software.values():
                targets.n_still = FRAMES_TO_REST
            texture = self.draw(frame, camera, size)
        return _pixels(texture)

    def pulse(self, frame: Frame, c_arm: CArm, size: int = 512) -> tuple[moderngl.Texture, float]:
        """Return one fluoroscopy pulse as a texture and its dose-area product [mGy cm2]."""
        caller = self.ctx.fbo
        targets = self.fluoro_targets(size)
        exposed = fluoro.take_pulse(self.device, self.library, targets, frame, c_arm)
        self._leave(caller)
        return targets.shown, exposed.dose_area_mgy_cm2

    def pulse_picture(self, frame: Frame, c_arm: CArm, size: int = 512) -> tuple[NDArray[np.uint8], float]:
        """Return one fluoroscopy pulse as (size, size, 3) pixels and its dose-area product [mGy cm2]."""
        texture, dose = self.pulse(frame, c_arm, size)
        return _pixels(texture), dose

    def fluoro_targets(self, size: int) -> fluoro.FluoroTargets:
        """Return the textures of a detector size, for tests that read path lengths."""
        if size not in self._fluoro:
            self._fluoro[size] = fluoro.FluoroTargets(self.device, size)
        return self._fluoro[size]

    def _leave(self, caller: moderngl.Framebuffer | None) -> None:
        self.ctx.enable_only(moderngl.NOTHING)
        self.device.forget_old_meshes()
        if caller is not None:
            caller.use()

    # --- full -------------------------------------------------------------------------------

    def _draw_full(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> moderngl.Texture:
        if size not in self._full:
            self._full[size] = _FullTargets(self.device, size)
        targets = self._full[size]
        stage = Stage.of(self.device, self.library, frame, camera, size)
        stage.share()
        surfaces.draw_shadow(stage, self._shadow_fbo, frame.items)
        surfaces.draw_backdrop(stage, targets.multi)
        surfaces.draw_opaque(stage, [i for i in frame.items if i.is_static], self._shadow)
        self._paintings.draw(stage, self._shadow)
        moving = [i for i in frame.items if not i.is_static]
        surfaces.draw_through(stage, targets.multi, moving)
        surfaces.draw_opaque(stage, moving, self._shadow)
        surfaces.draw_ghosts(stage, targets.multi, frame.items)
        self.ctx.copy_framebuffer(targets.single, targets.multi)
        screen.draw_occlusion(stage, targets.depth, targets.occlusion_fbo)
        screen.draw_post(stage, targets.radiance, targets.occlusion, targets.shown_fbo)
        return targets.shown

    # --- software ---------------------------------------------------------------------------

    def _draw_software(self, frame: Frame, camera: Camera, size: tuple[int, int]) -> moderngl.Texture:
        slot = (size, frame.view)
        if slot not in self._software:
            self._software[slot] = _SoftwareTargets(self.device, size)
        targets = self._software[slot]
        stage = Stage.of(self.device, self.library, frame, camera, size)
        stage.share()
        layer = self._static_layer(targets, stage)
        moving = [i for i in frame.items if not i.is_static]
        if layer is targets.resting:
            self.ctx.copy_framebuffer(targets.fbo, layer.fbo)
        else:
            screen.enlarge_layer(stage, layer.colour, layer.depth, targets.fbo)
        casters = [i for i in moving if surfaces.casts(i)]
        if casters:
            surfaces.draw_shadow(stage, self._cast_fbo, casters)
        targets.fbo.use()
        self.ctx.viewport = (0, 0, *size)
        if casters:
            screen.cast_shadow(stage, layer.depth, self._cast, casters)
        surfaces.draw_through(stage, targets.fbo, moving)
        surfaces.draw_opaque(stage, moving, None)
        if layer.ghost_box is not None:
            screen.lay_over(stage, layer.ghost, layer.ghost_box)
        surfaces.draw_ghosts(stage, targets.fbo, moving)
        return targets.shown

    def _static_layer(self, targets: _SoftwareTargets, stage: Stage) -> _Layer:
        """Return the layer of static items for this camera, drawing it if it is not there."""
        static = [i for i in stage.frame.items if i.is_static]
        key = (stage.camera, _content_key(stage.frame, static))
        if targets.resting.key == key:
            targets.last_camera = stage.camera
            return targets.resting
        is_still = targets.last_camera == stage.camera
        targets.n_still = targets.n_still + 1 if is_still else 0
        targets.last_camera = stage.camera
        layer = targets.resting if targets.n_still >= FRAMES_TO_REST else targets.moving
        if layer.key != key:
            self._draw_layer(layer, stage, static)
            layer.key = key
        return layer

    def _draw_layer(self, layer: _Layer, stage: Stage, static: list[Item]) -> None:
        shadow_key = (_content_key(stage.frame, static), stage.shadow.tobytes())
        if self._shadow_key != shadow_key:
            surfaces.draw_shadow(stage, self._shadow_fbo, static)
            self._shadow_key = shadow_key
        surfaces.draw_backdrop(stage, layer.fbo)
        surfaces.draw_opaque(stage, static, self._shadow)
        self._paintings.draw(stage, self._shadow)
        ghosts = [i for i in static if i.material.ghost is not None]
        layer.ghost_box = stage.pixels_round(stage.corners_mm(ghosts)) if ghosts else None
        if ghosts:
            self.ctx.copy_framebuffer(layer.ghost_fbo, layer.fbo)
            layer.ghost_fbo.use()
            layer.ghost_fbo.depth_mask = False
            layer.ghost_fbo.clear(0, 0, 0, 0)
            layer.ghost_fbo.depth_mask = True
            self.ctx.viewport = (0, 0, *layer.depth.size)
            surfaces.draw_ghosts(stage, layer.ghost_fbo, ghosts)


def _content_key(frame: Frame, static: list[Item]) -> object:
    parts = [
        (i.name, i.shape if isinstance(i.shape, str) else id(i.shape), i.transform.tobytes(), i.material)
        for i in static
    ]
    bulge = () if frame.bulge is None else (frame.bulge.centre_m.tobytes(), frame.bulge.height_m)
    windows = tuple(w.centre_m.tobytes() for w in frame.windows)
    section = () if frame.section is None else frame.section
    wounds = tuple(w.key for w in frame.wounds)
    return (frame.view, tuple(parts), bulge, windows, wounds, section, frame.room.tobytes(), frame.light, _look_key(frame))


def _look_key(frame: Frame) -> object:
    look = frame.look
    area = None if look.painted is None else (look.painted.centre_m.tobytes(), look.painted.half_m)
    painted = None if look.map is None else (look.map.cells.tobytes(), look.map_site_uv_m)
    return (look.antiseptic, look.wet, area, look.blood, look.clothes_m, painted)


def _pixels(texture: moderngl.Texture) -> NDArray[np.uint8]:
    data = np.frombuffer(texture.read(), np.uint8).reshape(texture.height, texture.width, 4)
    return np.ascontiguousarray(data[::-1, :, :3])
