"""What a line of the bench report says, with peers and without."""

from __future__ import annotations

import math
from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from game.bench import peers_elastica, peers_mujoco, rod, tube
from game.bench.rows import against, row, share, tick_rows
from game.validate.rods import SPEC


def test_a_budget_is_kept_below_it_and_broken_above_it():
    assert row("tick", 3.0, "ms", 4.0)["passed"]
    assert not row("tick", 5.0, "ms", 4.0)["passed"]
    assert row("tick", 5.0, "ms")["passed"]


def test_a_least_value_is_kept_above_it_and_broken_below_it():
    assert row("rate", 25.0, "1", 20.0, is_least=True)["passed"]
    assert not row("rate", 15.0, "1", 20.0, is_least=True)["passed"]


def test_the_share_of_a_series_is_its_order_statistic():
    assert share([float(k) for k in range(100, 0, -1)], 0.95) == 96.0
    assert [r["value"] for r in tick_rows("t", [1.0, 2.0, 9.0])] == [2.0, 9.0, 9.0]


def test_our_time_over_a_peers_fails_where_we_are_slower_than_the_bar():
    slow, fast = against("a", 3.0, "ms", 4.0, "Peer 1", 0.6), against("a", 2.0, "ms", 4.0, "Peer 1", 0.6)
    assert (slow["value"], slow["passed"], fast["value"], fast["passed"]) == (0.75, False, 0.5, True)
    assert slow["peer"] == "Peer 1: 4 ms"


def test_a_dear_peer_must_cost_so_many_times_ours():
    assert against("a", 3.0, "ms", 90.0, "Peer", 20.0, is_least=True)["passed"]
    assert not against("a", 3.0, "ms", 30.0, "Peer", 20.0, is_least=True)["passed"]


def test_without_a_peer_there_is_no_verdict():
    found = against("a", 3.0, "ms", None, None, 0.6)
    assert (found["value"], found["passed"], found["peer"]) == (None, None, "not installed")


def test_without_peers_the_rod_is_measured_all_the_same(monkeypatch: pytest.MonkeyPatch):
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    for peer in (peers_mujoco, peers_elastica):
        monkeypatch.setattr(peer, "version", absent)
    monkeypatch.setattr(tube, "push", lambda *a, **k: tube.Pushed([1.0, 2.0, 3.0], 1e-5, 0.0))
    rows = rod.push_rows(lambda done, text: None)
    assert {r["peer"] for r in rows if "_over_" in r["id"]} == {"not installed"}
    mine = {r["id"]: r["passed"] for r in rows if "_over_" not in r["id"]}
    assert mine["rod.push.median"] and mine["rod.push.p95"] and mine["rod.push.penetration"]


def test_the_force_of_an_exact_helix_has_no_error():
    radius, pitch = 6.9e-3, 0.12
    angle = np.linspace(0.0, 16 * math.pi, 4001)
    x = np.column_stack([pitch * angle / (2 * math.pi), radius * np.cos(angle), radius * np.sin(angle)])
    k = 2 * math.pi / math.hypot(pitch, 2 * math.pi * radius)
    force = 2 * SPEC.bending_stiffness * k * k * math.sqrt(1 - (radius * k) ** 2)
    assert tube.helix_error(x, force) == pytest.approx(0.0, abs=1e-3)
    assert tube.helix_error(x, 1.1 * force) == pytest.approx(0.1, abs=2e-3)
