"""The operative field and the cut-aways: what an observation says is what stands on stage."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from game.view import anchors, gallery, views
from game.view.axial_painting import cut_height
from game.view.camera import Camera
from game.view.field import FieldState, SewnWound, field_of, usual_marks
from game.view.frame import CArm, Label
from game.view.labels import placed, section_labels
from game.view.scene import SceneOptions, frame_from
from game.view.openings import lumbar_opening, opening_m
from game.view.wound_items import DROP_M3, RATE_STEP, back_items, drop_items, drop_period_s
from physics import anatomy as body

MEANT = {  # words of the level cut, and what the body says is there
    "skin": ("skin",), "subcutaneous fat": ("fat",), "erector spinae": ("erector", "muscle"), "multifidus": ("multifidus",),
    "psoas": ("psoas",), "quadratus lumborum": ("quadratus",), "peritoneum, bowel": ("belly",), "colon": ("belly",),
}  # fmt: skip


def _names(frame) -> list[str]:
    return [item.name for item in frame.items]


@pytest.fixture(scope="module")
def anchored(patient):
    return gallery.cases(patient)["05_back_anchor"][0]


@pytest.mark.parametrize("kind", ["biwing", "v_wing", "butterfly", "right_angle"])
def test_each_anchor_kind_has_its_own_shape_and_as_many_stitches_as_were_set(anchored, patient, kind):
    def ties(n: int) -> int:
        catheter = replace(anchored.catheter, anchor_kind=kind, n_anchor_sutures=n)
        frame = frame_from(replace(anchored, catheter=catheter), patient, views.BACK)
        return next(i.shape.n_faces for i in frame.items if i.name == "anchor ties")

    assert anchors.wings(kind) is not anchors.wings("biwing") or kind == "biwing"
    assert ties(3) == 3 * ties(1)


def test_open_back_shows_its_retractor_and_a_closed_one_does_not(anchored, patient):
    assert "retractor" in _names(frame_from(anchored, patient, views.BACK))
    assert "retractor" not in _names(frame_from(gallery.closed(anchored, 1.0), patient, views.BACK))


def test_drop_grows_with_what_has_gathered_and_the_last_one_is_seen_falling():
    down = np.array([0.0, 0.0, -1.0])

    def size(volume_m3: float) -> float:
        return float(np.linalg.norm(drop_items("drop", np.zeros(3), down, volume_m3)[0].transform[:3, 0]))

    assert size(0.2 * DROP_M3) < size(0.5 * DROP_M3) < size(0.9 * DROP_M3)
    assert len(drop_items("drop", np.zeros(3), down, 3.1 * DROP_M3)) == 2
    assert len(drop_items("drop", np.zeros(3), down, 3.7 * DROP_M3)) == 1


def test_drops_at_the_open_catheter_fall_in_the_rhythm_of_what_flows(anchored, patient):
    free = replace(anchored.catheter, is_connected=False, is_csf_at_end=True)

    def n_fallen(flow_m3_per_s: float) -> int:
        seen = replace(anchored, catheter=replace(free, end_flow_m3_per_s=flow_m3_per_s))
        frames = [back_items(replace(seen, time_s=t), patient, FieldState()) for t in np.arange(0.0, 60.0, 0.15)]
        falling = ["catheter drop falling" in [item.name for item in items] for items in frames]
        return sum(now and not before for before, now in zip([True, *falling], falling, strict=False))

    slow, fast = n_fallen(3.2e-9), n_fallen(12.8e-9)
    assert slow == pytest.approx(60.0 * 3.2e-9 / DROP_M3, abs=1.0) and fast == pytest.approx(60.0 * 12.8e-9 / DROP_M3, abs=2.0)
    for flow in (1e-9, 5e-9, 2e-8):
        assert drop_period_s(flow) == pytest.approx(DROP_M3 / flow, rel=RATE_STEP**0.5 - 1.0)


def test_ink_is_gone_where_the_skin_is_open(patient):
    needle = gallery.with_needle(gallery.start(), patient)
    marks = usual_marks(patient, (needle.lumbar_u_m, needle.lumbar_v_m), views.usual_pocket(patient))
    options = SceneOptions(field=FieldState(marks=marks))

    def ink(observation) -> int:
        return next(i.shape.n_faces for i in frame_from(observation, patient, views.BACK, options).items if i.name == "ink")

    assert ink(needle) < ink(replace(needle, is_lumbar_open=False))


def test_sewn_wound_has_the_stitches_it_says(patient):
    def faces(n: int) -> int:
        field = FieldState(sewn=(SewnWound(0.0, 0.0, 0.05, 0.0, n),))
        frame = frame_from(gallery.start(), patient, views.BACK, SceneOptions(field=field))
        return next(i.shape.n_faces for i in frame.items if i.name == "skin stitches")

    assert faces(6) == 6 * faces(1)


def test_observation_without_a_field_is_ready_for_the_knife():
    class Bare:
        pass

    assert field_of(Bare()) == FieldState()


def _theirs(**changes):
    """Return a stand-in for the field of an observation after careful work with the hands."""
    cut = SimpleNamespace(wound="lumbar", u_m=0.01, v_m=0.02, length_m=0.05, angle_rad=np.pi / 2, spread_m=0.03,
                          blood_m3=1e-6, n_swabs=1, is_by_hand=True, at_s=0.0, is_closed=False, depth_m=0.01, fascia_m=0.012)  # fmt: skip
    seen = {
        "prep_is_painted": np.ones((6, 8)), "prep_wetness": np.full((6, 8), 0.5), "prep_origin_m": (-0.04, -0.03),
        "prep_cell_m": 0.01, "prep_wet": 0.5, "is_draped": False, "blood_level": (("lumbar", 0.5),), "bled_m3": 4e-6,
        "marks": (SimpleNamespace(kind="pocket", u_m=-0.3, v_m=0.0, radius_m=0.05),), "incisions": (cut,),
        "bleeders": (SimpleNamespace(wound="lumbar", u_m=0.0, v_m=0.0, depth_m=0.006, sealed_by=""),
                     SimpleNamespace(wound="lumbar", u_m=0.0, v_m=0.01, depth_m=0.006, sealed_by="bipolar")),
        "bleeder_is_seen": (False, False), "stitches": (), "has_binder": False,
    }  # fmt: skip
    return SimpleNamespace(**{**seen, **changes})


def _with_field(field, is_begun: bool = False):
    return SimpleNamespace(
        field=field, is_lumbar_open=is_begun, lumbar_length_m=0.05, needle=SimpleNamespace(is_placed=False),
        pocket=SimpleNamespace(is_dissected=False, is_closed=False),
    )  # fmt: skip


def test_field_is_read_from_the_observation():
    state = field_of(_with_field(_theirs()))
    assert not state.is_draped
    assert state.painted is not None and state.painted.cells.shape == (6, 8, 2)
    assert state.painted.cells[0, 0].tolist() == [255, 128]
    assert [m.name for m in state.marks] == ["pocket"]
    assert state.is_swab_laid and state.blood_pool_m3 == 1e-6 and state.blood_film > 0.15
    assert field_of(_with_field(_theirs(), is_begun=True)).is_draped


def test_a_vessel_that_nobody_has_dabbed_free_is_not_shown_but_a_sealed_one_is():
    state = field_of(_with_field(_theirs()))
    assert [point.is_sealed for point in state.bleeding] == [True]
    assert len(field_of(_with_field(_theirs(bleeder_is_seen=(True, False)))).bleeding) == 2


def test_wound_stands_as_wide_as_the_retractor_spreads_it():
    spread = _theirs()
    gaping = _theirs(incisions=(replace_namespace(spread.incisions[0], spread_m=0.0),))
    assert opening_m(_with_field(spread, is_begun=True)) == pytest.approx(0.03)
    assert opening_m(_with_field(gaping, is_begun=True)) < 0.012
    assert field_of(_with_field(spread)).is_retracted and not field_of(_with_field(gaping)).is_retracted


def test_a_cut_is_open_or_sewn_never_both_at_one_place():
    cut = replace_namespace(_theirs().incisions[0], spread_m=0.0)
    at = [SimpleNamespace(wound="lumbar", layer="skin", u_m=0.01, v_m=0.02 + d, has_pierced=False) for d in (-0.021, -0.010, 0.0, 0.010, 0.021)]
    for n in range(1, 5):
        seen = _with_field(_theirs(incisions=(cut,), stitches=tuple(at[:n])), is_begun=True)
        found, sewn = lumbar_opening(seen), field_of(seen).sewn
        assert found is not None and found.length_m < cut.length_m
        assert not field_of(seen).is_retracted
        for wound in sewn:
            assert abs(wound.v_m - found.v_m) > 0.5 * (wound.length_m + found.length_m) - 0.004
        assert sum(wound.n_stitches for wound in sewn) == n
    done = _with_field(_theirs(incisions=(cut,), stitches=tuple(at)), is_begun=True)
    assert lumbar_opening(done) is None
    assert [(w.length_m, w.n_stitches) for w in field_of(done).sewn] == [(pytest.approx(cut.length_m), 5)]


def test_the_pocket_stands_open_where_it_was_cut_with_and_without_its_pump(patient):
    bare = gallery.with_pocket(gallery.start(), patient, False)
    cut = SimpleNamespace(**{**vars(_theirs().incisions[0]), "wound": "pocket", "u_m": -0.31, "v_m": 0.07, "length_m": 0.09, "angle_rad": 0.2})
    for seen in (bare, gallery.with_pocket(gallery.start(), patient, True)):
        seen = replace(seen, field=replace(seen.field, incisions=(cut,)))
        wound = frame_from(seen, patient, views.POCKET).wounds[0]
        assert wound.patch.centre_m == pytest.approx(views.surface_axes(patient, -0.31, 0.07)[0])
        assert (wound.length_m, wound.width_m) == (0.09, 0.03)
        ahead = views.surface_axes(patient, -0.31 + 0.02 * np.cos(0.2), 0.07 + 0.02 * np.sin(0.2))[0]
        along = (ahead - wound.patch.centre_m) @ wound.patch.axes
        assert abs(along[1]) > 5 * abs(along[0]), "the patch lies along the cut"
    assert frame_from(gallery.closed(seen, 1.0), patient, views.POCKET).wounds == ()


def replace_namespace(namespace: SimpleNamespace, **changes) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(namespace), **changes})


def test_bare_skin_on_the_table_shows_the_room_and_no_drape(patient):
    frame = frame_from(gallery.start(), patient, views.BACK, SceneOptions(field=FieldState(is_draped=False)))
    assert "drape" not in _names(frame)
    assert any(name.startswith("table") for name in _names(frame))
    assert frame.look.clothes_m is not None


def test_words_of_the_level_cut_point_at_what_they_name(patient):
    centres = np.asarray(patient.spine.level_centres_m)
    height = cut_height(float(0.5 * (centres[14, 2] + centres[15, 2])))
    needle = gallery.with_needle(gallery.start(), patient)
    section = replace(frame_from(needle, patient, views.AXIAL).section, height_m=height)
    labels = section_labels(patient, section)
    codes = body.compartment(patient, np.array([label.point_m for label in labels]))
    found = {label.text: body.COMPARTMENTS[code] for label, code in zip(labels, codes, strict=True)}
    for word, allowed in MEANT.items():
        assert found[word] in allowed, f"{word} points at {found[word]}"


def test_placed_words_stand_apart_and_inside_the_picture():
    camera = Camera((0.0, 0.0, 1.0), (0.0, 0.0, 0.0), up=(0, 1, 0))
    rng = np.random.default_rng(2)
    labels = tuple(Label(f"word {k}", rng.uniform(-0.15, 0.15, 3) * [1, 1, 0]) for k in range(18))
    words = placed(labels, camera, (1280, 800))
    assert len(words) == 18
    for is_left in (True, False):
        heights = sorted(w.anchor[1] for w in words if w.is_left == is_left)
        assert np.diff(heights).min() > 25
        assert heights[0] > 0 and heights[-1] < 800


def test_lines_of_placed_words_pass_no_other_point():
    camera = Camera((0.0, 0.0, 1.0), (0.0, 0.0, 0.0), up=(0, 1, 0))
    spots = [(-0.20, 0.100), (-0.13, 0.098), (-0.06, 0.094), (0.06, 0.050), (0.12, 0.052), (0.20, 0.050)]
    words = placed(tuple(Label(f"word {k}", np.array([*at, 0.0])) for k, at in enumerate(spots)), camera, (1280, 800))
    for word in words:
        a, b = np.array([word.anchor[0] + 60.0 * (1 if word.is_left else -1), word.anchor[1]]), np.array(word.point)
        for other in words:
            if other is not word:
                share = np.clip((np.array(other.point) - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
                assert np.linalg.norm(a + share * (b - a) - other.point) > 5.0, f"{word.text} crosses the point of {other.text}"


def test_clothes_are_off_where_the_skin_will_be_painted(patient):
    bare = FieldState(is_draped=False, antiseptic=1.0)
    for view in (views.BACK, views.POCKET):
        look = frame_from(gallery.start(), patient, view, SceneOptions(field=bare)).look
        heights = [(look.painted.centre_m + s * look.painted.half_m[1] * look.painted.axes[:, 1])[2] for s in (-1, 1)]
        assert look.clothes_m[0] + 0.01 < heights[0] and look.clothes_m[1] > heights[1], view


def test_level_without_insight_gets_no_cut_and_an_opaque_body(patient):
    blind = SceneOptions(may_see_inside=False)
    threaded = gallery.cases(patient)["07_inside_threaded"][0]
    for view in views.CUTS:
        with pytest.raises(ValueError, match="no cut-away"):
            frame_from(threaded, patient, view, blind)
    for view in (views.PLAN, views.IMPLANT):
        frame = frame_from(threaded, patient, view, blind)
        assert not [n for n in _names(frame) if n.startswith(("bone", "catheter", "pump"))]
        assert all(i.material.ghost is None for i in frame.items)


def test_c_arm_of_the_room_turns_with_its_angle(patient):
    def pose_of(orbit_rad: float) -> np.ndarray:
        options = SceneOptions(c_arm=CArm(orbit_rad=orbit_rad))
        frame = frame_from(gallery.start(), patient, views.THEATRE, options)
        return next(i.transform for i in frame.items if i.name == "c-arm white")

    beam = [pose_of(a)[:3, 2] for a in (0.0, np.pi / 2)]
    assert abs(float(beam[0] @ beam[1])) < 1e-9
    assert beam[0] == pytest.approx([0.0, -1.0, 0.0])  # the source stands behind the patient


def test_software_preset_draws_the_new_views(renderer, patient):
    observation = gallery.with_needle(gallery.start(), patient)
    for view in (views.AXIAL, views.CORNER, views.THEATRE, views.PATIENT, views.FRONT):
        frame = frame_from(observation, patient, view)
        picture = renderer.picture(frame, views.camera_for(view, observation, patient), (320, 240))
        assert picture.std() > 12, f"{view} is empty"
