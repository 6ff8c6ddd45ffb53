"""Every constant of drug and patient stands in the ledger, once, with unit and source."""

from __future__ import annotations

from dataclasses import fields

import pytest

from physics import csf, patient

# numbers of one patient or of the numerics, not of the literature
EXEMPT = {
    "n_cells", "length_scale", "csf_scale", "drain_level", "epidural_level", "track_level",
    "ashworth_legs", "ashworth_arms", "ashworth_trunk", "spasm_score", "heart_rate_per_min", "systolic_mmhg",
    "respiratory_rate_per_min", "temperature_c", "background",
}  # fmt: skip


@pytest.mark.parametrize("module", [csf, patient])
def test_ledger_entries_are_complete_and_unique(module):
    names = [entry[0] for entry in module.EVIDENCE]
    assert len(names) == len(set(names))
    for name, value, unit, confidence, source in module.EVIDENCE:
        assert isinstance(value, float) and unit and confidence and len(source) > 4, name


@pytest.mark.parametrize(
    "kind, ledger",
    [
        (csf.DrugParams, csf.EVIDENCE),
        (csf.PressureParams, csf.EVIDENCE),
        (patient.PatientParams, patient.EVIDENCE),
    ],
)
def test_every_parameter_stands_in_the_ledger_with_its_value(kind, ledger):
    cited = {entry[0]: entry[1] for entry in ledger}
    for item in fields(kind):
        if item.name not in EXEMPT:
            assert cited[item.name] == pytest.approx(item.default)
