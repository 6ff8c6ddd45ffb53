"""How a needle is brought in: chosen from the films, and what it meets where it should not be."""

from __future__ import annotations

import math

import pytest

from game.players.chart import aimed, chart_for, is_reached
from game.players.habits import ATTENDING, Habits
from game.players.needle import enter
from game.players.performance import run_plan
from game.players.registry import IMPLANTS
from game.session import Session
from scenarios.load import load
from scenarios.setup import setup


def chart_of(scenario_id):
    scenario = load(scenario_id)
    return chart_for(scenario, setup(scenario, 0))


@pytest.mark.parametrize("scenario_id", IMPLANTS)
def test_films_show_a_way_in_for_every_patient(scenario_id):
    chart = chart_of(scenario_id)
    order = chart.scenario.order
    assert is_reached(chart)
    assert order.needle_angle_min_deg <= math.degrees(chart.elevation_rad) <= order.needle_angle_max_deg
    assert chart.approach[3] < chart.setup.needle_length_m


def test_a_fused_space_sends_the_needle_to_the_open_one_above():
    assert chart_of("implant_adult_t10").disc_level == 15.5
    assert chart_of("implant_fusion_l3_l5").disc_level == 14.5


def test_a_deep_back_asks_for_a_steeper_needle():
    order = load("implant_ms_bmi34").order
    middle = 0.5 * (order.needle_angle_min_deg + order.needle_angle_max_deg)
    assert math.degrees(chart_of("implant_ms_bmi34").elevation_rad) > middle


@pytest.mark.parametrize(
    ("habits", "touched"),
    [(ATTENDING, []), (Habits(disc_level=12.5), ["cord"]), (Habits(elevation_deg=60.0, overshoot_m=0.020), ["root"])],
)
def test_only_a_needle_too_high_or_too_deep_touches_a_nerve(habits, touched):
    chart = aimed(chart_of("implant_adult_t10"), habits)
    session = Session(chart.scenario, chart.setup, 0)
    run_plan(session, enter(chart, habits))
    assert [e.where for e in session.events if e.name == "NerveTouched"] == touched
