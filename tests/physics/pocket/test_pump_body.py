"""The pump in its pocket."""

from __future__ import annotations

import math
import time

import pytest

from physics import pocket
from physics.pocket import pump_body


def placed(clearance_m=7e-3, n_loops=4, substrate="fascia", seed=5, outlet=0.3):
    state = pocket.dissect(-0.15, 0.02, pump_body.PUMP_RADIUS_M + clearance_m, "subcutaneous", 16e-3)
    state = pocket.place_pump(state, outlet)
    for loop in range(n_loops):
        state = pocket.suture(state, loop, substrate, seed)
    return pocket.close(state)


def lived(state, turns=0.2, days=90.0, seed=3, **more):
    return pocket.live(state, pocket.Life(twiddle_turns_per_day=turns, **more), days, seed, 10)


def moved_m(state):
    return math.hypot(state.pump_u_m - state.u_m, state.pump_v_m - state.v_m)


def test_four_fascial_loops_hold_for_ninety_days():
    state, events = lived(placed())
    assert state.n_holding == 4
    assert not state.is_flipped
    assert moved_m(state) < 3e-3
    assert abs(state.outlet_angle_rad - 0.3) < math.radians(15)
    assert state.tilt_rad < math.radians(6)


def test_fat_bites_break_and_do_not_count_as_holding():
    state = placed(substrate="fat")
    assert state.n_sutures == 4
    assert state.n_holding == 0
    after, events = lived(state)
    assert any(name == "PumpSutureBroke" and 1.0 < force < 3.5 for name, force, _ in events)
    assert after.n_sutures == 4


def test_loose_unsutured_pump_slides_turns_tilts_and_flips_under_a_fiddler():
    state, events = lived(placed(22e-3, 0), turns=6.0)
    assert state.is_flipped
    assert not state.faces_out
    assert moved_m(state) > 8e-3
    assert abs(state.outlet_angle_rad) > math.pi
    assert {"PumpFlipped", "PumpRotated"} <= {e[0] for e in events}


def test_pump_stays_inside_its_pocket():
    state, _ = lived(placed(18e-3, 0), catheter_tension_n=2.0, catheter_direction_rad=0.0)
    assert moved_m(state) <= 18.5e-3


def test_catheter_tension_pulls_a_loose_pump_its_way():
    pulled, _ = lived(placed(18e-3, 0), catheter_tension_n=3.0, catheter_direction_rad=0.0, days=3.0)
    free, _ = lived(placed(18e-3, 0), days=3.0)
    assert pulled.pump_u_m > free.pump_u_m + 2e-3


def test_tilt_grows_with_clearance_and_fewer_loops():
    tight, _ = lived(placed(7e-3, 4))
    loose, _ = lived(placed(18e-3, 0))
    assert tight.tilt_rad == pytest.approx(math.radians(5), abs=math.radians(1.5))
    assert loose.tilt_rad > math.radians(15)


def test_barrier_falls_with_clearance_and_rises_with_loops_and_scar():
    assert pocket.barrier_j(placed(22e-3, 0)) < pocket.barrier_j(placed(7e-3, 0))
    assert pocket.barrier_j(placed(22e-3, 2)) > pocket.barrier_j(placed(22e-3, 0))
    old, _ = lived(placed(10e-3, 0), turns=0.0)
    assert pocket.barrier_j(old) > pocket.barrier_j(placed(10e-3, 0))


def test_dead_space_fills_with_fluid_and_dries():
    week, _ = lived(placed(18e-3, 4), days=7.0)
    later, _ = lived(placed(18e-3, 4), days=90.0)
    snug, _ = lived(placed(7e-3, 4), days=7.0)
    assert week.fluid_m3 > 3e-6
    assert later.fluid_m3 < 0.2 * week.fluid_m3
    assert snug.fluid_m3 < 1e-6


def test_septum_laid_inward_faces_in():
    state = pocket.place_pump(pocket.dissect(0, 0, 0.05, "subfascial", 0.02), 0.0, is_septum_outward=False)
    assert not state.faces_out


def test_same_seed_lives_the_same_life_bit_for_bit():
    assert lived(placed(18e-3, 2)) == lived(placed(18e-3, 2))


def test_life_is_the_same_whatever_was_simulated_before():
    alone = lived(placed(18e-3, 2))
    lived(placed(7e-3, 4), seed=99)
    assert lived(placed(18e-3, 2)) == alone


def test_ninety_days_take_less_than_a_fifth_of_a_second():
    lived(placed())
    start = time.process_time()
    lived(placed())
    assert time.process_time() - start < 0.2


def test_no_time_changes_nothing():
    state = placed()
    assert pocket.live(state, pocket.Life(), 0.0, 1, 1) == (state, ())


def test_unknown_substrate_is_refused():
    with pytest.raises(ValueError, match="substrate"):
        pocket.suture(placed(n_loops=0), 0, "skin", 1)


def test_established_pocket_has_the_told_shape():
    fresh = pocket.dissect(-0.15, 0.02, 0.0508, "subcutaneous", 16e-3)
    state = pocket.established(fresh, math.radians(5), 4, 0.0, 86.0, 1)
    assert state.n_holding == 4
    assert state.tilt_rad == math.radians(5)
    assert state.fibrosis > 0.9
