"""The three later operations as content: what they ask is measured, and nothing is given for an act that was never done."""

from __future__ import annotations

import pytest

from scenarios import load, score
from scenarios.measures import Reader
from scenarios.setup import inherit, setup
from scenarios.steps import Step, record_from

LATER = ("replace_pump_eri", "revise_catheter_migration", "explant_infection")


@pytest.mark.parametrize("name", LATER)
def test_each_case_starts_from_an_implant_that_has_lived(name):
    start = setup(load(name), 0).params.start
    assert start is not None and 0.0 < start.lived_days <= start.days_since_implant


def test_replacement_starts_when_the_battery_has_said_so():
    from physics.pump.battery import notice_share, used_after
    from physics.pump.spec import ML_PER_DAY, pump_for

    case = setup(load("replace_pump_eri"), 0)
    spec, start = pump_for(case.params.pump_capacity_m3), case.params.start
    flow = start.dose_kg_per_s / start.stored_concentration_kg_per_m3
    assert flow / ML_PER_DAY == pytest.approx(0.21)
    used = used_after(spec, flow, start.days_since_implant * 86400.0)
    assert notice_share(spec, flow) < used < 1.0  # told, and not yet at its end


@pytest.mark.parametrize("name", LATER)
def test_who_does_nothing_gets_next_to_nothing(name):
    sheet = score(load(name), [Step(0), Step(64)])
    assert sheet.score_percent < 20.0 and not sheet.passed


def test_an_infection_reaches_the_physics_and_nothing_else_does():
    assert setup(load("explant_infection"), 0).params.disease.infection_place == "pocket"
    assert setup(load("replace_pump_eri"), 0).params.disease.infection_place == "none"


@pytest.mark.parametrize("name", LATER)
def test_measures_of_later_operations_have_no_opportunity_in_an_empty_record(name):
    scenario = load(name)
    read = Reader(scenario, record_from([Step(0), Step(64)]))
    for line in scenario.rubric:
        if line.measure.startswith("later.") and line.measure != "later.cause_named":
            assert not read(line.measure).is_valid, line.measure


def test_a_played_implant_is_lived_on_with_its_own_anchor():
    """What an implant case hands over is its body; the years in between are those of the later case."""
    import physics

    scenario = load("replace_pump_eri")
    case = setup(scenario, 0)
    written = case.params.start
    seen = physics.observe(case.params, physics.initial(case.params, 0))
    handed = inherit(seen, written)
    assert handed.lived_days == written.lived_days and handed.dose_kg_per_s == written.dose_kg_per_s
    assert handed.anchor_sutures == 3 and handed.recorded_length_m == pytest.approx(0.92)
