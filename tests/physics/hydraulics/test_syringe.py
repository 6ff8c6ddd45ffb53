"""A hand on a plunger."""

from __future__ import annotations

import pytest

from physics import hydraulics

BORE = hydraulics.bore_for(20e-6)


def test_small_force_is_eaten_by_friction():
    assert hydraulics.plunger_pressure(BORE, 1.0, 0.0) == 0.0


def test_released_plunger_is_pushed_back_by_a_reservoir_but_not_by_a_pocket():
    assert hydraulics.plunger_pressure(BORE, 0.0, 20e3) < 20e3
    assert hydraulics.plunger_pressure(BORE, 0.0, 2e3) == 2e3


def test_thicker_syringe_needs_more_force_for_the_same_pressure():
    thin, thick = hydraulics.bore_for(10e-6), hydraulics.bore_for(50e-6)
    assert hydraulics.plunger_pressure(thin, 10.0, 0.0) > hydraulics.plunger_pressure(thick, 10.0, 0.0)


def test_suction_ends_near_vacuum():
    assert hydraulics.plunger_pressure(BORE, -60.0, 0.0) == -90e3


def test_label_rate_needs_a_light_push():
    # 1 mL in 3 s into a full reservoir (30 kPa) by a thumb: 5..20 N.
    pressure = 30e3 + 1e-6 / 3.0 / hydraulics.needle_conductance()
    force = pressure * BORE.area_m2 + BORE.friction_n
    assert force == pytest.approx(12.5, abs=7.5)
