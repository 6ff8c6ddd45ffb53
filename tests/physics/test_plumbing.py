"""The drug goes where the fluid goes: the implanted line in therapy, and a syringe on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from physics import csf, hydraulics, patient, plumbing, port, theatre, therapy
from physics.anatomy import PatientBuild
from physics.fixed import fixed
from physics.hydraulics import Defect
from physics.params import Params
from physics.plumbing import NO_SPILLS, SPACES, Plumbing, network_of
from physics.pump import device, line
from physics.pump.program import Prescription

CASE = fixed(Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062)))
CONCENTRATION = 2.0  # mg/mL
DOSE = 300e-9 / 86400.0
DAY = 86400.0
N = 60
SOUND = Plumbing(np.full(N, 0.9 / N), np.ones(N), np.ones(N), 0.53e-3, 1.2e-3, 1.0, "intrathecal", 10.0)
NO_HOLE = csf.DuralHole(0.0, 0.0, False, True)


def on_therapy():
    order = Prescription("continuous", DOSE, CONCENTRATION, 18e-6, 2e-6)
    fluid = csf.equilibrated(CASE.therapy.drug, DOSE, 10.0)
    return therapy.Therapy(
        pump=device.established(CASE.pump, order, 18e-6, CONCENTRATION, 0.0, 1, False),
        line=line.new_line(CASE.pump.tubing_m3, 0.9, CONCENTRATION, CONCENTRATION), pressures_pa=None, spills_pa=NO_SPILLS,
        csf=fluid, csf_pressure=csf.initial_pressure(),
        patient=patient.adapted(CASE.therapy.patient, csf.present_exposure(CASE.therapy.drug, fluid), 60.0),
        care=patient.Care(), delivery=therapy.Delivery(),
    )  # fmt: skip


def lived(pipes, days=2.0, state=None):
    state, notes = state or on_therapy(), []
    for _ in range(round(days)):
        state, more = therapy.advance(CASE.therapy, state, pipes, NO_HOLE, therapy.Intake(), DAY)
        notes += more
    return state, notes


def depot(state, name):
    return csf.depot_kg(CASE.therapy.drug, state.csf, name)


def test_a_sound_line_delivers_the_dose_into_csf():
    state, notes = lived(SOUND)
    assert state.delivery.delivered_kg_per_s == pytest.approx(state.delivery.pump_flow_m3_per_s * CONCENTRATION, rel=1e-4)
    assert state.delivery.misplaced_kg_per_s == pytest.approx(0.0, abs=1e-9 * DOSE)
    assert not notes


@pytest.mark.parametrize(
    ("pipes", "name"),
    [
        (replace(SOUND, tip_space="epidural"), "epidural"),
        (replace(SOUND, tip_space="subdural"), "tissue"),
        (replace(SOUND, tip_space="tissue"), "tissue"),
        (replace(SOUND, connector_seat=0.0), "pocket"),
        (replace(SOUND, defects=(Defect(0.02, 0.7e-3, 0.0, "pocket"),)), "pocket"),
        (replace(SOUND, defects=(Defect(0.4, 0.0, 1.0),)), "tissue"),
    ],
    ids=["epidural", "subdural", "tissue", "disconnected", "punctured", "broken"],
)
def test_a_fault_puts_the_dose_into_its_own_place(pipes, name):
    state, _ = lived(pipes)
    assert state.delivery.delivered_kg_per_s < 0.01 * DOSE
    assert state.delivery.misplaced_kg_per_s == pytest.approx(DOSE, rel=0.06)  # the pump's own error is within that
    assert depot(state, name) > 20e-9
    assert sum(depot(state, other) for other in ("pocket", "tissue", "epidural") if other != name) < 1e-9


def test_a_break_tells_itself_as_a_leak_of_the_wall():
    _, notes = lived(replace(SOUND, defects=(Defect(0.4, 0.0, 1.0),)))
    assert ("FlowImpaired", "wall") in {(n[0], n[2]) for n in notes}


def test_an_open_stump_drains_csf():
    broken, _ = lived(replace(SOUND, defects=(Defect(0.4, 0.0, 1.0),)))
    assert broken.csf_pressure.lost_m3 > on_therapy().csf_pressure.lost_m3
    assert csf.withdrawn_kg(CASE.therapy.drug, broken.csf) > 0.0


def test_a_kink_stops_the_dose_in_an_hour_and_its_opening_gives_the_store_at_once():
    shut = np.ones(N)
    shut[30] = 0.0
    kinked, notes = lived(replace(SOUND, patency_lying=shut, patency_sitting=shut))
    assert kinked.delivery.delivered_kg_per_s < 0.01 * DOSE
    assert ("FlowImpaired", "kink") in {(n[0], n[2]) for n in notes}
    assert "PumpStalled" in {n[0] for n in notes}
    opened, _ = therapy.advance(CASE.therapy, kinked, SOUND, NO_HOLE, therapy.Intake(), 60.0)
    stored = kinked.line.stored_m3 - opened.line.stored_m3
    given = opened.delivery.delivered_kg_per_s * 60.0
    assert 3e-9 < stored < 1.1e-8
    assert given == pytest.approx(stored * CONCENTRATION, rel=0.05)


def test_a_fibrin_cap_shuts_the_line_only_when_it_is_whole():
    part, _ = lived(replace(SOUND, tip_occlusion=0.9))
    whole, _ = lived(replace(SOUND, tip_occlusion=1.0))
    assert part.delivery.delivered_kg_per_s > 0.99 * DOSE
    assert whole.delivery.delivered_kg_per_s < 0.01 * DOSE


@given(
    st.floats(0.0, 0.89), st.sampled_from([0.0, 1e-4]), st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.sampled_from([1.0, 3600.0, DAY]),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_drug_is_neither_made_nor_lost_on_the_way(arc, hole, gap, seat, share, dt):
    pipes = replace(SOUND, connector_seat=seat, share_lying=share, defects=(Defect(arc, hole, gap),))
    network = network_of(pipes, 1471.0)
    flows = hydraulics.solve(network, hydraulics.PumpSource(5e-12), dt)
    before = line.new_line(CASE.pump.tubing_m3, 0.9, CONCENTRATION, CONCENTRATION)
    after, into = therapy.carried(before, network, flows.opening_m3, flows.pump_m3, CONCENTRATION, dt)
    held = line.content_kg(before) + flows.pump_m3 * CONCENTRATION
    assert abs(held - line.content_kg(after) - sum(into)) <= 1e-12 * held
    assert min(into) >= 0.0
    assert after.stored_m3 == pytest.approx(flows.stored_m3, abs=1e-9 * (flows.pump_m3 + abs(flows.leak_m3)) + 1e-20)


def test_injecting_before_aspirating_pushes_the_line_into_csf():
    state = on_therapy()
    content = 0.0022e-4 * 0.9 * CONCENTRATION
    _, taken, use = port.use_port(CASE.therapy, state, SOUND, 60e3, 1e-6)
    assert use.brings == "injected"
    assert taken.flush_kg == pytest.approx(content, rel=0.02)


def test_aspirating_first_leaves_the_catheter_empty_of_drug():
    state = on_therapy()
    drawn, taken, use = port.use_port(CASE.therapy, state, SOUND, -80e3, 2e-6)
    assert use.brings == "csf"
    assert use.drug_kg == pytest.approx(0.0022e-4 * 0.9 * CONCENTRATION, rel=0.02)
    assert taken.csf_removed_m3 == pytest.approx(2e-6, rel=0.01)
    _, later, _ = port.use_port(CASE.therapy, drawn, SOUND, 60e3, 1e-6)
    assert later.flush_kg < 0.01 * use.drug_kg


def test_port_of_a_subdural_catheter_gives_nothing_and_takes_an_injection():
    pipes = replace(SOUND, tip_space="subdural")
    _, _, use = port.use_port(CASE.therapy, on_therapy(), pipes, -80e3, 2e-6)
    assert use.brings == "nothing"
    _, taken, push = port.use_port(CASE.therapy, on_therapy(), pipes, 60e3, 1e-6)
    assert push.into_kg[SPACES.index("subdural")] > 3e-7
    assert taken.flush_kg == 0.0


def test_what_a_syringe_would_bring_is_looked_up_and_not_forgotten():
    shut = np.ones(N)
    shut[30] = 0.001
    assert plumbing.is_aspirable(SOUND, 1471.0)
    assert not plumbing.is_aspirable(replace(SOUND, patency_lying=shut), 1471.0)
    assert not plumbing.is_aspirable(replace(SOUND, tip_space="epidural"), 1471.0)
    assert plumbing.is_aspirable(SOUND, 1475.0)
    drip = plumbing.open_end_flow(SOUND, 1471.0)
    assert plumbing.open_end_flow(SOUND, 2942.0) == pytest.approx(2.0 * drip, rel=0.02)
    assert plumbing.open_end_flow(replace(SOUND, defects=(Defect(0.3, 0.0, 1.0),)), 1471.0) < 0.1 * drip


def implanted(is_connected, is_closed):
    fresh = theatre.fresh_theatre(CASE)
    state = replace(fresh.catheter, phase="implanted")
    body = replace(fresh.pocket, is_pump_in=True, is_closed=is_closed)
    return replace(
        fresh, catheter=state, pocket=body, is_connected=is_connected, connector_seat=1.0, tip_space="intrathecal",
        share_lying=1.0, share_sitting=1.0,
    )  # fmt: skip


def test_a_pump_closed_in_without_its_catheter_runs_into_the_pocket():
    assert theatre.plumbing(CASE, implanted(False, False)) is None
    pipes = theatre.plumbing(CASE, implanted(False, True))
    assert pipes.connector_seat == 0.0
    state, _ = lived(pipes, 1.0)
    assert state.delivery.delivered_kg_per_s < 0.05 * DOSE  # the toy catheter is a stump
    assert depot(state, "pocket") > 20e-9


def test_damage_reaches_the_line_where_it_is():
    whole = implanted(True, True)
    length = whole.catheter.length_m
    state = replace(
        whole.catheter, wall_defects=((0.03 * length, 0.7e-3, 0.0),), is_fractured=True, fracture_arc_m=0.5 * length,
        fracture_gap=1.0, tip_occlusion=0.4, zone=np.full(len(whole.catheter.x), 3),
    )  # fmt: skip
    pipes = theatre.plumbing(CASE, replace(whole, catheter=state))
    hole, crack = pipes.defects
    assert (hole.arc_m, hole.diameter_m, hole.space) == (pytest.approx(0.97 * length), 0.7e-3, "tissue")
    assert (crack.arc_m, crack.gap) == (pytest.approx(0.5 * length), 1.0)
    assert pipes.tip_occlusion == 0.4
    assert theatre.plumbing(CASE, whole).defects == ()
    assert pipes.tip_holes_m == CASE.catheter.tip.arcs_m()


def test_the_line_opens_where_the_model_of_the_catheter_has_its_holes():
    tip = replace(CASE.catheter.tip, n_holes=2, first_m=6e-3, hole_diameter_m=0.5e-3)
    pipes = theatre.plumbing(replace(CASE, catheter=replace(CASE.catheter, tip=tip)), implanted(True, True))
    tube = replace(pipes, lengths_m=np.full(30, 4e-3), patency_lying=np.ones(30), patency_sitting=np.ones(30), share_lying=1.0)
    openings = [o for o in plumbing.network_of(replace(tube, tip_space="intrathecal"), 1471.0).openings if o.is_tip]
    assert [0.12 - o.arc_m for o in openings] == [pytest.approx(6e-3), pytest.approx(12e-3)]
