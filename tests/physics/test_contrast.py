"""Contrast medium: mass is kept, it moves like fluid, spares the cord, leaves as its label says; nothing without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import physics
import pytest
from physics import commands, contrast, csf, patient, port, therapy
from physics.anatomy import PatientBuild
from physics.fixed import fixed
from physics.params import Params, StartState
from physics.plumbing import NO_SPILLS, Plumbing
from physics.pump import device, line
from physics.pump.program import Prescription
from physics.units import kg_per_s_from_ug_per_day

START = StartState(
    days_since_implant=120.0, tip_level=10.0, cover_m=0.016, tilt_rad=0.0, pocket_u_m=-0.30, pocket_v_m=0.04,
    pocket_radius_m=0.051, plane="subcutaneous", n_sutures=4, outlet_angle_rad=0.5, anchor_sutures=3,
    anchor_substrate="fascia", loop_radius_m=0.02, coil_radius_m=0.025, recorded_length_m=0.80, reservoir_m3=15e-6,
    stored_reservoir_m3=15e-6, concentration_kg_per_m3=0.5, stored_concentration_kg_per_m3=0.5,
    dose_kg_per_s=kg_per_s_from_ug_per_day(300.0), alarm_volume_m3=2e-6, days_on_therapy=110.0,
)  # fmt: skip
PARAMS = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062), start=START)
CASE = fixed(Params(PARAMS.build))
DAY, N = 86400.0, 60
SOUND = Plumbing(np.full(N, 0.9 / N), np.ones(N), np.ones(N), 0.53e-3, 1.2e-3, 1.0, "intrathecal", 10.0)
NO_HOLE = csf.DuralHole(0.0, 0.0, False, True)

DRUG = CASE.therapy.drug
OWN = csf.contrast_params(DRUG)
STRENGTH = 240.0  # mg/mL of iodine


def on_therapy():
    dose = kg_per_s_from_ug_per_day(300.0)
    order = Prescription("continuous", dose, 0.5, 18e-6, 2e-6)
    fluid = csf.equilibrated(DRUG, dose, 10.0)
    return therapy.Therapy(
        pump=device.established(CASE.pump, order, 18e-6, 0.5, 0.0, 1, False),
        line=line.new_line(CASE.pump.tubing_m3, 0.9, 0.5, 0.5), pressures_pa=None, spills_pa=NO_SPILLS,
        csf=fluid, csf_pressure=csf.initial_pressure(),
        patient=patient.adapted(CASE.therapy.patient, csf.present_exposure(DRUG, fluid), 60.0),
        care=patient.Care(), delivery=therapy.Delivery(),
    )  # fmt: skip


def injected(volume_m3=2e-6, state=None):
    state, _, use = port.use_port(CASE.therapy, state or on_therapy(), SOUND, 60e3, volume_m3, iodine_kg_per_m3=STRENGTH)
    return state, use


def after(state, dt_s, n=1, pipes=SOUND):
    for _ in range(n):
        state, _ = therapy.advance(CASE.therapy, state, pipes, NO_HOLE, therapy.Intake(), dt_s)
    return state


def test_nobody_has_contrast_before_it_is_given_and_the_drug_does_not_notice_it():
    assert after(on_therapy(), DAY, 2).contrast is None
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


# --- through commands ---------------------------------------------------------------------------



def run(world, *given, params=PARAMS):
    told = []
    for command in given:
        world, events = physics.step(params, world, (command,))
        told += [(event.name, event.where) for event in events]
    return world, told


CONTRAST = commands.TakeSyringe("contrast", 5e-6, iodine_kg_per_m3=STRENGTH)


def test_contrast_at_the_access_port_shows_in_line_and_fluid():
    """Syringe, port, line, CSF: what left the syringe is seen, cell by cell."""
    start = physics.initial(PARAMS, 5)
    assert physics.observe(PARAMS, start).contrast.csf_kg == ()
    world, told = run(start, CONTRAST, commands.UsePort(15.0, 2e-6))
    assert ("PortUsed", "injected") in told
    seen = physics.observe(PARAMS, world).contrast
    pushed = 5e-6 * STRENGTH - world.theatre.syringe.iodine_kg
    assert pushed == pytest.approx(2e-6 * STRENGTH, rel=1e-3)
    assert len(seen.csf_edge_levels) == len(seen.csf_kg) + 1
    tubing = world.therapy.contrast.line_kg.sum() - sum(seen.line_kg)
    assert sum(seen.line_kg) + sum(seen.csf_kg) + tubing == pytest.approx(pushed, rel=0.01)
    peak = seen.csf_edge_levels[int(np.argmax(seen.csf_kg))]
    assert peak == pytest.approx(10.0, abs=1.5)  # at the tip, T10
    drawn, _ = run(world, commands.TakeSyringe("empty", 5e-6), commands.UsePort(-20.0, 1e-6, 120.0))
    assert drawn.theatre.syringe.iodine_kg > 0.0


@pytest.mark.parametrize(("layer", "store"), [("sac", "csf_kg"), ("epidural", "epidural_kg"), ("muscle", "tissue_kg")])
def test_contrast_through_the_needle_goes_where_its_tip_lies(layer, store):
    world = physics.initial(Params(PARAMS.build), 5)
    world, _ = run(world, commands.PlaceNeedle(0.0, -0.03, 0.8, 0.1, 0.089), CONTRAST, params=Params(PARAMS.build))
    blocked, told = run(world, commands.InjectThroughNeedle(2e-6), params=Params(PARAMS.build))
    assert not told and blocked.theatre.syringe.volume_m3 == 5e-6  # the stylet is in
    needle = replace(world.theatre.needle, is_stylet_in=False, layer=layer)
    world = replace(world, theatre=replace(world.theatre, needle=needle))
    world, told = run(world, commands.InjectThroughNeedle(2e-6), params=Params(PARAMS.build))
    assert [name for name, _ in told] == ["InjectedThroughNeedle"]
    assert world.theatre.syringe.iodine_kg == pytest.approx(3e-6 * STRENGTH)
    seen = getattr(physics.observe(Params(PARAMS.build), world).contrast, store)
    assert np.sum(seen) == pytest.approx(2e-6 * STRENGTH, rel=0.02)
