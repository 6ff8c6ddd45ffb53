"""The series behind the films of the catheter: what the captions claim, without drawing."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from physics.catheter.spec import CATHETERS

SPEC = CATHETERS["ascenda_8780"]


@pytest.fixture(scope="module")
def films():
    path = Path(__file__).resolve().parents[2] / "scripts" / "draw_catheter.py"
    spec = importlib.util.spec_from_file_location("draw_catheter", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["draw_catheter"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["draw_catheter"]


@pytest.fixture(scope="module")
def runs(films):
    where = films.approach()
    return {name: films.threading(where, stylet) for name, stylet, _ in films.WAYS}


@pytest.fixture(scope="module")
def pulls(films):
    return films.looped()


def test_both_ways_pass_the_end_of_the_cord_and_reach_the_lower_thoracic_canal(films, runs):
    conus = films.gallery.typical_build().conus_level
    for moments in runs.values():
        assert moments[-1].past_tip_m == pytest.approx(films.FED_PAST_TIP_M, abs=1e-3)
        assert 10.0 < moments[-1].level < conus - 2.0
        assert min(m.least_radius_m for m in moments) > SPEC.kink_radius_m


def test_the_stylet_costs_push_and_widens_the_bend(runs):
    bare, stiff = (m[-1] for m in runs.values())
    deep = [np.mean([m.push_n for m in moments if m.past_tip_m > 0.1]) for moments in runs.values()]
    assert deep[1] > 2.0 * deep[0] > 0.0
    assert stiff.least_radius_m > 1.3 * bare.least_radius_m


def test_averaging_keeps_the_mean_and_takes_the_ripple(films, runs):
    for moments in runs.values():
        raw, smooth = np.array([m.push_n for m in moments]), films.averaged(moments)
        inner = slice(400, 700)
        assert smooth.shape == raw.shape
        assert smooth[inner].mean() == pytest.approx(raw[inner].mean(), rel=0.02)
        assert np.diff(smooth[inner]).std() < 0.5 * np.diff(raw[inner]).std()


def test_the_loop_follows_theory_until_it_folds_and_shuts_again_at_less(films, pulls):
    first, second = films.shut_at(pulls)
    theory = SPEC.bending_stiffness / (4.0 * SPEC.kink_radius_m**2)
    assert first.seen.tension_n == pytest.approx(theory, rel=0.07)
    assert second.seen.tension_n < 0.5 * first.seen.tension_n
    for p in pulls:
        if not p.seen.n_folds and p.seen.least_radius_m < 0.010:
            radius = films.radius_beside_fold(p.seen)
            assert p.seen.tension_n == pytest.approx(SPEC.bending_stiffness / (4.0 * radius**2), rel=0.07)


def test_the_opened_loop_keeps_an_angle(films, pulls):
    widest = min(pulls, key=lambda p: p.seen.span_m)
    assert widest.part in (films.PARTS[2], films.PARTS[3])
    assert 0.25 * widest.seen.fold_rad_most < widest.seen.fold_rad_now < 0.5 * widest.seen.fold_rad_most
    assert math.degrees(widest.seen.fold_rad_now) > 20.0
