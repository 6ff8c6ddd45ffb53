"""Every target of the pharmacology reference is listed with its published band, and what fails is known."""

from __future__ import annotations

import numpy as np
import pytest

from game.validate import csf, drug_population, patient, tip_level
from game.validate.drug_course import REASONS, Subject

# [pharmacology_2 4.2] row, published band; O1 in per cent
# fmt: off
TARGETS = (
    ("P1", 0.9, 5), ("P2", 13, 80), ("P2b", 22, 157), ("P6", 0.2, 1), ("P3", 22.5, 37.5), ("P4", 1.8, 8.7),
    ("P5", 417, 694), ("P8", 0, 5), ("P7", 0.32, 0.54), ("P9", 0, 48), ("D1", 0.5, 1), ("D2", 3.5, 6), ("D3", 4, 8),
    ("D4", 65, 89), ("D5", 82, 97), ("D6", 0, 0.5), ("D7", -2.6, -1.4), ("D8", -2.2, -0.6), ("D9", -2.8, -1.4),
    ("D10", -2.6, -1.2), ("D11", -1.8, -0.2), ("D12", 6, 8), ("D13", 24, 48), ("D14", 63, 87), ("D15", 38, 62),
    ("D16", 13, 37), ("D17", 0, 30), ("D18", 0.8, 1.6), ("D19", 0, 1.2), ("D20", 1.2, 2.2), ("D21", 0.5, 1.5),
    ("D22", 1.5, 2.3), ("D23", -0.75, -0.3), ("D24", -2.3, -1.4), ("D25", -1.4, -0.8), ("D26", -2, -1.2),
    ("D27", -1.74, -0.24), ("D28", -1.1, -0.3), ("T1", 262, 438), ("T2", 1.43, 2.4), ("T3", 0.9, 1.1),
    ("O1", -5, 5), ("O1b", 14.5, 15), ("O1c", 14, 15), ("O2", 9, 14.5), ("O2b", 8, 14.5), ("O3", 3, 8),
    ("O3b", 0, 8), ("O3c", 1, 4), ("O3d", 12, 48), ("O4", 24, 72), ("O4b", 0.1, 2), ("O5", 8, 14.5), ("O6", 3, 14),
    ("O7", 20, 50), ("O8", 300, 1000), ("O8b", 13, 15), ("O8c", 3, 9), ("O9", 3, 10), ("O9b", 14.3, 15),
    ("W1", 12, 36), ("W2", 6, 24), ("W3", 37.8, 39), ("W4", 100, 140), ("W5", 39.5, 42.1), ("W6", 12, 72),
    ("W7", 2500, 15200), ("W8", 24, 72), ("W9", 0.1, 0.5), ("W10", 4, 8), ("W11", 36.8, 38), ("W12", 60, 100),
)
# [pharmacology_2 2.3] primary targets of the tip level, arm:leg change
RATIOS = (("tip.ratio_t6", 1.0, 1.35), ("tip.ratio_t11", 0.30, 0.65))
# fmt: on
PRIMARY = {"D8", "D10", "D11", "D23", "D24", "D25", "D26", "tip.ratio_t6", "tip.ratio_t11"}


@pytest.fixture(scope="module")
def listed():
    rows = [row for module in (csf, patient, tip_level, drug_population) for row in module.rows()]
    found = {row.id: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_the_table_of_the_reference_is_whole():
    assert len({key for key, _, _ in TARGETS}) == len(TARGETS) == 72


@pytest.mark.parametrize("key, low, high", TARGETS + RATIOS)
def test_every_published_target_is_listed_with_its_own_band(key, low, high, listed):
    row = listed[key]
    assert row.target - row.tolerance == pytest.approx(low, abs=1e-9)
    assert row.target + row.tolerance == pytest.approx(high, abs=1e-9)
    assert row.passed == (low <= row.model <= high)
    assert row.source and row.confidence in ("H", "M", "L")


def test_exactly_the_rows_with_a_written_reason_fail(listed):
    failing = {key: row.reason for key, row in listed.items() if not row.passed}
    assert failing == REASONS


def test_a_row_that_holds_carries_no_reason(listed):
    assert all(row.reason == "" for row in listed.values() if row.passed)


def test_tip_level_and_lumbar_bolus_hold_together(listed):
    assert [key for key in sorted(PRIMARY) if not listed[key].passed] == []


def test_leg_order_of_the_tip_levels_is_not_scored(listed):
    assert not any("order" in row.quantity or "T6 over T11" in row.quantity for row in listed.values())


def test_a_law_three_times_too_weak_is_caught():
    def wrong(subject):
        names = ("dispersion_sac_m2_per_s", "dispersion_cervical_m2_per_s")
        return subject.with_drug(**{name: 0.3 * getattr(subject.drug, name) for name in names})

    assert {"P4", "P7"} <= {row.id for row in csf.rows(wrong(Subject())) if not row.passed}
    assert {"D23", "D24", "tip.ratio_t6", "tip.ratio_t11"} <= {row.id for row in tip_level.rows(wrong) if not row.passed}
    assert drug_population.measured(wrong(Subject()), 32)["ratio_mean"] > 8.7


def test_drawn_patients_scatter_as_published_and_together():
    people = drug_population.drawn(Subject())
    legs, sedation = (
        np.log([getattr(one.answer, name) for one in people])
        for name in ("half_legs_kg_per_m3", "half_sedation_kg_per_m3")
    )
    assert np.std(np.exp(legs)) / np.mean(np.exp(legs)) == pytest.approx(0.50, abs=0.05)
    assert np.corrcoef(legs, sedation)[0, 1] == pytest.approx(0.6, abs=0.05)
    assert np.exp(np.median(legs)) == pytest.approx(Subject().answer.half_legs_kg_per_m3, rel=0.03)
