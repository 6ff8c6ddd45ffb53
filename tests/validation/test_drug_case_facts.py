"""What the teaching cases rely on [scenarios_content 0.2]: the pattern, with room for the re-fit.

The numbers there were computed with the first fit of the parameters; the model has its own (docs/models/drug_fit.md),
which sedates later at doses of maintenance and as deep in overdose. Tones and orders must hold, hours may move.
"""

from __future__ import annotations

import pytest

from game.validate.drug_course import Subject, chronic, course, first_hour, naive, preset
from physics import csf

DAYS = 540.0


@pytest.fixture(scope="module")
def spinal() -> Subject:
    return preset("SCI")


def test_a_small_slip_inside_the_sac_is_nearly_silent(spinal):
    at_t10, at_l3 = (chronic(spinal, 300.0, level, DAYS).answer.neuro.ashworth_legs for level in (10.0, 15.0))
    assert at_t10 == pytest.approx(1.71, abs=0.1)
    assert abs(at_l3 - at_t10) < 0.4


def test_full_stop_returns_tone_within_a_day_and_fever_on_the_second(spinal):
    trace, _ = course(
        spinal, chronic(spinal, 300.0, 10.0, DAYS), 48.0, ("legs", "itch", "temperature"), minutes=15.0
    )
    assert trace["legs"][4 * 8 - 1] == pytest.approx(3.0, abs=0.6)
    assert trace["legs"][4 * 24 - 1] == pytest.approx(4.3, abs=0.2)
    assert trace["itch"][4 * 24 - 1] == pytest.approx(4.6, abs=0.5)
    assert trace["temperature"][-1] == pytest.approx(37.9, abs=0.3)


def test_a_leak_of_sixty_percent_is_the_half_working_picture(spinal):
    trace, _ = course(
        spinal, chronic(spinal, 360.0, 10.0, DAYS), 48.0, ("legs", "itch", "temperature"),
        dose_ug_per_day=144.0, minutes=15.0,
    )  # fmt: skip
    assert trace["legs"][-1] == pytest.approx(3.3, abs=0.5)  # the fact is of the first fit of the reference
    assert 2.0 < trace["itch"][-1] < 4.5
    assert trace["temperature"].max() < 37.5


def test_maintenance_dose_in_a_naive_patient_sedates_within_two_days(spinal):
    trace, _ = course(spinal, naive(spinal), 48.0, ("gcs",), dose_ug_per_day=600.0, minutes=15.0)
    assert 12.0 < first_hour(trace, trace["gcs"] < 13.0) < 36.0
    assert trace["gcs"][-1] < 13.0
    more, _ = course(spinal, naive(spinal), 48.0, ("gcs",), dose_ug_per_day=800.0, minutes=15.0)
    assert more["gcs"].min() < 9.0  # an overdose in the published series [pharmacology 5.1, DEL]
    low, _ = course(spinal, naive(spinal), 48.0, ("gcs",), dose_ug_per_day=150.0, minutes=60.0)
    assert low["gcs"].min() > 14.8


def pocket_course(spinal: Subject, share: float, removed_after_min: float | None = None):
    subject = spinal.with_drug(track_share=share)
    moment = chronic(subject, 350.0, 10.0, DAYS)
    minutes = removed_after_min or 1.0
    _, moment = course(subject, moment, minutes / 60.0, (), minutes=minutes, pocket=36000.0)
    removed = 0.7 * csf.depot_kg(subject.drug, moment.drug, "pocket") if removed_after_min else 0.0
    trace, _ = course(subject, moment, 48.0, ("gcs",), minutes=15.0, pocket_removed=removed * 1e9)
    return float(trace["gcs"].min()), first_hour(trace, trace["gcs"] < 13.0)


def test_pocket_fill_sedates_over_hours_and_deeper_with_a_wider_track(spinal):
    depths, onsets = zip(*(pocket_course(spinal, share) for share in (0.02, 0.05, 0.10)), strict=True)
    assert depths[0] > depths[1] > depths[2]
    assert depths[1] < 9.0 and depths[2] < 5.0
    assert 2.0 < onsets[2] < onsets[1] < 6.0


def test_emptying_the_pocket_helps_the_more_the_sooner(spinal):
    depths = [pocket_course(spinal, 0.05, minutes)[0] for minutes in (3.0, 20.0, 60.0, 120.0)]
    assert depths == sorted(depths, reverse=True)
    assert depths[0] > 13.0 and depths[0] - depths[-1] > 2.0


def test_tenfold_slip_sedates_on_the_first_day_and_a_naive_patient_in_the_first_night(spinal):
    depths, onsets = [], []
    for start in (chronic(spinal, 100.0, 10.0, 21.0), naive(spinal)):
        trace, _ = course(spinal, start, 48.0, ("gcs",), dose_ug_per_day=1000.0, minutes=15.0)
        depths.append(float(trace["gcs"].min()))
        onsets.append(first_hour(trace, trace["gcs"] < 13.0))
    assert 6.0 < onsets[1] < 12.0 and onsets[1] < onsets[0] < 14.0
    assert depths[1] < 8.0 and depths[0] < 9.0


def test_mild_overinfusion_does_not_show_in_wakefulness(spinal):
    trace, _ = course(
        spinal, chronic(spinal, 300.0, 10.0, DAYS), 72.0, ("gcs", "legs"), dose_ug_per_day=465.0, minutes=60.0
    )
    assert trace["gcs"].min() > 14.7
    assert trace["legs"][-1] < trace["legs"][0] - 0.2
