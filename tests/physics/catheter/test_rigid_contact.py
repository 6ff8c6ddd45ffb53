"""Rigid bodies, rims and strands: forces are derivatives, friction is Coulomb's, nothing passes through."""

from __future__ import annotations

from dataclasses import replace
from math import exp, pi

import numpy as np
import pytest

from physics.catheter import banded, self_contact
from physics.catheter import bodies as rigid
from physics.catheter import contact as walls
from physics.catheter.banded import HALF, WIDTH, lu_factor
from physics.catheter.bodies import capsule, disc, half_space, rim, stack_bodies, stack_rims
from physics.catheter.rod import Drive, Stage, advance, axial_force, clamp, law_table, rod_from_line
from physics.catheter.self_contact import KRYLOV_STEPS, find_pairs
from physics.catheter.spec import CATHETERS
from physics.kernels import outer

SPEC = CATHETERS["ascenda_8780"]
LIMP = replace(SPEC, bending_stiffness=1e-10, twisting_stiffness=1e-10, stretching_stiffness=50.0)
LAYER = 5e-5
contact, rim_contact, crossing_edges = outer(walls.contact), outer(walls.rim_contact), outer(rigid.crossing_edges)
touch, couple, lu_solve = outer(self_contact.touch), outer(self_contact.couple), outer(banded.lu_solve)


def _stage(bodies=(), rims=(), spec=SPEC):
    empty = (np.zeros((0, 4)), np.zeros((0, 8)), np.zeros((0, 5)))
    return Stage(*empty, law_table(spec), stack_bodies(list(bodies)), stack_rims(list(rims)))


def _straight(n, edge, spec=SPEC, start=(0.0, 0.0, 0.0), along=(1.0, 0.0, 0.0)):
    line = np.asarray(start) + np.arange(n + 1)[:, None] * edge * np.asarray(along)
    return rod_from_line(line, spec, "free")


BODIES = {
    "bar": capsule(np.array([0.0, -0.02, -1.1e-3]), np.array([0.0, 0.02, -1.1e-3]), 0.6e-3),
    "pump": disc(np.array([0.0, 0.0, -5.52e-3]), np.array([0.0, 0.0, 1.0]), 0.03, 5e-3),
    "table": half_space(np.array([0.0, 0.0, -0.52e-3]), np.array([0.0, 0.0, 1.0])),
}


@pytest.mark.parametrize("name", BODIES)
def test_the_force_of_a_body_is_the_derivative_of_its_energy(name):
    rng = np.random.default_rng(3)
    x = np.column_stack([np.linspace(-2e-3, 2e-3, 5), np.zeros(5), np.full(5, 5e-5)]) + rng.normal(size=(5, 3)) * 2e-5
    bodies = stack_bodies([BODIES[name]])
    law, free = law_table(SPEC), np.zeros(5, dtype=np.int64)

    def energy(points):
        load, memory = np.zeros((5, 3)), np.zeros((5, 9))
        grad, band = np.zeros(19), np.zeros((19 + HALF, WIDTH))
        hint = np.zeros((5, 4), dtype=np.int64)
        none = (np.zeros((0, 4)), np.zeros((0, 8)), np.zeros((0, 5)), np.zeros((5, 5)))
        smooth = bodies.copy()
        smooth[:, 10] = 0.0
        mode = np.array([1, 0, 0, 1000])
        _, own = contact(points, x, np.full(5, 1e-3), free, hint, np.zeros_like(x), *none, smooth, law, SPEC.radius_m,
                         LAYER, memory, memory.copy(), load, load.copy(), mode, grad, band)  # fmt: skip
        return own, grad

    _, grad = energy(x)
    assert np.abs(grad).max() > 1e-3
    for i in range(5):
        for a in range(3):
            up, down = x.copy(), x.copy()
            up[i, a] += 1e-9
            down[i, a] -= 1e-9
            assert (energy(up)[0] - energy(down)[0]) / 2e-9 == pytest.approx(grad[4 * i + a], abs=1e-5)


def test_the_force_of_a_rim_is_the_derivative_of_its_energy_and_square_to_the_rod():
    x = np.array([[-1.1e-3, 0.1e-3, 0.0], [0.9e-3, 0.5e-3, 0.15e-3], [2.9e-3, 0.9e-3, 0.2e-3]])
    rims = stack_rims([rim(np.zeros(3), np.array([1.0, 0.0, 0.0]), 0.75e-3, friction=0.0)])
    edges = np.zeros(1, dtype=np.int64)
    crossing_edges(x, rims, edges)
    assert edges[0] == 0

    def energy(points):
        grad, band = np.zeros(11), np.zeros((11 + HALF, WIDTH))
        load, memory = np.zeros(1), np.zeros((1, 3))
        _, own = rim_contact(points, x, rims, edges, SPEC.radius_m, LAYER, 20.0, memory, memory.copy(), load,
                             load.copy(), np.array([1, 0, 0, 0]), grad, band)  # fmt: skip
        return own, grad

    _, grad = energy(x)
    force = np.array([grad[4 * i + a] for i in range(3) for a in range(3)]).reshape(3, 3)
    along = (x[1] - x[0]) / np.linalg.norm(x[1] - x[0])
    assert np.abs(force.sum(axis=0)).max() > 1e-3
    assert abs(force.sum(axis=0) @ along) < 1e-9
    for i in range(2):
        for a in range(3):
            up, down = x.copy(), x.copy()
            up[i, a] += 1e-9
            down[i, a] -= 1e-9
            assert (energy(up)[0] - energy(down)[0]) / 2e-9 == pytest.approx(force[i, a], abs=1e-5)


def test_strands_push_each_other_apart_with_equal_and_opposite_forces():
    rng = np.random.default_rng(1)
    x = np.array([[0.0, 0.0, 0.0], [2e-3, 0.0, 0.0], [9e-3, 5e-3, 0.6e-3], [1.2e-3, 5e-3, 1.15e-3], [0.8e-3, -1e-3, 1.18e-3]])
    x += rng.normal(size=x.shape) * 1e-6
    pairs = np.array([[0, 3]])

    def energy(points):
        grad, band = np.zeros(19), np.zeros((19 + HALF, WIDTH))
        load, memory = np.zeros(1), np.zeros((1, 3))
        _, own = touch(points, x, pairs, 1, SPEC.radius_m, LAYER, 0.0, memory, memory.copy(), load, load.copy(),
                       np.ones(1), np.zeros((1, 12)), np.array([1, 0, 0, 0]), grad, band)  # fmt: skip
        return own, np.array([grad[4 * i + a] for i in range(5) for a in range(3)]).reshape(5, 3)

    _, force = energy(x)
    assert np.abs(force).max() > 1e-4
    assert np.abs(force.sum(axis=0)).max() < 1e-12
    for i in range(5):
        for a in range(3):
            up, down = x.copy(), x.copy()
            up[i, a] += 1e-9
            down[i, a] -= 1e-9
            assert (energy(up)[0] - energy(down)[0]) / 2e-9 == pytest.approx(force[i, a], abs=1e-5)


def test_the_list_of_near_strands_holds_every_pair_that_can_touch():
    rng = np.random.default_rng(5)
    x = np.cumsum(rng.normal(size=(61, 3)) * 1e-3, axis=0)
    length = np.linalg.norm(np.diff(x, axis=0), axis=1)
    middle = np.cumsum(length) - 0.5 * length
    pairs = np.empty((2000, 2), dtype=np.int64)
    reach = 4e-3
    found = {tuple(p) for p in pairs[: find_pairs(x, middle, length.max(), reach, pairs)]}
    centre = 0.5 * (x[1:] + x[:-1])
    for i in range(60):
        for j in range(i + 2, 60):
            near = np.linalg.norm(centre[i] - centre[j]) < reach and middle[j] - middle[i] > 6e-3
            assert near == ((i, j) in found)


def _wound_round_a_pin(mu, turn_rad, n=160):
    """Return (tension ratio, turning angle) of a limp rod pulled round a pin of 10 mm radius."""
    spec, pin = LIMP, 10e-3
    reach = pin + spec.radius_m
    edge = 0.6e-3
    arc = (np.arange(n + 1) - 0.5 * n) * edge
    angle = np.clip(arc / reach, -0.5 * turn_rad, 0.5 * turn_rad)
    over = arc - angle * reach
    line = np.column_stack([reach * np.sin(angle) + over * np.cos(angle), reach * np.cos(angle) - over * np.sin(angle), 0 * arc])
    state = rod_from_line(line, spec, "free")
    stage = _stage([capsule(np.array([0.0, 0.0, -0.05]), np.array([0.0, 0.0, 0.05]), pin, friction=mu)], spec=spec)
    load = np.zeros((n + 1, 3))
    head, tail = line[-1] - line[-2], line[0] - line[1]
    load[0] = 0.05 * tail / np.linalg.norm(tail)
    fixed = clamp(n, (n,))
    fixed[2::4] = True
    ratios = []
    for k in range(120):
        v = state.v.copy()
        v[-1] = 0.008 * head / np.linalg.norm(head)
        v[:, 2] = 0.0
        drive = Drive(dt_s=1 / 64, tolerance_n=1e-6, cap=30, drag=0.0)
        state, _ = advance(replace(state, v=v), spec, stage, drive, fixed, dead_load=load)
        if k >= 90:
            force = axial_force(state, spec)
            ratios.append(force[-6:-2].mean() / force[2:6].mean())
    t = np.diff(state.x, axis=0)
    t /= np.linalg.norm(t, axis=1)[:, None]
    turned = np.arccos(np.clip((t[1:] * t[:-1]).sum(axis=1), -1, 1))[4:-4].sum()
    return float(np.mean(ratios)), float(turned)


def test_a_rod_pulled_round_a_pin_obeys_the_capstan_law():
    ratio, turned = _wound_round_a_pin(0.25, 0.9 * pi)
    assert turned > 0.85 * pi
    assert ratio == pytest.approx(exp(0.25 * turned), rel=0.01)
    assert _wound_round_a_pin(0.0, 0.9 * pi)[0] == pytest.approx(1.0, abs=0.01)


def _through_a_hole(mu, turn_rad, n=80, edge=1e-3):
    """Return (mean tension ratio, turning angle) of a limp rod pulled over the rim of a hole."""
    arc = (np.arange(n + 1) - 0.3 * n) * edge
    into, out = np.array([1.0, 0.0, 0.0]), np.array([np.cos(turn_rad), np.sin(turn_rad), 0.0])
    state = rod_from_line(np.where(arc[:, None] < 0.0, arc[:, None] * into, arc[:, None] * out), LIMP, "free")
    middle = np.array([np.cos(0.5 * turn_rad), np.sin(0.5 * turn_rad), 0.0])
    stage = _stage(rims=[rim(np.zeros(3), middle, LIMP.radius_m + 1e-4, friction=mu)], spec=LIMP)
    load = np.zeros((n + 1, 3))
    load[0, 0] = -0.02
    fixed = clamp(n, (n,))
    fixed[2::4] = True
    ratios, turned = [], []
    for k in range(160):
        v = state.v.copy()
        v[-1] = 0.006 * out
        drive = Drive(dt_s=1 / 64, tolerance_n=1e-6, cap=30, drag=0.0)
        state, _ = advance(replace(state, v=v), LIMP, stage, drive, fixed, dead_load=load)
        if k >= 60:
            force = axial_force(state, LIMP)
            ratios.append(force[-6:-2].mean() / force[2:6].mean())
            t = np.diff(state.x, axis=0)
            turned.append(np.arccos(t[3] @ t[-3] / np.linalg.norm(t[3]) / np.linalg.norm(t[-3])))
    return float(np.mean(ratios)), float(np.mean(turned))


@pytest.mark.parametrize("turn_rad", [0.5, 1.0])
def test_a_rod_pulled_over_a_rim_obeys_the_capstan_law_on_average(turn_rad):
    ratio, turned = _through_a_hole(0.2, turn_rad)
    assert turned == pytest.approx(turn_rad, abs=0.02)
    assert ratio == pytest.approx(exp(0.2 * turned), rel=0.05)
    assert _through_a_hole(0.0, turn_rad)[0] == pytest.approx(1.0, abs=0.02)


def test_a_rod_on_a_slope_sticks_below_the_angle_of_friction_and_slides_above_it():
    stage = _stage([half_space(np.zeros(3), np.array([0.0, 0.0, 1.0]), friction=0.2)])
    for slope, speed in ((0.19, 0.0), (0.25, 9.81 * 0.05 / np.sqrt(1.0 + 0.25**2))):
        state = _straight(20, 5e-3, start=(0.0, 0.0, SPEC.radius_m))
        fixed = np.zeros(83, dtype=np.bool_)
        cosine = 1.0 / np.sqrt(1.0 + slope**2)
        mass = np.full(21, 5e-3) * SPEC.mass_per_length
        mass[[0, -1]] *= 0.5
        load = np.zeros((21, 3))
        load[:, 2] = -9.81 * cosine * mass
        drive = Drive(tolerance_n=1e-9, cap=30, drag=0.0)
        for _ in range(32):
            state, _ = advance(replace(state, v=np.zeros_like(state.v)), SPEC, stage, drive, fixed, dead_load=load)
        load[:, 0] = 9.81 * slope * cosine * mass
        began = state.x[:, 0].mean()
        for _ in range(64):
            state, _ = advance(state, SPEC, stage, drive, fixed, dead_load=load)
        assert state.v[:, 0].mean() == pytest.approx(speed, rel=1e-3, abs=1e-5)
        if speed == 0.0:
            assert abs(state.x[:, 0].mean() - began) < 1e-5


def test_a_moving_body_carries_along_what_rests_on_it():
    state = _straight(20, 5e-3, start=(0.0, 0.0, SPEC.radius_m))
    mass = np.full(21, 5e-3) * SPEC.mass_per_length
    load = np.zeros((21, 3))
    load[:, 2] = -9.81 * mass
    fixed = np.zeros(83, dtype=np.bool_)
    for _ in range(96):
        moved = np.array([0.005 / 64, 0.0, 0.0])
        stage = _stage([half_space(np.zeros(3), np.array([0.0, 0.0, 1.0]), friction=0.5, displacement_m=moved)])
        state, _ = advance(state, SPEC, stage, Drive(tolerance_n=1e-9, cap=30, drag=0.0), fixed, dead_load=load)
    assert state.v[:, 0].mean() == pytest.approx(0.005, rel=0.05)


def _pushed_across(self_contact, steps=40):
    """Return how high a bent rod's free half is after it was driven down through its own other half."""
    n, edge = 60, 2e-3
    arc = np.arange(n + 1) * edge
    radius = 0.012
    angle = np.clip((arc - 0.03) / radius, 0.0, 1.5 * pi)
    over = np.clip(arc - 0.03, 0.0, None) - angle * radius
    x = np.minimum(arc, 0.03) + radius * np.sin(angle) + over * np.cos(angle)
    y = radius * (1 - np.cos(angle)) + over * np.sin(angle)
    z = np.where(angle > 0.9 * pi, 4e-3 * np.clip((angle - 0.9 * pi) / 1.0, 0.0, 1.0), 0.0)
    state = rod_from_line(np.column_stack([x, y, z]), SPEC, "free")
    fixed = clamp(n, (*range(16), n - 1, n), (0, n - 1))
    for _ in range(steps):
        v = np.zeros_like(state.x)
        v[-2:, 2] = -0.008 * 64 / steps
        drive = Drive(tolerance_n=1e-6, cap=15, drag=0.1, self_contact=self_contact)
        state, stats = advance(replace(state, v=v, omega=0 * state.omega), SPEC, _stage(), drive, fixed)
    crossing = np.abs(state.x[20:, 1]).argmin() + 20
    return state.x[crossing, 2], stats


@pytest.mark.parametrize("steps", [40, 4])
def test_strands_do_not_pass_through_each_other_however_fast(steps):
    free, _ = _pushed_across(False, steps)
    kept, stats = _pushed_across(True, steps)
    assert free < -SPEC.radius_m
    assert kept > 1.5 * SPEC.radius_m
    assert stats[4] > -0.4e-3


def test_several_steps_in_one_call_are_those_of_several_calls():
    state = _straight(20, 5e-3)
    fixed = clamp(20, (0, 1), (0,))
    load = np.zeros((21, 3))
    load[-1, 2] = -1e-4
    bar = capsule(np.array([0.08, -0.05, -2e-3]), np.array([0.08, 0.05, -2e-3]), 1e-3)
    one, many = state, state
    for _ in range(8):
        one, _ = advance(one, SPEC, _stage([bar]), Drive(dt_s=1 / 128, steps=2), fixed, dead_load=load)
    for _ in range(16):
        many, _ = advance(many, SPEC, _stage([bar]), Drive(dt_s=1 / 128), fixed, dead_load=load)
    assert np.array_equal(one.x, many.x)
    assert np.array_equal(one.memory, many.memory)


def test_coupled_strands_move_as_the_exact_tangent_says():
    rng = np.random.default_rng(2)
    n = 8
    x = np.vstack([np.column_stack([np.arange(5) * 2e-3, np.zeros(5), np.zeros(5)]),
                   np.column_stack([np.arange(3, -1, -1) * 2e-3, np.full(4, 1.18e-3), np.full(4, 1e-4)])])  # fmt: skip
    pairs, size = np.array([[0, 7], [1, 6], [2, 5]]), 4 * n + 3
    grad, band = np.zeros(size), np.zeros((size + HALF, WIDTH))
    band[:size, HALF] = 3.0
    link, load, memory = np.zeros((3, 12)), np.zeros(3), np.zeros((3, 3))
    touch(x, x, pairs, 3, SPEC.radius_m, LAYER, 0.0, memory, memory.copy(), load, load.copy(), np.ones(3), link,
          np.array([1, 0, 0, 0]), grad, band)  # fmt: skip
    exact = 3.0 * np.eye(size)
    for (i, j), row in zip(pairs, link):
        nodes, normal = (i, i + 1, j, j + 1), row[4:7]
        for p, first in enumerate(nodes):
            for q, second in enumerate(nodes):
                block = row[p] * row[q] * row[7] * np.outer(normal, normal)
                exact[4 * first : 4 * first + 3, 4 * second : 4 * second + 3] += block
    rhs = np.zeros(size + HALF)
    rhs[:size] = rng.normal(size=size)
    rhs[1:size:4] += 5.0  # both strands are pushed the same way
    fixed = np.zeros(size, dtype=np.bool_)
    assert lu_factor(band, size)
    direction = rhs.copy()
    lu_solve(band, direction, size)
    wanted = np.linalg.solve(exact, rhs[:size])
    assert np.linalg.norm(direction[:size] - wanted) > 0.1 * np.linalg.norm(wanted)
    couple(direction, band, fixed, pairs, 3, link, np.zeros((KRYLOV_STEPS + 2, size + HALF)))
    assert np.linalg.norm(direction[:size] - wanted) < 0.05 * np.linalg.norm(wanted)
