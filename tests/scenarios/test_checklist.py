"""Items are counted as said, measured, or left to a human."""

from __future__ import annotations

import pytest

from scenarios import MEASURES, Reader, list_ids, load, record_from
from scenarios.actions import Action, action_from_dict, action_to_dict
from scenarios.checklist import IMPLANT, ITEMS, REFILL, items_of


def _read(key, steps, name="implant_adult_t10"):
    return Reader(load(name), record_from(steps))(key)


def test_there_are_72_implant_and_31_refill_items():
    assert (len(IMPLANT), len(REFILL), len(ITEMS)) == (72, 31, 103)
    assert [i.id for i in IMPLANT] == [f"IM{n:02d}" for n in range(1, 73)]
    assert [i.id for i in REFILL] == [f"RF{n:02d}" for n in range(1, 32)]


def test_every_condition_names_a_measure_and_every_item_a_step():
    for item in ITEMS.values():
        assert item.text and item.step
        assert all(c.measure in MEASURES and c.op in ("<=", ">=") for c in item.conditions)
        assert not (item.is_said and item.conditions)


def test_group_keys_name_their_items():
    assert [i.id for i in items_of("items:RF08-RF11")] == ["RF08", "RF09", "RF10", "RF11"]
    assert [i.id for i in items_of("item:IM05")] == ["IM05"]
    for wrong in ("items:IM01-RF03", "items:IM70-IM80", "item:XX01", "cath.tip_error", "items:IM05-IM01"):
        assert items_of(wrong) == ()


def test_a_said_item_counts_only_with_an_allowed_choice(attempt):
    assert _read("item:IM05", attempt()(Action("item.IM05", "20 mL")).steps).value == 1.0
    assert _read("item:IM05", attempt()(Action("item.IM05", "40 mL")).steps).value == 0.0
    assert _read("item:IM05", attempt()().steps).value == 0.0
    assert _read("item:IM08", attempt()(Action("item.IM08", "anything")).steps).value == 1.0


def test_the_last_choice_counts(attempt):
    changed = attempt()(Action("item.IM05", "40 mL"))(Action("item.IM05", "20 mL"))
    assert _read("item:IM05", changed.steps).value == 1.0


def test_an_item_without_opportunity_is_dropped_from_the_share(attempt):
    result = _read("items:IM23-IM24", attempt()().steps)
    assert not result.is_valid
    one = attempt()(Action("item.IM20", "x"))
    assert _read("items:IM20-IM21", one.steps).value == 1.0


def test_a_human_rated_item_is_never_counted(attempt):
    assert not _read("item:IM33", attempt()().steps).is_valid


@pytest.mark.parametrize("name", list_ids())
def test_choices_name_items_that_are_said(name):
    assert all(ITEMS[key].is_said for key in load(name).items)


def test_item_actions_survive_the_log():
    action = Action("item.RF02", "baclofen 500 ug/mL")
    assert action_from_dict(action_to_dict(action)) == action
