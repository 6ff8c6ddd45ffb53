"""The line about X-rays: the log's own numbers added up, and nothing beside them that no source gives."""

from __future__ import annotations

import pytest

import game  # noqa: F401  settles numba
from game.instruments import fluoroscope
from game.xray_account import SERIES_MEAN_S, account_of, xray_line
from scenarios.actions import Action
from scenarios.load import load
from scenarios.measures import MEASURES
from scenarios.steps import Step, record_from

DOSES_GY_CM2 = 0.021, 0.033, 0.4


def _shots() -> list[Action]:
    """Two pulses of a held beam and a spot film, as a window logs them."""
    arm, acts = fluoroscope.CArm(), []
    for k, dose in enumerate(DOSES_GY_CM2):
        acts += [Action(*said) for said in fluoroscope.told(arm, is_spot=k == 2)]
        acts.append(Action(*fluoroscope.dose_told(arm, dose)))
    return acts


def test_the_account_adds_up_what_the_log_was_told():
    account = account_of(_shots())
    assert (account.n_pictures, account.n_spot) == (3, 1)
    assert account.time_s == pytest.approx(2.0 * fluoroscope.pulse_s(fluoroscope.CArm()))
    assert account.dose_area_gy_cm2 == pytest.approx(sum(DOSES_GY_CM2))


def test_it_is_that_of_the_measures():
    account, record = account_of(_shots()), record_from([Step(0, actions=tuple(_shots()))])
    scenario = load("implant_adult_t10")
    assert MEASURES["xray.seconds"].of(scenario, record).value == pytest.approx(account.time_s)
    assert MEASURES["xray.dose_area"].of(scenario, record).value == pytest.approx(account.dose_area_gy_cm2)


def test_what_was_not_metered_is_not_told_as_nothing():
    account = account_of([Action("beam.pulse", "ap")])
    assert (account.time_s, account.dose_area_gy_cm2) == (None, None)
    assert "dose not metered" in account.words and "time not logged" in account.words


def test_an_implant_is_told_with_figures_and_the_cited_series():
    line = xray_line(load("implant_adult_t10"), _shots())
    assert "3 pictures (1 spot)" in line and "0.454 Gy·cm²" in line
    assert f"{SERIES_MEAN_S:.0f} s" in line and "[E03]" in line and "no level for pumps is cited" in line
    assert "no picture taken" in xray_line(load("implant_adult_t10"), [])


def test_a_refill_is_told_only_of_a_beam_that_was_used():
    assert xray_line(load("refill_routine_adult"), []) == ""
    assert "3 pictures" in xray_line(load("refill_routine_adult"), _shots())
