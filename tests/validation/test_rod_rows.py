"""Every row of the rod's validation report passes."""

from __future__ import annotations

import importlib

import pytest

from game.validate.row import at_least, at_most
from game.validate.run import row_modules


@pytest.mark.parametrize("module", [m for m in row_modules() if m.startswith(("rod_", "catheter"))])
def test_rows_pass(module):
    rows = importlib.import_module(f"game.validate.{module}").rows()
    assert rows and [(r.id, r.model) for r in rows if not r.passed] == []


def test_a_missed_bar_does_not_pass():
    for model, most, least in ((0.9, True, False), (1.0, True, True), (1.1, False, True)):
        data = ("rod", "bar", "a figure", "1", 1.0, model, "nobody", "H")
        assert (at_most(*data).passed, at_least(*data).passed) == (most, least)
    assert not at_most("rod", "bar", "a figure", "1", 1.0, float("nan"), "nobody", "H").passed
