"""Hostile or broken files: one readable error, in bounded time, and nothing written."""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from importlib.resources import files

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


BODY = (files("scenarios") / "content/patients/adolescent_quadriplegia_cobb50.toml").read_text("utf-8")
SHUNTED = (files("scenarios") / "content/patients/adult_gastrostomy_shunt.toml").read_text("utf-8")
BODIES = {  # key -> (what is written, what is told of it)
    "height_cm": ("-146.0", "= -146.0; expected >= 90 and <= 210"),
    "mass_kg": ("nan", "= nan; expected a number >= 12 and <= 160"),
    "age_years": ("true", "= True; expected a number >= 3 and <= 90"),
    "back_fat_mm": ('"thin"', "= 'thin'; expected a number >= 2 and <= 80"),
    "cobb_deg": ("120.0", "= 120.0; expected >= -75 and <= 75"),
    "kyphosis_deg": ("90.0", "= 90.0; expected >= 8 and <= 45"),
    "conus_level": ("17.0", "= 17.0; expected >= 11.5 and <= 15.5"),
    "curve_upper": ('"T13"', "= 'T13'; expected a vertebra C2 .. S1"),
    "curve_apex": ('"L5"', "= 'L5'; expected between T7 and L4"),
    "dura_depth_mm": ("80.0", "= 80; expected 15 .. 38 for this build"),
    "abdominal_fat_mm": ("79.0", "= 79; expected <= 33 at a BMI of 15"),
    "fused": ('[["L4", "L2"]]', "= ['L4', 'L2']; expected the upper vertebra first"),
    "fusion_has_metal": ("true", "= true; expected false without `fused`"),
    "canal_scale": ("inf", "= inf; expected a number >= 0.6 and <= 1.2"),
}


def written(text: str, key: str, value: str) -> str:
    """Return a patient file with a key set."""
    if re.search(rf"^{key} = ", text, re.MULTILINE):
        return re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
    return text.replace("sources = [", f"{key} = {value}\nsources = [", 1)


def laid(folder, text):
    """Write a patient and a case that asks for it; return the paths of both."""
    (folder / "patients").mkdir()
    body, case = folder / "patients" / "bad_body.toml", folder / "my_case.toml"
    body.write_text(written(text, "id", '"bad_body"'), "utf-8")
    whole = (files("scenarios") / "content/implant_scoliosis_t2.toml").read_text("utf-8")
    case.write_text(written(written(whole, "patient", '"bad_body"'), "id", '"my_case"'), "utf-8")
    return body, case


@pytest.mark.parametrize("key", BODIES)
def test_an_impossible_body_is_told_by_file_line_key_value_and_range(capsys, tmp_path, key):
    value, told = BODIES[key]
    body, case = laid(tmp_path, written(BODY, key, value))
    line = 1 + body.read_text("utf-8").split("\n").index(f"{key} = {value}")
    assert main(["scenarios", "lint", str(body)]) == 1
    first, rest = capsys.readouterr().out.split("\n", 1)
    assert first.startswith(f"bad_body.toml:{line}: error: {key} {told}")
    assert "1 errors, 0 warnings" in rest
    assert f"patients/bad_body.toml: {key} {told}" in refused(capsys, "play", case)


@pytest.mark.parametrize(("text", "told"), [
    (written(BODY, "fused", '[["T1", "T4"], ["T3", "T6"]]'), "fused = T1-T4, T3-T6; expected blocks that share no vertebra"),
    (written(BODY, "mass_kg", "90.0"), "mass_kg = 90; expected 21 .. 75 at 146 cm"),
    (written(BODY, "back_fat_mm", "26.0"), "back_fat_mm = 26; expected <= 15"),
    (re.sub(r"^dura_depth_mm.*\n", "", BODY, flags=re.MULTILINE), "dura_depth_mm: is missing; expected a number >= 15 and <= 110"),
    (written(BODY, "spine_length_cm", "60.0"), "spine_length_cm: unknown key; expected a key of the format"),
    (re.sub(r"^v_cm = .*$", "v_cm = 400.0", SHUNTED, count=1, flags=re.MULTILINE), "sites[0].v_cm = 400.0; expected >= -20 and <= 45"),
])  # fmt: skip
def test_a_body_that_contradicts_itself_is_refused_by_play(capsys, tmp_path, text, told):
    _, case = laid(tmp_path, text)
    assert told in refused(capsys, "play", case)


def test_a_curve_through_a_fused_block_is_a_warning(capsys, tmp_path):
    body, case = laid(tmp_path, written(BODY, "fused", '[["L1", "L3"]]'))
    for path in (body, case):
        assert main(["scenarios", "lint", str(path)]) == 0
        assert "fused = ['L1', 'L3']; the curve T7-L4 of 50 degrees runs through this fused block" in capsys.readouterr().out


def test_options_of_the_table_need_the_table(capsys):
    assert "go with --table" in refused(capsys, "players", "--player", "no-anchor")
