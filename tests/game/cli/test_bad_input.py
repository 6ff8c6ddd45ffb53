"""Hostile or broken files: one readable error, in bounded time, and nothing written."""

from __future__ import annotations

import gzip
import json
import os
import time

import pytest

from game.__main__ import main
from game.replay.format import Seal, header_for, header_line
from scenarios.load import load

HEADER = header_line(header_for(load("refill_routine_adult"), 0, "attending"))
PROGRAM = (
    '{"t": 1, "c": [{"name": "ProgramPump", "mode": MODE, "dose_kg_per_s": 0, "concentration_kg_per_m3": 1,'
    ' "reservoir_volume_m3": 0, "alarm_volume_m3": 0}]}\n'
)
LINES = {
    "silent for a day": '{"t": 5529600, "h": "00000000", "s": ""}\n',
    "only newlines": "\n" * 100_000,
    "unclosed quotes": '{"t": "' + '\\"' * 400_000 + "}\n",
    "deep": '{"t": ' + "[" * 100_000 + "\n",
    "digits": '{"t": ' + "9" * 5000 + "}\n",
    "large int for a float": '{"t": 1, "c": [{"name": "AdvanceNeedle", "travel_m": ' + "1" * 400 + "}]}\n",
    "infinity": '{"t": 1, "c": [{"name": "AdvanceNeedle", "travel_m": 1e999}]}\n',
    "bool for a float": '{"t": 1, "c": [{"name": "AdvanceNeedle", "travel_m": true}]}\n',
    "unknown word": PROGRAM.replace("MODE", '"faster"'),
    "list for a word": PROGRAM.replace("MODE", "[]"),
    "way point at infinity": '{"t": 1, "c": [{"name": "TunnelCatheter", "waypoints_m": [[1e999, 0, 0], [0, 0, 0]]}]}\n',
    "way point too large": '{"t": 1, "c": [{"name": "TunnelCatheter", "waypoints_m": [[1' + "0" * 400 + ", 0, 0]]}]}\n",
    "too many way points": '{"t": 1, "c": [{"name": "TunnelCatheter", "waypoints_m": [' + ", ".join(["[0, 0, 0]"] * 9999) + "]}]}\n",
    "stylet at a word": '{"t": 1, "c": [{"name": "SetCatheterStylet", "behind_tip_m": "far"}]}\n',
}  # fmt: skip


def refused(capsys, *arguments):
    start = time.monotonic()
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("thecal: ")
    assert len(err.strip().splitlines()) == 1
    assert len(err) < 600
    assert time.monotonic() - start < 5.0
    return err


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_hostile_log_line_is_refused_by_place_and_range(capsys, tmp_path, line):
    path = tmp_path / "case.thecal"
    path.write_text(HEADER + line, "utf-8")
    err = refused(capsys, "replay", path)
    assert "case.thecal:2: " in err
    assert "expected" in err


@pytest.mark.parametrize(("key", "value"), [("seed", 2**31), ("player", "x" * 5000), ("seed", 10**40), ("numpy", 1)])
def test_a_header_out_of_range_is_refused(capsys, tmp_path, key, value):
    path = tmp_path / "case.thecal"
    path.write_text(json.dumps(json.loads(HEADER) | {key: value}) + "\n", "utf-8")
    assert f"case.thecal:1: {key} = " in refused(capsys, "replay", path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("arguments", [("replay",), ("score", "--json"), ("scenarios", "lint"), ("simulate", "--days", "1", "--json", "o.json")])
def test_a_pipe_is_refused_and_not_waited_for(capsys, tmp_path, arguments):
    os.mkfifo(tmp_path / "pipe")
    head = arguments[: 2 if arguments[0] == "scenarios" else 1]
    refused(capsys, *head, tmp_path / "pipe", *arguments[len(head) :])


@pytest.mark.parametrize("command", [("replay",), ("scenarios", "lint"), ("demo",)])
@pytest.mark.parametrize("name", ["a" * 300, "", "x\x01y"])
def test_a_name_no_file_can_have_is_refused(capsys, command, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(capsys, *command, name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ['a = """' + '\\"' * 60_000, 'a = "' + '\\"' * 120_000, "a = '''" + "''\n" * 60_000])
def test_unclosed_quotes_in_a_scenario_are_refused_at_once(capsys, tmp_path, text):
    path = tmp_path / "case.toml"
    path.write_text(text, "utf-8")
    assert "case.toml" in refused(capsys, "simulate", path, "--days", "1", "--json", tmp_path / "o.json")


def test_a_bomb_of_newlines_is_refused(capsys, tmp_path):
    path = tmp_path / "bomb.thecal"
    path.write_bytes(gzip.compress(HEADER.encode() + b"\n" * 20_000_000, 1))
    refused(capsys, "replay", path)


def test_an_edited_action_is_noticed_though_the_world_does_not_feel_it(capsys, tmp_path):
    seal, path = Seal(), tmp_path / "case.thecal"
    action = '{"t": 1, "a": [{"name": "beam.pulse", "value": "ap", "number": 0.0}]}\n'
    for line in (HEADER, action):
        seal.feed(line.encode())
    end = json.dumps({"t": 2, "s": seal.word(), "end": "left"}) + "\n"
    path.write_text(HEADER + action + end, "utf-8")
    assert main(["replay", str(path), "--verify"]) == 0
    path.write_text(HEADER + action.replace('"ap"', '"lateral"') + end, "utf-8")
    assert main(["replay", str(path), "--verify"]) == 1
    assert "changed after recording, between ticks 0 and 2" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [
    ("simulate", "implant_adult_t10", "--days", "1", "--json", "note.txt/o.json"), ("play", "implant_adult_t10", "--log", "note.txt"),
    ("scenarios", "new", "missing/my_case.toml"), ("demo", "implant_adult_t10", "--out", "note.txt/o"),
])  # fmt: skip
def test_a_place_that_cannot_be_written_or_is_taken_is_refused_before_the_work(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.txt").write_text("keep", "utf-8")
    refused(capsys, *arguments)
    assert (tmp_path / "note.txt").read_text("utf-8") == "keep"


@pytest.mark.parametrize(("arguments", "told"), [
    (("--scenario", "implant_nobody"), "--scenario = implant_nobody; expected some of implant_adult_t10"),
    (("--player", "nobody"), "--player = nobody; expected some of high-needle"),
    (("--player", "no-anchor", "--scenario", "implant_child_diplegia"), "--player goes with --scenario implant_adult_t10"),
    (("--workers", "0"), "--workers = 0; expected 1 .. 256"),
])  # fmt: skip
def test_a_table_of_players_refuses_what_it_does_not_know(capsys, arguments, told):
    assert told in refused(capsys, "players", "--table", *arguments)


def test_options_of_the_table_need_the_table(capsys):
    assert "go with --table" in refused(capsys, "players", "--player", "no-anchor")
