"""The dependency law: physics <- scenarios <- game, and siblings never meet outside `world.py` and its kin."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUBSYSTEMS = tuple(sorted(p.name for p in (ROOT / "physics").iterdir() if (p / "__init__.py").exists()))
SHARED = {"clock", "units", "randomness", "errors", "events", "commands", "kernels"}
SCENARIO_LIBRARIES = {"numpy", "pydantic", "annotated_types"}
PYMUNK_FENCE = "physics/pocket/pump_body.py"
BANNED_MODULES = {"time", "datetime", "random", "secrets", "threading", "multiprocessing", "asyncio", "uuid", "socket"}


def sources(package: str) -> list[Path]:
    return sorted(p for p in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name, _ in imports(path)}


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_physics_imports_nothing_of_ours_above_it():
    for path in sources("physics"):
        assert not tops(path) & {"scenarios", "game", "assets"}, place(path)


def test_scenarios_import_physics_and_little_else():
    allowed = {"physics", "scenarios"} | SCENARIO_LIBRARIES | set(sys.stdlib_module_names)
    for path in sources("scenarios"):
        assert tops(path) <= allowed, f"{place(path)}: {tops(path) - allowed}"


def test_siblings_inside_physics_never_import_each_other():
    wrong = []
    for subsystem in SUBSYSTEMS:
        for path in sources(f"physics/{subsystem}"):
            for name, line in imports(path):
                parts = name.split(".")
                if parts[0] != "physics" or len(parts) < 2:
                    continue
                if parts[1] != subsystem and parts[1] not in SHARED:
                    wrong.append(f"{place(path)}:{line}: {name}")
    assert wrong == []


def test_pymunk_lives_behind_its_fence():
    users = [place(p) for package in ("physics", "scenarios", "game") for p in sources(package) if "pymunk" in tops(p)]
    assert users in ([], [PYMUNK_FENCE])


def test_physics_and_scenarios_know_no_clock_no_chance_and_no_thread():
    for package in ("physics", "scenarios"):
        for path in sources(package):
            assert not tops(path) & BANNED_MODULES, place(path)
            if place(path) == "physics/randomness.py":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                is_random = isinstance(node, ast.Attribute) and node.attr in ("default_rng", "seed", "rand", "randn")
                chain = ast.unparse(node) if is_random else ""
                assert not chain.startswith(("np.random", "numpy.random")), f"{place(path)}:{node.lineno}: {chain}"


def test_only_load_reads_files_below_game():
    for package in ("physics", "scenarios"):
        for path in sources(package):
            calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
            opened = [n.lineno for n in calls if isinstance(n.func, ast.Name) and n.func.id == "open"]
            assert not opened, f"{place(path)}: {opened}"


def test_kernels_are_compiled_without_reordering_sums():
    for path in sources("physics"):
        text = path.read_text("utf-8")
        assert "fastmath=True" not in text, place(path)
        assert "parallel=True" not in text, place(path)
