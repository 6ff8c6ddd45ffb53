"""A command that needs the physics says that it is being compiled; it says nothing where it is ready."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from game import kernels
from game.__main__ import main
from game.cli import console


class _AskedFor(Exception):
    """The kernels were asked for."""


def _cold(tell):
    for share in (0.1, 0.4, 0.97):
        tell("the solver", share)


def _words(monkeypatch, prepare, is_terminal):
    monkeypatch.setattr(kernels, "prepare", prepare)
    stream = io.StringIO()
    monkeypatch.setattr(console, "errors", Console(file=stream, force_terminal=is_terminal, highlight=False, width=100))
    with console.simulating("two futures"):
        pass
    return stream.getvalue()


def test_where_stderr_is_no_terminal_one_plain_line_is_told(monkeypatch):
    assert _words(monkeypatch, _cold, False).strip() == "preparing the physics, once on this machine"


def test_on_a_terminal_the_line_says_how_far_it_is(monkeypatch):
    assert "preparing the physics, once on this machine: 97 %" in _words(monkeypatch, _cold, True)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_nothing_is_told_of_it_where_the_physics_is_ready(monkeypatch, is_terminal):
    assert "preparing" not in _words(monkeypatch, lambda tell: None, is_terminal)


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate",), ("bench", "--quick"), ("demo", "implant_adult_t10"), ("population", "--implants", "2"), ("sensitivity",),
        ("simulate", "implant_adult_t10", "--days", "1", "--json", "new.json"),
    ],
)  # fmt: skip
def test_every_command_that_computes_asks_for_it(arguments, monkeypatch, tmp_path):
    def asked(tell):
        raise _AskedFor

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kernels, "prepare", asked)
    with pytest.raises(_AskedFor):
        main(list(arguments))


def test_a_start_that_was_stopped_half_way_goes_on_where_it_was_and_says_so(monkeypatch):
    from numba.core import event
    from physics import catheter

    started, told = [], []

    class Half:
        def poll(self):
            return 0

    def half_compiled():
        with event.trigger_event("numba:compile"):
            pass

    monkeypatch.setattr(kernels, "is_cold", lambda: False)  # the smallest was done
    monkeypatch.setattr(kernels, "_other_half", lambda: started.append(1) or Half())
    monkeypatch.setattr(catheter, "warm_up", half_compiled)
    kernels.prepare(lambda what, share: told.append(share))
    assert len(started) == len(told) == 1
    monkeypatch.setattr(catheter, "warm_up", lambda: None)
    kernels.prepare(lambda what, share: told.append(share))
    assert len(started) == len(told) == 1  # all is on the disk
