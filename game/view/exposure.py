"""The C-arm's beam and what a pulse of it costs where nobody draws the picture.

Rays from the source to blocks of the detector add up skin, bone and muscle as `game.view.xray_scene` lists them, with the anatomy's
own distances; the dose law is `game.view.passes.dose`. Pump, discs and instruments are left out: the exposure looks at the middle.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from game.instruments import fluoroscope
from game.view.frame import CArm
from game.view.passes import dose, fluoro
from game.view.xray_scene import BONE_CORE, BONE_CORTEX, BONE_SHELL_M, SOFT, soft_parts
from physics import anatomy as body
from physics.anatomy import Anatomy
from physics.anatomy.skeleton import bones_distance

BLOCKS = 24  # numerical: rays across the field; 40 change the dose by less than a hundredth
STEP_M = 2.5e-3  # numerical: along a ray
REACH_M = 0.45  # of the body round the isocentre, either way


def beam_of(arm: fluoroscope.CArm, seed: int) -> CArm:
    """Return the beam of a C-arm as it stands; height and shift move its centre in the patient."""
    return CArm(
        (arm.shift_mm * 1e-3, 0.03, arm.height_mm * 1e-3), math.radians(arm.orbit_deg), math.radians(arm.tilt_deg),
        field_m=arm.field_cm * 1e-2, collimation=arm.iris_percent * 1e-2,
        blades=(arm.across_percent * 1e-2, arm.along_percent * 1e-2), blade_angle_rad=math.radians(arm.blades_deg),
        patient_roll_rad=math.radians(arm.roll_deg), rotation_rad=math.radians(arm.turn_deg), is_mirrored=arm.is_mirrored,
        dose_scale=fluoroscope.SPOT_DOSE if arm.is_spot else 1.0, is_positive=not arm.is_inverted, seed=seed,
    )  # fmt: skip


def dose_area_gy_cm2(anatomy: Anatomy, arm: fluoroscope.CArm) -> float:
    """Return the dose-area product of a pulse through a patient without instruments."""
    beam = beam_of(arm, 0)
    still = replace(beam, blades=(1.0, 1.0), collimation=1.0, blade_angle_rad=0.0, rotation_rad=0.0, is_mirrored=False, dose_scale=1.0)
    return dose.automatic(_kept(_Body(anatomy), still), beam).dose_area_mgy_cm2 * 1e-3


class _Body:
    """A patient as a key: the same build is the same body."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Body) and self.anatomy.build == other.anatomy.build

    def __hash__(self) -> int:
        return hash(self.anatomy.build)


@lru_cache(maxsize=8)
def _kept(who: _Body, beam: CArm) -> NDArray[np.float32]:
    return log_attenuation(who.anatomy, beam)


def log_attenuation(anatomy: Anatomy, beam: CArm, n: int = BLOCKS) -> NDArray[np.float32]:
    """Return the log attenuation of the patient in n x n blocks of the field, row 0 at the bottom."""
    at = (np.arange(n) + 0.5) / n * 2.0 - 1.0
    x, y = (a.ravel() for a in np.meshgrid(at, at))
    far = np.column_stack([x, y, np.full(n * n, 0.9), np.ones(n * n)]) @ np.linalg.inv(fluoro.beam_matrix(beam)).T
    source = fluoro.source_of(beam)
    way = far[:, :3] / far[:, 3:4] / fluoro.MM_PER_M - source
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    along = np.arange(beam.source_m - REACH_M, beam.source_m + REACH_M, STEP_M)
    points = (source + along[None, :, None] * way[:, None, :]).reshape(-1, 3)
    skin = np.asarray(body.skin_distance(anatomy.trunk, points))
    per_m = SOFT * (skin < 0.0)
    near = np.flatnonzero(skin < 0.0)
    bone = np.asarray(bones_distance(anatomy.spine, points[near]))
    per_m[near] += np.where(bone < -BONE_SHELL_M, BONE_CORE - SOFT, BONE_CORTEX - SOFT) * (bone < 0.0)
    through = per_m.reshape(n * n, -1).sum(axis=1) * STEP_M
    return (through.reshape(n, n) + _closed(anatomy, beam, n)).astype(np.float32)


def _closed(anatomy: Anatomy, beam: CArm, n: int) -> NDArray[np.float64]:
    """Return what muscles and gas add, by faces: entry faces subtract, exit faces add their distance to the source."""
    source, matrix, out = fluoro.source_of(beam), fluoro.beam_matrix(beam), np.zeros((n, n))
    for mesh, per_m in soft_parts(anatomy):
        p = np.asarray(mesh.points_m, float)
        clip = np.column_stack([p * fluoro.MM_PER_M, np.ones(len(p))]) @ matrix.T
        xy = (clip[:, :2] / clip[:, 3:4])[mesh.faces]
        a, b = xy[:, 1] - xy[:, 0], xy[:, 2] - xy[:, 0]
        facing = 0.5 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])  # positive toward the source
        middle, far = xy.mean(axis=1), np.linalg.norm(p[mesh.faces].mean(axis=1) - source, axis=1)
        weight = -facing * far * per_m / (2.0 / n) ** 2
        out += np.histogram2d(middle[:, 1], middle[:, 0], bins=n, range=[[-1, 1], [-1, 1]], weights=weight)[0]
    return out
