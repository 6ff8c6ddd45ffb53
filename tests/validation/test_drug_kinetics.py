"""Drug in CSF and blood: published numbers, matrix exponential; the engine against the reference's printed table.

The table was computed by other code with other parameters; with those the product must give its numbers.
"""

from __future__ import annotations

import numpy as np
import pytest

from game.validate import csf as drug_rows
from game.validate.drug_course import NG_PER_ML, Subject, course, naive
from game.validate.drug_reference import as_reference
from physics import csf
from physics.units import kg_per_s_from_ug_per_day

REFERENCE = as_reference(Subject())
# 50 ug by puncture [pharmacology_2 4.4]: hour -> ng/mL at L4 and in the cistern
BOLUS = {0.5: (528.2, 44.7), 1.0: (428.6, 58.9), 2.0: (265.4, 58.2), 4.0: (110.9, 42.5), 8.0: (24.4, 16.8)}
# 400 ug/day steady [pharmacology_2 4.4]: tip -> ng/mL at L4, L1, T10, T6, T2, C6, C2, cistern
STEADY = {
    14.0: (602, 586, 430, 275, 184, 148, 116, 107),
    10.0: (419, 479, 577, 380, 254, 204, 160, 147),
    6.0: (289, 331, 409, 532, 367, 295, 232, 213),
    2.0: (207, 237, 293, 393, 476, 392, 308, 283),
    -2.0: (164, 188, 232, 311, 387, 433, 374, 344),
}


@pytest.mark.parametrize("row", drug_rows.rows(), ids=lambda row: row.id)
def test_model_lies_in_the_published_band(row):
    assert row.passed or row.reason, f"{row.quantity}: {row.model:.4g} {row.unit}; expected {row.target} +- {row.tolerance}"


def steady_numbers(params: csf.DrugParams, tip_level: float) -> list[float]:
    state = csf.equilibrated(params, kg_per_s_from_ug_per_day(400.0), tip_level)
    levels = [csf.csf_concentration(params, state, level) for level in (16, 13, 10, 6, 2, -1, -5)]
    return [c / NG_PER_ML for c in (*levels, csf.cistern_concentration(params, state))]


def bolus_numbers(subject: Subject) -> list[float]:
    trace, _ = course(subject, naive(subject), 8.0, ("l4", "cistern"), minutes=30.0, lumbar=50.0)
    return [float(trace[name][round(2 * hour) - 1]) for hour in BOLUS for name in ("l4", "cistern")]


@pytest.mark.parametrize("tip_level", STEADY)
def test_steady_profile_is_that_of_the_reference_table(tip_level):
    assert steady_numbers(REFERENCE.drug, tip_level) == pytest.approx(STEADY[tip_level], rel=0.02)


def test_bolus_course_is_that_of_the_reference_table():
    expected = [number for pair in BOLUS.values() for number in pair]
    assert bolus_numbers(REFERENCE) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("factor", [0.88, 1.13])
@pytest.mark.parametrize(
    "name",
    [
        "csf_scale",
        "dispersion_sac_m2_per_s",
        "dispersion_cervical_m2_per_s",
        "loss_per_s",
        "production_m3_per_s",
        "cord_capacity_m2",
        "cistern_mixing_m3_per_s",
        "spread_lumbar_m",
        "shift_lumbar_m",
    ],
)
def test_a_transport_law_wrong_by_an_eighth_leaves_the_reference_table(name, factor):
    wrong = REFERENCE.with_drug(**{name: getattr(REFERENCE.drug, name) * factor})
    model = steady_numbers(wrong.drug, 10.0) + bolus_numbers(wrong)
    expected = [*STEADY[10.0], *(number for pair in BOLUS.values() for number in pair)]
    assert model != pytest.approx(expected, rel=0.02)


def test_half_life_row_fails_when_drug_leaves_csf_at_a_third_of_the_rate():
    params = csf.DrugParams()
    wrong = Subject().with_drug(
        loss_per_s=params.loss_per_s / 3, production_m3_per_s=params.production_m3_per_s / 3
    )
    assert any(not row.passed for row in drug_rows.rows(wrong))


def drug_numbers(n_cells):
    """Four hours after a puncture bolus, and steady at 400 ug/day: CSF at three heights, drives of legs and arms."""
    params = csf.DrugParams(n_cells=n_cells)
    after, _ = csf.advance(params, csf.initial(params), csf.Sources(lumbar_kg=5e-8), 14400.0)
    steady = csf.equilibrated(params, kg_per_s_from_ug_per_day(400.0), 10.0)
    numbers = []
    for state in (after, steady):
        drives = csf.present_exposure(params, state)
        numbers += [csf.csf_concentration(params, state, level) for level in (16.0, 8.0)]
        numbers += [csf.cistern_concentration(params, state), float(drives.legs[-1]), float(drives.arms[-1])]
    return np.array(numbers)


def test_halving_the_cells_quarters_the_error():
    fine, sizes = drug_numbers(960), np.array([20, 30, 40, 60, 80, 120, 160, 240])
    error = [float(np.sqrt(np.mean((drug_numbers(int(n)) / fine - 1.0) ** 2))) for n in sizes]
    order = -np.polyfit(np.log(sizes), np.log(error), 1)[0]
    assert 1.6 < order < 2.4  # second order; bounds of regions and kinks of the area blur it
    assert error[3] < 1e-3  # the product's 60 cells
