"""Contrast medium: mass is kept, it moves like fluid, spares the cord, leaves as its label says; nothing without it."""

from __future__ import annotations

import numpy as np
import pytest

import physics.csf as csf
from physics import contrast, port, therapy
from tests.physics.test_plumbing import CASE, DAY, NO_HOLE, SOUND, lived, on_therapy

DRUG = CASE.therapy.drug
OWN = csf.contrast_params(DRUG)
STRENGTH = 240.0  # mg/mL of iodine


def injected(volume_m3=2e-6, state=None):
    state, _, use = port.use_port(CASE.therapy, state or on_therapy(), SOUND, 60e3, volume_m3, iodine_kg_per_m3=STRENGTH)
    return state, use


def after(state, dt_s, n=1, pipes=SOUND):
    for _ in range(n):
        state, _ = therapy.advance(CASE.therapy, state, pipes, NO_HOLE, therapy.Intake(), dt_s)
    return state


def test_nobody_has_contrast_before_it_is_given_and_the_drug_does_not_notice_it():
    plain, _ = lived(SOUND)
    assert plain.contrast is None
    clean, _, _ = port.use_port(CASE.therapy, on_therapy(), SOUND, 60e3, 2e-6)
    dyed, _ = injected()
    for state in (clean, dyed):
        assert (state.contrast is None) == (state is clean)
    clean, dyed = after(clean, 600.0, 3), after(dyed, 600.0, 3)
    assert np.array_equal(clean.csf.amounts_kg, dyed.csf.amounts_kg)
    assert np.array_equal(clean.line.drug_kg, dyed.line.drug_kg)


@pytest.mark.parametrize("dt_s", [1.0, 3600.0, DAY])
def test_iodine_is_neither_made_nor_lost(dt_s):
    state, use = injected()
    pushed = -use.volume_m3 * STRENGTH
    assert contrast.total_kg(DRUG, state.contrast) == pytest.approx(pushed, rel=1e-9)
    assert contrast.total_kg(DRUG, after(state, dt_s, 3).contrast) == pytest.approx(pushed, rel=1e-9)


def test_what_is_pushed_beyond_the_lumen_reaches_the_fluid_and_the_rest_stays_in_the_line():
    state, use = injected()
    now = after(state, 1.0).contrast
    held = state.line.volumes_m3[state.line.n_tubing :].sum() * STRENGTH
    assert now.line_kg.sum() == pytest.approx(held, rel=0.02)
    assert csf.spinal_kg(OWN, now.fluid).sum() == pytest.approx(-use.volume_m3 * STRENGTH - held, rel=0.05)


def test_iodine_spares_cord_and_brain_and_spreads_with_time():
    early = after(injected()[0], 1.0).contrast
    late = after(injected()[0], 600.0, 6).contrast
    _, cord = csf.level_profiles(OWN, late.fluid)
    fluid, _ = csf.level_profiles(OWN, late.fluid)
    assert cord.max() < 1e-4 * fluid.max()

    def width(now):
        mass = csf.spinal_kg(OWN, now.fluid)
        at = np.arange(mass.size)
        middle = np.average(at, weights=mass)
        return np.sqrt(np.average((at - middle) ** 2, weights=mass))

    assert width(late) > 1.3 * width(early)


def test_as_much_is_cleared_in_a_day_as_the_label_says():
    """Iohexol label: about 88 % of what was put into the lumbar sac is in the urine after 24 h."""
    state = csf.initial(OWN)
    given = csf.Sources(lumbar_kg=3e-3)
    for _ in range(24):
        state, _ = csf.advance(OWN, state, given, 3600.0)
        given = csf.Sources()
    assert csf.eliminated_kg(OWN, state) / 3e-3 == pytest.approx(0.88, abs=0.08)


def test_a_needle_puts_it_where_its_tip_lies():
    start = contrast.given(DRUG, None, on_therapy().line, STRENGTH)
    for space, read in (("epidural", "epidural"), ("tissue", "tissue"), ("pocket", "pocket")):
        now = contrast.advance(DRUG, contrast.put(start, space, 1e-3, 15.5), 10.0, 0.0, 1.0)
        assert csf.depot_kg(OWN, now.fluid, read) == pytest.approx(1e-3, rel=1e-3)
    inside = contrast.advance(DRUG, contrast.put(start, "csf", 1e-3, 15.5), 10.0, 0.0, 1.0)
    assert csf.spinal_kg(OWN, inside.fluid).sum() == pytest.approx(1e-3, rel=1e-3)
    assert contrast.put(start, "subdural", 1e-3).subdural_kg == 1e-3
    assert contrast.total_kg(DRUG, contrast.put(start, "air", 1e-3)) == 0.0
