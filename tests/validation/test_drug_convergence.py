"""Drug and patient over days: second order in the spacing of samples, and what another solver finds."""

from __future__ import annotations

import numpy as np
import pytest

from game.bench.drug import by_bdf, by_modes, errors, schedule
from physics import csf, patient

DRUG, ANSWER = csf.DrugParams(), patient.PatientParams.for_patient("SCI")


@pytest.fixture(scope="module")
def other_solver():
    return by_bdf(DRUG, ANSWER, schedule(), 1e-9, 1e-12)


def test_a_third_of_the_spacing_takes_a_ninth_of_the_error(other_solver):
    spacings = np.array([900.0, 300.0, 100.0])
    found = [errors(by_modes(DRUG, ANSWER, schedule(), s), other_solver)[1] for s in spacings]
    assert np.polyfit(np.log(spacings), np.log(found), 1)[0] == pytest.approx(2.0, abs=0.2)


def test_amounts_and_adaptation_agree_with_bdf_of_the_equations_written_down_apart(other_solver):
    linear, adapting = errors(by_modes(DRUG, ANSWER, schedule(), 60.0), other_solver)
    assert linear < 1e-8
    assert adapting < 1e-5
    assert errors(by_modes(DRUG, ANSWER, schedule(), 900.0), other_solver)[1] < 1e-3  # as the product runs
