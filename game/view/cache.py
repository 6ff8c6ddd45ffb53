"""Baked pictures of a patient's anatomy kept on disk between runs, in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray]
SOURCES = (".py", ".glsl")


def cache_folder() -> Path:
    """Return the folder for baked files: THECAL_CACHE_DIR, or the platform's cache folder."""
    own = os.environ.get("THECAL_CACHE_DIR")
    if own:
        return Path(own)
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return root / "thecal" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "thecal"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "thecal"


def cache_key(*parts: object) -> str:
    """Return a short name that changes with any of the parts."""
    return hashlib.sha256("|".join(repr(p) for p in parts).encode()).hexdigest()[:20]


def sources_key(*packages: str) -> str:
    """Return a short name that changes with any file of some packages: what they draw is drawn anew after an update."""
    digest = hashlib.sha256()
    for package in packages:
        root = Path(str(files(package)))
        for path in sorted(p for p in root.rglob("*") if p.suffix in SOURCES):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:20]


def load(key: str) -> Arrays | None:
    """Return the arrays stored under a key, or None if there are none that can be read."""
    path = cache_folder() / f"{key}.npz"
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError):
        return None


def save(key: str, arrays: Arrays) -> None:
    """Store arrays under a key; a folder that cannot be written is not an error, baking is only slower."""
    folder = cache_folder()
    partial = folder / f"{key}.{os.getpid()}.tmp.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(partial, **arrays)
        partial.replace(folder / f"{key}.npz")
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
