"""Pump, line and refill against the arithmetic of the procedure."""

from __future__ import annotations

import pytest

from game.validate import pump as rows_of
from physics.pump import program

ROWS = rows_of.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


@pytest.mark.parametrize(
    "name", ["pump.alarm_20_100_500", "pump.p1_line", "pump.p2_100_500", "pump.b1_bridge"]
)
def test_a_number_wrong_by_ten_percent_fails(name):
    row = next(r for r in ROWS if r.id == name)
    assert abs(1.1 * row.model - row.target) > row.tolerance


def test_a_catheter_volume_wrong_by_ten_percent_fails(monkeypatch):
    monkeypatch.setattr(program, "LINE_M3_PER_M", 1.1 * program.LINE_M3_PER_M)
    row = next(r for r in ROWS if r.id == "pump.p1_catheter")
    assert abs(program.catheter_volume(0.92) * 1e6 - row.target) > row.tolerance
