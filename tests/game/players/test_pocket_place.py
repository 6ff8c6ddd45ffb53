"""Where the attending marks the pocket: clear of bone sitting, clear of what the belly carries; and marked lying."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.players.chart import PUMP_RADIUS_M, Chart, chart_for
from game.players.performance import run_plan
from game.players.preparation import prepare
from game.session import Session
from physics.anatomy import build_anatomy
from physics.geometry import bone_gap
from scenarios import load
from scenarios.load import list_patient_ids, load_patient
from scenarios.setup import body_of, setup

SCENARIO = load("implant_adult_t10")


def gap_of(name, side, is_marked_lying=False):
    body = build_anatomy(body_of(load_patient(name)))
    scenario = SCENARIO.model_copy(update={"order": SCENARIO.order.model_copy(update={"side": side})})
    chart = Chart(scenario, setup(SCENARIO, 2), body, 0.8, is_marked_lying=is_marked_lying)
    return bone_gap(body, *chart.pocket_uv_m, PUMP_RADIUS_M), chart.pocket_uv_m


@pytest.mark.parametrize("name", list_patient_ids())
def test_every_patient_has_room_for_the_pump_sitting(name):
    gap, (u, _) = gap_of(name, "right")
    assert gap >= 0.010 and u < 0.0


@pytest.mark.parametrize("name", list_patient_ids())
def test_marked_lying_the_pump_ends_further_back_and_nearer_to_bone(name):
    (gap, (u, _)), (lying, (u_lying, _)) = gap_of(name, "right"), gap_of(name, "right", True)
    assert lying < gap - 0.010 and abs(u) - abs(u_lying) > 0.010


def test_in_a_small_child_a_pocket_marked_lying_meets_bone():
    assert gap_of("child_diplegia", "right", True)[0] < 0.0


@pytest.mark.parametrize("is_lying", [False, True])
def test_the_mark_keeps_what_it_will_be_sitting(is_lying):
    scenario = load("implant_child_diplegia")
    case = setup(scenario, 2)
    chart = replace(chart_for(scenario, case), is_marked_lying=is_lying)
    session = Session(scenario, case, 2)
    run_plan(session, prepare(chart))
    mark = next(m for m in session.observation.field.marks if m.kind == "pocket")
    assert mark.position == ("lateral" if is_lying else "sitting")
    assert (mark.bone_gap_m < 0.0) == is_lying
