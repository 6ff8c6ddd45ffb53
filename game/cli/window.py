"""Commands that open the window; without a display they say so and run a demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from game.cli import console
from game.cli.case import ScenarioName, Seed, demo
from game.cli.errors import UsageProblem, refuse_existing

FIRST = "implant_adult_t10"
KINK_LAB = "kink-lab"
TUTORIAL = "tutorial"


def has_display() -> bool:
    """Return whether a window can be expected to open."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _free_folder() -> Path:
    number = 1
    while Path(f"out-{number}").exists():
        number += 1
    return Path("out") if not Path("out").exists() else Path(f"out-{number}")


def menu() -> None:
    """Open the main menu; no display: say so and let the attending operate."""
    if not has_display():
        console.tell("no display here: the attending plays the first case headless (thecal demo)")
        demo(FIRST, "attending", _free_folder())
        return
    _open(None, 0)


def play(scenario: ScenarioName, seed: Seed = 0, log: Annotated[Path | None, typer.Option(help="Log file.")] = None) -> None:
    """Play one scenario in the window, tutorial: the controls in five minutes, or kink-lab: one catheter on a table."""
    if scenario == KINK_LAB:
        if log is not None:
            raise UsageProblem(f"log = {str(log)!r}; expected none: the kink lab keeps no log")
    elif scenario != TUTORIAL:
        from scenarios.load import load

        load(scenario)
    if log is not None:
        refuse_existing(log)
    if not has_display():
        raise UsageProblem(
            "no display here; expected one" + ("" if scenario in (KINK_LAB, TUTORIAL) else ", or: thecal demo SCENARIO --out DIR")
        )
    _open(scenario, seed, log)


def _open(scenario: str | None, seed: int, log: Path | None = None) -> None:
    try:
        from game.start import run
    except ImportError as error:
        raise UsageProblem(f"the window cannot be opened ({error}); expected thecal doctor to name the cure") from error
    run(scenario, seed, log)
