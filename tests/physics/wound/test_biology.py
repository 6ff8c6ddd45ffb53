"""Biology: rates multiply and are capped, draws converge to them, days to their median; what gathers balances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from physics.wound import Bleeder, Break, biology, collections
from physics.wound.biology import Closing


def test_without_an_antibiotic_the_adult_rate_is_the_published_one():
    chance = biology.drawn(Closing(antibiotic_before_s=None), 1, 1)[0]
    assert chance.base == 0.05 and chance.probability == pytest.approx(0.19)  # 5 v 19 % [S89]
    assert chance.factors == (("antibiotic missed", 3.8),)


@pytest.mark.parametrize(("before_s", "factor"), [(0.0, 1.0), (3600.0, 1.0), (5400.0, 2.4), (7200.0, 3.8), (-60.0, 2.4), (None, 3.8)])
def test_the_antibiotic_counts_by_its_time(before_s, factor):
    assert biology.antibiotic_factor(before_s) == pytest.approx(factor)


@given(st.lists(st.floats(0.5, 10.0), max_size=6), st.floats(0.001, 0.2))
def test_probabilities_multiply_and_are_capped(sizes, base):
    rows = tuple((f"f{k}", size) for k, size in enumerate(sizes))
    assert biology.probability(base, rows) == pytest.approx(min(biology.MOST, base * math.prod(sizes)))


@pytest.mark.parametrize("at", [Closing(), Closing(antibiotic_before_s=None, agents=()), Closing(is_child=True, breaks=(Break("glove", 0.0),))])
def test_draws_converge_to_the_probability(at):
    n = 3000
    rows = [biology.drawn(at, seed, 77)[0] for seed in range(n)]
    p = rows[0].probability
    assert abs(sum(r.has_come for r in rows) / n - p) < 3.5 * math.sqrt(p * (1.0 - p) / n)
    assert np.median([r.day for r in rows]) == pytest.approx(14.0, rel=0.1)
    kinds = [r.kind for r in rows]
    for kind, share in biology.KINDS:
        assert abs(kinds.count(kind) / n - share) < 3.5 * math.sqrt(share * (1.0 - share) / n)


def test_the_same_closure_draws_the_same_and_worse_work_never_draws_less():
    clean, dirty = Closing(), Closing(antibiotic_before_s=None, breaks=(Break("wet drape", 0.0),))
    for seed in range(200):
        one, two = biology.drawn(clean, seed, 5)[0], biology.drawn(dirty, seed, 5)[0]
        assert biology.drawn(clean, seed, 5)[0] == one
        assert two.has_come >= one.has_come and two.kind == one.kind and two.day == one.day


def test_a_leak_makes_meningitis_likelier():
    with_leak = sum(biology.drawn(Closing(has_csf_leak=True), s, 1)[0].kind == "meningitis" for s in range(2000)) / 2000
    assert with_leak == pytest.approx(0.5 / 1.25, abs=0.04)


def test_each_break_is_named_and_a_changed_glove_weighs_less():
    left, changed = Closing(breaks=(Break("glove", 0.0),)), Closing(breaks=(Break("glove", 0.0, True),))
    assert biology.infection_factors(left) == (("unsterile glove", 2.0),)
    assert biology.infection_factors(changed) == (("unsterile glove, changed", 1.2),)


def test_thin_cover_tight_pockets_and_gaping_wounds_have_their_price():
    of = {c.name: c for c in biology.drawn(Closing(cover_m=0.004, clearance_m=0.003, held=0.5), 1, 1)}
    assert of["erosion"].probability == pytest.approx(0.003 * 60.0 * 2.0)
    assert of["dehiscence"].probability == pytest.approx(0.02 * 2.5 * 2.0)
    assert {c.name: c.factors for c in biology.drawn(Closing(), 1, 1)} == {"infection": (), "dehiscence": (), "erosion": ()}


def vessel(flow, is_arterial):
    return Bleeder("pocket", 0.0, 0.0, 0.017, flow, is_arterial, 0.0)


def test_vessels_left_open_make_the_haematoma_and_sealed_ones_none():
    artery, small = vessel(1e-8, True), vessel(1e-8, False)
    assert collections.haematoma_to_come_m3((artery,), (), 0.0, 0.0) == pytest.approx(1e-8 * collections.TAMPONADE_S)
    assert collections.haematoma_to_come_m3((small,), (), 0.0, 0.0) == pytest.approx(1e-8 * 300.0)
    assert collections.haematoma_to_come_m3((vessel(1e-6, True),), (), 0.0, 5e-6) == pytest.approx(65e-6)  # the pocket is full


def test_csf_under_the_back_settles_where_leak_and_uptake_balance():
    volume, step = 0.0, 0.25
    for _ in range(200):
        volume = collections.csf_m3(volume, 10e-6 * step, step)
    assert volume == pytest.approx(10e-6 * collections.CSF_TAKEN_UP_DAYS, rel=1e-6)
    assert collections.csf_m3(volume, 0.0, collections.CSF_TAKEN_UP_DAYS) == pytest.approx(volume / math.e)
