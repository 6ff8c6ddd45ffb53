"""Canal, tip and an unheld catheter move in the postures of a day as published, and the map of the trunk is exact."""

from __future__ import annotations

import pytest

from game.validate.posture_motion import rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model:g} against {row.target:g} +/- {row.tolerance:g} {row.unit}"
