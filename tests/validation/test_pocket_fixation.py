"""Pump body against statics and the cause table."""

from __future__ import annotations

import pytest

from game.validate import pocket as rows_of
from physics.pocket import fixation, pump_body

ROWS = rows_of.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


def test_a_loop_weaker_by_ten_percent_fails(monkeypatch):
    strength, _ = rows_of.breaking_pull("fascia", 3)
    row = next(r for r in ROWS if r.id == "pocket.break_fascia")
    monkeypatch.setitem(fixation.STRENGTH_N, "fascia", (7.2, 9.0))
    _, weaker = rows_of.breaking_pull("fascia", 3)
    assert strength == row.target
    assert abs(weaker - row.target) > row.tolerance


def test_floor_friction_wrong_by_twenty_percent_fails(monkeypatch):
    row = next(r for r in ROWS if r.id == "pocket.slip")
    monkeypatch.setattr(pump_body, "FLOOR_FRICTION_N", 1.2 * row.target)
    assert abs(rows_of.slipping_push() - row.target) > row.tolerance
