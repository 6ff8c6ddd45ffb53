"""What a user can get wrong on the command line, and how it is said."""

from __future__ import annotations

import os
from pathlib import Path


class UsageProblem(Exception):
    """Bad usage or input: one readable line, exit code 2."""


class CaseFailed(Exception):
    """The command ran but its answer is no: one readable line, exit code 1."""


OWN_FILES = ("case.thecal", "result.json", "debrief.html")


def claim_folder(folder: Path, owner: tuple[str, str, int] | None = None) -> Path:
    """Return a folder to write a case to, created if missing.

    A folder with other things in it is refused; one that holds the result of the same case
    (scenario, player, seed) may be written again.

    Raises
    ------
    UsageProblem
        If the folder cannot be used.
    """
    import json

    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"--out = {folder}; expected a folder, found a file")
    inside = sorted(p.name for p in folder.iterdir()) if folder.exists() else []
    foreign = [n for n in inside if n not in OWN_FILES and not n.endswith(".png")]
    if foreign:
        raise UsageProblem(f"--out = {folder}; expected an empty folder, found {foreign[0]!r}")
    if "result.json" in inside and owner is not None:
        try:
            held = json.loads((folder / "result.json").read_text("utf-8"))
            holder = (held["scenario"], held["player"], held["seed"])
        except (OSError, ValueError, KeyError, TypeError):
            holder = ("?", "?", -1)
        if holder != owner:
            raise UsageProblem(f"--out = {folder}; holds another case ({holder[0]}, {holder[1]}, seed {holder[2]})")
    elif inside:
        raise UsageProblem(f"--out = {folder}; expected an empty folder, found {inside[0]!r}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"--out = {folder}; cannot be created ({error.strerror})") from error
    return folder


def refuse_existing(path: Path) -> Path:
    """Return a path for a new file; an existing file is never written over."""
    if path.exists():
        raise UsageProblem(f"{path} exists; expected a new file name")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise UsageProblem(f"{path.parent} is missing or cannot be written; expected a folder to write to")
    return path
