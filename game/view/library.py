"""From the name of a shape to its mesh: lasting meshes are baked once, drapes and wounds when first needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import game.view.cache as cache
from game.view.baking import FINENESS_M, Progress, bake, cached_meshes, fingerprint, trimmed, wound_mesh
from game.view.frame import Frame
from game.view.geometry import Mesh
from physics.anatomy import Anatomy


BINDER_M = (-0.075, 0.115)  # tuned: lower and upper edge of the bandage on a body of 1.756 m


class Library:
    """Baked meshes of one patient at one fineness; none where there is no patient."""

    def __init__(self, anatomy: Anatomy | None, preset: str, progress: Progress | None = None) -> None:
        if anatomy is not None:
            import scipy.ndimage  # noqa: F401  for drapes and wounds: neither in the menu nor in the middle of a case

        self.anatomy, self.preset = anatomy, preset
        self._lasting = {} if anatomy is None else bake(anatomy, preset, progress)
        self._occasional: OrderedDict[str, Mesh] = OrderedDict()

    def mesh(self, shape: Mesh | str, frame: Frame) -> Mesh:
        """Return the mesh of an item's shape."""
        if isinstance(shape, Mesh):
            return shape
        if shape in self._lasting:
            return self._lasting[shape]
        if shape == "drape":
            return self._once("drape " + _windows_key(frame), lambda: self._drape(frame), is_stored=True)
        if shape == "skin:near":
            return self._once("near " + _windows_key(frame), lambda: self._near(frame))
        if shape == "binder":
            return self._once(shape, self._binder)
        if shape.startswith(("wound:", "rim:")):
            key = shape.partition(":")[2]
            whole = self._once(f"patch:{key}", lambda: self._wound(f"wound:{key}", frame))
            return self._once(shape, lambda: _part_of_wound(whole, is_rim=shape.startswith("rim:")))
        raise KeyError(f"no shape {shape!r} in the library")

    def _once(self, key: str, build: Callable[[], Mesh], is_stored: bool = False) -> Mesh:
        if key not in self._occasional:
            if is_stored:
                name = cache.cache_key(key, FINENESS_M[self.preset]["drape"], fingerprint(self.anatomy))
                self._occasional[key] = cached_meshes(name, lambda: {"mesh": build()})["mesh"]
            else:
                self._occasional[key] = build()
            while len(self._occasional) > 24:
                self._occasional.popitem(last=False)
        return self._occasional[key]

    def _drape(self, frame: Frame) -> Mesh:
        from game.view.drape import drape_mesh  # most drapes are stored

        is_whole = frame.view == "theatre"
        step = FINENESS_M[self.preset]["drape"] * (1.3 if is_whole else 1.0)
        return drape_mesh(self.anatomy, frame.room[2], frame.windows, step, is_whole)

    def _near(self, frame: Frame) -> Mesh:
        """Return only the skin that a window can show."""
        skin = self._lasting["skin"]
        keep = np.zeros(len(skin.points_m), bool)
        for window in frame.windows:
            local = (skin.points_m - window.centre_m) @ window.axes
            reach = np.array(window.half_m) + 0.030
            keep |= (np.abs(local[:, :2]) < reach).all(axis=1) & (local[:, 2] > -0.120)
        return trimmed(skin, keep)

    def _binder(self) -> Mesh:
        """Return an elastic bandage round the belly: the skin between two heights, a little larger."""
        skin = self._lasting["skin"]
        scale = float(np.clip(self.anatomy.build.height_m / 1.756, 0.6, 1.15))
        z = skin.points_m[:, 2] / scale
        band = trimmed(skin, (z > BINDER_M[0]) & (z < BINDER_M[1]))
        return replace(band, points_m=(band.points_m + 0.0045 * band.normals).astype(np.float32))

    def _wound(self, shape: str, frame: Frame) -> Mesh:
        wound = next(w for w in frame.wounds if f"wound:{w.key}" == shape)
        size = (wound.length_m, wound.width_m, wound.depth_m)
        patch = wound.patch
        step = FINENESS_M[self.preset]["wound"]
        mesh = wound_mesh(self.anatomy, patch.centre_m, patch.axes, patch.half_m, size, step)
        return self._shaded_like_the_skin(mesh)

    def _shaded_like_the_skin(self, mesh: Mesh) -> Mesh:
        """Return a patch whose occlusion carries on that of the skin around it, so that its border does not show."""
        from scipy.spatial import cKDTree

        skin = self._lasting["skin"]
        if skin.attributes is None or mesh.attributes is None:
            return mesh
        distance, at = cKDTree(skin.points_m).query(mesh.points_m, k=6)
        weight = 1.0 / (distance + 5e-4) ** 2
        around = (skin.attributes[at, 0] * weight).sum(axis=1) / weight.sum(axis=1)
        attributes = mesh.attributes.copy()
        attributes[:, 0] *= np.where(attributes[:, 3] < -3e-4, 1.0, around)
        return replace(mesh, attributes=attributes)


def _part_of_wound(mesh: Mesh, is_rim: bool) -> Mesh:
    """Return the opened part of a patch, or the whole skin round it, which is cheaper to paint."""
    assert mesh.attributes is not None, "a wound knows its depths"
    is_open = mesh.attributes[:, 3] < -2e-4
    opened = is_open[mesh.faces].any(axis=1)
    faces = mesh.faces[~opened] if is_rim else mesh.faces[opened]
    used, inverse = np.unique(faces, return_inverse=True)
    return Mesh(
        mesh.points_m[used], mesh.normals[used], inverse.reshape(-1, 3).astype(np.int32), mesh.attributes[used]
    )


def _windows_key(frame: Frame) -> str:
    parts = [np.round(frame.room[2], 3).tolist(), frame.view == "theatre", 3]
    for w in frame.windows:
        parts.append([*np.round(w.centre_m, 4).tolist(), *np.round(w.half_m, 4)])
    return repr(parts)
