"""Later operations: drug is conserved, a kept line holds what it held, CSF comes back, a pull needs what tissue holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import game  # noqa: F401  settles numba
import physics
from physics import catheter, commands as c, csf
from physics.catheter.implant import set_holds
from physics.fixed import fixed
from physics.hydraulics.elements import VISCOSITY_37_PA_S, poiseuille_resistance
from physics.pump import line
from scenarios.load import load
from scenarios.setup import setup

CATHETER_ML = 0.92 * 0.22  # 92 cm x 0.0022 mL/cm [device_and_procedure 6, example P1]


@pytest.fixture(scope="module")
def case():
    params = setup(load("replace_pump_eri"), 0).params
    params = replace(params, start=replace(params.start, lived_days=0.0))
    world = physics.initial(params, 0)
    return params, world


def do(case, *orders, ticks=0):
    """Return (world, events) after orders one a tick, and ticks of rest."""
    params, world = case
    told = []
    for order in (*((o,) for o in orders), *((),) * ticks):
        world, events = physics.step(params, world, order)
        told += events
    return world, told


def opened(case, *more, ticks=0):
    params, world = case
    body = physics.observe(params, world).pocket
    return do(case, c.OpenPocket(body.pump_u_m, body.pump_v_m + 0.03, 0.09), *more, ticks=ticks)


def in_catheter_kg(world):
    return float(world.therapy.line.drug_kg[world.therapy.line.n_tubing :].sum())


def test_the_pump_stays_while_its_catheter_holds_it(case):
    world, events = opened(case, c.TakeOutPump())
    assert [e.name for e in events][-1] == "PumpHeld"
    assert world.theatre.pocket.is_pump_in


def test_exchange_conserves_drug_between_old_pump_line_and_hands(case):
    params, start = case
    before = start.therapy.pump.drug_kg + line.content_kg(start.therapy.line)
    world, events = opened(case, c.DisconnectCatheter(), c.ClampCatheter(0.88, 5.0), c.TakeOutPump())
    taken = next(e.magnitude for e in events if e.name == "PumpTakenOut")
    assert taken + line.content_kg(world.therapy.line) == pytest.approx(before, abs=1e-12)  # a second's dose is 5e-12
    assert world.therapy.pump.drug_kg == 0.0 and world.therapy.pump.phase == "off"


def test_a_clamped_catheter_stays_full_and_an_open_one_is_washed_empty(case):
    params, start = case
    full = in_catheter_kg(start)
    assert full == pytest.approx(CATHETER_ML * 1e-6 * 2.0, rel=5e-3)  # as laid
    clamped, _ = opened(case, c.DisconnectCatheter(), c.ClampCatheter(0.88, 5.0), ticks=64 * 60)
    assert in_catheter_kg(clamped) > 0.97 * full
    dripping, _ = opened(case, c.DisconnectCatheter(), ticks=64 * 60)
    seen = physics.observe(params, dripping).catheter
    assert seen.is_csf_at_end and physics.observe(params, clamped).catheter.end_flow_m3_per_s < 1e-12
    head_pa = csf.csf_pressure(fixed(params).therapy.pressure, dripping.therapy.csf_pressure)
    bore_m = catheter.CATHETERS[seen.model].inner_diameter_m  # the round bore alone, by Poiseuille, is the most that can come
    most = head_pa / poiseuille_resistance(seen.implanted_m, bore_m, VISCOSITY_37_PA_S)
    assert 0.6 * most < seen.end_flow_m3_per_s < 1.05 * most
    assert in_catheter_kg(dripping) < 0.15 * full
    assert dripping.therapy.csf_pressure.lost_m3 == pytest.approx(0.3e-6, rel=0.5)  # drops: not a stream


def test_drawing_one_ml_at_the_open_end_brings_csf_and_the_catheters_drug(case):
    params, start = case
    world, _ = opened(case, c.DisconnectCatheter(), c.TakeSyringe("empty", 5e-6), c.UsePort(-8.0, 1e-6, 60.0, True))
    seen = physics.observe(params, world)
    assert seen.port.brings == "csf" and seen.port.volume_m3 == pytest.approx(1e-6, rel=1e-6)
    assert seen.port.drug_kg == pytest.approx(in_catheter_kg(start), rel=0.02)  # a tick or two of drops before
    assert in_catheter_kg(world) < 1e-3 * in_catheter_kg(start)


def connected(case, is_purged, *between):
    return opened(
        case, c.DisconnectCatheter(), *between, c.ClampCatheter(0.88, 5.0), c.TakeOutPump(), c.FillOnTable(20e-6, 2.0, is_purged),
        c.PlaceNewPump(0.5), c.UnclampCatheter(), c.ConnectCatheter(18.0), *(c.SuturePump(k) for k in range(4)), c.CloseWounds(),
    )  # fmt: skip


def started(params, world, prime_m3, hours):
    """Return (drug that left the line [kg], world) after a programme with a prime."""
    order = c.ProgramPump("continuous", 420e-9 / 86400, 2.0, 20e-6, 2e-6, prime_volume_m3=prime_m3, recorded_length_m=0.92)
    before = world.therapy.pump.drug_kg + line.content_kg(world.therapy.line)
    world, _ = do((params, world), order, c.AdvanceClinicalTime(hours * 3600.0))
    return before - world.therapy.pump.drug_kg - line.content_kg(world.therapy.line), world


@pytest.mark.parametrize(
    ("is_purged", "prime_ml", "expected_ug"),
    [
        (True, 0.0, 17.5),  # full line: an hour of 420 ug/day
        (True, 0.342, 684.0),  # the default prime pushes all that was in the line [scenarios_content I-C4]
        (False, 0.140, 280.0),  # water in the tubing pushes its own volume of drug out of the catheter
    ],
)
def test_a_prime_pushes_out_what_lies_before_it(case, is_purged, prime_ml, expected_ug):
    params, _ = case
    world, _ = connected(case, is_purged)
    left, _ = started(params, world, prime_ml * 1e-6, 1.0)
    assert left * 1e9 == pytest.approx(expected_ug, rel=0.12, abs=4.0)


def test_water_left_in_the_tubing_becomes_a_gap_of_its_volume(case):
    params, _ = case
    world, _ = connected(case, False)
    doses = []
    for _ in range(32):
        left, world = (started if not doses else rested)(params, world, 0.0, 2.0)
        doses.append(left)
    ordered = 420e-9 / 86400 * 7200
    gap_h = 2.0 * sum(max(0.0, 1.0 - d / ordered) for d in doses)
    assert gap_h == pytest.approx(0.140 / 0.21 * 24.0, rel=0.15)  # 16 h [scenarios_content 0.2 fact 8]


def rested(params, world, _, hours):
    before = world.therapy.pump.drug_kg + line.content_kg(world.therapy.line)
    world, _ = do((params, world), c.AdvanceClinicalTime(hours * 3600.0))
    return before - world.therapy.pump.drug_kg - line.content_kg(world.therapy.line), world


def test_the_old_catheter_is_carried_to_the_new_pump_and_not_laid_anew(case):
    params, start = case
    world, _ = connected(case, True)
    before, after = start.theatre.catheter, world.theatre.catheter
    inside = before.zone <= 2
    assert np.abs(after.x[inside] - before.x[inside]).max() < 1e-3
    assert after.days == before.days and world.theatre.is_connected
    assert physics.observe(params, world).days_since_closure == pytest.approx(0.0, abs=1e-5)


def fitted_profile():
    tube = line.new_line(0.14e-6, 0.92)
    drug = tube.drug_kg.copy()
    drug[tube.n_tubing :] = np.linspace(0.0, 1e-9, drug.size - tube.n_tubing)
    return replace(tube, drug_kg=drug)


def test_a_cut_catheter_keeps_the_drug_of_what_stays():
    tube = fitted_profile()
    held = tube.drug_kg[tube.n_tubing :]
    half = held.size // 2
    tip_side = line.fitted(tube, 0.46, True)
    pump_side = line.fitted(tube, 0.46, False)
    both = line.content_kg(tip_side) + line.content_kg(pump_side)
    assert both == pytest.approx(line.content_kg(tube), rel=1e-12)
    assert line.content_kg(pump_side) == pytest.approx(held[:half].sum(), rel=0.02)
    longer = line.fitted(tube, 1.1, False)
    assert line.content_kg(longer) == pytest.approx(line.content_kg(tube), rel=1e-12)
    assert longer.drug_kg[-5:].max() < 1e-18  # the new segment holds CSF


def test_a_pull_comes_when_it_passes_what_tissue_and_anchor_hold(case):
    _, start = case
    state, spec = start.theatre.catheter, catheter.CATHETERS["ascenda_8780"]
    arcs = np.concatenate(([0.0], np.cumsum(state.rest_length[::-1])))[::-1]
    hand = float(arcs[np.flatnonzero(state.zone <= 2)[0]])
    held = float(set_holds(state).hold_capacity[arcs <= hand + 1e-9].sum())
    assert catheter.draw_out(state, spec, 0.0, hand).needed_n == pytest.approx(held, rel=1e-9)
    assert not catheter.draw_out(state, spec, 0.99 * held, hand).is_out
    assert catheter.draw_out(state, spec, 1.01 * held, hand).is_out
    loose = catheter.draw_out(catheter.released(state), spec, 0.0, hand).needed_n
    assert held - loose > catheter.anchor_strength_n(state) - 0.2  # what is left is track, scar and wound
    assert loose < 1.0  # 0.91 N on average to withdraw a spinal catheter [catheter_mechanics 2]


def test_a_burnt_catheter_tears_where_it_was_burnt(case):
    _, start = case
    state, spec = start.theatre.catheter, catheter.CATHETERS["ascenda_8780"]
    whole = float(state.length_m)
    arcs = np.concatenate(([0.0], np.cumsum(state.rest_length[::-1])))[::-1]
    at = float(arcs[int(np.abs(arcs - 0.6).argmin())])
    burnt = catheter.holed(state, at, 0.95 * spec.outer_diameter_m)
    left = spec.break_force_n * 0.05
    assert catheter.strength_n(burnt, spec).min() == pytest.approx(left, rel=1e-6)
    pull = catheter.draw_out(burnt, spec, 30.0, whole)
    assert not pull.is_out and pull.left_m == pytest.approx(at, abs=1e-9)
    assert catheter.draw_out(state, spec, 30.0, whole).is_out


def test_explant_frees_the_infection_of_its_shelter_and_leaves_nothing(case):
    params, _ = case
    sick = replace(params, disease=replace(params.disease, infection_place="pocket"), start=replace(params.start, drug_days=3.0))
    world = physics.initial(sick, 0)
    u, v = 0.0, 0.0
    seen = physics.observe(sick, world)
    assert seen.patient.crp_mg_per_l == pytest.approx(140.0, rel=0.03)  # load 6.5 [scenarios_content I-A3]
    world, events = opened((sick, world), c.DisconnectCatheter(), c.TakeOutPump(), c.OpenLumbar(u, v, 0.04, 0.08),
                           c.ReleaseAnchor(), c.RemoveCatheter("whole", 8.0), c.TiePurseString(2.0), c.CloseWounds())  # fmt: skip
    assert next(e.where for e in events if e.name == "PocketOpened") == "pus"
    assert any(e.name == "CatheterRemoved" for e in events)
    assert not world.therapy.patient.besides.infection.has_hardware
    assert world.theatre.catheter.phase == "closed" and world.therapy.line.n_tubing == world.therapy.line.volumes_m3.size
    world, _ = do((sick, world), c.GiveTreatment("antibiotic", 1.0), *(c.AdvanceClinicalTime(86400.0),) * 6)
    assert world.therapy.patient.besides.infection.load < 4.0  # below the floor that hardware keeps


def test_a_world_never_reopened_keeps_its_digest(case):
    _, start = case
    apart = replace(start, therapy=replace(start.therapy, line=line.taken_apart(start.therapy.line)))
    assert physics.state_hash(apart) != physics.state_hash(start)


def test_an_opened_scar_is_a_wound_of_the_field_and_its_closure_starts_the_days_again(case):
    params, start = case
    assert start.theatre.field.chances == () and all(cut.is_closed for cut in start.theatre.field.incisions)
    world, _ = opened(case)
    seen = physics.observe(params, world)
    cut = next(i for i in seen.field.incisions if i.wound == "pocket")
    assert not cut.is_closed and cut.length_m == 0.09 and cut.depth_m == pytest.approx(seen.pocket.cover_m)
    assert len(seen.field.pocket_outline_m) and seen.field.pocket_plane == "subcutaneous"
    assert seen.days_since_closure > 2000.0
    outline = world.theatre.pocket.radius_m, world.theatre.pocket.u_m, world.theatre.pocket.v_m
    world, _ = connected(case, True)
    seen = physics.observe(params, world)
    assert seen.days_since_closure < 1e-3 and all(i.is_closed for i in seen.field.incisions)
    assert (world.theatre.pocket.radius_m, world.theatre.pocket.u_m, world.theatre.pocket.v_m) == outline
    infection = next(chance for chance in seen.field.chances if chance.name == "infection")
    assert ("not the first operation", pytest.approx(10.6 / 6.0)) in infection.factors


def test_diathermy_opens_an_old_scar_with_less_blood(case):
    params, start = case
    body = physics.observe(params, start).pocket
    n = {}
    for is_hot in (False, True):
        scars = [c.OpenPocket(body.pump_u_m, body.pump_v_m + 0.03, 0.16, is_hot)]
        n[is_hot] = sum(
            len(do((params, replace(start, seed=seed)), *scars)[0].theatre.field.bleeders) for seed in range(12)
        )
    assert 0 < n[True] < n[False]


def test_a_scalpel_opens_the_old_capsule_once_it_is_as_deep(case):
    params, start = case
    body = physics.observe(params, start).pocket
    pass_ = c.CutSkin("pocket", body.pump_u_m, body.pump_v_m + 0.03, 0.09, 0.0, 0.009)
    world, events = do(case, pass_)
    assert world.theatre.pocket.is_closed and "PocketOpened" not in [e.name for e in events]
    world, events = do((params, world), pass_)
    assert not world.theatre.pocket.is_closed and "PocketOpened" in [e.name for e in events]
    beside = replace(pass_, v_m=body.pump_v_m - 0.12)
    world, _ = do(case, beside, beside)
    assert world.theatre.pocket.is_closed


def test_paint_for_the_next_operation_stays_on_however_long_it_dries(case):
    params, _ = case
    world, _ = connected(case, True)
    wait, turn, paint = c.AdvanceClinicalTime(86400.0), c.TurnPatient("lateral"), c.PrepStroke(-0.4, 0.0, 0.1, 0.0)
    world, _ = do((params, world), wait, turn, paint, c.AdvanceClinicalTime(1200.0))
    assert world.theatre.field.prep.agents == ("chlorhexidine",)
