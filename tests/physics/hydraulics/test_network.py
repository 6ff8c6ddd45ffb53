"""The fluid path as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from physics import hydraulics
from physics.errors import OutOfRange
from physics.hydraulics.elements import AREA_AT_KINK

ML_PER_DAY = 1e-6 / 86400.0
N = 60


def tube(patency=None):
    return hydraulics.Tube(np.full(N, 0.9 / N), np.ones(N) if patency is None else patency, 0.53e-3, 1.2e-3)


def line(patency=None, seat=1.0, csf=1471.0, spills=(0.0,) * 4, air=0.0):
    pipe = tube(patency)
    openings = hydraulics.connector_openings(seat) + hydraulics.tip_openings(pipe, hydraulics.Tip())
    return hydraulics.build_network(pipe, openings, hydraulics.surroundings(csf, spills), air)


def solved(network, flow=0.2 * ML_PER_DAY, dt=3600.0, pressures=None):
    return hydraulics.solve(network, hydraulics.PumpSource(flow), dt, pressures)


def kinked(at=30, area=0.0):
    patency = np.ones(N)
    patency[at] = area
    return patency


def test_open_line_delivers_all_at_the_tip():
    flows = solved(line())
    assert flows.tip_flow_m3_per_s == pytest.approx(0.2 * ML_PER_DAY, rel=1e-6)
    assert not flows.is_stalled


def test_resistance_doubles_when_length_doubles():
    short = hydraulics.poiseuille_resistance(0.4, 0.53e-3, 0.7e-3)
    assert hydraulics.poiseuille_resistance(0.8, 0.53e-3, 0.7e-3) == pytest.approx(2 * short)


def test_partial_kink_is_silent_at_basal_rate():
    flows = solved(line(kinked(area=0.02)))
    assert flows.tip_flow_m3_per_s == pytest.approx(0.2 * ML_PER_DAY, rel=1e-3)


def test_shut_line_stalls_only_at_the_pressure_limit():
    network, pressures = line(kinked()), None
    early = solved(network, 0.5 * ML_PER_DAY, dt=300.0)
    assert not early.is_stalled
    assert early.pump_flow_m3_per_s == pytest.approx(0.5 * ML_PER_DAY)
    for _ in range(12):
        flows = solved(network, 0.5 * ML_PER_DAY, dt=600.0, pressures=pressures)
        pressures = flows.pressures_pa
    assert flows.is_stalled
    assert 80e3 < flows.pressures_pa[0] <= 100e3
    assert flows.tip_flow_m3_per_s < 1e-3 * ML_PER_DAY


def test_reopened_line_gives_back_what_it_stored_as_a_bolus():
    shut = solved(line(kinked()), 0.5 * ML_PER_DAY, dt=7200.0)
    again = solved(line(), 0.5 * ML_PER_DAY, dt=10.0, pressures=shut.pressures_pa)
    assert not again.is_stalled
    assert again.stored_m3 == pytest.approx(-shut.stored_m3, rel=0.01)
    assert again.tip_m3 > 100.0 * again.pump_m3


def test_trapped_air_lengthens_the_time_to_the_limit_by_its_volume():
    plain, air = solved(line(kinked()), dt=600.0), solved(line(kinked(), air=1e-9), dt=600.0)
    more = (1e-9 / 101.325e3) * (air.pressures_pa[0] - 1471.0)
    assert air.pressures_pa[0] < plain.pressures_pa[0]
    assert air.stored_m3 - plain.stored_m3 == pytest.approx(0.0, abs=1e-4 * plain.pump_m3)  # both take all that is pumped
    assert 0.0 < more < air.stored_m3


def test_disconnected_pump_loses_everything_and_csf_runs_back():
    flows = solved(line(seat=0.0))
    assert flows.leak_m3 > flows.pump_m3
    assert flows.tip_flow_m3_per_s < 0.0


def test_pocket_fills_to_csf_pressure_and_then_takes_only_what_it_absorbs():
    pressure, spills, lost = None, (0.0,) * 4, []
    for _ in range(96):
        flows = solved(line(seat=0.0, spills=spills), pressures=pressure)
        pressure, spills = flows.pressures_pa, (flows.spaces_pa[1], 0.0, 0.0, 0.0)
        lost.append(-flows.tip_m3)
    assert spills[0] == pytest.approx(1471.0, rel=0.05)
    assert 5e-6 < sum(lost) < 60e-6
    assert flows.leak_m3 > 0.95 * flows.pump_m3  # the drug stays in the pocket
    assert 0.0 < lost[-1] * 24 < 8e-6


def test_one_long_step_fills_the_pocket_like_many_short_ones():
    once = solved(line(seat=0.0), dt=4 * 3600.0)
    pressure, spills = None, (0.0,) * 4
    for _ in range(48):
        flows = solved(line(seat=0.0, spills=spills), dt=300.0, pressures=pressure)
        pressure, spills = flows.pressures_pa, (flows.spaces_pa[1], 0.0, 0.0, 0.0)
    assert once.spaces_pa[1] == pytest.approx(flows.spaces_pa[1], rel=2e-3)


def test_two_leaks_into_one_pocket_fill_it_together():
    pipe = tube()
    holes = (hydraulics.Defect(0.05, 0.4e-3, 0.0, "pocket"), hydraulics.Defect(0.10, 0.4e-3, 0.0, "pocket"))
    openings = hydraulics.defect_openings(pipe, holes)[0] + hydraulics.tip_openings(pipe, hydraulics.Tip())
    network = hydraulics.build_network(pipe, openings, hydraulics.surroundings(1471.0))
    flows = solved(network, dt=86400.0)
    into = float(flows.opening_m3[:2].sum())
    risen = (flows.spaces_pa[1] - 0.0) / 1e8
    assert into == pytest.approx(risen + flows.absorbed_m3[1], rel=1e-9)
    assert flows.leak_m3 > flows.pump_m3


def test_half_seated_connector_still_seals():
    assert hydraulics.connector_leak(1.0) == 0.0
    assert hydraulics.connector_leak(0.5) == 0.0
    assert 0.0 < hydraulics.connector_leak(0.4) < hydraulics.connector_leak(0.1)


def test_step_is_repeatable_bit_for_bit():
    first, second = solved(line()), solved(line())
    assert np.array_equal(first.pressures_pa, second.pressures_pa)


def test_patency_does_not_jump_at_the_kink():
    low, high = hydraulics.conductance_share(np.array([AREA_AT_KINK - 1e-9, AREA_AT_KINK + 1e-9]))
    assert low == pytest.approx(high, rel=1e-6)


def test_fold_is_stiff_from_inside_and_gives_under_suction():
    pushed = hydraulics.solve(hydraulics.with_syringe(line(kinked(area=0.04)), 50e3), hydraulics.PumpSource(0.0), 60.0)
    drawn = hydraulics.solve(hydraulics.with_syringe(line(kinked(area=0.04)), -50e3), hydraulics.PumpSource(0.0), 60.0)
    per_pa = -float(pushed.opening_m3_per_s[0]) / (50e3 - 1471.0)
    assert 0.4 * per_pa < float(drawn.opening_m3_per_s[0]) / (50e3 + 1471.0) < 0.9 * per_pa


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: tube(np.full(N, 1.2)), r"patency\[0\] = 1.2"),
        (lambda: tube(np.full(N, np.nan)), "patency"),
        (lambda: hydraulics.Tube(np.array([0.1, -0.2]), np.ones(2), 0.5e-3, 1.2e-3), r"lengths_m\[1\] = -0.2"),
        (lambda: hydraulics.Tube(np.array([0.1, np.nan]), np.ones(2), 0.5e-3, 1.2e-3), "lengths_m"),
        (lambda: hydraulics.Tube(np.zeros(0), np.ones(0), 0.5e-3, 1.2e-3), "not empty"),
        (lambda: hydraulics.Tube(np.ones(2), np.ones(2), 1.2e-3, 1.2e-3), "outer_diameter_m"),
        (lambda: hydraulics.Tube(np.ones(2), np.ones(2), 0.0, 1.2e-3), "inner_diameter_m"),
        (lambda: hydraulics.Tube(np.ones(2), np.ones(2), 0.5e-3, 1.2e-3, -1.0), "wall_modulus_pa"),
        (lambda: solved(line(), dt=0.0), "dt_s"),
        (lambda: solved(line(), dt=2e5), "dt_s"),
        (lambda: solved(line(), dt=float("nan")), "dt_s"),
        (lambda: solved(line(), flow=-1.0), "demand_m3_per_s"),
        (lambda: solved(line(), pressures=np.zeros(3)), "pressures_pa"),
        (lambda: solved(line(), pressures=np.full(N + 2, np.nan)), "pressures_pa"),
        (lambda: line(csf=float("nan")), "csf"),
        (lambda: line(air=-1.0), "air_m3"),
        (lambda: hydraulics.connector_leak(1.5), "seat"),
        (lambda: hydraulics.Tip(space="moon"), "space"),
        (lambda: hydraulics.Tip(share=-0.1), "share"),
        (lambda: hydraulics.Tip(occlusion=(0.0, 1.0)), "occlusion"),
        (lambda: hydraulics.Tip(occlusion=2.0), "occlusion"),
        (lambda: hydraulics.Defect(0.1, -1e-3), "diameter_m"),
        (lambda: hydraulics.Defect(0.1, 1e-4, 2.0), "gap"),
        (lambda: hydraulics.Defect(0.1, 1e-4, 0.0, "moon"), "space"),
        (lambda: hydraulics.use_syringe(line(), tube(), -2e5, 1e-6), "pressure_pa"),
        (lambda: hydraulics.use_syringe(line(), tube(), -8e4, 0.0), "volume_m3"),
        (lambda: replace(line(), openings=(hydraulics.Opening(999, "csf", 1e-9),)), "node"),
        (lambda: replace(line(), openings=(hydraulics.Opening(1, "moon", 1e-9),)), "space"),
    ],
)
def test_bad_input_is_refused_by_name(build, named):
    with pytest.raises(OutOfRange, match=named):
        build()
