"""Pictures: both presets draw every view, layers agree with fresh pictures, meshes of the patient are closed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from game.view import gallery, views
from game.view.baking import FINENESS_M, bone_mesh
from game.view.frame import Frame
from game.view.geometry import is_closed
from game.view.gpu import ShaderMissing, shader_source
from game.view.passes import screen
from game.view.passes.state import PICTURE, Stage
from game.view.renderer import Renderer, choose_preset
from game.view.scene import SceneOptions, frame_from
from physics import anatomy as body

SIZE = (320, 240)


def _picture(renderer: Renderer, patient, case) -> np.ndarray:
    observation, view, options = case
    frame = frame_from(observation, patient, view, options)
    return renderer.picture(frame, views.camera_for(view, observation, patient), SIZE)


def test_software_preset_draws_every_view(renderer, patient):
    wanted = (
        "01_plan",
        "04_back_threaded",
        "07_inside_threaded",
        "09_pocket_pump",
        "11_implant_kink",
        "13_refill_assist",
    )
    for name in wanted:
        case = gallery.cases(patient)[name]
        picture = _picture(renderer, patient, case)
        assert picture.shape == (SIZE[1], SIZE[0], 3), name
        assert picture.std() > 12, f"{name} is empty"


def test_full_preset_draws_the_back_like_the_software_preset(gl, renderer, patient, monkeypatch):
    monkeypatch.setitem(FINENESS_M, "full", FINENESS_M["software"])
    renderer_full = Renderer(gl, patient, "full")
    case = gallery.cases(patient)["03_back_needle"]
    fine, coarse = _picture(renderer_full, patient, case), _picture(renderer, patient, case)
    assert np.corrcoef(fine.mean(axis=2).ravel(), coarse.mean(axis=2).ravel())[0, 1] > 0.9


def test_cached_layer_gives_the_same_picture_as_a_fresh_one(renderer, patient):
    case = gallery.cases(patient)["03_back_needle"]
    first = _picture(renderer, patient, case)
    _picture(renderer, patient, gallery.cases(patient)["12_refill"])
    assert np.array_equal(first, _picture(renderer, patient, case))


def test_boxes_round_shadows_and_ghosts_cut_nothing_off(renderer, patient, monkeypatch):
    names = ("03_back_needle", "04_back_threaded", "09_pocket_pump", "11_implant_kink", "13_refill_assist")
    boxed = [_picture(renderer, patient, gallery.cases(patient)[n]) for n in names]
    monkeypatch.setattr(Stage, "pixels_round", lambda self, points_mm: (0, 0, *self.size))
    monkeypatch.setattr(screen, "_shade", lambda stage, casters: (np.full(3, -1.0), np.ones(3)))
    for targets in renderer._software.values():
        targets.resting.key = None
    for name, picture in zip(names, boxed, strict=True):
        assert np.array_equal(picture, _picture(renderer, patient, gallery.cases(patient)[name])), name


def test_a_moving_catheter_keeps_its_buffers_and_is_drawn_where_it_is(gl, renderer, patient):
    observation, view, options = gallery.cases(patient)["10_implant"]
    catheter = observation.catheter

    def moved(mm: float) -> tuple[object, str, SceneOptions]:
        nodes = np.ascontiguousarray(catheter.nodes_m + np.array([0.0, 0.0, mm * 1e-3]))
        return replace(observation, catheter=replace(catheter, nodes_m=nodes)), view, options

    n_held = []
    for k in range(40):
        last = _picture(renderer, patient, moved(0.2 * k))
        n_held.append(len(renderer.device._meshes))
    assert n_held[-1] == n_held[20] > 0
    fresh = _picture(Renderer(gl, patient, "software"), patient, moved(0.2 * 39))
    assert np.array_equal(last, fresh)
    assert not np.array_equal(last, _picture(renderer, patient, moved(0.0)))


def test_moving_needle_changes_only_its_surroundings(renderer, patient):
    observation, view, options = gallery.cases(patient)["03_back_needle"]
    here = _picture(renderer, patient, (observation, view, options)).astype(int)
    needle = observation.needle
    deeper = replace(observation, needle=replace(needle, tip_m=needle.tip_m + 0.01 * needle.direction))
    there = _picture(renderer, patient, (deeper, view, options)).astype(int)
    changed = np.abs(here - there).max(axis=2) > 8
    assert 0.001 < changed.mean() < 0.15


def test_drawing_twice_gives_equal_pixels(renderer, patient):
    case = gallery.cases(patient)["07_inside_threaded"]
    assert np.array_equal(_picture(renderer, patient, case), _picture(renderer, patient, case))


def test_camera_in_motion_is_drawn_coarser_then_sharpens(renderer, patient):
    observation, view, options = gallery.cases(patient)["02_back_before"]
    frame = frame_from(observation, patient, view, options)
    camera = views.camera_for(view, observation, patient).orbited(0.03, 0.0)
    renderer.draw(frame, camera.orbited(0.01, 0), SIZE)
    targets = renderer._software[(SIZE, view)]
    renderer.draw(frame, camera, SIZE)
    assert targets.moving.key is not None
    for _ in range(8):
        renderer.draw(frame, camera, SIZE)
    assert targets.resting.key is not None
    assert targets.resting.key[0] == camera


def test_every_bone_and_the_skin_are_closed_after_baking(renderer):
    for name, mesh in renderer.library._lasting.items():
        assert is_closed(mesh), name


def test_mesh_of_a_bone_lies_on_the_field_that_the_needle_meets(patient):
    mesh = bone_mesh(patient, "L3", FINENESS_M["full"]["bone"])
    distance = np.asarray(body.bone_distance(patient.spine, "L3", mesh.points_m.astype(float)))
    assert np.percentile(np.abs(distance), 95) < 0.6e-3


def test_unknown_view_is_refused_with_the_known_ones(patient):
    with pytest.raises(ValueError, match="expected one of plan, back"):
        frame_from(gallery.start(), patient, "attic")


def test_unknown_preset_is_refused(gl):
    with pytest.raises(ValueError, match="expected auto"):
        choose_preset(gl, "ultra")


def test_driver_without_a_feature_gets_the_software_preset_and_a_word(gl, patient, monkeypatch, capsys):
    import game.view.renderer as module

    monkeypatch.setattr(module, "missing_features", lambda ctx: ("multisampling",))
    fallen = Renderer(gl, None, "full")
    assert fallen.preset == "software"
    assert "no multisampling" in fallen.notice
    assert "no multisampling" in capsys.readouterr().err


def test_this_driver_has_every_feature_of_the_full_preset(gl):
    whole = Renderer(gl, None, "full")
    assert (whole.preset, whole.notice) == ("full", "")


def test_missing_shader_is_named():
    with pytest.raises(ShaderMissing, match="nothing.glsl"):
        shader_source("nothing.glsl")


def test_the_block_of_a_picture_lies_as_std140_lays_it(renderer):
    text = shader_source("picture.glsl")
    sizes = {"float": (4, 4), "vec2": (8, 8), "vec3": (16, 12), "vec4": (16, 16), "mat3": (16, 48), "mat4": (16, 64)}  # alignment, size
    counts = {"N_WINDOWS": 2, "N_SHEET / 4": 4}
    at, found = 0, {}
    for kind, name, count in re.findall(r"^    (\w+) (\w+)(?:\[([^]]+)\])?;", text, re.MULTILINE):
        align, size = sizes[kind]
        if count:
            align, size = 16, counts[count] * (-(-size // 16) * 16)
        at = -(-at // align) * align
        found[name] = at
        at += size
    ours = {name: PICTURE.fields[name][1] for name in PICTURE.names if not name.startswith("_")}
    assert ours == found
    program = renderer.device.program("mesh.vert.glsl", "opaque.frag.glsl", "KIND 2")
    assert program["Picture"].size == PICTURE.itemsize


def test_includes_are_put_in_once():
    source = shader_source("opaque.frag.glsl", ("KIND 2",))
    assert source.count("vec3 tonemap(vec3 x)") == 1
    assert source.startswith("#version 330\n#define KIND 2\n")
    assert "#include" not in source


def test_frame_does_not_depend_on_when_it_is_built(patient):
    observation = gallery.cases(patient)["10_implant"][0]
    one, two = (frame_from(observation, patient, views.IMPLANT) for _ in range(2))
    assert [i.name for i in one.items] == [i.name for i in two.items]
    assert all(np.array_equal(a.transform, b.transform) for a, b in zip(one.items, two.items, strict=True))


def test_kinked_catheter_is_marked(patient):
    kinked = gallery.cases(patient)["11_implant_kink"][0]
    straight = gallery.cases(patient)["10_implant"][0]
    assert "kink ring" in [i.name for i in frame_from(kinked, patient, views.IMPLANT).items]
    assert "kink ring" not in [i.name for i in frame_from(straight, patient, views.IMPLANT).items]


def test_hidden_catheter_can_be_kept_from_the_trainee(patient):
    observation = gallery.cases(patient)["07_inside_threaded"][0]
    frame = frame_from(observation, patient, views.INSIDE, SceneOptions(is_catheter_revealed=False))
    assert "catheter" not in [i.name for i in frame.items]


def test_frame_can_be_stripped_of_items(patient):
    frame: Frame = frame_from(gallery.start(), patient, views.PLAN)
    assert "skin" not in [i.name for i in frame.without("skin").items]
