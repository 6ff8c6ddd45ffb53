"""Stitches of an anchor against the lever law, equilibrium and bundles; wrong levers fail."""

from __future__ import annotations

import pytest

from game.validate import anchor as rows_of
from physics.catheter import anchor

ROWS = rows_of.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


def test_a_lever_wrong_by_a_hundredth_fails(monkeypatch):
    right = anchor.levers
    monkeypatch.setattr(anchor, "levers", lambda s: (1.01 * right(s)[0], right(s)[1]))
    law, share = rows_of.paired_share()
    assert abs(share - law) > 1e-3
    assert rows_of.imbalance() > 1e-3


def test_stitches_that_go_all_at_once_are_no_bundle(monkeypatch):
    def weakest(stitches, left, n_placed):
        return min(left)

    monkeypatch.setattr(rows_of, "group_hold", weakest)
    assert rows_of.bundle() > 0.05
