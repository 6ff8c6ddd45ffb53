"""The needle in the hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from physics import anatomy, tissue
from physics.tissue import NeedleSpec, layers, resistance

DT = 1 / 64
SPEC = NeedleSpec(length_m=0.114)
NORMAL, ENTRY = np.array([0.0, 1.0, 0.0]), np.array([-0.015, 0.09, 0.0])
NAMES = ("skin", "fat", "fascia", "muscle", "ligamentum_flavum", "epidural", "sac", "anterior_wall")
DEPTHS = np.array([0.0, 3.0, 26.0, 28.5, 66.0, 71.0, 75.0, 92.0, 100.0]) * 1e-3


def path(names=NAMES, depths=DEPTHS):
    return tissue.needle_path(ENTRY, NORMAL, tissue.needle_pose(ENTRY, NORMAL, 0.8, 0.2), np.asarray(depths), names)


def placed(is_braced=True):
    return tissue.brace(tissue.place(tissue.initial(), 0.8, 0.2), is_braced)


def travel_to(state, on, goal_m, speed=0.006):
    """Push or pull until the tip stands at a depth; returns the state and all events."""
    seen = []
    sign = 1.0 if goal_m > state.depth_m else -1.0
    for _ in range(64 * 60):
        state, events = tissue.step(state, SPEC, on, sign * speed * DT, 1471.0, DT)
        seen.extend(events)
        if (state.depth_m - goal_m) * sign >= 0:
            break
    return replace(state, set_point_m=state.depth_m), seen


def test_layer_names_and_constants_agree_with_the_anatomy():
    assert layers.NAMES == anatomy.LAYER_NAMES
    assert layers.CODES["sac"] == resistance.SAC_CODE
    assert (layers.DURA_TENT_M, layers.DURA_PEAK_N) == (resistance.DURA_TENT, resistance.DURA_PEAK)


@pytest.mark.parametrize("x", [-0.02, 0.0, 0.02])
def test_pose_is_the_anatomy_s_aim(x):
    entry, normal = np.array([x, 0.1, 0.0]), np.array([0.1, 0.99, 0.05])
    assert np.allclose(tissue.needle_pose(entry, normal, 0.7, 0.2), anatomy.aim(entry, normal, 0.7, 0.2))


def test_pose_points_inward_headward_and_to_the_midline():
    d = tissue.needle_pose(ENTRY, NORMAL, math.radians(45), math.radians(12))
    assert d[1] < 0 and d[2] == pytest.approx(math.cos(math.radians(45))) and d[0] > 0
    assert tissue.needle_pose(ENTRY, NORMAL, math.pi / 2, 0.0) == pytest.approx([0, -1, 0], abs=1e-12)


def test_events_come_in_order_and_once():
    state, events = travel_to(placed(), path(), 0.080)
    names = [e[0] for e in events]
    assert names == ["SkinPunctured", "FasciaPunctured", "LossOfResistance", "DuraPunctured"]
    assert state.n_passes == 1 and state.n_dural_punctures == 1 and state.is_in_sac
    assert state.past_dura_m == pytest.approx(0.005, abs=1e-3)


def test_skin_holds_a_light_touch():
    state = placed()
    for _ in range(200):
        state, events = tissue.step(state, SPEC, path(), 0.0, 0.0, DT)
    state, _ = tissue.step(state, SPEC, path(), 0.0001, 0.0, DT)
    assert state.depth_m < 1e-3 and not state.is_through_skin


def test_the_tool_does_not_creep_back_by_itself():
    state, _ = travel_to(placed(), path(), 0.050)
    before = state.depth_m
    for _ in range(64):
        state, _ = tissue.step(state, SPEC, path(), 0.0, 0.0, DT)
    assert state.depth_m == pytest.approx(before, abs=2e-5)


def test_pushing_on_bone_goes_nowhere_and_counts_one_contact():
    on = path(("skin", "fat", "bone"), [0.0, 0.003, 0.03, 0.1])
    state, events = placed(), []
    for _ in range(64 * 10):
        state, new = tissue.step(state, SPEC, on, 0.006 * DT, 0.0, DT)
        events.extend(new)
    assert state.depth_m == pytest.approx(0.030, abs=3e-4)
    assert state.layer == "bone" and state.stiffness_n_per_m > 8000.0
    assert state.force_n == pytest.approx(8.0, abs=0.3)  # the braced hand's limit
    assert state.n_bone_contacts == 1 and [e[0] for e in events].count("BoneContacted") == 1


def test_a_second_contact_needs_half_a_second_apart():
    on = path(("skin", "fat", "bone"), [0.0, 0.003, 0.03, 0.1])
    state, _ = travel_to(placed(), on, 0.0301)
    state, _ = travel_to(state, on, 0.020)
    state, _ = travel_to(state, on, 0.0301)
    for _ in range(32):
        state, _ = tissue.step(state, SPEC, on, 0.006 * DT, 0.0, DT)
    assert state.n_bone_contacts == 2


def test_withdrawing_ten_and_advancing_five_is_a_pass():
    state, _ = travel_to(placed(), path(), 0.050)
    state, _ = travel_to(state, path(), 0.042)
    state, _ = travel_to(state, path(), 0.048)
    assert state.n_passes == 1
    state, _ = travel_to(state, path(), 0.037)
    state, _ = travel_to(state, path(), 0.043)
    assert state.n_passes == 2


def test_a_cut_track_is_only_friction():
    state, _ = travel_to(placed(), path(), 0.060)
    state, _ = travel_to(state, path(), 0.040)
    state, events = travel_to(state, path(), 0.055)
    assert not events and state.force_n < 1.5


def test_a_new_entry_is_a_new_pass():
    state, _ = travel_to(placed(), path(), 0.030)
    state, _ = travel_to(tissue.place(state, 0.9, 0.2), path(), 0.030)
    assert state.n_passes == 2


def test_the_same_hole_is_not_counted_twice():
    state, _ = travel_to(placed(), path(), 0.080)
    state, _ = travel_to(state, path(), 0.072)
    assert not state.is_in_sac
    state, _ = travel_to(state, path(), 0.080)
    assert state.n_dural_punctures == 1 and state.is_in_sac


def test_opposite_wall_is_felt_and_told():
    state, events = travel_to(placed(), path(), 0.0925)
    assert "AnteriorWallTouched" in [e[0] for e in events]
    assert state.layer == "anterior_wall"


def test_aim_is_free_before_the_fascia_and_a_load_after():
    on = path()
    state, _ = travel_to(placed(), on, 0.015)
    assert tissue.is_free(state, on)
    turned = tissue.aim(state, SPEC, on, 0.9, 0.2)
    assert turned.elevation_rad == 0.9 and turned.side_force_n == 0.0
    assert turned.path_length_m - state.path_length_m == pytest.approx(0.1 * state.depth_m, rel=1e-3)
    deep, _ = travel_to(placed(), on, 0.050)
    loaded = tissue.aim(deep, SPEC, on, 0.8 + math.radians(10), 0.2)
    assert loaded.elevation_rad == 0.8 and loaded.side_force_n == pytest.approx(3.5, rel=0.02)
    assert loaded.bend_rad == 0.0
    assert tissue.aim(deep, SPEC, on, 0.8 + math.radians(25), 0.2).bend_rad > 0.0


def test_over_pushing_is_not_stored():
    on = path(("skin", "fat", "bone"), [0.0, 0.003, 0.03, 0.1])
    state, _ = travel_to(placed(False), on, 0.0301)
    for _ in range(640):
        state, _ = tissue.step(state, SPEC, on, 0.005, 0.0, DT)
    assert state.set_point_m - state.depth_m <= 15.0 / 1500.0 + 1e-9


def test_the_shaft_ends_at_its_length():
    short = replace(SPEC, length_m=0.05)
    state = placed(False)
    for _ in range(64 * 20):
        state, _ = tissue.step(state, short, path(), 0.006 * DT, 0.0, DT)
    assert state.depth_m <= 0.05 + 1e-12


def test_hub_lags_in_springy_tissue_and_follows_in_fat():
    fat, _ = travel_to(placed(False), path(), 0.020)
    flavum, _ = travel_to(placed(False), path(), 0.0695, speed=0.002)
    assert fat.hub_follow > 0.9 > flavum.hub_follow


def test_no_drop_with_the_stylet_in_or_outside_the_sac():
    outside, _ = travel_to(placed(), path(), 0.060)
    outside = tissue.set_stylet(outside, False)
    inside, _ = travel_to(placed(), path(), 0.080)
    for state in (outside, inside):
        for _ in range(640):
            state, _ = tissue.step(state, SPEC, path(), 0.0, 1471.0, DT)
        assert state.csf_drops == 0 and state.csf_lost_m3 == 0.0


def test_drops_are_counted_from_the_last_time_the_stylet_came_out():
    state, _ = travel_to(placed(), path(), 0.080)
    state = tissue.set_stylet(state, False)
    events = []
    for _ in range(64 * 15):
        state, new = tissue.step(state, SPEC, path(), 0.0, 1471.0, DT)
        events.extend(new)
    assert [e[0] for e in events] == ["CsfReturned"] and state.csf_drops >= 4
    lost = state.csf_lost_m3
    state = tissue.set_stylet(tissue.set_stylet(state, True), False)
    assert state.csf_drops == 0 and state.csf_lost_m3 == lost


def test_centre_line_ends_at_the_tip_and_bends_toward_the_bevel():
    tip, d = np.array([0.0, 0.03, 0.02]), tissue.needle_pose(ENTRY, NORMAL, 0.8, 0.2)
    line = tissue.needle_centre_line(tip, d, 0.0, SPEC)
    assert np.allclose(line[-1], tip)
    length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
    assert length == pytest.approx(SPEC.length_m, rel=1e-6)
    end = line[-1] - line[-2]
    end /= np.linalg.norm(end)
    assert math.degrees(math.acos(end @ d)) == pytest.approx(20.0, abs=1.5)
    assert end[2] > d[2]  # toward the head
    caudal = tissue.needle_centre_line(tip, d, math.pi, SPEC)
    assert (caudal[-1] - caudal[-2])[2] / np.linalg.norm(caudal[-1] - caudal[-2]) < d[2]


def test_unknown_layers_are_refused_by_name():
    with pytest.raises(ValueError, match="cheese"):
        path(("skin", "cheese"), [0.0, 0.01, 0.02])
