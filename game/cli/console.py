"""How the program speaks: documents on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

PREPARING = "preparing the physics, once on this machine"
errors = Console(stderr=True, highlight=False, soft_wrap=True)
answers = Console(highlight=False, soft_wrap=True)


def document(data: Any) -> None:
    """Print one JSON document on stdout and nothing else."""
    json.dump(data, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    sys.stdout.write("\n")


def say(text: str) -> None:
    """Print a line for a reader on stdout."""
    answers.print(text, markup=False)


def tell(text: str) -> None:
    """Print a line on stderr."""
    errors.print(text, markup=False)


@contextmanager
def progress(label: str, total: float | None = None) -> Iterator[Any]:
    """Show a bar on stderr while the body runs; yields advance(done, text)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, refresh_per_second=4) as bar:
        task = bar.add_task(label, total=total)

        def advance(done: float, text: str = "") -> None:
            bar.update(task, completed=done, description=text or label)

        yield advance


@contextmanager
def simulating(label: str, total: float | None = None) -> Iterator[Any]:
    """Make the physics ready, then show a bar on stderr while the body runs; yields advance(done, text)."""
    _prepare()
    with progress(label, total) as advance:
        yield advance


def _prepare() -> None:
    """Compile the physics and say so on stderr, one plain line where that is no terminal; silent where it is ready."""
    from game import kernels

    advance: Any = None
    with ExitStack() as shown:

        def told(what: str, share: float) -> None:
            nonlocal advance
            if advance is None:
                if not errors.is_terminal:
                    tell(PREPARING)
                advance = shown.enter_context(progress(PREPARING, 1.0))
            advance(share, f"{PREPARING}: {100.0 * share:.0f} %")

        kernels.prepare(told)
