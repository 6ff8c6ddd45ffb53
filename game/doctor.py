"""What works on this machine, with the cure for what does not."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

GL_CURE = "Debian, Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri; elsewhere: a graphics driver with OpenGL 3.3"


def _gl() -> str:
    from game.educator.pictures import _context

    context = _context()
    try:
        if context.version_code < 330:
            raise RuntimeError(f"OpenGL {context.version_code / 100:.1f}; 3.3 is needed")
        return f"OpenGL {context.version_code / 100:.1f}, {context.info['GL_RENDERER']}"
    finally:
        context.release()


def _display() -> str:
    from game.cli.window import has_display

    if not has_display():
        raise RuntimeError("none: DISPLAY and WAYLAND_DISPLAY are not set")
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or sys.platform


def _audio() -> str:
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    pygame.mixer.init()
    found = pygame.mixer.get_init()
    pygame.mixer.quit()
    return f"{found[0]} Hz"


def _disk() -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "probe").write_text("probe", "utf-8")
    return f"can write to {tempfile.gettempdir()}"


def _numbers() -> str:
    import numba
    import numpy

    return f"numpy {numpy.__version__}, numba {numba.__version__}"


def _kernels() -> str:
    from game.kernels import is_cold

    return "to be compiled at the first start, about a quarter of a minute" if is_cold() else "compiled"


def _content() -> str:
    from scenarios.lint import lint
    from scenarios.load import list_ids

    bad = [name for name in list_ids() if any(p.severity == "error" for p in lint(name))]
    if bad:
        raise RuntimeError(f"scenarios with errors: {', '.join(bad)}")
    return f"{len(list_ids())} scenarios"


PARTS: tuple[tuple[str, bool, Callable[[], str], str], ...] = (
    ("numbers", True, _numbers, "pip install --force-reinstall numpy numba"),
    ("kernels", True, _kernels, "set NUMBA_CACHE_DIR to a folder you may write to"),
    ("content", True, _content, "thecal scenarios lint ID names the fault"),
    ("disk", True, _disk, "free some space, or set TMPDIR to a folder you may write to"),
    ("opengl", False, _gl, GL_CURE),
    ("display", False, _display, "log in to a desktop; without one use: thecal demo SCENARIO --out DIR"),
    ("audio", False, _audio, "none needed: every sound has a picture and a word"),
)


def examine() -> list[dict[str, Any]]:
    """Return one finding per part: part, works, needed, found, cure."""
    findings = []
    for part, is_needed, probe, cure in PARTS:
        try:
            found, works = probe(), True
        except Exception as error:  # a probe may fail in any way its library fails
            found, works = str(error).splitlines()[0] if str(error) else type(error).__name__, False
        findings.append({"part": part, "works": works, "needed": is_needed, "found": found, "cure": "" if works else cure})
    return findings
