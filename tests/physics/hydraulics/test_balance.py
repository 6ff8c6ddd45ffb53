"""Every volume goes somewhere, and no pressure leaves the range of its sources, whatever the line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from physics import hydraulics

ML_PER_DAY = 1e-6 / 86400.0
shares = st.floats(0.0, 1.0)
places = st.sampled_from(hydraulics.PLACES)
defects = st.builds(
    hydraulics.Defect, st.floats(0.0, 0.9), st.sampled_from([0.0, 1e-5, 3e-4]), st.sampled_from([0.0, 0.3, 1.0]), places
)
tips = st.builds(
    hydraulics.Tip, places, shares, places, st.one_of(st.just(0.0), st.just(1.0), st.tuples(*[shares] * 6)), shares,
    st.booleans(),
)  # fmt: skip


@st.composite
def lines(draw):
    n = draw(st.integers(1, 24))
    lengths = np.array(draw(st.lists(st.floats(1e-3, 0.2), min_size=n, max_size=n)))
    patency = np.array(draw(st.lists(st.one_of(st.just(1.0), st.just(0.0), shares), min_size=n, max_size=n)))
    tube = hydraulics.Tube(lengths, patency, 0.53e-3, 1.2e-3)
    leaks, severed = hydraulics.defect_openings(tube, tuple(draw(st.lists(defects, max_size=3))))
    openings = hydraulics.connector_openings(draw(shares)) + leaks + hydraulics.tip_openings(tube, draw(tips))
    spills = tuple(draw(st.floats(0.0, 3e3)) for _ in range(4))
    spaces = hydraulics.surroundings(draw(st.floats(-500.0, 4e3)), spills)
    air = draw(st.sampled_from([0.0, 1e-10, 1e-8]))
    network = hydraulics.build_network(tube, openings, spaces, air, severed)
    suction = draw(st.sampled_from([None, -80e3, -10e3, 30e3, 300e3]))
    return network if suction is None else hydraulics.with_syringe(network, suction, draw(st.booleans()))


def starts(network, seed):
    low, high = (-60e3, 90e3) if seed % 2 else (0.0, 2e3)
    return np.random.default_rng(seed).uniform(low, high, network.compliances.size)


@given(lines(), st.sampled_from([1 / 64, 1.0, 37.0, 3600.0, 86400.0]), st.sampled_from([0.0, 0.1, 0.5, 24.0]), st.integers(0, 99))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_volumes_balance_and_pressures_stay_between_their_sources(network, dt, flow, seed):
    start = starts(network, seed)
    flows = hydraulics.solve(network, hydraulics.PumpSource(flow * ML_PER_DAY), dt, start)
    through = flows.pump_m3 + float(np.abs(flows.opening_m3).sum()) + abs(flows.stored_m3) + flow * ML_PER_DAY * dt
    kept = flows.tip_m3 + flows.leak_m3 + flows.stored_m3
    # a step of a day at 100 kPa: pressures carry 16 digits, the flow between neighbours is their difference
    assert abs(flows.pump_m3 - kept) <= 1e-9 * through + 1e-18 * dt
    used = [s for s in network.spaces if any(o.space == s.name for o in network.openings)]
    limits = [start.min(), start.max(), *(s.pressure_pa for s in used), *(s.rest_pa for s in used if not s.is_endless)]
    top = max(limits) if flow == 0.0 else max(*limits, 100e3)
    slack = 1e-6 * (top - min(limits)) + 1e-6
    assert flows.pressures_pa.min() >= min(limits) - slack
    assert flows.pressures_pa.max() <= top + slack


@given(lines(), st.sampled_from([1.0, 3600.0, 86400.0]))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_a_space_takes_is_held_or_absorbed(network, dt):
    flows = hydraulics.solve(network, hydraulics.PumpSource(0.5 * ML_PER_DAY), dt)
    last_digit_pa = np.spacing(max(abs(s.pressure_pa) for s in network.spaces))
    for j, space in enumerate(network.spaces):
        if space.is_endless:
            continue
        into = sum(float(v) for v, o in zip(flows.opening_m3, network.openings, strict=True) if o.space == space.name)
        held = (flows.spaces_pa[j] - space.pressure_pa) / space.stiffness_pa_per_m3
        rounding = 1e-18 + 2.0 * last_digit_pa / space.stiffness_pa_per_m3  # pressures are kept relative to the tip
        assert abs(into - held - flows.absorbed_m3[j]) <= 1e-9 * (abs(into) + abs(held)) + rounding


def test_a_line_in_pieces_takes_as_much_as_in_one_step():
    pipe = hydraulics.Tube(np.full(40, 0.9 / 40), np.ones(40), 0.53e-3, 1.2e-3)
    network = hydraulics.build_network(
        pipe, hydraulics.connector_openings(0.3) + hydraulics.tip_openings(pipe, hydraulics.Tip()), hydraulics.surroundings(1471.0)
    )
    once = hydraulics.solve(network, hydraulics.PumpSource(ML_PER_DAY), 60.0)
    pressures, tip, spills = None, 0.0, (0.0,) * 4
    for _ in range(60):
        here = hydraulics.build_network(pipe, network.openings, hydraulics.surroundings(1471.0, spills))
        flows = hydraulics.solve(here, hydraulics.PumpSource(ML_PER_DAY), 1.0, pressures)
        pressures, spills = flows.pressures_pa, (flows.spaces_pa[1], 0.0, 0.0, 0.0)
        tip += flows.tip_m3
    assert abs(tip - once.tip_m3) < 2e-3 * abs(once.tip_m3)


@pytest.mark.parametrize("demand_m3_per_s", [0.0, 2e-12, 2.8e-10])
def test_a_line_that_only_settles_gives_in_closed_form_what_marching_gives(demand_m3_per_s):
    tube = hydraulics.Tube(np.full(40, 0.9 / 40), np.linspace(1.0, 0.3, 40), 0.53e-3, 1.2e-3)
    openings = hydraulics.tip_openings(tube, hydraulics.Tip())
    network = hydraulics.build_network(tube, openings, hydraulics.surroundings(1471.0))
    slowest = network.steady.slowest_s
    start = np.linspace(9e3, 1e3, network.compliances.size)
    pump = hydraulics.PumpSource(demand_m3_per_s)
    at_once = hydraulics.solve(network, pump, 200.0 * slowest, start)
    marched, out = start, np.zeros(len(openings))
    for _ in range(400):
        part = hydraulics.solve(network, pump, 0.5 * slowest, marched)
        marched, out = part.pressures_pa, out + part.opening_m3
    assert at_once.pressures_pa == pytest.approx(marched, rel=1e-9)
    assert at_once.opening_m3.sum() == pytest.approx(out.sum(), rel=1e-9, abs=1e-22)
    passed = demand_m3_per_s * 200.0 * slowest + abs(at_once.stored_m3)
    assert at_once.opening_m3 == pytest.approx(out, abs=0.02 * passed)  # what settles leaves a little differently hole by hole


def test_a_leak_a_spill_air_or_a_cut_leaves_no_closed_form():
    tube = hydraulics.Tube(np.full(40, 0.9 / 40), np.ones(40), 0.53e-3, 1.2e-3)
    openings, rest = hydraulics.tip_openings(tube, hydraulics.Tip()), hydraulics.surroundings(1471.0)
    leak = (*openings, *hydraulics.connector_openings(0.2))
    cases = (
        hydraulics.build_network(tube, leak, rest), hydraulics.build_network(tube, openings, hydraulics.surroundings(1471.0, (0.0, 9.0, 0.0, 0.0))),
        hydraulics.build_network(tube, openings, rest, 1e-9), hydraulics.build_network(tube, openings, rest, severed=(3,)),
        hydraulics.build_network(tube, openings, hydraulics.surroundings(-500.0)),
    )  # fmt: skip
    assert [network.steady for network in cases] == [None] * len(cases)
