"""The `thecal` program: wiring of the command line and of its exit codes."""

from __future__ import annotations

import os
import sys

import typer

from game.cli import case, console, content, lab, population, window
from game.cli.errors import CaseFailed, UsageProblem
from game.one_block import in_one_block

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout holds answers only
OK, FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130


def build_app() -> typer.Typer:
    """Return the command line with all its commands."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

    @app.callback(invoke_without_command=True)
    def thecal(context: typer.Context) -> None:
        """Surgical trainer for intrathecal baclofen pumps. For education only."""
        if context.invoked_subcommand is None:
            window.menu()

    for function in (
        window.play, case.demo, case.replay, case.score, case.debrief, case.whatif, case.simulate, content.players,
        lab.validate, lab.bench, lab.doctor, lab.gallery, population.population, population.sensitivity, population.patients,
    ):  # fmt: skip
        app.command(function.__name__)(function)
    app.add_typer(content.scenarios, name="scenarios")
    return app


def _known_problems() -> tuple[type[Exception], ...]:
    from game.replay.format import LogError
    from game.players.registry import UnknownPlayer
    from game.replay.whatif import ChangeError
    from game.settings import SettingsError
    from physics.errors import CommandError
    from scenarios.errors import ContentError

    return UsageProblem, LogError, ChangeError, CommandError, ContentError, SettingsError, UnknownPlayer


def main(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit code: 0 good, 1 the answer is no, 2 bad usage or input."""
    try:
        code = in_one_block(lambda: build_app()(args=arguments, prog_name="thecal", standalone_mode=False))
        return code if isinstance(code, int) else OK
    except KeyboardInterrupt:
        console.tell("interrupted")
        return INTERRUPTED
    except CaseFailed as error:
        if str(error):
            console.tell(f"thecal: {error}")
        return FAILED
    except Exception as error:
        return _explained(error)


def _explained(error: Exception) -> int:
    """Print an expected error as one readable line and return its code; raise any other."""
    from physics.errors import SimulationDiverged

    if isinstance(error, _known_problems()):
        console.tell("\n".join(f"thecal: {line}" for line in str(error).splitlines()))
        return BAD_USAGE
    if isinstance(error, SimulationDiverged):
        console.tell(f"thecal: the simulation broke: {error}; the log up to here was saved")
        return FAILED
    if type(error).__name__ == "NoWindow":  # its module needs the window's libraries
        console.tell(f"thecal: {error}")
        return BAD_USAGE
    if isinstance(error, BrokenPipeError):
        return FAILED
    if isinstance(error, OSError):  # a disk that is full, a folder that went away
        console.tell(f"thecal: {error.filename or 'file'}: {error.strerror or error}; expected a place to write to")
        return BAD_USAGE
    if type(error).__name__ in ("Abort", "Exit"):
        return int(getattr(error, "exit_code", FAILED))
    if hasattr(error, "format_message"):
        console.tell(f"thecal: {error.format_message()}")
        return BAD_USAGE
    raise error


if __name__ == "__main__":
    sys.exit(main())
