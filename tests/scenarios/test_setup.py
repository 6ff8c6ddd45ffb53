"""Clinical numbers arrive in SI; draws are seeded; a played implant can be taken over."""

from __future__ import annotations

import math

import pytest

from scenarios import list_ids, load, setup
from scenarios.setup import DEPTH_SPREAD, MASS_SPREAD, N_BODIES


def test_the_written_adult_arrives_in_si():
    case = setup(load("implant_adult_t10"), 0)
    build = case.params.build
    assert (build.height_m, build.mass_kg, build.is_female) == (1.66, 66.0, True)
    assert build.dura_depth_m == pytest.approx(0.062) and build.abdominal_fat_m == pytest.approx(0.014)
    assert case.ordered_dose_kg_per_s == pytest.approx(100e-9 / 86400)
    assert case.ordered_concentration_kg_per_m3 == pytest.approx(0.5)
    assert case.target_level == 10.0 and case.params.start is None
    assert case.catheter_m3_per_m == pytest.approx(0.22e-6) and case.tubing_m3 == pytest.approx(0.14e-6)
    assert case.followup_s == 90 * 86400.0


def test_the_refill_starts_from_a_filled_pump():
    start = setup(load("refill_routine_adult"), 3).params.start
    assert start.reservoir_m3 == pytest.approx(6.4e-6) and start.stored_reservoir_m3 == pytest.approx(6.24e-6)
    assert start.dose_kg_per_s == pytest.approx(80e-9 / 86400) and start.tilt_rad == pytest.approx(
        math.radians(5)
    )
    delivered_ml = 86 * 0.160 * (1 + setup(load("refill_routine_adult"), 3).params.pump_unit_error)
    assert 20 - delivered_ml == pytest.approx(6.4, abs=0.02)


def test_a_seed_draws_the_same_patient_twice_and_another_for_another_seed():
    scenario = load("implant_adult_t10")
    assert setup(scenario, 7) == setup(scenario, 7)
    assert setup(scenario, 7).params.build != setup(scenario, 6).params.build
    assert setup(scenario, 7).params.disease != setup(scenario, 7 + N_BODIES).params.disease
    assert setup(scenario, 7).params.build == setup(scenario, 7 + N_BODIES).params.build


def test_draws_stay_in_their_spread():
    written = setup(load("implant_adult_t10"), 0).params.build
    for seed in range(1, 40):
        build = setup(load("implant_adult_t10"), seed).params.build
        assert abs(build.mass_kg / written.mass_kg - 1) <= MASS_SPREAD + 1e-12
        assert abs(build.dura_depth_m / written.dura_depth_m - 1) <= DEPTH_SPREAD + 1e-12


@pytest.mark.parametrize("name, level", [
    (None, None), ("C1", -6.0), ("C7", 0.0), ("C8", 0.5), ("T1", 1.0), ("T12", 12.0), ("L5", 17.0),
])  # fmt: skip
def test_a_lesion_is_counted_as_levels_are(name, level):
    scenario = load("implant_adult_t10")
    patient = scenario.patient.model_copy(update={"lesion_level": name})
    assert setup(scenario.model_copy(update={"patient": patient}), 0).params.disease.lesion_level == level


def test_a_fixed_seed_ignores_the_given_one():
    scenario = load("refill_routine_adult")
    assert setup(scenario, 5) == setup(scenario, 99)


def test_a_played_implant_hands_over_its_body_but_not_its_reservoir(see):
    end = see(
        9, days_since_closure=90.0, catheter={"tip_level": 12.0, "anchor_substrate": "fat", "n_anchor_sutures": 1, "loop_radius_m": 0.02},
        pocket={"cover_m": 0.022, "n_holding": 1, "plane": "subcutaneous"}, pump={"recorded_length_m": 1.14},
    )  # fmt: skip
    start = setup(load("refill_routine_adult"), 0, inherited=end).params.start
    assert (start.tip_level, start.cover_m, start.n_sutures, start.anchor_substrate) == (
        12.0,
        0.022,
        1,
        "fat",
    )
    assert start.recorded_length_m == 1.14 and start.reservoir_m3 == pytest.approx(6.4e-6)
    assert start.days_since_implant == 90.0


def test_an_implant_without_an_anchor_hands_over_none(see):
    start = setup(load("refill_routine_adult"), 0, inherited=see(9, catheter={"anchor_substrate": "fascia"})).params.start
    assert start.anchor_substrate == "none" and start.anchor_sutures == 0


def test_a_fresh_table_refuses_an_inheritance(see):
    with pytest.raises(ValueError, match="fresh table"):
        setup(load("implant_adult_t10"), 0, inherited=see(1))


@pytest.mark.parametrize("name", list_ids())
def test_body_mass_index_is_plausible(name):
    build = setup(load(name), 0).params.build
    assert 13.0 < build.mass_kg / build.height_m**2 < 40.0
