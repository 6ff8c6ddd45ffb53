"""Fluid path against closed forms; every row must pass and a law wrong by 10 % must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from game.validate import hydraulics as rows_of
from physics import hydraulics
from physics.hydraulics import elements
from physics.hydraulics.network import Network, Opening, Space

ROWS = rows_of.rows()
EXACT = [row for row in ROWS if row.confidence == "H" and row.target != 0.0]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


@pytest.mark.parametrize("row", EXACT, ids=lambda r: r.id)
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_a_model_wrong_by_ten_percent_fails(row, factor):
    assert abs(factor * row.model - row.target) > row.tolerance


def test_a_viscosity_wrong_by_ten_percent_fails():
    right = rows_of.flow_of_profile(rows_of.INNER_M)
    wrong = 1.0 / hydraulics.poiseuille_resistance(1.0, rows_of.INNER_M, 1.1 * elements.VISCOSITY_37_PA_S)
    row = next(r for r in ROWS if r.id == "hydraulics.poiseuille")
    assert abs(wrong - right) > row.tolerance


def test_ellipse_exponent_wrong_by_ten_percent_fails():
    z = elements.FLATTENING_AT_KINK
    wrong = (1.0 - z**2) ** 2.7 / (1.0 + z**2)
    row = next(r for r in ROWS if r.id == "hydraulics.ellipse")
    assert abs(wrong - row.target) > row.tolerance


def test_slit_exponent_wrong_by_ten_percent_fails():
    row = next(r for r in ROWS if r.id == "hydraulics.slit_cubic")
    assert abs(0.5**2.7 - row.target) > row.tolerance


@pytest.mark.parametrize("name", ["ladder", "ladder_charging"])
def test_one_conductance_wrong_by_ten_percent_shows_in_the_ladder(monkeypatch, name):
    network, dense, source = rows_of.ladder()
    wrong = network.conductances.copy()
    wrong[46] *= 0.9  # the kink
    monkeypatch.setattr(rows_of, "ladder", lambda: (replace(network, conductances=wrong), dense, source))
    row = next(r for r in ROWS if r.id == f"hydraulics.{name}")
    found = rows_of.ladder_steady() if name == "ladder" else rows_of.ladder_charging()
    assert found > row.tolerance


def test_a_lost_drop_shows_in_the_balance(monkeypatch):
    row = next(r for r in ROWS if r.id == "hydraulics.balance")
    solve = hydraulics.solve

    def leaky(*args):
        flows = solve(*args)
        return replace(flows, leak_m3=flows.leak_m3 * (1.0 - 1e-6))

    monkeypatch.setattr(rows_of.hydraulics, "solve", leaky)
    assert rows_of.worst_balance() > row.tolerance


def test_pressure_error_falls_as_the_square_of_the_step():
    tip, inner, c = 1e-12, 1e-8, 1e-13  # time constant 0.1 s
    network = Network(np.array([inner]), np.array([c, 0.0]), (Opening(1, "csf", tip, is_tip=True),), (Space("csf"),))
    exact = 5e4 * np.exp(-0.1 / (c * (1.0 / tip + 1.0 / inner)))

    def error(n_steps: int) -> float:
        pressures = np.array([5e4, 5e4])
        for _ in range(n_steps):  # four equal inner steps each
            pressures = hydraulics.solve(network, hydraulics.PumpSource(0.0), 0.1 / n_steps, pressures).pressures_pa
        return abs(float(pressures[0]) - exact)

    assert 1.9 < np.log2(error(1) / error(2)) < 2.1
