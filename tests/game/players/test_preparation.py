"""What the attending leaves on the field, step by step."""

from __future__ import annotations

import pytest

from game.players.chart import chart_for
from game.players.habits import CLEARANCE_M
from game.players.performance import run_plan
from game.players.preparation import cut_down, open_pocket, prepare
from game.players.step import film
from game.session import Session
from scenarios import load
from scenarios.setup import setup


def begun(scenario_id, *plans):
    scenario = load(scenario_id)
    case = setup(scenario, 2)
    session, chart = Session(scenario, case, 2), chart_for(scenario, case)
    for plan in plans:
        run_plan(session, plan(chart))
    return scenario, session


@pytest.mark.parametrize("scenario_id", ["implant_adult_t10", "implant_child_diplegia"])
def test_the_field_is_painted_dry_and_draped_and_the_pump_warm_and_full(scenario_id):
    scenario, session = begun(scenario_id, prepare)
    field = session.observation.field
    assert field.is_draped and field.draped_cover >= 0.98 and field.draped_wet == 0.0 and field.breaks == ()
    assert (field.position, field.side_up) == ("lateral", scenario.order.side)
    assert field.marks[0].kind == "pocket" and field.marks[0].position == "sitting"
    assert field.antibiotic_at_s >= 0.0 and field.first_cut_at_s < 0.0
    assert field.is_package_read and 35.0 <= field.pump_c <= 40.0
    assert abs(field.water_recovered_m3 / field.water_expected_m3 - 1.0) <= 0.2
    assert session.tick < 30


@pytest.mark.parametrize("scenario_id", ["implant_adult_t10", "implant_child_diplegia"])
def test_the_pocket_is_swept_to_size_and_left_dry(scenario_id):
    scenario, session = begun(scenario_id, lambda chart: open_pocket(chart, 0.5e-3 * (
        chart.scenario.order.cover_min_mm + chart.scenario.order.cover_max_mm), CLEARANCE_M))
    seen = session.observation
    assert seen.pocket.is_dissected and 0.005 <= seen.pocket.clearance_m <= 0.010
    assert seen.field.oozing_m3_per_s * 6e7 <= 1.0  # mL/min
    assert seen.field.off_pump_m > 0.0


def test_cutting_down_stops_at_the_depth_asked_for():
    _, session = begun("implant_adult_t10", lambda chart: cut_down("pocket", -0.3, 0.09, 0.1, 0.0, 0.0155))
    cut = session.observation.field.incisions[0]
    assert cut.depth_m == pytest.approx(0.0155) and cut.layer == "fat" and cut.spread_m > 0.0


def test_a_film_tells_its_dose_and_thicker_patients_and_views_take_more():
    def dose(scenario_id: str, view: str) -> float:
        scenario = load(scenario_id)
        told = next(film(view, chart_for(scenario, setup(scenario, 2)))).actions
        (number,) = [a.number for a in told if a.name == "beam.dose" and a.value == view]
        return number

    assert dose("implant_ms_bmi34", "ap") > 1.5 * dose("implant_adult_t10", "ap") > 0.0
    assert dose("implant_adult_t10", "lateral") > 1.5 * dose("implant_adult_t10", "ap")
