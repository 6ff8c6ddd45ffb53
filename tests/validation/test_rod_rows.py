"""Every row of the rod's validation report passes."""

from __future__ import annotations

import importlib

import pytest

from game.validate.run import row_modules


@pytest.mark.parametrize("module", [m for m in row_modules() if m.startswith(("rod_", "catheter"))])
def test_rows_pass(module):
    rows = importlib.import_module(f"game.validate.{module}").rows()
    assert rows and [(r.id, r.model) for r in rows if not r.passed] == []
