"""What a careful finger can find on each build: spinous processes along the midline, the iliac crest at the flank."""

from __future__ import annotations

import numpy as np
import pytest

from game.instruments import palpation
from physics import anatomy
from scenarios.load import load
from scenarios.setup import setup

NOTICED = 1.0 + palpation.LEAST_NOTICED
CASES = {"child": "implant_child_diplegia_8y", "thin": "implant_thin_subfascial", "adult": "implant_adult_t10", "heavy": "implant_ms_bmi34"}


def midline_contrast(body) -> float:
    """Return the mean over the gaps of how many times harder the processes beside a gap are."""
    heights = np.arange(-40.0, 122.0, 4.0)
    felt = np.array([palpation.hardness_n_per_mm(body, 0.0, v * 1e-3, palpation.PRESSES_N[1]) for v in heights])
    half = 5  # a level of the adult is 32 to 40 mm high, of the child 24
    ratios = [
        min(felt[max(i - half, 0) : i].max(), felt[i + 1 : i + 1 + half].max()) / felt[i]
        for i in range(2, len(felt) - 2)
        if felt[i] == felt[max(i - 2, 0) : i + 3].min()
    ]
    assert len(ratios) >= 3  # gaps there are in every build
    return float(np.mean(ratios))


def crest_contrast(body) -> float:
    """Return how many times harder the crest is than the flank above it, where it is felt best."""
    best = 0.0
    for u in np.arange(100.0, 241.0, 20.0):
        edge = 1e3 * anatomy.iliac_crest_v(body.trunk, u * 1e-3)
        on, above = (palpation.hardness_n_per_mm(body, u * 1e-3, (edge + d) * 1e-3, palpation.PRESSES_N[2]) for d in (-10.0, 30.0))
        best = max(best, on / above)
    return best


@pytest.fixture(scope="module")
def bodies():
    """Return the builds, sitting."""
    return {n: anatomy.in_position(anatomy.build_anatomy(setup(load(c), 1).params.build), "sitting") for n, c in CASES.items()}


@pytest.fixture(scope="module")
def felt(bodies):
    """Return (midline, crest) by build."""
    return {name: (midline_contrast(body), crest_contrast(body)) for name, body in bodies.items()}


def test_a_careful_hand_finds_spinous_processes_in_the_adult_and_easier_in_child_and_thin(felt):
    assert felt["adult"][0] > NOTICED
    assert felt["child"][0] > felt["adult"][0] + 0.1 and felt["thin"][0] > felt["adult"][0] + 0.1


def test_under_much_fat_the_midline_is_hardly_felt_but_not_flat(felt):
    assert 1.02 < felt["heavy"][0] < felt["adult"][0] - 0.1


def test_the_crest_is_found_at_the_flank_and_worse_under_much_fat(felt):
    assert felt["adult"][1] > NOTICED and felt["child"][1] > NOTICED and felt["thin"][1] > NOTICED
    assert 1.0 <= felt["heavy"][1] < felt["adult"][1]


def test_the_passer_grates_on_the_crest_and_not_in_the_fat_over_it(bodies):
    body = bodies["thin"]
    u_m = 0.14
    v_m = anatomy.iliac_crest_v(body.trunk, u_m) - 0.015
    cover = float(palpation.cover_m(body, u_m, v_m)[0])
    assert cover < palpation.MOST_COVER_M  # there is bone under this spot
    assert palpation.is_on_bone(body, u_m, v_m, cover) and not palpation.is_on_bone(body, u_m, v_m, 0.4 * cover)
    assert not palpation.is_on_bone(body, u_m, v_m + 0.06, 0.4 * cover)
