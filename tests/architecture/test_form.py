"""Form: sizes, names, docstrings, the map, and a source for every constant."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from game.validate.run import is_cited, ledger

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("physics", "scenarios", "game")
MOST_LINES = 500
BANNED_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}
LONG_TABLES = {"game/validate/drug_course.py"}  # printed targets of published courses, one per line


def sources() -> list[Path]:
    return [p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_is_longer_than_its_ceiling():
    long = {place(p): n for p in sources() if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES}
    assert {name: n for name, n in long.items() if name not in LONG_TABLES} == {}


def test_no_module_has_a_name_that_says_nothing():
    assert [place(p) for p in sources() if p.stem in BANNED_NAMES] == []


def test_every_module_says_what_it_is_for():
    assert [place(p) for p in sources() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))] == []


@pytest.mark.parametrize("package", ["physics", "scenarios"])
def test_every_public_name_below_game_has_a_docstring(package):
    bare = []
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            is_named = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if is_named and not ast.get_docstring(node):
                bare.append(f"{place(path)}:{node.lineno} {node.name}")
    assert bare == []


def test_no_bare_except_anywhere():
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"{place(path)}:{node.lineno}"


def test_no_test_folder_hides_a_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_constant_of_the_ledger_is_cited():
    entries = list(ledger())
    assert len(entries) > 100
    assert [f"{s}.{n}" for s, n, value, _, confidence, source in entries if not is_cited(value, confidence, source)] == []


def test_the_map_names_every_package():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = [place(p.parent) for package in PACKAGES for p in sorted((ROOT / package).rglob("__init__.py"))]
    assert [name for name in packages if f"`{name}" not in text] == []


def test_the_map_names_every_file_at_the_top_of_physics():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    files = [p.stem for p in sorted((ROOT / "physics").glob("*.py")) if p.stem != "__init__"]
    assert [name for name in files if f"`{name}`" not in text] == []


def test_the_map_fits_on_two_pages():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert len(re.findall(r"\S+", text)) <= 1100
