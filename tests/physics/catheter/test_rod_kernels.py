"""The elastic kernels: gradient and tangent against finite differences, invariance to a rigid motion."""

from __future__ import annotations

import numpy as np

from physics.catheter import banded, elastic
from physics.catheter.banded import HALF, WIDTH, lu_factor
from physics.catheter.elastic import bend_twist, stretch
from physics.catheter.rod import parallel_directors, voronoi_lengths
from physics.kernels import outer

frames, lu_solve = outer(elastic.frames), outer(banded.lu_solve)


def _random_rod():
    rng = np.random.default_rng(0)
    n = 6
    x0 = np.column_stack([np.linspace(0, 0.06, n + 1), np.zeros(n + 1), np.zeros(n + 1)])
    tangent = np.diff(x0, axis=0) / 0.01
    rod = dict(
        length=np.full(n, 0.01), tangent=tangent, director=parallel_directors(tangent), turn=np.zeros(n),
        rest=rng.normal(size=(n, 2)) * 0.1, bending=rng.uniform(0.5, 1.5, n),
    )  # fmt: skip
    x, theta = x0 + rng.normal(size=x0.shape) * 2e-3, rng.normal(size=n) * 0.3
    # derivatives are those at the last frames (time-parallel transport): take the frames of this shape as last
    t, d, m1, m2 = (np.zeros((n, 3)) for _ in range(4))
    turn = np.zeros(n)
    frames(x, theta, rod["tangent"], rod["director"], rod["turn"], t, d, m1, m2, turn)
    return x, theta, rod | dict(tangent=t, director=d, turn=turn)


def _energy(x, theta, rod, want=True):
    n = len(theta)
    t, d, m1, m2 = (np.zeros((n, 3)) for _ in range(4))
    turn = np.zeros(n)
    frames(x, theta, rod["tangent"], rod["director"], rod["turn"], t, d, m1, m2, turn)
    grad, band = np.zeros(4 * n + 3), np.zeros((4 * n + 3 + HALF, WIDTH))
    e = stretch(x, t, rod["length"], 50.0, want, False, grad, band)
    e += bend_twist(
        x, theta, t, m1, m2, turn, voronoi_lengths(rod["length"]), rod["bending"], 0.7, rod["rest"], want, False,
        grad, band,
    )  # fmt: skip
    return e, grad, band


def _shifted(x, theta, q, h):
    x, theta = x.copy(), theta.copy()
    node, axis = divmod(q, 4)
    if axis < 3:
        x[node, axis] += h
    else:
        theta[node] += h
    return x, theta


def test_gradient_is_the_derivative_of_the_energy():
    x, theta, rod = _random_rod()
    _, grad, _ = _energy(x, theta, rod)
    for q in range(len(grad)):
        h = 1e-7
        up, down = (_energy(*_shifted(x, theta, q, s * h), rod)[0] for s in (1, -1))
        assert abs((up - down) / (2 * h) - grad[q]) < 1e-5 * max(1.0, np.abs(grad).max())


def test_tangent_is_the_symmetrised_derivative_of_the_gradient():
    x, theta, rod = _random_rod()
    _, grad, band = _energy(x, theta, rod)
    n = len(grad)
    dense, numeric = np.zeros((n, n)), np.zeros((n, n))
    for r in range(n):
        for c in range(max(0, r - HALF), min(n, r + HALF + 1)):
            dense[r, c] = band[r, HALF + c - r]
    for q in range(n):
        h = 1e-7
        up, down = (_energy(*_shifted(x, theta, q, s * h), rod)[1] for s in (1, -1))
        numeric[:, q] = (up - down) / (2 * h)
    assert np.abs(dense - dense.T).max() < 1e-9 * np.abs(dense).max()
    assert np.abs(0.5 * (numeric + numeric.T) - dense).max() < 1e-6 * np.abs(dense).max()


def test_a_shift_of_the_whole_rod_costs_nothing():
    x, theta, rod = _random_rod()
    assert np.isclose(_energy(x, theta, rod)[0], _energy(x + [0.1, -0.2, 0.3], theta, rod)[0], rtol=1e-12)


def test_banded_solve_agrees_with_a_dense_one():
    rng = np.random.default_rng(1)
    n = 40
    dense = np.eye(n) * 30
    band = np.zeros((n + HALF, WIDTH))
    for r in range(n):
        for c in range(max(0, r - HALF), min(n, r + HALF + 1)):
            dense[r, c] += rng.normal()
            band[r, HALF + c - r] = dense[r, c]
    rhs = rng.normal(size=n)
    solved = np.concatenate([rhs, np.zeros(HALF)])
    assert lu_factor(band, n)
    lu_solve(band, solved, n)
    assert np.allclose(dense @ solved[:n], rhs, atol=1e-12)
