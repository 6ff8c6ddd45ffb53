"""Moving the drug: conservation, exactness, additivity, depots, refusal."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from physics import csf
from physics.csf.propagation import modes
from physics.errors import PhysicsError
from physics.units import kg_per_s_from_ug_per_day

PARAMS = csf.DrugParams.for_patient()
DOSE = kg_per_s_from_ug_per_day(100.0)


def after(state, sources, dt_s, n=1):
    for _ in range(n):
        state, _ = csf.advance(PARAMS, state, sources, dt_s)
    return state


def test_one_day_equals_many_short_steps():
    start = after(csf.initial(PARAMS), csf.Sources(lumbar_kg=5e-8, pocket_kg=1e-6), 600.0)
    source = csf.Sources(intrathecal_kg_per_s=DOSE)
    whole = after(start, source, 86400.0).amounts_kg
    parts = after(start, source, 86400.0 / 4096, 4096).amounts_kg
    assert parts == pytest.approx(whole, rel=1e-9, abs=1e-9 * whole.max())


def test_mass_is_conserved_through_every_source():
    sources = csf.Sources(
        tip_level=3.7, intrathecal_kg_per_s=DOSE, epidural_kg_per_s=DOSE, tissue_kg_per_s=DOSE,
        pocket_kg_per_s=DOSE,
        csf_withdrawal_m3_per_s=1.1e-8, flush_kg=1e-9, lumbar_kg=2e-9, epidural_kg=3e-9, tissue_kg=1e-9,
        pocket_kg=4e-9, oral_kg=5e-9, pocket_removed_kg=1e-9,
    )  # fmt: skip
    state = csf.initial(PARAMS)
    for dt_s in (1 / 64, 1.0, 900.0, 86400.0, 0.3) * 10:
        state, _ = csf.advance(PARAMS, state, sources, dt_s)
        assert abs(csf.mass_error(PARAMS, state)) < 1e-9
    given_by_rate = 4 * DOSE * 10 * (1 / 64 + 1.0 + 900.0 + 86400.0 + 0.3)
    assert state.given_kg == pytest.approx(50 * 16e-9 + given_by_rate, rel=1e-12)


def test_everything_is_eliminated_in_the_end():
    state = after(csf.initial(PARAMS), csf.Sources(lumbar_kg=1e-7), 86400.0)
    state = after(state, csf.Sources(), 86400.0, 30)
    assert csf.eliminated_kg(PARAMS, state) == pytest.approx(1e-7, rel=1e-6)


def test_response_is_linear_in_dose():
    one = after(csf.initial(PARAMS), csf.Sources(lumbar_kg=1e-8), 7200.0).amounts_kg
    ten = after(csf.initial(PARAMS), csf.Sources(lumbar_kg=1e-7), 7200.0).amounts_kg
    assert ten == pytest.approx(10 * one, rel=1e-9)


def test_long_infusion_reaches_the_equilibrated_state():
    state = after(csf.initial(PARAMS), csf.Sources(intrathecal_kg_per_s=DOSE), 86400.0, 40)
    steady = csf.equilibrated(PARAMS, DOSE, 10.0)
    assert state.amounts_kg[:-2] == pytest.approx(steady.amounts_kg[:-2], rel=1e-6)


def test_steady_plasma_is_dose_over_clearance():
    steady = csf.equilibrated(PARAMS, DOSE, 10.0)
    assert csf.plasma_concentration(PARAMS, steady) == pytest.approx(
        DOSE / PARAMS.clearance_m3_per_s, rel=1e-9
    )


@pytest.mark.parametrize("share", [0.0, 0.05, 0.10])
def test_track_share_is_the_share_of_the_pocket_that_reaches_csf(share):
    params = csf.DrugParams.for_patient(track_share=share)
    state = csf.initial(params)
    state, _ = csf.advance(params, state, csf.Sources(pocket_kg=1e-6), 60.0)
    gone = 1e-6 - csf.depot_kg(params, state, "pocket")
    uptake = gone * (1 - share)
    assert gone == pytest.approx(
        1e-6 * -math.expm1(-60.0 * params.pocket_uptake_per_s / (1 - share)), rel=1e-9
    )
    blood = state.amounts_kg[csf_blood(params)].sum() + csf.eliminated_kg(params, state)
    assert blood == pytest.approx(uptake, rel=1e-2 if share else 1e-9)


def csf_blood(params):
    from physics.csf.transport import layout_for

    lay = layout_for(params)
    return [lay.plasma, lay.periphery]


def test_early_aspiration_of_the_pocket_keeps_drug_out_of_csf():
    params = csf.DrugParams.for_patient(track_share=0.05)

    def peak(minutes: float) -> float:
        state, _ = csf.advance(params, csf.initial(params), csf.Sources(pocket_kg=36e-6), minutes * 60.0)
        removed = 0.7 * csf.depot_kg(params, state, "pocket")
        highest, sources = 0.0, csf.Sources(pocket_removed_kg=removed)
        for _ in range(24):
            state, exposure = csf.advance(params, state, sources, 3600.0)
            highest, sources = max(highest, float(exposure.sedation.max())), csf.Sources()
        return highest

    assert peak(3.0) < 0.5 * peak(240.0)


def test_drug_outside_the_dura_hardly_reaches_the_cord():
    inside = after(csf.initial(PARAMS), csf.Sources(intrathecal_kg_per_s=DOSE), 86400.0, 2)
    outside = after(csf.initial(PARAMS), csf.Sources(epidural_kg_per_s=DOSE), 86400.0, 2)
    beside = after(csf.initial(PARAMS), csf.Sources(tissue_kg_per_s=DOSE), 86400.0, 2)
    drives = [csf.present_exposure(PARAMS, state).legs[0] for state in (inside, outside, beside)]
    assert drives[1] < 0.05 * drives[0]
    assert drives[2] < 0.001 * drives[0]


def test_drain_takes_drug_at_the_puncture():
    state = after(csf.initial(PARAMS), csf.Sources(lumbar_kg=1e-7), 1800.0)
    concentration = csf.csf_concentration(PARAMS, state, 15.5)
    drained = after(state, csf.Sources(csf_withdrawal_m3_per_s=1e-6 / 60.0), 60.0)  # 1 mL
    assert csf.withdrawn_kg(PARAMS, drained) == pytest.approx(concentration * 1e-6, rel=0.05)


@pytest.mark.parametrize("ml_per_hour", [0.7, 4.4, 50.0, 75.0])
def test_a_drain_of_any_rate_takes_its_volume(ml_per_hour):
    """Two rounded rates in turn take what the exact rate would: compared with a direct decomposition."""
    start = csf.equilibrated(PARAMS, DOSE, 10.0)
    state, left = start, csf.Sources(csf_withdrawal_m3_per_s=ml_per_hour * 1e-6 / 3600.0)
    for _ in range(120):
        state, _ = csf.advance(PARAMS, state, left, 15.0)
    mode = modes(PARAMS, left.csf_withdrawal_m3_per_s)
    exact = mode.vectors @ (np.exp(mode.rates_per_s * 1800.0) * (mode.inverse @ start.amounts_kg))
    assert csf.withdrawn_kg(PARAMS, state) == pytest.approx(exact[-1], rel=0.01)


def test_a_fast_withdrawal_takes_its_volume_in_the_end():
    """40 mL at once run at the fastest rate; the drug they take comes out over half an hour."""
    start = csf.equilibrated(PARAMS, DOSE, 10.0)
    slow, fast = start, start
    for k in range(31):
        fast_rate = 40e-6 / 60.0 if k == 0 else 0.0
        fast, _ = csf.advance(PARAMS, fast, csf.Sources(csf_withdrawal_m3_per_s=fast_rate), 60.0)
        slow_rate = 80e-6 / 3600.0 if k < 30 else 0.0
        slow, _ = csf.advance(PARAMS, slow, csf.Sources(csf_withdrawal_m3_per_s=slow_rate), 60.0)
    assert fast.undrained_m3 < 1e-12
    assert csf.withdrawn_kg(PARAMS, fast) == pytest.approx(csf.withdrawn_kg(PARAMS, slow), rel=1e-3)


def test_a_dripping_needle_needs_few_decompositions():
    modes.cache_clear()
    state = csf.equilibrated(PARAMS, DOSE, 10.0)
    for k in range(400):
        rate = (20.0 + 5.0 * math.sin(k)) * 1e-6 / 3600.0
        state, _ = csf.advance(PARAMS, state, csf.Sources(csf_withdrawal_m3_per_s=rate), 1 / 64)
    assert modes.cache_info().currsize <= 8


def test_drives_are_sampled_no_farther_than_fifteen_minutes():
    _, exposure = csf.advance(PARAMS, csf.initial(PARAMS), csf.Sources(), 86400.0)
    assert np.diff(exposure.times_s).max() <= 900.0 + 1e-6
    assert exposure.times_s[0] == 0.0 and exposure.times_s[-1] == 86400.0


def test_drives_are_continuous_from_one_interval_to_the_next():
    source = csf.Sources(intrathecal_kg_per_s=DOSE)
    state, first = csf.advance(PARAMS, csf.initial(PARAMS), source, 7200.0)
    _, second = csf.advance(PARAMS, state, source, 7200.0)
    assert second.legs[0] == pytest.approx(first.legs[-1], rel=1e-12)


def test_what_is_drawn_at_the_tip_is_the_mean_of_a_point_source_over_the_drawn_sphere():
    state = csf.equilibrated(PARAMS, DOSE, 10.0)
    section = csf.csf_concentration(PARAMS, state, 10.0)
    drawn_m3 = 0.5e-6
    edges_m = np.linspace(0.0, (3.0 * drawn_m3 / (4.0 * math.pi)) ** (1.0 / 3.0), 20001)
    middle_m, thickness_m = 0.5 * (edges_m[1:] + edges_m[:-1]), np.diff(edges_m)
    around = DOSE / (4.0 * math.pi * PARAMS.transverse_mixing_m2_per_s * middle_m)
    mean = float(np.sum(around * 4.0 * math.pi * middle_m**2 * thickness_m)) / drawn_m3
    running = csf.Sources(tip_level=10.0, intrathecal_kg_per_s=DOSE)
    assert csf.tip_concentration(PARAMS, state, running, drawn_m3) - section == pytest.approx(mean, rel=1e-6)


def test_what_is_drawn_at_the_tip_thins_with_the_volume_and_falls_to_the_section_without_flow():
    state = csf.equilibrated(PARAMS, DOSE, 10.0)
    section = csf.csf_concentration(PARAMS, state, 10.0)
    running = csf.Sources(tip_level=10.0, intrathecal_kg_per_s=DOSE)
    drawn = [csf.tip_concentration(PARAMS, state, running, volume * 1e-6) for volume in (0.1, 0.3, 1.0, 3.0, 10.0)]
    assert drawn == sorted(drawn, reverse=True) and drawn[-1] > section
    # past the wall no more is gained: ten millilitres hold the same excess as three
    assert 10.0 * (drawn[4] - section) == pytest.approx(3.0 * (drawn[3] - section), rel=1e-9)
    assert csf.tip_concentration(PARAMS, state, csf.Sources(tip_level=10.0)) == section


def test_nothing_is_written_into_the_received_state():
    state = csf.equilibrated(PARAMS, DOSE, 10.0)
    before = state.amounts_kg.copy()
    csf.advance(PARAMS, state, csf.Sources(flush_kg=1e-8, pocket_removed_kg=1.0), 60.0)
    assert np.array_equal(before, state.amounts_kg)


def test_same_call_gives_the_same_bits():
    state = csf.equilibrated(PARAMS, DOSE, 10.0)
    runs = [csf.advance(PARAMS, state, csf.Sources(intrathecal_kg_per_s=DOSE), 60.0)[0] for _ in range(2)]
    assert np.array_equal(runs[0].amounts_kg, runs[1].amounts_kg)


@pytest.mark.parametrize("dt_s", [0.0, -1.0, 86401.0, math.nan])
def test_impossible_intervals_are_refused(dt_s):
    with pytest.raises(PhysicsError, match="dt_s"):
        csf.advance(PARAMS, csf.initial(PARAMS), csf.Sources(), dt_s)


@pytest.mark.parametrize(
    "wrong", [{"intrathecal_kg_per_s": -1e-12}, {"oral_kg": math.nan}, {"tip_level": math.inf}]
)
def test_impossible_sources_are_refused(wrong):
    with pytest.raises(PhysicsError, match="Sources"):
        csf.advance(PARAMS, csf.initial(PARAMS), csf.Sources(**wrong), 60.0)


def test_ninety_days_cost_little():
    """Generous: the measured time is a tenth of it; this catches a lost cache, not a slow machine."""
    state, source = csf.initial(PARAMS), csf.Sources(intrathecal_kg_per_s=DOSE)
    csf.advance(PARAMS, state, source, 21600.0)
    begin = time.perf_counter()
    for _ in range(360):
        state, _ = csf.advance(PARAMS, state, source, 21600.0)
    assert time.perf_counter() - begin < 0.5
