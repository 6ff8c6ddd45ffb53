"""The log: what is written is read back; anything else is refused in one line that names the fault."""

from __future__ import annotations

import gzip
import json

import pytest

from game.replay.format import MAX_DEPTH, LogError, header_for, header_line
from game.replay.reader import read_log, scenario_of
from game.replay.recorder import Recorder
from physics.commands import AdvanceNeedle, TunnelCatheter
from scenarios.actions import Action
from scenarios.load import load


@pytest.fixture(scope="module")
def header():
    return header_for(load("refill_routine_adult"), 7, "attending")


@pytest.fixture
def written(header, tmp_path):
    recorder = Recorder(tmp_path / "case.thecal", header)
    recorder.write_input(3, (AdvanceNeedle(0.001),), (Action("beam.pulse", "ap", 0.0),))
    recorder.write_input(5, (TunnelCatheter(((0.1, 0.2, 0.01), (0.2, 0.2, 0.012))),), ())
    recorder.write_hash(64, "0123456789abcdef")
    yield recorder
    recorder.release()


def lines_of(path):
    return path.read_text("utf-8").splitlines(keepends=True)


def test_a_log_reads_back_as_it_was_written(written, header):
    written.write_end(70, "fedcba9876543210", "finished")
    log = read_log(written.path)
    assert log.header == header
    assert log.inputs[0].commands == (AdvanceNeedle(0.001),)
    assert log.inputs[0].actions == (Action("beam.pulse", "ap", 0.0),)
    assert log.inputs[1].commands[0].waypoints_m[1] == (0.2, 0.2, 0.012)
    assert log.hashes == ((64, "0123456789abcdef"), (70, "fedcba9876543210"))
    assert (log.last_tick, log.end, log.is_truncated) == (70, "finished", False)


def test_a_finished_log_is_compressed(written):
    written.write_end(70, "fedcba9876543210", "finished")
    assert written.path.read_bytes()[:2] == b"\x1f\x8b"


def test_a_log_without_an_end_is_readable_at_any_moment(written):
    assert [i.tick for i in read_log(written.path).inputs] == [3, 5]


def test_a_cut_last_line_is_dropped(written):
    text = written.path.read_bytes()
    written.path.write_bytes(text[:-9])
    log = read_log(written.path)
    assert log.is_truncated
    assert log.hashes == ()
    assert len(log.inputs) == 2


def test_the_scenario_in_the_header_replays_alone(written):
    assert scenario_of(read_log(written.path)) == load("refill_routine_adult")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"t": 70, "x": 1}\n', "x = 1"),
        ('{"t": 2, "c": []}\n', "ticks must rise"),
        ('{"t": -1}\n', "0 .."),
        ('{"t": true}\n', "whole number"),
        ('{"t": 70, "t": 71}\n', "twice"),
        ('{"t": 70, "c": [{"name": "AdvanceNeedle", "travel_m": 9.0}]}\n', "-0.005 .. 0.005"),
        ('{"t": 70, "c": [{"name": "AdvanceNeedle", "travel_m": NaN}]}\n', "NaN"),
        ('{"t": 70, "c": [{"name": "FlyAway"}]}\n', "FlyAway"),
        ('{"t": 70, "c": 5}\n', "list"),
        ('{"t": 70, "a": [{"name": "nonsense"}]}\n', "nonsense"),
        ('{"t": 70, "h": "xyz"}\n', "hexadecimal"),
        ("[]\n", "JSON object"),
        ("\n", "JSON object"),
        ('{"t": ' + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "}\n", "nesting"),
    ],
)
def test_a_wrong_line_is_refused_with_file_and_line(written, line, words):
    written.path.write_text("".join([*lines_of(written.path), line]), "utf-8")
    with pytest.raises(LogError) as caught:
        read_log(written.path)
    assert str(caught.value).startswith("case.thecal:5: ")
    assert words in str(caught.value)


def test_text_that_is_not_utf_8_is_refused(written):
    written.path.write_bytes(written.path.read_bytes() + b'{"t": 70, "\xff": 1}\n')
    with pytest.raises(LogError, match="UTF-8"):
        read_log(written.path)


@pytest.mark.parametrize(("key", "value"), [("format", 99), ("physics", "0"), ("tick_hz", 60), ("thecal", "x"), ("seed", -4)])
def test_a_header_of_another_version_or_kind_is_refused(header, tmp_path, key, value):
    data = json.loads(header_line(header)) | {key: value}
    path = tmp_path / "old.thecal"
    path.write_text(json.dumps(data) + "\n", "utf-8")
    with pytest.raises(LogError, match=f"old.thecal:1: {key}"):
        read_log(path)


def test_a_changed_scenario_is_noticed(header, tmp_path):
    path = tmp_path / "forged.thecal"
    path.write_text(header_line(header).replace("Routine refill", "Routine refund"), "utf-8")
    with pytest.raises(LogError, match="sha256"):
        read_log(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("game.replay.reader.MAX_BYTES", 10_000)
    path = tmp_path / "bomb.thecal"
    path.write_bytes(gzip.compress(b"0" * 1_000_000))
    with pytest.raises(LogError, match="size"):
        read_log(path)


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"\x00" * 50, b"\x1f\x8b\x08\x00garbage", b"{}\n", b"not json\n"])
def test_rubbish_is_a_log_error_and_nothing_else(tmp_path, content):
    path = tmp_path / "rubbish.thecal"
    path.write_bytes(content)
    with pytest.raises(LogError):
        read_log(path)
