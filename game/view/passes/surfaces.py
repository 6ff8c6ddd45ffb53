"""Passes that draw meshes: shadow, backdrop, opaque, see-behind and ghost."""

from __future__ import annotations

from collections.abc import Iterable

import moderngl
import numpy as np

from game.view.frame import Item, Surface
from game.view.gpu import set_uniforms
from game.view.passes.state import MM_PER_M, WINDOW_SLOTS, Stage

MESH = "mesh.vert.glsl"


def cut_defines(stage: Stage, item: Item) -> tuple[str, ...]:
    """Return the defines for what may be cut out of an item."""
    wanted = (
        (f"HAS_CUT {cut_kind(stage)}", item.is_cut and stage.frame.section is not None),
        ("HAS_WINDOWS 1", (item.has_windows or item.is_under_drape) and len(stage.frame.windows) > 0),
        ("UNDER_DRAPE 1", item.is_under_drape and len(stage.frame.windows) > 0),
        ("HAS_HOLES 1", item.has_holes and len(stage.frame.wounds) > 0),
    )
    return tuple(name for name, is_on in wanted if is_on)


def bulge_defines(stage: Stage, item: Item) -> tuple[str, ...]:
    """Return the define for an item that the pump lifts."""
    return ("HAS_BULGE 1",) if item.has_bulge and stage.frame.bulge is not None else ()


def cut_kind(stage: Stage) -> int:
    """Return the number of the section's kind in the shaders."""
    return 1 + ("sagittal", "axial", "corner").index(stage.frame.section.kind) if stage.frame.section else 0


def skin_defines(stage: Stage, item: Item) -> tuple[str, ...]:
    """Return the defines for what was done to the skin."""
    if item.material.surface not in (Surface.SKIN, Surface.WOUND):
        return ()
    look = stage.frame.look
    wanted = (
        ("HAS_PREP 1", look.painted is not None),
        ("HAS_PREP_MAP 1", look.painted is not None and look.map is not None),
        ("HAS_CLOTHES 1", look.clothes_m is not None),
    )
    return tuple(name for name, is_on in wanted if is_on)


def casts(item: Item) -> bool:
    """Return whether an item throws a shadow."""
    return item.material.ghost is None and item.material.casts_shadow


def draw_shadow(stage: Stage, target: moderngl.Framebuffer, items: Iterable[Item]) -> None:
    """Draw the depth of all casters from the light."""
    ctx = stage.device.ctx
    target.use()
    ctx.viewport = (0, 0, target.width, target.height)
    target.clear(depth=1.0)
    ctx.enable_only(moderngl.DEPTH_TEST)
    ready: set[int] = set()
    for item in items:
        if casts(item):
            defines = (*bulge_defines(stage, item), *cut_defines(stage, item))
            program = stage.device.program(MESH, "depth.frag.glsl", *defines)
            if program.glo not in ready:
                stage.ready(program, view_projection=stage.shadow)
                ready.add(program.glo)
            stage.place(program, item)
            (ctx.disable if stage.is_open_surface(item) else ctx.enable)(moderngl.CULL_FACE)
            stage.device.vertices(program, stage.library.mesh(item.shape, stage.frame)).render()
    ctx.disable(moderngl.CULL_FACE)


def draw_backdrop(stage: Stage, target: moderngl.Framebuffer) -> None:
    """Clear colour and depth and paint the backdrop."""
    ctx = stage.device.ctx
    target.use()
    ctx.viewport = (0, 0, target.width, target.height)
    target.clear(0, 0, 0, 1, depth=1.0)
    ctx.enable_only(moderngl.NOTHING)
    program, quad = stage.device.screen("backdrop.frag.glsl")
    outer, inner = stage.frame.light.backdrop
    set_uniforms(program, outer=tuple(outer), inner=tuple(inner))
    quad.render(vertices=3)


def draw_opaque(stage: Stage, items: Iterable[Item], shadow: moderngl.Texture | None) -> None:
    """Draw solid items into the target in use."""
    ctx = stage.device.ctx
    ctx.enable_only(moderngl.DEPTH_TEST)
    if shadow is not None:
        shadow.use(0)
    stage.device.noise.use(2)
    ready: set[int] = set()
    for item in items:
        if item.material.ghost is not None or item.is_only_through:
            continue
        look = (f"KIND {int(item.material.surface)}", f"HAS_METAL {int(item.material.metal > 0)}")
        form = (*bulge_defines(stage, item), *cut_defines(stage, item))
        program = stage.device.program(MESH, "opaque.frag.glsl", *look, *form, *skin_defines(stage, item))
        if program.glo not in ready:
            stage.ready(program, has_shadow=shadow is not None)
            ready.add(program.glo)
        stage.place(program, item)
        stage.paint(program, item)
        (ctx.disable if stage.is_open_surface(item) else ctx.enable)(moderngl.CULL_FACE)
        stage.device.vertices(program, stage.library.mesh(item.shape, stage.frame)).render()
    ctx.disable(moderngl.CULL_FACE)


def draw_through(stage: Stage, target: moderngl.Framebuffer, items: Iterable[Item]) -> None:
    """Draw, faintly, the parts of moving items that lie behind static ones (so it comes before the moving ones)."""
    chosen = [i for i in items if i.is_through > 0]
    if not chosen:
        return
    ctx = stage.device.ctx
    ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND | moderngl.CULL_FACE)
    ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
    ctx.depth_func = ">"
    target.depth_mask = False
    ready: set[int] = set()
    windows = stage.frame.windows
    has_windows = ("HAS_WINDOWS 1",) if windows else ()
    eye = stage.frame.room.T @ stage.eye
    seen_from = [np.asarray(w.axes).T @ (eye - MM_PER_M * np.asarray(w.centre_m)) for w in windows[:WINDOW_SLOTS]]
    seen_from += [np.zeros(3)] * (WINDOW_SLOTS - len(seen_from))
    for item in chosen:
        program = stage.device.program(MESH, "through.frag.glsl", *has_windows, *bulge_defines(stage, item))
        if program.glo not in ready:
            stage.ready(program)
            if windows:
                set_uniforms(program, window_eye=np.ascontiguousarray(seen_from, np.float32).tobytes())
            ready.add(program.glo)
        stage.place(program, item)
        look = tuple(_shown(c) for c in item.material.colour)
        set_uniforms(program, base=look, alpha=float(item.is_through), n_windows=len(windows))
        stage.device.vertices(program, stage.library.mesh(item.shape, stage.frame)).render()
    target.depth_mask = True
    ctx.depth_func = "<"
    ctx.enable_only(moderngl.DEPTH_TEST)


def _shown(linear: float) -> float:
    return max(linear, 0.0) ** (1 / 2.2)


def draw_ghosts(stage: Stage, target: moderngl.Framebuffer, items: Iterable[Item]) -> None:
    """Draw translucent items: back faces, then a depth-only pass, then the nearest front faces."""
    chosen = [i for i in items if i.material.ghost is not None]
    if not chosen:
        return
    ctx = stage.device.ctx
    stage.device.noise.use(2)
    ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
    ready: set[int] = set()
    for item in chosen:
        ghost = stage.device.program(MESH, "ghost.frag.glsl", *bulge_defines(stage, item))
        depth = stage.device.program(MESH, "depth.frag.glsl", *bulge_defines(stage, item))
        if ghost.glo not in ready:
            stage.ready(ghost)
            stage.ready(depth)
            ready.add(ghost.glo)
        mesh = stage.library.mesh(item.shape, stage.frame)
        stage.place(ghost, item)
        stage.paint(ghost, item)
        stage.place(depth, item)
        front = stage.device.vertices(ghost, mesh)
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND | moderngl.CULL_FACE)
        target.depth_mask = False
        ctx.cull_face = "front"
        set_uniforms(ghost, is_back=1.0)
        front.render()
        ctx.cull_face = "back"
        target.depth_mask = True
        stage.device.vertices(depth, mesh).render()
        target.depth_mask = False
        ctx.depth_func = "<="
        set_uniforms(ghost, is_back=0.0)
        front.render()
        ctx.depth_func = "<"
        target.depth_mask = True
    ctx.enable_only(moderngl.DEPTH_TEST)
