"""Fluoroscopy: path lengths added over closed meshes, then a detector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from game.view.camera import look_at, perspective
from game.view.frame import CArm, Frame, XrayItem
from game.view.gpu import Device, gl_matrix, set_uniforms
from game.view.library import Library
from game.view.passes import dose

MM_PER_M = 1000.0
COMPRESSION = 0.62  # tuned: how much of the slow variation the display removes
AIR_GAP = 2.0  # tuned: log attenuation below which the display treats a neighbourhood as air beside the body
POSES_KEPT = 4  # pulses go back and forth between a few poses


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the detector maps log attenuation to grey."""

    low: float
    high: float
    middle: float


@dataclass(slots=True)
class _Pose:
    """The still bodies seen from one pose of the C-arm, and how the detector shows them."""

    static: moderngl.Texture
    fbo: moderngl.Framebuffer
    exposure: Exposure | None = None
    coarse: NDArray[np.float32] | None = None  # log attenuation in blocks


class FluoroTargets:
    """Textures of one detector size."""

    def __init__(self, device: Device, side: int) -> None:
        self.side = side
        self.total = device.texture((side, side), 1, "f4")
        self.shown = device.texture((side, side), 4)
        self.total_fbo = device.ctx.framebuffer([self.total])
        self.shown_fbo = device.ctx.framebuffer([self.shown])
        self.exposure = Exposure(1.0, 5.0, 4.0)
        self._device = device
        self._poses: dict[object, _Pose] = {}
        self.grain = _grain(device)


    def pose(self, key: object) -> tuple[_Pose, bool]:
        """Return where the still bodies of a pose are kept, and whether they are there already."""
        kept = self._poses.pop(key, None)
        is_known = kept is not None
        if kept is None and len(self._poses) >= POSES_KEPT:
            kept = self._poses.pop(next(iter(self._poses)))  # the one not used for longest
        if kept is None:
            texture = self._device.texture((self.side, self.side), 1, "f4")
            kept = _Pose(texture, self._device.ctx.framebuffer([texture]))
        self._poses[key] = kept
        return kept, is_known


def _grain(device: Device, side: int = 512, seed: int = 11) -> moderngl.Texture:
    """Return normal deviates as a texture (value = 3 sigma), so that noise is the same on every GPU."""
    deviates = np.random.default_rng(seed).standard_normal((side, side, 2))
    data = np.clip(np.round((deviates / 3 * 0.5 + 0.5) * 255), 0, 255).astype(np.uint8)
    texture = device.ctx.texture((side, side), 2, data.tobytes())
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return texture


def source_of(c_arm: CArm) -> NDArray[np.float64]:
    """Return where the X-ray source stands [m]: behind the patient at orbit 0."""
    a, b = c_arm.orbit_rad - c_arm.patient_roll_rad, c_arm.tilt_rad
    direction = np.array([np.sin(a) * np.cos(b), np.cos(a) * np.cos(b), -np.sin(b)])
    return np.asarray(c_arm.isocentre_m) + direction * c_arm.source_m


def beam_matrix(c_arm: CArm) -> NDArray[np.float64]:
    """Return patient millimetres to detector clip space."""
    fov = 2 * np.arctan(0.5 * c_arm.field_m / c_arm.source_m)
    eye = source_of(c_arm) * MM_PER_M
    askew = c_arm.patient_skew_rad
    up = (-float(np.sin(askew)), 0.0, float(np.cos(askew)))
    view = look_at(eye, np.asarray(c_arm.isocentre_m) * MM_PER_M, up)
    return perspective(float(fov), 1.0, 30.0, 5000.0) @ view


def project(c_arm: CArm, points_m: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Return pixels of the shown picture (n, 2), x right, y down, of points in the patient."""
    p = np.atleast_2d(np.asarray(points_m, float)) * MM_PER_M
    clip = np.column_stack([p, np.ones(len(p))]) @ beam_matrix(c_arm).T
    xy = (clip[:, :2] / clip[:, 3:4]) @ _turn(c_arm)
    return np.stack([(xy[:, 0] * 0.5 + 0.5) * side, (0.5 - xy[:, 1] * 0.5) * side], axis=1)


def accumulate(
    device: Device, library: Library, frame: Frame, c_arm: CArm, items: Iterable[XrayItem]
) -> None:
    """Add attenuation times path length of closed bodies to the R32F target in use."""
    ctx = device.ctx
    ctx.enable_only(moderngl.BLEND)
    ctx.blend_func = moderngl.ONE, moderngl.ONE
    ctx.blend_equation = moderngl.FUNC_ADD
    program = device.program("xray.vert.glsl", "xray.frag.glsl")
    device.noise.use(2)
    set_uniforms(
        program,
        view_projection=gl_matrix(beam_matrix(c_arm)),
        source=source_of(c_arm) * MM_PER_M,
        noise_volume=2,
    )
    for item in items:
        model = np.array(item.transform, float)
        model[:3] *= MM_PER_M
        array = device.vertices(program, library.mesh(item.shape, frame))
        set_uniforms(
            program, model=gl_matrix(model), attenuation=item.attenuation_per_m / MM_PER_M, inset=0.0
        )
        array.render()
        if item.core_per_m is not None:
            delta = (item.core_per_m - item.attenuation_per_m) / MM_PER_M
            set_uniforms(program, attenuation=delta, inset=item.shell_m * MM_PER_M)
            array.render()
    ctx.enable_only(moderngl.NOTHING)


def expose(thickness: NDArray[np.float32]) -> Exposure:
    """Return window and middle from the middle of a log-attenuation picture."""
    n = len(thickness)
    block = n // 32
    coarse = thickness[: 32 * block, : 32 * block].reshape(32, block, 32, block).mean(axis=(1, 3))
    middle = float(np.median(coarse))
    in_body = coarse[6:26, 6:26]
    in_body = in_body[in_body > max(0.45 * middle, AIR_GAP)]
    middle = float(np.median(in_body)) if len(in_body) else middle
    slow = np.kron(np.maximum(coarse, middle - AIR_GAP), np.ones((block, block)))
    taken = thickness[: 32 * block, : 32 * block]
    shown = taken - COMPRESSION * (slow - middle)
    edge = n // 8
    inside = shown[edge:-edge, edge:-edge][taken[edge:-edge, edge:-edge] > max(0.45 * middle, AIR_GAP)]
    if len(inside) < 100:
        return Exposure(middle - 1.0, middle + 1.0, middle)
    low, high = np.percentile(inside[::3], [10, 99.5])
    return Exposure(float(low) - 0.30, float(high) + 0.08, middle)


def _turn(c_arm: CArm) -> NDArray[np.float64]:
    """Return the matrix that takes (row vectors on) the detector to the shown picture: turned, then mirrored."""
    sin, cos = np.sin(c_arm.rotation_rad), np.cos(c_arm.rotation_rad)
    turned = np.array([[cos, -sin], [sin, cos]])
    return turned @ np.diag([-1.0 if c_arm.is_mirrored else 1.0, 1.0])


def take_pulse(
    device: Device, library: Library, targets: FluoroTargets, frame: Frame, c_arm: CArm
) -> dose.Exposed:
    """Render one pulse into `targets.shown`; return what the automatic exposure needed for it."""
    ctx = device.ctx
    static = [i for i in frame.xray if i.is_static]
    moving = [i for i in frame.xray if not i.is_static]
    beam = (c_arm.isocentre_m, c_arm.orbit_rad - c_arm.patient_roll_rad, c_arm.tilt_rad, c_arm.patient_skew_rad)
    pose = (*beam, c_arm.field_m, c_arm.source_m)
    key = (pose, tuple(_name(i) for i in static))
    side = targets.side
    kept, is_known = targets.pose(key)
    if not is_known or kept.exposure is None or kept.coarse is None:
        kept.fbo.use()
        ctx.viewport = (0, 0, side, side)
        kept.fbo.clear()
        accumulate(device, library, frame, c_arm, [i for i in static if not i.is_device])
        kept.exposure = expose(np.frombuffer(kept.static.read(), np.float32).reshape(side, side))
        accumulate(device, library, frame, c_arm, [i for i in static if i.is_device])
        kept.static.build_mipmaps()
        kept.static.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        kept.coarse = _coarse(kept.static, side)
    targets.exposure = kept.exposure
    ctx.copy_framebuffer(targets.total_fbo, kept.fbo)
    targets.total_fbo.use()
    ctx.viewport = (0, 0, side, side)
    accumulate(device, library, frame, c_arm, moving)
    exposed = dose.automatic(kept.coarse, c_arm)
    _detect(device, targets, c_arm, kept.static, exposed)
    return exposed


def _name(item: XrayItem) -> tuple[object, bytes]:
    shape = item.shape if isinstance(item.shape, str) else id(item.shape)
    return shape, np.asarray(item.transform).tobytes()


def _coarse(texture: moderngl.Texture, side: int) -> NDArray[np.float32]:
    """Return a log attenuation with mipmaps in 32 x 32 blocks, row 0 at the bottom."""
    level = max(int(np.log2(side // dose.BLOCKS)), 0)
    return np.frombuffer(texture.read(level=level), np.float32).reshape(side >> level, side >> level)


def _detect(
    device: Device, targets: FluoroTargets, c_arm: CArm, patient: moderngl.Texture, exposed: dose.Exposed
) -> None:
    ctx = device.ctx
    targets.shown_fbo.use()
    ctx.viewport = (0, 0, targets.side, targets.side)
    program, quad = device.screen("detector.frag.glsl")
    targets.total.use(0)
    targets.grain.use(1)
    patient.use(3)
    shift = np.random.default_rng(c_arm.seed).integers(0, 512, 2) / 512.0
    exposure = targets.exposure
    set_uniforms(
        program,
        attenuation=0,
        patient=3,
        grain=1,
        grain_offset=(float(shift[0]), float(shift[1])),
        pixel=(1 / targets.side, 1 / targets.side),
        photons=float(c_arm.photons * exposed.photon_scale),
        window=(exposure.low, exposure.high),
        middle=exposure.middle,
        scatter=exposed.scatter_to_primary,
        expansion=1.0 + exposed.open_scatter_to_primary,
        air_gap=AIR_GAP,
        compression=COMPRESSION,
        collimation=float(c_arm.collimation),
        blades=tuple(float(b) for b in c_arm.blades),
        blade_turn=(float(np.cos(c_arm.blade_angle_rad)), float(np.sin(c_arm.blade_angle_rad))),
        picture_turn=(float(np.cos(c_arm.rotation_rad)), float(np.sin(c_arm.rotation_rad))),
        mirror=-1.0 if c_arm.is_mirrored else 1.0,
        is_positive=int(c_arm.is_positive),
    )
    quad.render(vertices=3)


def thickness(targets: FluoroTargets) -> NDArray[np.float32]:
    """Return the accumulated log attenuation, row 0 at the bottom."""
    return np.frombuffer(targets.total.read(), np.float32).reshape(targets.side, targets.side)
