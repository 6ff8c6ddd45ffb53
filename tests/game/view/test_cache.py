"""The cache of baked meshes: place, keys, damage."""

from __future__ import annotations

import numpy as np

from game.view import cache


def test_own_folder_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("THECAL_CACHE_DIR", str(tmp_path))
    assert cache.cache_folder() == tmp_path


def test_linux_follows_xdg(monkeypatch, tmp_path):
    monkeypatch.delenv("THECAL_CACHE_DIR", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.cache_folder() == tmp_path / "thecal"


def test_key_changes_with_any_part():
    assert cache.cache_key("a", 1) != cache.cache_key("a", 2)
    assert cache.cache_key("a", 1) == cache.cache_key("a", 1)


def test_arrays_come_back(monkeypatch, tmp_path):
    monkeypatch.setenv("THECAL_CACHE_DIR", str(tmp_path))
    cache.save("k", {"a/p": np.arange(5.0)})
    stored = cache.load("k")
    assert stored is not None
    assert np.array_equal(stored["a/p"], np.arange(5.0))


def test_damaged_file_is_as_good_as_none(monkeypatch, tmp_path):
    monkeypatch.setenv("THECAL_CACHE_DIR", str(tmp_path))
    (tmp_path / "k.npz").write_bytes(b"not a zip")
    assert cache.load("k") is None


def test_folder_that_cannot_be_written_is_not_an_error(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("THECAL_CACHE_DIR", str(blocked))
    cache.save("k", {"a": np.zeros(1)})
    assert cache.load("k") is None


def test_sources_key_changes_with_a_file_of_a_package(monkeypatch, tmp_path):
    package = tmp_path / "drawers"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "light.glsl").write_text("sun")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = cache.sources_key("drawers")
    assert cache.sources_key("drawers") == before
    (package / "light.glsl").write_text("moon")
    assert cache.sources_key("drawers") != before
