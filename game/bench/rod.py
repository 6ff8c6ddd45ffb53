"""The rod alone against its bars and its peers, all in the same run."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import game.bench.peers_elastica as peers_elastica
import game.bench.peers_mujoco as peers_mujoco
import game.bench.tube as tube
from game.bench.rows import Row, against, row, tick_rows
from game.validate.rod_statics import cantilever_error

Tell = Callable[[float, str], None]
MESHES = (8, 16, 32)


def push_rows(tell: Tell) -> list[Row]:
    """Return the rows of the push with friction: time, penetration, peers (V21)."""
    tell(0.0, "the rod in its tube")
    tube.push(16)  # compiles
    ours, fine = tube.push(), tube.push(256)
    median, deep = statistics.median(ours.times_ms), 1e3 * ours.penetration_m
    rows = [
        *tick_rows("rod.push", ours.times_ms, 4.0, 8.0),
        *tick_rows("rod.push_256", fine.times_ms),
        row("rod.push.penetration", deep, "mm", 0.1),
    ]
    tell(0.0, "MuJoCo's rod in its tube")
    flex = peers_mujoco.name()
    theirs = None if flex is None else peers_mujoco.push()
    dear = None if theirs is None else statistics.median(theirs.times_ms)
    deeper = None if theirs is None else 1e3 * theirs.penetration_m
    rows.append(against("rod.push.time_over_mujoco", median, "ms", dear, flex, 0.6))
    rows.append(against("rod.push.penetration_over_mujoco", deep, "mm", deeper, flex, 0.1))
    tell(0.0, "PyElastica's rod in its tube")
    elastica = peers_elastica.name()
    dear = None if elastica is None else peers_elastica.push_ms_per_tick()
    rows.append(against("rod.push.pyelastica_over_ours", median, "ms", dear, elastica, 20.0, is_least=True))
    return rows


def accuracy_rows(tell: Tell) -> list[Row]:
    """Return the rows of the cantilever (V1) and of the helix without friction (V8)."""
    tell(0.0, "cantilever and helix")
    flex, rows = peers_mujoco.name(), []
    for n in MESHES:
        ours, theirs = cantilever_error(n), None if flex is None else peers_mujoco.cantilever_error(n)
        rows.append(row(f"rod.cantilever_{n}.error", ours, "1"))
        rows.append(against(f"rod.cantilever_{n}.error_over_mujoco", ours, "of L", theirs, flex, 1.2))
    ours = tube.push(128, 0.0).helix_error
    theirs = None if flex is None else peers_mujoco.push(128, 0.0).helix_error
    rows.append(row("rod.helix.error", ours, "1", 0.01))
    rows.append(against("rod.helix.error_over_mujoco", ours, "of F", theirs, flex, 1.0 / 3.0))
    return rows
