"""Threading through the needle, drawing back, and drawing the needle out."""

from __future__ import annotations

import numpy as np
import pytest

from physics import catheter
from physics.catheter import CATHETERS

SPEC = CATHETERS["ascenda_8780"]


def test_a_shallow_needle_threads_to_t10_and_reports_entry(threaded):
    state, around, reports = threaded
    assert catheter.inserted_length(state, around) == pytest.approx(0.17, abs=0.006)
    assert state.x[-1, 2] > 0.14  # cephalad
    names = [h[0] for r in reports for h in r.happenings]
    assert names == ["CatheterEnteredSac"]
    assert reports[-1].tip_space == "intrathecal"
    assert 0.003 < state.max_push_n < 0.1


def test_a_stylet_raises_the_push(synthetic, threaded):
    stiff, _, _ = synthetic.thread(depth_m=0.10, stylet=0.03)
    assert stiff.max_push_n > 2.0 * threaded[0].max_push_n


def test_a_needle_pointing_to_the_feet_sends_the_tip_to_the_feet(synthetic):
    state, _, _ = synthetic.thread(depth_m=0.08, angle_deg=115.0)
    assert state.x[-1, 2] < -0.03


def test_a_resting_catheter_sleeps_and_is_returned_as_it_is(threaded):
    state, around, _ = threaded
    for _ in range(30):
        state, _ = catheter.feed(state, SPEC, around, 0.0, 0.0, None, 1 / 64)
    assert state.is_asleep
    again, report = catheter.feed(state, SPEC, around, 0.0, 0.0, None, 1 / 64)
    assert again is state
    assert report.iterations == 0


def test_same_inputs_give_the_same_bits_and_leave_the_input_alone(threaded):
    state, around, _ = threaded
    before = state.x.copy()
    first, _ = catheter.feed(state, SPEC, around, 2e-4, 0.01, None, 1 / 64)
    second, _ = catheter.feed(state, SPEC, around, 2e-4, 0.01, None, 1 / 64)
    assert np.array_equal(state.x, before)
    assert first.x.tobytes() == second.x.tobytes()
    assert first.load.tobytes() == second.load.tobytes()


def test_pulling_back_over_the_bevel_warns_then_shears(threaded):
    state, around, _ = threaded
    full = state.length_m
    names, lost = [], 0.0
    for _ in range(300):
        state, report = catheter.feed(state, SPEC, around, -0.02 / 64, 0.0, None, 1 / 64)
        names += [h[0] for h in report.happenings]
        if state.is_sheared:
            lost = state.fragment_m
            break
    assert names == ["CatheterPulledOverBevel", "CatheterSheared"]
    assert 0.10 < lost < 0.17
    assert state.length_m < full - lost


def test_a_short_correction_does_not_cut(threaded):
    state, around, _ = threaded
    for _ in range(8):
        state, report = catheter.feed(state, SPEC, around, -2e-4, 0.0, None, 1 / 64)
        assert not report.happenings
    assert not state.is_sheared


def test_a_needle_short_of_the_sac_meets_solid_tissue(synthetic):
    needle = synthetic.needle_line(past_dura_m=-0.015)
    around = synthetic.surroundings(needle)
    state = catheter.open_catheter(SPEC, needle, 1)
    for _ in range(500):
        state, report = catheter.feed(state, SPEC, around, 4e-4, 0.0, None, 1 / 64)
    assert catheter.fed_length(state) < 0.092
    assert report.hand_force_n > 1.0
    assert catheter.inserted_length(state, around) == 0.0


def test_a_needle_in_the_epidural_space_feeds_beside_the_sac(synthetic):
    needle = synthetic.needle_line(past_dura_m=-0.0015)
    around = synthetic.surroundings(needle)
    state = catheter.open_catheter(SPEC, needle, 1)
    for _ in range(300):
        state, report = catheter.feed(state, SPEC, around, 4e-4, 0.0, None, 1 / 64)
    assert report.tip_space == "epidural"
    assert catheter.inserted_length(state, around) == 0.0


def test_a_held_catheter_stays_when_the_needle_comes_out(threaded, freed):
    assert np.linalg.norm(freed[0].x[-1] - threaded[0].x[-1]) < 1e-3


def test_an_unheld_catheter_with_stylet_moves_with_the_needle(threaded):
    state, around, _ = threaded
    loose, _ = catheter.withdraw_needle(state, SPEC, around, False)
    held, _ = catheter.withdraw_needle(state, SPEC, around, True)
    tip = state.x[-1]
    assert np.linalg.norm(loose.x[-1] - tip) > np.linalg.norm(held.x[-1] - tip) + 5e-4


def test_a_threading_tick_is_quick(threaded):
    import time

    state, around, _ = threaded
    took = []
    for _ in range(60):
        begin = time.perf_counter()
        state, _ = catheter.feed(state, SPEC, around, 1.5e-4, 0.0, None, 1 / 64)
        took.append(time.perf_counter() - begin)
    assert np.median(took) < 0.012  # 4 ms alone on the reference machine; slack for a busy one
