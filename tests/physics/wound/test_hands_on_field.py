"""What hands do to the field in a whole world: wounds, pocket, catheter in the way, back table, closure and after."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import physics.commands as c
from physics.fixed import fixed
from physics.hands_on_closure import live
from physics.hands_on_field import bleed
from physics.observe import observe
from physics.operation import apply
from physics.theatre import Hands
from physics.world import initial, step
from physics.wound.biology import STOMA_SIDE
from scenarios import load
from scenarios.setup import setup

CASE = setup(load("implant_adult_t10"), 3)
PARAMS = CASE.params
U, V = -0.30, 0.05


@pytest.fixture(scope="module")
def fresh():
    return initial(PARAMS, 3)


def played(world, *ticks):
    events = []
    for tick in ticks:
        world, happened = step(PARAMS, world, tick if isinstance(tick, tuple) else (tick,))
        events += happened
    return world, events


def named(events, *names):
    return [e for e in events if e.name in names]


def opened_pocket(world, depth=0.016):
    cuts = [c.CutSkin("pocket", U, V + 0.043, 0.10, 0.0, depth / 2)] * 2
    rows = []
    for k in range(8):
        dv = 0.0395 * (1.0 - 2.0 * k / 7.0)
        half = math.sqrt(0.04**2 - dv**2)
        rows.append(c.SweepPocket(U - half, V + dv, U + half, V + dv, depth))
    return played(world, *cuts, *rows)


def test_passes_of_the_scalpel_add_up_and_name_the_tissue(fresh):
    world, events = played(fresh, *[c.CutSkin("lumbar", -0.01, 0.0, 0.04, math.pi / 2, 0.006)] * 3)
    cut = world.theatre.field.incision("lumbar")
    assert cut.depth_m == pytest.approx(0.018)
    assert [e.where for e in named(events, "SkinCut")] == ["lumbar fat", "lumbar fat", "lumbar muscle"]
    assert world.theatre.lumbar.depth_m == pytest.approx(cut.fascia_m)  # the needle starts on the fascia


def test_a_shorter_pass_deepens_and_a_longer_one_lengthens_the_same_cut(fresh):
    world, _ = played(fresh, c.CutSkin("pocket", U, V, 0.06, 0.0, 0.005), c.CutSkin("pocket", U + 0.03, V, 0.04, 0.0, 0.005))
    cut = world.theatre.field.incision("pocket")
    assert cut.length_m == pytest.approx(0.08) and cut.depth_m == pytest.approx(0.010)
    elsewhere, _ = played(world, c.CutSkin("pocket", U, V + 0.05, 0.06, 0.0, 0.004))
    assert elsewhere.theatre.field.incision("pocket").depth_m == pytest.approx(0.004)


def test_sweeps_make_the_pocket_that_the_macro_makes(fresh):
    by_hand, events = opened_pocket(fresh)
    macro, _ = played(fresh, c.DissectPocket(U, V, 0.0508, "subcutaneous", 0.016))
    one, two = by_hand.theatre.pocket, macro.theatre.pocket
    assert not named(events, "SweepBlocked")
    assert (one.u_m, one.v_m) == (pytest.approx(two.u_m, abs=2e-3), pytest.approx(two.v_m, abs=2e-3))
    assert one.radius_m == pytest.approx(two.radius_m, abs=2e-3)
    assert (one.plane, one.cover_m) == (two.plane, two.cover_m)
    seen = observe(PARAMS, macro).field
    assert seen.incisions[0].wound == "pocket" and seen.off_pump_m > 0.0 and len(seen.pocket_outline_m) == 48


def test_the_first_sweep_chooses_the_plane_and_the_next_ones_cannot_change_it(fresh):
    fascia = 0.0162
    world, _ = played(fresh, *[c.CutSkin("pocket", U, V, 0.1, 0.0, 0.012)] * 2)
    world, _ = played(world, c.SweepPocket(U - 0.03, V, U + 0.03, V, fascia + 0.006))
    assert world.theatre.field.swept.plane == "subfascial" and world.theatre.field.swept.feel == "muscle twitches"
    after, events = played(world, c.SweepPocket(U - 0.03, V, U + 0.03, V, 0.010))
    assert named(events, "SweepBlocked") and after.theatre.field.swept.n_sweeps == 1


def test_no_finger_goes_where_the_knife_has_not_been(fresh):
    world, events = played(fresh, c.CutSkin("pocket", U, V, 0.1, 0.0, 0.005), c.SweepPocket(U, V, U + 0.03, V, 0.016))
    assert named(events, "SweepBlocked") and world.theatre.field.swept is None
    world, events = played(fresh, c.SweepPocket(U, V, U + 0.03, V, 0.016))
    assert events == [] and world.theatre.field.swept is None  # nothing is cut


def test_wounds_bleed_with_the_clock_and_the_balance_is_kept(fresh):
    world, _ = opened_pocket(fresh)
    world, _ = played(world, c.AdvanceClinicalTime(120.0), (), c.Dab(U, V), c.AdvanceClinicalTime(60.0), ())
    field = world.theatre.field
    assert field.bled_m3 > 1e-6
    assert field.bled_m3 == pytest.approx(sum(k.blood_m3 for k in field.incisions) + field.taken_m3 + field.spilled_m3)


def test_vessels_are_hidden_under_blood_until_dabbed(fresh):
    world, _ = opened_pocket(fresh)
    world, _ = played(world, c.AdvanceClinicalTime(120.0), ())
    assert not any(observe(PARAMS, world).field.bleeder_is_seen)
    world, _ = played(world, tuple(c.Dab(U + du, V + dv) for du in (-0.03, 0.0, 0.03) for dv in (-0.03, 0.0, 0.043)))
    assert any(observe(PARAMS, world).field.bleeder_is_seen)


def test_time_of_the_antibiotic_is_kept_and_a_dose_after_the_cut_is_late(fresh):
    early, _ = played(fresh, c.GiveTreatment("antibiotic_prophylaxis", 2e-3), c.AdvanceClinicalTime(600.0), c.CutSkin("pocket", U, V, 0.1, 0.0, 0.005))
    field = early.theatre.field
    assert field.first_cut_at_s - field.antibiotic_at_s == pytest.approx(600.0, abs=0.1)
    late, _ = played(fresh, c.CutSkin("pocket", U, V, 0.1, 0.0, 0.005), c.GiveTreatment("antibiotic_prophylaxis", 2e-3))
    late, _ = played(late, c.CloseWounds())
    assert ("antibiotic late", 2.4) in late.theatre.field.chances[0].factors
    assert late.therapy.care.antibiotic == 0.0  # one dose before a cut does not treat for weeks


def lumbar_hands(fresh):
    """Return hands with a catheter lying on the fascia of an open back."""
    case = fixed(PARAMS)
    hands = Hands(fresh.theatre, fresh.therapy, 3)
    hands = apply(case, hands, c.CutSkin("lumbar", -0.01, 0.0, 0.04, math.pi / 2, 0.012))
    cut = hands.theatre.field.incision("lumbar")
    import physics.anatomy as anatomy

    at = [anatomy.roll(case.body.trunk, -0.01, v, 0.5 * cut.fascia_m)[0] for v in np.linspace(-0.02, 0.02, 9)]
    state = hands.theatre.catheter
    line = np.array(at)
    state = replace(
        state, phase="free", x=line, rest_length=np.linalg.norm(np.diff(line, axis=0), axis=1),
        zone=np.full(9, 2), wall_defects=(),
    )  # fmt: skip
    return case, replace(hands, theatre=replace(hands.theatre, catheter=state, lumbar_catheter=None))


def test_a_stitch_through_the_catheter_holes_it_and_one_above_it_does_not(fresh):
    case, hands = lumbar_hands(fresh)
    above = apply(case, hands, c.SutureLayer("lumbar", "skin", -0.01, 0.001))
    assert above.theatre.catheter.wall_defects == () and not above.theatre.field.stitches[-1].has_pierced
    through = apply(case, hands, c.SutureLayer("lumbar", "fat", -0.01, 0.001))
    assert through.theatre.field.stitches[-1].has_pierced
    arc, hole, _ = through.theatre.catheter.wall_defects[0]
    assert hole > 0.0 and arc == pytest.approx(0.019, abs=1e-3)  # from the tip at the head end
    assert [n[0] for n in through.notes if n[0].startswith("Catheter")] == ["CatheterStitched", "CatheterHoled"]


def test_heat_and_blade_hole_a_catheter_that_lies_there(fresh):
    case, hands = lumbar_hands(fresh)
    field = hands.theatre.field
    cut = replace(field.incision("lumbar"), depth_m=0.5 * field.incision("lumbar").fascia_m)
    near = replace(hands, theatre=replace(hands.theatre, field=replace(field, incisions=(cut,))))
    assert apply(case, near, c.Cauterise(-0.01, 0.001, "bipolar")).theatre.catheter.wall_defects
    assert not apply(case, near, c.Cauterise(-0.01 + 0.006, 0.001, "bipolar")).theatre.catheter.wall_defects
    shallow = replace(near, theatre=replace(near.theatre, field=replace(field, incisions=(replace(cut, depth_m=0.004),))))
    sliced = apply(case, shallow, c.CutSkin("lumbar", -0.01, 0.0, 0.04, math.pi / 2, 0.015))
    assert sliced.theatre.catheter.wall_defects[0][2] == 1.0  # cut through


def test_monopolar_near_an_implanted_pump_is_told(fresh):
    world, _ = played(fresh, c.DissectPocket(U, V, 0.051, "subcutaneous", 0.016), c.PlacePump(0.0))
    assert named(played(world, c.Cauterise(U, V, "monopolar"))[1], "MonopolarNearPump")
    assert not named(played(world, c.Cauterise(U, V, "bipolar"))[1], "MonopolarNearPump")


def test_a_warm_pump_is_filled_and_a_cold_one_keeps_its_water_and_shuts(fresh):
    order = c.FillOnTable(20e-6, 0.5, False)
    warm, _ = played(fresh, c.WarmPump(40.0), c.AdvanceClinicalTime(600.0), c.EmptyPump(), order)
    cold, told = played(fresh, c.EmptyPump(), order)
    macro, _ = played(fresh, order)
    assert warm.therapy.pump.concentration_kg_per_m3 == pytest.approx(macro.therapy.pump.concentration_kg_per_m3, rel=0.05)
    assert cold.therapy.pump.concentration_kg_per_m3 < 0.8 * macro.therapy.pump.concentration_kg_per_m3
    (over,) = named(told, "ReservoirOverfilled")
    assert over.magnitude == pytest.approx(cold.therapy.pump.reservoir_m3 - 20e-6, rel=1e-6)
    assert cold.therapy.pump.is_valve_shut and not warm.therapy.pump.is_valve_shut


def test_purging_after_the_fill_is_the_purge_of_the_macro(fresh):
    one, _ = played(fresh, c.FillOnTable(20e-6, 0.5, True))
    two, events = played(fresh, c.FillOnTable(20e-6, 0.5, False), c.PurgeTubing())
    assert named(events, "TubingPurged")
    assert two.therapy.pump.reservoir_m3 == pytest.approx(one.therapy.pump.reservoir_m3)
    assert two.therapy.pump.drug_kg == pytest.approx(one.therapy.pump.drug_kg)
    assert not named(played(two, c.PurgeTubing())[1], "TubingPurged")


def test_a_packed_swab_is_missed_by_the_count_and_left_behind_it_raises_the_risk(fresh):
    world, _ = played(fresh, c.CutSkin("pocket", U, V, 0.1, 0.0, 0.01), c.PackSwab("pocket"), c.CountTray())
    assert observe(PARAMS, world).field.counted == 0
    whole, _ = played(world, c.RemoveSwabs("pocket"), c.CountTray())
    assert observe(PARAMS, whole).field.counted == 1
    closed, _ = played(world, c.CloseWounds())
    assert ("swab left behind", 3.0) in closed.theatre.field.chances[0].factors


def test_an_infection_that_is_drawn_shows_itself_in_the_patient(fresh):
    case = fixed(PARAMS)
    found = None
    for tick in range(400):
        hands = replace(Hands(fresh.theatre, fresh.therapy, 3, tick), now_s=0.0)
        hands = apply(case, hands, c.CloseWounds())
        chance = hands.theatre.field.chances[0]
        if chance.has_come and chance.kind == "deep" and chance.day < 5.0:
            found = hands, chance
            break
    assert found is not None
    hands, chance = found
    world = replace(fresh, theatre=hands.theatre, therapy=hands.therapy, closed_at_s=0.0)
    world, events = played(world, *[c.AdvanceClinicalTime(86400.0)] * (math.ceil(chance.day) + 4))
    shown = named(events, "InfectionShown")
    assert [e.where for e in shown] == ["pocket"]
    assert shown[0].clinical_time_s / 86400.0 == pytest.approx(chance.day, abs=1.1)
    assert observe(PARAMS, world).patient.temperature_c > 37.5 and observe(PARAMS, world).patient.pocket_redness > 0.0


def test_vessels_left_open_fill_the_pocket_after_closure(fresh):
    wet, _ = opened_pocket(fresh)
    dry = wet
    for b in wet.theatre.field.bleeders:
        dry, _ = played(dry, c.Cauterise(b.u_m, b.v_m, "bipolar"))
    swollen = []
    for world in (wet, dry):
        world, _ = played(world, c.Irrigate("pocket", 2e-4), c.PlacePump(0.0), c.CloseWounds(), c.AdvanceClinicalTime(7200.0), ())
        swollen.append(observe(PARAMS, world).field.haematoma_m3)
    assert swollen[0] > 5e-6 and swollen[1] < 0.5e-6


def test_the_day_of_a_dehiscence_is_told_once(fresh):
    case = fixed(PARAMS)
    hands = apply(case, Hands(fresh.theatre, fresh.therapy, 3), c.CloseWounds())
    field = hands.theatre.field
    chances = tuple(replace(k, has_come=k.name == "dehiscence", day=2.0) for k in field.chances)
    hands = replace(hands, theatre=replace(hands.theatre, field=replace(field, chances=chances)), notes=())
    told = []
    for day in (1.0, 3.0, 4.0):
        hands = live(case, bleed(case, replace(hands, now_s=day * 86400.0, notes=())))
        told.append([n[0] for n in hands.notes])
    assert told == [[], ["WoundDehisced"], []]


def test_a_second_operation_is_prepared_and_judged_anew(fresh):
    first = (c.GiveTreatment("antibiotic_prophylaxis", 2e-3), c.Drape(), c.CutSkin("pocket", U, V, 0.1, 0.0, 0.01), c.CloseWounds())
    world, _ = played(fresh, *first, c.AdvanceClinicalTime(86400.0), ())
    field = world.theatre.field
    assert field.breaks == () and field.prep.draped_at_s < 0.0  # the drapes are long off
    again, _ = played(world, c.CutSkin("pocket", U, V, 0.1, 0.0, 0.005))
    field = again.theatre.field
    assert field.first_cut_at_s > 86400.0 and field.closed_at_s < 0.0 and field.chances == ()
    assert [k.is_closed for k in field.incisions] == [False]
    late, _ = played(again, c.CloseWounds())
    factors = dict(late.theatre.field.chances[0].factors)
    assert factors["antibiotic too early"] == pytest.approx(3.8)  # yesterday's dose is gone
    assert factors["not the first operation"] == pytest.approx(10.6 / 6.0)


def test_commands_that_make_no_sense_change_nothing(fresh):
    for command in (c.SetRetractor("pocket", 0.03), c.PackSwab("pocket"), c.RemoveSwabs("lumbar"), c.SutureLayer("pocket", "skin", U, V),
                    c.TestPump(), c.PurgeTubing(), c.SweepPocket(U, V, U, V + 0.01, 0.016)):  # fmt: skip
        world, events = played(fresh, command)
        assert events == [] and world.theatre.field == fresh.theatre.field, command


@pytest.mark.parametrize(("u_m", "is_near"), [(-0.31, False), (0.31, True), (0.24, True)])
def test_a_pocket_on_the_side_of_a_gastrostomy_is_infected_more_often(u_m, is_near):
    shunted = setup(load("implant_gastrostomy_shunt"), 3).params
    world, case = initial(shunted, 3), fixed(shunted)
    hands = Hands(world.theatre, world.therapy, 3)
    for act in (c.DissectPocket(u_m, 0.05, 0.05, "subcutaneous", 0.012), c.PlacePump(0.0), c.CloseWounds()):
        hands = apply(case, hands, act)
    infection = next(k for k in hands.theatre.field.chances if k.name == "infection")
    factors = dict(infection.factors)
    assert factors.get("stoma or tube on this side", 1.0) == (STOMA_SIDE if is_near else 1.0)
    assert STOMA_SIDE > 1.0
