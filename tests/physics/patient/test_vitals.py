"""Gas exchange and what the monitor shows."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest

from physics.kernels import outer
from physics.patient import march, vitals
from physics.patient.acting import QUIET, Acting
from physics.patient.neuro import Adaptation, Drives, fresh, neuro_signs
from physics.patient.response import PatientParams

PARAMS = PatientParams()


BREATHE = outer(march._breathe)


def breathed(rate, minutes, ventilation=0.0, oxygen=0.0, step_s=10.0):
    values = np.array((0.0,) * march.CO2 + astuple(vitals.Gases()))
    for _ in range(round(minutes * 60.0 / step_s)):
        BREATHE(values, rate, step_s, march.law_of(PARAMS), march.beside(QUIET, ventilation, oxygen))
    return vitals.Gases(*values[march.CO2 :].tolist())


def shown(gases=None, *, is_anaesthetised=False, ventilation=0.0, adaptation=None, drives=None, acting=QUIET):
    adaptation, drives = adaptation or fresh(PARAMS), drives or Drives()
    signs = neuro_signs(PARAMS, adaptation, drives)
    return vitals.vital_signs(
        PARAMS, adaptation, signs, gases or vitals.Gases(), ventilation, acting, is_anaesthetised
    )


def test_saturation_is_severinghaus():
    # published points of the standard curve
    for tension, percent in ((26.9, 50.0), (40.0, 75.0), (60.0, 91.0), (100.0, 97.7)):
        assert march.saturation_percent(tension) == pytest.approx(percent, abs=0.7)


def test_rest_is_normal():
    gases = breathed(15.0, 60)
    assert gases.co2_mmhg == pytest.approx(40.0)
    assert 96.0 < gases.spo2_percent < 98.5
    assert shown(gases).etco2_mmhg == pytest.approx(36.0)


@pytest.mark.parametrize(
    "rate, low, high", [(12.0, 94, 95), (10.0, 90, 94), (8.0, 89, 90.5), (6.0, 75, 89), (4.0, 73.5, 76.5), (2.0, 0, 75)]
)
def test_slow_breathing_gives_the_saturation_of_its_overdose_grade(rate, low, high):
    assert low <= breathed(rate, 120).spo2_percent <= high


def test_apnoea_desaturates_within_minutes_and_carbon_dioxide_rises_slowly():
    two = breathed(0.0, 2)
    ten = breathed(0.0, 10)
    assert two.spo2_percent < 90.0
    assert 2.5 < (ten.co2_mmhg - 40.0) / 10.0 < 6.5


def test_ventilation_replaces_breathing():
    gases = breathed(0.0, 30, ventilation=1.0)
    assert gases.spo2_percent > 98.0
    assert gases.co2_mmhg == pytest.approx(40.0)


def test_gas_stores_do_not_depend_on_the_step():
    fine = breathed(6.0, 15)
    coarse = breathed(6.0, 15, step_s=900.0)
    assert coarse.co2_mmhg == pytest.approx(fine.co2_mmhg, rel=1e-9)
    assert coarse.spo2_percent == pytest.approx(fine.spo2_percent, rel=1e-9)


def test_withdrawal_races_the_heart_and_raises_pressure():
    ill = Adaptation(0.0, 0.8, 0.8, 39.0, 120.0, 0.0)
    assert shown(adaptation=ill).heart_rate_per_min == pytest.approx(
        75.0 * (1 + 1.1 * 0.64**2 / (0.64**2 + 0.35)), rel=1e-9
    )
    assert shown(adaptation=ill).systolic_mmhg == pytest.approx(122.0 * (1 + 0.40 * 0.64))


def test_deep_overdose_slows_heart_and_breathing():
    numbers = shown(drives=Drives(sedation=1e-2, breathing=1e-2))
    assert numbers.heart_rate_per_min == pytest.approx(0.52 * 75.0, rel=1e-3)
    assert numbers.respiratory_rate_per_min < 0.01


def test_anaesthesia_slows_circulation_and_hands_breathing_to_the_ventilator():
    numbers = shown(is_anaesthetised=True, ventilation=1.0)
    assert numbers.heart_rate_per_min == pytest.approx(0.85 * 75.0)
    assert numbers.respiratory_rate_per_min == 12.0
    assert not math.isnan(numbers.diastolic_mmhg)


def test_lack_of_oxygen_slows_the_heart_of_an_overdose_further_and_a_ventilator_gives_it_back():
    drives = Drives(sedation=1e-2, breathing=1e-2)
    choking = shown(vitals.Gases(70.0, 30.0), drives=drives)
    assert choking.heart_rate_per_min == pytest.approx((0.52 - 0.10) * 75.0, rel=1e-3)
    assert choking.systolic_mmhg == pytest.approx((0.60 - 0.15) * 122.0, rel=1e-3)
    assert shown(vitals.Gases(40.0, 98.0), drives=drives).systolic_mmhg > choking.systolic_mmhg


def test_oxygen_by_mask_hides_slow_breathing_but_not_its_carbon_dioxide():
    air, mask = (breathed(6.0, 120, oxygen=flow, step_s=7200.0) for flow in (0.0, 1.0))
    assert air.spo2_percent < 90.0 < 97.0 < mask.spo2_percent
    assert mask.co2_mmhg == air.co2_mmhg > 50.0


def test_what_else_acts_adds_to_heart_and_pressure():
    plain, helped = shown(), shown(acting=Acting(heart_per_min=20.0, systolic_mmhg=-15.0))
    assert helped.heart_rate_per_min == pytest.approx(plain.heart_rate_per_min + 20.0)
    assert helped.systolic_mmhg == pytest.approx(plain.systolic_mmhg - 15.0)
