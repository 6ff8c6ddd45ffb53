"""The kink lab on the command line: refused in one line where it cannot be played."""

from __future__ import annotations

import sys

import pytest

from game.__main__ import BAD_USAGE, main


@pytest.fixture
def blind(monkeypatch):
    if sys.platform != "linux":
        pytest.skip("other systems always have a display")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def test_without_a_display_one_line_says_so(blind, capsys):
    assert main(["play", "kink-lab"]) == BAD_USAGE
    assert capsys.readouterr().err.strip() == "thecal: no display here; expected one"


def test_a_log_is_refused_because_the_lab_keeps_none(blind, tmp_path, capsys):
    assert main(["play", "kink-lab", "--log", str(tmp_path / "case.thecal")]) == BAD_USAGE
    said = capsys.readouterr().err
    assert "case.thecal" in said and "keeps no log" in said
    assert not (tmp_path / "case.thecal").exists()
