"""Grade tables of overdose and withdrawal, the label's complaints, dysreflexia."""

from __future__ import annotations

import pytest

from game.validate import signs
from physics.patient import course, march, vitals


COMPILED = signs.rows()


@pytest.mark.parametrize("row", COMPILED, ids=lambda row: row.id)
def test_model_lies_in_the_band_of_its_grade(row):
    assert row.passed, f"{row.quantity}: {row.model:.4g} {row.unit}; expected {row.target} +- {row.tolerance}"


def test_every_sign_worsens_from_grade_to_grade():
    found = [signs.vitals_of(signs.held(g.sedation, g.breathing)) for g in signs.GRADES]
    for sign in signs.UNITS:
        course = [state[sign] for state in found]
        assert course == sorted(course, reverse=True), sign


@pytest.fixture
def uncompiled(monkeypatch):
    """The kernel of the patient as plain Python, so that its constants can be changed."""
    for name in ("_saturation", "_rebound", "_saturation_percent", "_own_breathing", "_toward", "_adapt", "_breathe", "_look"):
        monkeypatch.setattr(march, name, getattr(march, name).py_func)
    monkeypatch.setattr(course, "march", march.march.py_func)


def test_the_kernel_and_plain_python_give_the_same_rows(uncompiled):
    assert [row.model for row in signs.rows()] == pytest.approx([row.model for row in COMPILED], rel=1e-9)


@pytest.mark.parametrize("module, name, factor", [
    (vitals, "HEART_DEPRESSION", 1.25), (vitals, "HEART_DEPRESSION", 0.75), (vitals, "PRESSURE_DEPRESSION", 0.75),
    (march, "SHALLOW_MMHG", 0.7), (march, "SHALLOW_MMHG", 1.5), (vitals, "WITHDRAWAL_PRESSURE", 0.7), (march, "COOLING_C", 0.9),
    (march, "FEVER_C", 0.8), (vitals, "PRESSURE_HYPOXIA", 0.0),
])  # fmt: skip
def test_a_wrong_law_leaves_the_bands(monkeypatch, uncompiled, module, name, factor):
    monkeypatch.setattr(module, name, getattr(module, name) * factor)
    assert any(not row.passed for row in signs.rows())
