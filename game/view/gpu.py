"""Programs with includes, mesh buffers and render targets: the only place that creates GL objects."""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import lru_cache
from importlib.resources import files
from typing import Any

import moderngl
import numpy as np
from numpy.typing import ArrayLike, NDArray

from game.view.geometry import Mesh, plain_attributes

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"\s*$', re.MULTILINE)
SPARE_AFTER = 8  # pictures without a mesh until its buffers may hold the next one: the device has long drawn the last
TEXTURE_UNITS = {"shadow_map": 0, "noise_volume": 2, "painting": 4, "prep_map": 5}  # of the mesh programs, always the same
_LAYOUT = (("position", 3), ("normal", 3), ("attributes", 4))


class ShaderMissing(LookupError):
    """A shader file or an include was not found; the message names both."""


@lru_cache(maxsize=64)
def _read_shader(name: str) -> str:
    entry = files("assets").joinpath("shaders", name)
    if not entry.is_file():
        raise ShaderMissing(f"shader {name!r} is not in assets/shaders")
    return entry.read_text(encoding="utf-8")


def shader_source(name: str, defines: tuple[str, ...] = ()) -> str:
    """Return a shader with its includes put in once each, and defines after the version line."""
    seen: set[str] = set()

    def expand(file: str) -> str:
        def include(match: re.Match[str]) -> str:
            inner = match.group(1)
            if inner in seen:
                return ""
            seen.add(inner)
            return expand(inner)

        return _INCLUDE.sub(include, _read_shader(file))

    text = expand(name)
    head, _, body = text.partition("\n")
    return "\n".join([head, *(f"#define {d}" for d in defines), body])


def gl_matrix(matrix: ArrayLike) -> bytes:
    """Return a matrix as GL wants it: column by column, 32 bit."""
    return np.ascontiguousarray(np.asarray(matrix, float).T, dtype=np.float32).tobytes()


def set_uniforms(program: moderngl.Program, **values: Any) -> None:
    """Write uniforms by name; names that the compiler removed are skipped."""
    for name, value in values.items():
        member = program.get(name, None)
        if member is None:
            continue
        if isinstance(value, bytes):
            member.write(value)
        elif isinstance(value, np.ndarray):
            member.value = tuple(float(v) for v in value)
        else:
            member.value = value


class Device:
    """Programs, buffers and textures of one GL context."""

    def __init__(self, ctx: moderngl.Context, is_full: bool) -> None:
        self.ctx = ctx
        self.is_full = is_full
        self._programs: dict[tuple[str, ...], moderngl.Program] = {}
        self._small: tuple[bytes, moderngl.Texture] | None = None
        self._meshes: OrderedDict[int, _Buffers] = OrderedDict()
        self._n_pictures = 0
        self._shared: moderngl.Buffer | None = None
        self._screens: dict[int, moderngl.VertexArray] = {}
        self.noise = self._noise_texture()

    def program(self, vertex: str, fragment: str, *extra: str) -> moderngl.Program:
        """Return the compiled program of two shader files and extra defines.

        Variants matter on the software rasteriser, which pays for both sides of every branch.
        """
        key = (vertex, fragment, *extra)
        if key not in self._programs:
            defines = (*(("FULL 1",) if self.is_full else ()), *extra)
            made = self.ctx.program(
                vertex_shader=shader_source(vertex, defines), fragment_shader=shader_source(fragment, defines)
            )
            set_uniforms(made, **TEXTURE_UNITS)
            self._programs[key] = made
        return self._programs[key]

    def share(self, values: bytes) -> None:
        """Hand all programs the block "Picture" of assets/shaders/picture.glsl (binding 0, where every block starts)."""
        if self._shared is None:
            self._shared = self.ctx.buffer(reserve=len(values), dynamic=True)
        self._shared.orphan()  # the last picture may still read the old one
        self._shared.write(values)
        self._shared.bind_to_uniform_block(0)

    def screen(self, fragment: str) -> tuple[moderngl.Program, moderngl.VertexArray]:
        """Return a full-screen program and its three-vertex array."""
        program = self.program("screen.vert.glsl", fragment)
        if program.glo not in self._screens:
            self._screens[program.glo] = self.ctx.vertex_array(program, [])
        return program, self._screens[program.glo]

    def vertices(self, program: moderngl.Program, mesh: Mesh) -> moderngl.VertexArray:
        """Return the vertex array of a mesh for a program, uploading the mesh on first use."""
        return self._buffers(mesh).array(program)

    def box(self, mesh: Mesh) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the lowest and the highest corner of the box round a mesh [m], uploading the mesh on first use."""
        return self._buffers(mesh).box()

    def _buffers(self, mesh: Mesh) -> _Buffers:
        key = id(mesh)
        if key not in self._meshes:
            self._meshes[key] = self._spare(mesh) or _Buffers(self.ctx, mesh)
        self._meshes.move_to_end(key)
        found = self._meshes[key]
        found.drawn_in = self._n_pictures
        return found

    def _spare(self, mesh: Mesh) -> _Buffers | None:
        """Return buffers of a mesh with the same faces that is no longer drawn, holding this one: a tube that moved."""
        if mesh.faces.flags.writeable:
            return None  # its faces are its own
        for key, found in self._meshes.items():
            if found.drawn_in > self._n_pictures - SPARE_AFTER:
                return None  # the rest was drawn later still
            if found.mesh.faces is mesh.faces:
                del self._meshes[key]
                found.fill(mesh)
                return found
        return None

    def forget_old_meshes(self, keep: int = 400) -> None:
        """Release the buffers that were not drawn for longest; called after each picture."""
        self._n_pictures += 1
        while len(self._meshes) > keep:
            _, buffers = self._meshes.popitem(last=False)
            buffers.release()

    def texture(
        self, size: tuple[int, int], components: int, dtype: str = "f1", samples: int = 0
    ) -> moderngl.Texture:
        """Return an empty texture with clamped edges."""
        texture = self.ctx.texture(size, components, dtype=dtype, samples=samples)
        if samples == 0:
            texture.repeat_x = texture.repeat_y = False
        return texture

    def small_texture(self, cells: NDArray[np.uint8]) -> moderngl.Texture:
        """Return a map of two shares as a smooth texture; only the last one is kept."""
        key = cells.tobytes()
        if self._small is None or self._small[0] != key:
            if self._small is not None:
                self._small[1].release()
            texture = self.ctx.texture((cells.shape[1], cells.shape[0]), 2, key, alignment=1)
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
            self._small = (key, texture)
        return self._small[1]

    def depth(self, size: tuple[int, int], samples: int = 0) -> moderngl.Texture:
        """Return a depth texture that is read as a number."""
        texture = self.ctx.depth_texture(size, samples=samples)
        if samples == 0:
            texture.compare_func = ""
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
            texture.repeat_x = texture.repeat_y = False
        return texture

    def shadow_map(self, side: int) -> tuple[moderngl.Texture, moderngl.Framebuffer]:
        """Return a depth texture that compares, and its framebuffer."""
        texture = self.ctx.depth_texture((side, side))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture, self.ctx.framebuffer(depth_attachment=texture)

    def _noise_texture(self) -> moderngl.Texture3D:
        volume = noise_volume()
        n = volume.shape[0]
        data = np.ascontiguousarray(volume.transpose(2, 1, 0, 3) * 255).astype(np.uint8)
        texture = self.ctx.texture3d((n, n, n), 4, data.tobytes())
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        return texture


class _Buffers:
    """Vertex and index buffer of one mesh; holds the mesh, so that its id stays unique."""

    def __init__(self, ctx: moderngl.Context, mesh: Mesh) -> None:
        self.ctx, self.mesh = ctx, mesh
        self.vertex = ctx.buffer(_interleaved(mesh))
        self.index = ctx.buffer(np.ascontiguousarray(mesh.faces, np.int32))
        self.arrays: dict[int, moderngl.VertexArray] = {}
        self.drawn_in = 0
        self._box: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def fill(self, mesh: Mesh) -> None:
        """Hold another mesh of the same faces from now on; the vertex arrays stay."""
        self.mesh, self._box = mesh, None
        self.vertex.write(_interleaved(mesh))

    def array(self, program: moderngl.Program) -> moderngl.VertexArray:
        if program.glo not in self.arrays:
            layout, names = [], []
            for name, n in _LAYOUT:
                used = program.get(name, None) is not None
                layout.append(f"{n}f" if used else f"{4 * n}x")
                names += [name] if used else []
            self.arrays[program.glo] = self.ctx.vertex_array(
                program,
                [(self.vertex, " ".join(layout), *names)],
                index_buffer=self.index,
                index_element_size=4,
            )
        return self.arrays[program.glo]

    def box(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if self._box is None:
            self._box = self.mesh.points_m.min(axis=0), self.mesh.points_m.max(axis=0)
        return self._box

    def release(self) -> None:
        for array in self.arrays.values():
            array.release()
        self.vertex.release()
        self.index.release()


def _interleaved(mesh: Mesh) -> NDArray[np.float32]:
    data = np.empty((len(mesh.points_m), 10), np.float32)
    data[:, :3], data[:, 3:6], data[:, 6:] = mesh.points_m, mesh.normals, plain_attributes(mesh)
    return data


@lru_cache(maxsize=4)
def noise_volume(n: int = 64, seed: int = 7) -> NDArray[np.float64]:
    """Return tileable smooth noise and its gradient, (n, n, n, 4) in 0..1."""
    rng = np.random.default_rng(seed)
    f = np.fft.fftfreq(n) * n
    k = np.sqrt(f[:, None, None] ** 2 + f[None, :, None] ** 2 + f[None, None, :] ** 2)
    band = np.exp(-(((k - 9) / 5.0) ** 2)) + 0.55 * np.exp(-(((k - 18) / 6.0) ** 2))
    v = np.fft.ifftn(np.fft.fftn(rng.standard_normal((n,) * 3)) * band).real
    v /= 3.2 * v.std()
    gradient = [(np.roll(v, -1, i) - np.roll(v, 1, i)) * 1.6 for i in range(3)]
    return np.clip(np.stack([v, *gradient], axis=-1) * 0.5 + 0.5, 0, 1)


def sample_noise(points: NDArray[np.floating], seed: int = 7) -> NDArray[np.float64]:
    """Return noise -1..1 at points (n, 3) given in periods of the volume (64 cells)."""
    from scipy.ndimage import map_coordinates

    v = noise_volume(64, seed)[..., 0] * 2 - 1
    return map_coordinates(v, (points * 64).T % 64, order=1, mode="grid-wrap")
