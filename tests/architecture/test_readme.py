"""The README promises only what exists: commands, cases, players, files."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from game.__main__ import build_app
from game.players.registry import PLAYERS
from scenarios.load import list_ids

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")


def test_every_command_of_the_readme_exists_and_every_command_is_in_the_readme():
    commands = set(typer.main.get_command(build_app()).commands)
    assert set(re.findall(r"(?:`|^)thecal ([a-z]+)", TEXT, re.MULTILINE)) == commands


def test_every_case_and_player_of_the_readme_exists():
    for scenario_id, player in re.findall(r"thecal demo ([a-z_0-9]+) --player ([a-z-]+)", TEXT):
        assert scenario_id in list_ids()
        assert player in PLAYERS


def test_every_file_and_target_that_the_readme_names_exists():
    pictures = re.findall(r"\]\(([^)]+)\)", TEXT)
    files = re.findall(r"`((?:docs|scripts|\.ci)/[\w./]*)`", TEXT)
    assert len(pictures) >= 4
    assert [name for name in pictures + files if not (ROOT / name).exists()] == []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", TEXT, re.MULTILINE)) <= targets
