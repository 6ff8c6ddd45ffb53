"""Morris' screening against functions whose effects are known, and the runs it asks for."""

from __future__ import annotations

import numpy as np
import pytest

from game.__main__ import main
from game.population.sensitivity import (
    FACTORS,
    IMPLANTS,
    LIVES,
    STEP,
    elementary_effects,
    nominal,
    one_at_a_time,
    operation_with,
    specification,
    summary,
    tasks_for,
    walks_for,
)
from physics.catheter import CATHETERS

NAMES = [factor.name for factor in FACTORS]


def effects_of(function, trajectories=40):
    walks = walks_for(0, trajectories)
    return elementary_effects(walks, [[float(function(point)) for point in walk] for walk in walks])


def test_a_linear_function_gives_its_slopes_without_spread():
    slopes = np.arange(1.0, len(FACTORS) + 1.0)
    effects = effects_of(lambda x: slopes @ x)
    for slope, name in zip(slopes, NAMES, strict=True):
        assert effects[name] == pytest.approx((slope, 0.0, 40), abs=1e-9)


def test_an_interaction_shows_as_spread_and_a_dead_factor_as_nothing():
    effects = effects_of(lambda x: x[0] * x[1])
    # effect of x0 is x1, uniform on the grid 0, 1/3, 2/3, 1: mean 1/2, standard deviation sqrt(5)/6
    assert effects[NAMES[0]][0] == pytest.approx(0.5, abs=3 * 0.373 / 40**0.5)
    assert effects[NAMES[0]][1] == pytest.approx(5**0.5 / 6, rel=0.25)
    assert effects[NAMES[2]][:2] == (0.0, 0.0)


def test_a_failed_run_costs_its_steps_only():
    walks = walks_for(0, 4)
    values = [[float(walk[k, 0]) for k in range(len(walk))] for walk in walks]
    values[0][3] = float("nan")
    effects = elementary_effects(walks, values)
    assert sum(n for _, _, n in effects.values()) == 4 * len(FACTORS) - 2
    assert all(np.isfinite(mean) for mean, _, _ in effects.values())


def test_a_walk_moves_every_factor_once_inside_its_range():
    for walk in walks_for(3, 20):
        assert walk.min() >= 0.0
        assert walk.max() <= 1.0
        moved = np.abs(np.diff(walk, axis=0))
        assert np.allclose(moved.sum(axis=0), STEP)
        assert np.allclose(moved.sum(axis=1), STEP)


def test_as_it_stands_is_the_catheter_and_the_operation_as_they_are():
    base = CATHETERS["ascenda_8780"]
    for plan in IMPLANTS.values():
        values = nominal(plan)
        spec = specification(values)
        assert (spec.bending_stiffness, spec.kink_radius_m, spec.friction_canal) == pytest.approx(
            (base.bending_stiffness, base.kink_radius_m, base.friction_canal)
        )
        assert operation_with(plan, values) == plan


def test_one_at_a_time_changes_one():
    runs = one_at_a_time("good")
    assert len(runs) == 1 + 2 * len(FACTORS)
    for run in runs[1:]:
        assert sum(run[name] != runs[0][name] for name in NAMES) <= 1


def test_the_summary_reads_its_rows_back():
    tasks = tasks_for(5, 2)
    rows = [
        {"index": n, "implant": name, "values": values, "life": life, "state": "followed",
         "patency": values["kink_radius"], "tip_mm": 0.0, "events": []}
        for n, name, values, life in tasks.values()
    ]  # fmt: skip
    told = summary(5, 2, rows)
    assert len(tasks) == 2 * ((1 + 2 * len(FACTORS)) * LIVES + 2 * (len(FACTORS) + 1))
    for part in told["implants"].values():
        line = part["patency"]["factors"]["kink_radius"]
        assert (line["low"], line["high"]) == (2.0, 5.0)
        assert line["mean_effect"] == pytest.approx(3.0)
        assert part["patency"]["factors"]["ei"]["mean_effect"] == pytest.approx(0.0, abs=1e-9)


def test_too_few_walks_are_refused_in_one_line(capsys):
    assert main(["sensitivity", "--trajectories", "1"]) == 2
    assert "--trajectories = 1; expected 2 .. 100" in capsys.readouterr().err
