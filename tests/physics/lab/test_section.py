"""Forces in a section of the rod, against the load that makes them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from physics.catheter.rod import Drive, Stage, advance, clamp, law_table, rod_from_line
from physics.catheter.section import section_force, section_moment, torque
from physics.catheter.spec import CATHETERS

SPEC = CATHETERS["ascenda_8780"]
N, LENGTH = 64, 0.1
LOAD_N = np.array([1e-4, 5e-5, -2e-4])


@pytest.fixture(scope="module")
def bent():
    """A cantilever held at mid-edge, twisted by half a radian at its root, with a force on its tip."""
    edge = LENGTH / (N - 0.5)
    line = np.zeros((N + 1, 3))
    line[:, 0] = np.arange(N + 1) * edge - 0.5 * edge
    stage = Stage(np.zeros((0, 4)), np.zeros((0, 8)), np.zeros((0, 5)), law_table(SPEC))
    state, load = rod_from_line(line, SPEC, "free"), np.zeros((N + 1, 3))
    for k in range(25):
        load[-1] = LOAD_N * min(1.0, (k + 1) / 6)
        state = replace(state, v=np.zeros_like(state.v), omega=np.zeros(N))
        drive = Drive(dt_s=0.5, tolerance_n=1e-11, cap=40, drag=0.0)
        state, _ = advance(state, SPEC, stage, drive, clamp(N, (0, 1), (0,)), dead_load=load)
    return state


@pytest.mark.parametrize("edge", [1, 5, 20, 40, 60])
def test_every_section_carries_the_force_on_the_tip(bent, edge):
    assert section_force(bent, SPEC, edge) == pytest.approx(LOAD_N, abs=2e-3 * np.linalg.norm(LOAD_N))


def test_the_moment_in_a_section_is_arm_times_force(bent):
    for vertex in (1, 10, 40):
        arm = bent.x[-1] - bent.x[vertex]
        assert section_moment(bent)[vertex] == pytest.approx(np.cross(arm, LOAD_N), abs=2e-8)


def test_a_free_end_carries_no_torque(bent):
    assert np.abs(torque(bent, SPEC)[-1]) < 1e-9
