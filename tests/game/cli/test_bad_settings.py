"""A settings file that cannot be used stops the start with one line and is left as it is."""

from __future__ import annotations

import os

import pytest

from game.__main__ import main

FILES = {
    "not toml": b"a = [", "out of range": b"[sight]\nscale = 9.0\n", "not a number": b"[sight]\nscale = nan\n",
    "wrong type": b'[sight]\nscale = "x"\n', "unknown key": b"foo = 1\n", "NUL": b"\0\0", "not UTF-8": b"\xff\xfe",
    "deep": b"a = " + b"[" * 60_000, "deep key": b"a" + b".a" * 30_000 + b" = 1", "other version": b"format = 2\n",
    "digits": b"format = " + b"9" * 5000, "large": b"#" * 1_000_000,
}  # fmt: skip


def refused(capsys, folder, monkeypatch):
    monkeypatch.setenv("THECAL_CONFIG_DIR", str(folder))
    monkeypatch.setenv("DISPLAY", ":99")  # never opened: settings are read first
    code = main([])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("thecal: ")
    assert str(folder) in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_bad_file_is_named_and_kept(capsys, tmp_path, monkeypatch, content):
    (tmp_path / "settings.toml").write_bytes(content)
    refused(capsys, tmp_path, monkeypatch)
    assert (tmp_path / "settings.toml").read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_refused_and_not_waited_for(capsys, tmp_path, monkeypatch):
    (tmp_path / "a" / "settings.toml").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / "settings.toml")
    for folder in (tmp_path / "a", tmp_path / "b"):
        refused(capsys, folder, monkeypatch)
