"""The operating field against published rates and closed forms."""

from __future__ import annotations

import pytest

from game.validate.wound import rows


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_row(row):
    assert row.passed, f"{row.quantity}: {row.model} {row.unit}, expected {row.target} +- {row.tolerance}"
