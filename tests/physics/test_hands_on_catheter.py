"""What hands do to a laid catheter, told through commands: damage reaches the flow, and the record."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import physics
import pytest
from physics import anatomy, catheter, commands, geometry
from physics.anatomy import PatientBuild
from physics.catheter import CATHETERS
from physics.errors import CommandError
from physics.fixed import fixed
from physics.params import Params, StartState
from physics.theatre import located
from physics.units import kg_per_s_from_ug_per_day

START = StartState(
    days_since_implant=120.0, tip_level=10.0, cover_m=0.016, tilt_rad=0.0, pocket_u_m=-0.30, pocket_v_m=0.04,
    pocket_radius_m=0.051, plane="subcutaneous", n_sutures=4, outlet_angle_rad=0.5, anchor_sutures=3,
    anchor_substrate="fascia", loop_radius_m=0.02, coil_radius_m=0.025, recorded_length_m=0.80, reservoir_m3=15e-6,
    stored_reservoir_m3=15e-6, concentration_kg_per_m3=0.5, stored_concentration_kg_per_m3=0.5,
    dose_kg_per_s=kg_per_s_from_ug_per_day(300.0), alarm_volume_m3=2e-6, days_on_therapy=110.0,
)  # fmt: skip
PARAMS = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062), start=START)
FRESH = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062))


def run(world, *given):
    told = []
    for command in given:
        world, events = physics.step(PARAMS, world, (command,))
        told += [(event.name, event.where) for event in events]
    return world, told


def delivered(world):
    world, _ = run(world, *[commands.AdvanceClinicalTime(3600.0)] * 2)
    return physics.observe(PARAMS, world).delivery


@pytest.fixture(scope="module")
def implanted():
    return physics.initial(PARAMS, 5)


def test_a_rubber_shod_clamp_shuts_and_opens_again(implanted):
    shut, _ = run(implanted, commands.ClampCatheter(0.4, 5.0, True))
    assert physics.observe(PARAMS, shut).catheter.min_patency == 0.0
    opened, told = run(shut, commands.UnclampCatheter())
    assert [name for name, _ in told] == ["CatheterUnclamped"]
    assert physics.observe(PARAMS, opened).catheter.min_patency > 0.9
    assert delivered(opened).leak_flow_m3_per_s == pytest.approx(0.0, abs=1e-16)


def test_a_forgotten_clamp_stops_the_dose(implanted):
    shut, _ = run(implanted, commands.ClampCatheter(0.4, 5.0, True))
    assert delivered(shut).dose_ratio < 0.1 < 0.8 < delivered(implanted).dose_ratio


def test_toothed_jaws_leave_a_leak(implanted):
    held, told = run(implanted, commands.GripCatheter(0.5, 8.0, False))
    assert ("CatheterHoled", "bare") in told
    flow = delivered(held)
    assert flow.leak_flow_m3_per_s > 0.0
    assert flow.dose_ratio < delivered(implanted).dose_ratio


def test_a_cut_catheter_delivers_nothing_until_its_ends_are_joined(implanted):
    parted, told = run(implanted, commands.CutCatheter(0.45))
    assert ("CatheterCut", "scissors") in told
    assert delivered(parted).dose_ratio < 0.05
    loose, told = run(parted, commands.JoinCatheter(2.0))
    assert told == [] and delivered(loose).dose_ratio < 0.05  # not pushed home
    joined, told = run(parted, commands.JoinCatheter(15.0))
    assert ("CatheterJoined", "connector") in told
    assert delivered(joined).dose_ratio > 0.8


def test_a_cut_beyond_the_end_cuts_nothing(implanted):
    world, told = run(implanted, commands.CutCatheter(1.5))
    assert told == [] and not world.theatre.catheter.wall_defects


def test_a_tug_leaves_a_seated_connector_and_pulls_a_loose_one_off(implanted):
    held, told = run(implanted, commands.TugConnector(8.0))
    assert told == [("ConnectorHeld", "tug test")] and held.theatre.is_connected
    loose, _ = run(implanted, commands.ConnectCatheter(6.0))
    off, told = run(loose, commands.TugConnector(8.0))
    assert told == [("CatheterDisconnected", "tug test")] and not off.theatre.is_connected


def over(world, node_m):
    """Return (u, v) on the skin right over a point of the catheter, in the flat frame over the pump."""
    pump = world.theatre.pocket
    point, _, along_u, along_v = geometry.surface_frame(fixed(PARAMS).body, pump.pump_u_m, pump.pump_v_m, 0.0)
    return pump.pump_u_m + float((node_m - point) @ along_u), pump.pump_v_m + float((node_m - point) @ along_v)


@pytest.mark.parametrize("is_behind", [True, False])
def test_a_refill_needle_goes_through_slack_in_front_of_the_pump_and_never_behind_it(implanted, is_behind):
    laid, _ = run(implanted, commands.CoilSlack(0.025, is_behind))
    state, pocket = laid.theatre.catheter, physics.observe(PARAMS, laid).pocket
    height = (state.x - pocket.pump_centre_m) @ pocket.pump_normal
    inside = np.linalg.norm(state.x - pocket.pump_centre_m, axis=1) < 0.035
    coil = np.flatnonzero((state.zone == 4) & inside & ((height > 0.0) != is_behind))
    assert len(coil) > 3
    u, v = over(laid, state.x[coil[np.abs(height[coil]).argmax()]])
    world, told = run(laid, commands.PlaceRefillNeedle(u, v), *[commands.AdvanceRefillNeedle(5e-4)] * 90)
    assert (("CatheterPunctured", "needle") in told) != is_behind
    assert bool(world.theatre.catheter.wall_defects) != is_behind
    if not is_behind:
        assert delivered(world).leak_flow_m3_per_s > 0.0


def test_no_hand_feeds_ten_metres_in_a_tick(implanted):
    world, events = physics.step(PARAMS, implanted, (commands.FeedCatheter(0.002),) * 5000)
    outpaced = [event for event in events if event.name == "HandOutpaced"]
    assert len(outpaced) == 4999 and sum(e.magnitude for e in outpaced) == pytest.approx(9.998, rel=1e-3)
    with pytest.raises(CommandError, match="FeedCatheter.travel_m"):
        commands.FeedCatheter(10.0)


@pytest.mark.parametrize("point", [(0.0, 0.0, -0.01), (0.0, 0.0, 0.3), (math.nan, 0.0, 0.01), (2.0, 0.0, 0.01)])
def test_a_tunnel_outside_the_body_is_refused(point):
    with pytest.raises(CommandError, match="TunnelCatheter.waypoints_m"):
        commands.TunnelCatheter(((-0.05, 0.0, 0.014), point))


def test_a_tunnel_without_sheath_pulls_at_the_catheter(implanted):
    ways = ((-0.06, -0.02, 0.014), (-0.15, 0.0, 0.014), (-0.25, 0.03, 0.014))
    _, told = run(implanted, commands.TunnelCatheter(ways, False))
    assert told[:2] == [("CatheterTunnelled", "flank"), ("CatheterCaught", "tunnel")]
    _, told = run(implanted, commands.TunnelCatheter(ways))
    assert ("CatheterCaught", "tunnel") not in told

def threading(model):
    world = physics.initial(FRESH, 7)
    body = fixed(FRESH).body
    u, v, medial, depth = anatomy.reference_approach(body, 0.8)
    world, _ = physics.step(FRESH, world, (commands.PlaceNeedle(u, v, 0.8, medial, 0.12),))
    needle = replace(
        world.theatre.needle, depth_m=depth + 4e-3, set_point_m=depth + 4e-3, reach_m=depth + 4e-3, is_in_sac=True,
        is_through_skin=True, n_dural_punctures=1,
    )  # fmt: skip
    world = replace(world, theatre=replace(world.theatre, needle=needle))
    return physics.step(FRESH, world, (commands.OpenCatheter(model, False), commands.FeedCatheter(0.002)))[0]


@pytest.mark.parametrize("model", list(CATHETERS))
def test_the_model_that_is_taken_is_the_one_that_is_threaded(model):
    world = threading(model)
    seen, spec = physics.observe(FRESH, world).catheter, CATHETERS[model]
    assert (seen.model, seen.radius_m) == (model, spec.radius_m)
    assert seen.implanted_m == pytest.approx(spec.length_m)
    assert np.allclose(world.theatre.catheter.virgin_bending, spec.bending_stiffness)


def test_a_model_that_does_not_lie_on_the_table_is_one_clear_error():
    world = physics.initial(FRESH, 7)
    with pytest.raises(CommandError, match="OpenCatheter.*model.*'hose'.*ascenda_8780"):
        physics.step(FRESH, world, (commands.OpenCatheter("hose"),))


@pytest.mark.parametrize("reach", [0.5, 2.0, 4.0])
def test_the_tip_of_the_model_says_how_much_of_it_lies_inside(implanted, reach):
    case, theatre = fixed(PARAMS), implanted.theatre
    inside = catheter.inserted_length(theatre.catheter, geometry.canal_only(case.body))
    tip = replace(case.catheter.tip, spread_m=reach * inside)
    long = replace(case, catheter=replace(case.catheter, tip=tip))
    assert located(long, theatre).share_lying == pytest.approx(min(1.0, 1.0 / reach))


def test_an_anchor_of_any_kind_that_fits_is_placed_and_seen_and_another_is_refused():
    world, _ = physics.step(FRESH, physics.initial(FRESH, 1), (commands.PlaceAnchor(0.012, None, "fascia", wings="one"),))
    seen = physics.observe(FRESH, world).catheter
    assert (seen.anchor_kind, seen.n_anchor_sutures, seen.n_anchor_holding) == ("biwing", 3, 3)
    assert len({y for _, y, _ in world.theatre.catheter.anchor_stitches}) == 1
    with pytest.raises(CommandError, match="PlaceAnchor.kind = 'right_angle'; expected what fits ascenda_8780: kit, biwing"):
        physics.step(FRESH, world, (commands.PlaceAnchor(0.012, 3, "fascia", kind="right_angle"),))
    soft = replace(FRESH, catheter_model="silicone_8709")
    world, events = physics.step(soft, physics.initial(soft, 1), (commands.PlaceAnchor(0.012, 3, "fascia", kind="right_angle"),))
    assert physics.observe(soft, world).catheter.anchor_kind == "right_angle"
    assert [event.magnitude for event in events if event.name == "AnchorPlaced"] == [pytest.approx(2.5 * math.exp(0.1 * math.pi))]


def test_a_stitch_over_the_tube_narrows_it_and_one_through_it_leaks(implanted):
    over_it, told = run(implanted, commands.StitchCatheter(0.40, 5.0))
    assert told == [("CatheterStitched", "over")]
    assert physics.observe(PARAMS, over_it).catheter.min_patency == pytest.approx(1.0 / 3.0, abs=0.02)  # 3 N begin, 6 N shut
    through, told = run(implanted, commands.StitchCatheter(0.40, 1.0, True))
    assert ("CatheterHoled", "stitch") in told
    assert delivered(through).leak_flow_m3_per_s > 0.0
    assert delivered(over_it).dose_ratio > 0.8 > delivered(through).dose_ratio  # a pump pushes past a narrow place


@pytest.mark.parametrize(("tension_n", "passes"), [(2.0, True), (8.0, False)])
def test_a_purse_string_tied_too_tight_stops_the_dose(implanted, tension_n, passes):
    tied, told = run(implanted, commands.TiePurseString(tension_n))
    assert told == [("PurseStringTied", "fascia")]
    ratio = delivered(tied).dose_ratio
    assert ratio > 0.8 if passes else ratio < 0.1


def test_fingers_turn_the_catheter_in_the_needle():
    world, turns = threading("ascenda_8780"), []
    for angle in (0.0, 0.5, 0.5):
        for _ in range(20):
            world, _ = physics.step(FRESH, world, (commands.RotateCatheter(angle / 20),))
        state = world.theatre.catheter
        turns.append(float(state.theta[0]))
    assert turns[1] - turns[0] == pytest.approx(0.5, abs=0.02) and turns[2] - turns[1] == pytest.approx(0.5, abs=0.02)
    assert state.theta[-1] - turns[0] == pytest.approx(1.0, abs=0.3)  # the tip follows, for nothing holds it
