"""docs/controls.md says what the bindings and gains are, and its table of changes works."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from game import settings as stored
from game.input import bindings, gamepad
from game.instruments.procedure import ACTS, PROCEDURES

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "controls.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_bindings_and_the_tuning_file():
    made = runpy.run_path(str(ROOT / "scripts" / "write_controls.py"))["written"](PAGE)
    assert made == PAGE, "run python scripts/write_controls.py"


def test_every_key_and_button_in_the_tables_is_bound_to_its_address():
    rows = re.findall(r"^\|(?:[^|]*\|)?[^|]*\| ?([^|]*?) ?\| ?([^|]*?) ?\| `([a-z_.0-9]+)` \|$", PAGE, re.M)
    assert len(rows) > 80
    for key, pad, address in rows:
        assert bindings.default_key(address) == key
        assert pad in ("", "Y, A") or all(p in gamepad.BINDABLE for p in (pad,)), address
    named = {address for _, _, address in rows}
    assert {name for steps in PROCEDURES.values() for step in steps for name in step.acts} <= named <= set(ACTS) | set(bindings.GLOBAL_WORDS)


def test_the_example_of_changed_keys_is_read():
    example = re.search(r"```toml\n(.*?)```", PAGE, re.S).group(1)
    hands = stored.parse("format = 1\n" + example, "settings.toml").hands
    assert hands.keys == {"needle.brace": "N"} and hands.pads == {"needle.stylet": "LB"}


def test_the_readme_leads_here():
    assert "docs/controls.md" in (ROOT / "README.md").read_text(encoding="utf-8")
