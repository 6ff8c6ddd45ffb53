"""Vertebrae against their tables, and every shipped patient's body; every row must pass and a wrong law must not."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from game.validate import anatomy_bones, anatomy_patients
from physics import anatomy
from physics.anatomy import canal_line, tables

ROWS = anatomy_bones.rows() + anatomy_patients.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_row_lies_within_its_tolerance(row):
    assert row.passed, f"{row.quantity}: {row.model} against {row.target} +- {row.tolerance} {row.unit}"


def test_every_patient_has_a_needle_row():
    names = {row.id.split(".")[1] for row in ROWS if ".needle_" in row.id}
    assert len(names) >= 9
    assert not any(row.id == "anatomy.adult_fusion_l3_l5.needle_L3-4" for row in ROWS)


def test_a_fused_space_is_closed_and_the_next_one_open():
    built = anatomy_patients.body("adult_fusion_l3_l5", "lateral")
    assert anatomy_patients.reach("adult_fusion_l3_l5", "L3-4") is None
    assert anatomy.reference_space(built, math.radians(45.0))[0] == 14.5


def test_vertebrae_a_fifth_too_tall_fail(monkeypatch):
    monkeypatch.setattr(tables, "VERTEBRA_MM", _taller())
    built = anatomy.build_anatomy(replace(anatomy_bones.TEMPLATE, seed=98))
    height = anatomy_bones.vertebra_mm(built, "L1")[0]
    row = next(r for r in ROWS if r.id == "anatomy.bone.L1.posterior_height")
    assert abs(height - row.target) > row.tolerance


def _taller():
    rows = tables.VERTEBRA_MM.copy()
    rows[:, 2] *= 1.2
    return rows


def test_a_hip_that_is_not_flexed_opens_nothing(monkeypatch):
    monkeypatch.setitem(canal_line.FLEXION_DEG, "lateral", {})
    built = anatomy.build_anatomy(replace(anatomy_bones.TEMPLATE, seed=97))
    lateral = anatomy.in_position(built, "lateral")
    gained = anatomy_patients.interlaminar_m(lateral, 15.5) / anatomy_patients.interlaminar_m(built, 15.5) - 1.0
    assert abs(gained) < 0.01
