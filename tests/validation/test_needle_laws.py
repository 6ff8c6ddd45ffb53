"""Needle against closed forms and design figures; every row must pass and a law wrong by 10 % must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.validate import tissue as rows_of
from physics import tissue

ROWS = rows_of.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


def test_a_bore_wrong_by_ten_percent_fails():
    free = replace(rows_of.LONG, bevel_resistance_pa_s_per_m3=0.0)
    wrong = tissue.csf_flow(1.0, replace(free, bore_radius_m=1.1 * free.bore_radius_m), rows_of.PRESSURE_PA)
    row = next(r for r in ROWS if r.id == "tissue.poiseuille")
    assert abs(wrong - row.target) > row.tolerance


def test_a_hand_ten_percent_slower_fails(monkeypatch):
    monkeypatch.setattr(rows_of, "LONG", replace(rows_of.LONG, settle_s=1.1 * rows_of.LONG.settle_s))
    path = rows_of.path_through(("air", "epidural"), [0.0, 50.0, 60.0])
    state, _ = tissue.step(rows_of.placed(True), rows_of.LONG, path, 0.0012, 0.0, 1 / 64)
    right = 0.0012 * (1.0 - 1.0 / (1.0 + (1 / 64) / 0.06))
    row = next(r for r in ROWS if r.id == "tissue.settle")
    assert abs(state.depth_m - right) > row.tolerance


def test_work_of_the_hand_covers_the_work_of_the_tissue():
    _, _, trace = rows_of.advance_until("DuraPunctured", True)
    path = rows_of.path_through()
    from physics.tissue import layers, resistance

    table = layers.layer_table()
    done = needed = 0.0
    for (x0, _), (x1, f1) in zip(trace, trace[1:], strict=False):
        if x1 > x0:
            done += f1 * (x1 - x0)
            needed += (x1 - x0) * float(resistance.resistance(x1, x0, path.borders_m, path.codes, table))
    assert done >= needed
