"""The tuning file: checked, complete, and the only place of the numbers it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from game.input import tuning

ROOT = Path(__file__).resolve().parents[3]


def test_every_gain_has_a_value_in_its_range_a_unit_and_a_source():
    gains = tuning.gains()
    assert len(gains) > 80
    for key, gain in gains.items():
        assert gain.low <= gain.value <= gain.high and gain.low < gain.high, key
        assert re.search(r"GD\d|RS5|tuned|limit of", gain.source), key


@pytest.mark.parametrize(("was", "now", "told"), [
    ("value = 1.0, unit = \"mm\", low = 0.2, high = 2.0, source = \"GD3.4", "value = 9.0, unit = \"mm\", low = 0.2, high = 2.0, source = \"GD3.4",
     r"notch.needle = 9.0; expected 0.2 to 2.0 mm"),
    ("exponent = { value = 3.0, unit = \"\"", "exponent = { value = \"three\", unit = \"\"", r"stick.exponent.value = 'three'; expected a number"),
    ("exponent = { value = 3.0, unit = \"\",", "exponent = { value = 3.0,", r"stick.exponent = .*expected a table with value, unit, low, high, source"),
    ("[word]", "[word", r"tuning.toml: "),
])  # fmt: skip
def test_a_bad_line_is_refused_with_key_value_and_range(was, now, told):
    text = tuning.FILE.read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(tuning.TuningError, match=told):
        tuning.parse(text.replace(was, now, 1))


def test_a_gain_that_is_not_there_names_its_neighbours():
    with pytest.raises(KeyError, match=r"notch.feather is not in tuning.toml; there are .*notch.needle"):
        tuning.gain("notch.feather")


def test_every_gain_asked_for_in_the_code_is_in_the_file():
    asked = set()
    for path in (ROOT / "game").rglob("*.py"):
        asked |= set(re.findall(r'(?:gain|unit)\("([a-z_]+\.[a-z_]+)"\)', path.read_text(encoding="utf-8")))
    assert asked and not asked - set(tuning.gains())
