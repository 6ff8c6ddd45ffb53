"""Every critical error is raised by its own fault and by nothing in a clean attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from physics.commands import ConnectCatheter, ProgramPump
from physics.events import Event
from physics.wound import Break
from scenarios import Reader, load, record_from
from scenarios.actions import Action
from scenarios.critical import CRITICAL, critical_failures

ADULT, REFILL = load("implant_adult_t10"), load("refill_routine_adult")


def _found(scenario, steps):
    everything = scenario.model_copy(update={"critical": tuple(CRITICAL)})
    return {f.id: f for f in critical_failures(Reader(everything, record_from(steps)))}


def _without_action(steps, name, value=None):
    def keep(action):
        return action.name != name or (value is not None and action.value != value)

    return [replace(s, actions=tuple(a for a in s.actions if keep(a))) for s in steps]


def _said(steps, name, value):
    def change(action):
        return replace(action, value=value) if action.name == name else action

    return [replace(s, actions=tuple(change(a) for a in s.actions)) for s in steps]


def _event(steps, name, magnitude, where):
    i = next(i for i, s in enumerate(steps) if s.events)
    events = (*steps[i].events, Event(steps[i].tick, 0.0, name, magnitude, where))
    return [*steps[:i], replace(steps[i], events=events), *steps[i + 1 :]]


def test_clean_attempts_raise_none_of_all(implant, finish, refill):
    assert _found(ADULT, finish(implant()).steps) == {}
    assert _found(REFILL, refill().live(7).steps) == {}


IMPLANT_FAULTS = [
    ("CE01", lambda s: _event(s, "CatheterSheared", 0.03, "needle tip")),
    ("CE02", lambda s: _event(s, "DuraPunctured", 0.06, "L1-2")),
    ("CE03", lambda s: _without_action(s, "confirm.csf", "pump-end")),
    ("CE07", lambda s: _said(s, "item.IM16", "2000 ug/mL")),
    ("CE10", lambda s: _without_action(s, "time.monitor")),
    ("CE24", lambda s: _said(s, "item.IM06", "left")),
]


@pytest.mark.parametrize(("key", "spoil"), IMPLANT_FAULTS)
def test_an_implant_fault_is_found(key, spoil, implant, finish):
    found = _found(ADULT, spoil(finish(implant()).steps))
    assert set(found) == {key}
    assert found[key].tick >= 0 and found[key].text and found[key].source


def test_infection_and_asepsis_count_when_a_case_names_the_right_choice(implant, finish):
    scenario = ADULT.model_copy(update={"items": {"IM02": ("none",)}})
    glove = {"field": {"breaks": (Break("glove", 1.0),)}}
    assert set(_found(scenario, finish(implant(**glove)).steps)) == {"CE11", "CE21"}
    changed = {"field": {"breaks": (Break("glove", 1.0, True),)}}
    assert set(_found(scenario, finish(implant(**changed)).steps)) == {"CE21"}


def test_going_on_after_paraesthesia_is_found(attempt):
    a = attempt()(needle={"is_placed": True, "depth_m": 0.06}, events=(("NerveTouched", 1.0, ""),))
    a()()()(needle={"depth_m": 0.065})
    assert "CE25" in _found(ADULT, a.steps)
    stopped = attempt()(needle={"is_placed": True, "depth_m": 0.06}, events=(("NerveTouched", 1.0, ""),))
    assert "CE25" not in _found(ADULT, stopped()()().steps)


def test_an_unwritten_residual_is_found(refill):
    assert set(_found(REFILL, _without_action(refill().live(7).steps, "record.residual"))) == {"CE13"}


def test_an_overfull_reservoir_is_found(refill):
    a = refill()
    a(pump={"reservoir_m3": 21e-6})
    assert set(_found(REFILL, a.live(7).steps)) == {"CE22"}


def test_a_wrong_vial_and_a_wet_skin_are_found(refill):
    assert set(_found(REFILL, _said(refill().live(7).steps, "item.RF02", "baclofen 2000 ug/mL"))) == {"CE07"}


def test_a_pocket_fill_that_is_named_and_stopped_is_not_sent_home_unseen(refill):
    a = refill(pocket_ml=3.0)
    a(Action("decide", "stop-pocket-fill"))
    assert "CE17" not in _found(REFILL, a.live(7).steps)
    checked = refill(pocket_ml=3.0)
    checked(Action("call.help", "second person"))
    assert "CE17" in _found(REFILL, checked.live(7).steps)
    called = refill(pocket_ml=3.0)
    called(Action("call.help", "senior"))
    assert "CE17" not in _found(REFILL, called.live(7).steps)
    assert "CE17" in _found(REFILL, refill(pocket_ml=3.0).live(7).steps)


def test_a_corrected_tenfold_slip_that_reached_the_pump_still_counts(implant, finish, prescription):
    a = implant()
    a(prescription(1000.0, 0.0))
    assert "CE16" in _found(ADULT, finish(a).steps)


def test_a_stop_command_is_no_dose_error(implant, finish):
    a = implant()
    a(ProgramPump("stopped", 0.0, 0.5, 20e-6, 2e-6))
    assert "CE16" not in _found(ADULT, finish(a).steps)


def test_a_child_dose_inside_its_band_is_no_error(implant, finish, prescription):
    child = load("implant_child_diplegia")
    for dose in (50.0, 75.0, 100.0):
        assert "CE16" not in _found(child, finish(implant(), prescription(dose)).steps)
    assert "CE16" in _found(child, finish(implant(), prescription(200.0)).steps)


def test_a_refill_never_connects_a_catheter(refill):
    a = refill()
    a(ConnectCatheter(10.0))
    assert "CE03" not in _found(REFILL, a.steps)
