"""Full-screen passes: occlusion, tone mapping, cached layers and the shadow cast on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product

import moderngl
import numpy as np
from numpy.typing import NDArray

from game.view.frame import Item
from game.view.gpu import gl_matrix, set_uniforms
from game.view.passes.state import Pixels, Stage

SHADE_EDGE = 0.01  # of the light's clip space: five texels of a shadow map of 1024, as its edges are smooth


def draw_occlusion(stage: Stage, depth: moderngl.Texture, target: moderngl.Framebuffer) -> None:
    """Write half-resolution ambient occlusion."""
    ctx = stage.device.ctx
    ctx.enable_only(moderngl.NOTHING)
    target.use()
    ctx.viewport = (0, 0, target.width, target.height)
    program, quad = stage.device.screen("occlusion.frag.glsl")
    depth.use(1)
    reach = 22.0 * stage.frame.light.occlusion / np.tan(stage.camera.fov_rad / 2)
    set_uniforms(
        program,
        depth=1,
        pixel=(1 / depth.width, 1 / depth.height),
        inverse_projection=gl_matrix(np.linalg.inv(stage.projection)),
        reach=float(reach),
    )
    quad.render(vertices=3)


def draw_post(
    stage: Stage, radiance: moderngl.Texture, occlusion: moderngl.Texture, target: moderngl.Framebuffer
) -> None:
    """Tone-map the linear picture."""
    ctx = stage.device.ctx
    target.use()
    ctx.viewport = (0, 0, target.width, target.height)
    program, quad = stage.device.screen("post.frag.glsl")
    radiance.use(0)
    occlusion.use(1)
    set_uniforms(
        program,
        radiance=0,
        occlusion=1,
        pixel=(1 / radiance.width, 1 / radiance.height),
        exposure=float(stage.frame.light.exposure),
        has_occlusion=1.0 if stage.frame.light.occlusion > 0 else 0.0,
    )
    quad.render(vertices=3)


def enlarge_layer(
    stage: Stage, colour: moderngl.Texture, depth: moderngl.Texture, target: moderngl.Framebuffer
) -> None:
    """Copy a smaller cached layer, colour and depth, into the target."""
    ctx = stage.device.ctx
    target.use()
    ctx.viewport = (0, 0, target.width, target.height)
    ctx.enable_only(moderngl.DEPTH_TEST)
    ctx.depth_func = "1"
    program, quad = stage.device.screen("copy.frag.glsl")
    colour.use(0)
    depth.use(1)
    set_uniforms(program, layer=0, layer_depth=1)
    quad.render(vertices=3)
    ctx.depth_func = "<"


def lay_over(stage: Stage, colour: moderngl.Texture, box: Pixels) -> None:
    """Blend a cached translucent layer, clear outside a box, over the target in use."""
    ctx = stage.device.ctx
    ctx.enable_only(moderngl.BLEND)
    ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
    program, quad = stage.device.screen("overlay.frag.glsl")
    colour.use(0)
    set_uniforms(program, layer=0)
    with _only(ctx, box):
        quad.render(vertices=3)
    ctx.enable_only(moderngl.DEPTH_TEST)


def cast_shadow(stage: Stage, depth: moderngl.Texture, shadow: moderngl.Texture, casters: Iterable[Item]) -> None:
    """Darken the cached layer in the target in use where moving items stand in the light."""
    ctx = stage.device.ctx
    ctx.enable_only(moderngl.BLEND)
    ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
    program, quad = stage.device.screen("cast.frag.glsl")
    depth.use(1)
    shadow.use(0)
    to_shadow = stage.shadow @ np.linalg.inv(stage.view_projection)
    low, high = _shade(stage, casters)
    set_uniforms(program, layer_depth=1, shadow_map=0, to_shadow=gl_matrix(to_shadow), low=low, high=high)
    with _only(ctx, stage.pixels_round(_in_room(stage, low, high))):
        quad.render(vertices=3)
    ctx.enable_only(moderngl.DEPTH_TEST)


def _shade(stage: Stage, casters: Iterable[Item]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the box, in clip space of the light, outside which items cast no shadow: from the nearest to the far end."""
    corners = stage.corners_mm(casters)
    at = (np.column_stack([corners, np.ones(len(corners))]) @ stage.shadow.T)[:, :3]
    low, high = np.clip(at.min(axis=0) - SHADE_EDGE, -1.0, 1.0), np.clip(at.max(axis=0) + SHADE_EDGE, -1.0, 1.0)
    return low, np.array([high[0], high[1], 1.0])


def _in_room(stage: Stage, low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of a box in clip space of the light as points of the room [mm]."""
    corners = np.array([(*corner, 1.0) for corner in product(*zip(low, high, strict=True))])
    return (corners @ np.linalg.inv(stage.shadow).T)[:, :3]


@contextmanager
def _only(ctx: moderngl.Context, box: Pixels) -> Iterator[None]:
    """Draw only inside a box of the target in use."""
    ctx.scissor = box
    yield
    ctx.scissor = None
