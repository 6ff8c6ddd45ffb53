"""Sites of the belly: each kind is on the skin where the patient's file says, and the finger finds it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game.instruments.palpation import hardness_n_per_mm
from game.view import gallery, views
from game.view.scene import frame_from
from game.view.site_items import back_scars, site_items
from physics import anatomy
from physics.anatomy import BodySite
from scenarios.load import load_patient
from scenarios.setup import body_of


@pytest.fixture(scope="module")
def body():
    build = body_of(load_patient("adult_gastrostomy_shunt"))
    more = (BodySite("ostomy", ((-0.30, -0.02),), 0.02), BodySite("device", ((-0.30, 0.16),), 0.03))
    return anatomy.build_anatomy(replace(build, sites=(*build.sites, *more)))


def test_every_site_lies_on_the_skin(body):
    items = site_items(body)
    assert {item.name.split()[0] for item in items} == {"gastrostomy", "shunt", "ostomy", "device"}
    for item in items:
        points = np.asarray(item.shape.points_m, float) @ item.transform[:3, :3].T + item.transform[:3, 3]
        assert np.abs(anatomy.skin_distance(body.trunk, points)).max() < 0.016, item.name
        middle = anatomy.unroll(body.trunk, points.mean(axis=0))
        path = np.array(body.build.sites[int(item.name.split()[1])].path_uv_m)
        assert np.hypot(*(path - middle[:2]).T).min() < 0.08, item.name


def test_the_finger_finds_them(body):
    bare = replace(body, build=replace(body.build, sites=()))
    for site in body.build.sites:
        u, v = site.path_uv_m[-1]
        assert hardness_n_per_mm(body, u, v, 5.0) > 1.2 * hardness_n_per_mm(bare, u, v, 5.0), site.kind
    assert hardness_n_per_mm(body, -0.30, 0.08, 5.0) == hardness_n_per_mm(bare, -0.30, 0.08, 5.0)


def test_a_patient_without_sites_has_no_items(body):
    assert site_items(replace(body, build=replace(body.build, sites=()))) == []


def test_a_healed_cut_of_the_back_lies_in_the_midline_over_its_vertebrae():
    back = anatomy.build_anatomy(body_of(load_patient("adult_fusion_l3_l5")))
    names, heights = back.spine.level_names, np.asarray(back.spine.level_centres_m)[:, 2]
    (line,) = back_scars(back)
    uv = np.array(line)
    assert np.abs(uv[:, 0]).max() < 0.002
    assert uv[:, 1].max() > heights[names.index("L3")] and uv[:, 1].min() < heights[names.index("L5")]
    assert uv[:, 1].max() < heights[names.index("L2")] and uv[:, 1].min() > heights[names.index("L5")] - 0.03
    for view in (views.PATIENT, views.BACK):
        assert any(i.name.startswith("back scar") for i in frame_from(gallery.start(), back, view).items), view
    opened = replace(gallery.with_needle(gallery.start(), back), lumbar_u_m=0.0, lumbar_v_m=float(uv[:, 1].mean()))
    runs = [i for i in frame_from(opened, back, views.BACK).items if i.name.startswith("back scar")]
    assert len(runs) == 2, "none of it is left in the open wound"


def test_an_unscarred_back_shows_none(body):
    assert back_scars(body) == ()
