"""The kink lab: what a pulled, pushed, twisted and worn catheter does, against closed forms and its own rules."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from physics import lab
from physics.catheter.spec import CATHETERS
from physics.commands import AdvanceClinicalTime
from physics.errors import CommandError
from physics.hydraulics import Tube, open_network
from physics.lab_reading import observe
from physics.lab_setup import SETUPS, BendCycles, FeedLumen, GripHand, MoveHand, MovePin, SizePins

MODELS = ["ascenda_8780", "silicone_8709"]


def at(setup, hand, dx=0.0, dy=0.0, heading=0.0, turn=0.0):
    x, y, z = SETUPS[setup].hands_m[hand]
    return MoveHand(hand, x + dx, y + dy, z, SETUPS[setup].headings_rad[hand] + heading, turn)


def pulled(state, start_m, end_m, ticks=200, until=lambda seen: False):
    """Draw the hands of the loop apart or together; return the state and the readings on the way."""
    readings = []
    for k in range(ticks):
        d = 0.5 * (start_m + (end_m - start_m) * (k + 1) / ticks)
        state, _ = lab.step(state, [at("loop", 0, -d), at("loop", 1, d)])
        readings.append(observe(state))
        if until(readings[-1]):
            break
    return state, readings


@pytest.fixture(scope="module", params=MODELS)
def folded(request):
    """A loop pulled until its wall folded: model, state, readings up to the fold."""
    model = request.param
    span = 0.088
    goal = SETUPS["loop"].length_m - span
    state, readings = pulled(lab.initial("loop", model), 0.0, goal, 420, lambda seen: seen.n_folds > 0)
    return model, state, readings


def test_a_loop_follows_t_equals_ei_over_four_r_squared(folded):
    model, _, readings = folded
    spec = CATHETERS[model]
    points = [(r.least_radius_m, r.tension_n) for r in readings if not r.n_folds and r.least_radius_m < 0.010]
    assert len(points) > 30
    for radius, tension in points:
        assert tension == pytest.approx(spec.bending_stiffness / (4.0 * radius**2), rel=0.07)


def test_a_loop_folds_at_the_tension_and_radius_of_theory(folded):
    model, _, readings = folded
    spec = CATHETERS[model]
    assert readings[-1].n_folds == 1
    last = readings[-2]
    assert last.tension_n == pytest.approx(spec.bending_stiffness / (4.0 * spec.kink_radius_m**2), rel=0.07)
    assert last.least_radius_m == pytest.approx(spec.kink_radius_m, rel=0.03)


def test_a_wrong_kink_radius_would_be_noticed(folded):
    model, _, readings = folded
    spec = CATHETERS[model]
    wrong = spec.bending_stiffness / (4.0 * (0.9 * spec.kink_radius_m) ** 2)
    assert abs(readings[-2].tension_n / wrong - 1.0) > 0.10


def test_a_fold_shuts_the_lumen_opens_again_and_shuts_earlier_the_second_time(folded):
    model, state, readings = folded
    first = readings[-2].tension_n
    span = readings[-1].span_m - 0.088
    state, _ = pulled(state, span, span + 0.002, 30)
    assert observe(state).is_occluded
    state, _ = pulled(state, span + 0.002, -0.05, 300)
    opened = observe(state)
    assert opened.fold_rad_now < 0.6 * opened.fold_rad_most
    state, again = pulled(state, -0.05, span + 0.002, 300, lambda seen: seen.fold_rad_now > 0.97 * seen.fold_rad_most)
    assert max(r.tension_n for r in again) < 0.8 * first


def test_the_reading_at_a_fold_lies_on_the_folds_law(folded):
    _, state, _ = folded
    state, readings = pulled(state, 0.0, 0.0, 2)
    del state
    for seen in readings:
        assert seen.moment_share <= 1.02 * seen.law_share


def test_a_hand_that_lets_go_leaves_the_set_as_a_mark(folded):
    _, state, _ = folded
    for k in range(500):
        state, _ = lab.step(state, [GripHand(1, False)] if k == 0 else ())
    seen = observe(state)
    assert seen.fold_rad_now == pytest.approx(0.25 * seen.fold_rad_most, abs=0.03)
    assert not seen.hands[1].is_closed
    assert seen.tension_n == pytest.approx(0.0, abs=5e-5)


def test_equal_commands_give_equal_bits():
    runs = []
    for _ in range(2):
        state = lab.initial("needle")
        for k in range(60):
            state, _ = lab.step(state, [at("needle", 1, -0.0004 * k, 0.0004 * k, 0.01 * k, 0.05 * k)])
        runs.append(state)
    for field in dataclasses.fields(runs[0].catheter):
        a, b = (getattr(r.catheter, field.name) for r in runs)
        assert np.array_equal(a, b), field.name
    assert runs[0].lumen == runs[1].lumen


def test_twist_is_torque_over_length_while_the_piece_stays_straight():
    spec, length = CATHETERS["ascenda_8780"], SETUPS["twist"].length_m
    state = lab.initial("twist")
    for k in range(200):
        state, _ = lab.step(state, [at("twist", 1, turn=6.0 * min(1.0, k / 150))])
    seen = observe(state)
    assert abs(seen.hands[1].torque) == pytest.approx(spec.twisting_stiffness * 6.0 / length, rel=0.01)


def test_pins_take_no_more_pull_than_the_capstan_allows():
    state = lab.initial("pins")
    for k in range(200):
        state, _ = lab.step(state, [MovePin(1, 0.0, -0.0035 - 0.02 * (k + 1) / 200)])
    friction = CATHETERS["ascenda_8780"].friction_needle
    ratios = []
    for k in range(200):
        d = 0.010 * (k + 1) / 200
        state, _ = lab.step(state, [at("pins", 0, d), at("pins", 1, d)])
        seen = observe(state)
        edge = np.diff(seen.nodes_m, axis=0)
        t = edge / np.linalg.norm(edge, axis=1)[:, None]
        turned = float(np.arccos(np.clip((t[1:] * t[:-1]).sum(axis=1), -1.0, 1.0)).sum())
        ratios.append((seen.hands[1].pull_n / seen.hands[0].pull_n, math.exp(friction * turned)))
    sliding = np.array(ratios[60:])
    assert (sliding[:, 0] < 1.08 * sliding[:, 1]).all()
    assert sliding[:, 0].mean() > 1.15


def test_the_needle_holds_the_catheter_in_its_bore():
    state = lab.initial("needle")
    for k in range(160):
        state, _ = lab.step(state, [at("needle", 1, -0.0003 * k, 0.0004 * k, 0.005 * k)])
    hub, tip = SETUPS["needle"].needle_m
    x = state.catheter.x
    inside = x[(x[:, 0] > hub + 1e-3) & (x[:, 0] < tip - 1e-3)]
    axis = np.array(SETUPS["needle"].hands_m[0][1:])
    assert np.linalg.norm(inside[:, 1:] - axis, axis=1).max() < 0.75e-3 - 0.6e-3 + 0.05e-3


def test_behind_a_fold_the_pump_charges_what_lies_before_it_and_stalls_at_its_limit(folded):
    model, state, readings = folded
    spec = CATHETERS[model]
    span = readings[-1].span_m - 0.088
    state, _ = pulled(state, span, span + 0.004, 30)
    rod, shut = state.catheter, observe(state)
    line = open_network(Tube(rod.rest_length, shut.patency, spec.inner_diameter_m, spec.outer_diameter_m))
    before = float(line.compliances[: int(np.argmin(shut.patency)) + 2].sum())
    flow = 5.787e-12
    state, _ = lab.step(state, [FeedLumen("pump", flow_m3_per_s=flow)])
    for _ in range(40):
        state, _ = lab.step(state)
    early = observe(state)
    assert 10e3 < early.pressure_pa < 75e3
    assert early.pressure_pa == pytest.approx(flow * early.pump_time_s / before, rel=0.08)
    for _ in range(300):
        state, _ = lab.step(state)
    late = observe(state)
    assert late.stalled_since_s > 80e3 * before / flow
    assert late.pressure_pa == pytest.approx(100e3, rel=0.03)


def test_the_same_bends_wear_a_folded_piece_far_more_than_a_sound_one(folded):
    model, state, readings = folded
    span = readings[-1].span_m - 0.088
    state, _ = pulled(state, span, span + 0.004, 30)
    state, _ = pulled(state, span + 0.004, 0.0, 250)
    fold = int(np.argmax(state.catheter.hinge_angle))
    used = []
    for piece in (lab.initial("loop", model), state):
        piece, _ = lab.step(piece, [BendCycles(40_000, 0.03)])
        for _ in range(48 * 5):
            piece, _ = lab.step(piece)
        seen = observe(piece)
        assert seen.cycles_left == 0 and seen.cycles_jumped > 30_000
        used.append(float(piece.cycles.fatigue[fold]))
    assert used[0] < 0.1
    assert used[1] > 20.0 * used[0]


def test_wear_is_the_power_law_of_the_strain_amplitude():
    spec = CATHETERS["ascenda_8780"]
    low, high = np.zeros((9, 3)), np.zeros((9, 3))
    high[4, 0] = 2.0 * spec.fatigue_strain / spec.radius_m  # an amplitude at which one cycle is a life
    high[5, 0] = high[4, 0] / 2.0
    used = lab.wear_per_cycle(low, high, spec)
    assert used[4] == pytest.approx(1.0)
    assert used[5] == pytest.approx(0.5**spec.fatigue_exponent)


def test_a_torn_wall_lets_nothing_through():
    state = lab.initial("arch")
    worn = dataclasses.replace(state.cycles, fatigue=np.full(state.catheter.n_edges, 1.0 - 1e-15), amplitude_m=0.03)
    state = dataclasses.replace(state, cycles=worn)
    names = []
    for k in range(60):
        state, events = lab.step(state, [BendCycles(10, 0.03)] if k == 0 else ())
        names += [e.name for e in events]
    assert "CatheterFractured" in names
    assert observe(state).flow_m3_per_s == 0.0 and observe(state).is_torn


def test_a_flat_piece_stays_between_its_plates():
    state = lab.initial("pins")
    height = state.catheter.x[0, 2]
    for k in range(60):
        state, _ = lab.step(state, [at("pins", 1, -0.001 * k, 0.001 * k, 0.05 * k, 0.1 * k)])
    assert np.ptp(state.catheter.x[:, 2]) == 0.0 and state.catheter.x[0, 2] == height


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: lab.initial("spoon"), "setup = 'spoon'; expected one of loop"),
        (lambda: lab.initial("loop", "hose"), "model = 'hose'; expected one of ascenda"),
        (lambda: MoveHand(0, math.nan, 0.0, 0.0, 0.0, 0.0), "MoveHand.x_m = nan; expected a finite number -0.25"),
        (lambda: MoveHand(2, 0.0, 0.0, 0.0, 0.0, 0.0), "MoveHand.hand = 2; expected a finite number 0 .. 1"),
        (lambda: MoveHand(0, 10.0, 0.0, 0.0, 0.0, 0.0), "MoveHand.x_m = 10.0"),
        (lambda: BendCycles(0, 0.02), "BendCycles.count = 0"),
        (lambda: BendCycles(5, -1.0), "BendCycles.amplitude_m = -1.0"),
        (lambda: FeedLumen("tap"), "FeedLumen.source = 'tap'; expected one of drip, pump"),
        (lambda: FeedLumen("drip", math.inf), "FeedLumen.head_m = inf"),
        (lambda: SizePins(0.0), "SizePins.radius_m = 0.0"),
        (lambda: lab.step(lab.initial("pins"), [MovePin(3, 0.0, 0.0)]), "MovePin.pin = 3; expected one of the 3 pins"),
        (lambda: lab.step(lab.initial("arch"), [AdvanceClinicalTime(1.0)]), "command = AdvanceClinicalTime; expected"),
    ],
)
def test_nonsense_is_refused_by_name_value_and_range(make, words):
    with pytest.raises((CommandError, ValueError)) as refused:
        make()
    assert words in str(refused.value)


@pytest.mark.parametrize("setup", sorted(SETUPS))
def test_wild_hands_break_nothing(setup):
    wild = np.random.default_rng(7)
    state = lab.initial(setup, "silicone_8709")
    for k in range(240):
        commands = []
        if k % 12 == 0:
            for hand in (0, 1):
                x, y, z = wild.uniform([-0.25, -0.2, 0.0], [0.25, 0.2, 0.15])
                commands.append(MoveHand(hand, x, y, z, wild.uniform(-20, 20), wild.uniform(-60, 60)))
        if k % 60 == 40:
            commands += [GripHand(int(wild.integers(2)), bool(wild.integers(2))), BendCycles(3, 0.05)]
        state, _ = lab.step(state, commands)
    seen = observe(state)
    assert np.isfinite(seen.nodes_m).all() and np.isfinite(seen.flow_m3_per_s)
    assert 0.0 <= seen.least_patency <= 1.0
