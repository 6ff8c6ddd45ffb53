"""How the program speaks: documents on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

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
