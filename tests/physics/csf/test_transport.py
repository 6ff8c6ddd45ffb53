"""The assembled system: conservation, shape, source and scaling."""

from __future__ import annotations

import numpy as np
import pytest

from physics.csf.drugs import DrugParams
from physics.csf.propagation import modes
from physics.csf.transport import SITES, layout_for, network, position_m, spread


def test_every_column_of_drug_compartments_conserves_mass():
    net = network(DrugParams(), 2.2e-8)
    lay = net.layout
    drug = np.r_[0 : lay.sites.start, lay.eliminated, lay.withdrawn]
    leaving = net.matrix[np.ix_(drug, drug)].sum(axis=0)
    assert np.abs(leaving).max() < 1e-15 * np.abs(net.matrix).max() * 100


def test_canal_holds_the_published_volume_and_length():
    net = network(DrugParams())
    volumes = net.volumes_m3[net.layout.csf]
    below_t11_12 = volumes[
        net.cells_m < 0.5 * (position_m(DrugParams(), 11) + position_m(DrugParams(), 12))
    ].sum()
    assert volumes.sum() == pytest.approx(96e-6, rel=0.02)  # Sass 2017: 97 mL
    assert below_t11_12 == pytest.approx(42e-6, rel=0.05)  # Hogan 1996, Sullivan 2006
    assert net.pitch_m * net.layout.n_cells == pytest.approx(0.62, rel=0.01)


def test_levels_run_from_the_sac_to_the_skull():
    places = [position_m(DrugParams(), level) for level in np.arange(19.0, -6.5, -0.5)]
    assert np.all(np.diff(places) > 0)


def test_source_moves_continuously_with_the_level():
    params = DrugParams()
    cells = network(params).cells_m
    centroids = [
        float(cells @ spread(cells, position_m(params, level), params.spread_infusion_m))
        for level in np.arange(16.0, 1.0, -0.05)
    ]
    steps = np.diff(centroids)
    assert steps.min() > 0.0
    assert steps.max() < 2.5 * np.median(steps)


def test_child_has_shorter_canal_and_given_volume():
    child = DrugParams.for_patient(1.30, 27.0, 0.62)
    net = network(child)
    assert net.volumes_m3[net.layout.csf].sum() == pytest.approx(0.62 * 96e-6, rel=0.02)
    assert net.pitch_m * net.layout.n_cells == pytest.approx(0.62 * 1.30 / 1.70, rel=0.01)


def test_decomposition_is_well_conditioned_with_and_without_a_drain():
    for drain in (0.0, 2.2e-8):
        vectors = modes(DrugParams(), drain).vectors
        assert np.linalg.cond(vectors / np.linalg.norm(vectors, axis=0)) < 1e4


@pytest.mark.parametrize(
    "height_m, mass_kg, csf_scale", [(0.95, 13.0, 0.32), (1.3, 27.0, 0.62), (2.05, 110.0, 1.7)]
)
@pytest.mark.parametrize("drain_ml_per_hour", [0.0, 80.0])
def test_decomposition_holds_for_small_and_large_bodies(height_m, mass_kg, csf_scale, drain_ml_per_hour):
    mode = modes(DrugParams.for_patient(height_m, mass_kg, csf_scale), drain_ml_per_hour * 1e-6 / 3600.0)
    rebuilt = (mode.vectors * mode.rates_per_s) @ mode.inverse
    assert np.abs(rebuilt - mode.network.matrix).max() < 1e-10 * np.abs(mode.network.matrix).max()


def test_decomposition_survives_equal_rates():
    params = DrugParams(
        epidural_uptake_per_s=1e-4, pocket_uptake_per_s=1e-4, track_share=0.0, fast_site_per_s=1e-4
    )
    mode = modes(params)
    rebuilt = (mode.vectors * mode.rates_per_s) @ mode.inverse
    assert np.abs(rebuilt - mode.network.matrix).max() < 1e-6 * np.abs(mode.network.matrix).max()


def test_every_rate_but_the_accumulators_decays():
    mode = modes(DrugParams())
    lay = layout_for(DrugParams())
    assert np.all(mode.rates_per_s[: lay.eliminated] < 0)
    assert np.all(mode.rates_per_s[lay.eliminated :] == 0)


@pytest.mark.parametrize(
    "wrong", [{"csf_scale": -1.0}, {"track_share": 1.0}, {"slow_weight": 1.5}, {"n_cells": 3}]
)
def test_impossible_parameters_are_refused(wrong):
    with pytest.raises(ValueError, match="DrugParams"):
        DrugParams(**wrong)


def followed(params: DrugParams, site: str) -> dict[str, float]:
    """Return what share of a site's target comes from the cord of each stretch, blood aside."""
    net = network(params)
    lay = net.layout
    row = net.matrix[lay.sites.start + SITES.index(site), lay.cord] * net.volumes_m3[lay.cord]
    places = net.cells_m[net.first_cord_cell :]
    edges = {"own": (10.5, 19.0), "thoracic": (3.5, 10.5), "cervical": (-6.0, 3.5)}
    inside = {
        name: (places < position_m(params, above)) & (places >= position_m(params, below))
        for name, (above, below) in edges.items()
    }
    return {name: float(row[where].sum() / row.sum()) for name, where in inside.items()}


def test_tone_of_the_legs_follows_the_own_segments_and_all_the_cord_above():
    legs = followed(DrugParams(descending_weight=0.4, descending_top_level=-5.0), "legs")
    assert legs["own"] == pytest.approx(0.6, abs=1e-9)
    # C2 to T3 are 16.1 of the 32.5 cm from C2 to T10, by LEVEL_TABLE
    assert legs["cervical"] == pytest.approx(0.4 * 16.1 / 32.5, rel=0.05)
    assert followed(DrugParams(descending_weight=0.4, descending_top_level=4.0), "legs")["cervical"] < 0.02


def test_below_a_complete_lesion_the_cord_above_has_no_part_in_tone():
    legs = followed(DrugParams.for_patient(is_lesion_complete=True), "legs")
    assert legs["thoracic"] == legs["cervical"] == 0.0
    assert followed(DrugParams.for_patient(is_lesion_complete=True), "trunk")["cervical"] < 0.02


@pytest.mark.parametrize("site", ["segment", "reflex"])
def test_strength_and_reflex_are_matters_of_the_own_segments(site):
    shares = followed(DrugParams(), site)
    assert shares["thoracic"] == shares["cervical"] == 0.0
