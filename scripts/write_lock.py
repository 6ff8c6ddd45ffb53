"""Write requirements.lock: the exact versions installed for what pyproject.toml asks for."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Exact versions that the tests were run with; used as constraints by the Makefile.
# The closure of pyproject.toml (base and test) on Python 3.11; refresh with `make lock`.
"""


def canonical(name: str) -> str:
    """Return a distribution name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def visit(name: str, parent: str, found: dict[str, tuple[str, set[str]]]) -> None:
    """Add a distribution and all it needs to `found`."""
    key = canonical(name)
    if key in found:
        found[key][1].add(parent)
        return
    distribution = importlib.metadata.distribution(name)
    found[key] = (distribution.version, {parent})
    for line in distribution.requires or []:
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            visit(need.name, key, found)


def main() -> int:
    """Write the lock; return 1 when a needed distribution is not installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, tuple[str, set[str]]] = {}
    for line in project["dependencies"] + project["optional-dependencies"]["test"]:
        try:
            visit(Requirement(line).name, "pyproject.toml", found)
        except importlib.metadata.PackageNotFoundError as error:
            print(f"not installed: {error}", file=sys.stderr)
            return 1
    rows = [f"{key}=={found[key][0]}\n    # via {', '.join(sorted(found[key][1]))}\n" for key in sorted(found)]
    (ROOT / "requirements.lock").write_text(HEAD + "".join(rows), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
