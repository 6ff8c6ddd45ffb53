"""The painted midline cut and the needle meet the same tissues at the same depths."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from game.view.canvas import Canvas
from game.view.painting import EPIDURAL_M, FLAVUM_M, SKIN_M, _fields, sheet_x
from physics import anatomy
from physics.anatomy import PatientBuild
from scenarios.load import load_patient
from scenarios.setup import body_of

WOMAN = PatientBuild(46, True, 1.66, 66.0, 0.014, 0.012, 0.062)
BODIES = {"woman": WOMAN, "child": body_of(load_patient("child_diplegia"))}
PIXEL_M = 0.0004
NAMED = ("bone", "sac", "epidural", "ligamentum_flavum", "skin", "fat")


def painted(body, points):
    """Return the tissue that is painted at points of the midline cut."""
    y = np.arange(points[:, 1].min() - 0.004, points[:, 1].max() + 0.004, PIXEL_M)
    z = np.arange(points[:, 2].min() - 0.004, points[:, 2].max() + 0.004, PIXEL_M)
    f = _fields(body, Canvas(y, z, PIXEL_M))
    i = np.rint((points[:, 2] - z[0]) / PIXEL_M).astype(int), np.rint((points[:, 1] - y[0]) / PIXEL_M).astype(int)
    sac, bone, depth, fat = f.sac[i], f.bone[i], -f.skin[i], f.fat[i]
    epidural, flavum = EPIDURAL_M * f.scale, (EPIDURAL_M + FLAVUM_M) * f.scale
    rows = [bone < 0.0, sac < 0.0, sac < epidural, sac < flavum, depth < SKIN_M, depth < SKIN_M + fat]
    return np.select(rows, list(NAMED), "deep")


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("position", ["standing", "lateral"])
def test_the_picture_has_the_needles_layers(name, position):
    body = anatomy.build_anatomy(replace(BODIES[name], position=position))
    same = total = 0
    for level in (13, 14, 15):
        low, high = body.spine.level_centres_m[level, 2], body.spine.level_centres_m[level - 1, 2]
        for share in (0.0, 0.3, 0.6):
            entry, _ = anatomy.roll(body.trunk, 0.0, float(low + share * (high - low)))
            entry = np.array([float(sheet_x(body, entry[2:3])[0]), entry[1], entry[2]])
            line = np.array([0.0, -math.cos(0.25), math.sin(0.25)])
            depth = BODIES[name].dura_depth_m + 0.006
            borders, layers = anatomy.layers_along(body, entry, line, depth)
            at = np.arange(0.0008, float(borders[-1]), 0.0008)
            meets = [layers[int(k) - 1] for k in np.searchsorted(borders[:-1], at, side="right")]
            meets = [m if m in NAMED else "deep" for m in meets]
            same += int((painted(body, entry + at[:, None] * line) == np.array(meets)).sum())
            total += len(at)
    assert same >= 0.90 * total, f"{same} of {total}"
