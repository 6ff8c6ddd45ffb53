"""Parts changed in later operations: a pump of another capacity, a new pump's segment on the kept spinal one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import game  # noqa: F401  settles numba
import physics
from physics import catheter, commands as c
from physics.errors import CommandError, OutOfRange
from physics.fixed import fixed, with_pump
from physics.pump import line
from physics.pump.spec import PUMPS
from physics.theatre import pump_pose
from scenarios.load import load
from scenarios.setup import setup

SMALL, LARGE = PUMPS["8637-20"], PUMPS["8637-40"]
ML_PER_M = 0.22  # 0.0022 mL/cm [device_and_procedure 6, example P1]


def case_of(name, **changes):
    params = setup(load(name), 0).params
    params = replace(params, start=replace(params.start, lived_days=0.0), **changes)
    return params, physics.initial(params, 0)


def do(params, world, *orders):
    told = []
    for order in orders:
        world, events = physics.step(params, world, (order,))
        told += events
    return world, told


def with_pump_out(params, world):
    body = physics.observe(params, world).pocket
    return do(
        params, world, c.OpenPocket(body.pump_u_m, body.pump_v_m + 0.03, 0.09), c.DisconnectCatheter(), c.ClampCatheter(0.88, 5.0),
        c.TakeOutPump(),
    )[0]  # fmt: skip


def outlet_gap_m(params, world):
    """Return how far the connector's end of the tube lies from the pump's outlet [m]."""
    theatre = world.theatre
    pose = pump_pose(with_pump(fixed(params), theatre.pump_model), theatre)
    return float(np.linalg.norm(theatre.catheter.x[0] - pose.outlet_m))


@pytest.fixture(scope="module", params=[(SMALL, LARGE), (LARGE, SMALL)], ids=["20 to 40 mL", "40 to 20 mL"])
def exchange(request):
    old, new = request.param
    params, start = case_of("replace_pump_eri", pump_capacity_m3=old.capacity_m3)
    return old, new, params, start, with_pump_out(params, start)


def test_another_capacity_brings_its_water_and_its_reservoir(exchange):
    old, new, params, _, out = exchange
    assert physics.observe(params, out).pocket.pump_height_m == old.thickness_m
    warm = (c.UnpackPump(new.model), c.WarmPump(40.0), c.AdvanceClinicalTime(1200.0))
    world, _ = do(params, out, *warm, c.EmptyPump())
    seen, table = physics.observe(params, world), world.theatre.field.table
    assert seen.pump.capacity_m3 == new.capacity_m3
    assert seen.pocket.pump_height_m == new.thickness_m  # the one that waits
    assert table.recovered_m3 + table.water_m3 == pytest.approx(0.5 * new.capacity_m3, rel=1e-12)  # none is made or lost
    full, events = do(params, world, c.FillOnTable(new.capacity_m3, 2.0, False))
    pump = full.therapy.pump
    assert pump.reservoir_m3 == pytest.approx(new.capacity_m3 + table.water_m3 + new.undrawable_m3, rel=1e-12)
    assert pump.drug_kg == pytest.approx(2.0 * new.capacity_m3, rel=1e-12)
    assert not [e for e in events if e.name == "ReservoirOverfilled"]


def test_another_height_takes_its_difference_of_the_old_capsules_room(exchange):
    old, new, params, start, out = exchange
    angle = start.theatre.pocket.outlet_angle_rad
    room = start.theatre.pocket.clearance_m
    world, _ = do(params, out, c.UnpackPump(new.model), c.TestPump(), c.PlaceNewPump(angle))
    body = world.theatre.pocket
    assert body.clearance_m == pytest.approx(room - (new.thickness_m - old.thickness_m), abs=1e-12)
    assert (body.pump_height_m, body.pump_mass_kg) == (new.thickness_m, pytest.approx(new.mass_empty_kg + 1e3 * new.capacity_m3))
    assert outlet_gap_m(params, world) == pytest.approx(outlet_gap_m(params, start), abs=5e-4)  # the tube came along
    refill = physics.observe(params, world).pocket
    assert refill.pump_height_m == body.pump_height_m
    inward = start.theatre.pocket.cover_m + 0.5 * new.thickness_m
    before = physics.observe(params, start).pocket
    moved = float((refill.pump_centre_m - before.pump_centre_m) @ before.pump_normal)
    assert moved == pytest.approx(start.theatre.pocket.cover_m + 0.5 * old.thickness_m - inward, abs=5e-4)  # cover stays
    closed, _ = do(params, world, c.CloseWounds())
    factors = {word for chance in closed.theatre.field.chances for word, _ in chance.factors}
    assert ("pocket too tight" in factors) == (new is LARGE)


def test_a_pocket_swept_wider_takes_the_higher_pump():
    params, start = case_of("replace_pump_eri")
    body = start.theatre.pocket
    out, _ = do(params, with_pump_out(params, start), c.UnpackPump(LARGE.model))
    tight, _ = do(params, out, c.TestPump())
    rows = np.arange(-0.055, 0.056, 0.011)
    order = sorted(rows, key=lambda dv: abs(body.v_m + dv - body.v_m - 0.03))
    sweeps = []
    for dv in order:
        half = math.sqrt(max(0.056**2 - dv**2, 0.0))
        sweeps += [c.SweepPocket(body.u_m, body.v_m + dv, body.u_m + sign * half, body.v_m + dv, body.cover_m, "finger") for sign in (-1, 1)]
    wide, _ = do(params, out, *sweeps, c.TestPump(), c.PlaceNewPump(body.outlet_angle_rad))
    assert max(tight.theatre.field.swept.rim_gaps_m) < 1e-3 < 5e-3 < min(wide.theatre.field.swept.rim_gaps_m)
    now = wide.theatre.pocket
    assert now.clearance_m == pytest.approx(now.radius_m - 0.5 * LARGE.diameter_m - (LARGE.thickness_m - SMALL.thickness_m), abs=1e-12)
    assert now.clearance_m > 5e-3  # right is 5-10 mm [device_and_procedure 3 I27]


def test_the_same_model_named_is_the_same_to_the_bit_and_a_strange_one_is_refused():
    params, start = case_of("replace_pump_eri")
    out = with_pump_out(params, start)
    silent, _ = do(params, out, c.FillOnTable(20e-6, 2.0, True), c.PlaceNewPump(0.5))
    named, _ = do(params, out, c.FillOnTable(20e-6, 2.0, True), c.PlaceNewPump(0.5, True, SMALL.model))
    assert physics.state_hash(silent) == physics.state_hash(named)
    assert do(params, start, c.UnpackPump(LARGE.model))[0].theatre.pump_model == ""  # the old one is still in
    for wrong in ("9999-60", 40, ""):
        with pytest.raises(CommandError, match=r"model.*8637-20, 8637-40"):
            c.PlaceNewPump(0.5, True, wrong)
    with pytest.raises(CommandError, match="UnpackPump"):
        c.UnpackPump("8637-30")


def test_a_filled_pump_that_is_exchanged_on_the_table_goes_with_its_drug():
    params, start = case_of("replace_pump_eri")
    world, events = do(params, with_pump_out(params, start), c.FillOnTable(20e-6, 2.0, False), c.PlaceNewPump(0.5, True, LARGE.model))
    wasted = next(e.magnitude for e in events if e.name == "PumpUnpacked")
    assert wasted == pytest.approx(40e-6, rel=1e-12) and world.therapy.pump.drug_kg == 0.0
    assert physics.observe(params, world).pump.capacity_m3 == LARGE.capacity_m3


# --- the pump's segment --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parted():
    """Both wounds open, connector off, catheter clamped near its tip so that nothing drips."""
    params, start = case_of("revise_catheter_migration")
    body, theatre = start.theatre.pocket, start.theatre
    world, _ = do(
        params, start, c.OpenPocket(body.pump_u_m, body.pump_v_m + 0.03, 0.09), c.OpenLumbar(theatre.exit_u_m, theatre.exit_v_m, 0.045, 0.006),
        c.DisconnectCatheter(), c.ClampCatheter(0.15, 5.0),
    )  # fmt: skip
    return params, world


def in_catheter_kg(world):
    return float(world.therapy.line.drug_kg[world.therapy.line.n_tubing :].sum())


def without_segment(parted):
    params, world = parted
    return do(params, world, c.RemoveCatheter("pump", 15.0, "pocket"))


def test_the_pumps_segment_comes_when_the_pull_passes_what_its_tunnel_holds(parted):
    params, world = parted
    state = world.theatre.catheter
    kept_m = catheter.spinal_part(state).length_m
    held = catheter.held_beyond_n(state, kept_m)
    assert held > 1.0
    stuck, events = do(params, world, c.RemoveCatheter("pump", 0.9 * held, "pocket"))
    assert [e.name for e in events] == ["CatheterHeld"] and stuck.theatre.catheter.n_edges == state.n_edges
    out, events = do(params, world, c.RemoveCatheter("pump", 1.1 * held, "pocket"))
    (removed,) = [e for e in events if e.name == "CatheterRemoved"]
    assert removed.magnitude + kept_m == pytest.approx(state.length_m, rel=1e-12)
    assert out.theatre.catheter.length_m == pytest.approx(kept_m, rel=1e-12)
    assert out.theatre.catheter.zone.max() == 2 and out.theatre.catheter.days == state.days


def test_drug_goes_with_the_piece_and_none_comes_with_the_new_one(parted):
    params, before = parted
    out, _ = without_segment(parted)
    held, kept_m, whole_m = in_catheter_kg(before), out.theatre.catheter.length_m, before.theatre.catheter.length_m
    gone = line.content_kg(line.fitted(before.therapy.line, whole_m - kept_m, False)) - float(
        before.therapy.line.drug_kg[: before.therapy.line.n_tubing].sum()
    )
    assert in_catheter_kg(out) + gone == pytest.approx(held, rel=1e-9)
    assert in_catheter_kg(out) == pytest.approx(held * kept_m / whole_m, rel=1e-6)  # full of one concentration
    new_m = whole_m - kept_m + 0.03
    joined, events = do(params, out, c.LaySegment(new_m), c.JoinSegments(15.0), c.ConnectCatheter(15.0))
    assert in_catheter_kg(joined) == pytest.approx(in_catheter_kg(out), rel=1e-12)
    assert joined.theatre.is_connected and joined.theatre.way is None
    assert next(e.magnitude for e in events if e.name == "SegmentsJoined") == pytest.approx(kept_m + new_m, abs=1e-9)
    assert physics.observe(params, joined).catheter.implanted_m == pytest.approx(kept_m + new_m, abs=1e-9)
    tube = joined.therapy.line
    empty_m3 = float(tube.volumes_m3[tube.n_tubing :][tube.drug_kg[tube.n_tubing :] < 1e-15].sum())
    assert empty_m3 * 1e6 == pytest.approx(new_m * ML_PER_M, rel=0.02)  # the volume to prime follows from its length


def test_a_prime_of_the_new_segment_pushes_its_volume_of_drug_out_of_the_tip(parted):
    params, before = parted
    out, _ = without_segment(parted)
    new_m = before.theatre.catheter.length_m - out.theatre.catheter.length_m
    world, _ = do(params, out, c.LaySegment(new_m), c.UnclampCatheter(), c.JoinSegments(15.0), c.ConnectCatheter(15.0), c.CloseWounds())
    tubing_kg = float(world.therapy.line.drug_kg[: world.therapy.line.n_tubing].sum())
    held = in_catheter_kg(world) + tubing_kg
    prime_m3 = new_m * ML_PER_M * 1e-6
    order = c.ProgramPump("continuous", 160e-9 / 86400, 1.0, 19e-6, 2e-6, prime_volume_m3=prime_m3, recorded_length_m=0.84)
    there = world.therapy.pump.drug_kg
    after, _ = do(params, world, order, c.AdvanceClinicalTime(1800.0))
    pumped = there - after.therapy.pump.drug_kg
    left = held + pumped - line.content_kg(after.therapy.line)
    in_spinal = in_catheter_kg(world)
    assert pumped == pytest.approx(1.0 * prime_m3, rel=0.1)
    assert left == pytest.approx(min(in_spinal, 1.0 * prime_m3), rel=0.15)  # CSF of the new piece pushes, then follows


def test_a_segment_that_does_not_fit_its_tunnel_is_not_laid(parted):
    params, _ = parted
    out, _ = without_segment(parted)
    low, high = catheter.segment_range_m(out.theatre.way, out.theatre.catheter)
    for length, sign in ((low - 0.02, -1.0), (high + 0.05, 1.0)):
        same, (event,) = do(params, out, c.LaySegment(length))
        assert event.name == "SegmentMisfit" and math.copysign(1.0, event.magnitude) == sign and same.theatre.segment_m == 0.0
    with pytest.raises(OutOfRange, match="length_m"):
        catheter.with_segment(out.theatre.catheter, out.theatre.way, high + 0.05)
    with pytest.raises(CommandError, match="length_m"):
        c.LaySegment(2.0)
    unjoined, events = do(params, out, c.JoinSegments(15.0), c.ConnectCatheter(15.0))
    assert events == [] and not unjoined.theatre.is_connected
    with pytest.raises(CommandError, match="part"):
        c.RemoveCatheter("front", 5.0)


def test_the_spinal_part_lies_still_and_lives_on(parted):
    params, before = parted
    out, _ = without_segment(parted)
    new_m = before.theatre.catheter.length_m - out.theatre.catheter.length_m
    world, _ = do(params, out, c.LaySegment(new_m), c.UnclampCatheter(), c.JoinSegments(15.0), c.ConnectCatheter(15.0), c.CloseWounds())
    old, new = before.theatre.catheter, world.theatre.catheter
    spinal = old.zone <= 1
    assert np.abs(new.x[spinal] - old.x[spinal]).max() < 1e-3
    assert new.rest_length.sum() == pytest.approx(old.rest_length.sum(), rel=1e-9)
    later, _ = do(params, world, *[c.AdvanceClinicalTime(86400.0)] * 2)
    seen = physics.observe(params, later)
    assert seen.catheter.tip_space == "intrathecal" and seen.pump.flow_m3_per_s > 0.0
